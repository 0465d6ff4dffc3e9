//! What a front end asks a runtime about the court.

// What codec's derive casts are the indices of variants; nothing written here casts.
#![allow(clippy::cast_possible_truncation)]

use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::DispatchError;
use strata_court::Epoch;
use strata_traits::{Asset, Award, Balance, DealDefault, DealId, DisputeId, Moment};

use crate::types::{
	Court, CourtId, Dispute, EventCases, Height, Piece, Pot, RoleId, Route, SeatIndex, Side, Stake,
	Terms, Unbonding,
};

/// The most cases that are looked through for the seats of a juror.
pub const MAX_LOOKED_THROUGH: usize = 10_000;

/// When something ends.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Deadline {
	/// In court time.
	pub at: Height,
	/// How many blocks from now; 0 if it is over.
	pub left: Height,
	/// The block it is, unless the court is closed meanwhile.
	pub block: u32,
}

/// Who may act.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Actor {
	/// Anyone.
	Anyone,
	/// A party.
	Party(Side),
	/// A juror of the round who has not done so.
	Juror,
	/// The final authority.
	FinalAuthority,
}

/// Which call.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Act {
	/// `concede`.
	Concede,
	/// `contest`.
	Contest,
	/// `offer_settlement`.
	OfferSettlement,
	/// `accept_settlement`, of this.
	AcceptSettlement(Award),
	/// `withdraw`.
	Withdraw,
	/// `submit_evidence`.
	SubmitEvidence,
	/// `ready`.
	Ready,
	/// `commit`.
	Commit,
	/// `denounce`.
	Denounce,
	/// `reveal`.
	Reveal,
	/// `fund_appeal`, for this side.
	FundAppeal(Side),
	/// `post_counter_bond`.
	PostCounterBond,
	/// `rule`.
	Rule,
	/// `advance`.
	Advance,
}

/// What somebody may do about a case now.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Permitted {
	/// Who.
	pub who: Actor,
	/// What.
	pub act: Act,
}

/// A seat in a panel.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SeatView<AccountId> {
	/// Its place.
	pub seat: SeatIndex,
	/// Who sits in it.
	pub juror: AccountId,
	/// What it puts at risk, in STRA.
	pub deposit: Balance,
	/// The juror has committed.
	pub committed: bool,
	/// What the juror revealed.
	pub award: Option<Award>,
	/// Somebody showed what the juror had committed to, before the time.
	pub denounced: bool,
	/// The deposit is released.
	pub settled: bool,
}

/// What a side has raised for an appeal, in STRA.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Raised<AccountId> {
	/// All of it.
	pub raised: Balance,
	/// By whom.
	pub funders: Vec<(AccountId, Balance)>,
}

/// A round of a case.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct RoundView<AccountId> {
	/// Which.
	pub round: u8,
	/// Seats it should have.
	pub seats: u8,
	/// Seats with a commitment that is not denounced.
	pub committed: u8,
	/// Seats that must reveal.
	pub quorum: u8,
	/// What was revealed, ascending.
	pub awards: Vec<Award>,
	/// What it ruled.
	pub ruling: Option<Award>,
	/// Seats that are drawn.
	pub panel: Vec<SeatView<AccountId>>,
	/// What the claimant's and the respondent's side raised for an appeal against it.
	pub appeal: Option<(Raised<AccountId>, Raised<AccountId>)>,
}

/// All that is known of a case.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct CaseFile<AccountId> {
	/// The case: parties, what is claimed, court, stage, freeze, what was achieved.
	pub dispute: Dispute<AccountId>,
	/// The terms that it is tried under.
	pub terms: Terms,
	/// The end of its stage; `None` while it waits for an epoch, or for another case.
	pub deadline: Option<Deadline>,
	/// The first epoch in which randomness may be taken, while it waits for that.
	pub epoch: Option<Epoch>,
	/// What may be done now.
	pub acts: Vec<Permitted>,
	/// What the court holds for it; empty once it is closed.
	pub pot: Pot,
	/// Deposits of seats that are not settled, in STRA.
	pub at_risk: Balance,
	/// Its rounds; none once it is closed.
	pub rounds: Vec<RoundView<AccountId>>,
	/// Its evidence; none once it is closed.
	pub evidence: Vec<Piece>,
	/// Who may not judge it, as far as is known from the beginning.
	pub excluded: Vec<AccountId>,
}

/// What is asked of a juror in a case.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Duty {
	/// To commit, in place of an earlier commitment if there is one.
	Commit {
		/// There is one.
		again: bool,
	},
	/// To reveal.
	Reveal,
	/// Nothing now: other stages, seats and rounds come first.
	Wait,
}

/// A seat of a juror.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SeatDuty {
	/// The case.
	pub dispute: DisputeId,
	/// The round.
	pub round: u8,
	/// The seat.
	pub seat: SeatIndex,
	/// What it puts at risk, in STRA.
	pub deposit: Balance,
	/// What is asked of the juror.
	pub duty: Duty,
	/// Until when.
	pub until: Option<Deadline>,
	/// The evidence that a commitment binds, so far; fixed while jurors vote.
	pub evidence: H256,
}

/// What a juror has staked, and what is asked of him. In STRA.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct JurorDuties {
	/// All that is on hold.
	pub bonded: Balance,
	/// What no seat puts at risk.
	pub free: Balance,
	/// By court.
	pub stakes: Vec<Stake>,
	/// On its way out.
	pub unbonding: Vec<Unbonding>,
	/// What the account is.
	pub roles: Vec<RoleId>,
	/// Seats that are not settled.
	pub seats: Vec<SeatDuty>,
}

/// What a claim would cost who files it. What is taken comes back if the claim is right.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct FilingCost {
	/// Where it would go.
	pub route: Route,
	/// What is claimed, in STRA, rounded up; `None` without reliable prices.
	pub value: Option<Balance>,
	/// Bond, in STRA.
	pub bond: Balance,
	/// Fees of the first panel, in STRA.
	pub fees: Balance,
	/// The bond of the freeze, in the asset of the claim; 0 without one.
	pub freeze: Balance,
}

/// What comes after an appeal.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Next {
	/// A panel of so many seats.
	Panel(u8),
	/// The final authority.
	FinalAuthority,
}

/// What a side needs for an appeal, in STRA.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SideCost {
	/// All of it.
	pub required: Balance,
	/// What it has.
	pub raised: Balance,
	/// The least that is taken from somebody; 0 if nothing is missing.
	pub least: Balance,
	/// Until when.
	pub until: Deadline,
}

/// What it costs to appeal against a round.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct AppealCost {
	/// The round.
	pub round: u8,
	/// The side that the ruling went against: the claimant's if nothing is awarded. Of a part, both may
	/// appeal.
	pub losing: Side,
	/// What comes next.
	pub next: Next,
	/// What that costs in fees.
	pub cost: Balance,
	/// The claimant's side.
	pub claimant: SideCost,
	/// The respondent's side.
	pub respondent: SideCost,
}

/// What a panel is good for, in STRA.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct PanelBudget {
	/// The court.
	pub court: CourtId,
	/// Its seats.
	pub seats: u8,
	/// What its jurors are paid.
	pub fees: Balance,
	/// What they put at risk.
	pub deposits: Balance,
	/// The greatest claim that it may decide: what they stand to lose, rounded down.
	pub secured: Balance,
	/// What it takes to buy its majority by a promise, rounded down.
	pub bribe: Balance,
	/// It secures the claim.
	pub suffices: bool,
}

/// What the panels that a claim can come before are good for.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SecurityBudget {
	/// What is claimed, in STRA, rounded up; `None` without reliable prices.
	pub value: Option<Balance>,
	/// The panels of the court and of those above it.
	pub panels: Vec<PanelBudget>,
	/// Where it would go.
	pub route: Route,
}

/// The court's clock, and the randomness of draws.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct CourtTime {
	/// Court time: how many blocks the court has been open for.
	pub height: Height,
	/// The number of the block.
	pub block: u32,
	/// The court is closed, by its origin or because the chain is.
	pub closed: bool,
	/// The epoch.
	pub epoch: Epoch,
	/// The epoch before it revealed randomness.
	pub seed: bool,
}

/// A court, and who may be drawn now.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct CourtView {
	/// Its id.
	pub id: CourtId,
	/// The court.
	pub court: Court,
	/// Its terms now.
	pub terms: Terms,
	/// All stakes in its tree, in STRA.
	pub staked: Balance,
}

sp_api::decl_runtime_apis! {
	/// Cases, jurors and courts as they stand now.
	pub trait DisputesApi<AccountId>
	where
		AccountId: Codec,
	{
		/// All courts.
		fn courts() -> Vec<CourtView>;

		/// The clock.
		fn court_time() -> CourtTime;

		/// All that is known of a case; `None` if there is none.
		fn case_file(dispute: DisputeId) -> Option<CaseFile<AccountId>>;

		/// The cases on an event; `None` if there are none.
		fn disputes_of_event(event: H256) -> Option<EventCases>;

		/// What an account has staked, and what is asked of it; `None` if it is no juror. Looks through
		/// at most [`MAX_LOOKED_THROUGH`] open cases.
		fn juror_duties(who: AccountId) -> Option<JurorDuties>;

		/// What it would cost to file a claim of `amount` in `court`, with this freeze: `asset` is what
		/// the remedy pays in, `None` if it pays nothing.
		fn cost_of_filing(
			court: CourtId,
			asset: Option<Asset>,
			amount: Balance,
			freeze: Option<Balance>,
		) -> Result<FilingCost, DispatchError>;

		/// What both sides need for an appeal; `None` if the case cannot be appealed now.
		fn cost_of_appeal(dispute: DisputeId) -> Option<AppealCost>;

		/// What the panels are good for that a claim of `amount` in `court` can come before, and where
		/// it goes.
		fn security_budget(
			court: CourtId,
			asset: Option<Asset>,
			amount: Balance,
		) -> Result<SecurityBudget, DispatchError>;

		/// The first moment, milliseconds since 1970, at which a default of the deal would be there if
		/// nothing happens, and which; `None` if none is in sight.
		fn default_in_sight(deal: DealId) -> Option<(Moment, DealDefault)>;
	}
}
