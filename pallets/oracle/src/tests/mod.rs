//! Tests by theme.

mod admin;
mod bonds;
mod court;
mod genesis;
mod properties;
mod readings;
mod report;
mod try_state;

use frame_support::dispatch::DispatchResultWithPostInfo;
use strata_numbers::Price;
use strata_traits::FeedId;

use crate::{mock::*, Report};

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
