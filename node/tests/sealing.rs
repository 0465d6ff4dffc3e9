//! Blocks sealed on demand: by command, by the clock, by transactions; over a restart; and what is
//! refused.

mod common;

use common::{hex, wait_for, Node, Rpc, TempDir};
use serde_json::{json, Value};

/// One slot, milliseconds.
const SLOT: u64 = 6_000;

/// Seals `count` blocks and checks that each is the next one, with the time of the next slot.
fn seal(rpc: &Rpc, count: u32) {
	let mut parent: Option<(u32, u64)> = None;
	for _ in 0..count {
		rpc.call("engine_createBlock", json!([true, true, null]));
		let (number, now) = (rpc.best(), rpc.now());
		if let Some((parent_number, parent_now)) = parent {
			assert_eq!(number, parent_number + 1);
			assert_eq!(now, parent_now + SLOT, "block {number}");
		}
		parent = Some((number, now));
	}
}

#[test]
fn seals_on_command_and_goes_on_after_a_restart() {
	let base = TempDir::new();
	let args = ["--dev", "--sealing", "manual"];

	let mut node = Node::start(&base, &args);
	let rpc = node.rpc();
	assert_eq!(rpc.best(), 0);
	seal(&rpc, 200);
	assert_eq!((rpc.best(), rpc.finalised()), (200, 200));
	let time = rpc.now();
	assert_eq!(time % SLOT, 0);
	node.stop();

	let mut node = Node::start(&base, &args);
	let rpc = node.rpc();
	assert_eq!((rpc.best(), rpc.finalised()), (200, 200));
	seal(&rpc, 200);
	assert_eq!((rpc.best(), rpc.finalised()), (400, 400));
	assert_eq!(rpc.now(), time + 200 * SLOT);
	node.stop();
}

#[test]
fn finality_and_forks_follow_the_caller() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual"]);
	let rpc = node.rpc();

	let first = rpc.call("engine_createBlock", json!([true, false, null]));
	rpc.call("engine_createBlock", json!([true, false, null]));
	assert_eq!((rpc.best(), rpc.finalised()), (2, 0));

	// A second block on top of the first one has the slot after it, not the latest.
	let fork = rpc.call("engine_createBlock", json!([true, false, first["hash"]]));
	rpc.call("engine_createBlock", json!([true, false, fork["hash"]]));
	assert_eq!(rpc.best(), 3);

	rpc.call("engine_finalizeBlock", json!([first["hash"], null]));
	assert_eq!(rpc.finalised(), 1);
	node.stop();
}

#[test]
fn a_bad_command_is_an_error_and_the_next_one_works() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual"]);
	let rpc = node.rpc();

	let nowhere = hex(&[7; 32]);
	assert!(rpc.try_call("engine_createBlock", json!([true, true, nowhere])).is_err());
	assert!(rpc.try_call("engine_createBlock", json!([false, true, null])).is_err());
	assert_eq!(rpc.best(), 0);

	seal(&rpc, 1);
	assert_eq!(rpc.best(), 1);
	node.stop();
}

#[test]
fn seals_by_the_clock() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "20"]);
	let rpc = node.rpc();

	// Past several sessions of 50 slots, in much less time than the slots stand for.
	wait_for("120 blocks are made", || (rpc.best() >= 120).then_some(()));
	wait_for("120 blocks are final", || (rpc.finalised() >= 120).then_some(()));
	node.stop();
}

#[test]
fn babe_refuses_blocks_sealed_ahead_of_time() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual"]);
	seal(&node.rpc(), 60);
	node.stop();

	let mut node = Node::start(&base, &["--dev"]);
	assert!(!node.wait().success());
	let log = node.log();
	for part in ["made with --sealing", "ahead of time", "block 60", "purge-chain"] {
		assert!(log.contains(part), "no `{part}` in the log:\n{log}");
	}
}

#[test]
fn needs_one_authority_and_its_key() {
	for (args, reason) in [
		(vec!["--chain", "dev", "--sealing", "manual"], "--dev or --alice"),
		(
			vec!["--chain", "local", "--alice", "--sealing", "instant"],
			"has 4 authorities",
		),
		(vec!["--chain", "dev", "--bob", "--sealing", "manual"], "needs the key"),
	] {
		let base = TempDir::new();
		let args = [args, vec!["--unsafe-force-node-key-generation"]].concat();
		let mut node = Node::start(&base, &args);
		assert!(!node.wait().success(), "{args:?}");
		assert!(node.log().contains(reason), "{args:?}:\n{}", node.log());
	}
}

#[test]
fn the_engine_answers_only_when_sealing() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual"]);
	let rpc = node.rpc();
	let methods = methods(&rpc);

	for there in ["engine_createBlock", "engine_finalizeBlock", "babe_epochAuthorship"] {
		assert!(methods.contains(&there.into()), "{there}");
	}
	for not_there in ["grandpa_roundState", "sync_state_genSyncSpec"] {
		assert!(!methods.contains(&not_there.into()), "{not_there}");
	}
	node.stop();
}

fn methods(rpc: &Rpc) -> Vec<Value> {
	rpc.call("rpc_methods", json!([]))["methods"].as_array().unwrap().clone()
}

/// Transactions, signed as a wallet signs them.
mod transactions {
	use super::*;
	use codec::{Decode, Encode};
	use sp_core::{crypto::Pair, H256};
	use sp_keyring::Sr25519Keyring::{Alice, Bob};
	use sp_runtime::{generic::Era, transaction_validity::TransactionValidityError};
	use strata_runtime::{RuntimeCall, SignedPayload, TxExtension, UncheckedExtrinsic, VERSION};

	fn signed(genesis: H256, nonce: u32) -> Result<UncheckedExtrinsic, TransactionValidityError> {
		let call = RuntimeCall::Balances(pallet_balances_call(nonce));
		let extension: TxExtension = (
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckEra::from(Era::Immortal),
			frame_system::CheckNonce::from(nonce),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			frame_system::WeightReclaim::new(),
		);
		let implied = (
			(),
			VERSION.spec_version,
			VERSION.transaction_version,
			genesis,
			genesis,
			(),
			(),
			(),
			None,
			(),
		);
		let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implied);
		let signature = payload.using_encoded(|bytes| Alice.pair().sign(bytes));
		let from = Alice.to_account_id().into();
		Ok(UncheckedExtrinsic::new_signed(call, from, signature.into(), extension))
	}
}
