//! # Vaults
//!
//! A borrower locks a collateral asset in a *vault* and draws the settlement asset of a deal against
//! it. All vaults of one deal that lend against one collateral asset are a *book*; the deal sees the
//! book through [`strata_traits::Books`] and is asked for cash, and paid, through
//! [`strata_traits::DealCash`].
//!
//! ## What a vault owes
//!
//! A book has a rate index R that compounds every second, brought up to date when a debt is touched
//! and rounded up ([`types::Book::accrued`]). A vault stores normalised debt d; it owes ⌈d·R⌉. It
//! also stores the principal p still owed; the rest, ⌈d·R⌉ − p, is interest, and a repayment pays it
//! first ([`types::Position::repaid`]). Interest accrues on all vaults by one multiplication, and
//! nothing in this pallet walks over vaults.
//!
//! ## The ladder
//!
//! κ = d / c, normalised debt per unit of collateral, changes only when somebody touches the vault:
//! not with the price and not with interest. Every vault with debt lies in the *rung* that holds its
//! κ, one storage entry per 0.1 % step under `book ++ big-endian key`, riskiest first, so that the
//! state trie itself is the order in which vaults become unsafe. A rung stores the exact sums over
//! its vaults; moving a vault costs one write in each of two rungs.
//!
//! ## Who may do what
//!
//! | act | who | needs |
//! |---|---|---|
//! | deposit, repay | anyone | nothing: works without a price, in a pause, in a closed book |
//! | withdraw without debt, close | owner | no pause |
//! | draw, open with a draw, withdraw with debt | owner | no pause, an open book, both prices reliable, settlement asset near par, collateral worth the initial ratio, both ceilings |
//!
//! A draw or a withdrawal values collateral at the lower price of its feed and debt at the larger of
//! par and the upper price of the settlement asset. Ratios, minimum debt, rate and decimals are a
//! copy from the book's opening; feeds, pause, depeg band and the asset's ceiling are those of today.
//!
//! ## Custody
//!
//! Collateral lies in an account of the book, on hold, where no role of its asset can move or freeze
//! it. The ledger counts what was locked: gifts to the account change nothing. An asset's minimum
//! balance binds both ways, as for any transfer: a deposit is at least that much, and so is what an
//! owner who holds none of the asset takes out.

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
mod books;
mod custody;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod invariants;
mod limits;
#[cfg(test)]
mod mock;
mod rungs;
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

use strata_traits::Balance;

/// Least collateral of a vault, in its smallest unit: below it fractions of a vault would be too
/// coarse.
pub const MINIMUM_COLLATERAL: Balance = 1_000_000;

/// Books, vaults and the calls on them.
#[frame_support::pallet]
// What FRAME's macros generate expects and casts; nothing written here does.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{fungibles, Consideration, Footprint, Time},
	};
	use frame_system::pallet_prelude::*;
	use strata_ladder::RungKey;
	use strata_numbers::Ratio;
	use strata_traits::{
		Asset, Balance, BookId, DealCash, DealId, Listing, Moment, PriceFeeds, VaultId,
	};

	use crate::{
		types::{Adjustment, Book, RungTotals, Vault},
		weights::WeightInfo,
	};

	/// A vault of this runtime.
	pub type VaultOf<T> =
		Vault<<T as frame_system::Config>::AccountId, <T as Config>::Consideration>;

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The overarching reason of holds.
		type RuntimeHoldReason: From<HoldReason>;

		/// The calendar: interest accrues by it.
		type Time: Time<Moment = Moment>;

		/// Prices of collateral and settlement assets.
		type Feeds: PriceFeeds;

		/// Which assets are listed, with which parameters.
		type Listing: Listing;

		/// The cash of the deals that the books belong to.
		type Cash: DealCash<Self::AccountId>;

		/// All assets that can be collateral, the native one included, and holds on them.
		type Holder: fungibles::hold::Mutate<
			Self::AccountId,
			AssetId = Asset,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// What the owner of a vault deposits for its storage.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Where the accounts of the books are derived from.
		#[pallet::constant]
		type PalletId: Get<frame_support::PalletId>;

		/// Most vaults of one owner, in all books.
		#[pallet::constant]
		type MaxVaultsPerOwner: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes assets, balances and time for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Least collateral of a vault, in its smallest unit.
		#[pallet::constant_name(MinimumCollateral)]
		fn minimum_collateral() -> Balance {
			crate::MINIMUM_COLLATERAL
		}
	}

	/// Why something is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Collateral of vaults, in the account of their book.
		#[codec(index = 0)]
		Collateral,
		/// The owner's deposit for the storage of a vault.
		#[codec(index = 1)]
		VaultDeposit,
	}

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// All books, by id.
	#[pallet::storage]
	pub type Books<T: Config> = StorageMap<_, Twox64Concat, BookId, Book>;

	/// The id of the next book.
	#[pallet::storage]
	pub type NextBook<T: Config> = StorageValue<_, BookId, ValueQuery>;

	/// All vaults, by id.
	#[pallet::storage]
	pub type Vaults<T: Config> = StorageMap<_, Twox64Concat, VaultId, VaultOf<T>>;

	/// The id of the next vault.
	#[pallet::storage]
	pub type NextVault<T: Config> = StorageValue<_, VaultId, ValueQuery>;

	/// The vaults of an owner, oldest first.
	#[pallet::storage]
	pub type VaultsOf<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<VaultId, T::MaxVaultsPerOwner>,
		ValueQuery,
	>;

	/// The ladder of each book: its rungs, riskiest first.
	#[pallet::storage]
	pub type Rungs<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BookId, Identity, RungKey, RungTotals>;

	/// Principal drawn against each collateral asset in all books: USD at par of the settlement
	/// assets, 18 decimals.
	#[pallet::storage]
	pub type Drawn<T: Config> = StorageMap<_, Blake2_128Concat, Asset, u128>;

	/// How many books rely on each asset, as collateral or to settle in. An asset with an entry is
	/// not delisted.
	#[pallet::storage]
	pub type ReliedOn<T: Config> = StorageMap<_, Blake2_128Concat, Asset, u32>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A deal opened a book.
		BookOpened {
			/// The book.
			book: BookId,
			/// The deal.
			deal: DealId,
			/// What it lends against.
			collateral: Asset,
			/// What it lends.
			settlement: Asset,
			/// Yearly rate, compounding per second.
			yearly_rate: Ratio,
			/// Most principal at a time, in units of the settlement asset.
			debt_ceiling: Balance,
			/// Least debt of a vault, in units of the settlement asset.
			minimum_debt: Balance,
		},
		/// A book lends no more. It goes when its last vault goes.
		BookClosed {
			/// The book.
			book: BookId,
			/// Vaults whose collateral is still there.
			vaults: u32,
		},
		/// A closed book is empty and gone.
		BookRemoved {
			/// The book.
			book: BookId,
		},
		/// A vault was opened.
		VaultOpened {
			/// The vault.
			vault: VaultId,
			/// Its book.
			book: BookId,
			/// Its owner.
			owner: T::AccountId,
		},
		/// Collateral was added.
		Deposited {
			/// The vault.
			vault: VaultId,
			/// Who paid.
			from: T::AccountId,
			/// What was added.
			amount: Balance,
			/// What the vault holds after the act.
			collateral: Balance,
		},
		/// Collateral was taken out.
		Withdrawn {
			/// The vault.
			vault: VaultId,
			/// Its owner, who was paid.
			to: T::AccountId,
			/// What was taken out.
			amount: Balance,
			/// What the vault holds after the act.
			collateral: Balance,
		},
		/// Settlement asset was drawn.
		Drawn {
			/// The vault.
			vault: VaultId,
			/// Its owner, who was paid.
			to: T::AccountId,
			/// What was drawn: principal.
			amount: Balance,
			/// What the vault owes after the act.
			debt: Balance,
		},
		/// Debt was repaid, interest first.
		Repaid {
			/// The vault.
			vault: VaultId,
			/// Who paid.
			from: T::AccountId,
			/// Interest paid.
			interest: Balance,
			/// Principal repaid.
			principal: Balance,
			/// What the vault owes after the act.
			debt: Balance,
		},
		/// An empty vault was removed and its deposit given back.
		VaultRemoved {
			/// The vault.
			vault: VaultId,
			/// Its owner.
			owner: T::AccountId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such book.
		UnknownBook,
		/// There is no such vault.
		UnknownVault,
		/// The vault belongs to somebody else.
		NotOwner,
		/// The owner has as many vaults as one may have.
		TooManyVaults,
		/// The book is closed: nothing is drawn from it and no vault is opened.
		BookClosed,
		/// Something is still owed to the book.
		DebtOutstanding,
		/// Draws, withdrawals and new books of the collateral asset are paused.
		Paused,
		/// The book holds less collateral than its vaults: nothing is drawn from it, and the last to
		/// leave go without.
		Impaired,
		/// The collateral asset is not listed.
		CollateralNotListed,
		/// The settlement asset is not listed.
		SettlementNotListed,
		/// Collateral and settlement asset are the same.
		CollateralIsSettlement,
		/// An asset with more than 18 decimals.
		TooManyDecimals,
		/// The yearly rate is outside the corridor of the collateral asset.
		RateOutsideCorridor,
		/// The book's debt ceiling is below the minimum debt of a vault: nothing could be drawn.
		CeilingBelowMinimumDebt,
		/// The act asks for nothing.
		NothingToDo,
		/// There is nothing to repay.
		NothingOwed,
		/// More is taken out than the vault holds.
		InsufficientCollateral,
		/// The vault would hold less than the minimum collateral, but not nothing.
		BelowMinimumCollateral,
		/// The vault would owe less than the minimum debt of its book, but not nothing.
		BelowMinimumDebt,
		/// The collateral would be worth less than the initial ratio times the debt.
		BelowInitialRatio,
		/// The price of the collateral is stale or unknown.
		NoCollateralPrice,
		/// The price of the settlement asset is stale or unknown.
		NoSettlementPrice,
		/// The settlement asset is further from par than its band allows.
		OffPeg,
		/// The book would have lent more than its ceiling.
		AboveBookCeiling,
		/// More would be drawn against the collateral asset, in all deals, than its ceiling.
		AboveAssetCeiling,
		/// Debt per unit of collateral is beyond the ends of the ladder.
		OffLadder,
		/// A figure of the result does not fit.
		DoesNotFit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxVaultsPerOwner::get() > 0, "MaxVaultsPerOwner must not be 0");
			// A short AccountId would cut the book's id off.
			assert!(
				Self::account_of(BookId::MIN) != Self::account_of(BookId::MAX),
				"books must have accounts of their own"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a vault in `book` with `collateral` locked and `draw` drawn, which may be 0.
		///
		/// ## Origin
		/// Signed, anyone: the vault's owner. Pays the collateral and the deposit for the vault's
		/// storage; gets what is drawn.
		///
		/// ## Errors
		/// - [`Error::UnknownBook`], [`Error::BookClosed`], [`Error::TooManyVaults`];
		/// - [`Error::BelowMinimumCollateral`];
		/// - if something is drawn, as [`Pallet::draw`];
		/// - if the collateral or the deposit cannot be taken, the asset's error.
		///
		/// ## Events
		/// [`Event::VaultOpened`], [`Event::Deposited`], and [`Event::Drawn`] if something is drawn.
		///
		/// ## Complexity
		/// O(1) in vaults and books; O(log seconds) since the book was touched last.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open())]
		pub fn open(
			origin: OriginFor<T>,
			book: BookId,
			collateral: Balance,
			draw: Balance,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_open(&owner, book, collateral, draw)?;
			Ok(())
		}

		/// Adds `amount` of collateral to `vault`.
		///
		/// Works at any time: without a price, in a pause, in a closed book. Where the payer would
		/// be left with less than the asset's minimum balance, the rest is added too.
		///
		/// ## Origin
		/// Signed, anyone. The collateral becomes the vault owner's.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`]; [`Error::NothingToDo`] for an amount of 0;
		/// - if the collateral cannot be taken, the asset's error.
		///
		/// ## Events
		/// [`Event::Deposited`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::deposit())]
		pub fn deposit(origin: OriginFor<T>, vault: VaultId, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_help(&who, vault, amount, 0)
		}

		/// Takes `amount` of collateral out of `vault`. With debt, what is left must be worth the
		/// initial ratio times the debt. A vault left with nothing is removed.
		///
		/// ## Origin
		/// Signed by the owner, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`], [`Error::NothingToDo`] for 0;
		/// - [`Error::Paused`];
		/// - [`Error::InsufficientCollateral`], [`Error::BelowMinimumCollateral`];
		/// - with debt: [`Error::CollateralNotListed`], [`Error::SettlementNotListed`],
		///   [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`], [`Error::OffPeg`],
		///   [`Error::BelowInitialRatio`], [`Error::OffLadder`];
		/// - [`Error::Impaired`], or if the asset does not move, its error.
		///
		/// ## Events
		/// [`Event::Withdrawn`], and if it was the last: [`Event::VaultRemoved`],
		/// [`Event::BookRemoved`].
		///
		/// ## Complexity
		/// O(log seconds) since the book was touched last; O(1) otherwise.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, vault: VaultId, amount: Balance) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			let wish = Adjustment { withdraw: amount, ..Adjustment::default() };
			Self::do_adjust(&owner, vault, wish)?;
			Ok(())
		}

		/// Draws `amount` of the settlement asset on `vault`.
		///
		/// ## Origin
		/// Signed by the owner, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`], [`Error::NothingToDo`] for 0;
		/// - [`Error::BookClosed`], [`Error::Paused`], [`Error::Impaired`];
		/// - [`Error::CollateralNotListed`], [`Error::SettlementNotListed`],
		///   [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`], [`Error::OffPeg`];
		/// - [`Error::BelowMinimumDebt`], [`Error::BelowInitialRatio`], [`Error::OffLadder`];
		/// - [`Error::AboveBookCeiling`], [`Error::AboveAssetCeiling`];
		/// - what the deal refuses with: no cash, not lending now.
		///
		/// ## Events
		/// [`Event::Drawn`].
		///
		/// ## Complexity
		/// O(log seconds) since the book was touched last; O(1) otherwise.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::draw())]
		pub fn draw(origin: OriginFor<T>, vault: VaultId, amount: Balance) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			let wish = Adjustment { draw: amount, ..Adjustment::default() };
			Self::do_adjust(&owner, vault, wish)?;
			Ok(())
		}

		/// Repays `amount` of `vault`'s debt, interest first; an amount above the debt repays exactly
		/// the debt. What is left is nothing or at least the book's minimum debt.
		///
		/// Works at any time: without a price, in a pause, in a closed deal.
		///
		/// ## Origin
		/// Signed, anyone. The collateral stays the vault owner's.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`]; [`Error::NothingToDo`] for 0; [`Error::NothingOwed`];
		/// - [`Error::BelowMinimumDebt`]: repay less, or everything;
		/// - if the settlement asset cannot be taken, its error.
		///
		/// ## Events
		/// [`Event::Repaid`].
		///
		/// ## Complexity
		/// O(log seconds) since the book was touched last; O(1) otherwise.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::repay())]
		pub fn repay(origin: OriginFor<T>, vault: VaultId, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_help(&who, vault, 0, amount)
		}

		/// Deposits, repays, draws and withdraws at once: only the result must satisfy the rules.
		///
		/// ## Origin
		/// Signed by the owner.
		///
		/// ## Errors
		/// As [`Pallet::deposit`], [`Pallet::repay`], [`Pallet::draw`] and [`Pallet::withdraw`], each
		/// if its amount is not 0; [`Error::NothingToDo`] if all are.
		///
		/// ## Events
		/// Those of the four calls, in that order.
		///
		/// ## Complexity
		/// O(log seconds) since the book was touched last; O(1) otherwise.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::adjust())]
		pub fn adjust(
			origin: OriginFor<T>,
			vault: VaultId,
			adjustment: Adjustment,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_adjust(&owner, vault, adjustment)?;
			Ok(())
		}

		/// Repays all that `vault` owes, returns all its collateral and its deposit, and removes it.
		///
		/// ## Origin
		/// Signed by the owner.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`];
		/// - [`Error::Paused`]: the debt can still be repaid by [`Pallet::repay`];
		/// - if the settlement asset cannot be taken or the collateral does not move, their error.
		///
		/// ## Events
		/// [`Event::Repaid`] if anything was owed, [`Event::Withdrawn`], [`Event::VaultRemoved`], and
		/// [`Event::BookRemoved`] if it was the last vault of a closed book.
		///
		/// ## Complexity
		/// O(log seconds) since the book was touched last; O(1) otherwise.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_close(&owner, vault)
		}
	}
}
