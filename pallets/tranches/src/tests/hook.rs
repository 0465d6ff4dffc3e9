//! The agenda and the hook.

use frame_support::{
	assert_noop, assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use sp_arithmetic::Perbill;

use crate::{mock::*, *};

fn poll_with(now: Moment, limit: Weight) -> Weight {
	at(now);
	let mut meter = WeightMeter::with_limit(limit);
	Tranches::on_poll(1, &mut meter);
	assert!(meter.consumed().all_lte(limit));
	meter.consumed()
}

#[test]
fn nothing_due_is_one_look() {
	build_and_execute(|| {
		assert_eq!(poll_with(START, Weight::MAX), <() as WeightInfo>::agenda_read());
		let deal = launched(terms());
		let before = root();
		assert_eq!(poll_with(OFFERING_END - 1, Weight::MAX), <() as WeightInfo>::agenda_read());
		at(START);
		assert_eq!(root(), before);
		assert_eq!(state(deal), DealState::Offering);
	});
}

#[test]
fn a_block_without_the_hook_delays_and_changes_nothing_that_is_owed() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(repay(deal, 0, 100, 0));
		// The first block of a session: no `on_poll`, only `on_initialize` and operational calls. Cash
		// that comes in it is late.
		at(FIRST + 6_000);
		Tranches::on_initialize(2);
		assert_eq!(ledgers(deal).next_date, FIRST);
		assert_ok!(repay(deal, 0, 900, 0));
		poll(FIRST + 12_000);
		let (date, rows) = last_run();
		assert_eq!((date, rows[0].1), (FIRST, 100));
		assert_eq!(ledgers(deal).cash.available.interest, 900);
		assert_eq!(ledgers(deal).waterfall.accrued_to, FIRST);
	});
}

#[test]
fn the_place_of_the_hook_among_others_does_not_matter() {
	// Whether the cash of a block comes before or after the hook of that block, the date gets the same.
	let run = |hook_first: bool| {
		let mut result = None;
		build_and_execute(|| {
			let deal = active();
			assert_ok!(repay(deal, 0, 300, 0));
			let now = FIRST + 1_000;
			if hook_first {
				poll(now);
			}
			at(now);
			assert_ok!(repay(deal, 0, 700, 0));
			if !hook_first {
				poll(now);
			}
			let mut ledgers = ledgers(deal);
			ledgers.collected = Default::default();
			result = Some((ledgers, last_run()));
		});
		result.unwrap()
	};
	assert_eq!(run(true), run(false));
}

#[test]
fn several_missed_dates_are_run_in_order() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		poll(FIRST + 2 * PERIOD + 1);
		assert_eq!(happened(|e| matches!(e, Event::PaymentRun { .. })), 3);
		assert_eq!(ledgers(deal).next_date, FIRST + 3 * PERIOD);
		// Coupons are those of three separate periods, with interest on unpaid interest.
		assert_eq!(ledgers(deal).waterfall.classes[0].due, 3 * 665);
	});
}

#[test]
fn the_hook_never_exceeds_its_share_nor_what_it_is_given() {
	build_and_execute(|| {
		let first = active();
		let second = launched({
			let mut terms = terms();
			terms.schedule.offering_end += PERIOD;
			terms.schedule.first_payment += PERIOD;
			terms
		});
		order(second, 0, ALICE, SENIOR);
		order(second, 1, CAROL, MEZZANINE);
		let unit = Tranches::unit_weight() + <() as WeightInfo>::agenda_read();
		let now = FIRST + 2 * PERIOD;
		// Not enough for a unit: nothing happens.
		let short = unit - Weight::from_parts(1, 0);
		poll_with(now, short);
		assert_eq!(ledgers(first).next_date, FIRST);
		// Exactly one unit: one date, of which only what an ordinary one with two books weighs is used,
		// and a look at what comes next.
		let read = <() as WeightInfo>::agenda_read();
		let used = poll_with(now, unit);
		assert_eq!(used, read + <() as WeightInfo>::run_payment(2) + read);
		assert_eq!(ledgers(first).next_date, FIRST + PERIOD);
		// The share binds where the meter does not.
		PaymentShare::set(Perbill::from_parts(1));
		let used = poll_with(now, Weight::MAX);
		assert!(used.all_lte(Tranches::hook_limit()));
		assert_eq!(ledgers(first).next_date, FIRST + PERIOD);
		PaymentShare::set(Perbill::from_percent(10));
		let mut blocks = 0;
		while Agenda::<Test>::iter_keys().next().is_some_and(|key| key.time() <= now) {
			poll_with(now, unit);
			blocks += 1;
			assert!(blocks < 10);
		}
		// Two more dates of the first deal; the second closes and has two.
		assert_eq!(blocks, 5);
		assert_eq!(state(second), DealState::Active(Phase::Revolving));
		assert_eq!(ledgers(second).next_date, now + PERIOD);
	});
}

#[test]
fn a_deal_that_fails_is_parked_and_stops_nobody() {
	build_and_execute(|| {
		let broken = active();
		let fine = launched({
			let mut terms = terms();
			terms.schedule.offering_end = FIRST - 10_000;
			terms
		});
		order(fine, 0, ALICE, SENIOR);
		order(fine, 1, CAROL, MEZZANINE);
		poll(FIRST - 10_000);
		let good = ledgers(broken);
		Ledgers::<Test>::mutate(broken, |ledgers| {
			ledgers.as_mut().unwrap().waterfall.classes[0].interest_on_interest = u128::MAX
		});
		at(FIRST);
		Tranches::on_poll(2, &mut WeightMeter::new());
		assert_eq!(ledgers(fine).next_date, FIRST + PERIOD);
		assert_eq!(happened(|e| matches!(e, Event::Parked { deal, .. } if *deal == broken)), 1);
		assert!(ledgers(broken).parked);
		assert_eq!(Tranches::deal_view(broken).map(|view| view.parked), Some(true));
		// It is not tried again, lends nothing, and still collects.
		Tranches::on_poll(3, &mut WeightMeter::new());
		assert_eq!(happened(|e| matches!(e, Event::Parked { .. })), 1);
		assert_eq!(lend(broken, 0, 1), Err(Error::<Test>::PaymentPending.into()));
		assert_ok!(repay(broken, 0, 10, 0));
		assert_noop!(Tranches::run_payment(signed(KEEPER), broken), Error::<Test>::WaterfallFailed);
		// Mended, anyone puts it back on its way.
		Ledgers::<Test>::mutate(broken, |ledgers| {
			ledgers.as_mut().unwrap().waterfall = good.waterfall
		});
		assert_ok!(Tranches::run_payment(signed(KEEPER), broken));
		assert!(!ledgers(broken).parked);
		poll(FIRST + PERIOD);
		assert_eq!(ledgers(broken).next_date, FIRST + 2 * PERIOD);
	});
}

#[test]
fn an_entry_of_the_agenda_without_a_deal_cannot_hang_the_hook() {
	build_and_execute(|| {
		Agenda::<Test>::insert(AgendaKey::new(START, 77), ());
		poll(START);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(happened(|e| matches!(e, Event::Parked { deal: 77, .. })), 1);
	});
}

#[test]
fn the_runtime_is_checked() {
	Tranches::integrity_test();
	PaymentShare::set(Perbill::zero());
	assert!(std::panic::catch_unwind(Tranches::integrity_test).is_err());
}

#[test]
fn a_date_that_accelerates_and_calls_is_paid_for() {
	type W = ();
	let both = <W as WeightInfo>::run_payment_short() + <W as WeightInfo>::accelerate();
	assert!(both.all_lte(Tranches::payment_weight()));
}
