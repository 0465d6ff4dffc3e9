//! What a claim and a transfer read and write: no more than eight keys each, whatever the deal.

use pallet_strata_tranches::Call;
use sp_core::Blake2Hasher;
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_io::{hashing::twox_128, TestExternalities};
use sp_runtime::traits::Dispatchable;
use sp_state_machine::{Ext, OverlayedChanges};
use strata_traits::DealId;

use super::{
	chain::{account, next_block, preset},
	note_paths::paid_deal,
};
use crate::{RuntimeCall, RuntimeOrigin};

#[allow(dead_code)] // Written for the measurements, which use all of it.
#[path = "../../examples/measure/counting.rs"]
mod counting;

use counting::{is_fleeting, Counting};

/// Whether a block touches `key` whatever is in it: its number, its events, the weight it has left,
/// and whether there is a safe mode to end.
fn every_block_does(key: &[u8]) -> bool {
	let system = twox_128(b"System");
	let account = [system, twox_128(b"Account")].concat();
	let of_system = key.starts_with(&system) && !key.starts_with(&account);
	is_fleeting(key) || of_system || key.starts_with(&twox_128(b"SafeMode"))
}

/// The keys that `call` of `//name` reads and writes, each counted once. Nothing is kept of it.
fn cost(state: &TestExternalities, name: &str, call: Call<crate::Runtime>) -> (usize, usize) {
	let counting = Counting::new(&state.backend);
	let mut overlay = OverlayedChanges::<Blake2Hasher>::default();
	let origin = RuntimeOrigin::signed(account(name));
	let result = sp_externalities::set_and_run_with_externalities(
		&mut Ext::new(&mut overlay, &counting, None),
		|| RuntimeCall::from(call).dispatch(origin),
	);
	assert!(result.is_ok(), "{result:?}");
	let log = counting.take();
	assert!(log.steps.is_empty(), "nothing is searched for");
	let reads = log.keys.iter().filter(|key| !every_block_does(key)).count();
	let writes = overlay.changes().filter(|(key, _)| !every_block_does(key)).count();
	(reads, writes)
}

/// A chain with a deal that has paid a date.
fn paid() -> (TestExternalities, DealId) {
	let mut state = preset(DEV_RUNTIME_PRESET);
	let deal = state.execute_with(|| {
		next_block();
		paid_deal()
	});
	state.commit_all().expect("no transaction is open");
	(state, deal)
}

#[test]
fn claims_and_transfers_should_read_and_write_eight_keys_at_most() {
	let (state, deal) = paid();
	let claim = Call::claim { deal, rank: 0, who: account("Investor1") };
	let (reads, writes) = cost(&state, "Investor1", claim.clone());
	assert!(reads <= 8 && writes <= 8, "claim: {reads} reads, {writes} writes");
	let (reads, writes) = cost(&state, "Investor2", claim);
	assert!(reads <= 8 && writes <= 8, "claim for another: {reads} reads, {writes} writes");
	let transfer = Call::transfer { deal, rank: 0, to: account("Investor2"), amount: 1_000 };
	let (reads, writes) = cost(&state, "Investor1", transfer);
	assert!(reads <= 8 && writes <= 8, "transfer: {reads} reads, {writes} writes");
}

#[test]
fn several_claims_should_cost_no_more_than_each_alone() {
	let (state, deal) = paid();
	let claim = |rank, who| Call::claim { deal, rank, who: account(who) };
	let one = cost(&state, "Borrower1", claim(0, "Investor1"));
	let tranches = vec![(deal, 0)].try_into().expect("one");
	let many = Call::claim_many { tranches, who: account("Investor1") };
	assert_eq!(cost(&state, "Borrower1", many), one);
}
