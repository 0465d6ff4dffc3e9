//! How a lot is opened.

use frame_support::{ensure, storage::with_storage_layer, traits::Get, weights::WeightMeter};
use sp_runtime::DispatchResult;
use strata_traits::{
	AgendaKey, AuctionShape, Auctions, Backstop, BookId, Custody, DealCash, LotId, Moment, OnSale,
	Proceeds, Seizure,
};

use crate::{
	types::{BookLots, Lot},
	Agenda, Config, Error, Event, Lots, NextLot, OpenLots, Pallet,
};

impl<T: Config> Auctions for Pallet<T> {
	fn open(seizure: Seizure) -> DispatchResult {
		let lower = seizure.prices.lower;
		ensure!(seizure.units > 0 && seizure.minimum_units > 0, Error::<T>::NothingSeized);
		let now = T::Custody::clock();
		let lot = Lot::of(seizure, now).ok_or(Error::<T>::DoesNotFit)?;
		ensure!(lot.owed > 0, Error::<T>::NothingSeized);
		let covered = lot.offer(lower) == Some(lot.owed)
			&& T::Backstop::capacity(&lot.collateral, &lot.settlement) >= lot.owed;
		if covered && Self::bought_at_once(&lot) {
			return Ok(());
		}
		with_storage_layer(|| Self::list(lot, now))
	}

	fn work(meter: &mut WeightMeter) {
		Self::do_work(meter);
	}

	fn on_sale(book: BookId) -> OnSale {
		let BookLots { open: lots, units, owed, .. } = OpenLots::<T>::get(book);
		OnSale { lots, units, owed }
	}

	fn longest(shape: &AuctionShape) -> Option<Moment> {
		let rounds = Moment::from(shape.restarts).checked_add(1)?;
		shape.duration.checked_mul(rounds)?.checked_add(T::ExchangePeriod::get())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_buyer(
		collateral: &strata_traits::Asset,
		settlement: &strata_traits::Asset,
		cash: strata_traits::Balance,
	) {
		T::Backstop::benchmark_pool(collateral, settlement, cash);
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the pool bought all of it for x. If it could not, nothing has changed and the lot is
	/// sold as if there were no pool.
	fn bought_at_once(lot: &Lot) -> bool {
		let (units, cost) = (lot.units, lot.owed);
		let proceeds =
			Proceeds { principal: lot.principal, interest: lot.interest, ..Proceeds::default() };
		let bought = with_storage_layer(|| {
			T::Backstop::buy(&lot.collateral, &lot.settlement, units, cost, |pool| {
				T::Cash::proceeds(lot.deal, lot.book, pool, units, proceeds)?;
				T::Custody::deliver(lot.book, &lot.collateral, pool, units)
			})
		});
		let book = lot.book;
		match bought {
			Ok(()) => {
				Self::deposit_event(Event::SoldToBackstop { book, lot: None, units, cost });
				true
			},
			Err(error) => {
				Self::deposit_event(Event::BackstopFailed { book, error });
				false
			},
		}
	}

	/// Adds `lot` to the latest of its kind if that was opened now, or makes it one of its own.
	fn list(lot: Lot, now: Moment) -> DispatchResult {
		let mut of_book = OpenLots::<T>::get(lot.book);
		of_book.add(&lot).ok_or(Error::<T>::DoesNotFit)?;
		let latest = of_book.latest(lot.solvent);
		if let Some((id, _)) = latest.filter(|(_, opened_at)| *opened_at == now) {
			if let Some(sum) = Lots::<T>::get(id).and_then(|present| present.merged(&lot)) {
				Self::deposit_event(Event::LotIncreased {
					lot: id,
					units: sum.units,
					owed: sum.owed,
					start: sum.start,
					floor: sum.floor,
				});
				Lots::<T>::insert(id, sum);
				OpenLots::<T>::insert(lot.book, of_book);
				return Ok(());
			}
		}
		let id = NextLot::<T>::get();
		NextLot::<T>::put(id.checked_add(1).ok_or(Error::<T>::DoesNotFit)?);
		*latest = Some((id, now));
		of_book.open = of_book.open.checked_add(1).ok_or(Error::<T>::DoesNotFit)?;
		OpenLots::<T>::insert(lot.book, of_book);
		let lot = Lot { due_at: lot.ends_at, ..lot };
		Agenda::<T>::insert(AgendaKey::new(lot.due_at, id), ());
		Self::deposit_event(Event::LotOpened {
			lot: id,
			deal: lot.deal,
			book: lot.book,
			collateral: lot.collateral.clone(),
			units: lot.units,
			owed: lot.owed,
			solvent: lot.solvent,
			start: lot.start,
			floor: lot.floor,
			ends_at: lot.ends_at,
		});
		Lots::<T>::insert(id, lot);
		Ok(())
	}

	/// Moves a lot in the agenda. The caller stores the lot.
	pub(crate) fn reschedule(id: LotId, lot: &mut Lot, due_at: Moment) {
		Self::clear(AgendaKey::new(lot.due_at, id));
		lot.due_at = due_at;
		Agenda::<T>::insert(AgendaKey::new(due_at, id), ());
	}

	/// When a lot that cannot be carried on `now` is tried again. A clock that is about to end does
	/// not stop the hook: the lot then waits for good, as nothing comes after.
	pub(crate) fn retry_at(now: Moment) -> Moment {
		now.saturating_add(T::RetryAfter::get())
	}
}
