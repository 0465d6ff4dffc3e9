//! The panels of an appeal, who pays for it, and who gets what is left of that.
//!
//! The multipliers are those of Kleros v2; a side that does not fund does not lose by it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::mul_div_floor;

use crate::Balance;

/// Seats of a panel, at most.
pub const MAX_SEATS: u8 = 95;
/// Funders of a side of an appeal, at most.
pub const MAX_FUNDERS: u32 = 16;

/// The side of an appeal.
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
pub enum Stake {
	/// The party against which the ruling went.
	Losing,
	/// The other one.
	Prevailing,
}

/// Seats of the next panel: 2n + 1, so 5, 11, 23, 47, 95. `None` above [`MAX_SEATS`], and for none.
pub fn next_panel(seats: u8) -> Option<u8> {
	if seats == 0 {
		return None;
	}
	seats.checked_mul(2)?.checked_add(1).filter(|next| *next <= MAX_SEATS)
}

/// What a side must raise for an appeal that costs `cost` in fees: 3·cost if the ruling went against
/// it, else 2·cost. `None` on overflow.
pub fn required(side: Stake, cost: Balance) -> Option<Balance> {
	cost.checked_mul(match side {
		Stake::Losing => 3,
		Stake::Prevailing => 2,
	})
}

/// The least that a funder gives, if not less is missing: ⌈required/16⌉, so that [`MAX_FUNDERS`] of
/// the smallest raise it.
pub fn least_contribution(required: Balance) -> Balance {
	required.div_ceil(MAX_FUNDERS.into())
}

/// What a funder gets of what is left: ⌊pool·contribution/raised⌋. All of them together get no more
/// than the pool.
///
/// `None` if nothing was raised, or less than he contributed.
pub fn appeal_share(pool: Balance, contribution: Balance, raised: Balance) -> Option<Balance> {
	if contribution > raised {
		return None;
	}
	mul_div_floor(pool, contribution, raised)
}
