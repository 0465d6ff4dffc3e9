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
//! ## Origins
//!
//! | origin | may |
//! |---|---|
//! | `AdminOrigin` | list, change, delist, unpause |
//! | `GuardianOrigin` | pause, and nothing that loosens |
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
mod listings;
#[cfg(test)]
mod mock;
pub mod runtime_api;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use assets::{AssetInfo, InfoFrom, TrustedRoles};
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{HardBounds, Listings, MAX_DECIMALS};
pub use weights::WeightInfo;

/// Listings and their risk parameters.
#[frame_support::pallet]
// What FRAME's macros generate expects; nothing written here does.
#[allow(clippy::expect_used)]
pub mod pallet {
	use alloc::vec::Vec;

	use frame_support::{pallet_prelude::*, traits::Contains};
	use frame_system::pallet_prelude::*;
	use strata_numbers::Ratio;
	use strata_traits::{
		Asset, CollateralListing, FeedId, ParameterError, ParameterSet, PriceFeeds,
		SettlementListing,
	};

	use crate::{AssetInfo, HardBounds, WeightInfo};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Listings and their risk parameters.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs to know.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who lists, changes, delists and unpauses.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who pauses.
		type GuardianOrigin: EnsureOrigin<Self::RuntimeOrigin>;

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
			/// The parameters, all of them.
			parameters: ParameterSet,
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
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::HardBounds::get().are_consistent(), "nothing lies inside the hard bounds");
			assert!(T::MaxCollateral::get() > 0, "there must be room for a collateral asset");
			assert!(T::MaxSettlement::get() > 0, "there must be room for a settlement asset");
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

		/// Replaces the parameters of a collateral asset: all of them, validated as a whole. A pause
		/// stays, and so does what is drawn.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::Parameters`], [`Error::NotListed`].
		///
		/// ## Events
		/// [`Event::ParametersSet`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(
			origin: OriginFor<T>,
			asset: Asset,
			parameters: ParameterSet,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_parameters(asset, parameters)
		}

		/// Takes an asset that nothing relies on, and nothing is drawn against, off the list of
		/// collateral.
		///
		/// ## Origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// [`Error::AssetInUse`], [`Error::NotListed`].
		///
		/// ## Events
		/// [`Event::CollateralDelisted`].
		///
		/// ## Complexity
		/// O(1).
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
		/// collateral go on.
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
	}
}
