//! Validators' arithmetic: who is elected, what an offence costs, and when silence is a validator's own.
//!
//! Pure, without FRAME, storage or clock, so that the same code serves the chain, its runtime APIs and
//! the tests.
//!
//! | module | says |
//! |---|---|
//! | [`election`] | the order of candidates, and who of them validates |
//! | [`mod@slash`] | the part of a bond that so many offenders among so many validators lose |
//! | [`silence`] | how long a validator is watched, and how many may be silent at once |
//!
//! # Rounding
//!
//! | quantity | direction | function |
//! |---|---|---|
//! | what is slashed | up, never above the bond | [`slashed`] |
//! | all else | exact | |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

pub mod election;
pub mod silence;
pub mod slash;
#[cfg(test)]
mod tests;

pub use election::{elect, place, Contender, Seats};
pub use silence::{is_long_enough, is_their_own, share, PARTS, WATCHED_BLOCKS, WATCHED_SESSIONS};
pub use slash::{slash_share, slashed, Share};

/// An amount of STRA, in its smallest unit.
pub type Balance = u128;
