//! Checks of many transactions at once.
//!
//! A call of the runtime begins with an instance of it and a view of the state, which cost more than the check of an
//! ordinary transaction. Who has many to check, such as a node on a busy network, makes both once for all of them.

use alloc::vec::Vec;
use frame_support::storage::{
	transactional::with_transaction_unchecked, TransactionOutcome::Rollback,
};
use sp_runtime::transaction_validity::{TransactionSource, TransactionValidity};

use crate::{Executive, Hash, UncheckedExtrinsic};

sp_api::decl_runtime_apis! {
	/// Checks of transactions, for those who have many.
	pub trait TransactionsApi {
		/// What `TaggedTransactionQueue_validate_transaction` says of each of them, in their order. Each is checked
		/// as if it were the only one. None is if one of them cannot be decoded: the call fails.
		fn validate_transactions(
			transactions: Vec<(TransactionSource, Block::Extrinsic)>,
			block_hash: Block::Hash,
		) -> Vec<TransactionValidity>;
	}
}

/// Checks each on the same state. O(n) checks.
pub(crate) fn validate_each(
	transactions: Vec<(TransactionSource, UncheckedExtrinsic)>,
	block_hash: Hash,
) -> Vec<TransactionValidity> {
	let validate = |(source, transaction)| {
		// What a check leaves behind, such as the block that it pretends to begin, is not for the next one.
		with_transaction_unchecked(|| {
			Rollback(Executive::validate_transaction(source, transaction, block_hash))
		})
	};
	transactions.into_iter().map(validate).collect()
}
