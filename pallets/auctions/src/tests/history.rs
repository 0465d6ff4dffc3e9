//! Days that have happened.

use strata_traits::Seizure;

use super::*;

/// 12 March 2020: a chain so full that nobody could bid, and prices that did not move. There, lots
/// went for nothing. Here nothing goes for nothing: each round starts at the stuck price, then the
/// loss is charged, all of it and once, and the collateral is still there.
#[test]
fn black_thursday_with_zero_bidders_and_stuck_prices() {
	execute(|| {
		let mut owed = 0;
		for book in 0..20 {
			for seizure in [solvent(), insolvent()] {
				owed += seizure.principal;
				open(Seizure { book, ..seizure });
			}
		}
		let kept = free(GOLD, KEEPER);
		// A month of blocks, one every ten minutes.
		for block in 0..30 * 24 * 6u32 {
			pass(600_000);
			work();
			if block.is_multiple_of(7) {
				check();
			}
		}
		let sum = |of: fn(Ledger) -> Balance| Ledgers::iter_values().map(of).sum::<Balance>();
		assert_eq!(sum(|ledger| ledger.lost), owed);
		assert_eq!(sum(|ledger| ledger.received + ledger.principal + ledger.units), 0);
		assert_eq!(free(GOLD, KEEPER), kept);
		assert!(Lots::<Test>::iter_values().all(|lot| lot.stage == Stage::Recovery));
		// The first bidder of the month pays the market, and it is all recovered.
		let id = Lots::<Test>::iter_keys().next().unwrap();
		let all = lot(id).units;
		if lot(id).is_over(Now::get()) {
			work();
		}
		let paid = buy(ALICE, id, all);
		assert_eq!(sum(|ledger| ledger.surplus), paid);
		assert!(paid * OUNCE >= 50 * DOLLAR * all);
	});
}

/// The same with prices that are not reliable any more: restarts wait, nothing is lost meanwhile, and
/// nothing is sold below a floor that was set when prices were known.
#[test]
fn black_thursday_without_prices() {
	execute(|| {
		let ids = [open(solvent()), open(insolvent())];
		Market::set(None);
		for _ in 0..100 {
			pass(HOUR);
			work();
		}
		assert_eq!(ledger().lost, 0);
		for id in ids {
			assert_eq!((lot(id).stage, lot(id).restarts), (Stage::Auction, 2));
			assert_noop!(Auctions::bid(signed(ALICE), id, ANY, OUNCE), Error::LotEnded);
		}
		set_market(70.0);
		pass(RETRY);
		work();
		assert_eq!(lot(ids[1]).start, dollars(84.0));
	});
}

/// Half in a day: the second half of the lots starts where the first could not be sold.
#[test]
fn a_fall_by_half_in_a_day() {
	execute(|| {
		let mut principal = 0;
		for hour in 0..24u32 {
			let market = 100.0 - f64::from(hour) * 2.0;
			set_market(market);
			let seizure = Seizure { prices: prices(market), ..insolvent() };
			principal += seizure.principal;
			open(seizure);
			// Bidders pay 90 % of the market of the hour, for whatever is that cheap.
			for minute in 0..60 {
				pass(60_000);
				let limit = dollars(market * 0.9);
				for view in Auctions::lots(None, 100) {
					if view.price.is_some_and(|price| price <= limit) && minute % 7 == 0 {
						let units = view.lot.units;
						assert_ok!(Auctions::bid(signed(ALICE), view.id, limit, units));
					}
				}
				work();
			}
		}
		let Ledger { repaid, lost, principal: open, .. } = ledger();
		assert_eq!(repaid + lost + open, principal);
		assert!(repaid > 0 && lost > 0);
		check();
	});
}
