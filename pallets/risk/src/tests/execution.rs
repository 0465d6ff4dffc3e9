//! What is checked again when a proposal is executed, and what it does.

use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::{ArithmeticError, DispatchError};
use strata_numbers::{Price, Ratio};
use strata_traits::{ParameterError, ParameterSet, Ramp, Ratios};

use super::plus;
use crate::{mock::*, Error, Event, History, Level, Source, Version, MAX_HISTORY};

/// m, i and T by so many percentage points higher.
fn raised(points: u32) -> ParameterSet {
	ParameterSet {
		liquidation_ratio: percent(150 + points),
		initial_ratio: percent(160 + points),
		target_ratio: percent(165 + points),
		..parameters()
	}
}

#[test]
fn a_rising_liquidation_ratio_needs_two_weeks() {
	execute_listed(|| {
		let fortnight = PERIODS.least_ramp;
		for ramp in [0, fortnight - 1] {
			assert_noop!(propose(OIL, raised(10), ramp), Error::<Test>::RampTooShort);
		}
		assert_ok!(propose(OIL, raised(10), fortnight));
		pass(12 * HOUR);
		assert_ok!(run(0));
		let begins = START + 12 * HOUR;
		let ramp = Ramp {
			from: Ratios::of(&parameters()),
			to: Ratios::of(&raised(10)),
			begins,
			ends: begins + fortnight,
		};
		assert_eq!(Followed::get(), [(OIL, ramp)]);
		// Nobody is liquidated in the block of the vote; half-way after a week; exact at the end.
		assert_eq!(ratios(OIL), Ratios::of(&parameters()));
		pass(fortnight / 2);
		assert_eq!(ratios(OIL), Ratios::of(&raised(5)));
		pass(fortnight / 2);
		assert_eq!(ratios(OIL), Ratios::of(&raised(10)));
	});
}

#[test]
fn a_falling_ratio_may_fall_at_once() {
	execute_listed(|| {
		let lower = ParameterSet { liquidation_ratio: percent(140), ..parameters() };
		assert_ok!(propose(OIL, lower, 0));
		pass(48 * HOUR);
		assert_ok!(run(0));
		assert_eq!(ratios(OIL), Ratios::of(&lower));
	});
}

#[test]
fn a_new_change_starts_from_where_the_ratios_are() {
	execute_listed(|| {
		let fortnight = PERIODS.least_ramp;
		assert_ok!(propose(OIL, raised(10), fortnight));
		pass(12 * HOUR);
		assert_ok!(run(0));
		pass(fortnight / 2 - 12 * HOUR);
		// Higher than now, lower than decided: a loosening of a decision, and a rise all the same.
		assert_noop!(propose(OIL, raised(8), 0), Error::<Test>::RampTooShort);
		assert_ok!(propose(OIL, raised(8), fortnight));
		pass(12 * HOUR);
		assert_noop!(run(1), Error::<Test>::TooEarly);
		assert_eq!(ratios(OIL), Ratios::of(&raised(5)));
		pass(36 * HOUR);
		let now = ratios(OIL);
		assert_ok!(run(1));
		assert_eq!(ratios(OIL), now);
		pass(fortnight);
		assert_eq!(ratios(OIL), Ratios::of(&raised(8)));
	});
}

#[test]
fn a_change_of_other_values_lets_ratios_go_on() {
	execute_listed(|| {
		let fortnight = PERIODS.least_ramp;
		assert_ok!(propose(OIL, raised(10), fortnight));
		pass(12 * HOUR);
		assert_ok!(run(0));
		pass(DAY);
		let other = ParameterSet { maximum_rate: percent(19), ..raised(10) };
		assert_ok!(propose(OIL, other, 0));
		pass(12 * HOUR);
		assert_ok!(run(1));
		assert_eq!(Followed::get().len(), 1);
		pass(fortnight - 36 * HOUR - 1);
		assert!(ratios(OIL).liquidation < percent(160));
		pass(1);
		assert_eq!(ratios(OIL), Ratios::of(&raised(10)));
	});
}

#[test]
fn what_is_on_its_way_must_go_together_with_the_new_values() {
	execute_listed(|| {
		// With i at 160 % until the ramp moves it, the greatest initial ratio cannot be 155 %.
		let lower = ParameterSet {
			initial_ratio: percent(155),
			greatest_initial_ratio: percent(155),
			..parameters()
		};
		let error = ParameterError::GreatestInitialRatioTooLow;
		assert_noop!(propose(OIL, lower, 1), parameter_error(error));
		assert_ok!(propose(OIL, lower, 0));
		// With m at 120 % until the ramp moves it, a bonus of 20 % would leave vaults worse.
		let low = ParameterSet { liquidation_ratio: percent(120), ..parameters() };
		assert_ok!(super::set(OIL, low));
		let bonus = ParameterSet { liquidation_bonus: percent(20), ..parameters() };
		let error = ParameterError::BonusReachesLiquidationRatio;
		assert_noop!(propose(OIL, bonus, PERIODS.least_ramp), parameter_error(error));
		// Nor while it is on its way: after two days of 14 it is at 124.3 %.
		assert_ok!(Risk::cancel(RuntimeOrigin::root(), 0));
		assert_ok!(propose(OIL, parameters(), PERIODS.least_ramp));
		pass(48 * HOUR);
		assert_ok!(run(next_id() - 1));
		let bonus = ParameterSet { liquidation_bonus: percent(25), ..parameters() };
		assert_noop!(propose(OIL, bonus, 0), parameter_error(error));
		pass(12 * HOUR);
		assert_ok!(propose(OIL, bonus, 0));
	});
}

#[test]
fn the_impact_must_not_exceed_what_was_declared() {
	execute_listed(|| {
		let usd = 1_000_000_000_000_000_000;
		let position = |coverage: Ratio, debt| (OIL, coverage, debt * usd);
		Positions::set(vec![
			// Unsafe already, unsafe with 160 %, and safe by one unit.
			position(plus(percent(150), -1), 1),
			position(percent(150), 10),
			position(plus(percent(160), -1), 100),
			position(percent(160), 1_000),
			(FINEST, percent(155), 10_000 * usd),
		]);
		let fortnight = PERIODS.least_ramp;
		let declare = |usd| {
			assert_ok!(Risk::propose(RuntimeOrigin::root(), OIL, raised(10), usd, fortnight));
		};
		declare(110 * usd - 1);
		declare(110 * usd);
		assert_eq!(Risk::preview_impact(&OIL, &raised(10)), Ok(110 * usd));
		pass(12 * HOUR);
		assert_noop!(run(0), Error::<Test>::ImpactAboveDeclared);
		// Without a price it is put off, and with too few rungs too.
		Priced::set(false);
		assert_noop!(run(1), Error::<Test>::NoPrice);
		Priced::set(true);
		let with = |rungs| Risk::execute(RuntimeOrigin::signed(ANYONE), 1, rungs);
		for rungs in [0, 1, 4_097, u32::MAX] {
			assert_noop!(with(rungs), Error::<Test>::TooManyRungs);
		}
		let executed = with(2).unwrap();
		let weight = <() as crate::WeightInfo>::execute(2);
		assert_eq!(executed.actual_weight, Some(weight));
		let event = Event::Executed { id: 1, asset: OIL, version: 1, impact: 110 * usd };
		System::assert_last_event(event.into());
		// The other one would change nothing any more.
		assert_noop!(run(0), Error::<Test>::NothingChanges);
	});
}

#[test]
fn an_impact_that_fell_is_tried_again_until_the_proposal_expires() {
	execute_listed(|| {
		Positions::set(vec![(OIL, percent(155), 1)]);
		let fortnight = PERIODS.least_ramp;
		assert_ok!(Risk::propose(RuntimeOrigin::root(), OIL, raised(10), 0, fortnight));
		pass(12 * HOUR);
		assert_noop!(run(0), Error::<Test>::ImpactAboveDeclared);
		pass(14 * DAY - 1);
		assert_noop!(run(0), Error::<Test>::ImpactAboveDeclared);
		Positions::set(vec![]);
		assert_ok!(run(0));
	});
}

#[test]
fn sums_of_debt_that_do_not_fit_are_errors() {
	execute_listed(|| {
		Positions::set(vec![(OIL, percent(155), u128::MAX), (OIL, percent(155), 1)]);
		assert_ok!(propose(OIL, raised(10), PERIODS.least_ramp));
		pass(12 * HOUR);
		assert_noop!(run(0), ArithmeticError::Overflow);
	});
}

#[test]
fn what_moves_no_ratio_needs_no_price() {
	execute_listed(|| {
		Priced::set(false);
		let other = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(Risk::propose(RuntimeOrigin::root(), OIL, other, 0, 0));
		pass(12 * HOUR);
		assert_ok!(run(0));
		assert!(Followed::get().is_empty());
		assert_eq!(Risk::preview_impact(&OIL, &other), Ok(0));
		assert_noop!(
			Risk::preview_impact(&OIL, &parameters()).and(Risk::preview_impact(&OIL, &raised(1))),
			Error::<Test>::NoPrice
		);
	});
}

#[test]
fn books_that_cannot_follow_stop_everything() {
	execute_listed(|| {
		assert_ok!(propose(OIL, raised(10), PERIODS.least_ramp));
		pass(12 * HOUR);
		Movable::set(false);
		assert_noop!(run(0), DispatchError::Unavailable);
		assert_eq!(decided(OIL), parameters());
		Movable::set(true);
		assert_ok!(run(0));
	});
}

#[test]
fn a_tightening_that_became_a_loosening_waits_as_one() {
	execute_listed(|| {
		let ceiling = |usd| ParameterSet { debt_ceiling: Price::from_u32(usd), ..parameters() };
		assert_ok!(propose(OIL, ceiling(900_000), 0));
		assert_ok!(propose(OIL, ceiling(800_000), 0));
		pass(12 * HOUR);
		assert_ok!(run(1));
		// Up again from 800,000: not what 12 hours are for.
		assert_noop!(run(0), Error::<Test>::DelayTooShort);
		pass(36 * HOUR - 1);
		assert_noop!(run(0), Error::<Test>::DelayTooShort);
		pass(1);
		assert_ok!(run(0));
		assert_eq!(decided(OIL), ceiling(900_000));
	});
}

#[test]
fn what_no_longer_changes_anything_is_refused() {
	execute_listed(|| {
		let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(propose(OIL, to, 0));
		assert_ok!(propose(OIL, to, 0));
		pass(12 * HOUR);
		assert_ok!(run(0));
		assert_noop!(run(1), Error::<Test>::NothingChanges);
	});
}

#[test]
fn the_last_versions_are_remembered() {
	execute_listed(|| {
		let version = |parameters, ramp, since, by| Version { parameters, ramp, since, by };
		let genesis = version(parameters(), None, START, Source::Listing);
		assert_eq!(History::<Test>::get(OIL, 0), Some(genesis));
		let rate =
			|change: u32| ParameterSet { maximum_rate: percent(30 + change), ..parameters() };
		for change in 1..=MAX_HISTORY + 5 {
			assert_ok!(propose(OIL, rate(change), 0));
			pass(48 * HOUR);
			assert_ok!(run(next_id() - 1));
			let by = Source::Proposal(Level::Admin);
			let expected = version(rate(change), None, Now::get(), by);
			assert_eq!(History::<Test>::get(OIL, change), Some(expected));
		}
		let mut kept: Vec<_> = History::<Test>::iter_key_prefix(OIL).collect();
		kept.sort_unstable();
		assert_eq!(kept, (6..=69).collect::<Vec<_>>());
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), OIL));
		assert_eq!(History::<Test>::iter().count(), 0);
	});
}

#[test]
fn versions_run_out_with_an_error() {
	execute_listed(|| {
		let number = |version| {
			crate::Collateral::<Test>::mutate(OIL, |slot| slot.as_mut().unwrap().version = version);
		};
		number(u32::MAX);
		let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(propose(OIL, to, 0));
		pass(12 * HOUR);
		assert_noop!(run(0), ArithmeticError::Overflow);
		number(0);
	});
}

#[test]
fn execution_is_for_everybody_who_signs() {
	execute_listed(|| {
		let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(propose(OIL, to, 0));
		pass(12 * HOUR);
		assert_noop!(Risk::execute(RuntimeOrigin::none(), 0, 0), DispatchError::BadOrigin);
		assert_noop!(Risk::execute(RuntimeOrigin::root(), 0, 0), DispatchError::BadOrigin);
		assert_ok!(Risk::execute(RuntimeOrigin::signed(ANYONE), 0, 0));
	});
}

proptest! {
	/// Whatever is decided during a ramp, m is never above the straight line from where it was at the
	/// last decision to what was decided, and sets hold together at every instant.
	#[test]
	fn ramps_are_never_stricter_than_announced(
		decisions in prop::collection::vec((0u32..200, 0u64..30, 0u64..60), 1..8),
		at in prop::collection::vec(0u64..60 * DAY, 8),
	) {
		execute_listed(|| {
			for ((points, longer, later), at) in decisions.into_iter().zip(at) {
				let to = ParameterSet { greatest_initial_ratio: percent(400), ..raised(points) };
				let ramp = PERIODS.least_ramp + longer * DAY / 3;
				if propose(OIL, to, ramp).is_err() {
					continue;
				}
				pass(48 * HOUR);
				let from = ratios(OIL).liquidation.into_inner();
				assert_ok!(run(next_id() - 1));
				let begun = Now::get();
				for moment in [0, at / 7, at / 3, at, later * DAY / 2] {
					Now::set(begun + moment);
					let end = to.liquidation_ratio.into_inner();
					let passed = u128::from(moment.min(ramp));
					// from + (to − from)·passed/ramp, times the length: no rounding here.
					let (low, high) = (from.min(end), from.max(end));
					let way = (high - low) * passed;
					let line = match end >= from {
						true => from * u128::from(ramp) + way,
						false => from * u128::from(ramp) - way,
					};
					let present = ratios(OIL);
					assert!(present.liquidation.into_inner() * u128::from(ramp) <= line);
					assert_ok!(present.put_into(to).validate());
				}
				Now::set(begun + later * DAY / 2);
			}
		});
	}
}
