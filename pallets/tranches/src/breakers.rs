//! What ends a deal before its time, and what brings in cash for its coupon.

use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{EnsureOrigin, Get},
};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

use crate::{
	payments::Dated, AccountIdOf, Balance, Books, Config, DealId, DealLedgers, DealOf, DealState,
	Deals, Error, Event, Ledgers, Pallet, Phase, Programs, Receipts,
};

impl<T: Config> Pallet<T> {
	/// An active deal and its ledgers.
	pub(crate) fn under_way(id: DealId) -> Result<(DealOf<T>, Phase, DealLedgers), DispatchError> {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let DealState::Active(phase) = deal.state else {
			return Err(Error::<T>::WrongState.into());
		};
		let ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		Ok((deal, phase, ledgers))
	}

	pub(crate) fn do_call_liquidity(who: &AccountIdOf<T>, id: DealId) -> DispatchResult {
		let (deal, _, mut ledgers) = Self::under_way(id)?;
		let (now, date) = (Self::now(), ledgers.next_date);
		ensure!(now < date && !ledgers.parked, Error::<T>::PaymentPending);
		let half = ledgers.period.checked_div(2).ok_or(ArithmeticError::DivisionByZero)?;
		let early = now < date.saturating_sub(half);
		ensure!(!early || *who == deal.parties.servicer, Error::<T>::TooEarly);
		ensure!(ledgers.called_for != Some(date), Error::<T>::AlreadyCalled);
		ledgers.end_ramp_up(now);
		let program = Programs::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let Dated { outcome, .. } = Self::ahead(&program, &ledgers, &Receipts::default())?;
		let missing = Self::missing(&ledgers.waterfall, &outcome.payments)?;
		ensure!(missing > 0, Error::<T>::CouponCovered);
		let called = Self::call_books(&ledgers, missing);
		ensure!(called > 0, Error::<T>::NothingToCall);
		// A call for less would keep everybody from calling for the rest, which is not owed yet.
		ensure!(!early || called >= missing, Error::<T>::TooEarly);
		ledgers.called_for = Some(date);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::LiquidityCalled { deal: id, missing, called });
		Ok(())
	}

	/// Calls `missing` from the books, the one that is owed most interest first. A book that cannot be
	/// called is passed over: the others are not to blame. Returns what is called.
	pub(crate) fn call_books(ledgers: &DealLedgers, missing: Balance) -> Balance {
		let mut owing: Vec<_> = ledgers
			.books
			.iter()
			.filter_map(|book| {
				let owed = T::Books::figures(*book)?.interest_due;
				(owed > 0).then_some((owed, *book))
			})
			.collect();
		owing.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
		let mut left = missing;
		for (_, book) in owing {
			if left == 0 {
				break;
			}
			let called = with_storage_layer(|| T::Books::call(book, left)).unwrap_or_default();
			// A book calls no more than it is asked for.
			left = left.saturating_sub(called);
		}
		missing.saturating_sub(left)
	}

	/// Ends what was called: the coupon is paid. A book that cannot be told keeps its call.
	pub(crate) fn end_calls(ledgers: &DealLedgers) {
		for book in ledgers.books.iter() {
			let _ = with_storage_layer(|| T::Books::call(*book, 0));
		}
	}

	/// `None` if `origin` governs deals. Anybody else must have signed, and is returned.
	pub(crate) fn governs(origin: OriginFor<T>) -> Result<Option<AccountIdOf<T>>, DispatchError> {
		match T::DealAdmin::try_origin(origin) {
			Ok(_) => Ok(None),
			Err(origin) => ensure_signed(origin).map(Some).map_err(Into::into),
		}
	}

	pub(crate) fn do_accelerate(origin: OriginFor<T>, id: DealId) -> DispatchResult {
		let who = Self::governs(origin)?;
		let (deal, phase, mut ledgers) = Self::under_way(id)?;
		let running = matches!(phase, Phase::Revolving | Phase::Amortising);
		ensure!(running, Error::<T>::WrongState);
		if let Some(who) = who {
			// A date that has come is run first, as it would have been in time.
			let settled = Self::now() < ledgers.next_date && !ledgers.parked;
			ensure!(settled, Error::<T>::PaymentPending);
			let unpaid = who == deal.parties.trustee && ledgers.unpaid_since.is_some();
			let overdue = unpaid || Self::coupon_overdue(&ledgers);
			ensure!(overdue, Error::<T>::CouponNotOverdue);
		}
		Self::mature_books(id, &mut ledgers)?;
		Ledgers::<T>::insert(id, ledgers);
		Ok(())
	}

	/// Whether two dates in a row at least left the coupon of the senior-most class unpaid: it was
	/// unpaid for the whole of a period.
	fn coupon_overdue(ledgers: &DealLedgers) -> bool {
		let latest = ledgers.next_date.saturating_sub(ledgers.period);
		ledgers.unpaid_since.is_some_and(|since| since < latest)
	}

	pub(crate) fn do_wind_down(origin: OriginFor<T>, id: DealId) -> DispatchResult {
		let governs = Self::governs(origin)?.is_none();
		let (_, phase, mut ledgers) = Self::under_way(id)?;
		ensure!(phase != Phase::WindingDown, Error::<T>::WrongState);
		let unsound = || ledgers.books.iter().any(|book| T::Books::is_unsound(*book));
		ensure!(governs || unsound(), Error::<T>::BooksSound);
		let until = Self::now().checked_add(T::RepayWindow::get());
		let until = until.ok_or(ArithmeticError::Overflow)?;
		ledgers.books.iter().try_for_each(|book| T::Books::wind_down(*book, until))?;
		Self::enter(id, &mut ledgers, Phase::WindingDown);
		Ledgers::<T>::insert(id, ledgers);
		Self::deposit_event(Event::WindingDown { deal: id, until });
		Ok(())
	}
}
