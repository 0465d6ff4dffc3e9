//! The market of a development chain: assets, feeds and listings.

use alloc::{vec, vec::Vec};
use frame_support::{traits::fungible::NativeOrWithId, BoundedVec};
use pallet_strata_oracle::FeedConfig;
use sp_runtime::FixedU128;
use strata_numbers::Ratio;
use strata_statistics::{
	GateTerms, HaircutTerms, LimitTerms, OutlierTerms, Variance, VolatilityTerms, DEFAULT_CLIP,
};
use strata_traits::{Asset, AuctionShape, Decay, FeedId, ParameterSet};

use super::accounts::{with_role, Role};
use crate::{assets::IssuerAccount, units::STRA, AccountId, Balance};

/// A tokenised dollar, 6 decimals: the settlement asset.
pub const USDX: u32 = 1;
/// A tokenised barrel of West Texas Intermediate, 6 decimals.
pub const WTI: u32 = 10;
/// A tokenised euro, 6 decimals.
pub const EURX: u32 = 11;
/// The feed of [`USDX`].
pub const USDX_FEED: FeedId = 1;
/// The feed of [`WTI`].
pub const WTI_FEED: FeedId = 10;
/// The feed of [`EURX`].
pub const EURX_FEED: FeedId = 11;
/// The feed of STRA.
pub const STRA_FEED: FeedId = 12;

/// Decimals of every asset of this market.
const DECIMALS: u8 = 6;

/// `thousandths` / 1000.
const fn fixed(thousandths: u128) -> FixedU128 {
	FixedU128::from_inner(thousandths * 1_000_000_000_000_000)
}

/// `whole`, e.g. dollars.
const fn whole(whole: u128) -> FixedU128 {
	fixed(whole * 1_000)
}

/// Id, owner, sufficient to keep an account alive, minimum balance.
pub(super) fn assets() -> Vec<(u32, AccountId, bool, Balance)> {
	[USDX, WTI, EURX].map(|id| (id, IssuerAccount::get(), true, 1)).to_vec()
}

/// Id, name, symbol, decimals.
pub(super) fn metadata() -> Vec<(u32, Vec<u8>, Vec<u8>, u8)> {
	[
		(USDX, "Tokenised dollar", "USDX"),
		(WTI, "West Texas Intermediate, barrel", "WTI"),
		(EURX, "Tokenised euro", "EURX"),
	]
	.map(|(id, name, symbol)| (id, name.as_bytes().to_vec(), symbol.as_bytes().to_vec(), DECIMALS))
	.to_vec()
}

/// The variance per second of a price whose yearly deviation is so many percent, rounded up.
const fn yearly(percent: u128) -> Variance {
	// (p/100)² of 36 decimals, over the seconds of 365 days.
	Variance::from_inner((percent * percent * 10u128.pow(32)).div_ceil(31_536_000))
}

/// A move by three fifths is usual, and any other is confirmed within half a minute.
///
/// On a development chain a block brings what takes the market days: in the history that the
/// demonstrations replay oil moves by 18 % from one block to the next, and by 37 % while its feeders are
/// silent. Behind the gate of a live chain, say 2 % to 20 % and a quarter of an hour, most of it would
/// wait, and never be confirmed: before it is, the next day is there. What this gate holds back is what
/// no market does: a slip of the decimal point.
const GATE: GateTerms = GateTerms {
	limit: LimitTerms { least: 6_000, most: 9_000, deviations: 6 },
	confirm_after: 30 * 1_000,
};

/// The variance of the market by the clock, one change a day of which the last eleven days weigh half
/// (the 0.94 a day of RiskMetrics): a history that is replayed a day a block does not count as what
/// happens in six seconds.
const VOLATILITY: VolatilityTerms = VolatilityTerms {
	half_life: 11 * 24 * 60 * 60,
	clip: DEFAULT_CLIP,
	interval: 24 * 60 * 60 * 1_000,
};

/// The first of four who reports a new day is off what the others said of the one before. By a fifth he
/// may be.
const OUTLIER: OutlierTerms =
	OutlierTerms { limit: LimitTerms { least: 2_000, most: 9_000, deviations: 4 }, distances: 3 };

/// Four feeders price everything; three make a quorum, so that one may be silent or lie.
pub(super) fn feeds() -> Vec<(FeedId, FeedConfig<AccountId>)> {
	let feed = |description: &str, minimum, maximum, starting_variance| FeedConfig {
		description: BoundedVec::truncate_from(description.as_bytes().to_vec()),
		minimum,
		maximum,
		quorum: 3,
		time_to_live: 10 * 60 * 1_000,
		maximum_source_age: 5 * 60 * 1_000,
		members: BoundedVec::truncate_from(with_role(Role::Feeder).collect()),
		gate: Some(GATE),
		volatility: VOLATILITY,
		starting_variance,
		outlier: OUTLIER,
		delay: 0,
		classes: None,
		// 0.01 STRA for ten minutes of reports: as long as the treasury has it.
		reward: STRA / 100,
	};
	vec![
		(USDX_FEED, feed("USDX, USD per token", fixed(500), fixed(2_000), yearly(1))),
		(WTI_FEED, feed("WTI crude oil, USD per barrel", whole(1), whole(1_000), yearly(40))),
		(EURX_FEED, feed("Euro, USD per EUR", fixed(100), whole(10), yearly(10))),
		(STRA_FEED, feed("STRA, USD per STRA", fixed(1), whole(100_000), yearly(80))),
	]
}

/// What collateral is priced by is compared with each other: risk adds up by how prices move together.
pub(super) fn pairs() -> Vec<(FeedId, FeedId, VolatilityTerms)> {
	[(WTI_FEED, EURX_FEED), (WTI_FEED, STRA_FEED), (EURX_FEED, STRA_FEED)]
		.map(|(one, other)| (one, other, VOLATILITY))
		.to_vec()
}

/// Parameters with this liquidation ratio (in thousandths) and room above it. Lots are sold within
/// two minutes, and once more within two minutes if nobody buys.
///
/// A fifth of the ceiling may be in auction at a time, and as much be drawn within an hour.
fn parameters(liquidation: u128, debt_ceiling: u128, decay: Decay) -> ParameterSet {
	ParameterSet {
		liquidation_ratio: fixed(liquidation),
		initial_ratio: fixed(liquidation + 100),
		target_ratio: fixed(liquidation + 60),
		liquidation_bonus: fixed(50),
		minimum_debt: whole(100),
		debt_ceiling: whole(debt_ceiling),
		minimum_rate: fixed(10),
		// 1,000 % a year: a development chain shows a year's interest in minutes.
		maximum_rate: whole(10),
		concentration_cap: fixed(750),
		auction: AuctionShape {
			start_factor: fixed(1_100),
			floor_factor: fixed(700),
			duration: 2 * 60 * 1_000,
			restarts: 1,
			decay,
		},
		auction_cap: whole(debt_ceiling / 5),
		draw_fuse: whole(debt_ceiling / 5),
		backstop_discount: fixed(40),
		// The initial ratio already leaves a tenth: a history that is replayed a day a block asks for
		// at most that much again.
		haircut: HaircutTerms { deviations: whole(3), least: fixed(0), most: fixed(50) },
		greatest_initial_ratio: fixed(liquidation + 200),
		// The ceiling is the ceiling itself.
		ceiling_gap: fixed(0),
		ceiling_wait: 0,
	}
}

/// Barrels, euros and STRA are listed as collateral: asset, feed, parameters.
pub(super) fn collateral() -> Vec<(Asset, FeedId, ParameterSet)> {
	// A block is 6 seconds: a price that falls by 2 % a block.
	let stepped = Decay::Stepped { step: 6_000, cut: fixed(980) };
	vec![
		(NativeOrWithId::WithId(WTI), WTI_FEED, parameters(1_400, 50_000_000, Decay::Linear)),
		(NativeOrWithId::WithId(EURX), EURX_FEED, parameters(1_200, 50_000_000, stepped)),
		(NativeOrWithId::Native, STRA_FEED, parameters(1_900, 1_000_000, stepped)),
	]
}

/// The dollar is listed to settle in: asset, feed, depeg band.
pub(super) fn settlement() -> Vec<(Asset, FeedId, Ratio)> {
	vec![(NativeOrWithId::WithId(USDX), USDX_FEED, fixed(20))]
}
