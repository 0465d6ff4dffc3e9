//! Holders: settlement, transfer, claim.

use frame_support::{
	ensure,
	traits::{
		tokens::{
			fungibles::{Inspect, Mutate},
			Fortitude, Precision, Preservation,
		},
		Consideration,
	},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

use crate::{
	cash::sub, note_id, AccountIdOf, Balance, Checkpoint, CheckpointOf, Checkpoints, Config,
	DealId, DealLedgers, DealOf, DealState, Deals, Error, Event, Ledgers, NoteIndices, Pallet,
	TicketOf, TrancheKind,
};

impl<T: Config> Pallet<T> {
	/// Notes of a tranche that `who` holds.
	pub(crate) fn units(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Balance {
		note_id(id, rank).map_or(0, |note| T::Notes::balance(note, who))
	}

	/// The checkpoint of `who`, credited with everything paid up to now.
	pub(crate) fn settled(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		indices: &NoteIndices,
	) -> Result<Option<CheckpointOf<T>>, DispatchError> {
		let Some(mut checkpoint) = Checkpoints::<T>::get((id, rank, who)) else {
			return Ok(None);
		};
		let units = Self::units(id, rank, who);
		checkpoint.settle(units, indices).ok_or(ArithmeticError::Overflow)?;
		Ok(Some(checkpoint))
	}

	/// As [`Self::settled`], or a new checkpoint with `ticket`, counted. The ticket is given back if
	/// it is not needed.
	pub(crate) fn settled_or_new(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		indices: &NoteIndices,
		ledgers: &mut DealLedgers,
		ticket: Option<(AccountIdOf<T>, TicketOf<T>)>,
	) -> Result<CheckpointOf<T>, DispatchError> {
		if let Some(checkpoint) = Self::settled(id, rank, who, indices)? {
			if let Some((depositor, ticket)) = ticket {
				ticket.drop(&depositor)?;
			}
			return Ok(checkpoint);
		}
		ledgers.checkpoints =
			ledgers.checkpoints.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Ok(Checkpoint::new(indices, ticket))
	}

	/// Stores a checkpoint, or removes it and gives the deposit back if nothing is held and nothing
	/// may be claimed. A fraction of a unit is then left to the deal.
	pub(crate) fn put_checkpoint(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		checkpoint: CheckpointOf<T>,
		ledgers: &mut DealLedgers,
	) -> DispatchResult {
		let claimable = checkpoint.claimable().ok_or(ArithmeticError::Overflow)?;
		if claimable > 0 || Self::units(id, rank, who) > 0 {
			Checkpoints::<T>::insert((id, rank, who), checkpoint);
			return Ok(());
		}
		Checkpoints::<T>::remove((id, rank, who));
		ledgers.checkpoints =
			ledgers.checkpoints.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		match checkpoint.ticket {
			Some((depositor, ticket)) => ticket.drop(&depositor),
			None => Ok(()),
		}
	}

	/// A deal whose notes exist, and its ledgers.
	fn issued(id: DealId) -> Result<(DealOf<T>, DealLedgers), DispatchError> {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let issued = matches!(deal.state, DealState::Active(_) | DealState::Closed);
		ensure!(issued, Error::<T>::WrongState);
		let ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		Ok((deal, ledgers))
	}

	/// Whether `from` may transfer `amount` notes to `to`, but for deposits.
	pub(crate) fn check_transfer(
		id: DealId,
		rank: u8,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<DealLedgers, DispatchError> {
		let (deal, ledgers) = Self::issued(id)?;
		let tranches = &deal.terms.tranches;
		let tranche = tranches.get(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		ensure!(tranche.kind == TrancheKind::Note, Error::<T>::ResidualLocked);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(from != to, Error::<T>::SelfTransfer);
		// The deal's account holds notes for others; what is sent there would be nobody's.
		ensure!(*to != Self::account(id), Error::<T>::CannotHold);
		ensure!(Checkpoints::<T>::contains_key((id, rank, from)), Error::<T>::NothingHeld);
		ensure!(Self::units(id, rank, from) >= amount, Error::<T>::InsufficientNotes);
		Ok(ledgers)
	}

	pub(crate) fn do_transfer(
		from: AccountIdOf<T>,
		id: DealId,
		rank: u8,
		to: AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let mut ledgers = Self::check_transfer(id, rank, &from, &to, amount)?;
		let indices = *ledgers.notes.get(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		let sender = Self::settled(id, rank, &from, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		let ticket = match Checkpoints::<T>::contains_key((id, rank, &to)) {
			true => None,
			false => {
				let ticket = T::Consideration::new(&from, Self::holding_footprint())?;
				Some((from.clone(), ticket))
			},
		};
		let receiver = Self::settled_or_new(id, rank, &to, &indices, &mut ledgers, ticket)?;
		let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
		T::Notes::transfer(note, &from, &to, amount, Preservation::Expendable)?;
		Checkpoints::<T>::insert((id, rank, &to), receiver);
		Self::put_checkpoint(id, rank, &from, sender, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::Transferred { deal: id, rank, from, to, amount });
		Ok(())
	}

	pub(crate) fn do_claim(id: DealId, rank: u8, who: AccountIdOf<T>) -> DispatchResult {
		let (deal, mut ledgers) = Self::issued(id)?;
		let position = usize::from(rank);
		let indices = *ledgers.notes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let mut checkpoint =
			Self::settled(id, rank, &who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		let (interest, principal, refund) =
			(checkpoint.interest.whole, checkpoint.principal.whole, checkpoint.refund);
		let amount = checkpoint.claimable().ok_or(ArithmeticError::Overflow)?;
		let closed = deal.state == DealState::Closed;
		ensure!(amount > 0 || closed, Error::<T>::NothingToClaim);
		checkpoint.interest.whole = 0;
		checkpoint.principal.whole = 0;
		checkpoint.refund = 0;
		ledgers.cash.distributable = sub(ledgers.cash.distributable, amount)?;

		let mut burned = 0;
		if closed {
			burned = Self::units(id, rank, &who);
			Self::burn(id, rank, &who, burned)?;
			let class = ledgers.notes.get_mut(position).ok_or(Error::<T>::UnknownTranche)?;
			class.units = sub(class.units, burned)?;
		}
		Self::pay_out(id, &deal.terms.settlement, &who, amount)?;
		Self::put_checkpoint(id, rank, &who, checkpoint, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		let deal = id;
		Self::deposit_event(Event::Claimed {
			deal,
			rank,
			who,
			interest,
			principal,
			refund,
			burned,
		});
		Ok(())
	}

	/// Burns notes of a holder.
	pub(crate) fn burn(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		units: Balance,
	) -> DispatchResult {
		if units == 0 {
			return Ok(());
		}
		let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
		T::Notes::burn_from(
			note,
			who,
			units,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Force,
		)
		.map(|_| ())
	}
}
