use num_bigint::BigInt;
use proptest::prelude::*;

use super::exact::{fraction, half_error, half_to};
use crate::decay::{Decay, ONE};

fn check(elapsed: u64, half_life: u64) {
	let decay = Decay::over(elapsed, half_life).unwrap();
	let exact = half_to(elapsed.into(), u128::from(half_life) * 1_000);
	let places = BigInt::from(ONE);
	assert!(
		fraction(decay.least, places.clone()) <= &exact + half_error(),
		"{elapsed} {half_life}"
	);
	assert!(fraction(decay.most, places) >= &exact - half_error(), "{elapsed} {half_life}");
	assert!(decay.most <= ONE);
	assert!(decay.most - decay.least < 1 << 9, "{elapsed} {half_life} {decay:?}");
}

#[test]
fn whole_half_lives_are_exact_powers() {
	for halvings in 0..70u64 {
		let decay = Decay::over(halvings * 3_600_000, 3_600).unwrap();
		let exact = ONE >> halvings;
		assert_eq!(decay.least, exact);
		assert_eq!(decay.most, exact.max(1));
	}
}

#[test]
fn nothing_decays_in_no_time_and_no_half_life_is_refused() {
	assert_eq!(Decay::over(0, 1), Some(Decay { least: ONE, most: ONE }));
	assert_eq!(Decay::over(0, u64::MAX), Some(Decay { least: ONE, most: ONE }));
	assert_eq!(Decay::over(1, 0), None);
	assert_eq!(Decay::over(0, 0), None);
}

#[test]
fn ends_of_the_range() {
	for (elapsed, half_life) in [
		(1, 1),
		(1, u64::MAX),
		(u64::MAX, 1),
		(u64::MAX, u64::MAX),
		(1, 86_400),
		(999, 1),
		(1_001, 1),
	] {
		check(elapsed, half_life);
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn bounds_enclose_the_exact_value(
		elapsed in prop_oneof![0..100u64, 0..100_000_000u64, any::<u64>()],
		half_life in prop_oneof![1..100u64, 1..10_000_000u64, 1..u64::MAX],
	) {
		check(elapsed, half_life);
	}
}
