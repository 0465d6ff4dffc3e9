//! The servicer and the trustee: what they say, and how they are replaced.

use frame_support::ensure;
use frame_system::pallet_prelude::OriginFor;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	AccountIdOf, Config, DealId, DealLedgers, DealOf, Deals, Error, Event, Ledgers, Pallet, Party,
};

impl<T: Config> Pallet<T> {
	/// An active deal and its ledgers.
	fn running(id: DealId) -> Result<(DealOf<T>, DealLedgers), DispatchError> {
		Self::under_way(id).map(|(deal, _, ledgers)| (deal, ledgers))
	}

	/// Refuses anybody but the trustee and governance.
	fn ensure_watches(origin: OriginFor<T>, deal: &DealOf<T>) -> DispatchResult {
		let watches = match Self::governs(origin)? {
			None => true,
			Some(who) => who == deal.parties.trustee,
		};
		ensure!(watches, Error::<T>::NotTrustee);
		Ok(())
	}

	pub(crate) fn do_set_servicer_default(
		origin: OriginFor<T>,
		id: DealId,
		default: bool,
	) -> DispatchResult {
		let (deal, mut ledgers) = Self::running(id)?;
		Self::ensure_watches(origin, &deal)?;
		ensure!(ledgers.servicer_default != default, Error::<T>::NothingChanges);
		ledgers.servicer_default = default;
		Self::watch_defaults(id, &ledgers);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::ServicerDefaultSet { deal: id, default });
		Ok(())
	}

	pub(crate) fn do_replace_servicer(
		origin: OriginFor<T>,
		id: DealId,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		let (deal, ledgers) = Self::running(id)?;
		Self::ensure_watches(origin, &deal)?;
		ensure!(who != deal.parties.trustee, Error::<T>::PartiesNotDistinct);
		Self::install_servicer(id, deal, ledgers, who)
	}

	pub(crate) fn do_replace_trustee(
		origin: OriginFor<T>,
		id: DealId,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		let governs = Self::governs(origin)?.is_none();
		ensure!(governs, DispatchError::BadOrigin);
		let (deal, ledgers) = Self::running(id)?;
		Self::install_trustee(id, deal, ledgers, who)
	}

	pub(crate) fn do_resign(who: AccountIdOf<T>, id: DealId) -> DispatchResult {
		let (deal, ledgers) = Self::running(id)?;
		ensure!(who == deal.parties.servicer, Error::<T>::NotServicer);
		let trustee = deal.parties.trustee.clone();
		Self::install_servicer(id, deal, ledgers, trustee)
	}

	/// Makes `who` the servicer and stores the deal and its ledgers.
	///
	/// # Errors
	/// [`Error::NothingChanges`], [`Error::PartiesNotDistinct`]; if the call is nested too deep.
	pub(crate) fn install_servicer(
		id: DealId,
		mut deal: DealOf<T>,
		mut ledgers: DealLedgers,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		ensure!(who != deal.parties.servicer, Error::<T>::NothingChanges);
		// It cannot be paid, and a fee that is not claimed keeps the deal from being removed.
		ensure!(who != Self::account(id), Error::<T>::PartiesNotDistinct);
		Self::ensure_room()?;
		Self::pay_fees_of(id, &deal, &mut ledgers, &Party::Servicer);
		let from = core::mem::replace(&mut deal.parties.servicer, who.clone());
		Self::leave_office(id, &from);
		ledgers.servicer_default = false;
		Deals::<T>::insert(id, deal);
		Self::watch_defaults(id, &ledgers);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::ServicerReplaced { deal: id, from, to: who });
		Ok(())
	}

	/// Makes `who` the trustee and stores the deal and its ledgers.
	///
	/// # Errors
	/// [`Error::NothingChanges`], [`Error::PartiesNotDistinct`]; if the call is nested too deep.
	pub(crate) fn install_trustee(
		id: DealId,
		mut deal: DealOf<T>,
		mut ledgers: DealLedgers,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		ensure!(who != deal.parties.trustee, Error::<T>::NothingChanges);
		let distinct =
			who != deal.originator && who != deal.parties.servicer && who != Self::account(id);
		ensure!(distinct, Error::<T>::PartiesNotDistinct);
		Self::ensure_room()?;
		Self::pay_fees_of(id, &deal, &mut ledgers, &Party::Trustee);
		let from = core::mem::replace(&mut deal.parties.trustee, who.clone());
		Deals::<T>::insert(id, deal);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::TrusteeReplaced { deal: id, from, to: who });
		Ok(())
	}
}
