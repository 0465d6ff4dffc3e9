//! What is true after every block.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungibles::Inspect};
use sp_runtime::TryRuntimeError;
use strata_liquidation::pool::{Era, Share, Stake};
use strata_traits::Balance;

use crate::{
	pools::Stored,
	types::{Pair, PoolId, PoolRecord},
	Cohorts, Config, Eras, NextPool, Pallet, Pools, Shares,
};

/// Sums over the shares of one pool.
#[derive(Default)]
struct Sums {
	cash: Balance,
	gains: Balance,
	shares: u32,
	/// Entries of each window: amount, number.
	entries: BTreeMap<u64, (Balance, u32)>,
	/// Stakes and cohorts that are counted from each era.
	holders: BTreeMap<Era, u32>,
}

impl<T: Config> Pallet<T> {
	/// Recomputes every total from the shares.
	///
	/// # Errors
	/// The first thing that does not agree:
	/// 1. each share belongs to a pool and has something in it or to be counted in; notice is given
	///    for no more than its stake;
	/// 2. waiting cash is the exact sum over entries, per window; cohorts count exactly those who have
	///    not come by;
	/// 3. eras are kept exactly while something is counted from them or from one of the two scales
	///    before, and count their holders exactly;
	/// 4. all stakes together are worth no more than the active cash, all gains no more than the
	///    collateral that was bought and not paid out;
	/// 5. the account of each pool exists and holds its ledgers. One that the issuer took some from does
	///    not, and is found: from the state it cannot be told from a ledger that is wrong. Until that is
	///    made good the pool neither takes nor buys.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut ids = BTreeSet::new();
		for (pair, record) in Pools::<T>::iter() {
			ensure!(record.id < NextPool::<T>::get(), "a pool has a number of the future");
			ensure!(ids.insert(record.id), "two pools have the same number");
			let sums = Self::sums(&record)?;
			Self::check_cohorts(&record, &sums)?;
			Self::check_eras(&record, &sums)?;
			ensure!(sums.shares == record.shares && sums.shares > 0, "depositors are miscounted");
			ensure!(sums.cash <= record.pool.active, "stakes are worth more than the cash");
			ensure!(sums.gains <= record.collateral, "gains are more than was bought");
			Self::check_account(&pair, &record)?;
		}
		let pools = Shares::<T>::iter_keys()
			.map(|(id, _)| id)
			.chain(Cohorts::<T>::iter_keys().map(|(id, _)| id))
			.chain(Eras::<T>::iter_keys().map(|(id, _)| id))
			.collect::<BTreeSet<PoolId>>();
		ensure!(pools.is_subset(&ids), "something is kept of a pool that is gone");
		Ok(())
	}

	fn sums(record: &PoolRecord) -> Result<Sums, TryRuntimeError> {
		let mut sums = Sums::default();
		for (_, depositor) in Shares::<T>::iter_prefix(record.id) {
			sums.shares = sums.shares.checked_add(1).ok_or("too many shares")?;
			Self::add_share(&mut sums, record, &depositor.share)?;
		}
		for (_, cohort) in Cohorts::<T>::iter_prefix(record.id) {
			let holders = sums.holders.entry(cohort.since.era).or_default();
			*holders = holders.checked_add(1).ok_or("too many holders")?;
		}
		Ok(sums)
	}

	fn add_share(
		sums: &mut Sums,
		record: &PoolRecord,
		share: &Share,
	) -> Result<(), TryRuntimeError> {
		ensure!(!share.is_empty(), "a share with nothing in it");
		let staked = share.stake.map_or(0, |stake| stake.amount);
		ensure!(share.stake.is_none() || staked > 0, "a stake of nothing");
		let leaves = share.exit.map_or(0, |exit| exit.amount);
		ensure!(share.exit.is_none() || leaves > 0, "a notice for nothing");
		ensure!(leaves <= staked, "a notice for more than the stake");
		sums.gains = sums.gains.checked_add(share.gains).ok_or("gains do not fit")?;
		if let Some(stake) = share.stake {
			let holders = sums.holders.entry(stake.since.era).or_default();
			*holders = holders.checked_add(1).ok_or("too many holders")?;
			Self::add_stake(sums, record, &stake)?;
		}
		for entry in share.entries.iter().flatten() {
			let (amount, count) = sums.entries.entry(entry.window).or_default();
			*amount = amount.checked_add(entry.amount).ok_or("entries do not fit")?;
			*count = count.checked_add(1).ok_or("too many entries")?;
			if let Some(cohort) = Cohorts::<T>::get(record.id, entry.window) {
				let stake = Stake { amount: entry.amount, since: cohort.since };
				Self::add_stake(sums, record, &stake)?;
			}
		}
		Ok(())
	}

	fn add_stake(
		sums: &mut Sums,
		record: &PoolRecord,
		stake: &Stake,
	) -> Result<(), TryRuntimeError> {
		let (left, bought) = record
			.pool
			.worth(stake, &Stored::<T>::of(record.id))
			.ok_or("the worth of a stake does not fit")?;
		sums.cash = sums.cash.checked_add(left).ok_or("cash does not fit")?;
		sums.gains = sums.gains.checked_add(bought).ok_or("gains do not fit")?;
		Ok(())
	}

	fn check_cohorts(record: &PoolRecord, sums: &Sums) -> Result<(), TryRuntimeError> {
		let mut windows = BTreeSet::new();
		for waiting in record.pool.waiting.iter().flatten() {
			ensure!(windows.insert(waiting.window), "a window waits twice");
			let entries = sums.entries.get(&waiting.window).copied();
			let stored = Some((waiting.amount, waiting.shares));
			ensure!(entries == stored, "waiting cash is not the sum over entries");
		}
		for (window, cohort) in Cohorts::<T>::iter_prefix(record.id) {
			ensure!(windows.insert(window), "a window waits and has joined");
			let entries = sums.entries.get(&window).map(|(_, count)| *count);
			ensure!(entries == Some(cohort.shares), "a cohort is miscounted");
		}
		let known = sums.entries.keys().all(|window| windows.contains(window));
		ensure!(known, "an entry without cohort");
		Ok(())
	}

	fn check_eras(record: &PoolRecord, sums: &Sums) -> Result<(), TryRuntimeError> {
		let holders = |era: &Era| sums.holders.get(era).copied().unwrap_or(0);
		ensure!(record.pool.holders == holders(&record.pool.era), "holders are miscounted");
		for (era, past) in Eras::<T>::iter_prefix(record.id) {
			ensure!(era < record.pool.era, "an era of the future is over");
			ensure!(past.holders == holders(&era), "holders of the past are miscounted");
			let needed = (0..=2u32)
				.filter_map(|scales| era.scale.checked_sub(scales))
				.any(|scale| holders(&Era { scale, ..era }) > 0);
			ensure!(needed, "an era is kept for nobody");
		}
		let kept = |era: &Era| *era == record.pool.era || Eras::<T>::contains_key(record.id, era);
		ensure!(sums.holders.keys().all(kept), "an era is missing");
		Ok(())
	}

	fn check_account(pair: &Pair, record: &PoolRecord) -> Result<(), TryRuntimeError> {
		let account = Self::account_of(record.id);
		ensure!(frame_system::Pallet::<T>::providers(&account) > 0, "a pool's account is gone");
		ensure!(Self::holds_its_cash(pair, record), "a pool holds less cash than its ledger");
		let held = T::Assets::balance(pair.collateral.clone(), &account);
		let ledger = record.goods().ok_or("collateral does not fit")?;
		ensure!(held >= ledger, "a pool holds less collateral than its ledger");
		Ok(())
	}
}
