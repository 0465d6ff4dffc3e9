//! Coverage tests: what they find and what they divert.

use super::*;

fn oc(rank: u8, percent: u128) -> Test {
	Test { coverage: Coverage::Principal, rank, threshold: rate(percent) }
}

fn ic(rank: u8, percent: u128) -> Test {
	Test { coverage: Coverage::Interest, rank, threshold: rate(percent) }
}

fn with_tests(mut program: Program, tests: &[Test]) -> Program {
	program.tests = tests.to_vec().try_into().unwrap();
	program
}

fn adjusted(collections: Collections, adjusted: u128) -> Collections {
	let pool = Pool { lent: adjusted, adjusted, delinquent: 0 };
	Collections { pool, ..collections }
}

#[test]
fn a_ratio_at_the_threshold_passes_and_a_unit_less_fails() {
	let program = with_tests(program(2, &[Step::TestCoverage { test: 0 }]), &[oc(0, 125)]);
	let s = opened(&program, &[(800, 0), (200, 0)]);
	for (pool, cash_in, passed, diverted) in
		[(1_000, 0, true, 0), (990, 10, true, 0), (999, 0, false, 1), (989, 10, false, 1)]
	{
		let out = run(&s, &program, &adjusted(revolving(1, 50, cash_in), pool)).unwrap();
		assert_eq!((out.tests[0].passed, out.tests[0].diverted), (passed, diverted));
		assert_eq!(out.tests[0].numerator, pool + cash_in);
		assert_eq!(out.tests[0].denominator, 800);
	}
	// Nothing is owed: nothing to cover.
	let s = opened(&program, &[(0, 0), (200, 0)]);
	let out = run(&s, &program, &revolving(1, 50, 0)).unwrap();
	assert!(out.tests[0].passed);
}

#[test]
fn a_cure_redeems_while_revolving_whatever_is_locked_out_and_pays_the_deficiency_once() {
	let mut program = program(
		3,
		&[
			Step::TestCoverage { test: 0 },
			Step::CreditPdl { rank: 0 },
			Step::CreditPdl { rank: 1 },
			Step::CreditPdl { rank: 2 },
		],
	);
	program.classes[0].locked_until = 100;
	let program = with_tests(program, &[oc(1, 110)]);
	let mut s = opened(&program, &[(600, 0), (300, 0), (100, 0)]);
	s.classes[2].pdl = 40;
	// 900 − ⌊935 / 1.1⌋ = 50.
	let out = run(&s, &program, &adjusted(revolving(1, 80, 0), 935)).unwrap();
	assert_eq!((principal_of(&out), out.tests[0].diverted), (vec![50, 0, 0], 50));
	// 40 of the 50 make the deficiency good, 10 are built; the 30 that are left credit nothing.
	assert_eq!((pdl(&out), out.built, out.left.interest), (vec![0, 0, 0], 10, 30));
	// A step that could not cure it whole leaves the rest open.
	let out = run(&s, &program, &adjusted(revolving(1, 25, 0), 935)).unwrap();
	assert_eq!((principal_of(&out), pdl(&out), out.built), (vec![25, 0, 0], vec![0, 0, 15], 0));
}

#[test]
fn principal_cures_what_income_cannot() {
	let program = with_tests(program(3, &[Step::TestCoverage { test: 0 }]), &[oc(1, 110)]);
	let s = opened(&program, &[(600, 0), (300, 0), (100, 0)]);
	// 40 of income leave 860; then y = ⌈(1.1 · 860 − 935) / 0.1⌉ = 110.
	let out = run(&s, &program, &adjusted(revolving(1, 40, 200), 735)).unwrap();
	let found = out.tests[0];
	assert_eq!((found.numerator, found.diverted, found.principal), (935, 40, 110));
	assert_eq!((principal_of(&out), out.left.principal), (vec![150, 0, 0], 90));
	// It redeems notes without making losses good: it was lent before.
	let mut lost = s.clone();
	lost.classes[2].pdl = 60;
	let out = run(&lost, &program, &adjusted(revolving(1, 0, 200), 735)).unwrap();
	assert_eq!((pdl(&out), out.built), (vec![0, 0, 60], 0));
	// More than there is: all of it.
	let out = run(&s, &program, &adjusted(revolving(1, 0, 50), 735)).unwrap();
	assert_eq!((out.tests[0].principal, out.left.principal), (50, 0));
}

/// Two classes that are owed 100 and 200 after 10 days, each with its test, and the residual.
fn interest_tests(tests: &[Test]) -> (Program, State) {
	let program = program(
		3,
		&[
			fee(0),
			pay(&[0], Part::All),
			Step::TestCoverage { test: 0 },
			pay(&[1], Part::All),
			Step::TestCoverage { test: 1 },
			Step::PayResidual { rank: 2 },
		],
	);
	let mut program = with_tests(program, tests);
	program.fees = vec![Fee { amount: FeeAmount::Periodic(30), carried: true }].try_into().unwrap();
	let state = opened(&program, &[(36_500, 10), (36_500, 20), (1_000, 0)]);
	(program, state)
}

#[test]
fn interest_is_compared_as_of_the_first_interest_step() {
	let (program, s) = interest_tests(&[ic(0, 150), ic(1, 120)]);
	let out = run(&s, &program, &revolving(10 * DAY, 390, 0)).unwrap();
	let found = |test: usize| (out.tests[test].numerator, out.tests[test].denominator);
	// After the fee and before the first coupon, also for the second test.
	assert_eq!((found(0), found(1)), ((360, 100), (360, 300)));
	assert!(out.tests.iter().all(|test| test.passed));
	assert_eq!(interest(&out), [100, 200, 60]);
	let less = run(&s, &program, &revolving(10 * DAY, 389, 0)).unwrap();
	assert!(!less.tests[1].passed);
	// The same numbers without a run.
	let mut due = s.accrued(&program, 10 * DAY).unwrap();
	due.fees[0].due = 30;
	assert_eq!(coverage(&due, &program, &revolving(10 * DAY, 390, 0)), Ok(out.tests));
	assert_eq!((s.accrued_to, s.classes[0].due), (0, 0), "nothing is changed");
}

#[test]
fn an_interest_test_is_cured_by_redeeming_the_coupon_away() {
	let (program, s) = interest_tests(&[ic(0, 150), ic(1, 120)]);
	// 354 after the fee: ⌊354 / 1.2⌋ = 295, so 5 of the coupons must go: 5 % of the first balance.
	let out = run(&s, &program, &revolving(10 * DAY, 384, 5_000)).unwrap();
	let found = out.tests[1];
	assert_eq!((found.numerator, found.denominator, found.passed), (354, 300, false));
	// ⌈100 · kept / 36,500⌉ ≤ 95 up to 34,675. Income has 54 left, principal pays the rest.
	assert_eq!((found.diverted, found.principal), (54, 1_825 - 54));
	assert_eq!(principal_of(&out), [1_825, 0, 0]);
	let again = coverage_after(&out, 354);
	assert!(again >= 0, "passes pro forma");
}

/// 10·income − 12·Σ coupons pro forma of the first two classes: what is missing or spare.
fn coverage_after(out: &Outcome, income: i128) -> i128 {
	let coupon = |of: u128, class: usize| (of * out.state.classes[class].balance).div_ceil(36_500);
	10 * income - 12 * (coupon(100, 0) + coupon(200, 1)) as i128
}

#[test]
fn an_interest_test_that_nothing_cures_redeems_what_it_can() {
	let (program, mut s) = interest_tests(&[ic(0, 150), ic(1, 120)]);
	s.classes[0].due = 1_000;
	// What is overdue does not fall with the balance.
	let out = run(&s, &program, &revolving(10 * DAY, 30 + 1_100 + 40, 100_000)).unwrap();
	let found = out.tests[0];
	assert_eq!((found.numerator, found.denominator), (1_140, 1_100 + out_ioi(&s)));
	assert_eq!((found.diverted, found.principal), (38, 36_500 - 38));
	assert_eq!(out.payments[0].balance, 0);
}

/// Interest of 10 days on what is overdue.
fn out_ioi(s: &State) -> u128 {
	s.classes[0].due * 10 / 3_650
}

#[test]
fn a_class_without_coupon_is_redeemed_on_the_way() {
	let steps = [pay(&[0, 1], Part::All), Step::TestCoverage { test: 0 }];
	let program = with_tests(program(3, &steps), &[ic(1, 120)]);
	let s = opened(&program, &[(500, 0), (36_500, 20), (1_000, 0)]);
	// 200 owed, 228 there: 10 too much; the first 500 save nothing.
	let out = run(&s, &program, &revolving(10 * DAY, 228, 50_000)).unwrap();
	assert_eq!(principal_of(&out), [500, 1_825, 0]);
	assert_eq!((out.tests[0].diverted, out.tests[0].principal), (28, 2_297));
}

#[test]
fn a_test_of_interest_without_an_interest_step_looks_at_what_is_there() {
	let program = with_tests(program(2, &[Step::TestCoverage { test: 0 }]), &[ic(0, 200)]);
	let s = opened(&program, &[(36_500, 10), (1_000, 0)]);
	let out = run(&s, &program, &revolving(10 * DAY, 150, 0)).unwrap();
	let found = out.tests[0];
	assert_eq!((found.numerator, found.denominator, found.passed), (150, 100, false));
	assert_eq!(found.diverted, 150);
	// What the test took of income itself still counts: principal brings the coupon to 75 and no further.
	let out = run(&s, &program, &revolving(10 * DAY, 150, 10_000)).unwrap();
	assert_eq!((out.tests[0].diverted, out.tests[0].principal), (150, 9_125 - 150));
}

#[test]
fn the_first_step_of_a_test_is_what_is_reported_and_all_that_it_took() {
	let steps =
		[Step::TestCoverage { test: 0 }, Step::ReleaseReserve, Step::TestCoverage { test: 0 }];
	let program = with_tests(program(2, &steps), &[oc(0, 125)]);
	let mut s = opened(&program, &[(800, 0), (200, 0)]);
	s.reserve = 50;
	let out = run(&s, &program, &adjusted(revolving(1, 10, 0), 950)).unwrap();
	let found = out.tests[0];
	assert_eq!((found.denominator, found.passed, found.diverted), (800, false, 40));
	assert_eq!(out.left.interest, 20);
}

#[test]
fn a_test_without_a_step_in_the_mode_reports_the_beginning() {
	let mut program = with_tests(program(2, &[]), &[oc(0, 125), ic(0, 120)]);
	let line = Line { modes: Modes::BEFORE, ..Line::always(Step::TestCoverage { test: 0 }) };
	program.lines = vec![line].try_into().unwrap();
	let s = opened(&program, &[(800, 0), (200, 0)]);
	let after = Collections { mode: Mode::Accelerated, ..adjusted(revolving(1, 10, 5), 900) };
	let out = run(&s, &program, &after).unwrap();
	assert_eq!((out.tests[0].numerator, out.tests[0].passed), (905, false));
	assert_eq!((out.tests[0].diverted, out.left), (0, after.funds));
	assert!(out.tests[1].passed, "nothing is owed");
}
