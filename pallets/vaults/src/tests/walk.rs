//! The order of the walk, what it leaves behind, what stops it and what does not, and its meter.

use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{
		fungibles::{Mutate, MutateHold},
		tokens::{Fortitude, Precision},
		Get, Hooks,
	},
	weights::{Weight, WeightMeter},
};
use sp_runtime::{DispatchError, Perbill};
use strata_ladder::Rung;
use strata_numbers::Price;
use strata_traits::{Books as BooksOfDeals, Custody, Reading, VaultId};

use super::*;
use crate::{
	modes::Mode,
	types::{LiquidityCall, Place, RungTotals},
	walk::TURN,
	Backlog, Clock, Cursor, HoldReason, Rungs, WeightInfo,
};

/// Lets the hook work without a limit.
pub fn poll() -> Weight {
	poll_with(Weight::MAX)
}

/// Lets the hook work within `limit`.
pub fn poll_with(limit: Weight) -> Weight {
	let mut meter = WeightMeter::with_limit(limit);
	Vaults::on_poll(1, &mut meter);
	assert!(meter.consumed().all_lte(limit), "{} of {limit}", meter.consumed());
	meter.consumed()
}

/// Lets `millis` pass in which blocks were made.
pub fn run(millis: u64) {
	pass(millis);
	Clock::<Test>::mutate(|clock| clock.last = Now::get());
}

/// Somebody of the crowd, with all it takes to borrow.
pub fn borrower(number: u128) -> AccountId {
	let who = 10_000 + number;
	for (asset, amount) in
		[(STRA, 1_000 * 10u128.pow(12)), (GOLD, 100_000 * OUNCE), (USD, 100_000 * DOLLAR)]
	{
		assert_ok!(AllAssets::mint_into(asset, &who, amount));
	}
	who
}

/// `count` vaults of 1000 USD each on as many rungs: the first is worth 160 % of its debt at 100 USD,
/// each further one 0.3 % more.
pub fn crowd(book: BookId, count: u128) -> Vec<VaultId> {
	(0..count)
		.map(|number| {
			let collateral = 16 * OUNCE + 48 * OUNCE * number / 1_000;
			open_vault(borrower(number), book, collateral, 1_000 * DOLLAR)
		})
		.collect()
}

/// The rungs that were liquidated since the last time, in order.
pub fn liquidated() -> Vec<(BookId, Rung)> {
	let of = |event| match event {
		Event::RungLiquidated { book, rung, .. } => Some((book, rung)),
		_ => None,
	};
	events().into_iter().filter_map(of).collect()
}

/// What the hook takes for `rungs` rungs of one book, with nothing else to do.
fn enough_for(rungs: u32) -> Weight {
	let least = Vaults::least_weight()
		+ Vaults::visit_weight() * 2
		+ Vaults::rung_weight() * u64::from(rungs.saturating_sub(1));
	// Nine tenths of it are the walk's.
	Weight::from_parts(least.ref_time() * 10 / 9 + 10, least.proof_size() * 10 / 9 + 10)
}

#[test]
fn a_safe_ladder_is_left_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 5);
		set_price(GOLD_FEED, 94);
		let before = (book(id), Rungs::<Test>::iter_prefix(id).collect::<Vec<_>>());
		events();
		poll();
		assert_eq!(events(), vec![]);
		assert_eq!((book(id), Rungs::<Test>::iter_prefix(id).collect::<Vec<_>>()), before);
		assert_eq!(Lots::get(), vec![]);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::NothingUnsafe);
	});
}

#[test]
fn the_riskiest_rungs_go_first_and_only_the_unsafe_ones() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vaults = crowd(id, 12);
		let rungs: Vec<Rung> = vaults.iter().map(|id| vault(*id).place.unwrap().rung).collect();
		assert!(rungs.windows(2).all(|pair| pair[0] > pair[1]));
		// The ratio of the fifth is 162.4 at 100 USD: below 150 at less than 92.4 USD.
		let m = parameters().liquidation_ratio;
		let price = book(id).liquidation_price_ceil(rungs[4], book(id).index, m).unwrap();
		set_reading(GOLD_FEED, Reading::Fresh(quote(price, price)));
		events();
		poll();
		assert_eq!(liquidated(), rungs[..4].iter().map(|rung| (id, *rung)).collect::<Vec<_>>());
		// All of them come to rest at the target ratio, far below the threshold.
		assert!(Rungs::<Test>::iter_key_prefix(id).all(|key| key.rung() <= rungs[4]));
		assert!(!book(id).backlog);
		assert_eq!(Backlog::<Test>::get(), vec![]);
	});
}

#[test]
fn more_rungs_than_a_turn_go_in_one_walk_from_the_last_key_on() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let count = TURN + 10;
		crowd(id, count.into());
		set_price(GOLD_FEED, 70);
		events();
		poll();
		let walked: Vec<Rung> = liquidated().into_iter().map(|(_, rung)| rung).collect();
		assert_eq!(walked.len(), count as usize);
		assert!(walked.windows(2).all(|pair| pair[0] > pair[1]));
		assert!(!book(id).backlog);
		assert_eq!(Backlog::<Test>::get(), vec![]);
	});
}

#[test]
fn a_backlog_is_seen_refuses_draws_and_goes_away() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let safe = open_vault(ALICE, id, 1_000 * OUNCE, 1_000 * DOLLAR);
		crowd(id, 10);
		set_price(GOLD_FEED, 80);
		events();
		poll_with(enough_for(4));
		let walked = liquidated().len();
		assert!((3..10).contains(&walked), "{walked}");
		assert!(book(id).backlog);
		assert_eq!(Backlog::<Test>::get().iter().map(|(id, _)| *id).collect::<Vec<_>>(), vec![id]);
		assert!(Vaults::liquidation(id).unwrap().backlog);
		assert_noop!(Vaults::draw(signed(ALICE), safe, DOLLAR), Error::Backlog);
		assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 500 * DOLLAR), Error::Backlog);
		assert_ok!(Vaults::repay(signed(ALICE), safe, DOLLAR));
		Vaults::do_try_state().unwrap();

		poll_with(enough_for(10));
		assert_eq!(liquidated().len(), 10 - walked);
		assert!(!book(id).backlog);
		assert_eq!(Backlog::<Test>::get(), vec![]);
		assert_ok!(Vaults::draw(signed(ALICE), safe, DOLLAR));
	});
}

#[test]
fn a_call_goes_on_where_the_last_block_stopped() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		// The safest owes interest, all others none.
		let last = open_vault(ALICE, id, 1_000 * OUNCE, 1_000 * DOLLAR);
		run(YEAR / 12);
		let (index, _) = book(id).accrued(Now::get()).unwrap();
		let draw = index.debt_floor(1_000 * DOLLAR).unwrap();
		for number in 0..20u128 {
			let collateral = 20 * OUNCE + 60 * OUNCE * number / 1_000;
			open_vault(borrower(number), id, collateral, draw);
		}
		Books::<Test>::mutate(id, |book| {
			let book = book.as_mut().unwrap();
			let call = LiquidityCall { amount: 10 * DOLLAR, due: Now::get(), at: None };
			(book.call, book.calls) = (Some(call), 1);
		});
		set_price(GOLD_FEED, 100);
		set_price(USD_FEED, 1);
		events();
		let mut reached = Vec::new();
		while let Some(call) = book(id).call {
			reached.push(call.at);
			assert!(reached.len() <= 21, "it stands still: {reached:?}");
			poll_with(enough_for(1));
		}
		// One block after the other came further down, and looked at each rung once.
		assert!(reached.len() > 2, "{reached:?}");
		assert!(reached.windows(2).all(|pair| pair[0] < pair[1]), "{reached:?}");
		assert_eq!(liquidated().len(), 1);
		assert_eq!(Vaults::vault_state(last).unwrap().hops, 1);
		assert!(!book(id).backlog);
	});
}

#[test]
fn unsafe_rungs_do_not_wait_for_a_call_that_is_past_them() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let first = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		let last = open_vault(BOB, id, 1_000 * OUNCE, 1_000 * DOLLAR);
		run(YEAR / 12);
		let at = rungs(id).last().map(|(rung, _)| rung.key());
		Books::<Test>::mutate(id, |book| {
			let book = book.as_mut().unwrap();
			let call = LiquidityCall { amount: 10 * DOLLAR, due: Now::get(), at };
			(book.call, book.calls) = (Some(call), 1);
		});
		set_price(GOLD_FEED, 75);
		set_price(USD_FEED, 1);
		events();
		poll();
		// The unsafe one is brought to its target; nobody is left for the call, which ends.
		let state = |vault| Vaults::vault_state(vault).unwrap();
		assert_eq!((state(first).hops, state(last).hops), (1, 0));
		let ended = Event::CallEnded { book: id, unraised: 10 * DOLLAR };
		assert!(events().contains(&ended));
		// The next one begins at the riskiest again.
		assert_ok!(<Vaults as BooksOfDeals>::call(id, 10 * DOLLAR));
		assert_eq!(book(id).call.unwrap().at, None);
		run(DAY);
		poll();
		assert_eq!((state(first).hops, state(last).hops), (2, 0));
	});
}

#[test]
fn a_backlog_that_was_repaid_or_priced_away_is_cleared() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 10);
		set_price(GOLD_FEED, 80);
		poll_with(enough_for(2));
		assert!(book(id).backlog);
		set_price(GOLD_FEED, 100);
		events();
		// By anyone, and by the hook.
		frame_support::storage::with_transaction(|| {
			assert_ok!(Vaults::liquidate(signed(BOB), id, 1));
			assert!(!book(id).backlog);
			sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
		})
		.unwrap();
		poll();
		assert!(events().contains(&Event::BacklogChanged { book: id, backlog: false }));
		assert!(!book(id).backlog);
		assert_eq!(Backlog::<Test>::get(), vec![]);
	});
}

#[test]
fn books_with_a_backlog_take_turns_the_deepest_first() {
	ExtBuilder::default().build_and_execute(|| {
		let books: Vec<BookId> = (0..2).map(|_| open_book(GOLD, 0.0)).collect();
		let count = u128::from(TURN) + 6;
		for (number, id) in (0u128..).zip(&books) {
			for other in 0..count {
				let collateral = 16 * OUNCE + 48 * OUNCE * (other + 3 * number) / 1_000;
				let who = borrower(1_000 * (number + 1) + other);
				open_vault(who, *id, collateral, 1_000 * DOLLAR);
			}
		}
		set_price(GOLD_FEED, 70);
		// The first walk sees both and liquidates one rung of one of them.
		poll_with(enough_for(1));
		let backlog: Vec<_> = Backlog::<Test>::get().into_inner();
		assert_eq!(backlog.len(), 1, "{backlog:?}");
		let queue = vec![(books[1], 1), (books[0], 9)];
		Backlog::<Test>::put(frame_support::BoundedVec::truncate_from(queue));
		events();
		poll();
		let order: Vec<BookId> = liquidated().into_iter().map(|(id, _)| id).collect();
		let turn = TURN as usize;
		assert!(order[..turn].iter().all(|id| *id == books[0]));
		assert!(order[turn..2 * turn].iter().all(|id| *id == books[1]));
		assert!(order[2 * turn..].contains(&books[0]));
		assert_eq!(Backlog::<Test>::get(), vec![]);
		assert!(books.iter().all(|id| !book(*id).backlog));
	});
}

/// Something at the rung that liquidations of `book` at the price of today lead to, with which no
/// other can be added up.
fn obstacle(id: BookId, rung: Rung) -> Place {
	let full = Position { debt: u128::MAX, ..Position::default() };
	let entry = RungTotals { totals: full, ..RungTotals::new(0) };
	Rungs::<Test>::insert(id, rung.key(), entry);
	Place { rung, generation: 0 }
}

#[test]
fn a_rung_that_fails_is_quarantined_and_never_stops_the_walk() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vaults = crowd(id, 3);
		let rungs: Vec<Rung> = vaults.iter().map(|id| vault(*id).place.unwrap().rung).collect();
		set_price(GOLD_FEED, 80);
		// Where the first one would come to rest.
		let landing = frame_support::storage::with_transaction(|| {
			assert_ok!(Vaults::liquidate(signed(BOB), id, 1));
			let landing = Rungs::<Test>::iter_key_prefix(id).last().unwrap().rung();
			sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(landing))
		})
		.unwrap();
		let in_the_way = obstacle(id, landing);
		events();
		poll();
		let events = events();
		let failed: Vec<Rung> = events
			.iter()
			.filter_map(|event| match event {
				Event::RungQuarantined { rung, .. } => Some(*rung),
				_ => None,
			})
			.collect();
		assert!(failed.contains(&rungs[0]), "{events:?}");
		assert!(Rungs::<Test>::get(id, rungs[0].key()).unwrap().quarantined);
		assert_eq!(position(vaults[0]).debt, 1_000 * DOLLAR);
		// Those that landed elsewhere are done; none is a backlog.
		let done = events.iter().filter(|event| matches!(event, Event::RungLiquidated { .. }));
		assert_eq!(done.count() + failed.len(), 3);
		assert!(!book(id).backlog);

		// The hook leaves it alone; a call tries it again and says why it fails.
		poll();
		assert_eq!(super::events(), vec![]);
		let overflow = DispatchError::Arithmetic(sp_runtime::ArithmeticError::Overflow);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 10), overflow);
		Rungs::<Test>::remove(id, in_the_way.rung.key());
		assert_ok!(Vaults::liquidate(signed(BOB), id, 10));
		assert!(Rungs::<Test>::get(id, rungs[0].key()).is_none());
		assert!(Rungs::<Test>::iter_prefix_values(id).all(|rung| !rung.quarantined));
	});
}

#[test]
fn a_book_whose_turn_fails_is_as_before_and_does_not_stop_the_others() {
	ExtBuilder::default().build_and_execute(|| {
		let broken = open_book(GOLD, 0.0);
		let other = open_book(GOLD, 0.0);
		open_vault(ALICE, broken, 16 * OUNCE, 1_000 * DOLLAR);
		open_vault(BOB, other, 16 * OUNCE, 1_000 * DOLLAR);
		// A figure of it does not fit.
		let gone = Position { principal: Balance::MAX, ..Position::default() };
		Lots::append(lot(broken, &book(broken), gone));
		let before = (book(broken).totals, Rungs::<Test>::iter_prefix(broken).collect::<Vec<_>>());
		set_price(GOLD_FEED, 90);
		events();
		poll();
		let events = events();
		let failed =
			|event: &Event| matches!(event, Event::WalkFailed { book, .. } if *book == broken);
		assert_eq!(events.iter().filter(|event| failed(event)).count(), 1);
		assert_eq!(
			(book(broken).totals, Rungs::<Test>::iter_prefix(broken).collect::<Vec<_>>()),
			before
		);
		assert!(book(broken).backlog);
		let lots = Lots::mutate(|lots| {
			lots.remove(0);
			lots.clone()
		});
		assert_eq!(lots.iter().map(|lot| lot.book).collect::<Vec<_>>(), vec![other]);
		poll();
		assert_eq!(Lots::get().len(), 2);
		assert!(!book(broken).backlog);
	});
}

#[test]
fn lots_that_cannot_be_opened_undo_the_turn() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vaults = crowd(id, 3);
		set_price(GOLD_FEED, 90);
		for refuse in [&Selling::set as &dyn Fn(bool), &Booking::set] {
			refuse(false);
			events();
			poll();
			let events = events();
			assert!(matches!(events[..], [Event::WalkFailed { .. }, ..]), "{events:?}");
			assert!(!events.iter().any(|event| matches!(event, Event::RungLiquidated { .. })));
			assert_eq!(position(vaults[0]).debt, 1_000 * DOLLAR);
			assert_eq!(Lots::get(), vec![]);
			assert_eq!(InLiquidation::get(id), (0, 0));
			assert_eq!(in_auction(id), 0);
			let reason = if Selling::get() { "not booking" } else { "not selling" };
			let call = Vaults::liquidate(signed(BOB), id, 9);
			assert_eq!(call.unwrap_err().error, DispatchError::Other(reason));
			refuse(true);
		}
		poll();
		assert!(in_auction(id) > 0);
	});
}

/// Runs both hooks with meters of every size on two books at `rate`, of three vaults each, in which
/// `prepare` has made something to do in `mode`.
fn with_meters_of_every_size(mode: Mode, rate: f64, prepare: impl FnOnce(&[BookId])) {
	ExtBuilder::default().build_and_execute(|| {
		let books = [open_book(GOLD, rate), open_book(GOLD, rate)];
		for (number, id) in (0u128..).zip(books) {
			for other in 0..3 {
				let who = borrower(10 * number + other);
				open_vault(who, id, 16 * OUNCE + OUNCE * other / 10, 1_000 * DOLLAR);
			}
		}
		prepare(&books);
		for id in books {
			assert_eq!(Vaults::liquidation(id).unwrap().mode, Some(mode));
		}
		let most = enough_for(8) * 2;
		let try_with = |limit: Weight| {
			frame_support::storage::with_transaction(|| {
				pass(6_000);
				poll_with(limit);
				let used = Vaults::on_idle(1, limit);
				assert!(used.all_lte(limit), "{used} of {limit}");
				Vaults::do_try_state().unwrap();
				let lots = Lots::get().len();
				Now::mutate(|now| *now -= 6_000);
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(lots))
			})
			.unwrap()
		};
		let (mut none, mut all) = (false, false);
		// In the second hook the keys of the first one's rungs are passed again.
		for step in 0..=200u64 {
			let part = |whole: u64| whole / 200 * step;
			for limit in [
				Weight::from_parts(part(most.ref_time()), u64::MAX),
				Weight::from_parts(u64::MAX, part(most.proof_size())),
				Weight::from_parts(part(most.ref_time()), part(most.proof_size())),
			] {
				let lots = try_with(limit);
				none |= lots == 0;
				all |= lots >= 2;
			}
		}
		assert!(none && all);
		// Around every unit of work, to the picosecond.
		let unit = enough_for(1);
		for off in 0..3 {
			try_with(Weight::from_parts(unit.ref_time() - off, unit.proof_size() - off));
		}
		assert_eq!(try_with(Weight::zero()), 0);
	});
}

#[test]
fn no_meter_is_too_small_and_none_is_exceeded() {
	with_meters_of_every_size(Mode::Ordinary, 0.0, |_| set_price(GOLD_FEED, 80));
}

#[test]
fn no_meter_is_too_small_while_a_call_is_due() {
	with_meters_of_every_size(Mode::Call, 0.2, |books| {
		run(YEAR);
		for id in books {
			assert_ok!(<Vaults as BooksOfDeals>::call(*id, Balance::MAX));
		}
		run(DAY);
		// Of each book the riskiest vault is unsafe, and the call goes on behind it.
		set_price(GOLD_FEED, 114.3);
		set_price(USD_FEED, 1);
		for id in books {
			let threshold = Vaults::liquidation(*id).unwrap().threshold.unwrap();
			let rungs = rungs(*id).into_iter();
			assert_eq!(rungs.filter(|(rung, _)| rung.index() >= threshold).count(), 1);
		}
	});
}

#[test]
fn no_meter_is_too_small_in_a_close_out() {
	with_meters_of_every_size(Mode::CloseOut, 0.0, |books| {
		for id in books {
			assert_ok!(<Vaults as BooksOfDeals>::mature(*id, Now::get()));
		}
		// With half of it left, all below 300 % are unsafe.
		run(book(books[0]).close_out / 2);
		set_price(GOLD_FEED, 100);
		set_price(USD_FEED, 1);
	});
}

#[test]
fn with_nothing_to_do_a_book_costs_one_look() {
	ExtBuilder::default().build_and_execute(|| {
		let mut before = None;
		for books in 1..=5u64 {
			let id = open_book(GOLD, 0.0);
			open_vault(borrower(books.into()), id, 100 * OUNCE, 1_000 * DOLLAR);
			pass(6_000);
			let taken = poll();
			let fixed = <() as WeightInfo>::walk_base()
				+ <() as WeightInfo>::audit_book()
				+ <() as WeightInfo>::read_price() * 2;
			assert_eq!(taken, fixed + Vaults::look_weight() * books);
			if let Some(before) = before {
				assert_eq!(taken - before, Vaults::look_weight());
			}
			before = Some(taken);
		}
		// Whatever the number of vaults.
		let id = open_book(GOLD, 0.0);
		crowd(id, 40);
		pass(6_000);
		assert_eq!(poll() - before.unwrap(), Vaults::look_weight());
	});
}

#[test]
fn each_book_gets_its_look_even_if_a_block_has_room_for_one() {
	ExtBuilder::default().build_and_execute(|| {
		let mut missing: Vec<BookId> = (0..6).map(|_| open_book(GOLD, 0.0)).collect();
		for (number, id) in (0u128..).zip(&missing) {
			open_vault(borrower(number), *id, 100 * OUNCE, 1_000 * DOLLAR);
		}
		let one = <() as WeightInfo>::walk_base()
			+ <() as WeightInfo>::audit_book()
			+ Vaults::visit_weight();
		let limit =
			Weight::from_parts(one.ref_time() * 10 / 9 + 10, one.proof_size() * 10 / 9 + 10);
		for _ in 0..6 {
			pass(6_000);
			poll_with(limit);
			let at = Cursor::<Test>::get().unwrap();
			assert!(missing.contains(&at), "{at} twice");
			missing.retain(|id| *id != at);
		}
		assert_eq!(missing, Vec::<BookId>::new());
		// With room for all, the circle begins one further each block: audits go round.
		let mut first = Vec::new();
		for _ in 0..6 {
			pass(6_000);
			poll();
			first.push(Cursor::<Test>::get().unwrap());
		}
		first.sort();
		first.dedup();
		assert_eq!(first.len(), 6);
	});
}

#[test]
fn the_auctions_get_a_tenth_at_least_and_what_the_walk_leaves() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 10);
		poll();
		let share = Vaults::poll_limit();
		let given = AuctionsWork::take();
		let fixed = <() as WeightInfo>::walk_base()
			+ <() as WeightInfo>::audit_book()
			+ <() as WeightInfo>::read_price() * 2
			+ Vaults::look_weight();
		assert_eq!(given, vec![share - fixed]);
		set_price(GOLD_FEED, 80);
		let limit = enough_for(3);
		poll_with(limit);
		let given = AuctionsWork::take()[0];
		assert!(given.ref_time() >= limit.ref_time() / 10);
		assert!(given.proof_size() >= limit.proof_size() / 10);
		// At the end of the block, half of what is left.
		Vaults::on_idle(1, Weight::zero());
		assert_eq!(AuctionsWork::take(), vec![Weight::zero()]);
		IdleShare::set(Perbill::from_percent(0));
		assert_eq!(Vaults::on_idle(1, Weight::MAX), Weight::zero());
	});
}

#[test]
fn on_poll_leaves_out_what_on_idle_of_the_block_before_has_seen() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		// Unsafe at 90, 80 and 70 USD.
		for (number, ounces) in [(0, 16), (1, 18), (2, 21)] {
			open_vault(borrower(number), id, ounces * OUNCE, 1_000 * DOLLAR);
		}
		let fixed = <() as WeightInfo>::walk_base();
		let block = |number| {
			pass(6_000);
			System::set_block_number(number);
		};
		block(2);
		assert!(poll_at(2).all_gt(fixed), "nothing was seen yet");
		assert!(Vaults::on_idle(2, Weight::MAX).all_gt(fixed));
		// Nothing can have moved since.
		block(3);
		assert_eq!(poll_at(3), fixed);
		// Prices come between the two hooks: seen in the same block.
		set_price(GOLD_FEED, 90);
		Vaults::on_idle(3, Weight::MAX);
		assert!(!liquidated().is_empty());
		// A block without hooks lies between: its prices were not seen.
		set_price(GOLD_FEED, 80);
		block(5);
		poll_at(5);
		assert!(!liquidated().is_empty());
		// An `on_idle` that does not come round leaves the next block's books to `on_poll`.
		set_price(GOLD_FEED, 70);
		Vaults::on_idle(5, fixed);
		block(6);
		poll_at(6);
		assert!(!liquidated().is_empty());
	});
}

/// Lets the hook of block `number` work without a limit.
fn poll_at(number: u64) -> Weight {
	let mut meter = WeightMeter::new();
	Vaults::on_poll(number, &mut meter);
	meter.consumed()
}

#[test]
#[should_panic = "must hold one rung of one book"]
fn a_share_without_room_for_one_rung_is_found_out() {
	ExtBuilder::default().build().execute_with(|| {
		LiquidationShare::set(Perbill::from_parts(1));
		Vaults::integrity_test();
	});
}

#[test]
fn the_shares_of_the_mock_are_sound() {
	ExtBuilder::default().build_and_execute(|| {
		Vaults::integrity_test();
		let block = <<Test as frame_system::Config>::BlockWeights as Get<
			frame_system::limits::BlockWeights,
		>>::get();
		assert_eq!(Vaults::poll_limit().ref_time(), block.max_block.ref_time() / 4);
	});
}

type Holder = <Test as crate::Config>::Holder;

#[test]
fn a_book_that_holds_less_than_its_ledgers_is_not_walked() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		let reason = HoldReason::Collateral.into();
		let account = Vaults::account_of(id);
		pass(6_000);
		poll();
		assert_ok!(Holder::burn_held(
			GOLD,
			&reason,
			&account,
			1,
			Precision::Exact,
			Fortitude::Force
		));
		set_price(GOLD_FEED, 80);
		pass(6_000);
		events();
		poll();
		let held = 16 * OUNCE - 1;
		let expected = Some(16 * OUNCE);
		assert_eq!(events(), vec![Event::Audited { book: id, held, expected, impaired: true }]);
		assert!(book(id).impaired);
		assert_eq!(position(vault).debt, 1_000 * DOLLAR);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::Impaired);
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), Error::Impaired);

		// Whole again, it is walked in the same block.
		assert_ok!(AllAssets::mint_into(GOLD, &account, 2_000));
		assert_ok!(Holder::hold(GOLD, &reason, &account, 1));
		pass(6_000);
		poll();
		assert!(!book(id).impaired);
		assert!(matches!(events()[..], [Event::Audited { impaired: false, .. }, ..]));
		assert!(in_auction(id) > 0);
	});
}

#[test]
fn anyone_may_do_a_step_and_pays_for_the_rungs_it_took() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		crowd(id, 5);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 0), Error::NothingToDo);
		assert_noop!(Vaults::liquidate(signed(BOB), id + 1, 1), Error::UnknownBook);
		assert_noop!(Vaults::liquidate(RuntimeOrigin::root(), id, 1), DispatchError::BadOrigin);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::NothingUnsafe);
		set_price(GOLD_FEED, 80);
		events();
		let info = assert_ok_with(Vaults::liquidate(signed(BOB), id, 2));
		assert_eq!(info, Some(Vaults::liquidate_weight(2)));
		assert_eq!(liquidated().len(), 2);
		assert!(book(id).backlog);
		let call = crate::Call::<Test>::liquidate { book: id, rungs: 50 };
		assert_eq!(call.get_dispatch_info().call_weight, Vaults::liquidate_weight(50));
		let info = assert_ok_with(Vaults::liquidate(signed(BOB), id, 50));
		assert_eq!(info, Some(Vaults::liquidate_weight(3)));
		assert_eq!(book(id).removed, (Now::get(), 5));
		assert!(!book(id).backlog);
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::NothingUnsafe);
	});
}

fn assert_ok_with(result: frame_support::dispatch::DispatchResultWithPostInfo) -> Option<Weight> {
	result.unwrap().actual_weight
}

#[test]
fn caps_slow_the_walk_down_and_never_stop_it() {
	ExtBuilder::default().build_and_execute(|| {
		// A rung at 80 USD repays (1700 − 1280)/0.6 = 700 USD.
		relist(GOLD, |listing| listing.parameters.auction_cap = Price::from_u32(1_000));
		let id = open_book(GOLD, 0.0);
		crowd(id, 4);
		set_price(GOLD_FEED, 80);
		let mut blocks = 0;
		while Vaults::liquidation(id).unwrap().threshold
			<= Vaults::liquidation(id).unwrap().riskiest
		{
			events();
			poll();
			blocks += 1;
			assert!(blocks < 10);
			// Up to the cap, and by one rung beyond it.
			assert_eq!(liquidated().len(), 2);
			let owed = in_auction(id);
			assert!(owed <= 1_700 * DOLLAR);
			if book(id).backlog {
				assert_noop!(Vaults::liquidate(signed(BOB), id, 5), Error::AuctionCapReached);
			}
			// It is bought, and room is made.
			for lot in Lots::take() {
				let buyer = BOB;
				assert_ok!(Vaults::deliver(id, &GOLD, &buyer, lot.units));
			}
			assert_eq!(in_auction(id), 0);
		}
		assert_eq!(blocks, 2);
		assert!(!book(id).backlog);
	});
}

#[test]
fn a_small_lot_does_not_keep_a_large_rung_waiting() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.auction_cap = Price::from_u32(1_000));
		let id = open_book(GOLD, 0.0);
		open_vault(borrower(0), id, 16 * OUNCE / 10, 100 * DOLLAR);
		let whale = open_vault(borrower(1), id, 161 * OUNCE, 10_000 * DOLLAR);
		// The small one goes first, alone and in full.
		set_price(GOLD_FEED, 93.5);
		poll();
		assert_eq!(liquidated().len(), 1);
		assert_eq!(Vaults::vault_state(whale).unwrap().hops, 0);
		assert!(in_auction(id) <= 100 * DOLLAR);
		// The large one repays more than the cap has left, and is not kept waiting.
		set_price(GOLD_FEED, 90);
		poll();
		assert_eq!(Vaults::vault_state(whale).unwrap().hops, 1);
	});
}

#[test]
fn a_first_lot_larger_than_the_cap_is_let_through() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.auction_cap = Price::from_u32(1));
		let id = open_book(GOLD, 0.0);
		crowd(id, 2);
		set_price(GOLD_FEED, 80);
		poll();
		assert_eq!(Lots::get().len(), 1);
		assert!(book(id).backlog);
		events();
		pass(6_000);
		poll();
		assert_eq!(liquidated(), vec![]);
		assert_eq!(Backlog::<Test>::get().len(), 1);
	});
}

#[test]
fn no_book_takes_the_cap_of_another() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.auction_cap = Price::from_u32(1_000));
		let (large, small) = (open_book(GOLD, 0.0), open_book(GOLD, 0.0));
		open_vault(ALICE, large, 160 * OUNCE, 9_000 * DOLLAR);
		open_vault(BOB, small, 18 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(Vaults::quota(&book(large), 0), Some(900 * DOLLAR));
		assert_eq!(Vaults::quota(&book(small), 0), Some(100 * DOLLAR));
		// What is in auction still counts as the book's, and leaves the other its share.
		set_price(GOLD_FEED, 83);
		poll();
		let quota = |id| Vaults::quota(&book(id), in_auction(id)).unwrap();
		assert!(in_auction(large) > 0 || in_auction(small) > 0);
		assert!(quota(small) >= 99 * DOLLAR);
		assert!(quota(large) >= 890 * DOLLAR);
	});
}

#[test]
fn a_share_of_the_cap_is_rounded_down() {
	ExtBuilder::default().build_and_execute(|| {
		let (large, small) = (open_book(GOLD, 0.0), open_book(GOLD, 0.0));
		open_vault(ALICE, large, 100 * OUNCE, 2_000 * DOLLAR);
		open_vault(BOB, small, 100 * OUNCE, 1_000 * DOLLAR);
		let quota = |cap| {
			let mut book = book(small);
			book.parameters.auction_cap = Price::from_inner(cap);
			Vaults::quota(&book, 0)
		};
		// A third, in millionths of a dollar: what is missing to the last one is less than can be seen.
		assert_eq!(quota(2_999_999_999_999), Some(0));
		assert_eq!(quota(3_000_000_000_000), Some(1));
		assert_eq!(quota(5_999_999_999_999), Some(1));
	});
}
