//! f faulty of n ≥ 3f + 1, delays and reorderings included: nothing leaves what the honest ones say.

use proptest::prelude::*;

use super::{every_list, NOW, TTL};
use crate::{aggregate, Aggregate, Report, MAX_REPORTS};

/// Calls `check` with every order of the items (Heap's algorithm).
fn every_order<T>(items: &mut [T], length: usize, check: &mut impl FnMut(&[T])) {
	if length <= 1 {
		check(items);
		return;
	}
	for i in 0..length {
		every_order(items, length - 1, check);
		items.swap(if length.is_multiple_of(2) { i } else { 0 }, length - 1);
	}
}

/// Every set of liars of the bound, by its bits: not only the first ones.
#[test]
fn whoever_lies() {
	let mut cases = 0u64;
	for n in 1..=9usize {
		let f = (n - 1) / 3;
		let liars = (0..1u32 << n).filter(|set| set.count_ones() as usize == f);
		let liars: Vec<_> = liars.collect();
		every_list(n, 3, &mut |values| {
			let reports = super::of(values);
			let found = aggregate(&reports, (2 * f + 1) as u32, TTL, NOW).unwrap();
			for set in &liars {
				let honest = (0..n).filter(|who| set >> who & 1 == 0).map(|who| values[who]);
				let (low, high) = honest.fold((3, 0), |(l, h), v| (v.min(l), v.max(h)));
				assert!(low <= found.lower && found.upper <= high, "{values:?} {set:b}");
				cases += 1;
			}
		});
	}
	assert!(cases > 700_000, "{cases}");
}

/// All orders in which up to six reports can arrive.
#[test]
fn every_order_gives_the_same() {
	for n in 1..=6usize {
		every_list(n, 3, &mut |values| {
			// Distinct times, so that a mix-up of values and times shows.
			let mut reports: Vec<_> = (0..)
				.zip(values)
				.map(|(who, &value)| Report { value, observed_at: NOW - 10 * who * who })
				.collect();
			let quorum = n.div_ceil(2) as u32;
			let expected = aggregate(&reports, quorum, TTL, NOW);
			every_order(&mut reports, n, &mut |order| {
				assert_eq!(aggregate(order, quorum, TTL, NOW), expected);
			});
		});
	}
}

/// Every reporter up to date, late with an older value, or silent; every set of f ≤ ⌊(n − 1)/3⌋ liars
/// says anything. With a quorum the medians lie within the honest reports that are fresh.
#[test]
fn whoever_is_late() {
	// 0: silent. 1, 2, 3: a value. 4: a value, but stale.
	let report = |choice: u128| match choice {
		0 => None,
		4 => Some(Report { value: 3, observed_at: NOW - TTL }),
		value => Some(Report { value, observed_at: NOW + value as u64 - 3 }),
	};
	for n in 1..=9usize {
		let f = (n - 1) / 3;
		let quorum = 2 * f + 1;
		every_list(n, 5, &mut |choices| {
			let reports: Vec<_> = choices.iter().filter_map(|choice| report(*choice)).collect();
			let fresh = choices.iter().filter(|choice| (1..=3).contains(*choice)).count();
			let found = aggregate(&reports, quorum as u32, TTL, NOW);
			assert_eq!(found.is_some(), fresh >= quorum, "{choices:?}");
			let Some(found) = found else { return };
			assert_eq!(found.fresh as usize, fresh);
			for set in (0..1u32 << n).filter(|set| set.count_ones() as usize == f) {
				let honest = (0..n)
					.filter(|who| set >> who & 1 == 0)
					.map(|who| choices[who])
					.filter(|choice| (1..=3).contains(choice));
				let (low, high) = honest.fold((u128::MAX, 0), |(l, h), v| (v.min(l), v.max(h)));
				assert!(low <= found.lower && found.upper <= high, "{choices:?} {set:b}");
			}
		});
	}
}

/// One report more or fewer, at the quorum.
#[test]
fn quorum_edges() {
	for n in 1..=MAX_REPORTS {
		let f = (n - 1) / 3;
		for quorum in 2 * f + 1..=n - f {
			for k in 0..=n {
				let found = aggregate(&super::of(&vec![7; k]), quorum as u32, TTL, NOW);
				assert_eq!(found.is_some(), k >= quorum, "{k} of {quorum}");
			}
		}
	}
}

/// n reporters of which f lie, and a quorum.
fn shape() -> impl Strategy<Value = (usize, usize, u32)> {
	(1..=MAX_REPORTS).prop_flat_map(|n| {
		let f = (n - 1) / 3;
		(Just(n), Just(f), (2 * f + 1) as u32..=(n - f) as u32)
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(20_000))]

	/// Larger ones: the adversary chooses values and times of its own, who of the honest is late and by
	/// how much, and the order.
	#[test]
	fn random_larger(
		(n, f, quorum) in shape(),
		honest in prop::collection::vec((1_000..2_000u128, 0..2 * TTL), MAX_REPORTS),
		lies in prop::collection::vec((any::<u128>(), prop_oneof![NOW - TTL..NOW + TTL, any::<u64>()]), 5),
		order in Just((0..MAX_REPORTS).collect::<Vec<_>>()).prop_shuffle(),
	) {
		let honest = honest[..n - f].iter().map(|&(value, late)| Report { value, observed_at: NOW - late.min(NOW) });
		let liars = lies[..f].iter().map(|&(value, observed_at)| Report { value, observed_at });
		let reports: Vec<_> = honest.clone().chain(liars).collect();
		let mixed: Vec<_> = order.iter().filter_map(|place| reports.get(*place).copied()).collect();
		let found = aggregate(&mixed, quorum, TTL, NOW);
		prop_assert_eq!(found, aggregate(&reports, quorum, TTL, NOW));
		let fresh = honest.filter(|report| report.observed_at + TTL > NOW).map(|report| report.value);
		let (low, high) = fresh.fold((u128::MAX, 0), |(l, h), v| (v.min(l), v.max(h)));
		if let Some(Aggregate { lower, mid, upper, .. }) = found {
			prop_assert!(low <= lower && lower <= mid && mid <= upper && upper <= high);
		}
	}

	/// All of one mind, at the ends of the range too.
	#[test]
	fn equal_reports_keep_the_median(value in any::<u128>(), k in 1..=MAX_REPORTS) {
		let found = aggregate(&super::of(&vec![value; k]), k as u32, TTL, NOW).unwrap();
		prop_assert_eq!((found.lower, found.mid, found.upper, found.confidence), (value, value, value, 0));
	}
}
