//! How risk parameters change: how long each kind of change waits, and how far the stewards may go.
//!
//! Steps, and the time between two of a value, are about those of Aave's Risk Stewards; the two weeks in which
//! a proposal can be executed are those of Compound's Timelock. All times are in hours of governance.

use frame_support::{
	parameter_types,
	traits::{EitherOf, Get, MapSuccess},
};
use pallet_strata_risk::{Level, Periods, StewardTerms};
use pallet_strata_tempo::GovernanceMillis;
use sp_runtime::traits::Replace;
use strata_parameters::{Kind, Limit, StepTerms};

use super::{councils::EnsureStewards, RiskAdmin};
use crate::Runtime;

parameter_types! {
	/// As far as the hard bounds.
	pub const AsAdmin: Level = Level::Admin;
	/// Step by step.
	pub const AsSteward: Level = Level::Steward;
}

/// Who proposes parameters: a referendum as the admin, three fifths of the council as stewards.
pub type Proposers = EitherOf<
	MapSuccess<RiskAdmin, Replace<AsAdmin>>,
	MapSuccess<EnsureStewards, Replace<AsSteward>>,
>;

/// `HOURS` hours of governance, milliseconds.
fn hours<const HOURS: u32>() -> u64 {
	GovernanceMillis::<Runtime, HOURS>::get()
}

/// How long changes take.
pub struct ChangePeriods;

impl Get<Periods> for ChangePeriods {
	fn get() -> Periods {
		Periods {
			admin_loosening: hours::<48>(),
			admin_tightening: hours::<12>(),
			steward_loosening: hours::<24>(),
			steward_tightening: hours::<6>(),
			// 14 days.
			execution: hours::<336>(),
			guard: hours::<72>(),
			// 14 days: no vault is unsafe of a sudden.
			least_ramp: hours::<336>(),
			// A year.
			greatest_ramp: hours::<8_760>(),
			// 30 days.
			budget_window: hours::<720>(),
			retry: hours::<1>(),
		}
	}
}

/// Thousandths, as values are counted: 18 decimals.
const fn thousandths(number: u128) -> u128 {
	number * 1_000_000_000_000_000
}

/// How far stewards go: half a percentage point of what makes a vault unsafe or a haircut, a point of
/// rates and caps, three tenths of an amount, each every three days; in thirty days six steps of the
/// first, five of the second, and as much again of an amount as it was. Nothing of how lots are sold.
pub struct Steps;

impl StewardTerms for Steps {
	fn terms(kind: Kind) -> Option<StepTerms> {
		use Kind::*;
		let (step, budget) = match kind {
			LiquidationRatio | InitialRatio | TargetRatio | LiquidationBonus | BackstopDiscount
			| LeastHaircut | GreatestHaircut | GreatestInitialRatio => {
				(Limit::absolute(thousandths(5)), Limit::absolute(thousandths(30)))
			},
			MinimumRate | MaximumRate | ConcentrationCap => {
				(Limit::absolute(thousandths(10)), Limit::absolute(thousandths(50)))
			},
			HaircutDeviations => {
				(Limit::absolute(thousandths(250)), Limit::absolute(thousandths(1_000)))
			},
			MinimumDebt | DebtCeiling | DrawFuse | AuctionCap | CeilingGap | CeilingWait => {
				(Limit::share(3_000, 0), Limit::share(10_000, 0))
			},
			StartFactor | FloorFactor | AuctionDuration | Restarts | DecayStep | DecayCut => {
				return None
			},
		};
		Some(StepTerms { step, interval: hours::<72>(), budget })
	}
}
