//! The court's arithmetic: the tree of stakes, the draw of jurors, commitments and rulings, penalties,
//! appeals, and what a panel's stakes are good for.
//!
//! Pure, without FRAME, storage or clock, so that the same code serves the chain, its runtime APIs and
//! the tests. Overflow is `None`, never a clamp. `examples/bribery` measures what buying a panel takes.
//!
//! | module | says |
//! |---|---|
//! | [`tree`] | who has how much stake, now and at the end of each of the last [`KEEP_EPOCHS`] epochs |
//! | [`mod@draw`] | who is drawn by a random number |
//! | [`vote`] | how a vote is sealed, how many are enough, what they decide, who voted with the ruling |
//! | [`penalties`] | what a juror loses, and which losses must not be less than which |
//! | [`appeals`] | the panels of an appeal, who pays for it, who gets what is left |
//! | [`budget`] | how much a panel secures, what it costs to bribe, the bond of a freeze |
//!
//! # Rounding
//!
//! | quantity | direction | function |
//! |---|---|---|
//! | share that an incoherent juror loses | up, to a billionth | [`Penalties::incoherent`] |
//! | what is slashed | up | [`slash`] |
//! | what both sides of an appeal must raise | exact | [`required`] |
//! | the least contribution to it | up | [`least_contribution`] |
//! | a funder's part of what is left | down | [`appeal_share`] |
//! | what a panel secures, what a bribe costs | down | [`secured`], [`bribe`] |
//! | bond of a freeze | up, its interest too | [`freeze_bond`] |
//! | quorum | up | [`quorum`] |
//! | ruling | exact: one of the votes | [`ruling`] |
//!
//! # Hashes
//!
//! All are BLAKE2b-256 of the SCALE encoding of a tuple whose first member is a tag (as bytes with
//! their length in front), so that no hash of one kind is one of another:
//!
//! | hash | tuple |
//! |---|---|
//! | [`number`] | `"strata/court/draw"`, seed, dispute `u32`, round `u8`, draw `u16`; read as a big-endian integer |
//! | [`commitment`] | `"strata/court/vote"`, dispute `u32`, round `u8`, juror (bytes with length), award `u16`, evidence root, salt |
//! | [`evidence_root`] | `"strata/court/evidence"`, root before, party (bytes with length), piece |

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

pub mod appeals;
pub mod budget;
pub mod draw;
pub mod penalties;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod vote;

pub use appeals::{
	appeal_share, least_contribution, next_panel, required, Stake, MAX_FUNDERS, MAX_SEATS,
};
pub use budget::{bribe, freeze_bond, panel_for, secured};
pub use draw::{draw, number, Excluded};
pub use penalties::{slash, Penalties, PenaltyError};
pub use tree::{
	capacity, levels_for, set_weight, total_at, weight_at, Epoch, Leaf, Node, Nodes, Sums, ARITY,
	KEEP_EPOCHS, MAX_LEVELS, MAX_VERSIONS,
};
pub use vote::{commitment, evidence_root, is_coherent, quorum, ruling};

/// An amount of an asset, in its smallest unit.
pub type Balance = u128;
