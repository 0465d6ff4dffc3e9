//! The walk: book after book, the riskiest rungs first, for as long as the meter lasts.
//!
//! Books that the last walk could not finish come first, one turn each, the deepest first; then all
//! books from the cursor once round; then again those that are not finished, turn after turn, each time
//! the deepest first. A turn is at most [`TURN`] rungs. Within a walk each book continues behind the
//! last rung that was looked at, never from the riskiest: the keys of rungs that are gone would have to
//! be passed again each time. Merges only lead past that point.
//!
//! How deep a book lies is how many rungs its riskiest one lies beyond the threshold; after a turn, the
//! last one that was looked at. A key says it. What the unsafe rungs of a book lack in money is a sum
//! that changes with every price: none is kept, and to find it out would take a read for each of them.
//! A book that has turned unsafe since the last walk gets its first turn when the cursor comes to it,
//! in the order of the books and not of their depths: so all of them are found by the one look that
//! each book gets anyway, and not by a pass before it.
//!
//! A liquidity call has business with every rung, more than a block has room for. Each walk begins with
//! the unsafe ones and goes on behind the one that the call has come to: else rungs that owe nothing
//! would be looked at again in every block, and those behind them never.
//!
//! Each turn is one storage layer, and each rung in it another one: a rung that fails is quarantined
//! and the turn goes on; a turn that fails changes nothing and the walk goes on.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{
	storage::with_storage_layer,
	traits::Time,
	weights::{Weight, WeightMeter},
};
use sp_runtime::{traits::UniqueSaturatedInto, ArithmeticError, BoundedVec, DispatchError};
use strata_ladder::RungKey;
use strata_traits::{Auctions, BookId, Moment};

use crate::{
	liquidation::{Haul, Room, Treated},
	market::Readings,
	modes::{observe, Mode, Situation},
	types::{Book, LiquidityCall, RungTotals, WalkClock},
	Backlog, Books, Clock, Config, Cursor, Error, Event, Pallet, Rungs, WeightInfo,
};

/// Rungs of one book in one turn.
pub(crate) const TURN: u32 = 64;

/// Rungs that may have been liquidated in a block before a call in it: the call passes their keys
/// again, and pays for it. The hooks meter what they pass.
pub(crate) const MAX_PASSED: u32 = 64;

/// Why a step through a book ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
	/// The next rung is safe, or there is none.
	Complete,
	/// As many rungs were looked at as the caller wanted.
	Turn,
	/// The meter is out.
	Meter,
	/// The book has as much in auction as it may have.
	Capped,
}

/// What a step through a book did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stepped {
	/// Why it ended.
	pub stop: Stop,
	/// Rungs that were looked at.
	pub walked: u32,
	/// Rungs that were liquidated or placed again.
	pub changed: u32,
	/// The last rung that is behind the step.
	pub last: Option<RungKey>,
	/// Why the first rung that failed did.
	pub failure: Option<DispatchError>,
}

/// How far a step through a book may go.
pub(crate) struct Reach<'a> {
	/// Rungs at most.
	pub rungs: u32,
	/// What they may take.
	pub meter: &'a mut WeightMeter,
	/// What each of them takes.
	pub each: Weight,
	/// Whether quarantined rungs are tried again.
	pub retry: bool,
}

/// What a turn of one book came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Turn {
	/// Nothing is left to do in it.
	Done,
	/// There is more to do; `true` if this walk may come back to it.
	More(bool),
	/// The meter is out.
	Out,
}

/// One walk, in one hook.
struct Walk<'a, T: Config> {
	meter: &'a mut WeightMeter,
	now: Moment,
	clock: WalkClock,
	readings: Readings,
	/// Books with more to do, and how deep their riskiest rung lies.
	queue: Vec<(BookId, u32)>,
	/// The last rung of each book that is behind this walk.
	passed: BTreeMap<BookId, RungKey>,
	/// Books that this walk does not come back to.
	finished: BTreeSet<BookId>,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Pallet<T> {
	/// Walks all books within `meter`, which pays for every unit of work before it is begun.
	///
	/// Prices come between `on_poll` and `on_idle`. Where `on_idle` has looked at all books, `on_poll`
	/// of the next block knows nothing new and leaves it at those with a backlog.
	pub(crate) fn walk(meter: &mut WeightMeter, idle: bool) {
		if meter.try_consume(T::WeightInfo::walk_base()).is_err() {
			return;
		}
		let now = T::Time::now();
		let mut clock = Self::tick(now);
		let block = frame_system::Pallet::<T>::block_number().unique_saturated_into();
		let swept = !idle && clock.swept > 0 && clock.swept.saturating_add(1) == block;
		let stored = Backlog::<T>::get();
		let mut walk = Walk::<T> {
			meter,
			now,
			clock,
			readings: Readings::default(),
			queue: stored.to_vec(),
			passed: BTreeMap::new(),
			finished: BTreeSet::new(),
			_config: core::marker::PhantomData,
		};
		let mut lasts = walk.round();
		if lasts && !swept {
			let (going, complete) = walk.circle(clock.circled != now);
			lasts = going;
			clock.circled = now;
			clock.swept = if idle && complete { block } else { 0 };
			Clock::<T>::put(clock);
		}
		while lasts && walk.has_more() {
			lasts = walk.round();
		}
		walk.sort();
		let queue = BoundedVec::truncate_from(walk.queue);
		if queue != stored {
			Backlog::<T>::put(queue);
		}
	}

	/// The rung of `id` that comes after `last`; its riskiest without `last`.
	pub(crate) fn next_rung(id: BookId, last: Option<RungKey>) -> Option<RungKey> {
		match last {
			Some(key) => {
				let from = Rungs::<T>::hashed_key_for(id, key);
				Rungs::<T>::iter_key_prefix_from(id, from).next()
			},
			None => Rungs::<T>::iter_key_prefix(id).next(),
		}
	}

	/// `key`, or where the liquidity call of `book` goes on, if it has been at `key`. Unsafe rungs are
	/// never passed over. One read more at most.
	fn going_on(id: BookId, book: &Book, situation: &Situation, key: RungKey) -> Option<RungKey> {
		let calling = situation.mode == Mode::Call && !situation.is_unsafe(key.rung());
		match book.call.and_then(|call| call.at) {
			Some(at) if calling && key <= at => Self::next_rung(id, Some(at)),
			_ => Some(key),
		}
	}

	/// The book that comes after `last` in the order of the state, or the first one after the end.
	fn next_book(last: Option<BookId>) -> Option<BookId> {
		last.and_then(|id| Books::<T>::iter_keys_from(Books::<T>::hashed_key_for(id)).next())
			.or_else(|| Books::<T>::iter_keys().next())
	}

	/// Goes through the rungs of `book` from `first` on and does what `situation` asks for, as far as
	/// `reach` lets it. At the end at most two lots are opened and the book is stored.
	///
	/// # Errors
	/// If the book cannot be brought up to date, or the lots cannot be opened. Must be called inside
	/// a storage layer.
	pub(crate) fn step(
		id: BookId,
		mut book: Book,
		mut situation: Situation,
		first: RungKey,
		reach: Reach,
	) -> Result<Stepped, DispatchError> {
		let stored = (book.backlog, book.call);
		let now = T::Time::now();
		book.accrue(now).ok_or(ArithmeticError::Overflow)?;
		let room = Self::room(id, &book).ok_or(ArithmeticError::Overflow)?;
		let mut haul = Haul::default();
		let mut stepped =
			Stepped { stop: Stop::Complete, walked: 0, changed: 0, last: None, failure: None };
		let mut next = Self::going_on(id, &book, &situation, first);
		while let Some(key) = next.filter(|key| situation.concerns(key.rung())) {
			if stepped.walked == reach.rungs {
				stepped.stop = Stop::Turn;
				break;
			}
			if reach.meter.try_consume(reach.each).is_err() {
				stepped.stop = Stop::Meter;
				break;
			}
			stepped.walked = stepped.walked.saturating_add(1);
			match Self::try_rung(id, &mut book, &situation, key, reach.retry, room, &mut haul)? {
				Ok(Treated::Capped) => {
					stepped.stop = Stop::Capped;
					break;
				},
				Ok(Treated::Kept) => {},
				Ok(_) => stepped.changed = stepped.changed.saturating_add(1),
				Err(error) => stepped.failure = stepped.failure.or(Some(error)),
			}
			stepped.last = Some(key);
			Self::come_to(&mut book, &situation, key);
			Self::end_call(id, &mut book, &mut situation, false);
			next = Self::next_rung(id, Some(key))
				.and_then(|key| Self::going_on(id, &book, &situation, key));
		}
		if stepped.stop == Stop::Complete {
			Self::end_call(id, &mut book, &mut situation, true);
		}
		Self::flag(id, &mut book, stepped.stop != Stop::Complete);
		Self::reprice(id, &mut book, now)?;
		book.removed = (now, Self::removed(&book, now).saturating_add(stepped.changed));
		if stepped.changed > 0 || stored != (book.backlog, book.call) {
			Self::sell(id, &mut book, &situation, haul)?;
		}
		Ok(stepped)
	}

	/// One rung in a storage layer of its own. Where it fails nothing is changed but that it is
	/// quarantined; the inner error says why. A rung in quarantine is kept unless `retry`.
	///
	/// # Errors
	/// [`Error::UnknownRung`].
	fn try_rung(
		id: BookId,
		book: &mut Book,
		situation: &Situation,
		key: RungKey,
		retry: bool,
		room: Room,
		haul: &mut Haul,
	) -> Result<Result<Treated, DispatchError>, DispatchError> {
		let entry = Rungs::<T>::get(id, key).ok_or(Error::<T>::UnknownRung)?;
		if entry.quarantined && !retry {
			return Ok(Ok(Treated::Kept));
		}
		let rung = key.rung();
		let (mut changed, mut taken) = (book.clone(), *haul);
		let treated = with_storage_layer(|| {
			Self::liquidate_rung(id, &mut changed, situation, rung, entry, room, &mut taken)
		});
		match treated {
			Ok(_) => (*book, *haul) = (changed, taken),
			// A rung that is safe does not fail for want of a liquidation.
			Err(error) if !entry.quarantined && situation.is_unsafe(rung) => {
				Rungs::<T>::insert(id, key, RungTotals { quarantined: true, ..entry });
				Self::deposit_event(Event::RungQuarantined { book: id, rung, error });
			},
			Err(_) => {},
		}
		Ok(treated)
	}

	/// Takes note that the liquidity call of `book` has come to `key`.
	fn come_to(book: &mut Book, situation: &Situation, key: RungKey) {
		if situation.mode == Mode::Call && !situation.is_unsafe(key.rung()) {
			if let Some(call) = &mut book.call {
				call.at = Some(key);
			}
		}
	}

	/// Ends the liquidity call of `book` when everything is raised, or when the ladder is at its end.
	fn end_call(id: BookId, book: &mut Book, situation: &mut Situation, at_end: bool) {
		let Some(LiquidityCall { amount, .. }) =
			book.call.filter(|call| situation.mode == Mode::Call && (at_end || call.amount == 0))
		else {
			return;
		};
		book.call = None;
		situation.mode = Mode::Ordinary;
		Self::deposit_event(Event::CallEnded { book: id, unraised: amount });
	}

	/// Ends the liquidity call of a book that nobody owes anything. The caller stores `book`. Returns
	/// whether there was one.
	fn end_idle_call(id: BookId, book: &mut Book) -> bool {
		if book.totals.debt > 0 {
			return false;
		}
		let Some(call) = book.call.take() else { return false };
		Self::deposit_event(Event::CallEnded { book: id, unraised: call.amount });
		true
	}

	/// One more key that whoever looks for the riskiest rung has to pass in this block.
	pub(crate) fn note_removed(book: &mut Book) {
		let now = T::Time::now();
		book.removed = (now, Self::removed(book, now).saturating_add(1));
	}

	/// Says whether unsafe rungs are left behind. The caller stores `book`. Returns whether it changed.
	pub(crate) fn flag(id: BookId, book: &mut Book, backlog: bool) -> bool {
		if book.backlog == backlog {
			return false;
		}
		book.backlog = backlog;
		Self::deposit_event(Event::BacklogChanged { book: id, backlog });
		true
	}

	/// How many rungs of `book` were liquidated in the block of `now`.
	fn removed(book: &Book, now: Moment) -> u32 {
		let (at, count) = book.removed;
		if at == now {
			count
		} else {
			0
		}
	}

	/// Compares what the account of `id` holds with its ledgers. O(1).
	pub(crate) fn audit(id: BookId) {
		let Some(mut book) = Books::<T>::get(id) else { return };
		let held = Self::held(id, &book.collateral);
		let expected = book
			.totals
			.collateral
			.checked_add(book.dust)
			.and_then(|sum| sum.checked_add(T::Auctions::on_sale(id).units));
		// A ledger that does not fit is not covered either.
		let impaired = expected.is_none_or(|expected| held < expected);
		if impaired != book.impaired {
			book.impaired = impaired;
			Books::<T>::insert(id, &book);
			Self::deposit_event(Event::Audited { book: id, held, expected, impaired });
		}
	}

	/// Does one step in `id` for anyone, through at most `rungs` rungs, those in quarantine included.
	/// Returns how many it looked at.
	///
	/// # Errors
	/// Those of the call. Must be called inside a storage layer.
	pub(crate) fn do_liquidate(id: BookId, rungs: u32) -> Result<u32, DispatchError> {
		frame_support::ensure!(rungs > 0, Error::<T>::NothingToDo);
		let (mut book, now) = Self::walkable(id)?;
		let few = Self::removed(&book, now) <= MAX_PASSED;
		frame_support::ensure!(few, Error::<T>::EnoughInBlock);
		let clock = Self::tick(now);
		let situation = Self::situation(&book, now, &clock, &mut Readings::default())?;
		let first = Self::next_rung(id, None).filter(|key| situation.concerns(key.rung()));
		let Some(first) = first else {
			// Somebody repaid what the walk had left behind.
			let ended = Self::end_idle_call(id, &mut book);
			let changed = Self::flag(id, &mut book, false) || ended;
			frame_support::ensure!(changed, Error::<T>::NothingUnsafe);
			Books::<T>::insert(id, &book);
			return Ok(0);
		};
		let (meter, each) = (&mut WeightMeter::new(), Weight::zero());
		let reach = Reach { rungs, meter, each, retry: true };
		let stepped = Self::step(id, book, situation, first, reach)?;
		if stepped.changed == 0 {
			let reason = match stepped.stop {
				Stop::Capped => Error::<T>::AuctionCapReached,
				_ => Error::<T>::NothingUnsafe,
			};
			return Err(stepped.failure.unwrap_or(reason.into()));
		}
		Ok(stepped.walked)
	}
}

impl<T: Config> Walk<'_, T> {
	/// Whether a book is left that this walk may come back to.
	fn has_more(&self) -> bool {
		self.queue.iter().any(|(id, _)| !self.finished.contains(id))
	}

	/// One turn for each book with more to do, the deepest first. Returns whether the meter lasts.
	fn round(&mut self) -> bool {
		self.sort();
		let open = self.queue.iter().map(|(id, _)| *id).filter(|id| !self.finished.contains(id));
		let ids: Vec<BookId> = open.collect();
		ids.into_iter().all(|id| self.turn(id) != Turn::Out)
	}

	/// The deepest first.
	fn sort(&mut self) {
		self.queue.sort_by_key(|(_, depth)| core::cmp::Reverse(*depth));
	}

	/// All books once, from the cursor on. Returns whether the meter lasts, and whether it came round.
	/// The first one is audited.
	///
	/// A full circle ends one book further than it began, so that each book is audited in its turn.
	fn circle(&mut self, audit: bool) -> (bool, bool) {
		let start = Cursor::<T>::get();
		let (mut at, mut first, mut lasts, mut complete) = (start, None, true, false);
		while self.meter.can_consume(Pallet::<T>::visit_weight()) {
			let next = Pallet::<T>::next_book(at);
			complete = next.is_none() || next == first;
			let Some(id) = next.filter(|_| !complete) else {
				at = first.or(at);
				break;
			};
			if first.is_none() && audit {
				self.audit(id);
			}
			first = first.or(Some(id));
			let turn = if self.had_turn(id) { self.look() } else { self.turn(id) };
			if turn == Turn::Out {
				lasts = false;
				break;
			}
			at = Some(id);
		}
		if at != start {
			Cursor::<T>::set(at);
		}
		(lasts, complete)
	}

	/// Audits `id`, if the meter has room for it.
	fn audit(&mut self, id: BookId) {
		if self.meter.try_consume(T::WeightInfo::audit_book()).is_ok() {
			Pallet::<T>::audit(id);
		}
	}

	/// Whether `id` has had a turn in this walk.
	fn had_turn(&self, id: BookId) -> bool {
		self.finished.contains(&id) || self.queue.iter().any(|(other, _)| *other == id)
	}

	/// Pays for coming across a book that had its turn.
	fn look(&mut self) -> Turn {
		match self.meter.try_consume(Pallet::<T>::look_weight()) {
			Ok(()) => Turn::Done,
			Err(()) => Turn::Out,
		}
	}

	/// A turn for `id`: looks at it, and liquidates if there is anything to liquidate.
	fn turn(&mut self, id: BookId) -> Turn {
		if !self.meter.can_consume(Pallet::<T>::visit_weight()) {
			return Turn::Out;
		}
		self.meter.consume(Pallet::<T>::look_weight());
		let Some(book) = Books::<T>::get(id).filter(Book::is_walked) else {
			return self.settled(id);
		};
		let last = self.passed.get(&id).copied();
		let removed = if last.is_none() { Pallet::<T>::removed(&book, self.now) } else { 0 };
		let passing = Pallet::<T>::passing_weight(removed);
		if !self.meter.can_consume(passing.saturating_add(Pallet::<T>::after_look_weight())) {
			return Turn::Out;
		}
		self.meter.consume(passing);
		let Some(first) = Pallet::<T>::next_rung(id, last) else {
			return self.clean(id, book);
		};
		self.meter
			.consume(T::WeightInfo::read_price().saturating_mul(self.readings.missing(&book)));
		let book = self.observed(id, book);
		match Pallet::<T>::situation(&book, self.now, &self.clock, &mut self.readings) {
			// Nothing is known: what was unsafe stays so.
			Err(_) => self.waits(id, book.backlog),
			Ok(situation) if !situation.concerns(first.rung()) => self.clean(id, book),
			Ok(situation) => self.liquidate(id, book, situation, first),
		}
	}

	/// Takes this moment's prices into the average of a book that winds down. One that has never had
	/// a price is announced once.
	fn observed(&mut self, id: BookId, mut book: Book) -> Book {
		let Some(mut plan) = book.wind_down else { return book };
		let quotes = self.readings.enforceable::<T>(&book).ok();
		let mut changed = observe(&mut plan, self.now, quotes.as_ref());
		let unpriced = plan.weight == 0 && plan.last.is_none();
		// The sums reach to the end of the window once that is announced.
		if self.now >= plan.until && unpriced && plan.summed_to < plan.until {
			plan.summed_to = plan.until;
			changed = true;
			Pallet::<T>::deposit_event(Event::NoPriceToCloseOut { book: id });
		}
		if changed {
			self.meter.consume(T::WeightInfo::mark_book());
			book.wind_down = Some(plan);
			Books::<T>::insert(id, &book);
		}
		book
	}

	/// Nothing in `id` is unsafe.
	fn clean(&mut self, id: BookId, mut book: Book) -> Turn {
		let ended = Pallet::<T>::end_idle_call(id, &mut book);
		if Pallet::<T>::flag(id, &mut book, false) || ended {
			self.meter.consume(T::WeightInfo::mark_book());
			Books::<T>::insert(id, &book);
		}
		self.settled(id)
	}

	/// `id` needs no more turns.
	fn settled(&mut self, id: BookId) -> Turn {
		self.finished.insert(id);
		self.queue.retain(|(other, _)| *other != id);
		Turn::Done
	}

	/// `id` gets no more turns in this walk, whether or not it has a backlog.
	fn waits(&mut self, id: BookId, backlog: bool) -> Turn {
		self.finished.insert(id);
		if backlog {
			Turn::More(false)
		} else {
			self.settled(id)
		}
	}

	/// A turn of liquidation, from `first` on.
	fn liquidate(&mut self, id: BookId, book: Book, situation: Situation, first: RungKey) -> Turn {
		self.enqueue(id, situation.depth(first.rung()));
		let each = Pallet::<T>::rung_weight();
		let base = Pallet::<T>::step_weight();
		if !self.meter.can_consume(base.saturating_add(each)) {
			self.meter.consume(T::WeightInfo::mark_book());
			Self::leave_behind(id);
			return Turn::Out;
		}
		self.meter.consume(base);
		let reach = Reach { rungs: TURN, meter: &mut *self.meter, each, retry: false };
		match with_storage_layer(|| Pallet::<T>::step(id, book, situation, first, reach)) {
			Ok(stepped) => self.stepped(id, &situation, stepped),
			Err(error) => {
				Pallet::<T>::deposit_event(Event::WalkFailed { book: id, error });
				// Paid for with the step, which has written nothing.
				Self::leave_behind(id);
				self.waits(id, true)
			},
		}
	}

	/// Takes note of where a step ended.
	fn stepped(&mut self, id: BookId, situation: &Situation, stepped: Stepped) -> Turn {
		if let Some(last) = stepped.last {
			self.passed.insert(id, last);
			self.enqueue(id, situation.depth(last.rung()));
		}
		match stepped.stop {
			Stop::Complete => self.settled(id),
			Stop::Turn => Turn::More(true),
			Stop::Capped => self.waits(id, true),
			Stop::Meter => Turn::Out,
		}
	}

	/// Says that `id` has more to do than was done.
	fn leave_behind(id: BookId) {
		if let Some(mut book) = Books::<T>::get(id) {
			if Pallet::<T>::flag(id, &mut book, true) {
				Books::<T>::insert(id, &book);
			}
		}
	}

	/// Puts `id` into the queue, or says how deep its riskiest rung lies now.
	fn enqueue(&mut self, id: BookId, depth: u32) {
		match self.queue.iter_mut().find(|(other, _)| *other == id) {
			Some(entry) => entry.1 = depth,
			None => self.queue.push((id, depth)),
		}
	}
}
