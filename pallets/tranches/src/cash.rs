//! Where a deal's cash lies, and how it comes in and goes out.

use frame_support::{
	ensure,
	traits::{
		tokens::{fungibles::Inspect, fungibles::Mutate, Preservation},
		Get, Time,
	},
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};
#[cfg(feature = "runtime-benchmarks")]
use strata_traits::BookId;
use strata_traits::{Collected, DealCash};
use strata_waterfall::Funds;

use crate::{
	AccountIdOf, Asset, Balance, Config, DealId, DealLedgers, DealState, Deals, Error, Event,
	LateCash, Ledgers, Moment, Pallet, Phase, Schedule,
};

/// Adds, or says that it does not fit.
pub(crate) fn add(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
	a.checked_add(b).ok_or(ArithmeticError::Overflow)
}

/// Subtracts, or says that there is less.
pub(crate) fn sub(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
	a.checked_sub(b).ok_or(ArithmeticError::Underflow)
}

/// Adds both funds.
pub(crate) fn add_funds(a: Funds, b: Funds) -> Result<Funds, ArithmeticError> {
	Ok(Funds { interest: add(a.interest, b.interest)?, principal: add(a.principal, b.principal)? })
}

/// Subtracts both funds.
pub(crate) fn sub_funds(a: Funds, b: Funds) -> Result<Funds, ArithmeticError> {
	Ok(Funds { interest: sub(a.interest, b.interest)?, principal: sub(a.principal, b.principal)? })
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

	/// Books what was collected at `now`. Returns the date it may first be used on.
	///
	/// Principal collected before the end of the revolving period is lent again, and no date before
	/// that end redeems principal: it needs no date of its own.
	fn book_collected(
		deal: DealId,
		ledgers: &mut DealLedgers,
		schedule: &Schedule,
		collected: Funds,
		now: Moment,
	) -> Result<Moment, DispatchError> {
		let next = ledgers.next_date;
		let date = usable_on(next, schedule.period, now).ok_or(ArithmeticError::Overflow)?;
		let (at_once, later) = if date == next {
			(collected, Funds::default())
		} else if now < schedule.revolving_end {
			let Funds { interest, principal } = collected;
			(Funds { interest: 0, principal }, Funds { interest, principal: 0 })
		} else {
			(Funds::default(), collected)
		};
		let cash = &mut ledgers.cash;
		cash.available = add_funds(cash.available, at_once)?;
		ledgers.collected = add_funds(ledgers.collected, at_once)?;
		if later != Funds::default() {
			cash.later = add_funds(cash.later, later)?;
			LateCash::<T>::try_mutate(deal, date, |bucket| -> DispatchResult {
				*bucket = add_funds(*bucket, later)?;
				Ok(())
			})?;
		}
		Ok(date)
	}
}

impl<T: Config> DealCash<AccountIdOf<T>> for Pallet<T> {
	fn advance(deal_id: DealId, to: &AccountIdOf<T>, amount: Balance) -> DispatchResult {
		let deal = Deals::<T>::get(deal_id).ok_or(Error::<T>::UnknownDeal)?;
		let now = Self::now();
		let lending = deal.state == DealState::Active(Phase::Revolving)
			&& now < deal.terms.schedule.revolving_end;
		ensure!(lending, Error::<T>::NotLending);
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Ledgers::<T>::try_mutate(deal_id, |ledgers| -> DispatchResult {
			let ledgers = ledgers.as_mut().ok_or(Error::<T>::UnknownDeal)?;
			ensure!(now < ledgers.next_date && !ledgers.parked, Error::<T>::PaymentPending);
			let principal = &mut ledgers.cash.available.principal;
			*principal = principal.checked_sub(amount).ok_or(Error::<T>::InsufficientPrincipal)?;
			Ok(())
		})?;
		Self::pay_out(deal_id, &deal.terms.settlement, to, amount)?;
		Self::deposit_event(Event::Advanced { deal: deal_id, to: to.clone(), amount });
		Ok(())
	}

	fn collect(deal_id: DealId, from: &AccountIdOf<T>, collected: Collected) -> DispatchResult {
		let Collected { interest, principal } = collected;
		let total = add(interest, principal)?;
		let deal = Deals::<T>::get(deal_id).ok_or(Error::<T>::UnknownDeal)?;
		ensure!(matches!(deal.state, DealState::Active(_)), Error::<T>::WrongState);
		if total == 0 {
			return Ok(());
		}
		Self::pay_in(deal_id, &deal.terms.settlement, from, total)?;
		let date = Ledgers::<T>::try_mutate(deal_id, |ledgers| {
			let ledgers = ledgers.as_mut().ok_or(Error::<T>::UnknownDeal)?;
			let funds = Funds { interest, principal };
			Self::book_collected(deal_id, ledgers, &deal.terms.schedule, funds, Self::now())
		})?;
		Self::deposit_event(Event::CashCollected { deal: deal_id, interest, principal, date });
		Ok(())
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
