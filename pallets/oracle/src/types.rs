//! What a report says, what it comes to, and what is known of who made it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::{mul_div_floor, Price};
use strata_statistics::{Class, Covolatility, VolatilityTerms};
use strata_traits::{Balance, Enforced, FeedId, Moment};

use crate::{
	conduct::{Attendance, Strikes},
	config::{Classes, Members},
};

/// What a feeder says of one feed.
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
pub struct Report {
	/// The feed.
	pub feed: FeedId,
	/// The price: USD per whole unit.
	pub value: Price,
	/// The feeder's own uncertainty: the price is `value ± half_width`. At most `value`.
	pub half_width: Price,
	/// When the price was observed, milliseconds since 1970.
	pub observed_at: Moment,
}

/// A feeder's latest report to one feed.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct StoredReport<AccountId> {
	/// Who reported.
	pub feeder: AccountId,
	/// The feeder's class, in a feed with classes.
	pub class: Class,
	/// The price: USD per whole unit.
	pub value: Price,
	/// The feeder's own uncertainty.
	pub half_width: Price,
	/// When the price was observed; never after `received_at`.
	pub observed_at: Moment,
	/// Time of the block that the report was received in.
	pub received_at: Moment,
	/// Since when its feeder has been far off what the others say, as they have not borne it out; `None`
	/// if the report was near them when it came. After a strike the time starts over.
	pub doubted_since: Option<Moment>,
}

/// What one report of a batch came to, as the feeder's record takes note of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// The feed.
	pub feed: FeedId,
	/// Whether the feeder's last report, which this one replaces, was an outlier: far off when it came,
	/// not borne out by what the others have said since, and taken back now or insisted on for longer
	/// than [`grace`](crate::conduct::grace). A strike. So nobody is struck for being the first to see a
	/// jump, however often it reports before the others follow.
	pub outlier: bool,
	/// Whether the feed has a quorum with the report. Only then it earns something, and only if it is
	/// no outlier.
	pub counted: bool,
	/// What reports to the feed earn for each `expected_every`, in units of STRA: the feed's `reward`.
	pub reward: Balance,
	/// For how long up to now the feeder had no fresh report to the feed although a quorum reported,
	/// milliseconds: now − max(expiry of its last report, when the quorum came about that has held
	/// until now, when the time to live was shortened last). 0 if that is not positive, if it had no
	/// report, or if there was no quorum just before this one. So nobody answers for a halt of the
	/// chain, for a source that fails everybody, or for terms that were others then.
	pub silent_for: Moment,
	/// How long ago the feeder's last report to the feed was received, milliseconds; 0 if it had none.
	pub since_last: Moment,
	/// How long a report to the feed counts, milliseconds: the feed's time to live.
	pub expected_every: Moment,
}

impl Outcome {
	/// What the report earns, if it does: ⌊reward · min(since_last, expected_every) / expected_every⌋.
	/// `None` on overflow, or for a feed on which reports never count.
	pub fn due(&self) -> Option<Balance> {
		let time = self.since_last.min(self.expected_every);
		mul_div_floor(self.reward, time.into(), self.expected_every.into())
	}
}

/// What is known of a feeder: what it answers with, how it has done of late, what it is owed.
#[derive(
	Clone,
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
pub struct Feeder {
	/// The bond in units of STRA, on hold in the feeder's account.
	pub amount: Balance,
	/// Cases before the court that it answers in. The record stays while there is one.
	pub cases: u32,
	/// When the bond may be withdrawn, if the feeder has given notice.
	pub leaving: Option<Moment>,
	/// Until when the feeder is in jail. It stays set until the feeder takes up its work again.
	pub jailed_until: Option<Moment>,
	/// Its outliers of the last day.
	pub strikes: Strikes,
	/// How much of the last day it was silent.
	pub attendance: Attendance,
	/// Whether it was warned that it is silent too much, and still is.
	pub warned: bool,
	/// Rewards that are owed to it, in units of STRA.
	pub earned: Balance,
}

impl Feeder {
	/// Whether nothing depends on the record any more.
	pub fn is_over(&self) -> bool {
		self.amount == 0 && self.cases == 0 && self.earned == 0
	}
}

/// What a feeder is jailed for.
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
pub enum Offence {
	/// Too many outliers within a day.
	Outliers,
	/// Without a fresh report for too much of a day, while others had one.
	Silence,
}

/// A case before the court against a feeder.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct OpenCase<AccountId> {
	/// The respondent.
	pub feeder: AccountId,
	/// What the ruling achieved, once it was carried out.
	pub enforced: Option<Enforced>,
}

/// Members that a feed is to have.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct PendingMembers<AccountId, Block> {
	/// From which block on the change can be carried out.
	pub at: Block,
	/// The members, sorted.
	pub members: Members<AccountId>,
	/// Fresh reports needed for a price then.
	pub quorum: u32,
	/// The classes of the members then.
	pub classes: Option<Classes<AccountId>>,
}

/// How the prices of two feeds move together.
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
pub struct Pair {
	/// How that is estimated.
	pub terms: VolatilityTerms,
	/// What was observed so far: nothing as long as both had no price at one time.
	pub observed: Option<Covolatility>,
}
