//! Books and cash: how a deal and its lending meet.

use codec::{Codec, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::Parameter;
use scale_info::TypeInfo;
use sp_runtime::{traits::Member, DispatchError, DispatchResult};

use crate::{Asset, Balance, BookId, DealId, Moment};

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
	/// Principal lent and not in default.
	pub performing_principal: Balance,
	/// Interest accrued to now and not yet paid, rounded down.
	pub interest_due: Balance,
	/// Principal lost so far.
	pub losses: Balance,
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

	/// Closes `book`: nothing is drawn from it ever again; collateral stays its owners'.
	///
	/// # Errors
	/// If anything is still owed to it.
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

	/// Makes a deal that lends in `settlement`, with `principal` in cash and one book on
	/// `collateral`. Returns the deal and its book.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_deal(
		settlement: &Asset,
		collateral: &Asset,
		principal: Balance,
	) -> Result<(DealId, BookId), DispatchError>;
}
