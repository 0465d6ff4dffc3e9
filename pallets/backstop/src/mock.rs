//! A runtime with real assets and holds; listings and time are mocks that the tests turn.

use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{HoldConsideration, NativeFromLeft},
		fungibles::{Inspect, Mutate},
		tokens::{fungible::UnionOf, Preservation},
		AsEnsureOriginWithArg, ConstU128, ConstU64, LinearStoragePrice, Time,
	},
	PalletId,
};
use sp_runtime::{
	traits::{IdentityLookup, One},
	BuildStorage, DispatchResult,
};
use strata_numbers::{Price, Ratio};
use strata_statistics::HaircutTerms;
use strata_traits::{
	Asset, AuctionShape, Backstop as _, Balance, CollateralListing, Decay, DrawRefused, Listing,
	Moment, ParameterSet, SettlementListing,
};

use crate::{
	self as pallet_strata_backstop,
	types::{Pair, ShareState},
	HoldReason,
};

/// 16 bytes: just enough for a pallet's sub-account of its own per pool.
pub type AccountId = u128;
type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(3)]
	pub type Backstop = pallet_strata_backstop;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

pub const EXISTENTIAL_DEPOSIT: Balance = 10_000_000_000;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<frame_system::EnsureSigned<AccountId>>;
	type ForceOrigin = frame_system::EnsureRoot<AccountId>;
}

parameter_types! {
	pub const BackstopPalletId: PalletId = PalletId(*b"st/bckst");
	pub const ShareHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Backstop(HoldReason::ShareDeposit);
	/// Milliseconds since 1970.
	pub static Now: Moment = 0;
}

pub const DEPOSIT_BASE: Balance = 1_000_000_000_000;
pub const DELAY: Moment = 3_600_000;
pub const NOTICE: Moment = 24 * 3_600_000;
pub const WINDOW: Moment = 6 * 3_600_000;

impl crate::Config for Test {
	type Time = Clock;
	type Listing = ListingMock;
	type Assets = AllAssets;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		ShareHoldReason,
		LinearStoragePrice<ConstU128<DEPOSIT_BASE>, ConstU128<1>, Balance>,
	>;
	type PalletId = BackstopPalletId;
	type EntryDelay = ConstU64<DELAY>;
	type ExitNotice = ConstU64<NOTICE>;
	type ExitWindow = ConstU64<WINDOW>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = HelperMock;
}

/// Both kinds of assets.
pub type AllAssets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;

pub struct Clock;
impl Time for Clock {
	type Moment = Moment;
	fn now() -> Moment {
		Now::get()
	}
}

pub const USD: Asset = Asset::WithId(1);
pub const GOLD: Asset = Asset::WithId(2);
/// Exists, but is not listed.
pub const ODD: Asset = Asset::WithId(3);
pub const STRA: Asset = Asset::Native;

pub fn pair() -> Pair {
	Pair { collateral: GOLD, settlement: USD }
}

pub struct ListingMock;
impl Listing for ListingMock {
	fn collateral(asset: &Asset) -> Option<CollateralListing> {
		(*asset != ODD).then(|| CollateralListing::new(1, 9, parameters()))
	}
	fn settlement(asset: &Asset) -> Option<SettlementListing> {
		(*asset != ODD).then(|| SettlementListing {
			feed: 2,
			decimals: 6,
			depeg_band: Ratio::from_rational(2, 100),
		})
	}
	fn draw(_: &Asset, _: u128, _: Moment) -> Result<(), DrawRefused> {
		Err(DrawRefused::NotListed)
	}
	fn repaid(_: &Asset, _: u128) -> Result<(), DrawRefused> {
		Err(DrawRefused::NotListed)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn list(_: &Asset, _: &Asset) {
		// Listed from the start.
	}
}

fn parameters() -> ParameterSet {
	let ratio = |thousandths| Ratio::from_rational(thousandths, 1_000);
	ParameterSet {
		liquidation_ratio: ratio(1_500),
		initial_ratio: ratio(1_600),
		target_ratio: ratio(1_700),
		liquidation_bonus: ratio(100),
		minimum_debt: Price::one(),
		debt_ceiling: Price::from_u32(1_000_000),
		minimum_rate: Ratio::default(),
		maximum_rate: ratio(500),
		concentration_cap: Ratio::one(),
		auction: AuctionShape {
			start_factor: ratio(1_100),
			floor_factor: ratio(700),
			duration: 3_600_000,
			restarts: 2,
			decay: Decay::Linear,
		},
		auction_cap: Price::from_u32(1_000_000),
		draw_fuse: Price::from_u32(1_000_000),
		backstop_discount: ratio(50),
		haircut: HaircutTerms {
			deviations: ratio(3_000),
			least: Ratio::default(),
			most: ratio(500),
		},
		greatest_initial_ratio: ratio(2_000),
		ceiling_gap: Price::default(),
		ceiling_wait: 0,
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct HelperMock;
#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for HelperMock {
	fn assets() -> (Asset, Asset) {
		(GOLD, USD)
	}
	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		AllAssets::mint_into(STRA, who, EXISTENTIAL_DEPOSIT).unwrap();
		AllAssets::mint_into(asset.clone(), who, amount).unwrap();
	}
	fn set_time(now: Moment) {
		Now::set(now);
	}
}

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CAROL: AccountId = 3;
/// Sells collateral to pools.
pub const SELLER: AccountId = 8;
/// Issuer, admin and freezer of the assets.
pub const ISSUER: AccountId = 9;
/// Has no gold, and no account in it.
pub const NEWCOMER: AccountId = 10;

/// What everybody holds of each asset.
pub const ENDOWMENT: Balance = 1_000_000_000_000;

pub struct ExtBuilder {
	usd_minimum: Balance,
	gold_minimum: Balance,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { usd_minimum: 1, gold_minimum: 1 }
	}
}

impl ExtBuilder {
	pub fn minimums(mut self, usd: Balance, gold: Balance) -> Self {
		(self.usd_minimum, self.gold_minimum) = (usd, gold);
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		sp_tracing::try_init_simple();
		let people = [ALICE, BOB, CAROL, SELLER, ISSUER];
		let stra = 1_000_000 * 10u128.pow(12);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: people.into_iter().chain([NEWCOMER]).map(|who| (who, stra)).collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: vec![
					(1, ISSUER, true, self.usd_minimum),
					(2, ISSUER, false, self.gold_minimum),
					(3, ISSUER, false, 1),
				],
				accounts: people
					.into_iter()
					.flat_map(|who| [(1, who, ENDOWMENT), (2, who, ENDOWMENT)])
					.chain([(1, NEWCOMER, ENDOWMENT)])
					.collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.unwrap();
		let mut ext: sp_io::TestExternalities = storage.into();
		ext.execute_with(|| {
			System::set_block_number(1);
			// The beginning of a window.
			Now::set(DELAY * 500_000);
		});
		ext
	}

	/// Runs `test` and then checks all invariants.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Backstop::do_try_state().unwrap();
		});
	}
}

/// Lets `millis` pass.
pub fn pass(millis: Moment) {
	Now::mutate(|now| *now += millis);
}

/// Everything of an asset that `who` has free.
pub fn free(asset: Asset, who: AccountId) -> Balance {
	AllAssets::balance(asset, &who)
}

/// Sells `units` of the pair's collateral to its pool for `cost`, as the auctions do.
pub fn sell_to(pair: &Pair, units: Balance, cost: Balance) -> DispatchResult {
	let Pair { collateral, settlement } = pair.clone();
	frame_support::storage::with_storage_layer(|| {
		Backstop::buy(&collateral, &settlement, units, cost, |pool| {
			AllAssets::transfer(settlement.clone(), pool, &SELLER, cost, Preservation::Expendable)?;
			AllAssets::transfer(
				collateral.clone(),
				&SELLER,
				pool,
				units,
				Preservation::Expendable,
			)?;
			Ok(())
		})
	})
}

/// What `who` has in the pool of gold and USD; nothing if there is no share.
pub fn share(who: AccountId) -> ShareState {
	Backstop::share_state(&pair(), &who).unwrap_or(ShareState {
		active: 0,
		pending: vec![],
		gains: 0,
		exit: None,
	})
}
