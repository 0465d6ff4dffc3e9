//! The edges between rungs.

use core::cmp::Ordering;

use sp_core::{U256, U512};

use crate::powers::{FALLING, RISING};

/// The lower end of a rung: `mantissa · 2^exponent`, with 2^127 ≤ mantissa < 2^128.
///
/// Since the mantissa is normalised, edges compare by exponent first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Edge {
	exponent: i32,
	mantissa: u128,
}

impl Edge {
	/// g^0.
	const ONE: Self = Self::normalised(1 << 127, -127);

	/// An edge from parts that are known to be normalised.
	pub(crate) const fn normalised(mantissa: u128, exponent: i32) -> Self {
		Self { exponent, mantissa }
	}

	/// g^t, as the ladder defines it: from the lowest bit of |t| to the highest, each product cut to
	/// 128 bits. For |t| < 2^17.
	pub(crate) fn at(t: i32) -> Self {
		let powers = if t < 0 { &FALLING } else { &RISING };
		let mut edge = Self::ONE;
		let mut rest = t.unsigned_abs();
		for power in powers {
			if rest & 1 == 1 {
				edge = edge.times(*power);
			}
			rest >>= 1;
		}
		edge
	}

	/// The product, cut to 128 bits.
	fn times(self, other: Self) -> Self {
		// Both mantissas are at least 2^127, hence the product is at least 2^254: its leading bit is
		// the highest or the one after. Exponents stay within ±512, so nothing wraps.
		let (low, high) = self.mantissa.carrying_mul(other.mantissa, 0);
		let exponent = self.exponent.wrapping_add(other.exponent);
		if high.leading_zeros() == 0 {
			Self::normalised(high, exponent.wrapping_add(128))
		} else {
			Self::normalised((high << 1) | (low >> 127), exponent.wrapping_add(127))
		}
	}

	/// The 128 significant bits: in [2^127, 2^128).
	pub const fn mantissa(self) -> u128 {
		self.mantissa
	}

	/// The power of two that the mantissa is multiplied with: in [−256, 1].
	pub const fn exponent(self) -> i32 {
		self.exponent
	}

	/// How the edge compares to `numerator/denominator`: exactly, by cross-multiplication.
	///
	/// `None` if the denominator is 0.
	pub fn compared_to(self, numerator: U256, denominator: U256) -> Option<Ordering> {
		if denominator.is_zero() {
			return None;
		}
		// mantissa·denominator < 2^384, and of the shifts one is at most 1 and the other at most 256:
		// both sides stay below 2^512.
		let mut ours = U256::from(self.mantissa).full_mul(denominator);
		let mut theirs = U512::from(numerator);
		if self.exponent < 0 {
			theirs = shifted(theirs, self.exponent.unsigned_abs());
		} else {
			ours = shifted(ours, self.exponent.unsigned_abs());
		}
		Some(ours.cmp(&theirs))
	}
}

/// x·2^bits, where the caller has made sure that it fits.
#[allow(clippy::arithmetic_side_effects)] // A shift of `U512` drops bits, but cannot panic.
fn shifted(x: U512, bits: u32) -> U512 {
	x << bits
}
