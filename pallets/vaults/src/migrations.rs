//! What upgrades do to the storage of this pallet, a step a block.
//!
//! | from | to | what |
//! |---|---|---|
//! | [`FIRST`] | [`SETTLED`] | [`SettleAll`]: every liquidation has reached its vaults, no edge is left |
//!
//! A migration never stops the chain for the sake of one vault: what cannot be moved stays as it is, which
//! the code that comes after it still reads, and is logged. It does nothing at all on another version than
//! the one that it is written for, and nothing when it is run again.

#[cfg(feature = "try-runtime")]
use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
	migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
	storage::with_storage_layer,
	traits::{Get, GetStorageVersion, StorageVersion},
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;
use strata_traits::VaultId;

use crate::{Config, Error, Pallet, Vaults, WeightInfo};

/// The layout of the first runtime.
pub const FIRST: StorageVersion = StorageVersion::new(1);

/// The same, and every vault lies on its rung since the upgrade. An upgrade that changes what an edge is
/// comes after it, and has no old edge to translate.
pub const SETTLED: StorageVersion = StorageVersion::new(2);

/// How far [`SettleAll`] has come.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq)]
pub struct Progress {
	/// The last vault that is done; vaults come in the order of their keys in storage.
	pub last: Option<VaultId>,
	/// How many are done.
	pub vaults: u32,
	/// How many edges they were moved along.
	pub hops: u32,
	/// How many stay as they were.
	pub failed: u32,
}

/// Passes all liquidations on to all vaults, as [`Pallet::settle`] does for one. Nobody gains or loses by
/// it. As many vaults in a block as the weight of [`WeightInfo::settle`] allows.
pub struct SettleAll<T>(PhantomData<T>);

impl<T: Config> SettleAll<T> {
	/// What moving a vault along `hops` edges takes: also the key that is looked for, and the version.
	fn weight(hops: u32) -> Weight {
		T::WeightInfo::settle(hops).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}

	/// The vault that comes after `last`.
	fn after(last: Option<VaultId>) -> Option<VaultId> {
		match last {
			Some(last) => Vaults::<T>::iter_keys_from(Vaults::<T>::hashed_key_for(last)).next(),
			None => Vaults::<T>::iter_keys().next(),
		}
	}

	/// Moves `vault` along as many edges as one call may. Returns how many there were.
	fn settle(vault: VaultId) -> Result<u32, DispatchError> {
		let most = T::MaxHops::get();
		match with_storage_layer(|| Pallet::<T>::do_settle(vault, most)) {
			Err(error) if error == Error::<T>::NothingToDo.into() => Ok(0),
			settled => settled,
		}
	}

	/// One go at `vault`. Returns what it took: of one that cannot be moved, what the dearest takes, as nobody has
	/// counted the edges that were read before it failed.
	fn advance(progress: &mut Progress, vault: VaultId) -> Weight {
		let most = T::MaxHops::get();
		let settled = Self::settle(vault);
		let hops = settled.unwrap_or_else(|error| {
			log::error!(target: "runtime::vaults", "vault {vault} stays as it is: {error:?}");
			progress.failed = progress.failed.saturating_add(1);
			0
		});
		progress.hops = progress.hops.saturating_add(hops);
		// Behind so many edges there may be more: the same vault again.
		if hops < most {
			progress.last = Some(vault);
			progress.vaults = progress.vaults.saturating_add(1);
		}
		Self::weight(settled.unwrap_or(most))
	}
}

impl<T: Config> SteppedMigration for SettleAll<T> {
	type Cursor = Progress;
	type Identifier = MigrationId<20>;

	fn id() -> Self::Identifier {
		MigrationId { pallet_id: *b"pallet-strata-vaults", version_from: 1, version_to: 2 }
	}

	/// # Errors
	/// [`SteppedMigrationError::InsufficientWeight`] where not even one vault fits.
	fn step(
		cursor: Option<Self::Cursor>,
		meter: &mut WeightMeter,
	) -> Result<Option<Self::Cursor>, SteppedMigrationError> {
		let each = Self::weight(T::MaxHops::get());
		if !meter.can_consume(each) {
			return Err(SteppedMigrationError::InsufficientWeight { required: each });
		}
		let found = Pallet::<T>::on_chain_storage_version();
		if found != FIRST {
			log::warn!(target: "runtime::vaults", "version {found:?} is not {FIRST:?}: nothing to do");
			meter.consume(T::DbWeight::get().reads(1));
			return Ok(None);
		}
		let mut progress = cursor.unwrap_or_default();
		while meter.can_consume(each) {
			let Some(vault) = Self::after(progress.last) else {
				SETTLED.put::<Pallet<T>>();
				meter.consume(T::DbWeight::get().reads_writes(2, 1));
				log::info!(target: "runtime::vaults", "settled: {progress:?}");
				return Ok(None);
			};
			meter.consume(Self::advance(&mut progress, vault));
		}
		Ok(Some(progress))
	}

	/// How many vaults there are.
	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, sp_runtime::TryRuntimeError> {
		let vaults = u32::try_from(Vaults::<T>::iter_keys().count());
		Ok(vaults.map_err(|_| "too many vaults to count")?.encode())
	}

	/// # Errors
	/// If an edge is left, there are more vaults than before, or an invariant is broken.
	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::ensure;
		let before = u32::decode(&mut &before[..]).map_err(|_| "not what was counted before")?;
		ensure!(Pallet::<T>::on_chain_storage_version() >= SETTLED, "the version was not raised");
		ensure!(crate::Edges::<T>::iter_keys().next().is_none(), "an edge is left");
		// Those that owned nothing any more went.
		let vaults = u32::try_from(Vaults::<T>::iter_keys().count());
		ensure!(vaults.is_ok_and(|vaults| vaults <= before), "there are more vaults than before");
		Pallet::<T>::do_try_state()
	}
}
