//! What programs are refused at launch.

use frame_support::{assert_noop, assert_ok};
use sp_arithmetic::Perbill;
use sp_runtime::DispatchError;
use strata_numbers::Ratio;
use strata_waterfall::{
	Classes, Condition, Coupon, Effect, FundMode, Line, Part, Point, Program, Reset, Share, Step,
	Support, Trigger,
};

use super::make::*;
use crate::{mock::*, *};

type E = Error<Test>;

/// Launching a deal with a changed program fails with `error` and changes nothing.
fn refused(change: impl FnOnce(&mut Launch), error: impl Into<DispatchError>) {
	let mut launch = Launch::from(clo());
	change(&mut launch);
	let id = created(launch);
	assert_noop!(Tranches::launch(signed(ORIGINATOR), id), error.into());
}

/// Where the engine finds the program at fault.
fn flaw(change: impl FnOnce(&mut Program)) -> u8 {
	let mut launch = Launch::from(clo());
	change(&mut launch.program);
	let error = launch.program.validate().unwrap_err();
	let id = created(launch);
	let refused = E::InvalidProgram(Flaw(error));
	assert_noop!(Tranches::launch(signed(ORIGINATOR), id), refused);
	error.at
}

/// The program with two lines in each other's place.
fn swap(program: &mut Program, a: usize, b: usize) {
	let mut lines = program.lines.to_vec();
	lines.swap(a, b);
	program.lines = lines.try_into().unwrap();
}

#[test]
fn a_program_is_refused_by_the_line_at_fault() {
	build_and_execute(|| {
		launched(clo());
		// The mezzanine's interest before the senior test.
		assert_eq!(flaw(|program| swap(program, 2, 4)), 2);
		// A class, a test and a fee that are not there.
		let none =
			Step::PayInterest { classes: Classes::one(6), part: Part::All, support: Support::NONE };
		assert_eq!(flaw(|program| program.lines[4].step = none), 4);
		assert_eq!(flaw(|p| p.lines[2].step = Step::TestCoverage { test: 9 }), 2);
		let fee = Step::PayFee { fee: 7, cap: None, support: Support::NONE, subordinate: false };
		assert_eq!(flaw(|program| program.lines[0].step = fee), 0);
		// Cash without an owner: nobody takes what is left.
		assert_eq!(flaw(|program| program.lines.truncate(10)), 10);
		// A threshold of 100 %.
		assert_eq!(flaw(|p| p.tests[1].threshold = percent(100)), 1);
	});
}

#[test]
fn the_errors_of_programs_have_their_codes() {
	let mut program = clo();
	program.tests[1].threshold = percent(100);
	let error = program.validate().unwrap_err();
	let DispatchError::Module(module) = E::InvalidProgram(Flaw(error)).into() else { panic!() };
	// The error, the fault and where.
	assert_eq!(module.error[2..], [1, 0]);
	assert_eq!(codec::Encode::encode(&Flaw(error)).len(), 2);
}

#[test]
fn a_program_and_its_terms_must_fit() {
	build_and_execute(|| {
		refused(|l| l.program = plain(2), E::ClassesMismatch);
		refused(|l| l.program = plain(4), E::ClassesMismatch);
		refused(|l| l.terms.payees.truncate(1), E::PayeesMismatch);
		refused(|l| l.program = plain(3), E::PayeesMismatch);
		refused(
			|l| {
				l.program.funds = FundMode::One;
				l.program.lines.retain(|line| !matches!(line.step, Step::CreditPdl { .. }));
				for line in l.program.lines.iter_mut() {
					if let Step::PayFee { support, .. } | Step::PayInterest { support, .. } =
						&mut line.step
					{
						*support = Support::NONE;
					}
				}
			},
			E::OneFund,
		);
	});
}

#[test]
fn coupons_are_bounded_and_indexed() {
	build_and_execute(|| {
		let floating = |cap| Coupon::Floating { margin: percent(2), floor: percent(1), cap };
		refused(|l| l.program.classes[0].coupon = floating(percent(9)), E::NoIndex);
		refused(
			|l| {
				l.program.classes[0].coupon = floating(percent(9));
				l.terms.index = Some(INDEX + 1);
			},
			E::NoIndex,
		);
		refused(
			|l| {
				l.program.classes[0].coupon = floating(percent(51));
				l.terms.index = Some(INDEX);
			},
			E::CouponTooHigh,
		);
		let reset = |date, rate| Coupon::Resets(vec![Reset { date, rate }].try_into().unwrap());
		refused(|l| l.program.classes[1].coupon = reset(FIRST, percent(51)), E::CouponTooHigh);
		for date in [OFFERING_END, FINAL + 1] {
			refused(|l| l.program.classes[1].coupon = reset(date, percent(1)), E::DateOutsideLife);
		}
		launched({
			let mut launch = Launch::from(clo());
			launch.terms.index = Some(INDEX);
			launch.program.classes[0].coupon = floating(percent(9));
			launch.program.classes[1].coupon = reset(FINAL, percent(50));
			launch
		});
		// The reserve covers the highest rate that the senior coupon can come to: 1,197 at 9 %.
		let highest = |reserve| {
			let mut launch = Launch::from(clo());
			launch.terms.index = Some(INDEX);
			launch.terms.reserve_periods = 1;
			launch.program.classes[0].coupon = floating(percent(9));
			launch.program.reserve.least = reserve;
			launch
		};
		let short = created(highest(1_197));
		assert_noop!(Tranches::launch(signed(ORIGINATOR), short), E::ReserveTooSmall);
		launched(highest(1_198));
	});
}

#[test]
fn dates_and_schedules_lie_within_the_life_of_the_deal() {
	build_and_execute(|| {
		let point = |date, balance| Point { date, balance };
		let schedule = |points: Vec<Point>| points.try_into().unwrap();
		refused(
			|l| l.program.classes[0].schedule = schedule(vec![point(FIRST, SENIOR + 1)]),
			E::ScheduleOutOfRange,
		);
		// It would never be redeemed.
		refused(
			|l| l.program.classes[0].schedule = schedule(vec![point(FINAL, 1)]),
			E::ScheduleOutOfRange,
		);
		refused(
			|l| l.program.classes[0].schedule = schedule(vec![point(FINAL + 1, 0)]),
			E::DateOutsideLife,
		);
		refused(|l| l.program.classes[0].locked_until = FINAL + 1, E::DateOutsideLife);
		for date in [OFFERING_END, FINAL + 1] {
			refused(
				|l| {
					let from = Trigger {
						condition: Condition::From(date),
						effect: Effect::Amortise,
						curable: false,
					};
					l.program.triggers.try_push(from).unwrap();
				},
				E::DateOutsideLife,
			);
		}
	});
}

#[test]
fn a_test_that_would_fail_on_the_first_day_is_refused() {
	build_and_execute(|| {
		// 10/9 of the notes.
		let ratio = |parts| Ratio::from_rational(parts, 9_000);
		refused(|l| l.program.tests[1].threshold = ratio(10_001), E::CoverageImpossible);
		launched({
			let mut program = clo();
			program.tests[1].threshold = Ratio::from_inner(1_111_111_111_111_111_111);
			program
		});
		// With few junior notes sold, and no subordination promised, the senior test would fail: 8.3
		// of 7 are less than 125 %.
		let mut launch = Launch::from(clo());
		launch.terms.tranches[0].minimum_subordination = Perbill::zero();
		let deal = launched(launch);
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, 300_000_000);
		catch_up(OFFERING_END);
		assert_eq!(state(deal), DealState::Failed);
		let reason = DispatchError::from(E::CoverageImpossible);
		let failed =
			|e: &Event<Test>| matches!(e, Event::OfferingFailed { reason: r, .. } if *r == reason);
		assert_eq!(happened(failed), 1);
	});
}

#[test]
fn the_parties_are_distinct_and_the_bond_is_paid() {
	build_and_execute(|| {
		refused(|l| l.terms.trustee = ORIGINATOR, E::PartiesNotDistinct);
		refused(|l| l.terms.trustee = l.terms.servicer, E::PartiesNotDistinct);
		MinBond::set(Perbill::from_parts(10_000_001));
		// 1.0000001 % of ten billion.
		refused(|l| l.terms.bond = 100_000_009, E::BondTooSmall);
		let before = usd(ORIGINATOR);
		let mut launch = Launch::from(clo());
		launch.terms.bond = 100_000_010;
		let deal = launched(launch.clone());
		let paid = RESIDUAL + USD_MINIMUM + 100_000_010;
		assert_eq!(usd(ORIGINATOR), before - paid);
		assert_eq!(happened(|e| matches!(e, Event::Launched { bond: 100_000_010, .. })), 1);
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 2, ORIGINATOR));
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert_eq!(usd(ORIGINATOR), before);
		assert!(Programs::<Test>::get(deal).is_none());
		// Without the cash there is no launch.
		launch.terms.bond = ENDOWMENT;
		let poor = created(launch);
		let short = sp_runtime::TokenError::FundsUnavailable;
		assert_noop!(Tranches::launch(signed(ORIGINATOR), poor), short);
		MinBond::set(Perbill::zero());
	});
}

#[test]
fn the_deposit_follows_the_size_of_the_program() {
	build_and_execute(|| {
		let deal = created(terms());
		let small = Balances::reserved_balance(ORIGINATOR);
		let mut large = plain(3);
		large.classes[0].schedule = (1..=100)
			.map(|at| Point { date: FIRST + at, balance: 0 })
			.collect::<Vec<_>>()
			.try_into()
			.unwrap();
		let size = |program: &Program| codec::Encode::encoded_size(program) as Balance;
		let more = size(&large) - size(&plain(3));
		let amend = |program| {
			Tranches::amend(signed(ORIGINATOR), deal, Box::new(terms()), Box::new(program))
		};
		assert_ok!(amend(large));
		assert_eq!(Balances::reserved_balance(ORIGINATOR), small + more);
		assert_ok!(amend(plain(3)));
		assert_eq!(Balances::reserved_balance(ORIGINATOR), small);
		assert_ok!(Tranches::cancel(signed(ORIGINATOR), deal));
		assert_eq!(Balances::reserved_balance(ORIGINATOR), 0);
		assert!(Programs::<Test>::get(deal).is_none());
	});
}

#[test]
fn a_schedule_may_keep_a_deal_open_and_never_longer_than_its_final_date() {
	build_and_execute(|| {
		let mut program = plain(3);
		let seq =
			program.lines.iter().position(|line| matches!(line.step, Step::PayPrincipal { .. }));
		program.lines[seq.unwrap()] =
			Line::always(Step::PayPrincipal { classes: Classes::all(3), share: Share::Schedule });
		let late = Point { date: FINAL, balance: 0 };
		program.classes[0].schedule = vec![late].try_into().unwrap();
		let deal = active_with(program);
		// Nothing is lent: a sequential deal would close on its first amortising date.
		while ledgers(deal).next_date < FINAL {
			date(deal, 2_000);
		}
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_eq!(ledgers(deal).cash.available.principal, SENIOR);
		assert_eq!(ledgers(deal).waterfall.classes[0].balance, SENIOR);
		date(deal, 2_000);
		assert_eq!(state(deal), DealState::Closed);
		let senior = ledgers(deal).waterfall.classes[0];
		assert_eq!((senior.balance, senior.written_off), (0, 0));
	});
}
