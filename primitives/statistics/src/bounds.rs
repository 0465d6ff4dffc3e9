//! The hard bounds of a feed, and what it means that a price is beyond them.
//!
//! A bound is a circuit breaker, not a price. A value beyond it is refused, never replaced by the bound
//! (Chainlink's minAnswer, LUNA, May 2022: the feed stood at 0.107 while the market went to nothing,
//! and lenders paid out on it); and when a quorum is beyond it, that is a state with a name.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{band::quorum_until, Report, Side};

/// The least and the greatest value that a feed can have, both included.
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
pub struct Bounds {
	/// The least.
	pub least: u128,
	/// The greatest.
	pub most: u128,
}

impl Bounds {
	/// Whether a value can lie between them, and none is 0: a price of nothing is no price.
	pub const fn are_valid(&self) -> bool {
		0 < self.least && self.least < self.most
	}

	/// On which side a value lies beyond the bounds. `None`: on neither.
	pub const fn beyond(&self, value: u128) -> Option<Side> {
		if value < self.least {
			Some(Side::Below)
		} else if value > self.most {
			Some(Side::Above)
		} else {
			None
		}
	}

	/// On which side a quorum of the reports that are fresh at `now` lies beyond the bounds, and until
	/// when that is so, milliseconds since the epoch. `None` if there is no such quorum.
	///
	/// f liars of 3f + 1 cannot make a quorum of 2f + 1.
	pub fn broken(
		&self,
		reports: &[Report],
		quorum: u32,
		time_to_live: u64,
		now: u64,
	) -> Option<(Side, u64)> {
		[Side::Below, Side::Above].into_iter().find_map(|side| {
			let beyond = |value| self.beyond(value) == Some(side);
			Some((side, quorum_until(reports, quorum, time_to_live, now, beyond)?))
		})
	}
}
