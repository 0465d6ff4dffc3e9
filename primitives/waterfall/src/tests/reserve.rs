//! The reserve.

use super::*;

fn target(least: u128, percent: u128) -> ReserveTarget {
	ReserveTarget { least, of_balances: rate(percent) }
}

#[test]
fn the_target_steps_down_with_the_notes_and_no_lower_than_its_least() {
	for (balances, expected) in [
		([700, 200, 100], 45),
		// The residual does not count; rounded up.
		([700, 201, 999], 46),
		([300, 0, 100], 15),
		([199, 0, 100], 10),
		([0, 0, 100], 10),
	] {
		let s = state(&balances.map(|balance| (balance, 0)));
		assert_eq!(target(10, 5).target(&s), Some(expected));
	}
	let mut s = state(&[(0, 0), (1, 0), (0, 0)]);
	s.classes[0].balance = u128::MAX;
	assert_eq!(target(10, 5).target(&s), None);
}

#[test]
fn what_is_above_the_target_is_released_into_income() {
	let mut program = program(
		3,
		&[
			pay(&[0], Part::All),
			pay(&[1], Part::All),
			Step::TopUpReserve,
			redeem(&[0, 1, 2], Share::Sequential),
			Step::ReleaseReserve,
			Step::PayResidual { rank: 2 },
		],
	);
	program.reserve = target(10, 5);
	let mut s = opened(&program, &[(700, 0), (200, 0), (100, 0)]);
	s.reserve = 40;
	// Filled to 45, then 400 are redeemed: 25 is enough.
	let out = run(&s, &program, &cash(1, 8, 400)).unwrap();
	assert_eq!((out.state.reserve, out.payments[2].interest), (25, 3 + 20));
	// A reserve larger than the notes.
	s.reserve = 5_000;
	let out = run(&s, &program, &cash(1, 0, 900)).unwrap();
	assert_eq!((out.state.reserve, out.payments[2].interest), (10, 4_990));
	// On the last run nothing is kept.
	let last = Collections { last: true, ..cash(1, 8, 400) };
	let out = run(&s, &program, &last).unwrap();
	assert_eq!((out.state.reserve, out.payments[2].interest), (0, 5_008));
}

#[test]
fn it_comes_back_when_everything_is_redeemed() {
	let mut s = state(&[(700, 0), (200, 0), (100, 0)]);
	s.reserve = 40;
	s.classes[1].due = 30;
	let held = Collections { hold_residual: true, ..cash(1, 0, 1_000) };
	let out = with_reserve(&s, 50, &held);
	assert_eq!((out.payments[1].interest, out.payments[2].interest), (30, 0));
	assert_eq!(out.state.reserve, 10);
	let out = with_reserve(&s, 50, &cash(1, 0, 1_000));
	assert_eq!((out.payments[1].interest, out.payments[2].interest), (30, 10));
	assert_eq!((out.state.reserve, out.left), (0, Funds::default()));
}
