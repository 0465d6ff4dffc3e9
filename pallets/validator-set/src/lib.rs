//! # Validator set
//!
//! Who produces and finalises blocks: the owners of the session keys that the chain was born with.
//! This is the first form. The set is fixed and an offence disables its validator; bonded
//! candidates, election and slashing come later behind the same traits.
//!
//! ## The set
//!
//! The pallet is the `SessionManager` of `pallet-session`, wrapped in
//! `historical::NoteHistoricalRoot`. For sessions 0 and 1 it answers with the owners of all keys in
//! `pallet_session::NextKeys`, sorted, at most [`Config::MaxValidators`]. It has no genesis of its
//! own: tools that rewrite a chain specification rewrite `session.keys`, and a second list would
//! then disagree with it. (All keys of genesis count: keep `session.nonAuthorityKeys` empty.)
//!
//! From session 2 on it answers `None`, "as before", while nothing has changed. An answer would
//! make GRANDPA open a new authority set and would lift every disablement, each session. `None` at
//! genesis would be wrong too: no historical root would be stored, and an equivocation in the first
//! sessions could not be proven.
//!
//! Two things change the set. A validator that has new keys is in the next set with them, so that
//! the historical root proves what it signs from then on. One that has purged its keys is out, and
//! does not return by setting keys again: nobody joins who was not there at genesis.
//!
//! Nothing here keeps the last validators from purging their keys. A runtime whose set is fixed
//! should filter `pallet_session::Call::purge_keys`.
//!
//! ## Offences
//!
//! The pallet is the `OnOffenceHandler` of `pallet-offences`. It reports the offender to
//! `pallet-session`, whose `DisablingStrategy` decides; with `UpToLimitDisablingStrategy` less than
//! a third of the validators are ever disabled, so that finality lives on.
//!
//! `pallet-session` forgets who is disabled whenever the set changes, and a set changes when any
//! validator rotates its keys, the offender included. [`Offenders`] remembers, and the start of a
//! session disables them again, gravest first, before the session's first block is authored by
//! them. It holds active validators only, and so at most [`Config::MaxValidators`].
//!
//! ## History
//!
//! At the start of a session the historical roots older than [`Config::HistoryDepth`] sessions are
//! pruned: what nobody can be held to account for any more need not be provable.

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

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod offences;
mod sessions;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use sessions::FullIdentificationOf;
pub use weights::WeightInfo;

/// Where this pallet logs.
pub(crate) const LOG_TARGET: &str = "runtime::validator-set";

// `expect` is in what the macro writes.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::BlockNumberFor;
	use pallet_session::historical;
	use sp_runtime::Perbill;
	use sp_staking::{offence::OffenceSeverity, SessionIndex};

	/// The version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime. A validator is known by its account.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ pallet_session::Config<ValidatorId = <Self as frame_system::Config>::AccountId>
		+ historical::Config<FullIdentification = ()>
	{
		/// Validators at most; the `MaxAuthorities` of the consensus pallets.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Sessions whose historical roots are kept, before the current one. At least the time for
		/// which an equivocation can be reported. At least 1.
		type HistoryDepth: Get<SessionIndex>;

		/// Weights. Those of a session's start are there to be checked: `pallet-session` takes a
		/// whole block for it.
		type WeightInfo: crate::WeightInfo;
	}

	/// Active validators that have offended, with the severity of their gravest offence. Each stays
	/// disabled, as far as the limit allows, for as long as it is a validator.
	#[pallet::storage]
	pub type Offenders<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, OffenceSeverity), T::MaxValidators>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A validator was proven to have offended. What it did is in the event of
		/// `pallet-offences` that follows. Offences of several validators in one slot count
		/// together, so an earlier offender of that slot is named again, with a higher severity.
		OffenceReported {
			/// The offender.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
			/// The part of a bond that such an offence is worth; nothing is slashed yet.
			severity: Perbill,
			/// Whether the offender is disabled now. Not if it is no validator any more, or if
			/// as many are disabled as finality can spare.
			disabled: bool,
		},
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "a chain needs a validator");
			assert!(T::HistoryDepth::get() > 0, "a past session must be provable");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
