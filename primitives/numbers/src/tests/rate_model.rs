//! The rate model against exact rationals.

use codec::{Decode, Encode, MaxEncodedLen};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use proptest::prelude::*;

use super::number;
use crate::{RateModel, Ratio};

const ONE: u128 = 10u128.pow(18);

fn percent(value: u128) -> Ratio {
	Ratio::from_inner(value * ONE / 100)
}

fn bent() -> RateModel {
	RateModel::Utilisation {
		base: percent(2),
		kink: percent(80),
		slope1: percent(4),
		slope2: percent(60),
	}
}

fn big(x: u128) -> BigRational {
	BigRational::from_integer(BigInt::from(x))
}

/// Any model that holds together.
fn model() -> impl Strategy<Value = RateModel> {
	// A quarter of the range each: the sum fits.
	let part = || number().prop_map(|x| Ratio::from_inner(x >> 2));
	(part(), 1..ONE, part(), part()).prop_map(|(base, kink, slope1, slope2)| {
		RateModel::Utilisation { base, kink: Ratio::from_inner(kink), slope1, slope2 }
	})
}

/// The rate by its definition, rounded up to 18 decimals.
fn exact(model: &RateModel, lent: u128, ceiling: u128) -> u128 {
	let RateModel::Utilisation { base, kink, slope1, slope2 } = *model else {
		return model.least().into_inner();
	};
	let [base, kink, slope1, slope2] =
		[base, kink, slope1, slope2].map(|ratio| big(ratio.into_inner()));
	let u = if lent >= ceiling { big(1) } else { big(lent) / big(ceiling) };
	let k = kink / big(ONE);
	let rate = if u <= k {
		base + slope1 * u / k
	} else {
		base + slope1 + slope2 * (u - &k) / (big(1) - k)
	};
	rate.ceil().to_integer().to_u128().unwrap()
}

#[test]
fn rates_by_hand() {
	let at = |lent| bent().rate_ceil(lent, 1_000).unwrap();
	assert_eq!(at(0), percent(2));
	assert_eq!(at(400), percent(4));
	assert_eq!(at(800), percent(6));
	assert_eq!(at(900), percent(36));
	assert_eq!(at(1_000), percent(66));
	assert_eq!(at(1_001), percent(66));
	assert_eq!((bent().least(), bent().most()), (percent(2), Some(percent(66))));
	// Nothing may be lent: then all of it is.
	assert_eq!(bent().rate_ceil(0, 0), Some(percent(66)));
	let fixed = RateModel::Fixed(percent(5));
	assert_eq!(fixed.rate_ceil(1, 0), Some(percent(5)));
	assert_eq!((fixed.least(), fixed.most()), (percent(5), Some(percent(5))));
}

#[test]
fn one_unit_is_rounded_against_the_borrower() {
	// 4 % · (1/3)/(4/5) = 0.01666…
	let rate = bent().rate_ceil(1, 3).unwrap();
	assert_eq!(rate.into_inner(), 36_666_666_666_666_667);
	// 60 % · (u − 0.8)/0.2 with u = 0.8 + 1/3·10^−20 is less than a unit.
	let ceiling = 3 * 10u128.pow(20);
	let above = bent().rate_ceil(ceiling / 5 * 4 + 1, ceiling).unwrap();
	assert_eq!(above.into_inner(), percent(6).into_inner() + 1);
}

#[test]
fn a_model_that_does_not_hold_together_has_no_rate() {
	let with = |kink| {
		let RateModel::Utilisation { base, slope1, slope2, .. } = bent() else { unreachable!() };
		RateModel::Utilisation { base, kink, slope1, slope2 }
	};
	for kink in [Ratio::default(), percent(100), percent(101)] {
		assert!(!with(kink).is_valid());
		assert_eq!(with(kink).rate_ceil(1, 2), None);
	}
	assert!(with(Ratio::from_inner(1)).is_valid());
	assert!(with(Ratio::from_inner(ONE - 1)).is_valid());
	let huge = RateModel::Utilisation {
		base: Ratio::from_inner(u128::MAX),
		kink: percent(80),
		slope1: Ratio::from_inner(1),
		slope2: Ratio::default(),
	};
	assert!(!huge.is_valid());
	assert_eq!((huge.most(), huge.rate_ceil(0, 1), huge.rate_ceil(1, 1)), (None, None, None));
}

#[test]
fn a_model_is_stored_and_read_back() {
	for model in [bent(), RateModel::Fixed(percent(5))] {
		let bytes = model.encode();
		assert!(bytes.len() <= RateModel::max_encoded_len());
		assert_eq!(RateModel::decode(&mut &bytes[..]), Ok(model));
	}
}

proptest! {
	#[test]
	fn a_rate_is_exact_to_the_unit(model in model(), lent in number(), ceiling in number()) {
		let rate = model.rate_ceil(lent, ceiling).unwrap();
		prop_assert_eq!(rate.into_inner(), exact(&model, lent, ceiling));
	}

	#[test]
	fn a_rate_never_falls_with_what_is_lent(
		model in model(),
		lent in number(),
		more in number(),
		ceiling in number(),
	) {
		let rate = |lent| model.rate_ceil(lent, ceiling).unwrap();
		let (before, after) = (rate(lent), rate(lent.saturating_add(more)));
		prop_assert!(before <= after);
		prop_assert!(model.least() <= before && after <= model.most().unwrap());
	}

	#[test]
	fn the_kink_is_exact_from_both_sides(model in model(), scale in 1..u128::MAX / ONE) {
		let RateModel::Utilisation { base, kink, slope1, .. } = model else { unreachable!() };
		let at = model.rate_ceil(scale * kink.into_inner(), scale * ONE).unwrap();
		prop_assert_eq!(at.into_inner(), base.into_inner() + slope1.into_inner());
	}
}
