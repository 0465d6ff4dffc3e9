//! Requests that are no JSON-RPC, or too large, too many, never finished, or not for everybody.

use crate::{
	common::{hex, wait_for, Rpc, TempDir},
	spec,
	wire::{self, connect, http, post, request, Frame, WebSocket, BINARY, TEXT},
	write, Target,
};
use serde_json::Value;
use std::{io::Write, net::SocketAddr};

/// How many connections do nothing at a time.
const IDLE: usize = 200;

/// Errors of JSON-RPC, whatever the method.
const PARSE: i32 = -32700;
const INVALID: i32 = -32600;
const METHOD: i32 = -32601;
const PARAMS: i32 = -32602;

fn call(method: &str, params: &str) -> String {
	format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

/// Bodies, each with the status and the code of the error that answers it.
fn bodies() -> Vec<(&'static str, String, u16, i32)> {
	let deep = "[".repeat(100_000) + &"]".repeat(100_000);
	let name = "x".repeat(1 << 20);
	let of = |method: &str, params: &str| call(method, params);
	vec![
		("nothing", "".into(), 400, PARSE),
		("no JSON", "hello".into(), 400, PARSE),
		("zeros", "\0".repeat(1000), 400, PARSE),
		("a number", "7".into(), 400, PARSE),
		("half of it", r#"{"jsonrpc":"2.0","id":1,"met"#.into(), 200, PARSE),
		("no request", "{}".into(), 200, PARSE),
		(
			"a method that is a number",
			r#"{"jsonrpc":"2.0","id":1,"method":7}"#.into(),
			200,
			INVALID,
		),
		("another version", of("system_chain", "[]").replace("2.0", "1.0"), 200, INVALID),
		("deep nesting", deep.clone(), 200, INVALID),
		("deep parameters", of("chain_getBlockHash", &deep), 200, PARAMS),
		("no such method", of("system_destroy", "[]"), 200, METHOD),
		("a long name of a method", of(&name, "[]"), 200, METHOD),
		("a word for a number", of("chain_getBlockHash", r#"["x"]"#), 200, PARAMS),
		("a list for a hash", of("chain_getBlock", "[[[]]]"), 200, PARAMS),
		("a hash too short", of("chain_getBlock", r#"["0x12"]"#), 200, PARAMS),
		("no hexadecimal", of("state_getStorage", r#"["zz"]"#), 200, PARAMS),
		("too few parameters", of("state_call", "[]"), 200, PARAMS),
		("parameters that are a word", of("state_call", r#""x""#), 200, PARAMS),
		("too many keys", of("state_getKeysPaged", r#"["0x", 100000]"#), 200, 4002),
		("an API that is not there", of("state_call", r#"["No_such", "0x"]"#), 200, 4003),
		("garbage", of("state_call", r#"["Core_execute_block", "0xffff"]"#), 200, 4003),
		("an unknown block", of("state_getMetadata", &format!("[{}]", hash())), 200, 4003),
		(
			"a block on nothing",
			of("engine_createBlock", &format!("[true,true,{}]", hash())),
			200,
			13_000,
		),
	]
}

fn hash() -> Value {
	hex(&[7; 32]).into()
}

/// The error in an answer, or in the only one of a batch.
fn error(answer: &str) -> Value {
	let answer: Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("{answer:.500}"));
	answer.get(0).unwrap_or(&answer)["error"].clone()
}

/// Each is answered with its error.
pub fn check(target: &mut Target) {
	let address = target.rpc.address();
	let mut all_wrong = vec![];
	for (name, body, status, code) in bodies() {
		let answer = post(address, &body);
		let said = (answer.status, error(&answer.body)["code"].as_i64().unwrap_or_default());
		if said != (status, code.into()) || answer.body.len() > 3_000 {
			all_wrong.push(format!("{name}: not {status} {code}: {said:?} {:.300}", answer.body));
		}
		target.check(name);
	}
	assert!(all_wrong.is_empty(), "{all_wrong:#?}");
	batches(target);
	heads(target);
	websockets(target);
	unfinished(target);
}

fn batches(target: &mut Target) {
	let address = target.rpc.address();
	let of = |count: usize, call: &str| format!("[{}]", vec![call; count].join(","));
	assert_eq!(error(&post(address, "[]").body)["code"], INVALID);

	let flood = post(address, &of(20_000, &call("no_such", "[]")));
	let answers: Value = serde_json::from_str(&flood.body).unwrap();
	let answers = answers.as_array().unwrap();
	assert_eq!(answers.len(), 20_000);
	assert!(answers.iter().all(|answer| answer["error"]["code"] == METHOD));
	target.check("a flood of unknown methods");

	// What is too large to be answered as a whole is not answered in part.
	let large = post(address, &of(500, &call("state_getMetadata", "[]")));
	assert_eq!(error(&large.body)["code"], -32011, "{:.500}", large.body);
	target.check("a flood of large answers");
}

/// Requests over HTTP that do not get as far as JSON.
fn heads(target: &mut Target) {
	let address = target.rpc.address();
	let host = format!("Host: {address}");
	let json = "Content-Type: application/json";
	let good = call("system_chain", "[]");
	let flood: Vec<_> =
		(0..2_000).map(|number| format!("X-{number}: {}", "y".repeat(1_000))).collect();
	let flood: Vec<_> = flood.iter().map(String::as_str).collect();

	for (name, bytes, status) in [
		("no HTTP", b"hello\r\n\r\n".to_vec(), 400),
		("zeros", vec![0; 10_000], 400),
		("what a node says to a node", b"\x13/multistream/1.0.0\n".to_vec(), 400),
		("text", request(&["POST / HTTP/1.1", &host, "Content-Type: text/plain"], &good), 415),
		("a page", request(&["GET / HTTP/1.1", &host], ""), 405),
		("to be deleted", request(&["DELETE / HTTP/1.1", &host, json], &good), 405),
		(
			"a flood of lines",
			request(&[&["POST / HTTP/1.1", &host, json], &flood[..]].concat(), &good),
			431,
		),
		("above the limit", request(&["POST / HTTP/1.1", &host, json], &" ".repeat(16 << 20)), 413),
	] {
		assert_eq!(http(address, &bytes).status, status, "{name}");
		target.check(name);
	}
}

/// Whatever is sent over a WebSocket.
fn websockets(target: &mut Target) {
	let address = target.rpc.address();
	let good = call("system_chain", "[]");
	let answered = |frame: Frame| match frame {
		Frame::Text(text) => serde_json::from_str::<Value>(&text).unwrap(),
		Frame::End => panic!("the connection ended"),
	};

	// Errors are answered, and the connection goes on.
	let mut socket = WebSocket::connect(address);
	for (kind, bytes, code) in [
		(TEXT, b"hello".to_vec(), PARSE),
		(TEXT, vec![0xff; 1000], PARSE),
		(BINARY, vec![0xff; 1000], PARSE),
		(BINARY, vec![], PARSE),
		(TEXT, "[".repeat(100_000).into_bytes(), PARSE),
		(TEXT, vec![b' '; 16 << 20], -32007),
		(TEXT, call("no_such", "[]").into_bytes(), METHOD),
		(TEXT, call("chainHead_v1_header", r#"["no", "0x"]"#).into_bytes(), PARAMS),
	] {
		socket.send(kind, &bytes);
		assert_eq!(answered(socket.receive())["error"]["code"], code, "{:?}", bytes.get(..20));
	}
	socket.send(BINARY, good.as_bytes());
	assert_eq!(answered(socket.receive())["result"], "Strata Development");
	target.check("messages that are none");

	// What is no WebSocket any more ends it.
	for (name, bytes) in [
		("a strange kind of frame", wire::head(0x83, 0)),
		("the middle of a message", wire::head(0x80, 0)),
		("a frame without end", wire::head(0x81, u64::MAX >> 1)),
	] {
		let mut socket = WebSocket::connect(address);
		socket.send_raw(&bytes);
		assert_eq!(socket.receive(), Frame::End, "{name}");
		target.check(name);
	}
}

/// Connections that begin and do not go on.
fn unfinished(target: &mut Target) {
	let address = target.rpc.address();
	let head = format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n");
	let lengths = [100, u64::MAX / 2].map(|it| format!("{head}Content-Length: {it}\r\n\r\n{{"));
	let beginnings = ["", "POST", &head, &lengths[0], &lengths[1]];
	let held: Vec<_> = (0..IDLE)
		.map(|number| {
			let mut stream = connect(address);
			stream.write_all(beginnings[number % beginnings.len()].as_bytes()).unwrap();
			stream
		})
		.collect();
	let mut half = WebSocket::connect(address);
	half.send_raw(&[wire::head(0x01, 1000), vec![b'x'; 10]].concat());
	target.check("connections that do not go on");
	drop((held, half));
	target.check("connections that went away");
}

/// Methods that are for the operator alone.
const UNSAFE: [(&str, &str); 12] = [
	("author_rotateKeys", "[]"),
	("author_rotateKeysWithOwner", r#"["0x00"]"#),
	("author_insertKey", r#"["babe", "//Eve", "0x00"]"#),
	("author_hasKey", r#"["0x00", "babe"]"#),
	("author_hasSessionKeys", r#"["0x00"]"#),
	("author_removeExtrinsic", "[[]]"),
	("system_addReservedPeer", r#"["x"]"#),
	("system_removeReservedPeer", r#"["x"]"#),
	("system_peers", "[]"),
	("system_addLogFilter", r#"["trace"]"#),
	("system_resetLogFilter", "[]"),
	("offchain_localStorageSet", r#"["PERSISTENT", "0x00", "0x00"]"#),
];

fn code(address: SocketAddr, body: &str) -> Value {
	error(&post(address, body).body)["code"].clone()
}

#[test]
fn a_node_that_serves_others_keeps_to_its_limits() {
	let base = TempDir::new();
	let spec = write(&base, "chain.json", spec(true).to_string().as_bytes());
	// As `docs/run-a-node.md` says, but for the address.
	let limits = [
		["--rpc-methods", "safe"],
		["--rpc-max-connections", "20"],
		["--rpc-max-request-size", "1"],
		["--rpc-max-batch-request-len", "50"],
	];
	let chain =
		["--chain", spec.to_str().unwrap(), "--alice", "--unsafe-force-node-key-generation"];
	let mut target = Target::sealing(&[&chain[..], limits.as_flattened()].concat());
	let address = target.rpc.address();
	for (method, params) in UNSAFE {
		let answer = post(address, &call(method, params)).body;
		let error = error(&answer);
		assert_eq!(error["code"], METHOD, "{method}: {answer}");
		let message = error["message"].as_str().unwrap();
		assert!(message.contains("unsafe to be called externally"), "{method}: {answer}");
	}

	let batch = |count: usize| format!("[{}]", vec![call("system_chain", "[]"); count].join(","));
	assert!(post(address, &batch(50)).body.contains("Strata Development"));
	assert_eq!(code(address, &batch(51)), -32010);
	let large = request(
		&["POST / HTTP/1.1", &format!("Host: {address}"), "Content-Type: application/json"],
		&" ".repeat((1 << 20) + 1),
	);
	assert_eq!(http(address, &large).status, 413);
	let good = call("system_chain", "[]");
	let host = ["POST / HTTP/1.1", "Host: evil.example", "Content-Type: application/json"];
	assert_eq!(http(address, &request(&host, &good)).status, 403);
	target.check("too much at once");

	// Whoever comes when all connections are taken is turned away, until one is free.
	let mut sockets = vec![];
	let refused = loop {
		let answer = post(address, &call("system_chain", "[]"));
		if answer.status != 200 {
			break answer.status;
		}
		assert!(sockets.len() < 25, "{} connections are open", sockets.len());
		sockets.push(WebSocket::connect(address));
	};
	assert_eq!(refused, 429);
	assert!((15..=20).contains(&sockets.len()), "{} connections", sockets.len());
	drop(sockets);
	free(&target.rpc);
	target.check("too many connections");
	target.stop();
}

/// Waits until a connection is free again.
fn free(rpc: &Rpc) {
	let body = call("system_chain", "[]");
	let is_free = || (post(rpc.address(), &body).status == 200).then_some(());
	wait_for("a free connection", is_free);
}
