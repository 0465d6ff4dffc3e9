//! The worked numbers in both implementations: what anchors the model.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

use strata_numbers::{DayCount, Ratio};
use strata_waterfall::{
	run, ClassTerms, Classes, Collections, Coverage, Fee, FeeAmount, Funds, Line, Mode, Outcome,
	Part, Pool, Program, ReserveTarget, Share, State, Step, Support, Test,
};
use strata_waterfall_tests::naive;

const DAY: u64 = 86_400_000;

/// So many thousandths.
fn ratio(thousandths: u128) -> Ratio {
	Ratio::from_inner(thousandths * 10u128.pow(15))
}

/// A with OC 125 %, B with OC 108 %, C; a senior fee of 0.5 % and a subordinate one of 0.2 %.
fn program(share: Share) -> Program {
	let fee =
		|fee, subordinate| Step::PayFee { fee, cap: None, support: Support::NONE, subordinate };
	let interest = |rank| Step::PayInterest {
		classes: Classes::one(rank),
		part: Part::All,
		support: Support::FULL,
	};
	let steps = [
		fee(0, false),
		interest(0),
		Step::TestCoverage { test: 0 },
		Step::CreditPdl { rank: 0 },
		interest(1),
		Step::TestCoverage { test: 1 },
		Step::CreditPdl { rank: 1 },
		Step::CreditPdl { rank: 2 },
		Step::TopUpReserve,
		fee(1, true),
		Step::PayPrincipal { classes: Classes::all(3), share },
		Step::PayResidual { rank: 2 },
	];
	let test = |rank, threshold| Test { coverage: Coverage::Principal, rank, threshold };
	let of_pool = |rate| Fee { amount: FeeAmount::OfPool(ratio(rate)), carried: true };
	let program = Program {
		classes: vec![ClassTerms::default(); 3].try_into().unwrap(),
		fees: vec![of_pool(5), of_pool(2)].try_into().unwrap(),
		tests: vec![test(0, ratio(1_250)), test(1, ratio(1_080))].try_into().unwrap(),
		reserve: ReserveTarget { least: 10_000, of_balances: Ratio::default() },
		lines: steps.into_iter().map(Line::always).collect::<Vec<_>>().try_into().unwrap(),
		..Program::default()
	};
	assert_eq!(program.validate(), Ok(()));
	program
}

/// 30 days with this interest, principal and loss.
fn play(share: Share, interest: u128, principal: u128, losses: u128) -> Outcome {
	let program = program(share);
	let faces = [(700_000, ratio(50)), (200_000, ratio(80)), (100_000, Ratio::default())];
	let state = State::open(&program, faces, DayCount::Act365Fixed, 0, 10_000).unwrap();
	let lent = 1_000_000 - principal - losses;
	let collections = Collections {
		date: 30 * DAY,
		funds: Funds { interest, principal },
		losses,
		pool: Pool { lent, adjusted: lent, delinquent: 0 },
		mode: Mode::Amortising,
		..Collections::default()
	};
	let out = naive::run(&state, &program, &collections).unwrap();
	assert_eq!(run(&state, &program, &collections), Ok(out.clone()));
	out
}

fn each(out: &Outcome, of: impl Fn(usize) -> u128) -> Vec<u128> {
	(0..out.payments.len()).map(of).collect()
}

#[test]
fn w1_a_healthy_period() {
	let out = play(Share::Sequential, 9_000, 40_000, 0);
	assert_eq!(out.fees.to_vec(), [410, 164]);
	assert_eq!(each(&out, |at| out.payments[at].interest), [2_876, 1_315, 4_235]);
	assert_eq!(each(&out, |at| out.payments[at].balance), [660_000, 200_000, 100_000]);
}

#[test]
fn w2_a_breach_of_the_second_test() {
	let out = play(Share::Sequential, 9_000, 40_000, 60_000);
	let found = out.tests[1];
	assert_eq!((found.numerator, found.denominator, found.passed), (940_000, 900_000, false));
	// Of the 29,630 that would cure it income has 4,399; what principal cash can do is done anyway.
	assert_eq!(found.diverted, 4_399);
	assert_eq!((out.fees.to_vec(), out.state.fees[1].due), (vec![410, 0], 164));
	assert_eq!(out.payments[0].principal, 44_399);
	assert_eq!(each(&out, |at| out.state.classes[at].balance), [655_601, 200_000, 100_000]);
	assert_eq!(each(&out, |at| out.state.classes[at].pdl), [0, 0, 55_601]);
	assert_eq!(out.payments[2].interest, 0);
}

#[test]
fn w4_a_third_of_the_pool_is_lost() {
	let out = play(Share::Sequential, 500, 10_000, 350_000);
	assert_eq!((out.fees[0], out.state.reserve), (410, 7_214));
	assert_eq!(each(&out, |at| out.payments[at].interest), [2_876, 0, 0]);
	assert_eq!(each(&out, |at| out.state.classes[at].due), [0, 1_315, 0]);
	assert_eq!(each(&out, |at| out.state.classes[at].pdl), [50_000, 200_000, 100_000]);
	assert_eq!(out.state.classes[0].balance, 690_000);
}

#[test]
fn w5_pro_rata_with_an_odd_unit() {
	let out = play(Share::ProRata, 9_000, 33_333, 0);
	assert_eq!(each(&out, |at| out.payments[at].principal), [23_334, 6_666, 3_333]);
}
