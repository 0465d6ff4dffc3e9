use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use strata_traits::{Asset, Award, FULL_AWARD};

use super::*;
use crate::{
	types::{Outcome, Seat, State},
	Call,
};

fn seal(who: AccountId, id: u32, commitment: H256) -> DispatchResult {
	dispatch(signed(who), Call::commit { dispute: id, commitment })
}

fn reveal(who: AccountId, id: u32, award: Award) -> DispatchResult {
	reveal_with(who, id, award, salt(who))
}

fn reveal_with(who: AccountId, id: u32, award: Award, salt: H256) -> DispatchResult {
	dispatch(signed(who), Call::reveal { dispute: id, award, salt })
}

fn denounce(who: AccountId, id: u32, juror: AccountId, award: Award) -> DispatchResult {
	dispatch(signed(who), Call::denounce { dispute: id, juror, award, salt: salt(juror) })
}

fn advance_now(id: u32) -> DispatchResult {
	dispatch(signed(ANYONE), Call::advance { dispute: id })
}

fn jurors(id: u32) -> Vec<AccountId> {
	seats(id).into_iter().map(|seat| seat.juror).collect()
}

fn until_of(id: u32) -> u32 {
	match state(id) {
		State::Commit { until } | State::Reveal { until } => until,
		other => panic!("no end: {other:?}"),
	}
}

/// What a juror has lost of the stake.
fn lost(who: AccountId) -> u128 {
	STAKED - crate::Jurors::<Test>::get(who).unwrap().bonded().unwrap()
}

fn outcome(id: u32) -> Outcome {
	match state(id) {
		State::Closed { outcome, .. } => outcome,
		other => panic!("open: {other:?}"),
	}
}

#[test]
fn only_jurors_of_the_round_commit() {
	build_and_execute(20, || {
		let id = drawn();
		let seat = jurors(id)[0];
		assert_noop!(seal(seat, id, H256::zero()), Error::WrongStage);
		commit_all(id, &[]);
		assert_noop!(seal(seat, id + 1, H256::zero()), Error::UnknownDispute);
		for who in [CLAIMANT, ORIGINATOR, ANYONE] {
			assert_noop!(seal(who, id, H256::zero()), Error::NotAJuror);
		}
		let other = (0..20).map(juror).find(|who| !jurors(id).contains(who)).unwrap();
		assert_noop!(seal(other, id, H256::zero()), Error::NotAJuror);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(seal(seat, id, H256::zero()), Error::CourtPaused);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		assert_ok!(seal(seat, id, H256::zero()));
	});
}

#[test]
fn commitments_end_with_their_stage() {
	build_and_execute(20, || {
		let id = committed(&[0, 0, 0, 0]);
		let last = jurors(id)[4];
		let until = until_of(id);
		run_to(until - 1);
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(seal(last, id, commitment(id, last, 1)));
		run_to(until);
		assert_noop!(seal(last, id, commitment(id, last, 2)), Error::TooLate);
		assert_noop!(denounce(ANYONE, id, last, 1), Error::TooLate);
		assert_ok!(advance_now(id));
		assert_noop!(seal(last, id, commitment(id, last, 2)), Error::WrongStage);
		assert_noop!(denounce(ANYONE, id, last, 1), Error::WrongStage);
	});
}

#[test]
fn the_stage_ends_early_when_all_have_committed() {
	build_and_execute(20, || {
		let id = committed(&[1, 2, 3, 4]);
		assert_noop!(advance_now(id), Error::NotDue);
		let last = jurors(id)[4];
		assert_ok!(seal(last, id, commitment(id, last, 5)));
		assert_eq!(round(id).committed, 5);
		assert_ok!(advance_now(id));
		let until = TheCourt::height() + terms().periods.reveal;
		assert_eq!(state(id), State::Reveal { until });
		assert_eq!(dispute(id).due, Some(until));
	});
}

#[test]
fn a_later_commitment_replaces_the_earlier_one() {
	build_and_execute(20, || {
		let id = committed(&[1, 1, 1, 1, 1]);
		let first = jurors(id)[0];
		assert_ok!(seal(first, id, commitment(id, first, 7)));
		assert_eq!(round(id).committed, 5);
		assert_ok!(advance_now(id));
		assert_noop!(reveal(first, id, 1), Error::CommitmentMismatch);
		assert_ok!(reveal(first, id, 7));
	});
}

#[test]
fn only_what_was_committed_to_is_revealed() {
	build_and_execute(20, || {
		let id = committed(&[5_000, 0, 0, 0]);
		let seats = jurors(id);
		let (first, silent) = (seats[0], seats[4]);
		assert_noop!(reveal(first, id, 5_000), Error::WrongStage);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert_noop!(reveal(first, id + 1, 5_000), Error::UnknownDispute);
		assert_noop!(reveal(ANYONE, id, 5_000), Error::NotAJuror);
		assert_noop!(reveal(silent, id, 5_000), Error::NotCommitted);
		assert_noop!(reveal(first, id, 4_999), Error::CommitmentMismatch);
		assert_noop!(reveal_with(first, id, 5_000, salt(silent)), Error::CommitmentMismatch);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(reveal(first, id, 5_000), Error::CourtPaused);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		assert_ok!(reveal(first, id, 5_000));
		assert_noop!(reveal(first, id, 5_000), Error::SeatDone);
		let seat: Seat<_> = crate::Seats::<Test>::get((id, 0, 0)).unwrap();
		assert_eq!(seat.award, Some(5_000));
	});
}

#[test]
fn reveals_end_with_their_stage() {
	build_and_execute(20, || {
		let id = committed(&[0; 5]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		let seats = jurors(id);
		for who in &seats[..3] {
			assert_ok!(reveal(*who, id, 0));
		}
		let until = until_of(id);
		run_to(until - 1);
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(reveal(seats[3], id, 0));
		run_to(until);
		assert_noop!(reveal(seats[4], id, 0), Error::TooLate);
		assert_ok!(advance_now(id));
		assert_noop!(reveal(seats[4], id, 0), Error::WrongStage);
		assert_eq!(dispute(id).ruling, Some(0));
	});
}

#[test]
fn the_stage_ends_early_when_all_who_committed_have_revealed() {
	build_and_execute(20, || {
		let id = committed(&[0; 4]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		for who in &jurors(id)[..3] {
			assert_ok!(reveal(*who, id, 0));
			assert_noop!(advance_now(id), Error::NotDue);
		}
		assert_ok!(reveal(jurors(id)[3], id, 0));
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Appeal { .. }));
	});
}

#[test]
fn a_copied_or_replayed_commitment_is_worth_nothing() {
	build_and_execute(60, || {
		// Another case of the same jurors' court, on the same evidence, and this one's next round.
		let other = file(CLAIMANT, price_claim(), None).unwrap();
		let id = drawn();
		let root = dispute(id).evidence;
		assert_eq!(root, dispute(other).evidence);
		commit_all(id, &[10_000; 4]);
		let seats = jurors(id);
		let (first, last) = (seats[0], seats[4]);
		let copied = commitment(id, first, 10_000);
		assert_ok!(seal(last, id, copied));
		let sealed = |dispute, round, root: &[u8; 32]| {
			let juror = first.encode();
			let hash = strata_court::commitment(dispute, round, &juror, 1, root, &salt(first).0);
			H256(hash)
		};
		let replayed = [sealed(other, 0, &root.0), sealed(id, 1, &root.0), sealed(id, 0, &[1; 32])];
		for replayed in replayed {
			assert_ne!(replayed, sealed(id, 0, &root.0));
			assert_ok!(seal(first, id, replayed));
			assert_noop!(denounce(ANYONE, id, first, 1), Error::CommitmentMismatch);
		}
		assert_ok!(advance_now(id));
		assert_noop!(reveal(first, id, 1), Error::CommitmentMismatch);
		// Neither with the salt of whom it was copied from, nor with one's own.
		for salt in [salt(first), salt(last)] {
			assert_noop!(reveal_with(last, id, 10_000, salt), Error::CommitmentMismatch);
		}
	});
}

#[test]
fn jurors_of_an_earlier_round_have_no_vote_in_the_next() {
	build_and_execute(60, || {
		let id = revealed(&[0; 5]);
		let before = jurors(id);
		advance(id);
		fund_both(id);
		assert_ok!(advance_now(id));
		commit_all(id, &[0; 11]);
		for who in before {
			assert!(!jurors(id).contains(&who));
			assert_noop!(seal(who, id, H256::zero()), Error::NotAJuror);
			assert_noop!(denounce(ANYONE, id, who, 0), Error::NotAJuror);
		}
	});
}

#[test]
fn awards_must_be_possible() {
	build_and_execute(20, || {
		let id = committed(&[FULL_AWARD + 1, u16::MAX, 1]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		let seats = jurors(id);
		assert_noop!(reveal(seats[0], id, FULL_AWARD + 1), Error::InvalidAward);
		assert_noop!(reveal(seats[1], id, u16::MAX), Error::InvalidAward);
		assert_ok!(reveal(seats[2], id, 1));
	});
	build_and_execute(20, || {
		let id = file(CLAIMANT, servicer_claim(), None).unwrap();
		assert_ok!(TheCourt::contest(signed(SERVICER), id));
		commit_all(id, &[1, 9_999, 0, 10_000]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		let seats = jurors(id);
		assert_noop!(reveal(seats[0], id, 1), Error::InvalidAward);
		assert_noop!(reveal(seats[1], id, 9_999), Error::InvalidAward);
		assert_ok!(reveal(seats[2], id, 0));
		assert_ok!(reveal(seats[3], id, 10_000));
	});
}

#[test]
fn the_lower_median_rules() {
	for (awards, ruling) in [
		(&[0, 0, 0, 10_000, 10_000][..], 0),
		(&[10_000, 0, 10_000, 0, 10_000], 10_000),
		(&[9_000, 100, 5_000, 4_000, 10_000], 5_000),
		// A tie favours the respondent, and of two awards the lower one.
		(&[10_000, 0, 0, 10_000], 0),
		(&[6_000, 7_000, 0, 10_000], 6_000),
	] {
		build_and_execute(20, || {
			let id = revealed(awards);
			let mut sorted = awards.to_vec();
			sorted.sort_unstable();
			assert_eq!(round(id).awards.to_vec(), sorted);
			advance(id);
			assert_eq!(dispute(id).ruling, Some(ruling));
			assert_eq!(round(id).ruling, Some(ruling));
			let votes = awards.len() as u8;
			let ruled = Event::RoundRuled { dispute: id, round: 0, award: ruling, votes };
			assert!(events().contains(&ruled));
			close(id);
			assert_eq!(outcome(id), Outcome::Ruled(ruling));
		});
	}
}

#[test]
fn denunciation_needs_proof_and_another_person() {
	build_and_execute(20, || {
		let id = committed(&[5_000, 0, 0]);
		let seats = jurors(id);
		let (first, silent) = (seats[0], seats[4]);
		assert_noop!(denounce(first, id, first, 5_000), Error::SelfDenounced);
		assert_noop!(denounce(ANYONE, id, ANYONE, 5_000), Error::SelfDenounced);
		assert_noop!(denounce(ANYONE, id, RIVAL, 5_000), Error::NotAJuror);
		assert_noop!(denounce(ANYONE, id, silent, 5_000), Error::NotCommitted);
		assert_noop!(denounce(ANYONE, id, first, 5_001), Error::CommitmentMismatch);
		assert_noop!(denounce(ANYONE, id + 1, first, 5_000), Error::UnknownDispute);
		assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		assert_noop!(denounce(ANYONE, id, first, 5_000), Error::CourtPaused);
		assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		assert_ok!(denounce(ANYONE, id, first, 5_000));
		assert_noop!(denounce(RIVAL, id, first, 5_000), Error::SeatDone);
		assert_noop!(seal(first, id, commitment(id, first, 0)), Error::SeatDone);
		assert_eq!(round(id).committed, 2);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert_noop!(reveal(first, id, 5_000), Error::SeatDone);
	});
}

#[test]
fn one_who_is_denounced_pays_and_the_others_decide() {
	build_and_execute(20, || {
		let id = committed(&[10_000, 0, 0, 0, 0]);
		let first = jurors(id)[0];
		let others = jurors(id).split_off(1);
		assert_ok!(denounce(ANYONE, id, first, 10_000));
		let before = free(Asset::Native, ANYONE);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		for who in &others {
			assert_ok!(reveal(*who, id, 0));
		}
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
		// All of the deposit, of which a quarter is the denouncer's.
		let deposit = terms().deposit;
		assert_eq!(lost(first), deposit);
		assert_eq!(free(Asset::Native, ANYONE), before + deposit / 4);
		// And no more draws for a while.
		let stake = *crate::Jurors::<Test>::get(first).unwrap().stake(GENERAL).unwrap();
		assert_eq!((stake.active, stake.pending), (0, STAKED - deposit));
		assert_eq!(stake.from, CurrentEpoch::get() + terms().ejection);
		for who in others {
			assert_eq!(lost(who), 0);
			let stake = *crate::Jurors::<Test>::get(who).unwrap().stake(GENERAL).unwrap();
			assert_eq!(stake.active, STAKED);
		}
	});
}

#[test]
fn who_commits_without_revealing_pays_more_than_who_does_not_vote() {
	build_and_execute(20, || {
		// Four of five are a quorum.
		let id = committed(&[0; 4]);
		let seats = jurors(id);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		reveal_all(id, &[0; 4]);
		close(id);
		assert_eq!(lost(seats[4]), terms().deposit * 3 / 10);
		let id = {
			let id = file(CLAIMANT, price_claim(), None).unwrap();
			assert_ok!(TheCourt::contest(signed(FEEDER), id));
			commit_all(id, &[0; 5]);
			reveal_all(id, &[0; 4]);
			id
		};
		let last = jurors(id)[4];
		let before = lost(last);
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
		assert_eq!(lost(last) - before, terms().deposit * 3 / 4);
	});
}

#[test]
fn without_a_quorum_the_missing_are_replaced_once() {
	build_and_execute(40, || {
		let id = revealed(&[0, 0, 10_000]);
		let first = jurors(id);
		advance(id);
		assert!(events().contains(&Event::NoQuorum { dispute: id, round: 0, votes: 3 }));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		assert_eq!((dispute(id).failed, dispute(id).round), (1, 0));
		assert_eq!((round(id).seats, round(id).drawn, round(id).from), (7, 5, 5));
		draw(id);
		let all = jurors(id);
		assert_eq!(all.len(), 7);
		assert_eq!(all[..5], first);
		assert!(all[5..].iter().all(|who| !first.contains(who)));
		advance_until(id, |state| matches!(state, State::Commit { .. }));
		// Those who had their chance have it no more, neither those who used it.
		for who in &first {
			assert_noop!(seal(*who, id, commitment(id, *who, 10_000)), Error::SeatDone);
		}
		for who in &all[5..] {
			assert_ok!(seal(*who, id, commitment(id, *who, 10_000)));
		}
		assert_ok!(advance_now(id));
		for who in &first {
			assert_noop!(reveal(*who, id, 0), Error::SeatDone);
		}
		for who in &all[5..] {
			assert_ok!(reveal(*who, id, 10_000));
		}
		assert_ok!(advance_now(id));
		// Their votes count together with those that were there.
		assert_eq!(round(id).awards.to_vec(), [0, 0, 10_000, 10_000, 10_000]);
		assert_eq!(dispute(id).ruling, Some(10_000));
		close(id);
		let deposit = terms().deposit;
		for who in &first[3..] {
			assert_eq!(lost(*who), deposit * 3 / 10);
		}
		assert_eq!(lost(all[5]) + lost(all[6]) + lost(first[2]), 0);
		assert!(lost(first[0]) > 0 && lost(first[0]) == lost(first[1]));
	});
}

#[test]
fn one_more_vote_after_the_replacement_is_enough() {
	build_and_execute(40, || {
		let id = revealed(&[0, 0, 0]);
		advance(id);
		advance_until(id, |state| matches!(state, State::Commit { .. }));
		let last = jurors(id)[6];
		assert_ok!(seal(last, id, commitment(id, last, 0)));
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert_noop!(advance_now(id), Error::NotDue);
		assert_ok!(reveal(last, id, 0));
		assert_ok!(advance_now(id));
		assert!(matches!(state(id), State::Appeal { .. }));
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
	});
}

#[test]
fn without_a_quorum_again_the_parent_court_tries_the_case() {
	let votes = |id, awards: &[Award]| {
		commit_all(id, &[]);
		let from = round(id).from as usize;
		for (who, award) in jurors(id)[from..].iter().zip(awards) {
			assert_ok!(seal(*who, id, commitment(id, *who, *award)));
		}
		advance_until(id, |state| !matches!(state, State::Commit { .. }));
		if matches!(state(id), State::Reveal { .. }) {
			for (who, award) in jurors(id)[from..].iter().zip(awards) {
				assert_ok!(reveal(*who, id, *award));
			}
			advance_until(id, |state| !matches!(state, State::Reveal { .. }));
		}
	};
	build_and_execute(40, || {
		court_with_experts(10);
		let id = contested();
		draw(id);
		votes(id, &[10_000, 10_000]);
		votes(id, &[]);
		assert!(events().contains(&Event::Moved { dispute: id, court: ACCREDITED }));
		let moved = dispute(id);
		assert_eq!((moved.court, moved.failed, moved.round), (ACCREDITED, 0, 0));
		assert_eq!(crate::CourtTerms::<Test>::get(GENERAL, 0).unwrap().cases, 0);
		assert_eq!(crate::CourtTerms::<Test>::get(ACCREDITED, 0).unwrap().cases, 1);
		draw(id);
		// A whole panel, by the parent's terms; what was revealed before counts no more.
		assert_eq!(jurors(id).len(), 5 + 3 + 5);
		assert!(seats(id)[8..]
			.iter()
			.all(|seat| seat.court == ACCREDITED && seat.deposit == accredited_terms().deposit));
		assert!(round(id).awards.is_empty());
		// Fees are what they were: nobody is asked for the difference.
		assert_eq!(pot(id).fees, (25 * STRA, 25 * STRA));
		votes(id, &[0; 5]);
		assert_eq!(dispute(id).ruling, Some(0));
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(0));
	});
}

#[test]
fn if_nobody_ever_votes_the_final_authority_decides() {
	build_and_execute(40, || {
		court_with_experts(20);
		let id = drawn();
		let mut rounds = 0;
		while !matches!(state(id), State::Final { .. }) {
			commit_all(id, &[]);
			// Nothing is to be revealed: there is no such stage.
			advance(id);
			assert!(!matches!(state(id), State::Reveal { .. }));
			rounds += 1;
			advance_until(id, |state| {
				matches!(state, State::Evidence { .. } | State::Final { .. })
			});
		}
		// Twice in each court.
		assert_eq!(rounds, 4);
		assert_eq!(dispute(id).ruling, None);
		close(id);
		assert_eq!(outcome(id), Outcome::Dismissed);
	});
}

#[test]
fn if_all_are_denounced_they_are_replaced() {
	build_and_execute(40, || {
		let id = committed(&[0; 5]);
		for who in jurors(id) {
			assert_ok!(denounce(ANYONE, id, who, 0));
		}
		assert_eq!(round(id).committed, 0);
		assert_noop!(advance_now(id), Error::NotDue);
		let until = until_of(id);
		run_to(until);
		assert_ok!(advance_now(id));
		assert_eq!((round(id).seats, round(id).from), (10, 5));
		assert!(matches!(state(id), State::AwaitSeed { .. }));
		draw(id);
		let denounced = jurors(id);
		commit_all(id, &[]);
		for who in &denounced[..5] {
			assert_noop!(denounce(ANYONE, id, *who, 0), Error::SeatDone);
		}
		for who in &denounced[5..] {
			assert_ok!(seal(*who, id, commitment(id, *who, 10_000)));
		}
		assert_ok!(advance_now(id));
		for who in &denounced[5..] {
			assert_ok!(reveal(*who, id, 10_000));
		}
		close(id);
		assert_eq!(outcome(id), Outcome::Ruled(10_000));
		for who in &denounced[..5] {
			assert_eq!(lost(*who), terms().deposit);
		}
	});
}

#[test]
fn a_quorum_is_two_thirds_up() {
	build_and_execute(40, || {
		// 8 of 11.
		for (votes, decided) in [(7, false), (8, true)] {
			let case = if decided { claim_of(200 * DOLLAR) } else { price_claim_of(200) };
			let id = file(CLAIMANT, case, None).unwrap();
			let respondent = dispute(id).respondent;
			assert_ok!(TheCourt::contest(signed(respondent), id));
			draw(id);
			assert_eq!(jurors(id).len(), 11);
			vote(id, &vec![0; votes]);
			assert_eq!(dispute(id).ruling.is_some(), decided);
		}
	});
}

fn price_claim_of(amount: u128) -> strata_traits::Case<AccountId> {
	let case = price_claim();
	let strata_traits::Remedy::VoidPrice { feeder, observed_at, .. } = case.remedy else {
		return case;
	};
	let amount = amount * STRA;
	let remedy = strata_traits::Remedy::VoidPrice { feeder, observed_at, amount };
	strata_traits::Case { remedy, ..case }
}
