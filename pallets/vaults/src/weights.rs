//! Weights of `pallet_strata_vaults`: estimates by counted reads and writes, until
//! `scripts/weights.sh` writes this file anew from the benchmarks.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_strata_vaults`.
pub trait WeightInfo {
	fn open() -> Weight;
	fn deposit() -> Weight;
	fn withdraw() -> Weight;
	fn draw() -> Weight;
	fn repay() -> Weight;
	fn adjust() -> Weight;
	fn close() -> Weight;
}

/// Weights for `pallet_strata_vaults` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn open() -> Weight {
		// Minimum execution time: 150_000_000 picoseconds.
		Weight::from_parts(150_000_000, 6700)
			.saturating_add(T::DbWeight::get().reads(22_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn deposit() -> Weight {
		// Minimum execution time: 80_000_000 picoseconds.
		Weight::from_parts(80_000_000, 6200)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn withdraw() -> Weight {
		// Minimum execution time: 100_000_000 picoseconds.
		Weight::from_parts(100_000_000, 6200)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn draw() -> Weight {
		// Minimum execution time: 110_000_000 picoseconds.
		Weight::from_parts(110_000_000, 6700)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn repay() -> Weight {
		// Minimum execution time: 90_000_000 picoseconds.
		Weight::from_parts(90_000_000, 6200)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn adjust() -> Weight {
		// Minimum execution time: 180_000_000 picoseconds.
		Weight::from_parts(180_000_000, 6700)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	fn close() -> Weight {
		// Minimum execution time: 140_000_000 picoseconds.
		Weight::from_parts(140_000_000, 6700)
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn open() -> Weight {
		// Minimum execution time: 150_000_000 picoseconds.
		Weight::from_parts(150_000_000, 6700)
			.saturating_add(RocksDbWeight::get().reads(22_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	fn deposit() -> Weight {
		// Minimum execution time: 80_000_000 picoseconds.
		Weight::from_parts(80_000_000, 6200)
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn withdraw() -> Weight {
		// Minimum execution time: 100_000_000 picoseconds.
		Weight::from_parts(100_000_000, 6200)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn draw() -> Weight {
		// Minimum execution time: 110_000_000 picoseconds.
		Weight::from_parts(110_000_000, 6700)
			.saturating_add(RocksDbWeight::get().reads(20_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn repay() -> Weight {
		// Minimum execution time: 90_000_000 picoseconds.
		Weight::from_parts(90_000_000, 6200)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn adjust() -> Weight {
		// Minimum execution time: 180_000_000 picoseconds.
		Weight::from_parts(180_000_000, 6700)
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
	}
	fn close() -> Weight {
		// Minimum execution time: 140_000_000 picoseconds.
		Weight::from_parts(140_000_000, 6700)
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(13_u64))
	}
}
