//! The pool against one that keeps every depositor as an exact rational and walks over all of them.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::{collection::vec, prelude::*};

use super::*;

#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Memory {
	eras: BTreeMap<Era, PastEra>,
	cohorts: BTreeMap<u64, Cohort>,
}

impl Records for Memory {
	fn era(&self, era: Era) -> Option<PastEra> {
		self.eras.get(&era).copied()
	}

	fn set_era(&mut self, era: Era, past: Option<PastEra>) {
		match past {
			Some(past) => self.eras.insert(era, past),
			None => self.eras.remove(&era),
		};
	}

	fn cohort(&self, window: u64) -> Option<Cohort> {
		self.cohorts.get(&window).copied()
	}

	fn set_cohort(&mut self, window: u64, cohort: Option<Cohort>) {
		match cohort {
			Some(cohort) => self.cohorts.insert(window, cohort),
			None => self.cohorts.remove(&window),
		};
	}
}

const DELAY: u64 = 1_000;

/// A pool with its depositors, and the exact ones next to them.
#[derive(Clone)]
struct World {
	pool: Pool,
	records: Memory,
	shares: Vec<Share>,
	now: u64,
	/// Collateral bought and not claimed.
	collateral: u128,
	exact: Vec<Exact>,
}

/// A depositor without rounding.
#[derive(Clone, Default)]
struct Exact {
	stake: Rational,
	gains: Rational,
	entries: Vec<(u64, u128)>,
	/// How far the pool may be below, by what was rounded so far.
	cash_slack: u128,
	gain_slack: Rational,
}

#[derive(Clone, Debug, Default, PartialEq, PartialOrd)]
struct Rational(Option<BigRational>);

impl Rational {
	fn new(value: u128) -> Self {
		Self(Some(BigRational::from(BigInt::from(value))))
	}

	fn get(&self) -> BigRational {
		self.0.clone().unwrap_or_else(|| BigRational::from(BigInt::from(0)))
	}

	fn set(&mut self, value: BigRational) {
		self.0 = Some(value);
	}

	fn add(&mut self, value: BigRational) {
		self.set(self.get() + value);
	}
}

fn whole(value: u128) -> BigRational {
	Rational::new(value).get()
}

impl World {
	fn new(people: usize) -> Self {
		Self {
			pool: Pool::default(),
			records: Memory::default(),
			shares: vec![Share::default(); people],
			now: 0,
			collateral: 0,
			exact: vec![Exact::default(); people],
		}
	}

	fn touch(&mut self, who: usize) {
		self.pool.advance(self.now, DELAY, &mut self.records).unwrap();
		self.pool.settle(&mut self.shares[who], &mut self.records).unwrap();
		self.exact_join();
		self.exact[who].cash_slack += 3;
		self.exact[who].gain_slack.add(whole(4));
	}

	fn exact_join(&mut self) {
		for person in &mut self.exact {
			let now = self.now;
			for (_, amount) in person.entries.iter().filter(|(joins, _)| *joins <= now) {
				person.stake.add(whole(*amount));
			}
			person.entries.retain(|(joins, _)| *joins > now);
		}
	}

	fn deposit(&mut self, who: usize, amount: u128) -> u64 {
		self.touch(who);
		let joins = self.pool.enter(&mut self.shares[who], amount, self.now, DELAY).unwrap();
		self.exact[who].entries.push((joins, amount));
		joins
	}

	/// What `who` has: cash that takes part, and gains.
	fn seen(&self, who: usize) -> (u128, u128) {
		let mut world = (self.pool.clone(), self.records.clone(), self.shares[who].clone());
		world.0.advance(self.now, DELAY, &mut world.1).unwrap();
		world.0.settle(&mut world.2, &mut world.1).unwrap();
		(world.2.stake.map_or(0, |stake| stake.amount), world.2.gains)
	}

	fn buy(&mut self, cost: u128, units: u128) {
		self.pool.advance(self.now, DELAY, &mut self.records).unwrap();
		self.exact_join();
		let total = whole(self.pool.active);
		for who in 0..self.exact.len() {
			let seen = whole(self.seen(who).0);
			let person = &mut self.exact[who];
			let part = person.stake.get() / &total;
			let short = (person.stake.get() - seen) / &total;
			person.gains.add(whole(units) * &part);
			person.gain_slack.add(whole(units) * short + whole(3));
			person.stake.add(-whole(cost) * part);
			person.cash_slack += 3;
		}
		self.pool.buy(cost, units, &mut self.records).unwrap();
		self.collateral += units;
	}

	fn withdraw(&mut self, who: usize, amount: u128) {
		self.touch(who);
		self.pool.leave(&mut self.shares[who], amount, &mut self.records).unwrap();
		self.exact[who].stake.add(-whole(amount));
	}

	fn claim(&mut self, who: usize) -> u128 {
		self.touch(who);
		let gains = std::mem::take(&mut self.shares[who].gains);
		self.collateral -= gains;
		self.exact[who].gains.add(-whole(gains));
		gains
	}

	/// Everything that holds after every step.
	fn check(&self) {
		let mut joined = self.clone();
		joined.pool.advance(self.now, DELAY, &mut joined.records).unwrap();
		joined.exact_join();
		assert_eq!(self.pool.capacity(self.now, DELAY), Some(joined.pool.active));

		let (mut cash, mut gains) = (0, 0);
		let mut exact_cash = whole(0);
		for (who, person) in joined.exact.iter().enumerate() {
			let (left, gained) = self.seen(who);
			cash += left;
			gains += gained;
			exact_cash += person.stake.get();
			let short = person.stake.get() - whole(left);
			assert!(short >= whole(0), "{who} gained cash by rounding");
			assert!(short <= whole(person.cash_slack + 4), "{who} is short by {short}");
			let short = person.gains.get() - whole(gained);
			assert!(short >= whole(0), "{who} gained collateral by rounding");
			let slack = person.gain_slack.get() + whole(4);
			assert!(short <= slack, "{who} is short of collateral by {short}, not {slack}");
		}
		assert!(cash <= joined.pool.active);
		assert!(gains <= self.collateral);
		assert_eq!(exact_cash, whole(joined.pool.active));
		self.check_records();
	}

	fn check_records(&self) {
		let stakes = self.shares.iter().filter_map(|share| share.stake);
		let mut holders: BTreeMap<Era, u32> = BTreeMap::new();
		for era in stakes
			.map(|stake| stake.since.era)
			.chain(self.records.cohorts.values().map(|cohort| cohort.since.era))
		{
			*holders.entry(era).or_default() += 1;
		}
		assert_eq!(holders.get(&self.pool.era).copied().unwrap_or(0), self.pool.holders);
		for (era, past) in &self.records.eras {
			assert_ne!(*era, self.pool.era);
			assert_eq!(holders.get(era).copied().unwrap_or(0), past.holders);
			let needed = (0..=SPAN)
				.filter_map(|scales| holders.get(&era.earlier(scales)?))
				.any(|holders| *holders > 0);
			assert!(needed, "{era:?} is kept for nobody");
		}
		for era in holders.keys().filter(|era| **era != self.pool.era) {
			assert!(self.records.eras.contains_key(era), "{era:?} is missing");
		}
		let entries = |window| {
			let all = self.shares.iter().flat_map(|share| share.entries.iter().flatten());
			all.filter(|entry| entry.window == window).count() as u32
		};
		for (window, cohort) in &self.records.cohorts {
			assert!(cohort.shares > 0);
			assert_eq!(cohort.shares, entries(*window));
		}
		for cohort in self.pool.waiting.iter().flatten() {
			assert_eq!(cohort.shares, entries(cohort.window));
		}
		let depositors = self.shares.iter().filter(|share| !share.is_empty()).count();
		assert!(self.records.eras.len() <= 9 * depositors);
		assert!(self.records.cohorts.len() <= 2 * depositors);
	}

	/// A world in which everybody has what `amounts` say, and takes part.
	fn with(amounts: &[u128]) -> Self {
		let mut world = Self::new(amounts.len());
		for (who, amount) in amounts.iter().enumerate() {
			world.deposit(who, *amount);
		}
		world.now += 2 * DELAY;
		world
	}
}

#[test]
fn what_is_paid_and_bought_is_shared_in_proportion() {
	let mut world = World::with(&[384, 128]);
	world.buy(64, 16);
	assert_eq!(world.seen(0), (336, 12));
	assert_eq!(world.seen(1), (112, 4));
	world.check();
}

#[test]
fn more_than_there_is_cannot_be_paid() {
	let mut world = World::with(&[300]);
	// Nothing takes part before the cohort joins.
	assert_eq!(world.pool.buy(1, 1, &mut world.records), None);
	let mut world = World::with(&[300]);
	world.pool.advance(world.now, DELAY, &mut world.records).unwrap();
	assert_eq!(world.clone().pool.buy(301, 1, &mut world.records), None);
	world.touch(0);
	assert_eq!(world.pool.leave(&mut world.shares[0], 301, &mut world.records), None);
	let nobody = &mut Share::default();
	assert_eq!(world.pool.leave(nobody, 1, &mut world.records), None);
}

#[test]
fn a_deposit_joins_to_the_millisecond() {
	for (made, joins) in [(0, 2_000), (999, 2_000), (1_000, 3_000), (1_999, 3_000)] {
		let mut world = World::new(1);
		world.now = made;
		assert_eq!(world.deposit(0, 50), joins);
		world.now = joins - 1;
		assert_eq!(world.pool.capacity(world.now, DELAY), Some(0));
		world.touch(0);
		assert_eq!(world.pool.active, 0);
		world.now = joins;
		assert_eq!(world.pool.capacity(world.now, DELAY), Some(50));
		world.touch(0);
		assert_eq!(world.pool.active, 50);
		world.check();
	}
}

#[test]
fn a_deposit_bears_and_buys_nothing_before_it_joins() {
	let mut world = World::with(&[128, 0]);
	world.deposit(1, 128);
	world.now += DELAY - 1;
	world.buy(64, 10);
	assert_eq!(world.seen(0), (64, 10));
	assert_eq!(world.seen(1), (0, 0));
	world.now += 2 * DELAY;
	assert_eq!(world.seen(1), (128, 0));
	world.buy(144, 30);
	assert_eq!(world.seen(0), (16, 20));
	assert_eq!(world.seen(1), (32, 20));
	world.check();
}

#[test]
fn whenever_the_pool_is_touched_a_cohort_joins_alike() {
	let run = |touches: &[u64]| {
		let mut world = World::with(&[100, 70]);
		world.deposit(1, 100);
		let start = world.now;
		for at in touches {
			world.now = start + at;
			world.touch(0);
		}
		world.now = start + 10 * DELAY;
		world.buy(50, 10);
		(world.seen(0), world.seen(1))
	};
	let late = run(&[]);
	assert_eq!(run(&[2 * DELAY]), late);
	assert_eq!(run(&[1, DELAY, 2 * DELAY - 1, 2 * DELAY, 5 * DELAY]), late);
}

#[test]
fn an_emptied_pool_begins_again() {
	let mut world = World::with(&[128, 384]);
	world.buy(512, 32);
	assert_eq!(world.pool.era, Era { epoch: 1, scale: 0 });
	assert_eq!((world.seen(0), world.seen(1)), ((0, 8), (0, 24)));
	world.check();

	world.deposit(0, 64);
	world.now += 2 * DELAY;
	world.buy(32, 7);
	assert_eq!((world.seen(0), world.seen(1)), ((32, 8 + 7), (0, 24)));
	world.check();
	assert_eq!((world.claim(0), world.claim(1)), (15, 24));
	assert!(world.shares[1].is_empty());
	world.check();
}

#[test]
fn the_last_unit_can_be_spent_and_a_single_unit_can_take_part() {
	let mut world = World::with(&[1]);
	world.buy(1, u128::MAX);
	assert_eq!(world.seen(0), (0, u128::MAX));
	world.check();

	let mut world = World::with(&[1, 1]);
	world.buy(1, 1);
	// Neither has a whole unit left, and neither bought one.
	assert_eq!((world.seen(0), world.seen(1)), ((0, 0), (0, 0)));
	assert_eq!(world.pool.active, 1);
	world.check();
}

#[test]
fn a_pool_may_shrink_by_any_factor() {
	let mut world = World::with(&[1 << 126, 1 << 126, 0]);
	world.buy((1 << 127) - (1 << 63), 1 << 13);
	assert_eq!(world.pool.era, Era { epoch: 0, scale: 0 });
	assert_eq!((world.seen(0), world.seen(1)), ((1 << 62, 1 << 12), (1 << 62, 1 << 12)));
	world.check();

	// To a single unit in one step, which is two scales.
	world.deposit(2, (1 << 127) - (1 << 63));
	world.now += 2 * DELAY;
	world.buy((1 << 127) - 1, 1 << 126);
	assert_eq!(world.pool.era, Era { epoch: 0, scale: 2 });
	assert_eq!(world.seen(0), (0, (1 << 12) + (1 << 61)));
	assert_eq!(world.seen(1), (0, (1 << 12) + (1 << 61)));
	assert_eq!(world.seen(2), (0, (1 << 126) - (1 << 62)));
	world.check();
}

#[test]
fn a_stake_outlives_two_scales_and_not_a_third() {
	// 0 comes once; what it has shrinks by 2⁴⁰ at a time, and 1 fills the pool again.
	let mut world = World::with(&[1 << 126, 0]);
	let mut seen = BTreeMap::new();
	while world.pool.era.scale < 5 {
		let cash = world.pool.capacity(world.now, DELAY).unwrap();
		world.buy(cash - (cash >> 40), 1 << 110);
		world.check();
		world.deposit(1, 1 << 126);
		world.now += 2 * DELAY;
		seen.entry(world.pool.era.scale).or_insert(world.seen(0));
	}
	assert_eq!(seen[&0].0, 1 << 86);
	assert_eq!(seen[&1].0, 1 << 46);
	assert!(seen[&2].0 <= 1);
	assert_eq!(seen[&3].0, 0);
	assert_eq!(seen[&4], seen[&3]);
	assert!(seen[&0].1 < seen[&1].1 && seen[&1].1 < seen[&2].1);
}

#[test]
fn records_go_with_those_who_need_them() {
	let mut world = World::with(&[1_000, 1_000, 1_000]);
	world.touch(0);
	world.buy(3_000, 30);
	world.deposit(0, 10);
	world.now += 2 * DELAY;
	world.touch(0);
	world.buy(10, 30);
	world.check();
	// Of the first epoch: the cohort that nobody but 0 has come by. Of the second: 0's stake.
	assert_eq!(world.records.eras.len(), 2);
	assert_eq!(world.records.cohorts.len(), 1);
	for who in 0..3 {
		world.claim(who);
		world.check();
	}
	assert_eq!(world.records, Memory::default());
	assert_eq!(world.pool.holders, 0);
}

#[test]
fn the_last_one_out_leaves_what_rounding_kept() {
	let mut world = World::with(&[10, 10, 10]);
	world.buy(1, 1);
	for who in 0..3 {
		let (left, _) = world.seen(who);
		assert_eq!(left, 9);
		world.withdraw(who, left);
		world.check();
	}
	assert!(world.shares.iter().all(Share::is_empty));
	assert_eq!((world.pool.active, world.pool.holders), (2, 0));
	assert_eq!(world.records, Memory::default());
}

#[test]
fn what_leaves_shares_the_fate_of_the_stake() {
	let mut world = World::with(&[100, 100]);
	world.touch(0);
	world.shares[0].exit = Some(Exit { amount: 40, ready: 7 });
	world.buy(100, 10);
	world.touch(0);
	assert_eq!(world.shares[0].exit, Some(Exit { amount: 20, ready: 7 }));
	assert_eq!(world.shares[0].stake.unwrap().amount, 50);
	// A deposit that joins meanwhile does not leave.
	world.deposit(0, 1_000);
	world.now += 2 * DELAY;
	world.touch(0);
	assert_eq!(world.shares[0].exit, Some(Exit { amount: 20, ready: 7 }));
	world.withdraw(0, 5);
	assert_eq!(world.shares[0].exit, Some(Exit { amount: 15, ready: 7 }));
	world.withdraw(0, 15);
	assert_eq!(world.shares[0].exit, None);

	world.shares[0].exit = Some(Exit { amount: 1, ready: 7 });
	world.buy(world.pool.active - 1, 1);
	world.touch(0);
	assert_eq!(world.shares[0].exit, None);
}

#[test]
fn two_cohorts_wait_and_never_three() {
	let mut world = World::new(1);
	for step in 0..40 {
		world.now = step * 333;
		world.deposit(0, 10);
		world.check();
	}
	assert_eq!(world.pool.waiting.iter().flatten().count(), 2);
	assert_eq!(world.shares[0].entries.iter().flatten().count(), 2);
	assert_eq!(world.pool.active + world.pool.pending().unwrap(), 400);
	// A clock that goes back does not find room.
	world.now = 0;
	assert_eq!(world.pool.enter(&mut world.shares[0], 1, 0, DELAY), None);
}

#[test]
fn sums_that_do_not_fit_are_errors() {
	let mut world = World::new(1);
	world.deposit(0, u128::MAX);
	assert_eq!(world.pool.enter(&mut world.shares[0], 1, world.now, DELAY), None);
	assert_eq!(world.pool.enter(&mut world.shares[0], 1, world.now, 0), None);
	assert_eq!(joins_at(u64::MAX, 1), None);
	assert_eq!(joins_at(u64::MAX / 2, 3), None);
}

#[derive(Clone, Copy, Debug)]
enum Step {
	Deposit(usize, u128),
	Pass(u64),
	Touch(usize),
	/// Of a thousand parts of the stake.
	Withdraw(usize, u128),
	Claim(usize),
	Buy(Part, u128),
}

#[derive(Clone, Copy, Debug)]
enum Part {
	/// Of a thousand parts of the cash.
	Share(u128),
	One,
	AllButOne,
	/// What leaves one of 2ⁿ.
	Shift(u32),
	All,
}

const PEOPLE: usize = 4;

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![1..10u128, 1..1_000_000_000_000u128, 1..(1u128 << 100)]
}

fn step() -> impl Strategy<Value = Step> {
	let part = prop_oneof![
		6 => (1..1_000u128).prop_map(Part::Share),
		1 => Just(Part::One),
		1 => Just(Part::AllButOne),
		2 => (1..70u32).prop_map(Part::Shift),
		1 => Just(Part::All),
	];
	prop_oneof![
		5 => (0..PEOPLE, amount()).prop_map(|(who, amount)| Step::Deposit(who, amount)),
		5 => (1..3 * DELAY).prop_map(Step::Pass),
		2 => (0..PEOPLE).prop_map(Step::Touch),
		2 => (0..PEOPLE, prop_oneof![1..1_000u128, Just(1_000u128)])
			.prop_map(|(who, part)| Step::Withdraw(who, part)),
		2 => (0..PEOPLE).prop_map(Step::Claim),
		5 => (part, amount()).prop_map(|(part, units)| Step::Buy(part, units)),
	]
}

fn thousandths(of: u128, part: u128) -> u128 {
	of / 1_000 * part + of % 1_000 * part / 1_000
}

impl World {
	fn step(&mut self, step: Step) {
		match step {
			Step::Deposit(who, amount) => {
				self.deposit(who, amount);
			},
			Step::Pass(millis) => self.now += millis,
			Step::Touch(who) => self.touch(who),
			Step::Withdraw(who, part) => {
				let amount = thousandths(self.seen(who).0, part);
				if amount > 0 {
					self.withdraw(who, amount);
				}
			},
			Step::Claim(who) => {
				self.claim(who);
			},
			Step::Buy(part, units) => {
				let cash = self.pool.capacity(self.now, DELAY).unwrap();
				let cost = match part {
					Part::Share(part) => thousandths(cash, part),
					Part::One => cash.min(1),
					Part::AllButOne => cash.saturating_sub(1),
					Part::Shift(by) => cash - (cash >> by),
					Part::All => cash,
				};
				if cost > 0 {
					self.buy(cost, units);
				}
			},
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	#[test]
	fn agrees_with_the_exact_pool(steps in vec(step(), 1..60)) {
		let mut world = World::new(PEOPLE);
		for step in steps {
			world.step(step);
			world.check();
		}
		// Everybody out: nothing is left but what rounding kept.
		world.now += 3 * DELAY;
		for who in 0..PEOPLE {
			let (left, _) = world.seen(who);
			if left > 0 {
				world.withdraw(who, left);
			}
			world.claim(who);
			world.check();
		}
		prop_assert!(world.shares.iter().all(Share::is_empty));
		prop_assert_eq!(world.records, Memory::default());
		prop_assert_eq!(world.pool.holders, 0);
		prop_assert_eq!(world.pool.pending(), Some(0));
	}

	/// Whether and when others are brought up to date changes nothing for those who are not.
	#[test]
	fn nobody_depends_on_when_others_come_by(
		steps in vec((step(), 1..PEOPLE), 1..40)
	) {
		let (mut quiet, mut busy) = (World::new(PEOPLE), World::new(PEOPLE));
		for (step, other) in steps {
			// What 1, 2 and 3 take out would depend on their own rounding.
			if matches!(step, Step::Withdraw(who, _) if who != 0) {
				continue;
			}
			quiet.step(step);
			busy.touch(other);
			busy.step(step);
			prop_assert_eq!(quiet.seen(0), busy.seen(0));
			prop_assert_eq!(&quiet.shares[0], &busy.shares[0]);
		}
	}
}
