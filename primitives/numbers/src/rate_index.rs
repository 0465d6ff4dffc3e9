//! The index R that turns normalised debt into debt, compounding per second.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{mul_div_ceil, mul_div_floor, Ratio};

/// Seconds in the year that yearly rates of a [`RateIndex`] refer to: 365 days.
pub const SECONDS_PER_YEAR: u128 = 31_536_000;

/// One, with the 27 decimals of the index.
const ONE: u128 = 1_000_000_000_000_000_000_000_000_000;

/// What a yearly rate of 18 decimals is multiplied with to have 27.
const RATE_SCALE: u128 = 1_000_000_000;

/// R: how much one unit of debt drawn at the start has grown to. 27 decimals, from
/// [`RateIndex::ONE`] upwards to 340 thousand million; beyond that growth is `None`.
///
/// A vault stores normalised debt d; its debt is d·R. R is brought up to date on first touch in a
/// block and before any change of the rate, so that no vault is touched when interest accrues.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct RateIndex(u128);

impl Default for RateIndex {
	fn default() -> Self {
		Self::ONE
	}
}

impl RateIndex {
	/// Where every index starts: 10^27.
	pub const ONE: Self = Self(ONE);

	/// An index from its value with 27 decimals.
	///
	/// `None` below [`RateIndex::ONE`]: an index never falls.
	pub const fn from_inner(inner: u128) -> Option<Self> {
		if inner < ONE {
			return None;
		}
		Some(Self(inner))
	}

	/// The value with 27 decimals.
	pub const fn inner(self) -> u128 {
		self.0
	}

	/// R·(1 + yearly/31 536 000)^seconds, rounded up.
	///
	/// The factor of one second is 10^27 + ⌈yearly·10^27/31 536 000⌉; it is raised by squaring, from
	/// the lowest bit of `seconds` to the highest, and every multiplication rounds up. That order
	/// makes the result monotone in `seconds` *exactly*: the product of the first k squares, rounded
	/// up at each step, never exceeds the next square. Zero seconds and a rate of 0 are the identity.
	/// The result is never below the exact value, and above it by less than a factor
	/// (1 + 10^−27)^(seconds + 1).
	///
	/// O(log seconds). `None` if the index, or the factor, leaves 128 bits.
	pub fn grown_ceil(self, yearly: Ratio, seconds: u64) -> Option<Self> {
		let per_second =
			ONE.checked_add(mul_div_ceil(yearly.into_inner(), RATE_SCALE, SECONDS_PER_YEAR)?)?;
		mul_div_ceil(self.0, power_ceil(per_second, seconds)?, ONE).map(Self)
	}

	/// ⌈d·R⌉: what a vault owes.
	///
	/// `None` on overflow.
	pub fn debt_ceil(self, normalised: u128) -> Option<u128> {
		mul_div_ceil(normalised, self.0, ONE)
	}

	/// ⌊d·R⌋: what a debt is worth to the lender.
	///
	/// `None` on overflow.
	pub fn debt_floor(self, normalised: u128) -> Option<u128> {
		mul_div_floor(normalised, self.0, ONE)
	}

	/// ⌈debt/R⌉: the normalised debt that a draw adds.
	///
	/// `None` only for an index of 0, which cannot be made but can be decoded: R ≥ 1, so the
	/// result never exceeds `debt`.
	pub fn normalised_ceil(self, debt: u128) -> Option<u128> {
		mul_div_ceil(debt, ONE, self.0)
	}

	/// ⌊debt/R⌋: the normalised debt that a repayment removes.
	///
	/// `None` as for [`RateIndex::normalised_ceil`].
	pub fn normalised_floor(self, debt: u128) -> Option<u128> {
		mul_div_floor(debt, ONE, self.0)
	}
}

/// factor^exponent with 27 decimals, every multiplication rounded up; `factor` ≥ 1.
///
/// A square is taken only if a higher bit needs it, so that `None` means that the result itself,
/// rounded up, leaves 128 bits.
fn power_ceil(factor: u128, exponent: u64) -> Option<u128> {
	let mut result = ONE;
	let mut square = factor;
	let mut rest = exponent;
	while rest > 0 {
		if rest & 1 == 1 {
			result = mul_div_ceil(result, square, ONE)?;
		}
		rest >>= 1;
		if rest > 0 {
			square = mul_div_ceil(square, square, ONE)?;
		}
	}
	Some(result)
}
