//! Exact rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use strata_numbers::Ratio;

/// A number without rounding and without bounds.
pub type Rat = BigRational;

/// A whole number.
pub fn whole(value: impl Into<BigInt>) -> Rat {
	Rat::from_integer(value.into())
}

/// A ratio of 18 decimals.
pub fn fixed(value: Ratio) -> Rat {
	Rat::new(BigInt::from(value.into_inner()), one())
}

/// The stored form of an amount. `None` if it does not fit; panics if it is not a whole number or below
/// zero, which no amount ever is.
pub fn units(value: &Rat) -> Option<u128> {
	assert!(value.is_integer(), "an amount of {value}");
	assert!(*value >= whole(0), "an amount of {value}");
	value.to_integer().to_u128()
}

/// The stored form of a ratio of 18 decimals, as [`units`].
pub fn ratio(value: &Rat) -> Option<Ratio> {
	units(&(value * whole(one()))).map(Ratio::from_inner)
}

/// 10^18.
fn one() -> BigInt {
	BigInt::from(10u64.pow(18))
}
