//! What the runtime APIs say of ladders and liquidations.

use alloc::{vec, vec::Vec};
use frame_support::traits::Time;
use strata_ladder::Rung;
use strata_liquidation::{Market, Plan};
use strata_numbers::{ratio_mul_ceil, Price, RateIndex, Ratio};
use strata_traits::{Auctions, Balance, BookId, PriceFeeds, Reading, MAX_SHOCKS};

use crate::{
	market::{Quotes, Readings},
	modes::Situation,
	runtime_api::{index, LiquidationState, RungView, Shock, MAX_RUNGS},
	types::{Book, RungTotals},
	Books, Clock, Config, Pallet, Rungs,
};

/// `last` with the price of the collateral at `factor` of it, rounded up. `None` if it does not fit.
fn at(last: &Market, factor: Ratio) -> Option<Market> {
	let price = ratio_mul_ceil(last.collateral.into_inner(), factor)?;
	Some(Market { collateral: Price::from_inner(price), ..*last })
}

impl<T: Config> Pallet<T> {
	/// See [`crate::runtime_api::VaultsApi::ladder`].
	pub fn ladder(id: BookId, from: Option<i32>, limit: u32) -> Vec<RungView> {
		Self::rungs_from(id, from, limit.min(MAX_RUNGS)).unwrap_or_default()
	}

	fn rungs_from(id: BookId, from: Option<i32>, limit: u32) -> Option<Vec<RungView>> {
		let book = Books::<T>::get(id)?;
		let now = T::Time::now();
		let (at, _) = book.accrued(now)?;
		let ratio = book.ratios(now).liquidation;
		let limit = usize::try_from(limit).ok()?;
		let all = match from {
			// Below the ladder there is nothing; above it, everything.
			Some(from) if from < Rung::MIN.index() => return None,
			// The iterator begins behind a key: behind the rung that is one riskier.
			Some(from) => match Rung::new(from.saturating_add(1)) {
				Some(riskier) => {
					let key = Rungs::<T>::hashed_key_for(id, riskier.key());
					Rungs::<T>::iter_prefix_from(id, key)
				},
				None => Rungs::<T>::iter_prefix(id),
			},
			None => Rungs::<T>::iter_prefix(id),
		};
		all.take(limit)
			.map(|(key, entry)| Self::rung_view(&book, at, ratio, key.rung(), &entry))
			.collect()
	}

	fn rung_view(
		book: &Book,
		at: RateIndex,
		ratio: Ratio,
		rung: Rung,
		entry: &RungTotals,
	) -> Option<RungView> {
		Some(RungView {
			rung: rung.index(),
			vaults: entry.vaults,
			collateral: entry.totals.collateral,
			debt: entry.totals.owed(at)?,
			principal: entry.totals.principal,
			liquidation_price: book.liquidation_price_ceil(rung, at, ratio),
			quarantined: entry.quarantined,
		})
	}

	/// See [`crate::runtime_api::VaultsApi::shock`]. At the last prices, reliable or not; O(unsafe
	/// rungs), exact to the boundary. A call, a cap and the time it takes are left out.
	pub fn shock(id: BookId, factor: Ratio) -> Option<Shock> {
		let mut book = Books::<T>::get(id)?;
		let quotes = Self::last_quotes(&book)?;
		let now = T::Time::now();
		let market = at(&quotes.market(&book), factor)?;
		let price = market.collateral;
		let ratios = book.ratios(now);
		let (mode, threshold) = Self::threshold(&book, now, &market, ratios.liquidation)?;
		book.call = None;
		book.accrue(now)?;
		// No lot is opened here, so their prices do not matter.
		let prices = quotes.lot_prices(&book)?;
		let situation = Situation { mode, market, prices, threshold, target: ratios.target };
		let start = Shock { price, threshold: index(threshold), ..Shock::default() };
		Rungs::<T>::iter_prefix(id)
			.take_while(|(key, _)| situation.is_unsafe(key.rung()))
			.try_fold(start, |shock, (key, entry)| {
				Self::shocked(shock, &book, &situation, key.rung(), &entry)
			})
	}

	/// The quotes that somebody may be liquidated on, or else the last ones.
	pub(crate) fn last_quotes(book: &Book) -> Option<Quotes> {
		let of = |reading: Reading| reading.enforceable().or(reading.last());
		Some(Quotes {
			collateral: of(T::Feeds::reading(book.collateral_feed))?,
			settlement: of(T::Feeds::reading(book.settlement_feed))?,
		})
	}

	/// See [`strata_traits::Books::losses`]: Σ max(0, X − V) of all rungs, X what a rung owes now, with
	/// interest and rounded up, and V what its collateral is worth at the changed price, rounded down,
	/// if it brings the whole of it. By the prices that liquidation goes by, reliable or not, as
	/// [`Self::shock`]. One walk over the ladder.
	pub(crate) fn losses_of(id: BookId, factors: &[Ratio]) -> Option<Vec<Balance>> {
		if factors.len() > MAX_SHOCKS {
			return None;
		}
		let book = Books::<T>::get(id)?;
		let (index, _) = book.accrued(T::Time::now())?;
		let last = Self::last_quotes(&book)?.market(&book);
		// The lowest price first: what is covered at one is covered at every higher one.
		let markets: Option<Vec<_>> = factors.iter().map(|factor| at(&last, *factor)).collect();
		let mut cases: Vec<_> = markets?.into_iter().enumerate().collect();
		cases.sort_by_key(|(_, market)| market.collateral);
		let mut losses = vec![0; factors.len()];
		for (_, entry) in Rungs::<T>::iter_prefix(id) {
			let owed = entry.totals.owed(index)?;
			for (position, market) in &cases {
				let value = market.value_floor(entry.totals.collateral)?;
				let Some(loss) = owed.checked_sub(value).filter(|loss| *loss > 0) else { break };
				let sum: &mut Balance = losses.get_mut(*position)?;
				*sum = sum.checked_add(loss)?;
			}
		}
		Some(losses)
	}

	/// `shock` with one more rung.
	fn shocked(
		shock: Shock,
		book: &Book,
		situation: &Situation,
		rung: Rung,
		entry: &RungTotals,
	) -> Option<Shock> {
		let owed = entry.totals.owed(book.index)?;
		let value = situation.market.value_floor(entry.totals.collateral)?;
		let (repaid, seized) = match situation.plan(book, rung, entry)?.0 {
			Plan::Keep => (0, 0),
			Plan::Partial { repaid, seized } | Plan::Full { repaid, seized, .. } => {
				(repaid, seized)
			},
		};
		Some(Shock {
			unsafe_rungs: shock.unsafe_rungs.checked_add(1)?,
			unsafe_vaults: shock.unsafe_vaults.checked_add(entry.vaults)?,
			unsafe_debt: shock.unsafe_debt.checked_add(owed)?,
			repaid: shock.repaid.checked_add(repaid)?,
			seized: shock.seized.checked_add(seized)?,
			shortfall: shock.shortfall.checked_add(owed.saturating_sub(value))?,
			..shock
		})
	}

	/// See [`crate::runtime_api::VaultsApi::liquidation`].
	pub fn liquidation(id: BookId) -> Option<LiquidationState> {
		let book = Books::<T>::get(id)?;
		let (now, clock) = (T::Time::now(), Clock::<T>::get());
		let mut readings = Readings::default();
		let situation = Self::situation(&book, now, &clock, &mut readings).ok();
		let prices = match &situation {
			Some(situation) => Some(situation.prices),
			None => {
				readings.enforceable::<T>(&book).ok().and_then(|quotes| quotes.lot_prices(&book))
			},
		};
		let in_auction = T::Auctions::on_sale(id).owed;
		Some(LiquidationState {
			mode: situation.map(|situation| situation.mode),
			threshold: index(situation.and_then(|situation| situation.threshold)),
			riskiest: Self::next_rung(id, None).map(|key| key.rung().index()),
			backlog: book.backlog,
			impaired: book.impaired,
			in_auction,
			quota: Self::quota(&book, in_auction),
			prices,
			grace_until: Self::grace_until(&clock),
		})
	}
}
