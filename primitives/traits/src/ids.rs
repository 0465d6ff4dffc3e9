//! Names of things, the same in every pallet.

use frame_support::traits::tokens::fungible::NativeOrWithId;

/// An asset of the chain: STRA itself, or one of `pallet-assets`.
pub type Asset = NativeOrWithId<u32>;
/// Asset ids from here on stand for notes: `WithId(NOTE_ASSETS + id)` is the note of this id in the
/// instance of `pallet-assets` for notes, wherever an [`Asset`] is named. Notes are not accepted as
/// collateral yet, and what others create under such an id is never listed.
pub const NOTE_ASSETS: u32 = 1 << 31;

/// The asset that stands for a note; `None` above the ids that notes have.
pub fn note_asset(note: u32) -> Option<Asset> {
	(note < NOTE_ASSETS).then_some(())?;
	NOTE_ASSETS.checked_add(note).map(Asset::WithId)
}

/// The id of the note that an asset stands for; `None` of any other asset.
pub fn note_of(asset: &Asset) -> Option<u32> {
	match asset {
		Asset::WithId(id) => id.checked_sub(NOTE_ASSETS),
		Asset::Native => None,
	}
}

/// An amount, in the smallest unit of its asset.
pub type Balance = u128;
/// Calendar time: milliseconds since 1970-01-01T00:00Z, as `pallet-timestamp` keeps it.
pub type Moment = u64;
/// A price feed of the oracle.
pub type FeedId = u32;
/// A securitisation.
pub type DealId = u32;
/// The part of a deal that lends against one collateral asset.
pub type BookId = u32;
/// One borrower's position in one book.
pub type VaultId = u32;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_note_has_an_asset_of_its_own() {
		assert_eq!(note_asset(0), Some(Asset::WithId(1 << 31)));
		assert_eq!(note_asset(NOTE_ASSETS - 1), Some(Asset::WithId(u32::MAX)));
		assert_eq!(note_asset(NOTE_ASSETS), None);
		for note in [0, 7, NOTE_ASSETS - 1] {
			assert_eq!(note_asset(note).as_ref().and_then(note_of), Some(note));
		}
		assert_eq!(note_of(&Asset::Native), None);
		assert_eq!(note_of(&Asset::WithId(NOTE_ASSETS - 1)), None);
	}
}
