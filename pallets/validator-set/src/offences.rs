//! A validator that has offended is disabled, and stays so. What it pays is in `slashing.rs`.

use alloc::vec::Vec;
use core::cmp::Reverse;

use frame_support::{dispatch::DispatchClass, traits::DisabledValidators, weights::Weight};
use pallet_session::{historical::IdentificationTuple, Validators};
use sp_runtime::Perbill;
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

use crate::{Config, Convictions, Event, Offenders, Pallet, WeightInfo, LOG_TARGET};

impl<T: Config> OnOffenceHandler<T::AccountId, IdentificationTuple<T>, Weight> for Pallet<T> {
	fn on_offence(
		offenders: &[OffenceDetails<T::AccountId, IdentificationTuple<T>>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		let convicts = Convictions::<T>::get(session);
		let (present, next) = (Validators::<T>::get(), Self::next_set());
		for (OffenceDetails { offender: (validator, ()), .. }, severity) in
			offenders.iter().zip(fractions)
		{
			let severity = OffenceSeverity(*severity);
			let is_new = convicts.iter().all(|convict| convict.who != *validator);
			let validates = present.contains(validator) || next.contains(validator);
			if Self::remember(validator, severity, is_new && validates) {
				pallet_session::Pallet::<T>::report_offence(validator.clone(), severity);
			}
			Self::deposit_event(Event::OffenceReported {
				validator: validator.clone(),
				session,
				severity: severity.0,
				disabled: Self::is_disabled(validator),
			});
		}
		let who: Vec<_> = offenders.iter().map(|details| details.offender.0.clone()).collect();
		Self::convict(&who, session);
		let count = u32::try_from(offenders.len()).unwrap_or(u32::MAX);
		let weight = <T as Config>::WeightInfo::on_offence(count);
		// `pallet-offences` drops what is returned, and the weight of a report knows nothing of it. Reports are
		// ordinary transactions.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Normal);
		weight
	}
}

impl<T: Config> Pallet<T> {
	/// Keeps the gravest offence of `validator`, if one is kept already, or `may_begin`: it is a validator now, or will
	/// be in the next session (then it is disabled when that begins), and the offence is new. Says whether it is kept.
	///
	/// Who was convicted of an offence in the same session before, and is not kept for it any more, has stood again
	/// after jail. It is named once more when somebody else's offence in the same slot becomes known, and has
	/// done nothing new.
	fn remember(validator: &T::AccountId, severity: OffenceSeverity, may_begin: bool) -> bool {
		let mut offenders = Offenders::<T>::get();
		if let Some((_, known)) = offenders.iter_mut().find(|(who, _)| who == validator) {
			*known = severity.max(*known);
		} else if !may_begin {
			return false;
		} else if offenders.try_push((validator.clone(), severity)).is_err() {
			// More have offended than there can be validators at once: those who come are among them.
			log::error!(target: LOG_TARGET, "no room to remember that {validator:?} offended");
		}
		Offenders::<T>::put(offenders);
		true
	}

	/// Disables those that a change of the set has enabled again, the gravest offence first, among
	/// equals the earliest; and forgets who is no validator any more.
	pub(crate) fn disable_again() {
		let mut offenders = Offenders::<T>::get();
		if offenders.is_empty() {
			return;
		}
		let validators = Validators::<T>::get();
		offenders.retain(|(who, _)| validators.contains(who));
		offenders.sort_by_key(|(_, severity)| Reverse(*severity));
		Offenders::<T>::put(&offenders);
		for (who, severity) in offenders {
			if !Self::is_disabled(&who) {
				pallet_session::Pallet::<T>::report_offence(who, severity);
			}
		}
	}

	/// Lets `validator`, which has served its time, make blocks again: it is one that was kept in the set
	/// because it could not be spared.
	pub(crate) fn pardon(validator: &T::AccountId) {
		let mut offenders = Offenders::<T>::get();
		let before = offenders.len();
		offenders.retain(|(who, _)| who != validator);
		if offenders.len() == before {
			return;
		}
		Offenders::<T>::put(offenders);
		let index = pallet_session::Pallet::<T>::validator_id_to_index(validator);
		if let Some(index) = index.filter(|_| Self::is_disabled(validator)) {
			pallet_session::Pallet::<T>::reenable_index(index);
		}
	}

	/// Whether `validator` is active and disabled.
	pub fn is_disabled(validator: &T::AccountId) -> bool {
		pallet_session::Pallet::<T>::validator_id_to_index(validator)
			.is_some_and(<pallet_session::Pallet<T> as DisabledValidators>::is_disabled)
	}
}
