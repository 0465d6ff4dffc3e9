//! Books of vaults, as a deal sees them.

use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{Contains, Get, Time},
};
use sp_runtime::{
	traits::{CheckedAdd, CheckedSub, One},
	ArithmeticError, DispatchError, DispatchResult,
};
#[cfg(feature = "runtime-benchmarks")]
use strata_numbers::RateModel;
use strata_numbers::{ratio_mul_floor, Price, RateIndex, Ratio};
use strata_traits::{
	Asset, Auctions, Balance, BookFigures, BookId, CollateralListing, DealId, FeedId, Listing,
	Moment, PriceFeeds, Reading, SettlementListing,
};

use crate::{
	types::{
		units_at_par_ceil, Book, BookTerms, LiquidityCall, Position, WindDown, MILLIS_PER_SECOND,
		USD_DECIMALS,
	},
	Books, Clock, Config, Error, Event, NextBook, Pallet, ReliedOn,
};

/// How long the books of benchmarks run, and how long their close-out takes: twenty
/// years.
#[cfg(feature = "runtime-benchmarks")]
const BENCHMARK_TERM: Moment = 631_152_000_000;

impl<T: Config> strata_traits::Books for Pallet<T> {
	type Terms = BookTerms;

	fn collateral(terms: &Self::Terms) -> Asset {
		terms.collateral.clone()
	}

	fn ceiling(terms: &Self::Terms) -> Balance {
		terms.debt_ceiling
	}

	fn capped(terms: Self::Terms, most: Balance) -> Self::Terms {
		BookTerms { debt_ceiling: terms.debt_ceiling.min(most), ..terms }
	}

	fn lasts(terms: &Self::Terms, millis: Moment) -> bool {
		let seconds = millis.div_ceil(MILLIS_PER_SECOND);
		let grown = |rate| RateIndex::ONE.grown_ceil(rate, seconds);
		terms.rate.most().and_then(grown).is_some()
	}

	fn check(terms: &Self::Terms, settlement: &Asset) -> DispatchResult {
		Self::checked(terms, settlement).map(|_| ())
	}

	fn open(
		deal: DealId,
		settlement: &Asset,
		terms: &Self::Terms,
	) -> Result<BookId, DispatchError> {
		let checked = Self::checked(terms, settlement)?;
		let book = opened(deal, settlement, terms, checked, T::Time::now())
			.ok_or(ArithmeticError::Overflow)?;
		let id = NextBook::<T>::get();
		NextBook::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		// Neither a hold nor an insufficient asset keeps an account alive by itself: the book does,
		// as long as it exists.
		frame_system::Pallet::<T>::inc_providers(&Self::account_of(id));
		Self::rely_on(&book.collateral)?;
		Self::rely_on(&book.settlement)?;
		if book.follows {
			Self::follow_on(&book.collateral, id)?;
		}
		Books::<T>::insert(id, &book);
		Self::deposit_event(Event::BookOpened {
			book: id,
			deal,
			collateral: book.collateral,
			settlement: book.settlement,
			yearly_rate: book.yearly_rate,
			debt_ceiling: book.debt_ceiling,
			minimum_debt: book.minimum_debt,
			follows: book.follows,
		});
		Ok(id)
	}

	fn figures(id: BookId) -> Option<BookFigures> {
		let book = Books::<T>::get(id)?;
		let (index, _) = book.accrued(T::Time::now())?;
		Self::figures_at(id, &book, index)
	}

	fn carrying(id: BookId, units: Balance) -> Option<Balance> {
		let book = Books::<T>::get(id)?;
		let prices = Self::valuation(&book)?;
		let factor = book.parameters.auction.floor_factor;
		book.carried_floor(units, prices.collateral, prices.settlement, factor)
	}

	fn feed(id: BookId) -> Option<FeedId> {
		Books::<T>::get(id).map(|book| book.collateral_feed)
	}

	fn losses(id: BookId, factors: &[Ratio]) -> Option<Vec<Balance>> {
		Self::losses_of(id, factors)
	}

	fn closed_out_by(terms: &Self::Terms) -> Option<Moment> {
		let auction = T::Listing::collateral(&terms.collateral)?.parameters.auction;
		let selling = T::Auctions::longest(&auction)?;
		terms.maturity.checked_add(terms.close_out)?.checked_add(selling)
	}

	fn mature(id: BookId, at: Moment) -> DispatchResult {
		Self::change_book(id, |book| {
			if at < book.maturity {
				book.maturity = at;
				Self::deposit_event(Event::MaturityMoved { book: id, maturity: at });
			}
			Ok(())
		})
	}

	fn wind_down(id: BookId, until: Moment) -> DispatchResult {
		Self::change_book(id, |book| {
			ensure!(book.wind_down.is_none(), Error::<T>::WindingDown);
			let quotes = Self::last_quotes(book);
			book.wind_down = Some(WindDown {
				until,
				summed_to: T::Time::now(),
				weight: 0,
				collateral: 0,
				settlement: 0,
				// On the sides that favour the owners, as any liquidation.
				last: quotes
					.map(|quotes| {
						(quotes.collateral.upper, quotes.settlement.lower.min(Price::one()))
					})
					.filter(|(thing, money)| *thing.min(money) > Price::default()),
			});
			Self::deposit_event(Event::WindingDown { book: id, until });
			Ok(())
		})
	}

	fn is_unsound(id: BookId) -> bool {
		let Some(book) = Books::<T>::get(id) else { return false };
		let now = T::Time::now();
		// Nobody could report while the chain stood still.
		let clock = Clock::<T>::get();
		let halted = clock.halted(now, T::HaltGap::get()) > 0;
		let resumed = if halted { now } else { clock.resumed };
		let unbearable = |feed| match T::Feeds::reading(feed) {
			Reading::Fresh(_) | Reading::Degraded(_) | Reading::Pending { .. } => false,
			Reading::Stale(quote) | Reading::Frozen(quote) => {
				now.saturating_sub(quote.valid_until.max(resumed)) > T::UnpricedLimit::get()
			},
			// Whoever owes anything drew it at a price: it is gone.
			Reading::Unknown => book.totals.debt > 0,
		};
		book.impaired || unbearable(book.collateral_feed) || unbearable(book.settlement_feed)
	}

	fn call(id: BookId, amount: Balance) -> Result<Balance, DispatchError> {
		Self::change_book(id, |book| {
			let now = T::Time::now();
			let (index, _) = book.accrued(now).ok_or(ArithmeticError::Overflow)?;
			let owed = Self::interest_due(book, index).ok_or(ArithmeticError::Overflow)?;
			let amount = amount.min(owed);
			let due = now.checked_add(book.call_notice).ok_or(ArithmeticError::Overflow)?;
			let before = book.call.take();
			// A call that is repeated does not begin anew: else one would never fall due.
			let due = before.map_or(due, |call| call.due.min(due));
			// It begins at the riskiest rung again.
			book.call = (amount > 0).then_some(LiquidityCall { amount, due, at: None });
			book.calls = book.calls.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			let terms = |call: LiquidityCall| (call.amount, call.due);
			if before.map(terms) != book.call.map(terms) {
				Self::deposit_event(Event::Called { book: id, amount, due });
			}
			Ok(amount)
		})
	}

	fn close(id: BookId) -> DispatchResult {
		Books::<T>::try_mutate(id, |slot| {
			let book = slot.as_mut().ok_or(Error::<T>::UnknownBook)?;
			ensure!(!book.closed, Error::<T>::BookClosed);
			ensure!(book.totals.debt == 0, Error::<T>::DebtOutstanding);
			ensure!(T::Auctions::on_sale(id).lots == 0, Error::<T>::LotsOpen);
			book.closed = true;
			Self::deposit_event(Event::BookClosed { book: id, vaults: book.vaults });
			Ok::<_, DispatchError>((book.vaults == 0).then(|| book.clone()))
		})
		.map(|empty| {
			if let Some(book) = empty {
				Self::remove_book(id, &book);
			}
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_terms(collateral: &Asset) -> Self::Terms {
		BookTerms {
			collateral: collateral.clone(),
			// Compounding costs the same at any rate; at a low one no vault of a benchmark gets unsafe.
			rate: RateModel::Fixed(
				T::Listing::collateral(collateral)
					.map(|listing| listing.parameters.minimum_rate)
					.unwrap_or_default(),
			),
			debt_ceiling: Balance::MAX,
			draw_fuse: Balance::MAX,
			maturity: T::Time::now().saturating_add(BENCHMARK_TERM),
			close_out: BENCHMARK_TERM,
			call_notice: 0,
			call_bonus: T::Listing::collateral(collateral)
				.map(|listing| listing.parameters.liquidation_bonus)
				.unwrap_or_default(),
			follows: false,
		}
	}
}

/// A book of `deal` as it begins at `now`, with the listings and the minimum debt that its terms were
/// checked with. `None` if its rate does not fit.
fn opened(
	deal: DealId,
	settlement: &Asset,
	terms: &BookTerms,
	(listing, money, minimum_debt): (CollateralListing, SettlementListing, Balance),
	now: Moment,
) -> Option<Book> {
	Some(Book {
		deal,
		collateral: terms.collateral.clone(),
		collateral_decimals: listing.decimals,
		settlement: settlement.clone(),
		settlement_decimals: money.decimals,
		yearly_rate: terms.rate.rate_ceil(0, terms.debt_ceiling)?,
		rate: terms.rate,
		debt_ceiling: terms.debt_ceiling,
		minimum_debt,
		parameters: listing.parameters_at(now),
		follows: terms.follows,
		// The ramp that the asset is on, to its end.
		ramp: listing.ramp.filter(|ramp| terms.follows && now < ramp.ends),
		collateral_feed: listing.feed,
		settlement_feed: money.feed,
		depeg_band: money.depeg_band,
		maturity: terms.maturity,
		close_out: terms.close_out,
		call_notice: terms.call_notice,
		call_bonus: terms.call_bonus,
		draw_fuse: terms.draw_fuse,
		drawn_in_window: (0, 0),
		index: RateIndex::ONE,
		updated_at: now,
		totals: Position::default(),
		vaults: 0,
		generation: 0,
		closed: false,
		dust: 0,
		backlog: false,
		impaired: false,
		call: None,
		calls: 0,
		wind_down: None,
		removed: (0, 0),
	})
}

/// The assets that a book relies on, as collateral or to settle in.
impl<T: Config> Contains<Asset> for Pallet<T> {
	fn contains(asset: &Asset) -> bool {
		ReliedOn::<T>::contains_key(asset)
	}
}

impl<T: Config> Pallet<T> {
	/// Both listings and the minimum debt in units of `settlement`, if a book with these terms could
	/// be opened today.
	fn checked(
		terms: &BookTerms,
		settlement: &Asset,
	) -> Result<(CollateralListing, SettlementListing, Balance), DispatchError> {
		ensure!(terms.collateral != *settlement, Error::<T>::CollateralIsSettlement);
		let listing =
			T::Listing::collateral(&terms.collateral).ok_or(Error::<T>::CollateralNotListed)?;
		let money = Self::settlement_listing(settlement)?;
		ensure!(!listing.paused, Error::<T>::Paused);
		let decimals = listing.decimals.max(money.decimals);
		ensure!(decimals <= USD_DECIMALS, Error::<T>::TooManyDecimals);
		let corridor = listing.parameters.minimum_rate..=listing.parameters.maximum_rate;
		ensure!(terms.rate.is_valid(), Error::<T>::RateModelInvalid);
		let most = terms.rate.most().ok_or(ArithmeticError::Overflow)?;
		let within = corridor.contains(&terms.rate.least()) && corridor.contains(&most);
		ensure!(within, Error::<T>::RateOutsideCorridor);
		let minimum_debt = units_at_par_ceil(listing.parameters.minimum_debt, money.decimals)
			.ok_or(ArithmeticError::Overflow)?;
		ensure!(terms.debt_ceiling >= minimum_debt, Error::<T>::CeilingBelowMinimumDebt);
		ensure!(terms.draw_fuse >= minimum_debt, Error::<T>::FuseBelowMinimumDebt);
		ensure!(terms.maturity > T::Time::now(), Error::<T>::MaturityPassed);
		ensure!(terms.close_out > 0, Error::<T>::NoCloseOut);
		let bonus = listing.parameters.liquidation_bonus;
		ensure!(terms.call_bonus <= bonus, Error::<T>::CallBonusTooHigh);
		// The floor of a lot is x/s: with less of a bonus not even the pool would pay it.
		let one = Ratio::one();
		let discount = listing.parameters.backstop_discount;
		let kept = one.checked_sub(&discount).ok_or(ArithmeticError::Underflow)?;
		let paid = one.checked_add(&terms.call_bonus).ok_or(ArithmeticError::Overflow)?;
		let offered = ratio_mul_floor(paid.into_inner(), kept).ok_or(ArithmeticError::Overflow)?;
		ensure!(offered >= one.into_inner(), Error::<T>::CallBonusTooLow);
		ensure!(
			!terms.follows || Self::may_follow(&terms.collateral),
			Error::<T>::TooManyFollowing
		);
		Ok((listing, money, minimum_debt))
	}

	/// The figures of `book` with R at `index`. `None` if one does not fit.
	pub(crate) fn figures_at(id: BookId, book: &Book, index: RateIndex) -> Option<BookFigures> {
		let due = book.is_due(T::Time::now());
		Some(BookFigures {
			performing_principal: book.totals.principal,
			past_due: if due { book.totals.principal } else { 0 },
			interest_due: Self::interest_due(book, index)?,
			value: Self::value_floor(id, book),
		})
	}

	/// Interest owed with R at `index`, rounded down. Never negative: see `Position`.
	fn interest_due(book: &Book, index: RateIndex) -> Option<Balance> {
		index.debt_floor(book.totals.debt)?.checked_sub(book.totals.principal)
	}

	/// Changes a stored book.
	fn change_book<R>(
		id: BookId,
		change: impl FnOnce(&mut Book) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Books::<T>::try_mutate(id, |slot| change(slot.as_mut().ok_or(Error::<T>::UnknownBook)?))
	}

	/// The value of what the book holds for its vaults, in units of the settlement asset,
	/// rounded down: at the lower price of the collateral and the larger of par and the upper price
	/// of the settlement asset. `None` unless both prices hold ([`Pallet::valuation`]).
	fn value_floor(id: BookId, book: &Book) -> Option<Balance> {
		let prices = Self::valuation(book)?;
		let amount = match book.impaired {
			true => book.totals.collateral.min(Self::held(id, &book.collateral)),
			false => book.totals.collateral,
		};
		book.collateral_at(amount, prices.collateral)
			.converted_floor(book.settlement_decimals, prices.settlement)
	}

	/// Counts one more book that relies on `asset`.
	fn rely_on(asset: &Asset) -> DispatchResult {
		ReliedOn::<T>::try_mutate(asset, |count| {
			let more = count.unwrap_or_default().checked_add(1).ok_or(ArithmeticError::Overflow)?;
			*count = Some(more);
			Ok(())
		})
	}

	/// Counts one book less that relies on `asset`.
	fn no_longer_rely_on(asset: &Asset) {
		ReliedOn::<T>::mutate_exists(asset, |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|left| *left > 0);
		});
	}

	/// Finds the rate of `book` for the principal that is out at `now`. The caller stores `book`.
	pub(crate) fn reprice(id: BookId, book: &mut Book, now: Moment) -> DispatchResult {
		if book.reprice(now).ok_or(ArithmeticError::Overflow)? {
			let yearly_rate = book.yearly_rate;
			Self::deposit_event(Event::RateChanged { book: id, yearly_rate });
		}
		Ok(())
	}

	/// Forgets a closed book that holds nothing.
	pub(crate) fn remove_book(id: BookId, book: &Book) {
		Books::<T>::remove(id);
		Self::no_longer_rely_on(&book.collateral);
		Self::no_longer_rely_on(&book.settlement);
		if book.follows {
			Self::follow_no_longer(&book.collateral, id);
		}
		// Somebody's gift of an insufficient asset keeps the account and its provider. That costs an
		// account in the state and harms nobody, so it must not stop the last borrower from leaving.
		let _ = frame_system::Pallet::<T>::dec_providers(&Self::account_of(id));
		Self::deposit_event(Event::BookRemoved { book: id });
	}
}
