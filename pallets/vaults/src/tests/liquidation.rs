//! How much of a rung is liquidated, what its vaults keep, and what the deal and the auctions are
//! told.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::One;
use strata_ladder::Rung;
use strata_liquidation::{Market, Plan, Terms};
use strata_numbers::Price;
use strata_traits::{Custody, MarketPrices, Reading, Seizure};

use super::{
	walk::{borrower, crowd, liquidated, poll, run},
	*,
};
use crate::{
	types::{Destination, RungTotals},
	Edges, Rungs,
};

fn price(feed: strata_traits::FeedId, price: Price) {
	set_reading(feed, Reading::Fresh(quote(price, price)));
}

/// The one lot there is.
fn lot() -> Seizure {
	let lots = Lots::get();
	assert_eq!(lots.len(), 1, "{lots:?}");
	lots[0].clone()
}

fn rung_of(id: strata_traits::VaultId) -> Rung {
	Vaults::vault_state(id).unwrap().rung.unwrap()
}

#[test]
fn a_part_is_repaid_to_the_target_ratio() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		let rung = rung_of(vault);
		set_price(GOLD_FEED, 90);
		events();
		poll();
		// V = 1440, X = 1000: x = ⌈(1.7·1000 − 1440)/(1.7 − 1.1)⌉, s = ⌊x·1.1/90⌋.
		let (repaid, seized) = (433_333_334, 5_296_296_304);
		let left = Position {
			collateral: 16 * OUNCE - seized,
			debt: 1_000 * DOLLAR - repaid,
			principal: 1_000 * DOLLAR - repaid,
		};
		assert_eq!(
			events(),
			vec![Event::RungLiquidated {
				book: id,
				rung,
				vaults: 1,
				repaid,
				seized,
				principal: repaid,
				solvent: true,
				left
			}]
		);
		let market = Price::from_u32(90);
		assert_eq!(
			lot(),
			Seizure {
				deal: 7,
				book: id,
				collateral: GOLD,
				collateral_decimals: 9,
				settlement: USD,
				settlement_decimals: 6,
				units: seized,
				principal: repaid,
				interest: 0,
				penalty: 43_333_333,
				solvent: true,
				prices: MarketPrices { lower: market, upper: market },
				shape: parameters().auction,
				backstop_discount: parameters().backstop_discount,
				minimum_units: 1_111_111_111,
			}
		);
		assert_eq!(InLiquidation::get(id), (repaid, seized));
		assert_eq!(UsageOf::get(GOLD).drawn, left.principal * 10u128.pow(12));
		assert_eq!((book(id).totals, in_auction(id)), (left, repaid));
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.collateral, state.debt, state.hops), (left.collateral, left.debt, 1));
		// At the target, and no further.
		let ratio = state.ratio.unwrap();
		assert!(ratio >= crate::mock::ratio(1.7), "{ratio:?}");
		assert!(ratio < crate::mock::ratio(1.700_000_01));
		poll();
		assert_eq!(Lots::get().len(), 1);
	});
}

#[test]
fn below_the_debt_and_its_bonus_all_of_it_goes() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		// V = 1088 < 1100.
		set_price(GOLD_FEED, 68);
		poll();
		let lot = lot();
		assert_eq!((lot.units, lot.principal, lot.solvent), (16 * OUNCE, 1_000 * DOLLAR, false));
		assert_eq!(lot.penalty, 100 * DOLLAR);
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.collateral, state.debt, state.rung), (0, 0, None));
		assert_eq!(book(id).totals, Position::default());
		// Whoever passes it on removes the vault and gives the deposit back.
		assert_ok!(Vaults::settle(signed(BOB), vault, 1));
		assert!(VaultMap::<Test>::get(vault).is_none());
	});
}

#[test]
fn what_would_be_left_too_small_goes_too_and_the_rest_is_the_owners() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		// V = 1152: x = 913.3, and 86.7 would be left, less than the minimum of 100.
		set_price(GOLD_FEED, 72);
		poll();
		let seized = 15_277_777_777;
		let lot = lot();
		assert_eq!((lot.units, lot.principal, lot.solvent), (seized, 1_000 * DOLLAR, true));
		let left = 16 * OUNCE - seized;
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.collateral, state.debt, state.principal), (left, 0, 0));
		assert_eq!(book(id).totals, Position { collateral: left, debt: 0, principal: 0 });
		assert!(matches!(
			Edges::<Test>::iter_prefix_values(id).next().unwrap().to,
			Destination::Closed { vaults: 1, .. }
		));
		let before = free(GOLD, ALICE);
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(free(GOLD, ALICE), before + left);
		assert_eq!(Edges::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_part_below_the_least_lot_is_not_worth_it_so_all_goes() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		open_vault(ALICE, id, 32 * OUNCE / 10, 200 * DOLLAR);
		// V = 288: x = 86.7 of 200.
		set_price(GOLD_FEED, 90);
		poll();
		assert_eq!(lot().principal, 200 * DOLLAR);
		assert!(lot().solvent);
	});
}

#[test]
fn the_threshold_is_exact_to_the_last_digit_of_the_price() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.05);
		let vaults = crowd(id, 3);
		run(YEAR);
		for vault in vaults {
			let least = Vaults::vault_state(vault).unwrap().liquidation_price.unwrap();
			price(USD_FEED, Price::one());
			price(GOLD_FEED, least);
			events();
			poll();
			assert_eq!(liquidated(), vec![], "safe at its liquidation price");
			price(GOLD_FEED, Price::from_inner(least.into_inner() - 1));
			let rung = rung_of(vault);
			poll();
			assert_eq!(liquidated(), vec![(id, rung)], "unsafe right below it");
		}
	});
}

#[test]
fn prices_count_on_the_owners_side() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		let of = |inner: f64| Price::from_float(inner);
		// Collateral at its upper price.
		set_reading(GOLD_FEED, Reading::Degraded(quote(of(10.0), of(95.0))));
		poll();
		// The settlement asset at its lower price, but not above par.
		set_reading(GOLD_FEED, Reading::Fresh(quote(of(80.0), of(80.0))));
		set_reading(USD_FEED, Reading::Fresh(quote(of(0.8), of(1.2))));
		poll();
		assert_eq!(Lots::get(), vec![]);
		set_reading(USD_FEED, Reading::Fresh(quote(of(1.1), of(1.2))));
		set_reading(GOLD_FEED, Reading::Fresh(quote(of(94.0), of(94.0))));
		poll();
		assert_eq!(Lots::get(), vec![]);
		set_reading(GOLD_FEED, Reading::Fresh(quote(of(60.0), of(90.0))));
		poll();
		// Lots start at the upper side and are carried at the lower one.
		let prices = lot().prices;
		assert_eq!(prices.upper, of(90.0));
		assert_eq!(prices.lower, of(50.0));
		assert_eq!(Vaults::market(id), Some(prices));
		assert!(owed(vault) < 1_000 * DOLLAR);
	});
}

#[test]
fn principal_and_interest_fall_in_the_same_proportion() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.2);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		run(YEAR);
		let before = Vaults::vault_state(vault).unwrap();
		assert!(before.interest > 199 * DOLLAR);
		set_price(GOLD_FEED, 85);
		set_price(USD_FEED, 1);
		poll();
		let lot = lot();
		let repaid = lot.principal + lot.interest;
		let after = Vaults::vault_state(vault).unwrap();
		assert!(before.debt - repaid <= after.debt && after.debt <= before.debt - repaid + 2);
		let share = |part: Balance| part * 1_000_000 / repaid;
		assert_eq!(share(lot.principal), before.principal * 1_000_000 / before.debt);
		assert_eq!(in_auction(id), repaid);
		assert_eq!(book(id).totals.principal, before.principal - lot.principal);
	});
}

#[test]
fn every_vault_on_one_rung_is_one_step_and_all_share_alike() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		// Close to each other: within one rung.
		let vaults: Vec<_> = (0..20u128)
			.map(|number| {
				let collateral = 16_005 * OUNCE / 1_000 + number * 100_003;
				open_vault(borrower(number), id, collateral, 1_000 * DOLLAR)
			})
			.collect();
		assert_eq!(Rungs::<Test>::iter_prefix(id).count(), 1);
		let before: Vec<_> = vaults.iter().map(|id| position(*id)).collect();
		set_price(GOLD_FEED, 90);
		events();
		poll();
		assert_eq!(liquidated().len(), 1);
		let lot = lot();
		let all = before.iter().map(|position| position.collateral).sum::<Balance>();
		let mut sum = Position::default();
		for (vault, before) in vaults.iter().zip(before) {
			let state = Vaults::vault_state(*vault).unwrap();
			let fair = before.collateral * (all - lot.units) / all;
			assert_eq!(state.collateral, fair);
			sum.collateral += state.collateral;
		}
		let totals = book(id).totals;
		assert!(sum.collateral <= totals.collateral && sum.collateral + 20 >= totals.collateral);
		Vaults::do_try_state().unwrap();
		for vault in &vaults {
			assert_ok!(Vaults::settle(signed(BOB), *vault, 1));
			Vaults::do_try_state().unwrap();
		}
		assert_eq!(Edges::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_last_vault_of_a_book_goes_like_any_other() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		for step in 1..30 {
			set_price(GOLD_FEED, 100.0 - 3.3 * f64::from(step));
			poll();
			Vaults::do_try_state().unwrap();
		}
		assert_eq!(book(id).totals.debt, 0);
		assert_eq!(Rungs::<Test>::iter_prefix(id).count(), 0);
		assert_ok!(Vaults::settle(signed(BOB), vault, 64));
		let lots: Balance = Lots::get().iter().map(|lot| lot.units).sum();
		assert_eq!(lots + book(id).totals.collateral + book(id).dust, 16 * OUNCE);
		let principal: Balance = Lots::get().iter().map(|lot| lot.principal).sum();
		assert_eq!(principal + WrittenOff::get(id), 1_000 * DOLLAR);
	});
}

#[test]
fn solvent_and_insolvent_rungs_make_two_lots_and_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		for number in 0..4u128 {
			let collateral = 16 * OUNCE + number / 2 * 4 * OUNCE + number * OUNCE / 10;
			open_vault(borrower(number), id, collateral, 1_000 * DOLLAR);
		}
		set_price(GOLD_FEED, 65);
		poll();
		let lots = Lots::get();
		assert_eq!(lots.iter().map(|lot| lot.solvent).collect::<Vec<_>>(), vec![true, false]);
		let insolvent = &lots[1];
		assert_eq!(insolvent.units, 32 * OUNCE + OUNCE / 10);
		assert_eq!(insolvent.principal, 2_000 * DOLLAR);
		let owed: Balance = lots.iter().map(|lot| lot.principal + lot.interest).sum();
		assert_eq!(in_auction(id), owed);
		let (principal, units) = InLiquidation::get(id);
		assert_eq!(units, lots.iter().map(|lot| lot.units).sum::<Balance>());
		assert_eq!(principal, lots.iter().map(|lot| lot.principal).sum::<Balance>());
	});
}

#[test]
fn dust_goes_with_the_next_lot() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		Books::<Test>::mutate(id, |book| {
			let book = book.as_mut().unwrap();
			book.dust = 5;
			book.totals.collateral -= 5;
		});
		Rungs::<Test>::translate_values::<RungTotals, _>(|mut rung| {
			rung.totals.collateral -= 5;
			Some(rung)
		});
		VaultMap::<Test>::mutate(0, |vault| vault.as_mut().unwrap().position.collateral -= 5);
		set_price(GOLD_FEED, 90);
		poll();
		assert_eq!(book(id).dust, 0);
		assert_eq!(lot().units, InLiquidation::get(id).1);
		let held = book(id).totals.collateral + lot().units;
		assert_eq!(held, 16 * OUNCE);
	});
}

#[test]
fn debt_without_collateral_is_lost_and_nothing_is_sold() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		// As rounding could leave a vault of many hops.
		assert_ok!(Vaults::deliver(id, &GOLD, &ISSUER, 16 * OUNCE));
		Books::<Test>::mutate(id, |book| book.as_mut().unwrap().totals.collateral = 0);
		Rungs::<Test>::translate_values::<RungTotals, _>(|mut rung| {
			rung.totals.collateral = 0;
			Some(rung)
		});
		VaultMap::<Test>::mutate(vault, |vault| vault.as_mut().unwrap().position.collateral = 0);
		set_price(GOLD_FEED, 90);
		poll();
		assert_eq!(Lots::get(), vec![]);
		assert_eq!(InLiquidation::get(id), (0, 0));
		assert_eq!(WrittenOff::get(id), 1_000 * DOLLAR);
		assert_eq!(in_auction(id), 0);
		assert_eq!(book(id).totals, Position::default());
		assert_eq!(UsageOf::get(GOLD).drawn, 0);
	});
}

#[test]
fn what_is_seized_stays_on_the_books_account_until_it_is_sold() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		set_price(GOLD_FEED, 90);
		poll();
		let lot = lot();
		assert_eq!(Vaults::held(id, &GOLD), 16 * OUNCE);
		assert_noop!(
			<Vaults as Custody<AccountId>>::deliver(id, &GOLD, &BOB, 16 * OUNCE + 1),
			Error::Impaired
		);
		let before = free(GOLD, BOB);
		assert_ok!(Vaults::deliver(id, &GOLD, &BOB, lot.units));
		Lots::kill();
		assert_eq!(free(GOLD, BOB), before + lot.units);
		assert_eq!(Vaults::held(id, &GOLD), book(id).totals.collateral);
		assert_eq!(in_auction(id), 0);
		assert_eq!(Vaults::market(id + 1), None);
		set_reading(USD_FEED, Reading::Unknown);
		assert_eq!(Vaults::market(id), None);
	});
}

#[test]
fn a_crawl_down_goes_rung_after_rung_and_loses_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.03);
		let vaults = crowd(id, 6);
		let mut price = 100.0;
		for _ in 0..300 {
			price *= 0.997;
			set_price(GOLD_FEED, price);
			set_price(USD_FEED, 1);
			run(6 * 3_600_000);
			poll();
			Vaults::do_try_state().unwrap();
			let state = Vaults::liquidation(id).unwrap();
			assert!(state.riskiest.is_none() || state.riskiest < state.threshold);
		}
		for vault in vaults {
			while Vaults::settle(signed(BOB), vault, 64).is_ok() {}
		}
		let sold: Balance = Lots::get().iter().map(|lot| lot.units).sum();
		let all = (0..6).map(|number| 16 * OUNCE + 48 * OUNCE * number / 1_000).sum::<Balance>();
		assert_eq!(sold + book(id).totals.collateral + book(id).dust, all);
		let (principal, _) = InLiquidation::get(id);
		assert_eq!(principal + book(id).totals.principal + WrittenOff::get(id), 6_000 * DOLLAR);
	});
}

#[test]
fn a_rung_whose_average_has_improved_is_placed_again_and_not_liquidated() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		// As if those who left had left their collateral behind.
		assert_ok!(Vaults::lock(id, &GOLD, &BOB, 14 * OUNCE));
		Books::<Test>::mutate(id, |book| book.as_mut().unwrap().totals.collateral += 14 * OUNCE);
		Rungs::<Test>::translate_values::<RungTotals, _>(|mut rung| {
			rung.totals.collateral += 14 * OUNCE;
			Some(rung)
		});
		VaultMap::<Test>::mutate(vault, |vault| {
			vault.as_mut().unwrap().position.collateral += 14 * OUNCE;
		});
		set_price(GOLD_FEED, 90);
		let before = book(id).totals;
		poll();
		assert_eq!(Lots::get(), vec![]);
		assert_eq!(book(id).totals, before);
		let keys: Vec<_> = Rungs::<Test>::iter_key_prefix(id).map(|key| key.rung()).collect();
		assert_eq!(keys, vec![Rung::of(1_000 * DOLLAR, 30 * OUNCE).unwrap()]);
		assert_eq!(Vaults::vault_state(vault).unwrap().collateral, 30 * OUNCE);
		assert_eq!(Vaults::vault_state(vault).unwrap().hops, 1);
	});
}

proptest::proptest! {
	#![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

	/// What was written by hand above, for any ladder and any price: what the plan says is what
	/// happens, and nothing is left unsafe.
	#[test]
	fn a_walk_does_what_the_plans_say(
		ladder in proptest::collection::vec((15_100u128..60_000, 100u128..5_000), 1..12),
		cents in 1_000u32..10_600,
		rate in 0u32..30,
	) {
		ExtBuilder::default().build_and_execute(|| {
			set_price(GOLD_FEED, 200);
			let id = open_book(GOLD, f64::from(rate) / 100.0);
			for (number, (millis, debt)) in (0u128..).zip(&ladder) {
				let collateral = OUNCE / 1_000 * millis * debt / 1_000;
				open_vault(borrower(number), id, collateral, debt * DOLLAR);
			}
			run(YEAR / 3);
			set_price(GOLD_FEED, f64::from(cents) / 100.0);
			set_price(USD_FEED, 1);
			let (index, _) = book(id).accrued(Now::get()).unwrap();
			let now = Price::from_float(f64::from(cents) / 100.0);
			let market = Market {
				collateral: now,
				collateral_decimals: 9,
				settlement: Price::one(),
				settlement_decimals: 6,
			};
			let terms = Terms {
				target: ratio(1.7),
				bonus: ratio(0.1),
				minimum_debt: 100 * DOLLAR,
				minimum_lot: 100 * DOLLAR,
			};
			let (mut units, mut owed) = (0, 0);
			for (key, entry) in Rungs::<Test>::iter_prefix(id) {
				let m = book(id).parameters.liquidation_ratio;
				let price = book(id).liquidation_price_ceil(key.rung(), index, m);
				let safe = price.unwrap() <= now;
				if safe {
					continue;
				}
				let debt = index.debt_ceil(entry.totals.debt).unwrap();
				match Plan::at_ratio(entry.totals.collateral, debt, &market, &terms).unwrap() {
					Plan::Keep => {},
					Plan::Partial { repaid, seized } | Plan::Full { repaid, seized, .. } => {
						units += seized;
						owed += repaid;
					},
				}
			}
			let before = book(id).totals;
			let foreseen = Vaults::shock(id, Price::one()).unwrap();
			poll();
			let lots = Lots::get();
			assert_eq!(lots.iter().map(|lot| lot.units).sum::<Balance>(), units);
			assert_eq!(
				lots.iter().map(|lot| lot.principal + lot.interest).sum::<Balance>(),
				owed
			);
			assert_eq!((foreseen.repaid, foreseen.seized), (owed, units));
			let after = book(id).totals;
			assert_eq!(before.collateral - after.collateral, units);
			assert_eq!(before.principal - after.principal, InLiquidation::get(id).0);
			let state = Vaults::liquidation(id).unwrap();
			assert!(state.riskiest.is_none() || state.riskiest < state.threshold);
		});
	}
}
