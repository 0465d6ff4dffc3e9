//! Payments that wait: what is kept, in which order, and where it goes.

use super::*;

type E = Error<Test>;

/// What a case has set aside: income, principal by rank.
fn kept(deal: DealId, dispute: DisputeId) -> (Balance, Vec<Balance>) {
	let court = ledgers(deal).court;
	let freeze = court.freezes.iter().find(|freeze| freeze.dispute == dispute).unwrap();
	(freeze.income, freeze.principal.to_vec())
}

/// Whether the originator could claim `income` on the residual, but for a unit of rounding.
fn has_residual(deal: DealId, income: Balance) -> bool {
	let view = Tranches::claimable_view(deal, 2, &ORIGINATOR);
	view.principal == 0 && (income.saturating_sub(1)..=income).contains(&view.interest)
}

/// Repays 8 of 10 billion after the revolving period and runs that date: the senior class is redeemed
/// and the mezzanine gets a billion.
fn redeem(deal: DealId) {
	assert_ok!(lend(deal, 0, 10_000_000_000));
	while ledgers(deal).next_date < REVOLVING_END {
		pay(deal, COUPON);
	}
	assert_ok!(repay(deal, 0, COUPON + 50, 8_000_000_000));
	poll(ledgers(deal).next_date);
}

#[test]
fn only_what_could_be_kept_is_frozen() {
	build_and_execute(|| {
		let deal = bonded();
		let case_ = owes(deal, 0, 1_000);
		opened(1, &case_, ALICE);
		refused(E::ZeroAmount, || freeze(1, &case_, 0));
		assert_ok!(freeze(1, &case_, 1));
		refused(E::AlreadyFrozen, || freeze(1, &case_, 1));
		let replace = case(deal, Remedy::ReplaceServicer { servicer: BOB });
		opened(2, &replace, ALICE);
		refused(E::NothingToFreeze, || freeze(2, &replace, 1));
		assert_ok!(unfreeze(2, &replace));
		// Four at a time.
		for dispute in 3..6 {
			opened(dispute, &case_, ALICE);
			assert_ok!(freeze(dispute, &case_, 1));
		}
		opened(6, &case_, ALICE);
		refused(E::TooManyFreezes, || freeze(6, &case_, 1));
		assert_ok!(unfreeze(3, &case_));
		assert_ok!(freeze(6, &case_, 1));
		for dispute in [1, 4, 5] {
			assert_ok!(close(dispute, &case_));
		}
		catch_up(REVOLVING_END + PERIOD);
		refused(E::NothingToFreeze, || freeze(3, &case_, 1));
	});
}

#[test]
fn the_residual_waits_up_to_the_most_and_senior_coupons_do_not() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1_000_000);
		opened(1, &case, ALICE);
		assert_ok!(freeze(1, &case, 150));
		pay(deal, COUPON + 100);
		assert_eq!(kept(deal, 1), (100, vec![0, 0, 0]));
		assert!(has_residual(deal, 0));
		assert_eq!(Tranches::claimable_view(deal, 0, &ALICE).interest, alices(665));
		assert_eq!(ledgers(deal).unpaid_since, None);
		// 50 more, and the rest is his.
		pay(deal, COUPON + 100);
		assert_eq!(kept(deal, 1), (150, vec![0, 0, 0]));
		assert!(has_residual(deal, 50));
		assert_eq!(happened(|e| matches!(e, Event::SetAside { dispute: 1, .. })), 2);
		// For the waterfall all of it is paid.
		assert_eq!(ledgers(deal).waterfall.classes[2].interest_paid, 200);
		assert_eq!(Tranches::deal_view(deal).unwrap().set_aside, 150);
		// Released, it is his at once, though the run was long ago.
		assert_ok!(unfreeze(1, &case));
		assert!(has_residual(deal, 200));
		assert_ok!(unfreeze(1, &case));
		assert!(has_residual(deal, 200));
		assert!(ledgers(deal).court.freezes.is_empty());
		assert_ok!(close(1, &case));
	});
}

#[test]
fn principal_of_junior_classes_waits_the_junior_most_first() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1_000_000);
		opened(1, &case, ALICE);
		assert_ok!(freeze(1, &case, 600_000_050));
		// The mezzanine claims for itself: only the residual is junior to it.
		let other = owes(deal, 1, 1_000_000);
		opened(2, &other, CAROL);
		assert_ok!(freeze(2, &other, 10));
		redeem(deal);
		assert_eq!(kept(deal, 1), (50, vec![0, 600_000_000, 0]));
		assert_eq!(kept(deal, 2), (0, vec![0, 0, 0]));
		let carol = Tranches::claimable_view(deal, 1, &CAROL);
		assert!((399_999_999..=400_000_000).contains(&carol.principal));
		// Its interest is not touched, and its balance is what it would be.
		assert!(carol.interest > 304);
		assert_eq!(ledgers(deal).waterfall.classes[1].balance, 1_000_000_000);
		assert!(has_residual(deal, 0));
		// Closing releases.
		assert_ok!(close(1, &case));
		let carol = Tranches::claimable_view(deal, 1, &CAROL);
		assert!((999_999_999..=1_000_000_000).contains(&carol.principal));
		assert!(has_residual(deal, 50));
	});
}

#[test]
fn two_cases_keep_one_after_the_other() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1_000_000);
		for (dispute, most) in [(1, 60), (2, 1_000)] {
			opened(dispute, &case, ALICE);
			assert_ok!(freeze(dispute, &case, most));
		}
		pay(deal, COUPON + 100);
		assert_eq!((kept(deal, 1).0, kept(deal, 2).0), (60, 40));
		// The ruling of one takes only what was kept for it; the bond comes first.
		Deals::<Test>::mutate(deal, |deal| deal.as_mut().unwrap().bond = 5);
		assert_eq!(enforced(2, &case), (45, 999_955));
		assert_eq!((kept(deal, 1).0, kept(deal, 2).0), (60, 0));
		assert_ok!(close(2, &case));
		assert_ok!(close(1, &case));
		assert!(has_residual(deal, 60));
		assert_eq!(ledgers(deal).court.freezes.len(), 0);
	});
}

#[test]
fn junior_principal_that_waits_is_never_what_pays() {
	build_and_execute(|| {
		let deal = active_with(Terms { bond: 7, ..terms() });
		let case = owes(deal, 0, 1_000_000);
		opened(1, &case, ALICE);
		assert_ok!(freeze(1, &case, 1_000_000_000));
		redeem(deal);
		assert_eq!(kept(deal, 1), (50, vec![0, 999_999_950, 0]));
		assert_eq!(enforced(1, &case), (7 + 50, 1_000_000 - 57));
		assert_ok!(close(1, &case));
		let carol = Tranches::claimable_view(deal, 1, &CAROL);
		assert!((999_999_999..=1_000_000_000).contains(&carol.principal));
	});
}

#[test]
fn an_acceleration_pays_out_again_what_waited_for_it() {
	build_and_execute(|| {
		let deal = bonded();
		let case = case(deal, Remedy::Accelerate);
		opened(1, &case, ALICE);
		assert_ok!(freeze(1, &case, 2_000_000_000));
		redeem(deal);
		assert_eq!(kept(deal, 1), (50, vec![0, 1_000_000_000, 0]));
		let before = ledgers(deal);
		assert_eq!(enforced(1, &case), (0, 0));
		let after = ledgers(deal);
		assert_eq!(after.phase, Some(Phase::Accelerated));
		let principal = |ledgers: &DealLedgers| ledgers.cash.available.principal;
		assert_eq!(principal(&after), principal(&before) + 1_000_000_000);
		assert_eq!(after.cash.available.interest, before.cash.available.interest + 50);
		assert_eq!(after.waterfall.classes[1].balance, 2_000_000_000);
		assert_eq!(after.waterfall.classes[2].interest_paid, 0);
		assert_ok!(close(1, &case));
		assert!(has_residual(deal, 0));
		// The next date redeems with it.
		poll(ledgers(deal).next_date);
		let class = ledgers(deal).waterfall.classes[1];
		// Its coupon, but for the income of 50, comes from principal: it is the senior-most class now.
		assert_eq!(class.balance, 1_000_000_000 + 304 - 50);
	});
}

#[test]
fn what_waits_when_the_deal_closes_is_paid_when_the_case_is() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1_000);
		opened(1, &case, ALICE);
		assert_ok!(freeze(1, &case, Balance::MAX));
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		// What coupons took of principal, with nothing lent, is the residual's loss.
		let last = ledgers(deal).waterfall.classes[2].principal_paid;
		assert_eq!(kept(deal, 1), (0, vec![0, MEZZANINE, last]));
		refused(E::UnderDispute, || claim(deal, 2, ORIGINATOR));
		assert_ok!(close(1, &case));
		let before = (usd(CAROL), usd(ORIGINATOR));
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		assert!(usd(CAROL) - before.0 >= MEZZANINE);
		assert!(about(last).contains(&(usd(ORIGINATOR) - before.1)));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
	});
}
