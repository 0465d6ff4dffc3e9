//! The yearly rate of a book, as a function of how much of it is lent.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_arithmetic::traits::CheckedAdd;
use sp_core::U512;

use crate::{
	muldiv::{product, quotient_ceil, RATIO_ONE},
	Ratio,
};

/// How the yearly rate of a book is found.
///
/// u is the utilisation: what is lent over the most that may be. Up to the kink the rate rises evenly
/// from the base to base + first slope, and from there to base + both slopes at u = 1.
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
pub enum RateModel {
	/// The same always.
	#[codec(index = 0)]
	Fixed(Ratio),
	/// It rises with the utilisation.
	#[codec(index = 1)]
	Utilisation {
		/// The rate while nothing is lent.
		base: Ratio,
		/// The utilisation at which the second slope begins; in (0, 1).
		kink: Ratio,
		/// What the rate rises by up to the kink.
		slope1: Ratio,
		/// What it rises by from there to a utilisation of 1.
		slope2: Ratio,
	},
}

impl RateModel {
	/// Whether the kink lies between 0 and 1 and the rate at the end fits.
	pub fn is_valid(&self) -> bool {
		let bent = match self {
			Self::Fixed(_) => true,
			Self::Utilisation { kink, .. } => {
				kink.into_inner() > 0 && kink.into_inner() < RATIO_ONE
			},
		};
		bent && self.most().is_some()
	}

	/// The rate while nothing is lent: no other is lower.
	pub const fn least(&self) -> Ratio {
		match self {
			Self::Fixed(rate) => *rate,
			Self::Utilisation { base, .. } => *base,
		}
	}

	/// The rate while all is lent: no other is higher. `None` if it does not fit.
	pub fn most(&self) -> Option<Ratio> {
		match self {
			Self::Fixed(rate) => Some(*rate),
			Self::Utilisation { base, slope1, slope2, .. } => {
				base.checked_add(slope1)?.checked_add(slope2)
			},
		}
	}

	/// The yearly rate with `lent` of at most `ceiling` lent, rounded up once, against the borrowers.
	///
	/// With k the kink: base + ⌈slope1·u/k⌉ up to it, base + slope1 + ⌈slope2·(u − k)/(1 − k)⌉ beyond.
	/// Exact at 0, at the kink and at 1; it never falls as `lent` rises, and lies between
	/// [`RateModel::least`] and [`RateModel::most`]. More than the ceiling, or a ceiling of 0, counts
	/// as a utilisation of 1.
	///
	/// `None` if the model is not valid.
	pub fn rate_ceil(&self, lent: u128, ceiling: u128) -> Option<Ratio> {
		let Self::Utilisation { base, kink, slope1, slope2 } = *self else {
			return self.most();
		};
		if !self.is_valid() {
			return None;
		}
		if lent >= ceiling {
			return self.most();
		}
		// u and k over the same divisor, `ceiling`·10^18: each below 2^256.
		let (used, bend) = (product(lent, RATIO_ONE), product(ceiling, kink.into_inner()));
		let (start, slope, way, length) = match used.checked_sub(bend) {
			None => (base, slope1, used, bend),
			Some(beyond) => {
				let rest = RATIO_ONE.checked_sub(kink.into_inner())?;
				(base.checked_add(&slope1)?, slope2, beyond, product(ceiling, rest))
			},
		};
		// `way` ≤ `length`, so the quotient is at most the slope.
		let risen = U512::from(way).checked_mul(slope.into_inner().into())?;
		let risen = quotient_ceil(risen, U512::from(length))?;
		start.checked_add(&Ratio::from_inner(risen))
	}
}
