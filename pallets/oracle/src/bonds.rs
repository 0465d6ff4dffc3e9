//! Bonds of feeders: what they answer with for what they report.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Get, Time},
};
use sp_runtime::ArithmeticError;
use strata_traits::Balance;

use crate::{Bonds, Config, Error, Event, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
	/// Holds `amount` more. A feeder that was leaving stays.
	pub(crate) fn do_bond(feeder: T::AccountId, amount: Balance) -> DispatchResult {
		let mut bond = Bonds::<T>::get(&feeder).unwrap_or_default();
		bond.amount = bond.amount.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		ensure!(bond.amount >= T::MinBond::get(), Error::<T>::BondTooLow);
		T::Currency::hold(&HoldReason::FeederBond.into(), &feeder, amount)?;
		bond.leaving = None;
		Bonds::<T>::insert(&feeder, bond);
		Self::deposit_event(Event::FeederBonded { feeder, amount, bond: bond.amount });
		Ok(())
	}

	/// Gives notice.
	pub(crate) fn do_unbond(feeder: T::AccountId) -> DispatchResult {
		let mut bond = Bonds::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(bond.leaving.is_none(), Error::<T>::Leaving);
		let until =
			T::Time::now().checked_add(T::BondDelay::get()).ok_or(ArithmeticError::Overflow)?;
		bond.leaving = Some(until);
		Bonds::<T>::insert(&feeder, bond);
		Self::deposit_event(Event::BondLeaving { feeder, until });
		Ok(())
	}

	/// Gives back what is left of the bond of a feeder that has left.
	pub(crate) fn do_withdraw_bond(feeder: T::AccountId) -> DispatchResult {
		let bond = Bonds::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		let until = bond.leaving.ok_or(Error::<T>::NotLeaving)?;
		ensure!(T::Time::now() >= until, Error::<T>::TooEarly);
		ensure!(bond.cases == 0, Error::<T>::CasePending);
		let reason = HoldReason::FeederBond.into();
		T::Currency::release(&reason, &feeder, bond.amount, Precision::Exact)?;
		Bonds::<T>::remove(&feeder);
		Self::deposit_event(Event::BondWithdrawn { feeder, amount: bond.amount });
		Ok(())
	}

	/// Whether `feeder` answers for what it reports. One read.
	pub(crate) fn ensure_bonded(feeder: &T::AccountId) -> DispatchResult {
		let bond = Bonds::<T>::get(feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(bond.leaving.is_none(), Error::<T>::Leaving);
		ensure!(bond.amount >= T::MinBond::get(), Error::<T>::BondTooLow);
		Ok(())
	}
}
