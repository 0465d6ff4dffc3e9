//! What clients are shown.

use alloc::vec::Vec;

use frame_support::traits::Get;
use pallet_session::QueuedKeys;
use sp_staking::SessionIndex;
use strata_validators::slashed;

use crate::{
	runtime_api::{CandidateView, StandingView, UnbondingView},
	Candidates, Config, Pallet, Standing, Unbonding,
};

impl<T: Config> Pallet<T> {
	/// Those who stand, the best first.
	pub fn standing_views() -> Vec<StandingView<T::AccountId>> {
		let elected = Self::elected();
		let view = |one: strata_validators::Contender<T::AccountId>| StandingView {
			elected: elected.contains(&one.who),
			bond: one.bond,
			founder: one.founder,
			who: one.who,
		};
		Standing::<T>::get().into_iter().map(view).collect()
	}

	/// All about `who`.
	pub fn candidate_view(who: &T::AccountId) -> Option<CandidateView> {
		let candidate = Candidates::<T>::get(who)?;
		let session = Self::session();
		let rank = Standing::<T>::get().iter().position(|other| other.who == *who);
		let answering = candidate.answering(session).ok()?;
		let count = pallet_session::Validators::<T>::decode_len().unwrap_or_default();
		Some(CandidateView {
			status: candidate.status,
			founder: candidate.founder,
			bond: candidate.bond,
			free: candidate.clone().take_due(Self::first_provable()).ok()?,
			unbonding: candidate.unbonding.iter().map(Self::unbonding_view).collect(),
			jailed_until: Some(candidate.jailed_until).filter(|until| *until > session),
			rank: rank.and_then(|rank| u32::try_from(rank).ok()),
			has_keys: Self::has_keys(who),
			validates: Self::validates(who),
			next: Self::is_next(who),
			elected: Self::elected().contains(who),
			disabled: Self::is_disabled(who),
			at_risk: slashed(answering, 1, u32::try_from(count).unwrap_or(u32::MAX)),
		})
	}

	fn unbonding_view(part: &Unbonding) -> UnbondingView {
		// The session after that of which the root is the first that is kept.
		let free_from: SessionIndex =
			part.last.saturating_add(T::HistoryDepth::get()).saturating_add(1);
		UnbondingView { amount: part.amount, last: part.last, free_from }
	}

	/// The validators of the next session.
	pub fn next_set() -> Vec<T::AccountId> {
		QueuedKeys::<T>::get().into_iter().map(|(who, _)| who).collect()
	}
}
