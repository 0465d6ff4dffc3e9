//! # Risk
//!
//! Which assets may be collateral and which may settle a deal, with the risk parameters of each.
//!
//! ## Overview
//!
//! A *collateral asset* is listed with a price feed and a
//! [`ParameterSet`](strata_traits::ParameterSet). The set is one atomic group: it is replaced as a
//! whole, after it was validated as a whole, inside hard bounds that only a runtime upgrade moves. A
//! partial change cannot be expressed. A *settlement asset* is listed with a price feed and the
//! band around par outside which nothing is drawn.
//!
//! Decimals are copied at listing, so that an asset's owner cannot change what a price means. An
//! asset is listed only if those who can destroy, burn, move or freeze it are trusted.
//!
//! ## How parameters change
//!
//! ```text
//! propose ──delay──▶ executable ──execute──▶ in force, ratios along a ramp
//!                        │   └─ refused: nothing changes, may be tried again
//!                        └─ after two weeks: expired
//! tighten ──at once──▶ in force ──72 h──▶ reverted, unless ratified or replaced by a proposal
//! ```
//!
//! | origin | may |
//! |---|---|
//! | `AdminOrigin` | list, delist, unpause, ratify, set groups |
//! | `ProposeOrigin`, [`Level::Admin`] | propose anything inside the hard bounds |
//! | `ProposeOrigin`, [`Level::Steward`] | propose one step of each value, no sooner than an interval after its last change, and no more in 30 days than a budget |
//! | `GuardianOrigin` | pause, tighten by a step, cancel what is not only tightening |
//! | `CancelOrigin` | cancel any proposal, and nothing else |
//! | anyone | execute, expire, revert, bring a ceiling up to date |
//!
//! Loosening waits longer than tightening ([`Periods`]); which way a set goes is told value by value
//! ([`strata_parameters::Kind`]). Everything is checked when it is proposed, as if it were executed at
//! its earliest, and again when it is executed, against what is in force then. What breaks a rule is
//! refused and never clipped.
//!
//! - A liquidation ratio that rises does so along a ramp of two weeks at least: nobody is liquidated in
//!   the block of a vote. A change during a ramp starts from where the ratios are.
//! - A proposal declares its *impact*: the debt that would become unsafe if the new ratios were in force
//!   at once, at prices of the execution, as [`Exposure`](strata_traits::Exposure) reads it off the
//!   ladder. If it is more, the execution is refused; without a price it is put off.
//! - A change counts as what it is from the decided values, from those in force on a ramp, and from those
//!   that a guardian's step would revert to: no decision is undone by catching it half-way.
//! - What a guardian does stays 72 hours. It never loosens anything, and never touches the liquidation
//!   ratio, the target ratio and the bonus. `on_idle` reverts it, and so may anyone.
//!
//! Every version is numbered, and the last 64 of each asset are kept with time and origin. A book keeps
//! the parameters of its opening unless its terms say that it follows the ratios.
//!
//! A pause stops draws, withdrawals and new books. It never stops repaying, adding collateral,
//! liquidation or claims.
//!
//! ## What is drawn
//!
//! Books count here what is drawn against a collateral asset and repaid, in USD at par. A draw is
//! refused while the asset is paused, beyond its debt ceiling, and beyond its *fuse*: the most that may
//! be drawn within one window of an hour ([`DRAW_WINDOW`](strata_traits::DRAW_WINDOW)), so that a wrong
//! price costs no more than that before somebody notices. Nothing here stops a repayment.
//!
//! With a *gap* the ceiling in force follows what is drawn: it is the gap above it at most, falls at
//! once, and rises only when a wait has passed since it last rose (Maker's automatic line). A draw brings
//! it up to date in the storage item that it writes anyway.
//!
//! ## Groups
//!
//! Assets whose prices are expected to move together belong to a group, and a group has a cap: the most
//! of a deal's closing par that books against its assets may lend together. It is checked when a deal is
//! launched.
//!
//! ## Neighbours
//!
//! Consumers read listings through [`Listing`](strata_traits::Listing). As a set of feeds
//! (`Contains<FeedId>`) the pallet tells the oracle which ones it must keep.

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

mod assets;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod changes;
mod groups;
mod guardian;
mod hook;
mod listings;
#[cfg(test)]
mod mock;
mod proposals;
mod records;
pub mod runtime_api;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use assets::{AssetInfo, InfoFrom, TrustedRoles};
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use records::{
	Group, Guard, Level, Periods, Proposal, ProposalId, Source, StewardTerms, Tightening, Version,
	MAX_HISTORY,
};
pub use types::{HardBounds, Listings, MAX_DECIMALS};
pub use views::Allowance;
pub use weights::WeightInfo;

/// Listings and their risk parameters.
#[frame_support::pallet]
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
pub mod pallet {
	use alloc::vec::Vec;

	use frame_support::{
		pallet_prelude::*,
		traits::{Contains, Time},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Perbill;
	use strata_numbers::{Price, Ratio};
	use strata_parameters::{Direction, Kind, Ledger, StepRefused};
	use strata_traits::{
		Asset, CollateralListing, Exposure, FeedId, GroupId, Moment, ParameterError, ParameterSet,
		PriceFeeds, Ramp, SettlementListing,
	};

	use crate::{
		AssetInfo, Group, Guard, HardBounds, Level, Periods, Proposal, ProposalId, Source,
		StewardTerms, Version, WeightInfo,
	};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Listings and their risk parameters.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs to know.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who lists, delists, unpauses, ratifies and sets groups.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who proposes parameters, and at which level.
		type ProposeOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Level>;

		/// Who pauses, tightens, and cancels what is not only tightening.
		type GuardianOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who cancels any proposal, also one that only tightens.
		type CancelOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The clock.
		type Time: Time<Moment = Moment>;

		/// The books that follow new ratios.
		type Exposure: Exposure;

		/// What stewards may do.
		type StewardTerms: StewardTerms;

		/// How long things take. Told by the clock of [`Config::Time`]; no constant, because it may
		/// depend on the chain.
		type Periods: Get<Periods>;

		/// Where prices come from.
		type Feeds: PriceFeeds;

		/// Which assets exist.
		type Assets: AssetInfo;

		/// The assets whose owner, issuer, admin and freezer are trusted.
		type TrustedAsset: Contains<Asset>;

		/// The assets that a book or a deal relies on, in whichever role. They are not delisted.
		type InUse: Contains<Asset>;

		/// What no origin can go beyond.
		#[pallet::constant]
		type HardBounds: Get<HardBounds>;

		/// Most rungs that are read to tell the impact of a proposal.
		#[pallet::constant]
		type MaxRungs: Get<u32>;

		/// Most proposals that wait.
		#[pallet::constant]
		type MaxProposals: Get<u32>;

		/// Most of them for one asset.
		#[pallet::constant]
		type MaxProposalsPerAsset: Get<u32>;

		/// Most groups of correlated assets.
		#[pallet::constant]
		type MaxGroups: Get<u32>;

		/// What `on_idle` may take of what is left of a block.
		#[pallet::constant]
		type IdleShare: Get<Perbill>;

		/// Most collateral assets.
		#[pallet::constant]
		type MaxCollateral: Get<u32>;

		/// Most settlement assets.
		#[pallet::constant]
		type MaxSettlement: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper;
	}

	/// The collateral assets.
	#[pallet::storage]
	pub type Collateral<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, Asset, CollateralListing, OptionQuery>;

	/// The settlement assets.
	#[pallet::storage]
	pub type Settlement<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, Asset, SettlementListing, OptionQuery>;

	/// How many listings rely on a feed. No entry is zero.
	#[pallet::storage]
	pub type FeedUses<T: Config> = StorageMap<_, Twox64Concat, FeedId, u32, ValueQuery>;

	/// The proposals that wait.
	#[pallet::storage]
	pub type Proposals<T: Config> =
		CountedStorageMap<_, Twox64Concat, ProposalId, Proposal, OptionQuery>;

	/// The number of the next proposal.
	#[pallet::storage]
	pub type NextProposal<T: Config> = StorageValue<_, ProposalId, ValueQuery>;

	/// The proposals of a collateral asset, the oldest first. No entry is empty.
	#[pallet::storage]
	pub type ProposalsOf<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		Asset,
		BoundedVec<ProposalId, T::MaxProposalsPerAsset>,
		ValueQuery,
	>;

	/// When what was changed of a collateral asset, and how far by stewards.
	#[pallet::storage]
	pub type Ledgers<T: Config> = StorageMap<_, Blake2_128Concat, Asset, Ledger, ValueQuery>;

	/// The last versions of an asset's parameters, the one in force among them.
	#[pallet::storage]
	pub type History<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, Asset, Twox64Concat, u32, Version, OptionQuery>;

	/// What guardians did and nobody ratified yet. No entry is empty.
	#[pallet::storage]
	pub type Guards<T: Config> = StorageMap<_, Blake2_128Concat, Asset, Guard, OptionQuery>;

	/// When something of [`Guards`] reverts: one entry for each asset, the earliest first.
	#[pallet::storage]
	pub type Due<T: Config> =
		StorageValue<_, BoundedVec<(Moment, Asset), T::MaxCollateral>, ValueQuery>;

	/// The groups of correlated assets.
	#[pallet::storage]
	pub type Groups<T: Config> = CountedStorageMap<_, Twox64Concat, GroupId, Group, OptionQuery>;

	/// The group of a collateral asset.
	#[pallet::storage]
	pub type GroupOf<T: Config> = StorageMap<_, Blake2_128Concat, Asset, GroupId, OptionQuery>;

	/// Listings that exist from the start. The assets and their feeds must exist in genesis too, in
	/// pallets that are built before this one.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Collateral assets: asset, feed, parameters.
		pub collateral: Vec<(Asset, FeedId, ParameterSet)>,
		/// Settlement assets: asset, feed, depeg band.
		pub settlement: Vec<(Asset, FeedId, Ratio)>,
		/// Nothing.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (asset, feed, parameters) in &self.collateral {
				let listed = Pallet::<T>::do_list_collateral(asset.clone(), *feed, *parameters);
				assert!(listed.is_ok(), "genesis: collateral {asset:?}: {listed:?}");
			}
			for (asset, feed, depeg_band) in &self.settlement {
				let listed = Pallet::<T>::do_list_settlement(asset.clone(), *feed, *depeg_band);
				assert!(listed.is_ok(), "genesis: settlement asset {asset:?}: {listed:?}");
			}
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An asset may be collateral.
		CollateralListed {
			/// The asset.
			asset: Asset,
			/// What it was listed with.
			listing: CollateralListing,
		},
		/// A collateral asset has new parameters.
		ParametersSet {
			/// The asset.
			asset: Asset,
			/// The number of the version.
			version: u32,
			/// The parameters, all of them.
			parameters: ParameterSet,
			/// How the ratios get there, or got there when they moved last.
			ramp: Option<Ramp>,
			/// Who decided.
			by: Source,
		},
		/// New parameters are proposed.
		Proposed {
			/// The number of the proposal.
			id: ProposalId,
			/// Which way it goes from what is in force.
			direction: Direction,
			/// The proposal.
			proposal: Proposal,
		},
		/// A proposal was executed.
		Executed {
			/// The number of the proposal.
			id: ProposalId,
			/// The asset.
			asset: Asset,
			/// The version that is in force now.
			version: u32,
			/// The debt that would become unsafe if it were in force at once: USD at par.
			impact: u128,
		},
		/// A proposal was cancelled, by somebody or because the asset is no longer listed.
		Cancelled {
			/// The number of the proposal.
			id: ProposalId,
			/// The asset.
			asset: Asset,
		},
		/// A proposal that could not be executed any more was removed.
		ProposalExpired {
			/// The number of the proposal.
			id: ProposalId,
			/// The asset.
			asset: Asset,
		},
		/// A guardian tightened parameters.
		Tightened {
			/// The asset.
			asset: Asset,
			/// When they revert unless somebody ratifies.
			until: Moment,
		},
		/// What a guardian did stays.
		Ratified {
			/// The asset.
			asset: Asset,
		},
		/// What a guardian did, and nobody ratified, was undone.
		Reverted {
			/// The asset.
			asset: Asset,
		},
		/// What a guardian did could not be undone. It is tried again.
		RevertFailed {
			/// The asset.
			asset: Asset,
			/// When.
			until: Moment,
			/// Why.
			error: DispatchError,
		},
		/// A ceiling followed what is drawn.
		CeilingAdjusted {
			/// The asset.
			asset: Asset,
			/// The ceiling in force, USD at par.
			line: Price,
		},
		/// A group of correlated assets has a cap, or is no more.
		GroupSet {
			/// The group.
			group: GroupId,
			/// Its cap.
			cap: Option<Ratio>,
		},
		/// A collateral asset belongs to a group, or to none.
		GroupAssigned {
			/// The asset.
			asset: Asset,
			/// The group.
			group: Option<GroupId>,
		},
		/// An asset is no longer collateral.
		CollateralDelisted {
			/// The asset.
			asset: Asset,
		},
		/// An asset may settle deals.
		SettlementListed {
			/// The asset.
			asset: Asset,
			/// What it was listed with.
			listing: SettlementListing,
		},
		/// A settlement asset has a new depeg band.
		SettlementSet {
			/// The asset.
			asset: Asset,
			/// The band.
			depeg_band: Ratio,
		},
		/// An asset no longer settles deals.
		SettlementDelisted {
			/// The asset.
			asset: Asset,
		},
		/// Draws, withdrawals and new books on a collateral asset are stopped.
		Paused {
			/// The asset.
			asset: Asset,
			/// When it ends unless somebody ratifies.
			until: Moment,
		},
		/// A pause has ended.
		Unpaused {
			/// The asset.
			asset: Asset,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The asset is listed in this role.
		AlreadyListed,
		/// The asset is not listed in this role.
		NotListed,
		/// There are as many listings of this kind as there may be.
		TooManyListings,
		/// There is no such asset.
		UnknownAsset,
		/// The asset has more than 18 decimals.
		TooManyDecimals,
		/// The asset's owner, issuer, admin or freezer is not trusted.
		UntrustedRoles,
		/// The price feed is not listed.
		UnknownFeed,
		/// The asset is listed in its other role with another feed: it would have two prices.
		FeedDiffers,
		/// A book or a deal relies on the asset, or something is drawn against it.
		AssetInUse,
		/// The asset is paused.
		AlreadyPaused,
		/// The asset is not paused.
		NotPaused,
		/// A depeg band of zero, or wider than the hard bounds.
		DepegBandOutOfRange,
		/// The parameter set does not hold together, or leaves the hard bounds.
		Parameters(ParameterError),
		/// The asset id stands for a note of a deal: notes are not accepted yet.
		NotesNotAccepted,
		/// There is no such proposal.
		UnknownProposal,
		/// As many proposals wait as may.
		TooManyProposals,
		/// The set is what is in force.
		NothingChanges,
		/// A rising liquidation ratio needs a longer ramp.
		RampTooShort,
		/// The ramp is longer than any may be.
		RampTooLong,
		/// Stewards, or a guardian, may not move this value so far or so soon.
		Step(Kind, StepRefused),
		/// The proposal cannot be executed yet.
		TooEarly,
		/// The proposal cannot be executed any more.
		Expired,
		/// The proposal can still be executed, or will be.
		NotExpired,
		/// What came in between makes a loosening of it, which waits longer.
		DelayTooShort,
		/// More debt would become unsafe than was declared.
		ImpactAboveDeclared,
		/// The impact is not known as long as a price is missing.
		NoPrice,
		/// More rungs would have to be read than was allowed, or allowed than may be.
		TooManyRungs,
		/// A guardian does not cancel what only tightens.
		OnlyTightens,
		/// A guardian may not change this value, or not this way.
		NotAGuardians(Kind),
		/// Parameters that a guardian tightened are in force.
		AlreadyTightened,
		/// Nothing that a guardian did waits to be ratified.
		NothingGuarded,
		/// What a guardian did is not over yet.
		NotDue,
		/// The ceiling is the debt ceiling itself.
		CeilingDoesNotFollow,
		/// A cap of zero, or above 1.
		CapOutOfRange,
		/// There is no such group.
		UnknownGroup,
		/// There are as many groups as may be.
		TooManyGroups,
		/// An asset belongs to the group.
		GroupInUse,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(Self::idle_limit(remaining));
			Self::work(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			Self::check_integrity();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Lists `asset` as collateral, priced by `feed`. Its decimals are copied from its metadata.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::AlreadyListed`], [`Error::TooManyListings`], [`Error::NotesNotAccepted`],
		/// [`Error::UnknownAsset`],
		/// [`Error::TooManyDecimals`], [`Error::UntrustedRoles`], [`Error::UnknownFeed`],
		/// [`Error::FeedDiffers`], [`Error::Parameters`].
		///
		/// ## Events
		/// [`Event::CollateralListed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::list_collateral())]
		pub fn list_collateral(
			origin: OriginFor<T>,
			asset: Asset,
			feed: FeedId,
			parameters: ParameterSet,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_list_collateral(asset, feed, parameters)
		}

		/// Proposes to replace the parameters of a collateral asset: all of them. They are executed by
		/// [`Pallet::execute`] when the delay of their direction has passed.
		///
		/// `declared_impact` is the most debt, USD at par, that may become unsafe by it if it were in
		/// force at once. The ratios take `ramp` milliseconds to get there. Everything but the impact is
		/// checked as if it were executed at its earliest.
		///
		/// ## Origin
		/// `ProposeOrigin`.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::TooManyProposals`], [`Error::Parameters`],
		/// [`Error::NothingChanges`], [`Error::RampTooLong`], [`Error::RampTooShort`]; of stewards
		/// [`Error::Step`].
		///
		/// ## Events
		/// [`Event::Proposed`].
		///
		/// ## Complexity
		/// O(values + proposals of the asset).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::propose())]
		pub fn propose(
			origin: OriginFor<T>,
			asset: Asset,
			parameters: ParameterSet,
			declared_impact: u128,
			ramp: Moment,
		) -> DispatchResult {
			let level = T::ProposeOrigin::ensure_origin(origin)?;
			Self::do_propose(level, asset, parameters, declared_impact, ramp)
		}

		/// Takes an asset that nothing relies on, and nothing is drawn against, off the list of
		/// collateral. Its proposals, its history and what a guardian did go with it.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::AssetInUse`], [`Error::NotListed`].
		///
		/// ## Events
		/// [`Event::CollateralDelisted`], and [`Event::Cancelled`] for each proposal.
		///
		/// ## Complexity
		/// O(proposals of the asset + [`MAX_HISTORY`](crate::MAX_HISTORY)).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::delist_collateral())]
		pub fn delist_collateral(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_delist_collateral(asset)
		}

		/// Lists `asset` as settlement asset, priced by `feed`. Nothing is drawn while its price is
		/// further than `depeg_band` from par, e.g. 0.02.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::AlreadyListed`], [`Error::TooManyListings`], [`Error::NotesNotAccepted`],
		/// [`Error::UnknownAsset`],
		/// [`Error::TooManyDecimals`], [`Error::UntrustedRoles`], [`Error::UnknownFeed`],
		/// [`Error::FeedDiffers`], [`Error::DepegBandOutOfRange`].
		///
		/// ## Events
		/// [`Event::SettlementListed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::list_settlement())]
		pub fn list_settlement(
			origin: OriginFor<T>,
			asset: Asset,
			feed: FeedId,
			depeg_band: Ratio,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_list_settlement(asset, feed, depeg_band)
		}

		/// Replaces the depeg band of a settlement asset.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::DepegBandOutOfRange`], [`Error::NotListed`].
		///
		/// ## Events
		/// [`Event::SettlementSet`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_settlement())]
		pub fn set_settlement(
			origin: OriginFor<T>,
			asset: Asset,
			depeg_band: Ratio,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_settlement(asset, depeg_band)
		}

		/// Takes an asset that nothing relies on off the list of settlement assets.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::AssetInUse`], [`Error::NotListed`].
		///
		/// ## Events
		/// [`Event::SettlementDelisted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::delist_settlement())]
		pub fn delist_settlement(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_delist_settlement(asset)
		}

		/// Stops draws, withdrawals and new books on a collateral asset. Repaying and adding
		/// collateral go on. It ends after 72 hours unless it is ratified.
		///
		/// ## Origin
		/// `GuardianOrigin`.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::AlreadyPaused`].
		///
		/// ## Events
		/// [`Event::Paused`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			T::GuardianOrigin::ensure_origin(origin)?;
			Self::do_pause(asset)
		}

		/// Ends a pause.
		///
		/// ## Origin
		/// `AdminOrigin`: the guardian never loosens.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::NotPaused`].
		///
		/// ## Events
		/// [`Event::Unpaused`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::unpause())]
		pub fn unpause(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_unpause(asset)
		}

		/// Executes a proposal. Everything is checked against what is in force now; its impact is read
		/// off at most `most_rungs` rungs. What fails changes nothing, and may be tried again until the
		/// proposal expires.
		///
		/// ## Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::TooManyRungs`], [`Error::UnknownProposal`], [`Error::Expired`],
		/// [`Error::TooEarly`], [`Error::NotListed`], [`Error::DelayTooShort`], [`Error::NoPrice`],
		/// [`Error::ImpactAboveDeclared`], and those of [`Pallet::propose`].
		///
		/// ## Events
		/// [`Event::ParametersSet`], [`Event::Executed`], and what the books that follow say.
		///
		/// ## Complexity
		/// O(values + books that follow + rungs). What was not read is given back.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::execute((*most_rungs).min(T::MaxRungs::get())))]
		pub fn execute(
			origin: OriginFor<T>,
			id: ProposalId,
			most_rungs: u32,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let read = Self::do_execute(id, most_rungs)?;
			Ok(Some(T::WeightInfo::execute(read)).into())
		}

		/// Cancels a proposal.
		///
		/// ## Origin
		/// `CancelOrigin`, or `GuardianOrigin` unless the proposal only tightens.
		///
		/// ## Errors
		/// [`Error::UnknownProposal`]; of a guardian [`Error::OnlyTightens`].
		///
		/// ## Events
		/// [`Event::Cancelled`].
		///
		/// ## Complexity
		/// O(values + proposals of the asset).
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, id: ProposalId) -> DispatchResult {
			let guarded = match T::CancelOrigin::try_origin(origin) {
				Ok(_) => false,
				Err(origin) => {
					T::GuardianOrigin::ensure_origin(origin)?;
					true
				},
			};
			Self::do_cancel(id, guarded)
		}

		/// Tightens parameters at once: each value that changes by at most a step, none looser, and
		/// neither the liquidation ratio nor the target ratio nor the bonus. They revert after 72 hours
		/// unless they are ratified, or replaced by a proposal. One at a time for each asset.
		///
		/// ## Origin
		/// `GuardianOrigin`.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::AlreadyTightened`], [`Error::Parameters`],
		/// [`Error::NotAGuardians`], [`Error::NothingChanges`], [`Error::Step`].
		///
		/// ## Events
		/// [`Event::ParametersSet`], [`Event::Tightened`], and what the books that follow say.
		///
		/// ## Complexity
		/// O(values + books that follow).
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::tighten())]
		pub fn tighten(
			origin: OriginFor<T>,
			asset: Asset,
			parameters: ParameterSet,
		) -> DispatchResult {
			T::GuardianOrigin::ensure_origin(origin)?;
			Self::do_tighten(asset, parameters)
		}

		/// Lets stay what a guardian did to a collateral asset: parameters for good, a pause until
		/// [`Pallet::unpause`].
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::NothingGuarded`].
		///
		/// ## Events
		/// [`Event::Ratified`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::ratify())]
		pub fn ratify(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_ratify(asset)
		}

		/// Undoes what a guardian did to a collateral asset and nobody ratified in time. `on_idle` does
		/// it, too.
		///
		/// ## Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::NothingGuarded`], [`Error::NotDue`], [`Error::Parameters`].
		///
		/// ## Events
		/// [`Event::Reverted`], and [`Event::Unpaused`] or [`Event::ParametersSet`].
		///
		/// ## Complexity
		/// O(books that follow).
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::revert())]
		pub fn revert(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_revert(asset)
		}

		/// Brings a ceiling that follows what is drawn up to date. A draw does it, too.
		///
		/// ## Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::CeilingDoesNotFollow`], [`Error::NothingChanges`].
		///
		/// ## Events
		/// [`Event::CeilingAdjusted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::adjust_ceiling())]
		pub fn adjust_ceiling(origin: OriginFor<T>, asset: Asset) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_adjust_ceiling(asset)
		}

		/// Makes a group of correlated assets with this cap, gives it this cap, or removes it. The cap
		/// is the most of a deal's closing par that books against assets of the group lend together; it
		/// is checked when a deal is launched.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::CapOutOfRange`], [`Error::TooManyGroups`], [`Error::UnknownGroup`],
		/// [`Error::GroupInUse`].
		///
		/// ## Events
		/// [`Event::GroupSet`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::set_group())]
		pub fn set_group(
			origin: OriginFor<T>,
			group: GroupId,
			cap: Option<Ratio>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_group(group, cap)
		}

		/// Puts a collateral asset into a group of correlated assets, or into none.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::NotListed`], [`Error::NothingChanges`], [`Error::UnknownGroup`].
		///
		/// ## Events
		/// [`Event::GroupAssigned`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::assign())]
		pub fn assign(
			origin: OriginFor<T>,
			asset: Asset,
			group: Option<GroupId>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_assign(asset, group)
		}

		/// Removes a proposal that cannot be executed any more.
		///
		/// ## Origin
		/// Signed, by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownProposal`], [`Error::NotExpired`].
		///
		/// ## Events
		/// [`Event::ProposalExpired`].
		///
		/// ## Complexity
		/// O(proposals of the asset).
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::expire())]
		pub fn expire(origin: OriginFor<T>, id: ProposalId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire(id)
		}
	}
}
