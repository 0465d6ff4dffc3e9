//! Transactions that are none, not signed as they should be, or for another chain, version or time.

use crate::{
	common::{hex, transactions::Draft, wait_for},
	Target,
};
use codec::{Compact, Encode};
use serde_json::{json, Value};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::generic::Era;
use strata_runtime::{RuntimeCall, UncheckedExtrinsic};

/// A transaction, and the error that it meets.
struct Case {
	name: &'static str,
	bytes: Vec<u8>,
	code: i32,
	says: &'static str,
}

fn case(name: &'static str, bytes: Vec<u8>, code: i32, says: &'static str) -> Case {
	Case { name, bytes, code, says }
}

/// What is inside an encoded transaction, without its length.
fn inside(bytes: &[u8]) -> Vec<u8> {
	let prefix = Compact(bytes.len() as u32).encode().len();
	bytes[prefix..].to_vec()
}

fn remark(length: usize) -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![0; length] })
}

/// Bytes that are no transaction.
fn malformed(genesis: H256) -> Vec<Case> {
	let good = Draft::remark(genesis, 0).encode();
	let body = inside(&good);
	let (shorter, longer) = (body[..body.len() - 5].to_vec(), [&body[..], &[0; 7]].concat());
	let version = |first: u8| [&[first], &body[1..]].concat();
	// The call is the pallet's index and its own, at the end: here a remark of four bytes.
	let call_at = body.len() - 7;
	let mut unknown_pallet = body.clone();
	unknown_pallet[call_at] = 0xfe;
	let mut unknown_call = body.clone();
	unknown_call[call_at + 1] = 0xfe;
	vec![
		case("nothing", vec![], 1040, ""),
		case("a length and nothing", vec![0xff], 1040, ""),
		case("shorter than it says", good[..good.len() - 1].to_vec(), 1040, ""),
		case("a length of 4 GiB", [&[0x03, 0xff, 0xff, 0xff, 0xff][..], &body].concat(), 1040, ""),
		case("no bytes", Vec::<u8>::new().encode(), 1002, ""),
		case("zeros", vec![0u8; 64].encode(), 1002, ""),
		case("cut off", shorter.encode(), 1002, ""),
		case("with something behind it", longer.encode(), 1002, ""),
		case("version 3", version(0x83).encode(), 1002, ""),
		case("version 127", version(0xff).encode(), 1002, ""),
		case("a pallet that is not there", unknown_pallet.encode(), 1002, ""),
		case("a call that is not there", unknown_call.encode(), 1002, ""),
	]
}

/// Transactions that are well formed and not valid.
fn invalid(genesis: H256) -> Vec<Case> {
	let draft = Draft::remark(genesis, 0);
	let with = |change: &dyn Fn(&mut Draft)| {
		let mut draft = draft.clone();
		change(&mut draft);
		draft.encode()
	};
	let elsewhere = H256::repeat_byte(1);
	let mut forged = draft.clone().encode();
	let last = forged.len() - 1;
	forged[last] ^= 1;
	let bad_proof = "bad signature";
	vec![
		case("forged", forged, 1010, bad_proof),
		case("of another chain", with(&|it| it.genesis = elsewhere), 1010, bad_proof),
		case("of another version", with(&|it| it.spec_version += 1), 1010, bad_proof),
		case("of another format", with(&|it| it.transaction_version += 1), 1010, bad_proof),
		case("with an era of a strange block", with(&|it| it.era.1 = elsewhere), 1010, bad_proof),
		case(
			"with an era that begins in a block that is not there",
			with(&|it| it.era = (Era::mortal(4, u64::from(u32::MAX)), elsewhere)),
			1010,
			"",
		),
		case("too long for a block", with(&|it| it.call = remark(6 << 20)), 1010, "exhaust"),
		case(
			"not signed and has to be",
			UncheckedExtrinsic::new_bare(remark(4)).encode(),
			1010,
			"not expected",
		),
	]
}

/// What is wrong with the answer to a case, if anything.
fn wrong(case: &Case, result: Result<Value, Value>) -> Option<String> {
	let Case { name, code, says, .. } = case;
	let Err(error) = result else { return Some(format!("{name}: taken")) };
	let said = error.to_string();
	// An answer, not a dump.
	let good = error["code"] == *code && said.contains(says) && said.len() < 2_000;
	(!good).then(|| format!("{name}: not {code} {says}: {said:.300}"))
}

/// Each is refused for its reason, and what is right is taken afterwards.
pub fn check(target: &mut Target) {
	let rpc = target.rpc;
	let genesis = rpc.genesis();
	let submit = |bytes: &[u8]| rpc.try_call("author_submitExtrinsic", json!([hex(bytes)]));

	let mut all_wrong = vec![];
	for case in malformed(genesis).iter().chain(&invalid(genesis)) {
		all_wrong.extend(wrong(case, submit(&case.bytes)));
		target.check(case.name);
	}
	// What an author puts into its block is nobody else's to send.
	let block = rpc.call("chain_getBlock", json!([]));
	let inherent = rpc.try_call("author_submitExtrinsic", json!([block["block"]["extrinsics"][0]]));
	all_wrong.extend(wrong(&case("an inherent", vec![], 1010, ""), inherent));
	let fee = rpc.try_call("payment_queryInfo", json!([hex(&[0; 10])]));
	assert!(fee.is_err(), "{fee:?}");
	assert_eq!(rpc.call("author_pendingExtrinsics", json!([])), json!([]));

	// A good one is taken, and what depends on it is too old or too early afterwards.
	submit(&Draft::remark(genesis, 0).encode()).unwrap();
	let alice = Alice.to_account_id();
	wait_for("it is in a block", || (rpc.nonce(&alice) == 1).then_some(()));
	let again = Draft { call: remark(5), ..Draft::remark(genesis, 0) };
	let old = case("with a nonce of the past", vec![], 1010, "outdated");
	all_wrong.extend(wrong(&old, submit(&again.encode())));
	submit(&Draft::remark(genesis, 9).encode()).expect("it waits for those before it");
	submit(&Draft::remark(genesis, 1).encode()).unwrap();
	wait_for("the next one is in a block", || (rpc.nonce(&alice) == 2).then_some(()));
	assert_eq!(rpc.call("author_pendingExtrinsics", json!([])), json!([]));
	assert!(all_wrong.is_empty(), "{all_wrong:#?}");
	target.check("the early one");
}
