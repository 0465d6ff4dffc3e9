//! What holds of cases, and of what is kept, awarded and owed by them.

use frame_support::ensure;
use sp_runtime::TryRuntimeError;

use super::{plus, OVERFLOW};
use crate::{
	court::types::Freeze, Awards, Cases, Config, DealId, DealLedgers, Judgments, Ledgers, Pallet,
	ServicerBonds, Servicings,
};

impl<T: Config> Pallet<T> {
	/// A deal's ledgers of the court agree with its cases, bonds, awards and judgments.
	pub(super) fn check_court(id: DealId, ledgers: &DealLedgers) -> Result<(), TryRuntimeError> {
		let court = &ledgers.court;
		let cases = Cases::<T>::iter_prefix(id).count();
		ensure!(u32::try_from(cases) == Ok(court.pending), "open cases are counted");
		let mut bonds = 0;
		for bond in ServicerBonds::<T>::iter_prefix_values(id) {
			ensure!(bond.amount > 0, "a bond that is used up is removed");
			bonds = plus(bonds, bond.amount)?;
		}
		ensure!(bonds == court.bonds, "bonds of servicers add up");
		let mut awards = 0;
		for (dispute, award) in Awards::<T>::iter_prefix(id) {
			ensure!(award.left <= award.amount, "no more is left of an award than it was");
			let recorded = court.recorded == Some((dispute, award.rank));
			ensure!(recorded, "an award has its record");
			awards = plus(awards, award.left)?;
		}
		ensure!(awards == court.awards, "awards add up");
		let recorded = court.recorded.is_none_or(|(dispute, _)| {
			Cases::<T>::contains_key(id, dispute) || Awards::<T>::contains_key(id, dispute)
		});
		ensure!(recorded, "a record is kept for a case or an award");
		court.freezes.iter().try_for_each(|freeze| Self::check_freeze(id, ledgers, freeze))?;
		Self::check_judgments(id, ledgers)
	}

	/// What is set aside belongs to an open case, is no more than it may be, and is nobody's who is
	/// senior to the claim.
	fn check_freeze(
		id: DealId,
		ledgers: &DealLedgers,
		freeze: &Freeze,
	) -> Result<(), TryRuntimeError> {
		ensure!(Cases::<T>::contains_key(id, freeze.dispute), "payments wait for an open case");
		let kept = freeze.kept().ok_or(OVERFLOW)?;
		ensure!(kept <= freeze.most, "no more is set aside than may be");
		ensure!(freeze.principal.len() == ledgers.notes.len(), "every class is looked at");
		let senior = freeze.principal.iter().take(usize::from(freeze.rank).saturating_add(1));
		ensure!(senior.into_iter().all(|kept| *kept == 0), "nothing senior is set aside");
		Ok(())
	}

	fn check_judgments(id: DealId, ledgers: &DealLedgers) -> Result<(), TryRuntimeError> {
		let mut count = 0u32;
		for owed in Judgments::<T>::iter_prefix_values(id) {
			ensure!(owed.len() == ledgers.notes.len(), "a judgment has a place for every class");
			ensure!(owed.iter().any(|owed| *owed > 0), "a judgment that is satisfied is removed");
			let residual = owed.last().copied().unwrap_or_default();
			ensure!(residual == 0, "nothing is owed to the residual");
			count = count.checked_add(1).ok_or(OVERFLOW)?;
		}
		ensure!(count == ledgers.court.judgments, "judgments are counted");
		Ok(())
	}

	/// Whatever is kept for the court has a deal with notes.
	pub(super) fn check_court_entries() -> Result<(), TryRuntimeError> {
		let cases = Cases::<T>::iter_keys().map(|(deal, _)| deal);
		let awards = Awards::<T>::iter_keys().map(|(deal, _)| deal);
		let judgments = Judgments::<T>::iter_keys().map(|(deal, _)| deal);
		let bonds = ServicerBonds::<T>::iter_keys().map(|(deal, _)| deal);
		for (deal, served) in Servicings::<T>::iter() {
			ensure!(Ledgers::<T>::contains_key(deal), "who served has a deal");
			let mut before = 0;
			for one in &served.former {
				ensure!(
					before <= one.since && one.since < one.left_at,
					"nobody served with another"
				);
				before = one.left_at;
			}
			ensure!(before <= served.since, "who serves came after who left");
		}
		for deal in cases.chain(awards).chain(judgments).chain(bonds) {
			ensure!(Ledgers::<T>::contains_key(deal), "what is kept for the court has a deal");
		}
		Ok(())
	}
}
