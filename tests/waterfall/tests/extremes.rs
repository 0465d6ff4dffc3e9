//! Amounts and ratios at the ends of their ranges, in both implementations.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used)]

use strata_numbers::{DayCount, Ratio};
use strata_waterfall::{
	run, Classes, Collections, Coverage, Funds, Line, Mode, Part, Pool, Program, ReserveTarget,
	RunError, Share, State, Step, Support, Test, MAX_AMOUNT,
};
use strata_waterfall_tests::naive;

const YEAR: u64 = 365 * 86_400_000;
const BIG: u128 = 1 << 124;

/// Two classes with a test of principal and one of interest each, and a residual.
fn program(threshold: Ratio, share: Share) -> Program {
	let mut program = Program::sequential(3, 0).unwrap();
	let test = |coverage, rank| Test { coverage, rank, threshold };
	program.tests = [0, 1]
		.into_iter()
		.flat_map(|rank| [test(Coverage::Principal, rank), test(Coverage::Interest, rank)])
		.collect::<Vec<_>>()
		.try_into()
		.unwrap();
	program.reserve = ReserveTarget { least: MAX_AMOUNT, of_balances: Ratio::from_u32(1) };
	let interest = |rank| Step::PayInterest {
		classes: Classes::one(rank),
		part: Part::All,
		support: Support::FULL,
	};
	let steps = [
		Step::ReleaseReserve,
		interest(0),
		Step::TestCoverage { test: 0 },
		Step::TestCoverage { test: 1 },
		Step::CreditPdl { rank: 0 },
		interest(1),
		Step::TestCoverage { test: 2 },
		Step::TestCoverage { test: 3 },
		Step::CreditPdl { rank: 1 },
		Step::CreditPdl { rank: 2 },
		Step::TopUpReserve,
		Step::PayPrincipal { classes: Classes::all(3), share },
		Step::PayResidual { rank: 2 },
	];
	program.lines = steps.map(Line::always).to_vec().try_into().unwrap();
	assert_eq!(program.validate(), Ok(()));
	program
}

#[test]
fn both_agree_at_the_ends_of_every_range() {
	let (mut runs, mut overflows) = (0, 0);
	let ends = [0, 1, BIG];
	// Just above 1, and the greatest there are.
	let thresholds = [
		(10u128.pow(18) + 1, Share::ProRata),
		(1 << 127, Share::Sequential),
		(u128::MAX, Share::ProRata),
	];
	for (threshold, share) in thresholds {
		let program = program(Ratio::from_inner(threshold), share);
		// Every seventh: the model takes its time over numbers of this size.
		for case in (0u32..3u32.pow(6) * 2).step_by(7) {
			let digit = |at: u32| ends[(case / 3u32.pow(at) % 3) as usize];
			// No time at all, or a year.
			let date = u64::from(case / 3u32.pow(6)) * YEAR;
			let faces = [(digit(0), 1), (digit(1), 3), (digit(2), 0)]
				.map(|(face, tenths)| (face, Ratio::from_rational(tenths, 10)));
			let day_count = DayCount::Act365Fixed;
			let state = State::open(&program, faces, day_count, 0, digit(3)).unwrap();
			let adjusted = digit(4).max(digit(0)) / 2;
			let collections = Collections {
				date,
				funds: Funds { interest: digit(4), principal: digit(5) },
				losses: digit(3),
				pool: Pool { lent: adjusted, adjusted, delinquent: 1 },
				mode: Mode::Amortising,
				hold_residual: case % 2 == 0,
				..Default::default()
			};
			runs += 1;
			let seen = run(&state, &program, &collections);
			match seen {
				Err(RunError::Overflow) => overflows += 1,
				seen => assert_eq!(seen, naive::run(&state, &program, &collections), "{case}"),
			}
		}
	}
	// All of it fits: a sum of three is below 2^126.
	assert_eq!((runs, overflows), (3 * 209, 0));
}
