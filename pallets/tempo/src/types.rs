//! What a tempo is, which tempos there are, and which make no sense.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How fast a chain lives.
///
/// Blocks are counted at the target of one per slot, 6 s. Periods of the same name in
/// `pallet-referenda`'s `TrackInfo` mean the same here.
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
pub struct Tempo {
	/// Length of a session, which is a BABE epoch: slots.
	pub session_slots: u32,
	/// How long an equivocation can be reported, and how long a validator's bond stays after its owner
	/// has left: sessions.
	pub unbonding_sessions: u32,
	/// How long a referendum waits before it is decided: blocks.
	pub prepare_period: u32,
	/// How long a decision takes at most: blocks.
	pub decision_period: u32,
	/// How long a referendum must keep passing to be approved: blocks.
	pub confirm_period: u32,
	/// How long an approved proposal waits at least before it is enacted: blocks.
	pub min_enactment_period: u32,
	/// When a referendum that never came to be decided is dropped: blocks after its submission.
	pub undeciding_timeout: u32,
	/// How long a winning vote of conviction 1 stays locked after the referendum: blocks.
	pub vote_locking_period: u32,
	/// How long a motion of a council stays open: blocks.
	pub motion_duration: u32,
	/// What governance calls an hour: blocks. The delays before a parameter changes, the time after
	/// which what guardians did reverts, and everything else that is written down in hours is
	/// counted in these.
	pub governance_hour: u32,
}

/// Why a tempo is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TempoError {
	/// A session is shorter than [`Tempo::SHORTEST_SESSION`] or longer than
	/// [`Tempo::LONGEST_SESSION`].
	SessionOutOfRange,
	/// Fewer sessions than [`Tempo::SHORTEST_UNBONDING`] or more than
	/// [`Tempo::LONGEST_UNBONDING`].
	UnbondingOutOfRange,
	/// A period in blocks is zero or longer than [`Tempo::LONGEST_PERIOD`].
	PeriodOutOfRange,
	/// A confirmation that does not fit into the decision: nothing could ever be approved.
	ConfirmationLongerThanDecision,
	/// A referendum would be dropped before it may be decided.
	TimeoutWithinPreparation,
	/// Those who voted for a proposal could be gone when it is enacted.
	VoteUnlockedBeforeEnactment,
	/// An hour of governance is no block, or more than [`Tempo::LONGEST_GOVERNANCE_HOUR`].
	GovernanceHourOutOfRange,
}

const MINUTE: u32 = 10;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

impl Tempo {
	/// Least [`Tempo::session_slots`]: one minute. Below it, a few empty slots would skip epochs.
	pub const SHORTEST_SESSION: u32 = MINUTE;
	/// Largest [`Tempo::session_slots`]: one week.
	pub const LONGEST_SESSION: u32 = 7 * DAY;
	/// Least [`Tempo::unbonding_sessions`]. What a validator signed in a session can be proven with
	/// that session's root only, and it is elected one session ahead: below three, a validator
	/// could be gone before its offence is known.
	pub const SHORTEST_UNBONDING: u32 = 3;
	/// Largest [`Tempo::unbonding_sessions`]: it bounds the historical roots that are kept.
	pub const LONGEST_UNBONDING: u32 = 10_000;
	/// Largest period: 365 days of blocks.
	pub const LONGEST_PERIOD: u32 = 365 * DAY;
	/// Largest [`Tempo::governance_hour`]: an hour.
	pub const LONGEST_GOVERNANCE_HOUR: u32 = HOUR;
	/// How many hours a delay of governance may have: ten years. With it, and the longest hour, a
	/// delay fits into 32 bits of blocks.
	pub const MOST_GOVERNANCE_HOURS: u32 = 10 * 365 * 24;
	/// One slot: milliseconds. Blocks are counted at one per slot.
	pub const SLOT_MILLIS: u64 = 6_000;

	/// For development and tests: sessions of 50 slots (5 minutes), and a referendum that passes is
	/// enacted within 17 blocks of its submission. An hour of governance is a block.
	pub const fn fast() -> Self {
		Self {
			session_slots: 50,
			unbonding_sessions: 12,
			prepare_period: 2,
			decision_period: 10,
			confirm_period: 3,
			min_enactment_period: 2,
			undeciding_timeout: 50,
			vote_locking_period: 10,
			motion_duration: 20,
			governance_hour: 1,
		}
	}

	/// For a chain that others rely on: sessions of 2,400 slots (4 hours), unbonding of 28 days,
	/// governance in days.
	pub const fn live() -> Self {
		Self {
			session_slots: 2_400,
			unbonding_sessions: 168,
			prepare_period: 2 * HOUR,
			decision_period: 14 * DAY,
			confirm_period: DAY,
			min_enactment_period: 2 * DAY,
			undeciding_timeout: 14 * DAY,
			vote_locking_period: 7 * DAY,
			motion_duration: 3 * DAY,
			governance_hour: HOUR,
		}
	}

	/// Whether a chain can live at this tempo.
	///
	/// # Errors
	/// The first [`TempoError`] found.
	pub fn check(&self) -> Result<(), TempoError> {
		use TempoError::*;
		let ensure = |holds: bool, error| if holds { Ok(()) } else { Err(error) };

		let sessions = Self::SHORTEST_SESSION..=Self::LONGEST_SESSION;
		ensure(sessions.contains(&self.session_slots), SessionOutOfRange)?;
		let unbonding = Self::SHORTEST_UNBONDING..=Self::LONGEST_UNBONDING;
		ensure(unbonding.contains(&self.unbonding_sessions), UnbondingOutOfRange)?;
		let periods = 1..=Self::LONGEST_PERIOD;
		ensure(self.periods().iter().all(|period| periods.contains(period)), PeriodOutOfRange)?;
		let confirmable = self.confirm_period <= self.decision_period;
		ensure(confirmable, ConfirmationLongerThanDecision)?;
		ensure(self.prepare_period < self.undeciding_timeout, TimeoutWithinPreparation)?;
		ensure(self.min_enactment_period <= self.vote_locking_period, VoteUnlockedBeforeEnactment)?;
		let hours = 1..=Self::LONGEST_GOVERNANCE_HOUR;
		ensure(hours.contains(&self.governance_hour), GovernanceHourOutOfRange)
	}

	/// Every period that is counted in blocks.
	const fn periods(&self) -> [u32; 7] {
		[
			self.prepare_period,
			self.decision_period,
			self.confirm_period,
			self.min_enactment_period,
			self.undeciding_timeout,
			self.vote_locking_period,
			self.motion_duration,
		]
	}
}

impl Default for Tempo {
	/// [`Tempo::live`]: a chain that says nothing must not have hasty governance.
	fn default() -> Self {
		Self::live()
	}
}
