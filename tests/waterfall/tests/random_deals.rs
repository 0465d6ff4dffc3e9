//! Several hundred random deals in both implementations.

#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::unwrap_used)]

use strata_waterfall::{
	run, Classes, Funds, Line, Modes, Part, RunError, Share, Step, Support, When, MAX_CLASSES,
};
use strata_waterfall_tests::{
	compare::{play, Tally},
	generate::Deal,
	naive,
};

#[test]
fn engine_and_model_agree() {
	let count = std::env::var("STRATA_DEALS").map_or(600, |count| count.parse().unwrap());
	let mut all = Tally::default();
	for seed in 1..=count {
		all.add(&play(seed));
	}
	println!("{all:?}");
	// The deals reach everything that an engine can do.
	for (name, reached) in all.named() {
		assert!(reached * 20 > count || name == "overflows", "{name}: {all:?}");
	}
}

/// Lines that name something beyond what a program with so many classes, fees, tests and triggers has.
fn lines_beyond(classes: u8, fees: u8, tests: u8, triggers: u8) -> Vec<Line> {
	let support = Support::NONE;
	let mut lines = vec![
		Line::always(Step::PayFee { fee: fees, cap: None, support, subordinate: false }),
		Line::always(Step::TestCoverage { test: tests }),
		Line::always(Step::CreditPdl { rank: classes }),
		Line::always(Step::PayResidual { rank: classes }),
	];
	for when in [When::Tripped(triggers), When::Clear(u8::MAX)] {
		lines.push(Line { step: Step::TopUpReserve, modes: Modes::ALL, when });
	}
	if u32::from(classes) < MAX_CLASSES {
		let classes = Classes::one(classes).with(Classes::one(0));
		for step in [
			Step::PayInterest { classes, part: Part::All, support },
			Step::PayPrincipal { classes, share: Share::Sequential },
			Step::Turbo { classes },
		] {
			lines.push(Line::always(step));
		}
	}
	lines
}

#[test]
fn what_does_not_exist_is_refused() {
	for seed in 1..=100 {
		let mut deal = Deal::new(seed);
		let (state, mut program) = (deal.state.clone(), deal.program.clone());
		let collections = deal.collect(1, &state, Funds::default());
		let count = |count: usize| count as u8;
		let beyond = lines_beyond(
			count(program.classes.len()),
			count(program.fees.len()),
			count(program.tests.len()),
			count(program.triggers.len()),
		);
		for line in beyond {
			program.lines = vec![line].try_into().unwrap();
			assert!(program.check().is_err(), "{line:?}");
			assert_eq!(run(&state, &program, &collections), Err(RunError::Mismatch), "{line:?}");
		}
		program.lines = Default::default();
		assert_eq!(program.check(), Ok(()));
		assert_eq!(run(&state, &program, &collections), naive::run(&state, &program, &collections));
		let mut early = collections;
		early.date = state.accrued_to.saturating_sub(1);
		let refused = (early.date < state.accrued_to).then_some(RunError::DateBeforeLast);
		assert_eq!(run(&state, &program, &early).err(), refused);
		let mut fewer = state.clone();
		fewer.classes.pop();
		assert_eq!(run(&fewer, &program, &collections), Err(RunError::Mismatch));
	}
}
