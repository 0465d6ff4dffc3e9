//! What a deal owes, in rationals, and the way to and from the types of the engine.

use strata_waterfall::{ClassState, FeeState, State};

use crate::exact::{fixed, ratio, units, whole, Rat};

/// A class. The fields are those of [`ClassState`], and what a run must remember of it.
#[derive(Clone, Debug)]
pub struct Class {
	/// Principal owed.
	pub balance: Rat,
	/// Yearly rate.
	pub rate: Rat,
	/// Interest owed.
	pub due: Rat,
	/// Interest owed on unpaid interest.
	pub on_interest: Rat,
	/// Interest paid in earlier runs.
	pub interest_paid: Rat,
	/// Principal paid in earlier runs.
	pub principal_paid: Rat,
	/// Deficiency.
	pub pdl: Rat,
	/// Written off.
	pub written_off: Rat,
	/// Exchanged.
	pub exchanged: Rat,
	/// What accrued on the balance in this run.
	pub coupon: Rat,
	/// What of it was paid as current interest.
	pub current_paid: Rat,
	/// The balance on which it accrued.
	pub accrued_on: Rat,
}

impl Class {
	fn new(state: &ClassState) -> Self {
		Self {
			balance: whole(state.balance),
			rate: fixed(state.rate),
			due: whole(state.due),
			on_interest: whole(state.interest_on_interest),
			interest_paid: whole(state.interest_paid),
			principal_paid: whole(state.principal_paid),
			pdl: whole(state.pdl),
			written_off: whole(state.written_off),
			exchanged: whole(state.exchanged),
			coupon: whole(0),
			current_paid: whole(0),
			accrued_on: whole(state.balance),
		}
	}

	/// All interest owed.
	pub fn owed(&self) -> Rat {
		&self.due + &self.on_interest
	}

	fn state(&self) -> Option<ClassState> {
		Some(ClassState {
			balance: units(&self.balance)?,
			rate: ratio(&self.rate)?,
			due: units(&self.due)?,
			interest_on_interest: units(&self.on_interest)?,
			interest_paid: units(&self.interest_paid)?,
			principal_paid: units(&self.principal_paid)?,
			pdl: units(&self.pdl)?,
			exchanged: units(&self.exchanged)?,
			written_off: units(&self.written_off)?,
		})
	}
}

/// A fee.
#[derive(Clone, Debug)]
pub struct Fee {
	/// Owed.
	pub due: Rat,
	/// Paid in earlier runs.
	pub paid: Rat,
	/// Whether a fee that is due once was charged.
	pub charged: bool,
}

/// All of a deal but its cash.
#[derive(Clone, Debug)]
pub struct Deal {
	/// By rank.
	pub classes: Vec<Class>,
	/// In the order of the program.
	pub fees: Vec<Fee>,
	/// In the order of the program.
	pub triggers: Vec<Option<u64>>,
	/// Losses that no class bears.
	pub uncovered: Rat,
	/// Losses so far.
	pub losses: Rat,
	/// The pool after the last run.
	pub pool: Rat,
	/// Up to when it has accrued.
	pub accrued_to: u64,
}

impl Deal {
	/// What the engine's state says.
	pub fn new(state: &State) -> Self {
		Self {
			classes: state.classes.iter().map(Class::new).collect(),
			fees: state
				.fees
				.iter()
				.map(|fee| Fee { due: whole(fee.due), paid: whole(fee.paid), charged: fee.charged })
				.collect(),
			triggers: state.triggers.to_vec(),
			uncovered: whole(state.uncovered),
			losses: whole(state.losses),
			pool: whole(state.pool),
			accrued_to: state.accrued_to,
		}
	}

	/// The engine's state for it. `None` if an amount does not fit.
	pub fn state(&self, before: &State, reserve: &Rat) -> Option<State> {
		let classes: Option<Vec<_>> = self.classes.iter().map(Class::state).collect();
		let fees: Option<Vec<_>> = self
			.fees
			.iter()
			.map(|fee| {
				let (due, paid) = (units(&fee.due)?, units(&fee.paid)?);
				Some(FeeState { due, paid, charged: fee.charged })
			})
			.collect();
		Some(State {
			classes: classes?.try_into().ok()?,
			fees: fees?.try_into().ok()?,
			triggers: self.triggers.clone().try_into().ok()?,
			day_count: before.day_count,
			accrued_to: self.accrued_to,
			reserve: units(reserve)?,
			uncovered: units(&self.uncovered)?,
			losses: units(&self.losses)?,
			original: before.original,
			pool: units(&self.pool)?,
		})
	}

	/// The rank of the residual.
	pub fn residual(&self) -> usize {
		self.classes.len() - 1
	}

	/// Σ balances of the classes whose rank `which` accepts.
	pub fn balances(&self, which: impl Fn(usize) -> bool) -> Rat {
		self.classes
			.iter()
			.enumerate()
			.filter(|(rank, _)| which(*rank))
			.map(|(_, class)| &class.balance)
			.sum()
	}

	/// Charges a loss to the most junior class that is not charged in full, and so on upwards.
	pub fn charge(&mut self, loss: &Rat) {
		let mut left = loss.clone();
		while left > whole(0) {
			let bearer = self.classes.iter_mut().rev().find(|class| class.pdl < class.balance);
			let Some(class) = bearer else {
				self.uncovered += left;
				return;
			};
			let part = left.clone().min(&class.balance - &class.pdl);
			class.pdl += &part;
			left -= part;
		}
	}

	/// Makes losses good from the senior-most class on. Returns what is left of `amount`.
	pub fn make_good(&mut self, amount: &Rat) -> Rat {
		let open: Vec<Rat> = self.classes.iter().map(|class| class.pdl.clone()).collect();
		let good = super::share::in_order(amount, &open);
		for (class, good) in self.classes.iter_mut().zip(&good) {
			class.pdl -= good;
		}
		amount - good.iter().sum::<Rat>()
	}

	/// Nobody is charged more than it is owed.
	pub fn bound_pdl(&mut self) {
		for class in &mut self.classes {
			if class.pdl > class.balance {
				self.uncovered += &class.pdl - &class.balance;
				class.pdl = class.balance.clone();
			}
		}
	}

	/// Σ pdl + uncovered − Σ balances.
	pub fn deficiency(&self) -> Rat {
		self.classes.iter().map(|class| &class.pdl - &class.balance).sum::<Rat>() + &self.uncovered
	}
}
