//! Holders: settlement, transfer, claim.

use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
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
	cash::{add, sub},
	note_id, AccountIdOf, Balance, Checkpoint, CheckpointOf, Checkpoints, Config, DealId,
	DealLedgers, Deals, Error, Event, Ledgers, NoteIndices, Pallet, TicketOf,
};

/// What somebody holds of a tranche.
pub(crate) struct Holding<T: Config> {
	/// Notes.
	pub units: Balance,
	/// Credited with everything paid up to now.
	pub checkpoint: CheckpointOf<T>,
}

impl<T: Config> Holding<T> {
	/// Whether `amount` notes may leave: none that is on hold, and none of a frozen holder.
	pub fn ensure_free(&self, amount: Balance) -> DispatchResult {
		ensure!(!self.checkpoint.frozen, Error::<T>::HolderFrozen);
		ensure!(self.units >= amount, Error::<T>::InsufficientNotes);
		let free = self.checkpoint.free(self.units).ok_or(ArithmeticError::Underflow)?;
		ensure!(free >= amount, Error::<T>::NotesHeld);
		Ok(())
	}
}

/// The two sides of a movement of notes. Nothing is written yet.
pub(crate) struct Sides<T: Config> {
	/// Who gives.
	pub sender: Holding<T>,
	/// Who gets; `None` if he holds nothing yet.
	pub receiver: Option<Holding<T>>,
}

impl<T: Config> Pallet<T> {
	/// Notes of a tranche that `who` holds.
	pub(crate) fn units(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Balance {
		note_id(id, rank).map_or(0, |note| T::Notes::balance(note, who))
	}

	/// What `who` holds, credited with everything paid up to now. Two reads; one of a stranger.
	pub(crate) fn settled(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		indices: &NoteIndices,
	) -> Result<Option<Holding<T>>, DispatchError> {
		let Some(mut checkpoint) = Checkpoints::<T>::get((id, rank, who)) else {
			return Ok(None);
		};
		let units = Self::units(id, rank, who);
		checkpoint.settle(units, indices).ok_or(ArithmeticError::Overflow)?;
		Ok(Some(Holding { units, checkpoint }))
	}

	/// As [`Self::settled`], or of one who held nothing so far, with `ticket`, counted. The ticket is
	/// given back if it is not needed.
	pub(crate) fn settled_or_new(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		indices: &NoteIndices,
		ledgers: &mut DealLedgers,
		ticket: Option<(AccountIdOf<T>, TicketOf<T>)>,
	) -> Result<Holding<T>, DispatchError> {
		if let Some(holding) = Self::settled(id, rank, who, indices)? {
			if let Some((depositor, ticket)) = ticket {
				ticket.drop(&depositor)?;
			}
			return Ok(holding);
		}
		Self::new_holding(indices, ledgers, ticket)
	}

	/// Of one who held nothing so far, counted.
	fn new_holding(
		indices: &NoteIndices,
		ledgers: &mut DealLedgers,
		ticket: Option<(AccountIdOf<T>, TicketOf<T>)>,
	) -> Result<Holding<T>, DispatchError> {
		ledgers.checkpoints =
			ledgers.checkpoints.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let checkpoint = Checkpoint::new(indices, ledgers.latest(), ticket);
		Ok(Holding { units: 0, checkpoint })
	}

	/// Stores the checkpoint of one who is left with `units`, or removes it and gives the deposit back
	/// if nothing is held and nothing may be claimed, nor will be on an award. A fraction of a unit is
	/// then left to the deal.
	pub(crate) fn put_checkpoint(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		units: Balance,
		checkpoint: CheckpointOf<T>,
		ledgers: &mut DealLedgers,
	) -> DispatchResult {
		if !checkpoint.is_empty(units) || checkpoint.is_on_record(&ledgers.court, rank) {
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

	/// The ledgers of a deal whose notes exist. One read.
	pub(crate) fn issued(id: DealId) -> Result<DealLedgers, DispatchError> {
		match Ledgers::<T>::get(id) {
			Some(ledgers) => Ok(ledgers),
			None if Deals::<T>::contains_key(id) => Err(Error::<T>::WrongState.into()),
			None => Err(Error::<T>::UnknownDeal.into()),
		}
	}

	/// The indices of a tranche that is sold to investors.
	pub(crate) fn transferable(
		ledgers: &DealLedgers,
		rank: u8,
	) -> Result<NoteIndices, DispatchError> {
		let position = usize::from(rank);
		let indices = *ledgers.notes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let residual = ledgers.notes.len().saturating_sub(1);
		ensure!(position < residual, Error::<T>::ResidualLocked);
		Ok(indices)
	}

	/// The two sides of a movement of `amount` notes, both credited first. Whether the sender's notes
	/// are free is not looked at.
	pub(crate) fn sides(
		ledgers: &DealLedgers,
		id: DealId,
		rank: u8,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<Sides<T>, DispatchError> {
		let indices = Self::transferable(ledgers, rank)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(from != to, Error::<T>::SelfTransfer);
		// The deal's account holds notes for others; what is sent there would be nobody's.
		ensure!(*to != Self::account(id), Error::<T>::CannotHold);
		let sender = Self::settled(id, rank, from, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		ensure!(!sender.checkpoint.frozen, Error::<T>::HolderFrozen);
		ensure!(sender.units >= amount, Error::<T>::InsufficientNotes);
		Self::ensure_eligible(id, ledgers.restricted.contains(rank), to)?;
		let receiver = Self::settled(id, rank, to, &indices)?;
		let frozen = receiver.as_ref().is_some_and(|receiver| receiver.checkpoint.frozen);
		ensure!(!frozen, Error::<T>::HolderFrozen);
		Ok(Sides { sender, receiver })
	}

	/// Whether `from` may transfer `amount` notes to `to`, but for deposits.
	pub(crate) fn check_transfer(
		id: DealId,
		rank: u8,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<(DealLedgers, Sides<T>), DispatchError> {
		let ledgers = Self::issued(id)?;
		let sides = Self::sides(&ledgers, id, rank, from, to, amount)?;
		sides.sender.ensure_free(amount)?;
		Ok((ledgers, sides))
	}

	/// Moves notes between two sides that were looked at. `payer` places the deposit of a receiver who
	/// holds nothing yet. The ledgers are written only if the number of holders changes.
	pub(crate) fn carry_out(
		mut ledgers: DealLedgers,
		id: DealId,
		rank: u8,
		[from, to, payer]: [&AccountIdOf<T>; 3],
		amount: Balance,
		Sides { mut sender, receiver }: Sides<T>,
	) -> DispatchResult {
		let before = ledgers.checkpoints;
		let mut receiver = match receiver {
			Some(receiver) => receiver,
			None => {
				let indices = Self::transferable(&ledgers, rank)?;
				let ticket = T::Consideration::new(payer, Self::holding_footprint())?;
				Self::new_holding(&indices, &mut ledgers, Some((payer.clone(), ticket)))?
			},
		};
		sender.checkpoint.keep_snapshots(ledgers.latest(), sender.units);
		receiver.checkpoint.keep_snapshots(ledgers.latest(), receiver.units);
		let left = sub(sender.units, amount)?;
		let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
		T::Notes::transfer(note, from, to, amount, Preservation::Expendable)?;
		Checkpoints::<T>::insert((id, rank, to), receiver.checkpoint);
		Self::put_checkpoint(id, rank, from, left, sender.checkpoint, &mut ledgers)?;
		if ledgers.checkpoints != before {
			Ledgers::<T>::insert(id, ledgers);
		}
		let (from, to) = (from.clone(), to.clone());
		Self::deposit_event(Event::Transferred { deal: id, rank, from, to, amount });
		Ok(())
	}

	pub(crate) fn do_transfer(
		from: AccountIdOf<T>,
		id: DealId,
		rank: u8,
		to: AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let (ledgers, sides) = Self::check_transfer(id, rank, &from, &to, amount)?;
		Self::carry_out(ledgers, id, rank, [&from, &to, &from], amount, sides)
	}

	pub(crate) fn do_claim(id: DealId, rank: u8, who: AccountIdOf<T>) -> DispatchResult {
		let mut ledgers = Self::issued(id)?;
		let position = usize::from(rank);
		let indices = *ledgers.notes.get(position).ok_or(Error::<T>::UnknownTranche)?;
		let Holding { mut units, mut checkpoint } =
			Self::settled(id, rank, &who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		ensure!(!checkpoint.frozen, Error::<T>::HolderFrozen);
		let Checkpoint { interest, principal, compensation, refund, .. } = checkpoint;
		let (interest, principal, compensation) =
			(interest.whole, principal.whole, compensation.whole);
		let amount = checkpoint.claimable().ok_or(ArithmeticError::Overflow)?;
		let closed = ledgers.phase.is_none();
		// One who was kept for an award that is over, or has had his part, is cleared away.
		let idle = checkpoint.is_empty(units) && !checkpoint.is_on_record(&ledgers.court, rank);
		ensure!(amount > 0 || closed || idle, Error::<T>::NothingToClaim);
		checkpoint.interest.whole = 0;
		checkpoint.principal.whole = 0;
		checkpoint.compensation.whole = 0;
		checkpoint.refund = 0;
		ledgers.cash.distributable = sub(ledgers.cash.distributable, amount)?;

		let mut burned = 0;
		if closed && ledgers.court.pending == 0 {
			// What is on hold is burned once it is released, by a claim after that.
			burned = checkpoint.free(units).ok_or(ArithmeticError::Underflow)?;
			ensure!(amount > 0 || burned > 0 || units == 0, Error::<T>::NotesHeld);
			checkpoint.keep_snapshots(ledgers.latest(), units);
			Self::burn(id, rank, &who, burned)?;
			units = sub(units, burned)?;
			let class = ledgers.notes.get_mut(position).ok_or(Error::<T>::UnknownTranche)?;
			class.units = sub(class.units, burned)?;
		} else if closed {
			// A ruling may still pay on them.
			ensure!(amount > 0 || idle, Error::<T>::UnderDispute);
		}
		let amount = Self::less_judgments(id, rank, &who, amount, refund, &mut ledgers)?;
		Self::pay_out(id, &ledgers.settlement, &who, amount)?;
		Self::put_checkpoint(id, rank, &who, units, checkpoint, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		let deal = id;
		Self::deposit_event(Event::Claimed {
			deal,
			rank,
			who,
			interest,
			principal,
			compensation,
			refund,
			burned,
		});
		Ok(())
	}

	/// What of `amount`, which is claimed, is left for a holder: judgments against him are paid from the
	/// residual, but not from the refund of an order.
	fn less_judgments(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		amount: Balance,
		refund: Balance,
		ledgers: &mut DealLedgers,
	) -> Result<Balance, DispatchError> {
		if usize::from(rank).saturating_add(1) < ledgers.notes.len() {
			return Ok(amount);
		}
		let left = Self::garnish(id, ledgers, who, sub(amount, refund)?)?;
		Ok(add(left, refund)?)
	}

	/// Each claim stands for itself: what cannot be delivered stays claimable.
	pub(crate) fn do_claim_many(
		tranches: Vec<(DealId, u8)>,
		who: &AccountIdOf<T>,
	) -> DispatchResult {
		ensure!(!tranches.is_empty(), Error::<T>::NothingToClaim);
		for (deal, rank) in tranches {
			match with_storage_layer(|| Self::do_claim(deal, rank, who.clone())) {
				Ok(()) => {},
				// Says nothing about the claim: somebody nested this call as deep as calls go.
				Err(error @ DispatchError::Transactional(_)) => return Err(error),
				Err(error) => {
					let who = who.clone();
					Self::deposit_event(Event::NotDelivered { deal, rank, who, error });
				},
			}
		}
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
