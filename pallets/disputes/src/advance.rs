//! From one stage to the next.

use frame_support::{ensure, weights::Weight};
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{AgendaKey, DisputeId};

use crate::{
	panel::DRAW_PAGE,
	settling::{MAX_PAID_FUNDERS, SETTLE_PAGE},
	types::{Height, Outcome, Settling, State},
	Agenda, Config, DisputeOf, Disputes, Error, Event, Pallet, WeightInfo,
};

/// How long after it was looked at in vain a case is looked at again, in blocks of court time.
pub(crate) const RETRY: Height = 10;

impl<T: Config> Pallet<T> {
	/// The body of [`Pallet::advance`]; what it weighs.
	pub(crate) fn do_advance(id: DisputeId) -> Result<Weight, DispatchError> {
		Self::ensure_open()?;
		let mut dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		let weight = Self::stage_weight(&dispute.state);
		Self::carry_on(id, &mut dispute)?;
		Disputes::<T>::insert(id, dispute);
		Ok(weight)
	}

	/// What is due about a case. Stages that may end early see to their time themselves.
	fn carry_on(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		match dispute.state {
			State::AwaitSeed { .. } => Self::advance_seed(id, dispute),
			State::Drawing { .. } => Self::advance_drawing(id, dispute),
			State::Evidence { until, .. } => Self::advance_evidence(id, dispute, until),
			State::Commit { until } => Self::advance_commit(id, dispute, until),
			State::Reveal { until } => Self::advance_reveal(id, dispute, until),
			State::Appeal { half, until } => Self::advance_appeal(id, dispute, half, until),
			State::Settling { outcome, next } => Self::settle(id, dispute, outcome, next),
			state => {
				let due = dispute.due.is_some_and(|due| due <= Self::height());
				ensure!(due, Error::<T>::NotDue);
				Self::end_stage(id, dispute, state)
			},
		}
	}

	/// Ends a stage whose time is over.
	fn end_stage(id: DisputeId, dispute: &mut DisputeOf<T>, state: State) -> DispatchResult {
		match state {
			State::Response { until } => Self::advance_response(id, dispute, until),
			State::Final { until } => Self::advance_final(id, dispute, until),
			State::Correction { until, award } => {
				Self::advance_correction(id, dispute, until, award)
			},
			State::Cooling { outcome, .. } => Self::advance_cooling(id, dispute, outcome),
			State::Enforcing { outcome, tries } => {
				Self::advance_enforcing(id, dispute, outcome, tries)
			},
			_ => Err(Error::<T>::NotDue.into()),
		}
	}

	/// Puts a case in another stage, and in its place in the agenda. The caller stores the case.
	///
	/// # Errors
	/// None.
	pub(crate) fn enter(id: DisputeId, dispute: &mut DisputeOf<T>, state: State) -> DispatchResult {
		dispute.state = state;
		Self::schedule(id, dispute, Self::due_of(&state));
		let round = dispute.round;
		Self::deposit_event(Event::Stage { dispute: id, round, state });
		Ok(())
	}

	/// Moves a case in the agenda.
	pub(crate) fn schedule(id: DisputeId, dispute: &mut DisputeOf<T>, due: Option<Height>) {
		if let Some(before) = dispute.due {
			Agenda::<T>::remove(AgendaKey::new(before.into(), id));
		}
		if let Some(due) = due {
			Agenda::<T>::insert(AgendaKey::new(due.into(), id), ());
		}
		dispute.due = due;
	}

	/// When something is to be done in a stage that begins now. What goes on a page at a time is due in
	/// the next block, so that one case takes no block for itself.
	pub(crate) fn due_of(state: &State) -> Option<Height> {
		let now = Self::height();
		match *state {
			State::Stayed | State::Closed { .. } => None,
			State::Response { until }
			| State::Evidence { until, .. }
			| State::Commit { until }
			| State::Reveal { until }
			| State::Final { until }
			| State::Correction { until, .. }
			| State::Cooling { until, .. } => Some(until),
			State::Appeal { half, until } => Some(if now < half { half } else { until }),
			State::AwaitSeed { .. } => Some(now.saturating_add(RETRY)),
			State::Drawing { .. } | State::Settling { .. } => Some(now.saturating_add(1)),
			State::Enforcing { tries, .. } => Some(now.saturating_add(Self::pause_after(tries))),
		}
	}

	/// Ends a case. Who may still be paid by a ruling has a while to see it coming; where nothing is
	/// decided, everything is released at once. The caller stores the case.
	///
	/// # Errors
	/// If there are no such terms.
	pub(crate) fn conclude(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		let state = match outcome {
			Outcome::Withdrawn | Outcome::Dismissed | Outcome::Decided => Self::first_page(outcome),
			Outcome::Conceded | Outcome::ByDefault | Outcome::Settled(_) | Outcome::Ruled(_) => {
				let terms = Self::terms_of(dispute.court, dispute.version)?;
				let until = Self::height().saturating_add(terms.periods.cooling);
				State::Cooling { until, outcome }
			},
		};
		Self::enter(id, dispute, state)
	}

	/// Where settling begins.
	pub(crate) fn first_page(outcome: Outcome) -> State {
		State::Settling { outcome, next: Settling::first(0) }
	}

	/// What it weighs to advance a case from `state`, at worst.
	pub(crate) fn stage_weight(state: &State) -> Weight {
		match state {
			State::AwaitSeed { .. } => T::WeightInfo::advance_seed(),
			State::Drawing { .. } => T::WeightInfo::draw(DRAW_PAGE.into()),
			State::Enforcing { .. } => T::WeightInfo::enforce(),
			State::Settling { next, .. } => Self::page_weight(next),
			_ => T::WeightInfo::advance_stage(),
		}
	}

	/// The same of a page of settling.
	fn page_weight(next: &Settling) -> Weight {
		match next {
			Settling::Penalties { .. } => T::WeightInfo::settle_penalties(SETTLE_PAGE.into()),
			Settling::Rewards { .. } => T::WeightInfo::settle_rewards(SETTLE_PAGE.into()),
			Settling::Appeal { .. } => T::WeightInfo::settle_appeal(MAX_PAID_FUNDERS),
			Settling::Evidence { .. } => T::WeightInfo::settle_evidence(SETTLE_PAGE.into()),
			Settling::Bonds => T::WeightInfo::settle_bonds(),
		}
	}

	/// What it weighs to advance a case, at worst.
	pub fn advance_weight() -> Weight {
		let page = SETTLE_PAGE.into();
		[
			T::WeightInfo::advance_seed(),
			T::WeightInfo::draw(DRAW_PAGE.into()),
			T::WeightInfo::enforce(),
			T::WeightInfo::settle_penalties(page),
			T::WeightInfo::settle_rewards(page),
			T::WeightInfo::settle_appeal(MAX_PAID_FUNDERS),
			T::WeightInfo::settle_evidence(page),
			T::WeightInfo::settle_bonds(),
		]
		.into_iter()
		.fold(T::WeightInfo::advance_stage(), |worst, weight| worst.max(weight))
	}
}
