// The processes of a network's nodes on this machine: found, killed, started again with what they were started
// with, and others started beside them. All stay in the session of the test, so that run.sh ends them with it.
//
// A node here is `{ name, wsUri, pid, since, argv, env, cwd, log }`.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { getClient } = require("@zombienet/orchestrator/dist/providers/client.js");
const { ask, pause } = require("./rpc.js");

/** When a process began, in ticks since the machine did; nothing if it is gone, or only waits to be reaped. */
function beginning(pid) {
	try {
		// Behind the name, which may hold anything: the state, and 19 fields on the beginning.
		const [state, ...fields] = fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
		return state === "Z" ? undefined : fields[18];
	} catch {
		return undefined;
	}
}

/** The words of a file of /proc, each ended by a zero byte; none if the process is gone. */
function words(pid, file) {
	try {
		return fs.readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").slice(0, -1);
	} catch {
		return [];
	}
}

/** The value that follows `option`. */
const valueOf = (argv, option) => argv[argv.indexOf(option) + 1];

/** The running node `name` of this network: its name and the network's folder are among its arguments. */
function find(networkInfo, name) {
	const { tmpDir, nodesByName } = networkInfo;
	const found = fs.readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))
		.map((pid) => [Number(pid), words(pid, "cmdline")])
		.filter(([, argv]) => argv.includes("--name") && valueOf(argv, "--name") === name)
		.filter(([, argv]) => argv.some((word) => word.startsWith(`${tmpDir}/`)));
	if (found.length !== 1) throw new Error(`${found.length} processes are node ${name} in ${tmpDir}, not one`);
	const [[pid, argv]] = found;
	const wsUri = nodesByName[name]?.wsUri ?? `ws://127.0.0.1:${valueOf(argv, "--rpc-port")}`;
	const entries = words(pid, "environ").map((word) => /^([^=]*)=(.*)$/s.exec(word)?.slice(1)).filter(Boolean);
	const cwd = fs.readlinkSync(`/proc/${pid}/cwd`);
	const log = path.join(tmpDir, `${name}.log`);
	return { name, wsUri, pid, since: beginning(pid), argv, env: Object.fromEntries(entries), cwd, log };
}

/** Whether it still runs. The system gives a number again to another process: that one began later. */
const isAlive = ({ pid, since }) => since !== undefined && beginning(pid) === since;

/**
 * Tells zombienet which process is the node now, if any: at the end it kills those that it knows, and a number may be
 * another's by then. A test that is a script of its own has no zombienet to tell.
 */
function register(name, pid) {
	let known;
	try {
		known = getClient().processMap;
	} catch {
		return;
	}
	known[name] = { ...known[name], pid };
}

/** Ends a node, by SIGKILL unless told otherwise, and waits until it is gone. */
async function kill(node, signal = "SIGKILL", seconds = 60) {
	if (!isAlive(node)) throw new Error(`${node.name} was gone before it was killed: see ${node.log}`);
	process.kill(node.pid, signal);
	register(node.name, undefined);
	const end = Date.now() + seconds * 1000;
	while (isAlive(node)) {
		if (Date.now() > end) throw new Error(`${node.name} still runs ${seconds} s after ${signal}`);
		await pause(50);
	}
	// zombienet writes what the node said last into its log; what is appended later must come behind it.
	await pause(300);
}

/** Starts a process for `node`, which has no `pid` that runs; its output goes to the end of its log. */
function launch(node) {
	const output = fs.openSync(node.log, "a");
	const { argv, cwd, env } = node;
	const child = spawn(argv[0], argv.slice(1), { cwd, env, stdio: ["ignore", output, output] });
	fs.closeSync(output);
	// Without a listener the error would end zombienet; there is no number of a process then.
	child.once("error", () => {});
	if (child.pid === undefined) throw new Error(`${argv[0]} cannot be started`);
	child.unref();
	register(node.name, child.pid);
	return { ...node, pid: child.pid, since: beginning(child.pid) };
}

/** Starts a killed node again as it was started, and waits until it answers. */
const restart = (node, seconds = 60) => answers(launch(node), seconds);

/** Waits until the RPC of a node answers; fails when the node ends. */
async function answers(node, seconds = 60) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		try {
			await ask(node.wsUri, "system_health");
			return node;
		} catch (error) {
			if (!isAlive(node)) throw new Error(`${node.name} ended while it started: see ${node.log}`);
			if (Date.now() > end) throw new Error(`${node.name} does not answer after ${seconds} s (${error.message}): see ${node.log}`);
		}
		await pause(250);
	}
}

/** A TCP port of this machine that nobody listens on. */
const freePort = () =>
	new Promise((done, fail) => {
		const server = net.createServer().once("error", fail);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});

/** The raw specification that this network's nodes started from. */
function chainSpec({ chainSpecPath }) {
	const raw = chainSpecPath.replace(/(-raw)?\.json$/, "-raw.json");
	return fs.existsSync(raw) ? raw : chainSpecPath;
}

/** The address on this machine at which other nodes reach the one at `uri`. */
async function address(uri) {
	const all = await ask(uri, "system_localListenAddresses");
	const local = all.find((at) => at.includes("/127.0.0.1/"));
	if (!local) throw new Error(`the node at ${uri} listens at ${all.join(", ")}, not on this machine only`);
	return local;
}

/**
 * Starts one more node of this network and waits until it answers. It dials the nodes in `peers` (addresses); its
 * database is in the network's folder under its name, and what it says in NAME.log there. `options` come last.
 */
async function extra(networkInfo, name, { peers = [], options = [], env = {}, binary = process.env.STRATA_NODE, seconds = 60 } = {}) {
	const { tmpDir } = networkInfo;
	const [p2p, rpc, metrics] = await Promise.all([freePort(), freePort(), freePort()]);
	const argv = [
		binary, "--chain", chainSpec(networkInfo), "--name", name, "--base-path", path.join(tmpDir, name, "data"),
		"--rpc-cors", "all", "--rpc-methods", "unsafe", "--no-mdns", "--no-telemetry",
		"--rpc-port", rpc, "--prometheus-port", metrics, "--listen-addr", `/ip4/127.0.0.1/tcp/${p2p}/ws`,
		...(peers.length ? ["--bootnodes", ...peers] : []), ...options,
	].map(String);
	fs.mkdirSync(path.join(tmpDir, name), { recursive: true });
	const node = {
		name, argv, cwd: tmpDir, env: { ...process.env, ...env }, log: path.join(tmpDir, `${name}.log`),
		wsUri: `ws://127.0.0.1:${rpc}`, prometheusUri: `http://127.0.0.1:${metrics}/metrics`,
	};
	return answers(launch(node), seconds);
}

/** Memory of this machine that a node holds now (resident set), MiB. */
function memory(node) {
	const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${node.pid}/status`, "utf8"));
	return Number(kib) / 1024;
}

module.exports = { find, isAlive, kill, restart, extra, address, chainSpec, freePort, memory };
