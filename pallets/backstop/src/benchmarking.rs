//! What the calls cost at worst.
//!
//! Everywhere but for a first deposit: the depositor's stake and both entries are counted from three
//! eras of three epochs that are over, and nobody else from them, so that five sums are looked for in
//! each epoch and all that are there are dropped; the cohorts of the entries go too; two cohorts of
//! others join at this very touch; and the assets are not the native token (one of `pallet-assets`
//! reads and writes more).

#![allow(clippy::arithmetic_side_effects)]

use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungibles::{Inspect, Mutate},
	Consideration, Get, Time,
};
use frame_system::RawOrigin;
use strata_liquidation::pool::{
	Cohort, Entry, Era, Exit, PastEra, Records, Share, Snapshot, Stake, Waiting, ONE,
};
use strata_traits::{Asset, Balance, Listing, Moment};

use crate::{
	pools::Stored,
	types::{Depositor, Pair, PoolId, PoolRecord},
	Call, Cohorts, Config, Eras, NextPool, Pallet, Pools, Shares,
};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// A collateral asset and a settlement asset that exist; neither is the native one.
	fn assets() -> (Asset, Asset);

	/// Gives `who` `amount` of `asset`, and what an account needs to exist.
	fn fund(asset: &Asset, who: &AccountId, amount: Balance);

	/// Sets the calendar.
	fn set_time(now: Moment);
}

/// Units of every stake and entry, and of what each of them bought. More than any minimum balance.
const PART: Balance = 1_000_000_000_000;

/// Windows since 1970.
const NOW: u64 = 10;

/// Of the caller's entries.
const JOINED: [u64; 2] = [0, 1];

/// Of the others' deposits, which join now.
const JOINING: [u64; 2] = [6, 7];

/// A new pool with its float, and `cash` and `goods` more than that.
fn funded<T: Config>(pair: &Pair, cash: Balance, goods: Balance) -> PoolRecord {
	let id = NextPool::<T>::get();
	NextPool::<T>::put(id + 1);
	let account = Pallet::<T>::account_of(id);
	frame_system::Pallet::<T>::inc_providers(&account);
	let mut record = PoolRecord::new(id, T::Assets::minimum_balance(pair.settlement.clone()));
	for (asset, amount) in [(&pair.settlement, cash + record.cash_float), (&pair.collateral, goods)]
	{
		if amount > 0 {
			let minted = T::Assets::mint_into(asset.clone(), &account, amount);
			assert!(minted.is_ok(), "{minted:?}");
		}
	}
	if goods > 0 {
		record.collateral_float = T::Assets::minimum_balance(pair.collateral.clone());
		record.collateral = goods - record.collateral_float;
	}
	record
}

/// Stores `share` as one of the pool's.
fn store_share<T: Config>(record: &mut PoolRecord, who: &T::AccountId, share: Share) {
	T::Consideration::ensure_successful(who, Pallet::<T>::footprint());
	let ticket = T::Consideration::new(who, Pallet::<T>::footprint());
	assert!(ticket.is_ok(), "no deposit for a share");
	if let Ok(ticket) = ticket {
		Shares::<T>::insert(record.id, who, Depositor { share, ticket });
		record.shares += 1;
	}
}

/// A pool of `cash`. The next touch brings in two cohorts, if the calendar is three windows old.
pub(crate) fn pool<T: Config>(collateral: &Asset, settlement: &Asset, cash: Balance) {
	let pair = Pair { collateral: collateral.clone(), settlement: settlement.clone() };
	let mut record = funded::<T>(&pair, cash, 0);
	let window = T::Time::now() / T::EntryDelay::get();
	let waits = if window >= 3 { cash / 4 } else { 0 };
	let amount = cash - 2 * waits;
	let mut share =
		Share { stake: Some(Stake { amount, since: record.pool.snapshot() }), ..Share::default() };
	if waits > 0 {
		let windows = [window - 2, window - 3];
		share.entries = windows.map(|window| Some(Entry { window, amount: waits }));
		record.pool.waiting =
			windows.map(|window| Some(Waiting { window, amount: waits, shares: 1 }));
	}
	record.pool.active = amount;
	record.pool.holders = 1;
	let who = account("depositor of the backstop", 0, 0);
	store_share::<T>(&mut record, &who, share);
	Pools::<T>::insert(pair, record);
}

struct Scene<T: Config> {
	pair: Pair,
	caller: T::AccountId,
}

impl<T: Config> Scene<T> {
	/// Listed assets, and a caller who has some.
	fn new() -> Self {
		T::BenchmarkHelper::set_time(T::EntryDelay::get() * NOW);
		let (collateral, settlement) = T::BenchmarkHelper::assets();
		T::Listing::list(&collateral, &settlement);
		let caller: T::AccountId = whitelisted_caller();
		T::BenchmarkHelper::fund(&settlement, &caller, 4 * PART);
		T::BenchmarkHelper::fund(&collateral, &caller, PART);
		T::Consideration::ensure_successful(&caller, Pallet::<T>::footprint());
		Self { pair: Pair { collateral, settlement }, caller }
	}

	fn origin(&self) -> RawOrigin<T::AccountId> {
		RawOrigin::Signed(self.caller.clone())
	}

	/// The worst share there is. Its stake has all of its cash left if `alive`, else nothing; entries
	/// have nothing left; each of the three bought [`PART`]. `company`: others have deposits that
	/// join at the next touch.
	fn worst_share(&self, alive: bool, company: bool) -> PoolId {
		let mut record = funded::<T>(&self.pair, 4 * PART, 4 * PART);
		record.pool.era = Era { epoch: 2, scale: 3 };
		record.pool.active = if alive { PART } else { 0 };
		if company {
			record.pool.waiting =
				JOINING.map(|window| Some(Waiting { window, amount: PART, shares: 1 }));
			record.shares = 1;
		}
		let mut records = Stored::<T>::of(record.id);
		for epoch in 0..3u32 {
			for scale in 2..5u32 {
				let era = Era { epoch, scale };
				if era < record.pool.era {
					let holders = u32::from(scale == 2);
					let sum = if scale == 2 { ONE.into() } else { Default::default() };
					records.set_era(era, Some(PastEra { sum, holders }));
				}
			}
		}
		let since = |epoch| Snapshot {
			product: ONE,
			sum: Default::default(),
			era: Era { epoch, scale: 2 },
		};
		for (window, epoch) in JOINED.into_iter().zip(0..) {
			records.set_cohort(window, Some(Cohort { since: since(epoch), shares: 1 }));
		}
		// P is at its least at the start and at its most now, one scale later: nothing was paid.
		let first = Snapshot { product: ONE >> 64u32, ..since(2) };
		let start = if alive { first } else { since(2) };
		let bought = PastEra { sum: start.product.into(), holders: 1 };
		records.set_era(start.era, Some(bought));
		let share = Share {
			stake: Some(Stake { amount: PART, since: start }),
			entries: JOINED.map(|window| Some(Entry { window, amount: PART })),
			gains: 0,
			exit: alive.then_some(Exit { amount: PART, ready: T::Time::now() }),
		};
		store_share::<T>(&mut record, &self.caller, share);
		let id = record.id;
		Pools::<T>::insert(&self.pair, record);
		id
	}
}

/// How much is kept of the past: sums, cohorts.
fn kept<T: Config>(pool: PoolId) -> (usize, usize) {
	(Eras::<T>::iter_prefix(pool).count(), Cohorts::<T>::iter_prefix(pool).count())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Into the worst share.
	#[benchmark]
	fn deposit() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, true);

		#[extrinsic_call]
		_(scene.origin(), scene.pair.clone(), PART);

		let state = Pallet::<T>::share_state(&scene.pair, &scene.caller).ok_or("no share")?;
		assert_eq!((state.active, state.gains), (PART, 3 * PART));
		assert_eq!(state.pending.len(), 1);
		assert_eq!(kept::<T>(id), (0, 2));
		Ok(())
	}

	/// The first one of a pair: opens the pool.
	#[benchmark]
	fn deposit_first() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();

		#[extrinsic_call]
		deposit(scene.origin(), scene.pair.clone(), PART);

		let state = Pallet::<T>::pool_state(&scene.pair).ok_or("no pool")?;
		assert_eq!((state.pending, state.depositors), (PART, 1));
		Ok(())
	}

	/// For a part of the worst share.
	#[benchmark]
	fn request_exit() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, true);

		#[extrinsic_call]
		_(scene.origin(), scene.pair.clone(), PART / 2);

		let state = Pallet::<T>::share_state(&scene.pair, &scene.caller).ok_or("no share")?;
		assert_eq!(state.exit.map(|exit| exit.amount), Some(PART / 2));
		assert_eq!(kept::<T>(id), (0, 2));
		Ok(())
	}

	/// Of the worst share.
	#[benchmark]
	fn cancel_exit() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, true);

		#[extrinsic_call]
		_(scene.origin(), scene.pair.clone());

		let state = Pallet::<T>::share_state(&scene.pair, &scene.caller).ok_or("no share")?;
		assert_eq!(state.exit, None);
		assert_eq!(kept::<T>(id), (0, 2));
		Ok(())
	}

	/// All of the worst share, cash and collateral; the pool goes on.
	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, true);

		#[extrinsic_call]
		_(scene.origin(), scene.pair.clone());

		assert!(!Shares::<T>::contains_key(id, &scene.caller));
		assert_eq!(T::Assets::balance(scene.pair.settlement.clone(), &scene.caller), 5 * PART);
		assert_eq!(T::Assets::balance(scene.pair.collateral.clone(), &scene.caller), 4 * PART);
		assert!(Pools::<T>::contains_key(&scene.pair));
		Ok(())
	}

	/// All of the worst share, cash and collateral; the pool goes too and pays what it kept back.
	#[benchmark]
	fn withdraw_last() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, false);

		#[extrinsic_call]
		withdraw(scene.origin(), scene.pair.clone());

		assert_eq!(kept::<T>(id), (0, 0));
		assert!(!Pools::<T>::contains_key(&scene.pair));
		assert_eq!(T::Assets::balance(scene.pair.collateral.clone(), &scene.caller), 5 * PART);
		Ok(())
	}

	/// What the worst share bought; its cash stays.
	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(true, true);

		#[extrinsic_call]
		_(scene.origin(), scene.pair.clone());

		assert_eq!(T::Assets::balance(scene.pair.collateral.clone(), &scene.caller), 4 * PART);
		assert!(Shares::<T>::contains_key(id, &scene.caller));
		Ok(())
	}

	/// What the worst share bought for all of its cash; the pool goes too and pays what it kept back.
	#[benchmark]
	fn claim_last() -> Result<(), BenchmarkError> {
		let scene = Scene::<T>::new();
		let id = scene.worst_share(false, false);

		#[extrinsic_call]
		claim(scene.origin(), scene.pair.clone());

		assert_eq!(kept::<T>(id), (0, 0));
		assert!(!Pools::<T>::contains_key(&scene.pair));
		assert_eq!(T::Assets::balance(scene.pair.collateral.clone(), &scene.caller), 5 * PART);
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
