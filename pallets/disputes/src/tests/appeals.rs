use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use strata_traits::{Asset, Award};

use super::*;
use crate::{
	types::{Outcome, Side, State},
	Call,
};

const EACH: [Side; 2] = [Side::Claimant, Side::Respondent];

fn native(who: AccountId) -> u128 {
	free(Asset::Native, who)
}

fn fund(who: AccountId, id: u32, side: Side, amount: u128) -> DispatchResult {
	dispatch(signed(who), Call::fund_appeal { dispute: id, side, amount })
}

fn advance_now(id: u32) -> DispatchResult {
	dispatch(signed(ANYONE), Call::advance { dispute: id })
}

/// A case whose first panel has ruled `award`: in `Appeal`.
fn ruled(award: Award) -> u32 {
	let id = revealed(&[award; 5]);
	advance(id);
	id
}

fn stage(id: u32) -> (u32, u32) {
	match state(id) {
		State::Appeal { half, until } => (half, until),
		other => panic!("no appeal: {other:?}"),
	}
}

fn outcome(id: u32) -> Outcome {
	match state(id) {
		State::Cooling { outcome, .. } | State::Closed { outcome, .. } => outcome,
		other => panic!("not over: {other:?}"),
	}
}

/// What eleven more seats cost.
const COST: u128 = 11 * 5 * STRA;

#[test]
fn appeals_are_funded_in_their_stage() {
	build_and_execute(40, || {
		let id = revealed(&[0; 5]);
		assert_noop!(fund(ANYONE, id, Side::Claimant, COST), Error::WrongStage);
		assert_noop!(fund(ANYONE, id + 1, Side::Claimant, COST), Error::UnknownDispute);
		advance(id);
		let origin = RuntimeOrigin::root();
		let call = Call::fund_appeal { dispute: id, side: Side::Claimant, amount: COST };
		assert_noop!(dispatch(origin, call), sp_runtime::DispatchError::BadOrigin);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(fund(ANYONE, id, Side::Claimant, COST), Error::CourtPaused);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		let now = TheCourt::height();
		assert_eq!(stage(id), (now + 5, now + 10));
		assert_eq!(dispute(id).due, Some(now + 5));
		close(id);
		assert_noop!(fund(ANYONE, id, Side::Claimant, COST), Error::WrongStage);
	});
}

#[test]
fn contributions_have_a_least_and_a_most() {
	for award in [0, 10_000] {
		build_and_execute(40, || {
			let id = ruled(award);
			let losing = Side::of(award).other();
			for (side, whole) in [(losing, 3 * COST), (losing.other(), 2 * COST)] {
				let least = whole.div_ceil(16);
				assert_noop!(fund(ANYONE, id, side, 0), Error::ContributionTooLow);
				assert_noop!(fund(ANYONE, id, side, least - 1), Error::ContributionTooLow);
				let before = native(ANYONE);
				assert_ok!(fund(ANYONE, id, side, least));
				// What is missing may be less than the least.
				assert_ok!(fund(BACKERS[0], id, side, whole - least - 1));
				assert_noop!(fund(BACKERS[1], id, side, 0), Error::ContributionTooLow);
				let taken = native(BACKERS[1]);
				assert_ok!(fund(BACKERS[1], id, side, u128::MAX));
				assert_eq!(native(BACKERS[1]), taken - 1);
				assert_eq!(native(ANYONE), before - least);
				assert_noop!(fund(RIVAL, id, side, COST), Error::AppealFull);
			}
			assert_eq!(pot(id).appeals, 5 * COST);
			let appeal = crate::Appeals::<Test>::get(id, 0).unwrap();
			assert_eq!(appeal.cost, COST);
			assert!(!appeal.heard);
		});
	}
}

#[test]
fn sixteen_of_the_least_are_enough_and_one_who_gives_twice_is_one() {
	build_and_execute(60, || {
		let id = ruled(0);
		let whole = 3 * COST;
		let least = whole.div_ceil(16);
		for index in 0..15 {
			let who = 500 + index;
			Balances::mint_into(&who, least + EXISTENTIAL_DEPOSIT).unwrap();
			assert_ok!(fund(who, id, Side::Claimant, least));
		}
		assert_ok!(fund(ANYONE, id, Side::Claimant, whole - 15 * least));
		let funds = crate::Appeals::<Test>::get(id, 0).unwrap().claimant;
		assert_eq!((funds.raised, funds.funders.len()), (whole, 16));
		let funds = |id| crate::Appeals::<Test>::get(id, 0).unwrap().respondent;
		let least = (2 * COST).div_ceil(16);
		for times in 1..=16 {
			assert_ok!(fund(RIVAL, id, Side::Respondent, least));
			assert_eq!(funds(id).funders.to_vec(), [(RIVAL, least * times)]);
		}
		assert_noop!(fund(RIVAL, id, Side::Respondent, least), Error::AppealFull);
	});
}

#[test]
fn who_cannot_pay_funds_nothing() {
	build_and_execute(40, || {
		let id = ruled(0);
		let poor = 500;
		Balances::mint_into(&poor, COST).unwrap();
		let error = sp_runtime::DispatchError::Token(sp_runtime::TokenError::NotExpendable);
		assert_noop!(fund(poor, id, Side::Claimant, COST), error);
		assert_ok!(fund(poor, id, Side::Claimant, COST - EXISTENTIAL_DEPOSIT));
	});
}

#[test]
fn the_side_that_lost_has_the_first_half() {
	for award in [0, 1, 10_000] {
		build_and_execute(40, || {
			let id = ruled(award);
			let losing = Side::of(award).other();
			let (half, _) = stage(id);
			run_to(half - 1);
			assert_noop!(advance_now(id), Error::NotDue);
			assert_ok!(fund(ANYONE, id, losing, 3 * COST - COST / 2));
			run_to(half);
			// Half a cost is missing, but it is too late, for the others too.
			for side in EACH {
				assert_noop!(fund(ANYONE, id, side, COST), Error::HalfOver);
			}
			assert_ok!(advance_now(id));
			assert_eq!(outcome(id), Outcome::Ruled(award));
		});
	}
}

#[test]
fn the_side_that_won_has_all_of_the_stage() {
	build_and_execute(40, || {
		let id = ruled(0);
		let (half, until) = stage(id);
		run_to(half - 1);
		assert_ok!(fund(BACKERS[0], id, Side::Claimant, 3 * COST));
		assert_noop!(advance_now(id), Error::NotDue);
		run_to(half);
		// What is done then is to wait for the end.
		assert_ok!(advance_now(id));
		assert_eq!((state(id), dispute(id).due), (State::Appeal { half, until }, Some(until)));
		assert_noop!(advance_now(id), Error::NotDue);
		run_to(until - 1);
		assert_noop!(fund(BACKERS[2], id, Side::Claimant, COST), Error::HalfOver);
		assert_ok!(fund(BACKERS[1], id, Side::Respondent, 2 * COST - 1));
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(fund(BACKERS[1], id, Side::Respondent, 1));
		assert_ok!(advance_now(id));
		assert_eq!(dispute(id).round, 1);
	});
	build_and_execute(40, || {
		let id = ruled(0);
		let (_, until) = stage(id);
		assert_ok!(fund(BACKERS[0], id, Side::Claimant, 3 * COST));
		run_to(until);
		for side in EACH {
			assert_noop!(fund(ANYONE, id, side, COST), Error::TooLate);
		}
		assert_ok!(advance_now(id));
		assert_eq!(dispute(id).round, 1);
	});
}

#[test]
fn without_an_appeal_all_contributions_come_back() {
	build_and_execute(40, || {
		let id = ruled(0);
		let before = [BACKERS[0], BACKERS[1], BACKERS[2]].map(native);
		assert_ok!(fund(BACKERS[0], id, Side::Claimant, 2 * COST));
		assert_ok!(fund(BACKERS[1], id, Side::Claimant, COST - 1));
		assert_ok!(fund(BACKERS[2], id, Side::Respondent, 2 * COST));
		// Nothing is done early for the side that won alone.
		assert_noop!(advance_now(id), Error::NotDue);
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
		assert_eq!([BACKERS[0], BACKERS[1], BACKERS[2]].map(native), before);
	});
}

#[test]
fn an_appeal_is_heard_by_twice_as_many_and_one_more() {
	build_and_execute(60, || {
		let id = ruled(0);
		let first: Vec<_> = seats(id).into_iter().map(|seat| seat.juror).collect();
		fund_both(id);
		assert_ok!(advance_now(id));
		assert!(crate::Appeals::<Test>::get(id, 0).unwrap().heard);
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		assert_eq!((dispute(id).round, dispute(id).failed), (1, 0));
		draw(id);
		let second: Vec<_> = seats(id).into_iter().map(|seat| seat.juror).collect();
		assert_eq!(second.len(), 11);
		assert!(second.iter().all(|who| !first.contains(who)));
		vote(id, &[10_000; 11]);
		assert_eq!(dispute(id).ruling, Some(10_000));
		let before = native(BACKERS[0]);
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
		// Who believed in it gets what the other side put on it, less what the panel cost.
		assert_eq!(native(BACKERS[0]), before + 5 * COST - COST);
	});
}

#[test]
fn one_side_alone_brings_the_appeal_on() {
	build_and_execute(60, || {
		let id = ruled(10_000);
		let before = native(BACKERS[0]);
		assert_ok!(fund(BACKERS[0], id, Side::Respondent, 3 * COST));
		vote_in_appeal(id, &[10_000; 11]);
		let claimant = native(CLAIMANT) + pot(id).bonds.0 + pot(id).bonds.1 + pot(id).fees.0;
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
		assert_eq!(native(BACKERS[0]), before - 3 * COST);
		// The claimant had to answer it without funds: what is left is his.
		assert_eq!(native(CLAIMANT), claimant + 2 * COST);
	});
}

fn vote_in_appeal(id: u32, awards: &[Award]) {
	advance_until(id, |state| matches!(state, State::AwaitSeed { .. }));
	vote(id, awards);
}

#[test]
fn who_has_money_on_it_does_not_judge_it() {
	build_and_execute(40, || {
		let id = ruled(0);
		let before: Vec<_> = seats(id).into_iter().map(|seat| seat.juror).collect();
		let others: Vec<_> = (0..40).map(juror).filter(|who| !before.contains(who)).collect();
		// Eleven seats of 22 who have nothing on it: whoever is drawn is one of those.
		for (place, who) in others[..13].iter().enumerate() {
			let side = EACH[place % 2];
			assert_ok!(fund(*who, id, side, 15 * STRA));
		}
		fund_both(id);
		advance_until(id, |state| matches!(state, State::Evidence { .. }));
		assert_eq!(seats(id).len(), 11);
		for seat in seats(id) {
			assert!(!others[..13].contains(&seat.juror));
		}
		close(id);
	});
}

#[test]
fn after_the_last_appeal_it_is_the_final_authoritys_turn() {
	build_and_execute(200, || {
		let id = ruled(0);
		for (round, seats) in [(1, 11), (2, 23), (3, 47)] {
			fund_both(id);
			assert_ok!(advance_now(id));
			assert_eq!(dispute(id).round, round);
			vote(id, &vec![0; seats]);
			assert_eq!(dispute(id).court, GENERAL);
		}
		// What one more panel would cost.
		let cost = 95 * 5 * STRA;
		assert_ok!(fund(BACKERS[0], id, Side::Claimant, u128::MAX / 2));
		assert_eq!(pot(id).appeals, (11 + 23 + 47) * 5 * 5 * STRA + 3 * cost);
		let (_, until) = stage(id);
		run_to(until);
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Final { .. }));
		assert_eq!(dispute(id).round, 3);
		assert!(crate::Appeals::<Test>::get(id, 3).unwrap().heard);
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 10_000));
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
	});
}

#[test]
fn a_first_panel_larger_than_the_courts_has_fewer_appeals() {
	build_and_execute(200, || {
		let id = file(CLAIMANT, claim_of(940 * DOLLAR), None).unwrap();
		assert_eq!(dispute(id).panel, 47);
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		vote(id, &[10_000; 47]);
		fund_both(id);
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Final { .. }));
		close(id);
	});
}

#[test]
fn a_court_without_appeals_has_the_final_authority_next() {
	build_and_execute(40, || {
		let none = crate::types::Terms { appeals: 0, ..terms() };
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, none));
		let id = ruled(10_000);
		fund_both(id);
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Final { .. }));
		close(id);
		// It is silent: what was ruled stands.
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
	});
}

#[test]
fn each_round_forgets_the_failures_of_the_last() {
	build_and_execute(60, || {
		let id = revealed(&[0, 0, 0]);
		advance(id);
		assert_eq!(dispute(id).failed, 1);
		commit_all(id, &[]);
		let fresh: Vec<_> = seats(id).into_iter().skip(5).map(|seat| seat.juror).collect();
		for who in &fresh {
			assert_ok!(TheCourt::commit(signed(*who), id, commitment(id, *who, 0)));
		}
		assert_ok!(advance_now(id));
		for who in &fresh {
			assert_ok!(TheCourt::reveal(signed(*who), id, 0, salt(*who)));
		}
		assert_ok!(advance_now(id));
		fund_both(id);
		assert_ok!(advance_now(id));
		assert_eq!(dispute(id).failed, 0);
		// Twice the panel and one, not twice the seats that it took.
		draw(id);
		assert_eq!(seats(id).len(), 11);
		close(id);
	});
}

#[test]
fn what_must_be_confirmed_is_referred_without_an_appeal() {
	build_and_execute(0, || {
		court_with_experts(20);
		let id = file(CLAIMANT, claim_of(MOST), None).unwrap();
		assert_eq!((dispute(id).court, dispute(id).confirm), (ACCREDITED, true));
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		vote(id, &[10_000; 5]);
		let (half, _) = stage(id);
		run_to(half);
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Final { .. }));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 9_000));
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(9_000));
	});
}
