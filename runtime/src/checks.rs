//! Checks of many transactions at once.
//!
//! A call of the runtime begins with an instance of it and a view of the state, which cost more than the check of an
//! ordinary transaction. Who has many to check, such as a node on a busy network, makes both once for all of them.

use alloc::vec::Vec;
use codec::DecodeLimit;
use frame_support::{
	storage::{transactional::with_transaction_unchecked, TransactionOutcome::Rollback},
	MAX_EXTRINSIC_DEPTH,
};
use sp_runtime::{
	traits::ConstU32,
	transaction_validity::{TransactionSource, TransactionValidity},
	BoundedVec,
};

use crate::{Executive, Hash, UncheckedExtrinsic};

/// How many are checked in one call at most.
pub const AT_ONCE: u32 = 64;

/// Transactions as they came, encoded, and from where.
pub type Transactions = BoundedVec<(TransactionSource, Vec<u8>), ConstU32<AT_ONCE>>;

sp_api::decl_runtime_apis! {
	/// Checks of transactions, for those who have many.
	pub trait TransactionsApi {
		/// What `TaggedTransactionQueue_validate_transaction` says of each of them, in their order. Each is checked
		/// as if it were the only one. `None` of what cannot be decoded: it is no reason not to check the others.
		fn validate_transactions(
			transactions: Transactions,
			block_hash: Block::Hash,
		) -> Vec<Option<TransactionValidity>>;
	}
}

/// Checks each on the same state. O(n) checks.
pub(crate) fn validate_each(
	transactions: Transactions,
	block_hash: Hash,
) -> Vec<Option<TransactionValidity>> {
	let validate = |(source, encoded): (_, Vec<u8>)| {
		let mut bytes = encoded.as_slice();
		let decoded =
			UncheckedExtrinsic::decode_all_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut bytes);
		// What a check leaves behind, such as the block that it pretends to begin, is not for the next one.
		let check = |transaction| {
			with_transaction_unchecked(|| {
				Rollback(Executive::validate_transaction(source, transaction, block_hash))
			})
		};
		decoded.ok().map(check)
	};
	transactions.into_iter().map(validate).collect()
}
