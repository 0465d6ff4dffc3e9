//! What a ruling does.

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError};
use strata_numbers::mul_div_floor;
use strata_traits::{Award, Case, DisputeId, Enforced, Remedy, FULL_AWARD};

use super::{sources::Reach, types::OpenCase};
use crate::{
	cash::{add, sub},
	AccountIdOf, Balance, Cases, Config, DealId, Deals, Error, Event, Ledgers, Pallet, Phase,
};

/// A remedy in cash.
struct Claim {
	/// The class.
	rank: u8,
	/// ⌊what was claimed · award⌋.
	target: Balance,
	/// Whether those are paid who held the class when the case was opened, or those who hold it now.
	of_record: bool,
}

impl<T: Config> Pallet<T> {
	/// Carries out the remedy of `case`; see [`strata_traits::Enforce::enforce`]. Of `extra` no more is
	/// used than the award, and none if the class has no notes: then nothing is taken from anybody and
	/// all of it is short. A second time it does nothing.
	///
	/// # Errors
	/// - [`Error::NoCase`]; [`Error::AboveClaim`] of an award above all that is claimed.
	/// - [`Error::PaymentPending`]: to accelerate, a payment date that has come must be run first.
	/// - If `extra` cannot be moved, a book cannot mature, or the deposit of a receiver of notes cannot
	///   be held. Nothing depends on whether anybody can be paid.
	pub fn court_enforce(
		dispute: DisputeId,
		case: &Case<AccountIdOf<T>>,
		claimant: &AccountIdOf<T>,
		award: Award,
		payer: &AccountIdOf<T>,
		extra: Balance,
	) -> Result<Enforced, DispatchError> {
		let id = Self::deal_of(case)?;
		let mut open = Cases::<T>::get(id, dispute).ok_or(Error::<T>::NoCase)?;
		ensure!(award <= FULL_AWARD, Error::<T>::AboveClaim);
		if open.enforced || award == 0 {
			return Ok(Enforced::default());
		}
		open.enforced = true;
		Cases::<T>::insert(id, dispute, &open);
		let share = |of: Balance| {
			mul_div_floor(of, award.into(), FULL_AWARD.into()).ok_or(ArithmeticError::Overflow)
		};
		match &case.remedy {
			Remedy::Compensate { rank, amount, .. } => {
				let claim = Claim { rank: *rank, target: share(*amount)?, of_record: false };
				Self::enforce_payment(id, dispute, &open, claim, payer, extra)
			},
			Remedy::CompensateHolders { rank, amount } => {
				let claim = Claim { rank: *rank, target: share(*amount)?, of_record: true };
				Self::enforce_payment(id, dispute, &open, claim, payer, extra)
			},
			Remedy::Accelerate => Self::enforce_acceleration(id, dispute),
			Remedy::ReplaceServicer { servicer } => {
				Self::enforce_replacement(id, &open.respondent, servicer)
			},
			Remedy::TransferNotes { rank, from, to, units } => {
				let target = share(*units)?;
				Self::force_transfer(id, dispute, *rank, [from, to, claimant], target)
			},
			Remedy::VoidPrice { .. } => Err(Error::<T>::NotOfDeals.into()),
		}
	}

	/// Pays a claim with `extra` and with what is the respondent's; the rest is a judgment in favour of
	/// the class.
	fn enforce_payment(
		id: DealId,
		dispute: DisputeId,
		open: &OpenCase<AccountIdOf<T>>,
		claim: Claim,
		payer: &AccountIdOf<T>,
		extra: Balance,
	) -> Result<Enforced, DispatchError> {
		let Claim { rank, target, of_record } = claim;
		let mut deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let mut ledgers = Self::issued(id)?;
		let reached = of_record || ledgers.clone().compensate(rank, target).is_some();
		if target == 0 || !reached {
			return Ok(Enforced { paid: 0, short: target });
		}
		let extra = extra.min(target);
		Self::pay_in(id, &ledgers.settlement, payer, extra)?;
		let who = &open.respondent;
		let mut reach = Reach::<T> { id, deal: &mut deal, ledgers: &mut ledgers, dispute, who };
		let taken = reach.take(sub(target, extra)?)?;
		let paid = add(extra, taken)?;
		if of_record {
			Self::open_award(id, &mut ledgers, dispute, open, rank, paid)?;
		} else {
			ledgers.compensate(rank, paid).ok_or(ArithmeticError::Overflow)?;
		}
		let short = sub(target, paid)?;
		Self::adjudge(id, &mut ledgers, who, rank, short)?;
		Deals::<T>::insert(id, deal);
		Ledgers::<T>::insert(id, ledgers);
		let by = who.clone();
		Self::deposit_event(Event::Compensated { deal: id, dispute, rank, by, paid, short });
		Ok(Enforced { paid, short })
	}

	/// Accelerates the deal, with what was set aside for the case. Nothing if its books have matured or
	/// are wound down, or if it is called or closed.
	fn enforce_acceleration(id: DealId, dispute: DisputeId) -> Result<Enforced, DispatchError> {
		let mut ledgers = Self::issued(id)?;
		let running = matches!(ledgers.phase, Some(Phase::Revolving | Phase::Amortising));
		if !running {
			return Ok(Enforced::default());
		}
		// A date that has come is run first, as it would have been in time. One that cannot be run must
		// not keep the deal from being accelerated.
		let settled = Self::now() < ledgers.next_date || ledgers.parked;
		ensure!(settled, Error::<T>::PaymentPending);
		let amount = Self::undo_payments(&mut ledgers, dispute)?;
		if amount > 0 {
			Self::deposit_event(Event::SetAsideUndone { deal: id, dispute, amount });
		}
		Self::mature_books(id, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		Ok(Enforced::default())
	}

	/// Makes `who` the servicer. Nothing if the respondent is the servicer no more, or if the deal has
	/// ended.
	fn enforce_replacement(
		id: DealId,
		respondent: &AccountIdOf<T>,
		who: &AccountIdOf<T>,
	) -> Result<Enforced, DispatchError> {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let ledgers = Self::issued(id)?;
		let serves = ledgers.phase.is_some() && deal.parties.servicer == *respondent;
		if serves {
			Self::install_servicer(id, deal, ledgers, who.clone())?;
		}
		Ok(Enforced::default())
	}
}
