//! What the servicer, the trustee and governance may do.

use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use sp_runtime::{DispatchError, DispatchResult};
use strata_waterfall::{Condition, Effect, Trigger};

use super::make::*;
use crate::{mock::*, *};

type E = Error<Test>;

fn governance() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn parties(deal: DealId) -> (AccountId, AccountId) {
	let parties = Deals::<Test>::get(deal).unwrap().parties;
	(parties.servicer, parties.trustee)
}

#[test]
fn only_the_trustee_and_governance_judge_the_servicer() {
	build_and_execute(|| {
		let mut program = clo();
		let default = Trigger {
			condition: Condition::ServicerDefault,
			effect: Effect::Amortise,
			curable: true,
		};
		program.triggers.try_push(default).unwrap();
		let deal = lent(program, 0);
		let set = Tranches::set_servicer_default;
		assert_noop!(set(RuntimeOrigin::none(), deal, true), DispatchError::BadOrigin);
		for who in [SERVICER, ORIGINATOR, ALICE] {
			assert_noop!(set(signed(who), deal, true), E::NotTrustee);
		}
		assert_noop!(set(signed(TRUSTEE), deal, false), E::NothingChanges);
		assert_ok!(set(signed(TRUSTEE), deal, true));
		assert_noop!(set(governance(), deal, true), E::NothingChanges);
		date(deal, 10_000);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_ok!(set(governance(), deal, false));
		date(deal, 10_000);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		let draft = created(clo());
		assert_noop!(set(signed(TRUSTEE), draft, true), E::WrongState);
	});
}

#[test]
fn a_servicer_who_is_replaced_is_paid_first_and_his_default_ends_with_him() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		launch.terms.payees = vec![Party::Servicer, Party::Trustee].try_into().unwrap();
		let deal = lent(launch, 0);
		date(deal, 10_000);
		let replace = Tranches::replace_servicer;
		assert_noop!(replace(RuntimeOrigin::none(), deal, BOB), DispatchError::BadOrigin);
		assert_noop!(replace(signed(SERVICER), deal, BOB), E::NotTrustee);
		assert_noop!(replace(signed(TRUSTEE), deal, SERVICER), E::NothingChanges);
		assert_noop!(replace(signed(TRUSTEE), deal, TRUSTEE), E::PartiesNotDistinct);
		assert_ok!(Tranches::set_servicer_default(signed(TRUSTEE), deal, true));
		assert_ok!(replace(signed(TRUSTEE), deal, BOB));
		assert_eq!(parties(deal), (BOB, TRUSTEE));
		assert_eq!((usd(SERVICER), usd(TRUSTEE)), (SENIOR_FEE, 0));
		assert!(!ledgers(deal).servicer_default);
		assert_eq!(ledgers(deal).fees_payable[..], [0, JUNIOR_FEE]);
		// From now on the fee is his.
		date(deal, 10_000);
		let before = usd(BOB);
		assert_ok!(Tranches::claim_fee(signed(KEEPER), deal, 0));
		assert_eq!(usd(BOB), before + SENIOR_FEE);
	});
}

#[test]
fn a_fee_that_cannot_be_delivered_does_not_keep_a_servicer_in_office() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		launch.terms.payees = vec![Party::Servicer, Party::Trustee].try_into().unwrap();
		let deal = lent(launch, 0);
		date(deal, 10_000);
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		assert_ok!(Tranches::replace_servicer(governance(), deal, BOB));
		assert_eq!(parties(deal).0, BOB);
		assert_eq!(ledgers(deal).fees_payable[0], SENIOR_FEE);
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
	});
}

#[test]
fn governance_replaces_the_trustee() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		let replace = Tranches::replace_trustee;
		for who in [TRUSTEE, ORIGINATOR] {
			assert_noop!(replace(signed(who), deal, BOB), DispatchError::BadOrigin);
		}
		assert_noop!(replace(RuntimeOrigin::none(), deal, BOB), DispatchError::BadOrigin);
		assert_noop!(replace(governance(), deal, TRUSTEE), E::NothingChanges);
		assert_noop!(replace(governance(), deal, SERVICER), E::PartiesNotDistinct);
		assert_noop!(replace(governance(), deal, ORIGINATOR), E::PartiesNotDistinct);
		date(deal, 10_000);
		assert_ok!(replace(governance(), deal, BOB));
		assert_eq!(parties(deal), (SERVICER, BOB));
		// Both fees were the trustee's.
		assert_eq!(usd(TRUSTEE), SENIOR_FEE + JUNIOR_FEE);
		let set = Tranches::set_servicer_default;
		assert_noop!(set(signed(TRUSTEE), deal, true), E::NotTrustee);
		assert_ok!(set(signed(BOB), deal, true));
	});
}

#[test]
fn a_servicer_who_resigns_is_followed_by_the_trustee() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		assert_noop!(Tranches::resign(signed(TRUSTEE), deal), E::NotServicer);
		assert_ok!(Tranches::resign(signed(SERVICER), deal));
		assert_eq!(parties(deal), (TRUSTEE, TRUSTEE));
		assert_noop!(Tranches::resign(signed(SERVICER), deal), E::NotServicer);
		assert_noop!(Tranches::resign(signed(TRUSTEE), deal), E::NothingChanges);
		assert_ok!(Tranches::replace_servicer(signed(TRUSTEE), deal, BOB));
		assert_eq!(parties(deal), (BOB, TRUSTEE));
		let replaced = |e: &Event<Test>| matches!(e, Event::ServicerReplaced { .. });
		assert_eq!(happened(replaced), 2);
	});
}

#[test]
fn the_servicer_calls_liquidity_at_any_time_of_a_period() {
	build_and_execute(|| {
		let deal = lent(terms(), 0);
		book(deal, 0, |book| book.interest = 100_000);
		at(OFFERING_END + 1);
		let call = |who| Tranches::call_liquidity(signed(who), deal);
		for who in [TRUSTEE, ALICE] {
			assert_noop!(call(who), E::TooEarly);
		}
		assert_ok!(call(SERVICER));
		assert_eq!(Lent::get(ledgers(deal).books[0]).unwrap().called, COUPONS.0);
		assert_noop!(call(SERVICER), E::AlreadyCalled);
	});
}

#[test]
fn the_trustee_accelerates_as_soon_as_a_coupon_is_unpaid() {
	build_and_execute(|| {
		let deal = lent(terms(), 0);
		let accelerate = |who| Tranches::accelerate(signed(who), deal);
		assert_noop!(accelerate(TRUSTEE), E::CouponNotOverdue);
		date(deal, COUPONS.0 - 1);
		assert_eq!(ledgers(deal).unpaid_since, Some(FIRST));
		for who in [SERVICER, ORIGINATOR, ALICE] {
			assert_noop!(accelerate(who), E::CouponNotOverdue);
		}
		at(FIRST + PERIOD);
		assert_noop!(accelerate(TRUSTEE), E::PaymentPending);
		at(FIRST + 1);
		assert_ok!(accelerate(TRUSTEE));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_noop!(accelerate(TRUSTEE), E::WrongState);
	});
}

/// `call` as deep as this in calls that are nested.
fn nested(layers: u32, call: &dyn Fn() -> DispatchResult) -> DispatchResult {
	match layers {
		0 => call(),
		_ => with_storage_layer(|| nested(layers - 1, call)),
	}
}

/// Shows that `call` is refused where there is no room for the layers that it needs, one and two of
/// its own, and done where there is. 255 are all there are; the call itself takes one.
fn needs_room(call: impl Fn() -> DispatchResult) {
	for layers in [255, 254, 253] {
		refused(sp_runtime::TransactionalError::LimitReached, || nested(layers - 1, &call));
	}
	assert_ok!(nested(252, &call));
}

#[test]
fn nobody_gets_the_fees_of_a_predecessor_by_nesting_calls() {
	build_and_execute(|| {
		let mut launch = Launch::from(clo());
		launch.terms.payees = vec![Party::Servicer, Party::Trustee].try_into().unwrap();
		let deal = lent(launch, 0);
		date(deal, 10_000);
		needs_room(|| Tranches::replace_servicer(signed(TRUSTEE), deal, BOB));
		assert_eq!(usd(SERVICER), SENIOR_FEE);
		needs_room(|| Tranches::replace_trustee(governance(), deal, STRANGER));
		assert_eq!(usd(TRUSTEE), JUNIOR_FEE);
	});
}

#[test]
fn nobody_keeps_a_deal_from_closing_by_nesting_calls() {
	build_and_execute(|| {
		let deal = active();
		catch_up(REVOLVING_END - PERIOD);
		at(REVOLVING_END);
		needs_room(|| Tranches::run_payment(signed(STRANGER), deal));
		assert_eq!(state(deal), DealState::Closed);
	});
}

#[test]
fn the_account_of_a_deal_is_no_party_to_it() {
	build_and_execute(|| {
		let deal = lent(clo(), 0);
		let account = Tranches::account(deal);
		refused(E::PartiesNotDistinct, || {
			Tranches::replace_servicer(signed(TRUSTEE), deal, account)
		});
		refused(E::PartiesNotDistinct, || Tranches::replace_trustee(governance(), deal, account));
	});
}

#[test]
fn a_servicer_who_calls_early_calls_all_that_is_missing() {
	build_and_execute(|| {
		let deal = lent(terms(), 0);
		let call = |who| Tranches::call_liquidity(signed(who), deal);
		book(deal, 0, |book| book.interest = COUPONS.0 - 1);
		at(OFFERING_END + 1);
		// A call for a little of it would keep everybody from calling for the rest.
		refused(E::TooEarly, || call(SERVICER));
		at(FIRST - PERIOD / 2);
		assert_ok!(call(STRANGER));
		assert_eq!(Lent::get(ledgers(deal).books[0]).unwrap().called, COUPONS.0 - 1);
	});
}
