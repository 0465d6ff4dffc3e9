//! An upgrade that passes liquidations on to all vaults, over several blocks in which nothing else
//! happens, and what waits for its end.

use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
	traits::{fungible, fungibles, Get, GetStorageVersion, StorageVersion},
	weights::Weight,
};
use frame_system::LastRuntimeUpgradeInfo;
use pallet_migrations::{Event, MigrationCursor};
use pallet_strata_vaults::migrations::{FIRST, SETTLED};
use sp_runtime::DispatchError;
use strata_traits::VaultId;

use super::{
	super::{
		chain::{happened, next_block, session_begins_next},
		deal::{open, report, MINUTE, UNIT},
	},
	day, edges, lots, next_date, report_after, scene, scene_over, vault_state, Scene,
};
use crate::{
	genesis::WTI, system::RuntimeBlockWeights, AccountId, Assets, Balance, Balances,
	MultiBlockMigrations, Runtime, RuntimeEvent, RuntimeOrigin, System, Timestamp, Tranches,
	Vaults,
};

/// As many as fill two blocks and a part of the third, by the weight of each.
const CROWD: u32 = 3_750;
/// In how many blocks they are all done.
const BLOCKS: u32 = 3;

/// A vault that is liquidated at 92 a barrel.
fn vault(scene: &Scene, owner: &str) -> VaultId {
	open(owner, scene.oil, 3_020, 200_000)
}

/// So many vaults with a barrel each, of owners who hold no more than they may.
fn crowd(scene: &Scene, many: u32) {
	let most: u32 = <Runtime as pallet_strata_vaults::Config>::MaxVaultsPerOwner::get();
	for at in 0..many {
		let owner = AccountId::from([u8::try_from(at / most).expect("few owners"); 32]);
		if at % most == 0 {
			let stra: Balance = 100 * crate::units::STRA;
			let barrels = Balance::from(most) * UNIT;
			assert_ok!(<Balances as fungible::Mutate<_>>::mint_into(&owner, stra));
			assert_ok!(<Assets as fungibles::Mutate<_>>::mint_into(WTI, &owner, barrels));
		}
		assert_ok!(Vaults::open(RuntimeOrigin::signed(owner), scene.oil, UNIT, 0));
	}
}

/// The code was replaced in the last block: the next one finds that it is another than before.
fn code_was_replaced() {
	assert_eq!(Vaults::on_chain_storage_version(), FIRST);
	let before = LastRuntimeUpgradeInfo { spec_version: 1.into(), spec_name: "strata".into() };
	frame_system::LastRuntimeUpgrade::<Runtime>::put(before);
}

/// All vaults as anybody sees them, apart from how many edges led there; issuance of each asset.
fn everything() -> impl PartialEq + core::fmt::Debug {
	let last = pallet_strata_vaults::NextVault::<Runtime>::get();
	let seen = |id| {
		Vaults::vault_state(id).map(|mut state| {
			state.hops = 0;
			state
		})
	};
	let vaults: Vec<_> = (0..last).map(seen).collect();
	(vaults, super::super::deal::holdings())
}

/// What `after` answers, with all that it did undone.
fn tried<R>(after: impl FnOnce() -> R) -> R {
	with_transaction(|| TransactionOutcome::Rollback(Ok::<_, DispatchError>(after())))
		.expect("it is Ok")
}

fn told(wanted: impl Fn(&Event<Runtime>) -> bool) -> bool {
	happened(|event| matches!(event, RuntimeEvent::MultiBlockMigrations(event) if wanted(event)))
}

/// The weight of all that is not a transaction in the last block.
fn mandatory() -> Weight {
	*System::block_weight().get(frame_support::dispatch::DispatchClass::Mandatory)
}

#[test]
fn upgrade_should_settle_all_vaults_within_its_weight_and_change_nothing_else() {
	scene(|scene| {
		let fallen = ["Borrower1", "Borrower2"].map(|owner| vault(&scene, owner));
		report(day("92"));
		next_block();
		assert!(edges(scene.oil) > 0, "liquidated, and not passed on yet");
		crowd(&scene, CROWD);
		next_block();
		// What the same blocks come to while nothing migrates.
		let expected = tried(|| {
			pallet_migrations::Cursor::<Runtime>::put(MigrationCursor::Stuck);
			(0..BLOCKS).for_each(|_| next_block());
			everything()
		});

		code_was_replaced();
		let limit = <Runtime as pallet_migrations::Config>::MaxServiceWeight::get();
		for at in 1..=BLOCKS {
			next_block();
			assert_eq!(told(|event| matches!(event, Event::UpgradeStarted { .. })), at == 1);
			assert_eq!(told(|event| matches!(event, Event::MigrationAdvanced { .. })), at < BLOCKS);
			let completed = told(|event| matches!(event, Event::UpgradeCompleted));
			assert_eq!((completed, MultiBlockMigrations::ongoing_status()), {
				use pallet_migrations::MbmIsOngoing::{No, Yes};
				if at < BLOCKS {
					(false, Yes)
				} else {
					(true, No)
				}
			});
			// A block that migrates is full as far as it may be, and no fuller.
			let share = limit.saturating_add(
				RuntimeBlockWeights::get().base_block
					+ Weight::from_parts(50_000_000_000, u64::MAX),
			);
			assert!(mandatory().all_lte(share), "{:?}", mandatory());
			if at < BLOCKS {
				assert!(mandatory().ref_time() > limit.ref_time() / 10 * 9, "{:?}", mandatory());
			}
		}
		assert_eq!(everything(), expected);
		assert_eq!((Vaults::on_chain_storage_version(), edges(scene.oil)), (SETTLED, 0));
		assert!(fallen.iter().all(|vault| vault_state(*vault).hops == 0));
		// It is over: the next block is one like any other, and nothing runs again.
		next_block();
		assert!(!told(|_| true));
		assert_eq!(Vaults::on_chain_storage_version(), SETTLED);
	});
}

#[test]
fn price_fall_should_wait_for_the_end_of_an_upgrade() {
	scene(|scene| {
		let vault = vault(&scene, "Borrower1");
		crowd(&scene, CROWD);
		while !session_begins_next() {
			next_block();
		}
		// Without hooks: nobody has acted on it when the upgrade begins.
		report_after(0, day("92"));
		code_was_replaced();
		for _ in 1..BLOCKS {
			next_block();
			assert!(lots().is_empty() && vault_state(vault).principal == 200_000 * UNIT);
		}
		// Whose last step ends before the end of the block: there hooks run again.
		next_block();
		assert_eq!(lots().len(), 1);
		assert!(vault_state(vault).principal < 200_000 * UNIT);
	});
}

#[test]
fn payment_date_within_an_upgrade_should_be_run_after_it() {
	scene_over(5 * MINUTE, |scene| {
		vault(&scene, "Borrower1");
		crowd(&scene, CROWD);
		let date = next_date(scene.deal);
		super::wait_until(date - 6_000, day("100"));
		let runs = || Tranches::deal_view(scene.deal).expect("it exists").next_payment;
		code_was_replaced();
		for _ in 0..BLOCKS {
			next_block();
			assert_eq!(runs(), Some(date));
		}
		assert!(Timestamp::get() > date);
		// Two, if a session begins with the first.
		next_block();
		next_block();
		assert!(runs() > Some(date));
	});
}

#[test]
fn storage_of_another_version_should_be_left_alone() {
	scene(|scene| {
		vault(&scene, "Borrower1");
		report(day("92"));
		next_block();
		let before = edges(scene.oil);
		assert!(before > 0);
		code_was_replaced();
		let newer = StorageVersion::new(3);
		newer.put::<Vaults>();
		next_block();
		assert!(told(|event| matches!(event, Event::UpgradeCompleted)));
		assert_eq!((Vaults::on_chain_storage_version(), edges(scene.oil)), (newer, before));
	});
}
