//! Which parameter sets are accepted.

use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use strata_numbers::{Price, Ratio};
use strata_statistics::HaircutTerms;
use strata_traits::{AuctionShape, Decay, Listing, ParameterError, ParameterSet};

use super::set;
use crate::{mock::*, Error, Event, HardBounds};

fn more(than: Ratio) -> Ratio {
	Ratio::from_inner(than.into_inner() + 1)
}

fn less(than: Ratio) -> Ratio {
	Ratio::from_inner(than.into_inner() - 1)
}

#[test]
fn a_set_replaces_the_whole() {
	execute_listed(|| {
		let changed = ParameterSet {
			liquidation_ratio: percent(120),
			initial_ratio: percent(130),
			target_ratio: percent(125),
			..parameters()
		};
		assert_ok!(set(OIL, changed));
		System::assert_last_event(
			Event::Executed { id: 0, asset: OIL, version: 1, impact: 0 }.into(),
		);
		let listing = <Risk as Listing>::collateral(&OIL).unwrap();
		assert_eq!(listing.parameters, changed);
		assert_eq!((listing.feed, listing.decimals, listing.paused), (OIL_FEED, 8, false));
	});
}

#[test]
fn only_listed_collateral_has_parameters() {
	execute_listed(|| {
		assert_noop!(set(FINEST, parameters()), Error::<Test>::NotListed);
		assert_noop!(set(DOLLAR, parameters()), Error::<Test>::NotListed);
		assert_noop!(set(NOTHING, parameters()), Error::<Test>::NotListed);
	});
}

#[test]
fn a_change_that_fits_only_with_another_is_refused() {
	execute_listed(|| {
		// Raising m alone would leave i and T below what it needs.
		let alone = ParameterSet { liquidation_ratio: percent(200), ..parameters() };
		assert_noop!(set(OIL, alone), parameter_error(ParameterError::InitialRatioTooLow));
		let both = ParameterSet { initial_ratio: percent(210), ..alone };
		assert_noop!(set(OIL, both), parameter_error(ParameterError::TargetRatioTooLow));
		let target_ratio = percent(206);
		let greater = ParameterSet { target_ratio, ..both };
		let error = ParameterError::GreatestInitialRatioTooLow;
		assert_noop!(set(OIL, greater), parameter_error(error));
		let greatest_initial_ratio = percent(210);
		assert_ok!(set(OIL, ParameterSet { greatest_initial_ratio, ..greater }));
	});
}

#[test]
fn every_relation_is_checked() {
	execute_listed(|| {
		use ParameterError::*;
		let base = parameters();
		let auction = AuctionShape { duration: 0, ..base.auction };
		let decay = Decay::Stepped { step: 0, cut: percent(99) };
		let stuck = AuctionShape { decay, ..base.auction };
		for (wrong, error) in [
			(ParameterSet { liquidation_bonus: percent(50), ..base }, BonusReachesLiquidationRatio),
			(ParameterSet { initial_ratio: percent(150), ..base }, InitialRatioTooLow),
			(ParameterSet { target_ratio: percent(154), ..base }, TargetRatioTooLow),
			(ParameterSet { minimum_rate: percent(21), ..base }, RateCorridorInverted),
			(ParameterSet { minimum_debt: Price::default(), ..base }, MinimumDebtOutOfRange),
			(
				ParameterSet { concentration_cap: Ratio::default(), ..base },
				ConcentrationCapOutOfRange,
			),
			(ParameterSet { auction, ..base }, AuctionShapeOutOfRange),
			(ParameterSet { auction: stuck, ..base }, AuctionShapeOutOfRange),
			(ParameterSet { auction_cap: Price::default(), ..base }, AuctionCapZero),
			(ParameterSet { backstop_discount: percent(5), ..base }, BackstopDiscountTooHigh),
			(
				ParameterSet {
					haircut: HaircutTerms { least: percent(6), ..base.haircut },
					..base
				},
				HaircutOutOfRange,
			),
			(
				ParameterSet {
					haircut: HaircutTerms { most: percent(100), ..base.haircut },
					..base
				},
				HaircutOutOfRange,
			),
			(
				ParameterSet { greatest_initial_ratio: less(percent(160)), ..base },
				GreatestInitialRatioTooLow,
			),
			(ParameterSet { liquidation_bonus: Ratio::from_inner(u128::MAX), ..base }, Overflow),
		] {
			assert_noop!(set(OIL, wrong), parameter_error(error));
			let listed = Risk::list_collateral(RuntimeOrigin::root(), FINEST, OIL_FEED, wrong);
			assert_eq!(listed, Err(parameter_error(error)));
		}
	});
}

fn stepped(step: u64, cut: Ratio) -> Decay {
	Decay::Stepped { step, cut }
}

/// Sets that hold together, each at one hard bound, with what moves it one unit past it.
fn at_the_bounds() -> Vec<(ParameterSet, ParameterSet)> {
	let bounds = Bounds::get();
	let base = parameters();
	let shape = |change: fn(&HardBounds, &mut AuctionShape)| {
		let mut auction = base.auction;
		change(&bounds, &mut auction);
		ParameterSet { auction, ..base }
	};
	let haircut = |change: fn(&HardBounds, &mut HaircutTerms)| {
		let mut haircut = base.haircut;
		change(&bounds, &mut haircut);
		ParameterSet { haircut, ..base }
	};
	vec![
		(
			ParameterSet {
				liquidation_ratio: bounds.least_liquidation_ratio,
				liquidation_bonus: percent(1),
				..base
			},
			ParameterSet {
				liquidation_ratio: less(bounds.least_liquidation_ratio),
				liquidation_bonus: percent(1),
				..base
			},
		),
		(
			ParameterSet { greatest_initial_ratio: bounds.greatest_ratio, ..base },
			ParameterSet { greatest_initial_ratio: more(bounds.greatest_ratio), ..base },
		),
		(
			ParameterSet { target_ratio: bounds.greatest_ratio, ..base },
			ParameterSet { target_ratio: more(bounds.greatest_ratio), ..base },
		),
		(
			ParameterSet { liquidation_bonus: bounds.least_bonus, ..base },
			ParameterSet { liquidation_bonus: less(bounds.least_bonus), ..base },
		),
		(
			ParameterSet { liquidation_bonus: bounds.greatest_bonus, ..base },
			ParameterSet { liquidation_bonus: more(bounds.greatest_bonus), ..base },
		),
		(
			ParameterSet { maximum_rate: bounds.greatest_rate, ..base },
			ParameterSet { maximum_rate: more(bounds.greatest_rate), ..base },
		),
		(
			ParameterSet { minimum_debt: bounds.least_minimum_debt, ..base },
			ParameterSet { minimum_debt: less(bounds.least_minimum_debt), ..base },
		),
		(
			ParameterSet { debt_ceiling: bounds.greatest_debt_ceiling, ..base },
			ParameterSet { debt_ceiling: more(bounds.greatest_debt_ceiling), ..base },
		),
		(
			shape(|bounds, auction| auction.start_factor = bounds.greatest_start_factor),
			shape(|bounds, auction| auction.start_factor = more(bounds.greatest_start_factor)),
		),
		(
			shape(|bounds, auction| auction.floor_factor = bounds.least_floor_factor),
			shape(|bounds, auction| auction.floor_factor = less(bounds.least_floor_factor)),
		),
		(
			shape(|bounds, auction| auction.duration = bounds.least_auction_duration),
			shape(|bounds, auction| auction.duration = bounds.least_auction_duration - 1),
		),
		(
			shape(|bounds, auction| auction.duration = bounds.greatest_auction_duration),
			shape(|bounds, auction| auction.duration = bounds.greatest_auction_duration + 1),
		),
		(
			shape(|bounds, auction| auction.restarts = bounds.most_restarts),
			shape(|bounds, auction| auction.restarts = bounds.most_restarts + 1),
		),
		(
			shape(|bounds, auction| auction.decay = stepped(bounds.least_decay_step, percent(99))),
			shape(|bounds, auction| {
				auction.decay = stepped(bounds.least_decay_step - 1, percent(99))
			}),
		),
		(
			shape(|bounds, auction| auction.decay = stepped(60_000, bounds.least_decay_cut)),
			shape(|bounds, auction| auction.decay = stepped(60_000, less(bounds.least_decay_cut))),
		),
		(
			ParameterSet { auction_cap: bounds.greatest_auction_cap, ..base },
			ParameterSet { auction_cap: more(bounds.greatest_auction_cap), ..base },
		),
		(
			haircut(|bounds, haircut| haircut.deviations = bounds.greatest_deviations),
			haircut(|bounds, haircut| haircut.deviations = more(bounds.greatest_deviations)),
		),
		(
			haircut(|bounds, haircut| haircut.most = bounds.greatest_haircut),
			haircut(|bounds, haircut| haircut.most = more(bounds.greatest_haircut)),
		),
		(
			ParameterSet { ceiling_gap: bounds.greatest_debt_ceiling, ..base },
			ParameterSet { ceiling_gap: more(bounds.greatest_debt_ceiling), ..base },
		),
		(
			ParameterSet { ceiling_wait: bounds.greatest_ceiling_wait, ..base },
			ParameterSet { ceiling_wait: bounds.greatest_ceiling_wait + 1, ..base },
		),
	]
}

#[test]
fn hard_bounds_are_inclusive_to_the_last_digit() {
	for (at, past) in at_the_bounds() {
		execute_listed(|| {
			let outside = parameter_error(ParameterError::OutsideHardBounds);
			assert_noop!(set(OIL, past), outside);
			assert_ok!(set(OIL, at));
			assert_noop!(set(OIL, past), outside);
		});
	}
}

#[test]
fn bounds_that_nothing_fits_are_told() {
	let bounds = Bounds::get();
	assert!(bounds.are_consistent());
	for wrong in [
		HardBounds { least_liquidation_ratio: percent(100), ..bounds },
		HardBounds { greatest_ratio: percent(104), ..bounds },
		HardBounds { least_bonus: percent(26), ..bounds },
		HardBounds { least_minimum_debt: Price::from_inner(u128::MAX), ..bounds },
		HardBounds { greatest_start_factor: percent(100), ..bounds },
		HardBounds { least_floor_factor: percent(100), ..bounds },
		HardBounds { least_auction_duration: u64::MAX, ..bounds },
		HardBounds { least_decay_cut: percent(100), ..bounds },
		HardBounds { greatest_auction_cap: Price::default(), ..bounds },
		HardBounds { greatest_haircut: percent(100), ..bounds },
		HardBounds { widest_depeg_band: Ratio::default(), ..bounds },
		HardBounds { widest_depeg_band: percent(100), ..bounds },
	] {
		assert!(!wrong.are_consistent(), "{wrong:?}");
	}
}

proptest! {
	/// What is accepted satisfies the design's relations, told apart from the code by integers:
	/// 1 + b < m, i ≥ m·g², T ≥ max(1.03·m, m·g²).
	#[test]
	fn accepted_sets_satisfy_the_relations(
		m in 900_000u128..3_000_000,
		i_over in -10_000i128..20_000,
		t_over in -10_000i128..80_000,
		b in 0u128..300_000,
	) {
		const UNIT: u128 = 1_000_000_000_000;
		let i = (m as i128 + i_over) as u128;
		let t = (m as i128 + t_over) as u128;
		let wanted = ParameterSet {
			liquidation_ratio: Ratio::from_inner(m * UNIT),
			initial_ratio: Ratio::from_inner(i * UNIT),
			target_ratio: Ratio::from_inner(t * UNIT),
			liquidation_bonus: Ratio::from_inner(b * UNIT),
			greatest_initial_ratio: percent(400),
			..parameters()
		};
		let holds = 1_000_000 + b < m
			&& i * 1_000_000 >= m * 1_002_001
			&& t * 1_000_000 >= m * 1_030_000;
		let inside = m >= 1_050_000 && (10_000..=250_000).contains(&b);
		execute_listed(|| assert_eq!(set(OIL, wanted).is_ok(), holds && inside));
	}
}
