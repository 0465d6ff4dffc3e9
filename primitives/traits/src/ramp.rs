//! How the ratios of a collateral asset move from old values to new ones.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use strata_numbers::{mul_div_ceil, mul_div_floor, Ratio};

use crate::{Moment, ParameterSet};

/// The ratios of a [`ParameterSet`] that a live book may follow.
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
pub struct Ratios {
	/// m: below it a vault is unsafe.
	pub liquidation: Ratio,
	/// i: below it nobody draws or withdraws.
	pub initial: Ratio,
	/// T: where a partial liquidation leaves a rung.
	pub target: Ratio,
}

impl Ratios {
	/// The ratios of `set`.
	pub const fn of(set: &ParameterSet) -> Self {
		Self {
			liquidation: set.liquidation_ratio,
			initial: set.initial_ratio,
			target: set.target_ratio,
		}
	}

	/// `set` with these ratios.
	pub const fn put_into(self, set: ParameterSet) -> ParameterSet {
		ParameterSet {
			liquidation_ratio: self.liquidation,
			initial_ratio: self.initial,
			target_ratio: self.target,
			..set
		}
	}
}

/// A move in a straight line: at `from` until `begins`, at `to` from `ends` on.
///
/// The conditions that relate the ratios ([`ParameterSet::validate`]) are linear: where both ends
/// hold together every instant between them does. m is rounded down, so that no vault is unsafe before
/// the line says so; i and T are rounded up, so that they keep their distance from m. Off by 10^−18 at
/// most, and exact at both ends.
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
pub struct Ramp {
	/// Where it begins.
	pub from: Ratios,
	/// Where it ends.
	pub to: Ratios,
	/// When it begins, milliseconds since 1970.
	pub begins: Moment,
	/// When it ends. Not before it begins.
	pub ends: Moment,
}

impl Ramp {
	/// The ratios at `now`. Total.
	pub fn at(&self, now: Moment) -> Ratios {
		if now >= self.ends {
			return self.to;
		}
		let passed = now.saturating_sub(self.begins);
		let length = self.ends.saturating_sub(self.begins);
		let between = |from: Ratio, to: Ratio, up: bool| {
			let (from, to) = (from.into_inner(), to.into_inner());
			// What is added to a rising value is rounded as the value, what is taken off the other way.
			let rises = to >= from;
			let rounded = if up == rises { mul_div_ceil } else { mul_div_floor };
			// Not beyond `to`, so it fits; a length of 0 has ended above.
			let way = rounded(from.abs_diff(to), passed.into(), length.into()).unwrap_or_default();
			Ratio::from_inner(if rises {
				from.saturating_add(way)
			} else {
				from.saturating_sub(way)
			})
		};
		Ratios {
			liquidation: between(self.from.liquidation, self.to.liquidation, false),
			initial: between(self.from.initial, self.to.initial, true),
			target: between(self.from.target, self.to.target, true),
		}
	}
}
