//! Weights of `pallet_strata_backstop`, estimated by hand until `scripts/weights.sh` generates them:
//! reads and writes counted in the benchmarks' worst cases, CPU by the figures of the vaults' calls.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// Weight functions needed for `pallet_strata_backstop`.
pub trait WeightInfo {
	fn cancel_exit() -> Weight;
	fn claim() -> Weight;
	fn claim_last() -> Weight;
	fn deposit() -> Weight;
	fn deposit_first() -> Weight;
	fn request_exit() -> Weight;
	fn withdraw() -> Weight;
	fn withdraw_last() -> Weight;
}

/// Weights of `pallet_strata_backstop` with the database weights of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn cancel_exit() -> Weight {
		Weight::from_parts(90_000_000, 64800)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn claim() -> Weight {
		Weight::from_parts(150_000_000, 81000)
			.saturating_add(T::DbWeight::get().reads(30_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	fn claim_last() -> Weight {
		Weight::from_parts(190_000_000, 89100)
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().writes(20_u64))
	}
	fn deposit() -> Weight {
		Weight::from_parts(150_000_000, 78300)
			.saturating_add(T::DbWeight::get().reads(29_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn deposit_first() -> Weight {
		Weight::from_parts(150_000_000, 35100)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	fn request_exit() -> Weight {
		Weight::from_parts(90_000_000, 64800)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(220_000_000, 89100)
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().writes(21_u64))
	}
	fn withdraw_last() -> Weight {
		Weight::from_parts(250_000_000, 94500)
			.saturating_add(T::DbWeight::get().reads(35_u64))
			.saturating_add(T::DbWeight::get().writes(24_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn cancel_exit() -> Weight {
		Weight::from_parts(90_000_000, 64800)
			.saturating_add(ParityDbWeight::get().reads(24_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn claim() -> Weight {
		Weight::from_parts(150_000_000, 81000)
			.saturating_add(ParityDbWeight::get().reads(30_u64))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
	}
	fn claim_last() -> Weight {
		Weight::from_parts(190_000_000, 89100)
			.saturating_add(ParityDbWeight::get().reads(33_u64))
			.saturating_add(ParityDbWeight::get().writes(20_u64))
	}
	fn deposit() -> Weight {
		Weight::from_parts(150_000_000, 78300)
			.saturating_add(ParityDbWeight::get().reads(29_u64))
			.saturating_add(ParityDbWeight::get().writes(16_u64))
	}
	fn deposit_first() -> Weight {
		Weight::from_parts(150_000_000, 35100)
			.saturating_add(ParityDbWeight::get().reads(13_u64))
			.saturating_add(ParityDbWeight::get().writes(11_u64))
	}
	fn request_exit() -> Weight {
		Weight::from_parts(90_000_000, 64800)
			.saturating_add(ParityDbWeight::get().reads(24_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(220_000_000, 89100)
			.saturating_add(ParityDbWeight::get().reads(33_u64))
			.saturating_add(ParityDbWeight::get().writes(21_u64))
	}
	fn withdraw_last() -> Weight {
		Weight::from_parts(250_000_000, 94500)
			.saturating_add(ParityDbWeight::get().reads(35_u64))
			.saturating_add(ParityDbWeight::get().writes(24_u64))
	}
}
