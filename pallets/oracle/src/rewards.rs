//! What feeders have earned, and how they get it: from the treasury, if it has it.
//!
//! A report is counted whatever the treasury has. What is owed stays owed.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Preservation},
		Get,
	},
};

use crate::{Config, Error, Event, Feeders, Pallet};

impl<T: Config> Pallet<T> {
	/// Pays `feeder` what it is owed, or what the treasury can spare of it.
	pub(crate) fn do_claim_rewards(feeder: T::AccountId) -> DispatchResult {
		let mut record = Feeders::<T>::get(&feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(record.earned > 0, Error::<T>::NothingEarned);
		let treasury = T::Treasury::get();
		let there =
			T::Currency::reducible_balance(&treasury, Preservation::Preserve, Fortitude::Polite);
		let amount = record.earned.min(there);
		ensure!(amount > 0, Error::<T>::TreasuryEmpty);
		T::Currency::transfer(&treasury, &feeder, amount, Preservation::Preserve)?;
		// No more than there was.
		record.earned = record.earned.saturating_sub(amount);
		let owed = record.earned;
		Self::keep(&feeder, record);
		Self::deposit_event(Event::RewardsPaid { feeder, amount, owed });
		Ok(())
	}
}
