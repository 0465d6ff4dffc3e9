//! The waterfall engine: state, program and collections in; state and payments out.
//!
//! A deal's waterfall is data. [`run`] carries out a [`Program`], a bounded list of [`Line`]s with the
//! classes, fees, coverage tests, triggers and the reserve that they name, over a [`State`] and the
//! [`Collections`] of one contractual date. It returns an [`Outcome`]: the new state, a [`Payment`] per
//! class, what every fee was paid, what every test found and the cash that is left. It is pure: no
//! storage, no clock, no FRAME, so that the same code serves the chain, a dry run and the tests.
//!
//! `DEALS.md` says how a deal is written as a file; `examples/replay` runs it over the cash flows of its
//! pool.
//!
//! # Order of a run
//!
//! 1. Interest and fees accrue to the date. With Δ the share of a year, every part of a period between
//!    two resets of the rate adds
//!
//!    ```text
//!    interest_on_interest += ⌊due · rate · Δ⌋        due before this part; not on itself
//!    due                  += ⌊balance · rate · Δ⌋
//!    ```
//!
//! 2. Losses are charged to the principal deficiency ledgers (PDL), the most junior class first, each
//!    up to its balance; what is beyond all of them is `uncovered`. The residual's own balance bears
//!    the first loss. With one fund losses are only counted.
//! 3. Recoveries write up what was written off, the senior-most class first: that part becomes
//!    principal. The rest is income.
//! 4. On the last run the reserve becomes income. With one fund principal becomes income too.
//! 5. Triggers are looked at, once, on these numbers; they may take the deal to a further [`Mode`].
//! 6. The lines of the program that belong to the mode, and whose condition holds, are carried out in
//!    their order, as [`Step`] says.
//! 7. Floating rates are fixed for the period that begins; what the last run leaves is written off;
//!    fees that are not carried lapse.
//!
//! # Coverage tests
//!
//! A test of the class of rank k passes if `numerator ≥ threshold · denominator`, compared exactly by
//! cross-multiplication in 256 bits. A denominator of zero passes.
//!
//! ```text
//! principal (OC)  N = adjusted pool + principal fund            D = Σ balances of ranks ≤ k
//!   cure from income                 x = D − ⌊N / t⌋            only D falls
//!   cure from principal              y = ⌈(t·D − N) / (t − 1)⌉  both fall
//! interest (IC)   N = income before the first interest step     D = Σ interest owed then, ranks ≤ k,
//!                                                               the coupons pro forma on what the
//!                                                               balances are now, rounded up
//!   cure from either                 the least redemption, senior first, that brings D to ⌊N / t⌋
//! ```
//!
//! A cure redeems the senior-most class first and is exact: one unit less and the test would not pass.
//! Income so diverted makes charged losses good; what is more than all of them is [`Outcome::built`].
//!
//! # Rounding
//!
//! | quantity | direction |
//! |---|---|
//! | interest and fees that accrue | down, once per part of a period |
//! | share of a class in a group (interest, principal) | down; what is left over a unit at a time, the senior-most first, nobody above its need |
//! | cure of a test | up, to the exact least |
//! | pro forma coupon in an interest test | up |
//! | target of the reserve | up |
//! | comparison with a threshold or a trigger's level | exact |
//! | everything that is paid | exact |
//!
//! Overflow is [`RunError::Overflow`], never a clamp.
//!
//! # What always holds
//!
//! For any program that names only what the deal has:
//!
//! - Conservation: interest + principal + recoveries + reserve before = Σ payments + Σ fees + what is
//!   left + reserve after, to the unit.
//! - Identity of principal, with two funds: with P the principal lent or in liquidation, `P + principal
//!   cash + Σ pdl + uncovered − Σ balances` rises by [`Outcome::built`], falls by
//!   [`Outcome::released`], and is changed by nothing else; a write-off takes both sides away.
//! - 0 ≤ pdl ≤ balance.
//! - Charges go to a class only when every class below it is charged in full.
//!
//! For a program that [`Program::validate`] accepts also:
//!
//! - Nobody junior is paid interest while a class above it is owed interest of the same kind: all that
//!   it is owed ([`Part::All`]) or its current coupon ([`Part::Current`]).
//! - The residual has no income while a class is owed interest or a deficiency is open.
//! - Cash has an owner: with two funds, once the deal does not revolve and every class is redeemed,
//!   nothing is left, unless the residual must wait.
//! - While a test has failed and could not be cured, and a class that it is for is owed principal,
//!   nobody below it is paid anything on that date, no fee after it, and no residual.
//!
//! More collections lower nobody on that date in programs without tests, triggers, principal pro rata,
//! lock-outs and groups of three or more, and before anything was written off. Where they do, it is
//! what the contract wants: a test that now passes diverts nothing to the senior class; a trigger that
//! does not trip leaves the deal revolving; a closed deficiency makes principal pro rata again; a
//! lock-out ends when everybody else is redeemed; what is written up is the senior-most class again,
//! and takes the reserve's support from the next; in a group of three or more one class may have the
//! odd unit less.
//!
//! # Example
//!
//! ```
//! use strata_numbers::{DayCount, Ratio};
//! use strata_waterfall::*;
//!
//! // A note of 900 at 10 % and a residual of 100, paid in sequence.
//! let program = Program::sequential(2, 0).unwrap();
//! assert_eq!(program.validate(), Ok(()));
//! let faces = [(900, Ratio::from_rational(10, 100)), (100, Ratio::default())];
//! let state = State::open(&program, faces, DayCount::Act365Fixed, 0, 0).unwrap();
//! let year = 365 * 86_400_000;
//! let collections = Collections {
//!     date: year,
//!     funds: Funds { interest: 100, principal: 300 },
//!     mode: Mode::Amortising,
//!     ..Default::default()
//! };
//! let outcome = run(&state, &program, &collections).unwrap();
//! assert_eq!(outcome.payments[0], Payment { due: 90, interest: 90, principal: 300, balance: 600 });
//! assert_eq!(outcome.payments[1].interest, 10);
//! ```

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
mod compare;
mod coverage;
mod fees;
mod fits;
mod interest;
mod losses;
mod opening;
mod order;
mod principal;
mod program;
mod reserve;
mod residual;
mod run;
mod share;
mod sweep;
#[cfg(test)]
mod tests;
mod triggers;
mod types;
mod validate;

pub use coverage::coverage;
pub use program::{
	ClassTerms, Classes, Condition, Coupon, Coverage, Effect, Fee, FeeAmount, Fund, FundMode, Line,
	Mode, Modes, Part, Point, Program, ReserveTarget, Reset, Share, Step, Support, Test, Trigger,
	When, MAX_FEES, MAX_LINES, MAX_POINTS, MAX_RESETS, MAX_TESTS, MAX_TRIGGERS,
};
pub use run::run;
pub use types::{
	ClassState, Collections, FeeState, Funds, Outcome, Payment, PerClass, PerFee, PerTest,
	PerTrigger, Pool, RunError, State, TestResult, MAX_CLASSES,
};
pub use validate::{Fault, ProgramError, MAX_AMOUNT};
