//! Worked numbers, in whole units.

use super::*;

/// A 700,000 at 5 % (OC 125 %), B 200,000 at 8 % (OC 108 %), C 100,000 that is the residual; senior fee
/// 0.5 %, subordinate fee 0.2 % of the pool; reserve 10,000.
fn deal(share: Share) -> (Program, State) {
	let support = Support::FULL;
	let mut program = program(
		3,
		&[
			Step::PayFee { fee: 0, cap: None, support, subordinate: false },
			Step::PayInterest { classes: set(&[0]), part: Part::All, support },
			Step::TestCoverage { test: 0 },
			Step::CreditPdl { rank: 0 },
			Step::PayInterest { classes: set(&[1]), part: Part::All, support },
			Step::TestCoverage { test: 1 },
			Step::CreditPdl { rank: 1 },
			Step::CreditPdl { rank: 2 },
			Step::TopUpReserve,
			Step::PayFee { fee: 1, cap: None, support: Support::NONE, subordinate: true },
			redeem(&[0, 1, 2], share),
			Step::PayResidual { rank: 2 },
		],
	);
	let of_pool = |thousandths| Fee {
		amount: FeeAmount::OfPool(Ratio::from_rational(thousandths, 1_000u128)),
		carried: true,
	};
	program.fees = vec![of_pool(5), of_pool(2)].try_into().unwrap();
	let oc = |rank, percent| Test { coverage: Coverage::Principal, rank, threshold: rate(percent) };
	program.tests = vec![oc(0, 125), oc(1, 108)].try_into().unwrap();
	program.reserve.least = 10_000;
	assert_eq!(program.validate(), Ok(()));
	let mut state = opened(&program, &[(700_000, 5), (200_000, 8), (100_000, 0)]);
	state.reserve = 10_000;
	assert_eq!((state.original, state.pool), (1_000_000, 1_000_000));
	(program, state)
}

fn period(interest: u128, principal: u128, losses: u128) -> Collections {
	let lent = 1_000_000 - principal - losses;
	let pool = Pool { lent, adjusted: lent, delinquent: 0 };
	Collections { losses, pool, ..cash(30 * DAY, interest, principal) }
}

#[test]
fn w1_a_healthy_period() {
	let (program, state) = deal(Share::Sequential);
	let out = run(&state, &program, &period(9_000, 40_000, 0)).unwrap();
	assert_eq!(out.fees.to_vec(), [410, 164]);
	assert_eq!(
		paid(&out),
		[(2_876, 2_876, 40_000, 660_000), (1_315, 1_315, 0, 200_000), (0, 4_235, 0, 100_000)]
	);
	assert!(out.tests.iter().all(|test| test.passed));
	assert_eq!((out.left, out.state.reserve), (Funds::default(), 10_000));
	assert_eq!((out.state.accrued_to, out.state.pool), (30 * DAY, 960_000));
}

#[test]
fn w2_the_second_test_fails_and_income_is_diverted() {
	let (program, state) = deal(Share::Sequential);
	let out = run(&state, &program, &period(9_000, 40_000, 60_000)).unwrap();
	let [first, second] = [out.tests[0], out.tests[1]];
	assert_eq!((first.numerator, first.denominator, first.passed), (940_000, 700_000, true));
	assert_eq!((second.numerator, second.denominator, second.passed), (940_000, 900_000, false));
	// The cure is 29,630; there is less. Then 40,000 of principal, which cannot cure it either.
	assert_eq!((second.diverted, second.principal), (4_399, 40_000));
	assert_eq!(out.fees.to_vec(), [410, 0]);
	assert_eq!(out.state.fees[1].due, 164);
	assert_eq!(
		paid(&out),
		[(2_876, 2_876, 44_399, 655_601), (1_315, 1_315, 0, 200_000), (0, 0, 0, 100_000)]
	);
	assert_eq!((pdl(&out), out.built), (vec![0, 0, 55_601], 0));
	// With enough income it is 29,630 to the unit.
	let out = run(&state, &program, &period(109_000, 0, 60_000)).unwrap();
	assert_eq!(out.tests[1].numerator, 940_000);
	assert_eq!(out.tests[1].diverted, 29_630);
}

#[test]
fn w4_a_great_default_and_little_income() {
	let (program, state) = deal(Share::Sequential);
	let out = run(&state, &program, &period(500, 10_000, 350_000)).unwrap();
	assert_eq!((out.fees.to_vec(), out.state.reserve), (vec![410, 0], 7_214));
	assert_eq!(
		paid(&out),
		[(2_876, 2_876, 10_000, 690_000), (1_315, 0, 0, 200_000), (0, 0, 0, 100_000)]
	);
	assert_eq!(out.state.classes[1].due, 1_315);
	assert_eq!(pdl(&out), [50_000, 200_000, 100_000]);
}

#[test]
fn w5_principal_pro_rata_with_an_odd_unit() {
	let (program, state) = deal(Share::ProRata);
	let out = run(&state, &program, &period(9_000, 33_333, 0)).unwrap();
	assert_eq!(principal_of(&out), [23_334, 6_666, 3_333]);
	assert_eq!((out.fees.to_vec(), interest(&out)), (vec![410, 164], vec![2_876, 1_315, 4_235]));
}
