//! Principal: shares, schedules, lock-outs, turbo.

use super::*;

fn four(steps: &[Step]) -> (Program, State) {
	let program = program(4, steps);
	let state = opened(&program, &[(500, 0), (300, 0), (151, 0), (50, 0)]);
	(program, state)
}

fn points(points: &[(u64, u128)]) -> ClassTerms {
	let schedule = points.iter().map(|(date, balance)| Point { date: *date, balance: *balance });
	let schedule = schedule.collect::<Vec<_>>().try_into().unwrap();
	ClassTerms { schedule, ..ClassTerms::default() }
}

#[test]
fn pro_rata_by_balance_with_odd_units_to_the_senior_most() {
	let (program, s) = four(&[redeem(&[0, 1, 2], Share::ProRata)]);
	for (cash_in, expected) in [
		(1, [1, 0, 0]),
		// 1.05, 0.63, 0.32: the odd unit is not for who is nearest to it.
		(2, [2, 0, 0]),
		// 52.57, 31.54, 15.87.
		(100, [53, 32, 15]),
		(950, [500, 300, 150]),
		(951, [500, 300, 151]),
		(2_000, [500, 300, 151]),
	] {
		let out = run(&s, &program, &cash(1, 0, cash_in)).unwrap();
		assert_eq!(principal_of(&out)[..3], expected, "{cash_in}");
		assert_eq!(out.left.principal, cash_in - expected.iter().sum::<u128>());
	}
}

#[test]
fn pro_rata_is_sequential_with_a_deficiency_or_a_trigger() {
	let (mut program, s) = four(&[redeem(&[0, 1, 2], Share::ProRata)]);
	let mut lost = s.clone();
	lost.classes[3].pdl = 1;
	assert_eq!(principal_of(&run(&lost, &program, &cash(1, 0, 600)).unwrap()), [500, 100, 0, 0]);
	let trigger = |effect| Trigger { condition: Condition::From(1), effect, curable: false };
	for (effect, expected) in
		[(Effect::Flag, [316, 189, 95, 0]), (Effect::Sequential, [500, 100, 0, 0])]
	{
		program.triggers = vec![trigger(effect)].try_into().unwrap();
		let s = opened(&program, &[(500, 0), (300, 0), (151, 0), (50, 0)]);
		assert_eq!(principal_of(&run(&s, &program, &cash(1, 0, 600)).unwrap()), expected);
	}
}

#[test]
fn a_schedule_pays_down_to_the_balance_of_the_date() {
	let steps = [redeem(&[0, 1], Share::Schedule), redeem(&[2], Share::Sequential)];
	let (mut program, s) = four(&steps);
	program.classes[0] = points(&[(10, 450), (20, 450), (30, 0)]);
	for (date, cash_in, expected) in [
		// Before the first point nothing; without points all.
		(9, 310, [0, 300, 10]),
		(10, 40, [40, 0, 0]),
		(10, 400, [50, 300, 50]),
		(29, 60, [50, 10, 0]),
		(30, 1_000, [500, 300, 151]),
	] {
		let out = run(&s, &program, &cash(date, 0, cash_in)).unwrap();
		assert_eq!(principal_of(&out)[..3], expected, "{date} {cash_in}");
	}
	// What is below its schedule already waits for it.
	let mut ahead = s.clone();
	ahead.classes[0].balance = 440;
	let out = run(&ahead, &program, &cash(10, 0, 310)).unwrap();
	assert_eq!(principal_of(&out)[..3], [0, 300, 10]);
}

#[test]
fn a_class_before_its_lock_out_ends_is_left_out_unless_all_are() {
	let (mut program, mut s) = four(&[redeem(&[0, 1, 2, 3], Share::Sequential)]);
	program.classes[0].locked_until = 10;
	for (date, expected) in [(9, [0, 300, 100, 0]), (10, [400, 0, 0, 0])] {
		let out = run(&s, &program, &cash(date, 0, 400)).unwrap();
		assert_eq!(principal_of(&out), expected);
	}
	// The residual takes nothing in front of a class that waits.
	let out = run(&s, &program, &cash(9, 0, 480)).unwrap();
	assert_eq!((principal_of(&out), out.left.principal), (vec![0, 300, 151, 0], 29));
	// Everybody else is redeemed, or locked out too.
	s.classes[1].balance = 0;
	s.classes[2].balance = 0;
	let out = run(&s, &program, &cash(9, 0, 520)).unwrap();
	assert_eq!(principal_of(&out), [500, 0, 0, 20]);
	let (mut program, s) = four(&[redeem(&[0, 1, 2], Share::ProRata)]);
	program.classes.iter_mut().for_each(|terms| terms.locked_until = 10);
	let out = run(&s, &program, &cash(9, 0, 951)).unwrap();
	assert_eq!(principal_of(&out), [500, 300, 151, 0]);
	program.classes[1].locked_until = 0;
	let out = run(&s, &program, &cash(9, 0, 951)).unwrap();
	assert_eq!(principal_of(&out), [0, 300, 0, 0]);
}

// Else the senior class would wait while those below it are paid, and would be written off.
#[test]
fn lock_outs_end_with_acceleration_and_on_the_last_run() {
	let (mut program, s) = four(&[redeem(&[0, 1, 2, 3], Share::Sequential)]);
	program.classes[0].locked_until = 10;
	let locked = cash(9, 0, 600);
	assert_eq!(principal_of(&run(&s, &program, &locked).unwrap()), [0, 300, 151, 0]);
	for ends in
		[Collections { mode: Mode::Accelerated, ..locked }, Collections { last: true, ..locked }]
	{
		assert_eq!(principal_of(&run(&s, &program, &ends).unwrap()), [500, 100, 0, 0]);
	}
}

// What is not charged yet would else be lost by those above it.
#[test]
fn a_residual_that_must_wait_takes_no_principal_beside_others() {
	let wait = |amount| Collections { hold_residual: true, ..cash(1, 0, amount) };
	let (program, s) = four(&[redeem(&[0, 1, 2, 3], Share::ProRata)]);
	assert_eq!(principal_of(&run(&s, &program, &cash(1, 0, 500)).unwrap())[3], 24);
	let out = run(&s, &program, &wait(500)).unwrap();
	assert_eq!((principal_of(&out)[3], out.left.principal), (0, 0));
	// Nobody else is owed anything: nothing is lost by it.
	let out = run(&s, &program, &wait(1_001)).unwrap();
	assert_eq!(principal_of(&out)[3], 50);
	let (mut program, s) = four(&[redeem(&[0], Share::Schedule), redeem(&[3], Share::Sequential)]);
	program.classes[0].schedule = vec![Point { date: 1, balance: 400 }].try_into().unwrap();
	let out = run(&s, &program, &wait(500)).unwrap();
	assert_eq!((principal_of(&out), out.left.principal), (vec![100, 0, 0, 0], 400));
}

#[test]
fn only_what_is_set_aside_is_redeemed_while_revolving() {
	let steps = [redeem(&[0, 1], Share::ProRata), redeem(&[0, 1, 2, 3], Share::Sequential)];
	let (program, s) = four(&steps);
	let part = Collections { set_aside: 820, ..revolving(1, 0, 900) };
	let out = run(&s, &program, &part).unwrap();
	assert_eq!((principal_of(&out), out.left.principal), (vec![500, 300, 20, 0], 80));
	let out = run(&s, &program, &Collections { mode: Mode::Accelerated, ..part }).unwrap();
	assert_eq!((principal_of(&out), out.left.principal), (vec![500, 300, 100, 0], 0));
}

#[test]
fn turbo_redeems_with_income_and_makes_losses_good() {
	let (program, mut s) = four(&[Step::Turbo { classes: set(&[1, 2]) }]);
	s.classes[2].pdl = 1;
	s.classes[3].pdl = 50;
	let out = run(&s, &program, &revolving(1, 320, 0)).unwrap();
	assert_eq!((principal_of(&out), pdl(&out)), (vec![0, 300, 20, 0], vec![0, 0, 0, 0]));
	assert_eq!((out.built, out.left), (269, Funds::default()));
	// No more than the balances.
	let out = run(&s, &program, &revolving(1, 500, 0)).unwrap();
	assert_eq!((principal_of(&out), out.left.interest), (vec![0, 300, 151, 0], 49));
}

// The deficiency of a class that income redeems is made good by it, not moved to nobody.
#[test]
fn a_class_that_is_charged_in_full_is_made_good_by_what_redeems_it() {
	let (program, mut s) = four(&[Step::Turbo { classes: set(&[0]) }]);
	for class in s.classes.iter_mut() {
		class.pdl = class.balance;
	}
	let out = run(&s, &program, &revolving(1, 200, 0)).unwrap();
	assert_eq!((pdl(&out), out.state.uncovered, out.built), (vec![300, 300, 151, 50], 0, 0));
}

#[test]
fn a_sweep_moves_what_is_left_of_a_fund() {
	let sweep = |to| Step::Sweep { to };
	let (mut program, mut s) = four(&[sweep(Fund::Principal), redeem(&[0], Share::Sequential)]);
	s.classes[3].pdl = 12;
	let out = run(&s, &program, &cash(1, 20, 30)).unwrap();
	assert_eq!((principal_of(&out), pdl(&out)), (vec![50, 0, 0, 0], vec![0; 4]));
	assert_eq!((out.built, out.left), (8, Funds::default()));
	program.funds = FundMode::One;
	let out = run(&s, &program, &revolving(1, 20, 30)).unwrap();
	assert_eq!(out.left, Funds { interest: 50, principal: 0 });
	let (program, s) = four(&[sweep(Fund::Interest), Step::PayResidual { rank: 3 }]);
	let out = run(&s, &program, &revolving(1, 20, 30)).unwrap();
	assert_eq!((interest(&out)[3], out.released), (50, 30));
}

#[test]
fn principal_beyond_what_is_charged_leaves_the_rest_uncovered() {
	let (program, mut s) = four(&[redeem(&[0, 1, 2, 3], Share::Sequential)]);
	s.classes[3].pdl = 40;
	let out = run(&s, &program, &cash(1, 0, 951 + 30)).unwrap();
	assert_eq!((pdl(&out), out.state.uncovered), (vec![0, 0, 0, 20], 20));
}
