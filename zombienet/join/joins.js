// Runs every command of docs/validator.md, as it is written there and in its order, on a node of its own, and
// waits between them for what the page says to wait for. Argument: blocks that all of it may take.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { withNode, authorship, headerAt, heights } = require("../lib/rpc.js");

const ROOT = path.resolve(__dirname, "../..");
const PAGE = path.join(ROOT, "docs/validator.md");

/** The steps of the page: `[name, commands]`, in order. */
function steps() {
	const marked = /<!-- step: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g;
	return [...fs.readFileSync(PAGE, "utf8").matchAll(marked)].map(([, name, sh]) => [name, sh]);
}

/** What the page says to wait for after a step, in the words of a shell that has run it. */
const AFTER = {
	synced: "until rpc system_health | grep -q '\"isSyncing\":false' && [ \"$(height)\" -ge 3 ]; do sleep 2; done",
	"has-keys": "rpc author_hasSessionKeys \"\\\"$keys\\\"\" | grep -q '\"result\":true'",
	state: "until is validates; do sleep 2; done; echo \"@validates $(height)\"",
	leave: "until ! is validates; do sleep 2; done; echo \"@left $(height)\"",
	purge: "until is free; do sleep 2; done",
	withdraw: "[ \"$(ask validatorSetApi.candidate \"$account\")\" = null ]; echo \"@done $(height)\"",
};

/** What a step needs first. */
const BEFORE = {
	synced: "until rpc system_health >/dev/null 2>&1; do sleep 1; done",
	authored: "until curl -sS \"http://127.0.0.1:$METRICS_PORT/metrics\" | grep -qE 'block_constructed_count.* [1-9]'; do sleep 2; done",
};

/** One script of all steps. The node runs beside the others until the end. */
function script() {
	const lines = [
		"set -euo pipefail",
		"trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT",
		// Whether a field of what the chain says of us is neither false nor nothing.
		"is() { ask validatorSetApi.candidate \"$account\" | grep -qE \"\\\"$1\\\":(true|\\\"[1-9])\"; }",
		"height() { rpc chain_getHeader | node -p 'Number(JSON.parse(require(\"fs\").readFileSync(0, \"utf8\")).result.number)'; }",
	];
	for (const [name, sh] of steps()) {
		lines.push(`echo "@step ${name}"`);
		if (BEFORE[name]) lines.push(BEFORE[name]);
		lines.push(name === "start" ? `{\n${sh}} >"$BASE.log" 2>&1 &` : sh);
		if (AFTER[name]) lines.push(AFTER[name]);
	}
	return lines.join("\n");
}

const freePort = () =>
	new Promise((done, fail) => {
		const server = net.createServer().once("error", fail);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});

/** Values of the page's variables, for a node beside those of this network. */
async function environment(networkInfo, folder, peer) {
	const bin = path.join(folder, "bin");
	fs.mkdirSync(bin, { recursive: true });
	fs.symlinkSync(process.env.STRATA_NODE, path.join(bin, "strata-node"));
	const stash = path.join(folder, "stash.key");
	fs.writeFileSync(stash, "//Eve//stash\n", { mode: 0o600 });
	const [P2P_PORT, RPC_PORT, METRICS_PORT] = (
		await Promise.all([freePort(), freePort(), freePort()])
	).map(String);
	const { chainSpecPath } = networkInfo;
	const spec = chainSpecPath.endsWith("-raw.json") ? chainSpecPath : chainSpecPath.replace(/\.json$/, "-raw.json");
	return {
		...process.env, P2P_PORT, RPC_PORT, METRICS_PORT,
		PATH: `${bin}:${process.env.PATH}`,
		SPEC: fs.existsSync(spec) ? spec : chainSpecPath,
		BASE: path.join(folder, "eve"), NAME: "eve", PEER: peer, STASH: stash,
		BOND: "1000000000000000",
	};
}

/** Runs the script; answers at which height each `@mark` was reached. */
function perform(env, folder) {
	return new Promise((done, fail) => {
		const log = fs.createWriteStream(path.join(folder, "steps.log"));
		// In the checkout, as the page says.
		const shell = spawn("bash", ["-c", script()], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
		const marks = {};
		let rest = "";
		shell.stdout.on("data", (data) => {
			log.write(data);
			const lines = (rest + data).split("\n");
			rest = lines.pop();
			for (const [, mark, value] of lines.map((line) => /^@(\w+) (.+)$/.exec(line)).filter(Boolean)) {
				marks[mark] = mark === "step" ? value : Number(value);
				if (mark === "step") console.log(`\t ${value}`);
			}
		});
		shell.stderr.on("data", (data) => log.write(data));
		shell.on("error", fail);
		shell.on("exit", (code) => {
			if (code === 0) return done(marks);
			fail(new Error(`step ${marks.step} of docs/validator.md failed: see ${folder}/steps.log`));
		});
	});
}

/** Where in state `session.validators` is. */
const validatorsKey = () =>
	["Session", "Validators"].map((word) => zombie.util.xxhashAsHex(word, 128).slice(2)).join("");

/** How many of the blocks from `first` to `last` the validator with this public key wrote. */
async function written(call, who, first, last) {
	let count = 0;
	for (let number = first; number <= last; number++) {
		const header = await headerAt(call, number);
		const stored = await call("state_getStorage", `0x${validatorsKey()}`, header.hash);
		// A count of fewer than 64 takes one byte; accounts of 32 bytes follow.
		const at = 4 + 64 * authorship(header).authority;
		if (stored.slice(at, at + 64) === who) count += 1;
	}
	return count;
}

async function run(nodeName, networkInfo, args) {
	const [blocks] = args.map(Number);
	const folder = path.join(networkInfo.tmpDir, "fifth");
	fs.mkdirSync(folder, { recursive: true });
	return withNode(networkInfo.nodesByName[nodeName].wsUri, async (call) => {
		const [peer] = (await call("system_localListenAddresses")).filter((at) => at.includes("/127.0.0.1/"));
		const env = await environment(networkInfo, folder, peer);
		const started = (await heights(call)).best;
		const marks = await perform(env, folder);
		const took = marks.done - started;
		if (took > blocks) throw new Error(`joining and leaving took ${took} blocks, over ${blocks}`);
		await zombie.util.cryptoWaitReady();
		const { publicKey } = new zombie.Keyring({ type: "sr25519" }).addFromUri("//Eve//stash");
		const who = Buffer.from(publicKey).toString("hex");
		const count = await written(call, who, marks.validates, marks.left);
		if (count === 0) throw new Error("the fifth wrote no block while it was a validator");
		const after = await written(call, who, marks.left + 1, marks.done);
		if (after > 0) throw new Error(`the fifth wrote ${after} blocks after it had left`);
		console.log(`\t joined, wrote ${count} blocks and left within ${took}, by ${steps().length} steps of the page`);
	});
}

module.exports = { run };
