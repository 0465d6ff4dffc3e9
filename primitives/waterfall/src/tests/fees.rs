//! Fees.

use super::*;

/// Interest of one class, after or before one fee.
fn deal(amount: FeeAmount, carried: bool, steps: &[Step]) -> (Program, State) {
	let mut program = program(2, steps);
	program.fees = vec![Fee { amount, carried }].try_into().unwrap();
	let state = opened(&program, &[(36_500, 10), (1_000, 0)]);
	(program, state)
}

fn step(cap: Option<u128>, support: Support) -> Step {
	Step::PayFee { fee: 0, cap, support, subordinate: false }
}

#[test]
fn every_kind_accrues_as_it_says() {
	for (amount, expected) in [
		(FeeAmount::Once(70), [70, 0, 0]),
		(FeeAmount::Periodic(70), [70, 70, 70]),
		// ⌊1,000 · 10/365⌋, ⌊1,000 · 20/365⌋.
		(FeeAmount::Yearly(1_000), [27, 27, 54]),
		// 1 % of 37,500, then of 20,000, then of nothing.
		(FeeAmount::OfPool(rate(1)), [10, 5, 0]),
	] {
		let (program, mut state) = deal(amount, true, &[fee(0)]);
		for (at, (day, lent)) in [(10, 20_000), (20, 0), (40, 0)].into_iter().enumerate() {
			let pool = Pool { lent, ..Pool::default() };
			let out =
				run(&state, &program, &Collections { pool, ..cash(day * DAY, 1_000, 0) }).unwrap();
			assert_eq!(out.fees[0], expected[at], "{amount:?} at {day}");
			state = out.state;
		}
		assert_eq!(state.fees[0].paid, expected.iter().sum::<u128>());
		assert_eq!(state.fees[0].charged, matches!(amount, FeeAmount::Once(_)));
	}
}

#[test]
fn what_is_not_paid_is_carried_without_interest_or_lapses() {
	for (carried, due, second) in [(true, 30, 100), (false, 0, 70)] {
		let (program, state) = deal(FeeAmount::Periodic(70), carried, &[fee(0)]);
		let out = run(&state, &program, &cash(365 * DAY, 40, 0)).unwrap();
		assert_eq!((out.fees[0], out.state.fees[0].due), (40, due));
		let out = run(&out.state, &program, &cash(730 * DAY, 1_000, 0)).unwrap();
		assert_eq!(out.fees[0], second);
	}
}

#[test]
fn a_cap_limits_one_step_and_a_later_one_pays_the_rest() {
	let capped = step(Some(50), Support::NONE);
	let steps = [capped, pay(&[0], Part::All), fee(0)];
	// The coupon of 10 days is 100.
	for (cash_in, paid_fee, coupon) in
		[(49, 49, 0), (60, 50, 10), (150, 50, 100), (165, 65, 100), (200, 70, 100)]
	{
		let (program, state) = deal(FeeAmount::Periodic(70), true, &steps);
		let out = run(&state, &program, &cash(10 * DAY, cash_in, 0)).unwrap();
		assert_eq!((out.fees[0], out.payments[0].interest), (paid_fee, coupon), "{cash_in}");
	}
}

#[test]
fn support_pays_in_its_order_and_principal_is_charged() {
	for (support, paid_fee, reserve, principal) in [
		(Support::NONE, 10, 25, 500),
		(Support { reserve: true, principal: false }, 35, 0, 500),
		(Support { reserve: false, principal: true }, 70, 25, 440),
		(Support::FULL, 70, 0, 465),
	] {
		let (program, mut state) = deal(FeeAmount::Once(70), true, &[step(None, support)]);
		state.reserve = 25;
		let out = run(&state, &program, &revolving(DAY, 10, 500)).unwrap();
		assert_eq!(
			(out.fees[0], out.state.reserve, out.left.principal),
			(paid_fee, reserve, principal)
		);
		assert_eq!(pdl(&out), [0, 500 - principal], "the residual bears it first");
	}
}

#[test]
fn a_subordinate_fee_waits_with_the_residual() {
	let later = Step::PayFee { fee: 0, cap: None, support: Support::NONE, subordinate: true };
	let (program, state) = deal(
		FeeAmount::Once(70),
		true,
		&[pay(&[0], Part::All), later, Step::PayResidual { rank: 1 }],
	);
	let held = Collections { hold_residual: true, ..revolving(10 * DAY, 200, 0) };
	let out = run(&state, &program, &held).unwrap();
	assert_eq!((out.fees[0], out.left.interest), (0, 100));
	let out = run(&state, &program, &Collections { hold_residual: false, ..held }).unwrap();
	assert_eq!((out.fees[0], out.payments[1].interest), (70, 30));
}

#[test]
fn unpaid_fees_come_before_the_residual_at_the_end() {
	let (program, mut state) = deal(FeeAmount::Once(70), true, &[Step::PayResidual { rank: 1 }]);
	for class in state.classes.iter_mut() {
		class.balance = 0;
	}
	state.classes[0].due = 5;
	state.reserve = 20;
	let out = run(&state, &program, &cash(1, 0, 100)).unwrap();
	// The reserve pays the 5 and 15 of the fee; principal the other 55.
	assert_eq!((out.payments[0].interest, out.fees[0], out.payments[1].interest), (5, 70, 45));
	assert_eq!((out.state.reserve, out.left, out.released), (0, Funds::default(), 100));
}
