//! Delivery against payment: notes for the settlement asset of their deal, in one call.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	traits::{tokens::Preservation, Consideration, Footprint},
};
use sp_runtime::{traits::Zero, ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::note_price_ceil;
use strata_waterfall::ClassState;

use crate::{
	cash::sub, notes::Sides, AccountIdOf, Balance, Checkpoints, Config, DealId, DealLedgers, Error,
	Event, Ledgers, NextOffer, NoteIndices, Offer, OfferId, OfferOf, OfferTermsOf, Offers, Pallet,
	Pinned,
};

impl<T: Config> Pallet<T> {
	/// What the deposit of an offer covers.
	pub(crate) fn offer_footprint() -> Footprint {
		Footprint::from_parts(1, OfferOf::<T>::max_encoded_len())
	}

	/// A class that is sold to investors, with something outstanding.
	fn quotable(
		ledgers: &DealLedgers,
		rank: u8,
	) -> Result<(ClassState, NoteIndices), DispatchError> {
		let indices = Self::transferable(ledgers, rank)?;
		let class = ledgers.waterfall.classes.get(usize::from(rank));
		let class = *class.ok_or(Error::<T>::UnknownTranche)?;
		ensure!(class.balance > 0, Error::<T>::NothingOwed);
		Ok((class, indices))
	}

	fn check_offer(who: &AccountIdOf<T>, terms: &OfferTermsOf<T>) -> DispatchResult {
		ensure!(terms.amount > 0 && terms.minimum_fill > 0, Error::<T>::ZeroAmount);
		ensure!(terms.minimum_fill <= terms.amount, Error::<T>::MinimumAboveAmount);
		ensure!(!terms.price.is_zero(), Error::<T>::ZeroPrice);
		ensure!(Self::now() < terms.expiry, Error::<T>::OfferExpired);
		ensure!(terms.taker.as_ref() != Some(who), Error::<T>::SelfTransfer);
		Ok(())
	}

	pub(crate) fn do_offer(
		seller: AccountIdOf<T>,
		deal: DealId,
		rank: u8,
		terms: OfferTermsOf<T>,
	) -> DispatchResult {
		let ledgers = Self::active(deal, Error::<T>::WrongState)?;
		let (class, indices) = Self::quotable(&ledgers, rank)?;
		Self::check_offer(&seller, &terms)?;
		let mut holding =
			Self::settled(deal, rank, &seller, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		holding.ensure_free(terms.amount)?;
		let held = holding.checkpoint.held.checked_add(terms.amount);
		holding.checkpoint.held = held.ok_or(ArithmeticError::Overflow)?;
		Checkpoints::<T>::insert((deal, rank, &seller), holding.checkpoint);

		let offer = NextOffer::<T>::get();
		NextOffer::<T>::put(offer.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let ticket = T::Consideration::new(&seller, Self::offer_footprint())?;
		let pinned = Pinned::now(&class, &indices);
		let entry =
			Offer { deal, rank, seller: seller.clone(), terms: terms.clone(), pinned, ticket };
		Offers::<T>::insert(offer, entry);
		Self::deposit_event(Event::Offered { deal, offer, rank, seller, terms });
		Ok(())
	}

	/// Whether `buyer` may take `amount` of an offer now.
	fn check_take(
		offer: &OfferOf<T>,
		ledgers: &DealLedgers,
		buyer: &AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let (now, terms) = (Self::now(), &offer.terms);
		ensure!(now < terms.expiry, Error::<T>::OfferExpired);
		// Between a date and its run, balances and indices are those before the date.
		let settled = now < ledgers.next_date && !ledgers.parked;
		ensure!(settled, Error::<T>::PaymentPending);
		let meant = terms.taker.as_ref().is_none_or(|taker| taker == buyer);
		ensure!(meant, Error::<T>::NotTaker);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(amount <= terms.amount, Error::<T>::FillTooLarge);
		ensure!(amount >= terms.minimum_fill.min(terms.amount), Error::<T>::FillTooSmall);
		Ok(())
	}

	/// What `amount` notes of an offer cost now: ⌈amount · balance · price / notes in existence⌉.
	fn cash_for(
		offer: &OfferOf<T>,
		ledgers: &DealLedgers,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let (class, indices) = Self::quotable(ledgers, offer.rank)?;
		ensure!(!offer.lapsed(&Pinned::now(&class, &indices)), Error::<T>::OfferLapsed);
		let cash = note_price_ceil(amount, class.balance, indices.units, offer.terms.price);
		Ok(cash.ok_or(ArithmeticError::Overflow)?)
	}

	pub(crate) fn do_take_offer(
		buyer: AccountIdOf<T>,
		id: OfferId,
		amount: Balance,
		max_cash: Balance,
	) -> DispatchResult {
		let mut offer = Offers::<T>::get(id).ok_or(Error::<T>::UnknownOffer)?;
		let deal = offer.deal;
		let ledgers = Self::active(deal, Error::<T>::WrongState)?;
		Self::check_take(&offer, &ledgers, &buyer, amount)?;
		let cash = Self::cash_for(&offer, &ledgers, amount)?;
		ensure!(cash <= max_cash, Error::<T>::CashAboveMaximum);

		let (rank, seller) = (offer.rank, offer.seller.clone());
		let mut sides = Self::sides(&ledgers, deal, rank, &seller, &buyer, amount)?;
		Self::let_go(&mut sides, amount)?;
		Self::pay(&ledgers.settlement, &buyer, &seller, cash, Preservation::Expendable)?;
		Self::carry_out(ledgers, deal, rank, [&seller, &buyer, &buyer], amount, sides)?;
		offer.terms.amount = sub(offer.terms.amount, amount)?;
		let left = offer.terms.amount;
		if left == 0 {
			Offers::<T>::remove(id);
			offer.ticket.drop(&seller)?;
		} else {
			Offers::<T>::insert(id, offer);
		}
		let offer = id;
		Self::deposit_event(Event::OfferTaken { deal, offer, seller, buyer, amount, cash, left });
		Ok(())
	}

	/// What is taken is on hold no more.
	fn let_go(sides: &mut Sides<T>, amount: Balance) -> DispatchResult {
		let held = &mut sides.sender.checkpoint.held;
		*held = sub(*held, amount)?;
		Ok(())
	}

	/// Whether nobody can take the offer any more. It may be over for a while only by what is not a
	/// matter of the offer: a payment date that is not run yet, or a frozen party.
	pub(crate) fn offer_is_over(offer: &OfferOf<T>, ledgers: Option<&DealLedgers>) -> bool {
		let gone = |ledgers: &DealLedgers| {
			let quoted = Self::quotable(ledgers, offer.rank);
			let now = quoted.ok().map(|(class, indices)| Pinned::now(&class, &indices));
			ledgers.phase.is_none() || now.is_none_or(|now| offer.lapsed(&now))
		};
		Self::now() >= offer.terms.expiry || ledgers.is_none_or(gone)
	}

	pub(crate) fn do_cancel_offer(who: &AccountIdOf<T>, id: OfferId) -> DispatchResult {
		let offer = Offers::<T>::get(id).ok_or(Error::<T>::UnknownOffer)?;
		let deal = offer.deal;
		let ledgers = Ledgers::<T>::get(deal);
		let may = *who == offer.seller || Self::offer_is_over(&offer, ledgers.as_ref());
		ensure!(may, Error::<T>::NotSeller);
		Offers::<T>::remove(id);
		let (amount, seller) = (offer.terms.amount, offer.seller);
		Self::unhold(deal, offer.rank, &seller, amount)?;
		offer.ticket.drop(&seller)?;
		Self::deposit_event(Event::OfferCancelled { deal, offer: id, seller, amount });
		Ok(())
	}

	/// Ends a hold on notes that stay where they are.
	pub(crate) fn unhold(
		deal: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		Checkpoints::<T>::try_mutate((deal, rank, who), |checkpoint| {
			let checkpoint = checkpoint.as_mut().ok_or(Error::<T>::NothingHeld)?;
			checkpoint.held = sub(checkpoint.held, amount)?;
			Ok(())
		})
	}
}
