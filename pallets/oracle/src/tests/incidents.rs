//! What happened elsewhere, replayed through [`Pallet::report`](crate::Pallet::report): Compound and DAI
//! (November 2020), Chainlink's least answer and LUNA (May 2022), Nibiru's honest validators (September 2024),
//! Stream's xUSD (November 2025).
//!
//! Heights and orders of magnitude are those of the incidents; the minutes in between are made up.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::Price;
use strata_statistics::ClassRule;
use strata_traits::{Moment, PriceFeeds, Reading};

use super::{
	all_say,
	classes::{valuation, TRUSTEE},
	report,
};
use crate::{mock::*, Error, Event, FeedConfig, Live, Report};

/// Ten-thousandths of a dollar.
fn usd4(parts: u128) -> Price {
	Price::from_inner(parts * 10u128.pow(14))
}

/// A feed of seven with reports that live ten minutes.
fn seven() -> FeedConfig<AccountId> {
	FeedConfig {
		minimum: usd4(1_070),
		time_to_live: 10 * MINUTE,
		maximum_source_age: 5 * MINUTE,
		..gated(7)
	}
}

fn strikes() -> usize {
	let strike =
		|event: &RuntimeEvent| matches!(event, RuntimeEvent::Oracle(Event::OutlierReported { .. }));
	System::events().into_iter().filter(|record| strike(&record.event)).count()
}

/// DAI on one venue, in ten-thousandths, minute by minute: 1.30 at the top.
const DAI: [u128; 13] = [
	10_000, 10_300, 10_800, 11_500, 12_400, 13_000, 13_000, 12_800, 12_100, 11_200, 10_600, 10_200,
	10_100,
];

/// 26 November 2020: Compound took DAI at 1.30 from one venue and liquidated 85 to 103 million. One
/// source among seven does nothing, nor do two, and they are struck for it.
#[test]
fn compound_dai_one_venue_of_seven() {
	for bad in 1..=2 {
		execute(ext_with(vec![(7, seven())]), || {
			all_say(7, 1..=7, usd(1));
			for parts in DAI {
				pass(MINUTE);
				all_say(7, bad + 1..=7, usd(1));
				// A feeder with ten strikes is in jail, and heard no more.
				for liar in 1..=bad {
					let _ = report(liar, [said(7, usd4(parts))]);
				}
				let quote = Oracle::reading(7).reliable().unwrap();
				assert_eq!((quote.lower, quote.upper, quote.most), (usd(1), usd(1), usd(1)));
			}
			assert_eq!(strikes(), 10 * bad as usize);
			assert_noop!(report(1, [said(7, usd(1))]), Error::<Test>::Jailed);
		});
	}
}

/// The same with every feeder on that venue, as Compound's was: the spike waits, and is gone before it
/// is confirmed. Who owes DAI is liquidated at no more than the last confirmed price, and nobody draws.
#[test]
fn compound_dai_all_feeders_on_the_venue() {
	execute(ext_with(vec![(7, seven())]), || {
		all_say(7, 1..=7, usd(1));
		let mut waited = 0;
		for parts in DAI {
			pass(MINUTE);
			all_say(7, 1..=7, usd4(parts));
			let reading = Oracle::reading(7);
			assert!(reading.last().unwrap().upper <= usd4(10_200), "{parts}");
			assert!(reading.enforceable().unwrap().lower <= usd4(10_200), "{parts}");
			let waits = matches!(reading, Reading::Pending { .. });
			assert_eq!(reading.reliable().is_none(), waits);
			waited += u32::from(waits);
		}
		assert!(waited >= 10, "{waited}");
		let quote = Oracle::reading(7).reliable().unwrap();
		assert_eq!(quote.mid, usd4(10_100));
		assert!(quote.most <= usd4(10_200), "nobody was ever told of the spike");
	});
}

/// LUNA, May 2022: Chainlink's feed stood at its minAnswer, 0.107, while LUNA went to nothing; Venus and
/// Blizz lent on it and lost 19.5 million. Here a report below the bound is refused and leaves no trace,
/// so that nobody is told the bound: the price expires, one time to live after it was last within.
#[test]
fn luna_min_answer() {
	execute(ext_with(vec![(7, seven())]), || {
		let mut value = 800_000u128;
		all_say(7, 1..=7, usd4(value));
		let mut last_within = now();
		for _ in 1..=80 {
			value = (value * 88 / 100).max(1);
			pass(5 * MINUTE);
			if value >= 1_070 {
				all_say(7, 1..=7, usd4(value));
				last_within = now();
			} else {
				let before = Live::<Test>::get(7);
				for feeder in 1..=7 {
					assert_noop!(
						report(feeder, [said(7, usd4(value))]),
						Error::<Test>::OutsideBounds
					);
				}
				assert_eq!(Live::<Test>::get(7), before);
			}
			let reading = Oracle::reading(7);
			let last = reading.last().unwrap();
			assert_ne!(last.lower, usd4(1_070));
			assert!(last.valid_until <= last_within + 10 * MINUTE);
			if now() >= last_within + 10 * MINUTE {
				// Typed, and to the millisecond since when.
				assert_eq!(reading, Reading::Stale(last));
				assert_eq!(last.valid_until, last_within + 10 * MINUTE);
				assert_eq!((reading.reliable(), reading.enforceable()), (None, None));
			}
		}
		assert!(now() > last_within + 10 * MINUTE, "the bound was passed");
	});
}

/// The fall itself is followed down to the bound, with the lag of the confirmation: no lender lends on
/// the price of half an hour ago.
#[test]
fn luna_is_followed_while_it_falls() {
	execute(ext_with(vec![(7, seven())]), || {
		let mut path = vec![usd4(800_000)];
		all_say(7, 1..=7, path[0]);
		let mut parts = 800_000u128;
		for step in 1..=40u32 {
			pass(5 * MINUTE);
			parts = parts * 88 / 100;
			let value = usd4(parts);
			all_say(7, 1..=7, value);
			path.push(value);
			let confirmed = Oracle::reading(7).last().unwrap();
			assert!(value <= confirmed.lower);
			// 15 minutes and one step are four quotes.
			let behind = path[path.len().saturating_sub(5)];
			assert!(confirmed.upper <= behind, "{step}");
		}
	});
}

/// Nibiru, September 2024: honest validators were slashed three times because ATOM moved by more than
/// the 2 % band between two looks. Here the band knows the volatility: nobody honest is struck, and
/// nothing is slashed without a court.
#[test]
fn nibiru_honest_feeders_in_high_volatility() {
	// 6 % up in three minutes, and back at once, for hours; each feeder looks at another minute.
	let path = |minute: u64| usd4(100_000 + u128::from(minute % 4) * 2_000);
	execute(ext_with(vec![(7, seven())]), || {
		let bond = crate::Feeders::<Test>::get(1).unwrap().amount;
		let look = |feeder: u64, minute: u64| {
			let seen = minute.saturating_sub(feeder * 5 % 4);
			let observed_at = START + seen * MINUTE;
			let _ = report(feeder, [Report { observed_at, ..said(7, path(seen)) }]);
		};
		for minute in 4..300 {
			pass(START + minute * MINUTE - now());
			(1..=7).for_each(|feeder| look(feeder, minute));
		}
		let after_training = strikes();
		for minute in 300..600 {
			pass(START + minute * MINUTE - now());
			(1..=7).for_each(|feeder| look(feeder, minute));
		}
		assert_eq!(strikes(), after_training, "nobody once the volatility is known");
		assert_eq!(after_training, 0, "nor before: the distances of the others excuse");
		// Who lies by a half is caught in the storm too.
		pass(MINUTE);
		assert_ok!(report(7, [said(7, usd(15))]));
		pass(MINUTE);
		(1..=6).for_each(|feeder| look(feeder, 601));
		assert_ok!(report(7, [said(7, usd(15))]));
		assert_eq!(strikes(), 1);
		assert_eq!(crate::Feeders::<Test>::get(1).unwrap().amount, bond);
	});
}

/// Stream's xUSD, November 2025: lenders valued it at a number that its issuer wrote, and that nobody
/// had to write again; 93 million were gone while it stood at par. Here a valuation expires, and takes a
/// trustee and an auditor: the issuer's own servicers cannot keep it up.
#[test]
fn stream_xusd_hard_coded_value() {
	const DAY: Moment = 24 * 60 * MINUTE;
	let nav = FeedConfig {
		time_to_live: 7 * DAY,
		maximum_source_age: DAY,
		..valuation(ClassRule::LowerOf(TRUSTEE))
	};
	execute(ext_with(vec![(7, nav)]), || {
		all_say(7, 1..=4, usd(100));
		let at_par = now();
		// The money is lost. Servicers go on saying par; trustee and auditor say nothing.
		for day in 1..=30 {
			pass(DAY);
			all_say(7, 3..=4, usd(100));
			let reading = Oracle::reading(7);
			if day < 7 {
				assert!(reading.reliable().is_some());
			} else {
				assert!(
					matches!(reading, Reading::Stale(last) if last.valid_until == at_par + 7 * DAY)
				);
			}
		}
		// The auditor joins in the lie; without the trustee there is still no value.
		all_say(7, [2], usd(100));
		assert_eq!(Oracle::reading(7).reliable(), None);
		// The trustee says what is left, and that is the value, whatever the three others say.
		all_say(7, [1], usd(5));
		let quote = Oracle::reading(7).reliable().unwrap();
		assert_eq!((quote.lower, quote.upper), (usd(5), usd(5)));
	});
}

/// The chain stands still for a day. When it goes on every price is stale, whatever it was, and stays so
/// until a quorum has looked at the market again.
#[test]
fn everything_is_stale_after_a_halt() {
	execute(ext_with(vec![(7, gated(4)), (8, config(4))]), || {
		all_say(7, 1..=4, usd(100));
		all_say(8, 1..=4, usd(100));
		let before = now();
		pass(24 * 60 * MINUTE);
		for feed in [7, 8] {
			assert!(matches!(Oracle::reading(feed), Reading::Stale(_)));
			assert_eq!(Oracle::reading(feed).enforceable(), None);
			// What was seen before the halt is too old to be news.
			let old = Report { observed_at: before + 1, ..said(feed, usd(100)) };
			assert_noop!(report(1, [old]), Error::<Test>::ObservedTooLongAgo);
			all_say(feed, 1..=2, usd(50));
			assert!(matches!(Oracle::reading(feed), Reading::Stale(last) if last.mid == usd(100)));
			all_say(feed, 3..=3, usd(50));
		}
		assert!(matches!(Oracle::reading(8), Reading::Degraded(quote) if quote.mid == usd(50)));
		assert!(matches!(Oracle::reading(7), Reading::Pending { .. }), "half the price is a jump");
		// And nobody is struck or called silent for the halt.
		assert_eq!(strikes(), 0);
	});
}
