//! What jurors stake, put into the tree, take out of it, and answer for.
//!
//! All that a juror has staked is one amount on hold, of which a record says what it is:
//!
//! ```text
//! stake ─→ pending ─ activate ─→ active (in the tree) ─ unstake ─→ unbonding ─ withdraw_stake ─→ free
//! ```
//!
//! Seats lock what they put at risk, from whichever of these there is.

use frame_support::{
	ensure,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_court::{Epoch, KEEP_EPOCHS};
use strata_traits::Balance;

use crate::{
	types::{CourtId, Juror, Seeds, Stake, Unbonding},
	Config, Courts, Error, Event, HoldReason, Jurors, Pallet,
};

/// Epochs from taking a stake out of the tree to its end: one more than a snapshot is drawn from.
const UNBONDING_EPOCHS: Epoch = KEEP_EPOCHS + 1;

impl<T: Config> Pallet<T> {
	/// Puts `amount` more on hold, to be activated later. Does not touch the tree.
	pub(crate) fn do_stake(who: T::AccountId, court: CourtId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let terms = Self::terms_now(court)?;
		ensure!(Self::is_qualified(&who, terms.role), Error::<T>::NotQualified);
		let mut juror = Jurors::<T>::get(&who).unwrap_or_default();
		let from = T::Seeds::epoch().saturating_add(terms.activation);
		let stake = Self::add_pending(&mut juror, court, amount, from)?;
		let whole = stake.active.checked_add(stake.pending).ok_or(ArithmeticError::Overflow)?;
		ensure!(whole >= terms.stake, Error::<T>::StakeTooLow);
		// All of it must fit, so that no sum over the record fails later.
		juror.bonded().ok_or(ArithmeticError::Overflow)?;
		T::Currency::hold(&HoldReason::JurorStake.into(), &who, amount)?;
		Jurors::<T>::insert(&who, juror);
		Self::deposit_event(Event::Staked { juror: who, court, amount, from: stake.from });
		Ok(())
	}

	/// Adds to what is pending. A juror who is out of the draw until later stays so.
	fn add_pending(
		juror: &mut Juror,
		court: CourtId,
		amount: Balance,
		from: Epoch,
	) -> Result<Stake, DispatchError> {
		if juror.stake(court).is_none() {
			let stake = Stake { court, active: 0, pending: 0, from, leaf: None };
			let pushed = juror.stakes.try_push(stake);
			pushed.map_err(|_| Error::<T>::TooManyCourtsOfJuror)?;
		}
		let stake = juror.stake_mut(court).ok_or(Error::<T>::NoStake)?;
		stake.pending = stake.pending.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		stake.from = stake.from.max(from);
		Ok(*stake)
	}

	/// Puts what is pending into the tree.
	pub(crate) fn do_activate(who: T::AccountId, court: CourtId) -> DispatchResult {
		let mut juror = Jurors::<T>::get(&who).ok_or(Error::<T>::NoStake)?;
		let stake = juror.stake_mut(court).ok_or(Error::<T>::NoStake)?;
		ensure!(stake.pending > 0, Error::<T>::NoStake);
		ensure!(T::Seeds::epoch() >= stake.from, Error::<T>::TooEarly);
		let mut record = Self::court(court)?;
		let terms = Self::terms_of(court, record.version)?;
		ensure!(Self::is_qualified(&who, terms.role), Error::<T>::NotQualified);
		let active = stake.active.checked_add(stake.pending).ok_or(ArithmeticError::Overflow)?;
		ensure!(active >= terms.stake, Error::<T>::StakeTooLow);
		if stake.leaf.is_none() {
			stake.leaf = Some(Self::take_leaf(court, &mut record, &who)?);
		}
		Self::set_active(&mut record, stake, active)?;
		stake.pending = 0;
		Courts::<T>::insert(court, record);
		Jurors::<T>::insert(&who, juror);
		Self::deposit_event(Event::Activated { juror: who, court, active });
		Ok(())
	}

	/// Takes `amount` out: of what is in the tree first, then of what is pending. Nothing stays that is
	/// less than the least stake.
	pub(crate) fn do_unstake(who: T::AccountId, court: CourtId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut juror = Jurors::<T>::get(&who).ok_or(Error::<T>::NoStake)?;
		let stake = juror.stake_mut(court).ok_or(Error::<T>::NoStake)?;
		let whole = stake.active.checked_add(stake.pending).ok_or(ArithmeticError::Overflow)?;
		let rest = whole.checked_sub(amount).ok_or(Error::<T>::NoStake)?;
		let mut record = Self::court(court)?;
		let least = Self::terms_of(court, record.version)?.stake;
		let amount = if rest < least { whole } else { amount };
		ensure!(amount > 0, Error::<T>::NoStake);
		let from_tree = amount.min(stake.active);
		if from_tree > 0 {
			Self::set_active(&mut record, stake, stake.active.saturating_sub(from_tree))?;
			Courts::<T>::insert(court, record);
		}
		stake.pending = stake.pending.saturating_sub(amount.saturating_sub(from_tree));
		let from = T::Seeds::epoch().saturating_add(UNBONDING_EPOCHS);
		Self::add_unbonding(&mut juror, amount, from)?;
		Jurors::<T>::insert(&who, juror);
		Self::deposit_event(Event::Unstaked { juror: who, court, amount, from });
		Ok(())
	}

	/// One chunk for all of an epoch; a later one comes behind.
	fn add_unbonding(juror: &mut Juror, amount: Balance, from: Epoch) -> DispatchResult {
		if let Some(last) = juror.unbonding.last_mut().filter(|last| last.from == from) {
			last.amount = last.amount.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			return Ok(());
		}
		let pushed = juror.unbonding.try_push(Unbonding { amount, from });
		Ok(pushed.map_err(|_| Error::<T>::TooManyUnbonding)?)
	}

	/// Releases what was taken out long enough ago, as far as no seat needs it.
	pub(crate) fn do_withdraw_stake(who: T::AccountId) -> DispatchResult {
		let mut juror = Jurors::<T>::get(&who).ok_or(Error::<T>::NoStake)?;
		let epoch = T::Seeds::epoch();
		let mut left = juror.free().ok_or(ArithmeticError::Overflow)?;
		let mut amount: Balance = 0;
		for chunk in juror.unbonding.iter_mut().filter(|chunk| chunk.from <= epoch) {
			let part = chunk.amount.min(left);
			chunk.amount = chunk.amount.saturating_sub(part);
			left = left.saturating_sub(part);
			amount = amount.checked_add(part).ok_or(ArithmeticError::Overflow)?;
		}
		juror.unbonding.retain(|chunk| chunk.amount > 0);
		let forgotten = Self::forget_empty_stakes(&mut juror)?;
		ensure!(amount > 0 || forgotten, Error::<T>::TooEarly);
		T::Currency::release(&HoldReason::JurorStake.into(), &who, amount, Precision::Exact)?;
		Self::keep(&who, juror);
		Self::deposit_event(Event::StakeWithdrawn { juror: who, amount });
		Ok(())
	}

	/// Once nothing is on its way out, stakes of nothing are forgotten and their leaves given up; that
	/// of a juror who is out of the draw, only when that is over. Answers whether there was one.
	fn forget_empty_stakes(juror: &mut Juror) -> Result<bool, DispatchError> {
		if !juror.unbonding.is_empty() {
			return Ok(false);
		}
		let epoch = T::Seeds::epoch();
		let is_over =
			|stake: &Stake| stake.active == 0 && stake.pending == 0 && stake.from <= epoch;
		let before = juror.stakes.len();
		for stake in juror.stakes.iter().filter(|stake| is_over(stake)) {
			if let Some(leaf) = stake.leaf {
				let mut record = Self::court(stake.court)?;
				Self::give_up_leaf(stake.court, &mut record, leaf)?;
				Courts::<T>::insert(stake.court, record);
			}
		}
		juror.stakes.retain(|stake| !is_over(stake));
		Ok(juror.stakes.len() < before)
	}

	/// Stores a juror, or removes him if nothing is left.
	fn keep(who: &T::AccountId, juror: Juror) {
		if juror.is_empty() {
			Jurors::<T>::remove(who);
		} else {
			Jurors::<T>::insert(who, juror);
		}
	}

	/// Locks the deposit of a seat of `court`. `false`, and nothing is changed, if no more of the
	/// juror's stake is free, or if he is out of the draw.
	///
	/// # Errors
	/// On overflow.
	pub(crate) fn lock_seat(
		who: &T::AccountId,
		court: CourtId,
		deposit: Balance,
	) -> Result<bool, DispatchError> {
		let Some(mut juror) = Jurors::<T>::get(who) else { return Ok(false) };
		let epoch = T::Seeds::epoch();
		// He had weight at the snapshot: only an ejection, or staking anew, takes it and sets a time.
		let is_out = |stake: &Stake| stake.active == 0 && stake.from > epoch;
		if juror.stake(court).is_some_and(is_out) {
			return Ok(false);
		}
		if juror.free().ok_or(ArithmeticError::Overflow)? < deposit {
			return Ok(false);
		}
		juror.locked = juror.locked.checked_add(deposit).ok_or(ArithmeticError::Overflow)?;
		juror.seats = juror.seats.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Jurors::<T>::insert(who, juror);
		Ok(true)
	}

	/// Unlocks the `deposit` of a seat of `court`, and moves `slash` of the juror's stake, or what there
	/// is, to the court's account: of what is pending first, then on its way out, then in the trees.
	/// With `eject` the juror is out of the draw of the court for so many epochs. Answers what was taken.
	///
	/// Called once for each [`Pallet::lock_seat`].
	///
	/// # Errors
	/// If there is no such juror, or less is locked.
	pub(crate) fn release_seat(
		who: &T::AccountId,
		court: CourtId,
		deposit: Balance,
		slash: Balance,
		eject: Option<Epoch>,
	) -> Result<Balance, DispatchError> {
		let mut juror = Jurors::<T>::get(who).ok_or(Error::<T>::NoStake)?;
		juror.locked = juror.locked.checked_sub(deposit).ok_or(ArithmeticError::Underflow)?;
		juror.seats = juror.seats.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		let taken = slash.min(juror.bonded().ok_or(ArithmeticError::Overflow)?);
		let left = Self::take_inactive(&mut juror, court, taken);
		Self::take_active(&mut juror, court, left)?;
		if let Some(epochs) = eject {
			Self::eject(who, &mut juror, court, epochs)?;
		}
		if taken > 0 {
			T::Currency::transfer_on_hold(
				&HoldReason::JurorStake.into(),
				who,
				&Self::account(),
				taken,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)?;
			Self::forget_empty_stakes(&mut juror)?;
		}
		Self::keep(who, juror);
		Ok(taken)
	}

	/// Takes up to `amount` of what is not in a tree, what is pending in `court` first. Answers what is
	/// missing.
	fn take_inactive(juror: &mut Juror, court: CourtId, amount: Balance) -> Balance {
		juror.stakes.sort_by_key(|stake| stake.court != court);
		let pending = juror.stakes.iter_mut().map(|stake| &mut stake.pending);
		let unbonding = juror.unbonding.iter_mut().map(|chunk| &mut chunk.amount);
		let mut left = amount;
		for part in pending.chain(unbonding) {
			let taken = left.min(*part);
			*part = part.saturating_sub(taken);
			left = left.saturating_sub(taken);
		}
		juror.unbonding.retain(|chunk| chunk.amount > 0);
		left
	}

	/// Takes `amount` of what is in trees, in that of `court` first. It is there.
	fn take_active(juror: &mut Juror, court: CourtId, amount: Balance) -> DispatchResult {
		juror.stakes.sort_by_key(|stake| stake.court != court);
		let mut left = amount;
		for stake in juror.stakes.iter_mut() {
			let taken = left.min(stake.active);
			if taken == 0 {
				continue;
			}
			let mut record = Self::court(stake.court)?;
			Self::set_active(&mut record, stake, stake.active.saturating_sub(taken))?;
			Courts::<T>::insert(stake.court, record);
			left = left.saturating_sub(taken);
		}
		ensure!(left == 0, ArithmeticError::Underflow);
		Ok(())
	}

	/// Takes a juror out of the draw of a court: what is in the tree waits for its activation again.
	fn eject(
		who: &T::AccountId,
		juror: &mut Juror,
		court: CourtId,
		epochs: Epoch,
	) -> DispatchResult {
		let Some(stake) = juror.stake_mut(court) else { return Ok(()) };
		let active = stake.active;
		if active > 0 {
			let mut record = Self::court(court)?;
			Self::set_active(&mut record, stake, 0)?;
			Courts::<T>::insert(court, record);
			let pending = stake.pending.checked_add(active);
			stake.pending = pending.ok_or(ArithmeticError::Overflow)?;
		}
		stake.from = stake.from.max(T::Seeds::epoch().saturating_add(epochs));
		let until = stake.from;
		Self::deposit_event(Event::Ejected { juror: who.clone(), court, until });
		Ok(())
	}
}
