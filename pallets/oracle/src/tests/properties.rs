//! What holds for all inputs.

use proptest::prelude::*;
use strata_traits::{PriceFeeds, Reading, FULL_AWARD};

use super::{court::claim, report};
use crate::{mock::*, tolerated, FeedConfig, Live};

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Whatever f of n ≥ 3f+1 feeders say, and whoever of the honest is
	/// silent above the quorum, the price lies within the honest fresh reports.
	#[test]
	fn honest_reports_bound_the_price(
		n in 1u64..=15,
		quorum_seed in any::<u32>(),
		values in proptest::collection::vec(100u32..=200, 15),
		lies in proptest::collection::vec(1u32..=1_000, 15),
		order in Just((1u64..=15).collect::<Vec<_>>()).prop_shuffle(),
		silent_seed in any::<u32>(),
	) {
		let f = u64::from(tolerated(n as u32));
		let (least, most) = (2 * f + 1, n - f);
		let quorum = least + u64::from(quorum_seed) % (most - least + 1);
		let silent = u64::from(silent_seed) % (n - quorum + 1);
		let config = FeedConfig { quorum: quorum as u32, ..config(n) };
		execute(ext_with(vec![(7, config)]), || {
			// The first f of the shuffled order lie; the last `silent` say nothing.
			let order: Vec<_> = order.into_iter().filter(|feeder| *feeder <= n).collect();
			let mut honest = Vec::new();
			for (place, feeder) in order.iter().enumerate().take((n - silent) as usize) {
				let at = *feeder as usize - 1;
				let value = if (place as u64) < f { lies[at] } else { values[at] };
				if place as u64 >= f {
					honest.push(usd(value));
				}
				report(*feeder, [said(7, usd(value))]).unwrap();
			}
			let reading = Oracle::reading(7);
			assert_eq!(matches!(reading, Reading::Fresh(_)), silent == 0);
			let quote = reading.reliable().expect("a quorum reported");
			assert!(honest.iter().min().unwrap() <= &quote.lower);
			assert!(quote.lower <= quote.mid && quote.mid <= quote.upper);
			assert!(&quote.upper <= honest.iter().max().unwrap());
		});
	}

	/// The stored expiry is the instant at which a reading stops being reliable, and a reading is
	/// a function of the reports, not of their order.
	#[test]
	fn expiry_is_exact_and_order_does_not_matter(
		n in 1u64..=15,
		ages in proptest::collection::vec(0u64..AGE, 15),
		values in proptest::collection::vec(1u32..=1_000, 15),
		order in Just((1u64..=15).collect::<Vec<_>>()).prop_shuffle(),
	) {
		let run = |order: Vec<u64>| {
			let mut seen = None;
			execute(ext_with(vec![(7, config(n))]), || {
				for feeder in order.into_iter().filter(|feeder| *feeder <= n) {
					let at = feeder as usize - 1;
					let mut told = said(7, usd(values[at]));
					told.observed_at -= ages[at];
					report(feeder, [told]).unwrap();
				}
				let first = Oracle::reading(7).reliable().expect("everybody reported");
				pass(first.valid_until - 1 - now());
				assert!(Oracle::reading(7).reliable().is_some());
				pass(1);
				assert_eq!(Oracle::reading(7).reliable(), None);
				seen = Some(first);
			});
			seen
		};
		prop_assert_eq!(run(order), run((1..=15).collect()));
	}

	/// Whatever is reported and voided: a reliable price rests on a quorum of reports that nobody
	/// voided, all received after the price was last frozen; and bonds lose what claimants and the
	/// treasury get.
	#[test]
	fn no_price_rests_on_what_was_voided(
		acts in proptest::collection::vec((0u8..8, 1u64..=4, 1u32..=1_000), 1..60),
	) {
		execute(ext_with(vec![(7, config(4))]), || {
			let claimant = FUNDED;
			// What each feeder reported last and was not voided, and when; when the feed was frozen.
			let mut standing = std::collections::BTreeMap::new();
			let (mut frozen, mut paid, mut rewards) = (0, 0, 0);
			for (dispute, (act, feeder, value)) in (0u32..).zip(acts) {
				match act {
					0..=4 => {
						if report(feeder, [said(7, usd(value))]).is_ok() {
							standing.insert(feeder, now());
						}
					},
					5 => {
						let Some(at) = standing.remove(&feeder) else { continue };
						let amount = u128::from(value % 10);
						let case = claim(7, feeder, at, amount);
						let before = Oracle::reading(7);
						Oracle::court_open(dispute, &case, &claimant).unwrap();
						let done =
							Oracle::court_enforce(dispute, &case, &claimant, FULL_AWARD, &0, 0);
						let taken = done.unwrap().paid;
						paid += taken;
						rewards += taken / 4;
						Oracle::court_close(dispute, &case).unwrap();
						let top_up = RuntimeOrigin::signed(feeder);
						Oracle::bond(top_up, amount).unwrap();
						let fresh = at > frozen && at + TTL > now();
						if fresh && before.reliable().is_some() {
							assert!(matches!(Oracle::reading(7), Reading::Frozen(_)));
						}
						if fresh && Live::<Test>::get(7).unwrap().frozen == Some(now()) {
							frozen = now();
						}
					},
					6 => pass(TTL / 3),
					_ => pass(6_000),
				}
				Oracle::do_try_state().unwrap();
				let counting = |at: &u64| *at > frozen && *at + TTL > now();
				let count = standing.values().filter(|at| counting(at)).count();
				assert_eq!(Oracle::reading(7).reliable().is_some(), count >= 3);
				assert_eq!(matches!(Oracle::reading(7), Reading::Fresh(_)), count == 4);
			}
			assert_eq!(Balances::free_balance(claimant), FUNDS + rewards);
			assert_eq!(Balances::free_balance(TREASURY), FUNDS + paid - rewards);
		});
	}
}
