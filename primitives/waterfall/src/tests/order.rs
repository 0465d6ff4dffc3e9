//! What `validate` refuses, with the line, class, fee or test that it names.

use super::*;
use Fault::*;

const ALL: Part = Part::All;

fn credit(rank: u8) -> Step {
	Step::CreditPdl { rank }
}

fn test(test: u8) -> Step {
	Step::TestCoverage { test }
}

fn later_fee() -> Step {
	Step::PayFee { fee: 0, cap: None, support: Support::NONE, subordinate: true }
}

/// Lines for two classes and a residual; a fee if one is paid, a test of rank `tested` if one is made.
fn deal(funds: FundMode, tested: &[u8], lines: &[Line]) -> Program {
	let mut program = program(3, &[]);
	program.funds = funds;
	let threshold = rate(110);
	let tests =
		tested.iter().map(|rank| Test { coverage: Coverage::Interest, rank: *rank, threshold });
	program.tests = tests.collect::<Vec<_>>().try_into().unwrap();
	let has_fee = lines.iter().any(|line| matches!(line.step, Step::PayFee { .. }));
	let fee = Fee { amount: FeeAmount::Once(1), carried: true };
	program.fees = vec![fee; usize::from(has_fee)].try_into().unwrap();
	let trigger =
		Trigger { condition: Condition::ServicerDefault, effect: Effect::Flag, curable: true };
	program.triggers = vec![trigger; 2].try_into().unwrap();
	program.lines = lines.to_vec().try_into().unwrap();
	program
}

fn always(steps: &[Step]) -> Vec<Line> {
	steps.iter().copied().map(Line::always).collect()
}

fn check(tested: &[u8], steps: &[Step], expected: Result<(), (Fault, u8)>) {
	let program = deal(FundMode::Separate, tested, &always(steps));
	let expected = expected.map_err(|(fault, at)| ProgramError { fault, at });
	assert_eq!(program.validate(), expected, "{steps:?}");
}

/// With one fund.
fn check_one(steps: &[Step], expected: Result<(), (Fault, u8)>) {
	let program = deal(FundMode::One, &[], &always(steps));
	let expected = expected.map_err(|(fault, at)| ProgramError { fault, at });
	assert_eq!(program.validate(), expected, "{steps:?}");
}

fn i(rank: u8) -> Step {
	pay(&[rank], ALL)
}

fn p() -> Step {
	redeem(&[0, 1, 2], Share::Sequential)
}

const R: Step = Step::PayResidual { rank: 2 };
const T: Step = Step::TopUpReserve;
const SEQUENTIAL: Share = Share::Sequential;

#[test]
fn sequential_programs_are_valid() {
	for classes in 2..=MAX_CLASSES {
		assert_eq!(Program::sequential(classes, 7).unwrap().validate(), Ok(()));
	}
	for classes in [0, 1, MAX_CLASSES + 1] {
		assert_eq!(Program::sequential(classes, 0), None);
	}
}

#[test]
fn interest_and_deficiencies_by_rank() {
	let c = credit;
	for (steps, expected) in [
		(vec![i(1), c(1), i(0), c(0), c(2), p(), R], Err((InterestOutOfOrder, 0))),
		(vec![i(0), c(0), c(1), p(), R], Err((PdlOutOfOrder, 2))),
		(vec![i(0), c(0), R], Err((InterestMissing, 1))),
		(vec![i(0), c(0), p(), R], Err((PrincipalTooEarly, 2))),
		(vec![i(0), c(0), i(0), c(1), c(2), p(), R], Err((InterestOutOfOrder, 2))),
		(vec![i(0), c(0), i(1), c(1), i(2), c(2), p(), R], Err((InterestOutOfOrder, 4))),
		(vec![i(0), i(1), c(0), c(1), c(2), p(), R], Err((PdlOutOfOrder, 1))),
		(vec![i(0), c(0), i(1), c(2), c(1), p(), R], Err((PdlOutOfOrder, 3))),
		(vec![i(0), c(0), i(1), c(1), c(2), c(2), p(), R], Err((PdlOutOfOrder, 5))),
		(vec![i(0), c(0), i(1), c(1), p(), R], Err((PdlMissing, 2))),
		(vec![c(0), i(0), i(1), c(1), c(2), p(), R], Err((PdlOutOfOrder, 0))),
		(vec![], Err((InterestMissing, 0))),
		(vec![i(0), c(0), redeem(&[0], SEQUENTIAL), i(1), c(1), c(2), p(), R], Ok(())),
		(vec![i(0), c(0), T, i(1), c(1), c(2), p(), R], Ok(())),
		(vec![pay(&[0, 1], ALL), c(0), c(1), c(2), p(), R], Ok(())),
		(vec![pay(&[0, 1], ALL), c(1), c(0), c(2), p(), R], Err((PdlOutOfOrder, 1))),
		(vec![pay(&[0, 2], ALL), c(0), i(1), c(1), c(2), p(), R], Err((InterestOutOfOrder, 0))),
	] {
		check(&[], &steps, expected);
	}
}

#[test]
fn groups_are_of_ranks_that_follow_one_another() {
	let mut program = Program::sequential(4, 0).unwrap();
	program.lines = always(&[
		pay(&[0, 2], ALL),
		pay(&[1], ALL),
		redeem(&[0, 1, 2, 3], Share::Sequential),
		Step::PayResidual { rank: 3 },
	])
	.try_into()
	.unwrap();
	program.funds = FundMode::One;
	assert_eq!(program.validate(), Err(ProgramError { fault: InterestOutOfOrder, at: 0 }));
	program.lines[0] = Line::always(pay(&[0], ALL));
	program.lines[1] = Line::always(pay(&[1, 2], ALL));
	assert_eq!(program.validate(), Ok(()));
}

#[test]
fn current_and_deferred_and_interest_on_interest() {
	let (now, then) = (Part::Current, Part::Deferred);
	let end = [p(), R];
	for (first, expected) in [
		(vec![pay(&[0], now), pay(&[1], now), pay(&[0], then), pay(&[1], then)], Ok(())),
		(vec![pay(&[0], now), pay(&[0], then), i(1)], Ok(())),
		(vec![pay(&[0, 1], now), pay(&[0, 1], then)], Ok(())),
		(vec![pay(&[0, 1], now), pay(&[0], then), pay(&[1], then)], Ok(())),
		// The second would have a share of the reserve beside the first.
		(vec![pay(&[0], now), pay(&[1], now), pay(&[0, 1], then)], Err((InterestOutOfOrder, 2))),
		(vec![pay(&[0], now), i(1)], Err((PrincipalTooEarly, 2))),
		(vec![pay(&[0], then), pay(&[0], now), i(1)], Err((InterestOutOfOrder, 0))),
		(vec![i(0), pay(&[0], then), i(1)], Err((InterestOutOfOrder, 1))),
		(
			vec![pay(&[0], now), pay(&[0], then), pay(&[0], then), i(1)],
			Err((InterestOutOfOrder, 2)),
		),
		(
			vec![pay(&[0], now), pay(&[1], now), pay(&[1], then), pay(&[0], then)],
			Err((InterestOutOfOrder, 2)),
		),
		(vec![pay(&[0], Part::OnInterest), i(0), i(1)], Ok(())),
		(vec![pay(&[0], Part::OnInterest), pay(&[0], now), pay(&[0], then), i(1)], Ok(())),
		(vec![pay(&[1], Part::OnInterest), i(0), i(1)], Err((OnInterestAlone, 0))),
		(vec![i(0), pay(&[0], Part::OnInterest), i(1)], Err((OnInterestAlone, 1))),
		(vec![i(0), i(1), pay(&[1], Part::OnInterest)], Err((OnInterestAlone, 2))),
	] {
		check_one(&[first, end.to_vec()].concat(), expected);
	}
}

#[test]
fn nothing_junior_is_paid_before_a_test() {
	let (c, t) = (credit, test(0));
	let first = redeem(&[0], Share::Sequential);
	for (rank, steps, expected) in [
		(0, vec![i(0), t, c(0), i(1), c(1), c(2), p(), R], Ok(())),
		(0, vec![i(0), c(0), t, i(1), c(1), c(2), p(), R], Ok(())),
		(1, vec![i(0), c(0), i(1), c(1), t, c(2), p(), R], Ok(())),
		(1, vec![i(0), c(0), first, i(1), c(1), t, c(2), p(), R], Ok(())),
		(0, vec![i(0), c(0), i(1), c(1), t, c(2), p(), R], Err((TestOutOfOrder, 4))),
		(1, vec![i(0), t, c(0), i(1), c(1), c(2), p(), R], Err((TestOutOfOrder, 1))),
		(0, vec![t, i(0), c(0), i(1), c(1), c(2), p(), R], Err((TestOutOfOrder, 0))),
		(1, vec![i(0), c(0), i(1), c(1), p(), t, c(2), R], Err((TestOutOfOrder, 5))),
		(1, vec![i(0), c(0), i(1), c(1), c(2), p(), R, t], Err((ResidualNotLast, 7))),
		(0, vec![i(0), t, c(0), t, i(1), c(1), c(2), p(), R], Err((TestTwice, 3))),
		(0, vec![i(0), c(0), i(1), c(1), c(2), p(), R], Err((TestMissing, 0))),
	] {
		check(&[rank], &steps, expected);
	}
	// A group has its tests where it ends.
	let group = [pay(&[0, 1], ALL), t, c(0), c(1), c(2), p(), R];
	check(&[1], &group, Ok(()));
	check(&[0], &group, Err((TestOutOfOrder, 1)));
	// The second of two.
	check(&[0, 1], &[i(0), t, c(0), i(1), c(1), c(2), p(), R], Err((TestMissing, 1)));
}

#[test]
fn a_test_may_be_left_out_after_acceleration_only() {
	let c = credit;
	let steps = always(&[i(0), test(0), c(0), i(1), c(1), c(2), p(), R]);
	for (modes, expected) in [
		(Modes::BEFORE, Ok(())),
		(Modes::AFTER, Err(ProgramError { fault: TestMissing, at: 0 })),
		(
			Modes { amortising: false, ..Modes::ALL },
			Err(ProgramError { fault: TestMissing, at: 0 }),
		),
	] {
		let mut steps = steps.clone();
		steps[1].modes = modes;
		assert_eq!(deal(FundMode::Separate, &[0], &steps).validate(), expected);
	}
}

#[test]
fn every_mode_is_looked_at() {
	let c = credit;
	let steps = always(&[i(0), c(0), i(1), c(1), c(2), p(), R]);
	for (line, fault, at) in [
		(0, PdlOutOfOrder, 1),
		(1, PdlOutOfOrder, 2),
		(2, PdlOutOfOrder, 3),
		(4, PdlMissing, 2),
		(5, PrincipalMissing, 0),
		(6, ResidualMissing, 7),
	] {
		for modes in [Modes::AFTER, Modes::BEFORE] {
			let mut steps = steps.clone();
			steps[line].modes = modes;
			let error = Err(ProgramError { fault, at });
			assert_eq!(deal(FundMode::Separate, &[], &steps).validate(), error, "{line}");
		}
	}
}

#[test]
fn fees_in_full_and_subordinate_ones_last() {
	let c = credit;
	let capped = Step::PayFee { fee: 0, cap: Some(5), support: Support::FULL, subordinate: false };
	// What a test that failed leaves is in the reserve alone: no fee may draw on it after the test.
	let reserve = Support { reserve: true, principal: false };
	let reserved = Step::PayFee { fee: 0, cap: None, support: reserve, subordinate: false };
	let lent = Step::PayFee { fee: 0, cap: None, support: Support::FULL, subordinate: true };
	for (steps, expected) in [
		(vec![fee(0), i(0), c(0), i(1), c(1), c(2), p(), R], Ok(())),
		(vec![capped, i(0), c(0), i(1), c(1), c(2), later_fee(), p(), R], Ok(())),
		(vec![capped, i(0), c(0), i(1), c(1), c(2), p(), R], Err((FeeMissing, 0))),
		(vec![i(0), c(0), later_fee(), i(1), c(1), c(2), p(), R], Err((SubordinateTooEarly, 2))),
		(vec![i(0), c(0), i(1), c(1), later_fee(), c(2), p(), R], Err((SubordinateTooEarly, 4))),
		(vec![i(0), c(0), i(1), c(1), c(2), lent, p(), R], Err((FeeSupportedTooLate, 5))),
		(vec![i(0), c(0), reserved, i(1), c(1), c(2), p(), R], Err((FeeSupportedTooLate, 2))),
		(vec![i(0), c(0), fee(0), i(1), c(1), c(2), p(), R], Ok(())),
		(vec![i(0), c(0), i(1), c(1), c(2), p(), R, fee(0)], Err((ResidualNotLast, 7))),
	] {
		check(&[], &steps, expected);
	}
	let steps = [i(0), c(0), i(1), c(1), later_fee(), test(0), c(2), p(), R];
	check(&[1], &steps, Err((SubordinateTooEarly, 4)));
}

#[test]
fn the_reserve_once_and_turbo_last() {
	let c = credit;
	let only = |ranks: &[u8]| Step::Turbo { classes: set(ranks) };
	let turbo = only(&[0, 1]);
	let release = Step::ReleaseReserve;
	for (steps, expected) in [
		(vec![i(0), c(0), T, i(1), c(1), c(2), p(), R], Ok(())),
		(vec![i(0), c(0), T, i(1), T, c(1), c(2), p(), R], Err((ReserveTwice, 4))),
		(vec![release, i(0), c(0), i(1), c(1), c(2), p(), R], Ok(())),
		(vec![i(0), release, c(0), i(1), c(1), c(2), p(), R], Err((ReleaseTooLate, 1))),
		(vec![i(0), c(0), i(1), c(1), c(2), p(), release, R], Err((ReleaseTooLate, 6))),
		(vec![i(0), c(0), i(1), c(1), turbo, c(2), p(), R], Ok(())),
		(vec![i(0), c(0), i(1), c(1), only(&[1]), c(2), p(), R], Err((TurboOutOfOrder, 4))),
		(vec![i(0), c(0), i(1), c(1), only(&[0, 1, 2]), c(2), p(), R], Err((TurboOutOfOrder, 4))),
		(vec![i(0), turbo, c(0), i(1), c(1), c(2), p(), R], Err((TurboTooEarly, 1))),
	] {
		check(&[], &steps, expected);
	}
	let steps = [i(0), c(0), i(1), c(1), turbo, test(0), c(2), p(), R];
	check(&[1], &steps, Err((TurboTooEarly, 4)));
	let sweep = Step::Sweep { to: Fund::Principal };
	let back = Step::Sweep { to: Fund::Interest };
	for (steps, expected) in [
		(vec![i(0), c(0), i(1), c(1), c(2), sweep, p(), R], Ok(())),
		(vec![i(0), c(0), sweep, i(1), c(1), c(2), p(), R], Err((TurboTooEarly, 2))),
		(vec![i(0), c(0), i(1), c(1), c(2), p(), back, R], Err((PrincipalBecomesIncome, 6))),
	] {
		check(&[], &steps, expected);
	}
	check_one(&[i(0), i(1), sweep, p(), R], Err((NeedsTwoFunds, 2)));
}

#[test]
fn principal_of_everybody_and_of_nobody_without_those_above() {
	let c = credit;
	let start = [i(0), c(0), i(1), c(1), c(2)];
	let by = Share::Schedule;
	for (steps, expected) in [
		(vec![redeem(&[0], by), redeem(&[1], by), redeem(&[2], by), R], Ok(())),
		(vec![redeem(&[0, 1], by), redeem(&[1, 2], by), R], Ok(())),
		(vec![redeem(&[1], by), p(), R], Err((PrincipalOutOfOrder, 5))),
		(vec![redeem(&[0, 2], by), p(), R], Err((PrincipalOutOfOrder, 5))),
		(
			vec![redeem(&[0], by), redeem(&[2], by), redeem(&[1], by), R],
			Err((PrincipalOutOfOrder, 6)),
		),
		(vec![redeem(&[0, 1], by), R], Err((PrincipalMissing, 2))),
		(vec![R], Err((PrincipalMissing, 0))),
	] {
		check(&[], &[start.to_vec(), steps].concat(), expected);
	}
}

#[test]
fn principal_after_the_interest_of_those_it_is_above() {
	let one = |rank| redeem(&[rank], SEQUENTIAL);
	let (now, then) = (Part::Current, Part::Deferred);
	let cases = [
		(vec![p(), i(0), i(1), R], Err((PrincipalTooEarly, 0))),
		(vec![one(0), i(0), i(1), p(), R], Err((PrincipalTooEarly, 0))),
		(vec![i(0), redeem(&[0, 1], SEQUENTIAL), i(1), p(), R], Err((PrincipalTooEarly, 1))),
		(vec![i(0), one(0), i(1), one(1), one(2), R], Ok(())),
		(vec![pay(&[0], now), one(0), pay(&[0], then), i(1), p(), R], Ok(())),
		(vec![pay(&[0], now), i(1), p(), pay(&[0], then), R], Err((PrincipalTooEarly, 2))),
	];
	for (steps, expected) in cases {
		check_one(&steps, expected);
	}
	// With two funds as well: support from principal would find nothing.
	let c = credit;
	check(&[], &[p(), i(0), c(0), i(1), c(1), c(2), R], Err((PrincipalTooEarly, 0)));
}

#[test]
fn a_schedule_that_does_not_end_leaves_principal_unpaid() {
	let c = credit;
	let start = [i(0), c(0), i(1), c(1), c(2)];
	let by = redeem(&[0, 1], Share::Schedule);
	for (balances, last, expected) in [
		(
			vec![50, 1],
			redeem(&[2], SEQUENTIAL),
			Err(ProgramError { fault: PrincipalMissing, at: 1 }),
		),
		(vec![50, 0], redeem(&[2], SEQUENTIAL), Ok(())),
		(vec![50, 1], p(), Ok(())),
	] {
		let steps = [start.to_vec(), vec![by, last, R]].concat();
		let mut program = deal(FundMode::Separate, &[], &always(&steps));
		let points = (1..).zip(balances).map(|(date, balance)| Point { date, balance });
		program.classes[1].schedule = points.collect::<Vec<_>>().try_into().unwrap();
		assert_eq!(program.validate(), expected);
	}
}

#[test]
fn the_residual_once_and_last() {
	let c = credit;
	let start = [i(0), c(0), i(1), c(1), c(2)];
	let other = Step::PayResidual { rank: 1 };
	for (steps, expected) in [
		(vec![p()], Err((ResidualMissing, 6))),
		(vec![R, p()], Err((ResidualNotLast, 6))),
		(vec![p(), R, R], Err((ResidualNotLast, 7))),
		(vec![p(), other], Err((ResidualNotLast, 6))),
		(vec![other, p(), R], Err((ResidualNotLast, 5))),
	] {
		check(&[], &[start.to_vec(), steps].concat(), expected);
	}
}

#[test]
fn one_fund_has_no_ledgers_and_no_principal_fund() {
	let full = Support::FULL;
	let interest = |support| Step::PayInterest { classes: set(&[0]), part: ALL, support };
	let fee = |support| Step::PayFee { fee: 0, cap: None, support, subordinate: false };
	let reserve = Support { reserve: true, principal: false };
	for (steps, expected) in [
		(vec![fee(reserve), interest(reserve), i(1), p(), R], Ok(())),
		(vec![i(0), credit(0), i(1), p(), R], Err((NeedsTwoFunds, 1))),
		(vec![interest(full), i(1), p(), R], Err((NeedsTwoFunds, 0))),
		(vec![i(0), i(1), fee(full), p(), R], Err((NeedsTwoFunds, 2))),
	] {
		check_one(&steps, expected);
	}
}

#[test]
fn conditions_only_where_nothing_must_be() {
	let c = credit;
	let steps = [i(0), test(0), c(0), i(1), c(1), c(2), p(), R];
	for (at, fault) in (0u8..).zip([
		ConditionNotAllowed,
		ConditionNotAllowed,
		ConditionNotAllowed,
		ConditionNotAllowed,
		ConditionNotAllowed,
		ConditionNotAllowed,
		PrincipalMissing,
		ConditionNotAllowed,
	]) {
		let mut lines = always(&steps);
		lines[usize::from(at)].when = When::Tripped(1);
		let at = if fault == PrincipalMissing { 0 } else { at };
		let error = Err(ProgramError { fault, at });
		assert_eq!(deal(FundMode::Separate, &[0], &lines).validate(), error);
	}
	// They keep to the same places.
	for (position, step, expected) in [
		(6, Step::Turbo { classes: set(&[0]) }, Ok(())),
		(2, Step::Turbo { classes: set(&[0]) }, Err((TurboTooEarly, 2))),
		(6, T, Ok(())),
		(8, T, Err((ResidualNotLast, 8))),
		(6, redeem(&[1], Share::Sequential), Err((PrincipalOutOfOrder, 6))),
		(0, redeem(&[0, 1], Share::Sequential), Err((PrincipalTooEarly, 0))),
		(6, redeem(&[0, 1], Share::ProRata), Ok(())),
	] {
		let mut lines = always(&steps);
		let when = When::Clear(0);
		lines.insert(position, Line { when, ..Line::always(step) });
		let expected = expected.map_err(|(fault, at)| ProgramError { fault, at });
		assert_eq!(deal(FundMode::Separate, &[0], &lines).validate(), expected, "{step:?}");
	}
	// Twice under a condition is not twice.
	let mut lines = always(&[i(0), test(0), c(0), i(1), c(1), c(2), T, T, p(), R]);
	lines[6].when = When::Clear(0);
	lines[7].when = When::Tripped(0);
	assert_eq!(deal(FundMode::Separate, &[0], &lines).validate(), Ok(()));
}
