//! Scenes for the benchmarks of what is not about single reports: members, conduct, pairs.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use frame_support::traits::Get;
use sp_runtime::traits::Saturating;
use strata_numbers::Price;
use strata_statistics::Covolatility;
use strata_traits::{FeedId, Moment};

use crate::{
	benchmarking::{feeder, fill_long_ago, lively, set_now, NOW, VOLATILITY},
	Config, FeedConfig, Feeds, Members, Pair, Pairs, Pallet, LONGEST_TIME_TO_LIVE, MAX_MEMBERS,
};

/// Lists `feed` in full, with a price that moves when it is looked at, and all that is kept of the past
/// shifted as far as it can be. Sets the clock, and returns the time.
pub(crate) fn moving<T>(feed: FeedId) -> Moment
where
	T: Config + pallet_timestamp::Config<Moment = Moment>,
{
	let before = NOW + 10 * LONGEST_TIME_TO_LIVE;
	fill_long_ago::<T>(feed, lively::<T>(), before);
	set_now::<T>(before + 6_000);
	before + 6_000
}

/// The members of a feed in full with two others in the place of the first two: as many changes as may
/// be in pairs. In reverse order.
pub(crate) fn other_members<T: Config>(config: &FeedConfig<T::AccountId>) -> Members<T::AccountId> {
	let mut changed = config.members.clone();
	for (n, member) in (0..2).zip(changed.iter_mut()) {
		*member = feeder::<T>(MAX_MEMBERS + n);
	}
	changed.sort_by(|one, other| other.cmp(one));
	changed
}

/// Has a change of the members of `feed` waiting whose time has come.
pub(crate) fn change_due<T: Config>(feed: FeedId) {
	let config = Feeds::<T>::get(feed).expect("the feed is listed");
	let members = other_members::<T>(&config);
	Pallet::<T>::do_propose_members(feed, members, config.quorum, None).expect("few change");
	let block = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(block.saturating_add(T::MembershipDelay::get()));
}

/// Watches feeds 0 and 1, both as [`moving`], compared long ago. Sets the clock, and returns the time.
pub(crate) fn moving_pair<T>() -> Moment
where
	T: Config + pallet_timestamp::Config<Moment = Moment>,
{
	moving::<T>(0);
	let now = moving::<T>(1);
	let value = Price::from_u32(1_000).into_inner();
	let observed = Some(Covolatility::starting([value; 2], NOW));
	Pairs::<T>::insert((0, 1), Pair { terms: VOLATILITY, observed });
	now
}
