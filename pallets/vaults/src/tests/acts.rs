//! Every call: what it does, what it refuses, and what it says.

use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{traits::BadOrigin, ArithmeticError};

use super::*;
use crate::{types::Adjustment, HoldReason, VaultsOf};

fn deposit_of(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::VaultDeposit.into(), &who)
}

#[test]
fn every_call_wants_a_signature() {
	ExtBuilder::default().build_and_execute(|| {
		let none = RuntimeOrigin::none;
		assert_noop!(Vaults::open(none(), 0, 1, 1), BadOrigin);
		assert_noop!(Vaults::deposit(none(), 0, 1), BadOrigin);
		assert_noop!(Vaults::withdraw(none(), 0, 1), BadOrigin);
		assert_noop!(Vaults::draw(none(), 0, 1), BadOrigin);
		assert_noop!(Vaults::repay(none(), 0, 1), BadOrigin);
		assert_noop!(Vaults::adjust(none(), 0, Adjustment::default()), BadOrigin);
		assert_noop!(Vaults::close(RuntimeOrigin::root(), 0), BadOrigin);
	});
}

#[test]
fn unknown_ids_are_named() {
	ExtBuilder::default().build_and_execute(|| {
		let who = || signed(ALICE);
		assert_noop!(Vaults::open(who(), 0, OUNCE, 0), Error::UnknownBook);
		assert_noop!(Vaults::deposit(who(), 0, 1), Error::UnknownVault);
		assert_noop!(Vaults::withdraw(who(), 0, 1), Error::UnknownVault);
		assert_noop!(Vaults::draw(who(), 0, 1), Error::UnknownVault);
		assert_noop!(Vaults::repay(who(), 0, 1), Error::UnknownVault);
		assert_noop!(Vaults::adjust(who(), 0, Adjustment::default()), Error::UnknownVault);
		assert_noop!(Vaults::close(who(), u32::MAX), Error::UnknownVault);
	});
}

#[test]
fn strangers_may_only_help() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		let all = Adjustment { deposit: 1, repay: 1, draw: 1, withdraw: 1 };
		assert_noop!(Vaults::withdraw(signed(BOB), vault, 1), Error::NotOwner);
		assert_noop!(Vaults::draw(signed(BOB), vault, 1), Error::NotOwner);
		assert_noop!(Vaults::adjust(signed(BOB), vault, all), Error::NotOwner);
		assert_noop!(Vaults::close(signed(BOB), vault), Error::NotOwner);

		let (gold, usd) = (free(GOLD, BOB), free(USD, BOB));
		assert_ok!(Vaults::deposit(signed(BOB), vault, 3 * OUNCE));
		assert_ok!(Vaults::repay(signed(BOB), vault, 50 * DOLLAR));
		assert_eq!((free(GOLD, BOB), free(USD, BOB)), (gold - 3 * OUNCE, usd - 50 * DOLLAR));
		assert_eq!(position(vault).collateral, 13 * OUNCE);
		assert_eq!(owed(vault), 150 * DOLLAR);
	});
}

#[test]
fn asking_for_nothing_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		let who = || signed(ALICE);
		assert_noop!(Vaults::deposit(who(), vault, 0), Error::NothingToDo);
		assert_noop!(Vaults::withdraw(who(), vault, 0), Error::NothingToDo);
		assert_noop!(Vaults::draw(who(), vault, 0), Error::NothingToDo);
		assert_noop!(Vaults::repay(who(), vault, 0), Error::NothingToDo);
		assert_noop!(Vaults::adjust(who(), vault, Adjustment::default()), Error::NothingToDo);
		assert_noop!(Vaults::open(who(), id, 0, 0), Error::BelowMinimumCollateral);
		assert_noop!(Vaults::open(who(), id, 0, 200 * DOLLAR), Error::BelowMinimumCollateral);
	});
}

#[test]
fn the_largest_amounts_are_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		let who = || signed(ALICE);
		assert!(Vaults::open(who(), id, Balance::MAX, 0).is_err());
		assert!(Vaults::deposit(who(), vault, Balance::MAX).is_err());
		assert_noop!(Vaults::open(who(), id, 10 * OUNCE, Balance::MAX), Error::BelowInitialRatio);
		assert_noop!(Vaults::draw(who(), vault, Balance::MAX), ArithmeticError::Overflow);
		assert_noop!(Vaults::withdraw(who(), vault, Balance::MAX), Error::InsufficientCollateral);
	});
}

#[test]
fn opening_locks_draws_and_takes_a_deposit() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let (gold, usd) = (free(GOLD, ALICE), free(USD, ALICE));
		events();
		let vault_id = open_vault(ALICE, id, 10 * OUNCE, 200 * DOLLAR);
		assert_eq!(free(GOLD, ALICE), gold - 10 * OUNCE);
		assert_eq!(free(USD, ALICE), usd + 200 * DOLLAR);
		assert!(deposit_of(ALICE) > DEPOSIT_BASE);
		assert_eq!(VaultsOf::<Test>::get(ALICE).into_inner(), vec![vault_id]);
		assert_eq!(
			vault(vault_id).position,
			Position { collateral: 10 * OUNCE, debt: 200 * DOLLAR, principal: 200 * DOLLAR }
		);
		assert_eq!(
			events(),
			vec![
				Event::VaultOpened { vault: vault_id, book: id, owner: ALICE },
				Event::Deposited {
					vault: vault_id,
					from: ALICE,
					amount: 10 * OUNCE,
					collateral: 10 * OUNCE
				},
				Event::Drawn {
					vault: vault_id,
					to: ALICE,
					amount: 200 * DOLLAR,
					debt: 200 * DOLLAR
				},
			]
		);
	});
}

#[test]
fn an_owner_has_so_many_vaults_and_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let other = open_book(STRA, 0.1);
		let first = open_vault(ALICE, id, OUNCE, 0);
		for _ in 0..3 {
			open_vault(ALICE, id, OUNCE, 0);
		}
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE, 0), Error::TooManyVaults);
		assert_noop!(Vaults::open(signed(ALICE), other, 10u128.pow(12), 0), Error::TooManyVaults);
		assert_ok!(Vaults::close(signed(ALICE), first));
		let last = open_vault(ALICE, id, OUNCE, 0);
		assert_eq!(Vaults::vaults_of(&ALICE), vec![first + 1, first + 2, first + 3, last]);
	});
}

#[test]
fn whoever_cannot_pay_the_deposit_opens_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let all = free(STRA, ALICE);
		assert_ok!(Balances::transfer_allow_death(
			signed(ALICE),
			BOB,
			all - 2 * EXISTENTIAL_DEPOSIT
		));
		assert_noop!(
			Vaults::open(signed(ALICE), id, OUNCE, 0),
			sp_runtime::TokenError::FundsUnavailable
		);
	});
}

#[test]
fn the_last_vault_id_is_not_used_twice() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		NextVault::<Test>::put(u32::MAX);
		assert_noop!(Vaults::open(signed(ALICE), id, OUNCE, 0), ArithmeticError::Overflow);
	});
}

#[test]
fn interest_is_paid_before_principal() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		pass(YEAR);
		let interest = owed(vault) - 1_000 * DOLLAR;
		assert_eq!(interest, 105_170_918); // 1000·e^0.1 − 1000, rounded up
		events();

		assert_ok!(Vaults::repay(signed(ALICE), vault, interest - 1));
		assert_eq!(position(vault).principal, 1_000 * DOLLAR);
		assert_eq!(CashLedger::get(7), (interest - 1, 0, 1_000 * DOLLAR));
		let rest = owed(vault) - 1_000 * DOLLAR;
		assert!((1..=3).contains(&rest), "{rest}");

		assert_ok!(Vaults::repay(signed(ALICE), vault, rest + 10));
		assert_eq!(position(vault).principal, 1_000 * DOLLAR - 10);
		assert_eq!(CashLedger::get(7), (interest - 1 + rest, 10, 1_000 * DOLLAR));
		let debt = owed(vault);
		assert_eq!(
			events(),
			vec![
				Event::Repaid {
					vault,
					from: ALICE,
					interest: interest - 1,
					principal: 0,
					debt: 1_000 * DOLLAR + rest
				},
				Event::Repaid { vault, from: ALICE, interest: rest, principal: 10, debt },
			]
		);
	});
}

#[test]
fn repaying_more_than_the_debt_takes_the_debt() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		pass(YEAR);
		let (debt, usd) = (owed(vault), free(USD, BOB));
		assert_ok!(Vaults::repay(signed(BOB), vault, Balance::MAX));
		assert_eq!(free(USD, BOB), usd - debt);
		assert_eq!(position(vault), Position { collateral: 100 * OUNCE, debt: 0, principal: 0 });
		assert_eq!(super::vault(vault).place, None);
		assert_eq!(book(id).totals.debt, 0);
		assert_noop!(Vaults::repay(signed(BOB), vault, 1), Error::NothingOwed);
	});
}

#[test]
fn whoever_has_too_little_repays_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		let all = free(USD, BOB);
		assert_ok!(Assets::transfer(signed(BOB), 1, CAROL, all - 10));
		assert_noop!(
			Vaults::repay(signed(BOB), vault, 11),
			sp_runtime::TokenError::FundsUnavailable
		);
		assert_ok!(Vaults::repay(signed(BOB), vault, 10));
	});
}

#[test]
fn debt_is_nothing_or_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let minimum = 100 * DOLLAR;
		assert_noop!(
			Vaults::open(signed(ALICE), id, 100 * OUNCE, minimum - 1),
			Error::BelowMinimumDebt
		);
		let vault = open_vault(ALICE, id, 100 * OUNCE, minimum);
		assert_noop!(Vaults::repay(signed(ALICE), vault, 1), Error::BelowMinimumDebt);
		assert_noop!(Vaults::repay(signed(BOB), vault, minimum - 1), Error::BelowMinimumDebt);
		assert_ok!(Vaults::draw(signed(ALICE), vault, 1));
		assert_ok!(Vaults::repay(signed(BOB), vault, 1));
		assert_ok!(Vaults::repay(signed(BOB), vault, minimum));
		assert_noop!(Vaults::draw(signed(ALICE), vault, minimum - 1), Error::BelowMinimumDebt);
	});
}

#[test]
fn collateral_is_nothing_or_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let minimum = crate::MINIMUM_COLLATERAL;
		assert_noop!(
			Vaults::open(signed(ALICE), id, minimum - 1, 0),
			Error::BelowMinimumCollateral
		);
		let vault = open_vault(ALICE, id, minimum + 1, 0);
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, 1));
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), Error::BelowMinimumCollateral);
		assert_noop!(
			Vaults::withdraw(signed(ALICE), vault, minimum + 1),
			Error::InsufficientCollateral
		);
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, minimum));
		assert_eq!(VaultMap::<Test>::get(vault), None);
	});
}

#[test]
fn the_act_that_empties_a_vault_removes_it() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let (gold, stra) = (free(GOLD, ALICE), free(STRA, ALICE));
		for by_close in [true, false] {
			let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
			pass(YEAR / 12);
			if by_close {
				assert_ok!(Vaults::close(signed(ALICE), vault));
			} else {
				let wish =
					Adjustment { repay: Balance::MAX, withdraw: 100 * OUNCE, ..Default::default() };
				assert_ok!(Vaults::adjust(signed(ALICE), vault, wish));
			}
			assert_eq!(VaultMap::<Test>::get(vault), None);
			assert!(!VaultsOf::<Test>::contains_key(ALICE));
			assert_eq!((free(GOLD, ALICE), free(STRA, ALICE)), (gold, stra));
			assert_eq!(deposit_of(ALICE), 0);
			assert_eq!(book(id).totals, Position::default());
			assert_eq!(book(id).vaults, 0);
			assert_noop!(Vaults::close(signed(ALICE), vault), Error::UnknownVault);
		}
	});
}

#[test]
fn adjusting_looks_at_the_result_only() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		// Not a unit more can be drawn or withdrawn, but swapping a part of both is fine.
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::BelowInitialRatio);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), Error::BelowInitialRatio);
		events();
		let wish = Adjustment { repay: 500 * DOLLAR, withdraw: 8 * OUNCE, ..Default::default() };
		assert_ok!(Vaults::adjust(signed(ALICE), vault, wish));
		let wish = Adjustment { deposit: 8 * OUNCE, draw: 500 * DOLLAR, ..Default::default() };
		assert_ok!(Vaults::adjust(signed(ALICE), vault, wish));
		assert_eq!(
			events(),
			vec![
				Event::Repaid {
					vault,
					from: ALICE,
					interest: 0,
					principal: 500 * DOLLAR,
					debt: 500 * DOLLAR
				},
				Event::Withdrawn { vault, to: ALICE, amount: 8 * OUNCE, collateral: 8 * OUNCE },
				Event::Deposited { vault, from: ALICE, amount: 8 * OUNCE, collateral: 16 * OUNCE },
				Event::Drawn { vault, to: ALICE, amount: 500 * DOLLAR, debt: 1_000 * DOLLAR },
			]
		);
		let all = Adjustment {
			deposit: 2 * OUNCE,
			repay: 300 * DOLLAR,
			draw: 250 * DOLLAR,
			withdraw: 2 * OUNCE,
		};
		assert_ok!(Vaults::adjust(signed(ALICE), vault, all));
		assert_eq!(owed(vault), 950 * DOLLAR);
		let more = Adjustment { withdraw: OUNCE, draw: 1, ..Default::default() };
		assert_noop!(Vaults::adjust(signed(ALICE), vault, more), Error::BelowInitialRatio);
	});
}

#[test]
fn what_the_deal_refuses_changes_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		Lending::set(false);
		let refused = sp_runtime::DispatchError::Other("not lending");
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), refused);
		assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 1_000 * DOLLAR), refused);
		assert_ok!(Vaults::open(signed(BOB), id, 100 * OUNCE, 0));
		assert_ok!(Vaults::close(signed(ALICE), vault));
	});
}
