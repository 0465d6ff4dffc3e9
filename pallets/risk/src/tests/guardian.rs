//! Guardians: they tighten by a step, at once, for a while, and never loosen.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchResult};
use strata_numbers::Price;
use strata_parameters::{Kind, StepRefused};
use strata_statistics::HaircutTerms;
use strata_traits::{Moment, ParameterError, ParameterSet, Ramp, Ratios};

use super::plus;
use crate::{mock::*, Error, Event, Guard, Source};

fn tighten(to: ParameterSet) -> DispatchResult {
	Risk::tighten(RuntimeOrigin::signed(GUARDIAN), OIL, to)
}

fn revert() -> DispatchResult {
	Risk::revert(RuntimeOrigin::signed(ANYONE), OIL)
}

fn pause() -> DispatchResult {
	Risk::pause(RuntimeOrigin::signed(GUARDIAN), OIL)
}

fn paused() -> bool {
	crate::Collateral::<Test>::get(OIL).unwrap().paused
}

/// A step of everything that a guardian may tighten and the mock lets move.
fn tightest() -> ParameterSet {
	let base = parameters();
	ParameterSet {
		initial_ratio: plus(base.initial_ratio, 5_000_000_000_000_000),
		minimum_debt: Price::from_u32(130),
		debt_ceiling: Price::from_u32(700_000),
		minimum_rate: percent(3),
		maximum_rate: percent(19),
		concentration_cap: percent(59),
		draw_fuse: Price::from_u32(175_000),
		haircut: HaircutTerms {
			deviations: percent(325),
			least: plus(base.haircut.least, 5_000_000_000_000_000),
			most: plus(base.haircut.most, 5_000_000_000_000_000),
		},
		greatest_initial_ratio: plus(base.greatest_initial_ratio, 5_000_000_000_000_000),
		ceiling_wait: DAY * 13 / 10,
		..base
	}
}

#[test]
fn a_step_tighter_is_in_force_at_once_and_reverts() {
	execute_listed(|| {
		let to = tightest();
		assert_ok!(tighten(to));
		let until = START + 72 * HOUR;
		System::assert_last_event(Event::Tightened { asset: OIL, until }.into());
		assert_eq!((decided(OIL), ratios(OIL)), (to, Ratios::of(&to)));
		assert_noop!(tighten(to), Error::<Test>::AlreadyTightened);
		pass(72 * HOUR - 1);
		assert_noop!(revert(), Error::<Test>::NotDue);
		pass(1);
		assert_ok!(revert());
		System::assert_last_event(Event::Reverted { asset: OIL }.into());
		System::assert_has_event(
			Event::ParametersSet {
				asset: OIL,
				version: 2,
				parameters: parameters(),
				ramp: Followed::get().last().map(|(_, ramp)| *ramp),
				by: Source::Reversion,
			}
			.into(),
		);
		let back = Ratios::of(&parameters());
		assert_eq!((decided(OIL), ratios(OIL)), (parameters(), back));
		assert_eq!(Followed::get().len(), 2);
		assert_noop!(revert(), Error::<Test>::NothingGuarded);
		// Once more, if need be.
		assert_ok!(tighten(to));
	});
}

#[test]
fn what_is_ratified_stays() {
	execute_listed(|| {
		let ratify = || Risk::ratify(RuntimeOrigin::root(), OIL);
		assert_noop!(ratify(), Error::<Test>::NothingGuarded);
		assert_ok!(tighten(tightest()));
		assert_ok!(pause());
		assert_ok!(ratify());
		System::assert_last_event(Event::Ratified { asset: OIL }.into());
		pass(72 * HOUR);
		assert_noop!(revert(), Error::<Test>::NothingGuarded);
		assert_eq!((decided(OIL), paused()), (tightest(), true));
		assert_ok!(Risk::unpause(RuntimeOrigin::root(), OIL));
	});
}

#[test]
fn a_proposal_that_is_executed_ends_it() {
	execute_listed(|| {
		assert_ok!(tighten(tightest()));
		assert_ok!(pause());
		let to = ParameterSet { maximum_rate: percent(18), ..tightest() };
		assert_ok!(propose(OIL, to, 0));
		pass(12 * HOUR);
		assert_ok!(run(0));
		// The pause is another matter.
		let pause = Some(START + 72 * HOUR);
		assert_eq!(Risk::guard(&OIL), Some(Guard { pause, tightening: None }));
		pass(60 * HOUR);
		assert_ok!(revert());
		assert_eq!((decided(OIL), paused()), (to, false));
	});
}

#[test]
fn a_proposal_of_before_does_not_undo_it_unnoticed() {
	execute_listed(|| {
		// Tightens what was in force, and loosens what a guardian tightened meanwhile.
		let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(propose(OIL, to, 0));
		assert_ok!(tighten(ParameterSet {
			debt_ceiling: Price::from_u32(700_000),
			..parameters()
		}));
		pass(12 * HOUR);
		assert_noop!(run(0), Error::<Test>::DelayTooShort);
		pass(36 * HOUR);
		assert_ok!(run(0));
	});
}

#[test]
fn what_decides_who_is_liquidated_is_not_a_guardians() {
	execute_listed(|| {
		let base = parameters();
		let not = Error::<Test>::NotAGuardians;
		for (to, kind) in [
			(
				ParameterSet { liquidation_ratio: plus(percent(150), 1), ..base },
				Kind::LiquidationRatio,
			),
			(ParameterSet { target_ratio: plus(percent(165), 1), ..base }, Kind::TargetRatio),
			(
				ParameterSet { liquidation_bonus: plus(percent(5), 1), ..base },
				Kind::LiquidationBonus,
			),
			(
				ParameterSet { liquidation_bonus: plus(percent(5), -1), ..base },
				Kind::LiquidationBonus,
			),
			// A lower cap would stop liquidations.
			(ParameterSet { auction_cap: Price::from_u32(99_999), ..base }, Kind::AuctionCap),
		] {
			assert_noop!(tighten(to), not(kind));
		}
		// Together with a tightening, too.
		let to = ParameterSet { target_ratio: plus(percent(165), 1), ..tightest() };
		assert_noop!(tighten(to), not(Kind::TargetRatio));
	});
}

#[test]
fn a_guardian_goes_one_step_only() {
	execute_listed(|| {
		let base = parameters();
		let far = |kind| Error::<Test>::Step(kind, StepRefused::TooFar);
		let initial_ratio = plus(percent(160), 5_000_000_000_000_001);
		assert_noop!(tighten(ParameterSet { initial_ratio, ..base }), far(Kind::InitialRatio));
		let debt_ceiling = Price::from_u32(699_999);
		assert_noop!(tighten(ParameterSet { debt_ceiling, ..base }), far(Kind::DebtCeiling));
		let none = ParameterSet { debt_ceiling: Price::default(), ..base };
		assert_noop!(tighten(none), far(Kind::DebtCeiling));
		assert_noop!(tighten(base), Error::<Test>::NothingChanges);
		let wrong = ParameterSet { initial_ratio: percent(150), ..base };
		assert_noop!(tighten(wrong), parameter_error(ParameterError::InitialRatioTooLow));
		let unlisted = Risk::tighten(RuntimeOrigin::signed(GUARDIAN), FINEST, base);
		assert_eq!(unlisted, Err(Error::<Test>::NotListed.into()));
		Now::set(Moment::MAX - 72 * HOUR + 1);
		assert_noop!(tighten(tightest()), ArithmeticError::Overflow);
		assert_noop!(pause(), ArithmeticError::Overflow);
		Now::set(START);
	});
}

#[test]
fn ratios_on_their_way_go_on_along_their_line() {
	execute_listed(|| {
		// A loosening on its way: m, i and T fall by ten points in 20 days.
		let to = ParameterSet {
			liquidation_ratio: percent(140),
			initial_ratio: percent(159),
			target_ratio: percent(155),
			..parameters()
		};
		assert_ok!(propose(OIL, to, 20 * DAY));
		pass(48 * HOUR);
		assert_ok!(run(0));
		let begun = Now::get();
		let announced = Followed::get()[0].1;
		pass(10 * DAY);
		let initial_ratio = plus(percent(159), 5_000_000_000_000_000);
		// i is at 159.5 %, so the step is from there, and from 159 %.
		let far = plus(initial_ratio, 1);
		let refused = Error::<Test>::Step(Kind::InitialRatio, StepRefused::TooFar);
		assert_noop!(tighten(ParameterSet { initial_ratio: far, ..to }), refused);
		assert_ok!(tighten(ParameterSet { initial_ratio, ..to }));
		for days in [10, 12, 13] {
			Now::set(begun + days * DAY);
			let (present, line) = (ratios(OIL), announced.at(Now::get()));
			assert_eq!((present.liquidation, present.target), (line.liquidation, line.target));
			assert_eq!(present.initial, initial_ratio);
		}
		assert_ok!(revert());
		for days in [13, 15, 20] {
			Now::set(begun + days * DAY);
			assert_eq!(ratios(OIL), announced.at(Now::get()));
		}
		assert_eq!(ratios(OIL), Ratios::of(&to));
	});
}

#[test]
fn an_initial_ratio_that_is_higher_yet_is_not_lowered() {
	execute_listed(|| {
		let to = ParameterSet { initial_ratio: percent(155), ..parameters() };
		assert_ok!(propose(OIL, to, 20 * DAY));
		pass(48 * HOUR);
		assert_ok!(run(0));
		pass(20 * DAY - DAY);
		// At 155.25 %; a quarter of a point above what is decided is no step down from there.
		let initial_ratio = plus(percent(155), 1_000_000_000_000_000);
		let before = ratios(OIL).initial;
		assert_ok!(tighten(ParameterSet { initial_ratio, ..to }));
		assert_eq!(ratios(OIL).initial, before);
		pass(DAY);
		assert_eq!(ratios(OIL).initial, initial_ratio);
	});
}

#[test]
fn what_moves_no_ratio_moves_no_book() {
	execute_listed(|| {
		assert_ok!(tighten(ParameterSet { maximum_rate: percent(19), ..parameters() }));
		pass(72 * HOUR);
		assert_ok!(revert());
		assert_eq!(Followed::get(), Vec::<(_, Ramp)>::new());
	});
}

#[test]
fn a_pause_reverts_after_three_days() {
	execute_listed(|| {
		assert_ok!(pause());
		pass(DAY);
		assert_ok!(tighten(tightest()));
		pass(48 * HOUR - 1);
		assert_noop!(revert(), Error::<Test>::NotDue);
		pass(1);
		// Each at its own time.
		assert_ok!(revert());
		System::assert_has_event(Event::Unpaused { asset: OIL }.into());
		assert_eq!((paused(), decided(OIL)), (false, tightest()));
		assert_noop!(revert(), Error::<Test>::NotDue);
		pass(DAY);
		assert_ok!(revert());
		assert_eq!(decided(OIL), parameters());
		assert_noop!(Risk::unpause(RuntimeOrigin::root(), OIL), Error::<Test>::NotPaused);
	});
}

#[test]
fn an_end_by_the_admin_leaves_nothing_to_revert() {
	execute_listed(|| {
		assert_ok!(pause());
		assert_ok!(Risk::unpause(RuntimeOrigin::root(), OIL));
		assert_eq!(Risk::guard(&OIL), None);
		// A pause that begins later ends later.
		pass(DAY);
		assert_ok!(pause());
		pass(48 * HOUR);
		assert_noop!(revert(), Error::<Test>::NotDue);
		assert!(paused());
	});
}
