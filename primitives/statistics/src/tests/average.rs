use num_traits::ToPrimitive;
use proptest::prelude::*;

use super::exact::int;
use crate::{Average, NoAverage, Observation, Ring};

const ALWAYS: u64 = u64::MAX;

#[test]
fn an_average_by_hand() {
	let start = Observation::starting(1_000);
	let mut ring = Ring::<4>::starting(start);
	// 10 for 3 s, 20 for 1 s: 12.5.
	let then = start.advanced(10, ALWAYS, 4_000).unwrap();
	assert!(ring.observe(then, 3_000));
	let now = then.advanced(20, ALWAYS, 5_000).unwrap();
	assert_eq!(ring.average(&now, 4_000), Ok(Average { floor: 12, ceil: 13, since: 1_000 }));
	// The window begins at an observation.
	assert_eq!(ring.average(&now, 1_000), Ok(Average { floor: 20, ceil: 20, since: 4_000 }));
	assert_eq!(ring.average(&now, 1_001), Ok(Average { floor: 12, ceil: 13, since: 1_000 }));
	assert_eq!(ring.average(&now, 4_001), Err(NoAverage::TooLong));
	assert_eq!(ring.average(&now, u64::MAX), Err(NoAverage::TooLong));
	assert_eq!(ring.average(&now, 0), Err(NoAverage::Empty));
}

#[test]
fn time_without_a_price_is_missing_and_said_so() {
	let start = Observation::starting(0);
	let ring = Ring::<2>::starting(start);
	// Valid for 60 ms of 100.
	let now = start.advanced(7, 60, 100).unwrap();
	assert_eq!((now.missing, now.sum.as_u128()), (40, 420));
	assert_eq!(ring.average(&now, 100), Err(NoAverage::Incomplete { missing: 40 }));
	// To the millisecond.
	assert_eq!(start.advanced(7, 100, 100).unwrap().missing, 0);
	assert_eq!(start.advanced(7, 99, 100).unwrap().missing, 1);
	assert_eq!(start.advanced(7, 0, 100).unwrap().missing, 100);
	// A gap before the window does no harm.
	let mut ring = ring;
	assert!(ring.observe(now, 1));
	let later = now.advanced(9, ALWAYS, 150).unwrap();
	assert_eq!(ring.average(&later, 50), Ok(Average { floor: 9, ceil: 9, since: 100 }));
	assert_eq!(ring.average(&later, 51), Err(NoAverage::Incomplete { missing: 40 }));
}

#[test]
fn the_newest_replaces_the_oldest_and_not_too_often() {
	let mut last = Observation::starting(0);
	let mut ring = Ring::<3>::starting(last);
	for now in 1..=100u64 {
		last = last.advanced(u128::from(now), ALWAYS, now).unwrap();
		assert_eq!(ring.observe(last, 10), now % 10 == 0);
	}
	assert_eq!(ring.newest(), Some(&last));
	assert_eq!(ring.average(&last, 20).map(|a| a.since), Ok(80));
	assert_eq!(ring.average(&last, 21), Err(NoAverage::TooLong));
	// Not the same one twice, even without a spacing, and none of the past.
	assert!(!ring.observe(last, 0));
	assert!(!ring.observe(Observation::starting(0), 0));
	let mut none = Ring::<0>::starting(last);
	assert!(!none.observe(last, 0));
	assert_eq!(none.average(&last, 1), Err(NoAverage::TooLong));
}

#[test]
fn the_largest_value_for_all_time_fits() {
	let start = Observation::starting(0);
	let now = start.advanced(u128::MAX, ALWAYS, u64::MAX).unwrap();
	let average = Ring::<1>::starting(start).average(&now, u64::MAX);
	assert_eq!(average, Ok(Average { floor: u128::MAX, ceil: u128::MAX, since: 0 }));
	assert_eq!(now.advanced(1, ALWAYS, u64::MAX - 1), None);
	let full = Observation { sum: sp_core::U256::MAX, ..start };
	assert_eq!(full.advanced(1, ALWAYS, 1), None);
	assert_eq!(Ring::<1>::starting(now).average(&start, 1), Err(NoAverage::TooLong));
	let other = Observation { at: 5, ..start };
	let ring = Ring::<1>::starting(Observation { at: 1, ..full });
	assert_eq!(ring.average(&other, 1), Err(NoAverage::Inconsistent));
}

/// For how long a value holds, the value, and whether it is valid.
fn held() -> impl Strategy<Value = (u64, u128, bool)> {
	let value = (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s);
	(1..1_000u64, value, prop_oneof![9 => Just(true), 1 => Just(false)])
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	/// Against a walk over all values; between the least and the greatest of the window.
	#[test]
	fn average_against_a_walk(
		steps in prop::collection::vec(held(), 1..60),
		length in 1..5_000u64, spacing in 0..500u64,
	) {
		let mut last = Observation::starting(0);
		let mut ring = Ring::<12>::starting(last);
		// (from, to, value, valid)
		let mut held = vec![];
		for (time, value, valid) in steps {
			let before = last;
			let until = if valid { ALWAYS } else { last.at };
			last = last.advanced(value, until, last.at + time).unwrap();
			held.push((before.at, last.at, value, valid));
			prop_assert!(before.sum <= last.sum && before.missing <= last.missing);
			match ring.average(&last, length) {
				Ok(found) => {
					prop_assert!(last.at - found.since >= length);
					let window: Vec<_> = held.iter().filter(|(from, ..)| *from >= found.since).collect();
					prop_assert!(window.iter().all(|(.., valid)| *valid));
					let sum: num_rational::BigRational = window
						.iter()
						.map(|(from, to, value, _)| int(*value) * int(to - from))
						.fold(int(0), |a, b| a + b);
					let exact = sum / int(last.at - found.since);
					prop_assert_eq!(exact.floor().to_u128(), Some(found.floor));
					prop_assert_eq!(exact.ceil().to_u128(), Some(found.ceil));
					let least = window.iter().map(|(_, _, value, _)| *value).min().unwrap();
					let most = window.iter().map(|(_, _, value, _)| *value).max().unwrap();
					prop_assert!(least <= found.floor && found.floor <= found.ceil && found.ceil <= most);
				},
				Err(NoAverage::Incomplete { missing }) => {
					let all: u64 = held.iter().filter(|(.., valid)| !valid).map(|(from, to, ..)| to - from).sum();
					prop_assert!(0 < missing && missing <= all);
				},
				Err(error) => prop_assert_eq!(error, NoAverage::TooLong),
			}
			ring.observe(last, spacing);
		}
	}
}
