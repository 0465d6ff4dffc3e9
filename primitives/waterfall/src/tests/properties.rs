//! What always holds.

use num_bigint::BigInt;
use proptest::prelude::*;

use super::{
	make::{any_date, any_deal, any_state, valid_deal, Date, Kind},
	*,
};
use crate::run::Run;

/// As many random deals as the issue asks for, or more.
fn many() -> ProptestConfig {
	let default = ProptestConfig::default();
	ProptestConfig { cases: default.cases.max(10_000), ..default }
}

/// All cash before a run.
fn cash_in(state: &State, collections: &Collections) -> u128 {
	let Collections { funds, recoveries, .. } = collections;
	funds.interest + funds.principal + recoveries + state.reserve
}

/// All cash after it.
fn cash_out(outcome: &Outcome) -> u128 {
	outcome.payments.iter().map(|p| p.interest + p.principal).sum::<u128>()
		+ outcome.fees.iter().sum::<u128>()
		+ outcome.left.interest
		+ outcome.left.principal
		+ outcome.state.reserve
}

/// Σ pdl + uncovered − Σ balances, the part of the identity that a state holds.
fn deficiency(state: &State) -> BigInt {
	let sum = |of: fn(&ClassState) -> u128| -> BigInt {
		state.classes.iter().map(|class| BigInt::from(of(class))).sum()
	};
	sum(|class| class.pdl) + state.uncovered - sum(|class| class.balance)
}

/// The identity, up to the write-off, which takes balances and charges away together.
fn identity(program: &Program, s: &State, collections: &Collections) -> Result<(), TestCaseError> {
	if program.funds == FundMode::One {
		return Ok(());
	}
	let run = Run::carried_out(s, program, collections).unwrap();
	// P falls by the losses and by what was collected; a write-up adds its cash to both sides.
	let before = deficiency(s) + collections.funds.principal;
	let after = deficiency(&run.state) + run.funds.principal;
	prop_assert_eq!(
		before + run.built,
		after - collections.losses + run.released,
		"identity 4.3.11"
	);
	Ok(())
}

/// What holds after any run of any program.
fn check(
	program: &Program,
	s: &State,
	collections: &Collections,
	out: &Outcome,
) -> Result<(), TestCaseError> {
	prop_assert_eq!(cash_out(out), cash_in(s, collections), "conservation");
	identity(program, s, collections)?;
	let mut written = BigInt::from(0);
	for ((before, after), paid) in
		s.classes.iter().zip(out.state.classes.iter()).zip(out.payments.iter())
	{
		prop_assert!(after.pdl <= after.balance);
		let off = BigInt::from(after.written_off) - before.written_off;
		prop_assert_eq!(
			BigInt::from(before.balance) - paid.principal - &off,
			BigInt::from(after.balance)
		);
		written += off;
		prop_assert_eq!(after.balance, paid.balance);
		prop_assert_eq!(after.principal_paid - before.principal_paid, paid.principal);
		prop_assert_eq!(after.interest_paid - before.interest_paid, paid.interest);
		if collections.last {
			prop_assert_eq!(after.balance, 0);
		}
	}
	prop_assert_eq!(written, BigInt::from(out.written_off) - out.written_up);
	for (fee, (before, after)) in out.fees.iter().zip(s.fees.iter().zip(out.state.fees.iter())) {
		prop_assert_eq!(after.paid - before.paid, *fee);
	}
	prop_assert!(out.mode >= collections.mode);
	prop_assert_eq!(out.state.losses - s.losses, collections.losses);
	// Without a test only what is set aside is redeemed while revolving.
	if out.mode == Mode::Revolving {
		let by_tests: u128 = out.tests.iter().map(|test| test.diverted + test.principal).sum();
		let turbo = program.lines.iter().any(|line| matches!(line.step, Step::Turbo { .. }));
		let principal: u128 = out.payments.iter().map(|p| p.principal).sum();
		prop_assert!(turbo || principal - by_tests <= collections.set_aside);
	}
	Ok(())
}

/// Several dates of one deal, each checked.
fn live(program: &Program, s: State, dates: Vec<Date>) -> Result<State, TestCaseError> {
	dates.into_iter().try_fold(s, |s, date| {
		let collections = date.after(program, &s);
		let out = run(&s, program, &collections).unwrap();
		check(program, &s, &collections, &out)?;
		Ok(out.state)
	})
}

/// In a valid program nobody junior is paid while somebody above it lacks what is paid before.
fn seniority(program: &Program, s: &State, collections: &Collections) -> Result<(), TestCaseError> {
	let run = Run::carried_out(s, program, collections).unwrap();
	let redeemed = run.state.classes.iter().all(|class| class.balance == 0);
	let paid = |rank: u8| run.payments[usize::from(rank)].interest;
	let residual = program.classes.len() as u8 - 1;
	let mut groups = Vec::new();
	for line in program.lines.iter() {
		if let Step::PayInterest { classes, part: part @ (Part::All | Part::Current), .. } =
			line.step
		{
			groups.push((classes, part));
		}
	}
	for (position, (classes, part)) in groups.iter().enumerate() {
		let junior = groups[position + 1..].iter().flat_map(|(classes, _)| classes.ranks());
		let junior = junior.into_iter().any(|rank| paid(rank) > 0);
		for rank in classes.ranks().map(usize::from) {
			let (class, period) = (run.state.classes[rank], run.periods[rank]);
			let short = match part {
				Part::All => class.due + class.interest_on_interest > 0,
				_ => class.due.min(period.coupon - period.paid) > 0,
			};
			prop_assert!(!(short && junior && !redeemed), "interest out of order");
		}
	}
	let open = run.state.classes.iter().any(|class| class.pdl > 0);
	let owed = run.state.classes.iter().take(usize::from(residual));
	let owed = owed.into_iter().any(|class| class.due > 0 || class.interest_on_interest > 0);
	let waits = owed || open && program.funds == FundMode::Separate || collections.hold_residual;
	prop_assert!(!waits || paid(residual) == 0, "the residual before others");
	let ends = redeemed && run.mode != Mode::Revolving && !collections.hold_residual;
	if ends && program.funds == FundMode::Separate {
		let kept = (run.funds.interest, run.funds.principal, run.state.reserve);
		prop_assert_eq!(kept, (0, 0, 0), "without an owner");
	}
	gates(program, &run)
}

/// A principal test that income could not cure lets no income pass to those below.
fn gates(program: &Program, run: &Run) -> Result<(), TestCaseError> {
	let redeemed = run.state.classes.iter().all(|class| class.balance == 0);
	for (test, found) in program.tests.iter().zip(run.tests.iter()) {
		let closed = test.coverage == Coverage::Principal
			&& crate::compare::below(
				found.numerator,
				test.threshold,
				found.denominator - found.diverted,
			);
		let made = run.mode != Mode::Accelerated && !found.passed;
		if made && closed && !redeemed {
			let below = run.payments.iter().skip(usize::from(test.rank) + 1);
			prop_assert!(below.into_iter().all(|payment| payment.interest == 0), "past a test");
		}
	}
	Ok(())
}

proptest! {
	#![proptest_config(many())]

	// Any list of steps conserves, however little sense it makes.
	#[test]
	fn any_program_conserves(
		(program, s) in any_deal(),
		dates in prop::collection::vec(any_date(), 1..4),
	) {
		live(&program, s, dates)?;
	}

	#[test]
	fn valid_programs_conserve_and_keep_their_order(
		(program, s) in valid_deal(Kind::Any),
		dates in prop::collection::vec(any_date(), 1..4),
	) {
		prop_assert_eq!(program.validate(), Ok(()));
		seniority(&program, &s, &dates[0].after(&program, &s))?;
		live(&program, s, dates)?;
	}
}

proptest! {
	#[test]
	fn the_plain_program_is_sequential(
		s in any_state(),
		date in any_date(),
		target in 0u128..1 << 62,
	) {
		let program = Program::sequential(s.classes.len() as u32, target).unwrap();
		let collections = date.after(&program, &s);
		let out = run(&s, &program, &collections).unwrap();
		check(&program, &s, &collections, &out)?;
		let done = Run::carried_out(&s, &program, &collections).unwrap();
		for (senior, class) in done.state.classes.iter().enumerate() {
			let whole = class.due == 0 && class.interest_on_interest == 0;
			for junior in out.payments.iter().skip(senior + 1) {
				prop_assert!(junior.interest == 0 || whole, "interest out of order");
				prop_assert!(junior.principal == 0 || class.balance == 0, "principal out of order");
			}
		}
		// On the last run nothing is kept but for a residual that waits.
		let all = collections.mode != Mode::Revolving;
		if collections.last && all && !collections.hold_residual {
			prop_assert_eq!(out.left, Funds::default());
			prop_assert_eq!(out.state.reserve, 0);
		}
		// The reserve falls for the senior-most coupon, or at the end.
		let senior = s.accrued(&program, collections.date).unwrap().senior();
		let drawn = s.reserve.saturating_sub(out.state.reserve);
		let redeemed = done.state.classes.iter().all(|class| class.balance == 0);
		if !(collections.last || all && redeemed) {
			let coupon = senior.map_or(0, |senior| out.payments[senior].interest);
			prop_assert!(drawn <= coupon);
		}
	}

	// A loss reaches a class only when those below it are charged in full, in a run that does nothing
	// but charge it.
	#[test]
	fn losses_climb_from_the_bottom(
		classes in prop::collection::vec(0u128..1 << 60, 2..=8),
		losses in prop::collection::vec(0u128..1 << 62, 1..4),
	) {
		let classes: Vec<_> = classes.into_iter().map(|balance| (balance, 0)).collect();
		let mut s = state(&classes);
		for loss in &losses {
			let quiet = revolving(s.accrued_to + 1, 0, 0);
			s = with_reserve(&s, 0, &Collections { losses: *loss, ..quiet }).state;
		}
		let mut left: u128 = losses.iter().sum();
		for class in s.classes.iter().rev() {
			prop_assert_eq!(class.pdl, left.min(class.balance));
			left -= class.pdl;
		}
		prop_assert_eq!(s.uncovered, left);
	}

	// More cash never leaves any class or fee with less, in programs without tests, triggers, principal
	// pro rata, lock-outs, write-ups and groups of three: `less_than_before_where_the_contract_wants_it` says why.
	#[test]
	fn more_collections_lower_nobody(
		(program, s) in valid_deal(Kind::Monotone),
		date in any_date(),
		more in (0u128..1 << 70, 0u128..1 << 92, 0u128..1 << 70),
	) {
		prop_assert_eq!(program.validate(), Ok(()));
		let low = date.after(&program, &s);
		let funds = Funds {
			interest: low.funds.interest + more.0,
			principal: low.funds.principal + more.1,
		};
		let high = Collections { funds, recoveries: low.recoveries + more.2, ..low };
		let (low, high) = (run(&s, &program, &low).unwrap(), run(&s, &program, &high).unwrap());
		for (low, high) in low.payments.iter().zip(high.payments.iter()) {
			prop_assert!(high.interest >= low.interest);
			prop_assert!(high.principal >= low.principal);
		}
		for (low, high) in low.fees.iter().zip(high.fees.iter()) {
			prop_assert!(high >= low);
		}
	}

	// A million times everything pays a million times as much, but for what a floor takes: below a unit
	// for each of the two accruals of a class.
	#[test]
	fn the_unit_of_account_does_not_matter(s in any_state(), date in any_date()) {
		const SCALE: u128 = 1_000_000;
		let program = Program::sequential(s.classes.len() as u32, 0).unwrap();
		let small = State { reserve: 0, ..s };
		let low = date.after(&program, &small);
		let mut great = small.clone();
		for class in great.classes.iter_mut() {
			for amount in [
				&mut class.balance,
				&mut class.due,
				&mut class.interest_on_interest,
				&mut class.pdl,
			] {
				*amount *= SCALE;
			}
		}
		let mut high = low;
		for amount in [
			&mut high.funds.interest,
			&mut high.funds.principal,
			&mut high.recoveries,
			&mut high.losses,
			&mut high.set_aside,
		] {
			*amount *= SCALE;
		}
		let (low, high) =
			(run(&small, &program, &low).unwrap(), run(&great, &program, &high).unwrap());
		let most = 2 * SCALE * small.classes.len() as u128;
		for (low, high) in low.payments.iter().zip(high.payments.iter()) {
			prop_assert!(high.interest.abs_diff(low.interest * SCALE) <= most);
			prop_assert!(high.principal.abs_diff(low.principal * SCALE) <= most);
		}
	}

	// The views say what a run begins with.
	#[test]
	fn coverage_is_what_a_run_finds_where_no_step_does(
		(program, s) in any_deal(),
		date in any_date(),
	) {
		let quiet = Program { lines: Default::default(), ..program.clone() };
		let collections = date.after(&program, &s);
		let collections = Collections { recoveries: 0, last: false, losses: 0, ..collections };
		let out = run(&s, &quiet, &collections).unwrap();
		let mut accrued = s.accrued(&quiet, collections.date).unwrap();
		let funds_charged = accrued.charge_fees(&quiet);
		prop_assert_eq!(funds_charged, Some(()));
		prop_assert_eq!(coverage(&accrued, &quiet, &collections).unwrap(), out.tests);
	}
}

/// Payments of a run of a deal of 600, 300 and a residual of 100 without coupons.
fn at(program: &Program, change: impl Fn(&mut State), collections: Collections) -> Outcome {
	let mut s = opened(program, &[(600, 0), (300, 0), (100, 0)]);
	change(&mut s);
	run(&s, program, &collections).unwrap()
}

// Every kind of step that the property above leaves out, with a case in which more cash pays a class
// less: it is in the contract each time.
#[test]
fn less_than_before_where_the_contract_wants_it() {
	let principal = |outcome: &Outcome| principal_of(outcome);
	// A test that passes diverts nothing to the senior class.
	let mut tested = program(3, &[Step::TestCoverage { test: 0 }, Step::PayResidual { rank: 2 }]);
	let threshold = rate(120);
	let test = Test { coverage: Coverage::Principal, rank: 1, threshold };
	tested.tests = vec![test].try_into().unwrap();
	let pool = Pool { adjusted: 1_000, ..Pool::default() };
	let with = |principal| Collections { pool, ..revolving(1, 500, principal) };
	assert_eq!(principal(&at(&tested, |_| (), with(0))), [67, 0, 0]);
	assert_eq!(principal(&at(&tested, |_| (), with(80))), [0, 0, 0]);
	// A trigger that does not trip leaves the deal revolving.
	let mut tripped = program(3, &[redeem(&[0, 1, 2], Share::Sequential)]);
	tripped.tests = tested.tests.clone();
	let condition = Condition::CoverageBelow { test: 0, level: threshold };
	let trigger = Trigger { condition, effect: Effect::Amortise, curable: true };
	tripped.triggers = vec![trigger].try_into().unwrap();
	assert_eq!(principal(&at(&tripped, |_| (), with(79))), [79, 0, 0]);
	assert_eq!(principal(&at(&tripped, |_| (), with(80))), [0, 0, 0]);
	// A deficiency that closes makes principal pro rata again.
	let shared = program(3, &[Step::CreditPdl { rank: 2 }, redeem(&[0, 1, 2], Share::ProRata)]);
	let open = |s: &mut State| s.classes[2].pdl = 10;
	assert_eq!(principal(&at(&shared, open, cash(1, 9, 100))), [109, 0, 0]);
	assert_eq!(principal(&at(&shared, open, cash(1, 10, 100))), [66, 33, 11]);
	// A lock-out ends with the redemption of everybody else, and turbo takes what was the residual's.
	let turbo = Step::Turbo { classes: set(&[0, 1]) };
	let all = redeem(&[0, 1, 2], Share::Sequential);
	let mut locked = program(3, &[all, turbo, Step::PayResidual { rank: 2 }]);
	locked.classes[0].locked_until = 10;
	assert_eq!(interest(&at(&locked, |_| (), cash(1, 50, 299))), [0, 0, 49]);
	assert_eq!(interest(&at(&locked, |_| (), cash(1, 50, 300))), [0, 0, 0]);
	// What is written up is the senior-most class again, and has the reserve to itself.
	let support = Support { reserve: true, principal: false };
	let step = Step::PayInterest { classes: set(&[1]), part: Part::All, support };
	let reserved = program(3, &[step]);
	let off = |s: &mut State| {
		s.classes[0] = ClassState { written_off: 600, ..ClassState::default() };
		s.classes[1].due = 50;
		s.reserve = 50;
	};
	assert_eq!(interest(&at(&reserved, off, cash(1, 0, 0))), [0, 50, 0]);
	let recovered = Collections { recoveries: 1, ..cash(1, 0, 0) };
	assert_eq!(interest(&at(&reserved, off, recovered)), [0, 0, 0]);
	// In a group of three the odd unit may go elsewhere: 1.95 + 1.2 + 0.85, 2.44 + 1.5 + 1.06.
	let group = program(4, &[pay(&[0, 1, 2], Part::All)]);
	let mut s = opened(&group, &[(0, 0), (0, 0), (0, 0), (100, 0)]);
	for (class, due) in s.classes.iter_mut().zip([39, 24, 17]) {
		class.due = due;
	}
	let of = |amount| interest(&run(&s, &group, &cash(1, amount, 0)).unwrap())[..3].to_vec();
	assert_eq!((of(4), of(5)), (vec![2, 2, 0], vec![3, 1, 1]));
}
