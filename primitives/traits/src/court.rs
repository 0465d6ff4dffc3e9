//! What the court is asked, what it decides over, and how a ruling takes effect.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

use crate::{Asset, Balance, DealId, FeedId, Moment};

/// A case before the court.
pub type DisputeId = u32;
/// A share of what is claimed, in ten-thousandths: 10,000 is all of it, 0 is nothing.
pub type Award = u16;
/// All of what is claimed.
pub const FULL_AWARD: Award = 10_000;
/// Accounts that may not judge a case, at most, as far as they are known at filing.
pub const MAX_PARTIES: u32 = 32;

/// What a case is about.
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
pub enum Subject {
	/// What a party to a deal, or a holder of its notes, did.
	Deal(DealId),
	/// What a feeder reported to a feed.
	Feed(FeedId),
}

/// What the respondent is said to have done.
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
pub enum Ground {
	/// Did not pay what it owed to the deal or its holders.
	NonPayment,
	/// Reported what was not so, on collateral, collections or values.
	FalseReport,
	/// Sold notes on what was not so.
	Misstatement,
	/// Did not do what the deal's terms ask of it.
	BreachOfDuty,
	/// Holds notes that are somebody else's.
	WrongfulHolding,
	/// Reported a price that was not the market's.
	FalsePrice,
}

/// Which party to a deal pays.
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
pub enum Office {
	/// The originator: his bond, his fees, his residual.
	Originator,
	/// Who was the servicer when it happened: his bond and his fees.
	Servicer,
}

/// What a ruling for the claimant does. It takes nothing that is not the respondent's.
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
pub enum Remedy<AccountId> {
	/// Pays a class of the deal on its index, so that the claim travels with the note.
	Compensate {
		/// Who pays.
		by: Office,
		/// The class.
		rank: u8,
		/// In units of the deal's settlement asset.
		amount: Balance,
	},
	/// Pays those who hold a class when the claim is filed, affiliates excepted: who sells afterwards
	/// keeps his claim. The originator pays.
	CompensateHolders {
		/// The class.
		rank: u8,
		/// In units of the deal's settlement asset.
		amount: Balance,
	},
	/// Declares the deal in default: principal redeems notes, the senior-most first, and books mature.
	Accelerate,
	/// Makes somebody else the servicer.
	ReplaceServicer {
		/// Who.
		servicer: AccountId,
	},
	/// Moves notes from the respondent to whom they belong.
	TransferNotes {
		/// The class.
		rank: u8,
		/// The respondent.
		from: AccountId,
		/// Whose they are.
		to: AccountId,
		/// Notes.
		units: Balance,
	},
	/// Voids a report, and with it a price that rests on it, and takes the amount off the feeder's bond:
	/// a quarter of it is the claimant's, rounded down, the rest the treasury's.
	VoidPrice {
		/// The respondent.
		feeder: AccountId,
		/// Of the report.
		observed_at: Moment,
		/// In units of STRA.
		amount: Balance,
	},
}

impl<AccountId> Remedy<AccountId> {
	/// Whether jurors may award a part of it. Otherwise it is granted or refused.
	pub fn is_divisible(&self) -> bool {
		!matches!(self, Self::Accelerate | Self::ReplaceServicer { .. })
	}

	/// What it would pay in all, in the asset of [`Admission::asset`]; 0 if it pays nothing.
	pub fn amount(&self) -> Balance {
		match self {
			Self::Compensate { amount, .. }
			| Self::CompensateHolders { amount, .. }
			| Self::VoidPrice { amount, .. } => *amount,
			Self::Accelerate | Self::ReplaceServicer { .. } | Self::TransferNotes { .. } => 0,
		}
	}
}

impl Ground {
	/// Whether what is asked for is a remedy for this.
	pub fn admits<AccountId>(self, remedy: &Remedy<AccountId>) -> bool {
		use Ground::*;
		match remedy {
			Remedy::Compensate { .. } => matches!(self, NonPayment | FalseReport | BreachOfDuty),
			Remedy::CompensateHolders { .. } => self == Misstatement,
			Remedy::Accelerate => matches!(self, NonPayment | FalseReport | BreachOfDuty),
			Remedy::ReplaceServicer { .. } => matches!(self, FalseReport | BreachOfDuty),
			Remedy::TransferNotes { .. } => self == WrongfulHolding,
			Remedy::VoidPrice { .. } => self == FalsePrice,
		}
	}
}

/// What is claimed, and why.
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
pub struct Case<AccountId> {
	/// What it is about.
	pub subject: Subject,
	/// What is said to have happened.
	pub ground: Ground,
	/// When. Of a price: when it was observed.
	pub at: Moment,
	/// What is asked for.
	pub remedy: Remedy<AccountId>,
}

/// A case that can be brought.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Admission<AccountId> {
	/// Whom it is against.
	pub respondent: AccountId,
	/// What amounts are in, and bonds of freezes. `None` if there can be neither.
	pub asset: Option<Asset>,
	/// Everybody with a stake in the outcome who is known without a search, the two parties included.
	pub parties: BoundedVec<AccountId, ConstU32<MAX_PARTIES>>,
}

/// What a ruling achieved.
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
pub struct Enforced {
	/// Paid, or notes moved.
	pub paid: Balance,
	/// What the respondent did not have. Of an originator or servicer it is recorded and taken from
	/// what the deal would pay him later.
	pub short: Balance,
}

/// What a ruling reaches. The runtime implements it for the pallets that hold the funds.
///
/// Every function is atomic only inside a storage layer; the caller provides one. All are O(1) in
/// holders, jurors and vaults.
pub trait Enforce<AccountId> {
	/// Opens `case` for `claimant`: from here on nothing that the ruling would reach leaves (bonds stay,
	/// a deal is not removed). Called once for each dispute, and [`Enforce::close`] once after it.
	///
	/// # Errors
	/// If there is no such deal, class, report or party, if the claimant may not claim, or if more is
	/// claimed than there is to claim. Nothing is changed then.
	fn open(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
	) -> Result<Admission<AccountId>, DispatchError>;

	/// Whether `who` has a stake in the outcome, beyond [`Admission::parties`]: holds notes of the deal
	/// or owes to it, reports to the feed.
	fn is_conflicted(case: &Case<AccountId>, who: &AccountId) -> bool;

	/// Keeps up to `most` of what the deal would pay to the residual, and in principal to classes junior
	/// to the one that claims, where it is; or the notes in question, if `most` is what is outstanding of
	/// them, or more.
	///
	/// # Errors
	/// If nothing can be kept for such a case, if `most` is too small for it, or if another case keeps as
	/// much as may be kept.
	fn freeze(dispute: DisputeId, case: &Case<AccountId>, most: Balance) -> DispatchResult;

	/// Pays what was kept to whom it was due. Nothing if nothing is.
	///
	/// # Errors
	/// If a sum does not fit.
	fn unfreeze(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult;

	/// Carries out the remedy, scaled by `award` and rounded down, on what is the respondent's; what a
	/// freeze kept of it first. `extra` is cash that the court holds for it in
	/// [`Admission::asset`], in `payer`: it is used before anything else.
	///
	/// A remedy whose effect is there already (the deal is accelerated, the servicer is gone) is done.
	///
	/// # Errors
	/// If it cannot be carried out now. It is tried again.
	fn enforce(
		dispute: DisputeId,
		case: &Case<AccountId>,
		claimant: &AccountId,
		award: Award,
		payer: &AccountId,
		extra: Balance,
	) -> Result<Enforced, DispatchError>;

	/// Ends what [`Enforce::open`] began; what is still kept is released as by [`Enforce::unfreeze`].
	///
	/// # Errors
	/// If the case is not open.
	fn close(dispute: DisputeId, case: &Case<AccountId>) -> DispatchResult;

	/// A case at worst for [`Enforce::enforce`], open and frozen, and its claimant.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_case(dispute: DisputeId) -> (Case<AccountId>, AccountId);
}

/// A default that the chain sees by itself.
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
pub enum DealDefault {
	/// The coupon of the senior-most class, or of one that may not be deferred, is unpaid beyond its
	/// grace.
	CouponUnpaid,
	/// A coverage test, by its place in the program, has failed on every date of its cure period.
	CoverageFailed(u8),
	/// The valuation that the terms ask for is older than they allow.
	AttestationOverdue,
}

/// What the chain sees of deals. No juror is asked.
pub trait Facts {
	/// Whether `default` is there now. O(1).
	///
	/// # Errors
	/// If there is no such deal or test, or the deal is not active.
	fn holds(deal: DealId, default: DealDefault) -> Result<bool, DispatchError>;

	/// The first moment at which a default of `deal` would be there if nothing happens. `None` if none
	/// is in sight.
	fn next_default(deal: DealId) -> Option<(Moment, DealDefault)>;

	/// Does what the terms of the deal say of `default`: accelerates it, or declares the servicer in
	/// default.
	///
	/// # Errors
	/// If the default is not there, or its consequence already is.
	fn declare(deal: DealId, default: DealDefault) -> DispatchResult;
}

/// Told by deals when a default comes into sight, so that it is declared without anybody's asking.
pub trait Watch {
	/// Looks at `deal` at `at`. An earlier one is looked at too; looking in vain costs one look.
	fn watch(deal: DealId, at: Moment);
}

impl Watch for () {
	fn watch(_: DealId, _: Moment) {}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_ground_has_a_remedy_and_every_remedy_a_ground() {
		use Ground::*;
		let remedies = [
			Remedy::Compensate { by: Office::Servicer, rank: 0, amount: 1 },
			Remedy::CompensateHolders { rank: 0, amount: 1 },
			Remedy::Accelerate,
			Remedy::ReplaceServicer { servicer: 1u64 },
			Remedy::TransferNotes { rank: 0, from: 1, to: 2, units: 1 },
			Remedy::VoidPrice { feeder: 1, observed_at: 1, amount: 1 },
		];
		let grounds =
			[NonPayment, FalseReport, Misstatement, BreachOfDuty, WrongfulHolding, FalsePrice];
		for ground in grounds {
			assert!(remedies.iter().any(|remedy| ground.admits(remedy)), "{ground:?}");
		}
		for remedy in &remedies {
			assert!(grounds.iter().any(|ground| ground.admits(remedy)), "{remedy:?}");
			assert!(!grounds.iter().all(|ground| ground.admits(remedy)), "{remedy:?}");
		}
	}
}
