//! The set as consensus is told of it: who is in it, and when nothing is said.

use frame_support::assert_ok;
use sp_runtime::traits::Convert;
use sp_staking::SessionIndex;

use super::{plan, FOUR};
use crate::{mock::*, *};

#[test]
fn keys_set_later_do_not_make_a_validator() {
	build_and_execute(&FOUR, || {
		run_to_session(1);
		set_keys(5, 77);
		set_keys(6, 78);
		run_to_session(5);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert_eq!(Authorities::get(), [1_001, 1_002, 1_003, 1_004]);
		assert_eq!(Changes::get(), [false; 5]);
	});
}

#[test]
fn nor_do_they_when_the_set_changes_for_another_reason() {
	build_and_execute(&FOUR, || {
		set_keys(5, 77);
		set_keys(2, 99);
		run_to_session(3);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert_eq!(Authorities::get(), [1_001, 99, 1_003, 1_004]);
	});
}

#[test]
fn an_offence_of_who_is_no_validator_any_more_disables_nobody() {
	build_and_execute(&FOUR, || {
		assert_ok!(offend(150, 1, 100));
		assert_eq!(reports(), [(150, 0, 100, false)]);
		assert!(!Offenders::<Test>::exists());
		// It may not come back at once.
		assert_eq!(candidate(150).jailed_until, 2);
		assert!(disabled().is_empty());
	});
}

#[test]
fn a_chain_without_keys_is_built_and_stands() {
	build_and_execute(&[], || {
		assert_eq!(plan(0), None);
		run_to_session(3);
		assert!(Session::validators().is_empty());
	});
}

#[test]
fn keys_beyond_the_bound_do_not_validate() {
	let mut owners: Vec<u64> = (1..=103).collect();
	owners.reverse();
	build_and_execute(&owners, || {
		let hundred: Vec<u64> = (1..=100).collect();
		assert_eq!(Session::validators(), hundred);
		assert_eq!(Session::queued_keys().len(), 100);
		run_to_session(4);
		assert_eq!(Session::validators(), hundred);
		let (_, count) = Historical::historical_root(4).expect("a root");
		assert_eq!(count, 100);
		// Those left out cannot push in by new keys either.
		set_keys(102, 5_000);
		run_to_session(7);
		assert_eq!(Session::validators(), hundred);
	});
}

#[test]
fn exactly_the_bound_is_whole() {
	let owners: Vec<u64> = (1..=100).collect();
	build_and_execute(&owners, || assert_eq!(Session::validators(), owners));
}

#[test]
fn sessions_of_genesis_name_the_owners_sorted_and_later_ones_say_as_before() {
	build_and_execute(&FOUR, || {
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert_eq!(Authorities::get(), [1_001, 1_002, 1_003, 1_004]);
		assert_eq!(plan(0), Some(vec![1, 2, 3, 4]));
		assert_eq!(plan(1), Some(vec![1, 2, 3, 4]));
		for index in [2, 3, 1_000, SessionIndex::MAX] {
			assert_eq!(plan(index), None);
		}
		run_to_session(20);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		// GRANDPA never opened a new set.
		assert_eq!(Changes::get(), [false; 20]);
	});
}

#[test]
fn the_two_forms_of_the_manager_agree() {
	use pallet_session::historical::SessionManager;
	build_and_execute(&FOUR, || {
		for index in 0..4 {
			let full = <ValidatorSet as SessionManager<u64, ()>>::new_session(index);
			let accounts = full.map(|all| all.into_iter().map(|(who, ())| who).collect());
			assert_eq!(plan(index), accounts);
		}
		assert_eq!(FullIdentificationOf::<Test>::convert(1), Some(()));
	});
}

#[test]
fn new_keys_of_a_validator_are_a_new_set_once() {
	build_and_execute(&FOUR, || {
		set_keys(2, 99);
		// Planned at the start of session 1 for session 2.
		run_to_session(1);
		assert_eq!(Authorities::get()[1], 1_002);
		run_to_session(2);
		assert_eq!(Authorities::get(), [1_001, 99, 1_003, 1_004]);
		run_to_session(6);
		assert_eq!(Changes::get(), [false, true, false, false, false, false]);
	});
}

#[test]
fn who_has_no_keys_is_out_until_it_has_some() {
	// The last one too, which pallet-session does not notice by itself. A runtime filters that call.
	for gone in [1, 2, 4] {
		build_and_execute(&FOUR, || {
			assert_ok!(Session::purge_keys(RuntimeOrigin::signed(gone)));
			run_to_session(3);
			let stay: Vec<u64> = (1..=4).filter(|who| *who != gone).collect();
			assert_eq!(Session::validators(), stay);
			assert_eq!(Authorities::get(), stay.iter().map(|w| w + 1_000).collect::<Vec<_>>());
			assert_eq!(Changes::get(), [false, true, false]);
			let (_, count) = Historical::historical_root(3).expect("a root");
			assert_eq!(count, 3);

			set_keys(gone, 500);
			run_to_session(5);
			assert_eq!(Session::validators(), [1, 2, 3, 4]);
			assert_eq!(Changes::get(), [false, true, false, false, true]);
		});
	}
}

#[test]
fn purging_and_setting_again_within_a_session_is_a_change_of_keys() {
	build_and_execute(&FOUR, || {
		assert_ok!(Session::purge_keys(RuntimeOrigin::signed(4)));
		set_keys(4, 500);
		run_to_session(3);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert_eq!(Authorities::get(), [1_001, 1_002, 1_003, 500]);
	});
}

#[test]
fn a_plan_without_anybody_is_not_announced() {
	build_and_execute(&[1], || {
		assert_ok!(Session::purge_keys(RuntimeOrigin::signed(1)));
		assert_eq!(plan(2), None);
		// Undone before the session ends, so that the chain lives on.
		set_keys(1, 1_001);
		run_to_session(3);
		assert_eq!(Session::validators(), [1]);
	});
}
