//! How debt that is short of collateral is settled: thresholds, what to repay and to seize, what is
//! left to each vault, how a price falls, and how a pool shares what it bought.
//!
//! Pure arithmetic without FRAME. The formulas are those of `docs/liquidation.md`; rounding is named in
//! each function and never happens twice in a row. Overflow is `None`, never a clamp.
//!
//! | module | says |
//! |---|---|
//! | [`market`] | what collateral is worth in units of the settlement asset, and where a rung gets unsafe |
//! | [`plan`] | how much of a rung is repaid, and what is seized for it |
//! | [`fraction`] | what a vault has left of what its rung had |
//! | [`decay`] | how the price of a lot falls |
//! | [`pool`] | product-sum shares of a backstop pool |

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

pub mod decay;
pub mod fraction;
pub mod market;
pub mod plan;
pub mod pool;
#[cfg(test)]
mod tests;

pub use fraction::Fraction;
pub use market::{Market, Threshold};
pub use plan::{Plan, Terms};
