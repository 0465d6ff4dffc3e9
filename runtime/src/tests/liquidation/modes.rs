//! What brings cash in besides falling prices: maturity, calls, wind-down; and what stops draws but
//! never a liquidation.

use pallet_strata_auctions::types::Stage;
use pallet_strata_tranches::{DealState, Phase};
use sp_runtime::DispatchError;
use strata_numbers::Price;
use strata_traits::{Asset, Listing, ParameterSet, DRAW_WINDOW};

use super::{
	super::{
		chain::{account, happened, send, send_all, send_failing},
		deal::{books, holdings, in_hands, open, report, state, terms_over, BOND, MINUTE, UNIT},
	},
	book, buy_all, calm, claim_all, day, holding, hurry_until, in_liquidation, lots, next_date,
	only_lot, rungs, scene, scene_over, scene_with, stage, vault_state, wait_until, Scene,
};
use crate::{
	genesis::{USDX, WTI},
	Notes, Risk, Runtime, RuntimeEvent, RuntimeOrigin, Timestamp, Tranches,
};

fn error(error: pallet_strata_vaults::Error<Runtime>) -> DispatchError {
	error.into()
}

/// Lots are bought until none is left.
fn sell_out() {
	for _ in 0..200 {
		if lots().is_empty() {
			return;
		}
		if buy_all("Investor1") == 0 {
			report(calm());
		}
	}
	panic!("{:?}", lots());
}

/// The deal pays all it has and closes; everybody claims, and everything is somewhere.
fn close_and_reconcile(
	scene: &Scene,
	before: std::collections::BTreeMap<&'static str, crate::Balance>,
) {
	let end = Timestamp::get() + 6 * 60 * MINUTE;
	while state(scene.deal) != DealState::Closed {
		assert!(Timestamp::get() < end, "{:?}", Tranches::deal_view(scene.deal));
		hurry_until(Timestamp::get() + MINUTE, calm());
	}
	claim_all(scene.deal);
	assert_eq!(holdings(), before, "nothing was made or lost");
	let stuck = before["USDX"] - in_hands(USDX) - BOND;
	assert!(stuck <= 2 * 8 + 1, "{stuck} units of USDX are still with the deal");
}

#[test]
fn book_that_matures_should_be_closed_out_whatever_its_ratio() {
	scene_over(MINUTE, |scene| {
		let before = holdings();
		let vault = open("Borrower1", scene.oil, 8_000, 200_000);
		let maturity = book(scene.oil).maturity;
		wait_until(maturity - MINUTE, calm());
		assert!(lots().is_empty(), "four times covered");
		// The threshold falls evenly over ten minutes; a ratio of 4 is reached when a part of
		// 1.4 / 4 of them is left.
		hurry_until(maturity + 6 * MINUTE, calm());
		assert!(lots().is_empty());
		hurry_until(maturity + 8 * MINUTE, calm());
		let state = vault_state(vault);
		assert_eq!((state.debt, rungs(scene.oil)), (0, 0), "in full");
		let (_, lot) = only_lot();
		assert!(lot.solvent);
		// At the bonus of calls: 5 %.
		let seized = 8_000 * UNIT - state.collateral;
		assert!(seized > 2_100 * UNIT && seized < 2_102 * UNIT, "{seized}");
		sell_out();
		send("Borrower1", pallet_strata_vaults::Call::close { vault });
		close_and_reconcile(&scene, before);
	});
}

#[test]
fn wound_down_deal_should_be_closed_out_at_the_average_of_the_repay_window() {
	scene(|scene| {
		let (before, barrels) = (holdings(), in_hands(WTI));
		let vault = open("Borrower1", scene.oil, 4_000, 200_000);
		let repaid = open("Borrower2", scene.oil, 4_000, 100_000);
		let sound =
			send_failing("Eve", pallet_strata_tranches::Call::wind_down { deal: scene.deal });
		assert_eq!(sound, pallet_strata_tranches::Error::<Runtime>::BooksSound.into());
		let wound_down = Tranches::wind_down(RuntimeOrigin::root(), scene.deal);
		assert_eq!(wound_down, Ok(()));
		assert_eq!(state(scene.deal), DealState::Active(Phase::WindingDown));
		let from = Timestamp::get();
		let draw = pallet_strata_vaults::Call::draw { vault, amount: 1_000 * UNIT };
		assert!(send_failing("Borrower1", draw) != DispatchError::BadOrigin);
		send("Borrower2", pallet_strata_vaults::Call::close { vault: repaid });

		// Half of the window at 100, half at 90.
		let until = book(scene.oil).wind_down.expect("it winds down").until;
		hurry_until(from + (until - from) / 2, calm());
		hurry_until(until, day("90"));
		report(day("90"));
		let state = vault_state(vault);
		assert_eq!(state.debt, 0);
		let (_, lot) = only_lot();
		// (1 + 5 %) · x at 95.
		let at_average = lot.owed * 105 / 100 / 95 / UNIT;
		let seized = (4_000 * UNIT - state.collateral) / UNIT;
		assert!(seized.abs_diff(at_average) <= at_average / 200, "{seized}, {at_average}");
		sell_out();
		send("Borrower1", pallet_strata_vaults::Call::close { vault });
		close_and_reconcile(&scene, before);
		// The book is gone; what rounding left to nobody stays where it was.
		assert!(barrels - in_hands(WTI) <= 64, "{}", barrels - in_hands(WTI));
	});
}

#[test]
fn called_interest_should_pay_the_senior_coupon_when_borrowers_do_not() {
	// Two periods of the senior coupon.
	let reserve = 42 * UNIT;
	let terms = || terms_over(10 * MINUTE);
	scene_with(reserve, terms, |scene| {
		// All that the deal has is lent: no principal is there to pay a coupon.
		let vault = open("Borrower1", scene.oil, 10_000, 600_000);
		open("Borrower3", books(scene.deal)[1], 500_000, 400_000);
		let called = |event: &RuntimeEvent| {
			let RuntimeEvent::Tranches(event) = event else { return false };
			matches!(event, pallet_strata_tranches::Event::LiquidityCalled { .. })
		};
		let call = || pallet_strata_tranches::Call::call_liquidity { deal: scene.deal };
		let half = 5 * MINUTE;
		// The reserve pays the first coupons.
		let covered: DispatchError = pallet_strata_tranches::Error::<Runtime>::CouponCovered.into();
		wait_until(next_date(scene.deal) - half + 30_000, calm());
		assert_eq!(send_failing("Eve", call()), covered);
		let mut dates = 0;
		loop {
			wait_until(next_date(scene.deal) + 1, calm());
			wait_until(next_date(scene.deal) - half + 30_000, calm());
			dates += 1;
			assert!(dates < 4, "the reserve pays no more than two coupons");
			let before = vault_state(vault).principal;
			let result = send_all(vec![("Eve", call().into())]).remove(0);
			if result.is_err() {
				assert_eq!(result, Err(covered));
				continue;
			}
			assert!(happened(called));
			assert_eq!(vault_state(vault).principal, before);
			break;
		}
		let date = next_date(scene.deal);
		// The date leaves the coupon unpaid and calls again, which does not begin the notice of half a
		// period anew: it is due half a minute after the date.
		wait_until(date + MINUTE, calm());
		let state = vault_state(vault);
		assert!(state.principal < 600_000 * UNIT, "some was raised: {state:?}");
		assert!(book(scene.oil).call.is_none(), "all of it");
		sell_out();
		// What is raised pays the coupon at the next date.
		wait_until(next_date(scene.deal) + 1, calm());
		let senior = Tranches::tranche_views(scene.deal).remove(0);
		assert!(senior.due < UNIT, "{senior:?}");
	});
}

#[test]
fn holders_of_senior_notes_should_get_collateral_for_them_when_nobody_bids() {
	scene(|scene| {
		let deal = scene.deal;
		open("Borrower1", scene.oil, 3_020, 200_000);
		report(day("40"));
		let fallen = Timestamp::get();
		let (lot, seized) = only_lot();
		wait_until(fallen + 4 * MINUTE + 12_000, day("40"));
		assert_eq!(stage(lot), Some(Stage::Exchange));
		let note = |rank| pallet_strata_tranches::note_id(deal, rank).expect("small");
		let notes = || Notes::balance(note(0), account("Investor1"));
		let amount = 1_000 * UNIT;
		let exchange = || pallet_strata_auctions::Call::exchange { lot, amount };
		// Only the senior-most class.
		send_failing("Investor4", exchange());
		send_failing("Eve", exchange());
		let (held, (principal, units)) = (notes(), in_liquidation(deal));
		send("Investor1", exchange());
		assert_eq!(holding(WTI, &account("Investor1")), amount);
		// At the floor: 28 a barrel. Nothing was redeemed yet: a note is a dollar.
		assert_eq!(held - notes(), 28_000 * UNIT);
		assert_eq!(in_liquidation(deal), (principal - 28_000 * UNIT, units - amount));
		let senior = Tranches::tranche_views(deal).remove(0);
		assert_eq!(senior.balance, 700_000 * UNIT - 28_000 * UNIT);
		assert_eq!(seized.units - amount, only_lot().1.units);
	});
}

#[test]
fn pause_should_stop_draws_and_no_liquidation() {
	scene(|scene| {
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		assert_eq!(Risk::pause(RuntimeOrigin::root(), Asset::WithId(WTI)), Ok(()));
		let draw = pallet_strata_vaults::Call::draw { vault, amount: UNIT };
		let paused = pallet_strata_vaults::Error::<Runtime>::Paused;
		assert_eq!(send_failing("Borrower1", draw), error(paused));
		report(day("92"));
		assert!(vault_state(vault).debt < 200_000 * UNIT);
		buy_all("Investor1");
		let repay = pallet_strata_vaults::Call::repay { vault, amount: UNIT };
		send("Borrower1", repay);
	});
}

#[test]
fn blown_fuse_should_stop_draws_until_the_next_window() {
	scene_over(30 * MINUTE, |scene| {
		let asset = Asset::WithId(WTI);
		let listing = Risk::collateral(&asset).expect("listed");
		let drawn = |dollars| dollars * 1_000_000_000_000_000_000u128;
		let tight = ParameterSet { draw_fuse: Price::from_u32(200_000), ..listing.parameters };
		assert_eq!(Risk::propose(RuntimeOrigin::root(), asset.clone(), tight, 0, 0), Ok(()));
		let (id, proposal) = Risk::proposals().pop().expect("it was proposed");
		hurry_until(proposal.executable_from, calm());
		let anyone = RuntimeOrigin::signed(account("Borrower1"));
		assert!(Risk::execute(anyone, id, 0).is_ok());
		let vault = open("Borrower1", scene.oil, 8_000, 200_000);
		let usage = || Risk::collateral(&asset).expect("listed").usage;
		assert_eq!((usage().drawn, usage().drawn_in_window), (drawn(200_000), drawn(200_000)));
		let draw = || pallet_strata_vaults::Call::draw { vault, amount: UNIT };
		let blown = pallet_strata_vaults::Error::<Runtime>::AssetFuseBlown;
		assert_eq!(send_failing("Borrower1", draw()), error(blown));
		// A repayment gives nothing back.
		let repay = pallet_strata_vaults::Call::repay { vault, amount: 10_000 * UNIT };
		send("Borrower1", repay);
		let blown = pallet_strata_vaults::Error::<Runtime>::AssetFuseBlown;
		assert_eq!(send_failing("Borrower1", draw()), error(blown));
		assert!(usage().drawn < drawn(200_000));

		let next = (Timestamp::get() / DRAW_WINDOW + 1) * DRAW_WINDOW;
		hurry_until(next, calm());
		report(calm());
		send("Borrower1", draw());
		assert_eq!(usage().drawn_in_window, drawn(1));
	});
}
