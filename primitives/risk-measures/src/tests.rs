//! Against big rationals, and the table against the series of the normal distribution.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use sp_arithmetic::{FixedI128, FixedPointNumber};
use strata_numbers::Ratio;

use crate::{
	normal::{BEYOND, CERTAIN},
	*,
};

fn ratio(percent: u32) -> Ratio {
	Ratio::from_rational(percent.into(), 100)
}

fn big(x: u128) -> BigRational {
	BigRational::from_integer(x.into())
}

fn tail(percent: u32) -> Tail {
	Tail::beyond(ratio(percent)).unwrap()
}

/// Fixed point of 60 decimals.
fn unit() -> BigInt {
	BigInt::from(10).pow(60)
}

/// φ(k/8) and the chance of more than k/8, by their series.
fn normal(k: u32) -> (BigInt, BigInt) {
	let root: BigInt =
		"398942280401432677939946059934381868475858631164934657665925".parse().unwrap();
	let x = &unit() * k / 8;
	let square = &x * &x / unit();
	// Σ (−x²/2)^n/n! and x·Σ (−x²/2)^n/(n!·(2n + 1)).
	let (mut term, mut density, mut area) = (unit(), BigInt::ZERO, BigInt::ZERO);
	for n in 0u32..400 {
		density += &term;
		area += &term / (2 * n + 1);
		let next: BigInt = &term * &square / unit();
		term = -next / (2 * (n + 1));
	}
	let inside = &area * &x / unit() * &root / unit();
	(density * &root / unit(), unit() / 2 - inside)
}

#[test]
fn the_table_is_the_normal_distribution_shared_out_between_nodes() {
	// E(Z − x)⁺ = φ(x) − x·Q(x).
	let above: Vec<BigInt> = (0..NODES as u32)
		.map(|k| {
			let (density, beyond) = normal(k);
			density - beyond * k / 8
		})
		.collect();
	assert_eq!(BEYOND[0], CERTAIN);
	for k in 1..NODES {
		let exact = (&above[k - 1] - &above[k]) * 8;
		// ⌈·⌉ of 60 decimals to 15.
		let cut = BigInt::from(10).pow(45);
		assert_eq!(BigInt::from(BEYOND[k]), (exact + &cut - 1) / &cut, "{k}");
	}
}

#[test]
fn the_expected_shortfall_of_z_itself_is_that_of_the_normal_distribution() {
	// In thousandths of a deviation: ⌈φ(q)/(1 − α)⌉ is 1755, 2063, 2338, 2666, 3368 and a bit.
	let losses: [u128; NODES] = core::array::from_fn(|k| 125 * k as u128);
	for (permille, exact) in
		[(900, 1755.0), (950, 2062.7), (975, 2337.8), (990, 2665.2), (999, 3367.1)]
	{
		let tail = Tail::beyond(Ratio::from_rational(permille, 1_000)).unwrap();
		let found = expected_shortfall(&losses, tail).unwrap() as f64;
		assert!(found >= exact && found <= exact * 1.0012 + 1.0, "{permille}: {found}");
	}
	// The mean of max(0, Z) is 0.3989.
	let mean = expected_shortfall(&losses, tail(0)).unwrap();
	assert!((398..=401).contains(&mean), "{mean}");
}

#[test]
fn a_tail_is_a_part_of_all_outcomes() {
	assert_eq!(Tail::beyond(ratio(99)).unwrap().chance(), 10_000_000_000_000);
	assert_eq!(Tail::beyond(ratio(0)).unwrap().chance(), CERTAIN);
	assert_eq!(Tail::beyond(ratio(100)), None);
	assert_eq!(Tail::beyond(ratio(101)), None);
	let billionth = Ratio::from_inner(Ratio::DIV - 1_000_000_000);
	assert_eq!(Tail::beyond(billionth).unwrap().chance(), 1_000_000);
	assert_eq!(Tail::beyond(Ratio::from_inner(Ratio::DIV - 999_999_999)), None);
}

#[test]
fn factors_fall_by_an_eighth_of_a_deviation_and_end_at_nothing() {
	let factors = factors(ratio(16));
	assert_eq!(factors[0], ratio(100));
	assert_eq!(factors[1], ratio(98));
	assert_eq!(factors[8], ratio(84));
	assert_eq!(factors[50], Ratio::default());
	assert_eq!(factors[64], Ratio::default());
	assert_eq!(crate::factors(Ratio::default()), [ratio(100); NODES]);
	assert_eq!(crate::factors(Ratio::from_inner(u128::MAX))[1..], [Ratio::default(); NODES - 1]);
	// Rounded down.
	assert_eq!(crate::factors(Ratio::from_inner(1))[1].into_inner(), Ratio::DIV - 1);
}

#[test]
fn coverage_by_hand() {
	// W2 of the paper: 940000 over 900000 at 108 %.
	let test = Coverage { numerator: 940_000, denominator: 900_000, threshold: ratio(108) };
	assert!(!test.passes());
	assert_eq!(test.ratio().unwrap(), Ratio::from_inner(1_044_444_444_444_444_444));
	assert_eq!(
		(test.required(), test.missing(), test.headroom()),
		(Some(972_000), Some(32_000), 0)
	);
	let test = Coverage { numerator: 1_000_001, ..test };
	assert!(test.passes());
	assert_eq!((test.missing(), test.headroom()), (Some(0), 28_001));
	// Nothing to cover.
	let test = Coverage { denominator: 0, ..test };
	assert!(test.passes());
	assert_eq!((test.ratio(), test.headroom()), (None, 1_000_001));
	// What does not fit is not there.
	let test = Coverage { denominator: u128::MAX, numerator: u128::MAX, ..test };
	assert!(!test.passes());
	assert_eq!((test.missing(), test.headroom()), (None, 0));
}

#[test]
fn the_junior_most_loses_first() {
	let losses = |assets| losses_by_rank(&[700, 200, 100], assets).collect::<Vec<_>>();
	assert_eq!(losses(1_200), [0, 0, 0]);
	assert_eq!(losses(1_000), [0, 0, 0]);
	assert_eq!(losses(999), [0, 0, 1]);
	assert_eq!(losses(899), [0, 1, 100]);
	assert_eq!(losses(1), [699, 200, 100]);
	assert_eq!(losses(0), [700, 200, 100]);
}

#[test]
fn differences_by_hand() {
	let losses = [0, 0, 10, 30, 80];
	assert_eq!(first_differences(&losses).unwrap(), [0, 10, 20, 50]);
	assert_eq!(second_differences(&losses).unwrap(), [10, 10, 30]);
	assert_eq!(first_differences(&[5, 3]).unwrap(), [-2]);
	assert!(first_differences(&[]).unwrap().is_empty());
	assert!(second_differences(&[7, 8]).unwrap().is_empty());
	assert_eq!(first_differences(&[u128::MAX]), None);
	let most = i128::MAX as u128;
	assert_eq!(second_differences(&[most, 0, most]), None);
}

#[test]
fn shortfalls_put_together_by_hand() {
	let rho = |percent: i128| {
		move |_: usize, _: usize| FixedI128::from_inner(percent * 10_000_000_000_000_000)
	};
	assert_eq!(correlated(&[3, 4], rho(0)), Some(5));
	assert_eq!(correlated(&[3, 4], rho(100)), Some(7));
	assert_eq!(correlated(&[3, 4], rho(1_000)), Some(7));
	// √(9 + 16 + 12) = 6.08…, up.
	assert_eq!(correlated(&[3, 4], rho(50)), Some(7));
	assert_eq!(correlated(&[300, 400], rho(50)), Some(609));
	// A loss of the one is never a gain for the other.
	assert_eq!(correlated(&[3, 4], rho(-100)), Some(4));
	// Three that all move against each other cannot be.
	assert_eq!(correlated(&[5, 5, 5], rho(-100)), Some(5));
	assert_eq!((correlated(&[], rho(0)), correlated(&[0, 0], rho(0))), (Some(0), Some(0)));
	assert_eq!(correlated(&[u128::MAX], rho(0)), Some(u128::MAX));
	assert_eq!(correlated(&[u128::MAX, 1], rho(100)), None);
	assert_eq!(correlated(&[u128::MAX, u128::MAX], rho(0)), None);
}

#[test]
fn what_cannot_be_summed_is_none() {
	let most = [u128::MAX; NODES];
	assert_eq!(expected_shortfall(&most, tail(99)), Some(u128::MAX));
	assert_eq!(comonotone(&[most, most], tail(99)), None);
	assert_eq!(independent(&[most, most], tail(99)), None);
	assert_eq!(independent(&[most], tail(99)), Some(u128::MAX));
	assert_eq!(independent(&[], tail(99)), Some(0));
	assert_eq!(comonotone(&[], tail(99)), Some(0));
	assert_eq!(independent(&[[0; NODES]; 3], tail(99)), Some(0));
}

/// A loss curve of a ladder: Σ (debt − worth·factor)⁺.
fn curve(rungs: &[(u32, u32)], sigma: Ratio) -> [u128; NODES] {
	factors(sigma).map(|factor| {
		rungs
			.iter()
			.map(|(debt, worth)| {
				let left = u128::from(*worth) * factor.into_inner() / Ratio::DIV;
				u128::from(*debt).saturating_sub(left)
			})
			.sum()
	})
}

/// The expected shortfall in rationals, of outcomes in any order.
fn exact(mut outcomes: Vec<(u128, BigRational)>, tail: Tail) -> BigRational {
	outcomes.sort_by_key(|(loss, _)| core::cmp::Reverse(*loss));
	let chance = BigRational::new(tail.chance().into(), CERTAIN.into());
	let (mut left, mut sum) = (chance.clone(), big(0));
	for (loss, p) in outcomes {
		let taken = p.min(left.clone());
		sum += big(loss) * &taken;
		left -= taken;
	}
	sum / chance
}

fn weights() -> Vec<BigRational> {
	(0..NODES)
		.map(|k| {
			let next = BEYOND.get(k + 1).copied().unwrap_or(0);
			BigRational::new((BEYOND[k] - next).into(), CERTAIN.into())
		})
		.collect()
}

fn ladder() -> impl Strategy<Value = Vec<(u32, u32)>> {
	prop::collection::vec((0..1_000_000u32, 0..2_000_000u32), 0..12)
}

proptest! {
	#[test]
	fn the_shortfall_is_exact_on_the_nodes(
		rungs in ladder(), sigma in 0..200u32, percent in 0..100u32,
	) {
		let losses = curve(&rungs, ratio(sigma));
		let found = expected_shortfall(&losses, tail(percent)).unwrap();
		let outcomes = losses.into_iter().zip(weights()).collect();
		prop_assert_eq!(big(found), exact(outcomes, tail(percent)).ceil());
	}

	#[test]
	fn with_correlation_1_tails_add_up(
		ladders in prop::collection::vec((ladder(), 0..50u32), 1..8), percent in 0..100u32,
	) {
		let books: Vec<_> = ladders.iter().map(|(l, sigma)| curve(l, ratio(*sigma))).collect();
		let each: u128 = books.iter().map(|b| expected_shortfall(b, tail(percent)).unwrap()).sum();
		let joint = comonotone(&books, tail(percent)).unwrap();
		// Each alone is rounded up.
		prop_assert!(joint <= each && each < joint + books.len() as u128);
		prop_assert!(independent(&books, tail(percent)).unwrap() <= joint);
	}

	#[test]
	fn shortfalls_put_together_by_correlation(
		shortfalls in prop::collection::vec(0..u128::MAX >> 4, 0..8),
		rhos in prop::collection::vec(-1_200_000i64..1_200_000, 64),
	) {
		let inner = |i: usize, j: usize| i128::from(rhos[8 * i + j]) * 1_000_000_000_000 + 7;
		let one = i128::from(1_000_000_000_000_000_000i64);
		let found = correlated(&shortfalls, |i, j| FixedI128::from_inner(inner(i, j))).unwrap();
		let mut square = BigRational::from_integer(BigInt::ZERO);
		for (i, a) in shortfalls.iter().enumerate() {
			square += big(*a) * big(*a);
			for (j, b) in shortfalls.iter().enumerate().skip(i + 1) {
				let rho = BigInt::from(inner(i, j).clamp(-one, one));
				square += big(*a) * big(*b) * BigRational::new(rho * 2, one.into());
			}
		}
		let largest = shortfalls.iter().copied().max().unwrap_or(0);
		// The least whole number, not below the largest, whose square is not below the sum.
		prop_assert!(found >= largest);
		prop_assert!(found == largest || big(found - 1) * big(found - 1) < square);
		prop_assert!(square <= big(found) * big(found));
		// Correlation 1 is the sum.
		let all: u128 = shortfalls.iter().map(|es| es >> 8).sum();
		let small: Vec<_> = shortfalls.iter().map(|es| es >> 8).collect();
		prop_assert_eq!(correlated(&small, |_, _| FixedI128::from_u32(1)), Some(all));
		prop_assert!(found <= shortfalls.iter().fold(0, |sum: u128, es| sum.saturating_add(*es)));
	}

	#[test]
	fn headroom_is_the_most_that_may_go(
		numerator in 0..1u128 << 100, denominator in 0..1u128 << 100, percent in 101..300u32,
	) {
		let test = Coverage { numerator, denominator, threshold: ratio(percent) };
		let passes = |numerator: u128| {
			big(numerator) * big(100) >= big(denominator) * big(percent.into())
		};
		prop_assert_eq!(test.passes(), passes(numerator));
		if test.passes() {
			prop_assert!(passes(numerator - test.headroom()));
			prop_assert!(test.headroom() == numerator || !passes(numerator - test.headroom() - 1));
		} else {
			let missing = test.missing().unwrap();
			prop_assert!(passes(numerator + missing) && !passes(numerator + missing - 1));
		}
		if let Some(found) = test.ratio() {
			let exact = big(numerator) / big(denominator) * big(Ratio::DIV);
			prop_assert_eq!(big(found.into_inner()), exact.floor());
		}
	}

	#[test]
	fn losses_by_rank_add_up_to_what_is_missing(
		balances in prop::collection::vec(0..1u128 << 100, 1..8), assets in 0..1u128 << 102,
	) {
		let losses: Vec<_> = losses_by_rank(&balances, assets).collect();
		let owed: u128 = balances.iter().sum();
		prop_assert_eq!(losses.iter().sum::<u128>(), owed.saturating_sub(assets));
		// Nobody loses anything while one junior to it does not lose all.
		for rank in 1..balances.len() {
			prop_assert!(losses[rank - 1] == 0 || losses[rank] == balances[rank]);
		}
	}

	#[test]
	fn a_ladder_loses_more_and_faster(rungs in ladder(), sigma in 0..12u32) {
		let losses = curve(&rungs, ratio(sigma));
		prop_assert!(first_differences(&losses).unwrap().iter().all(|step| *step >= 0));
		let slack = 2 * rungs.len() as i128;
		prop_assert!(second_differences(&losses).unwrap().iter().all(|step| *step >= -slack));
	}
}

proptest! {
	// Each case goes over 4225 pairs of rationals.
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn two_independent_books_against_all_pairs_of_outcomes(
		one in ladder(), other in ladder(), sigma in 1..50u32, percent in 80..100u32,
	) {
		let books = [curve(&one, ratio(sigma)), curve(&other, ratio(50 - sigma))];
		let found = independent(&books, tail(percent)).unwrap();
		let mut pairs = Vec::new();
		for (a, p) in books[0].iter().zip(weights()) {
			for (b, q) in books[1].iter().zip(weights()) {
				pairs.push((a + b, &p * q));
			}
		}
		let exact = exact(pairs, tail(percent));
		let width = (books[0][NODES - 1] + books[1][NODES - 1]).div_ceil(BUCKETS);
		prop_assert!(big(found) >= exact, "{} {}", found, exact);
		// A bucket for each book, and one unit of rounding.
		prop_assert!(big(found) <= exact.clone() + big(2 * width + 1), "{} {}", found, exact);
	}
}
