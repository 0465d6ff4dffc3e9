//! The share that is slashed: its ends, that it is linear and never falls, and the rounding.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use crate::*;

fn exact(offenders: u32, validators: u32) -> BigRational {
	let Share { numerator, denominator } = slash_share(offenders, validators);
	BigRational::new(numerator.into(), denominator.into())
}

fn ratio(n: i64, d: i64) -> BigRational {
	BigRational::new(n.into(), d.into())
}

/// The formula as it is documented.
fn documented(offenders: u32, validators: u32) -> BigRational {
	let (k, n) = (i64::from(offenders), i64::from(validators));
	if k == 0 {
		return ratio(0, 1);
	}
	if 3 * k >= n {
		return ratio(1, 1);
	}
	ratio(1, 10) + ratio(9, 10) * ratio(k - 1, 1) / (ratio(n, 3) - ratio(1, 1))
}

fn bond() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..40, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

#[test]
fn nobody_who_offends_loses_nothing() {
	for validators in [0, 1, 3, 4, 100, u32::MAX] {
		assert_eq!(slash_share(0, validators), Share::NONE);
		assert_eq!(slashed(u128::MAX, 0, validators), 0);
	}
}

#[test]
fn one_of_three_or_fewer_is_a_third_and_loses_all() {
	for validators in 0..=3 {
		assert_eq!(slash_share(1, validators), Share::ALL);
		assert_eq!(slashed(1_000, 1, validators), 1_000);
	}
}

#[test]
fn a_lone_offender_loses_a_tenth_rounded_up() {
	for validators in [4, 5, 10, 99, 100, 1_000, u32::MAX] {
		assert_eq!(exact(1, validators), ratio(1, 10), "{validators}");
	}
	for (bond, lost) in [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (1_000, 100), (1_001, 101)] {
		assert_eq!(slashed(bond, 1, 100), lost, "{bond}");
	}
}

#[test]
fn figures_by_hand() {
	// Of 100: at 34 a third is reached. Each more costs 27/970.
	for (offenders, share) in
		[(2, ratio(124, 970)), (10, ratio(340, 970)), (33, ratio(961, 970)), (34, ratio(1, 1))]
	{
		assert_eq!(exact(offenders, 100), share, "{offenders}");
	}
	// Of 4 two are more than a third; of 6, 7, 9.
	assert_eq!(exact(2, 4), ratio(1, 1));
	assert_eq!(exact(2, 6), ratio(1, 1));
	assert_eq!(exact(2, 7), ratio(31, 40));
	assert_eq!(exact(2, 9), ratio(55, 100));
	assert_eq!(exact(3, 9), ratio(1, 1));
	assert_eq!(slashed(1_000, 2, 7), 775);
	assert_eq!(slashed(u128::MAX, 2, 9), u128::MAX / 20 * 11 + 9);
}

#[test]
fn every_set_the_chain_can_have_follows_the_formula() {
	for validators in 0..=100 {
		for offenders in 0..=validators {
			let found = exact(offenders, validators);
			assert_eq!(found, documented(offenders, validators), "{offenders}/{validators}");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn the_share_is_the_formula_and_at_most_one(offenders: u32, validators: u32) {
		let share = slash_share(offenders, validators);
		prop_assert!(share.denominator > 0 && share.numerator <= share.denominator);
		prop_assert_eq!(exact(offenders, validators), documented(offenders, validators));
	}

	#[test]
	fn more_offenders_never_cost_less(
		bond in bond(), offenders in 0u32..1_000, more in 0u32..1_000, validators in 0u32..2_000,
	) {
		let (fewer, all) = (offenders, offenders + more);
		prop_assert!(exact(fewer, validators) <= exact(all, validators));
		prop_assert!(slashed(bond, fewer, validators) <= slashed(bond, all, validators));
	}

	#[test]
	fn a_larger_set_never_makes_an_offence_dearer(
		bond in bond(), offenders in 0u32..1_000, validators in 0u32..2_000, more in 0u32..1_000,
	) {
		let larger = validators + more;
		prop_assert!(slashed(bond, offenders, larger) <= slashed(bond, offenders, validators));
	}

	#[test]
	fn equal_steps_cost_the_same(offenders in 1u32..1_000, more in 1u32..4_000) {
		// Fewer than a third, even with two more.
		let validators = 3 * (offenders + 2) + more;
		let step = exact(offenders + 1, validators) - exact(offenders, validators);
		let next = exact(offenders + 2, validators) - exact(offenders + 1, validators);
		prop_assert_eq!(step, next);
	}

	#[test]
	fn what_is_slashed_is_rounded_up_by_less_than_a_unit(
		bond in bond(), offenders: u32, validators: u32,
	) {
		let share = exact(offenders, validators);
		let due = share * BigRational::from_integer(BigInt::from(bond));
		let lost = slashed(bond, offenders, validators);
		prop_assert!(lost <= bond);
		let lost = BigRational::from_integer(BigInt::from(lost));
		prop_assert!(lost >= due && lost < due + ratio(1, 1));
	}
}
