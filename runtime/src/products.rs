//! What Strata is for: prices, risk parameters, vaults and tranches, wired to each other.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration, ConstU32, ConstU64, ConstU8, Contains, LinearStoragePrice,
	},
	PalletId,
};
use pallet_strata_risk::{HardBounds, InfoFrom};
use sp_runtime::{FixedU128, Perbill};
use strata_numbers::Ratio;
use strata_traits::Asset;

use crate::{
	assets::{AllAssets, AllHolds, GovernedAssets},
	governance::{Guardian, ParameterAdmin},
	units::{DepositPerByte, DepositPerItem},
	AccountId, Assets, Balance, Balances, Notes, Oracle, Risk, Runtime, RuntimeHoldReason,
	Timestamp, Tranches, Vaults,
};

/// A deposit of STRA for what `Reason` names, by the size of what is stored.
type DepositFor<Reason> = HoldConsideration<
	AccountId,
	Balances,
	Reason,
	LinearStoragePrice<DepositPerItem, DepositPerByte, Balance>,
>;

/// `thousandths` / 1000.
const fn fixed(thousandths: u128) -> FixedU128 {
	FixedU128::from_inner(thousandths * 1_000_000_000_000_000)
}

impl pallet_strata_oracle::Config for Runtime {
	type AdminOrigin = ParameterAdmin;
	type InUse = Risk;
	type MaxFeeds = ConstU32<64>;
	type MaxReports = ConstU32<16>;
	type Time = Timestamp;
	type WeightInfo = pallet_strata_oracle::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// What not even a referendum goes beyond without a new runtime.
	pub const RiskBounds: HardBounds = HardBounds {
		least_liquidation_ratio: fixed(1_050),
		greatest_ratio: fixed(10_000),
		least_bonus: fixed(5),
		greatest_bonus: fixed(250),
		greatest_rate: fixed(10_000),
		least_minimum_debt: fixed(1_000),
		greatest_debt_ceiling: fixed(1_000_000_000_000_000),
		greatest_start_factor: fixed(2_000),
		least_floor_factor: fixed(100),
		least_auction_duration: 60 * 1_000,
		greatest_auction_duration: 30 * 24 * 60 * 60 * 1_000,
		most_restarts: 10,
		widest_depeg_band: fixed(200),
	};
}

impl pallet_strata_risk::Config for Runtime {
	type AdminOrigin = ParameterAdmin;
	type Assets = InfoFrom<Assets, AccountId, ConstU8<12>>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Feeds = Oracle;
	type GuardianOrigin = Guardian;
	type HardBounds = RiskBounds;
	type InUse = ReliedUpon;
	type MaxCollateral = ConstU32<64>;
	type MaxSettlement = ConstU32<16>;
	type TrustedAsset = GovernedAssets;
	type WeightInfo = pallet_strata_risk::weights::SubstrateWeight<Runtime>;
}

/// The assets that a book or a deal relies on.
pub struct ReliedUpon;

impl Contains<Asset> for ReliedUpon {
	fn contains(asset: &Asset) -> bool {
		Vaults::contains(asset)
	}
}

parameter_types! {
	/// Where books keep collateral.
	pub const VaultsPalletId: PalletId = PalletId(*b"str/vlts");
	/// What the deposit for a vault is held for.
	pub const VaultDeposit: RuntimeHoldReason =
		RuntimeHoldReason::Vaults(pallet_strata_vaults::HoldReason::VaultDeposit);
}

impl pallet_strata_vaults::Config for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Cash = Tranches;
	type Consideration = DepositFor<VaultDeposit>;
	type Feeds = Oracle;
	type Holder = AllHolds;
	type Listing = Risk;
	type MaxVaultsPerOwner = ConstU32<64>;
	type PalletId = VaultsPalletId;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Time = Timestamp;
	type WeightInfo = pallet_strata_vaults::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// Where deals keep cash.
	pub const TranchesPalletId: PalletId = PalletId(*b"str/deal");
	/// What deposits for deals, orders and checkpoints are held for.
	pub const DealDeposit: RuntimeHoldReason =
		RuntimeHoldReason::Tranches(pallet_strata_tranches::HoldReason::Storage);
	/// Largest yearly coupon: 1,000 %.
	pub const MaxCoupon: Ratio = fixed(10_000);
	/// What an originator keeps of a deal, at least: 5 % of its face, as first loss.
	pub const Retention: Perbill = Perbill::from_percent(5);
	/// What payment dates may take of a block.
	pub const PaymentShare: Perbill = Perbill::from_percent(10);
}

impl pallet_strata_tranches::Config for Runtime {
	type Assets = AllAssets;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Books = Vaults;
	type Consideration = DepositFor<DealDeposit>;
	type Listing = Risk;
	type MaxCoupon = MaxCoupon;
	// A hundred years.
	type MaxLife = ConstU64<{ 100 * 365 * 24 * 60 * 60 * 1_000 }>;
	type MaxOrdersPerDeal = ConstU32<1_000>;
	// Five blocks.
	type MinPeriod = ConstU64<30_000>;
	type Notes = Notes;
	type PalletId = TranchesPalletId;
	type PaymentShare = PaymentShare;
	type Retention = Retention;
	type Time = Timestamp;
	type WeightInfo = pallet_strata_tranches::weights::SubstrateWeight<Runtime>;
}
