//! What the court does by itself in what is left of a block.

use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;
use strata_court::{Penalties, MAX_SEATS};
use strata_traits::{AgendaKey, DisputeId};

use crate::{
	advance::RETRY, types::Height, Agenda, Config, Disputes, Error, Event, Pallet, WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// What the court may take of `remaining`.
	pub(crate) fn idle_limit(remaining: Weight) -> Weight {
		let share = T::IdleShare::get();
		let of = |amount: u64| share.mul_floor(amount);
		Weight::from_parts(of(remaining.ref_time()), of(remaining.proof_size()))
	}

	/// Looks for defaults, then works off the agenda of cases, both the earliest first, within `meter`.
	/// Nothing of a closed chain.
	pub(crate) fn work(meter: &mut WeightMeter) {
		if T::Halted::get() {
			return;
		}
		Self::work_watches(meter);
		Self::work_agenda(meter);
	}

	/// One unit of the agenda at worst: a stage that fails, and moving the case on for that.
	pub(crate) fn unit_weight() -> Weight {
		Self::advance_weight().saturating_add(T::WeightInfo::postpone())
	}

	/// Each case stands alone: one that fails changes nothing but its own place in the agenda. None is
	/// worked on twice in a block.
	fn work_agenda(meter: &mut WeightMeter) {
		let mut last: Option<AgendaKey> = None;
		while meter.try_consume(T::WeightInfo::agenda_read()).is_ok() {
			if Self::ensure_open().is_err() {
				break;
			}
			let now = Self::height();
			// On from the last key, not from the prefix: entries removed in this block are still in
			// the overlay and would be passed again each time. What is put back comes later than now.
			let next = match last {
				None => Agenda::<T>::iter_keys().next(),
				Some(key) => Agenda::<T>::iter_keys_from(Agenda::<T>::hashed_key_for(key)).next(),
			};
			let Some(key) = next.filter(|key| key.time() <= now.into()) else { break };
			if !meter.can_consume(Self::unit_weight()) {
				break;
			}
			last = Some(key);
			meter.consume(Self::work_on(key, now));
		}
	}

	/// Advances a case, or moves it on. What that weighs.
	fn work_on(key: AgendaKey, now: Height) -> Weight {
		match with_storage_layer(|| Self::do_advance(key.id())) {
			Ok(weight) => weight,
			Err(error) => {
				// What failed is undone: the stage is what it was. Many that wait for a seed must not
				// each take what the worst stage takes.
				let tried = Disputes::<T>::get(key.id())
					.map_or(Self::advance_weight(), |dispute| Self::stage_weight(&dispute.state));
				Self::postpone(key, now, error);
				tried.saturating_add(T::WeightInfo::postpone())
			},
		}
	}

	/// Looks at the case again later.
	pub(crate) fn postpone(key: AgendaKey, now: Height, error: DispatchError) {
		let (id, until): (DisputeId, Height) = (key.id(), now.saturating_add(RETRY));
		Agenda::<T>::remove(key);
		Disputes::<T>::mutate_extant(id, |dispute| Self::schedule(id, dispute, Some(until)));
		// That it is not time yet is no news.
		if error != Error::<T>::NotDue.into() {
			Self::deposit_event(Event::Postponed { dispute: id, until, error });
		}
	}

	/// Checks what the types do not: that honesty pays by the default penalties, that a panel fits what
	/// is stored of it, and that each unit of work of a hook fits in what the hook may take of a block.
	pub(crate) fn check_integrity() {
		assert!(Penalties::default().validate().is_ok(), "honesty does not pay");
		assert!(u32::from(MAX_SEATS) < crate::types::MAX_ALL_SEATS, "panels do not fit");
		let most = Self::idle_limit(T::BlockWeights::get().max_block);
		let unit = Self::unit_weight().max(T::WeightInfo::watch());
		let needed = T::WeightInfo::agenda_read().saturating_add(unit);
		assert!(needed.all_lte(most), "a unit of work does not fit in a block: {needed} > {most}");
	}
}
