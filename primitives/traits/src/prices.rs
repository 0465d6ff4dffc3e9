//! What a price is.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Price;

use crate::{FeedId, Moment};

/// An aggregate of the reports of one feed.
///
/// `lower ≤ mid ≤ upper`. Which side is right depends on the use, not only on the asset: an act that
/// adds risk values collateral at `lower`; liquidation uses the side that favours the owner.
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
}

impl Reading {
	/// The quote that an act which adds risk may use: `None` unless [`Reading::Fresh`] or
	/// [`Reading::Degraded`].
	pub fn reliable(self) -> Option<Quote> {
		match self {
			Self::Fresh(quote) | Self::Degraded(quote) => Some(quote),
			Self::Stale(_) | Self::Frozen(_) | Self::Unknown => None,
		}
	}

	/// The last quote, whatever its age and worth, for display and for valuations that say so.
	pub fn last(self) -> Option<Quote> {
		match self {
			Self::Fresh(quote)
			| Self::Degraded(quote)
			| Self::Stale(quote)
			| Self::Frozen(quote) => Some(quote),
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

	/// Lists `feed` if need be and makes every member report `price`, fresh now.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, price: Price);
}
