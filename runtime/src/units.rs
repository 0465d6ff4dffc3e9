//! Units of the native token and of time, and what storage costs.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

use crate::{Balance, BlockNumber};
use frame_support::parameter_types;

/// One STRA: 12 decimals.
pub const STRA: Balance = 1_000_000_000_000;
/// 10⁻³ STRA.
pub const MILLISTRA: Balance = STRA / 1_000;
/// 10⁻⁶ STRA.
pub const MICROSTRA: Balance = MILLISTRA / 1_000;
/// The least balance that keeps an account alive.
pub const EXISTENTIAL_DEPOSIT: Balance = 10 * MILLISTRA;

/// One slot, milliseconds. Never changed once a chain runs: slots are counted from the epoch.
pub const SLOT_MILLIS: u64 = pallet_strata_tempo::Tempo::SLOT_MILLIS;
/// Blocks a minute, if no slot is missed.
pub const MINUTES: BlockNumber = 60_000 / (SLOT_MILLIS as BlockNumber);
/// Blocks an hour.
pub const HOURS: BlockNumber = MINUTES * 60;
/// Blocks a day.
pub const DAYS: BlockNumber = HOURS * 24;

/// What it costs to keep `items` entries of `bytes` bytes in total in storage.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * 100 * MILLISTRA + bytes as Balance * 100 * MICROSTRA
}

parameter_types! {
	/// The deposit for a storage entry, whatever its size.
	pub const DepositPerItem: Balance = deposit(1, 0);
	/// The deposit for a byte in storage.
	pub const DepositPerByte: Balance = deposit(0, 1);
}
