//! Defaults that the chain sees by itself.

use strata_traits::{DealDefault, Facts};

use super::*;
use crate::tests::make;

type E = Error<Test>;

const GRACE: Moment = 20_000;
const CURE: Moment = 2 * PERIOD;
const LIMIT: Moment = 150_000;

fn holds(deal: DealId, default: DealDefault) -> Result<bool, DispatchError> {
	<Tranches as Facts>::holds(deal, default)
}

fn declare(deal: DealId, default: DealDefault) -> DispatchResult {
	with_storage_layer(|| <Tranches as Facts>::declare(deal, default))
}

fn next(deal: DealId) -> Option<(Moment, DealDefault)> {
	<Tranches as Facts>::next_default(deal)
}

fn looks() -> Vec<(DealId, Moment)> {
	Looks::take()
}

fn with(defaults: DefaultTerms) -> TermsOf<Test> {
	Terms { defaults, ..terms() }
}

#[test]
fn terms_of_default_are_bounded() {
	build_and_execute(|| {
		let fail = |defaults: DefaultTerms, error: E| {
			let deal = created(with(defaults));
			refused(error, || Tranches::launch(signed(ORIGINATOR), deal));
		};
		let plain = DefaultTerms::default();
		fail(DefaultTerms { grace: 4 * PERIOD + 1, ..plain }, E::DefaultTermsOutOfRange);
		fail(DefaultTerms { cure: Moment::MAX, ..plain }, E::DefaultTermsOutOfRange);
		let attestation = |limit| DefaultTerms { attestation: Some((INDEX, limit)), ..plain };
		fail(attestation(0), E::DefaultTermsOutOfRange);
		fail(attestation(Moment::MAX), E::DefaultTermsOutOfRange);
		let unknown = DefaultTerms { attestation: Some((INDEX + 1, 1)), ..plain };
		fail(unknown, E::NoAttestationFeed);
		launched(with(DefaultTerms { grace: 4 * PERIOD, cure: 1, attestation: Some((INDEX, 1)) }));
	});
}

#[test]
fn an_unpaid_senior_coupon_is_a_default_after_its_grace() {
	build_and_execute(|| {
		use DealDefault::CouponUnpaid;
		let deal = make::lent(with(DefaultTerms { grace: GRACE, ..Default::default() }), 0);
		assert_eq!(holds(9, CouponUnpaid), Err(E::UnknownDeal.into()));
		assert_eq!(holds(deal, CouponUnpaid), Ok(false));
		assert_eq!((next(deal), looks()), (None, vec![]));
		// One unit short of the senior coupon.
		make::date(deal, 664);
		let due = FIRST + GRACE;
		assert_eq!(next(deal), Some((due, CouponUnpaid)));
		assert_eq!(looks(), [(deal, due)]);
		at(due - 1);
		assert_eq!(holds(deal, CouponUnpaid), Ok(false));
		refused(E::NoDefault, || declare(deal, CouponUnpaid));
		at(due);
		assert_eq!(holds(deal, CouponUnpaid), Ok(true));
		assert_ok!(declare(deal, CouponUnpaid));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_eq!(happened(|e| matches!(e, Event::DefaultDeclared { .. })), 1);
		refused(E::NothingChanges, || declare(deal, CouponUnpaid));
		assert_eq!(next(deal), None);
	});
}

#[test]
fn a_coupon_paid_in_time_and_a_junior_one_are_no_default() {
	build_and_execute(|| {
		use DealDefault::CouponUnpaid;
		let deal = make::lent(with(DefaultTerms { grace: 2 * PERIOD, ..Default::default() }), 0);
		// The mezzanine's coupon may be deferred.
		make::date(deal, 665);
		assert_eq!(next(deal), None);
		make::date(deal, 0);
		assert_eq!(next(deal), Some((FIRST + 3 * PERIOD, CouponUnpaid)));
		// A date that has come is not known before it is run.
		at(FIRST + 2 * PERIOD);
		assert_eq!((holds(deal, CouponUnpaid), next(deal)), (Ok(false), None));
		refused(E::PaymentPending, || declare(deal, CouponUnpaid));
		make::date(deal, 10_000);
		assert_eq!((holds(deal, CouponUnpaid), next(deal)), (Ok(false), None));
	});
}

#[test]
fn a_test_that_fails_for_the_whole_cure_period_is_a_default() {
	build_and_execute(|| {
		let mut launch = Launch::from(make::clo());
		launch.terms.defaults = DefaultTerms { grace: GRACE, cure: CURE, attestation: None };
		let deal = make::lent(launch, 0);
		let failed = DealDefault::CoverageFailed(1);
		assert_eq!(holds(deal, DealDefault::CoverageFailed(2)), Err(E::UnknownTest.into()));
		make::default(deal, 500_000_000);
		// Coupons are paid; nothing is left to cure the test of the mezzanine.
		make::date(deal, 1_000 + 665);
		assert_eq!(ledgers(deal).failed_since[..], [None, Some(FIRST)]);
		assert_eq!(next(deal), Some((FIRST + CURE, failed)));
		assert_eq!(looks().last(), Some(&(deal, FIRST + CURE)));
		make::date(deal, 1_000 + 665);
		assert_eq!(ledgers(deal).failed_since[..], [None, Some(FIRST)]);
		make::date(deal, 1_000 + 665);
		assert_eq!(holds(deal, failed), Ok(true));
		assert_eq!(holds(deal, DealDefault::CoverageFailed(0)), Ok(false));
		refused(E::NoDefault, || declare(deal, DealDefault::CoverageFailed(0)));
		refused(E::UnknownTest, || declare(deal, DealDefault::CoverageFailed(2)));
		assert_ok!(declare(deal, failed));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
	});
}

#[test]
fn a_test_that_is_cured_in_time_begins_anew_and_without_a_cure_period_it_is_never_one() {
	build_and_execute(|| {
		for cure in [CURE, 0] {
			let mut launch = Launch::from(make::clo());
			launch.terms = later(launch.terms);
			launch.terms.defaults = DefaultTerms { grace: GRACE, cure, attestation: None };
			let deal = launched(launch);
			order(deal, 0, ALICE, SENIOR);
			order(deal, 1, CAROL, MEZZANINE);
			poll(Deals::<Test>::get(deal).unwrap().terms.schedule.offering_end);
			assert_ok!(lend(deal, 0, 6_000_000_000));
			assert_ok!(lend(deal, 1, 4_000_000_000));
			make::default(deal, 500_000_000);
			make::date(deal, 1_000 + 665);
			let since = ledgers(deal).failed_since[1].unwrap();
			let expected = (cure > 0).then_some((since + CURE, DealDefault::CoverageFailed(1)));
			assert_eq!(next(deal), expected);
			// Income that cures it.
			make::date(deal, 400_000_000);
			assert_eq!(ledgers(deal).failed_since[..], [None, None]);
			assert_eq!(next(deal), None);
		}
	});
}

#[test]
fn an_attestation_that_is_overdue_puts_the_servicer_in_default() {
	build_and_execute(|| {
		use DealDefault::AttestationOverdue;
		let attested =
			with(DefaultTerms { attestation: Some((INDEX, LIMIT)), ..Default::default() });
		let deal = active_with(attested);
		// None was ever made: the first is due so long after closing.
		let due = OFFERING_END + LIMIT + 1;
		assert_eq!(looks(), [(deal, due)]);
		assert_eq!(next(deal), Some((due, AttestationOverdue)));
		at(due - 1);
		assert_eq!(holds(deal, AttestationOverdue), Ok(false));
		at(due);
		assert_eq!(holds(deal, AttestationOverdue), Ok(true));
		// A quote, observed at the dawn of time: it is that one's age that counts.
		set_index(percent(1), false);
		assert_eq!(next(deal), Some((LIMIT + 1, AttestationOverdue)));
		// It waits for no payment date.
		assert_ok!(declare(deal, AttestationOverdue));
		assert!(ledgers(deal).servicer_default);
		refused(E::NothingChanges, || declare(deal, AttestationOverdue));
		assert_eq!(next(deal), None);
		// The next servicer has to attest too.
		catch_up(due);
		looks();
		assert_ok!(Tranches::replace_servicer(signed(TRUSTEE), deal, BOB));
		assert_eq!(looks(), [(deal, LIMIT + 1)]);
		assert_eq!(holds(deal, AttestationOverdue), Ok(true));
		let plain = another(terms());
		assert_eq!(holds(plain, AttestationOverdue), Ok(false));
	});
}

#[test]
fn a_freeze_makes_no_default() {
	build_and_execute(|| {
		let deal = make::lent(with(DefaultTerms { grace: GRACE, ..Default::default() }), 0);
		let case = owes(deal, 1, 1_000);
		opened(1, &case, CAROL);
		assert_ok!(freeze(1, &case, Balance::MAX));
		make::date(deal, COUPON + 100);
		assert_eq!(next(deal), None);
	});
}

#[test]
fn a_deal_that_has_ended_is_in_no_default() {
	build_and_execute(|| {
		let deal = bonded();
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(holds(deal, DealDefault::CouponUnpaid), Err(E::WrongState.into()));
		refused(E::WrongState, || declare(deal, DealDefault::CouponUnpaid));
		assert_eq!(next(deal), None);
		assert_eq!(next(9), None);
	});
}
