//! What a panel secures, what a bribe and a freeze cost.

use proptest::prelude::*;
use sp_arithmetic::Perbill;

use super::{big, ceil, floor, fraction};
use crate::*;

const YEAR: u64 = 365 * 86_400_000;

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..40, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

/// With a fee of 20 and a deposit of 300 of which 60 % can be lost.
fn panel(claim: Balance, appeals: u8) -> Option<u8> {
	panel_for(claim, 5, appeals, 20, 300, Perbill::from_percent(60))
}

#[test]
fn a_panel_secures_what_its_jurors_can_lose() {
	let most = Perbill::from_percent(60);
	for (seats, expected) in [(0, 0), (1, 200), (5, 1_000), (11, 2_200), (23, 4_600), (47, 9_400)] {
		assert_eq!(secured(seats, 20, 300, most), Some(expected), "{seats}");
	}
	// Rounded once for the panel, not for each seat: 5 · 0.6 · 3 = 9.
	assert_eq!(secured(5, 0, 3, most), Some(9));
	assert_eq!(secured(1, 0, 3, most), Some(1));
	assert_eq!(secured(1, 0, u128::MAX, Perbill::one()), Some(u128::MAX));
	assert_eq!(secured(1, 1, u128::MAX, Perbill::one()), None);
	assert_eq!(secured(2, 0, u128::MAX, Perbill::one()), None);
	assert_eq!(secured(2, u128::MAX, 0, Perbill::one()), None);
}

#[test]
fn the_smallest_panel_that_secures_a_claim() {
	for (claim, seats) in [
		(0, Some(5)),
		(1_000, Some(5)),
		(1_001, Some(11)),
		(2_200, Some(11)),
		(2_201, Some(23)),
		(4_600, Some(23)),
		(4_601, Some(47)),
		(9_400, Some(47)),
		(9_401, None),
		(u128::MAX, None),
	] {
		assert_eq!(panel(claim, 3), seats, "{claim}");
	}
	assert_eq!(panel(1_001, 0), None, "there is no appeal");
	assert_eq!(panel(9_401, 4), Some(95));
	assert_eq!(panel(19_000, 4), Some(95));
	assert_eq!(panel(19_001, u8::MAX), None, "there is no greater panel");
	assert_eq!(panel_for(0, 0, 3, 20, 300, Perbill::one()), None, "no seats");
	assert_eq!(panel_for(1, 5, 3, u128::MAX, 300, Perbill::one()), None, "beyond 128 bits");
}

/// Worked out apart, in whole units to the nearest, with ε = 0. In raw units, here thousandths, it is rounded
/// down.
#[test]
fn the_worked_bribes() {
	for (seats, fee, deposit, raw, whole) in [
		(31, 0, 500, 14_531_250, 14_531),
		(255, 0, 500, 126_503_906, 126_504),
		(47, 1, 5, 270_250, 270),
	] {
		assert_eq!(bribe(seats, fee * 1_000, deposit * 1_000, 0), Some(raw), "{seats}");
		assert_eq!((raw + 500) / 1_000, whole, "{seats}");
	}
}

#[test]
fn bribes_at_the_edges() {
	assert_eq!(bribe(0, 1, 1, 1), None, "no seats");
	assert_eq!(bribe(1, 1, 1, 1), Some(0), "nobody but the one");
	assert_eq!(bribe(3, 0, 0, 0), Some(0));
	assert_eq!(bribe(5, 0, 0, 7), Some(14), "ε for each of two");
	// One promise is for what a coherent juror gets, 5·20 + 2·300 among three, and 300 and 1.
	assert_eq!(bribe(5, 20, 300, 1), Some((2 * 700) / 3 + 2 * 301));
	assert_eq!(bribe(5, 0, u128::MAX, 0), None);
	assert_eq!(bribe(5, u128::MAX, 0, 0), None);
	assert_eq!(bribe(5, 0, 0, u128::MAX), None);
}

#[test]
fn a_freeze_costs_a_tenth_and_interest() {
	let yearly = Perbill::from_percent(5);
	for (amount, millis, expected) in [
		(0, YEAR, 0),
		(1, 0, 1),
		(10, 0, 1),
		(11, 0, 2),
		(1_000_000, 0, 100_000),
		(1_000_000, YEAR, 150_000),
		(1_000_000, YEAR / 2, 125_000),
		// A millisecond of it is rounded up to a unit.
		(1_000_000, 1, 100_001),
		(1_000_000, YEAR + 1, 150_001),
		(1, YEAR, 2),
	] {
		assert_eq!(freeze_bond(amount, yearly, millis), Some(expected), "{amount} {millis}");
	}
	assert_eq!(freeze_bond(1_000_000, Perbill::zero(), u64::MAX), Some(100_000));
	assert_eq!(freeze_bond(u128::MAX, Perbill::zero(), 0), Some(u128::MAX.div_ceil(10)));
	assert_eq!(freeze_bond(u128::MAX, Perbill::one(), YEAR), None);
	assert_eq!(freeze_bond(u128::MAX, Perbill::one(), u64::MAX), None);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn secured_is_exact_but_for_one_rounding(
		seats: u8,
		fee in amount(),
		deposit in amount(),
		most in 0..=1_000_000_000u32,
	) {
		let of_deposits = fraction(big(seats) * big(deposit) * most, 1_000_000_000);
		let exact = of_deposits + big(seats) * big(fee);
		prop_assert_eq!(secured(seats, fee, deposit, Perbill::from_parts(most)), floor(&exact));
	}

	#[test]
	fn the_panel_for_a_claim_secures_it_and_no_smaller_one_does(
		claim in 0u128..1 << 60,
		first in 1u8..=47,
		appeals in 0u8..6,
		fee in 0u128..1 << 52,
		deposit in 0u128..1 << 52,
		most in 0..=1_000_000_000u32,
	) {
		let most = Perbill::from_parts(most);
		let chain = std::iter::successors(Some(first), |seats| next_panel(*seats));
		let secures = |seats: &u8| secured(*seats, fee, deposit, most).unwrap() >= claim;
		let expected = chain.take(usize::from(appeals) + 1).find(secures);
		prop_assert_eq!(panel_for(claim, first, appeals, fee, deposit, most), expected);
	}

	#[test]
	fn a_bribe_is_exact_but_for_one_rounding(
		seats in 1u8..,
		fee in amount(),
		deposit in amount(),
		epsilon in amount(),
	) {
		let half = big(seats / 2);
		let pot = big(seats) * big(fee) + &half * big(deposit);
		let each = fraction(pot, big(seats) - &half) + big(deposit) + big(epsilon);
		let exact = each * &half;
		match bribe(seats, fee, deposit, epsilon) {
			Some(bribe) => prop_assert_eq!(Some(bribe), floor(&exact)),
			// On the way to it a pot or a promise may leave 128 bits sooner.
			None => prop_assert!(seats == 1 || exact * big(2) >= fraction(u128::MAX, 1)),
		}
	}

	#[test]
	fn a_freeze_bond_is_never_too_low(
		amount in amount(),
		yearly in 0..=1_000_000_000u32,
		millis in prop_oneof![0..=4 * YEAR, any::<u64>()],
	) {
		let tenth = ceil(&fraction(amount, 10)).unwrap();
		let time = big(1_000_000_000u32) * big(YEAR);
		let interest = ceil(&fraction(big(amount) * yearly * millis, time));
		let expected = interest.and_then(|interest| interest.checked_add(tenth));
		prop_assert_eq!(freeze_bond(amount, Perbill::from_parts(yearly), millis), expected);
	}
}
