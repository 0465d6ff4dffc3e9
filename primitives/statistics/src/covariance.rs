//! Exponentially weighted covariance of the relative changes of two values, on common times.

use core::cmp::Ordering;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{FixedI128, FixedPointNumber};
use sp_core::{U256, U512};
use strata_numbers::Ratio;

use crate::{
	change,
	decay::{Decay, ONE},
	root::{quotient_ceil, root_ceil, root_floor},
	variance::{Variance, VolatilityTerms, MILLIS},
	Change,
};

/// Covariance of the relative changes of two values, per second. 36 decimals, up to ±170.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub struct Covariance(i128);

impl Covariance {
	/// A covariance from its value with 36 decimals.
	pub const fn from_inner(inner: i128) -> Self {
		Self(inner)
	}

	/// The value with 36 decimals.
	pub const fn inner(self) -> i128 {
		self.0
	}

	/// λ·cov + (1 − λ)·r·s/Δt after changes r and s of both values in the same Δt = `elapsed`
	/// milliseconds, as [`Variance::updated_ceil`] for one.
	///
	/// Rounded towards +∞, so that what falls together is never thought to fall apart: never below
	/// the exact value. `None` for no time or no half-life, or on overflow.
	pub fn updated_ceil(self, r: Change, s: Change, elapsed: u64, half_life: u64) -> Option<Self> {
		let moved = Signed::product(r.into_inner(), s.into_inner())?.times(MILLIS.into())?;
		let held = Signed::product(self.0, 1)?.times(elapsed.into())?;
		let decay = Decay::over(elapsed, half_life)?;
		let kept = if held >= moved { decay.most } else { decay.least };
		let sum = held.times(kept)?.plus(moved.times(ONE.checked_sub(kept)?)?)?;
		sum.quotient_ceil(U512::from(elapsed).checked_mul(ONE.into())?).map(Self)
	}

	/// The same, cut to ±⌊√(var·var)⌋: what the inequality of Cauchy and Schwarz leaves. The variances
	/// are estimated on other times than the covariance is, and all are rounded.
	///
	/// The square of the result never exceeds the product of both variances. Any two values so treated
	/// have a covariance matrix without a negative eigenvalue; three or more need not.
	pub fn bounded(self, one: Variance, other: Variance) -> Self {
		let bound = root_floor(product(one.inner(), other.inner()));
		let bound = i128::try_from(bound).unwrap_or(i128::MAX);
		Self(self.0.clamp(bound.saturating_neg(), bound))
	}

	/// cov/√(var·var) in [−1, 1], rounded once, towards +∞.
	///
	/// `None` if a variance is 0: there is no correlation with what does not move. Whoever needs one
	/// for risk takes 1.
	pub fn correlation_ceil(self, one: Variance, other: Variance) -> Option<FixedI128> {
		let size = self.bounded(one, other).0.unsigned_abs();
		let square = U512::from(product(size, size))
			.checked_mul(Ratio::DIV.into())?
			.checked_mul(Ratio::DIV.into())?;
		let variances = U512::from(product(one.inner(), other.inner()));
		let root = if self.0 < 0 {
			let floor = square.checked_div(variances)?.integer_sqrt();
			i128::try_from(u128::try_from(floor).ok()?).ok()?.checked_neg()?
		} else {
			i128::try_from(root_ceil(quotient_ceil(square, variances)?)?).ok()?
		};
		Some(FixedI128::from_inner(root))
	}
}

/// The last values of two feeds at one time, and the covariance of their changes so far.
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
pub struct Covolatility {
	/// The last values observed, each in the unit of its feed.
	pub values: [u128; 2],
	/// When both held, milliseconds since the epoch.
	pub at: u64,
	/// Covariance of their changes up to then. Not bounded by any variances.
	pub covariance: Covariance,
}

impl Covolatility {
	/// Starts at two values, uncorrelated.
	pub const fn starting(values: [u128; 2], at: u64) -> Self {
		Self { values, at, covariance: Covariance(0) }
	}

	/// After both values held at `now`. The same, if less than the interval has passed: over times
	/// shorter than that between two reports of a feed, correlation is lost (Epps).
	///
	/// `None` where [`change`](crate::change()) or [`Covariance::updated_ceil`] is.
	pub fn observed(self, values: [u128; 2], now: u64, terms: &VolatilityTerms) -> Option<Self> {
		let elapsed = now.saturating_sub(self.at);
		if elapsed < terms.interval.max(1) {
			return Some(self);
		}
		let [one, other] = self.values;
		let r = change(one, values[0], terms.clip)?;
		let s = change(other, values[1], terms.clip)?;
		let covariance = self.covariance.updated_ceil(r, s, elapsed, terms.half_life)?;
		Some(Self { values, at: now, covariance })
	}
}

/// a·b, exactly.
fn product(a: u128, b: u128) -> U256 {
	// Below 2^256.
	U256::from(a).saturating_mul(b.into())
}

/// An integer with a sign.
#[derive(Clone, Copy, Eq, PartialEq)]
struct Signed {
	negative: bool,
	size: U512,
}

impl Signed {
	/// a·b.
	fn product(a: i128, b: i128) -> Option<Self> {
		let size = U512::from(product(a.unsigned_abs(), b.unsigned_abs()));
		Some(Self { negative: (a < 0) != (b < 0) && !size.is_zero(), size })
	}

	/// The product with a factor.
	fn times(self, factor: u128) -> Option<Self> {
		let size = self.size.checked_mul(factor.into())?;
		Some(Self { negative: self.negative && !size.is_zero(), size })
	}

	/// The sum.
	fn plus(self, other: Self) -> Option<Self> {
		if self.negative == other.negative {
			return Some(Self { size: self.size.checked_add(other.size)?, ..self });
		}
		let (large, small) = if self.size >= other.size { (self, other) } else { (other, self) };
		let size = large.size.checked_sub(small.size)?;
		Some(Self { negative: large.negative && !size.is_zero(), size })
	}

	/// The quotient, rounded towards +∞.
	fn quotient_ceil(self, d: U512) -> Option<i128> {
		let size =
			if self.negative { self.size.checked_div(d)? } else { quotient_ceil(self.size, d)? };
		let size = i128::try_from(u128::try_from(size).ok()?).ok()?;
		if self.negative {
			size.checked_neg()
		} else {
			Some(size)
		}
	}
}

impl PartialOrd for Signed {
	fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
		Some(match (self.negative, other.negative) {
			(false, true) => Ordering::Greater,
			(true, false) => Ordering::Less,
			(false, false) => self.size.cmp(&other.size),
			(true, true) => other.size.cmp(&self.size),
		})
	}
}
