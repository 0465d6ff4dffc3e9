//! What a consumer is told.

use frame_support::assert_ok;
use strata_numbers::Price;
use strata_traits::{PriceFeeds, Reading};

use super::{all_say, report};
use crate::{mock::*, Live};

#[test]
fn unknown_before_anything() {
	with_feed(4, || {
		assert_eq!(Oracle::reading(8), Reading::Unknown);
		assert!(!Oracle::is_listed(8));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		assert!(Oracle::is_listed(7));
		all_say(7, 1..=2, usd(5));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
	});
}

#[test]
fn status_follows_the_number_of_fresh_reports() {
	with_feed(4, || {
		all_say(7, 1..=3, usd(5));
		assert!(matches!(Oracle::reading(7), Reading::Degraded(quote) if quote.mid == usd(5)));
		all_say(7, [4], usd(5));
		assert!(matches!(Oracle::reading(7), Reading::Fresh(quote) if quote.mid == usd(5)));
	});
}

#[test]
fn fresh_reports_are_counted_as_a_reading_counts_them() {
	with_feed(4, || {
		assert_eq!(Oracle::freshness(8), None);
		let counted = || {
			let found = Oracle::freshness(7).unwrap();
			assert_eq!((found.at, found.quorum, found.members), (now(), 3, 4));
			found.fresh
		};
		assert_eq!(counted(), 0);
		for feeder in 1..=4 {
			all_say(7, [feeder], usd(5));
			assert_eq!(counted(), feeder as u32);
			pass(MINUTE);
		}
		// The first one expires to the millisecond, and so does the status.
		pass(START + TTL - 1 - now());
		assert_eq!(counted(), 4);
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		pass(1);
		assert_eq!(counted(), 3);
		assert!(matches!(Oracle::reading(7), Reading::Degraded(_)));
	});
}

#[test]
fn a_price_expires_without_a_transaction_to_the_millisecond() {
	with_feed(4, || {
		// One a minute: the four expire a minute apart.
		for feeder in 1..=4 {
			all_say(7, [feeder], usd(feeder as u32));
			pass(MINUTE);
		}
		// Feeder 1's report counts until one millisecond before START + TTL.
		let until = |moment| pass(moment - now());
		until(START + TTL - 1);
		let Reading::Fresh(full) = Oracle::reading(7) else { panic!("all four are fresh") };
		assert_eq!((full.lower, full.upper), (usd(2), usd(3)));
		assert_eq!(full.mid, Price::from_rational(5, 2));
		// Quorum 3 of 4 is lost with the second expiry.
		assert_eq!(full.valid_until, START + MINUTE + TTL);
		until(START + TTL);
		let Reading::Degraded(three) = Oracle::reading(7) else { panic!("three are fresh") };
		assert_eq!((three.lower, three.mid, three.upper), (usd(3), usd(3), usd(3)));
		assert_eq!(three.valid_until, full.valid_until);
		until(full.valid_until - 1);
		assert_eq!(Oracle::reading(7), Reading::Degraded(three));
		until(full.valid_until);
		// The last quote is the one of the last report, not of the last reading.
		assert_eq!(Oracle::reading(7), Reading::Stale(full));
		assert_eq!(Oracle::reading(7).reliable(), None);
		assert_eq!(Oracle::reading(7).last(), Some(full));
	});
}

#[test]
fn a_stale_feed_recovers_with_a_quorum() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(10 * TTL);
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		all_say(7, 1..=2, usd(9));
		// Two are not a quorum: still the old price, which ages.
		assert!(matches!(Oracle::reading(7), Reading::Stale(quote) if quote.mid == usd(5)));
		all_say(7, [3], usd(9));
		assert!(matches!(Oracle::reading(7), Reading::Degraded(quote) if quote.mid == usd(9)));
	});
}

#[test]
fn one_liar_of_four_cannot_move_the_price_out_of_the_honest_range() {
	with_feed(4, || {
		for (lie, honest) in [(usd(1), usd(500)), (usd(1_000), usd(502))] {
			pass(MINUTE);
			assert_ok!(report(1, [said(7, usd(500))]));
			assert_ok!(report(2, [said(7, usd(501))]));
			assert_ok!(report(3, [said(7, usd(502))]));
			assert_ok!(report(4, [said(7, lie)]));
			let quote = Oracle::reading(7).reliable().unwrap();
			assert!(usd(500) <= quote.lower && quote.upper <= usd(502));
			assert!(quote.lower == honest || quote.upper == honest);
		}
	});
}

#[test]
fn a_single_member_makes_a_feed() {
	with_feed(1, || {
		all_say(7, [1], usd(5));
		let Reading::Fresh(quote) = Oracle::reading(7) else { panic!("everybody reported") };
		assert_eq!((quote.lower, quote.mid, quote.upper), (usd(5), usd(5), usd(5)));
		assert_eq!(quote.confidence, Price::default());
		assert_eq!((quote.observed_at, quote.valid_until), (START, START + TTL));
	});
}

#[test]
fn prices_at_the_top_of_the_range_do_not_overflow() {
	let top = Price::from_inner(u128::MAX);
	let wide = crate::FeedConfig { minimum: Price::from_inner(1), maximum: top, ..config(2) };
	execute(ext_with(vec![(7, wide)]), || {
		assert_ok!(report(1, [said(7, top)]));
		assert_ok!(report(2, [said(7, top)]));
		let quote = Oracle::reading(7).reliable().unwrap();
		assert_eq!((quote.lower, quote.mid, quote.upper), (top, top, top));
		pass(MINUTE);
		assert_ok!(report(2, [said(7, Price::from_inner(1))]));
		let quote = Oracle::reading(7).reliable().unwrap();
		assert_eq!((quote.lower, quote.upper), (Price::from_inner(1), top));
		assert_eq!(quote.mid, Price::from_inner(1 + (u128::MAX - 1) / 2));
	});
}

#[test]
fn every_feed_is_read_in_order() {
	execute(ext_with(vec![(9, config(1)), (2, config(1)), (5, config(1))]), || {
		all_say(5, [1], usd(3));
		let readings = Oracle::readings();
		assert_eq!(readings.iter().map(|(feed, _)| *feed).collect::<Vec<_>>(), [2, 5, 9]);
		assert_eq!(readings[0].1, Reading::Unknown);
		assert_eq!(readings[1].1, Oracle::reading(5));
		assert_eq!(readings[1].1.reliable().unwrap().mid, usd(3));
	});
}

#[test]
fn one_value_holds_all_reports_of_a_feed() {
	with_feed(15, || {
		all_say(7, (1..=15).rev(), usd(5));
		let data = Live::<Test>::get(7).unwrap();
		let feeders: Vec<_> = data.reports.iter().map(|held| held.feeder).collect();
		assert_eq!(feeders, (1..=15).collect::<Vec<_>>());
		pass(MINUTE);
		all_say(7, [8], usd(6));
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 15);
	});
}
