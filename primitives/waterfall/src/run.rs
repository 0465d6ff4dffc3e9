//! A run: from the collections of a date to the payments.

use crate::{
	coverage::measured,
	interest::Frozen,
	share::{collect, sum},
	ClassState, Collections, FundMode, Funds, Line, Mode, Outcome, Payment, PerClass, PerFee,
	PerTest, PerTrigger, Program, RunError, State, Step, TestResult, When,
};

/// Accrues every class and fee to the date, charges the losses and carries out the program on the
/// collections, in the order of the crate's documentation.
///
/// A program that [`Program::validate`] accepts pays in contractual order; any other still conserves
/// every unit and never pays a residual while a class is owed interest or has a deficiency.
///
/// Complexity: O(lines · classes + classes · resets).
///
/// # Errors
/// See [`RunError`].
pub fn run(
	state: &State,
	program: &Program,
	collections: &Collections,
) -> Result<Outcome, RunError> {
	let mut run = Run::carried_out(state, program, collections)?;
	run.close().ok_or(RunError::Overflow)?;
	let Run { state, payments, fees, tests, mode, funds: left, built, released, .. } = run;
	let Run { written_off, written_up, .. } = run;
	Ok(Outcome {
		state,
		payments,
		fees,
		tests,
		mode,
		left,
		built,
		released,
		written_off,
		written_up,
	})
}

/// A run under way.
pub(crate) struct Run<'a> {
	pub(crate) program: &'a Program,
	pub(crate) collections: &'a Collections,
	pub(crate) state: State,
	pub(crate) payments: PerClass<Payment>,
	pub(crate) fees: PerFee<u128>,
	pub(crate) tests: PerTest<TestResult>,
	/// Tests that a step has looked at: bit k is test k.
	pub(crate) tested: u16,
	pub(crate) mode: Mode,
	pub(crate) funds: Funds,
	/// What [`Step::PayPrincipal`] may still redeem.
	pub(crate) redeemable: u128,
	pub(crate) periods: PerClass<Period>,
	/// The senior-most class that was owed anything before the first step. The reserve and principal
	/// pay interest to nobody else.
	pub(crate) senior: Option<u8>,
	/// What tests of interest compare, as of the first interest step.
	pub(crate) frozen: Option<Frozen>,
	pub(crate) built: u128,
	pub(crate) released: u128,
	pub(crate) written_off: u128,
	pub(crate) written_up: u128,
}

/// What the period was to one class.
#[derive(Clone, Copy)]
pub(crate) struct Period {
	/// Its balance before the run.
	pub(crate) balance: u128,
	/// What accrued on the balance.
	pub(crate) coupon: u128,
	/// What of it was paid as current interest.
	pub(crate) paid: u128,
}

impl<'a> Run<'a> {
	/// A run whose lines are carried out and which is not closed yet.
	pub(crate) fn carried_out(
		before: &State,
		program: &'a Program,
		collections: &'a Collections,
	) -> Result<Self, RunError> {
		if !program.fits(before) {
			return Err(RunError::Mismatch);
		}
		let accrued = before.accrued(program, collections.date)?;
		let mut run =
			Self::opened(before, accrued, program, collections).ok_or(RunError::Overflow)?;
		run.take_in().and_then(|()| run.measure()).ok_or(RunError::Overflow)?;
		run.trip();
		for line in program.lines.iter() {
			if line.runs(run.mode, &run.state.triggers) {
				run.step(line.step).ok_or(RunError::Overflow)?;
			}
		}
		Ok(run)
	}

	/// From the state before the date and the same accrued to it.
	fn opened(
		before: &State,
		mut state: State,
		program: &'a Program,
		collections: &'a Collections,
	) -> Option<Self> {
		state.charge_fees(program)?;
		let payment = |class: &ClassState| {
			let due = class.interest_owed()?;
			Some(Payment { due, ..Default::default() })
		};
		let period = |(before, after): (&ClassState, &ClassState)| {
			let coupon = after.due.checked_sub(before.due)?;
			Some(Period { balance: before.balance, coupon, paid: 0 })
		};
		Some(Self {
			program,
			collections,
			payments: collect(state.classes.iter().map(payment))?,
			fees: collect(program.fees.iter().map(|_| Some(0)))?,
			tests: PerTest::new(),
			tested: 0,
			mode: collections.mode,
			funds: collections.funds,
			redeemable: 0,
			periods: collect(before.classes.iter().zip(state.classes.iter()).map(period))?,
			senior: None,
			state,
			frozen: None,
			built: 0,
			released: 0,
			written_off: 0,
			written_up: 0,
		})
	}

	/// Charges the losses and puts the cash of the date into the funds.
	fn take_in(&mut self) -> Option<()> {
		let Collections { losses, recoveries, last, .. } = *self.collections;
		self.state.losses = self.state.losses.checked_add(losses)?;
		if self.program.funds == FundMode::Separate {
			self.state.charge(losses)?;
		}
		self.written_up = self.state.write_up(recoveries)?;
		let Funds { interest, principal } = &mut self.funds;
		*principal = principal.checked_add(self.written_up)?;
		let income = recoveries.checked_sub(self.written_up)?;
		*interest = interest.checked_add(income)?;
		if last {
			*interest = interest.checked_add(core::mem::take(&mut self.state.reserve))?;
		}
		if self.program.funds == FundMode::One {
			*interest = interest.checked_add(core::mem::take(principal))?;
		}
		self.senior = self.state.senior().and_then(|position| u8::try_from(position).ok());
		Some(())
	}

	/// What the tests find before anything is paid.
	fn measure(&mut self) -> Option<()> {
		let mut funds = self.funds;
		if self.program.funds == FundMode::One {
			// Of the one fund, what was collected as principal counts as such.
			funds.principal = self.collections.funds.principal;
			funds.interest = funds.interest.checked_sub(funds.principal)?;
		}
		let collections = Collections { funds, ..*self.collections };
		self.tests = measured(&self.state, self.program, &collections)?;
		Some(())
	}

	/// Trips and clears the triggers, and with them decides the mode.
	fn trip(&mut self) {
		self.trip_triggers();
		self.redeemable = match self.mode {
			Mode::Revolving => self.collections.set_aside,
			_ => u128::MAX,
		};
	}

	/// One step. `None` if an amount does not fit.
	fn step(&mut self, step: Step) -> Option<()> {
		match step {
			Step::PayFee { subordinate: true, .. } if self.collections.hold_residual => Some(()),
			Step::PayFee { fee, cap, support, .. } => self.pay_fee(fee, cap, support),
			Step::PayInterest { classes, part, support } => {
				self.pay_interest(classes, part, support)
			},
			Step::TestCoverage { test } => self.test_coverage(test),
			Step::CreditPdl { rank } => self.credit_pdl(rank),
			Step::TopUpReserve => self.top_up(),
			Step::ReleaseReserve => self.release(),
			Step::PayPrincipal { classes, share } => self.pay_principal(classes, share),
			Step::Turbo { classes } => self.turbo(classes),
			Step::Sweep { to } => self.sweep(to),
			Step::PayResidual { rank } => self.pay_residual(rank),
		}
	}

	/// Moves a deficiency from income to principal.
	fn credit_pdl(&mut self, rank: u8) -> Option<()> {
		let class = self.state.classes.get_mut(usize::from(rank))?;
		let good = class.pdl.min(self.funds.interest);
		class.pdl = class.pdl.checked_sub(good)?;
		self.funds.interest = self.funds.interest.checked_sub(good)?;
		self.funds.principal = self.funds.principal.checked_add(good)?;
		Some(())
	}

	/// What happens after the last line.
	fn close(&mut self) -> Option<()> {
		if let Some(index) = self.collections.index {
			self.state.fix_rates(self.program, index);
		}
		if self.collections.last {
			self.written_off = self.state.write_off()?;
		}
		for (fee, terms) in self.state.fees.iter_mut().zip(self.program.fees.iter()) {
			if !terms.carried {
				fee.due = 0;
			}
		}
		for (payment, class) in self.payments.iter_mut().zip(self.state.classes.iter()) {
			payment.balance = class.balance;
		}
		self.state.pool = self.collections.pool.lent;
		Some(())
	}
}

impl State {
	/// Σ balances of the classes from the senior-most to the one of rank `rank`. `None` if it does not
	/// fit.
	pub(crate) fn balances_up_to(&self, rank: u8) -> Option<u128> {
		let count = usize::from(rank).saturating_add(1);
		sum(self.classes.iter().take(count).map(|class| class.balance))
	}
}

impl Line {
	/// Whether the line is carried out in this mode, with these triggers tripped.
	pub(crate) fn runs(&self, mode: Mode, tripped: &PerTrigger<Option<u64>>) -> bool {
		let is_tripped = |trigger| matches!(tripped.get(usize::from(trigger)), Some(Some(_)));
		self.modes.contains(mode)
			&& match self.when {
				When::Always => true,
				When::Tripped(trigger) => is_tripped(trigger),
				When::Clear(trigger) => !is_tripped(trigger),
			}
	}
}
