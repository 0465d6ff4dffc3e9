//! The steps but for coverage tests.

use strata_waterfall::{Classes, Effect, Fund, FundMode, Mode, Part, Share, Support};

use super::{share, Account, Run};
use crate::exact::{fixed, whole, Rat};

/// What is due, within a cap.
pub(super) fn capped(due: &Rat, cap: Option<u128>) -> Rat {
	cap.map_or_else(|| due.clone(), |cap| due.clone().min(whole(cap)))
}

fn excess(a: &Rat, b: &Rat) -> Rat {
	(a - b).max(whole(0))
}

impl Run<'_> {
	/// The accounts that pay, in this order.
	fn payers(support: Support) -> Vec<Account> {
		let mut payers = vec![Account::Income];
		payers.extend(support.reserve.then_some(Account::Reserve));
		payers.extend(support.principal.then_some(Account::Principal));
		payers
	}

	pub(super) fn pay_fee(&mut self, fee: usize, cap: Option<u128>, support: Support) {
		let mut need = capped(&self.deal.fees[fee].due, cap);
		for payer in Self::payers(support) {
			let paid = need.clone().min(self.cash.of(payer));
			self.cash.transfer(payer, Account::Fee(fee), &paid);
			self.deal.fees[fee].due -= &paid;
			if payer == Account::Principal {
				self.deal.charge(&paid);
			}
			need -= paid;
		}
	}

	/// What a class is owed of a part of its interest: interest on interest, and due.
	fn need(&self, rank: usize, part: Part) -> (Rat, Rat) {
		let class = &self.deal.classes[rank];
		let current = class.due.clone().min(&class.coupon - &class.current_paid);
		match part {
			Part::All => (class.on_interest.clone(), class.due.clone()),
			Part::Current => (whole(0), current),
			Part::Deferred => (class.on_interest.clone(), &class.due - current),
			Part::OnInterest => (class.on_interest.clone(), whole(0)),
		}
	}

	pub(super) fn pay_interest(&mut self, classes: Classes, part: Part, support: Support) {
		if self.frozen.is_none() {
			self.frozen = Some(self.measured());
		}
		let ranks: Vec<usize> = classes.ranks().map(usize::from).collect();
		let supported = self.senior.is_some_and(|senior| ranks.contains(&senior));
		let support = if supported { support } else { Support::NONE };
		for payer in Self::payers(support) {
			let needs: Vec<(Rat, Rat)> = ranks.iter().map(|rank| self.need(*rank, part)).collect();
			let sums: Vec<Rat> = needs.iter().map(|(first, then)| first + then).collect();
			let shares = share::by_need(&self.cash.of(payer), &sums);
			for (at, share) in shares.iter().enumerate() {
				let rank = ranks[at];
				self.cash.transfer(payer, Account::Interest(rank), share);
				let on_interest = share.clone().min(needs[at].0.clone());
				let due = share - &on_interest;
				let class = &mut self.deal.classes[rank];
				class.on_interest -= on_interest;
				class.due -= &due;
				if part == Part::Current {
					class.current_paid += due;
				}
			}
			if payer == Account::Principal {
				self.deal.charge(&shares.iter().sum());
			}
		}
	}

	pub(super) fn credit_pdl(&mut self, rank: usize) {
		let good = self.deal.classes[rank].pdl.clone().min(self.cash.of(Account::Income));
		self.cash.transfer(Account::Income, Account::Principal, &good);
		self.deal.classes[rank].pdl -= good;
	}

	/// What the reserve should hold now.
	fn target(&self) -> Rat {
		let rule = self.program.reserve;
		let residual = self.deal.residual();
		let share = self.deal.balances(|rank| rank != residual) * fixed(rule.of_balances);
		share.ceil().max(whole(rule.least))
	}

	pub(super) fn top_up(&mut self) {
		if self.collections.last {
			return;
		}
		let more = excess(&self.target(), &self.cash.of(Account::Reserve));
		let more = more.min(self.cash.of(Account::Income));
		self.cash.transfer(Account::Income, Account::Reserve, &more);
	}

	pub(super) fn release(&mut self) {
		let more = excess(&self.cash.of(Account::Reserve), &self.target());
		self.cash.transfer(Account::Reserve, Account::Income, &more);
	}

	/// The classes of a line that may be redeemed now. The residual waits for those that are locked out.
	/// Nobody is any more when the deal is accelerated or ends.
	fn unlocked(&self, classes: Classes) -> Vec<bool> {
		let residual = self.deal.residual();
		let over = self.mode == Mode::Accelerated || self.collections.last;
		let early =
			|rank: usize| !over && self.collections.date < self.program.classes[rank].locked_until;
		let owed = |rank: &usize| self.deal.classes[*rank].balance > whole(0);
		let all = (0..residual).filter(owed).all(early);
		let none = !(0..residual).filter(owed).any(early);
		(0..=residual)
			.map(|rank| classes.contains(rank as u8) && (all || !early(rank)))
			.enumerate()
			.map(|(rank, open)| open && (rank < residual || all || none))
			.collect()
	}

	/// What each class may take: nothing for those that `open` leaves out.
	fn needs(&self, open: &[bool], down_to: impl Fn(usize) -> Option<Rat>) -> Vec<Rat> {
		self.deal
			.classes
			.iter()
			.enumerate()
			.map(|(rank, class)| match (open[rank], down_to(rank)) {
				(true, Some(least)) => excess(&class.balance, &least),
				_ => whole(0),
			})
			.collect()
	}

	/// The scheduled balance of a class. `None` while nothing is scheduled yet.
	fn scheduled(&self, rank: usize) -> Option<Rat> {
		let points = &self.program.classes[rank].schedule;
		if points.is_empty() {
			return Some(whole(0));
		}
		let mut reached = points.iter().filter(|point| point.date <= self.collections.date);
		reached.next_back().map(|point| whole(point.balance))
	}

	pub(super) fn pay_principal(&mut self, classes: Classes, share: Share) {
		let fund = match self.program.funds {
			FundMode::Separate => Account::Principal,
			FundMode::One => Account::Income,
		};
		let cash = self.cash.of(fund);
		let cash = self.redeemable.iter().fold(cash, |cash, most| cash.min(most.clone()));
		let mut open = self.unlocked(classes);
		let mut parts = self.principal_parts(&open, share, &cash);
		let residual = self.deal.residual();
		let left = |rank: usize| &self.deal.classes[rank].balance - &parts[rank];
		if self.collections.hold_residual
			&& parts[residual] > whole(0)
			&& (0..residual).any(|rank| left(rank) > whole(0))
		{
			// What may still be lost is lost by the residual first.
			open[residual] = false;
			parts = self.principal_parts(&open, share, &cash);
		}
		if let Some(most) = &mut self.redeemable {
			*most -= parts.iter().sum::<Rat>();
		}
		self.redeem(fund, &parts);
		self.deal.bound_pdl();
	}

	/// What each class that is open takes of the cash of a principal step.
	fn principal_parts(&self, open: &[bool], share: Share, cash: &Rat) -> Vec<Rat> {
		let sequential = self
			.program
			.triggers
			.iter()
			.zip(&self.deal.triggers)
			.any(|(trigger, since)| since.is_some() && trigger.effect == Effect::Sequential);
		let clean = self.deal.classes.iter().all(|class| class.pdl == whole(0));
		match share {
			Share::Schedule => {
				share::in_order(cash, &self.needs(open, |rank| self.scheduled(rank)))
			},
			Share::ProRata if clean && !sequential => {
				share::by_need(cash, &self.needs(open, |_| Some(whole(0))))
			},
			Share::ProRata | Share::Sequential => {
				share::in_order(cash, &self.needs(open, |_| Some(whole(0))))
			},
		}
	}

	pub(super) fn redeem(&mut self, fund: Account, parts: &[Rat]) {
		for (rank, part) in parts.iter().enumerate() {
			self.cash.transfer(fund, Account::Redemption(rank), part);
			self.deal.classes[rank].balance -= part;
		}
	}

	pub(super) fn turbo(&mut self, classes: Classes) {
		let open = self.unlocked(classes);
		let cash = self.cash.of(Account::Income);
		let parts = share::in_order(&cash, &self.needs(&open, |_| Some(whole(0))));
		self.divert(Account::Income, &parts);
	}

	/// Income that becomes principal makes good what was charged; principal that becomes income is
	/// charged to nobody.
	pub(super) fn sweep(&mut self, to: Fund) {
		match to {
			_ if self.program.funds == FundMode::One => {},
			Fund::Principal => {
				let moved = self.cash.of(Account::Income);
				self.cash.transfer(Account::Income, Account::Principal, &moved);
				self.built += self.deal.make_good(&moved);
			},
			Fund::Interest => {
				let moved = self.cash.of(Account::Principal);
				self.cash.transfer(Account::Principal, Account::Income, &moved);
				self.released += moved;
			},
		}
	}

	pub(super) fn pay_residual(&mut self, residual: usize) {
		let redeemed = self.deal.balances(|_| true) == whole(0);
		let one = self.program.funds == FundMode::One;
		let end = redeemed && (one || self.mode >= Mode::Amortising);
		if end && !one {
			self.pay_what_is_owed();
		}
		let last = self.deal.residual();
		let owed = self
			.deal
			.classes
			.iter()
			.enumerate()
			.any(|(rank, class)| class.owed() > whole(0) && !(one && rank == last));
		let lossy = !one && self.deal.classes.iter().any(|class| class.pdl > whole(0));
		let lent_again = one && self.mode == Mode::Revolving;
		if owed || lossy || lent_again || self.collections.hold_residual {
			return;
		}
		self.empty(Account::Income, residual);
		if end {
			self.empty(Account::Reserve, residual);
			if !one {
				self.released += self.cash.of(Account::Principal);
				self.empty(Account::Principal, residual);
			}
		}
	}

	fn empty(&mut self, fund: Account, residual: usize) {
		let all = self.cash.of(fund);
		self.cash.transfer(fund, Account::Interest(residual), &all);
	}

	/// At the end, reserve and principal pay interest by rank and then fees.
	fn pay_what_is_owed(&mut self) {
		for rank in 0..self.deal.classes.len() {
			for fund in [Account::Reserve, Account::Principal] {
				let paid = self.deal.classes[rank].owed().min(self.cash.of(fund));
				self.cash.transfer(fund, Account::Interest(rank), &paid);
				let class = &mut self.deal.classes[rank];
				let on_interest = paid.clone().min(class.on_interest.clone());
				class.due -= &paid - &on_interest;
				class.on_interest -= on_interest;
				self.release_principal(fund, &paid);
			}
		}
		for fee in 0..self.deal.fees.len() {
			for fund in [Account::Reserve, Account::Principal] {
				let paid = self.deal.fees[fee].due.clone().min(self.cash.of(fund));
				self.cash.transfer(fund, Account::Fee(fee), &paid);
				self.deal.fees[fee].due -= &paid;
				self.release_principal(fund, &paid);
			}
		}
	}

	/// Principal that pays something else than principal and is charged to nobody.
	fn release_principal(&mut self, fund: Account, paid: &Rat) {
		if fund == Account::Principal {
			self.released += paid;
		}
	}
}
