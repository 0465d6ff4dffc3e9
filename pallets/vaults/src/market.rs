//! The prices that liquidation acts on, and what the sellers of seized collateral ask of a book.
//!
//! A book is liquidated at the sides that favour the owner: collateral at its upper price, the
//! settlement asset at the smaller of its lower price and par. Only prices of which a quorum says that
//! they hold count, and after the chain stood still only those that were all observed since. While a
//! jump waits to be confirmed liquidation goes on, on each side at the price that favours the owner of
//! the confirmed one and the reported one.

use alloc::collections::BTreeMap;
use frame_support::traits::{Get, Time};
use sp_runtime::{traits::One, DispatchResult};
use strata_liquidation::Market;
use strata_numbers::Price;
use strata_traits::{
	Asset, Balance, BookId, Custody, FeedId, MarketPrices, Moment, PriceFeeds, Quote, Reading,
};

use crate::{
	types::{Book, WalkClock},
	Books, Clock, Config, Error, Event, Pallet,
};

/// Both quotes of a book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotes {
	/// Of the collateral.
	pub collateral: Quote,
	/// Of the settlement asset.
	pub settlement: Quote,
}

impl Quotes {
	/// Whether both were observed at `moment` or later, every report that they rest on.
	pub(crate) fn since(&self, moment: Moment) -> bool {
		self.collateral.observed_at.min(self.settlement.observed_at) >= moment
	}

	/// The market on the owner's side.
	pub(crate) fn market(&self, book: &Book) -> Market {
		let settlement = self.settlement.lower.min(Price::one());
		market_of(book, self.collateral.upper, settlement)
	}

	/// What a lot of the book's collateral is worth at least and at most. `None` if the settlement
	/// asset's price is zero or a quotient does not fit. Collateral at a price of zero is worth zero;
	/// no feed reports one, as none admits it.
	pub(crate) fn lot_prices(&self, book: &Book) -> Option<MarketPrices> {
		let settlement = self.settlement.upper.max(Price::one());
		let low = market_of(book, self.collateral.lower, settlement);
		Some(MarketPrices { lower: low.price_floor()?, upper: self.market(book).price_ceil()? })
	}
}

/// The market of `book` at these prices.
pub(crate) fn market_of(book: &Book, collateral: Price, settlement: Price) -> Market {
	Market {
		collateral,
		collateral_decimals: book.collateral_decimals,
		settlement,
		settlement_decimals: book.settlement_decimals,
	}
}

/// The feeds that were read in one walk: each is read once, however many books it prices.
#[derive(Default)]
pub(crate) struct Readings(BTreeMap<FeedId, Reading>);

impl Readings {
	/// How many of `book`'s feeds have not been read yet.
	pub(crate) fn missing(&self, book: &Book) -> u64 {
		let new = |feed| u64::from(!self.0.contains_key(&feed));
		let second = book.settlement_feed != book.collateral_feed;
		new(book.collateral_feed).saturating_add(if second { new(book.settlement_feed) } else { 0 })
	}

	/// The state of `feed` now.
	fn of<T: Config>(&mut self, feed: FeedId) -> Reading {
		*self.0.entry(feed).or_insert_with(|| T::Feeds::reading(feed))
	}

	/// The quotes of `book`, if somebody may be liquidated on both.
	///
	/// # Errors
	/// [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`].
	pub(crate) fn enforceable<T: Config>(&mut self, book: &Book) -> Result<Quotes, Error<T>> {
		let collateral = self.of::<T>(book.collateral_feed).enforceable();
		let settlement = self.of::<T>(book.settlement_feed).enforceable();
		Ok(Quotes {
			collateral: collateral.ok_or(Error::<T>::NoCollateralPrice)?,
			settlement: settlement.ok_or(Error::<T>::NoSettlementPrice)?,
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Looks at the calendar: where the last walk lies longer back than [`Config::HaltGap`], the chain
	/// stood still and resumes now. Returns the clock.
	pub(crate) fn tick(now: Moment) -> WalkClock {
		let before = Clock::<T>::get();
		if before.last == now {
			return before;
		}
		let mut clock = WalkClock { last: now, ..before };
		let halted = before.halted(now, T::HaltGap::get());
		if halted > 0 {
			clock.resumed = now;
			clock.stood = before.stood.saturating_add(halted);
			Self::deposit_event(Event::ChainResumed { at: now });
		}
		Clock::<T>::put(clock);
		clock
	}

	/// Until when nothing is liquidated because the chain stood still. 0 if it never did.
	pub(crate) fn grace_until(clock: &WalkClock) -> Moment {
		if clock.resumed == 0 {
			return 0;
		}
		clock.resumed.saturating_add(T::ResumeGrace::get())
	}

	/// Whether `quotes` may be acted on.
	///
	/// # Errors
	/// [`Error::Resuming`]: the chain stood still, and there is no full set of new prices yet or the
	/// grace period lasts.
	pub(crate) fn ensure_resumed(
		clock: &WalkClock,
		now: Moment,
		quotes: Option<&Quotes>,
	) -> Result<(), Error<T>> {
		let new = quotes.is_none_or(|quotes| quotes.since(clock.resumed));
		if now >= Self::grace_until(clock) && new {
			return Ok(());
		}
		Err(Error::<T>::Resuming)
	}
}

impl<T: Config> Custody<T::AccountId> for Pallet<T> {
	fn deliver(
		book: BookId,
		collateral: &Asset,
		to: &T::AccountId,
		units: Balance,
	) -> DispatchResult {
		Self::release(book, collateral, to, units)
	}

	fn market(id: BookId) -> Option<MarketPrices> {
		let book = Books::<T>::get(id)?;
		match Readings::default().enforceable::<T>(&book) {
			Ok(quotes) => quotes.lot_prices(&book),
			// A book that winds down is sold out even if there is no price any more.
			Err(_) => {
				let wind_down = crate::modes::wound_down(&book, T::Time::now())?;
				crate::modes::average(&wind_down)?.lot_prices(&book)
			},
		}
	}

	fn clock() -> Moment {
		Clock::<T>::get().running(T::Time::now(), T::HaltGap::get())
	}
}
