//! How far a value may be moved at once, how soon again, and how much in a window.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::PalletError;
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use strata_numbers::mul_div_floor;
use strata_traits::Moment;

/// Most steps of a value within a window.
pub const MAX_STEPS: u32 = 16;

/// A hundred per cent.
const BASIS_POINTS: u128 = 10_000;

/// The most that a value may move.
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
pub struct Limit {
	/// So much in any case: else a small value could never move.
	pub floor: u128,
	/// No more than that, unless the floor is higher.
	pub most: u128,
	/// A share of the value, in 1/10,000.
	pub basis_points: u32,
}

impl Limit {
	/// A limit that does not depend on the value.
	pub const fn absolute(most: u128) -> Self {
		Self { floor: most, most, basis_points: 0 }
	}

	/// A limit in proportion to the value, but for `floor`.
	pub const fn share(basis_points: u32, floor: u128) -> Self {
		Self { floor, most: u128::MAX, basis_points }
	}

	/// max(floor, min(most, ⌊value·basis points/10^4⌋)). Total: a share beyond 128 bits is beyond
	/// `most` too.
	pub fn of(&self, value: u128) -> u128 {
		let share = mul_div_floor(value, self.basis_points.into(), BASIS_POINTS);
		share.unwrap_or(u128::MAX).min(self.most).max(self.floor)
	}
}

/// What stewards may do to a value.
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
pub struct StepTerms {
	/// How far one step goes, of the value before it.
	pub step: Limit,
	/// Least time after the last change, milliseconds.
	pub interval: Moment,
	/// How far all steps of a window go together, of the value before the first of them.
	pub budget: Limit,
}

/// Why a step is refused.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PalletError,
	PartialEq,
	TypeInfo,
)]
pub enum StepRefused {
	/// The value is not one that is moved by steps.
	NoSteps,
	/// It goes further than a step.
	TooFar,
	/// The value was changed too short a time ago.
	TooSoon,
	/// With the steps of the window it goes further than the budget, or there were as many as are kept.
	OverBudget,
}

/// A step that was made.
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
pub struct Step {
	/// When, milliseconds since 1970.
	pub at: Moment,
	/// The value before it.
	pub from: u128,
	/// How far it went, whichever way.
	pub by: u128,
}

/// The changes of one value.
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
pub struct Record {
	/// The last change by whomever, if there was one.
	pub changed: Option<Moment>,
	/// The steps of stewards, the oldest first.
	pub steps: BoundedVec<Step, ConstU32<MAX_STEPS>>,
}

/// Whether a step made `at` still counts at `now`: less than `window` has passed.
fn counts(at: Moment, window: Moment, now: Moment) -> bool {
	// A clock that ran backwards would forget nothing.
	now.saturating_sub(at) < window
}

/// Whether every step from one of `from` to `to` is short enough.
///
/// # Errors
/// [`StepRefused::TooFar`].
pub(crate) fn ensure_near(
	from: impl Iterator<Item = u128>,
	to: u128,
	limit: &Limit,
) -> Result<(), StepRefused> {
	for value in from {
		if value.abs_diff(to) > limit.of(value) {
			return Err(StepRefused::TooFar);
		}
	}
	Ok(())
}

impl Record {
	/// The steps that count at `now`.
	fn counted(&self, window: Moment, now: Moment) -> impl Iterator<Item = &Step> {
		self.steps.iter().filter(move |step| counts(step.at, window, now))
	}

	/// How far the steps that count at `now` went together. `None` if the sum does not fit.
	pub fn spent(&self, window: Moment, now: Moment) -> Option<u128> {
		self.counted(window, now).try_fold(0u128, |sum, step| sum.checked_add(step.by))
	}

	/// How far they may go together, if the value is `value`.
	pub fn budget(&self, limit: &Limit, window: Moment, now: Moment, value: u128) -> u128 {
		limit.of(self.counted(window, now).next().map_or(value, |first| first.from))
	}

	/// Notes a step of `by` from `from`.
	///
	/// # Errors
	/// [`StepRefused::TooSoon`], [`StepRefused::OverBudget`]; nothing is noted then.
	pub(crate) fn step(
		&mut self,
		from: u128,
		by: u128,
		terms: &StepTerms,
		window: Moment,
		now: Moment,
	) -> Result<(), StepRefused> {
		let since = |changed| now.checked_sub(changed);
		let waited = |changed| since(changed).is_some_and(|passed| passed >= terms.interval);
		if !self.changed.is_none_or(waited) {
			return Err(StepRefused::TooSoon);
		}
		let sum = self.spent(window, now).and_then(|spent| spent.checked_add(by));
		let within = sum.is_some_and(|sum| sum <= self.budget(&terms.budget, window, now, from));
		if !within {
			return Err(StepRefused::OverBudget);
		}
		let mut steps = self.steps.clone();
		steps.retain(|step| counts(step.at, window, now));
		steps.try_push(Step { at: now, from, by }).map_err(|_| StepRefused::OverBudget)?;
		(self.steps, self.changed) = (steps, Some(now));
		Ok(())
	}
}
