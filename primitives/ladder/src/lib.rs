//! Rungs: the geometric ladder that orders vaults by debt per unit of collateral.
//!
//! κ = d/c is a vault's normalised debt per raw unit of collateral. It changes only when the owner
//! acts or the rung is liquidated; not with the price, not with interest, not with a ratio that
//! governance sets. [`Rung`] t holds every vault with κ ∈ [g^t, g^(t+1)), g = 1.001, so the order of
//! rungs never has to be recomputed. [`RungKey`] is the rung as a storage key: big-endian bytes of
//! `MAX − t`, so that the first key after a book's prefix is the riskiest rung of the book.
//!
//! # Edges
//!
//! g^t has no exact binary form, so the ladder *defines* its edges: [`Edge`] t is the product of the
//! table's powers g^(±2^k) for the bits of |t|, lowest bit first, each product cut to 128 bits.
//! That is a function of t alone, strictly monotone, below g^t by less than 2^−121 of it (a test goes
//! over every rung), and everything else is exact with respect to it: [`Rung::of`] compares with the
//! edges by cross-multiplication in 512 bits.
//!
//! # Threshold
//!
//! With collateral price p, required ratio m and rate index R a book's threshold is κ* = p/(m·R), in
//! the right units. A rung is unsafe iff its upper edge > κ* ([`Rung::is_unsafe`]), so for a vault
//! placed by its own act at most one step of 0.1 % early and never late. The rungs that are unsafe
//! are those from [`Rung::threshold`] upwards, which is all that a walk needs: a comparison of keys.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

mod edge;
mod key;
mod logarithm;
mod powers;
mod rung;
#[cfg(test)]
mod tests;

pub use edge::Edge;
pub use key::RungKey;
pub use rung::Rung;
