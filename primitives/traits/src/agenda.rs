//! Places in an agenda: a storage map whose order of keys is the order in which things fall due.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A place in an agenda: big-endian time, then a big-endian id, so that the order of keys is the order
/// of times. It needs a hasher that keeps the order, `Identity`.
///
/// What the time counts is the pallet's: calendar milliseconds, or the time of its own clock.
#[derive(
	Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub struct AgendaKey([u8; 12]);

impl AgendaKey {
	/// The place of what `id` has to do at `time`.
	pub fn new(time: u64, id: u32) -> Self {
		let [a, b, c, d, e, f, g, h] = time.to_be_bytes();
		let [i, j, k, l] = id.to_be_bytes();
		Self([a, b, c, d, e, f, g, h, i, j, k, l])
	}

	/// When.
	pub fn time(&self) -> u64 {
		let [a, b, c, d, e, f, g, h, ..] = self.0;
		u64::from_be_bytes([a, b, c, d, e, f, g, h])
	}

	/// Which deal, lot or case.
	pub fn id(&self) -> u32 {
		let [.., i, j, k, l] = self.0;
		u32::from_be_bytes([i, j, k, l])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_are_stored_big_endian_and_read_back() {
		let key = AgendaKey::new(0x0102_0304_0506_0708, 0x090a_0b0c);
		assert_eq!(key.encode(), (1..=12).collect::<Vec<u8>>());
		assert_eq!(AgendaKey::max_encoded_len(), 12);
		for (time, id) in [(0x0102_0304_0506_0708, 0x090a_0b0c), (0, u32::MAX), (u64::MAX, 0)] {
			let key = AgendaKey::new(time, id);
			assert_eq!((key.time(), key.id()), (time, id));
			assert_eq!(AgendaKey::decode(&mut &key.encode()[..]), Ok(key));
		}
	}

	#[test]
	fn keys_sort_by_time_and_then_by_id_also_as_stored() {
		// Each differs from the next in a byte that a little-endian order would weigh wrongly.
		let sorted =
			[(0, 256), (1, 255), (1, 256), (1, u32::MAX), (255, 9), (256, 0), (u64::MAX, 0)];
		let mut keys = sorted.map(|(time, id)| AgendaKey::new(time, id));
		keys.reverse();
		keys.sort();
		assert_eq!(keys.map(|key| (key.time(), key.id())), sorted);
		let mut stored = keys.map(|key| key.encode());
		stored.reverse();
		stored.sort();
		assert_eq!(stored, keys.map(|key| key.encode()));
	}
}
