//! Reversions without anybody asking.

use frame_support::{
	assert_noop, assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;
use strata_traits::{Asset, ParameterSet};

use super::{list, plus};
use crate::{mock::*, Due, Error, Event, WeightInfo};

fn pause(asset: Asset) {
	assert_ok!(Risk::pause(RuntimeOrigin::signed(GUARDIAN), asset));
}

fn paused(asset: Asset) -> bool {
	crate::Collateral::<Test>::get(asset).unwrap().paused
}

#[test]
fn what_is_due_is_reverted_the_earliest_first() {
	execute_listed(|| {
		assert_ok!(list(FINEST, OIL_FEED));
		pause(FINEST);
		pass(HOUR);
		pause(OIL);
		idle();
		assert!(paused(OIL) && paused(FINEST));
		pass(71 * HOUR - 1);
		idle();
		assert!(paused(OIL) && paused(FINEST));
		pass(1);
		idle();
		assert!(paused(OIL) && !paused(FINEST));
		System::assert_last_event(Event::Reverted { asset: FINEST }.into());
		pass(HOUR);
		idle();
		assert!(!paused(OIL));
		assert!(Due::<Test>::get().is_empty());
	});
}

#[test]
fn one_that_fails_stands_in_nobodys_way() {
	execute_listed(|| {
		assert_ok!(list(FINEST, OIL_FEED));
		let initial_ratio = plus(percent(160), 1);
		let to = ParameterSet { initial_ratio, ..parameters() };
		assert_ok!(Risk::tighten(RuntimeOrigin::signed(GUARDIAN), OIL, to));
		pass(1);
		pause(FINEST);
		pass(72 * HOUR);
		Movable::set(false);
		idle();
		let until = Now::get() + HOUR;
		let error = DispatchError::Unavailable;
		System::assert_has_event(Event::RevertFailed { asset: OIL, until, error }.into());
		assert!(!paused(FINEST));
		assert_eq!(decided(OIL), to);
		assert_eq!(Due::<Test>::get().into_inner(), [(until, OIL)]);
		// Anyone may try meanwhile.
		assert_noop!(Risk::revert(RuntimeOrigin::signed(ANYONE), OIL), error);
		assert_noop!(Risk::revert(RuntimeOrigin::none(), OIL), DispatchError::BadOrigin);
		Movable::set(true);
		idle();
		assert_eq!(decided(OIL), to);
		pass(HOUR);
		idle();
		assert_eq!(decided(OIL), parameters());
		let nothing = Error::<Test>::NothingGuarded;
		assert_noop!(Risk::revert(RuntimeOrigin::signed(ANYONE), OIL), nothing);
	});
}

#[test]
fn it_never_takes_more_than_it_is_given() {
	let read = <() as WeightInfo>::due_read();
	let unit = Risk::unit_weight();
	for (limit, reverted) in [
		(Weight::zero(), 0),
		(read - Weight::from_parts(1, 0), 0),
		(read, 0),
		(read + unit - Weight::from_parts(0, 1), 0),
		(read + unit, 1),
		((read + unit) * 2 - Weight::from_parts(1, 0), 1),
		((read + unit) * 2, 2),
		((read + unit) * 9, 2),
	] {
		execute_listed(|| {
			assert_ok!(list(FINEST, OIL_FEED));
			pause(FINEST);
			pause(OIL);
			pass(72 * HOUR);
			let mut meter = WeightMeter::with_limit(limit);
			Risk::work(&mut meter);
			assert!(meter.consumed().all_lte(limit));
			let left = [OIL, FINEST].into_iter().filter(|asset| paused(asset.clone())).count();
			assert_eq!(2 - left, reverted, "{limit}");
		});
	}
}

#[test]
fn the_hook_takes_its_share_only() {
	execute_listed(|| {
		pause(OIL);
		pass(72 * HOUR);
		let unit = <() as WeightInfo>::due_read() + Risk::unit_weight();
		// Half of what is left is its share.
		let remaining = unit * 2 - Weight::from_parts(2, 2);
		let used = Risk::on_idle(1, remaining);
		assert!(used.all_lte(remaining) && paused(OIL));
		Risk::on_idle(1, unit * 2);
		assert!(!paused(OIL));
	});
}

#[test]
fn the_configuration_is_consistent() {
	ext().execute_with(Risk::check_integrity);
	let periods = PERIODS;
	assert!(periods.are_consistent());
	for wrong in [
		crate::Periods { admin_tightening: periods.admin_loosening + 1, ..periods },
		crate::Periods { steward_tightening: periods.steward_loosening + 1, ..periods },
		crate::Periods { execution: 0, ..periods },
		crate::Periods { guard: 0, ..periods },
		crate::Periods { least_ramp: periods.greatest_ramp + 1, ..periods },
		crate::Periods { budget_window: 0, ..periods },
		crate::Periods { retry: 0, ..periods },
	] {
		assert!(!wrong.are_consistent(), "{wrong:?}");
	}
}
