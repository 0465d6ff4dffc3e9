//! Vaults, auctions and the backstop against a naive model.
//!
//! [`world`] is a runtime with the three real pallets; [`model`] keeps every vault and every depositor
//! by itself, in exact rationals, and looks at each of them at every step; [`runner`] does the same
//! to both and compares everything; [`sequence`] makes it up from a seed.
//!
//! `cargo test` plays a few hundred sequences; `scripts/soak.sh` plays as many as one likes.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::cast_possible_truncation,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::panic,
	clippy::unwrap_used
)]

pub mod exact;
pub mod model;
mod pools;
pub mod random;
pub mod runner;
pub mod sequence;
pub mod world;
