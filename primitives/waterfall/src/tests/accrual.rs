//! Interest and fees over time.

use num_bigint::BigUint;
use num_traits::ToPrimitive;
use proptest::prelude::*;

use super::{make::any_state, *};

fn with_coupon(coupon: Coupon) -> Program {
	let mut program = Program::sequential(2, 0).unwrap();
	program.classes[0].coupon = coupon;
	program
}

fn resets(resets: &[(u64, u128)]) -> Coupon {
	let resets =
		resets.iter().map(|(day, percent)| Reset { date: day * DAY, rate: rate(*percent) });
	Coupon::Resets(resets.collect::<Vec<_>>().try_into().unwrap())
}

#[test]
fn a_period_is_split_at_every_reset_and_each_part_floored() {
	let program = with_coupon(resets(&[(10, 8), (20, 3)]));
	let state = opened(&program, &[(1_000_003, 5), (1, 0)]);
	let accrued = state.accrued(&program, 30 * DAY).unwrap();
	// ⌊1,000,003 · 10/365 · (5 %, 8 %, 3 %)⌋ = 1,369.86…, 2,191.78…, 821.92…: 4,383.5 if it were one.
	assert_eq!(accrued.classes[0].due, 1_369 + 2_191 + 821);
	assert_eq!(accrued.classes[0].rate, rate(3));
	// Interest on interest starts with the second part: ⌊1,369 · 8 % · 10/365⌋, ⌊3,560 · 3 % · 10/365⌋.
	assert_eq!(accrued.classes[0].interest_on_interest, 3 + 2);
}

#[test]
fn a_reset_on_the_first_day_applies_and_one_on_the_last_applies_from_then_on() {
	let program = with_coupon(resets(&[(0, 10), (365, 20)]));
	let state = opened(&program, &[(1_000, 5), (1, 0)]);
	let out = run(&state, &program, &revolving(365 * DAY, 100, 0)).unwrap();
	assert_eq!((out.payments[0].due, out.state.classes[0].rate), (100, rate(20)));
	let out = run(&out.state, &program, &revolving(730 * DAY, 200, 0)).unwrap();
	assert_eq!(out.payments[0].due, 200);
	// A reset of the past is in the rate already.
	let out = run(&out.state, &program, &revolving(1_095 * DAY, 200, 0)).unwrap();
	assert_eq!(out.payments[0].due, 200);
}

#[test]
fn a_floating_rate_is_fixed_for_the_period_that_begins_within_its_bounds() {
	let program = with_coupon(Coupon::Floating { margin: rate(2), floor: rate(3), cap: rate(7) });
	let state = opened(&program, &[(1_000, 5), (1, 0)]);
	for (index, expected) in
		[(Some(3), 5), (Some(0), 3), (Some(1), 3), (Some(5), 7), (Some(6), 7), (None, 5)]
	{
		let index = index.map(rate);
		let year = Collections { index, ..revolving(365 * DAY, 50, 0) };
		let out = run(&state, &program, &year).unwrap();
		assert_eq!(out.payments[0].due, 50, "the period that ends has its own rate");
		assert_eq!(out.state.classes[0].rate, rate(expected));
	}
	let top = Collections { index: Some(Ratio::from_inner(u128::MAX)), ..revolving(DAY, 50, 0) };
	assert_eq!(run(&state, &program, &top).unwrap().state.classes[0].rate, rate(7));
}

#[test]
fn stub_periods_leap_days_and_empty_periods() {
	let program = Program::sequential(2, 0).unwrap();
	let state = opened(&program, &[(36_500, 10), (1, 0)]);
	for (days, due) in [(0, 0), (1, 10), (28, 280), (29, 290), (31, 310), (366, 3_660)] {
		let out = run(&state, &program, &revolving(days * DAY, 0, 0)).unwrap();
		assert_eq!(out.state.classes[0].due, due);
	}
	// Two dates missed and made up for: each accrues to its own date, with interest on interest.
	let first = run(&state, &program, &revolving(30 * DAY, 0, 0)).unwrap();
	let second = run(&first.state, &program, &revolving(61 * DAY, 0, 0)).unwrap();
	let class = second.state.classes[0];
	assert_eq!((class.due, class.interest_on_interest), (610, 2));
}

#[test]
fn interest_on_interest_does_not_compound() {
	let mut s = state(&[(1_000_000, 10), (1, 0)]);
	for year in 1..=3u64 {
		s = with_reserve(&s, 0, &cash(year * 365 * DAY, 0, 0)).state;
	}
	assert_eq!(s.classes[0].due, 300_000);
	// 10 % of 100,000 and of 200,000; compounding would add 1,000.
	assert_eq!(s.classes[0].interest_on_interest, 30_000);
}

#[test]
fn a_class_without_balance_is_still_owed_interest_that_bears_interest() {
	let mut s = state(&[(0, 10), (100, 5), (1, 0)]);
	s.classes[0].due = 1_000;
	let out = with_reserve(&s, 0, &revolving(365 * DAY, 0, 0));
	let class = out.state.classes[0];
	assert_eq!((class.due, class.interest_on_interest, out.payments[0].due), (1_000, 100, 1_100));
	assert_eq!(out.state.senior(), Some(0));
}

fn simple_interest(amount: u128, rate: Ratio, millis: u64, day_count: DayCount) -> u128 {
	let days = if day_count == DayCount::Act360 { 360u64 } else { 365 };
	let n = BigUint::from(amount) * rate.into_inner() * millis;
	(n / (BigUint::from(10u128.pow(18)) * days * DAY)).to_u128().unwrap()
}

proptest! {
	#[test]
	fn accrual_is_the_rational_formula_floored(s in any_state(), millis in 0u64..1 << 42) {
		let program = Program::sequential(s.classes.len() as u32, 0).unwrap();
		let accrued = s.accrued(&program, s.accrued_to + millis).unwrap();
		for (before, after) in s.classes.iter().zip(accrued.classes.iter()) {
			let on = |amount| simple_interest(amount, before.rate, millis, s.day_count);
			prop_assert_eq!(after.due - before.due, on(before.balance));
			let more = after.interest_on_interest - before.interest_on_interest;
			prop_assert_eq!(more, on(before.due));
		}
	}

	// Parts of a period with the same rate lose at most a unit each.
	#[test]
	fn resets_to_the_same_rate_cost_a_unit_each(
		balance in 0u128..1 << 80,
		days in prop::collection::btree_set(1u64..400, 0..10),
	) {
		let split: Vec<_> = days.iter().map(|day| (*day, 7)).collect();
		let program = with_coupon(resets(&split));
		let s = opened(&program, &[(balance, 7), (1, 0)]);
		let parts = s.accrued(&program, 400 * DAY).unwrap().classes[0].due;
		let whole = s.accrued(&Program::sequential(2, 0).unwrap(), 400 * DAY).unwrap();
		let whole = whole.classes[0].due;
		prop_assert!(parts <= whole && whole - parts <= split.len() as u128);
	}
}
