//! What steps amount to over months.

use num_bigint::{BigInt, BigUint};
use proptest::prelude::*;
use strata_traits::{Moment, ParameterSet};

use super::{caps, set, with, DAY, MONTH};
use crate::{Kind, Ledger, Limit, StepRefused, StepTerms};

const CEILING: Kind = Kind::DebtCeiling;

fn to(value: u128) -> ParameterSet {
	with(set(), CEILING, value)
}

#[test]
fn thirty_per_cent_every_three_days_do_not_compound() {
	let mut ledger = Ledger::default();
	let (mut value, mut steps) = (1_000_000u128, 0);
	for day in (0..30).step_by(3) {
		let next = value * 13 / 10;
		let stepped = ledger.step(&[to(value)], &to(next), |_| Some(caps()), MONTH, day * DAY);
		match stepped {
			Ok(()) => (value, steps) = (next, steps + 1),
			refused => assert_eq!(refused, Err((CEILING, StepRefused::OverBudget))),
		}
	}
	// Not 13.8 times: doubled at most.
	assert_eq!((value, steps), (1_690_000, 2));
	let record = ledger.record(CEILING).expect("it was stepped");
	assert_eq!(record.spent(MONTH, 29 * DAY), Some(690_000));
	assert_eq!(record.budget(&caps().budget, MONTH, 29 * DAY, value), 1_000_000);
}

#[test]
fn up_and_down_again_spends_both() {
	let mut ledger = Ledger::default();
	let terms = |_| Some(StepTerms { budget: Limit::absolute(3), ..caps() });
	let mut step = |from, end, day| ledger.step(&[to(from)], &to(end), terms, MONTH, day * DAY);
	assert_eq!(step(100, 101, 0), Ok(()));
	assert_eq!(step(101, 100, 3), Ok(()));
	assert_eq!(step(100, 102, 6), Err((CEILING, StepRefused::OverBudget)));
	assert_eq!(step(100, 99, 6), Ok(()));
	assert_eq!(step(99, 98, 9), Err((CEILING, StepRefused::OverBudget)));
	// The first is forgotten after a month, to the millisecond (which day 30 begins with).
	assert_eq!(step(99, 98, 29), Err((CEILING, StepRefused::OverBudget)));
	assert_eq!(step(99, 98, 30), Ok(()));
}

#[test]
fn sums_that_do_not_fit_are_over_budget() {
	let terms = |_| {
		let all = Limit::absolute(u128::MAX);
		Some(StepTerms { step: all, budget: all, interval: 0 })
	};
	let mut ledger = Ledger::default();
	assert_eq!(ledger.step(&[to(0)], &to(u128::MAX), terms, MONTH, 0), Ok(()));
	let over = Err((CEILING, StepRefused::OverBudget));
	assert_eq!(ledger.step(&[to(u128::MAX)], &to(0), terms, MONTH, 1), over);
}

/// What a naive book-keeper knows: every step that was made.
struct Book {
	steps: Vec<(Moment, u128, u128)>,
}

impl Book {
	fn spent(&self, now: Moment) -> BigUint {
		let counted = self.steps.iter().filter(|(at, ..)| at + MONTH > now);
		counted.map(|(_, from, end)| BigUint::from(from.abs_diff(*end))).sum()
	}

	fn first(&self, now: Moment, value: u128) -> u128 {
		self.steps.iter().find(|(at, ..)| at + MONTH > now).map_or(value, |(_, from, _)| *from)
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(200))]

	/// Months of greedy and random steps: what is accepted is what a naive book-keeper with integers
	/// without an end accepts, and no window that ends with a step moves a value by more than the
	/// budget of what it began with.
	#[test]
	fn months_of_steps_stay_within_the_budget(
		start in prop_oneof![0u128..50, 1_000u128..1_000_000, (u128::MAX >> 3)..u128::MAX],
		step_points in 0u32..12_000,
		budget_points in 0u32..20_000,
		floor in 0u128..30,
		hours in 0u64..80,
		acts in prop::collection::vec((0u64..100, 0u32..=10, any::<bool>()), 1..150),
	) {
		let terms = StepTerms {
			step: Limit::share(step_points, floor),
			interval: hours * 3_600_000,
			budget: Limit::share(budget_points, floor),
		};
		let mut ledger = Ledger::default();
		let mut book = Book { steps: vec![] };
		let (mut value, mut now, mut last) = (start, 0, None);
		let mut values = vec![(0, start)];
		for (later, tenths, up) in acts {
			now += later * 3_600_000;
			// As much as a step goes, tenth by tenth, and at times a unit too much.
			let most = terms.step.of(value);
			let far = most / 10 * u128::from(tenths) + u128::from(tenths == 10 && up);
			let end = if up { value.saturating_add(far) } else { value.saturating_sub(far) };
			if end == value {
				continue;
			}
			let by = BigUint::from(value.abs_diff(end));
			let limit = |limit: Limit, of: u128| {
				let share = BigUint::from(of) * limit.basis_points / 10_000u32;
				share.min(limit.most.into()).max(limit.floor.into())
			};
			let near = by <= limit(terms.step, value);
			let waited = last.is_none_or(|last| now - last >= terms.interval);
			let spent = book.spent(now) + &by;
			let within = spent <= limit(terms.budget, book.first(now, value));
			let room = book.steps.iter().filter(|(at, ..)| at + MONTH > now).count() < 16;
			let expected = near && waited && within && room;
			let mut tried = ledger.clone();
			let made = tried.step(&[to(value)], &to(end), |_| Some(terms), MONTH, now).is_ok();
			prop_assert_eq!(made, expected, "{} to {} at {}", value, end, now);
			if made {
				book.steps.push((now, value, end));
				(ledger, value, last) = (tried, end, Some(now));
				values.push((now, value));
			}
		}
		// Net of the window that ends with each step, from the value before its first one.
		for (last, (now, value)) in values.iter().enumerate().skip(1) {
			let first = (1..=last).find(|first| now - values[*first].0 < MONTH);
			let before = values[first.expect("the step itself") - 1].1;
			let most = BigInt::from(terms.budget.of(before));
			let net = BigInt::from(*value) - BigInt::from(before);
			prop_assert!(net <= most && -net <= most);
		}
	}
}
