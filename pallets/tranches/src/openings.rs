//! The last payment date, run again.

use sp_runtime::DispatchError;
use strata_waterfall::{run, Collections, Outcome, Program};

use crate::{
	clean_up::redeeming,
	netting::{net, Netted},
	Config, DealId, Error, Opening, Openings, Pallet, Programs, Receipts,
};

impl Opening {
	/// Runs the date again, on `receipts` instead of those that it had, or on the same. All else is as
	/// it was: the pool, the mode, the index. `None` if the waterfall refuses.
	pub fn rerun(&self, program: &Program, receipts: Option<&Receipts>) -> Option<Outcome> {
		let receipts = receipts.unwrap_or(&self.receipts);
		let mut state = self.state.clone();
		let room = program.reserve.target(&state)?.saturating_sub(state.reserve);
		let Netted { funds, recoveries, losses, to_reserve } = net(receipts, room)?;
		state.reserve = state.reserve.checked_add(to_reserve)?;
		let collections = Collections { funds, recoveries, losses, ..self.collections };
		match self.called {
			true => run(&state, &redeeming(program), &collections),
			false => run(&state, program, &collections),
		}
		.ok()
	}
}

impl<T: Config> Pallet<T> {
	/// What the last payment date of a deal would have been on `receipts`, or was on its own. For a
	/// report that is disputed. Nothing is written.
	///
	/// # Errors
	/// [`Error::UnknownDeal`], [`Error::NotDue`] before the first date, [`Error::WaterfallFailed`].
	pub fn rerun(deal: DealId, receipts: Option<&Receipts>) -> Result<Outcome, DispatchError> {
		let program = Programs::<T>::get(deal).ok_or(Error::<T>::UnknownDeal)?;
		let opening = Openings::<T>::get(deal).ok_or(Error::<T>::NotDue)?;
		opening.rerun(&program, receipts).ok_or(Error::<T>::WaterfallFailed.into())
	}
}
