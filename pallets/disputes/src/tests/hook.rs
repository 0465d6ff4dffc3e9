//! What happens without anybody's asking, within a block's weight.

use frame_support::{traits::Hooks, weights::Weight};
use sp_runtime::Perbill;
use strata_traits::AgendaKey;

use super::*;
use crate::{advance::RETRY, types::State, Agenda, WeightInfo};

/// Blocks with a hook, and epochs, until all cases are closed.
fn idle_until_all_closed() {
	IdleHelps::set(true);
	for block in 0..3_000 {
		let open = crate::Disputes::<Test>::iter_values()
			.any(|dispute| !matches!(dispute.state, State::Closed { .. }));
		if !open {
			return;
		}
		if block % 25 == 0 {
			next_epoch();
		}
		next_block();
	}
	panic!("a case is stuck");
}

#[test]
fn the_pallets_figures_hold_together() {
	build_and_execute(0, || {
		<TheCourt as Hooks<u64>>::integrity_test();
	});
}

#[test]
fn a_case_is_carried_to_its_end_without_a_call() {
	build_and_execute(20, || {
		let silent = filed();
		idle_until_all_closed();
		assert_eq!(free(USD, CLASS), 100 * DOLLAR);
		assert_eq!(held(), (0, 0));
		assert!(Agenda::<Test>::iter_keys().next().is_none());
		assert_eq!(dispute(silent).due, None);
	});
}

#[test]
fn a_contested_case_nobody_votes_on_ends_too() {
	build_and_execute(20, || {
		contested();
		idle_until_all_closed();
		assert_eq!(held(), (0, 0));
	});
}

#[test]
fn nothing_is_done_before_its_time() {
	build_and_execute(20, || {
		let id = filed();
		let until = dispute(id).due.unwrap();
		run_to(until - 1);
		work();
		assert_eq!(state(id), State::Response { until });
		run_to(until);
		work();
		assert!(matches!(state(id), State::Cooling { .. }));
	});
}

#[test]
fn a_case_is_worked_on_once_a_block() {
	build_and_execute(20, || {
		let id = filed();
		frame_support::assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		advance_until(id, |state| matches!(state, State::Settling { .. }));
		next_block();
		let mut passed = vec![state(id)];
		while !matches!(state(id), State::Closed { .. }) {
			let before = state(id);
			work();
			let after = state(id);
			assert_ne!(before, after);
			work();
			assert_eq!(state(id), after, "not again in this block");
			passed.push(after);
			next_block();
		}
		assert!(passed.len() >= 3);
	});
}

#[test]
fn the_hook_takes_no_more_than_it_is_given() {
	build_and_execute(20, || {
		for who in [CLAIMANT, RIVAL, ANYONE] {
			let mut case = claim();
			case.at -= u64::try_from(who).unwrap();
			let id = file(who, case, None).unwrap();
			frame_support::assert_ok!(TheCourt::concede(signed(ORIGINATOR), id));
		}
		run_to(dispute(0).due.unwrap());
		assert_eq!(work_within(Weight::zero()), Weight::zero());
		let one = TheCourt::unit_weight().saturating_add(<() as WeightInfo>::agenda_read() * 2);
		for share in 1..=20u64 {
			work_within(one * share / 10);
		}
		let cooling = |id| matches!(state(id), State::Cooling { .. });
		assert!((0..3).all(|id| !cooling(id)), "each had its turn");
	});
}

#[test]
fn the_hook_has_a_share_of_what_is_left() {
	let left = Weight::from_parts(1_000, 501);
	assert_eq!(<Test as crate::Config>::IdleShare::get(), Perbill::from_percent(50));
	let limit = TheCourt::idle_limit(left);
	assert!(limit.all_lte(Weight::from_parts(500, 251)));
	assert!(limit.ref_time() == 500);
}

#[test]
fn a_case_that_cannot_go_on_stops_no_other() {
	build_and_execute(20, || {
		let first = filed();
		let mut case = claim();
		case.at -= 1;
		let second = file(RIVAL, case, None).unwrap();
		run_to(dispute(second).due.unwrap());
		// Its terms are gone: something that must never happen.
		crate::Disputes::<Test>::mutate(first, |dispute| {
			dispute.as_mut().unwrap().version = 99;
		});
		events();
		work();
		assert!(matches!(state(second), State::Cooling { .. }));
		let until = TheCourt::height() + RETRY;
		assert!(events().iter().any(|event| matches!(
			event,
			Event::Postponed { dispute, until: at, .. } if *dispute == first && *at == until
		)));
		assert_eq!(dispute(first).due, Some(until));
		assert!(Agenda::<Test>::contains_key(AgendaKey::new(until.into(), first)));
		crate::Disputes::<Test>::mutate(first, |dispute| {
			dispute.as_mut().unwrap().version = 0;
		});
	});
}

#[test]
fn a_case_without_a_seed_is_looked_at_again() {
	build_and_execute(20, || {
		let id = contested();
		let due = dispute(id).due.unwrap();
		run_to(due);
		events();
		work();
		assert_eq!(dispute(id).due, Some(due + RETRY));
		assert!(events().is_empty(), "no news");
	});
}

#[test]
fn nothing_happens_while_the_court_is_closed() {
	build_and_execute(20, || {
		let id = filed();
		run_to(dispute(id).due.unwrap());
		let before = state(id);
		frame_support::assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
		work();
		frame_support::assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
		IsHalted::set(true);
		work();
		assert_eq!(state(id), before);
		IsHalted::set(false);
		work();
		assert_ne!(state(id), before);
	});
}

#[test]
fn a_full_meter_is_not_needed_for_a_small_stage() {
	build_and_execute(20, || {
		let id = filed();
		run_to(dispute(id).due.unwrap());
		let used = work_within(TheCourt::unit_weight() * 2);
		assert!(matches!(state(id), State::Cooling { .. }));
		assert!(used.all_lt(TheCourt::unit_weight()), "what was not needed is given back");
	});
}
