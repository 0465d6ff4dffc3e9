//! What an offence costs.
//!
//! With k offenders among n validators each loses
//!
//! ```text
//!            ⎧ 0                                  k = 0
//! f(k, n) =  ⎨ 1/10 + 9/10 · (k − 1)/(n/3 − 1)    0 < 3k < n
//!            ⎩ 1                                  3k ≥ n
//! ```
//!
//! of the bond: 10 % alone, and linearly more up to all of it where a third of the validators offend,
//! which is where they can break what all others rely on. Of three validators or fewer one is a third.

use strata_numbers::mul_div_ceil;

use crate::Balance;

/// What a lone offender loses is one in so many of its bond.
const ALONE: u64 = 10;
/// The largest part that does not matter to finality: one in so many validators.
const THIRD: u64 = 3;

/// A part of a whole: `numerator`/`denominator`, at most 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Share {
	/// At most the denominator.
	pub numerator: u64,
	/// Not 0.
	pub denominator: u64,
}

impl Share {
	/// Nothing.
	pub const NONE: Self = Self { numerator: 0, denominator: 1 };
	/// All of it.
	pub const ALL: Self = Self { numerator: 1, denominator: 1 };
}

/// The part of its bond that each of `offenders` loses among `validators`, exactly.
pub fn slash_share(offenders: u32, validators: u32) -> Share {
	let (k, n) = (u64::from(offenders), u64::from(validators));
	let Some(others) = k.checked_sub(1) else { return Share::NONE };
	// Products of two numbers below 2³² and 2⁵: nothing saturates.
	if k.saturating_mul(THIRD) >= n {
		return Share::ALL;
	}
	// n > 3 here. All over 10·(n − 3): 1/10 is (n − 3), 9/10·(k − 1)/(n/3 − 1) is 27·(k − 1).
	let span = n.saturating_sub(THIRD);
	let slope = THIRD.saturating_mul(ALONE.saturating_sub(1));
	Share {
		numerator: span.saturating_add(slope.saturating_mul(others)),
		denominator: ALONE.saturating_mul(span),
	}
}

/// What each of `offenders` among `validators` loses of `bond`: ⌈bond·f⌉, at most `bond`.
pub fn slashed(bond: Balance, offenders: u32, validators: u32) -> Balance {
	let Share { numerator, denominator } = slash_share(offenders, validators);
	// The share is at most 1 and its denominator not 0: the quotient is there, and at most the bond.
	mul_div_ceil(bond, numerator.into(), denominator.into()).unwrap_or(bond)
}
