//! What is confirmed, and when.

use frame_support::assert_ok;
use strata_numbers::Price;
use strata_statistics::{Gate, Variance};
use strata_traits::{PriceFeeds, Quote, Reading, FULL_AWARD};

use super::{all_say, court::claim, install, report, set_feed};
use crate::{mock::*, Event, FeedConfig, Live};

/// Runs a test on a chain whose feed 7 is [`gated`], with members 1 to `n` who all said 100.
fn at_a_hundred(n: u64, test: impl FnOnce()) {
	execute(ext_with(vec![(7, gated(n))]), || {
		all_say(7, 1..=n, usd(100));
		test();
	})
}

/// Cents.
fn cents(cents: u32) -> Price {
	Price::from_rational(cents.into(), 100)
}

fn pending() -> (Quote, Quote) {
	match Oracle::reading(7) {
		Reading::Pending { confirmed, current } => (confirmed, current),
		other => panic!("not pending: {other:?}"),
	}
}

fn fresh() -> Quote {
	match Oracle::reading(7) {
		Reading::Fresh(quote) => quote,
		other => panic!("not fresh: {other:?}"),
	}
}

/// Everybody says `value` every five minutes for so many minutes.
fn stays(value: Price, minutes: u64) {
	for _ in 0..minutes / 5 {
		pass(5 * MINUTE);
		all_say(7, 1..=4, value);
	}
}

#[test]
fn a_usual_move_is_confirmed_at_once() {
	at_a_hundred(4, || {
		pass(MINUTE);
		// 2 % and no more, up and down.
		all_say(7, 1..=4, usd(102));
		assert_eq!(fresh().mid, usd(102));
		pass(MINUTE);
		all_say(7, 1..=4, cents(9_996));
		assert_eq!(fresh().mid, cents(9_996));
	});
}

#[test]
fn one_unit_beyond_the_gate_waits() {
	at_a_hundred(4, || {
		pass(MINUTE);
		let beyond = Price::from_inner(usd(102).into_inner() + 1);
		all_say(7, 1..=4, beyond);
		let (confirmed, current) = pending();
		assert_eq!((confirmed.mid, current.mid), (usd(100), beyond));
		assert_eq!(Oracle::reading(7).reliable(), None);
		// Liquidation goes on, at what is friendlier to the owner on either side.
		let quote = Oracle::reading(7).enforceable().unwrap();
		assert_eq!((quote.lower, quote.upper), (usd(100), beyond));
		assert_eq!(Oracle::reading(7).last(), Some(confirmed));
	});
}

#[test]
fn liquidation_takes_the_side_that_favours_the_owner_of_a_fall_too() {
	at_a_hundred(4, || {
		pass(MINUTE);
		all_say(7, 1..=4, usd(50));
		let (confirmed, current) = pending();
		assert_eq!((confirmed.mid, current.mid), (usd(100), usd(50)));
		let quote = Oracle::reading(7).enforceable().unwrap();
		assert_eq!((quote.lower, quote.upper), (usd(50), usd(100)));
	});
}

#[test]
fn the_first_price_has_nothing_to_jump_from() {
	execute(ext_with(vec![(7, gated(4))]), || {
		all_say(7, 1..=4, usd(900));
		assert_eq!(fresh().mid, usd(900));
	});
}

#[test]
fn a_jump_that_stays_is_confirmed_to_the_millisecond_and_without_a_transaction() {
	at_a_hundred(4, || {
		pass(MINUTE);
		all_say(7, 1..=4, usd(150));
		let jumped = now();
		pass(CONFIRM - 1);
		assert_eq!(pending().0.mid, usd(100));
		pass(1);
		assert_eq!(now(), jumped + CONFIRM);
		let (confirmed, current) = pending();
		assert_eq!((confirmed.mid, current.mid), (usd(150), usd(150)));
		// Nothing is written by being read.
		assert_eq!(
			Live::<Test>::get(7).unwrap().track.unwrap().price.confirmed.upper,
			usd(100).into_inner()
		);
		// One report writes it down, and then the quote is near.
		all_say(7, [1], usd(150));
		let quote = fresh();
		assert_eq!((quote.mid, quote.least), (usd(150), usd(100)));
		System::assert_has_event(Event::PriceUpdated { feed: 7, quote, fresh: 4 }.into());
	});
}

#[test]
fn a_spike_that_returns_is_never_confirmed() {
	at_a_hundred(4, || {
		stays(usd(130), 10);
		assert_eq!(pending().0.mid, usd(100));
		pass(5 * MINUTE - 1);
		all_say(7, 1..=4, usd(101));
		assert_eq!(fresh().mid, usd(101));
		assert_eq!(fresh().most, usd(101));
	});
}

#[test]
fn a_fall_is_followed_as_far_as_it_has_been_all_the_time() {
	at_a_hundred(4, || {
		let mut path = vec![usd(100)];
		for step in 1..=20 {
			pass(5 * MINUTE);
			let value = usd(100 - 4 * step);
			all_say(7, 1..=4, value);
			path.push(value);
			let confirmed = match Oracle::reading(7) {
				Reading::Fresh(confirmed) | Reading::Pending { confirmed, .. } => confirmed.mid,
				other => panic!("{other:?}"),
			};
			// Never below what is said now; never behind by more than a quarter of an hour and a step.
			assert!(value <= confirmed);
			let behind = path.len().saturating_sub(5);
			assert!(confirmed <= path[behind], "{step}: {confirmed:?}");
		}
	});
}

#[test]
fn a_minority_beyond_the_gate_neither_starts_nor_stops_anything() {
	at_a_hundred(7, || {
		pass(MINUTE);
		// Two liars of seven.
		all_say(7, 1..=2, usd(900));
		assert_eq!(fresh().mid, usd(100));
		// A third one disagrees: the upper median is still one of the others'.
		all_say(7, [3], usd(900));
		assert_eq!(fresh().mid, usd(100));
		// Four are a majority but no quorum: the quote waits, and the direction is not voted for.
		all_say(7, [4], usd(900));
		assert_eq!(pending().1.mid, usd(900));
		let gate = || Live::<Test>::get(7).unwrap().track.unwrap().price.gate;
		assert!(matches!(gate(), Gate::Pending(Some(running)) if running.voted_since.is_none()));
		pass(2 * CONFIRM);
		assert_eq!(pending().0.mid, usd(100));
		all_say(7, [5], usd(900));
		let voted_since = Some(now());
		assert!(matches!(gate(), Gate::Pending(Some(held)) if held.voted_since == voted_since));
	});
}

#[test]
fn a_jump_that_expiry_brings_about_waits_too() {
	execute(ext_with(vec![(7, gated(7))]), || {
		all_say(7, 1..=2, usd(100));
		pass(10 * MINUTE);
		all_say(7, 3..=4, usd(100));
		pass(10 * MINUTE);
		all_say(7, 5..=7, usd(200));
		assert_eq!(fresh().mid, usd(100));
		// The first two expire: of the other five three say 200. Nobody has sent anything.
		pass(40 * MINUTE - 1);
		assert_eq!(fresh().mid, usd(100));
		pass(1);
		let (confirmed, current) = pending();
		assert_eq!((confirmed.mid, current.mid), (usd(100), usd(200)));
		assert_eq!(confirmed.valid_until, current.valid_until);
		pass(10 * MINUTE);
		assert!(matches!(Oracle::reading(7), Reading::Stale(quote) if quote.mid == usd(100)));
	});
}

#[test]
fn silence_does_not_open_the_gate() {
	at_a_hundred(4, || {
		pass(10 * TTL);
		all_say(7, 1..=4, usd(200));
		assert_eq!(pending().0.mid, usd(100));
		// But it does not close it either.
		stays(usd(200), 20);
		assert_eq!(fresh().mid, usd(200));
	});
}

#[test]
fn a_confirmation_must_not_be_interrupted() {
	at_a_hundred(4, || {
		pass(MINUTE);
		all_say(7, 1..=4, usd(150));
		// Nobody says anything for so long that the quorum is lost on the way.
		pass(TTL);
		assert!(matches!(Oracle::reading(7), Reading::Stale(_)));
		all_say(7, 1..=4, usd(150));
		assert_eq!(pending().0.mid, usd(100));
		pass(CONFIRM - 1);
		assert_eq!(pending().0.mid, usd(100));
		pass(1);
		assert_eq!(pending().0.mid, usd(150));
	});
}

#[test]
fn the_gate_widens_with_what_was_confirmed_and_not_with_what_was_not() {
	at_a_hundred(4, || {
		let variance = || Oracle::reading(7).last().unwrap().variance;
		assert_eq!(variance(), Variance::default());
		pass(5 * MINUTE);
		all_say(7, 1..=4, usd(150));
		assert_eq!(variance(), Variance::default(), "a jump that waits is no change");
		pass(5 * MINUTE);
		all_say(7, 1..=4, usd(100));
		assert_eq!(variance(), Variance::default(), "nor is one that went away");
		stays(usd(150), 25);
		assert_eq!(fresh().mid, usd(150));
		let jumped = variance();
		assert!(jumped > Variance::default());
		// So a move that had to wait before is usual now.
		pass(5 * MINUTE);
		all_say(7, 1..=4, usd(155));
		assert_eq!(fresh().mid, usd(155));
		// In quiet times it is forgotten.
		stays(usd(155), 2 * 24 * 60);
		assert!(variance() < jumped);
	});
}

#[test]
fn variance_counts_once_an_interval() {
	at_a_hundred(4, || {
		pass(MINUTE - 1);
		all_say(7, 1..=4, usd(101));
		assert_eq!(Oracle::reading(7).last().unwrap().variance, Variance::default());
		pass(1);
		all_say(7, 1..=4, usd(101));
		assert!(Oracle::reading(7).last().unwrap().variance > Variance::default());
	});
}

#[test]
fn the_extremes_of_late_are_those_of_the_latency() {
	// Source age and time to live, and no gate to wait at.
	let latency = AGE + TTL;
	with_feed(4, || {
		all_say(7, 1..=4, usd(100));
		assert_eq!(Oracle::reading(7).reliable().unwrap().latency, latency);
		pass(MINUTE);
		all_say(7, 1..=4, usd(80));
		pass(MINUTE);
		all_say(7, 1..=4, usd(120));
		pass(MINUTE);
		// Until now both were in force.
		all_say(7, 1..=4, usd(100));
		let start = now();
		let extremes = || {
			let quote = Oracle::reading(7).last().unwrap();
			(quote.least, quote.most)
		};
		for minute in 0..=latency / MINUTE {
			assert_eq!(extremes(), (usd(80), usd(120)), "{minute}");
			pass(MINUTE);
			if minute % 10 == 9 {
				all_say(7, 1..=4, usd(100));
			}
		}
		// They are forgotten a fifth of the time later at the latest.
		pass(start + latency / 5 * 6 + MINUTE - now());
		assert_eq!(extremes(), (usd(100), usd(100)));
	});
}

#[test]
fn a_gate_adds_its_wait_to_the_latency() {
	at_a_hundred(1, || {
		assert_eq!(fresh().latency, AGE + TTL + CONFIRM);
	});
}

#[test]
fn a_gate_that_is_taken_away_holds_nothing() {
	at_a_hundred(4, || {
		pass(MINUTE);
		all_say(7, 1..=4, usd(150));
		pending();
		assert_ok!(set_feed(7, config(4)));
		assert_eq!(fresh().mid, usd(150));
		// And one that is put in place starts at what is confirmed.
		assert_ok!(set_feed(7, gated(4)));
		pass(MINUTE);
		all_say(7, 1..=4, usd(200));
		assert_eq!(pending().0.mid, usd(150));
	});
}

#[test]
fn a_price_beyond_new_bounds_is_forgotten_with_its_gate() {
	at_a_hundred(4, || {
		let higher = FeedConfig { minimum: usd(101), ..gated(4) };
		assert_ok!(set_feed(7, higher));
		assert_eq!(Oracle::reading(7), Reading::Unknown);
		pass(MINUTE);
		all_say(7, 1..=4, usd(500));
		assert_eq!((fresh().mid, fresh().least), (usd(500), usd(500)));
	});
}

#[test]
fn members_who_leave_do_not_open_the_gate() {
	at_a_hundred(7, || {
		pass(MINUTE);
		all_say(7, 1..=3, usd(200));
		assert_eq!(fresh().mid, usd(100));
		// Three of those who say 100 go, and with them the price that they held.
		install(7, FeedConfig { members: members(1..=4), quorum: 3, ..gated(7) });
		let (confirmed, current) = pending();
		assert_eq!((confirmed.mid, current.mid), (usd(100), usd(200)));
		System::assert_last_event(Event::PriceHeld { feed: 7, quote: current, fresh: 4 }.into());
	});
}

fn voids(feeder: AccountId, observed_at: u64) {
	let case = claim(7, feeder, observed_at, 0);
	assert_ok!(Oracle::court_open(1, &case, &FUNDED));
	assert_ok!(Oracle::court_enforce(1, &case, &FUNDED, FULL_AWARD, &0, 0));
	assert_ok!(Oracle::court_close(1, &case));
}

#[test]
fn a_jump_that_waits_begins_anew_after_a_ruling() {
	at_a_hundred(4, || {
		pass(MINUTE);
		all_say(7, 1..=4, usd(150));
		let jumped = now();
		pass(CONFIRM - MINUTE);
		voids(1, jumped);
		// The others said 150 as well, unconfirmed: the last quote is the one before.
		let Reading::Frozen(quote) = Oracle::reading(7) else { panic!("its price rested on it") };
		assert_eq!((quote.mid, quote.valid_until), (usd(100), now()));
		pass(MINUTE);
		all_say(7, 2..=4, usd(150));
		assert_eq!(pending().0.mid, usd(100));
		pass(CONFIRM - 1);
		assert_eq!(pending().0.mid, usd(100));
		pass(1);
		assert_eq!(pending().0.mid, usd(150));
	});
}

#[test]
fn a_ruling_does_not_open_the_gate() {
	at_a_hundred(4, || {
		voids(1, START);
		pass(MINUTE);
		all_say(7, 1..=4, usd(500));
		assert_eq!(pending().0.mid, usd(100));
		assert_eq!(Live::<Test>::get(7).unwrap().frozen, None, "a quorum thaws it all the same");
	});
}

#[test]
fn what_is_said_of_a_price_is_in_the_events() {
	at_a_hundred(4, || {
		let confirmed = fresh();
		System::assert_has_event(
			Event::PriceUpdated { feed: 7, quote: confirmed, fresh: 4 }.into(),
		);
		pass(MINUTE);
		all_say(7, 1..=4, usd(150));
		let (_, current) = pending();
		System::assert_has_event(Event::PriceHeld { feed: 7, quote: current, fresh: 4 }.into());
	});
}

#[test]
fn who_lies_far_off_has_a_strike_and_nobody_else() {
	at_a_hundred(4, || {
		let struck = || {
			let strike = |event: &RuntimeEvent| {
				matches!(event, RuntimeEvent::Oracle(Event::OutlierReported { .. }))
			};
			System::events().into_iter().filter(|record| strike(&record.event)).count()
		};
		pass(MINUTE);
		assert_ok!(report(1, [said(7, usd(102))]));
		pass(MINUTE);
		assert_ok!(report(1, [said(7, cents(10_201))]));
		assert_eq!(struck(), 0, "2 % are usual");
		// More is not, and counts when the others have had time to bear it out.
		let doubted = || Live::<Test>::get(7).unwrap().reports[0].doubted_since.is_some();
		assert!(doubted());
		pass(MINUTE);
		assert_ok!(report(1, [said(7, usd(100))]));
		assert_eq!(struck(), 1);
		assert!(!doubted());
		System::assert_has_event(Event::OutlierReported { feed: 7, feeder: 1, strikes: 1 }.into());
		// A jump that all see: who is first is off the others, but they follow.
		for value in [130, 160, 130, 100] {
			pass(MINUTE);
			assert_ok!(report(1, [said(7, usd(value))]));
			assert!(doubted());
			all_say(7, 2..=4, usd(value));
		}
		pass(MINUTE);
		assert_ok!(report(1, [said(7, usd(100))]));
		assert_eq!(struck(), 1);
	});
}

#[test]
fn readings_of_the_runtime_api_say_how_far_the_price_may_move() {
	at_a_hundred(4, || {
		let view = Oracle::volatility_view(7).unwrap();
		assert_eq!((view.variance, view.at, view.limit), (Variance::default(), START, Some(200)));
		assert_eq!(view.daily, Some(Price::default()));
		stays(usd(150), 25);
		assert_eq!(Oracle::volatility_view(7).unwrap().limit, Some(200), "just confirmed");
		pass(5 * MINUTE);
		let view = Oracle::volatility_view(7).unwrap();
		assert!(view.limit > Some(200) && view.daily > Some(Price::default()));
		assert!(view.over_latency < view.daily);
		assert_eq!(Oracle::volatility_view(8), None);
	});
	with_feed(4, || {
		assert_eq!(Oracle::volatility_view(7), None);
		all_say(7, 1..=4, usd(5));
		assert_eq!(Oracle::volatility_view(7).unwrap().limit, None);
	});
}
