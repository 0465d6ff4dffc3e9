//! What is left of a part when its whole has shrunk.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::{mul_div_ceil, mul_div_floor};

/// `left` out of `whole`: what a rung has after a liquidation, over what it had.
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
pub struct Fraction {
	/// What is left; ≤ `whole`.
	pub left: u128,
	/// What there was. Zero only together with `left`.
	pub whole: u128,
}

impl Fraction {
	/// Nothing was taken.
	pub const ONE: Self = Self { left: 1, whole: 1 };

	/// ⌊part·left/whole⌋: collateral and principal of a vault. 0 of a whole of 0. `None` if the
	/// quotient does not fit, which a part of the whole cannot cause.
	pub fn floor(self, part: u128) -> Option<u128> {
		if self.whole == 0 {
			return Some(0);
		}
		mul_div_floor(part, self.left, self.whole)
	}

	/// ⌈part·left/whole⌉: debt of a vault. 0 of a whole of 0. `None` as for [`Fraction::floor`].
	pub fn ceil(self, part: u128) -> Option<u128> {
		if self.whole == 0 {
			return Some(0);
		}
		mul_div_ceil(part, self.left, self.whole)
	}
}
