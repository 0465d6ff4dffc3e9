//! The arithmetic of one vault, and of those on a rung: nothing is created or lost by rounding, at any
//! index.

use proptest::prelude::*;
use strata_numbers::RateIndex;

use crate::types::{at_par, units_at_par_ceil, Leaver, Position, RungTotals};
use strata_numbers::Price;

/// Figures far above any real one, and far enough from the end to be added up.
const LARGE: u128 = 1 << 100;

#[derive(Clone, Copy, Debug)]
enum Step {
	Draw(u128),
	Repay(u128),
	/// A share of what is owed, in 1/2^16.
	RepayShare(u16),
	Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let amount = || prop_oneof![0..100u128, 0..LARGE, Just(1u128)];
	proptest::collection::vec(
		prop_oneof![
			amount().prop_map(Step::Draw),
			amount().prop_map(Step::Repay),
			any::<u16>().prop_map(Step::RepayShare),
			(0..40_000_000u64).prop_map(Step::Wait),
		],
		1..40,
	)
}

fn index() -> impl Strategy<Value = RateIndex> {
	(0..=1_000_000_000u64, 0..100u64).prop_map(|(fraction, whole)| {
		let one = RateIndex::ONE.inner();
		let inner = one * u128::from(whole + 1) + one / 1_000_000_007 * u128::from(fraction);
		RateIndex::from_inner(inner).unwrap()
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	/// Cash in and out of one vault against what it owes: principal is exact, `p ≤ ⌊d·R⌋` always,
	/// a repayment lowers the debt by no more than was paid and by no less than two normalised
	/// units of it, and what is owed never falls by itself.
	#[test]
	fn nothing_is_created_by_rounding(
		start in index(),
		rate in 0..500_000_000_000_000_000u128,
		steps in steps(),
	) {
		let mut index = start;
		let mut vault = Position { collateral: 5, ..Position::default() };
		let (mut drawn, mut repaid) = (0u128, 0u128);
		for step in steps {
			let before = vault.owed(index).unwrap();
			let unit = index.debt_ceil(1).unwrap();
			match step {
				Step::Draw(amount) => {
					vault = vault.drawn(amount, index).unwrap();
					drawn += amount;
					let after = vault.owed(index).unwrap();
					prop_assert!(after >= before + amount);
					prop_assert!(after <= before + amount + unit);
				},
				Step::Wait(seconds) => {
					let rate = strata_numbers::Ratio::from_inner(rate);
					let later = index.grown_ceil(rate, seconds).unwrap();
					prop_assert!(later >= index);
					if later.inner() / RateIndex::ONE.inner() < 10_000 {
						index = later;
					}
					prop_assert!(vault.owed(index).unwrap() >= before);
				},
				Step::Repay(_) | Step::RepayShare(_) => {
					let amount = match step {
						Step::Repay(amount) => amount,
						Step::RepayShare(share) => before / 65_536 * u128::from(share),
						_ => unreachable!(),
					};
					let interest = before - vault.principal;
					let old = vault;
					let (new, collected) = vault.repaid(amount, index).unwrap();
					vault = new;
					repaid += collected.principal;
					let paid = collected.interest + collected.principal;
					let after = vault.owed(index).unwrap();
					prop_assert_eq!(paid, amount.min(before));
					prop_assert_eq!(collected.interest, paid.min(interest));
					prop_assert_eq!(vault.principal, old.principal - collected.principal);
					prop_assert!(vault.debt <= old.debt);
					prop_assert!(after + paid >= before);
					prop_assert!(after <= before - paid + 2 * unit);
					if paid == before {
						prop_assert_eq!((vault.debt, vault.principal), (0, 0));
					}
				},
			}
			prop_assert_eq!(drawn - repaid, vault.principal);
			prop_assert!(vault.principal <= index.debt_floor(vault.debt).unwrap());
			prop_assert_eq!(vault.collateral, 5);
		}
		// Closing pays back all principal and never less than was lent.
		let (end, last) = vault.repaid(u128::MAX, index).unwrap();
		prop_assert_eq!(repaid + last.principal, drawn);
		prop_assert_eq!(end, Position { collateral: 5, ..Position::default() });
	}

	/// Drawing and repaying at once costs nothing but rounding, and never gains.
	#[test]
	fn a_round_trip_never_gains(
		index in index(),
		held in 0..LARGE,
		amount in 1..LARGE,
	) {
		let vault = Position::default().drawn(held, index).unwrap();
		let there = vault.drawn(amount, index).unwrap();
		let interest = there.owed(index).unwrap() - there.principal;
		let (back, collected) = there.repaid(amount, index).unwrap();
		prop_assert!(back.debt >= vault.debt);
		prop_assert!(collected.principal <= amount);
		prop_assert!(collected.interest <= interest);
		prop_assert!(back.owed(index).unwrap() >= vault.owed(index).unwrap());
	}

	/// Sums of positions bear sums of debts: interest due to a book is never negative.
	#[test]
	fn a_book_is_owed_at_least_its_principal(
		index in index(),
		draws in proptest::collection::vec((1..LARGE, 0..LARGE), 1..30),
	) {
		let mut sum = Position::default();
		for (draw, repay) in draws {
			let vault = Position::default().drawn(draw, index).unwrap();
			sum = sum.plus(vault.repaid(repay, index).unwrap().0).unwrap();
		}
		prop_assert!(index.debt_floor(sum.debt).unwrap() >= sum.principal);
	}

	/// Par conversion is exact one way and rounds up the other, for every number of decimals.
	#[test]
	fn par_has_all_decimals(units in 0..u64::MAX, decimals in 0..=18u8) {
		let usd = at_par(units.into(), decimals).unwrap();
		let back = units_at_par_ceil(Price::from_inner(usd), decimals).unwrap();
		prop_assert_eq!(back, u128::from(units));
		if decimals < 18 {
			let more = units_at_par_ceil(Price::from_inner(usd + 1), decimals).unwrap();
			prop_assert_eq!(more, u128::from(units) + 1);
		}
		prop_assert_eq!(at_par(units.into(), 19), None);
	}
}

/// R = 1.5.
fn one_and_a_half() -> RateIndex {
	RateIndex::from_inner(RateIndex::ONE.inner() / 2 * 3).unwrap()
}

#[test]
fn interest_that_is_called_is_rounded_down() {
	let totals = Position { collateral: 9, debt: 5, principal: 5 };
	let rung = RungTotals { totals, ..RungTotals::new(1) };
	// 7.5 are owed, 5 of it principal.
	assert_eq!(rung.callable(1, one_and_a_half()), Some(2));
	// Of what was not called yet 4.5, and 3.
	let raised = Position { collateral: 4, debt: 2, principal: 2 };
	let called = rung.sparing(1, &raised).unwrap();
	assert_eq!(called.callable(1, one_and_a_half()), Some(1));
}

#[test]
fn neither_who_leaves_nor_who_stays_has_more_principal_than_debt() {
	let totals = Position { collateral: 9, debt: 10, principal: 15 };
	let mut rung = RungTotals { totals, vaults: 2, references: 2, ..RungTotals::new(1) };
	// 4.5 go and 10.5 stay: of the principal 4 and 10, and 1 is nobody's.
	let position = Position { collateral: 4, debt: 3, principal: 5 };
	let leaver = rung.leave(position, one_and_a_half()).unwrap();
	let position = Position { collateral: 4, debt: 3, principal: 4 };
	assert_eq!(leaver, Leaver { position, dust: 0, written_off: 1 });
	let totals = Position { collateral: 5, debt: 7, principal: 10 };
	assert_eq!(rung, RungTotals { totals, vaults: 1, references: 2, ..RungTotals::new(1) });
}

#[test]
fn the_largest_figures_are_errors() {
	let most = Position { collateral: u128::MAX, debt: u128::MAX, principal: u128::MAX };
	let one = Position { collateral: 1, debt: 1, principal: 1 };
	let index = RateIndex::ONE;
	assert_eq!(most.plus(one), None);
	assert_eq!(one.minus(most), None);
	assert_eq!(most.drawn(1, index), None);
	assert_eq!(most.owed(index.grown_ceil(strata_numbers::Ratio::from_u32(1), 10).unwrap()), None);
	assert_eq!(most.minus(most), Some(Position::default()));
	assert_eq!(at_par(u128::MAX, 17), None);
}
