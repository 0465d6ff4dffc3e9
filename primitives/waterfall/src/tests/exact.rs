//! Cures against exact integers: the test passes, and with a unit less it would not.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;

fn passes(numerator: &BigUint, threshold: Ratio, denominator: &BigUint) -> bool {
	numerator * 10u128.pow(18) >= denominator * threshold.into_inner()
}

prop_compose! {
	/// Balances and coupons in percent of two to five classes, without the residual.
	fn classes()(
		classes in prop::collection::vec(
			(prop_oneof![0u128..1 << 12, 0u128..1 << 70], 0u128..40), 1..5),
	) -> Vec<(u128, u128)> {
		let mut classes = classes;
		classes.push((1_000, 0));
		classes
	}
}

prop_compose! {
	/// Above 1, by little or by much.
	fn threshold()(beyond in prop_oneof![1u128..1_000, 1u128..5 * 10u128.pow(18)]) -> Ratio {
		Ratio::from_inner(10u128.pow(18) + beyond)
	}
}

proptest! {
	#[test]
	fn a_cure_of_principal_is_the_least(
		classes in classes(),
		threshold in threshold(),
		rank in 0u8..4,
		// Of the balances, in millionths.
		pool in 0u128..2_000_000,
		income in 0u128..1_000_000,
		principal in 0u128..1_000_000,
	) {
		let rank = rank % (classes.len() as u8 - 1);
		let steps = [Step::TestCoverage { test: 0 }];
		let mut program = program(classes.len(), &steps);
		let test = Test { coverage: Coverage::Principal, rank, threshold };
		program.tests = vec![test].try_into().unwrap();
		let s = opened(&program, &classes);
		let denominator: u128 = classes.iter().take(usize::from(rank) + 1).map(|c| c.0).sum();
		let of = |share: u128| denominator / 1_000 * share / 1_000;
		let pool = Pool { adjusted: of(pool), ..Pool::default() };
		let collections = Collections { pool, ..revolving(1, of(income), of(principal)) };
		let out = run(&s, &program, &collections).unwrap();
		let found = out.tests[0];
		let big = BigUint::from;
		let numerator = pool.adjusted + of(principal);
		prop_assert_eq!((found.numerator, found.denominator), (numerator, denominator));
		let after = |diverted: u128, principal: u128| {
			let numerator = big(numerator) - principal;
			passes(&numerator, threshold, &(big(denominator) - diverted - principal))
		};
		prop_assert_eq!(found.passed, after(0, 0));
		let TestResult { diverted, principal: used, .. } = found;
		// Income first: all of it, or as much as is needed.
		let cured = after(diverted, 0);
		prop_assert!(cured || diverted == of(income));
		prop_assert!(diverted == 0 || !after(diverted - 1, 0));
		// Then principal.
		prop_assert!(after(diverted, used) || used == of(principal));
		prop_assert!(used == 0 || !after(diverted, used - 1));
		prop_assert_eq!(principal_of(&out).iter().sum::<u128>(), diverted + used);
	}

	#[test]
	fn a_cure_of_interest_is_the_least(
		classes in classes(),
		threshold in threshold(),
		rank in 0u8..4,
		late in prop::collection::vec(prop_oneof![3 => Just(0u128), 1 => 0u128..1 << 50], 5),
		days in 1u64..400,
		// Of what is owed, in thousandths; of the balances, in thousandths.
		income in 0u128..6_000,
		principal in 0u128..1_200,
	) {
		let rank = usize::from(rank) % (classes.len() - 1);
		let group: Vec<u8> = (0..=rank as u8).collect();
		let mut program =
			program(classes.len(), &[pay(&group, Part::All), Step::TestCoverage { test: 0 }]);
		let test = Test { coverage: Coverage::Interest, rank: rank as u8, threshold };
		program.tests = vec![test].try_into().unwrap();
		let mut s = opened(&program, &classes);
		for (class, late) in s.classes.iter_mut().zip(&late) {
			class.due = *late;
		}
		let accrued = s.accrued(&program, days * DAY).unwrap();
		let counted = || s.classes.iter().zip(accrued.classes.iter()).take(rank + 1);
		let owed: u128 = counted().map(|(_, c)| c.due + c.interest_on_interest).sum();
		let balances: u128 = counted().map(|(c, _)| c.balance).sum();
		let cash_in = (owed / 1_000 + 1) * income;
		let redeemable = balances / 1_000 * principal;
		let out = run(&s, &program, &revolving(days * DAY, cash_in, redeemable)).unwrap();
		let found = out.tests[0];
		prop_assert_eq!((found.numerator, found.denominator), (cash_in, owed));
		// The denominator pro forma after redeeming so much, senior first, from its definition.
		let pro_forma = |mut redeemed: u128| {
			let mut sum = BigUint::from(0u8);
			for (before, after) in counted() {
				let kept = before.balance - before.balance.min(redeemed);
				redeemed -= before.balance - kept;
				let coupon = after.due - before.due;
				sum += after.due + after.interest_on_interest - coupon;
				if before.balance > 0 {
					let (on, coupon) = (BigUint::from(before.balance), BigUint::from(coupon));
					sum += (coupon * kept + &on - 1u8) / on;
				}
			}
			sum
		};
		let passed = |redeemed| passes(&BigUint::from(cash_in), threshold, &pro_forma(redeemed));
		prop_assert_eq!(found.passed, passed(0));
		let used = found.diverted + found.principal;
		prop_assert_eq!(principal_of(&out).iter().sum::<u128>(), used);
		prop_assert!(used == 0 || !passed(used - 1));
		if !passed(used) {
			// Nothing more could be done: no cash, or no balance.
			prop_assert!(used == balances || out.left == Funds::default());
		}
		prop_assert!(found.principal == 0 || out.left.interest == 0);
	}
}
