
//! Weights for `pallet_strata_risk`
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

/// Weight functions needed for `pallet_strata_risk`.
pub trait WeightInfo {
	fn list_collateral() -> Weight;
	fn set_parameters() -> Weight;
	fn delist_collateral() -> Weight;
	fn list_settlement() -> Weight;
	fn set_settlement() -> Weight;
	fn delist_settlement() -> Weight;
	fn pause() -> Weight;
	fn unpause() -> Weight;
}

/// Weights for `pallet_strata_risk` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Assets::Asset` (r:1 w:0)
	/// Storage: `Assets::Metadata` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:0)
	/// Storage: `Risk::Collateral` (r:1 w:1)
	/// Storage: `Risk::CounterForCollateral` (r:1 w:1)
	/// Storage: `Risk::Settlement` (r:1 w:0)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn list_collateral() -> Weight {
		Weight::from_parts(40_000_000, 4500)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn set_parameters() -> Weight {
		Weight::from_parts(22_000_000, 3700)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	/// Storage: `Risk::CounterForCollateral` (r:1 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn delist_collateral() -> Weight {
		Weight::from_parts(28_000_000, 3700)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Assets::Asset` (r:1 w:0)
	/// Storage: `Assets::Metadata` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:0)
	/// Storage: `Risk::Settlement` (r:1 w:1)
	/// Storage: `Risk::CounterForSettlement` (r:1 w:1)
	/// Storage: `Risk::Collateral` (r:1 w:0)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn list_settlement() -> Weight {
		Weight::from_parts(40_000_000, 4500)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Settlement` (r:1 w:1)
	fn set_settlement() -> Weight {
		Weight::from_parts(18_000_000, 3600)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Settlement` (r:1 w:1)
	/// Storage: `Risk::CounterForSettlement` (r:1 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn delist_settlement() -> Weight {
		Weight::from_parts(28_000_000, 3600)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn pause() -> Weight {
		Weight::from_parts(18_000_000, 3700)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn unpause() -> Weight {
		Weight::from_parts(18_000_000, 3700)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Assets::Asset` (r:1 w:0)
	/// Storage: `Assets::Metadata` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:0)
	/// Storage: `Risk::Collateral` (r:1 w:1)
	/// Storage: `Risk::CounterForCollateral` (r:1 w:1)
	/// Storage: `Risk::Settlement` (r:1 w:0)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn list_collateral() -> Weight {
		Weight::from_parts(40_000_000, 4500)
			.saturating_add(ParityDbWeight::get().reads(7_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn set_parameters() -> Weight {
		Weight::from_parts(22_000_000, 3700)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	/// Storage: `Risk::CounterForCollateral` (r:1 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn delist_collateral() -> Weight {
		Weight::from_parts(28_000_000, 3700)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	/// Storage: `Assets::Asset` (r:1 w:0)
	/// Storage: `Assets::Metadata` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:0)
	/// Storage: `Risk::Settlement` (r:1 w:1)
	/// Storage: `Risk::CounterForSettlement` (r:1 w:1)
	/// Storage: `Risk::Collateral` (r:1 w:0)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn list_settlement() -> Weight {
		Weight::from_parts(40_000_000, 4500)
			.saturating_add(ParityDbWeight::get().reads(7_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Settlement` (r:1 w:1)
	fn set_settlement() -> Weight {
		Weight::from_parts(18_000_000, 3600)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Settlement` (r:1 w:1)
	/// Storage: `Risk::CounterForSettlement` (r:1 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:1)
	fn delist_settlement() -> Weight {
		Weight::from_parts(28_000_000, 3600)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn pause() -> Weight {
		Weight::from_parts(18_000_000, 3700)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	/// Storage: `Risk::Collateral` (r:1 w:1)
	fn unpause() -> Weight {
		Weight::from_parts(18_000_000, 3700)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
