//! What clients are shown is what is there.

use frame_support::assert_ok;

use super::{signed, FOUR};
use crate::{
	mock::*,
	runtime_api::{CandidateView, StandingView, UnbondingView},
	*,
};

#[test]
fn nobody_is_shown_who_is_nobody() {
	build_and_execute(&FOUR, || assert_eq!(ValidatorSet::candidate_view(&5), None));
}

#[test]
fn candidates_are_shown_in_order_with_who_would_be_elected() {
	build_and_execute(&FOUR, || {
		set_terms(|terms| terms.seats = 5);
		join(5, 100);
		join(6, 200);
		let founder = |who| StandingView { who, bond: 0, founder: true, elected: true };
		let other = |who, bond, elected| StandingView { who, bond, founder: false, elected };
		let mut expected: Vec<_> = (1..=4).map(founder).collect();
		expected.extend([other(6, 200, true), other(5, 100, false)]);
		assert_eq!(ValidatorSet::standing_views(), expected);
		assert_eq!(ValidatorSet::elected(), [1, 2, 3, 4, 6]);
		assert_eq!(ValidatorSet::next_set(), [1, 2, 3, 4]);
	});
}

#[test]
fn a_candidate_is_shown_through_its_life() {
	build_and_execute(&FOUR, || {
		join(5, 300);
		let at_first = CandidateView {
			status: Status::Standing,
			founder: false,
			bond: 300,
			unbonding: vec![],
			free: 0,
			jailed_until: None,
			rank: Some(4),
			has_keys: true,
			validates: false,
			next: false,
			elected: true,
			disabled: false,
			at_risk: 30,
		};
		assert_eq!(ValidatorSet::candidate_view(&5), Some(at_first.clone()));
		run_to_session(1);
		let next = CandidateView { next: true, ..at_first.clone() };
		assert_eq!(ValidatorSet::candidate_view(&5), Some(next.clone()));
		run_to_session(2);
		assert_ok!(ValidatorSet::unbond(signed(5), 100));
		let part = UnbondingView { amount: 100, last: 3, free_from: 3 + DEPTH + 1 };
		let validates = CandidateView {
			validates: true,
			bond: 200,
			unbonding: vec![part.clone()],
			..next.clone()
		};
		assert_eq!(ValidatorSet::candidate_view(&5), Some(validates.clone()));
		assert_ok!(offend(5, 1, 10));
		let jailed = CandidateView {
			status: Status::Chilled,
			bond: 170,
			jailed_until: Some(4),
			rank: None,
			elected: false,
			disabled: true,
			at_risk: 27,
			..validates
		};
		assert_eq!(ValidatorSet::candidate_view(&5), Some(jailed.clone()));
		run_to_session(part.free_from);
		let out = CandidateView {
			free: 100,
			jailed_until: None,
			next: false,
			validates: false,
			disabled: false,
			// Of four validators; the part that is free answers for nothing any more.
			at_risk: 17,
			..jailed
		};
		assert_eq!(ValidatorSet::candidate_view(&5), Some(out));
		assert_ok!(ValidatorSet::withdraw(signed(5)));
	});
}
