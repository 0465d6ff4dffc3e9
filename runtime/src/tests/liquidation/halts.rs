//! Blocks without hooks, and a chain that stood still: nobody is liquidated before there are new
//! prices and time to act.

use pallet_migrations::MigrationCursor;
use strata_traits::VaultId;

use super::{
	super::{
		chain::{block_after, check_invariants, next_block, run_to, send, session_begins_next},
		deal::{open, report, MINUTE, UNIT},
	},
	day, lots, report_after, scene, vault_state, Day, Scene,
};
use crate::{Runtime, RuntimeEvent, Session, Timestamp, Vaults};

/// A session on the development chain: 50 slots.
const SESSION: u64 = 5 * MINUTE;

/// A vault that is liquidated at 92 a barrel.
fn vault(scene: &Scene) -> VaultId {
	open("Borrower1", scene.oil, 3_020, 200_000)
}

/// Whether nothing of the vault was liquidated yet.
fn untouched(vault: VaultId) -> bool {
	let state = vault_state(vault);
	lots().is_empty() && state.collateral == 3_020 * UNIT && state.principal == 200_000 * UNIT
}

/// Reports `day` in a session's first block, which has no hooks.
fn report_as_session_begins(day: Day) {
	while !session_begins_next() {
		next_block();
	}
	let session = Session::current_index();
	report_after(0, day);
	assert!(Session::current_index() > session, "a session began");
}

#[test]
fn price_fall_on_a_sessions_first_block_should_be_acted_on_in_the_next() {
	scene(|scene| {
		let vault = vault(&scene);
		report_as_session_begins(day("92"));
		assert!(untouched(vault), "its first block does nothing else");
		next_block();
		assert!(vault_state(vault).debt < 200_000 * UNIT);
		assert_eq!(lots().len(), 1);
	});
}

/// Begins or ends a migration. While one runs, no hook of ours does.
fn set_migrating(migrating: bool) {
	let cursor = migrating.then_some(MigrationCursor::Stuck);
	pallet_migrations::Cursor::<Runtime>::set(cursor);
}

#[test]
fn price_fall_should_wait_for_a_short_migration_to_end() {
	scene(|scene| {
		let vault = vault(&scene);
		report_as_session_begins(day("92"));
		set_migrating(true);
		for _ in 0..10 {
			next_block();
			assert!(untouched(vault));
		}
		set_migrating(false);
		next_block();
		assert_eq!(lots().len(), 1);
	});
}

#[test]
fn long_migration_should_be_followed_by_new_prices_and_a_grace_period() {
	scene(|scene| {
		let vault = vault(&scene);
		report_as_session_begins(day("92"));
		set_migrating(true);
		// More than two minutes without a hook.
		for _ in 0..22 {
			next_block();
		}
		set_migrating(false);
		next_block();
		let resumed = Timestamp::get();
		assert!(untouched(vault), "the price is older than the pause");
		report(day("92"));
		run_to(resumed + SESSION - 6_000);
		assert!(untouched(vault), "within the grace period");
		run_to(resumed + SESSION + 12_000);
		assert_eq!(lots().len(), 1);
	});
}

#[test]
fn after_a_halt_nobody_should_be_liquidated_before_new_prices_and_grace() {
	scene(|scene| {
		let vault = vault(&scene);
		// An hour without a block. The feeders find the price fallen.
		block_after(600, Vec::new());
		check_invariants();
		next_block();
		let resumed = pallet_strata_vaults::Clock::<Runtime>::get().resumed;
		assert!(resumed > 0, "noticed");
		report(day("92"));
		assert!(untouched(vault));
		run_to(resumed + SESSION - MINUTE);
		assert!(untouched(vault), "within the grace period");
		// The owner acts in time.
		let deposit = pallet_strata_vaults::Call::deposit { vault, amount: 300 * UNIT };
		send("Borrower1", deposit);
		report(day("92"));
		run_to(resumed + SESSION + MINUTE);
		assert!(lots().is_empty(), "safe again");
		report(day("80"));
		assert_eq!(lots().len(), 1, "after the grace period all is as before");
	});
}

#[test]
fn grace_alone_should_not_be_enough_after_a_halt() {
	scene(|scene| {
		let vault = vault(&scene);
		// The fall is reported in the block before the halt, which does not act on it.
		report_as_session_begins(day("92"));
		block_after(25, Vec::new());
		check_invariants();
		next_block();
		let resumed = pallet_strata_vaults::Clock::<Runtime>::get().resumed;
		assert!(resumed > 0, "noticed");
		run_to(resumed + SESSION + MINUTE);
		let reading = |feed| {
			use strata_traits::PriceFeeds;
			crate::Oracle::reading(feed).reliable()
		};
		assert!(reading(crate::genesis::WTI_FEED).is_some(), "the old price is still fresh");
		assert!(untouched(vault), "but it was observed before the halt");
		report(day("92"));
		next_block();
		assert_eq!(lots().len(), 1);
	});
}

#[test]
fn gap_between_blocks_should_be_noticed_in_an_event() {
	scene(|scene| {
		vault(&scene);
		// So that no session begins within the gaps.
		report_as_session_begins(day("100"));
		next_block();
		block_after(19, Vec::new());
		let resumed = |event: &RuntimeEvent| {
			let RuntimeEvent::Vaults(event) = event else { return false };
			matches!(event, pallet_strata_vaults::Event::ChainResumed { .. })
		};
		assert!(!super::super::chain::happened(resumed), "two minutes are no halt");
		block_after(20, Vec::new());
		assert!(super::super::chain::happened(resumed));
		assert!(Vaults::do_try_state().is_ok());
	});
}
