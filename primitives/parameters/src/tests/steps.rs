//! One step: how far and how soon.

use num_bigint::BigUint;
use proptest::prelude::*;
use strata_traits::ParameterSet;

use super::{caps, set, with, DAY, MONTH};
use crate::{ensure_one_step, Kind, Ledger, Limit, StepRefused, StepTerms, KINDS, MAX_STEPS};

const CEILING: Kind = Kind::DebtCeiling;

fn to(value: u128) -> ParameterSet {
	with(set(), CEILING, value)
}

fn ceiling() -> u128 {
	CEILING.of(&set())
}

#[test]
fn a_step_reaches_its_limit_and_not_a_unit_more() {
	let step = ceiling() * 3 / 10;
	for end in [ceiling() + step, ceiling() - step] {
		let mut ledger = Ledger::default();
		assert_eq!(ledger.step(&[set()], &to(end), |_| Some(caps()), MONTH, 0), Ok(()));
		assert_eq!(ledger.record(CEILING).map(|record| record.steps[0].by), Some(step));
	}
	let far = Err((CEILING, StepRefused::TooFar));
	for end in [ceiling() + step + 1, ceiling() - step - 1, 0, u128::MAX] {
		assert_eq!(Ledger::default().step(&[set()], &to(end), |_| Some(caps()), MONTH, 0), far);
		assert_eq!(ensure_one_step(&[set()], &to(end), |_| Some(caps())), far);
	}
}

#[test]
fn a_kind_without_terms_is_not_moved() {
	for kind in Kind::ALL {
		let moved = with(set(), kind, kind.of(&set()) + 1);
		let all_but = |other: Kind| (other != kind).then(caps);
		let refused = Err((kind, StepRefused::NoSteps));
		assert_eq!(Ledger::default().step(&[set()], &moved, all_but, MONTH, 0), refused);
		assert_eq!(ensure_one_step(&[set()], &moved, all_but), refused);
	}
}

#[test]
fn a_floor_lets_a_small_value_move_and_zero_too() {
	let step = Limit::share(3_000, 10);
	assert_eq!([0, 1, 33, 34, 1_000].map(|value| step.of(value)), [10, 10, 10, 10, 300]);
	let absolute = Limit::absolute(7);
	assert_eq!([0, 1, u128::MAX].map(|value| absolute.of(value)), [7, 7, 7]);
	let capped = Limit { floor: 0, most: 100, basis_points: 5_000 };
	assert_eq!([0, 199, 200, 201, u128::MAX].map(|value| capped.of(value)), [0, 99, 100, 100, 100]);
}

#[test]
fn an_interval_is_kept_to_the_millisecond() {
	let mut ledger = Ledger::default();
	let terms = |_| Some(caps());
	// Never changed: nothing to wait for.
	assert_eq!(ledger.step(&[set()], &to(ceiling() + 1), terms, MONTH, 5), Ok(()));
	let again = |now| ledger.clone().step(&[to(ceiling() + 1)], &set(), terms, MONTH, now);
	let soon = Err((CEILING, StepRefused::TooSoon));
	// Also if the clock went back.
	for now in [0, 4, 5, 5 + 3 * DAY - 1] {
		assert_eq!(again(now), soon);
	}
	assert_eq!(again(5 + 3 * DAY), Ok(()));
	// Each kind has its own.
	let other = with(to(ceiling() + 1), Kind::DrawFuse, Kind::DrawFuse.of(&set()) + 1);
	assert_eq!(ledger.step(&[to(ceiling() + 1)], &other, terms, MONTH, 6), Ok(()));
}

#[test]
fn a_change_by_others_begins_the_interval_and_spends_nothing() {
	let mut ledger = Ledger::default();
	ledger.change(&set(), &to(10 * ceiling()), 5);
	let step = |ledger: &mut Ledger, now| {
		let end = to(10 * ceiling() + 1);
		ledger.step(&[to(10 * ceiling())], &end, |_| Some(caps()), MONTH, now)
	};
	let soon = Err((CEILING, StepRefused::TooSoon));
	assert_eq!(step(&mut ledger.clone(), 5 + 3 * DAY - 1), soon);
	assert_eq!(step(&mut ledger, 5 + 3 * DAY), Ok(()));
	let spent = ledger.record(CEILING).and_then(|record| record.spent(MONTH, 5 + 3 * DAY));
	assert_eq!(spent, Some(1));
	assert_eq!(ledger.iter().count(), 1);
}

#[test]
fn a_step_counts_from_the_furthest_start() {
	// The value is on its way, or about to revert: it must be near both, and costs the longer way.
	let terms = |_| Some(StepTerms { step: Limit::absolute(10), ..caps() });
	let from = [to(100), to(107), to(95)];
	let step = |end| {
		let mut ledger = Ledger::default();
		ledger.step(&from, &to(end), terms, MONTH, 0)?;
		Ok(ledger.record(CEILING).map(|record| record.steps[0]).map(|step| (step.from, step.by)))
	};
	assert_eq!(step(105), Ok(Some((100, 10))));
	assert_eq!(step(97), Ok(Some((100, 10))));
	let far = Err((CEILING, StepRefused::TooFar));
	assert_eq!((step(106), step(96)), (far, far));
	// It does not move for the first of them, but for another.
	assert_eq!(step(100), Ok(Some((100, 7))));
}

#[test]
fn what_stays_is_neither_checked_nor_noted() {
	let mut ledger = Ledger::default();
	assert_eq!(ledger.step(&[set()], &set(), |_| None, MONTH, 0), Ok(()));
	ledger.change(&set(), &set(), 0);
	assert_eq!(ledger, Ledger::default());
}

#[test]
fn a_full_ring_refuses_until_the_oldest_is_forgotten() {
	let terms = |_| Some(StepTerms { interval: 1, ..caps() });
	let mut ledger = Ledger::default();
	for now in 0..u64::from(MAX_STEPS) {
		let (from, end) = (to(ceiling() + u128::from(now)), to(ceiling() + u128::from(now) + 1));
		assert_eq!(ledger.step(&[from], &end, terms, MONTH, now), Ok(()));
	}
	let (from, end) = (to(ceiling() + 16), to(ceiling() + 17));
	let full = Err((CEILING, StepRefused::OverBudget));
	assert_eq!(ledger.clone().step(&[from], &end, terms, MONTH, MONTH - 1), full);
	assert_eq!(ledger.step(&[from], &end, terms, MONTH, MONTH), Ok(()));
	assert_eq!(ledger.record(CEILING).map(|record| record.steps.len()), Some(16));
}

#[test]
fn every_kind_fits_into_a_ledger() {
	let mut ledger = Ledger::default();
	let moved = Kind::ALL.into_iter().fold(set(), |set, kind| with(set, kind, kind.of(&set) + 1));
	let one = |_| Some(StepTerms { step: Limit::absolute(1), ..caps() });
	let budget = |kind| one(kind).map(|terms| StepTerms { budget: Limit::absolute(1), ..terms });
	assert_eq!(ledger.step(&[set()], &moved, budget, MONTH, 0), Ok(()));
	assert_eq!(ledger.iter().count(), KINDS as usize);
}

proptest! {
	/// The limit against integers without an end.
	#[test]
	fn limits_are_exact(
		value in any::<u128>(),
		most in any::<u128>(),
		floor in any::<u128>(),
		basis_points in any::<u32>(),
		small in 0u32..120,
	) {
		for value in [value, value >> small] {
			let share = BigUint::from(value) * basis_points / 10_000u32;
			let expected = share.min(BigUint::from(most)).max(BigUint::from(floor));
			let limit = Limit { floor, most, basis_points };
			prop_assert_eq!(BigUint::from(limit.of(value)), expected);
		}
	}
}
