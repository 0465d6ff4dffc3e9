//! The reserve and its target.

use strata_numbers::ratio_mul_ceil;

use crate::{run::Run, share::sum, ReserveTarget, State};

impl ReserveTarget {
	/// What the reserve should hold now: max(`least`, ⌈`of_balances` · Σ balances of the classes but
	/// the residual⌉). `None` on overflow.
	pub fn target(&self, state: &State) -> Option<u128> {
		let classes = state.classes.len().saturating_sub(1);
		let owed = sum(state.classes.iter().take(classes).map(|class| class.balance))?;
		Some(self.least.max(ratio_mul_ceil(owed, self.of_balances)?))
	}
}

impl Run<'_> {
	/// Fills the reserve up to its target from the interest fund. On the last run nothing is kept.
	pub(crate) fn top_up(&mut self) -> Option<()> {
		if self.collections.last {
			return Some(());
		}
		let target = self.program.reserve.target(&self.state)?;
		let more = target.saturating_sub(self.state.reserve).min(self.funds.interest);
		self.state.reserve = self.state.reserve.checked_add(more)?;
		self.funds.interest = self.funds.interest.checked_sub(more)?;
		Some(())
	}

	/// Moves what the reserve has above its target to the interest fund.
	pub(crate) fn release(&mut self) -> Option<()> {
		let target = self.program.reserve.target(&self.state)?;
		let beyond = self.state.reserve.saturating_sub(target);
		self.state.reserve = self.state.reserve.checked_sub(beyond)?;
		self.funds.interest = self.funds.interest.checked_add(beyond)?;
		Some(())
	}
}
