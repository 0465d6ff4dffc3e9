use num_traits::One;
use proptest::prelude::*;
use sp_arithmetic::FixedPointNumber;
use strata_numbers::Ratio;

use super::exact::{self, int};
use crate::{initial_ratio_ceil, latency, HaircutTerms, Variance};

fn percent(x: u32) -> Ratio {
	Ratio::from_rational(x.into(), 100)
}

fn terms() -> HaircutTerms {
	HaircutTerms { deviations: Ratio::from_rational(5, 2), least: percent(2), most: percent(40) }
}

#[test]
fn the_latency_is_all_that_a_price_may_be_behind() {
	assert_eq!(latency(1, 20, 300), Some(321));
	assert_eq!(latency(u64::MAX, 1, 0), None);
	assert_eq!(latency(0, u64::MAX, 1), None);
}

/// 1 % an hour, two and a half deviations, four hours: 5 %.
#[test]
fn a_haircut_between_its_bounds() {
	let variance = Variance::from_inner(10u128.pow(32) / 3_600);
	let hours = |n: u64| terms().haircut_ceil(variance, n * 3_600_000);
	assert_eq!(hours(4).into_inner().div_ceil(10u128.pow(9)), 50_000_000);
	assert_eq!(hours(0), percent(2));
	assert_eq!(hours(10_000), percent(40));
	assert_eq!(terms().haircut_ceil(Variance::default(), u64::MAX), percent(2));
	assert_eq!(terms().haircut_ceil(Variance::from_inner(u128::MAX), u64::MAX), percent(40));
	let endless = HaircutTerms { deviations: Ratio::from_inner(u128::MAX), ..terms() };
	assert_eq!(endless.haircut_ceil(Variance::from_inner(u128::MAX), u64::MAX), percent(40));
	assert!(terms().are_valid());
	assert!(!HaircutTerms { most: percent(1), ..terms() }.are_valid());
	assert!(!HaircutTerms { most: percent(100), ..terms() }.are_valid());
}

#[test]
fn the_initial_ratio_that_follows() {
	let of = |m, h| initial_ratio_ceil(percent(m), percent(h), percent(155), percent(250));
	// Below, inside, above the bounds.
	assert_eq!(of(150, 2), Some(percent(155)));
	assert_eq!(of(150, 25), Some(percent(200)));
	assert_eq!(of(150, 60), Some(percent(250)));
	// Up by a unit: 150 % / 0.93 does not divide.
	let odd = of(150, 7).unwrap();
	assert_eq!(odd.into_inner(), 1_612_903_225_806_451_613);
	assert_eq!(of(150, 100), None);
	assert_eq!(of(150, 101), None);
	assert_eq!(of(156, 2), None);
	assert_eq!(initial_ratio_ceil(percent(150), percent(2), percent(200), percent(199)), None);
	let huge = Ratio::from_inner(u128::MAX);
	assert_eq!(initial_ratio_ceil(huge, percent(1), huge, huge), None);
	assert_eq!(initial_ratio_ceil(huge, percent(0), huge, huge), Some(huge));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(5_000))]

	/// At least z·σ·√t, and less than one unit more.
	#[test]
	fn haircut_against_rationals(
		z in 0..10u128.pow(19), inner in (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s),
		time in prop_oneof![0..100_000_000u64, any::<u64>()],
	) {
		let terms = HaircutTerms { deviations: Ratio::from_inner(z), ..terms() };
		let variance = Variance::from_inner(inner);
		let found = terms.haircut_ceil(variance, time);
		let square = exact::ratio(terms.deviations).pow(2) * exact::variance(variance) * int(time) / int(1_000);
		prop_assert!(terms.least <= found && found <= terms.most);
		prop_assert!(found == terms.most || exact::ratio(found).pow(2) >= square);
		let below = exact::ratio(Ratio::from_inner(found.into_inner() - 1));
		prop_assert!(found == terms.least || below.pow(2) < square);
	}

	/// Unless governance capped it, m is left after the haircut, and one unit less would not do.
	#[test]
	fn what_is_left_after_the_haircut_is_the_liquidation_ratio(
		m in Ratio::DIV..5 * Ratio::DIV, h in 0..Ratio::DIV, above in 0..Ratio::DIV, room in 0..Ratio::DIV * 10,
	) {
		let (m, h) = (Ratio::from_inner(m), Ratio::from_inner(h));
		let least = Ratio::from_inner(m.into_inner() + above);
		let most = Ratio::from_inner(least.into_inner() + room);
		let found = initial_ratio_ceil(m, h, least, most).unwrap();
		let left = |ratio| exact::ratio(ratio) * exact::ratio(Ratio::one() - h);
		prop_assert!(m <= least && least <= found && found <= most);
		prop_assert!(found == most || left(found) >= exact::ratio(m));
		prop_assert!(found == least || left(Ratio::from_inner(found.into_inner() - 1)) < exact::ratio(m));
	}
}
