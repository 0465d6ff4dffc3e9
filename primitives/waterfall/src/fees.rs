//! Fees.

use crate::{run::Run, FeeState, Support};

impl Run<'_> {
	/// Pays at most `cap` of a fee from the interest fund, then from what supports it. What principal
	/// pays is charged like a loss.
	pub(crate) fn pay_fee(&mut self, fee: u8, cap: Option<u128>, support: Support) -> Option<()> {
		let position = usize::from(fee);
		let fee = self.state.fees.get_mut(position)?;
		let paid = self.fees.get_mut(position)?;
		let mut left = fee.due.min(cap.unwrap_or(u128::MAX));
		fee.take(paid, &mut self.funds.interest, &mut left)?;
		if support.reserve {
			fee.take(paid, &mut self.state.reserve, &mut left)?;
		}
		if !support.principal {
			return Some(());
		}
		let borrowed = fee.take(paid, &mut self.funds.principal, &mut left)?;
		self.state.charge(borrowed)
	}

	/// Pays every fee that is unpaid, in their order, from the reserve and then from principal, which
	/// no class has a claim to any more.
	pub(crate) fn pay_unpaid_fees(&mut self) -> Option<()> {
		for (fee, paid) in self.state.fees.iter_mut().zip(self.fees.iter_mut()) {
			let mut left = fee.due;
			fee.take(paid, &mut self.state.reserve, &mut left)?;
			let released = fee.take(paid, &mut self.funds.principal, &mut left)?;
			self.released = self.released.checked_add(released)?;
		}
		Some(())
	}
}

impl FeeState {
	/// Pays what `left` still allows from `fund`. Returns what it took.
	fn take(&mut self, paid: &mut u128, fund: &mut u128, left: &mut u128) -> Option<u128> {
		let taken = (*left).min(*fund);
		*left = left.checked_sub(taken)?;
		*fund = fund.checked_sub(taken)?;
		self.due = self.due.checked_sub(taken)?;
		self.paid = self.paid.checked_add(taken)?;
		*paid = paid.checked_add(taken)?;
		Some(taken)
	}
}
