//! # Oracle
//!
//! Prices by quorum: feeders report, consumers get a quote together with a status that they must
//! match on.
//!
//! ## Overview
//!
//! A *feed* is a price in USD per whole unit of something, listed by governance with its members (at
//! most 15), hard bounds, a quorum, and how long an observation counts. Its members call
//! [`Pallet::report`] with batches of observations; a batch that is accepted is free, and counts towards
//! a reward. Whoever reports answers for it with a bond in STRA.
//!
//! A report is accepted as it is or rejected. One outside the hard bounds of its feed leaves no trace: it
//! is not stored, never raised or lowered to the bound, and so nobody can be told the bound for a price
//! (LUNA, May 2022). If all of a quorum say so, the last price expires after its time to live; that a
//! bound was the reason can be read off the refused transactions, and is not a state of its own here.
//!
//! From the reports that are fresh, when there is a quorum of them, comes a
//! [`Quote`](strata_traits::Quote): lower and upper median, mid, and a confidence from the quartiles.
//! With n members of which f = ⌊(n−1)/3⌋ lie and a quorum of at least 2f+1, both medians lie between
//! two honest reports. A feed with [`Classes`] (trustee, auditor, servicer) needs besides so many
//! reports of each, and no class outvotes the others.
//!
//! ## Confirmed prices
//!
//! A quote within the [gate](strata_statistics::GateTerms) of the last confirmed price is confirmed at
//! once, as is the first one. Any other waits until a quorum has said for a time on end that the price
//! has left on the same side; then the nearest value of that time is confirmed, again with each report,
//! until the quote is near. The gate widens with the variance of the confirmed prices and with the time
//! since the last. [`strata_statistics`] has the rules and what they resist.
//!
//! A price is confirmed, for good, by the transaction that brings the report. A *reading* is worked out
//! at read from the same value, and is exact at any instant: it is what a report would meet that brings
//! nothing new. Reports expire, a jump is confirmed by having lasted, and a price that others than the
//! expired ones do not share is found to have jumped, without a transaction.
//! [`PriceFeeds::reading`](strata_traits::PriceFeeds::reading) answers
//!
//! | status | when |
//! |---|---|
//! | `Fresh` | every member has a fresh report, and what they say is confirmed |
//! | `Degraded` | a quorum has, but not everybody |
//! | `Pending` | a quorum has, and what it says waits for confirmation: the confirmed quote and the other one |
//! | `Stale` | fewer have, or too few of a class: the last confirmed quote, with its age |
//! | `Frozen` | a report that the price rested on was voided, and no quorum has reported since: the last quote |
//! | `Unknown` | not listed, or never had a quorum |
//!
//! `Frozen` is to be treated as `Stale`: nothing adds risk and nobody is liquidated on it, repaying and
//! adding collateral work, and what bears a stale price for a time bears a frozen one for as long. In
//! `Pending` nothing adds risk either, but liquidation goes on, at what is friendlier to the owner of the
//! two quotes. A feed is never frozen while a quorum reports that nobody voided, and no consumer stands
//! still for good because of any status. After a halt of the chain everything is stale until a quorum
//! has reported anew.
//!
//! All that a reading needs is one storage value, so that a batch of x reports costs 3 + 2x reads and
//! 1 + x writes whatever the number of feeders, and a reading costs one read.
//!
//! ## What else is known of a price
//!
//! | question | answer | made of |
//! |---|---|---|
//! | least and most of late | `least`, `most` of a quote | confirmed prices of the last source age, time to live and time to confirm |
//! | how volatile | `variance` of a quote | the changes between confirmed prices, each clipped, weighted by age |
//! | what was it on average | [`PriceFeeds::average`](strata_traits::PriceFeeds::average) | the middle of the confirmed price, for as long as a quorum stood by it |
//! | what was it a while ago | [`PriceFeeds::delayed`](strata_traits::PriceFeeds::delayed) | the price that was confirmed at least the feed's delay ago |
//! | how does it move with another | [`PriceFeeds::covariance`](strata_traits::PriceFeeds::covariance) | common changes, of the pairs that governance has watched |
//!
//! ## Bonds, and the court
//!
//! A feeder has [`Config::MinBond`] on hold, or more ([`Pallet::bond`]). It leaves by notice
//! ([`Pallet::unbond`]), reports no more from then on, and has its bond back after
//! [`Config::BondDelay`] when no case is pending ([`Pallet::withdraw_bond`]). A bond answers for every
//! report of the feeder, also to feeds of which it is no member any more. What it reported counts until
//! it expires, or until it is taken out of the feed.
//!
//! A ruling of the court voids one report and takes what was claimed off the bond: a quarter of it is the
//! claimant's, the rest the treasury's ([`Pallet::court_enforce`]). If the price in force rested on the
//! report, the feed is frozen until a quorum of its members has reported after that. What was done at the
//! price stays done. A feeder whose bond is below the minimum then reports again when it is topped up.
//!
//! ## Conduct, jail, rewards
//!
//! | over the last [`Config::Day`] | |
//! |---|---|
//! | ten outliers | jail |
//! | no fresh report for more than a tenth of the time | [`Event::FeederWarned`] |
//! | for more than three tenths | jail |
//!
//! An outlier is a report that lay far off what the others said when it came, and still does so when its
//! feeder reports again and takes it back. Who insists has a minute for the others to follow
//! ([`conduct::grace`]), and is struck then, and again for each further minute: who is the first to see a
//! move is not struck for reporting it in every block.
//!
//! Time counts as silence only while the others were a quorum: nobody answers for a halt of the chain or
//! for a source that fails everybody. It is found out when the feeder reports again, or by anyone
//! ([`Pallet::report_silence`]). In jail nobody reports; it lasts a day, and ends when the feeder says so
//! ([`Pallet::unjail`]). It takes nothing off the bond: that only a ruling does.
//!
//! A report that counts and is no outlier earns the feed's reward, in proportion to the time since the
//! last one and at most for its time to live. What is owed the treasury pays when it is claimed
//! ([`Pallet::claim_rewards`]), as far as it can.
//!
//! ## Members
//!
//! A feed is listed with its members. From then on they change by a decision that waits for
//! [`Config::MembershipDelay`] and reaches at most a third of them ([`Pallet::propose_members`],
//! [`Pallet::enact_members`]). At once they only become fewer, and never so few that the feed stops:
//! by the guardian ([`Pallet::suspend_feeder`]), or because one holds the residual of a deal that it
//! prices, which anyone may show ([`Pallet::report_conflict`]). A member that leaves takes its report
//! along. The id of a feed that was removed is kept back for as long as a change would have waited: else
//! a feed could have other members at once, by being removed and listed anew.
//!
//! ## Pairs
//!
//! Governance has pairs of feeds watched ([`Pallet::watch_pair`]): both prices are compared once an
//! interval, by `on_idle` or by anyone. A pair begins as if its prices moved together.
//!
//! ## Origins
//!
//! | origin | may |
//! |---|---|
//! | `AdminOrigin` | list, change and remove feeds (not one in use), decide on members, choose pairs |
//! | `GuardianOrigin` | suspend a feeder, stop a change of members: nothing that loosens |
//! | anyone | carry out what was decided, show silence and conflicts, compare a pair, have a feeder paid |

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
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking_upkeep;
pub mod conduct;
mod config;
mod court;
mod feeders;
mod feeds;
mod jail;
mod live;
mod membership;
#[cfg(test)]
mod mock;
mod pairs;
mod reports;
mod rewards;
pub mod runtime_api;
#[cfg(test)]
mod tests;
mod track;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state_upkeep;
mod types;
pub mod weights;

pub use config::{
	tolerated, ClassQuorums, ClassTerms, Classes, ConfigError, FeedConfig, Members, Terms,
	FUTURE_TOLERANCE, LARGEST_VARIANCE, LONGEST_TIME_TO_LIVE, LONGEST_WAIT, MAX_CLASSES,
	MAX_DESCRIPTION, MAX_MEMBERS, SHORTEST_INTERVAL,
};
pub use court::REWARD;
pub use live::{FeedData, Taken, Voided};
pub use pallet::*;
pub use track::{Basis, Delayed, Step, Track, OBSERVATIONS, OBSERVATION_SPACING};
pub use types::{Feeder, Offence, OpenCase, Outcome, Pair, PendingMembers, Report, StoredReport};
pub use weights::WeightInfo;

/// The oracle.
#[frame_support::pallet]
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
pub mod pallet {
	use alloc::{boxed::Box, vec::Vec};

	use frame_support::{
		dispatch::PostDispatchInfo,
		pallet_prelude::*,
		traits::{fungible, Contains, Time},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{Perbill, SaturatedConversion};
	use strata_statistics::{Covariance, VolatilityTerms};
	use strata_traits::{Balance, Conflicts, DealId, DisputeId, FeedId, Moment, Quote};

	use crate::{
		Classes, ConfigError, FeedConfig, FeedData, Feeder, Members, Offence, OpenCase, Pair,
		PendingMembers, Report, WeightInfo,
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

		/// Who has what a ruling takes off a bond, but for [`REWARD`](crate::REWARD), and who pays
		/// rewards.
		type Treasury: Get<Self::AccountId>;

		/// Who suspends feeders and stops changes of members.
		type GuardianOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// A day, milliseconds: the time over which outliers and silence count, and for which a feeder
		/// is jailed.
		type Day: Get<Moment>;

		/// How long a change of members waits, blocks. At least a [`Config::Day`], or a feed could be
		/// taken over within one.
		type MembershipDelay: Get<BlockNumberFor<Self>>;

		/// The least time from one block to the next, milliseconds: a slot.
		type BlockTime: Get<Moment>;

		/// Which feeders have an interest in a price of their own.
		type Conflicts: Conflicts<Self::AccountId>;

		/// Most watched pairs of feeds.
		#[pallet::constant]
		type MaxPairs: Get<u32>;

		/// What `on_idle` may take of what is left of a block.
		#[pallet::constant]
		type IdleShare: Get<Perbill>;

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

	/// The feeders: bond, conduct, rewards.
	#[pallet::storage]
	pub type Feeders<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Feeder, OptionQuery>;

	/// The members that a feed is to have instead of those it has, one change at a time.
	#[pallet::storage]
	pub type NextMembers<T: Config> = StorageMap<
		_,
		Twox64Concat,
		FeedId,
		PendingMembers<T::AccountId, BlockNumberFor<T>>,
		OptionQuery,
	>;

	/// Feeds that were removed, and from which block on each may be listed anew.
	#[pallet::storage]
	pub type Removed<T: Config> =
		StorageValue<_, BoundedVec<(FeedId, BlockNumberFor<T>), T::MaxFeeds>, ValueQuery>;

	/// The watched pairs of feeds, the lower id first, and how the prices of each move together.
	#[pallet::storage]
	pub type Pairs<T: Config> =
		CountedStorageMap<_, Twox64Concat, (FeedId, FeedId), Pair, OptionQuery>;

	/// The pair that `on_idle` looked at last.
	#[pallet::storage]
	pub type LastPair<T: Config> = StorageValue<_, (FeedId, FeedId), OptionQuery>;

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
		/// The pairs of feeds that are watched, in any order, and how.
		pub pairs: Vec<(FeedId, FeedId, VolatilityTerms)>,
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
				let fresh = !Feeders::<T>::contains_key(feeder);
				assert!(fresh, "genesis: {feeder:?} is bonded twice");
				let bonded = Pallet::<T>::do_bond(feeder.clone(), *amount);
				assert!(bonded.is_ok(), "genesis: {feeder:?} cannot be bonded: {bonded:?}");
			}
			for (one, other, terms) in &self.pairs {
				let watched = Pallet::<T>::do_watch_pair(*one, *other, *terms);
				assert!(watched.is_ok(), "genesis: {one}, {other} cannot be watched: {watched:?}");
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
		/// A feed has a confirmed price: what its reports say or, while a jump is followed, the nearest
		/// that they have said for as long as it takes.
		PriceUpdated {
			/// The feed.
			feed: FeedId,
			/// The confirmed price.
			quote: Quote,
			/// How many fresh reports it rests on.
			fresh: u32,
		},
		/// The reports of a feed say that its price has jumped, which waits for confirmation.
		PriceHeld {
			/// The feed.
			feed: FeedId,
			/// What the reports say.
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
		/// A feeder's last report lay far off when it came, and the others did not bear it out until the
		/// feeder took it back, or had insisted on it for too long.
		OutlierReported {
			/// The feed.
			feed: FeedId,
			/// Who reported.
			feeder: T::AccountId,
			/// How often that happened to it within a day.
			strikes: u32,
		},
		/// A feeder had no fresh report for more than a tenth of a day.
		FeederWarned {
			/// The feeder.
			feeder: T::AccountId,
		},
		/// A feeder was jailed: it may not report for a day, and has to come back by itself. Its bond is
		/// not touched.
		FeederJailed {
			/// The feeder.
			feeder: T::AccountId,
			/// What for.
			offence: Offence,
			/// Until when, at least.
			until: Moment,
		},
		/// A feeder took up its work again.
		FeederReleased {
			/// The feeder.
			feeder: T::AccountId,
		},
		/// A feeder was paid what it was owed, or as much of it as the treasury has.
		RewardsPaid {
			/// The feeder.
			feeder: T::AccountId,
			/// What it was paid, in units of STRA.
			amount: Balance,
			/// What it is still owed.
			owed: Balance,
		},
		/// A change of the members of a feed was decided.
		MembersProposed {
			/// The feed.
			feed: FeedId,
			/// From which block on it can be carried out.
			at: BlockNumberFor<T>,
		},
		/// A change of the members of a feed was given up.
		MembersCancelled {
			/// The feed.
			feed: FeedId,
		},
		/// A feeder is no member of a feed any more, and its report to it is gone.
		FeederSuspended {
			/// The feed.
			feed: FeedId,
			/// The feeder.
			feeder: T::AccountId,
		},
		/// A member of a feed, or somebody who was to be one, holds the residual of a deal that it
		/// prices.
		ConflictFound {
			/// The feed.
			feed: FeedId,
			/// The feeder.
			feeder: T::AccountId,
			/// The deal.
			deal: DealId,
		},
		/// Two feeds are watched together.
		PairWatched {
			/// The feed with the lower id.
			one: FeedId,
			/// The other one.
			other: FeedId,
		},
		/// Two feeds are not watched together any more.
		PairForgotten {
			/// The feed with the lower id.
			one: FeedId,
			/// The other one.
			other: FeedId,
		},
		/// The prices of two feeds were compared.
		PairObserved {
			/// The feed with the lower id.
			one: FeedId,
			/// The other one.
			other: FeedId,
			/// How they have moved together so far. Not bounded by any variances.
			covariance: Covariance,
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
		/// The feeder is in jail.
		Jailed,
		/// The feeder is not in jail.
		NotJailed,
		/// The feeder is not silent, or not for long enough, or others were as well.
		NotSilent,
		/// The feeder is owed nothing.
		NothingEarned,
		/// The treasury has nothing to pay with.
		TreasuryEmpty,
		/// Members, quorum and classes of a listed feed change by [`Pallet::propose_members`].
		MembersTimeLocked,
		/// A change of the members of the feed is waiting.
		ChangePending,
		/// No change of the members of the feed is waiting.
		NothingPending,
		/// Nothing would change.
		NoChange,
		/// More than a third of the members would change at once.
		TooManyChanges,
		/// Without the feeder no quorum would be left that reports.
		QuorumNeeded,
		/// The feeder does not hold the residual of a deal that the feed prices.
		NoConflict,
		/// A pair of a feed with itself.
		SameFeed,
		/// The pair is not watched.
		PairUnknown,
		/// There are as many pairs as there may be.
		TooManyPairs,
		/// The terms of the pair do not hold together.
		BadTerms,
		/// A feed of the pair has no price that may be relied on.
		NoPrice,
		/// The feed was removed less than [`Config::MembershipDelay`] ago.
		RemovedLately,
		/// As many feeds were removed within [`Config::MembershipDelay`] as there may be.
		TooManyRemoved,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxFeeds::get() > 0, "the oracle must be able to hold a feed");
			assert!(T::MaxReports::get() > 0, "a batch must be able to hold a report");
			assert!(T::MinBond::get() > 0, "feeders must answer with something");
			assert!(
				Self::least_membership_delay() >= T::Day::get(),
				"a third of a feed's members must not change more than once a day"
			);
			Self::check_pairs_fit();
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let share = |of: u64| T::IdleShare::get().mul_floor(of);
			let limit =
				Weight::from_parts(share(remaining.ref_time()), share(remaining.proof_size()));
			let mut meter = WeightMeter::with_limit(limit);
			Self::observe_pairs(&mut meter);
			meter.consumed()
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
		/// Signed by a member of every feed in the batch, whose bond is at least the minimum, who has
		/// not given notice and is not in jail.
		///
		/// ## Errors
		/// [`Error::EmptyBatch`]; [`Error::NotBonded`], [`Error::Leaving`], [`Error::BondTooLow`],
		/// [`Error::Jailed`]; [`Error::DuplicateFeed`], [`Error::UnknownFeed`],
		/// [`Error::NotAFeeder`], [`Error::OutsideBounds`], [`Error::HalfWidthTooLarge`],
		/// [`Error::ObservedInFuture`], [`Error::ObservedTooLongAgo`], [`Error::AlreadyReported`],
		/// [`Error::NotNewer`]. The caller pays for a refused batch. A runtime need not let one into a
		/// block by somebody of whom [`Pallet::may_report`] says that it is no member.
		///
		/// ## Events
		/// [`Event::PriceUpdated`] or [`Event::PriceHeld`] for each feed that has a quorum;
		/// [`Event::OutlierReported`], [`Event::FeederWarned`], [`Event::FeederJailed`];
		/// [`Event::Reported`].
		///
		/// ## Complexity
		/// O(x·n²) comparisons for x reports to feeds of n ≤ 15 members; 3 + 2x reads, 1 + x writes.
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

		/// Lists `feed`, or replaces its configuration as a whole, but for members, quorum and classes.
		///
		/// Reports outside the new hard bounds are dropped. If the confirmed price is outside them, it
		/// goes with its variance and its averages, and the next quote of a quorum is confirmed at once.
		/// Otherwise what the reports say must pass the new gate.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::Config`], [`Error::TooManyFeeds`], [`Error::RemovedLately`],
		/// [`Error::MembersTimeLocked`].
		///
		/// ## Events
		/// [`Event::FeedSet`]; [`Event::PriceUpdated`] or [`Event::PriceHeld`] if the remaining reports
		/// make a quorum.
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members, 3 reads, 2 writes for one that is listed; O(feeds) for the
		/// ids that were removed, 5 reads, 4 writes for another.
		#[pallet::call_index(1)]
		// Of one that is not listed the count and what was removed lately are read and written too.
		#[pallet::weight(T::WeightInfo::set_feed().saturating_add(T::DbWeight::get().reads_writes(2, 2)))]
		pub fn set_feed(
			origin: OriginFor<T>,
			feed: FeedId,
			config: Box<FeedConfig<T::AccountId>>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_feed(feed, *config)
		}

		/// Decides on other members of `feed`, with the quorum and the classes that go with them. The
		/// change waits for [`Config::MembershipDelay`]; then anyone may carry it out.
		///
		/// Who joins, who leaves and who changes class is one change each. There may be ⌊n/3⌋ of them, n
		/// being the number of members now, or one if that is none; and only one decision waits at a
		/// time.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::ChangePending`], [`Error::Config`], [`Error::NoChange`],
		/// [`Error::TooManyChanges`].
		///
		/// ## Events
		/// [`Event::MembersProposed`].
		///
		/// ## Complexity
		/// O(n) for n ≤ 15 members; 3 reads, 1 write.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::propose_members())]
		pub fn propose_members(
			origin: OriginFor<T>,
			feed: FeedId,
			members: Members<T::AccountId>,
			quorum: u32,
			classes: Option<Classes<T::AccountId>>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_propose_members(feed, members, quorum, classes)
		}

		/// Removes `feed` and its reports. It can be listed anew when [`Config::MembershipDelay`] has passed.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::FeedInUse`], [`Error::TooManyRemoved`].
		///
		/// ## Events
		/// [`Event::FeedRemoved`].
		///
		/// ## Complexity
		/// O(feeds) for the ids that were removed; 4 reads, 5 writes.
		#[pallet::call_index(3)]
		// What was removed lately is read and written too.
		#[pallet::weight(T::WeightInfo::remove_feed().saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
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

		/// Carries out the change of the members of `feed` that is waiting. Reports of those who leave
		/// are dropped.
		///
		/// ## Origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// [`Error::NothingPending`], [`Error::TooEarly`]. If the feed has changed so that the members do not
		/// go with it any more: [`Error::UnknownFeed`], [`Error::Config`], [`Error::NoChange`],
		/// [`Error::TooManyChanges`].
		///
		/// ## Events
		/// [`Event::MembersSet`]; [`Event::PriceUpdated`] or [`Event::PriceHeld`] if the remaining reports
		/// make a quorum.
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 4 reads, 3 writes.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::enact_members())]
		pub fn enact_members(origin: OriginFor<T>, feed: FeedId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_enact_members(feed)
		}

		/// Gives up the change of the members of `feed` that is waiting.
		///
		/// ## Origin
		/// `AdminOrigin` or `GuardianOrigin`.
		///
		/// ## Errors
		/// [`Error::NothingPending`].
		///
		/// ## Events
		/// [`Event::MembersCancelled`].
		///
		/// ## Complexity
		/// O(1): 1 read, 1 write.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::cancel_members())]
		pub fn cancel_members(origin: OriginFor<T>, feed: FeedId) -> DispatchResult {
			Self::ensure_admin_or_guardian(origin)?;
			Self::do_cancel_members(feed)
		}

		/// Takes `feeder` out of the members of `feed` at once, and drops its report. A change of members
		/// that names it and is waiting is given up. The quorum stays what it is.
		///
		/// The others that have reported must be a quorum of the feed: it goes on.
		///
		/// ## Origin
		/// `GuardianOrigin`.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::NotAFeeder`], [`Error::QuorumNeeded`].
		///
		/// ## Events
		/// [`Event::FeederSuspended`]; [`Event::MembersCancelled`]; [`Event::PriceUpdated`] or
		/// [`Event::PriceHeld`].
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 4 reads, 3 writes.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::suspend_feeder())]
		pub fn suspend_feeder(
			origin: OriginFor<T>,
			feed: FeedId,
			feeder: T::AccountId,
		) -> DispatchResult {
			T::GuardianOrigin::ensure_origin(origin)?;
			Self::do_suspend_feeder(feed, feeder)
		}

		/// Jails `feeder` for a day because it has been silent in `feed` for more than three tenths of one
		/// by now, while a quorum reported all the time.
		///
		/// ## Origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::NotAFeeder`], [`Error::NotBonded`], [`Error::Leaving`],
		/// [`Error::Jailed`]; [`Error::NotSilent`], also for one that has never reported to the feed.
		///
		/// ## Events
		/// [`Event::FeederJailed`].
		///
		/// ## Complexity
		/// O(n) for n ≤ 15 members; 5 reads, 1 write.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::report_silence())]
		pub fn report_silence(
			origin: OriginFor<T>,
			feed: FeedId,
			feeder: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_report_silence(feed, feeder)
		}

		/// Leaves jail: the caller may report again.
		///
		/// ## Origin
		/// Signed by a feeder that was jailed a day ago or more.
		///
		/// ## Errors
		/// [`Error::NotBonded`], [`Error::NotJailed`], [`Error::TooEarly`].
		///
		/// ## Events
		/// [`Event::FeederReleased`].
		///
		/// ## Complexity
		/// O(1): 2 reads, 1 write.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::unjail())]
		pub fn unjail(origin: OriginFor<T>) -> DispatchResult {
			let feeder = ensure_signed(origin)?;
			Self::do_unjail(feeder)
		}

		/// Pays `feeder` what it has earned. What the treasury does not have stays owed.
		///
		/// ## Origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// [`Error::NotBonded`], [`Error::NothingEarned`], [`Error::TreasuryEmpty`]; what the currency says
		/// if the feeder cannot receive it.
		///
		/// ## Events
		/// [`Event::RewardsPaid`].
		///
		/// ## Complexity
		/// O(1): 3 reads, 3 writes.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::claim_rewards())]
		pub fn claim_rewards(origin: OriginFor<T>, feeder: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_rewards(feeder)
		}

		/// Has the covariance of two feeds estimated from now on, or anew with other terms. They begin as
		/// if they moved together.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::SameFeed`], [`Error::BadTerms`], [`Error::UnknownFeed`], [`Error::TooManyPairs`].
		///
		/// ## Events
		/// [`Event::PairWatched`].
		///
		/// ## Complexity
		/// O(1): 4 reads, 2 writes.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::watch_pair())]
		pub fn watch_pair(
			origin: OriginFor<T>,
			one: FeedId,
			other: FeedId,
			terms: VolatilityTerms,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_watch_pair(one, other, terms)
		}

		/// Gives up the covariance of two feeds: whoever needs it takes them to move together.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::SameFeed`], [`Error::PairUnknown`].
		///
		/// ## Events
		/// [`Event::PairForgotten`].
		///
		/// ## Complexity
		/// O(1): 2 reads, 2 writes.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::forget_pair())]
		pub fn forget_pair(origin: OriginFor<T>, one: FeedId, other: FeedId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_forget_pair(one, other)
		}

		/// Compares the prices of two watched feeds, once the interval of the pair has passed. What
		/// `on_idle` does by itself when there is room.
		///
		/// ## Origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// [`Error::SameFeed`], [`Error::PairUnknown`], [`Error::TooEarly`]; [`Error::NoPrice`] unless both
		/// prices may be relied on; [`ArithmeticError::Overflow`](sp_runtime::ArithmeticError::Overflow).
		///
		/// ## Events
		/// [`Event::PairObserved`], or [`Event::PairForgotten`] if one of the feeds is gone.
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 4 reads, 1 write.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::observe_pair())]
		pub fn observe_pair(origin: OriginFor<T>, one: FeedId, other: FeedId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_observe_pair(one, other)
		}

		/// Shows that `feeder` holds the residual of `deal`, which `feed` prices. If it is a member of the
		/// feed, it is taken out as by [`Pallet::suspend_feeder`]; a change of members that names it and
		/// is waiting is given up.
		///
		/// ## Origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// [`Error::UnknownFeed`], [`Error::NoConflict`]; [`Error::NotAFeeder`] if it neither is nor is to be
		/// a member; [`Error::QuorumNeeded`].
		///
		/// ## Events
		/// [`Event::ConflictFound`]; [`Event::FeederSuspended`], [`Event::MembersCancelled`],
		/// [`Event::PriceUpdated`] or [`Event::PriceHeld`].
		///
		/// ## Complexity
		/// O(n²) comparisons for n ≤ 15 members; 4 reads and what [`Config::Conflicts`] reads, 3 writes.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::report_conflict())]
		pub fn report_conflict(
			origin: OriginFor<T>,
			feed: FeedId,
			feeder: T::AccountId,
			deal: DealId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_report_conflict(feed, feeder, deal)
		}
	}
}
