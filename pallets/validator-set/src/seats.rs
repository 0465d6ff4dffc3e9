//! Who of those who stand gets a seat, and who may go.

use alloc::vec::Vec;
use core::cmp::Reverse;

use frame_support::{ensure, traits::Get};
use pallet_session::{NextKeys, QueuedKeys, Validators};
use sp_runtime::DispatchResult;
use strata_validators::elect;

use crate::{Candidates, Config, Error, Offenders, Pallet, Standing, Status};

impl<T: Config> Pallet<T> {
	/// Who would validate if a set were planned now, by account.
	///
	/// One read of the list, one of the keys of each in it whose bond is high enough; if they are too few, two more for
	/// each validator of the next session.
	pub fn elected() -> Vec<T::AccountId> {
		let terms = Self::terms();
		let standing = Standing::<T>::get();
		let able = standing
			.into_iter()
			.filter(|one| one.is_eligible(terms.bond) && Self::has_keys(&one.who));
		let mut elected = elect(able, terms.election());
		Self::keep_least(&mut elected, terms.least);
		elected.sort();
		// Neither the founders nor the seats are more.
		elected.truncate(T::MaxValidators::get().try_into().unwrap_or(usize::MAX));
		elected
	}

	/// Adds validators of the last set that was planned to `elected` as long as they are fewer than `least`: those that have
	/// not offended first, then those with more of a bond.
	fn keep_least(elected: &mut Vec<T::AccountId>, least: u32) {
		let least = least.try_into().unwrap_or(usize::MAX);
		let Some(missing) = least.checked_sub(elected.len()).filter(|missing| *missing > 0) else {
			return;
		};
		let offenders = Offenders::<T>::get();
		let mut kept: Vec<_> = Self::next_set()
			.into_iter()
			.filter(|who| !elected.contains(who) && Self::has_keys(who))
			.filter_map(|who| {
				let candidate = Candidates::<T>::get(&who)?;
				let offended = offenders.iter().any(|(offender, _)| *offender == who);
				let has_left = candidate.status == Status::Left;
				(!has_left).then_some((offended, Reverse(candidate.bond), who))
			})
			.collect();
		kept.sort();
		elected.extend(kept.into_iter().take(missing).map(|(.., who)| who));
	}

	/// That `who` may go: enough others could be elected, or it is neither in the set that is planned nor could be
	/// elected. If it could, it may be the substitute for which another was let go.
	///
	/// # Errors
	/// [`Error::TooFewValidators`].
	pub(crate) fn ensure_spared(who: &T::AccountId) -> DispatchResult {
		let is_spared = !Self::is_counted(who) || Self::has_substitutes(who);
		ensure!(is_spared, Error::<T>::TooFewValidators);
		Ok(())
	}

	/// Whether `who` is in the set that is planned, or could be elected.
	fn is_counted(who: &T::AccountId) -> bool {
		let least = Self::terms().bond;
		let could_be = || {
			let standing = Standing::<T>::get();
			standing.iter().any(|one| one.who == *who && one.is_eligible(least))
		};
		Self::is_next(who) || could_be()
	}

	/// Whether as many others than `who` as there must be could be elected.
	pub(crate) fn has_substitutes(who: &T::AccountId) -> bool {
		let terms = Self::terms();
		let least = terms.least.try_into().unwrap_or(usize::MAX);
		Standing::<T>::get()
			.iter()
			.filter(|other| other.who != *who && other.is_eligible(terms.bond))
			.filter(|other| Self::has_keys(&other.who))
			.take(least)
			.count() >= least
	}

	/// Whether `who` has session keys.
	pub(crate) fn has_keys(who: &T::AccountId) -> bool {
		NextKeys::<T>::contains_key(who)
	}

	/// Whether `who` validates now.
	pub(crate) fn validates(who: &T::AccountId) -> bool {
		Validators::<T>::get().contains(who)
	}

	/// Whether `who` is in the set of the next session.
	pub(crate) fn is_next(who: &T::AccountId) -> bool {
		QueuedKeys::<T>::get().iter().any(|(validator, _)| validator == who)
	}
}
