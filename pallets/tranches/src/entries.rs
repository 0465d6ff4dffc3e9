//! What is stored for holders besides their checkpoints: allowances, offers, permits, proposals and
//! votes. Nothing here knows the pallet's `Config`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Ratio;
use strata_traits::{Balance, DealId, Moment};
use strata_waterfall::ClassState;

use crate::types::{Consents, NoteIndices, ProposalId};

/// Claims of one call, at most.
pub const MAX_CLAIMS: u32 = 16;

/// An offer. Ids are given out in order, of all deals.
pub type OfferId = u32;

/// How many notes of a tranche somebody may move for their owner.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Approval<Ticket> {
	/// Notes.
	pub amount: Balance,
	/// The owner's deposit.
	pub ticket: Ticket,
}

/// What becomes of an offer when a payment is made on its notes before it is taken.
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
pub enum OnPayment {
	/// It lapses.
	Lapse,
	/// It stands. Its price is for what is outstanding still, so that less is asked for a note of
	/// which a part was redeemed.
	Rescale,
}

/// What a seller asks for.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct OfferTerms<AccountId> {
	/// Notes on offer.
	pub amount: Balance,
	/// Price of a unit of principal that is outstanding, in units of the settlement asset: 1 is par.
	/// It is flat: interest that has accrued and is not paid goes with the note.
	pub price: Ratio,
	/// Least number of notes that a buyer takes, but for the rest of the offer.
	pub minimum_fill: Balance,
	/// The offer may be taken before it.
	pub expiry: Moment,
	/// Who may take it; `None`: anyone who may hold the notes.
	pub taker: Option<AccountId>,
	/// What a payment makes of it.
	pub on_payment: OnPayment,
}

/// What was paid and written off on a class when an offer was made.
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
pub struct Pinned {
	/// Index of interest, Q64.64.
	pub interest: u128,
	/// Index of principal, Q64.64.
	pub principal: u128,
	/// Index of compensation, Q64.64.
	pub compensation: u128,
	/// Balance written off.
	pub written_off: Balance,
}

impl Pinned {
	/// As it is now.
	pub fn now(class: &ClassState, indices: &NoteIndices) -> Self {
		Self {
			interest: indices.interest.value(),
			principal: indices.principal.value(),
			compensation: indices.compensation.value(),
			written_off: class.written_off,
		}
	}
}

/// Notes for sale. They stay their owner's, on hold, and earn for him until they are taken.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Offer<AccountId, Ticket> {
	/// The deal.
	pub deal: DealId,
	/// The tranche.
	pub rank: u8,
	/// Whose notes.
	pub seller: AccountId,
	/// What he asks for; `amount` is what is left.
	pub terms: OfferTerms<AccountId>,
	/// What had been paid when he did.
	pub pinned: Pinned,
	/// The seller's deposit.
	pub ticket: Ticket,
}

impl<AccountId, Ticket> Offer<AccountId, Ticket> {
	/// Whether it may not be taken any more as things are `now`. A balance that was written off or up
	/// ends every offer: its price was for something else.
	pub fn lapsed(&self, now: &Pinned) -> bool {
		let indices = |at: &Pinned| (at.interest, at.principal, at.compensation);
		let paid = indices(&self.pinned) != indices(now);
		let ends = self.terms.on_payment == OnPayment::Lapse && paid;
		ends || self.pinned.written_off != now.written_off
	}
}

/// Leave to hold notes of the restricted tranches of a deal.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Permit<AccountId, Ticket> {
	/// Notes may be ordered and received before it.
	pub until: Moment,
	/// Deposit and who placed it: the trustee of then.
	pub ticket: (AccountId, Ticket),
}

/// What the holders of the senior-most class may be asked.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum Matter<AccountId> {
	/// Another servicer.
	ReplaceServicer(AccountId),
	/// Another trustee.
	ReplaceTrustee(AccountId),
	/// To accelerate the deal.
	Accelerate,
	/// To let the deal lend until this moment.
	ExtendRevolving(Moment),
	/// To clear a trigger that has tripped. It trips again on the next date on which its condition
	/// holds.
	WaiveTrigger(u8),
}

impl<AccountId> Matter<AccountId> {
	/// Whether the terms leave it to the holders.
	pub fn is_left_to(&self, consents: &Consents) -> bool {
		match self {
			Self::ReplaceServicer(_) | Self::ReplaceTrustee(_) => consents.replace_parties,
			Self::Accelerate => consents.accelerate,
			Self::ExtendRevolving(_) => consents.extend_revolving,
			Self::WaiveTrigger(_) => consents.waive_triggers,
		}
	}
}

/// A question to the holders of the senior-most class.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Proposal<AccountId, Ticket> {
	/// Its number in the deal.
	pub id: ProposalId,
	/// Who asks, and placed the deposit.
	pub proposer: AccountId,
	/// What.
	pub matter: Matter<AccountId>,
	/// The class: the senior-most one with a balance when it was asked.
	pub rank: u8,
	/// Originator, servicer and trustee of then. They have no vote.
	pub affiliates: [AccountId; 3],
	/// Notes of the class then, without those of affiliates.
	pub electorate: Balance,
	/// Notes whose holders agree.
	pub consenting: Balance,
	/// Votes count before it, and it can be enacted before it.
	pub deadline: Moment,
	/// The proposer's deposit.
	pub ticket: Ticket,
}

impl<AccountId: PartialEq, Ticket> Proposal<AccountId, Ticket> {
	/// Whether two thirds of all notes agree, exactly: `consenting · 3 ≥ electorate · 2`. `None` if a
	/// product does not fit.
	pub fn is_carried(&self) -> Option<bool> {
		Some(self.consenting.checked_mul(3)? >= self.electorate.checked_mul(2)?)
	}

	/// Whether `who` has no vote.
	pub fn excludes(&self, who: &AccountId) -> bool {
		self.affiliates.contains(who)
	}
}

/// A holder's consent. His notes are on hold until the proposal has ended.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Vote<Ticket> {
	/// To which proposal.
	pub proposal: ProposalId,
	/// The tranche.
	pub rank: u8,
	/// Notes.
	pub units: Balance,
	/// The holder's deposit.
	pub ticket: Ticket,
}
