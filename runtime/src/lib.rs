//! The Strata runtime: composition only. What a pallet does is in the pallet; what it is given is
//! here, one file per concern.
//!
//! | module | concern |
//! |---|---|
//! | [`system`] | blocks, time, accounts' deposits, fees, batches, multisigs and proxies |
//! | [`consensus`] | BABE, GRANDPA, sessions, validators, offences |
//! | [`assets`] | STRA, the assets of users, the notes of deals |
//! | [`governance`] | referenda and their tracks, councils, treasury, brakes, upgrades |
//! | [`products`] | prices, risk, vaults, auctions, the backstop pool, tranches |
//! | [`court`] | what the court is told, what a ruling reaches, the terms of its courts |
//! | [`apis`] | what a node or a client may ask the runtime |
//! | [`operational`] | who may send what goes before ordinary transactions |
//! | [`genesis`] | the presets of a development chain and of a local network |
//! | [`weights`] | what every block and every transaction take, measured |

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
// The SDK's macros generate items without documentation in the root of the crate and among the APIs;
// what is written by hand is held to it again, module by module.
#![allow(missing_docs)]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

// First: the macros that it defines are used by the APIs.
#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benchmarks;
pub mod apis;
#[deny(missing_docs)]
pub mod assets;
#[deny(missing_docs)]
pub mod checks;
#[deny(missing_docs)]
pub mod consensus;
#[deny(missing_docs)]
pub mod court;
#[deny(missing_docs)]
mod equivocations;
#[deny(missing_docs)]
pub mod genesis;
#[deny(missing_docs)]
pub mod governance;
#[deny(missing_docs)]
pub mod operational;
#[deny(missing_docs)]
pub mod products;
#[deny(missing_docs)]
pub mod system;
#[deny(missing_docs)]
pub mod units;
#[deny(missing_docs)]
pub mod weights;

#[cfg(test)]
mod tests;

// The macros below name it.
use alloc::vec::Vec;
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};

pub use apis::RuntimeApi;
pub use consensus::SessionKeys;
use governance::pallet_origins;
pub use system::VERSION;

/// The signature of an account: sr25519, ed25519 or ecdsa.
pub type Signature = MultiSignature;
/// An account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount, in the smallest unit of its asset.
pub type Balance = u128;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// The hash of a block or of a state.
pub type Hash = sp_core::H256;
/// The number of a block.
pub type BlockNumber = u32;
/// How an account is named in a call.
pub type Address = MultiAddress<AccountId, ()>;
/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block with its signature's payload known.
pub type SignedBlock = generic::SignedBlock<Block>;
/// What a signature covers beside the call. The metadata hash and the reclaim of weight come last;
/// every one of them is known to today's clients: the first is `CheckNonZeroSender` to them.
pub type TxExtension = (
	operational::CheckSender,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
/// What goes with an account's transaction of this nonce, valid for `era`, which pays `tip` beside the
/// fee: for those who sign natively. The wasm has no use for it.
#[cfg(feature = "std")]
pub fn tx_extension(nonce: Nonce, era: generic::Era, tip: Balance) -> TxExtension {
	(
		operational::CheckSender::default(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(era),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
/// A transaction as it comes from outside.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signature is over.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Types for a node that does not look into transactions.
pub mod opaque {
	use sp_runtime::{generic, traits::BlakeTwo256, OpaqueExtrinsic};

	/// The header of a block.
	pub type Header = generic::Header<super::BlockNumber, BlakeTwo256>;
	/// A block whose transactions are bytes.
	pub type Block = generic::Block<Header, OpaqueExtrinsic>;
	/// The hash of a block.
	pub type Hash = super::Hash;
}

/// The pallets, in the order in which they see the beginning of a block, which is that of their indices
/// wherever they stand here. Indices are part of every encoded call and never change.
#[frame_support::runtime]
mod runtime {
	/// The Strata runtime.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	// Before everything that asks for a period, so that genesis knows it.
	#[runtime::pallet_index(1)]
	pub type Tempo = pallet_strata_tempo;
	// Before BABE: the slot is checked against the clock.
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(5)]
	pub type Seeds = pallet_strata_seeds;

	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(11)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(12)]
	pub type Assets = pallet_assets<Instance1>;
	#[runtime::pallet_index(13)]
	pub type AssetsHolder = pallet_assets_holder<Instance1>;
	// Every movement of a note goes through `Tranches`: this ledger has no calls of its own.
	#[runtime::pallet_index(15)]
	#[runtime::disable_call]
	pub type Notes = pallet_assets<Instance2>;
	#[runtime::pallet_index(16)]
	pub type NotesHolder = pallet_assets_holder<Instance2>;
	#[runtime::pallet_index(17)]
	pub type NotesFreezer = pallet_assets_freezer<Instance2>;

	// The manager before the sessions it manages, the root of history with them.
	#[runtime::pallet_index(20)]
	pub type ValidatorSet = pallet_strata_validator_set;
	#[runtime::pallet_index(21)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(22)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(23)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(24)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(25)]
	pub type AuthorityDiscovery = pallet_authority_discovery;
	// After the sessions: the author of the first block of one is of its set.
	#[runtime::pallet_index(26)]
	pub type Authorship = pallet_authorship;

	#[runtime::pallet_index(30)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(31)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(32)]
	pub type Proxy = pallet_proxy;

	#[runtime::pallet_index(40)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(41)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(42)]
	pub type ConvictionVoting = pallet_conviction_voting;
	#[runtime::pallet_index(43)]
	pub type Referenda = pallet_referenda;
	#[runtime::pallet_index(44)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(45)]
	pub type MultiBlockMigrations = pallet_migrations;
	#[runtime::pallet_index(46)]
	pub type Origins = pallet_origins;
	#[runtime::pallet_index(47)]
	pub type Guardians = pallet_collective<Instance2>;
	#[runtime::pallet_index(48)]
	pub type Treasury = pallet_treasury;
	#[runtime::pallet_index(49)]
	pub type TxPause = pallet_tx_pause;

	#[runtime::pallet_index(50)]
	pub type Oracle = pallet_strata_oracle;
	#[runtime::pallet_index(51)]
	pub type Risk = pallet_strata_risk;
	#[runtime::pallet_index(52)]
	pub type Vaults = pallet_strata_vaults;
	#[runtime::pallet_index(53)]
	pub type Tranches = pallet_strata_tranches;
	// No hooks of its own: `Vaults` gives it what is left of its share.
	#[runtime::pallet_index(54)]
	pub type Auctions = pallet_strata_auctions;
	#[runtime::pallet_index(55)]
	pub type Backstop = pallet_strata_backstop;
	#[runtime::pallet_index(56)]
	pub type Disputes = pallet_strata_disputes;

	// After the court, which counts the block in which a safe mode ends as closed.
	#[runtime::pallet_index(57)]
	pub type SafeMode = pallet_safe_mode;
}
