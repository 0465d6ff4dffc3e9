//! What coverage tests find and what triggers would do.

use alloc::vec::Vec;
use strata_risk_measures::Coverage;
use strata_waterfall::{coverage, Collections, Mode, Pool, Test, TestResult};

use super::Issued;
use crate::{
	collections::pool,
	netting::{net, Netted},
	runtime_api::{TestFound, TestView, TriggerView},
	Balance, Phase,
};

impl TestFound {
	/// What `test` made of `result`.
	fn new(test: &Test, result: &TestResult) -> Self {
		let TestResult { numerator, denominator, passed, diverted, principal } = *result;
		let found = Coverage { numerator, denominator, threshold: test.threshold };
		Self {
			numerator,
			denominator,
			ratio: found.ratio(),
			passed,
			headroom: found.headroom(),
			missing: found.missing(),
			diverted,
			principal,
		}
	}
}

impl Issued {
	/// What the next date does with principal, unless a trigger that is not tripped yet takes it
	/// further.
	pub(super) fn mode(&self) -> Mode {
		let mode = self.ledgers.mode(self.ledgers.next_date);
		match self.ledgers.phase {
			// By a trigger, before its time.
			Some(Phase::Amortising) => mode.max(Mode::Amortising),
			_ => mode,
		}
	}

	/// What the reserve should hold. `None` if it does not fit.
	pub(super) fn reserve_target(&self) -> Option<Balance> {
		self.program.reserve.target(&self.state)
	}

	/// The cash that the next date may use, netted.
	fn netted(&self) -> Option<Netted> {
		let room = self.reserve_target()?.saturating_sub(self.state.reserve);
		net(&self.ledgers.cash.available, room)
	}

	/// The pool now. `None` if a sum does not fit.
	pub(super) fn pool(&self) -> Option<Pool> {
		pool(&self.books, self.netted()?.funds.principal, &self.ledgers.cash.later)
	}

	/// What every test would find now, before anything is paid.
	fn found_now(&self) -> Option<Vec<TestResult>> {
		let Netted { mut funds, recoveries, .. } = self.netted()?;
		let mut state = self.state.clone();
		let up = state.write_up(recoveries)?;
		let pool = pool(&self.books, funds.principal, &self.ledgers.cash.later)?;
		funds.principal = funds.principal.checked_add(up)?;
		funds.interest = funds.interest.checked_add(recoveries.checked_sub(up)?)?;
		let date = state.accrued_to;
		let mode = self.mode();
		let collections = Collections { date, funds, pool, mode, ..Collections::default() };
		coverage(&state, &self.program, &collections).ok().map(Vec::from)
	}

	/// The tests, now and on the last date, if there was one.
	pub(super) fn tests(&self, has_run: bool) -> Vec<TestView> {
		let now = self.is_active().then(|| self.found_now()).flatten();
		let view = |(position, (test, last)): (usize, &(Test, TestResult))| TestView {
			coverage: test.coverage,
			rank: test.rank,
			threshold: test.threshold,
			now: now
				.as_ref()
				.and_then(|now| now.get(position))
				.map(|found| TestFound::new(test, found)),
			last: has_run.then(|| TestFound::new(test, last)),
		};
		self.ledgers.coverage.iter().enumerate().map(view).collect()
	}

	/// The triggers. `next` are those that would be tripped after the next date, if it can be run dry.
	pub(super) fn triggers(&self, next: Option<&[Option<u64>]>) -> Vec<TriggerView> {
		let triggers = self.program.triggers.iter().zip(self.state.triggers.iter());
		let view = |(position, (trigger, since)): (usize, (&strata_waterfall::Trigger, _))| {
			let since: &Option<u64> = since;
			TriggerView {
				condition: trigger.condition,
				effect: trigger.effect,
				curable: trigger.curable,
				since: *since,
				next: next.and_then(|next| next.get(position)).map(Option::is_some),
			}
		};
		triggers.enumerate().map(view).collect()
	}
}
