//! Differences of a loss curve.

use alloc::vec::Vec;

/// L(k + 1) − L(k): what each step of the shock costs more; one less than there are losses. `None` if
/// one leaves 127 bits.
pub fn first_differences(losses: &[u128]) -> Option<Vec<i128>> {
	let signed: Option<Vec<i128>> = losses.iter().map(|loss| i128::try_from(*loss).ok()).collect();
	differences(&signed?)
}

/// L(k + 1) − 2·L(k) + L(k − 1): how much more than the step before it; two less than there are
/// losses. Over equal steps it is not negative but for what rounding takes, a unit a rung. `None` if
/// one leaves 127 bits.
pub fn second_differences(losses: &[u128]) -> Option<Vec<i128>> {
	differences(&first_differences(losses)?)
}

fn differences(values: &[i128]) -> Option<Vec<i128>> {
	values.iter().zip(values.iter().skip(1)).map(|(a, b)| b.checked_sub(*a)).collect()
}
