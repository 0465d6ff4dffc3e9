//! What operators rely on: metrics that say what documentation, dashboard and alerts speak of, and a
//! database that is not shared.

mod common;

use common::{hex, page, transactions::Draft, wait_for, Node, TempDir, NODE};
use serde_json::{json, Value};
use sp_core::{crypto::Ss58Codec, ed25519, sr25519, Pair};
use std::{
	collections::BTreeSet,
	fs,
	process::{Command, Output},
	thread::sleep,
	time::Duration,
};

/// Names of Substrate's metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
	text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
		.filter(|word| word.starts_with("substrate_") && *word != "substrate_")
		.collect()
}

#[test]
fn metrics_of_the_chain_stand_next_to_substrates_own() {
	let base = TempDir::new();
	let args = ["--dev", "--prometheus-port", "0", "--chain-metrics-interval", "1"];
	let mut node = Node::start(&base, &args);
	let address = node.metrics();
	// Rounds are counted when all of their figures are there.
	let figures = wait_for("figures are read", || {
		let page = page(address, "/metrics");
		let rounds =
			|line: &str| line.starts_with("strata_metrics_rounds_total") && !line.ends_with(" 0");
		page.lines().any(rounds).then_some(page)
	});

	// The development chain has four feeds that nobody has reported to, and no deals.
	let says = |line: &str| figures.lines().any(|it| it == line);
	let chain = r#"chain="strata_dev""#;
	assert!(
		says(&format!("strata_feed_status{{feed=\"10\",status=\"unknown\",{chain}}} 1")),
		"{figures}"
	);
	assert!(says(&format!("strata_feed_quorum{{feed=\"10\",{chain}}} 3")));
	assert!(says(&format!("strata_feed_members{{feed=\"10\",{chain}}} 4")));
	assert!(says(&format!("strata_validators{{set=\"current\",{chain}}} 1")));
	assert!(says(&format!("strata_open_lots{{{chain}}} 0")));
	assert!(says(&format!("strata_court_closed{{{chain}}} 0")));
	assert!(says(&format!("strata_metrics_left_out{{of=\"deals\",{chain}}} 0")));
	assert!(!figures.contains("strata_metrics_errors_total{"), "{figures}");
	assert!(!figures.contains("strata_deal_nav{"));

	for (file, text) in [
		("grafana.json", include_str!("../../docs/operations/grafana.json")),
		("alerts.yml", include_str!("../../docs/operations/alerts.yml")),
		("operations.md", include_str!("../../docs/operations.md")),
	] {
		for name in names(text) {
			wait_for(&format!("{name} of {file} is served"), || {
				page(address, "/metrics").contains(&format!("\n{name}{{")).then_some(())
			});
		}
	}

	// They follow the chain.
	let block = |page: &str| {
		let line = page.lines().find(|line| line.starts_with("strata_metrics_block{"))?;
		line.rsplit(' ').next()?.parse::<f64>().ok()
	};
	let first = block(&figures).unwrap();
	wait_for("figures of a later block", || {
		(block(&page(address, "/metrics"))? > first).then_some(())
	});
	node.stop();
}

#[test]
fn metrics_of_the_chain_can_be_turned_off() {
	let base = TempDir::new();
	let args = ["--dev", "--sealing", "200", "--prometheus-port", "0", "--no-chain-metrics"];
	let mut node = Node::start(&base, &args);
	let (address, rpc) = (node.metrics(), node.rpc());
	wait_for("blocks are made", || (rpc.best() >= 3).then_some(()));
	let page = page(address, "/metrics");
	assert!(page.contains("\nsubstrate_block_height{"));
	// What is left is the node's own, for which it asks no runtime.
	let left: BTreeSet<_> = page
		.lines()
		.filter(|line| line.starts_with("strata_"))
		.filter_map(|line| line.split(['{', ' ']).next())
		.collect();
	assert_eq!(left, BTreeSet::from(["strata_pool_recovered_total"]));
	node.stop();
}

/// Accepted transactions are taken back if the pool loses them, within forty seconds on a development chain.
#[test]
fn a_transaction_that_the_operator_removes_stays_away() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--prometheus-port", "0"]);
	let (address, rpc) = (node.metrics(), node.rpc());
	// One that waits for another, and for which nobody comes.
	let waiting = json!([hex(&Draft::remark(rpc.genesis(), 7).encode())]);
	let hash = rpc.call("author_submitExtrinsic", waiting.clone());
	let again = || rpc.try_call("author_submitExtrinsic", waiting.clone());
	assert_eq!(again().unwrap_err()["code"], 1013, "it is there");
	assert_eq!(rpc.call("author_removeExtrinsic", json!([[{ "hash": hash }]])), json!([hash]));

	sleep(Duration::from_secs(45));
	assert_eq!(again().unwrap(), hash, "it was not there");
	let count = "\nstrata_pool_recovered_total{chain=\"strata_dev\"} 0\n";
	assert!(page(address, "/metrics").contains(count));
	node.stop();
}

/// Runs a node that is expected to refuse to run.
fn refused(base: &TempDir, args: &[&str]) -> Output {
	Command::new(NODE)
		.args(["--dev", "--sealing", "200", "--no-telemetry", "--no-prometheus", "--no-mdns"])
		.args(["--port", "0", "--rpc-port", "0", "--base-path"])
		.arg(base.path())
		.args(args)
		.output()
		.unwrap()
}

#[test]
fn two_nodes_on_one_database_are_refused() {
	let base = TempDir::new();
	let mut node = Node::start(&base, &["--dev", "--sealing", "200"]);
	let rpc = node.rpc();

	let output = refused(&base, &[]);
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	assert_eq!(output.status.code(), Some(1), "{said}");
	let path = base.path().to_str().unwrap();
	for part in [path, "is used by another process", "--base-path"] {
		assert!(said.contains(part), "`{part}` is missing: {said}");
	}

	// The first one goes on.
	let best = rpc.best();
	wait_for("blocks are made", || (rpc.best() > best).then_some(()));
	assert_eq!(rpc.call("system_chain", json!([])), "Strata Development");
	node.stop();
}

#[test]
fn a_node_does_not_start_on_a_disk_that_is_almost_full() {
	let base = TempDir::new();
	let output = refused(&base, &["--min-free-disk", "1000000000000"]);
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	assert_eq!(output.status.code(), Some(1), "{said}");
	assert!(said.contains("the disk is almost full") && said.contains("--min-free-disk"), "{said}");
}

/// Fills in every word in capitals of the template of a live chain, as its founders do.
fn fill(value: &mut Value) {
	let is_field = |text: &str| {
		text.len() > 4
			&& text.chars().all(|it| it.is_ascii_uppercase() || "_0123456789".contains(it))
	};
	match value {
		Value::Object(fields) => fields.values_mut().for_each(fill),
		Value::Array(entries) => entries.iter_mut().for_each(fill),
		Value::String(text) if is_field(text) => {
			let path = format!("//{text}");
			*text = if text.starts_with("CHAIN_") || text == "PROTOCOL_ID" {
				text.to_lowercase()
			} else if text.ends_with("_GRANDPA") {
				ed25519::Pair::from_string(&path, None).unwrap().public().to_ss58check()
			} else {
				sr25519::Pair::from_string(&path, None).unwrap().public().to_ss58check()
			};
		},
		_ => (),
	}
}

#[test]
fn the_template_of_a_live_chain_makes_one_once_it_is_filled_in() {
	let base = TempDir::new();
	let mut spec: Value =
		serde_json::from_str(include_str!("../../docs/operations/live-chain.json")).unwrap();
	let local = common::run(&["export-chain-spec", "--chain", "local"]).stdout;
	let local: Value = serde_json::from_slice(&local).unwrap();
	spec["genesis"]["runtimeGenesis"]["code"] = local["genesis"]["runtimeGenesis"]["code"].clone();
	assert_eq!(spec["properties"], local["properties"]);

	let file = base.path().join("chain.json");
	let raw = |spec: &Value| {
		fs::write(&file, spec.to_string()).unwrap();
		let args = ["export-chain-spec", "--raw", "--chain", file.to_str().unwrap()];
		Command::new(NODE).args(args).output().unwrap()
	};
	assert!(!raw(&spec).status.success(), "a chain without keys");

	fill(&mut spec);
	let output = raw(&spec);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let raw: Value = serde_json::from_slice(&output.stdout).unwrap();
	assert_eq!(raw["chainType"], "Live");
	assert!(raw["genesis"]["raw"]["top"].as_object().unwrap().len() > 50);

	// Every founder starts from that file.
	fs::write(&file, raw.to_string()).unwrap();
	let mut node = Node::start(&base, &["--chain", file.to_str().unwrap()]);
	let tempo = node.rpc().call("state_call", json!(["TempoApi_tempo", "0x"]));
	// Sessions of 2,400 slots, little-endian.
	assert!(tempo.as_str().unwrap().starts_with("0x60090000"), "{tempo}");
	node.stop();
}
