//! Passing liquidations on to a vault that nobody acts on.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_traits::VaultId;

use crate::{
	edges::{End, Path},
	types::{Book, Position},
	Books, Config, Edges, Error, Pallet, VaultOf, Vaults,
};

impl<T: Config> Pallet<T> {
	/// Moves the vault along at most `most` edges. At the end of its path it is placed exactly; before
	/// that, at the place that it has reached. Returns how many edges it passed.
	pub(crate) fn do_settle(id: VaultId, most: u32) -> Result<u32, DispatchError> {
		ensure!(most > 0, Error::<T>::NoHops);
		ensure!(most <= T::MaxHops::get(), Error::<T>::TooManyHops);
		let (mut vault, mut book) = Self::vault_and_book(id)?;
		let path = Self::path(&vault, most)?.ok_or(Error::<T>::NothingToDo)?;
		ensure!(path.hops > 0, Error::<T>::NothingToDo);
		let hops = path.hops;
		let position = match path.end {
			End::Edge(..) => Self::settle_partly(id, &mut vault, path)?,
			_ => Self::settle_fully(id, &mut vault, &mut book, path)?,
		};
		Self::announce_hops(id, hops, position);
		if position.is_empty() {
			Self::remove_vault(id, &vault, &mut book)?;
		}
		Ok(hops)
	}

	fn settle_fully(
		id: VaultId,
		vault: &mut VaultOf<T>,
		book: &mut Book,
		path: Path,
	) -> Result<Position, DispatchError> {
		let found = Self::detach_from(vault.book, book, path)?;
		Self::count_repaid(book, found.written_off)?;
		Self::reprice(vault.book, book, T::Time::now())?;
		vault.place = Self::attach(vault.book, book, found.rung, found.position)?;
		vault.position = found.position;
		Books::<T>::insert(vault.book, &*book);
		Vaults::<T>::insert(id, &*vault);
		Self::write_off(vault.book, book, found.written_off)?;
		Ok(found.position)
	}

	/// The vault now waits before the edge that the path ends at. No total changes.
	fn settle_partly(
		id: VaultId,
		vault: &mut VaultOf<T>,
		path: Path,
	) -> Result<Position, DispatchError> {
		let End::Edge(place, mut next) = path.end else {
			return Err(Error::<T>::UnknownRung.into());
		};
		// The edge that led there may go, but the vault itself leads there from now on.
		if !Self::unlink(vault.book, &path.edges)? {
			next.references = next.references.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Edges::<T>::insert(vault.book, place.key(), next);
		}
		vault.place = Some(place);
		vault.position = path.position;
		Vaults::<T>::insert(id, &*vault);
		Ok(path.position)
	}
}
