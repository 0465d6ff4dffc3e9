//! What front ends are told.

use frame_support::{assert_noop, assert_ok};
use sp_core::U256;
use sp_runtime::traits::One;
use strata_ladder::Rung;
use strata_numbers::{Price, RateIndex};
use strata_traits::Reading;

use super::*;
use crate::types::{Adjustment, Health};

#[test]
fn a_vault_is_shown_with_health_and_ratio() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Vaults::vault_state(0), None);
		let id = open_book(GOLD, 0.1);
		let idle = open_vault(BOB, id, OUNCE, 0);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		let state = Vaults::vault_state(idle).unwrap();
		assert_eq!((state.health, state.ratio), (Health::NoDebt, None));
		assert_eq!((state.rung, state.liquidation_price), (None, None));

		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!(state.owner, ALICE);
		assert_eq!(state.collateral, 20 * OUNCE);
		assert_eq!(
			(state.debt, state.principal, state.interest),
			(1_000 * DOLLAR, 1_000 * DOLLAR, 0)
		);
		assert_eq!((state.ratio, state.health), (Some(ratio(2.0)), Health::Healthy));
		assert_eq!(state.rung, Rung::of(1_000 * DOLLAR, 20 * OUNCE));
		assert!(state.reliable);

		set_price(GOLD_FEED, 79);
		assert_eq!(Vaults::vault_state(vault).unwrap().health, Health::BelowInitialRatio);
		set_price(GOLD_FEED, 74);
		assert_eq!(Vaults::vault_state(vault).unwrap().health, Health::BelowLiquidationRatio);
		set_reading(GOLD_FEED, Reading::Stale(quote(Price::from_u32(90), Price::from_u32(90))));
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.health, state.reliable), (Health::Healthy, false));
		set_reading(GOLD_FEED, Reading::Unknown);
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.health, state.ratio), (Health::Unpriced, None));
		assert!(!state.reliable);

		// Interest is in it without anybody having touched the book.
		set_price(GOLD_FEED, 100);
		pass(YEAR);
		let state = Vaults::vault_state(vault).unwrap();
		assert_eq!((state.debt, state.interest), (1_105_170_918, 105_170_918));
	});
}

#[test]
fn the_liquidation_price_is_the_rungs_edge() {
	for (gold, usd) in [(9u8, 6u8), (0, 18), (18, 0), (6, 6)] {
		ExtBuilder::default().decimals(gold, usd).build_and_execute(|| {
			let (ounce, dollar) = (10u128.pow(gold.into()), 10u128.pow(usd.into()));
			let id = open_book(GOLD, 0.1);
			// 2000 USD worth of it, however many ounces the minimum takes.
			let ounces = (2_000_000 / ounce).max(20);
			set_price(GOLD_FEED, 2_000.0 / ounces as f64);
			let vault_id = open_vault(ALICE, id, ounces * ounce, 1_000 * dollar);
			pass(YEAR);
			let price = Vaults::vault_state(vault_id).unwrap().liquidation_price.unwrap();
			// The vault's own price, before what it owes is rounded up to a unit, and at most 0.1 %
			// above.
			let (index, _) = book(id).accrued(Now::get()).unwrap();
			let grown = index.inner() as f64 / RateIndex::ONE.inner() as f64;
			let exact = 1.5 * 1_000.0 * grown / ounces as f64;
			let shown = price.to_float();
			assert!(shown >= exact * 0.999_999 && shown <= exact * 1.001_001, "{shown} {exact}");

			// κ* = p·10^usd·10^27 / (m·R·10^gold), p and m both with 18 decimals.
			let threshold = |price: u128| {
				let up =
					U256::from(price) * U256::from(dollar) * U256::from(RateIndex::ONE.inner());
				let m = U256::from(ratio(1.5).into_inner());
				(up, m * U256::from(index.inner()) * U256::from(ounce))
			};
			let rung = vault(vault_id).place.unwrap().rung;
			let (up, down) = threshold(price.into_inner());
			assert!(!rung.is_unsafe(up, down));
			let (up, down) = threshold(price.into_inner() - 1);
			assert!(rung.is_unsafe(up, down));
		});
	}
}

/// What `ask` answers, which must leave the state as it is.
fn unchanged<R>(ask: impl FnOnce() -> R) -> R {
	let root = || sp_io::storage::root(sp_runtime::StateVersion::V1);
	let before = root();
	let answer = ask();
	assert_eq!(root(), before);
	answer
}

#[test]
fn a_preview_is_the_act_undone() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.1);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		pass(YEAR);
		let wish = Adjustment {
			deposit: 5 * OUNCE,
			repay: 300 * DOLLAR,
			draw: 50 * DOLLAR,
			withdraw: OUNCE,
		};
		let preview = unchanged(|| Vaults::preview_adjust(vault, wish).ok());
		assert_ok!(Vaults::adjust(signed(ALICE), vault, wish));
		assert_eq!(preview, Vaults::vault_state(vault));

		let refused = Adjustment { withdraw: 20 * OUNCE, ..Default::default() };
		assert_noop!(Vaults::preview_adjust(vault, refused), Error::BelowInitialRatio);
		assert_noop!(Vaults::preview_adjust(99, refused), Error::UnknownVault);
		let all = Adjustment { repay: Balance::MAX, withdraw: 24 * OUNCE, ..Default::default() };
		let empty = Vaults::preview_adjust(vault, all).unwrap();
		assert_eq!((empty.collateral, empty.debt, empty.rung), (0, 0, None));

		assert_noop!(
			Vaults::preview_open(&BOB, id, 10 * OUNCE, 1_000 * DOLLAR),
			Error::BelowInitialRatio
		);
		let preview = unchanged(|| Vaults::preview_open(&BOB, id, 20 * OUNCE, 1_000 * DOLLAR).ok());
		let opened = open_vault(BOB, id, 20 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(preview, Vaults::vault_state(opened));
	});
}

#[test]
fn the_most_is_what_can_be_done_and_not_a_step_more() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!((Vaults::max_draw(0), Vaults::max_withdraw(0)), (None, None));
		let id = open_book(GOLD, 0.37);
		let vault = open_vault(ALICE, id, 20 * OUNCE, 700 * DOLLAR);
		for _ in 0..5 {
			pass(7_777_777_777);
			assert_ok!(Vaults::deposit(signed(ALICE), vault, 10 * OUNCE));
			let most = Vaults::max_draw(vault).unwrap();
			assert!(most > 200 * DOLLAR);
			assert_noop!(Vaults::draw(signed(ALICE), vault, most + 4), Error::BelowInitialRatio);
			assert_ok!(Vaults::draw(signed(ALICE), vault, most));
			assert!(Vaults::max_draw(vault).unwrap() < 4);

			assert_ok!(Vaults::deposit(signed(ALICE), vault, OUNCE));
			let most = Vaults::max_withdraw(vault).unwrap();
			assert!(most >= OUNCE);
			assert_ok!(Vaults::withdraw(signed(ALICE), vault, most));
			assert!(Vaults::max_withdraw(vault).unwrap() < 100);
			// One unit of the dollar is worth 10 units of gold; 160 % of it, 16.
			assert_noop!(Vaults::withdraw(signed(ALICE), vault, 100), Error::BelowInitialRatio);
		}
	});
}

#[test]
fn the_most_heeds_ceilings_minimum_pause_and_prices() {
	ExtBuilder::default().build_and_execute(|| {
		let id = open_book(GOLD, 0.0);
		let idle = open_vault(ALICE, id, OUNCE, 0);
		assert_eq!(Vaults::max_draw(idle), Some(0)); // 62.5 USD, below the minimum of 100
		assert_eq!(Vaults::max_withdraw(idle), Some(OUNCE));
		let vault = open_vault(ALICE, id, 100 * OUNCE, 1_000 * DOLLAR);
		assert_eq!(Vaults::max_draw(vault), Some(5_250 * DOLLAR));
		assert_eq!(Vaults::max_withdraw(vault), Some(84 * OUNCE));
		relist(GOLD, |listing| listing.parameters.debt_ceiling = Price::from_u32(1_250));
		assert_eq!(Vaults::max_draw(vault), Some(250 * DOLLAR));
		relist(GOLD, |listing| listing.parameters.debt_ceiling = Price::from_u32(900));
		assert_eq!(Vaults::max_draw(vault), Some(0));
		relist(GOLD, |listing| listing.paused = true);
		assert_eq!((Vaults::max_draw(vault), Vaults::max_withdraw(vault)), (Some(0), Some(0)));
		assert_eq!(Vaults::max_withdraw(idle), Some(0));
		relist(GOLD, |listing| listing.paused = false);
		set_reading(USD_FEED, Reading::Stale(quote(Price::one(), Price::one())));
		assert_eq!((Vaults::max_draw(vault), Vaults::max_withdraw(vault)), (Some(0), Some(0)));
		assert_eq!(Vaults::max_withdraw(idle), Some(OUNCE));
	});
}

#[test]
fn a_book_is_shown_with_its_account_and_figures() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Vaults::book_state(0), None);
		let id = open_book(GOLD, 0.1);
		open_vault(ALICE, id, 20 * OUNCE, 1_000 * DOLLAR);
		pass(YEAR);
		let state = Vaults::book_state(id).unwrap();
		assert_eq!(state.book, book(id));
		assert_eq!(state.account, Vaults::account_of(id));
		assert!(state.index > state.book.index);
		assert_eq!(state.figures.interest_due, 105_170_917);
		assert_eq!(state.figures.value, Some(2_000 * DOLLAR));
		assert_ne!(Vaults::account_of(id), Vaults::account_of(id + 1));
		assert!(Vaults::vaults_of(&BOB).is_empty());
	});
}
