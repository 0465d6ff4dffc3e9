//! Cash shared out in proportion.

use sp_core::{bounded::BoundedVec, Get};
use strata_numbers::mul_div_floor;

use crate::PerClass;

/// `cash` shared out by `needs`: ⌊cash · need / Σ needs⌋ each, what rounding leaves a unit at a time
/// from the first on, nobody more than its need. `None` if the sum of the needs does not fit.
pub(crate) fn pro_rata(cash: u128, needs: PerClass<u128>) -> Option<PerClass<u128>> {
	let all = sum(needs.iter().copied())?;
	if all <= cash {
		return Some(needs);
	}
	let mut shares = collect(needs.iter().map(|need| mul_div_floor(cash, *need, all)))?;
	let mut rest = cash.checked_sub(sum(shares.iter().copied())?)?;
	// Below its need is every class that has one, and there are more of them than units.
	for (share, need) in shares.iter_mut().zip(needs.iter()) {
		if rest > 0 && *share < *need {
			*share = share.checked_add(1)?;
			rest = rest.checked_sub(1)?;
		}
	}
	Some(shares)
}

/// The sum, if it fits.
pub(crate) fn sum(amounts: impl IntoIterator<Item = u128>) -> Option<u128> {
	amounts.into_iter().try_fold(0u128, u128::checked_add)
}

/// All items, if each exists and they fit.
pub(crate) fn collect<T, S: Get<u32>>(
	items: impl IntoIterator<Item = Option<T>>,
) -> Option<BoundedVec<T, S>> {
	let mut all = BoundedVec::new();
	for item in items {
		all.try_push(item?).ok()?;
	}
	Some(all)
}
