//! The tree of stakes: a sum tree with 16 children a node, which can be read as it was at the end of
//! each of the last [`KEEP_EPOCHS`] epochs.
//!
//! A leaf is a juror's place; level 0 holds the leaves' weights, 16 a node, and each slot of a node
//! above is the sum of the node below it. A node keeps a version for each epoch in which it changed,
//! as far as a snapshot may still ask for it; so a change of one weight reads and writes one node a
//! level, at most [`MAX_LEVELS`], however many jurors there are.
//!
//! Aragon Court checkpoints its tree in the same way. For a draw that is done by the end of the second epoch
//! after the contest 4 versions would do; there are 6, as it may take until the end of the fourth.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};

/// A number of an epoch, as the chain counts them. Only ever greater.
pub type Epoch = u64;
/// A juror's place in the tree, from 0.
pub type Leaf = u32;
/// What lies below each child of a node; at level 0 the leaves' weights.
pub type Sums = [u128; ARITY];

/// Children of a node.
pub const ARITY: usize = 16;
/// For how many epochs a tree can be read as it was.
pub const KEEP_EPOCHS: Epoch = 5;
/// Versions of a node, at most: one for each of the [`KEEP_EPOCHS`] last epochs, the present one
/// included, and the one that was valid before them.
pub const MAX_VERSIONS: u32 = 6;
/// Levels of a tree, at most: 16⁵ = 1,048,576 leaves.
pub const MAX_LEVELS: u8 = 5;

/// [`ARITY`] as the number of leaves or nodes below a node.
pub(crate) const WIDTH: u32 = 16;

/// A node with its past.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Node {
	/// What it was at the end of an epoch, and from then on until the next version; by epoch.
	versions: BoundedVec<(Epoch, Sums), ConstU32<MAX_VERSIONS>>,
}

impl Node {
	/// What it was at the end of `epoch`; what it is if that has not ended.
	///
	/// Right for the epochs from [`KEEP_EPOCHS`] before its last change on. For earlier ones it may be
	/// all zero.
	pub fn at(&self, epoch: Epoch) -> Sums {
		self.versions
			.iter()
			.rev()
			.find(|(since, _)| *since <= epoch)
			.map_or([0; ARITY], |(_, sums)| *sums)
	}

	/// What it is.
	pub fn now(&self) -> Sums {
		self.versions.last().map_or([0; ARITY], |(_, sums)| *sums)
	}

	/// The sum of [`Node::at`]. `None` if it leaves 128 bits.
	pub fn total_at(&self, epoch: Epoch) -> Option<u128> {
		total(&self.at(epoch))
	}

	/// Sets one slot in `epoch`, and forgets the versions that no snapshot of the last
	/// [`KEEP_EPOCHS`] epochs needs.
	///
	/// `None`, and nothing is changed, if there is no such slot or if `epoch` is before the last
	/// change.
	pub fn set(&mut self, slot: u8, value: u128, epoch: Epoch) -> Option<()> {
		let mut sums = self.now();
		*sums.get_mut(usize::from(slot))? = value;
		match self.versions.last_mut() {
			Some((last, _)) if *last > epoch => return None,
			Some((last, present)) if *last == epoch => *present = sums,
			_ => {
				self.prune(epoch);
				self.versions.try_push((epoch, sums)).ok()?;
			},
		}
		Some(())
	}

	/// Forgets every version whose successor was there `KEEP_EPOCHS` before `epoch` already.
	///
	/// What is left are the latest of those versions and at most one for each of the `KEEP_EPOCHS − 1`
	/// epochs in between, so that there is room for the one of `epoch`.
	fn prune(&mut self, epoch: Epoch) {
		let first_kept = epoch.saturating_sub(KEEP_EPOCHS);
		let old = self.versions.iter().filter(|(since, _)| *since <= first_kept).count();
		let mut superseded = old.saturating_sub(1);
		self.versions.retain(|_| {
			let keep = superseded == 0;
			superseded = superseded.saturating_sub(1);
			keep
		});
	}

	/// A new root above this one, which becomes its child 0, with all its past.
	///
	/// `None` if a sum leaves 128 bits.
	pub fn grown(&self) -> Option<Node> {
		let mut root = Node::default();
		for (epoch, below) in &self.versions {
			let mut sums = [0; ARITY];
			*sums.first_mut()? = total(below)?;
			root.versions.try_push((*epoch, sums)).ok()?;
		}
		Some(root)
	}

	/// The epochs in which it changed, as far as it remembers, ascending.
	pub fn epochs(&self) -> impl Iterator<Item = Epoch> + '_ {
		self.versions.iter().map(|(epoch, _)| *epoch)
	}
}

/// Where nodes are kept.
pub trait Nodes {
	/// The node at `level`, 0 being that of the leaves' weights, and `index`; an empty one if there is
	/// none.
	fn get(&mut self, level: u8, index: u32) -> Node;
	/// Keeps it.
	fn put(&mut self, level: u8, index: u32, node: Node);
}

/// The least number of levels for so many leaves; at least 1. `None` if there is no room for them.
pub fn levels_for(leaves: u32) -> Option<u8> {
	(1..=MAX_LEVELS).find(|levels| capacity(*levels).is_some_and(|room| room >= leaves))
}

/// Leaves of a tree with so many levels: 16^levels. `None` if `levels` is 0 or above [`MAX_LEVELS`].
pub fn capacity(levels: u8) -> Option<u32> {
	if levels == 0 || levels > MAX_LEVELS {
		return None;
	}
	WIDTH.checked_pow(levels.into())
}

/// Sets the weight of a leaf in `epoch`, up to the root. Answers the new total.
///
/// `levels` reads and as many writes. `None`, and nothing is written, if there is no such leaf, if the
/// total would leave 128 bits, or if `epoch` is before the last change.
pub fn set_weight(
	nodes: &mut impl Nodes,
	levels: u8,
	leaf: Leaf,
	weight: u128,
	epoch: Epoch,
) -> Option<u128> {
	check(levels, leaf)?;
	// All are looked at before the first is written.
	let mut path = BoundedVec::<(u8, u32, Node), ConstU32<{ MAX_LEVELS as u32 }>>::new();
	let mut index = leaf;
	let mut sum = weight;
	for level in 0..levels {
		let slot = slot(index)?;
		index = index.checked_div(WIDTH)?;
		let mut node = nodes.get(level, index);
		node.set(slot, sum, epoch)?;
		sum = total(&node.now())?;
		path.try_push((level, index, node)).ok()?;
	}
	for (level, index, node) in path {
		nodes.put(level, index, node);
	}
	Some(sum)
}

/// The weight of a leaf at the end of `epoch`. One read.
///
/// `None` if there is no such leaf. Right for the epochs that [`Node::at`] names.
pub fn weight_at(nodes: &mut impl Nodes, levels: u8, leaf: Leaf, epoch: Epoch) -> Option<u128> {
	check(levels, leaf)?;
	let node = nodes.get(0, leaf.checked_div(WIDTH)?);
	node.at(epoch).get(usize::from(slot(leaf)?)).copied()
}

/// The sum of all weights at the end of `epoch`. One read.
///
/// `None` if `levels` is no number of levels. Right for the epochs that [`Node::at`] names.
pub fn total_at(nodes: &mut impl Nodes, levels: u8, epoch: Epoch) -> Option<u128> {
	capacity(levels)?;
	nodes.get(levels.checked_sub(1)?, 0).total_at(epoch)
}

/// `None` if a tree of so many levels has no such leaf.
fn check(levels: u8, leaf: Leaf) -> Option<()> {
	(leaf < capacity(levels)?).then_some(())
}

/// Which slot of its node a leaf, or a node in its parent, is.
fn slot(index: u32) -> Option<u8> {
	u8::try_from(index.checked_rem(WIDTH)?).ok()
}

/// The sum of a node. `None` if it leaves 128 bits.
pub(crate) fn total(sums: &Sums) -> Option<u128> {
	sums.iter().try_fold(0u128, |sum, part| sum.checked_add(*part))
}
