//! One payment date.

use frame_support::{ensure, storage::with_storage_layer};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_waterfall::{run, Collections, Funds, Outcome, Payment, PerClass};

use crate::{
	cash::{add, add_funds, sub_funds},
	Agenda, AgendaKey, Balance, Books, Config, DealId, DealLedgers, DealOf, DealState, Deals,
	Error, Event, LateCash, Ledgers, NoteIndices, Pallet, Phase,
};

impl<T: Config> Pallet<T> {
	/// Runs the first payment date that has come.
	pub(crate) fn do_run_payment(id: DealId) -> DispatchResult {
		let mut deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let DealState::Active(phase) = deal.state else {
			return Err(Error::<T>::WrongState.into());
		};
		let mut ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let date = ledgers.next_date;
		ensure!(Self::now() >= date, Error::<T>::NotDue);

		let funds = ledgers.cash.available;
		let outcome = Self::waterfall(&deal, &ledgers, funds)?;
		Self::deposit_event(Event::PaymentRun {
			deal: id,
			date,
			collected: ledgers.collected,
			funds,
			payments: outcome.payments.clone(),
			left: outcome.left,
		});
		Self::distribute(&mut ledgers, outcome)?;
		Self::move_on(id, &deal, &mut ledgers)?;
		let schedule = &deal.terms.schedule;
		let state = deal.state;
		if phase == Phase::Revolving && date >= schedule.revolving_end {
			deal.state = DealState::Active(Phase::Amortising);
			Self::deposit_event(Event::Amortising { deal: id });
		}
		if Self::repaid(&ledgers) && Self::books_closed(&ledgers) {
			Self::close_deal(id, &mut deal, &ledgers)?;
		} else if date >= schedule.final_date
			&& date.saturating_sub(schedule.period) < schedule.final_date
		{
			Self::deposit_event(Event::FinalDatePassed { deal: id, date });
		}
		if deal.state != state {
			Deals::<T>::insert(id, deal);
		}
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}

	/// The waterfall of the next date on `funds`. Nothing is written.
	pub(crate) fn waterfall(
		deal: &DealOf<T>,
		ledgers: &DealLedgers,
		funds: Funds,
	) -> Result<Outcome, DispatchError> {
		let date = ledgers.next_date;
		let redeem = date >= deal.terms.schedule.revolving_end;
		let program = Self::program(&deal.terms)?;
		run(&ledgers.waterfall, &program, &Collections { date, funds, redeem })
			.map_err(|_| Error::<T>::WaterfallFailed.into())
	}

	/// Moves what classes were paid to `distributable` and into their indices.
	fn distribute(ledgers: &mut DealLedgers, outcome: Outcome) -> DispatchResult {
		for (indices, payment) in ledgers.notes.iter_mut().zip(outcome.payments.iter()) {
			let paid = add(payment.interest, payment.principal)?;
			ledgers.cash.distributable = add(ledgers.cash.distributable, paid)?;
			*indices = Self::indexed(*indices, payment).ok_or(ArithmeticError::Overflow)?;
		}
		ledgers.waterfall = outcome.state;
		ledgers.cash.available = outcome.left;
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

	/// Makes the next contractual date the one to run, with the cash that came for it.
	fn move_on(id: DealId, deal: &DealOf<T>, ledgers: &mut DealLedgers) -> DispatchResult {
		let date = ledgers.next_date;
		let next = date.checked_add(deal.terms.schedule.period).ok_or(ArithmeticError::Overflow)?;
		let arrived = LateCash::<T>::take(id, next);
		let cash = &mut ledgers.cash;
		cash.later = sub_funds(cash.later, arrived)?;
		cash.available = add_funds(cash.available, arrived)?;
		ledgers.collected = arrived;
		ledgers.next_date = next;
		ledgers.parked = false;
		Agenda::<T>::remove(AgendaKey::new(date, id));
		Agenda::<T>::insert(AgendaKey::new(next, id), ());
		Ok(())
	}

	/// Whether no class has a balance and no cash waits for another date.
	fn repaid(ledgers: &DealLedgers) -> bool {
		ledgers.waterfall.classes.iter().all(|class| class.balance == 0)
			&& ledgers.cash.available == Funds::default()
			&& ledgers.cash.later == Funds::default()
	}

	/// Closes all books, or none. `false` if one is still owed anything, or does not say.
	fn books_closed(ledgers: &DealLedgers) -> bool {
		let owed_nothing = |book: &u32| {
			T::Books::figures(*book).is_some_and(|figures| {
				figures.performing_principal == 0 && figures.interest_due == 0
			})
		};
		ledgers.books.iter().all(owed_nothing)
			&& with_storage_layer(|| -> DispatchResult {
				ledgers.books.iter().try_for_each(|book| T::Books::close(*book))
			})
			.is_ok()
	}

	fn close_deal(id: DealId, deal: &mut DealOf<T>, ledgers: &DealLedgers) -> DispatchResult {
		let unpaid = Self::interest_owed(ledgers)?;
		Agenda::<T>::remove(AgendaKey::new(ledgers.next_date, id));
		deal.state = DealState::Closed;
		Self::deposit_event(Event::DealClosed { deal: id, unpaid });
		Ok(())
	}

	fn interest_owed(ledgers: &DealLedgers) -> Result<Balance, ArithmeticError> {
		ledgers.waterfall.classes.iter().try_fold(0, |sum, class| {
			add(sum, class.interest_owed().ok_or(ArithmeticError::Overflow)?)
		})
	}

	/// What each class would be paid on the next date if `funds` more came in. Nothing is written.
	pub(crate) fn hypothetical(id: DealId, more: Funds) -> Option<PerClass<Payment>> {
		let deal = Deals::<T>::get(id)?;
		let ledgers = Ledgers::<T>::get(id)?;
		if !matches!(deal.state, DealState::Active(_)) {
			return None;
		}
		let funds = add_funds(ledgers.cash.available, more).ok()?;
		Self::waterfall(&deal, &ledgers, funds).ok().map(|outcome| outcome.payments)
	}
}
