// What a node does on this machine: transfers and vault operations in full blocks, blocks imported, memory, start-up.
// docs/measurements.md says what each figure is. scripts/measure.sh starts it:
//
//   node node.mjs BINARY FOLDER [CASE…]     cases: start, throughput, import, memory; all if none is named
import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ChainProcess } from "./chain-process.mjs";

const require = createRequire(import.meta.url);
const library = (name) => require(`../../zombienet/lib/${name}.js`);
const { pause } = library("rpc");
const { sign } = library("signer");
const { chainOf, blockAt, followed, Load, NORMAL_LIMIT, rate } = library("load");
const { queues, transfers, opens, deposits } = library("plan");
// The packages are there once, and loaded as both kinds of modules: that is no error.
process.env.POLKADOTJS_DISABLE_ESM_CJS_WARNING = "1";
const { sell, vaultsOf } = await import("../../zombienet/lib/vaults.mjs");
const { senders } = library("signer");

/** The packages of the demonstrations, which set-up installs. */
const MODULES = path.resolve(import.meta.dirname, "../demos/node_modules");
const GENESIS = path.resolve(import.meta.dirname, "../../zombienet/lib/genesis.js");
const CASES = ["start", "throughput", "import", "memory"];
/** Accounts that send transfers, and accounts with a vault each. */
const TRANSFERRING = 8_000;
const BORROWING = 4_000;
/** Blocks over which an operation is measured, and those before in which the load begins. */
const BLOCKS = 8;
const BEGIN = 2;
/** Most transactions in a block: what is signed beforehand is enough for so many in each. */
const LARGEST = 7_500;
/** Accepted and not in a block at a time: nearly what the pool takes. */
const WINDOW = 9_500;
/** Blocks after which memory is looked at. */
const MANY = 10_000;
/** A block that is as full as this has no room for one more. */
const FULL = 0.97;

const print = (entries) => console.log(JSON.stringify(entries));
const round = (value, places = 0) => Number(value.toFixed(places));
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const freePort = () => new Promise((done, fail) => {
	const server = net.createServer().once("error", fail);
	server.listen(0, "127.0.0.1", () => {
		const { port } = server.address();
		server.close(() => done(port));
	});
});
const ports = async () => ({ rpc: await freePort(), metrics: await freePort(), p2p: await freePort() });

class Measurement {
	constructor(binary, folder) {
		Object.assign(this, { binary, folder });
	}

	async node(name, ...options) {
		return new ChainProcess(this.binary, path.join(this.folder, name), await ports(), options);
	}

	machine() {
		const [{ model }] = os.cpus();
		print({
			case: "machine", cpu: model.trim(), cores: os.availableParallelism(), memory_gib: round(os.totalmem() / 2 ** 30, 1),
			kernel: os.release(), load: round(os.loadavg()[0], 2),
		});
	}

	/** From the start of the process to the first answer: with a new database, and with that database again. */
	async start() {
		const seconds = { new: [], existing: [] };
		for (let time = 0; time < 3; time++) {
			for (const database of ["new", "existing"]) {
				const node = await this.node(`start-${time}`, "--dev");
				seconds[database].push(await node.answers());
				await node.stop();
			}
		}
		for (const [database, found] of Object.entries(seconds)) {
			print({ case: "start", seconds: round(median(found), 2), database });
		}
	}

	/** The development chain with funded senders: the path of its specification. */
	async specification() {
		const run = promisify(execFile);
		const most = { maxBuffer: 2 ** 28 };
		const { stdout: plain } = await run(this.binary, ["build-spec", "--chain", "dev"], most);
		const file = path.join(this.folder, "plain.json");
		const asked = run(process.execPath, [GENESIS, TRANSFERRING + BORROWING, MODULES].map(String), most);
		asked.child.stdin.end(plain);
		fs.writeFileSync(file, (await asked).stdout);
		const { stdout: raw } = await run(this.binary, ["build-spec", "--chain", file, "--raw"], most);
		const spec = path.join(this.folder, "spec.json");
		fs.writeFileSync(spec, raw);
		return spec;
	}

	/** Full blocks of a development node that makes one in every slot of 6 seconds. */
	async throughput() {
		this.spec = await this.specification();
		this.author = await this.node("author", "--dev", "--chain", this.spec);
		await this.author.answers();
		await this.author.reaches(1, 60);
		const chain = await chainOf(this.author.uri);
		const count = LARGEST * (BLOCKS + BEGIN + 2);
		await this.fill("transfer", chain, transfers(0, TRANSFERRING, count));
		const keys = (await senders(MODULES, TRANSFERRING, TRANSFERRING + BORROWING));
		const book = await sell(this.author.ws);
		await this.fill("vaults.open", chain, opens(TRANSFERRING, BORROWING, book));
		const vaults = await vaultsOf(this.author.ws, keys);
		await this.fill("vaults.deposit", chain, deposits(TRANSFERRING, vaults, 4_000 * (BLOCKS + BEGIN), 1));
	}

	/** Keeps as many operations waiting as the pool takes, and looks at what the blocks hold. */
	async fill(op, chain, jobs) {
		const { author } = this;
		const texts = await sign(MODULES, chain, jobs);
		const { blocks, used, load } = await followed(author.uri, await author.height() + 1, async (follower) => {
			const begun = author.processor();
			const load = new Load([author.uri], queues(1, jobs, texts), {
				window: WINDOW, included: () => follower.included, until: () => follower.blocks.length >= BLOCKS + BEGIN,
			});
			await load.run();
			// Nothing is left for the next operation.
			for (let slots = 0; follower.included < load.accepted; slots++) {
				if (slots === 60) throw new Error(`${load.accepted - follower.included} of ${op} are in no block after a minute`);
				await pause(1_000);
			}
			return { blocks: follower.blocks, used: author.processor() - begun, load };
		});
		this.tell(op, blocks.filter(({ count }) => count > 0), used, load);
	}

	/** @param busy the blocks with operations: not the first, nor the last, which what is left need not fill */
	tell(op, busy, used, load) {
		const steady = busy.length > BEGIN + 2 ? busy.slice(BEGIN, -1) : busy;
		const most = Math.max(...steady.map(({ count }) => count));
		const full = steady.filter(({ fill, count }) => fill >= FULL || count === most);
		const { tps, fill } = rate(steady);
		const each = median(full.map(({ count }) => count));
		const filled = median(full.map((block) => block.fill));
		print({
			case: "throughput", op, tps: round(each / 6), block_fill: round(filled, 3),
			limited_by: filled >= FULL ? "weight" : "cpu", full_blocks: full.length, in_a_block: each,
			weight_us: round((filled * NORMAL_LIMIT) / 1e6 / each, 1), cpu_us: round((used * 1e6) / busy.reduce((sum, { count }) => sum + count, 0)),
			sustained_tps: round(tps), sustained_fill: round(fill, 3), refused: load.refused,
		});
	}

	/** A second node takes the chain of the first from its beginning. */
	async import() {
		if (!this.author) await this.throughput();
		const target = await this.author.height();
		const peer = await this.author.address();
		const node = await this.node("importer", "--chain", this.spec, "--bootnodes", peer);
		await node.answers();
		const times = [];
		for (let height = 0; height < target; await pause(10)) {
			const now = await node.height();
			if (now > height) times.push([now, performance.now()]);
			height = now;
			if (performance.now() - node.started > 300_000) throw new Error(`block ${height} of ${target} after five minutes`);
		}
		const used = node.processor();
		await node.stop();
		const [[first, begun], [last, ended]] = [times[0], times.at(-1)];
		const arrived = new Map(times);
		const blocks = [];
		for (let number = first + 1; number <= last; number++) blocks.push(await blockAt(this.author.uri, number));
		// How long a full block takes: from the import of the one before, where both were seen.
		const full = blocks.filter(({ number, fill }) => fill >= FULL && arrived.has(number - 1) && arrived.has(number));
		const each = full.map(({ number }) => arrived.get(number) - arrived.get(number - 1));
		const seconds = (ended - begun) / 1000;
		const count = blocks.reduce((sum, block) => sum + block.count, 0);
		print({
			case: "import", blocks_per_s: round(blocks.length / seconds, 2), blocks: blocks.length,
			transactions_per_s: round(count / seconds), seconds: round(seconds, 2), cpu_seconds: round(used, 1),
			full_blocks: full.length, full_block_ms: round(median(each)), slowest_ms: round(Math.max(...each)),
		});
	}

	/** A chain that makes blocks as fast as it can. */
	async memory() {
		const node = await this.node("long", "--dev", "--sealing", "1");
		await node.answers();
		await node.reaches(1_000, 300);
		print({ case: "memory", blocks: 1_000, rss_mib: round(node.memory()) });
		await node.reaches(MANY, 1_800);
		print({ case: "memory", blocks: MANY, rss_mib: round(node.memory()) });
		await node.stop();
		const again = await this.node("long", "--dev", "--sealing", "manual");
		print({ case: "start", seconds: round(await again.answers(), 2), database: `${MANY} blocks` });
		await again.stop();
	}
}

async function main([binary, folder, ...cases]) {
	const unknown = cases.filter((name) => !CASES.includes(name));
	if (unknown.length > 0) throw new Error(`no case ${unknown.join(", ")}: ${CASES.join(", ")}`);
	const measurement = new Measurement(binary, folder);
	measurement.machine();
	for (const name of CASES) if (cases.length === 0 || cases.includes(name)) await measurement[name]();
	await measurement.author?.stop();
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`measure node: ${error.stack}`);
	process.exit(1);
});
