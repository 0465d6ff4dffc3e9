//! The real-time books of a deal, computed from totals in O(books + tranches); risk in O(rungs).

mod ahead;
mod holders;
mod risk;
mod statement;
mod tests_now;
mod tranches;

use alloc::vec::Vec;
use strata_numbers::{mul_div_floor, Ratio};
use strata_waterfall::{Program, State};

use crate::{
	collections::Counted, Balance, Config, DealId, DealLedgers, Ledgers, Pallet, Programs,
};

/// 1 with the decimals of a [`Ratio`].
const ONE: u128 = <Ratio as sp_arithmetic::FixedPointNumber>::DIV;

/// The ratio of two amounts, rounded down; `None` of nothing.
fn ratio_floor(amount: Balance, of: Balance) -> Option<Ratio> {
	mul_div_floor(amount, ONE, of).map(Ratio::from_inner)
}

/// The sum of amounts; `None` if it does not fit.
fn sum(amounts: impl IntoIterator<Item = Option<Balance>>) -> Option<Balance> {
	amounts.into_iter().try_fold(0u128, |sum, amount| sum.checked_add(amount?))
}

/// A deal whose notes exist, as its views see it.
struct Issued {
	/// How it pays.
	program: Program,
	/// Its ledgers, with what the end of the ramp-up by now makes of them.
	ledgers: DealLedgers,
	/// What it is owed and owes for fees, accrued to now; as it is stored, once closed.
	state: State,
	/// Its books now; none, once closed.
	books: Vec<Counted>,
}

impl Issued {
	/// The deal now. `None` unless its notes exist, or if a figure does not fit.
	fn read<T: Config>(id: DealId) -> Option<Self> {
		let mut ledgers = Ledgers::<T>::get(id)?;
		let program = Programs::<T>::get(id)?;
		if ledgers.phase.is_none() {
			let state = ledgers.waterfall.clone();
			return Some(Self { program, ledgers, state, books: Vec::new() });
		}
		let now = Pallet::<T>::now();
		ledgers.end_ramp_up(now);
		// A date that is overdue was accrued to already when its run came first.
		let to = now.max(ledgers.waterfall.accrued_to);
		let state = ledgers.waterfall.accrued(&program, to).ok()?;
		let books = Pallet::<T>::count_books(&ledgers);
		Some(Self { program, ledgers, state, books })
	}

	/// As [`Self::read`], of a deal that has dates to come.
	fn active<T: Config>(id: DealId) -> Option<Self> {
		Self::read::<T>(id).filter(Self::is_active)
	}

	/// Whether dates are still to come.
	fn is_active(&self) -> bool {
		self.ledgers.phase.is_some()
	}

	/// Principal in cash, whatever date it counts for. `None` if it does not fit.
	fn principal_cash(&self) -> Option<Balance> {
		let cash = &self.ledgers.cash;
		cash.available.principal.checked_add(cash.later.principal)
	}

	/// Net asset value: cash that no class was paid yet and no fee, the reserve included; of each book
	/// the principal that performs and the interest it is due, but no more than the value of what
	/// backs it at the lower price; and its principal in liquidation, but no more than what the
	/// collateral that waits to be sold counts for. `None` while a book that is owed anything has no
	/// price.
	fn nav(&self) -> Option<Balance> {
		let worth = |book: &Counted| {
			let figures = book.figures?;
			let owed = figures.performing_principal.checked_add(figures.interest_due)?;
			let worth = if owed == 0 { 0 } else { owed.min(figures.value?) };
			let waiting = match book.in_liquidation {
				0 => 0,
				principal => principal.min(book.carrying?),
			};
			worth.checked_add(waiting)
		};
		let cash = &self.ledgers.cash;
		let cash = [cash.available.cash(), cash.later.cash(), Some(self.state.reserve)];
		sum(cash.into_iter().chain(self.books.iter().map(worth)))
	}
}
