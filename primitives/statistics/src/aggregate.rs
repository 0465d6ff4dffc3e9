//! One price out of several reports.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	confidence, expiry, is_fresh, lower_median, middle, quorum_holds_since, upper_median, Medians,
};

/// Reports that an aggregate takes at most: one per member of a feed.
pub const MAX_REPORTS: usize = 15;

/// What one reporter said last.
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
pub struct Report {
	/// The value reported, in the unit of the feed.
	pub value: u128,
	/// When it was observed, milliseconds since the epoch.
	pub observed_at: u64,
}

/// What the fresh reports of a feed amount to. `lower ≤ mid ≤ upper`.
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
pub struct Aggregate {
	/// Lower median.
	pub lower: u128,
	/// `lower + ⌊(upper − lower)/2⌋`.
	pub mid: u128,
	/// Upper median; that of an odd number of reports is the lower one.
	pub upper: u128,
	/// The greater distance of a quartile from `mid`.
	pub confidence: u128,
	/// How many reports were fresh.
	pub fresh: u32,
	/// Observation time of the oldest report that the quorum rests on, milliseconds.
	pub observed_at: u64,
	/// The instant at which the quorum is lost if nobody reports again: `observed_at` and the time to
	/// live, milliseconds. The aggregate holds before it, and not at it.
	pub valid_until: u64,
}

impl Aggregate {
	/// Both medians.
	pub const fn medians(&self) -> Medians {
		Medians { lower: self.lower, upper: self.upper }
	}
}

/// The aggregate of the reports that are fresh at `now`, in any order.
///
/// A report is fresh iff `observed_at + time_to_live > now`; `quorum` is how many of them it takes.
/// `None` if the quorum is 0 or not reached, or if there are more than [`MAX_REPORTS`] reports,
/// fresh or not. O([`MAX_REPORTS`]²) comparisons at most.
pub fn aggregate(
	reports: &[Report],
	quorum: u32,
	time_to_live: u64,
	now: u64,
) -> Option<Aggregate> {
	if reports.len() > MAX_REPORTS {
		return None;
	}
	let fresh = || reports.iter().filter(|r| is_fresh(r.observed_at, time_to_live, now));
	let mut values = [0; MAX_REPORTS];
	let values = sorted(&mut values, fresh().map(|report| report.value))?;
	let mut times = [0; MAX_REPORTS];
	let times = sorted(&mut times, fresh().map(|report| report.observed_at))?;

	let observed_at = quorum_holds_since(times, quorum)?;
	Some(Aggregate {
		lower: lower_median(values)?,
		mid: middle(values)?,
		upper: upper_median(values)?,
		confidence: confidence(values)?,
		fresh: u32::try_from(values.len()).ok()?,
		observed_at,
		valid_until: expiry(observed_at, time_to_live)?,
	})
}

/// The items, ascending, in the front of `buffer`; `None` if there are more than it holds.
pub(crate) fn sorted<T: Ord>(
	buffer: &mut [T; MAX_REPORTS],
	items: impl Iterator<Item = T>,
) -> Option<&mut [T]> {
	let mut places = buffer.iter_mut();
	let mut count = 0usize;
	for item in items {
		*places.next()? = item;
		count = count.checked_add(1)?;
	}
	let front = buffer.get_mut(..count)?;
	// Allocates nothing, and for so few items is an insertion sort.
	front.sort_unstable();
	Some(front)
}
