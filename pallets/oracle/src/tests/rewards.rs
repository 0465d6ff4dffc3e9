//! What feeders earn, and when they get it.

use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, Mutate},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_traits::Balance;

use super::{all_say, report};
use crate::{mock::*, Error, Event, FeedConfig, Feeders, Outcome};

/// What a report to [`paying`] brings in an hour.
const REWARD: Balance = 600;

fn paying() -> FeedConfig<AccountId> {
	FeedConfig { reward: REWARD, ..config(4) }
}

fn with_paying_feed(test: impl FnOnce()) {
	execute(ext_with(vec![(7, paying())]), test)
}

fn earned(who: AccountId) -> Balance {
	Feeders::<Test>::get(who).unwrap().earned
}

fn claim(who: AccountId) -> frame_support::dispatch::DispatchResult {
	Oracle::claim_rewards(RuntimeOrigin::signed(FUNDED), who)
}

#[test]
fn a_reward_goes_by_the_time_that_reports_cover() {
	with_paying_feed(|| {
		// The first report covers no time yet.
		all_say(7, 1..=4, usd(100));
		assert_eq!(earned(1), 0);
		pass(TTL / 2);
		all_say(7, 1..=4, usd(100));
		assert_eq!(earned(1), REWARD / 2);
		// Ten reports in as much time bring as much.
		for _ in 0..10 {
			pass(TTL / 20);
			all_say(7, 1..=3, usd(100));
		}
		assert_eq!((earned(1), earned(4)), (REWARD, REWARD / 2));
		// More time than a report counts brings no more than a whole reward.
		pass(3 * TTL);
		all_say(7, 1..=3, usd(100));
		// The first two had no quorum.
		assert_eq!((earned(1), earned(2), earned(3)), (REWARD, REWARD, 2 * REWARD));
	});
}

#[test]
fn a_reward_is_rounded_down() {
	let outcome = Outcome {
		feed: 7,
		outlier: false,
		counted: true,
		reward: 1_000,
		silent_for: 0,
		since_last: 0,
		expected_every: 3,
	};
	let due = |since_last| Outcome { since_last, ..outcome }.due();
	assert_eq!([0, 1, 2, 3, 4].map(due), [Some(0), Some(333), Some(666), Some(1_000), Some(1_000)]);
	assert_eq!(Outcome { expected_every: 0, ..outcome }.due(), None);
}

#[test]
fn outliers_earn_nothing() {
	with_paying_feed(|| {
		for _ in 0..5 {
			all_say(7, 1..=3, usd(100));
			all_say(7, [4], usd(200));
			pass(TTL / 2);
		}
		assert_eq!(earned(4), 0);
		assert!(earned(3) > 0);
	});
}

#[test]
fn anyone_has_a_feeder_paid_from_the_treasury() {
	with_paying_feed(|| {
		all_say(7, 1..=4, usd(100));
		assert_noop!(Oracle::claim_rewards(RuntimeOrigin::root(), 1), DispatchError::BadOrigin);
		assert_noop!(claim(FUNDED), Error::<Test>::NotBonded);
		assert_noop!(claim(1), Error::<Test>::NothingEarned);
		pass(TTL / 2);
		all_say(7, 1..=4, usd(100));
		assert_ok!(claim(1));
		let paid = Event::RewardsPaid { feeder: 1, amount: REWARD / 2, owed: 0 };
		System::assert_last_event(paid.into());
		assert_eq!(Balances::balance(&1), FUNDS - MIN_BOND + REWARD / 2);
		assert_eq!(Balances::balance(&TREASURY), FUNDS - REWARD / 2);
		assert_noop!(claim(1), Error::<Test>::NothingEarned);
	});
}

#[test]
fn what_the_treasury_lacks_stays_owed_and_stops_no_report() {
	with_paying_feed(|| {
		Balances::set_balance(&TREASURY, EXISTENTIAL_DEPOSIT);
		all_say(7, 1..=4, usd(100));
		pass(TTL / 2);
		all_say(7, 1..=4, usd(100));
		assert_noop!(claim(1), Error::<Test>::TreasuryEmpty);
		Balances::set_balance(&TREASURY, EXISTENTIAL_DEPOSIT + 1);
		assert_ok!(claim(1));
		let owed = REWARD / 2 - 1;
		System::assert_last_event(Event::RewardsPaid { feeder: 1, amount: 1, owed }.into());
		// The treasury's account lives on.
		assert_eq!(Balances::balance(&TREASURY), EXISTENTIAL_DEPOSIT);
		assert_eq!(earned(1), owed);
		pass(MINUTE);
		all_say(7, [1], usd(100));
	});
}

#[test]
fn who_has_left_with_its_bond_is_still_owed() {
	with_paying_feed(|| {
		all_say(7, 1..=4, usd(100));
		pass(TTL / 2);
		all_say(7, 1..=4, usd(100));
		assert_ok!(Oracle::unbond(RuntimeOrigin::signed(1)));
		pass(BOND_DELAY);
		assert_ok!(Oracle::withdraw_bond(RuntimeOrigin::signed(1)));
		assert_eq!(earned(1), REWARD / 2);
		// No bond is left to withdraw, or to report with.
		assert_noop!(Oracle::withdraw_bond(RuntimeOrigin::signed(1)), Error::<Test>::NotLeaving);
		assert_noop!(report(1, [said(7, usd(100))]), Error::<Test>::BondTooLow);
		assert_ok!(claim(1));
		assert_eq!(Feeders::<Test>::get(1), None);
		assert_eq!(Balances::balance(&1), FUNDS + REWARD / 2);
	});
}

#[test]
fn more_than_there_can_be_is_refused() {
	execute(ext_with(vec![(7, FeedConfig { reward: Balance::MAX, ..config(4) })]), || {
		all_say(7, 1..=4, usd(100));
		pass(TTL - 1);
		all_say(7, 1..=4, usd(100));
		pass(TTL - 1);
		assert_noop!(report(1, [said(7, usd(100))]), ArithmeticError::Overflow);
	});
}
