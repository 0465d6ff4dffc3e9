//! Bonds: refusals, then put up, added to, taken out, left with, free again, to the session.

use frame_support::{assert_noop, assert_ok};
use pallet_session::historical::HistoricalSessions;
use sp_runtime::TokenError;

use super::{signed, FOUR};
use crate::{mock::*, types::Unbonding, *};

mod refused {
	use super::*;

	#[test]
	fn a_bond_without_keys_or_too_small_or_twice_or_above_ones_means() {
		build_and_execute(&FOUR, || {
			assert_noop!(ValidatorSet::bond(signed(5), 100), Error::<Test>::NoKeys);
			set_keys(5, 77);
			assert_noop!(ValidatorSet::bond(signed(5), 0), Error::<Test>::BondTooLow);
			assert_noop!(ValidatorSet::bond(signed(5), 99), Error::<Test>::BondTooLow);
			assert_noop!(ValidatorSet::bond(signed(5), RICH), TokenError::FundsUnavailable);
			assert_ok!(ValidatorSet::bond(signed(5), 100));
			assert_noop!(ValidatorSet::bond(signed(5), 100), Error::<Test>::AlreadyBonded);
			assert_noop!(
				ValidatorSet::bond(RuntimeOrigin::root(), 100),
				sp_runtime::DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn more_or_less_of_nothing() {
		build_and_execute(&FOUR, || {
			for who in [1, 5] {
				assert_noop!(ValidatorSet::bond_more(signed(who), 1), Error::<Test>::NotBonded);
				assert_noop!(ValidatorSet::unbond(signed(who), 1), Error::<Test>::NotBonded);
			}
			join(5, 100);
			assert_noop!(ValidatorSet::bond_more(signed(5), 0), Error::<Test>::ZeroAmount);
			assert_noop!(ValidatorSet::unbond(signed(5), 0), Error::<Test>::ZeroAmount);
			assert_noop!(ValidatorSet::bond_more(signed(5), RICH), TokenError::FundsUnavailable);
		});
	}

	#[test]
	fn to_unbond_below_the_least_by_one_unit() {
		build_and_execute(&FOUR, || {
			join(5, 150);
			for amount in [51, 149, 150, 151, u128::MAX] {
				let refused = ValidatorSet::unbond(signed(5), amount);
				assert_noop!(refused, Error::<Test>::BondTooLow);
			}
			assert_ok!(ValidatorSet::unbond(signed(5), 50));
		});
	}

	#[test]
	fn strangers_have_nothing_to_leave_or_withdraw() {
		build_and_execute(&FOUR, || {
			assert_noop!(ValidatorSet::leave(signed(5)), Error::<Test>::NotACandidate);
			assert_noop!(ValidatorSet::withdraw(signed(5)), Error::<Test>::NotACandidate);
			assert_noop!(ValidatorSet::chill(signed(5)), Error::<Test>::NotACandidate);
			assert_noop!(ValidatorSet::stand(signed(5)), Error::<Test>::NotACandidate);
			assert_noop!(ValidatorSet::withdraw(signed(1)), Error::<Test>::NothingDue);
			assert_noop!(ValidatorSet::stand(signed(1)), Error::<Test>::AlreadyStanding);
		});
	}

	#[test]
	fn to_go_below_the_least_set() {
		build_and_execute(&FOUR, || {
			for who in 1..=4 {
				assert_noop!(ValidatorSet::leave(signed(who)), Error::<Test>::TooFewValidators);
				assert_noop!(ValidatorSet::chill(signed(who)), Error::<Test>::TooFewValidators);
			}
			join(5, 100);
			// With a fifth who can be elected one may go, and then nobody.
			assert_ok!(ValidatorSet::leave(signed(2)));
			for who in [1, 3, 4] {
				assert_noop!(ValidatorSet::leave(signed(who)), Error::<Test>::TooFewValidators);
			}
			// 5 is in no set yet, but it will take the place of 2.
			assert_noop!(ValidatorSet::chill(signed(5)), Error::<Test>::TooFewValidators);
			assert_noop!(ValidatorSet::leave(signed(5)), Error::<Test>::TooFewValidators);
			run_to_session(1);
			assert_eq!(ValidatorSet::next_set(), [1, 3, 4, 5]);
			assert_noop!(ValidatorSet::chill(signed(5)), Error::<Test>::TooFewValidators);
			assert_noop!(ValidatorSet::leave(signed(5)), Error::<Test>::TooFewValidators);
			run_to_session(4);
			assert_eq!(Session::validators(), [1, 3, 4, 5]);
		});
	}

	#[test]
	fn nobody_is_needed_who_could_not_be_elected() {
		build_and_execute(&FOUR, || {
			join(5, 100);
			set_terms(|terms| terms.bond = 101);
			assert_ok!(ValidatorSet::chill(signed(5)));
			assert_ok!(ValidatorSet::leave(signed(5)));
			// With a sixth, either of two may go that are in no set, and then nobody.
			join(5, 101);
			join(6, 101);
			assert_ok!(ValidatorSet::leave(signed(1)));
			assert_ok!(ValidatorSet::chill(signed(6)));
			assert_noop!(ValidatorSet::chill(signed(5)), Error::<Test>::TooFewValidators);
		});
	}

	#[test]
	fn a_substitute_without_keys_or_with_too_low_a_bond_is_none() {
		build_and_execute(&FOUR, || {
			join(5, 100);
			assert_ok!(Session::purge_keys(signed(5)));
			assert_noop!(ValidatorSet::leave(signed(2)), Error::<Test>::TooFewValidators);
			set_keys(5, 77);
			set_terms(|terms| terms.bond = 101);
			assert_noop!(ValidatorSet::leave(signed(2)), Error::<Test>::TooFewValidators);
			assert_ok!(ValidatorSet::bond_more(signed(5), 1));
			assert_ok!(ValidatorSet::leave(signed(2)));
		});
	}
}

#[test]
fn a_bond_is_on_hold_and_said() {
	build_and_execute(&FOUR, || {
		set_keys(5, 77);
		assert_ok!(ValidatorSet::bond(signed(5), 100));
		assert_eq!(held(5), 100);
		assert_ok!(ValidatorSet::bond_more(signed(5), 7));
		assert_eq!(held(5), 107);
		assert_eq!(
			events(),
			[
				Event::Bonded { candidate: 5, amount: 100, bond: 100 },
				Event::Stands { candidate: 5 },
				Event::Bonded { candidate: 5, amount: 7, bond: 107 },
			]
		);
	});
}

#[test]
fn the_free_balance_stays_free() {
	build_and_execute(&FOUR, || {
		// The deposit for the keys, and one unit that keeps the account.
		set_keys(5, 77);
		assert_ok!(ValidatorSet::bond(signed(5), RICH - 11));
		assert_eq!(Balances::free_balance(5), 1);
	});
}

#[test]
fn what_is_unbonded_is_free_when_its_last_session_cannot_be_proven() {
	build_and_execute(&FOUR, || {
		run_to_session(3);
		join(5, 300);
		run_to_session(7);
		assert_ok!(ValidatorSet::unbond(signed(5), 200));
		// It backs the set of session 8, which is planned.
		assert_eq!(candidate(5).unbonding.into_inner(), [Unbonding { amount: 200, last: 8 }]);
		assert_eq!((candidate(5).bond, held(5)), (100, 300));
		let free_from = 8 + DEPTH + 1;
		run_to_session(free_from - 1);
		assert!(HistoricalSessions::<Test>::contains_key(8));
		assert_noop!(ValidatorSet::withdraw(signed(5)), Error::<Test>::NothingDue);
		run_to_session(free_from);
		assert!(!HistoricalSessions::<Test>::contains_key(8));
		events();
		assert_ok!(ValidatorSet::withdraw(signed(5)));
		assert_eq!(events(), [Event::Withdrawn { candidate: 5, amount: 200 }]);
		assert_eq!(held(5), 100);
		assert!(Session::validators().contains(&5));
	});
}

#[test]
fn parts_unbonded_in_one_session_are_one() {
	build_and_execute(&FOUR, || {
		join(5, 300);
		assert_ok!(ValidatorSet::unbond(signed(5), 20));
		assert_ok!(ValidatorSet::unbond(signed(5), 30));
		assert_eq!(candidate(5).unbonding.into_inner(), [Unbonding { amount: 50, last: 1 }]);
		run_to_session(1);
		assert_ok!(ValidatorSet::unbond(signed(5), 1));
		assert_eq!(candidate(5).unbonding.len(), 2);
		run_to_session(1 + DEPTH + 1);
		assert_ok!(ValidatorSet::withdraw(signed(5)));
		assert_eq!(candidate(5).unbonding.into_inner(), [Unbonding { amount: 1, last: 2 }]);
		assert_eq!(held(5), 250);
	});
}

#[test]
fn the_seventeenth_part_waits_with_the_sixteenth() {
	build_and_execute(&FOUR, || {
		HistoryDepth::set(1_000);
		join(5, 300);
		for session in 0..=MAX_UNBONDING {
			run_to_session(session);
			assert_ok!(ValidatorSet::unbond(signed(5), 2));
		}
		let parts = candidate(5).unbonding;
		assert_eq!(parts.len() as u32, MAX_UNBONDING);
		assert_eq!(parts.last(), Some(&Unbonding { amount: 4, last: MAX_UNBONDING + 1 }));
		assert_eq!(held(5), 300);
	});
}

#[test]
fn who_leaves_validates_until_the_end_of_the_set_and_has_all_back() {
	build_and_execute(&FOUR, || {
		join(5, 300);
		run_to_session(3);
		assert!(Session::validators().contains(&5));
		events();
		assert_ok!(ValidatorSet::leave(signed(5)));
		assert_eq!(
			events(),
			[Event::Unbonded { candidate: 5, amount: 300, last: 4 }, Event::Left { candidate: 5 }]
		);
		assert_noop!(ValidatorSet::leave(signed(5)), Error::<Test>::NotACandidate);
		assert_noop!(ValidatorSet::stand(signed(5)), Error::<Test>::BondTooLow);
		assert_noop!(ValidatorSet::purge_keys(signed(5)), Error::<Test>::StillValidating);
		run_to_session(4);
		assert!(Session::validators().contains(&5));
		assert_noop!(ValidatorSet::purge_keys(signed(5)), Error::<Test>::StillValidating);
		run_to_session(5);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		events();
		assert_ok!(ValidatorSet::purge_keys(signed(5)));
		assert_eq!(events(), [Event::KeysPurged { owner: 5 }]);
		assert_noop!(ValidatorSet::purge_keys(signed(5)), pallet_session::Error::<Test>::NoKeys);
		assert_eq!(Balances::free_balance(5), RICH - 300);
		run_to_session(4 + DEPTH + 1);
		assert_ok!(ValidatorSet::withdraw(signed(5)));
		assert_eq!((Balances::free_balance(5), held(5)), (RICH, 0));
		assert!(!Candidates::<Test>::contains_key(5));
		assert_noop!(ValidatorSet::withdraw(signed(5)), Error::<Test>::NotACandidate);
	});
}

#[test]
fn who_has_left_may_bond_again_while_the_old_bond_waits() {
	build_and_execute(&FOUR, || {
		join(5, 300);
		run_to_session(3);
		assert_ok!(ValidatorSet::leave(signed(5)));
		assert_ok!(ValidatorSet::bond(signed(5), 120));
		assert_eq!((candidate(5).bond, held(5)), (120, 420));
		assert_eq!(standing(), [1, 2, 3, 4, 5]);
		run_to_session(4 + DEPTH + 1);
		// It never was out of the set.
		assert!(Session::validators().contains(&5));
		assert_ok!(ValidatorSet::withdraw(signed(5)));
		assert_eq!(held(5), 120);
	});
}

#[test]
fn keys_that_are_needed_are_not_purged() {
	build_and_execute(&FOUR, || {
		assert_noop!(ValidatorSet::purge_keys(signed(1)), Error::<Test>::StillValidating);
		join(5, 100);
		// It stands, before it is in any set.
		assert_noop!(ValidatorSet::purge_keys(signed(5)), Error::<Test>::StillValidating);
		assert_ok!(ValidatorSet::chill(signed(5)));
		assert_ok!(ValidatorSet::purge_keys(signed(5)));
		assert_noop!(ValidatorSet::stand(signed(5)), Error::<Test>::NoKeys);
		set_keys(5, 77);
		assert_ok!(ValidatorSet::stand(signed(5)));
		run_to_session(1);
		// It is in the next set.
		assert_ok!(ValidatorSet::chill(signed(5)));
		assert_noop!(ValidatorSet::purge_keys(signed(5)), Error::<Test>::StillValidating);
		run_to_session(3);
		assert_ok!(ValidatorSet::purge_keys(signed(5)));
	});
}

#[test]
fn a_bond_beyond_all_numbers_is_refused() {
	build_and_execute(&FOUR, || {
		join(5, 100);
		let mut full = candidate(5);
		let part = Unbonding { amount: u128::MAX - 150, last: 1 };
		assert_ok!(full.unbonding.try_push(part));
		assert_eq!(full.held(), Ok(u128::MAX - 50));
		full.bond += 51;
		assert_eq!(full.held(), Err(sp_runtime::ArithmeticError::Overflow.into()));
		assert_eq!(full.answering(1), Err(sp_runtime::ArithmeticError::Overflow.into()));
		assert_eq!(full.answering(2), Ok(151));
		assert!(full.send_out(u128::MAX, 1).is_err());
	});
}
