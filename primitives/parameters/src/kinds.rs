//! The values of a parameter set, one by one.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::PalletError;
use scale_info::TypeInfo;
use strata_numbers::Price;
use strata_traits::{AuctionShape, Decay, ParameterSet};

/// How many kinds there are.
pub const KINDS: u32 = 24;

/// A value of a [`ParameterSet`].
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PalletError,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum Kind {
	/// m.
	LiquidationRatio,
	/// i.
	InitialRatio,
	/// T.
	TargetRatio,
	/// b.
	LiquidationBonus,
	/// Least debt of a vault.
	MinimumDebt,
	/// Most principal drawn.
	DebtCeiling,
	/// Lower end of the corridor of rates.
	MinimumRate,
	/// Upper end of the corridor of rates.
	MaximumRate,
	/// Most of a deal's closing par.
	ConcentrationCap,
	/// Start price of an auction over the market price.
	StartFactor,
	/// Floor price of an auction over the market price.
	FloorFactor,
	/// Length of an auction.
	AuctionDuration,
	/// Restarts of an auction.
	Restarts,
	/// Length of a step of an auction's price; 0 where it falls evenly.
	DecayStep,
	/// What a step leaves of an auction's price; 0 where it falls evenly.
	DecayCut,
	/// Most debt whose collateral is in auction.
	AuctionCap,
	/// Most principal drawn in an hour.
	DrawFuse,
	/// d.
	BackstopDiscount,
	/// z of the haircut.
	HaircutDeviations,
	/// Least haircut.
	LeastHaircut,
	/// Greatest haircut.
	GreatestHaircut,
	/// Highest initial ratio that the haircut leads to.
	GreatestInitialRatio,
	/// How far the ceiling in force stays above what is drawn; 2^128 − 1 where it does not follow.
	CeilingGap,
	/// How long the ceiling in force stays where it is after a rise.
	CeilingWait,
}

/// Which way a value is tighter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tighter {
	/// The larger, the tighter.
	Up,
	/// The smaller, the tighter.
	Down,
	/// Nobody can say.
	Neither,
}

impl Kind {
	/// Every kind, in the order of the values.
	pub const ALL: [Self; KINDS as usize] = {
		use Kind::*;
		[
			LiquidationRatio,
			InitialRatio,
			TargetRatio,
			LiquidationBonus,
			MinimumDebt,
			DebtCeiling,
			MinimumRate,
			MaximumRate,
			ConcentrationCap,
			StartFactor,
			FloorFactor,
			AuctionDuration,
			Restarts,
			DecayStep,
			DecayCut,
			AuctionCap,
			DrawFuse,
			BackstopDiscount,
			HaircutDeviations,
			LeastHaircut,
			GreatestHaircut,
			GreatestInitialRatio,
			CeilingGap,
			CeilingWait,
		]
	};

	/// The value in `set`: raw, i.e. ratios and USD in 10^−18, times in milliseconds.
	///
	/// Two sets that agree in all of them are the same, unless one has a gap of 2^128 − 1: a gap of 0
	/// lets the debt ceiling itself stand and so is the widest, 2^128 − 1 here.
	pub fn of(self, set: &ParameterSet) -> u128 {
		// All of them by name, so that a new one does not compile before it has a kind.
		let ParameterSet {
			liquidation_ratio,
			initial_ratio,
			target_ratio,
			liquidation_bonus,
			minimum_debt,
			debt_ceiling,
			minimum_rate,
			maximum_rate,
			concentration_cap,
			auction: AuctionShape { start_factor, floor_factor, duration, restarts, decay },
			auction_cap,
			draw_fuse,
			backstop_discount,
			haircut,
			greatest_initial_ratio,
			ceiling_gap,
			ceiling_wait,
		} = *set;
		let (step, cut) = match decay {
			Decay::Linear => (0, 0),
			Decay::Stepped { step, cut } => (step.into(), cut.into_inner()),
		};
		match self {
			Self::LiquidationRatio => liquidation_ratio.into_inner(),
			Self::InitialRatio => initial_ratio.into_inner(),
			Self::TargetRatio => target_ratio.into_inner(),
			Self::LiquidationBonus => liquidation_bonus.into_inner(),
			Self::MinimumDebt => minimum_debt.into_inner(),
			Self::DebtCeiling => debt_ceiling.into_inner(),
			Self::MinimumRate => minimum_rate.into_inner(),
			Self::MaximumRate => maximum_rate.into_inner(),
			Self::ConcentrationCap => concentration_cap.into_inner(),
			Self::StartFactor => start_factor.into_inner(),
			Self::FloorFactor => floor_factor.into_inner(),
			Self::AuctionDuration => duration.into(),
			Self::Restarts => restarts.into(),
			Self::DecayStep => step,
			Self::DecayCut => cut,
			Self::AuctionCap => auction_cap.into_inner(),
			Self::DrawFuse => draw_fuse.into_inner(),
			Self::BackstopDiscount => backstop_discount.into_inner(),
			Self::HaircutDeviations => haircut.deviations.into_inner(),
			Self::LeastHaircut => haircut.least.into_inner(),
			Self::GreatestHaircut => haircut.most.into_inner(),
			Self::GreatestInitialRatio => greatest_initial_ratio.into_inner(),
			Self::CeilingGap if ceiling_gap == Price::default() => u128::MAX,
			Self::CeilingGap => ceiling_gap.into_inner(),
			Self::CeilingWait => ceiling_wait.into(),
		}
	}

	/// Which way it is tighter.
	///
	/// A narrower corridor of rates is tighter. A bonus, a discount and how lots are sold are neither:
	/// what helps a buyer costs an owner. The cap of auctions is neither, too: a lower one slows
	/// liquidation down.
	pub const fn tighter(self) -> Tighter {
		match self {
			Self::LiquidationRatio
			| Self::InitialRatio
			| Self::TargetRatio
			| Self::MinimumDebt
			| Self::MinimumRate
			| Self::HaircutDeviations
			| Self::LeastHaircut
			| Self::GreatestHaircut
			| Self::GreatestInitialRatio
			| Self::CeilingWait => Tighter::Up,
			Self::DebtCeiling
			| Self::MaximumRate
			| Self::ConcentrationCap
			| Self::DrawFuse
			| Self::CeilingGap => Tighter::Down,
			Self::LiquidationBonus
			| Self::StartFactor
			| Self::FloorFactor
			| Self::AuctionDuration
			| Self::Restarts
			| Self::DecayStep
			| Self::DecayCut
			| Self::AuctionCap
			| Self::BackstopDiscount => Tighter::Neither,
		}
	}
}
