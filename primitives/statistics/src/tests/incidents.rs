//! What happened elsewhere, replayed: Compound and DAI (November 2020), Chainlink's least answer and LUNA
//! (May 2022), Nibiru's honest validators (September 2024).
//!
//! Heights and orders of magnitude are those of the incidents; the minutes in between are made up.

use strata_numbers::Ratio;

use super::gate::{all, at};
use crate::{
	aggregate, typical_distance, Bounds, Gate, GateTerms, GatedPrice, LimitTerms, OutlierTerms,
	Report, Side, Variance, Verdict, Volatility, VolatilityTerms, DEFAULT_CLIP,
};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const TTL: u64 = 10 * MINUTE;
const QUORUM: u32 = 5;
const CENT: u128 = 10u128.pow(16);
const GATE: GateTerms = GateTerms {
	limit: LimitTerms { least: 200, most: 2_000, deviations: 6 },
	confirm_after: 15 * MINUTE,
};
const VOLATILITY: VolatilityTerms =
	VolatilityTerms { half_life: 86_400, clip: DEFAULT_CLIP, interval: MINUTE };
/// 0.1 % an hour: a dollar that is one.
const STABLE: Variance = Variance::from_inner(10u128.pow(30) / 3_600);

/// DAI on one venue, in cents, minute by minute: 1.30 at the top.
const DAI: [u128; 13] = [100, 103, 108, 115, 124, 130, 130, 128, 121, 112, 106, 102, 101];

/// 26 November 2020: Compound took DAI at 1.30 from one venue and liquidated 85 to 103 million. One
/// source among seven does nothing, nor do two.
#[test]
fn compound_dai_one_venue_of_seven() {
	for bad in 1..=2 {
		let mut price = GatedPrice::first(at(100 * CENT), 0);
		for (minute, cents) in (1..).zip(DAI) {
			let mut values = [100 * CENT; 7];
			values[..bad].fill(cents * CENT);
			let reports = all(&values, minute * MINUTE);
			let (after, _, verdict) =
				price.step(&reports, QUORUM, TTL, minute * MINUTE, STABLE, &GATE).unwrap();
			assert_eq!((after.gate, verdict), (Gate::Confirmed, Verdict::Accepted));
			assert_eq!(after.confirmed, at(100 * CENT));
			price = after;
		}
	}
}

/// The same with every feeder on that venue, as Compound's was: the spike waits, and is gone before it
/// is confirmed. Who owes DAI is liquidated at no more than the last confirmed price.
#[test]
fn compound_dai_all_feeders_on_the_venue() {
	let mut price = GatedPrice::first(at(100 * CENT), 0);
	let mut waited = 0;
	for (minute, cents) in (1..).zip(DAI) {
		let now = minute * MINUTE;
		let reports = all(&[cents * CENT; 7], now);
		let (after, found, verdict) =
			price.step(&reports, QUORUM, TTL, now, STABLE, &GATE).unwrap();
		waited += u32::from(verdict == Verdict::Held);
		assert!(after.confirmed.upper <= 102 * CENT, "{minute} {after:?}");
		// What nobody is liquidated above: `Reading::enforceable` takes the friendlier of the two.
		assert!(after.confirmed.lower.min(found.lower) <= 102 * CENT);
		price = after;
	}
	assert_eq!(waited, 11);
	assert_eq!((price.gate, price.confirmed), (Gate::Confirmed, at(101 * CENT)));
}

/// Had it stayed, it would have been followed, but only as far as it had been all the time: 1.15 in the
/// fourth minute, which held into the five sixths of a quarter of an hour before the seventeenth.
#[test]
fn compound_dai_had_it_stayed() {
	let mut price = GatedPrice::first(at(100 * CENT), 0);
	let path = DAI[..7].iter().copied().chain([126; 15]);
	for (minute, cents) in (1..).zip(path) {
		let now = minute * MINUTE;
		let reports = all(&[cents * CENT; 7], now);
		(price, _, _) = price.step(&reports, QUORUM, TTL, now, STABLE, &GATE).unwrap();
		match minute {
			0..17 => assert_eq!(price.confirmed, at(100 * CENT)),
			17 => assert_eq!(price.confirmed, at(115 * CENT)),
			_ => assert!(price.confirmed.upper <= 126 * CENT),
		}
	}
	assert!(price.confirmed.lower >= 124 * CENT);
}

/// LUNA in May 2022, in 10^-4 dollars, every five minutes: from 80 dollars to nothing in two days, here
/// in some hours.
fn luna() -> impl Iterator<Item = (u64, u128)> {
	(1..=120u64).scan(800_000u128, |value, step| {
		*value = (*value * 88 / 100).max(1);
		Some((step * 5 * MINUTE, *value))
	})
}

/// Chainlink's feed stood at its minAnswer, 0.107, while LUNA went to nothing: Venus and Blizz lent on
/// it and lost 19.5 million. Here a report below the bound is refused, never raised to it. So nobody is
/// told 0.107: the price expires, and that the bound is broken, by whom and until when, is a state.
#[test]
fn luna_min_answer() {
	let bounds = Bounds { least: 1_070, most: 10_000_000 };
	assert!(bounds.are_valid());
	assert!(!Bounds { least: 0, ..bounds }.are_valid());
	assert!(!Bounds { most: 1_070, ..bounds }.are_valid());
	let mut price = GatedPrice::first(at(800_000), 0);
	let mut track = Volatility::starting(800_000, 0, Variance::from_inner(10u128.pow(27)));
	let mut kept: Vec<Report> = vec![];
	let (mut valid_until, mut broken_since) = (0, None);
	for (now, value) in luna() {
		let sent = all(&[value; 7], now);
		if bounds.beyond(value).is_none() {
			kept.clone_from(&sent);
		}
		let broken = bounds.broken(&sent, QUORUM, TTL, now);
		assert_eq!(broken, (value < 1_070).then_some((Side::Below, now + TTL)));
		broken_since = broken_since.or(broken.map(|_| now));

		match price.step(&kept, QUORUM, TTL, now, track.variance, &GATE) {
			Some((after, found, verdict)) => {
				valid_until = found.valid_until;
				price = after;
				if verdict != Verdict::Held {
					track = track.observed(price.confirmed.mid(), now, &VOLATILITY).unwrap();
				}
				assert!(bounds.beyond(found.lower).is_none());
				// What is quoted was reported, and nobody ever reported the bound.
				assert_ne!(found.lower, bounds.least);
			},
			// Typed: no aggregate, and to the millisecond since when.
			None => assert!(now >= valid_until),
		}
		assert_ne!(price.confirmed.lower, bounds.least);
	}
	let broken_since = broken_since.unwrap();
	// The last price is gone one time to live after the bound was passed, not hours later.
	assert!(valid_until <= broken_since + TTL);
	assert_eq!(aggregate(&kept, QUORUM, TTL, valid_until), None);
	// Two liars of seven break no bound.
	let liars = all(&[1, 1, 5_000, 5_000, 5_000, 5_000, 5_000], MINUTE);
	assert_eq!(bounds.broken(&liars, QUORUM, TTL, MINUTE), None);
	let above = all(&[u128::MAX; 7], MINUTE);
	assert_eq!(bounds.broken(&above, QUORUM, TTL, MINUTE), Some((Side::Above, MINUTE + TTL)));
}

/// The fall itself is followed down to the bound, 12 % every five minutes, with the lag of T_confirm.
#[test]
fn luna_is_followed_while_it_falls() {
	let mut price = GatedPrice::first(at(800_000), 0);
	let mut track = Volatility::starting(800_000, 0, Variance::from_inner(10u128.pow(27)));
	let quotes: Vec<_> = luna().collect();
	for (place, &(now, value)) in quotes.iter().enumerate().take(50) {
		let reports = all(&[value; 7], now);
		let verdict;
		(price, _, verdict) =
			price.step(&reports, QUORUM, TTL, now, track.variance, &GATE).unwrap();
		if verdict != Verdict::Held {
			track = track.observed(price.confirmed.mid(), now, &VOLATILITY).unwrap();
		}
		// 15 minutes and one step are four quotes.
		if let Some((_, old)) = place.checked_sub(4).and_then(|place| quotes.get(place)) {
			assert!(price.confirmed.upper <= *old && value <= price.confirmed.lower, "{now}");
		}
	}
	// And the deviation says what kind of an asset it has become: more than 10 % an hour.
	assert!(track.variance.deviation_ceil(HOUR) > Some(Ratio::from_rational(1, 10)));
}

/// Seven honest feeders of a value that moves by `parts` in a thousand and back each minute, each with
/// an observation of another age; how many a fixed and a scaled band call outliers.
fn struck(parts: u128, variance: Variance) -> (usize, usize) {
	let path = |minute: u64| 10_000_000 + (minute % 4) as u128 * 10_000 * parts / 3;
	let fixed =
		OutlierTerms { limit: LimitTerms { least: 200, most: 200, deviations: 0 }, distances: 0 };
	let scaled =
		OutlierTerms { limit: LimitTerms { least: 200, most: 3_000, deviations: 4 }, distances: 3 };
	let mut counts = (0, 0);
	for minute in 20..200 {
		let now = minute * MINUTE;
		let reports: Vec<_> = (0..7)
			.map(|who| minute - who * 5 % 7)
			.map(|seen| Report { value: path(seen), observed_at: seen * MINUTE })
			.collect();
		let found = aggregate(&reports, QUORUM, TTL, now).unwrap();
		let typical = typical_distance(&reports, found.mid, TTL, now).unwrap();
		for report in reports {
			let is = |terms: OutlierTerms| {
				let age = now - found.observed_at;
				terms.is_outlier(report.value, found.medians(), typical, variance, age)
			};
			counts.0 += usize::from(is(fixed));
			counts.1 += usize::from(is(scaled));
		}
	}
	counts
}

/// Nibiru, September 2024: honest validators were slashed three times because ATOM moved by more than
/// the 2 % band between two looks. A band that knows the volatility strikes none of them.
#[test]
fn nibiru_honest_feeders_in_high_volatility() {
	let mut track = Volatility::starting(10_000_000, 0, Variance::default());
	for minute in 1..3_000 {
		let value = 10_000_000 + u128::from(minute % 4) * 10_000 * 60 / 3;
		track = track.observed(value, minute * MINUTE, &VOLATILITY).unwrap();
	}
	let (fixed, scaled) = struck(60, track.variance);
	assert!(fixed > 100, "{fixed}");
	assert_eq!(scaled, 0);
	// In a calm market the band is as narrow as the fixed one, and nobody honest is beyond either.
	assert_eq!(struck(5, STABLE), (0, 0));
	// And who lies by a half is caught in the storm too.
	let terms =
		OutlierTerms { limit: LimitTerms { least: 200, most: 3_000, deviations: 4 }, distances: 3 };
	assert!(terms.is_outlier(15_000_000, at(10_000_000), 300_000, track.variance, 5 * MINUTE));
}
