//! Assets that do not move, minimum balances, gifts, and issuers who take.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use strata_traits::Backstop as _;

use super::*;
use crate::types::Pair;

fn leave(who: AccountId) -> sp_runtime::DispatchResult {
	assert_ok!(Backstop::request_exit(signed(who), pair(), Balance::MAX));
	pass(NOTICE);
	Backstop::withdraw(signed(who), pair())
}

#[test]
fn cash_is_paid_when_collateral_cannot_be_delivered() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128), (BOB, 128)]);
		assert_ok!(sell_to(&pair(), 1 + 64, 128));
		assert_ok!(Assets::block(signed(ISSUER), 2, ALICE));
		assert_noop!(Backstop::claim(signed(ALICE), pair()), TokenError::Blocked);
		assert_ok!(leave(ALICE));
		assert_eq!(free(USD, ALICE), ENDOWMENT - 1 - 64);
		assert_eq!((share(ALICE).active, share(ALICE).gains), (0, 32));
		assert!(held(ALICE) > 0);
		assert_noop!(Backstop::claim(signed(ALICE), pair()), TokenError::Blocked);

		assert_ok!(Assets::thaw(signed(ISSUER), 2, ALICE));
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_eq!((free(GOLD, ALICE), held(ALICE)), (ENDOWMENT + 32, 0));
	});
}

#[test]
fn the_last_one_waits_for_gains_that_cannot_be_delivered() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128)]);
		assert_ok!(sell_to(&pair(), 1 + 64, 64));
		assert_ok!(Assets::freeze_asset(signed(ISSUER), 2));
		assert_ok!(leave(ALICE));
		assert_eq!((share(ALICE).gains, ledgers()), (64, (0, 64)));
		assert!(Backstop::claim(signed(ALICE), pair()).is_err());
		assert_ok!(Assets::thaw_asset(signed(ISSUER), 2));
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_eq!(free(GOLD, ALICE), ENDOWMENT + 65);
		assert_eq!(Pools::<Test>::get(pair()), None);
	});
}

#[test]
fn cash_that_does_not_move_stays_in_the_pool() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128), (BOB, 128)]);
		assert_ok!(Backstop::request_exit(signed(ALICE), pair(), 64));
		pass(NOTICE);
		assert_ok!(Assets::freeze_asset(signed(ISSUER), 1));
		assert!(Backstop::withdraw(signed(ALICE), pair()).is_err());
		assert_eq!((share(ALICE).active, share(ALICE).exit.unwrap().amount), (128, 64));
		assert!(sell_to(&pair(), 8, 8).is_err());
		assert!(Backstop::deposit(signed(BOB), pair(), 8).is_err());
		assert_ok!(Assets::thaw_asset(signed(ISSUER), 1));

		assert_ok!(Assets::block(signed(ISSUER), 1, ALICE));
		assert_noop!(Backstop::withdraw(signed(ALICE), pair()), TokenError::Blocked);
		assert_ok!(Assets::thaw(signed(ISSUER), 1, ALICE));
		assert_ok!(Backstop::withdraw(signed(ALICE), pair()));
	});
}

#[test]
fn minimum_balances_take_nothing_from_anybody() {
	ExtBuilder::default().minimums(1_000, 1_000).build_and_execute(|| {
		joined(&[(ALICE, 4_096), (BOB, 64)]);
		assert_eq!(free(USD, ALICE), ENDOWMENT - 5_096);
		// 1,000 are kept back for the account.
		assert_ok!(sell_to(&pair(), 1_000 + 8_320, 2_080));
		assert_eq!(share(ALICE).active, 2_048);
		assert!((8_191..=8_192).contains(&share(ALICE).gains));
		assert_ok!(leave(ALICE));
		// What is left is below the assets' minimum balances, and still all there.
		assert_eq!(share(BOB).active, 32);
		assert!((127..=128).contains(&share(BOB).gains));
		assert!(free(USD, account()) >= 1_032);
		let before = free(USD, BOB);
		assert_ok!(leave(BOB));
		// And the floats.
		assert_eq!(free(USD, BOB), before + 1_032);
		assert!(free(GOLD, ALICE) + free(GOLD, BOB) == 2 * ENDOWMENT + 9_320);
		assert_eq!(System::providers(&Backstop::account_of(0)), 0);
	});
}

#[test]
fn gains_below_the_minimum_wait_for_an_account_that_can_take_them() {
	ExtBuilder::default().minimums(1, 1_000).build_and_execute(|| {
		joined(&[(ALICE, 128), (NEWCOMER, 128)]);
		assert_ok!(sell_to(&pair(), 1_000 + 64, 128));
		assert_eq!(share(NEWCOMER).gains, 32);
		assert_noop!(Backstop::claim(signed(NEWCOMER), pair()), TokenError::BelowMinimum);
		assert_ok!(leave(NEWCOMER));
		assert_eq!((free(USD, NEWCOMER), share(NEWCOMER).gains), (ENDOWMENT - 64, 32));
		assert_ok!(Assets::transfer(signed(ALICE), 2, NEWCOMER, 1_000));
		assert_ok!(Backstop::claim(signed(NEWCOMER), pair()));
		assert_eq!(free(GOLD, NEWCOMER), 1_032);
	});
}

#[test]
fn the_native_token_is_bought_and_paid_like_any_other() {
	ExtBuilder::default().build_and_execute(|| {
		let stra = Pair { collateral: STRA, settlement: USD };
		let gold = Pair { collateral: GOLD, settlement: STRA };
		let amount = 1 << 50;
		for pair in [&stra, &gold] {
			let amount = if pair.settlement == STRA { amount } else { 1_024 };
			assert_ok!(Backstop::deposit(signed(ALICE), pair.clone(), amount));
		}
		pass(2 * DELAY);
		assert_ok!(sell_to(&stra, EXISTENTIAL_DEPOSIT + amount, 512));
		assert_ok!(sell_to(&gold, 1 + 64, amount / 2));
		let gains = |pair| Backstop::share_state(pair, &ALICE).unwrap();
		assert_eq!((gains(&stra).active, gains(&stra).gains), (512, amount));
		assert_eq!((gains(&gold).active, gains(&gold).gains), (amount / 2, 64));

		let before = (free(STRA, ALICE) + held(ALICE), free(USD, ALICE), free(GOLD, ALICE));
		for pair in [&stra, &gold] {
			assert_ok!(Backstop::request_exit(signed(ALICE), pair.clone(), Balance::MAX));
		}
		pass(NOTICE);
		for pair in [stra, gold] {
			assert_ok!(Backstop::withdraw(signed(ALICE), pair));
		}
		let after = (free(STRA, ALICE) + held(ALICE), free(USD, ALICE), free(GOLD, ALICE));
		let stra = amount + amount / 2 + 2 * EXISTENTIAL_DEPOSIT;
		assert_eq!(after, (before.0 + stra, before.1 + 513, before.2 + 65));
		assert_eq!(Pools::<Test>::iter().count(), 0);
	});
}

#[test]
fn gifts_change_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128)]);
		assert_ok!(sell_to(&pair(), 1 + 64, 64));
		let before = (record(), share(ALICE), Backstop::capacity(&GOLD, &USD));
		let account = account();
		assert_ok!(Assets::transfer(signed(BOB), 1, account, 1_000));
		assert_ok!(Assets::transfer(signed(BOB), 2, account, 1_000));
		assert_ok!(Balances::transfer_allow_death(signed(BOB), account, EXISTENTIAL_DEPOSIT));
		assert_eq!((record(), share(ALICE), Backstop::capacity(&GOLD, &USD)), before);
		assert_ok!(sell_to(&pair(), 32, 32));
		assert_ok!(leave(ALICE));
		// Nor do they keep the pool from going, only its account.
		assert_eq!(Pools::<Test>::get(pair()), None);
		assert_eq!((free(USD, account), free(GOLD, account)), (1_000, 1_000));
		assert_eq!(free(USD, ALICE), ENDOWMENT - 96);

		// The next pool has an account of its own.
		joined(&[(ALICE, 128)]);
		assert_ne!(super::account(), account);
	});
}

#[test]
fn a_pool_robbed_by_its_issuer_neither_takes_nor_buys() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128), (BOB, 128)]);
		assert_ok!(Assets::burn(signed(ISSUER), 1, account(), 1));
		assert!(Backstop::do_try_state().is_err());
		assert_eq!(Backstop::capacity(&GOLD, &USD), 0);
		assert_eq!(Backstop::pool_state(&pair()).unwrap().capacity, 0);
		assert_noop!(sell_to(&pair(), 8, 8), Error::Impaired);
		assert_noop!(Backstop::deposit(signed(CAROL), pair(), 8), Error::Impaired);
		// Who is in gets out while there is something.
		assert_ok!(leave(ALICE));
		assert_ok!(Backstop::request_exit(signed(BOB), pair(), Balance::MAX));
		pass(NOTICE);
		assert!(Backstop::withdraw(signed(BOB), pair()).is_err());
		assert_ok!(Assets::mint(signed(ISSUER), 1, account(), 1));
		assert_ok!(Backstop::withdraw(signed(BOB), pair()));
	});
}

#[test]
fn the_last_one_out_is_not_kept_in_by_what_rounding_kept_back() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128)]);
		assert_ok!(sell_to(&pair(), 1 + 64, 128));
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_eq!(Pools::<Test>::get(pair()), None);

		// Nothing was bought for the last one, who cannot take the float.
		joined(&[(ALICE, 128)]);
		assert_ok!(sell_to(&pair(), 1, 64));
		assert_ok!(Assets::block(signed(ISSUER), 2, ALICE));
		let account = account();
		assert_ok!(leave(ALICE));
		assert_eq!(Pools::<Test>::get(pair()), None);
		assert_eq!((free(USD, account), free(GOLD, account)), (0, 1));
		assert_eq!(held(ALICE), 0);
	});
}
