use proptest::prelude::*;

use super::gate::{all, at};
use crate::{
	aggregate, confidence, typical_distance, LimitTerms, OutlierTerms, Report, Variance,
	MAX_REPORTS,
};

const TTL: u64 = 600_000;
const NOW: u64 = 1_000_000;
const TERMS: OutlierTerms =
	OutlierTerms { limit: LimitTerms { least: 200, most: 3_000, deviations: 4 }, distances: 3 };
const CALM: Variance = Variance::from_inner(0);

#[test]
fn the_band_is_exact_and_on_both_sides() {
	let is = |value| TERMS.is_outlier(value, at(10_000), 0, CALM, 60_000);
	for (value, outlier) in
		[(10_000, false), (9_800, false), (9_799, true), (10_200, false), (10_201, true), (0, true)]
	{
		assert_eq!(is(value), outlier, "{value}");
	}
	assert!(is(u128::MAX));
	// Reporters that disagree as a rule are not judged by the least band.
	let typical = |value| TERMS.is_outlier(value, at(10_000), 100, CALM, 60_000);
	assert!(!typical(9_700));
	assert!(typical(9_699));
	// Between the medians nobody is off.
	let medians = crate::Medians { lower: 1, upper: 1_000_000 };
	assert!(!TERMS.is_outlier(500, medians, 0, CALM, 0));
}

/// Two of seven agree on a far value. They move a quartile, and with it the confidence, as far as they
/// like; the typical distance stays that of the honest.
#[test]
fn zellic_colluders_do_not_widen_the_band_they_are_judged_by() {
	let values = [10_000, 10_005, 9_995, 10_001, 9_999, 13_000, 13_000];
	let reports = all(&values, NOW);
	let found = aggregate(&reports, 5, TTL, NOW).unwrap();
	// By three confidences they would go free.
	assert!(13_000 - found.mid <= 3 * found.confidence);
	let typical = typical_distance(&reports, found.mid, TTL, NOW).unwrap();
	assert!(typical <= 5);
	for (place, value) in values.into_iter().enumerate() {
		let outlier = TERMS.is_outlier(value, found.medians(), typical, CALM, 0);
		assert_eq!(outlier, place >= 5, "{value}");
	}
}

#[test]
fn only_fresh_reports_have_a_distance() {
	assert_eq!(typical_distance(&[], 5, TTL, NOW), None);
	let stale = Report { value: 1, observed_at: NOW - TTL };
	assert_eq!(typical_distance(&[stale], 5, TTL, NOW), None);
	assert_eq!(
		typical_distance(&[stale, Report { value: 8, observed_at: NOW }], 5, TTL, NOW),
		Some(3)
	);
	assert_eq!(typical_distance(&all(&[1; MAX_REPORTS + 1], NOW), 5, TTL, NOW), None);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	/// f liars of 3f + 1 move the typical distance to no more than the honest ones' largest.
	#[test]
	fn liars_do_not_move_the_typical_distance(
		n in 4..=MAX_REPORTS, honest in prop::collection::vec(9_000u128..11_000, 15),
		lies in prop::collection::vec(any::<u128>(), 5),
	) {
		let f = (n - 1) / 3;
		let honest = &honest[..n - f];
		let reports = all(&[honest, &lies[..f]].concat(), NOW);
		let found = aggregate(&reports, (2 * f + 1) as u32, TTL, NOW).unwrap();
		let typical = typical_distance(&reports, found.mid, TTL, NOW).unwrap();
		let largest = honest.iter().map(|value| value.abs_diff(found.mid)).max().unwrap();
		prop_assert!(typical <= largest);
		// Whereas the quartiles of all are the liars' to move.
		let mut values: Vec<_> = reports.iter().map(|report| report.value).collect();
		values.sort_unstable();
		prop_assert!(confidence(&values).is_some());
	}

	/// An honest report within the usual distance is never one, whatever the liars say.
	#[test]
	fn honest_reports_close_together_are_never_outliers(
		n in 4..=MAX_REPORTS, honest in prop::collection::vec(9_950u128..10_050, 15),
		lies in prop::collection::vec(any::<u128>(), 5),
	) {
		let f = (n - 1) / 3;
		let honest = &honest[..n - f];
		let reports = all(&[honest, &lies[..f]].concat(), NOW);
		let found = aggregate(&reports, (2 * f + 1) as u32, TTL, NOW).unwrap();
		let typical = typical_distance(&reports, found.mid, TTL, NOW).unwrap();
		for value in honest {
			prop_assert!(!TERMS.is_outlier(*value, found.medians(), typical, CALM, 0));
		}
	}
}
