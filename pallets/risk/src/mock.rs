//! A chain with listings, assets and a mock of the oracle.

use frame_support::{
	derive_impl, parameter_types,
	traits::{AsEnsureOriginWithArg, ConstU32, ConstU8, Contains, Equals},
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_runtime::BuildStorage;
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Asset, AuctionShape, Decay, FeedId, ParameterError, ParameterSet, PriceFeeds, Reading,
};

use crate::{self as pallet_strata_risk, Config, HardBounds, InfoFrom, TrustedRoles};

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
/// Who may pause.
pub const GUARDIAN: AccountId = 50;

parameter_types! {
	pub const Custodian: AccountId = CUSTODIAN;
	pub const Guardian: AccountId = GUARDIAN;
	/// The feeds that the oracle lists.
	pub static ListedFeeds: Vec<FeedId> = Vec::new();
	/// The assets that a book relies on.
	pub static AssetsInUse: Vec<Asset> = Vec::new();
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

impl Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type GuardianOrigin = EnsureSignedBy<GuardianAccount, AccountId>;
	type Feeds = MockFeeds;
	type Assets = InfoFrom<Assets, AccountId, ConstU8<12>>;
	type TrustedAsset = TrustedRoles<Assets, AccountId, Equals<Custodian>>;
	type InUse = InUse;
	type HardBounds = Bounds;
	type MaxCollateral = ConstU32<4>;
	type MaxSettlement = ConstU32<2>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

frame_support::ord_parameter_types! {
	pub const GuardianAccount: AccountId = GUARDIAN;
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
	}
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
