//! Against exact rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use sp_arithmetic::FixedU128;
use sp_core::U256;
use strata_ladder::Rung;
use strata_numbers::{Price, RateIndex, Ratio};

use crate::{plan::penalty, Fraction, Market, Plan, Terms, Threshold};

const ONE: u128 = 1_000_000_000_000_000_000;

fn rational(n: u128, d: u128) -> BigRational {
	BigRational::new(n.into(), d.into())
}

fn whole(n: u128) -> BigRational {
	BigRational::from_integer(n.into())
}

/// A number with 18 decimals.
fn fixed(inner: FixedU128) -> BigRational {
	rational(inner.into_inner(), ONE)
}

fn ratio(millionths: u128) -> Ratio {
	Ratio::from_inner(millionths * 1_000_000_000_000)
}

/// Units of the settlement asset that one unit of collateral is worth, exactly.
fn unit_price(market: &Market) -> BigRational {
	fixed(market.collateral) / fixed(market.settlement)
		* whole(10u128.pow(market.settlement_decimals.into()))
		/ whole(10u128.pow(market.collateral_decimals.into()))
}

fn floor(x: &BigRational) -> Option<u128> {
	u128::try_from(x.floor().to_integer()).ok()
}

fn ceil(x: &BigRational) -> Option<u128> {
	u128::try_from(x.ceil().to_integer()).ok()
}

/// Dollars for dollars, without decimals: values are amounts times the price.
fn plain(price: u128) -> Market {
	Market {
		collateral: Price::from_u32(price as u32),
		collateral_decimals: 0,
		settlement: Price::from_u32(1),
		settlement_decimals: 0,
	}
}

fn terms(target: u128, bonus: u128) -> Terms {
	Terms { target: ratio(target), bonus: ratio(bonus), minimum_debt: 10, minimum_lot: 1 }
}

#[test]
fn the_worked_examples_of_the_formula_sheet() {
	// T = 1.5, b = 10 %.
	let terms = terms(1_500_000, 100_000);
	let scaled = |value: u128, owed: u128| {
		// In tenths, so that x = 37.5 is a whole number.
		Plan::at_ratio(value * 10, owed * 10, &plain(1), &Terms { minimum_debt: 100, ..terms })
	};
	assert_eq!(scaled(135, 100), Some(Plan::Partial { repaid: 375, seized: 412 }));
	// 95 would be repaid and 5 left, which is below the minimum debt.
	assert_eq!(scaled(112, 100), Some(Plan::Full { repaid: 1_000, seized: 1_100, solvent: true }));
	assert_eq!(scaled(105, 100), Some(Plan::Full { repaid: 1_000, seized: 1_050, solvent: false }));
	assert_eq!(scaled(95, 100), Some(Plan::Full { repaid: 1_000, seized: 950, solvent: false }));
}

#[test]
fn what_needs_nothing_is_left_alone() {
	let terms = terms(1_500_000, 100_000);
	assert_eq!(Plan::at_ratio(1_500, 1_000, &plain(1), &terms), Some(Plan::Keep));
	assert!(matches!(
		Plan::at_ratio(1_499, 1_000, &plain(1), &terms),
		Some(Plan::Partial { repaid: 3, .. })
	));
	assert_eq!(Plan::for_cash(1_500, 1_000, 0, &plain(1), &terms), Some(Plan::Keep));
}

#[test]
fn the_edge_of_solvency_is_exact() {
	let terms = terms(1_500_000, 100_000);
	assert!(matches!(
		Plan::at_ratio(1_100, 1_000, &plain(1), &terms),
		Some(Plan::Full { solvent: true, seized: 1_100, .. })
	));
	assert!(matches!(
		Plan::at_ratio(1_099, 1_000, &plain(1), &terms),
		Some(Plan::Full { solvent: false, seized: 1_099, .. })
	));
}

#[test]
fn small_parts_take_the_whole() {
	let terms = Terms { minimum_lot: 50, ..terms(1_500_000, 100_000) };
	// x = 40 is below the minimum lot.
	let plan = Plan::at_ratio(1_484, 1_000, &plain(1), &terms);
	assert!(matches!(plan, Some(Plan::Full { repaid: 1_000, solvent: true, .. })));
	// For cash the minimum lot is repaid instead, because nothing is wrong with the rung.
	let plan = Plan::for_cash(3_000, 1_000, 40, &plain(1), &terms);
	assert_eq!(plan, Some(Plan::Partial { repaid: 50, seized: 55 }));
	let plan = Plan::for_cash(3_000, 1_000, 990, &plain(1), &terms);
	assert_eq!(plan, Some(Plan::Partial { repaid: 990, seized: 1_089 }));
}

#[test]
fn no_covered_rung_is_closed_out_for_cash() {
	let terms = Terms { minimum_lot: 50, ..terms(1_500_000, 100_000) };
	// More than is owed, or a rest below the minimum debt.
	for wanted in [991, 1_000, 5_000, u128::MAX] {
		let plan = Plan::for_cash(3_000, 1_000, wanted, &plain(1), &terms);
		assert_eq!(plan, Some(Plan::Keep), "{wanted}");
	}
	// The minimum lot would leave too little: exactly what is wanted, if that leaves enough.
	let small = |wanted| Plan::for_cash(200, 55, wanted, &plain(1), &terms);
	assert_eq!(small(45), Some(Plan::Partial { repaid: 45, seized: 49 }));
	assert_eq!(small(1), Some(Plan::Partial { repaid: 1, seized: 1 }));
	assert_eq!(small(46), Some(Plan::Keep));
	assert_eq!(Plan::for_cash(200, 9, 1, &plain(1), &terms), Some(Plan::Keep));
	// Without a minimum debt something is left all the same.
	let free = Terms { minimum_debt: 0, ..terms };
	assert_eq!(Plan::for_cash(200, 55, 55, &plain(1), &free), Some(Plan::Keep));
	assert_eq!(
		Plan::for_cash(200, 55, 54, &plain(1), &free),
		Some(Plan::Partial { repaid: 54, seized: 59 })
	);
	// What does not cover (1 + b)·X goes as a whole.
	assert_eq!(
		Plan::for_cash(60, 55, 1, &plain(1), &terms),
		Some(Plan::Full { repaid: 55, seized: 60, solvent: false })
	);
}

#[test]
fn prices_of_zero_have_no_plan_and_no_threshold() {
	let terms = terms(1_500_000, 100_000);
	for (collateral, settlement) in [(0, 1), (1, 0), (0, 0)] {
		let market = Market {
			collateral: Price::from_u32(collateral),
			settlement: Price::from_u32(settlement),
			..plain(1)
		};
		assert_eq!(market.threshold(terms.target, RateIndex::ONE), None);
		if settlement == 0 {
			assert_eq!(market.price_ceil(), None);
			assert_eq!(market.value_floor(1), None);
		}
	}
	let worthless = Market { collateral: Price::from_u32(0), ..plain(1) };
	assert_eq!(worthless.units_floor(1), None);
	// Collateral that is worth nothing is not solvent; it is all there is to seize.
	assert_eq!(
		Plan::at_ratio(7, 5, &worthless, &terms),
		Some(Plan::Full { repaid: 5, seized: 7, solvent: false })
	);
	assert_eq!(plain(1).threshold(Ratio::from_inner(0), RateIndex::ONE), None);
}

#[test]
fn a_target_that_is_not_above_the_bonus_has_no_plan() {
	let same = Terms { target: ratio(1_100_000), ..terms(0, 100_000) };
	assert_eq!(Plan::at_ratio(1_100, 1_000, &plain(1), &same), None);
	let below = Terms { target: ratio(1_050_000), ..same };
	assert_eq!(Plan::at_ratio(1_100, 1_000, &plain(1), &below), None);
}

#[test]
fn prices_of_2_to_the_96_fit() {
	let huge = Price::from_inner(1 << 96);
	let market = Market {
		collateral: huge,
		collateral_decimals: 18,
		settlement: Price::from_u32(1),
		settlement_decimals: 18,
	};
	let threshold = market.threshold(ratio(1_500_000), RateIndex::ONE).expect("it fits");
	assert!(threshold.rung().is_some());
	assert!(Plan::at_ratio(ONE, ONE, &market, &terms(1_500_000, 50_000)).is_some());
}

#[test]
fn a_market_of_two_for_three_by_hand() {
	let market = Market { settlement: Price::from_u32(3), ..plain(2) };
	assert_eq!(market.price_floor(), Some(Price::from_inner(666_666_666_666_666_666)));
	assert_eq!(market.price_ceil(), Some(Price::from_inner(666_666_666_666_666_667)));
	// 5 are worth 3.33…, and as many units as are worth 5 are 7.5.
	assert_eq!(market.value_floor(5), Some(3));
	assert_eq!(market.units_floor(5), Some(7));
}

#[test]
fn a_penalty_is_rounded_down() {
	assert_eq!(penalty(15, ratio(100_000)), Some(1));
	assert_eq!(penalty(20, ratio(100_000)), Some(2));
}

/// 3·(2^255 − 1) has 257 bits, so that both lose two: of the one 3/4 is missing to the next whole
/// number, of the other 1/4 is left over.
#[test]
fn the_last_bits_of_a_threshold_are_lost_in_the_owners_favour() {
	let bit = |number: u32| U256::one() << number;
	let threshold = Threshold { numerator: bit(255) - 1u32, denominator: bit(200) + 1u32 };
	let ramped = threshold.ramped(3, 5).expect("it fits");
	assert_eq!(ramped.numerator, bit(253) * 3u32);
	assert_eq!(ramped.denominator, bit(198) * 5u32 + 1u32);
}

#[test]
fn the_close_out_ends_with_everything_unsafe() {
	let threshold = plain(100).threshold(ratio(1_500_000), RateIndex::ONE).expect("it fits");
	let rung = |left| threshold.ramped(left, 1_000).and_then(|ramped| ramped.rung());
	assert_eq!(rung(0), Some(Rung::MIN));
	assert_eq!(rung(1_000), threshold.rung());
	// More than the whole time left is the whole threshold.
	assert_eq!(rung(5_000), threshold.rung());
	assert!(rung(1) < rung(500) && rung(500) < rung(1_000));
	assert_eq!(threshold.ramped(1, 0), None);
}

#[test]
fn fractions_of_nothing_are_nothing() {
	let nothing = Fraction { left: 0, whole: 0 };
	assert_eq!((nothing.floor(7), nothing.ceil(7)), (Some(0), Some(0)));
	assert_eq!((Fraction::ONE.floor(7), Fraction::ONE.ceil(7)), (Some(7), Some(7)));
	let third = Fraction { left: 1, whole: 3 };
	assert_eq!((third.floor(10), third.ceil(10)), (Some(3), Some(4)));
	assert_eq!((third.floor(9), third.ceil(9)), (Some(3), Some(3)));
}

prop_compose! {
	fn any_market()(
		collateral in 1u128..1 << 96,
		settlement in (ONE / 2)..(2 * ONE),
		collateral_decimals in 0u8..=18,
		settlement_decimals in 0u8..=18,
	) -> Market {
		Market {
			collateral: Price::from_inner(collateral),
			collateral_decimals,
			settlement: Price::from_inner(settlement),
			settlement_decimals,
		}
	}
}

prop_compose! {
	/// m, T ≥ 1.03·m, b < m − 1.
	fn any_terms()(
		liquidation in 1_050_000u128..4_000_000,
		above in 30_000u128..500_000,
		bonus in 5_000u128..250_000,
		minimum_debt in 0u128..1_000_000,
		minimum_lot in 1u128..100_000,
	) -> (Ratio, Terms) {
		let bonus = bonus.min(liquidation - 1_000_000 - 1);
		let target = liquidation + liquidation * above / 1_000_000 + 1;
		let terms = Terms {
			target: ratio(target),
			bonus: ratio(bonus),
			minimum_debt,
			minimum_lot,
		};
		(ratio(liquidation), terms)
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(4_000))]

	/// Every figure of a plan is the formula's, rounded once in the stated direction.
	#[test]
	fn plans_are_the_formulas(
		market in any_market(),
		(_, terms) in any_terms(),
		collateral in 1u128..1 << 80,
		owed in 1u128..1 << 80,
	) {
		let one = whole(1);
		let (b, t) = (fixed(terms.bonus), fixed(terms.target));
		let price = unit_price(&market);
		let value = &price * whole(collateral);
		let debt = whole(owed);
		let solvent = value >= (&one + &b) * &debt;
		let seize = |x: u128| floor(&(whole(x) * (&one + &b) / &price));
		let full = Plan::Full {
			repaid: owed,
			seized: if solvent { seize(owed).unwrap().min(collateral) } else { collateral },
			solvent,
		};
		let expected = if !solvent {
			full
		} else if value >= &t * &debt {
			Plan::Keep
		} else {
			let x = ceil(&((&t * &debt - &value) / (&t - &one - &b))).unwrap();
			prop_assert!(x <= owed);
			let rest = owed - x;
			if x < terms.minimum_lot || rest == 0 || rest < terms.minimum_debt {
				full
			} else {
				Plan::Partial { repaid: x, seized: seize(x).unwrap() }
			}
		};
		prop_assert_eq!(Plan::at_ratio(collateral, owed, &market, &terms), Some(expected));
	}

	/// A part leaves the rest at the target or above, but for the rounding of one unit of debt; and
	/// better than it was.
	#[test]
	fn a_part_leads_to_the_target(
		market in any_market(),
		(_, terms) in any_terms(),
		owed in 1_000_000u128..1 << 70,
		cover in 1_000_000u128..4_000_000,
	) {
		let price = unit_price(&market);
		let collateral = ceil(&(rational(cover, 1_000_000) * whole(owed) / &price)).unwrap();
		prop_assume!(collateral < 1 << 100);
		let Some(Plan::Partial { repaid, seized }) =
			Plan::at_ratio(collateral, owed, &market, &terms) else { return Ok(()) };
		prop_assert!(seized <= collateral && repaid < owed);
		let left = &price * whole(collateral - seized);
		let debt = whole(owed - repaid);
		prop_assert!(left >= fixed(terms.target) * &debt);
		prop_assert!(left / debt > &price * whole(collateral) / whole(owed));
		prop_assert!(penalty(repaid, terms.bonus).unwrap() <= repaid);
	}

	/// A rung is at or above the threshold's exactly if debt·ratio exceeds the value at its upper
	/// edge; here for the vault's own figures: unsafe never comes late.
	#[test]
	fn no_vault_below_its_ratio_is_above_the_threshold(
		market in any_market(),
		(liquidation, _) in any_terms(),
		collateral in 1_000_000u128..1 << 90,
		debt in 1u128..1 << 90,
		growth in 0u128..1_000_000,
	) {
		let inner = RateIndex::ONE.inner();
		let index = RateIndex::from_inner(inner + inner / 1_000_000 * growth).unwrap();
		let rung = Rung::of(debt, collateral).unwrap();
		let threshold = market.threshold(liquidation, index).unwrap();
		let is_unsafe = threshold.rung().is_some_and(|first| rung >= first);
		let owed = whole(debt) * rational(index.inner(), inner);
		let value = unit_price(&market) * whole(collateral);
		let below = value < fixed(liquidation) * &owed;
		prop_assert!(!below || is_unsafe, "late");
		// At most one step of 0.1 % early, and the last bits of the threshold.
		let early = value >= fixed(liquidation) * owed * rational(1_001_001, 1_000_000);
		prop_assert!(!early || !is_unsafe, "early by more than a rung");
	}

	/// κ* is exact but for the bits that do not fit, which move it up.
	#[test]
	fn thresholds_round_towards_the_owner(
		market in any_market(),
		(liquidation, _) in any_terms(),
		left in 0u64..=1_000_000,
	) {
		let threshold = market.threshold(liquidation, RateIndex::ONE).unwrap();
		let exact = unit_price(&market) / fixed(liquidation);
		let quotient = |t: Threshold| {
			BigRational::new(
				BigInt::from_bytes_be(num_bigint::Sign::Plus, &t.numerator.to_big_endian()),
				BigInt::from_bytes_be(num_bigint::Sign::Plus, &t.denominator.to_big_endian()),
			)
		};
		let tolerance = BigRational::new(1.into(), BigInt::from(1) << 90);
		let near = |found: BigRational, exact: BigRational| {
			found >= exact && found <= &exact * (whole(1) + &tolerance)
		};
		prop_assert!(near(quotient(threshold), exact.clone()));
		let ramped = threshold.ramped(left, 1_000_000).unwrap();
		prop_assert!(near(quotient(ramped), exact * rational(left.into(), 1_000_000)));
	}

	/// What vaults keep adds up to what their rung keeps, within one unit a vault, on the side that
	/// favours the system.
	#[test]
	fn shares_add_up(parts in prop::collection::vec(0u128..1 << 100, 1..20), left in 0u128..=1_000) {
		let whole: u128 = parts.iter().sum();
		let fraction = Fraction { left: whole / 1_000 * left, whole };
		let n = parts.len() as u128;
		let down: u128 = parts.iter().map(|part| fraction.floor(*part).unwrap()).sum();
		let up: u128 = parts.iter().map(|part| fraction.ceil(*part).unwrap()).sum();
		prop_assert!(down <= fraction.left && fraction.left - down < n.max(1));
		prop_assert!(up >= fraction.left && up - fraction.left < n.max(1));
	}
}
