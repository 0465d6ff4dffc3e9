//! The program as people run it: its arguments, its codes, its log, its metrics, its end.

mod common;

use std::{
	fs,
	io::{Read, Write},
	net::{TcpListener, TcpStream},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	process::{Child, Command, Output, Stdio},
	time::{Duration, Instant},
};

use common::{feed, http_source, Manner, Server};
use rustix::process::{kill_process, Pid, Signal};

const FEEDER1: &str = "//Feeder1";

fn program(arguments: &[&str]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_strata-feeder"));
	command.args(arguments).env_remove("RUST_LOG").env_remove("STRATA_FEEDER_CONFIG");
	command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
	let Output { status, stdout, stderr } = program(arguments).output().unwrap();
	let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
	(status.code().unwrap(), text(stdout), text(stderr))
}

/// A configuration file.
fn written(directory: &Path, account: &str, chain: &str, metrics: &str, feeds: &str) -> PathBuf {
	let path = directory.join("feeder.toml");
	let text = format!("[account]\n{account}\n[chain]\n{chain}\n[metrics]\n{metrics}\n{feeds}");
	fs::write(&path, text).unwrap();
	path
}

/// One whose chain is nowhere.
fn without_chain(directory: &Path, metrics: &str, feeds: &str) -> PathBuf {
	// Nobody listens on a port that was free just now.
	let chain = format!("endpoints = [\"ws://127.0.0.1:{}\"]", free_port());
	written(directory, &format!("uri = \"{FEEDER1}\""), &chain, metrics, feeds)
}

fn free_port() -> u16 {
	TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A feed whose source is a command that says 83.25.
fn steady() -> String {
	let source = "[[feed.source]]\nname = \"one\"\nevery = \"100ms\"\nmaximum_age = \"5s\"\n\
		[feed.source.command]\nprogram = \"/bin/echo\"\narguments = [\"83.25\"]\n";
	feed(10, "WTI", "", &[source.to_owned()])
}

fn as_str(path: &Path) -> &str {
	path.to_str().unwrap()
}

#[test]
fn a_configuration_is_checked_and_every_problem_named() {
	let directory = tempfile::tempdir().unwrap();
	let good = without_chain(directory.path(), "enabled = false", &steady());
	let (code, out, _) = run(&["check-config", "--config", as_str(&good)]);
	assert_eq!(code, 0);
	assert!(out.contains("1 feeds, 1 sources"), "{out}");
	let text = fs::read_to_string(&good).unwrap();
	let bad = text.replace("deviation_bps = 50", "deviation_bps = 0").replace("/bin/echo", "echo");
	fs::write(&good, bad).unwrap();
	let (code, _, error) = run(&["check-config", "--config", as_str(&good)]);
	assert_eq!(code, 2);
	assert!(error.contains("deviation_bps is 0") && error.contains("absolute path"), "{error}");
	let (code, _, error) = run(&["check-config", "--config", "/nowhere/feeder.toml"]);
	assert!(code == 2 && error.contains("cannot read"), "{error}");
	assert_eq!(run(&["check-config"]).0, 2, "without a file");
	assert_eq!(run(&["frobnicate"]).0, 2);
}

/// The files beside the source are of use as they are.
#[test]
fn the_example_holds_together() {
	let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("strata-feeder.example.toml");
	let checked = program(&["check-config", "--config", as_str(&example)])
		.env("CREDENTIALS_DIRECTORY", "/run/credentials/strata-feeder.service")
		.env("EXCHANGE_TOKEN", "token")
		.output()
		.unwrap();
	let error = String::from_utf8_lossy(&checked.stderr);
	assert!(checked.status.success(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_probed() {
	let server = Server::priced("83.25").await;
	let directory = tempfile::tempdir().unwrap();
	let feeds = feed(10, "WTI", "", &[http_source("one", &server.url(), "")]);
	let file = without_chain(directory.path(), "enabled = false", &feeds);
	let probe = ["check-config", "--probe", "--config", as_str(&file)];
	let (code, out, _) = run(&probe);
	assert!(code == 0 && out.contains("WTI: 83.25 from 1 sources"), "{out}");
	server.behave(Manner::Hang);
	let (code, out, _) = run(&probe);
	assert!(code == 6 && out.contains("WTI: no price"), "{out}");
}

#[test]
fn the_address_of_the_key() {
	let directory = tempfile::tempdir().unwrap();
	let seed = directory.path().join("seed");
	fs::write(&seed, "//Alice\n").unwrap();
	fs::set_permissions(&seed, fs::Permissions::from_mode(0o600)).unwrap();
	let account = format!("seed_file = \"{}\"", seed.display());
	let chain = "endpoints = [\"ws://127.0.0.1:1\"]";
	let file = written(directory.path(), &account, chain, "", &steady());
	let (code, out, _) = run(&["address", "--config", as_str(&file)]);
	assert_eq!((code, out.trim()), (0, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"));
	// The same file, open to everybody.
	fs::set_permissions(&seed, fs::Permissions::from_mode(0o644)).unwrap();
	for arguments in [["address", "--config"], ["run", "--config"]] {
		let (code, _, error) = run(&[arguments[0], arguments[1], as_str(&file)]);
		assert!(code == 3 && error.contains("open to others"), "{error}");
	}
}

#[test]
fn without_a_chain_once_ends_with_its_own_code() {
	let directory = tempfile::tempdir().unwrap();
	let file = without_chain(directory.path(), "enabled = false", &steady());
	let (code, _, error) = run(&["run", "--once", "--config", as_str(&file)]);
	assert!(code == 4 && error.contains("this node is of no use"), "{code} {error}");
}

#[test]
fn a_source_that_can_never_work_is_a_wrong_configuration() {
	let directory = tempfile::tempdir().unwrap();
	let feeds = steady().replace(
		"[feed.source.command]\nprogram = \"/bin/echo\"\narguments = [\"83.25\"]",
		"csv = { path = \"/nowhere/prices.csv\", price = \"price\", pace = \"1s\" }",
	);
	let file = without_chain(directory.path(), "enabled = false", &feeds);
	let (code, _, error) = run(&["run", "--once", "--config", as_str(&file)]);
	assert!(code == 2 && error.contains("/nowhere/prices.csv"), "{code} {error}");
}

#[test]
fn a_port_that_is_taken_is_said() {
	let directory = tempfile::tempdir().unwrap();
	let taken = TcpListener::bind("127.0.0.1:0").unwrap();
	let metrics = format!("listen = \"{}\"", taken.local_addr().unwrap());
	let file = without_chain(directory.path(), &metrics, &steady());
	let (code, _, error) = run(&["run", "--config", as_str(&file)]);
	assert!(code == 1 && error.contains("metrics cannot be served"), "{code} {error}");
}

/// Started and not left behind.
struct Running(Child);

impl Drop for Running {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

impl Running {
	fn start(arguments: &[&str]) -> Self {
		let child = program(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
		Self(child.unwrap())
	}

	/// Sends a signal; the code it ends with, and what it logged.
	fn end(mut self, signal: Signal) -> (i32, String) {
		let id = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw).unwrap();
		kill_process(id, signal).unwrap();
		let deadline = Instant::now() + Duration::from_secs(10);
		let status = loop {
			if let Some(status) = self.0.try_wait().unwrap() {
				break status;
			}
			assert!(Instant::now() < deadline, "it does not end");
			std::thread::sleep(Duration::from_millis(20));
		};
		let mut log = String::new();
		self.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
		(status.code().expect("it ended by itself"), log)
	}
}

/// What the metrics' port answers, once it does and `contains` is in it.
fn metrics(port: u16, contains: &str) -> String {
	let deadline = Instant::now() + Duration::from_secs(10);
	let mut text = String::new();
	while Instant::now() < deadline {
		if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
			text.clear();
			let request = "GET /metrics HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
			let asked = stream.write_all(request.as_bytes());
			if asked.is_ok() && stream.read_to_string(&mut text).is_ok() && text.contains(contains)
			{
				return text;
			}
		}
		std::thread::sleep(Duration::from_millis(50));
	}
	panic!("no {contains} in the metrics:\n{text}");
}

#[test]
fn without_a_chain_it_goes_on_trying_and_ends_when_it_is_told_to() {
	let directory = tempfile::tempdir().unwrap();
	for signal in [Signal::TERM, Signal::INT] {
		let port = free_port();
		let listen = format!("listen = \"127.0.0.1:{port}\"");
		let file = without_chain(directory.path(), &listen, &steady());
		let arguments = ["run", "--log-format", "json", "--config", as_str(&file)];
		let feeder = Running::start(&arguments);
		let latency = r#"strata_feeder_source_latency_seconds_count{feed="WTI",source="one"}"#;
		let text = metrics(port, latency);
		assert!(text.contains("strata_feeder_connected 0"), "{text}");
		let (code, log) = feeder.end(signal);
		assert_eq!(code, 0, "{log}");
		let lines: Vec<serde_json::Value> =
			log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
		let message = |text: &str| lines.iter().any(|line| line["message"] == text);
		for text in ["the feeder starts", "no connection", "asked to end", "the feeder ends"] {
			assert!(message(text), "{text} in {log}");
		}
	}
}
