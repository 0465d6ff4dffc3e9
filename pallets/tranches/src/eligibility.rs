//! Who may hold notes of restricted tranches: the trustee's register.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

use crate::{
	AccountIdOf, Config, DealId, Deals, Error, Event, Moment, Pallet, Permit, PermitOf, Permits,
};

impl<T: Config> Pallet<T> {
	/// What the deposit of a permit covers.
	pub(crate) fn permit_footprint() -> Footprint {
		Footprint::from_parts(1, PermitOf::<T>::max_encoded_len())
	}

	/// Whether `who` may order and receive notes of a tranche. Nothing is read for one that is not
	/// restricted.
	pub(crate) fn ensure_eligible(
		deal: DealId,
		restricted: bool,
		who: &AccountIdOf<T>,
	) -> DispatchResult {
		if restricted {
			let permit = Permits::<T>::get(deal, who).ok_or(Error::<T>::NotEligible)?;
			ensure!(Self::now() < permit.until, Error::<T>::NotEligible);
		}
		Ok(())
	}

	pub(crate) fn do_allow(
		trustee: AccountIdOf<T>,
		deal: DealId,
		who: AccountIdOf<T>,
		until: Moment,
	) -> DispatchResult {
		let parties = Deals::<T>::get(deal).ok_or(Error::<T>::UnknownDeal)?.parties;
		ensure!(parties.trustee == trustee, Error::<T>::NotTrustee);
		ensure!(Self::now() < until, Error::<T>::PermitExpired);
		let ticket = match Permits::<T>::get(deal, &who) {
			Some(permit) => permit.ticket,
			None => {
				let ticket = T::Consideration::new(&trustee, Self::permit_footprint())?;
				(trustee, ticket)
			},
		};
		Permits::<T>::insert(deal, &who, Permit { until, ticket });
		Self::deposit_event(Event::Allowed { deal, who, until });
		Ok(())
	}

	/// The trustee takes a permit back; anyone removes one that has expired, or of a deal that is gone.
	pub(crate) fn do_disallow(
		origin: &AccountIdOf<T>,
		deal: DealId,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		let permit = Permits::<T>::get(deal, &who).ok_or(Error::<T>::UnknownPermit)?;
		let over = || {
			Self::now() >= permit.until
				|| Deals::<T>::get(deal).is_none_or(|deal| deal.parties.trustee == *origin)
		};
		ensure!(over(), Error::<T>::NotTrustee);
		Permits::<T>::remove(deal, &who);
		let (depositor, ticket) = permit.ticket;
		ticket.drop(&depositor)?;
		Self::deposit_event(Event::Disallowed { deal, who });
		Ok(())
	}
}
