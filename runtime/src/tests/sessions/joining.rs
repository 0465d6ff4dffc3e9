//! A fifth node joins four by what is documented, and leaves again with all it had.

use frame_support::{
	traits::{fungible::InspectHold, Get},
	BoundedVec,
};
use frame_system::Error as SystemError;
use pallet_strata_validator_set::{Call, Error, Status};
use sp_consensus_babe::AuthorityId;
use sp_core::Pair;

use super::{bond, fund, run_to_session, set_keys, validates, FOUR};
use crate::{
	consensus::{FAST_TERMS, LIVE_TERMS, MAX_AUTHORITIES},
	system::RuntimeBlockWeights,
	tests::{
		chain::{
			account, block, next_block, on_dev_chain, pair, send, send_failing,
			session_begins_next, signed,
		},
		genesis::with_validators,
	},
	units::STRA,
	AuthorityDiscovery, Babe, Balances, Grandpa, Runtime, RuntimeHoldReason, RuntimeOrigin,
	SafeMode, Session, Tempo, TxPause, ValidatorSet,
};

const BOND: u128 = 1_500 * STRA;

#[test]
fn a_change_of_sessions_should_fit_into_half_a_block() {
	use pallet_strata_validator_set::{Config, WeightInfo};
	type Weights = <Runtime as Config>::WeightInfo;

	let all = Weights::end_session()
		.saturating_add(Weights::new_session())
		.saturating_add(Weights::start_session());
	let half = RuntimeBlockWeights::get().max_block / 2;
	assert!(all.all_lt(half), "{all} of {half}");
}

fn on_four(test: impl FnOnce()) {
	with_validators(&FOUR).execute_with(|| {
		next_block();
		test();
	});
}

fn held(name: &str) -> u128 {
	let reason = RuntimeHoldReason::ValidatorSet(pallet_strata_validator_set::HoldReason::Bond);
	Balances::balance_on_hold(&reason, &account(&format!("{name}//stash")))
}

#[test]
fn terms_should_hold_together_and_least_sets_should_bear_one_fault() {
	for terms in [FAST_TERMS, LIVE_TERMS] {
		let most = <Runtime as pallet_strata_validator_set::Config>::MaxIssuance::get();
		assert_eq!(terms.check(MAX_AUTHORITIES, most), Ok(()));
		assert!(terms.least >= 4);
		assert_eq!(terms.issuance, 0);
	}
	on_dev_chain(|| assert_eq!(ValidatorSet::terms(), FAST_TERMS));
}

#[test]
fn founders_should_be_the_owners_of_the_session_keys_and_nobody_else() {
	on_four(|| {
		let standing = pallet_strata_validator_set::Standing::<Runtime>::get();
		let founders: Vec<_> = standing.iter().map(|one| one.who.clone()).collect();
		assert_eq!(founders, Session::validators());
		assert!(standing.iter().all(|one| one.founder && one.bond == 0));
	});
}

#[test]
fn fifth_should_validate_two_sessions_after_it_bonds_and_have_all_back_in_the_end() {
	on_four(|| {
		fund("Eve", 2_000 * STRA);
		let before = Balances::free_balance(account("Eve//stash"));
		let refused = send_failing("Eve//stash", Call::bond { amount: BOND });
		assert_eq!(refused, Error::<Runtime>::NoKeys.into());
		set_keys("Eve");
		bond("Eve", BOND);
		assert_eq!(held("Eve"), BOND);
		run_to_session(1);
		assert!(!validates("Eve"));
		assert!(ValidatorSet::next_set().contains(&account("Eve//stash")));
		run_to_session(2);
		assert!(validates("Eve"));
		let key = AuthorityId::from(pair("Eve").public());
		assert!(Babe::authorities().iter().any(|(authority, _)| *authority == key));
		assert_eq!((Babe::authorities().len(), Grandpa::grandpa_authorities().len()), (5, 5));
		assert_eq!(AuthorityDiscovery::current_authorities().len(), 5);
		assert_eq!(pallet_grandpa::CurrentSetId::<Runtime>::get(), 1);

		send("Eve//stash", Call::leave {});
		let refused = send_failing("Alice//stash", Call::leave {});
		assert_eq!(refused, Error::<Runtime>::TooFewValidators.into());
		run_to_session(4);
		assert!(!validates("Eve"));
		assert_eq!(Grandpa::grandpa_authorities().len(), 4);
		send("Eve//stash", Call::purge_keys {});
		let last = 3 + Tempo::tempo().unbonding_sessions;
		run_to_session(last);
		let refused = send_failing("Eve//stash", Call::withdraw {});
		assert_eq!(refused, Error::<Runtime>::NothingDue.into());
		run_to_session(last + 1);
		send("Eve//stash", Call::withdraw {});
		assert_eq!(held("Eve"), 0);
		let left = Balances::free_balance(account("Eve//stash"));
		assert!(left <= before && left + STRA > before, "all but the fees: {left} of {before}");
		assert!(ValidatorSet::candidate_view(&account("Eve//stash")).is_none());
	});
}

#[test]
fn validator_should_get_out_while_both_brakes_are_on_and_the_ways_in_are_closed() {
	on_four(|| {
		fund("Eve", 3_000 * STRA);
		set_keys("Eve");
		bond("Eve", BOND);
		let refused = |call: Call<Runtime>| {
			assert_eq!(
				send_failing("Eve//stash", call),
				SystemError::<Runtime>::CallFiltered.into()
			);
		};
		for call in ["bond", "bond_more", "stand"] {
			let name = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
			let ident = (name("ValidatorSet"), name(call));
			assert_eq!(TxPause::pause(RuntimeOrigin::root(), ident), Ok(()));
		}
		assert_eq!(SafeMode::force_enter(RuntimeOrigin::root()), Ok(()));
		refused(Call::bond_more { amount: STRA });
		send("Eve//stash", Call::unbond { amount: 500 * STRA });
		send("Eve//stash", Call::chill {});
		refused(Call::stand {});
		send("Eve//stash", Call::leave {});
		send("Eve//stash", Call::purge_keys {});
		run_to_session(2 + Tempo::tempo().unbonding_sessions);
		if !SafeMode::is_entered() {
			assert_eq!(SafeMode::force_enter(RuntimeOrigin::root()), Ok(()));
		}
		send("Eve//stash", Call::withdraw {});
		assert_eq!(held("Eve"), 0);
	});
}

#[test]
fn call_in_the_first_block_of_a_session_should_wait_for_the_next() {
	on_four(|| {
		fund("Eve", 2_000 * STRA);
		set_keys("Eve");
		while !session_begins_next() {
			next_block();
		}
		let call = || Call::bond { amount: BOND }.into();
		let results = block(signed("Eve//stash", vec![call()]));
		assert!(results[0].is_err(), "{results:?}");
		assert_eq!(held("Eve"), 0);
		// Its author was counted all the same, in the session that has begun.
		let authored = pallet_strata_validator_set::Authored::<Runtime>::get();
		assert_eq!(authored.into_inner(), [1]);
		let results = block(signed("Eve//stash", vec![call()]));
		assert!(matches!(results[0], Ok(Ok(()))), "{results:?}");
		assert_eq!(held("Eve"), BOND);
	});
}

#[test]
fn author_of_the_first_block_of_a_session_should_be_one_of_its_set() {
	on_four(|| {
		// Somebody whose account comes before all others', and who therefore makes all blocks here.
		let first = &Session::validators()[0];
		let names = ["Eve", "Ferdie", "One", "Two", "Mallory", "Trudy", "Victor", "Walter", "Zoe"];
		let before = |name: &&&str| account(&format!("{name}//stash")) < *first;
		let name = names.iter().find(before).expect("one of so many");
		fund(name, 2_000 * STRA);
		set_keys(name);
		bond(name, BOND);
		run_to_session(2);
		assert_eq!(Session::validators()[0], account(&format!("{name}//stash")));
		let authored = pallet_strata_validator_set::Authored::<Runtime>::get();
		assert_eq!(authored.into_inner(), [1], "counted in the new session");
	});
}

#[test]
fn only_validator_of_a_chain_should_not_get_away() {
	on_dev_chain(|| {
		for call in [Call::leave {}, Call::chill {}] {
			let refused = send_failing("Alice//stash", call);
			assert_eq!(refused, Error::<Runtime>::TooFewValidators.into());
		}
		let refused = ValidatorSet::retire(crate::RuntimeOrigin::root(), account("Alice//stash"));
		assert_eq!(refused, Err(Error::<Runtime>::TooFewValidators.into()));
	});
}

#[test]
fn api_should_say_what_is_there() {
	use pallet_strata_validator_set::runtime_api::runtime_decl_for_validator_set_api::ValidatorSetApiV1;
	on_four(|| {
		fund("Eve", 2_000 * STRA);
		set_keys("Eve");
		bond("Eve", BOND);
		let eve = account("Eve//stash");
		assert_eq!(Runtime::terms(), FAST_TERMS);
		assert_eq!(Runtime::candidates().len(), 5);
		assert_eq!(Runtime::candidates().last().map(|last| last.bond), Some(BOND));
		assert_eq!(Runtime::next_set().len(), 4);
		assert_eq!(Runtime::elected().len(), 5);
		let view = Runtime::candidate(eve.clone()).expect("she is there");
		assert_eq!((view.status, view.rank, view.elected), (Status::Standing, Some(4), true));
		send("Eve//stash", Call::unbond { amount: 500 * STRA });
		let view = Runtime::candidate(eve).expect("she is there");
		assert_eq!((view.bond, view.unbonding[0].amount), (1_000 * STRA, 500 * STRA));
		let sessions = Tempo::tempo().unbonding_sessions;
		assert_eq!(view.unbonding[0].free_from, 1 + sessions + 1);
		assert_eq!(Runtime::candidate(account("Ferdie")), None);
	});
}
