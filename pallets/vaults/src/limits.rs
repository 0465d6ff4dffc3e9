//! What an act that adds risk must satisfy.
//!
//! Everything here binds only acts that draw, or that take collateral from a vault with debt; a
//! pause also stops withdrawals without debt. Repaying and adding collateral pass none of it.

use frame_support::ensure;
use sp_runtime::{traits::One, ArithmeticError, DispatchError, DispatchResult, FixedPointNumber};
use strata_numbers::Price;
use strata_traits::{
	Asset, BookId, CollateralListing, Listing, PriceFeeds, Quote, Reading, SettlementListing,
};

use crate::{
	types::{at_par, Adjustment, Book, Position},
	Config, Drawn, Error, Pallet, MINIMUM_COLLATERAL,
};

/// Prices as an act that adds risk uses them: USD per whole unit.
#[derive(Clone, Copy)]
pub(crate) struct Prices {
	/// Of the collateral: its lower price.
	pub collateral: Price,
	/// Of the settlement asset: the larger of its upper price and par.
	pub settlement: Price,
}

impl Prices {
	pub(crate) fn of(collateral: Quote, settlement: Quote) -> Self {
		Self { collateral: collateral.lower, settlement: settlement.upper.max(Price::one()) }
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the state of the book and of the listing allows `wish` at all. Returns the listing of
	/// the collateral if the act takes anything out.
	pub(crate) fn ensure_open_for(
		id: BookId,
		book: &Book,
		wish: &Adjustment,
	) -> Result<Option<CollateralListing>, DispatchError> {
		if wish.draw > 0 {
			ensure!(!book.closed, Error::<T>::BookClosed);
			let whole = Self::held(id, &book.collateral) >= book.totals.collateral;
			ensure!(whole, Error::<T>::Impaired);
		}
		if wish.draw == 0 && wish.withdraw == 0 {
			return Ok(None);
		}
		let listing = T::Listing::collateral(&book.collateral);
		ensure!(!listing.as_ref().is_some_and(|listing| listing.paused), Error::<T>::Paused);
		Ok(listing)
	}

	/// Whether what is left is nothing or large enough: collateral after any act, debt after an act
	/// that changes it.
	pub(crate) fn ensure_large_enough(
		book: &Book,
		wish: &Adjustment,
		after: &Position,
	) -> DispatchResult {
		let locked = after.collateral == 0 || after.collateral >= MINIMUM_COLLATERAL;
		ensure!(locked, Error::<T>::BelowMinimumCollateral);
		if after.debt > 0 && (wish.draw > 0 || wish.repay > 0) {
			let owed = after.owed(book.index).ok_or(ArithmeticError::Overflow)?;
			ensure!(owed >= book.minimum_debt, Error::<T>::BelowMinimumDebt);
		}
		Ok(())
	}

	/// Whether the collateral is worth the initial ratio times the debt, at the prices of
	/// [`Prices`]. Both must be reliable, and the settlement asset near par.
	pub(crate) fn ensure_covered(
		book: &Book,
		listing: Option<CollateralListing>,
		after: &Position,
	) -> DispatchResult {
		let prices = Self::reliable_prices(book, listing)?;
		let owed = after.owed(book.index).ok_or(ArithmeticError::Overflow)?;
		let covered = book
			.collateral_at(after.collateral, prices.collateral)
			.covers(book.parameters.initial_ratio, &book.settlement_at(owed, prices.settlement))
			.ok_or(ArithmeticError::Overflow)?;
		ensure!(covered, Error::<T>::BelowInitialRatio);
		Ok(())
	}

	/// The prices that an act which adds risk may use.
	pub(crate) fn reliable_prices(
		book: &Book,
		listing: Option<CollateralListing>,
	) -> Result<Prices, DispatchError> {
		let listing = listing.ok_or(Error::<T>::CollateralNotListed)?;
		let settlement = Self::settlement_listing(&book.settlement)?;
		let collateral =
			T::Feeds::reading(listing.feed).reliable().ok_or(Error::<T>::NoCollateralPrice)?;
		let quote =
			T::Feeds::reading(settlement.feed).reliable().ok_or(Error::<T>::NoSettlementPrice)?;
		let distance = quote.mid.into_inner().abs_diff(Price::DIV);
		ensure!(distance <= settlement.depeg_band.into_inner(), Error::<T>::OffPeg);
		Ok(Prices::of(collateral, quote))
	}

	/// The last prices, and whether both are reliable; for display and valuation.
	pub(crate) fn last_prices(book: &Book) -> Option<(Prices, bool)> {
		let collateral = T::Feeds::reading(T::Listing::collateral(&book.collateral)?.feed);
		let settlement = T::Feeds::reading(T::Listing::settlement(&book.settlement)?.feed);
		let reliable = |reading: Reading| reading.reliable().is_some();
		let prices = Prices::of(collateral.last()?, settlement.last()?);
		Some((prices, reliable(collateral) && reliable(settlement)))
	}

	pub(crate) fn settlement_listing(asset: &Asset) -> Result<SettlementListing, DispatchError> {
		T::Listing::settlement(asset).ok_or_else(|| Error::<T>::SettlementNotListed.into())
	}

	/// Counts the principal of a vault that goes from `before` to `after`: in the book, together
	/// with the rest of its position, and in the total drawn against the asset, in USD at par.
	pub(crate) fn count(book: &mut Book, before: &Position, after: &Position) -> DispatchResult {
		let others = book.totals.minus(*before).ok_or(ArithmeticError::Underflow)?;
		book.totals = others.plus(*after).ok_or(ArithmeticError::Overflow)?;
		if before.principal == after.principal {
			return Ok(());
		}
		let par = |principal| {
			at_par(principal, book.settlement_decimals).ok_or(ArithmeticError::Overflow)
		};
		let (less, more) = (par(before.principal)?, par(after.principal)?);
		Drawn::<T>::try_mutate_exists(&book.collateral, |drawn| {
			let others =
				drawn.unwrap_or_default().checked_sub(less).ok_or(ArithmeticError::Underflow)?;
			let total = others.checked_add(more).ok_or(ArithmeticError::Overflow)?;
			*drawn = Some(total).filter(|total| *total > 0);
			Ok(())
		})
	}

	/// Whether the principal drawn stays within the book's ceiling, which is fixed, and within the
	/// asset's, which is governance's of today: lowering it stops draws and nothing else.
	pub(crate) fn ensure_below_ceilings(
		book: &Book,
		listing: Option<CollateralListing>,
	) -> DispatchResult {
		let listing = listing.ok_or(Error::<T>::CollateralNotListed)?;
		ensure!(book.totals.principal <= book.debt_ceiling, Error::<T>::AboveBookCeiling);
		let drawn = Drawn::<T>::get(&book.collateral).unwrap_or_default();
		let ceiling = listing.parameters.debt_ceiling.into_inner();
		ensure!(drawn <= ceiling, Error::<T>::AboveAssetCeiling);
		Ok(())
	}
}
