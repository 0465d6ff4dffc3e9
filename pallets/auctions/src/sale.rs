//! What buyers do: bids, exchanges, and what a sale leaves of a lot.

use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use strata_numbers::Price;
use strata_traits::{Balance, BookId, Custody, DealCash, LotId};

use crate::{
	types::{Lot, Stage},
	Config, Error, Event, Lots, OpenLots, Pallet,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bid(
		who: &T::AccountId,
		id: LotId,
		max_price: Price,
		amount: Balance,
	) -> DispatchResult {
		let lot = Lots::<T>::get(id).ok_or(Error::<T>::UnknownLot)?;
		let (price, cost) = Self::priced(&lot, amount)?;
		ensure!(price <= max_price, Error::<T>::PriceAboveLimit);
		ensure!(!T::Cash::is_account(lot.deal, who), Error::<T>::OwnLot);
		let rest = Self::sell(&lot, who, amount, cost)?;
		Self::deposit_event(Event::Sold {
			lot: id,
			buyer: who.clone(),
			units: amount,
			price,
			cost,
			left: rest.units,
		});
		Self::keep_or_close(id, rest)
	}

	pub(crate) fn do_exchange(who: &T::AccountId, id: LotId, amount: Balance) -> DispatchResult {
		let lot = Lots::<T>::get(id).ok_or(Error::<T>::UnknownLot)?;
		ensure!(lot.stage == Stage::Exchange, Error::<T>::NotInExchange);
		ensure!(!lot.is_over(T::Custody::clock()), Error::<T>::LotEnded);
		Self::check_amount(&lot, amount)?;
		ensure!(lot.principal > 0, Error::<T>::PrincipalPaid);
		ensure!(!T::Cash::is_account(lot.deal, who), Error::<T>::OwnLot);
		let cost = lot.cost(amount, lot.floor).ok_or(Error::<T>::DoesNotFit)?;
		let principal = T::Cash::exchange(lot.deal, lot.book, who, amount, cost, lot.principal)?;
		T::Custody::deliver(lot.book, &lot.collateral, who, amount)?;
		Self::count_sold(lot.book, amount, principal)?;
		let left = |of: Balance, taken| of.checked_sub(taken).ok_or(Error::<T>::DoesNotFit);
		let rest = Lot {
			units: left(lot.units, amount)?,
			principal: left(lot.principal, principal)?,
			..lot
		};
		Self::deposit_event(Event::Exchanged {
			lot: id,
			who: who.clone(),
			units: amount,
			cost,
			principal,
			left: rest.units,
		});
		Self::keep_or_close(id, rest)
	}

	/// The price now and what `amount` units cost at it.
	pub(crate) fn priced(lot: &Lot, amount: Balance) -> Result<(Price, Balance), DispatchError> {
		let now = T::Custody::clock();
		ensure!(lot.stage != Stage::Exchange, Error::<T>::NotForSale);
		ensure!(!lot.is_over(now), Error::<T>::LotEnded);
		Self::check_amount(lot, amount)?;
		let price = lot.price(now).ok_or(Error::<T>::DoesNotFit)?;
		let cost = lot.cost(amount, price).ok_or(Error::<T>::DoesNotFit)?;
		Ok((price, cost))
	}

	/// Whether `amount` may be taken off the lot.
	fn check_amount(lot: &Lot, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::AmountZero);
		let left = lot.units.checked_sub(amount).ok_or(Error::<T>::MoreThanLeft)?;
		if left > 0 {
			ensure!(amount >= lot.minimum_units, Error::<T>::TooSmall);
			ensure!(left >= lot.minimum_units, Error::<T>::LeavesTooLittle);
		}
		Ok(())
	}

	/// Takes the cash, hands over the collateral, and answers what is left of the lot, which the
	/// caller stores.
	pub(crate) fn sell(
		lot: &Lot,
		buyer: &T::AccountId,
		units: Balance,
		cost: Balance,
	) -> Result<Lot, DispatchError> {
		let proceeds = lot.split(cost).ok_or(Error::<T>::DoesNotFit)?;
		let rest = lot.sold(units, proceeds).ok_or(Error::<T>::DoesNotFit)?;
		T::Cash::proceeds(lot.deal, lot.book, buyer, lot.counted(units), proceeds)?;
		T::Custody::deliver(lot.book, &lot.collateral, buyer, units)?;
		let paid =
			proceeds.principal.checked_add(proceeds.interest).ok_or(Error::<T>::DoesNotFit)?;
		Self::count_sold(lot.book, units, paid)?;
		Ok(rest)
	}

	/// `units` of a lot of `book` are gone, and `paid` of its x is: what is paid makes room for the next
	/// lot at once, however long a small rest stays unsold.
	fn count_sold(book: BookId, units: Balance, paid: Balance) -> DispatchResult {
		OpenLots::<T>::try_mutate(book, |of_book| {
			of_book.units = of_book.units.checked_sub(units).ok_or(Error::<T>::DoesNotFit)?;
			of_book.owed = of_book.owed.checked_sub(paid).ok_or(Error::<T>::DoesNotFit)?;
			Ok(())
		})
	}

	/// Stores what is left of a lot, or settles it for good if that is nothing: principal that its
	/// sale did not bring is lost. Its place in the agenda stays until its time comes.
	pub(crate) fn keep_or_close(id: LotId, lot: Lot) -> DispatchResult {
		if lot.units > 0 {
			Lots::<T>::insert(id, lot);
			return Ok(());
		}
		Lots::<T>::remove(id);
		let mut of_book = OpenLots::<T>::get(lot.book);
		of_book.close(id, &lot).ok_or(Error::<T>::DoesNotFit)?;
		if of_book.open == 0 {
			OpenLots::<T>::remove(lot.book);
		} else {
			OpenLots::<T>::insert(lot.book, of_book);
		}
		Self::settle(&lot)?;
		Self::deposit_event(Event::LotClosed { lot: id, lost: lot.principal });
		Ok(())
	}

	/// Charges what was not paid, unless that was done before.
	pub(crate) fn settle(lot: &Lot) -> DispatchResult {
		if lot.stage == Stage::Recovery {
			return Ok(());
		}
		if lot.principal > 0 || lot.units > 0 {
			T::Cash::lost(lot.deal, lot.book, lot.principal, lot.units)?;
		}
		Ok(())
	}
}
