//! Acceleration and another servicer.

use super::*;

type E = Error<Test>;

#[test]
fn a_ruling_accelerates_after_the_date_that_has_come() {
	build_and_execute(|| {
		let deal = bonded();
		let case = case(deal, Remedy::Accelerate);
		opened(1, &case, ALICE);
		at(FIRST);
		refused(E::PaymentPending, || enforce_with(1, &case, FULL_AWARD, 0).map(|_| ()));
		poll(FIRST);
		assert_eq!(enforced(1, &case), (0, 0));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert!(Lent::get(ledgers(deal).books[0]).unwrap().matures.is_some());
		// Another case for the same is done already.
		opened(2, &case, BOB);
		assert_eq!(enforced(2, &case), (0, 0));
		assert_eq!(happened(|e| matches!(e, Event::Accelerated { .. })), 1);
	});
}

#[test]
fn a_date_that_cannot_be_run_does_not_stop_it() {
	build_and_execute(|| {
		let deal = bonded();
		let case = case(deal, Remedy::Accelerate);
		opened(1, &case, ALICE);
		at(FIRST);
		Tranches::park(AgendaKey::new(FIRST, deal), DispatchError::Other("test"));
		assert_eq!(enforced(1, &case), (0, 0));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
	});
}

#[test]
fn a_deal_that_has_ended_has_nothing_to_accelerate_and_nobody_to_replace() {
	build_and_execute(|| {
		let deal = bonded();
		let accelerate = case(deal, Remedy::Accelerate);
		let replace = case(deal, Remedy::ReplaceServicer { servicer: BOB });
		opened(1, &accelerate, ALICE);
		opened(2, &replace, ALICE);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		assert_eq!(enforced(1, &accelerate), (0, 0));
		assert_eq!(enforced(2, &replace), (0, 0));
		assert_eq!(Deals::<Test>::get(deal).unwrap().parties.servicer, SERVICER);
	});
}

#[test]
fn a_ruling_replaces_the_servicer_it_is_against() {
	build_and_execute(|| {
		let deal = bonded();
		let replace = case(deal, Remedy::ReplaceServicer { servicer: BOB });
		for dispute in [1, 2] {
			opened(dispute, &replace, ALICE);
		}
		assert_eq!(enforce_with(1, &replace, 0, 0), Ok(Enforced::default()));
		assert_eq!(Deals::<Test>::get(deal).unwrap().parties.servicer, SERVICER);
		assert_eq!(enforced(1, &replace), (0, 0));
		assert_eq!(Deals::<Test>::get(deal).unwrap().parties.servicer, BOB);
		// The one it is against is gone: whoever serves now is not touched.
		appoint(deal, CAROL, TRUSTEE);
		assert_eq!(enforced(2, &replace), (0, 0));
		assert_eq!(Deals::<Test>::get(deal).unwrap().parties.servicer, CAROL);
	});
}
