//! What a ruling about a report reaches: the report, a price that rests on it, and the feeder's bond.
//!
//! The functions have the signatures of [`Enforce`](strata_traits::Enforce); the runtime calls them
//! for cases about a feed, inside a storage layer. They are O(1) in feeders, feeds and cases, but for
//! the 15 members that a feed can have.
//!
//! Several cases may be open against one bond. Whichever is decided first is paid first.

use alloc::collections::BTreeSet;

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Provenance, Restriction},
		Get, Time,
	},
	BoundedVec,
};
use sp_runtime::{ArithmeticError, DispatchError, Perbill};
use strata_numbers::mul_div_floor;
use strata_traits::{
	Admission, Asset, Award, Balance, Case, DisputeId, Enforced, FeedId, Moment, Remedy, Subject,
	FULL_AWARD, MAX_PARTIES,
};

use crate::{
	config::MAX_MEMBERS, types::OpenCase, Cases, Config, Error, Event, Feeders, Feeds, HoldReason,
	Live, Pallet,
};

// The members of a feed and two parties: all of them are named.
const _: () = assert!(MAX_MEMBERS + 2 <= MAX_PARTIES);

/// What of a slashed bond is the claimant's, rounded down: a quarter, as much as who denounces a juror
/// gets. The rest is the treasury's. So a feeder who is found out does not save his bond by having a
/// friend claim all of it.
pub const REWARD: Perbill = Perbill::from_percent(25);

/// The parts of a case about a report.
struct Claim<'case, AccountId> {
	feed: FeedId,
	feeder: &'case AccountId,
	observed_at: Moment,
	amount: Balance,
}

impl<T: Config> Pallet<T> {
	/// Opens a case against a feeder: its bond stays until [`Pallet::court_close`]. It need not be a
	/// member of the feed any more.
	///
	/// # Errors
	/// [`Error::NotAboutAReport`], [`Error::OwnReport`], [`Error::CaseExists`],
	/// [`Error::UnknownFeed`]; [`Error::ObservedInFuture`]; [`Error::NotBonded`];
	/// [`Error::ClaimAboveBond`].
	pub fn court_open(
		dispute: DisputeId,
		case: &Case<T::AccountId>,
		claimant: &T::AccountId,
	) -> Result<Admission<T::AccountId>, DispatchError> {
		let claim = Self::claim(case)?;
		ensure!(claim.feeder != claimant, Error::<T>::OwnReport);
		ensure!(!Cases::<T>::contains_key(dispute), Error::<T>::CaseExists);
		let config = Feeds::<T>::get(claim.feed).ok_or(Error::<T>::UnknownFeed)?;
		ensure!(claim.observed_at <= T::Time::now(), Error::<T>::ObservedInFuture);
		let mut record = Feeders::<T>::get(claim.feeder).ok_or(Error::<T>::NotBonded)?;
		ensure!(claim.amount <= record.amount, Error::<T>::ClaimAboveBond);

		record.cases = record.cases.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let feeder = claim.feeder.clone();
		Feeders::<T>::insert(&feeder, record);
		Cases::<T>::insert(dispute, OpenCase { feeder: feeder.clone(), enforced: None });

		let mut parties: BTreeSet<_> = config.members.into_iter().collect();
		parties.extend([claimant.clone(), feeder.clone()]);
		Ok(Admission {
			respondent: feeder,
			asset: Some(Asset::Native),
			parties: BoundedVec::truncate_from(parties.into_iter().collect()),
		})
	}

	/// Whether `who` reports to the feed in question.
	pub fn court_is_conflicted(case: &Case<T::AccountId>, who: &T::AccountId) -> bool {
		let Subject::Feed(feed) = case.subject else { return false };
		Feeds::<T>::get(feed).is_some_and(|config| config.is_member(who))
	}

	/// Keeps nothing: the bond is kept by [`Pallet::court_open`] already.
	///
	/// # Errors
	/// [`Error::NothingToFreeze`], always.
	pub fn court_freeze(_: DisputeId, _: &Case<T::AccountId>, _: Balance) -> DispatchResult {
		Err(Error::<T>::NothingToFreeze.into())
	}

	/// Does nothing: nothing was kept.
	///
	/// # Errors
	/// None.
	pub fn court_unfreeze(_: DisputeId, _: &Case<T::AccountId>) -> DispatchResult {
		Ok(())
	}

	/// Voids the report and takes ⌊amount · `award` / 10,000⌋: from `extra`, all of which is the
	/// claimant's, then off the feeder's bond, as far as it goes. Of what the bond loses [`REWARD`],
	/// rounded down, is the claimant's, the rest the treasury's. [`Enforced::paid`] is both. An award of
	/// nothing does nothing.
	///
	/// The feeder's report to the feed is dropped if it is the one observed then, or older. A later one
	/// stays, and prices that are gone stay what they were. See
	/// [`FeedData::void`](crate::FeedData::void) for when the feed freezes.
	///
	/// Of a second call for one dispute the answer is that of the first, and nothing happens.
	///
	/// A sum that an account cannot receive, because it does not exist and the sum is less than what an
	/// account needs, holds up nothing: trying again would not help. Of `extra` it stays where it is and
	/// counts as short; of a bond the claimant's part is the treasury's then, and what neither can
	/// receive is not taken and counts as short. Locks on the feeder's account do not hold up the payment.
	///
	/// # Errors
	/// [`Error::NotAboutAReport`], [`Error::CaseUnknown`], [`Error::AwardAboveClaim`]; what the
	/// currency says if it cannot move what is there.
	pub fn court_enforce(
		dispute: DisputeId,
		case: &Case<T::AccountId>,
		claimant: &T::AccountId,
		award: Award,
		payer: &T::AccountId,
		extra: Balance,
	) -> Result<Enforced, DispatchError> {
		let claim = Self::claim(case)?;
		let mut open = Cases::<T>::get(dispute).ok_or(Error::<T>::CaseUnknown)?;
		if let Some(done) = open.enforced {
			return Ok(done);
		}
		ensure!(award <= FULL_AWARD, Error::<T>::AwardAboveClaim);
		let due = mul_div_floor(claim.amount, award.into(), FULL_AWARD.into())
			.ok_or(ArithmeticError::Overflow)?;
		if award > 0 {
			Self::void(claim.feed, &open.feeder, claim.observed_at);
		}
		let first = Self::deliverable(claimant, extra.min(due));
		if first > 0 {
			T::Currency::transfer(payer, claimant, first, Preservation::Preserve)?;
		}
		let rest = due.saturating_sub(first);
		let paid = first.saturating_add(Self::slash(dispute, &open.feeder, claimant, rest)?);
		let enforced = Enforced { paid, short: due.saturating_sub(paid) };
		open.enforced = Some(enforced);
		Cases::<T>::insert(dispute, open);
		Ok(enforced)
	}

	/// Ends the case: its feeder may withdraw again, if this was the last one. The record of one with
	/// no bond left, and no rewards, is gone then.
	///
	/// # Errors
	/// [`Error::CaseUnknown`].
	pub fn court_close(dispute: DisputeId, _: &Case<T::AccountId>) -> DispatchResult {
		let open = Cases::<T>::take(dispute).ok_or(Error::<T>::CaseUnknown)?;
		let mut record = Feeders::<T>::get(&open.feeder).ok_or(Error::<T>::NotBonded)?;
		record.cases = record.cases.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		Self::keep(&open.feeder, record);
		Ok(())
	}

	/// What `case` says, if it is about a report.
	fn claim(case: &Case<T::AccountId>) -> Result<Claim<'_, T::AccountId>, Error<T>> {
		match (case.subject, &case.remedy) {
			// What the limitation of claims goes by must be what the remedy goes by.
			(Subject::Feed(feed), Remedy::VoidPrice { feeder, observed_at, amount })
				if *observed_at == case.at =>
			{
				Ok(Claim { feed, feeder, observed_at: *observed_at, amount: *amount })
			},
			_ => Err(Error::<T>::NotAboutAReport),
		}
	}

	/// Drops the report, if it is still there, and freezes the feed, if its price rests on it.
	fn void(feed: FeedId, feeder: &T::AccountId, observed_at: Moment) {
		let now = T::Time::now();
		let voided = Live::<T>::mutate_extant(feed, |data| data.void(feeder, observed_at, now));
		let Some(voided) = voided else { return };
		let (feeder, observed_at) = (feeder.clone(), voided.observed_at);
		Self::deposit_event(Event::ReportVoided { feed, feeder, observed_at });
		if let Some(quote) = voided.frozen {
			Self::deposit_event(Event::FeedFrozen { feed, quote });
		}
	}

	/// Takes up to `most` off the bond of `feeder`, for `claimant` and the treasury. Returns what was
	/// taken.
	fn slash(
		dispute: DisputeId,
		feeder: &T::AccountId,
		claimant: &T::AccountId,
		most: Balance,
	) -> Result<Balance, DispatchError> {
		let mut record = Feeders::<T>::get(feeder).ok_or(Error::<T>::NotBonded)?;
		let most = most.min(record.amount);
		let reward = Self::deliverable(claimant, REWARD.mul_floor(most));
		let treasury = T::Treasury::get();
		let rest = Self::deliverable(&treasury, most.saturating_sub(reward));
		let amount = reward.saturating_add(rest);
		if amount == 0 {
			return Ok(0);
		}
		Self::move_bond(feeder, claimant, reward)?;
		Self::move_bond(feeder, &treasury, rest)?;
		// No more than there was.
		record.amount = record.amount.saturating_sub(amount);
		Feeders::<T>::insert(feeder, record);
		let (feeder, claimant) = (feeder.clone(), claimant.clone());
		Self::deposit_event(Event::BondSlashed { feeder, dispute, claimant, amount, reward });
		Ok(amount)
	}

	/// Moves `amount` of what `feeder` has on hold to `to`, free.
	fn move_bond(feeder: &T::AccountId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount > 0 {
			T::Currency::transfer_on_hold(
				&HoldReason::FeederBond.into(),
				feeder,
				to,
				amount,
				Precision::Exact,
				Restriction::Free,
				// A feeder could lock what it has, by a vote, to keep it.
				Fortitude::Force,
			)?;
		}
		Ok(())
	}

	/// `amount`, or nothing if the account of `who` cannot receive it.
	fn deliverable(who: &T::AccountId, amount: Balance) -> Balance {
		let answer = T::Currency::can_deposit(who, amount, Provenance::Extant).into_result();
		if answer.is_ok() {
			amount
		} else {
			0
		}
	}
}
