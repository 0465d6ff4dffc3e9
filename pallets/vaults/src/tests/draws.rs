//! When a book lends, and how much in a window.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Books as BooksOfDeals, DRAW_WINDOW};

use super::*;
use crate::types::{Adjustment, Book, BookTerms, LiquidityCall};

fn change(id: BookId, change: impl FnOnce(&mut Book)) {
	Books::<Test>::mutate(id, |book| change(book.as_mut().unwrap()));
}

/// Draws fail with `error` after `broken`, and so does a withdrawal with debt unless `withdrawal`;
/// helping and leaving work.
fn only_draws_fail(broken: impl FnOnce(BookId), error: Error, withdrawal: bool) {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		broken(id);
		let error = sp_runtime::DispatchError::from(error);
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), error);
		assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 1_000 * DOLLAR), error);
		assert_eq!(Vaults::max_draw(vault), Some(0));
		assert_ok!(Vaults::deposit(signed(BOB), vault, OUNCE));
		assert_ok!(Vaults::repay(signed(BOB), vault, DOLLAR));
		if withdrawal {
			assert!(Vaults::max_withdraw(vault).unwrap() > OUNCE);
			assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		} else {
			assert_eq!(Vaults::max_withdraw(vault), Some(0));
			assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE), error);
		}
		assert_ok!(Vaults::repay(signed(BOB), vault, Balance::MAX));
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_ok!(Vaults::close(signed(ALICE), vault));
	});
}

#[test]
fn a_book_that_has_matured_lends_no_more() {
	let mature = |id| <Vaults as BooksOfDeals>::mature(id, Now::get()).unwrap();
	only_draws_fail(mature, Error::Matured, false);
	ExtBuilder::default().build_and_execute(|| {
		let terms = BookTerms { maturity: Now::get() + DAY, ..terms(GOLD, 0.1) };
		let id = <Vaults as BooksOfDeals>::open(7, &USD, &terms).unwrap();
		pass(DAY - 1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		pass(1);
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), Error::Matured);
	});
}

#[test]
fn a_book_that_winds_down_lends_no_more() {
	let until = |id| <Vaults as BooksOfDeals>::wind_down(id, Now::get() + DAY).unwrap();
	only_draws_fail(until, Error::WindingDown, false);
}

#[test]
fn a_book_that_calls_lends_no_more() {
	let call = |id| {
		change(id, |book| {
			book.call = Some(LiquidityCall { amount: 1, due: Now::get() + DAY, at: None })
		})
	};
	only_draws_fail(call, Error::CallPending, true);
}

#[test]
fn behind_the_walk_no_risk_is_added() {
	only_draws_fail(|id| change(id, |book| book.backlog = true), Error::Backlog, false);
}

#[test]
fn an_impaired_book_lends_no_more() {
	only_draws_fail(|id| change(id, |book| book.impaired = true), Error::Impaired, false);
}

#[test]
fn nobody_takes_collateral_from_debt_that_is_being_closed_out() {
	type Breaks = fn(BookId);
	let close_outs: [(Breaks, Error); 3] = [
		(|id| <Vaults as BooksOfDeals>::mature(id, Now::get()).unwrap(), Error::Matured),
		(
			|id| <Vaults as BooksOfDeals>::wind_down(id, Now::get() + DAY).unwrap(),
			Error::WindingDown,
		),
		(|id| change(id, |book| book.impaired = true), Error::Impaired),
	];
	for (begin, error) in close_outs {
		ExtBuilder::default().build_and_execute(|| {
			let id = open_book(GOLD, 0.1);
			let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
			let idle = open_vault(ALICE, id, 10 * OUNCE, 0);
			begin(id);
			let error = sp_runtime::DispatchError::from(error);
			assert_eq!(Vaults::max_withdraw(vault), Some(0));
			assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), error);
			// Nor by a swap that leaves it better covered, nor a unit by way of a deposit.
			let swap = Adjustment { repay: 900 * DOLLAR, withdraw: OUNCE, ..Adjustment::default() };
			assert_noop!(Vaults::adjust(signed(ALICE), vault, swap), error);
			let swap = Adjustment { deposit: OUNCE, withdraw: OUNCE, ..Adjustment::default() };
			assert_noop!(Vaults::adjust(signed(ALICE), vault, swap), error);
			// What secures no debt is its owner's as ever.
			assert_eq!(Vaults::max_withdraw(idle), Some(10 * OUNCE));
			assert_ok!(Vaults::withdraw(signed(ALICE), idle, OUNCE));
			let all = Adjustment { repay: Balance::MAX, withdraw: OUNCE, ..Adjustment::default() };
			assert_ok!(Vaults::adjust(signed(ALICE), vault, all));
			assert_ok!(Vaults::close(signed(ALICE), vault));
		});
	}
}

#[test]
fn a_book_lends_so_much_in_a_window() {
	ExtBuilder::default().build_and_execute(|| {
		let terms = BookTerms { draw_fuse: 1_000 * DOLLAR, ..terms(GOLD, 0.0) };
		let id = <Vaults as BooksOfDeals>::open(7, &USD, &terms).unwrap();
		Now::set(DRAW_WINDOW * 500_000);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 600 * DOLLAR);
		assert_eq!(Vaults::max_draw(vault), Some(400 * DOLLAR));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 400 * DOLLAR + 1), Error::BookFuseBlown);
		pass(DRAW_WINDOW - 1);
		assert_noop!(Vaults::draw(signed(ALICE), vault, 400 * DOLLAR + 1), Error::BookFuseBlown);
		assert_ok!(Vaults::draw(signed(ALICE), vault, 400 * DOLLAR));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::BookFuseBlown);
		// What is repaid is not given back within the window.
		assert_ok!(Vaults::repay(signed(ALICE), vault, 500 * DOLLAR));
		assert_eq!(Vaults::max_draw(vault), Some(0));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::BookFuseBlown);
		pass(1);
		assert_eq!(Vaults::max_draw(vault), Some(1_000 * DOLLAR));
		assert_ok!(Vaults::draw(signed(ALICE), vault, 1_000 * DOLLAR));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::BookFuseBlown);
	});
}

#[test]
fn an_asset_is_drawn_on_so_much_in_a_window() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.draw_fuse = Price::from_u32(1_500));
		let (first, second) = (open_book(GOLD, 0.0), open_book(GOLD, 0.0));
		open_vault(ALICE, first, 100 * OUNCE, 1_000 * DOLLAR);
		assert_noop!(
			Vaults::open(signed(BOB), second, 100 * OUNCE, 500 * DOLLAR + 1),
			Error::AssetFuseBlown
		);
		let vault = open_vault(BOB, second, 100 * OUNCE, 400 * DOLLAR);
		assert_eq!(Vaults::max_draw(vault), Some(100 * DOLLAR));
		assert_ok!(Vaults::draw(signed(BOB), vault, 100 * DOLLAR));
		assert_noop!(Vaults::draw(signed(BOB), vault, 1), Error::AssetFuseBlown);
		pass(DRAW_WINDOW);
		assert_ok!(Vaults::draw(signed(BOB), vault, 1));
	});
}
