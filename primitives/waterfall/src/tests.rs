//! Worked numbers, published vectors and properties.

use std::{fs, path::Path};

use num_bigint::BigUint;
use num_traits::ToPrimitive;
use proptest::prelude::*;
use strata_numbers::{DayCount, Ratio};

use crate::*;

const DAY: u64 = 86_400_000;

fn rate(percent: u128) -> Ratio {
	Ratio::from_inner(percent * 10_000_000_000_000_000)
}

fn state(classes: &[(u128, u128)]) -> State {
	let classes = classes
		.iter()
		.map(|(balance, percent)| ClassState::issued(*balance, rate(*percent)))
		.collect::<Vec<_>>();
	State { classes: classes.try_into().unwrap(), day_count: DayCount::Act365Fixed, accrued_to: 0 }
}

fn step(state: &State, date: u64, interest: u128, principal: u128, redeem: bool) -> Outcome {
	let program = Program::sequential(state.classes.len() as u32).unwrap();
	let funds = Funds { interest, principal };
	run(state, &program, &Collections { date, funds, redeem }).unwrap()
}

fn paid(outcome: &Outcome) -> Vec<(u128, u128, u128, u128)> {
	outcome.payments.iter().map(|p| (p.due, p.interest, p.principal, p.balance)).collect()
}

// The coupons of research/tranches.md 4.4: A 700,000 @ 5 %, B 200,000 @ 8 %, 30 days.
#[test]
fn worked_numbers_of_a_healthy_period() {
	let s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	let out = step(&s, 30 * DAY, 9_000, 40_000, true);
	assert_eq!(
		paid(&out),
		[
			(2_876, 2_876, 40_000, 660_000),
			(1_315, 1_315, 0, 200_000),
			(0, 9_000 - 2_876 - 1_315, 0, 100_000)
		]
	);
	assert_eq!(out.left, Funds::default());
	assert_eq!(out.state.accrued_to, 30 * DAY);
}

#[test]
fn revolving_leaves_principal_and_pays_interest() {
	let s = state(&[(700_000, 5), (300_000, 0)]);
	let out = step(&s, 30 * DAY, 3_000, 40_000, false);
	assert_eq!(paid(&out), [(2_876, 2_876, 0, 700_000), (0, 124, 0, 300_000)]);
	assert_eq!(out.left, Funds { interest: 0, principal: 40_000 });
}

#[test]
fn shortfall_stops_at_the_first_class_that_is_not_whole_and_bears_interest() {
	let s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	let out = step(&s, 30 * DAY, 2_875, 0, true);
	assert_eq!(
		paid(&out),
		[(2_876, 2_875, 0, 700_000), (1_315, 0, 0, 200_000), (0, 0, 0, 100_000)]
	);
	assert_eq!(out.state.classes[0].due, 1);
	// ⌊1,315 · 8 % · 30/365⌋ = 8 on the unpaid coupon, simple; 1 bears nothing.
	let next = step(&out.state, 60 * DAY, 2_877 + 8, 0, true);
	assert_eq!(next.payments[0].due, 2_877);
	assert_eq!(next.payments[1].due, 1_315 * 2 + 8);
	// Interest on interest is paid before what is due.
	assert_eq!(next.state.classes[1].interest_on_interest, 0);
	assert_eq!(next.state.classes[1].due, 2_630);
	assert_eq!(next.payments[2].interest, 0);
}

#[test]
fn interest_on_interest_does_not_compound() {
	let mut s = state(&[(1_000_000, 10), (1, 0)]);
	for month in 1..=3u64 {
		s = step(&s, month * 365 * DAY, 0, 0, true).state;
	}
	assert_eq!(s.classes[0].due, 300_000);
	// 10 % of 100,000 and of 200,000; compounding would add 1,000.
	assert_eq!(s.classes[0].interest_on_interest, 30_000);
}

#[test]
fn principal_is_sequential_and_what_is_more_is_the_residuals() {
	let s = state(&[(100, 0), (50, 0), (20, 0)]);
	let out = step(&s, 1, 0, 120, true);
	assert_eq!(paid(&out), [(0, 0, 100, 0), (0, 0, 20, 30), (0, 0, 0, 20)]);
	let out = step(&out.state, 2, 0, 30 + 20 + 7, true);
	assert_eq!(paid(&out), [(0, 0, 0, 0), (0, 0, 30, 0), (0, 7, 20, 0)]);
	assert_eq!(out.left, Funds::default());
}

#[test]
fn principal_beyond_all_balances_pays_unpaid_interest_before_the_residual() {
	let mut s = state(&[(100, 0), (20, 0)]);
	s.classes[0].due = 5;
	s.classes[0].interest_on_interest = 2;
	let out = step(&s, 1, 1, 100 + 20 + 4, true);
	assert_eq!(paid(&out), [(7, 5, 100, 0), (0, 0, 20, 0)]);
	assert_eq!((out.state.classes[0].due, out.state.classes[0].interest_on_interest), (2, 0));
	let out = step(&out.state, 2, 0, 10, true);
	assert_eq!(paid(&out), [(2, 2, 0, 0), (0, 8, 0, 0)]);
}

#[test]
fn errors_are_typed() {
	let s = state(&[(100, 5), (20, 0)]);
	let program = Program::sequential(2).unwrap();
	let mut late = s.clone();
	late.accrued_to = 10;
	let at = |date, interest| Collections {
		date,
		funds: Funds { interest, principal: 0 },
		redeem: false,
	};
	assert_eq!(run(&late, &program, &at(9, 0)), Err(RunError::DateBeforeLast));
	assert_eq!(run(&s, &Program::sequential(3).unwrap(), &at(1, 0)), Err(RunError::UnknownRank));
	let mut huge = s.clone();
	huge.classes[0].balance = u128::MAX;
	huge.classes[0].rate = Ratio::from_inner(u128::MAX);
	assert_eq!(run(&huge, &program, &at(u64::MAX, 0)), Err(RunError::Overflow));
	let mut rich = s;
	rich.classes[1].interest_paid = u128::MAX;
	assert_eq!(run(&rich, &program, &at(1, 1)), Err(RunError::Overflow));
}

#[test]
fn programs_are_validated() {
	use ProgramError::*;
	use Step::*;
	for classes in 2..=MAX_CLASSES {
		assert_eq!(Program::sequential(classes).unwrap().validate(classes), Ok(()));
	}
	for classes in [0, 1, MAX_CLASSES + 1] {
		assert_eq!(Program::sequential(classes), None);
		assert_eq!(Program::sequential(2).unwrap().validate(classes), Err(ClassesOutOfRange));
	}
	let (i0, i1, p) = (PayInterest { rank: 0 }, PayInterest { rank: 1 }, PayPrincipalSequential);
	let r2 = PayResidual { rank: 2 };
	for (steps, expected) in [
		(vec![i1, i0, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, i0, i1, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, i1, PayInterest { rank: 2 }, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, i1, r2], Err(PrincipalNotOnce)),
		(vec![i0, i1, p, p, r2], Err(PrincipalNotOnce)),
		(vec![i0, i1, p], Err(ResidualNotLast)),
		(vec![i0, i1, r2, p], Err(ResidualNotLast)),
		(vec![i0, i1, p, PayResidual { rank: 1 }], Err(ResidualNotLast)),
		(vec![], Err(InterestOutOfOrder)),
		(vec![p, i0, i1, r2], Ok(())),
	] {
		assert_eq!(Program(steps.clone().try_into().unwrap()).validate(3), expected, "{steps:?}");
	}
}

/// Days since 1970-01-01 of a date written `2022-03-26`.
fn days(date: &str) -> u64 {
	let parts: Vec<i64> = date.split('-').map(|part| part.parse().unwrap()).collect();
	let (month, day) = (parts[1], parts[2]);
	let year = if month <= 2 { parts[0] - 1 } else { parts[0] };
	let (era, of_era) = (year / 400, year % 400);
	let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) as u64
}

/// Cents, for a decimal with at most two places.
fn cents(text: &str) -> u128 {
	let (whole, part) = text.split_once('.').unwrap_or((text, ""));
	whole.parse::<u128>().unwrap() * 100 + format!("{part:0<2}").parse::<u128>().unwrap()
}

/// Replays a two-class deal of the published vectors from its first senior row on. Those deals have
/// one account for interest and principal, so the cash of a date is split into the two funds after
/// the coupon that a dry run shows. Returns the number of note rows compared.
fn replay(name: &str) -> Option<usize> {
	let folder = Path::new("/work/shared/vectors");
	let read = |part: &str| fs::read_to_string(folder.join(format!("{name}_{part}.csv"))).ok();
	let (notes, pool) = (read("notes")?, read("pool")?);
	let rows = |text: &str| -> Vec<Vec<String>> {
		text.lines().skip(1).map(|l| l.split(',').map(String::from).collect()).collect()
	};
	let (notes, pool) = (rows(&notes), rows(&pool));
	let row = |note: &str, date: &str| notes.iter().find(|r| r[0] == note && r[1] == date);
	let first = notes.iter().find(|r| r[0] == "A1").unwrap();
	let b = row("B", &first[1]).map_or(cents("20"), |r| cents(&r[2]));
	let mut s = state(&[(cents(&first[2]), 7), (b, 0)]);
	s.classes[0].due = cents(&first[7]);
	s.accrued_to = days(&first[1]) * DAY;
	let mut last = days(&first[1]);
	let mut dates: Vec<String> = notes.iter().map(|r| r[1].clone()).collect();
	dates.sort();
	dates.dedup();
	let mut compared = 0;
	for date in dates.iter().filter(|d| days(d) > days(&first[1])) {
		let cash: u128 = pool
			.iter()
			.filter(|r| (last + 1..=days(date)).contains(&days(&r[0])))
			.map(|r| cents(&r[2]) + cents(&r[3]) + cents(&r[4]) + cents(&r[6]))
			.sum();
		let due = s.accrued(days(date) * DAY).unwrap().classes[0].interest_owed().unwrap();
		let interest = due.min(cash);
		let out = step(&s, days(date) * DAY, interest, cash - interest, true);
		for (rank, note) in ["A1", "B"].iter().enumerate() {
			let Some(row) = row(note, date) else { continue };
			let class = out.state.classes[rank];
			assert_eq!(class.balance, cents(&row[2]), "{note} {date} balance");
			assert_eq!(out.payments[rank].principal, cents(&row[4]), "{note} {date} principal");
			assert_eq!(out.payments[rank].interest, cents(&row[3]), "{note} {date} interest");
			if rank == 0 {
				assert_eq!(class.due, cents(&row[7]), "{note} {date} due");
				assert_eq!(class.interest_on_interest, cents(&row[8]), "{note} {date} ioi");
			}
			compared += 1;
		}
		last = days(date);
		s = out.state;
	}
	Some(compared)
}

// From the first date on: the dates before it are taken up by a fee, which is a later step.
#[test]
fn replays_the_published_vector_china_test01() {
	match replay("absbox_china_test01") {
		Some(rows) => assert_eq!(rows, 35),
		None => eprintln!("no vectors here: nothing replayed"),
	}
}

// The residual's income, once everything is redeemed, is in this one.
#[test]
fn replays_the_published_vector_china_test03() {
	match replay("absbox_china_test03") {
		Some(rows) => assert_eq!(rows, 15),
		None => eprintln!("no vectors here: nothing replayed"),
	}
}

prop_compose! {
	fn any_state()(
		classes in prop::collection::vec(
			(0u128..1 << 90, 0u128..200, 0u128..1 << 60, 0u128..1 << 50), 1..8),
		residual in 1u128..1 << 80,
		act_360 in any::<bool>(),
		accrued_to in 0u64..1 << 40,
	) -> State {
		let mut all: Vec<ClassState> = classes
			.into_iter()
			.map(|(balance, percent, due, interest_on_interest)| ClassState {
				due, interest_on_interest, ..ClassState::issued(balance, rate(percent))
			})
			.collect();
		all.push(ClassState::issued(residual, rate(0)));
		State {
			classes: all.try_into().unwrap(),
			day_count: if act_360 { DayCount::Act360 } else { DayCount::Act365Fixed },
			accrued_to,
		}
	}
}

fn simple_interest(amount: u128, rate: Ratio, millis: u64, day_count: DayCount) -> u128 {
	let days = if day_count == DayCount::Act360 { 360u64 } else { 365 };
	let n = BigUint::from(amount) * rate.into_inner() * millis;
	(n / (BigUint::from(10u128.pow(18)) * days * DAY)).to_u128().unwrap()
}

fn total(outcome: &Outcome) -> u128 {
	outcome.payments.iter().map(|p| p.interest + p.principal).sum::<u128>()
		+ outcome.left.interest
		+ outcome.left.principal
}

proptest! {
	#[test]
	fn accrual_is_the_rational_formula_floored(s in any_state(), millis in 0u64..1 << 42) {
		let accrued = s.accrued(s.accrued_to + millis).unwrap();
		for (before, after) in s.classes.iter().zip(accrued.classes.iter()) {
			let on = |amount| simple_interest(amount, before.rate, millis, s.day_count);
			prop_assert_eq!(after.due - before.due, on(before.balance));
			let more = after.interest_on_interest - before.interest_on_interest;
			prop_assert_eq!(more, on(before.due));
		}
	}

	#[test]
	fn every_unit_is_conserved_and_seniority_holds(
		s in any_state(),
		millis in 0u64..1 << 40,
		interest in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		principal in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		redeem in any::<bool>(),
	) {
		let out = step(&s, s.accrued_to + millis, interest, principal, redeem);
		prop_assert_eq!(total(&out), interest + principal);
		for (senior, class) in out.state.classes.iter().enumerate() {
			let whole = class.due == 0 && class.interest_on_interest == 0;
			for junior in out.payments.iter().skip(senior + 1) {
				prop_assert!(junior.interest == 0 || whole, "interest out of order");
				prop_assert!(junior.principal == 0 || class.balance == 0, "principal out of order");
			}
		}
		for ((before, after), paid) in
			s.classes.iter().zip(out.state.classes.iter()).zip(out.payments.iter())
		{
			prop_assert_eq!(before.balance - after.balance, paid.principal);
			prop_assert_eq!(after.balance, paid.balance);
			prop_assert_eq!(after.interest_paid - before.interest_paid, paid.interest);
			prop_assert!(redeem || paid.principal == 0);
		}
	}

	// More cash never leaves any class with less, and never pays any class less.
	#[test]
	fn more_collections_lower_nobody(
		s in any_state(),
		millis in 0u64..1 << 40,
		cash in (0u128..1 << 70, 0u128..1 << 92),
		more in (0u128..1 << 70, 0u128..1 << 92),
	) {
		let date = s.accrued_to + millis;
		let low = step(&s, date, cash.0, cash.1, true);
		let high = step(&s, date, cash.0 + more.0, cash.1 + more.1, true);
		for (low, high) in low.payments.iter().zip(high.payments.iter()) {
			prop_assert!(high.interest >= low.interest);
			prop_assert!(high.principal >= low.principal);
		}
	}

	// Any list of steps conserves, however little sense it makes.
	#[test]
	fn any_program_conserves(
		s in any_state(),
		steps in prop::collection::vec((0u8..3, 0u8..8), 0..32),
		funds in (0u128..1 << 100, 0u128..1 << 100),
	) {
		let last = s.classes.len() as u8;
		let steps: Vec<Step> = steps
			.into_iter()
			.map(|(kind, rank)| match kind {
				0 => Step::PayInterest { rank: rank % last },
				1 => Step::PayPrincipalSequential,
				_ => Step::PayResidual { rank: rank % last },
			})
			.collect();
		let collections = Collections {
			date: s.accrued_to + 30 * DAY,
			funds: Funds { interest: funds.0, principal: funds.1 },
			redeem: true,
		};
		let out = run(&s, &Program(steps.try_into().unwrap()), &collections).unwrap();
		prop_assert_eq!(total(&out), funds.0 + funds.1);
	}
}
