//! Big rationals to compare with.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use sp_arithmetic::{FixedI128, FixedPointNumber};
use strata_numbers::Ratio;

use crate::{Covariance, Variance};

/// Binary places of [`half_to`].
const PLACES: u32 = 320;

pub fn int(x: impl Into<BigInt>) -> BigRational {
	BigRational::from_integer(x.into())
}

pub fn fraction(n: impl Into<BigInt>, d: impl Into<BigInt>) -> BigRational {
	BigRational::new(n.into(), d.into())
}

pub fn ratio(x: Ratio) -> BigRational {
	fraction(x.into_inner(), Ratio::DIV)
}

pub fn change(x: FixedI128) -> BigRational {
	fraction(x.into_inner(), FixedI128::DIV)
}

pub fn variance(x: Variance) -> BigRational {
	fraction(x.inner(), BigInt::from(10).pow(36))
}

pub fn covariance(x: Covariance) -> BigRational {
	fraction(x.inner(), BigInt::from(10).pow(36))
}

/// One unit of a variance.
pub fn variance_unit() -> BigRational {
	fraction(1, BigInt::from(10).pow(36))
}

/// 2^(−n/d), off by less than [`half_error`]: by the series of e^x and of ln 2.
pub fn half_to(n: u128, d: u128) -> BigRational {
	let one = BigInt::one() << PLACES;
	let mut ln_2 = BigInt::zero();
	for k in 1..=PLACES {
		ln_2 += (&one >> k) / k;
	}
	let (whole, rest) = (n / d, n % d);
	if whole > 300 {
		return BigRational::zero();
	}
	let x = ln_2 * rest / d;
	let (mut sum, mut term) = (one.clone(), one.clone());
	for k in 1..120 {
		term = -(term * &x) / &one / k;
		sum += &term;
	}
	BigRational::new(sum, one << (whole as u32))
}

/// How far [`half_to`] may be off: 2^−290.
pub fn half_error() -> BigRational {
	fraction(1, BigInt::one() << 290)
}
