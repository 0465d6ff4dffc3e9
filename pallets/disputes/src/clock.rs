//! The court's clock: how many blocks it has been open for. Deadlines are on it and never rewritten, so
//! that a pause stretches all of them alike.

use frame_support::{ensure, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::UniqueSaturatedInto, DispatchResult};

use crate::{types::Height, Config, CourtClock, Error, Event, Pallet, WeightInfo};

impl<T: Config> Pallet<T> {
	/// Counts the block that begins, if the court is not open in it. Answers what that weighed.
	pub(crate) fn tick() -> Weight {
		if !Self::is_open() {
			CourtClock::<T>::mutate(|clock| {
				clock.paused_blocks = clock.paused_blocks.saturating_add(1);
			});
		}
		T::WeightInfo::tick()
	}

	/// Court time.
	pub fn height() -> Height {
		let block: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		let block: Height = block.unique_saturated_into();
		block.saturating_sub(CourtClock::<T>::get().paused_blocks)
	}

	/// Whether cases move.
	pub(crate) fn is_open() -> bool {
		!CourtClock::<T>::get().paused && !T::Halted::get()
	}

	/// Refuses what moves a case while none does.
	pub(crate) fn ensure_open() -> DispatchResult {
		ensure!(Self::is_open(), Error::<T>::CourtPaused);
		Ok(())
	}

	/// Closes the court. The block in which that happens has counted.
	pub(crate) fn do_pause() -> DispatchResult {
		Self::set_paused(true)?;
		Self::deposit_event(Event::Paused);
		Ok(())
	}

	/// Opens the court. The block in which that happens does not count.
	pub(crate) fn do_resume() -> DispatchResult {
		Self::set_paused(false)?;
		Self::deposit_event(Event::Resumed);
		Ok(())
	}

	fn set_paused(paused: bool) -> DispatchResult {
		CourtClock::<T>::try_mutate(|clock| {
			ensure!(clock.paused != paused, Error::<T>::NothingChanges);
			clock.paused = paused;
			Ok(())
		})
	}
}
