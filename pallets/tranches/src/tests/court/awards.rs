//! Compensation of those who held a class when a case was opened.

use super::*;

type E = Error<Test>;

/// A bond that pays what is claimed here.
const BOND_IN_FULL: Balance = 200_000_000;

fn well_bonded() -> DealId {
	active_with(Terms { bond: BOND_IN_FULL, ..terms() })
}

fn misstated(deal: DealId, rank: u8, amount: Balance) -> Case<AccountId> {
	case(deal, Remedy::CompensateHolders { rank, amount })
}

fn take(deal: DealId, dispute: DisputeId, who: AccountId) -> DispatchResult {
	Tranches::claim_award(signed(KEEPER), deal, dispute, who)
}

/// What `who` is paid on the award.
fn taken(deal: DealId, dispute: DisputeId, who: AccountId) -> Balance {
	let before = usd(who);
	assert_ok!(take(deal, dispute, who));
	Tranches::do_try_state().unwrap();
	usd(who) - before
}

fn sweep(deal: DealId, dispute: DisputeId) -> DispatchResult {
	Tranches::sweep_award(signed(KEEPER), deal, dispute)
}

#[test]
fn who_sells_after_the_filing_keeps_his_claim_and_who_buys_has_none() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_001);
		opened(1, &case, ALICE);
		// Alice sells all, to Carol, who had none; Bob buys nothing and sells a part.
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, CAROL, 4_000_000_000));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, 1));
		assert_eq!(enforced(1, &case), (70_000_001, 0));
		assert_ok!(close(1, &case));
		assert_eq!(ledgers(deal).court.awards, 70_000_001);
		assert_eq!(Tranches::deal_view(deal).unwrap().awards, 70_000_001);
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 0, ALICE, 1));
		// ⌊70,000,001 · 4/7⌋ and ⌊70,000,001 · 3/7⌋.
		assert_eq!(taken(deal, 1, ALICE), 40_000_000);
		assert_eq!(taken(deal, 1, BOB), 30_000_000);
		for (who, error) in [
			(ALICE, E::NothingToClaim),
			(BOB, E::NothingToClaim),
			(CAROL, E::NothingToClaim),
			(STRANGER, E::NothingHeld),
			(ORIGINATOR, E::Affiliate),
			(SERVICER, E::Affiliate),
			(TRUSTEE, E::Affiliate),
		] {
			refused(error, || take(deal, 1, who));
		}
		refused(DispatchError::BadOrigin, || {
			Tranches::claim_award(RuntimeOrigin::root(), deal, 1, ALICE)
		});
		// Nothing of it is on the index.
		assert_eq!(compensation(deal, 0, CAROL), 0);
	});
}

#[test]
fn affiliates_count_for_nobody() {
	build_and_execute(|| {
		let deal = active_with(Terms { bond: BOND_IN_FULL, ..terms() });
		// The trustee of the day holds four sevenths.
		appoint(deal, SERVICER, ALICE);
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, BOB);
		appoint(deal, SERVICER, TRUSTEE);
		assert_eq!(enforced(1, &case), (70_000_000, 0));
		refused(E::Affiliate, || take(deal, 1, ALICE));
		assert_eq!(taken(deal, 1, BOB), 70_000_000);
		assert_ok!(sweep(deal, 1));
		assert_ok!(close(1, &case));
		// Where nobody else holds the class there is nobody to compensate.
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 1, ORIGINATOR, MEZZANINE));
		refused(E::NothingOwed, || open(2, &misstated(deal, 1, 20_000_000), ALICE).map(|_| ()));
	});
}

#[test]
fn a_unit_does_not_keep_others_from_the_record() {
	build_and_execute(|| {
		let deal = well_bonded();
		for amount in [1, SENIOR / 100 - 1] {
			refused(E::BelowLeast, || open(1, &misstated(deal, 0, amount), ALICE).map(|_| ()));
		}
		refused(E::ZeroAmount, || open(1, &misstated(deal, 0, 0), ALICE).map(|_| ()));
		opened(1, &misstated(deal, 0, SENIOR / 100), ALICE);
		assert_ok!(close(1, &misstated(deal, 0, SENIOR / 100)));
		// Of what is outstanding, rounded up.
		Ledgers::<Test>::mutate(deal, |ledgers| {
			ledgers.as_mut().unwrap().waterfall.classes[0].balance = 10_001;
		});
		let refuse = |amount| open(2, &misstated(deal, 0, amount), ALICE).map(|_| ());
		assert_eq!(refuse(100), Err(E::BelowLeast.into()));
		assert_ok!(refuse(101));
		Ledgers::<Test>::mutate(deal, |ledgers| {
			ledgers.as_mut().unwrap().waterfall.classes[0].balance = SENIOR;
		});
		assert_eq!(AWARD_WINDOW, 90 * 24 * 60 * 60 * 1_000);
	});
}

#[test]
fn a_deal_keeps_one_record_at_a_time() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		refused(E::RecordTaken, || open(2, &misstated(deal, 1, 20_000_000), CAROL).map(|_| ()));
		// Dismissed: the record is free at once.
		assert_ok!(close(1, &case));
		opened(2, &case, ALICE);
		assert_eq!(enforced(2, &case), (70_000_000, 0));
		assert_ok!(close(2, &case));
		refused(E::RecordTaken, || open(3, &case, ALICE).map(|_| ()));
		assert_eq!(taken(deal, 2, ALICE), 40_000_000);
		refused(E::AwardOpen, || sweep(deal, 2));
		assert_eq!(taken(deal, 2, BOB), 30_000_000);
		assert_ok!(sweep(deal, 2));
		refused(E::UnknownAward, || sweep(deal, 2));
		refused(E::UnknownAward, || take(deal, 2, ALICE));
		// A record of its own: who claimed on the last one has a claim again.
		opened(3, &case, ALICE);
		assert_eq!(enforced(3, &case), (70_000_000, 0));
		assert_eq!(taken(deal, 3, ALICE), 40_000_000);
	});
}

#[test]
fn a_seller_is_kept_until_he_is_paid_and_then_cleared_away() {
	build_and_execute(|| {
		let deal = well_bonded();
		let deposit = Balances::reserved_balance(ALICE);
		assert!(deposit > 0);
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		let count = ledgers(deal).checkpoints;
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 4_000_000_000));
		assert_eq!(ledgers(deal).checkpoints, count);
		refused(E::NothingToClaim, || claim(deal, 0, ALICE));
		assert_eq!(enforced(1, &case), (70_000_000, 0));
		assert_eq!(taken(deal, 1, ALICE), 40_000_000);
		assert_eq!(ledgers(deal).checkpoints, count - 1);
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}

#[test]
fn a_seller_whose_case_was_dismissed_is_cleared_away_by_anyone() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 4_000_000_000));
		// Of another class nobody is kept.
		assert_ok!(Tranches::transfer(signed(CAROL), deal, 1, BOB, MEZZANINE));
		assert!(!Checkpoints::<Test>::contains_key((deal, 1, CAROL)));
		assert_ok!(close(1, &case));
		assert_ok!(claim(deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
		refused(E::NothingHeld, || claim(deal, 0, ALICE));
	});
}

#[test]
fn a_frozen_holder_waits() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		assert_eq!(enforced(1, &case), (70_000_000, 0));
		assert_ok!(Tranches::freeze(RuntimeOrigin::root(), deal, 0, ALICE));
		refused(E::HolderFrozen, || take(deal, 1, ALICE));
		assert_ok!(Tranches::thaw(RuntimeOrigin::root(), deal, 0, ALICE));
		assert_eq!(taken(deal, 1, ALICE), 40_000_000);
	});
}

#[test]
fn notes_that_were_waiting_then_count_for_who_collects_them() {
	build_and_execute(|| {
		let deal = launched(Terms { bond: BOND_IN_FULL, ..terms() });
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 0, BOB, 3_000_000_000);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		assert_eq!(enforced(1, &case), (70_000_000, 0));
		refused(E::NothingHeld, || take(deal, 1, ALICE));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, BOB));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, ALICE, 3_000_000_000));
		refused(E::NothingToClaim, || take(deal, 1, ALICE));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(taken(deal, 1, ALICE), 40_000_000);
		assert_eq!(taken(deal, 1, BOB), 30_000_000);
	});
}

#[test]
fn what_nobody_claims_in_ninety_days_is_the_reserves() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		let done = enforce_with(1, &case, FULL_AWARD, 20_000_000).unwrap();
		assert_eq!((done.paid, done.short), (70_000_000, 0));
		assert_eq!(taken(deal, 1, ALICE), 40_000_000);
		let over = pallet_timestamp::Now::<Test>::get() + AWARD_WINDOW;
		at(over - 1);
		refused(E::AwardOpen, || sweep(deal, 1));
		at(over);
		refused(E::AwardOver, || take(deal, 1, BOB));
		refused(DispatchError::BadOrigin, || Tranches::sweep_award(RuntimeOrigin::root(), deal, 1));
		let before = ledgers(deal).waterfall.reserve;
		assert_ok!(sweep(deal, 1));
		assert_eq!(ledgers(deal).waterfall.reserve, before + 30_000_000);
		assert_eq!(ledgers(deal).court.recorded, None);
	});
}

#[test]
fn in_a_deal_that_has_closed_it_is_the_classs_or_in_the_end_the_originators() {
	build_and_execute(|| {
		let deal = well_bonded();
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		assert_eq!(enforced(1, &case), (70_000_000, 0));
		assert_ok!(close(1, &case));
		assert_ok!(claim(deal, 0, ALICE));
		assert_eq!(notes(deal, 0, ALICE), 0);
		// She held when it was opened, and has nothing now but that.
		at(pallet_timestamp::Now::<Test>::get() + AWARD_WINDOW);
		assert_ok!(sweep(deal, 1));
		assert!(about(70_000_000).contains(&compensation(deal, 0, BOB)));
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		assert_ok!(Tranches::remove(signed(KEEPER), deal));

		let deal = another(Terms { bond: BOND_IN_FULL, ..terms() });
		let case = misstated(deal, 0, 70_000_000);
		opened(2, &case, ALICE);
		assert_eq!(enforced(2, &case), (70_000_000, 0));
		assert_ok!(close(2, &case));
		while state(deal) != DealState::Closed {
			poll(ledgers(deal).next_date);
		}
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		refused(E::StillHeld, || Tranches::remove(signed(KEEPER), deal));
		at(pallet_timestamp::Now::<Test>::get() + AWARD_WINDOW);
		assert_ok!(sweep(deal, 2));
		for who in [ALICE, BOB] {
			assert_ok!(claim(deal, 0, who));
		}
		let before = usd(ORIGINATOR);
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert!(usd(ORIGINATOR) - before >= BOND_IN_FULL - 70_000_000);
	});
}

#[test]
fn what_the_respondent_does_not_have_is_owed_to_the_class() {
	build_and_execute(|| {
		let deal = active_with(Terms { bond: 10_000_000, ..terms() });
		let case = misstated(deal, 0, 70_000_000);
		opened(1, &case, ALICE);
		assert_eq!(enforced(1, &case), (10_000_000, 60_000_000));
		assert_eq!(taken(deal, 1, ALICE), 5_714_285);
		assert_eq!(Judgments::<Test>::get(deal, ORIGINATOR).unwrap()[..], [60_000_000, 0, 0]);
		assert_ok!(close(1, &case));
		// Where nothing at all is there, there is no award.
		let deal = another(terms());
		let case = misstated(deal, 0, 70_000_000);
		opened(2, &case, ALICE);
		assert_eq!(enforced(2, &case), (0, 70_000_000));
		assert_ok!(close(2, &case));
		assert_eq!(ledgers(deal).court.recorded, None);
		refused(E::UnknownAward, || take(deal, 2, ALICE));
	});
}
