//! A deal at its closing.

use strata_numbers::{DayCount, Ratio};

use crate::{
	share::{collect, sum},
	ClassState, FeeState, Program, State,
};

impl State {
	/// The state of a deal that closes at `closing` (milliseconds since 1970): classes by rank with
	/// their face and yearly rate, nothing due, no trigger tripped, `reserve` in the reserve. Losses
	/// and fees on the pool are measured on the sum of the faces; set [`State::original`] and
	/// [`State::pool`] where the deal says otherwise.
	///
	/// `None` if there are not as many faces as classes in the program, or if their sum does not fit.
	pub fn open(
		program: &Program,
		faces: impl IntoIterator<Item = (u128, Ratio)>,
		day_count: DayCount,
		closing: u64,
		reserve: u128,
	) -> Option<Self> {
		let issued = |(balance, rate)| Some(ClassState::issued(balance, rate));
		let classes = collect(faces.into_iter().map(issued))
			.filter(|classes: &crate::PerClass<_>| classes.len() == program.classes.len())?;
		let par = sum(classes.iter().map(|class| class.balance))?;
		Some(Self {
			classes,
			fees: collect(program.fees.iter().map(|_| Some(FeeState::default())))?,
			triggers: collect(program.triggers.iter().map(|_| Some(None)))?,
			day_count,
			accrued_to: closing,
			reserve,
			uncovered: 0,
			losses: 0,
			original: par,
			pool: par,
		})
	}
}
