//! What the parties do about a claim: concede, contest, settle, give up.

use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{Award, DisputeId, FULL_AWARD};

use crate::{
	pallet::{CaseOf, Config, DisputeOf, Disputes, Draws, Error, Event, Pallet, Pots},
	pot::Part,
	types::{Height, Outcome, Seeds, Side, State},
};

impl<T: Config> Pallet<T> {
	/// See [`Pallet::concede`].
	pub(crate) fn do_concede(who: T::AccountId, id: DisputeId) -> DispatchResult {
		let mut dispute = Self::awaiting_response(&who, id)?;
		Self::deposit_event(Event::Conceded { dispute: id });
		Self::conclude_without_ruling(id, &mut dispute, Outcome::Conceded)?;
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// See [`Pallet::contest`]. The respondent puts down what the claimant did, to the unit. What no panel
	/// can decide goes to the final authority at once.
	pub(crate) fn do_contest(who: T::AccountId, id: DisputeId) -> DispatchResult {
		let mut dispute = Self::awaiting_response(&who, id)?;
		let pot = Pots::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		Self::take(id, &who, Part::RespondentBond, pot.bonds.0)?;
		Self::take(id, &who, Part::RespondentFees, pot.fees.0)?;
		let snapshot = T::Seeds::epoch().saturating_sub(1);
		Self::deposit_event(Event::Contested { dispute: id, snapshot });
		if dispute.panel == 0 {
			Self::refer(id, &mut dispute)?;
		} else {
			Self::await_seed(id, &mut dispute)?;
		}
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// See [`Pallet::offer_settlement`].
	pub(crate) fn do_offer_settlement(
		who: T::AccountId,
		id: DisputeId,
		award: Award,
	) -> DispatchResult {
		let (mut dispute, side) = Self::between_parties(&who, id)?;
		Self::ensure_award(&dispute.case, award)?;
		ensure!(award == 0 || !Self::must_be_ruled(&dispute.case), Error::<T>::InvalidAward);
		dispute.offer = Some((side, award));
		Disputes::<T>::insert(id, dispute);
		Self::deposit_event(Event::SettlementOffered { dispute: id, side, award });
		Ok(())
	}

	/// See [`Pallet::accept_settlement`].
	pub(crate) fn do_accept_settlement(
		who: T::AccountId,
		id: DisputeId,
		award: Award,
	) -> DispatchResult {
		let (mut dispute, side) = Self::between_parties(&who, id)?;
		ensure!(dispute.offer == Some((side.other(), award)), Error::<T>::NoSuchOffer);
		Self::deposit_event(Event::SettlementReached { dispute: id, award });
		Self::end_before_vote(id, &mut dispute, Outcome::Settled(award))?;
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// See [`Pallet::withdraw`].
	pub(crate) fn do_withdraw(who: T::AccountId, id: DisputeId) -> DispatchResult {
		Self::ensure_open()?;
		let mut dispute = Self::dispute(id)?;
		ensure!(dispute.claimant == who, Error::<T>::NotClaimant);
		match dispute.state {
			State::Stayed => Self::leave_queue(id, dispute.event),
			_ => Self::ensure_before_vote(&dispute.state)?,
		}
		Self::deposit_event(Event::Withdrawn { dispute: id });
		Self::end_before_vote(id, &mut dispute, Outcome::Withdrawn)?;
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// Ends `Response`: who does not answer concedes. Nobody gets notes, or an office, by that alone, and
	/// no deal is accelerated.
	///
	/// # Errors
	/// [`Error::NotDue`] while there is time.
	pub(crate) fn advance_response(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
	) -> DispatchResult {
		ensure!(Self::height() >= until, Error::<T>::NotDue);
		Self::conclude_without_ruling(id, dispute, Outcome::ByDefault)
	}

	/// Whether the remedy reaches others than the respondent, as all do that are no sum of money: then
	/// silence and consent are not enough. Anybody could claim the notes of one who does not look, and two
	/// who agree could pass by the register of a restricted class, or by who appoints servicers.
	/// Acceleration costs the holders of junior classes, whom nobody asks.
	fn must_be_ruled(case: &CaseOf<T>) -> bool {
		!Self::is_sum(&case.remedy)
	}

	/// Grants the claim to which the respondent consents, or does not answer; where that is not enough
	/// the final authority looks at it.
	fn conclude_without_ruling(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		if Self::must_be_ruled(&dispute.case) {
			return Self::refer(id, dispute);
		}
		Self::conclude(id, dispute, outcome)
	}

	/// A case.
	///
	/// # Errors
	/// [`Error::UnknownDispute`].
	pub(crate) fn dispute(id: DisputeId) -> Result<DisputeOf<T>, DispatchError> {
		Ok(Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?)
	}

	/// The side that `who` is.
	///
	/// # Errors
	/// [`Error::NotAParty`].
	pub(crate) fn side(dispute: &DisputeOf<T>, who: &T::AccountId) -> Result<Side, DispatchError> {
		if dispute.claimant == *who {
			Ok(Side::Claimant)
		} else if dispute.respondent == *who {
			Ok(Side::Respondent)
		} else {
			Err(Error::<T>::NotAParty.into())
		}
	}

	/// That a stage is not over.
	///
	/// # Errors
	/// [`Error::TooLate`] from `until` on.
	pub(crate) fn ensure_before(until: Height) -> DispatchResult {
		ensure!(Self::height() < until, Error::<T>::TooLate);
		Ok(())
	}

	/// That `award` can be granted in `case`.
	///
	/// # Errors
	/// [`Error::InvalidAward`] above all of it, and for a part of what cannot be divided.
	pub(crate) fn ensure_award(case: &CaseOf<T>, award: Award) -> DispatchResult {
		let whole = award == 0 || award == FULL_AWARD;
		let valid = whole || (award < FULL_AWARD && case.remedy.is_divisible());
		ensure!(valid, Error::<T>::InvalidAward);
		Ok(())
	}

	/// A case that waits for `who` to answer.
	fn awaiting_response(who: &T::AccountId, id: DisputeId) -> Result<DisputeOf<T>, DispatchError> {
		Self::ensure_open()?;
		let dispute = Self::dispute(id)?;
		ensure!(dispute.respondent == *who, Error::<T>::NotRespondent);
		let State::Response { until } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		Self::ensure_before(until)?;
		Ok(dispute)
	}

	/// A case that its parties may still settle, and which of them `who` is.
	fn between_parties(
		who: &T::AccountId,
		id: DisputeId,
	) -> Result<(DisputeOf<T>, Side), DispatchError> {
		Self::ensure_open()?;
		let dispute = Self::dispute(id)?;
		let side = Self::side(&dispute, who)?;
		Self::ensure_before_vote(&dispute.state)?;
		Ok((dispute, side))
	}

	/// That the respondent has been asked, and no juror has begun to vote in this round.
	fn ensure_before_vote(state: &State) -> DispatchResult {
		match state {
			State::Response { until } | State::Evidence { until, .. } => {
				Self::ensure_before(*until)
			},
			State::AwaitSeed { .. } | State::Drawing { .. } => Ok(()),
			_ => Err(Error::<T>::WrongStage.into()),
		}
	}

	/// Ends a case whose jurors, if some are drawn, have not voted in this round.
	fn end_before_vote(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		Draws::<T>::remove(id);
		Self::conclude(id, dispute, outcome)
	}
}
