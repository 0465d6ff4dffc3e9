//! What rulings do, what is kept for them, and what happens if they cannot be carried out.

use frame_support::{assert_noop, assert_ok};
use strata_traits::{Case, DisputeId, Remedy};

use super::*;
use crate::{
	enforcement::MAX_TRIES,
	types::{Outcome, State},
};

/// 100 dollars, with as many kept.
fn frozen() -> DisputeId {
	file(CLAIMANT, claim(), Some(100 * DOLLAR)).unwrap()
}

fn counter(who: AccountId, id: DisputeId) -> sp_runtime::DispatchResult {
	TheCourt::post_counter_bond(signed(who), id)
}

/// Before the remedy is carried out.
fn enforcing(id: DisputeId) {
	advance_until(id, |state| matches!(state, State::Enforcing { .. }));
}

#[test]
fn there_is_a_time_between_the_ruling_and_what_it_does() {
	build_and_execute(10, || {
		let id = filed();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		let now = TheCourt::height();
		let until = now + terms().periods.cooling;
		assert_eq!(state(id), State::Cooling { until, outcome: Outcome::Conceded });
		run_to(until - 1);
		assert_noop!(TheCourt::advance(signed(ANYONE), id), Error::NotDue);
		run_to(until);
		assert_ok!(TheCourt::advance(signed(ANYONE), id));
		assert_eq!(state(id), State::Enforcing { outcome: Outcome::Conceded, tries: 0 });
		assert_eq!(Done::get(id), None);
		advance(id);
		assert_eq!(Done::get(id), Some((FULL, 1)));
		close(id);
		assert_eq!(Done::get(id), Some((FULL, 1)), "once");
	});
}

#[test]
fn what_fails_is_tried_again_later_each_time_and_changes_nothing() {
	build_and_execute(10, || {
		let id = filed();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		enforcing(id);
		EnforceFails::set(true);
		let mut waits = vec![];
		for tries in 1..MAX_TRIES {
			advance(id);
			assert_eq!(state(id), State::Enforcing { outcome: Outcome::Conceded, tries });
			assert_eq!(Done::get(id), None, "undone");
			assert_noop!(TheCourt::advance(signed(ANYONE), id), Error::NotDue);
			waits.push(dispute(id).due.unwrap() - TheCourt::height());
		}
		assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256]);
		EnforceFails::set(false);
		close(id);
		assert_eq!(Done::get(id), Some((FULL, 1)));
		assert_eq!(dispute(id).enforced, Some((100 * DOLLAR, 0)));
	});
}

#[test]
fn what_never_succeeds_holds_nobody_up() {
	build_and_execute(10, || {
		let id = filed();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		EnforceFails::set(true);
		events();
		close(id);
		let failed = events().into_iter().filter_map(|event| match event {
			Event::EnforcementFailed { tries, .. } => Some(tries),
			_ => None,
		});
		assert_eq!(failed.collect::<Vec<_>>(), (1..=MAX_TRIES).collect::<Vec<_>>());
		assert_eq!(dispute(id).enforced, None);
		assert_eq!(held(), (0, 0));
		assert_eq!(OpenCases::get(id), None);
	});
}

#[test]
fn a_freeze_costs_a_bond_and_keeps_no_more_than_is_claimed() {
	build_and_execute(10, || {
		let before = free(USD, CLAIMANT);
		let id = file(CLAIMANT, claim(), Some(1_000 * DOLLAR)).unwrap();
		let freeze = dispute(id).freeze.unwrap();
		assert_eq!(freeze.most, 100 * DOLLAR);
		assert_eq!(Kept::get(id), Some(100 * DOLLAR));
		assert!(freeze.bond > 10 * DOLLAR && freeze.bond < 11 * DOLLAR);
		assert_eq!(free(USD, CLAIMANT), before - freeze.bond);
	});
}

#[test]
fn what_is_kept_pays_first() {
	build_and_execute(10, || {
		let before = free(USD, CLAIMANT);
		let id = frozen();
		close(id);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
		assert_eq!(Bonds::get(ORIGINATOR), BOND, "not touched");
		assert_eq!(free(USD, CLAIMANT), before, "the bond came back");
	});
}

#[test]
fn a_wrong_freeze_costs_its_bond() {
	build_and_execute(10, || {
		let id = frozen();
		let bond = pot(id).freeze;
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		draw(id);
		vote(id, &[0; 5]);
		let (claimant, respondent) = (free(USD, CLAIMANT), free(USD, ORIGINATOR));
		close(id);
		assert_eq!(free(USD, CLAIMANT), claimant);
		assert_eq!(free(USD, ORIGINATOR), respondent + bond);
		assert_eq!(free(USD, RESIDUAL), 10_000 * DOLLAR, "paid to whom it was due");
		assert_eq!(Kept::get(id), None);
	});
}

#[test]
fn a_freeze_that_is_given_up_costs_its_bond_too() {
	build_and_execute(10, || {
		let id = frozen();
		let bond = pot(id).freeze;
		let before = free(USD, ORIGINATOR);
		assert_ok!(TheCourt::withdraw(signed(CLAIMANT), id));
		close(id);
		assert_eq!(free(USD, ORIGINATOR), before + bond);
	});
}

#[test]
fn a_counter_bond_lifts_the_freeze_and_pays_instead() {
	build_and_execute(10, || {
		let id = frozen();
		assert_noop!(counter(CLAIMANT, id), Error::NotRespondent);
		assert_noop!(counter(ORIGINATOR, id + 1), Error::UnknownDispute);
		let before = free(USD, ORIGINATOR);
		assert_ok!(counter(ORIGINATOR, id));
		assert_eq!(free(USD, ORIGINATOR), before - 100 * DOLLAR);
		assert_eq!(Kept::get(id), None);
		assert_eq!(free(USD, RESIDUAL), 10_000 * DOLLAR);
		assert_noop!(counter(ORIGINATOR, id), Error::AlreadyFrozen);
		close(id);
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
		assert_eq!(Bonds::get(ORIGINATOR), BOND, "not touched");
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn what_is_left_of_a_counter_bond_goes_back() {
	build_and_execute(10, || {
		let id = frozen();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		let before = free(USD, ORIGINATOR);
		assert_ok!(counter(ORIGINATOR, id));
		draw(id);
		vote(id, &[3_000; 5]);
		close(id);
		assert_eq!(free(USD, CLASS), 30 * DOLLAR);
		assert_eq!(free(USD, ORIGINATOR), before - 30 * DOLLAR);
	});
}

#[test]
fn no_counter_bond_without_a_freeze_or_after_the_ruling() {
	build_and_execute(10, || {
		let id = filed();
		assert_noop!(counter(ORIGINATOR, id), Error::NothingFrozen);
	});
	build_and_execute(10, || {
		let id = frozen();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		assert_noop!(counter(ORIGINATOR, id), Error::WrongStage);
		close(id);
		assert_noop!(counter(ORIGINATOR, id), Error::WrongStage);
	});
}

#[test]
fn who_has_too_little_lifts_nothing() {
	build_and_execute(10, || {
		let id = frozen();
		let all = free(USD, ORIGINATOR);
		assert_ok!(Assets::transfer(signed(ORIGINATOR), 1, ANYONE, all - 100 * DOLLAR + 1));
		assert!(frame_support::storage::with_storage_layer(|| counter(ORIGINATOR, id)).is_err());
		assert_eq!(Kept::get(id), Some(100 * DOLLAR));
	});
}

#[test]
fn a_feeder_pays_the_claimant() {
	build_and_execute(10, || {
		let gained = gains(&[CLAIMANT, ESCROW], || {
			let id = file(CLAIMANT, price_claim(), None).unwrap();
			assert_ok!(TheCourt::concede(signed(FEEDER), id));
			close(id);
		});
		let stra = 100 * STRA as i128;
		assert_eq!(gained, [stra, -stra]);
	});
}

#[test]
fn what_pays_nothing_is_done() {
	build_and_execute(10, || {
		let faster = Case { remedy: Remedy::Accelerate, ..claim() };
		let id = file(CLAIMANT, faster, None).unwrap();
		assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		assert_ok!(TheCourt::rule(RuntimeOrigin::root(), id, FULL));
		close(id);
		assert_eq!(Done::get(id), Some((FULL, 1)));
		assert_eq!(dispute(id).enforced, Some((0, 0)));
	});
}

#[test]
fn a_payee_who_cannot_be_paid_stops_nobody() {
	build_and_execute(10, || {
		let id = frozen();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
		assert_ok!(counter(ORIGINATOR, id));
		assert_ok!(Assets::block(signed(ISSUER), 1, ORIGINATOR));
		draw(id);
		vote(id, &[0; 5]);
		close(id);
		assert!(crate::Owed::<Test>::get(ORIGINATOR, USD).unwrap() > 100 * DOLLAR);
	});
}
