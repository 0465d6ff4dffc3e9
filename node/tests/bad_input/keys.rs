//! Keys that are none, or not what they are said to be.

use crate::{
	common::{hex, wait_for},
	Target,
};
use serde_json::json;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

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
