use proptest::prelude::*;

use crate::{
	aggregate, aggregate_classes, Class, ClassQuorum, ClassRule, NoClassValue, Report, MAX_REPORTS,
};

const TTL: u64 = 60_000;
const NOW: u64 = 1_000_000;
const TRUSTEE: Class = 0;
const AUDITOR: Class = 1;
const SERVICER: Class = 2;
const CLASSES: [ClassQuorum; 3] = [
	ClassQuorum { class: TRUSTEE, least: 1 },
	ClassQuorum { class: AUDITOR, least: 1 },
	ClassQuorum { class: SERVICER, least: 2 },
];

fn of(reports: &[(Class, u128)]) -> Vec<(Class, Report)> {
	reports.iter().map(|&(class, value)| (class, Report { value, observed_at: NOW })).collect()
}

fn value(reports: &[(Class, u128)], rule: ClassRule) -> Result<(u128, u128), NoClassValue> {
	aggregate_classes(&of(reports), &CLASSES, rule, 4, TTL, NOW).map(|a| (a.lower, a.upper))
}

#[test]
fn a_class_is_not_outvoted_by_numbers() {
	// Five servicers at 100, trustee and auditor at 80 and 70.
	let reports = [
		(TRUSTEE, 80),
		(AUDITOR, 70),
		(SERVICER, 100),
		(SERVICER, 100),
		(SERVICER, 100),
		(SERVICER, 100),
		(SERVICER, 100),
	];
	assert_eq!(value(&reports, ClassRule::MedianOfMedians), Ok((80, 80)));
	assert_eq!(value(&reports, ClassRule::LowerOf(TRUSTEE)), Ok((80, 80)));
	assert_eq!(value(&reports, ClassRule::LowerOf(SERVICER)), Ok((100, 100)));
	// And the trustee alone cannot raise anything.
	let high = [(TRUSTEE, 999), (AUDITOR, 70), (SERVICER, 100), (SERVICER, 100)];
	assert_eq!(value(&high, ClassRule::LowerOf(TRUSTEE)), Ok((100, 100)));
	assert_eq!(value(&high, ClassRule::MedianOfMedians), Ok((100, 100)));
}

#[test]
fn a_missing_class_is_named() {
	let rule = ClassRule::MedianOfMedians;
	let missing = |class| Err(NoClassValue::Missing { class });
	let s = (SERVICER, 100);
	assert_eq!(value(&[(AUDITOR, 1), s, s, s], rule), missing(TRUSTEE));
	assert_eq!(value(&[(TRUSTEE, 1), s, s, s], rule), missing(AUDITOR));
	assert_eq!(value(&[(TRUSTEE, 1), (AUDITOR, 1), (AUDITOR, 1), s], rule), missing(SERVICER));
	assert_eq!(value(&[(TRUSTEE, 1), s, s], rule), Err(NoClassValue::BelowQuorum));
	assert_eq!(value(&[], rule), Err(NoClassValue::BelowQuorum));
}

/// A class is lost when its report expires, to the millisecond, and the value with it.
#[test]
fn the_value_holds_until_the_first_class_is_lost() {
	let mut reports =
		of(&[(TRUSTEE, 80), (AUDITOR, 70), (SERVICER, 90), (SERVICER, 91), (SERVICER, 92)]);
	reports[1].1.observed_at = NOW - 10;
	reports[2].1.observed_at = NOW - 20;
	let at = |now| aggregate_classes(&reports, &CLASSES, ClassRule::MedianOfMedians, 4, TTL, now);
	let found = at(NOW).unwrap();
	assert_eq!((found.observed_at, found.valid_until), (NOW - 10, NOW - 10 + TTL));
	assert_eq!(found.fresh, 5);
	assert!(at(NOW - 10 + TTL - 1).is_ok());
	// Of five two are stale by then: the quorum of four is lost at the same time.
	assert_eq!(at(NOW - 10 + TTL), Err(NoClassValue::BelowQuorum));
	let few = |now| aggregate_classes(&reports, &CLASSES, ClassRule::MedianOfMedians, 3, TTL, now);
	assert_eq!(few(NOW - 10 + TTL), Err(NoClassValue::Missing { class: AUDITOR }));
}

#[test]
fn the_confidence_covers_where_the_others_are() {
	let reports =
		of(&[(TRUSTEE, 80), (AUDITOR, 70), (SERVICER, 100), (SERVICER, 100), (SERVICER, 100)]);
	let found =
		aggregate_classes(&reports, &CLASSES, ClassRule::MedianOfMedians, 4, TTL, NOW).unwrap();
	let plain: Vec<_> = reports.iter().map(|(_, report)| *report).collect();
	let all = aggregate(&plain, 4, TTL, NOW).unwrap();
	assert_eq!((all.mid, found.mid), (100, 80));
	assert_eq!(found.confidence, all.confidence + 20);
}

#[test]
fn bad_terms_and_bad_reports_are_refused() {
	let good = of(&[(TRUSTEE, 1), (AUDITOR, 1), (SERVICER, 1), (SERVICER, 1)]);
	let run =
		|reports: &[_], classes: &[_], rule| aggregate_classes(reports, classes, rule, 4, TTL, NOW);
	let median = ClassRule::MedianOfMedians;
	assert!(run(&good, &CLASSES, median).is_ok());
	let twice = [CLASSES[0], CLASSES[1], CLASSES[2], CLASSES[0]];
	let idle = [CLASSES[0], CLASSES[1], ClassQuorum { class: SERVICER, least: 0 }];
	let many: Vec<_> =
		(0..=MAX_REPORTS as u8).map(|class| ClassQuorum { class, least: 1 }).collect();
	for classes in [&[][..], &twice, &idle, &many] {
		assert_eq!(run(&good, classes, median), Err(NoClassValue::BadTerms));
	}
	assert_eq!(run(&good, &CLASSES, ClassRule::LowerOf(9)), Err(NoClassValue::BadTerms));
	let mut stranger = good.clone();
	stranger.push((9, good[0].1));
	assert_eq!(run(&stranger, &CLASSES, median), Err(NoClassValue::BadReports));
	let crowd = vec![good[0]; MAX_REPORTS + 1];
	assert_eq!(run(&crowd, &CLASSES, median), Err(NoClassValue::BadReports));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(5_000))]

	/// Classes bought as a whole, fewer than half of them, do not move a median of medians out of what
	/// the others say; and the order does not matter.
	#[test]
	fn bought_classes_do_not_decide(
		honest in prop::collection::vec((AUDITOR..=SERVICER, 1_000u128..2_000), 1..10),
		bought in prop::collection::vec(any::<u128>(), 1..5),
	) {
		let mut reports: Vec<_> = bought.into_iter().map(|value| (TRUSTEE, value)).collect();
		reports.extend(&honest);
		let Ok((lower, upper)) = value(&reports, ClassRule::MedianOfMedians) else { return Ok(()) };
		prop_assert!(1_000 <= lower && lower <= upper && upper < 2_000);
		reports.reverse();
		prop_assert_eq!(value(&reports, ClassRule::MedianOfMedians), Ok((lower, upper)));
	}

	/// The lower rule: never above what either says, however much all others are bought.
	#[test]
	fn the_leading_class_and_all_together_each_cap_the_value(
		trustees in prop::collection::vec(1_000u128..2_000, 1..4),
		others in prop::collection::vec((AUDITOR..=SERVICER, any::<u128>()), 3..10),
	) {
		let mut reports: Vec<_> = trustees.iter().map(|value| (TRUSTEE, *value)).collect();
		reports.extend(&others);
		if let Ok((lower, upper)) = value(&reports, ClassRule::LowerOf(TRUSTEE)) {
			prop_assert!(lower <= upper && upper < 2_000);
			let plain: Vec<_> = of(&reports).into_iter().map(|(_, report)| report).collect();
			let all = aggregate(&plain, 4, TTL, NOW).unwrap();
			prop_assert!(lower <= all.lower && upper <= all.upper);
		}
	}
}
