//! Parts of interest, groups, support.

use proptest::prelude::*;

use super::*;
use crate::share::pro_rata;

/// Two classes and a residual; the first is owed 7 on interest and 50 from before, the second 40.
fn late(program: &Program) -> State {
	let mut state = opened(program, &[(36_500, 10), (36_500, 20), (100, 0)]);
	state.classes[0].due = 50;
	state.classes[0].interest_on_interest = 7;
	state.classes[1].due = 40;
	state
}

#[test]
fn current_comes_before_deferred_and_interest_on_interest_before_both() {
	// In 10 days: 100 current to the first, 200 to the second; interest on 50 and 40 is below a unit.
	let whole = program(3, &[pay(&[0], Part::All)]);
	let parts = |steps: &[Step]| program(3, steps);
	for (program, cash_in, first, second) in [
		(whole.clone(), 6, (1, 150), (0, 0)),
		(whole.clone(), 60, (0, 97), (0, 0)),
		(whole, 1_000, (0, 0), (0, 0)),
		(parts(&[pay(&[0], Part::Current)]), 99, (7, 51), (0, 0)),
		(parts(&[pay(&[0], Part::Current)]), 1_000, (7, 50), (0, 0)),
		(parts(&[pay(&[0], Part::OnInterest)]), 1_000, (0, 150), (0, 0)),
		(parts(&[pay(&[0], Part::Deferred)]), 1_000, (0, 100), (0, 0)),
		(parts(&[pay(&[0], Part::Current), pay(&[0], Part::Deferred)]), 120, (0, 37), (0, 0)),
		// A current coupon that was cut short is not what is deferred.
		(parts(&[pay(&[0], Part::Current), pay(&[0], Part::Current)]), 120, (7, 50), (0, 0)),
		(
			parts(&[pay(&[0], Part::Current), pay(&[1], Part::Current), pay(&[0], Part::Deferred)]),
			310,
			(0, 47),
			(0, 200),
		),
	] {
		let state = late(&program);
		let out = run(&state, &program, &cash(10 * DAY, cash_in, 0)).unwrap();
		let class = out.state.classes[0];
		assert_eq!((class.interest_on_interest, class.due), first, "{program:?} {cash_in}");
		assert_eq!(
			(out.state.classes[0].interest_on_interest, out.payments[1].interest),
			(first.0, second.1)
		);
		let spent = out.payments[0].interest + out.payments[1].interest;
		assert_eq!(out.left.interest, cash_in - spent);
	}
}

#[test]
fn a_group_shares_pro_rata_and_the_odd_units_go_to_the_senior_most() {
	let program = program(4, &[pay(&[0, 1, 2], Part::All)]);
	let mut state = opened(&program, &[(0, 0), (0, 0), (0, 0), (1, 0)]);
	for (class, due) in state.classes.iter_mut().zip([10, 10, 13]) {
		class.due = due;
	}
	for (cash_in, expected) in [
		(0, [0, 0, 0]),
		(1, [1, 0, 0]),
		(2, [1, 1, 0]),
		(3, [1, 1, 1]),
		// 6.06, 6.06, 7.88.
		(20, [7, 6, 7]),
		(32, [10, 10, 12]),
		(33, [10, 10, 13]),
		(34, [10, 10, 13]),
	] {
		let out = run(&state, &program, &cash(1, cash_in, 0)).unwrap();
		assert_eq!(interest(&out)[..3], expected, "{cash_in}");
	}
}

#[test]
fn the_reserve_and_principal_pay_the_group_of_the_senior_most_class() {
	let with = |support| {
		let classes = set(&[0, 1]);
		program(
			4,
			&[
				Step::PayInterest { classes, part: Part::All, support },
				Step::PayInterest { classes: set(&[2]), part: Part::All, support },
			],
		)
	};
	let start = |program: &Program| {
		let mut state = opened(program, &[(0, 0), (500, 0), (400, 0), (100, 0)]);
		state.classes[1].due = 30;
		state.classes[0].due = 10;
		state.classes[2].due = 5;
		state.reserve = 12;
		state
	};
	for (support, expected, reserve, left, charged) in [
		(Support::NONE, [2, 4, 0, 0], 12, 100, 0),
		(Support { reserve: true, principal: false }, [5, 13, 0, 0], 0, 100, 0),
		(Support { reserve: false, principal: true }, [10, 30, 0, 0], 12, 66, 34),
		(Support::FULL, [10, 30, 0, 0], 0, 78, 22),
	] {
		let program = with(support);
		let out = run(&start(&program), &program, &cash(1, 6, 100)).unwrap();
		assert_eq!(
			(interest(&out), out.state.reserve),
			(expected.to_vec(), reserve),
			"{support:?}"
		);
		assert_eq!((out.left.principal, out.state.classes[3].pdl), (left, charged));
	}
}

#[test]
fn the_senior_most_class_is_who_is_owed_anything_first() {
	let program = program(
		3,
		&[Step::PayInterest { classes: set(&[1]), part: Part::All, support: Support::FULL }],
	);
	let mut state = opened(&program, &[(1, 0), (500, 0), (100, 0)]);
	state.classes[1].due = 30;
	state.reserve = 100;
	assert_eq!(run(&state, &program, &cash(1, 0, 0)).unwrap().payments[1].interest, 0);
	state.classes[0].balance = 0;
	assert_eq!(run(&state, &program, &cash(1, 0, 0)).unwrap().payments[1].interest, 30);
}

proptest! {
	// Against the rule in its own words.
	#[test]
	fn shares_are_floored_and_the_rest_goes_round(
		needs in prop::collection::vec(0u128..1 << 50, 0..=8),
		part in 0u128..=1_000_000,
	) {
		let all: u128 = needs.iter().sum();
		let cash_in = all * part / 900_000;
		let shares = pro_rata(cash_in, needs.clone().try_into().unwrap()).unwrap();
		let paid: u128 = shares.iter().sum();
		prop_assert_eq!(paid, cash_in.min(all));
		let mut rest = paid;
		let mut expected: Vec<u128> = needs
			.iter()
			.map(|need| (paid * need).checked_div(all).unwrap_or(0))
			.collect();
		rest -= expected.iter().sum::<u128>();
		while rest > 0 {
			for (share, need) in expected.iter_mut().zip(&needs) {
				if rest > 0 && *share < *need {
					*share += 1;
					rest -= 1;
				}
			}
		}
		prop_assert_eq!(shares.to_vec(), expected);
	}
}
