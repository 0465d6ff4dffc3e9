//! What is stored of the court's matters. Nothing here knows the pallet's `Config`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use strata_traits::{Balance, DisputeId, FeedId, Moment};
use strata_waterfall::PerClass;

use crate::RecordId;

/// Cases for which payments of one deal are set aside at the same time, at most.
pub const MAX_FREEZES: u32 = 4;
/// Accounts against which one deal has judgments at the same time, at most.
pub const MAX_JUDGMENTS: u32 = 8;
/// How long those who held a class may claim an award: 90 days, milliseconds. Until it is over the deal
/// keeps no other record.
pub const AWARD_WINDOW: Moment = 7_776_000_000;
/// Least share of what is outstanding of a class, or was written off, that is claimed for those who held
/// it, rounded up: the record that such a claim takes is not to be had for a unit.
pub const LEAST_OF_HOLDERS: Perbill = Perbill::from_percent(1);
/// How long the bond of a servicer who has left an active deal stays: 90 days, milliseconds. What he did
/// comes to light after he is gone.
pub const BOND_WINDOW: Moment = 7_776_000_000;
/// Former servicers that a deal remembers, at most.
pub const MAX_FORMER_SERVICERS: u32 = 4;

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
	/// When he left, if he has. It stays for [`BOND_WINDOW`] from then on, whoever is remembered in
	/// [`Servicing`].
	pub left_at: Option<Moment>,
	/// His deposit for the entry.
	pub ticket: Ticket,
}

/// A servicer of before.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct FormerServicer<AccountId> {
	/// Who.
	pub who: AccountId,
	/// Since when he served.
	pub since: Moment,
	/// When he left; he does not answer for that moment any more.
	pub left_at: Moment,
}

/// Who served a deal, and when.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Servicing<AccountId> {
	/// Since when the servicer of now serves. 0: from the beginning.
	pub since: Moment,
	/// Who served before him, the earliest first.
	pub former: BoundedVec<FormerServicer<AccountId>, ConstU32<MAX_FORMER_SERVICERS>>,
}

impl<AccountId> Default for Servicing<AccountId> {
	fn default() -> Self {
		Self { since: 0, former: BoundedVec::new() }
	}
}

impl<AccountId: Clone> Servicing<AccountId> {
	/// `who` leaves now. Of one too many the one is forgotten who served the shortest, of two alike the
	/// earlier: nobody is pushed out by a quick succession of others. Who served no time is not kept.
	pub fn leave(&mut self, who: AccountId, now: Moment) {
		let term = |one: &FormerServicer<AccountId>| one.left_at.saturating_sub(one.since);
		let leaver = FormerServicer { who, since: self.since, left_at: now };
		self.since = now;
		if term(&leaver) == 0 {
			return;
		}
		if self.former.is_full() {
			let ages = self.former.iter().enumerate();
			let Some((at, shortest)) = ages.min_by_key(|(_, one)| term(one)) else { return };
			if term(shortest) > term(&leaver) {
				return;
			}
			self.former.remove(at);
		}
		// There is room now: nothing is cut off.
		let former = self.former.iter().cloned().chain([leaver]).collect();
		self.former = BoundedVec::truncate_from(former);
	}

	/// Who served at `at`, `present` being the servicer of now. `None` if he is forgotten.
	pub fn at(&self, at: Moment, present: &AccountId) -> Option<AccountId> {
		if at >= self.since {
			return Some(present.clone());
		}
		let served = |one: &&FormerServicer<AccountId>| (one.since..one.left_at).contains(&at);
		self.former.iter().find(served).map(|one| one.who.clone())
	}
}
