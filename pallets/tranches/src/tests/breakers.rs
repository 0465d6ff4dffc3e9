//! Liquidity calls, acceleration, wind-down, the end of the ramp-up, the reserve at launch.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

use crate::{mock::*, *};

type E = Error<Test>;

fn root_origin() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

/// A deal that has lent everything.
fn lent() -> DealId {
	let deal = active();
	assert_ok!(lend(deal, 0, 6_000_000_000));
	assert_ok!(lend(deal, 1, 4_000_000_000));
	deal
}

fn called(deal: DealId) -> Vec<Balance> {
	ledgers(deal).books.iter().map(|book| Lent::get(book).unwrap().called).collect()
}

#[test]
fn liquidity_is_called_only_for_a_coupon_that_is_not_covered_and_in_time() {
	build_and_execute(|| {
		let call = |deal| Tranches::call_liquidity(signed(STRANGER), deal);
		assert_noop!(call(7), E::UnknownDeal);
		assert_noop!(Tranches::call_liquidity(RuntimeOrigin::none(), 0), DispatchError::BadOrigin);
		let idle = active();
		at(FIRST - PERIOD / 2);
		// Principal in cash pays the coupon.
		assert_noop!(call(idle), E::CouponCovered);
		at(OFFERING_END);
		assert_ok!(lend(idle, 0, 10_000_000_000));
		at(FIRST - PERIOD / 2 - 1);
		assert_noop!(call(idle), E::TooEarly);
		at(FIRST - PERIOD / 2);
		assert_noop!(call(idle), E::NothingToCall);
		assert_ok!(repay(idle, 0, 664, 0));
		assert_noop!(call(idle), E::NothingToCall);
		assert_ok!(repay(idle, 0, 1, 0));
		assert_noop!(call(idle), E::CouponCovered);
		at(FIRST);
		assert_noop!(call(idle), E::PaymentPending);
	});
}

#[test]
fn an_offering_calls_and_ends_nothing() {
	build_and_execute(|| {
		let offered = launched(terms());
		for call in [
			Tranches::call_liquidity(signed(ALICE), offered),
			Tranches::accelerate(root_origin(), offered),
			Tranches::wind_down(root_origin(), offered),
		] {
			assert_noop!(call, E::WrongState);
		}
		assert_noop!(Tranches::accelerate(root_origin(), 7), E::UnknownDeal);
		assert_noop!(Tranches::wind_down(root_origin(), 7), E::UnknownDeal);
	});
}

#[test]
fn the_book_that_is_owed_most_is_called_first_and_once_for_a_date() {
	build_and_execute(|| {
		let deal = lent();
		book(deal, 0, |book| book.interest = 300);
		book(deal, 1, |book| book.interest = 500);
		at(FIRST - 1);
		assert_ok!(Tranches::call_liquidity(signed(STRANGER), deal));
		assert_eq!(called(deal), [165, 500]);
		let event =
			|e: &Event<Test>| matches!(e, Event::LiquidityCalled { missing: 665, called: 665, .. });
		assert_eq!(happened(event), 1);
		assert_noop!(Tranches::call_liquidity(signed(STRANGER), deal), E::AlreadyCalled);
		// For the next date, and only for what cash does not cover.
		poll(FIRST);
		assert_ok!(repay(deal, 0, 665 + 600, 0));
		at(FIRST + PERIOD - 1);
		assert_ok!(Tranches::call_liquidity(signed(STRANGER), deal));
		assert_eq!(called(deal), [165, 65]);
		assert_noop!(Tranches::call_liquidity(signed(STRANGER), deal), E::AlreadyCalled);
		poll(FIRST + PERIOD);
		assert_eq!(last_run().1[0].1, 665 + 600);
		// A date that paid less than the coupon called by itself: 65 of it were missing.
		assert_eq!(called(deal), [165, 65]);
	});
}

#[test]
fn a_date_that_leaves_the_senior_coupon_unpaid_calls_by_itself() {
	build_and_execute(|| {
		let deal = lent();
		book(deal, 0, |book| book.interest = 600);
		// A book that cannot be called is passed over.
		book(deal, 1, |book| (book.interest, book.open) = (900, false));
		assert_ok!(repay(deal, 0, 5, 0));
		poll(FIRST);
		assert_eq!(called(deal), [600, 0]);
		let event =
			|e: &Event<Test>| matches!(e, Event::LiquidityCalled { missing: 660, called: 600, .. });
		assert_eq!(happened(event), 1);
		assert_eq!(ledgers(deal).unpaid_since, Some(FIRST));
		// The mezzanine's coupon is no reason to call.
		book(deal, 0, |book| book.called = 0);
		assert_ok!(repay(deal, 0, 660 + 665, 0));
		poll(FIRST + PERIOD);
		assert_eq!((called(deal)[0], ledgers(deal).unpaid_since), (0, None));
		assert_eq!(ledgers(deal).waterfall.classes[1].due, 2 * 304);
	});
}

#[test]
fn anyone_accelerates_after_a_whole_period_without_the_senior_coupon() {
	build_and_execute(|| {
		let deal = lent();
		let anyone = |deal| Tranches::accelerate(signed(STRANGER), deal);
		assert_noop!(Tranches::accelerate(RuntimeOrigin::none(), deal), DispatchError::BadOrigin);
		assert_noop!(anyone(deal), E::CouponNotOverdue);
		poll(FIRST);
		at(FIRST + PERIOD - 1);
		assert_noop!(anyone(deal), E::CouponNotOverdue);
		// Paid up: the count begins anew.
		assert_ok!(repay(deal, 0, 2 * 665, 0));
		poll(FIRST + PERIOD);
		assert_noop!(anyone(deal), E::CouponNotOverdue);
		poll(FIRST + 2 * PERIOD);
		assert_noop!(anyone(deal), E::CouponNotOverdue);
		poll(FIRST + 3 * PERIOD);
		let now = FIRST + 3 * PERIOD + 5;
		at(now);
		assert_ok!(anyone(deal));
		assert_eq!(state(deal), DealState::Active(Phase::Accelerated));
		assert_eq!(
			(Lent::get(0).unwrap().matures, Lent::get(1).unwrap().matures),
			(Some(now), Some(now))
		);
		assert_noop!(anyone(deal), E::WrongState);
		assert_eq!(happened(|e| matches!(e, Event::Accelerated { .. })), 1);
	});
}

#[test]
fn an_accelerated_deal_lends_nothing_and_redeems_at_every_date() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 9_000_000_000));
		assert_ok!(repay(deal, 0, 2_000, 0));
		assert_ok!(Tranches::accelerate(root_origin(), deal));
		assert_eq!(lend(deal, 0, 1), Err(E::NotLending.into()));
		poll(FIRST);
		assert_eq!(last_run().1[0].2, 1_000_000_000);
		// It stays so, and principal that comes late waits for its date.
		at(FIRST + PERIOD + 1);
		assert_ok!(repay(deal, 0, 0, 9_000_000_000));
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		assert_eq!((last_run().1[0].2, last_run().1[0].3), (0, 6_000_000_000));
		poll(FIRST + 2 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
	});
}

#[test]
fn a_book_that_cannot_mature_keeps_the_deal_as_it_was() {
	build_and_execute(|| {
		let deal = lent();
		book(deal, 1, |book| book.open = false);
		let before = root();
		let calls: [fn(RuntimeOrigin, DealId) -> _; 2] =
			[Tranches::accelerate, Tranches::wind_down];
		for call in calls {
			let refused = frame_support::storage::with_storage_layer(|| call(root_origin(), deal));
			assert_eq!(refused, Err(DispatchError::Other("no book")));
			assert_eq!(root(), before);
		}
	});
}

#[test]
fn a_deal_is_wound_down_by_governance_or_for_an_unsound_book() {
	build_and_execute(|| {
		let deal = lent();
		let anyone = |deal| Tranches::wind_down(signed(STRANGER), deal);
		assert_noop!(Tranches::wind_down(RuntimeOrigin::none(), deal), DispatchError::BadOrigin);
		assert_noop!(anyone(deal), E::BooksSound);
		book(deal, 1, |book| book.unsound = true);
		assert_ok!(anyone(deal));
		let until = Some(OFFERING_END + REPAY_WINDOW);
		assert_eq!(state(deal), DealState::Active(Phase::WindingDown));
		for id in ledgers(deal).books {
			assert_eq!(Lent::get(id).unwrap().winds_down, until);
		}
		assert_noop!(anyone(deal), E::WrongState);
		assert_noop!(Tranches::wind_down(root_origin(), deal), E::WrongState);
		assert_noop!(Tranches::accelerate(root_origin(), deal), E::WrongState);
		assert_eq!(lend(deal, 0, 1), Err(E::NotLending.into()));
		assert_ok!(repay(deal, 0, 969, 6_000_000_000));
		poll(FIRST);
		assert_eq!(last_run().1[0].2, 6_000_000_000);
		// What the average price does not bring is lost.
		assert_ok!(seize(deal, 1, 4_000_000_000, 10));
		assert_ok!(lose(deal, 1, 4_000_000_000, 10));
		poll(FIRST + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
	});
}

#[test]
fn an_accelerated_deal_can_still_be_wound_down() {
	build_and_execute(|| {
		let deal = lent();
		assert_ok!(Tranches::accelerate(root_origin(), deal));
		assert_ok!(Tranches::wind_down(root_origin(), deal));
		assert_eq!(state(deal), DealState::Active(Phase::WindingDown));
		assert_eq!(happened(|e| matches!(e, Event::WindingDown { .. })), 1);
	});
}

#[test]
fn what_is_undrawn_at_the_end_of_the_ramp_up_redeems_notes() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.schedule.ramp_up_end = FIRST + 10_000;
		let deal = active_with(terms);
		assert_ok!(repay(deal, 0, 2 * 969, 0));
		assert_ok!(lend(deal, 0, 6_000_000_000));
		poll(FIRST);
		assert_ok!(repay(deal, 0, 969, 0));
		at(FIRST + 9_999);
		assert_ok!(lend(deal, 0, 1));
		// From then on the rest is set aside; what borrowers repay is lent again.
		at(FIRST + 10_000);
		assert_eq!(lend(deal, 0, 1), Err(E::InsufficientPrincipal.into()));
		assert_ok!(repay(deal, 0, 0, 500));
		assert_eq!(lend(deal, 0, 501), Err(E::InsufficientPrincipal.into()));
		assert_ok!(lend(deal, 0, 400));
		let expected = Tranches::dry_run(deal, 0, 0);
		poll(FIRST + PERIOD);
		let undrawn = 4_000_000_000 - 1;
		assert_eq!(last_run().1[0].2, undrawn);
		assert_eq!(expected[0].principal, undrawn);
		assert_eq!(ledgers(deal).cash.available.principal, 100);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		assert_ok!(lend(deal, 0, 100));
		assert_ok!(repay(deal, 0, 969, 5_000));
		poll(FIRST + 2 * PERIOD);
		assert_eq!(last_run().1[0].2, 0, "once only");
		assert_ok!(lend(deal, 0, 5_000));
	});
}

#[test]
fn a_late_run_redeems_what_was_undrawn_in_time() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.schedule.ramp_up_end = FIRST + 10_000;
		let deal = active_with(terms);
		assert_ok!(lend(deal, 0, 6_000_000_000));
		assert_ok!(repay(deal, 0, 3 * 969, 0));
		at(FIRST + PERIOD + 7);
		assert_ok!(repay(deal, 0, 0, 1_000));
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		assert_eq!(last_run().1[0].2, 0, "the first date lies before the end");
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		assert_eq!(last_run().0, FIRST + PERIOD);
		// The second coupon came of principal, since the residual had the rest of the interest.
		assert_eq!(last_run().1[0].2, 4_000_000_000 - 665);
		assert_eq!(ledgers(deal).cash.available.principal, 1_000);
	});
}

#[test]
fn launch_takes_the_reserve_and_a_failed_deal_gives_it_back() {
	build_and_execute(|| {
		let deal = launched(terms_with_reserve(12_345));
		assert_eq!(usd(ORIGINATOR), ENDOWMENT - RESIDUAL - USD_MINIMUM - 12_345);
		assert_eq!(Tranches::deal_view(deal).unwrap().reserve, 12_345);
		assert_eq!(happened(|e| matches!(e, Event::Launched { reserve: 12_345, .. })), 1);
		poll(OFFERING_END);
		assert_eq!(state(deal), DealState::Failed);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 2, ORIGINATOR));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert_eq!(usd(ORIGINATOR), ENDOWMENT);
		// Without the cash there is no launch.
		let poor = terms_with_reserve(ENDOWMENT);
		at(START);
		assert_eq!(created(poor), deal + 1);
		assert_noop!(
			Tranches::launch(signed(ORIGINATOR), deal + 1),
			sp_runtime::TokenError::FundsUnavailable
		);
	});
}

#[test]
fn launch_refuses_a_reserve_too_small_and_a_book_that_ends_too_late() {
	build_and_execute(|| {
		let with_reserve = |reserve, change: &dyn Fn(&mut TermsOf<Test>)| {
			let mut launch = terms_with_reserve(reserve);
			change(&mut launch.terms);
			launch
		};
		let launch = |launch| Tranches::launch(signed(ORIGINATOR), created::<Launch>(launch));
		let refused = |change: &dyn Fn(&mut TermsOf<Test>), error: E| {
			assert_eq!(launch(with_reserve(0, change)), Err(error.into()));
		};
		// Three coupons of 665.
		let short = launch(with_reserve(1_994, &|t| t.reserve_periods = 3));
		assert_eq!(short, Err(E::ReserveTooSmall.into()));
		refused(&|t| t.reserve_periods = 1, E::ReserveTooSmall);
		MinReservePeriods::set(3);
		let few = launch(with_reserve(1_000_000, &|t| t.reserve_periods = 2));
		assert_eq!(few, Err(E::ReservePeriodsTooFew.into()));
		assert_ok!(launch(with_reserve(1_995, &|t| t.reserve_periods = 3)));
		MinReservePeriods::set(0);
		refused(&|t| t.books[1].closed_out_by = Some(FINAL + 1), E::ClosesOutTooLate);
		refused(&|t| t.books[0].closed_out_by = None, E::ClosesOutTooLate);
		refused(&|t| t.schedule.ramp_up_end = OFFERING_END, E::DatesOutOfOrder);
		refused(&|t| t.schedule.ramp_up_end = REVOLVING_END + 1, E::DatesOutOfOrder);
	});
}
