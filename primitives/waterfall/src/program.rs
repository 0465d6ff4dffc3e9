//! The waterfall as data.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};

use crate::MAX_CLASSES;

/// Steps of a program, at most.
pub const MAX_STEPS: u32 = 32;

/// One step of a waterfall. Each takes from a fund what it may and leaves the rest to the next.
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
pub enum Step {
	/// Pays the class of this rank from the interest fund: interest on interest, then what is due. If
	/// it is the senior-most class that is owed anything, what is missing is taken from the reserve,
	/// then from the principal fund; the latter is charged like a loss.
	PayInterest {
		/// The class.
		rank: u8,
	},
	/// Makes losses charged to this class good: moves its deficiency, as far as the interest fund
	/// goes, to the principal fund.
	CreditPdl {
		/// The class.
		rank: u8,
	},
	/// Fills the reserve from the interest fund.
	TopUpReserve {
		/// Up to this.
		target: u128,
	},
	/// Redeems the classes from the principal fund, the senior-most first, while amortising.
	PayPrincipalSequential,
	/// Pays the residual what no class is owed.
	PayResidual {
		/// The residual class, the last.
		rank: u8,
	},
}

/// Why a program does not fit a deal.
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
pub enum ProgramError {
	/// Fewer than two classes, or more than the engine runs.
	ClassesOutOfRange,
	/// Interest is not paid exactly once to every class but the residual, senior before junior.
	InterestOutOfOrder,
	/// Losses are not made good exactly once for every class, after its interest and before the
	/// interest of the next.
	PdlOutOfOrder,
	/// The reserve is filled more than once.
	ReserveTwice,
	/// Principal is not paid exactly once.
	PrincipalNotOnce,
	/// The residual is not paid exactly once, as the last step, to the last class.
	ResidualNotLast,
}

/// An ordered list of steps, fixed when a deal is launched.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Program(pub BoundedVec<Step, ConstU32<MAX_STEPS>>);

impl Program {
	/// The plain sequential waterfall of a deal with this number of classes, residual included: class
	/// by class interest and then its deficiency, the reserve up to `reserve`, principal by rank,
	/// residual. `None` below two classes or above [`MAX_CLASSES`].
	pub fn sequential(classes: u32, reserve: u128) -> Option<Self> {
		if classes > MAX_CLASSES {
			return None;
		}
		let residual = u8::try_from(classes.checked_sub(1)?).ok().filter(|rank| *rank > 0)?;
		let mut steps = BoundedVec::new();
		for rank in 0..residual {
			steps.try_push(Step::PayInterest { rank }).ok()?;
			steps.try_push(Step::CreditPdl { rank }).ok()?;
		}
		steps.try_push(Step::CreditPdl { rank: residual }).ok()?;
		steps.try_push(Step::TopUpReserve { target: reserve }).ok()?;
		steps.try_push(Step::PayPrincipalSequential).ok()?;
		steps.try_push(Step::PayResidual { rank: residual }).ok()?;
		Some(Self(steps))
	}

	/// Whether the program holds together for a deal with this number of classes.
	///
	/// # Errors
	/// The first [`ProgramError`] found.
	pub fn validate(&self, classes: u32) -> Result<(), ProgramError> {
		let residual = classes
			.checked_sub(1)
			.filter(|last| (1..MAX_CLASSES).contains(last))
			.ok_or(ProgramError::ClassesOutOfRange)?;
		let mut seen = Seen::default();
		for step in self.0.iter() {
			seen.step(step, residual)?;
		}
		seen.whole(residual)
	}
}

/// What a validation has passed.
#[derive(Default)]
struct Seen {
	/// Classes whose interest is paid.
	paid: u32,
	/// Classes whose deficiency is made good.
	credited: u32,
	reserves: u32,
	redemptions: u32,
	closed: bool,
}

impl Seen {
	fn step(&mut self, step: &Step, residual: u32) -> Result<(), ProgramError> {
		if self.closed {
			return Err(ProgramError::ResidualNotLast);
		}
		match *step {
			Step::PayInterest { rank } => {
				let next = u32::from(rank) == self.paid && self.paid < residual;
				ensure(next, ProgramError::InterestOutOfOrder)?;
				ensure(self.credited == self.paid, ProgramError::PdlOutOfOrder)?;
				self.paid = self.paid.saturating_add(1);
			},
			Step::CreditPdl { rank } => {
				// The residual has no interest: its turn is after everybody's.
				let after = u32::from(rank) < self.paid || self.paid == residual;
				let next = u32::from(rank) == self.credited && self.credited <= residual;
				ensure(after && next, ProgramError::PdlOutOfOrder)?;
				self.credited = self.credited.saturating_add(1);
			},
			Step::TopUpReserve { .. } => {
				ensure(self.reserves == 0, ProgramError::ReserveTwice)?;
				self.reserves = 1;
			},
			Step::PayPrincipalSequential => self.redemptions = self.redemptions.saturating_add(1),
			Step::PayResidual { rank } => {
				ensure(u32::from(rank) == residual, ProgramError::ResidualNotLast)?;
				self.closed = true;
			},
		}
		Ok(())
	}

	fn whole(&self, residual: u32) -> Result<(), ProgramError> {
		ensure(self.paid == residual, ProgramError::InterestOutOfOrder)?;
		ensure(self.credited == residual.saturating_add(1), ProgramError::PdlOutOfOrder)?;
		ensure(self.redemptions == 1, ProgramError::PrincipalNotOnce)?;
		ensure(self.closed, ProgramError::ResidualNotLast)
	}
}

fn ensure(holds: bool, error: ProgramError) -> Result<(), ProgramError> {
	if holds {
		Ok(())
	} else {
		Err(error)
	}
}
