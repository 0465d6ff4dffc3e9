//! Who is drawn by a random number.
//!
//! Exactly weighted, without replacement and without rejection: the number is taken modulo the weight of
//! all who are not excluded, and on the way from the root to a leaf the weight of the excluded below a
//! child counts as not there. So whoever is known beforehand not to be drawn costs no second try, and the
//! others keep their odds.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;
use sp_crypto_hashing::blake2_256;

use crate::tree::{capacity, total, Epoch, Leaf, Nodes, Sums, WIDTH};

/// Tag of [`number`].
const TAG: &[u8] = b"strata/court/draw";

/// A leaf that must not be drawn.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Excluded {
	/// Which.
	pub leaf: Leaf,
	/// Its weight at the snapshot.
	pub weight: u128,
}

/// The number of the `draw`-th try for a panel: each seat and each try of each round of each dispute
/// has another one.
///
/// All 256 bits are used, so that a remainder by 128 bits is not noticeably biased: by 2⁻¹²⁸ at most.
pub fn number(seed: &[u8; 32], dispute: u32, round: u8, draw: u16) -> U256 {
	U256::from_big_endian(&(TAG, seed, dispute, round, draw).using_encoded(blake2_256))
}

/// Whom `number` picks from the stakes at the end of `snapshot`, each leaf with odds in proportion to
/// its weight then, and none of the `excluded`, in whatever order and however often they are named.
///
/// Leaves are lined up in their order, without the excluded; drawn is the one in whose weight the
/// remainder of `number` by the weight of all of them lies. Leaves of weight zero are never drawn.
///
/// `None` if nothing is left to draw from: then no number would draw anybody. Also if `levels` is no
/// number of levels, or if an excluded leaf has not the weight that is given.
///
/// `levels` reads, O(levels·16 + E·log E) for E excluded.
pub fn draw(
	nodes: &mut impl Nodes,
	levels: u8,
	snapshot: Epoch,
	excluded: &[Excluded],
	number: U256,
) -> Option<Leaf> {
	let excluded = in_order(excluded, capacity(levels)?)?;
	let mut below = excluded.as_slice();
	let mut index = 0;
	let mut sums = nodes.get(levels.checked_sub(1)?, index).at(snapshot);
	let eligible = total(&sums)?.checked_sub(weight(below)?)?;
	let mut offset = u128::try_from(number.checked_rem(eligible.into())?).ok()?;
	for level in (0..levels).rev() {
		(index, offset, below) = child(&sums, level, index, offset, below)?;
		if let Some(next) = level.checked_sub(1) {
			sums = nodes.get(next, index).at(snapshot);
		}
	}
	Some(index)
}

/// The excluded by leaf, each once. `None` if there are no such leaves.
fn in_order(excluded: &[Excluded], leaves: u32) -> Option<Vec<Excluded>> {
	let mut excluded = excluded.to_vec();
	excluded.sort_unstable_by_key(|one| one.leaf);
	excluded.dedup_by_key(|one| one.leaf);
	excluded.last().is_none_or(|last| last.leaf < leaves).then_some(excluded)
}

/// Below which child of the node at `level` and `index` the `offset` lies, counting only who is not
/// excluded: its index one level down, the offset inside it, and the excluded below it.
fn child<'a>(
	sums: &Sums,
	level: u8,
	index: u32,
	mut offset: u128,
	mut excluded: &'a [Excluded],
) -> Option<(u32, u128, &'a [Excluded])> {
	let leaves = WIDTH.checked_pow(level.into())?;
	let first = index.checked_mul(WIDTH)?;
	for (child, sum) in (first..).zip(sums) {
		let end = child.checked_add(1)?.checked_mul(leaves)?;
		let here = excluded.partition_point(|one| one.leaf < end);
		let (below, others) = excluded.split_at_checked(here)?;
		let eligible = sum.checked_sub(weight(below)?)?;
		if offset < eligible {
			return Some((child, offset, below));
		}
		offset = offset.checked_sub(eligible)?;
		excluded = others;
	}
	None
}

/// The weight of all of these.
fn weight(excluded: &[Excluded]) -> Option<u128> {
	excluded.iter().try_fold(0u128, |sum, one| sum.checked_add(one.weight))
}
