//! One node and its past, against one that forgets nothing.

use std::collections::BTreeMap;

use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;

use crate::*;

/// Every version there ever was.
type History = BTreeMap<Epoch, Sums>;

fn then(history: &History, epoch: Epoch) -> Sums {
	history.range(..=epoch).next_back().map_or([0; ARITY], |(_, sums)| *sums)
}

/// What a node says of every epoch that may be asked for, and some that have not come yet.
fn assert_same(node: &Node, history: &History, present: Epoch) {
	for epoch in present.saturating_sub(KEEP_EPOCHS)..=present.saturating_add(2) {
		let expected = then(history, epoch);
		assert_eq!(node.at(epoch), expected, "at {epoch} in {present}");
		assert_eq!(node.total_at(epoch), Some(expected.iter().sum()));
	}
	assert_eq!(node.now(), then(history, present));
	let epochs: Vec<_> = node.epochs().collect();
	assert!(epochs.len() <= MAX_VERSIONS as usize, "{epochs:?}");
	assert!(epochs.is_sorted_by(|a, b| a < b), "{epochs:?}");
}

/// Sets a slot in both.
fn set(node: &mut Node, history: &mut History, slot: u8, value: u128, epoch: Epoch) {
	let mut sums = then(history, epoch);
	sums[usize::from(slot)] = value;
	history.insert(epoch, sums);
	node.set(slot, value, epoch).unwrap();
}

#[test]
fn an_empty_node_is_zero_at_all_times() {
	let node = Node::default();
	assert_eq!(node.now(), [0; ARITY]);
	assert_eq!(node.at(0), [0; ARITY]);
	assert_eq!(node.total_at(Epoch::MAX), Some(0));
	assert_eq!(node.epochs().count(), 0);
	assert_eq!(node.grown(), Some(Node::default()));
}

#[test]
fn it_remembers_what_it_was_at_the_end_of_an_epoch() {
	let mut node = Node::default();
	node.set(3, 10, 7).unwrap();
	node.set(3, 11, 7).unwrap();
	node.set(4, 1, 9).unwrap();
	assert_eq!(node.total_at(6), Some(0));
	assert_eq!(node.total_at(7), Some(11));
	assert_eq!(node.total_at(8), Some(11));
	assert_eq!(node.total_at(9), Some(12));
	assert_eq!(node.epochs().collect::<Vec<_>>(), [7, 9]);
}

#[test]
fn no_such_slot_and_no_way_back() {
	let mut node = Node::default();
	node.set(15, 1, 5).unwrap();
	let before = node.clone();
	assert_eq!(node.set(16, 1, 6), None);
	assert_eq!(node.set(255, 1, 6), None);
	assert_eq!(node.set(0, 1, 4), None);
	assert_eq!(node, before);
}

#[test]
fn epochs_at_the_end_of_time() {
	let mut node = Node::default();
	for (i, epoch) in (Epoch::MAX - 9..=Epoch::MAX).enumerate() {
		node.set(0, i as u128, epoch).unwrap();
	}
	assert_eq!(node.total_at(Epoch::MAX), Some(9));
	assert_eq!(node.total_at(Epoch::MAX - KEEP_EPOCHS), Some(4));
	assert_eq!(node.epochs().count(), MAX_VERSIONS as usize);
}

/// Touched or not in each of 14 epochs, all ways to do so.
#[test]
fn pruning_forgets_nothing_that_may_be_asked_for() {
	let mut most = 0;
	for touched in 0u32..1 << 14 {
		let (mut node, mut history) = (Node::default(), History::new());
		for epoch in (0..14).filter(|epoch| touched >> epoch & 1 == 1) {
			set(&mut node, &mut history, (epoch % 16) as u8, 100 + u128::from(epoch), epoch);
			assert_same(&node, &history, epoch);
			most = most.max(node.epochs().count());
		}
	}
	assert_eq!(most, MAX_VERSIONS as usize, "all versions are needed at times");
}

#[test]
fn the_old_root_grows_with_all_its_past() {
	let mut node = Node::default();
	node.set(0, 5, 1).unwrap();
	node.set(1, 6, 3).unwrap();
	let root = node.grown().unwrap();
	assert_eq!(root.epochs().collect::<Vec<_>>(), [1, 3]);
	for (epoch, sum) in [(0, 0), (1, 5), (2, 5), (3, 11), (4, 11)] {
		let mut expected = [0; ARITY];
		expected[0] = sum;
		assert_eq!(root.at(epoch), expected);
	}
}

#[test]
fn a_sum_beyond_128_bits_does_not_grow() {
	let mut node = Node::default();
	node.set(0, u128::MAX, 1).unwrap();
	assert!(node.grown().is_some());
	node.set(1, 1, 2).unwrap();
	assert_eq!(node.total_at(1), Some(u128::MAX));
	assert_eq!(node.total_at(2), None);
	assert_eq!(node.grown(), None);
}

#[test]
fn it_is_stored_as_it_is() {
	let mut node = Node::default();
	for epoch in 0..20 {
		node.set((epoch % 16) as u8, u128::MAX, epoch).unwrap();
	}
	let stored = node.encode();
	assert_eq!(Node::decode(&mut stored.as_slice()), Ok(node));
	assert_eq!(Node::max_encoded_len(), 1 + 6 * (8 + 16 * 16));
	assert_eq!(stored.len(), Node::max_encoded_len());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(4_000))]

	#[test]
	fn like_one_that_forgets_nothing(
		start in prop_oneof![Just(0u64), 0u64..10, Just(u64::MAX - 400)],
		sets in prop::collection::vec(
			(prop_oneof![4 => 0u64..=1, 2 => 2u64..=4, 1 => 5u64..=9], 0u8..16, any::<u64>()),
			1..40,
		),
	) {
		let (mut node, mut history) = (Node::default(), History::new());
		let mut epoch = start;
		for (later, slot, value) in sets {
			epoch += later;
			set(&mut node, &mut history, slot, value.into(), epoch);
			assert_same(&node, &history, epoch);
			let root = node.grown().unwrap();
			prop_assert_eq!(root.epochs().collect::<Vec<_>>(), node.epochs().collect::<Vec<_>>());
			for then in epoch.saturating_sub(KEEP_EPOCHS)..=epoch {
				let sums = root.at(then);
				prop_assert_eq!(Some(sums[0]), node.total_at(then));
				prop_assert!(sums[1..].iter().all(|other| *other == 0));
			}
		}
	}
}
