//! Chain specifications, keys and databases that are none, or of something else: one line says what is wrong
//! and what to do, and the exit code is not zero.

use crate::{
	another_chain, changed,
	common::{Node, TempDir, NODE},
	entries, spec, write,
};
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

/// A node that has to refuse to run: the line that says why.
fn refusal(name: &str, base: &Path, args: &[&str]) -> String {
	refused(name, base, args).1
}

/// A node that has to refuse to run, and to say so well: all that it says, and the line that says why.
fn refused(name: &str, base: &Path, args: &[&str]) -> (String, String) {
	let output = Command::new(NODE)
		.args(["--no-telemetry", "--no-prometheus", "--no-mdns", "--rpc-port", "0"])
		.args(["--listen-addr", "/ip4/127.0.0.1/tcp/0", "--base-path"])
		.arg(base)
		.args(args)
		.stdin(Stdio::null())
		.output()
		.unwrap();
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	assert_eq!(output.status.code(), Some(1), "{name}: {said}");
	for sign in ["panicked", "backtrace", "RUST_BACKTRACE", "This is a bug"] {
		assert!(!said.contains(sign), "{name}: `{sign}` in: {said}");
	}
	// Beside the log, whose lines begin with the date, there is one line.
	let is_log = |line: &str| line.starts_with(|first: char| first.is_ascii_digit());
	let lines: Vec<_> = said.lines().filter(|line| !is_log(line)).collect();
	let [line] = lines[..] else { panic!("{name}: not one line: {said}") };
	let error = line.strip_prefix("Error: ").unwrap_or_else(|| panic!("{name}: {said}"));
	assert!(error.len() < 1_000, "{name}: {} bytes", error.len());
	let error = error.into();
	(said, error)
}

fn assert_says(name: &str, said: &str, parts: &[&str]) {
	for part in parts {
		assert!(said.contains(part), "{name}: `{part}` is missing: {said}");
	}
}

/// The key of the runtime's code: `:code`.
const CODE: &str = "0x3a636f6465";

#[test]
fn bad_chain_specifications_are_refused_with_what_to_do() {
	let base = TempDir::new();
	let whole = spec(true).to_string().into_bytes();
	let no_spec = ["is no chain specification", "--chain"];
	let no_genesis = ["describes no genesis", "export-chain-spec"];
	let set_code =
		|code: &'static str| changed(true, |it| *entries(it).get_mut(CODE).unwrap() = json!(code));
	let patched = |change: &dyn Fn(&mut Value)| {
		changed(false, |it| change(&mut it["genesis"]["runtimeGenesis"]["patch"]))
	};
	for (name, content, parts) in [
		("empty", vec![], no_spec),
		("no JSON", b"chain".to_vec(), no_spec),
		("binary", vec![0xff; 100], no_spec),
		("cut off", whole[..whole.len() / 2].to_vec(), no_spec),
		("damaged", [&whole[..1000], b"\0", &whole[1001..]].concat(), no_spec),
		("of something else", b"{}".to_vec(), no_spec),
		("without genesis", changed(true, |it| it["genesis"] = json!({})), no_genesis),
		("without state", changed(true, |it| entries(it).clear()), no_genesis),
		("without runtime", changed(true, |it| drop(entries(it).remove(CODE))), no_genesis),
		("with an empty runtime", set_code("0x"), no_genesis),
		("with a runtime that is none", set_code("0x00112233"), no_genesis),
		("with a field that is not there", patched(&|it| it["no"] = json!({})), no_genesis),
		(
			"without validators",
			patched(&|it| it["session"]["keys"] = json!([])),
			["has no validators", "session.keys"],
		),
	] {
		let file = write(&base, "chain.json", &content);
		let data = TempDir::new();
		let said = refusal(name, data.path(), &["--chain", file.to_str().unwrap()]);
		assert_says(name, &said, &parts);
	}
	for path in ["/no/such/chain.json", base.path().to_str().unwrap()] {
		let said = refusal(path, base.path(), &["--chain", path]);
		assert_says(path, &said, &[path, no_spec[0], no_spec[1]]);
	}
}

/// Where the database of the development chain is.
fn database(base: &TempDir) -> PathBuf {
	base.path().join("chains/strata_dev")
}

/// A node that makes blocks when it is told to.
fn sealing(spec: &Path) -> Vec<&str> {
	let author = ["--alice", "--sealing", "manual", "--unsafe-force-node-key-generation"];
	[&["--chain", spec.to_str().unwrap()][..], &author].concat()
}

#[test]
fn a_database_of_another_chain_or_of_nothing_is_refused_with_what_to_do() {
	let base = TempDir::new();
	let first = write(&base, "first.json", spec(true).to_string().as_bytes());
	let second = write(&base, "second.json", &another_chain());
	let (first, second) = (sealing(&first), sealing(&second));
	let mut node = Node::start(&base, &first);
	node.rpc().call("engine_createBlock", json!([true, true, null]));
	node.stop();

	// The same name, another genesis.
	let said = refusal("another chain", base.path(), &second);
	let here = base.path().to_str().unwrap();
	assert_says(
		"another chain",
		&said,
		&["is of another chain", "--base-path", "purge-chain", here],
	);

	// It is still that of the first.
	let mut node = Node::start(&base, &first);
	assert_eq!(node.rpc().best(), 1);
	node.stop();

	// A folder that is a file, and a key that is none.
	let file = write(&base, "file", b"");
	for args in [&first[..], &first[..2]] {
		let said = refusal("a file", &file, args);
		assert_says("a file", &said, &[file.to_str().unwrap(), "choose another --base-path"]);
	}
}

/// What of the network cannot be used, the node says before it starts a network: a task of the network that loses
/// another one panics.
#[test]
fn a_network_that_cannot_be_is_refused_before_it_starts() {
	const FIRST: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
	const SECOND: &str = "12D3KooWHdiAxVd8uMQR1hGWXccidmfCwLqcMpGwR6QcTP6QRMuD";
	let base = TempDir::new();
	let keys = database(&base).join("network");
	fs::create_dir_all(&keys).unwrap();
	let key = write(&base, "key", b"not a key");
	fs::copy(&key, keys.join("secret_ed25519")).unwrap();
	let peer = |id| format!("/ip4/127.0.0.1/tcp/9/p2p/{id}");
	let (first, second) = (peer(FIRST), peer(SECOND));
	let good = ["--node-key", "0101010101010101010101010101010101010101010101010101010101010101"];
	let transport = ["don't match the transport", "/memory/5"];
	for (name, args, parts) in [
		("a key that is none", vec![], vec!["failed to parse Ed25519 secret key"]),
		(
			"a key elsewhere that is none",
			vec!["--node-key-file", key.to_str().unwrap()],
			vec!["failed to parse Ed25519 secret key"],
		),
		(
			"an address to listen at",
			[&good[..], &["--listen-addr", "/memory/5"]].concat(),
			transport.to_vec(),
		),
		(
			"an address to be reached at",
			[&good[..], &["--public-addr", "/memory/5"]].concat(),
			transport.to_vec(),
		),
		(
			"two nodes at one address",
			[&good[..], &["--bootnodes", &first, &second]].concat(),
			vec!["two different peer ids", FIRST, SECOND],
		),
	] {
		let author = ["--chain", "dev", "--alice"];
		let (log, error) = refused(name, base.path(), &[&author[..], &args].concat());
		assert_says(name, &error, &parts);
		assert!(log.contains("Database: "), "{name}: {log}");
		assert!(!log.contains("Gap sync"), "{name}: the network has been started: {log}");
	}
}
