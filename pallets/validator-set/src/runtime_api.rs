//! Validators and candidates for clients.

use alloc::vec::Vec;

use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_staking::SessionIndex;
use strata_validators::Balance;

use crate::{Status, Terms};

/// One of those who stand.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct StandingView<AccountId> {
	/// Who.
	pub who: AccountId,
	/// What it answers with, in units of STRA.
	pub bond: Balance,
	/// Whether it is a founder.
	pub founder: bool,
	/// Whether it would have a seat if a set were planned now.
	pub elected: bool,
}

/// A part of a bond on its way out.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct UnbondingView {
	/// How much, in units of STRA.
	pub amount: Balance,
	/// The last session that it answers for.
	pub last: SessionIndex,
	/// The session from which on it can be withdrawn.
	pub free_from: SessionIndex,
}

/// All about one account that has, or had, a bond or a founder's seat.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct CandidateView {
	/// Whether it stands.
	pub status: Status,
	/// Whether it is a founder.
	pub founder: bool,
	/// What it answers with, in units of STRA.
	pub bond: Balance,
	/// What is on its way out.
	pub unbonding: Vec<UnbondingView>,
	/// What it can withdraw now, in units of STRA.
	pub free: Balance,
	/// The session from which on it may stand, if that is not yet.
	pub jailed_until: Option<SessionIndex>,
	/// How many stand before it, if it stands.
	pub rank: Option<u32>,
	/// Whether it has session keys.
	pub has_keys: bool,
	/// Whether it validates in this session.
	pub validates: bool,
	/// Whether it validates in the next session.
	pub next: bool,
	/// Whether it would have a seat if a set were planned now: that of the session after the next.
	pub elected: bool,
	/// Whether it validates, but may make no blocks because it has offended.
	pub disabled: bool,
	/// What a lone offence in this session would cost it, in units of STRA.
	pub at_risk: Balance,
}

sp_api::decl_runtime_apis! {
	/// Who validates, who stands, and with which bonds.
	pub trait ValidatorSetApi<AccountId>
	where
		AccountId: Codec,
	{
		/// The terms in force.
		fn terms() -> Terms;

		/// Those who stand, the best first.
		fn candidates() -> Vec<StandingView<AccountId>>;

		/// All about `who`; nothing if it has neither bond nor founder's seat, nor had any.
		fn candidate(who: AccountId) -> Option<CandidateView>;

		/// The validators of the next session. (Those of this one are `session.validators`.)
		fn next_set() -> Vec<AccountId>;

		/// Who would be elected if a set were planned now: for the session after the next.
		fn elected() -> Vec<AccountId>;
	}
}
