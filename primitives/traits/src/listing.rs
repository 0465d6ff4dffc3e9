//! What a parameter set is.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::PalletError;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	traits::{CheckedAdd, One},
	FixedU128,
};
use strata_numbers::{ratio_mul_ceil, Price, Ratio};
use strata_statistics::HaircutTerms;

use crate::{Asset, FeedId, Moment, Ramp, Ratios};

/// How the price of a lot falls from its start to its floor.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub enum Decay {
	/// Evenly: start − (start − floor)·elapsed/duration.
	Linear,
	/// By steps: start·cut^⌊elapsed/step⌋, never below the floor.
	Stepped {
		/// Length of a step, milliseconds; above 0.
		step: u64,
		/// What a step leaves of the price, e.g. 0.99; in (0, 1).
		cut: Ratio,
	},
}

/// How seized collateral is sold. Copied into a lot when it opens.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct AuctionShape {
	/// Start price over market price; above 1.
	pub start_factor: Ratio,
	/// Floor price over market price; below 1.
	pub floor_factor: Ratio,
	/// Length, milliseconds.
	pub duration: u64,
	/// Restarts at most.
	pub restarts: u8,
	/// How the price falls.
	pub decay: Decay,
}

/// The risk parameters of one collateral asset. Changed only as a whole.
///
/// Ratios are values of collateral over debt, e.g. 1.5 = 150 %. USD amounts have 18 decimals.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct ParameterSet {
	/// m: below it a vault is unsafe.
	pub liquidation_ratio: Ratio,
	/// i: below it nobody draws or withdraws. i ≥ m·g², g = 1.001 the width of a rung.
	pub initial_ratio: Ratio,
	/// T: where a partial liquidation leaves a rung. T ≥ max(1.03·m, m·g²).
	pub target_ratio: Ratio,
	/// b: what a buyer of seized collateral gets on top, e.g. 0.05. 1 + b < m.
	pub liquidation_bonus: Ratio,
	/// Least debt of a vault that has any: USD at par of the settlement asset.
	pub minimum_debt: Price,
	/// Most principal drawn against this asset in all deals: USD at par of the settlement assets.
	pub debt_ceiling: Price,
	/// Least yearly rate a book may charge, e.g. 0.02.
	pub minimum_rate: Ratio,
	/// Largest yearly rate a book may charge.
	pub maximum_rate: Ratio,
	/// Most of a deal's closing par that this asset's book may lend, e.g. 0.6; 1 = no cap.
	pub concentration_cap: Ratio,
	/// How seized collateral is sold.
	pub auction: AuctionShape,
	/// Most debt whose collateral is in auction at a time, in all books together: USD at par. A book
	/// has a share of it in proportion to its principal; above 0.
	pub auction_cap: Price,
	/// Most principal drawn within one [`DRAW_WINDOW`], in all books together: USD at par.
	pub draw_fuse: Price,
	/// d: below the market by this much the backstop pool buys; d ≤ b/(1 + b).
	pub backstop_discount: Ratio,
	/// How much of its value a volatile price is expected to lose before the chain can act on it. It
	/// moves the initial ratio, at once and without a vote, and no other.
	pub haircut: HaircutTerms,
	/// The highest initial ratio that the haircut can lead to. Not below `initial_ratio`.
	pub greatest_initial_ratio: Ratio,
	/// How far the debt ceiling in force stays above what is drawn, USD at par; 0: it is
	/// `debt_ceiling` itself.
	pub ceiling_gap: Price,
	/// How long after a rise the ceiling in force may rise again, milliseconds.
	pub ceiling_wait: Moment,
}

/// Length of the window of [`ParameterSet::draw_fuse`], milliseconds: an hour. Windows begin at
/// multiples of it.
pub const DRAW_WINDOW: Moment = 60 * 60 * 1_000;

/// Why a parameter set does not hold together.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PalletError,
	PartialEq,
	TypeInfo,
)]
pub enum ParameterError {
	/// 1 + b < m does not hold: a liquidation would leave the vault worse.
	BonusReachesLiquidationRatio,
	/// i ≥ m·g² does not hold.
	InitialRatioTooLow,
	/// T ≥ max(1.03·m, m·g²) does not hold.
	TargetRatioTooLow,
	/// Minimum rate above maximum rate.
	RateCorridorInverted,
	/// Minimum debt of zero, or above the ceiling while the ceiling is not zero.
	MinimumDebtOutOfRange,
	/// Concentration cap of zero or above 1.
	ConcentrationCapOutOfRange,
	/// Start factor not above 1, floor factor not in (0, 1), no duration, a step of no length, or a
	/// cut not in (0, 1).
	AuctionShapeOutOfRange,
	/// An auction cap of zero: nothing could be liquidated.
	AuctionCapZero,
	/// d·(1 + b) ≤ b does not hold: the backstop pool would pay less than the debt of a solvent rung.
	BackstopDiscountTooHigh,
	/// The bounds of the haircut are out of order, or one of them is 1 or more.
	HaircutOutOfRange,
	/// The greatest initial ratio is below the initial ratio.
	GreatestInitialRatioTooLow,
	/// A value beyond the hard bounds of the runtime.
	OutsideHardBounds,
	/// A product of the set's values does not fit.
	Overflow,
}

impl ParameterSet {
	/// g², two rungs: how far a vault can sit from the exact ratio.
	pub const TWO_RUNGS: Ratio = FixedU128::from_inner(1_002_001_000_000_000_000);
	/// 1.03: least distance of the target ratio.
	pub const LEAST_TARGET: Ratio = FixedU128::from_inner(1_030_000_000_000_000_000);

	/// Whether the set holds together. Everything that relates two of its values is checked here.
	///
	/// # Errors
	/// The first [`ParameterError`] found.
	pub fn validate(&self) -> Result<(), ParameterError> {
		use ParameterError::*;
		let one = Ratio::one();
		let ensure = |holds: bool, error| if holds { Ok(()) } else { Err(error) };
		// What is required is rounded up: i ≥ ⌈m·g²⌉ exactly if i ≥ m·g².
		let up = |a: Ratio, b: Ratio| {
			ratio_mul_ceil(a.into_inner(), b).map(Ratio::from_inner).ok_or(Overflow)
		};

		let edge = one.checked_add(&self.liquidation_bonus).ok_or(Overflow)?;
		ensure(edge < self.liquidation_ratio, BonusReachesLiquidationRatio)?;
		let widened = up(self.liquidation_ratio, Self::TWO_RUNGS)?;
		ensure(self.initial_ratio >= widened, InitialRatioTooLow)?;
		let least_target = up(self.liquidation_ratio, Self::LEAST_TARGET)?.max(widened);
		ensure(self.target_ratio >= least_target, TargetRatioTooLow)?;
		ensure(self.minimum_rate <= self.maximum_rate, RateCorridorInverted)?;
		let reachable =
			self.debt_ceiling == Price::default() || self.minimum_debt <= self.debt_ceiling;
		ensure(self.minimum_debt > Price::default() && reachable, MinimumDebtOutOfRange)?;
		let cap = self.concentration_cap;
		ensure(cap > Ratio::default() && cap <= one, ConcentrationCapOutOfRange)?;
		let AuctionShape { start_factor, floor_factor, duration, decay, .. } = self.auction;
		let falls = match decay {
			Decay::Linear => true,
			Decay::Stepped { step, cut } => step > 0 && cut > Ratio::default() && cut < one,
		};
		let shaped = start_factor > one
			&& floor_factor < one
			&& floor_factor > Ratio::default()
			&& duration > 0
			&& falls;
		ensure(shaped, AuctionShapeOutOfRange)?;
		ensure(self.auction_cap > Price::default(), AuctionCapZero)?;
		let given_up = up(self.backstop_discount, edge)?;
		ensure(given_up <= self.liquidation_bonus, BackstopDiscountTooHigh)?;
		ensure(self.haircut.are_valid(), HaircutOutOfRange)?;
		ensure(self.greatest_initial_ratio >= self.initial_ratio, GreatestInitialRatioTooLow)
	}
}

/// A collateral asset that governance has listed.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct CollateralListing {
	/// Its price: USD per whole unit.
	pub feed: FeedId,
	/// 10^decimals smallest units make one whole unit; ≤ 18. A copy taken at listing, so that an
	/// asset's owner cannot change what a price means.
	pub decimals: u8,
	/// Its parameters; of the ratios the ones that `ramp` ends at. A book keeps the ones it was opened
	/// with, but for ratios that it follows.
	pub parameters: ParameterSet,
	/// Paused: no draw, no withdrawal and no new book. Repaying and adding always work.
	pub paused: bool,
	/// What is drawn against it.
	pub usage: Usage,
	/// The last move of the ratios, as long as nothing newer was decided.
	pub ramp: Option<Ramp>,
	/// The debt ceiling in force and the last rise of it, if the ceiling follows what is drawn
	/// ([`ParameterSet::ceiling_gap`]).
	pub ceiling: Option<AutomaticCeiling>,
	/// Counts the changes of the parameters.
	pub version: u32,
}

impl CollateralListing {
	/// A listing that nothing is drawn against.
	pub fn new(feed: FeedId, decimals: u8, parameters: ParameterSet) -> Self {
		Self {
			feed,
			decimals,
			parameters,
			paused: false,
			usage: Usage::default(),
			ramp: None,
			ceiling: None,
			version: 0,
		}
	}

	/// The ratios at `now`.
	pub fn ratios(&self, now: Moment) -> Ratios {
		self.ramp.map_or(Ratios::of(&self.parameters), |ramp| ramp.at(now))
	}

	/// The parameters that a book opened at `now` is opened with.
	pub fn parameters_at(&self, now: Moment) -> ParameterSet {
		self.ratios(now).put_into(self.parameters)
	}

	/// The ceiling that follows what is drawn, brought up to `now`: at most
	/// [`ParameterSet::ceiling_gap`] above what is drawn, and never above the debt ceiling. It falls at
	/// once, and rises only when [`ParameterSet::ceiling_wait`] has passed since the last rise. `None`
	/// if it does not follow. Total.
	pub fn ceiling_at(&self, now: Moment) -> Option<AutomaticCeiling> {
		let ParameterSet { ceiling_gap: gap, ceiling_wait, debt_ceiling, .. } = self.parameters;
		if gap == Price::default() {
			return None;
		}
		// A sum beyond 128 bits is beyond the debt ceiling too.
		let above = self.usage.drawn.checked_add(gap.into_inner());
		let target = above.map_or(debt_ceiling, |sum| Price::from_inner(sum).min(debt_ceiling));
		let raised = AutomaticCeiling { line: target, raised_at: now };
		let Some(held) = self.ceiling else { return Some(raised) };
		let waited = now.checked_sub(held.raised_at).is_some_and(|passed| passed >= ceiling_wait);
		Some(match target > held.line {
			true if waited => raised,
			true => held,
			false => AutomaticCeiling { line: target, ..held },
		})
	}

	/// The most principal that may be drawn in all at `now`: USD at par. Total.
	pub fn most_drawn(&self, now: Moment) -> Price {
		self.ceiling_at(now).map_or(self.parameters.debt_ceiling, |ceiling| ceiling.line)
	}
}

/// A debt ceiling that follows what is drawn: Maker's DssAutoLine.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct AutomaticCeiling {
	/// The ceiling in force: USD at par.
	pub line: Price,
	/// When it rose last, milliseconds since 1970.
	pub raised_at: Moment,
}

/// What is drawn against a collateral asset in all books: USD at par of the settlement assets, 18
/// decimals.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct Usage {
	/// Principal that performs.
	pub drawn: u128,
	/// The beginning of the window of the last draw: a multiple of [`DRAW_WINDOW`].
	pub window: Moment,
	/// Principal drawn in that window. Repayments do not give it back.
	pub drawn_in_window: u128,
}

/// Why a draw is refused by the limits of its collateral asset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DrawRefused {
	/// The asset is not listed.
	NotListed,
	/// Draws are paused.
	Paused,
	/// More would be drawn than the debt ceiling.
	AboveCeiling,
	/// More would be drawn in this window than the fuse lets through.
	FuseBlown,
	/// A sum does not fit.
	Overflow,
}

/// A settlement asset that governance has listed.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub struct SettlementListing {
	/// Its price: USD per whole unit; par is 1.
	pub feed: FeedId,
	/// 10^decimals smallest units make one whole unit; ≤ 18.
	pub decimals: u8,
	/// Nothing is drawn while the price is further than this from par, e.g. 0.02.
	pub depeg_band: Ratio,
}

/// The number of a group of collateral assets whose prices are expected to move together.
pub type GroupId = u32;

/// The assets that governance has listed.
pub trait Listing {
	/// `asset` as collateral. O(1): one read.
	fn collateral(asset: &Asset) -> Option<CollateralListing>;

	/// `asset` as settlement asset. O(1): one read.
	fn settlement(asset: &Asset) -> Option<SettlementListing>;

	/// The group of correlated assets that `asset` belongs to as collateral, and the most of a deal's
	/// closing par that books against assets of it may lend together, e.g. 0.8. O(1): two reads.
	fn group(_asset: &Asset) -> Option<(GroupId, Ratio)> {
		None
	}

	/// Counts `usd` more of principal drawn against `asset` at `now`. One read, one write.
	///
	/// # Errors
	/// Which limit is in the way; nothing is counted then.
	fn draw(asset: &Asset, usd: u128, now: Moment) -> Result<(), DrawRefused>;

	/// Counts `usd` less of principal that performs. One read, one write; nothing if `usd` is 0.
	///
	/// # Errors
	/// [`DrawRefused::NotListed`], or [`DrawRefused::Overflow`] if less than that is drawn.
	fn repaid(asset: &Asset, usd: u128) -> Result<(), DrawRefused>;

	/// Lists both assets with sane parameters and prices their feeds: collateral at 100 USD,
	/// settlement asset at par.
	#[cfg(feature = "runtime-benchmarks")]
	fn list(collateral: &Asset, settlement: &Asset);
}

#[cfg(test)]
mod tests {
	use super::*;

	fn ratio(millionths: u128) -> Ratio {
		Ratio::from_inner(millionths * 1_000_000_000_000)
	}

	fn least(of: Ratio) -> Ratio {
		Ratio::from_inner(of.into_inner() - 1)
	}

	fn set() -> ParameterSet {
		ParameterSet {
			liquidation_ratio: ratio(1_500_000),
			initial_ratio: ratio(1_600_000),
			target_ratio: ratio(1_600_000),
			liquidation_bonus: ratio(50_000),
			minimum_debt: Price::from_u32(100),
			debt_ceiling: Price::from_u32(1_000_000),
			minimum_rate: ratio(20_000),
			maximum_rate: ratio(200_000),
			concentration_cap: ratio(600_000),
			auction: AuctionShape {
				start_factor: ratio(1_100_000),
				floor_factor: ratio(500_000),
				duration: 3_600_000,
				restarts: 3,
				decay: Decay::Linear,
			},
			auction_cap: Price::from_u32(100_000),
			draw_fuse: Price::from_u32(1_000_000),
			backstop_discount: ratio(40_000),
			haircut: HaircutTerms {
				deviations: ratio(3_000_000),
				least: Ratio::default(),
				most: ratio(500_000),
			},
			greatest_initial_ratio: ratio(2_000_000),
			ceiling_gap: Price::default(),
			ceiling_wait: 0,
		}
	}

	#[test]
	fn a_sane_set_holds_together() {
		assert_eq!(set().validate(), Ok(()));
	}

	#[test]
	fn a_ceiling_follows_what_is_drawn() {
		let parameters =
			ParameterSet { ceiling_gap: Price::from_u32(100), ceiling_wait: 1_000, ..set() };
		let mut listing = CollateralListing::new(1, 6, parameters);
		let usd = |whole: u32| Price::from_u32(whole);
		let at = |line, raised_at| Some(AutomaticCeiling { line: usd(line), raised_at });
		// Where none is held it begins at the gap.
		assert_eq!(listing.ceiling_at(5_000), at(100, 5_000));
		listing.ceiling = listing.ceiling_at(5_000);
		listing.usage.drawn = usd(60).into_inner();
		// It waits to the last millisecond, and then rises by no more than what was drawn.
		assert_eq!(listing.ceiling_at(5_999), at(100, 5_000));
		assert_eq!(listing.ceiling_at(6_000), at(160, 6_000));
		// A clock that runs backwards raises nothing.
		assert_eq!(listing.ceiling_at(0), at(100, 5_000));
		listing.ceiling = listing.ceiling_at(6_000);
		listing.usage.drawn = usd(10).into_inner();
		// It falls at once, and the fall is no rise.
		assert_eq!(listing.ceiling_at(6_000), at(110, 6_000));
		assert_eq!(listing.most_drawn(6_000), usd(110));
		// Never above the debt ceiling, and with one that no gap can reach.
		listing.usage.drawn = usd(999_950).into_inner();
		assert_eq!(listing.most_drawn(7_000), usd(1_000_000));
		listing.parameters.ceiling_gap = Price::from_inner(u128::MAX);
		assert_eq!(listing.most_drawn(7_000), usd(1_000_000));
		listing.parameters.debt_ceiling = Price::default();
		assert_eq!(listing.most_drawn(7_000), Price::default());
		listing.parameters.ceiling_gap = Price::default();
		listing.parameters.debt_ceiling = usd(7);
		assert_eq!((listing.ceiling_at(7_000), listing.most_drawn(7_000)), (None, usd(7)));
	}

	#[test]
	fn the_bonus_stays_below_the_liquidation_ratio_by_one_unit() {
		let with = |liquidation_bonus| ParameterSet { liquidation_bonus, ..set() }.validate();
		assert_eq!(with(ratio(500_000)), Err(ParameterError::BonusReachesLiquidationRatio));
		assert_eq!(with(least(ratio(500_000))), Ok(()));
		let (liquidation_bonus, backstop_discount) = Default::default();
		let none = ParameterSet { liquidation_bonus, backstop_discount, ..set() };
		assert_eq!(none.validate(), Ok(()));
		assert_eq!(with(Ratio::from_inner(u128::MAX)), Err(ParameterError::Overflow));
		let par = ParameterSet {
			liquidation_ratio: ratio(1_000_000),
			liquidation_bonus: Ratio::default(),
			..set()
		};
		assert_eq!(par.validate(), Err(ParameterError::BonusReachesLiquidationRatio));
	}

	#[test]
	fn required_ratios_are_rounded_up() {
		// m = 1.5 + 10⁻¹⁸: m·g² = 1.503001500000000001 and a bit.
		let m = Ratio::from_inner(1_500_000_000_000_000_001);
		let edge = Ratio::from_inner(1_503_001_500_000_000_002);
		let with = |initial_ratio| ParameterSet { liquidation_ratio: m, initial_ratio, ..set() };
		assert_eq!(with(least(edge)).validate(), Err(ParameterError::InitialRatioTooLow));
		assert_eq!(with(edge).validate(), Ok(()));
		// 1.03·m = 1.545000000000000001 and a bit.
		let edge = Ratio::from_inner(1_545_000_000_000_000_002);
		let with = |target_ratio| ParameterSet { liquidation_ratio: m, target_ratio, ..set() };
		assert_eq!(with(least(edge)).validate(), Err(ParameterError::TargetRatioTooLow));
		assert_eq!(with(edge).validate(), Ok(()));
	}

	#[test]
	fn products_that_do_not_fit_are_errors() {
		let huge = Ratio::from_inner(u128::MAX);
		let set = ParameterSet {
			liquidation_ratio: huge,
			initial_ratio: huge,
			target_ratio: huge,
			..set()
		};
		assert_eq!(set.validate(), Err(ParameterError::Overflow));
	}

	#[test]
	fn rates_debts_and_caps_keep_their_order() {
		let set = set();
		let inverted = ParameterSet { minimum_rate: ratio(200_001), ..set };
		assert_eq!(inverted.validate(), Err(ParameterError::RateCorridorInverted));
		let fixed = ParameterSet { minimum_rate: set.maximum_rate, ..set };
		assert_eq!(fixed.validate(), Ok(()));
		let debt = |minimum_debt, debt_ceiling| {
			ParameterSet { minimum_debt, debt_ceiling, ..set }.validate()
		};
		let wrong = Err(ParameterError::MinimumDebtOutOfRange);
		let (zero, one, two) = (Price::default(), Price::from_u32(1), Price::from_u32(2));
		assert_eq!(debt(zero, two), wrong);
		assert_eq!(debt(zero, zero), wrong);
		assert_eq!(debt(two, one), wrong);
		assert_eq!(debt(two, two), Ok(()));
		// A ceiling of zero: nothing new is drawn.
		assert_eq!(debt(two, zero), Ok(()));
		let cap = |concentration_cap| ParameterSet { concentration_cap, ..set }.validate();
		let wrong = Err(ParameterError::ConcentrationCapOutOfRange);
		assert_eq!(cap(Ratio::default()), wrong);
		assert_eq!(cap(Ratio::from_inner(Ratio::one().into_inner() + 1)), wrong);
		assert_eq!(cap(Ratio::one()), Ok(()));
		assert_eq!(cap(Ratio::from_inner(1)), Ok(()));
	}

	#[test]
	fn an_auction_starts_above_the_market_and_ends_below() {
		let shape = set().auction;
		for wrong in [
			AuctionShape { start_factor: Ratio::one(), ..shape },
			AuctionShape { floor_factor: Ratio::one(), ..shape },
			AuctionShape { floor_factor: Ratio::default(), ..shape },
			AuctionShape { duration: 0, ..shape },
		] {
			let set = ParameterSet { auction: wrong, ..set() };
			assert_eq!(set.validate(), Err(ParameterError::AuctionShapeOutOfRange));
		}
		let tight = AuctionShape {
			start_factor: Ratio::from_inner(Ratio::one().into_inner() + 1),
			floor_factor: least(Ratio::one()),
			duration: 1,
			restarts: 0,
			decay: Decay::Linear,
		};
		assert_eq!(ParameterSet { auction: tight, ..set() }.validate(), Ok(()));
		let stepped = |step, cut| {
			let auction = AuctionShape { decay: Decay::Stepped { step, cut }, ..shape };
			ParameterSet { auction, ..set() }.validate()
		};
		assert_eq!(stepped(1, least(Ratio::one())), Ok(()));
		let wrong = Err(ParameterError::AuctionShapeOutOfRange);
		assert_eq!(stepped(0, ratio(990_000)), wrong);
		assert_eq!(stepped(1, Ratio::one()), wrong);
		assert_eq!(stepped(1, Ratio::default()), wrong);
	}

	#[test]
	fn the_backstop_pays_the_debt_of_a_solvent_rung() {
		// b = 0.05: d ≤ 0.05/1.05 = 0.047619…
		let with = |inner| {
			let backstop_discount = Ratio::from_inner(inner);
			ParameterSet { backstop_discount, ..set() }.validate()
		};
		assert_eq!(with(47_619_047_619_047_619), Ok(()));
		let wrong = Err(ParameterError::BackstopDiscountTooHigh);
		assert_eq!(with(47_619_047_619_047_620), wrong);
		let none = ParameterSet { auction_cap: Price::default(), ..set() };
		assert_eq!(none.validate(), Err(ParameterError::AuctionCapZero));
	}
}
