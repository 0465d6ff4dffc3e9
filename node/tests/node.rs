//! A node as anyone runs it: it makes blocks, they become final, it answers, and its database can be
//! worked on.

mod common;

use common::{run, wait_for, Node, TempDir, NODE};
use serde_json::{json, Value};
use std::process::Command;

#[test]
fn one_authority_makes_final_blocks_and_answers() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev"]);
	let rpc = node.rpc();

	let methods = rpc.call("rpc_methods", json!([]))["methods"].as_array().unwrap().clone();
	for method in [
		"system_accountNextIndex",
		"payment_queryInfo",
		"babe_epochAuthorship",
		"grandpa_roundState",
		"grandpa_proveFinality",
		"sync_state_genSyncSpec",
		"chainSpec_v1_chainName",
		"author_rotateKeysWithOwner",
	] {
		assert!(methods.contains(&method.into()), "{method}");
	}
	assert!(!methods.contains(&"engine_createBlock".into()));

	assert_eq!(rpc.call("system_chain", json!([])), "Strata Development");
	assert_eq!(rpc.call("system_properties", json!([]))["tokenSymbol"], "STRA");
	let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	assert_eq!(rpc.call("system_accountNextIndex", json!([alice])), 0);

	wait_for("a block is final", || (rpc.finalised() >= 2).then_some(()));
	assert!(rpc.call("grandpa_roundState", json!([]))["best"].is_object());
	node.stop();

	let info = chain_info(&base);
	assert!(info["best_number"].as_u64().unwrap() >= 2);
	assert!(info["finalized_number"].as_u64().unwrap() >= 2);

	// Its blocks are good for others.
	let other = TempDir::new();
	let file = other.path().join("blocks");
	let (file, from, to) = (file.to_str().unwrap(), path(&base), path(&other));
	run(&["export-blocks", "--dev", "--base-path", from, "--from", "1", "--to", "2", file]);
	run(&["import-blocks", "--dev", "--base-path", to, file]);
	let imported = chain_info(&other);
	assert_eq!(imported["best_number"], 2);
	assert_eq!(imported["genesis_hash"], info["genesis_hash"]);
}

#[test]
fn the_other_network_backend_starts_too() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--network-backend", "libp2p"]);
	let rpc = node.rpc();
	assert!(rpc.call("system_health", json!([]))["peers"].is_number());
	node.stop();
}

#[test]
fn the_database_can_be_worked_on() {
	let base = TempDir::new();
	let of_chain = ["--dev", "--base-path", path(&base)];
	let mut node = Node::start(&base, &["--dev", "--sealing", "manual"]);
	let rpc = node.rpc();
	rpc.call("engine_createBlock", json!([true, true, null]));
	for _ in 0..4 {
		rpc.call("engine_createBlock", json!([true, false, null]));
	}
	node.stop();
	let best = |info: Value| (info["best_number"].clone(), info["finalized_number"].clone());
	assert_eq!(best(chain_info(&base)), (json!(5), json!(1)));

	let blocks = run(&[&["export-blocks", "--from", "1", "--to", "5"][..], &of_chain].concat());
	assert!(!blocks.stdout.is_empty());
	let state: Value =
		serde_json::from_slice(&run(&[&["export-state", "5"][..], &of_chain].concat()).stdout)
			.unwrap();
	assert!(state["genesis"]["raw"]["top"].as_object().unwrap().len() > 50);

	// No more than what is not final is taken back.
	run(&[&["revert", "2"][..], &of_chain].concat());
	assert_eq!(best(chain_info(&base)), (json!(3), json!(1)));
	run(&[&["revert", "100"][..], &of_chain].concat());
	assert_eq!(best(chain_info(&base)), (json!(1), json!(1)));

	run(&[&["purge-chain", "-y"][..], &of_chain].concat());
	assert_eq!(best(chain_info(&base)), (json!(0), json!(0)));
}

#[test]
fn what_it_does_not_know_is_an_error() {
	for args in [
		&["--chain", "no-such-chain.json"][..],
		&["--sealing", "0"],
		&["--sealing", "sometimes"],
		&["--database", "rocksdb"],
		&["mine-gold"],
	] {
		let output = Command::new(NODE).args(args).output().unwrap();
		assert!(!output.status.success(), "{args:?}");
		assert!(!output.stderr.is_empty(), "{args:?}");
	}
}

fn path(base: &TempDir) -> &str {
	base.path().to_str().unwrap()
}

fn chain_info(base: &TempDir) -> Value {
	let output = run(&["chain-info", "--dev", "--base-path", path(base)]);
	serde_json::from_slice(&output.stdout).unwrap()
}
