//! Every function against exact integers and rationals, over all magnitudes.

mod day_count;
mod muldiv;
mod payment_index;
mod rate_index;
mod rate_model;
mod value;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};
use proptest::{prelude::*, strategy::Union};

use crate::{Holding, Price};

/// A 128-bit number of any magnitude: few bits as likely as many, and the ends of the range.
fn number() -> impl Strategy<Value = u128> {
	Union::new_weighted(vec![
		(8, (any::<u128>(), 0u32..128).prop_map(|(x, shift)| x >> shift).boxed()),
		(1, (0u32..128).prop_map(|bit| 1 << bit).boxed()),
		(1, (0u32..39).prop_map(|power| 10u128.pow(power)).boxed()),
		(1, prop_oneof![Just(0), Just(1), Just(u128::MAX - 1), Just(u128::MAX)].boxed()),
	])
}

/// An asset's amount with up to 38 decimals, at any price.
fn holding() -> impl Strategy<Value = Holding> {
	(number(), 0u8..=38, number()).prop_map(|(amount, decimals, price)| {
		Holding::new(amount, decimals, Price::from_inner(price))
	})
}

fn big(x: u128) -> BigUint {
	BigUint::from(x)
}

fn ten_to(power: u8) -> BigUint {
	big(10).pow(u32::from(power))
}

/// ⌊n/d⌋ if it exists and fits.
fn floor(n: &BigUint, d: &BigUint) -> Option<u128> {
	if d.is_zero() {
		return None;
	}
	n.div_floor(d).to_u128()
}

/// ⌈n/d⌉ if it exists and fits.
fn ceil(n: &BigUint, d: &BigUint) -> Option<u128> {
	if d.is_zero() {
		return None;
	}
	Integer::div_ceil(n, d).to_u128()
}
