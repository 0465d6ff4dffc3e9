//! The clock, and what a pause does in every stage.

use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::DispatchError::{self, BadOrigin};
use strata_court::KEEP_EPOCHS;
use strata_traits::{Asset, DisputeId};

use super::*;
use crate::types::{Outcome, Side, State};

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn pause() {
	assert_ok!(TheCourt::pause(root()));
}

fn resume() {
	assert_ok!(TheCourt::resume(root()));
}

#[test]
fn only_who_may_pauses_and_only_what_is_open() {
	build_and_execute(0, || {
		assert_noop!(TheCourt::pause(signed(ANYONE)), BadOrigin);
		assert_noop!(TheCourt::resume(signed(ANYONE)), BadOrigin);
		assert_noop!(TheCourt::resume(root()), Error::NothingChanges);
		pause();
		assert_noop!(TheCourt::pause(root()), Error::NothingChanges);
		assert_noop!(TheCourt::resume(signed(ANYONE)), BadOrigin);
		resume();
		assert_eq!(events(), vec![Event::Paused, Event::Resumed]);
	});
}

#[test]
fn time_stands_while_the_court_is_closed() {
	build_and_execute(0, || {
		let start = TheCourt::height();
		pass_blocks(3);
		assert_eq!(TheCourt::height(), start + 3);
		pause();
		pass_blocks(7);
		assert_eq!(TheCourt::height(), start + 3);
		resume();
		assert_eq!(TheCourt::height(), start + 3);
		pass_blocks(1);
		assert_eq!(TheCourt::height(), start + 4);
		// A closed chain counts as little, and not twice.
		IsHalted::set(true);
		pass_blocks(2);
		pause();
		pass_blocks(2);
		IsHalted::set(false);
		pass_blocks(2);
		resume();
		assert_eq!(TheCourt::height(), start + 4);
		assert_eq!(System::block_number(), u64::from(start) + 17);
	});
}

/// No act on a case is possible, whichever stage it is in.
fn nothing_moves(id: DisputeId) {
	let juror = seats(id).first().map_or(juror(0), |seat| seat.juror);
	let (salt, hash) = (H256::zero(), H256::zero());
	let closed: DispatchError = Error::CourtPaused.into();
	assert_noop!(file(RIVAL, claim(), None), closed);
	assert_noop!(TheCourt::concede(signed(ORIGINATOR), id), closed);
	assert_noop!(TheCourt::contest(signed(ORIGINATOR), id), closed);
	assert_noop!(TheCourt::offer_settlement(signed(CLAIMANT), id, 1), closed);
	assert_noop!(TheCourt::accept_settlement(signed(CLAIMANT), id, 1), closed);
	assert_noop!(TheCourt::withdraw(signed(CLAIMANT), id), closed);
	let uri = Default::default();
	assert_noop!(TheCourt::submit_evidence(signed(CLAIMANT), id, hash, uri), closed);
	assert_noop!(TheCourt::ready(signed(CLAIMANT), id), closed);
	assert_noop!(TheCourt::commit(signed(juror), id, hash), closed);
	assert_noop!(TheCourt::reveal(signed(juror), id, 0, salt), closed);
	assert_noop!(TheCourt::denounce(signed(ANYONE), id, juror, 0, salt), closed);
	assert_noop!(TheCourt::fund_appeal(signed(ANYONE), id, Side::Claimant, STRA), closed);
	assert_noop!(TheCourt::post_counter_bond(signed(ORIGINATOR), id), closed);
	assert_noop!(TheCourt::rule(root(), id, 0), closed);
	assert_noop!(TheCourt::advance(signed(ANYONE), id), closed);
}

/// A case is advanced to the stage of which `stops` says so; the court is closed for 100 blocks and an
/// epoch, by its origin or with the chain; then the case has as much time as it had, and ends.
fn stands_still(begin: fn() -> DisputeId, stops: fn(State) -> bool) {
	for by_chain in [false, true] {
		build_and_execute(30, || {
			let id = begin();
			advance_until(id, stops);
			let (before, left) = (state(id), dispute(id).due.unwrap() - TheCourt::height());
			if by_chain {
				IsHalted::set(true);
			} else {
				pause();
			}
			IdleHelps::set(true);
			for _ in 0..100 {
				next_block();
				nothing_moves(id);
			}
			next_epoch();
			IdleHelps::set(false);
			if by_chain {
				IsHalted::set(false);
			} else {
				resume();
			}
			assert_eq!(state(id), before);
			assert_eq!(dispute(id).due.unwrap() - TheCourt::height(), left);
			close(id);
		});
	}
}

fn voted() -> DisputeId {
	let id = drawn();
	vote(id, &[10_000; 5]);
	id
}

/// Too few jurors are there for it.
fn referred() -> DisputeId {
	let id = file(CLAIMANT, claim_of(MOST), None).unwrap();
	assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	id
}

fn ruled() -> DisputeId {
	let id = referred();
	assert_ok!(TheCourt::rule(root(), id, 10_000));
	id
}

#[test]
fn a_pause_in_the_response() {
	stands_still(filed, |state| matches!(state, State::Response { .. }));
}

#[test]
fn a_pause_while_a_seed_is_awaited() {
	stands_still(contested, |state| matches!(state, State::AwaitSeed { .. }));
}

#[test]
fn a_pause_while_seats_are_drawn() {
	stands_still(contested, |state| matches!(state, State::Drawing { .. }));
}

#[test]
fn a_pause_in_the_evidence() {
	stands_still(contested, |state| matches!(state, State::Evidence { .. }));
}

#[test]
fn a_pause_while_jurors_commit() {
	stands_still(contested, |state| matches!(state, State::Commit { .. }));
}

#[test]
fn a_pause_while_jurors_reveal() {
	stands_still(|| committed(&[10_000; 5]), |state| matches!(state, State::Reveal { .. }));
}

#[test]
fn a_pause_while_an_appeal_is_funded() {
	stands_still(voted, |state| matches!(state, State::Appeal { .. }));
}

#[test]
fn a_pause_before_the_final_authority() {
	stands_still(referred, |state| matches!(state, State::Final { .. }));
}

#[test]
fn a_pause_before_its_ruling_is_final() {
	stands_still(ruled, |state| matches!(state, State::Correction { .. }));
}

#[test]
fn a_pause_before_a_ruling_takes_effect() {
	stands_still(voted, |state| matches!(state, State::Cooling { .. }));
}

#[test]
fn a_pause_before_a_ruling_is_carried_out() {
	stands_still(voted, |state| matches!(state, State::Enforcing { .. }));
}

#[test]
fn a_pause_while_seats_are_released() {
	stands_still(voted, |state| matches!(state, State::Settling { .. }));
}

#[test]
fn a_pause_of_many_epochs_costs_a_draw_its_snapshot_and_nothing_else() {
	for started in [false, true] {
		build_and_execute(30, || {
			let id = contested();
			if started {
				advance_until(id, |state| matches!(state, State::Drawing { .. }));
			}
			pause();
			for _ in 0..=KEEP_EPOCHS {
				next_epoch();
			}
			resume();
			let snapshot = CurrentEpoch::get() - 1;
			advance(id);
			let State::AwaitSeed { snapshot: later, .. } = state(id) else { panic!() };
			assert_eq!(later, snapshot);
			vote(id, &[10_000; 5]);
			let before = free(Asset::WithId(1), CLASS);
			close(id);
			let outcome = Outcome::Ruled(10_000);
			assert!(matches!(state(id), State::Closed { outcome: o, .. } if o == outcome));
			assert_eq!(free(Asset::WithId(1), CLASS) - before, 100 * DOLLAR);
		});
	}
}

#[test]
fn who_was_too_late_before_a_pause_is_so_after_it() {
	build_and_execute(10, || {
		let id = filed();
		let State::Response { until } = state(id) else { panic!() };
		run_to(until);
		pause();
		pass_blocks(50);
		resume();
		assert_noop!(TheCourt::contest(signed(ORIGINATOR), id), Error::TooLate);
		close(id);
	});
	build_and_execute(10, || {
		let id = filed();
		let State::Response { until } = state(id) else { panic!() };
		run_to(until - 1);
		pause();
		pass_blocks(50);
		resume();
		assert_ok!(TheCourt::contest(signed(ORIGINATOR), id));
	});
}
