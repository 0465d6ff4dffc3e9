//! Trees against a list of weights and copies of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Tree;
use crate::*;

/// Weights as they are, and as they were at the end of each epoch.
#[derive(Default)]
struct Naive {
	now: BTreeMap<Leaf, u128>,
	then: BTreeMap<Epoch, BTreeMap<Leaf, u128>>,
}

impl Naive {
	fn set(&mut self, leaf: Leaf, weight: u128, epoch: Epoch) {
		self.now.insert(leaf, weight);
		self.then.insert(epoch, self.now.clone());
	}

	fn at(&self, epoch: Epoch) -> BTreeMap<Leaf, u128> {
		self.then.range(..=epoch).next_back().map(|(_, all)| all.clone()).unwrap_or_default()
	}
}

/// A leaf of a tree of any depth; the least and the last of each depth often.
pub(super) fn leaf() -> impl Strategy<Value = Leaf> {
	prop_oneof![
		3 => 0u32..16,
		3 => (0u32..=20, any::<u32>()).prop_map(|(bits, x)| x & ((1 << bits) - 1)),
		2 => (1u8..=5, 0u32..2).prop_map(|(levels, less)| {
			let edge = capacity(levels).unwrap() - less;
			edge.min((1 << 20) - 1)
		}),
	]
}

/// How many epochs later, which leaf, what weight. More than 2^20 of the greatest do not overflow.
pub(super) type Change = (Epoch, Leaf, u128);

pub(super) fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
	let later = prop_oneof![5 => Just(0u64), 3 => Just(1u64), 1 => 2u64..=7];
	let weight = prop_oneof![Just(0u128), 1u128..10, (0u128..1 << 100)];
	prop::collection::vec((later, leaf(), weight), 1..most)
}

/// The tree after these, growing as needed, and the epoch.
pub(super) fn history(
	changes: &[Change],
	mut each: impl FnMut(&mut Tree, Change),
) -> (Tree, Epoch) {
	let mut tree = Tree::with_room(1);
	let mut epoch = 3;
	for (later, leaf, weight) in changes {
		epoch += later;
		tree.grow_for(*leaf);
		tree.set(*leaf, *weight, epoch).unwrap();
		each(&mut tree, (epoch, *leaf, *weight));
	}
	(tree, epoch)
}

/// Every slot above the leaves is the sum of what is below it, at every snapshot.
fn assert_sums(tree: &Tree, epoch: Epoch) {
	for then in epoch.saturating_sub(KEEP_EPOCHS)..=epoch {
		for ((level, index), node) in tree.nodes.iter().filter(|((level, _), _)| *level > 0) {
			for (child, sum) in (index * 16..).zip(node.at(then)) {
				let below = tree.nodes.get(&(level - 1, child)).cloned().unwrap_or_default();
				assert_eq!(below.total_at(then), Some(sum), "{level} {child} at {then}");
			}
		}
	}
}

#[test]
fn levels_and_their_room() {
	let room = [None, Some(16), Some(256), Some(4_096), Some(65_536), Some(1_048_576), None];
	for (levels, room) in (0u8..).zip(room) {
		assert_eq!(capacity(levels), room);
	}
	assert_eq!(capacity(u8::MAX), None);
	for (leaves, levels) in [
		(0, 1),
		(1, 1),
		(16, 1),
		(17, 2),
		(256, 2),
		(257, 3),
		(4_097, 4),
		(65_536, 4),
		(65_537, 5),
		(1_000_000, 5),
		(1_048_576, 5),
	] {
		assert_eq!(levels_for(leaves), Some(levels), "{leaves}");
	}
	assert_eq!(levels_for(1_048_577), None);
	assert_eq!(levels_for(u32::MAX), None);
}

#[test]
fn no_such_leaf_and_no_such_tree() {
	let mut tree = Tree::default();
	for (levels, leaf) in [(0, 0), (1, 16), (2, 256), (5, 1_048_576), (5, u32::MAX), (6, 0)] {
		assert_eq!(set_weight(&mut tree, levels, leaf, 1, 1), None);
		assert_eq!(weight_at(&mut tree, levels, leaf, 1), None);
	}
	assert_eq!(total_at(&mut tree, 0, 1), None);
	assert_eq!(total_at(&mut tree, 6, 1), None);
	assert!(tree.nodes.is_empty());
}

#[test]
fn a_change_takes_one_read_and_one_write_a_level() {
	for levels in 1..=MAX_LEVELS {
		let mut tree = Tree { levels, ..Tree::default() };
		assert_eq!(tree.set(capacity(levels).unwrap() - 1, 7, 1), Some(7));
		assert_eq!((tree.reads, tree.writes), (u32::from(levels), u32::from(levels)));
		assert_eq!(tree.weight(capacity(levels).unwrap() - 1, 1), Some(7));
		assert_eq!(tree.total(1), Some(7));
		assert_eq!((tree.reads, tree.writes), (u32::from(levels) + 2, u32::from(levels)));
	}
}

#[test]
fn what_fails_writes_nothing() {
	let mut tree = Tree::with_room(4_096);
	tree.set(0, u128::MAX, 5).unwrap();
	let (nodes, writes) = (tree.nodes.clone(), tree.writes);
	// In the same node, in the same one a level up, in the root.
	for leaf in [1, 16, 256] {
		assert_eq!(tree.set(leaf, 1, 5), None, "beyond 128 bits");
	}
	assert_eq!(tree.set(0, 1, 4), None, "before the last change");
	assert_eq!(tree.set(4_095, 1, 4), None, "before the last change, in the root only");
	assert_eq!((&tree.nodes, tree.writes), (&nodes, writes));
	assert_eq!(tree.set(0, u128::MAX - 1, 5), Some(u128::MAX - 1));
	assert_eq!(tree.set(256, 1, 5), Some(u128::MAX));
}

#[test]
fn it_grows_from_one_level_to_five_and_keeps_every_snapshot() {
	let mut tree = Tree::with_room(1);
	let leaves = [0, 16, 256, 4_096, 65_536];
	for (epoch, leaf) in (1..).zip(leaves) {
		tree.grow_for(leaf);
		tree.set(leaf, 1 << epoch, epoch).unwrap();
	}
	assert_eq!(tree.levels, 5);
	for epoch in 0..=5u64 {
		assert_eq!(tree.total(epoch), Some((1..=epoch).map(|past| 1u128 << past).sum()));
		for (since, leaf) in (1..).zip(leaves) {
			let weight = if since <= epoch { 1 << since } else { 0 };
			assert_eq!(tree.weight(leaf, epoch), Some(weight), "{leaf} at {epoch}");
		}
	}
	assert_sums(&tree, 5);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(1_500))]

	#[test]
	fn like_a_list_of_weights(changes in changes(60), asked in prop::collection::vec(leaf(), 8)) {
		let mut naive = Naive::default();
		let (mut tree, epoch) = history(&changes, |tree, (epoch, leaf, weight)| {
			naive.set(leaf, weight, epoch);
			assert_eq!(tree.total(epoch), Some(naive.now.values().sum()));
			for then in epoch.saturating_sub(KEEP_EPOCHS)..=epoch {
				let weights = naive.at(then);
				assert_eq!(tree.total(then), Some(weights.values().sum()), "{then} in {epoch}");
				let expected = weights.get(&leaf).copied().unwrap_or(0);
				assert_eq!(tree.weight(leaf, then), Some(expected));
			}
		});
		assert_sums(&tree, epoch);
		let room = capacity(tree.levels).unwrap();
		for then in epoch.saturating_sub(KEEP_EPOCHS)..=epoch {
			let weights = naive.at(then);
			for leaf in weights.keys().chain(&asked).filter(|leaf| **leaf < room) {
				let expected = weights.get(leaf).copied().unwrap_or(0);
				prop_assert_eq!(tree.weight(*leaf, then), Some(expected));
			}
		}
		prop_assert!(tree.nodes.values().all(|node| node.epochs().count() <= MAX_VERSIONS as usize));
	}
}
