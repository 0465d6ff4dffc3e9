//! A deal's way from draft to offering, and its end.

use codec::{Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	traits::{
		tokens::{
			fungibles::{Destroy, Inspect},
			Fortitude, Preservation,
		},
		Consideration, Footprint,
	},
};
use sp_runtime::{DispatchError, DispatchResult};
use strata_waterfall::{PerClass, Program, MAX_CLASSES};

use crate::{
	court::types::MAX_JUDGMENTS, note_id, AccountIdOf, Agenda, AgendaKey, Allocation, Balance,
	CheckpointOf, Config, Deal, DealId, DealLedgers, DealOf, DealState, Deals, Error, Event,
	Judgments, Ledgers, NextDeal, Offering, Offerings, Opening, Openings, Order, OrderOf, Orders,
	Pallet, Parties, Programs, Servicings, Terms, TermsOf,
};

/// Who acts in a deal with these terms, to begin with.
fn parties<AccountId: Clone, BookTerms>(terms: &Terms<AccountId, BookTerms>) -> Parties<AccountId> {
	Parties { servicer: terms.servicer.clone(), trustee: terms.trustee.clone() }
}

impl<T: Config> Pallet<T> {
	/// What the deposit of a deal covers: its own entries, the program at its size, and the
	/// originator's order and checkpoints.
	pub(crate) fn deal_footprint(program: &Program) -> Footprint {
		let classes = usize::try_from(MAX_CLASSES).unwrap_or(usize::MAX);
		let checkpoints = classes.saturating_mul(CheckpointOf::<T>::max_encoded_len());
		let size = DealOf::<T>::max_encoded_len()
			.saturating_add(DealLedgers::max_encoded_len())
			.saturating_add(Opening::max_encoded_len())
			.saturating_add(program.encoded_size())
			.saturating_add(Offering::max_encoded_len())
			.saturating_add(AgendaKey::max_encoded_len())
			.saturating_add(checkpoints);
		Footprint::from_parts(1, size)
	}

	/// What the deposit of an order covers, and of the checkpoint that it becomes.
	pub(crate) fn holding_footprint() -> Footprint {
		let size = OrderOf::<T>::max_encoded_len().max(CheckpointOf::<T>::max_encoded_len());
		Footprint::from_parts(1, size)
	}

	pub(crate) fn do_create(
		originator: AccountIdOf<T>,
		terms: TermsOf<T>,
		program: Program,
	) -> Result<DealId, DispatchError> {
		let id = NextDeal::<T>::get();
		let last_rank = u8::try_from(MAX_CLASSES.saturating_sub(1)).unwrap_or(u8::MAX);
		ensure!(note_id(id, last_rank).is_some(), Error::<T>::TooManyDeals);
		NextDeal::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooManyDeals)?);
		let ticket = T::Consideration::new(&originator, Self::deal_footprint(&program))?;
		let deal = Deal {
			originator: originator.clone(),
			state: DealState::Draft,
			float: 0,
			reserve: 0,
			bond: 0,
			parties: parties(&terms),
			terms,
			ticket,
		};
		Deals::<T>::insert(id, deal);
		Programs::<T>::insert(id, program);
		Self::deposit_event(Event::Created { deal: id, originator });
		Ok(id)
	}

	fn owned(who: &AccountIdOf<T>, id: DealId) -> Result<DealOf<T>, DispatchError> {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		ensure!(deal.originator == *who, Error::<T>::NotOriginator);
		Ok(deal)
	}

	pub(crate) fn do_amend(
		who: &AccountIdOf<T>,
		id: DealId,
		terms: TermsOf<T>,
		program: Program,
	) -> DispatchResult {
		let mut deal = Self::owned(who, id)?;
		ensure!(deal.state == DealState::Draft, Error::<T>::WrongState);
		deal.ticket = deal.ticket.update(who, Self::deal_footprint(&program))?;
		deal.parties = parties(&terms);
		deal.terms = terms;
		Deals::<T>::insert(id, deal);
		Programs::<T>::insert(id, program);
		Self::deposit_event(Event::Amended { deal: id });
		Ok(())
	}

	pub(crate) fn do_launch(who: &AccountIdOf<T>, id: DealId) -> DispatchResult {
		let deal = Self::owned(who, id)?;
		ensure!(deal.state == DealState::Draft, Error::<T>::WrongState);
		let program = Programs::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		Self::validate(who, &deal.terms, &program, Self::now())?;
		Self::open_offering(id, deal, &program)
	}

	/// Opens the offering of a draft whose terms are validated: takes the float, the reserve, the bond
	/// and the residual from the originator, whose residual is an order like any other.
	pub(crate) fn open_offering(
		id: DealId,
		mut deal: DealOf<T>,
		program: &Program,
	) -> DispatchResult {
		let asset = deal.terms.settlement.clone();
		// The account must exist whether or not the settlement asset is a sufficient one.
		frame_system::Pallet::<T>::inc_providers(&Self::account(id));
		deal.float = T::Assets::minimum_balance(asset.clone());
		Self::pay_in(id, &asset, &deal.originator, deal.float)?;
		deal.reserve = Self::full_reserve(&deal.terms, program)?;
		Self::pay_in(id, &asset, &deal.originator, deal.reserve)?;
		deal.bond = deal.terms.bond;
		Self::pay_in(id, &asset, &deal.originator, deal.bond)?;

		let residual = deal.terms.tranches.last().ok_or(Error::<T>::TooFewTranches)?.face;
		Self::pay_in(id, &asset, &deal.originator, residual)?;
		let last = deal.terms.tranches.len().saturating_sub(1);
		let rank = u8::try_from(last).map_err(|_| Error::<T>::UnknownTranche)?;
		let order = Order { amount: residual, ticket: None };
		Orders::<T>::insert((id, rank, &deal.originator), order);
		let mut classes = PerClass::new();
		for position in 0..deal.terms.tranches.len() {
			let mut class = Allocation::default();
			if position == last {
				class.ordered = residual;
				class.refunds_left = residual;
				class.orders = 1;
			}
			classes.try_push(class).map_err(|_| Error::<T>::UnknownTranche)?;
		}
		Offerings::<T>::insert(id, Offering { classes });

		Agenda::<T>::insert(AgendaKey::new(deal.terms.schedule.offering_end, id), ());
		deal.state = DealState::Offering;
		let (reserve, bond) = (deal.reserve, deal.bond);
		Deals::<T>::insert(id, deal);
		Self::deposit_event(Event::Launched { deal: id, residual, reserve, bond });
		Ok(())
	}

	pub(crate) fn do_cancel(who: &AccountIdOf<T>, id: DealId) -> DispatchResult {
		let deal = Self::owned(who, id)?;
		match deal.state {
			DealState::Draft => {
				deal.ticket.drop(&deal.originator)?;
				Deals::<T>::remove(id);
				Programs::<T>::remove(id);
				Self::deposit_event(Event::Removed { deal: id, swept: 0 });
				Ok(())
			},
			DealState::Offering => {
				let open = Self::now() < deal.terms.schedule.offering_end;
				ensure!(open, Error::<T>::OfferingOver);
				Self::fail_offering(id, deal, Error::<T>::Cancelled.into());
				Ok(())
			},
			_ => Err(Error::<T>::WrongState.into()),
		}
	}

	/// Ends an offering without notes. Every order is left to be collected in full.
	pub(crate) fn fail_offering(id: DealId, mut deal: DealOf<T>, reason: DispatchError) {
		Agenda::<T>::remove(AgendaKey::new(deal.terms.schedule.offering_end, id));
		deal.state = DealState::Failed;
		Deals::<T>::insert(id, deal);
		Self::deposit_event(Event::OfferingFailed { deal: id, reason });
	}

	pub(crate) fn do_remove(id: DealId) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		ensure!(
			matches!(deal.state, DealState::Failed | DealState::Closed),
			Error::<T>::WrongState
		);
		ensure!(!Offerings::<T>::contains_key(id), Error::<T>::StillHeld);
		if let Some(ledgers) = Ledgers::<T>::take(id) {
			ensure!(ledgers.checkpoints == 0, Error::<T>::StillHeld);
			ensure!(ledgers.fees() == Some(0), Error::<T>::StillHeld);
			ensure!(ledgers.court.pending == 0, Error::<T>::UnderDispute);
			let kept = ledgers.court.recorded.is_some() || ledgers.court.cash() != Some(0);
			ensure!(!kept, Error::<T>::StillHeld);
			// Nobody holds a note any more who could be paid by them.
			let judged = Judgments::<T>::clear_prefix(id, MAX_JUDGMENTS, None);
			ensure!(judged.maybe_cursor.is_none(), Error::<T>::StillHeld);
			for (rank, _) in (0u8..).zip(ledgers.notes.iter()) {
				let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
				T::Notes::start_destroy(note, None)?;
				T::Notes::finish_destroy(note)?;
			}
		}
		let swept = Self::sweep(id, &deal)?;
		deal.ticket.drop(&deal.originator)?;
		Deals::<T>::remove(id);
		Programs::<T>::remove(id);
		Openings::<T>::remove(id);
		Servicings::<T>::remove(id);
		Self::deposit_event(Event::Removed { deal: id, swept });
		Ok(())
	}

	/// Pays everything that is left in the deal's account to its originator.
	fn sweep(id: DealId, deal: &DealOf<T>) -> Result<Balance, DispatchError> {
		let account = Self::account(id);
		let asset = &deal.terms.settlement;
		let left = T::Assets::reducible_balance(
			asset.clone(),
			&account,
			Preservation::Expendable,
			Fortitude::Polite,
		);
		Self::pay(asset, &account, &deal.originator, left, Preservation::Expendable)?;
		// Only now: an asset that is not sufficient holds a reference on the account. Somebody's gift of
		// another such asset keeps the account and its provider. That costs an account in the state and
		// harms nobody, so it must not keep the originator's deposit.
		let _ = frame_system::Pallet::<T>::dec_providers(&account);
		Ok(left)
	}
}
