//! What front ends are told agrees with what the calls do.

use strata_traits::{DealDefault, FULL_AWARD};

use super::*;
use crate::{
	runtime_api::{Act, Actor, CaseFile, Duty, Next},
	types::{Outcome, Side, State},
	Pallet,
};

type Court = Pallet<Test>;

fn view(id: u32) -> CaseFile<AccountId> {
	Court::case_file(id).expect("it was filed")
}

fn may(id: u32, who: Actor, act: Act) -> bool {
	view(id).acts.iter().any(|one| one.who == who && one.act == act)
}

const CLAIMS: Actor = Actor::Party(Side::Claimant);
const ANSWERS: Actor = Actor::Party(Side::Respondent);

#[test]
fn of_what_is_not_there_nothing_is_said() {
	build_and_execute(0, || {
		assert_eq!(Court::case_file(0), None);
		assert_eq!(Court::juror_duties(&ANYONE), None);
		assert_eq!(Court::cost_of_appeal(0), None);
		assert_eq!(Court::disputes_of_event(Default::default()), None);
		assert_eq!(Court::default_in_sight(DEAL_ID), None);
		let unknown = Err(Error::UnknownCourt.into());
		assert_eq!(Court::cost_of_filing(9, None, 0, None), unknown);
		assert!(Court::security_budget(9, None, 0).is_err());
	});
}

#[test]
fn courts_are_listed_with_their_stakes() {
	build_and_execute(20, || {
		let courts = Court::courts();
		assert_eq!(courts.iter().map(|court| court.id).collect::<Vec<_>>(), [0, 1]);
		let general = courts.iter().find(|court| court.id == GENERAL).unwrap();
		assert_eq!((general.staked, general.court.jurors), (20 * STAKED, 20));
		assert_eq!(general.terms, terms());
	});
}

#[test]
fn acts_follow_the_stage() {
	build_and_execute(60, || {
		let id = filed();
		assert!(may(id, ANSWERS, Act::Concede) && may(id, ANSWERS, Act::Contest));
		assert!(may(id, CLAIMS, Act::Withdraw) && may(id, CLAIMS, Act::SubmitEvidence));
		assert!(!may(id, Actor::Anyone, Act::Advance));
		assert_eq!(view(id).terms, terms());
		assert_eq!(view(id).deadline.unwrap().left, terms().periods.response);

		assert!(!may(id, ANSWERS, Act::AcceptSettlement(FULL)));
		crate::mock::TheCourt::offer_settlement(signed(CLAIMANT), id, FULL).unwrap();
		assert!(may(id, ANSWERS, Act::AcceptSettlement(FULL)));
		assert!(!may(id, CLAIMS, Act::AcceptSettlement(FULL)));

		crate::mock::TheCourt::contest(signed(ORIGINATOR), id).unwrap();
		assert!(!may(id, ANSWERS, Act::Contest));
		assert_eq!((view(id).deadline, view(id).epoch), (None, Some(CurrentEpoch::get() + 2)));
		draw(id);
		assert!(may(id, CLAIMS, Act::Ready) && may(id, ANSWERS, Act::Ready));
		assert_eq!(view(id).rounds[0].panel.len(), 5);
		assert_eq!((view(id).rounds[0].quorum, view(id).at_risk), (4, 5 * terms().deposit));

		commit_all(id, &[FULL; 5]);
		assert!(may(id, Actor::Juror, Act::Commit) && may(id, Actor::Anyone, Act::Denounce));
		assert!(!may(id, CLAIMS, Act::SubmitEvidence) && !may(id, CLAIMS, Act::Withdraw));
		// All have committed: what is due is no question of time.
		assert!(may(id, Actor::Anyone, Act::Advance));
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert!(may(id, Actor::Juror, Act::Reveal));
		reveal_all(id, &[FULL; 5]);
		advance_until(id, |state| matches!(state, State::Appeal { .. }));
		assert!(may(id, Actor::Anyone, Act::FundAppeal(Side::Respondent)));
		close(id);
		assert!(view(id).acts.is_empty());
		let file = view(id);
		assert_eq!((file.pot, file.at_risk, file.rounds.len()), (Default::default(), 0, 0));
		let state = file.dispute.state;
		assert!(matches!(state, State::Closed { outcome: Outcome::Ruled(FULL_AWARD), .. }));
	});
}

#[test]
fn a_look_changes_nothing() {
	build_and_execute(60, || {
		let id = drawn();
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		let file = view(id);
		assert_eq!(view(id), file);
		Court::juror_duties(&file.rounds[0].panel[0].juror).unwrap();
		Court::courts();
		assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
	});
}

#[test]
fn jurors_are_told_what_to_do() {
	build_and_execute(60, || {
		let id = drawn();
		let panel = view(id).rounds[0].panel.clone();
		let duty = |place: usize| Court::juror_duties(&panel[place].juror).unwrap();
		assert_eq!(duty(0).bonded, STAKED);
		assert_eq!(duty(0).free, STAKED - terms().deposit);
		assert_eq!((duty(0).seats.len(), duty(0).seats[0].duty), (1, Duty::Wait));
		let outsider = (0..60).map(juror).find(|who| panel.iter().all(|seat| seat.juror != *who));
		assert!(Court::juror_duties(&outsider.unwrap()).unwrap().seats.is_empty());
		// Four commit, the fifth does not.
		commit_all(id, &[FULL; 4]);
		assert_eq!(duty(0).seats[0].duty, Duty::Commit { again: true });
		assert_eq!(duty(4).seats[0].duty, Duty::Commit { again: false });
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		assert_eq!(duty(0).seats[0].duty, Duty::Reveal);
		assert_eq!(duty(4).seats[0].duty, Duty::Wait);
		assert_eq!(duty(0).seats[0].until, view(id).deadline);
		close(id);
		assert!(duty(0).seats.is_empty());
	});
}

#[test]
fn a_filing_costs_what_is_said() {
	build_and_execute(60, || {
		Rate::set(Some(1_000));
		for freeze in [None, Some(50 * DOLLAR)] {
			let case = claim();
			let amount = case.remedy.amount();
			let cost = Court::cost_of_filing(GENERAL, Some(USD), amount, freeze).unwrap();
			let before = (free(Asset::Native, CLAIMANT), free(USD, CLAIMANT));
			let id = crate::NextDispute::<Test>::get();
			TheCourt::file(signed(CLAIMANT), Box::new(case), GENERAL, freeze).unwrap();
			assert_eq!(free(Asset::Native, CLAIMANT) + cost.bond + cost.fees, before.0);
			assert_eq!(free(USD, CLAIMANT) + cost.freeze, before.1);
			let filed = view(id).dispute;
			assert_eq!((filed.court, filed.panel), (cost.route.court, cost.route.panel));
			assert_eq!(filed.confirm, cost.route.confirm);
			TheCourt::concede(signed(ORIGINATOR), id).unwrap();
			close(id);
			next_block();
			Now::mutate(|now| *now += 1_000);
		}
	});
}

#[test]
fn the_budget_says_which_panel_suffices() {
	build_and_execute(60, || {
		Rate::set(Some(1_000_000));
		let budget = |amount| Court::security_budget(GENERAL, Some(USD), amount).unwrap();
		let small = budget(1);
		assert_eq!(small.value, Some(1_000_000));
		assert!(small.panels.iter().all(|panel| panel.suffices));
		assert_eq!(small.panels.len(), 6, "four panels of one court and two of the other");
		let secured = small.panels[1].secured;
		// What a panel of eleven secures, and one unit more.
		let at_limit = budget(secured / 1_000_000);
		assert_eq!(at_limit.route.panel, 11);
		assert!(!at_limit.panels[0].suffices && at_limit.panels[1].suffices);
		assert_eq!(budget(secured / 1_000_000 + 1).route.panel, 23);
		Rate::set(None);
		let unknown = budget(1);
		assert!(unknown.value.is_none() && unknown.panels.iter().all(|panel| !panel.suffices));
		assert!(unknown.route.confirm);
	});
}

#[test]
fn an_appeal_costs_what_is_said() {
	build_and_execute(60, || {
		let id = committed(&[FULL; 5]);
		advance_until(id, |state| matches!(state, State::Reveal { .. }));
		reveal_all(id, &[FULL; 5]);
		advance_until(id, |state| matches!(state, State::Appeal { .. }));
		let cost = Court::cost_of_appeal(id).unwrap();
		assert_eq!((cost.losing, cost.next), (Side::Respondent, Next::Panel(11)));
		assert_eq!(cost.cost, 11 * terms().fee);
		assert_eq!(cost.respondent.required, 3 * cost.cost);
		assert_eq!(cost.claimant.required, 2 * cost.cost);
		let fund = |who, side, amount| TheCourt::fund_appeal(signed(who), id, side, amount);
		let least = cost.respondent.least;
		assert_eq!(
			fund(BACKERS[0], Side::Respondent, least - 1),
			Err(Error::ContributionTooLow.into())
		);
		fund(BACKERS[0], Side::Respondent, least).unwrap();
		assert_eq!(Court::cost_of_appeal(id).unwrap().respondent.raised, least);
		fund(BACKERS[1], Side::Respondent, Balance::MAX).unwrap();
		let full = Court::cost_of_appeal(id).unwrap();
		assert_eq!((full.respondent.least, full.respondent.raised), (0, 3 * cost.cost));
		assert!(!may(id, Actor::Anyone, Act::FundAppeal(Side::Respondent)));
		// In the second half there is time for the other side only.
		run_to(full.respondent.until.at);
		assert!(may(id, Actor::Anyone, Act::FundAppeal(Side::Claimant)));
		run_to(full.claimant.until.at);
		assert!(!may(id, Actor::Anyone, Act::FundAppeal(Side::Claimant)));
	});
}

#[test]
fn a_closed_court_lets_nobody_act() {
	build_and_execute(60, || {
		let id = filed();
		TheCourt::pause(frame_system::RawOrigin::Root.into()).unwrap();
		assert!(view(id).acts.is_empty() && Court::court_time().closed);
		let left = view(id).deadline.unwrap().left;
		pass_blocks(5);
		assert_eq!(view(id).deadline.unwrap().left, left, "but for the block of the pause");
		TheCourt::resume(frame_system::RawOrigin::Root.into()).unwrap();
		assert!(!view(id).acts.is_empty());
	});
}

#[test]
fn a_default_is_seen_coming() {
	build_and_execute(0, || {
		Defaults::insert(DEAL_ID, (Now::get() + DAY, DealDefault::CouponUnpaid));
		let seen = Court::default_in_sight(DEAL_ID);
		assert_eq!(seen, Some((Now::get() + DAY, DealDefault::CouponUnpaid)));
	});
}
