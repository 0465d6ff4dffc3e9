use num_bigint::BigInt;
use proptest::prelude::*;

use super::exact::{self, int};
use crate::{Band, LimitTerms, Medians, Variance};

const TERMS: LimitTerms = LimitTerms { least: 200, most: 2_000, deviations: 6 };

#[test]
fn terms_out_of_order_are_invalid_and_still_give_an_answer() {
	let of = |least, most| LimitTerms { least, most, deviations: 6 };
	assert!(TERMS.are_valid());
	for bad in [of(0, 10), of(11, 10), of(1, 10_000), of(0, 0)] {
		assert!(!bad.are_valid());
		let limit = bad.limit_floor(Variance::from_inner(u128::MAX), u64::MAX);
		assert_eq!(limit, bad.most);
	}
	assert!(of(1, 1).are_valid());
}

/// 1 % an hour, six deviations: 6 % after an hour, 12 % after four, 3 % after a quarter.
#[test]
fn the_limit_grows_with_the_root_of_time() {
	let variance = Variance::from_inner(10u128.pow(32) / 3_600 + 1);
	let after = |minutes: u64| TERMS.limit_floor(variance, minutes * 60_000);
	assert_eq!(after(0), 200);
	assert_eq!(after(1), 200);
	assert_eq!(after(15), 300);
	assert_eq!(after(60), 600);
	assert_eq!(after(240), 1_200);
	assert_eq!(after(10_000), 2_000);
	assert_eq!(TERMS.limit_floor(Variance::default(), u64::MAX), 200);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(5_000))]

	#[test]
	fn limit_against_rationals(
		inner in (any::<u128>(), 0u32..128).prop_map(|(x, s)| x >> s),
		elapsed in prop_oneof![0..10_000_000u64, any::<u64>()], deviations in 0..20u32,
	) {
		let terms = LimitTerms { deviations, ..TERMS };
		let variance = Variance::from_inner(inner);
		let found = terms.limit_floor(variance, elapsed);
		let scale: BigInt = BigInt::from(deviations) * 10_000;
		let square = int(scale.clone() * scale) * exact::variance(variance) * int(elapsed) / int(1_000);
		let at_least = |limit: u32| square >= int(u64::from(limit) * u64::from(limit));
		prop_assert!((200..=2_000).contains(&found));
		prop_assert!(found == 200 || at_least(found));
		prop_assert!(found == 2_000 || !at_least(found + 1));
	}

	/// The edges are those of cross-multiplication.
	#[test]
	fn edges_of_a_band_are_exact(
		lower in any::<u128>(), wide in any::<u128>(), limit in 1..10_000u32, off in -3i128..4,
		side in any::<bool>(),
	) {
		let confirmed = Medians { lower, upper: lower.saturating_add(wide >> 64) };
		let band = Band::around(confirmed, limit);
		// Near an edge, where it matters.
		let edge = if side {
			exact::fraction(confirmed.lower, 10_000) * int(10_000 - limit)
		} else {
			exact::fraction(confirmed.upper, 10_000) * int(10_000 + limit)
		};
		let value = edge.to_integer() + off;
		if let Ok(value) = u128::try_from(value) {
			let times = int(value) * int(10_000);
			let near = times >= int(confirmed.lower) * int(10_000 - limit)
				&& times <= int(confirmed.upper) * int(10_000 + limit);
			prop_assert_eq!(band.is_near(Medians { lower: value, upper: value }), near);
		}
	}
}
