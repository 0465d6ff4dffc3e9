//! Peers that speak no protocol, or that of another chain.

use crate::{
	another_chain,
	common::{wait_for, Node, Rpc, TempDir},
	wire::{connect, exchange},
	write, Target,
};
use serde_json::json;
use std::{io::Write, net::SocketAddr};

/// How many connections are held at a time.
const HELD: usize = 200;

/// The first words of a node to a node, and what it asks for then.
fn hello(protocol: &str) -> Vec<u8> {
	let line = |text: &str| [&[text.len() as u8 + 1], text.as_bytes(), b"\n"].concat();
	[line("/multistream/1.0.0"), line(protocol)].concat()
}

/// Bytes that look like nothing.
fn noise(length: usize) -> Vec<u8> {
	let mut state = 1u32;
	let step = || {
		state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		(state >> 24) as u8
	};
	std::iter::repeat_with(step).take(length).collect()
}

/// A node gets over peers that are none, and turns away those of another chain.
pub fn check(target: &mut Target) {
	let (address, _) = target.rpc.p2p();
	let after = |start: &[u8], bytes: &[u8]| [start, bytes].concat();
	for (name, bytes) in [
		("noise", noise(1 << 20)),
		("zeros", vec![0; 1 << 20]),
		("HTTP", b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
		("a greeting and noise", after(&hello("/noise")[..20], &noise(10_000))),
		("an unknown protocol", after(&hello("/no/such/1"), &noise(10_000))),
		("encryption that is noise", after(&hello("/noise"), &noise(100_000))),
		("a message of encryption without end", after(&hello("/noise"), &[0xff; 100_000])),
		("a line without end", after(&hello("/noise")[..20], &vec![b'/'; 1 << 20])),
	] {
		exchange(address, &bytes);
		target.check(name);
	}
	hold(target, address);
	another_chains_node(target);
	assert_eq!(peers(&target.rpc), 0);
}

/// Many connections at a time, most of which begin something.
fn hold(target: &mut Target, address: SocketAddr) {
	let beginnings = [vec![], hello("/noise")[..7].to_vec(), hello("/noise"), noise(3)];
	let held: Vec<_> = (0..HELD)
		.map(|number| {
			let mut stream = connect(address);
			// The other side may turn them away.
			let _ = stream.write_all(&beginnings[number % beginnings.len()]);
			stream
		})
		.collect();
	target.check("connections that do not go on");
	drop(held);
	target.check("connections that went away");
}

fn peers(rpc: &Rpc) -> u64 {
	rpc.call("system_health", json!([]))["peers"].as_u64().unwrap()
}

/// One of another chain that has the same name: it is turned away, and both go on.
fn another_chains_node(target: &mut Target) {
	let (_, address) = target.rpc.p2p();
	let base = TempDir::new();
	let spec = write(&base, "another.json", &another_chain());
	let chain = ["--chain", spec.to_str().unwrap(), "--bootnodes", &address];
	let author = ["--alice", "--unsafe-force-node-key-generation"];
	let mut stranger = Node::start(&base, &[&chain[..], &author].concat());
	let rpc = stranger.rpc();
	assert_ne!(rpc.genesis(), target.rpc.genesis());
	let refused = "Peer is on different chain";
	wait_for("it is turned away", || target.node.log().contains(refused).then_some(()));

	target.check("a node of another chain");
	rpc.wait_for_a_block();
	assert_eq!((peers(&rpc), peers(&target.rpc)), (0, 0));
	assert!(stranger.runs());
}
