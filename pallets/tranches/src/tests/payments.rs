//! Payment dates: what is paid, on which cash, to whom.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Collected, DealCash};

use crate::{mock::*, *};

type E = Error<Test>;

/// Interest on `balance` at `percent` for one period, floored.
fn coupon(balance: Balance, percent: u128) -> Balance {
	balance * percent * u128::from(PERIOD) / (100 * 365 * 86_400_000)
}

#[test]
fn a_date_pays_coupons_by_rank_and_the_rest_to_the_residual() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 6_000_000_000));
		assert_ok!(lend(deal, 1, 3_000_000_000));
		assert_ok!(repay(deal, 0, 1_500, 1_000_000_000));
		assert_noop!(Tranches::run_payment(signed(KEEPER), deal), E::NotDue);
		poll(FIRST - 1);
		assert_noop!(Tranches::run_payment(signed(KEEPER), deal), E::NotDue);
		poll(FIRST);
		let (senior, mezzanine) = (coupon(SENIOR, 5), coupon(MEZZANINE, 8));
		assert_eq!((senior, mezzanine), (665, 304));
		let rest = 1_500 - senior - mezzanine;
		assert_eq!(
			last_run(),
			(
				FIRST,
				vec![
					(senior, senior, 0, SENIOR),
					(mezzanine, mezzanine, 0, MEZZANINE),
					(0, rest, 0, RESIDUAL)
				]
			)
		);
		let cash = ledgers(deal).cash;
		assert_eq!(cash.distributable, 1_500);
		assert_eq!(cash.available, Receipts { principal: 2_000_000_000, ..Default::default() });
		assert_eq!(ledgers(deal).next_date, FIRST + PERIOD);
		assert_noop!(Tranches::run_payment(signed(KEEPER), deal), E::NotDue);
	});
}

#[test]
fn a_deal_amortises_sequentially_and_closes() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		for date in [FIRST, FIRST + PERIOD, FIRST + 2 * PERIOD, FIRST + 3 * PERIOD] {
			assert_ok!(repay(deal, 0, 2_000, 0));
			poll(date);
			assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		}
		// The first date that is not before the end of the revolving period redeems.
		assert_ok!(repay(deal, 0, 2_000, 8_000_000_000));
		poll(REVOLVING_END);
		assert_eq!(lend(deal, 0, 1), Err(E::NotLending.into()));
		poll(REVOLVING_END + 5);
		assert_eq!(last_run().0, FIRST + 4 * PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		let rows = last_run().1;
		assert_eq!((rows[0].2, rows[0].3), (SENIOR, 0));
		assert_eq!((rows[1].2, rows[1].3), (1_000_000_000, 1_000_000_000));
		assert_eq!((rows[2].2, rows[2].3), (0, RESIDUAL));
		assert_ok!(repay(deal, 0, 500, 2_000_000_000));
		poll(FIRST + 5 * PERIOD);
		let rows = last_run().1;
		assert_eq!(rows[0], (0, 0, 0, 0));
		assert_eq!(rows[1].0, coupon(1_000_000_000, 8));
		assert_eq!((rows[1].2, rows[2].2), (1_000_000_000, RESIDUAL));
		assert_eq!(state(deal), DealState::Closed);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert!(!Lent::get(0).unwrap().open && !Lent::get(1).unwrap().open);
		assert_eq!(happened(|e| matches!(e, Event::DealClosed { unpaid: 0, .. })), 1);
		assert_noop!(Tranches::run_payment(signed(KEEPER), deal), E::WrongState);
		assert_eq!(repay(deal, 0, 1, 0), Err(E::WrongState.into()));
	});
}

#[test]
fn undrawn_principal_redeems_notes_at_the_end_of_the_revolving_period() {
	build_and_execute(|| {
		let deal = active();
		poll(REVOLVING_END + PERIOD);
		// Nothing was lent: everything comes back on the first amortising date.
		assert_eq!(state(deal), DealState::Closed);
		// Five senior coupons came of principal, which the residual lacks; the others' are owed still.
		let (unpaid, off): (Balance, Balance) = (5 * 304, 5 * 665);
		let closed = |e: &Event<Test>| match e {
			Event::DealClosed { unpaid: u, written_off, .. } => *u >= unpaid && *written_off == off,
			_ => false,
		};
		assert_eq!(happened(closed), 1);
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(usd(ALICE), ENDOWMENT + share(off, 4_000_000_000, SENIOR));
	});
}

#[test]
fn a_book_that_is_still_owed_interest_keeps_the_deal_open() {
	build_and_execute(|| {
		let deal = active();
		Lent::mutate(0, |book| book.as_mut().unwrap().interest = 1);
		poll(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert!(Lent::get(1).unwrap().open, "all books close or none");
		Lent::mutate(0, |book| book.as_mut().unwrap().interest = 0);
		assert_ok!(repay(deal, 0, 1, 0));
		poll(REVOLVING_END + 2 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		// The last unit pays interest that was still owed. Five senior coupons were paid of principal.
		assert_eq!(last_run().1[1].1, 1);
		let off = 5 * 665;
		let closed = |e: &Event<Test>| matches!(e, Event::DealClosed { written_off, .. } if *written_off == off);
		assert_eq!(happened(closed), 1);
	});
}

#[test]
fn cash_that_came_after_a_date_is_not_used_for_it() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		at(FIRST);
		assert_ok!(repay(deal, 0, 100, 0));
		at(FIRST + 1);
		assert_ok!(repay(deal, 0, 5_000, 0));
		at(FIRST + PERIOD);
		assert_ok!(repay(deal, 0, 70, 0));
		at(FIRST + PERIOD + 1);
		assert_ok!(repay(deal, 0, 9, 0));
		let cash = ledgers(deal).cash;
		assert_eq!((cash.available.interest, cash.later.interest), (100, 5_079));
		assert_eq!(LateCash::<Test>::iter_prefix(deal).count(), 2);
		// One date per call, each on its own cash, to its own date.
		let s = || signed(STRANGER);
		assert_ok!(Tranches::run_payment(s(), deal));
		assert_eq!(
			last_run(),
			(FIRST, vec![(665, 100, 0, SENIOR), (304, 0, 0, MEZZANINE), (0, 0, 0, RESIDUAL)])
		);
		assert_ok!(Tranches::run_payment(s(), deal));
		let (date, rows) = last_run();
		assert_eq!(date, FIRST + PERIOD);
		assert_eq!((rows[0].0, rows[0].1), (565 + 665, 565 + 665));
		assert_eq!((rows[1].0, rows[1].1), (2 * 304, 2 * 304));
		assert_eq!(rows[2].1, 5_070 - 2 * (665 + 304) + 100);
		assert_noop!(Tranches::run_payment(s(), deal), E::NotDue);
		assert_eq!(ledgers(deal).cash.available.interest, 9);
		assert_eq!(LateCash::<Test>::iter_prefix(deal).count(), 0);
	});
}

#[test]
fn a_late_run_owes_what_a_punctual_one_owes() {
	let outcome = |late: bool| {
		let mut result = Vec::new();
		build_and_execute(|| {
			let deal = active();
			assert_ok!(lend(deal, 0, 8_000_000_000));
			for period in 0..7 {
				let date = FIRST + period * PERIOD;
				at(date - 30_000);
				assert_ok!(repay(deal, 0, 900 + u128::from(period), 1_000_000_000));
				if !late {
					poll(date);
				}
			}
			poll(FIRST + 6 * PERIOD);
			result = vec![
				ledgers(deal).encode_for_test(),
				Deals::<Test>::get(deal).unwrap().encode_for_test(),
			];
		});
		result
	};
	assert_eq!(outcome(false), outcome(true));
}

/// Shorthand to compare two whole values.
trait EncodeForTest {
	fn encode_for_test(&self) -> Vec<u8>;
}
impl<V: codec::Encode> EncodeForTest for V {
	fn encode_for_test(&self) -> Vec<u8> {
		self.encode()
	}
}

#[test]
fn lending_stops_between_a_date_and_its_run_and_at_the_end_of_the_revolving_period() {
	build_and_execute(|| {
		let deal = active();
		assert_eq!(lend(deal, 0, 0), Err(E::ZeroAmount.into()));
		assert_eq!(lend(deal, 0, 10_000_000_001), Err(E::InsufficientPrincipal.into()));
		assert_eq!(lend(deal, 0, u128::MAX), Err(E::InsufficientPrincipal.into()));
		at(FIRST - 1);
		assert_ok!(lend(deal, 0, 1));
		assert_ok!(repay(deal, 0, 665 + 304, 0));
		at(FIRST);
		assert_eq!(lend(deal, 0, 1), Err(E::PaymentPending.into()));
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		assert_ok!(lend(deal, 0, 9_999_999_999));
		// The float is not lent, and a donation neither.
		donate(Tranches::account(deal), 100);
		assert_eq!(lend(deal, 0, 1), Err(E::InsufficientPrincipal.into()));
		// What comes back is lent again.
		assert_ok!(repay(deal, 0, 0, 500));
		assert_ok!(lend(deal, 1, 500));
		poll(REVOLVING_END - 1);
		assert_ok!(repay(deal, 0, 0, 500));
		assert_ok!(lend(deal, 1, 1));
		at(REVOLVING_END);
		assert_eq!(lend(deal, 1, 1), Err(E::NotLending.into()));
	});
}

#[test]
fn collection_takes_cash_that_is_there_or_nothing() {
	build_and_execute(|| {
		let deal = active();
		let collect = |from: AccountId, interest, principal| {
			<Tranches as DealCash<_>>::collect(deal, &from, Collected { interest, principal })
		};
		assert_noop!(collect(BORROWER, u128::MAX, 1), sp_runtime::ArithmeticError::Overflow);
		assert_noop!(collect(STRANGER, 1, 0), sp_runtime::TokenError::FundsUnavailable);
		assert_ok!(collect(STRANGER, 0, 0));
		assert_ok!(Assets::freeze_asset(signed(KEEPER), 1));
		assert!(frame_support::storage::with_storage_layer(|| collect(BORROWER, 1, 0)).is_err());
		assert_eq!(ledgers(deal).cash.available.interest, 0);
		// A payment date goes on without the asset.
		poll(FIRST);
		assert_eq!(last_run().0, FIRST);
		assert_ok!(Assets::thaw_asset(signed(KEEPER), 1));
	});
}

#[test]
fn dates_go_on_after_the_final_date_and_it_is_said_once() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 1_000));
		catch_up(FINAL + 10 * PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_eq!(happened(|e| matches!(e, Event::FinalDatePassed { .. })), 1);
		assert_ok!(repay(deal, 0, 0, 1_000));
		poll(FINAL + 11 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
	});
}

#[test]
fn principal_collected_late_waits_for_its_date_once_amortising() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 5_000_000_000));
		poll(FIRST + 3 * PERIOD);
		let date = FIRST + 4 * PERIOD;
		at(date + 1);
		assert_ok!(repay(deal, 0, 0, 5_000_000_000));
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
		// Only what was in cash on the date, of which five coupons had been paid.
		assert_eq!(last_run().1[0].2, 5_000_000_000 - 5 * 665);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		poll(date + PERIOD);
		assert_eq!(last_run().1[0].2, 2_000_000_000 + 5 * 665);
		assert_eq!(state(deal), DealState::Closed);
	});
}

#[test]
fn a_waterfall_that_overflows_changes_nothing() {
	build_and_execute(|| {
		let deal = active();
		let good = ledgers(deal);
		Ledgers::<Test>::mutate(deal, |ledgers| {
			ledgers.as_mut().unwrap().waterfall.classes[0].due = u128::MAX
		});
		at(FIRST);
		assert_noop!(Tranches::run_payment(signed(KEEPER), deal), E::WaterfallFailed);
		Ledgers::<Test>::insert(deal, good);
		assert_ok!(Tranches::run_payment(signed(KEEPER), deal));
	});
}
