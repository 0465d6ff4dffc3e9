//! Purchases: who pays, who gets what, and what may go wrong.

use frame_support::{
	assert_noop, assert_ok,
	traits::fungibles::{Inspect, Mutate},
};
use sp_runtime::DispatchError;
use strata_liquidation::decay::offer_ceil;
use strata_numbers::{Price, Ratio};
use strata_traits::{Asset, Backstop as _};

use super::*;

#[test]
fn a_pair_without_a_pool_has_no_capacity_and_buys_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Backstop::capacity(&GOLD, &USD), 0);
		assert_noop!(sell_to(&pair(), 1, 1), Error::UnknownPool);
		joined(&[(ALICE, 100)]);
		// Pairs do not answer for each other.
		assert_eq!(Backstop::capacity(&USD, &GOLD), 0);
		assert_eq!(Backstop::capacity(&STRA, &USD), 0);
	});
}

#[test]
fn nothing_and_too_much_are_not_bought() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		assert_noop!(sell_to(&pair(), 0, 1), Error::NothingToDo);
		assert_noop!(sell_to(&pair(), 1, 0), Error::NothingToDo);
		assert_noop!(sell_to(&pair(), 1, 101), Error::InsufficientCash);
		// More than the seller has.
		assert_noop!(sell_to(&pair(), u128::MAX, 1), sp_runtime::ArithmeticError::Underflow);
	});
}

#[test]
fn a_trade_that_fails_or_does_not_deliver_changes_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 100)]);
		let buy = |trade: fn(&AccountId) -> sp_runtime::DispatchResult| {
			frame_support::storage::with_storage_layer(|| Backstop::buy(&GOLD, &USD, 10, 50, trade))
		};
		assert_noop!(buy(|_| Err(DispatchError::Other("no"))), DispatchError::Other("no"));
		// Nothing moves; collateral without payment.
		assert_noop!(buy(|_| Ok(())), Error::DidNotMove);
		assert_noop!(buy(|pool| AllAssets::mint_into(GOLD, pool, 10).map(drop)), Error::DidNotMove);
		let paid = |pool: &AccountId, units: u128, cost: u128| {
			Assets::transfer(signed(*pool), 1, SELLER, cost)?;
			if units > 0 {
				AllAssets::mint_into(GOLD, pool, units)?;
			}
			Ok::<(), DispatchError>(())
		};
		for (units, cost) in [(11u128, 50u128), (9, 50), (0, 50), (10, 49), (10, 51)] {
			assert_noop!(
				frame_support::storage::with_storage_layer(|| Backstop::buy(
					&GOLD,
					&USD,
					10,
					50,
					|pool| paid(pool, units, cost)
				)),
				Error::DidNotMove
			);
		}
		assert_eq!((share(ALICE).active, share(ALICE).gains), (100, 0));
	});
}

#[test]
fn all_pay_and_buy_in_proportion() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 384), (BOB, 128)]);
		events();
		assert_ok!(sell_to(&pair(), 1 + 64, 128));
		assert_eq!(events(), [Event::Bought { pool: 0, units: 65, cost: 128, active: 384 }]);
		assert_eq!((share(ALICE).active, share(ALICE).gains), (288, 48));
		assert_eq!((share(BOB).active, share(BOB).gains), (96, 16));
		// The float was kept back once.
		assert_ok!(sell_to(&pair(), 64, 192));
		assert_eq!((share(ALICE).active, share(ALICE).gains), (144, 96));
		assert_eq!((share(BOB).active, share(BOB).gains), (48, 32));
		assert_eq!(ledgers(), (192, 128));
		assert_eq!(free(GOLD, account()), 129);
	});
}

#[test]
fn an_emptied_pool_keeps_what_it_bought_and_begins_again() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 384), (BOB, 128)]);
		assert_ok!(sell_to(&pair(), 1 + 64, 512));
		assert_eq!(Backstop::capacity(&GOLD, &USD), 0);
		assert_noop!(sell_to(&pair(), 1, 1), Error::InsufficientCash);
		joined(&[(CAROL, 64)]);
		assert_ok!(sell_to(&pair(), 16, 32));
		assert_eq!((share(ALICE).active, share(ALICE).gains), (0, 48));
		assert_eq!((share(CAROL).active, share(CAROL).gains), (32, 16));
		for (who, gains) in [(ALICE, 48), (BOB, 16), (CAROL, 16)] {
			assert_ok!(Backstop::claim(signed(who), pair()));
			assert_eq!(free(GOLD, who), ENDOWMENT + gains);
		}
		// Alice and Bob have nothing left and are gone.
		assert_eq!((record().shares, held(ALICE), held(BOB)), (1, 0, 0));
		assert_eq!(crate::Eras::<Test>::iter().count(), 0);
		assert_eq!(ledgers(), (32, 0));
	});
}

#[test]
fn a_single_unit_takes_part_and_is_spent() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 1)]);
		assert_ok!(sell_to(&pair(), 1, 1));
		// It was the float: nothing is left to share, and the share can still go.
		assert_eq!((share(ALICE).active, share(ALICE).gains), (0, 0));
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_eq!((held(ALICE), free(GOLD, ALICE)), (0, ENDOWMENT + 1));
		assert_eq!(free(USD, ALICE), ENDOWMENT - 1);
	});
}

#[test]
fn gains_are_claimed_while_cash_stays() {
	ExtBuilder::default().build_and_execute(|| {
		joined(&[(ALICE, 128)]);
		assert_noop!(Backstop::claim(signed(ALICE), pair()), Error::NothingToClaim);
		assert_ok!(sell_to(&pair(), 1 + 64, 64));
		events();
		assert_ok!(Backstop::claim(signed(ALICE), pair()));
		assert_eq!(events(), [Event::Claimed { pool: 0, who: ALICE, amount: 64 }]);
		assert_noop!(Backstop::claim(signed(ALICE), pair()), Error::NothingToClaim);
		assert_eq!((share(ALICE).active, free(GOLD, ALICE)), (64, ENDOWMENT + 64));
	});
}

/// What the auctions ask of a pool at most: ⌈units·price·(1 − d)⌉, for gold of 9 decimals in dollars
/// of 6.
fn asked(units: Balance, inner: u128) -> Balance {
	offer_ceil(units, Price::from_inner(inner), Ratio::from_rational(5, 100), 9, 6).unwrap()
}

#[test]
fn at_2_to_the_96_a_pool_pays_what_is_asked_and_nothing_is_lost() {
	// A handful of the smallest units, and an ounce.
	for half in [32, 500_000_000] {
		for inner in [1 << 96, u128::MAX] {
			ExtBuilder::default().build_and_execute(|| {
				// One unit is the float.
				let units = 1 + 2 * half;
				let cost = asked(units, inner);
				for who in [ALICE, BOB] {
					assert_ok!(AllAssets::mint_into(USD, &who, cost));
				}
				let all = |asset: Asset| {
					[ALICE, BOB, SELLER].map(|who| free(asset.clone(), who)).iter().sum::<Balance>()
				};
				let before = (all(USD), all(GOLD));
				joined(&[(ALICE, cost), (BOB, cost)]);
				// For a price of zero nothing is bought, and nothing beyond what there is.
				assert_noop!(sell_to(&pair(), units, asked(units, 0)), Error::NothingToDo);
				assert_noop!(sell_to(&pair(), units, 2 * cost + 1), Error::InsufficientCash);
				assert_ok!(sell_to(&pair(), units, cost));
				for who in [ALICE, BOB] {
					assert_eq!(share(who).active, cost / 2);
					assert!((half - 1..=half).contains(&share(who).gains));
				}
				// As much again for all that is left.
				assert_eq!(Backstop::capacity(&GOLD, &USD), cost);
				assert_ok!(sell_to(&pair(), units, cost));
				for who in [ALICE, BOB] {
					assert_eq!(share(who).active, 0);
					assert_ok!(Backstop::claim(signed(who), pair()));
				}
				assert_eq!(Pools::<Test>::iter().count(), 0);
				assert_eq!((all(USD), all(GOLD)), before);
			});
		}
	}
}

#[test]
fn cash_that_would_be_lost_on_its_way_is_not_taken() {
	ExtBuilder::default().build_and_execute(|| {
		// More than fits into an issuance beside what there is: the SDK's assets take such a transfer
		// from one and give it to nobody, without an error.
		let cash = Balance::MAX - AllAssets::total_issuance(USD);
		assert_ok!(AllAssets::mint_into(USD, &ALICE, cash));
		assert_noop!(Backstop::deposit(signed(ALICE), pair(), cash), Error::DidNotMove);
		assert_eq!(free(USD, ALICE), ENDOWMENT + cash);
	});
}
