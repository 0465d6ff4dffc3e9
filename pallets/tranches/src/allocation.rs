//! How an offering is filled.

use strata_numbers::mul_div_floor;
use strata_traits::Balance;
use strata_waterfall::PerClass;

use crate::types::TrancheTerms;

/// Parts of a whole in a `Perbill`.
const BILLION: u128 = 1_000_000_000;

/// Why an offering cannot be filled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unfilled {
	/// This tranche, after scaling, is below its minimum.
	BelowMinimum(u8),
	/// A sum does not fit, or the lists have different lengths.
	Overflow,
}

/// The face each tranche is filled to, given the orders by rank.
///
/// First every tranche takes its orders up to its face. Then, from the most junior level up, if the
/// notes junior to a tranche are less than its `minimum_subordination` of all notes, the excess is
/// cut from the senior-most tranche first, down to the tranche itself: all notes ≤ ⌊junior / s⌋. A cut
/// lowers the total and never what is junior to a level already passed, so one pass is enough. Last,
/// every tranche must reach its own minimum.
///
/// # Errors
/// See [`Unfilled`].
pub fn fill(tranches: &[TrancheTerms], ordered: &[Balance]) -> Result<PerClass<Balance>, Unfilled> {
	let mut filled = PerClass::new();
	for (terms, ordered) in tranches.iter().zip(ordered) {
		filled.try_push(terms.face.min(*ordered)).map_err(|_| Unfilled::Overflow)?;
	}
	for (rank, terms) in tranches.iter().enumerate().rev() {
		scale_down(&mut filled, rank, terms).ok_or(Unfilled::Overflow)?;
	}
	for ((rank, terms), filled) in (0u8..).zip(tranches).zip(filled.iter()) {
		if *filled < terms.minimum {
			return Err(Unfilled::BelowMinimum(rank));
		}
	}
	Ok(filled)
}

/// Cuts the tranches down to `rank`, the senior-most first, until it has its subordination.
fn scale_down(filled: &mut PerClass<Balance>, rank: usize, terms: &TrancheTerms) -> Option<()> {
	let share = u128::from(terms.minimum_subordination.deconstruct());
	let issued = filled.get(rank).is_some_and(|filled| *filled > 0);
	if share == 0 || !issued {
		return Some(());
	}
	let sum = |faces: &[Balance]| faces.iter().try_fold(0u128, |sum, face| sum.checked_add(*face));
	let total = sum(filled)?;
	let junior = sum(filled.get(rank.checked_add(1)?..)?)?;
	let most = mul_div_floor(junior, BILLION, share)?;
	let mut excess = total.saturating_sub(most);
	for face in filled.iter_mut().take(rank.checked_add(1)?) {
		let cut = excess.min(*face);
		*face = face.checked_sub(cut)?;
		excess = excess.checked_sub(cut)?;
	}
	Some(())
}

#[cfg(test)]
mod tests {
	use proptest::prelude::*;
	use sp_arithmetic::Perbill;

	use super::*;
	use crate::types::TrancheKind;

	fn tranche(face: Balance, minimum: Balance, percent: u32) -> TrancheTerms {
		TrancheTerms {
			kind: TrancheKind::Note,
			face,
			minimum,
			coupon: Default::default(),
			minimum_subordination: Perbill::from_percent(percent),
			minimum_order: 1,
			maximum_order: Balance::MAX,
			restricted: false,
		}
	}

	#[test]
	fn over_subscription_fills_the_face() {
		let tranches = [tranche(700, 0, 30), tranche(200, 0, 10), tranche(100, 0, 0)];
		assert_eq!(fill(&tranches, &[1_400, 201, 100]).unwrap().to_vec(), [700, 200, 100]);
	}

	#[test]
	fn the_senior_most_is_scaled_down_to_its_enhancement() {
		let tranches = [tranche(700, 0, 30), tranche(200, 0, 10), tranche(100, 0, 0)];
		// Junior 101 + 100 = 201 allow ⌊201/0.3⌋ = 670 notes in all, 469 of them senior.
		assert_eq!(fill(&tranches, &[700, 101, 100]).unwrap().to_vec(), [469, 101, 100]);
	}

	#[test]
	fn a_junior_level_cuts_the_senior_most_first_and_then_itself() {
		// The residual of 50 allows 250 notes in all under the mezzanine's 20 %.
		let tranches = [tranche(700, 0, 10), tranche(220, 0, 20), tranche(50, 0, 0)];
		assert_eq!(fill(&tranches, &[100, 150, 50]).unwrap().to_vec(), [50, 150, 50]);
		assert_eq!(fill(&tranches, &[10, 220, 50]).unwrap().to_vec(), [0, 200, 50]);
	}

	#[test]
	fn a_minimum_missed_by_one_unit_fails() {
		let tranches = [tranche(700, 469, 30), tranche(200, 0, 10), tranche(100, 0, 0)];
		assert!(fill(&tranches, &[700, 101, 100]).is_ok());
		assert_eq!(fill(&tranches, &[468, 200, 100]), Err(Unfilled::BelowMinimum(0)));
		let tranches = [tranche(700, 470, 30), tranche(200, 0, 10), tranche(100, 0, 0)];
		assert_eq!(fill(&tranches, &[700, 101, 100]), Err(Unfilled::BelowMinimum(0)));
	}

	#[test]
	fn overflow_is_an_error() {
		let tranches = [tranche(Balance::MAX, 0, 1), tranche(Balance::MAX, 0, 0)];
		assert_eq!(fill(&tranches, &[Balance::MAX, Balance::MAX]), Err(Unfilled::Overflow));
	}

	proptest! {
		#[test]
		fn every_level_has_its_enhancement_and_no_tranche_exceeds_its_orders(
			tranches in prop::collection::vec((0u128..1 << 70, 0u32..60), 2..=8),
			orders in prop::collection::vec(0u128..1 << 70, 8),
		) {
			let terms: Vec<_> =
				tranches.iter().map(|(face, percent)| tranche(*face, 0, *percent)).collect();
			let orders = &orders[..terms.len()];
			let filled = fill(&terms, orders).unwrap();
			let total: u128 = filled.iter().sum();
			for (rank, face) in filled.iter().enumerate() {
				prop_assert!(*face <= terms[rank].face.min(orders[rank]));
				let junior: u128 = filled[rank + 1..].iter().sum();
				let share = u128::from(terms[rank].minimum_subordination.deconstruct());
				prop_assert!(*face == 0 || junior * BILLION >= share * total);
			}
		}
	}
}
