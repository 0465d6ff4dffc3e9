//! What deals do by themselves: the agenda and the hook that works it off.

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use sp_arithmetic::Perbill;
use sp_runtime::DispatchError;

use crate::{
	note_id, Agenda, AgendaKey, Config, Error, Event, Ledgers, Pallet, WeightInfo, MAX_BOOKS,
	NOTES_PER_DEAL,
};

impl<T: Config> Pallet<T> {
	/// The most the hook may use of a block.
	pub(crate) fn hook_limit() -> Weight {
		let (share, block) = (T::PaymentShare::get(), T::BlockWeights::get().max_block);
		Weight::from_parts(share.mul_floor(block.ref_time()), share.mul_floor(block.proof_size()))
	}

	/// One unit of work at worst: a look-up, a closing or a payment date, and parking the deal if it
	/// fails.
	pub(crate) fn unit_weight() -> Weight {
		T::WeightInfo::close_offering()
			.max(Self::payment_weight())
			.saturating_add(T::WeightInfo::park())
	}

	/// One payment date at worst: an ordinary one of as many books as there may be, the last one, which
	/// closes every book, or one that leaves the senior coupon unpaid while collateral of every book
	/// waits to be sold, and has every book mature.
	pub(crate) fn payment_weight() -> Weight {
		T::WeightInfo::run_payment(MAX_BOOKS)
			.max(T::WeightInfo::run_payment_last())
			.max(T::WeightInfo::run_payment_short().saturating_add(T::WeightInfo::accelerate()))
	}

	/// Works off what is due, the earliest first, within this pallet's share of the block and within
	/// `meter`. Each unit of work stands alone: one that fails changes nothing, takes its deal out of
	/// the agenda and does not stop the others.
	pub(crate) fn run_agenda(meter: &mut WeightMeter) {
		let mut share = WeightMeter::with_limit(Self::hook_limit().min(meter.remaining()));
		let now = Self::now();
		// On from the last key: the keys of entries that are gone would have to be passed again.
		let mut last = None;
		while share.try_consume(T::WeightInfo::agenda_read()).is_ok() {
			let next = match last {
				Some(key) => Agenda::<T>::iter_keys_from(Agenda::<T>::hashed_key_for(key)).next(),
				None => Agenda::<T>::iter_keys().next(),
			};
			let Some(key) = next else { break };
			last = Some(key);
			// Begun only where the worst fits; what it was is known afterwards.
			if key.time() > now || !share.can_consume(Self::unit_weight()) {
				break;
			}
			let spent = with_storage_layer(|| Self::run_entry(key)).unwrap_or_else(|error| {
				Self::park(key, error);
				Self::unit_weight()
			});
			share.consume(spent);
		}
		meter.consume(share.consumed());
	}

	/// Does what the entry stands for, and says what it weighed. The entry must be gone afterwards, or
	/// the hook would not end.
	fn run_entry(key: AgendaKey) -> Result<Weight, DispatchError> {
		// A deal has ledgers from its closing on.
		let spent = match Ledgers::<T>::contains_key(key.id()) {
			true => Self::do_run_payment(key.id())?,
			false => {
				Self::do_close_offering(key.id())?;
				T::WeightInfo::close_offering()
			},
		};
		ensure!(!Agenda::<T>::contains_key(key), Error::<T>::WrongState);
		Ok(spent)
	}

	/// Takes a deal out of the hook's way. `run_payment` puts it back when it succeeds.
	pub(crate) fn park(key: AgendaKey, error: DispatchError) {
		Agenda::<T>::remove(key);
		Ledgers::<T>::mutate(key.id(), |ledgers| {
			if let Some(ledgers) = ledgers {
				ledgers.parked = true;
			}
		});
		Self::deposit_event(Event::Parked { deal: key.id(), date: key.time(), error });
	}

	/// What the runtime must have got right.
	pub(crate) fn check_integrity() {
		assert_eq!(
			strata_waterfall::MAX_CLASSES,
			NOTES_PER_DEAL,
			"every class of a deal has a note id of its own"
		);
		assert!(note_id(0, 7).is_some() && note_id(0, 8).is_none(), "note ids do not overlap");
		assert!(T::Retention::get() < Perbill::one(), "somebody must be able to invest");
		assert!(T::MinPeriod::get() > 0, "a period of zero would never end");
		assert!(T::MaxOrdersPerDeal::get() > 0, "an offering must be able to take orders");
		let unit = T::WeightInfo::agenda_read().saturating_add(Self::unit_weight());
		assert!(
			unit.all_lte(Self::hook_limit()),
			"the hook's share of a block must hold one payment date"
		);
	}
}
