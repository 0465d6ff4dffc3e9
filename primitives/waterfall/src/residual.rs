//! The residual.

use crate::{interest::book_income, run::Run, Classes, FundMode, Mode, Part};

impl Run<'_> {
	/// Pays the residual what nobody else has a claim to.
	pub(crate) fn pay_residual(&mut self, rank: u8) -> Option<()> {
		match self.program.funds {
			FundMode::Separate => self.pay_residual_of_two(rank),
			FundMode::One => self.pay_residual_of_one(rank),
		}
	}

	/// With two funds: the interest fund; once every class is redeemed, everything, after interest and
	/// fees that are still unpaid.
	fn pay_residual_of_two(&mut self, rank: u8) -> Option<()> {
		let redeemed = self.mode >= Mode::Amortising && self.redeemed();
		if redeemed {
			self.pay_unpaid_interest()?;
			self.pay_unpaid_fees()?;
		}
		let whole = self
			.state
			.classes
			.iter()
			.all(|class| class.due == 0 && class.interest_on_interest == 0 && class.pdl == 0);
		if !whole || self.collections.hold_residual {
			return Some(());
		}
		let mut income = core::mem::take(&mut self.funds.interest);
		if redeemed {
			income = income.checked_add(core::mem::take(&mut self.state.reserve))?;
			let principal = core::mem::take(&mut self.funds.principal);
			self.released = self.released.checked_add(principal)?;
			income = income.checked_add(principal)?;
		}
		self.book_residual(rank, income)
	}

	/// With one fund: what is left of it, if no other class is owed interest and the deal does not
	/// revolve; once every class is redeemed also the reserve.
	fn pay_residual_of_one(&mut self, rank: u8) -> Option<()> {
		let above = self.state.classes.len().saturating_sub(1);
		let mut classes = self.state.classes.iter().take(above);
		let owed = classes.any(|class| class.due > 0 || class.interest_on_interest > 0);
		// Principal that is to be lent again cannot be told from income.
		let revolves = self.mode == Mode::Revolving;
		if owed || revolves || self.collections.hold_residual {
			return Some(());
		}
		let mut income = core::mem::take(&mut self.funds.interest);
		if self.redeemed() {
			income = income.checked_add(core::mem::take(&mut self.state.reserve))?;
		}
		self.book_residual(rank, income)
	}

	/// Whether no class has a balance, the residual included.
	fn redeemed(&self) -> bool {
		self.state.classes.iter().all(|class| class.balance == 0)
	}

	/// The reserve and principal, when nothing remains to be redeemed, pay interest that is still owed,
	/// rank by rank: without this the residual would be paid before senior interest.
	fn pay_unpaid_interest(&mut self) -> Option<()> {
		for rank in Classes::all(crate::MAX_CLASSES).ranks().take(self.state.classes.len()) {
			let class = Classes::one(rank);
			self.state.reserve = self.pay_part(class, Part::All, self.state.reserve)?;
			let before = self.funds.principal;
			self.funds.principal = self.pay_part(class, Part::All, before)?;
			let paid = before.checked_sub(self.funds.principal)?;
			self.released = self.released.checked_add(paid)?;
		}
		Some(())
	}

	/// Books income of the residual.
	fn book_residual(&mut self, rank: u8, income: u128) -> Option<()> {
		let position = usize::from(rank);
		let class = self.state.classes.get_mut(position)?;
		let payment = self.payments.get_mut(position)?;
		book_income(class, payment, income)
	}
}
