//! Orders, the close of an offering, and the collection of what it gave.

use alloc::format;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		tokens::{
			fungibles::{metadata::Mutate as _, Create, Mutate},
			Preservation,
		},
		Consideration, Get,
	},
	BoundedVec,
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use strata_numbers::{mul_div_floor, Ratio};
use strata_waterfall::{Classes, PerClass, Program, State, TestResult};

use crate::{
	allocation,
	cash::{add, sub},
	note_id,
	notes::Holding,
	AccountIdOf, Agenda, AgendaKey, Balance, BookId, Books, Cash, Checkpoints, Config,
	CourtLedgers, DealId, DealLedgers, DealOf, DealState, Deals, Error, Event, Ledgers, Listing,
	NoteIndices, Offering, Offerings, Order, OrderOf, Orders, Pallet, PerBook, Phase, Programs,
	RampUp, Receipts, TermsOf, TicketOf, TrancheKind, TrancheTerms, Workout,
};

impl<T: Config> Pallet<T> {
	/// The tranche of an open offering that an investor may order.
	fn orderable(id: DealId, rank: u8) -> Result<(DealOf<T>, TrancheTerms), DispatchError> {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		ensure!(deal.state == DealState::Offering, Error::<T>::WrongState);
		let tranches = &deal.terms.tranches;
		let tranche = *tranches.get(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		ensure!(tranche.kind == TrancheKind::Note, Error::<T>::ResidualLocked);
		let open = Self::now() < deal.terms.schedule.offering_end;
		ensure!(open, Error::<T>::OfferingOver);
		Ok((deal, tranche))
	}

	pub(crate) fn do_order(
		who: AccountIdOf<T>,
		id: DealId,
		rank: u8,
		amount: Balance,
	) -> DispatchResult {
		let (deal, tranche) = Self::orderable(id, rank)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		Self::ensure_eligible(id, tranche.restricted, &who)?;
		let schedule = &deal.terms.schedule;
		let quiet = schedule.offering_end.saturating_sub(schedule.quiet_period);
		ensure!(Self::now() < quiet, Error::<T>::QuietPeriod);

		let mut offering = Offerings::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let (held, ticket) = match Orders::<T>::get((id, rank, &who)) {
			Some(order) => (order.amount, order.ticket),
			None => {
				let room = offering.orders() < T::MaxOrdersPerDeal::get();
				ensure!(room, Error::<T>::TooManyOrders);
				(0, None)
			},
		};
		let total = add(held, amount)?;
		ensure!(total >= tranche.minimum_order, Error::<T>::OrderBelowMinimum);
		ensure!(total <= tranche.maximum_order, Error::<T>::OrderAboveMaximum);
		let ticket = match ticket {
			Some(ticket) => ticket,
			None => T::Consideration::new(&who, Self::holding_footprint())?,
		};

		let class =
			offering.classes.get_mut(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		class.ordered = add(class.ordered, amount)?;
		class.refunds_left = add(class.refunds_left, amount)?;
		if held == 0 {
			class.orders = class.orders.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		}
		Self::pay_in(id, &deal.terms.settlement, &who, amount)?;
		Offerings::<T>::insert(id, offering);
		Orders::<T>::insert((id, rank, &who), Order { amount: total, ticket: Some(ticket) });
		Self::deposit_event(Event::Ordered { deal: id, rank, who, amount, total });
		Ok(())
	}

	pub(crate) fn do_reduce_order(
		who: AccountIdOf<T>,
		id: DealId,
		rank: u8,
		amount: Balance,
	) -> DispatchResult {
		let (deal, tranche) = Self::orderable(id, rank)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut order = Orders::<T>::get((id, rank, &who)).ok_or(Error::<T>::UnknownOrder)?;
		let total = order.amount.checked_sub(amount).ok_or(Error::<T>::OrderTooSmall)?;
		let enough = total == 0 || total >= tranche.minimum_order;
		ensure!(enough, Error::<T>::OrderBelowMinimum);

		Offerings::<T>::try_mutate(id, |offering| -> DispatchResult {
			let offering = offering.as_mut().ok_or(Error::<T>::WrongState)?;
			let class =
				offering.classes.get_mut(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
			class.ordered = sub(class.ordered, amount)?;
			class.refunds_left = sub(class.refunds_left, amount)?;
			if total == 0 {
				class.orders = class.orders.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
			}
			Ok(())
		})?;
		if total == 0 {
			Orders::<T>::remove((id, rank, &who));
			Self::release(order.ticket, &who)?;
		} else {
			order.amount = total;
			Orders::<T>::insert((id, rank, &who), order);
		}
		Self::pay_out(id, &deal.terms.settlement, &who, amount)?;
		Self::deposit_event(Event::OrderReduced { deal: id, rank, who, amount, total });
		Ok(())
	}

	/// Gives a deposit back, where there is one.
	fn release(ticket: Option<TicketOf<T>>, who: &AccountIdOf<T>) -> DispatchResult {
		ticket.map_or(Ok(()), |ticket| ticket.drop(who))
	}

	pub(crate) fn do_close_offering(id: DealId) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		ensure!(deal.state == DealState::Offering, Error::<T>::WrongState);
		let over = Self::now() >= deal.terms.schedule.offering_end;
		ensure!(over, Error::<T>::OfferingNotOver);
		Self::settle_offering(id, deal)
	}

	/// Issues the notes and opens the books, or fails the deal.
	///
	/// Whatever keeps a deal from being opened fails it: investors must not be locked in while
	/// somebody mends it.
	pub(crate) fn settle_offering(id: DealId, deal: DealOf<T>) -> DispatchResult {
		let offering = Offerings::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		match with_storage_layer(|| Self::open_deal(id, deal.clone(), offering)) {
			Ok(()) => Ok(()),
			// Says nothing about the deal: somebody nested this call as deep as calls go.
			Err(reason @ DispatchError::Transactional(_)) => Err(reason),
			Err(reason) => {
				Self::fail_offering(id, deal, reason);
				Ok(())
			},
		}
	}

	fn filled(deal: &DealOf<T>, offering: &Offering) -> Result<PerClass<Balance>, DispatchError> {
		let ordered: alloc::vec::Vec<Balance> =
			offering.classes.iter().map(|class| class.ordered).collect();
		allocation::fill(&deal.terms.tranches, &ordered).map_err(|error| match error {
			allocation::Unfilled::BelowMinimum(_) => Error::<T>::TrancheBelowMinimum.into(),
			allocation::Unfilled::Overflow => ArithmeticError::Overflow.into(),
		})
	}

	fn open_deal(id: DealId, mut deal: DealOf<T>, mut offering: Offering) -> DispatchResult {
		let schedule = deal.terms.schedule;
		ensure!(Self::now() < schedule.revolving_end, Error::<T>::TooLateToLend);
		let filled = Self::filled(&deal, &offering)?;
		let program = Programs::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		Self::validate_coverage(&program, &filled)?;
		let mut principal = 0;
		for (class, filled) in offering.classes.iter_mut().zip(filled.iter()) {
			class.filled = *filled;
			class.notes_left = *filled;
			class.refunds_left = sub(class.refunds_left, *filled)?;
			principal = add(principal, *filled)?;
		}
		Offerings::<T>::insert(id, offering);
		Self::issue_notes(id, &deal, &filled)?;

		let (books, caps) = Self::open_books(id, &deal.terms, principal)?;
		let reserve = core::mem::take(&mut deal.reserve);
		let state = Self::opening(&deal.terms, &program, &filled, reserve)?;
		let ledgers =
			Self::first_ledgers(&deal.terms, &program, state, principal, books.clone(), caps)?;
		Self::watch_defaults(id, &ledgers);
		Ledgers::<T>::insert(id, ledgers);
		Agenda::<T>::remove(AgendaKey::new(schedule.offering_end, id));
		Agenda::<T>::insert(AgendaKey::new(schedule.first_payment, id), ());
		let originator = deal.originator.clone();
		let last = deal.terms.tranches.len().saturating_sub(1);
		deal.state = DealState::Active(Phase::Revolving);
		Deals::<T>::insert(id, deal);
		Self::deposit_event(Event::OfferingClosed { deal: id, filled, books });
		let rank = u8::try_from(last).map_err(|_| Error::<T>::UnknownTranche)?;
		Self::do_collect(id, rank, originator)
	}

	/// Creates the token of every tranche and mints what was filled to the deal's account, where it
	/// waits to be collected.
	fn issue_notes(id: DealId, deal: &DealOf<T>, filled: &[Balance]) -> DispatchResult {
		let account = Self::account(id);
		let listing = T::Listing::settlement(&deal.terms.settlement)
			.ok_or(Error::<T>::SettlementNotListed)?;
		for (rank, filled) in (0u8..).zip(filled) {
			let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
			T::Notes::create(note, account.clone(), true, 1)?;
			let name = format!("Strata deal {id} class {rank}").into_bytes();
			let symbol = format!("SN{id}-{rank}").into_bytes();
			T::Notes::set(note, &account, name, symbol, listing.decimals)?;
			if *filled > 0 {
				T::Notes::mint_into(note, &account, *filled)?;
			}
		}
		Ok(())
	}

	/// Opens the books, each with a ceiling of its share of `principal`, less where those of a group
	/// come to more than its share. Returns them and the caps.
	fn open_books(
		id: DealId,
		terms: &TermsOf<T>,
		principal: Balance,
	) -> Result<(PerBook<BookId>, PerBook<Ratio>), DispatchError> {
		let (mut books, mut caps) = (BoundedVec::new(), BoundedVec::new());
		// Caps are shares of what was issued, which may be less than what was offered.
		let ceilings = Self::ceilings(terms, principal)?;
		for (book, most) in terms.books.iter().zip(ceilings) {
			let cap = Self::cap(book)?;
			let capped = T::Books::capped(book.clone(), most);
			let book = T::Books::open(id, &terms.settlement, &capped)?;
			books.try_push(book).map_err(|_| ArithmeticError::Overflow)?;
			caps.try_push(cap).map_err(|_| ArithmeticError::Overflow)?;
		}
		Ok((books, caps))
	}

	/// The waterfall on the day of closing. Interest runs from the contractual end of the offering,
	/// however late it is closed.
	pub(crate) fn opening(
		terms: &TermsOf<T>,
		program: &Program,
		filled: &[Balance],
		reserve: Balance,
	) -> Result<State, DispatchError> {
		let coupons = terms.tranches.iter().map(|tranche| tranche.coupon);
		let faces = filled.iter().copied().zip(coupons);
		State::open(program, faces, terms.day_count, terms.schedule.offering_end, reserve)
			.ok_or(ArithmeticError::Overflow.into())
	}

	/// The ledgers on the day of closing.
	fn first_ledgers(
		terms: &TermsOf<T>,
		program: &Program,
		waterfall: State,
		principal: Balance,
		books: PerBook<BookId>,
		caps: PerBook<Ratio>,
	) -> Result<DealLedgers, DispatchError> {
		let notes = waterfall
			.classes
			.iter()
			.map(|class| NoteIndices { units: class.balance, ..NoteIndices::default() });
		let passed = TestResult { passed: true, ..TestResult::default() };
		let coverage = program.tests.iter().map(|test| (*test, passed));
		let restricted = (0u8..).zip(terms.tranches.iter());
		let restricted = restricted.filter(|(_, tranche)| tranche.restricted);
		let schedule = &terms.schedule;
		let available = Receipts { principal, ..Receipts::default() };
		Ok(DealLedgers {
			settlement: terms.settlement.clone(),
			phase: Some(Phase::Revolving),
			period: schedule.period,
			revolving_end: schedule.revolving_end,
			final_date: schedule.final_date,
			index: terms.index,
			restricted: restricted
				.fold(Classes::default(), |all, (rank, _)| all.with(Classes::one(rank))),
			ramp_up: RampUp::Until(schedule.ramp_up_end),
			workouts: bounded(books.iter().map(|_| Workout::default()))?,
			books,
			caps,
			losses: 0,
			excess: 0,
			cash: Cash { available, ..Cash::default() },
			collected: Receipts::default(),
			coverage: bounded(coverage)?,
			fees_payable: bounded(program.fees.iter().map(|_| 0))?,
			servicer_default: false,
			defaults: terms.defaults,
			failed_since: bounded(program.tests.iter().map(|_| None))?,
			notes: bounded(notes)?,
			waterfall,
			next_date: schedule.first_payment,
			unpaid_since: None,
			called_for: None,
			checkpoints: 0,
			proposal: 0,
			court: CourtLedgers::default(),
			parked: false,
		})
	}

	pub(crate) fn do_collect(id: DealId, rank: u8, who: AccountIdOf<T>) -> DispatchResult {
		let deal = Deals::<T>::get(id).ok_or(Error::<T>::UnknownDeal)?;
		let settled =
			matches!(deal.state, DealState::Active(_) | DealState::Failed | DealState::Closed);
		ensure!(settled, Error::<T>::WrongState);
		ensure!(usize::from(rank) < deal.terms.tranches.len(), Error::<T>::UnknownTranche);
		let order = Orders::<T>::take((id, rank, &who)).ok_or(Error::<T>::UnknownOrder)?;
		let share = Self::take_share(id, rank, order.amount)?;
		if deal.state == DealState::Failed {
			Self::release(order.ticket, &who)?;
			Self::pay_out(id, &deal.terms.settlement, &who, share.refund)?;
			let (notes, refund, pending) = (0, share.refund, 0);
			Self::deposit_event(Event::Collected { deal: id, rank, who, notes, refund, pending });
			return Ok(());
		}
		Self::hand_out(id, rank, &deal, who, order, &share)?;
		if share.last && (share.notes_over > 0 || share.cash_over > 0) {
			let (notes, cash) = (share.notes_over, share.cash_over);
			Self::credit(id, rank, &deal.originator, None, notes, cash)?;
			Self::deposit_event(Event::LeftoversAssigned { deal: id, rank, notes, cash });
		}
		Ok(())
	}

	/// Takes an order's share out of its tranche's allocation.
	fn take_share(id: DealId, rank: u8, amount: Balance) -> Result<Share, DispatchError> {
		let mut offering = Offerings::<T>::get(id).ok_or(Error::<T>::UnknownOrder)?;
		let class =
			offering.classes.get_mut(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		let unfilled = sub(class.ordered, class.filled)?;
		let notes = mul_div_floor(amount, class.filled, class.ordered);
		let refund = mul_div_floor(amount, unfilled, class.ordered);
		let notes = notes.ok_or(ArithmeticError::Overflow)?;
		let refund = refund.ok_or(ArithmeticError::Overflow)?;
		class.notes_left = sub(class.notes_left, notes)?;
		class.refunds_left = sub(class.refunds_left, refund)?;
		class.orders = class.orders.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		let mut share = Share { notes, refund, ..Share::default() };
		if class.orders == 0 {
			share.last = true;
			share.notes_over = core::mem::take(&mut class.notes_left);
			share.cash_over = core::mem::take(&mut class.refunds_left);
		}
		if offering.orders() == 0 {
			Offerings::<T>::remove(id);
		} else {
			Offerings::<T>::insert(id, offering);
		}
		Ok(share)
	}

	/// Notes and refund of one order of a closed offering.
	fn hand_out(
		id: DealId,
		rank: u8,
		deal: &DealOf<T>,
		who: AccountIdOf<T>,
		order: OrderOf<T>,
		share: &Share,
	) -> DispatchResult {
		let Share { notes, refund, .. } = *share;
		let asset = &deal.terms.settlement;
		// A refund that cannot be delivered must not keep the notes from their holder.
		let paid = with_storage_layer(|| Self::pay_out(id, asset, &who, refund)).is_ok();
		let pending = if paid { 0 } else { refund };
		let ticket = order.ticket.map(|ticket| (who.clone(), ticket));
		if notes == 0 && pending == 0 {
			if let Some((depositor, ticket)) = ticket {
				ticket.drop(&depositor)?;
			}
		} else {
			Self::credit(id, rank, &who, ticket, notes, pending)?;
		}
		let refund = sub(refund, pending)?;
		Self::deposit_event(Event::Collected { deal: id, rank, who, notes, refund, pending });
		Ok(())
	}

	/// Hands `notes` that waited since closing to `who`, with every payment made on them, and books
	/// `refund` for him to claim.
	fn credit(
		id: DealId,
		rank: u8,
		who: &AccountIdOf<T>,
		ticket: Option<(AccountIdOf<T>, TicketOf<T>)>,
		notes: Balance,
		refund: Balance,
	) -> DispatchResult {
		let mut ledgers = Ledgers::<T>::get(id).ok_or(Error::<T>::WrongState)?;
		let indices = *ledgers.notes.get(usize::from(rank)).ok_or(Error::<T>::UnknownTranche)?;
		let Holding { units, mut checkpoint } =
			Self::settled_or_new(id, rank, who, &indices, &mut ledgers, ticket)?;
		// They were his already when the latest proposal and the latest case were opened.
		let latest = ledgers.latest();
		let snapshots =
			[(&mut checkpoint.snapshot, latest.proposal), (&mut checkpoint.record, latest.record)];
		for (snapshot, latest) in snapshots {
			snapshot.add(latest, units, notes).ok_or(ArithmeticError::Overflow)?;
		}
		checkpoint.credit_since_closing(notes, &indices).ok_or(ArithmeticError::Overflow)?;
		checkpoint.refund = add(checkpoint.refund, refund)?;
		ledgers.cash.distributable = add(ledgers.cash.distributable, refund)?;
		let note = note_id(id, rank).ok_or(Error::<T>::UnknownTranche)?;
		if notes > 0 {
			T::Notes::transfer(note, &Self::account(id), who, notes, Preservation::Expendable)?;
		}
		Ledgers::<T>::insert(id, ledgers);
		Checkpoints::<T>::insert((id, rank, who), checkpoint);
		Ok(())
	}
}

/// What there are at most `Most` of, in a list.
fn bounded<V, Most: Get<u32>>(
	values: impl Iterator<Item = V>,
) -> Result<BoundedVec<V, Most>, ArithmeticError> {
	BoundedVec::try_from(values.collect::<alloc::vec::Vec<_>>())
		.map_err(|_| ArithmeticError::Overflow)
}

/// What an order is given.
#[derive(Default)]
struct Share {
	notes: Balance,
	refund: Balance,
	/// It was the last order of its tranche.
	last: bool,
	notes_over: Balance,
	cash_over: Balance,
}
