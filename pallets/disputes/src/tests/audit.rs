//! What an attacker would try. Each of these was possible once.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Award, Case, Ground, Remedy, Subject};

use super::*;
use crate::types::{Outcome, Side, State};

/// What eleven more seats cost.
const COST: Balance = 11 * 5 * STRA;

fn fund(who: AccountId, id: u32, side: Side, amount: Balance) -> DispatchResult {
	let call = crate::Call::fund_appeal { dispute: id, side, amount };
	dispatch(signed(who), call)
}

fn terms_of(id: u32) -> crate::types::Terms {
	TheCourt::terms_of(dispute(id).court, dispute(id).version).unwrap()
}

fn ruled(award: Award) -> u32 {
	let id = revealed(&[award; 5]);
	advance(id);
	id
}

fn half(id: u32) -> u32 {
	match state(id) {
		State::Appeal { half, .. } => half,
		other => panic!("no appeal: {other:?}"),
	}
}

fn outcome(id: u32) -> Outcome {
	match state(id) {
		State::Closed { outcome, .. } => outcome,
		other => panic!("not over: {other:?}"),
	}
}

/// The notes of somebody who does not look.
fn notes_of(from: AccountId, to: AccountId) -> Case<AccountId> {
	Case {
		subject: Subject::Deal(DEAL_ID),
		ground: Ground::WrongfulHolding,
		at: Now::get() - DAY,
		remedy: Remedy::TransferNotes { rank: 0, from, to, units: 1_000 },
	}
}

#[test]
fn a_unit_awarded_does_not_take_the_appeal_from_the_claimant() {
	build_and_execute(60, || {
		let before = sums();
		let id = ruled(1);
		let funder = wealth(BACKERS[0]);
		assert_ok!(fund(BACKERS[0], id, Side::Claimant, 3 * COST));
		run_to(half(id));
		// Now only the respondent may answer it.
		assert_noop!(fund(BACKERS[0], id, Side::Claimant, COST), Error::HalfOver);
		assert_ok!(fund(BACKERS[1], id, Side::Respondent, 3 * COST));
		advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
		vote(id, &[10_000; 11]);
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
		assert_eq!(wealth(BACKERS[0]), funder + 3 * COST - COST);
		assert_eq!(held(), (0, 0));
		assert_eq!(sums(), before);
	});
}

#[test]
fn of_a_part_each_side_may_appeal_in_the_first_half_alone() {
	for side in [Side::Claimant, Side::Respondent] {
		build_and_execute(60, || {
			let id = ruled(4_000);
			run_to(half(id) - 1);
			assert_ok!(fund(BACKERS[0], id, side, 3 * COST - 1));
			assert_noop!(
				dispatch(signed(ANYONE), crate::Call::advance { dispute: id }),
				Error::NotDue
			);
			assert_ok!(fund(BACKERS[0], id, side, 1));
			close(id);
			assert!(dispute(id).round == 1, "heard");
			assert_eq!(held(), (0, 0));
		});
	}
	build_and_execute(60, || {
		let id = ruled(4_000);
		run_to(half(id));
		for side in [Side::Claimant, Side::Respondent] {
			assert_noop!(fund(ANYONE, id, side, 3 * COST), Error::HalfOver);
		}
		assert_ok!(dispatch(signed(ANYONE), crate::Call::advance { dispute: id }));
		assert!(matches!(state(id), State::Cooling { outcome: Outcome::Ruled(4_000), .. }));
	});
}

#[test]
fn five_of_anybody_do_not_decide_whose_notes_they_are() {
	build_and_execute(40, || {
		let id = file(ANYONE, notes_of(CLAIMANT, ANYONE), None).unwrap();
		assert_eq!((dispute(id).court, dispute(id).confirm), (ACCREDITED, true));
	});
}

#[test]
fn silence_gives_nobodys_notes_away() {
	build_and_execute(10, || {
		let id = file(ANYONE, notes_of(CLAIMANT, ANYONE), None).unwrap();
		let before = wealth(ANYONE);
		advance_until(id, |state| !matches!(state, State::Response { .. }));
		assert!(matches!(state(id), State::Final { .. }));
		close(id);
		// The final authority was silent too: nobody has decided, and nobody pays.
		assert_eq!((outcome(id), Done::get(id)), (Outcome::Dismissed, None));
		let terms = terms_of(id);
		assert_eq!(wealth(ANYONE), before + terms.bond + 5 * terms.fee);
	});
}

#[test]
fn two_who_agree_do_not_pass_by_the_register() {
	build_and_execute(10, || {
		let id = file(ANYONE, notes_of(CLAIMANT, ANYONE), None).unwrap();
		let offer = crate::Call::offer_settlement { dispute: id, award: 10_000 };
		assert_noop!(dispatch(signed(CLAIMANT), offer), Error::InvalidAward);
		assert_ok!(TheCourt::concede(signed(CLAIMANT), id));
		assert!(matches!(state(id), State::Final { .. }));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 10_000));
		close(id);
		assert_eq!(Done::get(id), Some((10_000, 1)));
		assert_eq!(held(), (0, 0));
	});
}

fn acceleration() -> Case<AccountId> {
	Case { remedy: Remedy::Accelerate, ..claim() }
}

#[test]
fn junior_holders_do_not_pay_for_the_silence_of_the_originator() {
	build_and_execute(10, || {
		let id = file(CLAIMANT, acceleration(), None).unwrap();
		advance_until(id, |state| !matches!(state, State::Response { .. }));
		assert!(matches!(state(id), State::Final { .. }));
		close(id);
		assert_eq!((outcome(id), Done::get(id)), (Outcome::Dismissed, None));
	});
}

#[test]
fn two_who_agree_do_not_accelerate_a_deal() {
	build_and_execute(10, || {
		let id = file(CLAIMANT, acceleration(), None).unwrap();
		let offer = crate::Call::offer_settlement { dispute: id, award: 10_000 };
		assert_noop!(dispatch(signed(ORIGINATOR), offer), Error::InvalidAward);
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		assert!(matches!(state(id), State::Final { .. }));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 10_000));
		close(id);
		assert_eq!(Done::get(id), Some((10_000, 1)));
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn cash_does_not_stand_in_for_notes_or_for_an_acceleration() {
	build_and_execute(10, || {
		for (case, respondent) in [(notes_of(RIVAL, ANYONE), RIVAL), (acceleration(), ORIGINATOR)] {
			let id = file(ANYONE, case, Some(5_000)).unwrap();
			let call = crate::Call::post_counter_bond { dispute: id };
			assert_noop!(dispatch(signed(respondent), call), Error::WrongRemedy);
			assert!(Kept::get(id).is_some());
		}
	});
}

#[test]
fn a_claim_to_anothers_notes_that_is_ruled_out_costs_its_bond() {
	build_and_execute(10, || {
		let id = file(ANYONE, notes_of(CLAIMANT, ANYONE), None).unwrap();
		advance_until(id, |state| matches!(state, State::Final { .. }));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 0));
		let gained = gains(&[CLAIMANT, ANYONE], || close(id));
		let terms = terms_of(id);
		let (bond, fees) = (terms.bond as i128, 5 * terms.fee as i128);
		assert_eq!(gained, vec![bond, fees]);
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn a_friends_case_ahead_does_not_make_a_wrong_freeze_free() {
	build_and_execute(20, || {
		let first = filed();
		let second = file(RIVAL, claim(), Some(100 * DOLLAR)).unwrap();
		let bond = pot(second).freeze;
		assert!(bond > 0);
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), first));
		draw(first);
		vote(first, &[0; 5]);
		let before = free(USD, ORIGINATOR);
		close(first);
		close(second);
		assert_eq!(outcome(second), Outcome::Decided);
		assert_eq!(free(USD, ORIGINATOR), before + bond);
		assert_eq!(held(), (0, 0));
	});
	// Who asked for what was owed has it back.
	build_and_execute(20, || {
		let first = filed();
		let second = file(RIVAL, claim(), Some(100 * DOLLAR)).unwrap();
		let before = free(USD, RIVAL);
		let bond = pot(second).freeze;
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), first));
		close(first);
		close(second);
		assert_eq!(outcome(second), Outcome::Decided);
		assert_eq!(free(USD, RIVAL), before + bond);
	});
}

#[test]
fn who_lost_before_a_panel_gets_no_other_by_giving_up() {
	build_and_execute(60, || {
		let id = ruled(0);
		let case = dispute(id).case;
		fund_both(id);
		advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
		let waits = file(RIVAL, case, None).unwrap();
		assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		close(id);
		assert_eq!(outcome(id), Outcome::Withdrawn);
		close(waits);
		assert_eq!(outcome(waits), Outcome::Decided);
		assert_eq!(file(CLAIMANT, case, None), Err(Error::AlreadyDecided.into()));
	});
	// Before that nothing is decided.
	build_and_execute(60, || {
		let id = contested();
		let case = dispute(id).case;
		assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		close(id);
		assert_ok!(file(CLAIMANT, case, None));
	});
}
