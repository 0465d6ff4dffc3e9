//! What the waterfall is told of the pool on a date, and of the date itself.

use alloc::vec::Vec;
use strata_numbers::{ratio_mul_floor, Ratio};
use strata_traits::{Balance, BookFigures};
use strata_waterfall::Pool;

use crate::types::{DealLedgers, Receipts};

/// One book as a date sees it. Amounts are in the smallest unit of the settlement asset.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counted {
	/// Its figures now; `None` if it cannot say.
	pub figures: Option<BookFigures>,
	/// Its concentration cap, pinned at closing.
	pub cap: Ratio,
	/// Principal in liquidation.
	pub in_liquidation: Balance,
	/// What the collateral that waits to be sold for it counts for; `None` without a price, or if
	/// nothing waits.
	pub carrying: Option<Balance>,
}

impl Counted {
	/// Principal lent and not in liquidation; of a book that cannot say, none is counted.
	pub fn performing(&self) -> Balance {
		self.figures.map_or(0, |figures| figures.performing_principal)
	}

	/// Whether what backs the book is worth what it has lent. `false` without a price.
	pub fn is_covered(&self) -> bool {
		self.figures.is_some_and(|figures| {
			figures.performing_principal == 0
				|| figures.value.is_some_and(|value| value >= figures.performing_principal)
		})
	}

	/// Whether collateral that waits to be sold counts for less than the principal it was seized for,
	/// or nobody can say for how much.
	pub fn is_under_water(&self) -> bool {
		self.in_liquidation > 0 && self.carrying.is_none_or(|worth| worth < self.in_liquidation)
	}

	/// Whether the book says that nobody owes it anything.
	pub fn is_repaid(&self) -> bool {
		self.figures
			.is_some_and(|figures| figures.performing_principal == 0 && figures.interest_due == 0)
	}

	/// Performing principal beyond its cap, rounded up, of a deal with `whole` in principal lent and in
	/// cash. `None` if it does not fit.
	pub fn excess(&self, whole: Balance) -> Option<Balance> {
		Some(self.performing().saturating_sub(ratio_mul_floor(whole, self.cap)?))
	}

	/// What of it counts in tests of principal, of a deal with `whole` in principal lent and in cash:
	/// performing principal, no more than the value of what backs it if that has a price, less what is
	/// beyond its cap; and principal in liquidation, no more than what the collateral counts for.
	/// `None` if a sum does not fit.
	fn adjusted(&self, whole: Balance) -> Option<Balance> {
		let performing = self.performing();
		let value = self.figures.and_then(|figures| figures.value).unwrap_or(performing);
		let beyond = self.excess(whole)?;
		let sold = self.in_liquidation.min(self.carrying.unwrap_or_default());
		performing.min(value).saturating_sub(beyond).checked_add(sold)
	}
}

/// The pool on a date: what is lent, what of it counts in tests, what is delinquent.
///
/// `cash` is the principal cash that the date may use, `later` what came in after the date. Nothing is
/// lent between a date and its run: principal that came in, or was lost, after the date was lent on it.
/// What came in counts in full; what was lost counts as lent and not in tests. So a late run finds as
/// much lent as one in time.
///
/// `None` if a sum does not fit.
pub fn pool(books: &[Counted], cash: Balance, later: &Receipts) -> Option<Pool> {
	let sum = |of: &dyn Fn(&Counted) -> Option<Balance>| {
		books.iter().try_fold(0u128, |sum, book| sum.checked_add(of(book)?))
	};
	let performing = sum(&|book| Some(book.performing()))?.checked_add(later.principal)?;
	let in_liquidation = sum(&|book| Some(book.in_liquidation))?;
	let past_due = sum(&|book| Some(book.figures.map_or(0, |figures| figures.past_due)))?;
	let whole = performing.checked_add(cash)?;
	Some(Pool {
		lent: performing.checked_add(in_liquidation)?.checked_add(later.losses)?,
		adjusted: sum(&|book| book.adjusted(whole))?.checked_add(later.principal)?,
		delinquent: in_liquidation.checked_add(past_due)?.checked_add(later.losses)?,
	})
}

/// The books of a deal, given their figures and what their collateral in liquidation counts for.
pub fn count(
	ledgers: &DealLedgers,
	figures: impl Fn(u32) -> Option<BookFigures>,
	carrying: impl Fn(u32, Balance) -> Option<Balance>,
) -> Vec<Counted> {
	let books = ledgers.books.iter().zip(ledgers.workouts.iter()).zip(ledgers.caps.iter());
	books
		.map(|((book, workout), cap)| Counted {
			figures: figures(*book),
			cap: *cap,
			in_liquidation: workout.principal,
			carrying: (workout.principal > 0).then(|| carrying(*book, workout.units)).flatten(),
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn ratio(percent: u128) -> Ratio {
		Ratio::from_rational(percent, 100)
	}

	fn book(performing: Balance, value: Option<Balance>) -> Counted {
		let figures =
			BookFigures { performing_principal: performing, value, ..BookFigures::default() };
		Counted { figures: Some(figures), cap: ratio(100), ..Counted::default() }
	}

	fn none() -> Receipts {
		Receipts::default()
	}

	#[test]
	fn what_backs_a_book_bounds_what_counts() {
		let counted = |value| pool(&[book(100, value)], 0, &none()).unwrap();
		assert_eq!(counted(Some(101)), Pool { lent: 100, adjusted: 100, delinquent: 0 });
		assert_eq!(counted(Some(100)).adjusted, 100);
		assert_eq!(counted(Some(99)), Pool { lent: 100, adjusted: 99, delinquent: 0 });
		// Without a price nothing can be said: it counts at par.
		assert_eq!(counted(None).adjusted, 100);
	}

	#[test]
	fn what_is_in_liquidation_counts_for_what_it_should_bring() {
		let counted = |carrying| {
			let book = Counted { in_liquidation: 50, carrying, ..book(100, Some(100)) };
			pool(&[book], 0, &none()).unwrap()
		};
		assert_eq!(counted(Some(60)), Pool { lent: 150, adjusted: 150, delinquent: 50 });
		assert_eq!(counted(Some(49)).adjusted, 149);
		assert_eq!(counted(None).adjusted, 100);
	}

	#[test]
	fn what_is_beyond_the_cap_does_not_count() {
		let capped = |performing, cap| Counted { cap: ratio(cap), ..book(performing, None) };
		// 40 % of 100 lent and 25 in cash are 50.
		let books = [capped(60, 40), capped(40, 60)];
		assert_eq!(pool(&books, 25, &none()).unwrap().adjusted, 90);
		assert_eq!(pool(&books, 49, &none()).unwrap().adjusted, 99);
		assert_eq!(pool(&books, 50, &none()).unwrap().adjusted, 100);
		// A book that is beyond its cap and worth less is not counted below nothing.
		let worthless = Counted { cap: ratio(0), ..book(60, Some(10)) };
		assert_eq!(pool(&[worthless], 0, &none()).unwrap().adjusted, 0);
	}

	#[test]
	fn what_matured_is_delinquent() {
		let mut late = book(70, None);
		late.figures.as_mut().unwrap().past_due = 70;
		let late = Counted { in_liquidation: 5, carrying: Some(5), ..late };
		let pool = pool(&[late, book(30, None)], 0, &none()).unwrap();
		assert_eq!(pool, Pool { lent: 105, adjusted: 105, delinquent: 75 });
	}

	#[test]
	fn a_late_run_counts_what_was_lent_on_its_date() {
		let in_time = pool(&[book(100, Some(200))], 10, &none()).unwrap();
		let later = Receipts { principal: 60, interest: 9, ..none() };
		let late = pool(&[book(40, Some(80))], 10, &later).unwrap();
		assert_eq!(late, in_time);
		// A loss after the date was lent on it; that it is lost is known, and it counts no more.
		let later = Receipts { principal: 60, losses: 5, ..none() };
		let late = pool(&[book(35, Some(80))], 10, &later).unwrap();
		assert_eq!(late, Pool { lent: 100, adjusted: 95, delinquent: 5 });
	}

	#[test]
	fn a_book_that_cannot_say_counts_for_nothing() {
		let silent = Counted { figures: None, ..book(100, None) };
		assert_eq!(pool(&[silent, book(7, None)], 0, &none()).unwrap().lent, 7);
		assert!(!silent.is_covered() && !silent.is_repaid() && !silent.is_under_water());
	}

	#[test]
	fn sums_that_do_not_fit_are_errors() {
		assert_eq!(pool(&[book(Balance::MAX, None), book(1, None)], 0, &none()), None);
		assert_eq!(pool(&[book(Balance::MAX, None)], 1, &none()), None);
	}
}
