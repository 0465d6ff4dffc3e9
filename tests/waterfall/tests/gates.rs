//! What a test that failed and could not be cured stops.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used)]

use strata_waterfall::{run, Classes, Collections, Funds, Line, Outcome, Program, State, Step};
use strata_waterfall_tests::generate::{Deal, Kind};

/// What the lines before `end` make of a date, none of them being the last date.
fn until(state: &State, program: &Program, collections: &Collections, end: usize) -> Outcome {
	let mut program = program.clone();
	program.lines = program.lines.iter().take(end).copied().collect::<Vec<_>>().try_into().unwrap();
	run(state, &program, collections).unwrap()
}

/// Whether the line is carried out on a date that ended so.
fn is_run(line: &Line, out: &Outcome) -> bool {
	line.modes.contains(out.mode)
}

/// What those below `rank`, the residual included, and fees from a line on were paid.
fn paid_below(before: &Outcome, out: &Outcome, rank: u8, fees: &[u8]) -> u128 {
	let classes = Classes::up_to(rank);
	let sum = |out: &Outcome| {
		let payments = (0u8..).zip(out.payments.iter());
		let junior = payments.filter(|(rank, _)| !classes.contains(*rank));
		let paid = junior.map(|(_, payment)| payment.interest + payment.principal).sum::<u128>();
		paid + fees.iter().map(|fee| out.fees[usize::from(*fee)]).sum::<u128>()
	};
	sum(out) - sum(before)
}

/// A test that took all the cash that there was may not be cured: on such a date nobody below it is
/// paid anything more, out of whatever fund, and no fee.
#[test]
fn nobody_is_paid_past_a_test_that_took_all_cash() {
	let mut seen = 0;
	for seed in 1..=6_000 {
		let mut deal = Deal::new(seed);
		if deal.kind != Kind::Contractual {
			continue;
		}
		assert_eq!(deal.program.validate(), Ok(()), "seed {seed}");
		let (mut state, mut left) = (deal.state.clone(), Funds::default());
		for at in 1..deal.dates.len() {
			let collections = deal.collect(at, &state, left);
			let program = deal.program.clone();
			let Ok(out) = run(&state, &program, &collections) else { break };
			let all_redeemed = out.state.classes.iter().all(|class| class.balance == 0);
			for (end, line) in program.lines.iter().enumerate() {
				let Step::TestCoverage { test } = line.step else { continue };
				if !is_run(line, &out) || all_redeemed || out.tests[usize::from(test)].passed {
					continue;
				}
				let gate = until(&state, &program, &collections, end + 1);
				if gate.left != Funds::default() {
					continue;
				}
				seen += 1;
				let later = program.lines.iter().skip(end + 1).filter(|line| is_run(line, &out));
				let mut fees = later
					.filter_map(|line| match line.step {
						Step::PayFee { fee, .. } => Some(fee),
						_ => None,
					})
					.collect::<Vec<_>>();
				fees.sort_unstable();
				fees.dedup();
				let rank = program.tests[usize::from(test)].rank;
				let paid = paid_below(&gate, &out, rank, &fees);
				assert_eq!(paid, 0, "seed {seed} date {at} line {end}");
			}
			(state, left) = (out.state, out.left);
		}
	}
	println!("{seen} gates");
	assert!(seen > 500, "{seen}");
}
