//! What the walk finds at worst: the setting of its benchmarks.
//!
//! A liquidity call in a book with a deep ladder, every rung of which is occupied. The riskiest rung is
//! insolvent, all others owe more interest than is called from them. So each rung that is walked is
//! read, taken off and given an edge, and what is left of it joins another one that is there already;
//! and at the end there are two lots.

#![allow(clippy::arithmetic_side_effects)]

use frame_benchmarking::v2::*;
use frame_support::traits::Time;
use strata_ladder::Rung;
use strata_traits::{Asset, Auctions, Balance, BookId, Listing};

use crate::{
	liquidation::Taken,
	market::Readings,
	types::{at_par, BookTerms, LiquidityCall, Position, RungTotals, WalkClock},
	BenchmarkHelper, Books, Config, Pallet, Rungs, MAX_FOLLOWING,
};

/// How many rungs lie below those that are walked: far enough for what is left of the last one.
const BELOW: u32 = 100;

/// Least debt in units of which rungs are made.
pub(crate) const SCALE: Balance = 10_000_000;

/// Fills the ladder of the empty book `id` as said above, so that `rungs` can be walked.
pub(crate) fn fill<T: Config>(
	id: BookId,
	collateral: &Asset,
	debt: Balance,
	rungs: u32,
) -> Result<(), BenchmarkError> {
	let mut book = Books::<T>::get(id).ok_or("no book")?;
	book.updated_at = 0;
	let now = T::Time::now();
	let (index, _) = book.accrued(now).ok_or("index")?;
	// In an asset without decimals a minimum debt may be one unit, of which there are no parts.
	let debt = debt * SCALE.div_ceil(debt.max(1));
	let quotes = Readings::default().enforceable::<T>(&book).map_err(|_| "no price")?;
	let units = quotes.market(&book).units_floor(debt * 50).ok_or("units")?;
	// Worth 50 times `debt`: the first one owes that, the others a third of it and less.
	let mut owed = debt * 51;
	let mut sums = Position::default();
	let mut count = 0;
	while count < rungs + BELOW {
		let normalised = index.normalised_floor(owed).ok_or("debt")?;
		let principal = index.debt_floor(normalised).ok_or("debt")? / 10 * 9;
		let totals = Position { collateral: units, debt: normalised, principal };
		let rung = Rung::of(normalised, units).ok_or("rung")?;
		owed = if count == 0 { debt * 17 } else { owed / 100_000 * 99_950 };
		if Rungs::<T>::contains_key(id, rung.key()) {
			continue;
		}
		count += 1;
		book.generation += 1;
		let entry = RungTotals::new(book.generation).joined(totals, 1, 1).ok_or("rung")?;
		Rungs::<T>::insert(id, rung.key(), entry);
		sums = sums.plus(totals).ok_or("sums")?;
	}
	let who = account("crowd", 0, 0);
	T::BenchmarkHelper::fund(collateral, &who, sums.collateral * 2);
	Pallet::<T>::lock(id, collateral, &who, sums.collateral)?;
	let usd = at_par(sums.principal, book.settlement_decimals).ok_or("principal")?;
	T::Listing::draw(collateral, usd, now).map_err(|_| "the asset takes no more")?;
	book.totals = sums;
	book.vaults = count;
	book.parameters.auction_cap = strata_numbers::Price::from_inner(u128::MAX / 2);
	(book.call, book.calls) = (Some(LiquidityCall { amount: Balance::MAX, due: 0, at: None }), 1);
	Books::<T>::insert(id, book);
	Ok(())
}

/// Opens as many books that follow `collateral` as may, for benchmarks of those who call
/// [`strata_traits::Exposure`]. In all they have `rungs` rungs which lie side by side below the rungs
/// that are unsafe today, shared out evenly: the first to become unsafe. Both assets must be listed and
/// priced.
pub fn followers<T: Config>(
	collateral: &Asset,
	settlement: &Asset,
	rungs: u32,
) -> Result<(), BenchmarkError> {
	for nth in 0..MAX_FOLLOWING {
		let terms = BookTerms {
			follows: true,
			..<Pallet<T> as strata_traits::Books>::benchmark_terms(collateral)
		};
		let id = <Pallet<T> as strata_traits::Books>::open(nth, settlement, &terms)?;
		let mut book = Books::<T>::get(id).ok_or("no book")?;
		// The index is brought up to date for each, over a long time.
		book.updated_at = 0;
		let quotes = Readings::default().enforceable::<T>(&book).map_err(|_| "no price")?;
		let (now, ratio) = (T::Time::now(), book.parameters.liquidation_ratio);
		let (_, threshold) =
			Pallet::<T>::threshold(&book, now, &quotes.market(&book), ratio).ok_or("threshold")?;
		let share = rungs / MAX_FOLLOWING + u32::from(nth < rungs % MAX_FOLLOWING);
		let debt = book.minimum_debt;
		for below in 1..=share {
			let index = threshold.ok_or("no rung is unsafe")?.index();
			let rung = index.checked_sub_unsigned(below).and_then(Rung::new).ok_or("rung")?;
			let collateral = crate::MINIMUM_COLLATERAL;
			let totals = Position { collateral, debt, principal: debt };
			book.generation += 1;
			let entry = RungTotals::new(book.generation).joined(totals, 1, 1).ok_or("rung")?;
			Rungs::<T>::insert(id, rung.key(), entry);
			book.totals = book.totals.plus(totals).ok_or("sums")?;
		}
		// Every one has debt: its prices are looked at.
		book.totals.debt = book.totals.debt.max(1);
		Books::<T>::insert(id, book);
	}
	Ok(())
}

/// Opens a lot of the book `id`.
pub(crate) fn open_lot<T: Config>(id: BookId) -> Result<(), BenchmarkError> {
	let book = Books::<T>::get(id).ok_or("no book")?;
	let mut readings = Readings::default();
	let situation =
		Pallet::<T>::situation(&book, T::Time::now(), &WalkClock::default(), &mut readings)
			.map_err(|_| "no price")?;
	let units = crate::MINIMUM_COLLATERAL;
	let taken = Taken { units, principal: book.minimum_debt, ..Taken::default() };
	T::Auctions::open(Pallet::<T>::seizure(id, &book, &situation, taken, false)?)?;
	Ok(())
}
