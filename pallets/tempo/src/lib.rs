//! # Tempo
//!
//! How fast this chain lives: session length and governance periods, chosen at genesis.
//!
//! One wasm serves all networks. A development chain wants sessions of minutes and a referendum
//! that passes while one watches; a chain that others rely on wants hours and days. The difference
//! is one value, [`Tempo`], written once by [`GenesisConfig`]. Presets pick [`Tempo::fast`] or
//! [`Tempo::live`]; a chain specification may give its own, which is refused unless
//! [`Tempo::check`] holds.
//!
//! ## It cannot be changed
//!
//! The pallet has no call. BABE derives the epoch of a block from its slot and the length of an
//! epoch, so a length that changes on a running chain would tear its history; and governance must
//! not be able to shorten the time in which it can be opposed. Only what can replace the whole
//! runtime or write raw storage (root) can change the value.
//!
//! ## How it is read
//!
//! Other pallets are configured with the types re-exported here that implement `Get`
//! ([`EpochDuration`], [`DecisionPeriod`], …). The SDK evaluates such types without state, to build
//! metadata and in integrity tests; they are total there and give [`Tempo::live`]. Constants in the
//! metadata therefore show the live tempo on every network: clients ask [`TempoApi`].
//!
//! [`TempoApi`]: runtime_api::TempoApi

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects
	)
)]

mod readers;
pub mod runtime_api;
mod types;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use readers::{
	ConfirmPeriod, DecisionPeriod, EpochDuration, GovernanceHour, GovernanceHours,
	GovernanceMillis, MinEnactmentPeriod, MotionDuration, PreparePeriod, ReportLongevity,
	SessionPeriod, SetIdSessionEntries, UnbondingSessions, UndecidingTimeout, VoteLockingPeriod,
};
pub use types::{Tempo, TempoError};

#[cfg(any(feature = "try-runtime", feature = "std"))]
use sp_runtime::TryRuntimeError;

// `expect` is in what the macro writes.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::BlockNumberFor;

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Nothing is to be configured: that is the point.
	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// The tempo chosen at genesis.
	#[pallet::storage]
	pub type CurrentTempo<T: Config> = StorageValue<_, Tempo, ValueQuery>;

	/// The tempo this chain is to have, for ever.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// [`Tempo::live`] unless the chain specification says otherwise.
		pub tempo: Tempo,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		/// Stores the tempo. A chain with one that makes no sense must not come to exist, and a
		/// genesis builder has no other way to refuse.
		fn build(&self) {
			let checked = self.tempo.check();
			assert!(checked.is_ok(), "tempo refused at genesis: {checked:?}");
			CurrentTempo::<T>::put(self.tempo);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
			Self::do_try_state()
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The tempo of this chain.
	pub fn tempo() -> Tempo {
		CurrentTempo::<T>::get()
	}

	/// Checks the invariants of the pallet's storage: the tempo is one that genesis would accept.
	///
	/// # Errors
	/// If it is not.
	#[cfg(any(feature = "try-runtime", feature = "std"))]
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::tempo().check().map_err(|error| match error {
			TempoError::SessionOutOfRange => "tempo: session length out of range".into(),
			TempoError::UnbondingOutOfRange => "tempo: unbonding out of range".into(),
			TempoError::PeriodOutOfRange => "tempo: period out of range".into(),
			TempoError::ConfirmationLongerThanDecision => {
				"tempo: confirmation longer than decision".into()
			},
			TempoError::TimeoutWithinPreparation => "tempo: timeout within preparation".into(),
			TempoError::VoteUnlockedBeforeEnactment => {
				"tempo: votes unlocked before enactment".into()
			},
			TempoError::GovernanceHourOutOfRange => "tempo: hour of governance out of range".into(),
		})
	}
}
