//! Prices that fall fast: what is sold, what is lost, and who bears it.

use pallet_strata_auctions::types::Stage;
use pallet_strata_backstop::types::Pair;
use pallet_strata_tranches::DealState;
use strata_numbers::Price;
use strata_traits::{Asset, PriceFeeds};

use super::{
	super::{
		chain::{
			account, block_after, check_invariants, next_block, run_to, send, send_failing, signed,
		},
		deal::{holdings, in_hands, open, report, reports, state, BOND, MINUTE, UNIT},
	},
	bid, buy, buy_all, calm, claim_all, day, deficiencies, holding, in_liquidation, lots,
	next_date, only_lot, scene, scene_over, stage, vault_state, wait_until, Day,
};
use crate::{
	genesis::{USDX, WTI, WTI_FEED},
	Balance, Oracle, Runtime, RuntimeCall, Timestamp, Vaults,
};

#[test]
fn crash_should_reach_the_notes_to_the_last_unit_and_the_deal_still_close() {
	scene_over(5 * MINUTE, |scene| {
		let deal = scene.deal;
		let (before, barrels) = (holdings(), in_hands(WTI));
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		report(day("50"));
		// All of it is seized: 151,000 for 200,000. The borrower owes nothing more.
		assert!(Vaults::vault_state(vault).is_none_or(|state| state.debt == 0));
		let (id, lot) = only_lot();
		assert!(!lot.solvent);
		assert_eq!((lot.units, lot.principal), (3_020 * UNIT, 200_000 * UNIT));
		assert_eq!(in_liquidation(deal), (200_000 * UNIT, 3_020 * UNIT));
		assert_eq!(deficiencies(deal), [0, 0, 0], "nothing is lost before the lot is sold");

		for _ in 0..8 {
			next_block();
		}
		let paid = buy("Investor5", id, 1_000 * UNIT) + buy("Investor4", id, 2_020 * UNIT);
		assert_eq!(holding(WTI, &account("Investor4")), 2_020 * UNIT);
		assert_eq!(in_liquidation(deal), (0, 0));
		let lost = 200_000 * UNIT - paid;
		assert!(paid < 200_000 * UNIT && paid > 100_000 * UNIT, "{paid}");

		wait_until(next_date(deal) + 1, day("50"));
		let [senior, mezzanine, residual] = deficiencies(deal)[..] else { panic!("three classes") };
		assert_eq!((senior, mezzanine), (0, 0), "the residual is there to bear it");
		// What came in as income since makes good a part of it.
		assert!(residual <= lost && residual > lost / 2, "{residual} of {lost}");

		while state(deal) != DealState::Closed {
			run_to(next_date(deal) + 1);
		}
		claim_all(deal);
		assert_eq!(holdings(), before, "nothing was made or lost");
		assert_eq!(in_hands(WTI), barrels);
		let stuck = before["USDX"] - in_hands(USDX) - BOND;
		assert!(stuck <= 2 * 8 + 1, "{stuck} units of USDX are still with the deal");
	});
}

#[test]
fn black_thursday_with_no_bidder_and_stuck_prices_should_give_nothing_away() {
	scene(|scene| {
		let deal = scene.deal;
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		report(day("40"));
		let fallen = Timestamp::get();
		assert!(Vaults::vault_state(vault).is_none_or(|state| state.debt == 0));
		let (id, lot) = only_lot();
		let custody = || holding(WTI, &Vaults::account_of(scene.oil));
		// A bid of nothing, and one without money.
		let nothing = send_failing("Eve", bid(id, 0));
		assert_eq!(nothing, pallet_strata_auctions::Error::<Runtime>::AmountZero.into());
		send_failing("Eve", bid(id, lot.units));
		let zero = pallet_strata_auctions::Call::bid {
			lot: id,
			max_price: Price::default(),
			amount: lot.units,
		};
		let refused = send_failing("Investor1", zero);
		assert_eq!(refused, pallet_strata_auctions::Error::<Runtime>::PriceAboveLimit.into());

		// The feeders fall silent. Rounds end; the offer to the senior class ends; the loss is charged.
		run_to(fallen + 4 * MINUTE + 12_000);
		assert_eq!(stage(id), Some(Stage::Exchange));
		run_to(fallen + 15 * MINUTE);
		assert!(Oracle::reading(WTI_FEED).reliable().is_none());
		assert_eq!(stage(id), Some(Stage::Recovery));
		assert_eq!(custody(), lot.units, "nobody got anything");
		assert_eq!(in_liquidation(deal), (0, 0));
		assert_eq!(deficiencies(deal).iter().sum::<Balance>(), 100_000 * UNIT + 100_000 * UNIT);
		assert_eq!(deficiencies(deal), [0, 100_000 * UNIT, 100_000 * UNIT]);

		// Prices come back, a buyer too: what it pays is a recovery.
		report(day("45"));
		wait_until(Timestamp::get() + 2 * MINUTE, day("45"));
		let view = lots().remove(0);
		assert!(view.price.is_some(), "a new round: {view:?}");
		let paid = buy("Investor1", id, view.lot.units);
		assert!(paid >= 3_020 * 31 * UNIT, "not below the floor: {paid}");
		assert_eq!(custody(), 0);
		wait_until(next_date(deal) + 1, day("45"));
		// Coupons of two periods come first; the rest makes losses good, the senior-most first.
		let left: Balance = deficiencies(deal).iter().sum();
		let lost = 200_000 * UNIT - paid;
		assert!(left >= lost && left < lost + 100 * UNIT, "{left} after {paid}");
	});
}

#[test]
fn price_that_halves_within_a_day_should_cost_nobody_but_the_owners() {
	const HOUR: u64 = 60 * MINUTE;
	scene_over(8 * HOUR, |scene| {
		for (who, barrels) in
			[("Borrower1", 1_530), ("Borrower2", 1_700), ("Borrower3", 2_000), ("Borrower4", 3_500)]
		{
			open(who, scene.oil, barrels, 100_000);
		}
		let steps = 24 * HOUR as u128 / 54_000;
		for step in 1..=steps {
			// From 100 to 50, evenly; a block every 54 seconds, which is no halt even where a session
			// begins.
			let fall = 50_000_000_000_000_000_000 / steps * step;
			let wti = Price::from_inner(calm().wti.into_inner() - fall);
			let day = Day { wti, ..calm() };
			let mut transactions: Vec<_> = reports(day)
				.into_iter()
				.flat_map(|(who, call): (_, RuntimeCall)| signed(who, vec![call]))
				.collect();
			let bids = lots().into_iter().filter(|view| view.price.is_some());
			let bids = bids.map(|view| bid(view.id, view.lot.units)).collect();
			transactions.extend(signed("Investor1", bids));
			let results = block_after(8, transactions);
			assert!(results[..4].iter().all(|result| matches!(result, Ok(Ok(())))), "reports");
			check_invariants();
		}
		report(day("50"));
		buy_all("Investor1");
		let state = Vaults::liquidation(scene.oil).expect("it exists");
		assert!(!state.backlog);
		assert_eq!(state.in_auction, 0);
		assert!(in_liquidation(scene.deal) == (0, 0));
		assert_eq!(deficiencies(scene.deal), [0, 0, 0]);
		let owed = |vault| vault_state(vault).debt;
		// The first was liquidated again and again, the last never.
		assert!(owed(0) < 50_000 * UNIT, "{}", owed(0));
		assert!(owed(3) > 100_000 * UNIT);
	});
}

#[test]
fn backstop_pool_should_buy_what_it_can_before_anybody_else() {
	scene(|scene| {
		let pair = Pair { collateral: Asset::WithId(WTI), settlement: Asset::WithId(USDX) };
		let amount = 1_000_000 * UNIT;
		send("Investor2", pallet_strata_backstop::Call::deposit { pair: pair.clone(), amount });
		// It takes part from the end of the next session on.
		wait_until(Timestamp::get() + 11 * MINUTE, calm());
		let held = holding(WTI, &Vaults::account_of(scene.oil));
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		report(day("92"));
		assert!(lots().is_empty(), "the pool bought all of it");
		let state = vault_state(vault);
		assert!(state.debt < 200_000 * UNIT);
		assert_eq!(holding(WTI, &Vaults::account_of(scene.oil)) - held, state.collateral);
		assert_eq!(in_liquidation(scene.deal), (0, 0));
		send("Investor2", pallet_strata_backstop::Call::claim { pair });
		let gained = holding(WTI, &account("Investor2"));
		// A unit keeps the pool's account alive, and one is lost in a division.
		let seized = 3_020 * UNIT - state.collateral;
		assert!(gained <= seized && gained + 2 >= seized, "{gained} of {seized}");
	});
}
