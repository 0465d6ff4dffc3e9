//! What a front end asks of the oracle.

// The macro generates items that it does not document.
#![allow(missing_docs)]

use alloc::vec::Vec;

use strata_traits::{FeedId, Reading};

sp_api::decl_runtime_apis! {
	/// Prices and whether they may be relied on, now.
	pub trait OracleApi {
		/// The state of `feed` now.
		fn reading(feed: FeedId) -> Reading;

		/// Every listed feed, by id, with its state now.
		fn feeds() -> Vec<(FeedId, Reading)>;
	}
}
