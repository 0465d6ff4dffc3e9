//! Against naive models, by counting, and exhaustively where the cases are few.

mod appeals;
mod budget;
mod chi_square;
mod draw;
mod node;
mod penalties;
mod tree;
mod vote;

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::*;

/// A tree in memory that counts what is read and written.
#[derive(Default)]
struct Tree {
	levels: u8,
	nodes: BTreeMap<(u8, u32), Node>,
	reads: u32,
	writes: u32,
}

impl Nodes for Tree {
	fn get(&mut self, level: u8, index: u32) -> Node {
		self.reads += 1;
		self.nodes.get(&(level, index)).cloned().unwrap_or_default()
	}

	fn put(&mut self, level: u8, index: u32, node: Node) {
		self.writes += 1;
		self.nodes.insert((level, index), node);
	}
}

impl Tree {
	/// With room for so many leaves.
	fn with_room(leaves: u32) -> Self {
		Self { levels: levels_for(leaves).unwrap(), ..Self::default() }
	}

	/// Of these weights, all set in `epoch`.
	fn of(weights: &BTreeMap<Leaf, u128>, epoch: Epoch) -> Self {
		let mut tree = Self::with_room(weights.keys().max().map_or(1, |last| last + 1));
		for (leaf, weight) in weights {
			tree.set(*leaf, *weight, epoch).unwrap();
		}
		tree
	}

	/// Puts roots above the root until there is room for `leaf`, as the pallet does.
	fn grow_for(&mut self, leaf: Leaf) {
		while self.levels < levels_for(leaf + 1).unwrap() {
			let root = self.get(self.levels - 1, 0).grown().unwrap();
			self.put(self.levels, 0, root);
			self.levels += 1;
		}
	}

	fn set(&mut self, leaf: Leaf, weight: u128, epoch: Epoch) -> Option<u128> {
		let levels = self.levels;
		set_weight(self, levels, leaf, weight, epoch)
	}

	fn weight(&mut self, leaf: Leaf, epoch: Epoch) -> Option<u128> {
		let levels = self.levels;
		weight_at(self, levels, leaf, epoch)
	}

	fn total(&mut self, epoch: Epoch) -> Option<u128> {
		let levels = self.levels;
		total_at(self, levels, epoch)
	}

	/// The leaf and its weight at the snapshot.
	fn excluded(&mut self, leaf: Leaf, snapshot: Epoch) -> Excluded {
		Excluded { leaf, weight: self.weight(leaf, snapshot).unwrap() }
	}

	fn draw(
		&mut self,
		snapshot: Epoch,
		excluded: &[Excluded],
		number: sp_core::U256,
	) -> Option<Leaf> {
		let levels = self.levels;
		draw(self, levels, snapshot, excluded, number)
	}
}

fn big(x: impl Into<BigInt>) -> BigInt {
	x.into()
}

/// n/d, exactly.
fn fraction(n: impl Into<BigInt>, d: impl Into<BigInt>) -> BigRational {
	BigRational::new(n.into(), d.into())
}

/// Rounded down, if it fits.
fn floor(x: &BigRational) -> Option<u128> {
	u128::try_from(x.floor().to_integer()).ok()
}

/// Rounded up, if it fits.
fn ceil(x: &BigRational) -> Option<u128> {
	u128::try_from(x.ceil().to_integer()).ok()
}
