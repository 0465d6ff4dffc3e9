//! Who gets a seat, when, and who stands.

use frame_support::{assert_noop, assert_ok};

use super::{plan, signed, FOUR, SEVEN};
use crate::{mock::*, *};

#[test]
fn who_bonds_validates_two_sessions_later() {
	build_and_execute(&FOUR, || {
		run_to_session(2);
		join(5, 100);
		run_to_session(3);
		assert_eq!(ValidatorSet::next_set(), [1, 2, 3, 4, 5]);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5]);
		assert_eq!(Authorities::get(), [1_001, 1_002, 1_003, 1_004, 1_005]);
		run_to_session(8);
		// Consensus was told of one change.
		assert_eq!(Changes::get(), [false, false, false, true, false, false, false, false]);
	});
}

#[test]
fn the_last_block_of_a_session_is_early_enough_and_the_first_of_the_next_is_not() {
	for (block, joins) in [(2 * SESSION - 1, 3), (2 * SESSION, 4)] {
		build_and_execute(&FOUR, || {
			System::run_to_block::<AllPalletsWithSystem>(block);
			join(5, 100);
			run_to_session(joins - 1);
			assert!(!Session::validators().contains(&5));
			run_to_session(joins);
			assert!(Session::validators().contains(&5));
		});
	}
}

#[test]
fn the_best_bonded_fill_the_seats_that_founders_leave() {
	build_and_execute(&FOUR, || {
		set_terms(|terms| terms.seats = 6);
		for (who, bond) in [(10, 100), (11, 300), (12, 200), (13, 200)] {
			join(who, bond);
		}
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 11, 12]);
		// 13 came later than 12; one unit more and it is before.
		assert_ok!(ValidatorSet::bond_more(signed(13), 1));
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 11, 13]);
		// Whose bond falls back to that of another stands behind it.
		assert_ok!(ValidatorSet::unbond(signed(13), 1));
		assert_eq!(standing(), [1, 2, 3, 4, 11, 12, 13, 10]);
		run_to_session(6);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 11, 12]);
	});
}

#[test]
fn nothing_is_said_while_the_same_are_elected() {
	build_and_execute(&FOUR, || {
		set_terms(|terms| terms.seats = 5);
		join(10, 200);
		join(11, 100);
		run_to_session(2);
		Changes::set(vec![]);
		// Bonds move, and nobody gets or loses a seat.
		assert_ok!(ValidatorSet::bond_more(signed(11), 99));
		assert_ok!(ValidatorSet::unbond(signed(10), 1));
		assert_ok!(ValidatorSet::bond_more(signed(10), 50));
		join(12, 150);
		assert_eq!(plan(3), None);
		run_to_session(6);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 10]);
		assert_eq!(Changes::get(), [false; 4]);
	});
}

#[test]
fn who_chills_is_out_and_keeps_its_bond() {
	build_and_execute(&FOUR, || {
		join(5, 100);
		run_to_session(2);
		events();
		assert_ok!(ValidatorSet::chill(signed(5)));
		assert_eq!(events(), [Event::Chilled { candidate: 5 }]);
		assert_noop!(ValidatorSet::chill(signed(5)), Error::<Test>::NotStanding);
		run_to_session(3);
		assert!(Session::validators().contains(&5));
		run_to_session(4);
		assert!(!Session::validators().contains(&5));
		assert_eq!(held(5), 100);
		// More bond does not make it stand.
		assert_ok!(ValidatorSet::bond_more(signed(5), 100));
		run_to_session(6);
		assert!(!Session::validators().contains(&5));
		assert_ok!(ValidatorSet::stand(signed(5)));
		run_to_session(8);
		assert!(Session::validators().contains(&5));
	});
}

#[test]
fn who_chills_and_stands_within_a_session_changes_nothing() {
	build_and_execute(&FOUR, || {
		join(5, 100);
		run_to_session(2);
		assert_ok!(ValidatorSet::chill(signed(5)));
		assert_ok!(ValidatorSet::stand(signed(5)));
		Changes::set(vec![]);
		run_to_session(5);
		assert_eq!(Changes::get(), [false; 3]);
	});
}

#[test]
fn a_full_list_takes_who_bonds_more_than_its_last_in_its_place() {
	build_and_execute(&FOUR, || {
		for who in 5..=u64::from(CANDIDATES) {
			join(who, if who == 50 { 101 } else { 102 });
		}
		assert_eq!(standing().len() as u32, CANDIDATES);
		set_keys(200, 77);
		for amount in [100, 101] {
			let refused = ValidatorSet::bond(signed(200), amount);
			assert_noop!(refused, Error::<Test>::TooManyCandidates);
		}
		events();
		assert_ok!(ValidatorSet::bond(signed(200), 102));
		assert_eq!(
			events(),
			[
				Event::Bonded { candidate: 200, amount: 102, bond: 102 },
				Event::Displaced { candidate: 50 },
				Event::Stands { candidate: 200 },
			]
		);
		assert_eq!(standing().last(), Some(&200));
		assert_eq!((candidate(50).status, held(50)), (Status::Chilled, 101));
		assert_noop!(ValidatorSet::stand(signed(50)), Error::<Test>::TooManyCandidates);
		// Those who stand may add to their bonds, however full it is.
		assert_ok!(ValidatorSet::bond_more(signed(60), 1));
		assert_ok!(ValidatorSet::bond_more(signed(50), 2));
		assert_ok!(ValidatorSet::stand(signed(50)));
		assert_eq!(candidate(200).status, Status::Chilled);
		run_to_session(2);
		assert_eq!(Session::validators().len(), 100);
	});
}

#[test]
fn a_set_that_is_too_small_keeps_those_of_the_last_with_the_best_first() {
	build_and_execute(&SEVEN, || {
		set_terms(|terms| terms.least = 7);
		assert_ok!(ValidatorSet::bond(signed(6), 500));
		run_to_session(2);
		assert_ok!(offend(2, 1, 10));
		assert_ok!(offend(6, 2, 10));
		assert_eq!(standing(), [1, 3, 4, 5, 7]);
		// Both offended: who has more of a bond left stays first.
		set_terms(|terms| terms.least = 6);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 3, 4, 5, 6, 7]);
		// One offends, one only goes to rest: the latter stays first.
		set_terms(|terms| terms.least = 4);
		assert_ok!(ValidatorSet::chill(signed(1)));
		set_terms(|terms| terms.least = 5);
		run_to_session(6);
		assert_eq!(Session::validators(), [1, 3, 4, 5, 7]);
	});
}

#[test]
fn who_has_left_is_not_kept() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::leave(signed(1)));
		assert_ok!(ValidatorSet::leave(signed(2)));
		set_terms(|terms| terms.least = 7);
		run_to_session(4);
		assert_eq!(Session::validators(), [3, 4, 5, 6, 7]);
	});
}

#[test]
fn a_higher_least_bond_is_for_the_next_set() {
	build_and_execute(&FOUR, || {
		join(5, 100);
		join(6, 200);
		run_to_session(2);
		set_terms(|terms| terms.bond = 200);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6]);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 6]);
		assert_ok!(ValidatorSet::bond_more(signed(5), 100));
		run_to_session(6);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6]);
	});
}
