//! What a run knows before it pays anything: tests, triggers, mode.

use strata_waterfall::{Condition, Coverage, Effect, FundMode, Mode, State, Step, When};

use super::{Account, Found, Run};
use crate::exact::{fixed, whole, Rat};

impl Run<'_> {
	/// Looks at every trigger once; mode and what may be redeemed follow.
	pub(super) fn pass_triggers(&mut self, state: &State) {
		for test in &self.program.tests {
			let (numerator, denominator) = match test.coverage {
				Coverage::Principal => (
					self.principal_before(),
					self.deal.balances(|rank| rank <= usize::from(test.rank)),
				),
				Coverage::Interest => {
					(self.income_before(state), self.owed_up_to(test.rank.into(), &self.owed))
				},
			};
			self.tests.push(Found {
				passed: numerator >= &denominator * fixed(test.threshold),
				numerator,
				denominator,
				diverted: whole(0),
				principal: whole(0),
				by_step: false,
			});
		}
		for (at, trigger) in self.program.triggers.iter().enumerate() {
			let holds = self.condition(trigger.condition, state);
			let since = &mut self.deal.triggers[at];
			let stays = !trigger.curable || trigger.effect == Effect::Accelerate;
			*since = match *since {
				None => holds.then_some(self.collections.date),
				Some(date) => (holds || stays).then_some(date),
			};
		}
		for (trigger, since) in self.program.triggers.iter().zip(&self.deal.triggers) {
			let mode = match (since, trigger.effect) {
				(Some(_), Effect::Amortise) => Mode::Amortising,
				(Some(_), Effect::Accelerate) => Mode::Accelerated,
				_ => continue,
			};
			self.mode = self.mode.max(mode);
		}
		self.redeemable = (self.mode == Mode::Revolving).then(|| whole(self.collections.set_aside));
	}

	fn condition(&self, condition: Condition, state: &State) -> bool {
		let pool = self.collections.pool;
		match condition {
			Condition::CumulativeLoss(share) => {
				self.deal.losses > whole(state.original) * fixed(share)
			},
			Condition::CoverageBelow { test, level } => {
				let Found { numerator, denominator, .. } = &self.tests[usize::from(test)];
				*denominator > whole(0) && numerator / denominator < fixed(level)
			},
			Condition::Delinquency(share) => {
				whole(pool.delinquent) > whole(pool.lent) * fixed(share)
			},
			Condition::From(date) => self.collections.date >= date,
			Condition::ServicerDefault => self.collections.servicer_default,
		}
	}

	/// Adjusted collateral and principal cash. In one fund it is the principal that was collected.
	fn principal_before(&self) -> Rat {
		let cash = match self.program.funds {
			FundMode::Separate => self.cash.of(Account::Principal),
			FundMode::One => whole(self.collections.funds.principal),
		};
		whole(self.collections.pool.adjusted) + cash
	}

	/// Income less what the fees before any interest would take of it.
	fn income_before(&self, state: &State) -> Rat {
		let mut income = self.cash.of(Account::Income);
		let mut due: Vec<Rat> = self.deal.fees.iter().map(|fee| fee.due.clone()).collect();
		// As the triggers stood before this run: none has been looked at yet.
		let holds = |when| match when {
			When::Always => true,
			When::Tripped(at) => state.triggers[usize::from(at)].is_some(),
			When::Clear(at) => state.triggers[usize::from(at)].is_none(),
		};
		for line in &self.program.lines {
			if !line.modes.contains(self.collections.mode) || !holds(line.when) {
				continue;
			}
			match line.step {
				Step::PayInterest { .. } => break,
				Step::PayFee { fee, cap, subordinate, .. } => {
					let held = subordinate && self.collections.hold_residual;
					if held {
						continue;
					}
					let due = &mut due[usize::from(fee)];
					let paid = super::steps::capped(due, cap).min(income.clone());
					*due -= &paid;
					income -= paid;
				},
				_ => {},
			}
		}
		income
	}

	/// Σ of the classes up to this rank.
	pub(super) fn owed_up_to(&self, rank: usize, owed: &[Rat]) -> Rat {
		owed[..=rank].iter().sum()
	}
}
