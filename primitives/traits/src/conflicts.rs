//! Who has an interest in a price of his own.

use crate::{DealId, FeedId};

/// Interests of feeders in prices.
pub trait Conflicts<AccountId> {
	/// Whether `who` holds the residual of `deal`, and `feed` prices something that the deal lends
	/// against, pays in or is paid by. Bounded by what one deal holds.
	fn holds_residual(who: &AccountId, deal: DealId, feed: FeedId) -> bool;

	/// A conflict at worst: an account and the deal of which it holds the residual, priced by `feed`.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_conflict(feed: FeedId, who: &AccountId) -> DealId;
}
