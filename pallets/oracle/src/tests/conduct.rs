//! Strikes, silence, jail.

use std::collections::VecDeque;

use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use proptest::prelude::*;
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_traits::{Moment, PriceFeeds, Reading};

use super::{all_say, install, report};
use crate::{
	conduct::{grace, is_too_silent, Attendance, Strikes, PARTS},
	mock::*,
	Error, Event, FeedConfig, Feeders, HoldReason, Offence,
};

fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

fn jailed(who: AccountId) -> Option<Moment> {
	Feeders::<Test>::get(who).unwrap().jailed_until
}

/// Whether anybody was warned or jailed so far.
fn all_is_well() -> bool {
	!System::events().into_iter().any(|record| {
		matches!(
			record.event,
			RuntimeEvent::Oracle(Event::FeederWarned { .. } | Event::FeederJailed { .. })
		)
	})
}

/// 1 to 3 report every half an hour, for `time` from now; 4 does not.
fn go_on_without_4(time: Moment) {
	let end = now() + time;
	while now() < end {
		pass((30 * MINUTE).min(end - now()));
		all_say(7, 1..=3, usd(100));
	}
}

/// Everybody has reported to feed 7, then 4 had no fresh report for `silence`, and reports again.
fn silent_for(silence: Moment, test: impl FnOnce()) {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		go_on_without_4(TTL + silence);
		all_say(7, [4], usd(100));
		test()
	});
}

#[test]
fn ten_outliers_within_a_day_jail_and_the_price_holds() {
	with_feed(4, || {
		// The first one is struck for when the second comes, and so on.
		for n in 0..=10 {
			all_say(7, 1..=3, usd(100));
			all_say(7, [4], usd(150));
			if n > 0 {
				System::assert_has_event(
					Event::OutlierReported { feed: 7, feeder: 4, strikes: n }.into(),
				);
			}
			assert_eq!(jailed(4), (n == 10).then(|| now() + DAY));
			assert_eq!(Oracle::reading(7).reliable().unwrap().mid, usd(100));
			pass(MINUTE);
		}
		let until = now() - MINUTE + DAY;
		System::assert_has_event(
			Event::FeederJailed { feeder: 4, offence: Offence::Outliers, until }.into(),
		);
		assert_noop!(report(4, [said(7, usd(100))]), Error::<Test>::Jailed);
		// Nothing was taken off the bond.
		let held = Balances::balance_on_hold(&HoldReason::FeederBond.into(), &4);
		assert_eq!(held, MIN_BOND);
	});
}

#[test]
fn outliers_of_one_batch_count_one_by_one() {
	execute(ext_with((0..10).map(|feed| (feed, config(4))).collect()), || {
		for feeder in 1..=3 {
			assert_ok!(report(feeder, (0..10).map(|feed| said(feed, usd(100)))));
		}
		assert_ok!(report(4, (0..10).map(|feed| said(feed, usd(150)))));
		pass(MINUTE);
		assert_ok!(report(4, (0..9).map(|feed| said(feed, usd(100)))));
		assert_eq!(Feeders::<Test>::get(4).unwrap().strikes.times().len(), 9);
		assert_eq!(jailed(4), None);
		pass(MINUTE);
		// With the tenth the feeder is jailed, and the batch stands.
		assert_ok!(report(4, [said(9, usd(100)), said(0, usd(100))]));
		assert_eq!(jailed(4), Some(now() + DAY));
		assert!(matches!(Oracle::reading(9), Reading::Fresh(_)));
	});
}

#[test]
fn an_outlier_counts_for_a_day_to_the_millisecond() {
	for (wait, expected) in [(DAY - 9 * MINUTE - 1, true), (DAY - 9 * MINUTE, false)] {
		with_feed(4, || {
			// Nine strikes, the first one with the second report.
			for _ in 0..10 {
				all_say(7, 1..=3, usd(100));
				all_say(7, [4], usd(150));
				pass(MINUTE);
			}
			pass(wait);
			all_say(7, 1..=3, usd(100));
			all_say(7, [4], usd(150));
			let strikes = Feeders::<Test>::get(4).unwrap().strikes;
			assert_eq!(strikes.times().len(), if expected { 10 } else { 9 });
			// The quorum was lost, so that nobody was silent: jail is for outliers.
			assert_eq!(jailed(4).is_some(), expected);
		});
	}
}

#[test]
fn the_first_to_see_a_fall_is_not_struck_however_often_it_reports() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		// By three dollars in every block; the others look a block before the minute is over.
		for step in 1..=27 {
			pass(6_000);
			let seen = usd(100 - 3 * step);
			all_say(7, [1], seen);
			if step % 9 == 0 {
				all_say(7, 2..=4, seen);
			}
		}
		pass(6_000);
		all_say(7, 1..=4, usd(19));
		assert!(Feeders::<Test>::iter_values().all(|record| record.strikes.times().is_empty()));
	});
}

#[test]
fn who_insists_on_a_lie_is_jailed_all_the_same() {
	with_feed(4, || {
		all_say(7, 1..=3, usd(100));
		all_say(7, [4], usd(150));
		// Another lie in every block. A strike a minute, ten in ten minutes.
		for block in 1..=100u32 {
			pass(6_000);
			all_say(7, [4], usd(150 + block % 7));
			let strikes = Feeders::<Test>::get(4).unwrap().strikes.times().len();
			assert_eq!(strikes, block as usize / 10);
			assert_eq!(jailed(4).is_some(), block == 100);
		}
	});
}

#[test]
fn grace_is_a_minute_unless_reports_or_days_are_short() {
	assert_eq!(grace(TTL, DAY), MINUTE);
	assert_eq!(grace(MINUTE - 1, DAY), MINUTE - 1);
	// 24 blocks, as on a development chain: within one block.
	assert_eq!(grace(TTL, 24 * 6_000), 3_600);
}

#[test]
fn who_says_what_others_say_has_no_strikes() {
	with_feed(7, || {
		for n in 0..50u32 {
			// Within 2 % of each other, all over the place.
			for feeder in 1..=7u32 {
				let off = Price::from_rational(u128::from((feeder * 7 + n * 3) % 8), 8);
				all_say(7, [feeder.into()], usd(100) + off);
			}
			pass(MINUTE);
		}
		assert!(Feeders::<Test>::iter_values().all(|record| record.strikes.times().is_empty()));
		assert!(all_is_well());
	});
}

#[test]
fn a_tenth_of_a_day_warns_from_the_next_millisecond_on() {
	silent_for(DAY / 10, || assert!(all_is_well()));
	silent_for(DAY / 10 + 1, || {
		System::assert_has_event(Event::FeederWarned { feeder: 4 }.into());
		assert_eq!(jailed(4), None);
		// Once, as long as it lasts.
		System::reset_events();
		pass(MINUTE);
		all_say(7, [4], usd(100));
		assert!(all_is_well());
		assert!(Feeders::<Test>::get(4).unwrap().warned);
		// A day later all is forgotten.
		for _ in 0..(DAY / (30 * MINUTE)) {
			pass(30 * MINUTE);
			all_say(7, 1..=4, usd(100));
		}
		assert!(!Feeders::<Test>::get(4).unwrap().warned);
		assert!(all_is_well());
	});
}

#[test]
fn three_tenths_of_a_day_jail_from_the_next_millisecond_on() {
	silent_for(DAY / 10 * 3, || assert_eq!(jailed(4), None));
	silent_for(DAY / 10 * 3 + 1, || {
		let until = now() + DAY;
		System::assert_has_event(
			Event::FeederJailed { feeder: 4, offence: Offence::Silence, until }.into(),
		);
		// Its report stands: everybody has reported.
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		pass(MINUTE);
		assert_noop!(report(4, [said(7, usd(100))]), Error::<Test>::Jailed);
	});
}

#[test]
fn silence_is_the_share_of_all_feeds() {
	let feeds = (0..10).map(|feed| (feed, config(4))).collect();
	execute(ext_with(feeds), || {
		let all = |who: std::ops::RangeInclusive<u64>, feeds: std::ops::Range<u32>| {
			for feeder in who {
				assert_ok!(report(feeder, feeds.clone().map(|feed| said(feed, usd(100)))));
			}
		};
		all(1..=4, 0..10);
		// For half a day 4 reports to eight of ten feeds: a fifth of half a day.
		for _ in 0..24 {
			pass(30 * MINUTE);
			all(1..=3, 0..10);
			all(4..=4, 0..8);
		}
		pass(MINUTE);
		all(4..=4, 8..10);
		// Of ten feeds and a whole day: a tenth less an hour of two feeds.
		assert!(all_is_well());
	});
}

#[test]
fn nobody_answers_for_a_halt_of_the_chain() {
	with_feed(4, || {
		for _ in 0..10 {
			all_say(7, 1..=4, usd(100));
			pass(30 * MINUTE);
		}
		pass(3 * DAY);
		// Everything is stale: nobody could have reported.
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		for _ in 0..10 {
			all_say(7, 1..=4, usd(100));
			pass(30 * MINUTE);
		}
		assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
		assert!(all_is_well());
	});
}

#[test]
fn nobody_answers_for_a_source_that_fails_everybody() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		// Two go on: no quorum.
		for _ in 0..48 {
			pass(30 * MINUTE);
			all_say(7, 1..=2, usd(100));
		}
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		for feeder in 3..=4 {
			assert_noop!(Oracle::report_silence(signed(9), 7, feeder), Error::<Test>::NotSilent);
		}
		all_say(7, 3..=4, usd(100));
		assert!(all_is_well());
	});
}

#[test]
fn anyone_has_who_stopped_altogether_jailed() {
	with_feed(4, || {
		let silence = |feeder| Oracle::report_silence(signed(FUNDED), 7, feeder);
		assert_noop!(Oracle::report_silence(RuntimeOrigin::root(), 7, 4), DispatchError::BadOrigin);
		assert_noop!(Oracle::report_silence(signed(FUNDED), 8, 4), Error::<Test>::UnknownFeed);
		assert_noop!(silence(5), Error::<Test>::NotAFeeder);
		// Never reported: there is no time to measure.
		assert_noop!(silence(4), Error::<Test>::NotSilent);
		all_say(7, 1..=4, usd(100));
		go_on_without_4(TTL + DAY / 10 * 3);
		assert_noop!(silence(4), Error::<Test>::NotSilent);
		pass(1);
		assert_ok!(silence(4));
		System::assert_last_event(
			Event::FeederJailed { feeder: 4, offence: Offence::Silence, until: now() + DAY }.into(),
		);
		assert_noop!(silence(4), Error::<Test>::Jailed);
		// Who reports is not silent.
		assert_noop!(silence(1), Error::<Test>::NotSilent);
		assert_ok!(Oracle::unbond(signed(1)));
		assert_noop!(silence(1), Error::<Test>::Leaving);
	});
}

#[test]
fn a_feeder_comes_back_by_itself_and_after_a_day() {
	with_feed(4, || {
		let unjail = || Oracle::unjail(signed(4));
		assert_noop!(Oracle::unjail(RuntimeOrigin::root()), DispatchError::BadOrigin);
		assert_noop!(Oracle::unjail(signed(FUNDED)), Error::<Test>::NotBonded);
		assert_noop!(unjail(), Error::<Test>::NotJailed);
		all_say(7, 1..=4, usd(100));
		go_on_without_4(TTL + DAY / 10 * 3 + 1);
		assert_ok!(Oracle::report_silence(signed(FUNDED), 7, 4));
		go_on_without_4(DAY - 1);
		assert_noop!(unjail(), Error::<Test>::TooEarly);
		go_on_without_4(1);
		// The day is over, but nobody comes back by that alone.
		assert_noop!(report(4, [said(7, usd(100))]), Error::<Test>::Jailed);
		assert_ok!(unjail());
		System::assert_last_event(Event::FeederReleased { feeder: 4 }.into());
		assert_noop!(unjail(), Error::<Test>::NotJailed);
		// What it missed in jail does not count.
		System::reset_events();
		assert_noop!(Oracle::report_silence(signed(FUNDED), 7, 4), Error::<Test>::NotSilent);
		pass(MINUTE);
		all_say(7, 1..=4, usd(100));
		assert!(all_is_well());
		// What it misses afterwards does.
		go_on_without_4(TTL + DAY / 10 * 3 + 1);
		all_say(7, [4], usd(100));
		assert!(jailed(4).is_some());
	});
}

#[test]
fn giving_notice_and_taking_it_back_wipes_nothing_out() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		go_on_without_4(TTL + DAY / 10 * 3 + 1);
		assert_ok!(Oracle::unbond(signed(4)));
		assert_ok!(Oracle::bond(signed(4), 0));
		all_say(7, [4], usd(100));
		assert!(jailed(4).is_some());
		// Nor does it get anybody out of jail.
		assert_ok!(Oracle::unbond(signed(4)));
		assert_ok!(Oracle::bond(signed(4), 0));
		assert!(jailed(4).is_some());
	});
}

#[test]
fn a_shorter_time_to_live_makes_nobody_silent_in_retrospect() {
	let longer = FeedConfig { time_to_live: 10 * TTL, ..config(4) };
	execute(ext_with(vec![(7, longer)]), || {
		all_say(7, 1..=4, usd(100));
		// By the old time to live the report of 4 counts all along; by the new one it did not for more
		// than three tenths of a day.
		go_on_without_4(TTL + DAY / 10 * 3 + MINUTE);
		install(7, config(4));
		assert_noop!(Oracle::report_silence(signed(FUNDED), 7, 4), Error::<Test>::NotSilent);
		pass(MINUTE);
		all_say(7, [4], usd(100));
		assert!(all_is_well());
		// From now on it is by the new one.
		go_on_without_4(TTL + DAY / 10 * 3 + 1);
		assert_ok!(Oracle::report_silence(signed(FUNDED), 7, 4));
	});
}

#[test]
fn who_joins_later_does_not_answer_for_the_time_before() {
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		for _ in 0..48 {
			pass(30 * MINUTE);
			all_say(7, 1..=4, usd(100));
		}
		install(7, FeedConfig { members: members(1..=5), ..config(4) });
		pass(MINUTE);
		all_say(7, [5], usd(100));
		go_on_without_4(MINUTE);
		assert_noop!(Oracle::report_silence(signed(FUNDED), 7, 5), Error::<Test>::NotSilent);
		assert!(all_is_well());
	});
}

/// An attendance as a list of all that was ever added.
#[derive(Default)]
struct Everything {
	added: VecDeque<(Moment, Moment, Moment)>,
}

impl Everything {
	/// Silence and time in all that was added after `since`.
	fn after(&self, since: Moment) -> (u64, u64) {
		let kept = self.added.iter().filter(|(at, ..)| *at > since);
		kept.fold((0, 0), |(silent, all), entry| (silent + entry.1, all + entry.2))
	}
}

proptest! {
	/// What is kept is what was added in the last eleven twelfths of a day, and some of the twelfth
	/// before, and nothing older.
	#[test]
	fn attendance_is_of_the_last_day(
		gaps in prop::collection::vec((1u64..DAY / 2, 0u64..=100), 1..60),
		day in DAY / 2..DAY * 2,
	) {
		let mut kept = Attendance::starting(START);
		let mut all = Everything::default();
		let mut at = START;
		for (gap, percent) in gaps {
			at += gap;
			let silent = gap * percent / 100;
			kept.add([(silent, gap)], at, day).unwrap();
			all.added.push_back((at, silent, gap.min(day)));
			let last = all.added.back_mut().unwrap();
			last.1 = last.1.min(last.2);
			let (silent, time) = kept.totals().unwrap();
			let part = day / PARTS as u64;
			let (least, most) = (all.after(at - part * (PARTS as u64 - 1)), all.after(at - day));
			prop_assert!(least.0 <= silent && silent <= most.0, "{silent}: {least:?} {most:?}");
			prop_assert!(least.1 <= time && time <= most.1, "{time}: {least:?} {most:?}");
			prop_assert!(kept.is_sound(at));
		}
	}

	/// Nobody is warned who was silent for a tenth of each gap or less, everybody who was silent for
	/// more than that of every gap, and for over a day.
	#[test]
	fn a_share_is_found(
		gaps in prop::collection::vec(1_000u64..DAY / 30, 200..300),
		percent in 0u64..=100,
	) {
		let mut kept = Attendance::starting(START);
		let mut at = START;
		for gap in gaps {
			at += gap;
			kept.add([(gap * percent / 100, gap)], at, DAY).unwrap();
			if percent <= 10 {
				prop_assert!(!kept.exceeds(10, at, DAY).unwrap());
			}
		}
		if at > START + DAY && percent > 11 {
			prop_assert!(kept.exceeds(10, at, DAY).unwrap());
		}
	}

	/// The number of outliers is exact, up to ten.
	#[test]
	fn strikes_are_of_the_last_day(gaps in prop::collection::vec(0u64..DAY / 4, 1..60)) {
		let mut strikes = Strikes::default();
		let mut all = Vec::new();
		let mut at = START;
		for gap in gaps {
			at += gap;
			all.push(at);
			let expected = all.iter().filter(|then| at - **then < DAY).count().min(10);
			prop_assert_eq!(strikes.add(at, DAY) as usize, expected);
		}
	}
}

#[test]
fn silence_on_end_is_compared_exactly() {
	for day in [1, 9, 10, 11, DAY, u64::MAX] {
		let most = (u128::from(day) * 3 / 10) as u64;
		assert!(!is_too_silent(most, day));
		assert!(is_too_silent(most + 1, day));
	}
	assert!(!is_too_silent(0, 0));
}

#[test]
fn attendance_refuses_what_does_not_fit() {
	let mut kept = Attendance::starting(0);
	let times = [(u64::MAX, u64::MAX); 2];
	assert_eq!(kept.add(times, u64::MAX, u64::MAX), None);
	assert_eq!(Attendance::starting(0).add([times[0]], u64::MAX, u64::MAX), Some(()));
}
