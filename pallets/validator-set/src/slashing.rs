//! What an offence costs: bond, seat and privilege.

use frame_support::{
	traits::{
		fungible::{Balanced, BalancedHold, Credit},
		Get, Imbalance,
	},
	BoundedVec,
};
use pallet_session::{historical::HistoricalSessions, Validators};
use sp_staking::SessionIndex;
use strata_validators::{slashed, Balance};

use crate::{
	Candidate, Candidates, Cause, Config, Conviction, Convictions, Event, HoldReason, Pallet,
	Status, LOG_TARGET,
};

type ConvictsOf<T> =
	BoundedVec<Conviction<<T as frame_system::Config>::AccountId>, <T as Config>::MaxValidators>;
type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Bonds>;

impl<T: Config> Pallet<T> {
	/// Convicts `offenders` of an offence in `session`, once each, and charges all convicts of that session
	/// what so many of them owe.
	pub(crate) fn convict(offenders: &[T::AccountId], session: SessionIndex) {
		let mut convicts = Convictions::<T>::get(session);
		for who in offenders {
			if convicts.iter().all(|convict| convict.who != *who) {
				Self::expel(who);
				let answering = Self::answering(who, session);
				let convict = Conviction { who: who.clone(), answering, charged: 0 };
				if convicts.try_push(convict).is_err() {
					// Not reachable: they were validators of one session, and as bounded.
					log::error!(target: LOG_TARGET, "too many offenders of session {session}");
				}
			}
		}
		Self::charge(&mut convicts, session);
		Convictions::<T>::insert(session, convicts);
	}

	/// Charges each of `convicts` what it has not been charged yet.
	fn charge(convicts: &mut ConvictsOf<T>, session: SessionIndex) {
		let count = u32::try_from(convicts.len()).unwrap_or(u32::MAX);
		let validators = Self::validators_of(session);
		let mut taken = CreditOf::<T>::zero();
		for convict in convicts.iter_mut() {
			let due = slashed(convict.answering, count, validators);
			let more = due.saturating_sub(convict.charged);
			if more > 0 {
				convict.charged = due;
				taken.subsume(Self::slash(&convict.who, session, more));
			}
		}
		// Only a treasury without an account cannot take it, and then it is burned: an offence must not go
		// unpunished for that.
		drop(T::Bonds::resolve(&T::Treasury::get(), taken));
	}

	/// Takes `amount` from what `who` answers with for `session`, or what is left of it.
	fn slash(who: &T::AccountId, session: SessionIndex, amount: Balance) -> CreditOf<T> {
		let Some(mut candidate) = Candidates::<T>::get(who) else { return CreditOf::<T>::zero() };
		let there = candidate.take_slashed(session, amount);
		let (credit, missing) = T::Bonds::slash(&HoldReason::Bond.into(), who, there);
		if missing > 0 {
			// Not reachable: what is recorded is on hold.
			log::error!(target: LOG_TARGET, "{missing} of the bond of {who:?} is not on hold");
		}
		if candidate.status == Status::Standing {
			Self::put_right(who, &candidate);
		}
		Candidates::<T>::insert(who, candidate);
		let amount = credit.peek();
		if amount > 0 {
			Self::deposit_event(Event::Slashed { validator: who.clone(), session, amount });
		}
		credit
	}

	/// Ends the privilege of an offender, and puts it into jail. Of a founder without a bond who has left nothing is
	/// kept: it could otherwise come back at once.
	fn expel(who: &T::AccountId) {
		let mut candidate = Candidates::<T>::get(who).unwrap_or_default();
		candidate.founder = false;
		Self::jail(who, candidate, Self::session(), Cause::Offence);
	}

	/// Puts `candidate` into jail from session `from` on. Who has left stays out.
	pub(crate) fn jail(
		who: &T::AccountId,
		mut candidate: Candidate,
		from: SessionIndex,
		cause: Cause,
	) {
		let until = from.saturating_add(Self::terms().jail).max(candidate.jailed_until);
		candidate.jailed_until = until;
		if candidate.status == Status::Standing {
			Self::take_out(who, &mut candidate, Status::Chilled);
		}
		Candidates::<T>::insert(who, candidate);
		Self::deposit_event(Event::Jailed { validator: who.clone(), until, cause });
	}

	/// What answers for an offence of `who` in `session`.
	fn answering(who: &T::AccountId, session: SessionIndex) -> Balance {
		let candidate = Candidates::<T>::get(who);
		// Its sum was checked when it was made.
		candidate.and_then(|candidate| candidate.answering(session).ok()).unwrap_or_default()
	}

	/// How many validated in `session`.
	fn validators_of(session: SessionIndex) -> u32 {
		let now = || u32::try_from(Validators::<T>::get().len()).unwrap_or(u32::MAX);
		HistoricalSessions::<T>::get(session).map_or_else(now, |(_, count)| count)
	}

	/// Forgets the convictions of the sessions from `first` to before `end`: they cannot be proven again.
	pub(crate) fn forget_convictions(first: SessionIndex, end: SessionIndex) {
		(first..end).for_each(Convictions::<T>::remove);
	}
}
