//! Deals with one fund.

use super::{make::one_fund_sequential, *};

#[test]
fn all_cash_pays_interest_then_principal_then_the_residual() {
	let program = one_fund_sequential(3);
	assert_eq!(program.validate(), Ok(()));
	let s = opened(&program, &[(36_500, 10), (36_500, 20), (1_000, 0)]);
	for (interest_in, principal_in) in [(1_000, 0), (0, 1_000), (250, 750)] {
		let out = run(&s, &program, &cash(10 * DAY, interest_in, principal_in)).unwrap();
		assert_eq!(paid(&out), [(100, 100, 700, 35_800), (200, 200, 0, 36_500), (0, 0, 0, 1_000)]);
	}
	// At the end the residual's own balance, then its income.
	let out = run(&s, &program, &cash(10 * DAY, 0, 75_000)).unwrap();
	assert_eq!(paid(&out)[2], (0, 700, 1_000, 0));
	assert_eq!((out.left, out.released), (Funds::default(), 0));
}

#[test]
fn losses_are_counted_and_charged_to_nobody() {
	let program = one_fund_sequential(2);
	let s = opened(&program, &[(500, 0), (100, 0)]);
	let out = run(&s, &program, &Collections { losses: 550, ..cash(1, 20, 30) }).unwrap();
	assert_eq!((out.state.losses, out.state.uncovered, pdl(&out)), (550, 0, vec![0, 0]));
	assert_eq!(principal_of(&out), [50, 0]);
}

#[test]
fn the_residual_waits_for_interest_and_has_the_reserve_at_the_end() {
	let residual = Step::PayResidual { rank: 1 };
	let mut program = program(2, &[redeem(&[0, 1], Share::Sequential), residual]);
	program.funds = FundMode::One;
	let mut s = opened(&program, &[(100, 0), (10, 0)]);
	s.reserve = 40;
	let out = run(&s, &program, &cash(1, 0, 115)).unwrap();
	assert_eq!((out.payments[1].interest, out.state.reserve), (45, 0));
	let out = run(&s, &program, &Collections { hold_residual: true, ..cash(1, 0, 115) }).unwrap();
	assert_eq!((out.payments[1].interest, out.state.reserve, out.left.interest), (0, 40, 5));
	s.classes[0].due = 1;
	let out = run(&s, &program, &cash(1, 0, 115)).unwrap();
	assert_eq!((out.payments[1].interest, out.left.interest), (0, 5));
}

#[test]
fn only_what_is_set_aside_is_redeemed_while_revolving() {
	let mut program = one_fund_sequential(2);
	program.lines.truncate(2);
	let s = opened(&program, &[(500, 0), (100, 0)]);
	let part = Collections { set_aside: 60, ..revolving(1, 50, 50) };
	let out = run(&s, &program, &part).unwrap();
	assert_eq!((principal_of(&out), out.left.interest), (vec![60, 0], 40));
	// The rest is to be lent again: the residual does not have it.
	let program = one_fund_sequential(2);
	let out = run(&s, &program, &part).unwrap();
	assert_eq!((interest(&out)[1], out.left.interest), (0, 40));
}

#[test]
fn tests_count_principal_before_the_run_and_cure_from_the_one_fund() {
	let mut program = program(2, &[Step::TestCoverage { test: 0 }]);
	program.funds = FundMode::One;
	let test = Test { coverage: Coverage::Principal, rank: 0, threshold: rate(125) };
	program.tests = vec![test].try_into().unwrap();
	let s = opened(&program, &[(800, 0), (200, 0)]);
	let pool = Pool { adjusted: 950, ..Pool::default() };
	let collections = Collections { pool, ..revolving(1, 30, 50) };
	let found = coverage(&s, &program, &collections).unwrap()[0];
	assert_eq!((found.numerator, found.passed), (1_000, true));
	let out = run(&s, &program, &collections).unwrap();
	assert_eq!((out.tests[0].numerator, out.tests[0].diverted), (950, 40));
	assert_eq!((principal_of(&out), out.left.interest), (vec![40, 0], 40));
}
