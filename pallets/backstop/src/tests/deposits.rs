//! Deposits, and from when they take part.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Asset, Backstop as _};

use super::*;
use crate::types::Pair;

#[test]
fn nothing_is_no_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Backstop::deposit(signed(ALICE), pair(), 0), Error::NothingToDo);
		joined(&[(ALICE, 10)]);
		assert_noop!(Backstop::deposit(signed(ALICE), pair(), 0), Error::NothingToDo);
	});
}

#[test]
fn only_listed_assets_have_pools() {
	ExtBuilder::default().build_and_execute(|| {
		let deposit = |collateral: Asset, settlement: Asset| {
			Backstop::deposit(signed(ALICE), Pair { collateral, settlement }, 10)
		};
		assert_noop!(deposit(ODD, USD), Error::CollateralNotListed);
		assert_noop!(deposit(GOLD, ODD), Error::SettlementNotListed);
		assert_noop!(deposit(USD, USD), Error::CollateralIsSettlement);
		assert_noop!(
			Backstop::deposit(RuntimeOrigin::none(), pair(), 10),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(deposit(STRA, USD));
		// Less than the native token's minimum balance: the float makes up for it.
		assert_ok!(deposit(GOLD, STRA));
	});
}

#[test]
fn who_cannot_pay_does_not_deposit() {
	ExtBuilder::default().minimums(10, 1).build_and_execute(|| {
		// The float comes on top.
		assert!(Backstop::deposit(signed(ALICE), pair(), ENDOWMENT - 9).is_err());
		assert!(Pools::<Test>::get(pair()).is_none());
		assert_eq!(crate::NextPool::<Test>::get(), 0);
		assert!(Backstop::deposit(signed(ALICE), pair(), u128::MAX).is_err());
		assert!(Backstop::deposit(signed(ALICE), pair(), u128::MAX - 5).is_err());
		assert_eq!(held(ALICE), 0);
		// Nobody without STRA for the storage either.
		let poor = 77;
		assert_ok!(Assets::transfer(signed(ALICE), 1, poor, 1_000));
		assert!(Backstop::deposit(signed(poor), pair(), 100).is_err());
		assert_eq!(free(USD, poor), 1_000);
	});
}

#[test]
fn the_first_deposit_opens_the_pool_and_pays_its_float() {
	ExtBuilder::default().minimums(10, 1).build_and_execute(|| {
		deposit(ALICE, 500);
		assert_eq!(free(USD, ALICE), ENDOWMENT - 510);
		assert_eq!(free(USD, account()), 510);
		assert_eq!((record().cash_float, record().shares), (10, 1));
		assert!(held(ALICE) >= DEPOSIT_BASE);
		let active_from = Now::get() + 2 * DELAY;
		assert_eq!(
			events(),
			[
				Event::PoolOpened { pool: 0, pair: pair(), float: 10 },
				Event::Deposited { pool: 0, who: ALICE, amount: 500, active_from },
			]
		);
		deposit(BOB, 500);
		assert_eq!(free(USD, BOB), ENDOWMENT - 500);
		assert_eq!(ledgers(), (1_000, 0));
	});
}

#[test]
fn a_deposit_waits_to_the_end_of_the_next_window_to_the_millisecond() {
	for age in [0, 1, DELAY - 1] {
		ExtBuilder::default().build_and_execute(|| {
			let window = Now::get();
			pass(age);
			deposit(ALICE, 64);
			let active_from = window + 2 * DELAY;
			assert_eq!(share(ALICE).pending, [PendingDeposit { amount: 64, active_from }]);

			Now::set(active_from - 1);
			assert_eq!(Backstop::capacity(&GOLD, &USD), 0);
			assert_eq!((share(ALICE).active, share(ALICE).pending.len()), (0, 1));
			assert_noop!(sell_to(&pair(), 8, 1), Error::InsufficientCash);
			assert_noop!(Backstop::request_exit(signed(ALICE), pair(), 1), Error::NothingActive);

			Now::set(active_from);
			assert_eq!(Backstop::capacity(&GOLD, &USD), 64);
			assert_eq!((share(ALICE).active, share(ALICE).pending.len()), (64, 0));
			assert_ok!(sell_to(&pair(), 8, 32));
			assert_eq!(share(ALICE).active, 32);
		});
	}
}

#[test]
fn who_comes_for_a_purchase_that_is_in_sight_gains_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 1_024)]);
		// A lot is open. Bob sees it and brings a hundred times as much.
		deposit(BOB, 102_400);
		pass(DELAY);
		assert_ok!(sell_to(&pair(), 512, 256));
		assert_eq!((share(ALICE).active, share(BOB).active), (768, 0));
		// One unit is the float.
		assert!((510..=511).contains(&share(ALICE).gains));
		assert_eq!(share(BOB).gains, 0);
		pass(DELAY);
		assert_eq!((share(BOB).active, share(BOB).gains), (102_400, 0));
		assert_noop!(Backstop::claim(signed(BOB), pair()), Error::NothingToClaim);
	});
}

#[test]
fn two_deposits_of_a_window_wait_together_and_a_third_window_finds_room() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..9 {
			deposit(ALICE, 10);
			deposit(BOB, 1);
			pass(DELAY / 3);
		}
		let alice = share(ALICE);
		assert_eq!(alice.pending.iter().map(|deposit| deposit.amount).collect::<Vec<_>>(), [30]);
		assert_eq!(alice.active, 60);
		assert_eq!(Backstop::capacity(&GOLD, &USD), 66);
		pass(DELAY);
		assert_eq!(Backstop::capacity(&GOLD, &USD), 99);
	});
}

#[test]
fn what_waits_is_never_spent() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		deposit(BOB, 1_000);
		pass(2 * DELAY - 1);
		assert_eq!(Backstop::capacity(&GOLD, &USD), 100);
		assert_noop!(sell_to(&pair(), 8, 101), Error::InsufficientCash);
		assert_ok!(sell_to(&pair(), 8, 100));
		assert_eq!(ledgers().0, 1_000);
		pass(1);
		assert_eq!(share(BOB).active, 1_000);
	});
}
