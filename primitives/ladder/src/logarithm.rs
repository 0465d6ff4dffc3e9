//! An estimate of the rung from binary logarithms, good to one step.

use sp_core::U256;

/// Bits after the point of a logarithm here.
pub(crate) const FRACTION_BITS: u32 = 20;

/// 1/log2(g) = 693.493696416823…, rounded to [`FRACTION_BITS`].
const STEPS_PER_DOUBLING: i64 = 727_180_846;

/// t with g^t ≈ numerator/denominator, both above 0. It is the right rung or a neighbour of it.
///
/// The two logarithms are cut, so their difference is off by less than 2^−20 either way, which is
/// 0.0007 steps; the rounding of the constant adds 256·2^−21 = 0.0002 steps at most.
pub(crate) fn estimated_steps(numerator: U256, denominator: U256) -> i64 {
	// Logarithms are below 2^8, with the fraction 2^28, and the constant is below 2^30: neither
	// saturates.
	binary_logarithm(numerator)
		.saturating_sub(binary_logarithm(denominator))
		.saturating_mul(STEPS_PER_DOUBLING)
		>> (2 * FRACTION_BITS)
}

/// ⌊2^20·log2(x)⌋ or one less, for x > 0.
pub(crate) fn binary_logarithm(x: U256) -> i64 {
	let leading = x.leading_zeros();
	let mut logarithm = i64::from(255u32.saturating_sub(leading));
	// x/2^⌊log2 x⌋ in [1, 2), as 2^63..2^64. Squaring doubles its logarithm: the bit that appears
	// before the point is the next one of the fraction.
	let mut mantissa = leading_word(x, leading);
	for _ in 0..FRACTION_BITS {
		let square = u128::from(mantissa).saturating_mul(u128::from(mantissa));
		let doubled = square.leading_zeros() == 0;
		mantissa = high_word(if doubled { square } else { square << 1 });
		logarithm = (logarithm << 1) | i64::from(doubled);
	}
	logarithm
}

/// The 64 bits from the first that is set.
#[allow(clippy::arithmetic_side_effects)] // A shift of `U256` drops bits, but cannot panic.
fn leading_word(x: U256, leading_zeros: u32) -> u64 {
	let U256([_, _, _, word]) = x << leading_zeros;
	word
}

/// The upper half.
#[allow(clippy::cast_possible_truncation)] // What is left after the shift has 64 bits.
const fn high_word(x: u128) -> u64 {
	(x >> 64) as u64
}
