//! How lots are opened: start, floor, what is added, and the pool that buys first.

use strata_traits::{MarketPrices, Seizure};

use super::*;

#[test]
fn nothing_is_opened_for_nothing_or_out_of_nothing() {
	execute(|| {
		let refused = |seizure: Seizure| {
			assert_noop!(Auctions::open(seizure), Error::NothingSeized);
		};
		refused(Seizure { units: 0, ..solvent() });
		refused(Seizure { minimum_units: 0, ..solvent() });
		refused(Seizure { principal: 0, interest: 0, ..solvent() });
		refused(Seizure { principal: 0, interest: 0, ..insolvent() });
	});
}

#[test]
fn figures_that_do_not_fit_are_errors() {
	execute(|| {
		let refused = |seizure: Seizure| {
			assert_noop!(Auctions::open(seizure), Error::DoesNotFit);
		};
		refused(Seizure { principal: Balance::MAX, interest: 1, ..solvent() });
		let huge = MarketPrices { lower: ANY, upper: ANY };
		refused(Seizure { prices: huge, ..insolvent() });
		// x/s: 10^38 for one of 10^9 smallest units.
		refused(Seizure { principal: 10u128.pow(38), units: 1, ..solvent() });
		refused(Seizure { collateral_decimals: 39, ..solvent() });
		Now::set(u64::MAX);
		refused(insolvent());
		NextLot::<Test>::put(LotId::MAX);
		Now::set(1);
		refused(insolvent());
	});
}

#[test]
fn a_solvent_lot_starts_above_the_market_and_ends_at_what_is_owed() {
	execute(|| {
		let now = Now::get();
		let id = open(solvent());
		let Lot { start, floor, ends_at, restarts, owed, units, .. } = lot(id);
		assert_eq!(start, dollars(120.0));
		// 1000/11, rounded up.
		assert_eq!(floor, Price::from_inner(90_909_090_909_090_909_091));
		assert_eq!((ends_at, restarts), (now + HOUR, 2));
		assert_eq!((owed, units), (1_000 * DOLLAR, 11 * OUNCE));
		let opened = Event::LotOpened {
			lot: id,
			deal: DEAL_ID,
			book: BOOK,
			collateral: GOLD,
			units,
			owed,
			solvent: true,
			start,
			floor,
			ends_at,
		};
		assert_eq!(events(), [opened]);
	});
}

#[test]
fn an_insolvent_lot_ends_at_the_floor_factor() {
	execute(|| {
		let Lot { start, floor, .. } = lot(open(insolvent()));
		assert_eq!((start, floor), (dollars(120.0), dollars(50.0)));
	});
}

#[test]
fn the_market_is_its_upper_side_and_prices_are_rounded_up() {
	execute(|| {
		let upper = Price::from_inner(100_000_000_000_000_000_001);
		let prices = MarketPrices { lower: dollars(1.0), upper };
		let Lot { start, floor, .. } = lot(open(Seizure { prices, ..insolvent() }));
		assert_eq!(start, Price::from_inner(120_000_000_000_000_000_002));
		assert_eq!(floor, Price::from_inner(50_000_000_000_000_000_001));
	});
}

#[test]
fn a_price_of_zero_still_has_a_floor() {
	execute(|| {
		let prices = MarketPrices { lower: Price::default(), upper: Price::default() };
		let id = open(Seizure { prices, ..insolvent() });
		assert_eq!((lot(id).start, lot(id).floor), (Price::from_inner(1), Price::from_inner(1)));
		assert_eq!(buy(ALICE, id, 8 * OUNCE), 1);
	});
}

#[test]
fn a_start_is_never_below_what_is_owed() {
	execute(|| {
		// The market fell to 50: 1.2 times that is below 1000/11.
		let id = open(Seizure { prices: prices(50.0), ..solvent() });
		assert_eq!(lot(id).start, lot(id).floor);
		// The price is rounded up, so is the cost.
		assert_eq!(buy(ALICE, id, 11 * OUNCE), 1_000 * DOLLAR + 1);
	});
}

#[test]
fn one_lot_for_each_book_kind_and_moment() {
	execute(|| {
		let id = open(solvent());
		assert_eq!(open(seizure(9, 500, true)), id + 1);
		let sum = lot(id);
		assert_eq!((sum.units, sum.owed), (20 * OUNCE, 1_500 * DOLLAR));
		assert_eq!((sum.principal, sum.interest), (1_350 * DOLLAR, 150 * DOLLAR));
		assert_eq!(sum.penalty, 150 * DOLLAR);
		// 1500/20: not diluted below what is owed for all of it.
		assert_eq!(sum.floor, dollars(75.0));
		assert_eq!(Lots::<Test>::iter().count(), 1);
		let increased = Event::LotIncreased {
			lot: id,
			units: sum.units,
			owed: sum.owed,
			start: sum.start,
			floor: sum.floor,
		};
		assert_eq!(events().last(), Some(&increased));

		// Another kind, another book, another moment.
		assert_eq!(open(insolvent()), id + 1);
		assert_eq!(open(Seizure { book: BOOK + 1, ..solvent() }), id + 2);
		pass(1);
		assert_eq!(open(solvent()), id + 3);
		let on_sale =
			|lots, ounces, dollars| OnSale { lots, units: ounces * OUNCE, owed: dollars * DOLLAR };
		assert_eq!(Auctions::on_sale(BOOK), on_sale(3, 39, 3_500));
		assert_eq!(Auctions::on_sale(BOOK + 1), on_sale(1, 11, 1_000));
		assert_eq!(Auctions::on_sale(BOOK + 2), OnSale::default());
	});
}

#[test]
fn what_differs_is_not_added() {
	execute(|| {
		let id = open(insolvent());
		let other_shape = strata_traits::AuctionShape { restarts: 1, ..shape() };
		assert_eq!(open(Seizure { shape: other_shape, ..insolvent() }), id + 1);
		assert_eq!(Lots::<Test>::iter().count(), 2);
		// To the latest, if anything.
		assert_eq!(open(insolvent()), id + 2);
		assert_eq!(lot(id + 2).units, 8 * OUNCE);
		let dear = Seizure { prices: prices(200.0), minimum_units: OUNCE, ..insolvent() };
		open(dear);
		// The dearer start and floor, and the larger minimum.
		let sum = lot(id + 2);
		assert_eq!((sum.units, sum.minimum_units), (16 * OUNCE, OUNCE));
		assert_eq!((sum.start, sum.floor), (dollars(240.0), dollars(100.0)));
	});
}

#[test]
fn nothing_is_added_to_a_lot_that_was_bid_on() {
	execute(|| {
		let id = open(solvent());
		buy(ALICE, id, OUNCE);
		assert_eq!(open(solvent()), id + 1);
		assert_eq!((lot(id).units, lot(id + 1).units), (10 * OUNCE, 11 * OUNCE));
		// Nor to one that is sold out in the moment it was opened.
		buy(ALICE, id + 1, 11 * OUNCE);
		assert_eq!(OpenLots::<Test>::get(BOOK).solvent, None);
		assert_eq!(open(solvent()), id + 2);
		assert_eq!(Auctions::on_sale(BOOK).lots, 2);
	});
}

#[test]
fn a_pool_that_covers_what_is_owed_buys_first() {
	execute(|| {
		open_pool(1_000 * DOLLAR);
		// 11 ounces at 95 are 1045: more than x.
		let id = open(solvent());
		assert_eq!(NextLot::<Test>::get(), id);
		assert_eq!((free(USD, POOL), free(GOLD, POOL)), (1, 11 * OUNCE));
		let booked = ledger();
		assert_eq!((booked.repaid, booked.interest), (900 * DOLLAR, 100 * DOLLAR));
		assert_eq!((booked.penalty, booked.surplus, booked.principal), (0, 0, 0));
		let (units, cost) = (11 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(events(), [Event::SoldToBackstop { book: BOOK, lot: None, units, cost }]);
	});
}

#[test]
fn at_2_to_the_96_a_pool_pays_what_is_owed_and_no_more() {
	for seizure in [solvent(), insolvent()] {
		execute(|| {
			open_pool(ENDOWMENT);
			let price = Price::from_inner(1 << 96);
			let prices = MarketPrices { lower: price, upper: price };
			let (units, cost) = (seizure.units, 1_000 * DOLLAR);
			open(Seizure { prices, ..seizure });
			assert_eq!((free(USD, POOL), free(GOLD, POOL)), (ENDOWMENT + 1 - cost, units));
			let booked = ledger();
			assert_eq!((booked.repaid, booked.interest), (900 * DOLLAR, 100 * DOLLAR));
			assert_eq!((booked.penalty, booked.surplus, booked.principal), (0, 0, 0));
			assert_eq!(events(), [Event::SoldToBackstop { book: BOOK, lot: None, units, cost }]);
		});
	}
}

#[test]
fn a_pool_that_is_one_unit_short_does_not() {
	execute(|| {
		open_pool(1_000 * DOLLAR - 1);
		let id = open(solvent());
		assert_eq!(lot(id).units, 11 * OUNCE);
		assert_eq!(free(GOLD, POOL), 0);
	});
}

#[test]
fn a_pool_whose_offer_is_below_what_is_owed_waits_behind_the_auction() {
	execute(|| {
		open_pool(ENDOWMENT);
		// 1000/11/0.95 = 95.693…: the offer at the last digit below is 1000 rounded up.
		let at = |inner| MarketPrices { lower: Price::from_inner(inner), upper: dollars(100.0) };
		let least = 95_693_779_904_306_220_000u128;
		let id = open(Seizure { prices: at(least - 96_000_000_000_000), ..solvent() });
		assert_eq!(lot(id).units, 11 * OUNCE);
		pass(1);
		open(Seizure { prices: at(least), ..solvent() });
		assert_eq!(free(GOLD, POOL), 11 * OUNCE);
		assert_eq!(Lots::<Test>::iter().count(), 1);
		// An insolvent lot is never covered by what is below the market.
		assert_eq!(lot(open(insolvent())).units, 8 * OUNCE);
	});
}

#[test]
fn a_pool_that_fails_does_not_hold_a_lot_up() {
	execute(|| {
		open_pool(1_000 * DOLLAR);
		assert_ok!(Assets::block(RuntimeOrigin::signed(ISSUER), 1, POOL));
		let id = open(solvent());
		assert_eq!(lot(id).units, 11 * OUNCE);
		assert_eq!((free(GOLD, POOL), free(USD, POOL)), (0, 1_000 * DOLLAR + 1));
		assert!(matches!(events()[..], [Event::BackstopFailed { .. }, Event::LotOpened { .. }]));
	});
}
