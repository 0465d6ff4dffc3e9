//! Coverage tests, with the cure that is searched for.

use strata_waterfall::{Coverage, Test};

use super::{share, Account, Found, Frozen, Run};
use crate::exact::{fixed, whole, Rat};

impl Run<'_> {
	pub(super) fn test_coverage(&mut self, at: usize) {
		let test = self.program.tests[at];
		let frozen = self.frozen.clone().unwrap_or_else(|| self.measured());
		let (numerator, denominator) =
			self.ratio(&test, &frozen, &self.after(&whole(0)), &whole(0));
		let found = Found {
			passed: numerator >= &denominator * fixed(test.threshold),
			numerator,
			denominator,
			diverted: whole(0),
			principal: whole(0),
			by_step: true,
		};
		if !self.tests[at].by_step {
			self.tests[at] = found;
		}
		let diverted = self.cure(&test, &frozen, Account::Income);
		self.tests[at].diverted += diverted;
		let principal = self.cure(&test, &frozen, Account::Principal);
		self.tests[at].principal += principal;
	}

	/// Income and owed interest now.
	pub(super) fn measured(&self) -> Frozen {
		Frozen {
			income: self.cash.of(Account::Income),
			owed: self.deal.classes.iter().map(|class| class.owed()).collect(),
		}
	}

	/// Redeems as much as must be from `fund` for the test to pass, or all of the fund. Returns how much.
	fn cure(&mut self, test: &Test, frozen: &Frozen, fund: Account) -> Rat {
		let most =
			self.cash.of(fund).min(self.deal.balances(|rank| rank <= usize::from(test.rank)));
		let passes = |x: &Rat| {
			let spent = if fund == Account::Principal { x.clone() } else { whole(0) };
			let (numerator, denominator) = self.ratio(test, frozen, &self.after(x), &spent);
			numerator >= denominator * fixed(test.threshold)
		};
		let x = share::least(&most, passes).unwrap_or(most);
		let balances: Vec<Rat> =
			self.deal.classes.iter().map(|class| class.balance.clone()).collect();
		self.divert(fund, &share::in_order(&x, &balances));
		x
	}

	/// The balances once `x` has redeemed classes, the senior-most first.
	fn after(&self, x: &Rat) -> Vec<Rat> {
		let balances: Vec<Rat> =
			self.deal.classes.iter().map(|class| class.balance.clone()).collect();
		let redeemed = share::in_order(x, &balances);
		balances.iter().zip(&redeemed).map(|(balance, redeemed)| balance - redeemed).collect()
	}

	/// Numerator and denominator with these balances and after `spent` of the principal fund.
	fn ratio(&self, test: &Test, frozen: &Frozen, balances: &[Rat], spent: &Rat) -> (Rat, Rat) {
		let ranks = 0..=usize::from(test.rank);
		match test.coverage {
			Coverage::Principal => {
				let cash = self.cash.of(Account::Principal) - spent;
				let balances = ranks.map(|rank| &balances[rank]).sum();
				(whole(self.collections.pool.adjusted) + cash, balances)
			},
			Coverage::Interest => {
				let owed = ranks.map(|rank| self.pro_forma(rank, frozen, &balances[rank])).sum();
				(frozen.income.clone(), owed)
			},
		}
	}

	/// Interest owed to a class as if its coupon had accrued on `balance`.
	fn pro_forma(&self, rank: usize, frozen: &Frozen, balance: &Rat) -> Rat {
		let class = &self.deal.classes[rank];
		let owed = &frozen.owed[rank];
		if class.coupon == whole(0) || class.accrued_on == whole(0) {
			return owed.clone();
		}
		// An arbitrary program may have paid some of it before anything was measured.
		let rest = (owed - &class.coupon).max(whole(0));
		rest + (&class.coupon * balance / &class.accrued_on).ceil()
	}

	/// Redeems every class by its part of `parts` ahead of the plan. Income that does makes losses good;
	/// what is more than all losses builds.
	pub(super) fn divert(&mut self, fund: Account, parts: &[Rat]) {
		self.redeem(fund, parts);
		if fund == Account::Income {
			self.built += self.deal.make_good(&parts.iter().sum());
		}
		self.deal.bound_pdl();
	}
}
