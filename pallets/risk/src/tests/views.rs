//! What runtime APIs answer.

use frame_support::assert_ok;
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_parameters::Kind;
use strata_traits::ParameterSet;

use crate::{mock::*, Allowance, Error};

fn allowance(kind: Kind) -> Option<Allowance> {
	Risk::allowances(&OIL).into_iter().find(|allowance| allowance.kind == kind)
}

#[test]
fn stewards_see_what_is_left() {
	execute_listed(|| {
		let usd = |whole: u128| whole * 1_000_000_000_000_000_000;
		let fresh = Allowance {
			kind: Kind::DebtCeiling,
			value: usd(1_000_000),
			step: usd(300_000),
			budget: usd(1_000_000),
			spent: 0,
			from: START,
		};
		assert_eq!(allowance(Kind::DebtCeiling), Some(fresh.clone()));
		assert_eq!(allowance(Kind::Restarts), None);
		assert!(Risk::allowances(&FINEST).is_empty());
		let to = ParameterSet { debt_ceiling: Price::from_u32(1_200_000), ..parameters() };
		assert_ok!(Risk::propose(RuntimeOrigin::signed(STEWARD), OIL, to, 0, 0));
		pass(24 * HOUR);
		assert_ok!(run(0));
		let stepped = Allowance {
			value: usd(1_200_000),
			step: usd(360_000),
			spent: usd(200_000),
			from: START + 96 * HOUR,
			..fresh
		};
		assert_eq!(allowance(Kind::DebtCeiling), Some(stepped));
	});
}

#[test]
fn what_is_in_force_is_told() {
	execute_listed(|| {
		let to = ParameterSet {
			initial_ratio: percent(170),
			ceiling_gap: Price::from_u32(10),
			..parameters()
		};
		assert_eq!(Risk::effective_parameters(&OIL), Some(parameters()));
		assert_eq!(Risk::effective_parameters(&DOLLAR), None);
		assert_ok!(propose(OIL, to, 10 * DAY));
		let proposals = Risk::proposals();
		assert_eq!((proposals.len(), proposals[0].0, proposals[0].1.parameters), (1, 0, to));
		pass(48 * HOUR);
		assert_ok!(run(0));
		assert!(Risk::proposals().is_empty());
		pass(5 * DAY);
		let effective =
			ParameterSet { initial_ratio: percent(165), debt_ceiling: Price::from_u32(10), ..to };
		assert_eq!(Risk::effective_parameters(&OIL), Some(effective));
	});
}

#[test]
fn impacts_are_told_before_they_are_declared() {
	execute_listed(|| {
		let to = ParameterSet { initial_ratio: percent(170), ..parameters() };
		assert_eq!(Risk::preview_impact(&OIL, &to), Ok(0));
		let unlisted: DispatchError = Error::<Test>::NotListed.into();
		assert_eq!(Risk::preview_impact(&FINEST, &to), Err(unlisted));
		Priced::set(false);
		assert_eq!(Risk::preview_impact(&OIL, &to), Err(Error::<Test>::NoPrice.into()));
		let wrong = ParameterSet { initial_ratio: percent(150), ..parameters() };
		assert!(Risk::preview_impact(&OIL, &wrong).is_err());
	});
}
