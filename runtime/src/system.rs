//! Blocks, time, fees, and the calls that wrap other calls.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

use alloc::borrow::Cow;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU32, ConstU64, ConstU8, Contains, InsideBoth, InstanceFilter},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
		ConstantMultiplier, IdentityFee, Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{BlakeTwo256, Bounded},
	FixedPointNumber, Perbill, Perquintill,
};
use sp_version::{runtime_version, RuntimeVersion};

use crate::{
	assets::ToAuthor,
	units::{deposit, SLOT_MILLIS},
	weights, AccountId, Babe, Balance, Balances, Block, Hash, MultiBlockMigrations, Nonce,
	OriginCaller, PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask,
	SafeMode, System, TxPause,
};

/// States the version; the attribute wants to read a number there.
macro_rules! version {
	($spec:tt) => {
		/// What this runtime is called and how it may be talked to.
		#[runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("strata"),
			impl_name: Cow::Borrowed("strata-node"),
			authoring_version: 1,
			spec_version: $spec,
			impl_version: 1,
			apis: crate::apis::RUNTIME_API_VERSIONS,
			transaction_version: 2,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "next-runtime"))]
version!(2);
// For rehearsals of an upgrade.
#[cfg(feature = "next-runtime")]
version!(3);

/// The part of a block that ordinary transactions may fill; the rest, 0.6 s, is for operational ones, such
/// as the reports of feeders. [`crate::operational`] says who may send them.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(80);
/// The part of a block that hooks at its beginning are expected to take.
pub const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(10);
/// 3 seconds of compute, half of a slot. A node takes at most two thirds of a slot to make the block, state
/// root included; the rest is for the others to receive and execute it. The size of proofs is metered but not limited: there is no relay
/// chain to show them to.
const MAXIMUM_BLOCK_WEIGHT: Weight =
	Weight::from_parts(SLOT_MILLIS * WEIGHT_REF_TIME_PER_MILLIS / 2, u64::MAX);

parameter_types! {
	/// How many blocks a transaction's era may reach back.
	pub const BlockHashCount: u32 = 2_400;
	/// The version of this runtime.
	pub const Version: RuntimeVersion = VERSION;
	/// How long a block may be: 5 MiB.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(5 * 1024 * 1024)
		.modify_max_length_for_class(DispatchClass::Normal, |length| {
			*length = NORMAL_DISPATCH_RATIO * (5 * 1024 * 1024);
		})
		.build();
	/// How much work a block may be.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.base_block(weights::block_execution())
		.for_class(DispatchClass::all(), |class| {
			class.base_extrinsic = weights::extrinsic_base();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
			weights.reserved =
				Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.avg_block_initialization(AVERAGE_ON_INITIALIZE_RATIO)
		.build_or_panic();
	/// The prefix of an address.
	pub const SS58Prefix: u16 = 42;
}

/// What nobody may call: `session.purge_keys` does not ask who needs the keys, and the last validator to
/// purge its own would end the chain. `validator_set.purge_keys` asks.
pub struct PermittedCalls;

impl Contains<RuntimeCall> for PermittedCalls {
	fn contains(call: &RuntimeCall) -> bool {
		!matches!(call, RuntimeCall::Session(pallet_session::Call::purge_keys { .. }))
	}
}

/// What may be called now, but by the root track, which nothing stops: neither paused, nor closed by
/// safe mode, nor forbidden for good. It looks at calls within calls too.
pub type CallFilter = InsideBoth<PermittedCalls, InsideBoth<SafeMode, TxPause>>;

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type BaseCallFilter = CallFilter;
	type Block = Block;
	type BlockHashCount = BlockHashCount;
	type BlockLength = RuntimeBlockLength;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = ParityDbWeight;
	type ExtensionsWeightInfo = weights::Extensions;
	type Hash = Hash;
	type MaxConsumers = ConstU32<128>;
	type MultiBlockMigrator = MultiBlockMigrations;
	type Nonce = Nonce;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type Version = Version;
}

impl pallet_timestamp::Config for Runtime {
	type MinimumPeriod = ConstU64<{ SLOT_MILLIS / 2 }>;
	type Moment = u64;
	type OnTimestampSet = Babe;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// A byte of a transaction costs one millionth of a STRA.
	pub const TransactionByteFee: Balance = 1_000_000;
	/// Fees rise while ordinary transactions fill more than a quarter of a block.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// How fast they move.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// How low they go.
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
	/// How high they go.
	pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Self,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
	type OnChargeTransaction = FungibleAdapter<Balances, ToAuthor>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	// A picosecond of compute costs 10⁻¹² STRA: a second of it one STRA.
	type WeightToFee = IdentityFee<Balance>;
	type WeightInfo = weights::TransactionPayment;
}

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// The deposit for a multisig that waits for approvals.
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	/// The deposit for each of its signatories.
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
}

impl pallet_multisig::Config for Runtime {
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do for its principal.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum ProxyType {
	/// Anything.
	#[default]
	Any,
	/// Anything that moves no value: votes, preimages, reports, leaving a feeder's jail.
	NonTransfer,
	/// Votes, referenda, preimages and the motions of councils.
	Governance,
	/// The prices of a feeder, and leaving its jail, so that its account's key stays cold.
	Feeder,
	/// What anyone may do to keep the market going, and paying to others what they are owed: payment
	/// dates, liquidations, placing vaults exactly, the rounds of auctions. Repaying a vault, adding
	/// collateral or bidding is no part of it: with its principal's money, a proxy could fill a vault
	/// of its own.
	Servicing,
	/// Rejecting announcements of other proxies.
	CancelProxy,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		let governance = matches!(
			call,
			RuntimeCall::Referenda(..)
				| RuntimeCall::ConvictionVoting(..)
				| RuntimeCall::Preimage(..)
				| RuntimeCall::Council(..)
				| RuntimeCall::Guardians(..)
		);
		let feeder = matches!(
			call,
			RuntimeCall::Oracle(
				pallet_strata_oracle::Call::report { .. } | pallet_strata_oracle::Call::unjail {}
			)
		);
		let cancel =
			matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. }));
		match self {
			Self::Any => true,
			Self::NonTransfer => governance || feeder || cancel,
			Self::Governance => governance,
			Self::Feeder => feeder,
			Self::Servicing => matches!(
				call,
				RuntimeCall::Tranches(
					pallet_strata_tranches::Call::run_payment { .. }
						| pallet_strata_tranches::Call::call_liquidity { .. }
						| pallet_strata_tranches::Call::collect { .. }
						| pallet_strata_tranches::Call::claim { .. }
						| pallet_strata_tranches::Call::claim_many { .. }
				) | RuntimeCall::Vaults(
					pallet_strata_vaults::Call::liquidate { .. }
						| pallet_strata_vaults::Call::settle { .. }
				) | RuntimeCall::Auctions(
					pallet_strata_auctions::Call::restart { .. }
						| pallet_strata_auctions::Call::wrap_up { .. }
				)
			),
			Self::CancelProxy => cancel,
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			(Self::NonTransfer, Self::Governance | Self::Feeder | Self::CancelProxy) => true,
			(mine, theirs) => mine == theirs,
		}
	}
}

parameter_types! {
	/// The deposit for an account's list of proxies.
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	/// The deposit for each of them.
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	/// The deposit for an account's list of announcements.
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	/// The deposit for each of them.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
	type CallHasher = BlakeTwo256;
	type Currency = Balances;
	type MaxPending = ConstU32<32>;
	type MaxProxies = ConstU32<32>;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type ProxyType = ProxyType;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}
