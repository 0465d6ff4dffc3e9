//! Holders who are frozen by a ruling.

use frame_support::assert_ok;
use sp_runtime::DispatchError;

use crate::{mock::*, *};

type E = Error<Test>;

fn freeze(deal: DealId, who: AccountId) {
	assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, who));
}

fn pay(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 0, interest, 0));
	poll(ledgers(deal).next_date);
}

#[test]
fn a_frozen_holder_earns_and_neither_moves_nor_receives_nor_claims() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		freeze(deal, ALICE);
		pay(deal, 665);
		let interest = || Tranches::claimable_view(deal, 0, &ALICE).interest;
		assert_eq!(interest(), share(2 * 665, 4_000_000_000, SENIOR));
		refused(E::HolderFrozen, || Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
		refused(E::HolderFrozen, || Tranches::transfer(signed(BOB), deal, 0, ALICE, 1));
		refused(E::HolderFrozen, || Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(Tranches::may_transfer(deal, 0, &BOB, &ALICE, 1), Err(E::HolderFrozen.into()));
		assert_ok!(seize(deal, 0, 0, 3));
		refused(E::HolderFrozen, || exchange(deal, 0, ALICE, 1, 1, 0).map(|_| ()));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		let before = usd(ALICE);
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(usd(ALICE) - before, share(2 * 665, 4_000_000_000, SENIOR));
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 1));
	});
}

#[test]
fn freezing_is_a_rulings_and_of_holders_only() {
	build_and_execute(|| {
		let deal = active();
		let root = RuntimeOrigin::root;
		refused(DispatchError::BadOrigin, || Tranches::freeze(signed(KEEPER), deal, 0, ALICE));
		refused(DispatchError::BadOrigin, || Tranches::thaw(signed(KEEPER), deal, 0, ALICE));
		refused(E::UnknownDeal, || Tranches::freeze(root(), 7, 0, ALICE));
		refused(E::NothingHeld, || Tranches::freeze(root(), deal, 0, KEEPER));
		refused(E::NothingHeld, || Tranches::freeze(root(), deal, 9, ALICE));
		refused(E::NotFrozen, || Tranches::thaw(root(), deal, 0, ALICE));
		freeze(deal, ALICE);
		refused(E::HolderFrozen, || Tranches::freeze(root(), deal, 0, ALICE));
		// The residual can be frozen too: by a ruling against its originator.
		assert_ok!(Tranches::freeze(root(), deal, 2, ORIGINATOR));
		refused(E::HolderFrozen, || Tranches::claim(signed(KEEPER), deal, 2, ORIGINATOR));
	});
}

#[test]
fn a_frozen_holder_without_notes_is_kept_until_he_is_thawed() {
	build_and_execute(|| {
		let deal = active();
		pay(deal, 665);
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 4_000_000_000));
		freeze(deal, ALICE);
		refused(E::HolderFrozen, || Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
		refused(E::NothingHeld, || Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
	});
}

/// percolator-stake #162: nobody is frozen for ever. A deal that closes with a frozen holder keeps
/// what is his, and once he is thawed he has it and the deal can be removed.
#[test]
fn finding_frozen_forever() {
	build_and_execute(|| {
		let deal = active();
		freeze(deal, ALICE);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		for (rank, who) in [(0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(Tranches::claim(signed(KEEPER), deal, rank, who));
		}
		refused(E::HolderFrozen, || Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		refused(E::StillHeld, || Tranches::remove(signed(KEEPER), deal));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		let before = usd(ALICE);
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert!(usd(ALICE) - before >= 4_000_000_000);
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
	});
}
