//! What always holds.

use alloc::vec::Vec;

use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use pallet_session::{historical, QueuedKeys, Validators};
use sp_runtime::TryRuntimeError;
use sp_staking::SessionIndex;
use strata_validators::{place, Contender};

use crate::{
	Authored, Beginnings, Candidate, Candidates, Config, Convictions, HoldReason, Offenders,
	Pallet, PresentKeys, Silent, Standing, Status, Watched,
};

impl<T: Config> Pallet<T> {
	/// Checks the invariants of validators, of candidates and their bonds, of offenders, and of history.
	///
	/// # Errors
	/// Which invariant does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let checked = Self::check(&Self::terms());
		ensure!(checked.is_ok(), "validator set: the terms do not hold together");
		let count = Self::try_validators()?;
		Self::try_standing()?;
		for (who, candidate) in Candidates::<T>::iter() {
			Self::try_candidate(&who, &candidate)?;
		}
		Self::try_offenders()?;
		Self::try_history(count)?;
		Self::try_convictions()
	}

	/// Validators are sorted, distinct and bounded, now and next; what is counted of them is theirs. Says
	/// how many there are.
	fn try_validators() -> Result<u32, TryRuntimeError> {
		let validators = Validators::<T>::get();
		let next: Vec<_> = QueuedKeys::<T>::get().into_iter().map(|(owner, _)| owner).collect();
		let count = u32::try_from(validators.len()).map_err(|_| "validator set: no such count")?;
		for set in [&validators, &next] {
			let bounded = u32::try_from(set.len()).is_ok_and(|n| n <= T::MaxValidators::get());
			ensure!(bounded, "validator set: too many validators");
			let sorted = set.iter().zip(set.iter().skip(1)).all(|(a, b)| a < b);
			ensure!(sorted, "validator set: not sorted, or one twice");
		}
		let counted = Authored::<T>::get().len();
		ensure!(counted <= validators.len(), "validator set: blocks of no validator");
		let silent = Silent::<T>::get();
		let sorted = silent.iter().zip(silent.iter().skip(1)).all(|(a, b)| a < b);
		ensure!(sorted, "validator set: the silent are not sorted, or one is twice");
		ensure!(
			silent.is_empty() || Watched::<T>::exists(),
			"validator set: somebody is silent, and nobody watches"
		);
		Ok(count)
	}

	/// Who stands is a candidate that does, with that bond, once, in order.
	fn try_standing() -> Result<(), TryRuntimeError> {
		let standing = Standing::<T>::get();
		for (at, one) in standing.iter().enumerate() {
			let known = Candidates::<T>::get(&one.who);
			let known = known.filter(|candidate| candidate.status == Status::Standing);
			let same = known.is_some_and(|known| Self::contender(&one.who, &known) == *one);
			ensure!(same, "validator set: who stands is no such candidate");
			let (before, after) = standing.split_at(at);
			ensure!(place(before, one) == before.len(), "validator set: candidates out of order");
			let mut after = after.iter().skip(1);
			ensure!(after.all(|other| other.who != one.who), "validator set: one stands twice");
		}
		Ok(())
	}

	/// What is kept of `who` is on hold, in order, and makes sense.
	fn try_candidate(who: &T::AccountId, candidate: &Candidate) -> Result<(), TryRuntimeError> {
		let held = T::Bonds::balance_on_hold(&HoldReason::Bond.into(), who);
		ensure!(candidate.held()? == held, "validator set: a bond is not what is on hold");
		let is_listed =
			|| Standing::<T>::get().iter().any(|Contender { who: other, .. }| other == who);
		let stands = candidate.status == Status::Standing;
		ensure!(stands == is_listed(), "validator set: a candidate that stands is not listed");
		ensure!(
			!stands || candidate.jailed_until <= Self::session(),
			"validator set: one in jail stands"
		);
		let is_gone = candidate.bond == 0 && !candidate.founder;
		ensure!(
			candidate.status != Status::Left || is_gone,
			"validator set: who has left has a bond"
		);
		let parts = &candidate.unbonding;
		let sorted = parts.iter().zip(parts.iter().skip(1)).all(|(a, b)| a.last < b.last);
		ensure!(sorted, "validator set: unbonding out of order");
		ensure!(parts.iter().all(|part| part.amount > 0), "validator set: nothing unbonds");
		Ok(())
	}

	/// Offenders are distinct validators, of this session or the next.
	fn try_offenders() -> Result<(), TryRuntimeError> {
		let mut offenders: Vec<_> = Offenders::<T>::get().into_iter().map(|(who, _)| who).collect();
		ensure!(
			offenders.iter().all(|who| Self::validates(who) || Self::is_next(who)),
			"validator set: an offender is no validator"
		);
		let listed = offenders.len();
		offenders.sort();
		offenders.dedup();
		ensure!(offenders.len() == listed, "validator set: an offender twice");
		let standing = Standing::<T>::get();
		let stands = standing.iter().any(|one| offenders.binary_search(&one.who).is_ok());
		ensure!(!stands, "validator set: an offender stands");
		Ok(())
	}

	/// The roots that are kept are those of the history, the current session and the next. `count`:
	/// validators now.
	fn try_history(count: u32) -> Result<(), TryRuntimeError> {
		if count == 0 {
			return Ok(());
		}
		let current = Self::session();
		let (first, end) = historical::StoredRange::<T>::get()
			.ok_or("validator set: no historical root is stored")?;
		ensure!(
			first >= current.saturating_sub(T::HistoryDepth::get()) && first <= current,
			"validator set: history is not pruned, or too far"
		);
		ensure!(end == current.saturating_add(2), "validator set: history has the wrong end");
		let root = historical::HistoricalSessions::<T>::get(current);
		ensure!(
			root.is_some_and(|(_, validators)| validators == count),
			"validator set: the root of this session is missing or of another set"
		);
		let present: Vec<_> = PresentKeys::<T>::get().into_iter().map(|(owner, _)| owner).collect();
		ensure!(
			present.is_empty() || present == Validators::<T>::get(),
			"validator set: the keys of this session are not its validators'"
		);
		Self::try_beginnings(first, current)
	}

	/// Beginnings are of sessions from `first` to `current`, the later of a later block.
	fn try_beginnings(first: SessionIndex, current: SessionIndex) -> Result<(), TryRuntimeError> {
		let mut all: Vec<_> = Beginnings::<T>::iter().collect();
		all.sort();
		let known = all.iter().all(|(session, _)| (first..=current).contains(session));
		ensure!(known, "validator set: a beginning of no session");
		let ascend = all.iter().zip(all.iter().skip(1)).all(|((_, a), (_, b))| a < b);
		ensure!(ascend, "validator set: sessions do not begin one after the other");
		Ok(())
	}

	/// Convictions are of sessions that can be proven, of each convict once, and charge no more than answered.
	fn try_convictions() -> Result<(), TryRuntimeError> {
		let (first, end) = historical::StoredRange::<T>::get().unwrap_or_default();
		for (session, convicts) in Convictions::<T>::iter() {
			ensure!((first..end).contains(&session), "validator set: a conviction of no session");
			let mut who: Vec<_> = convicts.iter().map(|convict| &convict.who).collect();
			who.sort();
			who.dedup();
			ensure!(who.len() == convicts.len(), "validator set: convicted twice for a session");
			let fair = convicts.iter().all(|convict| convict.charged <= convict.answering);
			ensure!(fair, "validator set: charged more than answered");
		}
		Ok(())
	}
}
