//! Charges, write-off and write-up.

use super::*;

#[test]
fn a_loss_is_charged_to_the_most_junior_first_and_no_further_than_its_balance() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	for (loss, expected, uncovered) in [
		(0, [0, 0, 0], 0),
		(100, [0, 0, 100], 0),
		(101, [0, 1, 100], 0),
		(350, [50, 200, 100], 0),
		(1_000, [700, 200, 100], 0),
		(1_003, [700, 200, 100], 3),
	] {
		let out = with_reserve(&s, 0, &Collections { losses: loss, ..cash(1, 0, 0) });
		assert_eq!((pdl(&out), out.state.uncovered), (expected.to_vec(), uncovered));
		assert_eq!(out.state.losses, loss);
	}
}

#[test]
fn recoveries_are_income_and_the_residual_has_what_is_left_only_without_deficiency() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	let lost = with_reserve(&s, 0, &Collections { losses: 130, ..revolving(1, 0, 0) });
	assert_eq!(pdl(&lost), [0, 30, 100]);
	let more = Collections { recoveries: 129, ..revolving(2, 0, 0) };
	let out = with_reserve(&lost.state, 0, &more);
	assert_eq!((pdl(&out), out.left), (vec![0, 0, 1], Funds { interest: 0, principal: 129 }));
	// More than was ever lost.
	let more = Collections { recoveries: 140, ..more };
	let out = with_reserve(&lost.state, 0, &more);
	assert_eq!((pdl(&out), out.payments[2].interest), (vec![0, 0, 0], 10));
	let held = with_reserve(&lost.state, 0, &Collections { hold_residual: true, ..more });
	assert_eq!((held.payments[2].interest, held.left.interest), (0, 10));
}

/// 390 of 1,000 are lost, a reserve of 60 helps.
fn at_the_end() -> Outcome {
	let mut s = state(&[(700, 0), (200, 0), (100, 0)]);
	s.reserve = 60;
	let end = Collections { losses: 390, last: true, ..cash(1, 20, 610) };
	with_reserve(&s, 60, &end)
}

#[test]
fn on_the_last_run_the_reserve_bears_losses_and_the_rest_is_written_off() {
	let out = at_the_end();
	// 610 of principal, 80 of income that make good the senior 90.
	assert_eq!(paid(&out), [(0, 0, 690, 0), (0, 0, 0, 0), (0, 0, 0, 0)]);
	assert_eq!((out.state.reserve, out.left, pdl(&out)), (0, Funds::default(), vec![0, 0, 0]));
	assert_eq!((out.written_off, out.state.uncovered), (310, 0));
	let off: Vec<_> = out.state.classes.iter().map(|class| class.written_off).collect();
	assert_eq!(off, [10, 200, 100]);
}

#[test]
fn later_recoveries_write_up_by_seniority_and_are_income_beyond() {
	let off = at_the_end().state;
	let late = |recoveries| Collections { recoveries, last: true, ..cash(2, 0, 0) };
	for (recoveries, expected, income) in [
		(7, [7, 0, 0], 0),
		(150, [10, 140, 0], 0),
		(310, [10, 200, 100], 0),
		(333, [10, 200, 100], 23),
	] {
		let out = with_reserve(&off, 0, &late(recoveries));
		assert_eq!(principal_of(&out), expected);
		assert_eq!(out.written_up, recoveries - income);
		assert_eq!((out.written_off, out.payments[2].interest), (0, income));
		let left: u128 = out.state.classes.iter().map(|class| class.written_off).sum();
		assert_eq!((left, out.left), (310 - out.written_up, Funds::default()));
	}
	// In steps, the second starts where the first ended.
	let first = with_reserve(&off, 0, &late(150));
	let second = with_reserve(&first.state, 0, &Collections { date: 3, ..late(100) });
	assert_eq!(principal_of(&second), [0, 60, 40]);
}

// A run that does not redeem keeps what it wrote up as balance and as principal.
#[test]
fn a_write_up_is_owed_again() {
	let off = at_the_end().state;
	let held = Collections { recoveries: 15, ..revolving(2, 0, 0) };
	let out = with_reserve(&off, 0, &held);
	assert_eq!(paid(&out), [(0, 0, 0, 10), (0, 0, 0, 5), (0, 0, 0, 0)]);
	assert_eq!((out.left, out.written_up), (Funds { interest: 0, principal: 15 }, 15));
}

#[test]
fn what_is_exchanged_leaves_the_balance_and_no_deficiency_above_it() {
	let mut s = state(&[(700, 0), (100, 0)]);
	assert_eq!(s.exchange(0, 701), None);
	s.classes[0].pdl = 300;
	assert_eq!(s.exchange(0, 500), Some(()));
	let ClassState { balance, exchanged, pdl, .. } = s.classes[0];
	assert_eq!((balance, exchanged, pdl, s.uncovered), (200, 500, 200, 100));
	assert_eq!(s.exchange(2, 0), None);
	assert_eq!((s.make_good(250), s.classes[0].pdl), (Some(50), 0));
}
