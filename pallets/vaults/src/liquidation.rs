//! One rung is liquidated, and what was taken from several is put up for sale.
//!
//! With totals (C, D, P) and x repaid for s of collateral, the rung is left with D' = ⌈(X − x)/R⌉,
//! C' = C − s and P' = ⌊P·D'/D⌋. The principal that goes to liquidation is q = P − P', its interest
//! x − q. That is never negative: D' ≥ (X − x)/R, so x ≥ R·(D − D') up to the unit by which X was
//! rounded up, and q ≤ ⌈P·(D − D')/D⌉ with P ≤ D·R.

use frame_support::{ensure, traits::Time};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_ladder::Rung;
use strata_liquidation::{plan::penalty, Plan};
use strata_numbers::{mul_div_floor, Ratio};
use strata_traits::{Auctions, Balance, BookId, DealCash, Listing, Moment, Seizure};

use crate::{
	modes::{Mode, Situation},
	types::{at_par, Book, Place, Position, RungTotals},
	Books, Config, Error, Event, Pallet, Rungs,
};

/// What was done with a rung.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Treated {
	/// Nothing: on average its vaults are covered.
	Kept,
	/// It was placed again, as on average its vaults lie on a safer rung; or it is out of quarantine.
	Moved,
	/// It was liquidated, in part or in full.
	Liquidated,
	/// Nothing: the book has as much in auction as it may have.
	Capped,
}

/// Taken from rungs for one lot.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Taken {
	/// Units of collateral.
	pub units: Balance,
	/// Principal, in units of the settlement asset.
	pub principal: Balance,
	/// Interest, in units of the settlement asset.
	pub interest: Balance,
	/// The most that is kept as penalty.
	pub penalty: Balance,
}

impl Taken {
	fn plus(self, other: Self) -> Option<Self> {
		Some(Self {
			units: self.units.checked_add(other.units)?,
			principal: self.principal.checked_add(other.principal)?,
			interest: self.interest.checked_add(other.interest)?,
			penalty: self.penalty.checked_add(other.penalty)?,
		})
	}
}

/// What a book may have in auction, as it was when a step began. In units of the settlement asset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Room {
	/// What was there: Σx of its lots.
	in_auction: Balance,
	/// The most that there may be, of which the first lot is free.
	quota: Balance,
}

/// Taken from the rungs of a book in one step. Solvent and insolvent rungs apart: the floor of a
/// solvent lot is what is owed over what was seized, and must not be thinned.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Haul {
	/// From rungs that covered (1 + b) times their debt.
	pub solvent: Taken,
	/// From the others.
	pub insolvent: Taken,
	/// Principal of rungs that had no collateral left: there is nothing to sell for it.
	pub worthless: Balance,
}

impl Haul {
	/// Σx of what was taken for lots. `None` if it does not fit.
	fn owed(&self) -> Option<Balance> {
		let of = |taken: &Taken| taken.principal.checked_add(taken.interest);
		of(&self.solvent)?.checked_add(of(&self.insolvent)?)
	}
}

/// A part of a rung, or all of it.
struct Cut {
	/// x.
	repaid: Balance,
	/// s.
	seized: Balance,
	/// Whether V ≥ (1 + b)·X.
	solvent: bool,
	/// Whether nothing is owed afterwards.
	full: bool,
}

impl Cut {
	/// `None` if there is nothing to do. Where the bonus of less than one unit of collateral would
	/// be seized, one unit is: debt is not forgiven for nothing.
	fn of(plan: Plan, collateral: Balance) -> Option<Self> {
		let least = |seized: Balance| seized.max(collateral.min(1));
		match plan {
			Plan::Keep => None,
			Plan::Partial { repaid, seized } => {
				Some(Self { repaid, seized: least(seized), solvent: true, full: false })
			},
			Plan::Full { repaid, seized, solvent } => {
				Some(Self { repaid, seized: least(seized), solvent, full: true })
			},
		}
	}

	/// What it leaves of `totals`. `None` if a figure does not fit.
	fn left(&self, book: &Book, totals: &Position) -> Option<Position> {
		let collateral = totals.collateral.checked_sub(self.seized)?;
		if self.full {
			return Some(Position { collateral, debt: 0, principal: 0 });
		}
		let rest = totals.owed(book.index)?.checked_sub(self.repaid)?;
		let debt = book.index.normalised_ceil(rest)?;
		let principal = mul_div_floor(totals.principal, debt, totals.debt)?;
		Some(Position { collateral, debt, principal })
	}

	/// What it takes for a lot. `None` if a figure does not fit.
	fn taken(&self, before: &Position, after: &Position, bonus: Ratio) -> Option<Taken> {
		let principal = before.principal.checked_sub(after.principal)?;
		Some(Taken {
			units: self.seized,
			principal,
			interest: self.repaid.checked_sub(principal)?,
			penalty: penalty(self.repaid, bonus)?,
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Does with `rung` of `book` what its situation asks for: merges what is left of it into its new
	/// place, and adds what was taken to `haul`. R must be up to date; `room` is that of the book
	/// before the step.
	///
	/// O(1), whatever the number of its vaults. The caller stores the book, and provides the storage
	/// layer that undoes a failure.
	///
	/// # Errors
	/// If a figure does not fit, or the rung's new place would not be safer.
	pub(crate) fn liquidate_rung(
		id: BookId,
		book: &mut Book,
		situation: &Situation,
		rung: Rung,
		entry: RungTotals,
		room: Room,
		haul: &mut Haul,
	) -> Result<Treated, DispatchError> {
		let before = entry.totals;
		let calling = situation.mode == Mode::Call && !situation.is_unsafe(rung);
		let (plan, bonus) = situation.plan(book, rung, &entry).ok_or(ArithmeticError::Overflow)?;
		let Some(cut) = Cut::of(plan, before.collateral) else {
			return Self::keep_rung(id, book, situation, rung, entry);
		};
		let after = cut.left(book, &before).ok_or(ArithmeticError::Overflow)?;
		let taken = cut.taken(&before, &after, bonus).ok_or(ArithmeticError::Overflow)?;
		// What has no collateral left is not sold and does not count.
		if taken.units > 0 {
			let in_auction = haul.owed().and_then(|owed| owed.checked_add(room.in_auction));
			let in_auction = in_auction.ok_or(ArithmeticError::Overflow)?;
			in_auction.checked_add(cut.repaid).ok_or(ArithmeticError::Overflow)?;
			// The last one may go beyond: a rung that is larger than what is left of the quota
			// would otherwise wait for every small lot before it.
			if in_auction > 0 && in_auction >= room.quota {
				return Ok(Treated::Capped);
			}
		}
		let to = Self::merge_rung(id, book, rung, after)?;
		if calling {
			Self::raise(id, book, to, &after, cut.repaid)?;
		}
		Self::add_to(haul, &cut, taken)?;
		Self::deposit_event(Event::RungLiquidated {
			book: id,
			rung,
			vaults: entry.vaults,
			repaid: cut.repaid,
			seized: cut.seized,
			principal: taken.principal,
			solvent: cut.solvent,
			left: after,
		});
		Ok(Treated::Liquidated)
	}

	/// A rung of which nothing is to be taken. Where its key says that it is unsafe and its average
	/// that it lies lower, it is placed again.
	fn keep_rung(
		id: BookId,
		book: &mut Book,
		situation: &Situation,
		rung: Rung,
		entry: RungTotals,
	) -> Result<Treated, DispatchError> {
		let exact = Rung::of(entry.totals.debt, entry.totals.collateral);
		if situation.is_unsafe(rung) && exact.is_some_and(|exact| exact < rung) {
			Self::merge_rung(id, book, rung, entry.totals)?;
			return Ok(Treated::Moved);
		}
		if entry.quarantined {
			Rungs::<T>::insert(id, rung.key(), RungTotals { quarantined: false, ..entry });
			return Ok(Treated::Moved);
		}
		Ok(Treated::Kept)
	}

	/// Counts what was raised from a safe rung towards the liquidity call, which spares from now on what
	/// was `left` of it. Those whom it has come to lie among are called as before.
	fn raise(
		id: BookId,
		book: &mut Book,
		to: Option<Place>,
		left: &Position,
		repaid: Balance,
	) -> DispatchResult {
		if let Some(call) = &mut book.call {
			// A lot has a least size: more may be raised than was called.
			call.amount = call.amount.saturating_sub(repaid);
		}
		let Some(place) = to else { return Ok(()) };
		Rungs::<T>::try_mutate(id, place.rung.key(), |slot| {
			let entry = slot.ok_or(Error::<T>::UnknownRung)?;
			*slot = Some(entry.sparing(book.calls, left).ok_or(ArithmeticError::Overflow)?);
			Ok(())
		})
	}

	fn add_to(haul: &mut Haul, cut: &Cut, taken: Taken) -> DispatchResult {
		let overflow = ArithmeticError::Overflow;
		if taken.units == 0 {
			haul.worthless = haul.worthless.checked_add(taken.principal).ok_or(overflow)?;
			return Ok(());
		}
		let lot = if cut.solvent { &mut haul.solvent } else { &mut haul.insolvent };
		*lot = lot.plus(taken).ok_or(overflow)?;
		Ok(())
	}

	/// Puts `haul` up for sale and tells the deal. The dust of the book goes with an insolvent lot, or
	/// with a solvent one if there is no other.
	///
	/// `book` is stored before anybody else is called: they read the state after the step.
	///
	/// # Errors
	/// If one of those who are told refuses. Must be called inside a storage layer.
	pub(crate) fn sell(
		id: BookId,
		book: &mut Book,
		situation: &Situation,
		mut haul: Haul,
	) -> DispatchResult {
		let overflow = ArithmeticError::Overflow;
		let lots = [&mut haul.insolvent, &mut haul.solvent];
		if let Some(lot) = lots.into_iter().find(|lot| lot.units > 0) {
			lot.units = lot.units.checked_add(book.dust).ok_or(overflow)?;
			book.dust = 0;
		}
		Books::<T>::insert(id, &*book);
		let all = haul.solvent.plus(haul.insolvent).ok_or(overflow)?;
		let principal = all.principal.checked_add(haul.worthless).ok_or(overflow)?;
		if all == Taken::default() && principal == 0 {
			return Ok(());
		}
		let par = at_par(principal, book.settlement_decimals).ok_or(overflow)?;
		T::Listing::repaid(&book.collateral, par).map_err(|_| ArithmeticError::Underflow)?;
		T::Cash::seized(book.deal, id, principal, all.units)?;
		if haul.worthless > 0 {
			T::Cash::lost(book.deal, id, haul.worthless, 0)?;
		}
		for (solvent, lot) in [(true, haul.solvent), (false, haul.insolvent)] {
			if lot.units > 0 {
				T::Auctions::open(Self::seizure(id, book, situation, lot, solvent)?)?;
			}
		}
		Ok(())
	}

	pub(crate) fn seizure(
		id: BookId,
		book: &Book,
		situation: &Situation,
		lot: Taken,
		solvent: bool,
	) -> Result<Seizure, DispatchError> {
		// Collateral that is worth next to nothing is sold as a whole.
		let least = situation.market.units_floor(book.minimum_debt).unwrap_or(lot.units);
		Ok(Seizure {
			deal: book.deal,
			book: id,
			collateral: book.collateral.clone(),
			collateral_decimals: book.collateral_decimals,
			settlement: book.settlement.clone(),
			settlement_decimals: book.settlement_decimals,
			units: lot.units,
			principal: lot.principal,
			interest: lot.interest,
			penalty: lot.penalty,
			solvent,
			prices: situation.prices,
			shape: book.parameters.auction,
			backstop_discount: book.parameters.backstop_discount,
			minimum_units: least.clamp(1, lot.units),
		})
	}

	/// What `id` has in auction, and the most that it may. `None` if a figure does not fit.
	pub(crate) fn room(id: BookId, book: &Book) -> Option<Room> {
		let in_auction = T::Auctions::on_sale(id).owed;
		Some(Room { in_auction, quota: Self::quota(book, in_auction)? })
	}

	/// The most debt that `book`, which has `in_auction` there, may have in auction at once, in units
	/// of the settlement asset: its share of the cap of its collateral, in proportion to what it has
	/// lent and in auction. Rounded down. `None` if a figure does not fit.
	pub(crate) fn quota(book: &Book, in_auction: Balance) -> Option<Balance> {
		let par = |amount| at_par(amount, book.settlement_decimals);
		let cap = book.parameters.auction_cap.into_inner();
		let in_auction = par(in_auction)?;
		let drawn =
			T::Listing::collateral(&book.collateral).map_or(0, |listing| listing.usage.drawn);
		let all = drawn.checked_add(in_auction)?;
		let own = par(book.totals.principal)?.checked_add(in_auction)?;
		let usd = if all == 0 { cap } else { mul_div_floor(cap, own.min(all), all)? };
		usd.checked_div(par(1)?)
	}

	/// Refuses a book that may not be walked at all.
	///
	/// # Errors
	/// [`Error::UnknownBook`], [`Error::Impaired`].
	pub(crate) fn walkable(id: BookId) -> Result<(Book, Moment), DispatchError> {
		let book = Books::<T>::get(id).ok_or(Error::<T>::UnknownBook)?;
		ensure!(book.is_walked(), Error::<T>::Impaired);
		Ok((book, T::Time::now()))
	}
}
