//! The waterfall engine: state, program and collections in; state and payments out.
//!
//! A deal's waterfall is data. [`run`] interprets a [`Program`], a bounded list of [`Step`]s, over a
//! [`State`], the deal's classes by rank, and [`Collections`], the cash that may be used on one
//! contractual date. It returns the new state, one [`Payment`] per class and the cash that is left.
//! It is pure: no storage, no clock, no FRAME, so that the same code serves the chain, a dry run and
//! the tests.
//!
//! # Formulas (`research/tranches.md` 4.2, 4.3)
//!
//! Accrual from date to date, every term floored, with Δ the share of a year between two dates:
//!
//! ```text
//! interest_on_interest += ⌊due · rate · Δ⌋        due before this accrual; not on itself
//! due                  += ⌊balance · rate · Δ⌋
//! ```
//!
//! Interest is paid from the interest fund only, rank by rank: interest on interest first, then what
//! is due. Principal is paid from the principal fund only, and only while the deal amortises; it
//! redeems the senior-most class first and the residual's face last. The residual takes what is left
//! of the interest fund, and, once every balance is zero, what is left of the principal fund after
//! interest that is still unpaid.
//!
//! # What always holds
//!
//! - Conservation: interest + principal in = Σ payments + what is left, to the unit.
//! - Seniority: a class is paid interest only when every class above it is owed none; principal only
//!   when every class above it has a balance of zero.
//! - Amounts are only ever floored when they become owed; nothing is rounded when it is paid.
//! - Overflow is [`RunError::Overflow`], never a clamp.

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

mod accrual;
mod engine;
mod program;
#[cfg(test)]
mod tests;
mod types;

pub use engine::run;
pub use program::{Program, ProgramError, Step, MAX_STEPS};
pub use types::{
	ClassState, Collections, Funds, Outcome, Payment, PerClass, RunError, State, MAX_CLASSES,
};
