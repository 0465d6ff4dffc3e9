//! Listing, changing and removing feeds, and reading them.

use alloc::vec::Vec;

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{Contains, Get, Time},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::CheckedAdd, ArithmeticError};
use strata_numbers::Price;
use strata_statistics::{Average, Covariance, GateTerms, NoAverage, Volatility};
use strata_traits::{FeedId, Moment, PriceFeeds, Reading};

use crate::{
	config::FeedConfig,
	live::FeedData,
	runtime_api::{AverageView, Freshness, VolatilityView},
	Config, Error, Event, Feeds, Live, NextMembers, Pallet, Removed,
};

/// A day, milliseconds.
const DAY: Moment = 24 * 60 * 60 * 1_000;

impl<T: Config> Pallet<T> {
	/// Lists `feed`, or replaces its configuration but for members, quorum and classes.
	pub(crate) fn do_set_feed(feed: FeedId, config: FeedConfig<T::AccountId>) -> DispatchResult {
		let config = match Feeds::<T>::get(feed) {
			Some(listed) => {
				let config = config.sorted();
				Self::ensure_members_stay(&listed, &config)?;
				config.validate().map_err(Error::<T>::Config)?;
				config
			},
			None => {
				ensure!(Feeds::<T>::count() < T::MaxFeeds::get(), Error::<T>::TooManyFeeds);
				Self::ensure_free(feed)?;
				config.validated().map_err(Error::<T>::Config)?
			},
		};
		Self::deposit_event(Event::FeedSet { feed });
		Self::install(feed, config)
	}

	/// Removes `feed`, its reports, and a change of its members that waits.
	pub(crate) fn do_remove_feed(feed: FeedId) -> DispatchResult {
		ensure!(Feeds::<T>::contains_key(feed), Error::<T>::UnknownFeed);
		ensure!(!T::InUse::contains(&feed), Error::<T>::FeedInUse);
		Self::reserve(feed)?;
		Feeds::<T>::remove(feed);
		Live::<T>::remove(feed);
		NextMembers::<T>::remove(feed);
		Self::deposit_event(Event::FeedRemoved { feed });
		Ok(())
	}

	/// Whether `feed`, which is not listed, may be: a deal may have it as its index, and what the members
	/// of a feed are must not change sooner than a change of them would wait.
	fn ensure_free(feed: FeedId) -> DispatchResult {
		Removed::<T>::try_mutate_exists(|slot| {
			let Some(removed) = slot else { return Ok(()) };
			Self::forget_free(removed);
			ensure!(removed.iter().all(|(id, _)| *id != feed), Error::<T>::RemovedLately);
			if removed.is_empty() {
				*slot = None;
			}
			Ok(())
		})
	}

	/// Keeps the id of `feed` from being listed anew for as long as a change of its members would wait.
	fn reserve(feed: FeedId) -> DispatchResult {
		let until = frame_system::Pallet::<T>::block_number()
			.checked_add(&T::MembershipDelay::get())
			.ok_or(ArithmeticError::Overflow)?;
		Removed::<T>::try_mutate(|removed| {
			Self::forget_free(removed);
			removed.try_push((feed, until)).map_err(|_| Error::<T>::TooManyRemoved.into())
		})
	}

	/// Forgets the ids that are free again.
	fn forget_free(removed: &mut BoundedVec<(FeedId, BlockNumberFor<T>), T::MaxFeeds>) {
		let block = frame_system::Pallet::<T>::block_number();
		removed.retain(|(_, until)| *until > block);
	}

	/// Writes a validated configuration and fits the live reports to it.
	///
	/// # Errors
	/// [`ArithmeticError::Overflow`](sp_runtime::ArithmeticError::Overflow), of which there is none while
	/// the clock does not run backwards.
	pub(crate) fn install(feed: FeedId, config: FeedConfig<T::AccountId>) -> DispatchResult {
		let taken = Live::<T>::try_mutate(feed, |slot| {
			slot.get_or_insert_with(|| FeedData::new(config.terms())).adopt(&config, T::Time::now())
		})?;
		Feeds::<T>::insert(feed, config);
		Self::tell(feed, taken);
		Ok(())
	}

	/// Every listed feed, by id, with its state now. O(feeds), for runtime APIs.
	pub fn readings() -> Vec<(FeedId, Reading)> {
		let mut feeds: Vec<FeedId> = Feeds::<T>::iter_keys().collect();
		feeds.sort_unstable();
		feeds.into_iter().map(|feed| (feed, Self::reading(feed))).collect()
	}

	/// How many report to `feed`, for runtime APIs. `None` if it is not listed.
	pub fn freshness(feed: FeedId) -> Option<Freshness> {
		let (data, at) = (Live::<T>::get(feed)?, T::Time::now());
		let crate::config::Terms { quorum, members, .. } = data.terms;
		Some(Freshness { at, fresh: data.fresh(at), quorum, members })
	}

	/// The average of a price, for runtime APIs.
	///
	/// # Errors
	/// As [`PriceFeeds::average`].
	pub fn average_view(feed: FeedId, length: Moment) -> Result<AverageView, NoAverage> {
		let average = <Self as PriceFeeds>::average(feed, length)?;
		Ok(AverageView {
			floor: Price::from_inner(average.floor),
			ceil: Price::from_inner(average.ceil),
			since: average.since,
		})
	}

	/// How volatile a price is, for runtime APIs. `None` if there never was one.
	pub fn volatility_view(feed: FeedId) -> Option<VolatilityView> {
		let data = Live::<T>::get(feed)?;
		let track = data.track?;
		let Volatility { variance, at, .. } = track.volatility;
		let price = track.price;
		let limit =
			|gate: GateTerms| price.gate.limit(&gate.limit, variance, price.at, T::Time::now());
		Some(VolatilityView {
			variance,
			at,
			daily: variance.deviation_ceil(DAY),
			over_latency: variance.deviation_ceil(data.terms.latency),
			limit: data.terms.gate.map(limit),
		})
	}
}

impl<T: Config> PriceFeeds for Pallet<T> {
	fn reading(feed: FeedId) -> Reading {
		Live::<T>::get(feed).map_or(Reading::Unknown, |data| data.reading(T::Time::now()))
	}

	fn is_listed(feed: FeedId) -> bool {
		Feeds::<T>::contains_key(feed)
	}

	fn delayed(feed: FeedId) -> Reading {
		Live::<T>::get(feed).map_or(Reading::Unknown, |data| data.delayed(T::Time::now()))
	}

	fn average(feed: FeedId, length: Moment) -> Result<Average, NoAverage> {
		Live::<T>::get(feed).ok_or(NoAverage::TooLong)?.average(T::Time::now(), length)
	}

	fn covariance(one: FeedId, other: FeedId) -> Option<Covariance> {
		Self::covariance_of(one, other)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_price(feed: FeedId, price: Price) {
		crate::benchmarking::set_price::<T>(feed, price);
	}
}
