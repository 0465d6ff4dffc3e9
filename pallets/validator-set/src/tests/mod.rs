//! Refusals first, then what each call and hook does, then everything at random.

mod bonds;
mod election;
mod founders;
mod history;
mod invariants;
mod offences;
mod random;
mod reports;
mod rewards;
mod set;
mod silence;
mod slashing;
mod terms;
mod views;

use pallet_session::historical::Event as HistoryEvent;
use sp_core::crypto::key_types::DUMMY;
use sp_runtime::testing::UintAuthorityId;
use sp_staking::SessionIndex;

use crate::mock::*;

/// In an order that is neither sorted nor that of hashes.
const FOUR: [u64; 4] = [3, 1, 4, 2];
const SEVEN: [u64; 7] = [7, 3, 1, 6, 4, 2, 5];

fn plan(index: SessionIndex) -> Option<Vec<u64>> {
	<ValidatorSet as pallet_session::SessionManager<u64>>::new_session(index)
}

fn prove(key: u64) -> Option<sp_session::MembershipProof> {
	use frame_support::traits::KeyOwnerProofSystem;
	let key = codec::Encode::encode(&UintAuthorityId(key));
	Historical::prove((DUMMY, &key[..]))
}

fn proven(key: u64, proof: &sp_session::MembershipProof) -> Option<(u64, ())> {
	use frame_support::traits::KeyOwnerProofSystem;
	let key = codec::Encode::encode(&UintAuthorityId(key));
	Historical::check_proof((DUMMY, &key[..]), proof.clone())
}

fn pruned() -> Vec<SessionIndex> {
	System::read_events_for_pallet::<HistoryEvent<Test>>()
		.into_iter()
		.filter_map(|event| match event {
			HistoryEvent::RootsPruned { up_to } => Some(up_to),
			_ => None,
		})
		.collect()
}

fn signed(who: u64) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}
