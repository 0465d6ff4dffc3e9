//! What an act that adds risk must satisfy.
//!
//! Everything here binds only acts that draw, or that take collateral from a vault with debt; a
//! pause also stops withdrawals without debt. Repaying and adding collateral pass none of it.

use frame_support::ensure;
use sp_runtime::{traits::One, ArithmeticError, DispatchError, DispatchResult, FixedPointNumber};
use strata_numbers::{Price, Ratio};
use strata_traits::{
	Asset, Balance, DrawRefused, Listing, Moment, PriceFeeds, Quote, SettlementListing,
};

use crate::{
	types::{at_par, Adjustment, Book, Position},
	Config, Error, Pallet, MINIMUM_COLLATERAL,
};

/// Prices on the sides that favour the lenders: USD per whole unit.
#[derive(Clone, Copy)]
pub(crate) struct Prices {
	/// Of the collateral.
	pub collateral: Price,
	/// Of the settlement asset: par at least.
	pub settlement: Price,
}

impl Prices {
	/// As a valuation uses them: collateral at its lower price, the settlement asset at its upper one.
	pub(crate) fn valued(collateral: &Quote, settlement: &Quote) -> Self {
		Self { collateral: collateral.lower, settlement: settlement.upper.max(Price::one()) }
	}

	/// As an act that adds risk uses them: the worst that was confirmed for as long as a price may be
	/// behind the market, so that nobody draws on one that is known to be old.
	fn risked(collateral: &Quote, settlement: &Quote) -> Self {
		Self { collateral: collateral.least, settlement: settlement.most.max(Price::one()) }
	}
}

/// What a vault must satisfy before its owner may add risk.
#[derive(Clone, Copy)]
pub(crate) struct Bar {
	/// At these prices...
	pub prices: Prices,
	/// ...collateral must be worth this times the debt.
	pub ratio: Ratio,
}

impl Bar {
	/// For `book` with these quotes at `now`. `None` if the ratio does not fit.
	pub(crate) fn of(
		book: &Book,
		now: Moment,
		collateral: &Quote,
		settlement: &Quote,
	) -> Option<Self> {
		let prices = Prices::risked(collateral, settlement);
		Some(Self { prices, ratio: book.initial_ratio_ceil(now, collateral)? })
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the state of the book, and a pause of its collateral, allow `wish` at all. Whether the
	/// asset's limits allow a draw is asked in [`Pallet::count_draw`].
	pub(crate) fn ensure_open_for(book: &Book, wish: &Adjustment, now: Moment) -> DispatchResult {
		if wish.draw > 0 {
			Self::ensure_lends(book, now)?;
		} else if wish.withdraw > 0 {
			let paused = T::Listing::collateral(&book.collateral).is_some_and(|asset| asset.paused);
			ensure!(!paused, Error::<T>::Paused);
		}
		Ok(())
	}

	/// Whether the book lends at all.
	pub(crate) fn ensure_lends(book: &Book, now: Moment) -> DispatchResult {
		ensure!(!book.closed, Error::<T>::BookClosed);
		Self::ensure_bears_risk(book, now)?;
		ensure!(book.call.is_none(), Error::<T>::CallPending);
		Ok(())
	}

	/// Whether risk may be added to the book at all: neither while the walk is behind, nor where its
	/// collateral is not all there, nor once its debt is being closed out. Collateral that was taken
	/// out then would be missing where the others are closed out in full.
	pub(crate) fn ensure_bears_risk(book: &Book, now: Moment) -> DispatchResult {
		ensure!(!book.impaired, Error::<T>::Impaired);
		ensure!(book.wind_down.is_none(), Error::<T>::WindingDown);
		ensure!(now < book.maturity, Error::<T>::Matured);
		ensure!(!book.backlog, Error::<T>::Backlog);
		Ok(())
	}

	/// Whether what is left is nothing or large enough. A liquidation may leave less; that binds
	/// nobody who only adds or repays.
	pub(crate) fn ensure_large_enough(
		book: &Book,
		wish: &Adjustment,
		before: &Position,
		after: &Position,
	) -> DispatchResult {
		// A vault that is new, or that a liquidation left with nothing, begins anew.
		let shrinks = wish.withdraw > 0 || wish.draw > 0 || before.is_empty();
		let locked = after.collateral == 0 || after.collateral >= MINIMUM_COLLATERAL;
		ensure!(locked || !shrinks, Error::<T>::BelowMinimumCollateral);
		if after.debt > 0 && (wish.draw > 0 || wish.repay > 0) {
			let owed = |of: &Position| of.owed(book.index).ok_or(ArithmeticError::Overflow);
			let was_below = wish.draw == 0 && owed(before)? < book.minimum_debt;
			ensure!(was_below || owed(after)? >= book.minimum_debt, Error::<T>::BelowMinimumDebt);
		}
		Ok(())
	}

	/// Whether the book bears more risk, and the collateral is worth the initial ratio times the debt,
	/// haircut and all: see [`Bar`].
	pub(crate) fn ensure_covered(book: &Book, after: &Position, now: Moment) -> DispatchResult {
		Self::ensure_bears_risk(book, now)?;
		let Bar { prices, ratio } = Self::bar(book, now)?;
		let owed = after.owed(book.index).ok_or(ArithmeticError::Overflow)?;
		let covered = book
			.collateral_at(after.collateral, prices.collateral)
			.covers(ratio, &book.settlement_at(owed, prices.settlement))
			.ok_or(ArithmeticError::Overflow)?;
		ensure!(covered, Error::<T>::BelowInitialRatio);
		Ok(())
	}

	/// What an act that adds risk must satisfy at `now`. Both prices must be reliable, which none is
	/// while a jump of it waits to be confirmed, and the settlement asset near par.
	pub(crate) fn bar(book: &Book, now: Moment) -> Result<Bar, DispatchError> {
		let collateral = T::Feeds::reading(book.collateral_feed)
			.reliable()
			.ok_or(Error::<T>::NoCollateralPrice)?;
		let quote = T::Feeds::reading(book.settlement_feed)
			.reliable()
			.ok_or(Error::<T>::NoSettlementPrice)?;
		let distance = quote.mid.into_inner().abs_diff(Price::DIV);
		ensure!(distance <= book.depeg_band.into_inner(), Error::<T>::OffPeg);
		Bar::of(book, now, &collateral, &quote).ok_or(ArithmeticError::Overflow.into())
	}

	/// The prices at which the book is valued, if both hold. While a jump waits to be confirmed the
	/// price is on each side the worse one of the confirmed and the reported.
	pub(crate) fn valuation(book: &Book) -> Option<Prices> {
		let collateral = T::Feeds::reading(book.collateral_feed).enforceable()?;
		let settlement = T::Feeds::reading(book.settlement_feed).enforceable()?;
		Some(Prices::valued(&collateral, &settlement))
	}

	/// Whether risk may be added on the prices of today.
	pub(crate) fn is_reliable(book: &Book) -> bool {
		let reliable = |feed| T::Feeds::reading(feed).reliable().is_some();
		reliable(book.collateral_feed) && reliable(book.settlement_feed)
	}

	pub(crate) fn settlement_listing(asset: &Asset) -> Result<SettlementListing, DispatchError> {
		T::Listing::settlement(asset).ok_or_else(|| Error::<T>::SettlementNotListed.into())
	}

	/// Counts in the book that a vault goes from `before` to `after`.
	pub(crate) fn count(book: &mut Book, before: &Position, after: &Position) -> DispatchResult {
		let others = book.totals.minus(*before).ok_or(ArithmeticError::Underflow)?;
		book.totals = others.plus(*after).ok_or(ArithmeticError::Overflow)?;
		Ok(())
	}

	/// Counts `amount` less of principal that performs against the collateral asset.
	pub(crate) fn count_repaid(book: &Book, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let usd = at_par(amount, book.settlement_decimals).ok_or(ArithmeticError::Overflow)?;
		T::Listing::repaid(&book.collateral, usd).map_err(Self::draw_refused)
	}

	/// Counts a draw of `amount`, which is in the totals of `book`, against the ceiling and the fuse
	/// of the book, which are fixed, and against those of the asset, which are governance's of today:
	/// lowering them stops draws and nothing else.
	pub(crate) fn count_draw(book: &mut Book, amount: Balance, now: Moment) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		ensure!(book.totals.principal <= book.debt_ceiling, Error::<T>::AboveBookCeiling);
		book.draw_in_window(amount, now).ok_or(Error::<T>::BookFuseBlown)?;
		let usd = at_par(amount, book.settlement_decimals).ok_or(ArithmeticError::Overflow)?;
		T::Listing::draw(&book.collateral, usd, now).map_err(Self::draw_refused)
	}

	fn draw_refused(why: DrawRefused) -> DispatchError {
		match why {
			DrawRefused::NotListed => Error::<T>::CollateralNotListed.into(),
			DrawRefused::Paused => Error::<T>::Paused.into(),
			DrawRefused::AboveCeiling => Error::<T>::AboveAssetCeiling.into(),
			DrawRefused::FuseBlown => Error::<T>::AssetFuseBlown.into(),
			DrawRefused::Overflow => ArithmeticError::Overflow.into(),
		}
	}
}
