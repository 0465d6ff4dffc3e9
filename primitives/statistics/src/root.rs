//! Square roots of integers.

use sp_core::{U256, U512};

/// ⌊√n⌋. Of 256 bits it fits 128.
pub(crate) fn root_floor(n: U256) -> u128 {
	n.integer_sqrt().low_u128()
}

/// ⌈√n⌉. `None` if it leaves 128 bits.
///
/// Since ⌈√⌈x⌉⌉ = ⌈√x⌉ for every x ≥ 0, the root of a quotient rounded up is rounded once.
pub(crate) fn root_ceil(n: U512) -> Option<u128> {
	let floor = n.integer_sqrt();
	let exact = floor.checked_mul(floor)? == n;
	u128::try_from(floor).ok()?.checked_add(u128::from(!exact))
}

/// ⌈n/d⌉. `None` if `d` is 0.
pub(crate) fn quotient_ceil(n: U512, d: U512) -> Option<U512> {
	if d.is_zero() {
		return None;
	}
	let (floor, rest) = n.div_mod(d);
	if rest.is_zero() {
		Some(floor)
	} else {
		floor.checked_add(U512::one())
	}
}
