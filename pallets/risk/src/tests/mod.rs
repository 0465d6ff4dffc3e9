//! Tests by theme.

mod collateral;
mod genesis;
mod parameters;
mod pause;
mod settlement;
mod try_state;
mod usage;

use frame_support::dispatch::DispatchResult;
use strata_numbers::Ratio;
use strata_traits::{Asset, FeedId, ParameterSet};

use crate::mock::*;

fn list(asset: Asset, feed: FeedId) -> DispatchResult {
	Risk::list_collateral(RuntimeOrigin::root(), asset, feed, parameters())
}

fn set(asset: Asset, parameters: ParameterSet) -> DispatchResult {
	Risk::set_parameters(RuntimeOrigin::root(), asset, parameters)
}

fn settle(asset: Asset, feed: FeedId, band: Ratio) -> DispatchResult {
	Risk::list_settlement(RuntimeOrigin::root(), asset, feed, band)
}
