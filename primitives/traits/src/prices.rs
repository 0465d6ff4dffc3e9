//! What a price is.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Price;
use strata_statistics::{Average, Covariance, NoAverage, Variance};

use crate::{FeedId, Moment};

/// An aggregate of the reports of one feed.
///
/// `least ≤ lower ≤ mid ≤ upper ≤ most`. Which side is right depends on the use, not only on the asset:
///
/// | use | collateral at | settlement asset at |
/// |---|---|---|
/// | draw, withdraw, open | `least` | `most`, and at least par |
/// | valuation, tests | `lower` | `upper`, and at least par |
/// | liquidation | `upper` | `lower`, and at most par |
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Quote {
	/// Lower median of the fresh reports: USD per whole unit.
	pub lower: Price,
	/// `lower + ⌊(upper − lower)/2⌋`.
	pub mid: Price,
	/// Upper median of the fresh reports: USD per whole unit.
	pub upper: Price,
	/// Half-width of the quartiles around `mid`: `max(mid − p25, p75 − mid)`.
	pub confidence: Price,
	/// Observation time of the oldest report that the quorum rests on.
	pub observed_at: Moment,
	/// The instant at which the quorum is lost if nobody reports again. The quote holds before it.
	pub valid_until: Moment,
	/// The least `lower` that was confirmed over the last `latency` milliseconds, this one included.
	pub least: Price,
	/// The largest `upper` that was confirmed over the last `latency` milliseconds, this one included.
	pub most: Price,
	/// How volatile the price is: the variance of its relative change per second, rounded up.
	pub variance: Variance,
	/// How long the price may be behind the market: source age + time to live + T_confirm,
	/// milliseconds.
	pub latency: Moment,
}

impl Quote {
	/// A quote that has always been the same and never moves: `least` is `lower`, `most` is `upper`, the
	/// confidence half of what lies between them.
	pub fn steady(lower: Price, upper: Price, observed_at: Moment, valid_until: Moment) -> Self {
		let half = upper.into_inner().saturating_sub(lower.into_inner()) / 2;
		let mid = Price::from_inner(lower.into_inner().saturating_add(half));
		Self {
			lower,
			mid,
			upper,
			confidence: Price::from_inner(upper.into_inner().saturating_sub(mid.into_inner())),
			observed_at,
			valid_until,
			least: lower,
			most: upper,
			variance: Variance::default(),
			latency: 0,
		}
	}

	/// The sides of both quotes that are friendlier to those whose collateral is valued at `upper` and
	/// whose debt at `lower`; it holds as long as both do.
	fn friendlier(self, other: Self) -> Self {
		let (lower, upper) = (self.lower.min(other.lower), self.upper.max(other.upper));
		Self {
			lower,
			upper,
			observed_at: self.observed_at.min(other.observed_at),
			valid_until: self.valid_until.min(other.valid_until),
			least: self.least.min(other.least),
			most: self.most.max(other.most),
			..self
		}
	}
}

/// A price together with whether it may be relied on. A caller must match: there is no way to the
/// quote that does not name its status.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Reading {
	/// Every member of the feed has a fresh report.
	Fresh(Quote),
	/// At least a quorum, but not all, have a fresh report.
	Degraded(Quote),
	/// The quorum is lost: the last quote, which no act that adds risk may use.
	Stale(Quote),
	/// The feed is not listed, or never had a quorum.
	Unknown,
	/// A report that the price rested on was voided: the last quote, which nobody may act on any more
	/// than on a stale one, until a quorum has reported anew. Void since `valid_until` at the latest.
	Frozen(Quote),
	/// A quorum reports, and the price has jumped further than is usual: whether it stays there is
	/// being confirmed. No act that adds risk may use either quote.
	Pending {
		/// The last confirmed price. It is `valid_until` as long as `current`: a quorum reports.
		confirmed: Quote,
		/// What the reports say.
		current: Quote,
	},
}

impl Reading {
	/// The quote that an act which adds risk may use: `None` unless [`Reading::Fresh`] or
	/// [`Reading::Degraded`].
	pub fn reliable(self) -> Option<Quote> {
		match self {
			Self::Fresh(quote) | Self::Degraded(quote) => Some(quote),
			Self::Stale(_) | Self::Frozen(_) | Self::Unknown | Self::Pending { .. } => None,
		}
	}

	/// The quote that somebody may be liquidated on: the reliable one; while a jump is pending, on each
	/// side the friendlier to the owner of the confirmed price and of what the reports say. Its `mid`
	/// is the confirmed one. `None` if nobody may be.
	pub fn enforceable(self) -> Option<Quote> {
		match self {
			Self::Fresh(quote) | Self::Degraded(quote) => Some(quote),
			Self::Pending { confirmed, current } => Some(confirmed.friendlier(current)),
			Self::Stale(_) | Self::Frozen(_) | Self::Unknown => None,
		}
	}

	/// The last confirmed quote, whatever its age and worth, for display and for valuations that say so.
	pub fn last(self) -> Option<Quote> {
		match self {
			Self::Fresh(quote)
			| Self::Degraded(quote)
			| Self::Stale(quote)
			| Self::Frozen(quote)
			| Self::Pending { confirmed: quote, .. } => Some(quote),
			Self::Unknown => None,
		}
	}
}

/// Where prices come from.
pub trait PriceFeeds {
	/// The state of `feed` now. O(1): one read.
	fn reading(feed: FeedId) -> Reading;

	/// Whether `feed` is listed.
	fn is_listed(feed: FeedId) -> bool;

	/// As [`PriceFeeds::reading`], with the price that was confirmed at least the feed's delay ago, for
	/// uses that want time in which a wrong price can be noticed. Of a feed without a delay it is the
	/// reading itself. O(1): one read.
	fn delayed(feed: FeedId) -> Reading {
		Self::reading(feed)
	}

	/// The average of the confirmed middle over the last `length` milliseconds at least. O(1): one
	/// read.
	///
	/// # Errors
	/// Why there is none; [`NoAverage::TooLong`] of a feed that is not listed, or by a source that
	/// keeps no averages.
	fn average(_feed: FeedId, _length: Moment) -> Result<Average, NoAverage> {
		Err(NoAverage::TooLong)
	}

	/// The covariance of the relative changes of two feeds per second, within what their variances
	/// allow. `None` unless governance has the pair watched: whoever needs one for risk then takes
	/// them to move together. At most three reads.
	fn covariance(_one: FeedId, _other: FeedId) -> Option<Covariance> {
		None
	}

	/// Lists `feed` if need be and makes every member report `price`, fresh now.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, price: Price);
}
