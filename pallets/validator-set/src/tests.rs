//! Who must not get in and what must not be lost first; then the set, offences and history.

use frame_support::{
	assert_noop, assert_ok,
	traits::{GetCallName, Hooks, KeyOwnerProofSystem},
};
use pallet_session::historical::StoredRange;
use sp_core::crypto::key_types::DUMMY;
use sp_runtime::{testing::UintAuthorityId, traits::Convert, Perbill};
use sp_staking::{
	offence::{OffenceDetails, OffenceError, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

use crate::{mock::*, *};

/// In an order that is neither sorted nor that of hashes.
const FOUR: [u64; 4] = [3, 1, 4, 2];
const SEVEN: [u64; 7] = [7, 3, 1, 6, 4, 2, 5];

fn plan(index: SessionIndex) -> Option<Vec<u64>> {
	<ValidatorSet as pallet_session::SessionManager<u64>>::new_session(index)
}

fn prove(key: u64) -> Option<sp_session::MembershipProof> {
	let key = codec::Encode::encode(&UintAuthorityId(key));
	Historical::prove((DUMMY, &key[..]))
}

fn proven(key: u64, proof: &sp_session::MembershipProof) -> Option<(u64, ())> {
	let key = codec::Encode::encode(&UintAuthorityId(key));
	Historical::check_proof((DUMMY, &key[..]), proof.clone())
}

fn pruned() -> Vec<SessionIndex> {
	System::read_events_for_pallet::<pallet_session::historical::Event<Test>>()
		.into_iter()
		.filter_map(|event| match event {
			pallet_session::historical::Event::RootsPruned { up_to } => Some(up_to),
			_ => None,
		})
		.collect()
}

mod outsiders {
	use super::*;

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
	fn nobody_can_call_the_pallet() {
		assert!(crate::Call::<Test>::get_call_names().is_empty());
		assert!(!pallet_session::Call::<Test>::get_call_names().is_empty());
	}

	#[test]
	fn an_offence_of_a_stranger_leaves_no_trace_in_state() {
		build_and_execute(&FOUR, || {
			assert_ok!(offend(150, 1, 100));
			assert_eq!(reports(), [(150, 0, 100, false)]);
			assert!(!Offenders::<Test>::exists());
			assert!(disabled().is_empty());
		});
	}
}

mod set {
	use super::*;

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
	fn who_purges_its_keys_is_out_for_good() {
		// The last one too, which pallet-session does not notice by itself.
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
				run_to_session(8);
				assert_eq!(Session::validators(), stay);
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
}

mod offences {
	use super::*;

	#[test]
	fn a_report_that_is_known_changes_nothing() {
		build_and_execute(&FOUR, || {
			assert_ok!(offend(3, 7, 20));
			assert_noop!(offend(3, 7, 20), OffenceError::DuplicateReport);
			assert_eq!(reports().len(), 1);
		});
	}

	#[test]
	fn the_offender_is_disabled_and_stays_so() {
		build_and_execute(&FOUR, || {
			assert_ok!(offend(3, 7, 20));
			assert_eq!(disabled(), [3]);
			assert!(ValidatorSet::is_disabled(&3));
			assert!(!ValidatorSet::is_disabled(&2));
			assert_eq!(Ignored::get(), [2]);
			assert_eq!(reports(), [(3, 0, 20, true)]);
			let severity = OffenceSeverity(Perbill::from_percent(20));
			assert_eq!(Offenders::<Test>::get().into_inner(), [(3, severity)]);
			run_to_session(10);
			assert_eq!(disabled(), [3]);
			// Consensus was told once, not every session.
			assert_eq!(Ignored::get(), [2]);
			assert_eq!(Changes::get(), [false; 10]);
		});
	}

	#[test]
	fn an_offence_of_no_severity_disables_too() {
		build_and_execute(&FOUR, || {
			assert_ok!(offend(3, 7, 0));
			assert_eq!(reports(), [(3, 0, 0, true)]);
		});
	}

	#[test]
	fn less_than_a_third_are_ever_disabled() {
		for (owners, limit) in [(1, 0), (2, 0), (3, 0), (4, 1), (6, 1), (7, 2), (10, 3), (100, 33)]
		{
			let owners: Vec<u64> = (1..=owners).collect();
			build_and_execute(&owners, || {
				for who in &owners {
					assert_ok!(offend(*who, *who, 10));
				}
				assert_eq!(disabled().len(), limit);
				let told = reports().iter().filter(|(.., disabled)| *disabled).count();
				assert_eq!(told, limit);
				assert_eq!(Offenders::<Test>::get().len(), owners.len());
				// A new set does not loosen the limit.
				set_keys(1, 500);
				run_to_session(3);
				assert_eq!(disabled().len(), limit);
			});
		}
	}

	#[test]
	fn new_keys_do_not_set_an_offender_free() {
		// Its own keys, or somebody else's.
		for rotates in [3, 1] {
			build_and_execute(&FOUR, || {
				assert_ok!(offend(3, 7, 20));
				set_keys(rotates, 500);
				for session in 1..6 {
					run_to_session(session);
					assert_eq!(disabled(), [3], "session {session}");
				}
				assert_eq!(Changes::get(), [false, true, false, false, false]);
				// Disabled anew in the changed set, once.
				assert_eq!(Ignored::get(), [2, 2]);
			});
		}
	}

	#[test]
	fn an_offender_is_known_by_account_when_indices_shift() {
		build_and_execute(&SEVEN, || {
			assert_ok!(offend(6, 1, 50));
			assert_ok!(Session::purge_keys(RuntimeOrigin::signed(1)));
			run_to_session(2);
			assert_eq!(Session::validators(), [2, 3, 4, 5, 6, 7]);
			assert_eq!(disabled(), [6]);
			assert_eq!(Ignored::get(), [5, 4]);
		});
	}

	#[test]
	fn an_offender_that_leaves_is_forgotten() {
		build_and_execute(&SEVEN, || {
			assert_ok!(offend(6, 1, 50));
			assert_ok!(Session::purge_keys(RuntimeOrigin::signed(6)));
			run_to_session(1);
			assert_eq!(Offenders::<Test>::get().len(), 1);
			run_to_session(2);
			assert!(Offenders::<Test>::get().is_empty());
			assert!(disabled().is_empty());
			// What it did while it validated is reported, and changes nothing any more.
			assert_ok!(offend(6, 2, 50));
			assert_eq!(reports().last(), Some(&(6, 2, 50, false)));
			assert!(Offenders::<Test>::get().is_empty());
		});
	}

	#[test]
	fn the_gravest_come_first_when_the_limit_is_short() {
		build_and_execute(&SEVEN, || {
			assert_ok!(offend(1, 1, 10));
			assert_ok!(offend(2, 2, 20));
			assert_ok!(offend(3, 3, 100));
			assert_ok!(offend(4, 4, 20));
			assert_eq!(disabled(), [1, 2]);
			set_keys(7, 500);
			run_to_session(2);
			// 2 and 4 are equally grave; 2 was first.
			assert_eq!(disabled(), [2, 3]);
		});
	}

	#[test]
	fn the_gravest_offence_of_a_validator_counts() {
		let severity = |percent| OffenceSeverity(Perbill::from_percent(percent));
		build_and_execute(&FOUR, || {
			assert_ok!(offend(3, 1, 30));
			assert_ok!(offend(3, 2, 10));
			assert_eq!(Offenders::<Test>::get().into_inner(), [(3, severity(30))]);
			assert_ok!(offend(3, 3, 40));
			assert_eq!(Offenders::<Test>::get().into_inner(), [(3, severity(40))]);
		});
	}

	#[test]
	fn concurrent_offenders_are_named_again_and_kept_once() {
		build_and_execute(&SEVEN, || {
			assert_ok!(offend(5, 9, 10));
			assert_ok!(offend(2, 9, 10));
			assert_eq!(reports(), [(5, 0, 10, true), (5, 0, 20, true), (2, 0, 20, true)]);
			assert_eq!(Offenders::<Test>::get().len(), 2);
			assert_eq!(disabled(), [2, 5]);
		});
	}

	#[test]
	fn the_weight_is_that_of_the_offenders() {
		build_and_execute(&SEVEN, || {
			let weight = |offenders: &[u64]| {
				let details: Vec<_> = offenders
					.iter()
					.map(|who| OffenceDetails { offender: (*who, ()), reporters: vec![] })
					.collect();
				let fractions = vec![Perbill::one(); offenders.len()];
				<ValidatorSet as OnOffenceHandler<u64, (u64, ()), _>>::on_offence(
					&details, &fractions, 0,
				)
			};
			assert_eq!(weight(&[2]), <() as WeightInfo>::on_offence(1));
			assert_eq!(weight(&[1, 2, 3]), <() as WeightInfo>::on_offence(3));
			assert!(weight(&[1, 2, 3]).ref_time() > weight(&[2]).ref_time());
		});
	}
}

mod history {
	use super::*;

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
}

mod invariants {
	use super::*;
	use frame_support::BoundedVec;

	fn broken(change: impl FnOnce()) -> Result<(), sp_runtime::DispatchError> {
		let mut result = Ok(());
		build_and_execute(&FOUR, || {
			run_to_session(3);
			result = frame_support::storage::with_transaction(|| {
				change();
				let found = ValidatorSet::do_try_state();
				sp_runtime::TransactionOutcome::Rollback(found)
			});
		});
		result
	}

	#[test]
	fn each_is_found_when_broken() {
		use pallet_session::{historical::HistoricalSessions, QueuedKeys, Validators};
		let grave = OffenceSeverity::max_severity();
		let keep = |offenders: Vec<u64>| {
			let offenders: Vec<_> = offenders.into_iter().map(|who| (who, grave)).collect();
			Offenders::<Test>::put(BoundedVec::truncate_from(offenders));
		};
		let is = |found: &'static str| Err(sp_runtime::DispatchError::Other(found));
		assert_eq!(broken(|| ()), Ok(()));
		assert_eq!(
			broken(|| Validators::<Test>::put(vec![1, 3, 2, 4])),
			is("validator set: not sorted, or one twice")
		);
		assert_eq!(
			broken(|| Validators::<Test>::put((0..101).collect::<Vec<u64>>())),
			is("validator set: too many validators")
		);
		assert_eq!(
			broken(|| QueuedKeys::<Test>::put(vec![(9, keys(9))])),
			is("validator set: somebody joined")
		);
		assert_eq!(broken(|| keep(vec![9])), is("validator set: an offender is no validator"));
		assert_eq!(broken(|| keep(vec![1, 1])), is("validator set: an offender twice"));
		assert_eq!(
			broken(|| HistoricalSessions::<Test>::remove(3)),
			is("validator set: the root of this session is missing or of another set")
		);
		assert_eq!(
			broken(|| StoredRange::<Test>::put((0, 6))),
			is("validator set: history has the wrong end")
		);
		assert_eq!(
			broken(|| StoredRange::<Test>::put((4, 5))),
			is("validator set: history is not pruned, or too far")
		);
		assert_eq!(
			broken(StoredRange::<Test>::kill),
			is("validator set: no historical root is stored")
		);
	}

	#[test]
	fn integrity_test_refuses_no_history() {
		HistoryDepth::set(1);
		ValidatorSet::integrity_test();
		HistoryDepth::set(0);
		let refused = std::panic::catch_unwind(ValidatorSet::integrity_test);
		HistoryDepth::set(DEPTH);
		assert!(refused.is_err());
	}
}
