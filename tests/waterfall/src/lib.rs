//! The waterfall engine against a second implementation that shares nothing with it but its types.
//!
//! [`naive`] does what the contract says and not how the engine does it: amounts are rationals without
//! bounds, cash lies in accounts between which it is moved, what divides unevenly is dealt out unit by
//! unit, and a cure is searched for: the least redemption with which the test passes. [`generate`]
//! makes up deals from a seed, with programs that are in contractual order and programs that make no
//! sense; [`compare`] plays a deal date by date in both and compares every number.
//!
//! `cargo test` plays several hundred deals; `scripts/soak.sh waterfall` as many as one likes.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used
)]

pub mod compare;
pub mod exact;
pub mod generate;
pub mod naive;
// The generator of the other differential test: the file and not its crate, which would bring FRAME in.
#[path = "../../liquidation/src/random.rs"]
pub mod random;
pub mod scale;
