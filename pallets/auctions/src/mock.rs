//! A runtime with real assets; the deal, the custody of its books and the backstop pool are mocks
//! that keep their ledgers in storage, so that they are undone with everything else.

use frame_support::{
	derive_impl, ensure,
	pallet_prelude::{OptionQuery, ValueQuery},
	parameter_types, storage_alias,
	traits::{
		fungible::NativeFromLeft,
		fungibles::{Inspect, Mutate},
		tokens::{fungible::UnionOf, Preservation},
		AsEnsureOriginWithArg, ConstU128, ConstU64,
	},
	Blake2_128Concat,
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult};
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Asset, AuctionShape, Auctions as _, Backstop, Balance, BookId, Collected, Custody, DealCash,
	DealId, Decay, LotId, MarketPrices, Moment, Proceeds, Seizure,
};

use crate::{self as pallet_strata_auctions, types::Lot, Lots, NextLot};

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
	pub type Auctions = pallet_strata_auctions;
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
}

pub const HOUR: Moment = 3_600_000;
pub const EXCHANGE: Moment = 2 * HOUR;
pub const RETRY: Moment = 60_000;

impl crate::Config for Test {
	type Cash = CashMock;
	type Custody = CustodyMock;
	type Backstop = PoolMock;
	type ExchangePeriod = ConstU64<EXCHANGE>;
	type RetryAfter = ConstU64<RETRY>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = HelperMock;
}

/// Both kinds of assets.
pub type AllAssets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;

parameter_types! {
	/// Milliseconds since 1970.
	pub static Now: Moment = 0;
	/// How long the chain has stood still.
	pub static Stood: Moment = 0;
	/// The market of every book; `None` without reliable prices.
	pub static Market: Option<MarketPrices> = None;
	/// What the deal answers to `lost`.
	pub static LossRefused: bool = false;
}

/// What the deals lend and are paid in, 6 decimals, and what they lend against, 9 decimals.
pub const USD: Asset = Asset::WithId(1);
pub const GOLD: Asset = Asset::WithId(2);
pub const DOLLAR: Balance = 1_000_000;
pub const OUNCE: Balance = 1_000_000_000;

/// The deal's account, the account of its books, and that of the pool.
pub const DEAL: AccountId = 1_000;
pub const KEEPER: AccountId = 1_001;
pub const POOL: AccountId = 1_002;

/// What the deal of the tests has booked.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, codec::Encode, codec::Decode, scale_info::TypeInfo,
)]
pub struct Ledger {
	/// In liquidation.
	pub principal: Balance,
	/// Collateral in liquidation.
	pub units: Balance,
	/// Received.
	pub received: Balance,
	pub repaid: Balance,
	pub interest: Balance,
	pub penalty: Balance,
	pub surplus: Balance,
	/// Principal paid off by notes, and what the notes were given up for.
	pub exchanged: Balance,
	pub notes: Balance,
	/// Lost.
	pub lost: Balance,
}

#[storage_alias]
pub type Ledgers = StorageMap<CashModule, Blake2_128Concat, BookId, Ledger, ValueQuery>;

/// Notes of the senior-most class, one for each unit of the settlement asset.
#[storage_alias]
pub type Notes = StorageMap<CashModule, Blake2_128Concat, AccountId, Balance, ValueQuery>;

/// Whether there is a pool.
#[storage_alias]
pub type PoolOpen = StorageValue<PoolModule, bool, OptionQuery>;

fn less(of: &mut Balance, by: Balance) -> DispatchResult {
	*of = of.checked_sub(by).ok_or(DispatchError::Other("less is in liquidation"))?;
	Ok(())
}

pub struct CashMock;
impl DealCash<AccountId> for CashMock {
	fn advance(_: DealId, _: &AccountId, _: Balance) -> DispatchResult {
		Err(DispatchError::Other("nobody borrows here"))
	}

	fn collect(_: DealId, _: &AccountId, _: Collected) -> DispatchResult {
		Err(DispatchError::Other("nobody repays here"))
	}

	fn seized(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		Ledgers::mutate(book, |ledger| {
			ledger.principal += principal;
			ledger.units += units;
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
		Ledgers::try_mutate(book, |ledger| {
			less(&mut ledger.principal, principal)?;
			less(&mut ledger.units, units)?;
			ledger.received += amount;
			ledger.repaid += principal;
			ledger.interest += interest;
			ledger.penalty += penalty;
			ledger.surplus += surplus;
			Ok(())
		})
	}

	fn lost(_: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult {
		ensure!(!LossRefused::get(), DispatchError::Other("not now"));
		Ledgers::try_mutate(book, |ledger| {
			less(&mut ledger.principal, principal)?;
			less(&mut ledger.units, units)?;
			ledger.lost += principal;
			Ok(())
		})
	}

	fn written_off(_: DealId, _: BookId, _: Balance) -> DispatchResult {
		Err(DispatchError::Other("nothing is written off here"))
	}

	fn exchange(
		_: DealId,
		book: BookId,
		who: &AccountId,
		units: Balance,
		price: Balance,
		principal: Balance,
	) -> Result<Balance, DispatchError> {
		Notes::try_mutate(who, |notes| less(notes, price))?;
		let paid = price.min(principal);
		Ledgers::try_mutate(book, |ledger| {
			less(&mut ledger.principal, paid)?;
			less(&mut ledger.units, units)?;
			ledger.exchanged += paid;
			ledger.notes += price;
			Ok(paid)
		})
	}

	fn is_account(_: DealId, who: &AccountId) -> bool {
		*who == DEAL
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(_: &Asset, _: &Asset, _: Balance) -> Result<(DealId, BookId), DispatchError> {
		Ok((7, 1))
	}
}

pub struct CustodyMock;
impl Custody<AccountId> for CustodyMock {
	fn deliver(_: BookId, collateral: &Asset, to: &AccountId, units: Balance) -> DispatchResult {
		AllAssets::transfer(collateral.clone(), &KEEPER, to, units, Preservation::Preserve)?;
		Ok(())
	}

	fn market(_: BookId) -> Option<MarketPrices> {
		Market::get()
	}

	fn clock() -> Moment {
		Now::get() - Stood::get()
	}
}

pub struct PoolMock;
impl Backstop<AccountId> for PoolMock {
	fn capacity(collateral: &Asset, settlement: &Asset) -> Balance {
		let known = *collateral == GOLD && *settlement == USD;
		// One unit stays, so that the account does.
		let cash = AllAssets::balance(USD, &POOL).saturating_sub(1);
		if known && PoolOpen::get().is_some() {
			cash
		} else {
			0
		}
	}

	fn buy(
		collateral: &Asset,
		settlement: &Asset,
		units: Balance,
		cost: Balance,
		trade: impl FnOnce(&AccountId) -> DispatchResult,
	) -> DispatchResult {
		ensure!(cost <= Self::capacity(collateral, settlement), DispatchError::Other("too little"));
		let before = (free(USD, POOL), free(GOLD, POOL));
		trade(&POOL)?;
		let after = (free(USD, POOL) + cost, free(GOLD, POOL) - units);
		ensure!(before == after, DispatchError::Other("the trade was another one"));
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_pool(_: &Asset, _: &Asset, cash: Balance) {
		open_pool(cash);
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
		AllAssets::mint_into(Asset::Native, who, EXISTENTIAL_DEPOSIT).unwrap();
		AllAssets::mint_into(asset.clone(), who, amount).unwrap();
	}
	fn set_time(now: Moment) {
		Now::set(now);
	}
	fn seize(_: BookId, collateral: &Asset, units: Balance) {
		AllAssets::mint_into(collateral.clone(), &KEEPER, units).unwrap();
	}
	fn give_notes(_: DealId, who: &AccountId, amount: Balance) {
		Notes::insert(who, amount);
	}
}

pub fn ratio(value: f64) -> Ratio {
	Ratio::from_float(value)
}

/// Dollars for an ounce.
pub fn dollars(value: f64) -> Price {
	Price::from_float(value)
}

/// The market at one price, both sides alike.
pub fn prices(value: f64) -> MarketPrices {
	MarketPrices { lower: dollars(value), upper: dollars(value) }
}

pub fn set_market(value: f64) {
	Market::set(Some(prices(value)));
}

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CAROL: AccountId = 3;
/// Issuer, admin and freezer of the assets.
pub const ISSUER: AccountId = 9;

pub const DEAL_ID: DealId = 7;
pub const BOOK: BookId = 1;

/// Dollars that everybody holds.
pub const ENDOWMENT: Balance = 1_000_000_000 * DOLLAR;

pub fn new_test_ext() -> sp_io::TestExternalities {
	sp_tracing::try_init_simple();
	let people = [ALICE, BOB, CAROL, ISSUER, DEAL, KEEPER, POOL];
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: people.into_iter().map(|who| (who, EXISTENTIAL_DEPOSIT * 100)).collect(),
			..Default::default()
		},
		assets: pallet_assets::GenesisConfig {
			assets: vec![(1, ISSUER, true, 1), (2, ISSUER, false, 1)],
			accounts: [ALICE, BOB, CAROL, DEAL]
				.into_iter()
				.map(|who| (1, who, ENDOWMENT))
				.chain([(2, KEEPER, OUNCE)])
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
		Stood::set(0);
		LossRefused::set(false);
		set_market(100.0);
	});
	ext
}

/// Runs `test` and then checks all invariants.
pub fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		check();
	});
}

/// The invariants of the pallet, and what the neighbours' ledgers must agree on.
pub fn check() {
	Auctions::do_try_state().unwrap();
	let mut kept = OUNCE;
	let mut books: Vec<BookId> = Lots::<Test>::iter_values().map(|lot| lot.book).collect();
	books.extend(Ledgers::iter_keys());
	books.sort_unstable();
	books.dedup();
	for book in books {
		let on_sale = Auctions::on_sale(book);
		kept += on_sale.units;
		let open: Vec<Lot> = Lots::<Test>::iter_values().filter(|lot| lot.book == book).collect();
		let sum = |of: fn(&Lot) -> Balance| open.iter().map(of).sum::<Balance>();
		let ledger = Ledgers::get(book);
		assert_eq!(ledger.principal, sum(|lot| lot.principal), "principal in liquidation");
		assert_eq!(ledger.units, sum(|lot| lot.counted(lot.units)), "units in liquidation");
		assert_eq!(on_sale.owed, sum(|lot| lot.unpaid().unwrap()), "x in auction");
		assert_eq!(on_sale.units, sum(|lot| lot.units), "units for sale");
		assert_eq!(on_sale.lots as usize, open.len());
	}
	assert_eq!(free(GOLD, KEEPER), kept, "collateral kept is that of the lots");
}

pub fn free(asset: Asset, who: AccountId) -> Balance {
	AllAssets::balance(asset, &who)
}

pub fn shape() -> AuctionShape {
	AuctionShape {
		start_factor: ratio(1.2),
		floor_factor: ratio(0.5),
		duration: HOUR,
		restarts: 2,
		decay: Decay::Linear,
	}
}

/// `ounces` seized for `owed` dollars, of which a tenth is interest, with the market at 100.
pub fn seizure(ounces: Balance, owed: Balance, solvent: bool) -> Seizure {
	let (units, owed) = (ounces * OUNCE, owed * DOLLAR);
	Seizure {
		deal: DEAL_ID,
		book: BOOK,
		collateral: GOLD,
		collateral_decimals: 9,
		settlement: USD,
		settlement_decimals: 6,
		units,
		principal: owed - owed / 10,
		interest: owed / 10,
		penalty: owed / 10,
		solvent,
		prices: prices(100.0),
		shape: shape(),
		backstop_discount: ratio(0.05),
		minimum_units: OUNCE / 10,
	}
}

/// A rung worth 1.5 times what it owes: 11 ounces for 1000 dollars.
pub fn solvent() -> Seizure {
	seizure(11, 1_000, true)
}

/// A rung worth less than it owes: 8 ounces for 1000 dollars.
pub fn insolvent() -> Seizure {
	seizure(8, 1_000, false)
}

/// What the vaults do before a lot is opened.
pub fn seize(seizure: &Seizure) {
	AllAssets::mint_into(GOLD, &KEEPER, seizure.units).unwrap();
	CashMock::seized(seizure.deal, seizure.book, seizure.principal, seizure.units).unwrap();
}

/// Seizes and opens; the id the lot has if it is a new one.
pub fn open(seizure: Seizure) -> LotId {
	seize(&seizure);
	let id = NextLot::<Test>::get();
	Auctions::open(seizure).unwrap();
	id
}

pub fn lot(id: LotId) -> Lot {
	Lots::<Test>::get(id).unwrap()
}

pub fn ledger() -> Ledger {
	Ledgers::get(BOOK)
}

/// A pool with `cash`.
pub fn open_pool(cash: Balance) {
	PoolOpen::put(true);
	AllAssets::mint_into(USD, &POOL, cash + 1).unwrap();
}

/// Lets `millis` pass.
pub fn pass(millis: Moment) {
	Now::mutate(|now| *now += millis);
}

/// Lets the chain stand still for `millis`.
pub fn stand_still(millis: Moment) {
	pass(millis);
	Stood::mutate(|stood| *stood += millis);
}

/// A block whose hook has all the weight it wants.
pub fn work() {
	Auctions::work(&mut frame_support::weights::WeightMeter::new());
}
