//! The rate index against exact powers, and against 512-bit intervals where those would be too long.

use codec::{Decode, Encode, MaxEncodedLen};
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Pow};
use proptest::prelude::*;

use super::{big, ceil, floor, number};
use crate::{RateIndex, Ratio, SECONDS_PER_YEAR};

const ONE: u128 = 10u128.pow(27);

fn index() -> impl Strategy<Value = RateIndex> {
	number().prop_filter_map("below one", RateIndex::from_inner)
}

/// From 0 to 1000 % a year, mostly small, with full 18 decimals.
fn rate() -> impl Strategy<Value = Ratio> {
	prop_oneof![
		1 => Just(Ratio::from_u32(0)),
		1 => Just(Ratio::from_inner(1)),
		8 => (0u128..=10u128.pow(19), 0u32..64).prop_map(|(x, s)| Ratio::from_inner(x >> s)),
	]
}

/// Up to about 30 years.
fn seconds() -> impl Strategy<Value = u64> {
	(0u64..1 << 30, 0u32..30).prop_map(|(x, shift)| x >> shift)
}

/// ⌈R · factor^seconds⌉-like bounds: the exact result lies in `low ≤ R·(1 + r/n)^s ≤ high`, both
/// scaled by 2^512.
fn interval(start: RateIndex, yearly: Ratio, seconds: u64) -> (BigUint, BigUint) {
	let year = big(SECONDS_PER_YEAR) * big(10u128.pow(18));
	let n = (&year + big(yearly.into_inner())) << 512u16;
	let mut square = (n.div_floor(&year), Integer::div_ceil(&n, &year));
	let mut result = (BigUint::one() << 512u16, BigUint::one() << 512u16);
	let one = BigUint::one() << 512u16;
	for bit in 0..64 {
		if seconds >> bit & 1 == 1 {
			result.0 = (result.0 * &square.0) >> 512u16;
			result.1 = Integer::div_ceil(&(result.1 * &square.1), &one);
		}
		if seconds >> bit > 1 {
			square.0 = (square.0.pow(2u8)) >> 512u16;
			square.1 = Integer::div_ceil(&square.1.pow(2u8), &one);
		}
	}
	(result.0 * start.inner(), result.1 * start.inner())
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	/// Never below the exact value; above it by less than (1 + 10^−27)^(s + 1), plus what rounding
	/// the rate of one second up adds: the same factor once more per second.
	#[test]
	fn grows_as_the_exact_power_rounded_up(start in index(), yearly in rate(), s in seconds()) {
		let (low, high) = interval(start, yearly, s);
		match start.grown_ceil(yearly, s) {
			Some(grown) => {
				let grown = big(grown.inner()) << 512u16;
				prop_assert!(grown >= low, "below the exact value");
				let slack = factor_of_units(2 * s + 2);
				prop_assert!(grown <= ((high * slack) >> 512u16) + (BigUint::one() << 512u16));
			},
			// Overflow: the exact value is beyond the range, or within the error bound of its end.
			None => {
				let slack = factor_of_units(2 * s + 2);
				prop_assert!(((high * slack) >> 1_024u16) >= big(u128::MAX));
			},
		}
	}

	/// With a few seconds the exact power is short enough to be written out, and every rounding can
	/// be followed: one unit per multiplication.
	#[test]
	fn one_second_is_one_rounding(start in index(), yearly in rate()) {
		let per_second = ONE
			+ ceil(&(big(yearly.into_inner()) * big(10u128.pow(9))), &big(SECONDS_PER_YEAR)).unwrap();
		let expected = ceil(&(big(start.inner()) * big(per_second)), &big(ONE));
		prop_assert_eq!(start.grown_ceil(yearly, 1).map(RateIndex::inner), expected);
	}

	#[test]
	fn never_falls_with_time(start in index(), yearly in rate(), s in seconds(), more in seconds()) {
		if let Some(later) = start.grown_ceil(yearly, s + more) {
			prop_assert!(start.grown_ceil(yearly, s).unwrap() <= later);
		}
		if let Some(next) = start.grown_ceil(yearly, s + 1) {
			prop_assert!(start.grown_ceil(yearly, s).unwrap() <= next);
		}
	}

	/// Just around powers of two the number of multiplications, and so of roundings, changes most.
	#[test]
	fn never_falls_around_powers_of_two(yearly in rate(), bit in 0u32..31, high in 0u64..4) {
		let s = (high << 32) | (1 << bit);
		if let Some(at) = RateIndex::ONE.grown_ceil(yearly, s) {
			prop_assert!(RateIndex::ONE.grown_ceil(yearly, s - 1).unwrap() <= at);
		}
	}

	#[test]
	fn never_falls_with_the_rate_or_the_start(
		start in index(), other in index(), yearly in rate(), more in rate(), s in seconds(),
	) {
		let higher = Ratio::from_inner(yearly.into_inner() + more.into_inner());
		if let Some(grown) = start.grown_ceil(higher, s) {
			prop_assert!(start.grown_ceil(yearly, s).unwrap() <= grown);
			prop_assert!(start <= grown);
		}
		if let Some(grown) = start.max(other).grown_ceil(yearly, s) {
			prop_assert!(start.min(other).grown_ceil(yearly, s).unwrap() <= grown);
		}
	}

	#[test]
	fn no_time_and_no_rate_change_nothing(start in index(), yearly in rate(), s in any::<u64>()) {
		prop_assert_eq!(start.grown_ceil(yearly, 0), Some(start));
		prop_assert_eq!(start.grown_ceil(Ratio::from_u32(0), s), Some(start));
	}

	#[test]
	fn debt_and_back_agree_with_exact_division(r in index(), amount in number()) {
		let (index, one) = (big(r.inner()), big(ONE));
		prop_assert_eq!(r.debt_ceil(amount), ceil(&(big(amount) * &index), &one));
		prop_assert_eq!(r.debt_floor(amount), floor(&(big(amount) * &index), &one));
		prop_assert_eq!(r.normalised_ceil(amount), ceil(&(big(amount) * &one), &index));
		prop_assert_eq!(r.normalised_floor(amount), floor(&(big(amount) * &one), &index));
	}

	/// Drawing and repaying the same at once never gains, and never leaves more than one unit.
	#[test]
	fn draw_and_repay_never_gains(r in index(), amount in number()) {
		let drawn = r.normalised_ceil(amount).unwrap();
		let repaid = r.normalised_floor(amount).unwrap();
		prop_assert!(repaid <= drawn && drawn - repaid <= 1);
		if let Some(debt) = r.debt_ceil(drawn) {
			prop_assert!(debt >= amount);
		}
		prop_assert!(r.debt_floor(repaid).unwrap() <= amount);
	}

	#[test]
	fn encodes_as_a_plain_number(r in index()) {
		prop_assert_eq!(r.encode(), r.inner().encode());
		prop_assert_eq!(RateIndex::decode(&mut &r.encode()[..]), Ok(r));
	}
}

/// (1 + 10^−27)^power scaled by 2^512, rounded up.
fn factor_of_units(power: u64) -> BigUint {
	let mut result = BigUint::one() << 512u16;
	let mut square = Integer::div_ceil(&(big(ONE + 1) << 512u16), &big(ONE));
	for bit in 0..64 {
		if power >> bit & 1 == 1 {
			result = ((result * &square) >> 512u16) + 1u8;
		}
		square = (square.pow(2u8) >> 512u16) + 1u8;
	}
	result
}

#[test]
fn starts_at_one() {
	assert_eq!(RateIndex::default(), RateIndex::ONE);
	assert_eq!(RateIndex::ONE.inner(), ONE);
	assert_eq!(RateIndex::from_inner(ONE), Some(RateIndex::ONE));
	assert_eq!(RateIndex::from_inner(ONE - 1), None);
	assert_eq!(RateIndex::max_encoded_len(), 16);
}

/// Every step of a day at a rate whose second is hardly more than a unit of the index: the case in
/// which accumulated rounding could overtake growth.
#[test]
fn rises_every_second_at_the_least_rate() {
	let mut last = RateIndex::ONE;
	for s in 1..=86_400 {
		let now = RateIndex::ONE.grown_ceil(Ratio::from_inner(1), s).unwrap();
		assert!(now > last, "at second {s}");
		last = now;
	}
}

#[test]
fn a_year_at_five_percent() {
	let grown = RateIndex::ONE.grown_ceil(Ratio::from_rational(5, 100), 31_536_000).unwrap();
	// e^0.05 = 1.051271096376024…; compounding per second falls short of it in the tenth digit.
	assert!(grown.inner() < 1_051_271_096_376_024_039_697_516_000);
	assert!(grown.inner() > 1_051_271_096_330_000_000_000_000_000);
}

#[test]
fn growth_beyond_the_range_is_none() {
	let max = RateIndex::from_inner(u128::MAX).unwrap();
	assert_eq!(max.grown_ceil(Ratio::from_inner(1), 1), None);
	assert_eq!(max.grown_ceil(Ratio::from_inner(1), 0), Some(max));
	assert_eq!(RateIndex::ONE.grown_ceil(Ratio::from_u32(1), u64::MAX), None);
	assert_eq!(RateIndex::ONE.grown_ceil(Ratio::from_inner(u128::MAX), 2), None);
	assert_eq!(RateIndex::ONE.grown_ceil(Ratio::from_inner(u128::MAX), 0), None);
	assert_eq!(max.debt_ceil(u128::MAX), None);
	assert_eq!(max.debt_floor(u128::MAX), None);
	assert_eq!(RateIndex::ONE.debt_ceil(u128::MAX), Some(u128::MAX));
	assert_eq!(RateIndex::ONE.normalised_ceil(u128::MAX), Some(u128::MAX));
}

#[test]
fn a_decoded_zero_divides_nothing() {
	let zero = RateIndex::decode(&mut &0u128.encode()[..]).unwrap();
	assert_eq!(zero.normalised_ceil(1), None);
	assert_eq!(zero.normalised_floor(1), None);
}
