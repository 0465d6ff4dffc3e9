//! Keeps every vault with debt in exactly one rung.

use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_ladder::Rung;
use strata_traits::BookId;

use crate::{
	types::{Book, Place, Position, RungTotals},
	Config, Error, Pallet, Rungs,
};

impl<T: Config> Pallet<T> {
	/// Moves a vault whose position changes from `before`, placed at `from`, to `after`. Returns its
	/// new place: `None` without debt.
	///
	/// O(1): at most two rungs are read and written.
	pub(crate) fn place(
		id: BookId,
		book: &mut Book,
		from: Option<Place>,
		before: Position,
		after: Position,
	) -> Result<Option<Place>, DispatchError> {
		let rung = match after.debt {
			0 => None,
			debt => Some(Rung::of(debt, after.collateral).ok_or(Error::<T>::OffLadder)?),
		};
		match (from, rung) {
			(Some(place), Some(rung)) if place.rung == rung => {
				Self::change_in_rung(id, rung, before, after)?;
				Ok(Some(place))
			},
			(from, rung) => {
				if let Some(place) = from {
					Self::leave_rung(id, place.rung, before)?;
				}
				rung.map(|rung| Self::join_rung(id, book, rung, after)).transpose()
			},
		}
	}

	fn change_in_rung(id: BookId, rung: Rung, before: Position, after: Position) -> DispatchResult {
		Rungs::<T>::try_mutate(id, rung.key(), |entry| {
			let entry = entry.as_mut().ok_or(ArithmeticError::Underflow)?;
			let others = entry.totals.minus(before).ok_or(ArithmeticError::Underflow)?;
			entry.totals = others.plus(after).ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})
	}

	/// The last one out removes the rung.
	fn leave_rung(id: BookId, rung: Rung, before: Position) -> DispatchResult {
		Rungs::<T>::try_mutate_exists(id, rung.key(), |slot| {
			let entry = slot.as_mut().ok_or(ArithmeticError::Underflow)?;
			entry.totals = entry.totals.minus(before).ok_or(ArithmeticError::Underflow)?;
			entry.vaults = entry.vaults.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			if entry.vaults == 0 {
				*slot = None;
			}
			Ok(())
		})
	}

	/// The first one in gives the rung a generation that the book has never used.
	fn join_rung(
		id: BookId,
		book: &mut Book,
		rung: Rung,
		after: Position,
	) -> Result<Place, DispatchError> {
		Rungs::<T>::try_mutate(id, rung.key(), |slot| {
			let entry = match *slot {
				Some(entry) => RungTotals {
					totals: entry.totals.plus(after).ok_or(ArithmeticError::Overflow)?,
					vaults: entry.vaults.checked_add(1).ok_or(ArithmeticError::Overflow)?,
					..entry
				},
				None => {
					let generation =
						book.generation.checked_add(1).ok_or(ArithmeticError::Overflow)?;
					book.generation = generation;
					RungTotals { totals: after, vaults: 1, generation }
				},
			};
			*slot = Some(entry);
			Ok(Place { rung, generation: entry.generation })
		})
	}
}
