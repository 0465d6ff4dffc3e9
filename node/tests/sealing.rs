//! Blocks sealed on demand: by command, by the clock, by transactions; over a restart; and what is
//! refused.

mod common;

use common::{hex, run, transactions::Draft, wait_for, Node, Rpc, TempDir};
use serde_json::{json, Value};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::Alice;
use std::{thread::sleep, time::Duration};

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
	// More than the states that are kept: there is none left that GRANDPA could begin with.
	seal(&node.rpc(), 300);
	node.stop();
	let file = base.path().join("blocks");
	let folder = base.path().to_str().unwrap();
	run(&["export-blocks", "--dev", "--base-path", folder, "--to", "300", file.to_str().unwrap()]);
	assert!(file.metadata().unwrap().len() > 0);
	run(&["revert", "--dev", "--base-path", folder, "1"]);

	let mut node = Node::start(&base, &["--dev"]);
	assert!(!node.wait().success());
	let log = node.log();
	for part in ["made with --sealing", "ahead of time", "block 300", "purge-chain"] {
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

#[test]
fn seals_when_transactions_arrive_and_only_then() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "instant"]);
	let rpc = node.rpc();
	let genesis = rpc.genesis();
	assert_eq!(rpc.best(), 0);

	// One by one, past the first block of a session, which takes no transaction: the one that
	// waited for it is in the block after it.
	let count = 60;
	for nonce in 0..count {
		rpc.call("author_submitExtrinsic", json!([remark(genesis, nonce)]));
		wait_for("a transaction is in a block", || (included(&rpc) > nonce).then_some(()));
	}
	// On a busy machine a block may be made before the pool has its transaction in place: it is then
	// empty, and at most three in a row are.
	let best = quiet(&rpc);
	assert!((count..count * 4).contains(&best), "{best} blocks for {count} transactions");
	assert_eq!(rpc.finalised(), best);

	// No transaction, no block.
	sleep(Duration::from_secs(2));
	assert_eq!(rpc.best(), best);
	node.stop();
}

#[test]
fn an_invalid_transaction_makes_no_block() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "instant"]);
	let rpc = node.rpc();

	let elsewhere = remark(H256::repeat_byte(1), 0);
	assert!(rpc.try_call("author_submitExtrinsic", json!([elsewhere])).is_err());
	// Valid once the one before it is there.
	let early = remark(rpc.genesis(), 1);
	rpc.call("author_submitExtrinsic", json!([early]));
	sleep(Duration::from_secs(2));
	assert_eq!(rpc.best(), 0);

	let first = remark(rpc.genesis(), 0);
	rpc.call("author_submitExtrinsic", json!([first]));
	wait_for("both are in a block", || (included(&rpc) == 2).then_some(()));
	node.stop();
}

#[test]
fn a_full_pool_refuses_and_keeps_what_it_took() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual", "--pool-limit", "20"]);
	let rpc = node.rpc();
	let genesis = rpc.genesis();
	let submit = |transaction: &[u8]| {
		let answer = rpc.try_call("author_submitExtrinsic", json!([hex(transaction)]));
		answer.map_err(|error| error["code"].as_i64().unwrap())
	};
	let plain = |nonce| submit(&Draft::remark(genesis, nonce).encode());

	// Those whose turn has not come take no room of those whose turn it is.
	for nonce in 50..60 {
		plain(nonce).unwrap();
	}
	// Signed once: another signature would make another transaction of it.
	let first = Draft::remark(genesis, 0).encode();
	submit(&first).unwrap();
	for nonce in 1..20 {
		plain(nonce).unwrap();
	}
	// Immediately dropped, however often it is tried; what is here already is just that.
	for _ in 0..3 {
		assert_eq!(plain(20), Err(1016));
		assert_eq!(submit(&first), Err(1013));
	}
	// What is worth more comes in, and puts nobody out.
	submit(&Draft { tip: 1, ..Draft::remark(genesis, 20) }.encode()).unwrap();
	assert_eq!(plain(21), Err(1016));

	// The first block of a session takes no transactions.
	seal(&rpc, 3);
	assert_eq!(included(&rpc), 21);
	plain(21).unwrap();
	node.stop();
}

/// The best block once no more come: the last one may still be in the making.
fn quiet(rpc: &Rpc) -> u32 {
	wait_for("no more blocks come", || {
		let best = rpc.best();
		sleep(Duration::from_secs(1));
		(rpc.best() == best).then_some(best)
	})
}

/// A remark of Alice's, as it is submitted.
fn remark(genesis: H256, nonce: u32) -> String {
	hex(&Draft::remark(genesis, nonce).encode())
}

/// How many transactions of Alice's are in blocks.
fn included(rpc: &Rpc) -> u32 {
	rpc.nonce(&Alice.to_account_id())
}
