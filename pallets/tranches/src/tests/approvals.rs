//! Allowances.

use frame_support::{assert_ok, traits::fungibles::Inspect};
use sp_runtime::{DispatchResult, TokenError};

use crate::{mock::*, *};

type E = Error<Test>;

fn approve(deal: DealId, spender: AccountId, amount: Balance) -> DispatchResult {
	Tranches::approve(signed(ALICE), deal, 0, spender, amount)
}

fn spend(deal: DealId, spender: AccountId, to: AccountId, amount: Balance) -> DispatchResult {
	Tranches::transfer_from(signed(spender), deal, 0, ALICE, to, amount)
}

fn allowed(deal: DealId, spender: AccountId) -> Option<Balance> {
	Approvals::<Test>::get((deal, 0, ALICE, spender)).map(|approval| approval.amount)
}

#[test]
fn an_allowance_is_spent_in_parts_and_its_deposit_comes_back_with_the_last() {
	build_and_execute(|| {
		let deal = active();
		let held = Balances::reserved_balance(ALICE);
		assert_ok!(approve(deal, KEEPER, 100));
		assert!(Balances::reserved_balance(ALICE) > held);
		assert_ok!(spend(deal, KEEPER, BOB, 60));
		assert_eq!(allowed(deal, KEEPER), Some(40));
		refused(E::InsufficientAllowance, || spend(deal, KEEPER, BOB, 41));
		assert_ok!(spend(deal, KEEPER, BOB, 40));
		assert_eq!(allowed(deal, KEEPER), None);
		assert_eq!(Balances::reserved_balance(ALICE), held);
		assert_eq!(notes(deal, 0, BOB), 3_000_000_100);
		refused(E::InsufficientAllowance, || spend(deal, KEEPER, BOB, 1));
	});
}

#[test]
fn setting_an_allowance_replaces_it_and_takes_one_deposit() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(approve(deal, KEEPER, 100));
		let held = Balances::reserved_balance(ALICE);
		assert_ok!(approve(deal, KEEPER, 7));
		assert_eq!((allowed(deal, KEEPER), Balances::reserved_balance(ALICE)), (Some(7), held));
		assert_ok!(approve(deal, KEEPER, Balance::MAX));
		assert_ok!(spend(deal, KEEPER, BOB, 4_000_000_000));
		assert_eq!(allowed(deal, KEEPER), Some(Balance::MAX - 4_000_000_000));
		refused(E::NothingHeld, || spend(deal, KEEPER, BOB, 1));
	});
}

#[test]
fn allowances_that_make_no_sense_are_refused() {
	build_and_execute(|| {
		let deal = active();
		let set = |deal, rank, owner, spender, amount| {
			Tranches::approve(signed(owner), deal, rank, spender, amount)
		};
		refused(E::UnknownDeal, || set(7, 0, ALICE, BOB, 1));
		refused(E::UnknownTranche, || set(deal, 3, ALICE, BOB, 1));
		refused(E::ResidualLocked, || set(deal, 2, ORIGINATOR, BOB, 1));
		refused(E::SelfTransfer, || set(deal, 0, ALICE, ALICE, 1));
		refused(E::UnknownApproval, || set(deal, 0, ALICE, BOB, 0));
		refused(TokenError::FundsUnavailable, || set(deal, 0, STRANGER, BOB, 1));
		let waiting = launched(later(terms()));
		refused(E::WrongState, || set(waiting, 0, ALICE, BOB, 1));
	});
}

#[test]
fn a_spender_may_do_no_more_than_the_owner() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(approve(deal, KEEPER, Balance::MAX));
		refused(E::ZeroAmount, || spend(deal, KEEPER, BOB, 0));
		refused(E::SelfTransfer, || spend(deal, KEEPER, ALICE, 1));
		refused(E::CannotHold, || spend(deal, KEEPER, Tranches::account(deal), 1));
		refused(E::InsufficientNotes, || spend(deal, KEEPER, BOB, 4_000_000_001));
		refused(E::InsufficientAllowance, || spend(deal, CAROL, BOB, 1));
		// Of this class only.
		refused(E::NothingHeld, || Tranches::transfer_from(signed(KEEPER), deal, 1, ALICE, BOB, 1));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		refused(E::HolderFrozen, || spend(deal, KEEPER, BOB, 1));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, BOB));
		refused(E::HolderFrozen, || spend(deal, KEEPER, BOB, 1));
	});
}

#[test]
fn both_sides_are_credited_first_and_the_spender_places_the_deposit() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(approve(deal, KEEPER, 4_000_000_000));
		assert_ok!(repay(deal, 0, 665, 0));
		poll(FIRST);
		let (owner, spender) =
			(Balances::reserved_balance(ALICE), Balances::reserved_balance(KEEPER));
		assert_ok!(spend(deal, KEEPER, STRANGER, 1_000_000_000));
		assert_eq!(Balances::reserved_balance(ALICE), owner);
		assert!(Balances::reserved_balance(KEEPER) > spender);
		// To himself too.
		assert_ok!(spend(deal, KEEPER, KEEPER, 1_000_000_000));
		let interest = |who| Tranches::claimable_view(deal, 0, &who).interest;
		assert_eq!(interest(ALICE), share(665, 4_000_000_000, SENIOR));
		assert_eq!((interest(STRANGER), interest(KEEPER)), (0, 0));
	});
}

#[test]
fn an_allowance_outlives_its_deal_and_is_taken_back_all_the_same() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(approve(deal, KEEPER, 5));
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(repay(deal, 0, 0, 10_000_000_000));
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(Tranches::claim(signed(KEEPER), deal, rank, who));
		}
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert!(!Notes::asset_exists(note_id(deal, 0).unwrap()));
		refused(E::UnknownDeal, || spend(deal, KEEPER, BOB, 1));
		assert_ok!(approve(deal, KEEPER, 0));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}
