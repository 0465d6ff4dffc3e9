//! Expected shortfalls of several books put together.

use sp_arithmetic::{FixedI128, FixedPointNumber};
use sp_core::U512;

/// 1 with the decimals of a correlation.
const ONE: u128 = FixedI128::DIV.unsigned_abs();

/// ⌈√(Σ ρ_ij·ES_i·ES_j)⌉ of the `shortfalls` ES, with ρ_ii = 1 and ρ_ij = `correlation(i, j)` for
/// i < j, which is cut to [−1, 1]; but not below the largest of them: losses are never gains, so that
/// no shortfall of all of them is below that of one. Rounded once.
///
/// Correlations that were estimated pair by pair need not go together; the sum may then be negative,
/// and the largest shortfall is the answer. `None` if it does not fit.
pub fn correlated(
	shortfalls: &[u128],
	correlation: impl Fn(usize, usize) -> FixedI128,
) -> Option<u128> {
	let (mut above, mut below, mut largest) = (U512::zero(), U512::zero(), 0u128);
	for (i, one) in shortfalls.iter().enumerate() {
		largest = largest.max(*one);
		above = above.checked_add(product(*one, *one, ONE)?)?;
		for (j, other) in shortfalls.iter().enumerate().skip(i.checked_add(1)?) {
			let rho = correlation(i, j).into_inner();
			// ρ_ij = ρ_ji.
			let twice = rho.unsigned_abs().min(ONE).checked_mul(2)?;
			let sum = if rho < 0 { &mut below } else { &mut above };
			*sum = sum.checked_add(product(*one, *other, twice)?)?;
		}
	}
	let square = above.saturating_sub(below);
	// ⌈√⌈x⌉⌉ = ⌈√x⌉.
	let (quotient, rest) = square.div_mod(U512::from(ONE));
	let square = quotient.checked_add(U512::from(u8::from(!rest.is_zero())))?;
	let root = square.integer_sqrt();
	let exact = root.checked_mul(root)? == square;
	let root = u128::try_from(root).ok()?.checked_add(u128::from(!exact))?;
	Some(root.max(largest))
}

/// a·b·c: below 2^384, so that a sum of any number of them that memory holds fits.
fn product(a: u128, b: u128, c: u128) -> Option<U512> {
	U512::from(a).checked_mul(b.into())?.checked_mul(c.into())
}
