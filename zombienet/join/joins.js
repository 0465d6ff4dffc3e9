// Runs every command of docs/validator.md, as it is written there and in its order, on a node of its own, and
// waits between them for what the page says to wait for. Argument: blocks that all of it may take.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { accountOf, written } = require("../lib/chain.js");
const { address, chainSpec, freePort } = require("../lib/process.js");
const { figures } = require("../lib/report.js");
const { withNode, heights } = require("../lib/rpc.js");

const ROOT = path.resolve(__dirname, "../..");
const PAGE = path.join(ROOT, "docs/validator.md");

/** The steps of the page: `[name, commands]`, in order. */
function steps() {
	const marked = /<!-- step: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g;
	return [...fs.readFileSync(PAGE, "utf8").matchAll(marked)].map(([, name, sh]) => [name, sh]);
}

/** Steps that the page asks for once more after another one: new keys. */
const AGAIN = { stand: ["rotate", "set-keys", "has-keys"] };

/** What the page says to wait for after a step, in the words of a shell that has run it. */
const AFTER = {
	synced: "until rpc system_health | grep -q '\"isSyncing\":false' && [ \"$(height)\" -ge 3 ]; do sleep 2; done",
	"has-keys": "rpc author_hasSessionKeys \"\\\"$keys\\\"\" | grep -q '\"result\":true'",
	state: "until is validates; do sleep 2; done; echo \"@validates $(height)\"",
	more: "soon holds $((BOND + PART))",
	less: "soon holds \"$BOND\"",
	chill: "soon is_not elected",
	stand: "soon is elected",
	// Who stands again in a session after the one in which it was chilled misses one in between.
	leave: "until ! is validates && ! is next; do sleep 2; done; echo \"@left $(height)\"",
	purge: "until is_all_free; do sleep 2; done",
	withdraw: "[ \"$(ask validatorSetApi.candidate \"$account\")\" = null ]; echo \"@done $(height)\"",
};

/** What a step needs first. */
const BEFORE = {
	synced: "until rpc system_health >/dev/null 2>&1; do sleep 1; done",
	authored: "until curl -sS \"http://127.0.0.1:$METRICS_PORT/metrics\" | grep -E 'block_constructed_count.* [1-9]'; do sleep 2; done",
};

/** One script of all steps. The node runs beside the others until the end. */
function script() {
	const lines = [
		"set -euo pipefail",
		"trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT",
		// Whether a field of what the chain says of us is neither false nor nothing.
		"is() { ask validatorSetApi.candidate \"$account\" | grep -qE \"\\\"$1\\\":(true|\\\"[1-9])\"; }",
		"candidate() { ask validatorSetApi.candidate \"$account\" | node -p \"const it = JSON.parse(require('fs').readFileSync(0, 'utf8')); $1\"; }",
		"holds() { [ \"$(candidate it.bond)\" = \"$1\" ]; }",
		"is_not() { ! is \"$1\"; }",
		// What a block has done another one of its slot may not have done yet.
		"soon() { for _ in $(seq 10); do \"$@\" && return; sleep 2; done; return 1; }",
		// What was taken out on the way is free before the rest.
		"is_all_free() { [ \"$(candidate 'BigInt(it.free) === it.unbonding.reduce((sum, part) => sum + BigInt(part.amount), 0n)')\" = true ]; }",
		"height() { rpc chain_getHeader | node -p 'Number(JSON.parse(require(\"fs\").readFileSync(0, \"utf8\")).result.number)'; }",
	];
	const page = steps();
	const named = new Map(page);
	const asked = page.flatMap(([name]) => [name, ...(AGAIN[name] ?? [])]);
	for (const [name, sh] of asked.map((name) => [name, named.get(name)])) {
		// What came before may not end its line.
		lines.push(`printf '\\n@step %s\\n' ${name}`);
		if (BEFORE[name]) lines.push(BEFORE[name]);
		lines.push(name === "start" ? `{\n${sh}} >"$BASE.log" 2>&1 &` : sh);
		if (AFTER[name]) lines.push(AFTER[name]);
	}
	return lines.join("\n");
}

/** Values of the page's variables, for a node beside those of this network. */
async function environment(networkInfo, folder, peer) {
	const bin = path.join(folder, "bin");
	fs.mkdirSync(bin, { recursive: true });
	fs.symlinkSync(process.env.STRATA_NODE, path.join(bin, "strata-node"));
	const stash = path.join(folder, "stash.key");
	fs.writeFileSync(stash, "//Eve//stash\n", { mode: 0o600 });
	const [port, RPC_PORT, METRICS_PORT] = (
		await Promise.all([freePort(), freePort(), freePort()])
	).map(String);
	return {
		// On this machine only: the page has it listen to all.
		...process.env, LISTEN: `/ip4/127.0.0.1/tcp/${port}`, RPC_PORT, METRICS_PORT,
		PATH: `${bin}:${process.env.PATH}`,
		SPEC: chainSpec(networkInfo),
		BASE: path.join(folder, "eve"), NAME: "eve", PEER: peer, STASH: stash,
		BOND: "1000000000000000", PART: "100000000000000",
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

async function run(nodeName, networkInfo, args) {
	const [blocks] = args.map(Number);
	const folder = path.join(networkInfo.tmpDir, "fifth");
	fs.mkdirSync(folder, { recursive: true });
	const { wsUri } = networkInfo.nodesByName[nodeName];
	return withNode(wsUri, async (call) => {
		const env = await environment(networkInfo, folder, await address(wsUri));
		const started = (await heights(call)).best;
		const marks = await perform(env, folder);
		const took = marks.done - started;
		if (took > blocks) throw new Error(`joining and leaving took ${took} blocks, over ${blocks}`);
		const who = await accountOf("//Eve//stash");
		const count = await written(call, who, marks.validates, marks.left);
		if (count === 0) throw new Error("the fifth wrote no block while it was a validator");
		const after = await written(call, who, marks.left + 1, marks.done);
		if (after > 0) throw new Error(`the fifth wrote ${after} blocks after it had left`);
		figures(`joined, wrote ${count} blocks and left within ${took}, by ${steps().length} steps of the page`);
	});
}

module.exports = { run };
