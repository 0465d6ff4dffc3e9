//! Where the vaults of liquidated rungs are.
//!
//! A liquidation changes a rung in one step, whatever its vaults: the rung's totals go to another
//! rung, or to nowhere if no debt is left, and an *edge* under the rung's place says where and which
//! fractions are left. A vault still says where it was last placed. It finds its position by
//! following edges from there; [`Pallet::detach`] does so and takes it off, [`Pallet::attach`] places
//! it exactly again.
//!
//! Each place that leads somewhere is counted there (`references`): vaults placed at it, and edges to
//! it. The last one to leave removes the edge, and what that edge led to loses a reference in turn.

use alloc::vec::Vec;
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError};
use strata_ladder::Rung;
use strata_liquidation::Fraction;
use strata_traits::{Balance, BookId};

use crate::{
	types::{Book, Destination, Edge, Place, Position, RungTotals},
	Config, Edges, Error, Pallet, Rungs, VaultOf,
};

/// Where a path ends.
pub(crate) enum End {
	/// At a rung that lives.
	Rung(Place, RungTotals),
	/// At the last edge, which leads to no rung: free of debt.
	Closed,
	/// Before an edge, because no more were to be followed.
	Edge(Place, Edge),
}

/// The edges from a vault's place to where it is now.
pub(crate) struct Path {
	/// The edges, first to last, each with its place.
	pub edges: Vec<(Place, Edge)>,
	/// How many.
	pub hops: u32,
	/// Where they lead.
	pub end: End,
	/// What the edges leave of the vault, before it is compared with the totals at the end.
	pub position: Position,
}

/// A vault that has been taken off its rung.
pub(crate) struct Detached {
	/// What it holds and owes: exact.
	pub position: Position,
	/// The rung that it lay in, without it. Not stored: [`Pallet::attach`] does.
	pub rung: Option<(Place, RungTotals)>,
	/// How many edges it passed.
	pub hops: u32,
	/// Principal that rounding left to nobody.
	pub written_off: Balance,
}

impl<T: Config> Pallet<T> {
	/// Follows at most `most` edges from the place of `vault`. `None` for a vault without debt.
	///
	/// One read for each rung looked at, and one for each edge.
	///
	/// # Errors
	/// [`Error::UnknownRung`] if an edge is missing, which cannot be.
	pub(crate) fn path(vault: &VaultOf<T>, most: u32) -> Result<Option<Path>, DispatchError> {
		let Some(mut at) = vault.place else { return Ok(None) };
		let (mut edges, mut hops, mut position) = (Vec::new(), 0u32, vault.position);
		let end = loop {
			if let Some(rung) = Self::live(vault.book, at) {
				break End::Rung(at, rung);
			}
			let edge = Edges::<T>::get(vault.book, at.key()).ok_or(Error::<T>::UnknownRung)?;
			if hops >= most {
				break End::Edge(at, edge);
			}
			hops = hops.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			position = edge.passed(position).ok_or(ArithmeticError::Overflow)?;
			edges.push((at, edge));
			match edge.to {
				Destination::Rung(next) => at = next,
				Destination::Closed { .. } => break End::Closed,
			}
		};
		Ok(Some(Path { edges, hops, end, position }))
	}

	/// The rung at `place`, if it is still the one that was there.
	fn live(book: BookId, place: Place) -> Option<RungTotals> {
		Rungs::<T>::get(book, place.rung.key()).filter(|rung| rung.generation == place.generation)
	}

	/// Finds `vault` by at most `most` edges and takes it off: its references and its part of the
	/// totals. What rounding leaves to nobody goes to the book's dust and is written off.
	///
	/// # Errors
	/// [`Error::TooManyHops`] if it lies further away.
	pub(crate) fn detach(
		book: &mut Book,
		vault: &VaultOf<T>,
		most: u32,
	) -> Result<Detached, DispatchError> {
		match Self::path(vault, most)? {
			None => {
				let position = vault.position;
				Ok(Detached { position, rung: None, hops: 0, written_off: 0 })
			},
			Some(path) => Self::detach_from(vault.book, book, path),
		}
	}

	/// Takes the vault at the end of `path` off.
	pub(crate) fn detach_from(
		id: BookId,
		book: &mut Book,
		path: Path,
	) -> Result<Detached, DispatchError> {
		let Path { mut edges, hops, end, position } = path;
		match end {
			End::Rung(place, mut rung) => {
				let index = book.index;
				let left = rung.leave(position, index).ok_or(ArithmeticError::Underflow)?;
				if Self::unlink(id, &edges)? {
					rung.references =
						rung.references.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
				}
				book.lose(left.dust, left.written_off).ok_or(ArithmeticError::Underflow)?;
				let (position, written_off) = (left.position, left.written_off);
				Ok(Detached { position, rung: Some((place, rung)), hops, written_off })
			},
			End::Closed => {
				let edge = edges.last_mut().map(|(_, edge)| edge);
				let dust = edge
					.and_then(|edge| edge.leave(position.collateral))
					.ok_or(ArithmeticError::Underflow)?;
				Self::unlink(id, &edges)?;
				book.lose(dust, 0).ok_or(ArithmeticError::Underflow)?;
				Ok(Detached { position, rung: None, hops, written_off: 0 })
			},
			End::Edge(..) => Err(Error::<T>::TooManyHops.into()),
		}
	}

	/// Takes one reference off the first edge of a path, and off the next one whenever an edge goes.
	/// Returns whether the end of the path loses one too.
	pub(crate) fn unlink(id: BookId, edges: &[(Place, Edge)]) -> Result<bool, DispatchError> {
		let mut going = true;
		for (place, edge) in edges {
			let mut edge = *edge;
			let touched = going;
			if going {
				edge.references =
					edge.references.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
				going = edge.references == 0;
			}
			if going {
				Edges::<T>::remove(id, place.key());
			} else if touched || matches!(edge.to, Destination::Closed { .. }) {
				Edges::<T>::insert(id, place.key(), edge);
			}
		}
		Ok(going)
	}

	/// Stores the rung that a vault was taken off, and places the vault, which is `after` now.
	/// Returns its place: `None` without debt.
	///
	/// At most two rungs are written; one more is read.
	///
	/// # Errors
	/// [`Error::OffLadder`] beyond the ends of the ladder.
	pub(crate) fn attach(
		id: BookId,
		book: &mut Book,
		from: Option<(Place, RungTotals)>,
		after: Position,
	) -> Result<Option<Place>, DispatchError> {
		let rung = match after {
			Position { debt: 0, .. } => None,
			// Debt without collateral has no rung of its own. It stays where it is.
			Position { collateral: 0, .. } => {
				Some(from.map(|(place, _)| place.rung).ok_or(Error::<T>::OffLadder)?)
			},
			Position { debt, collateral, .. } => {
				Some(Rung::of(debt, collateral).ok_or(Error::<T>::OffLadder)?)
			},
		};
		match (from, rung) {
			(Some((place, totals)), Some(rung)) if place.rung == rung => {
				let totals = totals.joined(after, 1, 1).ok_or(ArithmeticError::Overflow)?;
				Rungs::<T>::insert(id, rung.key(), totals.bounded());
				Ok(Some(place))
			},
			(from, rung) => {
				if let Some((place, totals)) = from {
					Self::store_left(id, book, place, totals);
				}
				rung.map(|rung| Self::join_rung(id, book, rung, after, 1)).transpose()
			},
		}
	}

	/// Stores a rung that a vault has left. The last one out removes it. Where the others owe nothing
	/// any more, because those before them took their part rounded up, it is closed.
	fn store_left(id: BookId, book: &mut Book, place: Place, rung: RungTotals) {
		let key = place.rung.key();
		if rung.vaults == 0 || rung.totals.debt == 0 {
			// Who looks for the riskiest rung in this block has to pass its key.
			Self::note_removed(book);
		}
		if rung.vaults == 0 {
			Rungs::<T>::remove(id, key);
		} else if rung.totals.debt == 0 {
			Rungs::<T>::remove(id, key);
			let to = Destination::Closed { left: rung.totals.collateral, vaults: rung.vaults };
			let (collateral, debt) = (Fraction::ONE, Fraction { left: 0, whole: 1 });
			let references = rung.references;
			Edges::<T>::insert(id, place.key(), Edge { to, collateral, debt, references });
		} else {
			Rungs::<T>::insert(id, key, rung.bounded());
		}
	}

	/// Liquidates the rung at `rung` in the ledgers of the book: of its totals `after` is left. Its
	/// vaults are found through an edge from now on. Without debt it is closed; otherwise what is left
	/// joins the rung of its debt and collateral. Returns where its vaults are; `None` without debt.
	///
	/// Reads and writes two rungs and writes an edge. The caller stores `book`, and moves cash and
	/// collateral. Must be called inside a storage layer.
	///
	/// # Errors
	/// - [`Error::UnknownRung`];
	/// - [`Error::NotSafer`] if what is left belongs to a riskier rung;
	/// - [`Error::OffLadder`] if it belongs to none;
	/// - arithmetic errors if `after` is more than what there is, or has more principal than debt.
	pub(crate) fn merge_rung(
		id: BookId,
		book: &mut Book,
		rung: Rung,
		after: Position,
	) -> Result<Option<Place>, DispatchError> {
		let entry = Rungs::<T>::take(id, rung.key()).ok_or(Error::<T>::UnknownRung)?;
		let before = entry.totals;
		let gone = before.minus(after).ok_or(ArithmeticError::Underflow)?;
		book.totals = book.totals.minus(gone).ok_or(ArithmeticError::Underflow)?;
		let most = book.index.debt_floor(after.debt).ok_or(ArithmeticError::Overflow)?;
		ensure!(after.principal <= most, ArithmeticError::Underflow);
		let to = if after.debt == 0 {
			Destination::Closed { left: after.collateral, vaults: entry.vaults }
		} else {
			// A little raised for a liquidity call may leave it on its rung: a new generation of it.
			// Where others have left, its average may lie a step beyond its key. It must not get worse.
			let of = |totals: &Position| {
				Rung::of(totals.debt, totals.collateral).ok_or(Error::<T>::OffLadder)
			};
			let exact = of(&after)?;
			ensure!(exact <= rung || exact <= of(&before)?, Error::<T>::NotSafer);
			Destination::Rung(Self::join_rung(id, book, exact.min(rung), after, entry.vaults)?)
		};
		let place = Place { rung, generation: entry.generation };
		let edge = Edge {
			to,
			collateral: Fraction { left: after.collateral, whole: before.collateral },
			debt: Fraction { left: after.debt, whole: before.debt },
			references: entry.references,
		};
		Edges::<T>::insert(id, place.key(), edge);
		Ok(match to {
			Destination::Rung(place) => Some(place),
			Destination::Closed { .. } => None,
		})
	}
}
