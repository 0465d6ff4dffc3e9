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
		let free = pallet_timestamp::Now::<Test>::get() + BOND_WINDOW;
		refused(E::BondBound, || withdraw(deal, KEEPER));
		at(free - 1);
		refused(E::BondBound, || withdraw(deal, KEEPER));
		at(free);
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

/// The servicer owes the senior class one unit for what happened at `at`.
fn owed_since(deal: DealId, at: Moment) -> Case<AccountId> {
	let remedy = Remedy::Compensate { by: Office::Servicer, rank: 0, amount: 1 };
	Case { at, ..case(deal, remedy) }
}

/// Against whom that is, by dispute 9, which is not kept.
fn against(deal: DealId, at: Moment) -> Result<AccountId, DispatchError> {
	let case = owed_since(deal, at);
	let respondent = open(9, &case, ALICE)?.respondent;
	close(9, &case)?;
	Ok(respondent)
}

fn replace(deal: DealId, who: AccountId) {
	assert_ok!(Tranches::replace_servicer(signed(TRUSTEE), deal, who));
}

#[test]
fn who_resigns_answers_with_his_bond_for_what_he_did() {
	build_and_execute(|| {
		let deal = served();
		assert_ok!(post(deal, KEEPER, 100));
		let left = pallet_timestamp::Now::<Test>::get() + 10;
		at(left);
		assert_ok!(Tranches::resign(signed(KEEPER), deal));
		refused(E::BondBound, || withdraw(deal, KEEPER));
		assert_eq!(against(deal, 0), Ok(KEEPER));
		assert_eq!(against(deal, left - 1), Ok(KEEPER));
		// From when he left on it is who followed him.
		assert_eq!(against(deal, left), Ok(TRUSTEE));
		assert_eq!(against(deal, Moment::MAX), Ok(TRUSTEE));
		// An office is taken from who holds it.
		let other = case(deal, Remedy::ReplaceServicer { servicer: BOB });
		assert_eq!(open(8, &other, ALICE).unwrap().respondent, TRUSTEE);
		assert_ok!(close(8, &other));
		let case = owed_since(deal, left - 1);
		opened(1, &case, ALICE);
		assert_eq!(enforced(1, &case), (1, 0));
		assert_ok!(close(1, &case));
		assert_eq!(ledgers(deal).court.bonds, 99);
		// He may serve again, and then has another quarter to wait.
		replace(deal, KEEPER);
		at(left + BOND_WINDOW);
		refused(E::StillServicer, || withdraw(deal, KEEPER));
		replace(deal, BOB);
		refused(E::BondBound, || withdraw(deal, KEEPER));
		at(left + 2 * BOND_WINDOW);
		assert_ok!(withdraw(deal, KEEPER));
	});
}

#[test]
fn a_deal_that_has_closed_lets_former_servicers_go() {
	build_and_execute(|| {
		let deal = served();
		assert_ok!(post(deal, KEEPER, 100));
		replace(deal, BOB);
		refused(E::BondBound, || withdraw(deal, KEEPER));
		catch_up(REVOLVING_END + PERIOD);
		assert_ok!(withdraw(deal, KEEPER));
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		assert!(Servicings::<Test>::contains_key(deal));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert!(!Servicings::<Test>::contains_key(deal));
	});
}

#[test]
fn a_quick_succession_pushes_nobody_out() {
	build_and_execute(|| {
		let deal = served();
		assert_ok!(post(deal, KEEPER, 100));
		let left = pallet_timestamp::Now::<Test>::get() + 10;
		at(left);
		// In one block nobody of them served.
		for who in [300, 301, 302, 303, 304, 305] {
			replace(deal, who);
		}
		assert_eq!(Servicings::<Test>::get(deal).former.len(), 1);
		// 305 serves for 7, 306 for 1, then each for one more: of them the shortest are forgotten.
		at(left + 7);
		replace(deal, 306);
		let mut now = left + 7;
		for (term, who) in (1..).zip([307, 308, 309, 310]) {
			now += term;
			at(now);
			replace(deal, who);
		}
		assert_eq!(Servicings::<Test>::get(deal).former.len(), MAX_FORMER_SERVICERS as usize);
		assert_eq!(against(deal, left - 1), Ok(KEEPER));
		assert_eq!(against(deal, left), Ok(305));
		refused(E::ServicerUnknown, || against(deal, left + 7).map(|_| ()));
		refused(E::ServicerUnknown, || against(deal, left + 8).map(|_| ()));
		assert_eq!(against(deal, left + 10), Ok(308));
		assert_eq!(against(deal, left + 13), Ok(309));
		assert_eq!(against(deal, now), Ok(310));
		// Who serves shorter than all of them is not kept.
		at(now + 1);
		replace(deal, BOB);
		assert_eq!(against(deal, left + 10), Ok(308));
		refused(E::ServicerUnknown, || against(deal, now).map(|_| ()));
		refused(E::BondBound, || withdraw(deal, KEEPER));
	});
}
