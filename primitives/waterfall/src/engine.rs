//! The interpreter.

use crate::{
	ClassState, Collections, Funds, Outcome, Payment, PerClass, Program, RunError, State, Step,
};

/// Accrues every class to the date and runs the program on the collections.
///
/// A program that [`Program::validate`] accepts pays in contractual order; any other list of steps
/// still conserves every unit and never pays a residual while a class is owed interest.
///
/// Complexity: O(steps · classes).
///
/// # Errors
/// See [`RunError`].
pub fn run(
	state: &State,
	program: &Program,
	collections: &Collections,
) -> Result<Outcome, RunError> {
	let state = state.accrued(collections.date)?;
	let mut payments = PerClass::new();
	for class in state.classes.iter() {
		let due = class.interest_owed().ok_or(RunError::Overflow)?;
		payments
			.try_push(Payment { due, balance: class.balance, ..Default::default() })
			.map_err(|_| RunError::Overflow)?;
	}
	let mut run = Run { state, payments, funds: collections.funds, redeem: collections.redeem };
	for step in program.0.iter() {
		match *step {
			Step::PayInterest { rank } => run.pay_interest(rank)?,
			Step::PayPrincipalSequential => run.pay_principal_sequential()?,
			Step::PayResidual { rank } => run.pay_residual(rank)?,
		}
	}
	Ok(Outcome { state: run.state, payments: run.payments, left: run.funds })
}

/// A run under way.
struct Run {
	state: State,
	payments: PerClass<Payment>,
	funds: Funds,
	redeem: bool,
}

impl Run {
	fn pay_interest(&mut self, rank: u8) -> Result<(), RunError> {
		let rank = usize::from(rank);
		let class = self.state.classes.get_mut(rank).ok_or(RunError::UnknownRank)?;
		let payment = self.payments.get_mut(rank).ok_or(RunError::UnknownRank)?;
		take_interest(class, payment, &mut self.funds.interest).ok_or(RunError::Overflow)
	}

	fn pay_principal_sequential(&mut self) -> Result<(), RunError> {
		if !self.redeem {
			return Ok(());
		}
		for (class, payment) in self.state.classes.iter_mut().zip(self.payments.iter_mut()) {
			take_principal(class, payment, &mut self.funds.principal).ok_or(RunError::Overflow)?;
		}
		Ok(())
	}

	/// Principal cash that is left when nothing remains to be redeemed pays interest that is still
	/// owed, rank by rank: without this step the residual would be paid before senior interest.
	fn pay_unpaid_interest_from_principal(&mut self) -> Result<(), RunError> {
		for (class, payment) in self.state.classes.iter_mut().zip(self.payments.iter_mut()) {
			take_interest(class, payment, &mut self.funds.principal).ok_or(RunError::Overflow)?;
		}
		Ok(())
	}

	fn pay_residual(&mut self, rank: u8) -> Result<(), RunError> {
		let redeemed = self.redeem && self.state.classes.iter().all(|class| class.balance == 0);
		if redeemed {
			self.pay_unpaid_interest_from_principal()?;
		}
		let whole = self.state.classes.iter().all(|c| c.due == 0 && c.interest_on_interest == 0);
		if !whole {
			return Ok(());
		}
		let rank = usize::from(rank);
		let class = self.state.classes.get_mut(rank).ok_or(RunError::UnknownRank)?;
		let payment = self.payments.get_mut(rank).ok_or(RunError::UnknownRank)?;
		book_interest(class, payment, &mut self.funds.interest, u128::MAX)
			.ok_or(RunError::Overflow)?;
		if redeemed {
			book_interest(class, payment, &mut self.funds.principal, u128::MAX)
				.ok_or(RunError::Overflow)?;
		}
		Ok(())
	}
}

/// Takes at most `most` from `fund` and books it as interest of the class. Returns what it took.
fn book_interest(
	class: &mut ClassState,
	payment: &mut Payment,
	fund: &mut u128,
	most: u128,
) -> Option<u128> {
	let paid = most.min(*fund);
	*fund = fund.checked_sub(paid)?;
	class.interest_paid = class.interest_paid.checked_add(paid)?;
	payment.interest = payment.interest.checked_add(paid)?;
	Some(paid)
}

/// Interest on interest, then interest due.
fn take_interest(class: &mut ClassState, payment: &mut Payment, fund: &mut u128) -> Option<()> {
	let paid = book_interest(class, payment, fund, class.interest_on_interest)?;
	class.interest_on_interest = class.interest_on_interest.checked_sub(paid)?;
	let paid = book_interest(class, payment, fund, class.due)?;
	class.due = class.due.checked_sub(paid)?;
	Some(())
}

fn take_principal(class: &mut ClassState, payment: &mut Payment, fund: &mut u128) -> Option<()> {
	let paid = class.balance.min(*fund);
	*fund = fund.checked_sub(paid)?;
	class.balance = class.balance.checked_sub(paid)?;
	class.principal_paid = class.principal_paid.checked_add(paid)?;
	payment.principal = payment.principal.checked_add(paid)?;
	payment.balance = class.balance;
	Some(())
}
