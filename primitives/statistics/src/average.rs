//! Time-weighted averages over a bounded ring of observations.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

/// What a value has added up to: Σ value·Δt.
///
/// A product of 128 and 64 bits leaves 128; 256 bits are enough for 10^30 years of any value.
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
pub struct Observation {
	/// Up to when, milliseconds since the epoch.
	pub at: u64,
	/// Σ value·Δt, in the unit of the feed times milliseconds. Never falls.
	pub sum: U256,
	/// Time without a valid value, milliseconds. Never falls.
	pub missing: u64,
}

impl Observation {
	/// The first observation: nothing has added up yet.
	pub const fn starting(at: u64) -> Self {
		Self { at, sum: U256::zero(), missing: 0 }
	}

	/// After `value` held from `self.at` to `now`, but not at `valid_until` or later: that time is
	/// missing. A value that never held is one with a `valid_until` in the past.
	///
	/// Exact. `None` if `now` lies before `self.at`, or on overflow.
	pub fn advanced(self, value: u128, valid_until: u64, now: u64) -> Option<Self> {
		let elapsed = now.checked_sub(self.at)?;
		let held = valid_until.min(now).saturating_sub(self.at);
		let added = U256::from(value).checked_mul(held.into())?;
		Some(Self {
			at: now,
			sum: self.sum.checked_add(added)?,
			missing: self.missing.checked_add(elapsed.checked_sub(held)?)?,
		})
	}
}

/// The average of a value over a window. `floor ≤ exact ≤ ceil`, and both lie between the least and
/// the greatest value that held in the window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Average {
	/// Rounded down: collateral.
	pub floor: u128,
	/// Rounded up: debt.
	pub ceil: u128,
	/// When the window began, milliseconds since the epoch: at the latest observation that makes it
	/// as long as was asked.
	pub since: u64,
}

/// Why there is no average.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum NoAverage {
	/// A window of no length.
	Empty,
	/// The window begins before the oldest observation, or before time.
	TooLong,
	/// The window is incomplete.
	Incomplete {
		/// Time in it without a valid value, milliseconds.
		missing: u64,
	},
	/// The observations do not belong together: a sum fell.
	Inconsistent,
}

/// The last `N` observations. The newest replaces the oldest.
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
pub struct Ring<const N: usize> {
	/// Oldest first.
	observations: [Observation; N],
}

impl<const N: usize> Ring<N> {
	/// Starts with one observation.
	pub const fn starting(first: Observation) -> Self {
		Self { observations: [first; N] }
	}

	/// The newest observation. `None` only for an `N` of 0.
	pub fn newest(&self) -> Option<&Observation> {
		self.observations.last()
	}

	/// Puts `observation` in the place of the oldest, and answers whether it did: not before `spacing`
	/// milliseconds, or 1, have passed since the newest. O(N).
	pub fn observe(&mut self, observation: Observation, spacing: u64) -> bool {
		let Some(last) = self.observations.last() else { return false };
		if observation.at.saturating_sub(last.at) < spacing.max(1) {
			return false;
		}
		self.observations.rotate_left(1);
		if let Some(newest) = self.observations.last_mut() {
			*newest = observation;
		}
		true
	}

	/// The average over the last `length` milliseconds before `now`, an observation brought up to the
	/// present ([`Observation::advanced`]).
	///
	/// The window begins at an observation, so that the average is exact: it is longer than asked by
	/// less than the distance of two observations. O(N).
	///
	/// # Errors
	/// [`NoAverage`]: an incomplete window has no average that may be relied on.
	pub fn average(&self, now: &Observation, length: u64) -> Result<Average, NoAverage> {
		if length == 0 {
			return Err(NoAverage::Empty);
		}
		let from = now.at.checked_sub(length).ok_or(NoAverage::TooLong)?;
		let start = self.observations.iter().rev().find(|held| held.at <= from);
		let start = start.ok_or(NoAverage::TooLong)?;
		let inconsistent = NoAverage::Inconsistent;
		match now.missing.checked_sub(start.missing).ok_or(inconsistent)? {
			0 => (),
			missing => return Err(NoAverage::Incomplete { missing }),
		}
		let sum = now.sum.checked_sub(start.sum).ok_or(inconsistent)?;
		// Not 0: it is `length` or more.
		let time = now.at.checked_sub(start.at).ok_or(inconsistent)?;
		let floor = sum.checked_div(time.into()).ok_or(inconsistent)?;
		let exact = floor.checked_mul(time.into()).ok_or(inconsistent)? == sum;
		let floor = u128::try_from(floor).map_err(|_| inconsistent)?;
		let ceil = floor.checked_add(u128::from(!exact)).ok_or(inconsistent)?;
		Ok(Average { floor, ceil, since: start.at })
	}
}
