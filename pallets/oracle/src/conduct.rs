//! How a feeder has done of late: outliers and silence over a rolling day.
//!
//! Pure: a day is what [`Config::Day`](crate::Config::Day) says, milliseconds.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use strata_traits::Moment;

/// Outliers within a day that a feeder is jailed for.
pub const STRIKES_TO_JAIL: u32 = 10;
/// How long a feeder that is far off may insist before it is struck: a minute, in milliseconds. Who is
/// the first to see a fall and reports in every block has so long for the others to follow.
pub const GRACE: Moment = 60_000;
/// Share of a day's time in silence above which a feeder is warned, percent.
pub const WARN_ABOVE: u128 = 10;
/// Share of a day's time in silence above which a feeder is jailed, percent.
pub const JAIL_ABOVE: u128 = 30;
/// Parts that attendance is kept in: it covers the last eleven to twelve twelfths of a day.
pub const PARTS: usize = 12;

/// 100 %.
const WHOLE: u128 = 100;

/// When the last outliers were reported, oldest first.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Strikes(BoundedVec<Moment, ConstU32<STRIKES_TO_JAIL>>);

impl Strikes {
	/// Adds an outlier at `now`, and forgets those that are a `day` old. Returns how many are left, at
	/// most [`STRIKES_TO_JAIL`]. Exact: one outlier counts for a day to the millisecond. O(10).
	pub fn add(&mut self, now: Moment, day: Moment) -> u32 {
		self.0.retain(|at| now.saturating_sub(*at) < day);
		if self.0.is_full() {
			self.0.remove(0);
		}
		// There is room.
		let _ = self.0.try_push(now);
		u32::try_from(self.0.len()).unwrap_or(STRIKES_TO_JAIL)
	}

	/// When the outliers were, oldest first.
	pub fn times(&self) -> &[Moment] {
		&self.0
	}
}

/// Time in a part of a day, summed over feeds, milliseconds.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
struct Part {
	/// Without a fresh report.
	silent: u64,
	/// In all.
	all: u64,
}

/// How much of the last day a feeder was silent.
///
/// The time since a feeder's last report to a feed is added when it reports again, to the part of the
/// day that this falls in. The share is that of all its feeds together; time of which nothing is known,
/// because the feeder began later, counts as time in which it reported.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Attendance {
	/// When the feeder took up its work: time before it does not count.
	resumed: Moment,
	/// Since when something is known of it.
	since: Moment,
	/// When the latest part began.
	began: Moment,
	/// Oldest first.
	parts: [Part; PARTS],
}

impl Attendance {
	/// Nothing counts before `now`.
	pub fn starting(now: Moment) -> Self {
		Self { resumed: now, since: now, began: now, parts: Default::default() }
	}

	/// When the feeder took up its work.
	pub fn resumed(&self) -> Moment {
		self.resumed
	}

	/// Adds what lies between two reports to each of some feeds: (time silent, time in all), the second
	/// of them at `now`. Time counts that is at most a `day` old and not before the feeder took up its
	/// work. `None` on overflow. O(12 + number of reports).
	pub fn add(
		&mut self,
		times: impl IntoIterator<Item = (Moment, Moment)>,
		now: Moment,
		day: Moment,
	) -> Option<()> {
		let (mut sum, mut longest) = (Part::default(), 0);
		let most = now.saturating_sub(self.resumed).min(day);
		for (silent, all) in times {
			let all = all.min(most);
			sum.silent = sum.silent.checked_add(silent.min(all))?;
			sum.all = sum.all.checked_add(all)?;
			longest = all.max(longest);
		}
		self.turn(now, day);
		if self.total()?.all == 0 {
			// Nothing is known but this.
			self.since = now.saturating_sub(longest);
			self.began = now;
		}
		if let Some(latest) = self.parts.last_mut() {
			latest.silent = latest.silent.checked_add(sum.silent)?;
			latest.all = latest.all.checked_add(sum.all)?;
		}
		Some(())
	}

	/// Whether the share of time in silence at `now` exceeds so many percent of a `day`. Exact. `None`
	/// on overflow.
	pub fn exceeds(&self, percent: u128, now: Moment, day: Moment) -> Option<bool> {
		let Part { silent, all } = self.total()?;
		let known = now.saturating_sub(self.since).min(day);
		let found = u128::from(silent).checked_mul(known.into())?.checked_mul(WHOLE)?;
		let allowed = u128::from(all).checked_mul(day.into())?.checked_mul(percent)?;
		Some(found > allowed)
	}

	/// Whether the record can be true at `now`.
	#[cfg(any(feature = "try-runtime", feature = "std"))]
	pub(crate) fn is_sound(&self, now: Moment) -> bool {
		let past = self.resumed <= now && self.since <= now && self.began <= now;
		past && self.parts.iter().all(|part| part.silent <= part.all)
	}

	/// Time silent, and time in all.
	#[cfg(test)]
	pub(crate) fn totals(&self) -> Option<(u64, u64)> {
		self.total().map(|total| (total.silent, total.all))
	}

	/// Drops the parts that are over a day old.
	fn turn(&mut self, now: Moment, day: Moment) {
		let length = day.checked_div(PARTS as u64).unwrap_or_default().max(1);
		let passed = now.saturating_sub(self.began).checked_div(length).unwrap_or_default();
		for _ in 0..passed.min(PARTS as u64) {
			self.parts.rotate_left(1);
			if let Some(latest) = self.parts.last_mut() {
				*latest = Part::default();
			}
		}
		// Not beyond `now`.
		self.began = self.began.saturating_add(passed.saturating_mul(length));
	}

	/// All parts together.
	fn total(&self) -> Option<Part> {
		self.parts.iter().try_fold(Part::default(), |sum, part| {
			let silent = sum.silent.checked_add(part.silent)?;
			Some(Part { silent, all: sum.all.checked_add(part.all)? })
		})
	}
}

/// How long a feeder that is far off may insist before it is struck: [`GRACE`], but no longer than a
/// report counts, for within that time all others have reported anew; and no longer than a fortieth of a
/// `day`, so that who goes on is jailed in a quarter of it, however short the days of a chain are.
pub fn grace(time_to_live: Moment, day: Moment) -> Moment {
	GRACE.min(time_to_live).min(day / 40)
}

/// Whether `silent` on end is more of a `day` than a feeder may be silent. Exact.
pub fn is_too_silent(silent: Moment, day: Moment) -> bool {
	// Products of 64 bits and a percentage: nothing saturates.
	u128::from(silent).saturating_mul(WHOLE) > u128::from(day).saturating_mul(JAIL_ABOVE)
}
