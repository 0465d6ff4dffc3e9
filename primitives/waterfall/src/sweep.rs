//! Cash that changes funds.

use core::mem::take;

use crate::{run::Run, Fund, FundMode};

impl Run<'_> {
	/// Moves all that is left of one fund to the other.
	///
	/// Income that becomes principal makes charged losses good, and what is more than all of them is
	/// built. Principal that becomes income is charged to nobody: it is released.
	pub(crate) fn sweep(&mut self, to: Fund) -> Option<()> {
		if self.program.funds == FundMode::One {
			return Some(());
		}
		match to {
			Fund::Principal => {
				let moved = take(&mut self.funds.interest);
				self.funds.principal = self.funds.principal.checked_add(moved)?;
				self.built = self.built.checked_add(self.state.make_good(moved)?)?;
			},
			Fund::Interest => {
				let moved = take(&mut self.funds.principal);
				self.funds.interest = self.funds.interest.checked_add(moved)?;
				self.released = self.released.checked_add(moved)?;
			},
		}
		Some(())
	}
}
