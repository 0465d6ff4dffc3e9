//! Deals made up from a seed.

mod lines;
mod terms;

use strata_numbers::{DayCount, Ratio};
use strata_waterfall::{
	ClassState, Collections, FeeAmount, FeeState, FundMode, Funds, Mode, Pool, Program, State,
};

use crate::{naive, random::Random};

/// Milliseconds in a day.
const DAY: u64 = 86_400_000;

/// What kind of deal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// With a program that [`Program::validate`] accepts.
	Contractual,
	/// With lines in any order: [`Program::check`] accepts them.
	Arbitrary,
}

/// A deal, and what it needs to be played.
#[derive(Clone, Debug)]
pub struct Deal {
	/// Of what kind.
	pub kind: Kind,
	/// Its waterfall.
	pub program: Program,
	/// As it begins.
	pub state: State,
	/// Its payment dates; the first one is that of [`Deal::state`].
	pub dates: Vec<u64>,
	/// The order of magnitude of its amounts: about the sum of the notes.
	pub size: u128,
	/// From which date on nothing but recoveries comes in.
	pub last: Option<usize>,
	/// The principal that is lent.
	lent: u128,
	random: Random,
}

impl Deal {
	/// The deal of `seed`: its own kind, its own size.
	pub fn new(seed: u64) -> Self {
		let mut random = Random::new(seed);
		let kind = if random.once_in(3) { Kind::Arbitrary } else { Kind::Contractual };
		// From a few units, where every rounding shows, to 2^100.
		let bits = random.one_of(&[2u32, 4, 7, 11, 20, 20, 30, 33, 50, 64, 80, 99]);
		let bits = if random.once_in(50) { 126 } else { bits };
		Self::sized(kind, amount_of_bits(&mut random, bits), random)
	}

	/// A deal of a kind and a size.
	pub fn sized(kind: Kind, size: u128, mut random: Random) -> Self {
		let dates = dates(&mut random);
		let classes = random.within(2, 8) as usize;
		let balances = balances(&mut random, size, classes);
		let program = terms::program(&mut random, kind, &dates, size, &balances);
		let state = state(&mut random, kind, &program, &dates, size, &balances);
		let last = random.once_in(3).then(|| random.within(1, dates.len() as u64) as usize);
		Self { kind, lent: state.pool, program, state, dates, size, last, random }
	}

	/// What comes in for the date `at`, for a deal that stands at `state` and has `left` in cash.
	pub fn collect(&mut self, at: usize, state: &State, left: Funds) -> Collections {
		let (date, size) = (self.dates[at], self.size);
		let over = self.last.is_some_and(|last| at > last);
		let last = self.last.is_some_and(|last| at >= last);
		let mut new = Funds::default();
		let mut losses = 0;
		if !over {
			new.interest = self.income(state, date);
			new.principal = self.principal();
			losses = self.losses();
		}
		self.lent = self.lent.saturating_sub(new.principal).saturating_sub(losses);
		let written_off = sum(state.classes.iter().map(|class| class.written_off));
		let keep = !self.random.once_in(8);
		let random = &mut self.random;
		Collections {
			date,
			funds: Funds {
				interest: new.interest.saturating_add(if keep { left.interest } else { 0 }),
				principal: new.principal.saturating_add(if keep { left.principal } else { 0 }),
			},
			recoveries: match random.below(8) {
				_ if over => random.part_of(written_off),
				0 => random.part_of(size / 16),
				1 => random.part_of(written_off.max(4)),
				2 => written_off.saturating_add(1),
				_ => 0,
			},
			losses,
			pool: pool(random, self.lent, state),
			mode: mode(random, at, self.dates.len(), last),
			set_aside: random.part_of(size / 4),
			hold_residual: random.once_in(6),
			servicer_default: random.once_in(10),
			index: (!random.once_in(4))
				.then(|| Ratio::from_inner(u128::from(random.below(200_000_000_000_000_000)))),
			last,
		}
	}

	/// Now and then to the unit, or a unit beside, what fees and the first classes are owed.
	fn income(&mut self, state: &State, date: u64) -> u128 {
		let random = &mut self.random;
		match random.below(8) {
			0..=3 => {
				// Where it does not fit, it is anything.
				let owed = naive::accrued(state, &self.program, date);
				let owed = owed.unwrap_or_else(|_| state.clone());
				let first = random.below(owed.classes.len() as u64 + 1) as usize;
				let fees = owed.fees.iter().map(|fee| fee.due);
				let due = owed.classes.iter().take(first).map(|class| class.due);
				let more = owed.classes.iter().take(first).map(|class| class.interest_on_interest);
				let owed = sum(fees.chain(due).chain(more));
				owed.saturating_add(u128::from(random.below(4))).saturating_sub(1)
			},
			4 => random.part_of(self.size / 256),
			5 => random.part_of(self.size / 32),
			6 => random.part_of(self.size.saturating_mul(2)),
			_ => u128::from(random.below(20)),
		}
	}

	fn principal(&mut self) -> u128 {
		let random = &mut self.random;
		match random.below(6) {
			0 => 0,
			1 => random.part_of(self.size),
			2 => u128::from(random.below(20)),
			_ => random.part_of(self.size / 8),
		}
	}

	fn losses(&mut self) -> u128 {
		let random = &mut self.random;
		match random.below(10) {
			0 => random.part_of(self.lent),
			1 | 2 => random.part_of(self.lent / 8),
			3 => u128::from(random.below(5)),
			_ => 0,
		}
	}
}

/// Σ, or the greatest number.
fn sum(amounts: impl Iterator<Item = u128>) -> u128 {
	amounts.fold(0, u128::saturating_add)
}

/// A number with about so many bits.
fn amount_of_bits(random: &mut Random, bits: u32) -> u128 {
	let top = 1u128 << bits;
	top + random.part_of(top)
}

/// 2 to 9 dates, the first one that of the state, with gaps from nothing to years.
fn dates(random: &mut Random) -> Vec<u64> {
	let mut dates = vec![random.below(20_000) * DAY];
	let usual = random.one_of(&[30, 91, 365]) * DAY;
	for _ in 0..random.within(1, 8) {
		let gap = match random.below(12) {
			0 => 0,
			1 => 1,
			2 => random.below(400 * DAY),
			3 => random.one_of(&[1, 28, 31, 366, 1500]) * DAY,
			_ => usual,
		};
		dates.push(dates[dates.len() - 1] + gap);
	}
	dates
}

/// A moment at, around or between the dates.
fn moment(random: &mut Random, dates: &[u64]) -> u64 {
	let date = random.one_of(dates);
	match random.below(5) {
		0 => date.saturating_sub(1),
		1 => date + 1,
		2 => date + random.below(60 * DAY),
		_ => date,
	}
}

/// Notes of `classes` classes that are worth about `size`.
fn balances(random: &mut Random, size: u128, classes: usize) -> Vec<u128> {
	let mut left = size;
	let mut balances = Vec::new();
	for _ in 0..classes {
		let balance = match random.below(10) {
			0 => 0,
			1..=4 => left / 2,
			5 => left / 10,
			_ => random.part_of(left),
		};
		left -= balance;
		balances.push(balance);
	}
	balances
}

/// Either a deal at closing or one that has been through something.
fn state(
	random: &mut Random,
	kind: Kind,
	program: &Program,
	dates: &[u64],
	size: u128,
	balances: &[u128],
) -> State {
	let used = random.once_in(3);
	let one = program.funds == FundMode::One;
	// Where nothing makes sense, the residual may bear interest, or it alone.
	let residual = balances.len() - 1;
	let odd = kind == Kind::Arbitrary && random.once_in(3);
	let bearing = match odd {
		false => 0..residual,
		true if random.once_in(2) => residual..balances.len(),
		true => 0..balances.len(),
	};
	let mut classes = Vec::new();
	for (rank, balance) in balances.iter().enumerate() {
		let rate = if bearing.contains(&rank) { terms::rate(random) } else { Ratio::default() };
		let mut class = ClassState::issued(*balance, rate);
		if used {
			class.due = if bearing.contains(&rank) { random.part_of(size / 64) } else { 0 };
			class.interest_on_interest = class.due.min(random.part_of(size / 512));
			class.pdl = if one || !random.once_in(3) { 0 } else { random.part_of(*balance) };
			class.written_off = if random.once_in(3) { random.part_of(size / 8) } else { 0 };
			class.interest_paid = random.part_of(size);
			class.principal_paid = random.part_of(size);
			class.exchanged = random.part_of(size / 8);
		}
		classes.push(class);
	}
	let fees = program.fees.iter().map(|fee| FeeState {
		due: if used { random.part_of(size / 128) } else { 0 },
		paid: if used { random.part_of(size / 128) } else { 0 },
		charged: used && matches!(fee.amount, FeeAmount::Once(_)) && random.once_in(2),
	});
	let fees = fees.collect::<Vec<_>>();
	let triggers = (0..program.triggers.len())
		.map(|_| (used && random.once_in(3)).then(|| dates[0].saturating_sub(random.below(DAY))));
	let triggers = triggers.collect::<Vec<_>>();
	let original = balances.iter().sum::<u128>();
	State {
		classes: classes.try_into().expect("at most 8"),
		fees: fees.try_into().expect("at most 8"),
		triggers: triggers.try_into().expect("at most 16"),
		day_count: random.one_of(&[DayCount::Act365Fixed, DayCount::Act360]),
		accrued_to: dates[0],
		reserve: if random.once_in(3) { 0 } else { random.part_of(size / 16) },
		uncovered: if used && !one && random.once_in(3) { random.part_of(size / 8) } else { 0 },
		losses: if used { random.part_of(size / 8) } else { 0 },
		original,
		pool: original,
	}
}

/// What is lent, and what it counts for: around the notes, so that tests fail and pass.
fn pool(random: &mut Random, lent: u128, state: &State) -> Pool {
	let notes = sum(state.classes.iter().map(|class| class.balance));
	let some = random.below(9) as usize;
	let senior = sum(state.classes.iter().take(some).map(|class| class.balance));
	let adjusted = match random.below(6) {
		0 => lent,
		1 => lent - random.part_of(lent / 4),
		2 => notes - random.part_of(notes / 4),
		3 => senior.saturating_add(random.part_of(senior / 2)),
		4 => senior - random.part_of(senior / 8),
		_ => random.part_of(notes),
	};
	let delinquent = if random.once_in(2) { 0 } else { random.part_of(lent / 4) };
	Pool { lent, adjusted, delinquent }
}

/// Revolving, then amortising, now and then something else.
fn mode(random: &mut Random, at: usize, dates: usize, last: bool) -> Mode {
	let any = [Mode::Revolving, Mode::Amortising, Mode::Accelerated];
	match random.below(8) {
		0 => random.one_of(&any),
		_ if last => Mode::Amortising,
		1 | 2 => Mode::Amortising,
		_ if at * 2 < dates => Mode::Revolving,
		_ => Mode::Amortising,
	}
}
