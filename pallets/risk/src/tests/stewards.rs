//! Stewards: a step at a time, an interval, a budget.

use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use strata_numbers::Price;
use strata_parameters::{Kind, StepRefused};
use strata_traits::ParameterSet;

use super::plus;
use crate::{mock::*, Error, Ledgers};

fn propose_as_steward(to: ParameterSet) -> DispatchResult {
	let ramp = PERIODS.least_ramp;
	Risk::propose(RuntimeOrigin::signed(STEWARD), OIL, to, u128::MAX, ramp)
}

fn refused(kind: Kind, why: StepRefused) -> Error<Test> {
	Error::<Test>::Step(kind, why)
}

fn ceiling(usd: u32) -> ParameterSet {
	ParameterSet { debt_ceiling: Price::from_u32(usd), ..parameters() }
}

/// Proposes as steward, waits and executes.
fn step(to: ParameterSet) -> DispatchResult {
	let id = next_id();
	propose_as_steward(to)?;
	pass(24 * HOUR);
	run(id)
}

#[test]
fn a_step_goes_no_unit_further_than_it_may() {
	execute_listed(|| {
		let by = |raw| ParameterSet { initial_ratio: plus(percent(160), raw), ..parameters() };
		let half = 5_000_000_000_000_000;
		let far = refused(Kind::InitialRatio, StepRefused::TooFar);
		assert_noop!(propose_as_steward(by(half + 1)), far);
		assert_noop!(
			propose_as_steward(by(-half - 1)),
			refused(Kind::InitialRatio, StepRefused::TooFar)
		);
		assert_ok!(propose_as_steward(by(half)));
		assert_ok!(propose_as_steward(by(-half)));
		let far = refused(Kind::DebtCeiling, StepRefused::TooFar);
		assert_noop!(propose_as_steward(ceiling(1_300_001)), far);
		assert_ok!(propose_as_steward(ceiling(1_300_000)));
	});
}

#[test]
fn what_is_not_a_stewards_is_refused() {
	execute_listed(|| {
		let mut to = parameters();
		to.auction.restarts = 4;
		assert_noop!(propose_as_steward(to), refused(Kind::Restarts, StepRefused::NoSteps));
		// One of many is enough.
		to.debt_ceiling = Price::from_u32(1_100_000);
		assert_noop!(propose_as_steward(to), refused(Kind::Restarts, StepRefused::NoSteps));
		// A ceiling that begins to follow is no step, however wide the gap.
		let gap = ParameterSet { ceiling_gap: Price::from_u32(1_000_000), ..parameters() };
		assert_noop!(propose_as_steward(gap), refused(Kind::CeilingGap, StepRefused::TooFar));
	});
}

#[test]
fn a_second_step_waits_for_the_interval() {
	execute_listed(|| {
		assert_ok!(step(ceiling(1_300_000)));
		let executed = Now::get();
		let soon = || refused(Kind::DebtCeiling, StepRefused::TooSoon);
		// A proposal is checked as of its earliest execution, 24 hours later.
		pass(48 * HOUR - 1);
		assert_noop!(propose_as_steward(ceiling(1_400_000)), soon());
		pass(1);
		assert_ok!(propose_as_steward(ceiling(1_400_000)));
		assert_ok!(propose_as_steward(ceiling(1_500_000)));
		pass(24 * HOUR);
		assert_eq!(Now::get() - executed, 72 * HOUR);
		assert_ok!(run(1));
		// The other was as good, until this one came first.
		assert_noop!(run(2), soon());
		pass(72 * HOUR - 1);
		assert_noop!(run(2), soon());
		pass(1);
		assert_ok!(run(2));
		// Another value has its own interval.
		assert_ok!(step(ParameterSet { minimum_debt: Price::from_u32(101), ..ceiling(1_500_000) }));
	});
}

#[test]
fn a_month_has_a_budget() {
	execute_listed(|| {
		// 30 % more each three days, at most doubled.
		assert_ok!(step(ceiling(1_300_000)));
		pass(48 * HOUR);
		assert_ok!(step(ceiling(1_690_000)));
		pass(48 * HOUR);
		let over = || refused(Kind::DebtCeiling, StepRefused::OverBudget);
		assert_noop!(propose_as_steward(ceiling(2_000_001)), over());
		assert_ok!(step(ceiling(2_000_000)));
		pass(72 * HOUR);
		// Not even down, which the budget counts as well.
		assert_noop!(propose_as_steward(ceiling(1_999_999)), over());
		// The first step was made on day 1; from day 31 it no longer counts.
		Now::set(START + 31 * DAY - 6 * HOUR - 1);
		assert_noop!(propose_as_steward(ceiling(1_900_000)), over());
		pass(1);
		assert_ok!(step(ceiling(1_900_000)));
	});
}

#[test]
fn what_the_admin_does_begins_the_interval_and_spends_nothing() {
	execute_listed(|| {
		assert_ok!(propose(OIL, ceiling(5_000_000), 0));
		pass(48 * HOUR);
		assert_ok!(run(0));
		let soon = refused(Kind::DebtCeiling, StepRefused::TooSoon);
		assert_noop!(propose_as_steward(ceiling(5_000_001)), soon);
		pass(48 * HOUR);
		assert_ok!(step(ceiling(6_500_000)));
		let ledger = Ledgers::<Test>::get(OIL);
		let steps = &ledger.record(Kind::DebtCeiling).unwrap().steps;
		assert_eq!((steps.len(), steps[0].from), (1, 5_000_000 * 1_000_000_000_000_000_000));
	});
}

#[test]
fn a_decision_on_its_way_is_not_undone_by_a_step() {
	execute_listed(|| {
		let to = ParameterSet {
			liquidation_ratio: percent(155),
			initial_ratio: percent(165),
			target_ratio: percent(170),
			..parameters()
		};
		assert_ok!(propose(OIL, to, PERIODS.least_ramp));
		pass(12 * HOUR);
		assert_ok!(run(0));
		pass(4 * DAY);
		// A hair above where they are, and far from where they are going.
		let present = ratios(OIL);
		let near = present.put_into(to);
		let stuck = ParameterSet { liquidation_ratio: plus(near.liquidation_ratio, 1), ..near };
		let far = refused(Kind::LiquidationRatio, StepRefused::TooFar);
		assert_noop!(propose_as_steward(stuck), far);
		// Nor slowed down by deciding the same once more, with another value.
		let again = ParameterSet { target_ratio: plus(percent(170), 1), ..to };
		let far = refused(Kind::LiquidationRatio, StepRefused::TooFar);
		assert_noop!(propose_as_steward(again), far);
		// When they are there, a step is a step again.
		pass(14 * DAY);
		assert_ok!(propose_as_steward(again));
	});
}

#[test]
fn a_steward_does_not_build_on_what_reverts() {
	execute_listed(|| {
		let tightened = ceiling(700_000);
		assert_ok!(Risk::tighten(RuntimeOrigin::signed(GUARDIAN), OIL, tightened));
		// One step from where it is, and two from where it goes back to.
		let far = refused(Kind::DebtCeiling, StepRefused::TooFar);
		assert_noop!(propose_as_steward(ceiling(699_999)), far);
		// Up again is a loosening and no step is too short for it, but it is seen as one.
		assert_ok!(propose_as_steward(ceiling(800_000)));
		pass(24 * HOUR);
		assert_ok!(run(0));
		assert_eq!(Risk::guard(&OIL), None);
		let spent = Ledgers::<Test>::get(OIL).record(Kind::DebtCeiling).unwrap().steps[0].by;
		assert_eq!(spent, 200_000 * 1_000_000_000_000_000_000);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// Half a year of stewards who always try to go as far as they can, through the calls: no 30 days
	/// more than double a ceiling, or take more than all of it.
	#[test]
	fn half_a_year_of_greed_stays_within_the_budget(
		tries in prop::collection::vec((1u64..80, 0u32..=3_000, any::<bool>()), 100),
	) {
		execute_listed(|| {
			let mut history = vec![(START, 1_000_000u64)];
			for (hours, points, up) in tries {
				pass(hours * HOUR);
				let value = history.last().unwrap().1;
				let by = value * u64::from(points) / 10_000;
				let to = if up { value + by } else { value - by };
				let room = (100..u64::from(u32::MAX)).contains(&to);
				if room && step(ceiling(to as u32)).is_ok() {
					history.push((Now::get(), to));
				} else if next_id() > 0 {
					let _ = Risk::cancel(RuntimeOrigin::root(), next_id() - 1);
				}
			}
			for (index, (at, value)) in history.iter().enumerate().skip(1) {
				let first = (1..=index).find(|first| at - history[*first].0 < 30 * DAY).unwrap();
				let before = history[first - 1].1;
				assert!(value.abs_diff(before) <= before, "{history:?}");
				let walked: u64 = history[first - 1..=index]
					.windows(2)
					.map(|pair| pair[0].1.abs_diff(pair[1].1))
					.sum();
				assert!(walked <= before, "{history:?}");
			}
		});
	}
}
