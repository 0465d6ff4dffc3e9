//! How the prices of two feeds move together, for the pairs that governance has watched.
//!
//! Both prices are compared at one time, when both may be relied on and the interval of the pair has
//! passed: by `on_idle`, a few pairs a block in turn, or by anyone. A pair begins as if its prices moved
//! together, and unlearns that with its half-life: what is not known is never taken for diversification.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	storage::with_storage_layer,
	traits::{Get, Time},
	weights::{Weight, WeightMeter},
};
use sp_runtime::{ArithmeticError, DispatchError};
use strata_statistics::{Covariance, Covolatility, Variance, VolatilityTerms};
use strata_traits::{FeedId, Moment, PriceFeeds, Quote};

use crate::{
	config::SHORTEST_INTERVAL, types::Pair, Config, Error, Event, Feeds, LastPair, Live, Pairs,
	Pallet, WeightInfo,
};

/// Most pairs that a block looks at. Intervals are minutes and more: there is time to come round.
pub(crate) const VISITS: u32 = 4;

/// Two feeds, the lower id first.
type Key = (FeedId, FeedId);

impl<T: Config> Pallet<T> {
	/// Has a pair watched, or begins anew with it.
	pub(crate) fn do_watch_pair(
		one: FeedId,
		other: FeedId,
		terms: VolatilityTerms,
	) -> DispatchResult {
		let key = Self::pair_of(one, other)?;
		let valid = terms.are_valid() && terms.interval >= SHORTEST_INTERVAL;
		ensure!(valid, Error::<T>::BadTerms);
		let listed = Feeds::<T>::contains_key(one) && Feeds::<T>::contains_key(other);
		ensure!(listed, Error::<T>::UnknownFeed);
		let room = Pairs::<T>::contains_key(key) || Pairs::<T>::count() < T::MaxPairs::get();
		ensure!(room, Error::<T>::TooManyPairs);
		Pairs::<T>::insert(key, Pair { terms, observed: None });
		Self::deposit_event(Event::PairWatched { one: key.0, other: key.1 });
		Ok(())
	}

	/// Gives a pair up.
	pub(crate) fn do_forget_pair(one: FeedId, other: FeedId) -> DispatchResult {
		let key = Self::pair_of(one, other)?;
		ensure!(Pairs::<T>::contains_key(key), Error::<T>::PairUnknown);
		Self::forget(key);
		Ok(())
	}

	/// Compares the prices of a pair.
	pub(crate) fn do_observe_pair(one: FeedId, other: FeedId) -> DispatchResult {
		let key = Self::pair_of(one, other)?;
		let pair = Pairs::<T>::get(key).ok_or(Error::<T>::PairUnknown)?;
		Self::observe(key, pair)
	}

	/// Looks at the pairs whose turn it is, within `meter`.
	pub(crate) fn observe_pairs(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::idle_pairs()).is_err() {
			return;
		}
		let before = LastPair::<T>::get();
		let mut last = before;
		for _ in 0..Pairs::<T>::count().min(VISITS) {
			if meter.try_consume(Self::visit_weight()).is_err() {
				break;
			}
			let Some((key, pair)) = Self::pair_after(last) else { break };
			last = Some(key);
			// One that is not due or has no price stays what it is.
			let _ = with_storage_layer(|| Self::observe(key, pair));
		}
		if last != before {
			LastPair::<T>::set(last);
		}
	}

	/// The covariance of two feeds, within what their variances allow; `None` of a pair that is not
	/// watched, or was not compared yet. Three reads.
	pub(crate) fn covariance_of(one: FeedId, other: FeedId) -> Option<Covariance> {
		let key = Self::pair_of(one, other).ok()?;
		let observed = Pairs::<T>::get(key)?.observed?;
		Some(observed.covariance.bounded(Self::variance(one)?, Self::variance(other)?))
	}

	/// That a pair can be looked at in a block that has nothing else to do.
	pub(crate) fn check_pairs_fit() {
		assert!(T::MaxPairs::get() > 0, "the oracle must be able to watch a pair");
		let all = T::BlockWeights::get().max_block;
		let share = |of: u64| T::IdleShare::get().mul_floor(of);
		let limit = Weight::from_parts(share(all.ref_time()), share(all.proof_size()));
		let needed = T::WeightInfo::idle_pairs().saturating_add(Self::visit_weight());
		assert!(needed.all_lte(limit), "the oracle's idle share is too small for a pair");
	}

	/// What looking at one pair takes. Finding it is a read of the next key, or two when the last one
	/// was the last of all; no benchmark counts these.
	fn visit_weight() -> Weight {
		T::WeightInfo::idle_pair().saturating_add(T::DbWeight::get().reads(2))
	}

	/// The pair after `last`, and after the last one the first.
	fn pair_after(last: Option<Key>) -> Option<(Key, Pair)> {
		let from = last.map(Pairs::<T>::hashed_key_for);
		from.and_then(|from| Pairs::<T>::iter_from(from).next())
			.or_else(|| Pairs::<T>::iter().next())
	}

	/// The key of a pair.
	fn pair_of(one: FeedId, other: FeedId) -> Result<Key, Error<T>> {
		ensure!(one != other, Error::<T>::SameFeed);
		Ok((one.min(other), one.max(other)))
	}

	/// Compares both prices and writes what comes of it; forgets a pair of which a feed is gone.
	fn observe(key: Key, pair: Pair) -> DispatchResult {
		let (one, other) = key;
		let now = T::Time::now();
		let early = |observed: Covolatility| now.saturating_sub(observed.at) < pair.terms.interval;
		ensure!(!pair.observed.is_some_and(early), Error::<T>::TooEarly);
		if !Live::<T>::contains_key(one) || !Live::<T>::contains_key(other) {
			Self::forget(key);
			return Ok(());
		}
		let quote = |feed| Self::reading(feed).reliable().ok_or(Error::<T>::NoPrice);
		let observed = compared(&pair, quote(one)?, quote(other)?, now)?;
		Pairs::<T>::insert(key, Pair { observed: Some(observed), ..pair });
		let covariance = observed.covariance;
		Self::deposit_event(Event::PairObserved { one, other, covariance });
		Ok(())
	}

	fn forget(key: Key) {
		Pairs::<T>::remove(key);
		Self::deposit_event(Event::PairForgotten { one: key.0, other: key.1 });
	}

	/// The variance of a feed that has a price.
	fn variance(feed: FeedId) -> Option<Variance> {
		Some(Live::<T>::get(feed)?.track?.volatility.variance)
	}
}

/// A pair after both quotes held at `now`.
fn compared(
	pair: &Pair,
	one: Quote,
	other: Quote,
	now: Moment,
) -> Result<Covolatility, DispatchError> {
	let values = [one.mid.into_inner(), other.mid.into_inner()];
	match pair.observed {
		Some(before) => {
			before.observed(values, now, &pair.terms).ok_or(ArithmeticError::Overflow.into())
		},
		None => {
			let together = Covariance::from_inner(i128::MAX).bounded(one.variance, other.variance);
			Ok(Covolatility { covariance: together, ..Covolatility::starting(values, now) })
		},
	}
}
