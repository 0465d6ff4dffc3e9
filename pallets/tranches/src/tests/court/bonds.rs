//! Bonds of servicers.

use super::*;

type E = Error<Test>;

fn post(deal: DealId, who: AccountId, amount: Balance) -> DispatchResult {
	Tranches::post_bond(signed(who), deal, amount)
}

fn withdraw(deal: DealId, who: AccountId) -> DispatchResult {
	Tranches::withdraw_bond(signed(STRANGER), deal, who)
}

/// An active deal with a servicer who has cash.
fn served() -> DealId {
	let deal = active();
	appoint(deal, KEEPER, TRUSTEE);
	deal
}

#[test]
fn only_the_servicer_of_an_active_deal_posts_a_bond() {
	build_and_execute(|| {
		let offering = launched(terms());
		refused(E::WrongState, || post(offering, SERVICER, 1));
		refused(E::UnknownDeal, || post(9, SERVICER, 1));
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), offering));
		let deal = served();
		refused(DispatchError::BadOrigin, || Tranches::post_bond(RuntimeOrigin::root(), deal, 1));
		refused(E::NotServicer, || post(deal, ALICE, 1));
		refused(E::ZeroAmount, || post(deal, KEEPER, 0));
		refused(sp_runtime::TokenError::FundsUnavailable, || post(deal, KEEPER, 2 * ENDOWMENT));
	});
}

#[test]
fn a_bond_is_added_to_and_is_back_once_the_servicer_has_left() {
	build_and_execute(|| {
		let deal = served();
		let (before, deposits) = (usd(KEEPER), Balances::reserved_balance(KEEPER));
		assert_ok!(post(deal, KEEPER, 100));
		assert_ok!(post(deal, KEEPER, 1));
		assert_eq!(ledgers(deal).court.bonds, 101);
		assert_eq!(usd(KEEPER), before - 101);
		assert_eq!(Tranches::deal_view(deal).unwrap().servicer_bonds, 101);
		refused(E::StillServicer, || withdraw(deal, KEEPER));
		refused(E::NoBond, || withdraw(deal, ALICE));
		refused(E::UnknownDeal, || withdraw(9, KEEPER));
		refused(DispatchError::BadOrigin, || {
			Tranches::withdraw_bond(RuntimeOrigin::root(), deal, KEEPER)
		});
		assert_ok!(Tranches::resign(signed(KEEPER), deal));
		opened(1, &owes(deal, 0, 1), ALICE);
		refused(E::UnderDispute, || withdraw(deal, KEEPER));
		assert_ok!(close(1, &owes(deal, 0, 1)));
		assert_ok!(withdraw(deal, KEEPER));
		assert_eq!(usd(KEEPER), before);
		assert_eq!(Balances::reserved_balance(KEEPER), deposits);
		refused(E::NoBond, || withdraw(deal, KEEPER));
	});
}

#[test]
fn a_bond_outlives_the_notes_and_keeps_the_deal_until_it_is_back() {
	build_and_execute(|| {
		let deal = served();
		assert_ok!(post(deal, KEEPER, 100));
		catch_up(REVOLVING_END + PERIOD);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		refused(E::StillHeld, || Tranches::remove(signed(KEEPER), deal));
		assert_ok!(withdraw(deal, KEEPER));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		refused(E::UnknownDeal, || withdraw(deal, KEEPER));
	});
}
