//! The final authority: it decides what no panel could, or may alone.

use frame_support::ensure;
use sp_runtime::DispatchResult;
use strata_traits::{Award, DisputeId};

use crate::{
	pallet::{Config, DisputeOf, Disputes, Draws, Error, Event, Pallet},
	types::{Height, Outcome, State},
};

impl<T: Config> Pallet<T> {
	/// Puts a case before the final authority. A draw under way ends.
	///
	/// # Errors
	/// If the end of the stage does not fit.
	pub(crate) fn refer(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		Draws::<T>::remove(id);
		dispute.offer = None;
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let until = Self::after(terms.periods.ruling)?;
		Self::deposit_event(Event::Referred { dispute: id, until });
		Self::enter(id, dispute, State::Final { until })
	}

	/// See [`Pallet::rule`]. A correction does not prolong the time for corrections.
	pub(crate) fn do_rule(id: DisputeId, award: Award) -> DispatchResult {
		Self::ensure_open()?;
		let mut dispute = Self::dispute(id)?;
		match dispute.state {
			State::Final { until } => {
				Self::ensure_before(until)?;
				Self::ensure_award(&dispute.case, award)?;
				let terms = Self::terms_of(dispute.court, dispute.version)?;
				let until = Self::after(terms.periods.correction)?;
				Self::enter(id, &mut dispute, State::Correction { until, award })?;
			},
			State::Correction { until, .. } => {
				Self::ensure_before(until)?;
				Self::ensure_award(&dispute.case, award)?;
				dispute.state = State::Correction { until, award };
			},
			_ => return Err(Error::<T>::WrongStage.into()),
		}
		Disputes::<T>::insert(id, dispute);
		Self::deposit_event(Event::FinalRuling { dispute: id, award });
		Ok(())
	}

	/// Ends `Final` without a ruling. What the last panel ruled stands, unless it had to be confirmed: who
	/// lost before a panel gains nothing by an authority that is silent. If no panel ruled, nobody has
	/// decided: it may be claimed again.
	///
	/// # Errors
	/// [`Error::NotDue`] while there is time.
	pub(crate) fn advance_final(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
	) -> DispatchResult {
		ensure!(Self::height() >= until, Error::<T>::NotDue);
		let stands = dispute.ruling.filter(|_| !dispute.confirm);
		Self::conclude(id, dispute, stands.map_or(Outcome::Dismissed, Outcome::Ruled))
	}

	/// Ends `Correction`: the ruling of the final authority is final.
	///
	/// # Errors
	/// [`Error::NotDue`] while there is time.
	pub(crate) fn advance_correction(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
		award: Award,
	) -> DispatchResult {
		ensure!(Self::height() >= until, Error::<T>::NotDue);
		dispute.ruling = Some(award);
		Self::conclude(id, dispute, Outcome::Ruled(award))
	}
}
