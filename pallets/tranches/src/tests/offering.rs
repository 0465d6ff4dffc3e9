//! Orders, closing, collection.

use frame_support::{
	assert_noop, assert_ok, storage::with_storage_layer, traits::fungibles::Inspect,
};
use sp_runtime::{DispatchError, TokenError};

use crate::{mock::*, *};

type E = Error<Test>;

#[test]
fn orders_are_refused_outside_their_limits() {
	build_and_execute(|| {
		let deal = launched(terms());
		let place = |rank, amount| Tranches::order(signed(ALICE), deal, rank, amount);
		assert_noop!(place(0, 0), E::ZeroAmount);
		assert_noop!(place(0, LEAST_ORDER - 1), E::OrderBelowMinimum);
		assert_noop!(place(0, 20_000_000_001), E::OrderAboveMaximum);
		assert_noop!(place(0, u128::MAX), E::OrderAboveMaximum);
		assert_noop!(place(2, LEAST_ORDER), E::ResidualLocked);
		assert_noop!(place(3, LEAST_ORDER), E::UnknownTranche);
		assert_noop!(place(255, LEAST_ORDER), E::UnknownTranche);
		assert_noop!(
			Tranches::order(signed(STRANGER), deal, 0, LEAST_ORDER),
			TokenError::FundsUnavailable
		);
		assert_ok!(place(0, LEAST_ORDER));
		// The cap is per account, not per call.
		assert_noop!(place(0, 20_000_000_000), E::OrderAboveMaximum);
		assert_noop!(place(0, u128::MAX), sp_runtime::ArithmeticError::Overflow);
		assert_ok!(place(0, 1));
		assert_eq!(Orders::<Test>::get((deal, 0, ALICE)).unwrap().amount, LEAST_ORDER + 1);
		assert_eq!(usd(ALICE), ENDOWMENT - LEAST_ORDER - 1);
	});
}

#[test]
fn orders_end_with_the_quiet_period_and_reductions_with_the_offering() {
	build_and_execute(|| {
		let deal = launched(terms());
		at(OFFERING_END - 10_001);
		order(deal, 0, ALICE, 10_000);
		at(OFFERING_END - 10_000);
		assert_noop!(Tranches::order(signed(ALICE), deal, 0, 1), E::QuietPeriod);
		assert_noop!(Tranches::order(signed(BOB), deal, 0, 5_000), E::QuietPeriod);
		at(OFFERING_END - 1);
		assert_noop!(Tranches::close_offering(signed(BOB), deal), E::OfferingNotOver);
		assert_ok!(Tranches::reduce_order(signed(ALICE), deal, 0, 1_000));
		at(OFFERING_END);
		assert_noop!(Tranches::reduce_order(signed(ALICE), deal, 0, 1_000), E::OfferingOver);
		assert_noop!(Tranches::order(signed(ALICE), deal, 0, 1), E::OfferingOver);
	});
}

#[test]
fn an_order_is_reduced_to_nothing_or_to_the_least_order() {
	build_and_execute(|| {
		let deal = launched(terms());
		let reduce = |who, rank, amount| Tranches::reduce_order(signed(who), deal, rank, amount);
		assert_noop!(reduce(ALICE, 0, 1), E::UnknownOrder);
		order(deal, 0, ALICE, 10_000);
		let held = Balances::reserved_balance(ALICE);
		assert!(held > 0, "an order holds a deposit");
		assert_noop!(reduce(ALICE, 0, 0), E::ZeroAmount);
		assert_noop!(reduce(ALICE, 0, 10_001), E::OrderTooSmall);
		assert_noop!(reduce(ALICE, 0, 9_001), E::OrderBelowMinimum);
		assert_noop!(reduce(ORIGINATOR, 2, 1), E::ResidualLocked);
		assert_ok!(reduce(ALICE, 0, 9_000));
		assert_eq!((usd(ALICE), Balances::reserved_balance(ALICE)), (ENDOWMENT - 1_000, held));
		assert_ok!(reduce(ALICE, 0, 1_000));
		assert_eq!((usd(ALICE), Balances::reserved_balance(ALICE)), (ENDOWMENT, 0));
		assert!(Orders::<Test>::get((deal, 0, ALICE)).is_none());
		assert_noop!(reduce(ALICE, 0, 1), E::UnknownOrder);
	});
}

#[test]
fn the_number_of_orders_is_bounded() {
	build_and_execute(|| {
		// Ten in the mock, the residual's included.
		let deal = launched(terms());
		for who in [ALICE, BOB, CAROL, BORROWER, KEEPER] {
			order(deal, 0, who, LEAST_ORDER);
		}
		for who in [BOB, CAROL, BORROWER, KEEPER] {
			order(deal, 1, who, LEAST_ORDER);
		}
		assert_noop!(Tranches::order(signed(ORIGINATOR), deal, 0, LEAST_ORDER), E::TooManyOrders);
		// An order that exists may be raised.
		order(deal, 0, ALICE, 1);
		assert_noop!(Tranches::order(signed(ALICE), deal, 1, LEAST_ORDER), E::TooManyOrders);
		assert_ok!(Tranches::reduce_order(signed(KEEPER), deal, 0, LEAST_ORDER));
		order(deal, 1, ALICE, LEAST_ORDER);
	});
}

#[test]
fn an_over_subscribed_tranche_is_filled_pro_rata_to_the_unit() {
	build_and_execute(|| {
		let deal = launched(terms());
		// 3 : 3 : 1 of a total of 10,500,000,001 for a face of 7,000,000,000.
		let orders = [(ALICE, 4_500_000_000), (BOB, 4_500_000_001), (KEEPER, 1_500_000_000)];
		for (who, amount) in orders {
			order(deal, 0, who, amount);
		}
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
		let total = 10_500_000_001u128;
		let unfilled = total - SENIOR;
		let (mut given, mut returned) = (0, 0);
		for (who, amount) in orders {
			assert_ok!(Tranches::collect(signed(STRANGER), deal, 0, who));
			let (filled, refund) = (amount * SENIOR / total, amount * unfilled / total);
			assert_eq!(notes(deal, 0, who), filled);
			assert_eq!(usd(who), ENDOWMENT - amount + refund);
			given += filled;
			returned += refund;
		}
		// What rounding left has an owner.
		assert!(given < SENIOR && returned < unfilled, "the case leaves something over");
		assert_eq!(notes(deal, 0, ORIGINATOR), SENIOR - given);
		let claimable = Tranches::claimable_view(deal, 0, &ORIGINATOR);
		assert_eq!(claimable.refund, unfilled - returned);
		let before = usd(ORIGINATOR);
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ORIGINATOR));
		assert_eq!(usd(ORIGINATOR), before + unfilled - returned);
		assert_eq!(happened(|e| matches!(e, Event::LeftoversAssigned { rank: 0, .. })), 1);
		assert_eq!(ledgers(deal).cash.available.principal, SENIOR + MEZZANINE + RESIDUAL);
	});
}

#[test]
fn closing_issues_named_notes_and_the_residual_to_the_originator() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		at(OFFERING_END + 7);
		assert_ok!(Tranches::close_offering(signed(STRANGER), deal));
		assert_noop!(Tranches::close_offering(signed(STRANGER), deal), E::WrongState);
		assert_eq!(notes(deal, 2, ORIGINATOR), RESIDUAL);
		assert_eq!(notes(deal, 0, Tranches::account(deal)), SENIOR);
		for rank in 0..3 {
			use frame_support::traits::fungibles::metadata::Inspect;
			let note = note_id(deal, rank).unwrap();
			assert_eq!(Notes::name(note), format!("Strata deal {deal} class {rank}").into_bytes());
			assert_eq!(Notes::decimals(note), 6);
			assert_eq!(Notes::minimum_balance(note), 1);
		}
		let ledgers = ledgers(deal);
		assert_eq!(ledgers.books.to_vec(), [0, 1]);
		assert_eq!(ledgers.next_date, FIRST);
		// Interest runs from the contractual end of the offering, not from the late block.
		assert_eq!(ledgers.waterfall.accrued_to, OFFERING_END);
	});
}

#[test]
fn a_deposit_moves_from_the_order_to_the_checkpoint() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		let held = Balances::reserved_balance(ALICE);
		poll(OFFERING_END);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(Balances::reserved_balance(ALICE), held);
		assert_noop!(Tranches::collect(signed(KEEPER), deal, 0, ALICE), E::UnknownOrder);
		assert_noop!(Tranches::collect(signed(KEEPER), deal, 3, ALICE), E::UnknownTranche);
	});
}

#[test]
fn senior_tranches_are_scaled_down_to_the_enhancement_there_is() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		// 500,000,000 + 1,000,000,000 of junior notes allow 5,000,000,000 in all.
		order(deal, 1, CAROL, 500_000_000);
		poll(OFFERING_END);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(notes(deal, 0, ALICE), 3_500_000_000);
		assert_eq!(usd(ALICE), ENDOWMENT - 3_500_000_000);
	});
}

#[test]
fn a_minimum_missed_by_one_unit_refunds_everybody() {
	build_and_execute(|| {
		for (rank, face) in [(0u8, SENIOR), (1, MEZZANINE)] {
			for short in [0, 1] {
				let mut terms = terms();
				let shift = pallet_timestamp::Now::<Test>::get() - START;
				terms.schedule.offering_end += shift;
				terms.schedule.first_payment += shift;
				terms.schedule.ramp_up_end += shift;
				terms.schedule.revolving_end += shift;
				terms.schedule.final_date += shift;
				let end = terms.schedule.offering_end;
				terms.tranches[usize::from(rank)].minimum = face / 2;
				let deal = launched(terms);
				order(deal, rank, ALICE, face / 2 - short);
				order(deal, 1 - rank, BOB, if rank == 0 { MEZZANINE } else { 2_000_000_000 });
				poll(end);
				assert_eq!(state(deal) == DealState::Failed, short == 1, "{rank} {short}");
				assert_ok!(Tranches::collect(signed(KEEPER), deal, rank, ALICE));
				assert_ok!(Tranches::collect(signed(KEEPER), deal, 1 - rank, BOB));
				if short == 1 {
					assert_ok!(Tranches::collect(signed(KEEPER), deal, 2, ORIGINATOR));
					assert_ok!(Tranches::remove(signed(KEEPER), deal));
				}
			}
		}
		let failed = |e: &Event<Test>| {
			let missed: DispatchError = E::TrancheBelowMinimum.into();
			matches!(e, Event::OfferingFailed { reason, .. } if *reason == missed)
		};
		assert_eq!(happened(failed), 2);
	});
}

#[test]
fn a_book_that_does_not_open_fails_the_offering_and_issues_nothing() {
	build_and_execute(|| {
		let mut terms = terms();
		terms.books[1].opens = false;
		let deal = launched(terms);
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_eq!(state(deal), DealState::Failed);
		assert!(Ledgers::<Test>::get(deal).is_none());
		assert!(!Notes::asset_exists(note_id(deal, 0).unwrap()));
		assert_eq!(NextBook::get(), 0, "the first book was rolled back");
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(usd(ALICE), ENDOWMENT);
	});
}

#[test]
fn nobody_fails_an_offering_by_nesting_calls() {
	fn nested(layers: u32, deal: DealId) -> sp_runtime::DispatchResult {
		match layers {
			0 => Tranches::close_offering(signed(STRANGER), deal),
			_ => with_storage_layer(|| nested(layers - 1, deal)),
		}
	}
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		at(OFFERING_END);
		// 255 layers are all there are. The call takes one, opening the deal another one.
		for layers in [255, 254] {
			let before = root();
			let refused = nested(layers, deal);
			assert_eq!(refused, Err(sp_runtime::TransactionalError::LimitReached.into()));
			assert_eq!(root(), before);
			assert_eq!(state(deal), DealState::Offering);
		}
		assert_ok!(nested(253, deal));
		assert_eq!(state(deal), DealState::Active(Phase::Revolving));
	});
}

#[test]
fn an_offering_closed_after_the_revolving_period_fails() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		poll(REVOLVING_END);
		assert_eq!(state(deal), DealState::Failed);
	});
}

#[test]
fn an_offering_nobody_ordered_fails_and_is_removed() {
	build_and_execute(|| {
		let deal = launched(terms());
		poll(OFFERING_END);
		assert_eq!(state(deal), DealState::Failed);
		assert_noop!(Tranches::remove(signed(KEEPER), deal), E::StillHeld);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 2, ORIGINATOR));
		donate(Tranches::account(deal), 77);
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert_eq!(usd(ORIGINATOR), ENDOWMENT + 77);
		assert_noop!(Tranches::remove(signed(KEEPER), deal), E::UnknownDeal);
	});
}

#[test]
fn a_refund_waits_for_an_owner_who_cannot_receive() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, SENIOR);
		order(deal, 0, BOB, SENIOR);
		order(deal, 1, CAROL, MEZZANINE);
		let failed = launched(terms());
		order(failed, 0, ALICE, LEAST_ORDER);
		poll(OFFERING_END);
		assert_ok!(Assets::block(signed(KEEPER), 1, ALICE));
		// Closed: the notes come, the refund is booked.
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_eq!(notes(deal, 0, ALICE), SENIOR / 2);
		assert_eq!(Tranches::claimable_view(deal, 0, &ALICE).refund, SENIOR / 2);
		assert!(Tranches::claim(signed(KEEPER), deal, 0, ALICE).is_err());
		// Failed: the order stays.
		let before = root();
		assert!(frame_support::storage::with_storage_layer(|| {
			Tranches::collect(signed(KEEPER), failed, 0, ALICE)
		})
		.is_err());
		assert_eq!(root(), before);
		assert_ok!(Assets::thaw(signed(KEEPER), 1, ALICE));
		assert_ok!(Tranches::claim(signed(KEEPER), deal, 0, ALICE));
		assert_ok!(Tranches::collect(signed(KEEPER), failed, 0, ALICE));
		assert_eq!(usd(ALICE), ENDOWMENT - SENIOR / 2);
	});
}

#[test]
fn an_order_collected_late_has_every_payment_since_closing() {
	build_and_execute(|| {
		let deal = launched(terms());
		order(deal, 0, ALICE, 4_000_000_000);
		order(deal, 0, BOB, 3_000_000_000);
		order(deal, 1, CAROL, MEZZANINE);
		poll(OFFERING_END);
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, ALICE));
		assert_ok!(lend(deal, 0, 1_000_000));
		assert_ok!(repay(deal, 0, 10_000, 0));
		poll(FIRST);
		assert_ok!(repay(deal, 0, 10_000, 0));
		poll(FIRST + PERIOD);
		// Bob buys a note before he collects: what he holds is settled first.
		assert_ok!(Tranches::transfer(signed(ALICE), deal, 0, BOB, 1_000_000_000));
		assert_ok!(Tranches::collect(signed(KEEPER), deal, 0, BOB));
		let paid = ledgers(deal).waterfall.classes[0].interest_paid;
		let alice = Tranches::claimable_view(deal, 0, &ALICE).interest;
		let bob = Tranches::claimable_view(deal, 0, &BOB).interest;
		assert_eq!(
			(alice, bob),
			(share(paid, 4_000_000_000, SENIOR), share(paid, 3_000_000_000, SENIOR))
		);
		assert_eq!(notes(deal, 0, BOB), 4_000_000_000);
	});
}
