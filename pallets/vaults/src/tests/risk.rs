//! What an act that adds risk must satisfy, and that nothing else must.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::One;
use strata_numbers::Price;
use strata_traits::{Quote, Reading};

use super::*;
use crate::types::BookTerms;
use strata_traits::Books as BooksOfDeals;

/// Helping, and leaving without debt, works whatever `broken` did.
fn safe_acts_work(broken: impl FnOnce(), withdrawal: bool) {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let idle = open_vault(BOB, id, 10 * OUNCE, 0);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		broken();
		assert_ok!(Vaults::deposit(signed(BOB), vault, OUNCE));
		assert_ok!(Vaults::repay(signed(BOB), vault, DOLLAR));
		assert_ok!(Vaults::repay(signed(BOB), vault, Balance::MAX));
		assert_ok!(Vaults::open(signed(CAROL), id, 10 * OUNCE, 0));
		if withdrawal {
			assert_ok!(Vaults::withdraw(signed(BOB), idle, OUNCE));
			assert_ok!(Vaults::close(signed(ALICE), vault));
		}
	});
}

fn risky_acts_fail(broken: impl FnOnce(), error: Error) {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		broken();
		let error = sp_runtime::DispatchError::from(error);
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), error);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE), error);
		assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 1_000 * DOLLAR), error);
	});
}

#[test]
fn without_a_fresh_price_no_risk_is_added() {
	let one = || quote(Price::one(), Price::one());
	let stale = move || set_reading(GOLD_FEED, Reading::Stale(one()));
	let unknown = || set_reading(GOLD_FEED, Reading::Unknown);
	let money_stale = move || set_reading(USD_FEED, Reading::Stale(one()));
	let frozen = move || set_reading(GOLD_FEED, Reading::Frozen(one()));
	let money_frozen = move || set_reading(USD_FEED, Reading::Frozen(one()));
	// A jump that waits to be confirmed, even if both prices are good.
	let jumps = move |feed, usd| {
		let confirmed = quote(Price::from_u32(usd), Price::from_u32(usd));
		let current = Quote { observed_at: Now::get() + 1, ..confirmed };
		move || set_reading(feed, Reading::Pending { confirmed, current })
	};
	risky_acts_fail(move || jumps(GOLD_FEED, 100)(), Error::NoCollateralPrice);
	risky_acts_fail(move || jumps(USD_FEED, 1)(), Error::NoSettlementPrice);
	safe_acts_work(move || jumps(GOLD_FEED, 100)(), true);
	safe_acts_work(move || jumps(USD_FEED, 1)(), true);
	risky_acts_fail(frozen, Error::NoCollateralPrice);
	risky_acts_fail(money_frozen, Error::NoSettlementPrice);
	safe_acts_work(frozen, true);
	safe_acts_work(money_frozen, true);
	risky_acts_fail(stale, Error::NoCollateralPrice);
	risky_acts_fail(unknown, Error::NoCollateralPrice);
	risky_acts_fail(money_stale, Error::NoSettlementPrice);
	safe_acts_work(stale, true);
	safe_acts_work(unknown, true);
	safe_acts_work(money_stale, true);
}

#[test]
fn off_its_peg_the_settlement_asset_is_not_drawn() {
	let price = |price: f64| move || set_price(USD_FEED, price);
	risky_acts_fail(price(1.021), Error::OffPeg);
	risky_acts_fail(price(0.979), Error::OffPeg);
	safe_acts_work(price(0.5), true);
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		for price in [0.98, 1.02] {
			set_price(USD_FEED, price);
			open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		}
	});
}

#[test]
fn a_pause_stops_draws_and_withdrawals() {
	let pause = || relist(GOLD, |listing| listing.paused = true);
	risky_acts_fail(pause, Error::Paused);
	safe_acts_work(pause, false);
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 0);
		pause();
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, OUNCE), Error::Paused);
		assert_noop!(Vaults::close(signed(ALICE), vault), Error::Paused);
	});
}

#[test]
fn unlisted_assets_are_not_drawn_on() {
	let no_gold = || Collaterals::mutate(|listings| listings.retain(|asset, _| *asset != GOLD));
	safe_acts_work(no_gold, true);
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		no_gold();
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), Error::CollateralNotListed);
		assert_eq!(Vaults::max_draw(vault), Some(0));
		// Its price is known all the same.
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
	});
}

#[test]
fn feeds_and_band_are_those_of_the_opening() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		relist(GOLD, |listing| listing.feed = 77);
		Settlements::mutate(|listings| listings.clear());
		set_price(USD_FEED, 1.02);
		assert_ok!(Vaults::draw(signed(ALICE), vault, DOLLAR));
		set_price(USD_FEED, 1.021);
		assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), Error::OffPeg);
		assert_eq!(Vaults::vault_state(vault).unwrap().health, crate::types::Health::Healthy);
	});
}

#[test]
fn collateral_counts_at_its_lower_price_and_debt_at_its_upper_or_par() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let lower_upper = |lower, upper| quote(Price::from_u32(lower), Price::from_u32(upper));
		set_reading(GOLD_FEED, Reading::Degraded(lower_upper(80, 1_000)));
		assert_noop!(
			Vaults::open(signed(ALICE), id, 20 * OUNCE, 1_000 * DOLLAR + 1),
			Error::BelowInitialRatio
		);
		open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);

		// Below par counts as par, above as it is.
		set_reading(USD_FEED, Reading::Fresh(quote(ratio(0.98), ratio(0.99))));
		assert_noop!(
			Vaults::open(signed(BOB), id, 20 * OUNCE, 1_000 * DOLLAR + 1),
			Error::BelowInitialRatio
		);
		set_reading(USD_FEED, Reading::Fresh(quote(ratio(0.99), ratio(1.01))));
		assert_noop!(
			Vaults::open(signed(BOB), id, 20 * OUNCE, 1_000 * DOLLAR),
			Error::BelowInitialRatio
		);
		open_vault(BOB, id, 20 * OUNCE, 990_099_009);
		assert_noop!(
			Vaults::open(signed(BOB), id, 20 * OUNCE, 990_099_010),
			Error::BelowInitialRatio
		);
	});
}

#[test]
fn the_initial_ratio_is_exact_to_the_unit() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		// 1000 USD at 160 % need 16 ounces at 100 USD.
		assert_noop!(
			Vaults::open(signed(ALICE), id, 16 * OUNCE - 1, 1_000 * DOLLAR),
			Error::BelowInitialRatio
		);
		let vault = open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), Error::BelowInitialRatio);
		// Interest counts.
		let other = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, other, 16 * OUNCE + 10, 1_000 * DOLLAR);
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, 1));
		pass(1_000);
		assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), Error::BelowInitialRatio);
	});
}

#[test]
fn the_ratio_pinned_at_opening_counts() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		relist(GOLD, |listing| listing.parameters.initial_ratio = ratio(3.0));
		open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
	});
}

#[test]
fn a_book_lends_up_to_its_ceiling() {
	ExtBuilder::default().build_and_execute(|| {
		let terms = BookTerms { debt_ceiling: 1_500 * DOLLAR, ..terms(GOLD, 0.5) };
		let id = <Vaults as BooksOfDeals>::open(7, &USD, &terms).unwrap();
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		assert_noop!(
			Vaults::open(signed(BOB), id, 100 * OUNCE, 500 * DOLLAR + 1),
			Error::AboveBookCeiling
		);
		open_vault(BOB, id, 100 * OUNCE, 500 * DOLLAR);
		// It is principal that counts, so interest neither fills it nor is made room by paying it.
		pass(YEAR);
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::AboveBookCeiling);
		assert_ok!(Vaults::repay(signed(ALICE), vault, 100 * DOLLAR));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::AboveBookCeiling);
		let interest = owed(vault) - position(vault).principal;
		assert_ok!(Vaults::repay(signed(ALICE), vault, interest + 5));
		assert_ok!(Vaults::draw(signed(ALICE), vault, 5));
	});
}

#[test]
fn an_asset_is_drawn_on_up_to_its_ceiling_in_all_books() {
	ExtBuilder::default().build_and_execute(|| {
		relist(GOLD, |listing| listing.parameters.debt_ceiling = Price::from_u32(1_500));
		let (first, second) = (open_book(GOLD, 0.0), open_book(GOLD, 0.1));
		let vault = open_vault(ALICE, first, 100 * OUNCE, 1_000 * DOLLAR);
		assert_noop!(
			Vaults::open(signed(BOB), second, 100 * OUNCE, 500 * DOLLAR + 1),
			Error::AboveAssetCeiling
		);
		let other = open_vault(BOB, second, 100 * OUNCE, 500 * DOLLAR);
		assert_eq!(UsageOf::get(GOLD).drawn, 1_500 * 10u128.pow(18));
		// Another asset has its own.
		let stra = open_book(STRA, 0.0);
		open_vault(CAROL, stra, 1_000 * 10u128.pow(12), 1_000 * DOLLAR);

		// Lowered below what is drawn, it stops draws and nothing else.
		relist(GOLD, |listing| listing.parameters.debt_ceiling = Price::from_u32(1_000));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::AboveAssetCeiling);
		assert_ok!(Vaults::withdraw(signed(ALICE), vault, OUNCE));
		assert_ok!(Vaults::close(signed(BOB), other));
		assert_noop!(Vaults::draw(signed(ALICE), vault, 1), Error::AboveAssetCeiling);
		assert_ok!(Vaults::repay(signed(ALICE), vault, 1));
		assert_ok!(Vaults::draw(signed(ALICE), vault, 1));
		assert_ok!(Vaults::close(signed(ALICE), vault));
		assert_eq!(UsageOf::get(GOLD).drawn, 0);
	});
}
