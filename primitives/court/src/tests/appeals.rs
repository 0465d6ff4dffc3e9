//! Panels, what an appeal costs, and what is left of it.

use proptest::prelude::*;

use super::{big, floor, fraction};
use crate::*;

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..40, (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s), Just(u128::MAX)]
}

#[test]
fn panels_grow_to_twice_and_one() {
	let chain: Vec<_> = std::iter::successors(Some(5), |seats| next_panel(*seats)).collect();
	assert_eq!(chain, [5, 11, 23, 47, 95]);
	for (seats, next) in
		[(0, None), (1, Some(3)), (3, Some(7)), (47, Some(95)), (48, None), (95, None)]
	{
		assert_eq!(next_panel(seats), next, "{seats}");
	}
	for seats in 48..=u8::MAX {
		assert_eq!(next_panel(seats), None);
	}
}

#[test]
fn who_was_ruled_against_raises_three_times_the_cost() {
	for (cost, losing, prevailing) in [
		(0, Some(0), Some(0)),
		(1, Some(3), Some(2)),
		(220, Some(660), Some(440)),
		(u128::MAX / 3, Some(u128::MAX), Some(u128::MAX / 3 * 2)),
		(u128::MAX / 3 + 1, None, Some((u128::MAX / 3 + 1) * 2)),
		(u128::MAX / 2 + 1, None, None),
		(u128::MAX, None, None),
	] {
		assert_eq!(required(Stake::Losing, cost), losing, "{cost}");
		assert_eq!(required(Stake::Prevailing, cost), prevailing, "{cost}");
	}
}

#[test]
fn the_least_contribution_is_a_sixteenth_up() {
	for (required, least) in
		[(0, 0), (1, 1), (16, 1), (17, 2), (32, 2), (33, 3), (u128::MAX, 1 << 124)]
	{
		assert_eq!(least_contribution(required), least, "{required}");
	}
}

#[test]
fn a_share_is_rounded_down_by_a_unit() {
	assert_eq!(appeal_share(10, 1, 3), Some(3));
	assert_eq!(appeal_share(10, 2, 3), Some(6));
	assert_eq!(appeal_share(10, 3, 3), Some(10));
	assert_eq!(appeal_share(10, 0, 3), Some(0));
	assert_eq!(appeal_share(0, 3, 3), Some(0));
	assert_eq!(appeal_share(u128::MAX, u128::MAX, u128::MAX), Some(u128::MAX));
	assert_eq!(appeal_share(u128::MAX, 1, u128::MAX), Some(1));
	assert_eq!(appeal_share(10, 0, 0), None, "nothing was raised");
	assert_eq!(appeal_share(10, 4, 3), None, "more than was raised");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn sixteen_of_the_least_raise_it(required in amount()) {
		let least = big(least_contribution(required));
		prop_assert!(big(MAX_FUNDERS) * &least >= big(required));
		prop_assert!(required == 0 || big(MAX_FUNDERS) * (least - 1) < big(required));
	}

	#[test]
	fn funders_get_no_more_than_the_pool_and_less_by_less_than_a_unit_each(
		pool in amount(),
		given in prop::collection::vec((any::<u128>(), 4u32..128).prop_map(|(x, s)| x >> s), 1..=16),
	) {
		let raised: u128 = given.iter().sum();
		prop_assume!(raised > 0);
		let mut paid = big(0);
		for one in &given {
			let share = appeal_share(pool, *one, raised);
			prop_assert_eq!(share, floor(&fraction(big(pool) * *one, raised)));
			paid += big(share.unwrap());
		}
		prop_assert!(paid <= big(pool));
		prop_assert!(big(pool) - paid < big(given.len()));
	}
}
