
//! Weights for `pallet_strata_validator_set`
//!
//! Estimates from counted storage accesses, in the form that the benchmark template generates.
//! `scripts/weights.sh` replaces this file.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{Weight, constants::ParityDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_strata_validator_set`.
pub trait WeightInfo {
	fn on_offence(n: u32, ) -> Weight;
	fn new_session() -> Weight;
	fn start_session() -> Weight;
}

/// Weights for `pallet_strata_validator_set` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `ValidatorSet::Offenders` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// The range of component `n` is `[1, 100]`.
	fn on_offence(n: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 8000)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Session::QueuedKeys` (r:1 w:0)
	/// Storage: `Session::NextKeys` (r:100 w:0)
	fn new_session() -> Weight {
		Weight::from_parts(500_000_000, 300_000)
			.saturating_add(T::DbWeight::get().reads(101_u64))
	}
	/// Storage: `Historical::StoredRange` (r:1 w:1)
	/// Storage: `Historical::HistoricalSessions` (r:0 w:1)
	/// Storage: `ValidatorSet::Offenders` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	fn start_session() -> Weight {
		Weight::from_parts(2_500_000_000, 12_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `ValidatorSet::Offenders` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// The range of component `n` is `[1, 100]`.
	fn on_offence(n: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 8000)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	/// Storage: `Session::QueuedKeys` (r:1 w:0)
	/// Storage: `Session::NextKeys` (r:100 w:0)
	fn new_session() -> Weight {
		Weight::from_parts(500_000_000, 300_000)
			.saturating_add(ParityDbWeight::get().reads(101_u64))
	}
	/// Storage: `Historical::StoredRange` (r:1 w:1)
	/// Storage: `Historical::HistoricalSessions` (r:0 w:1)
	/// Storage: `ValidatorSet::Offenders` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	fn start_session() -> Weight {
		Weight::from_parts(2_500_000_000, 12_000)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
}
