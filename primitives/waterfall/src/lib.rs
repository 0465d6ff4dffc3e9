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
//! In this order:
//!
//! 1. Losses are charged to the principal deficiency ledgers (PDL), the most junior class first, each
//!    up to its balance; what is beyond all of them is `uncovered`. The residual's own balance bears
//!    the first loss.
//! 2. Income is interest and recoveries. It pays interest rank by rank, interest on interest first,
//!    and after each class its deficiency: that part becomes principal.
//! 3. The senior-most class that is owed anything is never left short while there is cash: what
//!    income lacks is drawn from the reserve, then from principal. Principal so used is charged like
//!    a loss. The reserve pays for nothing else until the end.
//! 4. The reserve is filled up to its target.
//! 5. Principal redeems the senior-most class first and the residual's face last: all of it while the
//!    deal amortises, a part at the end of a ramp-up, nothing while it revolves.
//! 6. The residual takes what is left of the income, if no class is owed interest, no deficiency is
//!    open and nothing holds it back; once every balance is zero also the reserve and what is left
//!    of the principal, after interest that is still unpaid.
//!
//! On the last run ([`Collections::last`]) the reserve is income from the start. What then cannot be
//! redeemed is written off ([`State::write_off`]).
//!
//! # What always holds
//!
//! - Conservation: interest + recoveries + principal + reserve before = Σ payments + what is left +
//!   reserve after, to the unit.
//! - Identity (4.3.11): with P the principal lent or in liquidation, `P + principal cash + Σ pdl +
//!   uncovered − Σ balances` is unchanged by every step, but for [`Outcome::released`], by which it
//!   falls.
//! - 0 ≤ pdl ≤ balance.
//! - Seniority: a class is paid interest only when every class above it is owed none; principal only
//!   when every class above it has a balance of zero; charged only when every class below it is
//!   charged in full.
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
mod losses;
mod program;
#[cfg(test)]
mod tests;
mod types;

pub use engine::run;
pub use program::{Program, ProgramError, Step, MAX_STEPS};
pub use types::{
	ClassState, Collections, Funds, Outcome, Payment, PerClass, Redeem, RunError, State,
	MAX_CLASSES,
};
