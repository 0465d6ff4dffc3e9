//! Whether a program names only what there is.

use crate::{Classes, Condition, Fault, Line, Program, ProgramError, State, Step, When};

impl Program {
	/// Whether the state has the classes, fees and triggers of the program, and whatever the program
	/// names exists.
	pub(crate) fn fits(&self, state: &State) -> bool {
		state.classes.len() == self.classes.len()
			&& state.fees.len() == self.fees.len()
			&& state.triggers.len() == self.triggers.len()
			&& self.tests.iter().all(|test| self.has_class(test.rank))
			&& self.triggers.iter().all(|trigger| self.has_condition(&trigger.condition))
			&& self.lines.iter().all(|line| self.names(line).is_ok())
	}

	/// Whether there is a class of this rank.
	pub(crate) fn has_class(&self, rank: u8) -> bool {
		usize::from(rank) < self.classes.len()
	}

	/// Whether the test that a trigger looks at exists.
	pub(crate) fn has_condition(&self, condition: &Condition) -> bool {
		match condition {
			Condition::CoverageBelow { test, .. } => usize::from(*test) < self.tests.len(),
			_ => true,
		}
	}

	/// Whether everything that line `at` names exists.
	pub(crate) fn names_at(&self, at: u8, line: &Line) -> Result<(), ProgramError> {
		self.names(line).map_err(|fault| ProgramError { fault, at })
	}

	/// Whether everything that a line names exists.
	fn names(&self, line: &Line) -> Result<(), Fault> {
		let missing = |index: u8, length: usize| usize::from(index) >= length;
		match line.when {
			When::Tripped(trigger) | When::Clear(trigger)
				if missing(trigger, self.triggers.len()) =>
			{
				return Err(Fault::UnknownTrigger)
			},
			_ => {},
		}
		let classes = match line.step {
			Step::PayFee { fee, .. } if missing(fee, self.fees.len()) => {
				return Err(Fault::UnknownFee)
			},
			Step::TestCoverage { test } if missing(test, self.tests.len()) => {
				return Err(Fault::UnknownTest)
			},
			Step::CreditPdl { rank } | Step::PayResidual { rank } if !self.has_class(rank) => {
				return Err(Fault::UnknownClass)
			},
			Step::PayInterest { classes, .. }
			| Step::PayPrincipal { classes, .. }
			| Step::Turbo { classes } => classes,
			_ => return Ok(()),
		};
		match classes.ranks().all(|rank| self.has_class(rank)) {
			true => Ok(()),
			false => Err(Fault::UnknownClass),
		}
	}

	/// The rank of the residual, the last class. `None` without classes.
	pub(crate) fn residual(&self) -> Option<u8> {
		u8::try_from(self.classes.len().checked_sub(1)?).ok()
	}

	/// All classes but the residual.
	pub(crate) fn above_residual(&self) -> Classes {
		match self.residual().and_then(|rank| rank.checked_sub(1)) {
			Some(last) => Classes::up_to(last),
			None => Classes(0),
		}
	}
}
