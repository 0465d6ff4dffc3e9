use num_traits::Signed;
use proptest::prelude::*;
use sp_arithmetic::{FixedI128, FixedPointNumber};

use super::exact::{self, fraction, half_error, half_to, int, variance_unit};
use crate::{Covariance, Covolatility, Variance, Volatility, VolatilityTerms, DEFAULT_CLIP};

const TERMS: VolatilityTerms =
	VolatilityTerms { half_life: 86_400, clip: DEFAULT_CLIP, interval: 60_000 };

fn signed() -> impl Strategy<Value = i128> {
	prop_oneof![-3i128..4, (any::<i128>(), 0u32..127).prop_map(|(x, s)| x >> s)]
}

fn inner() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..5, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

fn small_change() -> impl Strategy<Value = FixedI128> {
	let one = FixedI128::DIV;
	prop_oneof![-5i128..6, -one..=one].prop_map(FixedI128::from_inner)
}

#[test]
fn what_moves_alike_has_the_correlation_one_and_opposites_minus_one() {
	let mut tracks =
		[100_000u128, 100_000, 100_000].map(|v| Volatility::starting(v, 0, Variance::default()));
	let mut alike = Covolatility::starting([100_000, 100_000], 0);
	let mut opposite = alike;
	for step in 1..500u64 {
		let off = u128::from(step * 7 % 11) * 100;
		// Mirrored returns, not mirrored prices: up and down alternate around the same value.
		let values = if step % 2 == 0 {
			[100_000; 3]
		} else {
			[100_000 + off, 100_000 + off, 100_000 - off]
		};
		let now = step * 60_000;
		for (track, value) in tracks.iter_mut().zip(values) {
			*track = track.observed(value, now, &TERMS).unwrap();
		}
		alike = alike.observed([values[0], values[1]], now, &TERMS).unwrap();
		opposite = opposite.observed([values[0], values[2]], now, &TERMS).unwrap();
	}
	let [a, b, c] = tracks.map(|track| track.variance);
	let one = alike.covariance.correlation_ceil(a, b).unwrap();
	assert!(
		one > FixedI128::from_rational(9_999, 10_000) && one <= FixedI128::from_u32(1),
		"{one:?}"
	);
	let minus = opposite.covariance.correlation_ceil(a, c).unwrap();
	assert!(minus < FixedI128::from_inner(-FixedI128::DIV * 99 / 100), "{minus:?}");
	assert!(minus >= FixedI128::from_inner(-FixedI128::DIV));
}

#[test]
fn a_pair_is_observed_on_common_times_only() {
	let start = Covolatility::starting([100, 200], 1_000);
	assert_eq!(start.observed([50, 50], 60_999, &TERMS), Some(start));
	let after = start.observed([110, 220], 61_000, &TERMS).unwrap();
	assert_eq!((after.values, after.at), ([110, 220], 61_000));
	assert!(after.covariance > Covariance::default());
	let apart = start.observed([110, 180], 61_000, &TERMS).unwrap();
	assert!(apart.covariance < Covariance::default());
	assert_eq!(Covolatility { values: [0, 1], ..start }.observed([1, 1], 61_000, &TERMS), None);
	assert_eq!(Covolatility { values: [1, 0], ..start }.observed([1, 1], 61_000, &TERMS), None);
}

#[test]
fn nothing_correlates_with_what_does_not_move() {
	let (none, some) = (Variance::default(), Variance::from_inner(7));
	let covariance = Covariance::from_inner(3);
	assert_eq!(covariance.bounded(none, some), Covariance::default());
	assert_eq!(covariance.correlation_ceil(none, some), None);
	assert_eq!(covariance.correlation_ceil(some, none), None);
	assert_eq!(covariance.updated_ceil(FixedI128::from_u32(0), FixedI128::from_u32(0), 0, 1), None);
	assert_eq!(covariance.updated_ceil(FixedI128::from_u32(0), FixedI128::from_u32(0), 1, 0), None);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	#[test]
	fn covariance_against_rationals(
		before in signed(), r in small_change(), s in small_change(),
		elapsed in prop_oneof![1..10u64, 1_000..100_000_000u64], half_life in 1..10_000_000u64,
	) {
		let before = Covariance::from_inner(before);
		let kept = half_to(elapsed.into(), u128::from(half_life) * 1_000);
		let old = exact::covariance(before);
		let new = exact::change(r) * exact::change(s) * int(1_000) / int(elapsed);
		let exact = &kept * &old + (int(1) - &kept) * &new;
		let slack = (old.abs() + new.abs()) * half_error();
		match before.updated_ceil(r, s, elapsed, half_life) {
			Some(found) => {
				let found = exact::covariance(found);
				prop_assert!(found >= &exact - &slack);
				let apart = (&old - &new).abs() * fraction(1, 1u64 << 55);
				prop_assert!(found <= exact + slack + apart + variance_unit());
			},
			None => prop_assert!(exact.abs() > fraction(i128::MAX, 10u128.pow(36)) - int(1)),
		}
	}

	/// Cauchy and Schwarz, exactly, after all rounding.
	#[test]
	fn the_square_never_exceeds_the_product_of_variances(c in signed(), a in inner(), b in inner()) {
		let bounded = Covariance::from_inner(c).bounded(Variance::from_inner(a), Variance::from_inner(b));
		prop_assert!(int(bounded.inner()).pow(2) <= int(a) * int(b));
		prop_assert!(bounded.inner().unsigned_abs() <= c.unsigned_abs());
		prop_assert!(bounded.inner() == 0 || bounded.inner().signum() == c.signum());
		// Cut only if it must be.
		if int(c).pow(2) <= int(a) * int(b) {
			prop_assert_eq!(bounded.inner(), c);
		}
	}

	#[test]
	fn correlation_lies_in_its_range_and_is_rounded_up(c in signed(), a in inner(), b in inner()) {
		let (one, other) = (Variance::from_inner(a), Variance::from_inner(b));
		let Some(found) = Covariance::from_inner(c).correlation_ceil(one, other) else {
			prop_assert!(a == 0 || b == 0);
			return Ok(());
		};
		prop_assert!(found.into_inner().abs() <= FixedI128::DIV);
		let bounded = Covariance::from_inner(c).bounded(one, other);
		let square = int(bounded.inner()).pow(2) / (int(a) * int(b));
		let (lower, found) = (exact::change(FixedI128::from_inner(found.into_inner() - 1)), exact::change(found));
		// ρ = sign·√square: found − 1 unit < ρ ≤ found.
		if bounded.inner() >= 0 {
			prop_assert!(found.pow(2) >= square);
			prop_assert!(lower.is_negative() || lower.pow(2) < square);
		} else {
			prop_assert!(found.pow(2) <= square);
			prop_assert!(lower.pow(2) > square);
		}
		prop_assert!(c == 0 || found.is_negative() == (c < 0) || found == int(0));
	}

	/// The variances of the same changes bound their covariance but for the rounding.
	#[test]
	fn estimated_together_they_hardly_need_the_bound(
		path in prop::collection::vec((90_000u128..110_000, 90_000u128..110_000), 2..40),
	) {
		let mut pair = Covolatility::starting([100_000, 100_000], 0);
		let mut tracks = [Volatility::starting(100_000, 0, Variance::default()); 2];
		for (step, (one, other)) in (1u64..).zip(path) {
			let now = step * 60_000;
			pair = pair.observed([one, other], now, &TERMS).unwrap();
			tracks[0] = tracks[0].observed(one, now, &TERMS).unwrap();
			tracks[1] = tracks[1].observed(other, now, &TERMS).unwrap();
		}
		let [a, b] = tracks.map(|track| track.variance);
		let cut = pair.covariance.bounded(a, b);
		let off = cut.inner().abs_diff(pair.covariance.inner());
		prop_assert!(off <= cut.inner().unsigned_abs() / 1_000_000_000, "{off} of {cut:?}");
	}
}
