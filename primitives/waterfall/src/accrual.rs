//! Interest from one contractual date to the next.

use strata_numbers::DayCount;

use crate::{ClassState, RunError, State};

impl ClassState {
	/// Accrues `millis` of interest: on unpaid interest by its amount before this accrual, then on
	/// the balance. Both floored.
	fn accrued(mut self, day_count: DayCount, millis: u64) -> Option<Self> {
		let on_interest = day_count.interest_floor(self.due, self.rate, millis)?;
		let on_balance = day_count.interest_floor(self.balance, self.rate, millis)?;
		self.interest_on_interest = self.interest_on_interest.checked_add(on_interest)?;
		self.due = self.due.checked_add(on_balance)?;
		Some(self)
	}
}

impl State {
	/// The state with interest accrued to `date`. Nothing is paid.
	///
	/// Between payments this is what is owed on a day; it must not be stored, because flooring twice
	/// in a period would differ from flooring once.
	///
	/// # Errors
	/// [`RunError::DateBeforeLast`], [`RunError::Overflow`].
	pub fn accrued(&self, date: u64) -> Result<Self, RunError> {
		let millis = date.checked_sub(self.accrued_to).ok_or(RunError::DateBeforeLast)?;
		let mut state = self.clone();
		for class in state.classes.iter_mut() {
			*class = class.accrued(self.day_count, millis).ok_or(RunError::Overflow)?;
		}
		state.accrued_to = date;
		Ok(state)
	}
}
