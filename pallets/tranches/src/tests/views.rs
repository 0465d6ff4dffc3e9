//! The real-time books.

use frame_support::assert_ok;
use sp_runtime::FixedU128;

use crate::{mock::*, *};

#[test]
fn nav_counts_cash_once_and_a_book_no_higher_than_what_backs_it() {
	build_and_execute(|| {
		let deal = active();
		let nav = || Tranches::deal_view(deal).unwrap().nav;
		assert_eq!(nav(), Some(10_000_000_000));
		assert_ok!(lend(deal, 0, 6_000_000_000));
		assert_ok!(lend(deal, 1, 2_000_000_000));
		Lent::mutate(0, |book| book.as_mut().unwrap().interest = 500);
		assert_eq!(nav(), Some(10_000_000_500));
		Lent::mutate(0, |book| book.as_mut().unwrap().value = Some(1_000_000_000));
		assert_eq!(nav(), Some(5_000_000_000));
		let views = Tranches::tranche_views(deal);
		// 5,000,000,000 against 7,000,000,000 of senior notes.
		assert_eq!(views[0].value, Some(5_000_000_000));
		assert_eq!(views[0].coverage, Some(FixedU128::from_inner(5 * 10u128.pow(18) / 7)));
		assert_eq!((views[1].value, views[2].value), (Some(0), Some(0)));
		// Without a price nothing is said; a book that is owed nothing needs none.
		Lent::mutate(0, |book| book.as_mut().unwrap().value = None);
		assert_eq!(nav(), None);
		let views = Tranches::tranche_views(deal);
		assert_eq!((views[0].value, views[0].coverage), (None, None));
		Lent::mutate(0, |book| book.as_mut().unwrap().interest = 0);
		assert_ok!(repay(deal, 0, 0, 6_000_000_000));
		assert_eq!(nav(), Some(10_000_000_000));
	});
}

#[test]
fn tranches_show_what_they_are_owed_now_and_their_factor() {
	build_and_execute(|| {
		let deal = active();
		at(OFFERING_END + PERIOD / 2);
		let views = Tranches::tranche_views(deal);
		assert_eq!(views[0].due, 332);
		assert_eq!(views[2].due, 0);
		assert_eq!(views[0].value, Some(SENIOR + 332));
		assert_eq!(views[2].value, Some(RESIDUAL - 332 - 152));
		assert_eq!(views[1].note, note_id(deal, 1).unwrap());
		// Looking accrues nothing.
		assert_eq!(ledgers(deal).waterfall.accrued_to, OFFERING_END);
		assert_ok!(lend(deal, 0, 5_000_000_000));
		poll(FIRST + 4 * PERIOD);
		let view = &Tranches::tranche_views(deal)[0];
		// Five coupons were paid of principal before.
		let paid = 5_000_000_000 - 5 * 665;
		assert_eq!(view.balance, SENIOR - paid);
		assert_eq!(view.factor, FixedU128::from_inner((SENIOR - paid) * 10u128.pow(18) / SENIOR));
		assert_eq!(view.principal_paid, paid);
		assert_eq!(Tranches::claimable_view(deal, 0, &ALICE).principal, paid * 4 / 7);
		assert_eq!(Tranches::tranche_views(deal)[2].pdl, 5 * 665);
	});
}

#[test]
fn a_dry_run_shows_the_next_date_and_changes_nothing() {
	build_and_execute(|| {
		let deal = active();
		let before = root();
		let rows = Tranches::dry_run(deal, 700, 0);
		assert_eq!(root(), before);
		assert_ok!(repay(deal, 0, 700, 0));
		poll(FIRST);
		let expected: Vec<_> =
			rows.iter().map(|p| (p.due, p.interest, p.principal, p.balance)).collect();
		assert_eq!(last_run().1, expected);
		assert!(Tranches::dry_run(deal, u128::MAX, 0).is_empty() || rows.len() == 3);
	});
}

#[test]
fn an_offering_shows_its_orders_and_a_closed_deal_nothing_owed() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		let view = Tranches::deal_view(deal).unwrap();
		assert_eq!(view.refunds, SENIOR + MEZZANINE + RESIDUAL);
		assert_eq!((view.nav, view.next_payment, view.notes), (None, None, 0));
		assert_eq!(Tranches::tranche_views(deal)[0].ordered, SENIOR);
		assert!(Tranches::dry_run(deal, 1, 1).is_empty());
		poll(OFFERING_END);
		let view = Tranches::deal_view(deal).unwrap();
		assert_eq!((view.next_payment, view.notes), (Some(FIRST), 10_000_000_000));
		poll(REVOLVING_END + PERIOD);
		let view = Tranches::deal_view(deal).unwrap();
		assert_eq!((view.state, view.next_payment, view.notes), (DealState::Closed, None, 0));
		assert_eq!(view.cash.distributable, 10_000_000_000);
		assert_eq!(Tranches::tranche_views(deal)[0].value, Some(0));
	});
}
