//! Whether a program holds together: what it names, and its ranges.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use strata_numbers::Ratio;

use crate::{
	compare::ONE, ClassTerms, Classes, Condition, Coupon, Fee, FeeAmount, Line, Program, Step,
	Test, Trigger, MAX_CLASSES,
};

/// The greatest fixed fee and least reserve, in the smallest unit: 2^112.
pub const MAX_AMOUNT: u128 = 1 << 112;

/// What is wrong with a program. What [`ProgramError::at`] counts, from zero, is said for each.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Fault {
	/// Fewer than two classes, or more than the engine runs. At: how many there are.
	ClassesOutOfRange,
	/// The resets of a rate are not in ascending order. At: class.
	ResetsNotAscending,
	/// The floor of a floating rate is above its cap. At: class.
	FloorAboveCap,
	/// The dates of a balance schedule are not in ascending order. At: class.
	ScheduleNotAscending,
	/// A scheduled balance rises. At: class.
	ScheduleRises,
	/// The residual has a coupon that moves. At: class.
	CouponOfResidual,
	/// A yearly rate on the pool above 1. At: fee.
	FeeRateTooHigh,
	/// An amount above [`MAX_AMOUNT`]. At: fee.
	FeeTooHigh,
	/// A test of a class that does not exist, or of the residual. At: test.
	TestOfNoClass,
	/// A threshold of 1 or below, which no redemption cures. At: test.
	ThresholdTooLow,
	/// A trigger on a test that does not exist. At: trigger.
	TriggerOnUnknownTest,
	/// A level of zero, which nothing is below. At: trigger.
	LevelOfZero,
	/// A share of the balances above 1, or an amount above [`MAX_AMOUNT`]. At: 0.
	ReserveTooHigh,
	/// A step names a class that does not exist. At: line.
	UnknownClass,
	/// A step names a fee that does not exist. At: line.
	UnknownFee,
	/// A step names a test that does not exist. At: line.
	UnknownTest,
	/// A condition names a trigger that does not exist. At: line.
	UnknownTrigger,
	/// A step for no class at all. At: line.
	NoClass,
	/// A step that may not depend on a trigger does. At: line.
	ConditionNotAllowed,
	/// Interest of a class that is not next, was paid already, or of a group whose ranks do not follow
	/// one another; deferred interest before the current, before that of a class above, or of more
	/// classes together than the current was; of the residual. At: line.
	InterestOutOfOrder,
	/// Interest on unpaid interest is not directly before the interest of the same classes. At: line.
	OnInterestAlone,
	/// Interest is never paid, or its deferred part is not. At: class.
	InterestMissing,
	/// A test that is not between the interest of its class and whatever is paid to those below it:
	/// interest, principal. At: line.
	TestOutOfOrder,
	/// A test is made twice in a mode. At: line.
	TestTwice,
	/// A test is never made. At: test.
	TestMissing,
	/// A deficiency is not made good after the interest of its class and those above, before the
	/// interest of the next. At: the line of the credit, or of the interest that comes before it.
	PdlOutOfOrder,
	/// A deficiency is never made good. At: class.
	PdlMissing,
	/// A step needs the ledgers or the principal fund that a deal with one fund does not have. At:
	/// line.
	NeedsTwoFunds,
	/// A subordinate fee before interest, a test or a deficiency. At: line.
	SubordinateTooEarly,
	/// The reserve or principal would pay a fee after interest, where a test may have failed. At: line.
	FeeSupportedTooLate,
	/// A fee that no step pays without a condition and a cap. At: fee.
	FeeMissing,
	/// The reserve is filled twice in a mode. At: line.
	ReserveTwice,
	/// The reserve is released after an interest step: what is below would be paid with it while a
	/// class above is short, or its test has failed. At: line.
	ReleaseTooLate,
	/// Principal of a class without those above it, then or before. At: line.
	PrincipalOutOfOrder,
	/// A class is never paid all of its principal without a condition: in no step, or only down to a
	/// schedule that does not end at zero. At: class.
	PrincipalMissing,
	/// Income redeems notes, or becomes principal, before interest or a test. At: line.
	TurboTooEarly,
	/// The residual is not the last class, or not paid in the last line of a mode. At: line.
	ResidualNotLast,
	/// The residual is never paid: cash would have no owner. At: the number of lines.
	ResidualMissing,
	/// Principal is swept to income, where it could pay the residual before the notes. At: line.
	PrincipalBecomesIncome,
	/// Principal of a class before the interest of it or of one above it, or before the deferred
	/// interest of one above it. At: line.
	PrincipalTooEarly,
	/// Income redeems the residual, or a class without those above it. At: line.
	TurboOutOfOrder,
}

/// Why a program is refused, and where.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct ProgramError {
	/// What is wrong.
	pub fault: Fault,
	/// Position, from zero, of what the fault says: a line, class, fee, test or trigger.
	pub at: u8,
}

impl Program {
	/// Whether whatever the program names exists and every number is in its range. In which order it
	/// pays is not looked at.
	///
	/// # Errors
	/// The first [`ProgramError`] found: classes, fees, tests, triggers, the reserve, lines.
	pub fn check(&self) -> Result<(), ProgramError> {
		let count = u8::try_from(self.classes.len()).unwrap_or(u8::MAX);
		ensure(count >= 2 && u32::from(count) <= MAX_CLASSES, Fault::ClassesOutOfRange, count)?;
		for (at, terms) in (0u8..).zip(self.classes.iter()) {
			terms.check().map_err(|fault| ProgramError { fault, at })?;
			let moves = terms.coupon != Coupon::Fixed;
			ensure(!moves || self.residual() != Some(at), Fault::CouponOfResidual, at)?;
		}
		for (at, fee) in (0u8..).zip(self.fees.iter()) {
			fee.check().map_err(|fault| ProgramError { fault, at })?;
		}
		for (at, test) in (0u8..).zip(self.tests.iter()) {
			self.check_test(at, test)?;
		}
		for (at, trigger) in (0u8..).zip(self.triggers.iter()) {
			self.check_trigger(at, trigger)?;
		}
		let reserve = self.reserve;
		let bounded = reserve.least <= MAX_AMOUNT && reserve.of_balances <= ONE;
		ensure(bounded, Fault::ReserveTooHigh, 0)?;
		(0u8..).zip(self.lines.iter()).try_for_each(|(at, line)| self.check_line(at, line))
	}

	fn check_test(&self, at: u8, test: &Test) -> Result<(), ProgramError> {
		let real = self.above_residual().contains(test.rank);
		ensure(real, Fault::TestOfNoClass, at)?;
		ensure(test.threshold > ONE, Fault::ThresholdTooLow, at)
	}

	fn check_trigger(&self, at: u8, trigger: &Trigger) -> Result<(), ProgramError> {
		ensure(self.has_condition(&trigger.condition), Fault::TriggerOnUnknownTest, at)?;
		let level = match trigger.condition {
			Condition::CoverageBelow { level, .. } => level,
			_ => ONE,
		};
		ensure(level > Ratio::default(), Fault::LevelOfZero, at)
	}

	fn check_line(&self, at: u8, line: &Line) -> Result<(), ProgramError> {
		self.names_at(at, line)?;
		let classes = match line.step {
			Step::PayInterest { classes, .. }
			| Step::PayPrincipal { classes, .. }
			| Step::Turbo { classes } => classes,
			_ => Classes::one(0),
		};
		ensure(!classes.is_empty(), Fault::NoClass, at)
	}
}

impl ClassTerms {
	fn check(&self) -> Result<(), Fault> {
		match &self.coupon {
			Coupon::Resets(resets) if !ascending(resets.iter().map(|reset| reset.date)) => {
				return Err(Fault::ResetsNotAscending)
			},
			Coupon::Floating { floor, cap, .. } if floor > cap => return Err(Fault::FloorAboveCap),
			_ => {},
		}
		if !ascending(self.schedule.iter().map(|point| point.date)) {
			return Err(Fault::ScheduleNotAscending);
		}
		let balances = self.schedule.iter().map(|point| point.balance);
		match balances.clone().zip(balances.skip(1)).all(|(before, after)| before >= after) {
			true => Ok(()),
			false => Err(Fault::ScheduleRises),
		}
	}
}

impl Fee {
	fn check(&self) -> Result<(), Fault> {
		match self.amount {
			FeeAmount::OfPool(rate) if rate > ONE => Err(Fault::FeeRateTooHigh),
			FeeAmount::Once(amount) | FeeAmount::Periodic(amount) | FeeAmount::Yearly(amount)
				if amount > MAX_AMOUNT =>
			{
				Err(Fault::FeeTooHigh)
			},
			_ => Ok(()),
		}
	}
}

/// Whether every date is after the one before.
fn ascending(dates: impl Iterator<Item = u64> + Clone) -> bool {
	dates.clone().zip(dates.skip(1)).all(|(before, after)| before < after)
}

/// `fault` at `at`, unless it holds.
pub(crate) fn ensure(holds: bool, fault: Fault, at: u8) -> Result<(), ProgramError> {
	match holds {
		true => Ok(()),
		false => Err(ProgramError { fault, at }),
	}
}
