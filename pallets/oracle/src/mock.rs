//! A chain with nothing but the oracle and STRA.

use frame_support::{
	derive_impl, ord_parameter_types, parameter_types,
	traits::{ConstU128, ConstU32, ConstU64, Contains},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use sp_runtime::{BuildStorage, Perbill};
use strata_numbers::Price;
use strata_statistics::{
	GateTerms, LimitTerms, OutlierTerms, Variance, VolatilityTerms, DEFAULT_CLIP,
};
use strata_traits::{Balance, Conflicts, DealId, FeedId, Moment};

use crate::{
	self as pallet_strata_oracle, Config, ConfigError, FeedConfig, Members, Report, MAX_MEMBERS,
};

pub type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Oracle: pallet_strata_oracle,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

impl pallet_timestamp::Config for Test {
	type Moment = Moment;
	type OnTimestampSet = ();
	type MinimumPeriod = ConstU64<3_000>;
	type WeightInfo = ();
}

parameter_types! {
	/// The feeds that something relies on.
	pub static FeedsInUse: Vec<FeedId> = Vec::new();
	/// Who holds the residual of which deal, and a feed that prices it.
	pub static Residuals: Vec<(AccountId, DealId, FeedId)> = Vec::new();
	/// What `on_idle` may take.
	pub static IdleShare: Perbill = Perbill::from_percent(5);
	/// How long a change of members waits.
	pub static MembershipDelay: u64 = MEMBERSHIP_BLOCKS;
}

ord_parameter_types! {
	/// Who suspends feeders.
	pub const Guardian: AccountId = FUNDED;
}

pub struct Interests;
impl Conflicts<AccountId> for Interests {
	fn holds_residual(who: &AccountId, deal: DealId, feed: FeedId) -> bool {
		Residuals::get().contains(&(*who, deal, feed))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_conflict(feed: FeedId, who: &AccountId) -> DealId {
		Residuals::mutate(|held| held.push((*who, 1, feed)));
		1
	}
}

pub struct InUse;
impl Contains<FeedId> for InUse {
	fn contains(feed: &FeedId) -> bool {
		FeedsInUse::get().contains(feed)
	}
}

impl Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Time = Timestamp;
	type InUse = InUse;
	type MaxFeeds = ConstU32<20>;
	type MaxReports = ConstU32<16>;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinBond = ConstU128<MIN_BOND>;
	type BondDelay = ConstU64<BOND_DELAY>;
	type Treasury = ConstU64<TREASURY>;
	type GuardianOrigin = EnsureSignedBy<Guardian, AccountId>;
	type Day = ConstU64<DAY>;
	type MembershipDelay = MembershipDelay;
	type BlockTime = ConstU64<BLOCK_TIME>;
	type Conflicts = Interests;
	type MaxPairs = ConstU32<6>;
	type IdleShare = IdleShare;
	type WeightInfo = ();
}

/// Least balance of an account, in units of STRA.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Least bond of a feeder that reports.
pub const MIN_BOND: Balance = 1_000;
/// How long a bond answers after its feeder's notice.
pub const BOND_DELAY: Moment = 7 * 24 * 60 * MINUTE;
/// The accounts that have [`FUNDS`]; those up to [`BONDED`] are bonded with [`MIN_BOND`] of it.
pub const FUNDED: AccountId = 30;
/// See [`FUNDED`].
pub const BONDED: AccountId = 20;
/// Has what rulings take off bonds.
pub const TREASURY: AccountId = FUNDED - 1;
/// What each account has, its bond included.
pub const FUNDS: Balance = 10_000;

/// The first block's time. Every test starts here.
pub const START: Moment = 1_700_000_000_000;
pub const MINUTE: Moment = 60_000;
/// What a day is for conduct and jail.
pub const DAY: Moment = 24 * 60 * MINUTE;
/// How long a change of members waits, blocks: exactly a [`DAY`].
pub const MEMBERSHIP_BLOCKS: u64 = 10;
/// What a block is taken to last at least, so that few of them make a day. Tests let less time pass
/// from one to the next, so that reports stay fresh.
pub const BLOCK_TIME: Moment = DAY / MEMBERSHIP_BLOCKS;
/// Time to live of [`config`].
pub const TTL: Moment = 60 * MINUTE;
/// Maximum source age of [`config`].
pub const AGE: Moment = 10 * MINUTE;

/// Whole dollars.
pub fn usd(whole: u32) -> Price {
	Price::from_u32(whole)
}

/// A feed from 1 to 1,000 USD with members 1 to `n` and the least quorum.
pub fn config(n: u64) -> FeedConfig<AccountId> {
	FeedConfig {
		description: b"test".to_vec().try_into().unwrap(),
		minimum: usd(1),
		maximum: usd(1_000),
		quorum: 2 * crate::tolerated(n as u32) + 1,
		time_to_live: TTL,
		maximum_source_age: AGE,
		members: members(1..=n),
		gate: None,
		volatility: VOLATILITY,
		starting_variance: Variance::default(),
		outlier: OUTLIER,
		delay: 0,
		classes: None,
		reward: 0,
	}
}

/// The same with a gate of 2 % to 20 %, and a quarter of an hour to confirm.
pub fn gated(n: u64) -> FeedConfig<AccountId> {
	FeedConfig { gate: Some(GATE), ..config(n) }
}

/// How variances are estimated in every test, but for the times.
pub const VOLATILITY: VolatilityTerms =
	VolatilityTerms { half_life: 24 * 60 * 60, clip: DEFAULT_CLIP, interval: MINUTE };
/// 2 % to 30 %, four deviations, and three typical distances.
pub const OUTLIER: OutlierTerms =
	OutlierTerms { limit: LimitTerms { least: 200, most: 3_000, deviations: 4 }, distances: 3 };
/// 2 % to 20 %, six deviations.
pub const GATE: GateTerms = GateTerms {
	limit: LimitTerms { least: 200, most: 2_000, deviations: 6 },
	confirm_after: CONFIRM,
};
/// Time to confirm of [`gated`].
pub const CONFIRM: Moment = 15 * MINUTE;

pub fn members(accounts: impl IntoIterator<Item = AccountId>) -> Members<AccountId> {
	let members: Vec<_> = accounts.into_iter().collect();
	assert!(members.len() <= MAX_MEMBERS as usize);
	members.try_into().unwrap()
}

/// An exact report observed now.
pub fn said(feed: FeedId, value: Price) -> Report {
	Report { feed, value, half_width: Price::default(), observed_at: now() }
}

pub fn now() -> Moment {
	pallet_timestamp::Now::<Test>::get()
}

/// Moves the clock and starts the next block.
pub fn pass(by: Moment) {
	System::set_block_number(System::block_number() + 1);
	Timestamp::set_timestamp(now() + by);
}

/// Storage with nothing in it, at block 1 and the time [`START`].
pub fn ext() -> sp_io::TestExternalities {
	ext_with(Vec::new())
}

/// As [`ext`], with feeds in genesis.
pub fn ext_with(feeds: Vec<(FeedId, FeedConfig<AccountId>)>) -> sp_io::TestExternalities {
	ext_of(feeds, (0..=BONDED).map(|who| (who, MIN_BOND)).collect())
}

/// As [`ext_with`], with these bonds and no others.
pub fn ext_of(
	feeds: Vec<(FeedId, FeedConfig<AccountId>)>,
	bonds: Vec<(AccountId, Balance)>,
) -> sp_io::TestExternalities {
	sp_tracing::try_init_simple();
	FeedsInUse::set(Vec::new());
	Residuals::set(Vec::new());
	IdleShare::set(Perbill::from_percent(5));
	MembershipDelay::set(MEMBERSHIP_BLOCKS);
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (0..=FUNDED).map(|who| (who, FUNDS)).collect(),
			..Default::default()
		},
		oracle: pallet_strata_oracle::GenesisConfig { feeds, bonds, pairs: Vec::new() },
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| {
		System::set_block_number(1);
		Timestamp::set_timestamp(START);
	});
	ext
}

/// Runs a test on a chain whose feed 7 has members 1 to `n`, and checks every invariant after it.
pub fn with_feed(n: u64, test: impl FnOnce()) {
	execute(ext_with(vec![(7, config(n))]), test)
}

/// Runs a test and checks every invariant after it.
pub fn execute(mut ext: sp_io::TestExternalities, test: impl FnOnce()) {
	ext.execute_with(|| {
		test();
		Oracle::do_try_state().unwrap();
	});
}

/// The error of a configuration.
pub fn config_error(error: ConfigError) -> sp_runtime::DispatchError {
	crate::Error::<Test>::Config(error).into()
}
