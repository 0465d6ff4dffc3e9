//! What is stored of the court's matters. Nothing here knows the pallet's `Config`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use strata_traits::{Balance, DisputeId, FeedId, Moment};
use strata_waterfall::PerClass;

use crate::RecordId;

/// Cases for which payments of one deal are set aside at the same time, at most.
pub const MAX_FREEZES: u32 = 4;
/// Accounts against which one deal has judgments at the same time, at most.
pub const MAX_JUDGMENTS: u32 = 8;
/// How long those who held a class may claim an award: 365 days, milliseconds.
pub const AWARD_WINDOW: Moment = 31_536_000_000;

/// When the chain itself sees a default of a deal.
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
pub struct DefaultTerms {
	/// The deal is in default so long, milliseconds, after the first of the payment dates in a row that
	/// left the coupon of the senior-most class unpaid. At most four periods.
	pub grace: Moment,
	/// The deal is in default once a coverage test has failed on every date for so long, milliseconds.
	/// 0: never.
	pub cure: Moment,
	/// A feed that the servicer must keep reported, e.g. the value of the pool, and the age,
	/// milliseconds, beyond which its last quote puts the servicer in default.
	pub attestation: Option<(FeedId, Moment)>,
}

/// Payments that are kept where they are until a case is decided. They count as paid in the waterfall.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Freeze {
	/// For which case.
	pub dispute: DisputeId,
	/// The class that claims: nothing of it, and nothing senior to it, is kept.
	pub rank: u8,
	/// The most that is kept.
	pub most: Balance,
	/// Income of the residual that is kept.
	pub income: Balance,
	/// Principal that is kept, by rank; the residual's last.
	pub principal: PerClass<Balance>,
}

impl Freeze {
	/// All that is kept. `None` if it does not fit.
	pub fn kept(&self) -> Option<Balance> {
		self.principal.iter().try_fold(self.income, |sum, part| sum.checked_add(*part))
	}

	/// What of it is the residual's. `None` if it does not fit.
	pub fn residual(&self) -> Option<Balance> {
		self.income.checked_add(self.principal.last().copied().unwrap_or_default())
	}
}

/// What a deal's ledgers know of the court.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct CourtLedgers {
	/// Cases that are open. While there is one no bond is returned, no worthless note is burned and the
	/// deal is not removed.
	pub pending: u32,
	/// What is set aside, the earliest case first.
	pub freezes: BoundedVec<Freeze, ConstU32<MAX_FREEZES>>,
	/// Bonds of servicers, in cash.
	pub bonds: Balance,
	/// Cash of awards that is not claimed yet.
	pub awards: Balance,
	/// Accounts against which there are judgments.
	pub judgments: u32,
	/// The latest record of who held notes; 0 before the first one.
	pub record: RecordId,
	/// The case that it is kept for and the class, from its opening until its award is over.
	pub recorded: Option<(DisputeId, u8)>,
}

impl CourtLedgers {
	/// What is set aside, for all cases. `None` if it does not fit.
	pub fn set_aside(&self) -> Option<Balance> {
		self.freezes.iter().try_fold(0u128, |sum, freeze| sum.checked_add(freeze.kept()?))
	}

	/// Cash in these ledgers. `None` if it does not fit.
	pub fn cash(&self) -> Option<Balance> {
		self.set_aside()?.checked_add(self.bonds)?.checked_add(self.awards)
	}
}

/// A case that is open.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct OpenCase<AccountId> {
	/// Whom it is against: whoever held the office when it was opened.
	pub respondent: AccountId,
	/// Originator, servicer and trustee of then. They take no part in an award.
	pub affiliates: [AccountId; 3],
	/// Of a case for those who hold a class: its notes then, without those of affiliates.
	pub electorate: Balance,
	/// Whether the respondent's notes of the class are frozen for it.
	pub froze: bool,
	/// Whether its remedy was carried out.
	pub enforced: bool,
}

/// What a class was awarded as it was held when a case was opened.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Award<AccountId> {
	/// The class.
	pub rank: u8,
	/// Its notes then, without those of affiliates.
	pub electorate: Balance,
	/// Originator, servicer and trustee of then.
	pub affiliates: [AccountId; 3],
	/// All of it.
	pub amount: Balance,
	/// What is not claimed yet.
	pub left: Balance,
	/// It can be claimed before it.
	pub expiry: Moment,
}

/// What a servicer paid in for his promises.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ServicerBond<Ticket> {
	/// How much.
	pub amount: Balance,
	/// His deposit for the entry.
	pub ticket: Ticket,
}
