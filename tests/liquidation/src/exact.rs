//! Exact rationals, and the few numbers of the contract that are defined as they are stored.

use num_bigint::{BigInt, BigUint, Sign};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use strata_ladder::Rung;
use strata_numbers::{Price, RateIndex};

/// A number without rounding.
pub type Rat = BigRational;

/// A whole number.
pub fn whole(value: u128) -> Rat {
	Rat::from_integer(BigInt::from(value))
}

/// A number of 18 decimals: a price or a ratio.
pub fn fixed(value: Price) -> Rat {
	Rat::new(BigInt::from(value.into_inner()), BigInt::from(10u64.pow(18)))
}

/// R.
pub fn index(value: RateIndex) -> Rat {
	Rat::new(BigInt::from(value.inner()), BigInt::from(10u128.pow(27)))
}

/// 10^decimals.
pub fn power(decimals: u8) -> Rat {
	Rat::from_integer(BigInt::from(10u8).pow(decimals.into()))
}

/// ⌊value⌋; panics if it does not fit, which the contract calls an error and the generator avoids.
pub fn floor(value: &Rat) -> u128 {
	value.floor().to_integer().to_u128().expect("a figure of the model fits 128 bits")
}

/// ⌈value⌉, as [`floor`].
pub fn ceil(value: &Rat) -> u128 {
	value.ceil().to_integer().to_u128().expect("a figure of the model fits 128 bits")
}

/// ⌈value⌉ with 18 decimals.
pub fn price_ceil(value: &Rat) -> Price {
	Price::from_inner(ceil(&(value * power(18))))
}

/// ⌊value⌋ with 18 decimals.
pub fn price_floor(value: &Rat) -> Price {
	Price::from_inner(floor(&(value * power(18))))
}

/// a·b/c rounded down, in whole numbers.
pub fn part_floor(a: u128, b: u128, c: u128) -> u128 {
	floor(&(whole(a) * whole(b) / whole(c)))
}

/// The edge between rung `t − 1` and rung `t` of the ladder: defined by the ladder, to 128 bits.
pub fn edge(t: i32) -> Rat {
	let (rung, upper) = match Rung::new(t) {
		Some(rung) => (rung, false),
		None => (Rung::new(t - 1).expect("on the ladder"), true),
	};
	let edge = if upper { rung.upper_edge() } else { rung.lower_edge() };
	let mantissa = BigInt::from_biguint(Sign::Plus, BigUint::from(edge.mantissa()));
	let shift = edge.exponent().unsigned_abs() as usize;
	if edge.exponent() < 0 {
		Rat::new(mantissa, BigInt::one() << shift)
	} else {
		Rat::from_integer(mantissa << shift)
	}
}

/// The rung of d/c, found by the ladder and checked against its edges.
pub fn rung_of(d: u128, c: u128) -> i32 {
	let t = Rung::of(d, c).expect("debt and collateral above 0").index();
	let kappa = whole(d) / whole(c);
	assert!(edge(t) <= kappa && kappa < edge(t + 1), "{d}/{c} is not on rung {t}");
	t
}

/// The larger one.
pub fn most(a: Rat, b: Rat) -> Rat {
	if a > b {
		a
	} else {
		b
	}
}

/// a − b, or 0.
pub fn excess(a: &Rat, b: &Rat) -> Rat {
	if a > b {
		a - b
	} else {
		Rat::zero()
	}
}
