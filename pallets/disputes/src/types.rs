//! What is stored. Nothing here knows the pallet's `Config`.

// What deriving `Encode` for enums generates casts; nothing written here does.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::{ConstU32, PalletError},
	BoundedVec,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::Perbill;
use strata_court::{Epoch, Leaf, Penalties, PenaltyError, MAX_FUNDERS, MAX_SEATS};
use strata_traits::{Asset, Award, Balance, Case, DisputeId, Moment};

/// A court.
pub type CourtId = u16;
/// What somebody must be to judge in a court: a profession, an accreditation.
pub type RoleId = u16;
/// Which terms of a court.
pub type TermsVersion = u32;
/// Court time: how many blocks the court has been open for. A pause does not count.
pub type Height = u32;
/// The place of a seat in its round.
pub type SeatIndex = u8;

/// Courts that one juror may stake in, at most.
pub const MAX_COURTS_OF_JUROR: u32 = 4;
/// Stakes of one juror that wait to be paid out, at most.
pub const MAX_UNBONDING: u32 = 8;
/// Roles of one account, at most.
pub const MAX_ROLES: u32 = 8;
/// Pieces of evidence of one party in one case, at most.
pub const MAX_PIECES: u8 = 32;
/// Longest address of a piece of evidence, bytes.
pub const MAX_URI: u32 = 128;
/// Later cases on one event that wait for the first, at most.
pub const MAX_STAYED: u32 = 8;
/// Cases that are known to have decided a part of one event, at most.
pub const MAX_EARLIER: u32 = 4;
/// Leaves that a draw passes over, at most, in two courts: of parties, of who put money on an appeal, of
/// earlier seats, of seats of this round, and of those who turned out to be conflicted.
pub const MAX_EXCLUDED: u32 = 896;
/// Epochs from a stake to its activation, at least: what is staked in the epoch of a contest is in the
/// tree after the epoch whose stakes count.
pub const MIN_ACTIVATION: Epoch = 2;
/// Seats in all panels of a case, at most.
pub const MAX_ALL_SEATS: u32 = 192;

/// How long each stage of a case lasts at most, in blocks of court time.
#[derive(
	Clone,
	Copy,
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
pub struct Periods {
	/// For the respondent to concede or contest.
	pub response: Height,
	/// For evidence, in each round.
	pub evidence: Height,
	/// For jurors to commit.
	pub commit: Height,
	/// For jurors to reveal.
	pub reveal: Height,
	/// For an appeal to be funded. The side that the ruling went against has the first half.
	pub appeal: Height,
	/// Between the final ruling and what it does.
	pub cooling: Height,
	/// For the final authority to rule.
	pub ruling: Height,
	/// For the final authority to correct its ruling.
	pub correction: Height,
}

/// Seats of each panel that are kept for the jurors of another court.
#[derive(
	Clone,
	Copy,
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
pub struct Quota {
	/// Whose jurors. Usually one with a role.
	pub court: CourtId,
	/// How many seats.
	pub seats: u8,
}

/// The terms of a court. A case keeps those that it was filed under. Amounts are in STRA.
#[derive(
	Clone,
	Copy,
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
pub struct Terms {
	/// Least stake of a juror.
	pub stake: Balance,
	/// d: what of it a seat puts at risk.
	pub deposit: Balance,
	/// p: what a seat is paid.
	pub fee: Balance,
	/// n₀: seats of the first panel; odd.
	pub panel: u8,
	/// How many appeals to a panel there are; each doubles the panel and adds a seat.
	pub appeals: u8,
	/// What each party puts down.
	pub bond: Balance,
	/// What each piece of evidence after a party's first is deposited with.
	pub evidence: Balance,
	/// How long each stage lasts.
	pub periods: Periods,
	/// How long after it happened something may be claimed, milliseconds.
	pub limitation: Moment,
	/// What jurors lose.
	pub penalties: Penalties,
	/// Epochs from a stake to the first in which it may be activated, [`MIN_ACTIVATION`] at least: if it
	/// is long enough nobody stakes because he knows of a case.
	pub activation: Epoch,
	/// How many epochs a juror who did not vote, or showed his vote, is out of the draw.
	pub ejection: Epoch,
	/// What a freeze that turns out wrong costs in a year, beside a tenth of what it stops.
	pub freeze_rate: Perbill,
	/// What jurors must be. `None`: anyone.
	pub role: Option<RoleId>,
	/// Seats kept for jurors of another court.
	pub quota: Option<Quota>,
}

/// Why terms do not hold together.
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
pub enum TermsError {
	/// A deposit, fee or bond of zero, or a stake below a seat's deposit.
	AmountOutOfRange,
	/// A panel of fewer than 3 seats, of an even number, or too many seats with all appeals.
	PanelOutOfRange,
	/// A stage without a block, an appeal of fewer than 2, or a stake that may be activated before the
	/// second epoch.
	PeriodTooShort,
	/// No time to claim in.
	NoLimitation,
	/// As many seats kept for others as there are, or kept for the court itself.
	QuotaOutOfRange,
	/// The penalties are out of order.
	Penalties(PenaltyError),
}

// Not derived: that would need the same of the error within, which knows nothing of pallets.
impl PalletError for TermsError {
	const MAX_ENCODED_SIZE: usize = 2;
}

impl Terms {
	/// Whether they hold together.
	///
	/// # Errors
	/// The first [`TermsError`] found.
	pub fn validate(&self) -> Result<(), TermsError> {
		use TermsError::*;
		let ensure = |holds: bool, error| if holds { Ok(()) } else { Err(error) };
		let amounts = [self.deposit, self.fee, self.bond, self.evidence];
		let positive = amounts.iter().all(|amount| *amount > 0);
		ensure(positive && self.stake >= self.deposit, AmountOutOfRange)?;
		ensure(self.panel >= 3 && self.panel % 2 == 1, PanelOutOfRange)?;
		ensure(self.largest_panel().is_some(), PanelOutOfRange)?;
		let Periods { response, evidence, commit, reveal, appeal, cooling, ruling, correction } =
			self.periods;
		let stages = [response, evidence, commit, reveal, cooling, ruling, correction];
		ensure(stages.iter().all(|stage| *stage > 0) && appeal >= 2, PeriodTooShort)?;
		ensure(self.activation >= MIN_ACTIVATION, PeriodTooShort)?;
		ensure(self.limitation > 0, NoLimitation)?;
		let kept = self.quota.is_none_or(|quota| quota.seats > 0 && quota.seats < self.panel);
		ensure(kept, QuotaOutOfRange)?;
		self.penalties.validate().map_err(Penalties)
	}

	/// The seats of round `round`, counted from a first panel of `first`. `None` above [`MAX_SEATS`].
	pub fn seats(first: u8, round: u8) -> Option<u8> {
		(0..round)
			.try_fold(first, |seats, _| strata_court::next_panel(seats))
			.filter(|seats| *seats <= MAX_SEATS)
	}

	/// The seats of the last panel.
	fn largest_panel(&self) -> Option<u8> {
		Self::seats(self.panel, self.appeals)
	}
}

/// Terms that cases are tried under.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Pinned {
	/// The terms.
	pub terms: Terms,
	/// Cases that have not ended.
	pub cases: u32,
}

/// A court.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Court {
	/// Where cases go that it has too few jurors for.
	pub parent: Option<CourtId>,
	/// Its terms now.
	pub version: TermsVersion,
	/// Jurors with a stake in the tree.
	pub jurors: u32,
	/// Levels of the tree.
	pub levels: u8,
	/// Leaves that have ever had an owner.
	pub leaves: Leaf,
	/// The queue of leaves that were given up: the first entry and the one after the last.
	pub free: (u32, u32),
}

/// What a juror stakes in one court.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Stake {
	/// The court.
	pub court: CourtId,
	/// In the tree: what the juror is drawn by.
	pub active: Balance,
	/// Not in the tree before `from`.
	pub pending: Balance,
	/// The epoch from which on `pending` may be activated.
	pub from: Epoch,
	/// Its place in the tree, from the first activation until everything is withdrawn.
	pub leaf: Option<Leaf>,
}

/// What a juror took out of the tree. It answers for seats until it is paid out.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Unbonding {
	/// How much.
	pub amount: Balance,
	/// The epoch from which on it may be withdrawn.
	pub from: Epoch,
}

/// A juror. All of it, unbonding included, is on hold.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Juror {
	/// By court.
	pub stakes: BoundedVec<Stake, ConstU32<MAX_COURTS_OF_JUROR>>,
	/// On its way out, the earliest first.
	pub unbonding: BoundedVec<Unbonding, ConstU32<MAX_UNBONDING>>,
	/// Deposits of seats that are not settled.
	pub locked: Balance,
	/// Seats that are not settled.
	pub seats: u32,
}

impl Juror {
	/// All that is on hold. `None` if it does not fit.
	pub fn bonded(&self) -> Option<Balance> {
		let staked = self.stakes.iter().try_fold(0u128, |sum, stake| {
			sum.checked_add(stake.active)?.checked_add(stake.pending)
		})?;
		self.unbonding.iter().try_fold(staked, |sum, chunk| sum.checked_add(chunk.amount))
	}

	/// What no seat puts at risk; 0 if less is left than that.
	pub fn free(&self) -> Option<Balance> {
		Some(self.bonded()?.saturating_sub(self.locked))
	}

	/// The stake in a court.
	pub fn stake(&self, court: CourtId) -> Option<&Stake> {
		self.stakes.iter().find(|stake| stake.court == court)
	}

	/// The stake in a court.
	pub fn stake_mut(&mut self, court: CourtId) -> Option<&mut Stake> {
		self.stakes.iter_mut().find(|stake| stake.court == court)
	}

	/// Whether nothing is left to keep it for.
	pub fn is_empty(&self) -> bool {
		self.stakes.is_empty() && self.unbonding.is_empty() && self.seats == 0
	}
}

/// A side of a case.
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
pub enum Side {
	/// Who claims.
	Claimant,
	/// Whom it is against.
	Respondent,
}

impl Side {
	/// The side that an award is for.
	pub fn of(award: Award) -> Self {
		if award > 0 {
			Self::Claimant
		} else {
			Self::Respondent
		}
	}

	/// The other one.
	pub fn other(self) -> Self {
		match self {
			Self::Claimant => Self::Respondent,
			Self::Respondent => Self::Claimant,
		}
	}
}

/// How a case ended.
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
pub enum Outcome {
	/// The respondent conceded: all of it is due.
	Conceded,
	/// The respondent did not answer: all of it is due.
	ByDefault,
	/// The parties agreed on this.
	Settled(Award),
	/// A panel, or the final authority, ruled this.
	Ruled(Award),
	/// The claimant gave up.
	Withdrawn,
	/// Nobody could decide. It may be claimed again.
	Dismissed,
	/// An earlier case on the same event was decided.
	Decided,
}

impl Outcome {
	/// What is due to the claimant.
	pub fn award(self) -> Award {
		match self {
			Self::Conceded | Self::ByDefault => strata_traits::FULL_AWARD,
			Self::Settled(award) | Self::Ruled(award) => award,
			Self::Withdrawn | Self::Dismissed | Self::Decided => 0,
		}
	}

	/// Whether the event is decided by it, for everybody who asks for no more.
	pub fn is_on_the_merits(self) -> bool {
		matches!(self, Self::Conceded | Self::ByDefault | Self::Ruled(_))
	}

	/// Who has lost, and pays. Nobody if the parties agreed, or nobody could decide.
	pub fn loser(self) -> Option<Side> {
		match self {
			Self::Conceded | Self::ByDefault => Some(Side::Respondent),
			Self::Ruled(award) => Some(Side::of(award).other()),
			Self::Withdrawn => Some(Side::Claimant),
			Self::Settled(_) | Self::Dismissed | Self::Decided => None,
		}
	}
}

/// What is done after a case has ended, a page at a time.
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
pub enum Settling {
	/// Seats of a round are released, and slashed.
	Penalties {
		/// The round.
		round: u8,
		/// The first seat that is not done.
		seat: SeatIndex,
		/// Seats before it that are to be paid.
		coherent: u8,
	},
	/// Coherent seats of the round are paid, and all are removed.
	Rewards {
		/// The round.
		round: u8,
		/// The first seat that is not done.
		seat: SeatIndex,
		/// What each of them is paid.
		each: Balance,
	},
	/// The appeal from the round is paid out.
	Appeal {
		/// The round.
		round: u8,
	},
	/// Evidence is removed and its deposits go back.
	Evidence {
		/// The first piece that is not done.
		piece: u8,
	},
	/// Bonds and prepaid fees go where they belong, and the case closes.
	Bonds,
}

/// Where a case is. Times are court times: the stage ends at `until`, before which its acts are allowed.
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
pub enum State {
	/// Waits for an earlier case on the same event.
	Stayed,
	/// Waits for the respondent.
	Response {
		/// The end of the stage.
		until: Height,
	},
	/// Waits for randomness that nobody knew when the stakes were fixed.
	AwaitSeed {
		/// The stakes at the end of this epoch count.
		snapshot: Epoch,
		/// The first epoch whose seed is late enough.
		from: Epoch,
	},
	/// Seats are drawn.
	Drawing {
		/// Drawing must end within this epoch, or begins again with another seed.
		last: Epoch,
	},
	/// The parties submit evidence.
	Evidence {
		/// The end of the stage.
		until: Height,
		/// Which parties want no more time.
		ready: [bool; 2],
	},
	/// Jurors commit. The evidence is closed.
	Commit {
		/// The end of the stage.
		until: Height,
	},
	/// Jurors reveal.
	Reveal {
		/// The end of the stage.
		until: Height,
	},
	/// The round has ruled; the ruling may be appealed.
	Appeal {
		/// The side that the ruling went against must have funded by then.
		half: Height,
		/// The end of the stage.
		until: Height,
	},
	/// Waits for the final authority.
	Final {
		/// The end of the stage.
		until: Height,
	},
	/// The final authority has ruled and may correct itself.
	Correction {
		/// The end of the stage.
		until: Height,
		/// Its ruling.
		award: Award,
	},
	/// The ruling is final and takes effect at `until`.
	Cooling {
		/// The end of the stage.
		until: Height,
		/// What is known of the end.
		outcome: Outcome,
	},
	/// The remedy is carried out.
	Enforcing {
		/// How the case ended.
		outcome: Outcome,
		/// How often it failed.
		tries: u8,
	},
	/// Money and seats are released.
	Settling {
		/// How the case ended.
		outcome: Outcome,
		/// What comes next.
		next: Settling,
	},
	/// Over. Nothing is held any more.
	Closed {
		/// How the case ended.
		outcome: Outcome,
		/// When, in court time.
		at: Height,
	},
}

/// Cash of the deal that waits for the ruling.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Freeze {
	/// At most this much is kept, in the asset of the case.
	pub most: Balance,
	/// The claimant's bond for it.
	pub bond: Balance,
	/// The respondent's counter-bond, which lifted it; 0 without one.
	pub counter: Balance,
}

/// A case.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Dispute<AccountId> {
	/// What is claimed, and why.
	pub case: Case<AccountId>,
	/// Names the event: two cases with the same one are about the same thing.
	pub event: H256,
	/// Who claims.
	pub claimant: AccountId,
	/// Whom it is against.
	pub respondent: AccountId,
	/// What amounts are in. `None` if the remedy pays nothing.
	pub asset: Option<Asset>,
	/// The court that tries it.
	pub court: CourtId,
	/// Under which terms.
	pub version: TermsVersion,
	/// Seats of its first panel: more than the court's if it takes more to secure the claim.
	pub panel: u8,
	/// Whether the final authority must confirm what panels rule, as none secures the claim.
	pub confirm: bool,
	/// The round.
	pub round: u8,
	/// How often no quorum revealed, in this court.
	pub failed: u8,
	/// Where it is.
	pub state: State,
	/// Its place in the agenda; `None` once it is closed or while it is stayed.
	pub due: Option<Height>,
	/// What the last round ruled.
	pub ruling: Option<Award>,
	/// The evidence so far; fixed while jurors vote.
	pub evidence: H256,
	/// Pieces of evidence: all, of the claimant, of the respondent.
	pub pieces: (u8, u8, u8),
	/// What a party offers to settle for.
	pub offer: Option<(Side, Award)>,
	/// What is frozen for it.
	pub freeze: Option<Freeze>,
	/// What its remedy achieved: paid, and what is missing.
	pub enforced: Option<(Balance, Balance)>,
}

/// What the court holds for one case. All in STRA but the freeze bonds.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Pot {
	/// Bonds: of the claimant, of the respondent.
	pub bonds: (Balance, Balance),
	/// Fees of the first panel, prepaid by the claimant, by the respondent.
	pub fees: (Balance, Balance),
	/// Deposits of evidence.
	pub evidence: Balance,
	/// Contributions to appeals that are not paid out.
	pub appeals: Balance,
	/// What the jurors of the round that is being settled share: slashes, and the fees of the round.
	pub reward: Balance,
	/// Of it, what was slashed.
	pub slashed: Balance,
	/// The claimant's freeze bond, in the asset of the case.
	pub freeze: Balance,
	/// The respondent's counter-bond, in the asset of the case.
	pub counter: Balance,
}

impl Pot {
	/// All STRA in it. `None` if it does not fit.
	pub fn native(&self) -> Option<Balance> {
		[self.bonds.1, self.fees.0, self.fees.1, self.evidence, self.appeals, self.reward]
			.iter()
			.try_fold(self.bonds.0, |sum, part| sum.checked_add(*part))
	}

	/// All of the asset of the case in it. `None` if it does not fit.
	pub fn of_case(&self) -> Option<Balance> {
		self.freeze.checked_add(self.counter)
	}
}

/// A round of votes.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Round {
	/// Seats it should have.
	pub seats: u8,
	/// Seats that are drawn.
	pub drawn: u8,
	/// The first seat that has not had its chance to vote. Those before it answer for what they did, and
	/// vote no more; the others are excused if the case ends now.
	pub from: SeatIndex,
	/// Seats with a commitment that is not denounced.
	pub committed: u8,
	/// What was revealed, ascending.
	pub awards: BoundedVec<Award, ConstU32<{ MAX_SEATS as u32 }>>,
	/// The lower median, once the round has ruled.
	pub ruling: Option<Award>,
}

/// A seat in a panel.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Seat<AccountId> {
	/// Who sits in it.
	pub juror: AccountId,
	/// By which stake.
	pub court: CourtId,
	/// What it puts at risk.
	pub deposit: Balance,
	/// What the juror committed to.
	pub commitment: Option<H256>,
	/// What the juror revealed.
	pub award: Option<Award>,
	/// Who showed, before reveals, what the juror had committed to.
	pub denounced_by: Option<AccountId>,
	/// The deposit is released.
	pub settled: bool,
}

/// A draw under way.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Draw {
	/// The stakes at the end of this epoch count.
	pub snapshot: Epoch,
	/// The randomness.
	pub seed: [u8; 32],
	/// Numbers used.
	pub trials: u16,
	/// Seats that are still to be drawn from the jurors of the quota's court; they come first.
	pub reserved: u8,
	/// Who is passed over: in which court's tree, where, and with what weight at the snapshot.
	pub excluded: BoundedVec<(CourtId, Leaf, Balance), ConstU32<MAX_EXCLUDED>>,
}

/// What one side has raised for an appeal.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct SideFunds<AccountId> {
	/// All of it.
	pub raised: Balance,
	/// By whom.
	pub funders: BoundedVec<(AccountId, Balance), ConstU32<MAX_FUNDERS>>,
}

impl<AccountId> Default for SideFunds<AccountId> {
	fn default() -> Self {
		Self { raised: 0, funders: BoundedVec::new() }
	}
}

/// An appeal from a round.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Appeal<AccountId> {
	/// C: what the next panel costs, or what it would cost if the final authority is next.
	pub cost: Balance,
	/// Funds of the claimant's side.
	pub claimant: SideFunds<AccountId>,
	/// Funds of the respondent's side.
	pub respondent: SideFunds<AccountId>,
	/// Whether it went on: then what is left of both goes to those who were right. Otherwise it goes
	/// back.
	pub heard: bool,
}

/// A piece of evidence. The court keeps its hash; what is at the address is somebody's else to keep.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Piece {
	/// Whose.
	pub side: Side,
	/// Hash of the document.
	pub hash: H256,
	/// Where it can be read.
	pub uri: BoundedVec<u8, ConstU32<MAX_URI>>,
	/// When, in court time.
	pub at: Height,
	/// Deposit; 0 of a party's first one.
	pub deposit: Balance,
}

/// The cases on one event.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct EventCases {
	/// The one that is tried, or decided it.
	pub first: DisputeId,
	/// The first one is decided: nobody may claim again what it decided.
	pub decided: bool,
	/// Those that wait for it.
	pub stayed: BoundedVec<DisputeId, ConstU32<MAX_STAYED>>,
	/// Those before it that decided a part, the latest last: nobody may claim that part again.
	pub earlier: BoundedVec<DisputeId, ConstU32<MAX_EARLIER>>,
}

impl EventCases {
	/// Notes that `decided` decided a part. The first of too many is forgotten.
	pub fn remember(&mut self, decided: DisputeId) {
		let forgotten = usize::from(self.earlier.is_full());
		let known = self.earlier.iter().skip(forgotten).copied().chain([decided]);
		self.earlier = BoundedVec::truncate_from(known.collect());
	}
}

/// The clock of the court.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Clock {
	/// Blocks in which the court was not open.
	pub paused_blocks: u32,
	/// Whether it is closed by its origin.
	pub paused: bool,
}

/// Where the randomness of a draw comes from.
pub trait Seeds {
	/// The epoch now. It rises by one at least with each session.
	fn epoch() -> Epoch;

	/// Randomness that was revealed during the epoch before this one, and by somebody: `None` if nobody
	/// revealed anything.
	fn seed() -> Option<[u8; 32]>;

	/// Sets both.
	#[cfg(feature = "runtime-benchmarks")]
	fn set(epoch: Epoch, seed: [u8; 32]);
}

/// What an amount is worth in STRA.
pub trait Value {
	/// Rounded up. `None` without a reliable price.
	fn in_native(asset: &Asset, amount: Balance) -> Option<Balance>;
}

/// Where a claim goes: the answer to what a filing would cost.
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
pub struct Route {
	/// The court.
	pub court: CourtId,
	/// Seats of the first panel. 0: the final authority decides at once.
	pub panel: u8,
	/// Whether the final authority must confirm.
	pub confirm: bool,
}
