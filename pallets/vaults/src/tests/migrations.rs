//! Migrations: step by step, within their weight, and nothing that anybody owns changes.

use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError},
	traits::{GetStorageVersion, StorageVersion},
	weights::{Weight, WeightMeter},
};

use super::*;
use crate::{
	migrations::{Progress, SettleAll, FIRST, SETTLED},
	types::VaultState,
	weights::WeightInfo,
	Config,
};

type Migration = SettleAll<Test>;
type W = <Test as Config>::WeightInfo;

fn version() -> StorageVersion {
	Vaults::on_chain_storage_version()
}

/// What one vault that lies `hops` edges away takes.
fn each(hops: u32) -> Weight {
	W::settle(hops) + <Test as frame_system::Config>::DbWeight::get().reads_writes(2, 1)
}

/// One step within `limit`, as the migrations' pallet makes it.
fn step(
	cursor: Option<Progress>,
	limit: Weight,
) -> Result<Option<Progress>, SteppedMigrationError> {
	let mut meter = WeightMeter::with_limit(limit);
	let next = Migration::transactional_step(cursor, &mut meter);
	Vaults::do_try_state().unwrap();
	next
}

/// Runs it from `cursor` to its end, and says after each step where it is.
fn run_from(mut cursor: Option<Progress>, limit: Weight) -> Vec<Progress> {
	let mut steps = Vec::new();
	while let Some(next) = step(cursor, limit).unwrap() {
		steps.push(next);
		cursor = Some(next);
	}
	steps
}

/// Four owners' vaults, of which the first two lie some liquidations away from their rung, and one
/// has no debt.
fn market(hops: u32) -> (BookId, Vec<VaultId>) {
	FIRST.put::<Vaults>();
	let id = open_book(GOLD, 0.0);
	let first = open_vault(ALICE, id, 100 * OUNCE, 5_000 * DOLLAR);
	let second = open_vault(BOB, id, 200 * OUNCE, 10_000 * DOLLAR);
	for _ in 0..hops {
		merge_riskiest(id, 999, 990);
	}
	let third = open_vault(CAROL, id, 100 * OUNCE, 3_000 * DOLLAR);
	let idle = open_vault(DAVE, id, OUNCE, 0);
	(id, vec![first, second, third, idle])
}

/// What everybody sees of the vaults, apart from how many edges led there.
fn seen(vaults: &[VaultId]) -> Vec<Option<VaultState<AccountId>>> {
	let state = |id: &VaultId| {
		let state = Vaults::vault_state(*id)?;
		Some(VaultState { hops: 0, ..state })
	};
	vaults.iter().map(state).collect()
}

#[test]
fn every_vault_is_settled_and_nothing_that_is_seen_changes() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vaults) = market(5);
		let (before, ladder, totals) = (seen(&vaults), rungs(id), book(id).totals);
		assert_eq!(edges(id).len(), 5);
		assert_eq!(run_from(None, Weight::MAX), [], "in one step where there is room");
		assert_eq!(version(), SETTLED);
		assert_eq!(edges(id), []);
		assert_eq!(seen(&vaults), before);
		assert_eq!(rungs(id).len(), ladder.len());
		// What rounding had left to nobody is gone: a unit for each hop of each vault at most.
		let lost = totals.minus(book(id).totals).unwrap();
		assert_eq!((lost.collateral, lost.debt), (0, 0));
		assert!(lost.principal <= 10, "{lost:?}");
		for vault in vaults {
			assert_eq!(Vaults::vault_state(vault).unwrap().hops, 0);
		}
	});
}

#[test]
fn steps_keep_to_their_weight_and_go_on_where_the_last_one_ended() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vaults) = market(5);
		let before = seen(&vaults);
		// Room for one that lies as far away as any may.
		let limit = each(64);
		let mut cursor = None;
		let mut done = Vec::new();
		loop {
			let mut meter = WeightMeter::with_limit(limit);
			let next = Migration::transactional_step(cursor, &mut meter).unwrap();
			Vaults::do_try_state().unwrap();
			assert!(meter.consumed().all_lte(limit), "{:?}", meter.consumed());
			assert_eq!(seen(&vaults), before, "at every moment");
			let Some(progress) = next else { break };
			assert_eq!(version(), FIRST, "not before the end");
			done.extend(progress.last);
			cursor = next;
		}
		assert_eq!(
			cursor.unwrap(),
			Progress { last: done.last().copied(), vaults: 4, hops: 10, failed: 0 }
		);
		done.sort_unstable();
		assert_eq!(done, vaults, "each once");
		assert_eq!((version(), edges(id)), (SETTLED, vec![]));
	});
}

#[test]
fn path_that_is_longer_than_one_go_takes_several() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vaults) = market(20);
		let before = seen(&vaults);
		MaxHops::set(8);
		let limit = each(8);
		// 8, 8 and 4 for each of two vaults, and one step for each of the others.
		let steps = run_from(None, limit);
		assert_eq!(steps.len(), 8);
		assert_eq!(steps.last().map(|last| (last.vaults, last.hops)), Some((4, 40)));
		MaxHops::set(64);
		assert_eq!((edges(id), seen(&vaults)), (vec![], before));
	});
}

#[test]
fn step_without_room_for_one_vault_is_refused_and_changes_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, _) = market(1);
		let required = each(64);
		let short = Weight::from_parts(required.ref_time() - 1, required.proof_size());
		let refused = step(None, short);
		assert!(matches!(
			refused,
			Err(SteppedMigrationError::InsufficientWeight { required: said }) if said == required
		));
		assert_eq!((version(), edges(id).len()), (FIRST, 1));
	});
}

#[test]
fn other_versions_are_left_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, _) = market(1);
		for other in [0, 2, 3].map(StorageVersion::new) {
			other.put::<Vaults>();
			assert_eq!(run_from(None, Weight::MAX), []);
			assert_eq!((version(), edges(id).len()), (other, 1));
		}
		FIRST.put::<Vaults>();
		assert_eq!(run_from(None, Weight::MAX), []);
		let settled = (rungs(id), book(id));
		// Again, from the beginning and from anywhere.
		for cursor in [None, Some(Progress::default())] {
			assert_eq!(run_from(cursor, Weight::MAX), []);
			assert_eq!((version(), edges(id)), (SETTLED, vec![]));
			assert_eq!((rungs(id), book(id)), settled);
		}
	});
}

#[test]
fn vault_that_cannot_be_settled_stays_as_it_is_and_stops_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let (id, vaults) = market(1);
		// The vaults of one more book, one of which leads nowhere.
		let other = open_book(GOLD, 0.0);
		let lost = open_vault(ALICE, other, 100 * OUNCE, 5_000 * DOLLAR);
		merge_riskiest(other, 999, 990);
		let (key, edge) = Edges::<Test>::iter_prefix(other).next().unwrap();
		Edges::<Test>::remove(other, key);
		let stored = vault(lost);
		let mut meter = WeightMeter::with_limit(Weight::MAX);
		assert_eq!(Migration::transactional_step(None, &mut meter).unwrap(), None);
		assert_eq!((version(), edges(id)), (SETTLED, vec![]));
		assert_eq!(vault(lost), stored);
		for vault in vaults {
			assert_eq!(Vaults::vault_state(vault).unwrap().hops, 0);
		}
		Edges::<Test>::insert(other, key, edge);
		assert_ok!(Vaults::settle(signed(BOB), lost, 1));
	});
}

#[test]
fn vault_that_fails_is_charged_as_the_dearest() {
	ExtBuilder::default().build_and_execute(|| {
		FIRST.put::<Vaults>();
		let id = open_book(GOLD, 0.0);
		let lost = open_vault(ALICE, id, 100 * OUNCE, 5_000 * DOLLAR);
		merge_riskiest(id, 999, 990);
		let (key, edge) = Edges::<Test>::iter_prefix(id).next().unwrap();
		Edges::<Test>::remove(id, key);
		let mut meter = WeightMeter::with_limit(Weight::MAX);
		assert_eq!(Migration::transactional_step(None, &mut meter).unwrap(), None);
		let end = <Test as frame_system::Config>::DbWeight::get().reads_writes(2, 1);
		assert_eq!(meter.consumed(), each(64) + end);
		Edges::<Test>::insert(id, key, edge);
		assert_ok!(Vaults::settle(signed(BOB), lost, 1));
	});
}

#[test]
fn chain_without_vaults_only_gets_the_new_version() {
	ExtBuilder::default().build_and_execute(|| {
		FIRST.put::<Vaults>();
		assert_eq!(run_from(None, each(64)), []);
		assert_eq!(version(), SETTLED);
	});
}
