//! What follows the end of a round: restart, backstop, exchange, loss, recovery.

use frame_support::{ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};
use strata_numbers::{mul_div_ceil, mul_div_floor};
use strata_traits::{Backstop, Balance, Custody, LotId, Moment};

use crate::{
	types::{Lot, Stage},
	Config, Error, Event, Lots, OpenLots, Pallet,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_restart(id: LotId) -> DispatchResult {
		let (mut lot, now) = Self::ended(id)?;
		match lot.stage {
			Stage::Auction => {
				let left = lot.restarts.checked_sub(1).ok_or(Error::<T>::NoRestartsLeft)?;
				lot.restarts = left;
			},
			Stage::Exchange => return Err(Error::<T>::NoRestartsLeft.into()),
			Stage::Recovery => {},
		}
		let prices = T::Custody::market(lot.book).ok_or(Error::<T>::NoPrice)?;
		let lot = lot.round(prices, now).ok_or(Error::<T>::DoesNotFit)?;
		Self::start_round(id, lot);
		Ok(())
	}

	pub(crate) fn do_wrap_up(id: LotId) -> DispatchResult {
		let (lot, now) = Self::ended(id)?;
		let last = match lot.stage {
			Stage::Auction => lot.restarts == 0,
			Stage::Exchange => true,
			Stage::Recovery => false,
		};
		ensure!(last, Error::<T>::RestartsLeft);
		let lot = Self::offered_to_backstop(id, lot);
		if lot.units == 0 {
			Self::keep_or_close(id, lot)
		} else if lot.stage == Stage::Auction && lot.principal > 0 {
			Self::offer_in_exchange(id, lot, now)
		} else {
			Self::charge_loss(id, lot, now)
		}
	}

	/// A lot whose round, or whose offer, has ended.
	fn ended(id: LotId) -> Result<(Lot, Moment), DispatchError> {
		let lot = Lots::<T>::get(id).ok_or(Error::<T>::UnknownLot)?;
		let now = T::Custody::clock();
		ensure!(lot.is_over(now), Error::<T>::StillRunning);
		Ok((lot, now))
	}

	fn start_round(id: LotId, mut lot: Lot) {
		let due_at = lot.ends_at;
		Self::reschedule(id, &mut lot, due_at);
		Self::deposit_event(Event::LotRestarted {
			lot: id,
			start: lot.start,
			floor: lot.floor,
			ends_at: lot.ends_at,
			restarts: lot.restarts,
		});
		Lots::<T>::insert(id, lot);
	}

	/// What the pool leaves of a lot. Whatever goes wrong there changes nothing and does not hold the
	/// lot up.
	fn offered_to_backstop(id: LotId, lot: Lot) -> Lot {
		let Some((units, cost)) = Self::backstop_part(&lot) else { return lot };
		let mut rest = lot.clone();
		let bought = with_storage_layer(|| {
			T::Backstop::buy(&lot.collateral, &lot.settlement, units, cost, |pool| {
				rest = Self::sell(&lot, pool, units, cost)?;
				Ok(())
			})
		});
		let book = lot.book;
		match bought {
			Ok(()) => {
				Self::deposit_event(Event::SoldToBackstop { book, lot: Some(id), units, cost });
				rest
			},
			Err(error) => {
				Self::deposit_event(Event::BackstopFailed { book, error });
				lot
			},
		}
	}

	/// How much the pool buys and for how much, both above 0: all, or as much as it can pay, and then
	/// so that the rest is not below the lot's minimum. What it pays is rounded up.
	fn backstop_part(lot: &Lot) -> Option<(Balance, Balance)> {
		let capacity = T::Backstop::capacity(&lot.collateral, &lot.settlement);
		if capacity == 0 {
			return None;
		}
		let offer = lot.late_offer(T::Custody::market(lot.book)?.lower)?;
		if offer <= capacity {
			return (offer > 0).then_some((lot.units, offer));
		}
		// capacity < offer, so less than all: ⌈offer·units/all⌉ ≤ capacity.
		let affordable = mul_div_floor(lot.units, capacity, offer)?;
		let units = affordable.min(lot.units.checked_sub(lot.minimum_units)?);
		let cost = mul_div_ceil(offer, units, lot.units)?;
		(units > 0 && cost > 0).then_some((units, cost))
	}

	fn offer_in_exchange(id: LotId, mut lot: Lot, now: Moment) -> DispatchResult {
		lot.stage = Stage::Exchange;
		lot.started_at = now;
		lot.ends_at = now.checked_add(T::ExchangePeriod::get()).ok_or(Error::<T>::DoesNotFit)?;
		let ends_at = lot.ends_at;
		Self::reschedule(id, &mut lot, ends_at);
		Self::deposit_event(Event::ExchangeOpened {
			lot: id,
			units: lot.units,
			price: lot.floor,
			ends_at,
		});
		Lots::<T>::insert(id, lot);
		Ok(())
	}

	/// Charges the loss, and sells what is left from now on for recovery: at once with a reliable
	/// price, otherwise as soon as there is one.
	fn charge_loss(id: LotId, lot: Lot, now: Moment) -> DispatchResult {
		Self::settle(&lot)?;
		let unpaid = lot.unpaid().ok_or(Error::<T>::DoesNotFit)?;
		OpenLots::<T>::try_mutate(lot.book, |of_book| {
			of_book.owed = of_book.owed.checked_sub(unpaid).ok_or(Error::<T>::DoesNotFit)?;
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::LossCharged {
			lot: id,
			principal: lot.principal,
			units: lot.units,
		});
		let stage = Stage::Recovery;
		let mut lot =
			Lot { principal: 0, interest: 0, penalty: 0, owed: 0, restarts: 0, stage, ..lot };
		match T::Custody::market(lot.book).and_then(|prices| lot.round(prices, now)) {
			Some(lot) => Self::start_round(id, lot),
			None => {
				(lot.started_at, lot.ends_at) = (now, now);
				Self::reschedule(id, &mut lot, Self::retry_at(now));
				Lots::<T>::insert(id, lot);
			},
		}
		Ok(())
	}
}
