//! Changes of risk parameters: which way they go, how far, how soon and how much in a month.
//!
//! Pure: no storage, no clock. Steps and intervals are as in Aave's Risk Stewards, which have no budgets.
//!
//! | question | answer |
//! |---|---|
//! | which values does a parameter set have | [`Kind`] |
//! | is one set tighter than another | [`compare`], [`Direction`] |
//! | how far may a step go, and all steps of a month together | [`Limit`], [`StepTerms`] |
//! | what was changed when | [`Ledger`], [`Record`] |
//!
//! # Direction
//!
//! *Tighter* leaves less to those who borrow: less that can be drawn, or more that must stand behind
//! it. Of some values nobody can say which way is safer (a larger bonus sells faster and costs owners
//! more); a change of one of them is neither, and is treated as loosening and tightening at once.
//!
//! # Rounding
//!
//! A share of a value is rounded down, so that a limit is never exceeded by a fraction of a unit.
//! Nothing is clipped: what is too far is refused.
//!
//! # What a budget bounds
//!
//! Every step is checked together with all those of the window that ends with it, against a limit of the
//! value that the first of them started from. So in no such window do the steps of stewards together,
//! whichever way they go, move a value further than that limit. Without it a step of +s each interval τ
//! compounds to (1 + s)^(window/τ): +100 % every 3 days is 1,024 times in 30.

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

mod direction;
mod kinds;
mod ledger;
mod steps;

#[cfg(test)]
mod tests;

pub use direction::{compare, Direction};
pub use kinds::{Kind, Tighter, KINDS};
pub use ledger::{ensure_one_step, Ledger};
pub use steps::{Limit, Record, Step, StepRefused, StepTerms, MAX_STEPS};
