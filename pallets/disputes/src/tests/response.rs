use frame_support::{assert_noop, assert_ok};
use strata_traits::{Asset, Award, Case, Remedy, FULL_AWARD};

use super::*;
use crate::{
	types::{Outcome, Side, State, Terms},
	Call,
};

fn native(who: AccountId) -> u128 {
	free(Asset::Native, who)
}

fn outcome(id: u32) -> Outcome {
	match state(id) {
		State::Cooling { outcome, .. }
		| State::Settling { outcome, .. }
		| State::Closed { outcome, .. } => outcome,
		other => panic!("not over: {other:?}"),
	}
}

fn offer(who: AccountId, id: u32, award: Award) -> DispatchResult {
	dispatch(signed(who), Call::offer_settlement { dispute: id, award })
}

fn accept(who: AccountId, id: u32, award: Award) -> DispatchResult {
	dispatch(signed(who), Call::accept_settlement { dispute: id, award })
}

fn withdraw(who: AccountId, id: u32) -> DispatchResult {
	dispatch(signed(who), Call::withdraw { dispute: id })
}

/// All calls of the parties, by one who may make none, or at a time when none may be made.
fn all_refused(who: AccountId, id: u32, error: Error) {
	let error = sp_runtime::DispatchError::from(error);
	for call in [
		Call::concede { dispute: id },
		Call::contest { dispute: id },
		Call::offer_settlement { dispute: id, award: 5_000 },
		Call::accept_settlement { dispute: id, award: 5_000 },
		Call::withdraw { dispute: id },
	] {
		assert_noop!(dispatch(signed(who), call), error);
	}
}

/// A case in each stage in which it may be settled, and what its claimant had before.
fn each_stage_before_votes(test: impl Fn(u32, u128)) {
	let stages: [fn() -> u32; 4] = [
		filed,
		contested,
		|| {
			let id = contested();
			advance_until(id, |state| matches!(state, State::Drawing { .. }));
			id
		},
		drawn,
	];
	for stage in stages {
		build_and_execute(20, || {
			let before = native(CLAIMANT);
			test(stage(), before);
		});
	}
}

/// Runs to the block before `until`, or to it.
fn until_of(id: u32) -> u32 {
	match state(id) {
		State::Response { until } | State::Evidence { until, .. } => until,
		other => panic!("no end: {other:?}"),
	}
}

#[test]
fn who_is_no_party_has_no_say() {
	build_and_execute(0, || {
		let id = filed();
		for call in [Call::concede { dispute: id }, Call::contest { dispute: id }] {
			assert_noop!(dispatch(signed(CLAIMANT), call.clone()), Error::NotRespondent);
			assert_noop!(dispatch(signed(ANYONE), call), Error::NotRespondent);
		}
		assert_noop!(withdraw(ORIGINATOR, id), Error::NotClaimant);
		assert_noop!(offer(ANYONE, id, 1), Error::NotAParty);
		assert_noop!(accept(ANYONE, id, 1), Error::NotAParty);
		all_refused(ORIGINATOR, id + 1, Error::UnknownDispute);
	});
}

#[test]
fn nothing_is_done_while_the_court_is_closed() {
	build_and_execute(0, || {
		let id = filed();
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		all_refused(ORIGINATOR, id, Error::CourtPaused);
		pass_blocks(100);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
	});
}

#[test]
fn the_respondent_has_until_the_last_block() {
	for answer in [
		|id| Call::concede { dispute: id },
		|id| Call::contest { dispute: id },
		|id| Call::offer_settlement { dispute: id, award: 1 },
	] {
		build_and_execute(20, || {
			let id = filed();
			let until = until_of(id);
			run_to(until - 1);
			assert_noop!(dispatch(signed(ANYONE), Call::advance { dispute: id }), Error::NotDue);
			run_to(until);
			assert_noop!(dispatch(signed(ORIGINATOR), answer(id)), Error::TooLate);
		});
		build_and_execute(20, || {
			let id = filed();
			run_to(until_of(id) - 1);
			assert_ok!(dispatch(signed(ORIGINATOR), answer(id)));
		});
	}
}

#[test]
fn after_the_answer_it_is_too_late_for_another() {
	build_and_execute(20, || {
		let id = filed();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		for call in [
			Call::concede { dispute: id },
			Call::contest { dispute: id },
			Call::offer_settlement { dispute: id, award: 1 },
		] {
			assert_noop!(dispatch(signed(ORIGINATOR), call), Error::WrongStage);
		}
		assert_noop!(withdraw(CLAIMANT, id), Error::WrongStage);
		let id = file(CLAIMANT, price_claim(), None).unwrap();
		assert_ok!(TheCourt::contest(signed(FEEDER), id));
		assert_noop!(dispatch(signed(FEEDER), Call::contest { dispute: id }), Error::WrongStage);
		assert_noop!(dispatch(signed(FEEDER), Call::concede { dispute: id }), Error::WrongStage);
	});
}

#[test]
fn silence_concedes() {
	build_and_execute(0, || {
		let before = native(CLAIMANT);
		let id = filed();
		run_to(until_of(id));
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert_eq!(outcome(id), Outcome::ByDefault);
		close(id);
		assert_eq!(native(CLAIMANT), before);
		assert_eq!(dispute(id).enforced, Some((100 * DOLLAR, 0)));
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
	});
}

#[test]
fn a_concession_grants_everything_and_costs_no_more() {
	build_and_execute(0, || {
		let (claimant, respondent) = (native(CLAIMANT), native(ORIGINATOR));
		let id = filed();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		assert!(events().contains(&Event::Conceded { dispute: id }));
		assert_eq!(outcome(id), Outcome::Conceded);
		close(id);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
		assert_eq!((native(CLAIMANT), native(ORIGINATOR)), (claimant, respondent));
	});
}

#[test]
fn to_contest_costs_what_the_claim_cost() {
	build_and_execute(20, || {
		let Terms { bond, fee, .. } = terms();
		let before = native(ORIGINATOR);
		let id = contested();
		assert_eq!(native(ORIGINATOR), before - bond - 5 * fee);
		let pot = pot(id);
		assert_eq!((pot.bonds, pot.fees), ((bond, bond), (5 * fee, 5 * fee)));
		let snapshot = FIRST_EPOCH - 1;
		assert!(events().contains(&Event::Contested { dispute: id, snapshot }));
		assert_eq!(state(id), State::AwaitSeed { snapshot, from: FIRST_EPOCH + 2 });
	});
}

#[test]
fn who_cannot_pay_cannot_contest() {
	build_and_execute(20, || {
		let id = filed();
		let rest = native(ORIGINATOR) - 45 * STRA - EXISTENTIAL_DEPOSIT + 1;
		assert_ok!(Balances::transfer_allow_death(signed(ORIGINATOR), ISSUER, rest));
		let call = Call::contest { dispute: id };
		let error = sp_runtime::DispatchError::Token(sp_runtime::TokenError::NotExpendable);
		assert_noop!(dispatch(signed(ORIGINATOR), call.clone()), error);
		assert_ok!(Balances::transfer_allow_death(signed(ISSUER), ORIGINATOR, 1));
		assert_ok!(dispatch(signed(ORIGINATOR), call));
		assert_eq!(native(ORIGINATOR), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn a_court_without_jurors_refers() {
	build_and_execute(0, || {
		let id = contested();
		assert!(matches!(state(id), State::Final { .. }));
		assert_eq!(dispute(id).court, ACCREDITED);
	});
}

#[test]
fn offers_must_be_possible() {
	build_and_execute(0, || {
		let id = filed();
		assert_noop!(offer(CLAIMANT, id, FULL_AWARD + 1), Error::InvalidAward);
		assert_noop!(offer(CLAIMANT, id, u16::MAX), Error::InvalidAward);
		let whole = file(CLAIMANT, servicer_claim(), None).unwrap();
		for award in [1, 5_000, 9_999, 10_001] {
			assert_noop!(offer(SERVICER, whole, award), Error::InvalidAward);
		}
		// Who is to be servicer is not for the two of them to say.
		assert_noop!(offer(SERVICER, whole, FULL_AWARD), Error::InvalidAward);
		assert_ok!(offer(SERVICER, whole, 0));
		let faster = Case { remedy: Remedy::Accelerate, at: claim().at + 1, ..claim() };
		let faster = file(CLAIMANT, faster, None).unwrap();
		// Nor is it whether junior holders wait.
		assert_noop!(offer(ORIGINATOR, faster, FULL_AWARD), Error::InvalidAward);
		assert_ok!(offer(ORIGINATOR, faster, 0));
	});
}

#[test]
fn only_the_others_last_offer_can_be_accepted() {
	build_and_execute(0, || {
		let id = filed();
		assert_noop!(accept(CLAIMANT, id, 5_000), Error::NoSuchOffer);
		assert_ok!(offer(ORIGINATOR, id, 5_000));
		assert_noop!(accept(ORIGINATOR, id, 5_000), Error::NoSuchOffer);
		assert_noop!(accept(CLAIMANT, id, 5_001), Error::NoSuchOffer);
		// A later offer replaces it: who accepts says what.
		assert_ok!(offer(ORIGINATOR, id, 4_000));
		assert_noop!(accept(CLAIMANT, id, 5_000), Error::NoSuchOffer);
		assert_ok!(offer(CLAIMANT, id, 6_000));
		assert_noop!(accept(CLAIMANT, id, 4_000), Error::NoSuchOffer);
		assert_ok!(accept(ORIGINATOR, id, 6_000));
		assert_eq!(outcome(id), Outcome::Settled(6_000));
	});
}

#[test]
fn a_settlement_before_votes_gives_bonds_back_to_both() {
	each_stage_before_votes(|id, claimant| {
		let respondent = native(ORIGINATOR) + pot(id).bonds.1 + pot(id).fees.1;
		let drawn: u128 = crate::Seats::<Test>::iter().map(|_| 1).sum();
		assert_ok!(offer(CLAIMANT, id, 4_000));
		assert_ok!(accept(ORIGINATOR, id, 4_000));
		assert_eq!(crate::Draws::<Test>::get(id), None);
		close(id);
		assert_eq!(free(USD, CLASS), 40 * DOLLAR);
		// Jurors who were drawn are paid, by both alike; nobody is slashed.
		let paid = drawn * terms().fee;
		assert_eq!(native(CLAIMANT) + native(ORIGINATOR), claimant + respondent - paid);
		assert!(native(CLAIMANT) >= claimant - paid.div_ceil(2));
		assert!(native(ORIGINATOR) >= respondent - paid.div_ceil(2));
		for index in 0..20 {
			assert_eq!(crate::Jurors::<Test>::get(juror(index)).unwrap().bonded(), Some(STAKED));
		}
	});
}

#[test]
fn who_gives_up_before_votes_pays_if_it_was_contested() {
	each_stage_before_votes(|id, claimant| {
		let contested = pot(id).bonds.1 > 0;
		let respondent = native(ORIGINATOR) + pot(id).bonds.1 + pot(id).fees.1;
		let drawn: u128 = crate::Seats::<Test>::iter().map(|_| 1).sum();
		assert_ok!(withdraw(CLAIMANT, id));
		assert!(events().contains(&Event::Withdrawn { dispute: id }));
		assert_eq!(outcome(id), Outcome::Withdrawn);
		assert_noop!(withdraw(CLAIMANT, id), Error::WrongStage);
		close(id);
		let bond = if contested { terms().bond } else { 0 };
		assert_eq!(native(CLAIMANT), claimant - bond - drawn * terms().fee);
		assert_eq!(native(ORIGINATOR), respondent + bond);
		// It may be claimed again.
		assert_ok!(file(CLAIMANT, claim(), None));
	});
}

#[test]
fn an_offer_does_not_outlive_the_beginning_of_votes() {
	build_and_execute(60, || {
		let id = contested();
		assert_ok!(offer(CLAIMANT, id, 1_000));
		commit_all(id, &[]);
		for call in [
			Call::offer_settlement { dispute: id, award: 1_000 },
			Call::accept_settlement { dispute: id, award: 1_000 },
		] {
			assert_noop!(dispatch(signed(ORIGINATOR), call), Error::WrongStage);
		}
		assert_noop!(withdraw(CLAIMANT, id), Error::WrongStage);
		vote(id, &[10_000; 5]);
		assert_noop!(withdraw(CLAIMANT, id), Error::WrongStage);
		fund_both(id);
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		// The claimant has won since; what he offered before does not bind him.
		assert_noop!(accept(ORIGINATOR, id, 1_000), Error::NoSuchOffer);
		assert_ok!(offer(CLAIMANT, id, 9_000));
		assert_ok!(accept(ORIGINATOR, id, 9_000));
		close(id);
	});
}

#[test]
fn settlement_and_withdrawal_end_with_the_stage() {
	build_and_execute(20, || {
		let id = drawn();
		let until = until_of(id);
		assert_ok!(offer(CLAIMANT, id, 1));
		run_to(until - 1);
		assert_ok!(offer(CLAIMANT, id, 2));
		run_to(until);
		assert_noop!(offer(CLAIMANT, id, 3), Error::TooLate);
		assert_noop!(accept(ORIGINATOR, id, 2), Error::TooLate);
		assert_noop!(withdraw(CLAIMANT, id), Error::TooLate);
	});
}

#[test]
fn who_gives_up_loses_the_bond_of_a_freeze() {
	build_and_execute(0, || {
		let id = file(CLAIMANT, claim(), Some(50 * DOLLAR)).unwrap();
		let bond = pot(id).freeze;
		assert_ok!(withdraw(CLAIMANT, id));
		close(id);
		assert_eq!(free(USD, CLAIMANT), ENDOWMENT * DOLLAR - bond);
		assert_eq!(free(USD, ORIGINATOR), ENDOWMENT * DOLLAR + bond);
		assert_eq!(Kept::get(id), None);
	});
}

#[test]
fn a_case_after_an_appeal_can_be_withdrawn_before_votes() {
	build_and_execute(60, || {
		let id = revealed(&[0; 5]);
		advance(id);
		fund_both(id);
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		assert_ok!(withdraw(CLAIMANT, id));
		close(id);
		assert_eq!(Side::of(dispute(id).ruling.unwrap()), Side::Respondent);
	});
}
