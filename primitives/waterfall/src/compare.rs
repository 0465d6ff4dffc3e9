//! Ratios compared and divided without an intermediate rounding.

use sp_core::U256;
use strata_numbers::Ratio;

/// 100 %.
pub(crate) const ONE: Ratio = Ratio::from_u32(1);

/// `ratio · amount` with 18 more decimals. `None` never: the product has 256 bits.
fn scaled(amount: u128, ratio: Ratio) -> Option<U256> {
	U256::from(amount).checked_mul(U256::from(ratio.into_inner()))
}

/// Whether `numerator < ratio · denominator`, exactly.
pub(crate) fn below(numerator: u128, ratio: Ratio, denominator: u128) -> bool {
	scaled(numerator, ONE) < scaled(denominator, ratio)
}

/// Whether `numerator > ratio · denominator`, exactly.
pub(crate) fn above(numerator: u128, ratio: Ratio, denominator: u128) -> bool {
	scaled(numerator, ONE) > scaled(denominator, ratio)
}

/// The least y with `numerator − y ≥ ratio · (denominator − y)`, that is ⌈(ratio·denominator −
/// numerator) / (ratio − 1)⌉, or `most` if that is less. Nothing cures a ratio of 1 or below: zero.
pub(crate) fn taken_from_both(
	numerator: u128,
	ratio: Ratio,
	denominator: u128,
	most: u128,
) -> Option<u128> {
	let beyond = U256::from(ratio.into_inner().saturating_sub(ONE.into_inner()));
	let missing = scaled(denominator, ratio)?.saturating_sub(scaled(numerator, ONE)?);
	if beyond.is_zero() || missing.is_zero() {
		return Some(0);
	}
	let (floor, rest) = missing.div_mod(beyond);
	let least = floor.checked_add(U256::from(u8::from(!rest.is_zero())))?;
	Some(u128::try_from(least).map_or(most, |least| least.min(most)))
}
