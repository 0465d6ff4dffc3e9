//! Tests by theme.

mod admin;
mod bonds;
mod byzantine;
mod classes;
mod conduct;
mod court;
mod gate;
mod genesis;
mod incidents;
mod membership;
mod pairs;
mod past;
mod properties;
mod readings;
mod report;
mod rewards;
mod try_state;

use frame_support::dispatch::{DispatchResult, DispatchResultWithPostInfo};
use strata_numbers::Price;
use strata_traits::FeedId;

use crate::{mock::*, FeedConfig, Report};

/// `who` reports `reports`.
fn report(who: AccountId, reports: impl IntoIterator<Item = Report>) -> DispatchResultWithPostInfo {
	let reports: Vec<_> = reports.into_iter().collect();
	Oracle::report(RuntimeOrigin::signed(who), reports.try_into().unwrap())
}

/// Each of `who` reports `value` to `feed`, observed now.
fn all_say(feed: FeedId, who: impl IntoIterator<Item = AccountId>, value: Price) {
	for feeder in who {
		frame_support::assert_ok!(report(feeder, [said(feed, value)]));
	}
}

/// Lists `feed`, or changes it, as the admin.
fn set_feed(feed: FeedId, config: FeedConfig<AccountId>) -> DispatchResult {
	Oracle::set_feed(RuntimeOrigin::root(), feed, Box::new(config))
}

/// Replaces a feed's configuration as it stands, as a change of its members does that is carried out.
fn install(feed: FeedId, config: FeedConfig<AccountId>) {
	frame_support::assert_ok!(Oracle::install(feed, config));
}
