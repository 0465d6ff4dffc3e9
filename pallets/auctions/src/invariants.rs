//! What is true after every block.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use strata_numbers::Price;
use strata_traits::{AgendaKey, BookId, LotId};

use crate::{
	types::{BookLots, Lot, Stage},
	Agenda, Config, Lots, NextLot, OpenLots, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Checks every lot, and the lots against the agenda and the counts of the books.
	///
	/// # Errors
	/// The first thing that does not agree:
	/// 1. each lot has an id of the past, units and a minimum above 0, a floor above 0 and at most
	///    its start, a round that ends after it starts;
	/// 2. no more is unpaid than was owed; a lot whose loss is charged owes nothing;
	/// 3. of a solvent lot in auction, what is left costs what is left of x even at its floor;
	/// 4. the agenda lists each lot once, when it is due, and beside them only lots that are closed;
	/// 5. each book counts its lots, sums them up, and knows the latest of each kind.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut counted: BTreeMap<BookId, BookLots> = BTreeMap::new();
		for (id, lot) in Lots::<T>::iter() {
			ensure!(id < NextLot::<T>::get(), "a lot has an id of the future");
			ensure!(
				Agenda::<T>::contains_key(AgendaKey::new(lot.due_at, id)),
				"a lot is forgotten"
			);
			Self::check_lot(&lot)?;
			let sums = counted.entry(lot.book).or_default();
			sums.open = sums.open.checked_add(1).ok_or("too many lots of a book")?;
			sums.add(&lot).ok_or("the lots of a book do not fit")?;
		}
		for key in Agenda::<T>::iter_keys() {
			let id = key.id();
			ensure!(id < NextLot::<T>::get(), "the agenda lists a lot of the future");
			let due = Lots::<T>::get(id).is_none_or(|lot| lot.due_at == key.time());
			ensure!(due, "the agenda lists a lot twice");
		}
		for (book, stored) in OpenLots::<T>::iter() {
			let BookLots { open, units, owed, solvent, insolvent } = stored;
			let sums = counted.remove(&book).ok_or("a book counts lots that are gone")?;
			ensure!(sums.open == open, "a book counts other lots");
			ensure!(sums.units == units && sums.owed == owed, "a book sums its lots up wrongly");
			for (latest, kind) in [(solvent, true), (insolvent, false)] {
				Self::check_latest(book, latest.map(|(id, _)| id), kind)?;
			}
		}
		ensure!(counted.is_empty(), "a book does not count its lots");
		Ok(())
	}

	fn check_latest(book: BookId, id: Option<LotId>, solvent: bool) -> Result<(), TryRuntimeError> {
		let Some(id) = id else { return Ok(()) };
		let lot = Lots::<T>::get(id).ok_or("the latest lot of a book is gone")?;
		ensure!(lot.book == book && lot.solvent == solvent, "the latest lot is another one");
		Ok(())
	}

	fn check_lot(lot: &Lot) -> Result<(), TryRuntimeError> {
		ensure!(lot.units > 0 && lot.minimum_units > 0, "a lot of nothing");
		ensure!(lot.floor > Price::default(), "a lot can be had for nothing");
		ensure!(lot.start >= lot.floor, "a price that rises");
		ensure!(lot.opened_at <= lot.started_at, "a round before the lot");
		ensure!(lot.started_at <= lot.ends_at, "a round that ends before it starts");
		ensure!(lot.ends_at <= lot.due_at, "a lot is looked at too early");
		ensure!(lot.restarts <= lot.shape.restarts, "more restarts than the shape has");
		let unpaid = lot.unpaid().ok_or("what is unpaid does not fit")?;
		ensure!(unpaid <= lot.owed, "more is unpaid than was owed");
		if lot.stage == Stage::Recovery {
			let settled = lot.owed == 0 && lot.penalty == 0;
			ensure!(settled, "a lot whose loss is charged owes something");
		} else {
			ensure!(lot.owed > 0, "a lot for nothing");
		}
		if lot.solvent && lot.stage == Stage::Auction {
			// A cost that does not fit is above anything owed.
			let least = lot.cost(lot.units, lot.floor).unwrap_or(unpaid);
			ensure!(least >= unpaid, "a solvent lot can be had for less than what is owed");
		}
		Ok(())
	}
}
