//! Measures what it takes to buy a panel: by stake, and by promises.
//!
//! `cargo run --release -p strata-court --example bribery` prints one JSON object a line, the same
//! every time. Amounts are whole STRA. It measures a model, whose assumptions are named below; it
//! proves nothing about people.
//!
//! Everything is drawn by the code that the chain runs: 1,000 jurors with equal stakes, 2,000 cases
//! that are appealed to the end, i.e. panels of 5, 11, 23 and 47 seats in a row, nobody twice.
//!
//! | case | keys | says |
//! |---|---|---|
//! | `capture` | `seats`, `stake`, `exact`, `binomial`, `drawn` | how likely who holds this share of the stakes has most of the seats: exactly (hypergeometric), for a large court (binomial), and in what share of the panels drawn |
//! | `bribe` | `seats`, `budget`, `due`, `secured` | what a p + ε promise to half of the panel is worth if an incoherent vote costs the whole deposit ([`bribe`]); the most that can become due on it with the penalties as they are; the greatest claim that the panel may decide ([`secured`]) |
//! | `chain` | `rounds`, `seats`, `budget`, `due` | the same for all panels up to this round together |
//! | `promise` | `seats`, `believe`, `exact`, `turned`, `paid`, `most_paid` | if each juror believes the promise with this probability: how often it turns the panel (exactly, for the panel size, and as drawn), and what it costs: on average over all panels, and at most |
//!
//! # The p + ε promise (V. Buterin, *The P + epsilon Attack*, 2015)
//!
//! A briber promises each juror who votes with him and is incoherent in the end his loss, what a
//! coherent juror got, and ε. If all believe it, all vote with him and he pays nothing; if too few do,
//! he pays what he promised. Coherence is measured against the final award, so turning a panel whose
//! ruling is appealed turns nothing: he must be able to pay in all rounds, and wins by the last one
//! only.
//!
//! Assumed: an incoherent juror loses as [`Penalties`] say by default, nobody is silent, a seat's
//! deposit is 300 STRA and its fee 20 STRA (the default terms), ε is 1 STRA, and believers are
//! independent of each other.
//!
//! # What it shows
//!
//! | seats | captured with 20 % | 30 % | 40 % of the stakes | budget | due | secured |
//! |---|---|---|---|---|---|---|
//! | 5 | 5.7 % | 16 % | 32 % | 1,068 | 348 | 400 |
//! | 11 | 1.1 % | 7.7 % | 25 % | 2,938 | 838 | 880 |
//! | 23 | 0.05 % | 2.0 % | 16 % | 6,757 | 1,807 | 1,840 |
//! | 47 | 0.0001 % | 0.16 % | 7.7 % | 14,436 | 3,741 | 3,760 |
//!
//! - Stake: appeals are a strong defence against a fifth or a quarter of the stakes and a weak one
//!   against 40 %. The odds are a little better than in a large court, because nobody is drawn twice.
//! - Promises: one for all four panels must be good for 25,200 STRA if a lost vote cost the whole
//!   deposit. With the penalties as they are at most 6,736 STRA can become due, because they are low
//!   when votes are close, and that is when a briber owes most. So the rule that routes a claim
//!   ([`secured`]) reckons with the least that a lost vote costs: what a panel may decide is then
//!   about what can become due on a bribe of that panel alone.
//! - A promise that six in ten believe turns the last panel in 92 % of all cases and costs 305 STRA on
//!   average; one that all believe costs nothing. No deposit is a defence against that, only that
//!   jurors cannot rely on each other's belief. Claims that are large beside these sums belong before
//!   accredited jurors or the final origin.

use std::{collections::HashMap, iter::successors};

use num_bigint::BigUint;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use strata_court::{
	bribe, draw, levels_for, next_panel, number, secured, set_weight, slash, Balance, Excluded,
	Leaf, Node, Nodes, Penalties,
};

const JURORS: u32 = 1_000;
const CASES: u32 = 2_000;
const FIRST: u8 = 5;
const ROUNDS: usize = 4;
/// Raw units of a STRA.
const STRA: Balance = 1_000_000_000_000;
const DEPOSIT: Balance = 300 * STRA;
const FEE: Balance = 20 * STRA;
const EPSILON: Balance = STRA;
/// What each juror has in the court.
const STAKE: Balance = 1_000 * STRA;
/// Stakes of an adversary, and believers of a promise, in hundredths.
const STAKES: [u32; 6] = [10, 20, 25, 30, 33, 40];
const BELIEVERS: [u32; 6] = [20, 30, 40, 50, 60, 70];
/// Of the draws, and of who believes.
const SEEDS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

/// Who sits in the panels of a case, round by round.
type Case = Vec<Vec<Leaf>>;

/// The tree of a court.
#[derive(Default)]
struct Court(HashMap<(u8, u32), Node>);

impl Nodes for Court {
	fn get(&mut self, level: u8, index: u32) -> Node {
		self.0.get(&(level, index)).cloned().unwrap_or_default()
	}

	fn put(&mut self, level: u8, index: u32, node: Node) {
		self.0.insert((level, index), node);
	}
}

fn main() -> Result<(), &'static str> {
	let cases = cases().ok_or("a panel cannot be drawn")?;
	for (round, seats) in panels().enumerate() {
		for stake in STAKES {
			capture(&cases, round, seats, stake);
		}
	}
	bribes().ok_or("a sum does not fit")?;
	for (round, seats) in panels().enumerate() {
		for believe in BELIEVERS {
			promise(&cases, round, seats, believe);
		}
	}
	Ok(())
}

/// Seats of the panels, round by round.
fn panels() -> impl Iterator<Item = u8> {
	successors(Some(FIRST), |seats| next_panel(*seats)).take(ROUNDS)
}

/// All cases, drawn.
fn cases() -> Option<Vec<Case>> {
	let mut court = Court::default();
	let levels = levels_for(JURORS)?;
	for leaf in 0..JURORS {
		set_weight(&mut court, levels, leaf, STAKE, 0)?;
	}
	(0..CASES).map(|case| drawn(&mut court, levels, case)).collect()
}

/// One case through all rounds: whoever sat in an earlier one is excluded.
fn drawn(court: &mut Court, levels: u8, case: u32) -> Option<Case> {
	let mut excluded = Vec::new();
	let mut rounds = Vec::new();
	for (round, seats) in (0..).zip(panels()) {
		let mut panel = Vec::new();
		for seat in 0..seats {
			let number = number(&SEEDS[0], case, round, seat.into());
			let leaf = draw(court, levels, 0, &excluded, number)?;
			excluded.push(Excluded { leaf, weight: STAKE });
			panel.push(leaf);
		}
		rounds.push(panel);
	}
	Some(rounds)
}

/// How often the first jurors, `stake` hundredths of all, have most of the seats.
fn capture(cases: &[Case], round: usize, seats: u8, stake: u32) {
	let adversaries = JURORS * stake / 100;
	let has_most = |case: &&Case| {
		let seated = case[round].iter().filter(|leaf| **leaf < adversaries).count();
		2 * seated > usize::from(seats)
	};
	let drawn = cases.iter().filter(has_most).count();
	println!(
		r#"{{"case":"capture","seats":{seats},"stake":{},"exact":{:.3e},"binomial":{:.3e},"drawn":{}}}"#,
		f64::from(stake) / 100.0,
		hypergeometric(adversaries, seats),
		binomial(stake, seats),
		drawn as f64 / f64::from(CASES),
	);
}

/// What a promise must be good for, a panel and all panels so far.
fn bribes() -> Option<()> {
	let least = Penalties::default().least;
	let (mut all_seats, mut all_budget, mut all_due) = (0, 0, 0);
	for (round, seats) in (1..).zip(panels()) {
		let budget = bribe(seats, FEE, DEPOSIT, EPSILON)?;
		let due = (0..=seats / 2).map(|believers| due(seats, believers)).max()?;
		let secured = secured(seats, FEE, DEPOSIT, least)?;
		all_seats += u32::from(seats);
		all_budget += budget;
		all_due += due;
		println!(
			r#"{{"case":"bribe","seats":{seats},"budget":{},"due":{},"secured":{}}}"#,
			budget / STRA,
			due / STRA,
			secured / STRA,
		);
		println!(
			r#"{{"case":"chain","rounds":{round},"seats":{all_seats},"budget":{},"due":{}}}"#,
			all_budget / STRA,
			all_due / STRA,
		);
	}
	Some(())
}

/// What the briber owes if so few believe him that the panel is not turned: their losses, to each what
/// a coherent juror gets, and ε.
fn due(seats: u8, believers: u8) -> Balance {
	let coherent = seats - believers;
	let share = Penalties::default().incoherent(coherent.into(), believers.into(), seats.into());
	let loss = slash(DEPOSIT, share);
	let pot = Balance::from(believers) * loss + Balance::from(seats) * FEE;
	Balance::from(believers) * (loss + pot / Balance::from(coherent) + EPSILON)
}

/// What a promise does and costs that each juror believes with `believe` in a hundred.
fn promise(cases: &[Case], round: usize, seats: u8, believe: u32) {
	let (mut turned, mut paid, mut most_paid) = (0u32, 0, 0);
	for (number_of_case, case) in (0..).zip(cases) {
		let believers = case[round].iter().filter(|leaf| believes(number_of_case, **leaf, believe));
		let believers = believers.count() as u8;
		if 2 * u32::from(believers) > seats.into() {
			turned += 1;
		} else {
			let due = due(seats, believers);
			paid += due;
			most_paid = most_paid.max(due);
		}
	}
	println!(
		r#"{{"case":"promise","seats":{seats},"believe":{},"exact":{:.3e},"turned":{},"paid":{},"most_paid":{}}}"#,
		f64::from(believe) / 100.0,
		binomial(believe, seats),
		f64::from(turned) / f64::from(CASES),
		paid / Balance::from(CASES) / STRA,
		most_paid / STRA,
	);
}

/// Whether a juror believes a promise in a case. Who does, does so as well if more do.
fn believes(case: u32, leaf: Leaf, hundredths: u32) -> bool {
	// There are no more than 1,000 leaves.
	number(&SEEDS[1], case, 0, leaf as u16) % 100 < hundredths.into()
}

/// P(most of the seats) for so many of all jurors, if nobody is drawn twice.
fn hypergeometric(adversaries: u32, seats: u8) -> f64 {
	let seats = u32::from(seats);
	let ways = |theirs| choose(adversaries, theirs) * choose(JURORS - adversaries, seats - theirs);
	let most: BigUint = (seats / 2 + 1..=seats).map(ways).sum();
	share(most, choose(JURORS, seats))
}

/// P(most of the seats) if each is theirs with so many hundredths.
fn binomial(hundredths: u32, seats: u8) -> f64 {
	let seats = u32::from(seats);
	let ways = |theirs| {
		let others = BigUint::from(100 - hundredths).pow(seats - theirs);
		choose(seats, theirs) * BigUint::from(hundredths).pow(theirs) * others
	};
	let most: BigUint = (seats / 2 + 1..=seats).map(ways).sum();
	share(most, BigUint::from(100u32).pow(seats))
}

/// n over k.
fn choose(n: u32, k: u32) -> BigUint {
	(0..k).fold(BigUint::from(1u32), |ways, i| ways * (n - i) / (i + 1))
}

fn share(part: BigUint, whole: BigUint) -> f64 {
	BigRational::new(part.into(), whole.into()).to_f64().unwrap_or(f64::NAN)
}
