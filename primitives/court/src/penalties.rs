//! What a juror loses of a seat's deposit, and which losses must not be less than which.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_arithmetic::{PerThing, Perbill};
use strata_numbers::mul_div_ceil;

use crate::Balance;

/// [`Perbill::one`] in parts.
const ONE: u64 = Perbill::ACCURACY as u64;

/// Shares of a seat's deposit that are lost, by what the juror did.
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
pub struct Penalties {
	/// For an incoherent vote if no fewer were incoherent than coherent.
	pub least: Perbill,
	/// For an incoherent vote, at the limit of one among many.
	pub most: Perbill,
	/// For no commitment.
	pub no_commit: Perbill,
	/// For a commitment that was not revealed.
	pub no_reveal: Perbill,
	/// For a vote that somebody else revealed before its time.
	pub denounced: Perbill,
	/// What who revealed it gets, as a share of what is slashed.
	pub bounty: Perbill,
}

impl Default for Penalties {
	/// 20 % to 60 %, 30 %, 75 %, 100 % with a bounty of 25 %.
	fn default() -> Self {
		Self {
			least: Perbill::from_percent(20),
			most: Perbill::from_percent(60),
			no_commit: Perbill::from_percent(30),
			no_reveal: Perbill::from_percent(75),
			denounced: Perbill::from_percent(100),
			bounty: Perbill::from_percent(25),
		}
	}
}

/// Why penalties would make something else pay than to vote honestly.
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
pub enum PenaltyError {
	/// One of them is more than everything.
	AboveOne,
	/// The least for an incoherent vote is above the most.
	LeastAboveMost,
	/// To denounce oneself and to collect the bounty would be cheaper than not to reveal:
	/// denounced·(1 − bounty) < no_reveal.
	DenouncedTooLow,
	/// Not to reveal a losing vote would be cheaper than to reveal it: no_reveal < most.
	NoRevealTooLow,
	/// Not to vote would be cheaper than to vote for a juror who is sure to one half:
	/// no_commit < (1 − ½)·most.
	NoCommitTooLow,
}

impl Penalties {
	/// Checks the orderings, exactly.
	///
	/// They hold to the unit for what [`slash`] makes of them, whatever the deposit, if the bounty is
	/// rounded down.
	///
	/// # Errors
	/// The first one that does not hold, in the order of [`PenaltyError`].
	pub fn validate(&self) -> Result<(), PenaltyError> {
		let shares = self.parts();
		let [least, most, no_commit, no_reveal, denounced, bounty] = shares;
		// Serde does not look at what it reads.
		if shares.iter().any(|share| *share > ONE) {
			return Err(PenaltyError::AboveOne);
		}
		if least > most {
			return Err(PenaltyError::LeastAboveMost);
		}
		// All are at most 10^9, so that no product leaves 64 bits.
		let kept = denounced.saturating_mul(ONE.saturating_sub(bounty));
		if kept < no_reveal.saturating_mul(ONE) {
			return Err(PenaltyError::DenouncedTooLow);
		}
		if no_reveal < most {
			return Err(PenaltyError::NoRevealTooLow);
		}
		if no_commit.saturating_mul(2) < most {
			return Err(PenaltyError::NoCommitTooLow);
		}
		Ok(())
	}

	/// For an incoherent vote: least + (most − least)·(winning − losing)/revealed, rounded up to a
	/// billionth.
	///
	/// The clearer the case was, the more. `winning` are the coherent votes and `losing` the others;
	/// it is never below `least`, also if more lost than won or none revealed, nor above `most`.
	pub fn incoherent(&self, winning: u32, losing: u32, revealed: u32) -> Perbill {
		let margin = winning.saturating_sub(losing).min(revealed);
		let span = self.most.deconstruct().saturating_sub(self.least.deconstruct());
		let more = mul_div_ceil(span.into(), margin.into(), revealed.into())
			.and_then(|more| u32::try_from(more).ok())
			.unwrap_or(0);
		Perbill::from_parts(self.least.deconstruct().saturating_add(more))
	}

	/// All shares in parts, in the order in which they are declared.
	fn parts(&self) -> [u64; 6] {
		let Self { least, most, no_commit, no_reveal, denounced, bounty } = *self;
		[least, most, no_commit, no_reveal, denounced, bounty]
			.map(|share| share.deconstruct().into())
	}
}

/// What a share of a seat's deposit is: ⌈d·s⌉, never more than the deposit.
pub fn slash(deposit: Balance, share: Perbill) -> Balance {
	// A share that is not above one does not leave 128 bits.
	mul_div_ceil(deposit, share.deconstruct().into(), ONE.into())
		.map_or(deposit, |slashed| slashed.min(deposit))
}
