//! What may be claimed, by whom, and what an open case keeps where it is.

use super::*;

type E = Error<Test>;

fn refused_open(error: impl Into<DispatchError>, case: &Case<AccountId>, who: AccountId) {
	refused(error, || open(1, case, who).map(|_| ()));
}

#[test]
fn no_case_without_a_deal_that_has_notes() {
	build_and_execute(|| {
		refused_open(E::UnknownDeal, &owes(7, 0, 1), ALICE);
		let draft = created(terms());
		refused_open(E::WrongState, &owes(draft, 0, 1), ALICE);
		let offering = launched(terms());
		refused_open(E::WrongState, &owes(offering, 0, 1), ALICE);
		let deal = bonded();
		let price = Remedy::VoidPrice { feeder: BOB, observed_at: 1, amount: 1 };
		refused_open(E::NotOfDeals, &case(deal, price), ALICE);
		let feed = Case { subject: Subject::Feed(1), ..owes(deal, 0, 1) };
		refused_open(E::NotOfDeals, &feed, ALICE);
		refused(E::NotOfDeals, || close(1, &feed));
		assert!(!Tranches::court_is_conflicted(&feed, &ALICE));
	});
}

#[test]
fn holders_and_the_trustee_may_claim_and_nobody_against_himself() {
	build_and_execute(|| {
		let deal = bonded();
		let case_ = owes(deal, 0, 1);
		for who in [KEEPER, STRANGER, SERVICER, ORIGINATOR] {
			refused_open(E::MayNotClaim, &case_, who);
		}
		for (dispute, who) in (0..).zip([ALICE, BOB, CAROL, TRUSTEE]) {
			opened(dispute, &case_, who);
		}
		assert_eq!(ledgers(deal).court.pending, 4);
		refused(E::CaseOpen, || open(3, &case_, ALICE).map(|_| ()));
		// The originator holds the residual: he may claim against the servicer.
		opened(4, &case(deal, Remedy::ReplaceServicer { servicer: BOB }), ORIGINATOR);
		appoint(deal, ALICE, TRUSTEE);
		refused(E::MayNotClaim, || {
			open(5, &case(deal, Remedy::ReplaceServicer { servicer: BOB }), ALICE).map(|_| ())
		});
		appoint(deal, SERVICER, TRUSTEE);
	});
}

#[test]
fn no_more_is_claimed_than_there_is() {
	build_and_execute(|| {
		let deal = bonded();
		refused_open(E::ZeroAmount, &owes(deal, 0, 0), ALICE);
		refused_open(E::AboveClaim, &owes(deal, 0, SENIOR + 1), ALICE);
		refused_open(E::AboveClaim, &owes(deal, 0, Balance::MAX), ALICE);
		refused_open(E::ResidualLocked, &owes(deal, 2, 1), ALICE);
		refused_open(E::UnknownTranche, &owes(deal, 3, 1), ALICE);
		opened(1, &owes(deal, 0, SENIOR), ALICE);
		assert_ok!(close(1, &owes(deal, 0, SENIOR)));
		// An unpaid coupon is claimed too.
		assert_ok!(lend(deal, 0, 10_000_000_000));
		poll(FIRST);
		refused_open(E::AboveClaim, &owes(deal, 0, SENIOR + 666), ALICE);
		opened(1, &owes(deal, 0, SENIOR + 665), ALICE);
		let misstated = |amount| case(deal, Remedy::CompensateHolders { rank: 0, amount });
		refused(E::AboveClaim, || open(2, &misstated(SENIOR + 666), ALICE).map(|_| ()));
		refused(E::ZeroAmount, || open(2, &misstated(0), ALICE).map(|_| ()));
	});
}

#[test]
fn remedies_must_fit_the_deal() {
	build_and_execute(|| {
		let deal = bonded();
		let replace = |servicer| case(deal, Remedy::ReplaceServicer { servicer });
		refused_open(E::NothingChanges, &replace(SERVICER), ALICE);
		refused_open(E::PartiesNotDistinct, &replace(TRUSTEE), ALICE);
		refused_open(E::PartiesNotDistinct, &replace(Tranches::account(deal)), ALICE);
		let notes =
			|rank, from, to, units| case(deal, Remedy::TransferNotes { rank, from, to, units });
		refused_open(E::ZeroAmount, &notes(0, ALICE, KEEPER, 0), KEEPER);
		refused_open(E::InsufficientNotes, &notes(0, ALICE, KEEPER, 4_000_000_001), KEEPER);
		refused_open(E::InsufficientNotes, &notes(1, ALICE, KEEPER, 1), KEEPER);
		refused_open(E::ResidualLocked, &notes(2, ORIGINATOR, KEEPER, 1), KEEPER);
		refused_open(E::SelfTransfer, &notes(0, ALICE, ALICE, 1), ALICE);
		refused_open(E::CannotHold, &notes(0, ALICE, Tranches::account(deal), 1), TRUSTEE);
		refused_open(E::CannotHold, &notes(0, Tranches::account(deal), BOB, 1), TRUSTEE);
		// Only whose they are, and the trustee.
		refused_open(E::MayNotClaim, &notes(0, ALICE, KEEPER, 1), BOB);
		refused_open(E::MayNotClaim, &notes(0, ALICE, KEEPER, 1), ALICE);
		opened(1, &notes(0, ALICE, KEEPER, 1), KEEPER);
		opened(2, &notes(0, ALICE, KEEPER, 1), TRUSTEE);
		// A deal that has ended can be given nothing but cash.
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		refused(E::WrongState, || open(3, &case(deal, Remedy::Accelerate), ALICE).map(|_| ()));
		refused(E::WrongState, || open(3, &replace(BOB), ALICE).map(|_| ()));
		refused(E::AboveClaim, || open(3, &owes(deal, 0, 1), ALICE).map(|_| ()));
	});
}

#[test]
fn the_court_is_told_who_is_concerned() {
	build_and_execute(|| {
		let mut terms = Terms { bond: BOND, ..terms() };
		terms.payees = vec![Party::Account(BORROWER), Party::Servicer].try_into().unwrap();
		let deal = active_with(Launch { terms, program: crate::tests::make::clo() });
		let admission = open(1, &owes(deal, 0, 1), ALICE).unwrap();
		assert_eq!(admission.respondent, ORIGINATOR);
		assert_eq!(admission.asset, Some(USD));
		assert_eq!(admission.parties[..], [ALICE, ORIGINATOR, SERVICER, TRUSTEE, BORROWER]);
		let servicer = Remedy::Compensate { by: Office::Servicer, rank: 1, amount: 1 };
		assert_eq!(open(2, &case(deal, servicer), BOB).unwrap().respondent, SERVICER);
		let replace = case(deal, Remedy::ReplaceServicer { servicer: KEEPER });
		let admission = open(3, &replace, BOB).unwrap();
		assert_eq!((admission.respondent, admission.asset), (SERVICER, Some(USD)));
		assert!(admission.parties.contains(&KEEPER));
		let accelerate = open(4, &case(deal, Remedy::Accelerate), TRUSTEE).unwrap();
		assert_eq!((accelerate.respondent, accelerate.asset), (ORIGINATOR, Some(USD)));

		// Whoever has anything to win or lose may not judge.
		let judges = |who| !Tranches::court_is_conflicted(&owes(deal, 0, 1), &who);
		for who in [ALICE, BOB, CAROL, ORIGINATOR, SERVICER, TRUSTEE] {
			assert!(!judges(who), "{who}");
		}
		for who in [KEEPER, STRANGER, BORROWER] {
			assert!(judges(who), "{who}");
		}
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, STRANGER, 1));
		assert!(!judges(STRANGER));
	});
}

#[test]
fn who_waits_for_notes_that_he_ordered_may_claim_and_may_not_judge() {
	build_and_execute(|| {
		let deal = launched(Terms { bond: BOND, ..terms() });
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_eq!(notes(deal, 0, ALICE), 0);
		assert!(Tranches::court_is_conflicted(&owes(deal, 0, 1), &ALICE));
		assert!(!Tranches::court_is_conflicted(&owes(deal, 0, 1), &BOB));
		opened(1, &owes(deal, 0, 1), ALICE);
		refused(E::MayNotClaim, || open(2, &owes(deal, 0, 1), BOB).map(|_| ()));
	});
}

#[test]
fn an_open_case_keeps_the_deal_and_its_worthless_notes() {
	build_and_execute(|| {
		let deal = bonded();
		opened(1, &owes(deal, 0, 100), ALICE);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		// What is due is paid, but the notes stay: the ruling pays on them.
		assert_eq!(notes(deal, 0, ALICE), 4_000_000_000);
		refused(E::UnderDispute, || claim(deal, 0, ALICE));
		refused(E::StillHeld, || Tranches::remove(signed(KEEPER), deal));
		let before = usd(ALICE);
		assert_eq!(enforced(1, &owes(deal, 0, 100)), (100, 0));
		assert_ok!(close(1, &owes(deal, 0, 100)));
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		assert_eq!(usd(ALICE) - before, alices(100));
		let before = usd(ORIGINATOR);
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		// 43 of 100 by 3/7 and 57 by 4/7 are floored: a unit is left over.
		assert!(usd(ORIGINATOR) - before <= BOND - 100 + USD_MINIMUM + 10);
	});
}

#[test]
fn a_deal_without_notes_is_not_removed_under_a_case() {
	build_and_execute(|| {
		let deal = bonded();
		opened(1, &owes(deal, 0, 100), ALICE);
		let pending = |count| {
			Ledgers::<Test>::mutate(deal, |ledgers| {
				ledgers.as_mut().unwrap().court.pending = count
			});
		};
		let open = Cases::<Test>::take(deal, 1).unwrap();
		pending(0);
		catch_up(REVOLVING_END + PERIOD);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(claim(deal, rank, who));
		}
		Cases::<Test>::insert(deal, 1, open);
		pending(1);
		refused(E::UnderDispute, || Tranches::remove(signed(KEEPER), deal));
		// Nobody is left to be paid.
		assert_eq!(enforced(1, &owes(deal, 0, 100)), (0, 100));
		assert!(Judgments::<Test>::iter_keys().next().is_none());
		assert_ok!(close(1, &owes(deal, 0, 100)));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
	});
}

#[test]
fn a_case_is_closed_once() {
	build_and_execute(|| {
		let deal = bonded();
		let case = owes(deal, 0, 1);
		refused(E::NoCase, || close(1, &case));
		refused(E::NoCase, || enforce_with(1, &case, FULL_AWARD, 0).map(|_| ()));
		refused(E::NoCase, || freeze(1, &case, 1));
		opened(1, &case, ALICE);
		assert_ok!(close(1, &case));
		refused(E::NoCase, || close(1, &case));
		assert_eq!(ledgers(deal).court, CourtLedgers::default());
	});
}
