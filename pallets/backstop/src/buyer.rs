//! The pool as the auctions know it.

use frame_support::{
	ensure,
	traits::{fungibles::Inspect, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchResult};
use strata_traits::{Asset, Backstop, Balance};

use crate::{pools::Stored, types::Pair, Config, Error, Event, Pallet, Pools};

impl<T: Config> Backstop<T::AccountId> for Pallet<T> {
	/// All cash that takes part: a pool may be emptied, which begins a new epoch. 0 if the account
	/// holds less than its ledgers.
	fn capacity(collateral: &Asset, settlement: &Asset) -> Balance {
		let pair = Pair { collateral: collateral.clone(), settlement: settlement.clone() };
		let Some(record) = Pools::<T>::get(&pair) else { return 0 };
		if !Self::holds_its_cash(&pair, &record) {
			return 0;
		}
		record.pool.capacity(T::Time::now(), T::EntryDelay::get()).unwrap_or(0)
	}

	fn buy(
		collateral: &Asset,
		settlement: &Asset,
		units: Balance,
		cost: Balance,
		trade: impl FnOnce(&T::AccountId) -> DispatchResult,
	) -> DispatchResult {
		ensure!(cost > 0 && units > 0, Error::<T>::NothingToDo);
		let pair = Pair { collateral: collateral.clone(), settlement: settlement.clone() };
		let mut record = Self::pool(&pair)?;
		ensure!(cost <= record.pool.active, Error::<T>::InsufficientCash);
		ensure!(Self::holds_its_cash(&pair, &record), Error::<T>::Impaired);

		// The asset's minimum balance stays behind, so that the last unit of gains can be paid.
		let minimum = T::Assets::minimum_balance(collateral.clone());
		let kept = minimum.saturating_sub(record.collateral_float).min(units);
		let shared = units.checked_sub(kept).ok_or(ArithmeticError::Underflow)?;
		record
			.pool
			.buy(cost, shared, &mut Stored::<T>::of(record.id))
			.ok_or(ArithmeticError::Overflow)?;
		record.collateral_float =
			record.collateral_float.checked_add(kept).ok_or(ArithmeticError::Overflow)?;
		record.collateral =
			record.collateral.checked_add(shared).ok_or(ArithmeticError::Overflow)?;
		let account = Self::account_of(record.id);
		Self::deposit_event(Event::Bought {
			pool: record.id,
			units,
			cost,
			active: record.pool.active,
		});
		// Whoever is called on the way reads the pool after the purchase.
		Pools::<T>::insert(&pair, record);

		let holdings = || {
			let cash = T::Assets::balance(settlement.clone(), &account);
			(cash, T::Assets::balance(collateral.clone(), &account))
		};
		let before = holdings();
		trade(&account)?;
		let expected = before.0.checked_sub(cost).zip(before.1.checked_add(units));
		ensure!(Some(holdings()) == expected, Error::<T>::DidNotMove);
		Ok(())
	}

	/// With a depositor of long ago and, where the calendar allows, two cohorts that join at the next
	/// touch: a purchase rewrites as much as it ever does.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_pool(collateral: &Asset, settlement: &Asset, cash: Balance) {
		crate::benchmarking::pool::<T>(collateral, settlement, cash);
	}
}
