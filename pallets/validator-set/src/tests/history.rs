//! What can be proven, and for how long.

use pallet_session::historical::StoredRange;
use sp_staking::SessionIndex;

use super::{prove, proven, pruned, FOUR};
use crate::{mock::*, Beginnings};

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

#[test]
fn a_block_is_of_the_session_that_had_begun_last() {
	build_and_execute(&FOUR, || {
		run_to_session(4);
		let of = |number, first, last| ValidatorSet::session_of(number, first, last);
		for number in 0..40 {
			let session = SessionIndex::try_from(number / SESSION).expect("it fits").min(4);
			assert_eq!(of(number, 0, 4), Some(session), "block {number}");
			// Within the bounds that are given.
			assert_eq!(of(number, 2, 3), Some(session.clamp(2, 3)), "block {number}");
			assert_eq!(of(number, 3, 3), Some(3), "block {number}");
		}
		assert_eq!(of(0, 4, 3), None, "no session at all");
	});
}

#[test]
fn a_block_is_of_no_session_that_cannot_be_proven_any_more() {
	build_and_execute(&FOUR, || {
		let last = DEPTH + 3;
		run_to_session(last);
		// 3 is the first that can.
		let of = |number, first| ValidatorSet::session_of(number, first, last);
		assert_eq!(of(3 * SESSION, 0), Some(3));
		assert_eq!(of(3 * SESSION - 1, 0), None);
		assert_eq!(of(0, 2), None);
		assert_eq!(of(0, 3), Some(3), "a set that began with it");
		assert_eq!(ValidatorSet::session_of(0, 0, 2), None, "a set that has ended before it");
		let known: Vec<_> = Beginnings::<Test>::iter_keys().collect();
		assert_eq!(known.len(), DEPTH as usize + 1);
		assert!(known.iter().all(|session| (3..=last).contains(session)));
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
		let found = SessionKeyOwners::<Test>::check_proof((kind, &key[..]), proof.clone());
		found.map(|(owner, session)| {
			assert_eq!(session, proof.session, "the session of the proof is said with it");
			owner
		})
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
	fn proofs_made_after_a_rotation_stay_good() {
		build_and_execute(&FOUR, || {
			run_to_session(1);
			set_keys(3, 503);
			let make = |key| {
				let key = codec::Encode::encode(&UintAuthorityId(key));
				SessionKeyOwners::<Test>::prove((DUMMY, &key[..]))
			};
			// The keys that the session began with: those of who has new ones, and of others.
			let proofs = [(1_003, 3), (1_002, 2)].map(|(key, who)| (key, who, make(key)));
			let of_sdk = prove(1_002).expect("a proof");
			assert_eq!(proven(1_002, &of_sdk), Some((2, ())), "what the SDK says");
			assert_eq!(owner(DUMMY, 1_002, &of_sdk), None, "no keys that this session began with");
			for session in [1, 2, 1 + DEPTH] {
				while Session::current_index() < session {
					run_to_session(Session::current_index() + 1);
				}
				for (key, who, proof) in &proofs {
					let proof = proof.as_ref().expect("a proof");
					assert_eq!(owner(DUMMY, *key, proof), Some((*who, ())), "session {session}");
				}
			}
			assert_eq!(owner(DUMMY, 1_002, &of_sdk), None, "what the SDK makes");
		});
	}

	#[test]
	fn making_a_proof_changes_nothing() {
		build_and_execute(&FOUR, || {
			set_keys(3, 503);
			let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
			let key = codec::Encode::encode(&UintAuthorityId(1_003));
			assert!(SessionKeyOwners::<Test>::prove((DUMMY, &key[..])).is_some());
			assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
			// Keys that are of no use yet are nobody's.
			let key = codec::Encode::encode(&UintAuthorityId(503));
			let proof = SessionKeyOwners::<Test>::prove((DUMMY, &key[..]));
			assert_eq!(proof.and_then(|proof| owner(DUMMY, 503, &proof)), None);
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
