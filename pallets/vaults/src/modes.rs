//! Why a rung is liquidated, and how much of it.
//!
//! | mode | when | which rungs | how much | bonus |
//! |---|---|---|---|---|
//! | wind-down | after its repay window | all | all | of calls |
//! | close-out | from maturity on | below a threshold that falls to zero | all | of calls |
//! | liquidity call | when due | unsafe ones, then all, riskiest first | to the target ratio; the interest that was not called yet | of liquidations; of calls |
//! | ordinary | else | unsafe ones | to the target ratio | of liquidations |
//!
//! The first that applies counts. A call closes out no rung that is covered, and leaves none with less
//! than the least debt.

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::{traits::One, FixedPointNumber};
use strata_ladder::Rung;
use strata_liquidation::{Market, Plan, Terms};
use strata_numbers::{mul_div_ceil, mul_div_floor, Price, Ratio};
use strata_traits::{MarketPrices, Moment};

use crate::{
	market::{market_of, Quotes, Readings},
	types::{Book, RungTotals, WalkClock, WindDown},
	Config, Error, Pallet,
};

/// 10^9: the sums of a wind-down keep 9 of the 18 decimals of a price.
const SUM_UNIT: u128 = 1_000_000_000;

/// How the rungs of a book are treated.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Mode {
	/// Unsafe rungs are brought to the target ratio.
	Ordinary,
	/// Then the interest that the deal has called is raised from the riskiest rungs.
	Call,
	/// Rungs below the threshold, which falls to zero, are closed out in full.
	CloseOut,
	/// Every rung is closed out in full, at the average price of the repay window. Lots start at the
	/// market where there is one.
	WindDown,
}

/// What the walk goes by in one book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
	/// How rungs are treated.
	pub mode: Mode,
	/// The market that rungs are judged by: on the owner's side.
	pub market: Market,
	/// What lots are opened with.
	pub prices: MarketPrices,
	/// The safest rung that is unsafe; `None` if none is.
	pub threshold: Option<Rung>,
	/// T: where a partial liquidation leads to.
	pub target: Ratio,
}

impl Situation {
	/// Whether the walk has business with `rung`, and so with all that are riskier.
	pub(crate) fn concerns(&self, rung: Rung) -> bool {
		self.mode == Mode::Call || self.is_unsafe(rung)
	}

	/// Whether `rung` is unsafe, whatever a liquidity call wants of it.
	pub(crate) fn is_unsafe(&self, rung: Rung) -> bool {
		self.threshold.is_some_and(|least| rung >= least)
	}

	/// How far `rung` lies beyond the threshold, in rungs; 0 if it is not beyond.
	pub(crate) fn depth(&self, rung: Rung) -> u32 {
		let Some(least) = self.threshold.filter(|least| rung >= *least) else { return 0 };
		rung.index().abs_diff(least.index())
	}

	/// What is to be done with `rung`, and the bonus that goes with it. `None` on overflow.
	pub(crate) fn plan(
		&self,
		book: &Book,
		rung: Rung,
		entry: &RungTotals,
	) -> Option<(Plan, Ratio)> {
		let (collateral, owed) = (entry.totals.collateral, entry.totals.owed(book.index)?);
		let called = book.call_bonus;
		let plan = match self.mode {
			Mode::WindDown | Mode::CloseOut => {
				(Plan::in_full(collateral, owed, &self.market, called)?, called)
			},
			Mode::Call if !self.is_unsafe(rung) => {
				let wanted = entry
					.callable(book.calls, book.index)?
					.min(book.call.map_or(0, |call| call.amount));
				let terms = self.terms(book, called);
				(Plan::for_cash(collateral, owed, wanted, &self.market, &terms)?, called)
			},
			Mode::Call | Mode::Ordinary => {
				let bonus = book.parameters.liquidation_bonus;
				let terms = self.terms(book, bonus);
				(Plan::at_ratio(collateral, owed, &self.market, &terms)?, bonus)
			},
		};
		Some(plan)
	}

	/// What `book` liquidates by. The least lot is the least debt: below it neither is worth a
	/// transaction.
	fn terms(&self, book: &Book, bonus: Ratio) -> Terms {
		Terms {
			target: self.target,
			bonus,
			minimum_debt: book.minimum_debt,
			minimum_lot: book.minimum_debt,
		}
	}
}

/// The prices at which a book that winds down is closed out. Its lots start at them only where there
/// is no market.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Averages {
	/// USD per whole unit of the collateral, rounded up.
	pub collateral: Price,
	/// USD per whole unit of the settlement asset, rounded down.
	pub settlement: Price,
}

impl Averages {
	/// The market on the owner's side.
	fn market(&self, book: &Book) -> Market {
		market_of(book, self.collateral, self.settlement.min(Price::one()))
	}

	/// See [`Quotes::lot_prices`].
	pub(crate) fn lot_prices(&self, book: &Book) -> Option<MarketPrices> {
		// An average of the past is no market: the backstop pool does not pay by it.
		Some(MarketPrices { lower: Price::default(), upper: self.market(book).price_ceil()? })
	}
}

/// The average prices of the repay window, weighted by time; the last ones known if none was
/// reliable within it. `None` without any.
pub(crate) fn average(plan: &WindDown) -> Option<Averages> {
	if plan.weight == 0 {
		return plan.last.map(|(collateral, settlement)| Averages { collateral, settlement });
	}
	let weight = plan.weight.into();
	Some(Averages {
		collateral: mul_div_ceil(plan.collateral, SUM_UNIT, weight).map(Price::from_inner)?,
		settlement: mul_div_floor(plan.settlement, SUM_UNIT, weight).map(Price::from_inner)?,
	})
}

/// Takes what is known at `now` into the sums. Returns whether they changed.
///
/// The time since the last look counts at the price of today. Without a reliable price it does not
/// count. After the window only a book without any price still takes one.
pub(crate) fn observe(plan: &mut WindDown, now: Moment, quotes: Option<&Quotes>) -> bool {
	let prices = quotes
		.map(|quotes| (quotes.collateral.mid, quotes.settlement.mid))
		.filter(|(collateral, settlement)| *collateral.min(settlement) > Price::default());
	if now >= plan.until {
		let first = plan.weight == 0 && plan.last.is_none() && prices.is_some();
		plan.last = plan.last.or(prices);
		return first;
	}
	let Some(millis) = now.checked_sub(plan.summed_to).filter(|millis| *millis > 0) else {
		return false;
	};
	plan.summed_to = now;
	if let Some((collateral, settlement)) = prices {
		plan.last = prices;
		// A sum that does not fit leaves the time out, as if there had been no price.
		if let Some(summed) = added(plan, millis, collateral, settlement) {
			*plan = summed;
		}
	}
	true
}

/// `plan` with `millis` at these prices. The collateral is rounded up, in the owners' favour, and the
/// settlement asset down, to no less than the last digit. `None` if a sum does not fit.
fn added(
	plan: &WindDown,
	millis: Moment,
	collateral: Price,
	settlement: Price,
) -> Option<WindDown> {
	let up = collateral.into_inner().div_ceil(SUM_UNIT);
	let down = settlement.into_inner().checked_div(SUM_UNIT)?.max(1);
	Some(WindDown {
		weight: plan.weight.checked_add(millis)?,
		collateral: plan.collateral.checked_add(up.checked_mul(millis.into())?)?,
		settlement: plan.settlement.checked_add(down.checked_mul(millis.into())?)?,
		..*plan
	})
}

/// The end of the repay window of `book`, if it is over.
pub(crate) fn wound_down(book: &Book, now: Moment) -> Option<WindDown> {
	book.wind_down.filter(|plan| now >= plan.until)
}

impl<T: Config> Pallet<T> {
	/// What the walk goes by in `book` at `now`.
	///
	/// # Errors
	/// [`Error::NoCollateralPrice`], [`Error::NoSettlementPrice`]: nobody may be liquidated on it, or
	/// zero; [`Error::Resuming`]; [`Error::DoesNotFit`].
	pub(crate) fn situation(
		book: &Book,
		now: Moment,
		clock: &WalkClock,
		readings: &mut Readings,
	) -> Result<Situation, Error<T>> {
		if let Some(plan) = wound_down(book, now) {
			Self::ensure_resumed(clock, now, None)?;
			let averages = average(&plan).ok_or(Error::<T>::NoCollateralPrice)?;
			// What is repaid and seized goes by the average; what buyers are asked for by the market.
			let prices = Self::lot_market(book, clock, readings)
				.or_else(|| averages.lot_prices(book))
				.ok_or(Error::<T>::DoesNotFit)?;
			return Ok(Situation {
				mode: Mode::WindDown,
				market: averages.market(book),
				prices,
				threshold: Some(Rung::MIN),
				target: book.ratios(now).target,
			});
		}
		let quotes = readings.enforceable::<T>(book)?;
		Self::ensure_resumed(clock, now, Some(&quotes))?;
		Self::judged(book, now, quotes.market(book), &quotes)
	}

	/// What a lot of a book that is wound down is worth in the market. `None` without prices that hold
	/// and were observed since the chain last stood still, or if one is zero: nobody knows it then.
	fn lot_market(book: &Book, clock: &WalkClock, readings: &mut Readings) -> Option<MarketPrices> {
		let quotes = readings.enforceable::<T>(book).ok()?;
		let prices = quotes.since(clock.resumed).then(|| quotes.lot_prices(book))??;
		(prices.upper > Price::default()).then_some(prices)
	}

	/// The situation of a book that is not wound down, in `market`.
	fn judged(
		book: &Book,
		now: Moment,
		market: Market,
		quotes: &Quotes,
	) -> Result<Situation, Error<T>> {
		// A price of zero says that nobody knows one.
		let zero = Price::default();
		frame_support::ensure!(market.collateral > zero, Error::<T>::NoCollateralPrice);
		frame_support::ensure!(market.settlement > zero, Error::<T>::NoSettlementPrice);
		let prices = quotes.lot_prices(book).ok_or(Error::<T>::DoesNotFit)?;
		let ratios = book.ratios(now);
		let (mode, threshold) = Self::threshold(book, now, &market, ratios.liquidation)
			.ok_or(Error::<T>::DoesNotFit)?;
		Ok(Situation { mode, market, prices, threshold, target: ratios.target })
	}

	/// The mode of a book that is not wound down, and the safest rung that is unsafe in `market` with
	/// the liquidation ratio `liquidation`. `None` if a figure does not fit.
	pub(crate) fn threshold(
		book: &Book,
		now: Moment,
		market: &Market,
		liquidation: Ratio,
	) -> Option<(Mode, Option<Rung>)> {
		let (index, _) = book.accrued(now)?;
		let threshold = market.threshold(liquidation, index)?;
		if let Some(elapsed) = now.checked_sub(book.maturity) {
			let left = book.close_out.saturating_sub(elapsed);
			return Some((Mode::CloseOut, threshold.ramped(left, book.close_out)?.rung()));
		}
		let due = book.call.is_some_and(|call| now >= call.due);
		Some((if due { Mode::Call } else { Mode::Ordinary }, threshold.rung()))
	}
}

const _: () = assert!(SUM_UNIT < Price::DIV);
