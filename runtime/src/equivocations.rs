//! Reports of equivocations: what they cost, and for which session a double vote counts.
//!
//! A block names its slot, and so its session. A vote names a set and a round, and a set lasts for as many sessions
//! as nobody comes or goes. GRANDPA's own reports are for the session of the proof of who had the key, which is as
//! good in every session of the set: whoever reports could have each of the double votes of a node that ran
//! twice for five minutes count for another session, and its owner lose a tenth of his bond for each. Here they
//! count for the session of the block that was voted for, whoever reports them, with whichever proof.

use codec::{Decode, Encode};
use frame_support::{
	traits::KeyOwnerProofSystem,
	weights::{constants::ParityDbWeight, Weight},
};
use pallet_grandpa::{EquivocationOffence, Error, SetIdSession, TimeSlot};
use pallet_strata_tempo::ReportLongevity;
use pallet_strata_validator_set::{Offender, OncePerSession, SessionKeyOwners};
use sp_consensus_grandpa::{
	check_equivocation_proof, Equivocation, EquivocationProof, SetId, KEY_TYPE,
};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};
use sp_session::MembershipProof;
use sp_staking::{
	offence::{OffenceReportSystem, ReportOffence},
	SessionIndex,
};

use crate::{AccountId, Authorship, BlockNumber, Hash, Offences, Runtime, System, ValidatorSet};

/// Where offences are reported.
type Reports = OncePerSession<Runtime, Offences>;

/// Reports of two blocks in one slot.
pub type BlockReports = pallet_babe::EquivocationReportSystem<
	Runtime,
	Reports,
	SessionKeyOwners<Runtime>,
	ReportLongevity<Runtime>,
>;

/// What GRANDPA makes of reports. It sends them; all else is done by [`VoteReports`].
type Grandpa = pallet_grandpa::EquivocationReportSystem<
	Runtime,
	Reports,
	SessionKeyOwners<Runtime>,
	ReportLongevity<Runtime>,
>;

/// Two votes of one authority in one round.
type Votes = EquivocationProof<Hash, BlockNumber>;
type Offence = EquivocationOffence<Offender<Runtime>>;

/// Reports of two votes in one round.
pub struct VoteReports;

impl OffenceReportSystem<Option<AccountId>, (Votes, MembershipProof)> for VoteReports {
	type Longevity = ReportLongevity<Runtime>;

	fn publish_evidence(evidence: (Votes, MembershipProof)) -> Result<(), ()> {
		Grandpa::publish_evidence(evidence)
	}

	fn check_evidence(
		(votes, proof): (Votes, MembershipProof),
	) -> Result<(), TransactionValidityError> {
		let session = session_of(&votes, proof.session).ok_or(InvalidTransaction::BadProof)?;
		let offender = offender(&votes, proof, session).ok_or(InvalidTransaction::BadProof)?;
		let known = <Reports as ReportOffence<_, _, Offence>>::is_known_offence(
			&[offender],
			&time_slot(&votes),
		);
		if known {
			return Err(InvalidTransaction::Stale.into());
		}
		Ok(())
	}

	fn process_evidence(
		reporter: Option<AccountId>,
		(votes, proof): (Votes, MembershipProof),
	) -> Result<(), DispatchError> {
		if !check_equivocation_proof(votes.clone()) {
			return Err(Error::<Runtime>::InvalidEquivocationProof.into());
		}
		let session =
			session_of(&votes, proof.session).ok_or(Error::<Runtime>::InvalidEquivocationProof)?;
		let validator_set_count = proof.validator_count;
		let offender =
			offender(&votes, proof, session).ok_or(Error::<Runtime>::InvalidKeyOwnershipProof)?;
		let offence = Offence {
			time_slot: time_slot(&votes),
			session_index: session,
			validator_set_count,
			offender,
		};
		let reporters = reporter.or_else(Authorship::author).into_iter().collect();
		Reports::report_offence(reporters, offence)
			.map_err(|_| Error::<Runtime>::DuplicateOffenceReport.into())
	}
}

fn time_slot(votes: &Votes) -> TimeSlot {
	TimeSlot { set_id: votes.set_id(), round: votes.round() }
}

/// Who had the key that voted, according to `proof`, with the session that it is charged for.
fn offender(
	votes: &Votes,
	proof: MembershipProof,
	session: SessionIndex,
) -> Option<Offender<Runtime>> {
	let key = (KEY_TYPE, votes.offender().clone());
	let (owner, _) = SessionKeyOwners::<Runtime>::check_proof(key, proof)?;
	Some((owner, session))
}

/// How far beyond this chain a block of another fork may be.
const BEYOND: BlockNumber = 256;

/// The session that `votes` count for: that of the later block of the two, within those of the set. `None` if the
/// set is not known, `proven` is none of its sessions, or it is too long ago to be proven; or if there can be no such
/// block: it would be one of each session to come, and the votes count anew in each.
fn session_of(votes: &Votes, proven: SessionIndex) -> Option<SessionIndex> {
	let last = SetIdSession::<Runtime>::get(votes.set_id())?;
	let first = match votes.set_id().checked_sub(1) {
		Some(before) => SetIdSession::<Runtime>::get(before)?.checked_add(1)?,
		None => 0,
	};
	if !(first..=last).contains(&proven) {
		return None;
	}
	let block = later_block(votes)?;
	let there_may_be = block <= System::block_number().saturating_add(BEYOND);
	there_may_be.then(|| ValidatorSet::session_of(block, first, last)).flatten()
}

/// The number of the later one of the two blocks that were voted for.
fn later_block(votes: &Votes) -> Option<BlockNumber> {
	// The votes are private to it: read as they were sent.
	let encoded = votes.encode();
	let (_, votes): (SetId, Equivocation<Hash, BlockNumber>) =
		Decode::decode(&mut &encoded[..]).ok()?;
	Some(match votes {
		Equivocation::Prevote(votes) => {
			votes.first.0.target_number.max(votes.second.0.target_number)
		},
		Equivocation::Precommit(votes) => {
			votes.first.0.target_number.max(votes.second.0.target_number)
		},
	})
}

/// What a report costs: as the SDK reckons it, for a hundred validators at least and with the reads and writes of a
/// database that is slower than ours, and what is looked up here besides. What comes of the offence is added by
/// the pallet that does it.
///
/// Reports cannot fill blocks. Nodes take those without a signature from themselves only, and everybody else
/// pays for one unless it convicts somebody, which it does once for a validator and session.
pub struct ReportWeight;

/// Beginnings of sessions that are looked at in the longest history, convictions, the session now, and its root;
/// the first two by the check before, too.
const LOOKED_UP: u64 = 2 * (14 + 1) + 2;

impl pallet_babe::WeightInfo for ReportWeight {
	fn plan_config_change() -> Weight {
		<() as pallet_babe::WeightInfo>::plan_config_change()
	}

	fn report_equivocation(validators: u32, nominators: u32) -> Weight {
		<() as pallet_babe::WeightInfo>::report_equivocation(validators, nominators)
			.saturating_add(ParityDbWeight::get().reads(LOOKED_UP))
	}
}

impl pallet_grandpa::WeightInfo for ReportWeight {
	fn note_stalled() -> Weight {
		<() as pallet_grandpa::WeightInfo>::note_stalled()
	}

	fn report_equivocation(validators: u32, nominators: u32) -> Weight {
		<() as pallet_grandpa::WeightInfo>::report_equivocation(validators, nominators)
			.saturating_add(ParityDbWeight::get().reads(LOOKED_UP))
	}
}
