//! What books do with a deal's cash: [`DealCash`].

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_traits::{BookId, Collected, DealCash, Proceeds};

use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Config, DealId, DealLedgers, Error, Event, Ledgers, Pallet, Receipts,
	Workout,
};
#[cfg(feature = "runtime-benchmarks")]
use strata_traits::Asset;

/// What of `book` is in liquidation.
pub(crate) fn workout<T: Config>(
	ledgers: &mut DealLedgers,
	book: BookId,
) -> Result<&mut Workout, Error<T>> {
	ledgers.workout_mut(book).ok_or(Error::<T>::UnknownBook)
}

/// Takes `principal` and `units` out of what is in liquidation.
pub(crate) fn take<T: Config>(
	ledgers: &mut DealLedgers,
	book: BookId,
	principal: Balance,
	units: Balance,
) -> DispatchResult {
	let workout = workout::<T>(ledgers, book)?;
	let less = || Error::<T>::NotInLiquidation;
	workout.principal = workout.principal.checked_sub(principal).ok_or_else(less)?;
	workout.units = workout.units.checked_sub(units).ok_or_else(less)?;
	Ok(())
}

impl Receipts {
	/// What the sale of `units` in liquidation brings. Of collateral that does not count any more, all
	/// is a recovery.
	fn of_sale(proceeds: &Proceeds, units: Balance) -> Self {
		let Proceeds { principal, interest, penalty: penalties, surplus } = *proceeds;
		let (surplus, recoveries) = if units == 0 { (0, surplus) } else { (surplus, 0) };
		Self { interest, principal, penalties, surplus, recoveries, losses: 0 }
	}
}

impl<T: Config> Pallet<T> {
	/// Books a loss of `principal` that is counted in no other ledger any more.
	fn lose(id: DealId, ledgers: &mut DealLedgers, principal: Balance) -> DispatchResult {
		ledgers.losses = add(ledgers.losses, principal)?;
		let receipts = Receipts { losses: principal, ..Receipts::default() };
		Self::book(id, ledgers, &receipts, Self::now()).map(|_| ())
	}
}

impl<T: Config> DealCash<AccountIdOf<T>> for Pallet<T> {
	fn advance(deal: DealId, to: &AccountIdOf<T>, amount: Balance) -> DispatchResult {
		let now = Self::now();
		let mut ledgers = Self::active(deal, Error::<T>::NotLending)?;
		ensure!(ledgers.lends(now), Error::<T>::NotLending);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(now < ledgers.next_date && !ledgers.parked, Error::<T>::PaymentPending);
		ledgers.end_ramp_up(now);
		let left = ledgers.cash.available.principal.checked_sub(amount);
		let left = left.filter(|left| *left >= ledgers.set_aside());
		ledgers.cash.available.principal = left.ok_or(Error::<T>::InsufficientPrincipal)?;
		ensure!(Self::is_covered(&ledgers), Error::<T>::CoverageFailing);
		Ledgers::<T>::insert(deal, &ledgers);
		Self::pay_out(deal, &ledgers.settlement, to, amount)?;
		Self::deposit_event(Event::Advanced { deal, to: to.clone(), amount });
		Ok(())
	}

	fn collect(deal: DealId, from: &AccountIdOf<T>, collected: Collected) -> DispatchResult {
		let Collected { interest, principal } = collected;
		let total = add(interest, principal)?;
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		if total == 0 {
			return Ok(());
		}
		Self::pay_in(deal, &ledgers.settlement, from, total)?;
		let receipts = Receipts { interest, principal, ..Receipts::default() };
		let date = Self::book(deal, &mut ledgers, &receipts, Self::now())?;
		Ledgers::<T>::insert(deal, ledgers);
		Self::deposit_event(Event::CashCollected { deal, interest, principal, date });
		Ok(())
	}

	fn seized(deal: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		let workout = workout::<T>(&mut ledgers, book)?;
		workout.principal = add(workout.principal, principal)?;
		workout.units = add(workout.units, units)?;
		Ledgers::<T>::insert(deal, ledgers);
		Self::deposit_event(Event::Seized { deal, book, principal, units });
		Ok(())
	}

	fn proceeds(
		deal: DealId,
		book: BookId,
		from: &AccountIdOf<T>,
		units: Balance,
		proceeds: Proceeds,
	) -> DispatchResult {
		let receipts = Receipts::of_sale(&proceeds, units);
		let total = receipts.cash().ok_or(ArithmeticError::Overflow)?;
		if total == 0 {
			return Ok(());
		}
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		take::<T>(&mut ledgers, book, proceeds.principal, units)?;
		Self::pay_in(deal, &ledgers.settlement, from, total)?;
		let date = Self::book(deal, &mut ledgers, &receipts, Self::now())?;
		Ledgers::<T>::insert(deal, ledgers);
		Self::deposit_event(Event::SaleCollected { deal, book, units, proceeds, date });
		Ok(())
	}

	fn lost(deal: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		take::<T>(&mut ledgers, book, principal, units)?;
		Self::lose(deal, &mut ledgers, principal)?;
		Ledgers::<T>::insert(deal, ledgers);
		Self::deposit_event(Event::Lost { deal, book, principal, units });
		Ok(())
	}

	fn written_off(deal: DealId, book: BookId, principal: Balance) -> DispatchResult {
		let mut ledgers = Self::active(deal, Error::<T>::WrongState)?;
		workout::<T>(&mut ledgers, book)?;
		if principal == 0 {
			return Ok(());
		}
		Self::lose(deal, &mut ledgers, principal)?;
		Ledgers::<T>::insert(deal, ledgers);
		Self::deposit_event(Event::WrittenOff { deal, book, principal });
		Ok(())
	}

	fn exchange(
		deal: DealId,
		book: BookId,
		who: &AccountIdOf<T>,
		units: Balance,
		price: Balance,
		principal: Balance,
	) -> Result<Balance, DispatchError> {
		Self::do_exchange(deal, book, who, units, price, principal)
	}

	fn is_account(deal: DealId, who: &AccountIdOf<T>) -> bool {
		*who == Self::account(deal)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(
		settlement: &Asset,
		collateral: &Asset,
		principal: Balance,
	) -> Result<(DealId, BookId), DispatchError> {
		crate::benchmarking::deal::<T>(settlement, collateral, principal)
	}
}

/// What an exchange takes off a deal's ledgers: the part of `price` that pays principal, and what is
/// left of the rest after losses charged to classes are made good.
pub(crate) fn pay_with_notes(
	ledgers: &mut DealLedgers,
	position: usize,
	price: Balance,
	principal: Balance,
) -> Result<Balance, ArithmeticError> {
	let paid = price.min(principal);
	let state = &mut ledgers.waterfall;
	state.exchange(position, price).ok_or(ArithmeticError::Underflow)?;
	let beyond = state.make_good(sub(price, paid)?).ok_or(ArithmeticError::Underflow)?;
	ledgers.excess = add(ledgers.excess, beyond)?;
	Ok(paid)
}
