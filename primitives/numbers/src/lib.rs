//! Widened multiply-divide with named rounding, values, rate index and rate model, day counts, payment
//! index.
//!
//! Everything here is pure arithmetic without FRAME, in three rules:
//!
//! 1. **One rounding.** A product is widened to 256 or 512 bits and divided once; there are never
//!    two roundings in a row. The only exception is compounding ([`RateIndex::grown_ceil`]), which
//!    must round at every multiplication and rounds every one of them up.
//! 2. **The direction is in the name.** `…_floor` rounds down, `…_ceil` rounds up. What has no such
//!    suffix is exact.
//! 3. **Overflow is `None`, never a clamp.** So is a division by zero. The caller turns it into a
//!    typed error.
//!
//! # Who is favoured
//!
//! Rounding favours the system over the person who acts; what is paid out is rounded down.
//!
//! | quantity | direction | function |
//! |---|---|---|
//! | rate index R ← R·(1 + r/31 536 000)^s | up | [`RateIndex::grown_ceil`] |
//! | yearly rate of a book at its utilisation | up | [`RateModel::rate_ceil`] |
//! | debt of a vault d·R | up | [`RateIndex::debt_ceil`] |
//! | debt as an asset of the lender, principal left after a liquidation | down | [`RateIndex::debt_floor`] |
//! | normalised debt added by a draw, Δ/R | up | [`RateIndex::normalised_ceil`] |
//! | normalised debt removed by a repayment, Δ/R | down | [`RateIndex::normalised_floor`] |
//! | value of collateral | down | [`Holding::value_floor`], [`Holding::converted_floor`] |
//! | value of debt, price a buyer pays | up | [`Holding::converted_ceil`] |
//! | is collateral ≥ ratio · debt? | exact | [`Holding::covers`] |
//! | collateral ratio shown | down | [`Holding::ratio_floor`] |
//! | amounts seized or paid out | down | [`mul_div_floor`], [`ratio_mul_floor`] |
//! | amounts to be repaid, penalties, fees of the protocol | up | [`mul_div_ceil`], [`ratio_mul_ceil`] |
//! | coupon and fee owed by a deal, balance · rate · time | down | [`DayCount::interest_floor`] |
//! | payment per note, (paid·2⁶⁴ + carry)/units | down, remainder carried | [`PaymentIndex::paid`] |
//! | price of notes, notes·balance·price/units | up | [`note_price_ceil`] |
//! | claim of a holder, units·Δindex | exact in 2⁻⁶⁴, down when cash leaves | [`Accrual::settled`] |
//!
//! # Units
//!
//! Amounts are raw units of an asset (`u128`). A price is USD per *whole* unit, i.e. per
//! 10^decimals raw units, with 18 decimals. USD values have 18 decimals too. Ratios and yearly rates
//! have 18 decimals; the rate index has 27.

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

mod day_count;
mod muldiv;
mod payment_index;
mod rate_index;
mod rate_model;
#[cfg(test)]
mod tests;
mod value;

pub use day_count::DayCount;
pub use muldiv::{mul_div_ceil, mul_div_floor, pow10, ratio_mul_ceil, ratio_mul_floor};
pub use payment_index::{Accrual, PaymentIndex};
pub use rate_index::{RateIndex, SECONDS_PER_YEAR};
pub use rate_model::RateModel;
pub use value::{note_price_ceil, Holding};

/// USD per whole unit of an asset, 18 decimals.
pub type Price = sp_arithmetic::FixedU128;

/// A ratio of two values, e.g. 1.5 = 150 %; also a yearly rate, e.g. 0.05 = 5 % a year. 18 decimals.
pub type Ratio = sp_arithmetic::FixedU128;
