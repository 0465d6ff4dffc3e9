//! What can be proven, and for how long.

use pallet_session::historical::StoredRange;
use sp_staking::SessionIndex;

use super::{prove, proven, pruned, FOUR};
use crate::mock::*;

#[test]
fn what_a_stranger_signed_is_not_provable() {
	build_and_execute(&FOUR, || {
		set_keys(5, 77);
		let proof = prove(1_001).expect("a proof");
		assert_eq!(proven(77, &proof), None);
		assert_eq!(proven(1_001, &proof), Some((1, ())));
	});
}

#[test]
fn the_first_sessions_are_provable_and_only_as_long_as_they_should_be() {
	build_and_execute(&FOUR, || {
		let (zeroth, one) = (prove(1_003).expect("a proof"), {
			run_to_session(1);
			prove(1_003).expect("a proof")
		});
		assert_eq!((zeroth.session, one.session), (0, 1));
		run_to_session(DEPTH);
		assert_eq!(proven(1_003, &zeroth), Some((3, ())));
		run_to_session(DEPTH + 1);
		assert_eq!(proven(1_003, &zeroth), None);
		assert_eq!(proven(1_003, &one), Some((3, ())));
		run_to_session(DEPTH + 2);
		assert_eq!(proven(1_003, &one), None);
	});
}

#[test]
fn new_keys_are_provable_afterwards() {
	build_and_execute(&FOUR, || {
		set_keys(2, 99);
		run_to_session(2);
		let proof = prove(99).expect("a proof");
		run_to_session(4);
		assert_eq!(proof.session, 2);
		assert_eq!(proven(99, &proof), Some((2, ())));
		assert_eq!(proven(1_002, &proof), None);
	});
}

#[test]
fn history_does_not_grow() {
	build_and_execute(&FOUR, || {
		for session in 1..50 {
			run_to_session(session);
			let first = session.saturating_sub(DEPTH);
			assert_eq!(StoredRange::<Test>::get(), Some((first, session + 2)));
			let roots = pallet_session::historical::HistoricalSessions::<Test>::iter().count();
			assert_eq!(roots, (session + 2 - first) as usize);
			ValidatorSet::do_try_state().expect("the state to hold");
		}
		// One session at a time, and not before there is something to prune.
		assert_eq!(pruned(), (1..=49 - DEPTH).collect::<Vec<_>>());
	});
}

#[test]
fn a_shorter_depth_catches_up_at_once() {
	build_and_execute(&FOUR, || {
		run_to_session(10);
		HistoryDepth::set(2);
		run_to_session(11);
		assert_eq!(StoredRange::<Test>::get(), Some((9, 13)));
	});
}

#[test]
fn a_longer_depth_does_not_prune() {
	build_and_execute(&FOUR, || {
		run_to_session(10);
		HistoryDepth::set(SessionIndex::MAX);
		run_to_session(12);
		assert_eq!(StoredRange::<Test>::get(), Some((4, 14)));
	});
}

mod owners {
	use frame_support::traits::KeyOwnerProofSystem;
	use sp_core::crypto::key_types::{BABE, DUMMY};
	use sp_runtime::{testing::UintAuthorityId, KeyTypeId};
	use sp_session::MembershipProof;

	use super::*;
	use crate::SessionKeyOwners;

	fn owner(kind: KeyTypeId, key: u64, proof: &MembershipProof) -> Option<(u64, ())> {
		let key = codec::Encode::encode(&UintAuthorityId(key));
		SessionKeyOwners::<Test>::check_proof((kind, &key[..]), proof.clone())
	}

	#[test]
	fn rotating_keys_does_not_make_an_earlier_proof_worthless() {
		build_and_execute(&FOUR, || {
			run_to_session(1);
			let proof = prove(1_003).expect("a proof");
			// Its own keys, or somebody else's.
			for rotates in [3, 1] {
				set_keys(rotates, 500 + rotates);
				assert_eq!(proven(1_003, &proof), None, "what the SDK says");
				assert_eq!(owner(DUMMY, 1_003, &proof), Some((3, ())));
			}
			run_to_session(2);
			assert_eq!(proven(1_003, &proof), Some((3, ())));
			assert_eq!(owner(DUMMY, 1_003, &proof), Some((3, ())));
			run_to_session(1 + DEPTH);
			assert_eq!(owner(DUMMY, 1_003, &proof), Some((3, ())));
			run_to_session(1 + DEPTH + 1);
			assert_eq!(owner(DUMMY, 1_003, &proof), None);
		});
	}

	#[test]
	fn proofs_made_after_a_rotation_are_as_good_as_in_the_sdk() {
		build_and_execute(&FOUR, || {
			set_keys(3, 500);
			let key = codec::Encode::encode(&UintAuthorityId(1_002));
			let proof = SessionKeyOwners::<Test>::prove((DUMMY, &key[..])).expect("a proof");
			assert_eq!(proven(1_002, &proof), Some((2, ())));
			assert_eq!(owner(DUMMY, 1_002, &proof), Some((2, ())));
		});
	}

	#[test]
	fn what_a_proof_does_not_say_is_not_proven() {
		build_and_execute(&FOUR, || {
			let proof = prove(1_003).expect("a proof");
			assert_eq!(owner(DUMMY, 1_003, &proof), Some((3, ())));
			assert_eq!(owner(DUMMY, 77, &proof), None, "another key");
			assert_eq!(owner(BABE, 1_003, &proof), None, "another kind");
			let none = MembershipProof { trie_nodes: vec![], ..proof.clone() };
			assert_eq!(owner(DUMMY, 1_003, &none), None, "nothing");
			let fewer = MembershipProof { validator_count: 3, ..proof.clone() };
			assert_eq!(owner(DUMMY, 1_003, &fewer), None, "another number of validators");
			let future = MembershipProof { session: 9, ..proof.clone() };
			assert_eq!(owner(DUMMY, 1_003, &future), None, "a session that is not");
			let mut more = proof.clone();
			more.trie_nodes.push(vec![1, 2, 3]);
			assert_eq!(owner(DUMMY, 1_003, &more), None, "more than it needs");
			let mut twice = proof.clone();
			twice.trie_nodes.push(proof.trie_nodes[0].clone());
			assert_eq!(owner(DUMMY, 1_003, &twice), None, "a part of it twice");
			let mut broken = proof;
			broken.trie_nodes[0][0] ^= 1;
			assert_eq!(owner(DUMMY, 1_003, &broken), None, "a part of it changed");
		});
	}
}
