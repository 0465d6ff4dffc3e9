//! Who bears a loss, and how it is made good.

use crate::State;

impl State {
	/// The senior-most class that is owed anything, principal or interest. The residual, the last
	/// class, is not meant.
	pub fn senior(&self) -> Option<usize> {
		let residual = self.classes.len().saturating_sub(1);
		self.classes
			.iter()
			.take(residual)
			.position(|class| class.balance > 0 || class.due > 0 || class.interest_on_interest > 0)
	}

	/// Charges `loss` to the classes, the most junior first, each as far as its balance is not charged
	/// yet. What is beyond all of them is `uncovered`. `None` if a sum does not fit.
	pub fn charge(&mut self, mut loss: u128) -> Option<()> {
		for class in self.classes.iter_mut().rev() {
			let charged = class.balance.saturating_sub(class.pdl).min(loss);
			class.pdl = class.pdl.checked_add(charged)?;
			loss = loss.checked_sub(charged)?;
		}
		self.uncovered = self.uncovered.checked_add(loss)?;
		Some(())
	}

	/// Makes `amount` of charged losses good, the senior-most class first. Returns what nothing was
	/// charged for. `None` if a sum does not fit.
	pub fn make_good(&mut self, mut amount: u128) -> Option<u128> {
		for class in self.classes.iter_mut() {
			let good = class.pdl.min(amount);
			class.pdl = class.pdl.checked_sub(good)?;
			amount = amount.checked_sub(good)?;
		}
		Some(amount)
	}

	/// Takes `amount` off the balance of the class at `position` against something else than cash.
	/// `None` if it has less.
	pub fn exchange(&mut self, position: usize, amount: u128) -> Option<()> {
		let class = self.classes.get_mut(position)?;
		class.balance = class.balance.checked_sub(amount)?;
		class.exchanged = class.exchanged.checked_add(amount)?;
		self.bound_pdl(position)
	}

	/// Writes off every balance that is left, the most junior class first, with the losses charged to
	/// it. Returns the sum. `None` if it does not fit.
	pub fn write_off(&mut self) -> Option<u128> {
		let mut sum = 0u128;
		for class in self.classes.iter_mut().rev() {
			let balance = core::mem::take(&mut class.balance);
			class.written_off = class.written_off.checked_add(balance)?;
			class.pdl = 0;
			sum = sum.checked_add(balance)?;
		}
		self.uncovered = 0;
		Some(sum)
	}

	/// Writes up to `amount` of what was written off up again, the senior-most class first. Returns the
	/// part that did. `None` if a sum does not fit.
	pub fn write_up(&mut self, amount: u128) -> Option<u128> {
		let mut left = amount;
		for class in self.classes.iter_mut() {
			let back = class.written_off.min(left);
			class.written_off = class.written_off.checked_sub(back)?;
			class.balance = class.balance.checked_add(back)?;
			left = left.checked_sub(back)?;
		}
		amount.checked_sub(left)
	}

	/// [`Self::bound_pdl`] of every class.
	pub(crate) fn bound_pdls(&mut self) -> Option<()> {
		(0..self.classes.len()).try_for_each(|position| self.bound_pdl(position))
	}

	/// A class is not charged more than it is owed: what a redemption leaves above its balance is
	/// uncovered. Happens only where the deal has more than all balances.
	pub(crate) fn bound_pdl(&mut self, position: usize) -> Option<()> {
		let class = self.classes.get_mut(position)?;
		let beyond = class.pdl.saturating_sub(class.balance);
		class.pdl = class.pdl.checked_sub(beyond)?;
		self.uncovered = self.uncovered.checked_add(beyond)?;
		Some(())
	}
}
