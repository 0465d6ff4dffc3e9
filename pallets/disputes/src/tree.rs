//! The trees of stakes in storage, and who has which leaf.

use alloc::collections::BTreeMap;
use core::marker::PhantomData;

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::{Leaf, Node, KEEP_EPOCHS, MAX_LEVELS};
use strata_traits::Balance;

use crate::{
	types::{Court, CourtId, Seeds, Stake},
	Config, Error, FreeLeaves, Leaves, Nodes, Pallet,
};

/// The tree of a court. What was read once is not read again: the seats of a page share the upper
/// nodes.
pub(crate) struct Tree<T> {
	court: CourtId,
	known: BTreeMap<(u8, u32), Node>,
	config: PhantomData<T>,
}

impl<T: Config> Tree<T> {
	pub(crate) fn of(court: CourtId) -> Self {
		Self { court, known: BTreeMap::new(), config: PhantomData }
	}
}

impl<T: Config> strata_court::Nodes for Tree<T> {
	fn get(&mut self, level: u8, index: u32) -> Node {
		let court = self.court;
		self.known
			.entry((level, index))
			.or_insert_with(|| Nodes::<T>::get((court, level, index)))
			.clone()
	}

	fn put(&mut self, level: u8, index: u32, node: Node) {
		Nodes::<T>::insert((self.court, level, index), &node);
		self.known.insert((level, index), node);
	}
}

impl<T: Config> Pallet<T> {
	/// Puts `active` of a stake into the tree, in place of what is there. The stake has a leaf.
	///
	/// One read and one write a level.
	pub(crate) fn set_active(
		court: &mut Court,
		stake: &mut Stake,
		active: Balance,
	) -> DispatchResult {
		let leaf = stake.leaf.ok_or(Error::<T>::NoStake)?;
		let mut tree = Tree::<T>::of(stake.court);
		strata_court::set_weight(&mut tree, court.levels, leaf, active, T::Seeds::epoch())
			.ok_or(ArithmeticError::Overflow)?;
		let jurors = match (stake.active > 0, active > 0) {
			(false, true) => court.jurors.checked_add(1),
			(true, false) => court.jurors.checked_sub(1),
			_ => Some(court.jurors),
		};
		court.jurors = jurors.ok_or(ArithmeticError::Overflow)?;
		stake.active = active;
		Ok(())
	}

	/// A leaf for `who`: the one that was given up first, if no snapshot knows its last owner any more;
	/// otherwise a new one, for which the tree grows if it must.
	pub(crate) fn take_leaf(
		id: CourtId,
		court: &mut Court,
		who: &T::AccountId,
	) -> Result<Leaf, DispatchError> {
		let leaf = match Self::reuse_leaf(id, court)? {
			Some(leaf) => leaf,
			None => Self::new_leaf(id, court)?,
		};
		Leaves::<T>::insert(id, leaf, who);
		Ok(leaf)
	}

	fn reuse_leaf(id: CourtId, court: &mut Court) -> Result<Option<Leaf>, DispatchError> {
		let (first, end) = court.free;
		if first == end {
			return Ok(None);
		}
		let (leaf, since) = FreeLeaves::<T>::get(id, first).ok_or(Error::<T>::CourtFull)?;
		if T::Seeds::epoch() < since.saturating_add(KEEP_EPOCHS) {
			return Ok(None);
		}
		FreeLeaves::<T>::remove(id, first);
		let next = first.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		// An empty queue begins anew, so that its numbers last for ever.
		court.free = if next == end { (0, 0) } else { (next, end) };
		Ok(Some(leaf))
	}

	fn new_leaf(id: CourtId, court: &mut Court) -> Result<Leaf, DispatchError> {
		let leaf = court.leaves;
		let room = strata_court::capacity(court.levels).ok_or(Error::<T>::CourtFull)?;
		if leaf >= room {
			Self::grow(id, court)?;
		}
		court.leaves = leaf.checked_add(1).ok_or(Error::<T>::CourtFull)?;
		Ok(leaf)
	}

	/// Puts a root above the root, with all its past: snapshots are read by the new number of levels.
	fn grow(id: CourtId, court: &mut Court) -> DispatchResult {
		use strata_court::Nodes as _;
		ensure!(court.levels < MAX_LEVELS, Error::<T>::CourtFull);
		let mut tree = Tree::<T>::of(id);
		let top = court.levels.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		let root = tree.get(top, 0).grown().ok_or(ArithmeticError::Overflow)?;
		tree.put(court.levels, 0, root);
		court.levels = court.levels.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Ok(())
	}

	/// Gives up a leaf without weight. Until it is used again its last owner is known.
	pub(crate) fn give_up_leaf(id: CourtId, court: &mut Court, leaf: Leaf) -> DispatchResult {
		let (first, end) = court.free;
		FreeLeaves::<T>::insert(id, end, (leaf, T::Seeds::epoch()));
		court.free = (first, end.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		Ok(())
	}
}
