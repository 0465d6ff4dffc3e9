//! What Strata is for: prices, risk parameters, vaults, auctions, the backstop pool and tranches, wired
//! to each other.

// Products of constants only; the integrity tests evaluate every one.
#![allow(clippy::arithmetic_side_effects)]

use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration, ConstU128, ConstU32, ConstU64, ConstU8, Contains, EitherOf,
		Get, LinearStoragePrice,
	},
	PalletId,
};
use pallet_strata_risk::{HardBounds, InfoFrom};
use pallet_strata_tempo::GovernanceMillis;
use pallet_strata_tranches::DealState;
use sp_runtime::{FixedU128, Perbill};
use strata_numbers::Ratio;
use strata_traits::{Asset, Books, Conflicts, DealId, FeedId, Listing, Moment};

use crate::{
	assets::{AllAssets, AllHolds, GovernedAssets},
	governance::{
		parameters::{ChangePeriods, Proposers, Steps},
		Canceller, CourtAdmin, Guardian, Hours, OracleAdmin, RiskAdmin, TreasuryAccount,
	},
	units::{DepositPerByte, DepositPerItem, SLOT_MILLIS, STRA},
	AccountId, Assets, Auctions, Backstop, Balance, Balances, Disputes, Notes, Oracle, Risk,
	Runtime, RuntimeHoldReason, Timestamp, Tranches, Vaults,
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
	type AdminOrigin = OracleAdmin;
	type BlockTime = ConstU64<SLOT_MILLIS>;
	// 28 days on a live chain.
	type BondDelay = Sessions<168>;
	type Conflicts = Residuals;
	type Currency = Balances;
	type Day = GovernanceMillis<Runtime, 24>;
	type GuardianOrigin = Guardian;
	type IdleShare = PairsShare;
	type InUse = Risk;
	type MaxFeeds = ConstU32<64>;
	type MaxPairs = ConstU32<128>;
	type MaxReports = ConstU32<16>;
	type MembershipDelay = Hours<48>;
	type MinBond = ConstU128<{ 100 * STRA }>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Time = Timestamp;
	type Treasury = TreasuryAccount;
	type WeightInfo = pallet_strata_oracle::weights::SubstrateWeight<Runtime>;
}

/// Residuals of deals, which their originators hold and cannot give away.
pub struct Residuals;

impl Conflicts<AccountId> for Residuals {
	/// A residual that is paid in, of a deal with books that are open or will be. A deal and at most ten
	/// listings are read.
	fn holds_residual(who: &AccountId, deal: DealId, feed: FeedId) -> bool {
		let Some(deal) = pallet_strata_tranches::Deals::<Runtime>::get(deal) else { return false };
		let held = matches!(deal.state, DealState::Offering | DealState::Active(_));
		if !held || deal.originator != *who {
			return false;
		}
		let collateral = deal.terms.books.iter().map(<Vaults as Books>::collateral);
		let prices = |asset: Asset| Risk::collateral(&asset).is_some_and(|held| held.feed == feed);
		let paid_in = Risk::settlement(&deal.terms.settlement);
		collateral.into_iter().any(prices)
			|| paid_in.is_some_and(|held| held.feed == feed)
			|| deal.terms.index == Some(feed)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_conflict(feed: FeedId, who: &AccountId) -> DealId {
		crate::benchmarks::Helper::deal_of(who, feed)
	}
}

parameter_types! {
	/// What comparing pairs of feeds may take of what is left of a block at its end.
	pub const PairsShare: Perbill = Perbill::from_percent(5);
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
		least_decay_step: 1_000,
		least_decay_cut: fixed(500),
		greatest_auction_cap: fixed(1_000_000_000_000_000),
		greatest_deviations: fixed(10_000),
		greatest_haircut: fixed(500),
		greatest_ceiling_wait: 30 * 24 * 60 * 60 * 1_000,
		widest_depeg_band: fixed(200),
	};
	/// What reversions of what guardians did may take of what is left of a block at its end.
	pub const RevertShare: Perbill = Perbill::from_percent(5);
}

impl pallet_strata_risk::Config for Runtime {
	type AdminOrigin = RiskAdmin;
	type Assets = InfoFrom<Assets, AccountId, ConstU8<12>>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	// On a live chain he may be done in less than four hours, and no proposal waits less than six.
	type CancelOrigin = EitherOf<RiskAdmin, Canceller>;
	type Exposure = Vaults;
	type Feeds = Oracle;
	type GuardianOrigin = Guardian;
	type HardBounds = RiskBounds;
	type IdleShare = RevertShare;
	type InUse = ReliedUpon;
	type MaxCollateral = ConstU32<64>;
	type MaxGroups = ConstU32<16>;
	type MaxProposals = ConstU32<128>;
	type MaxProposalsPerAsset = ConstU32<8>;
	// A rise of a liquidation ratio by a tenth passes 96 rungs of each of at most 32 books.
	type MaxRungs = ConstU32<4_096>;
	type MaxSettlement = ConstU32<16>;
	type Periods = ChangePeriods;
	type ProposeOrigin = Proposers;
	type StewardTerms = Steps;
	type Time = Timestamp;
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
	/// What liquidations, and auctions within them, may take of a block at its beginning.
	pub const LiquidationShare: Perbill = Perbill::from_percent(25);
	/// What they may take of what is left of it at its end.
	pub const IdleShare: Perbill = Perbill::from_percent(50);
}

/// `SESSIONS` sessions, milliseconds: minutes on a development chain, hours on a live one.
pub struct Sessions<const SESSIONS: u64>;

impl<const SESSIONS: u64> Get<Moment> for Sessions<SESSIONS> {
	fn get() -> Moment {
		// At most 2^32 slots of 6 seconds: nothing saturates.
		let slots = pallet_strata_tempo::EpochDuration::<Runtime>::get();
		slots.saturating_mul(SLOT_MILLIS).saturating_mul(SESSIONS)
	}
}

/// The length of a session over `PARTS`, milliseconds.
pub struct SessionPart<const PARTS: u64>;

impl<const PARTS: u64> Get<Moment> for SessionPart<PARTS> {
	fn get() -> Moment {
		// A session has at least one slot: with up to 6,000 parts this is above 0.
		Sessions::<1>::get().checked_div(PARTS).unwrap_or_default()
	}
}

impl pallet_strata_vaults::Config for Runtime {
	type Auctions = Auctions;
	type AutoHops = ConstU32<8>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Cash = Tranches;
	type Consideration = DepositFor<VaultDeposit>;
	type Feeds = Oracle;
	// Two minutes without a block: the chain stood still, and its prices with it.
	type HaltGap = ConstU64<120_000>;
	type Holder = AllHolds;
	type IdleShare = IdleShare;
	type LiquidationShare = LiquidationShare;
	type Listing = Risk;
	type MaxHops = ConstU32<64>;
	type MaxVaultsPerOwner = ConstU32<64>;
	type PalletId = VaultsPalletId;
	// After a halt owners have a session to act before anybody is liquidated.
	type ResumeGrace = Sessions<1>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Time = Timestamp;
	// Two days without a price of collateral or of what is owed in: a deal need not bear more.
	type UnpricedLimit = ConstU64<{ 48 * 60 * 60 * 1_000 }>;
	type WeightInfo = pallet_strata_vaults::weights::SubstrateWeight<Runtime>;
}

impl pallet_strata_auctions::Config for Runtime {
	type Backstop = Backstop;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Cash = Tranches;
	type Custody = Vaults;
	// A session, so that holders of notes can act.
	type ExchangePeriod = Sessions<1>;
	// Ten blocks.
	type RetryAfter = ConstU64<60_000>;
	type WeightInfo = pallet_strata_auctions::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// Where backstop pools keep cash and what they bought.
	pub const BackstopPalletId: PalletId = PalletId(*b"str/back");
	/// What the deposit for a share of a pool is held for.
	pub const ShareDeposit: RuntimeHoldReason =
		RuntimeHoldReason::Backstop(pallet_strata_backstop::HoldReason::ShareDeposit);
}

impl pallet_strata_backstop::Config for Runtime {
	type Assets = AllAssets;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Consideration = DepositFor<ShareDeposit>;
	// 24 minutes live, half a minute on a development chain: longer than a price takes to be known.
	type EntryDelay = SessionPart<10>;
	// Longer than all rounds of an ordinary auction: nobody leaves before a fall that can be seen.
	type ExitNotice = Sessions<6>;
	// A short one: whoever could leave at any time would leave before every purchase.
	type ExitWindow = Sessions<1>;
	type Listing = Risk;
	type PalletId = BackstopPalletId;
	type Time = Timestamp;
	type WeightInfo = pallet_strata_backstop::weights::SubstrateWeight<Runtime>;
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
	/// What an originator pays in for his promises, at least: 1 % of a deal's face.
	pub const MinBond: Perbill = Perbill::from_percent(1);
	/// What payment dates may take of a block.
	pub const PaymentShare: Perbill = Perbill::from_percent(10);
}

impl pallet_strata_tranches::Config for Runtime {
	type Assets = AllAssets;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
	type Books = Vaults;
	type Consideration = DepositFor<DealDeposit>;
	type DealAdmin = CourtAdmin;
	type Feeds = Oracle;
	type Listing = Risk;
	type MaxCoupon = MaxCoupon;
	// A hundred years.
	type MaxLife = ConstU64<{ 100 * 365 * 24 * 60 * 60 * 1_000 }>;
	type MaxOrdersPerDeal = ConstU32<1_000>;
	type MinBond = MinBond;
	type MinReservePeriods = ConstU8<1>;
	// Five blocks.
	type MinPeriod = ConstU64<30_000>;
	type Notes = Notes;
	type PalletId = TranchesPalletId;
	type PaymentShare = PaymentShare;
	// A week on a live chain.
	type RepayWindow = Sessions<42>;
	type Retention = Retention;
	type Time = Timestamp;
	type Watch = Disputes;
	type WeightInfo = pallet_strata_tranches::weights::SubstrateWeight<Runtime>;
}
