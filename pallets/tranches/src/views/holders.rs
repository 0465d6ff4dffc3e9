//! What an account has of a deal.

use alloc::vec::Vec;
use frame_support::traits::tokens::fungibles::Inspect;
use sp_runtime::DispatchError;
use strata_numbers::mul_div_floor;

use crate::{
	note_id,
	runtime_api::{Claimable, HoldingView, Portfolio, Supply, TrancheView, MAX_DEALS},
	AccountIdOf, Balance, CheckpointOf, Config, DealId, Ledgers, NextDeal, NoteIndices, Orders,
	Pallet,
};

impl<T: Config> Pallet<T> {
	/// The checkpoint of `who` as it is now. `None` if there is none, or if a sum does not fit.
	fn settled_now(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Option<CheckpointOf<T>> {
		let ledgers = Ledgers::<T>::get(id)?;
		let indices: &NoteIndices = ledgers.notes.get(usize::from(rank))?;
		Self::settled(id, rank, who, indices).ok()?.map(|holding| holding.checkpoint)
	}

	/// What `who` could claim now, by cause. Nothing for an unknown holder.
	pub fn claimable_view(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Claimable {
		Self::settled_now(id, rank, who).as_ref().map(Claimable::of).unwrap_or_default()
	}

	/// What `who` has of a tranche, units, claims and order. `None` if there is no such tranche, or if
	/// a figure does not fit.
	pub fn holder_view(id: DealId, rank: u8, who: &AccountIdOf<T>) -> Option<HoldingView> {
		let tranches = Self::tranche_views(id);
		Self::holding(id, tranches.get(usize::from(rank))?, who)
	}

	/// What `who` has of every tranche of a deal, the senior-most first.
	pub fn holdings_view(id: DealId, who: &AccountIdOf<T>) -> Vec<HoldingView> {
		let tranches = Self::tranche_views(id);
		tranches
			.iter()
			.map(|tranche| Self::holding(id, tranche, who))
			.collect::<Option<_>>()
			.unwrap_or_default()
	}

	/// What `who` has of the deals from `from` on: a page looks at `limit` ids, at most
	/// [`MAX_DEALS`], in use or not.
	pub fn portfolio_view(who: &AccountIdOf<T>, from: DealId, limit: u32) -> Portfolio {
		let end = NextDeal::<T>::get();
		let stop = from.saturating_add(limit.clamp(1, MAX_DEALS)).min(end);
		let any = |holding: &HoldingView| !holding.is_empty();
		Portfolio {
			holdings: (from..stop)
				.flat_map(|id| Self::holdings_view(id, who))
				.filter(any)
				.collect(),
			next: (stop < end).then_some(stop),
		}
	}

	fn holding(id: DealId, tranche: &TrancheView, who: &AccountIdOf<T>) -> Option<HoldingView> {
		let rank = tranche.rank;
		let checkpoint = Self::settled_now(id, rank, who);
		let units = Self::units(id, rank, who);
		let share = |amount| match units {
			0 => Some(0),
			units => mul_div_floor(amount, units, tranche.units),
		};
		let held = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.held);
		let frozen = checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.frozen);
		let order = Orders::<T>::get((id, rank, who));
		Some(HoldingView {
			deal: id,
			rank,
			note: tranche.note,
			units,
			free: if frozen { 0 } else { units.checked_sub(held)? },
			held,
			frozen,
			claimable: checkpoint.as_ref().map(Claimable::of).unwrap_or_default(),
			balance: share(tranche.balance)?,
			accrued: share(tranche.due)?,
			value: tranche.value.and_then(share),
			order: order.map_or(0, |order| order.amount),
		})
	}

	/// The notes of a tranche. `None` unless it has been issued.
	pub fn supply_view(id: DealId, rank: u8) -> Option<Supply> {
		let ledgers = Ledgers::<T>::get(id)?;
		let indices = ledgers.notes.get(usize::from(rank))?;
		let note = note_id(id, rank)?;
		Some(Supply {
			note,
			units: indices.units,
			retired: indices.retired,
			escrow: T::Notes::balance(note, &Self::account(id)),
		})
	}

	/// Whether a transfer would be allowed, and if not, why.
	///
	/// # Errors
	/// The error that the call would fail with, but for deposits.
	pub fn may_transfer(
		id: DealId,
		rank: u8,
		from: &AccountIdOf<T>,
		to: &AccountIdOf<T>,
		amount: Balance,
	) -> Result<(), DispatchError> {
		Self::check_transfer(id, rank, from, to, amount).map(|_| ())
	}
}

impl Claimable {
	/// Of a checkpoint that is settled.
	fn of<AccountId, Ticket>(checkpoint: &crate::Checkpoint<AccountId, Ticket>) -> Self {
		Self {
			interest: checkpoint.interest.whole,
			principal: checkpoint.principal.whole,
			compensation: checkpoint.compensation.whole,
			refund: checkpoint.refund,
		}
	}
}

impl HoldingView {
	/// Whether the account has nothing of the tranche.
	fn is_empty(&self) -> bool {
		self.units == 0 && self.order == 0 && self.claimable == Claimable::default()
	}
}
