//! Sessions change, offenders are disabled, and the first block of a session does nothing else.

mod equivocations;
mod joining;
mod rewards;

use codec::Encode;
use frame_support::traits::Get;
use sp_core::{crypto::key_types, Pair};
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_runtime::Perbill;
use sp_staking::offence::{Offence, ReportOffence};

use super::chain::{account, next_block, on_dev_chain, pair, preset, send};
use crate::{
	units::STRA, AccountId, Balance, Historical, Offences, Runtime, Session, SessionKeys, System,
	Tempo,
};

/// The four validators of these tests. None of them is the first by account, who makes all blocks, but
/// one.
const FOUR: [&str; 4] = ["Alice", "Bob", "Charlie", "Dave"];

/// The pair of `//name` that finalises.
fn voter(name: &str) -> sp_core::ed25519::Pair {
	sp_core::ed25519::Pair::from_string(&format!("//{name}"), None).expect("a path")
}

/// Sets the session keys of the node `//name` for `//name//stash`, with the proof that they are its own.
fn set_keys(name: &str) {
	set_keys_of(name, name);
}

/// Sets the session keys of the node `//node` for `//name//stash`.
fn set_keys_of(name: &str, node: &str) {
	let stash = format!("{name}//stash");
	let (keys, proof) = keys_for(&account(&stash), node);
	send(&stash, pallet_session::Call::set_keys { keys, proof });
}

/// The session keys of the node `//node`, and its proof that they are for `owner`.
fn keys_for(owner: &AccountId, node: &str) -> (SessionKeys, Vec<u8>) {
	let statement = sp_core::proof_of_possession::statement_of_ownership(&owner.encode());
	let (author, voter) = (pair(node), voter(node));
	let keys = SessionKeys {
		babe: author.public().into(),
		grandpa: voter.public().into(),
		authority_discovery: author.public().into(),
	};
	let signed = author.sign(&statement);
	(keys, (signed, voter.sign(&statement), signed).encode())
}

/// Gives `//name//stash` STRA.
fn fund(name: &str, amount: Balance) {
	let dest = account(&format!("{name}//stash")).into();
	send("Alice", pallet_balances::Call::transfer_keep_alive { dest, value: amount });
}

/// Bonds `amount` for `//name//stash`.
fn bond(name: &str, amount: Balance) {
	send(&format!("{name}//stash"), pallet_strata_validator_set::Call::bond { amount });
}

/// Makes empty blocks until session `index` has begun.
fn run_to_session(index: u32) {
	while Session::current_index() < index {
		next_block();
	}
	assert_eq!(Session::current_index(), index);
}

/// Whether `//name//stash` validates.
fn validates(name: &str) -> bool {
	Session::validators().contains(&account(&format!("{name}//stash")))
}

#[test]
fn sessions_should_change_at_the_tempo_of_genesis() {
	on_dev_chain(|| {
		let slots = Tempo::tempo().session_slots;
		assert_eq!(<Runtime as pallet_babe::Config>::EpochDuration::get(), u64::from(slots));
		let first = Session::current_index();
		for _ in 0..slots {
			next_block();
		}
		assert_eq!(Session::current_index(), first + 1);
		for _ in 0..2 * slots {
			next_block();
		}
		assert_eq!(Session::current_index(), first + 3);
		assert_eq!(Session::validators(), [account("Alice//stash")]);
		assert_eq!(pallet_grandpa::CurrentSetId::<Runtime>::get(), 0, "the set never changed");
	});
}

#[test]
fn keys_of_genesis_should_be_provable_from_the_first_session_on() {
	on_dev_chain(|| {
		use frame_support::traits::KeyOwnerProofSystem;
		let babe = sp_keyring::Sr25519Keyring::Alice.public();
		let key = (sp_core::crypto::key_types::BABE, &babe.0[..]);
		let proof = Historical::prove(key).expect("the validator of the current session");
		assert_eq!(proof.session, Session::current_index());
		let slots = Tempo::tempo().session_slots;
		for _ in 0..2 * slots {
			next_block();
		}
		let (owner, _) = Historical::check_proof(key, proof).expect("still provable");
		assert_eq!(owner, account("Alice//stash"));
	});
}

/// An equivocation, as far as the offences pallet is concerned.
struct Equivocation {
	offender: pallet_session::historical::IdentificationTuple<Runtime>,
	session: u32,
}

impl Offence<pallet_session::historical::IdentificationTuple<Runtime>> for Equivocation {
	const ID: sp_staking::offence::Kind = *b"test:equivocatio";
	type Slot = u32;

	fn offenders(&self) -> Vec<pallet_session::historical::IdentificationTuple<Runtime>> {
		vec![self.offender.clone()]
	}

	fn session_index(&self) -> u32 {
		self.session
	}

	fn validator_set_count(&self) -> u32 {
		4
	}

	fn slot(&self) -> u32 {
		System::block_number()
	}

	fn slash_fraction(&self, _offenders: u32) -> Perbill {
		Perbill::from_percent(1)
	}
}

#[test]
fn offence_should_disable_its_validator() {
	let mut chain = super::genesis::with_validators(&FOUR);
	chain.execute_with(|| {
		next_block();
		let offender = (account("Bob//stash"), ());
		let session = Session::current_index();
		let offence = Equivocation { offender: offender.clone(), session };
		Offences::report_offence(vec![account("Alice")], offence).expect("it is new");
		let index = Session::validators().iter().position(|who| *who == offender.0);
		let index = index.expect("Bob validates") as u32;
		assert_eq!(Session::disabled_validators(), [index]);
		let repeated = Equivocation { offender, session };
		assert!(Offences::report_offence(vec![], repeated).is_err(), "reported once");
		assert_eq!(Session::disabled_validators(), [index]);
	});
}

#[test]
fn local_network_should_have_two_validators() {
	preset(LOCAL_TESTNET_RUNTIME_PRESET).execute_with(|| {
		next_block();
		assert_eq!(Session::validators(), sorted(["Alice//stash", "Bob//stash"]));
	});
}

fn sorted<const N: usize>(names: [&str; N]) -> Vec<AccountId> {
	let mut accounts: Vec<_> = names.map(account).to_vec();
	accounts.sort();
	accounts
}

#[test]
fn keys_should_be_purged_only_by_the_call_that_asks_whether_they_are_needed() {
	super::genesis::with_validators(&FOUR).execute_with(|| {
		next_block();
		let refused =
			super::chain::send_failing("Alice//stash", pallet_session::Call::purge_keys {});
		assert_eq!(refused, frame_system::Error::<Runtime>::CallFiltered.into());
		let refused = super::chain::send_failing(
			"Alice//stash",
			pallet_strata_validator_set::Call::purge_keys {},
		);
		let needed = pallet_strata_validator_set::Error::<Runtime>::StillValidating;
		assert_eq!(refused, needed.into());
	});
}

#[test]
fn keys_should_be_set_only_by_whom_their_proof_names_and_only_once() {
	super::genesis::with_validators(&FOUR).execute_with(|| {
		next_block();
		fund("Eve", 100 * STRA);
		let refused = |keys: SessionKeys, proof: Vec<u8>| {
			super::chain::send_failing("Eve//stash", pallet_session::Call::set_keys { keys, proof })
		};
		type Error = pallet_session::Error<Runtime>;

		// Made for another account, by other keys, by none, cut off, with something behind it.
		let eve = account("Eve//stash");
		let (keys, proof) = keys_for(&eve, "Eve");
		let of_another = keys_for(&account("Ferdie//stash"), "Eve").1;
		let by_others = keys_for(&eve, "Ferdie").1;
		let longer = [&proof[..], &[0]].concat();
		for wrong in [of_another, by_others, Vec::new(), proof[..proof.len() - 1].to_vec(), longer]
		{
			assert_eq!(refused(keys.clone(), wrong), Error::InvalidProof.into());
		}
		// A validator's own, proven by whoever holds them.
		let (taken, proven) = keys_for(&eve, "Alice");
		assert_eq!(refused(taken, proven), Error::DuplicatedKey.into());

		let owner = || Session::key_owner(key_types::BABE, &pair("Eve").public().0);
		assert_eq!(owner(), None);
		set_keys("Eve");
		assert_eq!(owner(), Some(eve));
	});
}

#[test]
fn keys_of_the_wrong_kind_should_not_be_set() {
	super::genesis::with_validators(&FOUR).execute_with(|| {
		next_block();
		fund("Eve", 100 * STRA);
		let eve = account("Eve//stash");
		let statement = sp_core::proof_of_possession::statement_of_ownership(&eve.encode());
		let (author, voter) = (pair("Eve"), voter("Eve"));
		let (written, voted) = (author.sign(&statement), voter.sign(&statement));
		let (right, _) = keys_for(&eve, "Eve");

		// Each of the three in the other scheme, with what its holder signs in that scheme.
		let as_author = sp_core::sr25519::Public::from_raw(voter.public().0);
		let as_voter = sp_core::ed25519::Public::from_raw(author.public().0);
		for (keys, proof) in [
			(
				SessionKeys { babe: as_author.into(), ..right.clone() },
				(voted, voted, written).encode(),
			),
			(
				SessionKeys { grandpa: as_voter.into(), ..right.clone() },
				(written, written, written).encode(),
			),
			(
				SessionKeys { authority_discovery: as_author.into(), ..right },
				(written, voted, voted).encode(),
			),
		] {
			let call = pallet_session::Call::<Runtime>::set_keys { keys, proof };
			let refused = super::chain::send_failing("Eve//stash", call);
			assert_eq!(refused, pallet_session::Error::<Runtime>::InvalidProof.into());
		}
		assert_eq!(Session::key_owner(key_types::GRANDPA, &author.public().0), None);
		set_keys("Eve");
	});
}
