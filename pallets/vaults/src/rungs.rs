//! Rungs come and go with what lies in them.

use sp_runtime::{ArithmeticError, DispatchError};
use strata_ladder::Rung;
use strata_traits::BookId;

use crate::{
	types::{Book, Place, Position, RungTotals},
	Config, Pallet, Rungs,
};

impl<T: Config> Pallet<T> {
	/// Adds `more` to a rung, which belongs to `vaults` vaults and is one more place that leads there.
	/// The first one in gives the rung a generation that the book has never used.
	///
	/// One read, one write.
	pub(crate) fn join_rung(
		id: BookId,
		book: &mut Book,
		rung: Rung,
		more: Position,
		vaults: u32,
	) -> Result<Place, DispatchError> {
		Rungs::<T>::try_mutate(id, rung.key(), |slot| {
			let there = match *slot {
				Some(entry) => entry,
				None => {
					let generation =
						book.generation.checked_add(1).ok_or(ArithmeticError::Overflow)?;
					book.generation = generation;
					RungTotals::new(generation)
				},
			};
			let entry = there.joined(more, vaults, 1).ok_or(ArithmeticError::Overflow)?;
			*slot = Some(entry);
			Ok(Place { rung, generation: entry.generation })
		})
	}
}
