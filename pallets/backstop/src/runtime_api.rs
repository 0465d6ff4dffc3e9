//! What a front end asks a runtime about backstop pools.

// The macro generates items that it does not document.
#![allow(missing_docs)]

use alloc::vec::Vec;
use codec::Codec;

use crate::types::{Pair, PoolState, ShareState};

sp_api::decl_runtime_apis! {
	/// Pools and shares as they stand now.
	pub trait BackstopApi<AccountId>
	where
		AccountId: Codec,
	{
		/// The pool of `pair`; `None` if there is none.
		fn pool(pair: Pair) -> Option<PoolState<AccountId>>;

		/// What `who` has in the pool of `pair`; `None` if nothing.
		fn share(pair: Pair, who: AccountId) -> Option<ShareState>;

		/// All pools: at most one per pair of listed assets.
		fn pools() -> Vec<PoolState<AccountId>>;
	}
}
