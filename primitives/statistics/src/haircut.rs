//! How much more collateral a volatile price asks for at the start.
//!
//! Between the moment that a price was true and the moment that the chain acts on it lies the age of
//! the source, the time that a report lives and the time that a jump waits for confirmation. What the
//! price may lose meanwhile must be there in excess of the liquidation ratio. The haircut moves the
//! initial ratio only: a ratio at which somebody is liquidated never follows a market.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_arithmetic::{
	traits::{One, Zero},
	FixedPointNumber,
};
use sp_core::U512;
use strata_numbers::{mul_div_ceil, Ratio};

use crate::{
	root::{quotient_ceil, root_ceil},
	variance::{Variance, MILLIS},
};

/// The bounds of a haircut, set by governance.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct HaircutTerms {
	/// z, how many deviations must be covered.
	pub deviations: Ratio,
	/// The least haircut.
	pub least: Ratio,
	/// The greatest haircut. Not below `least`, and below 1.
	pub most: Ratio,
}

impl HaircutTerms {
	/// Whether the terms hold together.
	pub fn are_valid(&self) -> bool {
		self.least <= self.most && self.most < Ratio::one()
	}

	/// h = z·σ·√t for t = `latency` milliseconds, rounded up once, then between the bounds.
	///
	/// It cannot overflow: what leaves 128 bits is beyond any bound.
	pub fn haircut_ceil(&self, variance: Variance, latency: u64) -> Ratio {
		let exact = scaled_deviation_ceil(self.deviations, variance, latency);
		// Not `clamp`, which panics on bounds out of order.
		exact.unwrap_or(self.most).max(self.least).min(self.most)
	}
}

/// How long a price may be behind: source age + time to live + T_confirm, milliseconds.
///
/// `None` on overflow.
pub fn latency(source_age: u64, time_to_live: u64, confirm_after: u64) -> Option<u64> {
	source_age.checked_add(time_to_live)?.checked_add(confirm_after)
}

/// i = ⌈m/(1 − h)⌉ between `least` and `most`: the initial ratio of which the liquidation ratio `m` is
/// left after the collateral has lost the haircut `h`.
///
/// The bounds are governance's, `least` being the initial ratio of the parameter set; where `most` is
/// lower than the formula's result, vaults are less well covered than z deviations, by decision.
/// `None` if h ≥ 1, if `least` is above `most` or below `m`, or on overflow.
pub fn initial_ratio_ceil(m: Ratio, h: Ratio, least: Ratio, most: Ratio) -> Option<Ratio> {
	let left = Ratio::one().into_inner().checked_sub(h.into_inner())?;
	if left.is_zero() || least > most || least < m {
		return None;
	}
	let ratio = Ratio::from_inner(mul_div_ceil(m.into_inner(), Ratio::DIV, left)?);
	Some(ratio.max(least).min(most))
}

/// ⌈z·σ·√t⌉, rounded once. `None` if it leaves 128 bits.
fn scaled_deviation_ceil(z: Ratio, variance: Variance, time: u64) -> Option<Ratio> {
	let z = z.into_inner();
	// Below 2^(128 + 128 + 128 + 64).
	let square = U512::from(z)
		.checked_mul(z.into())?
		.checked_mul(variance.inner().into())?
		.checked_mul(time.into())?;
	let one = U512::from(Ratio::DIV).checked_mul(Ratio::DIV.into())?.checked_mul(MILLIS.into())?;
	root_ceil(quotient_ceil(square, one)?).map(Ratio::from_inner)
}
