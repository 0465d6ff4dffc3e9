//! The guardian tightens; only the admin loosens.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_traits::{Listing, ParameterSet};

use super::set;
use crate::{mock::*, Error, Event};

fn paused() -> bool {
	<Risk as Listing>::collateral(&OIL).unwrap().paused
}

#[test]
fn the_guardian_pauses_and_the_admin_ends_it() {
	execute_listed(|| {
		let guardian = || RuntimeOrigin::signed(GUARDIAN);
		assert_noop!(Risk::unpause(RuntimeOrigin::root(), OIL), Error::<Test>::NotPaused);
		assert_ok!(Risk::pause(guardian(), OIL));
		let until = START + PERIODS.guard;
		System::assert_last_event(Event::Paused { asset: OIL, until }.into());
		assert!(paused());
		assert_noop!(Risk::pause(guardian(), OIL), Error::<Test>::AlreadyPaused);
		// The guardian never loosens.
		assert_noop!(Risk::unpause(guardian(), OIL), DispatchError::BadOrigin);
		assert_ok!(Risk::unpause(RuntimeOrigin::root(), OIL));
		System::assert_last_event(Event::Unpaused { asset: OIL }.into());
		assert!(!paused());
	});
}

#[test]
fn nobody_else_pauses() {
	execute_listed(|| {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Risk::pause(origin, OIL), DispatchError::BadOrigin);
		}
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(Risk::unpause(origin, OIL), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn only_collateral_is_paused() {
	execute_listed(|| {
		let guardian = || RuntimeOrigin::signed(GUARDIAN);
		assert_noop!(Risk::pause(guardian(), DOLLAR), Error::<Test>::NotListed);
		assert_noop!(Risk::pause(guardian(), NOTHING), Error::<Test>::NotListed);
		assert_noop!(Risk::unpause(RuntimeOrigin::root(), DOLLAR), Error::<Test>::NotListed);
	});
}

#[test]
fn new_parameters_do_not_end_a_pause() {
	execute_listed(|| {
		assert_ok!(Risk::pause(RuntimeOrigin::signed(GUARDIAN), OIL));
		let other = ParameterSet { maximum_rate: percent(19), ..parameters() };
		assert_ok!(set(OIL, other));
		assert!(paused());
	});
}
