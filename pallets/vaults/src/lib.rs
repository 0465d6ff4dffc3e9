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
//! state trie itself is the order in which vaults become unsafe. A rung stores the totals of its
//! vaults; moving a vault costs one write in each of two rungs.
//!
//! A liquidation changes a rung's totals in one step and leaves an *edge* that says where its vaults
//! are now, and which fractions are left: a vault finds its position by following edges from where it
//! was placed last, and every act on it places it exactly again ([`Pallet::settle`] does nothing
//! else). Collateral and principal are rounded down for each vault and hop, debt up; what that leaves
//! over shows when the last vault leaves a rung, and goes to the book's dust or is written off.
//!
//! ## Who may do what
//!
//! | act | who | needs |
//! |---|---|---|
//! | deposit, repay | anyone | nothing: works without a price, in a pause, in a closed book |
//! | settle | anyone | nothing |
//! | withdraw without debt, close | owner | no pause |
//! | withdraw with debt | owner | no pause, no backlog, a book that is whole, not due and not winding down, both prices reliable, settlement asset near par, collateral worth the initial ratio |
//! | draw, open with a draw | owner | all that, and a book that is open and not called; ceilings and fuses of book and asset |
//!
//! A draw or a withdrawal values collateral at the lowest price that was confirmed for as long as one may
//! be behind the market, and debt at the larger of par and the highest such price of the settlement
//! asset. The initial ratio is raised by the haircut that the price's volatility asks for, between the
//! bounds of the parameters ([`types::Book::initial_ratio_ceil`]). While a jump of a price waits to be
//! confirmed nobody adds risk on it. Ratios, minimum debt, rate model, decimals, feeds and depeg band are
//! a copy from the book's opening; pause, ceiling and fuse of the asset are those of today.
//!
//! ## Following books
//!
//! A book whose terms say so *follows* the ratios of its collateral: when governance changes them, its
//! own move in a straight line from wherever they are to the new ones ([`strata_traits::Exposure`]). A
//! book whose pinned parameters do not go together with the new ratios stays as it is. No other book
//! ever changes its ratios.
//!
//! ## The rate
//!
//! A book lends at a fixed rate, or at one that rises with its utilisation: principal out over its debt
//! ceiling ([`strata_numbers::RateModel`]). Whatever changes the principal brings R up to date at the old
//! rate and then finds the new one.
//!
//! ## Liquidation
//!
//! Nobody has to find an unsafe vault. In every block the hooks walk all books and liquidate their
//! unsafe rungs, riskiest first, within a share of the block ([`Config::LiquidationShare`],
//! [`Config::IdleShare`]); `liquidate` does the same for anyone. A rung costs one step, however many
//! vaults lie there: what is left of it joins a safer rung, and an edge says where its vaults are now.
//! What was seized in one step becomes at most two lots ([`strata_traits::Auctions`]). Which rungs, and
//! how much of them, is said in [`modes`].
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
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking_walk;
mod books;
mod custody;
mod edges;
mod following;
mod hook;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod invariants;
mod ladder_views;
mod limits;
mod liquidation;
mod market;
pub mod migrations;
#[cfg(test)]
mod mock;
pub mod modes;
mod rungs;
pub mod runtime_api;
mod settle;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
mod walk;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking_walk::followers as benchmark_followers;
pub use pallet::*;
pub use weights::WeightInfo;

use strata_traits::Balance;

/// Least collateral of a vault, in its smallest unit: below it fractions of a vault would be too
/// coarse.
pub const MINIMUM_COLLATERAL: Balance = 1_000_000;

/// Most books that wait for the walk to come back to them. A book beyond that is found by the round.
pub const MAX_BACKLOG: u32 = 64;

/// Most books that follow the ratios of one asset.
pub const MAX_FOLLOWING: u32 = 32;

/// Books, vaults and the calls on them.
#[frame_support::pallet]
// What FRAME's macros generate expects and casts; nothing written here does.
#[allow(clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
	use frame_support::{
		pallet_prelude::*,
		traits::{fungibles, Consideration, Footprint, Time},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Perbill;
	use strata_ladder::{Rung, RungKey};
	use strata_numbers::Ratio;
	use strata_traits::{
		Asset, Auctions, Balance, BookId, DealCash, DealId, Listing, Moment, PriceFeeds, Ramp,
		Ratios, VaultId,
	};

	use crate::{
		migrations,
		types::{Adjustment, Book, Edge, Position, RungTotals, Vault, WalkClock},
		weights::WeightInfo,
		MAX_BACKLOG, MAX_FOLLOWING,
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

		/// Who sells what is seized.
		type Auctions: Auctions;

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

		/// The chain stood still if there is more than this between two blocks, milliseconds.
		#[pallet::constant]
		type HaltGap: Get<Moment>;

		/// How long after the chain resumed nobody is liquidated, milliseconds.
		type ResumeGrace: Get<Moment>;

		/// What the walk and the auctions may take of every block.
		#[pallet::constant]
		type LiquidationShare: Get<Perbill>;

		/// What they may take of that which is left at the end of a block.
		#[pallet::constant]
		type IdleShare: Get<Perbill>;

		/// Most edges that an act on a vault follows; at most [`Config::MaxHops`].
		#[pallet::constant]
		type AutoHops: Get<u32>;

		/// Most edges that one [`Pallet::settle`] follows.
		#[pallet::constant]
		type MaxHops: Get<u32>;

		/// How long a deal bears a book without a reliable price, milliseconds.
		#[pallet::constant]
		type UnpricedLimit: Get<Moment>;

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

	const STORAGE_VERSION: StorageVersion =
		if cfg!(feature = "next-runtime") { migrations::SETTLED } else { migrations::FIRST };

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

	/// Where the vaults of liquidated rungs are: book, (key, generation) of the rung.
	#[pallet::storage]
	pub type Edges<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BookId, Twox64Concat, (RungKey, u64), Edge>;

	/// Books that the walk could not finish, the deepest first.
	#[pallet::storage]
	pub type Backlog<T: Config> =
		StorageValue<_, BoundedVec<(BookId, u32), ConstU32<MAX_BACKLOG>>, ValueQuery>;

	/// The book that the walk looked at last.
	#[pallet::storage]
	pub type Cursor<T: Config> = StorageValue<_, BookId>;

	/// The clock of the last walk, to notice that the chain stood still.
	#[pallet::storage]
	pub type Clock<T: Config> = StorageValue<_, WalkClock, ValueQuery>;

	/// How many books rely on each asset, as collateral or to settle in. An asset with an entry is
	/// not delisted.
	#[pallet::storage]
	pub type ReliedOn<T: Config> = StorageMap<_, Blake2_128Concat, Asset, u32>;

	/// The books that follow the ratios of each asset, in the order of their opening.
	#[pallet::storage]
	pub type Following<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		Asset,
		BoundedVec<BookId, ConstU32<MAX_FOLLOWING>>,
		ValueQuery,
	>;

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
			/// Yearly rate while nothing is lent, compounding per second.
			yearly_rate: Ratio,
			/// Most principal at a time, in units of the settlement asset.
			debt_ceiling: Balance,
			/// Least debt of a vault, in units of the settlement asset.
			minimum_debt: Balance,
			/// Whether it follows the ratios of its collateral.
			follows: bool,
		},
		/// The yearly rate of a book changed with what it has lent.
		RateChanged {
			/// The book.
			book: BookId,
			/// Yearly rate from now on, compounding per second.
			yearly_rate: Ratio,
		},
		/// A book goes over to new ratios of its collateral.
		RatiosFollowed {
			/// The book.
			book: BookId,
			/// From where to where, and when.
			ramp: Ramp,
		},
		/// The parameters that a book was opened with do not go together with new ratios of its
		/// collateral: it keeps its own.
		RatiosNotFollowed {
			/// The book.
			book: BookId,
			/// The ratios that it does not go over to.
			to: Ratios,
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
		/// Liquidations of the vault's rung reached the vault.
		Settled {
			/// The vault.
			vault: VaultId,
			/// Edges that it passed.
			hops: u32,
			/// What it holds and owes since.
			position: Position,
		},
		/// A book matures earlier than agreed.
		MaturityMoved {
			/// The book.
			book: BookId,
			/// When it matures.
			maturity: Moment,
		},
		/// The deal called interest from borrowers.
		Called {
			/// The book.
			book: BookId,
			/// What is called, in units of the settlement asset; 0 if an earlier call is dropped.
			amount: Balance,
			/// From when on the riskiest rungs are liquidated for it.
			due: Moment,
		},
		/// A book winds down: borrowers may repay until then.
		WindingDown {
			/// The book.
			book: BookId,
			/// The end of the repay window.
			until: Moment,
		},
		/// A rung was liquidated by the walk, or by somebody's call.
		RungLiquidated {
			/// The book.
			book: BookId,
			/// The rung. Another one holds what is left of it now.
			rung: Rung,
			/// How many vaults lay there.
			vaults: u32,
			/// x: debt that was repaid, principal and interest.
			repaid: Balance,
			/// s: collateral that was seized for it.
			seized: Balance,
			/// The principal in x, which is in liquidation now.
			principal: Balance,
			/// Whether the collateral covered the debt and the bonus.
			solvent: bool,
			/// What its vaults have left.
			left: Position,
		},
		/// A rung could not be liquidated. The walk leaves it alone; `liquidate` tries it again.
		RungQuarantined {
			/// The book.
			book: BookId,
			/// The rung.
			rung: Rung,
			/// Why.
			error: DispatchError,
		},
		/// A turn of the walk in a book failed and changed nothing.
		WalkFailed {
			/// The book.
			book: BookId,
			/// Why.
			error: DispatchError,
		},
		/// Unsafe rungs were left behind, so that nothing is drawn; or none are any more.
		BacklogChanged {
			/// The book.
			book: BookId,
			/// Whether there are.
			backlog: bool,
		},
		/// The account of a book holds less than its ledgers say, or as much again.
		Audited {
			/// The book.
			book: BookId,
			/// What it holds.
			held: Balance,
			/// What the ledgers say; `None` if it does not fit.
			expected: Option<Balance>,
			/// Whether it holds less: then no risk is added to it and nothing liquidated.
			impaired: bool,
		},
		/// The repay window of a book is over, and no price was ever known: it waits for one.
		NoPriceToCloseOut {
			/// The book.
			book: BookId,
		},
		/// A liquidity call is over.
		CallEnded {
			/// The book.
			book: BookId,
			/// What was called and could not be raised.
			unraised: Balance,
		},
		/// The chain stood still. Nobody is liquidated before new prices and a grace period.
		ChainResumed {
			/// When.
			at: Moment,
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
		/// The book holds less collateral than its vaults: nothing is drawn from it or withdrawn with
		/// debt, and the last to leave go without.
		Impaired,
		/// The collateral asset is not listed.
		CollateralNotListed,
		/// The settlement asset is not listed.
		SettlementNotListed,
		/// Collateral and settlement asset are the same.
		CollateralIsSettlement,
		/// An asset with more than 18 decimals.
		TooManyDecimals,
		/// The yearly rate is, or could come, outside the corridor of the collateral asset.
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
		/// The price of the collateral is stale, frozen or unknown; for an act that adds risk, or a jump
		/// of it waits to be confirmed.
		NoCollateralPrice,
		/// The same of the price of the settlement asset.
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
		/// The book would mature before it is opened.
		MaturityPassed,
		/// The close-out after maturity would take no time.
		NoCloseOut,
		/// The bonus in a liquidity call is above the asset's liquidation bonus.
		CallBonusTooHigh,
		/// (1 + call bonus)·(1 − backstop discount) is below 1: lots of a call could not be sold at
		/// their floor.
		CallBonusTooLow,
		/// Less than the minimum debt of a vault could be drawn in a window: nothing could be drawn.
		FuseBelowMinimumDebt,
		/// The book has matured: nothing is drawn from it or withdrawn with debt.
		Matured,
		/// The deal has called money from the book's borrowers: nothing is drawn from it.
		CallPending,
		/// The book is winding down: nothing is drawn from it or withdrawn with debt.
		WindingDown,
		/// The walk has left unsafe rungs of the book behind: no risk is added to it.
		Backlog,
		/// The book has lent as much in this window as it may.
		BookFuseBlown,
		/// As much was drawn against the collateral asset in this window, in all deals, as may be.
		AssetFuseBlown,
		/// Collateral of the book is in auction.
		LotsOpen,
		/// The vault's rung was liquidated too often since it was touched: settle it first; or more
		/// hops than one call may follow.
		TooManyHops,
		/// No hop was asked for.
		NoHops,
		/// What a liquidation leaves of a rung would not be safer than before.
		NotSafer,
		/// There is no such rung.
		UnknownRung,
		/// Nothing in the book may be liquidated now.
		NothingUnsafe,
		/// The book has as much in auction as it may have.
		AuctionCapReached,
		/// Enough of the book was liquidated in this block: go on in the next one.
		EnoughInBlock,
		/// The chain stood still: a full set of new prices is not there yet, or the grace period lasts.
		Resuming,
		/// The kink of the rate is not between 0 and 1, or the rate at the end does not fit.
		RateModelInvalid,
		/// As many books follow the collateral asset as may.
		TooManyFollowing,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxVaultsPerOwner::get() > 0, "MaxVaultsPerOwner must not be 0");
			assert!(T::HaltGap::get() > 0, "the clock of lots would stand still for ever");
			// A short AccountId would cut the book's id off.
			assert!(
				Self::account_of(BookId::MIN) != Self::account_of(BookId::MAX),
				"books must have accounts of their own"
			);
			let (auto, most) = (T::AutoHops::get(), T::MaxHops::get());
			assert!(auto <= most, "an act follows more edges than `settle`");
			assert!(most > 0, "MaxHops must not be 0");
			Self::check_shares();
		}

		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::poll(meter);
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::idle(remaining)
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
		/// [`Event::VaultOpened`], [`Event::Deposited`], and if something is drawn [`Event::Drawn`], with
		/// [`Event::RateChanged`] before the deposit if the book's rate rises with it.
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
		/// - [`Error::TooManyHops`]: [`Pallet::settle`] first;
		/// - if the collateral cannot be taken, the asset's error.
		///
		/// ## Events
		/// [`Event::RateChanged`] if the principal of the book changed and its rate with it, for which
		/// what rounding left to nobody is enough; [`Event::Settled`] if liquidations had to be passed on
		/// first; [`Event::Deposited`].
		///
		/// ## Complexity
		/// O(hops), of which at most [`Config::AutoHops`]; what is not needed is given back.
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::deposit(), T::AutoHops::get()))]
		pub fn deposit(
			origin: OriginFor<T>,
			vault: VaultId,
			amount: Balance,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let done = Self::do_help(&who, vault, amount, 0)?;
			Ok(Some(Self::with_hops(T::WeightInfo::deposit(), done.hops)).into())
		}

		/// Takes `amount` of collateral out of `vault`. With debt, what is left must be worth the
		/// initial ratio times the debt. A vault left with nothing is removed.
		///
		/// ## Origin
		/// Signed by the owner, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`], [`Error::NothingToDo`] for 0;
		/// - [`Error::TooManyHops`]: [`Pallet::settle`] first;
		/// - [`Error::Paused`];
		/// - [`Error::InsufficientCollateral`], [`Error::BelowMinimumCollateral`];
		/// - with debt: [`Error::Impaired`], [`Error::WindingDown`], [`Error::Matured`],
		///   [`Error::Backlog`], [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`],
		///   [`Error::OffPeg`], [`Error::BelowInitialRatio`], [`Error::OffLadder`];
		/// - [`Error::Impaired`], or if the asset does not move, its error.
		///
		/// ## Events
		/// [`Event::RateChanged`] and [`Event::Settled`] as [`Pallet::deposit`], then
		/// [`Event::Withdrawn`], and if it was the last: [`Event::VaultRemoved`], [`Event::BookRemoved`].
		///
		/// ## Complexity
		/// O(hops) as [`Pallet::deposit`]; O(log seconds) since the book was touched last.
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::withdraw(), T::AutoHops::get()))]
		pub fn withdraw(
			origin: OriginFor<T>,
			vault: VaultId,
			amount: Balance,
		) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let wish = Adjustment { withdraw: amount, ..Adjustment::default() };
			let done = Self::do_adjust(&owner, vault, wish)?;
			Ok(Some(Self::with_hops(T::WeightInfo::withdraw(), done.hops)).into())
		}

		/// Draws `amount` of the settlement asset on `vault`.
		///
		/// ## Origin
		/// Signed by the owner, who is paid.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`], [`Error::NothingToDo`] for 0;
		/// - [`Error::TooManyHops`]: [`Pallet::settle`] first;
		/// - [`Error::BookClosed`], [`Error::Impaired`], [`Error::WindingDown`], [`Error::Matured`],
		///   [`Error::CallPending`], [`Error::Backlog`];
		/// - [`Error::CollateralNotListed`], [`Error::Paused`], [`Error::NoCollateralPrice`],
		///   [`Error::NoSettlementPrice`], [`Error::OffPeg`];
		/// - [`Error::BelowMinimumCollateral`], [`Error::BelowMinimumDebt`],
		///   [`Error::BelowInitialRatio`], [`Error::OffLadder`];
		/// - [`Error::AboveBookCeiling`], [`Error::BookFuseBlown`], [`Error::AboveAssetCeiling`],
		///   [`Error::AssetFuseBlown`];
		/// - what the deal refuses with: no cash, not lending now.
		///
		/// ## Events
		/// [`Event::RateChanged`] and [`Event::Settled`] as [`Pallet::deposit`], then [`Event::Drawn`].
		///
		/// ## Complexity
		/// O(hops) as [`Pallet::deposit`]; O(log seconds) since the book was touched last.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::draw(), T::AutoHops::get()))]
		pub fn draw(
			origin: OriginFor<T>,
			vault: VaultId,
			amount: Balance,
		) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let wish = Adjustment { draw: amount, ..Adjustment::default() };
			let done = Self::do_adjust(&owner, vault, wish)?;
			Ok(Some(Self::with_hops(T::WeightInfo::draw(), done.hops)).into())
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
		/// - [`Error::TooManyHops`]: [`Pallet::settle`] first;
		/// - [`Error::BelowMinimumDebt`]: repay less, or everything;
		/// - if the settlement asset cannot be taken, its error.
		///
		/// ## Events
		/// [`Event::CallEnded`] if the interest was the last that a liquidity call was for,
		/// [`Event::RateChanged`] and [`Event::Settled`] as [`Pallet::deposit`], then [`Event::Repaid`].
		///
		/// ## Complexity
		/// O(hops) as [`Pallet::deposit`]; O(log seconds) since the book was touched last.
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::repay(), T::AutoHops::get()))]
		pub fn repay(
			origin: OriginFor<T>,
			vault: VaultId,
			amount: Balance,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let done = Self::do_help(&who, vault, 0, amount)?;
			Ok(Some(Self::with_hops(T::WeightInfo::repay(), done.hops)).into())
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
		/// Those of the four calls, in that order, behind [`Event::CallEnded`], [`Event::RateChanged`] and
		/// [`Event::Settled`], each at most once.
		///
		/// ## Complexity
		/// O(hops) as [`Pallet::deposit`]; O(log seconds) since the book was touched last.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::adjust(), T::AutoHops::get()))]
		pub fn adjust(
			origin: OriginFor<T>,
			vault: VaultId,
			adjustment: Adjustment,
		) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let done = Self::do_adjust(&owner, vault, adjustment)?;
			Ok(Some(Self::with_hops(T::WeightInfo::adjust(), done.hops)).into())
		}

		/// Repays all that `vault` owes, returns all its collateral and its deposit, and removes it.
		///
		/// ## Origin
		/// Signed by the owner.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`], [`Error::NotOwner`];
		/// - [`Error::TooManyHops`]: [`Pallet::settle`] first;
		/// - [`Error::Paused`]: the debt can still be repaid by [`Pallet::repay`];
		/// - if the settlement asset cannot be taken or the collateral does not move, their error.
		///
		/// ## Events
		/// [`Event::CallEnded`], [`Event::RateChanged`] and [`Event::Settled`] as [`Pallet::repay`], then
		/// [`Event::Repaid`] if anything was owed, [`Event::Withdrawn`], [`Event::VaultRemoved`], and
		/// [`Event::BookRemoved`] if it was the last vault of a closed book.
		///
		/// ## Complexity
		/// O(hops) as [`Pallet::deposit`]; O(log seconds) since the book was touched last.
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::with_hops(T::WeightInfo::close(), T::AutoHops::get()))]
		pub fn close(origin: OriginFor<T>, vault: VaultId) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let done = Self::do_close(&owner, vault)?;
			Ok(Some(Self::with_hops(T::WeightInfo::close(), done.hops)).into())
		}

		/// Passes at most `hops` liquidations of its rung on to `vault`, and places it exactly if that
		/// was all. Nobody gains or loses by it. Whoever lies further than [`Config::AutoHops`] from
		/// its rung needs it before any other act. A vault that is left with nothing is removed.
		///
		/// ## Origin
		/// Signed, anyone.
		///
		/// ## Errors
		/// - [`Error::UnknownVault`]; [`Error::NoHops`] for 0;
		/// - [`Error::TooManyHops`] for more than [`Config::MaxHops`];
		/// - [`Error::NothingToDo`] if its rung was not liquidated since it was touched.
		///
		/// ## Events
		/// [`Event::RateChanged`] as [`Pallet::deposit`], [`Event::Settled`], and if nothing is left:
		/// [`Event::VaultRemoved`], [`Event::BookRemoved`].
		///
		/// ## Complexity
		/// O(hops); what is not needed is given back.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::settle((*hops).min(T::MaxHops::get())))]
		pub fn settle(
			origin: OriginFor<T>,
			vault: VaultId,
			hops: u32,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let hops = Self::do_settle(vault, hops)?;
			Ok(Some(T::WeightInfo::settle(hops)).into())
		}

		/// Looks at no more than `rungs` rungs of `book`, the riskiest first, and liquidates those that
		/// are to be liquidated: what the walk does by itself. Rungs in quarantine are tried again.
		///
		/// ## Origin
		/// Signed, anyone. Nothing is paid for it, and only the rungs that were looked at cost a fee.
		///
		/// ## Errors
		/// - [`Error::NothingToDo`] for 0 rungs; [`Error::UnknownBook`]; [`Error::Impaired`];
		/// - [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`]: nobody may be liquidated on it,
		///   or zero;
		/// - [`Error::Resuming`] after the chain stood still;
		/// - [`Error::NothingUnsafe`]; [`Error::AuctionCapReached`];
		/// - [`Error::EnoughInBlock`] where many rungs of the book were liquidated in this block;
		/// - if the lots cannot be opened, or nothing but a failing rung was met, the reason.
		///
		/// ## Events
		/// [`Event::RungLiquidated`] and [`Event::RungQuarantined`] for each rung,
		/// [`Event::CallEnded`], [`Event::BacklogChanged`], [`Event::RateChanged`].
		///
		/// ## Complexity
		/// O(rungs); what is not needed is given back.
		#[pallet::call_index(8)]
		#[pallet::weight(Pallet::<T>::liquidate_weight(*rungs))]
		pub fn liquidate(
			origin: OriginFor<T>,
			book: BookId,
			rungs: u32,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let walked = Self::do_liquidate(book, rungs)?;
			Ok(Some(Self::liquidate_weight(walked)).into())
		}
	}

	impl<T: Config> Pallet<T> {
		/// `base`, and what passing so many edges costs on top.
		pub(crate) fn with_hops(base: Weight, hops: u32) -> Weight {
			let none = T::WeightInfo::settle(0);
			base.saturating_add(T::WeightInfo::settle(hops).saturating_sub(none))
		}
	}
}
