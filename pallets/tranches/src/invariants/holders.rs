//! What holds of allowances, offers, permits, proposals, votes, and what is on hold for them.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

use super::plus;
use crate::{
	AccountIdOf, Approvals, Balance, Checkpoints, Config, DealId, Ledgers, NextOffer, Offers,
	Pallet, Proposals, Votes,
};

/// Notes on hold, by deal, tranche and holder.
type Held<T> = BTreeMap<(DealId, u8, AccountIdOf<T>), Balance>;

impl<T: Config> Pallet<T> {
	/// Every note on hold is on hold for something, and for one thing only.
	pub(super) fn check_holders() -> Result<(), TryRuntimeError> {
		let mut held = Held::<T>::new();
		Self::check_offers(&mut held)?;
		Self::check_votes(&mut held)?;
		for ((deal, rank, who), checkpoint) in Checkpoints::<T>::iter() {
			let units = Self::units(deal, rank, &who);
			ensure!(checkpoint.held <= units, "what is on hold is there");
			// One who had a part in an award is kept until somebody clears him away.
			let kept = !checkpoint.is_empty(units) || checkpoint.record.units > 0;
			ensure!(kept, "a checkpoint is kept for something");
			let latest = Ledgers::<T>::get(deal).map(|ledgers| ledgers.latest());
			let latest = latest.ok_or("a checkpoint has a deal")?;
			let made =
				checkpoint.snapshot.of <= latest.proposal && checkpoint.record.of <= latest.record;
			ensure!(made, "snapshots are of proposals and cases that were made");
			let due = held.remove(&(deal, rank, who)).unwrap_or_default();
			ensure!(due == checkpoint.held, "notes are on hold for offers and votes only");
		}
		ensure!(held.is_empty(), "whoever has notes on hold has a checkpoint");
		let empty = Approvals::<T>::iter_values().any(|approval| approval.amount == 0);
		ensure!(!empty, "an allowance that is used up is removed");
		Ok(())
	}

	fn hold(
		held: &mut Held<T>,
		key: (DealId, u8, AccountIdOf<T>),
		units: Balance,
	) -> Result<(), TryRuntimeError> {
		let sum = held.entry(key).or_default();
		*sum = plus(*sum, units)?;
		Ok(())
	}

	fn check_offers(held: &mut Held<T>) -> Result<(), TryRuntimeError> {
		for (id, offer) in Offers::<T>::iter() {
			ensure!(id < NextOffer::<T>::get(), "offer ids are given out in order");
			ensure!(offer.terms.amount > 0, "an offer that is used up is removed");
			Self::hold(held, (offer.deal, offer.rank, offer.seller), offer.terms.amount)?;
		}
		Ok(())
	}

	fn check_votes(held: &mut Held<T>) -> Result<(), TryRuntimeError> {
		let mut consenting = BTreeMap::<DealId, Balance>::new();
		for (deal, who, vote) in Votes::<T>::iter() {
			if Proposals::<T>::get(deal).is_some_and(|open| open.id == vote.proposal) {
				let sum = consenting.entry(deal).or_default();
				*sum = plus(*sum, vote.units)?;
			}
			Self::hold(held, (deal, vote.rank, who), vote.units)?;
		}
		for (deal, proposal) in Proposals::<T>::iter() {
			let votes = consenting.remove(&deal).unwrap_or_default();
			let ledgers = Ledgers::<T>::get(deal);
			let active = ledgers.as_ref().is_some_and(|ledgers| ledgers.phase.is_some());
			let over = Self::now() >= proposal.deadline || !active;
			// Votes of a proposal that is over may be released before it is cleared away.
			ensure!(over || votes == proposal.consenting, "votes add up");
			ensure!(proposal.consenting <= proposal.electorate, "no more agree than have a vote");
			if let Some(ledgers) = ledgers {
				ensure!(ledgers.proposal == proposal.id, "the ledgers know the proposal");
			}
		}
		Ok(())
	}
}
