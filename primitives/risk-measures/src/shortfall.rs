//! Expected shortfall of one book and of several.

use alloc::{vec, vec::Vec};
use sp_core::U256;
use strata_numbers::mul_div_ceil;

use crate::{
	normal::{BEYOND, CERTAIN},
	Tail, NODES,
};

/// Buckets of loss that the sum of independent losses is computed on.
pub const BUCKETS: u128 = 1_024;

/// The mean loss of the `tail` of one book, whose losses at the nodes are `losses`, rounded up. They
/// must not fall from node to node. `None` if it does not fit.
pub fn expected_shortfall(losses: &[u128; NODES], tail: Tail) -> Option<u128> {
	mean_of_tail(losses.iter().copied().zip(chances()), tail)
}

/// The mean loss of the `tail` of several books that fall together (correlation 1), rounded up.
/// `None` if a sum does not fit.
pub fn comonotone(books: &[[u128; NODES]], tail: Tail) -> Option<u128> {
	let mut joint = [0u128; NODES];
	for book in books {
		for (sum, loss) in joint.iter_mut().zip(book) {
			*sum = sum.checked_add(*loss)?;
		}
	}
	expected_shortfall(&joint, tail)
}

/// The mean loss of the `tail` of several books that fall independently (correlation 0), rounded up;
/// too high by less than a bucket per book, and no higher than [`comonotone`]. `None` if a sum does
/// not fit.
pub fn independent(books: &[[u128; NODES]], tail: Tail) -> Option<u128> {
	let together = comonotone(books, tail)?;
	let most = books
		.iter()
		.filter_map(|book| book.last())
		.try_fold(0u128, |sum, loss| sum.checked_add(*loss))?;
	if most == 0 {
		return Some(0);
	}
	let width = most.div_ceil(BUCKETS);
	let mut joint = vec![CERTAIN];
	for book in books {
		joint = folded(&joint, book, width)?;
	}
	let loss = |position: usize| u128::try_from(position).ok()?.checked_mul(width);
	let outcomes = joint.into_iter().enumerate();
	let outcomes: Option<Vec<_>> =
		outcomes.map(|(position, chance)| Some((loss(position)?, chance))).collect();
	// The last bucket may lie beyond all that can be lost and not fit.
	let Some(outcomes) = outcomes else { return Some(together) };
	Some(mean_of_tail(outcomes.into_iter(), tail)?.min(together))
}

/// The chance of each node.
fn chances() -> [u128; NODES] {
	let mut all = BEYOND;
	for (chance, next) in all.iter_mut().zip(BEYOND.into_iter().skip(1)) {
		*chance = chance.saturating_sub(next);
	}
	all
}

/// The chances of each bucket once one more book adds its loss. The chance of a loss between two
/// buckets is shared out between them so that the mean stays, rounded up for the greater one. What
/// rounding takes of the chances is given to the worst outcome.
fn folded(before: &[u128], book: &[u128; NODES], width: u128) -> Option<Vec<u128>> {
	let worst = usize::try_from(book.last()?.div_ceil(width)).ok()?;
	// Both chances are parts of 10^15 and add up to that: no sum of products is above 10^30.
	let mut after = vec![0u128; before.len().checked_add(worst)?];
	for (loss, chance) in book.iter().zip(chances()) {
		let bucket = usize::try_from(loss.checked_div(width)?).ok()?;
		let above = mul_div_ceil(chance, loss.checked_rem(width)?, width)?;
		add(&mut after, before, bucket, chance.checked_sub(above)?)?;
		if above > 0 {
			add(&mut after, before, bucket.checked_add(1)?, above)?;
		}
	}
	let mut kept = 0u128;
	for sum in &mut after {
		*sum = sum.checked_div(CERTAIN)?;
		kept = kept.checked_add(*sum)?;
	}
	let last = after.last_mut()?;
	*last = last.checked_add(CERTAIN.checked_sub(kept)?)?;
	Some(after)
}

/// Adds to `after` that `before` is followed, with this chance, by a loss of so many buckets.
fn add(after: &mut [u128], before: &[u128], buckets: usize, chance: u128) -> Option<()> {
	for (sum, there) in after.iter_mut().skip(buckets).zip(before) {
		*sum = sum.checked_add(there.checked_mul(chance)?)?;
	}
	Some(())
}

/// The mean of the worst `tail` of outcomes (loss and chance) that are sorted by loss, ascending;
/// rounded up.
fn mean_of_tail(
	outcomes: impl DoubleEndedIterator<Item = (u128, u128)>,
	tail: Tail,
) -> Option<u128> {
	let mut left = tail.chance();
	let mut sum = U256::zero();
	for (loss, chance) in outcomes.rev() {
		let taken = chance.min(left);
		sum = sum.checked_add(U256::from(loss).checked_mul(U256::from(taken))?)?;
		left = left.checked_sub(taken)?;
		if left == 0 {
			break;
		}
	}
	let (mean, rest) = sum.div_mod(U256::from(tail.chance()));
	u128::try_from(mean).ok()?.checked_add(u128::from(!rest.is_zero()))
}
