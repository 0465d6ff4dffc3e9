use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_traits::{Asset, Award, FULL_AWARD};

use super::*;
use crate::{
	types::{Outcome, State},
	Call,
};

fn rule(id: u32, award: Award) -> DispatchResult {
	dispatch(RuntimeOrigin::root(), Call::rule { dispute: id, award })
}

fn advance_now(id: u32) -> DispatchResult {
	dispatch(signed(ANYONE), Call::advance { dispute: id })
}

fn until_of(id: u32) -> u32 {
	match state(id) {
		State::Final { until } | State::Correction { until, .. } => until,
		other => panic!("no end: {other:?}"),
	}
}

fn outcome(id: u32) -> Outcome {
	match state(id) {
		State::Cooling { outcome, .. }
		| State::Settling { outcome, .. }
		| State::Closed { outcome, .. } => outcome,
		other => panic!("not over: {other:?}"),
	}
}

/// Without jurors a case is before the final authority as soon as it is contested.
fn referred() -> u32 {
	let id = contested();
	assert!(matches!(state(id), State::Final { .. }));
	id
}

#[test]
fn nobody_else_rules() {
	build_and_execute(0, || {
		let id = referred();
		for origin in [RuntimeOrigin::none(), signed(CLAIMANT), signed(ORIGINATOR)] {
			let call = Call::rule { dispute: id, award: 0 };
			assert_noop!(dispatch(origin, call), DispatchError::BadOrigin);
		}
		assert_noop!(rule(id + 1, 0), Error::UnknownDispute);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(rule(id, 0), Error::CourtPaused);
	});
}

#[test]
fn it_rules_on_nothing_else() {
	build_and_execute(20, || {
		let id = filed();
		assert_noop!(rule(id, 0), Error::WrongStage);
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert_noop!(rule(id, 0), Error::WrongStage);
		draw(id);
		assert_noop!(rule(id, 0), Error::WrongStage);
		commit_all(id, &[0; 5]);
		assert_noop!(rule(id, 0), Error::WrongStage);
		reveal_all(id, &[0; 5]);
		assert_noop!(rule(id, 0), Error::WrongStage);
		advance(id);
		assert_noop!(rule(id, 0), Error::WrongStage);
		close(id);
		assert_noop!(rule(id, 0), Error::WrongStage);
	});
}

#[test]
fn its_awards_must_be_possible() {
	build_and_execute(0, || {
		let id = referred();
		assert_noop!(rule(id, FULL_AWARD + 1), Error::InvalidAward);
		assert_ok!(rule(id, 1));
		assert_noop!(rule(id, FULL_AWARD + 1), Error::InvalidAward);
		let id = file(CLAIMANT, servicer_claim(), None).unwrap();
		assert_ok!(TheCourt::contest(signed(SERVICER), id));
		assert_noop!(rule(id, 5_000), Error::InvalidAward);
		assert_ok!(rule(id, FULL_AWARD));
	});
}

#[test]
fn it_has_until_the_last_block() {
	build_and_execute(0, || {
		let id = referred();
		let until = until_of(id);
		assert_eq!(until, TheCourt::height() + terms_of(id).periods.ruling);
		run_to(until - 1);
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(rule(id, 3_000));
		let end = until - 1 + terms_of(id).periods.correction;
		assert_eq!(state(id), State::Correction { until: end, award: 3_000 });
		assert_eq!(dispute(id).due, Some(end));
	});
	build_and_execute(0, || {
		let id = referred();
		run_to(until_of(id));
		assert_noop!(rule(id, 3_000), Error::TooLate);
		assert_ok!(advance_now(id));
		assert_noop!(rule(id, 3_000), Error::WrongStage);
	});
}

fn terms_of(id: u32) -> crate::types::Terms {
	TheCourt::terms_of(dispute(id).court, dispute(id).version).unwrap()
}

#[test]
fn it_may_correct_itself_within_the_time_of_the_first_ruling() {
	build_and_execute(0, || {
		let id = referred();
		assert_ok!(rule(id, 3_000));
		let until = until_of(id);
		run_to(until - 1);
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(rule(id, 10_000));
		assert_ok!(rule(id, 7_000));
		assert!(events().contains(&Event::FinalRuling { dispute: id, award: 7_000 }));
		assert_eq!(state(id), State::Correction { until, award: 7_000 });
		run_to(until);
		assert_noop!(rule(id, 0), Error::TooLate);
		assert_ok!(advance_now(id));
		assert_noop!(rule(id, 0), Error::WrongStage);
		assert_eq!(outcome(id), Outcome::Ruled(7_000));
		assert_eq!(dispute(id).ruling, Some(7_000));
		close(id);
		assert_eq!(free(USD, CLASS), 70 * DOLLAR);
	});
}

#[test]
fn what_nobody_decides_is_dismissed_and_may_be_claimed_again() {
	build_and_execute(0, || {
		let before = [CLAIMANT, ORIGINATOR].map(|who| free(Asset::Native, who));
		let id = referred();
		run_to(until_of(id));
		assert_ok!(advance_now(id));
		assert_eq!(outcome(id), Outcome::Dismissed);
		close(id);
		assert_eq!([CLAIMANT, ORIGINATOR].map(|who| free(Asset::Native, who)), before);
		assert_ok!(file(CLAIMANT, claim(), None));
	});
}

#[test]
fn what_is_not_confirmed_is_dismissed() {
	build_and_execute(0, || {
		court_with_experts(20);
		let id = file(CLAIMANT, claim_of(MOST), None).unwrap();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		vote(id, &[10_000; 5]);
		advance_until(id, |state| matches!(state, State::Final { .. }));
		assert_eq!(dispute(id).ruling, Some(10_000));
		run_to(until_of(id));
		assert_ok!(advance_now(id));
		assert_eq!(outcome(id), Outcome::Dismissed);
		close(id);
		assert_eq!(free(USD, CLASS), 0);
	});
}

#[test]
fn who_lost_gains_nothing_by_a_silent_authority() {
	build_and_execute(60, || {
		let none = crate::types::Terms { appeals: 0, ..terms() };
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, none));
		let id = revealed(&[10_000; 5]);
		advance(id);
		fund_both(id);
		assert_ok!(advance_now(id));
		run_to(until_of(id));
		assert_ok!(advance_now(id));
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
		close(id);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
	});
}

#[test]
fn a_round_without_quorum_leaves_the_ruling_it_was_against() {
	build_and_execute(60, || {
		let id = revealed(&[0; 5]);
		advance(id);
		fund_both(id);
		assert_ok!(advance_now(id));
		// Nobody votes, here or above.
		advance_until(id, |state| matches!(state, State::Final { .. }));
		assert_eq!((dispute(id).round, dispute(id).ruling), (1, Some(0)));
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
	});
}

#[test]
fn parties_do_not_settle_before_it() {
	build_and_execute(0, || {
		let id = referred();
		for call in [
			Call::offer_settlement { dispute: id, award: 1 },
			Call::accept_settlement { dispute: id, award: 1 },
			Call::withdraw { dispute: id },
		] {
			assert_noop!(dispatch(signed(CLAIMANT), call), Error::WrongStage);
		}
	});
}
