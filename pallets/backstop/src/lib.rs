//! # Backstop pools
//!
//! Depositors of a settlement asset who buy seized collateral below the market, at once, before or
//! after an auction finds nobody who does. There is one pool for each pair of collateral and
//! settlement asset. It is a buyer, not an insurer: what it pays, and when, is decided by the
//! auctions ([`strata_traits::Backstop`]), always at a discount to the market.
//!
//! ## Shares
//!
//! Each purchase is paid by all active cash in proportion, and what is bought belongs to the same
//! depositors in the same proportion, by the product-sum method of [`strata_liquidation::pool`]:
//! nothing here walks over depositors.
//!
//! | leg | from | until | pays and buys |
//! |---|---|---|---|
//! | pending | deposit | the end of the next window of [`Config::EntryDelay`], i.e. one to two delays later | no |
//! | active | then | withdrawn or spent | yes |
//! | active with notice | `request_exit` | `withdraw`, from [`Config::ExitNotice`] on and for [`Config::ExitWindow`] | yes |
//!
//! The delay keeps those out who would come for a purchase that is already in sight; the notice, and
//! that it runs out, keep those in who would leave before one.
//!
//! ## Custody
//!
//! Cash and collateral lie free in an account of the pool. It never falls below the minimum balance
//! of either asset while there is a depositor: the first depositor pays that *float* in cash, the
//! first purchase leaves it in collateral, and the last one out gets both with what rounding kept
//! back. Gifts to the account change nothing. A pool whose account holds less than its ledgers (an
//! issuer can do that) neither takes deposits nor buys; withdrawals are paid while there is something.
//!
//! ## Bounds
//!
//! Pools: one per pair of assets that were listed at once. Per pool and depositor: one share, at most
//! 2 cohorts, at most 9 sums of past eras (see [`strata_liquidation::pool`]), of which there is no new
//! one unless the pool is emptied or shrinks by 2⁶⁴.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::panic,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod acts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod buyer;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod invariants;
#[cfg(test)]
mod mock;
mod pools;
pub mod runtime_api;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use weights::WeightInfo;

/// Pools, shares and the calls on them.
#[frame_support::pallet]
// What FRAME's macros generate expects and casts; nothing written here does.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{fungibles, Consideration, Footprint, Time},
	};
	use frame_system::pallet_prelude::*;
	use strata_liquidation::pool::{Cohort, Era, PastEra};
	use strata_traits::{Asset, Balance, Listing, Moment};

	use crate::{
		types::{Depositor, Pair, PoolId, PoolRecord},
		weights::WeightInfo,
	};

	/// A depositor of this runtime.
	pub type DepositorOf<T> = Depositor<<T as Config>::Consideration>;

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The calendar.
		type Time: Time<Moment = Moment>;

		/// Which assets are listed.
		type Listing: Listing;

		/// All assets that can be collateral or settlement asset, the native one included.
		type Assets: fungibles::Mutate<Self::AccountId, AssetId = Asset, Balance = Balance>;

		/// What a depositor deposits for the storage of a share.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Where the accounts of the pools are derived from.
		#[pallet::constant]
		type PalletId: Get<frame_support::PalletId>;

		/// Length of the windows of deposits, milliseconds. A deposit takes part from the end of the
		/// window after its own: one to two lengths later. Changing it moves what waits.
		#[pallet::constant]
		type EntryDelay: Get<Moment>;

		/// How long before a withdrawal notice is given, milliseconds. The cash stays at risk.
		#[pallet::constant]
		type ExitNotice: Get<Moment>;

		/// How long after the notice it can be withdrawn, milliseconds. Then notice has to be given
		/// again: otherwise a notice given once would let everybody leave at any time.
		#[pallet::constant]
		type ExitWindow: Get<Moment>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes assets, balances and time for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	/// Why something is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A depositor's deposit for the storage of a share.
		#[codec(index = 0)]
		ShareDeposit,
	}

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// All pools that have depositors.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Blake2_128Concat, Pair, PoolRecord>;

	/// The number of the next pool.
	#[pallet::storage]
	pub type NextPool<T: Config> = StorageValue<_, PoolId, ValueQuery>;

	/// The depositors of each pool.
	#[pallet::storage]
	pub type Shares<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Blake2_128Concat, T::AccountId, DepositorOf<T>>;

	/// Cohorts of each pool that have joined, while a depositor of theirs has not come by: by the
	/// number of their window.
	#[pallet::storage]
	pub type Cohorts<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Twox64Concat, u64, Cohort>;

	/// Sums of past eras of each pool, while something is counted from them.
	#[pallet::storage]
	pub type Eras<T: Config> =
		StorageDoubleMap<_, Twox64Concat, PoolId, Twox64Concat, Era, PastEra>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The first deposit of a pair opened a pool.
		PoolOpened {
			/// The pool.
			pool: PoolId,
			/// What it buys, and what it pays with.
			pair: Pair,
			/// Units of the settlement asset paid for the float of its account.
			float: Balance,
		},
		/// Cash was deposited.
		Deposited {
			/// The pool.
			pool: PoolId,
			/// Whose share it is.
			who: T::AccountId,
			/// Units of the settlement asset.
			amount: Balance,
			/// When it takes part, milliseconds since 1970.
			active_from: Moment,
		},
		/// A depositor gave notice.
		ExitRequested {
			/// The pool.
			pool: PoolId,
			/// The depositor.
			who: T::AccountId,
			/// Units of the settlement asset as of now: it stays at risk.
			amount: Balance,
			/// From when what is left of it can be withdrawn, milliseconds since 1970.
			from: Moment,
			/// Until when: not at this moment any more.
			until: Moment,
		},
		/// A depositor stays.
		ExitCancelled {
			/// The pool.
			pool: PoolId,
			/// The depositor.
			who: T::AccountId,
		},
		/// Cash was paid out.
		Withdrawn {
			/// The pool.
			pool: PoolId,
			/// The depositor, who was paid.
			who: T::AccountId,
			/// Units of the settlement asset.
			amount: Balance,
		},
		/// Bought collateral was paid out.
		Claimed {
			/// The pool.
			pool: PoolId,
			/// The depositor, who was paid.
			who: T::AccountId,
			/// Units of the collateral.
			amount: Balance,
		},
		/// The pool bought collateral.
		Bought {
			/// The pool.
			pool: PoolId,
			/// Units of the collateral.
			units: Balance,
			/// Units of the settlement asset paid.
			cost: Balance,
			/// Cash that takes part and is left.
			active: Balance,
		},
		/// The last depositor left. Floats and what rounding kept back were paid to them, as far as
		/// they could be.
		PoolRemoved {
			/// The pool.
			pool: PoolId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no pool of this pair.
		UnknownPool,
		/// There is no share of this depositor.
		NoShare,
		/// The collateral asset is not listed.
		CollateralNotListed,
		/// The settlement asset is not listed.
		SettlementNotListed,
		/// Collateral and settlement asset are the same.
		CollateralIsSettlement,
		/// The act asks for nothing.
		NothingToDo,
		/// None of the depositor's cash takes part.
		NothingActive,
		/// There is nothing to claim.
		NothingToClaim,
		/// No notice was given, or nothing is left of what it was given for.
		NoNotice,
		/// The notice has not ended.
		NoticeRunning,
		/// The notice ended too long ago: it has to be given again.
		NoticeExpired,
		/// The pool's account holds less than its ledgers.
		Impaired,
		/// The pool has less active cash.
		InsufficientCash,
		/// An asset reported success, but the balances did not change as they had to.
		DidNotMove,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::EntryDelay::get() > 0, "EntryDelay must not be 0");
			assert!(T::ExitNotice::get() > 0, "ExitNotice must not be 0");
			assert!(T::ExitWindow::get() > 0, "ExitWindow must not be 0");
			// A short AccountId would cut the pool's number off.
			assert!(
				Self::account_of(PoolId::MIN) != Self::account_of(PoolId::MAX),
				"pools must have accounts of their own"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Deposits `amount` of the settlement asset. It takes part from the end of the next window of
		/// [`Config::EntryDelay`] on, and bears and buys nothing before.
		///
		/// The first deposit of a pair opens its pool and pays the settlement asset's minimum balance
		/// on top, which the last one out gets back.
		///
		/// ## Origin
		/// Signed, anyone. Pays the deposit for the storage of the share, if it is the first.
		///
		/// ## Errors
		/// - [`Error::NothingToDo`] for 0; [`Error::Impaired`];
		/// - if there is no pool yet: [`Error::CollateralIsSettlement`],
		///   [`Error::CollateralNotListed`], [`Error::SettlementNotListed`];
		/// - if the cash or the deposit cannot be taken, the asset's error, or [`Error::DidNotMove`].
		///
		/// ## Events
		/// [`Event::PoolOpened`] if there was no pool; [`Event::Deposited`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::deposit().max(T::WeightInfo::deposit_first()))]
		pub fn deposit(origin: OriginFor<T>, pair: Pair, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_deposit(&who, pair, amount)
		}

		/// Gives notice for `amount` of the active cash; more than there is means all of it. Replaces
		/// an earlier notice, and the clock starts again.
		///
		/// Until it is withdrawn, the cash pays and buys like the rest, and what is withdrawn is what
		/// is left of it.
		///
		/// ## Origin
		/// Signed by the depositor.
		///
		/// ## Errors
		/// [`Error::NothingToDo`] for 0; [`Error::UnknownPool`], [`Error::NoShare`],
		/// [`Error::NothingActive`].
		///
		/// ## Events
		/// [`Event::ExitRequested`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::request_exit())]
		pub fn request_exit(origin: OriginFor<T>, pair: Pair, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_exit(&who, pair, amount)
		}

		/// Takes the notice back.
		///
		/// ## Origin
		/// Signed by the depositor.
		///
		/// ## Errors
		/// [`Error::UnknownPool`], [`Error::NoShare`], [`Error::NoNotice`].
		///
		/// ## Events
		/// [`Event::ExitCancelled`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::cancel_exit())]
		pub fn cancel_exit(origin: OriginFor<T>, pair: Pair) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel_exit(&who, pair)
		}

		/// Pays what is left of the cash whose notice has ended, and all bought collateral. Collateral
		/// that cannot be delivered stays and can be claimed later. A share left with nothing is
		/// removed, and its deposit given back.
		///
		/// ## Origin
		/// Signed by the depositor, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownPool`], [`Error::NoShare`];
		/// - [`Error::NoNotice`], [`Error::NoticeRunning`], [`Error::NoticeExpired`];
		/// - if the cash does not move, the asset's error, or [`Error::DidNotMove`].
		///
		/// ## Events
		/// [`Event::Withdrawn`]; [`Event::Claimed`] if collateral was delivered;
		/// [`Event::PoolRemoved`] if it was the last share.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw().max(T::WeightInfo::withdraw_last()))]
		pub fn withdraw(origin: OriginFor<T>, pair: Pair) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(&who, pair)
		}

		/// Pays the bought collateral. A share left with nothing is removed, and its deposit given
		/// back.
		///
		/// ## Origin
		/// Signed by the depositor, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownPool`], [`Error::NoShare`];
		/// - [`Error::NothingToClaim`], unless all cash was spent and the share goes;
		/// - if the collateral does not move, the asset's error, or [`Error::DidNotMove`].
		///
		/// ## Events
		/// [`Event::Claimed`] if there was something; [`Event::PoolRemoved`] if it was the last share.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::claim().max(T::WeightInfo::claim_last()))]
		pub fn claim(origin: OriginFor<T>, pair: Pair) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(&who, pair)
		}
	}
}
