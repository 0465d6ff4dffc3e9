//! Listing, changing and removing feeds, and reading them.

use alloc::vec::Vec;

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Contains, Get, Time},
};
use strata_traits::{FeedId, PriceFeeds, Reading};

use crate::{
	live::FeedData,
	types::{FeedConfig, Members},
	Config, Error, Event, Feeds, Live, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Lists `feed`, or replaces its configuration.
	pub(crate) fn do_set_feed(feed: FeedId, config: FeedConfig<T::AccountId>) -> DispatchResult {
		let config = config.validated().map_err(Error::<T>::Config)?;
		let room = Feeds::<T>::contains_key(feed) || Feeds::<T>::count() < T::MaxFeeds::get();
		ensure!(room, Error::<T>::TooManyFeeds);
		Self::deposit_event(Event::FeedSet { feed });
		Self::install(feed, config);
		Ok(())
	}

	/// Replaces the members of `feed` together with the quorum that suits their number.
	pub(crate) fn do_set_members(
		feed: FeedId,
		members: Members<T::AccountId>,
		quorum: u32,
	) -> DispatchResult {
		let config = Feeds::<T>::get(feed).ok_or(Error::<T>::UnknownFeed)?;
		let config =
			FeedConfig { members, quorum, ..config }.validated().map_err(Error::<T>::Config)?;
		let (members, quorum) = (config.member_count(), config.quorum);
		Self::deposit_event(Event::MembersSet { feed, members, quorum });
		Self::install(feed, config);
		Ok(())
	}

	/// Removes `feed` and its reports.
	pub(crate) fn do_remove_feed(feed: FeedId) -> DispatchResult {
		ensure!(Feeds::<T>::contains_key(feed), Error::<T>::UnknownFeed);
		ensure!(!T::InUse::contains(&feed), Error::<T>::FeedInUse);
		Feeds::<T>::remove(feed);
		Live::<T>::remove(feed);
		Self::deposit_event(Event::FeedRemoved { feed });
		Ok(())
	}

	/// Writes a validated configuration and fits the live reports to it.
	pub(crate) fn install(feed: FeedId, config: FeedConfig<T::AccountId>) {
		let updated = Live::<T>::mutate(feed, |slot| {
			slot.get_or_insert_with(|| FeedData::new(config.terms())).adopt(&config, T::Time::now())
		});
		Feeds::<T>::insert(feed, config);
		if let Some((quote, fresh)) = updated {
			Self::deposit_event(Event::PriceUpdated { feed, quote, fresh });
		}
	}

	/// Every listed feed, by id, with its state now. O(feeds), for runtime APIs.
	pub fn readings() -> Vec<(FeedId, Reading)> {
		let mut feeds: Vec<FeedId> = Feeds::<T>::iter_keys().collect();
		feeds.sort_unstable();
		feeds.into_iter().map(|feed| (feed, Self::reading(feed))).collect()
	}
}

impl<T: Config> PriceFeeds for Pallet<T> {
	fn reading(feed: FeedId) -> Reading {
		Live::<T>::get(feed).map_or(Reading::Unknown, |data| data.reading(T::Time::now()))
	}

	fn is_listed(feed: FeedId) -> bool {
		Feeds::<T>::contains_key(feed)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, price: strata_numbers::Price) {
		crate::benchmarking::set_price::<T>(feed, price);
	}
}
