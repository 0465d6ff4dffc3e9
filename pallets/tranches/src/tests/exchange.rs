//! Notes given up for collateral that nobody bought.

use frame_support::{assert_noop, assert_ok};
use strata_traits::DealCash;

use crate::{mock::*, *};

type E = Error<Test>;

/// A deal that has lent everything, with 3,000,000 of the first book in liquidation.
fn in_trouble() -> DealId {
	let deal = active();
	assert_ok!(lend(deal, 0, 10_000_000_000));
	assert_ok!(seize(deal, 0, 3_000_000, 3_000));
	deal
}

#[test]
fn exchanges_that_make_no_sense_are_refused() {
	build_and_execute(|| {
		let deal = in_trouble();
		let id = ledgers(deal).books[0];
		let give = |deal, book, who: AccountId, units, price, principal| {
			<Tranches as DealCash<_>>::exchange(deal, book, &who, units, price, principal)
		};
		assert_noop!(give(7, id, ALICE, 1, 1, 1), E::UnknownDeal);
		assert_noop!(give(deal, id, ALICE, 1, 0, 1), E::ZeroAmount);
		assert_noop!(give(deal, id, KEEPER, 1, 1, 1), E::NothingHeld);
		// The mezzanine is not the senior-most class.
		assert_noop!(give(deal, id, CAROL, 1, 1, 1), E::NothingHeld);
		assert_noop!(give(deal, id, Tranches::account(deal), 1, 1, 1), E::NothingHeld);
		assert_noop!(give(deal, id, ALICE, 1, 4_000_000_001, 1), E::InsufficientNotes);
		assert_noop!(give(deal, id, ALICE, 1, u128::MAX, 1), E::InsufficientNotes);
		assert_noop!(give(deal, 77, ALICE, 1, 1, 1), E::UnknownBook);
		assert_noop!(give(deal, id, ALICE, 1, 3_000_001, 3_000_001), E::NotInLiquidation);
		assert_noop!(give(deal, id, ALICE, 3_001, 1, 1), E::NotInLiquidation);
		at(FIRST);
		assert_noop!(give(deal, id, ALICE, 1, 1, 1), E::PaymentPending);
		poll(FIRST);
		assert_ok!(exchange(deal, 0, ALICE, 1, 1, 1));
		let draft = launched_later();
		assert_noop!(give(draft, id, ALICE, 1, 1, 1), E::WrongState);
	});
}

/// A second deal, in its offering.
fn launched_later() -> DealId {
	let mut terms = terms();
	let shift = pallet_timestamp::Now::<Test>::get() - START;
	let dates = &mut terms.schedule;
	for date in [
		&mut dates.offering_end,
		&mut dates.first_payment,
		&mut dates.ramp_up_end,
		&mut dates.revolving_end,
		&mut dates.final_date,
	] {
		*date += shift;
	}
	launched(terms)
}

#[test]
fn notes_are_given_up_at_what_they_are_owed_and_the_class_owes_so_much_less() {
	build_and_execute(|| {
		let deal = in_trouble();
		assert_eq!(exchange(deal, 0, ALICE, 1_000, 1_000_000, 3_000_000), Ok(1_000_000));
		assert_eq!(notes(deal, 0, ALICE), 3_999_000_000);
		let state = ledgers(deal);
		assert_eq!(state.workouts[0], Workout { principal: 2_000_000, units: 2_000 });
		let class = state.waterfall.classes[0];
		assert_eq!((class.balance, class.exchanged), (SENIOR - 1_000_000, 1_000_000));
		let indices = state.notes[0];
		assert_eq!((indices.units, indices.retired), (SENIOR - 1_000_000, 1_000_000));
		assert_eq!(state.excess, 0);
		Tranches::do_try_state().unwrap();
		// Beyond principal it is the deal's excess.
		assert_eq!(exchange(deal, 0, BOB, 2_000, 2_000_100, 2_000_000), Ok(2_000_000));
		assert_eq!(ledgers(deal).excess, 100);
		assert_eq!(notes(deal, 0, BOB), 3_000_000_000 - 2_000_100);
		let exchanged = |e: &Event<Test>| matches!(e, Event::Exchanged { notes: 2_000_100, .. });
		assert_eq!(happened(exchanged), 1);
	});
}

#[test]
fn a_price_beyond_principal_first_makes_losses_good() {
	build_and_execute(|| {
		let deal = in_trouble();
		assert_ok!(lose(deal, 0, 40, 0));
		poll(FIRST);
		assert_eq!(pdl(deal), [0, 0, 40]);
		assert_eq!(exchange(deal, 0, ALICE, 10, 1_000, 970), Ok(970));
		assert_eq!((pdl(deal)[2], ledgers(deal).excess), (10, 0));
		assert_eq!(exchange(deal, 0, ALICE, 10, 1_000, 0), Ok(0));
		assert_eq!((pdl(deal)[2], ledgers(deal).excess), (0, 990));
	});
}

#[test]
fn notes_round_up_by_one_unit_in_favour_of_those_who_stay() {
	build_and_execute(|| {
		let deal = in_trouble();
		assert_ok!(Tranches::accelerate(RuntimeOrigin::root(), deal));
		assert_ok!(repay(deal, 0, 969, 5_000_000_000));
		poll(FIRST);
		// 2/7 of a note is owed still.
		assert_eq!(ledgers(deal).waterfall.classes[0].balance, 2_000_000_000);
		let per_note = |deal| {
			let state = ledgers(deal);
			(state.waterfall.classes[0].balance, state.notes[0].units)
		};
		for (price, given) in [(1, 4), (2, 7), (3, 11)] {
			let (balance, units) = per_note(deal);
			let before = notes(deal, 0, ALICE);
			assert_eq!(exchange(deal, 0, ALICE, 1, price, 1_000), Ok(price));
			assert_eq!(before - notes(deal, 0, ALICE), given, "⌈{price}·7/2⌉");
			let (left, rest) = per_note(deal);
			assert!(left * units >= balance * rest, "nobody who stays loses by it");
			Tranches::do_try_state().unwrap();
		}
		// One note too few for one unit.
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, 3));
		assert_eq!(exchange(deal, 0, CAROL, 1, 1, 1), Err(E::InsufficientNotes.into()));
		assert_ok!(Tranches::transfer(signed(BOB), deal, 0, CAROL, 1));
		assert_ok!(exchange(deal, 0, CAROL, 1, 1, 1));
		assert!(!Checkpoints::<Test>::contains_key((deal, 0, CAROL)) || notes(deal, 0, CAROL) == 0);
	});
}

#[test]
fn what_was_paid_before_stays_claimable() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(repay(deal, 0, 665, 0));
		poll(FIRST);
		let owed = Tranches::claimable_view(deal, 0, &ALICE).interest;
		assert_eq!(owed, share(665, 4_000_000_000, SENIOR));
		assert_ok!(seize(deal, 0, 5_000_000_000, 9));
		let all = 4_000_000_000;
		assert_eq!(exchange(deal, 0, ALICE, 9, all, 5_000_000_000), Ok(all));
		assert_eq!(notes(deal, 0, ALICE), 0);
		assert_eq!(Tranches::claimable_view(deal, 0, &ALICE).interest, owed);
		let before = usd(ALICE);
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(usd(ALICE), before + owed);
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}

#[test]
fn a_class_that_is_given_up_whole_is_owed_nothing_and_stops_no_date() {
	build_and_execute(|| {
		let deal = active();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		poll(FIRST);
		assert_eq!(ledgers(deal).waterfall.classes[0].due, 665);
		assert_ok!(seize(deal, 0, SENIOR, 70));
		assert_ok!(exchange(deal, 0, ALICE, 40, 4_000_000_000, SENIOR));
		assert_ok!(exchange(deal, 0, BOB, 30, 3_000_000_000, 3_000_000_000));
		let class = ledgers(deal).waterfall.classes[0];
		assert_eq!((class.balance, class.due), (0, 0));
		assert_ok!(repay(deal, 0, 2 * 304, 0));
		poll(FIRST + PERIOD);
		// The mezzanine is the senior-most class now.
		assert_eq!(last_run().1[1].1, 2 * 304);
		assert_eq!(ledgers(deal).unpaid_since, None);
		assert_eq!(exchange(deal, 0, BOB, 0, 1, 0), Err(E::NothingHeld.into()));
		assert_ok!(seize(deal, 0, MEZZANINE, 20));
		assert_ok!(exchange(deal, 0, CAROL, 20, MEZZANINE, MEZZANINE));
		// Only the residual is left, which is locked.
		assert_eq!(exchange(deal, 0, ORIGINATOR, 0, 1, 0), Err(E::NothingOwed.into()));
		assert_ok!(repay(deal, 0, 0, RESIDUAL));
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Closed);
	});
}
