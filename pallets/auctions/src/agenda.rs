//! What lots do by themselves.

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{AgendaKey, Custody, Moment};

use crate::{types::Stage, Agenda, Cleared, Config, Error, Event, Lots, Pallet, WeightInfo};

impl<T: Config> Pallet<T> {
	/// One unit of work at worst: a restart or a wrap-up, and postponing the lot if that fails.
	/// Whoever calls [`strata_traits::Auctions::work`] must offer this and
	/// [`WeightInfo::agenda_read`] for anything to be done.
	pub fn unit_weight() -> Weight {
		Self::carry_on_weight().saturating_add(T::WeightInfo::postpone())
	}

	/// What follows once it is known that there is the lot.
	fn carry_on_weight() -> Weight {
		T::WeightInfo::restart().max(T::WeightInfo::wrap_up())
	}

	/// Works off what is due, the earliest first, within `meter`. Each unit of work stands alone: one
	/// that fails changes nothing but its own place, and does not stop the others. The place of a lot
	/// that was sold out before its time is cleared. Nothing is done if the keys that were cleared
	/// before in the block cannot be passed within `meter`.
	pub(crate) fn do_work(meter: &mut WeightMeter) {
		let now = T::Custody::clock();
		let mut last: Option<AgendaKey> = None;
		while meter.try_consume(T::WeightInfo::agenda_read()).is_ok() {
			// On from the last key, not from the prefix: entries removed in this block are still in
			// the overlay and would be passed again each time. What is put back comes later than now.
			let next = match last {
				None => Self::first(meter),
				Some(key) => Agenda::<T>::iter_keys_from(Agenda::<T>::hashed_key_for(key)).next(),
			};
			let Some(key) = next.filter(|key| key.time() <= now) else { break };
			if meter.try_consume(T::WeightInfo::postpone()).is_err() {
				break;
			}
			last = Some(key);
			if !Lots::<T>::contains_key(key.id()) {
				Self::clear(key);
				continue;
			}
			if meter.try_consume(Self::carry_on_weight()).is_err() {
				break;
			}
			if let Err(error) = with_storage_layer(|| Self::carry_on(key)) {
				Self::postpone(key, now, error);
			}
		}
	}

	/// The first key of the agenda, if `meter` has room for passing those that were cleared before it in
	/// this block: they are still in the overlay.
	fn first(meter: &mut WeightMeter) -> Option<AgendaKey> {
		meter.try_consume(T::DbWeight::get().reads(Self::cleared().into())).ok()?;
		Agenda::<T>::iter_keys().next()
	}

	/// How many keys were taken off the agenda in this block.
	pub(crate) fn cleared() -> u32 {
		let (block, count) = Cleared::<T>::get();
		if block == frame_system::Pallet::<T>::block_number() {
			count
		} else {
			0
		}
	}

	/// Takes `key` off the agenda, and counts it.
	pub(crate) fn clear(key: AgendaKey) {
		Agenda::<T>::remove(key);
		let count = Self::cleared().saturating_add(1);
		Cleared::<T>::put((frame_system::Pallet::<T>::block_number(), count));
	}

	/// Does what the lot's time has come for. It must have moved in the agenda afterwards.
	fn carry_on(key: AgendaKey) -> DispatchResult {
		let id = key.id();
		let lot = Lots::<T>::get(id).ok_or(Error::<T>::UnknownLot)?;
		match lot.stage {
			Stage::Auction if lot.restarts > 0 => Self::do_restart(id)?,
			Stage::Recovery => Self::do_restart(id)?,
			Stage::Auction | Stage::Exchange => Self::do_wrap_up(id)?,
		}
		if !Lots::<T>::contains_key(id) {
			Self::clear(key);
		}
		ensure!(!Agenda::<T>::contains_key(key), Error::<T>::StillRunning);
		Ok(())
	}

	/// Tries the lot again later.
	pub(crate) fn postpone(key: AgendaKey, now: Moment, error: DispatchError) {
		let (id, until) = (key.id(), Self::retry_at(now));
		// Where the lot is due, as it should be, this is its place, which is counted below.
		Agenda::<T>::remove(key);
		Lots::<T>::mutate(id, |lot| {
			if let Some(lot) = lot {
				Self::reschedule(id, lot, until);
			}
		});
		Self::deposit_event(Event::Postponed { lot: id, until, error });
	}
}
