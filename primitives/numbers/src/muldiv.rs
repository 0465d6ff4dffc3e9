//! Multiply-divide: the product is never cut, and the quotient is rounded once.

use sp_arithmetic::{
	helpers_128bit::multiply_by_rational_with_rounding, FixedPointNumber, Rounding,
};
use sp_core::{U256, U512};

use crate::Ratio;

/// 10^18: one, as the inner value of a [`Ratio`] or of a [`crate::Price`].
pub(crate) const RATIO_ONE: u128 = Ratio::DIV;

/// ⌊a·b/c⌋.
///
/// `None` if `c` is 0 or the quotient does not fit 128 bits. The product may take all of 256 bits.
pub fn mul_div_floor(a: u128, b: u128, c: u128) -> Option<u128> {
	multiply_by_rational_with_rounding(a, b, c, Rounding::Down)
}

/// ⌈a·b/c⌉.
///
/// `None` if `c` is 0 or the quotient does not fit 128 bits. The product may take all of 256 bits.
pub fn mul_div_ceil(a: u128, b: u128, c: u128) -> Option<u128> {
	multiply_by_rational_with_rounding(a, b, c, Rounding::Up)
}

/// ⌊amount·ratio⌋, in units of `amount`.
///
/// `None` on overflow.
pub fn ratio_mul_floor(amount: u128, ratio: Ratio) -> Option<u128> {
	mul_div_floor(amount, ratio.into_inner(), RATIO_ONE)
}

/// ⌈amount·ratio⌉, in units of `amount`.
///
/// `None` on overflow.
pub fn ratio_mul_ceil(amount: u128, ratio: Ratio) -> Option<u128> {
	mul_div_ceil(amount, ratio.into_inner(), RATIO_ONE)
}

/// 10^decimals: raw units in a whole unit.
///
/// `None` above 38 decimals, where it leaves 128 bits.
pub fn pow10(decimals: u8) -> Option<u128> {
	10u128.checked_pow(u32::from(decimals))
}

/// a·b, exactly.
pub(crate) fn product(a: u128, b: u128) -> U256 {
	let (low, high) = a.carrying_mul(b, 0);
	let (low_0, low_1) = words(low);
	let (high_0, high_1) = words(high);
	U256([low_0, low_1, high_0, high_1])
}

/// ⌊n/d⌋, and whether something was cut. `None` if `d` is 0 or the quotient leaves 128 bits.
pub(crate) fn quotient(n: U512, d: U512) -> Option<(u128, bool)> {
	if d.is_zero() {
		return None;
	}
	let (quotient, remainder) = n.div_mod(d);
	Some((u128::try_from(quotient).ok()?, !remainder.is_zero()))
}

/// ⌊n/d⌋. `None` as for [`quotient`].
pub(crate) fn quotient_floor(n: U512, d: U512) -> Option<u128> {
	quotient(n, d).map(|(floor, _)| floor)
}

/// ⌈n/d⌉. `None` as for [`quotient`], or if rounding up leaves 128 bits.
pub(crate) fn quotient_ceil(n: U512, d: U512) -> Option<u128> {
	let (floor, inexact) = quotient(n, d)?;
	floor.checked_add(u128::from(inexact))
}

/// The low and the high 64 bits.
#[allow(clippy::cast_possible_truncation)] // Cutting to the low half is the purpose.
const fn words(x: u128) -> (u64, u64) {
	(x as u64, (x >> 64) as u64)
}
