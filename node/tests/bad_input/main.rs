//! Input that no honest client, node or operator sends: each piece is refused with an error that says what is
//! wrong, and the node goes on: it answers, makes blocks, and needs no more memory than before.

#[path = "../common/mod.rs"]
mod common;
mod files;
mod keys;
mod network;
mod rpc;
mod transactions;
mod wire;

use common::{run, Node, Rpc, TempDir};
use serde_json::{json, Value};
use std::{fs, path::PathBuf, sync::OnceLock};

/// Memory that a node may take on for all that is sent to it, MiB. The largest single piece is 15 MiB, and
/// what executes it keeps some.
const GROWTH: u64 = 400;

#[test]
fn a_node_gets_over_bad_input() {
	let mut target = Target::sealing(&["--dev", "--log", "sync=debug"]);
	keys::check(&mut target);
	rpc::check(&mut target);
	transactions::check(&mut target);
	network::check(&mut target);
	target.stop();
}

/// A node that is sent bad input.
struct Target {
	node: Node,
	rpc: Rpc,
	memory: u64,
	_base: TempDir,
}

impl Target {
	/// Starts a node that makes a block every 100 ms.
	fn sealing(args: &[&str]) -> Self {
		let base = TempDir::new();
		let mut node = Node::start(&base, &[args, &["--sealing", "100"]].concat());
		let rpc = node.rpc();
		rpc.wait_for_a_block();
		let memory = node.memory();
		Self { node, rpc, memory, _base: base }
	}

	/// Fails the test unless the node goes on as if nothing had happened.
	fn check(&mut self, what: &str) {
		assert!(self.node.runs(), "{what}: the node ended:\n{}", self.node.log());
		assert_eq!(self.rpc.call("system_chain", json!([])), "Strata Development", "{what}");
		self.rpc.wait_for_a_block();
		let memory = self.node.memory();
		let most = self.memory + GROWTH;
		assert!(memory <= most, "{what}: {memory} MiB, {} before", self.memory);
	}

	/// Ends the node. The runtime stops at what it cannot read, and says that it does no harm: nothing else
	/// may have stopped.
	fn stop(self) {
		let log = self.node.end();
		let mut lines = log.lines();
		while let Some(line) = lines.next() {
			if line.contains("panicked at") {
				let reason = lines.next().unwrap_or_default();
				assert!(reason.contains("Nothing bad happened"), "{line}\n{reason}");
			}
		}
	}
}

/// The specification of the development chain, raw or not. Making it takes seconds.
fn spec(raw: bool) -> &'static Value {
	static PLAIN: OnceLock<Value> = OnceLock::new();
	static RAW: OnceLock<Value> = OnceLock::new();
	let export = |args: &[&str]| serde_json::from_slice(&run(args).stdout).unwrap();
	let args = ["export-chain-spec", "--chain", "dev", "--raw"];
	match raw {
		true => RAW.get_or_init(|| export(&args)),
		false => PLAIN.get_or_init(|| export(&args[..3])),
	}
}

/// A specification, changed.
fn changed(raw: bool, change: impl FnOnce(&mut Value)) -> Vec<u8> {
	let mut spec = spec(raw).clone();
	change(&mut spec);
	spec.to_string().into_bytes()
}

/// The raw entries of a genesis.
fn entries(spec: &mut Value) -> &mut serde_json::Map<String, Value> {
	spec["genesis"]["raw"]["top"].as_object_mut().unwrap()
}

/// The development chain, but for one entry: the same name, the same protocols, another genesis.
fn another_chain() -> Vec<u8> {
	changed(true, |it| {
		entries(it).insert("0x6e6f7468696e67".into(), json!("0x00"));
	})
}

/// Writes a file and returns its path.
fn write(base: &TempDir, name: &str, content: &[u8]) -> PathBuf {
	let path = base.path().join(name);
	fs::write(&path, content).unwrap();
	path
}
