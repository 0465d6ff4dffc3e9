//! Weights that are this runtime's own: of every block, of every transaction, and of transfers of STRA.
//!
//! The times in `weights/transactions.rs` are measured: blocks full of transactions, executed as a node does
//! (`scripts/weights.sh transactions`). What the SDK comes with was measured call by call on another
//! machine, and counts things twice. Here
//!
//! - the time of the transaction extensions is in the base weight of a transaction, which is measured with
//!   all of them, and is not counted again extension by extension;
//! - an entry of the database counts where a transaction first needs it. The account of the signer counts
//!   with its nonce, and is in memory when the fee is taken. The hash of genesis, the account of the author
//!   and what the block counts about itself are the same for every transaction and are in memory after the
//!   first: they are part of the weight of the block.

mod transactions;

use crate::Runtime;
use frame_support::weights::{
	constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_NANOS},
	RuntimeDbWeight, Weight,
};
use transactions as measured;

/// What something takes: nanoseconds, and entries of the database that it reads and writes.
struct Cost {
	nanos: u64,
	reads: u64,
	writes: u64,
}

impl Cost {
	fn weight(&self) -> Weight {
		Weight::from_parts(self.nanos.saturating_mul(WEIGHT_REF_TIME_PER_NANOS), 0)
			.saturating_add(database().reads_writes(self.reads, self.writes))
	}
}

fn database() -> RuntimeDbWeight {
	ParityDbWeight::get()
}

/// A block without transactions, beside what its hooks say of themselves.
pub fn block_execution() -> Weight {
	measured::BLOCK.weight()
}

/// A transaction that does nothing: its signature, its extensions, its dispatch and its events, and the
/// look at whether its call is paused.
pub fn extrinsic_base() -> Weight {
	measured::EXTRINSIC.weight()
}

/// What is looked up to know that the sender of an operational call may send it, in [`crate::operational`]: the proxies of
/// the account that it acts for, and the members, or the code, that the call asks for. It is counted beside what the call
/// says of itself, although the call finds most of it in memory then.
pub fn operational_sender() -> Weight {
	database().reads(2)
}

/// The extensions of `frame_system`: what they read and write. Their time is in [`extrinsic_base`].
pub struct Extensions;

impl frame_system::ExtensionsWeightInfo for Extensions {
	// The hash of genesis is the same for all: it counts with the block.
	fn check_genesis() -> Weight {
		Weight::zero()
	}

	// The hash of the block from which on it is valid.
	fn check_mortality_mortal_transaction() -> Weight {
		database().reads(1)
	}

	// The hash of genesis again.
	fn check_mortality_immortal_transaction() -> Weight {
		Weight::zero()
	}

	fn check_non_zero_sender() -> Weight {
		Weight::zero()
	}

	// The account of the signer.
	fn check_nonce() -> Weight {
		database().reads_writes(1, 1)
	}

	fn check_spec_version() -> Weight {
		Weight::zero()
	}

	fn check_tx_version() -> Weight {
		Weight::zero()
	}

	fn check_weight() -> Weight {
		Weight::zero()
	}

	// What the block has taken: it is forgotten with the block, and never reaches the database.
	fn weight_reclaim() -> Weight {
		Weight::zero()
	}
}

/// The fee: it is taken from the account that [`Extensions`] counts, and goes to one that the block does.
pub struct TransactionPayment;

impl pallet_transaction_payment::WeightInfo for TransactionPayment {
	fn charge_transaction_payment() -> Weight {
		Weight::zero()
	}
}

/// What comes with the pallet.
type StockBalances = pallet_balances::weights::SubstrateWeight<Runtime>;

/// STRA: transfers are measured; the rest is counted as the pallet does. Each
/// counts the account that is paid; the signer's counts with the transaction.
pub struct Balances;

impl pallet_balances::WeightInfo for Balances {
	fn transfer_allow_death() -> Weight {
		measured::TRANSFER_ALLOW_DEATH.weight()
	}

	fn transfer_keep_alive() -> Weight {
		measured::TRANSFER_KEEP_ALIVE.weight()
	}

	fn force_set_balance_creating() -> Weight {
		StockBalances::force_set_balance_creating()
	}

	fn force_set_balance_killing() -> Weight {
		StockBalances::force_set_balance_killing()
	}

	fn force_transfer() -> Weight {
		StockBalances::force_transfer()
	}

	fn transfer_all() -> Weight {
		measured::TRANSFER_ALL.weight()
	}

	fn force_unreserve() -> Weight {
		StockBalances::force_unreserve()
	}

	fn upgrade_accounts(u: u32) -> Weight {
		StockBalances::upgrade_accounts(u)
	}

	fn force_adjust_total_issuance() -> Weight {
		StockBalances::force_adjust_total_issuance()
	}

	fn burn_allow_death() -> Weight {
		StockBalances::burn_allow_death()
	}

	fn burn_keep_alive() -> Weight {
		StockBalances::burn_keep_alive()
	}
}
