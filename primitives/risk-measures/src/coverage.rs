//! How far a coverage test is from failing.

use sp_arithmetic::FixedPointNumber;
use strata_numbers::{mul_div_floor, ratio_mul_ceil, Ratio};

/// What covers, what is covered, and how much of the one the other must have. Passed if
/// `numerator ≥ threshold · denominator`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Coverage {
	/// What covers.
	pub numerator: u128,
	/// What is covered.
	pub denominator: u128,
	/// How much of it must be covered.
	pub threshold: Ratio,
}

impl Coverage {
	/// Whether it passes: exactly. What must be there does not fit 128 bits: it is not there.
	pub fn passes(&self) -> bool {
		self.required().is_some_and(|required| self.numerator >= required)
	}

	/// `numerator / denominator`, rounded down; `None` if nothing is to be covered, or above 3.4·10^20.
	pub fn ratio(&self) -> Option<Ratio> {
		mul_div_floor(self.numerator, Ratio::DIV, self.denominator).map(Ratio::from_inner)
	}

	/// The most of the numerator that may go and the test still passes; 0 if it passes narrowly or
	/// not at all.
	pub fn headroom(&self) -> u128 {
		let left = self.required().and_then(|required| self.numerator.checked_sub(required));
		left.unwrap_or(0)
	}

	/// ⌈threshold · denominator⌉: the least numerator that passes. `None` if it does not fit.
	pub fn required(&self) -> Option<u128> {
		ratio_mul_ceil(self.denominator, self.threshold)
	}

	/// How much more numerator would make the test pass; 0 if it does. `None` if it does not fit.
	pub fn missing(&self) -> Option<u128> {
		self.required().map(|required| required.saturating_sub(self.numerator))
	}
}
