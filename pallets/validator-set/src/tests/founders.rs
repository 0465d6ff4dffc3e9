//! Founders: who is one, what it is worth, and how it ends.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

use super::{signed, FOUR, SEVEN};
use crate::{mock::*, types::Unbonding, *};

#[test]
fn only_governance_retires_only_founders_and_only_once() {
	build_and_execute(&SEVEN, || {
		join(10, 100);
		assert_noop!(ValidatorSet::retire(signed(1), 1), DispatchError::BadOrigin);
		let retire = |who| ValidatorSet::retire(RuntimeOrigin::root(), who);
		for who in [10, 200] {
			assert_noop!(retire(who), Error::<Test>::NotAFounder);
		}
		assert_ok!(retire(1));
		assert_noop!(retire(1), Error::<Test>::NotAFounder);
	});
}

#[test]
fn the_owners_of_the_keys_of_genesis_are_founders_and_nobody_else() {
	build_and_execute(&FOUR, || {
		join(5, 10_000);
		assert_eq!(standing(), [1, 2, 3, 4, 5]);
		for who in 1..=4 {
			let founder = candidate(who);
			assert!(founder.founder && founder.status == Status::Standing);
			assert_eq!((founder.bond, held(who)), (0, 0));
		}
		assert!(!candidate(5).founder);
	});
}

#[test]
fn a_retired_founder_without_a_bond_is_out_and_forgotten() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::retire(RuntimeOrigin::root(), 3));
		assert_eq!(events(), [Event::Retired { founder: 3 }]);
		assert!(!Candidates::<Test>::contains_key(3));
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 4, 5, 6, 7]);
		assert_noop!(ValidatorSet::stand(signed(3)), Error::<Test>::NotACandidate);
		// Like anybody else it may come back with a bond.
		assert_ok!(ValidatorSet::bond(signed(3), 100));
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6, 7]);
	});
}

#[test]
fn a_retired_founder_with_a_bond_keeps_its_seat_like_anybody_else() {
	build_and_execute(&SEVEN, || {
		set_terms(|terms| terms.seats = 7);
		assert_ok!(ValidatorSet::bond(signed(3), 100));
		assert_eq!(standing(), [3, 1, 2, 4, 5, 6, 7]);
		assert_ok!(ValidatorSet::retire(RuntimeOrigin::root(), 3));
		assert_eq!(standing(), [1, 2, 4, 5, 6, 7, 3]);
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6, 7]);
		join(10, 101);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 4, 5, 6, 7, 10]);
	});
}

#[test]
fn a_retired_founder_whose_bond_is_below_the_least_keeps_it_and_stands_no_more() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::bond(signed(3), 100));
		set_terms(|terms| terms.bond = 101);
		assert_ok!(ValidatorSet::retire(RuntimeOrigin::root(), 3));
		assert_eq!((candidate(3).status, held(3)), (Status::Chilled, 100));
		assert_noop!(ValidatorSet::stand(signed(3)), Error::<Test>::BondTooLow);
		assert_ok!(ValidatorSet::bond_more(signed(3), 1));
		assert_ok!(ValidatorSet::stand(signed(3)));
	});
}

#[test]
fn retiring_does_not_make_the_set_too_small() {
	build_and_execute(&FOUR, || {
		let retire = |who| ValidatorSet::retire(RuntimeOrigin::root(), who);
		assert_noop!(retire(1), Error::<Test>::TooFewValidators);
		// With a bond it stays.
		assert_ok!(ValidatorSet::bond(signed(1), 100));
		assert_ok!(retire(1));
		assert_noop!(retire(2), Error::<Test>::TooFewValidators);
		run_to_session(3);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
	});
}

#[test]
fn a_founder_takes_out_all_of_its_bond_and_keeps_its_seat() {
	build_and_execute(&FOUR, || {
		assert_ok!(ValidatorSet::bond(signed(3), 150));
		assert_noop!(ValidatorSet::unbond(signed(3), 149), Error::<Test>::BondTooLow);
		assert_ok!(ValidatorSet::unbond(signed(3), 150));
		assert_eq!(candidate(3).unbonding.into_inner(), [Unbonding { amount: 150, last: 1 }]);
		run_to_session(DEPTH + 2);
		assert_ok!(ValidatorSet::withdraw(signed(3)));
		assert_eq!(held(3), 0);
		assert!(candidate(3).founder);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		// And may bond again.
		assert_ok!(ValidatorSet::bond(signed(3), 100));
	});
}

#[test]
fn a_founder_that_chills_comes_back_without_a_bond() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::chill(signed(3)));
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 4, 5, 6, 7]);
		assert_ok!(ValidatorSet::stand(signed(3)));
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6, 7]);
	});
}

#[test]
fn founders_are_more_than_the_seats() {
	build_and_execute(&SEVEN, || {
		set_terms(|terms| (terms.seats, terms.least) = (2, 1));
		join(10, 100);
		run_to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6, 7]);
	});
}

#[test]
fn an_offender_is_no_founder_any_more() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::bond(signed(3), 1_000));
		assert_ok!(offend(3, 1, 10));
		assert!(!candidate(3).founder);
		run_to_session(2);
		assert_eq!(Session::validators(), [1, 2, 4, 5, 6, 7]);
		// After jail it stands like anybody else, with what is left.
		assert_ok!(ValidatorSet::stand(signed(3)));
		assert_eq!(standing().last(), Some(&3));
	});
}

#[test]
fn a_founder_without_a_bond_does_not_get_out_of_an_offence_by_leaving_before_it_is_reported() {
	for retired in [false, true] {
		build_and_execute(&SEVEN, || {
			if retired {
				assert_ok!(ValidatorSet::retire(RuntimeOrigin::root(), 3));
			} else {
				assert_ok!(ValidatorSet::leave(signed(3)));
			}
			assert_ok!(offend(3, 7, 20));
			assert_eq!(disabled(), [3]);
			// It cannot come back, and so be enabled, before its time in jail is over.
			assert_noop!(ValidatorSet::bond(signed(3), 100), Error::<Test>::InJail);
			run_to_session(candidate(3).jailed_until);
			assert_ok!(ValidatorSet::bond(signed(3), 100));
		});
	}
}

#[test]
fn a_founder_without_a_bond_does_not_get_out_of_an_offence_by_being_gone_when_it_is_reported() {
	build_and_execute(&SEVEN, || {
		assert_ok!(ValidatorSet::leave(signed(3)));
		run_to_session(3);
		assert!(!Session::validators().contains(&3));
		assert!(!Candidates::<Test>::contains_key(3));
		assert_ok!(offend_in(0, 3, 7, 20));
		// It is no validator that could be disabled, and it has nothing that could be taken.
		assert!(disabled().is_empty());
		assert!(Offenders::<Test>::get().is_empty());
		assert_noop!(ValidatorSet::bond(signed(3), 100), Error::<Test>::InJail);
		run_to_session(candidate(3).jailed_until);
		assert_ok!(ValidatorSet::bond(signed(3), 100));
	});
}
