//! The beginning and the end of a case.

use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_traits::{Admission, Case, DisputeId, Office, Remedy};

use super::types::{OpenCase, LEAST_OF_HOLDERS};
use crate::{
	cash::add, note_id, AccountIdOf, Balance, Cases, Checkpoints, Config, DealId, DealLedgers,
	DealOf, Deals, Error, Judgments, Ledgers, Offerings, Orders, Pallet, Party, Servicings,
};

impl<T: Config> Pallet<T> {
	/// Opens `case` for `claimant`; see [`strata_traits::Enforce::open`]. The respondent of a case
	/// for cash from the servicer is who served at [`Case::at`], of one to replace it who serves now.
	///
	/// # Errors
	/// - [`Error::NotOfDeals`], [`Error::UnknownDeal`], [`Error::WrongState`]: there is no such deal, or
	///   none in a state that the remedy could change.
	/// - [`Error::CaseOpen`]: the dispute was opened already.
	/// - [`Error::MayNotClaim`]: the claimant holds no notes of the deal and is not its trustee, or is
	///   the respondent; of notes wrongfully held: is neither whose they are nor the trustee.
	/// - [`Error::UnknownTranche`], [`Error::ResidualLocked`], [`Error::NothingOwed`],
	///   [`Error::ZeroAmount`], [`Error::AboveClaim`], [`Error::InsufficientNotes`],
	///   [`Error::PartiesNotDistinct`], [`Error::NothingChanges`], [`Error::SelfTransfer`],
	///   [`Error::CannotHold`], [`Error::BelowLeast`]: the remedy does not fit the deal.
	/// - [`Error::ServicerUnknown`]: who served then is forgotten.
	/// - [`Error::RecordTaken`]: the award of another case for those who held a class is not over.
	pub fn court_open(
		dispute: DisputeId,
		case: &Case<AccountIdOf<T>>,
		claimant: &AccountIdOf<T>,
	) -> Result<Admission<AccountIdOf<T>>, DispatchError> {
		let id = Self::deal_of(case)?;
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let mut ledgers = Self::issued(id)?;
		ensure!(!Cases::<T>::contains_key(id, dispute), Error::<T>::CaseOpen);
		Self::check_remedy(id, &deal, &ledgers, &case.remedy)?;
		let respondent = Self::respondent(id, &deal, case)?;
		Self::ensure_may_claim(id, &deal, &case.remedy, claimant, &respondent)?;

		let parties = &deal.parties;
		let affiliates =
			[deal.originator.clone(), parties.servicer.clone(), parties.trustee.clone()];
		let mut open = OpenCase {
			respondent: respondent.clone(),
			affiliates,
			electorate: 0,
			froze: false,
			enforced: false,
		};
		if let Remedy::CompensateHolders { rank, .. } = case.remedy {
			open.electorate = Self::record(id, &mut ledgers, dispute, rank, &open.affiliates)?;
		}
		ledgers.court.pending =
			ledgers.court.pending.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		// Bonds of freezes are in it too, of remedies that pay nothing.
		let asset = Some(ledgers.settlement.clone());
		Ledgers::<T>::insert(id, ledgers);
		Cases::<T>::insert(id, dispute, open);
		let parties = Self::parties_to(&deal, &case.remedy, [claimant, &respondent]);
		Ok(Admission { respondent, asset, parties })
	}

	/// Begins a record of who holds the class of rank `rank`. Returns its notes without those of
	/// affiliates.
	fn record(
		id: DealId,
		ledgers: &mut DealLedgers,
		dispute: DisputeId,
		rank: u8,
		affiliates: &[AccountIdOf<T>; 3],
	) -> Result<Balance, DispatchError> {
		ensure!(ledgers.court.recorded.is_none(), Error::<T>::RecordTaken);
		let electorate = Self::electorate(id, rank, ledgers, affiliates)?;
		ensure!(electorate > 0, Error::<T>::NothingOwed);
		let court = &mut ledgers.court;
		court.record = court.record.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		court.recorded = Some((dispute, rank));
		Ok(electorate)
	}

	/// Whether the remedy is one that the deal, as it is now, could be given.
	fn check_remedy(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		remedy: &Remedy<AccountIdOf<T>>,
	) -> DispatchResult {
		match remedy {
			Remedy::Compensate { rank, amount, .. } => Self::check_amount(ledgers, *rank, *amount),
			Remedy::CompensateHolders { rank, amount } => {
				Self::check_amount(ledgers, *rank, *amount)?;
				let class = ledgers.waterfall.classes.get(usize::from(*rank));
				let class = class.ok_or(Error::<T>::UnknownTranche)?;
				let lost = add(class.balance, class.written_off)?;
				ensure!(*amount >= LEAST_OF_HOLDERS.mul_ceil(lost), Error::<T>::BelowLeast);
				Ok(())
			},
			Remedy::Accelerate => {
				ensure!(ledgers.phase.is_some(), Error::<T>::WrongState);
				Ok(())
			},
			Remedy::ReplaceServicer { servicer } => {
				ensure!(ledgers.phase.is_some(), Error::<T>::WrongState);
				ensure!(*servicer != deal.parties.servicer, Error::<T>::NothingChanges);
				let distinct = *servicer != deal.parties.trustee && *servicer != Self::account(id);
				ensure!(distinct, Error::<T>::PartiesNotDistinct);
				Ok(())
			},
			Remedy::TransferNotes { rank, from, to, units } => {
				Self::transferable(ledgers, *rank)?;
				ensure!(*units > 0, Error::<T>::ZeroAmount);
				ensure!(from != to, Error::<T>::SelfTransfer);
				// What the deal's account holds waits for those who ordered it.
				let account = Self::account(id);
				ensure!(*from != account && *to != account, Error::<T>::CannotHold);
				let held = Self::units(id, *rank, from);
				ensure!(held >= *units, Error::<T>::InsufficientNotes);
				Ok(())
			},
			Remedy::VoidPrice { .. } => Err(Error::<T>::NotOfDeals.into()),
		}
	}

	/// No more can be claimed for a class than was ever owed on it and is not paid: its balance, interest
	/// that it is owed, and what was written off.
	fn check_amount(ledgers: &DealLedgers, rank: u8, amount: Balance) -> DispatchResult {
		let indices = Self::transferable(ledgers, rank)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(indices.units > 0, Error::<T>::NothingOwed);
		let class = ledgers.waterfall.classes.get(usize::from(rank));
		let class = class.ok_or(Error::<T>::UnknownTranche)?;
		let interest = class.interest_owed().ok_or(ArithmeticError::Overflow)?;
		let most = add(add(class.balance, interest)?, class.written_off)?;
		ensure!(amount <= most, Error::<T>::AboveClaim);
		Ok(())
	}

	/// Whom a claim is against.
	fn respondent(
		id: DealId,
		deal: &DealOf<T>,
		case: &Case<AccountIdOf<T>>,
	) -> Result<AccountIdOf<T>, Error<T>> {
		let who = match &case.remedy {
			Remedy::Compensate { by: Office::Servicer, .. } => {
				let served = Servicings::<T>::get(id).at(case.at, &deal.parties.servicer);
				return served.ok_or(Error::<T>::ServicerUnknown);
			},
			Remedy::ReplaceServicer { .. } => &deal.parties.servicer,
			Remedy::TransferNotes { from, .. } => from,
			Remedy::Compensate { .. }
			| Remedy::CompensateHolders { .. }
			| Remedy::Accelerate
			| Remedy::VoidPrice { .. } => &deal.originator,
		};
		Ok(who.clone())
	}

	fn ensure_may_claim(
		id: DealId,
		deal: &DealOf<T>,
		remedy: &Remedy<AccountIdOf<T>>,
		claimant: &AccountIdOf<T>,
		respondent: &AccountIdOf<T>,
	) -> DispatchResult {
		let watches = *claimant == deal.parties.trustee;
		let may = match remedy {
			Remedy::TransferNotes { to, .. } => watches || claimant == to,
			_ => watches || Self::holds_notes(id, deal, claimant),
		};
		ensure!(may && claimant != respondent, Error::<T>::MayNotClaim);
		Ok(())
	}

	/// Whether `who` holds notes of the deal. One read per class at most, two per class while orders wait
	/// to be collected.
	fn holds_notes(id: DealId, deal: &DealOf<T>, who: &AccountIdOf<T>) -> bool {
		let waits = Offerings::<T>::contains_key(id);
		(0u8..).zip(deal.terms.tranches.iter()).any(|(rank, _)| {
			note_id(id, rank).is_some() && Self::units(id, rank, who) > 0
				|| waits && Orders::<T>::contains_key((id, rank, who))
		})
	}

	/// Everybody with a stake who is known without a search.
	fn parties_to(
		deal: &DealOf<T>,
		remedy: &Remedy<AccountIdOf<T>>,
		sides: [&AccountIdOf<T>; 2],
	) -> BoundedVec<AccountIdOf<T>, frame_support::traits::ConstU32<{ strata_traits::MAX_PARTIES }>>
	{
		let offices = [&deal.originator, &deal.parties.servicer, &deal.parties.trustee];
		let payees = deal.terms.payees.iter().filter_map(|payee| match payee {
			Party::Account(account) => Some(account),
			Party::Originator | Party::Servicer | Party::Trustee => None,
		});
		let named: Vec<_> = match remedy {
			Remedy::ReplaceServicer { servicer } => alloc::vec![servicer],
			Remedy::TransferNotes { from, to, .. } => alloc::vec![from, to],
			_ => Vec::new(),
		};
		let mut parties = Vec::new();
		for who in sides.into_iter().chain(offices).chain(named).chain(payees) {
			if !parties.contains(who) {
				parties.push(who.clone());
			}
		}
		// Two sides, three offices, two names and eight payees at most: they fit.
		BoundedVec::truncate_from(parties)
	}

	/// Whether `who` has a stake in the outcome beyond the parties known at opening; see
	/// [`strata_traits::Enforce::is_conflicted`]: holds an office or notes of the deal now, waits for
	/// notes that it ordered or for cash of notes that it held, or has a judgment of the deal against it.
	/// Who borrows from the deal is not known here.
	pub fn court_is_conflicted(case: &Case<AccountIdOf<T>>, who: &AccountIdOf<T>) -> bool {
		let Some((id, deal)) =
			Self::deal_of(case).ok().and_then(|id| Deals::<T>::get(id).map(|deal| (id, deal)))
		else {
			return false;
		};
		let parties = &deal.parties;
		let acts = [&deal.originator, &parties.servicer, &parties.trustee].contains(&who);
		let ranks = || (0u8..).zip(deal.terms.tranches.iter());
		acts || Judgments::<T>::contains_key(id, who)
			|| ranks().any(|(rank, _)| Checkpoints::<T>::contains_key((id, rank, who)))
			|| Offerings::<T>::contains_key(id)
				&& ranks().any(|(rank, _)| Orders::<T>::contains_key((id, rank, who)))
	}

	/// Ends a case; see [`strata_traits::Enforce::close`]. What is still kept for it is released. An award
	/// that it gave goes on.
	///
	/// # Errors
	/// - [`Error::NoCase`].
	/// - If a sum does not fit.
	pub fn court_close(dispute: DisputeId, case: &Case<AccountIdOf<T>>) -> DispatchResult {
		let id = Self::deal_of(case)?;
		Self::court_unfreeze(dispute, case)?;
		Cases::<T>::take(id, dispute).ok_or(Error::<T>::NoCase)?;
		let mut ledgers = Self::issued(id)?;
		let court = &mut ledgers.court;
		court.pending = court.pending.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		let recorded = court.recorded.is_some_and(|(kept, _)| kept == dispute);
		if recorded && !crate::Awards::<T>::contains_key(id, dispute) {
			court.recorded = None;
		}
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}
}
