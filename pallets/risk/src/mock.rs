//! A chain with listings, assets and a mock of the oracle.

use frame_support::{
	derive_impl,
	dispatch::DispatchResult,
	parameter_types,
	traits::{
		AsEnsureOriginWithArg, ConstU32, ConstU8, Contains, EitherOf, EitherOfDiverse, Equals,
		Hooks, MapSuccess, Time,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned, EnsureSignedBy};
use sp_runtime::{traits::Replace, BuildStorage, DispatchError, Perbill};
use strata_numbers::{Price, Ratio};
use strata_parameters::{Kind, Limit, StepTerms};
use strata_statistics::HaircutTerms;
use strata_traits::{
	Asset, AuctionShape, Decay, Exposure, FeedId, Impact, ImpactUnknown, Listing, Moment,
	ParameterError, ParameterSet, PriceFeeds, Ramp, Ratios, Reading,
};

use crate::{
	self as pallet_strata_risk, Config, HardBounds, InfoFrom, Level, NextProposal, Periods,
	ProposalId, StewardTerms, TrustedRoles,
};

pub type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Assets: pallet_assets,
		Risk: pallet_strata_risk,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
}

/// Owner of the assets in genesis, trusted.
pub const CUSTODIAN: AccountId = 100;
/// Who may pause and tighten.
pub const GUARDIAN: AccountId = 50;
/// Who speaks for the stewards.
pub const STEWARD: AccountId = 60;
/// Who cancels proposals, and may do nothing else.
pub const CANCELLER: AccountId = 70;
/// Who has no role.
pub const ANYONE: AccountId = 1;

pub const HOUR: Moment = 3_600_000;
pub const DAY: Moment = 24 * HOUR;
/// When tests begin.
pub const START: Moment = 20_000 * DAY;
pub const PERIODS: Periods = Periods {
	admin_loosening: 48 * HOUR,
	admin_tightening: 12 * HOUR,
	steward_loosening: 24 * HOUR,
	steward_tightening: 6 * HOUR,
	execution: 14 * DAY,
	guard: 72 * HOUR,
	least_ramp: 14 * DAY,
	greatest_ramp: 365 * DAY,
	budget_window: 30 * DAY,
	retry: HOUR,
};

parameter_types! {
	pub const Custodian: AccountId = CUSTODIAN;
	pub const Guardian: AccountId = GUARDIAN;
	/// The feeds that the oracle lists.
	pub static ListedFeeds: Vec<FeedId> = Vec::new();
	/// The assets that a book relies on.
	pub static AssetsInUse: Vec<Asset> = Vec::new();
	/// The clock.
	pub static Now: Moment = START;
	/// What books that follow have lent: collateral, its value over the debt, the debt in USD.
	pub static Positions: Vec<(Asset, Ratio, u128)> = Vec::new();
	/// Whether their prices may be relied on.
	pub static Priced: bool = true;
	/// Whether they can go over to other ratios.
	pub static Movable: bool = true;
	/// What they went over to.
	pub static Followed: Vec<(Asset, Ramp)> = Vec::new();
	pub const AdminLevel: Level = Level::Admin;
	pub const StewardLevel: Level = Level::Steward;
	pub const Times: Periods = PERIODS;
	pub const Share: Perbill = Perbill::from_percent(50);
	pub const Bounds: HardBounds = HardBounds {
		least_liquidation_ratio: percent(105),
		greatest_ratio: percent(1_000),
		least_bonus: percent(1),
		greatest_bonus: percent(25),
		greatest_rate: percent(100),
		least_minimum_debt: Price::from_u32(1),
		greatest_debt_ceiling: Price::from_u32(4_000_000_000),
		greatest_start_factor: percent(200),
		least_floor_factor: percent(10),
		least_auction_duration: 60_000,
		greatest_auction_duration: 7 * 86_400_000,
		most_restarts: 10,
		least_decay_step: 1_000,
		least_decay_cut: percent(50),
		greatest_auction_cap: Price::from_u32(3_000_000_000),
		greatest_deviations: percent(1_000),
		greatest_haircut: percent(50),
		greatest_ceiling_wait: 30 * DAY,
		widest_depeg_band: percent(10),
	};
}

/// Feeds without prices: risk asks only whether they are listed.
pub struct MockFeeds;
impl PriceFeeds for MockFeeds {
	fn reading(_: FeedId) -> Reading {
		Reading::Unknown
	}

	fn is_listed(feed: FeedId) -> bool {
		ListedFeeds::get().contains(&feed)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, _: Price) {
		ListedFeeds::mutate(|feeds| feeds.push(feed));
	}
}

pub struct InUse;
impl Contains<Asset> for InUse {
	fn contains(asset: &Asset) -> bool {
		AssetsInUse::get().contains(asset)
	}
}

pub struct Clock;
impl Time for Clock {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

/// Books that follow with positions that a test sets. A position is unsafe when the liquidation ratio
/// exceeds its coverage, and is a rung of its own.
pub struct Books;
impl Exposure for Books {
	fn impact(asset: &Asset, ratios: &Ratios, most_rungs: u32) -> Result<Impact, ImpactUnknown> {
		if !Priced::get() {
			return Err(ImpactUnknown::NoPrice);
		}
		let present = <Risk as Listing>::collateral(asset).unwrap().ratios(Now::get()).liquidation;
		let mut impact = Impact::default();
		for (other, coverage, debt) in Positions::get() {
			if other != *asset || coverage < present || coverage >= ratios.liquidation {
				continue;
			}
			if impact.rungs == most_rungs {
				return Err(ImpactUnknown::TooManyRungs);
			}
			impact.rungs += 1;
			impact.debt = impact.debt.checked_add(debt).ok_or(ImpactUnknown::Overflow)?;
		}
		Ok(impact)
	}

	fn follow(asset: &Asset, ramp: &Ramp) -> DispatchResult {
		if !Movable::get() {
			return Err(DispatchError::Unavailable);
		}
		Followed::mutate(|followed| followed.push((asset.clone(), *ramp)));
		Ok(())
	}

	fn most_followers() -> u32 {
		4
	}
}

/// What is customary: half a percentage point of a ratio every three days and three in a month, 30 % of
/// an amount and as much again as it was; nothing of how lots are sold.
pub struct Steps;
impl StewardTerms for Steps {
	fn terms(kind: Kind) -> Option<StepTerms> {
		let point = 10_000_000_000_000_000;
		let (step, budget) = match kind {
			Kind::LiquidationRatio
			| Kind::InitialRatio
			| Kind::TargetRatio
			| Kind::LiquidationBonus
			| Kind::BackstopDiscount
			| Kind::LeastHaircut
			| Kind::GreatestHaircut
			| Kind::GreatestInitialRatio => (Limit::absolute(point / 2), Limit::absolute(3 * point)),
			Kind::MinimumRate | Kind::MaximumRate | Kind::ConcentrationCap => {
				(Limit::absolute(point), Limit::absolute(5 * point))
			},
			Kind::HaircutDeviations => (Limit::absolute(25 * point), Limit::absolute(100 * point)),
			Kind::MinimumDebt
			| Kind::DebtCeiling
			| Kind::DrawFuse
			| Kind::AuctionCap
			| Kind::CeilingGap
			| Kind::CeilingWait => (Limit::share(3_000, 0), Limit::share(10_000, 0)),
			_ => return None,
		};
		Some(StepTerms { step, interval: 72 * HOUR, budget })
	}
}

impl Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type ProposeOrigin = EitherOf<
		EnsureRootWithSuccess<AccountId, AdminLevel>,
		MapSuccess<EnsureSignedBy<Steward, AccountId>, Replace<StewardLevel>>,
	>;
	type GuardianOrigin = EnsureSignedBy<GuardianAccount, AccountId>;
	type CancelOrigin =
		EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<CancellerAccount, AccountId>>;
	type Time = Clock;
	type Exposure = Books;
	type StewardTerms = Steps;
	type Periods = Times;
	type MaxRungs = ConstU32<4_096>;
	type MaxProposals = ConstU32<5>;
	type MaxProposalsPerAsset = ConstU32<3>;
	type MaxGroups = ConstU32<2>;
	type IdleShare = Share;
	type Feeds = MockFeeds;
	type Assets = InfoFrom<Assets, AccountId, ConstU8<12>>;
	type TrustedAsset = TrustedRoles<Assets, AccountId, Equals<Custodian>>;
	type InUse = InUse;
	type HardBounds = Bounds;
	type MaxCollateral = ConstU32<4>;
	type MaxSettlement = ConstU32<2>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Helper {
	fn listable_asset() -> Asset {
		Asset::Native
	}

	fn follow(collateral: &Asset, rungs: u32) -> Result<(), frame_benchmarking::BenchmarkError> {
		let position = (collateral.clone(), percent(151), 1);
		Positions::set(vec![position; rungs as usize]);
		Ok(())
	}

	fn set_time(now: Moment) {
		Now::set(now);
	}
}

frame_support::ord_parameter_types! {
	pub const GuardianAccount: AccountId = GUARDIAN;
	pub const CancellerAccount: AccountId = CANCELLER;
	pub const Steward: AccountId = STEWARD;
}

/// A trusted asset with 8 decimals.
pub const OIL: Asset = Asset::WithId(1);
/// A trusted asset with 6 decimals.
pub const DOLLAR: Asset = Asset::WithId(2);
/// A trusted asset with 19 decimals.
pub const TOO_FINE: Asset = Asset::WithId(3);
/// An asset that its owner can take.
pub const UNTRUSTED: Asset = Asset::WithId(4);
/// A trusted asset without metadata, so without decimals.
pub const WHOLE: Asset = Asset::WithId(5);
/// A trusted asset with 18 decimals.
pub const FINEST: Asset = Asset::WithId(6);
/// No such asset.
pub const NOTHING: Asset = Asset::WithId(7);

/// Listed feeds.
pub const OIL_FEED: FeedId = 11;
pub const DOLLAR_FEED: FeedId = 12;

pub const fn percent(of: u32) -> Ratio {
	Ratio::from_inner(of as u128 * 10_000_000_000_000_000)
}

/// Sane parameters.
pub fn parameters() -> ParameterSet {
	ParameterSet {
		liquidation_ratio: percent(150),
		initial_ratio: percent(160),
		target_ratio: percent(165),
		liquidation_bonus: percent(5),
		minimum_debt: Price::from_u32(100),
		debt_ceiling: Price::from_u32(1_000_000),
		minimum_rate: percent(2),
		maximum_rate: percent(20),
		concentration_cap: percent(60),
		auction: AuctionShape {
			start_factor: percent(110),
			floor_factor: percent(50),
			duration: 3_600_000,
			restarts: 3,
			decay: Decay::Linear,
		},
		auction_cap: Price::from_u32(100_000),
		draw_fuse: Price::from_u32(250_000),
		// d·(1 + b) ≤ b holds down to the least bonus.
		backstop_discount: Ratio::from_inner(5_000_000_000_000_000),
		haircut: HaircutTerms { deviations: percent(300), least: percent(1), most: percent(5) },
		greatest_initial_ratio: percent(200),
		ceiling_gap: Price::default(),
		ceiling_wait: DAY,
	}
}

/// Lets time pass.
pub fn pass(millis: Moment) {
	Now::mutate(|now| *now += millis);
}

/// What `on_idle` does with a whole block.
pub fn idle() {
	Risk::on_idle(1, Weight::from_parts(2_000_000_000_000, u64::MAX));
}

/// The number of the proposal that comes next.
pub fn next_id() -> ProposalId {
	NextProposal::<Test>::get()
}

/// Proposes as admin with a ramp, whatever the impact.
pub fn propose(asset: Asset, parameters: ParameterSet, ramp: Moment) -> DispatchResult {
	Risk::propose(RuntimeOrigin::root(), asset, parameters, u128::MAX, ramp)
}

/// Executes as anyone, reading as many rungs as may be.
pub fn run(id: ProposalId) -> DispatchResult {
	let executed = Risk::execute(RuntimeOrigin::signed(ANYONE), id, 4_096);
	executed.map(|_| ()).map_err(|error| error.error)
}

/// The parameters of an asset that are decided.
pub fn decided(asset: Asset) -> ParameterSet {
	<Risk as Listing>::collateral(&asset).unwrap().parameters
}

/// The ratios of an asset that are in force.
pub fn ratios(asset: Asset) -> Ratios {
	<Risk as Listing>::collateral(&asset).unwrap().ratios(Now::get())
}

/// A chain with assets and no listings, at block 1.
pub fn ext() -> sp_io::TestExternalities {
	ext_with(Vec::new(), Vec::new())
}

/// A chain with listings in genesis.
pub fn ext_with(
	collateral: Vec<(Asset, FeedId, ParameterSet)>,
	settlement: Vec<(Asset, FeedId, Ratio)>,
) -> sp_io::TestExternalities {
	sp_tracing::try_init_simple();
	ListedFeeds::set(vec![OIL_FEED, DOLLAR_FEED]);
	AssetsInUse::set(Vec::new());
	Now::set(START);
	Positions::set(Vec::new());
	Priced::set(true);
	Movable::set(true);
	Followed::set(Vec::new());
	let asset = |id, owner| (id, owner, true, 1);
	let named = |id, decimals| (id, b"name".to_vec(), b"SYM".to_vec(), decimals);
	let genesis = RuntimeGenesisConfig {
		assets: pallet_assets::GenesisConfig {
			assets: vec![
				asset(1, CUSTODIAN),
				asset(2, CUSTODIAN),
				asset(3, CUSTODIAN),
				asset(4, 66),
				asset(5, CUSTODIAN),
				asset(6, CUSTODIAN),
			],
			metadata: vec![named(1, 8), named(2, 6), named(3, 19), named(4, 6), named(6, 18)],
			..Default::default()
		},
		risk: pallet_strata_risk::GenesisConfig { collateral, settlement, ..Default::default() },
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a chain without listings and checks every invariant after it.
pub fn execute(test: impl FnOnce()) {
	execute_on(ext(), test)
}

/// Runs a test on a chain with [`OIL`] as collateral and [`DOLLAR`] as settlement asset.
pub fn execute_listed(test: impl FnOnce()) {
	let collateral = vec![(OIL, OIL_FEED, parameters())];
	let settlement = vec![(DOLLAR, DOLLAR_FEED, percent(2))];
	execute_on(ext_with(collateral, settlement), test)
}

/// Runs a test and checks every invariant after it.
pub fn execute_on(mut ext: sp_io::TestExternalities, test: impl FnOnce()) {
	ext.execute_with(|| {
		test();
		Risk::do_try_state().unwrap();
	});
}

/// The error of a parameter set.
pub fn parameter_error(error: ParameterError) -> sp_runtime::DispatchError {
	crate::Error::<Test>::Parameters(error).into()
}
