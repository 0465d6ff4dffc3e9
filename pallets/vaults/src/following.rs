//! Books that follow the ratios of their collateral: what new ratios would do to them, and how they go
//! over to them.

use frame_support::{dispatch::DispatchResult, traits::Time};
use sp_runtime::DispatchError;
use strata_ladder::Rung;
use strata_numbers::Price;
use strata_traits::{Asset, BookId, Exposure, Impact, ImpactUnknown, Moment, Ramp, Ratios};

use crate::{
	market::Readings,
	modes::wound_down,
	types::{at_par, Book},
	Books, Config, Error, Event, Following, Pallet, Rungs, MAX_FOLLOWING,
};

impl<T: Config> Pallet<T> {
	/// Whether one more book may follow `asset`. One read.
	pub(crate) fn may_follow(asset: &Asset) -> bool {
		let there = Following::<T>::decode_len(asset).unwrap_or_default();
		there < MAX_FOLLOWING as usize
	}

	/// From now on `id` follows `asset`.
	///
	/// # Errors
	/// [`Error::TooManyFollowing`].
	pub(crate) fn follow_on(asset: &Asset, id: BookId) -> Result<(), DispatchError> {
		Following::<T>::try_mutate(asset, |books| books.try_push(id))
			.map_err(|_| Error::<T>::TooManyFollowing.into())
	}

	/// `id` is gone.
	pub(crate) fn follow_no_longer(asset: &Asset, id: BookId) {
		Following::<T>::mutate_exists(asset, |slot| {
			if let Some(books) = slot {
				books.retain(|other| *other != id);
				if books.is_empty() {
					*slot = None;
				}
			}
		});
	}

	/// Adds to `impact` what of `book` becomes unsafe with `ratios`: the rungs between the threshold of
	/// today and the new one, of which each is read, and the key of the next.
	fn add_impact(
		id: BookId,
		book: &Book,
		ratios: &Ratios,
		now: Moment,
		most_rungs: u32,
		readings: &mut Readings,
		impact: &mut Impact,
	) -> Result<(), ImpactUnknown> {
		let overflow = ImpactUnknown::Overflow;
		let quotes = readings.enforceable::<T>(book).map_err(|_| ImpactUnknown::NoPrice)?;
		let market = quotes.market(book);
		if market.collateral.min(market.settlement) == Price::default() {
			return Err(ImpactUnknown::NoPrice);
		}
		let threshold = |liquidation| {
			let (_, rung) = Self::threshold(book, now, &market, liquidation).ok_or(overflow)?;
			Ok::<_, ImpactUnknown>(rung)
		};
		let before = threshold(book.ratios(now).liquidation)?;
		let Some(after) = threshold(ratios.liquidation)? else { return Ok(()) };
		let (index, _) = book.accrued(now).ok_or(overflow)?;
		// Behind the safest rung that is unsafe today.
		let mut last = before.map(Rung::key);
		while let Some(key) = Self::next_rung(id, last).filter(|key| key.rung() >= after) {
			if impact.rungs == most_rungs {
				return Err(ImpactUnknown::TooManyRungs);
			}
			impact.rungs = impact.rungs.checked_add(1).ok_or(overflow)?;
			let entry = Rungs::<T>::get(id, key).ok_or(overflow)?;
			let usd = entry
				.totals
				.owed(index)
				.and_then(|owed| at_par(owed, book.settlement_decimals))
				.ok_or(overflow)?;
			impact.debt = impact.debt.checked_add(usd).ok_or(overflow)?;
			last = Some(key);
		}
		Ok(())
	}
}

/// A book is looked at unless nobody owes it anything, it would not follow, or it winds down and is
/// closed out whatever its ratios.
impl<T: Config> Exposure for Pallet<T> {
	fn impact(asset: &Asset, ratios: &Ratios, most_rungs: u32) -> Result<Impact, ImpactUnknown> {
		let now = T::Time::now();
		let (mut readings, mut impact) = (Readings::default(), Impact::default());
		for id in Following::<T>::get(asset) {
			let felt = |book: &Book| {
				book.totals.debt > 0 && book.goes_with(ratios) && wound_down(book, now).is_none()
			};
			let Some(book) = Books::<T>::get(id).filter(felt) else { continue };
			Self::add_impact(id, &book, ratios, now, most_rungs, &mut readings, &mut impact)?;
		}
		Ok(impact)
	}

	fn follow(asset: &Asset, ramp: &Ramp) -> DispatchResult {
		let now = T::Time::now();
		for id in Following::<T>::get(asset) {
			let Some(mut book) = Books::<T>::get(id) else { continue };
			let Some(ramp) = book.followed(ramp, now) else {
				Self::deposit_event(Event::RatiosNotFollowed { book: id, to: ramp.to });
				continue;
			};
			book.ramp = Some(ramp);
			Books::<T>::insert(id, book);
			Self::deposit_event(Event::RatiosFollowed { book: id, ramp });
		}
		Ok(())
	}

	fn most_followers() -> u32 {
		MAX_FOLLOWING
	}
}
