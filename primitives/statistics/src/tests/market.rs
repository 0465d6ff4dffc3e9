//! Real prices, where they are: the folder that `STRATA_PRICES` names holds `prices_….csv`, a time and
//! a price a line. Without it these tests have nothing to say, and pass.

use sp_arithmetic::{FixedI128, FixedPointNumber};
use strata_numbers::Ratio;

use super::gate::{all, at};
use crate::{
	aggregate, typical_distance, Covolatility, Gate, GateTerms, GatedPrice, LimitTerms,
	OutlierTerms, Report, Variance, Verdict, Volatility, VolatilityTerms, DEFAULT_CLIP,
};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
const QUORUM: u32 = 5;
/// What [`time`] answers for earlier dates.
const BEFORE_1970: u64 = u64::MAX;
const VOLATILITY: VolatilityTerms =
	VolatilityTerms { half_life: 2 * 86_400, clip: DEFAULT_CLIP, interval: HOUR };

/// Milliseconds since the epoch and price with 18 decimals; `None` if the file is not there.
fn series(name: &str) -> Option<Vec<(u64, u128)>> {
	let path = std::path::Path::new(&std::env::var_os("STRATA_PRICES")?).join(name);
	let text = std::fs::read_to_string(path).ok()?;
	Some(
		text.lines()
			.skip(1)
			.map(|line| line.split_once(',').unwrap())
			.map(|(t, p)| (time(t), price(p)))
			.collect(),
	)
}

/// `2017-07-01T12:00:00Z`, or a date alone. Days by the civil calendar, from 1970.
fn time(text: &str) -> u64 {
	let part = |from: usize, to: usize| {
		text.get(from..to).map_or(0, |digits| digits.parse::<u64>().unwrap())
	};
	let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
	// Years that begin in March.
	let year = year - u64::from(month < 3);
	let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year;
	let Some(since) = days.checked_sub(719_468) else { return BEFORE_1970 };
	((since * 24 + part(11, 13)) * 60 + part(14, 16)) * 60_000
}

fn price(text: &str) -> u128 {
	let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
	format!("{whole}{decimals:0<18.18}").parse().unwrap()
}

#[test]
fn times_and_prices_are_read_right() {
	assert_eq!(time("1970-01-01"), 0);
	assert_eq!(time("2000-02-29T01:30:00Z"), 951_787_800_000);
	assert_eq!(time("2026-11-28"), 1_795_824_000_000);
	assert_eq!(price("0.20145"), 201_450_000_000_000_000);
	assert_eq!(price("270"), 270 * 10u128.pow(18));
}

/// What a gate made of a path.
#[derive(Debug, Default)]
struct Passage {
	steps: u32,
	held: u32,
	followed: u32,
	/// The longest time on end without a confirmed price.
	longest: u64,
	/// The largest deviation of a day.
	deviation: Ratio,
}

fn passage(path: &[(u64, u128)], confirm_after: u64, time_to_live: u64) -> Passage {
	let terms =
		GateTerms { limit: LimitTerms { least: 200, most: 2_000, deviations: 6 }, confirm_after };
	let (first, value) = path[0];
	let mut price = GatedPrice::first(at(value), first);
	let mut track = Volatility::starting(value, first, Variance::from_inner(10u128.pow(28)));
	let mut seen = Passage::default();
	for &(now, value) in &path[1..] {
		let reports = all(&[value; 7], now);
		let (after, _, verdict) =
			price.step(&reports, QUORUM, time_to_live, now, track.variance, &terms).unwrap();
		seen.steps += 1;
		match verdict {
			Verdict::Held => seen.held += 1,
			_ => {
				seen.followed += u32::from(verdict != Verdict::Accepted);
				track = track.observed(after.confirmed.mid(), now, &VOLATILITY).unwrap();
			},
		}
		if let (Verdict::Held, Gate::Pending(_)) = (verdict, after.gate) {
			seen.longest = seen.longest.max(now - price.at);
		}
		seen.deviation = seen.deviation.max(track.variance.deviation_ceil(DAY).unwrap());
		price = after;
	}
	seen
}

/// Two years of hourly prices: hardly a jump, and none that is waited for longer than T_confirm and two
/// steps.
#[test]
fn crypto_by_the_hour() {
	for name in ["prices_btc_usd_hourly_coinbase.csv", "prices_xrp_usd_hourly.csv"] {
		let Some(path) = series(name) else { continue };
		let seen = passage(&path, HOUR, 12 * HOUR);
		println!("{name} {seen:?}");
		assert!(seen.held * 100 < seen.steps, "{seen:?}");
		assert!(seen.followed > 0 && seen.longest <= 8 * HOUR, "{seen:?}");
		assert!(
			seen.deviation > Ratio::from_rational(8, 100)
				&& seen.deviation < Ratio::from_rational(60, 100)
		);
	}
}

/// Days with a crash in them: of 1987, of oil in 1991, of a bank in 2009.
#[test]
fn crashes_by_the_day() {
	for name in
		["prices_djia_usd_daily.csv", "prices_wti_usd_daily.csv", "prices_bac_usd_daily.csv"]
	{
		let Some(path) = series(name) else { continue };
		let path: Vec<_> = path.into_iter().filter(|(time, _)| *time < BEFORE_1970).collect();
		let seen = passage(&path, DAY, 30 * DAY);
		println!("{name} {seen:?}");
		assert!(seen.held * 20 < seen.steps, "{seen:?}");
		assert!(seen.longest <= 20 * DAY, "{seen:?}");
	}
}

/// A venue with almost no volume beside a real one, two feeders of seven on it: halving and back in two
/// days moves nothing.
#[test]
fn a_thin_venue_beside_a_real_one() {
	let (Some(thin), Some(real)) =
		(series("prices_btc_usd_daily_thinvenue.csv"), series("prices_btc_usd_daily_bitstamp.csv"))
	else {
		return;
	};
	let mut common = 0;
	for (now, bad) in thin {
		let Some(&(_, good)) = real.iter().find(|(at, _)| *at == now) else { continue };
		let found =
			aggregate(&all(&[good, bad, good, good, bad, good, good], now), QUORUM, DAY, now)
				.unwrap();
		assert_eq!((found.lower, found.upper), (good, good));
		common += 1;
	}
	assert!(common > 50, "{common}");
}

/// Bitcoin on two venues, and bitcoin with another coin: covariances that fit their variances.
#[test]
fn what_moves_together_in_the_market() {
	let Some(btc) = series("prices_btc_usd_hourly_coinbase.csv") else { return };
	let least = |name, expected: u32| {
		let Some(other) = series(name) else { return };
		let mut other = other.into_iter().peekable();
		let mut pair: Option<(Covolatility, [Volatility; 2])> = None;
		let mut correlations = vec![];
		for &(now, a) in &btc {
			while other.next_if(|(time, _)| *time < now).is_some() {}
			let Some((_, b)) = other.next_if(|(time, _)| *time == now) else { continue };
			let start = || {
				let of = |value| Volatility::starting(value, now, Variance::default());
				(Covolatility::starting([a, b], now), [of(a), of(b)])
			};
			let (joint, [one, two]) = pair.unwrap_or_else(start);
			let joint = joint.observed([a, b], now, &VOLATILITY).unwrap();
			let one = one.observed(a, now, &VOLATILITY).unwrap();
			let two = two.observed(b, now, &VOLATILITY).unwrap();
			pair = Some((joint, [one, two]));
			if let Some(rho) = joint.covariance.correlation_ceil(one.variance, two.variance) {
				assert!(rho.into_inner().abs() <= FixedI128::DIV);
				correlations.push(rho);
			}
		}
		correlations.sort_unstable();
		let median = correlations[correlations.len() / 2];
		println!("{name} {median:?}");
		assert!(median > FixedI128::from_rational(expected.into(), 100), "{name} {median:?}");
	};
	least("prices_btc_usd_30min.csv", 80);
	least("prices_xrp_usd_hourly.csv", 30);
}

/// Seven honest feeders of XRP who look at different hours: in how many cases they are called outliers
/// by Nibiru's fixed band, and by the scaled one.
#[test]
fn nibiru_on_real_prices() {
	let Some(path) = series("prices_xrp_usd_hourly.csv") else { return };
	let fixed =
		OutlierTerms { limit: LimitTerms { least: 200, most: 200, deviations: 0 }, distances: 0 };
	let scaled =
		OutlierTerms { limit: LimitTerms { least: 200, most: 3_000, deviations: 4 }, distances: 3 };
	let mut track =
		Volatility::starting(path[0].1, path[0].0, Variance::from_inner(10u128.pow(28)));
	let mut counts = [0u32; 3];
	for window in path.windows(4) {
		let (now, value) = window[3];
		let ages = [0, 1, 2, 3, 1, 0, 2];
		let reports =
			ages.map(|age| Report { value: window[3 - age].1, observed_at: window[3 - age].0 });
		let found = aggregate(&reports, QUORUM, DAY, now).unwrap();
		let typical = typical_distance(&reports, found.mid, DAY, now).unwrap();
		track = track.observed(value, now, &VOLATILITY).unwrap();
		for report in reports {
			counts[0] += 1;
			for (count, terms) in counts[1..].iter_mut().zip([fixed, scaled]) {
				let age = now - window[0].0;
				*count += u32::from(terms.is_outlier(
					report.value,
					found.medians(),
					typical,
					track.variance,
					age,
				));
			}
		}
	}
	println!("{counts:?}");
	assert!(counts[1] * 50 > counts[0], "a fixed band strikes more than 2 %: {counts:?}");
	assert!(counts[2] * 1_000 < counts[0], "a scaled one less than 0.1 %: {counts:?}");
}
