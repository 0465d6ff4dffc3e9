//! Weights of `pallet_strata_auctions`, estimated by hand until `scripts/weights.sh` has run.

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

/// Weight functions needed for `pallet_strata_auctions`.
pub trait WeightInfo {
	fn bid() -> Weight;
	fn restart() -> Weight;
	fn wrap_up() -> Weight;
	fn exchange() -> Weight;
	fn agenda_read() -> Weight;
	fn postpone() -> Weight;
}

/// Weights of `pallet_strata_auctions` with the database weights of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn bid() -> Weight {
		Weight::from_parts(180_000_000, 14000)
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	fn restart() -> Weight {
		Weight::from_parts(40_000_000, 8000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn wrap_up() -> Weight {
		Weight::from_parts(240_000_000, 18000)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	fn exchange() -> Weight {
		Weight::from_parts(200_000_000, 16000)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn agenda_read() -> Weight {
		Weight::from_parts(8_000_000, 2500)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn postpone() -> Weight {
		Weight::from_parts(25_000_000, 4000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn bid() -> Weight {
		Weight::from_parts(180_000_000, 14000)
			.saturating_add(ParityDbWeight::get().reads(18_u64))
			.saturating_add(ParityDbWeight::get().writes(14_u64))
	}
	fn restart() -> Weight {
		Weight::from_parts(40_000_000, 8000)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn wrap_up() -> Weight {
		Weight::from_parts(240_000_000, 18000)
			.saturating_add(ParityDbWeight::get().reads(24_u64))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
	}
	fn exchange() -> Weight {
		Weight::from_parts(200_000_000, 16000)
			.saturating_add(ParityDbWeight::get().reads(20_u64))
			.saturating_add(ParityDbWeight::get().writes(16_u64))
	}
	fn agenda_read() -> Weight {
		Weight::from_parts(8_000_000, 2500)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn postpone() -> Weight {
		Weight::from_parts(25_000_000, 4000)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
}
