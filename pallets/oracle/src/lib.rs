//! # Oracle
//!
//! Prices by quorum: feeders report, consumers get a quote together with a status that they must
//! match on.
//!
//! ## Overview
//!
//! A *feed* is a price in USD per whole unit of something, listed by governance with its members (at
//! most 15), hard bounds, a quorum, and how long an observation counts. Its members call
//! [`Pallet::report`] with batches of observations; a batch that is accepted is free. Whoever reports
//! answers for it with a bond in STRA.
//!
//! A report is accepted as it is or rejected. From the reports that are fresh, when there is a
//! quorum of them, comes a [`Quote`](strata_traits::Quote): lower and upper median, mid, and a
//! confidence from the quartiles. With n members of which f = ⌊(n−1)/3⌋ lie and a quorum of at least
//! 2f+1, both medians lie between two honest reports.
//!
//! Expiry is worked out at read: [`PriceFeeds::reading`](strata_traits::PriceFeeds::reading) answers
//!
//! | status | when |
//! |---|---|
//! | `Fresh` | every member has a fresh report |
//! | `Degraded` | a quorum has, but not everybody |
//! | `Stale` | fewer have: the last quote, with its age |
//! | `Frozen` | a report that the price rested on was voided, and no quorum has reported since: the last quote |
//! | `Unknown` | not listed, or never had a quorum |
//!
//! `Frozen` is to be treated as `Stale`: nothing adds risk and nobody is liquidated on it, repaying and
//! adding collateral work, and what bears a stale price for a time bears a frozen one for as long. No
//! consumer stands still for good because of either.
//!
//! All reports of a feed are one storage value, so that a batch of x reports costs 2 + 2x reads and x
//! writes whatever the number of feeders, and a reading costs one read.
//!
//! ## Bonds, and the court
//!
//! A feeder has [`Config::MinBond`] on hold, or more ([`Pallet::bond`]). It leaves by notice
//! ([`Pallet::unbond`]), reports no more from then on, and has its bond back after
//! [`Config::BondDelay`] when no case is pending ([`Pallet::withdraw_bond`]). A bond answers for every
//! report of the feeder, also to feeds of which it is no member any more. What it reported counts until
//! it expires, or until governance replaces it in the feed.
//!
//! A ruling of the court voids one report and takes what was claimed off the bond: a quarter of it is the
//! claimant's, the rest the treasury's ([`Pallet::court_enforce`]). If the price in force rested on the report, the feed is frozen until a
//! quorum of its members has reported after that. What was done at the price stays done. A feeder whose
//! bond is below the minimum then reports again when it is topped up.
//!
//! ## Origins
//!
//! `AdminOrigin` lists, changes and removes feeds. A feed in use cannot be removed. A member that
//! leaves takes its reports along.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod court;
mod feeds;
mod live;
#[cfg(test)]
mod mock;
mod reports;
pub mod runtime_api;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use court::REWARD;
pub use live::{FeedData, Voided};
pub use pallet::*;
pub use types::{
	tolerated, ConfigError, FeedConfig, FeederBond, Members, OpenCase, Report, StoredReport, Terms,
	FUTURE_TOLERANCE, LONGEST_TIME_TO_LIVE, MAX_DESCRIPTION, MAX_MEMBERS,
};
pub use weights::WeightInfo;

/// The oracle.
#[frame_support::pallet]
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
pub mod pallet {
	use alloc::vec::Vec;

	use frame_support::{
		dispatch::PostDispatchInfo,
		pallet_prelude::*,
		traits::{fungible, Contains, Time},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use strata_traits::{Balance, DisputeId, FeedId, Moment, Quote};

	use crate::{
		ConfigError, FeedConfig, FeedData, FeederBond, Members, OpenCase, Report, WeightInfo,
	};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The oracle.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the oracle needs to know.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who lists, changes and removes feeds.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The calendar: milliseconds since 1970, strictly increasing from block to block.
		type Time: Time<Moment = Moment>;

		/// Whether something relies on a feed, which then cannot be removed.
		type InUse: Contains<FeedId>;

		/// Most feeds.
		#[pallet::constant]
		type MaxFeeds: Get<u32>;

		/// Most reports in one call.
		#[pallet::constant]
		type MaxReports: Get<u32>;

		/// STRA, which bonds are in.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// Why STRA is on hold.
		type RuntimeHoldReason: From<HoldReason>;

		/// Least bond of a feeder that reports, in units of STRA.
		#[pallet::constant]
		type MinBond: Get<Balance>;

		/// How long a bond answers for the past after its feeder has given notice, milliseconds. A
		/// claim that is brought later finds no bond.
		type BondDelay: Get<Moment>;

		/// Who has what a ruling takes off a bond, but for [`REWARD`](crate::REWARD).
		type Treasury: Get<Self::AccountId>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why something is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What a feeder answers with for its reports.
		#[codec(index = 0)]
		FeederBond,
	}

	/// The listed feeds.
	#[pallet::storage]
	pub type Feeds<T: Config> =
		CountedStorageMap<_, Twox64Concat, FeedId, FeedConfig<T::AccountId>, OptionQuery>;

	/// The live reports of each listed feed, and all else that a reading needs.
	#[pallet::storage]
	pub type Live<T: Config> =
		StorageMap<_, Twox64Concat, FeedId, FeedData<T::AccountId>, OptionQuery>;

	/// The bonds of feeders.
	#[pallet::storage]
	pub type Bonds<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, FeederBond, OptionQuery>;

	/// The cases against feeders that are open before the court.
	#[pallet::storage]
	pub type Cases<T: Config> =
		StorageMap<_, Twox64Concat, DisputeId, OpenCase<T::AccountId>, OptionQuery>;

	/// Feeds and feeders that exist from the start.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The feeds. Members may be in any order.
		pub feeds: Vec<(FeedId, FeedConfig<T::AccountId>)>,
		/// The bonds of feeders, in units of STRA: on hold from what each account has. At least
		/// [`Config::MinBond`].
		pub bonds: Vec<(T::AccountId, Balance)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (feed, config) in &self.feeds {
				let fresh = !Feeds::<T>::contains_key(feed);
				assert!(fresh, "genesis: feed {feed} is listed twice");
				let listed = Pallet::<T>::do_set_feed(*feed, config.clone());
				assert!(listed.is_ok(), "genesis: feed {feed} does not validate: {listed:?}");
			}
			for (feeder, amount) in &self.bonds {
				let fresh = !Bonds::<T>::contains_key(feeder);
				assert!(fresh, "genesis: {feeder:?} is bonded twice");
				let bonded = Pallet::<T>::do_bond(feeder.clone(), *amount);
				assert!(bonded.is_ok(), "genesis: {feeder:?} cannot be bonded: {bonded:?}");
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A batch of reports was accepted.
		Reported {
			/// Who reported.
			feeder: T::AccountId,
			/// To how many feeds.
			count: u32,
		},
		/// A feed has a new aggregate.
		PriceUpdated {
			/// The feed.
			feed: FeedId,
			/// The aggregate.
			quote: Quote,
			/// How many fresh reports it rests on.
			fresh: u32,
		},
		/// A feed was listed, or its configuration replaced.
		FeedSet {
			/// The feed.
			feed: FeedId,
		},
		/// The members of a feed were replaced. Reports of leavers are gone.
		MembersSet {
			/// The feed.
			feed: FeedId,
			/// How many members it has.
			members: u32,
			/// How many of them make a price.
			quorum: u32,
		},
		/// A feed was removed, with its reports.
		FeedRemoved {
			/// The feed.
			feed: FeedId,
		},
		/// A feeder has put up a bond, added to it, or taken its notice back.
		FeederBonded {
			/// The feeder.
			feeder: T::AccountId,
			/// What it added, in units of STRA.
			amount: Balance,
			/// What it answers with now.
			bond: Balance,
		},
		/// A feeder has given notice, and reports no more.
		BondLeaving {
			/// The feeder.
			feeder: T::AccountId,
			/// When it may withdraw its bond, if no case is pending.
			until: Moment,
		},
		/// A feeder has left with its bond.
		BondWithdrawn {
			/// The feeder.
			feeder: T::AccountId,
			/// What it got back, in units of STRA.
			amount: Balance,
		},
		/// A ruling took from a feeder's bond.
		BondSlashed {
			/// The feeder.
			feeder: T::AccountId,
			/// The case.
			dispute: DisputeId,
			/// Who claimed.
			claimant: T::AccountId,
			/// How much was taken, in units of STRA.
			amount: Balance,
			/// How much of it the claimant got. The rest is the treasury's.
			reward: Balance,
		},
		/// A ruling voided a report that was still there.
		ReportVoided {
			/// The feed.
			feed: FeedId,
			/// Who had reported.
			feeder: T::AccountId,
			/// When the price was observed.
			observed_at: Moment,
		},
		/// The price in force rested on a voided report: there is none until a quorum has reported
		/// anew.
		FeedFrozen {
			/// The feed.
			feed: FeedId,
			/// The last quote: of the other reports, if they were a quorum.
			quote: Quote,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such feed.
		UnknownFeed,
		/// The caller is not a member of the feed.
		NotAFeeder,
		/// A batch without reports.
		EmptyBatch,
		/// Two reports to one feed in one batch.
		DuplicateFeed,
		/// A price outside the hard bounds of its feed.
		OutsideBounds,
		/// A half-width above the price: the price could be negative.
		HalfWidthTooLarge,
		/// Observed more than 30 s in the future.
		ObservedInFuture,
		/// Observed longer ago than the feed allows.
		ObservedTooLongAgo,
		/// Not observed after this feeder's last report to the feed.
		NotNewer,
		/// This feeder has reported to the feed in this very block.
		AlreadyReported,
		/// More reports than a feed or a batch can hold.
		TooManyReports,
		/// There are as many feeds as there may be.
		TooManyFeeds,
		/// Something relies on the feed.
		FeedInUse,
		/// The feed does not hold together.
		Config(ConfigError),
		/// The account has no bond as a feeder.
		NotBonded,
		/// The bond is below the minimum.
		BondTooLow,
		/// The feeder has given notice.
		Leaving,
		/// The feeder has not given notice.
		NotLeaving,
		/// The bond answers for the past for some time yet.
		TooEarly,
		/// The feeder answers in a case before the court.
		CasePending,
		/// The case is not about a report to a feed, or not about one of the time that it names.
		NotAboutAReport,
		/// A feeder cannot claim from itself.
		OwnReport,
		/// More is claimed than the feeder has put up.
		ClaimAboveBond,
		/// The case is open already.
		CaseExists,
		/// No such case is open.
		CaseUnknown,
		/// More is awarded than was claimed.
		AwardAboveClaim,
		/// Nothing is kept in a case about a report but the bond, which stays anyway.
		NothingToFreeze,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxFeeds::get() > 0, "the oracle must be able to hold a feed");
			assert!(T::MaxReports::get() > 0, "a batch must be able to hold a report");
			assert!(T::MinBond::get() > 0, "feeders must answer with something");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Reports prices: all of them are accepted, or none. Free when accepted.
		///
		/// An observation up to 30 s ahead of the chain's clock is stored as made now.
		///
		/// ## Origin
		/// Signed by a member of every feed in the batch, whose bond is at least the minimum and who has
		/// not given notice.
		///
		/// ## Errors
		/// [`Error::EmptyBatch`]; [`Error::NotBonded`], [`Error::Leaving`], [`Error::BondTooLow`];
		/// [`Error::DuplicateFeed`], [`Error::UnknownFeed`],
		/// [`Error::NotAFeeder`], [`Error::OutsideBounds`], [`Error::HalfWidthTooLarge`],
		/// [`Error::ObservedInFuture`], [`Error::ObservedTooLongAgo`], [`Error::AlreadyReported`],
		/// [`Error::NotNewer`]. The caller pays for a refused batch.
		///
		/// ## Events
		/// [`Event::PriceUpdated`] for each feed that has a quorum; [`Event::Reported`].
		///
		/// ## Complexity
		/// O(x·n²) comparisons for x reports to feeds of n ≤ 15 members; 2 + 2x reads, x writes.
		#[pallet::call_index(0)]
		#[pallet::weight((
			T::WeightInfo::report(reports.len().saturated_into()),
			DispatchClass::Operational,
		))]
		pub fn report(
			origin: OriginFor<T>,
			reports: BoundedVec<Report, T::MaxReports>,
		) -> DispatchResultWithPostInfo {
			let feeder = ensure_signed(origin)?;
			Self::do_report(feeder, reports)?;
			Ok(PostDispatchInfo { actual_weight: None, pays_fee: Pays::No })
		}

		/// Lists `feed`, or replaces its configuration as a whole.
		///
		/// Reports of accounts that are no longer members, and reports outside the new hard bounds,
		/// are dropped. Others stay.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::Config`], [`Error::TooManyFeeds`].
		///
		/// ## Events
		/// [`Event::FeedSet`]; [`Event::PriceUpdated`] if the remaining reports make a quorum.
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 4 reads, 3 writes.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_feed())]
		pub fn set_feed(
			origin: OriginFor<T>,
			feed: FeedId,
			config: FeedConfig<T::AccountId>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_feed(feed, config)
		}

		/// Replaces the members of `feed`, with the quorum that goes with their number.
		///
		/// Reports of those who leave are dropped at once.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::Config`].
		///
		/// ## Events
		/// [`Event::MembersSet`]; [`Event::PriceUpdated`] if the remaining reports make a quorum.
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 3 reads, 2 writes.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_members())]
		pub fn set_members(
			origin: OriginFor<T>,
			feed: FeedId,
			members: Members<T::AccountId>,
			quorum: u32,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_members(feed, members, quorum)
		}

		/// Removes `feed` and its reports.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::FeedInUse`].
		///
		/// ## Events
		/// [`Event::FeedRemoved`].
		///
		/// ## Complexity
		/// O(1): 3 reads, 3 writes.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::remove_feed())]
		pub fn remove_feed(origin: OriginFor<T>, feed: FeedId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_feed(feed)
		}

		/// Puts `amount` more of STRA on hold to answer for what the caller reports. Takes a notice back.
		///
		/// ## Origin
		/// Signed by anybody. Who reports to a feed is for governance to say.
		///
		/// ## Errors
		/// [`Error::BondTooLow`] if the bond would be below the minimum with it; what the currency says
		/// if the caller cannot spare `amount`.
		///
		/// ## Events
		/// [`Event::FeederBonded`].
		///
		/// ## Complexity
		/// O(1): 3 reads, 3 writes.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let feeder = ensure_signed(origin)?;
			Self::do_bond(feeder, amount)
		}

		/// Gives notice: from now on the caller may not report, and after [`Config::BondDelay`] it may
		/// withdraw its bond.
		///
		/// ## Origin
		/// Signed by a feeder with a bond.
		///
		/// ## Errors
		/// [`Error::NotBonded`], [`Error::Leaving`].
		///
		/// ## Events
		/// [`Event::BondLeaving`].
		///
		/// ## Complexity
		/// O(1): 2 reads, 1 write.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>) -> DispatchResult {
			let feeder = ensure_signed(origin)?;
			Self::do_unbond(feeder)
		}

		/// Gives the caller what is left of its bond.
		///
		/// ## Origin
		/// Signed by a feeder whose notice is over.
		///
		/// ## Errors
		/// [`Error::NotBonded`], [`Error::NotLeaving`], [`Error::TooEarly`], [`Error::CasePending`].
		///
		/// ## Events
		/// [`Event::BondWithdrawn`].
		///
		/// ## Complexity
		/// O(1): 4 reads, 3 writes.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::withdraw_bond())]
		pub fn withdraw_bond(origin: OriginFor<T>) -> DispatchResult {
			let feeder = ensure_signed(origin)?;
			Self::do_withdraw_bond(feeder)
		}
	}
}
