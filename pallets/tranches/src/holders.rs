//! Holders who are frozen by a ruling.

use frame_support::ensure;
use sp_runtime::DispatchResult;

use crate::{AccountIdOf, Checkpoints, Config, DealId, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
	/// Keeps what `who` holds of a tranche, and what he is paid on it, where it is. Whoever has a
	/// checkpoint holds something or is owed something, and keeps it: nothing leaves while he is frozen.
	pub(crate) fn do_freeze(deal: DealId, rank: u8, who: AccountIdOf<T>) -> DispatchResult {
		Self::issued(deal)?;
		Checkpoints::<T>::try_mutate((deal, rank, &who), |checkpoint| -> DispatchResult {
			let checkpoint = checkpoint.as_mut().ok_or(Error::<T>::NothingHeld)?;
			ensure!(!checkpoint.frozen, Error::<T>::HolderFrozen);
			checkpoint.frozen = true;
			Ok(())
		})?;
		Self::deposit_event(Event::Frozen { deal, rank, who });
		Ok(())
	}

	/// Ends a freeze. Everything paid meanwhile is claimable.
	pub(crate) fn do_thaw(deal: DealId, rank: u8, who: AccountIdOf<T>) -> DispatchResult {
		Self::issued(deal)?;
		Checkpoints::<T>::try_mutate((deal, rank, &who), |checkpoint| -> DispatchResult {
			let checkpoint = checkpoint.as_mut().ok_or(Error::<T>::NothingHeld)?;
			ensure!(checkpoint.frozen, Error::<T>::NotFrozen);
			checkpoint.frozen = false;
			Ok(())
		})?;
		Self::deposit_event(Event::Thawed { deal, rank, who });
		Ok(())
	}
}
