//! Defaults that the chain sees by itself. No juror is asked; anyone may say so, and if nobody does the
//! court looks when a deal told it to.

use frame_support::{ensure, storage::with_storage_layer, traits::Time, weights::WeightMeter};
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{AgendaKey, DealDefault, DealId, Facts, Moment, Watch};

use crate::{
	pallet::{Config, Error, Event, Pallet, Watches},
	WeightInfo,
};

/// How long after a consequence could not be drawn it is tried again, milliseconds: an hour.
pub(crate) const RETRY_AFTER: Moment = 3_600_000;

impl<T: Config> Pallet<T> {
	/// See [`Pallet::declare_default`]. It is a fact, whether the court is open or not.
	pub(crate) fn do_declare_default(deal: DealId, default: DealDefault) -> DispatchResult {
		ensure!(T::Facts::holds(deal, default)?, Error::<T>::NoDefault);
		T::Facts::declare(deal, default)?;
		Self::deposit_event(Event::DefaultDeclared { deal, default });
		Ok(())
	}

	/// Looks at the deals whose time has come, the earliest first, as far as `meter` goes. Each costs
	/// `WeightInfo::watch`, a default or none.
	///
	/// Whatever becomes of one, it is looked at again later than now or not at all: none is looked at
	/// twice in a block, and none stops another.
	pub(crate) fn work_watches(meter: &mut WeightMeter) {
		let now = T::Time::now();
		let mut last: Option<AgendaKey> = None;
		while meter.try_consume(T::WeightInfo::agenda_read()).is_ok() {
			// On from the last key: what is removed in this block would be passed again each time.
			let next = match last {
				None => Watches::<T>::iter_keys().next(),
				Some(key) => Watches::<T>::iter_keys_from(Watches::<T>::hashed_key_for(key)).next(),
			};
			let Some(key) = next.filter(|key| key.time() <= now) else { return };
			if meter.try_consume(T::WeightInfo::watch()).is_err() {
				return;
			}
			last = Some(key);
			Watches::<T>::remove(key);
			Self::look(key.id(), now);
		}
	}

	/// Declares the default of a deal that is there, and looks again when the next one can be.
	fn look(deal: DealId, now: Moment) {
		let Some((at, default)) = T::Facts::next_default(deal) else { return };
		if at > now {
			return Self::watch(deal, at);
		}
		let declared =
			with_storage_layer::<(), DispatchError, _>(|| Self::do_declare_default(deal, default));
		let again = match declared {
			Ok(()) => match T::Facts::next_default(deal) {
				Some((at, _)) => at.max(now.saturating_add(1)),
				None => return,
			},
			Err(error) => {
				Self::deposit_event(Event::DeclarationFailed { deal, default, error });
				now.saturating_add(RETRY_AFTER)
			},
		};
		Self::watch(deal, again);
	}
}

impl<T: Config> Watch for Pallet<T> {
	fn watch(deal: DealId, at: Moment) {
		Watches::<T>::insert(AgendaKey::new(at, deal), ());
	}
}
