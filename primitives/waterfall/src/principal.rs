//! Principal.

use crate::{
	run::Run,
	share::{collect, pro_rata, sum},
	ClassTerms, Classes, FundMode, Mode, PerClass, Share,
};

impl Run<'_> {
	/// Redeems classes from the principal fund (with one fund: from it), as far as the mode lets it.
	pub(crate) fn pay_principal(&mut self, classes: Classes, share: Share) -> Option<()> {
		let one = self.program.funds == FundMode::One;
		let fund = if one { self.funds.interest } else { self.funds.principal };
		let (open, cash) = (self.open_to(classes), fund.min(self.redeemable));
		let mut shares = self.shares(open, share, cash)?;
		if self.passes_notes(&shares) {
			shares = self.shares(open.common(self.program.above_residual()), share, cash)?;
		}
		let paid = self.book_principal(&shares)?;
		self.redeemable = self.redeemable.checked_sub(paid)?;
		let fund = if one { &mut self.funds.interest } else { &mut self.funds.principal };
		*fund = fund.checked_sub(paid)?;
		self.state.bound_pdls()
	}

	/// Redeems classes, the senior-most first, with what is left of the interest fund.
	pub(crate) fn turbo(&mut self, classes: Classes) -> Option<()> {
		self.divert(self.open_to(classes), self.funds.interest)?;
		Some(())
	}

	/// Redeems classes with at most `most` of income, the senior-most first. It makes charged losses
	/// good; what is more than all of them is built. Returns what was used.
	pub(crate) fn divert(&mut self, classes: Classes, most: u128) -> Option<u128> {
		let used = self.redeem(classes, most)?;
		self.funds.interest = self.funds.interest.checked_sub(used)?;
		// Before the ledgers are bound to the balances, or what this makes good would be uncovered.
		self.built = self.built.checked_add(self.state.make_good(used)?)?;
		self.state.bound_pdls()?;
		Some(used)
	}

	/// Redeems classes with at most `most` of the principal fund, the senior-most first and whatever
	/// the mode. Returns what was used.
	pub(crate) fn redeem_from_principal(&mut self, classes: Classes, most: u128) -> Option<u128> {
		let used = self.redeem(classes, most)?;
		self.funds.principal = self.funds.principal.checked_sub(used)?;
		self.state.bound_pdls()?;
		Some(used)
	}

	/// Books at most `most` as principal of classes, the senior-most first. Returns what was used.
	fn redeem(&mut self, classes: Classes, most: u128) -> Option<u128> {
		let shares = in_turn(self.balances(classes)?, most)?;
		self.book_principal(&shares)
	}

	/// Whether these shares pay a residual that must wait although another class stays owed principal.
	fn passes_notes(&self, shares: &[u128]) -> bool {
		let mut classes = self.state.classes.iter().zip(shares.iter());
		let pays_residual = classes.next_back().is_some_and(|(_, share)| *share > 0);
		let owed = classes.any(|(class, share)| class.balance > *share);
		self.collections.hold_residual && pays_residual && owed
	}

	/// What each class takes of `cash`.
	fn shares(&self, classes: Classes, share: Share, cash: u128) -> Option<PerClass<u128>> {
		let balances = self.balances(classes)?;
		let whole = self.state.classes.iter().all(|class| class.pdl == 0);
		match share {
			Share::ProRata if whole && !self.must_be_sequential() => pro_rata(cash, balances),
			Share::ProRata | Share::Sequential => in_turn(balances, cash),
			Share::Schedule => {
				let date = self.collections.date;
				let beyond = |(balance, terms): (&u128, &ClassTerms)| {
					Some(balance.saturating_sub(terms.scheduled(date)))
				};
				in_turn(
					collect(balances.iter().zip(self.program.classes.iter()).map(beyond))?,
					cash,
				)
			},
		}
	}

	/// The balance of each class; nothing for those that are not in `classes`.
	fn balances(&self, classes: Classes) -> Option<PerClass<u128>> {
		let all = (0u8..).zip(self.state.classes.iter());
		collect(
			all.map(|(rank, class)| Some(if classes.contains(rank) { class.balance } else { 0 })),
		)
	}

	/// Of these classes, those that are not left out for their lock-out. Nobody is, if every class with
	/// a balance is locked, once the deal is accelerated and on the last run, which would write off the
	/// class that waits; the residual is, while anybody is.
	fn open_to(&self, classes: Classes) -> Classes {
		if self.mode == Mode::Accelerated || self.collections.last {
			return classes;
		}
		let (mut open, mut shut) = (Classes(0), Classes(0));
		let all = (0u8..).zip(self.state.classes.iter().zip(self.program.classes.iter()));
		for (rank, (class, terms)) in all {
			let class_set =
				if self.collections.date < terms.locked_until { &mut shut } else { &mut open };
			if class.balance > 0 {
				*class_set = class_set.with(Classes::one(rank));
			}
		}
		let above = self.program.above_residual();
		if open.common(above).is_empty() {
			return classes;
		}
		let open = if shut.common(above).is_empty() { open } else { open.common(above) };
		classes.common(open)
	}

	/// Books principal of each class. Returns the sum.
	fn book_principal(&mut self, shares: &PerClass<u128>) -> Option<u128> {
		let accounts = self.state.classes.iter_mut().zip(self.payments.iter_mut());
		for ((class, payment), paid) in accounts.zip(shares.iter()) {
			class.balance = class.balance.checked_sub(*paid)?;
			class.principal_paid = class.principal_paid.checked_add(*paid)?;
			payment.principal = payment.principal.checked_add(*paid)?;
		}
		sum(shares.iter().copied())
	}
}

impl ClassTerms {
	/// Whether the schedule ends with nothing owed.
	pub(crate) fn redeems_in_full(&self) -> bool {
		self.schedule.last().is_none_or(|point| point.balance == 0)
	}

	/// The balance that the schedule leaves on `date`: no limit before its first point, nothing without
	/// points.
	fn scheduled(&self, date: u64) -> u128 {
		let reached = self.schedule.iter().take_while(|point| point.date <= date).last();
		match reached {
			Some(point) => point.balance,
			None if self.schedule.is_empty() => 0,
			None => u128::MAX,
		}
	}
}

/// `cash` to each as far as it needs, the first one first.
fn in_turn(needs: PerClass<u128>, cash: u128) -> Option<PerClass<u128>> {
	let mut left = cash;
	collect(needs.iter().map(|need| {
		let share = left.min(*need);
		left = left.checked_sub(share)?;
		Some(share)
	}))
}
