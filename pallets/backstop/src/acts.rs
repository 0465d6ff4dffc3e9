//! What depositors do.

use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{Consideration, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_liquidation::pool::{Exit, Share};
use strata_traits::{Balance, Moment};

use crate::{
	pools::Stored,
	types::{Depositor, Pair, PoolRecord},
	Config, DepositorOf, Error, Event, Pallet, Pools, Shares,
};

impl<T: Config> Pallet<T> {
	/// Deposits `amount`, and opens the pool if there is none.
	pub(crate) fn do_deposit(who: &T::AccountId, pair: Pair, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::NothingToDo);
		let (mut record, to_pay) = if Pools::<T>::contains_key(&pair) {
			let record = Self::pool(&pair)?;
			ensure!(Self::holds_its_cash(&pair, &record), Error::<T>::Impaired);
			(record, amount)
		} else {
			let record = Self::opened(&pair)?;
			let float = record.cash_float;
			(record, amount.checked_add(float).ok_or(ArithmeticError::Overflow)?)
		};
		let mut depositor = Self::depositor(&mut record, who)?;
		Self::take(&pair, &record, who, to_pay)?;
		let active_from = record
			.pool
			.enter(&mut depositor.share, amount, T::Time::now(), T::EntryDelay::get())
			.ok_or(ArithmeticError::Overflow)?;
		let pool = record.id;
		Self::store(&pair, who, record, depositor)?;
		Self::deposit_event(Event::Deposited { pool, who: who.clone(), amount, active_from });
		Ok(())
	}

	/// The share of `who`, up to date; a new one if there is none.
	fn depositor(
		record: &mut PoolRecord,
		who: &T::AccountId,
	) -> Result<DepositorOf<T>, DispatchError> {
		if let Some(mut depositor) = Shares::<T>::get(record.id, who) {
			Self::settle(record, &mut depositor.share)?;
			return Ok(depositor);
		}
		record.shares = record.shares.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let ticket = T::Consideration::new(who, Self::footprint())?;
		Ok(Depositor { share: Share::default(), ticket })
	}

	/// When cash can be withdrawn whose notice ends at `ready`: from, until.
	pub(crate) fn exit_window(ready: Moment) -> Option<(Moment, Moment)> {
		Some((ready, ready.checked_add(T::ExitWindow::get())?))
	}

	/// Gives notice for `amount`, or for all there is.
	pub(crate) fn do_request_exit(
		who: &T::AccountId,
		pair: Pair,
		amount: Balance,
	) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::NothingToDo);
		let (record, mut depositor) = Self::touched(&pair, who)?;
		let stake = depositor.share.stake.ok_or(Error::<T>::NothingActive)?;
		let amount = amount.min(stake.amount);
		let ready =
			T::Time::now().checked_add(T::ExitNotice::get()).ok_or(ArithmeticError::Overflow)?;
		let (from, until) = Self::exit_window(ready).ok_or(ArithmeticError::Overflow)?;
		depositor.share.exit = Some(Exit { amount, ready });
		let pool = record.id;
		Self::store(&pair, who, record, depositor)?;
		Self::deposit_event(Event::ExitRequested { pool, who: who.clone(), amount, from, until });
		Ok(())
	}

	/// Takes the notice back.
	pub(crate) fn do_cancel_exit(who: &T::AccountId, pair: Pair) -> DispatchResult {
		let (record, mut depositor) = Self::touched(&pair, who)?;
		depositor.share.exit.take().ok_or(Error::<T>::NoNotice)?;
		let pool = record.id;
		Self::store(&pair, who, record, depositor)?;
		Self::deposit_event(Event::ExitCancelled { pool, who: who.clone() });
		Ok(())
	}

	/// Pays what is left of the cash whose notice has ended, and the gains if they can be delivered.
	pub(crate) fn do_withdraw(who: &T::AccountId, pair: Pair) -> DispatchResult {
		let (mut record, mut depositor) = Self::touched(&pair, who)?;
		let exit = depositor.share.exit.ok_or(Error::<T>::NoNotice)?;
		let (from, until) = Self::exit_window(exit.ready).ok_or(ArithmeticError::Overflow)?;
		let now = T::Time::now();
		ensure!(now >= from, Error::<T>::NoticeRunning);
		ensure!(now < until, Error::<T>::NoticeExpired);
		let amount = exit.amount;
		record
			.pool
			.leave(&mut depositor.share, amount, &mut Stored::<T>::of(record.id))
			.ok_or(ArithmeticError::Underflow)?;
		Self::pay_out(&pair.settlement, record.id, who, amount)?;
		Self::deposit_event(Event::Withdrawn { pool: record.id, who: who.clone(), amount });

		let before = (record.clone(), depositor.share.clone());
		let delivered =
			with_storage_layer(|| Self::pay_gains(&pair, who, &mut record, &mut depositor.share));
		if delivered.is_err() {
			// They stay claimable: an asset that does not move must not keep the cash in.
			(record, depositor.share) = before;
		}
		Self::store(&pair, who, record, depositor)
	}

	/// Pays the gains.
	pub(crate) fn do_claim(who: &T::AccountId, pair: Pair) -> DispatchResult {
		let (mut record, mut depositor) = Self::touched(&pair, who)?;
		let spent = depositor.share.is_empty();
		ensure!(spent || depositor.share.gains > 0, Error::<T>::NothingToClaim);
		Self::pay_gains(&pair, who, &mut record, &mut depositor.share)?;
		Self::store(&pair, who, record, depositor)
	}

	fn pay_gains(
		pair: &Pair,
		who: &T::AccountId,
		record: &mut PoolRecord,
		share: &mut Share,
	) -> DispatchResult {
		let amount = core::mem::take(&mut share.gains);
		if amount == 0 {
			return Ok(());
		}
		record.collateral =
			record.collateral.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
		Self::pay_out(&pair.collateral, record.id, who, amount)?;
		Self::deposit_event(Event::Claimed { pool: record.id, who: who.clone(), amount });
		Ok(())
	}
}
