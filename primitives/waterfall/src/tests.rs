//! Worked numbers, published vectors and properties.

use std::{fs, path::Path};

use num_bigint::{BigInt, BigUint};
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
	State {
		classes: classes.try_into().unwrap(),
		day_count: DayCount::Act365Fixed,
		accrued_to: 0,
		reserve: 0,
		uncovered: 0,
	}
}

/// Collections of a date on which nothing but cash happens.
fn cash(date: u64, interest: u128, principal: u128, redeem: Redeem) -> Collections {
	Collections {
		date,
		funds: Funds { interest, principal },
		recoveries: 0,
		losses: 0,
		redeem,
		hold_residual: false,
		last: false,
	}
}

fn step(state: &State, date: u64, interest: u128, principal: u128, redeem: bool) -> Outcome {
	let redeem = if redeem { Redeem::All } else { Redeem::Nothing };
	with_reserve(state, 0, &cash(date, interest, principal, redeem))
}

fn with_reserve(state: &State, target: u128, collections: &Collections) -> Outcome {
	let program = Program::sequential(state.classes.len() as u32, target).unwrap();
	run(state, &program, collections).unwrap()
}

fn pdl(outcome: &Outcome) -> Vec<u128> {
	outcome.state.classes.iter().map(|class| class.pdl).collect()
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
	let mut s = state(&[(100, 0), (50, 0), (20, 0)]);
	s.classes[1].due = 5;
	s.classes[1].interest_on_interest = 2;
	let out = step(&s, 1, 1, 100 + 50 + 20 + 4, true);
	assert_eq!(paid(&out), [(0, 0, 100, 0), (7, 5, 50, 0), (0, 0, 20, 0)]);
	assert_eq!((out.state.classes[1].due, out.state.classes[1].interest_on_interest), (2, 0));
	assert_eq!(out.released, 4);
	let out = step(&out.state, 2, 0, 10, true);
	assert_eq!(paid(&out), [(0, 0, 0, 0), (2, 2, 0, 0), (0, 8, 0, 0)]);
	// The second class is the senior-most now: what it took is a loss that nobody is left to bear.
	assert_eq!((out.released, out.state.uncovered), (8, 2));
}

#[test]
fn a_loss_is_charged_to_the_most_junior_first_and_no_further_than_its_balance() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	for (loss, expected, uncovered) in [
		(0, [0, 0, 0], 0),
		(100, [0, 0, 100], 0),
		(101, [0, 1, 100], 0),
		(350, [50, 200, 100], 0),
		(1_000, [700, 200, 100], 0),
		(1_003, [700, 200, 100], 3),
	] {
		let out = with_reserve(&s, 0, &Collections { losses: loss, ..cash(1, 0, 0, Redeem::All) });
		assert_eq!((pdl(&out), out.state.uncovered), (expected.to_vec(), uncovered));
	}
}

#[test]
fn income_makes_losses_good_senior_first_and_before_junior_interest() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.classes[0].pdl = 50_000;
	s.classes[1].pdl = 200_000;
	s.classes[2].pdl = 100_000;
	// The senior coupon of 2,876, then 50,000 of its deficiency; 1,315 to the next, 7 of its own.
	let out = step(&s, 30 * DAY, 2_876 + 50_000 + 1_315 + 7, 0, true);
	assert_eq!(pdl(&out), [0, 199_993, 100_000]);
	assert_eq!(paid(&out)[0], (2_876, 2_876, 50_007, 649_993));
	assert_eq!(paid(&out)[1], (1_315, 1_315, 0, 200_000));
	assert_eq!(out.payments[2].interest, 0);
	// A unit less, and one unit of deficiency more is open.
	let out = step(&s, 30 * DAY, 2_876 + 49_999, 0, true);
	assert_eq!(pdl(&out), [1, 200_000, 100_000]);
	assert_eq!(out.payments[1].interest, 0, "no junior interest before senior losses");
}

#[test]
fn recoveries_are_income_and_the_residual_has_what_is_left_only_without_deficiency() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	let lost = with_reserve(&s, 0, &Collections { losses: 130, ..cash(1, 0, 0, Redeem::Nothing) });
	assert_eq!(pdl(&lost), [0, 30, 100]);
	let more = Collections { recoveries: 129, ..cash(2, 0, 0, Redeem::Nothing) };
	let out = with_reserve(&lost.state, 0, &more);
	assert_eq!((pdl(&out), out.left), (vec![0, 0, 1], Funds { interest: 0, principal: 129 }));
	let more = Collections { recoveries: 140, ..more };
	let out = with_reserve(&lost.state, 0, &more);
	assert_eq!((pdl(&out), out.payments[2].interest), (vec![0, 0, 0], 10));
	let held = with_reserve(&lost.state, 0, &Collections { hold_residual: true, ..more });
	assert_eq!((held.payments[2].interest, held.left.interest), (0, 10));
}

// The reserve draw of research/tranches.md 4.4, case W4, without fees.
#[test]
fn the_reserve_pays_the_senior_coupon_and_no_other() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 10_000;
	let bad = Collections { losses: 350_000, ..cash(30 * DAY, 90, 10_000, Redeem::All) };
	let out = with_reserve(&s, 10_000, &bad);
	assert_eq!(out.state.reserve, 7_214);
	assert_eq!(paid(&out)[0], (2_876, 2_876, 10_000, 690_000));
	assert_eq!(paid(&out)[1], (1_315, 0, 0, 200_000));
	assert_eq!(pdl(&out), [50_000, 200_000, 100_000]);
	// Refilled from income, after interest and losses, up to the target.
	let mut s = out.state;
	s.classes.iter_mut().for_each(|class| class.pdl = 0);
	let owed = s.accrued(60 * DAY).unwrap();
	let owed: u128 = owed.classes.iter().map(|class| class.interest_owed().unwrap()).sum();
	let short = with_reserve(&s, 10_000, &cash(60 * DAY, owed + 2_785, 0, Redeem::Nothing));
	assert_eq!((short.state.reserve, short.payments[2].interest), (9_999, 0));
	let full = with_reserve(&s, 10_000, &cash(60 * DAY, owed + 2_790, 0, Redeem::Nothing));
	assert_eq!((full.state.reserve, full.payments[2].interest), (10_000, 4));
}

#[test]
fn principal_pays_the_senior_coupon_when_the_reserve_is_empty_and_is_charged() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 76;
	let out = with_reserve(&s, 76, &cash(30 * DAY, 800, 1_999, Redeem::Nothing));
	assert_eq!(paid(&out)[0], (2_876, 2_875, 0, 700_000));
	assert_eq!((out.state.reserve, out.left), (0, Funds::default()));
	assert_eq!(pdl(&out), [0, 0, 1_999]);
	let out = with_reserve(&s, 76, &cash(30 * DAY, 800, 2_001, Redeem::Nothing));
	assert_eq!((out.payments[0].interest, out.left.principal), (2_876, 1));
	assert_eq!(out.payments[1].interest, 0, "nobody else is paid from principal");
}

#[test]
fn the_next_class_is_senior_most_once_the_first_is_repaid() {
	let mut s = state(&[(0, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 1_000;
	let out = with_reserve(&s, 0, &cash(30 * DAY, 0, 400, Redeem::Nothing));
	assert_eq!((out.payments[1].interest, out.state.reserve, pdl(&out)[2]), (1_315, 0, 315));
}

#[test]
fn a_part_is_redeemed_at_the_end_of_a_ramp_up() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	let out = with_reserve(&s, 0, &cash(1, 0, 950, Redeem::UpTo(750)));
	assert_eq!(paid(&out), [(0, 0, 700, 0), (0, 0, 50, 150), (0, 0, 0, 100)]);
	assert_eq!(out.left.principal, 200);
	// All of it: still no income for the residual, because the deal goes on.
	let out = with_reserve(&s, 0, &cash(1, 0, 1_005, Redeem::UpTo(2_000)));
	assert_eq!((out.left.principal, out.payments[2].interest), (5, 0));
}

#[test]
fn the_reserve_comes_back_when_everything_is_redeemed() {
	let mut s = state(&[(700, 0), (200, 0), (100, 0)]);
	s.reserve = 40;
	s.classes[1].due = 30;
	let held = Collections { hold_residual: true, ..cash(1, 0, 1_000, Redeem::All) };
	let out = with_reserve(&s, 50, &held);
	assert_eq!((out.payments[1].interest, out.payments[2].interest), (30, 0));
	assert_eq!(out.state.reserve, 10);
	let out = with_reserve(&s, 50, &cash(1, 0, 1_000, Redeem::All));
	assert_eq!((out.payments[1].interest, out.payments[2].interest), (30, 10));
	assert_eq!((out.state.reserve, out.left), (0, Funds::default()));
}

#[test]
fn on_the_last_run_the_reserve_bears_losses_and_the_rest_is_written_off() {
	let mut s = state(&[(700, 0), (200, 0), (100, 0)]);
	s.reserve = 60;
	let end = Collections { losses: 390, last: true, ..cash(1, 20, 610, Redeem::All) };
	let mut out = with_reserve(&s, 60, &end);
	// 610 of principal, 80 of income that make good the senior 90.
	assert_eq!(paid(&out), [(0, 0, 690, 10), (0, 0, 0, 200), (0, 0, 0, 100)]);
	assert_eq!((out.state.reserve, out.left, pdl(&out)), (0, Funds::default(), vec![10, 200, 100]));
	assert_eq!(out.state.write_off(), Some(310));
	let off: Vec<_> = out.state.classes.iter().map(|c| (c.balance, c.pdl, c.written_off)).collect();
	assert_eq!(off, [(0, 0, 10), (0, 0, 200), (0, 0, 100)]);
}

#[test]
fn what_is_exchanged_leaves_the_balance_and_no_deficiency_above_it() {
	let mut s = state(&[(700, 0), (100, 0)]);
	assert_eq!(s.exchange(0, 701), None);
	s.classes[0].pdl = 300;
	assert_eq!(s.exchange(0, 500), Some(()));
	let ClassState { balance, exchanged, pdl, .. } = s.classes[0];
	assert_eq!((balance, exchanged, pdl, s.uncovered), (200, 500, 200, 100));
	assert_eq!(s.exchange(2, 0), None);
	assert_eq!((s.make_good(250), s.classes[0].pdl), (Some(50), 0));
}

#[test]
fn errors_are_typed() {
	let s = state(&[(100, 5), (20, 0)]);
	let program = Program::sequential(2, 0).unwrap();
	let mut late = s.clone();
	late.accrued_to = 10;
	let at = |date, interest| cash(date, interest, 0, Redeem::Nothing);
	assert_eq!(run(&late, &program, &at(9, 0)), Err(RunError::DateBeforeLast));
	assert_eq!(run(&s, &Program::sequential(3, 0).unwrap(), &at(1, 0)), Err(RunError::UnknownRank));
	let mut huge = s.clone();
	huge.classes[0].balance = u128::MAX;
	huge.classes[0].rate = Ratio::from_inner(u128::MAX);
	assert_eq!(run(&huge, &program, &at(u64::MAX, 0)), Err(RunError::Overflow));
	let mut rich = s;
	rich.classes[1].interest_paid = u128::MAX;
	assert_eq!(run(&rich, &program, &at(1, 1)), Err(RunError::Overflow));
	let mut lost = state(&[(100, 5), (20, 0)]);
	lost.uncovered = u128::MAX;
	let collections = Collections { losses: 121, ..at(1, 0) };
	assert_eq!(run(&lost, &program, &collections), Err(RunError::Overflow));
	let collections = Collections { recoveries: u128::MAX, ..at(1, 1) };
	assert_eq!(run(&state(&[(1, 0), (1, 0)]), &program, &collections), Err(RunError::Overflow));
	lost.reserve = u128::MAX;
	let collections = Collections { last: true, ..at(1, 1) };
	assert_eq!(run(&lost, &program, &collections), Err(RunError::Overflow));
}

#[test]
fn programs_are_validated() {
	use ProgramError::*;
	use Step::*;
	for classes in 2..=MAX_CLASSES {
		assert_eq!(Program::sequential(classes, 7).unwrap().validate(classes), Ok(()));
	}
	for classes in [0, 1, MAX_CLASSES + 1] {
		assert_eq!(Program::sequential(classes, 0), None);
		assert_eq!(Program::sequential(2, 0).unwrap().validate(classes), Err(ClassesOutOfRange));
	}
	let (i0, i1, p) = (PayInterest { rank: 0 }, PayInterest { rank: 1 }, PayPrincipalSequential);
	let (c0, c1, c2) = (CreditPdl { rank: 0 }, CreditPdl { rank: 1 }, CreditPdl { rank: 2 });
	let (t, r2) = (TopUpReserve { target: 5 }, PayResidual { rank: 2 });
	for (steps, expected) in [
		(vec![i1, c1, i0, c0, c2, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, c0, c1, p, r2], Err(PdlOutOfOrder)),
		(vec![i0, c0, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, c0, i0, c1, c2, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, c0, i1, c1, PayInterest { rank: 2 }, c2, p, r2], Err(InterestOutOfOrder)),
		(vec![i0, i1, c0, c1, c2, p, r2], Err(PdlOutOfOrder)),
		(vec![i0, c0, i1, c2, c1, p, r2], Err(PdlOutOfOrder)),
		(vec![i0, c0, i1, c1, c2, c2, p, r2], Err(PdlOutOfOrder)),
		(vec![i0, c0, i1, c1, p, r2], Err(PdlOutOfOrder)),
		(vec![c0, i0, i1, c1, c2, p, r2], Err(PdlOutOfOrder)),
		(vec![i0, c0, i1, c1, c2, t, t, p, r2], Err(ReserveTwice)),
		(vec![i0, c0, i1, c1, c2, r2], Err(PrincipalNotOnce)),
		(vec![i0, c0, i1, c1, c2, p, p, r2], Err(PrincipalNotOnce)),
		(vec![i0, c0, i1, c1, c2, p], Err(ResidualNotLast)),
		(vec![i0, c0, i1, c1, c2, r2, p], Err(ResidualNotLast)),
		(vec![i0, c0, i1, c1, c2, p, PayResidual { rank: 1 }], Err(ResidualNotLast)),
		(vec![], Err(InterestOutOfOrder)),
		(vec![p, i0, c0, i1, c1, c2, r2], Ok(())),
		(vec![i0, c0, t, i1, c1, c2, p, r2], Ok(())),
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
			(0u128..1 << 90, 0u128..200, 0u128..1 << 60, 0u128..1 << 50, 0u128..=100), 1..8),
		residual in (1u128..1 << 80, 0u128..=100),
		act_360 in any::<bool>(),
		accrued_to in 0u64..1 << 40,
		reserve in prop_oneof![Just(0u128), 0u128..1 << 60],
		uncovered in prop_oneof![3 => Just(0u128), 1 => 0u128..1 << 60],
	) -> State {
		let mut all: Vec<ClassState> = classes
			.into_iter()
			.map(|(balance, percent, due, interest_on_interest, charged)| ClassState {
				due,
				interest_on_interest,
				pdl: balance / 100 * charged,
				..ClassState::issued(balance, rate(percent))
			})
			.collect();
		let (balance, charged) = residual;
		let pdl = balance / 100 * charged;
		all.push(ClassState { pdl, ..ClassState::issued(balance, rate(0)) });
		State {
			classes: all.try_into().unwrap(),
			day_count: if act_360 { DayCount::Act360 } else { DayCount::Act365Fixed },
			accrued_to,
			reserve,
			uncovered,
		}
	}
}

prop_compose! {
	/// What a date of `state` brings; `date` is the time since the one before.
	fn any_collections()(
		date in 0u64..1 << 40,
		interest in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		principal in prop_oneof![0u128..1 << 100, 0u128..1 << 55],
		recoveries in prop_oneof![Just(0u128), 0u128..1 << 80],
		losses in prop_oneof![Just(0u128), 0u128..1 << 95],
		redeem in prop_oneof![
			Just(Redeem::Nothing), Just(Redeem::All), (0u128..1 << 90).prop_map(Redeem::UpTo)],
		hold_residual in any::<bool>(),
		last in any::<bool>(),
	) -> Collections {
		let funds = Funds { interest, principal };
		Collections { date, funds, recoveries, losses, redeem, hold_residual, last }
	}
}

fn simple_interest(amount: u128, rate: Ratio, millis: u64, day_count: DayCount) -> u128 {
	let days = if day_count == DayCount::Act360 { 360u64 } else { 365 };
	let n = BigUint::from(amount) * rate.into_inner() * millis;
	(n / (BigUint::from(10u128.pow(18)) * days * DAY)).to_u128().unwrap()
}

/// All cash before a run.
fn cash_in(state: &State, collections: &Collections) -> u128 {
	let Collections { funds, recoveries, .. } = collections;
	funds.interest + funds.principal + recoveries + state.reserve
}

/// All cash after it.
fn cash_out(outcome: &Outcome) -> u128 {
	outcome.payments.iter().map(|p| p.interest + p.principal).sum::<u128>()
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

/// What holds after any run of any program.
fn check(s: &State, collections: &Collections, out: &Outcome) -> Result<(), TestCaseError> {
	prop_assert_eq!(cash_out(out), cash_in(s, collections));
	// P falls by the losses; whatever else moves is inside.
	let before = deficiency(s) + collections.funds.principal;
	let after = deficiency(&out.state) + out.left.principal - collections.losses + out.released;
	prop_assert_eq!(before, after, "identity 4.3.11");
	for ((before, after), paid) in
		s.classes.iter().zip(out.state.classes.iter()).zip(out.payments.iter())
	{
		prop_assert!(after.pdl <= after.balance);
		prop_assert_eq!(before.balance - after.balance, paid.principal);
		prop_assert_eq!(after.balance, paid.balance);
		prop_assert_eq!(after.interest_paid - before.interest_paid, paid.interest);
		prop_assert!(collections.redeem != Redeem::Nothing || paid.principal == 0);
	}
	Ok(())
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
		collections in any_collections(),
		target in 0u128..1 << 62,
	) {
		let collections = Collections { date: s.accrued_to + collections.date, ..collections };
		let out = with_reserve(&s, target, &collections);
		check(&s, &collections, &out)?;
		for (senior, class) in out.state.classes.iter().enumerate() {
			let whole = class.due == 0 && class.interest_on_interest == 0;
			for junior in out.payments.iter().skip(senior + 1) {
				prop_assert!(junior.interest == 0 || whole, "interest out of order");
				prop_assert!(junior.principal == 0 || class.balance == 0, "principal out of order");
			}
		}
		// The residual's income comes last of all.
		let income = out.payments.last().unwrap().interest;
		let open = out.state.classes.iter().any(|class| class.pdl > 0);
		prop_assert!(income == 0 || !(open || collections.hold_residual));
		// On the last run nothing is kept but for a residual that waits.
		let all = collections.redeem == Redeem::All;
		if collections.last && all && !collections.hold_residual {
			prop_assert_eq!(out.left, Funds::default());
			prop_assert_eq!(out.state.reserve, 0);
		}
		// The reserve falls for the senior-most coupon, or at the end.
		let senior = s.accrued(collections.date).unwrap().senior();
		let drawn = s.reserve.saturating_sub(out.state.reserve);
		let redeemed = out.state.classes.iter().all(|class| class.balance == 0);
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
			let quiet = cash(s.accrued_to + 1, 0, 0, Redeem::Nothing);
			s = with_reserve(&s, 0, &Collections { losses: *loss, ..quiet }).state;
		}
		let mut left: u128 = losses.iter().sum();
		for class in s.classes.iter().rev() {
			prop_assert_eq!(class.pdl, left.min(class.balance));
			left -= class.pdl;
		}
		prop_assert_eq!(s.uncovered, left);
	}

	// More cash never leaves any class with less, and never pays any class less.
	#[test]
	fn more_collections_lower_nobody(
		s in any_state(),
		collections in any_collections(),
		more in (0u128..1 << 70, 0u128..1 << 92, 0u128..1 << 70),
	) {
		let low = Collections { date: s.accrued_to + collections.date, ..collections };
		let funds = Funds {
			interest: low.funds.interest + more.0,
			principal: low.funds.principal + more.1,
		};
		let high = Collections { funds, recoveries: low.recoveries + more.2, ..low };
		let (low, high) = (with_reserve(&s, 0, &low), with_reserve(&s, 0, &high));
		for (low, high) in low.payments.iter().zip(high.payments.iter()) {
			prop_assert!(high.interest >= low.interest);
			prop_assert!(high.principal >= low.principal);
		}
	}

	// Any list of steps conserves, however little sense it makes.
	#[test]
	fn any_program_conserves(
		s in any_state(),
		steps in prop::collection::vec((0u8..5, 0u8..8, 0u128..1 << 70), 0..32),
		collections in any_collections(),
	) {
		let last = s.classes.len() as u8;
		let steps: Vec<Step> = steps
			.into_iter()
			.map(|(kind, rank, target)| match kind {
				0 => Step::PayInterest { rank: rank % last },
				1 => Step::PayPrincipalSequential,
				2 => Step::CreditPdl { rank: rank % last },
				3 => Step::TopUpReserve { target },
				_ => Step::PayResidual { rank: rank % last },
			})
			.collect();
		let collections = Collections { date: s.accrued_to + collections.date, ..collections };
		let out = run(&s, &Program(steps.try_into().unwrap()), &collections).unwrap();
		check(&s, &collections, &out)?;
	}
}
