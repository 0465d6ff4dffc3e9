//! # Seeds
//!
//! What was revealed in the last epoch, for draws that nobody can have known before it.
//!
//! `pallet-babe` gathers the VRF outputs of primary slots in segments of 256, and at the end of an
//! epoch makes randomness of the segments that are full; the one begun last is left out, and kept for
//! later. An epoch with fewer than 256 primary slots (a session of 50 slots has about 12 of them)
//! therefore adds nothing at all to `NextRandomness`: it can be computed for many epochs ahead. So this
//! pallet looks at the outputs themselves. When a session ends, [`NoteSeed`] hashes those that were
//! added in the epoch, with everything that BABE made of earlier ones, and keeps the result for the
//! epoch that begins.
//!
//! Secondary slots count for nothing, as in BABE: their author is known beforehand. An epoch without a
//! primary slot has no seed, and none is given to an epoch that others were skipped before: what was
//! revealed last is older than it looks then.
//!
//! Whoever makes the last blocks of an epoch can withhold them, and choose between as many seeds as he
//! has of them in a row; that is so with all randomness of BABE.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

use alloc::vec::Vec;
use core::marker::PhantomData;

use codec::{Decode, Encode, MaxEncodedLen};
use pallet_babe::{EpochIndex, Randomness, SegmentIndex, UnderConstruction};
use scale_info::TypeInfo;
use sp_io::hashing::blake2_256;
use sp_staking::SessionIndex;

pub use pallet::*;

/// Tag of a seed, so that its hash is none of another kind.
const TAG: &[u8] = b"strata/seed";

/// What an epoch revealed.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Revealed {
	/// The epoch.
	pub epoch: u64,
	/// A hash of all that was revealed in it; `None` if nothing was.
	pub seed: Option<[u8; 32]>,
	/// Outputs that BABE had left over at its end in the segment that it goes on with: they are older
	/// than all that the next epoch reveals.
	pub left_over: u32,
}

/// The outputs of the last epoch.
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;

	use super::Revealed;

	/// The version of this pallet's storage.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Nothing but BABE.
	#[pallet::config]
	pub trait Config: frame_system::Config + pallet_babe::Config {}

	/// What the epoch before this one revealed.
	#[pallet::storage]
	pub type LastEpoch<T> = StorageValue<_, Revealed, ValueQuery>;
}

impl<T: Config> Pallet<T> {
	/// The epoch now.
	pub fn epoch() -> u64 {
		EpochIndex::<T>::get()
	}

	/// What was revealed in the epoch before this one. `None` if nothing was, or if epochs were skipped.
	pub fn seed() -> Option<[u8; 32]> {
		let last = LastEpoch::<T>::get();
		last.seed.filter(|_| last.epoch.checked_add(1) == Some(Self::epoch()))
	}

	/// Ends the epoch, before BABE does: hashes what was added in it.
	///
	/// A read for each segment of 256 outputs, and one write.
	pub fn note() {
		let (epoch, before) = (Self::epoch(), LastEpoch::<T>::get());
		let last = SegmentIndex::<T>::get();
		let mut outputs = Vec::new();
		let mut left_over = 0;
		for index in 0..=last {
			let segment = UnderConstruction::<T>::get(index);
			// The first one goes on from before; BABE takes it if a second one was begun.
			let known = if index == 0 { before.left_over } else { 0 };
			let known = usize::try_from(known).unwrap_or(usize::MAX);
			outputs.extend(segment.iter().skip(known).copied());
			if last == 0 {
				left_over = u32::try_from(segment.len()).unwrap_or(u32::MAX);
			}
		}
		let earlier = Randomness::<T>::get();
		let seed =
			(!outputs.is_empty()).then(|| blake2_256(&(TAG, epoch, earlier, outputs).encode()));
		LastEpoch::<T>::put(Revealed { epoch, seed, left_over });
	}

	/// Sets the epoch, and what the one before it revealed.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn set(epoch: u64, seed: [u8; 32]) {
		EpochIndex::<T>::put(epoch);
		LastEpoch::<T>::mutate(|last| {
			last.epoch = epoch.saturating_sub(1);
			last.seed = Some(seed);
		});
	}
}

/// A session manager that notes the seed of each session that ends, and leaves all else to `Manager`.
pub struct NoteSeed<T, Manager>(PhantomData<(T, Manager)>);

impl<T, Manager, ValidatorId> pallet_session::SessionManager<ValidatorId> for NoteSeed<T, Manager>
where
	T: Config,
	Manager: pallet_session::SessionManager<ValidatorId>,
{
	fn new_session(index: SessionIndex) -> Option<Vec<ValidatorId>> {
		Manager::new_session(index)
	}

	fn new_session_genesis(index: SessionIndex) -> Option<Vec<ValidatorId>> {
		Manager::new_session_genesis(index)
	}

	fn start_session(index: SessionIndex) {
		Manager::start_session(index);
	}

	fn end_session(index: SessionIndex) {
		// BABE changes its epoch after this.
		Pallet::<T>::note();
		Manager::end_session(index);
	}
}
