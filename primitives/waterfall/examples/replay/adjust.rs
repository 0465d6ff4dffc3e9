//! What a deal file may say of fees and the engine does not know: the amount is worked out date by date
//! and put into the program of that date.

use strata_numbers::{ratio_mul_floor, Ratio};
use strata_waterfall::{FeeAmount, Program, State, Step};

use super::{
	deal::{at, ratio},
	format::File,
	problem::Problem,
};

/// The terms of a deal that no program of the chain can have.
#[derive(Default)]
pub struct Adjustments {
	/// Per fee: a share of the interest collected for the date.
	of_interest: Vec<Option<Ratio>>,
	/// Per line of the waterfall: the share of what is due of its fee that it pays at most.
	shares: Vec<Option<Ratio>>,
}

impl Adjustments {
	/// Those of a file.
	///
	/// # Errors
	/// A number that is not a ratio.
	pub fn of(file: &File) -> Result<Self, Problem> {
		let of_interest = file.fees.iter().map(|fee| match &fee.of_interest {
			Some(_) => ratio(&fee.of_interest, &format!("fees.{}", fee.name)).map(Some),
			None => Ok(None),
		});
		let lines = file.waterfall.iter().enumerate();
		let shares = lines.map(|(n, line)| {
			let place = format!("waterfall line {}", n.saturating_add(1));
			let share = line.pay_fee.as_ref().and_then(|terms| terms.share.as_ref());
			share.map(|share| share.ratio()).transpose().map_err(at(&place))
		});
		Ok(Self {
			of_interest: of_interest.collect::<Result<_, _>>()?,
			shares: shares.collect::<Result<_, _>>()?,
		})
	}

	/// Whether there is none: then the chain can have the deal.
	pub fn none(&self) -> bool {
		self.of_interest.iter().chain(&self.shares).all(Option::is_none)
	}

	/// Puts the amounts of a date into the program. `None` if one does not fit.
	pub fn put(
		&self,
		program: &mut Program,
		state: &State,
		date: u64,
		interest: u128,
	) -> Option<()> {
		for (fee, share) in program.fees.iter_mut().zip(&self.of_interest) {
			if let Some(share) = share {
				fee.amount = FeeAmount::Periodic(ratio_mul_floor(interest, *share)?);
			}
		}
		if self.shares.iter().all(Option::is_none) {
			return Some(());
		}
		let due = fees_due(program, state, date)?;
		for (line, share) in program.lines.iter_mut().zip(&self.shares) {
			let (Step::PayFee { fee, cap, .. }, Some(share)) = (&mut line.step, share) else {
				continue;
			};
			let most = ratio_mul_floor(*due.get(usize::from(*fee))?, *share)?;
			*cap = Some(cap.map_or(most, |cap| cap.min(most)));
		}
		Some(())
	}
}

/// What is due of each fee on a date before anything is paid.
fn fees_due(program: &Program, state: &State, date: u64) -> Option<Vec<u128>> {
	let accrued = state.accrued(program, date).ok()?;
	let fees = program.fees.iter().zip(accrued.fees.iter());
	fees.map(|(terms, fee)| match terms.amount {
		FeeAmount::Once(amount) if !fee.charged => fee.due.checked_add(amount),
		FeeAmount::Periodic(amount) => fee.due.checked_add(amount),
		_ => Some(fee.due),
	})
	.collect()
}
