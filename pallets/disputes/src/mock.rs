//! A runtime with real balances, holds and assets. What rulings reach is a mock that keeps its books in
//! storage, so that they are undone with everything else; epochs, randomness and the calendar are turned
//! by the tests.

use frame_support::{
	assert_ok, derive_impl, ensure,
	pallet_prelude::{OptionQuery, ValueQuery},
	parameter_types, storage_alias,
	traits::{
		fungible::NativeFromLeft,
		fungibles::{Inspect, Mutate},
		tokens::{fungible::UnionOf, Preservation},
		AsEnsureOriginWithArg, ConstU128, ConstU64, Hooks, Time,
	},
	weights::{Weight, WeightMeter},
	Blake2_128Concat, PalletId, Twox64Concat,
};
use sp_core::H256;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};
use strata_court::{Epoch, Penalties};
use strata_traits::{
	Admission, Asset, Award, Balance, Case, DealDefault, DealId, DisputeId, Enforce, Enforced,
	Facts, FeedId, Ground, Moment, Office, Remedy, Subject, FULL_AWARD,
};

use crate::{
	self as pallet_strata_disputes,
	types::{CourtId, Height, Periods, Pot, RoleId, Round, Seat, Seeds, Side, State, Terms, Value},
	DisputeOf,
};

/// 16 bytes: just enough for the account of a pallet.
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
	pub type TheCourt = pallet_strata_disputes;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

pub const EXISTENTIAL_DEPOSIT: Balance = 10_000_000_000;
/// 12 decimals.
pub const STRA: Balance = 1_000_000_000_000;
/// 6 decimals.
pub const DOLLAR: Balance = 1_000_000;

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
	pub const CourtPalletId: PalletId = PalletId(*b"st/court");
	pub const HelpFromBlocks: Perbill = Perbill::from_percent(50);
	pub const TreasuryAccount: AccountId = TREASURY;
	/// Milliseconds since 1970.
	pub static Now: Moment = 0;
	/// The epoch now.
	pub static CurrentEpoch: Epoch = 0;
	/// What was revealed in the epoch before it.
	pub static CurrentSeed: Option<[u8; 32]> = None;
	/// Whether the chain is closed.
	pub static IsHalted: bool = false;
	/// STRA for a unit of the settlement asset; `None` without a price.
	pub static Rate: Option<Balance> = None;
	/// Whether rulings cannot be carried out.
	pub static EnforceFails: bool = false;
	/// Whether consequences of defaults fail.
	pub static DeclareFails: bool = false;
	/// Who turns out to have a stake in the outcome.
	pub static Conflicted: Vec<AccountId> = Vec::new();
	/// Whether `on_idle` runs in [`next_block`].
	pub static IdleHelps: bool = false;
}

pub const BLOCK_MILLIS: Moment = 6_000;
pub const DAY: Moment = 86_400_000;

impl crate::Config for Test {
	type Currency = Balances;
	type Assets = AllAssets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Enforce = EnforceMock;
	type Facts = FactsMock;
	type Seeds = SeedsMock;
	type Value = ValueMock;
	type Time = Calendar;
	type Halted = IsHalted;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type PauseOrigin = frame_system::EnsureRoot<AccountId>;
	type FinalOrigin = frame_system::EnsureRoot<AccountId>;
	type PalletId = CourtPalletId;
	type Treasury = TreasuryAccount;
	type BlockMillis = ConstU64<BLOCK_MILLIS>;
	type IdleShare = HelpFromBlocks;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = HelperMock;
}

/// Both kinds of assets.
pub type AllAssets = UnionOf<Balances, Assets, NativeFromLeft, Asset, AccountId>;

pub struct Calendar;
impl Time for Calendar {
	type Moment = Moment;
	fn now() -> Moment {
		Now::get()
	}
}

pub struct SeedsMock;
impl Seeds for SeedsMock {
	fn epoch() -> Epoch {
		CurrentEpoch::get()
	}
	fn seed() -> Option<[u8; 32]> {
		CurrentSeed::get()
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn set(epoch: Epoch, seed: [u8; 32]) {
		CurrentEpoch::set(epoch);
		CurrentSeed::set(Some(seed));
	}
}

pub struct ValueMock;
impl Value for ValueMock {
	fn in_native(asset: &Asset, amount: Balance) -> Option<Balance> {
		match asset {
			Asset::Native => Some(amount),
			Asset::WithId(_) => amount.checked_mul(Rate::get()?),
		}
	}
}

/// What deals are paid in, 6 decimals.
pub const USD: Asset = Asset::WithId(1);

/// Claims by default.
pub const CLAIMANT: AccountId = 1;
/// Party to the deal; respondent by default.
pub const ORIGINATOR: AccountId = 2;
/// Party to the deal.
pub const SERVICER: AccountId = 3;
/// Reports to the feed.
pub const FEEDER: AccountId = 4;
/// Claims too.
pub const RIVAL: AccountId = 5;
/// Nobody in particular.
pub const ANYONE: AccountId = 6;
/// Put money on appeals.
pub const BACKERS: [AccountId; 3] = [7, 8, 10];
/// Issuer, admin and freezer of the assets.
pub const ISSUER: AccountId = 9;
/// Gets what belongs to nobody.
pub const TREASURY: AccountId = 90;
/// What the deal would pay to its residual.
pub const RESIDUAL: AccountId = 50;
/// Holds what is kept for cases.
pub const KEEPER: AccountId = 51;
/// Holds the bonds.
pub const ESCROW: AccountId = 52;
/// Stands for the class that is compensated.
pub const CLASS: AccountId = 53;

/// The only deal.
pub const DEAL_ID: DealId = 7;
/// The only feed.
pub const FEED_ID: FeedId = 3;
/// The most that may be claimed of the deal.
pub const MOST: Balance = 1_000_000 * DOLLAR;
/// Bond of the originator and of the servicer, each.
pub const BOND: Balance = 1_000 * DOLLAR;
/// Bond of the feeder, in STRA.
pub const FEEDER_BOND: Balance = 500 * STRA;

/// Bonds by party, held by [`ESCROW`].
#[storage_alias]
pub type Bonds = StorageMap<EnforceModule, Blake2_128Concat, AccountId, Balance, ValueQuery>;

/// Cases that are open, and whose they are.
#[storage_alias]
pub type OpenCases =
	StorageMap<EnforceModule, Twox64Concat, DisputeId, (Case<AccountId>, AccountId), OptionQuery>;

/// What is kept for cases, held by [`KEEPER`].
#[storage_alias]
pub type Kept = StorageMap<EnforceModule, Twox64Concat, DisputeId, Balance, OptionQuery>;

/// Remedies that were carried out: the award, and how often.
#[storage_alias]
pub type Done = StorageMap<EnforceModule, Twox64Concat, DisputeId, (Award, u32), OptionQuery>;

fn refused(why: &'static str) -> DispatchError {
	DispatchError::Other(why)
}

fn transfer(asset: &Asset, from: AccountId, to: AccountId, amount: Balance) -> DispatchResult {
	if amount > 0 {
		AllAssets::transfer(asset.clone(), &from, &to, amount, Preservation::Preserve)?;
	}
	Ok(())
}

/// Keeps what the originator and the servicer of one deal and the feeder of one feed have.
pub struct EnforceMock;

impl EnforceMock {
	fn respondent(case: &Case<AccountId>) -> Result<AccountId, DispatchError> {
		match (case.subject, case.remedy) {
			(Subject::Deal(DEAL_ID), remedy) => match remedy {
				Remedy::Compensate { by: Office::Servicer, .. }
				| Remedy::ReplaceServicer { .. } => Ok(SERVICER),
				Remedy::Compensate { .. }
				| Remedy::CompensateHolders { .. }
				| Remedy::Accelerate => Ok(ORIGINATOR),
				Remedy::TransferNotes { from, .. } => Ok(from),
				Remedy::VoidPrice { .. } => Err(refused("not a remedy against a deal")),
			},
			(Subject::Feed(FEED_ID), Remedy::VoidPrice { feeder: FEEDER, .. }) => Ok(FEEDER),
			_ => Err(refused("no such deal or feed")),
		}
	}

	fn asset(case: &Case<AccountId>) -> Asset {
		match case.remedy {
			Remedy::VoidPrice { .. } => Asset::Native,
			_ => USD,
		}
	}

	/// Pays as much of `due` as there is; what is missing.
	fn from_bond(
		asset: &Asset,
		respondent: AccountId,
		to: AccountId,
		due: Balance,
	) -> Result<Balance, DispatchError> {
		let bond = Bonds::get(respondent);
		let paid = bond.min(due);
		transfer(asset, ESCROW, to, paid)?;
		Bonds::insert(respondent, bond - paid);
		Ok(due - paid)
	}
}

impl Enforce<AccountId> for EnforceMock {
	fn open(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
	) -> Result<Admission<AccountId>, DispatchError> {
		ensure!(!OpenCases::contains_key(dispute), refused("open already"));
		let most = if Self::asset(case) == Asset::Native { FEEDER_BOND } else { MOST };
		ensure!(case.remedy.amount() <= most, refused("more than there is"));
		let respondent = Self::respondent(case)?;
		ensure!(respondent != *claimant, refused("against oneself"));
		OpenCases::insert(dispute, (*case, *claimant));
		let parties = vec![*claimant, respondent, ORIGINATOR, SERVICER].try_into().unwrap();
		Ok(Admission { respondent, asset: Some(Self::asset(case)), parties })
	}

	fn is_conflicted(_: &Case<AccountId>, who: &AccountId) -> bool {
		Conflicted::get().contains(who)
	}

	fn freeze(dispute: DisputeId, case: &Case<AccountId>, most: Balance) -> DispatchResult {
		ensure!(!Kept::contains_key(dispute), refused("kept already"));
		let most = match case.remedy {
			Remedy::VoidPrice { .. } | Remedy::ReplaceServicer { .. } => {
				return Err(refused("nothing to keep"));
			},
			Remedy::TransferNotes { units, .. } => {
				ensure!(most >= units, refused("less than the notes"));
				0
			},
			_ => most,
		};
		let kept = (AllAssets::balance(USD, &RESIDUAL) - 1).min(most);
		transfer(&USD, RESIDUAL, KEEPER, kept)?;
		Kept::insert(dispute, kept);
		Ok(())
	}

	fn unfreeze(dispute: DisputeId, _: &Case<AccountId>) -> DispatchResult {
		transfer(&USD, KEEPER, RESIDUAL, Kept::take(dispute).unwrap_or_default())
	}

	fn enforce(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
		award: Award,
		payer: &AccountId,
		extra: Balance,
	) -> Result<Enforced, DispatchError> {
		ensure!(OpenCases::contains_key(dispute), refused("not open"));
		let times = Done::get(dispute).map_or(0, |(_, times)| times);
		Done::insert(dispute, (award, times + 1));
		let respondent = Self::respondent(case)?;
		let share = |whole: Balance| whole * Balance::from(award) / Balance::from(FULL_AWARD);
		let mut enforced = Enforced::default();
		if let Remedy::TransferNotes { units, .. } = case.remedy {
			enforced.paid = share(units);
		} else {
			let asset = Self::asset(case);
			let to = if asset == USD { CLASS } else { *claimant };
			let due = share(case.remedy.amount());
			let mut rest = due - extra.min(due);
			transfer(&asset, *payer, to, extra.min(due))?;
			if let Some(kept) = Kept::take(dispute) {
				transfer(&asset, KEEPER, to, kept.min(rest))?;
				transfer(&asset, KEEPER, RESIDUAL, kept - kept.min(rest))?;
				rest -= kept.min(rest);
			}
			enforced.short = Self::from_bond(&asset, respondent, to, rest)?;
			enforced.paid = due - enforced.short;
		}
		// Last, so that what fails has changed something that must be undone.
		ensure!(!EnforceFails::get(), refused("not now"));
		Ok(enforced)
	}

	fn close(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult {
		OpenCases::take(dispute).ok_or(refused("not open"))?;
		Self::unfreeze(dispute, case)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_case(dispute: DisputeId) -> (Case<AccountId>, AccountId) {
		let case = claim();
		Self::open(dispute, &case, &CLAIMANT).unwrap();
		Self::freeze(dispute, &case, 100 * DOLLAR).unwrap();
		(case, CLAIMANT)
	}
}

/// Defaults that the chain sees from a moment on.
#[storage_alias]
pub type Defaults =
	StorageMap<FactsModule, Twox64Concat, DealId, (Moment, DealDefault), OptionQuery>;

/// Defaults that were declared.
#[storage_alias]
pub type Declared = StorageMap<FactsModule, Twox64Concat, DealId, DealDefault, OptionQuery>;

pub struct FactsMock;
impl Facts for FactsMock {
	fn holds(deal: DealId, default: DealDefault) -> Result<bool, DispatchError> {
		ensure!(deal == DEAL_ID, refused("no such deal"));
		let there = |(at, seen)| seen == default && at <= Now::get();
		Ok(Defaults::get(deal).is_some_and(there))
	}

	fn next_default(deal: DealId) -> Option<(Moment, DealDefault)> {
		Defaults::get(deal)
	}

	fn declare(deal: DealId, default: DealDefault) -> DispatchResult {
		Defaults::remove(deal);
		Declared::insert(deal, default);
		ensure!(!DeclareFails::get(), refused("not now"));
		Ok(())
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct HelperMock;

/// Judges cases from [`GENERAL`] that it has too few jurors for. Wants [`EXPERT`].
pub const ACCREDITED: CourtId = 0;
/// Open to anyone; its parent is [`ACCREDITED`].
pub const GENERAL: CourtId = 1;
/// The role of jurors of [`ACCREDITED`].
pub const EXPERT: RoleId = 1;

/// The epoch in which tests begin.
pub const FIRST_EPOCH: Epoch = 13;
/// What each juror of [`court_with_jurors`] has in the tree.
pub const STAKED: Balance = 200 * STRA;

/// Panels of 5, 11, 23 and 47 secure 100, 220, 460 and 940 STRA.
pub fn terms() -> Terms {
	Terms {
		stake: 100 * STRA,
		deposit: 50 * STRA,
		fee: 5 * STRA,
		panel: 5,
		appeals: 3,
		bond: 20 * STRA,
		evidence: STRA,
		periods: Periods {
			response: 20,
			evidence: 10,
			commit: 10,
			reveal: 10,
			appeal: 10,
			cooling: 5,
			ruling: 20,
			correction: 5,
		},
		limitation: 30 * DAY,
		penalties: Penalties { least: Perbill::from_percent(30), ..Penalties::default() },
		activation: 2,
		ejection: 2,
		freeze_rate: Perbill::from_percent(10),
		role: None,
		quota: None,
	}
}

/// The terms of [`ACCREDITED`]: a panel of 5 secures 1,000 STRA, one of 11 2,200.
pub fn accredited_terms() -> Terms {
	Terms {
		stake: 1_000 * STRA,
		deposit: 500 * STRA,
		fee: 50 * STRA,
		appeals: 1,
		bond: 100 * STRA,
		role: Some(EXPERT),
		..terms()
	}
}

/// Everybody who is not a juror and has [`ENDOWMENT`].
pub fn people() -> Vec<AccountId> {
	let mut people = vec![CLAIMANT, ORIGINATOR, SERVICER, FEEDER, RIVAL, ANYONE, ISSUER];
	people.extend(BACKERS);
	people
}

/// STRA that everybody has, and as many dollars.
pub const ENDOWMENT: Balance = 1_000_000;

/// The account of the `index`-th juror. It has 100,000 STRA before it stakes.
pub fn juror(index: u32) -> AccountId {
	1_000 + AccountId::from(index)
}

fn genesis() -> RuntimeGenesisConfig {
	let people = people();
	let float = [TREASURY, RESIDUAL, KEEPER, ESCROW, CLASS, TheCourt::account()];
	RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: people
				.iter()
				.map(|who| (*who, ENDOWMENT * STRA))
				.chain(float.into_iter().map(|who| (who, EXISTENTIAL_DEPOSIT)))
				.collect(),
			..Default::default()
		},
		assets: pallet_assets::GenesisConfig {
			assets: vec![(1, ISSUER, true, 1)],
			accounts: people
				.iter()
				.map(|who| (1, *who, ENDOWMENT * DOLLAR))
				.chain([(1, RESIDUAL, 10_000 * DOLLAR), (1, ESCROW, 2 * BOND + 1), (1, KEEPER, 1)])
				.collect(),
			..Default::default()
		},
		the_court: crate::GenesisConfig {
			courts: vec![(None, accredited_terms()), (Some(ACCREDITED), terms())],
			roles: vec![],
		},
		..Default::default()
	}
}

/// Two courts, and `jurors` of equal weight in [`GENERAL`], in the tree since before the last epoch.
pub fn new_test_ext(jurors: u32) -> sp_io::TestExternalities {
	sp_tracing::try_init_simple();
	let mut ext: sp_io::TestExternalities = genesis().build_storage().unwrap().into();
	ext.execute_with(|| {
		System::set_block_number(1);
		Now::set(1_700_000_000_000);
		IsHalted::set(false);
		Rate::set(Some(STRA / DOLLAR));
		EnforceFails::set(false);
		DeclareFails::set(false);
		Conflicted::set(Vec::new());
		IdleHelps::set(false);
		Bonds::insert(ORIGINATOR, BOND);
		Bonds::insert(SERVICER, BOND);
		Bonds::insert(FEEDER, FEEDER_BOND);
		AllAssets::mint_into(Asset::Native, &ESCROW, FEEDER_BOND).unwrap();
		CurrentEpoch::set(FIRST_EPOCH - 4);
		next_epoch();
		court_with_jurors(jurors);
		next_epoch();
		System::reset_events();
	});
	ext
}

/// Runs `test` with so many jurors in [`GENERAL`], and then checks all invariants.
pub fn build_and_execute(jurors: u32, test: impl FnOnce()) {
	new_test_ext(jurors).execute_with(|| {
		test();
		check();
	});
}

/// The invariants of the pallet.
pub fn check() {
	TheCourt::do_try_state().unwrap();
}

/// Puts `jurors` more, of equal weight, into the tree of [`GENERAL`]. Two epochs pass.
pub fn court_with_jurors(jurors: u32) {
	let first = (0..).find(|index| !crate::Jurors::<Test>::contains_key(juror(*index))).unwrap();
	for index in first..first + jurors {
		stake_in(GENERAL, juror(index), STAKED);
	}
	next_epoch();
	next_epoch();
	for index in first..first + jurors {
		assert_ok!(TheCourt::activate(signed(ANYONE), juror(index), GENERAL));
	}
}

/// Gives `who` 100,000 STRA and stakes `amount` of it. It is not in the tree before two epochs and a
/// call of `activate`.
pub fn stake_in(court: CourtId, who: AccountId, amount: Balance) {
	AllAssets::mint_into(Asset::Native, &who, 100_000 * STRA).unwrap();
	assert_ok!(TheCourt::stake(signed(who), court, amount));
}

/// Puts `experts` with the role and 2,000 STRA each into the tree of [`ACCREDITED`]: accounts from
/// `juror(10_000)` on. Three epochs pass.
pub fn court_with_experts(experts: u32) {
	let all = || (0..experts).map(|index| juror(10_000 + index));
	for who in all() {
		assert_ok!(TheCourt::grant_role(RuntimeOrigin::root(), who, EXPERT));
		stake_in(ACCREDITED, who, 2_000 * STRA);
	}
	next_epoch();
	next_epoch();
	for who in all() {
		assert_ok!(TheCourt::activate(signed(ANYONE), who, ACCREDITED));
	}
	next_epoch();
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// What of an asset `who` can spend.
pub fn free(asset: Asset, who: AccountId) -> Balance {
	AllAssets::balance(asset, &who)
}

/// An epoch ends, and somebody has revealed randomness.
pub fn next_epoch() {
	let epoch = CurrentEpoch::get() + 1;
	CurrentEpoch::set(epoch);
	CurrentSeed::set(Some(sp_io::hashing::blake2_256(&epoch.to_le_bytes())));
}

/// A block: what is left of the last one goes to the hook if [`IdleHelps`]; all invariants are checked.
pub fn next_block() {
	if IdleHelps::get() {
		work();
	}
	check();
	System::set_block_number(System::block_number() + 1);
	Now::mutate(|now| *now += BLOCK_MILLIS);
	TheCourt::on_initialize(System::block_number());
}

/// Blocks until court time is `height`, which must come: the court is open.
pub fn run_to(height: Height) {
	while TheCourt::height() < height {
		next_block();
	}
}

/// So many blocks.
pub fn pass_blocks(blocks: u32) {
	for _ in 0..blocks {
		next_block();
	}
}

/// A hook with all the weight it wants.
pub fn work() {
	TheCourt::work(&mut WeightMeter::new());
}

/// A hook with `limit` at most: what it used.
pub fn work_within(limit: Weight) -> Weight {
	let mut meter = WeightMeter::with_limit(limit);
	TheCourt::work(&mut meter);
	assert!(meter.consumed().all_lte(limit));
	meter.consumed()
}

pub fn dispute(id: DisputeId) -> DisputeOf<Test> {
	crate::Disputes::<Test>::get(id).unwrap()
}

pub fn state(id: DisputeId) -> State {
	dispute(id).state
}

pub fn pot(id: DisputeId) -> Pot {
	crate::Pots::<Test>::get(id).unwrap()
}

/// The round that is under way.
pub fn round(id: DisputeId) -> Round {
	crate::Rounds::<Test>::get(id, dispute(id).round).unwrap()
}

/// The seats of the round that is under way.
pub fn seats(id: DisputeId) -> Vec<Seat<AccountId>> {
	let number = dispute(id).round;
	let drawn = crate::Rounds::<Test>::get(id, number).map_or(0, |round| round.drawn);
	(0..drawn).map(|seat| crate::Seats::<Test>::get((id, number, seat)).unwrap()).collect()
}

/// Blocks until the case is due, then advances it once.
pub fn advance(id: DisputeId) {
	run_to(dispute(id).due.unwrap());
	assert_ok!(TheCourt::advance(signed(ANYONE), id));
}

/// Advances the case, blocks passing and epochs too where it waits for one, until `done` says so.
pub fn advance_until(id: DisputeId, done: impl Fn(State) -> bool) {
	for _ in 0..1_000 {
		match state(id) {
			now if done(now) => return,
			State::AwaitSeed { from, .. } if CurrentEpoch::get() < from => next_epoch(),
			_ => advance(id),
		}
	}
	panic!("never: {:?}", state(id));
}

/// Advances the case until it is closed.
pub fn close(id: DisputeId) {
	advance_until(id, |state| matches!(state, State::Closed { .. }));
}

/// 100 dollars from the originator for a false report a day ago.
pub fn claim() -> Case<AccountId> {
	claim_of(100 * DOLLAR)
}

/// The same, of another amount.
pub fn claim_of(amount: Balance) -> Case<AccountId> {
	Case {
		subject: Subject::Deal(DEAL_ID),
		ground: Ground::FalseReport,
		at: Now::get() - DAY,
		remedy: Remedy::Compensate { by: Office::Originator, rank: 0, amount },
	}
}

/// 100 STRA from the feeder for a report of a day ago.
pub fn price_claim() -> Case<AccountId> {
	let observed_at = Now::get() - DAY;
	Case {
		subject: Subject::Feed(FEED_ID),
		ground: Ground::FalsePrice,
		at: observed_at,
		remedy: Remedy::VoidPrice { feeder: FEEDER, observed_at, amount: 100 * STRA },
	}
}

/// Another servicer for a breach of duty a day ago.
pub fn servicer_claim() -> Case<AccountId> {
	Case {
		subject: Subject::Deal(DEAL_ID),
		ground: Ground::BreachOfDuty,
		at: Now::get() - DAY,
		remedy: Remedy::ReplaceServicer { servicer: ANYONE },
	}
}

/// Files a case, against a freeze if there is one.
pub fn file(
	who: AccountId,
	case: Case<AccountId>,
	freeze: Option<Balance>,
) -> Result<DisputeId, DispatchError> {
	let id = crate::NextDispute::<Test>::get();
	TheCourt::file(signed(who), Box::new(case), GENERAL, freeze).map(|()| id)
}

/// [`claim`], filed by [`CLAIMANT`] in [`GENERAL`].
pub fn filed() -> DisputeId {
	file(CLAIMANT, claim(), None).unwrap()
}

/// The same, contested by [`ORIGINATOR`]: waits for a seed.
pub fn contested() -> DisputeId {
	let id = filed();
	assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	id
}

/// The same, with a full panel: in `Evidence`.
pub fn drawn() -> DisputeId {
	let id = contested();
	draw(id);
	id
}

/// Lets epochs pass until the case has its panel.
pub fn draw(id: DisputeId) {
	advance_until(id, |state| matches!(state, State::Evidence { .. }));
}

/// What a juror keeps to himself.
pub fn salt(who: AccountId) -> H256 {
	H256::from(sp_io::hashing::blake2_256(&who.to_le_bytes()))
}

/// What `who` commits to in the round that is under way, to vote `award`.
pub fn commitment(id: DisputeId, who: AccountId, award: Award) -> H256 {
	let dispute = dispute(id);
	let juror = codec::Encode::encode(&who);
	let root = dispute.evidence.0;
	strata_court::commitment(id, dispute.round, &juror, award, &root, &salt(who).0).into()
}

/// Ends the time for evidence; the first seats commit to `awards`, the others to nothing.
pub fn commit_all(id: DisputeId, awards: &[Award]) {
	advance_until(id, |state| matches!(state, State::Commit { .. }));
	for (seat, award) in seats(id).into_iter().zip(awards) {
		let commitment = commitment(id, seat.juror, *award);
		assert_ok!(TheCourt::commit(signed(seat.juror), id, commitment));
	}
}

/// Ends the time for commitments; the first seats reveal `awards`, as far as they committed to them.
pub fn reveal_all(id: DisputeId, awards: &[Award]) {
	advance_until(id, |state| matches!(state, State::Reveal { .. }));
	for (seat, award) in seats(id).into_iter().zip(awards) {
		assert_ok!(TheCourt::reveal(signed(seat.juror), id, *award, salt(seat.juror)));
	}
}

/// A case in `Commit`, whose first seats have committed to `awards`.
pub fn committed(awards: &[Award]) -> DisputeId {
	let id = drawn();
	commit_all(id, awards);
	id
}

/// A case in `Reveal`, whose first seats have revealed `awards`. It is not tallied.
pub fn revealed(awards: &[Award]) -> DisputeId {
	let id = committed(awards);
	reveal_all(id, awards);
	id
}

/// Seats vote in the round that is under way, which is tallied then.
pub fn vote(id: DisputeId, awards: &[Award]) {
	commit_all(id, awards);
	reveal_all(id, awards);
	advance_until(id, |state| !matches!(state, State::Reveal { .. }));
}

/// Funds both sides of an appeal, [`BACKERS`] of each.
pub fn fund_both(id: DisputeId) {
	let losing = Side::of(dispute(id).ruling.unwrap()).other();
	for (side, who) in [(losing, BACKERS[0]), (losing.other(), BACKERS[1])] {
		assert_ok!(TheCourt::fund_appeal(signed(who), id, side, 100_000 * STRA));
	}
}
