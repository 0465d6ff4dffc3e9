//! One payment date.

use alloc::{borrow::Cow, vec::Vec};
use frame_support::{
	ensure,
	storage::{with_storage_layer, with_transaction, TransactionOutcome},
	traits::Get,
	weights::Weight,
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::Ratio;
use strata_traits::PriceFeeds;
use strata_waterfall::{run, Collections, Coupon, Mode, Outcome, Payment, Program, State};

use crate::{
	cash::{add, sub},
	clean_up::redeeming,
	collections::{count, pool, Counted},
	coverage::left_passing,
	netting::{net, Netted},
	Agenda, AgendaKey, Balance, Books, Config, DealId, DealLedgers, DealState, Deals, Error, Event,
	LateCash, Ledgers, Moment, NoteIndices, Opening, Openings, Pallet, Phase, Programs, RampUp,
	Receipts, WeightInfo,
};

/// What comes after a date.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
	/// The next one.
	Open,
	/// The final date has passed and nothing will come in any more but recoveries.
	Recoveries,
	/// Nothing: every book is closed.
	Closed,
}

/// What a date would do, or has done.
pub(crate) struct Dated {
	/// The receipts, netted.
	pub netted: Netted,
	/// What the waterfall was given.
	pub collections: Collections,
	/// What it made of it.
	pub outcome: Outcome,
	/// What comes after it.
	pub end: End,
	/// Whether it was tried as the last one, which closes every book.
	pub tried: bool,
}

impl<T: Config> Pallet<T> {
	/// Runs the first payment date that has come, and says what it weighed. Reads and writes the deal
	/// only if its state changes.
	pub(crate) fn do_run_payment(id: DealId) -> Result<Weight, DispatchError> {
		Self::ensure_room()?;
		let mut ledgers = Self::active(id, Error::<T>::WrongState)?;
		let (now, date) = (Self::now(), ledgers.next_date);
		ensure!(now >= date, Error::<T>::NotDue);
		ledgers.end_ramp_up(now);
		let program = Programs::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let funds = ledgers.cash.available;
		let dated = Self::date(&program, &ledgers, &funds)?;
		let missing = Self::missing(&ledgers.waterfall, &dated.outcome.payments)?;
		let spent = Self::weight_of(&ledgers, &dated, missing);
		Self::report(id, &ledgers, &dated);
		let Dated { mut outcome, collections, end, .. } = dated;
		let called = ledgers.phase == Some(Phase::Called);
		let state = ledgers.waterfall.clone();
		Openings::<T>::insert(id, Opening { state, receipts: funds, collections, called });
		let mode = outcome.mode;
		Self::say_triggers(id, date, &ledgers.waterfall.triggers, &outcome.state.triggers);
		Self::set_payments_aside(id, &mut ledgers, &mut outcome.payments)?;
		Self::distribute(&mut ledgers, outcome, end)?;
		Self::move_on(id, &mut ledgers)?;
		if end == End::Closed {
			Self::close_deal(id, &mut ledgers)?;
		} else {
			Self::follow(id, &mut ledgers, mode)?;
			Self::after_date(id, &mut ledgers, date, missing);
			Self::watch_after_date(id, &ledgers);
		}
		Ledgers::<T>::insert(id, ledgers);
		Ok(spent)
	}

	/// What a date weighs: little for an ordinary one, on which every book is looked at once and none
	/// is written; else the worst.
	fn weight_of(ledgers: &DealLedgers, dated: &Dated, missing: Balance) -> Weight {
		let Dated { outcome, tried, .. } = dated;
		let called = ledgers.called_for.is_some() || ledgers.unpaid_since.is_some();
		let ordinary = !tried
			&& !called
			&& missing == 0
			&& ledgers.phase.is_some_and(|phase| phase.stays_in(outcome.mode))
			&& ledgers.in_liquidation() == Some(0)
			&& ledgers.cash.later == Receipts::default()
			// Nothing that the court waits for.
			&& ledgers.court.freezes.is_empty();
		// A test that is left failing is watched: its deal and a valuation are read, a look is booked.
		let watched = match ledgers.passes(&outcome.tests) {
			true => Weight::default(),
			false => T::DbWeight::get().reads_writes(2, 1),
		};
		match u32::try_from(ledgers.books.len()) {
			// A book that holds less than its ledger is asked what it does hold: one read more.
			Ok(books) if ordinary => T::WeightInfo::run_payment(books)
				.saturating_add(T::DbWeight::get().reads(books.into()))
				.saturating_add(watched),
			_ => Self::payment_weight(),
		}
	}

	/// Says what a date did.
	fn report(id: DealId, ledgers: &DealLedgers, dated: &Dated) {
		let Dated { netted, collections, outcome, .. } = dated;
		Self::deposit_event(Event::PaymentRun {
			deal: id,
			date: collections.date,
			collected: ledgers.collected,
			funds: ledgers.cash.available,
			charged: netted.losses,
			mode: outcome.mode,
			payments: outcome.payments.clone(),
			fees: outcome.fees.clone(),
			tests: outcome.tests.clone(),
			left: outcome.left,
			reserve: outcome.state.reserve,
			held: collections.hold_residual,
			written_off: outcome.written_off,
			written_up: outcome.written_up,
		});
	}

	/// Makes `phase` the deal's phase, in both places that say so.
	pub(crate) fn enter(id: DealId, ledgers: &mut DealLedgers, phase: Phase) {
		ledgers.phase = Some(phase);
		Self::set_state(id, DealState::Active(phase));
	}

	/// Stores the state of a deal.
	fn set_state(id: DealId, state: DealState) {
		Deals::<T>::mutate(id, |deal| {
			if let Some(deal) = deal {
				deal.state = state;
			}
		});
	}

	/// What a date leaves to be done: a coupon of the senior-most class that was not paid is called
	/// from borrowers, and the passing of the final date is said once.
	fn after_date(id: DealId, ledgers: &mut DealLedgers, date: Moment, missing: Balance) {
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
		let end = ledgers.final_date;
		if date >= end && date.saturating_sub(ledgers.period) < end {
			Self::deposit_event(Event::FinalDatePassed { deal: id, date });
		}
	}

	/// The next date on `receipts`. Closes the books if it is the last one; writes nothing else.
	///
	/// It is the last one if nothing will come in any more and everything that is left finds its owner.
	/// While the program leaves something, e.g. to a class that a schedule redeems later, dates go on.
	pub(crate) fn date(
		program: &Program,
		ledgers: &DealLedgers,
		receipts: &Receipts,
	) -> Result<Dated, DispatchError> {
		let program = &match ledgers.phase {
			Some(Phase::Called) => Cow::Owned(redeeming(program)),
			_ => Cow::Borrowed(program),
		};
		let books = Self::count_books(ledgers);
		let tried = Self::is_over(ledgers, &books);
		let last = tried.then(|| {
			with_storage_layer(|| {
				let end = Self::close_books(ledgers);
				ensure!(end != End::Open, Error::<T>::WaterfallFailed);
				let dated = Self::waterfall(program, ledgers, receipts, &books, end)?;
				let outcome = &dated.outcome;
				let spent = outcome.left == Default::default() && outcome.state.reserve == 0;
				ensure!(spent, Error::<T>::WaterfallFailed);
				Ok::<_, DispatchError>(dated)
			})
		});
		match last {
			Some(Ok(dated)) => Ok(dated),
			_ => {
				let dated = Self::waterfall(program, ledgers, receipts, &books, End::Open)?;
				Ok(Dated { tried, ..dated })
			},
		}
	}

	/// The books of a deal now.
	pub(crate) fn count_books(ledgers: &DealLedgers) -> Vec<Counted> {
		count(ledgers, T::Books::figures, T::Books::carrying)
	}

	/// The waterfall of the next date on `receipts`. Nothing is written.
	fn waterfall(
		program: &Program,
		ledgers: &DealLedgers,
		receipts: &Receipts,
		books: &[Counted],
		end: End,
	) -> Result<Dated, DispatchError> {
		let overflow = ArithmeticError::Overflow;
		let mut state = ledgers.waterfall.clone();
		let target = program.reserve.target(&state).ok_or(overflow)?;
		let netted = net(receipts, target.saturating_sub(state.reserve)).ok_or(overflow)?;
		state.reserve = add(state.reserve, netted.to_reserve)?;
		let mut collections = Self::collections(program, ledgers, &netted, books, end)?;
		let failed = |_| Error::<T>::WaterfallFailed;
		let mut outcome = run(&state, program, &collections).map_err(failed)?;
		// A deal that is accelerated pays no residual, on the date that accelerates it neither.
		let held = collections.hold_residual || end != End::Open;
		if outcome.mode == Mode::Accelerated && !held {
			collections.hold_residual = true;
			outcome = run(&state, program, &collections).map_err(failed)?;
		}
		Ok(Dated { netted, collections, outcome, end, tried: end != End::Open })
	}

	/// What the waterfall is told of the next date.
	fn collections(
		program: &Program,
		ledgers: &DealLedgers,
		netted: &Netted,
		books: &[Counted],
		end: End,
	) -> Result<Collections, DispatchError> {
		let date = ledgers.next_date;
		let Netted { funds, recoveries, losses, .. } = *netted;
		let mode = ledgers.mode(date);
		let last = end != End::Open;
		Ok(Collections {
			date,
			funds,
			recoveries,
			losses,
			pool: pool(books, funds.principal, &ledgers.cash.later)
				.ok_or(ArithmeticError::Overflow)?,
			// The last date redeems, whatever a trigger that ended lending would make of it.
			mode: if last { mode.max(Mode::Amortising) } else { mode },
			set_aside: match ledgers.ramp_up {
				RampUp::Ended { at, undrawn } if date >= at => undrawn,
				_ => 0,
			},
			hold_residual: !last && Self::holds_residual(ledgers, books),
			servicer_default: ledgers.servicer_default,
			index: Self::index(program, ledgers),
			last,
		})
	}

	/// The index of floating coupons for the period that begins. `None` if there is none, or none that
	/// can be relied on now: rates stay.
	fn index(program: &Program, ledgers: &DealLedgers) -> Option<Ratio> {
		let floating = |coupon: &Coupon| matches!(coupon, Coupon::Floating { .. });
		let feed = ledgers
			.index
			.filter(|_| program.classes.iter().any(|class| floating(&class.coupon)))?;
		T::Feeds::reading(feed).reliable().map(|quote| quote.mid)
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
	pub(crate) fn holds_residual(ledgers: &DealLedgers, books: &[Counted]) -> bool {
		matches!(ledgers.phase, Some(Phase::Accelerated | Phase::WindingDown))
			|| ledgers.cash.later.losses > 0
			|| books.iter().any(|book| book.is_under_water() || !book.is_covered())
	}

	/// Moves what classes and fees were paid to their ledgers and indices, and keeps what the tests
	/// found.
	fn distribute(ledgers: &mut DealLedgers, outcome: Outcome, end: End) -> DispatchResult {
		let date = ledgers.next_date;
		for (indices, payment) in ledgers.notes.iter_mut().zip(outcome.payments.iter()) {
			let paid = add(payment.interest, payment.principal)?;
			ledgers.cash.distributable = add(ledgers.cash.distributable, paid)?;
			*indices = Self::indexed(*indices, payment).ok_or(ArithmeticError::Overflow)?;
		}
		for (payable, paid) in ledgers.fees_payable.iter_mut().zip(outcome.fees.iter()) {
			*payable = add(*payable, *paid)?;
		}
		let tests = ledgers.coverage.iter_mut().zip(ledgers.failed_since.iter_mut());
		for (((test, result), since), found) in tests.zip(outcome.tests.iter()) {
			*result = *found;
			*since = match left_passing(test, found) {
				true => None,
				false => since.or(Some(date)),
			};
		}
		ledgers.waterfall = outcome.state;
		ledgers.excess = match end {
			// All balances are zero when it is paid out, and then it is all the principal there is.
			End::Open => sub(add(ledgers.excess, outcome.built)?, outcome.released)?,
			// Nothing is lent, nothing is owed: what is left is in cash, and the date leaves none.
			End::Recoveries | End::Closed => outcome.left.principal,
		};
		ledgers.cash.available = Receipts {
			interest: outcome.left.interest,
			principal: outcome.left.principal,
			..Receipts::default()
		};
		Ok(())
	}

	/// The indices after a payment. A class without units is owed nothing and paid nothing.
	pub(crate) fn indexed(mut indices: NoteIndices, payment: &Payment) -> Option<NoteIndices> {
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
		let cash = &mut ledgers.cash;
		// Only a late run finds anything.
		let arrived = match cash.later == Receipts::default() {
			true => Receipts::default(),
			false => LateCash::<T>::take(id, next),
		};
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

	/// Whether nothing will come in any more but recoveries: principal redeems notes, no book is owed
	/// anything, nothing is in liquidation, and nothing came in for later dates.
	fn is_over(ledgers: &DealLedgers, books: &[Counted]) -> bool {
		ledgers.amortises(ledgers.next_date)
			&& ledgers.in_liquidation() == Some(0)
			&& ledgers.cash.later == Receipts::default()
			&& books.iter().all(Counted::is_repaid)
	}

	/// Closes all books of a deal that is over, or none. A lot that is still open, which may bring a
	/// recovery, keeps its book from closing; that keeps the deal open, but not its notes beyond the
	/// final date.
	fn close_books(ledgers: &DealLedgers) -> End {
		let closed = with_storage_layer(|| -> DispatchResult {
			ledgers.books.iter().try_for_each(|book| T::Books::close(*book))
		});
		match closed {
			Ok(()) => End::Closed,
			Err(_) if ledgers.next_date >= ledgers.final_date => End::Recoveries,
			Err(_) => End::Open,
		}
	}

	/// After the last date: balances that are left have nothing to be paid from and are written off.
	fn close_deal(id: DealId, ledgers: &mut DealLedgers) -> DispatchResult {
		let unpaid = Self::interest_owed(ledgers)?;
		let written_off = ledgers
			.waterfall
			.classes
			.iter()
			.try_fold(0, |sum, class| add(sum, class.written_off))?;
		Agenda::<T>::remove(AgendaKey::new(ledgers.next_date, id));
		Self::set_state(id, DealState::Closed);
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
		program: &Program,
		ledgers: &DealLedgers,
		more: &Receipts,
	) -> Result<Dated, DispatchError> {
		let receipts = ledgers.cash.available.plus(more).ok_or(ArithmeticError::Overflow)?;
		with_transaction(|| TransactionOutcome::Rollback(Self::date(program, ledgers, &receipts)))
	}
}
