//! Who may do what: every origin with every call, and every direction of every value.

use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use sp_runtime::DispatchError;
use strata_numbers::Ratio;
use strata_parameters::{Direction, Kind, Tighter};
use strata_statistics::HaircutTerms;
use strata_traits::{Decay, ParameterSet};

use crate::{mock::*, Call, Error};

/// A set with room to move every value by a unit, either way.
fn roomy() -> ParameterSet {
	let mut set = parameters();
	set.ceiling_gap = strata_numbers::Price::from_u32(50_000);
	set.auction.decay = Decay::Stepped { step: 6_000, cut: percent(98) };
	set
}

/// `set` with `kind` moved by one unit.
fn moved(mut set: ParameterSet, kind: Kind, up: bool) -> ParameterSet {
	let unit = |of: &mut Ratio| *of = super::plus(*of, if up { 1 } else { -1 });
	let whole = |of: &mut u64| *of = of.checked_add_signed(if up { 1 } else { -1 }).unwrap();
	let HaircutTerms { deviations, least, most } = &mut set.haircut;
	match kind {
		Kind::LiquidationRatio => unit(&mut set.liquidation_ratio),
		Kind::InitialRatio => unit(&mut set.initial_ratio),
		Kind::TargetRatio => unit(&mut set.target_ratio),
		Kind::LiquidationBonus => unit(&mut set.liquidation_bonus),
		Kind::MinimumDebt => unit(&mut set.minimum_debt),
		Kind::DebtCeiling => unit(&mut set.debt_ceiling),
		Kind::MinimumRate => unit(&mut set.minimum_rate),
		Kind::MaximumRate => unit(&mut set.maximum_rate),
		Kind::ConcentrationCap => unit(&mut set.concentration_cap),
		Kind::StartFactor => unit(&mut set.auction.start_factor),
		Kind::FloorFactor => unit(&mut set.auction.floor_factor),
		Kind::AuctionDuration => whole(&mut set.auction.duration),
		Kind::Restarts => set.auction.restarts = if up { 4 } else { 2 },
		Kind::DecayStep | Kind::DecayCut => {
			let Decay::Stepped { mut step, mut cut } = set.auction.decay else { unreachable!() };
			match kind {
				Kind::DecayStep => whole(&mut step),
				_ => unit(&mut cut),
			}
			set.auction.decay = Decay::Stepped { step, cut };
		},
		Kind::AuctionCap => unit(&mut set.auction_cap),
		Kind::DrawFuse => unit(&mut set.draw_fuse),
		Kind::BackstopDiscount => unit(&mut set.backstop_discount),
		Kind::HaircutDeviations => unit(deviations),
		Kind::LeastHaircut => unit(least),
		Kind::GreatestHaircut => unit(most),
		Kind::GreatestInitialRatio => unit(&mut set.greatest_initial_ratio),
		Kind::CeilingGap => unit(&mut set.ceiling_gap),
		Kind::CeilingWait => whole(&mut set.ceiling_wait),
	}
	set
}

fn on(set: ParameterSet, test: impl FnOnce()) {
	execute_on(ext_with(vec![(OIL, OIL_FEED, set)], vec![]), test)
}

/// Whether stewards of the mock move a value at all.
fn is_stewards(kind: Kind) -> bool {
	<Steps as crate::StewardTerms>::terms(kind).is_some()
}

#[test]
fn every_origin_with_every_value_either_way() {
	for kind in Kind::ALL {
		for up in [true, false] {
			let to = moved(roomy(), kind, up);
			let direction = match (kind.tighter(), up) {
				(Tighter::Neither, _) => Direction::Mixed,
				(Tighter::Up, true) | (Tighter::Down, false) => Direction::Tighter,
				_ => Direction::Looser,
			};
			let tightens = direction == Direction::Tighter;
			let admin = if tightens { 12 } else { 48 };
			let stewards = if tightens { 6 } else { 24 };

			let cases =
				[(RuntimeOrigin::root(), admin), (RuntimeOrigin::signed(STEWARD), stewards)];
			for (origin, hours) in cases {
				on(roomy(), || {
					let is_admin = hours == admin;
					let ramp = PERIODS.least_ramp;
					let proposed = Risk::propose(origin, OIL, to, 0, ramp);
					if !is_admin && !is_stewards(kind) {
						let refused = strata_parameters::StepRefused::NoSteps;
						assert_eq!(proposed, Err(Error::<Test>::Step(kind, refused).into()));
						return;
					}
					assert_ok!(proposed);
					pass(hours * HOUR - 1);
					assert_noop!(run(0), Error::<Test>::TooEarly);
					// A guardian may stop it unless it only tightens.
					let cancelled = frame_support::storage::with_storage_layer(|| {
						Risk::cancel(RuntimeOrigin::signed(GUARDIAN), 0)?;
						Err::<(), _>(DispatchError::Other("undone"))
					});
					let only_tightens = Error::<Test>::OnlyTightens.into();
					let undone = DispatchError::Other("undone");
					assert_eq!(cancelled, Err(if tightens { only_tightens } else { undone }));
					pass(1);
					assert_ok!(run(0));
					assert_eq!(decided(OIL), to, "{kind:?}");
				});
			}

			on(roomy(), || {
				let tightened = Risk::tighten(RuntimeOrigin::signed(GUARDIAN), OIL, to);
				let never = [Kind::LiquidationRatio, Kind::TargetRatio, Kind::LiquidationBonus];
				match tightens && !never.contains(&kind) {
					true => {
						assert_ok!(tightened);
					},
					false => {
						assert_eq!(tightened, Err(Error::<Test>::NotAGuardians(kind).into()));
						assert_eq!(decided(OIL), roomy());
					},
				}
			});
		}
	}
}

#[test]
fn nobody_else_proposes_tightens_or_ratifies() {
	execute_listed(|| {
		let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
		let bad = DispatchError::BadOrigin;
		for who in [ANYONE, GUARDIAN, CANCELLER, CUSTODIAN] {
			let origin = RuntimeOrigin::signed(who);
			assert_noop!(Risk::propose(origin, OIL, to, 0, 0), bad);
		}
		assert_noop!(Risk::propose(RuntimeOrigin::none(), OIL, to, 0, 0), bad);
		for who in [ANYONE, STEWARD, CANCELLER, CUSTODIAN] {
			let origin = RuntimeOrigin::signed(who);
			assert_noop!(Risk::tighten(origin, OIL, to), bad);
		}
		// Not even the admin: who wants that proposes.
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Risk::tighten(origin, OIL, to), bad);
		}
	});
}

/// Every call that is not for everybody, on a chain on which it would succeed for the right origin.
fn calls() -> Vec<Call<Test>> {
	let to = ParameterSet { maximum_rate: percent(19), ..parameters() };
	vec![
		Call::list_collateral { asset: FINEST, feed: OIL_FEED, parameters: parameters() },
		Call::propose { asset: OIL, parameters: to, declared_impact: 0, ramp: 0 },
		Call::delist_collateral { asset: OIL },
		Call::list_settlement { asset: FINEST, feed: DOLLAR_FEED, depeg_band: percent(1) },
		Call::set_settlement { asset: DOLLAR, depeg_band: percent(1) },
		Call::delist_settlement { asset: DOLLAR },
		Call::pause { asset: WHOLE },
		Call::unpause { asset: OIL },
		Call::cancel { id: 0 },
		Call::tighten { asset: OIL, parameters: to },
		Call::ratify { asset: OIL },
		Call::set_group { group: 1, cap: Some(percent(50)) },
		Call::assign { asset: OIL, group: Some(0) },
	]
}

fn scene() {
	assert_ok!(super::list(WHOLE, OIL_FEED));
	assert_ok!(Risk::pause(RuntimeOrigin::signed(GUARDIAN), OIL));
	assert_ok!(Risk::set_group(RuntimeOrigin::root(), 0, Some(percent(80))));
	// Not only tightening, so that a guardian may cancel it.
	let looser = ParameterSet { maximum_rate: percent(21), ..parameters() };
	assert_ok!(propose(WHOLE, looser, 0));
}

fn dispatch(call: Call<Test>, origin: RuntimeOrigin) -> DispatchResult {
	use sp_runtime::traits::Dispatchable;
	let dispatched = RuntimeCall::from(call).dispatch(origin);
	dispatched.map(|_| ()).map_err(|error| error.error)
}

#[test]
fn every_call_with_every_origin() {
	type May = fn(&Call<Test>) -> bool;
	let admin: May = |call| !matches!(call, Call::pause { .. } | Call::tighten { .. });
	let steward: May = |call| matches!(call, Call::propose { .. });
	let guardian: May =
		|call| matches!(call, Call::pause { .. } | Call::tighten { .. } | Call::cancel { .. });
	let canceller: May = |call| matches!(call, Call::cancel { .. });
	let nobody: May = |_| false;
	for (origin, may) in [
		(RuntimeOrigin::root(), admin),
		(RuntimeOrigin::signed(STEWARD), steward),
		(RuntimeOrigin::signed(GUARDIAN), guardian),
		(RuntimeOrigin::signed(CANCELLER), canceller),
		(RuntimeOrigin::signed(ANYONE), nobody),
		(RuntimeOrigin::none(), nobody),
	] {
		for call in calls() {
			execute_listed(|| {
				scene();
				let dispatched = dispatch(call.clone(), origin.clone());
				match may(&call) {
					true => {
						assert_ok!(dispatched);
					},
					false => assert_eq!(dispatched, Err(DispatchError::BadOrigin), "{call:?}"),
				}
			});
		}
	}
}
