//! The plain sequential program.

use super::*;

// The coupons of the worked numbers: A 700,000 @ 5 %, B 200,000 @ 8 %, 30 days.
#[test]
fn a_healthy_period() {
	let s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	let out = with_reserve(&s, 0, &cash(30 * DAY, 9_000, 40_000));
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
	let out = with_reserve(&s, 0, &revolving(30 * DAY, 3_000, 40_000));
	assert_eq!(paid(&out), [(2_876, 2_876, 0, 700_000), (0, 124, 0, 300_000)]);
	assert_eq!(out.left, Funds { interest: 0, principal: 40_000 });
}

#[test]
fn shortfall_stops_at_the_first_class_that_is_not_whole_and_bears_interest() {
	let s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	let out = with_reserve(&s, 0, &cash(30 * DAY, 2_875, 0));
	assert_eq!(
		paid(&out),
		[(2_876, 2_875, 0, 700_000), (1_315, 0, 0, 200_000), (0, 0, 0, 100_000)]
	);
	assert_eq!(out.state.classes[0].due, 1);
	// ⌊1,315 · 8 % · 30/365⌋ = 8 on the unpaid coupon, simple; 1 bears nothing.
	let next = with_reserve(&out.state, 0, &cash(60 * DAY, 2_877 + 8, 0));
	assert_eq!(next.payments[0].due, 2_877);
	assert_eq!(next.payments[1].due, 1_315 * 2 + 8);
	// Interest on interest is paid before what is due.
	assert_eq!(next.state.classes[1].interest_on_interest, 0);
	assert_eq!(next.state.classes[1].due, 2_630);
	assert_eq!(next.payments[2].interest, 0);
}

// The coupon is above income for years: what is unpaid grows, with simple interest, and is caught up.
#[test]
fn a_shortfall_of_years_is_caught_up() {
	let mut s = state(&[(100_000, 10), (1_000, 0)]);
	for year in 1..=4u64 {
		s = with_reserve(&s, 0, &revolving(year * 365 * DAY, 4_000, 0)).state;
	}
	// Unpaid: 6,000; 12,000 + 600 − …: interest on interest is paid first, from the 4,000.
	let class = s.classes[0];
	assert_eq!((class.due, class.interest_on_interest), (27_846, 0));
	let owed = 27_846 + 2_784 + 10_000;
	let out = with_reserve(&s, 0, &revolving(5 * 365 * DAY, 50_000, 0));
	assert_eq!((out.payments[0].interest, out.payments[1].interest), (owed, 50_000 - owed));
}

#[test]
fn principal_is_sequential_and_what_is_more_is_the_residuals() {
	let s = state(&[(100, 0), (50, 0), (20, 0)]);
	let out = with_reserve(&s, 0, &cash(1, 0, 120));
	assert_eq!(paid(&out), [(0, 0, 100, 0), (0, 0, 20, 30), (0, 0, 0, 20)]);
	let out = with_reserve(&out.state, 0, &cash(2, 0, 30 + 20 + 7));
	assert_eq!(paid(&out), [(0, 0, 0, 0), (0, 0, 30, 0), (0, 7, 20, 0)]);
	assert_eq!(out.left, Funds::default());
}

#[test]
fn principal_beyond_all_balances_pays_unpaid_interest_before_the_residual() {
	let mut s = state(&[(100, 0), (50, 0), (20, 0)]);
	s.classes[1].due = 5;
	s.classes[1].interest_on_interest = 2;
	let out = with_reserve(&s, 0, &cash(1, 1, 100 + 50 + 20 + 4));
	assert_eq!(paid(&out), [(0, 0, 100, 0), (7, 5, 50, 0), (0, 0, 20, 0)]);
	assert_eq!((out.state.classes[1].due, out.state.classes[1].interest_on_interest), (2, 0));
	assert_eq!(out.released, 4);
	let out = with_reserve(&out.state, 0, &cash(2, 0, 10));
	assert_eq!(paid(&out), [(0, 0, 0, 0), (2, 2, 0, 0), (0, 8, 0, 0)]);
	// The second class is the senior-most now: what it took is a loss that nobody is left to bear.
	assert_eq!((out.released, out.state.uncovered), (8, 2));
}

#[test]
fn income_makes_losses_good_senior_first_and_before_junior_interest() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.classes[0].pdl = 50_000;
	s.classes[1].pdl = 200_000;
	s.classes[2].pdl = 100_000;
	// The senior coupon of 2,876, then 50,000 of its deficiency; 1,315 to the next, 7 of its own.
	let out = with_reserve(&s, 0, &cash(30 * DAY, 2_876 + 50_000 + 1_315 + 7, 0));
	assert_eq!(pdl(&out), [0, 199_993, 100_000]);
	assert_eq!(paid(&out)[0], (2_876, 2_876, 50_007, 649_993));
	assert_eq!(paid(&out)[1], (1_315, 1_315, 0, 200_000));
	assert_eq!(out.payments[2].interest, 0);
	// A unit less, and one unit of deficiency more is open.
	let out = with_reserve(&s, 0, &cash(30 * DAY, 2_876 + 49_999, 0));
	assert_eq!(pdl(&out), [1, 200_000, 100_000]);
	assert_eq!(out.payments[1].interest, 0, "no junior interest before senior losses");
}

#[test]
fn the_reserve_pays_the_senior_coupon_and_no_other() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 10_000;
	let bad = Collections { losses: 350_000, ..cash(30 * DAY, 90, 10_000) };
	let out = with_reserve(&s, 10_000, &bad);
	assert_eq!(out.state.reserve, 7_214);
	assert_eq!(paid(&out)[0], (2_876, 2_876, 10_000, 690_000));
	assert_eq!(paid(&out)[1], (1_315, 0, 0, 200_000));
	assert_eq!(pdl(&out), [50_000, 200_000, 100_000]);
	// Refilled from income, after interest and losses, up to the target.
	let mut s = out.state;
	s.classes.iter_mut().for_each(|class| class.pdl = 0);
	let owed = s.accrued(&Program::sequential(3, 0).unwrap(), 60 * DAY).unwrap();
	let owed: u128 = owed.classes.iter().map(|class| class.interest_owed().unwrap()).sum();
	let short = with_reserve(&s, 10_000, &revolving(60 * DAY, owed + 2_785, 0));
	assert_eq!((short.state.reserve, short.payments[2].interest), (9_999, 0));
	let full = with_reserve(&s, 10_000, &revolving(60 * DAY, owed + 2_790, 0));
	assert_eq!((full.state.reserve, full.payments[2].interest), (10_000, 4));
}

#[test]
fn principal_pays_the_senior_coupon_when_the_reserve_is_empty_and_is_charged() {
	let mut s = state(&[(700_000, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 76;
	let out = with_reserve(&s, 76, &revolving(30 * DAY, 800, 1_999));
	assert_eq!(paid(&out)[0], (2_876, 2_875, 0, 700_000));
	assert_eq!((out.state.reserve, out.left), (0, Funds::default()));
	assert_eq!(pdl(&out), [0, 0, 1_999]);
	let out = with_reserve(&s, 76, &revolving(30 * DAY, 800, 2_001));
	assert_eq!((out.payments[0].interest, out.left.principal), (2_876, 1));
	assert_eq!(out.payments[1].interest, 0, "nobody else is paid from principal");
}

#[test]
fn the_next_class_is_senior_most_once_the_first_is_repaid() {
	let mut s = state(&[(0, 5), (200_000, 8), (100_000, 0)]);
	s.reserve = 1_000;
	let out = with_reserve(&s, 0, &revolving(30 * DAY, 0, 400));
	assert_eq!((out.payments[1].interest, out.state.reserve, pdl(&out)[2]), (1_315, 0, 315));
}

#[test]
fn a_part_is_redeemed_at_the_end_of_a_ramp_up() {
	let s = state(&[(700, 0), (200, 0), (100, 0)]);
	let part = |set_aside, principal| Collections { set_aside, ..revolving(1, 0, principal) };
	let out = with_reserve(&s, 0, &part(750, 950));
	assert_eq!(paid(&out), [(0, 0, 700, 0), (0, 0, 50, 150), (0, 0, 0, 100)]);
	assert_eq!(out.left.principal, 200);
	// All of it: still no income for the residual, because the deal goes on.
	let out = with_reserve(&s, 0, &part(2_000, 1_005));
	assert_eq!((out.left.principal, out.payments[2].interest), (5, 0));
}

#[test]
fn amounts_of_any_magnitude() {
	for scale in (0..=27).map(|power| 10u128.pow(power)) {
		let s = state(&[(700 * scale, 5), (200 * scale, 8), (100 * scale, 0)]);
		let out = with_reserve(&s, 0, &cash(365 * DAY, 60 * scale, 40 * scale));
		let expected = [
			(35 * scale, 35 * scale, 40 * scale, 660 * scale),
			(16 * scale, 16 * scale, 0, 200 * scale),
			(0, 9 * scale, 0, 100 * scale),
		];
		assert_eq!(paid(&out), expected);
	}
	// Of one unit each.
	let s = state(&[(1, 5), (1, 8), (1, 0)]);
	let out = with_reserve(&s, 0, &cash(30 * DAY, 1, 1));
	assert_eq!(paid(&out), [(0, 0, 1, 0), (0, 0, 0, 1), (0, 1, 0, 1)]);
	// Nothing at all.
	let s = state(&[(0, 5), (0, 8), (0, 0)]);
	let out = with_reserve(&s, 0, &cash(30 * DAY, 0, 0));
	assert_eq!(paid(&out), [(0, 0, 0, 0); 3]);
}

#[test]
fn errors_are_typed() {
	let s = state(&[(100, 5), (20, 0)]);
	let program = Program::sequential(2, 0).unwrap();
	let mut late = s.clone();
	late.accrued_to = 10;
	let at = |date, interest| revolving(date, interest, 0);
	assert_eq!(run(&late, &program, &at(9, 0)), Err(RunError::DateBeforeLast));
	assert_eq!(late.accrued(&program, 9), Err(RunError::DateBeforeLast));
	let other = Program::sequential(3, 0).unwrap();
	assert_eq!(run(&s, &other, &at(1, 0)), Err(RunError::Mismatch));
	assert_eq!(s.accrued(&other, 1), Err(RunError::Mismatch));
	assert_eq!(coverage(&s, &other, &at(1, 0)), Err(RunError::Mismatch));
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
fn a_program_that_names_what_there_is_not_is_refused_in_every_mode() {
	let s = state(&[(100, 5), (20, 0)]);
	let modes = Modes::AFTER;
	for line in [
		Line::always(fee(0)),
		Line::always(Step::TestCoverage { test: 0 }),
		Line::always(Step::CreditPdl { rank: 2 }),
		Line::always(Step::PayResidual { rank: 200 }),
		Line::always(pay(&[0, 2], Part::All)),
		Line { modes, ..Line::always(redeem(&[7], Share::ProRata)) },
		Line { modes, ..Line::always(Step::Turbo { classes: set(&[3]) }) },
		Line { when: When::Clear(0), ..Line::always(Step::TopUpReserve) },
	] {
		let mut program = program(2, &[]);
		program.lines = vec![line].try_into().unwrap();
		assert_eq!(run(&s, &program, &revolving(1, 0, 0)), Err(RunError::Mismatch), "{line:?}");
	}
}

#[test]
fn a_deal_opens_with_what_its_program_has() {
	let mut program = Program::sequential(2, 0).unwrap();
	program.fees = vec![Fee { amount: FeeAmount::Once(1), carried: true }; 3].try_into().unwrap();
	let open = |faces: &[u128]| {
		let faces = faces.iter().map(|face| (*face, rate(5)));
		State::open(&program, faces, DayCount::Act360, 77, 9)
	};
	let s = open(&[700, 300]).unwrap();
	assert_eq!((s.fees.len(), s.triggers.len(), s.original, s.pool), (3, 0, 1_000, 1_000));
	assert_eq!((s.accrued_to, s.reserve, s.classes[1].rate), (77, 9, rate(5)));
	assert_eq!(open(&[700]), None);
	assert_eq!(open(&[700, 200, 100]), None);
	assert_eq!(open(&[u128::MAX, 1]), None);
}
