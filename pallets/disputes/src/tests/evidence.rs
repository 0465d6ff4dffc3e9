use codec::Encode;
use frame_support::{assert_noop, assert_ok, BoundedVec};
use sp_core::H256;
use strata_court::evidence_root;
use strata_traits::Asset;

use super::*;
use crate::{
	types::{Piece, Side, State, MAX_PIECES},
	Call,
};

fn hash(number: u8) -> H256 {
	H256::repeat_byte(number)
}

fn submit(who: AccountId, id: u32, number: u8) -> DispatchResult {
	let uri = BoundedVec::truncate_from(b"ipfs://piece".to_vec());
	dispatch(signed(who), Call::submit_evidence { dispute: id, hash: hash(number), uri })
}

fn ready(who: AccountId, id: u32) -> DispatchResult {
	dispatch(signed(who), Call::ready { dispute: id })
}

fn until_of(id: u32) -> u32 {
	match state(id) {
		State::Response { until } | State::Evidence { until, .. } | State::Final { until } => until,
		other => panic!("no end: {other:?}"),
	}
}

#[test]
fn only_parties_submit() {
	build_and_execute(0, || {
		let id = filed();
		assert_noop!(submit(ANYONE, id, 1), Error::NotAParty);
		assert_noop!(submit(CLAIMANT, id + 1, 1), Error::UnknownDispute);
		assert_noop!(ready(ANYONE, id), Error::NotAParty);
		assert_noop!(ready(CLAIMANT, id), Error::WrongStage);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(submit(CLAIMANT, id, 1), Error::CourtPaused);
		assert_noop!(ready(CLAIMANT, id), Error::CourtPaused);
	});
}

#[test]
fn the_first_piece_of_each_party_is_free() {
	build_and_execute(20, || {
		let id = drawn();
		let before = [CLAIMANT, ORIGINATOR].map(|who| free(Asset::Native, who));
		assert_ok!(submit(CLAIMANT, id, 1));
		assert_ok!(submit(ORIGINATOR, id, 2));
		assert_eq!([CLAIMANT, ORIGINATOR].map(|who| free(Asset::Native, who)), before);
		assert_eq!(pot(id).evidence, 0);
		let deposit = terms().evidence;
		assert_ok!(submit(CLAIMANT, id, 3));
		assert_ok!(submit(CLAIMANT, id, 3));
		assert_eq!(free(Asset::Native, CLAIMANT), before[0] - 2 * deposit);
		assert_eq!(pot(id).evidence, 2 * deposit);
		assert_eq!(dispute(id).pieces, (4, 3, 1));
		let piece = crate::Evidence::<Test>::get(id, 3).unwrap();
		let Piece { side, hash: kept, at, deposit: paid, .. } = piece;
		assert_eq!((side, kept, paid), (Side::Claimant, hash(3), deposit));
		assert_eq!(at, TheCourt::height());
		// Deposits come back in the end, whoever is right.
		assert_ok!(TheCourt::offer_settlement(signed(CLAIMANT), id, 0));
		assert_ok!(TheCourt::accept_settlement(signed(ORIGINATOR), id, 0));
		close(id);
		assert_eq!(crate::Evidence::<Test>::iter_prefix(id).count(), 0);
	});
}

#[test]
fn who_cannot_pay_the_deposit_submits_no_more() {
	build_and_execute(0, || {
		let id = filed();
		assert_ok!(submit(CLAIMANT, id, 1));
		let deposit = terms().evidence;
		let rest = free(Asset::Native, CLAIMANT) - deposit - EXISTENTIAL_DEPOSIT + 1;
		assert_ok!(Balances::transfer_allow_death(signed(CLAIMANT), ISSUER, rest));
		let error = sp_runtime::DispatchError::Token(sp_runtime::TokenError::NotExpendable);
		assert_noop!(submit(CLAIMANT, id, 2), error);
		assert_ok!(Balances::transfer_allow_death(signed(ISSUER), CLAIMANT, 1));
		assert_ok!(submit(CLAIMANT, id, 2));
	});
}

#[test]
fn a_party_submits_so_much_and_no_more() {
	build_and_execute(0, || {
		let id = filed();
		for number in 0..MAX_PIECES {
			assert_ok!(submit(CLAIMANT, id, number));
		}
		assert_noop!(submit(CLAIMANT, id, 0), Error::TooMuchEvidence);
		// That does not silence the other one.
		for number in 0..MAX_PIECES {
			assert_ok!(submit(ORIGINATOR, id, number));
		}
		assert_noop!(submit(ORIGINATOR, id, 0), Error::TooMuchEvidence);
		assert_eq!(dispute(id).pieces, (64, 32, 32));
		close(id);
	});
}

#[test]
fn the_root_says_who_brought_what_in_which_order() {
	build_and_execute(0, || {
		let id = filed();
		let mut root = [0; 32];
		assert_eq!(dispute(id).evidence, H256(root));
		for (piece, (who, side)) in
			[(CLAIMANT, Side::Claimant), (ORIGINATOR, Side::Respondent)].into_iter().enumerate()
		{
			assert_ok!(submit(who, id, 9));
			root = evidence_root(&root, &who.encode(), &hash(9).0);
			assert_eq!(dispute(id).evidence, H256(root));
			let submitted = Event::EvidenceSubmitted {
				dispute: id,
				piece: piece as u8,
				side,
				hash: hash(9),
				root: H256(root),
			};
			assert!(events().contains(&submitted));
		}
	});
}

#[test]
fn evidence_is_taken_from_filing_to_the_end_of_its_stage() {
	build_and_execute(60, || {
		let id = filed();
		let waits = file(RIVAL, claim(), None).unwrap();
		assert_ok!(submit(RIVAL, waits, 1));
		assert_ok!(submit(CLAIMANT, id, 1));
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert_ok!(submit(CLAIMANT, id, 2));
		advance_until(id, |state| matches!(state, State::Drawing { .. }));
		assert_ok!(submit(CLAIMANT, id, 3));
		draw(id);
		let until = until_of(id);
		run_to(until - 1);
		assert_ok!(submit(CLAIMANT, id, 4));
		let root = dispute(id).evidence;
		run_to(until);
		assert_noop!(submit(CLAIMANT, id, 5), Error::TooLate);
		assert_noop!(ready(CLAIMANT, id), Error::TooLate);
		advance_until(id, |state| matches!(state, State::Commit { .. }));
		assert_noop!(submit(CLAIMANT, id, 5), Error::WrongStage);
		commit_all(id, &[0; 5]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert_noop!(submit(CLAIMANT, id, 5), Error::WrongStage);
		reveal_all(id, &[0; 5]);
		assert_eq!(dispute(id).evidence, root);
		advance_until(id, |state| matches!(state, State::Appeal { .. }));
		assert_noop!(submit(CLAIMANT, id, 5), Error::WrongStage);
		// The next round hears more.
		fund_both(id);
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert_ok!(submit(CLAIMANT, id, 5));
		vote(id, &[0; 11]);
		close(id);
		assert_noop!(submit(CLAIMANT, id, 6), Error::WrongStage);
	});
}

#[test]
fn in_the_response_evidence_ends_with_it() {
	build_and_execute(0, || {
		let id = filed();
		run_to(until_of(id));
		assert_noop!(submit(ORIGINATOR, id, 1), Error::TooLate);
	});
}

#[test]
fn the_final_authority_hears_evidence_until_it_rules() {
	build_and_execute(0, || {
		let id = contested();
		let until = until_of(id);
		run_to(until - 1);
		assert_ok!(submit(ORIGINATOR, id, 1));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, 0));
		assert_noop!(submit(CLAIMANT, id, 1), Error::WrongStage);
	});
	build_and_execute(0, || {
		let id = contested();
		run_to(until_of(id));
		assert_noop!(submit(CLAIMANT, id, 1), Error::TooLate);
	});
}

#[test]
fn when_both_are_ready_jurors_vote_at_once() {
	build_and_execute(20, || {
		let id = drawn();
		assert_ok!(ready(CLAIMANT, id));
		assert_noop!(ready(CLAIMANT, id), Error::NothingChanges);
		assert_noop!(dispatch(signed(ANYONE), Call::advance { dispute: id }), Error::NotDue);
		assert_ok!(ready(ORIGINATOR, id));
		let until = TheCourt::height() + terms().periods.commit;
		assert_eq!(state(id), State::Commit { until });
		assert_eq!(dispute(id).due, Some(until));
		assert_noop!(ready(ORIGINATOR, id), Error::WrongStage);
	});
}

#[test]
fn a_piece_of_the_other_side_takes_readiness_back() {
	build_and_execute(20, || {
		let id = drawn();
		let until = until_of(id);
		assert_ok!(ready(ORIGINATOR, id));
		// Or the claimant would have the last word by surprise.
		assert_ok!(submit(CLAIMANT, id, 1));
		assert_eq!(state(id), State::Evidence { until, ready: [false, false] });
		assert_ok!(ready(CLAIMANT, id));
		assert!(matches!(state(id), State::Evidence { .. }));
		// One's own piece changes nothing about one's readiness.
		assert_ok!(submit(CLAIMANT, id, 2));
		assert_eq!(state(id), State::Evidence { until, ready: [true, false] });
		assert_ok!(ready(ORIGINATOR, id));
		assert!(matches!(state(id), State::Commit { .. }));
	});
}

#[test]
fn without_a_word_the_stage_ends_by_itself() {
	build_and_execute(20, || {
		let id = drawn();
		let until = until_of(id);
		run_to(until - 1);
		assert_noop!(dispatch(signed(ANYONE), Call::advance { dispute: id }), Error::NotDue);
		run_to(until);
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert_eq!(state(id), State::Commit { until: until + terms().periods.commit });
		assert_eq!(dispute(id).evidence, H256::zero());
	});
}
