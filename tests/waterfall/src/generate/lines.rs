//! The lines of a program: in contractual order, or in none.

use strata_waterfall::{
	Classes, Fund, FundMode, Line, Modes, Part, Program, Share, Step, Support, When, MAX_LINES,
};

use crate::random::Random;

/// Lines that [`Program::validate`] accepts, unless they are too many.
pub fn contractual(random: &mut Random, program: &Program, size: u128) -> Vec<Line> {
	if random.once_in(3) {
		let mut lines = Writer::new(random, program, size, Modes::BEFORE).write();
		lines.extend(Writer::new(random, program, size, Modes::AFTER).write());
		lines
	} else {
		Writer::new(random, program, size, Modes::ALL).write()
	}
}

/// Writes the lines of some modes.
struct Writer<'a> {
	random: &'a mut Random,
	program: &'a Program,
	size: u128,
	modes: Modes,
	lines: Vec<Line>,
	/// Interest that is left for later.
	deferred: Vec<Classes>,
}

impl<'a> Writer<'a> {
	fn new(random: &'a mut Random, program: &'a Program, size: u128, modes: Modes) -> Self {
		Self { random, program, size, modes, lines: Vec::new(), deferred: Vec::new() }
	}

	fn write(mut self) -> Vec<Line> {
		let residual = (self.program.classes.len() - 1) as u8;
		let fees: Vec<(u8, bool)> =
			(0..self.program.fees.len() as u8).map(|fee| (fee, self.random.once_in(3))).collect();
		for (fee, subordinate) in &fees {
			if !subordinate {
				self.senior_fee(*fee);
			}
		}
		self.release(3);
		let mut first = 0;
		let mut filled = false;
		while first < residual {
			let group = if self.random.once_in(4) { self.random.within(1, 3) as u8 } else { 1 };
			let last = (first + group - 1).min(residual - 1);
			// A test comes before any interest of a class below: a group ends where there is one.
			let tested = |rank: &u8| self.program.tests.iter().any(|test| test.rank == *rank);
			let last = (first..last).find(tested).unwrap_or(last);
			self.group(first, last);
			if !filled && self.random.once_in(4) {
				self.fill();
				filled = true;
			}
			first = last + 1;
		}
		self.credit(residual, residual);
		for classes in core::mem::take(&mut self.deferred) {
			self.interest(classes, Part::Deferred);
		}
		if !filled {
			self.fill();
		}
		if self.separate() && self.random.once_in(8) {
			self.conditional(Step::Sweep { to: Fund::Principal });
		}
		self.principal();
		for (fee, subordinate) in &fees {
			if *subordinate {
				self.subordinate_fee(*fee);
			}
		}
		if self.random.once_in(5) {
			let classes = self.some_classes();
			self.conditional(Step::Turbo { classes });
		}
		self.add(Step::PayResidual { rank: residual });
		self.lines
	}

	fn add(&mut self, step: Step) {
		self.lines.push(Line { step, modes: self.modes, when: When::Always });
	}

	/// With a condition, if there is a trigger to make one of.
	fn conditional(&mut self, step: Step) {
		let when = when(self.random, self.program, 2);
		self.lines.push(Line { step, modes: self.modes, when });
	}

	fn separate(&self) -> bool {
		self.program.funds == FundMode::Separate
	}

	fn support(&mut self) -> Support {
		Support {
			reserve: self.random.once_in(2),
			principal: self.separate() && self.random.once_in(2),
		}
	}

	fn senior_fee(&mut self, fee: u8) {
		if self.random.once_in(4) {
			let cap = Some(self.random.part_of(self.size / 512));
			let support = self.support();
			self.conditional(Step::PayFee { fee, cap, support, subordinate: false });
		}
		let support = self.support();
		self.add(Step::PayFee { fee, cap: None, support, subordinate: false });
	}

	fn subordinate_fee(&mut self, fee: u8) {
		self.add(Step::PayFee { fee, cap: None, support: Support::NONE, subordinate: true });
	}

	fn interest(&mut self, classes: Classes, part: Part) {
		let support = self.support();
		self.add(Step::PayInterest { classes, part, support });
	}

	/// Interest, tests and credits of the classes of these ranks.
	fn group(&mut self, first: u8, last: u8) {
		let classes =
			(first..=last).fold(Classes::default(), |all, rank| all.with(Classes::one(rank)));
		if self.random.once_in(8) {
			self.interest(classes, Part::OnInterest);
		}
		let parts = self.random.below(4);
		if parts == 0 {
			self.interest(classes, Part::Current);
			self.deferred.push(classes);
		} else {
			self.interest(classes, Part::All);
		}
		let credit_first = self.random.once_in(2);
		if credit_first {
			self.credit(first, last);
		}
		for test in 0..self.program.tests.len() {
			if (first..=last).contains(&self.program.tests[test].rank) {
				self.add(Step::TestCoverage { test: test as u8 });
			}
		}
		if !credit_first {
			self.credit(first, last);
		}
	}

	fn credit(&mut self, first: u8, last: u8) {
		if self.separate() {
			for rank in first..=last {
				self.add(Step::CreditPdl { rank });
			}
		}
	}

	/// Only before all interest: what is released later would pass by those above.
	fn release(&mut self, often: u64) {
		if self.random.once_in(often) {
			self.conditional(Step::ReleaseReserve);
		}
	}

	fn fill(&mut self) {
		if !self.random.once_in(4) {
			self.conditional(Step::TopUpReserve);
		}
	}

	/// Each class after those senior to it, in one or several lines.
	fn principal(&mut self) {
		let all = self.program.classes.len() as u8;
		let mut reached = 0;
		while reached < all {
			if self.random.once_in(4) && reached > 0 {
				let classes = Classes::up_to(reached - 1);
				let share = share(self.random);
				self.conditional(Step::PayPrincipal { classes, share });
			}
			let next = if self.random.once_in(2) {
				all
			} else {
				self.random.within(u64::from(reached) + 1, u64::from(all)) as u8
			};
			let from = self.random.within(0, u64::from(reached)) as u8;
			let classes =
				(from..next).fold(Classes::default(), |set, rank| set.with(Classes::one(rank)));
			let share = share(self.random);
			self.add(Step::PayPrincipal { classes, share });
			reached = next;
		}
		// A schedule may end above zero.
		let by_schedule =
			|line: &Line| matches!(line.step, Step::PayPrincipal { share: Share::Schedule, .. });
		if self.lines.iter().any(by_schedule) {
			let classes = Classes::up_to(all - 1);
			self.add(Step::PayPrincipal { classes, share: Share::Sequential });
		}
	}

	/// From the senior-most on, without the residual.
	fn some_classes(&mut self) -> Classes {
		let notes = self.program.classes.len() as u64 - 1;
		Classes::up_to(self.random.below(notes) as u8)
	}
}

fn share(random: &mut Random) -> Share {
	random.one_of(&[Share::Sequential, Share::ProRata, Share::ProRata, Share::Schedule])
}

/// A condition once in `often`, if there is a trigger.
fn when(random: &mut Random, program: &Program, often: u64) -> When {
	let triggers = program.triggers.len() as u64;
	if triggers == 0 || !random.once_in(often) {
		return When::Always;
	}
	let at = random.below(triggers) as u8;
	if random.once_in(2) {
		When::Tripped(at)
	} else {
		When::Clear(at)
	}
}

/// Any lines that name only what there is.
pub fn arbitrary(random: &mut Random, program: &Program, size: u128) -> Vec<Line> {
	let count = random.below(u64::from(MAX_LINES) + 1);
	let mut lines = Vec::new();
	while (lines.len() as u64) < count {
		let Some(step) = any_step(random, program, size) else { continue };
		let modes = match random.below(4) {
			0 => Modes {
				revolving: random.once_in(2),
				amortising: random.once_in(2),
				accelerated: random.once_in(2),
			},
			_ => Modes::ALL,
		};
		lines.push(Line { step, modes, when: when(random, program, 4) });
	}
	lines
}

fn any_classes(random: &mut Random, program: &Program) -> Classes {
	let all = Classes::all(program.classes.len() as u32);
	match random.below(3) {
		0 => Classes::one(random.below(program.classes.len() as u64) as u8),
		1 => all,
		_ => Classes(random.bits() as u8).common(all),
	}
}

fn any_step(random: &mut Random, program: &Program, size: u128) -> Option<Step> {
	let separate = program.funds == FundMode::Separate;
	let support = Support { reserve: random.once_in(2), principal: separate && random.once_in(2) };
	let classes = any_classes(random, program);
	let residual = program.classes.len() as u64 - 1;
	let step = match random.below(13) {
		0 | 1 => Step::PayFee {
			fee: below(random, program.fees.len())?,
			cap: random.once_in(3).then(|| random.part_of(size / 256)),
			support,
			subordinate: random.once_in(3),
		},
		2 | 3 => Step::PayInterest {
			classes,
			part: random.one_of(&[Part::All, Part::Current, Part::Deferred, Part::OnInterest]),
			support,
		},
		4 | 5 => Step::TestCoverage { test: below(random, program.tests.len())? },
		6 if separate => Step::CreditPdl { rank: random.below(residual + 1) as u8 },
		7 => Step::TopUpReserve,
		8 => Step::ReleaseReserve,
		9 => Step::PayPrincipal { classes, share: share(random) },
		10 => Step::Turbo { classes },
		11 => Step::Sweep { to: random.one_of(&[Fund::Interest, Fund::Principal]) },
		_ => Step::PayResidual { rank: residual as u8 },
	};
	match step {
		Step::PayInterest { classes, .. }
		| Step::PayPrincipal { classes, .. }
		| Step::Turbo { classes } => (!classes.is_empty()).then_some(step),
		_ => Some(step),
	}
}

fn below(random: &mut Random, count: usize) -> Option<u8> {
	(count > 0).then(|| random.below(count as u64) as u8)
}
