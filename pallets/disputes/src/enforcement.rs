//! What a ruling does, and what is kept for it meanwhile.

use frame_support::{ensure, storage::with_storage_layer, traits::fungibles::Inspect};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_traits::{Balance, DisputeId, Enforce, Enforced};

use crate::{
	pot::Part,
	types::{Freeze, Height, Outcome, Side, State},
	Config, DisputeOf, Disputes, Error, Event, Pallet, Pots,
};

/// How often a ruling is tried to be carried out. Then the case goes on without.
pub(crate) const MAX_TRIES: u8 = 10;

impl<T: Config> Pallet<T> {
	/// After the cooling time: the remedy, if anything is granted.
	pub(crate) fn advance_cooling(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		let state = if outcome.award() > 0 {
			State::Enforcing { outcome, tries: 0 }
		} else {
			Self::first_page(outcome)
		};
		Self::enter(id, dispute, state)
	}

	/// Carries out the remedy. If that fails it is tried again after 1, 2, 4, … blocks; after
	/// [`MAX_TRIES`] the case goes on, so that bonds and seats are not stuck with it.
	///
	/// # Errors
	/// None but [`Error::UnknownDispute`] for a case without pot.
	pub(crate) fn advance_enforcing(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		outcome: Outcome,
		tries: u8,
	) -> DispatchResult {
		match with_storage_layer(|| Self::carry_out(id, dispute, outcome)) {
			Ok(Enforced { paid, short }) => {
				dispute.enforced = Some((paid, short));
				Self::deposit_event(Event::Enforced { dispute: id, paid, short });
			},
			Err(error) => {
				let tries = tries.saturating_add(1);
				Self::deposit_event(Event::EnforcementFailed { dispute: id, tries, error });
				if tries < MAX_TRIES {
					let state = State::Enforcing { outcome, tries };
					dispute.state = state;
					Self::schedule(id, dispute, Self::due_of(&state));
					return Ok(());
				}
			},
		}
		Self::enter(id, dispute, Self::first_page(outcome))
	}

	/// How long after so many failures it is tried again, in blocks: 1, 1, 2, 4, …
	pub(crate) fn pause_after(tries: u8) -> Height {
		1u32.checked_shl(tries.saturating_sub(1).into()).unwrap_or(Height::MAX)
	}

	/// Lets the remedy reach the counter-bond, and then what is the respondent's.
	fn carry_out(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
	) -> Result<Enforced, DispatchError> {
		let account = Self::account();
		let extra = Pots::<T>::get(id).map_or(0, |pot| pot.part(Part::Counter));
		let held = || match &dispute.asset {
			Some(asset) => T::Assets::balance(asset.clone(), &account),
			None => 0,
		};
		let before = held();
		let award = outcome.award();
		let enforced =
			T::Enforce::enforce(id, &dispute.case, &dispute.claimant, award, &account, extra)?;
		let used = before.checked_sub(held()).ok_or(ArithmeticError::Underflow)?;
		// Never more than it was offered: the rest is other people's.
		Self::book_out(id, Part::Counter, used)?;
		Ok(enforced)
	}

	/// The body of [`Pallet::post_counter_bond`].
	pub(crate) fn do_post_counter_bond(who: T::AccountId, id: DisputeId) -> DispatchResult {
		Self::ensure_open()?;
		let mut dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
		ensure!(who == dispute.respondent, Error::<T>::NotRespondent);
		ensure!(Self::is_undecided(&dispute.state), Error::<T>::WrongStage);
		// The ruling is about something else than money: none can stand in for it.
		ensure!(Self::is_sum(&dispute.case.remedy), Error::<T>::WrongRemedy);
		let Freeze { most, bond, counter } = dispute.freeze.ok_or(Error::<T>::NothingFrozen)?;
		ensure!(counter == 0, Error::<T>::AlreadyFrozen);
		Self::take_of_case(id, &dispute, Part::Counter, most)?;
		dispute.freeze = Some(Freeze { most, bond, counter: most });
		T::Enforce::unfreeze(id, &dispute.case)?;
		Self::deposit_event(Event::Unfrozen { dispute: id, counter: most });
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// Whether the ruling is not final.
	fn is_undecided(state: &State) -> bool {
		!matches!(
			state,
			State::Cooling { .. }
				| State::Enforcing { .. }
				| State::Settling { .. }
				| State::Closed { .. }
		)
	}

	/// Returns the bonds of a freeze: the claimant's is the respondent's if the claim was wrong, also if
	/// that was ruled in the case that it waited for; what is left of the counter-bond is the
	/// respondent's in any case.
	///
	/// # Errors
	/// If a sum does not fit.
	pub(crate) fn release_freeze(
		id: DisputeId,
		dispute: &DisputeOf<T>,
		outcome: Outcome,
	) -> DispatchResult {
		let (Some(asset), Some(_)) = (&dispute.asset, &dispute.freeze) else { return Ok(()) };
		let pot = Pots::<T>::get(id).unwrap_or_default();
		let refuted = outcome == Outcome::Decided && Self::is_refuted(dispute.event);
		let lost = refuted || outcome.loser() == Some(Side::Claimant);
		let owner = if lost { &dispute.respondent } else { &dispute.claimant };
		let (bond, counter): (Balance, Balance) = (pot.freeze, pot.counter);
		Self::pay_in(id, asset, owner, Part::Freeze, bond)?;
		Self::pay_in(id, asset, &dispute.respondent, Part::Counter, counter)?;
		Self::deposit_event(Event::Unfrozen { dispute: id, counter: 0 });
		Ok(())
	}
}
