//! A world for tests that are written by hand.

use strata_liquidation_tests::world::{price, ratio, Setup, GOLD_FEED, OIL_FEED, USD_FEED};
use strata_numbers::Ratio;
use strata_statistics::HaircutTerms;
use strata_traits::{
	AuctionShape, CollateralListing, Decay, Moment, ParameterSet, SettlementListing,
};

/// Milliseconds.
pub const HOUR: Moment = 3_600_000;

fn parameters() -> ParameterSet {
	ParameterSet {
		liquidation_ratio: ratio(1.5),
		initial_ratio: ratio(1.55),
		target_ratio: ratio(1.7),
		liquidation_bonus: ratio(0.1),
		minimum_debt: price(100.0),
		debt_ceiling: price(1e12),
		minimum_rate: Ratio::default(),
		maximum_rate: ratio(0.5),
		concentration_cap: ratio(1.0),
		auction: AuctionShape {
			start_factor: ratio(1.1),
			floor_factor: ratio(0.6),
			duration: HOUR,
			restarts: 1,
			decay: Decay::Linear,
		},
		auction_cap: price(1e12),
		draw_fuse: price(1e12),
		backstop_discount: ratio(0.005),
		haircut: HaircutTerms { deviations: ratio(3.0), least: ratio(0.0), most: ratio(0.2) },
		greatest_initial_ratio: ratio(1.8),
		ceiling_gap: price(0.0),
		ceiling_wait: 0,
	}
}

/// A world in which the chain never stands still, with gold at so many dollars.
pub fn setup(gold: f64) -> Setup {
	let listing = |feed| CollateralListing::new(feed, 8, parameters());
	Setup {
		listings: [listing(GOLD_FEED), listing(OIL_FEED)],
		settlement: SettlementListing { feed: USD_FEED, decimals: 6, depeg_band: ratio(0.02) },
		halt_gap: u64::MAX,
		resume_grace: 0,
		prices: [price(gold), price(50.0)],
	}
}
