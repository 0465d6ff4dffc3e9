//! A runtime with sessions of five blocks, authors, history and offences.

use codec::Encode;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold, ConstU128, ConstU32, ConstU64, FindAuthor},
	ConsensusEngineId,
};
use frame_system::EnsureRoot;
use pallet_session::{disabling::UpToLimitDisablingStrategy, historical, PeriodicSessions};
use sp_core::crypto::key_types::DUMMY;
use sp_io::TestExternalities;
use sp_runtime::{
	impl_opaque_keys,
	testing::UintAuthorityId,
	traits::{ConvertInto, OpaqueKeys},
	BuildStorage, KeyTypeId, Perbill, RuntimeAppPublic,
};
use sp_staking::{
	offence::{Kind, Offence, OffenceError, ReportOffence},
	SessionIndex,
};

use strata_validators::Balance;

use crate::{self as pallet_strata_validator_set, Candidate, Candidates, HoldReason, Terms};

type Block = frame_system::mocking::MockBlock<Test>;

/// Blocks of a session.
pub const SESSION: u64 = 5;
/// Sessions that stay provable.
pub const DEPTH: SessionIndex = 6;
/// What everybody has at first.
pub const RICH: Balance = 1_000_000;
/// The account of the treasury.
pub const TREASURY: u64 = 900;
/// As many may stand as there are validators at most, and a few.
pub const CANDIDATES: u32 = 104;

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
	pub type ValidatorSet = pallet_strata_validator_set;
	#[runtime::pallet_index(3)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(4)]
	pub type Historical = historical;
	#[runtime::pallet_index(5)]
	pub type Offences = pallet_offences;
	// After the sessions, so that the first author of a session is one of its validators.
	#[runtime::pallet_index(6)]
	pub type Authorship = pallet_authorship;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
}

impl_opaque_keys! {
	pub struct Keys {
		pub dummy: UintAuthorityId,
	}
}

parameter_types! {
	pub const MaxValidators: u32 = 100;
	pub static HistoryDepth: SessionIndex = DEPTH;
	/// The terms of a chain whose genesis gives none.
	pub static InitialTerms: Terms = TERMS;
	/// What keeps an account alive.
	pub static ExistentialDeposit: Balance = 1;
	/// Where slashes go.
	pub static TreasuryAccount: u64 = TREASURY;
	/// Who makes the next block, if anybody.
	pub static Author: Option<u64> = None;
	/// What consensus was told at the start of each session: whether the set has changed.
	pub static Changes: Vec<bool> = vec![];
	/// The keys that consensus works with.
	pub static Authorities: Vec<u64> = vec![];
	/// The validators that consensus was told to ignore, by index.
	pub static Ignored: Vec<u32> = vec![];
}

/// The terms of most tests.
pub const TERMS: Terms = Terms { seats: 100, least: 4, bond: 100, jail: 2, issuance: 0 };

/// Finds the author whom the test has named.
pub struct Named;

impl FindAuthor<u64> for Named {
	fn find_author<'a, I>(_: I) -> Option<u64>
	where
		I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>,
	{
		Author::get()
	}
}

impl pallet_authorship::Config for Test {
	type FindAuthor = Named;
	type EventHandler = ValidatorSet;
}

/// Stands for BABE and GRANDPA.
pub struct Consensus;

impl Consensus {
	fn take<Ks: OpaqueKeys>(validators: &[(u64, Ks)]) {
		let keys = validators.iter().filter_map(|(_, keys)| keys.get::<UintAuthorityId>(DUMMY));
		Authorities::set(keys.map(|key| key.0).collect());
	}
}

impl pallet_session::SessionHandler<u64> for Consensus {
	const KEY_TYPE_IDS: &'static [KeyTypeId] = &[UintAuthorityId::ID];

	fn on_genesis_session<Ks: OpaqueKeys>(validators: &[(u64, Ks)]) {
		Self::take(validators);
	}

	fn on_new_session<Ks: OpaqueKeys>(changed: bool, now: &[(u64, Ks)], _: &[(u64, Ks)]) {
		Changes::mutate(|changes| changes.push(changed));
		// As GRANDPA: unless told of a change it does not look.
		if changed {
			Self::take(now);
		}
	}

	fn on_disabled(index: u32) {
		Ignored::mutate(|ignored| ignored.push(index));
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = u64;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type NextSessionRotation = PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type SessionManager = historical::NoteHistoricalRoot<Test, ValidatorSet>;
	type SessionHandler = Consensus;
	type Keys = Keys;
	type DisablingStrategy = UpToLimitDisablingStrategy;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<10>;
}

impl historical::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = crate::FullIdentificationOf<Test>;
}

impl pallet_offences::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Test>;
	type OnOffenceHandler = ValidatorSet;
}

impl crate::Config for Test {
	type AdminOrigin = EnsureRoot<u64>;
	type Bonds = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Treasury = TreasuryAccount;
	type InitialTerms = InitialTerms;
	type MaxCandidates = ConstU32<CANDIDATES>;
	type MaxIssuance = ConstU128<1_000>;
	type MaxValidators = MaxValidators;
	type HistoryDepth = HistoryDepth;
	type WeightInfo = ();
}

/// An offence of a severity that the test chooses.
pub struct Equivocation {
	pub offenders: Vec<u64>,
	pub session: SessionIndex,
	pub slot: u64,
	pub severity: Perbill,
}

impl Offence<(u64, ())> for Equivocation {
	const ID: Kind = *b"mock:equivocates";
	type Slot = u64;

	fn offenders(&self) -> Vec<(u64, ())> {
		self.offenders.iter().map(|who| (*who, ())).collect()
	}

	fn session_index(&self) -> SessionIndex {
		self.session
	}

	fn validator_set_count(&self) -> u32 {
		4
	}

	fn slot(&self) -> u64 {
		self.slot
	}

	fn slash_fraction(&self, offenders: u32) -> Perbill {
		Perbill::from_parts((self.severity.deconstruct() * offenders).min(1_000_000_000))
	}
}

/// Has `who` reported for an offence in the current session.
pub fn offend(who: u64, slot: u64, percent: u32) -> Result<(), OffenceError> {
	offend_in(Session::current_index(), who, slot, percent)
}

/// Has `who` reported for an offence in `session`.
pub fn offend_in(
	session: SessionIndex,
	who: u64,
	slot: u64,
	percent: u32,
) -> Result<(), OffenceError> {
	let severity = Perbill::from_percent(percent);
	let offenders = vec![who];
	Offences::report_offence(vec![], Equivocation { offenders, session, slot, severity })
}

/// The session keys made from `key`.
pub fn keys(key: u64) -> Keys {
	Keys { dummy: UintAuthorityId(key) }
}

/// `who` sets its session keys, with the proof that it has them.
pub fn set_keys(who: u64, key: u64) {
	let proof = UintAuthorityId(key).sign(&who.encode()).expect("a signature").encode();
	Session::set_keys(RuntimeOrigin::signed(who), keys(key), proof).expect("keys to be set");
}

/// The accounts of the disabled validators.
pub fn disabled() -> Vec<u64> {
	let validators = Session::validators();
	Session::disabled_validators().iter().map(|index| validators[*index as usize]).collect()
}

/// The severity and fate in every report of this pallet, by validator.
pub fn reports() -> Vec<(u64, SessionIndex, u32, bool)> {
	System::read_events_for_pallet::<crate::Event<Test>>()
		.into_iter()
		.filter_map(|event| match event {
			crate::Event::OffenceReported { validator, session, severity, disabled } => {
				Some((validator, session, severity.deconstruct() / 10_000_000, disabled))
			},
			_ => None,
		})
		.collect()
}

/// Sets keys for `who` (key = account + 1000) and bonds `amount`.
pub fn join(who: u64, amount: Balance) {
	set_keys(who, who + 1_000);
	ValidatorSet::bond(RuntimeOrigin::signed(who), amount).expect("to bond");
}

/// Sets one of the terms.
pub fn set_terms(change: impl FnOnce(&mut Terms)) {
	let mut terms = ValidatorSet::terms();
	change(&mut terms);
	ValidatorSet::set_terms(RuntimeOrigin::root(), terms).expect("possible terms");
}

/// What is on hold as the bond of `who`.
pub fn held(who: u64) -> Balance {
	Balances::balance_on_hold(&HoldReason::Bond.into(), &who)
}

/// What is kept of `who`.
pub fn candidate(who: u64) -> Candidate {
	Candidates::<Test>::get(who).expect("a candidate")
}

/// Those who stand, the best first.
pub fn standing() -> Vec<u64> {
	crate::Standing::<Test>::get().into_iter().map(|one| one.who).collect()
}

/// The events of this pallet, and forgets them.
pub fn events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}

/// Runs on to session `index`, with blocks by `authors` in turn.
pub fn run_by(authors: &[u64], index: SessionIndex) {
	let mut turn = authors.iter().cycle();
	while System::block_number() < u64::from(index) * SESSION {
		Author::set(turn.next().copied());
		System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
	}
	Author::set(None);
	assert_eq!(Session::current_index(), index);
}

/// Runs on until session `index` has begun.
pub fn run_to_session(index: SessionIndex) {
	System::run_to_block::<AllPalletsWithSystem>(u64::from(index) * SESSION);
	assert_eq!(Session::current_index(), index);
}

/// A chain with the keys of `owners` (key = account + 1000), at block 1.
pub fn chain(owners: &[u64]) -> TestExternalities {
	Changes::set(vec![]);
	Authorities::set(vec![]);
	Ignored::set(vec![]);
	HistoryDepth::set(DEPTH);
	ExistentialDeposit::set(1);
	TreasuryAccount::set(TREASURY);
	Author::set(None);
	InitialTerms::set(TERMS);
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (1..=250).map(|who| (who, RICH)).chain([(TREASURY, 1)]).collect(),
			..Default::default()
		},
		session: pallet_session::GenesisConfig {
			keys: owners.iter().map(|who| (*who, *who, keys(*who + 1_000))).collect(),
			..Default::default()
		},
		..Default::default()
	};
	let mut ext = TestExternalities::new(config.build_storage().expect("a genesis to build on"));
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// A chain for benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub fn new_test_ext() -> TestExternalities {
	chain(&[1, 2, 3, 4])
}

/// Runs `test` on [`chain`], and checks the state at the end.
pub fn build_and_execute(owners: &[u64], test: impl FnOnce()) {
	chain(owners).execute_with(|| {
		test();
		ValidatorSet::do_try_state().expect("the state to hold");
	});
}
