//! Offenders are disabled, and stay so as long as they validate.

use frame_support::{assert_noop, assert_ok, dispatch::DispatchClass};
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OffenceError, OffenceSeverity, OnOffenceHandler};

use super::{signed, FOUR, SEVEN};
use crate::{mock::*, *};

/// Has offenders stay in a set of so many.
fn keep_all(validators: usize) {
	set_terms(|terms| terms.least = validators as u32);
}

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
	for (owners, limit) in [(1, 0), (2, 0), (3, 0), (4, 1), (6, 1), (7, 2), (10, 3), (100, 33)] {
		let owners: Vec<u64> = (1..=owners).collect();
		build_and_execute(&owners, || {
			keep_all(owners.len());
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
		keep_all(6);
		assert_ok!(offend(6, 1, 50));
		assert_ok!(Session::purge_keys(RuntimeOrigin::signed(1)));
		run_to_session(2);
		assert_eq!(Session::validators(), [2, 3, 4, 5, 6, 7]);
		assert_eq!(disabled(), [6]);
		assert_eq!(Ignored::get(), [5, 4]);
	});
}

#[test]
fn an_offender_that_can_be_spared_is_out_and_forgotten() {
	build_and_execute(&SEVEN, || {
		assert_ok!(offend(6, 1, 50));
		run_to_session(1);
		assert_eq!(Offenders::<Test>::get().len(), 1);
		assert_eq!(disabled(), [6]);
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 7]);
		assert!(Offenders::<Test>::get().is_empty());
		assert!(disabled().is_empty());
		// What it did while it validated is reported, and changes nothing any more.
		assert_ok!(offend_in(1, 6, 2, 50));
		assert_eq!(reports().last(), Some(&(6, 1, 50, false)));
		assert!(Offenders::<Test>::get().is_empty());
	});
}

#[test]
fn the_gravest_come_first_when_the_limit_is_short() {
	build_and_execute(&SEVEN, || {
		keep_all(7);
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
		let before = System::block_weight().get(DispatchClass::Normal).ref_time();
		assert_eq!(weight(&[2]), <() as WeightInfo>::on_offence(1));
		// The block pays for it too.
		let after = System::block_weight().get(DispatchClass::Normal).ref_time();
		assert_eq!(after - before, <() as WeightInfo>::on_offence(1).ref_time());
		assert_eq!(weight(&[1, 2, 3]), <() as WeightInfo>::on_offence(3));
		assert!(weight(&[1, 2, 3]).ref_time() > weight(&[2]).ref_time());
	});
}

#[test]
fn who_could_not_be_spared_makes_blocks_again_when_it_stands_after_jail() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert_ok!(offend(3, 7, 20));
		run_to_session(1);
		assert_eq!(disabled(), [3]);
		let early = ValidatorSet::stand(signed(3));
		assert_noop!(early, Error::<Test>::InJail);
		run_to_session(2);
		assert_eq!(disabled(), [3]);
		assert_ok!(ValidatorSet::stand(signed(3)));
		assert!(disabled().is_empty());
		assert!(Offenders::<Test>::get().is_empty());
		run_to_session(5);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert!(disabled().is_empty());
		// Nor was consensus told of another set.
		assert_eq!(Changes::get(), [false; 5]);
	});
}

#[test]
fn standing_again_enables_nobody_else() {
	build_and_execute(&SEVEN, || {
		keep_all(7);
		for who in [5, 6] {
			assert_ok!(ValidatorSet::bond(signed(who), 1_000));
			assert_ok!(offend(who, who, 20));
		}
		run_to_session(2);
		assert_ok!(ValidatorSet::stand(signed(6)));
		assert_eq!(disabled(), [5]);
		assert_eq!(Offenders::<Test>::get().len(), 1);
	});
}

#[test]
fn who_is_found_out_before_it_validates_again_does_not_make_blocks() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::bond(signed(6), 1_000));
		assert_ok!(ValidatorSet::chill(signed(6)));
		run_to_session(3);
		assert!(!ValidatorSet::validates(&6));
		assert_ok!(ValidatorSet::stand(signed(6)));
		run_to_session(4);
		// Its seat of the next session is planned, when what it did in the first becomes known.
		assert!(!ValidatorSet::validates(&6) && ValidatorSet::is_next(&6));
		assert_ok!(offend_in(1, 6, 2, 50));
		assert_eq!(reports(), [(6, 1, 50, false)]);
		assert_ok!(ValidatorSet::do_try_state());
		run_to_session(5);
		assert!(ValidatorSet::validates(&6));
		assert_eq!(disabled(), [6]);
		run_to_session(6);
		assert!(!ValidatorSet::validates(&6));
		assert!(Offenders::<Test>::get().is_empty());
	});
}

#[test]
fn who_has_served_its_time_is_not_disabled_when_another_of_its_slot_is_found_out() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert_ok!(offend(3, 7, 20));
		run_to_session(2);
		assert_ok!(ValidatorSet::stand(signed(3)));
		assert!(disabled().is_empty());
		assert_ok!(offend_in(0, 1, 7, 20));
		// It is named again, and pays what two of four owe. But it is free.
		assert_eq!(reports()[1..], [(3, 0, 40, false), (1, 0, 40, true)]);
		assert_eq!(disabled(), [1]);
		assert_eq!(held(3), 0);
	});
}
