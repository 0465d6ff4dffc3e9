//! Seized collateral: who sells it, who keeps it, who stands behind the sale.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::WeightMeter;
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;
use strata_numbers::{Price, Ratio};

use crate::{Asset, AuctionShape, Balance, BookId, DealId, Moment};

/// An auction of seized collateral.
pub type LotId = u32;

/// What one unit of collateral is worth in the settlement asset: whole units of the settlement asset
/// per whole unit of collateral, 18 decimals.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct MarketPrices {
	/// At the sides that make collateral worth least, rounded down: what a buyer of last resort pays
	/// by, and what an open lot is carried by.
	pub lower: Price,
	/// At the sides that make collateral worth most, rounded up: what an auction starts from.
	pub upper: Price,
}

/// Collateral seized from the rungs of one book in one step. Everything a lot needs is copied: no
/// change of parameters reaches a lot that is open.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Seizure {
	/// The deal that lent.
	pub deal: DealId,
	/// The book.
	pub book: BookId,
	/// What was seized.
	pub collateral: Asset,
	/// 10^decimals smallest units of the collateral make one whole unit.
	pub collateral_decimals: u8,
	/// What is owed and paid in.
	pub settlement: Asset,
	/// 10^decimals smallest units of the settlement asset make one whole unit.
	pub settlement_decimals: u8,
	/// s: units of collateral seized; above 0.
	pub units: Balance,
	/// The principal part of x, which was taken off the rungs.
	pub principal: Balance,
	/// The interest part of x. x = principal + interest.
	pub interest: Balance,
	/// ⌊b·x⌋: the most that is kept as penalty.
	pub penalty: Balance,
	/// Whether the rungs covered (1 + b) times their debt. The floor of such a lot is x/s: what is
	/// owed cannot be erased for less. Otherwise it is the market price times the floor factor.
	pub solvent: bool,
	/// The market at seizure.
	pub prices: MarketPrices,
	/// How it is sold.
	pub shape: AuctionShape,
	/// d: see [`crate::ParameterSet::backstop_discount`].
	pub backstop_discount: Ratio,
	/// Least units that a bid may leave, unless it leaves nothing, or buy, unless it buys all; above
	/// 0.
	pub minimum_units: Balance,
}

/// What of a book is for sale.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct OnSale {
	/// Lots that are open.
	pub lots: u32,
	/// Units of collateral in them.
	pub units: Balance,
	/// What is not paid yet of Σx of those whose loss is not charged yet, in units of the settlement
	/// asset: what counts against what the book may have in auction.
	pub owed: Balance,
}

/// Sells seized collateral.
pub trait Auctions {
	/// Puts `seizure` up for sale, or adds it to a lot of the same book and kind that was opened at
	/// this very moment. A backstop pool that covers the whole of x buys first.
	///
	/// # Errors
	/// If a figure does not fit. Nothing is changed then.
	fn open(seizure: Seizure) -> DispatchResult;

	/// Restarts, offers in exchange and settles the lots whose time has come, within `meter`.
	fn work(meter: &mut WeightMeter);

	/// What of `book` is for sale. One read.
	fn on_sale(book: BookId) -> OnSale;

	/// How long a lot of `shape` takes at most until its loss is charged: all rounds and the offer in
	/// exchange, milliseconds. `None` if it does not fit.
	fn longest(shape: &AuctionShape) -> Option<Moment>;

	/// Makes somebody buy at once whatever is opened from now on for this pair, with `cash`.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_buyer(collateral: &Asset, settlement: &Asset, cash: Balance);
}

/// Keeps seized collateral until it is sold.
pub trait Custody<AccountId> {
	/// Hands `units` of collateral that were seized for `book` to `to`.
	///
	/// # Errors
	/// If the asset does not move, e.g. because `to` may not receive it.
	fn deliver(book: BookId, collateral: &Asset, to: &AccountId, units: Balance) -> DispatchResult;

	/// The market of `book`'s collateral now. `None` without two reliable prices, or for a book that
	/// is gone.
	fn market(book: BookId) -> Option<MarketPrices>;

	/// The clock that lots are sold by: the calendar less all time in which the chain stood still.
	/// Milliseconds; from block to block it rises by something, and by no more than the calendar.
	fn clock() -> Moment;
}

/// A pool of depositors who buy what an auction does not sell.
pub trait Backstop<AccountId> {
	/// What the pool of this pair can pay now. O(1).
	fn capacity(collateral: &Asset, settlement: &Asset) -> Balance;

	/// Buys `units` for `cost`, at most [`Backstop::capacity`]: `trade` is given the pool's account,
	/// which must end with `cost` less of the settlement asset and `units` more of the collateral.
	/// Depositors bear both in proportion.
	///
	/// # Errors
	/// If the pool has less, or `trade` fails. Must be called inside a storage layer.
	fn buy(
		collateral: &Asset,
		settlement: &Asset,
		units: Balance,
		cost: Balance,
		trade: impl FnOnce(&AccountId) -> DispatchResult,
	) -> DispatchResult;

	/// A pool of this pair that can pay `cash`.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_pool(collateral: &Asset, settlement: &Asset, cash: Balance);
}

/// No pools.
impl<AccountId> Backstop<AccountId> for () {
	fn capacity(_: &Asset, _: &Asset) -> Balance {
		0
	}

	fn buy(
		_: &Asset,
		_: &Asset,
		_: Balance,
		_: Balance,
		_: impl FnOnce(&AccountId) -> DispatchResult,
	) -> DispatchResult {
		Err(sp_runtime::DispatchError::Unavailable)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_pool(_: &Asset, _: &Asset, _: Balance) {}
}
