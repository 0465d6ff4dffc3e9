//! Where a block's slot and timestamp come from: always both from one value, since the runtime
//! refuses a block in which they differ.

use crate::service::{Block, FullClient, Hash};
use sp_blockchain::HeaderBackend;
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
	/// The chain itself: a block has the slot after its parent's, however fast blocks are made. The
	/// first block has the slot of the machine's clock.
	///
	/// The slot follows from the parent alone, so a block is checked against the value it was made
	/// with, forks included, and a restart goes on where the chain stopped.
	Sealed,
}

/// Provides slot and timestamp of a block from its parent.
pub fn inherents(
	client: Arc<FullClient>,
	slot_duration: SlotDuration,
	clock: Clock,
) -> impl CreateInherentDataProviders<Block, (), InherentDataProviders = Providers> + Clone + 'static
{
	move |parent: Hash, ()| {
		let providers = match clock {
			Clock::Wall => Ok(at(Timestamp::current(), slot_duration)),
			Clock::Sealed => after(&client, slot_duration, parent),
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

fn after(
	client: &FullClient,
	slot_duration: SlotDuration,
	parent: Hash,
) -> Result<Providers, Error> {
	let header = client.header(parent)?.ok_or_else(|| format!("block {parent} is unknown"))?;
	let parent_slot = match header.number().is_zero() {
		true => None,
		false => Some(sc_consensus_babe::find_pre_digest::<Block>(&header)?.slot()),
	};

	let slot = next_slot(parent_slot, Timestamp::current(), slot_duration)
		.ok_or("the chain has used up its slots")?;
	let timestamp = slot.timestamp(slot_duration).ok_or("the slot's time is out of range")?;
	Ok(at(timestamp, slot_duration))
}

/// The slot of a sealed block. Its parent is genesis, which has no slot, when `parent` is `None`.
fn next_slot(parent: Option<Slot>, now: Timestamp, slot_duration: SlotDuration) -> Option<Slot> {
	match parent {
		None => Some(Slot::from_timestamp(now, slot_duration)),
		Some(parent) => (*parent).checked_add(1).map(Slot::from),
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
