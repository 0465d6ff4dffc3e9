//! Listing, changing and removing feeds.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_statistics::{GateTerms, LimitTerms, OutlierTerms, Variance, VolatilityTerms};
use strata_traits::{PriceFeeds, Reading};

use super::{all_say, install, report, set_feed};
use crate::{
	mock::*, tolerated, ConfigError, Error, Event, FeedConfig, Feeds, Live, Removed,
	LARGEST_VARIANCE, LONGEST_TIME_TO_LIVE, LONGEST_WAIT, SHORTEST_INTERVAL,
};

#[test]
fn only_the_admin_changes_feeds() {
	with_feed(4, || {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(
				Oracle::set_feed(origin.clone(), 7, Box::new(config(4))),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Oracle::propose_members(origin.clone(), 7, members(1..=4), 3, None),
				DispatchError::BadOrigin
			);
			assert_noop!(Oracle::remove_feed(origin, 7), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn tolerated_liars() {
	let expected = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4];
	for (members, liars) in (0u32..).zip(expected) {
		assert_eq!(tolerated(members), liars, "n = {members}");
	}
	assert_eq!(tolerated(u32::MAX), (u32::MAX - 1) / 3);
}

#[test]
fn a_configuration_must_hold_together() {
	execute(ext(), || {
		use ConfigError::*;
		let base = || config(4);
		let age = |maximum_source_age| FeedConfig { maximum_source_age, ..base() };
		let long = LONGEST_TIME_TO_LIVE + 1;
		let gate = |terms| FeedConfig { gate: Some(terms), ..base() };
		let volatility = |volatility| FeedConfig { volatility, ..base() };
		let too_volatile = Variance::from_inner(LARGEST_VARIANCE.inner() + 1);
		for (wrong, error) in [
			(
				FeedConfig { description: vec![0xff].try_into().unwrap(), ..base() },
				DescriptionNotText,
			),
			(FeedConfig { members: members([]), ..base() }, NoMembers),
			(FeedConfig { members: members([3, 1, 2, 3]), ..base() }, MemberTwice),
			(FeedConfig { quorum: 0, ..base() }, QuorumTooLow),
			(FeedConfig { quorum: 2, ..base() }, QuorumTooLow),
			(FeedConfig { quorum: 4, ..base() }, QuorumTooHigh),
			(FeedConfig { quorum: u32::MAX, ..base() }, QuorumTooHigh),
			(FeedConfig { minimum: Price::default(), ..base() }, BoundsOutOfOrder),
			(FeedConfig { minimum: usd(1_000), ..base() }, BoundsOutOfOrder),
			(FeedConfig { minimum: usd(1_001), ..base() }, BoundsOutOfOrder),
			(FeedConfig { time_to_live: long, ..base() }, TimeToLiveTooLong),
			(FeedConfig { time_to_live: u64::MAX, ..base() }, TimeToLiveTooLong),
			(FeedConfig { time_to_live: 0, ..base() }, SourceAgeOutOfRange),
			(gate(GateTerms { confirm_after: 0, ..GATE }), GateOutOfRange),
			(gate(GateTerms { confirm_after: LONGEST_WAIT + 1, ..GATE }), GateOutOfRange),
			(
				gate(GateTerms { limit: LimitTerms { least: 0, ..GATE.limit }, ..GATE }),
				GateOutOfRange,
			),
			(
				gate(GateTerms { limit: LimitTerms { most: 10_000, ..GATE.limit }, ..GATE }),
				GateOutOfRange,
			),
			(volatility(VolatilityTerms { half_life: 0, ..VOLATILITY }), VolatilityOutOfRange),
			(
				volatility(VolatilityTerms { clip: Price::default(), ..VOLATILITY }),
				VolatilityOutOfRange,
			),
			(
				volatility(VolatilityTerms { clip: Price::from_rational(11, 10), ..VOLATILITY }),
				VolatilityOutOfRange,
			),
			(
				volatility(VolatilityTerms { interval: SHORTEST_INTERVAL - 1, ..VOLATILITY }),
				VolatilityOutOfRange,
			),
			(FeedConfig { starting_variance: too_volatile, ..base() }, VolatilityOutOfRange),
			(
				FeedConfig {
					outlier: OutlierTerms {
						limit: LimitTerms { least: 3_001, ..OUTLIER.limit },
						..OUTLIER
					},
					..base()
				},
				OutlierOutOfRange,
			),
			(FeedConfig { delay: LONGEST_WAIT + 1, ..base() }, DelayTooLong),
			(age(0), SourceAgeOutOfRange),
			(age(TTL), SourceAgeOutOfRange),
		] {
			assert_noop!(set_feed(7, wrong), config_error(error));
		}
		assert_ok!(set_feed(7, base()));
		assert_ok!(set_feed(7, age(TTL - 1)));
		assert_ok!(set_feed(7, age(1)));
		assert_ok!(set_feed(7, FeedConfig { time_to_live: long - 1, ..base() }));
		assert_ok!(set_feed(7, gate(GateTerms { confirm_after: LONGEST_WAIT, ..GATE })));
		assert_ok!(set_feed(7, FeedConfig { delay: LONGEST_WAIT, ..base() }));
		assert_ok!(set_feed(7, FeedConfig { starting_variance: LARGEST_VARIANCE, ..base() }));
	});
}

#[test]
fn quorum_bounds_of_every_membership() {
	execute(ext(), || {
		// So that one that was removed is free at once.
		MembershipDelay::set(0);
		for n in 1..=15u32 {
			let f = (n - 1) / 3;
			for quorum in 0..=16 {
				let wanted = FeedConfig { quorum, ..config(n.into()) };
				let fits = 2 * f < quorum && quorum <= n - f;
				assert_eq!(set_feed(7, wanted).is_ok(), fits, "n = {n}, quorum {quorum}");
				assert_eq!(Oracle::remove_feed(RuntimeOrigin::root(), 7).is_ok(), fits);
			}
		}
	});
}

#[test]
fn members_are_stored_sorted() {
	execute(ext(), || {
		let shuffled = FeedConfig { members: members([3, 1, 4, 2]), ..config(4) };
		assert_ok!(set_feed(7, shuffled));
		assert_eq!(Feeds::<Test>::get(7).unwrap(), config(4));
		System::assert_last_event(Event::FeedSet { feed: 7 }.into());
	});
}

#[test]
fn feeds_are_bounded() {
	execute(ext(), || {
		for feed in 0..20 {
			assert_ok!(set_feed(feed, config(1)));
		}
		assert_noop!(set_feed(20, config(1)), Error::<Test>::TooManyFeeds);
		// Replacing is not adding.
		assert_ok!(set_feed(19, FeedConfig { reward: 1, ..config(1) }));
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 0));
		assert_ok!(set_feed(20, config(1)));
		assert_eq!(Feeds::<Test>::count(), 20);
	});
}

#[test]
fn a_leaver_takes_its_report_along() {
	with_feed(4, || {
		for feeder in 1..=4 {
			all_say(7, [feeder], usd(feeder as u32));
		}
		pass(MINUTE);
		// 4 leaves, 5 joins: three reports remain of members 1, 2, 3.
		install(7, FeedConfig { members: members([1, 2, 3, 5]), ..config(4) });
		let Reading::Degraded(quote) = Oracle::reading(7) else { panic!("a quorum is left") };
		assert_eq!((quote.lower, quote.upper), (usd(2), usd(2)));
		System::assert_last_event(Event::PriceUpdated { feed: 7, quote, fresh: 3 }.into());
		assert_noop!(report(4, [said(7, usd(5))]), Error::<Test>::NotAFeeder);
		all_say(7, [5], usd(5));
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
	});
}

#[test]
fn a_quorum_lost_with_leavers_is_lost_at_once() {
	with_feed(4, || {
		all_say(7, 1..=3, usd(5));
		pass(MINUTE);
		install(7, FeedConfig { members: members(3..=6), ..config(4) });
		let Reading::Stale(last) = Oracle::reading(7) else { panic!("one report is no quorum") };
		assert_eq!(last.mid, usd(5));
		assert_eq!(last.valid_until, now());
	});
}

#[test]
fn narrower_bounds_drop_what_lies_outside() {
	with_feed(4, || {
		for (feeder, value) in [(1, 90), (2, 100), (3, 100), (4, 110)] {
			all_say(7, [feeder], usd(value));
		}
		// One report goes, the quorum stays.
		assert_ok!(set_feed(7, FeedConfig { minimum: usd(95), ..config(4) }));
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 3);
		assert!(matches!(Oracle::reading(7), Reading::Degraded(_)));
		// Two more go, and the last quote with them.
		assert_ok!(set_feed(7, FeedConfig { minimum: usd(105), ..config(4) }));
		assert_eq!(Live::<Test>::get(7).unwrap().reports.len(), 1);
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		// Wider bounds do not bring them back.
		assert_ok!(set_feed(7, config(4)));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
	});
}

#[test]
fn a_shorter_time_to_live_acts_at_once() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(5));
		pass(20 * MINUTE);
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		assert_ok!(set_feed(7, FeedConfig { time_to_live: 15 * MINUTE, ..config(4) }));
		let Reading::Stale(last) = Oracle::reading(7) else { panic!("all are too old") };
		assert!(last.valid_until <= now());
	});
}

#[test]
fn a_feed_that_was_removed_is_listed_anew_only_as_late_as_its_members_could_change() {
	with_feed(4, || {
		let until = System::block_number() + MEMBERSHIP_BLOCKS;
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 7));
		assert_eq!(Removed::<Test>::get().to_vec(), vec![(7, until)]);
		let others = || FeedConfig { members: members(5..=8), ..config(4) };
		assert_noop!(set_feed(7, others()), Error::<Test>::RemovedLately);
		assert_ok!(set_feed(8, others()));
		System::set_block_number(until - 1);
		assert_noop!(set_feed(7, others()), Error::<Test>::RemovedLately);
		System::set_block_number(until);
		assert_ok!(set_feed(7, others()));
		assert!(!Removed::<Test>::exists());
		// One that is listed is changed without looking there.
		assert_ok!(set_feed(7, FeedConfig { reward: 1, ..others() }));
	});
}

#[test]
fn what_was_removed_lately_is_bounded() {
	execute(ext(), || {
		let remove = |feed| Oracle::remove_feed(RuntimeOrigin::root(), feed);
		for feed in 0..20 {
			assert_ok!(set_feed(feed, config(1)));
			assert_ok!(remove(feed));
		}
		assert_ok!(set_feed(20, config(1)));
		assert_noop!(remove(20), Error::<Test>::TooManyRemoved);
		System::set_block_number(System::block_number() + MEMBERSHIP_BLOCKS);
		assert_ok!(remove(20));
		assert_eq!(Removed::<Test>::get().len(), 1);
	});
}

#[test]
fn a_feed_in_use_stays() {
	with_feed(4, || {
		FeedsInUse::set(vec![7]);
		assert_noop!(Oracle::remove_feed(RuntimeOrigin::root(), 7), Error::<Test>::FeedInUse);
		FeedsInUse::set(vec![]);
		all_say(7, 1..=4, usd(5));
		assert_ok!(Oracle::remove_feed(RuntimeOrigin::root(), 7));
		System::assert_last_event(Event::FeedRemoved { feed: 7 }.into());
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		assert!(Live::<Test>::get(7).is_none());
		assert_noop!(Oracle::remove_feed(RuntimeOrigin::root(), 7), Error::<Test>::UnknownFeed);
	});
}
