//! What happened elsewhere, replayed.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::Ratio;
use strata_parameters::{Kind, StepRefused};
use strata_traits::{ParameterError, ParameterSet};

use super::plus;
use crate::{mock::*, Error};

/// Aave's CAPO, 10 March 2026: of a ratio and the time of its snapshot, which only made sense together,
/// an agent could move one by a bounded step and the other by any. The cap that followed from them lay
/// 2.85 % below the market at once, and 34 accounts with 27 million dollars were liquidated.
///
/// Here values that belong together are one set, a set that does not hold together is refused whoever
/// proposes it, every value has its bound, and what makes vaults unsafe takes two weeks and declares
/// whom it will reach.
#[test]
fn aave_capo_2026() {
	execute_listed(|| {
		let usd = 1_000_000_000_000_000_000;
		// Accounts within 2.85 % of liquidation: 27 million dollars.
		let close = plus(percent(150), 42_000_000_000_000_000);
		Positions::set(vec![(OIL, close, 27_000_000 * usd)]);
		let agent = || RuntimeOrigin::signed(STEWARD);
		let fortnight = PERIODS.least_ramp;
		let steps = Error::<Test>::Step;

		// A part of the group alone is not even a call. As a set that leaves the others behind it fails.
		let alone = ParameterSet { liquidation_ratio: percent(160), ..parameters() };
		let proposed = Risk::propose(agent(), OIL, alone, u128::MAX, fortnight);
		assert_eq!(proposed, Err(parameter_error(ParameterError::InitialRatioTooLow)));
		// The whole group in one go is more than a step.
		let edge = percent(150).into_inner() * 10_000 / 9_715;
		let group = ParameterSet {
			liquidation_ratio: Ratio::from_inner(edge),
			initial_ratio: percent(165),
			target_ratio: percent(170),
			..parameters()
		};
		let far = steps(Kind::LiquidationRatio, StepRefused::TooFar);
		assert_noop!(Risk::propose(agent(), OIL, group, u128::MAX, fortnight), far);

		// A step of everything, at once: refused. With a ramp: an hour after the vote nobody is unsafe.
		let half = 5_000_000_000_000_000;
		let step = ParameterSet {
			liquidation_ratio: plus(percent(150), half),
			initial_ratio: plus(percent(160), half),
			target_ratio: plus(percent(165), half),
			..parameters()
		};
		let at_once = Risk::propose(agent(), OIL, step, u128::MAX, 0);
		assert_eq!(at_once, Err(Error::<Test>::RampTooShort.into()));
		assert_ok!(Risk::propose(agent(), OIL, step, 0, fortnight));
		pass(6 * HOUR);
		assert_ok!(run(0));
		pass(HOUR);
		assert!(ratios(OIL).liquidation < close);
		assert!(ratios(OIL).liquidation < plus(percent(150), half / 300));

		// Step by step it would take a month; and whoever gets there must say whom it reaches. The other
		// way round a referendum may do it, with a fortnight's notice, if it declares 27 million.
		pass(fortnight);
		let by_vote =
			|declared| Risk::propose(RuntimeOrigin::root(), OIL, group, declared, fortnight);
		assert_ok!(by_vote(27_000_000 * usd - 1));
		assert_ok!(by_vote(27_000_000 * usd));
		pass(12 * HOUR);
		assert_noop!(run(1), Error::<Test>::ImpactAboveDeclared);
		assert_ok!(run(2));
		assert!(ratios(OIL).liquidation < close);
	});
}

/// Aave's risk stewards before they had budgets: caps could grow by 100 % every three days, 1,024 times
/// in a month. Here a month doubles them once.
#[test]
fn aave_caps_without_a_budget() {
	execute_listed(|| {
		let mut ceiling = 1_000_000u128;
		for _ in 0..10 {
			let next = ceiling * 13 / 10;
			let to = ParameterSet {
				debt_ceiling: strata_numbers::Price::from_u32(next as u32),
				..parameters()
			};
			let id = next_id();
			if Risk::propose(RuntimeOrigin::signed(STEWARD), OIL, to, 0, 0).is_ok() {
				pass(24 * HOUR);
				assert_ok!(run(id));
				ceiling = next;
				pass(48 * HOUR);
			} else {
				pass(72 * HOUR);
			}
		}
		assert!(ceiling <= 2_000_000);
		assert_eq!(ceiling, 1_690_000);
	});
}
