//! Whether a program pays in contractual order.

use crate::{
	validate::ensure, Classes, Fault, Fund, FundMode, Line, Mode, Part, Program, ProgramError,
	Share, Step, Support, When,
};

impl Program {
	/// Whether the program holds together ([`Self::check`]) and pays in contractual order, in every
	/// mode:
	///
	/// - Interest of every class but the residual exactly once, senior before junior; a group is of
	///   ranks that follow one another. Once is all of it, or the current part and later the deferred
	///   one, of no more classes at a time than the current one. Interest on unpaid interest only
	///   directly before.
	/// - Every test exactly once (after acceleration at most once), after the interest of its class and
	///   before interest or principal of a class below it, subordinate fees, turbo and residual.
	/// - With two funds the deficiency of every class exactly once, by rank, after its interest and
	///   before the interest of the next. With one fund no deficiencies and no draws on principal.
	/// - Principal of every class, all of it; of none without those above it, on the same line or
	///   before, and of none before the interest of it and those above it.
	/// - Every fee without a cap; subordinate ones after all interest, tests and deficiencies. The
	///   reserve and principal pay fees only before all interest.
	/// - The reserve is filled at most once, and released only before all interest: what comes later
	///   would pass by a test that failed. Turbo comes after all interest and tests; it is for the
	///   classes from the senior-most on, and not for the residual.
	/// - The residual exactly once, in the last line.
	///
	/// What must be there must be there without a condition. Only fees, reserve, turbo and principal
	/// may have one, and then keep to the same places.
	///
	/// Complexity: O(lines²).
	///
	/// # Errors
	/// The first [`ProgramError`] found.
	pub fn validate(&self) -> Result<(), ProgramError> {
		self.check()?;
		for mode in [Mode::Revolving, Mode::Amortising, Mode::Accelerated] {
			let mut order = Order::new(self, mode);
			order.lines().try_for_each(|(at, line)| order.line(at, line))?;
			order.whole()?;
		}
		Ok(())
	}
}

/// What the lines of one mode have done so far.
struct Order<'a> {
	program: &'a Program,
	mode: Mode,
	residual: u8,
	/// Classes, from the senior-most on, whose interest was paid: all of it, or the current part.
	paid: u8,
	/// Those of which the current part was paid.
	current: Classes,
	/// Those of which the deferred part was.
	deferred: Classes,
	/// Classes, from the senior-most on, whose deficiency was made good.
	credited: u8,
	/// Tests that were made: bit k is test k.
	tested: u16,
	/// Classes that principal was paid to.
	redeemed: Classes,
	/// Those of which all principal was, as far as cash goes.
	in_full: Classes,
	/// Fees that were paid: bit k is fee k.
	fees: u8,
	filled: bool,
	closed: bool,
}

impl<'a> Order<'a> {
	fn new(program: &'a Program, mode: Mode) -> Self {
		Self {
			program,
			mode,
			residual: program.residual().unwrap_or(0),
			paid: 0,
			current: Classes(0),
			deferred: Classes(0),
			credited: 0,
			tested: 0,
			redeemed: Classes(0),
			in_full: Classes(0),
			fees: 0,
			filled: false,
			closed: false,
		}
	}

	/// The lines of the mode with their positions.
	fn lines(&self) -> impl Iterator<Item = (u8, &'a Line)> {
		let mode = self.mode;
		(0u8..).zip(self.program.lines.iter()).filter(move |(_, line)| line.modes.contains(mode))
	}

	/// Whether a later line of the mode does this.
	fn later(&self, at: u8, does: impl Fn(&Step) -> bool) -> bool {
		self.lines().any(|(position, line)| position > at && does(&line.step))
	}

	/// Whether an earlier line of the mode pays interest.
	fn after_interest(&self, at: u8) -> bool {
		self.lines().any(|(position, line)| position < at && is_interest(&line.step))
	}

	fn line(&mut self, at: u8, line: &Line) -> Result<(), ProgramError> {
		ensure(!self.closed, Fault::ResidualNotLast, at)?;
		let always = line.when == When::Always;
		let free = matches!(
			line.step,
			Step::PayFee { .. }
				| Step::TopUpReserve
				| Step::ReleaseReserve
				| Step::Turbo { .. }
				| Step::Sweep { .. }
				| Step::PayPrincipal { .. }
		);
		ensure(always || free, Fault::ConditionNotAllowed, at)?;
		match line.step {
			Step::PayFee { .. } => self.fee(at, line),
			Step::PayInterest { classes, part, support } => {
				let two = self.program.funds == FundMode::Separate;
				ensure(two || !support.principal, Fault::NeedsTwoFunds, at)?;
				self.interest(at, classes, part)
			},
			Step::TestCoverage { test } => self.test(at, test),
			Step::CreditPdl { rank } => self.credit(at, rank),
			Step::TopUpReserve => {
				ensure(!(self.filled && always), Fault::ReserveTwice, at)?;
				self.filled |= always;
				Ok(())
			},
			Step::ReleaseReserve => ensure(!self.after_interest(at), Fault::ReleaseTooLate, at),
			Step::PayPrincipal { classes, share } => self.principal(at, classes, share, line.when),
			Step::Turbo { classes } => {
				let early = self.later(at, is_interest_or_test);
				ensure(!early, Fault::TurboTooEarly, at)?;
				let last = last_of(classes);
				let in_order = last < self.residual && classes == Classes::up_to(last);
				ensure(in_order, Fault::TurboOutOfOrder, at)
			},
			Step::Sweep { to } => {
				let two = self.program.funds == FundMode::Separate;
				ensure(two, Fault::NeedsTwoFunds, at)?;
				ensure(to == Fund::Principal, Fault::PrincipalBecomesIncome, at)?;
				let early = self.later(at, is_interest_or_test);
				ensure(!early, Fault::TurboTooEarly, at)
			},
			Step::PayResidual { rank } => {
				self.closed = true;
				ensure(rank == self.residual, Fault::ResidualNotLast, at)
			},
		}
	}

	fn fee(&mut self, at: u8, line: &Line) -> Result<(), ProgramError> {
		let Step::PayFee { fee, cap, support, subordinate } = line.step else { return Ok(()) };
		let two = self.program.funds == FundMode::Separate;
		ensure(two || !support.principal, Fault::NeedsTwoFunds, at)?;
		let supported = support != Support::NONE;
		ensure(!(supported && self.after_interest(at)), Fault::FeeSupportedTooLate, at)?;
		if subordinate {
			let senior =
				|step: &Step| is_interest_or_test(step) || matches!(step, Step::CreditPdl { .. });
			ensure(!self.later(at, senior), Fault::SubordinateTooEarly, at)?;
		}
		if line.when == When::Always && cap.is_none() {
			self.fees |= 1u8.checked_shl(fee.into()).unwrap_or(0);
		}
		Ok(())
	}

	fn interest(&mut self, at: u8, classes: Classes, part: Part) -> Result<(), ProgramError> {
		match part {
			Part::All | Part::Current => self.next_interest(at, classes, part),
			Part::Deferred => self.deferred_interest(at, classes),
			Part::OnInterest => {
				let next = self.lines().find(|(position, _)| *position > at);
				let same = next.is_some_and(|(_, line)| {
					matches!(
						line.step,
						Step::PayInterest { classes: next, part: Part::All | Part::Current, .. }
							if next == classes
					)
				});
				ensure(same, Fault::OnInterestAlone, at)
			},
		}
	}

	/// The interest of the classes that are next.
	fn next_interest(&mut self, at: u8, classes: Classes, part: Part) -> Result<(), ProgramError> {
		let last = last_of(classes);
		let group = group(self.paid, last);
		let next = classes == group && last < self.residual;
		ensure(next, Fault::InterestOutOfOrder, at)?;
		let two = self.program.funds == FundMode::Separate;
		ensure(!two || self.credited == self.paid, Fault::PdlOutOfOrder, at)?;
		self.paid = last.saturating_add(1);
		if part == Part::Current {
			self.current = self.current.with(classes);
		}
		Ok(())
	}

	/// What was deferred: of classes whose current part was paid together, after that of those above
	/// them.
	fn deferred_interest(&mut self, at: u8, classes: Classes) -> Result<(), ProgramError> {
		let mut ranks = classes.ranks();
		let (first, last) = (ranks.next().unwrap_or(0), last_of(classes));
		let open = self.current.common(Classes(!self.deferred.0));
		let above = first.checked_sub(1).map_or(Classes(0), Classes::up_to);
		// Else a class would take its share, and what supports it, beside one that is above it.
		let together = self.lines().any(|(position, line)| {
			position < at
				&& matches!(line.step, Step::PayInterest { classes: group, part: Part::Current, .. }
					if classes.common(group) == classes)
		});
		let next = classes == group(first, last)
			&& together
			&& classes.common(open) == classes
			&& open.common(above).is_empty();
		ensure(next, Fault::InterestOutOfOrder, at)?;
		self.deferred = self.deferred.with(classes);
		Ok(())
	}

	fn test(&mut self, at: u8, test: u8) -> Result<(), ProgramError> {
		let bit = 1u16.checked_shl(test.into()).unwrap_or(0);
		ensure(self.tested & bit == 0, Fault::TestTwice, at)?;
		self.tested |= bit;
		let rank = self.program.tests.get(usize::from(test)).map_or(0, |test| test.rank);
		let after_its_own = self.paid == rank.saturating_add(1);
		let redeems_below = self.lines().any(|(position, line)| {
			position < at
				&& matches!(line.step, Step::PayPrincipal { classes, .. }
					if !classes.common(Classes(!Classes::up_to(rank).0)).is_empty())
		});
		ensure(after_its_own && !redeems_below, Fault::TestOutOfOrder, at)
	}

	fn credit(&mut self, at: u8, rank: u8) -> Result<(), ProgramError> {
		let two = self.program.funds == FundMode::Separate;
		ensure(two, Fault::NeedsTwoFunds, at)?;
		// The residual has no interest: its turn is after everybody's.
		let after = rank < self.paid || self.paid == self.residual;
		ensure(after && rank == self.credited, Fault::PdlOutOfOrder, at)?;
		self.credited = self.credited.saturating_add(1);
		Ok(())
	}

	fn principal(
		&mut self,
		at: u8,
		classes: Classes,
		share: Share,
		when: When,
	) -> Result<(), ProgramError> {
		let last = last_of(classes);
		// What an earlier line under the same condition pays counts for this one.
		let with = self.lines().filter(|(position, line)| *position < at && line.when == when);
		let before = with.fold(self.redeemed, |all, (_, line)| match line.step {
			Step::PayPrincipal { classes, .. } => all.with(classes),
			_ => all,
		});
		let those_above = Classes::up_to(last);
		let in_order = before.with(classes).common(those_above) == those_above;
		ensure(in_order, Fault::PrincipalOutOfOrder, at)?;
		let those_above = last.checked_sub(1).map_or(Classes(0), Classes::up_to);
		let open = self.current.common(Classes(!self.deferred.0));
		let interest = self.paid > last || self.paid == self.residual;
		let after = interest && open.common(those_above).is_empty();
		ensure(after, Fault::PrincipalTooEarly, at)?;
		if when == When::Always {
			self.redeemed = self.redeemed.with(classes);
			let terms = (0u8..).zip(self.program.classes.iter());
			let full = terms
				.filter(|(_, terms)| share != Share::Schedule || terms.redeems_in_full())
				.fold(Classes(0), |all, (rank, _)| all.with(Classes::one(rank)));
			self.in_full = self.in_full.with(classes.common(full));
		}
		Ok(())
	}

	/// Whether nothing is missing.
	fn whole(&self) -> Result<(), ProgramError> {
		ensure(self.paid == self.residual, Fault::InterestMissing, self.paid)?;
		let open = self.current.common(Classes(!self.deferred.0));
		none(open.ranks().next(), Fault::InterestMissing)?;
		let credited = self.credited > self.residual;
		let two = self.program.funds == FundMode::Separate;
		ensure(credited || !two, Fault::PdlMissing, self.credited)?;
		let bit = |set: u16, at: u8| set & 1u16.checked_shl(at.into()).unwrap_or(0) != 0;
		let mut tests = (0u8..).zip(self.program.tests.iter());
		let missing = tests.find(|(at, _)| !bit(self.tested, *at)).map(|(at, _)| at);
		none(missing.filter(|_| self.mode != Mode::Accelerated), Fault::TestMissing)?;
		let unpaid = Classes::up_to(self.residual).ranks();
		let mut unpaid = unpaid.filter(|rank| !self.in_full.contains(*rank));
		none(unpaid.next(), Fault::PrincipalMissing)?;
		let mut fees = (0u8..).zip(self.program.fees.iter());
		let missing = fees.find(|(at, _)| !bit(self.fees.into(), *at)).map(|(at, _)| at);
		none(missing, Fault::FeeMissing)?;
		let end = u8::try_from(self.program.lines.len()).unwrap_or(u8::MAX);
		ensure(self.closed, Fault::ResidualMissing, end)
	}
}

/// The classes of these ranks and between them.
fn group(first: u8, last: u8) -> Classes {
	let above = first.checked_sub(1).map_or(Classes(0), Classes::up_to);
	Classes::up_to(last).common(Classes(!above.0))
}

/// The most junior of these classes.
fn last_of(classes: Classes) -> u8 {
	classes.ranks().next_back().unwrap_or(0)
}

fn is_interest(step: &Step) -> bool {
	matches!(step, Step::PayInterest { .. })
}

fn is_interest_or_test(step: &Step) -> bool {
	is_interest(step) || matches!(step, Step::TestCoverage { .. })
}

/// `fault` where there is a position for it.
fn none(at: Option<u8>, fault: Fault) -> Result<(), ProgramError> {
	match at {
		Some(at) => Err(ProgramError { fault, at }),
		None => Ok(()),
	}
}
