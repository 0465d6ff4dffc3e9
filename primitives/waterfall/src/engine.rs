//! The interpreter.

use crate::{
	ClassState, Collections, Funds, Outcome, Payment, PerClass, Program, Redeem, RunError, State,
	Step,
};

/// Accrues every class to the date, charges the losses and runs the program on the collections.
///
/// A program that [`Program::validate`] accepts pays in contractual order; any other list of steps
/// still conserves every unit and never pays a residual while a class is owed interest or has a
/// deficiency.
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
	let mut run =
		Run::new(state.accrued(collections.date)?, collections).ok_or(RunError::Overflow)?;
	for step in program.0.iter() {
		match *step {
			Step::PayInterest { rank } => run.pay_interest(rank)?,
			Step::CreditPdl { rank } => run.credit_pdl(rank)?,
			Step::TopUpReserve { target } => run.top_up(target).ok_or(RunError::Overflow)?,
			Step::PayPrincipalSequential => {
				run.pay_principal_sequential().ok_or(RunError::Overflow)?
			},
			Step::PayResidual { rank } => run.pay_residual(rank)?,
		}
	}
	let Run { state, payments, funds: left, released, .. } = run;
	Ok(Outcome { state, payments, left, released })
}

/// A run under way.
struct Run {
	state: State,
	payments: PerClass<Payment>,
	funds: Funds,
	/// What may still be redeemed.
	redeemable: u128,
	/// Whether this date redeems all there is.
	amortising: bool,
	hold_residual: bool,
	last: bool,
	/// The class that the reserve is for, as of the beginning.
	senior: Option<usize>,
	released: u128,
}

impl Run {
	/// From a state accrued to the date. `None` if an amount does not fit.
	fn new(mut state: State, collections: &Collections) -> Option<Self> {
		let mut payments = PerClass::new();
		for class in state.classes.iter() {
			let payment = Payment {
				due: class.interest_owed()?,
				balance: class.balance,
				..Default::default()
			};
			payments.try_push(payment).ok()?;
		}
		state.charge(collections.losses)?;
		let mut funds = collections.funds;
		funds.interest = funds.interest.checked_add(collections.recoveries)?;
		if collections.last {
			funds.interest = funds.interest.checked_add(core::mem::take(&mut state.reserve))?;
		}
		let redeemable = match collections.redeem {
			Redeem::Nothing => 0,
			Redeem::UpTo(most) => most,
			Redeem::All => u128::MAX,
		};
		Some(Self {
			senior: state.senior(),
			state,
			payments,
			funds,
			redeemable,
			amortising: collections.redeem == Redeem::All,
			hold_residual: collections.hold_residual,
			last: collections.last,
			released: 0,
		})
	}

	fn pay_interest(&mut self, rank: u8) -> Result<(), RunError> {
		let position = usize::from(rank);
		let class = self.state.classes.get_mut(position).ok_or(RunError::UnknownRank)?;
		let payment = self.payments.get_mut(position).ok_or(RunError::UnknownRank)?;
		take_interest(class, payment, &mut self.funds.interest).ok_or(RunError::Overflow)?;
		if self.senior != Some(position) {
			return Ok(());
		}
		take_interest(class, payment, &mut self.state.reserve).ok_or(RunError::Overflow)?;
		let borrowed = take_interest(class, payment, &mut self.funds.principal);
		borrowed.and_then(|paid| self.state.charge(paid)).ok_or(RunError::Overflow)
	}

	fn credit_pdl(&mut self, rank: u8) -> Result<(), RunError> {
		let position = usize::from(rank);
		let class = self.state.classes.get_mut(position).ok_or(RunError::UnknownRank)?;
		let good = class.pdl.min(self.funds.interest);
		class.pdl = class.pdl.checked_sub(good).ok_or(RunError::Overflow)?;
		let Funds { interest, principal } = &mut self.funds;
		*interest = interest.checked_sub(good).ok_or(RunError::Overflow)?;
		*principal = principal.checked_add(good).ok_or(RunError::Overflow)?;
		Ok(())
	}

	fn top_up(&mut self, target: u128) -> Option<()> {
		if self.last {
			return Some(());
		}
		let reserve = &mut self.state.reserve;
		let more = target.saturating_sub(*reserve).min(self.funds.interest);
		*reserve = reserve.checked_add(more)?;
		self.funds.interest = self.funds.interest.checked_sub(more)?;
		Some(())
	}

	fn pay_principal_sequential(&mut self) -> Option<()> {
		let classes = self.state.classes.iter_mut().zip(self.payments.iter_mut());
		for (class, payment) in classes {
			let paid = class.balance.min(self.funds.principal).min(self.redeemable);
			self.redeemable = self.redeemable.checked_sub(paid)?;
			book_principal(class, payment, &mut self.funds.principal, paid)?;
		}
		(0..self.state.classes.len()).try_for_each(|position| self.state.bound_pdl(position))
	}

	/// Principal cash and the reserve, when nothing remains to be redeemed, pay interest that is still
	/// owed, rank by rank: without this step the residual would be paid before senior interest.
	fn pay_unpaid_interest(&mut self) -> Option<()> {
		let classes = self.state.classes.iter_mut().zip(self.payments.iter_mut());
		for (class, payment) in classes {
			take_interest(class, payment, &mut self.state.reserve)?;
			let paid = take_interest(class, payment, &mut self.funds.principal)?;
			self.released = self.released.checked_add(paid)?;
		}
		Some(())
	}

	fn pay_residual(&mut self, rank: u8) -> Result<(), RunError> {
		let redeemed = self.amortising && self.state.classes.iter().all(|class| class.balance == 0);
		if redeemed {
			self.pay_unpaid_interest().ok_or(RunError::Overflow)?;
		}
		let position = usize::from(rank);
		let class = self.state.classes.get(position).ok_or(RunError::UnknownRank)?;
		let whole = self
			.state
			.classes
			.iter()
			.all(|class| class.due == 0 && class.interest_on_interest == 0 && class.pdl == 0);
		if !whole || self.hold_residual {
			return Ok(());
		}
		let mut class = *class;
		let payment = self.payments.get_mut(position).ok_or(RunError::UnknownRank)?;
		let mut book = |fund: &mut u128| book_interest(&mut class, payment, fund, u128::MAX);
		book(&mut self.funds.interest).ok_or(RunError::Overflow)?;
		if redeemed {
			book(&mut self.state.reserve).ok_or(RunError::Overflow)?;
			let paid = book(&mut self.funds.principal).ok_or(RunError::Overflow)?;
			self.released = self.released.checked_add(paid).ok_or(RunError::Overflow)?;
		}
		*self.state.classes.get_mut(position).ok_or(RunError::UnknownRank)? = class;
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

/// Interest on interest, then interest due. Returns what it took.
fn take_interest(class: &mut ClassState, payment: &mut Payment, fund: &mut u128) -> Option<u128> {
	let on_interest = book_interest(class, payment, fund, class.interest_on_interest)?;
	class.interest_on_interest = class.interest_on_interest.checked_sub(on_interest)?;
	let due = book_interest(class, payment, fund, class.due)?;
	class.due = class.due.checked_sub(due)?;
	on_interest.checked_add(due)
}

fn book_principal(
	class: &mut ClassState,
	payment: &mut Payment,
	fund: &mut u128,
	paid: u128,
) -> Option<()> {
	*fund = fund.checked_sub(paid)?;
	class.balance = class.balance.checked_sub(paid)?;
	class.principal_paid = class.principal_paid.checked_add(paid)?;
	payment.principal = payment.principal.checked_add(paid)?;
	payment.balance = class.balance;
	Some(())
}
