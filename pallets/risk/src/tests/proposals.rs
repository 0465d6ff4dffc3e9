//! Proposing, cancelling, expiring.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_numbers::Price;
use strata_parameters::Direction;
use strata_traits::{Moment, ParameterError, ParameterSet};

use super::{list, plus};
use crate::{mock::*, Error, Event, Level, Proposal, Proposals, ProposalsOf};

fn tighter() -> ParameterSet {
	ParameterSet { maximum_rate: percent(19), ..parameters() }
}

fn looser() -> ParameterSet {
	ParameterSet { maximum_rate: percent(21), ..parameters() }
}

fn steward() -> RuntimeOrigin {
	RuntimeOrigin::signed(STEWARD)
}

#[test]
fn delays_depend_on_level_and_direction() {
	let mixed = ParameterSet { debt_ceiling: Price::from_u32(900_000), ..looser() };
	// Nobody can say which way a bonus is safer: it waits for the longer delay.
	let neither = ParameterSet { liquidation_bonus: percent(5), ..parameters() };
	let neither =
		ParameterSet { liquidation_bonus: plus(neither.liquidation_bonus, -1), ..neither };
	for (to, direction, admin, stewards) in [
		(tighter(), Direction::Tighter, 12, 6),
		(looser(), Direction::Looser, 48, 24),
		(mixed, Direction::Mixed, 48, 24),
		(neither, Direction::Mixed, 48, 24),
	] {
		for (origin, level, hours) in
			[(RuntimeOrigin::root(), Level::Admin, admin), (steward(), Level::Steward, stewards)]
		{
			execute_listed(|| {
				assert_ok!(Risk::propose(origin, OIL, to, 7, 0));
				let executable_from = START + hours * HOUR;
				let proposal = Proposal {
					asset: OIL,
					parameters: to,
					level,
					declared_impact: 7,
					ramp: 0,
					proposed_at: START,
					executable_from,
					expires: executable_from + 14 * DAY,
				};
				assert_eq!(Proposals::<Test>::get(0), Some(proposal.clone()));
				assert_eq!(ProposalsOf::<Test>::get(OIL).into_inner(), [0]);
				let proposed = Event::Proposed { id: 0, direction, proposal };
				System::assert_last_event(proposed.into());
				// To the millisecond.
				pass(hours * HOUR - 1);
				assert_noop!(run(0), Error::<Test>::TooEarly);
				pass(1);
				assert_ok!(run(0));
				assert_eq!(decided(OIL), to);
				assert_noop!(run(0), Error::<Test>::UnknownProposal);
			});
		}
	}
}

#[test]
fn bad_proposals_are_refused_at_once() {
	execute_listed(|| {
		assert_noop!(propose(FINEST, tighter(), 0), Error::<Test>::NotListed);
		assert_noop!(propose(DOLLAR, tighter(), 0), Error::<Test>::NotListed);
		assert_noop!(propose(OIL, parameters(), 0), Error::<Test>::NothingChanges);
		// A ramp alone changes nothing.
		assert_noop!(propose(OIL, parameters(), DAY), Error::<Test>::NothingChanges);
		let long = PERIODS.greatest_ramp + 1;
		assert_noop!(propose(OIL, tighter(), long), Error::<Test>::RampTooLong);
		assert_noop!(propose(OIL, tighter(), Moment::MAX), Error::<Test>::RampTooLong);
		let wrong = ParameterSet { minimum_rate: percent(21), ..parameters() };
		let error = parameter_error(ParameterError::RateCorridorInverted);
		assert_noop!(propose(OIL, wrong, 0), error);
	});
}

#[test]
fn times_that_do_not_fit_are_refused() {
	execute_listed(|| {
		for back in [0, PERIODS.admin_tightening, PERIODS.admin_tightening + 14 * DAY - 1] {
			Now::set(Moment::MAX - back);
			assert_noop!(propose(OIL, tighter(), 0), ArithmeticError::Overflow);
		}
		Now::set(Moment::MAX - PERIODS.admin_tightening - 14 * DAY);
		assert_ok!(propose(OIL, tighter(), 0));
		// A ramp that ends after the end of the clock.
		let initial_ratio = percent(161);
		let ramped = ParameterSet { initial_ratio, ..parameters() };
		assert_noop!(propose(OIL, ramped, 15 * DAY), ArithmeticError::Overflow);
		Now::set(START);
	});
}

#[test]
fn proposals_are_bounded_for_an_asset_and_in_all() {
	execute_listed(|| {
		for _ in 0..3 {
			assert_ok!(propose(OIL, tighter(), 0));
		}
		assert_noop!(propose(OIL, looser(), 0), Error::<Test>::TooManyProposals);
		assert_ok!(list(FINEST, OIL_FEED));
		assert_ok!(list(WHOLE, OIL_FEED));
		assert_ok!(propose(FINEST, tighter(), 0));
		assert_ok!(propose(FINEST, tighter(), 0));
		assert_noop!(propose(WHOLE, looser(), 0), Error::<Test>::TooManyProposals);
		// One that goes makes room, and no number is used again.
		assert_ok!(Risk::cancel(RuntimeOrigin::root(), 1));
		assert_eq!(ProposalsOf::<Test>::get(OIL).into_inner(), [0, 2]);
		assert_ok!(propose(WHOLE, looser(), 0));
		assert_eq!(ProposalsOf::<Test>::get(WHOLE).into_inner(), [5]);
	});
}

#[test]
fn numbers_run_out_with_an_error() {
	execute_listed(|| {
		crate::NextProposal::<Test>::put(u32::MAX);
		assert_noop!(propose(OIL, tighter(), 0), ArithmeticError::Overflow);
	});
}

#[test]
fn a_proposal_expires_to_the_millisecond() {
	execute_listed(|| {
		let expire = |id| Risk::expire(RuntimeOrigin::signed(ANYONE), id);
		assert_ok!(propose(OIL, tighter(), 0));
		assert_noop!(expire(1), Error::<Test>::UnknownProposal);
		pass(12 * HOUR + 14 * DAY - 1);
		assert_noop!(expire(0), Error::<Test>::NotExpired);
		assert_ok!(frame_support::storage::with_transaction(|| {
			let result = run(0);
			frame_support::storage::TransactionOutcome::Rollback(result)
		}));
		pass(1);
		assert_noop!(run(0), Error::<Test>::Expired);
		assert_noop!(Risk::expire(RuntimeOrigin::none(), 0), DispatchError::BadOrigin);
		assert_ok!(expire(0));
		System::assert_last_event(Event::ProposalExpired { id: 0, asset: OIL }.into());
		assert!(!ProposalsOf::<Test>::contains_key(OIL));
		assert_eq!(decided(OIL), parameters());
	});
}

#[test]
fn admin_and_canceller_cancel_anything_and_a_guardian_only_what_loosens() {
	execute_listed(|| {
		let guardian = || RuntimeOrigin::signed(GUARDIAN);
		let cancel = Risk::cancel;
		assert_ok!(list(WHOLE, OIL_FEED));
		for to in [tighter(), looser(), tighter()] {
			assert_ok!(propose(OIL, to, 0));
		}
		for (id, to) in [(3, tighter()), (4, looser())] {
			assert_ok!(propose(WHOLE, to, 0));
			assert_ok!(cancel(RuntimeOrigin::signed(CANCELLER), id));
			System::assert_last_event(Event::Cancelled { id, asset: WHOLE }.into());
			assert_noop!(run(id), Error::<Test>::UnknownProposal);
		}
		for stranger in [RuntimeOrigin::signed(ANYONE), steward(), RuntimeOrigin::none()] {
			assert_noop!(cancel(stranger, 1), DispatchError::BadOrigin);
		}
		assert_noop!(cancel(guardian(), 7), Error::<Test>::UnknownProposal);
		assert_noop!(cancel(guardian(), 0), Error::<Test>::OnlyTightens);
		assert_ok!(cancel(guardian(), 1));
		System::assert_last_event(Event::Cancelled { id: 1, asset: OIL }.into());
		assert_noop!(run(1), Error::<Test>::UnknownProposal);
		assert_ok!(cancel(RuntimeOrigin::root(), 0));
		// What was a tightening is none after something tighter was decided.
		assert_ok!(super::set(OIL, ParameterSet { maximum_rate: percent(18), ..parameters() }));
		assert_ok!(cancel(guardian(), 2));
		assert_eq!(Proposals::<Test>::count(), 0);
	});
}

#[test]
fn proposals_go_with_their_asset() {
	execute_listed(|| {
		assert_ok!(propose(OIL, tighter(), 0));
		assert_ok!(propose(OIL, looser(), 0));
		assert_ok!(super::set(OIL, ParameterSet { maximum_rate: percent(18), ..parameters() }));
		assert_ok!(Risk::pause(RuntimeOrigin::signed(GUARDIAN), OIL));
		assert_ok!(Risk::delist_collateral(RuntimeOrigin::root(), OIL));
		System::assert_has_event(Event::Cancelled { id: 1, asset: OIL }.into());
		assert_noop!(run(0), Error::<Test>::UnknownProposal);
		// Listed again, nothing of before is left.
		assert_ok!(list(OIL, OIL_FEED));
		assert_eq!(crate::History::<Test>::iter_prefix_values(OIL).count(), 1);
		assert_eq!(Risk::guard(&OIL), None);
	});
}
