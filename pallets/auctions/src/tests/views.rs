//! What the runtime APIs answer.

use super::*;
use crate::MAX_PAGE;

#[test]
fn a_lot_is_shown_with_its_price_now() {
	execute(|| {
		assert_eq!(Auctions::lot(0), None);
		let id = open(insolvent());
		pass(HOUR / 2);
		let view = Auctions::lot(id).unwrap();
		assert_eq!((view.id, &view.lot), (id, &lot(id)));
		assert_eq!(view.price, Some(dollars(85.0)));
		assert_eq!((view.cost_of_all, view.ends_in), (Some(680 * DOLLAR), HOUR / 2));
		pass(HOUR / 2);
		let view = Auctions::lot(id).unwrap();
		assert_eq!((view.price, view.cost_of_all, view.ends_in), (None, None, 0));
	});
}

#[test]
fn a_quote_is_what_is_paid() {
	execute(|| {
		assert_eq!(Auctions::quote(0, 1), Err(Error::UnknownLot.into()));
		let id = open(solvent());
		assert_eq!(Auctions::quote(id, 0), Err(Error::AmountZero.into()));
		assert_eq!(Auctions::quote(id, 12 * OUNCE), Err(Error::MoreThanLeft.into()));
		assert_eq!(Auctions::quote(id, 1), Err(Error::TooSmall.into()));
		for millis in [0, 12_345, 1_000_001] {
			pass(millis);
			let quote = Auctions::quote(id, OUNCE + 1).unwrap();
			assert_eq!(buy(ALICE, id, OUNCE + 1), quote);
		}
	});
}

#[test]
fn pages_show_every_lot_once() {
	execute(|| {
		for book in 0..50 {
			open(strata_traits::Seizure { book, ..solvent() });
		}
		let mut seen = Vec::new();
		let mut from = None;
		loop {
			let page = Auctions::lots(from, 7);
			from = page.last().map(|view| view.id);
			seen.extend(page.iter().map(|view| view.id));
			if page.len() < 7 {
				break;
			}
		}
		seen.sort_unstable();
		assert_eq!(seen, (0..50).collect::<Vec<_>>());
		assert_eq!(Auctions::lots(None, 0), []);
		assert_eq!(Auctions::lots(None, u32::MAX).len(), 50);
		// A lot that is gone is still a place to go on from.
		let first = Auctions::lots(None, 1)[0].id;
		buy(ALICE, first, 11 * OUNCE);
		assert_eq!(Auctions::lots(Some(first), u32::MAX).len(), 49);
	});
}

#[test]
fn a_page_has_an_end() {
	new_test_ext().execute_with(|| {
		for book in 0..=MAX_PAGE {
			open(strata_traits::Seizure { book, ..solvent() });
		}
		assert_eq!(Auctions::lots(None, u32::MAX).len(), MAX_PAGE as usize);
		Auctions::do_try_state().unwrap();
	});
}
