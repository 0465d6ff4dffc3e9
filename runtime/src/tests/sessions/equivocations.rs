//! Real equivocations with real proofs, as a node submits them: a session later, too.

use codec::{Decode, Encode};
use frame_support::traits::fungible::InspectHold;
use pallet_strata_validator_set::Event;
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	EquivocationProof as BabeProof,
};
use sp_consensus_grandpa::{localized_payload, EquivocationProof as GrandpaProof};
use sp_core::{crypto::key_types, Pair};
use sp_runtime::{
	generic::{Digest, DigestItem},
	traits::Header as _,
	transaction_validity::InvalidTransaction,
};
use sp_session::MembershipProof;

use super::{bond, fund, run_to_session, set_keys, set_keys_of, validates, voter, FOUR};
use crate::{
	consensus::key_owner_proof,
	governance::TreasuryAccount,
	tests::{
		chain::{account, block, happened, next_block, pair, send, send_failing},
		genesis::with_validators,
	},
	units::STRA,
	Babe, Balances, BlockNumber, Hash, Header, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, Session, System, Tempo, UncheckedExtrinsic,
};

const BOND: u128 = 1_000 * STRA;
/// What is reported of no use, and of no validator.
const STALE: InvalidTransaction = InvalidTransaction::Stale;
const BAD: InvalidTransaction = InvalidTransaction::BadProof;

/// Four validators, of whom Bob has a bond, and makes no blocks.
fn on_four(test: impl FnOnce()) {
	with_validators(&FOUR).execute_with(|| {
		next_block();
		assert_ne!(Session::validators()[0], account("Bob//stash"), "who is disabled makes none");
		fund("Bob", 2_000 * STRA);
		bond("Bob", BOND);
		test();
	});
}

fn bond_of_bob() -> u128 {
	let reason = RuntimeHoldReason::ValidatorSet(pallet_strata_validator_set::HoldReason::Bond);
	Balances::balance_on_hold(&reason, &account("Bob//stash"))
}

fn treasury() -> u128 {
	Balances::free_balance(TreasuryAccount::get())
}

/// Two blocks by Bob for the slot that is under way, both signed.
fn two_blocks() -> BabeProof<Header> {
	let bob = account("Bob//stash");
	let index = Session::validators().iter().position(|who| *who == bob).expect("he validates");
	let slot = pallet_babe::CurrentSlot::<Runtime>::get();
	let claim = SecondaryPlainPreDigest { authority_index: index as u32, slot };
	let claim =
		<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryPlain(claim));
	let sealed = |state: u8| {
		let digest = Digest { logs: vec![claim.clone()] };
		let mut header =
			Header::new(7, Hash::default(), Hash::repeat_byte(state), Hash::default(), digest);
		let signature = pair("Bob").sign(header.hash().as_ref());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(signature.into()));
		header
	};
	BabeProof {
		offender: pair("Bob").public().into(),
		slot,
		first_header: sealed(1),
		second_header: sealed(2),
	}
}

/// Two votes of Bob in round `round`, for different blocks of now, both signed.
fn two_votes(round: u64) -> GrandpaProof<Hash, BlockNumber> {
	two_votes_for(System::block_number(), round)
}

/// Two votes of Bob in round `round` of the set of now, for different blocks with this number, both signed.
fn two_votes_for(number: BlockNumber, round: u64) -> GrandpaProof<Hash, BlockNumber> {
	let set = pallet_grandpa::CurrentSetId::<Runtime>::get();
	let vote = |target: u8| {
		let vote = (Hash::repeat_byte(target), number);
		// 0: a prevote.
		let signature = voter("Bob").sign(&localized_payload(round, set, &(0u8, vote)));
		(vote, signature)
	};
	let proof = (set, 0u8, round, voter("Bob").public(), vote(1), vote(2)).encode();
	GrandpaProof::decode(&mut &proof[..]).expect("it is made like that")
}

/// The proof that Bob has the keys of kind `babe` or `grandpa` in this session, as the runtime makes it for nodes.
fn ownership(babe: bool) -> MembershipProof {
	let proof = if babe {
		key_owner_proof(key_types::BABE, pair("Bob").public().0)
	} else {
		key_owner_proof(key_types::GRANDPA, voter("Bob").public().0)
	};
	proof.expect("he validates")
}

fn of_blocks(proof: BabeProof<Header>, owner: MembershipProof) -> RuntimeCall {
	pallet_babe::Call::report_equivocation_unsigned {
		equivocation_proof: Box::new(proof),
		key_owner_proof: owner,
	}
	.into()
}

fn of_votes(proof: GrandpaProof<Hash, BlockNumber>, owner: MembershipProof) -> RuntimeCall {
	pallet_grandpa::Call::report_equivocation_unsigned {
		equivocation_proof: Box::new(proof),
		key_owner_proof: owner,
	}
	.into()
}

/// Puts `report` into a block, as its author may.
fn report(report: RuntimeCall) -> sp_runtime::ApplyExtrinsicResult {
	if crate::tests::chain::session_begins_next() {
		next_block();
	}
	block(vec![UncheckedExtrinsic::new_bare(report)]).remove(0)
}

fn assert_slashed(session: u32, amount: u128) {
	let bob = account("Bob//stash");
	let expected = Event::<Runtime>::Slashed { validator: bob, session, amount };
	assert!(happened(|event| *event == RuntimeEvent::ValidatorSet(expected.clone())));
}

#[test]
fn two_votes_of_one_session_should_be_punished_in_the_next() {
	on_four(|| {
		run_to_session(1);
		let (votes, owner) = (two_votes(5), ownership(false));
		run_to_session(2);
		let before = treasury();
		let done = report(of_votes(votes.clone(), owner.clone()));
		assert_eq!(done, Ok(Ok(())));
		// One of four: a tenth.
		assert_slashed(1, BOND / 10);
		assert_eq!((bond_of_bob(), treasury() - before), (BOND - BOND / 10, BOND / 10));
		let index = Session::validators().iter().position(|who| *who == account("Bob//stash"));
		assert_eq!(Session::disabled_validators(), [index.expect("he validates") as u32]);
		// Once is enough.
		assert_eq!(report(of_votes(votes, owner)), Err(STALE.into()));
		// Votes of the next session are another offence.
		let done = report(of_votes(two_votes(6), ownership(false)));
		assert_eq!(done, Ok(Ok(())));
		assert_slashed(2, BOND * 9 / 100);
		// He cannot be spared: four validate at least. He makes no more blocks.
		run_to_session(5);
		assert!(validates("Bob"));
		assert_eq!(Session::disabled_validators(), [index.expect("he validates") as u32]);
	});
}

#[test]
fn two_blocks_of_one_session_should_be_punished_in_the_next() {
	on_four(|| {
		run_to_session(1);
		next_block();
		let (blocks, owner) = (two_blocks(), ownership(true));
		run_to_session(2);
		let done = report(of_blocks(blocks, owner));
		assert_eq!(done, Ok(Ok(())));
		assert_slashed(1, BOND / 10);
		assert_eq!(bond_of_bob(), BOND - BOND / 10);
	});
}

#[test]
fn blocks_and_votes_of_one_session_should_be_charged_once() {
	on_four(|| {
		run_to_session(1);
		next_block();
		let more = [
			of_blocks(two_blocks(), ownership(true)),
			of_votes(two_votes(5), ownership(false)),
			of_votes(two_votes(6), ownership(false)),
		];
		next_block();
		let first = of_blocks(two_blocks(), ownership(true));
		assert_eq!(report(first), Ok(Ok(())));
		for call in more {
			assert_eq!(report(call), Err(STALE.into()));
		}
		assert_eq!(bond_of_bob(), BOND - BOND / 10);
		assert_eq!(pallet_offences::Reports::<Runtime>::iter().count(), 1);
	});
}

#[test]
fn new_keys_should_not_save_an_offender() {
	// Proofs as nodes make them: of the block before the offence.
	let proofs =
		[|| of_blocks(two_blocks(), ownership(true)), || of_votes(two_votes(5), ownership(false))];
	for proof in proofs {
		on_four(|| {
			run_to_session(1);
			next_block();
			let call = proof();
			set_keys_of("Bob", "Mallory");
			assert_eq!(report(call), Ok(Ok(())));
			assert_slashed(1, BOND / 10);
		});
	}
}

#[test]
fn new_keys_should_not_save_an_offender_from_proofs_that_are_used_in_the_next_session() {
	// Somebody's new keys wait for their session: his own, or another's.
	for who in ["Bob", "Alice"] {
		on_four(|| {
			run_to_session(1);
			set_keys_of(who, "Mallory");
			let blocks = of_blocks(two_blocks(), ownership(true));
			let votes = of_votes(two_votes(5), ownership(false));
			run_to_session(2);
			assert_eq!(report(blocks), Ok(Ok(())));
			assert_slashed(1, BOND / 10);
			assert_eq!(report(votes), Err(STALE.into()), "proven, and known");
		});
	}
}

#[test]
fn proof_should_be_good_as_long_as_a_bond_answers_and_no_longer() {
	on_four(|| {
		run_to_session(1);
		let (owner, votes) = (ownership(false), [5, 6].map(two_votes));
		let last = 1 + Tempo::tempo().unbonding_sessions;
		run_to_session(last);
		let [in_time, too_late] = votes;
		assert_eq!(report(of_votes(in_time, owner.clone())), Ok(Ok(())));
		assert_slashed(1, BOND / 10);
		run_to_session(last + 1);
		assert_eq!(report(of_votes(too_late.clone(), owner)), Err(BAD.into()));
		// Nor with a proof of now, when the set is still the same.
		assert_eq!(report(of_votes(too_late, ownership(false))), Err(BAD.into()));
		assert_eq!(bond_of_bob(), BOND - BOND / 10);
	});
}

#[test]
fn proof_should_be_good_as_long_when_every_session_has_a_set_of_its_own() {
	on_four(|| {
		let sessions = Tempo::tempo().unbonding_sessions;
		let mut proof = None;
		for session in 1..=2 + sessions {
			// It changes two sessions later.
			set_keys_of("Alice", &format!("Node {session}"));
			run_to_session(session);
			if session == 2 {
				proof = Some(of_votes(two_votes(5), ownership(false)));
			}
		}
		assert_eq!(pallet_grandpa::CurrentSetId::<Runtime>::get(), u64::from(sessions) + 1);
		assert_eq!(report(proof.expect("there was such a session")), Ok(Ok(())));
		assert_slashed(2, BOND / 10);
	});
}

#[test]
fn votes_should_count_for_their_own_session_whatever_proof_comes_with_them() {
	on_four(|| {
		run_to_session(1);
		// A node that ran twice for some rounds.
		let votes = [5, 6, 7].map(two_votes);
		let owners = [1, 2, 3].map(|session| {
			run_to_session(session);
			ownership(false)
		});
		let [last, first, second] = votes;
		assert_eq!(report(of_votes(last, owners[2].clone())), Ok(Ok(())));
		assert_slashed(1, BOND / 10);
		for (votes, owner) in [first, second].into_iter().zip(owners) {
			assert_eq!(report(of_votes(votes, owner)), Err(STALE.into()));
		}
		assert_eq!(bond_of_bob(), BOND - BOND / 10);
	});
}

#[test]
fn votes_should_count_for_sessions_of_their_set() {
	on_four(|| {
		let owner_before = ownership(false);
		fund("Eve", 2_000 * STRA);
		set_keys("Eve");
		bond("Eve", BOND);
		run_to_session(4);
		assert_eq!(pallet_grandpa::CurrentSetId::<Runtime>::get(), 1);
		// The set began with session 2.
		assert_eq!(report(of_votes(two_votes_for(1, 5), owner_before)), Err(BAD.into()));
		assert_eq!(report(of_votes(two_votes_for(1, 5), ownership(false))), Ok(Ok(())));
		assert_slashed(2, BOND / 10);
		// Of a block that there cannot be they are of no session; of one on a longer fork, of this one.
		// A report is executed in the next block.
		let next = || System::block_number() + 1;
		for none in [next() + 300, BlockNumber::MAX] {
			let far = two_votes_for(none, 6);
			assert_eq!(report(of_votes(far, ownership(false))), Err(BAD.into()));
		}
		let fork = two_votes_for(next() + 256, 6);
		assert_eq!(report(of_votes(fork, ownership(false))), Ok(Ok(())));
		assert_slashed(4, BOND * 9 / 100);
	});
}

#[test]
fn proofs_against_oneself_should_not_be_free_but_for_the_first() {
	on_four(|| {
		run_to_session(1);
		next_block();
		let free = || Balances::free_balance(account("Alice"));
		let of_votes = |round| pallet_grandpa::Call::report_equivocation {
			equivocation_proof: Box::new(two_votes(round)),
			key_owner_proof: ownership(false),
		};
		let before = free();
		send("Alice", of_votes(5));
		assert_eq!(free(), before, "it was of use");
		let duplicate = pallet_grandpa::Error::<Runtime>::DuplicateOffenceReport;
		assert_eq!(send_failing("Alice", of_votes(6)), duplicate.into());
		let paid = before - free();
		assert!(paid > 0);
		let of_blocks = pallet_babe::Call::report_equivocation {
			equivocation_proof: Box::new(two_blocks()),
			key_owner_proof: ownership(true),
		};
		let duplicate = pallet_babe::Error::<Runtime>::DuplicateOffenceReport;
		assert_eq!(send_failing("Alice", of_blocks), duplicate.into());
		assert!(before - free() > paid);
		assert_eq!(pallet_offences::Reports::<Runtime>::iter().count(), 1);
	});
}

#[test]
fn forged_reports_should_change_nothing() {
	on_four(|| {
		run_to_session(1);
		next_block();
		let refused = |call: RuntimeCall| {
			let result = report(call);
			assert!(!matches!(result, Ok(Ok(()))), "{result:?}");
			assert_eq!(bond_of_bob(), BOND);
			assert!(Session::disabled_validators().is_empty());
		};
		// One block twice; a block somebody else has signed; a proof for other keys.
		let mut twice = two_blocks();
		twice.second_header = twice.first_header.clone();
		refused(of_blocks(twice, ownership(true)));
		let mut forged = two_blocks();
		forged.second_header.digest_mut().pop();
		let signature = pair("Alice").sign(forged.second_header.hash().as_ref());
		let seal = <DigestItem as CompatibleDigestItem>::babe_seal(signature.into());
		forged.second_header.digest_mut().push(seal);
		refused(of_blocks(forged, ownership(true)));
		refused(of_blocks(two_blocks(), ownership(false)));
		// A proof of this session for blocks of the one before.
		let early = two_blocks();
		run_to_session(2);
		refused(of_blocks(early, ownership(true)));
		assert_eq!(Babe::authorities().len(), 4);
	});
}
