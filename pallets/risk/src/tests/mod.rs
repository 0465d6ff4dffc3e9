//! Tests by theme.

mod ceiling;
mod collateral;
mod execution;
mod genesis;
mod groups;
mod guardian;
mod hook;
mod incidents;
mod origins;
mod parameters;
mod pause;
mod proposals;
mod settlement;
mod stewards;
mod try_state;
mod usage;
mod views;

use frame_support::dispatch::DispatchResult;
use strata_numbers::Ratio;
use strata_traits::{Asset, FeedId, ParameterSet};

use crate::mock::*;

fn list(asset: Asset, feed: FeedId) -> DispatchResult {
	Risk::list_collateral(RuntimeOrigin::root(), asset, feed, parameters())
}

/// Proposes as admin, waits, executes, and waits until the ratios are there.
fn set(asset: Asset, parameters: ParameterSet) -> DispatchResult {
	let id = next_id();
	propose(asset, parameters, PERIODS.least_ramp)?;
	pass(PERIODS.admin_loosening);
	run(id)?;
	pass(PERIODS.least_ramp);
	Ok(())
}

/// `of` more, or less, by `by` raw units.
fn plus(of: Ratio, by: i128) -> Ratio {
	Ratio::from_inner(of.into_inner().checked_add_signed(by).unwrap())
}

fn settle(asset: Asset, feed: FeedId, band: Ratio) -> DispatchResult {
	Risk::list_settlement(RuntimeOrigin::root(), asset, feed, band)
}
