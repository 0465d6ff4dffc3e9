//! Everything of a program but its lines.

use strata_numbers::Ratio;
use strata_waterfall::{
	ClassTerms, Condition, Coupon, Coverage, Effect, Fee, FeeAmount, FundMode, Point, Program,
	ReserveTarget, Reset, Test, Trigger,
};

use super::{lines, moment, Kind};
use crate::random::Random;

/// 10^16: one percent.
const PERCENT: u128 = 10_000_000_000_000_000;

/// A yearly rate: often none or round, sometimes with all its decimals, rarely very high.
pub fn rate(random: &mut Random) -> Ratio {
	Ratio::from_inner(match random.below(8) {
		0 => 0,
		1..=4 => u128::from(random.within(1, 12)) * PERCENT,
		5 => u128::from(random.within(10, 200)) * PERCENT,
		_ => u128::from(random.below(150_000_000_000_000_000)),
	})
}

/// A ratio above one, by little or much.
fn threshold(random: &mut Random) -> Ratio {
	Ratio::from_inner(match random.below(6) {
		0 => 100 * PERCENT + 1,
		1 => 300 * PERCENT,
		2 => 100 * PERCENT + u128::from(random.within(1, 600_000_000_000_000_000)),
		_ => u128::from(random.one_of(&[101u64, 105, 108, 110, 120, 125, 150])) * PERCENT,
	})
}

/// A program of this kind.
pub fn program(
	random: &mut Random,
	kind: Kind,
	dates: &[u64],
	size: u128,
	balances: &[u128],
) -> Program {
	loop {
		let mut program = terms(random, dates, size, balances);
		let lines = match kind {
			Kind::Contractual => lines::contractual(random, &program, size),
			Kind::Arbitrary => lines::arbitrary(random, &program, size),
		};
		// Too many classes, fees and tests for one program: others.
		if let Ok(lines) = lines.try_into() {
			program.lines = lines;
			return program;
		}
	}
}

fn terms(random: &mut Random, dates: &[u64], size: u128, balances: &[u128]) -> Program {
	let residual = balances.len() - 1;
	let classes = balances.iter().enumerate().map(|(rank, balance)| {
		let mut terms = class(random, dates, *balance);
		if rank == residual {
			terms.coupon = Coupon::Fixed;
		}
		terms
	});
	let classes = classes.collect::<Vec<_>>();
	let fees = (0..random.one_of(&[0, 1, 2, 3, 4, 8])).map(|_| fee(random, size));
	let fees = fees.collect::<Vec<_>>();
	let count = random.one_of(&[0, 0, 1, 2, 3, 5, 2 * residual as u64]);
	let tests = (0..count).map(|_| Test {
		coverage: random.one_of(&[Coverage::Principal, Coverage::Principal, Coverage::Interest]),
		rank: random.below(residual as u64) as u8,
		threshold: threshold(random),
	});
	let tests = tests.collect::<Vec<_>>();
	let count = random.one_of(&[0, 0, 1, 2, 3, 5, 16]);
	let triggers = (0..count).map(|_| trigger(random, dates, tests.len() as u64));
	let triggers = triggers.collect::<Vec<_>>();
	let of_balances = u128::from(random.one_of(&[0u64, 0, 1, 3])) * PERCENT / 2;
	Program {
		funds: if random.once_in(4) { FundMode::One } else { FundMode::Separate },
		classes: classes.try_into().expect("at most 8"),
		fees: fees.try_into().expect("at most 8"),
		tests: tests.try_into().expect("at most 14"),
		triggers: triggers.try_into().expect("at most 16"),
		reserve: ReserveTarget {
			least: if random.once_in(3) { 0 } else { random.part_of(size / 32).min(1 << 112) },
			of_balances: Ratio::from_inner(of_balances),
		},
		..Program::default()
	}
}

fn class(random: &mut Random, dates: &[u64], balance: u128) -> ClassTerms {
	let coupon = match random.below(4) {
		0 => {
			let resets = moments(random, dates, 5);
			let resets = resets.into_iter().map(|date| Reset { date, rate: rate(random) });
			Coupon::Resets(resets.collect::<Vec<_>>().try_into().expect("at most 40"))
		},
		1 => {
			let (floor, more) = (rate(random), rate(random));
			let cap = Ratio::from_inner(floor.into_inner() + more.into_inner());
			Coupon::Floating { margin: rate(random), floor, cap }
		},
		_ => Coupon::Fixed,
	};
	let mut scheduled = balance;
	let points = if random.once_in(3) { moments(random, dates, 4) } else { Vec::new() };
	let schedule = points.into_iter().map(|date| {
		scheduled -= random.part_of(scheduled);
		Point { date, balance: scheduled }
	});
	let schedule = schedule.collect::<Vec<_>>();
	ClassTerms {
		coupon,
		schedule: schedule.try_into().expect("at most 120"),
		locked_until: if random.once_in(4) { moment(random, dates) } else { 0 },
	}
}

/// Up to `most` moments, ascending.
fn moments(random: &mut Random, dates: &[u64], most: u64) -> Vec<u64> {
	let mut moments: Vec<u64> =
		(0..random.within(0, most)).map(|_| moment(random, dates)).collect();
	moments.sort_unstable();
	moments.dedup();
	moments
}

fn fee(random: &mut Random, size: u128) -> Fee {
	let amount = random.part_of(size / 256).min(1 << 112);
	let amount = match random.below(4) {
		0 => FeeAmount::Once(amount),
		1 => FeeAmount::Periodic(amount),
		2 => FeeAmount::Yearly(amount),
		_ => FeeAmount::OfPool(Ratio::from_inner(u128::from(random.below(20_000_000_000_000_000)))),
	};
	Fee { amount, carried: !random.once_in(3) }
}

fn trigger(random: &mut Random, dates: &[u64], tests: u64) -> Trigger {
	let share = Ratio::from_inner(u128::from(random.below(30)) * PERCENT);
	let condition = match random.below(5) {
		0 => Condition::CumulativeLoss(share),
		1 => Condition::Delinquency(share),
		2 => Condition::From(moment(random, dates)),
		3 if tests > 0 => {
			let level = u128::from(random.within(1, 150)) * PERCENT;
			let level =
				if random.once_in(2) { threshold(random) } else { Ratio::from_inner(level) };
			Condition::CoverageBelow { test: random.below(tests) as u8, level }
		},
		_ => Condition::ServicerDefault,
	};
	let effects = [Effect::Flag, Effect::Flag, Effect::Sequential, Effect::Amortise];
	let effect = if random.once_in(10) { Effect::Accelerate } else { random.one_of(&effects) };
	Trigger { condition, effect, curable: random.once_in(2) }
}
