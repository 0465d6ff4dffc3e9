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
	/// Pays the class of this rank from the interest fund: interest on interest, then what is due.
	PayInterest {
		/// The class.
		rank: u8,
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
	/// The plain sequential waterfall of a deal with this number of classes, residual included:
	/// interest by rank, principal by rank, residual. `None` below two classes or above
	/// [`MAX_CLASSES`].
	pub fn sequential(classes: u32) -> Option<Self> {
		if classes > MAX_CLASSES {
			return None;
		}
		let residual = u8::try_from(classes.checked_sub(1)?).ok().filter(|rank| *rank > 0)?;
		let mut steps = BoundedVec::new();
		for rank in 0..residual {
			steps.try_push(Step::PayInterest { rank }).ok()?;
		}
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
		let mut expected = 0u32;
		let mut redemptions = 0u32;
		let mut closed = false;
		for step in self.0.iter() {
			if closed {
				return Err(ProgramError::ResidualNotLast);
			}
			match step {
				Step::PayInterest { rank }
					if u32::from(*rank) == expected && expected < residual =>
				{
					expected = expected.saturating_add(1)
				},
				Step::PayInterest { .. } => return Err(ProgramError::InterestOutOfOrder),
				Step::PayPrincipalSequential => redemptions = redemptions.saturating_add(1),
				Step::PayResidual { rank } if u32::from(*rank) == residual => closed = true,
				Step::PayResidual { .. } => return Err(ProgramError::ResidualNotLast),
			}
		}
		match (expected == residual, redemptions == 1, closed) {
			(false, _, _) => Err(ProgramError::InterestOutOfOrder),
			(_, false, _) => Err(ProgramError::PrincipalNotOnce),
			(_, _, false) => Err(ProgramError::ResidualNotLast),
			_ => Ok(()),
		}
	}
}
