//! How the price of a lot falls, and what a part of it costs.
//!
//! Prices are whole settlement units per whole collateral unit with 18 decimals; costs are in the
//! smallest unit of the settlement asset. Everything a buyer is asked for is rounded up, once.

use sp_arithmetic::{
	traits::{CheckedSub, One},
	FixedPointNumber,
};
use sp_core::{U256, U512};
use strata_numbers::{mul_div_floor, pow10, Holding, Price, Ratio};
use strata_traits::{AuctionShape, Decay};

/// One, with 18 decimals.
const ONE: u128 = Ratio::DIV;

/// The price of a lot `elapsed` milliseconds after its start: from `start` down to `floor` and never
/// below it. Rounded up.
///
/// - [`Decay::Linear`]: start − ⌊(start − floor)·elapsed/duration⌋.
/// - [`Decay::Stepped`]: ⌈start·cut^⌊elapsed/step⌋⌉. The power is rounded up at 36 decimals in each
///   multiplication, so that it never rises with time for up to 10^17 steps.
///
/// From the end of the shape's duration on it stays what it is then. `None` if `start` is below
/// `floor`, for a step of no length, or for a cut above 1.
pub fn price(start: Price, floor: Price, shape: &AuctionShape, elapsed: u64) -> Option<Price> {
	let fall = start.checked_sub(&floor)?;
	let elapsed = elapsed.min(shape.duration);
	match shape.decay {
		Decay::Linear if elapsed == shape.duration => Some(floor),
		Decay::Linear => {
			let fallen = mul_div_floor(fall.into_inner(), elapsed.into(), shape.duration.into())?;
			start.checked_sub(&Price::from_inner(fallen))
		},
		Decay::Stepped { step, cut } => {
			if cut > Ratio::one() {
				return None;
			}
			let power = power_ceil(cut, elapsed.checked_div(step)?)?;
			let left = times_ceil(U256::from(start.into_inner()), power)?;
			Some(Price::from_inner(u128::try_from(left).ok()?).max(floor))
		},
	}
}

/// What `units` of collateral cost at `price`: ⌈units·price·10^ds/10^dc⌉, in units of the settlement
/// asset. Above 0 if both are.
///
/// `None` on overflow or above 38 decimals.
pub fn cost_ceil(
	units: u128,
	price: Price,
	collateral_decimals: u8,
	settlement_decimals: u8,
) -> Option<u128> {
	Holding::new(units, collateral_decimals, price)
		.converted_ceil(settlement_decimals, Price::one())
}

/// What a buyer of last resort offers for `units`: ⌈units·price·(1 − discount)·10^ds/10^dc⌉, in units
/// of the settlement asset.
///
/// `None` on overflow, above 38 decimals, or for a discount above 1.
pub fn offer_ceil(
	units: u128,
	price: Price,
	discount: Ratio,
	collateral_decimals: u8,
	settlement_decimals: u8,
) -> Option<u128> {
	let kept = Ratio::one().checked_sub(&discount)?;
	let above = U512::from(units)
		.checked_mul(U512::from(price.into_inner()))?
		.checked_mul(U512::from(kept.into_inner()))?
		.checked_mul(U512::from(pow10(settlement_decimals)?))?;
	let below = U512::from(pow10(collateral_decimals)?)
		.checked_mul(U512::from(ONE))?
		.checked_mul(U512::from(ONE))?;
	quotient_ceil(above, below)
}

/// The least price at which `units` cost `amount` or more, and each part of them its share or more:
/// ⌈amount·10^dc/(units·10^ds)⌉.
///
/// `None` for no units, on overflow, or above 38 decimals.
pub fn unit_price_ceil(
	amount: u128,
	units: u128,
	collateral_decimals: u8,
	settlement_decimals: u8,
) -> Option<Price> {
	let above = U512::from(amount)
		.checked_mul(U512::from(pow10(collateral_decimals)?))?
		.checked_mul(U512::from(ONE))?;
	let below = U512::from(units).checked_mul(U512::from(pow10(settlement_decimals)?))?;
	quotient_ceil(above, below).map(Price::from_inner)
}

/// cut^n with 36 decimals, by repeated squaring from the highest bit; each product is rounded up.
fn power_ceil(cut: Ratio, n: u64) -> Option<U256> {
	let one = U256::from(ONE).checked_mul(U256::from(ONE))?;
	let base = U256::from(cut.into_inner()).checked_mul(U256::from(ONE))?;
	let bits = u64::BITS.checked_sub(n.leading_zeros())?;
	(0..bits).rev().try_fold(one, |power, bit| {
		let square = times_ceil(power, power)?;
		if n.checked_shr(bit)? & 1 == 1 {
			times_ceil(square, base)
		} else {
			Some(square)
		}
	})
}

/// ⌈a·b/10^36⌉.
fn times_ceil(a: U256, b: U256) -> Option<U256> {
	let one = U256::from(ONE).checked_mul(U256::from(ONE))?;
	let (quotient, rest) = a.checked_mul(b)?.div_mod(one);
	quotient.checked_add(U256::from(u8::from(!rest.is_zero())))
}

/// ⌈above/below⌉. `None` if `below` is 0 or the quotient leaves 128 bits.
fn quotient_ceil(above: U512, below: U512) -> Option<u128> {
	if below.is_zero() {
		return None;
	}
	let (quotient, rest) = above.div_mod(below);
	u128::try_from(quotient).ok()?.checked_add(u128::from(!rest.is_zero()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use num_bigint::BigInt;
	use num_rational::BigRational;
	use proptest::prelude::*;

	const HOUR: u64 = 3_600_000;

	fn shape(duration: u64, decay: Decay) -> AuctionShape {
		AuctionShape {
			start_factor: Ratio::from_rational(11, 10),
			floor_factor: Ratio::from_rational(7, 10),
			duration,
			restarts: 1,
			decay,
		}
	}

	fn at(inner: u128) -> Price {
		Price::from_inner(inner)
	}

	/// Of any magnitude, few bits as likely as many.
	fn number() -> impl Strategy<Value = u128> {
		(any::<u128>(), 0u32..128).prop_map(|(x, shift)| x >> shift)
	}

	fn exact(x: u128) -> BigRational {
		BigRational::from_integer(BigInt::from(x))
	}

	fn ten(power: u8) -> BigRational {
		BigRational::from_integer(BigInt::from(10).pow(u32::from(power)))
	}

	/// What fits, rounded up.
	fn up(x: BigRational) -> Option<u128> {
		u128::try_from(x.ceil().to_integer()).ok()
	}

	#[test]
	fn linear_by_hand() {
		let shape = shape(HOUR, Decay::Linear);
		let price = |elapsed| price(at(1_000), at(300), &shape, elapsed).unwrap().into_inner();
		assert_eq!(price(0), 1_000);
		// 700/3600000 a millisecond: the first whole unit is gone after 5143 of them.
		assert_eq!(price(5_142), 1_000);
		assert_eq!(price(5_143), 999);
		assert_eq!(price(HOUR / 2), 650);
		assert_eq!(price(HOUR - 1), 301);
		assert_eq!(price(HOUR), 300);
		assert_eq!(price(u64::MAX), 300);
	}

	#[test]
	fn stepped_by_hand() {
		let cut = Ratio::from_rational(9, 10);
		let shape = shape(HOUR, Decay::Stepped { step: 60_000, cut });
		let price = |elapsed| price(at(1_000), at(300), &shape, elapsed).unwrap().into_inner();
		assert_eq!(price(59_999), 1_000);
		assert_eq!(price(60_000), 900);
		assert_eq!(price(120_000), 810);
		assert_eq!(price(180_000), 729);
		// 656.1, 590.49
		assert_eq!(price(240_000), 657);
		assert_eq!(price(300_000), 591);
		// 0.9^11 = 0.3138…, 0.9^12 = 0.2824…
		assert_eq!(price(660_000), 314);
		assert_eq!(price(720_000), 300);
		assert_eq!(price(u64::MAX), 300);
	}

	#[test]
	fn a_stepped_price_stays_where_its_duration_ends() {
		let cut = Ratio::from_rational(9, 10);
		let shape = shape(125_000, Decay::Stepped { step: 60_000, cut });
		let price = |elapsed| price(at(1_000), at(300), &shape, elapsed).unwrap().into_inner();
		assert_eq!(price(125_000), 810);
		assert_eq!(price(u64::MAX), 810);
	}

	#[test]
	fn what_is_not_an_auction_has_no_price() {
		let linear = shape(HOUR, Decay::Linear);
		assert_eq!(price(at(299), at(300), &linear, 0), None);
		let half = Ratio::from_rational(1, 2);
		let stepped = |step, cut| shape(HOUR, Decay::Stepped { step, cut });
		assert_eq!(price(at(1_000), at(300), &stepped(0, half), 1), None);
		let grows = Ratio::from_inner(ONE + 1);
		assert_eq!(price(at(1_000), at(300), &stepped(1, grows), 1), None);
		// Of no length: it is at its floor at once.
		assert_eq!(price(at(1_000), at(300), &shape(0, Decay::Linear), 0), Some(at(300)));
	}

	#[test]
	fn the_least_cut_falls_for_a_hundred_thousand_million_million_steps() {
		let cut = Ratio::from_inner(ONE - 1);
		let shape = shape(u64::MAX, Decay::Stepped { step: 1, cut });
		let mut last = u128::MAX;
		for shift in 2..57 {
			for elapsed in [(1u64 << shift) - 1, 1 << shift, (1 << shift) + 1] {
				let now = price(at(u128::MAX), at(1), &shape, elapsed).unwrap().into_inner();
				assert!(now <= last, "{elapsed}");
				last = now;
			}
		}
		// (1 − 10^-18)^(2^56 + 1) = e^-0.07205759…
		assert!(last < u128::MAX / 1_000 * 931 && last > u128::MAX / 1_000 * 930);
	}

	#[test]
	fn costs_by_hand() {
		// 3 units of 9 decimals at 100.000000001: 0.0003 and a bit, of 6 decimals.
		let price = at(100_000_000_001_000_000_000);
		assert_eq!(cost_ceil(3, price, 9, 6), Some(1));
		assert_eq!(cost_ceil(10_000, at(100 * ONE), 9, 6), Some(1_000));
		assert_eq!(cost_ceil(10_000, price, 9, 6), Some(1_001));
		assert_eq!(cost_ceil(0, price, 9, 6), Some(0));
		assert_eq!(cost_ceil(u128::MAX, at(1), 18, 0), Some(341));
		assert_eq!(cost_ceil(u128::MAX, at(ONE + 1), 6, 6), None);
		assert_eq!(cost_ceil(1, price, 39, 6), None);
		// 4 % below.
		let discount = Ratio::from_rational(4, 100);
		assert_eq!(offer_ceil(10_000, at(100 * ONE), discount, 9, 6), Some(960));
		assert_eq!(offer_ceil(10_001, at(100 * ONE), discount, 9, 6), Some(961));
		assert_eq!(offer_ceil(10_001, at(100 * ONE), Ratio::one(), 9, 6), Some(0));
		assert_eq!(offer_ceil(1, at(ONE), Ratio::from_inner(ONE + 1), 9, 6), None);
		// 1000 for 3 units of no decimals.
		assert_eq!(unit_price_ceil(1_000, 3, 0, 0), Some(at(333_333_333_333_333_333_334)));
		assert_eq!(unit_price_ceil(1_000, 0, 0, 0), None);
		assert_eq!(unit_price_ceil(u128::MAX, 1, 0, 0), None);
	}

	proptest! {
		#[test]
		fn linear_is_exact(
			(a, b) in (number(), number()),
			(x, y, duration) in (any::<u64>(), any::<u64>(), 1u64..),
		) {
			let (start, floor) = (a.max(b), a.min(b));
			let shape = shape(duration, Decay::Linear);
			let of = |elapsed: u64| {
				let gone = BigRational::new(elapsed.min(duration).into(), duration.into());
				up(exact(start) - exact(start - floor) * gone)
			};
			let (early, late) = (x.min(y), x.max(y));
			let get = |t| price(at(start), at(floor), &shape, t).map(Price::into_inner);
			prop_assert_eq!(get(early), of(early));
			prop_assert_eq!(get(late), of(late));
			prop_assert!(get(late) <= get(early) && get(late) >= Some(floor));
		}

		#[test]
		fn stepped_is_exact_to_the_last_but_few_digits(
			(a, b) in (number(), number()),
			cut in 1u128..ONE,
			(n, more) in (0u64..600, 0u64..600),
		) {
			let (start, floor) = (a.max(b), a.min(b));
			let shape = shape(u64::MAX, Decay::Stepped { step: 1_000, cut: at(cut) });
			let get = |n| price(at(start), at(floor), &shape, n * 1_000 + 999).unwrap().into_inner();
			let power = BigRational::new(cut.into(), ONE.into()).pow(i32::try_from(n).unwrap());
			let least = up(exact(start) * power.clone()).unwrap().max(floor);
			// Twice one in 10^36 for each bit of n that doubles the error of the last, at most 2n.
			let slack = BigRational::new((2 * n).into(), BigInt::from(10).pow(36));
			let most = up(exact(start) * (power + slack)).unwrap().max(floor);
			prop_assert!(get(n) >= least && get(n) <= most);
			prop_assert!(get(n + more) <= get(n));
		}

		#[test]
		fn costs_are_exact(
			units in number(),
			inner in number(),
			discount in 0..=ONE,
			(dc, ds) in (0u8..=38, 0u8..=38),
		) {
			let value = exact(units) * exact(inner) / ten(18) * ten(ds) / ten(dc);
			prop_assert_eq!(cost_ceil(units, at(inner), dc, ds), up(value.clone()));
			let offer = value * (exact(ONE) - exact(discount)) / ten(18);
			prop_assert_eq!(offer_ceil(units, at(inner), at(discount), dc, ds), up(offer));
		}

		#[test]
		fn a_lot_at_its_unit_price_brings_the_amount_and_no_part_less_than_its_share(
			amount in number(),
			units in number(),
			part in any::<u128>(),
			(dc, ds) in (0u8..=24, 0u8..=24),
		) {
			let least = (units > 0)
				.then(|| up(exact(amount) * ten(dc) * ten(18) / exact(units) / ten(ds)))
				.flatten();
			let got = unit_price_ceil(amount, units, dc, ds);
			prop_assert_eq!(got.map(Price::into_inner), least);
			if let Some(unit) = got {
				if let Some(cost) = cost_ceil(units, unit, dc, ds) {
					prop_assert!(cost >= amount);
					let part = part % units;
					let cost = cost_ceil(part, unit, dc, ds).unwrap();
					prop_assert!(exact(cost) * exact(units) >= exact(amount) * exact(part));
				}
			}
		}
	}
}
