//! What a front end asks a runtime about auctions.

use alloc::vec::Vec;
use sp_runtime::DispatchError;
use strata_traits::{Balance, LotId};

use crate::types::LotView;

sp_api::decl_runtime_apis! {
	/// Lots as they stand now.
	pub trait AuctionsApi {
		/// Open lots in the order of storage, which is not that of their ids: those after `from`, at
		/// most `limit` and at most 1000. A page that is not full is the last.
		fn lots(from: Option<LotId>, limit: u32) -> Vec<LotView>;

		/// The lot; `None` if there is none.
		fn lot(lot: LotId) -> Option<LotView>;

		/// What `amount` units of the lot cost now, in units of the settlement asset, or what a bid
		/// for them would fail with.
		fn quote(lot: LotId, amount: Balance) -> Result<Balance, DispatchError>;
	}
}
