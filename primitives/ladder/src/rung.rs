//! Where a vault stands.

use core::cmp::Ordering;

use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;

use crate::{logarithm::estimated_steps, Edge, RungKey};

/// Rung t: all κ = d/c in [g^t, g^(t+1)), g = 1.001. Greater is riskier.
///
/// Only rungs that some d and c of 128 bits reach exist, from [`Rung::MIN`] to [`Rung::MAX`]; no
/// other can be made or decoded.
#[derive(
	Clone, Copy, Debug, Encode, Eq, Hash, MaxEncodedLen, Ord, PartialEq, PartialOrd, TypeInfo,
)]
pub struct Rung(i32);

impl Rung {
	/// The safest rung: that of κ = 1/(2^128 − 1).
	pub const MIN: Self = Self(-88_768);

	/// The riskiest rung: that of κ = 2^128 − 1.
	pub const MAX: Self = Self(88_767);

	/// Rung `t`.
	///
	/// `None` outside [`Rung::MIN`] to [`Rung::MAX`].
	pub const fn new(t: i32) -> Option<Self> {
		if t < Self::MIN.0 || t > Self::MAX.0 {
			return None;
		}
		Some(Self(t))
	}

	/// t.
	pub const fn index(self) -> i32 {
		self.0
	}

	/// The rung of a vault: the greatest t whose edge ≤ d/c, exactly.
	///
	/// `debt_normalised` is debt divided by the rate index, `collateral` is in raw units. `None` if
	/// either is 0: a vault without debt has no rung, one without collateral must not exist.
	pub fn of(debt_normalised: u128, collateral: u128) -> Option<Self> {
		if debt_normalised == 0 {
			return None;
		}
		Self::new(step_of(U256::from(debt_normalised), U256::from(collateral))?)
	}

	/// The edge that belongs to the rung: the least κ that it holds.
	pub fn lower_edge(self) -> Edge {
		Edge::at(self.0)
	}

	/// The edge that belongs to the next rung: every κ that this rung holds is below.
	pub fn upper_edge(self) -> Edge {
		Edge::at(self.0.saturating_add(1))
	}

	/// Whether the rung is unsafe at the threshold κ* = `numerator/denominator`: whether its upper
	/// edge > κ*.
	///
	/// A denominator of 0 is a threshold beyond everything (debt that is worth nothing): nothing is
	/// unsafe then, whatever the numerator.
	pub fn is_unsafe(self, numerator: U256, denominator: U256) -> bool {
		self.upper_edge().compared_to(numerator, denominator) == Some(Ordering::Greater)
	}

	/// The safest rung that is unsafe at the threshold κ* = `numerator/denominator`; all riskier ones
	/// are unsafe too. A rung is unsafe iff it is not below this one.
	///
	/// `None` if no rung is unsafe: κ* lies beyond the upper edge of [`Rung::MAX`], or the
	/// denominator is 0. O(1): five dozen multiplications.
	pub fn threshold(numerator: U256, denominator: U256) -> Option<Self> {
		if denominator.is_zero() {
			return None;
		}
		if numerator.is_zero() {
			return Some(Self::MIN);
		}
		// edge(t) ≤ κ* < edge(t + 1): t is unsafe and t − 1 is not.
		let step = step_of(numerator, denominator)?;
		Self::new(step.max(Self::MIN.0))
	}

	/// The rung as a storage key: riskiest first.
	pub fn key(self) -> RungKey {
		RungKey::of(self)
	}
}

impl Decode for Rung {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		Self::new(i32::decode(input)?).ok_or_else(|| "rung outside the ladder".into())
	}
}

impl DecodeWithMemTracking for Rung {}

/// The greatest t with edge(t) ≤ numerator/denominator, for a numerator above 0. Beyond the ladder
/// it is the step before the first rung or the one after the last. `None` if the denominator is 0.
fn step_of(numerator: U256, denominator: U256) -> Option<i32> {
	if denominator.is_zero() {
		return None;
	}
	// The estimate is off by one at most, so that two comparisons settle it. If it was clamped, the
	// comparison on that side tells that κ lies beyond.
	let estimate = estimated_steps(numerator, denominator)
		.clamp(i64::from(Rung::MIN.0), i64::from(Rung::MAX.0));
	let estimate = i32::try_from(estimate).ok()?;
	let next = estimate.saturating_add(1);
	if Edge::at(next).compared_to(numerator, denominator)? != Ordering::Greater {
		return Some(next);
	}
	if Edge::at(estimate).compared_to(numerator, denominator)? != Ordering::Greater {
		return Some(estimate);
	}
	Some(estimate.saturating_sub(1))
}
