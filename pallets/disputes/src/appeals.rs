//! Appeals: a larger panel, paid by those who believe in it.
//!
//! Who has not got all that he asked for may appeal: of a ruling that awards a part, both sides. If it
//! were only one of them, a panel could take the appeal from the other by awarding a unit. A side that
//! may appeal must be funded within the first half of the stage, or the ruling stands; one that answers
//! an appeal may be funded in all of it, and loses nothing of the case if it is not.

use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::{least_contribution, next_panel, required, Stake};
use strata_traits::{Award, Balance, DisputeId, FULL_AWARD};

use crate::{
	pallet::{AppealOf, Appeals, Config, DisputeOf, Error, Event, Pallet},
	pot::Part,
	types::{Appeal, Height, Outcome, Side, SideFunds, State, Terms},
};

impl<T: Config> Pallet<T> {
	/// See [`Pallet::fund_appeal`].
	pub(crate) fn do_fund_appeal(
		who: T::AccountId,
		id: DisputeId,
		side: Side,
		amount: Balance,
	) -> DispatchResult {
		Self::ensure_open()?;
		let dispute = Self::dispute(id)?;
		let State::Appeal { half, until } = dispute.state else {
			return Err(Error::<T>::WrongStage.into());
		};
		Self::ensure_before(until)?;
		let mut appeal = Self::appeal(id, &dispute)?;
		let ruling = Self::appealable(&dispute)?;
		if Self::height() >= half {
			let heard = Self::is_appealed(&appeal, side.other(), ruling)?;
			ensure!(heard, Error::<T>::HalfOver);
		}
		let whole = Self::needed(&appeal, side, ruling)?;
		let funds = Self::funds_mut(&mut appeal, side);
		let taken = Self::acceptable(funds, whole, amount)?;
		Self::take(id, &who, Part::Appeals, taken)?;
		let raised = Self::add_funds(funds, who.clone(), taken)?;
		let round = dispute.round;
		Appeals::<T>::insert(id, round, appeal);
		let amount = taken;
		Self::deposit_event(Event::AppealFunded { dispute: id, round, side, who, amount, raised });
		Ok(())
	}

	/// How much of `amount` a side takes that must raise `whole`.
	///
	/// # Errors
	/// [`Error::AppealFull`], [`Error::ContributionTooLow`].
	fn acceptable(
		funds: &SideFunds<T::AccountId>,
		whole: Balance,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let missing = whole.saturating_sub(funds.raised);
		ensure!(missing > 0, Error::<T>::AppealFull);
		let least = least_contribution(whole).min(missing);
		ensure!(amount >= least, Error::<T>::ContributionTooLow);
		Ok(amount.min(missing))
	}

	/// Books a contribution and returns what the side has raised. One who gives twice is one funder.
	fn add_funds(
		funds: &mut SideFunds<T::AccountId>,
		who: T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let sum = |part: Balance| part.checked_add(amount).ok_or(ArithmeticError::Overflow);
		funds.raised = sum(funds.raised)?;
		if let Some((_, given)) = funds.funders.iter_mut().find(|(funder, _)| *funder == who) {
			*given = sum(*given)?;
		} else {
			funds.funders.try_push((who, amount)).map_err(|_| Error::<T>::AppealFull)?;
		}
		Ok(funds.raised)
	}

	/// The ruling may be appealed.
	pub(crate) fn begin_appeal(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		let stage = Self::terms_of(dispute.court, dispute.version)?.periods.appeal;
		// Neither half of the stage is empty: it has two blocks at least.
		let half = Self::after(stage / 2)?;
		let until = Self::after(stage)?;
		Self::enter(id, dispute, State::Appeal { half, until })
	}

	/// Ends `Appeal`: when both sides are funded; after half of it if no side that may appeal is; at its
	/// end.
	///
	/// # Errors
	/// [`Error::NotDue`].
	pub(crate) fn advance_appeal(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		half: Height,
		until: Height,
	) -> DispatchResult {
		let appeal = Self::appeal(id, dispute)?;
		let ruling = Self::appealable(dispute)?;
		let height = Self::height();
		let (mut appealed, mut answered) = (false, true);
		for side in [Side::Claimant, Side::Respondent] {
			appealed |= Self::is_appealed(&appeal, side, ruling)?;
			answered &= Self::is_funded(&appeal, side, ruling)?;
		}
		if !appealed {
			ensure!(height >= half, Error::<T>::NotDue);
			return Self::stand(id, dispute);
		}
		if height >= until || answered {
			return Self::hear(id, dispute, appeal);
		}
		// Only the end of the stage is left to wait for.
		ensure!(height >= half && dispute.due != Some(until), Error::<T>::NotDue);
		Self::schedule(id, dispute, Some(until));
		Ok(())
	}

	/// Nobody appealed: the ruling is final, if no confirmation is needed.
	fn stand(id: DisputeId, dispute: &mut DisputeOf<T>) -> DispatchResult {
		if dispute.confirm {
			return Self::refer(id, dispute);
		}
		let award = dispute.ruling.ok_or(Error::<T>::WrongStage)?;
		Self::conclude(id, dispute, Outcome::Ruled(award))
	}

	/// The next panel is drawn; after the last one it is the final authority's turn.
	fn hear(id: DisputeId, dispute: &mut DisputeOf<T>, mut appeal: AppealOf<T>) -> DispatchResult {
		appeal.heard = true;
		Appeals::<T>::insert(id, dispute.round, appeal);
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		if !Self::has_next_panel(dispute, &terms)? {
			return Self::refer(id, dispute);
		}
		dispute.round = dispute.round.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		dispute.failed = 0;
		Self::await_seed(id, dispute)
	}

	/// Whether an appeal goes to a panel: none is larger than the largest of the court's terms.
	pub(crate) fn has_next_panel(
		dispute: &DisputeOf<T>,
		terms: &Terms,
	) -> Result<bool, DispatchError> {
		let largest = Terms::seats(terms.panel, terms.appeals);
		let next = next_panel(Self::panel_size(dispute)?);
		Ok(next.zip(largest).is_some_and(|(next, largest)| next <= largest))
	}

	/// The appeal from the round under way; without contributions if nobody has made one.
	pub(crate) fn appeal(
		id: DisputeId,
		dispute: &DisputeOf<T>,
	) -> Result<AppealOf<T>, DispatchError> {
		if let Some(appeal) = Appeals::<T>::get(id, dispute.round) {
			return Ok(appeal);
		}
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let seats = Balance::from(Self::panel_size(dispute)?);
		let cost = seats
			.checked_mul(2)
			.and_then(|seats| seats.checked_add(1)?.checked_mul(terms.fee))
			.ok_or(ArithmeticError::Overflow)?;
		let (claimant, respondent) = Default::default();
		Ok(Appeal { cost, claimant, respondent, heard: false })
	}

	/// The ruling that may be appealed against.
	pub(crate) fn appealable(dispute: &DisputeOf<T>) -> Result<Award, DispatchError> {
		Ok(dispute.ruling.ok_or(Error::<T>::WrongStage)?)
	}

	/// Whether `side` has not got all that it asked for.
	pub(crate) fn may_appeal(side: Side, ruling: Award) -> bool {
		match side {
			Side::Claimant => ruling < FULL_AWARD,
			Side::Respondent => ruling > 0,
		}
	}

	/// What `side` must raise: to appeal, or to answer an appeal.
	pub(crate) fn needed(
		appeal: &AppealOf<T>,
		side: Side,
		ruling: Award,
	) -> Result<Balance, DispatchError> {
		let appeals = Self::may_appeal(side, ruling);
		let stake = if appeals { Stake::Losing } else { Stake::Prevailing };
		Ok(required(stake, appeal.cost).ok_or(ArithmeticError::Overflow)?)
	}

	/// Whether `side` has appealed.
	pub(crate) fn is_appealed(
		appeal: &AppealOf<T>,
		side: Side,
		ruling: Award,
	) -> Result<bool, DispatchError> {
		Ok(Self::may_appeal(side, ruling) && Self::is_funded(appeal, side, ruling)?)
	}

	fn is_funded(appeal: &AppealOf<T>, side: Side, ruling: Award) -> Result<bool, DispatchError> {
		let funds = match side {
			Side::Claimant => &appeal.claimant,
			Side::Respondent => &appeal.respondent,
		};
		Ok(funds.raised >= Self::needed(appeal, side, ruling)?)
	}

	fn funds_mut(appeal: &mut AppealOf<T>, side: Side) -> &mut SideFunds<T::AccountId> {
		match side {
			Side::Claimant => &mut appeal.claimant,
			Side::Respondent => &mut appeal.respondent,
		}
	}

	/// Who has money on an appeal in this case, and may not judge it.
	pub(crate) fn backers(id: DisputeId) -> impl Iterator<Item = T::AccountId> {
		Appeals::<T>::iter_prefix_values(id).flat_map(|appeal| {
			let Appeal { claimant, respondent, .. } = appeal;
			claimant.funders.into_iter().chain(respondent.funders).map(|(funder, _)| funder)
		})
	}
}
