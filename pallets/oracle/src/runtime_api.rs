//! What a front end asks of the oracle.

// The macro generates items that it does not document.
#![allow(missing_docs)]

use alloc::vec::Vec;

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use strata_numbers::{Price, Ratio};
use strata_statistics::{Covariance, NoAverage, Variance};
use strata_traits::{FeedId, Moment, Reading};

/// The average of a price.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct AverageView {
	/// Rounded down, USD per whole unit: for collateral.
	pub floor: Price,
	/// Rounded up, USD per whole unit: for what is owed.
	pub ceil: Price,
	/// When the time began that it is the average of: at least as long ago as was asked.
	pub since: Moment,
}

/// How volatile a price is.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct VolatilityView {
	/// The variance of its relative change per second, 36 decimals, rounded up.
	pub variance: Variance,
	/// When the last change was observed that is part of it.
	pub at: Moment,
	/// The deviation over a day: ⌈σ·√day⌉, so that 0.02 is 2 %. `None` if it is beyond any number.
	pub daily: Option<Ratio>,
	/// The deviation over the time that the price may be behind the market.
	pub over_latency: Option<Ratio>,
	/// How far the price may move at once right now, basis points. `None`: as far as it likes.
	pub limit: Option<u32>,
}

/// How many report to a feed.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Freshness {
	/// The block's time: milliseconds since 1970.
	pub at: Moment,
	/// Reports that are fresh then and count.
	pub fresh: u32,
	/// Fresh reports that it takes for a price.
	pub quorum: u32,
	/// Feeders.
	pub members: u32,
}

sp_api::decl_runtime_apis! {
	/// Prices and whether they may be relied on, now.
	pub trait OracleApi {
		/// The state of `feed` now.
		fn reading(feed: FeedId) -> Reading;

		/// Every listed feed, by id, with its state now.
		fn feeds() -> Vec<(FeedId, Reading)>;

		/// How many report to `feed`. `None` if it is not listed.
		fn freshness(feed: FeedId) -> Option<Freshness>;

		/// The state of `feed` now, with the price that was confirmed at least the feed's delay ago.
		fn delayed(feed: FeedId) -> Reading;

		/// The average of the confirmed price of `feed` over the last `length` milliseconds at least.
		fn average(feed: FeedId, length: Moment) -> Result<AverageView, NoAverage>;

		/// How volatile `feed` is. `None` if it is not listed or never had a price.
		fn volatility(feed: FeedId) -> Option<VolatilityView>;

		/// How two feeds move together: the covariance of their relative changes per second, 36 decimals.
		/// `None` unless governance has the pair watched.
		fn covariance(one: FeedId, other: FeedId) -> Option<Covariance>;
	}
}
