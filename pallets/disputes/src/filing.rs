//! Claims.

use frame_support::{
	ensure,
	traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::freeze_bond;
use strata_traits::{Admission, Asset, Balance, DisputeId, Enforce};

use crate::{
	events::event_key,
	pallet::{CaseOf, Config, DisputeOf, Disputes, Error, Event, NextDispute, Pallet, Parties},
	pot::Part,
	types::{CourtId, Dispute, Freeze, Height, Periods, Route, State, Terms, TermsVersion},
};

impl<T: Config> Pallet<T> {
	/// See [`Pallet::file`].
	pub(crate) fn do_file(
		claimant: T::AccountId,
		case: CaseOf<T>,
		court: CourtId,
		freeze: Option<Balance>,
	) -> DispatchResult {
		Self::ensure_open()?;
		ensure!(case.ground.admits(&case.remedy), Error::<T>::WrongRemedy);
		let id = NextDispute::<T>::get();
		NextDispute::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let Admission { respondent, asset, parties } = T::Enforce::open(id, &case, &claimant)?;
		let route = Self::route_of(court, asset.as_ref(), &case.remedy)?;
		let (version, terms) = Self::pin(route.court)?;
		Self::ensure_in_time(&case, &terms)?;
		let event = event_key(&case, &respondent);
		let ahead = Self::enter_event(id, event, &case, &claimant, freeze.is_some())?;
		let mut dispute =
			Self::new_dispute((case, event), (claimant, respondent), asset, route, version);
		Self::take_costs(id, &dispute.claimant, &terms, route.panel)?;
		Self::announce(id, &dispute, ahead > 0);
		if let Some(most) = freeze {
			Self::freeze(id, &mut dispute, most, &terms, ahead)?;
		}
		if ahead == 0 {
			Self::begin_response(id, &mut dispute)?;
		}
		Parties::<T>::insert(id, parties);
		Disputes::<T>::insert(id, dispute);
		Ok(())
	}

	/// A case that waits, with nothing done about it.
	fn new_dispute(
		(case, event): (CaseOf<T>, sp_core::H256),
		(claimant, respondent): (T::AccountId, T::AccountId),
		asset: Option<Asset>,
		route: Route,
		version: TermsVersion,
	) -> DisputeOf<T> {
		Dispute {
			case,
			event,
			claimant,
			respondent,
			asset,
			court: route.court,
			version,
			panel: route.panel,
			confirm: route.confirm,
			round: 0,
			failed: 0,
			state: State::Stayed,
			due: None,
			ruling: None,
			evidence: Default::default(),
			pieces: (0, 0, 0),
			offer: None,
			freeze: None,
			enforced: None,
		}
	}

	fn announce(id: DisputeId, dispute: &DisputeOf<T>, stayed: bool) {
		Self::deposit_event(Event::Filed {
			dispute: id,
			event: dispute.event,
			claimant: dispute.claimant.clone(),
			respondent: dispute.respondent.clone(),
			court: dispute.court,
			stayed,
		});
	}

	/// A claim is allowed from when it happened until `limitation` after, inclusive.
	fn ensure_in_time(case: &CaseOf<T>, terms: &Terms) -> DispatchResult {
		let now = T::Time::now();
		let age = now.checked_sub(case.at).ok_or(Error::<T>::InFuture)?;
		ensure!(age <= terms.limitation, Error::<T>::TooLongAgo);
		Ok(())
	}

	/// The claimant's bond, and the fees of the first panel, which may be larger than the court's. They
	/// are not topped up if the case moves to a court with other fees.
	fn take_costs(
		id: DisputeId,
		claimant: &T::AccountId,
		terms: &Terms,
		panel: u8,
	) -> DispatchResult {
		let fees = terms.fee.checked_mul(panel.into()).ok_or(ArithmeticError::Overflow)?;
		Self::take(id, claimant, Part::ClaimantBond, terms.bond)?;
		Self::take(id, claimant, Part::ClaimantFees, fees)
	}

	/// Keeps payments of the deal, no more than is claimed if that is a sum; or the notes in question, and
	/// then [`Enforce::freeze`] sees to it that `most`, by which the bond is reckoned, is enough. The bond
	/// bears interest for the longest course of the case, and of every case that it waits for: they are
	/// taken to be as long.
	///
	/// Without an asset that a bond could be in nothing is frozen.
	fn freeze(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
		most: Balance,
		terms: &Terms,
		ahead: u32,
	) -> DispatchResult {
		ensure!(dispute.asset.is_some(), Error::<T>::NothingToFreeze);
		let remedy = &dispute.case.remedy;
		let most = if Self::is_sum(remedy) { most.min(remedy.amount()) } else { most };
		ensure!(most > 0, Error::<T>::ZeroAmount);
		let cases = u64::from(ahead).checked_add(1);
		let millis = Self::longest(terms).and_then(|course| {
			u64::from(course).checked_mul(cases?)?.checked_mul(T::BlockMillis::get())
		});
		let bond = millis
			.and_then(|millis| freeze_bond(most, terms.freeze_rate, millis))
			.ok_or(ArithmeticError::Overflow)?;
		Self::take_of_case(id, dispute, Part::Freeze, bond)?;
		T::Enforce::freeze(id, &dispute.case, most)?;
		dispute.freeze = Some(Freeze { most, bond, counter: 0 });
		Self::deposit_event(Event::Frozen { dispute: id, most, bond });
		Ok(())
	}

	/// The longest course of a case under `terms`, in blocks, without the epochs that it waits for seeds:
	/// every round is repeated for want of a quorum and appealed against, and the final authority takes
	/// all its time. `None` if it does not fit.
	pub(crate) fn longest(terms: &Terms) -> Option<Height> {
		let Periods { response, evidence, commit, reveal, appeal, cooling, ruling, correction } =
			terms.periods;
		let votes = evidence.checked_add(commit)?.checked_add(reveal)?.checked_mul(2)?;
		let rounds = Height::from(terms.appeals).checked_add(1)?;
		let tried = votes.checked_add(appeal)?.checked_mul(rounds)?;
		[tried, cooling, ruling, correction]
			.iter()
			.try_fold(response, |sum, stage| sum.checked_add(*stage))
	}

	/// The respondent is asked.
	pub(crate) fn begin_response(
		id: DisputeId,
		dispute: &mut DisputeOf<T>,
	) -> Result<(), DispatchError> {
		let terms = Self::terms_of(dispute.court, dispute.version)?;
		let until = Self::after(terms.periods.response)?;
		Self::enter(id, dispute, State::Response { until })
	}

	/// The court time in so many blocks.
	///
	/// # Errors
	/// If it does not fit.
	pub(crate) fn after(blocks: Height) -> Result<Height, DispatchError> {
		Ok(Self::height().checked_add(blocks).ok_or(ArithmeticError::Overflow)?)
	}
}
