//! Keys that are none, or not what they are said to be.

use crate::{
	common::{hex, wait_for, TempDir, NODE},
	Target,
};
use serde_json::json;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::{
	collections::BTreeSet,
	fs,
	process::{Command, Output, Stdio},
};

/// Those that cannot sign are refused, and the log says why.
pub fn check(target: &mut Target) {
	let rpc = target.rpc;
	let eve = hex(&Sr25519Keyring::Eve.public().0);
	let voter = hex(&Ed25519Keyring::Eve.public().0);
	let insert = |key_type: &str, phrase: &str, public: &str| {
		rpc.try_call("author_insertKey", json!([key_type, phrase, public]))
	};

	for (key_type, phrase, public, message, logged) in [
		("babeX", "//Eve", &eve[..], "key type ID format", None),
		("", "//Eve", &eve, "key type ID format", None),
		("acco", "//Eve", &eve, "key store is unavailable", Some("`babe`, `gran` and `audi`")),
		("babe", "//Eve", &voter, "key store is unavailable", Some("scheme sr25519")),
		("gran", "//Eve", &eve, "key store is unavailable", Some("scheme ed25519")),
		("babe", "//Eve", &eve[..64], "key store is unavailable", Some("31 bytes, not 32")),
		("babe", "//Eve", "0x", "key store is unavailable", Some("0 bytes, not 32")),
		("audi", "not a phrase", &eve, "key store is unavailable", Some("neither a phrase")),
	] {
		let error = insert(key_type, phrase, public).unwrap_err();
		assert_eq!(error["code"], 1040, "{key_type} {phrase} {public}: {error}");
		assert!(error["message"].as_str().unwrap().contains(message), "{error}");
		if let Some(logged) = logged {
			wait_for(logged, || target.node.log().contains(logged).then_some(()));
		}
	}
	for public in ["not hexadecimal", "0xzz"] {
		assert_eq!(insert("babe", "//Eve", public).unwrap_err()["code"], -32602, "{public}");
	}
	let has = |public: &str, key_type: &str| rpc.call("author_hasKey", json!([public, key_type]));
	for (public, key_type) in [(&eve, "babe"), (&voter, "gran"), (&voter, "babe"), (&eve, "gran")] {
		assert_eq!(has(public, key_type), false, "{key_type}");
	}

	// What is right is taken.
	insert("babe", "//Eve", &eve).unwrap();
	insert("gran", "//Eve", &voter).unwrap();
	assert_eq!((has(&eve, "babe"), has(&voter, "gran")), (true.into(), true.into()));

	// A set of session keys has 96 bytes.
	for keys in ["0x".into(), hex(&[1; 95])] {
		let error = rpc.try_call("author_hasSessionKeys", json!([keys])).unwrap_err();
		assert_eq!(error["code"], 1040, "{error}");
		assert_eq!(error["message"], "Session keys are not encoded correctly");
	}
	// An owner of any length can be asked for: the chain takes the proof only of its own.
	let error = rpc.try_call("author_rotateKeysWithOwner", json!(["no owner"])).unwrap_err();
	assert_eq!(error["code"], -32602, "{error}");
	target.check("keys");
}

/// Files Eve's key by the command line, in the keystore of the development chain.
fn insert(base: &TempDir, key_type: &str, scheme: &str) -> Output {
	Command::new(NODE)
		.args(["key", "insert", "--chain", "dev", "--suri", "//Eve", "--base-path"])
		.arg(base.path())
		.args(["--key-type", key_type, "--scheme", scheme])
		.stdin(Stdio::null())
		.output()
		.unwrap()
}

/// What is in that keystore. A file's name is the type and the public key.
fn stored(base: &TempDir) -> BTreeSet<String> {
	let Ok(files) = fs::read_dir(base.path().join("chains/strata_dev/keystore")) else {
		return BTreeSet::new();
	};
	files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

/// The command line takes the same keys as RPC, and says in one line why not another.
#[test]
fn the_command_line_files_session_keys_and_each_as_what_it_is() {
	let base = TempDir::new();
	for (key_type, scheme, reason) in [
		("gran", "sr25519", "--scheme sr25519: keys of type `gran` are of scheme ed25519"),
		("babe", "ed25519", "--scheme ed25519: keys of type `babe` are of scheme sr25519"),
		("audi", "ecdsa", "--scheme ecdsa: keys of type `audi` are of scheme sr25519"),
		("acco", "sr25519", "--key-type acco: the chain's session keys are"),
		("babeX", "sr25519", "--key-type babeX: the chain's session keys are"),
	] {
		let output = insert(&base, key_type, scheme);
		let said = String::from_utf8_lossy(&output.stderr).into_owned();
		assert_eq!(output.status.code(), Some(1), "{key_type} {scheme}: {said}");
		assert!(said.starts_with("Error: ") && said.lines().count() == 1, "{said}");
		assert!(said.contains(reason), "{key_type} {scheme}: {said}");
	}
	assert_eq!(stored(&base), BTreeSet::new());

	for (key_type, scheme) in [("babe", "sr25519"), ("audi", "sr25519"), ("gran", "Ed25519")] {
		let output = insert(&base, key_type, scheme);
		let said = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "{key_type}: {said}");
	}
	let (author, voter) = (Sr25519Keyring::Eve.public().0, Ed25519Keyring::Eve.public().0);
	let file = |key_type: &[u8; 4], key: [u8; 32]| {
		[hex(key_type), hex(&key)].map(|it| it.trim_start_matches("0x").to_string()).concat()
	};
	let keys = [file(b"babe", author), file(b"audi", author), file(b"gran", voter)];
	assert_eq!(stored(&base), BTreeSet::from(keys));
}
