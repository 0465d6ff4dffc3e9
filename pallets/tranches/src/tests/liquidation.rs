//! What a deal makes of seized collateral: workouts, proceeds, losses, penalties, the reserve.

use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, TokenError};
use strata_traits::{DealCash, Proceeds};

use crate::{mock::*, *};

type E = Error<Test>;
type Deal = Tranches;

/// The coupons of a period: 665 to the senior notes, 304 to the mezzanine.
const COUPONS: Balance = 665 + 304;

/// A deal that has lent all its principal, 6 to the first book and 4 to the second.
fn lent(launch: impl Into<Launch>) -> DealId {
	let deal = active_with(launch);
	assert_ok!(lend(deal, 0, 6_000_000_000));
	assert_ok!(lend(deal, 1, 4_000_000_000));
	deal
}

/// Runs the next date with this much interest.
fn date(deal: DealId, interest: Balance) {
	assert_ok!(repay(deal, 1, interest, 0));
	poll(ledgers(deal).next_date);
}

fn principal(principal: Balance) -> Proceeds {
	Proceeds { principal, ..Default::default() }
}

/// What the last date charged.
fn charged(deal: DealId) -> Balance {
	let last = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Tranches(Event::PaymentRun { deal: id, charged, .. }) if id == deal => {
			Some(charged)
		},
		_ => None,
	});
	last.expect("a date was run")
}

#[test]
fn what_is_not_in_liquidation_is_neither_sold_nor_lost() {
	build_and_execute(|| {
		let deal = lent(terms());
		let id = ledgers(deal).books[0];
		assert_ok!(seize(deal, 0, 1_000, 50));
		let sale = |deal, book, units, proceeds| {
			<Deal as DealCash<_>>::proceeds(deal, book, &KEEPER, units, proceeds)
		};
		let lost = <Deal as DealCash<AccountId>>::lost;
		let seized = <Deal as DealCash<AccountId>>::seized;
		let written_off = <Deal as DealCash<AccountId>>::written_off;
		for unknown in [
			sale(7, id, 1, principal(1)),
			lost(7, id, 1, 1),
			seized(7, id, 1, 1),
			written_off(7, id, 1),
		] {
			assert_noop!(unknown, E::UnknownDeal);
		}
		for unknown in [
			sale(deal, 77, 1, principal(1)),
			lost(deal, 77, 1, 1),
			seized(deal, 77, 1, 1),
			written_off(deal, 77, 1),
		] {
			assert_noop!(unknown, E::UnknownBook);
		}
		assert_noop!(sale(deal, id, 1, principal(1_001)), E::NotInLiquidation);
		assert_noop!(sale(deal, id, 51, principal(1)), E::NotInLiquidation);
		assert_noop!(lost(deal, id, 1_001, 0), E::NotInLiquidation);
		assert_noop!(lost(deal, id, 0, 51), E::NotInLiquidation);
		// The other book has nothing in liquidation.
		assert_noop!(lost(deal, ledgers(deal).books[1], 1, 0), E::NotInLiquidation);
		assert_noop!(seized(deal, id, u128::MAX, 0), ArithmeticError::Overflow);
		assert_noop!(seized(deal, id, 0, u128::MAX), ArithmeticError::Overflow);
		let too_much = Proceeds { principal: 1, surplus: u128::MAX, ..Default::default() };
		assert_noop!(sale(deal, id, 1, too_much), ArithmeticError::Overflow);
		let broke = <Deal as DealCash<_>>::proceeds(deal, id, &STRANGER, 1, principal(1));
		assert_noop!(broke, TokenError::FundsUnavailable);
		// Nothing moves for nothing, whatever else is said.
		let before = root();
		assert_ok!(sale(deal, id, 51, Proceeds::default()));
		assert_ok!(written_off(deal, id, 0));
		assert_eq!(root(), before);
	});
}

#[test]
fn only_an_active_deal_has_collateral_in_liquidation() {
	build_and_execute(|| {
		let offered = launched(terms());
		assert_noop!(<Deal as DealCash<AccountId>>::seized(offered, 0, 1, 1), E::WrongState);
		order(offered, 0, ALICE, SENIOR);
		order(offered, 1, CAROL, MEZZANINE);
		poll(REVOLVING_END - 1);
		catch_up(REVOLVING_END + PERIOD);
		assert_eq!(state(offered), DealState::Closed);
		for call in [
			<Deal as DealCash<AccountId>>::seized(offered, 0, 1, 1),
			<Deal as DealCash<AccountId>>::lost(offered, 0, 0, 0),
			<Deal as DealCash<AccountId>>::written_off(offered, 0, 1),
			<Deal as DealCash<_>>::proceeds(offered, 0, &KEEPER, 0, principal(1)),
		] {
			assert_noop!(call, E::WrongState);
		}
		assert!(<Deal as DealCash<_>>::is_account(offered, &Tranches::account(offered)));
		assert!(!<Deal as DealCash<_>>::is_account(offered, &ORIGINATOR));
	});
}

#[test]
fn a_lot_passes_from_performing_through_liquidation_into_cash() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(seize(deal, 0, 1_000_000, 500));
		assert_eq!(ledgers(deal).workouts[0], Workout { principal: 1_000_000, units: 500 });
		assert_eq!(Lent::get(0).unwrap().principal, 5_999_000_000);
		Tranches::do_try_state().unwrap();
		let keeper = usd(KEEPER);
		assert_ok!(sell(deal, 0, 300, principal(990_000)));
		let rest = Proceeds { principal: 10_000, interest: 2_000, penalty: 500, surplus: 70 };
		assert_ok!(sell(deal, 0, 200, rest));
		assert_eq!(keeper - usd(KEEPER), 990_000 + 12_570);
		assert_eq!(ledgers(deal).workouts[0], Workout::default());
		let expected = Receipts {
			interest: 2_000,
			principal: 1_000_000,
			penalties: 500,
			surplus: 70,
			..Default::default()
		};
		assert_eq!(ledgers(deal).cash.available, expected);
		// Principal is lent again at once.
		assert_ok!(lend(deal, 1, 1_000_000));
		poll(FIRST);
		// Without a target and without losses penalties are income; the surplus stays in the reserve.
		assert_eq!(last_run().1[2].1, 2_500 - COUPONS);
		assert_eq!(ledgers(deal).waterfall.reserve, 70);
		assert_eq!(pdl(deal), [0, 0, 0]);
	});
}

#[test]
fn penalties_of_a_period_pay_its_losses_and_the_rest_is_charged() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(seize(deal, 0, 1_000_000, 1_000));
		assert_ok!(seize(deal, 1, 50_000, 1_000));
		let sale = Proceeds { penalty: 30_000, ..principal(600_000) };
		assert_ok!(sell(deal, 0, 400, sale));
		assert_ok!(sell(deal, 1, 1_000, principal(49_000)));
		assert_ok!(lose(deal, 0, 400_000, 600));
		assert_ok!(lose(deal, 1, 1_000, 0));
		assert_eq!(ledgers(deal).losses, 401_000);
		date(deal, COUPONS);
		assert_eq!(charged(deal), 371_000);
		assert_eq!(pdl(deal), [0, 0, 371_000]);
		assert_eq!(ledgers(deal).cash.available.principal, 600_000 + 49_000 + 30_000);
		assert_eq!(ledgers(deal).cash.available.losses, 0);
		// Balances are what they were: a loss is charged to the ledger, not written off.
		assert_eq!(ledgers(deal).waterfall.classes[2].balance, RESIDUAL);
		// Later income makes it good before the residual has any.
		date(deal, COUPONS + 371_000 - 1);
		assert_eq!((pdl(deal)[2], last_run().1[2].1), (1, 0));
		date(deal, COUPONS + 3);
		assert_eq!((pdl(deal)[2], last_run().1[2].1), (0, 2));
		assert_eq!(ledgers(deal).cash.available.principal, 679_000 + 371_000);
		// More penalties than losses: the rest is income, because there is no reserve to fill.
		assert_ok!(seize(deal, 0, 100, 10));
		assert_ok!(sell(deal, 0, 10, Proceeds { penalty: 7, ..principal(95) }));
		assert_ok!(lose(deal, 0, 5, 0));
		date(deal, COUPONS);
		assert_eq!((charged(deal), pdl(deal)[2], last_run().1[2].1), (0, 0, 2));
	});
}

#[test]
fn penalties_fill_the_reserve_up_to_its_target_and_surplus_goes_beyond() {
	build_and_execute(|| {
		let deal = lent(terms_with_reserve(1_000));
		date(deal, COUPONS - 700);
		assert_eq!(ledgers(deal).waterfall.reserve, 604, "396 of the senior coupon were drawn");
		assert_ok!(seize(deal, 0, 100, 10));
		let sale = Proceeds { penalty: 500, surplus: 25, ..principal(100) };
		assert_ok!(sell(deal, 0, 10, sale));
		let owed = COUPONS + 304;
		date(deal, owed);
		// 396 of the penalties fill it; the other 104 are income and the residual's.
		assert_eq!(ledgers(deal).waterfall.reserve, 1_025);
		assert_eq!(last_run().1[2].1, 104);
	});
}

#[test]
fn a_loss_larger_than_the_junior_classes_reaches_the_senior_one_and_is_made_good_first() {
	build_and_execute(|| {
		let deal = lent(terms());
		let loss = RESIDUAL + MEZZANINE + 5;
		assert_ok!(seize(deal, 0, loss, 1));
		assert_ok!(lose(deal, 0, loss, 1));
		date(deal, 0);
		assert_eq!(pdl(deal), [5, MEZZANINE, RESIDUAL]);
		assert_eq!(ledgers(deal).waterfall.uncovered, 0);
		// Two senior coupons, then the senior deficiency, before any mezzanine coupon.
		date(deal, 2 * 665 + 4);
		assert_eq!((pdl(deal)[0], last_run().1[1].1), (1, 0));
		date(deal, 665 + 1 + 3 * 304 + 10);
		assert_eq!(pdl(deal), [0, MEZZANINE - 10, RESIDUAL]);
		assert_eq!((last_run().1[1].1, last_run().1[2].1), (3 * 304, 0));
	});
}

#[test]
fn recoveries_are_income_that_restores_the_senior_most_first() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(seize(deal, 0, RESIDUAL + 10, 1_000));
		assert_ok!(lose(deal, 0, RESIDUAL + 10, 1_000));
		date(deal, COUPONS);
		assert_eq!(pdl(deal), [0, 10, RESIDUAL]);
		// Units that count no longer: what they bring is a recovery.
		let sale = Proceeds { surplus: RESIDUAL + 15, ..Default::default() };
		assert_ok!(sell(deal, 0, 0, sale));
		assert_eq!(ledgers(deal).cash.available.recoveries, RESIDUAL + 15);
		date(deal, COUPONS);
		assert_eq!(pdl(deal), [0, 0, 0]);
		assert_eq!(last_run().1[2].1, 5);
		assert_eq!(ledgers(deal).cash.available.principal, RESIDUAL + 10);
	});
}

#[test]
fn what_rounding_left_is_a_loss_like_any_other() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(forget(deal, 1, 3));
		Tranches::do_try_state().unwrap();
		date(deal, COUPONS + 2);
		assert_eq!((ledgers(deal).losses, pdl(deal)[2]), (3, 1));
	});
}

#[test]
fn losses_penalties_and_proceeds_after_a_date_count_for_later_ones() {
	let lives = |late: bool| {
		let mut end = Vec::new();
		build_and_execute(|| {
			let deal = lent(terms_with_reserve(700));
			for period in 0..4u128 {
				let date = FIRST + period as u64 * PERIOD;
				at(date - 20_000);
				assert_ok!(repay(deal, 1, 400 * period, 0));
				assert_ok!(seize(deal, 0, 1_000, 100));
				at(date);
				let sale = Proceeds { penalty: 30 + period, ..principal(800) };
				assert_ok!(sell(deal, 0, 60, sale));
				if !late {
					poll(date);
				}
				at(date + 1);
				assert_ok!(lose(deal, 0, 200, 40));
				let surplus = Proceeds { surplus: period, ..Default::default() };
				assert_ok!(sell(deal, 0, 0, surplus));
				assert_ok!(forget(deal, 1, 7));
			}
			if late {
				let cash = ledgers(deal).cash;
				// Of the first date only what came up to it.
				assert_eq!((cash.available.penalties, cash.available.losses), (30, 0));
				assert_eq!((cash.later.penalties, cash.later.losses), (96, 4 * 207));
			}
			catch_up(FIRST + 3 * PERIOD + 1);
			end = ledgers(deal).encode();
		});
		end
	};
	assert_eq!(lives(false), lives(true));
}

#[test]
fn no_residual_is_paid_while_a_lot_is_under_water() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(seize(deal, 1, 1_000, 999));
		date(deal, COUPONS + 50);
		assert_eq!(last_run().1[2].1, 0);
		assert_eq!(ledgers(deal).cash.available.interest, 50);
		assert_eq!(happened(|e| matches!(e, Event::PaymentRun { held: true, .. })), 1);
		assert_eq!(Tranches::deal_view(deal).map(|view| view.under_water), Some(true));
		// Without a price nobody knows.
		book(deal, 1, |book| book.unit = None);
		date(deal, COUPONS);
		assert_eq!(last_run().1[2].1, 0);
		// One unit more of value is enough; a dry run says so too.
		book(deal, 1, |book| book.unit = Some(1));
		assert_ok!(seize(deal, 1, 0, 1));
		assert_eq!(Tranches::dry_run(deal, COUPONS, 0)[2].interest, 50);
		date(deal, COUPONS);
		assert_eq!(last_run().1[2].1, 50);
		assert_eq!(Tranches::deal_view(deal).map(|view| view.under_water), Some(false));
	});
}

#[test]
fn the_reserve_is_drawn_for_the_senior_coupon_and_filled_again() {
	build_and_execute(|| {
		let deal = lent(terms_with_reserve(1_000));
		let held = usd(Tranches::account(deal));
		assert_eq!(held, USD_MINIMUM + 1_000);
		date(deal, 0);
		assert_eq!((last_run().1[0].1, ledgers(deal).waterfall.reserve), (665, 335));
		assert_eq!((last_run().1[1].1, ledgers(deal).unpaid_since), (0, None));
		date(deal, 0);
		assert_eq!((last_run().1[0].1, ledgers(deal).waterfall.reserve), (335, 0));
		assert_eq!(ledgers(deal).unpaid_since, Some(FIRST + PERIOD));
		// Coupons first, 330 of them old, then the reserve, then the residual.
		let owed = 330 + 665 + 3 * 304;
		date(deal, owed + 999);
		assert_eq!((last_run().1[2].1, ledgers(deal).waterfall.reserve), (0, 999));
		assert_eq!(ledgers(deal).unpaid_since, None);
		date(deal, COUPONS + 4);
		assert_eq!((last_run().1[2].1, ledgers(deal).waterfall.reserve), (3, 1_000));
	});
}

#[test]
fn a_deal_that_lost_principal_is_written_off_and_closes() {
	build_and_execute(|| {
		let deal = lent(terms_with_reserve(1_000));
		assert_ok!(seize(deal, 0, 6_000_000_000, 100));
		assert_ok!(sell(deal, 0, 50, principal(2_500_000_000)));
		assert_ok!(repay(deal, 1, 0, 4_000_000_000));
		catch_up(REVOLVING_END - 1);
		// What is in liquidation keeps it open, with all cash paid.
		poll(REVOLVING_END + PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		assert_ok!(lose(deal, 0, 3_500_000_000, 50));
		// So does a lot that may still bring something.
		book(deal, 0, |book| book.lots = 1);
		poll(REVOLVING_END + 2 * PERIOD);
		assert_eq!(state(deal), DealState::Active(Phase::Amortising));
		let sale = Proceeds { surplus: 10_000, ..Default::default() };
		assert_ok!(sell(deal, 0, 0, sale));
		book(deal, 0, |book| book.lots = 0);
		let before = ledgers(deal).waterfall;
		poll(REVOLVING_END + 3 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		let after = ledgers(deal).waterfall;
		let left: Balance = before.classes.iter().map(|c| c.balance - c.pdl).sum();
		assert_eq!(left, 0, "everything that was left had been lost");
		assert_eq!((after.reserve, after.uncovered), (0, 0));
		let off: Vec<_> = after.classes.iter().map(|class| class.written_off).collect();
		assert!(off[0] > 0 && off[1] == MEZZANINE && off[2] == RESIDUAL, "{off:?}");
		let (sum, views) = (off.iter().sum::<Balance>(), Tranches::tranche_views(deal));
		assert!(views.iter().all(|view| view.balance == 0 && view.pdl == 0));
		assert_eq!(views[0].written_off, off[0]);
		let closed = |e: &Event<Test>| matches!(e, Event::DealClosed { written_off, .. } if *written_off == sum);
		assert_eq!(happened(closed), 1);
		for (rank, who) in [(0, ALICE), (0, BOB), (1, CAROL), (2, ORIGINATOR)] {
			assert_ok!(Tranches::claim(signed(KEEPER), deal, rank, who));
		}
		assert_ok!(Tranches::remove(signed(KEEPER), deal));
		assert_eq!(PEOPLE.iter().map(|who| usd(*who)).sum::<Balance>(), 6 * ENDOWMENT);
	});
}

#[test]
fn a_healthy_deal_gives_its_reserve_back() {
	build_and_execute(|| {
		let deal = lent(terms_with_reserve(5_000));
		for _ in 0..4 {
			date(deal, COUPONS);
		}
		assert_ok!(repay(deal, 0, COUPONS, 6_000_000_000));
		assert_ok!(repay(deal, 1, 0, 4_000_000_000));
		poll(FIRST + 4 * PERIOD);
		assert_eq!(state(deal), DealState::Closed);
		assert_eq!(last_run().1[2], (0, 5_000, RESIDUAL, 0));
		assert_eq!(
			happened(|e| matches!(e, Event::DealClosed { unpaid: 0, written_off: 0, .. })),
			1
		);
	});
}

#[test]
fn the_net_asset_value_counts_a_workout_at_what_it_may_bring() {
	build_and_execute(|| {
		let deal = lent(terms_with_reserve(1_000));
		let nav = || Tranches::deal_view(deal).unwrap().nav;
		assert_eq!(nav(), Some(10_000_001_000));
		assert_ok!(seize(deal, 0, 1_000_000, 400_000));
		assert_eq!(nav(), Some(10_000_001_000 - 600_000));
		book(deal, 0, |book| book.unit = Some(3));
		assert_eq!(nav(), Some(10_000_001_000));
		book(deal, 0, |book| book.unit = None);
		assert_eq!(nav(), None);
		book(deal, 0, |book| book.unit = Some(1));
		let view = Tranches::deal_view(deal).unwrap();
		let workout = Workout { principal: 1_000_000, units: 400_000 };
		assert_eq!(view.workouts, [workout, Workout::default()]);
		assert_eq!((view.reserve, view.losses, view.excess), (1_000, 0, 0));
	});
}

#[test]
fn cash_moves_without_a_look_at_the_terms() {
	build_and_execute(|| {
		let deal = active();
		let whole = Deals::<Test>::take(deal).unwrap();
		assert_ok!(lend(deal, 0, 10_000_000_000));
		assert_ok!(repay(deal, 0, 5, 100));
		assert_ok!(seize(deal, 0, 200, 10));
		assert_ok!(sell(deal, 0, 5, principal(100)));
		assert_ok!(lose(deal, 0, 10, 1));
		assert_ok!(forget(deal, 0, 1));
		assert_eq!(exchange(deal, 0, ALICE, 4, 90, 90), Ok(90));
		Deals::<Test>::insert(deal, whole);
	});
}

#[test]
fn the_ledgers_and_the_terms_must_agree() {
	build_and_execute(|| {
		let deal = lent(terms());
		assert_ok!(seize(deal, 0, 100, 10));
		let good = ledgers(deal);
		let broken: [fn(&mut DealLedgers); 15] = [
			|l| l.final_date += 1,
			|l| l.index = Some(1),
			|l| l.caps = Default::default(),
			|l| l.fees_payable = vec![0].try_into().unwrap(),
			|l| l.waterfall.fees = vec![Default::default()].try_into().unwrap(),
			|l| l.waterfall.triggers = vec![None].try_into().unwrap(),
			|l| l.notes = l.notes[..2].to_vec().try_into().unwrap(),
			|l| l.phase = Some(Phase::Amortising),
			|l| l.settlement = POOR,
			|l| l.period += 1,
			|l| l.revolving_end += 1,
			|l| l.workouts[0].principal -= 1,
			|l| l.excess += 1,
			|l| l.waterfall.classes[2].pdl += 1,
			|l| l.waterfall.reserve += 1,
		];
		for change in broken {
			let mut bad = good.clone();
			change(&mut bad);
			Ledgers::<Test>::insert(deal, bad);
			assert!(Tranches::do_try_state().is_err());
		}
		Ledgers::<Test>::insert(deal, good);
	});
}
