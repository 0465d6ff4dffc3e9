//! Day counts.

use proptest::prelude::*;

use super::{big, floor, number};
use crate::{DayCount, Ratio};

const DAY: u64 = 86_400_000;

fn day_count() -> impl Strategy<Value = DayCount> {
	prop_oneof![Just(DayCount::Act365Fixed), Just(DayCount::Act360)]
}

fn days_a_year(convention: DayCount) -> u128 {
	match convention {
		DayCount::Act365Fixed => 365,
		DayCount::Act360 => 360,
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(20_000))]

	#[test]
	fn agrees_with_exact_division(
		convention in day_count(), balance in number(), yearly in number(), millis in any::<u64>(),
		shift in 0u32..64,
	) {
		let millis = millis >> shift;
		let n = big(balance) * big(yearly) * big(u128::from(millis));
		let d = big(10u128.pow(18)) * big(days_a_year(convention) * u128::from(DAY));
		let interest = convention.interest_floor(balance, Ratio::from_inner(yearly), millis);
		prop_assert_eq!(interest, floor(&n, &d));
	}

	/// Between midnights it is whole days over the days of a year.
	#[test]
	fn whole_days_are_days_over_the_year(
		convention in day_count(), balance in 0u128..1 << 60, yearly in 0u128..1 << 60,
		days in 0u64..20_000,
	) {
		let n = big(balance) * big(yearly) * big(u128::from(days));
		let d = big(10u128.pow(18)) * big(days_a_year(convention));
		let interest = convention.interest_floor(balance, Ratio::from_inner(yearly), days * DAY);
		prop_assert_eq!(interest, floor(&n, &d));
	}

	/// Splitting a period never pays more, and loses less than one unit per part.
	#[test]
	fn splitting_never_gains(
		convention in day_count(), balance in 0u128..1 << 90, yearly in 0u128..1 << 62,
		a in 0u64..1 << 40, b in 0u64..1 << 40,
	) {
		let yearly = Ratio::from_inner(yearly);
		let whole = convention.interest_floor(balance, yearly, a + b).unwrap();
		let parts = convention.interest_floor(balance, yearly, a).unwrap()
			+ convention.interest_floor(balance, yearly, b).unwrap();
		prop_assert!(parts <= whole && whole - parts <= 1);
	}
}

#[test]
fn known_coupons() {
	let five = Ratio::from_rational(5, 100);
	// 1,000,000.00 for a quarter of 91 days.
	assert_eq!(DayCount::Act360.interest_floor(100_000_000, five, 91 * DAY), Some(1_263_888));
	assert_eq!(DayCount::Act365Fixed.interest_floor(100_000_000, five, 91 * DAY), Some(1_246_575));
	assert_eq!(DayCount::Act365Fixed.interest_floor(100_000_000, five, 365 * DAY), Some(5_000_000));
	assert_eq!(DayCount::Act360.interest_floor(100_000_000, five, 360 * DAY), Some(5_000_000));
}

#[test]
fn rounds_down_by_one_unit() {
	let one = Ratio::from_u32(1);
	assert_eq!(DayCount::Act360.interest_floor(1, one, 360 * DAY), Some(1));
	assert_eq!(DayCount::Act360.interest_floor(1, one, 360 * DAY - 1), Some(0));
}

#[test]
fn zero_and_overflow() {
	let (one, max) = (Ratio::from_u32(1), Ratio::from_inner(u128::MAX));
	assert_eq!(DayCount::Act360.interest_floor(u128::MAX, one, 0), Some(0));
	assert_eq!(DayCount::Act360.interest_floor(0, max, u64::MAX), Some(0));
	assert_eq!(DayCount::Act360.interest_floor(u128::MAX, one, 360 * DAY), Some(u128::MAX));
	assert_eq!(DayCount::Act360.interest_floor(u128::MAX, one, 360 * DAY + 1), None);
	assert_eq!(DayCount::Act365Fixed.interest_floor(u128::MAX, max, u64::MAX), None);
}
