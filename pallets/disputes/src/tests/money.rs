//! Who pays whom, to the unit.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Balance, DisputeId};

use super::*;
use crate::{
	pot::Part,
	types::{Outcome, Side, State, Terms},
	Jurors, Owed, Seats,
};

const S: i128 = STRA as i128;

/// The account of each seat of the panel.
fn panel(id: DisputeId) -> Vec<AccountId> {
	seats(id).into_iter().map(|seat| seat.juror).collect()
}

fn outcome(id: DisputeId) -> Outcome {
	match state(id) {
		State::Closed { outcome, .. } => outcome,
		other => panic!("{other:?}"),
	}
}

/// The case ends; what the claimant, the respondent, the treasury and the jurors gain from here on.
fn end(id: DisputeId, acts: impl FnOnce()) -> (i128, i128, i128, Vec<i128>) {
	let mut who = vec![CLAIMANT, ORIGINATOR, TREASURY];
	who.extend(panel(id));
	let mut gains = gains(&who, || {
		acts();
		close(id);
	});
	let jurors = gains.split_off(3);
	assert_eq!(held(), (0, 0), "the court holds nothing");
	(gains[0], gains[1], gains[2], jurors)
}

#[test]
fn filing_takes_a_bond_and_the_fees_of_a_panel() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT], || {
			filed();
		});
		assert_eq!(gained, [-45 * S]);
		assert_eq!(held(), (45 * STRA, 0));
		assert_eq!(pot(0).bonds, (20 * STRA, 0));
		assert_eq!(pot(0).fees, (25 * STRA, 0));
	});
}

#[test]
fn the_respondent_puts_down_the_same() {
	build_and_execute(10, || {
		let id = contested();
		assert_eq!(pot(id).bonds, (20 * STRA, 20 * STRA));
		assert_eq!(pot(id).fees, (25 * STRA, 25 * STRA));
	});
}

#[test]
fn a_concession_costs_only_what_is_claimed() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT, ORIGINATOR, TREASURY], || {
			let id = filed();
			assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
			close(id);
			assert_eq!(outcome(id), Outcome::Conceded);
			assert_eq!(dispute(id).enforced, Some((100 * DOLLAR, 0)));
		});
		assert_eq!(gained, [0, 0, 0]);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
		assert_eq!(Bonds::get(ORIGINATOR), BOND - 100 * DOLLAR);
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn silence_concedes() {
	build_and_execute(10, || {
		let id = filed();
		close(id);
		assert_eq!(outcome(id), Outcome::ByDefault);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
	});
}

#[test]
fn what_the_respondent_does_not_have_is_short() {
	build_and_execute(10, || {
		let id = file(CLAIMANT, claim_of(BOND + 1), None).unwrap();
		close(id);
		assert_eq!(dispute(id).enforced, Some((BOND, 1)));
	});
}

#[test]
fn a_lost_case_costs_the_respondent_bond_and_fees() {
	build_and_execute(10, || {
		let id = drawn();
		let (claimant, respondent, treasury, jurors) = end(id, || vote(id, &[FULL; 5]));
		assert_eq!(outcome(id), Outcome::Ruled(FULL));
		// Bond and fees of both were put down before.
		assert_eq!((claimant, respondent, treasury), (65 * S, 0, 0));
		assert_eq!(jurors, [5 * S; 5]);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
	});
}

#[test]
fn a_wrong_claim_costs_the_claimant_bond_and_fees() {
	build_and_execute(10, || {
		let id = drawn();
		let (claimant, respondent, treasury, jurors) = end(id, || vote(id, &[0; 5]));
		assert_eq!((claimant, respondent, treasury), (0, 65 * S, 0));
		assert_eq!(jurors, [5 * S; 5]);
		assert_eq!(free(USD, CLASS), 0);
		assert_eq!(dispute(id).enforced, None);
	});
}

#[test]
fn a_part_is_paid_down_to_the_unit() {
	build_and_execute(10, || {
		let id = file(CLAIMANT, claim_of(99), None).unwrap();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		draw(id);
		vote(id, &[5_051; 5]);
		close(id);
		// 99 · 0.5051 = 50.0049.
		assert_eq!(free(USD, CLASS), 50);
	});
}

#[test]
fn who_votes_against_the_ruling_pays_those_who_vote_with_it() {
	build_and_execute(10, || {
		let id = drawn();
		let votes = [FULL, FULL, FULL, FULL, 0];
		let (.., treasury, jurors) = end(id, || vote(id, &votes));
		// 30 % + 30 % · (4 − 1)/5 of 50: 24. They share 25 + 24.
		let each = 49 * S / 4;
		assert_eq!(jurors, [each, each, each, each, -24 * S]);
		assert_eq!(treasury, 0);
	});
}

#[test]
fn who_does_not_commit_pays_and_is_out_of_the_draw() {
	build_and_execute(10, || {
		let id = drawn();
		let absent = panel(id)[4];
		let (.., jurors) = end(id, || vote(id, &[0; 4]));
		assert_eq!(jurors, [10 * S, 10 * S, 10 * S, 10 * S, -15 * S]);
		let stake = *Jurors::<Test>::get(absent).unwrap().stake(GENERAL).unwrap();
		assert_eq!((stake.active, stake.pending), (0, STAKED - 15 * STRA));
		assert_eq!(stake.from, CurrentEpoch::get() + 2);
	});
}

#[test]
fn who_does_not_reveal_pays_more() {
	build_and_execute(10, || {
		let id = drawn();
		let (.., jurors) = end(id, || {
			commit_all(id, &[0; 5]);
			reveal_all(id, &[0; 4]);
		});
		// 75 % of 50; 25 + 37.5 among four.
		let each = 62_500 * S / 4_000;
		assert_eq!(jurors, [each, each, each, each, -37_500 * S / 1_000]);
	});
}

#[test]
fn who_is_denounced_pays_all_and_the_denouncer_gets_a_quarter() {
	build_and_execute(10, || {
		let id = drawn();
		let loud = panel(id)[4];
		let before = wealth(ANYONE);
		let (.., jurors) = end(id, || {
			commit_all(id, &[0; 5]);
			assert_ok!(TheCourt::denounce(signed(ANYONE), id, loud, 0, salt(loud)));
			reveal_all(id, &[0; 4]);
		});
		assert_eq!(wealth(ANYONE), before + 12_500 * STRA / 1_000);
		let each = 62_500 * S / 4_000;
		assert_eq!(jurors, [each, each, each, each, -50 * S]);
	});
}

#[test]
fn what_cannot_be_divided_is_the_treasurys() {
	build_and_execute(10, || {
		let odd = Terms { fee: 5 * STRA + 1, ..terms() };
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, odd));
		let id = drawn();
		let (_, _, treasury, jurors) = end(id, || vote(id, &[FULL, FULL, FULL, FULL, 0]));
		// (5·(5 + 10⁻¹²) + 24)/4 leaves a unit.
		let each = 49 * S / 4 + 1;
		assert_eq!(jurors, [each, each, each, each, -24 * S]);
		assert_eq!(treasury, 1);
	});
}

#[test]
fn slashes_are_rounded_up() {
	build_and_execute(10, || {
		let odd = Terms { deposit: 50 * STRA + 1, ..terms() };
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, odd));
		let id = drawn();
		let (.., jurors) = end(id, || vote(id, &[FULL, FULL, FULL, FULL, 0]));
		assert_eq!(jurors[4], -24 * S - 1);
	});
}

#[test]
fn a_claim_given_up_before_it_is_contested_costs_nothing() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT, ORIGINATOR], || {
			let id = filed();
			assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
			close(id);
		});
		assert_eq!(gained, [0, 0]);
	});
}

#[test]
fn a_claim_given_up_later_is_lost() {
	build_and_execute(10, || {
		let id = drawn();
		let (claimant, respondent, _, jurors) = end(id, || {
			assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		});
		assert_eq!((claimant, respondent), (0, 65 * S));
		assert_eq!(jurors, [5 * S; 5], "they were ready");
	});
}

#[test]
fn jurors_who_were_not_drawn_cost_nothing() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT, ORIGINATOR, TREASURY], || {
			let id = contested();
			assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
			close(id);
		});
		// The bond only.
		assert_eq!(gained, [-20 * S, 20 * S, 0]);
	});
}

#[test]
fn who_settles_shares_the_costs() {
	build_and_execute(10, || {
		let id = drawn();
		let (claimant, respondent, treasury, jurors) = end(id, || {
			assert_ok!(TheCourt::offer_settlement(signed(ORIGINATOR), id, 2_500));
			assert_ok!(TheCourt::accept_settlement(signed(CLAIMANT), id, 2_500));
		});
		assert_eq!(outcome(id), Outcome::Settled(2_500));
		assert_eq!((claimant, respondent, treasury), (32_500 * S / 1_000, 32_500 * S / 1_000, 0));
		assert_eq!(jurors, [5 * S; 5]);
		assert_eq!(free(USD, CLASS), 25 * DOLLAR);
	});
}

#[test]
fn deposits_of_evidence_go_back() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT, ORIGINATOR], || {
			let id = filed();
			for number in 0..20u8 {
				let hash = sp_core::H256::repeat_byte(number);
				let uri = Default::default();
				assert_ok!(TheCourt::submit_evidence(signed(CLAIMANT), id, hash, uri));
			}
			assert_eq!(pot(id).evidence, 19 * STRA);
			assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
			close(id);
		});
		assert_eq!(gained, [0, 0]);
	});
}

/// A first panel of 5 for the claimant, appealed on by both sides; the second panel of 11 votes `award`.
fn appealed(award: Award) -> (DisputeId, Vec<AccountId>, Vec<AccountId>) {
	let id = drawn();
	let first = panel(id);
	vote(id, &[FULL; 5]);
	fund_both(id);
	draw(id);
	let second = panel(id);
	assert_eq!((first.len(), second.len()), (5, 11));
	vote(id, &[award; 11]);
	(id, first, second)
}

#[test]
fn an_appeal_that_is_right_takes_the_stakes_of_the_other_side() {
	build_and_execute(60, || {
		let parties = [CLAIMANT, ORIGINATOR, TREASURY, BACKERS[0], BACKERS[1]];
		let mut jurors = (vec![], vec![]);
		let before: Vec<_> = (0..60).map(|index| wealth(juror(index))).collect();
		let gained = gains(&parties, || {
			let (id, first, second) = appealed(0);
			close(id);
			jurors = (first, second);
		});
		// 55 are the second panel's of 165 + 110; the backer of the respondent gets 220. The first panel
		// lost 30 % of its deposits to the treasury, and its fees to the respondent.
		assert_eq!(gained, [-45 * S, 45 * S, 75 * S, 55 * S, -110 * S]);
		let gain =
			|who: &AccountId| wealth(*who) as i128 - before[(*who - juror(0)) as usize] as i128;
		assert!(jurors.0.iter().all(|who| gain(who) == -15 * S));
		assert!(jurors.1.iter().all(|who| gain(who) == 5 * S));
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn an_appeal_that_is_wrong_loses_its_stakes() {
	build_and_execute(60, || {
		let parties = [CLAIMANT, ORIGINATOR, TREASURY, BACKERS[0], BACKERS[1]];
		let gained = gains(&parties, || {
			let (id, ..) = appealed(FULL);
			close(id);
		});
		assert_eq!(gained, [20 * S, -45 * S, 0, -165 * S, 110 * S]);
	});
}

#[test]
fn contributions_to_an_appeal_that_is_not_heard_go_back() {
	build_and_execute(20, || {
		let gained = gains(&BACKERS, || {
			let id = drawn();
			vote(id, &[FULL; 5]);
			let fund = |who, side, amount| {
				assert_ok!(TheCourt::fund_appeal(signed(who), id, side, amount));
			};
			fund(BACKERS[0], Side::Respondent, 164 * STRA);
			fund(BACKERS[1], Side::Claimant, 110 * STRA);
			assert_eq!(held().0, 90 * STRA + 274 * STRA);
			close(id);
			assert_eq!(outcome(id), Outcome::Ruled(FULL));
		});
		assert_eq!(gained, [0, 0, 0]);
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn a_party_without_funders_gets_what_the_other_side_loses() {
	build_and_execute(60, || {
		let gained = gains(&[CLAIMANT, BACKERS[0]], || {
			let id = drawn();
			vote(id, &[FULL; 5]);
			let more = 1_000 * STRA;
			assert_ok!(TheCourt::fund_appeal(signed(BACKERS[0]), id, Side::Respondent, more));
			draw(id);
			vote(id, &[FULL; 11]);
			close(id);
		});
		// 165 − 55, and the bond.
		assert_eq!(gained, [130 * S, -165 * S]);
	});
}

#[test]
fn funders_share_by_what_they_gave_and_the_rest_is_the_treasurys() {
	build_and_execute(60, || {
		let gained = gains(&[TREASURY, BACKERS[0], BACKERS[1], BACKERS[2]], || {
			let id = drawn();
			vote(id, &[FULL; 5]);
			let fund = |who, amount| {
				assert_ok!(TheCourt::fund_appeal(signed(who), id, Side::Respondent, amount));
			};
			fund(BACKERS[0], 50 * STRA);
			fund(BACKERS[1], 50 * STRA + 1);
			fund(BACKERS[2], 1_000 * STRA);
			draw(id);
			vote(id, &[0; 11]);
			close(id);
		});
		// 110 are left of 165.
		let share = |given: Balance| (110 * STRA * given / (165 * STRA)) as i128 - given as i128;
		let last = 65 * STRA - 1;
		let shares = [50 * STRA, 50 * STRA + 1, last].map(share);
		assert_eq!(gained[1..], shares);
		let dust = -55 * S - shares.iter().sum::<i128>();
		assert!(dust.abs() < 3);
		// And what the first panel lost.
		assert_eq!(gained[0], 75 * S + dust.abs());
	});
}

#[test]
fn what_nobody_can_be_given_waits_for_its_owner() {
	build_and_execute(10, || {
		let id = file(CLAIMANT, claim(), Some(100 * DOLLAR)).unwrap();
		let bond = pot(id).freeze;
		assert!(bond >= 10 * DOLLAR);
		assert_ok!(Assets::block(signed(ISSUER), 1, CLAIMANT));
		close(id);
		assert_eq!(Owed::<Test>::get(CLAIMANT, USD), Some(bond));
		assert_eq!(held(), (0, bond));
		let collect = |who| TheCourt::collect(signed(ANYONE), who, Box::new(USD));
		assert!(collect(CLAIMANT).is_err(), "it still cannot be given");
		assert_eq!(Owed::<Test>::get(CLAIMANT, USD), Some(bond));
		assert_ok!(Assets::thaw(signed(ISSUER), 1, CLAIMANT));
		let before = free(USD, CLAIMANT);
		assert_ok!(collect(CLAIMANT));
		assert_eq!(free(USD, CLAIMANT), before + bond);
		assert_noop!(collect(CLAIMANT), Error::NothingOwed);
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn less_than_an_account_needs_waits_too() {
	build_and_execute(10, || {
		let id = filed();
		let (nobody, little) = (77, EXISTENTIAL_DEPOSIT - 1);
		assert_ok!(TheCourt::take(id, &ANYONE, Part::Reward, 2 * little));
		for _ in 0..2 {
			assert_ok!(TheCourt::pay(id, &nobody, Part::Reward, little));
		}
		assert_eq!(Owed::<Test>::get(nobody, Asset::Native), Some(2 * little));
		check();
		// Together they are enough.
		assert_ok!(TheCourt::collect(signed(nobody), nobody, Box::new(Asset::Native)));
		assert_eq!(wealth(nobody), 2 * little);
	});
}

#[test]
fn a_part_pays_no_more_than_it_holds() {
	build_and_execute(10, || {
		let id = filed();
		let (bond, fees) = (pot(id).bonds.0, pot(id).fees.0);
		assert!(TheCourt::pay(id, &ANYONE, Part::ClaimantBond, bond + 1).is_err());
		assert!(TheCourt::shift(id, Part::ClaimantFees, Part::Reward, fees + 1).is_err());
		assert!(TheCourt::pay(id + 1, &ANYONE, Part::ClaimantBond, 1).is_err());
	});
}

#[test]
fn a_gift_to_the_court_changes_nothing() {
	build_and_execute(10, || {
		let court = TheCourt::account();
		assert_ok!(Balances::transfer_allow_death(signed(ANYONE), court, 7));
		let id = drawn();
		vote(id, &[FULL; 5]);
		close(id);
		assert_eq!(held(), (7, 0));
	});
}

#[test]
fn every_lock_is_released_once() {
	build_and_execute(10, || {
		let id = drawn();
		let jurors = panel(id);
		for who in &jurors {
			let juror = Jurors::<Test>::get(who).unwrap();
			assert_eq!((juror.locked, juror.seats), (50 * STRA, 1));
		}
		vote(id, &[FULL; 5]);
		advance_until(id, |state| {
			matches!(state, State::Settling { next: crate::types::Settling::Rewards { .. }, .. })
		});
		assert!(Seats::<Test>::iter_values().all(|seat| seat.settled));
		close(id);
		for who in &jurors {
			let juror = Jurors::<Test>::get(who).unwrap();
			assert_eq!((juror.locked, juror.seats), (0, 0));
		}
	});
}

#[test]
fn a_closed_case_is_pruned_when_it_binds_nobody() {
	build_and_execute(10, || {
		let id = filed();
		let prune = |id| TheCourt::prune(signed(ANYONE), id);
		assert_noop!(prune(id + 1), Error::UnknownDispute);
		assert_noop!(prune(id), Error::WrongStage);
		close(id);
		assert_noop!(prune(id), Error::StillBinding);
		Now::mutate(|now| *now = dispute(id).case.at + terms().limitation);
		assert_noop!(prune(id), Error::StillBinding);
		Now::mutate(|now| *now += 1);
		assert_ok!(prune(id));
		assert!(crate::Events::<Test>::iter().next().is_none());
		assert_noop!(prune(id), Error::UnknownDispute);
	});
}

/// What the parties and the only backer, of `side`, gain if an appeal against a part ends in `award`.
fn gains_of_an_appeal_against_a_part(side: Side, award: Award) -> Vec<i128> {
	let mut gained = vec![];
	build_and_execute(60, || {
		gained = gains(&[CLAIMANT, ORIGINATOR, BACKERS[0]], || {
			let id = drawn();
			vote(id, &[4_000; 5]);
			let more = 1_000 * STRA;
			assert_ok!(TheCourt::fund_appeal(signed(BACKERS[0]), id, side, more));
			draw(id);
			vote(id, &[award; 11]);
			close(id);
		});
		assert_eq!(held(), (0, 0));
	});
	gained
}

#[test]
fn an_appeal_against_a_part_is_right_if_it_moves_the_award() {
	// The claimant wins the case each time: a bond and, if the first panel was wrong, its fees.
	let claimant = |award| gains_of_an_appeal_against_a_part(Side::Claimant, award);
	assert_eq!(claimant(7_000), [45 * S, -45 * S, -55 * S], "all but the second panel's fees");
	assert_eq!(claimant(2_000), [45 * S, 65 * S, -165 * S]);
	assert_eq!(claimant(4_000), [20 * S, 65 * S, -165 * S], "in vain");
	let respondent = |award| gains_of_an_appeal_against_a_part(Side::Respondent, award);
	assert_eq!(respondent(2_000), [45 * S, -45 * S, -55 * S]);
	assert_eq!(respondent(7_000), [155 * S, -45 * S, -165 * S]);
	assert_eq!(respondent(4_000), [130 * S, -45 * S, -165 * S], "in vain");
}
