//! The order of candidates and the front of it, against a plain model.

use proptest::prelude::*;

use crate::*;

fn contender(who: u32, bond: u128, founder: bool) -> Contender<u32> {
	Contender { who, bond, founder }
}

/// `all`, put in one after the other.
fn ordered(all: impl IntoIterator<Item = Contender<u32>>) -> Vec<Contender<u32>> {
	let mut standing = Vec::new();
	for new in all {
		standing.insert(place(&standing, &new), new);
	}
	standing
}

fn elected(all: Vec<Contender<u32>>, most: usize, bond: u128) -> Vec<u32> {
	elect(ordered(all).into_iter(), Seats { most, bond })
}

#[test]
fn nobody_stands_nobody_is_elected() {
	assert_eq!(elected(vec![], 10, 0), []);
	assert_eq!(place(&[], &contender(1, 0, false)), 0);
}

#[test]
fn the_better_bonded_are_elected_and_among_equals_who_came_first() {
	let all = vec![
		contender(1, 100, false),
		contender(2, 300, false),
		contender(3, 100, false),
		contender(4, 200, false),
	];
	assert_eq!(elected(all.clone(), 3, 1), [2, 4, 1]);
	assert_eq!(elected(all.clone(), 4, 1), [2, 4, 1, 3]);
	assert_eq!(elected(all, 0, 1), []);
}

#[test]
fn a_bond_below_the_least_by_one_unit_is_not_enough() {
	let all = vec![contender(1, 100, false), contender(2, 99, false)];
	assert_eq!(elected(all, 10, 100), [1]);
}

#[test]
fn founders_have_seats_whatever_their_bond_and_however_few_there_are() {
	let all = vec![
		contender(1, 500, false),
		contender(2, 0, true),
		contender(3, 7, true),
		contender(4, 0, true),
	];
	assert_eq!(elected(all.clone(), 1, 100), [3, 2, 4]);
	assert_eq!(elected(all.clone(), 3, 100), [3, 2, 4]);
	assert_eq!(elected(all, 4, 100), [3, 2, 4, 1]);
}

fn contenders() -> impl Strategy<Value = Vec<Contender<u32>>> {
	let bond = prop_oneof![0u128..6, any::<u128>()];
	prop::collection::vec((bond, prop::bool::weighted(0.2)), 0..60).prop_map(|all| {
		let numbered = all.into_iter().enumerate();
		numbered.map(|(n, (bond, founder))| contender(n as u32, bond, founder)).collect()
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	/// Put in one by one, they stand as a stable sort would have them.
	#[test]
	fn the_order_is_that_of_a_stable_sort(all in contenders()) {
		let mut sorted = all.clone();
		sorted.sort_by_key(|c| (!c.founder, std::cmp::Reverse(c.bond)));
		prop_assert_eq!(ordered(all), sorted);
	}

	#[test]
	fn the_elected_are_the_best_and_fill_what_seats_they_can(
		all in contenders(), most in 0usize..70, bond in 0u128..8,
	) {
		let standing = ordered(all.clone());
		let elected = elect(standing.iter().cloned(), Seats { most, bond });
		let founders = all.iter().filter(|c| c.founder).count();
		let eligible: Vec<_> = standing.iter().filter(|c| c.is_eligible(bond)).collect();
		prop_assert_eq!(elected.len(), eligible.len().min(most.max(founders)));
		let front: Vec<_> = eligible.iter().take(elected.len()).map(|c| c.who).collect();
		prop_assert_eq!(&elected, &front);
		// Whoever was left out is no founder, and not better bonded than any elected that is none.
		let worst = all.iter().filter(|c| !c.founder && elected.contains(&c.who));
		let worst = worst.map(|c| c.bond).min();
		for out in all.iter().filter(|c| !elected.contains(&c.who)) {
			prop_assert!(!out.founder);
			prop_assert!(worst.is_none_or(|worst| out.bond <= worst));
		}
	}
}
