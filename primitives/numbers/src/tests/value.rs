//! Values across decimals and prices.

use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use proptest::prelude::*;

use super::{big, ceil, floor, holding, number, ten_to};
use crate::{note_price_ceil, Holding, Price, Ratio};

const DOLLAR: Price = Price::from_u32(1);

fn rational(n: BigUint, d: BigUint) -> BigRational {
	BigRational::new(BigInt::from(n), BigInt::from(d))
}

/// The exact value in USD.
fn value(holding: &Holding) -> BigRational {
	rational(
		big(holding.amount) * big(holding.price.into_inner()),
		ten_to(holding.decimals) * ten_to(18),
	)
}

fn ratio(inner: u128) -> BigRational {
	rational(big(inner), ten_to(18))
}

/// Two holdings and a ratio that makes them all but equal, so that a comparison with any rounding in
/// it would go wrong.
fn close_call() -> impl Strategy<Value = (Holding, u128, Holding)> {
	(holding(), holding(), 0u8..3).prop_filter_map("no ratio between them", |(a, b, nudge)| {
		if value(&b).is_zero() {
			return None;
		}
		let inner = (value(&a) / value(&b) * ratio(10u128.pow(36))).floor().to_integer();
		let inner = inner.to_u128()?.checked_add(u128::from(nudge))?.checked_sub(1)?;
		Some((a, inner, b))
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn value_agrees_with_exact_division(a in holding()) {
		let n = big(a.amount) * big(a.price.into_inner());
		prop_assert_eq!(a.value_floor(), floor(&n, &ten_to(a.decimals)));
	}

	#[test]
	fn covers_is_exact(a in holding(), inner in number(), b in holding()) {
		let expected = value(&a) >= ratio(inner) * value(&b);
		prop_assert_eq!(a.covers(Ratio::from_inner(inner), &b), Some(expected));
	}

	#[test]
	fn covers_is_exact_in_close_calls((a, inner, b) in close_call()) {
		let expected = value(&a) >= ratio(inner) * value(&b);
		prop_assert_eq!(a.covers(Ratio::from_inner(inner), &b), Some(expected));
	}

	#[test]
	fn conversion_agrees_with_exact_division(a in holding(), decimals in 0u8..=38, price in number()) {
		let n = big(a.amount) * big(a.price.into_inner()) * ten_to(decimals);
		let d = big(price) * ten_to(a.decimals);
		let price = Price::from_inner(price);
		prop_assert_eq!(a.converted_floor(decimals, price), floor(&n, &d));
		prop_assert_eq!(a.converted_ceil(decimals, price), ceil(&n, &d));
	}

	/// There and back again never gains.
	#[test]
	fn converting_back_never_gains(a in holding(), decimals in 0u8..=38, price in number()) {
		let price = Price::from_inner(price);
		if let Some(there) = a.converted_floor(decimals, price) {
			let back = Holding::new(there, decimals, price).converted_floor(a.decimals, a.price);
			if !a.price.is_zero() {
				prop_assert!(back.unwrap() <= a.amount);
			}
		}
	}

	#[test]
	fn ratio_agrees_with_exact_division(a in holding(), b in holding()) {
		let expected = (!value(&b).is_zero())
			.then(|| (value(&a) / value(&b) * ratio(10u128.pow(36))).floor().to_integer())
			.and_then(|inner| inner.to_u128());
		prop_assert_eq!(a.ratio_floor(&b), expected.map(Ratio::from_inner));
	}

	/// The ratio shown is one that is covered, and the next one is not.
	#[test]
	fn ratio_shown_is_the_greatest_that_is_covered(a in holding(), b in holding()) {
		if let Some(shown) = a.ratio_floor(&b) {
			prop_assert_eq!(a.covers(shown, &b), Some(true));
			if let Some(next) = shown.into_inner().checked_add(1) {
				prop_assert_eq!(a.covers(Ratio::from_inner(next), &b), Some(false));
			}
		}
	}
}

#[test]
fn known_values() {
	// 2.5 units of 12 decimals at 4 USD.
	let collateral = Holding::new(2_500_000_000_000, 12, Price::from_u32(4));
	assert_eq!(collateral.value_floor(), Some(10 * 10u128.pow(18)));
	// 10 dollars of 6 decimals.
	assert_eq!(collateral.converted_floor(6, DOLLAR), Some(10_000_000));
	let debt = Holding::new(8_000_000, 6, DOLLAR);
	assert_eq!(collateral.ratio_floor(&debt), Some(Ratio::from_rational(5, 4)));
}

#[test]
fn covers_turns_at_one_raw_unit() {
	// 150 % of 100.000000 dollars.
	let debt = Holding::new(100_000_000, 6, DOLLAR);
	let ratio = Ratio::from_rational(3, 2);
	let enough = Holding::new(150 * 10u128.pow(18), 18, DOLLAR);
	let short = Holding::new(150 * 10u128.pow(18) - 1, 18, DOLLAR);
	assert_eq!(enough.covers(ratio, &debt), Some(true));
	assert_eq!(short.covers(ratio, &debt), Some(false));
	// Both are worth the same once converted to the six decimals of the debt and rounded up.
	assert_eq!(enough.converted_ceil(6, DOLLAR), short.converted_ceil(6, DOLLAR));
}

#[test]
fn nothing_covers_only_nothing() {
	let nothing = Holding::new(0, 12, DOLLAR);
	let dust = Holding::new(1, 18, Price::from_inner(1));
	assert_eq!(nothing.covers(Ratio::from_u32(2), &nothing), Some(true));
	assert_eq!(nothing.covers(Ratio::from_u32(2), &dust), Some(false));
	assert_eq!(nothing.covers(Ratio::from_u32(0), &dust), Some(true));
	assert_eq!(dust.covers(Ratio::from_u32(2), &nothing), Some(true));
	assert_eq!(dust.ratio_floor(&nothing), None);
	assert_eq!(nothing.ratio_floor(&dust), Some(Ratio::from_u32(0)));
}

#[test]
fn the_greatest_comparison_does_not_overflow() {
	let max = Price::from_inner(u128::MAX);
	let greatest = Holding::new(u128::MAX, 38, max);
	let least_decimals = Holding::new(u128::MAX, 0, max);
	assert_eq!(greatest.covers(max, &least_decimals), Some(false));
	assert_eq!(least_decimals.covers(max, &greatest), Some(true));
	assert_eq!(least_decimals.covers(Ratio::from_u32(1), &least_decimals), Some(true));
	assert_eq!(least_decimals.value_floor(), None);
}

#[test]
fn more_than_38_decimals_are_refused() {
	let odd = Holding::new(1, 39, DOLLAR);
	let fine = Holding::new(1, 38, DOLLAR);
	assert_eq!(odd.value_floor(), None);
	assert_eq!(odd.covers(Ratio::from_u32(1), &fine), None);
	assert_eq!(fine.covers(Ratio::from_u32(1), &odd), None);
	assert_eq!(fine.converted_floor(39, DOLLAR), None);
	assert_eq!(fine.converted_ceil(39, DOLLAR), None);
	assert_eq!(odd.ratio_floor(&fine), None);
	assert_eq!(fine.ratio_floor(&odd), None);
}

#[test]
fn conversion_to_a_worthless_asset_is_none() {
	let worthless = Price::from_inner(0);
	assert_eq!(Holding::new(5, 0, DOLLAR).converted_floor(0, worthless), None);
	assert_eq!(Holding::new(0, 0, DOLLAR).converted_ceil(0, worthless), None);
}

#[test]
fn notes_cost_what_is_outstanding_on_them_rounded_up_once() {
	let par = Ratio::from_u32(1);
	assert_eq!(note_price_ceil(7, 2_000, 7_000, par), Some(2));
	assert_eq!(note_price_ceil(8, 2_000, 7_000, par), Some(3));
	// 10 · 2/7 · 10 = 28.57: two roundings in a row would make 30 of it.
	assert_eq!(note_price_ceil(10, 2_000, 7_000, Ratio::from_u32(10)), Some(29));
	assert_eq!(note_price_ceil(5, 0, 7_000, par), Some(0));
	assert_eq!(note_price_ceil(0, 2_000, 7_000, par), Some(0));
	assert_eq!(note_price_ceil(1, 1, 0, par), None);
	assert_eq!(note_price_ceil(u128::MAX, u128::MAX, u128::MAX, par), Some(u128::MAX));
	assert_eq!(note_price_ceil(u128::MAX, u128::MAX, 1, Ratio::from_inner(u128::MAX)), None);
}

proptest! {
	#[test]
	fn a_price_of_notes_is_the_exact_one_rounded_up(
		notes in number(),
		balance in number(),
		units in number(),
		price in number(),
	) {
		let got = note_price_ceil(notes, balance, units, Ratio::from_inner(price));
		if units == 0 {
			prop_assert_eq!(got, None);
		} else {
			let exact = rational(
				big(notes) * big(balance) * big(price),
				big(units) * ten_to(18),
			);
			prop_assert_eq!(got, exact.ceil().to_integer().to_u128());
		}
	}
}
