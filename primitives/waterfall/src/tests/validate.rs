//! What `check` refuses.

use codec::{Encode, MaxEncodedLen};

use super::*;
use Fault::*;

fn good() -> Program {
	let mut program = Program::sequential(3, 7).unwrap();
	let test = Test { coverage: Coverage::Principal, rank: 0, threshold: rate(120) };
	program.tests = vec![test; 2].try_into().unwrap();
	let fee = Fee { amount: FeeAmount::Once(1), carried: true };
	program.fees = vec![fee; 2].try_into().unwrap();
	let trigger =
		Trigger { condition: Condition::ServicerDefault, effect: Effect::Flag, curable: true };
	program.triggers = vec![trigger; 2].try_into().unwrap();
	assert_eq!(program.check(), Ok(()));
	program
}

fn refused(change: impl Fn(&mut Program), fault: Fault, at: u8) {
	let mut program = good();
	change(&mut program);
	assert_eq!(program.check(), Err(ProgramError { fault, at }));
	assert_eq!(program.validate(), Err(ProgramError { fault, at }));
}

#[test]
fn classes() {
	refused(|p| p.classes.truncate(0), ClassesOutOfRange, 0);
	refused(|p| p.classes.truncate(1), ClassesOutOfRange, 1);
	let resets = |dates: &[u64]| {
		let resets = dates.iter().map(|date| Reset { date: *date, rate: rate(1) });
		Coupon::Resets(resets.collect::<Vec<_>>().try_into().unwrap())
	};
	refused(|p| p.classes[1].coupon = resets(&[5, 4]), ResetsNotAscending, 1);
	refused(|p| p.classes[1].coupon = resets(&[1, 2, 2]), ResetsNotAscending, 1);
	let floating =
		|floor, cap| Coupon::Floating { margin: rate(1), floor: rate(floor), cap: rate(cap) };
	refused(|p| p.classes[0].coupon = floating(6, 5), FloorAboveCap, 0);
	refused(|p| p.classes[2].coupon = floating(5, 5), CouponOfResidual, 2);
	refused(|p| p.classes[2].coupon = resets(&[]), CouponOfResidual, 2);
	let schedule = |points: &[(u64, u128)]| {
		let points = points.iter().map(|(date, balance)| Point { date: *date, balance: *balance });
		points.collect::<Vec<_>>().try_into().unwrap()
	};
	refused(|p| p.classes[1].schedule = schedule(&[(2, 9), (2, 8)]), ScheduleNotAscending, 1);
	refused(|p| p.classes[1].schedule = schedule(&[(2, 9), (3, 9), (4, 10)]), ScheduleRises, 1);
	let mut program = good();
	program.classes[0].coupon = resets(&[1, 2]);
	program.classes[1].coupon = floating(5, 5);
	program.classes[2].schedule = schedule(&[(2, 9), (3, 9), (4, 0)]);
	assert_eq!(program.check(), Ok(()));
}

#[test]
fn fees_tests_triggers_and_the_reserve() {
	let above = Ratio::from_inner(rate(100).into_inner() + 1);
	refused(|p| p.fees[1].amount = FeeAmount::OfPool(above), FeeRateTooHigh, 1);
	for amount in [FeeAmount::Once, FeeAmount::Periodic, FeeAmount::Yearly] {
		refused(|p| p.fees[1].amount = amount(MAX_AMOUNT + 1), FeeTooHigh, 1);
		let mut program = good();
		program.fees[1].amount = amount(MAX_AMOUNT);
		assert_eq!(program.check(), Ok(()));
	}
	refused(|p| p.tests[1].rank = 2, TestOfNoClass, 1);
	refused(|p| p.tests[1].rank = 200, TestOfNoClass, 1);
	refused(|p| p.tests[0].threshold = rate(100), ThresholdTooLow, 0);
	refused(|p| p.tests[0].threshold = rate(0), ThresholdTooLow, 0);
	let below = |test, level| Condition::CoverageBelow { test, level };
	refused(|p| p.triggers[1].condition = below(2, rate(100)), TriggerOnUnknownTest, 1);
	refused(|p| p.triggers[1].condition = below(1, rate(0)), LevelOfZero, 1);
	refused(|p| p.reserve.least = MAX_AMOUNT + 1, ReserveTooHigh, 0);
	refused(|p| p.reserve.of_balances = above, ReserveTooHigh, 0);
	let mut program = good();
	program.tests[0].threshold = above;
	program.fees[0].amount = FeeAmount::OfPool(rate(100));
	program.reserve = ReserveTarget { least: MAX_AMOUNT, of_balances: rate(100) };
	assert_eq!(program.check(), Ok(()));
}

#[test]
fn what_lines_name() {
	for (line, fault) in [
		(Line::always(fee(2)), UnknownFee),
		(Line::always(Step::TestCoverage { test: 2 }), UnknownTest),
		(Line::always(Step::CreditPdl { rank: 3 }), UnknownClass),
		(Line::always(Step::CreditPdl { rank: 255 }), UnknownClass),
		(Line::always(Step::PayResidual { rank: 3 }), UnknownClass),
		(Line::always(pay(&[1, 3], Part::All)), UnknownClass),
		(Line::always(redeem(&[7], Share::Schedule)), UnknownClass),
		(Line::always(Step::Turbo { classes: set(&[0, 1, 2, 3]) }), UnknownClass),
		(Line { when: When::Tripped(2), ..Line::always(Step::TopUpReserve) }, UnknownTrigger),
		(Line { when: When::Clear(9), ..Line::always(Step::TopUpReserve) }, UnknownTrigger),
		(Line::always(pay(&[], Part::All)), NoClass),
		(Line::always(redeem(&[], Share::ProRata)), NoClass),
		(Line::always(Step::Turbo { classes: set(&[]) }), NoClass),
	] {
		refused(|p| p.lines[2] = line, fault, 2);
	}
}

#[test]
fn an_error_is_two_bytes() {
	let error = ProgramError { fault: ResidualMissing, at: 32 };
	assert_eq!((error.encode().len(), ProgramError::max_encoded_len()), (2, 2));
}
