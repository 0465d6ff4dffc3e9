//! The invariants notice what is wrong.

use strata_liquidation::pool::{Era, Exit, PastEra, Stake};

use super::*;
use crate::{Cohorts, Eras, NextPool, Shares};

/// Two depositors, one of whom has not come by since joining; a second cohort waits; an epoch over.
fn scene() {
	joined(&[(ALICE, 128), (BOB, 128)]);
	assert_ok!(Backstop::request_exit(signed(ALICE), pair(), 64));
	assert_ok!(sell_to(&pair(), 65, 128));
	assert_ok!(Backstop::claim(signed(ALICE), pair()));
	deposit(ALICE, 32);
	assert_ok!(sell_to(&pair(), 64, 128));
	Backstop::do_try_state().unwrap();
}

fn noticed(name: &str, break_it: impl FnOnce()) {
	ExtBuilder::default().build().execute_with(|| {
		scene();
		break_it();
		assert!(Backstop::do_try_state().is_err(), "{name} went unnoticed");
	});
}

fn change_pool(change: impl FnOnce(&mut PoolRecord)) {
	Pools::<Test>::mutate(pair(), |record| change(record.as_mut().unwrap()));
}

fn change_share(who: AccountId, change: impl FnOnce(&mut strata_liquidation::pool::Share)) {
	Shares::<Test>::mutate(0, who, |depositor| change(&mut depositor.as_mut().unwrap().share));
}

#[test]
fn a_wrong_figure_is_noticed() {
	noticed("a depositor too many", || change_pool(|record| record.shares += 1));
	noticed("a number of the future", || NextPool::<Test>::put(0));
	noticed("collateral missing", || change_pool(|record| record.collateral = 0));
	noticed("collateral too much", || change_pool(|record| record.collateral += 1_000));
	noticed("cash too much", || change_pool(|record| record.pool.active += 1));
	noticed("float too much", || change_pool(|record| record.cash_float += 1_000));
	noticed("holders", || change_pool(|record| record.pool.holders += 1));
	noticed("waiting cash", || {
		change_pool(|record| record.pool.waiting.iter_mut().flatten().next().unwrap().amount += 1);
	});
	noticed("waiting depositors", || {
		change_pool(|record| record.pool.waiting.iter_mut().flatten().next().unwrap().shares += 1);
	});
	noticed("gains", || change_share(BOB, |share| share.gains = 1_000));
	noticed("an entry", || change_share(ALICE, |share| share.entries = [None; 2]));
	noticed("a share of nothing", || change_share(BOB, |share| *share = Default::default()));
	noticed("an exit without stake", || {
		change_share(BOB, |share| share.exit = Some(Exit { amount: 1, ready: 0 }));
	});
	noticed("a stake from nowhere", || {
		let since = record().pool.snapshot();
		change_share(BOB, |share| share.stake = Some(Stake { amount: 1, since }));
	});
}

#[test]
fn a_wrong_record_is_noticed() {
	noticed("a cohort gone", || drop(Cohorts::<Test>::clear_prefix(0, 9, None)));
	noticed("a cohort miscounted", || {
		let (window, mut cohort) = Cohorts::<Test>::iter_prefix(0).next().unwrap();
		cohort.shares += 1;
		Cohorts::<Test>::insert(0, window, cohort);
	});
	noticed("an era gone", || drop(Eras::<Test>::clear_prefix(0, 9, None)));
	noticed("an era for nobody", || {
		let past = PastEra { sum: Default::default(), holders: 0 };
		Eras::<Test>::insert(0, Era { epoch: 0, scale: 7 }, past);
	});
	noticed("an era miscounted", || {
		let (era, mut past) = Eras::<Test>::iter_prefix(0).next().unwrap();
		past.holders += 1;
		Eras::<Test>::insert(0, era, past);
	});
	noticed("a share of no pool", || {
		let depositor = Shares::<Test>::get(0, BOB).unwrap();
		Shares::<Test>::insert(5, BOB, depositor);
	});
	noticed("an account gone", || {
		frame_system::Account::<Test>::mutate(account(), |account| account.providers = 0);
	});
}
