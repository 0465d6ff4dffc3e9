//! Draws, seat by seat, against a sampler that walks over everybody.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigUint;
use proptest::prelude::*;
use sp_core::U256;

use super::{
	tree::{changes, history, leaf},
	Tree,
};
use crate::*;

/// Everybody by leaf, without the excluded; the one in whose weight the remainder of the number lies.
fn naive(weights: &BTreeMap<Leaf, u128>, excluded: &BTreeSet<Leaf>, number: U256) -> Option<Leaf> {
	let eligible: Vec<_> = weights.iter().filter(|(leaf, _)| !excluded.contains(leaf)).collect();
	let total: BigUint = eligible.iter().map(|(_, weight)| BigUint::from(**weight)).sum();
	if total == BigUint::ZERO {
		return None;
	}
	let mut offset = BigUint::from_bytes_be(&number.to_big_endian()) % total;
	for (leaf, weight) in eligible {
		let weight = BigUint::from(*weight);
		if offset < weight {
			return Some(*leaf);
		}
		offset -= weight;
	}
	unreachable!("the remainder is below the total")
}

fn weights(of: &[(Leaf, u128)]) -> BTreeMap<Leaf, u128> {
	of.iter().copied().collect()
}

fn u256() -> impl Strategy<Value = U256> {
	prop_oneof![any::<[u8; 32]>().prop_map(|bytes| U256::from_big_endian(&bytes)), Just(U256::MAX)]
}

#[test]
fn every_number_draws_each_leaf_exactly_as_often_as_it_weighs() {
	let weights = weights(&[(0, 3), (5, 1), (15, 7), (16, 2), (255, 5), (256, 11), (70_000, 4)]);
	let mut tree = Tree::of(&weights, 4);
	for out in 0u32..1 << weights.len() {
		let leaves = weights.keys().enumerate().filter(|(i, _)| out >> i & 1 == 1);
		let excluded: Vec<_> = leaves.map(|(_, leaf)| tree.excluded(*leaf, 4)).collect();
		let left: u128 = 33 - excluded.iter().map(|one| one.weight).sum::<u128>();
		let mut drawn = BTreeMap::new();
		for number in 0..left {
			*drawn.entry(tree.draw(4, &excluded, number.into()).unwrap()).or_insert(0) += 1;
		}
		let mut expected = weights.clone();
		expected.retain(|leaf, _| excluded.iter().all(|one| one.leaf != *leaf));
		assert_eq!(drawn, expected);
	}
}

#[test]
fn nothing_left_to_draw_from() {
	let mut empty = Tree::with_room(300);
	assert_eq!(empty.draw(1, &[], U256::zero()), None, "nobody");
	empty.set(7, 0, 1).unwrap();
	assert_eq!(empty.draw(1, &[], U256::MAX), None, "nobody with a stake");

	let mut tree = Tree::of(&weights(&[(1, 5), (20, 6), (21, 0)]), 3);
	assert_eq!(tree.draw(2, &[], U256::MAX), None, "nobody yet");
	let all = [tree.excluded(20, 3), tree.excluded(1, 3)];
	assert_eq!(tree.draw(3, &all, U256::MAX), None, "all excluded");
	assert_eq!(tree.draw(3, &all[..1], U256::MAX), Some(1), "one juror left");
	assert_eq!(tree.draw(3, &all[1..], U256::MAX), Some(20), "one juror left");
}

#[test]
fn a_draw_is_from_the_snapshot_not_from_the_present() {
	let mut tree = Tree::of(&weights(&[(1, 5)]), 3);
	tree.set(1, 0, 4).unwrap();
	tree.set(2, 1 << 100, 4).unwrap();
	for number in 0u32..20 {
		assert_eq!(tree.draw(3, &[], number.into()), Some(1));
		assert_eq!(tree.draw(4, &[], number.into()), Some(2));
	}
}

#[test]
fn what_does_not_fit_the_tree_draws_nobody() {
	let mut tree = Tree::of(&weights(&[(1, 5), (20, 6)]), 3);
	for levels in [0, 6, u8::MAX] {
		assert_eq!(draw(&mut tree, levels, 3, &[], U256::zero()), None);
	}
	let outside = [Excluded { leaf: 256, weight: 0 }];
	assert_eq!(tree.draw(3, &outside, U256::zero()), None, "no such leaf");
	let too_heavy = [Excluded { leaf: 1, weight: 12 }];
	assert_eq!(tree.draw(3, &too_heavy, U256::zero()), None, "more than all");
	let heavier = [Excluded { leaf: 1, weight: 6 }];
	assert_eq!(tree.draw(3, &heavier, U256::zero()), None, "more than it has");
	let beyond = [Excluded { leaf: 1, weight: u128::MAX }, Excluded { leaf: 20, weight: 1 }];
	assert_eq!(tree.draw(3, &beyond, U256::zero()), None, "beyond 128 bits");
}

#[test]
fn a_draw_reads_one_node_a_level() {
	for levels in 1..=MAX_LEVELS {
		let last = capacity(levels).unwrap() - 1;
		let mut tree = Tree::of(&weights(&[(last, 3), (0, 2)]), 1);
		assert_eq!(tree.levels, levels);
		let excluded = [tree.excluded(0, 1)];
		tree.reads = 0;
		assert_eq!(tree.draw(1, &excluded, U256::MAX), Some(last));
		assert_eq!(tree.reads, u32::from(levels));
	}
}

#[test]
fn weights_up_to_all_128_bits() {
	let weights = weights(&[(0, u128::MAX - 2), (17, 1), (300, 1)]);
	let mut tree = Tree::of(&weights, 1);
	let total = U256::from(u128::MAX);
	assert_eq!(tree.draw(1, &[], total - 1), Some(300));
	assert_eq!(tree.draw(1, &[], total - 2), Some(17));
	assert_eq!(tree.draw(1, &[], total - 3), Some(0));
	assert_eq!(tree.draw(1, &[], total), Some(0));
	// 2^256 − 1 = (2^128 − 1)(2^128 + 1).
	assert_eq!(tree.draw(1, &[], U256::MAX), Some(0));
	assert_eq!(tree.draw(1, &[], U256::MAX - 1), Some(300));
}

#[test]
fn drawn_until_nobody_is_left_everybody_is_drawn_once() {
	let weights: BTreeMap<_, _> = (0u32..95).map(|i| (i * 677, 1 + u128::from(i % 9))).collect();
	let mut tree = Tree::of(&weights, 1);
	let mut excluded: Vec<Excluded> = Vec::new();
	let mut seen = BTreeSet::new();
	for trial in 0.. {
		let Some(leaf) = tree.draw(1, &excluded, number(&[5; 32], 1, 0, trial)) else { break };
		assert!(seen.insert(leaf), "{leaf} twice");
		excluded.push(tree.excluded(leaf, 1));
	}
	assert_eq!(seen, weights.keys().copied().collect());
}

#[test]
fn the_number_is_the_hash_that_the_docs_say() {
	// By another implementation of BLAKE2b.
	let hash = "3009fddbb3c41bc3183ac2dd94f3a576b2e1f2d0c99a61a4f31600505fd544d5";
	let expected = U256::from_str_radix(hash, 16).unwrap();
	assert_eq!(number(&[7; 32], 0x0102_0304, 2, 0x0506), expected);
}

#[test]
fn every_try_has_another_number() {
	let mut seen = BTreeSet::new();
	for seed in [[0; 32], [1; 32]] {
		for dispute in [0, 1, 256, u32::MAX] {
			for round in [0, 1, 255] {
				for trial in [0, 1, 255, 256, u16::MAX] {
					assert!(seen.insert(number(&seed, dispute, round, trial)));
				}
			}
		}
	}
}

/// Both ends of the numbers of 256,000 tries with eight seeds are spread evenly over 16 classes: χ² with
/// 15 degrees of freedom stays below 37.70, which it would exceed once in 1,000. Each bit is set in half
/// of them, within 5 standard deviations.
#[test]
fn numbers_are_spread_evenly() {
	const TRIES: u32 = 256_000;
	let (mut low, mut high, mut bits) = ([0u32; 16], [0u32; 16], [0u32; 256]);
	for i in 0..TRIES {
		let seed = [(i % 8) as u8; 32];
		let number = number(&seed, i / 2_400, (i % 3) as u8, (i / 8 % 300) as u16);
		low[(number % 16).as_usize()] += 1;
		high[(number >> 252).as_usize()] += 1;
		for (bit, set) in bits.iter_mut().enumerate() {
			*set += u32::from(number.bit(bit));
		}
	}
	for counts in [low, high] {
		let expected = f64::from(TRIES) / 16.0;
		let chi: f64 = counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
		assert!(chi < 37.70, "{chi}");
	}
	let deviation = (f64::from(TRIES) / 4.0).sqrt();
	for set in bits {
		assert!((f64::from(set) - f64::from(TRIES) / 2.0).abs() < 5.0 * deviation, "{set}");
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	/// All seats of a panel, parties excluded, at any snapshot that is kept.
	#[test]
	fn seat_by_seat_like_the_naive_sampler(
		changes in changes(60),
		parties in prop::collection::vec(leaf(), 0..8),
		seed in any::<[u8; 32]>(),
		back in 0..=KEEP_EPOCHS,
		seats in prop_oneof![Just(5u16), Just(11), Just(23), Just(47)],
	) {
		let mut states = BTreeMap::new();
		let mut now = BTreeMap::new();
		let (mut tree, epoch) = history(&changes, |_, (epoch, leaf, weight)| {
			now.insert(leaf, weight);
			states.insert(epoch, now.clone());
		});
		let snapshot = epoch.saturating_sub(back);
		let then = states.range(..=snapshot).next_back().map(|(_, all)| all.clone()).unwrap_or_default();
		let room = capacity(tree.levels).unwrap();
		let mut out: BTreeSet<_> = parties.iter().copied().filter(|leaf| *leaf < room).collect();
		// Twice, and in no order.
		let named = parties.iter().chain(&parties).filter(|leaf| **leaf < room);
		let mut excluded: Vec<_> = named.map(|leaf| tree.excluded(*leaf, snapshot)).collect();
		for trial in 0..seats {
			let number = number(&seed, 1, 0, trial);
			let drawn = tree.draw(snapshot, &excluded, number);
			prop_assert_eq!(drawn, naive(&then, &out, number), "try {}", trial);
			let Some(leaf) = drawn else {
				prop_assert!(then.iter().all(|(leaf, weight)| *weight == 0 || out.contains(leaf)));
				break;
			};
			prop_assert!(out.insert(leaf), "{} was drawn or excluded before", leaf);
			excluded.push(tree.excluded(leaf, snapshot));
		}
	}

	#[test]
	fn any_number_like_the_naive_sampler(
		weights in prop::collection::btree_map(leaf(), 0u128..1 << 120, 1..40),
		numbers in prop::collection::vec(u256(), 1..20),
	) {
		let mut tree = Tree::of(&weights, 1);
		for number in numbers {
			prop_assert_eq!(tree.draw(1, &[], number), naive(&weights, &BTreeSet::new(), number));
		}
	}
}
