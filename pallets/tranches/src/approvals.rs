//! Allowances: notes that somebody may move for their owner.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

use crate::{
	AccountIdOf, Approval, ApprovalOf, Approvals, Balance, Config, DealId, Error, Event, Pallet,
};

impl<T: Config> Pallet<T> {
	/// What the deposit of an allowance covers.
	pub(crate) fn approval_footprint() -> Footprint {
		Footprint::from_parts(1, ApprovalOf::<T>::max_encoded_len())
	}

	/// Sets an allowance. To take one back works whatever has become of the deal.
	pub(crate) fn do_approve(
		owner: AccountIdOf<T>,
		deal: DealId,
		rank: u8,
		spender: AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let key = (deal, rank, &owner, &spender);
		let known = Approvals::<T>::get(key);
		if amount == 0 {
			let approval = known.ok_or(Error::<T>::UnknownApproval)?;
			Approvals::<T>::remove(key);
			approval.ticket.drop(&owner)?;
		} else {
			Self::transferable(&Self::issued(deal)?, rank)?;
			ensure!(owner != spender, Error::<T>::SelfTransfer);
			let ticket = match known {
				Some(approval) => approval.ticket,
				None => T::Consideration::new(&owner, Self::approval_footprint())?,
			};
			Approvals::<T>::insert(key, Approval { amount, ticket });
		}
		Self::deposit_event(Event::Approved { deal, rank, owner, spender, amount });
		Ok(())
	}

	pub(crate) fn do_transfer_from(
		spender: AccountIdOf<T>,
		deal: DealId,
		rank: u8,
		from: AccountIdOf<T>,
		to: AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let (ledgers, sides) = Self::check_transfer(deal, rank, &from, &to, amount)?;
		let key = (deal, rank, &from, &spender);
		let mut approval = Approvals::<T>::get(key).ok_or(Error::<T>::InsufficientAllowance)?;
		approval.amount =
			approval.amount.checked_sub(amount).ok_or(Error::<T>::InsufficientAllowance)?;
		if approval.amount == 0 {
			Approvals::<T>::remove(key);
			approval.ticket.drop(&from)?;
		} else {
			Approvals::<T>::insert(key, approval);
		}
		Self::carry_out(ledgers, deal, rank, [&from, &to, &spender], amount, sides)
	}
}
