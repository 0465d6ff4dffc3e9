// The nodes of this test: four validators of the `local` chain, each on a host of its own.
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const network = require("./namespaces.js");
const { ask, pause } = require("../lib/rpc.js");

const BINARY = process.env.STRATA_NODE;
const SPEC = path.join(__dirname, "../lib/spec.sh");
const P2P_PORT = 30333;
const RPC_PORT = 9944;

const said = (command, ...words) => execFileSync(command, words, { encoding: "utf8", maxBuffer: 2 ** 28 });

/** The address of a development key. */
const address = (uri, scheme) =>
	JSON.parse(said(BINARY, "key", "inspect", "--output-type", "json", "--scheme", scheme, uri)).ss58Address;

/** What `session.keys` says of a validator: its stash owns the keys that `--alice` and the like give a node. */
function validator(name) {
	const seed = `//${name[0].toUpperCase()}${name.slice(1)}`;
	const stash = address(`${seed}//stash`, "sr25519");
	const [babe, grandpa] = [address(seed, "sr25519"), address(seed, "ed25519")];
	return [stash, stash, { babe, grandpa, authority_discovery: babe }];
}

/** Writes the raw specification of the `local` chain with these validators and short sessions; answers its path. */
function specification(folder, names) {
	const [plain, raw] = ["plain.json", "raw.json"].map((file) => path.join(folder, file));
	// As text, from the bracket behind `keys` to its own: amounts may be more than a number that JSON.parse can hold.
	const text = said(SPEC, "local");
	const start = /"session": ?\{\s*"keys": ?\[/.exec(text);
	if (!start) throw new Error("the preset has no session.keys to change");
	const from = start.index + start[0].length - 1;
	let to = from;
	for (let depth = 0; to === from || depth > 0; to++) depth += { "[": 1, "]": -1 }[text[to]] ?? 0;
	fs.writeFileSync(plain, text.slice(0, from) + JSON.stringify(names.map(validator)) + text.slice(to));
	fs.writeFileSync(raw, said(SPEC, plain, "--raw"));
	return raw;
}

/** A secret for a node's identity on the network, and the identity. */
function identity(folder, at) {
	const secret = String(at + 1).padStart(64, "0");
	const file = path.join(folder, `${at}.node-key`);
	fs.writeFileSync(file, secret);
	return { secret, id: said(BINARY, "key", "inspect-node-key", "--file", file).trim() };
}

/** Starts the nodes, each knowing the addresses of all, and waits until they answer. */
async function start(folder, spec, names) {
	const hosts = names.map((name, at) => {
		const { secret, id } = identity(folder, at);
		return { name, secret, at: `/ip4/${network.chainAddress(at)}/tcp/${P2P_PORT}`, id };
	});
	const nodes = hosts.map(({ name, secret, at }, number) => {
		const others = hosts.filter((host) => host.name !== name).map((host) => `${host.at}/p2p/${host.id}`);
		const [command, ...words] = [
			...network.on(name), BINARY, `--${name}`, "--validator", "--chain", spec, "--base-path", path.join(folder, name, "data"),
			"--node-key", secret, "--listen-addr", at, "--bootnodes", ...others, "--no-mdns", "--no-telemetry", "--no-prometheus",
			"--unsafe-rpc-external", "--rpc-port", RPC_PORT, "--rpc-cors", "all",
		].map(String);
		const output = fs.openSync(path.join(folder, `${name}.log`), "a");
		const child = spawn(command, words, { stdio: ["ignore", output, output] });
		fs.closeSync(output);
		const uri = `http://${network.rpcAddress(number)}:${RPC_PORT}`;
		return { name, child, call: (method, ...params) => ask(uri, method, ...params) };
	});
	for (const node of nodes) await answers(node, nodes);
	return nodes;
}

/** Waits until the RPC of a node answers. */
async function answers(node, all, seconds = 90) {
	for (const end = Date.now() + seconds * 1000; ; await pause(250)) {
		running(all);
		try {
			return await node.call("system_health");
		} catch (error) {
			if (Date.now() > end) throw new Error(`${node.name} does not answer after ${seconds} s: ${error.message}`);
		}
	}
}

/** Fails if a node has ended. */
function running(nodes) {
	const gone = nodes.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
	if (gone) throw new Error(`${gone.name} ended (${gone.child.signalCode ?? gone.child.exitCode}): see its log`);
}

module.exports = { specification, start, running };
