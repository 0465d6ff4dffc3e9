//! Restarts, and what follows the last round.

use strata_traits::{AuctionShape, Auctions as _, MarketPrices, Seizure};

use super::*;

#[test]
fn a_restart_needs_a_lot_that_has_ended_and_restarts_left() {
	execute(|| {
		assert_noop!(Auctions::restart(signed(BOB), 0), Error::UnknownLot);
		assert_noop!(Auctions::wrap_up(signed(BOB), 0), Error::UnknownLot);
		assert_noop!(Auctions::restart(RuntimeOrigin::root(), 0), DispatchError::BadOrigin);
		let id = open(solvent());
		pass(HOUR - 1);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::StillRunning);
		assert_noop!(Auctions::wrap_up(signed(BOB), id), Error::StillRunning);
		pass(1);
		assert_noop!(Auctions::wrap_up(signed(BOB), id), Error::RestartsLeft);
		assert_ok!(Auctions::restart(signed(BOB), id));
		assert_noop!(Auctions::restart(signed(BOB), id), Error::StillRunning);
		pass(HOUR);
		assert_ok!(Auctions::restart(signed(BOB), id));
		assert_eq!(lot(id).restarts, 0);
		pass(HOUR);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::NoRestartsLeft);
		assert_ok!(Auctions::wrap_up(signed(BOB), id));
		assert_noop!(Auctions::restart(signed(BOB), id), Error::StillRunning);
		pass(EXCHANGE);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::NoRestartsLeft);
		assert_ok!(Auctions::wrap_up(signed(BOB), id));
		// In recovery there is always another round, and nothing to wrap up.
		for _ in 0..5 {
			assert_noop!(Auctions::restart(signed(BOB), id), Error::StillRunning);
			pass(HOUR);
			assert_noop!(Auctions::wrap_up(signed(BOB), id), Error::RestartsLeft);
			assert_ok!(Auctions::restart(signed(BOB), id));
		}
	});
}

#[test]
fn a_restart_needs_a_reliable_price_and_waits_for_it() {
	execute(|| {
		let id = open(solvent());
		pass(HOUR);
		Market::set(None);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::NoPrice);
		events();
		work();
		let until = Now::get() + RETRY;
		assert_eq!(lot(id).due_at, until);
		assert_eq!(events(), [Event::Postponed { lot: id, until, error: Error::NoPrice.into() }]);
		// Not a moment earlier, and not twice in a block.
		set_market(80.0);
		pass(RETRY - 1);
		work();
		assert_eq!(events(), []);
		pass(1);
		work();
		assert_eq!((lot(id).start, lot(id).restarts), (dollars(96.0), 1));
		assert_eq!(lot(id).ends_at, until + HOUR);
	});
}

#[test]
fn a_restart_follows_the_market_but_a_solvent_floor_never_falls() {
	execute(|| {
		let shape = AuctionShape { restarts: 4, ..shape() };
		let good = open(Seizure { shape, ..solvent() });
		let bad = open(Seizure { shape, ..insolvent() });
		let floor = lot(good).floor;
		set_market(40.0);
		end_round(bad);
		assert_eq!((lot(bad).start, lot(bad).floor), (dollars(48.0), dollars(20.0)));
		assert_eq!((lot(good).start, lot(good).floor), (floor, floor));
		// Cheaper for what is left, since the first bids paid more than their share: not cheaper.
		buy(ALICE, good, OUNCE);
		set_market(200.0);
		end_round(bad);
		assert_eq!((lot(bad).start, lot(bad).floor), (dollars(240.0), dollars(100.0)));
		buy(ALICE, good, 5 * OUNCE);
		set_market(1.0);
		end_round(bad);
		assert_eq!((lot(good).start, lot(good).floor), (floor, floor));
	});
}

#[test]
fn a_change_of_the_market_does_not_reach_an_open_lot() {
	execute(|| {
		let id = open(insolvent());
		let before = lot(id);
		set_market(500.0);
		work();
		assert_eq!(lot(id), before);
		assert_eq!(buy(ALICE, id, OUNCE), 120 * DOLLAR);
	});
}

#[test]
fn the_pool_stands_behind_the_auction() {
	execute(|| {
		let id = open(insolvent());
		open_pool(ENDOWMENT);
		set_market(80.0);
		pass(3 * HOUR);
		for _ in 0..3 {
			end_round(id);
			pass(HOUR);
		}
		// 8 ounces at 76: below x, at the discount to the lower price of now.
		assert_eq!(Lots::<Test>::get(id), None);
		assert_eq!((ledger().repaid, ledger().lost), (608 * DOLLAR, 292 * DOLLAR));
		let (units, cost) = (8 * OUNCE, 608 * DOLLAR);
		let sold = Event::SoldToBackstop { book: BOOK, lot: Some(id), units, cost };
		let closed = Event::LotClosed { lot: id, lost: 292 * DOLLAR };
		let last: Vec<_> = events().into_iter().rev().take(2).collect();
		assert_eq!(last, [closed, sold]);
	});
}

#[test]
fn the_pool_pays_the_floor_at_most_whatever_was_sold_before() {
	execute(|| {
		let id = open(solvent());
		let paid = buy(ALICE, id, 5 * OUNCE);
		// 400 are left of x, for 6 ounces worth 95 less the discount; the floor is 1000/11.
		open_pool(ENDOWMENT);
		while Lots::<Test>::contains_key(id) {
			end_round(id);
		}
		let cost = 545_454_546;
		assert_eq!(free(USD, POOL), ENDOWMENT + 1 - cost);
		assert_eq!((ledger().repaid, ledger().interest), (900 * DOLLAR, 100 * DOLLAR));
		assert_eq!(ledger().penalty + ledger().surplus, paid + cost - 1_000 * DOLLAR);
	});
}

#[test]
fn at_2_to_the_96_the_pool_pays_the_floor_and_at_zero_nothing() {
	let market = |inner| {
		let price = Price::from_inner(inner);
		Market::set(Some(MarketPrices { lower: price, upper: price }));
	};
	execute(|| {
		let id = open(solvent());
		open_pool(ENDOWMENT);
		market(1 << 96);
		while Lots::<Test>::contains_key(id) {
			end_round(id);
		}
		// 11 ounces at ⌈1000/11⌉.
		let cost = 1_000 * DOLLAR + 1;
		assert_eq!((free(USD, POOL), free(GOLD, POOL)), (ENDOWMENT + 1 - cost, 11 * OUNCE));
		let Ledger { repaid, interest, penalty, surplus, lost, .. } = ledger();
		assert_eq!((repaid, interest), (900 * DOLLAR, 100 * DOLLAR));
		assert_eq!((penalty, surplus, lost), (1, 0, 0));
	});
	execute(|| {
		let id = open(solvent());
		open_pool(ENDOWMENT);
		market(0);
		to_exchange(id);
		assert_eq!((free(USD, POOL), free(GOLD, POOL)), (ENDOWMENT + 1, 0));
		assert_eq!((lot(id).units, lot(id).principal), (11 * OUNCE, 900 * DOLLAR));
	});
}

#[test]
fn the_pool_buys_what_it_can_and_the_rest_goes_on() {
	execute(|| {
		let id = open(insolvent());
		// 8 ounces at 95 are 760; the pool has a quarter of it and a bit.
		open_pool(190 * DOLLAR + 94);
		to_exchange(id);
		assert_eq!(free(GOLD, POOL), 2 * OUNCE + 989);
		// ⌈760·units/8⌉.
		assert_eq!(free(USD, POOL), 1);
		assert_eq!(lot(id).units, 6 * OUNCE - 989);
		assert_eq!(lot(id).principal, 710 * DOLLAR - 94);
		// It is asked again when the offer ends, with what it has then.
		open_pool(95 * DOLLAR - 1);
		end_round(id);
		// ⌊5999999011·95000000/569999907⌋ more.
		assert_eq!(free(GOLD, POOL), 3 * OUNCE + 987);
		assert_eq!(lot(id).stage, Stage::Recovery);
		assert_eq!(ledger().lost, 615 * DOLLAR - 94);
		assert_eq!(ledger().repaid + ledger().lost, 900 * DOLLAR);
	});
}

#[test]
fn the_pool_leaves_no_less_than_the_minimum() {
	execute(|| {
		let id = open(Seizure { minimum_units: 2 * OUNCE, ..insolvent() });
		open_pool(759 * DOLLAR);
		to_exchange(id);
		assert_eq!(lot(id).units, 2 * OUNCE);
		assert_eq!(free(USD, POOL), 189 * DOLLAR + 1);
	});
	execute(|| {
		// Of a lot that is no more than the minimum it buys all or nothing.
		let id = open(Seizure { minimum_units: 8 * OUNCE, ..insolvent() });
		open_pool(759 * DOLLAR);
		to_exchange(id);
		assert_eq!(lot(id).units, 8 * OUNCE);
		open_pool(DOLLAR);
		end_round(id);
		assert_eq!(Lots::<Test>::get(id), None);
	});
}

#[test]
fn a_pool_that_fails_or_has_no_price_is_passed_over() {
	execute(|| {
		let id = open(insolvent());
		open_pool(ENDOWMENT);
		assert_ok!(Assets::block(signed(ISSUER), 1, POOL));
		to_exchange(id);
		assert!(events().iter().any(|event| matches!(event, Event::BackstopFailed { .. })));
		assert_eq!((lot(id).units, free(USD, POOL)), (8 * OUNCE, ENDOWMENT + 1));
		assert_ok!(Assets::thaw(signed(ISSUER), 1, POOL));
		Market::set(None);
		end_round(id);
		assert_eq!(lot(id).units, 8 * OUNCE);
		assert_eq!(ledger().lost, 900 * DOLLAR);
	});
}

#[test]
fn what_is_paid_off_already_is_not_offered_for_notes() {
	execute(|| {
		let id = open(solvent());
		// 10 ounces at 120: principal, interest, penalty, and something above.
		buy(ALICE, id, 10 * OUNCE);
		for _ in 0..3 {
			end_round(id);
		}
		// Nothing is owed any more.
		let rest = lot(id);
		assert_eq!((rest.stage, rest.units, rest.owed), (Stage::Recovery, OUNCE, 0));
		assert_eq!((ledger().lost, Auctions::on_sale(BOOK).owed), (0, 0));
		assert_eq!(buy(BOB, id, OUNCE), 120 * DOLLAR);
		assert_eq!(ledger().surplus, 220 * DOLLAR);
	});
}

#[test]
fn recoveries_are_surplus_round_after_round() {
	execute(|| {
		let id = open(insolvent());
		to_exchange(id);
		end_round(id);
		let lost = ledger().lost;
		assert_eq!(lost, 900 * DOLLAR);
		assert_eq!(Auctions::on_sale(BOOK).lots, 1);
		for market in [90.0, 60.0, 10.0, 0.000_001] {
			set_market(market);
			end_round(id);
			assert_eq!(lot(id).start, dollars(market * 1.2));
			assert_eq!(lot(id).floor, dollars(market * 0.5));
		}
		set_market(50.0);
		end_round(id);
		pass(HOUR / 2);
		// Between 60 and 25: 42.5.
		assert_eq!(buy(ALICE, id, 4 * OUNCE), 170 * DOLLAR);
		assert_eq!(buy(ALICE, id, 4 * OUNCE), 170 * DOLLAR);
		let Ledger { repaid, interest, penalty, surplus, .. } = ledger();
		assert_eq!((repaid, interest, penalty, surplus), (0, 0, 0, 340 * DOLLAR));
		assert_eq!(ledger().lost, lost);
		assert_eq!(Auctions::on_sale(BOOK).lots, 0);
	});
}

#[test]
fn a_recovery_lot_without_a_price_waits_for_one() {
	execute(|| {
		let id = open(insolvent());
		to_exchange(id);
		Market::set(None);
		end_round(id);
		// The loss does not wait.
		assert_eq!(ledger().lost, 900 * DOLLAR);
		assert_eq!(lot(id).due_at, Now::get() + RETRY);
		assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), Error::LotEnded);
		assert_eq!(Auctions::lot(id).unwrap().price, None);
		pass(RETRY);
		work();
		assert_eq!(lot(id).due_at, Now::get() + RETRY);
		set_market(30.0);
		assert_ok!(Auctions::restart(signed(BOB), id));
		assert_eq!(buy(ALICE, id, OUNCE), 36 * DOLLAR);
	});
}

#[test]
fn a_market_that_does_not_fit_holds_up_a_round_but_not_a_loss() {
	execute(|| {
		let id = open(insolvent());
		Market::set(Some(MarketPrices { lower: ANY, upper: ANY }));
		pass(HOUR);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::DoesNotFit);
		set_market(100.0);
		to_exchange(id);
		Market::set(Some(MarketPrices { lower: ANY, upper: ANY }));
		end_round(id);
		assert_eq!((lot(id).stage, ledger().lost), (Stage::Recovery, 900 * DOLLAR));
	});
}

#[test]
fn nothing_gets_cheaper_while_the_chain_stands_still() {
	execute(|| {
		let id = open(insolvent());
		pass(HOUR / 2);
		let before = Auctions::lot(id).unwrap();
		let latest = lot(id).opened_at;
		stand_still(10 * HOUR);
		// The same price, the same time left, and nothing has ended.
		assert_eq!(Auctions::lot(id).unwrap(), before);
		work();
		assert_eq!(Auctions::lot(id).unwrap(), before);
		assert_noop!(Auctions::restart(signed(BOB), id), Error::StillRunning);
		assert_eq!(buy(ALICE, id, OUNCE), before.cost_of_all.unwrap() / 8);
		assert_eq!(lot(id).opened_at, latest);
		pass(HOUR / 2 - 1);
		work();
		assert_eq!(lot(id).restarts, 2);
		pass(1);
		work();
		assert_eq!(lot(id).restarts, 1);
		// Nor does an offer end.
		to_exchange(id);
		stand_still(2 * EXCHANGE);
		work();
		assert_eq!(lot(id).stage, Stage::Exchange);
		assert_eq!(Auctions::lot(id).unwrap().ends_in, EXCHANGE);
	});
}
