
//! Weights for `pallet_strata_oracle`
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

/// Weight functions needed for `pallet_strata_oracle`.
pub trait WeightInfo {
	fn report(x: u32, ) -> Weight;
	fn set_feed() -> Weight;
	fn set_members() -> Weight;
	fn remove_feed() -> Weight;
}

/// Weights for `pallet_strata_oracle` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:16 w:0)
	/// Storage: `Oracle::Live` (r:16 w:16)
	/// The range of component `x` is `[1, 16]`.
	fn report(x: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 1493)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(x.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(x.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(x.into())))
			.saturating_add(Weight::from_parts(0, 7000).saturating_mul(x.into()))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::CounterForFeeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:1 w:1)
	fn set_feed() -> Weight {
		Weight::from_parts(45_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:1 w:1)
	fn set_members() -> Weight {
		Weight::from_parts(45_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::CounterForFeeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:0 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:0)
	fn remove_feed() -> Weight {
		Weight::from_parts(25_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:16 w:0)
	/// Storage: `Oracle::Live` (r:16 w:16)
	/// The range of component `x` is `[1, 16]`.
	fn report(x: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 1493)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(x.into()))
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(x.into())))
			.saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(x.into())))
			.saturating_add(Weight::from_parts(0, 7000).saturating_mul(x.into()))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::CounterForFeeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:1 w:1)
	fn set_feed() -> Weight {
		Weight::from_parts(45_000_000, 8000)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:1 w:1)
	fn set_members() -> Weight {
		Weight::from_parts(45_000_000, 8000)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	/// Storage: `Oracle::Feeds` (r:1 w:1)
	/// Storage: `Oracle::CounterForFeeds` (r:1 w:1)
	/// Storage: `Oracle::Live` (r:0 w:1)
	/// Storage: `Risk::FeedUses` (r:1 w:0)
	fn remove_feed() -> Weight {
		Weight::from_parts(25_000_000, 8000)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
}
