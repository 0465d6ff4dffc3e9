//! Whether the odds are those of the stakes: χ² on 100,000 draws.
//!
//! 64 jurors in a tree of five levels, four of them excluded: 60 classes, 59 degrees of freedom. χ²
//! exceeds 98.32 once in 1,000 if the odds are right. The seeds are fixed, so the outcome is too. That
//! the test can tell is shown by odds that are a little off.

use std::collections::BTreeMap;

use super::Tree;
use crate::*;

const DRAWS: u32 = 100_000;
const JURORS: u32 = 64;
/// P(χ² > 98.32) = 0.001 with 59 degrees of freedom.
const CRITICAL: f64 = 98.32;

/// Jurors all over a tree of five levels.
fn leaf(juror: u32) -> Leaf {
	juror * 16_001
}

fn tree(stake: impl Fn(u32) -> u128) -> (Tree, BTreeMap<Leaf, u128>) {
	let stakes: BTreeMap<_, _> = (0..JURORS).map(|juror| (leaf(juror), stake(juror))).collect();
	let tree = Tree::of(&stakes, 1);
	assert_eq!(tree.levels, MAX_LEVELS);
	(tree, stakes)
}

/// How often each was drawn in [`DRAWS`] cases, as the seat after `seats` others.
fn drawn(tree: &mut Tree, excluded: &[Excluded], seats: u16) -> BTreeMap<Leaf, u32> {
	let mut counts = BTreeMap::new();
	for case in 0..DRAWS {
		let mut excluded = excluded.to_vec();
		for seat in 0..=seats {
			let leaf = tree.draw(1, &excluded, number(&[42; 32], case, 0, seat)).unwrap();
			if seat == seats {
				*counts.entry(leaf).or_insert(0) += 1;
			}
			excluded.push(tree.excluded(leaf, 1));
		}
	}
	counts
}

/// χ² of the counts against these odds.
fn chi_square(counts: &BTreeMap<Leaf, u32>, odds: &BTreeMap<Leaf, f64>) -> f64 {
	assert!(counts.keys().all(|leaf| odds.contains_key(leaf)), "an excluded one was drawn");
	let total: f64 = odds.values().sum();
	odds.iter()
		.map(|(leaf, odds)| {
			let expected = f64::from(DRAWS) * odds / total;
			assert!(expected >= 5.0, "too few to tell: {expected}");
			let count = counts.get(leaf).copied().unwrap_or(0);
			(f64::from(count) - expected).powi(2) / expected
		})
		.sum()
}

/// χ² of the first seat.
fn first_seat(stake: impl Fn(u32) -> u128, excluded: [u32; 4]) -> f64 {
	let (mut tree, stakes) = tree(stake);
	let excluded = excluded.map(|juror| tree.excluded(leaf(juror), 1));
	let mut odds: BTreeMap<_, _> = stakes.iter().map(|(leaf, n)| (*leaf, *n as f64)).collect();
	odds.retain(|leaf, _| excluded.iter().all(|one| one.leaf != *leaf));
	let counts = drawn(&mut tree, &excluded, 0);
	let chi = chi_square(&counts, &odds);

	// It would be seen if one in five of the draws of the heaviest went to somebody else.
	let mut off = odds.clone();
	let (heaviest, most) = odds.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
	off.insert(*heaviest, most * 0.8);
	*off.iter_mut().find(|(leaf, _)| *leaf != heaviest).unwrap().1 += most * 0.2;
	let seen = chi_square(&counts, &off);
	assert!(seen > CRITICAL, "{seen}");
	chi
}

#[test]
fn equal_stakes() {
	let chi = first_seat(|_| 1_000_000_000_000_000, [0, 17, 33, 63]);
	assert!(chi < CRITICAL, "{chi}");
}

#[test]
fn stakes_as_of_pareto() {
	// The k-th has 1/k of what the first has; two of the greatest are excluded.
	let chi = first_seat(|juror| 1_000_000_000_000_000 / u128::from(juror + 1), [1, 2, 40, 63]);
	assert!(chi < CRITICAL, "{chi}");
}

#[test]
fn one_whale() {
	// One of 64 has as much as all others.
	let stake = |juror| if juror == 37 { 63_000_000_000 } else { 1_000_000_000 };
	let chi = first_seat(stake, [0, 36, 38, 63]);
	assert!(chi < CRITICAL, "{chi}");
}

#[test]
fn the_second_seat() {
	// Juror k is second with odds Σ_{i ≠ k} w_i/W · w_k/(W − w_i).
	let (mut tree, stakes) = tree(|juror| 1_000_000 / u128::from(juror + 1));
	let excluded = [1, 2, 40, 63].map(|juror| tree.excluded(leaf(juror), 1));
	let eligible: BTreeMap<_, _> = stakes
		.iter()
		.filter(|(leaf, _)| excluded.iter().all(|one| one.leaf != **leaf))
		.map(|(leaf, stake)| (*leaf, *stake as f64))
		.collect();
	let total: f64 = eligible.values().sum();
	let second = |of: Leaf, stake: f64| {
		let firsts = eligible.iter().filter(|(first, _)| **first != of);
		firsts.map(|(_, first)| first / total * stake / (total - first)).sum()
	};
	let odds = eligible.iter().map(|(leaf, stake)| (*leaf, second(*leaf, *stake))).collect();
	let chi = chi_square(&drawn(&mut tree, &excluded, 1), &odds);
	assert!(chi < CRITICAL, "{chi}");
	// With the odds of the first seat it would not be.
	let chi = chi_square(&drawn(&mut tree, &excluded, 1), &eligible);
	assert!(chi > 10.0 * CRITICAL, "{chi}");
}
