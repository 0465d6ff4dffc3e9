//! What must come out of a run if what goes in is changed in a known way.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used
)]

use strata_waterfall::{
	run, Collections, Condition, Coverage, Funds, Outcome, Program, State, Step, When,
};
use strata_waterfall_tests::{
	generate::{Deal, Kind},
	random::Random,
	scale,
};

/// Every run of `deals` deals of a kind with notes of about `2^bits` units.
fn runs(
	kind: Kind,
	bits: std::ops::Range<u64>,
	deals: u64,
	mut check: impl FnMut(&State, &Program, &Collections, &Outcome),
) {
	for seed in 1..=deals {
		let mut random = Random::new(seed);
		let size = 1u128 << random.within(bits.start, bits.end - 1);
		let mut deal = Deal::sized(kind, size, random);
		let (mut state, mut left) = (deal.state.clone(), Funds::default());
		for at in 1..deal.dates.len() {
			let collections = deal.collect(at, &state, left);
			let out = run(&state, &deal.program, &collections).unwrap();
			check(&state, &deal.program, &collections, &out);
			(state, left) = (out.state, out.left);
		}
	}
}

/// All amounts of an outcome.
fn amounts(out: &Outcome) -> Vec<u128> {
	let classes = out.state.classes.iter().flat_map(|class| {
		[class.balance, class.due, class.interest_on_interest, class.pdl, class.written_off]
	});
	let payments = out.payments.iter().flat_map(|paid| [paid.interest, paid.principal]);
	let fees = out.state.fees.iter().map(|fee| fee.due).chain(out.fees.iter().copied());
	let tests = out.tests.iter().flat_map(|test| [test.diverted, test.principal]);
	let rest = [
		out.state.reserve,
		out.state.uncovered,
		out.left.interest,
		out.left.principal,
		out.built,
		out.released,
		out.written_off,
	];
	classes.chain(payments).chain(fees).chain(tests).chain(rest).collect()
}

/// All that a run decides rather than counts: where a unit more or less may make all the difference.
fn decisions(out: &Outcome) -> impl PartialEq {
	let classes: Vec<_> = out
		.state
		.classes
		.iter()
		.map(|class| (class.balance > 0, class.due + class.interest_on_interest > 0, class.pdl > 0))
		.collect();
	let tests: Vec<_> = out.tests.iter().map(|test| test.passed).collect();
	let residual = out.payments.last().is_some_and(|paid| paid.interest > 0);
	(classes, tests, residual, out.mode, out.state.triggers.to_vec())
}

/// Whether a test took cash of which a unit more or less owed makes far more than a unit: a unit of
/// interest is cured by its capital, and a cure from principal is divided by threshold − 1.
fn amplifies(program: &Program, out: &Outcome) -> bool {
	program.tests.iter().zip(out.tests.iter()).any(|(test, found)| match test.coverage {
		Coverage::Interest => found.diverted + found.principal > 0,
		Coverage::Principal => {
			found.principal > 0 && test.threshold.into_inner() < 1_010_000_000_000_000_000
		},
	})
}

// A unit of the original is 10^6 of the scaled run, which rounds 10^6 times finer. What a class or a
// fee accrues is rounded once a part of the period, and what is shared out, cured or reserved once
// more.
#[test]
fn a_million_times_the_amounts_is_a_million_times_the_result_within_rounding() {
	// How far apart an amount of one date may be, in units. All that is rounded in a run of 8 classes, 8
	// fees and 32 lines may end in one fund; these deals come to 9.
	const UNITS: u128 = 64;
	let (mut compared, mut edges, mut amplified, mut worst) = (0u32, 0u32, 0u32, 0);
	runs(Kind::Contractual, 24..60, 400, |state, program, collections, out| {
		let fine =
			run(&scale::state(state), &scale::program(program), &scale::collections(collections));
		let fine = fine.unwrap();
		if amplifies(program, out) || amplifies(program, &fine) {
			amplified += 1;
			return;
		}
		if decisions(&fine) != decisions(out) {
			edges += 1;
			return;
		}
		compared += 1;
		for (coarse, fine) in amounts(out).into_iter().zip(amounts(&fine)) {
			let apart = (coarse * scale::MORE).abs_diff(fine);
			worst = worst.max(apart.div_ceil(scale::MORE));
		}
	});
	println!(
		"{compared} runs at most {worst} units apart; {edges} at an edge, {amplified} amplified"
	);
	assert!(worst <= UNITS, "{worst} units");
	assert!(edges * 10 < compared && amplified * 5 < compared, "{edges} {amplified} {compared}");
}

/// `program` and `state` with tests and triggers the other way round, and fees if `fees`.
fn relabelled(program: &Program, state: &State, fees: bool) -> (Program, State) {
	let (mut program, mut state) = (program.clone(), state.clone());
	let other = |at: u8, count: usize| (count - 1 - usize::from(at)) as u8;
	let (tests, triggers) = (program.tests.len(), program.triggers.len());
	let count = program.fees.len();
	for line in &mut program.lines {
		match &mut line.step {
			Step::TestCoverage { test } => *test = other(*test, tests),
			Step::PayFee { fee, .. } if fees => *fee = other(*fee, count),
			_ => {},
		}
		match &mut line.when {
			When::Tripped(at) | When::Clear(at) => *at = other(*at, triggers),
			When::Always => {},
		}
	}
	for trigger in &mut program.triggers {
		if let Condition::CoverageBelow { test, .. } = &mut trigger.condition {
			*test = other(*test, tests);
		}
	}
	program.tests.as_mut().reverse();
	program.triggers.as_mut().reverse();
	state.triggers.as_mut().reverse();
	if fees {
		program.fees.as_mut().reverse();
		state.fees.as_mut().reverse();
	}
	(program, state)
}

#[test]
fn the_numbers_of_fees_tests_and_triggers_mean_nothing() {
	for kind in [Kind::Contractual, Kind::Arbitrary] {
		runs(kind, 2..90, 200, |state, program, collections, out| {
			// Once everything is redeemed, fees are paid in their order.
			let fees = out.state.classes.iter().any(|class| class.balance > 0);
			let (program, state) = relabelled(program, state, fees);
			let mut other = run(&state, &program, collections).unwrap();
			other.tests.as_mut().reverse();
			other.state.triggers.as_mut().reverse();
			if fees {
				other.fees.as_mut().reverse();
				other.state.fees.as_mut().reverse();
			}
			assert_eq!(other, *out, "{state:?} {program:?} {collections:?}");
		});
	}
}

// Claimed for the plain sequential waterfall and a deal with nothing to write up: what recoveries write
// up is principal of the senior classes and no income of the junior ones any more. Elsewhere a test or a
// trigger may turn more cash into another order.
#[test]
fn more_cash_lowers_nobody() {
	let mut random = Random::new(7);
	runs(Kind::Contractual, 2..90, 300, |state, _, collections, _| {
		let classes = state.classes.len();
		let program = Program::sequential(classes as u32, state.reserve / 2 * 3).unwrap();
		let mut state = state.clone();
		state.fees = Default::default();
		state.triggers = Default::default();
		state.classes.iter_mut().for_each(|class| class.written_off = 0);
		let more = collections.funds.interest + collections.funds.principal + 3;
		let high = Collections {
			funds: Funds {
				interest: collections.funds.interest + random.part_of(more),
				principal: collections.funds.principal + random.part_of(more),
			},
			recoveries: collections.recoveries + random.part_of(more),
			..*collections
		};
		let low = run(&state, &program, collections).unwrap();
		let high = run(&state, &program, &high).unwrap();
		for (low, high) in low.payments.iter().zip(high.payments.iter()) {
			assert!(low.interest <= high.interest && low.principal <= high.principal);
		}
	});
}
