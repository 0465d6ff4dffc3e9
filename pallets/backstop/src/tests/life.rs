//! How pools come and go, and what is shown of them.

use frame_support::{assert_noop, assert_ok};

use super::*;
use crate::types::{Pair, PoolState};

fn leave(who: AccountId) {
	assert_ok!(Backstop::request_exit(signed(who), pair(), Balance::MAX));
	pass(NOTICE);
	assert_ok!(Backstop::withdraw(signed(who), pair()));
}

#[test]
fn the_last_one_out_takes_the_pool_along_and_gets_what_is_left() {
	ExtBuilder::default().minimums(10, 10).build_and_execute(|| {
		joined(&[(ALICE, 10), (BOB, 10), (CAROL, 10)]);
		let account = account();
		assert_ok!(sell_to(&pair(), 10 + 1, 1));
		// 29/3 each, and a third of a unit of gold.
		for who in [ALICE, BOB, CAROL] {
			assert_eq!((share(who).active, share(who).gains), (9, 0));
		}
		leave(ALICE);
		leave(BOB);
		assert_eq!((free(USD, BOB), free(GOLD, BOB)), (ENDOWMENT - 1, ENDOWMENT));
		events();
		leave(CAROL);
		assert_eq!(
			events()[1..],
			[Event::Withdrawn { pool: 0, who: CAROL, amount: 9 }, Event::PoolRemoved { pool: 0 },]
		);
		assert_eq!((free(USD, account), free(GOLD, account)), (0, 0));
		assert_eq!(free(USD, ALICE), ENDOWMENT - 11);
		assert_eq!(free(USD, CAROL), ENDOWMENT + 11);
		assert_eq!(free(GOLD, CAROL), ENDOWMENT + 11);
		assert_eq!(System::providers(&account), 0);
		for who in [ALICE, BOB, CAROL] {
			assert_eq!(held(who), 0);
		}
		for count in [
			Pools::<Test>::iter().count(),
			crate::Shares::<Test>::iter().count(),
			crate::Cohorts::<Test>::iter().count(),
			crate::Eras::<Test>::iter().count(),
		] {
			assert_eq!(count, 0);
		}
		// The number is not used again.
		joined(&[(ALICE, 10)]);
		assert_eq!(record().id, 1);
	});
}

#[test]
fn pools_of_different_pairs_do_not_touch_each_other() {
	ExtBuilder::default().build_and_execute(|| {
		let other = Pair { collateral: STRA, settlement: USD };
		joined(&[(ALICE, 128)]);
		assert_ok!(Backstop::deposit(signed(ALICE), other.clone(), 128));
		pass(2 * DELAY);
		assert_ok!(sell_to(&pair(), 65, 64));
		let state = |pair| Backstop::share_state(&pair, &ALICE).unwrap();
		assert_eq!((state(pair()).active, state(pair()).gains), (64, 64));
		assert_eq!((state(other.clone()).active, state(other.clone()).gains), (128, 0));
		assert_noop!(sell_to(&other, 65, 129), Error::InsufficientCash);
	});
}

#[test]
fn what_is_shown_is_what_is_there_now() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Backstop::pool_state(&pair()), None);
		assert_eq!(Backstop::share_state(&pair(), &ALICE), None);
		assert_eq!(Backstop::pool_states(), []);
		joined(&[(ALICE, 128)]);
		deposit(BOB, 32);
		assert_ok!(sell_to(&pair(), 1 + 64, 64));
		let mut expected = PoolState {
			pair: pair(),
			id: 0,
			account: account(),
			active: 64,
			pending: 32,
			collateral: 64,
			depositors: 2,
			capacity: 64,
		};
		assert_eq!(Backstop::pool_state(&pair()), Some(expected.clone()));
		assert_eq!(Backstop::share_state(&pair(), &CAROL), None);
		// Nobody touched the pool since, and yet Bob's deposit has joined.
		pass(2 * DELAY);
		(expected.active, expected.pending, expected.capacity) = (96, 0, 96);
		assert_eq!(Backstop::pool_state(&pair()), Some(expected.clone()));
		assert_eq!(Backstop::pool_states(), [expected]);
		assert_eq!((share(BOB).active, share(BOB).pending), (32, vec![]));
		let stored = crate::Shares::<Test>::get(0, BOB).unwrap().share;
		assert_eq!(stored.stake, None);
		assert_eq!(crate::Cohorts::<Test>::iter().count(), 1);
	});
}

#[test]
fn an_old_share_is_found_after_many_purchases_and_epochs() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 1_024)]);
		for round in 0..20 {
			joined(&[(BOB, 1 << 30)]);
			let cash = record().cash().unwrap() - 1;
			let cost = if round % 5 == 4 { cash } else { cash - 16 };
			assert_ok!(sell_to(&pair(), 1 << 30, cost));
			Backstop::do_try_state().unwrap();
		}
		assert_eq!(share(ALICE).active, 0);
		assert!(share(ALICE).gains > 0);
		// What is kept does not grow with purchases.
		assert!(crate::Eras::<Test>::iter().count() <= 9);
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_ok!(Backstop::claim(signed(BOB), pair()));
		assert_eq!(crate::Eras::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_configuration_holds_together() {
	use frame_support::traits::Hooks;
	ExtBuilder::default().build_and_execute(Backstop::integrity_test);
}
