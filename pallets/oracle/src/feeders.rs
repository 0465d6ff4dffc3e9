//! The record of a feeder: its bond, its conduct, what it has earned.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_traits::{Balance, FeedId, Moment};

use crate::{
	conduct::{Attendance, JAIL_ABOVE, STRIKES_TO_JAIL, WARN_ABOVE},
	types::{Feeder, Offence, Outcome},
	Config, Error, Event, Feeders, HoldReason, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Holds `amount` more. A feeder that was leaving stays; the time under notice counts as silence,
	/// or taking it back would wipe out any.
	pub(crate) fn do_bond(feeder: T::AccountId, amount: Balance) -> DispatchResult {
		let mut record = Feeders::<T>::get(&feeder).unwrap_or_default();
		let bond = record.amount.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondTooLow);
		T::Currency::hold(&HoldReason::FeederBond.into(), &feeder, amount)?;
		if record.amount == 0 {
			record.attendance = Attendance::starting(T::Time::now());
		}
		record.amount = bond;
		record.leaving = None;
		Feeders::<T>::insert(&feeder, record);
		Self::deposit_event(Event::FeederBonded { feeder, amount, bond });
		Ok(())
	}

	/// Gives notice.
	pub(crate) fn do_unbond(feeder: T::AccountId) -> DispatchResult {
		let mut record = Feeders::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(record.leaving.is_none(), Error::<T>::Leaving);
		let until =
			T::Time::now().checked_add(T::BondDelay::get()).ok_or(ArithmeticError::Overflow)?;
		record.leaving = Some(until);
		Feeders::<T>::insert(&feeder, record);
		Self::deposit_event(Event::BondLeaving { feeder, until });
		Ok(())
	}

	/// Gives back what is left of the bond of a feeder that has left. Its record is gone then, but for
	/// one that rewards are owed on.
	pub(crate) fn do_withdraw_bond(feeder: T::AccountId) -> DispatchResult {
		let mut record = Feeders::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		let until = record.leaving.ok_or(Error::<T>::NotLeaving)?;
		ensure!(T::Time::now() >= until, Error::<T>::TooEarly);
		ensure!(record.cases == 0, Error::<T>::CasePending);
		let (reason, amount) = (HoldReason::FeederBond.into(), record.amount);
		T::Currency::release(&reason, &feeder, amount, Precision::Exact)?;
		record.amount = 0;
		record.leaving = None;
		Self::keep(&feeder, record);
		Self::deposit_event(Event::BondWithdrawn { feeder, amount });
		Ok(())
	}

	/// Writes a record, or removes it if nothing depends on it any more.
	pub(crate) fn keep(feeder: &T::AccountId, record: Feeder) {
		if record.is_over() {
			Feeders::<T>::remove(feeder);
		} else {
			Feeders::<T>::insert(feeder, record);
		}
	}

	/// The record of `feeder`, if it may report. One read. Whoever accepts its batch tells
	/// [`Pallet::note_batch`] and writes the record, once.
	///
	/// # Errors
	/// [`Error::NotBonded`], [`Error::Leaving`], [`Error::BondTooLow`], [`Error::Jailed`].
	pub(crate) fn reporting(feeder: &T::AccountId) -> Result<Feeder, DispatchError> {
		let record = Feeders::<T>::get(feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(record.leaving.is_none(), Error::<T>::Leaving);
		ensure!(record.amount >= T::MinBond::get(), Error::<T>::BondTooLow);
		ensure!(record.jailed_until.is_none(), Error::<T>::Jailed);
		Ok(record)
	}

	/// Takes note of what the accepted reports of one batch came to: strikes, attendance, rewards.
	/// Writes nothing but `record`, which the caller stores. A feeder that is jailed by it is jailed from
	/// its next batch on: this one stands. O(reports).
	///
	/// A reward is ⌊reward · min(time since the last report, time to live) / time to live⌋: reporting more
	/// often than a report counts brings nothing.
	///
	/// # Errors
	/// [`ArithmeticError::Overflow`].
	pub(crate) fn note_batch(
		feeder: &T::AccountId,
		record: &mut Feeder,
		outcomes: &[Outcome],
		now: Moment,
		day: Moment,
	) -> DispatchResult {
		let mut strikes = 0;
		for outcome in outcomes {
			if outcome.outlier {
				strikes = Self::strike(feeder, record, outcome.feed, now, day);
			} else if outcome.counted {
				let reward = outcome.due().ok_or(ArithmeticError::Overflow)?;
				record.earned =
					record.earned.checked_add(reward).ok_or(ArithmeticError::Overflow)?;
			}
		}
		let silent =
			Self::attended(feeder, record, outcomes, now, day).ok_or(ArithmeticError::Overflow)?;
		if strikes >= STRIKES_TO_JAIL {
			Self::jail(feeder, record, Offence::Outliers, now, day)?;
		} else if silent {
			Self::jail(feeder, record, Offence::Silence, now, day)?;
		}
		Ok(())
	}

	/// Counts an outlier. Returns how many there were within a day.
	fn strike(
		feeder: &T::AccountId,
		record: &mut Feeder,
		feed: FeedId,
		now: Moment,
		day: Moment,
	) -> u32 {
		let strikes = record.strikes.add(now, day);
		Self::deposit_event(Event::OutlierReported { feed, feeder: feeder.clone(), strikes });
		strikes
	}

	/// Counts the time since the feeder's last reports, and warns it. Returns whether it was silent for
	/// more than it may be; `None` on overflow.
	fn attended(
		feeder: &T::AccountId,
		record: &mut Feeder,
		outcomes: &[Outcome],
		now: Moment,
		day: Moment,
	) -> Option<bool> {
		let times = outcomes.iter().map(|outcome| (outcome.silent_for, outcome.since_last));
		record.attendance.add(times, now, day)?;
		let warn = record.attendance.exceeds(WARN_ABOVE, now, day)?;
		if warn && !record.warned {
			Self::deposit_event(Event::FeederWarned { feeder: feeder.clone() });
		}
		record.warned = warn;
		record.attendance.exceeds(JAIL_ABOVE, now, day)
	}
}
