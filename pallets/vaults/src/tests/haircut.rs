//! The initial ratio of a volatile price, and the worst price of the time that one may be behind.

use frame_support::{assert_noop, assert_ok};
use strata_numbers::{Price, Ratio};
use strata_statistics::Variance;
use strata_traits::{Books as _, Quote, Reading};

use super::{walk::poll, *};
use crate::types::Health;

/// A variance of so many per cent in an hour: σ² per second.
fn hourly(percent: u128) -> Variance {
	Variance::from_inner(percent * percent * 10u128.pow(32) / 3_600)
}

/// Gold at 100 USD, which moves by so many per cent in the hour that it may be behind.
fn volatile(percent: u128) -> Quote {
	let at = Price::from_u32(100);
	Quote { variance: hourly(percent), latency: 3_600_000, ..quote(at, at) }
}

fn gold(quote: Quote) {
	set_reading(GOLD_FEED, Reading::Fresh(quote));
}

/// Opens a vault of 1000 USD with the least collateral that is enough, to the unit.
fn opens_from(id: BookId, least: Balance) {
	assert_noop!(
		Vaults::open(signed(ALICE), id, least - 1, 1_000 * DOLLAR),
		Error::BelowInitialRatio
	);
	let vault = open_vault(ALICE, id, least, 1_000 * DOLLAR);
	// The views agree.
	assert_eq!(Vaults::max_draw(vault), Some(0));
	assert_eq!(Vaults::max_withdraw(vault), Some(0));
	assert_eq!(Vaults::vault_state(vault).unwrap().health, Health::Healthy);
	assert_ok!(Vaults::close(signed(ALICE), vault));
	let vault = open_vault(ALICE, id, least + OUNCE, 1_000 * DOLLAR);
	// Both are rounded down, by a unit of money at most for each of two divisions.
	let unit = OUNCE / 10_000_000;
	let room = Vaults::max_withdraw(vault).unwrap();
	assert!(room <= OUNCE && room + unit > OUNCE, "{room}");
	let most = Vaults::max_draw(vault).unwrap();
	assert_noop!(Vaults::draw(signed(ALICE), vault, most + 2), Error::BelowInitialRatio);
	assert_ok!(Vaults::draw(signed(ALICE), vault, most));
	assert_ok!(Vaults::close(signed(ALICE), vault));
}

#[test]
fn a_volatile_price_asks_for_more_at_the_start() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		opens_from(id, 16 * OUNCE);
		// z = 3: a haircut of 3 % leaves 1.5 of 1.5464, which is less than the initial ratio.
		gold(volatile(1));
		opens_from(id, 16 * OUNCE);
		// One of 15 %: 1.5/0.85 = 1.7647…
		gold(volatile(5));
		let shown = |id| {
			let vault = open_vault(BOB, id, 100 * OUNCE, 1_000 * DOLLAR);
			let ratio = Vaults::vault_state(vault).unwrap().initial_ratio.unwrap();
			assert_ok!(Vaults::close(signed(BOB), vault));
			ratio
		};
		let raised = shown(id);
		let exact = 1.5 / 0.85;
		assert!((raised.to_float() - exact).abs() < 1e-12, "{raised:?}");
		// Rounded up: 17.647058823529… ounces.
		opens_from(id, 17_647_058_824);
		// 30 % at most: 1.5/0.7 = 2.14 is above the greatest initial ratio of 2.
		gold(volatile(20));
		assert_eq!(shown(id), ratio(2.0));
		opens_from(id, 20 * OUNCE);
	});
}

#[test]
fn the_haircut_moves_no_other_ratio() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		let before = Vaults::vault_state(vault).unwrap();
		gold(volatile(20));
		poll();
		assert_eq!(Lots::get(), vec![]);
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!(state.liquidation_price, before.liquidation_price);
		assert_eq!((state.ratio, state.health), (before.ratio, Health::BelowInitialRatio));
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), Error::BelowInitialRatio);
		// Who only helps is asked nothing.
		assert_ok!(Vaults::deposit(signed(BOB), vault, OUNCE));
		assert_ok!(Vaults::repay(signed(BOB), vault, DOLLAR));
	});
}

#[test]
fn without_deviations_or_with_a_bound_of_nothing_there_is_none() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.haircut.deviations = Ratio::default());
		let calm = open_book(GOLD, 0.0);
		relist(GOLD, |listing| {
			listing.parameters = parameters();
			listing.parameters.greatest_initial_ratio = ratio(1.6);
		});
		let bound = open_book(GOLD, 0.0);
		// The terms are those of the opening.
		relist(GOLD, |listing| listing.parameters = parameters());
		gold(volatile(20));
		opens_from(calm, 16 * OUNCE);
		opens_from(bound, 16 * OUNCE);
	});
}

#[test]
fn a_least_haircut_applies_to_a_calm_price() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.haircut.least = ratio(0.25));
		let id = open_book(GOLD, 0.0);
		opens_from(id, 20 * OUNCE);
	});
}

#[test]
fn risk_is_added_at_the_worst_that_was_confirmed_lately() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let at = Price::from_u32;
		gold(Quote { least: at(80), ..quote(at(100), at(100)) });
		opens_from(id, 20 * OUNCE);
		// The settlement asset at the highest, par at least.
		set_reading(USD_FEED, Reading::Fresh(Quote { most: ratio(1.25), ..quote(at(1), at(1)) }));
		opens_from(id, 25 * OUNCE);
		let low = quote(ratio(0.98), ratio(0.99));
		set_reading(USD_FEED, Reading::Fresh(Quote { most: ratio(0.99), ..low }));
		opens_from(id, 20 * OUNCE);
		// What is valued, and what is liquidated, is so at the price of today.
		let vault = open_vault(BOB, id, 20 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(Vaults::figures(id).unwrap().value, Some(2_000 * DOLLAR));
		assert_eq!(Vaults::vault_state(vault).unwrap().ratio, Some(ratio(2.0)));
		gold(Quote { least: at(1), ..quote(at(90), at(90)) });
		poll();
		assert_eq!(Lots::get(), vec![]);
		assert_eq!(Vaults::vault_state(vault).unwrap().health, Health::BelowInitialRatio);
	});
}
