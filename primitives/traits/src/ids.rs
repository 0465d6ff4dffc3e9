//! Names of things, the same in every pallet.

use frame_support::traits::tokens::fungible::NativeOrWithId;

/// An asset of the chain: STRA itself, or one of `pallet-assets`.
pub type Asset = NativeOrWithId<u32>;
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
