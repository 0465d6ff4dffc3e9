//! Against definitions by counting, exhaustively where the cases are few.

mod average;
mod byzantine;
mod classes;
mod covariance;
mod decay;
mod exact;
mod gate;
mod haircut;
mod incidents;
mod limit;
mod market;
mod outlier;
mod variance;
mod window;

use proptest::prelude::*;

use crate::{
	aggregate, confidence, expiry, is_fresh, lower_median, lower_quartile, middle,
	quorum_holds_since, upper_median, upper_quartile, Aggregate, Report, MAX_REPORTS,
};

const TTL: u64 = 60_000;
const NOW: u64 = 1_000_000;

/// Reports of these values, all observed now.
fn of(values: &[u128]) -> Vec<Report> {
	values.iter().map(|&value| Report { value, observed_at: NOW }).collect()
}

/// Values that collide often, or take the whole range.
fn value() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..8, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

/// Observation times around the edge of freshness at [`NOW`], and further off.
fn time() -> impl Strategy<Value = u64> {
	prop_oneof![
		NOW - TTL - 3..NOW - TTL + 4,
		NOW - 2 * TTL..NOW + TTL,
		prop_oneof![Just(0), Just(NOW), Just(u64::MAX), Just(u64::MAX - TTL)],
	]
}

fn report() -> impl Strategy<Value = Report> {
	(value(), time()).prop_map(|(value, observed_at)| Report { value, observed_at })
}

fn reports() -> impl Strategy<Value = Vec<Report>> {
	prop::collection::vec(report(), 0..=MAX_REPORTS)
}

/// Reports that are all fresh.
fn fresh_reports() -> impl Strategy<Value = Vec<Report>> {
	let report = (value(), NOW - TTL + 1..=NOW)
		.prop_map(|(value, observed_at)| Report { value, observed_at });
	prop::collection::vec(report, 1..=MAX_REPORTS)
}

/// The least value that more than `part` quarters of the others are not above: quantiles by counting.
fn from_below(values: &[u128], enough: impl Fn(usize) -> bool) -> u128 {
	let counts = |v: u128| enough(values.iter().filter(|&&x| x <= v).count());
	*values.iter().filter(|&&v| counts(v)).min().unwrap()
}

/// The same from above.
fn from_above(values: &[u128], enough: impl Fn(usize) -> bool) -> u128 {
	let counts = |v: u128| enough(values.iter().filter(|&&x| x >= v).count());
	*values.iter().filter(|&&v| counts(v)).max().unwrap()
}

/// The whole aggregate by counting, without sorting or positions.
fn by_counting(reports: &[Report], quorum: u32, ttl: u64, now: u64) -> Option<Aggregate> {
	let fresh: Vec<_> = reports
		.iter()
		.filter(|r| {
			let expiry = u128::from(r.observed_at) + u128::from(ttl);
			expiry <= u128::from(u64::MAX) && expiry > u128::from(now)
		})
		.collect();
	let k = fresh.len();
	let quorum = quorum as usize;
	if quorum == 0 || k < quorum {
		return None;
	}
	let values: Vec<_> = fresh.iter().map(|r| r.value).collect();
	let lower = from_below(&values, |n| 2 * n >= k);
	let upper = from_above(&values, |n| 2 * n >= k);
	let mid = lower + (upper - lower) / 2;
	let p25 = from_below(&values, |n| 4 * n >= k);
	let p75 = from_above(&values, |n| 4 * n >= k);
	// The latest time at or after which there are still `quorum` observations.
	let observed_at = fresh
		.iter()
		.map(|r| r.observed_at)
		.filter(|&t| fresh.iter().filter(|r| r.observed_at >= t).count() >= quorum)
		.max()?;
	Some(Aggregate {
		lower,
		mid,
		upper,
		confidence: (mid - p25).max(p75 - mid),
		fresh: k as u32,
		observed_at,
		valid_until: observed_at + ttl,
	})
}

/// Calls `check` with every list of `length` numbers below `choices`.
fn every_list(length: usize, choices: u128, check: &mut impl FnMut(&[u128])) {
	let mut list = vec![0; length];
	loop {
		check(&list);
		let Some(place) = list.iter().position(|&x| x + 1 < choices) else { return };
		list[place] += 1;
		list[..place].fill(0);
	}
}

/// Up to nine reporters, three values, any honest ones delayed: f faulty of n ≥ 3f + 1 with a quorum
/// of 2f + 1 or more never move an aggregate out of the honest range.
#[test]
fn faulty_reports_within_the_bound_never_leave_the_honest_range() {
	let mut cases = 0u32;
	for n in 1..=9usize {
		let f = (n - 1) / 3;
		for quorum in 2 * f + 1..=n {
			for present in quorum..=n {
				for faulty in 0..=f.min(present) {
					every_list(present, 3, &mut |values| {
						let honest = &values[faulty..];
						let low = *honest.iter().min().unwrap();
						let high = *honest.iter().max().unwrap();
						let a = aggregate(&of(values), quorum as u32, TTL, NOW).unwrap();
						assert!(low <= a.lower && a.lower <= a.mid, "{values:?} {faulty}");
						assert!(a.mid <= a.upper && a.upper <= high, "{values:?} {faulty}");
						cases += 1;
					});
				}
			}
		}
	}
	assert!(cases > 100_000, "{cases}");
}

/// The bound is tight: one reporter fewer in the quorum, and the faulty ones win.
#[test]
fn with_a_smaller_quorum_the_faulty_win() {
	for f in 1..=3usize {
		let values: Vec<u128> = [vec![9; f], vec![1; f]].concat();
		let a = aggregate(&of(&values), 2 * f as u32, TTL, NOW).unwrap();
		assert_eq!((a.lower, a.upper), (1, 9));
		assert_eq!(aggregate(&of(&values), 2 * f as u32 + 1, TTL, NOW), None);
	}
}

/// All lists of up to six of four values against the definition by counting.
#[test]
fn short_lists_against_counting() {
	for k in 1..=6 {
		every_list(k, 4, &mut |values| {
			let reports = of(values);
			for quorum in 0..=k as u32 + 1 {
				assert_eq!(
					aggregate(&reports, quorum, TTL, NOW),
					by_counting(&reports, quorum, TTL, NOW),
				);
			}
		});
	}
}

/// The positions themselves, as the formulas give them.
#[test]
fn positions_for_every_length() {
	let table = [
		// k, lower, upper, p25, p75
		(1, 0, 0, 0, 0),
		(2, 0, 1, 0, 1),
		(3, 1, 1, 0, 2),
		(4, 1, 2, 0, 3),
		(5, 2, 2, 1, 3),
		(6, 2, 3, 1, 4),
		(7, 3, 3, 1, 5),
		(8, 3, 4, 1, 6),
		(9, 4, 4, 2, 6),
		(10, 4, 5, 2, 7),
		(11, 5, 5, 2, 8),
		(12, 5, 6, 2, 9),
		(13, 6, 6, 3, 9),
		(14, 6, 7, 3, 10),
		(15, 7, 7, 3, 11),
	];
	for (k, lower, upper, p25, p75) in table {
		let sorted: Vec<u128> = (0..k).collect();
		assert_eq!(lower_median(&sorted), Some(lower), "k = {k}");
		assert_eq!(upper_median(&sorted), Some(upper), "k = {k}");
		assert_eq!(lower_quartile(&sorted), Some(p25), "k = {k}");
		assert_eq!(upper_quartile(&sorted), Some(p75), "k = {k}");
	}
}

#[test]
fn nothing_has_no_statistics() {
	assert_eq!(lower_median::<u128>(&[]), None);
	assert_eq!(upper_median::<u128>(&[]), None);
	assert_eq!(lower_quartile::<u128>(&[]), None);
	assert_eq!(upper_quartile::<u128>(&[]), None);
	assert_eq!(middle(&[]), None);
	assert_eq!(confidence(&[]), None);
	assert_eq!(quorum_holds_since(&[], 0), None);
	assert_eq!(aggregate(&[], 1, TTL, NOW), None);
}

#[test]
fn the_middle_is_rounded_down_and_does_not_overflow() {
	assert_eq!(middle(&[3, 4]), Some(3));
	assert_eq!(middle(&[3, 5]), Some(4));
	assert_eq!(middle(&[u128::MAX - 1, u128::MAX]), Some(u128::MAX - 1));
	assert_eq!(middle(&[0, u128::MAX]), Some(u128::MAX / 2));
	assert_eq!(confidence(&[0, u128::MAX]), Some(u128::MAX / 2 + 1));
	// Off by the rounding of the middle: one below it, two above.
	assert_eq!(confidence(&[0, 3]), Some(2));
}

#[test]
fn a_quorum_of_none_and_too_many_reports_are_refused() {
	let fifteen = of(&[7; MAX_REPORTS]);
	assert!(aggregate(&fifteen, 15, TTL, NOW).is_some());
	assert_eq!(aggregate(&fifteen, 16, TTL, NOW), None);
	assert_eq!(aggregate(&fifteen, 0, TTL, NOW), None);
	assert_eq!(aggregate(&fifteen, u32::MAX, TTL, NOW), None);
	assert_eq!(aggregate(&of(&[7; MAX_REPORTS + 1]), 1, TTL, NOW), None);
	// Also if only some of them are fresh.
	let mut sixteen = fifteen;
	sixteen.push(Report { value: 7, observed_at: 0 });
	assert_eq!(aggregate(&sixteen, 1, TTL, NOW), None);
}

#[test]
fn a_report_expires_to_the_millisecond() {
	assert!(is_fresh(NOW, TTL, NOW + TTL - 1));
	assert!(!is_fresh(NOW, TTL, NOW + TTL));
	assert!(!is_fresh(NOW, 0, NOW));
	assert_eq!(expiry(NOW, TTL), Some(NOW + TTL));
	assert_eq!(expiry(u64::MAX - TTL, TTL), Some(u64::MAX));
	assert!(is_fresh(u64::MAX - TTL, TTL, u64::MAX - 1));
	assert!(!is_fresh(u64::MAX - TTL, TTL, u64::MAX));
	// A made-up time is never fresh.
	assert_eq!(expiry(u64::MAX - TTL + 1, TTL), None);
	assert!(!is_fresh(u64::MAX, TTL, NOW));
}

/// Seven reports, quorum five: it is lost with the third-oldest.
#[test]
fn a_quorum_of_five_of_seven_rests_on_the_third_oldest() {
	let times = [40, 10, 70, 20, 60, 30, 50].map(|t| NOW - 100 + t);
	let reports: Vec<_> = times.iter().map(|&t| Report { value: 1, observed_at: t }).collect();
	let a = aggregate(&reports, 5, TTL, NOW).unwrap();
	assert_eq!(a.fresh, 7);
	assert_eq!(a.observed_at, NOW - 70);
	assert_eq!(a.valid_until, NOW - 70 + TTL);
	assert_eq!(aggregate(&reports, 5, TTL, a.valid_until - 1).map(|a| a.fresh), Some(5));
	assert_eq!(aggregate(&reports, 5, TTL, a.valid_until), None);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(20_000))]

	#[test]
	fn agrees_with_counting(reports in reports(), quorum in 0u32..17, ttl in prop_oneof![Just(TTL), 0..2 * TTL]) {
		prop_assert_eq!(aggregate(&reports, quorum, ttl, NOW), by_counting(&reports, quorum, ttl, NOW));
	}

	#[test]
	fn the_order_of_reports_does_not_matter(
		(reports, shuffled) in reports().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
		quorum in 1u32..9,
	) {
		prop_assert_eq!(
			aggregate(&reports, quorum, TTL, NOW),
			aggregate(&shuffled, quorum, TTL, NOW),
		);
	}

	/// Who reports more never lowers anything.
	#[test]
	fn a_higher_report_never_lowers_a_median(
		reports in fresh_reports(), who in any::<prop::sample::Index>(), more in value(),
	) {
		let before = aggregate(&reports, 1, TTL, NOW).unwrap();
		let mut raised = reports;
		let who = who.index(raised.len());
		raised[who].value = raised[who].value.saturating_add(more);
		let after = aggregate(&raised, 1, TTL, NOW).unwrap();
		prop_assert!(before.lower <= after.lower);
		prop_assert!(before.mid <= after.mid);
		prop_assert!(before.upper <= after.upper);
		prop_assert_eq!(before.valid_until, after.valid_until);
	}

	/// A newer observation never shortens the life of an aggregate.
	#[test]
	fn a_newer_report_never_shortens_validity(
		reports in fresh_reports(), who in any::<prop::sample::Index>(), later in 0..TTL,
		quorum in 1u32..9,
	) {
		let mut renewed = reports.clone();
		let who = who.index(renewed.len());
		renewed[who].observed_at += later;
		if let Some(before) = aggregate(&reports, quorum, TTL, NOW) {
			let after = aggregate(&renewed, quorum, TTL, NOW).unwrap();
			prop_assert!(before.valid_until <= after.valid_until);
			prop_assert!(after.valid_until <= before.valid_until + later);
		}
	}

	/// The quorum is there to the last millisecond before `valid_until`, and gone at it.
	#[test]
	fn valid_until_is_exact_to_the_millisecond(reports in reports(), quorum in 1u32..16, wait in 0..TTL) {
		if let Some(now) = aggregate(&reports, quorum, TTL, NOW) {
			prop_assert!(now.valid_until > NOW);
			prop_assert_eq!(now.valid_until, now.observed_at + TTL);
			let last = aggregate(&reports, quorum, TTL, now.valid_until - 1);
			prop_assert_eq!(last.map(|a| a.valid_until), Some(now.valid_until));
			prop_assert_eq!(aggregate(&reports, quorum, TTL, now.valid_until), None);
			// In between it is never lost, and the instant never moves.
			let between = NOW + wait;
			if between < now.valid_until {
				let a = aggregate(&reports, quorum, TTL, between);
				prop_assert_eq!(a.map(|a| a.valid_until), Some(now.valid_until));
			}
		}
	}

	#[test]
	fn statistics_are_ordered_and_among_the_reports(reports in fresh_reports()) {
		let a = aggregate(&reports, 1, TTL, NOW).unwrap();
		prop_assert!(a.lower <= a.mid && a.mid <= a.upper);
		prop_assert!(reports.iter().any(|r| r.value == a.lower));
		prop_assert!(reports.iter().any(|r| r.value == a.upper));
		prop_assert!(reports.iter().any(|r| r.observed_at == a.observed_at));
		if reports.len() % 2 == 1 {
			prop_assert_eq!(a.lower, a.upper);
		}
		prop_assert_eq!(a.fresh as usize, reports.len());
	}

	/// A report that is not fresh has no influence.
	#[test]
	fn stale_reports_count_for_nothing(reports in fresh_reports(), stale in value(), old in 0..NOW - TTL + 1) {
		let reports = &reports[..reports.len().min(MAX_REPORTS - 1)];
		let mut more = reports.to_vec();
		more.push(Report { value: stale, observed_at: old });
		prop_assert_eq!(aggregate(reports, 1, TTL, NOW), aggregate(&more, 1, TTL, NOW));
	}
}
