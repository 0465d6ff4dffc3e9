//! What is the respondent's, and what it pays.

use frame_support::traits::Consideration;
use sp_runtime::{ArithmeticError, DispatchError};
use strata_traits::DisputeId;

use crate::{
	cash::sub, AccountIdOf, Balance, Config, DealId, DealLedgers, DealOf, Pallet, ServicerBonds,
};

/// What a ruling against `who` may take from.
pub(crate) struct Reach<'a, T: Config> {
	/// The deal.
	pub id: DealId,
	/// Its parties and its bond.
	pub deal: &'a mut DealOf<T>,
	/// Its cash.
	pub ledgers: &'a mut DealLedgers,
	/// For which case.
	pub dispute: DisputeId,
	/// The respondent.
	pub who: &'a AccountIdOf<T>,
}

/// Takes up to `most` off `from`. Returns how much.
fn take(from: &mut Balance, most: Balance) -> Balance {
	let taken = (*from).min(most);
	*from = from.saturating_sub(taken);
	taken
}

impl<T: Config> Reach<'_, T> {
	/// Takes up to `most` of what is the respondent's, in the order of the module's documentation, off
	/// the ledgers that it is in. Returns how much; it is in no ledger then.
	pub fn take(&mut self, most: Balance) -> Result<Balance, DispatchError> {
		let mut left = most;
		left = sub(left, self.bond(left))?;
		left = sub(left, self.servicer_bond(left)?)?;
		if *self.who == self.deal.originator {
			left = sub(left, self.ledgers.take_residual(self.dispute, left))?;
		}
		left = sub(left, self.fees(left)?)?;
		left = sub(left, self.residual(left)?)?;
		Ok(sub(most, left)?)
	}

	/// The originator's bond.
	fn bond(&mut self, most: Balance) -> Balance {
		match *self.who == self.deal.originator {
			true => take(&mut self.deal.bond, most),
			false => 0,
		}
	}

	/// What the respondent paid in as servicer. An entry that is used up is removed.
	fn servicer_bond(&mut self, most: Balance) -> Result<Balance, DispatchError> {
		let Some(mut bond) = ServicerBonds::<T>::get(self.id, self.who).filter(|_| most > 0) else {
			return Ok(0);
		};
		let taken = take(&mut bond.amount, most);
		self.ledgers.court.bonds = sub(self.ledgers.court.bonds, taken)?;
		if bond.amount == 0 {
			ServicerBonds::<T>::remove(self.id, self.who);
			bond.ticket.drop(self.who)?;
		} else {
			ServicerBonds::<T>::insert(self.id, self.who, bond);
		}
		Ok(taken)
	}

	/// Fees that were paid for him and that he has not claimed.
	fn fees(&mut self, most: Balance) -> Result<Balance, DispatchError> {
		let mut left = most;
		let payees = self.deal.terms.payees.iter();
		for (payee, payable) in payees.zip(self.ledgers.fees_payable.iter_mut()) {
			if payee.account(&self.deal.originator, &self.deal.parties) == *self.who {
				left = sub(left, take(payable, left))?;
			}
		}
		Ok(sub(most, left)?)
	}

	/// What he could claim on the residual. It is his that was collected: a refund of his order is not
	/// what the deal paid him.
	fn residual(&mut self, most: Balance) -> Result<Balance, DispatchError> {
		let last = self.ledgers.notes.len().saturating_sub(1);
		let rank = u8::try_from(last).map_err(|_| ArithmeticError::Overflow)?;
		let Some(indices) = self.ledgers.notes.get(last).copied().filter(|_| most > 0) else {
			return Ok(0);
		};
		let Some(mut holding) = Pallet::<T>::settled(self.id, rank, self.who, &indices)? else {
			return Ok(0);
		};
		let mut left = most;
		for claim in
			[&mut holding.checkpoint.interest.whole, &mut holding.checkpoint.principal.whole]
		{
			left = sub(left, take(claim, left))?;
		}
		let taken = sub(most, left)?;
		if taken > 0 {
			let distributable = &mut self.ledgers.cash.distributable;
			*distributable = sub(*distributable, taken)?;
			let (id, units) = (self.id, holding.units);
			Pallet::<T>::put_checkpoint(
				id,
				rank,
				self.who,
				units,
				holding.checkpoint,
				self.ledgers,
			)?;
		}
		Ok(taken)
	}
}
