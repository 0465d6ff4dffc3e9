//! What is kept of validators and of those who want to be.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec, PalletError};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{ArithmeticError, DispatchError};
use sp_staking::SessionIndex;
use strata_validators::{Balance, Seats};

/// Most parts of a bond that are on their way out at once. A further one waits with the last.
pub const MAX_UNBONDING: u32 = 16;

/// Longest jail, in sessions.
pub const LONGEST_JAIL: SessionIndex = 10_000;

/// What governance sets.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
	/// Validators at most. Founders have a seat even if they are more.
	pub seats: u32,
	/// Validators at least: nobody chills, leaves or is taken out below it.
	pub least: u32,
	/// The least bond of who is no founder, in units of STRA.
	pub bond: Balance,
	/// For how many sessions who offended or made no blocks may not stand.
	pub jail: SessionIndex,
	/// What is issued to the author of a block on top of its fees, in units of STRA.
	pub issuance: Balance,
}

/// Why terms are refused.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PalletError,
	PartialEq,
	TypeInfo,
)]
pub enum TermsError {
	/// No seat, or more than consensus can have.
	SeatsOutOfRange,
	/// The least set is empty, or larger than the seats.
	LeastOutOfRange,
	/// Candidates would answer with nothing.
	NoBond,
	/// No jail, or one longer than [`LONGEST_JAIL`].
	JailOutOfRange,
	/// More would be issued than the runtime allows.
	IssuanceTooHigh,
}

impl Terms {
	/// Whether a chain can live with them, if it has so many validators and issues so much at most.
	///
	/// # Errors
	/// The first [`TermsError`] found.
	pub fn check(&self, validators: u32, issuance: Balance) -> Result<(), TermsError> {
		use TermsError::*;
		let ensure = |holds: bool, error| if holds { Ok(()) } else { Err(error) };
		ensure(self.seats > 0 && self.seats <= validators, SeatsOutOfRange)?;
		ensure(self.least > 0 && self.least <= self.seats, LeastOutOfRange)?;
		ensure(self.bond > 0, NoBond)?;
		ensure(self.jail > 0 && self.jail <= LONGEST_JAIL, JailOutOfRange)?;
		ensure(self.issuance <= issuance, IssuanceTooHigh)
	}

	/// What an election needs to know.
	pub(crate) fn election(&self) -> Seats {
		Seats { most: self.seats.try_into().unwrap_or(usize::MAX), bond: self.bond }
	}
}

/// Whether a candidate stands for election.
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
	PartialEq,
	TypeInfo,
)]
pub enum Status {
	/// It does.
	Standing,
	/// It does not, by its own wish, or because it was jailed, displaced or retired.
	Chilled,
	/// It has left, or was never there: what it has here is on its way out.
	#[default]
	Left,
}

/// A part of a bond on its way out.
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
pub struct Unbonding {
	/// How much, in units of STRA.
	pub amount: Balance,
	/// The last session that it answers for.
	pub last: SessionIndex,
}

/// What is kept of an account that has, or had, a bond or a founder's seat.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Candidate {
	/// Whether it stands.
	pub status: Status,
	/// Whether the chain was born with it, and neither it nor governance nor an offence has ended that.
	pub founder: bool,
	/// The session from which on it may stand. In the past unless it is in jail.
	pub jailed_until: SessionIndex,
	/// What it answers with, in units of STRA.
	pub bond: Balance,
	/// What is on its way out and answers for the past, the earliest first.
	pub unbonding: BoundedVec<Unbonding, ConstU32<MAX_UNBONDING>>,
}

impl Candidate {
	/// All that is on hold for it.
	pub fn held(&self) -> Result<Balance, DispatchError> {
		self.sum(|_| true)
	}

	/// All that answers for an offence in `session`.
	pub fn answering(&self, session: SessionIndex) -> Result<Balance, DispatchError> {
		self.sum(|part| part.last >= session)
	}

	fn sum(&self, counts: impl Fn(&Unbonding) -> bool) -> Result<Balance, DispatchError> {
		let parts = self.unbonding.iter().filter(|part| counts(part));
		let sum = parts.map(|part| part.amount).try_fold(self.bond, Balance::checked_add);
		Ok(sum.ok_or(ArithmeticError::Overflow)?)
	}

	/// Puts `amount` of what is no longer bonded on its way out. It answers for sessions up to `last`.
	///
	/// # Errors
	/// On overflow.
	pub(crate) fn send_out(
		&mut self,
		amount: Balance,
		last: SessionIndex,
	) -> Result<(), DispatchError> {
		if amount == 0 {
			return Ok(());
		}
		let is_full = self.unbonding.is_full();
		if let Some(latest) = self.unbonding.last_mut().filter(|part| is_full || part.last == last)
		{
			latest.amount = latest.amount.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			latest.last = latest.last.max(last);
			return Ok(());
		}
		let pushed = self.unbonding.try_push(Unbonding { amount, last });
		Ok(pushed.map_err(|_| ArithmeticError::Overflow)?)
	}

	/// Takes out what answers for no session from `first` on any more, and says how much that is.
	///
	/// # Errors
	/// On overflow.
	pub(crate) fn take_due(&mut self, first: SessionIndex) -> Result<Balance, DispatchError> {
		let due = self.unbonding.iter().filter(|part| part.last < first);
		let sum = due.map(|part| part.amount).try_fold(0, Balance::checked_add);
		self.unbonding.retain(|part| part.last >= first);
		Ok(sum.ok_or(ArithmeticError::Overflow)?)
	}

	/// Takes up to `amount` for an offence in `session`: of the bond first, then of what went out last.
	/// Says how much there was.
	pub(crate) fn take_slashed(&mut self, session: SessionIndex, amount: Balance) -> Balance {
		let answering = self.unbonding.iter_mut().rev().filter(|part| part.last >= session);
		let parts = core::iter::once(&mut self.bond).chain(answering.map(|part| &mut part.amount));
		let mut left = amount;
		for part in parts {
			let taken = left.min(*part);
			*part = part.saturating_sub(taken);
			left = left.saturating_sub(taken);
		}
		self.unbonding.retain(|part| part.amount > 0);
		amount.saturating_sub(left)
	}

	/// Whether nothing is left to be kept in session `now`.
	pub(crate) fn is_spent(&self, now: SessionIndex) -> bool {
		let is_out = self.status != Status::Standing && !self.founder;
		is_out && self.bond == 0 && self.unbonding.is_empty() && self.jailed_until <= now
	}
}

/// What a validator was found guilty of in one session, of whatever kind and however often.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Conviction<AccountId> {
	/// Who.
	pub who: AccountId,
	/// What answered for that session when the first offence in it was reported, in units of STRA.
	pub answering: Balance,
	/// How much of that it has been charged: at most all.
	pub charged: Balance,
}

/// Why a validator was jailed.
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
pub enum Cause {
	/// It made no block for some sessions.
	Silence,
	/// It has offended.
	Offence,
}
