//! One event, one case at a time: the first is tried, later ones wait for it, and what it decided is
//! decided for them.
//!
//! A decision binds as far as it goes. A ruling for the respondent says that nothing happened: it
//! decides every claim. One for the claimant, a concession and silence decide the claims for the same
//! remedy that ask for no more: otherwise a respondent could have a friend claim one unit, concede, and
//! be rid of everybody else. A settlement binds those who settled. Who gives up after a panel has ruled
//! for the respondent has lost by that ruling: there is no other panel for the same event.

use codec::Encode;
use frame_support::{ensure, BoundedVec};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{DispatchError, DispatchResult};
use strata_traits::{DisputeId, Remedy};

use crate::{
	pallet::{CaseOf, Config, DisputeOf, Disputes, Error, Events, Pallet},
	types::{EventCases, Outcome, State},
};

/// Tag of [`event_key`].
const EVENT: &[u8] = b"strata/court/event";

/// Names what is said to have happened: what about, what, by whom, when. Whoever claims, and whatever
/// for.
pub(crate) fn event_key<AccountId: Encode>(
	case: &strata_traits::Case<AccountId>,
	respondent: &AccountId,
) -> H256 {
	(EVENT, case.subject, case.ground, respondent, case.at).using_encoded(blake2_256).into()
}

/// Whether `later` asks for nothing that `first` does not ask for.
fn is_within<AccountId: PartialEq>(later: &Remedy<AccountId>, first: &Remedy<AccountId>) -> bool {
	use Remedy::*;
	match (later, first) {
		(
			Compensate { by, rank, amount },
			Compensate { by: by_first, rank: rank_first, amount: most },
		) => by == by_first && rank == rank_first && amount <= most,
		(
			CompensateHolders { rank, amount },
			CompensateHolders { rank: rank_first, amount: most },
		) => rank == rank_first && amount <= most,
		(Accelerate, Accelerate) | (ReplaceServicer { .. }, ReplaceServicer { .. }) => true,
		(
			TransferNotes { rank, from, to, units },
			TransferNotes { rank: rank_first, from: from_first, to: to_first, units: most },
		) => rank == rank_first && from == from_first && to == to_first && units <= most,
		(
			VoidPrice { feeder, observed_at, amount },
			VoidPrice { feeder: feeder_first, observed_at: observed_first, amount: most },
		) => feeder == feeder_first && observed_at == observed_first && amount <= most,
		_ => false,
	}
}

impl<T: Config> Pallet<T> {
	/// Enters a new case, which is not stored yet, with its event. Returns how many cases it waits for; 0
	/// if it is the one to be tried.
	///
	/// # Errors
	/// [`Error::AlreadyDecided`], [`Error::AlreadyClaimed`], [`Error::TooManyCases`]; if there is to be a
	/// freeze and a case on the event has had one, [`Error::AlreadyFrozen`].
	pub(crate) fn enter_event(
		id: DisputeId,
		event: H256,
		case: &CaseOf<T>,
		claimant: &T::AccountId,
		freezes: bool,
	) -> Result<u32, DispatchError> {
		let Some(mut cases) = Events::<T>::get(event) else {
			Events::<T>::insert(event, EventCases { first: id, ..EventCases::default() });
			return Ok(0);
		};
		ensure!(!Self::is_decided(&cases, case), Error::<T>::AlreadyDecided);
		if cases.decided {
			cases.remember(cases.first);
			Events::<T>::insert(event, EventCases { first: id, decided: false, ..cases });
			return Ok(0);
		}
		for earlier in core::iter::once(&cases.first).chain(cases.stayed.iter()) {
			let earlier = Self::dispute(*earlier)?;
			ensure!(earlier.claimant != *claimant, Error::<T>::AlreadyClaimed);
			ensure!(!freezes || earlier.freeze.is_none(), Error::<T>::AlreadyFrozen);
		}
		cases.stayed.try_push(id).map_err(|_| Error::<T>::TooManyCases)?;
		let ahead = u32::try_from(cases.stayed.len()).unwrap_or(u32::MAX);
		Events::<T>::insert(event, cases);
		Ok(ahead)
	}

	/// Whether a case on the event that has ended decides `case`.
	fn is_decided(cases: &EventCases, case: &CaseOf<T>) -> bool {
		cases.earlier.iter().chain(core::iter::once(&cases.first)).any(|id| {
			Disputes::<T>::get(id).is_some_and(|ended| match ended.state {
				State::Closed { outcome, .. } => Self::decides(&ended, outcome, case),
				_ => false,
			})
		})
	}

	/// Whether the event is decided by that nothing happened.
	pub(crate) fn is_refuted(event: H256) -> bool {
		let first = Events::<T>::get(event).and_then(|cases| Disputes::<T>::get(cases.first));
		first.is_some_and(|first| match first.state {
			State::Closed { outcome, .. } => Self::refutes(&first, outcome),
			_ => false,
		})
	}

	/// Whether `outcome` of the case `first` says that nothing happened.
	fn refutes(first: &DisputeOf<T>, outcome: Outcome) -> bool {
		match outcome {
			Outcome::Ruled(award) => award == 0,
			Outcome::Withdrawn => first.ruling == Some(0),
			_ => false,
		}
	}

	/// Whether `outcome` of the case `first` decides `later`, on the same event.
	fn decides(first: &DisputeOf<T>, outcome: Outcome, later: &CaseOf<T>) -> bool {
		Self::refutes(first, outcome)
			|| outcome.is_on_the_merits() && is_within(&later.remedy, &first.case.remedy)
	}

	/// The case ends with `outcome`: those that waited for it and are decided by it end too, the next one
	/// is tried. Called once, when the case closes. `dispute` need not be stored yet.
	///
	/// # Errors
	/// If a case that waits is not there.
	pub(crate) fn event_ended(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		let cases = Events::<T>::get(dispute.event);
		// One that was withdrawn while it waited has left the queue.
		let Some(mut cases) = cases.filter(|cases| cases.first == id) else { return Ok(()) };
		let mut next = None;
		let mut waiting = BoundedVec::new();
		for stayed in core::mem::take(&mut cases.stayed) {
			let mut later = Self::dispute(stayed)?;
			if Self::decides(dispute, outcome, &later.case) {
				Self::conclude(stayed, &mut later, Outcome::Decided)?;
				Disputes::<T>::insert(stayed, later);
			} else if next.is_none() {
				Self::begin_response(stayed, &mut later)?;
				Disputes::<T>::insert(stayed, later);
				next = Some(stayed);
			} else {
				waiting.try_push(stayed).map_err(|_| Error::<T>::TooManyCases)?;
			}
		}
		let decided = outcome.is_on_the_merits() || Self::refutes(dispute, outcome);
		if let Some(first) = next {
			if decided {
				cases.remember(id);
			}
			let cases = EventCases { first, decided: false, stayed: waiting, ..cases };
			Events::<T>::insert(dispute.event, cases);
		} else if decided {
			Events::<T>::insert(dispute.event, EventCases { decided, ..cases });
		} else if let Some(first) = cases.earlier.pop() {
			// What was decided before stays so.
			Events::<T>::insert(dispute.event, EventCases { first, decided: true, ..cases });
		} else {
			Events::<T>::remove(dispute.event);
		}
		Ok(())
	}

	/// Forgets a case that is removed.
	pub(crate) fn leave_event(id: DisputeId, event: H256) {
		let Some(mut cases) = Events::<T>::get(event) else { return };
		cases.earlier.retain(|earlier| *earlier != id);
		// Another case on the event may be tried by now.
		if cases.first != id {
			Events::<T>::insert(event, cases);
		} else if let Some(first) = cases.earlier.pop() {
			Events::<T>::insert(event, EventCases { first, ..cases });
		} else {
			Events::<T>::remove(event);
		}
	}

	/// Takes a case that waits out of the queue.
	pub(crate) fn leave_queue(id: DisputeId, event: H256) {
		Events::<T>::mutate_extant(event, |cases| cases.stayed.retain(|stayed| *stayed != id));
	}
}
