//! What servicers pay in for their promises.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

use super::types::{ServicerBond, BOND_WINDOW};
use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Config, DealId, Error, Event, Ledgers, Pallet, ServicerBonds, Servicings,
	TicketOf,
};

impl<T: Config> Pallet<T> {
	/// What the deposit of a servicer's bond covers.
	pub(crate) fn bond_footprint() -> Footprint {
		Footprint::from_parts(1, ServicerBond::<TicketOf<T>>::max_encoded_len())
	}

	pub(crate) fn do_post_bond(who: AccountIdOf<T>, id: DealId, amount: Balance) -> DispatchResult {
		let (deal, _, mut ledgers) = Self::under_way(id)?;
		ensure!(who == deal.parties.servicer, Error::<T>::NotServicer);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut bond = match ServicerBonds::<T>::get(id, &who) {
			Some(bond) => bond,
			None => {
				let ticket = T::Consideration::new(&who, Self::bond_footprint())?;
				ServicerBond { amount: 0, left_at: None, ticket }
			},
		};
		bond.amount = add(bond.amount, amount)?;
		ledgers.court.bonds = add(ledgers.court.bonds, amount)?;
		Self::pay_in(id, &ledgers.settlement, &who, amount)?;
		let total = bond.amount;
		ServicerBonds::<T>::insert(id, &who, bond);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::BondPosted { deal: id, who, amount, total });
		Ok(())
	}

	/// `who` stops being the servicer now: what he did until then can be claimed from him, and his bond
	/// stays for [`BOND_WINDOW`].
	pub(crate) fn leave_office(id: DealId, who: &AccountIdOf<T>) {
		let now = Self::now();
		Servicings::<T>::mutate(id, |served| served.leave(who.clone(), now));
		ServicerBonds::<T>::mutate_exists(id, who, |bond| {
			if let Some(bond) = bond {
				bond.left_at = Some(now);
			}
		});
	}

	pub(crate) fn do_withdraw_bond(id: DealId, who: AccountIdOf<T>) -> DispatchResult {
		let deal = crate::Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let mut ledgers = Self::issued(id)?;
		let bond = ServicerBonds::<T>::take(id, &who).ok_or(Error::<T>::NoBond)?;
		let serves = ledgers.phase.is_some() && who == deal.parties.servicer;
		ensure!(!serves, Error::<T>::StillServicer);
		ensure!(ledgers.court.pending == 0, Error::<T>::UnderDispute);
		let bound = bond.left_at.map_or(0, |left_at| left_at.saturating_add(BOND_WINDOW));
		let free = ledgers.phase.is_none() || Self::now() >= bound;
		ensure!(free, Error::<T>::BondBound);
		ledgers.court.bonds = sub(ledgers.court.bonds, bond.amount)?;
		let amount = Self::garnish(id, &mut ledgers, &who, bond.amount)?;
		Self::pay_out(id, &ledgers.settlement, &who, amount)?;
		bond.ticket.drop(&who)?;
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::BondWithdrawn { deal: id, who, amount });
		Ok(())
	}
}
