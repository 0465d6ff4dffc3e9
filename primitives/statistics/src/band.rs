//! What lies near the last confirmed price, and who says that the price has left.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

use crate::{
	aggregate::sorted, expiry, is_fresh, quorum_holds_since, Report, BASIS_POINTS, MAX_REPORTS,
};

/// The inner band is this part of the outer one.
const INNER_PART: u32 = 2;

/// A lower and an upper median. `lower ≤ upper`.
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
pub struct Medians {
	/// Lower median.
	pub lower: u128,
	/// Upper median.
	pub upper: u128,
}

impl Medians {
	/// `lower + ⌊(upper − lower)/2⌋`.
	pub const fn mid(&self) -> u128 {
		self.lower.midpoint(self.upper)
	}

	fn max(self, other: Self) -> Self {
		Self { lower: self.lower.max(other.lower), upper: self.upper.max(other.upper) }
	}

	fn min(self, other: Self) -> Self {
		Self { lower: self.lower.min(other.lower), upper: self.upper.min(other.upper) }
	}
}

/// A direction that a price can leave in.
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
pub enum Side {
	/// The price fell.
	Below,
	/// The price rose.
	Above,
}

impl Side {
	/// Of two pairs of medians that lie on this side the nearer, each median by itself: the higher
	/// after a fall, the lower after a rise.
	pub fn nearer(self, one: Medians, other: Medians) -> Medians {
		match self {
			Self::Below => one.max(other),
			Self::Above => one.min(other),
		}
	}

	/// Of two pairs of medians the one that lies further on this side, each median by itself.
	pub fn further(self, one: Medians, other: Medians) -> Medians {
		match self {
			Self::Below => one.min(other),
			Self::Above => one.max(other),
		}
	}
}

/// Until when a quorum of reports says that the price has left on a side, milliseconds since the
/// epoch, if nobody reports again. `None` if no quorum says so.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Votes {
	/// Below the inner band.
	pub below: Option<u64>,
	/// Above the inner band.
	pub above: Option<u64>,
}

impl Votes {
	/// The side that a quorum is on, and until when. `None` if there is none, or one on each, which
	/// takes a quorum of half of the reports or less.
	pub const fn side(&self) -> Option<(Side, u64)> {
		match (self.below, self.above) {
			(Some(until), None) => Some((Side::Below, until)),
			(None, Some(until)) => Some((Side::Above, until)),
			_ => None,
		}
	}
}

/// The prices near a confirmed one. A price *is near* in the outer band, and *has left* beyond the
/// inner one, which is half as wide: between the two nothing changes, so that a price on an edge
/// does not open and close the gate in turns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Band {
	outer: (u128, u128),
	inner: (u128, u128),
}

impl Band {
	/// The band of `limit` basis points around `confirmed`.
	///
	/// Exact for integers: v is in the outer band iff `v·10^4 ≥ lower·(10^4 − limit)` and
	/// `v·10^4 ≤ upper·(10^4 + limit)`, in the inner one iff the same holds with half of the limit.
	/// The lower median is held against the lower one, the upper against the upper, so that honest
	/// disagreement that stays as it was is not a move.
	pub fn around(confirmed: Medians, limit: u32) -> Self {
		let edges = |parts: u32| {
			let one = u64::from(BASIS_POINTS).saturating_mul(parts.into());
			let low = scaled_ceil(confirmed.lower, one.saturating_sub(limit.into()), one);
			let high = scaled_floor(confirmed.upper, one.saturating_add(limit.into()), one);
			(low, high)
		};
		Self { outer: edges(1), inner: edges(INNER_PART) }
	}

	/// Whether both medians are in the outer band.
	pub const fn is_near(&self, quote: Medians) -> bool {
		self.outer.0 <= quote.lower && quote.upper <= self.outer.1
	}

	/// The side that a quote lies on beyond the outer band, neither median on the other side of it.
	pub const fn side_of(&self, quote: Medians) -> Option<Side> {
		match (quote.lower < self.outer.0, quote.upper > self.outer.1) {
			(true, false) => Some(Side::Below),
			(false, true) => Some(Side::Above),
			_ => None,
		}
	}

	/// On which sides a quorum of the reports that are fresh at `now` has left the inner band.
	///
	/// With a quorum of 2f + 1 of n ≥ 3f + 1 reporters, f liars can neither make one nor, if all the
	/// others have left and have reported, undo one. Nobody has left if the quorum is 0, or if there
	/// are more than [`MAX_REPORTS`] reports.
	pub fn votes(&self, reports: &[Report], quorum: u32, time_to_live: u64, now: u64) -> Votes {
		let until = |left: fn(&(u128, u128), u128) -> bool| {
			quorum_until(reports, quorum, time_to_live, now, |value| left(&self.inner, value))
		};
		Votes { below: until(|edges, v| v < edges.0), above: until(|edges, v| v > edges.1) }
	}
}

/// Until when a quorum of the reports that are fresh at `now` is of values that `say` so. `None` if
/// there is no such quorum, if it is 0, or if there are more than [`MAX_REPORTS`] reports.
pub(crate) fn quorum_until(
	reports: &[Report],
	quorum: u32,
	time_to_live: u64,
	now: u64,
	say: impl Fn(u128) -> bool,
) -> Option<u64> {
	if reports.len() > MAX_REPORTS {
		return None;
	}
	let mut times = [0; MAX_REPORTS];
	let voting = reports
		.iter()
		.filter(|report| is_fresh(report.observed_at, time_to_live, now) && say(report.value))
		.map(|report| report.observed_at);
	expiry(quorum_holds_since(sorted(&mut times, voting)?, quorum)?, time_to_live)
}

/// ⌈value·part/one⌉ for part ≤ one.
fn scaled_ceil(value: u128, part: u64, one: u64) -> u128 {
	let product = U256::from(value).saturating_mul(part.into());
	let up = product.saturating_add(one.saturating_sub(1).into());
	up.checked_div(one.into()).map_or(u128::MAX, |edge| edge.low_u128())
}

/// ⌊value·part/one⌋, or the largest value if that is beyond all of them.
fn scaled_floor(value: u128, part: u64, one: u64) -> u128 {
	let product = U256::from(value).saturating_mul(part.into());
	let edge = product.checked_div(one.into()).unwrap_or(U256::MAX);
	u128::try_from(edge).unwrap_or(u128::MAX)
}
