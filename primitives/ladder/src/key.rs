//! The rung as a storage key.

use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Rung;

/// `MAX − t`, big-endian: in the order of the trie the riskiest rung comes first.
///
/// To be hashed with `Identity`. Only keys of existing rungs can be made or decoded.
#[derive(
	Clone, Copy, Debug, Encode, Eq, Hash, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub struct RungKey([u8; 4]);

impl RungKey {
	/// The key of `rung`.
	pub(crate) fn of(rung: Rung) -> Self {
		// From 0 to MAX − MIN: neither wraps nor is negative.
		let distance = Rung::MAX.index().wrapping_sub(rung.index());
		Self(distance.unsigned_abs().to_be_bytes())
	}

	/// The key with these bytes, as found in storage.
	///
	/// `None` if there is no such rung.
	pub fn from_bytes(bytes: [u8; 4]) -> Option<Self> {
		let t = Rung::MAX.index().checked_sub_unsigned(u32::from_be_bytes(bytes))?;
		Rung::new(t).map(|_| Self(bytes))
	}

	/// The bytes of the key.
	pub const fn to_bytes(self) -> [u8; 4] {
		self.0
	}

	/// The rung whose key this is.
	pub fn rung(self) -> Rung {
		let t = Rung::MAX.index().wrapping_sub_unsigned(u32::from_be_bytes(self.0));
		// Every key is checked when it is made.
		Rung::new(t).unwrap_or(Rung::MIN)
	}
}

impl Decode for RungKey {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		Self::from_bytes(<[u8; 4]>::decode(input)?).ok_or_else(|| "no such rung".into())
	}
}

impl DecodeWithMemTracking for RungKey {}

impl From<Rung> for RungKey {
	fn from(rung: Rung) -> Self {
		Self::of(rung)
	}
}

impl From<RungKey> for Rung {
	fn from(key: RungKey) -> Self {
		key.rung()
	}
}
