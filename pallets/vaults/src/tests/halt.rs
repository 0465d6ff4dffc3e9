//! When nobody is liquidated: without a reliable price, and after the chain stood still.

use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use strata_numbers::{Price, Ratio};
use strata_traits::{Custody, Reading};

use super::{
	walk::{poll, run},
	*,
};
use crate::{
	types::{Adjustment, Health, WalkClock},
	Clock, MINIMUM_COLLATERAL,
};

/// A book with a vault that is unsafe at 90 USD.
fn market() -> BookId {
	let id = open_book(GOLD, 0.0);
	open_vault(ALICE, id, 16 * OUNCE, 1_000 * DOLLAR);
	poll();
	id
}

fn low() -> strata_traits::Quote {
	quote(Price::from_u32(90), Price::from_u32(90))
}

fn reprice() {
	set_price(GOLD_FEED, 90);
	set_price(USD_FEED, 1);
}

fn refused(id: BookId, error: Error) {
	let before = book(id);
	poll();
	assert_eq!(book(id), before);
	assert_eq!(Lots::get(), vec![]);
	assert_noop!(Vaults::liquidate(signed(BOB), id, 1), error);
}

#[test]
fn only_reliable_prices_are_acted_on() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		set_reading(GOLD_FEED, Reading::Stale(low()));
		refused(id, Error::NoCollateralPrice);
		set_reading(GOLD_FEED, Reading::Frozen(low()));
		refused(id, Error::NoCollateralPrice);
		set_reading(GOLD_FEED, Reading::Unknown);
		refused(id, Error::NoCollateralPrice);
		set_reading(GOLD_FEED, Reading::Fresh(low()));
		let par = quote(Price::from_u32(1), Price::from_u32(1));
		for reading in [Reading::Stale(par), Reading::Frozen(par)] {
			set_reading(USD_FEED, reading);
			refused(id, Error::NoSettlementPrice);
		}
		set_reading(USD_FEED, Reading::Degraded(par));
		set_reading(GOLD_FEED, Reading::Degraded(low()));
		poll();
		assert_eq!(Lots::get().len(), 1);
	});
}

#[test]
fn while_a_jump_waits_liquidation_goes_on_at_the_owners_side_of_both() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		let at = |usd| quote(Price::from_u32(usd), Price::from_u32(usd));
		let gold = |confirmed, current| {
			let (confirmed, current) = (at(confirmed), at(current));
			set_reading(GOLD_FEED, Reading::Pending { confirmed, current });
		};
		// One of the two is enough to be safe.
		gold(100, 50);
		refused(id, Error::NothingUnsafe);
		gold(50, 100);
		refused(id, Error::NothingUnsafe);
		// Of the settlement asset the lower one, and not above par.
		gold(90, 85);
		let dollar = |confirmed: f64, current: f64| {
			let of = |usd: f64| quote(Price::from_float(usd), Price::from_float(usd));
			let (confirmed, current) = (of(confirmed), of(current));
			set_reading(USD_FEED, Reading::Pending { confirmed, current });
		};
		dollar(1.0, 0.9);
		refused(id, Error::NothingUnsafe);
		dollar(0.9, 1.0);
		refused(id, Error::NothingUnsafe);
		dollar(1.0, 1.2);
		assert_eq!(Vaults::liquidation(id).unwrap().prices.unwrap().upper, Price::from_u32(90));
		// A shock is counted from there too.
		assert_eq!(Vaults::shock(id, Price::from_u32(1)).unwrap().price, Price::from_u32(90));
		poll();
		let lots = Lots::get();
		assert_eq!(lots.len(), 1);
		// The lot is worth 90/1 at most and 85/1.2 at least.
		let market = Vaults::market(id).unwrap();
		assert_eq!(lots[0].prices, market);
		assert_eq!(market.upper, Price::from_u32(90));
		assert_eq!(market.lower.into_inner(), 85 * 10u128.pow(19) / 12);
	});
}

#[test]
fn a_jump_of_old_reports_does_not_end_a_halt() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		let old = low();
		pass(HaltGap::get() + 1);
		poll();
		pass(ResumeGrace::get());
		set_price(USD_FEED, 1);
		let new = low();
		for (confirmed, current) in [(old, new), (new, old)] {
			set_reading(GOLD_FEED, Reading::Pending { confirmed, current });
			Clock::<Test>::mutate(|clock| clock.last = Now::get());
			assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::Resuming);
		}
		set_reading(GOLD_FEED, Reading::Pending { confirmed: new, current: new });
		assert_ok!(Vaults::liquidate(signed(BOB), id, 1));
	});
}

/// Fresh reports of so many 10^−18 USD.
fn fresh(inner: u128) -> Reading {
	let price = Price::from_inner(inner);
	Reading::Fresh(quote(price, price))
}

/// No risk is added, in earnest or in a preview, and nothing changes.
fn no_risk_is_added(id: BookId, vault: VaultId, error: Error) {
	let error = DispatchError::from(error);
	assert_noop!(Vaults::draw(signed(ALICE), vault, DOLLAR), error);
	assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), error);
	assert_noop!(Vaults::open(signed(BOB), id, 100 * OUNCE, 500 * DOLLAR), error);
	let draw = Adjustment { draw: DOLLAR, ..Adjustment::default() };
	assert_noop!(Vaults::preview_adjust(vault, draw), error);
	let withdraw = Adjustment { withdraw: 1, ..Adjustment::default() };
	assert_noop!(Vaults::preview_adjust(vault, withdraw), error);
	assert_noop!(Vaults::preview_open(&BOB, id, 100 * OUNCE, 500 * DOLLAR), error);
	assert_eq!((Vaults::max_draw(vault), Vaults::max_withdraw(vault)), (Some(0), Some(0)));
}

/// The ratio and the health of `vault`, and what the collateral of its book is worth.
fn shown(id: BookId, vault: VaultId) -> (Option<Ratio>, Health, Option<Balance>) {
	let state = Vaults::vault_state(vault).unwrap();
	(state.ratio, state.health, Vaults::book_state(id).unwrap().figures.value)
}

#[test]
fn a_price_of_zero_is_none_and_one_of_2_to_the_96_is_safe() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vault) = (market(), 0);
		let par = Price::from_u32(1);
		let all = 1_000 * DOLLAR;
		set_reading(GOLD_FEED, fresh(0));
		refused(id, Error::NoCollateralPrice);
		no_risk_is_added(id, vault, Error::BelowInitialRatio);
		let nothing = (Some(Ratio::default()), Health::BelowLiquidationRatio, Some(0));
		assert_eq!(shown(id, vault), nothing);
		assert_eq!((Vaults::shock(id, par), Vaults::liquidation(id).unwrap().mode), (None, None));
		assert_eq!(Vaults::losses_of(id, &[par]), Some(vec![all]));

		set_price(GOLD_FEED, 90);
		set_reading(USD_FEED, fresh(0));
		refused(id, Error::NoSettlementPrice);
		no_risk_is_added(id, vault, Error::OffPeg);
		// Debt is valued at par at least.
		let ratio = Ratio::from_rational(144, 100);
		let expected = (Some(ratio), Health::BelowLiquidationRatio, Some(1_440 * DOLLAR));
		assert_eq!(shown(id, vault), expected);
		assert_eq!((Vaults::shock(id, par), Vaults::losses_of(id, &[par])), (None, None));
		let liquidation = Vaults::liquidation(id).unwrap();
		assert_eq!((liquidation.mode, liquidation.prices), (None, None));

		set_price(USD_FEED, 1);
		for high in [1 << 96, u128::MAX / 2, u128::MAX] {
			set_reading(GOLD_FEED, fresh(high));
			refused(id, Error::NothingUnsafe);
			assert_eq!(Vaults::shock(id, par).map(|shock| shock.repaid), Some(0));
			assert_eq!(Vaults::losses_of(id, &[par]), Some(vec![0]));
			let price = Price::from_inner(high);
			let prices = Some(MarketPrices { lower: price, upper: price });
			assert_eq!(Vaults::liquidation(id).unwrap().prices, prices);
			// 16 ounces for 1000 dollars.
			let ratio = mul_div_floor(high, 16, 1_000).map(Ratio::from_inner);
			let value = mul_div_floor(high, 16, 10u128.pow(12));
			assert_eq!(shown(id, vault), (ratio, Health::Healthy, value));
			// The most goes by the asset's ceiling and by the least collateral then.
			assert_eq!(Vaults::max_draw(vault), Some(999_000 * DOLLAR));
			assert_eq!(Vaults::max_withdraw(vault), Some(16 * OUNCE - MINIMUM_COLLATERAL));
			let (draw, withdraw) = (500_000 * DOLLAR, 15 * OUNCE);
			let wish = Adjustment { draw, withdraw, ..Adjustment::default() };
			let left = Vaults::preview_adjust(vault, wish).unwrap();
			assert_eq!((left.collateral, left.debt), (OUNCE, all + draw));
			assert_eq!(left.health, Health::Healthy);
		}

		// A dollar of 2^96 USD counts as one at par; the least price there is takes everything.
		set_reading(USD_FEED, fresh(1 << 96));
		no_risk_is_added(id, vault, Error::OffPeg);
		set_reading(GOLD_FEED, fresh(1));
		no_risk_is_added(id, vault, Error::OffPeg);
		assert_eq!(shown(id, vault), nothing);
		let shock = Vaults::shock(id, par).unwrap();
		assert_eq!((shock.repaid, shock.seized, shock.shortfall), (all, 16 * OUNCE, all));
		assert_eq!(Vaults::losses_of(id, &[par]), Some(vec![all]));
		poll();
		assert_eq!(Lots::get()[0].units, 16 * OUNCE);
		assert!(!Lots::get()[0].solvent);
		let left = Vaults::vault_state(vault).unwrap();
		assert_eq!((left.collateral, left.debt, left.health), (0, 0, Health::NoDebt));
	});
}

#[test]
fn at_2_to_the_96_owners_act_and_nothing_is_lost() {
	for high in [1 << 96, u128::MAX] {
		ExtBuilder::default().build_and_execute(|| {
			let (id, vault) = (market(), 0);
			let held = || (free(USD, ALICE), free(GOLD, ALICE));
			let (dollars, gold) = held();
			set_reading(GOLD_FEED, fresh(high));
			let (draw, withdraw) = (500_000 * DOLLAR, 16 * OUNCE - MINIMUM_COLLATERAL);
			assert_ok!(Vaults::draw(signed(ALICE), vault, draw));
			assert_ok!(Vaults::withdraw(signed(ALICE), vault, withdraw));
			assert_eq!(held(), (dollars + draw, gold + withdraw));
			let owed = 1_000 * DOLLAR + draw;
			let left = Position { collateral: MINIMUM_COLLATERAL, debt: owed, principal: owed };
			assert_eq!((position(vault), book(id).totals), (left, left));
			let error = Error::BelowMinimumCollateral;
			assert_noop!(Vaults::withdraw(signed(ALICE), vault, 1), error);
			refused(id, Error::NothingUnsafe);
			// Such a price was no market: what is left is sold for what was lent.
			set_price(GOLD_FEED, 100);
			poll();
			let lot = Lots::get()[0].clone();
			assert_eq!((lot.units, lot.principal), (MINIMUM_COLLATERAL, owed));
			assert!(!lot.solvent);
			assert_eq!(InLiquidation::get(id), (owed, MINIMUM_COLLATERAL));
			assert_eq!(book(id).totals, Position::default());
		});
	}
}

#[test]
fn a_backlog_stays_known_while_there_is_no_price() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		Books::<Test>::mutate(id, |book| book.as_mut().unwrap().backlog = true);
		let queue = frame_support::BoundedVec::truncate_from(vec![(id, 3)]);
		crate::Backlog::<Test>::put(&queue);
		set_reading(GOLD_FEED, Reading::Stale(low()));
		poll();
		assert!(book(id).backlog);
		assert_eq!(crate::Backlog::<Test>::get(), queue);
		set_price(GOLD_FEED, 100);
		poll();
		assert!(!book(id).backlog);
		assert_eq!(crate::Backlog::<Test>::get(), vec![]);
	});
}

/// When the walk last ran, and when the chain last resumed.
fn looked() -> (u64, u64) {
	let WalkClock { last, resumed, .. } = Clock::<Test>::get();
	(last, resumed)
}

#[test]
fn a_gap_between_blocks_is_a_halt_only_beyond_the_limit() {
	ExtBuilder::default().build_and_execute(|| {
		let start = Now::get();
		events();
		poll();
		assert_eq!(looked(), (start, 0));
		pass(HaltGap::get());
		poll();
		assert_eq!(looked(), (Now::get(), 0));
		assert_eq!(events(), vec![]);
		pass(HaltGap::get() + 1);
		poll();
		let resumed = Now::get();
		assert_eq!(looked(), (resumed, resumed));
		assert_eq!(events(), vec![Event::ChainResumed { at: resumed }]);
		// Once per halt, also if both hooks run.
		poll();
		pass(6_000);
		poll();
		assert_eq!(events(), vec![]);
		assert_eq!(Clock::<Test>::get().resumed, resumed);
	});
}

#[test]
fn the_clock_of_lots_stops_while_the_chain_stands_still() {
	ExtBuilder::default().build_and_execute(|| {
		let clock = <Vaults as Custody<AccountId>>::clock;
		let start = Now::get();
		assert_eq!(clock(), start);
		poll();
		assert_eq!(clock(), start);
		// No halt: it is the calendar, whether or not a walk has looked at it.
		pass(HaltGap::get());
		let before = clock();
		assert_eq!(before, Now::get());
		poll();
		assert_eq!(clock(), before);
		// An hour without a block counts as the longest gap that is no halt does.
		pass(3_600_000);
		let resumed = before + HaltGap::get();
		assert_eq!(clock(), resumed);
		// A block without hooks comes first.
		pass(6_000);
		assert_eq!(clock(), resumed);
		poll();
		assert_eq!(clock(), resumed);
		pass(6_000);
		assert_eq!(clock(), resumed + 6_000);
		poll();
		assert_eq!(clock(), resumed + 6_000);
		// Another one adds to it. A walk within the gap does not make the clock run backwards.
		pass(HaltGap::get() - 1);
		let last = clock();
		assert_eq!(last, resumed + 6_000 + HaltGap::get() - 1);
		pass(6_000);
		assert_eq!(clock(), last + 1);
		poll();
		assert_eq!(clock(), last + 1);
		assert_eq!(Clock::<Test>::get().stood, Now::get() - clock());
	});
}

#[test]
fn after_a_halt_nobody_is_liquidated_before_new_prices_and_the_grace_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		reprice();
		pass(HaltGap::get() + 1);
		let resumed = Now::get();
		refused(id, Error::Resuming);
		assert_eq!(Vaults::liquidation(id).unwrap().grace_until, resumed + ResumeGrace::get());
		assert_eq!(Vaults::liquidation(id).unwrap().mode, None);
		// New prices alone are not enough.
		reprice();
		refused(id, Error::Resuming);
		run(ResumeGrace::get() - 1);
		refused(id, Error::Resuming);
		// Nor is time, if the prices are those from before.
		run(1);
		let stale = |feed, price: u32| {
			let old = quote(Price::from_u32(price), Price::from_u32(price));
			let old = strata_traits::Quote { observed_at: resumed - 1, ..old };
			set_reading(feed, Reading::Fresh(old));
		};
		stale(USD_FEED, 1);
		refused(id, Error::Resuming);
		set_price(USD_FEED, 1);
		stale(GOLD_FEED, 90);
		refused(id, Error::Resuming);
		set_price(GOLD_FEED, 90);
		poll();
		assert_eq!(Lots::get().len(), 1);
	});
}

#[test]
fn prices_observed_in_the_first_block_count_after_the_grace_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		pass(HaltGap::get() + 1);
		reprice();
		refused(id, Error::Resuming);
		run(ResumeGrace::get());
		assert_ok!(Vaults::liquidate(signed(BOB), id, 1));
		assert_eq!(Lots::get().len(), 1);
	});
}

#[test]
fn a_call_notices_a_halt_that_no_hook_has_seen() {
	ExtBuilder::default().build_and_execute(|| {
		let id = market();
		reprice();
		pass(HaltGap::get() + 1);
		reprice();
		assert_noop!(Vaults::liquidate(signed(BOB), id, 1), Error::Resuming);
		// Owners may act meanwhile.
		assert_ok!(Vaults::deposit(signed(ALICE), 0, 10 * OUNCE));
		run(ResumeGrace::get());
		reprice();
		poll();
		assert_eq!(Lots::get(), vec![]);
	});
}
