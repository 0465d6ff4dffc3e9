//! Deals, tranches, notes and the payment dates that run the waterfall.
//!
//! A deal pools books of collateral, sells tranches of notes to investors, lends what they paid
//! through its books, and pays what it collects down a contractual waterfall. This pallet keeps the
//! deal's life, its cash, its notes and its dates; the books belong to somebody else
//! ([`strata_traits::Books`]), the order of payment to [`strata_waterfall`].
//!
//! # Life of a deal
//!
//! ```text
//! create ─▶ Draft ─launch─▶ Offering ─close_offering─▶ Active(Revolving ─▶ Amortising) ─▶ Closed
//!             │                │  └─ a minimum missed ─▶ Failed   └──┬────────┘  ▲           │
//!             └─ cancel: gone  └─ cancel ─────────────▶ Failed       ▼           │  remove ◀─┘
//!                                               Active(Accelerated ─▶ WindingDown)
//! ```
//!
//! - **Draft**: the originator may amend the terms. No cash.
//! - **Offering**: the terms are validated as a whole and fixed. The originator pays in the residual
//!   (his retention, at least [`Config::Retention`] of the deal), investors place orders at par.
//! - **Closing**: every tranche is filled pro rata up to its face, senior tranches are scaled down
//!   until every level has its enhancement ([`allocation::fill`]), and every tranche must reach its
//!   minimum. The notes wait in the deal's account until [`Pallet::collect`] hands them out.
//! - **Revolving**: principal is lent, collected and lent again; coupons are paid.
//! - **Amortising**: principal redeems the notes, the senior-most first. What was never lent by the
//!   end of the ramp-up redeems notes before.
//! - **Accelerated**: the same from now on, because the senior coupon stayed unpaid for a period or
//!   governance says so; every book has matured and is closed out.
//! - **WindingDown**: the same, and every book is closed out at an average price, with or without a
//!   feed, because a book is unsound or governance says so.
//! - **Closed**: nothing is owed by the books and nothing is in liquidation; balances that nothing was
//!   left to pay are written off. Claims keep working; a claim burns the worthless notes. When the last holder has claimed, anyone may remove the deal.
//!
//! # Cash
//!
//! A deal's cash lies in one account and is divided by ledgers: what may be used on the next payment
//! date, what came in too late for it, the reserve, what was paid to classes and not claimed yet, and
//! what is held for orders. Cash that nobody put through a ledger (a donation) changes nothing, and goes to the
//! originator when the deal is removed.
//!
//! # Payment dates
//!
//! The agenda is keyed by big-endian time, so whether anything is due is one read. On a due date the
//! hook, or anyone by [`Pallet::run_payment`], runs the waterfall once, to the *contractual* date:
//! interest accrues to it and only cash that came up to it is used, however late the block is. Missed
//! dates are run one by one. A deal that fails is parked, with an event, and stops nobody else's.
//!
//! A payment writes two indices per tranche and touches no holder. A holder is credited when he is
//! next touched: by a claim, a transfer or the collection of an order. Fractions of a unit are kept.
//!
//! # Liquidation
//!
//! What a book seizes moves from its performing principal to the deal's [`Workout`] of that book,
//! until it is paid, exchanged for notes or lost. Losses wait for the next payment date, where the
//! penalties of the same period make them good first ([`netting`]); the rest is charged to the
//! principal deficiency ledgers of the classes, the residual's first, and made good from later income
//! ([`strata_waterfall`]). While collateral that waits to be sold counts for less than its principal,
//! the residual is paid nothing.
//!
//! A coupon of the senior-most class is paid from interest, then from the reserve, then from
//! principal. When that is not enough, the interest that borrowers owe is called from them: by the
//! payment run itself, or by anyone in the second half of the period before
//! ([`Pallet::call_liquidity`]).
//!
//! # Rounding
//!
//! | amount | direction | left over to |
//! |---|---|---|
//! | coupon accrued | down | nobody: it is not owed |
//! | notes of an order, ordered · filled/total | down | the originator |
//! | refund of an order, ordered · (total − filled)/total | down | the originator |
//! | payment per note | down, remainder carried to the next payment | `distributable` |
//! | claim | down, the fraction stays with the holder | `distributable` |
//! | notes given up for collateral | up | the other holders of the class |

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

pub mod allocation;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod breakers;
mod cash;
mod exchange;
mod hook;
mod invariants;
mod lending;
mod life;
#[cfg(test)]
mod mock;
pub mod netting;
mod notes;
mod offering;
mod payments;
pub mod runtime_api;
#[cfg(test)]
mod tests;
pub mod types;
mod validate;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::traits::tokens::fungibles;
use strata_traits::{Asset, Balance, BookId, Books, DealId, Listing, Moment};

/// The account id type of the runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// What a book is opened with.
pub type BookTermsOf<T> = <<T as Config>::Books as Books>::Terms;
/// The terms of a deal in this runtime.
pub type TermsOf<T> = Terms<BookTermsOf<T>>;
/// A deposit.
pub type TicketOf<T> = <T as Config>::Consideration;
/// A deal in this runtime.
pub type DealOf<T> = Deal<AccountIdOf<T>, BookTermsOf<T>, TicketOf<T>>;
/// An order in this runtime.
pub type OrderOf<T> = Order<TicketOf<T>>;
/// A checkpoint in this runtime.
pub type CheckpointOf<T> = Checkpoint<AccountIdOf<T>, TicketOf<T>>;

// The expansion of the pallet macros uses `expect`; nothing written here does.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
	use alloc::boxed::Box;
	use frame_support::{
		pallet_prelude::*,
		traits::{Consideration, Footprint, Time},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_arithmetic::Perbill;
	use strata_numbers::Ratio;
	use strata_traits::Proceeds;
	use strata_waterfall::{Funds, Payment, PerClass};

	use super::*;

	/// The version of this pallet's storage.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The calendar. Contract time is in milliseconds since 1970.
		type Time: Time<Moment = Moment>;

		/// Which assets are listed.
		type Listing: Listing;

		/// The lending side of deals.
		type Books: Books;

		/// The assets that deals lend, collect and pay in.
		type Assets: fungibles::Mutate<AccountIdOf<Self>, AssetId = Asset, Balance = Balance>;

		/// The tokens of tranches. Nothing but this pallet may move, mint or create them. Metadata
		/// deposits must be zero.
		type Notes: fungibles::Create<AccountIdOf<Self>, AssetId = u32, Balance = Balance>
			+ fungibles::Destroy<AccountIdOf<Self>>
			+ fungibles::Mutate<AccountIdOf<Self>>
			+ fungibles::metadata::Mutate<AccountIdOf<Self>>;

		/// Deposits for deals, orders and checkpoints.
		type Consideration: Consideration<AccountIdOf<Self>, Footprint>;

		/// Deals' accounts are derived from it.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Orders of a deal that are not collected yet, at most.
		#[pallet::constant]
		type MaxOrdersPerDeal: Get<u32>;

		/// Largest yearly coupon.
		#[pallet::constant]
		type MaxCoupon: Get<Ratio>;

		/// Least share of a deal's face that the residual, which its originator keeps, must be.
		#[pallet::constant]
		type Retention: Get<Perbill>;

		/// Least time between payment dates, milliseconds.
		#[pallet::constant]
		type MinPeriod: Get<Moment>;

		/// Longest time from launch to the final date, milliseconds.
		#[pallet::constant]
		type MaxLife: Get<Moment>;

		/// Share of a block that the hook may use for payment dates.
		#[pallet::constant]
		type PaymentShare: Get<Perbill>;

		/// Least number of periods whose senior coupon the reserve of a deal must pay.
		#[pallet::constant]
		type MinReservePeriods: Get<u8>;

		/// How long borrowers may repay once their deal winds down, milliseconds.
		#[pallet::constant]
		type RepayWindow: Get<Moment>;

		/// Governance: may accelerate and wind down a deal at any time.
		type DealAdmin: EnsureOrigin<OriginFor<Self>>;

		/// Weights.
		type WeightInfo: WeightInfo;

		/// Sets the scene of benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;
	}

	/// Why funds are held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A deal, an order or a checkpoint is stored.
		Storage,
	}

	/// The id of the next deal.
	#[pallet::storage]
	pub type NextDeal<T> = StorageValue<_, DealId, ValueQuery>;

	/// Deals and their terms.
	#[pallet::storage]
	pub type Deals<T: Config> = StorageMap<_, Twox64Concat, DealId, DealOf<T>>;

	/// Books of orders, from launch until the last order is collected.
	#[pallet::storage]
	pub type Offerings<T: Config> = StorageMap<_, Twox64Concat, DealId, Offering>;

	/// Ledgers and class states, from closing of the offering until removal.
	#[pallet::storage]
	pub type Ledgers<T: Config> = StorageMap<_, Twox64Concat, DealId, DealLedgers>;

	/// What came in after a payment date that is not run yet, by the contractual date for which it
	/// first counts. Empty unless a run is late; at most one entry per missed date.
	#[pallet::storage]
	pub type LateCash<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DealId, Twox64Concat, Moment, Receipts, ValueQuery>;

	/// Orders: deal, rank, who.
	#[pallet::storage]
	pub type Orders<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DealId>,
			NMapKey<Twox64Concat, u8>,
			NMapKey<Blake2_128Concat, AccountIdOf<T>>,
		),
		OrderOf<T>,
	>;

	/// Checkpoints of holders: deal, rank, who.
	#[pallet::storage]
	pub type Checkpoints<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DealId>,
			NMapKey<Twox64Concat, u8>,
			NMapKey<Blake2_128Concat, AccountIdOf<T>>,
		),
		CheckpointOf<T>,
	>;

	/// What deals have to do by themselves, in order of time: the end of an offering, the next
	/// payment date. The first key says whether anything is due.
	#[pallet::storage]
	pub type Agenda<T: Config> = StorageMap<_, Identity, AgendaKey, ()>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A deal was created as a draft.
		Created {
			/// The deal.
			deal: DealId,
			/// Who created it, and placed the deposit.
			originator: AccountIdOf<T>,
		},
		/// The terms of a draft were replaced.
		Amended {
			/// The deal.
			deal: DealId,
		},
		/// A deal takes orders. The originator paid in the residual.
		Launched {
			/// The deal.
			deal: DealId,
			/// What was paid in as the residual.
			residual: Balance,
			/// What was paid in as the reserve.
			reserve: Balance,
		},
		/// A draft was withdrawn, or nothing is left of a deal. `swept` went to the originator: the
		/// float, what rounding left, and donations.
		Removed {
			/// The deal.
			deal: DealId,
			/// What went to the originator.
			swept: Balance,
		},
		/// An order was placed or raised by `amount` to `total`.
		Ordered {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Whose order.
			who: AccountIdOf<T>,
			/// By how much.
			amount: Balance,
			/// What the order is now.
			total: Balance,
		},
		/// An order was reduced by `amount`, which was paid back, to `total`.
		OrderReduced {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Whose order.
			who: AccountIdOf<T>,
			/// By how much.
			amount: Balance,
			/// What the order is now.
			total: Balance,
		},
		/// An offering failed; every order waits to be collected in full.
		OfferingFailed {
			/// The deal.
			deal: DealId,
			/// What was missed or in the way.
			reason: DispatchError,
		},
		/// An offering closed: the face of each tranche, and the books.
		OfferingClosed {
			/// The deal.
			deal: DealId,
			/// Face issued, by rank.
			filled: PerClass<Balance>,
			/// The books, in the order of the terms.
			books: BoundedVec<BookId, ConstU32<MAX_BOOKS>>,
		},
		/// An order was collected. `pending` is the part of the refund that could not be delivered and
		/// waits to be claimed.
		Collected {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Whose order.
			who: AccountIdOf<T>,
			/// Notes handed out.
			notes: Balance,
			/// Cash paid back.
			refund: Balance,
			/// Cash that waits.
			pending: Balance,
		},
		/// The last order of a tranche was collected; what rounding left was credited to the
		/// originator.
		LeftoversAssigned {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Notes left over.
			notes: Balance,
			/// Cash left over.
			cash: Balance,
		},
		/// A borrower was paid out of principal cash.
		Advanced {
			/// The deal.
			deal: DealId,
			/// The borrower.
			to: AccountIdOf<T>,
			/// How much.
			amount: Balance,
		},
		/// A borrower paid. Usable from the payment date `date` on.
		CashCollected {
			/// The deal.
			deal: DealId,
			/// Interest.
			interest: Balance,
			/// Principal.
			principal: Balance,
			/// The date from which on it may be used.
			date: Moment,
		},
		/// The waterfall ran for a payment date.
		PaymentRun {
			/// The deal.
			deal: DealId,
			/// The contractual date.
			date: Moment,
			/// What came in since the date before, cash and losses.
			collected: Receipts,
			/// The cash that could be used, and the losses of the period.
			funds: Receipts,
			/// Losses that the classes were charged, after penalties.
			charged: Balance,
			/// What each class was due, was paid, and is still owed, by rank.
			payments: PerClass<Payment>,
			/// What stays with the deal.
			left: Funds,
			/// The reserve afterwards.
			reserve: Balance,
			/// Collateral in liquidation was worth too little for the residual to be paid.
			held: bool,
		},
		/// Collateral was seized: `principal` is in liquidation.
		Seized {
			/// The deal.
			deal: DealId,
			/// The book.
			book: BookId,
			/// Principal it was seized for.
			principal: Balance,
			/// Units of collateral.
			units: Balance,
		},
		/// Seized collateral was sold. Usable from the payment date `date` on.
		SaleCollected {
			/// The deal.
			deal: DealId,
			/// The book.
			book: BookId,
			/// Units of collateral; 0 of those whose loss was charged before.
			units: Balance,
			/// What it brought.
			proceeds: Proceeds,
			/// The date from which on it may be used.
			date: Moment,
		},
		/// Principal in liquidation is lost.
		Lost {
			/// The deal.
			deal: DealId,
			/// The book.
			book: BookId,
			/// How much.
			principal: Balance,
			/// Units of collateral that are left unsold and count no longer.
			units: Balance,
		},
		/// Principal of a book that nobody owes, which rounding left, is lost.
		WrittenOff {
			/// The deal.
			deal: DealId,
			/// The book.
			book: BookId,
			/// How much.
			principal: Balance,
		},
		/// Notes were given up for collateral.
		Exchanged {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Who gave them up.
			who: AccountIdOf<T>,
			/// The book whose collateral it was.
			book: BookId,
			/// Units of collateral.
			units: Balance,
			/// Notes burned.
			notes: Balance,
			/// What the collateral was priced at: so much less is owed to the tranche.
			price: Balance,
			/// Principal in liquidation that was paid so.
			principal: Balance,
		},
		/// Interest was called from borrowers because the coupon of the senior-most class is not
		/// covered.
		LiquidityCalled {
			/// The deal.
			deal: DealId,
			/// What the coupon lacks.
			missing: Balance,
			/// What was called.
			called: Balance,
		},
		/// The deal lends no more, its books have matured and principal redeems notes.
		Accelerated {
			/// The deal.
			deal: DealId,
		},
		/// The deal lends no more. Borrowers may repay until `until`; then its books are closed out.
		WindingDown {
			/// The deal.
			deal: DealId,
			/// The end of the repay window.
			until: Moment,
		},
		/// The deal lends no more; principal redeems notes.
		Amortising {
			/// The deal.
			deal: DealId,
		},
		/// The final date has passed with notes unpaid. Payment dates go on.
		FinalDatePassed {
			/// The deal.
			deal: DealId,
			/// The contractual date.
			date: Moment,
		},
		/// Nothing will come in any more, and all books are closed.
		DealClosed {
			/// The deal.
			deal: DealId,
			/// Interest that stays unpaid.
			unpaid: Balance,
			/// Balances of classes that stay unpaid.
			written_off: Balance,
		},
		/// The hook could not run what was due and leaves the deal to `run_payment` or
		/// `close_offering`.
		Parked {
			/// The deal.
			deal: DealId,
			/// The contractual date.
			date: Moment,
			/// Why.
			error: DispatchError,
		},
		/// A holder was paid.
		Claimed {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Who was paid.
			who: AccountIdOf<T>,
			/// Interest.
			interest: Balance,
			/// Principal.
			principal: Balance,
			/// Refund of an order.
			refund: Balance,
			/// Notes of a closed deal that were burned.
			burned: Balance,
		},
		/// Notes changed hands.
		Transferred {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Who gave.
			from: AccountIdOf<T>,
			/// Who got.
			to: AccountIdOf<T>,
			/// How many.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No deal has this id.
		UnknownDeal,
		/// The deal has no tranche of this rank.
		UnknownTranche,
		/// There is no such order.
		UnknownOrder,
		/// Only the deal's originator may do this.
		NotOriginator,
		/// The deal is in another state of its life.
		WrongState,
		/// No deal id, or no note id, is left.
		TooManyDeals,
		/// An amount of zero.
		ZeroAmount,
		/// The cash did not arrive although the asset reported success.
		CashDidNotMove,

		/// Terms: the settlement asset is not listed.
		SettlementNotListed,
		/// Terms: no book.
		NoBooks,
		/// Terms: two books lend against the same asset.
		DuplicateCollateral,
		/// Terms: a book lends the settlement asset against itself.
		CollateralIsSettlement,
		/// Terms: a book's collateral is not listed.
		CollateralNotListed,
		/// Terms: the concentration caps of the books do not add up to the whole deal, so that it
		/// could never be lent out.
		ConcentrationImpossible,
		/// Terms: a book's ceiling is above its collateral's concentration cap times the face of all
		/// tranches.
		CeilingAboveConcentrationCap,
		/// Terms: fewer than two tranches.
		TooFewTranches,
		/// Terms: not exactly the last tranche is the residual.
		ResidualNotLast,
		/// Terms: the residual has a coupon or a subordination.
		ResidualWithCoupon,
		/// Terms: a tranche without face.
		ZeroFace,
		/// Terms: a minimum above the face.
		MinimumAboveFace,
		/// Terms: a coupon above the bound.
		CouponTooHigh,
		/// Terms: a least order of zero, or above the largest.
		OrderLimitsOutOfRange,
		/// Terms: with every tranche full, a tranche would not have its subordination.
		EnhancementImpossible,
		/// Terms: the residual is a smaller share than the originator must retain.
		RetentionTooSmall,
		/// Terms: the offering would end in the past, or its quiet period leaves no time to order.
		OfferingTooShort,
		/// Terms: not offering end < first payment ≤ final date and offering end < ramp-up end ≤
		/// revolving end ≤ final date.
		DatesOutOfOrder,
		/// Terms: no payment date from the revolving end to the final date, so that nothing could be
		/// redeemed in time.
		NoRedemptionDate,
		/// Terms: payment dates too close to each other.
		PeriodTooShort,
		/// Terms: at a book's rate, debt could not be counted any more within twice the deal's life.
		RateTooHighForLife,
		/// Terms: the final date is too far away.
		LifeTooLong,
		/// Terms: what a book lends might be sold only after the final date.
		ClosesOutTooLate,
		/// Terms: the reserve is for fewer periods than it must be.
		ReservePeriodsTooFew,
		/// Terms: the reserve does not pay the coupon of the senior-most class for its periods.
		ReserveTooSmall,

		/// The offering has ended.
		OfferingOver,
		/// The offering has not ended.
		OfferingNotOver,
		/// No order may be raised shortly before the end of the offering.
		QuietPeriod,
		/// The order would be below the least order.
		OrderBelowMinimum,
		/// The order would be above the largest order.
		OrderAboveMaximum,
		/// The order is smaller than the reduction.
		OrderTooSmall,
		/// The deal has all the orders it can hold.
		TooManyOrders,
		/// A tranche did not reach its minimum.
		TrancheBelowMinimum,
		/// The offering was closed only after the end of the revolving period: nothing could be lent.
		TooLateToLend,
		/// The originator cancelled the offering.
		Cancelled,

		/// The residual is the originator's: it is not sold and not transferred.
		ResidualLocked,
		/// To oneself.
		SelfTransfer,
		/// The receiver cannot hold notes.
		CannotHold,
		/// The account holds nothing of this tranche.
		NothingHeld,
		/// The account holds fewer notes.
		InsufficientNotes,
		/// There is nothing to claim.
		NothingToClaim,

		/// The deal does not lend: it is not revolving, or not any more.
		NotLending,
		/// A payment date has come and is not run yet.
		PaymentPending,
		/// The deal has less principal cash.
		InsufficientPrincipal,
		/// No payment date has come.
		NotDue,
		/// Orders, notes or claims are left.
		StillHeld,
		/// The waterfall refused to run.
		WaterfallFailed,

		/// The deal has no such book.
		UnknownBook,
		/// Less is in liquidation.
		NotInLiquidation,
		/// No class that is sold to investors has a balance.
		NothingOwed,
		/// Liquidity is called in the second half of a period only.
		TooEarly,
		/// Liquidity was called for this payment date already.
		AlreadyCalled,
		/// The coupon of the senior-most class is covered.
		CouponCovered,
		/// No borrower owes interest that could be called.
		NothingToCall,
		/// The coupon of the senior-most class has not been unpaid for a whole period.
		CouponNotOverdue,
		/// No book of the deal is unsound.
		BooksSound,
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Tranches of a deal, at most.
		fn max_tranches() -> u32 {
			strata_waterfall::MAX_CLASSES
		}

		/// Books of a deal, at most.
		fn max_books() -> u32 {
			MAX_BOOKS
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::run_agenda(meter);
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
		/// Creates a deal as a draft.
		///
		/// The terms are validated when the deal is launched. The deposit covers all entries of the
		/// deal itself and is returned when it is removed.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// - [`Error::TooManyDeals`].
		/// - If the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Created`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create())]
		pub fn create(origin: OriginFor<T>, terms: Box<TermsOf<T>>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_create(who, *terms).map(|_| ())
		}

		/// Replaces the terms of a draft.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`].
		///
		/// ## Events
		/// [`Event::Amended`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::amend())]
		pub fn amend(origin: OriginFor<T>, deal: DealId, terms: Box<TermsOf<T>>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_amend(&who, deal, *terms)
		}

		/// Opens the offering of a draft. Its terms are validated as a whole and fixed; the residual,
		/// the reserve and the float of the deal's account are paid in by the originator.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// - [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`].
		/// - The first thing that is wrong with the terms; what [`Books::check`] finds.
		/// - If the originator does not have the cash, or it does not move.
		///
		/// ## Events
		/// [`Event::Launched`].
		///
		/// ## Complexity
		/// O(books + tranches).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::launch())]
		pub fn launch(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_launch(&who, deal)
		}

		/// Withdraws a draft, or cancels an offering before its end: every order is refunded when it
		/// is collected, the originator's own too.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`],
		/// [`Error::OfferingOver`].
		///
		/// ## Events
		/// [`Event::Removed`] of a draft, [`Event::OfferingFailed`] otherwise.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel(&who, deal)
		}

		/// Orders notes at par, or raises an order. The cash moves to the deal's account.
		///
		/// ## Origin
		/// Signed: the investor.
		///
		/// ## Errors
		/// - [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`].
		/// - [`Error::ZeroAmount`], [`Error::ResidualLocked`], [`Error::OfferingOver`],
		///   [`Error::QuietPeriod`], [`Error::OrderBelowMinimum`], [`Error::OrderAboveMaximum`],
		///   [`Error::TooManyOrders`].
		/// - If the investor has less, or the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Ordered`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::order())]
		pub fn order(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_order(who, deal, rank, amount)
		}

		/// Reduces an order before the end of the offering, to nothing or to no less than the least
		/// order. The cash, and the deposit of an order withdrawn, go back.
		///
		/// ## Origin
		/// Signed: the investor.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::UnknownOrder`],
		/// [`Error::WrongState`], [`Error::ZeroAmount`], [`Error::ResidualLocked`],
		/// [`Error::OfferingOver`], [`Error::OrderTooSmall`], [`Error::OrderBelowMinimum`]; if the cash
		/// cannot be received.
		///
		/// ## Events
		/// [`Event::OrderReduced`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::reduce_order())]
		pub fn reduce_order(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reduce_order(who, deal, rank, amount)
		}

		/// Closes an offering whose end has come: issues the notes and opens the books, or fails the
		/// deal. The hook does the same by itself.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::OfferingNotOver`];
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::OfferingClosed`] and the originator's [`Event::Collected`], or
		/// [`Event::OfferingFailed`].
		///
		/// ## Complexity
		/// O(books + tranches), whatever the number of orders.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::close_offering())]
		pub fn close_offering(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close_offering(deal)
		}

		/// Hands out the notes and the refund of an order: notes = ⌊order · filled/total⌋, refund =
		/// ⌊order · (total − filled)/total⌋. Payments since closing are credited. A refund of a closed
		/// offering that cannot be delivered waits as a claim; a refund of a failed one waits as an
		/// order. With the last order of a tranche, what rounding left is credited to the originator.
		///
		/// ## Origin
		/// Signed: anyone, for anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::UnknownOrder`],
		/// [`Error::WrongState`]; in a failed deal, if the refund cannot be received.
		///
		/// ## Events
		/// [`Event::Collected`], with the last order [`Event::LeftoversAssigned`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(deal, rank, who)
		}

		/// Transfers notes. Both sides are credited first with what was paid up to now.
		///
		/// The sender places the deposit of a receiver who holds nothing yet; whoever placed a
		/// deposit gets it back when the checkpoint is removed.
		///
		/// ## Origin
		/// Signed: the holder.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`],
		/// [`Error::ZeroAmount`], [`Error::ResidualLocked`], [`Error::SelfTransfer`],
		/// [`Error::CannotHold`], [`Error::NothingHeld`], [`Error::InsufficientNotes`]; if the deposit
		/// cannot be held.
		///
		/// ## Events
		/// [`Event::Transferred`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::transfer())]
		pub fn transfer(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			to: AccountIdOf<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_transfer(who, deal, rank, to, amount)
		}

		/// Pays a holder everything he may claim, to himself. The fraction of a unit is kept. In a
		/// closed deal his notes, which are worth nothing any more, are burned.
		///
		/// ## Origin
		/// Signed: anyone, for anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`],
		/// [`Error::NothingHeld`], [`Error::NothingToClaim`]; if the cash cannot be received, and
		/// nothing is lost.
		///
		/// ## Events
		/// [`Event::Claimed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(deal, rank, who)
		}

		/// Runs the waterfall for the first payment date that has come and is not run yet. One date
		/// per call. The hook does the same by itself, unless the deal is parked.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NotDue`],
		/// [`Error::WaterfallFailed`].
		///
		/// ## Events
		/// [`Event::PaymentRun`]; [`Event::Amortising`], [`Event::LiquidityCalled`],
		/// [`Event::FinalDatePassed`], [`Event::DealClosed`] when it comes to it.
		///
		/// ## Complexity
		/// O(books + tranches), whatever the number of holders.
		#[pallet::call_index(10)]
		#[pallet::weight(Pallet::<T>::payment_weight())]
		pub fn run_payment(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_run_payment(deal)
		}

		/// Removes a failed or closed deal of which nobody holds anything any more. The deposit, the
		/// float, what rounding left, and donations go to the originator.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::StillHeld`]; if the originator
		/// cannot receive the cash.
		///
		/// ## Events
		/// [`Event::Removed`].
		///
		/// ## Complexity
		/// O(tranches).
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::remove())]
		pub fn remove(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_remove(deal)
		}

		/// Calls interest from borrowers, if with today's cash and the reserve the next payment date
		/// would leave the coupon of the senior-most class unpaid. The book that is owed most interest
		/// is called first, for what the coupon lacks; after the notice of its terms its riskiest
		/// borrowers are liquidated for it.
		///
		/// Only in the second half of a period, so that borrowers have had time to pay by themselves,
		/// and once for a payment date. A payment date that leaves the coupon unpaid calls by itself.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::PaymentPending`],
		/// [`Error::TooEarly`], [`Error::AlreadyCalled`], [`Error::CouponCovered`],
		/// [`Error::NothingToCall`], [`Error::WaterfallFailed`].
		///
		/// ## Events
		/// [`Event::LiquidityCalled`].
		///
		/// ## Complexity
		/// O(books + tranches).
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::call_liquidity())]
		pub fn call_liquidity(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_call_liquidity(deal)
		}

		/// Ends lending and has every book mature now: each payment date redeems notes from now on,
		/// and what borrowers do not repay is closed out over the book's close-out period.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by anyone, once the coupon of the senior-most class has
		/// been unpaid for a whole period.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::CouponNotOverdue`]; if a book cannot
		/// mature.
		///
		/// ## Events
		/// [`Event::Accelerated`].
		///
		/// ## Complexity
		/// O(books).
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::accelerate())]
		pub fn accelerate(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			Self::do_accelerate(origin, deal)
		}

		/// Ends lending and winds every book down: borrowers may repay for [`Config::RepayWindow`];
		/// then all of it is closed out at the average price of that time, even without a reliable
		/// price. Each payment date redeems notes from now on.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by anyone, if a book of the deal is unsound
		/// ([`Books::is_unsound`]).
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::BooksSound`]; if a book cannot wind
		/// down.
		///
		/// ## Events
		/// [`Event::WindingDown`].
		///
		/// ## Complexity
		/// O(books).
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::wind_down())]
		pub fn wind_down(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			Self::do_wind_down(origin, deal)
		}
	}
}
