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
	let time = rpc.now();
	rpc.call("engine_createBlock", json!([true, false, null]));
	assert_eq!((rpc.best(), rpc.finalised(), rpc.now()), (2, 0, time + SLOT));

	// Another chain on top of the first block. It takes slots of its own: two blocks of one author in
	// one slot are an offence.
	let mut tip = rpc.call("engine_createBlock", json!([true, false, first["hash"]]));
	// BABE prefers the chain with more primary slots, which are a matter of luck, and of equals the
	// longer one: the fork grows until it is preferred.
	let mut height = 2u32;
	while rpc.best() == 2 {
		assert!(height < 60, "the fork is never preferred");
		tip = rpc.call("engine_createBlock", json!([true, false, tip["hash"]]));
		height += 1;
	}
	assert_eq!((rpc.best(), rpc.now()), (height, time + u64::from(height) * SLOT));
	assert!(!node.log().contains("equivocating"));

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
		(vec!["--chain", "local", "--alice", "--sealing", "instant"], "authorities: use --dev"),
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
	use sp_keyring::Sr25519Keyring::Alice;
	use sp_runtime::generic::Era;
	use strata_runtime::{
		Nonce, RuntimeCall, SignedPayload, TxExtension, UncheckedExtrinsic, VERSION,
	};

	/// A remark of Alice's.
	fn remark(genesis: H256, nonce: Nonce) -> Vec<u8> {
		let call = RuntimeCall::System(frame_system::Call::remark { remark: nonce.encode() });
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
		let (spec, transaction) = (VERSION.spec_version, VERSION.transaction_version);
		let implied = ((), spec, transaction, genesis, genesis, (), (), (), None, ());
		let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implied);
		let signature = payload.using_encoded(|bytes| Alice.pair().sign(bytes));
		let from = Alice.to_account_id().into();
		UncheckedExtrinsic::new_signed(call, from, signature.into(), extension).encode()
	}

	/// How many transactions of Alice's are in blocks.
	fn included(rpc: &Rpc) -> Nonce {
		let account = hex(Alice.to_account_id().as_ref());
		let nonce = rpc.call("state_call", json!(["AccountNonceApi_account_nonce", account]));
		let nonce = sp_core::bytes::from_hex(nonce.as_str().unwrap()).unwrap();
		Nonce::decode(&mut &nonce[..]).unwrap()
	}

	fn genesis(rpc: &Rpc) -> H256 {
		rpc.call("chain_getBlockHash", json!([0])).as_str().unwrap().parse().unwrap()
	}

	#[test]
	fn seals_when_they_arrive_and_only_then() {
		let base = TempDir::new();
		let mut node = Node::start(&base, &["--dev", "--sealing", "instant"]);
		let rpc = node.rpc();
		let genesis = genesis(&rpc);
		assert_eq!(rpc.best(), 0);

		// One by one, past the first block of a session, which takes no transaction: the one that
		// waited for it is in the block after it.
		let count = 60;
		for nonce in 0..count {
			let transaction = hex(&remark(genesis, nonce));
			rpc.call("author_submitExtrinsic", json!([transaction]));
			wait_for("a transaction is in a block", || (included(&rpc) > nonce).then_some(()));
		}
		let best = rpc.best();
		assert!((count..count + 10).contains(&best), "{best} blocks for {count} transactions");
		assert_eq!(rpc.finalised(), best);

		// No transaction, no block.
		std::thread::sleep(std::time::Duration::from_secs(2));
		assert_eq!(rpc.best(), best);
		node.stop();
	}

	#[test]
	fn an_invalid_one_makes_no_block() {
		let base = TempDir::new();
		let mut node = Node::start(&base, &["--dev", "--sealing", "instant"]);
		let rpc = node.rpc();

		let elsewhere = hex(&remark(H256::repeat_byte(1), 0));
		assert!(rpc.try_call("author_submitExtrinsic", json!([elsewhere])).is_err());
		// Valid once the one before it is there.
		let early = hex(&remark(genesis(&rpc), 1));
		rpc.call("author_submitExtrinsic", json!([early]));
		std::thread::sleep(std::time::Duration::from_secs(2));
		assert_eq!(rpc.best(), 0);

		let first = hex(&remark(genesis(&rpc), 0));
		rpc.call("author_submitExtrinsic", json!([first]));
		wait_for("both are in a block", || (included(&rpc) == 2).then_some(()));
		node.stop();
	}
}
