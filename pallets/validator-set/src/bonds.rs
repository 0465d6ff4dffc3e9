//! Bonds: put up, added to, taken out, free again.
//!
//! All that a candidate has here is one amount on hold, of which [`Candidate`](crate::Candidate) says what
//! it is: the bond, and parts on their way out.

use frame_support::{
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use sp_runtime::{ArithmeticError, DispatchResult};
use sp_staking::SessionIndex;
use strata_validators::Balance;

use crate::{Candidates, Config, Error, Event, HoldReason, Pallet, Status};

impl<T: Config> Pallet<T> {
	/// Bonds for the first time, or again after leaving, and stands.
	pub(crate) fn do_bond(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount >= Self::terms().bond, Error::<T>::BondTooLow);
		let mut candidate = Candidates::<T>::get(&who).unwrap_or_default();
		ensure!(candidate.bond == 0, Error::<T>::AlreadyBonded);
		candidate.bond = amount;
		// All of it must fit, so that no sum over it fails later.
		candidate.held()?;
		let stands = candidate.status == Status::Standing;
		if !stands {
			Self::ensure_may_stand(&who, &candidate)?;
		}
		T::Bonds::hold(&HoldReason::Bond.into(), &who, amount)?;
		Self::deposit_event(Event::Bonded { candidate: who.clone(), amount, bond: amount });
		if stands {
			Self::put_right(&who, &candidate);
		} else {
			Self::put_in(&who, &mut candidate);
		}
		Candidates::<T>::insert(&who, candidate);
		Ok(())
	}

	/// Adds to a bond.
	pub(crate) fn do_bond_more(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut candidate = Candidates::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
		ensure!(candidate.bond > 0, Error::<T>::NotBonded);
		let bond = candidate.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		candidate.bond = bond;
		candidate.held()?;
		T::Bonds::hold(&HoldReason::Bond.into(), &who, amount)?;
		if candidate.status == Status::Standing {
			Self::put_right(&who, &candidate);
		}
		Candidates::<T>::insert(&who, candidate);
		Self::deposit_event(Event::Bonded { candidate: who, amount, bond });
		Ok(())
	}

	/// Takes a part out of a bond.
	pub(crate) fn do_unbond(who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut candidate = Candidates::<T>::get(&who).ok_or(Error::<T>::NotBonded)?;
		ensure!(candidate.bond > 0, Error::<T>::NotBonded);
		let rest = candidate.bond.checked_sub(amount).ok_or(Error::<T>::BondTooLow)?;
		let is_enough = rest >= Self::terms().bond || (rest == 0 && candidate.founder);
		ensure!(is_enough, Error::<T>::BondTooLow);
		let last = Self::last_backed();
		candidate.bond = rest;
		candidate.send_out(amount, last)?;
		if candidate.status == Status::Standing {
			Self::put_right(&who, &candidate);
		}
		Candidates::<T>::insert(&who, candidate);
		Self::deposit_event(Event::Unbonded { candidate: who, amount, last });
		Ok(())
	}

	/// Leaves with all of it.
	pub(crate) fn do_leave(who: T::AccountId) -> DispatchResult {
		let mut candidate = Self::candidate(&who)?;
		ensure!(candidate.status != Status::Left, Error::<T>::NotACandidate);
		Self::ensure_spared(&who)?;
		Self::take_out(&who, &mut candidate, Status::Left);
		candidate.founder = false;
		let (amount, last) = (core::mem::take(&mut candidate.bond), Self::last_backed());
		candidate.send_out(amount, last)?;
		Self::keep(&who, candidate);
		if amount > 0 {
			Self::deposit_event(Event::Unbonded { candidate: who.clone(), amount, last });
		}
		Self::deposit_event(Event::Left { candidate: who });
		Ok(())
	}

	/// Frees what answers for nothing any more.
	pub(crate) fn do_withdraw(who: T::AccountId) -> DispatchResult {
		let mut candidate = Self::candidate(&who)?;
		let amount = candidate.take_due(Self::first_provable())?;
		// Who has lost all has nothing to withdraw, and is forgotten all the same.
		ensure!(amount > 0 || candidate.is_spent(Self::session()), Error::<T>::NothingDue);
		T::Bonds::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
		Self::keep(&who, candidate);
		Self::deposit_event(Event::Withdrawn { candidate: who, amount });
		Ok(())
	}

	/// The last session whose set is planned: what leaves a bond now has backed it.
	fn last_backed() -> SessionIndex {
		Self::session().saturating_add(1)
	}

	/// The first session in which an offence can still be proven.
	pub(crate) fn first_provable() -> SessionIndex {
		Self::session().saturating_sub(T::HistoryDepth::get())
	}
}
