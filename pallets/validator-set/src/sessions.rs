//! Which validators a session has, and how far back sessions are remembered.

use alloc::vec::Vec;
use core::marker::PhantomData;

use frame_support::{traits::Get, BoundedVec};
use frame_system::{pallet_prelude::BlockNumberFor, Pallet as System};
use pallet_session::{historical, NextKeys, QueuedKeys};
use sp_runtime::traits::Convert;
use sp_staking::SessionIndex;
use strata_validators::Contender;

use crate::{
	Beginnings, Candidate, Candidates, Config, Pallet, PresentKeys, Standing, Status, LOG_TARGET,
};

/// The sessions that are planned while the chain is built. Later ones follow from them.
const LAST_GENESIS_SESSION: SessionIndex = 1;

/// What a historical root says of a validator beyond its account and keys: nothing yet.
pub struct FullIdentificationOf<T>(PhantomData<T>);

impl<T: Config> Convert<T::AccountId, Option<()>> for FullIdentificationOf<T> {
	fn convert(_: T::AccountId) -> Option<()> {
		Some(())
	}
}

impl<T: Config> Pallet<T> {
	/// The validators of session `index`, or `None` if they are those of the session before.
	fn planned(index: SessionIndex) -> Option<Vec<T::AccountId>> {
		let validators = match index {
			0 => Self::founded(),
			LAST_GENESIS_SESSION => Self::born_with(),
			_ => Self::changed()?,
		};
		// Without any, `None` leaves the consensus pallets what they have.
		(!validators.is_empty()).then_some(validators)
	}

	/// The owners of the keys of genesis, sorted: the order must not depend on hashes.
	fn born_with() -> Vec<T::AccountId> {
		let mut owners: Vec<_> = NextKeys::<T>::iter_keys().collect();
		owners.sort();
		let found = owners.len();
		let validators = BoundedVec::<_, T::MaxValidators>::truncate_from(owners);
		if validators.len() < found {
			log::error!(
				target: LOG_TARGET,
				"genesis has keys of {found} validators: only the first {}, by account, validate",
				validators.len(),
			);
		}
		validators.into_inner()
	}

	/// The owners of the keys of genesis, who become founders by it.
	fn founded() -> Vec<T::AccountId> {
		let owners = Self::born_with();
		if !Standing::<T>::exists() {
			for who in &owners {
				let founder =
					Candidate { status: Status::Standing, founder: true, ..Default::default() };
				Candidates::<T>::insert(who, founder);
			}
			let standing = owners.iter().cloned();
			let standing = standing.map(|who| Contender { who, bond: 0, founder: true }).collect();
			Standing::<T>::put(BoundedVec::truncate_from(standing));
		}
		owners
	}

	/// The validators of the session that is about to be planned, if they or their keys are others than
	/// in the session before it.
	///
	/// `pallet-session` notices new keys itself, but not that the last validator is gone, and it copies
	/// the historical root without looking at keys. If nobody could be elected, the last ones stay, with the keys that
	/// they have now.
	fn changed() -> Option<Vec<T::AccountId>> {
		let before = QueuedKeys::<T>::get();
		let mut elected = Self::elected();
		if elected.is_empty() {
			let owners = before.iter().map(|(owner, _)| owner);
			elected = owners.filter(|owner| Self::has_keys(owner)).cloned().collect();
		}
		let is_same = |(who, (owner, keys)): (&T::AccountId, &(T::AccountId, T::Keys))| {
			who == owner && pallet_session::Pallet::<T>::load_keys(who).as_ref() == Some(keys)
		};
		let unchanged = elected.len() == before.len() && elected.iter().zip(&before).all(is_same);
		(!unchanged).then_some(elected)
	}

	/// Everything that is due when session `index` starts.
	fn started(index: SessionIndex) {
		Beginnings::<T>::insert(index, System::<T>::block_number());
		// `pallet-session` replaces what was planned for this session a moment later.
		PresentKeys::<T>::put(QueuedKeys::<T>::get());
		Self::prune(index);
		Self::disable_again();
	}

	/// Forgets the historical roots of sessions more than `HistoryDepth` before `current`, and who was
	/// convicted of something in them: one session in the steady state.
	fn prune(current: SessionIndex) {
		let Some(up_to) = current.checked_sub(T::HistoryDepth::get()) else { return };
		let Some((first, _)) = historical::StoredRange::<T>::get() else { return };
		if first < up_to {
			historical::Pallet::<T>::prune_up_to(up_to);
			Self::forget_convictions(first, up_to);
			(first..up_to).for_each(Beginnings::<T>::remove);
		}
	}

	/// The session from `first` to `last` that block `number` is in: `first` if it is in none so early, `last` if in
	/// none so late. `None` if that is a session in which an offence cannot be proven any more.
	///
	/// About log₂ of [`Config::HistoryDepth`] reads.
	pub fn session_of(
		number: BlockNumberFor<T>,
		first: SessionIndex,
		last: SessionIndex,
	) -> Option<SessionIndex> {
		let provable = first.max(Self::first_provable());
		if provable > last {
			return None;
		}
		// `low` has begun by then, or all are later; what is after `high` has not.
		let (mut low, mut high) = (provable, last);
		while low < high {
			// Between the two and above `low`, as `high` is above it.
			let middle = high.saturating_sub(high.saturating_sub(low) / 2);
			if Beginnings::<T>::get(middle) <= number {
				low = middle;
			} else {
				high = middle.saturating_sub(1);
			}
		}
		let is_earlier = low > first && Beginnings::<T>::get(low) > number;
		(!is_earlier).then_some(low)
	}
}

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	fn new_session(index: SessionIndex) -> Option<Vec<T::AccountId>> {
		Self::planned(index)
	}

	fn start_session(index: SessionIndex) {
		Self::started(index);
	}

	fn end_session(index: SessionIndex) {
		Self::ended(index);
	}
}

impl<T: Config> historical::SessionManager<T::AccountId, ()> for Pallet<T> {
	fn new_session(index: SessionIndex) -> Option<Vec<(T::AccountId, ())>> {
		let validators = Self::planned(index)?;
		Some(validators.into_iter().map(|validator| (validator, ())).collect())
	}

	fn start_session(index: SessionIndex) {
		Self::started(index);
	}

	fn end_session(index: SessionIndex) {
		Self::ended(index);
	}
}
