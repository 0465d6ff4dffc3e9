//! The rows that the replay prints.

use std::fmt;

use strata_waterfall::Outcome;

use super::{dates::Day, decimal::shown};

/// The header.
pub const HEADER: &str = "date,tranche,end_balance,interest_paid,principal_paid,\
	interest_due_unpaid,interest_on_interest_unpaid";

/// What one class was paid on one date, and what it is owed afterwards. Amounts in units of the
/// currency.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Paid {
	/// The payment date.
	pub date: Day,
	/// The class.
	pub class: String,
	/// Principal still owed.
	pub balance: u128,
	/// Interest paid; for the residual, its income.
	pub interest: u128,
	/// Principal paid.
	pub principal: u128,
	/// Interest accrued on the balance and not paid.
	pub due: u128,
	/// Interest accrued on unpaid interest and not paid.
	pub interest_on_interest: u128,
}

/// The rows of one date, by rank.
pub fn rows(date: Day, names: &[String], outcome: &Outcome) -> Vec<Paid> {
	names
		.iter()
		.zip(outcome.state.classes.iter().zip(&outcome.payments))
		.map(|(name, (class, payment))| Paid {
			date,
			class: name.clone(),
			balance: class.balance,
			interest: payment.interest,
			principal: payment.principal,
			due: class.due,
			interest_on_interest: class.interest_on_interest,
		})
		.collect()
}

/// A row with amounts of a currency with this many decimals.
pub struct Line<'a>(pub &'a Paid, pub u8);

impl fmt::Display for Line<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self(paid, decimals) = self;
		write!(f, "{},{}", paid.date, paid.class)?;
		let amounts =
			[paid.balance, paid.interest, paid.principal, paid.due, paid.interest_on_interest];
		for amount in amounts {
			write!(f, ",{}", shown(amount, *decimals))?;
		}
		Ok(())
	}
}
