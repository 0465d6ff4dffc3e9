//! Where a pool's money lies, how it moves, and how a pool begins and ends.

use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungibles::{Inspect, Mutate},
		tokens::Preservation,
		Consideration, Footprint, Get, Time,
	},
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};
use strata_liquidation::pool::{Cohort, Era, PastEra, Records, Share};
use strata_traits::{Asset, Balance, Listing};

use crate::{
	types::{Pair, PoolId, PoolRecord},
	Cohorts, Config, DepositorOf, Eras, Error, Event, NextPool, Pallet, Pools, Shares,
};

/// The past of a pool, in storage.
pub(crate) struct Stored<T>(PoolId, core::marker::PhantomData<T>);

impl<T> Stored<T> {
	pub(crate) fn of(pool: PoolId) -> Self {
		Self(pool, core::marker::PhantomData)
	}
}

impl<T: Config> Records for Stored<T> {
	fn era(&self, era: Era) -> Option<PastEra> {
		Eras::<T>::get(self.0, era)
	}

	fn set_era(&mut self, era: Era, past: Option<PastEra>) {
		Eras::<T>::set(self.0, era, past);
	}

	fn cohort(&self, window: u64) -> Option<Cohort> {
		Cohorts::<T>::get(self.0, window)
	}

	fn set_cohort(&mut self, window: u64, cohort: Option<Cohort>) {
		Cohorts::<T>::set(self.0, window, cohort);
	}
}

impl<T: Config> Pallet<T> {
	/// The account of a pool.
	pub fn account_of(pool: PoolId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(pool)
	}

	/// What a depositor pays for: the share, and the cohorts that it can keep alive.
	pub(crate) fn footprint() -> Footprint {
		let cohorts = Cohort::max_encoded_len().saturating_mul(2);
		Footprint::from_parts(1, DepositorOf::<T>::max_encoded_len().saturating_add(cohorts))
	}

	/// The pool of `pair` with every cohort joined whose time has come.
	pub(crate) fn pool(pair: &Pair) -> Result<PoolRecord, DispatchError> {
		let mut record = Pools::<T>::get(pair).ok_or(Error::<T>::UnknownPool)?;
		record
			.pool
			.advance(T::Time::now(), T::EntryDelay::get(), &mut Stored::<T>::of(record.id))
			.ok_or(ArithmeticError::Overflow)?;
		Ok(record)
	}

	/// Brings a share of the pool up to date.
	pub(crate) fn settle(record: &mut PoolRecord, share: &mut Share) -> DispatchResult {
		let mut records = Stored::<T>::of(record.id);
		record.pool.settle(share, &mut records).ok_or(ArithmeticError::Overflow)?;
		Ok(())
	}

	/// The pool of `pair` and the share of `who`, both up to date.
	pub(crate) fn touched(
		pair: &Pair,
		who: &T::AccountId,
	) -> Result<(PoolRecord, DepositorOf<T>), DispatchError> {
		let mut record = Self::pool(pair)?;
		let mut depositor = Shares::<T>::get(record.id, who).ok_or(Error::<T>::NoShare)?;
		Self::settle(&mut record, &mut depositor.share)?;
		Ok((record, depositor))
	}

	/// A pool for a pair of listed assets. Its float is still to be paid.
	pub(crate) fn opened(pair: &Pair) -> Result<PoolRecord, DispatchError> {
		ensure!(pair.collateral != pair.settlement, Error::<T>::CollateralIsSettlement);
		ensure!(
			T::Listing::collateral(&pair.collateral).is_some(),
			Error::<T>::CollateralNotListed
		);
		ensure!(
			T::Listing::settlement(&pair.settlement).is_some(),
			Error::<T>::SettlementNotListed
		);
		let id = NextPool::<T>::get();
		NextPool::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		// Assets that don't keep accounts alive by themselves need it.
		frame_system::Pallet::<T>::inc_providers(&Self::account_of(id));
		let float = T::Assets::minimum_balance(pair.settlement.clone());
		Self::deposit_event(Event::PoolOpened { pool: id, pair: pair.clone(), float });
		Ok(PoolRecord::new(id, float))
	}

	/// Stores a pool and a share after an act. A share with nothing in it is removed, and a pool
	/// without shares.
	pub(crate) fn store(
		pair: &Pair,
		who: &T::AccountId,
		mut record: PoolRecord,
		depositor: DepositorOf<T>,
	) -> DispatchResult {
		if !depositor.share.is_empty() {
			Shares::<T>::insert(record.id, who, depositor);
			Pools::<T>::insert(pair, record);
			return Ok(());
		}
		Shares::<T>::remove(record.id, who);
		depositor.ticket.drop(who)?;
		record.shares = record.shares.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		if record.shares > 0 {
			Pools::<T>::insert(pair, record);
			return Ok(());
		}
		Pools::<T>::remove(pair);
		Self::close_account(pair, who, &record)
	}

	/// Pays floats and what rounding kept back to the last one out. What cannot be paid stays in the
	/// account: an asset that `last` may not receive must not keep them in.
	fn close_account(pair: &Pair, last: &T::AccountId, record: &PoolRecord) -> DispatchResult {
		let account = Self::account_of(record.id);
		for (asset, left) in [(&pair.settlement, record.cash()), (&pair.collateral, record.goods())]
		{
			let left = left.ok_or(ArithmeticError::Overflow)?;
			let _ = with_storage_layer(|| {
				Self::pay(asset, &account, last, left, Preservation::Expendable)
			});
		}
		// Fails where something is left that needs the account; then it stays.
		let _ = frame_system::Pallet::<T>::dec_providers(&account);
		Self::deposit_event(Event::PoolRemoved { pool: record.id });
		Ok(())
	}

	/// Pays `amount` out of a pool that goes on: the float stays.
	pub(crate) fn pay_out(
		asset: &Asset,
		pool: PoolId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(asset, &Self::account_of(pool), to, amount, Preservation::Preserve)
	}

	/// Moves `amount` and makes sure that it arrived: an asset may report success without moving
	/// anything.
	fn pay(
		asset: &Asset,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
		preservation: Preservation,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let before = T::Assets::balance(asset.clone(), to);
		T::Assets::transfer(asset.clone(), from, to, amount, preservation)?;
		let expected = before.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		ensure!(T::Assets::balance(asset.clone(), to) >= expected, Error::<T>::DidNotMove);
		Ok(())
	}

	/// Takes `amount` of the settlement asset from `from` into the pool.
	pub(crate) fn take(
		pair: &Pair,
		record: &PoolRecord,
		from: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(
			&pair.settlement,
			from,
			&Self::account_of(record.id),
			amount,
			Preservation::Expendable,
		)
	}

	/// Whether the account of a pool holds what its ledgers say.
	pub(crate) fn holds_its_cash(pair: &Pair, record: &PoolRecord) -> bool {
		let held = T::Assets::balance(pair.settlement.clone(), &Self::account_of(record.id));
		record.cash().is_some_and(|ledger| held >= ledger)
	}
}
