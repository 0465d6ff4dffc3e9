//! Votes: sealed, shown, counted.
//!
//! A seat has one chance. Who let it pass, or whose vote was known too early, is replaced once, by as
//! many others who vote beside those whose votes are there; if that is still too few, a whole panel of
//! the parent court is drawn, and without a parent the final authority decides. What the parent court
//! asks for a seat, and how long its stages are, is by its own terms; what was put down for fees before
//! stays what it was.

use codec::Encode;
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::{commitment, quorum, ruling};
use strata_traits::{Award, DisputeId};

use crate::{
	pallet::{Config, DisputeOf, Error, Event, Pallet, Rounds, SeatOf, Seats},
	types::{Height, Round, Seat, SeatIndex, State, Terms},
};

/// A juror's seat in the round that is under way, and how it votes.
struct Voter<AccountId> {
	round: Round,
	index: SeatIndex,
	seat: Seat<AccountId>,
}

impl<T: Config> Pallet<T> {
	/// See [`Pallet::commit`].
	pub(crate) fn do_commit(who: T::AccountId, id: DisputeId, sealed: H256) -> DispatchResult {
		Self::ensure_open()?;
		let dispute = Self::committing(id)?;
		let Voter { mut round, index, mut seat } = Self::voter(id, &dispute, &who)?;
		if seat.commitment.replace(sealed).is_none() {
			round.committed = round.committed.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Rounds::<T>::insert(id, dispute.round, round);
		}
		Seats::<T>::insert((id, dispute.round, index), seat);
		Self::deposit_event(Event::Committed { dispute: id, juror: who });
		Ok(())
	}

	/// See [`Pallet::reveal`].
	pub(crate) fn do_reveal(
		who: T::AccountId,
		id: DisputeId,
		award: Award,
		salt: H256,
	) -> DispatchResult {
		Self::ensure_open()?;
		let dispute = Self::dispute(id)?;
		let State::Reveal { until } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		Self::ensure_before(until)?;
		let Voter { mut round, index, mut seat } = Self::voter(id, &dispute, &who)?;
		Self::ensure_award(&dispute.case, award)?;
		Self::ensure_opens(id, &dispute, &seat, award, salt)?;
		let place = round.awards.partition_point(|other| *other <= award);
		round.awards.try_insert(place, award).map_err(|_| ArithmeticError::Overflow)?;
		seat.award = Some(award);
		Rounds::<T>::insert(id, dispute.round, round);
		Seats::<T>::insert((id, dispute.round, index), seat);
		Self::deposit_event(Event::Revealed { dispute: id, juror: who, award });
		Ok(())
	}

	/// See [`Pallet::denounce`]. What was committed to need not be a valid award.
	pub(crate) fn do_denounce(
		who: T::AccountId,
		id: DisputeId,
		juror: T::AccountId,
		award: Award,
		salt: H256,
	) -> DispatchResult {
		Self::ensure_open()?;
		ensure!(who != juror, Error::<T>::SelfDenounced);
		let dispute = Self::committing(id)?;
		let Voter { mut round, index, mut seat } = Self::voter(id, &dispute, &juror)?;
		Self::ensure_opens(id, &dispute, &seat, award, salt)?;
		seat.denounced_by = Some(who.clone());
		round.committed = round.committed.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		Rounds::<T>::insert(id, dispute.round, round);
		Seats::<T>::insert((id, dispute.round, index), seat);
		Self::deposit_event(Event::Denounced { dispute: id, juror, by: who });
		Ok(())
	}

	/// Ends `Commit`: at its end, or when all seats have committed. If nobody has, there is nothing to
	/// wait for.
	///
	/// # Errors
	/// [`Error::NotDue`].
	pub(crate) fn advance_commit(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
	) -> DispatchResult {
		let round = Self::round_of(id, dispute.round)?;
		let all = round.committed == Self::panel_size(dispute)?;
		ensure!(all || Self::height() >= until, Error::<T>::NotDue);
		if round.committed == Self::votes(&round)? {
			return Self::tally(id, dispute, round);
		}
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let until = Self::after(terms.periods.reveal)?;
		Self::enter(id, dispute, State::Reveal { until })
	}

	/// Ends `Reveal`: at its end, or when all who committed have revealed. Counts the votes.
	///
	/// # Errors
	/// [`Error::NotDue`].
	pub(crate) fn advance_reveal(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		until: Height,
	) -> DispatchResult {
		let round = Self::round_of(id, dispute.round)?;
		let all = round.committed == Self::votes(&round)?;
		ensure!(all || Self::height() >= until, Error::<T>::NotDue);
		Self::tally(id, dispute, round)
	}

	/// The lower median rules, if there is a quorum.
	fn tally(id: DisputeId, dispute: &mut DisputeOf<T>, mut round: Round) -> DispatchResult {
		let votes = Self::votes(&round)?;
		round.from = round.drawn;
		let decided = votes >= quorum(Self::panel_size(dispute)?);
		let Some(award) = ruling(&round.awards).filter(|_| decided) else {
			Self::deposit_event(Event::NoQuorum { dispute: id, round: dispute.round, votes });
			return Self::no_quorum(id, dispute, round);
		};
		round.ruling = Some(award);
		dispute.ruling = Some(award);
		Rounds::<T>::insert(id, dispute.round, round);
		let number = dispute.round;
		Self::deposit_event(Event::RoundRuled { dispute: id, round: number, award, votes });
		Self::begin_appeal(id, dispute)
	}

	/// Who is missing is replaced; the second time, the parent court takes the case.
	fn no_quorum(id: DisputeId, dispute: &mut DisputeOf<T>, mut round: Round) -> DispatchResult {
		dispute.failed = dispute.failed.saturating_add(1);
		let again = dispute.failed == 1;
		if !again {
			round.awards = Default::default();
		}
		let votes = Self::votes(&round)?;
		let missing = Self::panel_size(dispute)?.saturating_sub(votes);
		round.committed = votes;
		let seats = round.drawn.checked_add(missing);
		round.seats = seats.unwrap_or(round.drawn);
		Rounds::<T>::insert(id, dispute.round, round);
		match seats {
			Some(_) if again => Self::await_seed(id, dispute),
			Some(_) => Self::move_up(id, dispute),
			// No place for so many seats in one round.
			None => Self::refer(id, dispute),
		}
	}

	/// Seats that vote in the round under way: the first panel's, doubled and one more for each appeal.
	/// Neither who did not vote nor a move to another court changes that.
	pub(crate) fn panel_size(dispute: &DisputeOf<T>) -> Result<u8, DispatchError> {
		Ok(Terms::seats(dispute.panel, dispute.round).ok_or(ArithmeticError::Overflow)?)
	}

	/// A round of a case.
	///
	/// # Errors
	/// [`Error::UnknownDispute`].
	pub(crate) fn round_of(id: DisputeId, round: u8) -> Result<Round, DispatchError> {
		Ok(Rounds::<T>::get(id, round).ok_or(Error::<T>::UnknownDispute)?)
	}

	/// Votes that count.
	fn votes(round: &Round) -> Result<u8, DispatchError> {
		Ok(u8::try_from(round.awards.len()).map_err(|_| ArithmeticError::Overflow)?)
	}

	/// A case whose jurors commit.
	fn committing(id: DisputeId) -> Result<DisputeOf<T>, DispatchError> {
		let dispute = Self::dispute(id)?;
		let State::Commit { until } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		Self::ensure_before(until)?;
		Ok(dispute)
	}

	/// The seat of `who` in the round that is under way, if it has not voted, is not denounced and was not
	/// replaced.
	fn voter(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		who: &T::AccountId,
	) -> Result<Voter<T::AccountId>, DispatchError> {
		let number = dispute.round;
		let sits = SeatOf::<T>::get(id, who).filter(|(round, _)| *round == number);
		let (_, index) = sits.ok_or(Error::<T>::NotAJuror)?;
		let seat = Seats::<T>::get((id, number, index)).ok_or(Error::<T>::NotAJuror)?;
		let round = Self::round_of(id, dispute.round)?;
		let done = seat.award.is_some() || seat.denounced_by.is_some() || index < round.from;
		ensure!(!done, Error::<T>::SeatDone);
		Ok(Voter { round, index, seat })
	}

	/// That `award` and `salt` are what the seat committed to.
	fn ensure_opens(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		seat: &Seat<T::AccountId>,
		award: Award,
		salt: H256,
	) -> DispatchResult {
		let sealed = seat.commitment.ok_or(Error::<T>::NotCommitted)?;
		let (round, evidence) = (dispute.round, &dispute.evidence.0);
		let opened = seat
			.juror
			.using_encoded(|juror| commitment(id, round, juror, award, evidence, &salt.0));
		ensure!(sealed.0 == opened, Error::<T>::CommitmentMismatch);
		Ok(())
	}
}
