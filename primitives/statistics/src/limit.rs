//! How far a value may move before somebody has to confirm it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;

use crate::variance::{Variance, MILLIS};

/// One, in basis points.
pub const BASIS_POINTS: u32 = 10_000;

/// One, in the decimals of a [`Variance`].
const VARIANCE_ONE: u128 = 10u128.pow(36);

/// A limit that grows with volatility and with the root of time.
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
pub struct LimitTerms {
	/// g_min, basis points. Above 0.
	pub least: u32,
	/// g_max, basis points. Not below `least`, and below 10 000: a fall by all of it is never small.
	pub most: u32,
	/// k_σ, how many deviations are usual.
	pub deviations: u32,
}

impl LimitTerms {
	/// Whether the terms hold together.
	pub const fn are_valid(&self) -> bool {
		0 < self.least && self.least <= self.most && self.most < BASIS_POINTS
	}

	/// L = clamp(max(g_min, k_σ·σ·√Δt), g_min, g_max) in basis points, after Δt = `elapsed`
	/// milliseconds, σ being that of a second.
	///
	/// k_σ·σ·√Δt is rounded once, down: what is let through unconfirmed is not overstated. It cannot
	/// overflow: 2^64·10^8·2^128·2^64 < 2^283.
	pub fn limit_floor(&self, variance: Variance, elapsed: u64) -> u32 {
		let scaled = u64::from(self.deviations).saturating_mul(BASIS_POINTS.into());
		let square = U512::from(scaled)
			.saturating_mul(scaled.into())
			.saturating_mul(variance.inner().into())
			.saturating_mul(elapsed.into());
		let one = U512::from(VARIANCE_ONE).saturating_mul(MILLIS.into());
		// ⌊√⌊x⌋⌋ = ⌊√x⌋.
		let usual = square.checked_div(one).unwrap_or_default().integer_sqrt();
		// Not `clamp`, which panics on bounds out of order.
		u32::try_from(usual).unwrap_or(u32::MAX).max(self.least).min(self.most)
	}
}
