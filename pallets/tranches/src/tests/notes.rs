//! Transfers and claims.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;

use crate::{mock::*, *};

type E = Error<Test>;

/// Lends a little and runs the date at which `interest` is paid.
fn pay(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 0, interest, 0));
	poll(ledgers(deal).next_date);
}

fn transfer(
	deal: DealId,
	from: AccountId,
	to: AccountId,
	amount: Balance,
) -> sp_runtime::DispatchResult {
	Tranches::transfer(signed(from), deal, 0, to, amount)
}

fn interest(deal: DealId, who: AccountId) -> Balance {
	Tranches::claimable_view(deal, 0, &who).interest
}

#[test]
fn transfers_that_make_no_sense_are_refused_for_the_reason_the_api_gives() {
	build_and_execute(|| {
		let deal = active();
		let account = Tranches::account(deal);
		for (rank, from, to, amount, error) in [
			(0, ALICE, BOB, 0, E::ZeroAmount),
			(0, ALICE, ALICE, 1, E::SelfTransfer),
			(0, ALICE, account, 1, E::CannotHold),
			(0, KEEPER, BOB, 1, E::NothingHeld),
			(0, ALICE, BOB, 4_000_000_001, E::InsufficientNotes),
			(0, ALICE, BOB, u128::MAX, E::InsufficientNotes),
			(1, ALICE, BOB, 1, E::NothingHeld),
			(2, ORIGINATOR, BOB, 1, E::ResidualLocked),
			(3, ALICE, BOB, 1, E::UnknownTranche),
		] {
			assert_eq!(Tranches::may_transfer(deal, rank, &from, &to, amount), Err(error.into()));
			let error = Tranches::may_transfer(deal, rank, &from, &to, amount).unwrap_err();
			assert_noop!(Tranches::transfer(signed(from), deal, rank, to, amount), error);
		}
		assert_ok!(Tranches::may_transfer(deal, 0, &ALICE, &BOB, 4_000_000_000));
	});
}

#[test]
fn notes_move_only_through_this_pallet() {
	build_and_execute(|| {
		let deal = active();
		// The notes instance has no calls in this runtime, as in the real one; its admin is the deal's
		// account, which has no key.
		use frame_support::traits::fungibles::roles::Inspect;
		let note = note_id(deal, 0).unwrap();
		let account = Some(Tranches::account(deal));
		assert_eq!(Notes::owner(note), account);
		assert_eq!(Notes::admin(note), account);
		assert_eq!(Notes::issuer(note), account);
		assert_eq!(Notes::freezer(note), account);
	});
}

#[test]
fn a_transfer_between_dates_splits_the_payments_by_date() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		assert_ok!(transfer(deal, ALICE, KEEPER, 4_000_000_000));
		pay(deal, 665);
		// 380 each but for what the index carries.
		let alice = share(665, 4_000_000_000, SENIOR);
		assert_eq!((interest(deal, ALICE), alice), (379, 379));
		assert_eq!(interest(deal, KEEPER), 379);
		assert_eq!(interest(deal, BOB), share(2 * 665, 3_000_000_000, SENIOR));
		// Back again: the fraction Alice kept completes with her next one.
		assert_ok!(transfer(deal, KEEPER, ALICE, 4_000_000_000));
		pay(deal, 665);
		assert_eq!(interest(deal, ALICE), 2 * 665 * 4 / 7);
		let before = usd(ALICE);
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 0, ALICE));
		assert_eq!(usd(ALICE), before + 760);
		assert_noop!(Tranches::claim(signed(STRANGER), deal, 0, ALICE), E::NothingToClaim);
	});
}

#[test]
fn dust_transfers_cannot_shave_a_holder() {
	let after = |transfers: u32| {
		let mut got = 0;
		build_and_execute(|| {
			let deal = active();
			assert_ok!(lend(deal, 0, 10_000_000_000));
			for _ in 0..4 {
				pay(deal, 101);
				for _ in 0..transfers {
					// Bob forces a settlement of Alice with one note, and she sends it back.
					assert_ok!(transfer(deal, BOB, ALICE, 1));
					assert_ok!(transfer(deal, ALICE, BOB, 1));
				}
			}
			got = interest(deal, ALICE);
		});
		got
	};
	assert_eq!(after(0), 404 * 4 / 7);
	assert_eq!(after(5), after(0));
}

#[test]
fn claims_in_parts_pay_what_one_claim_pays() {
	build_and_execute(|| {
		let deal = active();
		let (alice, bob) = (usd(ALICE), usd(BOB));
		assert_ok!(lend(deal, 0, 10_000_000_000));
		for _ in 0..4 {
			pay(deal, 101);
			assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		}
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, BOB));
		assert_eq!(usd(ALICE) - alice, share(404, 4_000_000_000, SENIOR));
		assert_eq!(usd(BOB) - bob, share(404, 3_000_000_000, SENIOR));
		assert_eq!(share(404, 4_000_000_000, SENIOR), 230);
	});
}

#[test]
fn the_sender_places_the_deposit_and_has_it_back() {
	build_and_execute(|| {
		let deal = active();
		let (alice, bob) = (Balances::reserved_balance(ALICE), Balances::reserved_balance(BOB));
		// A receiver needs nothing of his own.
		assert_ok!(transfer(deal, ALICE, STRANGER, 5));
		assert_eq!(Balances::reserved_balance(ALICE), 2 * alice);
		assert_eq!(Balances::free_balance(STRANGER), 0);
		// To one who holds already, no deposit is taken.
		assert_ok!(transfer(deal, BOB, STRANGER, 5));
		assert_eq!(Balances::reserved_balance(BOB), bob);
		// The account that is emptied is removed, and its depositor has the deposit back.
		let count = ledgers(deal).checkpoints;
		assert_ok!(transfer(deal, STRANGER, ALICE, 10));
		assert_eq!(Balances::reserved_balance(ALICE), alice);
		assert_eq!(ledgers(deal).checkpoints, count - 1);
		assert!(Checkpoints::<Test>::get((deal, 0, STRANGER)).is_none());
		// Without the deposit there is no new holder.
		assert_ok!(transfer(deal, ALICE, STRANGER, 5));
		assert_noop!(transfer(deal, STRANGER, KEEPER, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_holder_who_sold_everything_keeps_what_he_was_paid() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		assert_ok!(transfer(deal, ALICE, BOB, 4_000_000_000));
		let held = Balances::reserved_balance(ALICE);
		assert!(held > 0);
		assert_eq!(interest(deal, ALICE), share(665, 4_000_000_000, SENIOR));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
		assert_noop!(Tranches::claim(signed(KEEPER), deal, 0, ALICE), E::NothingHeld);
	});
}

#[test]
fn a_claim_that_cannot_be_delivered_fails_and_loses_nothing() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(transfer(deal, ALICE, STRANGER, 40_000_000));
		pay(deal, 665);
		// Three units, below the asset's minimum of ten, to an account that holds none of it.
		assert_eq!(interest(deal, STRANGER), 3);
		assert_noop!(Tranches::claim(signed(KEEPER), deal, 0, STRANGER), TokenError::BelowMinimum);
		for _ in 0..3 {
			pay(deal, 665);
		}
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, STRANGER));
		assert_eq!(usd(STRANGER), 15);
		// A frozen asset: later.
		pay(deal, 665);
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		let before = root();
		assert!(frame_support::storage::with_storage_layer(|| {
			Tranches::claim(signed(KEEPER), deal, 0, ALICE)
		})
		.is_err());
		assert_eq!(root(), before);
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
	});
}

#[test]
fn nothing_is_claimed_by_those_who_hold_nothing() {
	build_and_execute(|| {
		let deal = active();
		let claim = |rank, who| Tranches::claim(signed(KEEPER), deal, rank, who);
		assert_noop!(claim(0, KEEPER), E::NothingHeld);
		assert_noop!(claim(0, ALICE), E::NothingToClaim);
		assert_noop!(claim(3, ALICE), E::UnknownTranche);
		assert_eq!(Tranches::claimable_view(deal, 9, &ALICE), Default::default());
	});
}

#[test]
fn a_closed_deal_pays_burns_and_is_removed_when_the_last_one_is_out() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(repay(deal, 0, 12_345, 10_000_000_000));
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		// Transfers keep working.
		assert_ok!(transfer(deal, BOB, KEEPER, 3_000_000_000));
		assert_noop!(Tranches::remove(signed(STRANGER), deal), E::StillHeld);
		for (rank, who) in [(0, ALICE), (0, BOB), (0, KEEPER), (1, CAROL)] {
			assert_ok!(Tranches::claim(signed(STRANGER), deal, rank, who));
			assert_noop!(Tranches::claim(signed(STRANGER), deal, rank, who), E::NothingHeld);
			assert_noop!(Tranches::remove(signed(STRANGER), deal), E::StillHeld);
		}
		assert_ok!(Tranches::claim(signed(STRANGER), deal, 2, ORIGINATOR));
		assert_ok!(Tranches::remove(signed(STRANGER), deal));
		// Every unit is back with somebody, and every deposit.
		assert_eq!(PEOPLE.iter().map(|who| usd(*who)).sum::<Balance>(), 6 * ENDOWMENT);
		assert_eq!(usd(BORROWER), ENDOWMENT - 12_345);
		for who in PEOPLE {
			assert_eq!(Balances::reserved_balance(who), 0);
		}
		use frame_support::traits::fungibles::Inspect;
		for rank in 0..3 {
			assert!(!Notes::asset_exists(note_id(deal, rank).unwrap()));
		}
		assert!(Ledgers::<Test>::get(deal).is_none() && Deals::<Test>::get(deal).is_none());
		assert_eq!(Checkpoints::<Test>::iter().count(), 0);
	});
}
