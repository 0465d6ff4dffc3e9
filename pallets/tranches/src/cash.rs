//! Where a deal's cash lies, and how it comes in and goes out.

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		tokens::{fungibles::Inspect, fungibles::Mutate, Preservation},
		Get, Time,
	},
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};

use crate::{
	AccountIdOf, Asset, Balance, Config, DealId, DealLedgers, Deals, Error, LateCash, Ledgers,
	Moment, Pallet, Receipts,
};

/// Adds, or says that it does not fit.
pub(crate) fn add(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
	a.checked_add(b).ok_or(ArithmeticError::Overflow)
}

/// Subtracts, or says that there is less.
pub(crate) fn sub(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
	a.checked_sub(b).ok_or(ArithmeticError::Underflow)
}

/// The first contractual date that is not run yet and not before `now`: where cash collected now
/// may first be used. `None` if it does not fit.
pub(crate) fn usable_on(next_date: Moment, period: Moment, now: Moment) -> Option<Moment> {
	let late = now.saturating_sub(next_date);
	let missed = late.div_ceil(period.max(1));
	next_date.checked_add(missed.checked_mul(period)?)
}

impl<T: Config> Pallet<T> {
	/// The account of a deal: its cash, and notes that are not collected yet.
	pub fn account(deal: DealId) -> AccountIdOf<T> {
		T::PalletId::get().into_sub_account_truncating(deal)
	}

	/// The time now.
	pub(crate) fn now() -> Moment {
		T::Time::now()
	}

	/// Refuses a call that is nested so deep that what it tries in layers of its own, two at most, would
	/// fail for that alone: a fee would not be delivered, a deal would not close.
	///
	/// # Errors
	/// [`sp_runtime::TransactionalError::LimitReached`].
	pub(crate) fn ensure_room() -> DispatchResult {
		with_storage_layer(|| with_storage_layer(|| Ok(())))
	}

	/// The ledgers of an active deal: all that a movement of cash reads of it. `otherwise` says what
	/// is wrong with a deal that is not active.
	pub(crate) fn active(id: DealId, otherwise: Error<T>) -> Result<DealLedgers, DispatchError> {
		match Ledgers::<T>::get(id) {
			Some(ledgers) if ledgers.phase.is_some() => Ok(ledgers),
			None if !Deals::<T>::contains_key(id) => Err(Error::<T>::UnknownDeal.into()),
			_ => Err(otherwise.into()),
		}
	}

	/// Moves cash and makes sure that it arrived: an asset may report success without moving
	/// anything, e.g. to an account that is blocked.
	pub(crate) fn pay(
		asset: &Asset,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
		preservation: Preservation,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let before = T::Assets::balance(asset.clone(), to);
		T::Assets::transfer(asset.clone(), from, to, amount, preservation)?;
		let after = T::Assets::balance(asset.clone(), to);
		ensure!(after >= add(before, amount)?, Error::<T>::CashDidNotMove);
		Ok(())
	}

	/// Pays out of a deal's account. The float stays, so that the account is never closed.
	pub(crate) fn pay_out(
		deal: DealId,
		asset: &Asset,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(asset, &Self::account(deal), to, amount, Preservation::Preserve)
	}

	/// Pays into a deal's account.
	pub(crate) fn pay_in(
		deal: DealId,
		asset: &Asset,
		from: &AccountIdOf<T>,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(asset, from, &Self::account(deal), amount, Preservation::Expendable)
	}

	/// Books what came in at `now`, cash or losses. Returns the date it first counts for: a date that
	/// has passed and is not run yet gets nothing of it, so that a late run pays what a punctual one
	/// would have paid.
	pub(crate) fn book(
		deal: DealId,
		ledgers: &mut DealLedgers,
		receipts: &Receipts,
		now: Moment,
	) -> Result<Moment, DispatchError> {
		ledgers.end_ramp_up(now);
		let plus = |a: &Receipts| a.plus(receipts).ok_or(ArithmeticError::Overflow);
		let next = ledgers.next_date;
		let date = usable_on(next, ledgers.period, now).ok_or(ArithmeticError::Overflow)?;
		if date == next {
			ledgers.cash.available = plus(&ledgers.cash.available)?;
			ledgers.collected = plus(&ledgers.collected)?;
		} else if *receipts != Receipts::default() {
			ledgers.cash.later = plus(&ledgers.cash.later)?;
			LateCash::<T>::try_mutate(deal, date, |bucket| -> DispatchResult {
				*bucket = plus(bucket)?;
				Ok(())
			})?;
		}
		Ok(date)
	}
}
