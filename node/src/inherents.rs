//! Where a block's slot and timestamp come from: always both from one value, since the runtime
//! refuses a block in which they differ.

use crate::service::{Block, FullBackend, Hash};
use sc_client_api::Backend as _;
use sp_blockchain::{Backend as _, HeaderBackend};
use sp_consensus_babe::{inherents::InherentDataProvider as SlotProvider, Slot, SlotDuration};
use sp_inherents::CreateInherentDataProviders;
use sp_runtime::traits::{Header as _, Zero};
use sp_timestamp::{InherentDataProvider as TimestampProvider, Timestamp};
use std::sync::Arc;

/// What the runtime is told when a block is made or checked.
pub type Providers = (SlotProvider, TimestampProvider);

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a chain's time follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
	/// The machine's clock.
	Wall,
	/// The chain itself: a block has the slot after the latest of all blocks, however fast blocks
	/// are made. The first block has the slot of the machine's clock.
	///
	/// Nothing is kept besides the blocks: a block is checked against the value that it was made
	/// with, since it is not among the blocks yet; a restart goes on where the chain stopped; and
	/// blocks of different forks have different slots, or their author would be reported.
	Sealed,
}

/// Provides a block's slot and timestamp.
pub fn inherents(
	backend: Arc<FullBackend>,
	slot_duration: SlotDuration,
	clock: Clock,
) -> impl CreateInherentDataProviders<Block, (), InherentDataProviders = Providers> + Clone + 'static
{
	move |_parent: Hash, ()| {
		let providers = match clock {
			Clock::Wall => Ok(at(Timestamp::current(), slot_duration)),
			Clock::Sealed => after_latest(&backend, slot_duration),
		};
		async move { providers }
	}
}

fn at(timestamp: Timestamp, slot_duration: SlotDuration) -> Providers {
	(
		SlotProvider::from_timestamp_and_slot_duration(timestamp, slot_duration),
		TimestampProvider::new(timestamp),
	)
}

fn after_latest(backend: &FullBackend, slot_duration: SlotDuration) -> Result<Providers, Error> {
	let slot = next_slot(latest_slot(backend)?, Timestamp::current(), slot_duration)
		.ok_or("the chain has used up its slots")?;
	let timestamp = slot.timestamp(slot_duration).ok_or("the slot's time is out of range")?;
	Ok(at(timestamp, slot_duration))
}

/// The latest slot of any block, on whatever fork. Genesis has none.
fn latest_slot(backend: &FullBackend) -> Result<Option<Slot>, Error> {
	let blocks = backend.blockchain();
	let mut latest = None;
	for leaf in blocks.leaves()? {
		let header = blocks.expect_header(leaf)?;
		if !header.number().is_zero() {
			let slot = sc_consensus_babe::find_pre_digest::<Block>(&header)?.slot();
			latest = latest.max(Some(slot));
		}
	}
	Ok(latest)
}

/// The slot of a sealed block. There is no `latest` one before the first block.
fn next_slot(latest: Option<Slot>, now: Timestamp, slot_duration: SlotDuration) -> Option<Slot> {
	match latest {
		None => Some(Slot::from_timestamp(now, slot_duration)),
		Some(latest) => (*latest).checked_add(1).map(Slot::from),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SLOT: SlotDuration = SlotDuration::from_millis(6_000);

	#[test]
	fn a_chain_starts_at_the_clock_and_goes_on_slot_by_slot() {
		let first = next_slot(None, Timestamp::new(12_345), SLOT).unwrap();
		assert_eq!(*first, 2);

		// The clock no longer matters.
		for now in [0, 12_345, u64::MAX] {
			let second = next_slot(Some(first), Timestamp::new(now), SLOT).unwrap();
			assert_eq!(*second, 3);
		}
	}

	#[test]
	fn the_last_slot_has_no_successor() {
		assert_eq!(next_slot(Some(u64::MAX.into()), Timestamp::new(0), SLOT), None);
	}

	#[test]
	fn slot_and_timestamp_are_of_one_value() {
		for millis in [0, 5_999, 6_000, 6_001, 1_700_000_000_123] {
			let (slot, timestamp) = at(Timestamp::new(millis), SLOT);
			assert_eq!(*timestamp.timestamp(), millis);
			assert_eq!(*slot.slot(), millis / 6_000);
		}
	}
}
