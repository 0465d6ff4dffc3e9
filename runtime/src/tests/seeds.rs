//! The seeds of draws come from what primary slots reveal, and from nothing else.

use super::chain::{block_after, check_invariants, next_block, on_dev_chain, primary_block};
use crate::{Babe, Seeds, Session, Tempo};

/// Makes the first block of the next epoch, in a secondary slot.
fn next_epoch() {
	let session = Session::current_index();
	while Session::current_index() == session {
		next_block();
	}
}

#[test]
fn epoch_of_secondary_slots_should_have_no_seed() {
	on_dev_chain(|| {
		let epoch = Seeds::epoch();
		assert_eq!(Seeds::seed(), None, "nothing comes before the first epoch");
		next_epoch();
		assert_eq!(Seeds::epoch(), epoch + 1);
		assert_eq!(Seeds::seed(), None);
	});
}

#[test]
fn epoch_with_a_primary_slot_should_have_a_seed_in_the_next_one_only() {
	on_dev_chain(|| {
		primary_block();
		assert_eq!(Seeds::seed(), None, "it is known when the epoch is over");
		next_epoch();
		let first = Seeds::seed().expect("somebody revealed something");
		next_block();
		assert_eq!(Seeds::seed(), Some(first), "what this epoch reveals does not change it");
		primary_block();
		assert_eq!(Seeds::seed(), Some(first));
		next_epoch();
		let second = Seeds::seed().expect("somebody revealed something");
		assert_ne!(first, second);
		next_epoch();
		assert_eq!(Seeds::seed(), None, "outputs of earlier epochs do not count again");
	});
}

#[test]
fn babe_alone_should_make_nothing_of_a_short_epoch() {
	on_dev_chain(|| {
		// Two chains that differ in what was revealed have the same randomness: why this pallet is there.
		primary_block();
		next_epoch();
		let epoch = Babe::current_epoch();
		let mut bytes = epoch.randomness.to_vec();
		bytes.extend((epoch.epoch_index + 1).to_le_bytes());
		let of_nothing = sp_io::hashing::blake2_256(&bytes);
		assert_eq!(Babe::next_epoch().randomness, of_nothing);
		assert!(Seeds::seed().is_some());
	});
}

#[test]
fn every_output_should_change_the_seed() {
	let seed_after = |primaries: u32| {
		let mut seed = None;
		on_dev_chain(|| {
			(0..primaries).for_each(|_| primary_block());
			next_epoch();
			seed = Seeds::seed();
		});
		seed.expect("somebody revealed something")
	};
	let seeds: std::collections::BTreeSet<_> = (1..5).map(seed_after).collect();
	assert_eq!(seeds.len(), 4);
}

#[test]
fn segments_of_babe_should_be_followed_from_one_to_the_next() {
	on_dev_chain(|| {
		// A session has 50 slots and a segment 256 outputs: the sixth epoch fills the first segment.
		let slots = Tempo::tempo().session_slots;
		let mut seeds = std::collections::BTreeSet::new();
		for _ in 0..12 {
			for _ in 2..slots {
				primary_block();
			}
			next_epoch();
			assert!(seeds.insert(Seeds::seed().expect("all slots revealed something")));
		}
		// Nothing more is revealed: what is left over in segments does not count again.
		next_epoch();
		for _ in 0..3 {
			assert_eq!(Seeds::seed(), None);
			next_epoch();
		}
	});
}

#[test]
fn epoch_after_skipped_ones_should_have_no_seed() {
	on_dev_chain(|| {
		primary_block();
		let slots = u64::from(Tempo::tempo().session_slots);
		let epoch = Seeds::epoch();
		block_after(2 * slots, Vec::new());
		check_invariants();
		assert!(Seeds::epoch() > epoch + 1, "epochs were skipped");
		assert_eq!(Seeds::seed(), None, "what was revealed is older than it looks");
		primary_block();
		next_epoch();
		assert!(Seeds::seed().is_some());
	});
}
