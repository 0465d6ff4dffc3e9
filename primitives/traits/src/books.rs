//! Books and cash: how a deal and its lending meet.

use alloc::vec::Vec;
use codec::{Codec, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::Parameter;
use scale_info::TypeInfo;
use sp_runtime::{traits::Member, DispatchError, DispatchResult};
use strata_numbers::Ratio;

use crate::{Asset, Balance, BookId, DealId, FeedId, Moment};

/// Changes of a price that [`Books::losses`] looks at, at most.
pub const MAX_SHOCKS: usize = 128;

/// What a deal needs to know of one book, whatever the book holds: vaults now, reported receivables
/// later. Amounts are in the smallest unit of the deal's settlement asset.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct BookFigures {
	/// Principal lent and not in liquidation.
	pub performing_principal: Balance,
	/// Of it, what should have been repaid by now.
	pub past_due: Balance,
	/// Interest accrued to now and not yet paid, rounded down.
	pub interest_due: Balance,
	/// Value of what backs the book at the lower price, rounded down; `None` without a price.
	pub value: Option<Balance>,
}

/// Cash collected from a borrower.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Collected {
	/// Interest paid.
	pub interest: Balance,
	/// Principal repaid.
	pub principal: Balance,
}

/// What the sale of seized collateral brings, in the order in which it is booked. In the smallest
/// unit of the deal's settlement asset.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Proceeds {
	/// Pays principal in liquidation.
	pub principal: Balance,
	/// Pays the interest that was seized with it.
	pub interest: Balance,
	/// Pays the penalty: at most the bonus on what was seized for.
	pub penalty: Balance,
	/// What is above all of these; or, of a lot whose loss was charged, a recovery.
	pub surplus: Balance,
}

/// The lending side of a deal, as the waterfall sees it. A book is anything that reports these
/// figures; vaults are the first kind.
pub trait Books {
	/// What a book is opened with.
	type Terms: Parameter + Member + MaxEncodedLen + Codec;

	/// The collateral asset that `terms` lend against.
	fn collateral(terms: &Self::Terms) -> Asset;

	/// The most principal that a book with `terms` has out at a time.
	fn ceiling(terms: &Self::Terms) -> Balance;

	/// `terms` with a ceiling of at most `most`.
	fn capped(terms: Self::Terms, most: Balance) -> Self::Terms;

	/// Whether what a book with `terms` is owed can be counted for `millis` after it is opened: whether
	/// its rate index fits. A book beyond that could not take a repayment any more.
	fn lasts(terms: &Self::Terms, millis: Moment) -> bool;

	/// Whether a book with these terms could be opened today.
	///
	/// # Errors
	/// What is wrong with the terms.
	fn check(terms: &Self::Terms, settlement: &Asset) -> DispatchResult;

	/// Opens a book for `deal`. The deal's parameters are pinned here.
	///
	/// # Errors
	/// As [`Books::check`].
	fn open(deal: DealId, settlement: &Asset, terms: &Self::Terms)
		-> Result<BookId, DispatchError>;

	/// The figures of `book` now. O(1) in its vaults. `None` if there is no such book, or if a
	/// figure does not fit.
	fn figures(book: BookId) -> Option<BookFigures>;

	/// What `units` of the book's collateral count for while they wait to be sold, in units of the
	/// settlement asset: ⌊units · lower price · floor factor⌋. `None` without a price.
	fn carrying(book: BookId, units: Balance) -> Option<Balance>;

	/// The feed that prices what backs `book`. O(1): one read. `None` if there is no such book, or if
	/// nothing of it has a price.
	fn feed(book: BookId) -> Option<FeedId>;

	/// What of the principal and interest owed to `book`, principal in liquidation apart, its collateral
	/// would not cover if its price changed to each of `factors` of the last one, exact to the rung:
	/// one loss per factor, at most [`MAX_SHOCKS`]. O(rungs · factors). `None` above that, without a
	/// price, or if a figure does not fit.
	fn losses(book: BookId, factors: &[Ratio]) -> Option<Vec<Balance>>;

	/// The earliest moment at which everything that `terms` lend must have been closed out, if the
	/// book matures as agreed: maturity + close-out + all rounds of the longest auction and its offer
	/// in exchange. Launch compares it to the legal final date. `None` if it does not fit.
	fn closed_out_by(terms: &Self::Terms) -> Option<Moment>;

	/// Makes `book` mature at `at`, if it would mature later: from then on no risk is added, and the
	/// close-out begins. For deals that are accelerated.
	///
	/// # Errors
	/// If there is no such book.
	fn mature(book: BookId, at: Moment) -> DispatchResult;

	/// Winds `book` down: no risk is added from now on; borrowers may repay until `until`; then every
	/// rung is closed out in full at the average price of the time from now to `until`, even if
	/// there is no reliable price any more.
	///
	/// # Errors
	/// If there is no such book, or it is winding down.
	fn wind_down(book: BookId, until: Moment) -> DispatchResult;

	/// Whether the deal must be wound down for this book: it holds less than its ledger, or has been
	/// without a reliable price for longer than is bearable.
	fn is_unsound(book: BookId) -> bool;

	/// Calls `amount` of interest that borrowers owe, at most what they do owe: after the notice of
	/// the book's terms the riskiest rungs are liquidated for it. Replaces an earlier call. Returns
	/// what is called.
	///
	/// # Errors
	/// If there is no such book.
	fn call(book: BookId, amount: Balance) -> Result<Balance, DispatchError>;

	/// Closes `book`: nothing is drawn from it ever again; collateral stays its owners'.
	///
	/// # Errors
	/// If anything is still owed to it, or a lot of it is open.
	fn close(book: BookId) -> DispatchResult;

	/// Terms that [`Books::check`] accepts, for the listed pair.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_terms(collateral: &Asset) -> Self::Terms;
}

/// The cash side of a deal, as a book sees it.
pub trait DealCash<AccountId> {
	/// Pays `amount` of the deal's principal cash to `to`, a borrower.
	///
	/// # Errors
	/// If the deal does not lend now (not revolving, or a payment date has come and is not run yet),
	/// if it has less principal cash, or if the payment fails.
	fn advance(deal: DealId, to: &AccountId, amount: Balance) -> DispatchResult;

	/// Takes `collected` from `from` into the deal's ledgers. Works in every state that a book can
	/// be owed anything in.
	///
	/// # Errors
	/// If `from` does not have it or the asset does not move.
	fn collect(deal: DealId, from: &AccountId, collected: Collected) -> DispatchResult;

	/// `principal` of `book` is in liquidation from now on, with `units` of collateral seized for it.
	///
	/// # Errors
	/// If there is no such deal or book, or a sum does not fit.
	fn seized(deal: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult;

	/// `from` pays `proceeds` for `units` of collateral of `book` in liquidation. Returns without
	/// moving anything if all of it is zero. `units` is 0 for collateral whose loss was charged
	/// ([`DealCash::lost`]): its surplus is a recovery then.
	///
	/// # Errors
	/// If `from` does not have it or the asset does not move, or if less is in liquidation.
	fn proceeds(
		deal: DealId,
		book: BookId,
		from: &AccountId,
		units: Balance,
		proceeds: Proceeds,
	) -> DispatchResult;

	/// A lot of `book` is settled for good: `principal` of what was in liquidation is lost, and
	/// `units` of its collateral no longer count.
	///
	/// # Errors
	/// If less is in liquidation.
	fn lost(deal: DealId, book: BookId, principal: Balance, units: Balance) -> DispatchResult;

	/// `principal` that `book` reported as performing is owed by nobody: what rounding left.
	///
	/// # Errors
	/// If a sum does not fit.
	fn written_off(deal: DealId, book: BookId, principal: Balance) -> DispatchResult;

	/// `who` gives up notes of the senior-most class that is still owed anything, for `units` of
	/// collateral of `book` in liquidation priced at `price`. Of `price`, `principal` at most pays
	/// principal in liquidation; the notes given up are ⌈price in notes at their pool factor⌉.
	/// Returns how much principal was paid off: min(price, principal).
	///
	/// # Errors
	/// If `who` has fewer notes, or the deal is not active.
	fn exchange(
		deal: DealId,
		book: BookId,
		who: &AccountId,
		units: Balance,
		price: Balance,
		principal: Balance,
	) -> Result<Balance, DispatchError>;

	/// Whether `who` is the deal's own account, which buys nothing.
	fn is_account(deal: DealId, who: &AccountId) -> bool;

	/// Makes a deal that lends in `settlement`, with `principal` in cash and one book on
	/// `collateral`. Returns the deal and its book.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(
		settlement: &Asset,
		collateral: &Asset,
		principal: Balance,
	) -> Result<(DealId, BookId), DispatchError>;
}
