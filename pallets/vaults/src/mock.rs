//! A runtime with real assets and holds; prices, listings, time and the deal's cash are mocks that
//! the tests turn.

use std::collections::BTreeMap;

use frame_support::{
	derive_impl,
	pallet_prelude::ValueQuery,
	parameter_types, storage_alias,
	traits::{
		fungible::{HoldConsideration, NativeFromLeft},
		fungibles::Mutate,
		tokens::{fungible::UnionOf, Preservation},
		AsEnsureOriginWithArg, ConstU128, ConstU32, LinearStoragePrice, Time,
	},
	Blake2_128Concat, PalletId,
};
use sp_runtime::{
	traits::{IdentityLookup, One},
	BuildStorage, DispatchError, DispatchResult, Perbill,
};
use strata_numbers::{Price, RateModel, Ratio};
use strata_statistics::HaircutTerms;
use strata_traits::{
	Asset, AuctionShape, Auctions, Balance, BookId, Books, CollateralListing, Collected, DealCash,
	DealId, Decay, DrawRefused, FeedId, Listing, Moment, OnSale, ParameterSet, PriceFeeds,
	Proceeds, Quote, Reading, Seizure, SettlementListing, Usage, DRAW_WINDOW,
};

use crate::{self as pallet_strata_vaults, types::BookTerms, HoldReason};

/// 16 bytes: just enough for a pallet's sub-account of its own per book.
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
	pub type AssetsHolder = pallet_assets_holder;
	#[runtime::pallet_index(4)]
	pub type Vaults = pallet_strata_vaults;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = frame_support::weights::constants::ParityDbWeight;
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
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeEvent = RuntimeEvent;
}

parameter_types! {
	pub const VaultsPalletId: PalletId = PalletId(*b"st/vault");
	pub const VaultHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Vaults(HoldReason::VaultDeposit);
	/// Milliseconds since 1970.
	pub static Now: Moment = 0;
	pub static Readings: BTreeMap<FeedId, Reading> = BTreeMap::new();
	pub static Collaterals: BTreeMap<Asset, CollateralListing> = BTreeMap::new();
	pub static Settlements: BTreeMap<Asset, SettlementListing> = BTreeMap::new();
	/// Whether the deal lends.
	pub static Lending: bool = true;
	/// Whether the auctions take what is seized.
	pub static Selling: bool = true;
	/// Whether the deal books what is seized.
	pub static Booking: bool = true;
	pub const HaltGap: Moment = 120_000;
	pub const ResumeGrace: Moment = 600_000;
	pub const UnpricedLimit: Moment = 7 * 24 * 3_600_000;
	pub static LiquidationShare: Perbill = Perbill::from_percent(25);
	pub static IdleShare: Perbill = Perbill::from_percent(50);
	pub static AutoHops: u32 = 8;
	pub static MaxHops: u32 = 64;
}

pub const DEPOSIT_BASE: Balance = 1_000_000_000_000;

impl crate::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Time = Clock;
	type Feeds = FeedsMock;
	type Listing = ListingMock;
	type Cash = CashMock;
	type Auctions = AuctionsMock;
	type Holder = UnionOf<Balances, AssetsHolder, NativeFromLeft, Asset, AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		VaultHoldReason,
		LinearStoragePrice<ConstU128<DEPOSIT_BASE>, ConstU128<1>, Balance>,
	>;
	type PalletId = VaultsPalletId;
	type MaxVaultsPerOwner = ConstU32<4>;
	type HaltGap = HaltGap;
	type ResumeGrace = ResumeGrace;
	type LiquidationShare = LiquidationShare;
	type IdleShare = IdleShare;
	type AutoHops = AutoHops;
	type MaxHops = MaxHops;
	type UnpricedLimit = UnpricedLimit;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = HelperMock;
}

/// Both kinds of assets, for the tests' own movements.
pub type AllAssets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;

pub struct Clock;
impl Time for Clock {
	type Moment = Moment;
	fn now() -> Moment {
		Now::get()
	}
}

pub struct FeedsMock;
impl PriceFeeds for FeedsMock {
	fn reading(feed: FeedId) -> Reading {
		Readings::get().get(&feed).copied().unwrap_or(Reading::Unknown)
	}
	fn is_listed(feed: FeedId) -> bool {
		Readings::get().contains_key(&feed)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, price: Price) {
		set_reading(feed, Reading::Fresh(quote(price, price)));
	}
}

/// What is drawn against each collateral asset: in storage, so that a failed act gives it back.
#[storage_alias]
pub type UsageOf = StorageMap<ListingModule, Blake2_128Concat, Asset, Usage, ValueQuery>;

pub struct ListingMock;
impl Listing for ListingMock {
	fn collateral(asset: &Asset) -> Option<CollateralListing> {
		let listing = Collaterals::get().get(asset).copied()?;
		Some(CollateralListing { usage: UsageOf::get(asset), ..listing })
	}
	fn draw(asset: &Asset, usd: u128, now: Moment) -> Result<(), DrawRefused> {
		let listing = Self::collateral(asset).ok_or(DrawRefused::NotListed)?;
		let ensure = |holds: bool, why| if holds { Ok(()) } else { Err(why) };
		ensure(!listing.paused, DrawRefused::Paused)?;
		let Usage { drawn, window, drawn_in_window } = listing.usage;
		let this = now - now % DRAW_WINDOW;
		let before = if window == this { drawn_in_window } else { 0 };
		let drawn = drawn.checked_add(usd).ok_or(DrawRefused::Overflow)?;
		let drawn_in_window = before.checked_add(usd).ok_or(DrawRefused::Overflow)?;
		let parameters = listing.parameters;
		ensure(drawn <= parameters.debt_ceiling.into_inner(), DrawRefused::AboveCeiling)?;
		ensure(drawn_in_window <= parameters.draw_fuse.into_inner(), DrawRefused::FuseBlown)?;
		UsageOf::insert(asset, Usage { drawn, window: this, drawn_in_window });
		Ok(())
	}
	fn repaid(asset: &Asset, usd: u128) -> Result<(), DrawRefused> {
		UsageOf::try_mutate(asset, |usage| {
			usage.drawn = usage.drawn.checked_sub(usd).ok_or(DrawRefused::Overflow)?;
			Ok(())
		})
	}
	fn settlement(asset: &Asset) -> Option<SettlementListing> {
		Settlements::get().get(asset).copied()
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn list(_: &Asset, _: &Asset) {
		// The market of `ExtBuilder` is listed from the start.
	}
}

/// The account that holds the cash of all deals.
pub const DEAL: AccountId = 1_000;

/// Interest and principal that the deals collected, and principal that they advanced.
#[storage_alias]
pub type CashLedger =
	StorageMap<CashModule, Blake2_128Concat, DealId, (Balance, Balance, Balance), ValueQuery>;

/// What is in liquidation: principal and units of each book.
#[storage_alias]
pub type InLiquidation =
	StorageMap<CashModule, Blake2_128Concat, BookId, (Balance, Balance), ValueQuery>;

/// Principal of each book that rounding left to nobody, and that was lost.
#[storage_alias]
pub type WrittenOff = StorageMap<CashModule, Blake2_128Concat, BookId, Balance, ValueQuery>;

/// Lots that are open, oldest first.
#[storage_alias]
pub type Lots = StorageValue<AuctionsModule, Vec<Seizure>, ValueQuery>;

/// Keeps what is seized; tests close lots with [`close_lots`].
pub struct AuctionsMock;
impl Auctions for AuctionsMock {
	fn open(seizure: Seizure) -> DispatchResult {
		frame_support::ensure!(Selling::get(), DispatchError::Other("not selling"));
		Lots::append(seizure);
		Ok(())
	}
	fn work(meter: &mut frame_support::weights::WeightMeter) {
		AuctionsWork::mutate(|log| log.push(meter.remaining()));
	}
	fn on_sale(book: BookId) -> OnSale {
		let mut all = OnSale::default();
		for lot in Lots::get().iter().filter(|lot| lot.book == book) {
			all.lots += 1;
			all.units += lot.units;
			all.owed += lot.principal + lot.interest;
		}
		all
	}
	fn longest(shape: &AuctionShape) -> Option<Moment> {
		shape.duration.checked_mul(u64::from(shape.restarts) + 1)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_buyer(_: &Asset, _: &Asset, _: Balance) {}
}

/// Settles all lots of a book: their collateral goes to the issuer.
pub fn close_lots(book: BookId) {
	let collateral = Vaults::book_state(book).unwrap().book.collateral;
	let units = AuctionsMock::on_sale(book).units;
	Vaults::release(book, &collateral, &ISSUER, units).unwrap();
	Lots::mutate(|lots| lots.retain(|lot| lot.book != book));
}

parameter_types! {
	/// What each call of [`Auctions::work`] was given.
	pub static AuctionsWork: Vec<frame_support::weights::Weight> = Vec::new();
}

/// What a deal lends in. All books of the tests lend USD.
pub const USD: Asset = Asset::WithId(1);
pub const GOLD: Asset = Asset::WithId(2);
pub const STRA: Asset = Asset::Native;
pub const USD_FEED: FeedId = 1;
pub const GOLD_FEED: FeedId = 2;
pub const STRA_FEED: FeedId = 3;

pub struct CashMock;
impl DealCash<AccountId> for CashMock {
	fn advance(deal: DealId, to: &AccountId, amount: Balance) -> DispatchResult {
		frame_support::ensure!(Lending::get(), DispatchError::Other("not lending"));
		AllAssets::transfer(USD, &DEAL, to, amount, Preservation::Preserve)?;
		CashLedger::mutate(deal, |ledger| ledger.2 += amount);
		Ok(())
	}
	fn collect(deal: DealId, from: &AccountId, collected: Collected) -> DispatchResult {
		let amount = collected.interest + collected.principal;
		AllAssets::transfer(USD, from, &DEAL, amount, Preservation::Expendable)?;
		CashLedger::mutate(deal, |ledger| {
			ledger.0 += collected.interest;
			ledger.1 += collected.principal;
		});
		Ok(())
	}
	fn seized(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		frame_support::ensure!(Booking::get(), DispatchError::Other("not booking"));
		InLiquidation::mutate(book, |ledger| {
			ledger.0 += principal;
			ledger.1 += units;
		});
		Ok(())
	}
	fn proceeds(
		_: DealId,
		book: BookId,
		from: &AccountId,
		units: Balance,
		proceeds: Proceeds,
	) -> DispatchResult {
		let Proceeds { principal, interest, penalty, surplus } = proceeds;
		let amount = principal + interest + penalty + surplus;
		AllAssets::transfer(USD, from, &DEAL, amount, Preservation::Expendable)?;
		InLiquidation::mutate(book, |ledger| {
			ledger.0 -= principal;
			ledger.1 -= units;
		});
		Ok(())
	}
	fn lost(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		InLiquidation::mutate(book, |ledger| {
			ledger.0 -= principal;
			ledger.1 -= units;
		});
		WrittenOff::mutate(book, |lost| *lost += principal);
		Ok(())
	}
	fn written_off(_: DealId, book: BookId, principal: Balance) -> DispatchResult {
		WrittenOff::mutate(book, |lost| *lost += principal);
		Ok(())
	}
	fn exchange(
		_: DealId,
		_: BookId,
		_: &AccountId,
		_: Balance,
		_: Balance,
		_: Balance,
	) -> Result<Balance, DispatchError> {
		Err(DispatchError::Other("no notes here"))
	}
	fn is_account(_: DealId, who: &AccountId) -> bool {
		*who == DEAL
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(
		settlement: &Asset,
		collateral: &Asset,
		principal: Balance,
	) -> Result<(DealId, BookId), DispatchError> {
		AllAssets::mint_into(settlement.clone(), &DEAL, principal)?;
		let terms = <Vaults as Books>::benchmark_terms(collateral);
		Ok((0, <Vaults as Books>::open(0, settlement, &terms)?))
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

pub fn quote(lower: Price, upper: Price) -> Quote {
	Quote::steady(lower, upper, Now::get(), u64::MAX)
}

pub fn set_reading(feed: FeedId, reading: Reading) {
	Readings::mutate(|readings| readings.insert(feed, reading));
}

/// Prices `feed` at `price` USD, all reports alike.
pub fn set_price(feed: FeedId, price: impl Into<f64>) {
	let price = Price::from_float(price.into());
	set_reading(feed, Reading::Fresh(quote(price, price)));
}

pub fn ratio(value: f64) -> Ratio {
	Ratio::from_float(value)
}

pub fn parameters() -> ParameterSet {
	ParameterSet {
		liquidation_ratio: ratio(1.5),
		initial_ratio: ratio(1.6),
		target_ratio: ratio(1.7),
		liquidation_bonus: ratio(0.1),
		minimum_debt: Price::from_u32(100),
		debt_ceiling: Price::from_u32(1_000_000),
		minimum_rate: Ratio::default(),
		maximum_rate: ratio(0.5),
		concentration_cap: Ratio::one(),
		auction: AuctionShape {
			start_factor: ratio(1.1),
			floor_factor: ratio(0.7),
			duration: 3_600_000,
			restarts: 2,
			decay: Decay::Linear,
		},
		auction_cap: Price::from_u32(1_000_000_000),
		draw_fuse: Price::from_u32(1_000_000_000),
		backstop_discount: ratio(0.01),
		haircut: HaircutTerms { deviations: ratio(3.0), least: Ratio::default(), most: ratio(0.3) },
		greatest_initial_ratio: ratio(2.0),
		ceiling_gap: Price::default(),
		ceiling_wait: 0,
	}
}

/// Changes the listing of a collateral asset.
pub fn relist(asset: Asset, change: impl FnOnce(&mut CollateralListing)) {
	Collaterals::mutate(|listings| change(listings.get_mut(&asset).unwrap()));
}

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CAROL: AccountId = 3;
pub const DAVE: AccountId = 4;
/// Issuer, admin and freezer of the assets.
pub const ISSUER: AccountId = 9;

/// What everybody holds, in whole units of each asset.
pub const ENDOWMENT: Balance = 1_000_000;

/// One whole unit of an asset in the default market.
pub const DOLLAR: Balance = 1_000_000;
pub const OUNCE: Balance = 1_000_000_000;

pub struct ExtBuilder {
	usd_decimals: u8,
	gold_decimals: u8,
	gold_is_sufficient: bool,
	gold_minimum: Balance,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { usd_decimals: 6, gold_decimals: 9, gold_is_sufficient: false, gold_minimum: 1_000 }
	}
}

impl ExtBuilder {
	pub fn decimals(mut self, gold: u8, usd: u8) -> Self {
		(self.gold_decimals, self.usd_decimals) = (gold, usd);
		self
	}

	pub fn gold_minimum(mut self, minimum: Balance) -> Self {
		self.gold_minimum = minimum;
		self
	}

	pub fn sufficient_gold(mut self) -> Self {
		self.gold_is_sufficient = true;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		sp_tracing::try_init_simple();
		let people = [ALICE, BOB, CAROL, DAVE, ISSUER, DEAL];
		let stra = ENDOWMENT * 10u128.pow(12);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: people.into_iter().map(|who| (who, stra)).collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: vec![
					(1, ISSUER, true, 1),
					(2, ISSUER, self.gold_is_sufficient, self.gold_minimum),
				],
				accounts: people
					.into_iter()
					.flat_map(|who| {
						[
							(1, who, ENDOWMENT * 10u128.pow(self.usd_decimals.into())),
							(2, who, gold_endowment(self.gold_decimals)),
						]
					})
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
			Now::set(1_700_000_000_000);
			Lending::set(true);
			Selling::set(true);
			Booking::set(true);
			AuctionsWork::set(Vec::new());
			AutoHops::set(8);
			MaxHops::set(64);
			LiquidationShare::set(Perbill::from_percent(25));
			IdleShare::set(Perbill::from_percent(50));
			Readings::set(BTreeMap::new());
			set_price(USD_FEED, 1);
			set_price(GOLD_FEED, 100);
			set_price(STRA_FEED, 10);
			let listing = |feed, decimals| CollateralListing::new(feed, decimals, parameters());
			Collaterals::set(BTreeMap::from([
				(GOLD, listing(GOLD_FEED, self.gold_decimals)),
				(STRA, listing(STRA_FEED, 12)),
			]));
			Settlements::set(BTreeMap::from([(
				USD,
				SettlementListing {
					feed: USD_FEED,
					decimals: self.usd_decimals,
					depeg_band: ratio(0.02),
				},
			)]));
		});
		ext
	}

	/// Runs `test` and then checks all invariants.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Vaults::do_try_state().unwrap();
		});
	}
}

/// With few decimals the minimum collateral of 10^6 smallest units is a lot of gold.
fn gold_endowment(decimals: u8) -> Balance {
	(ENDOWMENT * 10u128.pow(decimals.into())).max(1_000_000_000)
}

pub fn terms(collateral: Asset, yearly_rate: f64) -> BookTerms {
	BookTerms {
		collateral,
		rate: RateModel::Fixed(ratio(yearly_rate)),
		debt_ceiling: Balance::MAX,
		draw_fuse: Balance::MAX,
		maturity: Now::get() + 1_000 * YEAR,
		close_out: DAY,
		call_notice: DAY,
		call_bonus: ratio(0.02),
		follows: false,
	}
}

/// A book of deal 7 that lends USD against `collateral`.
pub fn open_book(collateral: Asset, yearly_rate: f64) -> BookId {
	<Vaults as Books>::open(7, &USD, &terms(collateral, yearly_rate)).unwrap()
}

/// Lets `millis` pass.
pub fn pass(millis: u64) {
	Now::mutate(|now| *now += millis);
}

pub const YEAR: u64 = 31_536_000_000;
pub const DAY: u64 = 86_400_000;

/// Everything of an asset that `who` has free.
pub fn free(asset: Asset, who: AccountId) -> Balance {
	<AllAssets as frame_support::traits::fungibles::Inspect<AccountId>>::balance(asset, &who)
}
