//! Which reports are accepted, and what they cost.

use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo, Pays},
	weights::constants::ParityDbWeight,
};
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_traits::{PriceFeeds, Reading};

use super::{all_say, report};
use crate::{mock::*, Call, Error, Event, Live, Report, FUTURE_TOLERANCE};

#[test]
fn needs_a_signature() {
	with_feed(1, || {
		let reports = || vec![said(7, usd(5))].try_into().unwrap();
		assert_noop!(Oracle::report(RuntimeOrigin::none(), reports()), DispatchError::BadOrigin);
		assert_noop!(Oracle::report(RuntimeOrigin::root(), reports()), DispatchError::BadOrigin);
	});
}

#[test]
fn refuses_an_empty_batch() {
	with_feed(1, || {
		assert_noop!(report(1, []), Error::<Test>::EmptyBatch);
	});
}

#[test]
fn refuses_a_feed_twice_in_a_batch() {
	with_feed(1, || {
		let batch = [said(7, usd(5)), said(7, usd(6))];
		assert_noop!(report(1, batch), Error::<Test>::DuplicateFeed);
	});
}

#[test]
fn refuses_who_does_not_answer_for_it() {
	with_feed(1, || {
		let said = |who| report(who, [said(7, usd(5))]);
		assert_noop!(said(BONDED + 1), Error::<Test>::NotBonded);
		// A member too, and before anything is said about the report.
		crate::Feeders::<Test>::mutate(1, |bond| bond.as_mut().unwrap().amount -= 1);
		assert_noop!(said(1), Error::<Test>::BondTooLow);
		crate::Feeders::<Test>::mutate(1, |bond| bond.as_mut().unwrap().amount += 1);
		assert_ok!(said(1));
		pass(6_000);
		assert_ok!(Oracle::unbond(RuntimeOrigin::signed(1)));
		assert_noop!(said(1), Error::<Test>::Leaving);
	});
}

#[test]
fn refuses_unknown_feeds() {
	with_feed(1, || {
		assert_noop!(report(1, [said(8, usd(5))]), Error::<Test>::UnknownFeed);
	});
}

#[test]
fn refuses_strangers() {
	with_feed(4, || {
		assert_noop!(report(5, [said(7, usd(5))]), Error::<Test>::NotAFeeder);
		assert_noop!(report(0, [said(7, usd(5))]), Error::<Test>::NotAFeeder);
	});
}

#[test]
fn hard_bounds_are_inclusive_to_the_last_digit() {
	with_feed(1, || {
		let config = config(1);
		for outside in [
			Price::default(),
			Price::from_inner(config.minimum.into_inner() - 1),
			Price::from_inner(config.maximum.into_inner() + 1),
			Price::from_inner(u128::MAX),
		] {
			assert_noop!(report(1, [said(7, outside)]), Error::<Test>::OutsideBounds);
		}
		assert_ok!(report(1, [said(7, config.minimum)]));
		pass(6_000);
		assert_ok!(report(1, [said(7, config.maximum)]));
	});
}

#[test]
fn a_half_width_is_at_most_the_value() {
	with_feed(1, || {
		let too_wide =
			Report { half_width: Price::from_inner(usd(5).into_inner() + 1), ..said(7, usd(5)) };
		assert_noop!(report(1, [too_wide]), Error::<Test>::HalfWidthTooLarge);
		assert_ok!(report(1, [Report { half_width: usd(5), ..said(7, usd(5)) }]));
	});
}

#[test]
fn a_clock_up_to_thirty_seconds_ahead_is_tolerated_but_gains_nothing() {
	with_feed(1, || {
		let ahead = |by| Report { observed_at: now() + by, ..said(7, usd(5)) };
		assert_noop!(report(1, [ahead(FUTURE_TOLERANCE + 1)]), Error::<Test>::ObservedInFuture);
		assert_noop!(
			report(1, [Report { observed_at: u64::MAX, ..said(7, usd(5)) }]),
			Error::<Test>::ObservedInFuture
		);
		assert_ok!(report(1, [ahead(FUTURE_TOLERANCE)]));
		let held = Live::<Test>::get(7).unwrap().reports[0].clone();
		assert_eq!((held.observed_at, held.received_at), (START, START));
		// In the next block the same feeder is not locked out by its own fast clock.
		pass(6_000);
		assert_ok!(report(1, [ahead(FUTURE_TOLERANCE)]));
	});
}

#[test]
fn the_oldest_observation_allowed_is_exact() {
	with_feed(1, || {
		let old = |age| Report { observed_at: now() - age, ..said(7, usd(5)) };
		assert_noop!(report(1, [old(AGE + 1)]), Error::<Test>::ObservedTooLongAgo);
		assert_noop!(
			report(1, [Report { observed_at: 0, ..said(7, usd(5)) }]),
			Error::<Test>::ObservedTooLongAgo
		);
		assert_ok!(report(1, [old(AGE)]));
	});
}

#[test]
fn an_observation_must_be_newer_than_the_last() {
	with_feed(1, || {
		let at = |observed_at, value| Report { observed_at, ..said(7, value) };
		assert_ok!(report(1, [at(START - 1_000, usd(5))]));
		pass(6_000);
		assert_noop!(report(1, [at(START - 1_001, usd(6))]), Error::<Test>::NotNewer);
		assert_noop!(report(1, [at(START - 1_000, usd(6))]), Error::<Test>::NotNewer);
		assert_ok!(report(1, [at(START - 999, usd(6))]));
		assert_eq!(Live::<Test>::get(7).unwrap().reports[0].value, usd(6));
	});
}

#[test]
fn one_report_for_each_feeder_feed_and_block() {
	with_feed(1, || {
		let at = |observed_at| Report { observed_at, ..said(7, usd(5)) };
		assert_ok!(report(1, [at(START - 2)]));
		// Newer, but a free one every millisecond of the source age would be spam.
		assert_noop!(report(1, [at(START - 1)]), Error::<Test>::AlreadyReported);
		pass(6_000);
		assert_ok!(report(1, [at(START - 1)]));
	});
}

#[test]
fn a_batch_is_accepted_whole_or_not_at_all() {
	execute(ext_with(vec![(1, config(1)), (2, config(1)), (3, config(2))]), || {
		let good = [said(1, usd(5)), said(2, usd(6)), said(3, usd(7))];
		let bad = [said(1, usd(5)), said(2, usd(6)), said(3, usd(1_001))];
		assert_noop!(report(1, bad), Error::<Test>::OutsideBounds);
		assert_noop!(report(2, good), Error::<Test>::NotAFeeder);
		assert_ok!(report(1, good));
		for (feed, value) in [(1, usd(5)), (2, usd(6)), (3, usd(7))] {
			assert_eq!(Oracle::reading(feed).last().map(|quote| quote.mid), Some(value));
		}
	});
}

#[test]
fn the_largest_batch_fits() {
	execute(ext_with((0..16).map(|feed| (feed, config(15))).collect()), || {
		for feeder in 1..=15 {
			assert_ok!(report(feeder, (0..16).map(|feed| said(feed, usd(feeder as u32)))));
		}
		for feed in 0..16 {
			assert!(matches!(Oracle::reading(feed), Reading::Fresh(quote) if quote.mid == usd(8)));
		}
	});
}

#[test]
fn accepted_reports_are_free_and_refused_ones_are_not() {
	with_feed(1, || {
		let accepted = report(1, [said(7, usd(5))]).unwrap();
		assert_eq!(accepted.pays_fee, Pays::No);
		assert_eq!(accepted.actual_weight, None);
		let refused = report(1, [said(7, usd(5))]).unwrap_err();
		assert_eq!(refused.post_info.pays_fee, Pays::Yes);
	});
}

#[test]
fn reports_go_into_the_first_block_of_a_session() {
	// Normal extrinsics do not.
	let call = Call::<Test>::report { reports: vec![].try_into().unwrap() };
	let info = call.get_dispatch_info();
	assert_eq!(info.class, DispatchClass::Operational);
	assert_eq!(info.pays_fee, Pays::Yes);
}

#[test]
fn weight_grows_with_the_batch() {
	execute(ext(), || {
		let weight = |x: u32| {
			let reports: Vec<_> = (0..x).map(|feed| said(feed, usd(5))).collect();
			Call::<Test>::report { reports: reports.try_into().unwrap() }
				.get_dispatch_info()
				.call_weight
		};
		let (first, second) = (weight(1), weight(2));
		let more = second - first;
		assert_eq!(weight(16), first + more * 15);
		// Two reads and a write of ParityDB.
		assert!(more.ref_time() > ParityDbWeight::get().reads_writes(2, 1).ref_time());
	});
}

#[test]
fn events_name_the_feeder_and_the_new_price() {
	with_feed(4, || {
		all_say(7, 1..=2, usd(5));
		// Below quorum there is no price to speak of.
		let updates = || {
			let update = |event: &RuntimeEvent| {
				matches!(event, RuntimeEvent::Oracle(Event::PriceUpdated { .. }))
			};
			System::events().into_iter().filter(|record| update(&record.event)).count()
		};
		assert_eq!(updates(), 0);
		System::assert_last_event(Event::Reported { feeder: 2, count: 1 }.into());
		all_say(7, [3], usd(6));
		assert_eq!(updates(), 1);
		let quote = Oracle::reading(7).reliable().unwrap();
		System::assert_has_event(Event::PriceUpdated { feed: 7, quote, fresh: 3 }.into());
	});
}
