//! What a feed is, what a report says, and when the two hold together.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec, PalletError};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::Zero;
use strata_numbers::Price;
use strata_traits::{Balance, Enforced, FeedId, Moment};

/// Most feeders of one feed: what fits into one storage value and sorts in at most 105 comparisons.
pub const MAX_MEMBERS: u32 = 15;
/// Longest description of a feed, bytes.
pub const MAX_DESCRIPTION: u32 = 64;
/// How far ahead of the chain's clock a feeder's clock may be, milliseconds: what pallet-timestamp
/// allows a block author.
pub const FUTURE_TOLERANCE: Moment = 30_000;
/// Longest time to live of a report: 366 days, in milliseconds. Index and valuation feeds are
/// published monthly to yearly; anything longer is not a price.
pub const LONGEST_TIME_TO_LIVE: Moment = 366 * 24 * 60 * 60 * 1_000;

/// The accounts that may report to one feed.
pub type Members<AccountId> = BoundedVec<AccountId, ConstU32<MAX_MEMBERS>>;

/// A price feed.
#[derive(
	Clone,
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
pub struct FeedConfig<AccountId> {
	/// What is priced, in UTF-8, e.g. `WTI crude oil, USD per barrel`.
	#[serde(with = "text")]
	pub description: BoundedVec<u8, ConstU32<MAX_DESCRIPTION>>,
	/// Least value that a report may have. Above zero.
	pub minimum: Price,
	/// Largest value that a report may have. Above `minimum`.
	pub maximum: Price,
	/// Fresh reports needed for a price: from 2f+1 to n−f, where n is the number of members and
	/// f = ⌊(n−1)/3⌋ how many of them may lie.
	pub quorum: u32,
	/// How long a report counts after its observation, milliseconds.
	pub time_to_live: Moment,
	/// How old an observation may be when it is reported, milliseconds. Below `time_to_live`.
	pub maximum_source_age: Moment,
	/// The feeders. Given in any order, stored sorted.
	pub members: Members<AccountId>,
}

/// Why a feed does not hold together.
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
pub enum ConfigError {
	/// The description is not UTF-8.
	DescriptionNotText,
	/// No members.
	NoMembers,
	/// An account is named twice among the members.
	MemberTwice,
	/// The quorum is below 2f+1: f liars could set the price.
	QuorumTooLow,
	/// The quorum is above n−f: f silent members could stop the feed.
	QuorumTooHigh,
	/// The minimum is zero, or not below the maximum.
	BoundsOutOfOrder,
	/// The time to live is longer than [`LONGEST_TIME_TO_LIVE`].
	TimeToLiveTooLong,
	/// The maximum source age is zero, or not below the time to live: a report would be dead on
	/// arrival.
	SourceAgeOutOfRange,
}

/// How many of `members` may lie or be silent: f = ⌊(n−1)/3⌋.
pub fn tolerated(members: u32) -> u32 {
	members.saturating_sub(1) / 3
}

impl<AccountId: Ord> FeedConfig<AccountId> {
	/// The same feed with its members sorted.
	///
	/// # Errors
	/// The first [`ConfigError`] found.
	pub fn validated(mut self) -> Result<Self, ConfigError> {
		self.members.sort();
		self.validate()?;
		Ok(self)
	}

	/// Whether the feed holds together, its members being sorted.
	///
	/// # Errors
	/// The first [`ConfigError`] found.
	pub fn validate(&self) -> Result<(), ConfigError> {
		use ConfigError::*;
		let ensure = |holds: bool, error| if holds { Ok(()) } else { Err(error) };

		ensure(core::str::from_utf8(&self.description).is_ok(), DescriptionNotText)?;
		ensure(!self.members.is_empty(), NoMembers)?;
		let mut neighbours = self.members.iter().zip(self.members.iter().skip(1));
		ensure(neighbours.all(|(one, next)| one < next), MemberTwice)?;
		let liars = tolerated(self.member_count());
		ensure(self.quorum > liars.saturating_mul(2), QuorumTooLow)?;
		ensure(self.quorum <= self.member_count().saturating_sub(liars), QuorumTooHigh)?;
		let ordered = !self.minimum.is_zero() && self.minimum < self.maximum;
		ensure(ordered, BoundsOutOfOrder)?;
		ensure(self.time_to_live <= LONGEST_TIME_TO_LIVE, TimeToLiveTooLong)?;
		let age = self.maximum_source_age;
		ensure(age > 0 && age < self.time_to_live, SourceAgeOutOfRange)
	}

	/// Whether `who` may report.
	pub fn is_member(&self, who: &AccountId) -> bool {
		self.members.binary_search(who).is_ok()
	}

	/// Whether a price lies inside the hard bounds.
	pub fn admits(&self, price: Price) -> bool {
		self.minimum <= price && price <= self.maximum
	}

	/// n, the number of members.
	pub fn member_count(&self) -> u32 {
		u32::try_from(self.members.len()).unwrap_or(MAX_MEMBERS)
	}

	/// What a reader needs to know of the feed.
	pub fn terms(&self) -> Terms {
		Terms { members: self.member_count(), quorum: self.quorum, time_to_live: self.time_to_live }
	}
}

/// The part of a feed's configuration that a reading depends on. Kept beside the reports, so that a
/// reading costs one read.
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
pub struct Terms {
	/// n, the number of members.
	pub members: u32,
	/// Fresh reports needed for a price.
	pub quorum: u32,
	/// How long a report counts after its observation, milliseconds.
	pub time_to_live: Moment,
}

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
	/// The price: USD per whole unit.
	pub value: Price,
	/// The feeder's own uncertainty.
	pub half_width: Price,
	/// When the price was observed; never after `received_at`.
	pub observed_at: Moment,
	/// Time of the block that the report was received in.
	pub received_at: Moment,
}

/// What a feeder answers with for its reports.
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
pub struct FeederBond {
	/// In units of STRA, on hold in the feeder's account.
	pub amount: Balance,
	/// Cases before the court that it answers in. It stays while there is one.
	pub cases: u32,
	/// When it may be withdrawn, if the feeder has given notice.
	pub leaving: Option<Moment>,
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

/// A description as a JSON string, so that a chain specification can be read.
mod text {
	use alloc::string::String;

	use frame_support::{traits::ConstU32, BoundedVec};
	use serde::{de, ser, Deserialize, Deserializer, Serialize, Serializer};

	use super::MAX_DESCRIPTION;

	type Text = BoundedVec<u8, ConstU32<MAX_DESCRIPTION>>;

	pub fn serialize<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
		core::str::from_utf8(text).map_err(ser::Error::custom)?.serialize(serializer)
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
		let text = String::deserialize(deserializer)?;
		Text::try_from(text.into_bytes())
			.map_err(|_| de::Error::custom("description longer than 64 bytes"))
	}
}
