//! What pays a class, in which order, down to the last unit, and what is owed afterwards.

use super::*;
use crate::tests::make;

type E = Error<Test>;

#[test]
fn the_bond_pays_a_class_and_the_claim_travels_with_the_note() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 700_000);
		opened(1, &case, ALICE);
		let before = usd(ORIGINATOR);
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, KEEPER, 1_000_000_000));
		assert_eq!(enforced(1, &case), (700_000, 0));
		assert_eq!(Deals::<Test>::get(deal).unwrap().bond, BOND - 700_000);
		assert_eq!(usd(ORIGINATOR), before);
		// Who bought before is paid; who buys afterwards is not.
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, CAROL, 4_000_000_000));
		for (who, due) in [(ALICE, 400_000), (BOB, 200_000), (KEEPER, 100_000), (CAROL, 0)] {
			let due = if due == 0 { 0 } else { due - 1 }..=due;
			assert!(due.contains(&compensation(deal, 0, who)), "{who}");
		}
		let before = usd(ALICE);
		assert_ok!(claim(deal, 0, ALICE));
		assert_eq!(usd(ALICE) - before, alices(700_000));
		refused(E::NothingHeld, || claim(deal, 0, ALICE));
		// A second time it does nothing.
		assert_eq!(enforced(1, &case), (0, 0));
		assert_eq!(Deals::<Test>::get(deal).unwrap().bond, BOND - 700_000);
	});
}

#[test]
fn an_award_scales_the_claim_and_rounds_down() {
	build_and_execute(|| {
		let deal = bonded();
		for (dispute, amount, award, paid) in
			[(1, 9_999, 1, 0), (2, 10_000, 1, 1), (3, 9_999, 9_999, 9_998), (4, 1, 10_000, 1)]
		{
			let case = owes(deal, 0, amount);
			opened(dispute, &case, ALICE);
			let done = enforce_with(dispute, &case, award, 0).unwrap();
			assert_eq!((done.paid, done.short), (paid, 0), "{amount} {award}");
		}
		opened(5, &owes(deal, 0, 1), ALICE);
		refused(E::AboveClaim, || {
			enforce_with(5, &owes(deal, 0, 1), FULL_AWARD + 1, 0).map(|_| ())
		});
		assert_eq!(enforce_with(5, &owes(deal, 0, 1), 0, 5), Ok(Enforced::default()));
		// One unit a note is far below one unit a holder: what does not divide is carried.
		assert_eq!(enforced(5, &owes(deal, 0, 1)), (1, 0));
	});
}

#[test]
fn cash_of_the_court_pays_first_and_no_more_than_is_owed() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1_000);
		opened(1, &case, ALICE);
		let before = usd(KEEPER);
		let done = enforce_with(1, &case, FULL_AWARD, 400).unwrap();
		assert_eq!((done.paid, done.short), (1_000, 0));
		assert_eq!(usd(KEEPER), before - 400);
		assert_eq!(Deals::<Test>::get(deal).unwrap().bond, BOND - 600);
		opened(2, &case, ALICE);
		assert_ok!(enforce_with(2, &case, FULL_AWARD, 5_000));
		assert_eq!(usd(KEEPER), before - 1_400);
		assert_eq!(Deals::<Test>::get(deal).unwrap().bond, BOND - 600);
		// Cash that is not there leaves everything as it is, to be tried again.
		opened(3, &case, ALICE);
		refused(sp_runtime::TokenError::FundsUnavailable, || {
			Tranches::court_enforce(3, &case, &ALICE, FULL_AWARD, &STRANGER, 1).map(|_| ())
		});
		assert_eq!(enforced(3, &case), (1_000, 0));
	});
}

/// A deal whose originator is its servicer and is paid both fees of a date; its first date left him
/// 1,500 of fees and `income` on the residual, of which a case has set 100 aside.
fn everything(income: Balance) -> (DealId, Case<AccountId>) {
	let mut terms = Terms { bond: 1_000, ..terms() };
	terms.payees = vec![Party::Originator, Party::Servicer].try_into().unwrap();
	let deal = active_with(Launch { terms, program: make::clo() });
	appoint(deal, ORIGINATOR, TRUSTEE);
	assert_ok!(Tranches::post_bond(signed(ORIGINATOR), deal, 50));
	let case = owes(deal, 0, 1_000_000);
	opened(1, &case, ALICE);
	assert_ok!(freeze(1, &case, 100));
	pay(deal, COUPON + 1_500 + income);
	assert_eq!(ledgers(deal).fees(), Some(1_500));
	assert_eq!(ledgers(deal).court.set_aside(), Some(100));
	(deal, case)
}

#[test]
fn all_that_is_his_pays_in_order() {
	build_and_execute(|| {
		let left = |deal| {
			let l = ledgers(deal);
			let residual = Tranches::claimable_view(deal, 2, &ORIGINATOR).interest;
			let bond = Deals::<Test>::get(deal).unwrap().bond;
			(bond, l.court.bonds, l.court.set_aside().unwrap(), l.fees().unwrap(), residual)
		};
		let (deal, _) = everything(600);
		let all = left(deal);
		assert_eq!(all, (1_000, 50, 100, 1_500, 499));
		let steps = [
			(999, (1, 50, 100, 1_500, 499)),
			(2, (0, 49, 100, 1_500, 499)),
			(50, (0, 0, 99, 1_500, 499)),
			(100, (0, 0, 0, 1_499, 499)),
			(1_499, (0, 0, 0, 0, 499)),
			(498, (0, 0, 0, 0, 1)),
		];
		for (amount, after) in steps {
			// Another ruling of the same case.
			Cases::<Test>::mutate(deal, 1, |case| case.as_mut().unwrap().enforced = false);
			assert_eq!(enforced(1, &owes(deal, 0, amount)), (amount, 0));
			assert_eq!(left(deal), after, "{amount}");
		}
		// The entry of a bond that is used up is gone, with its deposit.
		assert!(ServicerBonds::<Test>::iter_keys().next().is_none());
		Cases::<Test>::mutate(deal, 1, |case| case.as_mut().unwrap().enforced = false);
		assert_eq!(enforced(1, &owes(deal, 0, 3)), (1, 2));
		assert_eq!(left(deal), (0, 0, 0, 0, 0));
		assert_eq!(Judgments::<Test>::get(deal, ORIGINATOR).unwrap()[..], [2, 0, 0]);
		let total = 999 + 2 + 50 + 100 + 1_499 + 498 + 1;
		assert_eq!(compensation(deal, 0, ALICE), alices(total));
	});
}

#[test]
fn nothing_of_anybody_else_is_taken() {
	build_and_execute(|| {
		let mut terms = Terms { bond: 1_000, ..terms() };
		terms.payees = vec![Party::Servicer, Party::Trustee].try_into().unwrap();
		let deal = active_with(Launch { terms, program: make::clo() });
		appoint(deal, KEEPER, TRUSTEE);
		assert_ok!(Tranches::post_bond(signed(KEEPER), deal, 50));
		let case = owes(deal, 0, 1_000_000);
		opened(1, &case, ALICE);
		pay(deal, COUPON + 1_500);
		let before = ledgers(deal);
		assert_eq!(enforced(1, &case), (1_000, 999_000));
		let after = ledgers(deal);
		assert_eq!(after.fees_payable, before.fees_payable);
		assert_eq!(after.court.bonds, 50);
		assert_eq!(after.waterfall, before.waterfall);
		assert_eq!(after.cash.available, before.cash.available);
		// A servicer pays with his bond and his fees, and not with the residual.
		let servicer = Remedy::Compensate { by: Office::Servicer, rank: 1, amount: 2_000 };
		let servicer = super::case(deal, servicer);
		opened(2, &servicer, CAROL);
		refused(E::NothingToFreeze, || freeze(2, &servicer, 1));
		assert_eq!(enforced(2, &servicer), (1_050, 950));
		assert_eq!(ledgers(deal).fees_payable[..], [0, 500]);
		assert_eq!(Judgments::<Test>::get(deal, KEEPER).unwrap()[..], [0, 950, 0]);
		assert!(about(1_050).contains(&compensation(deal, 1, CAROL)));
	});
}

#[test]
fn a_case_is_against_who_was_the_servicer_when_it_was_opened() {
	build_and_execute(|| {
		let deal = bonded();
		appoint(deal, KEEPER, TRUSTEE);
		assert_ok!(Tranches::post_bond(signed(KEEPER), deal, 500));
		let remedy = Remedy::Compensate { by: Office::Servicer, rank: 0, amount: 300 };
		let case = super::case(deal, remedy);
		opened(1, &case, ALICE);
		assert_ok!(Tranches::resign(signed(KEEPER), deal));
		refused(E::UnderDispute, || Tranches::withdraw_bond(signed(KEEPER), deal, KEEPER));
		assert_eq!(enforced(1, &case), (300, 0));
		assert_ok!(close(1, &case));
		let before = usd(KEEPER);
		at(pallet_timestamp::Now::<Test>::get() + BOND_WINDOW);
		assert_ok!(Tranches::withdraw_bond(signed(STRANGER), deal, KEEPER));
		assert_eq!(usd(KEEPER), before + 200);
	});
}

#[test]
fn a_judgment_is_paid_from_what_the_deal_would_pay_the_debtor() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.payees = vec![Party::Originator, Party::Trustee].try_into().unwrap();
		let deal = active_with(Launch { terms, program: make::clo() });
		// Nothing is there: all of it is a judgment, 1,200 for the senior class, 600 for the other.
		for (dispute, rank, amount) in [(1, 1, 600), (2, 0, 1_200)] {
			opened(dispute, &owes(deal, rank, amount), ALICE);
			assert_eq!(enforced(dispute, &owes(deal, rank, amount)), (0, amount));
			assert_ok!(close(dispute, &owes(deal, rank, amount)));
		}
		assert_eq!(ledgers(deal).court.judgments, 1);
		assert_eq!(Judgments::<Test>::get(deal, ORIGINATOR).unwrap()[..], [1_200, 600, 0]);
		pay(deal, COUPON + 1_500 + 900);
		// Somebody else's fee is not touched.
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 1));
		assert_eq!(usd(TRUSTEE), 500);
		let before = usd(ORIGINATOR);
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 0));
		assert_eq!(usd(ORIGINATOR), before);
		assert_eq!(Judgments::<Test>::get(deal, ORIGINATOR).unwrap()[..], [200, 600, 0]);
		Tranches::do_try_state().unwrap();
		// His residual: 800 of 900 end it.
		assert_ok!(claim(deal, 2, ORIGINATOR));
		assert!(about(100).contains(&(usd(ORIGINATOR) - before)));
		assert!(Judgments::<Test>::iter_keys().next().is_none());
		assert_eq!(ledgers(deal).court.judgments, 0);
		assert_eq!(happened(|e| matches!(e, Event::JudgmentSatisfied { who: ORIGINATOR, .. })), 1);
		assert_eq!(compensation(deal, 0, ALICE), alices(1_200));
		assert!(about(600).contains(&compensation(deal, 1, CAROL)));
	});
}

#[test]
fn a_judgment_does_not_reach_the_notes_or_refunds_of_the_debtor() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, ORIGINATOR, 4_000_000_000));
		opened(1, &owes(deal, 1, 600), CAROL);
		assert_eq!(enforced(1, &owes(deal, 1, 600)), (0, 600));
		pay(deal, COUPON);
		let before = usd(ORIGINATOR);
		assert_ok!(claim(deal, 0, ORIGINATOR));
		assert_eq!(usd(ORIGINATOR) - before, alices(665));
		Checkpoints::<Test>::mutate((deal, 2, ORIGINATOR), |c| c.as_mut().unwrap().refund = 7);
		Ledgers::<Test>::mutate(deal, |l| l.as_mut().unwrap().cash.distributable += 7);
		donate(Tranches::account(deal), 7);
		let before = usd(ORIGINATOR);
		assert_ok!(claim(deal, 2, ORIGINATOR));
		assert_eq!(usd(ORIGINATOR) - before, 7);
		assert_eq!(Judgments::<Test>::get(deal, ORIGINATOR).unwrap()[..], [0, 600, 0]);
	});
}

#[test]
fn what_was_paid_to_a_servicer_who_leaves_pays_his_judgment_first() {
	build_and_execute(|| {
		let mut terms = Terms { bond: BOND, ..terms() };
		terms.payees = vec![Party::Servicer, Party::Trustee].try_into().unwrap();
		let deal = active_with(Launch { terms, program: make::clo() });
		appoint(deal, KEEPER, TRUSTEE);
		let remedy = Remedy::Compensate { by: Office::Servicer, rank: 0, amount: 600 };
		let case = super::case(deal, remedy);
		opened(1, &case, ALICE);
		assert_eq!(enforced(1, &case), (0, 600));
		assert_ok!(close(1, &case));
		pay(deal, COUPON + 1_500);
		let before = usd(KEEPER);
		assert_ok!(Tranches::resign(signed(KEEPER), deal));
		assert_eq!(usd(KEEPER) - before, 1_000 - 600);
		assert_eq!(ledgers(deal).court.judgments, 0);
	});
}

#[test]
fn a_deal_keeps_judgments_against_eight_accounts() {
	build_and_execute(|| {
		let deal = bonded();
		let remedy = Remedy::Compensate { by: Office::Servicer, rank: 0, amount: 600 };
		let case = super::case(deal, remedy);
		for dispute in 0..9u32 {
			appoint(deal, 200 + AccountId::from(dispute), TRUSTEE);
			opened(dispute, &case, ALICE);
			assert_eq!(enforced(dispute, &case), (0, 600));
			assert_ok!(close(dispute, &case));
		}
		assert_eq!(ledgers(deal).court.judgments, MAX_JUDGMENTS);
		assert_eq!(happened(|e| matches!(e, Event::NotAdjudged { who: 208, .. })), 1);
		// Nobody's debts keep a deal in storage.
		catch_up(REVOLVING_END + PERIOD);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert!(Judgments::<Test>::iter_keys().next().is_none());
	});
}

#[test]
fn compensation_ends_an_offer_that_lapses_on_payments() {
	build_and_execute(|| {
		let deal = bonded();
		let terms = OfferTerms {
			amount: 10,
			price: percent(100),
			minimum_fill: 1,
			expiry: FINAL,
			taker: None,
			on_payment: OnPayment::Lapse,
		};
		assert_ok!(put_on_offer(ALICE, deal, 0, terms));
		opened(1, &owes(deal, 0, 1_000), ALICE);
		assert_eq!(enforced(1, &owes(deal, 0, 1_000)), (1_000, 0));
		refused(E::OfferLapsed, || Tranches::take_offer(signed(BOB), 0, 10, 100));
	});
}

#[test]
fn notes_that_are_collected_later_are_compensated_too() {
	build_and_execute(|| {
		let deal = launched(Terms { bond: BOND, ..terms() });
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 0, BOB, 3_000_000_000);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		opened(1, &owes(deal, 0, 7_000), ALICE);
		assert_eq!(enforced(1, &owes(deal, 0, 7_000)), (7_000, 0));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(compensation(deal, 0, ALICE), alices(7_000));
	});
}
