//! Triggers.

use crate::{
	compare::{above, below},
	run::Run,
	Condition, Effect, Mode,
};

impl Run<'_> {
	/// Trips the triggers whose condition holds on the numbers before anything is paid, clears those
	/// that cure, and goes to the mode that the tripped ones ask for.
	pub(crate) fn trip_triggers(&mut self) {
		let triggers = self.program.triggers.iter().enumerate();
		for (position, trigger) in triggers {
			let holds = self.holds(&trigger.condition);
			let cures = trigger.curable && trigger.effect != Effect::Accelerate;
			let Some(since) = self.state.triggers.get_mut(position) else { continue };
			match since {
				None if holds => *since = Some(self.collections.date),
				Some(_) if !holds && cures => *since = None,
				_ => {},
			}
			if since.is_some() {
				self.mode = self.mode.max(trigger.effect.mode());
			}
		}
	}

	/// Whether a condition holds.
	fn holds(&self, condition: &Condition) -> bool {
		let pool = &self.collections.pool;
		match *condition {
			Condition::CumulativeLoss(share) => {
				above(self.state.losses, share, self.state.original)
			},
			Condition::CoverageBelow { test, level } => self
				.tests
				.get(usize::from(test))
				.is_some_and(|found| below(found.numerator, level, found.denominator)),
			Condition::Delinquency(share) => above(pool.delinquent, share, pool.lent),
			Condition::From(date) => self.collections.date >= date,
			Condition::ServicerDefault => self.collections.servicer_default,
		}
	}

	/// Whether a tripped trigger makes principal sequential.
	pub(crate) fn must_be_sequential(&self) -> bool {
		let triggers = self.program.triggers.iter().zip(self.state.triggers.iter());
		triggers
			.into_iter()
			.any(|(trigger, since)| since.is_some() && trigger.effect == Effect::Sequential)
	}
}

impl Effect {
	/// The mode that a tripped trigger takes the deal to, at least.
	fn mode(self) -> Mode {
		match self {
			Self::Flag | Self::Sequential => Mode::Revolving,
			Self::Amortise => Mode::Amortising,
			Self::Accelerate => Mode::Accelerated,
		}
	}
}
