//! Cash in accounts. It enters once and is then only moved.

use std::collections::BTreeMap;

use crate::exact::{whole, Rat};

/// Where cash lies.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Account {
	/// The interest fund.
	Income,
	/// The principal fund.
	Principal,
	/// The reserve.
	Reserve,
	/// What a fee was paid in this run.
	Fee(usize),
	/// What a class was paid as interest in this run; the residual: as income.
	Interest(usize),
	/// What a class was paid as principal in this run.
	Redemption(usize),
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub struct Ledger(BTreeMap<Account, Rat>);

impl Ledger {
	/// What lies in `account`.
	pub fn of(&self, account: Account) -> Rat {
		self.0.get(&account).cloned().unwrap_or_else(|| whole(0))
	}

	/// Cash from outside.
	pub fn enter(&mut self, account: Account, amount: &Rat) {
		let held = self.of(account) + amount;
		self.0.insert(account, held);
	}

	/// Moves cash that is there.
	pub fn transfer(&mut self, from: Account, to: Account, amount: &Rat) {
		let left = self.of(from) - amount;
		assert!(left >= whole(0) && *amount >= whole(0), "{amount} from {from:?} to {to:?}");
		self.0.insert(from, left);
		self.enter(to, amount);
	}

	/// Everything.
	pub fn total(&self) -> Rat {
		self.0.values().cloned().sum()
	}
}
