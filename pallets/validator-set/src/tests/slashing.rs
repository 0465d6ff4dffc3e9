//! What an offence costs, to the unit; whom; how often; and who has it.

use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use pallet_session::historical::HistoricalSessions;
use strata_validators::slashed;

use super::{prove, proven, signed, FOUR, SEVEN};
use crate::{mock::*, types::Unbonding, *};

/// Ten validators, of whom the first `founders` have no bond, and the others one of 1,000.
fn ten(founders: u64, test: impl FnOnce()) {
	let owners: Vec<u64> = (1..=founders).collect();
	build_and_execute(&owners, || {
		for who in founders + 1..=10 {
			join(who, 1_000);
		}
		run_to_session(2);
		assert_eq!(Session::validators().len(), 10);
		events();
		test();
	});
}

fn slashes() -> Vec<(u64, u32, u128)> {
	events()
		.into_iter()
		.filter_map(|event| match event {
			Event::Slashed { validator, session, amount } => Some((validator, session, amount)),
			_ => None,
		})
		.collect()
}

#[test]
fn a_lone_offender_loses_a_tenth_to_the_treasury_its_seat_and_its_freedom() {
	ten(5, || {
		let issued = <Balances as Inspect<u64>>::total_issuance();
		assert_ok!(offend(8, 1, 10));
		assert_eq!(
			events(),
			[
				Event::OffenceReported {
					validator: 8,
					session: 2,
					severity: sp_runtime::Perbill::from_percent(10),
					disabled: true
				},
				Event::Jailed { validator: 8, until: 4, cause: Cause::Offence },
				Event::Slashed { validator: 8, session: 2, amount: 100 },
			]
		);
		assert_eq!((held(8), candidate(8).bond), (900, 900));
		assert_eq!(Balances::free_balance(TREASURY), 101);
		assert_eq!(<Balances as Inspect<u64>>::total_issuance(), issued);
		assert_eq!(candidate(8).status, Status::Chilled);
		assert_noop!(ValidatorSet::stand(signed(8)), Error::<Test>::InJail);
		assert_noop!(ValidatorSet::bond(signed(8), 100), Error::<Test>::AlreadyBonded);
		assert_ok!(ValidatorSet::bond_more(signed(8), 50));
		run_to_session(4);
		assert!(!Session::validators().contains(&8));
		assert_ok!(ValidatorSet::stand(signed(8)));
		run_to_session(6);
		assert!(Session::validators().contains(&8));
		assert!(disabled().is_empty());
	});
}

#[test]
fn the_more_offend_the_more_each_loses_and_the_earlier_pay_the_difference() {
	ten(2, || {
		// In different slots, and of different severity: the session counts.
		assert_ok!(offend(10, 1, 10));
		assert_eq!(slashes(), [(10, 2, 100)]);
		assert_ok!(offend(9, 2, 50));
		// 1/10 + 27/70
		let two = slashed(1_000, 2, 10);
		assert_eq!(two, 486);
		assert_eq!(slashes(), [(10, 2, two - 100), (9, 2, two)]);
		assert_ok!(offend(8, 3, 0));
		let three = slashed(1_000, 3, 10);
		assert_eq!(slashes(), [(10, 2, three - two), (9, 2, three - two), (8, 2, three)]);
		// Four of ten are more than a third.
		assert_ok!(offend(7, 4, 1));
		let rest = 1_000 - three;
		assert_eq!(slashes(), [(10, 2, rest), (9, 2, rest), (8, 2, rest), (7, 2, 1_000)]);
		assert_eq!([10, 9, 8, 7].map(held), [0; 4]);
		assert_eq!(Balances::free_balance(TREASURY), 4_001);
		// A fifth changes nothing for them.
		assert_ok!(offend(6, 5, 1));
		assert_eq!(slashes(), [(6, 2, 1_000)]);
	});
}

#[test]
fn an_unbonded_founder_counts_and_has_nothing_to_lose_but_its_seat() {
	ten(2, || {
		assert_ok!(offend(1, 1, 10));
		assert_eq!(slashes(), []);
		assert_ok!(offend(10, 2, 10));
		assert_eq!(slashes(), [(10, 2, 486)]);
		run_to_session(4);
		assert_eq!(Session::validators(), [2, 3, 4, 5, 6, 7, 8, 9]);
		// It is forgotten when it says so, after jail.
		assert_ok!(ValidatorSet::withdraw(signed(1)));
		assert!(!Candidates::<Test>::contains_key(1));
	});
}

#[test]
fn an_offender_is_charged_once_for_a_session_and_again_for_another() {
	ten(5, || {
		assert_ok!(offend(8, 1, 10));
		assert_ok!(offend(8, 2, 10));
		assert_ok!(offend(8, 3, 90));
		assert_eq!(slashes(), [(8, 2, 100)]);
		assert_ok!(offend_in(1, 8, 4, 10));
		// In session 1 five validated: one of them is a fifth, and 8 was none; what it had answers.
		assert_eq!(HistoricalSessions::<Test>::get(1).map(|(_, count)| count), Some(5));
		assert_eq!(slashes(), [(8, 1, 90)]);
		run_to_session(3);
		assert_ok!(offend(8, 5, 10));
		assert_eq!(slashes(), [(8, 3, 81)]);
		assert_eq!(held(8), 729);
	});
}

#[test]
fn an_equivocation_of_one_session_is_accepted_in_the_next_with_its_proof() {
	ten(5, || {
		let proof = prove(1_008).expect("8 validates");
		assert_eq!(proof.session, 2);
		run_to_session(3);
		let (offender, ()) = proven(1_008, &proof).expect("still provable");
		assert_ok!(offend_in(proof.session, offender, 1, 10));
		assert_eq!(slashes(), [(8, 2, 100)]);
		assert_eq!(disabled(), [8]);
	});
}

#[test]
fn who_leaves_answers_as_long_as_it_can_be_proven() {
	ten(5, || {
		assert_ok!(ValidatorSet::leave(signed(8)));
		let proof = prove(1_008).expect("8 validates");
		run_to_session(3);
		let last = prove(1_008).expect("8 validates, for the last time");
		run_to_session(4);
		assert!(!Session::validators().contains(&8));
		assert_eq!(proven(1_008, &proof), Some((8, ())));
		run_to_session(3 + DEPTH);
		assert_eq!(proven(1_008, &proof), None);
		assert_eq!(proven(1_008, &last), Some((8, ())));
		assert_noop!(ValidatorSet::withdraw(signed(8)), Error::<Test>::NothingDue);
		events();
		assert_ok!(offend_in(3, 8, 1, 10));
		assert_eq!(slashes(), [(8, 3, 100)]);
		run_to_session(3 + DEPTH + 1);
		assert_eq!(proven(1_008, &last), None);
		assert_ok!(ValidatorSet::withdraw(signed(8)));
		assert_eq!(Balances::free_balance(8), RICH - 100 - 10);
	});
}

#[test]
fn what_was_out_before_the_session_does_not_answer_for_it() {
	ten(5, || {
		assert_ok!(ValidatorSet::unbond(signed(8), 600));
		assert_eq!(candidate(8).unbonding.into_inner(), [Unbonding { amount: 600, last: 3 }]);
		run_to_session(4);
		assert_ok!(offend(8, 1, 10));
		assert_eq!(slashes(), [(8, 4, 40)]);
		// For the session before it does. Of the bond is taken first.
		assert_ok!(offend_in(3, 8, 2, 10));
		assert_eq!(slashes(), [(8, 3, 96)]);
		assert_eq!(candidate(8).bond, 264);
		assert_eq!(candidate(8).unbonding.into_inner(), [Unbonding { amount: 600, last: 3 }]);
	});
}

#[test]
fn what_is_on_its_way_out_is_taken_when_the_bond_is_gone() {
	build_and_execute(&FOUR, || {
		join(5, 1_000);
		run_to_session(2);
		assert_ok!(ValidatorSet::unbond(signed(5), 300));
		run_to_session(3);
		assert_ok!(ValidatorSet::unbond(signed(5), 300));
		events();
		// Two of five are more than a third: all of it.
		assert_ok!(offend_in(2, 5, 1, 10));
		assert_ok!(offend_in(2, 4, 2, 10));
		assert_eq!(slashes(), [(5, 2, 100), (5, 2, 900)]);
		assert_eq!(held(5), 0);
		assert!(candidate(5).unbonding.is_empty());
		// Nothing is left: it is forgotten after jail, and may begin anew.
		assert_noop!(ValidatorSet::withdraw(signed(5)), Error::<Test>::NothingDue);
		assert_noop!(ValidatorSet::bond(signed(5), 100), Error::<Test>::InJail);
		run_to_session(5);
		assert_ok!(ValidatorSet::bond(signed(5), 100));
	});
}

#[test]
fn what_is_added_after_the_offence_answers_for_it_too() {
	ten(5, || {
		assert_ok!(ValidatorSet::bond_more(signed(8), 500));
		assert_ok!(offend_in(1, 8, 1, 10));
		assert_eq!(slashes(), [(8, 1, 150)]);
	});
}

#[test]
fn a_slash_is_rounded_up_and_never_above_what_there_is() {
	build_and_execute(&SEVEN, || {
		set_terms(|terms| terms.bond = 1);
		join(10, 1);
		join(11, 11);
		join(12, 101);
		run_to_session(2);
		events();
		for (who, slot) in [(10, 1), (11, 2), (12, 3)] {
			assert_ok!(offend(who, slot, 10));
		}
		let three = |bond| slashed(bond, 3, 10);
		assert_eq!([10, 11, 12].map(held), [1, 11, 101].map(|bond| bond - three(bond)));
		assert_eq!(held(10), 0);
	});
}

#[test]
fn without_a_treasury_it_is_burned() {
	ten(5, || {
		// An account that is not there, and more to keep one alive than what is slashed.
		TreasuryAccount::set(TREASURY + 1);
		ExistentialDeposit::set(101);
		let issued = <Balances as Inspect<u64>>::total_issuance();
		assert_ok!(offend(8, 1, 10));
		assert_eq!(held(8), 900);
		assert_eq!(<Balances as Inspect<u64>>::total_issuance(), issued - 100);
		assert_eq!(Balances::free_balance(TREASURY + 1), 0);
	});
}

#[test]
fn a_new_conviction_of_others_reaches_who_stands_again() {
	ten(2, || {
		assert_ok!(offend(10, 1, 10));
		run_to_session(4);
		assert_ok!(ValidatorSet::stand(signed(10)));
		assert_eq!(standing().last(), Some(&10));
		assert_ok!(offend_in(2, 9, 2, 10));
		// Charged the difference, where it stands; it is not jailed twice for the same session.
		assert_eq!(candidate(10).status, Status::Standing);
		assert_eq!(held(10), 1_000 - 486);
		assert!(!standing().contains(&9));
		assert_ok!(ValidatorSet::do_try_state());
	});
}

#[test]
fn convictions_are_forgotten_with_the_roots_of_their_sessions() {
	ten(5, || {
		assert_ok!(offend(8, 1, 10));
		run_to_session(2 + DEPTH);
		assert_eq!(Convictions::<Test>::iter_keys().collect::<Vec<_>>(), [2]);
		run_to_session(2 + DEPTH + 1);
		assert_eq!(Convictions::<Test>::iter_keys().count(), 0);
	});
}
