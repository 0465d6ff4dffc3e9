//! The price some time ago, and on average.

use frame_support::assert_ok;
use strata_numbers::Price;
use strata_statistics::NoAverage;
use strata_traits::{Moment, PriceFeeds, Reading, FULL_AWARD};

use super::{all_say, court::claim, set_feed};
use crate::{mock::*, FeedConfig, Live};

const DELAY: Moment = 30 * MINUTE;

/// Runs a test on a chain whose feed 7 has a delay, and members 1 to 4.
fn with_delay(test: impl FnOnce()) {
	let slow = FeedConfig { delay: DELAY, ..config(4) };
	execute(ext_with(vec![(7, slow)]), test)
}

fn delayed() -> Option<Price> {
	Oracle::delayed(7).reliable().map(|quote| quote.mid)
}

#[test]
fn without_a_delay_it_is_the_price() {
	with_feed(4, || {
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		all_say(7, 1..=4, usd(5));
		assert_eq!(Oracle::delayed(7), Oracle::reading(7));
		assert_eq!(Oracle::delayed(8), Reading::Unknown);
	});
}

#[test]
fn a_delayed_price_was_confirmed_at_least_the_delay_ago() {
	with_delay(|| {
		// What everybody says at each minute, which is the minute itself.
		let mut said = vec![];
		for minute in 0..200u64 {
			let value = usd(minute as u32 + 1);
			if minute % 7 == 0 {
				all_say(7, 1..=4, value);
				said.push((now(), value));
			}
			let old = said.iter().filter(|(at, _)| at + DELAY <= now()).map(|(_, value)| *value);
			match delayed() {
				Some(found) => {
					// One of those, and not older than twice the delay and two steps.
					assert!(old.clone().any(|value| value == found), "{minute}");
					let at = said.iter().find(|(_, value)| *value == found).unwrap().0;
					assert!(now() - at <= 2 * DELAY + 14 * MINUTE, "{minute}");
				},
				None => assert_eq!(old.count(), 0, "{minute}"),
			}
			pass(MINUTE);
		}
	});
}

#[test]
fn a_delayed_price_appears_to_the_millisecond() {
	with_delay(|| {
		all_say(7, 1..=4, usd(5));
		pass(DELAY - 1);
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		pass(1);
		assert_eq!(delayed(), Some(usd(5)));
		all_say(7, 1..=4, usd(9));
		assert_eq!(delayed(), Some(usd(5)));
		pass(DELAY - 1);
		assert_eq!(delayed(), Some(usd(5)));
		pass(1);
		assert_eq!(delayed(), Some(usd(9)));
	});
}

#[test]
fn its_status_is_that_of_today_and_the_extremes_take_it_in() {
	with_delay(|| {
		all_say(7, 1..=4, usd(5));
		pass(DELAY);
		all_say(7, 1..=3, usd(50));
		let quote = Oracle::delayed(7).reliable().unwrap();
		assert_eq!((quote.lower, quote.upper, quote.least), (usd(5), usd(5), usd(5)));
		assert_eq!(quote.valid_until, Oracle::reading(7).last().unwrap().valid_until);
		// Long after it is the new one.
		for _ in 0..10 {
			pass(DELAY - 1);
			all_say(7, 1..=3, usd(50));
		}
		assert!(matches!(Oracle::delayed(7), Reading::Degraded(_)));
		pass(TTL);
		assert!(matches!(Oracle::delayed(7), Reading::Stale(quote) if quote.mid == usd(50)));
		let quote = Oracle::delayed(7).last().unwrap();
		assert!(quote.least <= quote.lower && quote.upper <= quote.most);
	});
}

#[test]
fn a_ruling_takes_the_delayed_price_as_well() {
	with_delay(|| {
		all_say(7, 1..=4, usd(5));
		pass(DELAY);
		all_say(7, 1..=4, usd(500));
		let at = now();
		pass(MINUTE);
		let case = claim(7, 1, at, 0);
		assert_ok!(Oracle::court_open(1, &case, &FUNDED));
		assert_ok!(Oracle::court_enforce(1, &case, &FUNDED, FULL_AWARD, &0, 0));
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		pass(MINUTE);
		all_say(7, 1..=4, usd(6));
		// The lie would have been the delayed price by now.
		pass(DELAY - 1);
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		pass(1);
		assert_eq!(delayed(), Some(usd(6)));
	});
}

#[test]
fn a_delay_begins_when_it_is_decided_and_ends_so() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		assert_ok!(set_feed(7, FeedConfig { delay: DELAY, ..config(4) }));
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		pass(DELAY);
		assert_eq!(delayed(), Some(usd(5)));
		all_say(7, 1..=4, usd(9));
		assert_eq!(delayed(), Some(usd(5)));
		assert_ok!(set_feed(7, config(4)));
		assert_eq!(delayed(), Some(usd(9)));
	});
}

#[test]
fn a_delayed_price_outside_new_bounds_is_forgotten() {
	with_delay(|| {
		all_say(7, 1..=4, usd(5));
		pass(DELAY);
		all_say(7, 1..=4, usd(50));
		assert_eq!(delayed(), Some(usd(5)));
		let higher = FeedConfig { minimum: usd(10), delay: DELAY, ..config(4) };
		assert_ok!(set_feed(7, higher));
		assert_eq!(Oracle::delayed(7), Reading::Unknown);
		assert!(Oracle::reading(7).reliable().is_some());
	});
}

fn average(length: Moment) -> Result<(Price, Price), NoAverage> {
	Oracle::average_view(7, length).map(|view| (view.floor, view.ceil))
}

#[test]
fn an_average_weighs_each_price_by_its_time() {
	with_feed(4, || {
		assert_eq!(average(MINUTE), Err(NoAverage::TooLong));
		all_say(7, 1..=4, usd(100));
		pass(20 * MINUTE);
		all_say(7, 1..=4, usd(130));
		pass(10 * MINUTE);
		// 20 minutes at 100 and 10 at 130: exact, without a transaction.
		assert_eq!(average(30 * MINUTE), Ok((usd(110), usd(110))));
		let view = Oracle::average_view(7, 30 * MINUTE).unwrap();
		assert_eq!(view.since, START);
		assert_eq!(average(30 * MINUTE + 1), Err(NoAverage::TooLong));
		assert_eq!(average(0), Err(NoAverage::Empty));
		// A window begins at an observation: this one is the later.
		assert_eq!(average(10 * MINUTE), Ok((usd(130), usd(130))));
		pass(MINUTE);
		// (2000 + 11·130)/31 is no whole number of units.
		let exact = 3_430 * 10u128.pow(18) / 31;
		let expected = (Price::from_inner(exact), Price::from_inner(exact + 1));
		assert_eq!(average(31 * MINUTE), Ok(expected));
		assert_eq!(Oracle::average_view(8, MINUTE), Err(NoAverage::TooLong));
	});
}

#[test]
fn the_four_feeders_of_a_moment_are_one_price() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		pass(10 * MINUTE);
		// Medians in between hold for no time.
		for feeder in 1..=4 {
			all_say(7, [feeder], usd(200));
		}
		pass(10 * MINUTE);
		assert_eq!(average(20 * MINUTE), Ok((usd(150), usd(150))));
	});
}

#[test]
fn time_without_a_quorum_has_no_average() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		pass(TTL);
		assert_eq!(average(TTL), Ok((usd(100), usd(100))));
		pass(5);
		assert_eq!(average(TTL), Err(NoAverage::Incomplete { missing: 5 }));
		all_say(7, 1..=4, usd(100));
		pass(10 * MINUTE);
		assert_eq!(average(TTL), Err(NoAverage::Incomplete { missing: 5 }));
		assert_eq!(average(10 * MINUTE), Ok((usd(100), usd(100))));
	});
}

#[test]
fn time_after_a_ruling_has_no_average_until_a_quorum_reports() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		pass(10 * MINUTE);
		let case = claim(7, 1, START, 0);
		assert_ok!(Oracle::court_open(1, &case, &FUNDED));
		assert_ok!(Oracle::court_enforce(1, &case, &FUNDED, FULL_AWARD, &0, 0));
		pass(MINUTE);
		assert_eq!(average(10 * MINUTE), Err(NoAverage::Incomplete { missing: MINUTE }));
		all_say(7, 1..=4, usd(100));
		// The next observation that is kept begins a window without a gap.
		pass(9 * MINUTE);
		all_say(7, 1..=4, usd(100));
		pass(10 * MINUTE);
		assert_eq!(average(11 * MINUTE), Err(NoAverage::Incomplete { missing: MINUTE }));
		assert_eq!(average(10 * MINUTE), Ok((usd(100), usd(100))));
	});
}

#[test]
fn a_price_that_waits_is_not_in_the_average() {
	execute(ext_with(vec![(7, gated(4))]), || {
		all_say(7, 1..=4, usd(100));
		pass(10 * MINUTE);
		all_say(7, 1..=4, usd(500));
		pass(10 * MINUTE);
		assert!(matches!(Oracle::reading(7), Reading::Pending { .. }));
		assert_eq!(average(20 * MINUTE), Ok((usd(100), usd(100))));
	});
}

#[test]
fn the_ring_reaches_back_230_minutes_of_frequent_reports() {
	with_feed(4, || {
		for _ in 0..6 * 60 {
			all_say(7, 1..=4, usd(100));
			pass(MINUTE);
		}
		// The newest observation is ten minutes old.
		assert_eq!(average(240 * MINUTE), Ok((usd(100), usd(100))));
		assert_eq!(average(241 * MINUTE), Err(NoAverage::TooLong));
		let track = Live::<Test>::get(7).unwrap().track.unwrap();
		assert!(now() - track.observations().0.unwrap().at <= 10 * MINUTE);
	});
}
