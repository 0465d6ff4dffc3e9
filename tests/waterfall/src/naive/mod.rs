//! The contract, done naively.

mod accrue;
mod cover;
mod deal;
mod ledger;
mod share;
mod steps;
mod triggers;

use strata_numbers::Ratio;
use strata_waterfall::{
	Collections, Coupon, FundMode, Funds, Mode, Outcome, Payment, Program, RunError, State, Step,
	TestResult, When,
};

use self::{
	deal::Deal,
	ledger::{Account, Ledger},
};
use crate::exact::{fixed, units, whole, Rat};

/// One run of the program on the collections.
///
/// # Errors
/// Those of the engine; [`RunError::Overflow`] only if a number of the result does not fit.
pub fn run(
	state: &State,
	program: &Program,
	collections: &Collections,
) -> Result<Outcome, RunError> {
	begin(state, program, collections.date)?;
	let mut run = Run::new(state, program, collections);
	run.pass_triggers(state);
	for line in &program.lines {
		if line.modes.contains(run.mode) && run.holds(line.when) {
			run.step(line.step);
		}
	}
	run.end();
	run.outcome(state).ok_or(RunError::Overflow)
}

/// The state with what accrues by time alone.
///
/// # Errors
/// As [`run`].
pub fn accrued(state: &State, program: &Program, date: u64) -> Result<State, RunError> {
	let mut deal = begin(state, program, date)?;
	deal.accrue(program, state.day_count, date);
	deal.state(state, &whole(state.reserve)).ok_or(RunError::Overflow)
}

fn begin(state: &State, program: &Program, date: u64) -> Result<Deal, RunError> {
	if state.classes.len() != program.classes.len()
		|| state.fees.len() != program.fees.len()
		|| state.triggers.len() != program.triggers.len()
	{
		return Err(RunError::Mismatch);
	}
	if date < state.accrued_to {
		return Err(RunError::DateBeforeLast);
	}
	Ok(Deal::new(state))
}

/// Income and owed interest of the moment at which interest coverage is measured.
#[derive(Clone, Debug)]
struct Frozen {
	income: Rat,
	owed: Vec<Rat>,
}

/// A run under way.
struct Run<'a> {
	program: &'a Program,
	collections: &'a Collections,
	deal: Deal,
	cash: Ledger,
	/// All cash that there is.
	entered: Rat,
	/// The part of the identity of principal outside the pool, before the run.
	identity: Rat,
	mode: Mode,
	/// What principal steps may still redeem; `None`: anything.
	redeemable: Option<Rat>,
	/// The class for which the reserve and principal step in.
	senior: Option<usize>,
	frozen: Option<Frozen>,
	/// Interest owed before anything is paid.
	owed: Vec<Rat>,
	tests: Vec<Found>,
	built: Rat,
	released: Rat,
	written_off: Rat,
	written_up: Rat,
}

/// What a test found.
#[derive(Clone, Debug)]
struct Found {
	numerator: Rat,
	denominator: Rat,
	passed: bool,
	diverted: Rat,
	principal: Rat,
	/// Whether this is what a step found.
	by_step: bool,
}

impl<'a> Run<'a> {
	/// All that comes before the triggers.
	fn new(state: &State, program: &'a Program, collections: &'a Collections) -> Self {
		let mut deal = Deal::new(state);
		let mut cash = Ledger::default();
		cash.enter(Account::Income, &whole(collections.funds.interest));
		cash.enter(Account::Principal, &whole(collections.funds.principal));
		cash.enter(Account::Reserve, &whole(state.reserve));
		let identity = deal.deficiency() + cash.of(Account::Principal);

		deal.accrue(program, state.day_count, collections.date);
		deal.charge_fees(program);
		let owed = deal.classes.iter().map(|class| class.owed()).collect();
		deal.losses += whole(collections.losses);
		if program.funds == FundMode::Separate {
			deal.charge(&whole(collections.losses));
		}

		let recovered = whole(collections.recoveries);
		let lost: Vec<Rat> = deal.classes.iter().map(|class| class.written_off.clone()).collect();
		let up = share::in_order(&recovered, &lost);
		for (class, up) in deal.classes.iter_mut().zip(&up) {
			class.written_off -= up;
			class.balance += up;
		}
		let written_up: Rat = up.iter().sum();
		cash.enter(Account::Principal, &written_up);
		cash.enter(Account::Income, &(recovered - &written_up));

		if collections.last {
			let all = cash.of(Account::Reserve);
			cash.transfer(Account::Reserve, Account::Income, &all);
		}
		if program.funds == FundMode::One {
			let all = cash.of(Account::Principal);
			cash.transfer(Account::Principal, Account::Income, &all);
		}
		let senior = (0..deal.residual()).find(|rank| {
			let class = &deal.classes[*rank];
			class.balance > whole(0) || class.owed() > whole(0)
		});
		Self {
			entered: cash.total(),
			program,
			collections,
			deal,
			cash,
			identity,
			mode: collections.mode,
			redeemable: None,
			senior,
			frozen: None,
			owed,
			tests: Vec::new(),
			built: whole(0),
			released: whole(0),
			written_off: whole(0),
			written_up,
		}
	}

	fn holds(&self, when: When) -> bool {
		let tripped = |at: u8| self.deal.triggers[usize::from(at)].is_some();
		match when {
			When::Always => true,
			When::Tripped(at) => tripped(at),
			When::Clear(at) => !tripped(at),
		}
	}

	fn step(&mut self, step: Step) {
		match step {
			Step::PayFee { fee, cap, support, subordinate } => {
				if !(subordinate && self.collections.hold_residual) {
					self.pay_fee(fee.into(), cap, support);
				}
			},
			Step::PayInterest { classes, part, support } => {
				self.pay_interest(classes, part, support);
			},
			Step::TestCoverage { test } => self.test_coverage(test.into()),
			Step::CreditPdl { rank } => self.credit_pdl(rank.into()),
			Step::TopUpReserve => self.top_up(),
			Step::ReleaseReserve => self.release(),
			Step::PayPrincipal { classes, share } => self.pay_principal(classes, share),
			Step::Turbo { classes } => self.turbo(classes),
			Step::Sweep { to } => self.sweep(to),
			Step::PayResidual { rank } => self.pay_residual(rank.into()),
		}
		for class in &self.deal.classes {
			assert!(whole(0) <= class.pdl && class.pdl <= class.balance, "{step:?}: {class:?}");
		}
		assert_eq!(self.cash.total(), self.entered, "{step:?}");
		self.assert_identity(step);
	}

	/// The identity of principal: the pool falls by the losses, and nothing else moves but what a run says of itself.
	/// Holds after every step, and before anything is written off.
	fn assert_identity(&self, step: Step) {
		if self.program.funds == FundMode::Separate {
			let now = self.deal.deficiency() + self.cash.of(Account::Principal);
			let before = &self.identity + whole(self.collections.losses);
			assert_eq!(now, before + &self.built - &self.released, "{step:?}");
		}
	}

	/// What comes after the last line.
	fn end(&mut self) {
		for (class, terms) in self.deal.classes.iter_mut().zip(self.program.classes.iter()) {
			if let (Coupon::Floating { margin, floor, cap }, Some(index)) =
				(&terms.coupon, self.collections.index)
			{
				class.rate = floating(index, *margin, *floor, *cap);
			}
		}
		if self.collections.last {
			for class in &mut self.deal.classes {
				self.written_off += &class.balance;
				class.written_off += &class.balance;
				class.balance = whole(0);
				class.pdl = whole(0);
			}
			self.deal.uncovered = whole(0);
		}
		for (fee, terms) in self.deal.fees.iter_mut().zip(self.program.fees.iter()) {
			if !terms.carried {
				fee.due = whole(0);
			}
		}
		self.deal.pool = whole(self.collections.pool.lent);
	}

	/// In the engine's form. `None` if a number does not fit.
	fn outcome(mut self, before: &State) -> Option<Outcome> {
		let mut payments = Vec::new();
		for (rank, class) in self.deal.classes.iter_mut().enumerate() {
			let interest = self.cash.of(Account::Interest(rank));
			let principal = self.cash.of(Account::Redemption(rank));
			class.interest_paid += &interest;
			class.principal_paid += &principal;
			payments.push(Payment {
				due: units(&self.owed[rank])?,
				interest: units(&interest)?,
				principal: units(&principal)?,
				balance: units(&class.balance)?,
			});
		}
		let mut fees = Vec::new();
		for (at, fee) in self.deal.fees.iter_mut().enumerate() {
			let paid = self.cash.of(Account::Fee(at));
			fee.paid += &paid;
			fees.push(units(&paid)?);
		}
		let tests: Option<Vec<_>> = self.tests.iter().map(Found::result).collect();
		Some(Outcome {
			state: self.deal.state(before, &self.cash.of(Account::Reserve))?,
			payments: payments.try_into().ok()?,
			fees: fees.try_into().ok()?,
			tests: tests?.try_into().ok()?,
			mode: self.mode,
			left: Funds {
				interest: units(&self.cash.of(Account::Income))?,
				principal: units(&self.cash.of(Account::Principal))?,
			},
			built: units(&self.built)?,
			released: units(&self.released)?,
			written_off: units(&self.written_off)?,
			written_up: units(&self.written_up)?,
		})
	}
}

impl Found {
	fn result(&self) -> Option<TestResult> {
		Some(TestResult {
			numerator: units(&self.numerator)?,
			denominator: units(&self.denominator)?,
			passed: self.passed,
			diverted: units(&self.diverted)?,
			principal: units(&self.principal)?,
		})
	}
}

/// Index and margin, within floor and cap.
fn floating(index: Ratio, margin: Ratio, floor: Ratio, cap: Ratio) -> Rat {
	(fixed(index) + fixed(margin)).max(fixed(floor)).min(fixed(cap))
}
