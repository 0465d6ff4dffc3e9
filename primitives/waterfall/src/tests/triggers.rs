//! Triggers.

use super::*;

fn deal(condition: Condition, effect: Effect, curable: bool) -> (Program, State) {
	let mut program =
		program(2, &[redeem(&[0, 1], Share::Sequential), Step::PayResidual { rank: 1 }]);
	let threshold = rate(110);
	let test = Test { coverage: Coverage::Principal, rank: 0, threshold };
	program.tests = vec![test].try_into().unwrap();
	program.triggers = vec![Trigger { condition, effect, curable }].try_into().unwrap();
	let state = opened(&program, &[(800, 0), (200, 0)]);
	(program, state)
}

fn tripped(condition: Condition, collections: &Collections) -> bool {
	let (program, state) = deal(condition, Effect::Flag, true);
	run(&state, &program, collections).unwrap().state.triggers[0].is_some()
}

#[test]
fn conditions_are_strict_and_exact() {
	let with = |pool| Collections { pool, ..revolving(7, 0, 30) };
	let pool = |lent, adjusted, delinquent| Pool { lent, adjusted, delinquent };
	let losses = |losses| Collections { losses, ..revolving(7, 0, 0) };
	for (condition, collections, expected) in [
		(Condition::CumulativeLoss(rate(5)), losses(50), false),
		(Condition::CumulativeLoss(rate(5)), losses(51), true),
		(Condition::Delinquency(rate(10)), with(pool(500, 0, 50)), false),
		(Condition::Delinquency(rate(10)), with(pool(500, 0, 51)), true),
		(Condition::Delinquency(rate(10)), with(pool(0, 0, 0)), false),
		(Condition::From(8), with(pool(0, 0, 0)), false),
		(Condition::From(7), with(pool(0, 0, 0)), true),
		(Condition::ServicerDefault, with(pool(0, 0, 0)), false),
		(Condition::CoverageBelow { test: 0, level: rate(105) }, with(pool(0, 810, 0)), false),
		(Condition::CoverageBelow { test: 0, level: rate(105) }, with(pool(0, 809, 0)), true),
	] {
		assert_eq!(tripped(condition, &collections), expected, "{condition:?} {collections:?}");
	}
	let default = Collections { servicer_default: true, ..revolving(7, 0, 0) };
	assert!(tripped(Condition::ServicerDefault, &default));
}

#[test]
fn losses_add_up_over_dates() {
	let (program, s) = deal(Condition::CumulativeLoss(rate(5)), Effect::Flag, false);
	let loss = |date, losses| Collections { losses, ..revolving(date, 0, 0) };
	let out = run(&s, &program, &loss(1, 30)).unwrap();
	let out = run(&out.state, &program, &loss(2, 20)).unwrap();
	assert_eq!(out.state.triggers[0], None);
	let out = run(&out.state, &program, &loss(3, 1)).unwrap();
	assert_eq!((out.state.triggers[0], out.state.losses), (Some(3), 51));
}

#[test]
fn an_effect_comes_on_the_same_date() {
	for (effect, mode, principal) in [
		(Effect::Flag, Mode::Revolving, 0),
		(Effect::Sequential, Mode::Revolving, 0),
		(Effect::Amortise, Mode::Amortising, 30),
		(Effect::Accelerate, Mode::Accelerated, 30),
	] {
		let (program, s) = deal(Condition::From(7), effect, true);
		let out = run(&s, &program, &revolving(7, 0, 30)).unwrap();
		assert_eq!((out.mode, out.payments[0].principal), (mode, principal));
		// Never back from a further mode of the collections.
		let further = Collections { mode: Mode::Accelerated, ..revolving(6, 0, 30) };
		assert_eq!(run(&s, &program, &further).unwrap().mode, Mode::Accelerated);
	}
}

#[test]
fn curable_triggers_clear_permanent_ones_and_acceleration_do_not() {
	for (effect, curable, expected) in [
		(Effect::Amortise, true, [Some(1), None, Some(3)]),
		(Effect::Amortise, false, [Some(1), Some(1), Some(1)]),
		(Effect::Accelerate, true, [Some(1), Some(1), Some(1)]),
	] {
		let (program, mut s) = deal(Condition::ServicerDefault, effect, curable);
		for (at, servicer_default) in [true, false, true].into_iter().enumerate() {
			let date = at as u64 + 1;
			let collections = Collections { servicer_default, ..revolving(date, 0, 0) };
			s = run(&s, &program, &collections).unwrap().state;
			assert_eq!(s.triggers[0], expected[at]);
		}
	}
}

// What the run pays does not flip it a second time: a cure of the test comes too late for it.
#[test]
fn a_trigger_is_looked_at_once_on_the_numbers_before_anything_is_paid() {
	let condition = Condition::CoverageBelow { test: 0, level: rate(110) };
	let (mut program, s) = deal(condition, Effect::Amortise, true);
	let lines = [Step::TestCoverage { test: 0 }, redeem(&[0, 1], Share::Sequential)];
	program.lines = lines.map(Line::always).to_vec().try_into().unwrap();
	let pool = Pool { adjusted: 840, ..Pool::default() };
	let out = run(&s, &program, &Collections { pool, ..revolving(1, 500, 30) }).unwrap();
	// 870 / 800 fails; 10 cure it; the 30 are redeemed all the same.
	assert_eq!((out.tests[0].diverted, out.payments[0].principal), (10, 40));
	assert_eq!((out.mode, out.state.triggers[0]), (Mode::Amortising, Some(1)));
	let pool = Pool { adjusted: 836, ..Pool::default() };
	let out = run(&out.state, &program, &Collections { pool, ..revolving(2, 0, 0) }).unwrap();
	assert_eq!((out.mode, out.state.triggers[0]), (Mode::Revolving, None));
}

#[test]
fn lines_wait_for_a_trigger_or_its_absence() {
	let (mut program, s) = deal(Condition::ServicerDefault, Effect::Flag, true);
	let turbo = Step::Turbo { classes: set(&[0]) };
	let line = |when| Line { when, ..Line::always(turbo) };
	for (when, with, without) in
		[(When::Tripped(0), 50, 0), (When::Clear(0), 0, 50), (When::Always, 50, 50)]
	{
		program.lines = vec![line(when)].try_into().unwrap();
		for (servicer_default, expected) in [(true, with), (false, without)] {
			let collections = Collections { servicer_default, ..revolving(1, 50, 0) };
			let out = run(&s, &program, &collections).unwrap();
			assert_eq!(out.payments[0].principal, expected, "{when:?}");
		}
	}
}
