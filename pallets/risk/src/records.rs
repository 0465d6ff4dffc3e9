//! What is stored of changes: who may make them, what is proposed, what was in force.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Ratio;
use strata_parameters::{Direction, Kind, StepTerms};
use strata_traits::{Asset, Moment, ParameterSet, Ramp};

/// The number of a proposal. Never used again.
pub type ProposalId = u32;

/// Versions of an asset's parameters that are remembered, the one in force among them.
pub const MAX_HISTORY: u32 = 64;

/// Who proposes.
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
pub enum Level {
	/// Anything within the hard bounds.
	Admin,
	/// One step at a time, within a budget.
	Steward,
}

/// Who decided on parameters.
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
pub enum Source {
	/// The listing of the asset.
	Listing,
	/// A proposal.
	Proposal(Level),
	/// A guardian.
	Guardian,
	/// Nobody ratified what a guardian did.
	Reversion,
}

/// How long things take, milliseconds.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Periods {
	/// From a proposal of the admin that loosens to its execution.
	pub admin_loosening: Moment,
	/// The same if it only tightens.
	pub admin_tightening: Moment,
	/// From a proposal of stewards that loosens to its execution.
	pub steward_loosening: Moment,
	/// The same if it only tightens.
	pub steward_tightening: Moment,
	/// How long a proposal can be executed.
	pub execution: Moment,
	/// How long what a guardian did stays unless it is ratified.
	pub guard: Moment,
	/// The shortest ramp of a liquidation ratio that rises.
	pub least_ramp: Moment,
	/// The longest ramp.
	pub greatest_ramp: Moment,
	/// How long a step counts against its budget.
	pub budget_window: Moment,
	/// When a reversion that failed is tried again.
	pub retry: Moment,
}

impl Periods {
	/// How long a change waits. One that loosens something and tightens something waits for the longer.
	pub fn delay(&self, level: Level, direction: Direction) -> Moment {
		let (loosening, tightening) = match level {
			Level::Admin => (self.admin_loosening, self.admin_tightening),
			Level::Steward => (self.steward_loosening, self.steward_tightening),
		};
		match direction {
			Direction::Same | Direction::Tighter => tightening,
			Direction::Looser => loosening,
			Direction::Mixed => loosening.max(tightening),
		}
	}

	/// Whether loosening never waits less than tightening, what is proposed can be executed, ramps can
	/// be chosen, and nothing that is retried is retried at once.
	pub fn are_consistent(&self) -> bool {
		self.admin_loosening >= self.admin_tightening
			&& self.steward_loosening >= self.steward_tightening
			&& self.execution > 0
			&& self.guard > 0
			&& self.least_ramp <= self.greatest_ramp
			&& self.budget_window > 0
			&& self.retry > 0
	}
}

/// What stewards may do, kind by kind.
pub trait StewardTerms {
	/// How far and how often stewards move values of `kind`. `None` if never.
	fn terms(kind: Kind) -> Option<StepTerms>;
}

/// A change that waits for its time.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Proposal {
	/// The collateral asset.
	pub asset: Asset,
	/// Its new parameters, all of them.
	pub parameters: ParameterSet,
	/// Who proposed.
	pub level: Level,
	/// The most debt that may become unsafe by it, if it were in force at once: USD at par.
	pub declared_impact: u128,
	/// How long the ratios take to get there, milliseconds.
	pub ramp: Moment,
	/// When it was proposed.
	pub proposed_at: Moment,
	/// When it can be executed, at the earliest.
	pub executable_from: Moment,
	/// From when on it cannot be executed any more.
	pub expires: Moment,
}

/// Parameters that are or were in force.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Version {
	/// The parameters; of the ratios the ones that `ramp` ends at.
	pub parameters: ParameterSet,
	/// How the ratios get there.
	pub ramp: Option<Ramp>,
	/// Since when.
	pub since: Moment,
	/// By whom.
	pub by: Source,
}

/// What a guardian did to an asset and nobody ratified yet. Not empty where it is stored.
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
pub struct Guard {
	/// When the pause ends.
	pub pause: Option<Moment>,
	/// The parameters that were tightened.
	pub tightening: Option<Tightening>,
}

impl Guard {
	/// When the first of it reverts.
	pub fn due(&self) -> Option<Moment> {
		let tightening = self.tightening.as_ref().map(|tightening| tightening.until);
		self.pause.into_iter().chain(tightening).min()
	}
}

/// Parameters that a guardian tightened.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Tightening {
	/// The parameters before.
	pub before: ParameterSet,
	/// The ramp before.
	pub ramp: Option<Ramp>,
	/// When they come back.
	pub until: Moment,
}

/// A group of collateral assets whose prices are expected to move together.
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
pub struct Group {
	/// The most of a deal's closing par that books against its assets lend together; in (0, 1].
	pub cap: Ratio,
	/// How many assets belong to it.
	pub members: u32,
}
