//! Compensation of those who held a class when a case was opened.

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchResult};
use strata_numbers::mul_div_floor;
use strata_traits::DisputeId;

use super::types::{Award, OpenCase, AWARD_WINDOW};
use crate::{
	cash::{add, sub},
	notes::Holding,
	AccountIdOf, Awards, Balance, Config, DealId, DealLedgers, Error, Event, Ledgers, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Keeps `amount` for those who held the class of rank `rank` when the case was opened.
	pub(crate) fn open_award(
		id: DealId,
		ledgers: &mut DealLedgers,
		dispute: DisputeId,
		open: &OpenCase<AccountIdOf<T>>,
		rank: u8,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let expiry = Self::now().checked_add(AWARD_WINDOW).ok_or(ArithmeticError::Overflow)?;
		ledgers.court.awards = add(ledgers.court.awards, amount)?;
		let award = Award {
			rank,
			electorate: open.electorate,
			affiliates: open.affiliates.clone(),
			amount,
			left: amount,
			expiry,
		};
		Awards::<T>::insert(id, dispute, award);
		Self::deposit_event(Event::Awarded { deal: id, dispute, rank, amount, expiry });
		Ok(())
	}

	pub(crate) fn do_claim_award(
		id: DealId,
		dispute: DisputeId,
		who: AccountIdOf<T>,
	) -> DispatchResult {
		let mut award = Awards::<T>::get(id, dispute).ok_or(Error::<T>::UnknownAward)?;
		ensure!(Self::now() < award.expiry, Error::<T>::AwardOver);
		ensure!(!award.affiliates.contains(&who), Error::<T>::Affiliate);
		let mut ledgers = Self::issued(id)?;
		let rank = award.rank;
		let indices = Self::transferable(&ledgers, rank)?;
		let Holding { units, mut checkpoint } =
			Self::settled(id, rank, &who, &indices)?.ok_or(Error::<T>::NothingHeld)?;
		ensure!(!checkpoint.frozen, Error::<T>::HolderFrozen);
		let latest = ledgers.court.record;
		let held = checkpoint.record.at(latest, units);
		let amount = mul_div_floor(award.amount, held, award.electorate);
		let amount = amount.ok_or(ArithmeticError::Overflow)?;
		ensure!(amount > 0, Error::<T>::NothingToClaim);

		checkpoint.record = crate::Snapshot { of: latest, units: 0 };
		award.left = sub(award.left, amount)?;
		ledgers.court.awards = sub(ledgers.court.awards, amount)?;
		Self::pay_out(id, &ledgers.settlement, &who, amount)?;
		Awards::<T>::insert(id, dispute, award);
		Self::put_checkpoint(id, rank, &who, units, checkpoint, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::AwardClaimed { deal: id, dispute, who, amount });
		Ok(())
	}

	pub(crate) fn do_sweep_award(id: DealId, dispute: DisputeId) -> DispatchResult {
		let award = Awards::<T>::take(id, dispute).ok_or(Error::<T>::UnknownAward)?;
		let over = award.left == 0 || Self::now() >= award.expiry;
		ensure!(over, Error::<T>::AwardOpen);
		let mut ledgers = Self::issued(id)?;
		let court = &mut ledgers.court;
		court.awards = sub(court.awards, award.left)?;
		if court.recorded.is_some_and(|(kept, _)| kept == dispute) {
			court.recorded = None;
		}
		let (rank, amount) = (award.rank, award.left);
		// The reserve of a closed deal pays nobody.
		let paid = ledgers.phase.is_none() && ledgers.compensate(rank, amount).is_some();
		if !paid {
			ledgers.keep_in_reserve(amount).ok_or(ArithmeticError::Overflow)?;
		}
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::AwardSwept { deal: id, dispute, amount });
		Ok(())
	}
}
