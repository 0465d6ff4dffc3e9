// A network of hosts that can be cut: a namespace for each, with one line to a switch for what nodes tell each other,
// and one to this process, for RPC, that is never cut and leads nowhere else. A cut moves the lines of some to
// a second switch: packets are lost without a word, as when a cable is pulled.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

const ip = (...words) => execFileSync("ip", words, { stdio: ["ignore", "pipe", "pipe"] });

const SWITCHES = ["here", "there"];

/** Makes the switches and the hosts `names`. This process must be in network and mount namespaces of its own. */
function build(names) {
	// `ip netns` keeps names in /run/netns: here they are ours alone.
	execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
	fs.mkdirSync("/run/netns");
	ip("link", "set", "lo", "up");
	for (const name of SWITCHES) {
		ip("link", "add", name, "type", "bridge");
		ip("link", "set", name, "up");
	}
	names.forEach((name, at) => {
		ip("netns", "add", name);
		ip("-n", name, "link", "set", "lo", "up");
		ip("link", "add", name, "type", "veth", "peer", "name", "chain", "netns", name);
		ip("-n", name, "addr", "add", `${chainAddress(at)}/24`, "dev", "chain");
		ip("-n", name, "link", "set", "chain", "up");
		ip("link", "add", `${name}-rpc`, "type", "veth", "peer", "name", "rpc", "netns", name);
		ip("addr", "add", `10.1.${at}.1/30`, "dev", `${name}-rpc`);
		ip("link", "set", `${name}-rpc`, "up");
		ip("-n", name, "addr", "add", `${rpcAddress(at)}/30`, "dev", "rpc");
		ip("-n", name, "link", "set", "rpc", "up");
	});
	join(names);
}

/** Where the other nodes reach the host with this number. */
const chainAddress = (at) => `10.0.0.${at + 1}`;

/** Where this process does. */
const rpcAddress = (at) => `10.1.${at}.2`;

function plug(names, into) {
	for (const name of names) ip("link", "set", name, "master", into, "up");
}

/** Cuts these off from all others; among each other they stay connected. */
const cut = (names) => plug(names, SWITCHES[1]);

/** Connects these with the others. */
const join = (names) => plug(names, SWITCHES[0]);

/** Makes the hosts give a connection up that has been dead for some seconds: usually it takes 15 minutes. */
function loseConnections(names) {
	for (const name of names) {
		const [command, ...words] = [...on(name), "sh", "-c", "echo 3 >/proc/sys/net/ipv4/tcp_retries2"];
		execFileSync(command, words);
	}
}

/** A command line that runs what follows it on a host. */
const on = (name) => ["nsenter", `--net=/run/netns/${name}`, "--"];

module.exports = { build, cut, join, loseConnections, on, chainAddress, rpcAddress };
