//! Interest and fees from one contractual date to the next.

use strata_numbers::{DayCount, Ratio};

use crate::{compare::ONE, ClassState, Coupon, Fee, FeeAmount, Program, RunError, State};

impl ClassState {
	/// Accrues `millis` of interest: on unpaid interest by its amount before this part, then on the
	/// balance. Both floored.
	fn accrued(mut self, day_count: DayCount, millis: u64) -> Option<Self> {
		let on_interest = day_count.interest_floor(self.due, self.rate, millis)?;
		let on_balance = day_count.interest_floor(self.balance, self.rate, millis)?;
		self.interest_on_interest = self.interest_on_interest.checked_add(on_interest)?;
		self.due = self.due.checked_add(on_balance)?;
		Some(self)
	}

	/// Accrues the period, part by part where the rate is reset inside it. A reset on the first day
	/// applies to the period, one on the last day from then on.
	fn accrued_over(mut self, coupon: &Coupon, day_count: DayCount, period: Span) -> Option<Self> {
		let mut from = period.from;
		if let Coupon::Resets(resets) = coupon {
			let inside = |date| (period.from..=period.to).contains(&date);
			for reset in resets.iter().filter(|reset| inside(reset.date)) {
				// A list out of order accrues no time twice: `check` refuses it.
				self = self.accrued(day_count, reset.date.saturating_sub(from))?;
				self.rate = reset.rate;
				from = from.max(reset.date);
			}
		}
		self.accrued(day_count, period.to.checked_sub(from)?)
	}
}

/// From one date to another, milliseconds since 1970.
#[derive(Clone, Copy)]
struct Span {
	from: u64,
	to: u64,
}

impl State {
	/// The state with interest and the fees that grow with time accrued to `date`. Nothing is paid, and
	/// fees that are due once or on every date are not charged: [`crate::run`] does.
	///
	/// Between payments this is what is owed on a day; it must not be stored, because flooring twice
	/// in a period would differ from flooring once. The rates are those from `date` on.
	///
	/// # Errors
	/// [`RunError::DateBeforeLast`]; [`RunError::Mismatch`] if classes or fees are not those of the
	/// program; [`RunError::Overflow`].
	pub fn accrued(&self, program: &Program, date: u64) -> Result<Self, RunError> {
		let millis = date.checked_sub(self.accrued_to).ok_or(RunError::DateBeforeLast)?;
		let same_classes = self.classes.len() == program.classes.len();
		if !same_classes || self.fees.len() != program.fees.len() {
			return Err(RunError::Mismatch);
		}
		let mut state = self.clone();
		let period = Span { from: self.accrued_to, to: date };
		for (class, terms) in state.classes.iter_mut().zip(program.classes.iter()) {
			*class = class
				.accrued_over(&terms.coupon, self.day_count, period)
				.ok_or(RunError::Overflow)?;
		}
		for (fee, terms) in state.fees.iter_mut().zip(program.fees.iter()) {
			let more = terms.accrued(self.day_count, self.pool, millis);
			fee.due = more.and_then(|more| fee.due.checked_add(more)).ok_or(RunError::Overflow)?;
		}
		state.accrued_to = date;
		Ok(state)
	}

	/// Adds the fees that are due on a payment date whatever the time: once, or on every date.
	pub(crate) fn charge_fees(&mut self, program: &Program) -> Option<()> {
		for (fee, terms) in self.fees.iter_mut().zip(program.fees.iter()) {
			let more = match terms.amount {
				FeeAmount::Once(amount) if !fee.charged => amount,
				FeeAmount::Periodic(amount) => amount,
				_ => continue,
			};
			fee.due = fee.due.checked_add(more)?;
			fee.charged = matches!(terms.amount, FeeAmount::Once(_));
		}
		Some(())
	}

	/// Fixes the floating rates for the period that begins.
	pub(crate) fn fix_rates(&mut self, program: &Program, index: Ratio) {
		for (class, terms) in self.classes.iter_mut().zip(program.classes.iter()) {
			if let Coupon::Floating { margin, floor, cap } = terms.coupon {
				// Beyond the greatest number it is beyond the cap.
				let rate = index.into_inner().saturating_add(margin.into_inner());
				class.rate = Ratio::from_inner(rate).max(floor).min(cap);
			}
		}
	}
}

impl Fee {
	/// What `millis` add to it, rounded down.
	fn accrued(&self, day_count: DayCount, pool: u128, millis: u64) -> Option<u128> {
		match self.amount {
			FeeAmount::Once(_) | FeeAmount::Periodic(_) => Some(0),
			FeeAmount::Yearly(amount) => day_count.interest_floor(amount, ONE, millis),
			FeeAmount::OfPool(rate) => day_count.interest_floor(pool, rate, millis),
		}
	}
}
