//! What a feed is, and when its parts hold together.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec, PalletError};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::Zero;
use strata_numbers::Price;
use strata_statistics::{
	latency, Class, ClassQuorum, ClassRule, GateTerms, OutlierTerms, Variance, VolatilityTerms,
};
use strata_traits::{Balance, Moment};

/// Most feeders of one feed: what fits into one storage value and sorts in at most 105 comparisons.
pub const MAX_MEMBERS: u32 = 15;
/// Most classes of feeders of one feed.
pub const MAX_CLASSES: u32 = 8;
/// Longest description of a feed, bytes.
pub const MAX_DESCRIPTION: u32 = 64;
/// How far ahead of the chain's clock a feeder's clock may be, milliseconds: what pallet-timestamp
/// allows a block author.
pub const FUTURE_TOLERANCE: Moment = 30_000;
/// Longest time to live of a report: 366 days, in milliseconds. Index and valuation feeds are
/// published monthly to yearly; anything longer is not a price.
pub const LONGEST_TIME_TO_LIVE: Moment = 366 * 24 * 60 * 60 * 1_000;
/// Longest that a jump waits for confirmation, and longest delay of a delayed price: 7 days, in
/// milliseconds. Who waits longer does not want this price.
pub const LONGEST_WAIT: Moment = 7 * 24 * 60 * 60 * 1_000;
/// Shortest time between two observations of a variance, milliseconds. A change by all of a value
/// within it is a variance of 1 per second: none can leave its range.
pub const SHORTEST_INTERVAL: Moment = 1_000;
/// Largest variance that a feed can start with: 1 per second.
pub const LARGEST_VARIANCE: Variance = Variance::from_inner(10u128.pow(36));

/// The accounts that may report to one feed.
pub type Members<AccountId> = BoundedVec<AccountId, ConstU32<MAX_MEMBERS>>;
/// How many of each class must have reported.
pub type ClassQuorums = BoundedVec<ClassQuorum, ConstU32<MAX_CLASSES>>;

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
	/// f = ⌊(n−1)/3⌋ how many of them may lie. Up to n after members were suspended.
	pub quorum: u32,
	/// How long a report counts after its observation, milliseconds.
	pub time_to_live: Moment,
	/// How old an observation may be when it is reported, milliseconds. Below `time_to_live`.
	pub maximum_source_age: Moment,
	/// The feeders. Given in any order, stored sorted.
	pub members: Members<AccountId>,
	/// How far the price may move unconfirmed. `None`: any quote of a quorum is confirmed at once. A
	/// feed with classes has none: its classes confirm each other.
	pub gate: Option<GateTerms>,
	/// How the variance of the price is estimated.
	pub volatility: VolatilityTerms,
	/// The variance of the price until enough is known of it, per second. At most
	/// [`LARGEST_VARIANCE`].
	#[serde(with = "variance")]
	pub starting_variance: Variance,
	/// When a report is a strike against its feeder.
	pub outlier: OutlierTerms,
	/// How old a delayed price is at least, milliseconds. 0: it is the price itself.
	pub delay: Moment,
	/// Classes of feeders that must all have reported: for valuations and attestations.
	pub classes: Option<Classes<AccountId>>,
	/// What a feeder earns for a report that counts, in units of STRA: in whole for one a time to live,
	/// in part for more frequent ones.
	pub reward: Balance,
}

/// Classes of feeders, e.g. trustee, auditor and servicer.
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
pub struct Classes<AccountId> {
	/// How they make one price.
	pub rule: ClassRule,
	/// How many of each must have reported: from 1 to all of the class.
	pub quorums: ClassQuorums,
	/// The class of each member. Given in any order, stored sorted.
	pub of: BoundedVec<(AccountId, Class), ConstU32<MAX_MEMBERS>>,
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
	/// The gate's limits are zero, out of order or 100 % and more, or its time to confirm is zero or
	/// longer than [`LONGEST_WAIT`].
	GateOutOfRange,
	/// The half-life is zero, the clip zero or above 1, the interval below [`SHORTEST_INTERVAL`], or the
	/// variance to start with above [`LARGEST_VARIANCE`].
	VolatilityOutOfRange,
	/// The limits of what is an outlier are zero, out of order or 100 % and more.
	OutlierOutOfRange,
	/// The delay is longer than [`LONGEST_WAIT`].
	DelayTooLong,
	/// A feed with classes has a gate.
	GateWithClasses,
	/// A class is named twice.
	ClassTwice,
	/// A class needs no report, or more than it has members.
	ClassQuorumOutOfRange,
	/// A member has no class or two, or somebody has one who is no member.
	ClassesAndMembersDiffer,
	/// A member, or the rule, is of a class of which it is not said how many must report.
	UnknownClass,
}

/// How many of `members` may lie or be silent: f = ⌊(n−1)/3⌋.
pub fn tolerated(members: u32) -> u32 {
	members.saturating_sub(1) / 3
}

fn ensure(holds: bool, error: ConfigError) -> Result<(), ConfigError> {
	if holds {
		Ok(())
	} else {
		Err(error)
	}
}

impl<AccountId: Ord> FeedConfig<AccountId> {
	/// The same feed with its members sorted, if it holds together and f of its members may be silent.
	///
	/// # Errors
	/// The first [`ConfigError`] found.
	pub fn validated(self) -> Result<Self, ConfigError> {
		let sorted = self.sorted();
		sorted.validate()?;
		let count = sorted.member_count();
		let speaking = count.saturating_sub(tolerated(count));
		ensure(sorted.quorum <= speaking, ConfigError::QuorumTooHigh)?;
		Ok(sorted)
	}

	/// The same feed with its members sorted.
	pub fn sorted(mut self) -> Self {
		self.members.sort();
		if let Some(classes) = &mut self.classes {
			classes.of.sort();
		}
		self
	}

	/// Whether the feed holds together, its members being sorted. The quorum may be above n−f: it stays
	/// when a member is suspended.
	///
	/// # Errors
	/// The first [`ConfigError`] found.
	pub fn validate(&self) -> Result<(), ConfigError> {
		use ConfigError::*;

		ensure(core::str::from_utf8(&self.description).is_ok(), DescriptionNotText)?;
		ensure(!self.members.is_empty(), NoMembers)?;
		let mut neighbours = self.members.iter().zip(self.members.iter().skip(1));
		ensure(neighbours.all(|(one, next)| one < next), MemberTwice)?;
		let liars = tolerated(self.member_count());
		ensure(self.quorum > liars.saturating_mul(2), QuorumTooLow)?;
		ensure(self.quorum <= self.member_count(), QuorumTooHigh)?;
		let ordered = !self.minimum.is_zero() && self.minimum < self.maximum;
		ensure(ordered, BoundsOutOfOrder)?;
		ensure(self.time_to_live <= LONGEST_TIME_TO_LIVE, TimeToLiveTooLong)?;
		let age = self.maximum_source_age;
		ensure(age > 0 && age < self.time_to_live, SourceAgeOutOfRange)?;
		self.validate_movement()?;
		match &self.classes {
			Some(classes) => {
				ensure(self.gate.is_none(), GateWithClasses)?;
				classes.validate(&self.members)
			},
			None => Ok(()),
		}
	}

	/// What concerns the way that the price moves.
	fn validate_movement(&self) -> Result<(), ConfigError> {
		use ConfigError::*;

		let gated = |gate: GateTerms| gate.are_valid() && gate.confirm_after <= LONGEST_WAIT;
		ensure(self.gate.is_none_or(gated), GateOutOfRange)?;
		let volatility = self.volatility.are_valid()
			&& self.volatility.interval >= SHORTEST_INTERVAL
			&& self.starting_variance <= LARGEST_VARIANCE;
		ensure(volatility, VolatilityOutOfRange)?;
		ensure(self.outlier.limit.are_valid(), OutlierOutOfRange)?;
		ensure(self.delay <= LONGEST_WAIT, DelayTooLong)
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

	/// The class of a member; the default one in a feed without classes.
	pub fn class_of(&self, who: &AccountId) -> Class {
		self.classes.as_ref().and_then(|classes| classes.of(who)).unwrap_or_default()
	}

	/// What a reader needs to know of the feed.
	pub fn terms(&self) -> Terms {
		let wait = self.gate.map_or(0, |gate| gate.confirm_after);
		Terms {
			members: self.member_count(),
			quorum: self.quorum,
			time_to_live: self.time_to_live,
			// The sum of three bounded times.
			latency: latency(self.maximum_source_age, self.time_to_live, wait)
				.unwrap_or(Moment::MAX),
			gate: self.gate,
			delay: self.delay,
			classes: self
				.classes
				.as_ref()
				.map(|classes| ClassTerms { rule: classes.rule, quorums: classes.quorums.clone() }),
		}
	}
}

impl<AccountId: Ord> Classes<AccountId> {
	/// The class of `who`. O(log n).
	fn of(&self, who: &AccountId) -> Option<Class> {
		let place = self.of.binary_search_by(|(member, _)| member.cmp(who)).ok()?;
		self.of.get(place).map(|(_, class)| *class)
	}

	/// Whether the classes hold together, and each of the sorted `members` is in one.
	fn validate(&self, members: &Members<AccountId>) -> Result<(), ConfigError> {
		use ConfigError::*;

		let of_members = self.of.iter().map(|(member, _)| member).eq(members.iter());
		ensure(of_members, ClassesAndMembersDiffer)?;
		let named = |class: Class| self.quorums.iter().filter(|terms| terms.class == class).count();
		ensure(self.quorums.iter().all(|terms| named(terms.class) == 1), ClassTwice)?;
		ensure(self.of.iter().all(|(_, class)| named(*class) == 1), UnknownClass)?;
		if let ClassRule::LowerOf(class) = self.rule {
			ensure(named(class) == 1, UnknownClass)?;
		}
		let fits = |terms: &ClassQuorum| {
			let size = self.of.iter().filter(|(_, class)| *class == terms.class).count();
			terms.least > 0 && usize::try_from(terms.least).is_ok_and(|least| least <= size)
		};
		ensure(self.quorums.iter().all(fits), ClassQuorumOutOfRange)
	}
}

/// The part of a feed's configuration that a reading depends on. Kept beside the reports, so that a
/// reading costs one read.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Terms {
	/// n, the number of members.
	pub members: u32,
	/// Fresh reports needed for a price.
	pub quorum: u32,
	/// How long a report counts after its observation, milliseconds.
	pub time_to_live: Moment,
	/// How long a price may be behind the market: source age, time to live and time to confirm,
	/// milliseconds.
	pub latency: Moment,
	/// How far the price may move unconfirmed.
	pub gate: Option<GateTerms>,
	/// How old a delayed price is at least, milliseconds.
	pub delay: Moment,
	/// Which classes must have reported.
	pub classes: Option<ClassTerms>,
}

/// The part of [`Classes`] that a reading depends on.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct ClassTerms {
	/// How the classes make one price.
	pub rule: ClassRule,
	/// How many of each must have reported.
	pub quorums: ClassQuorums,
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

/// A variance as a JSON string of its value with 36 decimals: a JSON number has 64 bits.
mod variance {
	use alloc::string::{String, ToString};

	use serde::{de, Deserialize, Deserializer, Serialize, Serializer};
	use strata_statistics::Variance;

	pub fn serialize<S: Serializer>(held: &Variance, serializer: S) -> Result<S::Ok, S::Error> {
		held.inner().to_string().serialize(serializer)
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Variance, D::Error> {
		let text = String::deserialize(deserializer)?;
		text.parse().map(Variance::from_inner).map_err(de::Error::custom)
	}
}
