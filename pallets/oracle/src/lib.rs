//! # Oracle
//!
//! Prices by quorum: feeders report, consumers get a quote together with a status that they must
//! match on.
//!
//! ## Overview
//!
//! A *feed* is a price in USD per whole unit of something, listed by governance with its members (at
//! most 15), hard bounds, a quorum, and how long an observation counts. Its members call
//! [`Pallet::report`] with batches of observations; a batch that is accepted is free.
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
//! | `Unknown` | not listed, or never had a quorum |
//!
//! All reports of a feed are one storage value, so that a batch of x reports costs 1 + 2x reads and x
//! writes whatever the number of feeders, and a reading costs one read.
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

pub use live::FeedData;
pub use pallet::*;
pub use types::{
	tolerated, ConfigError, FeedConfig, Members, Report, StoredReport, Terms, FUTURE_TOLERANCE,
	LONGEST_TIME_TO_LIVE, MAX_DESCRIPTION, MAX_MEMBERS,
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
		traits::{Contains, Time},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use strata_traits::{FeedId, Moment, Quote};

	use crate::{ConfigError, FeedConfig, FeedData, Members, Report, WeightInfo};

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

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The listed feeds.
	#[pallet::storage]
	pub type Feeds<T: Config> =
		CountedStorageMap<_, Twox64Concat, FeedId, FeedConfig<T::AccountId>, OptionQuery>;

	/// The live reports of each listed feed, and all else that a reading needs.
	#[pallet::storage]
	pub type Live<T: Config> =
		StorageMap<_, Twox64Concat, FeedId, FeedData<T::AccountId>, OptionQuery>;

	/// Feeds that exist from the start.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The feeds. Members may be in any order.
		pub feeds: Vec<(FeedId, FeedConfig<T::AccountId>)>,
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
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxFeeds::get() > 0, "the oracle must be able to hold a feed");
			assert!(T::MaxReports::get() > 0, "a batch must be able to hold a report");
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
		/// Signed by a member of every feed in the batch.
		///
		/// ## Errors
		/// [`Error::EmptyBatch`], [`Error::DuplicateFeed`], [`Error::UnknownFeed`],
		/// [`Error::NotAFeeder`], [`Error::OutsideBounds`], [`Error::HalfWidthTooLarge`],
		/// [`Error::ObservedInFuture`], [`Error::ObservedTooLongAgo`], [`Error::AlreadyReported`],
		/// [`Error::NotNewer`]. The caller pays for a refused batch.
		///
		/// ## Events
		/// [`Event::PriceUpdated`] for each feed that has a quorum; [`Event::Reported`].
		///
		/// ## Complexity
		/// O(x·n²) comparisons for x reports to feeds of n ≤ 15 members; 1 + 2x reads, x writes.
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
	}
}
