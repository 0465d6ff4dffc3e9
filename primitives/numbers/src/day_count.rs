//! Day-count fractions: the share of a year that a period is.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;

use crate::{
	muldiv::{product, quotient_floor, RATIO_ONE},
	Ratio,
};

/// Milliseconds in a day.
const DAY: u128 = 86_400_000;

/// How a contract turns elapsed time into a share of a year.
///
/// Time is the milliseconds between two contractual dates, so periods of minutes are as exact as
/// months, and where both dates are midnights the result is that of whole days.
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
pub enum DayCount {
	/// Actual days over a fixed year of 365 days.
	Act365Fixed,
	/// Actual days over a year of 360 days.
	Act360,
}

impl DayCount {
	/// Milliseconds in this convention's year.
	pub const fn year(self) -> u128 {
		// Both products are far below 2^128.
		match self {
			Self::Act365Fixed => DAY.saturating_mul(365),
			Self::Act360 => DAY.saturating_mul(360),
		}
	}

	/// ⌊balance · yearly · millis / year⌋: simple interest, one multiply-divide, rounded down.
	///
	/// `None` if it leaves 128 bits.
	pub fn interest_floor(self, balance: u128, yearly: Ratio, millis: u64) -> Option<u128> {
		let n =
			U512::from(product(balance, yearly.into_inner())).checked_mul(U512::from(millis))?;
		quotient_floor(n, U512::from(product(RATIO_ONE, self.year())))
	}
}
