//! Random deals.

use proptest::prelude::*;

use super::*;
use crate::share::collect;

prop_compose! {
	/// Classes in any condition, without fees and triggers.
	pub fn any_state()(
		classes in prop::collection::vec(
			(0u128..1 << 90, 0u128..200, 0u128..1 << 60, 0u128..1 << 50, 0u128..=100), 1..8),
		residual in (1u128..1 << 80, 0u128..=100),
		act_360 in any::<bool>(),
		accrued_to in 0u64..1 << 40,
		reserve in prop_oneof![Just(0u128), 0u128..1 << 60],
		uncovered in prop_oneof![3 => Just(0u128), 1 => 0u128..1 << 60],
		original in 0u128..1 << 92,
	) -> State {
		let mut all: Vec<ClassState> = classes
			.into_iter()
			.map(|(balance, percent, due, interest_on_interest, charged)| ClassState {
				due,
				interest_on_interest,
				pdl: balance / 100 * charged,
				..ClassState::issued(balance, rate(percent))
			})
			.collect();
		let (balance, charged) = residual;
		let pdl = balance / 100 * charged;
		all.push(ClassState { pdl, ..ClassState::issued(balance, rate(0)) });
		State {
			classes: all.try_into().unwrap(),
			fees: Default::default(),
			triggers: Default::default(),
			day_count: if act_360 { DayCount::Act360 } else { DayCount::Act365Fixed },
			accrued_to,
			reserve,
			uncovered,
			losses: 0,
			original,
			pool: original,
		}
	}
}

prop_compose! {
	/// What a date brings; `date` is the time since the one before.
	pub fn any_collections()(
		date in 0u64..1 << 40,
		interest in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		principal in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		recoveries in prop_oneof![Just(0u128), 0u128..1 << 80],
		losses in prop_oneof![Just(0u128), 0u128..1 << 95],
		pool in (0u128..1 << 95, 0u128..1 << 95, 0u128..1 << 90),
		mode in prop_oneof![
			Just(Mode::Revolving), Just(Mode::Amortising), Just(Mode::Accelerated)],
		set_aside in prop_oneof![Just(0u128), 0u128..1 << 90],
		flags in any::<[bool; 3]>(),
		index in prop::option::of(0u128..30),
	) -> Collections {
		let (lent, adjusted, delinquent) = pool;
		Collections {
			date,
			funds: Funds { interest, principal },
			recoveries,
			losses,
			pool: Pool { lent, adjusted, delinquent },
			mode,
			set_aside,
			hold_residual: flags[0],
			servicer_default: flags[1],
			index: index.map(rate),
			last: flags[2],
		}
	}
}

/// The collections of a date.
#[derive(Clone, Debug)]
pub struct Date {
	collections: Collections,
	/// Of what the deal owes, in thousandths: adjusted pool, income, principal, losses. So close that
	/// tests pass by little, or are cured.
	near: Option<[u128; 4]>,
}

impl Date {
	/// After the last date of this deal.
	pub fn after(&self, program: &Program, s: &State) -> Collections {
		let date = s.accrued_to + self.collections.date;
		let mut collections = Collections { date, ..self.collections };
		let Some([adjusted, income, principal, losses]) = self.near else { return collections };
		let accrued = s.accrued(program, date).unwrap();
		let owed: u128 = accrued.classes.iter().map(|class| class.interest_owed().unwrap()).sum();
		let fees: u128 = accrued.fees.iter().map(|fee| fee.due).sum();
		let balances: u128 = s.classes.iter().map(|class| class.balance).sum();
		collections.funds.interest = (owed + fees) / 1_000 * income;
		collections.funds.principal = balances / 1_000 * principal;
		collections.losses = balances / 1_000 * losses;
		collections.pool.lent = balances;
		collections.pool.adjusted = balances / 1_000 * adjusted;
		collections.pool.delinquent = balances / 1_000 * losses;
		collections
	}
}

prop_compose! {
	/// Any date, or one that brings about what the deal owes.
	pub fn any_date()(
		collections in any_collections(),
		days in 1u64..400,
		near in prop::option::weighted(
			0.7, (500u128..1_700, 0u128..2_500, 0u128..300, 0u128..100)),
	) -> Date {
		let near = near.map(|(adjusted, income, principal, losses)| {
			[adjusted, income, principal, losses]
		});
		let date = if near.is_some() { days * DAY } else { collections.date };
		Date { collections: Collections { date, ..collections }, near }
	}
}

/// Random numbers to make programs of; proptest shrinks them to zeros.
pub struct Choices(std::vec::IntoIter<u32>);

impl Choices {
	/// Below `count`.
	pub fn below(&mut self, count: u32) -> u32 {
		self.0.next().unwrap_or(0) % count
	}

	pub fn yes(&mut self) -> bool {
		self.below(2) == 1
	}

	/// Of any magnitude up to 2^60.
	pub fn amount(&mut self) -> u128 {
		u128::from(self.below(u32::MAX)) << self.below(29)
	}

	pub fn rank(&mut self, classes: u8) -> u8 {
		self.below(u32::from(classes)) as u8
	}

	fn classes(&mut self, classes: u8) -> Classes {
		Classes(self.below(256) as u8).common(Classes::all(u32::from(classes)))
	}

	pub fn support(&mut self) -> Support {
		Support { reserve: self.yes(), principal: self.yes() }
	}

	fn share(&mut self) -> Share {
		[Share::Sequential, Share::ProRata, Share::Schedule][self.below(3) as usize]
	}

	fn part(&mut self) -> Part {
		[Part::All, Part::Current, Part::Deferred, Part::OnInterest][self.below(4) as usize]
	}

	fn modes(&mut self) -> Modes {
		[Modes::ALL, Modes::BEFORE, Modes::AFTER][self.below(3) as usize]
	}

	fn when(&mut self, program: &Program) -> When {
		let triggers = program.triggers.len() as u32;
		if triggers == 0 {
			return When::Always;
		}
		match self.below(6) {
			0 => When::Tripped(self.below(triggers) as u8),
			1 => When::Clear(self.below(triggers) as u8),
			_ => When::Always,
		}
	}

	fn fee(&mut self) -> Fee {
		let amount = match self.below(4) {
			0 => FeeAmount::Once(self.amount()),
			1 => FeeAmount::Periodic(self.amount()),
			2 => FeeAmount::Yearly(self.amount()),
			_ => FeeAmount::OfPool(rate(u128::from(self.below(5)))),
		};
		Fee { amount, carried: self.yes() }
	}

	/// Up to so many.
	fn list<T>(&mut self, most: u32, mut of: impl FnMut(&mut Self) -> T) -> Vec<T> {
		let count = self.below(most + 1);
		(0..count).map(|_| of(self)).collect()
	}

	fn terms(&mut self) -> ClassTerms {
		let coupon = match self.below(4) {
			0 | 1 => Coupon::Fixed,
			2 => {
				let mut date = 0;
				let resets = self.list(4, |choices| {
					date += 1 + (u64::from(choices.below(u32::MAX)) << 8);
					Reset { date, rate: rate(u128::from(choices.below(30))) }
				});
				Coupon::Resets(resets.try_into().unwrap())
			},
			_ => Coupon::Floating { margin: rate(2), floor: rate(1), cap: rate(20) },
		};
		let (mut date, mut balance) = (0, 1u128 << (60 + self.below(31)));
		let schedule = self.list(4, |choices| {
			date += 1 + (u64::from(choices.below(u32::MAX)) << 8);
			balance /= 1 + u128::from(choices.below(5));
			Point { date, balance }
		});
		let locked_until =
			if self.below(4) == 0 { u64::from(self.below(u32::MAX)) << 9 } else { 0 };
		ClassTerms { coupon, schedule: schedule.try_into().unwrap(), locked_until }
	}

	/// All of a program but its lines, for so many classes.
	fn data(&mut self, classes: u8) -> Program {
		let residual = classes - 1;
		let mut terms: Vec<_> = (0..residual).map(|_| self.terms()).collect();
		terms.push(ClassTerms::default());
		let tests = self.list(4, |choices| Test {
			coverage: if choices.yes() { Coverage::Principal } else { Coverage::Interest },
			rank: choices.rank(residual.max(1)),
			threshold: rate(101 + u128::from(choices.below(60))),
		});
		let last = tests.len() as u32;
		let triggers = self.list(4, |choices| {
			let share = rate(u128::from(choices.below(20)));
			let condition = match choices.below(5) {
				0 => Condition::CumulativeLoss(share),
				1 if last > 0 => Condition::CoverageBelow {
					test: choices.below(last) as u8,
					level: rate(90 + u128::from(choices.below(60))),
				},
				2 => Condition::From(u64::from(choices.below(u32::MAX)) << 9),
				3 => Condition::ServicerDefault,
				_ => Condition::Delinquency(share),
			};
			let effects = [Effect::Flag, Effect::Sequential, Effect::Amortise, Effect::Accelerate];
			let effect = effects[choices.below(4) as usize];
			Trigger { condition, effect, curable: choices.yes() }
		});
		Program {
			funds: if self.below(4) == 0 { FundMode::One } else { FundMode::Separate },
			classes: terms.try_into().unwrap(),
			fees: self.list(4, Self::fee).try_into().unwrap(),
			tests: tests.try_into().unwrap(),
			triggers: triggers.try_into().unwrap(),
			reserve: ReserveTarget {
				least: self.amount(),
				of_balances: rate(u128::from(self.below(8))),
			},
			lines: Default::default(),
		}
	}

	fn step(&mut self, program: &Program) -> Step {
		let classes = program.classes.len() as u8;
		let (fees, tests) = (program.fees.len() as u32, program.tests.len() as u32);
		match self.below(12) {
			0 if fees > 0 => Step::PayFee {
				fee: self.below(fees) as u8,
				cap: if self.yes() { Some(self.amount()) } else { None },
				support: self.support(),
				subordinate: self.yes(),
			},
			1 | 2 if tests > 0 => Step::TestCoverage { test: self.below(tests) as u8 },
			3 => Step::CreditPdl { rank: self.rank(classes) },
			4 => Step::TopUpReserve,
			5 => Step::ReleaseReserve,
			6 | 7 => Step::PayPrincipal { classes: self.classes(classes), share: self.share() },
			8 => Step::Turbo { classes: self.classes(classes) },
			9 => Step::PayResidual { rank: self.rank(classes) },
			10 => Step::Sweep { to: if self.yes() { Fund::Interest } else { Fund::Principal } },
			_ => Step::PayInterest {
				classes: self.classes(classes),
				part: self.part(),
				support: self.support(),
			},
		}
	}

	/// Any list of lines for so many classes, however little sense it makes.
	fn any_program(&mut self, classes: u8) -> Program {
		let mut program = self.data(classes);
		let lines = self.list(MAX_LINES, |choices| {
			let (step, modes) = (choices.step(&program), choices.modes());
			Line { step, modes, when: choices.when(&program) }
		});
		program.lines = lines.try_into().unwrap();
		program
	}

	/// A program that `validate` accepts.
	fn valid_program(&mut self, classes: u8, kind: Kind) -> Program {
		let mut program = self.data(classes);
		if kind == Kind::Monotone {
			program.tests = Default::default();
			program.triggers = Default::default();
			program.classes.iter_mut().for_each(|terms| terms.locked_until = 0);
		}
		let lines = Lines::of(self, &program, kind).0;
		// What does not fit: fewer tests and fees.
		match lines.try_into() {
			Ok(lines) => program.lines = lines,
			Err(_) => {
				let funds = program.funds;
				program = Program::sequential(u32::from(classes), 7).unwrap();
				if funds == FundMode::One {
					program = one_fund_sequential(classes);
				}
			},
		}
		program
	}
}

/// What a valid program is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
	/// All steps there are.
	Any,
	/// No tests, triggers, lock-outs, write-ups, principal pro rata and groups of more than two.
	Monotone,
}

/// The plain program of a deal with one fund.
pub fn one_fund_sequential(classes: u8) -> Program {
	let mut steps: Vec<_> = (0..classes - 1).map(|rank| pay(&[rank], Part::All)).collect();
	let classes_all = Classes::all(u32::from(classes));
	steps.push(Step::PayPrincipal { classes: classes_all, share: Share::Sequential });
	steps.push(Step::PayResidual { rank: classes - 1 });
	Program { funds: FundMode::One, ..program(usize::from(classes), &steps) }
}

/// The lines of a valid program under way.
struct Lines(Vec<Line>);

impl Lines {
	fn of(choices: &mut Choices, program: &Program, kind: Kind) -> Self {
		let mut lines = Self(Vec::new());
		let classes = program.classes.len() as u8;
		let subordinate: Vec<bool> = program.fees.iter().map(|_| choices.yes()).collect();
		lines.fees(choices, program, &subordinate, false);
		if choices.yes() {
			lines.free(choices, program, Step::ReleaseReserve);
		}
		lines.interest(choices, program, kind);
		if choices.yes() {
			lines.push(Step::TopUpReserve);
		}
		let all = Classes::all(u32::from(classes));
		let early = choices.yes();
		if early {
			lines.principal(choices, program, kind, all);
		}
		lines.fees(choices, program, &subordinate, true);
		if choices.yes() {
			let classes = Classes::all(u32::from(classes) - 1);
			lines.free(choices, program, Step::Turbo { classes });
		}
		if program.funds == FundMode::Separate && choices.below(4) == 0 {
			lines.free(choices, program, Step::Sweep { to: Fund::Principal });
		}
		if !early {
			lines.principal(choices, program, kind, all);
		}
		lines.push(Step::PayResidual { rank: classes - 1 });
		lines
	}

	fn push(&mut self, step: Step) {
		self.0.push(Line::always(step));
	}

	/// A step that may have a condition.
	fn free(&mut self, choices: &mut Choices, program: &Program, step: Step) {
		self.0.push(Line { step, modes: choices.modes(), when: choices.when(program) });
	}

	fn fees(&mut self, choices: &mut Choices, program: &Program, which: &[bool], now: bool) {
		let two = program.funds == FundMode::Separate;
		for (fee, _) in which.iter().enumerate().filter(|(_, subordinate)| **subordinate == now) {
			let fee = fee as u8;
			let mut support = if now { Support::NONE } else { choices.support() };
			support.principal &= two;
			if choices.below(4) == 0 {
				let cap = Some(choices.amount());
				let step = Step::PayFee { fee, cap, support, subordinate: now };
				self.free(choices, program, step);
			}
			self.push(Step::PayFee { fee, cap: None, support, subordinate: now });
		}
	}

	fn interest(&mut self, choices: &mut Choices, program: &Program, kind: Kind) {
		let two = program.funds == FundMode::Separate;
		let residual = program.classes.len() as u8 - 1;
		let (mut next, mut deferred) = (0, Vec::new());
		while next < residual {
			let most = if kind == Kind::Monotone { 2 } else { 3 };
			let last = (next + choices.below(most) as u8).min(residual - 1);
			let group: Vec<u8> = (next..=last).collect();
			let classes = set(&group);
			let mut support = choices.support();
			support.principal &= two;
			if choices.below(4) == 0 {
				self.push(Step::PayInterest { classes, part: Part::OnInterest, support });
			}
			let part = if choices.below(3) == 0 { Part::Current } else { Part::All };
			self.push(Step::PayInterest { classes, part, support });
			if part == Part::Current {
				deferred.push(Step::PayInterest { classes, part: Part::Deferred, support });
			}
			for (test, _) in
				program.tests.iter().enumerate().filter(|(_, test)| group.contains(&test.rank))
			{
				self.push(Step::TestCoverage { test: test as u8 });
			}
			if two {
				group.iter().for_each(|rank| self.push(Step::CreditPdl { rank: *rank }));
			}
			next = last + 1;
		}
		if two {
			self.push(Step::CreditPdl { rank: residual });
		}
		deferred.into_iter().for_each(|step| self.push(step));
	}

	fn principal(&mut self, choices: &mut Choices, program: &Program, kind: Kind, all: Classes) {
		let share = if kind == Kind::Monotone {
			[Share::Sequential, Share::Schedule][choices.below(2) as usize]
		} else {
			choices.share()
		};
		if choices.yes() {
			let classes = Classes::up_to(choices.rank(program.classes.len() as u8));
			self.free(choices, program, Step::PayPrincipal { classes, share });
		}
		self.push(Step::PayPrincipal { classes: all, share: Share::Sequential });
	}
}

/// Tests of a group are made of its last class.
fn with_ranks(mut program: Program) -> Program {
	let groups: Vec<Classes> = program
		.lines
		.iter()
		.filter_map(|line| match line.step {
			Step::PayInterest { classes, part: Part::All | Part::Current, .. } => Some(classes),
			_ => None,
		})
		.collect();
	for test in program.tests.iter_mut() {
		if let Some(group) = groups.iter().find(|group| group.contains(test.rank)) {
			test.rank = group.ranks().next_back().unwrap();
		}
	}
	program
}

/// The fees and triggers that the program has, in any condition.
fn fitted(choices: &mut Choices, program: &Program, mut state: State) -> State {
	state.fees = collect(program.fees.iter().map(|_| {
		let (due, charged) = (choices.amount(), choices.yes());
		Some(FeeState { due, paid: 0, charged })
	}))
	.unwrap();
	state.triggers = collect(
		program.triggers.iter().map(|_| Some(if choices.below(4) == 0 { Some(1) } else { None })),
	)
	.unwrap();
	for class in state.classes.iter_mut() {
		if choices.below(4) == 0 {
			class.written_off = choices.amount();
		}
	}
	state
}

prop_compose! {
	/// Any deal with any program.
	pub fn any_deal()(
		state in any_state(),
		choices in prop::collection::vec(any::<u32>(), 300),
	) -> (Program, State) {
		let mut choices = Choices(choices.into_iter());
		let program = choices.any_program(state.classes.len() as u8);
		let state = fitted(&mut choices, &program, state);
		(program, state)
	}
}

prop_compose! {
	/// Any deal with a program that `validate` accepts.
	pub fn valid_deal(kind: Kind)(
		state in any_state(),
		choices in prop::collection::vec(any::<u32>(), 300),
	) -> (Program, State) {
		let mut choices = Choices(choices.into_iter());
		let program = with_ranks(choices.valid_program(state.classes.len() as u8, kind));
		let mut state = fitted(&mut choices, &program, state);
		if kind == Kind::Monotone {
			state.classes.iter_mut().for_each(|class| class.written_off = 0);
		}
		(program, state)
	}
}
