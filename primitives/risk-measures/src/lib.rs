//! What a pool can lose, and who would lose it: coverage and headroom, losses by rank, differences of
//! a loss curve, expected shortfall.
//!
//! Pure arithmetic without FRAME and without floats: the same figures on every machine. Amounts are in
//! the smallest unit of the asset that a deal settles in. What does not fit is `None`, never a clamp.
//!
//! # Expected shortfall
//!
//! The price of a collateral falls by z of its deviations σ, z being normal: its factor is
//! max(0, 1 − σ·z). The loss L(z) of a book is read off its ladder at [`NODES`] values of z, an eighth
//! of a deviation apart from 0 to 8 ([`factors`]), and between two of them the straight line is taken.
//! L rises with z, and is convex until the price is gone, so that this does not understate up to
//! there; a rise of the price counts as none.
//! With L(z) = z the expected shortfall so computed is above the exact one by less than 0.12 % at
//! every confidence of [0.9, 0.999]. Chances are rounded up to 10^−15. Falls of more than eight
//! deviations, at a chance of 6·10^−16, count as eight.
//!
//! Several books fall together in one of two ways. With correlation 1 ([`comonotone`]) all have the
//! same z, and the losses add up node by node: exact on the nodes. With correlation 0
//! ([`independent`]) each has its own, and their distributions are folded over [`BUCKETS`] buckets of
//! loss. The chance of a loss between two buckets is shared out between them so that the mean stays:
//! the result is never too low, and too high by less than a bucket per book, each a 1024th of all
//! that can be lost; where losses spread over many buckets, by far less. Between the two, shortfalls
//! of single books are put together by the correlations of their prices ([`correlated`]).

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

extern crate alloc;

mod correlated;
mod coverage;
mod curve;
mod normal;
mod ranks;
mod shortfall;
#[cfg(test)]
mod tests;

pub use correlated::correlated;
pub use coverage::Coverage;
pub use curve::{first_differences, second_differences};
pub use normal::{factors, Tail, NODES, NODES_PER_DEVIATION};
pub use ranks::losses_by_rank;
pub use shortfall::{comonotone, expected_shortfall, independent, BUCKETS};
