//! What lots do by themselves, and the meter they do it under.

use frame_support::weights::{Weight, WeightMeter};
use strata_traits::AgendaKey;

use super::*;
use crate::WeightInfo;

fn agenda_read() -> Weight {
	<() as WeightInfo>::agenda_read()
}

fn one_unit() -> Weight {
	agenda_read() + Auctions::unit_weight()
}

fn reads(number: u64) -> Weight {
	<Test as frame_system::Config>::DbWeight::get().reads(number)
}

/// Works in the next block, with `limit`; answers what was used.
fn work_within(limit: Weight) -> Weight {
	System::set_block_number(System::block_number() + 1);
	work_again_within(limit)
}

/// Works once more in this block.
fn work_again_within(limit: Weight) -> Weight {
	let mut meter = WeightMeter::with_limit(limit);
	Auctions::work(&mut meter);
	assert!(meter.consumed().all_lte(limit));
	meter.consumed()
}

/// Three lots of one moment, due together.
fn three_lots() -> [LotId; 3] {
	let ids = [solvent(), insolvent(), seizure(5, 100, true)].map(|mut seizure| {
		seizure.book = NextLot::<Test>::get();
		open(seizure)
	});
	pass(HOUR);
	ids
}

fn restarted(ids: &[LotId]) -> usize {
	ids.iter().filter(|id| lot(**id).restarts == 1).count()
}

#[test]
fn a_tiny_meter_of_any_size_is_never_overrun() {
	execute(|| {
		let ids = three_lots();
		let unit = one_unit();
		let time =
			|millionths: u64| Weight::from_parts(unit.ref_time() / 64 * millionths, u64::MAX);
		let proof = |parts: u64| Weight::from_parts(u64::MAX, unit.proof_size() / 64 * parts);
		for part in 0..64 {
			work_within(time(part));
			work_within(proof(part));
		}
		let all_but_one =
			[Weight::from_parts(1, 0), Weight::from_parts(0, 1)].map(|one| unit - one);
		for limit in all_but_one {
			// It is seen that there is the lot, and no more is begun.
			assert_eq!(work_within(limit), agenda_read() + <() as WeightInfo>::postpone());
		}
		assert_eq!(restarted(&ids), 0);
		// Exactly one unit does exactly one.
		assert_eq!(work_within(unit), unit);
		assert_eq!(restarted(&ids), 1);
		assert_eq!(work_within(unit + agenda_read()), unit + agenda_read());
		assert_eq!(restarted(&ids), 2);
		// The last, and a look that finds nothing more due.
		assert_eq!(work_within(unit * 8), unit + agenda_read());
		assert_eq!(restarted(&ids), 3);
		assert_eq!(work_within(unit * 8), agenda_read());
		assert_eq!(work_within(Weight::zero()), Weight::zero());
	});
}

#[test]
fn keys_cleared_in_this_block_are_paid_for_again() {
	execute(|| {
		let ids = three_lots();
		work_within(Weight::MAX);
		assert_eq!(restarted(&ids), 3);
		// Whoever looks for the first key passes three that are gone.
		let passing = agenda_read() + reads(3);
		assert_eq!(work_again_within(Weight::MAX), passing);
		// Who cannot pay for that does not look.
		assert_eq!(work_again_within(passing - Weight::from_parts(1, 0)), agenda_read());
		assert_eq!(work_within(Weight::MAX), agenda_read());
		// Calls clear keys too, and so do lots that are postponed.
		pass(HOUR);
		buy(ALICE, open(insolvent()), 8 * OUNCE);
		assert_ok!(Auctions::restart(signed(BOB), ids[0]));
		Market::set(None);
		let used = work_again_within(Weight::MAX);
		assert_eq!(used, reads(1) + one_unit() * 2 + agenda_read());
		assert_eq!(work_again_within(Weight::MAX), agenda_read() + reads(3));
		pass(HOUR);
		work_within(Weight::MAX);
		// Two postponed again, one offered in exchange, one sold out.
		assert_eq!(work_again_within(Weight::MAX), agenda_read() + reads(4));
	});
}

#[test]
fn with_nothing_due_one_look_is_all() {
	execute(|| {
		assert_eq!(work_within(Weight::MAX), agenda_read());
		open(solvent());
		pass(HOUR - 1);
		assert_eq!(work_within(Weight::MAX), agenda_read());
	});
}

#[test]
fn the_earliest_comes_first() {
	execute(|| {
		let late = open(insolvent());
		let Lot { shape, .. } = lot(late);
		let shape = strata_traits::AuctionShape { duration: HOUR / 2, ..shape };
		let early = open(strata_traits::Seizure { shape, ..insolvent() });
		pass(HOUR);
		work_within(one_unit());
		assert_eq!((lot(early).restarts, lot(late).restarts), (1, 2));
		work_within(one_unit());
		assert_eq!((lot(early).restarts, lot(late).restarts), (1, 1));
	});
}

#[test]
fn a_lot_that_fails_waits_and_does_not_stop_the_others() {
	execute(|| {
		let stuck = open(insolvent());
		to_exchange(stuck);
		let other = open(solvent());
		Now::set(lot(stuck).ends_at.max(lot(other).ends_at));
		LossRefused::set(true);
		let before = lot(stuck);
		events();
		work();
		let until = Now::get() + RETRY;
		// A message does not survive storage.
		let error = DispatchError::Other("");
		assert!(events().contains(&Event::Postponed { lot: stuck, until, error }));
		// Nothing but its place has changed.
		assert_eq!(lot(stuck), Lot { due_at: until, ..before });
		assert_eq!(lot(other).restarts, 1);
		assert_eq!(ledger().lost, 0);
		LossRefused::set(false);
		pass(RETRY - 1);
		work();
		assert_eq!(ledger().lost, 0);
		pass(1);
		work();
		assert_eq!((ledger().lost, lot(stuck).stage), (900 * DOLLAR, Stage::Recovery));
	});
}

#[test]
fn the_place_of_a_lot_that_was_sold_out_is_cleared_when_its_time_comes() {
	execute(|| {
		let ids = three_lots();
		assert_eq!(Now::get(), lot(ids[2]).ends_at);
		Now::mutate(|now| *now -= 1);
		for id in ids {
			buy(ALICE, id, lot(id).units);
		}
		assert_eq!((Lots::<Test>::iter().count(), Agenda::<Test>::iter().count()), (0, 3));
		events();
		work();
		assert_eq!(Agenda::<Test>::iter().count(), 3);
		pass(1);
		// Cheaply: a look at the lot and one write each.
		let each = agenda_read() + <() as WeightInfo>::postpone();
		assert_eq!(work_within(each), each);
		assert_eq!(Agenda::<Test>::iter().count(), 2);
		assert_eq!(work_within(Weight::MAX), each * 2 + agenda_read());
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(events(), []);
	});
}

#[test]
fn rounds_shorter_than_a_block_are_not_repeated_within_it() {
	execute(|| {
		let shape = strata_traits::AuctionShape { duration: 1, restarts: 200, ..shape() };
		let id = open(strata_traits::Seizure { shape, ..insolvent() });
		pass(6_000);
		work();
		assert_eq!(lot(id).restarts, 199);
		assert_eq!(lot(id).ends_at, Now::get() + 1);
	});
}

#[test]
fn the_agenda_is_in_the_order_of_time() {
	let keys = [(0, 1), (0, 256), (1, 0), (255, 7), (256, 3), (1 << 40, 0), (u64::MAX, u32::MAX)];
	let keys = keys.map(|(at, lot)| {
		let key = AgendaKey::new(at, lot);
		assert_eq!((key.time(), key.id()), (at, lot));
		key
	});
	assert!(keys.is_sorted());
	execute(|| {
		for key in keys.iter().rev() {
			Agenda::<Test>::insert(key, ());
		}
		assert_eq!(Agenda::<Test>::iter_keys().collect::<Vec<_>>(), keys);
		for key in keys {
			Agenda::<Test>::remove(key);
		}
	});
}

#[test]
fn what_is_broken_is_found() {
	let broken = |change: fn(LotId)| {
		new_test_ext().execute_with(|| {
			let id = open(solvent());
			assert_ok!(Auctions::do_try_state());
			change(id);
			Auctions::do_try_state().unwrap_err()
		})
	};
	macro_rules! lot_with {
		($change:expr) => {
			broken(|id| {
				Lots::<Test>::mutate(id, |lot| {
					let change: fn(&mut Lot) = $change;
					change(lot.as_mut().unwrap())
				})
			})
		};
	}
	lot_with!(|lot| lot.units = 0);
	lot_with!(|lot| lot.minimum_units = 0);
	lot_with!(|lot| lot.floor = Price::default());
	lot_with!(|lot| lot.start = Price::from_inner(lot.floor.into_inner() - 1));
	lot_with!(|lot| lot.floor = Price::from_inner(lot.floor.into_inner() - 1_000_000_000_000));
	lot_with!(|lot| lot.principal += 1);
	lot_with!(|lot| lot.owed -= 1);
	lot_with!(|lot| lot.restarts = 3);
	lot_with!(|lot| lot.stage = Stage::Recovery);
	lot_with!(|lot| lot.due_at += 1);
	lot_with!(|lot| lot.solvent = false);
	lot_with!(|lot| lot.book += 1);
	broken(|_| NextLot::<Test>::put(0));
	broken(|_| OpenLots::<Test>::remove(BOOK));
	broken(|_| OpenLots::<Test>::mutate(BOOK, |of_book| of_book.open = 2));
	broken(|_| OpenLots::<Test>::mutate(BOOK, |of_book| of_book.units += 1));
	broken(|_| OpenLots::<Test>::mutate(BOOK, |of_book| of_book.owed -= 1));
	broken(|_| OpenLots::<Test>::insert(BOOK + 1, crate::types::BookLots::default()));
	broken(|id| OpenLots::<Test>::mutate(BOOK, |of_book| of_book.insolvent = Some((id, 0))));
	broken(|_| Agenda::<Test>::insert(AgendaKey::new(1, 9), ()));
	broken(|id| Agenda::<Test>::insert(AgendaKey::new(lot(id).due_at + 1, id), ()));
	broken(|id| Agenda::<Test>::remove(AgendaKey::new(lot(id).due_at, id)));
}
