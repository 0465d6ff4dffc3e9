//! The chain specifications as the binary gives them out, and what zombienet does to them.

mod common;

use common::{run, Node, TempDir};
use serde_json::{json, Value};
use sp_core::crypto::Ss58Codec;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::fs;

fn spec(command: &str, args: &[&str]) -> Value {
	let output = run(&[&[command], args].concat());
	serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn both_commands_give_the_same_specification() {
	for chain in ["dev", "local"] {
		let built = spec("build-spec", &["--chain", chain, "--disable-default-bootnode"]);
		let exported = spec("export-chain-spec", &["--chain", chain]);
		assert_eq!(built, exported);

		let properties = &built["properties"];
		assert_eq!(properties["tokenSymbol"], "STRA");
		assert_eq!(properties["tokenDecimals"], 12);
		assert_eq!(properties["ss58Format"], 42);
	}
}

#[test]
fn the_chains_are_of_the_right_type() {
	assert_eq!(spec("export-chain-spec", &["--chain", "dev"])["chainType"], "Development");
	assert_eq!(spec("export-chain-spec", &["--chain", "local"])["chainType"], "Local");
}

#[test]
fn only_sessions_name_validators() {
	let spec = spec("export-chain-spec", &["--chain", "local"]);
	let patch = &spec["genesis"]["runtimeGenesis"]["patch"];

	// zombienet empties these, and fails on some if they are there.
	for absent in ["aura", "grandpa", "authorityDiscovery", "staking", "collatorSelection"] {
		assert!(patch.get(absent).is_none(), "{absent}");
	}
	assert!(patch["babe"].get("authorities").is_none());
	for entry in patch["session"]["keys"].as_array().unwrap() {
		let mut names: Vec<_> = entry[2].as_object().unwrap().keys().collect();
		names.sort();
		assert_eq!(names, ["authority_discovery", "babe", "grandpa"]);
	}
}

/// What zombienet puts in for a node: its stash twice and its keys, more of them than the runtime
/// knows.
fn zombienet_entry(stash: Sr25519Keyring, node: Sr25519Keyring, finality: Ed25519Keyring) -> Value {
	let stash = stash.to_account_id().to_ss58check();
	let node = node.to_account_id().to_ss58check();
	let finality = finality.public().to_ss58check();
	json!([stash, stash, {
		"babe": node,
		"grandpa": finality,
		"authority_discovery": node,
		"im_online": node,
		"para_validator": node,
		"para_assignment": node,
		"parachain_validator": node,
		"aura": node,
	}])
}

/// zombienet's rewrite of a genesis: other validators, a balance of 2 STRA for each of them.
fn rewritten_by_zombienet(mut spec: Value) -> Value {
	use Sr25519Keyring::*;
	let patch = &mut spec["genesis"]["runtimeGenesis"]["patch"];

	patch["session"]["keys"] = json!([
		zombienet_entry(CharlieStash, Charlie, Ed25519Keyring::Charlie),
		zombienet_entry(DaveStash, Dave, Ed25519Keyring::Dave),
		zombienet_entry(EveStash, Eve, Ed25519Keyring::Eve),
		zombienet_entry(FerdieStash, Ferdie, Ed25519Keyring::Ferdie),
	]);
	let balances = patch["balances"]["balances"].as_array_mut().unwrap();
	for account in [CharlieStash, Charlie, DaveStash, Dave, EveStash, Eve, FerdieStash, Ferdie] {
		let address = account.to_account_id().to_ss58check();
		balances.retain(|entry| entry[0] != address);
		balances.push(json!([address, 2_000_000_000_000_u64]));
	}
	spec
}

#[test]
fn zombienets_rewrite_makes_a_chain_with_its_validators() {
	let base = TempDir::new();
	let original = spec("build-spec", &["--chain", "local", "--disable-default-bootnode"]);
	let plain = base.path().join("plain.json");
	fs::write(&plain, rewritten_by_zombienet(original).to_string()).unwrap();

	let plain = plain.to_str().unwrap();
	let raw = spec("build-spec", &["--chain", plain, "--raw", "--disable-default-bootnode"]);
	let file = base.path().join("raw.json");
	fs::write(&file, raw.to_string()).unwrap();

	// The chain starts, and its authorities are the new ones, in BABE and in GRANDPA.
	let mut node = Node::start(&base, &["--chain", file.to_str().unwrap()]);
	let rpc = node.rpc();
	let authorities = |api: &str| rpc.call("state_call", json!([api, "0x"])).to_string();
	let babe = authorities("BabeApi_configuration");
	let grandpa = authorities("GrandpaApi_grandpa_authorities");
	let hex = |key: [u8; 32]| common::hex(&key)[2..].to_string();
	for (author, voter) in [
		(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
		(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
		(Sr25519Keyring::Eve, Ed25519Keyring::Eve),
		(Sr25519Keyring::Ferdie, Ed25519Keyring::Ferdie),
	] {
		assert!(babe.contains(&hex(author.public().0)), "{author:?} makes no blocks");
		assert!(grandpa.contains(&hex(voter.public().0)), "{voter:?} does not vote");
	}
	assert!(!babe.contains(&hex(Sr25519Keyring::Alice.public().0)));
	assert!(!grandpa.contains(&hex(Ed25519Keyring::Alice.public().0)));
	node.stop();
}
