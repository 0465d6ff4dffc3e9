//! Whether a deal's coverage tests let it lend.

use sp_core::U256;
use strata_traits::Balance;
use strata_waterfall::{Coverage, Test, TestResult};

use crate::{types::DealLedgers, Books, Config, Pallet};

/// 1 with the decimals of a threshold.
const ONE: u128 = 1_000_000_000_000_000_000;

/// Whether `numerator ≥ threshold · denominator`, exactly.
pub(crate) fn passes(test: &Test, numerator: Balance, denominator: Balance) -> bool {
	let scaled = |amount: Balance, by: u128| U256::from(amount).checked_mul(U256::from(by));
	scaled(numerator, ONE) >= scaled(denominator, test.threshold.into_inner())
}

/// Whether the last date left the test passing: it passed, or what the date diverted cured it. A test
/// of interest is not cured before it passes.
pub(crate) fn left_passing(test: &Test, result: &TestResult) -> bool {
	let cured = || {
		let numerator = result.numerator.checked_sub(result.principal)?;
		let less = result.diverted.checked_add(result.principal)?;
		Some(passes(test, numerator, result.denominator.checked_sub(less)?))
	};
	result.passed || (test.coverage == Coverage::Principal && cured() == Some(true))
}

impl DealLedgers {
	/// What principal is lent, in liquidation and in cash, by the identity of principal: what the classes
	/// are owed and the excess, less losses that are not made good. No book is read. `None` if a sum
	/// does not fit.
	pub fn principal_assets(&self) -> Option<Balance> {
		let state = &self.waterfall;
		let classes = state.classes.iter();
		let (owed, charged) =
			classes.into_iter().try_fold((0u128, 0u128), |(owed, pdl), class| {
				Some((owed.checked_add(class.balance)?, pdl.checked_add(class.pdl)?))
			})?;
		owed.checked_add(self.excess)?
			.checked_sub(charged)?
			.checked_sub(state.uncovered)?
			.checked_sub(self.cash.available.losses)?
			.checked_sub(self.cash.later.losses)
	}

	/// Σ balances of the classes from the senior-most to the one of rank `rank`.
	fn balances_up_to(&self, rank: u8) -> Option<Balance> {
		let count = usize::from(rank).saturating_add(1);
		let classes = self.waterfall.classes.iter().take(count);
		classes.into_iter().try_fold(0u128, |sum, class| sum.checked_add(class.balance))
	}

	/// Whether a date that found this leaves every test passing.
	pub(crate) fn passes(&self, found: &[TestResult]) -> bool {
		self.coverage.iter().zip(found).all(|((test, _), result)| left_passing(test, result))
	}

	/// Whether every coverage test passes: the last date left it passing, and with `assets` in principal
	/// a test of principal still does. `None` if a sum does not fit.
	pub(crate) fn covered_by(&self, assets: Balance) -> Option<bool> {
		for (test, result) in self.coverage.iter() {
			if !left_passing(test, result) {
				return Some(false);
			}
			let principal = test.coverage == Coverage::Principal;
			if principal && !passes(test, assets, self.balances_up_to(test.rank)?) {
				return Some(false);
			}
		}
		Some(true)
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the deal's coverage tests let it lend. What is lent moves principal from cash to a book
	/// and changes no test of principal, so the amount does not matter. A book is asked only if
	/// something of it is in liquidation, which counts for what it should bring.
	pub(crate) fn is_covered(ledgers: &DealLedgers) -> bool {
		let short = |book: u32, principal: Balance, units: Balance| match principal {
			0 => 0,
			_ => principal.saturating_sub(T::Books::carrying(book, units).unwrap_or_default()),
		};
		let assets = || {
			let workouts = ledgers.books.iter().zip(ledgers.workouts.iter());
			workouts.into_iter().try_fold(ledgers.principal_assets()?, |assets, (book, workout)| {
				assets.checked_sub(short(*book, workout.principal, workout.units))
			})
		};
		ledgers.coverage.is_empty()
			|| assets().and_then(|assets| ledgers.covered_by(assets)).unwrap_or(false)
	}
}
