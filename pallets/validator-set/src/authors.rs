//! Who makes the blocks, what that earns, and what becomes of who makes none.

use frame_support::{dispatch::DispatchClass, traits::fungible::Mutate, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::Validators;
use sp_staking::SessionIndex;
use strata_validators::{is_long_enough, is_their_own, share};

use crate::{
	Authored, Candidates, Cause, Config, Event, Offenders, Pallet, Silent, Watched, WeightInfo,
	LOG_TARGET,
};

impl<T: Config> pallet_authorship::EventHandler<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn note_author(author: T::AccountId) {
		Self::count_block(&author);
		// `pallet-authorship` says that it costs nothing.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			<T as Config>::WeightInfo::note_author(),
			DispatchClass::Mandatory,
		);
	}
}

impl<T: Config> Pallet<T> {
	/// Counts a block of `author`.
	fn count_block(author: &T::AccountId) {
		let Some(index) = pallet_session::Pallet::<T>::validator_id_to_index(author) else {
			return;
		};
		let Ok(index) = usize::try_from(index) else { return };
		Authored::<T>::mutate(|blocks| {
			if blocks.len() <= index {
				blocks.bounded_resize(index.saturating_add(1), 0);
			}
			if let Some(count) = blocks.get_mut(index) {
				*count = count.saturating_add(1);
			}
		});
	}

	/// Everything that is due when session `index` ends.
	pub(crate) fn ended(index: SessionIndex) {
		let authored = Authored::<T>::take();
		let validators = Validators::<T>::get();
		Self::reward(&validators, &authored);
		Self::watch(index, &validators, &authored);
	}

	/// Issues what the blocks of the session earn, if anything.
	fn reward(validators: &[T::AccountId], authored: &[u32]) {
		let issuance = Self::terms().issuance;
		if issuance == 0 {
			return;
		}
		for (validator, blocks) in
			validators.iter().zip(authored).filter(|(_, blocks)| **blocks > 0)
		{
			let Some(amount) = issuance.checked_mul((*blocks).into()) else { continue };
			match T::Bonds::mint_into(validator, amount) {
				Ok(_) => Self::deposit_event(Event::Rewarded {
					validator: validator.clone(),
					blocks: *blocks,
					amount,
				}),
				Err(error) => {
					log::error!(target: LOG_TARGET, "no reward for {validator:?}: {error:?}");
				},
			}
		}
	}

	/// Watches one session more, and if that is enough, jails those who were silent all the time.
	fn watch(session: SessionIndex, validators: &[T::AccountId], authored: &[u32]) {
		let (sessions, expected) = Watched::<T>::get();
		let sessions = sessions.saturating_add(1);
		let blocks = authored.iter().fold(0, |sum: u32, made| sum.saturating_add(*made));
		let count = u32::try_from(validators.len()).unwrap_or(u32::MAX);
		let expected = expected.saturating_add(share(blocks, count));
		let silent = Self::still_silent(sessions == 1, validators, authored);
		if !is_long_enough(sessions, expected) {
			Watched::<T>::put((sessions, expected));
			Silent::<T>::put(silent);
			return;
		}
		Watched::<T>::kill();
		Silent::<T>::kill();
		if is_their_own(u32::try_from(silent.len()).unwrap_or(u32::MAX), count) {
			for who in silent {
				Self::jail_silent(who, session);
			}
		}
	}

	/// Those of `validators` who made no block in this session, nor, unless it is the first, in the others
	/// of the watch. Who is disabled may not make any, and is not meant.
	fn still_silent(
		is_first: bool,
		validators: &[T::AccountId],
		authored: &[u32],
	) -> BoundedVec<T::AccountId, T::MaxValidators> {
		let offenders = Offenders::<T>::get();
		let before = Silent::<T>::get();
		let made = authored.iter().copied().chain(core::iter::repeat(0));
		let silent = validators
			.iter()
			.zip(made)
			.filter(|(who, made)| *made == 0 && (is_first || before.contains(who)))
			.map(|(who, _)| who)
			.filter(|who| offenders.iter().all(|(offender, _)| offender != *who));
		BoundedVec::truncate_from(silent.cloned().collect())
	}

	/// Jails `who` from the session after `session` on, if it can be spared.
	fn jail_silent(who: T::AccountId, session: SessionIndex) {
		let Some(candidate) = Candidates::<T>::get(&who) else { return };
		if Self::has_substitutes(&who) {
			Self::jail(&who, candidate, session.saturating_add(1), Cause::Silence);
		}
	}
}
