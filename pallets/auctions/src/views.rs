//! What the runtime APIs answer.

use alloc::vec::Vec;
use sp_runtime::DispatchError;
use strata_traits::{Balance, Custody, LotId};

use crate::{
	types::{Lot, LotView},
	Config, Error, Lots, Pallet, MAX_PAGE,
};

impl<T: Config> Pallet<T> {
	/// Open lots in the order of storage, which is not that of their ids: those after `from`, at most
	/// `limit` and [`MAX_PAGE`]. A page that is not full is the last.
	pub fn lots(from: Option<LotId>, limit: u32) -> Vec<LotView> {
		let lots = match from {
			None => Lots::<T>::iter(),
			Some(id) => Lots::<T>::iter_from(Lots::<T>::hashed_key_for(id)),
		};
		let most = usize::try_from(limit.min(MAX_PAGE)).unwrap_or(usize::MAX);
		lots.take(most).map(|(id, lot)| Self::described(id, lot)).collect()
	}

	/// The lot as it stands now; `None` if there is none.
	pub fn lot(id: LotId) -> Option<LotView> {
		Lots::<T>::get(id).map(|lot| Self::described(id, lot))
	}

	/// What `amount` units of the lot cost now, rounded up.
	///
	/// # Errors
	/// What a bid would fail with, as far as it does not depend on the bidder.
	pub fn quote(id: LotId, amount: Balance) -> Result<Balance, DispatchError> {
		let lot = Lots::<T>::get(id).ok_or(Error::<T>::UnknownLot)?;
		Self::priced(&lot, amount).map(|(_, cost)| cost)
	}

	fn described(id: LotId, lot: Lot) -> LotView {
		let now = T::Custody::clock();
		let price = if lot.is_over(now) { None } else { lot.price(now) };
		let cost_of_all = price.and_then(|price| lot.cost(lot.units, price));
		let ends_in = lot.ends_at.saturating_sub(now);
		LotView { id, lot, price, cost_of_all, ends_in }
	}
}
