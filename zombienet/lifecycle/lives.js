// The main job of scripts/demos on this network, while one validator is killed and comes back. The job itself checks
// prices, payment dates and every unit, and asks all nodes. Arguments: who is killed, when the chain liquidates the
// first vault; for how many blocks; how many blocks all of it may take.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { finalized, more, oneChain, within } = require("../lib/chain.js");
const { revive, strike } = require("../lib/outage.js");
const { figures } = require("../lib/report.js");
const { withNode, heights } = require("../lib/rpc.js");

const DEMOS = path.resolve(__dirname, "../../scripts/demos");
/** What the job says when the chain liquidates a vault. */
const CRASH = /LIQUIDATED by the chain/;
const LAST = /^main job: (ok|FAILED): (.*)$/m;
/** What it says if somebody's node was dead when he sent to it. */
const MISSED = /, [1-9]\d* times a node was dead/;

/** The job, with the nodes of this network, the first of which it reads from: `{ said, until(pattern), ended }`. */
function start(urls, log) {
	for (const needed of [path.join(DEMOS, "node_modules"), process.env.STRATA_FEEDER]) {
		if (!fs.existsSync(needed)) throw new Error(`${needed} is missing: run scripts/setup.sh, and build strata-feeder`);
	}
	const words = [path.join(DEMOS, "main.mjs"), "--network", urls.join(","), "--feeder", process.env.STRATA_FEEDER];
	// What it leaves behind goes with the network's folder.
	const env = { ...process.env, TMPDIR: path.dirname(log) };
	const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
	const output = fs.createWriteStream(log);
	const job = { said: "", log };
	const waiting = [];
	child.stdout.setEncoding("utf8");
	child.stdout.on("data", (text) => {
		output.write(text);
		job.said += text;
		for (const { pattern, done } of waiting) if (pattern.test(job.said)) done();
	});
	child.stderr.on("data", (text) => output.write(text));
	job.ended = new Promise((done, fail) => {
		child.once("error", fail);
		child.once("close", (status) => done(status));
	});
	// It is looked at when the job must have ended.
	job.ended.catch(() => {});
	/** Waits until the job says so; fails when it ends without. */
	job.until = (pattern) =>
		Promise.race([
			new Promise((done) => waiting.push({ pattern, done })),
			job.ended.then(() => { throw new Error(verdict(job)); }),
		]);
	job.stop = () => child.kill("SIGTERM");
	return job;
}

/** How the job says that it ended. */
const verdict = ({ said, log }) => `${LAST.exec(said)?.[0] ?? "the job said nothing"}; see ${log}`;

/** Kills `who` in the crash and brings it back after `away` blocks; how long it was gone. */
async function outage(job, call, networkInfo, who, away) {
	await job.until(CRASH);
	const killed = await strike(networkInfo, [who]);
	const from = await heights(call);
	const to = await more(call, away);
	if (to.finalized <= from.best) throw new Error(`finality stopped at block ${to.finalized} without ${who}`);
	await revive(killed);
	return { from: from.best, to: to.best };
}

async function run(nodeName, networkInfo, args) {
	const [who] = args;
	const [away, blocks] = args.slice(1).map(Number);
	const { nodesByName, tmpDir } = networkInfo;
	const nodes = Object.values(nodesByName);
	if (nodeName === who) throw new Error(`the job reads from ${who}, who must not be killed then`);
	// The one that is asked comes first.
	const urls = [nodesByName[nodeName], ...nodes.filter(({ name }) => name !== nodeName)].map(({ wsUri }) => wsUri);
	return withNode(nodesByName[nodeName].wsUri, async (call) => {
		await finalized(call, 1, { blocks: 12 });
		const { best } = await heights(call);
		const job = start(urls, path.join(tmpDir, "job.log"));
		try {
			let over = false;
			const ends = job.ended.then((status) => ((over = true), status));
			const dead = outage(job, call, networkInfo, who, away);
			const [{ took }] = await Promise.all([within(call, { blocks }, "the main job", () => over), dead]);
			const gone = await dead;
			if ((await ends) !== 0) throw new Error(verdict(job));
			if (!MISSED.test(job.said)) throw new Error(`nobody missed ${who}: see ${job.log}`);
			await oneChain(nodes, { blocks: 10 });
			figures(
				`${LAST.exec(job.said)[2]}; ${who} killed at block ${gone.from}, back at block ${gone.to}; ` +
					`${took} blocks from ${best + 1} on; one chain`,
			);
		} finally {
			job.stop();
		}
	});
}

module.exports = { run };
