//! Rungs that are liquidated, merged, and liquidated again.

use frame_support::{
	storage::with_transaction,
	traits::{OnIdle, PalletsInfoAccess},
};
use sp_runtime::{DispatchError, TransactionOutcome};
use strata_traits::VaultId;

use super::{
	super::{
		chain::{check_invariants, next_block, send, session_begins_next},
		deal::{in_hands, open, UNIT},
	},
	book, buy_all, calm, day, edges, in_auction, lots, report_after, rungs, scene, vault_state,
	Scene,
};
use crate::{genesis::WTI, system::RuntimeBlockWeights, AllPalletsWithSystem, Balance, System};

const BORROWERS: [&str; 4] = ["Borrower1", "Borrower2", "Borrower3", "Borrower4"];

/// Each borrower draws 100,000 on the barrels of its own.
fn open_all(scene: &Scene, barrels: [Balance; 4]) -> Vec<(&'static str, VaultId)> {
	let each = BORROWERS.into_iter().zip(barrels);
	each.map(|(who, barrels)| (who, open(who, scene.oil, barrels, 100_000))).collect()
}

/// Everybody repays and takes everything out, and nothing is left of the book.
fn close_all(scene: &Scene, vaults: &[(&str, VaultId)]) {
	for (who, vault) in vaults {
		send(who, pallet_strata_vaults::Call::close { vault: *vault });
	}
	let left = book(scene.oil);
	assert_eq!((left.vaults, left.totals), (0, Default::default()));
	assert_eq!((rungs(scene.oil), edges(scene.oil)), (0, 0));
	assert!(left.dust <= 64, "{} units", left.dust);
}

#[test]
fn vaults_of_one_rung_should_be_liquidated_in_one_step_and_alike() {
	scene(|scene| {
		let vaults = open_all(&scene, [1_510; 4]);
		assert_eq!(rungs(scene.oil), 1);
		super::report(day("92"));
		assert_eq!(lots().len(), 1);
		assert_eq!((rungs(scene.oil), edges(scene.oil)), (1, 1));
		let states: Vec<_> = vaults.iter().map(|(_, vault)| vault_state(*vault)).collect();
		let first = &states[0];
		assert!(first.debt < 100_000 * UNIT && first.collateral < 1_510 * UNIT, "{first:?}");
		for state in &states {
			assert_eq!(state.collateral, first.collateral);
			// They were opened in different blocks: a little interest.
			assert!(state.debt.abs_diff(first.debt) < UNIT);
		}
		// Back at the target ratio: 1.46.
		let ratio = first.ratio.expect("priced");
		assert!((1.459..1.462).contains(&ratio.to_float()), "{ratio}");
		buy_all("Investor1");
		close_all(&scene, &vaults);
	});
}

#[test]
fn last_vault_of_a_book_should_leave_nothing_behind() {
	scene(|scene| {
		let barrels = in_hands(WTI);
		let vault = open("Borrower1", scene.oil, 3_020, 200_000);
		super::report(day("92"));
		assert!(vault_state(vault).debt < 200_000 * UNIT);
		buy_all("Investor1");
		close_all(&scene, &[("Borrower1", vault)]);
		assert_eq!(in_auction(scene.oil), 0);
		assert_eq!(barrels - in_hands(WTI), book(scene.oil).dust);
	});
}

#[test]
fn merged_rungs_should_be_liquidated_again_when_the_price_falls_on() {
	scene(|scene| {
		let vaults = open_all(&scene, [1_510, 1_516, 1_522, 1_528]);
		assert_eq!(rungs(scene.oil), 4);
		let mut debts = vec![Vec::new(); vaults.len()];
		for wti in ["91.5", "87", "82.6", "78.5"] {
			super::report(day(wti));
			buy_all("Investor1");
			for ((_, vault), debts) in vaults.iter().zip(&mut debts) {
				let state = vault_state(*vault);
				debts.push(state.debt);
				let ratio = state.ratio.expect("priced").to_float();
				assert!(ratio >= 1.4, "{ratio} at {wti}");
			}
		}
		for debts in debts {
			assert!(debts.is_sorted_by(|one, next| one > next), "each fall took some: {debts:?}");
		}
		assert!(rungs(scene.oil) < 4, "all were led to the target ratio");
		assert!(edges(scene.oil) >= 4);
		// Anyone places a vault exactly; nobody gains or loses by it.
		let (_, vault) = vaults[0];
		let before = vault_state(vault);
		assert!(before.hops >= 4, "{before:?}");
		send("Eve", pallet_strata_vaults::Call::settle { vault, hops: 64 });
		let after = vault_state(vault);
		assert_eq!(after.hops, 0);
		assert_eq!((after.collateral, after.principal), (before.collateral, before.principal));
		close_all(&scene, &vaults);
	});
}

#[test]
fn price_that_crawls_down_a_rung_at_a_time_should_leave_no_block_with_an_unsafe_rung() {
	scene(|scene| {
		let vaults = open_all(&scene, [1_510, 1_530, 1_550, 1_570]);
		let (mut wti, mut lots_opened) = (calm().wti, 0);
		for _ in 0..150 {
			// 0.1 % a block: the width of a rung.
			wti = wti - wti / 1_000.into();
			super::report(super::Day { wti, ..calm() });
			let state = crate::Vaults::liquidation(scene.oil).expect("it exists");
			assert!(!state.backlog);
			for (_, vault) in &vaults {
				let ratio = vault_state(*vault).ratio.expect("priced").to_float();
				assert!(ratio >= 1.4 / 1.003, "{ratio}");
			}
			lots_opened += lots().len();
			buy_all("Investor1");
		}
		assert!(lots_opened >= 4, "{lots_opened}");
		assert_eq!(in_auction(scene.oil), 0);
		close_all(&scene, &vaults);
	});
}

#[test]
fn every_rotation_of_the_hooks_should_liquidate_within_what_it_is_given() {
	scene(|scene| {
		open_all(&scene, [1_510, 1_516, 1_522, 1_528]);
		// Reported in a session's first block, which has no hooks: the fall waits.
		while !session_begins_next() {
			next_block();
		}
		report_after(0, day("80"));
		assert_eq!((lots().len(), rungs(scene.oil)), (0, 4));

		let left = RuntimeBlockWeights::get().max_block / 2;
		let pallets = AllPalletsWithSystem::count() as u32;
		for turn in 0..pallets {
			let worked = with_transaction(|| {
				let used = AllPalletsWithSystem::on_idle(System::block_number() + turn, left);
				assert!(used.all_lte(left), "{used} of {left}");
				let done = lots().len() == 1 && edges(scene.oil) == 4;
				check_invariants();
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(done))
			});
			assert_eq!(worked, Ok(true), "turn {turn}");
		}
	});
}
