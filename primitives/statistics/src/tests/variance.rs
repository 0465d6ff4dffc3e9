use num_traits::{Signed, Zero};
use proptest::prelude::*;
use sp_arithmetic::{FixedI128, FixedPointNumber, FixedU128};
use strata_numbers::Ratio;

use super::exact::{self, fraction, half_error, half_to, int, variance_unit};
use crate::{change, Variance, Volatility, VolatilityTerms, DEFAULT_CLIP, LARGEST_CLIP};

/// A day.
const HALF_LIFE: u64 = 86_400;
const TERMS: VolatilityTerms =
	VolatilityTerms { half_life: HALF_LIFE, clip: DEFAULT_CLIP, interval: 6_000 };

fn inner() -> impl Strategy<Value = u128> {
	prop_oneof![Just(0u128), 1..1_000u128, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s)]
}

fn small_change() -> impl Strategy<Value = FixedI128> {
	let one = FixedI128::DIV;
	prop_oneof![-5i128..6, -one / 5..=one / 5, -one..=one].prop_map(FixedI128::from_inner)
}

fn elapsed() -> impl Strategy<Value = u64> {
	prop_oneof![1..10u64, 1_000..100_000u64, 1..10_000_000_000u64]
}

#[test]
fn a_change_is_rounded_away_from_zero_and_clipped() {
	let of = |from, to| change(from, to, DEFAULT_CLIP).map(FixedI128::into_inner);
	assert_eq!(of(3, 3), Some(0));
	assert_eq!(of(100, 110), Some(FixedI128::DIV / 10));
	assert_eq!(of(100, 90), Some(-FixedI128::DIV / 10));
	// A third of a tenth, up by one unit either way.
	assert_eq!(of(30, 31), Some(33_333_333_333_333_334));
	assert_eq!(of(30, 29), Some(-33_333_333_333_333_334));
	// To the unit at the clip, and beyond it.
	assert_eq!(of(100, 120), Some(FixedI128::DIV / 5));
	assert_eq!(of(100, 121), Some(FixedI128::DIV / 5));
	assert_eq!(of(100, 0), Some(-FixedI128::DIV / 5));
	assert_eq!(of(1, u128::MAX), Some(FixedI128::DIV / 5));
	assert_eq!(of(u128::MAX, 1), Some(-FixedI128::DIV / 5));
	assert_eq!(change(100, 0, LARGEST_CLIP).map(FixedI128::into_inner), Some(-FixedI128::DIV));
	assert_eq!(of(0, 1), None);
	assert_eq!(change(1, 2, Ratio::zero()), None);
	assert_eq!(change(1, 2, LARGEST_CLIP + FixedU128::from_inner(1)), None);
}

#[test]
fn terms_are_checked() {
	assert!(TERMS.are_valid());
	assert!(VolatilityTerms { clip: LARGEST_CLIP, ..TERMS }.are_valid());
	let clip = LARGEST_CLIP + FixedU128::from_inner(1);
	for bad in [
		VolatilityTerms { half_life: 0, ..TERMS },
		VolatilityTerms { interval: 0, ..TERMS },
		VolatilityTerms { clip: Ratio::from_inner(0), ..TERMS },
		VolatilityTerms { clip, ..TERMS },
	] {
		assert!(!bad.are_valid());
	}
}

#[test]
fn no_time_no_half_life_and_overflow_are_refused() {
	let variance = Variance::from_inner(5);
	assert_eq!(variance.updated_ceil(FixedI128::from_u32(0), 0, HALF_LIFE), None);
	assert_eq!(variance.updated_ceil(FixedI128::from_u32(0), 1, 0), None);
	// A change by all in a millisecond is a variance of 1 000 per second: too much, but not mixed in.
	let all = FixedI128::from_u32(1);
	assert!(variance.updated_ceil(all, 1, 1).is_some());
	let most = Variance::from_inner(u128::MAX);
	assert_eq!(most.updated_ceil(all, 1, 1), None);
	assert_eq!(most.updated_ceil(FixedI128::from_u32(0), 1, u64::MAX), Some(most));
	assert!(most.deviation_ceil(u64::MAX).is_some());
}

#[test]
fn what_does_not_move_loses_its_variance_by_half_lives() {
	let start = Variance::from_inner(1_000);
	let still = FixedI128::from_u32(0);
	assert_eq!(
		start.updated_ceil(still, HALF_LIFE * 1_000, HALF_LIFE),
		Some(Variance::from_inner(500))
	);
	assert_eq!(
		start.updated_ceil(still, 2 * HALF_LIFE * 1_000, HALF_LIFE),
		Some(Variance::from_inner(250))
	);
	// Up, never to nothing.
	let last = Variance::from_inner(1);
	assert_eq!(last.updated_ceil(still, 1_000_000 * HALF_LIFE, HALF_LIFE), Some(last));
}

/// A regular ±1 % every hour is a deviation of 1 % an hour, from wherever one starts.
#[test]
fn a_steady_market_has_its_own_deviation() {
	for start in [0, 10u128.pow(36)] {
		let mut track = Volatility::starting(100_000_000, 0, Variance::from_inner(start));
		for hour in 1..=24 * 40u64 {
			let value = if hour % 2 == 0 { 100_000_000 } else { 101_000_000 };
			track = track.observed(value, hour * 3_600_000, &TERMS).unwrap();
		}
		let deviation = track.variance.deviation_ceil(3_600_000).unwrap();
		let off = deviation.into_inner().abs_diff(Ratio::DIV / 100);
		assert!(off < Ratio::DIV / 10_000, "{deviation:?}");
	}
}

/// What comes too soon is not lost: its change is part of the next.
#[test]
fn observations_too_close_are_skipped_and_made_up_for() {
	let start = Volatility::starting(100, 1_000, Variance::default());
	assert_eq!(start.observed(90, 1_000, &TERMS), Some(start));
	assert_eq!(start.observed(90, 6_999, &TERMS), Some(start));
	assert_eq!(start.observed(90, 0, &TERMS), Some(start));
	let after = start.observed(90, 7_000, &TERMS).unwrap();
	assert_eq!((after.value, after.at), (90, 7_000));
	assert!(after.variance > start.variance);
	// The interval of none is one millisecond.
	let always = VolatilityTerms { interval: 0, ..TERMS };
	assert_eq!(start.observed(90, 1_000, &always), Some(start));
	assert_ne!(start.observed(90, 1_001, &always), Some(start));
	assert_eq!(Volatility { value: 0, ..start }.observed(1, 7_000, &TERMS), None);
}

/// A jump that is accepted widens the deviation at once; one beyond the clip not more than the clip.
#[test]
fn a_jump_widens_the_variance_up_to_the_clip() {
	let calm = Variance::from_inner(10u128.pow(27));
	let start = Volatility::starting(1_000_000, 0, calm);
	let after = |value| start.observed(value, 900_000, &TERMS).unwrap().variance;
	assert!(after(800_000) > after(900_000));
	assert!(after(900_000) > calm);
	assert_eq!(after(800_000), after(1));
	assert_eq!(after(1_200_000), after(u128::MAX));
	assert!(after(800_000).deviation_ceil(900_000) > calm.deviation_ceil(900_000));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	/// Not below the exact value, and above it by what the bounds of λ leave, and one unit.
	#[test]
	fn variance_against_rationals(
		before in inner(), r in small_change(), elapsed in elapsed(),
		half_life in prop_oneof![1..100u64, 1..10_000_000u64],
	) {
		let before = Variance::from_inner(before);
		let kept = half_to(elapsed.into(), u128::from(half_life) * 1_000);
		let rate = exact::change(r).pow(2) * int(1_000) / int(elapsed);
		let (old, new) = (exact::variance(before), rate);
		let exact = &kept * &old + (int(1) - &kept) * &new;
		let slack = (&old + &new) * half_error();
		match before.updated_ceil(r, elapsed, half_life) {
			Some(found) => {
				let found = exact::variance(found);
				prop_assert!(found >= &exact - &slack);
				let apart = (&old - &new).abs() * fraction(1, 1u64 << 55);
				prop_assert!(found <= exact + slack + apart + variance_unit());
				prop_assert!(found < old.max(new) + variance_unit());
			},
			None => prop_assert!(exact > fraction(u128::MAX, 10u128.pow(36)) - int(1)),
		}
	}

	#[test]
	fn deviation_is_the_root_rounded_up(variance in inner(), time in any::<u64>()) {
		let found = Variance::from_inner(variance).deviation_ceil(time).unwrap();
		let square = exact::variance(Variance::from_inner(variance)) * int(time) / int(1_000);
		prop_assert!(exact::ratio(found).pow(2) >= square);
		if !found.is_zero() {
			let below = Ratio::from_inner(found.into_inner() - 1);
			prop_assert!(exact::ratio(below).pow(2) < square);
		} else {
			prop_assert!(square.is_zero());
		}
	}

	#[test]
	fn a_change_against_rationals(from in 1..u128::MAX, to in any::<u128>()) {
		let found = exact::change(change(from, to, DEFAULT_CLIP).unwrap());
		let clip = exact::ratio(DEFAULT_CLIP);
		let exact = ((int(to) - int(from)) / int(from)).max(-clip.clone()).min(clip);
		prop_assert!(found.abs() >= exact.abs());
		prop_assert!((found.abs() - exact.abs()) < fraction(1, Ratio::DIV));
		prop_assert!(!(found * exact).is_negative());
	}

	/// More movement never makes less variance.
	#[test]
	fn variance_rises_with_the_change(before in inner(), r in small_change(), elapsed in elapsed()) {
		let before = Variance::from_inner(before);
		let after = before.updated_ceil(r, elapsed, HALF_LIFE);
		let larger = FixedI128::from_inner(r.into_inner() * 2);
		if let (Some(after), Some(more)) = (after, before.updated_ceil(larger, elapsed, HALF_LIFE)) {
			prop_assert!(after <= more);
		}
	}
}
