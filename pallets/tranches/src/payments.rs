//! One payment date.

use frame_support::{
	ensure,
	storage::{with_storage_layer, with_transaction, TransactionOutcome},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_waterfall::{run, Collections, Outcome, Payment, PerClass, Redeem, State};

use crate::{
	cash::{add, sub},
	netting::{net, Netted},
	Agenda, AgendaKey, Balance, Books, Config, DealId, DealLedgers, DealOf, DealState, Deals,
	Error, Event, LateCash, Ledgers, NoteIndices, Pallet, Phase, RampUp, Receipts,
};

/// What a date would do, or has done.
pub(crate) struct Dated {
	/// The receipts, netted.
	pub netted: Netted,
	/// What the waterfall made of them.
	pub outcome: Outcome,
}

impl<T: Config> Pallet<T> {
	/// Runs the first payment date that has come.
	pub(crate) fn do_run_payment(id: DealId) -> DispatchResult {
		let mut deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let DealState::Active(phase) = deal.state else {
			return Err(Error::<T>::WrongState.into());
		};
		let mut ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let (now, date) = (Self::now(), ledgers.next_date);
		ensure!(now >= date, Error::<T>::NotDue);
		ledgers.end_ramp_up(now);
		let last = Self::close_books(&ledgers);
		let held = !last && Self::holds_residual(&ledgers);

		let funds = ledgers.cash.available;
		let Dated { netted, outcome } = Self::waterfall(&deal, &ledgers, &funds, last, held)?;
		let missing = Self::missing(&ledgers.waterfall, &outcome.payments)?;
		Self::deposit_event(Event::PaymentRun {
			deal: id,
			date,
			collected: ledgers.collected,
			funds,
			charged: netted.losses,
			payments: outcome.payments.clone(),
			left: outcome.left,
			reserve: outcome.state.reserve,
			held,
		});
		Self::distribute(&mut ledgers, outcome)?;
		Self::move_on(id, &mut ledgers)?;
		if phase == Phase::Revolving && date >= ledgers.revolving_end {
			Self::enter(&mut deal, &mut ledgers, Phase::Amortising);
			Self::deposit_event(Event::Amortising { deal: id });
		}
		if last {
			Self::close_deal(id, &mut deal, &mut ledgers)?;
		} else {
			Self::after_date(id, &deal, &mut ledgers, date, missing);
		}
		if deal.state != DealState::Active(phase) {
			Deals::<T>::insert(id, deal);
		}
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}

	/// Makes `phase` the deal's phase, in both places that say so.
	pub(crate) fn enter(deal: &mut DealOf<T>, ledgers: &mut DealLedgers, phase: Phase) {
		deal.state = DealState::Active(phase);
		ledgers.phase = Some(phase);
	}

	/// What a date leaves to be done: a coupon of the senior-most class that was not paid is called
	/// from borrowers, and the passing of the final date is said once.
	fn after_date(
		id: DealId,
		deal: &DealOf<T>,
		ledgers: &mut DealLedgers,
		date: u64,
		missing: Balance,
	) {
		// What was called before this date does not keep anybody from calling for the next one.
		let called_before = ledgers.called_for.take().is_some() || ledgers.unpaid_since.is_some();
		if missing == 0 {
			ledgers.unpaid_since = None;
			if called_before {
				Self::end_calls(ledgers);
			}
		} else {
			ledgers.unpaid_since.get_or_insert(date);
			// What is for sale will bring cash for it too.
			let selling =
				ledgers.workouts.iter().fold(0u128, |sum, w| sum.saturating_add(w.principal));
			let called = Self::call_books(ledgers, missing.saturating_sub(selling));
			if called > 0 {
				Self::deposit_event(Event::LiquidityCalled { deal: id, missing, called });
			}
		}
		let end = deal.terms.schedule.final_date;
		if date >= end && date.saturating_sub(ledgers.period) < end {
			Self::deposit_event(Event::FinalDatePassed { deal: id, date });
		}
	}

	/// The waterfall of the next date on `receipts`. Nothing is written.
	pub(crate) fn waterfall(
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		receipts: &Receipts,
		last: bool,
		hold_residual: bool,
	) -> Result<Dated, DispatchError> {
		let date = ledgers.next_date;
		let mut state = ledgers.waterfall.clone();
		let room = deal.terms.reserve_target.saturating_sub(state.reserve);
		let netted = net(receipts, room).ok_or(ArithmeticError::Overflow)?;
		state.reserve = add(state.reserve, netted.to_reserve)?;
		let redeem = match ledgers.ramp_up {
			_ if ledgers.amortises(date) => Redeem::All,
			RampUp::Ended { at, undrawn } if date >= at => Redeem::UpTo(undrawn),
			_ => Redeem::Nothing,
		};
		let Netted { funds, recoveries, losses, .. } = netted;
		let collections =
			Collections { date, funds, recoveries, losses, redeem, hold_residual, last };
		let program = Self::program(&deal.terms)?;
		let outcome = run(&state, &program, &collections);
		Ok(Dated { netted, outcome: outcome.map_err(|_| Error::<T>::WaterfallFailed)? })
	}

	/// What the coupon of the senior-most class, as of before the run, lacks after it.
	pub(crate) fn missing(
		before: &State,
		payments: &[Payment],
	) -> Result<Balance, ArithmeticError> {
		let residual = payments.len().saturating_sub(1);
		before
			.classes
			.iter()
			.zip(payments)
			.take(residual)
			.find(|(class, payment)| class.balance > 0 || payment.due > 0)
			.map_or(Ok(0), |(_, payment)| sub(payment.due, payment.interest))
	}

	/// Whether the residual waits: the deal is ended before its time, a loss is charged on a later
	/// date, or something that backs the notes is worth less than its principal or has no price.
	pub(crate) fn holds_residual(ledgers: &DealLedgers) -> bool {
		let covered = |book| {
			T::Books::figures(book).is_some_and(|figures| {
				figures.performing_principal == 0
					|| figures.value.is_some_and(|value| value >= figures.performing_principal)
			})
		};
		matches!(ledgers.phase, Some(Phase::Accelerated | Phase::WindingDown))
			|| ledgers.cash.later.losses > 0
			|| Self::under_water(ledgers)
			|| !ledgers.books.iter().all(|book| covered(*book))
	}

	/// Whether collateral that waits to be sold counts for less than the principal it was seized for,
	/// or nobody can say for how much. One look per book that is in liquidation.
	pub(crate) fn under_water(ledgers: &DealLedgers) -> bool {
		ledgers.books.iter().zip(ledgers.workouts.iter()).any(|(book, workout)| {
			workout.principal > 0
				&& T::Books::carrying(*book, workout.units)
					.is_none_or(|worth| worth < workout.principal)
		})
	}

	/// Moves what classes were paid to `distributable` and into their indices.
	fn distribute(ledgers: &mut DealLedgers, outcome: Outcome) -> DispatchResult {
		for (indices, payment) in ledgers.notes.iter_mut().zip(outcome.payments.iter()) {
			let paid = add(payment.interest, payment.principal)?;
			ledgers.cash.distributable = add(ledgers.cash.distributable, paid)?;
			*indices = Self::indexed(*indices, payment).ok_or(ArithmeticError::Overflow)?;
		}
		ledgers.waterfall = outcome.state;
		// All balances are zero when it is paid out, and then it is all the principal there is.
		ledgers.excess = sub(ledgers.excess, outcome.released)?;
		ledgers.cash.available = Receipts {
			interest: outcome.left.interest,
			principal: outcome.left.principal,
			..Receipts::default()
		};
		Ok(())
	}

	/// The indices after a payment. A class without units is owed nothing and paid nothing.
	fn indexed(mut indices: NoteIndices, payment: &Payment) -> Option<NoteIndices> {
		if payment.interest > 0 {
			indices.interest = indices.interest.paid(payment.interest, indices.units)?;
		}
		if payment.principal > 0 {
			indices.principal = indices.principal.paid(payment.principal, indices.units)?;
		}
		Some(indices)
	}

	/// Makes the next contractual date the one to run, with what came in for it.
	fn move_on(id: DealId, ledgers: &mut DealLedgers) -> DispatchResult {
		let date = ledgers.next_date;
		let next = date.checked_add(ledgers.period).ok_or(ArithmeticError::Overflow)?;
		let arrived = LateCash::<T>::take(id, next);
		let cash = &mut ledgers.cash;
		cash.later = cash.later.minus(&arrived).ok_or(ArithmeticError::Underflow)?;
		cash.available = cash.available.plus(&arrived).ok_or(ArithmeticError::Overflow)?;
		ledgers.collected = arrived;
		if matches!(ledgers.ramp_up, RampUp::Ended { at, .. } if date >= at) {
			ledgers.ramp_up = RampUp::Over;
		}
		ledgers.next_date = next;
		ledgers.parked = false;
		Agenda::<T>::remove(AgendaKey::new(date, id));
		Agenda::<T>::insert(AgendaKey::new(next, id), ());
		Ok(())
	}

	/// Closes all books, or none. `false` unless the next date is the last one: principal redeems
	/// notes, no book is owed anything, nothing is in liquidation, nothing came in for later dates,
	/// and no lot of a book is open.
	fn close_books(ledgers: &DealLedgers) -> bool {
		let owed_nothing = |book: &u32| {
			T::Books::figures(*book).is_some_and(|figures| {
				figures.performing_principal == 0 && figures.interest_due == 0
			})
		};
		ledgers.amortises(ledgers.next_date)
			&& ledgers.in_liquidation() == Some(0)
			&& ledgers.cash.later == Receipts::default()
			&& ledgers.books.iter().all(owed_nothing)
			&& with_storage_layer(|| -> DispatchResult {
				ledgers.books.iter().try_for_each(|book| T::Books::close(*book))
			})
			.is_ok()
	}

	/// After the last date: balances that are left have nothing to be paid from.
	fn close_deal(id: DealId, deal: &mut DealOf<T>, ledgers: &mut DealLedgers) -> DispatchResult {
		let spent = ledgers.cash.available.cash() == Some(0) && ledgers.waterfall.reserve == 0;
		ensure!(spent, Error::<T>::WaterfallFailed);
		let unpaid = Self::interest_owed(ledgers)?;
		let written_off = ledgers.waterfall.write_off().ok_or(ArithmeticError::Overflow)?;
		Agenda::<T>::remove(AgendaKey::new(ledgers.next_date, id));
		deal.state = DealState::Closed;
		ledgers.phase = None;
		Self::deposit_event(Event::DealClosed { deal: id, unpaid, written_off });
		Ok(())
	}

	fn interest_owed(ledgers: &DealLedgers) -> Result<Balance, ArithmeticError> {
		ledgers.waterfall.classes.iter().try_fold(0, |sum, class| {
			add(sum, class.interest_owed().ok_or(ArithmeticError::Overflow)?)
		})
	}

	/// What the next date would do if `more` came in before it. Nothing is written.
	pub(crate) fn ahead(
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		more: &Receipts,
	) -> Result<Dated, DispatchError> {
		let receipts = ledgers.cash.available.plus(more).ok_or(ArithmeticError::Overflow)?;
		let last = with_transaction(|| {
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(Self::close_books(ledgers)))
		})?;
		let held = !last && Self::holds_residual(ledgers);
		Self::waterfall(deal, ledgers, &receipts, last, held)
	}

	/// What each class would be paid on the next date if `more` came in. Nothing is written.
	pub(crate) fn hypothetical(id: DealId, more: &Receipts) -> Option<PerClass<Payment>> {
		let deal = Deals::<T>::get(id)?;
		let mut ledgers = Ledgers::<T>::get(id).filter(|ledgers| ledgers.phase.is_some())?;
		ledgers.end_ramp_up(Self::now());
		Self::ahead(&deal, &ledgers, more).ok().map(|dated| dated.outcome.payments)
	}
}
