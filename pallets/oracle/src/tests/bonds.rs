//! What feeders answer with, and when they have it back.

use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};
use strata_traits::Balance;

use super::{court::claim, report};
use crate::{mock::*, Error, Event, Feeders, HoldReason};

fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

fn on_hold(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::FeederBond.into(), &who)
}

/// An account that has funds and no bond.
const STRANGER: AccountId = BONDED + 1;

#[test]
fn calls_need_a_signature() {
	execute(ext(), || {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Oracle::bond(origin.clone(), MIN_BOND), DispatchError::BadOrigin);
			assert_noop!(Oracle::unbond(origin.clone()), DispatchError::BadOrigin);
			assert_noop!(Oracle::withdraw_bond(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_bond_is_at_least_the_minimum() {
	execute(ext(), || {
		for amount in [0, 1, MIN_BOND - 1] {
			assert_noop!(Oracle::bond(signed(STRANGER), amount), Error::<Test>::BondTooLow);
		}
		assert_ok!(Oracle::bond(signed(STRANGER), MIN_BOND));
		assert_eq!(on_hold(STRANGER), MIN_BOND);
		System::assert_last_event(
			Event::FeederBonded { feeder: STRANGER, amount: MIN_BOND, bond: MIN_BOND }.into(),
		);
		// More of it, by any amount.
		assert_ok!(Oracle::bond(signed(STRANGER), 1));
		assert_eq!(on_hold(STRANGER), MIN_BOND + 1);
		System::assert_last_event(
			Event::FeederBonded { feeder: STRANGER, amount: 1, bond: MIN_BOND + 1 }.into(),
		);
	});
}

#[test]
fn nobody_bonds_what_it_does_not_have() {
	execute(ext(), || {
		let most = FUNDS - EXISTENTIAL_DEPOSIT;
		assert_noop!(Oracle::bond(signed(STRANGER), most + 1), TokenError::FundsUnavailable);
		assert_noop!(Oracle::bond(signed(STRANGER), Balance::MAX), TokenError::FundsUnavailable);
		assert_noop!(Oracle::bond(signed(1), Balance::MAX), ArithmeticError::Overflow);
		assert_ok!(Oracle::bond(signed(STRANGER), most));
		assert_eq!(on_hold(STRANGER), most);
	});
}

#[test]
fn only_who_is_bonded_gives_notice_and_once() {
	execute(ext(), || {
		assert_noop!(Oracle::unbond(signed(STRANGER)), Error::<Test>::NotBonded);
		assert_ok!(Oracle::unbond(signed(1)));
		let until = START + BOND_DELAY;
		System::assert_last_event(Event::BondLeaving { feeder: 1, until }.into());
		pass(MINUTE);
		// A second notice does not begin anew.
		assert_noop!(Oracle::unbond(signed(1)), Error::<Test>::Leaving);
		assert_eq!(Feeders::<Test>::get(1).unwrap().leaving, Some(until));
	});
}

#[test]
fn a_bond_stays_to_the_last_millisecond_of_the_delay() {
	execute(ext(), || {
		assert_noop!(Oracle::withdraw_bond(signed(STRANGER)), Error::<Test>::NotBonded);
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::NotLeaving);
		assert_ok!(Oracle::unbond(signed(1)));
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::TooEarly);
		pass(BOND_DELAY - 1);
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::TooEarly);
		pass(1);
		assert_ok!(Oracle::withdraw_bond(signed(1)));
		System::assert_last_event(Event::BondWithdrawn { feeder: 1, amount: MIN_BOND }.into());
		assert_eq!((Balances::balance(&1), on_hold(1)), (FUNDS, 0));
		assert_eq!(Feeders::<Test>::get(1), None);
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::NotBonded);
	});
}

#[test]
fn a_feeder_that_bonds_again_stays() {
	with_feed(1, || {
		assert_ok!(Oracle::unbond(signed(1)));
		assert_noop!(report(1, [said(7, usd(5))]), Error::<Test>::Leaving);
		// Even by nothing: the bond is enough.
		assert_ok!(Oracle::bond(signed(1), 0));
		let record = Feeders::<Test>::get(1).unwrap();
		assert_eq!((record.amount, record.cases, record.leaving), (MIN_BOND, 0, None));
		assert_ok!(report(1, [said(7, usd(5))]));
		pass(BOND_DELAY);
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::NotLeaving);
	});
}

#[test]
fn a_pending_case_keeps_the_bond() {
	with_feed(4, || {
		let (first, second) = (claim(7, 1, START, 1), claim(7, 1, START, MIN_BOND));
		assert_ok!(Oracle::court_open(1, &first, &STRANGER));
		assert_ok!(Oracle::unbond(signed(1)));
		// One that has given notice answers as well.
		assert_ok!(Oracle::court_open(2, &second, &STRANGER));
		pass(BOND_DELAY);
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::CasePending);
		assert_ok!(Oracle::court_close(1, &first));
		assert_noop!(Oracle::withdraw_bond(signed(1)), Error::<Test>::CasePending);
		assert_ok!(Oracle::court_close(2, &second));
		assert_ok!(Oracle::withdraw_bond(signed(1)));
		assert_eq!(Balances::balance(&1), FUNDS);
	});
}
