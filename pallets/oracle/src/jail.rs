//! Jail: a day without reports, for outliers or for silence. It never takes anything off a bond.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Get, Time},
};
use sp_runtime::ArithmeticError;
use strata_traits::{FeedId, Moment};

use crate::{
	conduct::{is_too_silent, Attendance},
	reports::absence,
	types::{Feeder, Offence},
	Config, Error, Event, Feeders, Feeds, Live, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Jails a feeder for a day from `now` on. The caller stores the record.
	pub(crate) fn jail(
		feeder: &T::AccountId,
		record: &mut Feeder,
		offence: Offence,
		now: Moment,
		day: Moment,
	) -> DispatchResult {
		let until = now.checked_add(day).ok_or(ArithmeticError::Overflow)?;
		record.jailed_until = Some(until);
		Self::deposit_event(Event::FeederJailed { feeder: feeder.clone(), offence, until });
		Ok(())
	}

	/// Lets a feeder out whose day is over. What it missed meanwhile does not count against it.
	pub(crate) fn do_unjail(feeder: T::AccountId) -> DispatchResult {
		let mut record = Feeders::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		let until = record.jailed_until.ok_or(Error::<T>::NotJailed)?;
		let now = T::Time::now();
		ensure!(now >= until, Error::<T>::TooEarly);
		record.jailed_until = None;
		record.attendance = Attendance::starting(now);
		record.warned = false;
		Feeders::<T>::insert(&feeder, record);
		Self::deposit_event(Event::FeederReleased { feeder });
		Ok(())
	}

	/// Jails a feeder that stopped reporting to `feed` altogether.
	pub(crate) fn do_report_silence(feed: FeedId, feeder: T::AccountId) -> DispatchResult {
		let config = Feeds::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		ensure!(config.is_member(&feeder), Error::<T>::NotAFeeder);
		let mut record = Feeders::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(record.leaving.is_none(), Error::<T>::Leaving);
		ensure!(record.jailed_until.is_none(), Error::<T>::Jailed);
		let (now, day) = (T::Time::now(), T::Day::get());
		let data = Live::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		let at_work = now.saturating_sub(record.attendance.resumed());
		let (silent, _) = absence(&data, data.report_of(&feeder), now);
		ensure!(is_too_silent(silent.min(at_work), day), Error::<T>::NotSilent);
		Self::jail(&feeder, &mut record, Offence::Silence, now, day)?;
		Feeders::<T>::insert(&feeder, record);
		Ok(())
	}
}
