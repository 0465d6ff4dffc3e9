//! What the waterfall paid for fees, and to whom it goes.

use frame_support::{ensure, storage::with_storage_layer};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	AccountIdOf, Balance, Config, DealId, DealLedgers, DealOf, Deals, Error, Event, Ledgers,
	Pallet, Parties, Party,
};

impl<AccountId: Clone> Party<AccountId> {
	/// The account that it is in a deal with these parties.
	pub fn account(&self, originator: &AccountId, parties: &Parties<AccountId>) -> AccountId {
		match self {
			Self::Originator => originator,
			Self::Servicer => &parties.servicer,
			Self::Trustee => &parties.trustee,
			Self::Account(account) => account,
		}
		.clone()
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim_fee(id: DealId, fee: u8) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let mut ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let amount = Self::pay_fee(id, &deal, &mut ledgers, fee)?;
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}

	/// Pays out what was paid for `fee`, after judgments against its payee. Returns how much that was in
	/// all. The ledgers are left to the caller to store.
	fn pay_fee(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &mut DealLedgers,
		fee: u8,
	) -> Result<Balance, DispatchError> {
		let position = usize::from(fee);
		let payee = deal.terms.payees.get(position).ok_or(Error::<T>::UnknownFee)?;
		let who = payee.account(&deal.originator, &deal.parties);
		let payable = ledgers.fees_payable.get_mut(position).ok_or(Error::<T>::UnknownFee)?;
		let payable = core::mem::take(payable);
		if payable > 0 {
			let amount = Self::garnish(id, ledgers, &who, payable)?;
			Self::pay_out(id, &deal.terms.settlement, &who, amount)?;
			Self::deposit_event(Event::FeeClaimed { deal: id, fee, who, amount });
		}
		Ok(payable)
	}

	/// Pays out every fee of `party`, who is about to be replaced. A fee that he cannot receive stays
	/// with the office: whoever holds it claims it.
	pub(crate) fn pay_fees_of(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &mut DealLedgers,
		party: &Party<AccountIdOf<T>>,
	) {
		for (fee, payee) in (0u8..).zip(deal.terms.payees.iter()) {
			if payee == party {
				let mut after = ledgers.clone();
				let paid = with_storage_layer(|| Self::pay_fee(id, deal, &mut after, fee));
				if paid.is_ok() {
					*ledgers = after;
				}
			}
		}
	}
}
