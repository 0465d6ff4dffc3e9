//! Watched pairs of feeds, and what blocks do for them.

use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchResult,
	traits::{Get, Hooks},
	weights::{RuntimeDbWeight, Weight},
};
use sp_runtime::{DispatchError, Perbill};
use strata_numbers::Price;
use strata_statistics::{Covariance, Variance, VolatilityTerms};
use strata_traits::{FeedId, Moment, PriceFeeds};

use super::all_say;
use crate::{
	mock::*, Error, Event, FeedConfig, LastPair, Live, Pairs, WeightInfo, SHORTEST_INTERVAL,
};

/// Of every pair here: an hour between comparisons.
const TERMS: VolatilityTerms = VolatilityTerms { interval: HOUR, ..VOLATILITY };
const HOUR: Moment = 60 * MINUTE;

/// A feed that starts with a variance of about 17 % a day.
fn volatile() -> FeedConfig<AccountId> {
	FeedConfig { starting_variance: Variance::from_inner(32 * 10u128.pow(28)), ..config(1) }
}

/// A chain with feeds 0 to `feeds` of one member each, all at 100 USD.
fn with_feeds(feeds: FeedId, test: impl FnOnce()) {
	execute(ext_with((0..feeds).map(|feed| (feed, volatile())).collect()), || {
		for feed in 0..feeds {
			all_say(feed, [1], usd(100));
		}
		test()
	});
}

fn watch(one: FeedId, other: FeedId) -> DispatchResult {
	Oracle::watch_pair(RuntimeOrigin::root(), one, other, TERMS)
}

fn observe(one: FeedId, other: FeedId) -> DispatchResult {
	Oracle::observe_pair(RuntimeOrigin::signed(FUNDED), one, other)
}

/// The end of a block, with this much room left. Returns what it took.
fn idle(remaining: Weight) -> Weight {
	Oracle::on_idle(System::block_number(), remaining)
}

fn observed_at(one: FeedId, other: FeedId) -> Option<Moment> {
	Pairs::<Test>::get((one, other)).unwrap().observed.map(|observed| observed.at)
}

#[test]
fn each_call_has_its_origin() {
	with_feeds(2, || {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(Oracle::watch_pair(origin.clone(), 0, 1, TERMS), DispatchError::BadOrigin);
			assert_noop!(Oracle::forget_pair(origin, 0, 1), DispatchError::BadOrigin);
		}
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Oracle::observe_pair(origin, 0, 1), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_can_be_watched() {
	with_feeds(5, || {
		let with = |terms| Oracle::watch_pair(RuntimeOrigin::root(), 0, 1, terms);
		assert_noop!(watch(1, 1), Error::<Test>::SameFeed);
		assert_noop!(watch(1, 9), Error::<Test>::UnknownFeed);
		assert_noop!(watch(9, 1), Error::<Test>::UnknownFeed);
		for wrong in [
			VolatilityTerms { half_life: 0, ..TERMS },
			VolatilityTerms { clip: Price::default(), ..TERMS },
			VolatilityTerms { interval: SHORTEST_INTERVAL - 1, ..TERMS },
		] {
			assert_noop!(with(wrong), Error::<Test>::BadTerms);
		}
		assert_noop!(observe(0, 1), Error::<Test>::PairUnknown);
		assert_noop!(Oracle::forget_pair(RuntimeOrigin::root(), 0, 1), Error::<Test>::PairUnknown);
		// Six pairs, in either order.
		for (one, other) in [(1, 0), (0, 2), (3, 0), (0, 4), (2, 1), (1, 3)] {
			assert_ok!(watch(one, other));
			System::assert_last_event(
				Event::PairWatched { one: one.min(other), other: one.max(other) }.into(),
			);
		}
		assert_noop!(watch(1, 4), Error::<Test>::TooManyPairs);
		// Watching one anew is not one more.
		assert_ok!(observe(0, 1));
		assert_ok!(watch(0, 1));
		assert_eq!(observed_at(0, 1), None);
		assert_ok!(Oracle::forget_pair(RuntimeOrigin::root(), 4, 0));
		System::assert_last_event(Event::PairForgotten { one: 0, other: 4 }.into());
		assert_ok!(watch(1, 4));
	});
}

#[test]
fn a_pair_is_compared_to_the_millisecond_of_its_interval() {
	with_feeds(2, || {
		assert_ok!(watch(0, 1));
		assert_ok!(observe(1, 0));
		assert_noop!(observe(0, 1), Error::<Test>::TooEarly);
		pass(HOUR - 1);
		for feed in 0..2 {
			all_say(feed, [1], usd(101));
		}
		assert_noop!(observe(0, 1), Error::<Test>::TooEarly);
		pass(1);
		assert_ok!(observe(0, 1));
		assert_eq!(observed_at(0, 1), Some(now()));
	});
}

#[test]
fn both_prices_must_hold() {
	with_feeds(2, || {
		assert_ok!(watch(0, 1));
		pass(TTL);
		all_say(0, [1], usd(100));
		// 1 is stale.
		assert_noop!(observe(0, 1), Error::<Test>::NoPrice);
		all_say(1, [1], usd(100));
		assert_ok!(observe(0, 1));
		pass(TTL);
		all_say(1, [1], usd(100));
		assert_noop!(observe(0, 1), Error::<Test>::NoPrice);
	});
	// A price that waits for confirmation is none.
	let gated = FeedConfig { quorum: 1, ..gated(1) };
	execute(ext_with(vec![(0, gated), (1, volatile())]), || {
		for feed in 0..2 {
			all_say(feed, [1], usd(100));
		}
		assert_ok!(watch(0, 1));
		pass(MINUTE);
		all_say(0, [1], usd(150));
		assert_noop!(observe(0, 1), Error::<Test>::NoPrice);
	});
}

#[test]
fn a_pair_begins_as_if_it_moved_together() {
	with_feeds(3, || {
		assert_eq!(Oracle::covariance(0, 1), None);
		assert_ok!(watch(0, 1));
		// Not compared yet: not known.
		assert_eq!(Oracle::covariance(0, 1), None);
		assert_ok!(observe(0, 1));
		let variance = Live::<Test>::get(0).unwrap().track.unwrap().volatility.variance;
		assert!(variance.inner() > 0);
		let together = Covariance::from_inner(variance.inner() as i128);
		assert_eq!(Oracle::covariance(0, 1), Some(together));
		assert_eq!(Oracle::covariance(1, 0), Some(together));
		assert_eq!(Oracle::covariance(0, 0), None);
		assert_eq!(Oracle::covariance(0, 2), None);
	});
}

/// The correlation that is found of two feeds after a month in which both move by 1 % an hour, up and
/// down in turn, the second one as `second` says.
fn correlation(second: impl Fn(u32) -> Price) -> f64 {
	let mut found = 0.0;
	with_feeds(2, || {
		assert_ok!(watch(0, 1));
		for hour in 0..24 * 30 {
			pass(HOUR - MINUTE);
			// Both hold at the time that they are compared.
			let first = if hour % 2 == 0 { 101 } else { 100 };
			all_say(0, [1], usd(first));
			all_say(1, [1], second(hour));
			pass(MINUTE);
			assert_ok!(observe(0, 1));
		}
		let variance =
			|feed| Live::<Test>::get(feed).unwrap().track.unwrap().volatility.variance.inner();
		let covariance = Oracle::covariance(0, 1).unwrap().inner() as f64;
		let bound = (variance(0) as f64 * variance(1) as f64).sqrt();
		assert!(covariance.abs() <= bound * 1.000_001);
		found = covariance / bound;
	});
	found
}

#[test]
fn what_moves_together_is_found_to() {
	let even = |hour: u32| if hour.is_multiple_of(2) { usd(101) } else { usd(100) };
	let odd = |hour: u32| if hour.is_multiple_of(2) { usd(100) } else { usd(101) };
	// Half as often: as often with the other as against it.
	let slow = |hour: u32| if (hour / 2).is_multiple_of(2) { usd(101) } else { usd(100) };
	let (with, against, apart) = (correlation(even), correlation(odd), correlation(slow));
	assert!(with > 0.98, "{with}");
	assert!(against < -0.9, "{against}");
	assert!(apart.abs() < 0.1, "{apart}");
}

#[test]
fn a_pair_of_which_a_feed_is_gone_is_forgotten() {
	with_feeds(3, || {
		assert_ok!(watch(0, 1));
		assert_ok!(watch(1, 2));
		assert_ok!(observe(0, 1));
		pass(HOUR);
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 1));
		assert_eq!(Oracle::covariance(0, 1), None);
		// By anyone, or by a block.
		assert_ok!(observe(0, 1));
		System::assert_last_event(Event::PairForgotten { one: 0, other: 1 }.into());
		idle(Weight::MAX);
		System::assert_last_event(Event::PairForgotten { one: 1, other: 2 }.into());
		assert_eq!(Pairs::<Test>::count(), 0);
	});
}

#[test]
fn blocks_compare_all_pairs_in_turn() {
	with_feeds(4, || {
		let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
		for (one, other) in pairs {
			assert_ok!(watch(one, other));
		}
		let compared =
			|| pairs.iter().filter(|pair| observed_at(pair.0, pair.1) == Some(now())).count();
		idle(Weight::MAX);
		assert_eq!(compared(), 4);
		idle(Weight::MAX);
		assert_eq!(compared(), 6);
		// It has gone on where it stopped: two of these were not due.
		assert!(LastPair::<Test>::get().is_some());
		pass(HOUR - MINUTE);
		for feed in 0..4 {
			all_say(feed, [1], usd(100));
		}
		pass(MINUTE);
		// None starves: with room for one pair a block, each has its turn in six.
		let one = <()>::idle_pairs() + <()>::idle_pair() + finding();
		for done in 1..=6 {
			let used = idle(of_all(one));
			assert!(used.all_lte(one));
			assert_eq!(compared(), done);
		}
	});
}

/// The two reads that find the next pair.
fn finding() -> Weight {
	let weight: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	weight.reads(2)
}

/// What must be left of a block for the oracle's share to be `needed`.
fn of_all(needed: Weight) -> Weight {
	IdleShare::set(Perbill::from_percent(50));
	needed.saturating_mul(2)
}

#[test]
fn a_block_never_takes_more_than_its_share() {
	let whole = <()>::idle_pairs() + (<()>::idle_pair() + finding()).saturating_mul(5);
	for share in [0u32, 1, 5, 50, 100] {
		for part in 0..=60u64 {
			with_feeds(4, || {
				for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
					assert_ok!(watch(one, other));
				}
				let remaining = Weight::from_parts(
					whole.ref_time() / 30 * part,
					// The other way round: now one is short, now the other.
					whole.proof_size() / 30 * (60 - part),
				);
				let share = Perbill::from_percent(share);
				IdleShare::set(share);
				let limit = Weight::from_parts(
					share.mul_floor(remaining.ref_time()),
					share.mul_floor(remaining.proof_size()),
				);
				let used = idle(remaining);
				assert!(used.all_lte(limit), "{used:?} of {limit:?}");
				let compared =
					Pairs::<Test>::iter_values().filter(|pair| pair.observed.is_some()).count();
				assert_eq!(compared == 0, used.all_lte(<()>::idle_pairs()));
			});
		}
	}
	with_feeds(2, || {
		// Without pairs there is nothing to do.
		assert_eq!(idle(Weight::MAX), <()>::idle_pairs());
		assert_eq!(LastPair::<Test>::get(), None);
	});
}
