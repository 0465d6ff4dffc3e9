//! What the runtime APIs answer.

use alloc::vec::Vec;
use frame_support::{
	storage::with_transaction,
	traits::{Get, Time},
};
use sp_runtime::{DispatchError, TransactionOutcome};
use strata_liquidation::pool::{joins_at, Share};

use crate::{
	types::{Pair, PendingDeposit, PendingExit, PoolRecord, PoolState, ShareState},
	Config, Pallet, Pools,
};

impl<T: Config> Pallet<T> {
	/// The pool of `pair` as it stands now. `None` if there is none.
	pub fn pool_state(pair: &Pair) -> Option<PoolState<T::AccountId>> {
		Self::described(pair.clone(), Pools::<T>::get(pair)?)
	}

	/// All pools.
	pub fn pool_states() -> Vec<PoolState<T::AccountId>> {
		Pools::<T>::iter().filter_map(|(pair, record)| Self::described(pair, record)).collect()
	}

	/// What `who` has in the pool of `pair` now. `None` if nothing.
	pub fn share_state(pair: &Pair, who: &T::AccountId) -> Option<ShareState> {
		// The share is brought up to date as any act would, and that is undone.
		let touched = with_transaction(|| {
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(Self::touched(pair, who)))
		});
		let (_, depositor) = touched.ok()?.ok()?;
		Self::shown(&depositor.share)
	}

	fn shown(share: &Share) -> Option<ShareState> {
		let delay = T::EntryDelay::get();
		let mut pending = Vec::new();
		for entry in share.entries.iter().flatten() {
			let active_from = joins_at(entry.window, delay)?;
			pending.push(PendingDeposit { amount: entry.amount, active_from });
		}
		pending.sort_by_key(|deposit| deposit.active_from);
		let exit = match share.exit {
			Some(exit) => {
				let (from, until) = Self::exit_window(exit.ready)?;
				Some(PendingExit { amount: exit.amount, from, until })
			},
			None => None,
		};
		Some(ShareState {
			active: share.stake.map_or(0, |stake| stake.amount),
			pending,
			gains: share.gains,
			exit,
		})
	}

	fn described(pair: Pair, record: PoolRecord) -> Option<PoolState<T::AccountId>> {
		let active = record.pool.capacity(T::Time::now(), T::EntryDelay::get())?;
		let all = record.pool.active.checked_add(record.pool.pending()?)?;
		let impaired = !Self::holds_its_cash(&pair, &record);
		Some(PoolState {
			pair,
			id: record.id,
			account: Self::account_of(record.id),
			active,
			pending: all.checked_sub(active)?,
			collateral: record.collateral,
			depositors: record.shares,
			capacity: if impaired { 0 } else { active },
		})
	}
}
