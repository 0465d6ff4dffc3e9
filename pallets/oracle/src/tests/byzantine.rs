//! f faulty of n ≥ 3f + 1 feeders, through [`Pallet::report`](crate::Pallet::report): the price never
//! leaves what the honest ones say.

use proptest::prelude::*;
use strata_numbers::Price;
use strata_traits::{PriceFeeds, Quote, Reading};

use super::report;
use crate::{mock::*, tolerated, FeedConfig, Report};

/// Calls `check` with every list of `length` numbers below `choices`.
fn every_list(length: usize, choices: u32, check: &mut impl FnMut(&[u32])) {
	let mut list = vec![0; length];
	loop {
		check(&list);
		let Some(place) = list.iter().position(|&x| x + 1 < choices) else { return };
		list[place] += 1;
		list[..place].fill(0);
	}
}

/// Every list of three values, and every set of liars: not only the first ones. The values are so close
/// that nobody is jailed for them.
#[test]
fn whoever_lies_of_up_to_nine() {
	let mut cases = 0u32;
	for n in 1..=9u64 {
		let f = tolerated(n as u32);
		let liars: Vec<_> = (0..1u32 << n).filter(|set| set.count_ones() == f).collect();
		execute(ext_with(vec![(7, config(n))]), || {
			every_list(n as usize, 3, &mut |values| {
				// Nothing that was said before counts.
				pass(TTL);
				for (feeder, value) in (1..).zip(values) {
					report(feeder, [said(7, usd(value + 500))]).unwrap();
				}
				let quote = Oracle::reading(7).reliable().expect("everybody reported");
				for set in &liars {
					let honest = values.iter().enumerate().filter(|(who, _)| set >> who & 1 == 0);
					let honest: Vec<_> = honest.map(|(_, value)| usd(value + 500)).collect();
					let (least, most) = (honest.iter().min(), honest.iter().max());
					assert!(least <= Some(&quote.lower) && Some(&quote.upper) <= most);
					cases += 1;
				}
			});
		});
	}
	assert!(cases > 700_000, "{cases}");
}

/// Every feeder up to date, late with an older value, or silent.
#[test]
fn whoever_is_late_of_up_to_six() {
	for n in 1..=6u64 {
		let f = tolerated(n as u32);
		let quorum = 2 * f + 1;
		execute(ext_with(vec![(7, config(n))]), || {
			// 0: silent. 1, 2, 3: a value. 4: one that has just expired.
			every_list(n as usize, 5, &mut |choices| {
				pass(2 * TTL);
				let late = |choice| if choice == 4 { AGE } else { u64::from(choice) };
				let value = |choice: u32| usd(500 + choice.min(3));
				for (feeder, &choice) in (1..).zip(choices).filter(|(_, choice)| **choice > 0) {
					let told = said(7, value(choice));
					let observed_at = told.observed_at - late(choice);
					report(feeder, [Report { observed_at, ..told }]).unwrap();
				}
				pass(TTL - AGE);
				let fresh: Vec<_> =
					(0..n).filter(|at| (1..=3).contains(&choices[*at as usize])).collect();
				let reading = Oracle::reading(7);
				let Some(quote) = reading.reliable() else {
					assert!((fresh.len() as u32) < quorum, "{choices:?}");
					return;
				};
				assert_eq!(matches!(reading, Reading::Fresh(_)), fresh.len() as u64 == n);
				for set in (0..1u32 << n).filter(|set| set.count_ones() == f) {
					let honest = fresh.iter().filter(|at| set >> **at & 1 == 0);
					let honest: Vec<_> = honest.map(|at| value(choices[*at as usize])).collect();
					let (least, most) = (honest.iter().min(), honest.iter().max());
					assert!(least <= Some(&quote.lower) && Some(&quote.upper) <= most);
				}
			});
		});
	}
}

/// One report more or fewer, at every quorum that a feed of any size can have.
#[test]
fn quorum_edges() {
	for n in 1..=15u64 {
		let f = u64::from(tolerated(n as u32));
		for quorum in 2 * f + 1..=n - f {
			let config = FeedConfig { quorum: quorum as u32, ..config(n) };
			execute(ext_with(vec![(7, config)]), || {
				for feeder in 1..=n {
					let before = Oracle::reading(7).reliable().is_some();
					assert_eq!(before, feeder > quorum, "n = {n}, quorum {quorum}");
					report(feeder, [said(7, usd(5))]).unwrap();
				}
				assert!(matches!(Oracle::reading(7), Reading::Fresh(_)));
			});
		}
	}
}

/// One feeder reports, or time passes.
#[derive(Clone, Copy, Debug)]
enum Act {
	/// Who, what it says if it lies, what if it is honest, and how old that is.
	Says(u64, u32, u32, u64),
	Passes(u64),
}

fn act() -> impl Strategy<Value = Act> {
	let lie = prop_oneof![Just(1), Just(1_000), 1..=1_000u32];
	prop_oneof![
		6 => (1..=15u64, lie, 400..=500u32, 0..=AGE)
			.prop_map(|(who, lie, value, age)| Act::Says(who, lie, value, age)),
		1 => prop_oneof![Just(6_000), 0..=2 * CONFIRM, Just(TTL)].prop_map(Act::Passes),
	]
}

/// Every price that a consumer could be told.
fn told() -> Vec<Quote> {
	let mut quotes = vec![];
	for reading in [Oracle::reading(7), Oracle::delayed(7)] {
		match reading {
			Reading::Pending { confirmed, current } => quotes.extend([confirmed, current]),
			other => quotes.extend(other.last()),
		}
		quotes.extend(reading.enforceable());
	}
	quotes
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	/// Larger feeds, for a long time: the first f of a shuffled order say what they like when they
	/// like, the others anything of a range, late or not at all. With a gate, with a delay, with any
	/// quorum: confirmed and reported prices, extremes, delayed prices and averages all stay in the
	/// range.
	#[test]
	fn nothing_leaves_the_honest_range(
		n in 1u64..=15,
		quorum_seed in any::<u64>(),
		gate in any::<bool>(),
		order in Just((1u64..=15).collect::<Vec<_>>()).prop_shuffle(),
		acts in proptest::collection::vec(act(), 1..200),
	) {
		let f = u64::from(tolerated(n as u32));
		let quorum = 2 * f + 1 + quorum_seed % (n - 3 * f);
		let base = if gate { gated(n) } else { config(n) };
		let config = FeedConfig { quorum: quorum as u32, delay: 20 * MINUTE, ..base };
		let order: Vec<_> = order.into_iter().filter(|who| *who <= n).collect();
		let liars = &order[..f as usize];
		let inside = |price: Price| usd(400) <= price && price <= usd(500);
		execute(ext_with(vec![(7, config)]), || {
			for act in acts {
				match act {
					Act::Passes(time) => pass(time),
					Act::Says(who, lie, honest, age) => {
						let value = if liars.contains(&who) { lie } else { honest };
						let told = said(7, usd(value));
						let report = [Report { observed_at: told.observed_at - age, ..told }];
						// Strangers, reports that are not newer, and feeders in jail are refused.
						let _ = super::report(who, report);
					},
				}
				for quote in told() {
					let all = [quote.least, quote.lower, quote.mid, quote.upper, quote.most];
					assert!(all.is_sorted(), "{quote:?}");
					assert!(all.into_iter().all(inside), "{quote:?}");
				}
				for length in [MINUTE, 30 * MINUTE] {
					if let Ok(view) = Oracle::average_view(7, length) {
						assert!(inside(view.floor) && inside(view.ceil));
					}
				}
			}
			Oracle::do_try_state().unwrap();
		});
	}

	/// What the reports of a moment amount to does not depend on their order, behind a gate either.
	#[test]
	fn order_does_not_matter(
		n in 1u64..=15,
		values in proptest::collection::vec(1u32..=1_000, 15),
		ages in proptest::collection::vec(0u64..=AGE, 15),
		order in Just((1u64..=15).collect::<Vec<_>>()).prop_shuffle(),
	) {
		let run = |order: Vec<u64>| {
			let mut seen = None;
			execute(ext_with(vec![(7, gated(n))]), || {
				for feeder in 1..=n {
					report(feeder, [said(7, usd(500))]).unwrap();
				}
				pass(2 * AGE);
				for feeder in order.into_iter().filter(|feeder| *feeder <= n) {
					let at = feeder as usize - 1;
					let told = said(7, usd(values[at]));
					let observed_at = told.observed_at - ages[at];
					report(feeder, [Report { observed_at, ..told }]).unwrap();
				}
				let quote = match Oracle::reading(7) {
					Reading::Fresh(quote) | Reading::Pending { current: quote, .. } => quote,
					other => panic!("everybody reported: {other:?}"),
				};
				let Quote { lower, mid, upper, confidence, observed_at, valid_until, .. } = quote;
				seen = Some((lower, mid, upper, confidence, observed_at, valid_until));
			});
			seen
		};
		prop_assert_eq!(run(order), run((1..=15).collect()));
	}
}
