//! Starts the built node, asks it over JSON-RPC, and leaves nothing behind.

// Each test binary compiles this module and uses a part of it.
#![allow(dead_code)]

pub mod transactions;

use codec::Decode;
use serde_json::{json, Value};
use sp_core::{crypto::AccountId32, H256};
use std::{
	fs::{self, File},
	io::{Read, Write},
	net::{SocketAddr, TcpStream},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Output, Stdio},
	sync::atomic::{AtomicU32, Ordering},
	thread::sleep,
	time::{Duration, Instant},
};

/// The node under test.
pub const NODE: &str = env!("CARGO_BIN_EXE_strata-node");
/// How long a node may take to start, to stop, or to answer, on however busy a machine.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// How often a condition is looked at again.
const PAUSE: Duration = Duration::from_millis(50);

/// A directory that is removed at the end of the test.
pub struct TempDir(PathBuf);

impl TempDir {
	/// An empty directory of its own.
	pub fn new() -> Self {
		static COUNT: AtomicU32 = AtomicU32::new(0);
		let number = COUNT.fetch_add(1, Ordering::Relaxed);
		let name = format!("strata-node-test-{}-{number}", std::process::id());
		let path = std::env::temp_dir().join(name);
		let _ = fs::remove_dir_all(&path);
		fs::create_dir_all(&path).unwrap();
		Self(path)
	}

	/// Where it is.
	pub fn path(&self) -> &Path {
		&self.0
	}
}

impl Drop for TempDir {
	fn drop(&mut self) {
		let _ = fs::remove_dir_all(&self.0);
	}
}

/// Waits until `condition` gives a value. Fails the test with `what` when it does not in time.
pub fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
	let start = Instant::now();
	loop {
		if let Some(value) = condition() {
			return value;
		}
		assert!(start.elapsed() < PATIENCE, "timed out: {what}");
		sleep(PAUSE);
	}
}

/// Runs a command of the node to its end.
pub fn run(args: &[&str]) -> Output {
	let output = Command::new(NODE).args(args).stdin(Stdio::null()).output().unwrap();
	assert!(
		output.status.success(),
		"{args:?} failed: {}",
		String::from_utf8_lossy(&output.stderr)
	);
	output
}

/// A running node. It is killed at the end of the test if it still runs then.
pub struct Node {
	process: Child,
	log: PathBuf,
}

impl Node {
	/// Starts a node in `base` with ports of the system's choice. It serves metrics only if they ask for
	/// a port.
	pub fn start(base: &TempDir, args: &[&str]) -> Self {
		static COUNT: AtomicU32 = AtomicU32::new(0);
		let log = base.path().join(format!("{}.log", COUNT.fetch_add(1, Ordering::Relaxed)));
		let file = File::create(&log).unwrap();
		let metrics = args.contains(&"--prometheus-port");
		let process = Command::new(NODE)
			.args(["--no-telemetry", "--no-mdns", "--listen-addr", "/ip4/127.0.0.1/tcp/0"])
			.args((!metrics).then_some("--no-prometheus"))
			// A target at debug level makes the log show levels.
			.args(["--log", "levels=debug", "--rpc-port", "0", "--base-path"])
			.arg(base.path())
			.args(args)
			.env_remove("RUST_LOG")
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(file)
			.spawn()
			.unwrap();
		Self { process, log }
	}

	/// Whether it has not ended.
	pub fn runs(&mut self) -> bool {
		self.process.try_wait().unwrap().is_none()
	}

	/// What it has logged so far.
	pub fn log(&self) -> String {
		fs::read_to_string(&self.log).unwrap()
	}

	/// Fails the test if anything in the log is an error.
	pub fn check_log(&self) {
		let log = self.log();
		assert!(log.contains(" INFO "), "the log shows no levels:\n{log}");
		for sign in [" ERROR ", "panicked"] {
			assert!(!log.contains(sign), "`{sign}` in the log:\n{log}");
		}
	}

	/// Waits for its RPC server.
	pub fn rpc(&mut self) -> Rpc {
		let mut address = None;
		wait_for("the node answers", || {
			if let Some(status) = self.process.try_wait().unwrap() {
				panic!("the node ended with {status}:\n{}", self.log());
			}
			address = address.or_else(|| rpc_address(&self.log()));
			address
		});
		Rpc(address.unwrap())
	}

	/// Waits for its metrics and returns the address of their page.
	pub fn metrics(&mut self) -> SocketAddr {
		wait_for("metrics are served", || {
			let log = self.log();
			let (_, rest) = log.split_once("Prometheus exporter started at ")?;
			let (address, _) = rest.split_once('\n')?;
			address.trim().parse().ok()
		})
	}

	/// Memory that it holds now, MiB.
	pub fn memory(&self) -> u64 {
		let status = format!("/proc/{}/status", self.process.id());
		let status = fs::read_to_string(status).unwrap();
		let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
		let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
		kib / 1024
	}

	/// Waits for it to end by itself.
	pub fn wait(&mut self) -> ExitStatus {
		wait_for("the node ends", || self.process.try_wait().unwrap())
	}

	/// Stops it as an operator does, and fails the test if anything went wrong before or if it does
	/// not end well. What Substrate logs about the pool's task at the very end is no error of ours.
	pub fn stop(self) {
		self.check_log();
		let log = self.end();
		assert!(!log.contains("panicked"), "{log}");
	}

	/// Stops it as an operator does, and returns what it has logged. Fails the test if it does not end
	/// well.
	pub fn end(mut self) -> String {
		let pid = self.process.id().to_string();
		assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
		let status = self.wait();
		let log = self.log();
		assert!(status.success(), "{status}:\n{log}");
		log
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// The address in the line `Running JSON-RPC server: addr=127.0.0.1:1234,[::1]:1234`.
fn rpc_address(log: &str) -> Option<SocketAddr> {
	let (_, rest) = log.split_once("Running JSON-RPC server: addr=")?;
	let (line, _) = rest.split_once('\n')?;
	line.split(',').find_map(|address| address.trim().parse().ok())
}

/// The RPC server of a node.
#[derive(Clone, Copy)]
pub struct Rpc(SocketAddr);

impl Rpc {
	/// Where it listens.
	pub fn address(&self) -> SocketAddr {
		self.0
	}

	/// Where the node listens for other nodes, and the address they are given.
	pub fn p2p(&self) -> (SocketAddr, String) {
		let addresses = self.call("system_localListenAddresses", json!([]));
		let address = addresses[0].as_str().unwrap_or_else(|| panic!("no address: {addresses}"));
		// `/ip4/127.0.0.1/tcp/PORT/p2p/ID`
		let port = address.split('/').nth(4).unwrap().parse().unwrap();
		(SocketAddr::from(([127, 0, 0, 1], port)), address.into())
	}

	/// Calls a method and returns its result, or its error.
	pub fn try_call(&self, method: &str, params: Value) -> Result<Value, Value> {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let response = post(self.0, &request.to_string());
		match response.get("error") {
			Some(error) => Err(error.clone()),
			None => Ok(response["result"].clone()),
		}
	}

	/// Calls a method that must succeed.
	pub fn call(&self, method: &str, params: Value) -> Value {
		self.try_call(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
	}

	/// The best block's number.
	pub fn best(&self) -> u32 {
		number(&self.call("chain_getHeader", json!([])))
	}

	/// The finalised block's number.
	pub fn finalised(&self) -> u32 {
		let hash = self.call("chain_getFinalizedHead", json!([]));
		number(&self.call("chain_getHeader", json!([hash])))
	}

	/// Waits until the node has made or imported one more block.
	pub fn wait_for_a_block(&self) {
		let best = self.best();
		wait_for("one more block", || (self.best() > best).then_some(()));
	}

	/// The hash of the first block.
	pub fn genesis(&self) -> H256 {
		self.call("chain_getBlockHash", json!([0])).as_str().unwrap().parse().unwrap()
	}

	/// How many transactions of an account are in blocks.
	pub fn nonce(&self, account: &AccountId32) -> u32 {
		let account = hex(account.as_ref());
		let nonce = self.call("state_call", json!(["AccountNonceApi_account_nonce", account]));
		let nonce = sp_core::bytes::from_hex(nonce.as_str().unwrap()).unwrap();
		u32::decode(&mut &nonce[..]).unwrap()
	}

	/// The chain's time at the best block, in milliseconds.
	pub fn now(&self) -> u64 {
		let key =
			[sp_io::hashing::twox_128(b"Timestamp"), sp_io::hashing::twox_128(b"Now")].concat();
		let value = self.call("state_getStorage", json!([hex(&key)]));
		let bytes = sp_core::bytes::from_hex(value.as_str().unwrap()).unwrap();
		u64::from_le_bytes(bytes.try_into().unwrap())
	}
}

/// Bytes as JSON-RPC wants them.
pub fn hex(bytes: &[u8]) -> String {
	sp_core::bytes::to_hex(bytes, false)
}

fn number(header: &Value) -> u32 {
	let number = header["number"].as_str().unwrap_or_else(|| panic!("no header: {header}"));
	u32::from_str_radix(number.trim_start_matches("0x"), 16).unwrap()
}

/// A page, by an HTTP request as plain as can be.
pub fn page(address: SocketAddr, path: &str) -> String {
	let mut stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
	stream.set_read_timeout(Some(PATIENCE)).unwrap();
	write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
	let mut response = String::new();
	stream.read_to_string(&mut response).unwrap();
	assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
	response
}

/// An HTTP request as plain as can be.
fn post(address: SocketAddr, body: &str) -> Value {
	let mut stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
	stream.set_read_timeout(Some(PATIENCE)).unwrap();
	stream.set_write_timeout(Some(PATIENCE)).unwrap();
	write!(
		stream,
		"POST / HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\n\
		Content-Length: {}\r\n\r\n{body}",
		body.len(),
	)
	.unwrap();

	let mut response = String::new();
	stream.read_to_string(&mut response).unwrap();
	let (head, body) = response.split_once("\r\n\r\n").unwrap();
	assert!(head.contains(" 200 "), "{response}");
	serde_json::from_str(body).unwrap()
}
