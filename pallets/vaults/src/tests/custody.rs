//! Locked collateral: who can move it (nobody), and what the assets' own rules do to a vault.

use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungibles::MutateHold,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::TokenError;
use strata_traits::{Asset, Books as BooksOfDeals};

use super::*;
use crate::HoldReason;

type AssetsError = pallet_assets::Error<Test>;
type Holder = <Test as crate::Config>::Holder;

fn market() -> (BookId, VaultId, AccountId) {
	let id = open_book(GOLD, 0.1);
	let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
	(id, vault, Vaults::account_of(id))
}

#[test]
fn no_role_of_the_asset_reaches_locked_collateral() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, _, account) = market();
		let issuer = || signed(ISSUER);
		assert_noop!(
			Assets::force_transfer(issuer(), 2, account, ISSUER, OUNCE),
			AssetsError::NoAccount
		);
		assert!(Assets::burn(issuer(), 2, account, OUNCE).is_err());
		assert_noop!(Assets::freeze(issuer(), 2, account), AssetsError::NoAccount);
		assert_noop!(Assets::start_destroy(issuer(), 2), AssetsError::ContainsHolds);

		// Not even with something of it free in the account.
		assert_ok!(Assets::transfer(signed(BOB), 2, account, 10 * OUNCE));
		assert!(Assets::force_transfer(issuer(), 2, account, ISSUER, 11 * OUNCE).is_err());
		let _ = Assets::burn(issuer(), 2, account, Balance::MAX);
		assert_eq!(Vaults::held(id, &GOLD), 100 * OUNCE);
	});
}

#[test]
fn gifts_change_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault, account) = market();
		let before = (book(id), Vaults::book_state(id));
		assert_ok!(Assets::transfer(signed(BOB), 2, account, 10 * OUNCE));
		assert_ok!(Balances::transfer_allow_death(signed(BOB), account, 10 * EXISTENTIAL_DEPOSIT));
		assert_eq!(before, (book(id), Vaults::book_state(id)));
		let gold = free(GOLD, ALICE);
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(free(GOLD, ALICE), gold + 100 * OUNCE);
		// The gift does not keep the book from going, only its account.
		assert_ok!(<Vaults as BooksOfDeals>::close(id));
		assert_eq!(Books::<Test>::get(id), None);
		assert_eq!(free(GOLD, account), 10 * OUNCE);
	});
}

#[test]
fn a_frozen_account_of_a_book_still_pays_out() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, vault, account) = market();
		assert_ok!(Assets::transfer(signed(BOB), 2, account, OUNCE));
		assert_ok!(Assets::freeze(signed(ISSUER), 2, account));
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_ok!(Assets::block(signed(ISSUER), 2, account));
		assert_noop!(Vaults::deposit(signed(ALICE), vault, OUNCE), TokenError::Blocked);
		assert_ok!(Vaults::close(signed(ALICE), vault));
	});
}

#[test]
fn a_frozen_asset_neither_comes_nor_goes() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault, _) = market();
		assert_ok!(Assets::freeze_asset(signed(ISSUER), 2));
		assert_noop!(Vaults::deposit(signed(ALICE), vault, OUNCE), AssetsError::AssetNotLive);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE), AssetsError::AssetNotLive);
		assert_noop!(Vaults::open(signed(BOB), id, OUNCE, 0), AssetsError::AssetNotLive);
		assert_noop!(Vaults::close(signed(ALICE), vault), AssetsError::AssetNotLive);
		// The debt can be paid all the same.
		assert_ok!(Vaults::repay(signed(ALICE), vault, Balance::MAX));
		assert_ok!(Assets::thaw_asset(signed(ISSUER), 2));
		assert_ok!(Vaults::close(signed(ALICE), vault));
	});
}

#[test]
fn a_frozen_settlement_asset_is_named() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, vault, _) = market();
		assert_ok!(Assets::freeze_asset(signed(ISSUER), 1));
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), TokenError::Frozen);
		assert_noop!(Vaults::repay(signed(ALICE), vault, DOLLAR), TokenError::Frozen);
		assert_noop!(Vaults::close(signed(ALICE), vault), TokenError::Frozen);
		assert_ok!(Vaults::deposit(signed(ALICE), vault, OUNCE));
	});
}

#[test]
fn a_frozen_or_blocked_borrower_is_named() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, vault, _) = market();
		assert_ok!(Assets::freeze(signed(ISSUER), 2, ALICE));
		assert!(Vaults::deposit(signed(ALICE), vault, OUNCE).is_err());
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_ok!(Assets::block(signed(ISSUER), 2, ALICE));
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE), TokenError::Blocked);
	});
}

#[test]
fn a_destroyed_asset_is_named() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		assert_ok!(Assets::start_destroy(signed(ISSUER), 2));
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE, 0), TokenError::UnknownAsset);
		assert_ok!(Assets::destroy_accounts(signed(ISSUER), 2));
		assert_ok!(Assets::destroy_accounts(signed(ISSUER), 2));
		assert_ok!(Assets::finish_destroy(signed(ISSUER), 2));
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE, 0), TokenError::UnknownAsset);
		assert_ok!(<Vaults as BooksOfDeals>::close(id));
	});
}

#[test]
fn an_asset_that_never_was_is_named() {
	ExtBuilder::default().build_and_execute(|| {
		let listing = crate::mock::Collaterals::get()[&GOLD];
		Collaterals::mutate(|listings| listings.insert(Asset::WithId(77), listing));
		let id = open_book(Asset::WithId(77), 0.1);
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE, 0), TokenError::UnknownAsset);
	});
}

#[test]
fn the_last_unit_goes_in_and_comes_out() {
	for builder in [ExtBuilder::default(), ExtBuilder::default().sufficient_gold()] {
		builder.build_and_execute(|| {
			let id = open_book(GOLD, 0.1);
			let all = free(GOLD, ALICE);
			let vault = open_vault(ALICE, id, all, 1_000 * DOLLAR);
			assert_eq!(free(GOLD, ALICE), 0);
			assert_ok!(Vaults::close(signed(ALICE), vault));
			assert_eq!(free(GOLD, ALICE), all);
			assert_eq!(Vaults::held(id, &GOLD), 0);
		});
	}
}

#[test]
fn the_minimum_balance_binds_both_ways() {
	ExtBuilder::default().gold_minimum(OUNCE).build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE - 1, 0), TokenError::BelowMinimum);
		let all = free(GOLD, ALICE);
		// What would be dust in the payer's account comes along and is the vault's.
		let vault = open_vault(ALICE, id, all - OUNCE + 1, 0);
		assert_eq!(position(vault).collateral, all);
		assert_eq!(free(GOLD, ALICE), 0);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE - 1), TokenError::BelowMinimum);
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE - 1));
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(free(GOLD, ALICE), all);
	});
}

#[test]
fn the_native_token_is_collateral_like_any_other() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(STRA, 0.1);
		let before = free(STRA, ALICE);
		assert_noop!(
			Vaults::open(signed(ALICE), id, EXISTENTIAL_DEPOSIT - 1, 0),
			TokenError::BelowMinimum
		);
		let vault = open_vault(ALICE, id, 1_000 * 10u128.pow(12), 1_000 * DOLLAR);
		assert_eq!(Vaults::held(id, &STRA), 1_000 * 10u128.pow(12));
		assert_ok!(Vaults::deposit(signed(BOB), vault, 10u128.pow(12)));
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, 10u128.pow(12)));
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(free(STRA, ALICE), before + 10u128.pow(12)); // Bob's gift
		assert_eq!(Vaults::held(id, &STRA), 0);
		assert_ok!(<Vaults as BooksOfDeals>::close(id));
		assert!(!System::account_exists(&Vaults::account_of(id)));
	});
}

#[test]
fn an_impaired_book_lends_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault, account) = market();
		let reason: RuntimeHoldReason = HoldReason::Collateral.into();
		assert_ok!(Holder::burn_held(
			GOLD,
			&reason,
			&account,
			OUNCE,
			Precision::Exact,
			Fortitude::Force
		));
		assert!(Vaults::do_try_state().is_err());
		// The walk finds it out.
		let mark = |impaired| {
			Books::<Test>::mutate(id, |book| book.as_mut().unwrap().impaired = impaired);
		};
		mark(true);
		Vaults::do_try_state().unwrap();
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), Error::Impaired);
		assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 1_000 * DOLLAR), Error::Impaired);
		assert_eq!(Vaults::max_draw(vault), Some(0));
		let value = <Vaults as BooksOfDeals>::figures(id).unwrap().value;
		assert_eq!(value, Some(9_900 * DOLLAR));
		// Whoever comes last goes without.
		assert_noop!(Vaults::close(signed(ALICE), vault), Error::Impaired);
		assert_ok!(Vaults::deposit(signed(BOB), vault, OUNCE));

		assert_ok!(Holder::transfer_and_hold(
			GOLD,
			&reason,
			&BOB,
			&account,
			OUNCE,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		));
		mark(false);
		assert_ok!(Vaults::draw(signed(ALICE), vault, DOLLAR));
	});
}
