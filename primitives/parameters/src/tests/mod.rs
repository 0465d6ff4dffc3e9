//! Tests by theme.

mod budgets;
mod directions;
mod steps;

use strata_numbers::{Price, Ratio};
use strata_statistics::HaircutTerms;
use strata_traits::{AuctionShape, Decay, Moment, ParameterSet};

use crate::{Kind, Limit, StepTerms};

const DAY: Moment = 86_400_000;
const MONTH: Moment = 30 * DAY;

fn percent(of: u128) -> Ratio {
	Ratio::from_inner(of * 10_000_000_000_000_000)
}

fn set() -> ParameterSet {
	ParameterSet {
		liquidation_ratio: percent(150),
		initial_ratio: percent(160),
		target_ratio: percent(165),
		liquidation_bonus: percent(5),
		minimum_debt: Price::from_u32(100),
		debt_ceiling: Price::from_u32(1_000_000),
		minimum_rate: percent(2),
		maximum_rate: percent(20),
		concentration_cap: percent(60),
		auction: AuctionShape {
			start_factor: percent(110),
			floor_factor: percent(50),
			duration: 3_600_000,
			restarts: 3,
			decay: Decay::Stepped { step: 6_000, cut: percent(98) },
		},
		auction_cap: Price::from_u32(100_000),
		draw_fuse: Price::from_u32(250_000),
		backstop_discount: percent(4),
		haircut: HaircutTerms { deviations: percent(300), least: percent(1), most: percent(5) },
		greatest_initial_ratio: percent(170),
		ceiling_gap: Price::from_u32(50_000),
		ceiling_wait: DAY,
	}
}

/// `set` with another raw value of `kind`, whatever it may mean.
fn with(mut set: ParameterSet, kind: Kind, value: u128) -> ParameterSet {
	let fixed = Ratio::from_inner(value);
	let short = value as u64;
	match kind {
		Kind::LiquidationRatio => set.liquidation_ratio = fixed,
		Kind::InitialRatio => set.initial_ratio = fixed,
		Kind::TargetRatio => set.target_ratio = fixed,
		Kind::LiquidationBonus => set.liquidation_bonus = fixed,
		Kind::MinimumDebt => set.minimum_debt = fixed,
		Kind::DebtCeiling => set.debt_ceiling = fixed,
		Kind::MinimumRate => set.minimum_rate = fixed,
		Kind::MaximumRate => set.maximum_rate = fixed,
		Kind::ConcentrationCap => set.concentration_cap = fixed,
		Kind::StartFactor => set.auction.start_factor = fixed,
		Kind::FloorFactor => set.auction.floor_factor = fixed,
		Kind::AuctionDuration => set.auction.duration = short,
		Kind::Restarts => set.auction.restarts = value as u8,
		Kind::DecayStep => {
			let cut = Ratio::from_inner(Kind::DecayCut.of(&set));
			set.auction.decay = Decay::Stepped { step: short, cut };
		},
		Kind::DecayCut => {
			let step = Kind::DecayStep.of(&set) as u64;
			set.auction.decay = Decay::Stepped { step, cut: fixed };
		},
		Kind::AuctionCap => set.auction_cap = fixed,
		Kind::DrawFuse => set.draw_fuse = fixed,
		Kind::BackstopDiscount => set.backstop_discount = fixed,
		Kind::HaircutDeviations => set.haircut.deviations = fixed,
		Kind::LeastHaircut => set.haircut.least = fixed,
		Kind::GreatestHaircut => set.haircut.most = fixed,
		Kind::GreatestInitialRatio => set.greatest_initial_ratio = fixed,
		Kind::CeilingGap => set.ceiling_gap = fixed,
		Kind::CeilingWait => set.ceiling_wait = short,
	}
	set
}

/// 30 % a step every 3 days, twice the value a month: what is customary for caps.
fn caps() -> StepTerms {
	StepTerms { step: Limit::share(3_000, 0), interval: 3 * DAY, budget: Limit::share(10_000, 0) }
}
