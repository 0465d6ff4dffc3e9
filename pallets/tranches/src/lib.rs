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
//! create ─▶ Draft ─launch─▶ Offering ─close_offering─▶ Active ─▶ Closed ─▶ remove
//!             │                │  └─ a minimum missed ─▶ Failed ─▶ remove
//!             └─ cancel: gone  └─ cancel ─────────────▶ Failed
//!
//! Active: (Revolving ◀─▶ Amortising) ─┬─▶ Accelerated ─┬─▶ WindingDown
//!                                     ├─▶ Called ──────┤
//!                                     └────────────────┘
//! ```
//!
//! - **Draft**: the originator may amend the terms. No cash.
//! - **Offering**: the terms are validated as a whole and fixed. The originator pays in the residual
//!   (his retention, at least [`Config::Retention`] of the deal), investors place orders at par.
//! - **Closing**: every tranche is filled pro rata up to its face, senior tranches are scaled down
//!   until every level has its enhancement ([`allocation::fill`]), and every tranche must reach its
//!   minimum. The notes wait in the deal's account until [`Pallet::collect`] hands them out.
//! - **Revolving**: principal is lent, collected and lent again; coupons are paid.
//! - **Amortising**: principal redeems the notes as the program says, because the revolving period is
//!   over or a trigger tripped; when every such trigger is cured in time, the deal revolves again. What
//!   was never lent by the end of the ramp-up redeems notes before.
//! - **Accelerated**: the same for good, because a default was declared, a trigger tripped, or the trustee,
//!   the holders, the court or governance say so; every book has matured and is closed out.
//! - **Called**: little is lent any more and the originator has paid in what redeems every note on the
//!   next date; what the books still bring is the residual's.
//! - **WindingDown**: principal redeems notes, and every book is closed out at an average price, with or without a
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
//! The originator's bond lies in the same account, apart from all of these, and so do bonds of servicers,
//! what is set aside for the court, and awards that are not claimed yet.
//!
//! # Programs
//!
//! A deal pays by its program ([`strata_waterfall::Program`]): fees, coupons, coverage tests and what
//! they divert, deficiencies, the reserve, principal, residual, each as a line, with triggers. It is
//! validated with the terms at launch and fixed. On a date the pool is counted from the figures of the
//! books ([`collections`]): what is lent; what of it counts in tests, that is no more than what backs
//! it, what collateral in liquidation should bring, and nothing beyond the concentration caps of
//! closing; what is delinquent.
//!
//! Triggers are looked at once per date and move the deal: to amortise, on the same date already, and
//! back to revolving once what tripped is cured; or to be accelerated, for good. Between dates nothing is
//! lent while a test of principal fails by the ledgers, or the last date left a test failing.
//!
//! What a date was run on is kept until the next one ([`Opening`]): anybody can run it again, also on
//! other receipts ([`Pallet::rerun`]).
//!
//! # Parties
//!
//! The **servicer** looks after loans: calls interest from borrowers at any time, and may resign. The
//! **trustee** looks after the holders: says whether the servicer is in default and who it is, and may
//! accelerate a deal as soon as a coupon is unpaid. Governance may do both. Fees are paid to a ledger of
//! their own and claimed by anybody for their payee.
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
//! # Notes
//!
//! Notes are tokens of an instance of `pallet-assets` that has no calls: whoever moves one comes
//! through here ([`Pallet::transfer`], [`Pallet::transfer_from`], [`Pallet::take_offer`], collection and
//! exchange), where both sides are credited first, so that every payment stays with whom it was made
//! to. A holder's checkpoint says what of his notes is on hold, for an offer or a vote, and whether he
//! is frozen. What is on hold earns for him as ever and moves only by what it is held for; it is not
//! transferred, exchanged for collateral, or burned when the deal has closed. Offers that cannot be
//! taken any more and votes of proposals that have ended are released by anyone, so that nobody's
//! neglect keeps a deal in storage. A frozen holder earns and neither gives, receives nor claims.
//!
//! Notes of a restricted tranche are ordered and received by those only whom the trustee has allowed;
//! they may be sold, collected and claimed on by whoever holds them. What the terms leave to them, the
//! holders of the senior-most class decide by two thirds ([`Pallet::propose`]).
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
//! # The court
//!
//! A ruling reaches a deal through [`court`]: it pays a class from what is the respondent's, has payments
//! to junior classes set aside meanwhile, accelerates the deal, replaces the servicer, moves notes to
//! whom they belong. Three defaults the chain sees by itself ([`DefaultTerms`]): a senior coupon unpaid
//! beyond its grace and a coverage test that failed for its whole cure period accelerate the deal; an
//! attestation that is overdue puts the servicer in default. Classes other than the senior-most one may
//! be left unpaid: a program does not say that a coupon cannot be deferred.
//!
//! # Rounding
//!
//! | amount | direction | left over to |
//! |---|---|---|
//! | coupon, fee accrued | down | nobody: it is not owed |
//! | what cures a coverage test | up, exactly enough | notes redeemed |
//! | bond, reserve at launch | up | the originator, in the end |
//! | notes of an order, ordered · filled/total | down | the originator |
//! | refund of an order, ordered · (total − filled)/total | down | the originator |
//! | payment per note | down, remainder carried to the next payment | `distributable` |
//! | claim | down, the fraction stays with the holder | `distributable` |
//! | notes given up for collateral | up | the other holders of the class |
//! | cash for notes on offer | up | the seller |

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
mod approvals;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod breakers;
mod cash;
mod clean_up;
pub mod collections;
mod consent;
pub mod court;
mod coverage;
mod eligibility;
pub mod entries;
mod exchange;
mod fees;
mod holders;
mod hook;
mod invariants;
mod lending;
mod life;
#[cfg(test)]
mod mock;
pub mod netting;
mod notes;
mod offering;
mod offers;
mod openings;
mod parties;
mod payments;
pub mod runtime_api;
#[cfg(test)]
mod tests;
mod triggers;
pub mod types;
mod validate;
mod validate_program;
mod views;
pub mod weights;

pub use court::types::*;
pub use entries::*;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::traits::tokens::fungibles;
use strata_traits::{AgendaKey, Asset, Balance, BookId, Books, DealId, DisputeId, Listing, Moment};

/// The account id type of the runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;
/// What a book is opened with.
pub type BookTermsOf<T> = <<T as Config>::Books as Books>::Terms;
/// The terms of a deal in this runtime.
pub type TermsOf<T> = Terms<AccountIdOf<T>, BookTermsOf<T>>;
/// A deposit.
pub type TicketOf<T> = <T as Config>::Consideration;
/// A deal in this runtime.
pub type DealOf<T> = Deal<AccountIdOf<T>, BookTermsOf<T>, TicketOf<T>>;
/// An order in this runtime.
pub type OrderOf<T> = Order<TicketOf<T>>;
/// A checkpoint in this runtime.
pub type CheckpointOf<T> = Checkpoint<AccountIdOf<T>, TicketOf<T>>;
/// An allowance in this runtime.
pub type ApprovalOf<T> = Approval<TicketOf<T>>;
/// What a seller asks for in this runtime.
pub type OfferTermsOf<T> = OfferTerms<AccountIdOf<T>>;
/// An offer in this runtime.
pub type OfferOf<T> = Offer<AccountIdOf<T>, TicketOf<T>>;
/// A permit in this runtime.
pub type PermitOf<T> = Permit<AccountIdOf<T>, TicketOf<T>>;
/// What holders may be asked in this runtime.
pub type MatterOf<T> = Matter<AccountIdOf<T>>;
/// A proposal in this runtime.
pub type ProposalOf<T> = Proposal<AccountIdOf<T>, TicketOf<T>>;
/// A vote in this runtime.
pub type VoteOf<T> = Vote<TicketOf<T>>;
/// An open case in this runtime.
pub type OpenCaseOf<T> = OpenCase<AccountIdOf<T>>;
/// An award in this runtime.
pub type AwardOf<T> = Award<AccountIdOf<T>>;
/// A servicer's bond in this runtime.
pub type ServicerBondOf<T> = ServicerBond<TicketOf<T>>;
/// Who served a deal in this runtime.
pub type ServicingOf<T> = Servicing<AccountIdOf<T>>;

// The expansion of the pallet macros uses `expect`; nothing written here does.
// It also has a function with all arguments of each call; an offer has eight.
#[allow(clippy::expect_used, clippy::too_many_arguments)]
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
	use strata_traits::{DealDefault, PriceFeeds, Proceeds};
	use strata_waterfall::{
		Funds, Mode, Payment, PerClass, PerFee, PerTest, Program, TestResult, MAX_FEES, MAX_LINES,
		MAX_TESTS, MAX_TRIGGERS,
	};

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

		/// Where the index of floating coupons comes from.
		type Feeds: PriceFeeds;

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

		/// Least share of a deal's face that the originator's bond must be.
		#[pallet::constant]
		type MinBond: Get<Perbill>;

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

		/// Looks for defaults of deals when they come into sight.
		type Watch: strata_traits::Watch;

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

	/// How deals pay: fixed at launch, until removal.
	#[pallet::storage]
	pub type Programs<T: Config> = StorageMap<_, Twox64Concat, DealId, Program>;

	/// What the last payment date of each deal was run on, until the next one.
	#[pallet::storage]
	pub type Openings<T: Config> = StorageMap<_, Twox64Concat, DealId, Opening>;

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

	/// Allowances: deal, rank, owner, who may move his notes.
	#[pallet::storage]
	pub type Approvals<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, DealId>,
			NMapKey<Twox64Concat, u8>,
			NMapKey<Blake2_128Concat, AccountIdOf<T>>,
			NMapKey<Blake2_128Concat, AccountIdOf<T>>,
		),
		ApprovalOf<T>,
	>;

	/// The id of the next offer.
	#[pallet::storage]
	pub type NextOffer<T> = StorageValue<_, OfferId, ValueQuery>;

	/// Notes for sale.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Twox64Concat, OfferId, OfferOf<T>>;

	/// The register of each deal with restricted tranches: who may order and receive their notes.
	#[pallet::storage]
	pub type Permits<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DealId, Blake2_128Concat, AccountIdOf<T>, PermitOf<T>>;

	/// What the senior-most holders of a deal are asked: one question at a time.
	#[pallet::storage]
	pub type Proposals<T: Config> = StorageMap<_, Twox64Concat, DealId, ProposalOf<T>>;

	/// Consents of holders. One whose proposal has ended keeps notes on hold until it is released.
	#[pallet::storage]
	pub type Votes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DealId, Blake2_128Concat, AccountIdOf<T>, VoteOf<T>>;

	/// Cases before the court that are about a deal.
	#[pallet::storage]
	pub type Cases<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DealId, Twox64Concat, DisputeId, OpenCaseOf<T>>;

	/// Awards to those who held a class of a deal when a case was opened, until they are swept.
	#[pallet::storage]
	pub type Awards<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DealId, Twox64Concat, DisputeId, AwardOf<T>>;

	/// What somebody was ordered to pay to the classes of a deal, by rank, and did not have: the deal
	/// pays it from what it would pay him.
	#[pallet::storage]
	pub type Judgments<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DealId,
		Blake2_128Concat,
		AccountIdOf<T>,
		PerClass<Balance>,
	>;

	/// What servicers of a deal, former ones too, paid in for their promises.
	#[pallet::storage]
	pub type ServicerBonds<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		DealId,
		Blake2_128Concat,
		AccountIdOf<T>,
		ServicerBondOf<T>,
	>;

	/// Who served a deal before. Nothing of a deal whose servicer was never replaced.
	#[pallet::storage]
	pub type Servicings<T: Config> =
		StorageMap<_, Twox64Concat, DealId, ServicingOf<T>, ValueQuery>;

	// A payment date says all that it did. Events are boxed by the system, one by one.
	#[allow(clippy::large_enum_variant)]
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
			/// What was paid in as the bond.
			bond: Balance,
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
			/// What the date did with principal.
			mode: Mode,
			/// What each class was due, was paid, and is still owed, by rank.
			payments: PerClass<Payment>,
			/// What was paid for each fee.
			fees: PerFee<Balance>,
			/// What each coverage test found.
			tests: PerTest<TestResult>,
			/// Balances written off, on the last date.
			written_off: Balance,
			/// Balances written up again, from recoveries.
			written_up: Balance,
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
		/// The deal lends again: what ended it before the time is cured.
		Revolving {
			/// The deal.
			deal: DealId,
		},
		/// A trigger tripped on a payment date.
		Triggered {
			/// The deal.
			deal: DealId,
			/// Which trigger of the program.
			trigger: u8,
			/// The contractual date.
			date: Moment,
		},
		/// What had tripped a trigger does not hold any more.
		Cured {
			/// The deal.
			deal: DealId,
			/// Which trigger of the program.
			trigger: u8,
			/// The contractual date.
			date: Moment,
		},
		/// A fee was paid out, after judgments against its payee.
		FeeClaimed {
			/// The deal.
			deal: DealId,
			/// Which fee of the program.
			fee: u8,
			/// Who was paid.
			who: AccountIdOf<T>,
			/// How much.
			amount: Balance,
		},
		/// The originator called the deal: every note is redeemed on the next date.
		Called {
			/// The deal.
			deal: DealId,
			/// What he paid in for interest, fees and losses charged.
			interest: Balance,
			/// What he paid in for principal.
			principal: Balance,
		},
		/// The trustee says whether the servicer is in default.
		ServicerDefaultSet {
			/// The deal.
			deal: DealId,
			/// Whether it is.
			default: bool,
		},
		/// The deal has another servicer.
		ServicerReplaced {
			/// The deal.
			deal: DealId,
			/// Who it was.
			from: AccountIdOf<T>,
			/// Who it is.
			to: AccountIdOf<T>,
		},
		/// The deal has another trustee.
		TrusteeReplaced {
			/// The deal.
			deal: DealId,
			/// Who it was.
			from: AccountIdOf<T>,
			/// Who it is.
			to: AccountIdOf<T>,
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
		/// A holder was paid, what judgments against him took of it included ([`Event::JudgmentPaid`]).
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
			/// Compensation by rulings.
			compensation: Balance,
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
		/// An allowance was set.
		Approved {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Whose notes.
			owner: AccountIdOf<T>,
			/// Who may move them.
			spender: AccountIdOf<T>,
			/// How many; 0: none any more.
			amount: Balance,
		},
		/// Notes are for sale.
		Offered {
			/// The deal.
			deal: DealId,
			/// The offer.
			offer: OfferId,
			/// The tranche.
			rank: u8,
			/// Whose notes.
			seller: AccountIdOf<T>,
			/// What he asks for.
			terms: OfferTermsOf<T>,
		},
		/// Notes were sold.
		OfferTaken {
			/// The deal.
			deal: DealId,
			/// The offer.
			offer: OfferId,
			/// Who sold.
			seller: AccountIdOf<T>,
			/// Who bought.
			buyer: AccountIdOf<T>,
			/// Notes.
			amount: Balance,
			/// What he paid, in the settlement asset.
			cash: Balance,
			/// Notes that are still on offer; at 0 the offer is gone.
			left: Balance,
		},
		/// An offer was withdrawn or is over; its notes are on hold no more.
		OfferCancelled {
			/// The deal.
			deal: DealId,
			/// The offer.
			offer: OfferId,
			/// Whose notes.
			seller: AccountIdOf<T>,
			/// Notes that were on offer still.
			amount: Balance,
		},
		/// A holder's notes and claims stay where they are until he is thawed.
		Frozen {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Who.
			who: AccountIdOf<T>,
		},
		/// A freeze has ended.
		Thawed {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Who.
			who: AccountIdOf<T>,
		},
		/// One of several claims was not paid. Whatever there is stays claimable.
		NotDelivered {
			/// The deal.
			deal: DealId,
			/// The tranche.
			rank: u8,
			/// Whose claim.
			who: AccountIdOf<T>,
			/// Why.
			error: DispatchError,
		},
		/// The trustee allows somebody to hold notes of restricted tranches.
		Allowed {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
			/// Notes may be ordered and received before it.
			until: Moment,
		},
		/// A permit was removed. Notes that are held stay, and may be sold.
		Disallowed {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
		},
		/// The senior-most holders are asked.
		Proposed {
			/// The deal.
			deal: DealId,
			/// The proposal.
			proposal: ProposalId,
			/// Who asks.
			proposer: AccountIdOf<T>,
			/// What.
			matter: MatterOf<T>,
			/// Whom: the tranche.
			rank: u8,
			/// Notes that have a vote.
			electorate: Balance,
			/// Votes count before it.
			deadline: Moment,
		},
		/// A holder agreed.
		Voted {
			/// The deal.
			deal: DealId,
			/// The proposal.
			proposal: ProposalId,
			/// Who.
			who: AccountIdOf<T>,
			/// With how many notes, which are on hold now.
			units: Balance,
		},
		/// Two thirds agreed, and it was done.
		Enacted {
			/// The deal.
			deal: DealId,
			/// The proposal.
			proposal: ProposalId,
			/// What was done.
			matter: MatterOf<T>,
		},
		/// A proposal has ended without being enacted.
		ProposalClosed {
			/// The deal.
			deal: DealId,
			/// The proposal.
			proposal: ProposalId,
		},
		/// A proposal has ended, and a holder's notes are on hold for it no more.
		VoteReleased {
			/// The deal.
			deal: DealId,
			/// Whose notes.
			who: AccountIdOf<T>,
			/// How many.
			units: Balance,
		},
		/// A servicer paid in a bond, or more of it.
		BondPosted {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
			/// How much.
			amount: Balance,
			/// What it is now.
			total: Balance,
		},
		/// A bond went back to who had been the servicer, after judgments against him.
		BondWithdrawn {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
			/// How much he was paid.
			amount: Balance,
		},
		/// What dates pay to junior classes is kept for a case.
		PaymentsFrozen {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// The class that claims.
			rank: u8,
			/// The most that is kept.
			most: Balance,
		},
		/// Of what a date paid to junior classes, `amount` was kept for a case.
		SetAside {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// How much.
			amount: Balance,
		},
		/// What was kept for a case was paid to the classes that it was due to.
		SetAsideReleased {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// How much.
			amount: Balance,
		},
		/// What was kept for a case that accelerated the deal is cash of the deal again, and is owed again.
		SetAsideUndone {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// How much.
			amount: Balance,
		},
		/// A ruling was carried out for a class.
		Compensated {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// The class.
			rank: u8,
			/// By whom.
			by: AccountIdOf<T>,
			/// How much, cash of the court included.
			paid: Balance,
			/// What he did not have.
			short: Balance,
		},
		/// What was paid in a case waits for those who held the class when it was opened.
		Awarded {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// The class.
			rank: u8,
			/// How much.
			amount: Balance,
			/// It can be claimed before it.
			expiry: Moment,
		},
		/// Somebody was paid his part of an award.
		AwardClaimed {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// Who.
			who: AccountIdOf<T>,
			/// How much.
			amount: Balance,
		},
		/// An award is over. What was left is the deal's.
		AwardSwept {
			/// The deal.
			deal: DealId,
			/// The case.
			dispute: DisputeId,
			/// What was left.
			amount: Balance,
		},
		/// Somebody owes a class what he was ordered to pay.
		Adjudged {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
			/// The class.
			rank: u8,
			/// How much.
			amount: Balance,
		},
		/// The same, but the deal has as many judgments as it keeps: this one is not recorded.
		NotAdjudged {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
			/// The class.
			rank: u8,
			/// How much.
			amount: Balance,
		},
		/// What the deal would have paid somebody went to a class that he owes.
		JudgmentPaid {
			/// The deal.
			deal: DealId,
			/// Who owed it.
			who: AccountIdOf<T>,
			/// The class.
			rank: u8,
			/// How much.
			amount: Balance,
		},
		/// Somebody owes the classes of a deal nothing any more.
		JudgmentSatisfied {
			/// The deal.
			deal: DealId,
			/// Who.
			who: AccountIdOf<T>,
		},
		/// The chain saw a default and did what the terms say of it.
		DefaultDeclared {
			/// The deal.
			deal: DealId,
			/// Which.
			default: DealDefault,
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
		/// Terms: the ceilings of books whose collateral is of one group add up to more than the group's
		/// cap times the face of all tranches.
		CeilingsAboveGroupCap,
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
		/// Liquidity is called in the second half of a period only; by the servicer before, if borrowers
		/// owe all that is missing.
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

		/// Program: refused, and where.
		InvalidProgram(Flaw),
		/// Program: one fund for interest and principal. A deal's books need two.
		OneFund,
		/// Program: not as many classes as the deal has tranches.
		ClassesMismatch,
		/// Terms: not as many payees as the program has fees.
		PayeesMismatch,
		/// Program: a floating coupon in a deal without a listed index feed.
		NoIndex,
		/// Program: a reset, a point of a schedule, the end of a lock-out or the date of a trigger
		/// outside the life of the deal.
		DateOutsideLife,
		/// Program: a schedule that begins above the face of its tranche, or does not end at zero.
		ScheduleOutOfRange,
		/// Program: a coverage test that a deal with these faces would fail on its first day.
		CoverageImpossible,
		/// Terms: the bond is a smaller share than the originator must pay in.
		BondTooSmall,
		/// The trustee must not be the originator or the servicer, nor either the account of the deal.
		PartiesNotDistinct,
		/// The deal has no such fee.
		UnknownFee,
		/// Only the deal's trustee may do this.
		NotTrustee,
		/// Only the deal's servicer may do this.
		NotServicer,
		/// It is so already.
		NothingChanges,
		/// A coverage test fails, or would.
		CoverageFailing,
		/// More is lent than may be left when a deal is called.
		TooMuchLent,
		/// What the originator paid in would not redeem every note on the next date.
		NotRedeemed,

		/// A ruling keeps the holder's notes and claims where they are.
		HolderFrozen,
		/// The holder is not frozen.
		NotFrozen,
		/// Too many of the notes are on hold, for offers or votes.
		NotesHeld,
		/// The tranche is restricted, and the trustee has not allowed this account, or not any more.
		NotEligible,
		/// There is no such allowance.
		UnknownApproval,
		/// The owner allows less.
		InsufficientAllowance,
		/// There is no such offer, or not any more.
		UnknownOffer,
		/// The offer's end has passed.
		OfferExpired,
		/// A payment was made, or a balance written off or up, since the offer.
		OfferLapsed,
		/// A least fill above what is on offer.
		MinimumAboveAmount,
		/// A price of zero.
		ZeroPrice,
		/// The offer is for somebody else.
		NotTaker,
		/// Only the seller may withdraw an offer that can still be taken.
		NotSeller,
		/// More than is on offer.
		FillTooLarge,
		/// Less than the least fill, and not the rest of the offer.
		FillTooSmall,
		/// The notes cost more than the buyer would pay.
		CashAboveMaximum,
		/// The permit would have expired.
		PermitExpired,
		/// There is no such permit.
		UnknownPermit,
		/// The terms do not leave this to the holders.
		NotForHolders,
		/// Nothing that could be done: no such trigger has tripped, the date is not later than it is or
		/// too late, or the account is the deal's.
		MatterOutOfRange,
		/// A proposal of the deal is open.
		ProposalOpen,
		/// No proposal of the deal is open.
		NoProposal,
		/// The proposal has ended, or its class is paid off.
		ProposalOver,
		/// The originator, the servicer and the trustee have no vote.
		Affiliate,
		/// To propose takes a twentieth of all notes that have a vote.
		StakeTooSmall,
		/// The holder agreed already.
		AlreadyVoted,
		/// No notes that were held when the proposal was opened are free to vote.
		NoVote,
		/// There is no such vote.
		UnknownVote,
		/// Less than two thirds agree.
		NotCarried,

		/// Terms: a grace of more than four periods, a cure period or an age of attestations longer than a
		/// deal may live, or an age of zero.
		DefaultTermsOutOfRange,
		/// Terms: the feed that the servicer must keep reported is not listed.
		NoAttestationFeed,
		/// A case about the deal is before the court.
		UnderDispute,
		/// He is bound by his bond, as the servicer of now.
		StillServicer,
		/// He left a deal that is active less than [`BOND_WINDOW`] ago, and is bound by his bond.
		BondBound,
		/// Who was the servicer then is not remembered any more.
		ServicerUnknown,
		/// The account has paid in no bond as servicer.
		NoBond,
		/// The case is not about a deal.
		NotOfDeals,
		/// The dispute has a case already.
		CaseOpen,
		/// The dispute has no case that is open.
		NoCase,
		/// The account holds no notes of the deal and is not its trustee, or is the respondent; or the
		/// notes in question are not its own.
		MayNotClaim,
		/// More than is owed on the class, or was written off.
		AboveClaim,
		/// Less is claimed for those who hold a class than [`LEAST_OF_HOLDERS`] of what is outstanding or was
		/// written off.
		BelowLeast,
		/// The award of another case for those who held a class is not over.
		RecordTaken,
		/// Payments, or the notes, are kept for the case already.
		AlreadyFrozen,
		/// Payments are kept for as many cases as may be.
		TooManyFreezes,
		/// Less is to be frozen than is outstanding of the notes in question.
		FreezeTooSmall,
		/// Nothing that the deal pays could be kept for such a case.
		NothingToFreeze,
		/// There is no such award, or it is over.
		UnknownAward,
		/// The time to claim the award has passed.
		AwardOver,
		/// The award can still be claimed.
		AwardOpen,
		/// The deal has no such coverage test.
		UnknownTest,
		/// The default is not there.
		NoDefault,
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

		/// Lines of a program, at most.
		fn max_lines() -> u32 {
			MAX_LINES
		}

		/// Fees of a deal, at most.
		fn max_fees() -> u32 {
			MAX_FEES
		}

		/// Coverage tests of a deal, at most.
		fn max_tests() -> u32 {
			MAX_TESTS
		}

		/// Triggers of a deal, at most.
		fn max_triggers() -> u32 {
			MAX_TRIGGERS
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
		/// Creates a deal as a draft, with the program that it will pay by.
		///
		/// Both are validated when the deal is launched. The deposit covers all entries of the deal
		/// itself, the program at its size, and is returned when it is removed.
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
		/// O(size of the program).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create())]
		pub fn create(
			origin: OriginFor<T>,
			terms: Box<TermsOf<T>>,
			program: Box<Program>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_create(who, *terms, *program).map(|_| ())
		}

		/// Replaces the terms and the program of a draft. The deposit changes with the program's size.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`]; if the deposit
		/// cannot be held.
		///
		/// ## Events
		/// [`Event::Amended`].
		///
		/// ## Complexity
		/// O(size of the program).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::amend())]
		pub fn amend(
			origin: OriginFor<T>,
			deal: DealId,
			terms: Box<TermsOf<T>>,
			program: Box<Program>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_amend(&who, deal, *terms, *program)
		}

		/// Opens the offering of a draft. Its terms and its program are validated as a whole and fixed;
		/// the residual, the reserve, the bond and the float of the deal's account are paid in by the
		/// originator.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// - [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`].
		/// - The first thing that is wrong with the terms or, as [`Error::InvalidProgram`], with the
		///   program; what [`Books::check`] finds.
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
		///   [`Error::NotEligible`], [`Error::QuietPeriod`], [`Error::OrderBelowMinimum`],
		///   [`Error::OrderAboveMaximum`], [`Error::TooManyOrders`].
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

		/// Transfers notes that are not on hold. Both sides are credited first with what was paid up to
		/// now.
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
		/// [`Error::CannotHold`], [`Error::NothingHeld`], [`Error::HolderFrozen`],
		/// [`Error::InsufficientNotes`], [`Error::NotEligible`], [`Error::NotesHeld`]; if the deposit
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
		/// closed deal his notes, which are worth nothing any more, are burned; those on hold for an offer
		/// or a vote after they are released, which anyone may do then, and none while a case about the
		/// deal is before the court, whose ruling may pay on them. From the residual, judgments against its
		/// holder are paid first. One who is kept for an award that is over, and has nothing, is cleared
		/// away.
		///
		/// ## Origin
		/// Signed: anyone, for anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`],
		/// [`Error::NothingHeld`], [`Error::HolderFrozen`], [`Error::NothingToClaim`],
		/// [`Error::NotesHeld`], [`Error::UnderDispute`]; if the cash cannot be received, and nothing is
		/// lost.
		///
		/// ## Events
		/// [`Event::Claimed`]; [`Event::JudgmentPaid`], [`Event::JudgmentSatisfied`].
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
		/// [`Error::WaterfallFailed`]; [`sp_runtime::TransactionalError::LimitReached`] in a call nested
		/// too deep.
		///
		/// ## Events
		/// [`Event::PaymentRun`]; [`Event::Triggered`], [`Event::Cured`], [`Event::SetAside`],
		/// [`Event::Amortising`], [`Event::Revolving`], [`Event::Accelerated`],
		/// [`Event::LiquidityCalled`], [`Event::FinalDatePassed`], [`Event::DealClosed`] when it comes to
		/// it.
		///
		/// ## Complexity
		/// O(books + tranches), whatever the number of holders.
		#[pallet::call_index(10)]
		#[pallet::weight(Pallet::<T>::payment_weight())]
		pub fn run_payment(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_run_payment(deal).map(|_| ())
		}

		/// Removes a failed or closed deal of which nobody holds anything any more and whose fees are
		/// claimed. The deposit, the bond, the float, what rounding left, and donations go to the
		/// originator.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::StillHeld`] (notes, fees, awards, bonds
		/// of servicers), [`Error::UnderDispute`]; if the originator cannot receive the cash.
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
		/// Once for a payment date; by others than the servicer only in the second half of a period, so
		/// that borrowers have had time to pay by themselves. The servicer calls before that only for all
		/// that the coupon lacks. A payment date that leaves the coupon unpaid calls by itself.
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
			let who = ensure_signed(origin)?;
			Self::do_call_liquidity(&who, deal)
		}

		/// Ends lending and has every book mature now: each payment date redeems notes from now on,
		/// and what borrowers do not repay is closed out over the book's close-out period.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by the trustee, once a date has left the coupon of the
		/// senior-most class unpaid; or by anyone, once it has been unpaid for a whole period.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`]; by others than [`Config::DealAdmin`]
		/// [`Error::PaymentPending`], [`Error::CouponNotOverdue`]; if a book cannot mature.
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

		/// Pays out what the waterfall has paid for a fee, after judgments of the deal against its payee.
		/// Unclaimed fees never expire.
		///
		/// ## Origin
		/// Signed: anyone, for the payee.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::UnknownFee`],
		/// [`Error::NothingToClaim`]; if the payee cannot receive the cash, and nothing is lost.
		///
		/// ## Events
		/// [`Event::FeeClaimed`]; [`Event::JudgmentPaid`], [`Event::JudgmentSatisfied`].
		///
		/// ## Complexity
		/// O(tranches).
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::claim_fee())]
		pub fn claim_fee(origin: OriginFor<T>, deal: DealId, fee: u8) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_fee(deal, fee)
		}

		/// Calls the deal once little enough is lent ([`Terms::clean_up`]): the originator pays in
		/// exactly what the deal lacks to redeem every note on the next date, with all interest and
		/// fees (while the residual has a deficiency, but for subordinate ones). The date redeems them in
		/// order of seniority, without coverage tests, schedules and lock-outs. From then on nothing is
		/// lent; what the books still bring is the residual's.
		///
		/// ## Origin
		/// Signed: the originator.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotOriginator`], [`Error::WrongState`],
		/// [`Error::PaymentPending`], [`Error::TooMuchLent`], [`Error::NotRedeemed`],
		/// [`Error::WaterfallFailed`]; if the originator does not have the cash.
		///
		/// ## Events
		/// [`Event::Called`].
		///
		/// ## Complexity
		/// O(books + tranches).
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::clean_up())]
		pub fn clean_up(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_clean_up(&who, deal)
		}

		/// Says whether the servicer is in default. Triggers of the program may depend on it.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by the trustee.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotTrustee`], [`Error::WrongState`],
		/// [`Error::NothingChanges`].
		///
		/// ## Events
		/// [`Event::ServicerDefaultSet`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::set_servicer_default())]
		pub fn set_servicer_default(
			origin: OriginFor<T>,
			deal: DealId,
			default: bool,
		) -> DispatchResult {
			Self::do_set_servicer_default(origin, deal, default)
		}

		/// Replaces the servicer. Fees that were paid for him are paid out to him first, if he can
		/// receive them; a default ends with him.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by the trustee.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotTrustee`], [`Error::WrongState`],
		/// [`Error::NothingChanges`], [`Error::PartiesNotDistinct`];
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::ServicerReplaced`], [`Event::FeeClaimed`]; [`Event::JudgmentPaid`],
		/// [`Event::JudgmentSatisfied`].
		///
		/// ## Complexity
		/// O(fees · tranches).
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::replace_servicer())]
		pub fn replace_servicer(
			origin: OriginFor<T>,
			deal: DealId,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			Self::do_replace_servicer(origin, deal, who)
		}

		/// Replaces the trustee. Fees that were paid for him are paid out to him first, if he can
		/// receive them.
		///
		/// ## Origin
		/// [`Config::DealAdmin`].
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NothingChanges`],
		/// [`Error::PartiesNotDistinct`];
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::TrusteeReplaced`], [`Event::FeeClaimed`]; [`Event::JudgmentPaid`],
		/// [`Event::JudgmentSatisfied`].
		///
		/// ## Complexity
		/// O(fees · tranches).
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::replace_trustee())]
		pub fn replace_trustee(
			origin: OriginFor<T>,
			deal: DealId,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			Self::do_replace_trustee(origin, deal, who)
		}

		/// Lays down the servicer's office. The trustee keeps it until he names another one.
		///
		/// ## Origin
		/// Signed: the servicer, unless he is the trustee.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotServicer`], [`Error::WrongState`],
		/// [`Error::NothingChanges`];
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::ServicerReplaced`], [`Event::FeeClaimed`]; [`Event::JudgmentPaid`],
		/// [`Event::JudgmentSatisfied`].
		///
		/// ## Complexity
		/// O(fees · tranches).
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::replace_servicer())]
		pub fn resign(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resign(who, deal)
		}

		/// Sets how many notes of a tranche `spender` may move for the owner. It replaces what was set
		/// before: to change an allowance that may just be in use, take it back first. An allowance is
		/// removed, and its deposit returned, at zero or when it is used up.
		///
		/// ## Origin
		/// Signed: the owner.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`],
		/// [`Error::ResidualLocked`], [`Error::SelfTransfer`]; to zero only [`Error::UnknownApproval`];
		/// if the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Approved`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::approve())]
		pub fn approve(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			spender: AccountIdOf<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_approve(who, deal, rank, spender, amount)
		}

		/// Transfers notes of `from`, who allowed it. Both sides are credited first, as by
		/// [`Pallet::transfer`]. The deposit of a receiver who holds nothing yet is the caller's.
		///
		/// ## Origin
		/// Signed: whom the owner allowed.
		///
		/// ## Errors
		/// As of [`Pallet::transfer`]; [`Error::InsufficientAllowance`].
		///
		/// ## Events
		/// [`Event::Transferred`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::transfer_from())]
		pub fn transfer_from(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			from: AccountIdOf<T>,
			to: AccountIdOf<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_transfer_from(who, deal, rank, from, to, amount)
		}

		/// Offers notes for the settlement asset of their deal. They stay the seller's, on hold, and
		/// earn for him until they are taken. `price` is per unit of principal outstanding, flat: what has
		/// accrued on the notes and is not paid goes with them. A buyer takes at least `minimum_fill`, or the
		/// rest, before `expiry`; only `taker`, if there is one. A payment makes the offer lapse or stand at
		/// its price for what is outstanding then, as `on_payment` says; a write-off ends it.
		///
		/// ## Origin
		/// Signed: the holder.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::UnknownTranche`], [`Error::WrongState`],
		/// [`Error::ResidualLocked`], [`Error::NothingOwed`], [`Error::ZeroAmount`],
		/// [`Error::MinimumAboveAmount`], [`Error::ZeroPrice`], [`Error::OfferExpired`],
		/// [`Error::SelfTransfer`], [`Error::NothingHeld`], [`Error::HolderFrozen`],
		/// [`Error::InsufficientNotes`], [`Error::NotesHeld`]; if the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Offered`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(32)]
		#[pallet::weight(T::WeightInfo::offer())]
		pub fn offer(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			#[pallet::compact] amount: Balance,
			price: Ratio,
			#[pallet::compact] minimum_fill: Balance,
			expiry: Moment,
			taker: Option<AccountIdOf<T>>,
			on_payment: OnPayment,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let terms = OfferTerms { amount, price, minimum_fill, expiry, taker, on_payment };
			Self::do_offer(who, deal, rank, terms)
		}

		/// Buys `amount` notes of an offer, all of it or a part: cash to the seller and notes to the
		/// buyer, both or neither. The buyer pays ⌈amount · balance · price / notes in existence⌉ of the
		/// deal's settlement asset, rounded once, and no more than `max_cash`. Both sides are credited
		/// first with what was paid up to now; a buyer who holds nothing yet places a deposit.
		///
		/// ## Origin
		/// Signed: the buyer.
		///
		/// ## Errors
		/// [`Error::UnknownOffer`], [`Error::WrongState`] of a deal that has closed,
		/// [`Error::OfferExpired`], [`Error::OfferLapsed`], [`Error::PaymentPending`],
		/// [`Error::NotTaker`], [`Error::ZeroAmount`], [`Error::FillTooLarge`], [`Error::FillTooSmall`],
		/// [`Error::NothingOwed`], [`Error::CashAboveMaximum`], [`Error::SelfTransfer`],
		/// [`Error::CannotHold`], [`Error::HolderFrozen`], [`Error::NotEligible`]; if the buyer has less
		/// of the settlement asset, the seller cannot receive it, or the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Transferred`], [`Event::OfferTaken`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(33)]
		#[pallet::weight(T::WeightInfo::take_offer())]
		pub fn take_offer(
			origin: OriginFor<T>,
			offer: OfferId,
			#[pallet::compact] amount: Balance,
			#[pallet::compact] max_cash: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_take_offer(who, offer, amount, max_cash)
		}

		/// Ends an offer. Its notes are on hold no more, and the seller has his deposit back.
		///
		/// ## Origin
		/// Signed: the seller; anyone, once it cannot be taken any more: after its end, when a payment
		/// made it lapse, when nothing is owed to the class, in a closed deal.
		///
		/// ## Errors
		/// [`Error::UnknownOffer`], [`Error::NotSeller`].
		///
		/// ## Events
		/// [`Event::OfferCancelled`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(34)]
		#[pallet::weight(T::WeightInfo::cancel_offer())]
		pub fn cancel_offer(origin: OriginFor<T>, offer: OfferId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel_offer(&who, offer)
		}

		/// Freezes a holder of a tranche: he earns as ever, and neither moves nor receives notes, nor
		/// claims, nor votes. An order of his that is not collected yet is not touched: collect it first.
		///
		/// ## Origin
		/// [`Config::DealAdmin`].
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NothingHeld`],
		/// [`Error::HolderFrozen`].
		///
		/// ## Events
		/// [`Event::Frozen`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(35)]
		#[pallet::weight(T::WeightInfo::freeze())]
		pub fn freeze(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			T::DealAdmin::ensure_origin(origin)?;
			Self::do_freeze(deal, rank, who)
		}

		/// Ends a freeze. What was paid meanwhile can be claimed.
		///
		/// ## Origin
		/// [`Config::DealAdmin`].
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NothingHeld`], [`Error::NotFrozen`].
		///
		/// ## Events
		/// [`Event::Thawed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(36)]
		#[pallet::weight(T::WeightInfo::thaw())]
		pub fn thaw(
			origin: OriginFor<T>,
			deal: DealId,
			rank: u8,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			T::DealAdmin::ensure_origin(origin)?;
			Self::do_thaw(deal, rank, who)
		}

		/// Claims for a holder in several tranches, of any deals, at once, as by [`Pallet::claim`]. Each
		/// stands for itself: one that cannot be paid is left claimable and does not stop the others.
		///
		/// ## Origin
		/// Signed: anyone, for anyone.
		///
		/// ## Errors
		/// [`Error::NothingToClaim`] of an empty list;
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::Claimed`] or [`Event::NotDelivered`] for each.
		///
		/// ## Complexity
		/// O(claims).
		#[pallet::call_index(37)]
		#[pallet::weight(
			T::WeightInfo::claim().saturating_mul(u64::try_from(tranches.len().max(1)).unwrap_or(u64::MAX))
		)]
		pub fn claim_many(
			origin: OriginFor<T>,
			tranches: BoundedVec<(DealId, u8), ConstU32<MAX_CLAIMS>>,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_many(tranches.into_inner(), &who)
		}

		/// Allows somebody to order and receive notes of the deal's restricted tranches before `until`,
		/// or moves that end. The first time takes a deposit from the trustee.
		///
		/// ## Origin
		/// Signed: the deal's trustee.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::NotTrustee`], [`Error::PermitExpired`]; if the deposit cannot
		/// be held.
		///
		/// ## Events
		/// [`Event::Allowed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(38)]
		#[pallet::weight(T::WeightInfo::allow())]
		pub fn allow(
			origin: OriginFor<T>,
			deal: DealId,
			who: AccountIdOf<T>,
			until: Moment,
		) -> DispatchResult {
			let trustee = ensure_signed(origin)?;
			Self::do_allow(trustee, deal, who, until)
		}

		/// Removes a permit; whoever placed its deposit has it back. Notes that are held stay, earn, and
		/// may be sold.
		///
		/// ## Origin
		/// Signed: the deal's trustee; anyone, once the permit has expired or the deal is gone.
		///
		/// ## Errors
		/// [`Error::UnknownPermit`], [`Error::NotTrustee`].
		///
		/// ## Events
		/// [`Event::Disallowed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(39)]
		#[pallet::weight(T::WeightInfo::disallow())]
		pub fn disallow(origin: OriginFor<T>, deal: DealId, who: AccountIdOf<T>) -> DispatchResult {
			let by = ensure_signed(origin)?;
			Self::do_disallow(&by, deal, who)
		}

		/// Asks the holders of the senior-most class with a balance, for one period of the deal. Only what
		/// the terms leave to them, and one question at a time. Notes count as they are held now.
		///
		/// ## Origin
		/// Signed: the trustee; a holder of a twentieth of the notes that have a vote.
		///
		/// ## Errors
		/// [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NotForHolders`],
		/// [`Error::MatterOutOfRange`], [`Error::NoRedemptionDate`], [`Error::ProposalOpen`],
		/// [`Error::NothingOwed`], [`Error::NoVote`], [`Error::Affiliate`], [`Error::NothingHeld`],
		/// [`Error::HolderFrozen`], [`Error::StakeTooSmall`]; if the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Proposed`]; [`Event::ProposalClosed`] of an earlier one whose end has passed.
		///
		/// ## Complexity
		/// O(tranches).
		#[pallet::call_index(40)]
		#[pallet::weight(T::WeightInfo::propose())]
		pub fn propose(origin: OriginFor<T>, deal: DealId, matter: MatterOf<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose(who, deal, matter)
		}

		/// Agrees to the open proposal with all notes that were held when it was opened and are not on
		/// hold. They are on hold until it has ended. A vote for a proposal that has ended is released.
		///
		/// ## Origin
		/// Signed: a holder of the class that is asked.
		///
		/// ## Errors
		/// [`Error::NoProposal`], [`Error::ProposalOver`], [`Error::UnknownDeal`], [`Error::WrongState`],
		/// [`Error::Affiliate`], [`Error::AlreadyVoted`], [`Error::NothingHeld`],
		/// [`Error::HolderFrozen`], [`Error::NoVote`]; if the deposit cannot be held.
		///
		/// ## Events
		/// [`Event::Voted`]; [`Event::VoteReleased`] of an earlier vote.
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(41)]
		#[pallet::weight(T::WeightInfo::vote())]
		pub fn vote(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_vote(who, deal)
		}

		/// Does what two thirds agreed to, before the proposal's end.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::NoProposal`], [`Error::ProposalOver`], [`Error::NotCarried`],
		/// [`Error::PaymentPending`]; if the matter cannot be decided any more, as of
		/// [`Pallet::propose`]; if a book cannot mature;
		/// [`sp_runtime::TransactionalError::LimitReached`] in a call nested too deep.
		///
		/// ## Events
		/// [`Event::Enacted`]; [`Event::Accelerated`], [`Event::ServicerReplaced`] or
		/// [`Event::TrusteeReplaced`] with [`Event::FeeClaimed`], [`Event::JudgmentPaid`] and
		/// [`Event::JudgmentSatisfied`], as it was asked.
		///
		/// ## Complexity
		/// O(books + fees · tranches).
		#[pallet::call_index(42)]
		#[pallet::weight(T::WeightInfo::enact().max(
			T::WeightInfo::close_proposal()
				.saturating_add(T::WeightInfo::replace_servicer().max(T::WeightInfo::replace_trustee()))
		))]
		pub fn enact(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_enact(deal)
		}

		/// Ends a proposal. Its votes can be released then.
		///
		/// ## Origin
		/// [`Config::DealAdmin`]; or signed by whoever asked; or by anyone, after its end or in a closed
		/// deal.
		///
		/// ## Errors
		/// [`Error::NoProposal`], [`Error::ProposalOpen`].
		///
		/// ## Events
		/// [`Event::ProposalClosed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(43)]
		#[pallet::weight(T::WeightInfo::close_proposal())]
		pub fn close_proposal(origin: OriginFor<T>, deal: DealId) -> DispatchResult {
			let who = match T::DealAdmin::try_origin(origin) {
				Ok(_) => None,
				Err(origin) => Some(ensure_signed(origin)?),
			};
			Self::do_close_proposal(who.as_ref(), deal)
		}

		/// Ends the hold of a vote whose proposal has ended. The holder has his deposit back.
		///
		/// ## Origin
		/// Signed: anyone, for anyone.
		///
		/// ## Errors
		/// [`Error::UnknownVote`], [`Error::ProposalOpen`].
		///
		/// ## Events
		/// [`Event::VoteReleased`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(44)]
		#[pallet::weight(T::WeightInfo::release_vote())]
		pub fn release_vote(
			origin: OriginFor<T>,
			deal: DealId,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release_vote(deal, who)
		}

		/// Pays in a bond as the servicer, in the settlement asset, or adds to it. A ruling against the
		/// servicer takes it; else it goes back by [`Pallet::withdraw_bond`].
		///
		/// ## Origin
		/// Signed: the servicer of an active deal.
		///
		/// ## Errors
		/// - [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NotServicer`], [`Error::ZeroAmount`].
		/// - If the cash cannot be moved, or the deposit of a first bond cannot be held.
		///
		/// ## Events
		/// [`Event::BondPosted`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::post_bond())]
		pub fn post_bond(
			origin: OriginFor<T>,
			deal: DealId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_post_bond(who, deal, amount)
		}

		/// Pays a bond back to `who`, who has been the servicer no more for [`BOND_WINDOW`] or whose deal
		/// has closed. Judgments of the deal against him are paid first.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// - [`Error::UnknownDeal`], [`Error::WrongState`], [`Error::NoBond`].
		/// - [`Error::StillServicer`], [`Error::UnderDispute`], [`Error::BondBound`].
		/// - If the cash cannot be delivered.
		///
		/// ## Events
		/// [`Event::BondWithdrawn`]; [`Event::JudgmentPaid`], [`Event::JudgmentSatisfied`].
		///
		/// ## Complexity
		/// O(tranches).
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::withdraw_bond())]
		pub fn withdraw_bond(
			origin: OriginFor<T>,
			deal: DealId,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw_bond(deal, who)
		}

		/// Pays `who` his part of an award, ⌊award · notes held when the case was opened / all of them but
		/// those of affiliates⌋. Once; who collects an order afterwards is paid on those notes too.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// - [`Error::UnknownAward`], [`Error::AwardOver`].
		/// - [`Error::Affiliate`], [`Error::NothingHeld`], [`Error::NothingToClaim`],
		///   [`Error::HolderFrozen`].
		/// - If the cash cannot be delivered.
		///
		/// ## Events
		/// [`Event::AwardClaimed`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(45)]
		#[pallet::weight(T::WeightInfo::claim_award())]
		pub fn claim_award(
			origin: OriginFor<T>,
			deal: DealId,
			dispute: DisputeId,
			who: AccountIdOf<T>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_award(deal, dispute, who)
		}

		/// Ends an award that is claimed in full, or whose time is over. What is left goes to the reserve;
		/// in a deal that has closed to the class, or if nobody holds it, to the originator on removal.
		///
		/// ## Origin
		/// Signed: anyone.
		///
		/// ## Errors
		/// [`Error::UnknownAward`], [`Error::AwardOpen`].
		///
		/// ## Events
		/// [`Event::AwardSwept`].
		///
		/// ## Complexity
		/// O(1).
		#[pallet::call_index(46)]
		#[pallet::weight(T::WeightInfo::sweep_award())]
		pub fn sweep_award(
			origin: OriginFor<T>,
			deal: DealId,
			dispute: DisputeId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_sweep_award(deal, dispute)
		}
	}
}
