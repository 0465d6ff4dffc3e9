//! Multiply-divide.

use proptest::prelude::*;

use super::{big, ceil, floor, number};
use crate::{mul_div_ceil, mul_div_floor, pow10, ratio_mul_ceil, ratio_mul_floor, Ratio};

const MAX: u128 = u128::MAX;

proptest! {
	#![proptest_config(ProptestConfig::with_cases(20_000))]

	#[test]
	fn agrees_with_exact_division(a in number(), b in number(), c in number()) {
		let n = big(a) * big(b);
		prop_assert_eq!(mul_div_floor(a, b, c), floor(&n, &big(c)));
		prop_assert_eq!(mul_div_ceil(a, b, c), ceil(&n, &big(c)));
	}

	/// Divisors just above 2^127 make the SDK's division take the most rounds.
	#[test]
	fn agrees_for_divisors_that_converge_slowly(
		a in number(), b in number(), c in (1u128 << 127)..(1u128 << 127) + 1_000,
	) {
		let n = big(a) * big(b);
		prop_assert_eq!(mul_div_floor(a, b, c), floor(&n, &big(c)));
		prop_assert_eq!(mul_div_ceil(a, b, c), ceil(&n, &big(c)));
	}

	/// Quotients at the very end of the range: a·b/c within a few units of 2^128.
	#[test]
	fn agrees_at_the_end_of_the_range(a in number(), b in number(), shift in 0u128..3) {
		let c = (big(a) * big(b)) >> 128u8;
		let c = u128::try_from(c).unwrap().saturating_add(shift);
		let n = big(a) * big(b);
		prop_assert_eq!(mul_div_floor(a, b, c), floor(&n, &big(c)));
		prop_assert_eq!(mul_div_ceil(a, b, c), ceil(&n, &big(c)));
	}

	#[test]
	fn ratios_agree_with_exact_division(amount in number(), ratio in number()) {
		let n = big(amount) * big(ratio);
		let one = big(1_000_000_000_000_000_000);
		prop_assert_eq!(ratio_mul_floor(amount, Ratio::from_inner(ratio)), floor(&n, &one));
		prop_assert_eq!(ratio_mul_ceil(amount, Ratio::from_inner(ratio)), ceil(&n, &one));
	}

	/// 256-bit products: the helper behind values and payment indices.
	#[test]
	fn product_is_exact(a in number(), b in number()) {
		let bytes = crate::muldiv::product(a, b).to_little_endian();
		prop_assert_eq!(num_bigint::BigUint::from_bytes_le(&bytes), big(a) * big(b));
	}
}

#[test]
fn division_by_zero_is_none() {
	assert_eq!(mul_div_floor(1, 1, 0), None);
	assert_eq!(mul_div_ceil(0, 0, 0), None);
}

#[test]
fn rounding_differs_by_one_unit_and_only_when_inexact() {
	assert_eq!((mul_div_floor(7, 3, 7), mul_div_ceil(7, 3, 7)), (Some(3), Some(3)));
	assert_eq!((mul_div_floor(7, 3, 6), mul_div_ceil(7, 3, 6)), (Some(3), Some(4)));
	assert_eq!((mul_div_floor(0, 9, 5), mul_div_ceil(0, 9, 5)), (Some(0), Some(0)));
	assert_eq!((mul_div_floor(1, 1, MAX), mul_div_ceil(1, 1, MAX)), (Some(0), Some(1)));
}

#[test]
fn overflow_is_none_and_not_a_clamp() {
	assert_eq!(mul_div_floor(MAX, MAX, MAX), Some(MAX));
	assert_eq!(mul_div_floor(MAX, MAX, MAX - 1), None);
	assert_eq!(mul_div_floor(MAX, 2, 1), None);
	assert_eq!(mul_div_ceil(MAX, 1 << 64, 1 << 64), Some(MAX));
	assert_eq!(mul_div_floor(1 << 127, 2, 1), None);
}

#[test]
fn floor_fits_where_ceil_overflows() {
	// 7 divides 2^129 − 1, and (2^129 − 1)/2 = 2^128 − 1/2.
	let n = (big(1) << 129u8) - 1u8;
	let factor = big(7);
	assert_eq!(&n % &factor, num_bigint::BigUint::default());
	let b = u128::try_from(n / factor).unwrap();
	assert_eq!(mul_div_floor(7, b, 2), Some(MAX));
	assert_eq!(mul_div_ceil(7, b, 2), None);
}

#[test]
fn powers_of_ten_end_at_38() {
	assert_eq!(pow10(0), Some(1));
	assert_eq!(pow10(18), Some(1_000_000_000_000_000_000));
	assert_eq!(pow10(38), Some(100_000_000_000_000_000_000_000_000_000_000_000_000));
	assert_eq!(pow10(39), None);
	assert_eq!(pow10(u8::MAX), None);
}
