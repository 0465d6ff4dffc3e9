//! Exponentially weighted variance of the relative changes of one value.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::{U256, U512};
use strata_numbers::Ratio;

use crate::{
	change,
	decay::{Decay, ONE},
	root::{quotient_ceil, root_ceil},
	Change, LARGEST_CLIP,
};

/// Milliseconds in a second.
pub(crate) const MILLIS: u64 = 1_000;

/// Variance of the relative change of a value, per second: σ². 36 decimals, up to 340.
///
/// 50 % a year is 0.25/31 536 000, about 8·10^−9. The root of the variance of a time has 18 decimals,
/// as a ratio.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct Variance(u128);

impl Variance {
	/// A variance from its value with 36 decimals.
	pub const fn from_inner(inner: u128) -> Self {
		Self(inner)
	}

	/// The value with 36 decimals.
	pub const fn inner(self) -> u128 {
		self.0
	}

	/// ⌈λ·σ² + (1 − λ)·r²/Δt⌉ after a change r in Δt = `elapsed` milliseconds, λ being what is left of
	/// a weight after Δt: the exponentially weighted moving average of *RiskMetrics—Technical Document*
	/// (J.P. Morgan/Reuters, 4th edition, 1996, section 5.2), for changes at uneven times.
	///
	/// Never below the exact value: of the bounds of λ that one is taken which makes the result
	/// larger, and the quotient is rounded up once. It lies between σ² and r²/Δt, or above by one
	/// unit. `None` for no time or no half-life, or on overflow.
	pub fn updated_ceil(self, r: Change, elapsed: u64, half_life: u64) -> Option<Self> {
		let r = r.into_inner().unsigned_abs();
		// r²/Δt per second, times Δt in milliseconds.
		let moved = U256::from(r).checked_mul(r.into())?.checked_mul(MILLIS.into())?;
		let held = U256::from(self.0).checked_mul(elapsed.into())?;
		let decay = Decay::over(elapsed, half_life)?;
		let kept = if held >= moved { decay.most } else { decay.least };
		let sum = U512::from(held)
			.checked_mul(kept.into())?
			.checked_add(U512::from(moved).checked_mul(ONE.checked_sub(kept)?.into())?)?;
		let variance = quotient_ceil(sum, U512::from(elapsed).checked_mul(ONE.into())?)?;
		u128::try_from(variance).ok().map(Self)
	}

	/// ⌈σ·√t⌉ for t = `time` milliseconds: the deviation of the change over that time. 18 decimals.
	///
	/// Rounded once. `None` on overflow, beyond 10^20.
	pub fn deviation_ceil(self, time: u64) -> Option<Ratio> {
		let variance = U512::from(self.0).checked_mul(time.into())?;
		root_ceil(quotient_ceil(variance, MILLIS.into())?).map(Ratio::from_inner)
	}
}

/// How a variance is estimated.
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
pub struct VolatilityTerms {
	/// Time after which an observation weighs half, seconds. Above 0.
	pub half_life: u64,
	/// The largest change that counts, either way. Above 0, up to [`LARGEST_CLIP`].
	pub clip: Ratio,
	/// Shortest time between two observations, milliseconds. What comes sooner is skipped, and its
	/// change is part of the next one. Above 0.
	pub interval: u64,
}

impl VolatilityTerms {
	/// Whether the terms hold together.
	pub fn are_valid(&self) -> bool {
		let clip = self.clip.into_inner();
		self.half_life > 0 && 0 < clip && self.clip <= LARGEST_CLIP && self.interval > 0
	}
}

/// A value that was accepted last, and the variance of its changes so far.
///
/// Only accepted values belong here: a spike that was never confirmed must not widen the gate. After a
/// gap of many half-lives the variance is that of the one change over it, clipped.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Volatility {
	/// The last value observed, in the unit of the feed.
	pub value: u128,
	/// When, milliseconds since the epoch.
	pub at: u64,
	/// Variance of the changes up to then.
	pub variance: Variance,
}

impl Volatility {
	/// Starts at a value, with a variance to begin with.
	pub const fn starting(value: u128, at: u64, variance: Variance) -> Self {
		Self { value, at, variance }
	}

	/// After `value` was accepted at `now`. The same, if less than the interval has passed.
	///
	/// `None` where [`change`](crate::change()) or [`Variance::updated_ceil`] is.
	pub fn observed(self, value: u128, now: u64, terms: &VolatilityTerms) -> Option<Self> {
		let elapsed = now.saturating_sub(self.at);
		if elapsed < terms.interval.max(1) {
			return Some(self);
		}
		let r = change(self.value, value, terms.clip)?;
		let variance = self.variance.updated_ceil(r, elapsed, terms.half_life)?;
		Some(Self { value, at: now, variance })
	}
}
