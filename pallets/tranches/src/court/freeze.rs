//! Payments that wait for a decision.

use frame_support::{ensure, BoundedVec};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::mul_div_ceil;
use strata_traits::{Case, DisputeId, Office, Remedy};
use strata_waterfall::{Payment, PerClass};

use super::types::Freeze;
use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Cases, Checkpoints, Config, DealId, DealLedgers, Error, Event, Ledgers,
	Pallet,
};

/// Moves as much of `from` as `room` lets to `to`. `None` if it does not fit.
fn keep_part(from: &mut Balance, to: &mut Balance, room: &mut Balance) -> Option<()> {
	let part = (*from).min(*room);
	*from = from.checked_sub(part)?;
	*room = room.checked_sub(part)?;
	*to = to.checked_add(part)?;
	Some(())
}

impl Freeze {
	/// Keeps what it may of the `payments` of a date and takes it off them: the income of the residual,
	/// its principal, then the principal of other classes, the junior-most first. Returns how much.
	/// `None` if a sum does not fit.
	pub(crate) fn keep(&mut self, payments: &mut PerClass<Payment>) -> Option<Balance> {
		let before = self.kept()?;
		let mut room = self.most.saturating_sub(before);
		if let Some(residual) = payments.last_mut() {
			keep_part(&mut residual.interest, &mut self.income, &mut room)?;
		}
		let junior = usize::from(self.rank).saturating_add(1);
		let classes = payments.iter_mut().zip(self.principal.iter_mut()).skip(junior);
		for (payment, kept) in classes.rev() {
			keep_part(&mut payment.principal, kept, &mut room)?;
		}
		self.kept()?.checked_sub(before)
	}
}

impl<T: Config> Pallet<T> {
	/// Keeps up to `most` for `case`; see [`strata_traits::Enforce::freeze`]. Of a claim against the
	/// originator, or to accelerate: what dates pay to the residual, and principal of classes junior to
	/// the one that claims (to accelerate: to the senior-most). Of notes wrongfully held: all that the
	/// respondent holds of the class, with its claims, for a `most` of ⌈what is outstanding of the notes in
	/// question⌉ at least: the bond of a freeze is in proportion to it.
	///
	/// # Errors
	/// - [`Error::NoCase`], [`Error::ZeroAmount`].
	/// - [`Error::NothingToFreeze`]: the remedy is none of these, or nothing is paid any more.
	/// - [`Error::AlreadyFrozen`], [`Error::TooManyFreezes`]; [`Error::FreezeTooSmall`],
	///   [`Error::HolderFrozen`], [`Error::NothingHeld`] of a holder.
	pub fn court_freeze(
		dispute: DisputeId,
		case: &Case<AccountIdOf<T>>,
		most: Balance,
	) -> DispatchResult {
		let id = Self::deal_of(case)?;
		let mut open = Cases::<T>::get(id, dispute).ok_or(Error::<T>::NoCase)?;
		ensure!(most > 0, Error::<T>::ZeroAmount);
		if let Remedy::TransferNotes { rank, from, units, .. } = &case.remedy {
			ensure!(!open.froze, Error::<T>::AlreadyFrozen);
			let outstanding = Self::outstanding(&Self::issued(id)?, *rank, *units)?;
			ensure!(most >= outstanding, Error::<T>::FreezeTooSmall);
			Self::do_freeze(id, *rank, from.clone())?;
			open.froze = true;
			Cases::<T>::insert(id, dispute, open);
			return Ok(());
		}
		let mut ledgers = Self::issued(id)?;
		let rank = Self::claiming_rank(&ledgers, &case.remedy);
		let rank = rank.filter(|_| ledgers.phase.is_some()).ok_or(Error::<T>::NothingToFreeze)?;
		let freezes = &mut ledgers.court.freezes;
		let frozen = freezes.iter().any(|freeze| freeze.dispute == dispute);
		ensure!(!frozen, Error::<T>::AlreadyFrozen);
		let principal = ledgers.notes.iter().map(|_| 0).collect::<alloc::vec::Vec<_>>();
		let principal = BoundedVec::truncate_from(principal);
		freezes
			.try_push(Freeze { dispute, rank, most, income: 0, principal })
			.map_err(|_| Error::<T>::TooManyFreezes)?;
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::PaymentsFrozen { deal: id, dispute, rank, most });
		Ok(())
	}

	/// What is outstanding of `units` notes of the class, by its pool factor:
	/// ⌈units · balance / all units⌉. Nothing of a class without notes.
	fn outstanding(
		ledgers: &DealLedgers,
		rank: u8,
		units: Balance,
	) -> Result<Balance, DispatchError> {
		let at = usize::from(rank);
		let class = ledgers.waterfall.classes.get(at).ok_or(Error::<T>::UnknownTranche)?;
		match ledgers.notes.get(at).map_or(0, |notes| notes.units) {
			0 => Ok(0),
			all => {
				let outstanding = mul_div_ceil(units, class.balance, all);
				Ok(outstanding.ok_or(ArithmeticError::Overflow)?)
			},
		}
	}

	/// The class for which payments to those junior to it are kept.
	fn claiming_rank(ledgers: &DealLedgers, remedy: &Remedy<AccountIdOf<T>>) -> Option<u8> {
		match remedy {
			Remedy::Compensate { by: Office::Originator, rank, .. }
			| Remedy::CompensateHolders { rank, .. } => Some(*rank),
			Remedy::Accelerate => Self::senior_most(ledgers),
			// Neither is the servicer's.
			Remedy::Compensate { by: Office::Servicer, .. }
			| Remedy::ReplaceServicer { .. }
			| Remedy::TransferNotes { .. }
			| Remedy::VoidPrice { .. } => None,
		}
	}

	/// Keeps, of the payments of a date, what cases have frozen, the earliest case first, and takes it
	/// off them.
	pub(crate) fn set_payments_aside(
		id: DealId,
		ledgers: &mut DealLedgers,
		payments: &mut PerClass<Payment>,
	) -> DispatchResult {
		for freeze in ledgers.court.freezes.iter_mut() {
			let amount = freeze.keep(payments).ok_or(ArithmeticError::Overflow)?;
			if amount > 0 {
				let dispute = freeze.dispute;
				Self::deposit_event(Event::SetAside { deal: id, dispute, amount });
			}
		}
		Ok(())
	}

	/// Pays what was kept for `case` to whom it was due; see [`strata_traits::Enforce::unfreeze`].
	/// Nothing if nothing is, or if the case is not open.
	///
	/// # Errors
	/// If a sum does not fit.
	pub fn court_unfreeze(dispute: DisputeId, case: &Case<AccountIdOf<T>>) -> DispatchResult {
		let id = Self::deal_of(case)?;
		if let Remedy::TransferNotes { rank, from, .. } = &case.remedy {
			return Self::thaw_for(id, dispute, *rank, from);
		}
		let Some(mut ledgers) = Ledgers::<T>::get(id) else { return Ok(()) };
		let Some(freeze) = ledgers.take_freeze(dispute) else { return Ok(()) };
		Self::release_freeze(&mut ledgers, &freeze)?;
		Ledgers::<T>::insert(id, ledgers);
		let amount = freeze.kept().ok_or(ArithmeticError::Overflow)?;
		Self::deposit_event(Event::SetAsideReleased { deal: id, dispute, amount });
		Ok(())
	}

	/// Ends the freeze of a holder that is for this case. Governance may have ended it before.
	pub(crate) fn thaw_for(
		id: DealId,
		dispute: DisputeId,
		rank: u8,
		who: &AccountIdOf<T>,
	) -> DispatchResult {
		let Some(mut open) = Cases::<T>::get(id, dispute).filter(|open| open.froze) else {
			return Ok(());
		};
		open.froze = false;
		Cases::<T>::insert(id, dispute, open);
		let frozen = |checkpoint: crate::CheckpointOf<T>| checkpoint.frozen;
		if Checkpoints::<T>::get((id, rank, who)).is_some_and(frozen) {
			Self::do_thaw(id, rank, who.clone())?;
		}
		Ok(())
	}

	/// Pays what was kept on the indices of the classes that it was due to. What a class without notes
	/// was due stays with the deal.
	fn release_freeze(ledgers: &mut DealLedgers, freeze: &Freeze) -> DispatchResult {
		let last = ledgers.notes.len().saturating_sub(1);
		for (rank, principal) in freeze.principal.iter().enumerate() {
			let interest = if rank == last { freeze.income } else { 0 };
			let amount = add(interest, *principal)?;
			if amount == 0 {
				continue;
			}
			let payment = Payment { interest, principal: *principal, ..Payment::default() };
			let indices = ledgers.notes.get(rank).copied().ok_or(Error::<T>::UnknownTranche)?;
			match Self::indexed(indices, &payment) {
				Some(indices) => {
					*ledgers.notes.get_mut(rank).ok_or(Error::<T>::UnknownTranche)? = indices;
					ledgers.cash.distributable = add(ledgers.cash.distributable, amount)?;
				},
				None => ledgers.keep_in_reserve(amount).ok_or(ArithmeticError::Overflow)?,
			}
		}
		Ok(())
	}

	/// Puts what was kept for a case that accelerates the deal back where it came from, as if the dates
	/// had not paid it: principal to be paid out in the new order, income to be income again.
	pub(crate) fn undo_payments(
		ledgers: &mut DealLedgers,
		dispute: DisputeId,
	) -> Result<Balance, DispatchError> {
		let Some(freeze) = ledgers.take_freeze(dispute) else { return Ok(0) };
		let (cash, state) = (&mut ledgers.cash.available, &mut ledgers.waterfall);
		for (class, principal) in state.classes.iter_mut().zip(freeze.principal.iter()) {
			class.balance = add(class.balance, *principal)?;
			class.principal_paid = sub(class.principal_paid, *principal)?;
			cash.principal = add(cash.principal, *principal)?;
		}
		if let Some(residual) = state.classes.last_mut() {
			residual.interest_paid = sub(residual.interest_paid, freeze.income)?;
		}
		cash.interest = add(cash.interest, freeze.income)?;
		Ok(freeze.kept().ok_or(ArithmeticError::Overflow)?)
	}
}

impl DealLedgers {
	/// Takes out what is set aside for `dispute`.
	fn take_freeze(&mut self, dispute: DisputeId) -> Option<Freeze> {
		let freezes = &mut self.court.freezes;
		let position = freezes.iter().position(|freeze| freeze.dispute == dispute)?;
		Some(freezes.remove(position))
	}

	/// Takes up to `most` of what is set aside of the residual for `dispute`; it is its owner's no more.
	/// Returns how much.
	pub(crate) fn take_residual(&mut self, dispute: DisputeId, most: Balance) -> Balance {
		let freeze = self.court.freezes.iter_mut().find(|freeze| freeze.dispute == dispute);
		let Some(freeze) = freeze else { return 0 };
		let income = freeze.income.min(most);
		freeze.income = freeze.income.saturating_sub(income);
		let left = most.saturating_sub(income);
		let principal = freeze.principal.last_mut().map_or(0, |kept| {
			let taken = (*kept).min(left);
			*kept = kept.saturating_sub(taken);
			taken
		});
		// What was kept was counted in one sum, so this one fits.
		income.saturating_add(principal)
	}
}
