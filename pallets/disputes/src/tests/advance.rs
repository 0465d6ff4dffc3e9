//! Every arrow between stages, at its time and not before; a pause in every stage.

use frame_support::{assert_noop, assert_ok};
use strata_traits::DisputeId;

use super::*;
use crate::types::{Height, Outcome, State};

fn poke(id: DisputeId) -> Result<(), sp_runtime::DispatchError> {
	TheCourt::advance(signed(ANYONE), id).map(|_| ()).map_err(|error| error.error)
}

/// Ends the stage at its last moment: a block earlier is too early.
fn ends_at(id: DisputeId, until: Height) {
	run_to(until - 1);
	assert_noop!(poke(id), Error::NotDue);
	run_to(until);
	assert_ok!(poke(id));
}

#[test]
fn only_what_there_is_goes_on() {
	build_and_execute(20, || {
		assert_noop!(poke(0), Error::UnknownDispute);
		assert_noop!(
			TheCourt::advance(RuntimeOrigin::none(), 0).map(|_| ()).map_err(|error| error.error),
			sp_runtime::DispatchError::BadOrigin
		);
		let id = filed();
		close(id);
		assert_noop!(poke(id), Error::NotDue);
	});
}

#[test]
fn each_stage_ends_at_its_time() {
	build_and_execute(20, || {
		let id = contested();
		assert_noop!(poke(id), Error::NotDue);
		next_epoch();
		assert_noop!(poke(id), Error::NotDue);
		next_epoch();
		assert_ok!(poke(id));
		assert!(matches!(state(id), State::Drawing { .. }));
		assert_ok!(poke(id));
		let periods = terms().periods;
		let now = TheCourt::height;
		assert_eq!(
			state(id),
			State::Evidence { until: now() + periods.evidence, ready: [false; 2] }
		);
		ends_at(id, now() + periods.evidence);
		assert_eq!(state(id), State::Commit { until: now() + periods.commit });
		commit_all(id, &[FULL; 4]);
		ends_at(id, now() + periods.commit);
		assert_eq!(state(id), State::Reveal { until: now() + periods.reveal });
		reveal_all(id, &[FULL; 4]);
		assert_ok!(poke(id));
		let half = now() + periods.appeal / 2;
		assert_eq!(state(id), State::Appeal { half, until: now() + periods.appeal });
		ends_at(id, half);
		let outcome = Outcome::Ruled(FULL);
		assert_eq!(state(id), State::Cooling { until: now() + periods.cooling, outcome });
		ends_at(id, now() + periods.cooling);
		assert_eq!(state(id), State::Enforcing { outcome, tries: 0 });
		close(id);
		assert_eq!(state(id), State::Closed { outcome, at: now() });
	});
}

#[test]
fn a_pause_stretches_every_stage() {
	build_and_execute(60, || {
		let id = contested();
		let mut seen = 0;
		for _ in 0..200 {
			let before = state(id);
			if matches!(before, State::Closed { .. }) {
				break;
			}
			let left = dispute(id).due.unwrap().saturating_sub(TheCourt::height());
			assert_ok!(TheCourt::pause(RuntimeOrigin::root()));
			pass_blocks(50);
			assert_noop!(poke(id), Error::CourtPaused);
			assert_ok!(TheCourt::resume(RuntimeOrigin::root()));
			assert_eq!(state(id), before);
			assert_eq!(dispute(id).due.unwrap().saturating_sub(TheCourt::height()), left);
			match before {
				State::AwaitSeed { .. } => {
					next_epoch();
					next_epoch();
				},
				State::Commit { .. } => commit_all(id, &[0; 5]),
				State::Reveal { .. } => reveal_all(id, &[0; 5]),
				_ => (),
			}
			advance(id);
			seen += 1;
		}
		assert!(seen > 8);
		let ended = state(id);
		assert!(matches!(ended, State::Closed { outcome: Outcome::Ruled(0), .. }), "{ended:?}");
	});
}

#[test]
fn a_case_keeps_its_terms() {
	build_and_execute(20, || {
		let id = contested();
		let mut other = terms();
		other.fee = 50 * STRA;
		other.periods.evidence = 1_000;
		assert_ok!(TheCourt::set_terms(RuntimeOrigin::root(), GENERAL, other));
		draw(id);
		let State::Evidence { until, .. } = state(id) else { panic!() };
		assert_eq!(until, TheCourt::height() + terms().periods.evidence);
		assert_eq!(crate::CourtTerms::<Test>::iter_prefix(GENERAL).count(), 2);
		vote(id, &[FULL; 5]);
		close(id);
		assert_eq!(crate::CourtTerms::<Test>::iter_prefix(GENERAL).count(), 1, "not needed");
	});
}

#[test]
fn the_weight_is_that_of_the_stage() {
	use frame_support::dispatch::GetDispatchInfo;
	build_and_execute(20, || {
		let id = filed();
		let call = RuntimeCall::TheCourt(crate::Call::advance { dispute: id });
		let worst = call.get_dispatch_info().call_weight;
		assert_eq!(worst, TheCourt::advance_weight());
		while !matches!(state(id), State::Closed { .. }) {
			run_to(dispute(id).due.unwrap());
			let before = state(id);
			let took = TheCourt::advance(signed(ANYONE), id).unwrap().actual_weight.unwrap();
			assert_eq!(took, TheCourt::stage_weight(&before));
			assert!(took.all_lte(worst));
		}
	});
}

#[test]
fn every_stage_is_announced() {
	build_and_execute(20, || {
		events();
		let id = filed();
		close(id);
		let stages: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::Stage { state, .. } => Some(state),
				_ => None,
			})
			.collect();
		assert!(matches!(
			stages[..],
			[
				State::Response { .. },
				State::Cooling { .. },
				State::Enforcing { .. },
				State::Settling { .. },
				State::Closed { .. }
			]
		));
	});
}
