//! The clean-up call.

use frame_support::{assert_noop, assert_ok};
use sp_arithmetic::Perbill;
use strata_waterfall::{Classes, Point, Share, Step};

use super::make::*;
use crate::{mock::*, *};

type E = Error<Test>;

/// A deal that may be called at 10 % and has lent `amount`.
fn small(launch: impl Into<Launch>, amount: Balance) -> DealId {
	let mut launch = launch.into();
	launch.terms.clean_up = Perbill::from_percent(10);
	let deal = active_with(launch);
	assert_ok!(lend(deal, 0, amount));
	deal
}

fn call(deal: DealId) -> frame_support::dispatch::DispatchResult {
	Tranches::clean_up(signed(ORIGINATOR), deal)
}

/// What was paid in by the last call: interest, principal.
fn price() -> (Balance, Balance) {
	let paid = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Tranches(Event::Called { interest, principal, .. }) => {
			Some((interest, principal))
		},
		_ => None,
	});
	paid.expect("the deal was called")
}

/// Whether the last date redeemed both notes with all their interest.
fn redeemed(deal: DealId) -> bool {
	let classes = ledgers(deal).waterfall.classes;
	classes[..2].iter().all(|class| class.balance == 0 && class.interest_owed() == Some(0))
}

#[test]
fn only_the_originator_calls_and_only_what_is_small_enough() {
	build_and_execute(|| {
		let deal = small(clo(), 1_000_000_000);
		for who in [ALICE, SERVICER, TRUSTEE] {
			assert_noop!(Tranches::clean_up(signed(who), deal), E::NotOriginator);
		}
		assert_ok!(lend(deal, 1, 1));
		assert_noop!(call(deal), E::TooMuchLent);
		// What is in liquidation is lent.
		assert_ok!(seize(deal, 1, 1, 1));
		assert_noop!(call(deal), E::TooMuchLent);
		assert_ok!(sell(
			deal,
			1,
			1,
			strata_traits::Proceeds { principal: 1, ..Default::default() }
		));
		at(FIRST);
		assert_noop!(call(deal), E::PaymentPending);
		at(FIRST - 1);
		assert_ok!(call(deal));
		assert_noop!(call(deal), E::WrongState);
		let draft = created(terms());
		assert_noop!(call(draft), E::WrongState);
	});
}

#[test]
fn a_deal_whose_terms_have_no_call_is_never_called() {
	build_and_execute(|| {
		let deal = active();
		assert_noop!(call(deal), E::TooMuchLent);
	});
}

#[test]
fn the_price_is_what_redeems_every_note_and_not_a_unit_more() {
	build_and_execute(|| {
		let deal = small(clo(), 1_000_000_000);
		let before = usd(ORIGINATOR);
		assert_ok!(call(deal));
		// Nine billion are in cash for as much in notes: what lacks are the coupons and the fees.
		let coupons = COUPONS.0 + COUPONS.1;
		assert_eq!(price(), (coupons + SENIOR_FEE + JUNIOR_FEE, 0));
		assert_eq!(usd(ORIGINATOR), before - coupons - SENIOR_FEE - JUNIOR_FEE);
		assert_eq!(state(deal), DealState::Active(Phase::Called));
		assert_eq!(lend(deal, 0, 1), Err(E::NotLending.into()));
		poll(FIRST);
		assert!(redeemed(deal));
		assert_eq!(ledgers(deal).fees_payable[..], [SENIOR_FEE, JUNIOR_FEE]);
		assert_eq!(last_run().1[2].1, 0, "to the unit");
		let again = Tranches::rerun(deal, None).unwrap();
		assert_eq!(again.state, ledgers(deal).waterfall);
		// The rest is the residual's.
		assert_ok!(repay(deal, 0, 5, 1_000_000_000));
		poll(FIRST + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
	});
}

/// Whether paying in `less` of interest or of principal than the price would redeem every note.
fn redeems_with_less(deal: DealId, interest: Balance, principal: Balance) -> bool {
	let program = Programs::<Test>::get(deal).unwrap();
	let mut ledgers = ledgers(deal);
	ledgers.cash.available.interest -= interest;
	ledgers.cash.available.principal -= principal;
	ledgers.excess -= principal;
	let dated = Tranches::ahead(&program, &ledgers, &Receipts::default()).unwrap();
	let state = dated.outcome.state;
	let notes = &state.classes[..2];
	state.fees[0].due == 0
		&& notes.iter().all(|class| class.balance == 0 && class.interest_owed() == Some(0))
}

#[test]
fn a_unit_less_would_leave_something_unpaid() {
	build_and_execute(|| {
		let mut program = clo();
		program.reserve.least = 10_000;
		let deal = small(program, 1_000_000_000);
		// A loss: five hundred million lacks in principal, and the tests fail.
		default(deal, 500_000_000);
		assert_ok!(repay(deal, 0, 333, 250_000_000));
		date(deal, 0);
		assert_ok!(repay(deal, 0, 0, 100_000_000));
		assert_ok!(call(deal));
		let (interest, principal) = price();
		assert!(interest > 0);
		assert!(redeems_with_less(deal, 0, 0));
		assert!(!redeems_with_less(deal, 1, 0));
		if principal > 0 {
			assert!(!redeems_with_less(deal, 0, 1));
		}
		poll_to(deal, FIRST + PERIOD);
		assert!(redeemed(deal));
	});
}

#[test]
fn a_call_makes_up_for_principal_that_was_lost() {
	build_and_execute(|| {
		let deal = small(clo(), 1_000_000_000);
		// All that was lent and more is gone: the residual bears it, and the mezzanine 5 units.
		default(deal, 900_000_000);
		Ledgers::<Test>::mutate(deal, |ledgers| {
			let ledgers = ledgers.as_mut().unwrap();
			// As if a hundred million and five had been lost from cash.
			ledgers.cash.available.principal -= 100_000_005;
			ledgers.cash.available.losses += 100_000_005;
		});
		assert_ok!(call(deal));
		let (interest, principal) = price();
		// The mezzanine's deficiency is made good by income, which becomes principal; the subordinate
		// fee waits behind the residual's.
		assert_eq!(interest, COUPONS.0 + COUPONS.1 + SENIOR_FEE + 5);
		assert_eq!(principal, 100_000_000);
		for (interest, principal) in [(1, 0), (0, 1)] {
			assert!(!redeems_with_less(deal, interest, principal));
		}
		poll(FIRST);
		assert!(redeemed(deal));
	});
}

#[test]
fn a_call_pays_whatever_schedules_and_locks_say() {
	build_and_execute(|| {
		let mut program = clo();
		let line = program
			.lines
			.iter_mut()
			.find(|line| matches!(line.step, Step::PayPrincipal { .. }))
			.unwrap();
		line.step = Step::PayPrincipal { classes: Classes::all(3), share: Share::Schedule };
		program.classes[0].schedule = vec![Point { date: FINAL, balance: 0 }].try_into().unwrap();
		program.classes[1].locked_until = FINAL;
		let deal = small(program, 1_000_000_000);
		assert_ok!(call(deal));
		poll(FIRST);
		assert!(redeemed(deal));
	});
}

#[test]
fn without_the_cash_there_is_no_call() {
	build_and_execute(|| {
		let deal = small(clo(), 1_000_000_000);
		assert_ok!(Assets::transfer(signed(ORIGINATOR), 1, KEEPER, usd(ORIGINATOR) - 100));
		assert_noop!(call(deal), sp_runtime::TokenError::FundsUnavailable);
	});
}
