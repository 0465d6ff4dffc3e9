//! A runtime with the real pallets of vaults, auctions and the backstop over real assets and holds.
//! Prices, listings, the clock and the deal's cash are mocks that a test turns.

// What FRAME's macros make has no documentation; what is written here has.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl, ensure,
	pallet_prelude::ValueQuery,
	parameter_types, storage_alias,
	traits::{
		fungible::{HoldConsideration, NativeFromLeft},
		fungibles::{Inspect, Mutate},
		tokens::{fungible::UnionOf, Preservation},
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU64, LinearStoragePrice, Time,
	},
	Blake2_128Concat, PalletId,
};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, FixedPointNumber, Perbill,
};
use strata_numbers::{pow10, Price, Ratio};
use strata_statistics::Variance;
use strata_traits::{
	Asset, Balance, BookId, CollateralListing, Collected, DealCash, DealId, DrawRefused, FeedId,
	Listing, Moment, PriceFeeds, Proceeds, Quote, Reading, SettlementListing, Usage, DRAW_WINDOW,
};

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
	#[runtime::pallet_index(5)]
	pub type Auctions = pallet_strata_auctions;
	#[runtime::pallet_index(6)]
	pub type Backstop = pallet_strata_backstop;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
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
	/// Where the accounts of books come from.
	pub const VaultsPalletId: PalletId = PalletId(*b"st/vault");
	/// Where the accounts of pools come from.
	pub const BackstopPalletId: PalletId = PalletId(*b"st/bstop");
	/// The hold of a vault's deposit.
	pub const VaultHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Vaults(pallet_strata_vaults::HoldReason::VaultDeposit);
	/// The hold of a pool deposit's deposit.
	pub const BackstopHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Backstop(pallet_strata_backstop::HoldReason::ShareDeposit);
	/// The walk's part of a block in `on_poll`.
	pub const WalkShare: Perbill = Perbill::from_percent(25);
	/// The walk's part of what is left in `on_idle`.
	pub const WalkIdleShare: Perbill = Perbill::from_percent(50);
	/// Milliseconds since 1970.
	pub static Now: Moment = 0;
	/// What each feed says.
	pub static Readings: BTreeMap<FeedId, Reading> = BTreeMap::new();
	/// What feeds have been through.
	pub static Pasts: BTreeMap<FeedId, Past> = BTreeMap::new();
	/// Parameters of collateral assets.
	pub static Collaterals: BTreeMap<Asset, CollateralListing> = BTreeMap::new();
	/// Settlement assets.
	pub static Settlements: BTreeMap<Asset, SettlementListing> = BTreeMap::new();
	/// A longer silence than this is a halt.
	pub static HaltGap: Moment = Moment::MAX;
	/// After a halt nobody is liquidated for this long.
	pub static ResumeGrace: Moment = 0;
}

/// Edges that an act follows by itself.
pub const AUTO_HOPS: u32 = 8;
/// Edges that `settle` follows at most.
pub const MAX_HOPS: u32 = 64;
/// How long an unsold lot is offered in exchange.
pub const EXCHANGE_PERIOD: Moment = 86_400_000;
/// When a lot whose unit of work failed is looked at again.
pub const RETRY_AFTER: Moment = 600_000;
/// How long a deposit to a pool waits before it is spent.
pub const ENTRY_DELAY: Moment = 3_600_000;
/// Notice of an exit from a pool.
pub const EXIT_NOTICE: Moment = 7_200_000;
/// How long an exit may be carried out after the notice.
pub const EXIT_WINDOW: Moment = 86_400_000;
/// How long a deal bears a book without a price.
pub const UNPRICED_LIMIT: Moment = 7 * 86_400_000;

/// Holds of 10 units and one for each byte.
pub type Deposit<Reason> = HoldConsideration<
	AccountId,
	Balances,
	Reason,
	LinearStoragePrice<ConstU128<10>, ConstU128<1>, Balance>,
>;

/// All assets, and holds on them.
pub type Holder = UnionOf<Balances, AssetsHolder, NativeFromLeft, Asset, AccountId>;
/// All assets.
pub type AllAssets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;

impl pallet_strata_vaults::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Time = Clock;
	type Feeds = FeedsMock;
	type Listing = ListingMock;
	type Cash = CashMock;
	type Auctions = Auctions;
	type Holder = Holder;
	type Consideration = Deposit<VaultHoldReason>;
	type PalletId = VaultsPalletId;
	type MaxVaultsPerOwner = ConstU32<4>;
	type HaltGap = HaltGap;
	type ResumeGrace = ResumeGrace;
	type LiquidationShare = WalkShare;
	type IdleShare = WalkIdleShare;
	type AutoHops = ConstU32<AUTO_HOPS>;
	type MaxHops = ConstU32<MAX_HOPS>;
	type UnpricedLimit = ConstU64<UNPRICED_LIMIT>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

impl pallet_strata_auctions::Config for Test {
	type Cash = CashMock;
	type Custody = Vaults;
	type Backstop = Backstop;
	type ExchangePeriod = ConstU64<EXCHANGE_PERIOD>;
	type RetryAfter = ConstU64<RETRY_AFTER>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

impl pallet_strata_backstop::Config for Test {
	type Time = Clock;
	type Listing = ListingMock;
	type Assets = AllAssets;
	type Consideration = Deposit<BackstopHoldReason>;
	type PalletId = BackstopPalletId;
	type EntryDelay = ConstU64<ENTRY_DELAY>;
	type ExitNotice = ConstU64<EXIT_NOTICE>;
	type ExitWindow = ConstU64<EXIT_WINDOW>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

/// The calendar.
pub struct Clock;
impl Time for Clock {
	type Moment = Moment;
	fn now() -> Moment {
		Now::get()
	}
}

/// [`Readings`].
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
		set_quote(feed, price, price);
	}
}

/// What is drawn against each collateral asset.
#[storage_alias]
pub type Drawn = StorageMap<World, Blake2_128Concat, Asset, Usage, ValueQuery>;

/// [`Collaterals`] and [`Settlements`], with what is drawn in storage.
pub struct ListingMock;
impl Listing for ListingMock {
	fn collateral(asset: &Asset) -> Option<CollateralListing> {
		let listing = Collaterals::get().get(asset).copied()?;
		Some(CollateralListing { usage: Drawn::get(asset), ..listing })
	}
	fn settlement(asset: &Asset) -> Option<SettlementListing> {
		Settlements::get().get(asset).copied()
	}
	fn draw(asset: &Asset, usd: u128, now: Moment) -> Result<(), DrawRefused> {
		let listing = Self::collateral(asset).ok_or(DrawRefused::NotListed)?;
		ensure!(!listing.paused, DrawRefused::Paused);
		let window = now - now % DRAW_WINDOW;
		let usage = listing.usage;
		let before = if usage.window == window { usage.drawn_in_window } else { 0 };
		let drawn = usage.drawn.checked_add(usd).ok_or(DrawRefused::Overflow)?;
		let drawn_in_window = before.checked_add(usd).ok_or(DrawRefused::Overflow)?;
		let parameters = listing.parameters;
		ensure!(drawn <= parameters.debt_ceiling.into_inner(), DrawRefused::AboveCeiling);
		ensure!(drawn_in_window <= parameters.draw_fuse.into_inner(), DrawRefused::FuseBlown);
		Drawn::insert(asset, Usage { drawn, window, drawn_in_window });
		Ok(())
	}
	fn repaid(asset: &Asset, usd: u128) -> Result<(), DrawRefused> {
		Drawn::try_mutate(asset, |usage| {
			usage.drawn = usage.drawn.checked_sub(usd).ok_or(DrawRefused::Overflow)?;
			Ok(())
		})
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn list(_: &Asset, _: &Asset) {}
}

/// The account of the deal.
pub const DEAL: AccountId = 1_000;
/// The deal.
pub const DEAL_ID: DealId = 7;
/// What the deal lends.
pub const USD: Asset = Asset::WithId(1);
/// Collateral.
pub const GOLD: Asset = Asset::WithId(2);
/// Other collateral.
pub const OIL: Asset = Asset::WithId(3);
/// Feed of [`USD`].
pub const USD_FEED: FeedId = 1;
/// Feed of [`GOLD`].
pub const GOLD_FEED: FeedId = 2;
/// Feed of [`OIL`].
pub const OIL_FEED: FeedId = 3;
/// The feed of a collateral asset.
pub fn feed_of(asset: &Asset) -> FeedId {
	if *asset == GOLD {
		GOLD_FEED
	} else {
		OIL_FEED
	}
}

/// What the deal's cash has seen of one book, to the unit.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Ledger {
	/// Principal paid out to borrowers.
	pub advanced: Balance,
	/// Principal repaid by borrowers.
	pub repaid: Balance,
	/// Interest paid by borrowers.
	pub interest: Balance,
	/// Principal that a sale paid.
	pub sold_principal: Balance,
	/// Interest that a sale paid.
	pub sold_interest: Balance,
	/// Penalties.
	pub penalty: Balance,
	/// What sales brought beyond.
	pub surplus: Balance,
	/// Principal paid in notes.
	pub exchanged: Balance,
	/// Principal lost.
	pub lost: Balance,
	/// Principal that rounding left to nobody.
	pub written_off: Balance,
	/// Principal in liquidation.
	pub in_liquidation: Balance,
	/// Units of collateral in liquidation.
	pub units: Balance,
}

impl Ledger {
	/// Principal that performs: what was advanced and has not gone another way.
	pub fn performing(&self) -> Balance {
		self.advanced
			- self.repaid
			- self.written_off
			- self.sold_principal
			- self.exchanged
			- self.lost
			- self.in_liquidation
	}

	/// All cash that came in.
	pub fn received(&self) -> Balance {
		self.repaid
			+ self.interest
			+ self.sold_principal
			+ self.sold_interest
			+ self.penalty
			+ self.surplus
	}
}

/// The ledger of the deal.
#[storage_alias]
pub type Cash = StorageValue<World, Ledger, ValueQuery>;
/// The part of the ledger that is kept by book: principal and units in liquidation.
#[storage_alias]
pub type Workouts = StorageMap<World, Blake2_128Concat, BookId, (Balance, Balance), ValueQuery>;

/// A deal that always lends, and books everything it is told.
pub struct CashMock;
impl CashMock {
	fn workout(
		book: BookId,
		change: impl FnOnce(Balance, Balance) -> Option<(Balance, Balance)>,
	) -> DispatchResult {
		Workouts::try_mutate(book, |(principal, units)| {
			let before = (*principal, *units);
			(*principal, *units) =
				change(*principal, *units).ok_or(DispatchError::Other("workout"))?;
			Cash::mutate(|ledger| {
				ledger.in_liquidation = ledger.in_liquidation + *principal - before.0;
				ledger.units = ledger.units + *units - before.1;
			});
			Ok(())
		})
	}
}

impl DealCash<AccountId> for CashMock {
	fn advance(_: DealId, to: &AccountId, amount: Balance) -> DispatchResult {
		AllAssets::transfer(USD, &DEAL, to, amount, Preservation::Preserve)?;
		Cash::mutate(|ledger| ledger.advanced += amount);
		Ok(())
	}
	fn collect(_: DealId, from: &AccountId, collected: Collected) -> DispatchResult {
		let amount = collected.interest + collected.principal;
		AllAssets::transfer(USD, from, &DEAL, amount, Preservation::Expendable)?;
		Cash::mutate(|ledger| {
			ledger.interest += collected.interest;
			ledger.repaid += collected.principal;
		});
		Ok(())
	}
	fn seized(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		Self::workout(book, |p, u| Some((p.checked_add(principal)?, u.checked_add(units)?)))
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
		if amount == 0 {
			return Ok(());
		}
		AllAssets::transfer(USD, from, &DEAL, amount, Preservation::Expendable)?;
		Self::workout(book, |p, u| Some((p.checked_sub(principal)?, u.checked_sub(units)?)))?;
		Cash::mutate(|ledger| {
			ledger.sold_principal += principal;
			ledger.sold_interest += interest;
			ledger.penalty += penalty;
			ledger.surplus += surplus;
		});
		Ok(())
	}
	fn lost(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		Self::workout(book, |p, u| Some((p.checked_sub(principal)?, u.checked_sub(units)?)))?;
		Cash::mutate(|ledger| ledger.lost += principal);
		Ok(())
	}
	fn written_off(_: DealId, _: BookId, principal: Balance) -> DispatchResult {
		Cash::mutate(|ledger| ledger.written_off += principal);
		Ok(())
	}
	fn exchange(
		_: DealId,
		book: BookId,
		_: &AccountId,
		units: Balance,
		price: Balance,
		principal: Balance,
	) -> Result<Balance, DispatchError> {
		let paid = price.min(principal);
		Self::workout(book, |p, u| Some((p.checked_sub(paid)?, u.checked_sub(units)?)))?;
		Cash::mutate(|ledger| ledger.exchanged += paid);
		Ok(paid)
	}
	fn is_account(_: DealId, who: &AccountId) -> bool {
		*who == DEAL
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(_: &Asset, _: &Asset, _: Balance) -> Result<(DealId, BookId), DispatchError> {
		Err(DispatchError::Unavailable)
	}
}

/// Sets a feed to a full set of fresh reports of now.
pub fn set_quote(feed: FeedId, lower: Price, upper: Price) {
	set_reading(feed, Reading::Fresh(quote(feed, lower, upper)));
}

/// What [`set_quote`] sets, with the past of the feed.
pub fn quote(feed: FeedId, lower: Price, upper: Price) -> Quote {
	let steady = Quote::steady(lower, upper, Now::get(), u64::MAX);
	let Some(past) = Pasts::get().get(&feed).copied() else { return steady };
	let part = |price: Price, by: u128| price.into_inner() / 1_000_000 * by;
	Quote {
		least: Price::from_inner(lower.into_inner() - part(lower, past.fall)),
		most: Price::from_inner(upper.into_inner() + part(upper, past.rise)),
		variance: past.variance,
		latency: past.latency,
		..steady
	}
}

/// What a feed has been through, as its quotes show it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Past {
	/// How far its lower price was lower within its latency, in millionths.
	pub fall: u128,
	/// How far its upper price was higher, in millionths.
	pub rise: u128,
	/// Its variance.
	pub variance: Variance,
	/// How far it may be behind.
	pub latency: Moment,
}

/// Sets what a feed says.
pub fn set_reading(feed: FeedId, reading: Reading) {
	Readings::mutate(|readings| readings.insert(feed, reading));
}

/// Borrowers.
pub const OWNERS: [AccountId; 4] = [1, 2, 3, 4];
/// Who bids, exchanges and keeps.
pub const BIDDERS: [AccountId; 2] = [11, 12];
/// Who deposits into pools.
pub const DEPOSITORS: [AccountId; 3] = [21, 22, 23];
/// The issuer of all assets.
pub const ISSUER: AccountId = 99;

/// What everybody has of each asset in the beginning.
pub const ENDOWMENT: Balance = 1 << 100;

/// Everybody who has anything of his own.
pub fn everybody() -> impl Iterator<Item = AccountId> + Clone {
	OWNERS.into_iter().chain(BIDDERS).chain(DEPOSITORS).chain([ISSUER, DEAL])
}

/// How a world is set up.
#[derive(Clone, Debug)]
pub struct Setup {
	/// The parameters of [`GOLD`] and [`OIL`].
	pub listings: [CollateralListing; 2],
	/// The settlement asset's.
	pub settlement: SettlementListing,
	/// See [`HaltGap`].
	pub halt_gap: Moment,
	/// See [`ResumeGrace`].
	pub resume_grace: Moment,
	/// USD per whole unit of [`GOLD`] and [`OIL`].
	pub prices: [Price; 2],
}

/// The first moment: in 2023.
pub const GENESIS: Moment = 1_700_000_000_000;

/// Storage with everybody endowed, and the mocks as `setup` says.
pub fn build(setup: &Setup) -> sp_io::TestExternalities {
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: everybody().map(|who| (who, 1 << 60)).collect(),
			..Default::default()
		},
		assets: pallet_assets::GenesisConfig {
			assets: (1..=3).map(|id| (id, ISSUER, true, 1)).collect(),
			accounts: everybody()
				.flat_map(|who| (1..=3).map(move |id| (id, who, ENDOWMENT)))
				.collect(),
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.expect("genesis builds");
	let mut world: sp_io::TestExternalities = storage.into();
	world.execute_with(|| {
		System::set_block_number(1);
		Now::set(GENESIS);
		HaltGap::set(setup.halt_gap);
		ResumeGrace::set(setup.resume_grace);
		Collaterals::set(BTreeMap::from([(GOLD, setup.listings[0]), (OIL, setup.listings[1])]));
		Settlements::set(BTreeMap::from([(USD, setup.settlement)]));
		Readings::set(BTreeMap::new());
		Pasts::set(BTreeMap::new());
		set_quote(USD_FEED, Price::from_u32(1), Price::from_u32(1));
		set_quote(GOLD_FEED, setup.prices[0], setup.prices[0]);
		set_quote(OIL_FEED, setup.prices[1], setup.prices[1]);
	});
	world
}

/// All that exists of an asset.
pub fn issued(asset: &Asset) -> Balance {
	AllAssets::total_issuance(asset.clone())
}

/// What `who` has free.
pub fn free(asset: &Asset, who: AccountId) -> Balance {
	AllAssets::balance(asset.clone(), &who)
}

/// A signed origin.
pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// A ratio from a float, for parameters.
pub fn ratio(value: f64) -> Ratio {
	Ratio::from_float(value)
}

/// A price from a float, at least the least one.
pub fn price(value: f64) -> Price {
	Price::from_float(value).max(Price::from_inner(1))
}

/// Smallest units in a whole one.
pub fn unit(decimals: u8) -> Balance {
	pow10(decimals).expect("at most 18 decimals")
}

/// `usd` at par in units of an asset with `decimals`, rounded up.
pub fn at_par(usd: Price, decimals: u8) -> Balance {
	strata_numbers::mul_div_ceil(usd.into_inner(), unit(decimals), Price::DIV)
		.expect("fits 128 bits")
}

/// So that the crate builds with the features of benchmarks too. They run in the real runtime.
#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl Helper {
	fn give(asset: &Asset, who: &AccountId, amount: Balance) {
		AllAssets::mint_into(asset.clone(), who, amount).expect("minted");
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_strata_vaults::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		(GOLD, USD)
	}
	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		Self::give(asset, who, amount);
	}
	fn set_time(now: Moment) {
		Now::set(now);
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_strata_auctions::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		(GOLD, USD)
	}
	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		Self::give(asset, who, amount);
	}
	fn set_time(now: Moment) {
		Now::set(now);
	}
	fn seize(book: BookId, collateral: &Asset, units: Balance) {
		Self::give(collateral, &Vaults::account_of(book), units);
	}
	fn give_notes(_: DealId, _: &AccountId, _: Balance) {}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_strata_backstop::BenchmarkHelper<AccountId> for Helper {
	fn assets() -> (Asset, Asset) {
		(GOLD, USD)
	}
	fn fund(asset: &Asset, who: &AccountId, amount: Balance) {
		Self::give(asset, who, amount);
	}
	fn set_time(now: Moment) {
		Now::set(now);
	}
}
