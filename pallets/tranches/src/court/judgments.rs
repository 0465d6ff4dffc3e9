//! What somebody was ordered to pay and did not have.

use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

use super::types::MAX_JUDGMENTS;
use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Config, DealId, DealLedgers, Error, Event, Judgments, Pallet,
};
use frame_support::BoundedVec;

impl<T: Config> Pallet<T> {
	/// Records that `who` owes `amount` to the class of rank `rank`. A deal has judgments against
	/// [`MAX_JUDGMENTS`] accounts at most; one more is said in an event and not recorded.
	pub(crate) fn adjudge(
		id: DealId,
		ledgers: &mut DealLedgers,
		who: &AccountIdOf<T>,
		rank: u8,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let (deal, account) = (id, who.clone());
		let mut owed = match Judgments::<T>::get(id, who) {
			Some(owed) => owed,
			None if ledgers.court.judgments >= MAX_JUDGMENTS => {
				Self::deposit_event(Event::NotAdjudged { deal, who: account, rank, amount });
				return Ok(());
			},
			None => {
				ledgers.court.judgments =
					ledgers.court.judgments.checked_add(1).ok_or(ArithmeticError::Overflow)?;
				let zeros = ledgers.notes.iter().map(|_| 0).collect::<alloc::vec::Vec<_>>();
				BoundedVec::truncate_from(zeros)
			},
		};
		let class = owed.get_mut(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		*class = add(*class, amount)?;
		Judgments::<T>::insert(id, who, owed);
		Self::deposit_event(Event::Adjudged { deal, who: account, rank, amount });
		Ok(())
	}

	/// Pays what `who` owes by judgments out of `amount`, which the deal would pay him and which is in no
	/// ledger any more: the senior-most class first. Returns what is left for him. A class without notes
	/// is owed nothing that could be paid and is passed over.
	///
	/// No read while the deal has no judgment.
	pub(crate) fn garnish(
		id: DealId,
		ledgers: &mut DealLedgers,
		who: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		if amount == 0 || ledgers.court.judgments == 0 {
			return Ok(amount);
		}
		let Some(mut owed) = Judgments::<T>::get(id, who) else { return Ok(amount) };
		let mut left = amount;
		for (rank, owed) in (0u8..).zip(owed.iter_mut()) {
			let part = left.min(*owed);
			if part > 0 && ledgers.compensate(rank, part).is_some() {
				*owed = sub(*owed, part)?;
				left = sub(left, part)?;
				let (deal, who, amount) = (id, who.clone(), part);
				Self::deposit_event(Event::JudgmentPaid { deal, who, rank, amount });
			}
		}
		if owed.iter().any(|owed| *owed > 0) {
			Judgments::<T>::insert(id, who, owed);
		} else {
			Judgments::<T>::remove(id, who);
			ledgers.court.judgments =
				ledgers.court.judgments.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			Self::deposit_event(Event::JudgmentSatisfied { deal: id, who: who.clone() });
		}
		Ok(left)
	}
}
