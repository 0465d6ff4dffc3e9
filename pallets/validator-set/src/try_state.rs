//! What always holds.

use alloc::vec::Vec;

use frame_support::{ensure, traits::Get};
use pallet_session::{historical, QueuedKeys, Validators};
use sp_runtime::TryRuntimeError;

use crate::{Config, Offenders, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks the invariants: validators are sorted, distinct and bounded; the next ones are among
	/// them; offenders are distinct validators; the roots that are kept are those of the
	/// history, the current session and the next.
	///
	/// # Errors
	/// Which invariant does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let validators = Validators::<T>::get();
		let bound = T::MaxValidators::get();
		let count = u32::try_from(validators.len()).map_err(|_| "validator set: no such count")?;
		ensure!(count <= bound, "validator set: too many validators");
		let sorted = validators.iter().zip(validators.iter().skip(1)).all(|(a, b)| a < b);
		ensure!(sorted, "validator set: not sorted, or one twice");
		let mut next = QueuedKeys::<T>::get().into_iter().map(|(owner, _)| owner);
		ensure!(next.all(|owner| validators.contains(&owner)), "validator set: somebody joined");

		let mut offenders: Vec<_> = Offenders::<T>::get().into_iter().map(|(who, _)| who).collect();
		ensure!(
			offenders.iter().all(|who| validators.contains(who)),
			"validator set: an offender is no validator"
		);
		let listed = offenders.len();
		offenders.sort();
		offenders.dedup();
		ensure!(offenders.len() == listed, "validator set: an offender twice");
		Self::try_history(count)
	}

	/// The part of the invariants that is about historical roots. `count`: validators now.
	fn try_history(count: u32) -> Result<(), TryRuntimeError> {
		if count == 0 {
			return Ok(());
		}
		let current = pallet_session::Pallet::<T>::current_index();
		let (first, end) = historical::StoredRange::<T>::get()
			.ok_or("validator set: no historical root is stored")?;
		ensure!(
			first >= current.saturating_sub(T::HistoryDepth::get()) && first <= current,
			"validator set: history is not pruned, or too far"
		);
		ensure!(end == current.saturating_add(2), "validator set: history has the wrong end");
		let root = historical::HistoricalSessions::<T>::get(current);
		ensure!(
			root.is_some_and(|(_, validators)| validators == count),
			"validator set: the root of this session is missing or of another set"
		);
		Ok(())
	}
}
