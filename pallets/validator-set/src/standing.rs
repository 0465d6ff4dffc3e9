//! The list of those who stand, and who enters and leaves it.

use frame_support::{ensure, BoundedVec};
use frame_system::RawOrigin;
use pallet_session::CurrentIndex;
use sp_runtime::{DispatchError, DispatchResult};
use sp_staking::SessionIndex;
use strata_validators::{place, Contender};

use crate::{Candidate, Candidates, Config, Error, Event, Pallet, Standing, Status, LOG_TARGET};

type StandingOf<T> =
	BoundedVec<Contender<<T as frame_system::Config>::AccountId>, <T as Config>::MaxCandidates>;

impl<T: Config> Pallet<T> {
	/// Stands no more.
	pub(crate) fn do_chill(who: T::AccountId) -> DispatchResult {
		let mut candidate = Self::candidate(&who)?;
		ensure!(candidate.status == Status::Standing, Error::<T>::NotStanding);
		Self::ensure_spared(&who)?;
		Self::take_out(&who, &mut candidate, Status::Chilled);
		Candidates::<T>::insert(&who, candidate);
		Self::deposit_event(Event::Chilled { candidate: who });
		Ok(())
	}

	/// Stands again.
	pub(crate) fn do_stand(who: T::AccountId) -> DispatchResult {
		let mut candidate = Self::candidate(&who)?;
		ensure!(candidate.status != Status::Standing, Error::<T>::AlreadyStanding);
		let is_eligible = Self::contender(&who, &candidate).is_eligible(Self::terms().bond);
		ensure!(is_eligible, Error::<T>::BondTooLow);
		Self::ensure_may_stand(&who, &candidate)?;
		Self::put_in(&who, &mut candidate);
		Candidates::<T>::insert(&who, candidate);
		Ok(())
	}

	/// Ends the privilege of a founder.
	pub(crate) fn do_retire(founder: T::AccountId) -> DispatchResult {
		let mut candidate = Candidates::<T>::get(&founder).ok_or(Error::<T>::NotAFounder)?;
		ensure!(candidate.founder, Error::<T>::NotAFounder);
		let is_bonded = candidate.bond >= Self::terms().bond;
		candidate.founder = false;
		if candidate.status == Status::Standing && is_bonded {
			Self::put_right(&founder, &candidate);
		} else {
			Self::ensure_spared(&founder)?;
			let status = if candidate.bond > 0 { Status::Chilled } else { Status::Left };
			Self::take_out(&founder, &mut candidate, status);
		}
		Self::keep(&founder, candidate);
		Self::deposit_event(Event::Retired { founder });
		Ok(())
	}

	/// Removes keys that nobody needs any more.
	pub(crate) fn do_purge_keys(who: T::AccountId) -> DispatchResult {
		let stands = Candidates::<T>::get(&who).is_some_and(|c| c.status == Status::Standing);
		let is_needed = stands || Self::validates(&who) || Self::is_next(&who);
		ensure!(!is_needed, Error::<T>::StillValidating);
		pallet_session::Pallet::<T>::purge_keys(RawOrigin::Signed(who.clone()).into())?;
		Self::deposit_event(Event::KeysPurged { owner: who });
		Ok(())
	}

	/// That `candidate` may enter the list.
	///
	/// # Errors
	/// [`Error::NoKeys`], [`Error::InJail`]; [`Error::TooManyCandidates`] if the list is full and nobody in
	/// it is worse.
	pub(crate) fn ensure_may_stand(who: &T::AccountId, candidate: &Candidate) -> DispatchResult {
		ensure!(Self::has_keys(who), Error::<T>::NoKeys);
		ensure!(candidate.jailed_until <= Self::session(), Error::<T>::InJail);
		let standing = Standing::<T>::get();
		let at = place(&standing, &Self::contender(who, candidate));
		let has_room = !standing.is_full() || at < standing.len();
		ensure!(has_room, Error::<T>::TooManyCandidates);
		Ok(())
	}

	/// Puts `candidate`, which may stand, into the list, in the place of the last if it is full. The caller
	/// stores it.
	pub(crate) fn put_in(who: &T::AccountId, candidate: &mut Candidate) {
		candidate.status = Status::Standing;
		let displaced = Standing::<T>::mutate(|standing| {
			let last = if standing.is_full() { standing.pop() } else { None };
			Self::insert(standing, who, candidate);
			last
		});
		if let Some(Contender { who: last, .. }) = displaced {
			Self::displace(last);
		}
		Self::pardon(who);
		Self::deposit_event(Event::Stands { candidate: who.clone() });
	}

	/// Inserts `candidate` where its bond belongs: behind its equals.
	fn insert(standing: &mut StandingOf<T>, who: &T::AccountId, candidate: &Candidate) {
		let new = Self::contender(who, candidate);
		let at = place(standing, &new);
		if standing.try_insert(at, new).is_err() {
			// Not reachable: callers make room.
			log::error!(target: LOG_TARGET, "no room for {who:?} to stand");
		}
	}

	/// Notes that the last of the list had to make room.
	fn displace(last: T::AccountId) {
		Candidates::<T>::mutate_extant(&last, |candidate| candidate.status = Status::Chilled);
		Self::deposit_event(Event::Displaced { candidate: last });
	}

	/// Takes `candidate` off the list if it is there, and gives it `status`. The caller stores it.
	pub(crate) fn take_out(who: &T::AccountId, candidate: &mut Candidate, status: Status) {
		if candidate.status == Status::Standing {
			Standing::<T>::mutate(|standing| standing.retain(|other| other.who != *who));
		}
		candidate.status = status;
	}

	/// Moves `candidate`, which stands, to where its bond now belongs.
	pub(crate) fn put_right(who: &T::AccountId, candidate: &Candidate) {
		Standing::<T>::mutate(|standing| {
			standing.retain(|other| other.who != *who);
			Self::insert(standing, who, candidate);
		});
	}

	/// How `candidate` stands in the list.
	pub(crate) fn contender(who: &T::AccountId, candidate: &Candidate) -> Contender<T::AccountId> {
		Contender { who: who.clone(), bond: candidate.bond, founder: candidate.founder }
	}

	/// What is kept of `who`.
	///
	/// # Errors
	/// [`Error::NotACandidate`].
	pub(crate) fn candidate(who: &T::AccountId) -> Result<Candidate, DispatchError> {
		Ok(Candidates::<T>::get(who).ok_or(Error::<T>::NotACandidate)?)
	}

	/// Stores `candidate`, or removes it if nothing is left.
	pub(crate) fn keep(who: &T::AccountId, candidate: Candidate) {
		if candidate.is_spent(Self::session()) {
			Candidates::<T>::remove(who);
		} else {
			Candidates::<T>::insert(who, candidate);
		}
	}

	/// The session now.
	pub(crate) fn session() -> SessionIndex {
		CurrentIndex::<T>::get()
	}
}
