//! A runtime with cash, notes and a book that lends on request.

use std::collections::BTreeMap;

use frame_support::{
	derive_impl, parameter_types, storage_alias,
	traits::{
		fungible::{HoldConsideration, NativeFromLeft, NativeOrWithId, UnionOf},
		tokens::Preservation,
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU64, Hooks, LinearStoragePrice,
	},
	weights::WeightMeter,
	PalletId, Twox64Concat,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_arithmetic::Perbill;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, FixedU128};
use strata_numbers::{DayCount, Ratio};
use strata_statistics::{Covariance, HaircutTerms, Variance};
use strata_traits::{
	Asset, AuctionShape, Balance, BookFigures, BookId, Books, CollateralListing, Collected,
	DealCash, DealId, Decay, DrawRefused, FeedId, GroupId, Listing, Moment, ParameterSet,
	PriceFeeds, Proceeds, Quote, Reading, SettlementListing,
};
use strata_waterfall::{PerFee, Program};

use crate::{self as pallet_strata_tranches, *};

pub type AccountId = u128;
pub type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
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
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(3)]
	pub type Assets = pallet_assets<Instance1>;
	#[runtime::pallet_index(4)]
	#[runtime::disable_call]
	pub type Notes = pallet_assets<Instance2>;
	#[runtime::pallet_index(5)]
	pub type Tranches = pallet_strata_tranches;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {
	type Moment = Moment;
	type MinimumPeriod = ConstU64<1>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
	type AccountStore = System;
}

type AssetsInstance = pallet_assets::Instance1;
type NotesInstance = pallet_assets::Instance2;

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config<AssetsInstance> for Test {
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Freezer = ();
	type Holder = ();
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config<NotesInstance> for Test {
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<frame_support::traits::NeverEnsureOrigin<AccountId>>;
	type ForceOrigin = frame_support::traits::NeverEnsureOrigin<AccountId>;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type Freezer = ();
	type Holder = ();
}

pub type Cashes = UnionOf<Balances, Assets, NativeFromLeft, NativeOrWithId<u32>, AccountId>;

/// The settlement asset of most tests: sufficient, minimum balance 10.
pub const USD: Asset = NativeOrWithId::WithId(1);
/// A settlement asset that is not sufficient.
pub const POOR: Asset = NativeOrWithId::WithId(2);
pub const USD_MINIMUM: Balance = 10;

pub struct MockListing;
impl Listing for MockListing {
	fn collateral(asset: &Asset) -> Option<CollateralListing> {
		let NativeOrWithId::WithId(id @ 10..=19) = asset else { return None };
		// Asset 19 may be 40 % of a deal, the others all of it.
		let cap = if *id == 19 { 4 } else { 10 };
		Some(CollateralListing::new(
			*id,
			12,
			ParameterSet {
				liquidation_ratio: FixedU128::from_rational(13, 10),
				initial_ratio: FixedU128::from_rational(15, 10),
				target_ratio: FixedU128::from_rational(14, 10),
				liquidation_bonus: FixedU128::from_rational(5, 100),
				minimum_debt: FixedU128::from_u32(1),
				debt_ceiling: FixedU128::from_u32(1_000_000),
				minimum_rate: FixedU128::from_rational(1, 100),
				maximum_rate: FixedU128::from_rational(20, 100),
				concentration_cap: FixedU128::from_rational(cap, 10),
				auction: AuctionShape {
					start_factor: FixedU128::from_rational(12, 10),
					floor_factor: FixedU128::from_rational(8, 10),
					duration: 1,
					restarts: 0,
					decay: Decay::Linear,
				},
				auction_cap: FixedU128::from_u32(1_000_000),
				draw_fuse: FixedU128::from_u32(1_000_000),
				backstop_discount: FixedU128::from_rational(4, 100),
				haircut: HaircutTerms {
					deviations: FixedU128::from_u32(3),
					least: FixedU128::default(),
					most: FixedU128::from_rational(1, 2),
				},
				greatest_initial_ratio: FixedU128::from_u32(2),
				ceiling_gap: FixedU128::default(),
				ceiling_wait: 0,
			},
		))
	}

	fn group(asset: &Asset) -> Option<(GroupId, Ratio)> {
		Groups::get().get(asset).copied()
	}

	fn settlement(asset: &Asset) -> Option<SettlementListing> {
		let listed = matches!(
			asset,
			NativeOrWithId::Native | NativeOrWithId::WithId(1) | NativeOrWithId::WithId(2)
		);
		listed.then_some(SettlementListing {
			feed: 0,
			decimals: 6,
			depeg_band: FixedU128::from_rational(2, 100),
		})
	}

	fn draw(_: &Asset, _: u128, _: Moment) -> Result<(), DrawRefused> {
		Ok(())
	}

	fn repaid(_: &Asset, _: u128) -> Result<(), DrawRefused> {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn list(_: &Asset, _: &Asset) {}
}

/// What a mock book is opened with.
#[derive(
	Clone,
	Debug,
	codec::Decode,
	codec::DecodeWithMemTracking,
	codec::Encode,
	Eq,
	codec::MaxEncodedLen,
	PartialEq,
	scale_info::TypeInfo,
)]
pub struct MockTerms {
	pub collateral: Asset,
	pub ceiling: Balance,
	pub acceptable: bool,
	pub lasts: Moment,
	pub opens: bool,
	pub closed_out_by: Option<Moment>,
}

/// A mock book.
#[derive(Clone, Debug, codec::Decode, codec::Encode)]
pub struct MockBook {
	pub deal: DealId,
	pub ceiling: Balance,
	pub principal: Balance,
	pub interest: Balance,
	pub value: Option<Balance>,
	pub open: bool,
	/// Its loans should have been repaid.
	pub due: bool,
	/// What a unit of collateral that waits to be sold counts for.
	pub unit: Option<Balance>,
	/// Open lots, which keep it from closing.
	pub lots: u32,
	pub matures: Option<Moment>,
	pub winds_down: Option<Moment>,
	pub unsound: bool,
	pub called: Balance,
}

#[storage_alias]
pub type Lent = StorageMap<MockBooksPrefix, Twox64Concat, BookId, MockBook>;
#[storage_alias]
pub type NextBook =
	StorageValue<MockBooksPrefix, BookId, frame_support::pallet_prelude::ValueQuery>;

pub struct MockBooks;
impl Books for MockBooks {
	type Terms = MockTerms;

	fn collateral(terms: &MockTerms) -> Asset {
		terms.collateral.clone()
	}

	fn ceiling(terms: &MockTerms) -> Balance {
		terms.ceiling
	}

	fn capped(terms: MockTerms, most: Balance) -> MockTerms {
		MockTerms { ceiling: terms.ceiling.min(most), ..terms }
	}

	fn lasts(terms: &MockTerms, millis: Moment) -> bool {
		millis <= terms.lasts
	}

	fn check(terms: &MockTerms, _: &Asset) -> DispatchResult {
		if terms.acceptable {
			Ok(())
		} else {
			Err(DispatchError::Other("book terms"))
		}
	}

	fn open(deal: DealId, settlement: &Asset, terms: &MockTerms) -> Result<BookId, DispatchError> {
		Self::check(terms, settlement)?;
		if !terms.opens {
			return Err(DispatchError::Other("does not open"));
		}
		let id = NextBook::get();
		NextBook::put(id + 1);
		let book = MockBook {
			deal,
			ceiling: terms.ceiling,
			principal: 0,
			interest: 0,
			value: Some(u128::MAX),
			open: true,
			due: false,
			unit: Some(1),
			lots: 0,
			matures: None,
			winds_down: None,
			unsound: false,
			called: 0,
		};
		Lent::insert(id, book);
		Ok(id)
	}

	fn figures(book: BookId) -> Option<BookFigures> {
		let book = Lent::get(book)?;
		Some(BookFigures {
			performing_principal: book.principal,
			past_due: if book.due { book.principal } else { 0 },
			interest_due: book.interest,
			value: book.value,
		})
	}

	fn carrying(book: BookId, units: Balance) -> Option<Balance> {
		units.checked_mul(Lent::get(book)?.unit?)
	}

	/// The first book of a deal is priced by feed 10, the next by feed 11, and so on.
	fn feed(book: BookId) -> Option<FeedId> {
		let book_of = Lent::get(book)?;
		let earlier = Lent::iter().filter(|(id, other)| other.deal == book_of.deal && *id < book);
		Some(10 + earlier.count() as u32)
	}

	/// What its value, at the factor, does not cover.
	fn losses(book: BookId, factors: &[Ratio]) -> Option<Vec<Balance>> {
		let book = Lent::get(book)?;
		let owed = book.principal.checked_add(book.interest)?;
		let value = book.value?;
		let loss = |factor: &Ratio| {
			Some(owed.saturating_sub(strata_numbers::ratio_mul_floor(value, *factor)?))
		};
		factors.iter().map(loss).collect()
	}

	fn closed_out_by(terms: &MockTerms) -> Option<Moment> {
		terms.closed_out_by
	}

	fn mature(book: BookId, at: Moment) -> DispatchResult {
		change(book, |book| book.matures = Some(book.matures.map_or(at, |before| before.min(at))))
	}

	fn wind_down(book: BookId, until: Moment) -> DispatchResult {
		change(book, |book| book.winds_down = Some(until))
	}

	fn is_unsound(book: BookId) -> bool {
		Lent::get(book).is_some_and(|book| book.unsound)
	}

	fn call(book: BookId, amount: Balance) -> Result<Balance, DispatchError> {
		change(book, |book| book.called = amount.min(book.interest))?;
		Ok(Lent::get(book).unwrap().called)
	}

	fn close(book: BookId) -> DispatchResult {
		Lent::try_mutate(book, |book| {
			let book = book.as_mut().ok_or(DispatchError::Other("no book"))?;
			if book.principal + book.interest > 0 || !book.open || book.lots > 0 {
				return Err(DispatchError::Other("still owed"));
			}
			book.open = false;
			Ok(())
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_terms(collateral: &Asset) -> MockTerms {
		let collateral = collateral.clone();
		MockTerms {
			collateral,
			ceiling: Balance::MAX,
			acceptable: true,
			lasts: Moment::MAX,
			opens: true,
			closed_out_by: Some(0),
		}
	}
}

/// The feed of the index.
pub const INDEX: FeedId = 77;

#[storage_alias]
pub type Index =
	StorageValue<MockBooksPrefix, Option<(Ratio, bool)>, frame_support::pallet_prelude::ValueQuery>;

/// Makes the index `value`, which can be relied on or not.
pub fn set_index(value: Ratio, reliable: bool) {
	Index::put(Some((value, reliable)));
}

parameter_types! {
	/// The variances of the feeds that have one.
	pub static Variances: BTreeMap<FeedId, Variance> = BTreeMap::new();
	/// The covariances of the pairs that are watched.
	pub static Covariances: BTreeMap<(FeedId, FeedId), Covariance> = BTreeMap::new();
	/// The groups of collateral assets.
	pub static Groups: BTreeMap<Asset, (GroupId, Ratio)> = BTreeMap::new();
}

/// Where the index comes from.
pub struct MockFeeds;
impl PriceFeeds for MockFeeds {
	fn reading(feed: FeedId) -> Reading {
		if let Some(variance) = Variances::get().get(&feed) {
			let one = Ratio::from_u32(1);
			let quote = Quote { variance: *variance, ..Quote::steady(one, one, 0, Moment::MAX) };
			return Reading::Stale(quote);
		}
		let Some((value, reliable)) = Index::get().filter(|_| feed == INDEX) else {
			return Reading::Unknown;
		};
		let quote = Quote::steady(value, value, 0, Moment::MAX);
		match reliable {
			true => Reading::Degraded(quote),
			false => Reading::Stale(quote),
		}
	}

	fn is_listed(feed: FeedId) -> bool {
		#[cfg(feature = "runtime-benchmarks")]
		if feed == crate::benchmarking::INDEX {
			return true;
		}
		feed == INDEX
	}

	fn covariance(one: FeedId, other: FeedId) -> Option<Covariance> {
		Covariances::get().get(&(one.min(other), one.max(other))).copied()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(_: FeedId, price: strata_numbers::Price) {
		set_index(price, true);
	}
}

/// Looks that were asked for.
#[storage_alias]
pub type Looks =
	StorageValue<MockBooksPrefix, Vec<(DealId, Moment)>, frame_support::pallet_prelude::ValueQuery>;

/// Writes down who is to be looked at when.
pub struct Watched;
impl strata_traits::Watch for Watched {
	fn watch(deal: DealId, at: Moment) {
		Looks::append((deal, at));
	}
}

/// Changes a book that is there and open.
fn change(book: BookId, change: impl FnOnce(&mut MockBook)) -> DispatchResult {
	Lent::try_mutate(book, |book| {
		let book = book.as_mut().filter(|book| book.open).ok_or(DispatchError::Other("no book"))?;
		change(book);
		Ok(())
	})
}

parameter_types! {
	pub const TranchesPalletId: PalletId = PalletId(*b"strata/t");
	pub const Storage: RuntimeHoldReason = RuntimeHoldReason::Tranches(HoldReason::Storage);
	pub const MaxCoupon: Ratio = FixedU128::from_inner(500_000_000_000_000_000);
	pub const Retention: Perbill = Perbill::from_percent(5);
	pub static PaymentShare: Perbill = Perbill::from_percent(10);
	pub static MinReservePeriods: u8 = 0;
	pub static MinBond: Perbill = Perbill::zero();
}

pub type Price = LinearStoragePrice<ConstU128<1_000>, ConstU128<1>, Balance>;

impl Config for Test {
	type Time = Timestamp;
	type Listing = MockListing;
	type Feeds = MockFeeds;
	type Books = MockBooks;
	type Assets = Cashes;
	type Notes = Notes;
	type Consideration = HoldConsideration<AccountId, Balances, Storage, Price>;
	type PalletId = TranchesPalletId;
	type MaxOrdersPerDeal = ConstU32<10>;
	type MaxCoupon = MaxCoupon;
	type Retention = Retention;
	type MinBond = MinBond;
	type MinPeriod = ConstU64<10_000>;
	type MaxLife = ConstU64<1_576_800_000_000>;
	type PaymentShare = PaymentShare;
	type MinReservePeriods = MinReservePeriods;
	type RepayWindow = ConstU64<REPAY_WINDOW>;
	type Watch = Watched;
	type DealAdmin = EnsureRoot<AccountId>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;
#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for Helper {
	fn asset(id: u32) -> Asset {
		if id == 0 {
			USD
		} else {
			NativeOrWithId::WithId(9 + id)
		}
	}

	fn set_time(now: Moment) {
		Timestamp::set_timestamp(now);
	}
}

pub const ORIGINATOR: AccountId = 1;
pub const ALICE: AccountId = 11;
pub const BOB: AccountId = 12;
pub const CAROL: AccountId = 13;
pub const BORROWER: AccountId = 21;
pub const KEEPER: AccountId = 31;
pub const SERVICER: AccountId = 41;
pub const TRUSTEE: AccountId = 42;
/// Has nothing at all.
pub const STRANGER: AccountId = 99;
pub const PEOPLE: [AccountId; 6] = [ORIGINATOR, ALICE, BOB, CAROL, BORROWER, KEEPER];
pub const ENDOWMENT: Balance = 1_000_000_000_000;

pub const START: Moment = 1_700_000_000_000;
pub const OFFERING_END: Moment = START + 100_000;
pub const FIRST: Moment = START + 160_000;
pub const PERIOD: Moment = 60_000;
pub const REVOLVING_END: Moment = START + 400_000;
pub const FINAL: Moment = START + 1_000_000;
pub const REPAY_WINDOW: Moment = 50_000;

pub const SENIOR: Balance = 7_000_000_000;
pub const MEZZANINE: Balance = 2_000_000_000;
pub const RESIDUAL: Balance = 1_000_000_000;
pub const LEAST_ORDER: Balance = 1_000;

pub fn percent(n: u128) -> Ratio {
	FixedU128::from_rational(n, 100)
}

fn tranche(kind: TrancheKind, face: Balance, coupon: u128, below: u32) -> TrancheTerms {
	TrancheTerms {
		kind,
		face,
		minimum: face / 7,
		coupon: percent(coupon),
		minimum_subordination: Perbill::from_percent(below),
		minimum_order: LEAST_ORDER,
		maximum_order: 20_000_000_000,
		restricted: false,
	}
}

/// Terms of a deal of 70 % senior at 5 %, 20 % mezzanine at 8 %, 10 % residual on two books.
pub fn terms() -> TermsOf<Test> {
	let book = |id| MockTerms {
		collateral: NativeOrWithId::WithId(id),
		ceiling: SENIOR + MEZZANINE + RESIDUAL,
		acceptable: true,
		lasts: Moment::MAX,
		opens: true,
		closed_out_by: Some(FINAL),
	};
	Terms {
		settlement: USD,
		books: vec![book(10), book(11)].try_into().unwrap(),
		tranches: vec![
			tranche(TrancheKind::Note, SENIOR, 5, 30),
			tranche(TrancheKind::Note, MEZZANINE, 8, 10),
			tranche(TrancheKind::Residual, RESIDUAL, 0, 0),
		]
		.try_into()
		.unwrap(),
		day_count: DayCount::Act365Fixed,
		schedule: Schedule {
			offering_end: OFFERING_END,
			quiet_period: 10_000,
			first_payment: FIRST,
			period: PERIOD,
			ramp_up_end: REVOLVING_END,
			revolving_end: REVOLVING_END,
			final_date: FINAL,
		},
		reserve_periods: 0,
		servicer: SERVICER,
		trustee: TRUSTEE,
		bond: 0,
		payees: PerFee::new(),
		index: None,
		clean_up: Perbill::zero(),
		consents: Consents::default(),
		defaults: DefaultTerms::default(),
	}
}

/// The plain waterfall of a deal with `classes` classes and no reserve.
pub fn plain(classes: u32) -> Program {
	Program::sequential(classes, 0).unwrap()
}

/// What a deal is launched with. Terms alone have the plain waterfall.
#[derive(Clone)]
pub struct Launch {
	pub terms: TermsOf<Test>,
	pub program: Program,
}

impl From<TermsOf<Test>> for Launch {
	fn from(terms: TermsOf<Test>) -> Self {
		let program = Program::sequential(terms.tranches.len() as u32, 0).unwrap_or_default();
		Self { terms, program }
	}
}

impl From<Program> for Launch {
	/// With [`terms`], and the trustee as payee of every fee.
	fn from(program: Program) -> Self {
		let payees = vec![Party::Trustee; program.fees.len()].try_into().unwrap();
		Self { terms: Terms { payees, ..terms() }, program }
	}
}

/// [`terms`] with a reserve.
pub fn terms_with_reserve(reserve: Balance) -> Launch {
	Program::sequential(3, reserve).unwrap().into()
}

/// Genesis: everybody has native tokens and both settlement assets.
pub fn new_test_ext() -> sp_io::TestExternalities {
	sp_tracing::try_init_simple();
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: PEOPLE.iter().map(|who| (*who, ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	let accounts = |id| PEOPLE.iter().map(move |who| (id, *who, ENDOWMENT));
	pallet_assets::GenesisConfig::<Test, AssetsInstance> {
		assets: vec![(1, KEEPER, true, USD_MINIMUM), (2, KEEPER, false, 1)],
		metadata: vec![],
		accounts: accounts(1).chain(accounts(2)).collect(),
		next_asset_id: None,
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	storage.into()
}

/// Runs `test` and checks every invariant after it.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		System::set_block_number(1);
		at(START);
		Variances::set(BTreeMap::new());
		Covariances::set(BTreeMap::new());
		Groups::set(BTreeMap::new());
		test();
		Tranches::do_try_state().unwrap();
	});
}

/// Sets the clock.
pub fn at(now: Moment) {
	pallet_timestamp::Now::<Test>::put(now);
}

/// Runs the hook at `now` with all the weight it may use.
pub fn poll(now: Moment) {
	at(now);
	let number = System::block_number() + 1;
	System::set_block_number(number);
	let mut meter = WeightMeter::with_limit(Tranches::hook_limit());
	Tranches::on_poll(number, &mut meter);
	assert!(meter.consumed().all_lte(Tranches::hook_limit()), "the hook keeps to its share");
	Tranches::do_try_state().unwrap();
}

/// Runs the hook at `now` until nothing is due, as later blocks would.
pub fn catch_up(now: Moment) {
	poll(now);
	while Agenda::<Test>::iter_keys().next().is_some_and(|key| key.time() <= now) {
		poll(now);
	}
}

/// What `units` of `of` notes are credited of payments that add up to `paid`, in whole units of cash:
/// the index is floored, and what it carries comes with the next payment.
pub fn share(paid: Balance, units: Balance, of: Balance) -> Balance {
	(units * ((paid << 64) / of)) >> 64
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// A draft.
pub fn created<L: Into<Launch>>(launch: L) -> DealId {
	let id = NextDeal::<Test>::get();
	let Launch { terms, program } = launch.into();
	let (terms, program) = (Box::new(terms), Box::new(program));
	frame_support::assert_ok!(Tranches::create(signed(ORIGINATOR), terms, program));
	id
}

/// A deal that takes orders.
pub fn launched(launch: impl Into<Launch>) -> DealId {
	let id = created(launch);
	frame_support::assert_ok!(Tranches::launch(signed(ORIGINATOR), id));
	id
}

pub fn order(deal: DealId, rank: u8, who: AccountId, amount: Balance) {
	frame_support::assert_ok!(Tranches::order(signed(who), deal, rank, amount));
}

/// A deal that is fully subscribed, closed on the day, with all orders collected: Alice and Bob hold
/// 4/7 and 3/7 of the senior notes, Carol the mezzanine.
pub fn active() -> DealId {
	active_with(terms())
}

pub fn active_with(launch: impl Into<Launch>) -> DealId {
	let deal = launched(launch);
	order(deal, 0, ALICE, 4_000_000_000);
	order(deal, 0, BOB, 3_000_000_000);
	order(deal, 1, CAROL, MEZZANINE);
	poll(OFFERING_END);
	for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL)] {
		frame_support::assert_ok!(Tranches::collect(signed(KEEPER), deal, rank, who));
	}
	deal
}

pub fn ledgers(deal: DealId) -> DealLedgers {
	Ledgers::<Test>::get(deal).unwrap()
}

pub fn state(deal: DealId) -> DealState {
	Deals::<Test>::get(deal).unwrap().state
}

pub fn usd(who: AccountId) -> Balance {
	Assets::balance(1, who)
}

pub fn notes(deal: DealId, rank: u8, who: AccountId) -> Balance {
	Notes::balance(note_id(deal, rank).unwrap(), who)
}

/// Lends out of the deal's first or second book.
pub fn lend(deal: DealId, book: usize, amount: Balance) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		<Tranches as DealCash<AccountId>>::advance(deal, &BORROWER, amount)?;
		let id = ledgers(deal).books[book];
		Lent::mutate(id, |book| book.as_mut().unwrap().principal += amount);
		Ok(())
	})
}

/// Collects interest and principal from the borrower of a book.
pub fn repay(deal: DealId, book: usize, interest: Balance, principal: Balance) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		let collected = Collected { interest, principal };
		let id = ledgers(deal).books[book];
		owes_less(id, principal)?;
		<Tranches as DealCash<AccountId>>::collect(deal, &BORROWER, collected)
	})
}

/// Collateral of a book is seized for `principal`.
pub fn seize(deal: DealId, book: usize, principal: Balance, units: Balance) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		let id = ledgers(deal).books[book];
		owes_less(id, principal)?;
		<Tranches as DealCash<AccountId>>::seized(deal, id, principal, units)
	})
}

fn owes_less(book: BookId, principal: Balance) -> DispatchResult {
	Lent::try_mutate(book, |book| {
		let book = book.as_mut().unwrap();
		book.principal =
			book.principal.checked_sub(principal).ok_or(DispatchError::Other("owes less"))?;
		Ok(())
	})
}

/// The keeper buys `units` of seized collateral.
pub fn sell(deal: DealId, book: usize, units: Balance, proceeds: Proceeds) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		let id = ledgers(deal).books[book];
		<Tranches as DealCash<AccountId>>::proceeds(deal, id, &KEEPER, units, proceeds)
	})
}

/// What is left of a lot is lost.
pub fn lose(deal: DealId, book: usize, principal: Balance, units: Balance) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		let id = ledgers(deal).books[book];
		<Tranches as DealCash<AccountId>>::lost(deal, id, principal, units)
	})
}

/// A book forgets `principal` that rounding left.
pub fn forget(deal: DealId, book: usize, principal: Balance) -> DispatchResult {
	frame_support::storage::with_storage_layer(|| {
		let id = ledgers(deal).books[book];
		owes_less(id, principal)?;
		<Tranches as DealCash<AccountId>>::written_off(deal, id, principal)
	})
}

/// Gives up notes for collateral.
pub fn exchange(
	deal: DealId,
	book: usize,
	who: AccountId,
	units: Balance,
	price: Balance,
	principal: Balance,
) -> Result<Balance, DispatchError> {
	frame_support::storage::with_storage_layer(|| {
		let id = ledgers(deal).books[book];
		<Tranches as DealCash<_>>::exchange(deal, id, &who, units, price, principal)
	})
}

/// Changes a book of the deal.
pub fn book(deal: DealId, book: usize, change: impl FnOnce(&mut MockBook)) {
	Lent::mutate(ledgers(deal).books[book], |book| change(book.as_mut().unwrap()));
}

pub fn pdl(deal: DealId) -> Vec<Balance> {
	ledgers(deal).waterfall.classes.iter().map(|class| class.pdl).collect()
}

/// Sends cash to an account behind the ledgers' back.
pub fn donate(to: AccountId, amount: Balance) {
	use frame_support::traits::fungibles::Mutate;
	Cashes::transfer(USD, &KEEPER, &to, amount, Preservation::Expendable).unwrap();
}

/// Everything in storage, to show that a failed call or a hook that had nothing to do changed
/// nothing.
pub fn root() -> Vec<u8> {
	sp_io::storage::root(sp_runtime::StateVersion::V1)
}

/// The payments of the last payment date, by rank: due, interest, principal, balance.
pub fn last_run() -> (Moment, Vec<(Balance, Balance, Balance, Balance)>) {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Tranches(Event::PaymentRun { date, payments, .. }) => {
				let rows = payments.iter().map(|p| (p.due, p.interest, p.principal, p.balance));
				Some((date, rows.collect()))
			},
			_ => None,
		})
		.expect("a payment date was run")
}

pub fn happened(event: impl Fn(&Event<Test>) -> bool) -> usize {
	System::events()
		.iter()
		.filter(|record| matches!(&record.event, RuntimeEvent::Tranches(e) if event(e)))
		.count()
}

/// Makes these the servicer and the trustee of a deal.
pub fn appoint(deal: DealId, servicer: AccountId, trustee: AccountId) {
	Deals::<Test>::mutate(deal, |deal| {
		deal.as_mut().unwrap().parties = Parties { servicer, trustee };
	});
}

/// Shows that `call` fails with `error` and leaves everything as it was.
pub fn refused(error: impl Into<DispatchError>, call: impl FnOnce() -> DispatchResult) {
	let before = root();
	let result = frame_support::storage::with_storage_layer(call);
	assert_eq!(result, Err(error.into()));
	assert_eq!(root(), before, "a failed call changes nothing");
}

/// A deal like [`active`] whose senior notes only Alice and Bob may receive until the final date;
/// the keeper is its trustee.
pub fn restricted() -> DealId {
	let mut terms = terms();
	terms.tranches[0].restricted = true;
	let deal = launched(terms);
	appoint(deal, ORIGINATOR, KEEPER);
	for who in [ALICE, BOB] {
		frame_support::assert_ok!(Tranches::allow(signed(KEEPER), deal, who, FINAL));
	}
	order(deal, 0, ALICE, 4_000_000_000);
	order(deal, 0, BOB, 3_000_000_000);
	order(deal, 1, CAROL, MEZZANINE);
	poll(OFFERING_END);
	for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL)] {
		frame_support::assert_ok!(Tranches::collect(signed(KEEPER), deal, rank, who));
	}
	deal
}

/// The same terms, to be launched now.
pub fn later(mut terms: TermsOf<Test>) -> TermsOf<Test> {
	let shift = pallet_timestamp::Now::<Test>::get() - START;
	let dates = &mut terms.schedule;
	for date in [
		&mut dates.offering_end,
		&mut dates.first_payment,
		&mut dates.ramp_up_end,
		&mut dates.revolving_end,
		&mut dates.final_date,
	] {
		*date += shift;
	}
	terms
}

/// Offers notes.
pub fn put_on_offer(
	who: AccountId,
	deal: DealId,
	rank: u8,
	terms: OfferTerms<AccountId>,
) -> DispatchResult {
	let OfferTerms { amount, price, minimum_fill, expiry, taker, on_payment } = terms;
	let origin = signed(who);
	Tranches::offer(origin, deal, rank, amount, price, minimum_fill, expiry, taker, on_payment)
}
