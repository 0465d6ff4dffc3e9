// Sends transactions that were signed beforehand to nodes, as fast as they take them or at a given pace, and says
// what became of them: what was accepted, refused and included, how full blocks were, and whether anything that was
// accepted is left behind.
const { ask, authorship, headerAt, pause } = require("./rpc.js");

/** What ordinary transactions may take of a block, picoseconds: 80 % of its three seconds. */
const NORMAL_LIMIT = 2_400_000_000_000;
/** Transactions in a request, and requests to one node at a time. */
const BATCH = 50;
const LANES = 4;
/** How long after a refusal a node is left alone, milliseconds. */
const PAUSE = 250;
/** The pool is full, has no room for one of this priority, or has not forgotten yet that it said so. */
const REFUSALS = new Set([1012, 1014, 1016]);
/** It is in the pool. */
const KNOWN = 1013;

const SYSTEM = "0x26aa394eea5630e07c48ae0c9558cef7";
const BLOCK_WEIGHT = `${SYSTEM}34abf5cb34d6244378cddbf18e849d96`;
const ACCOUNT = `${SYSTEM}b99d880ec681799c0cf30e8886371da9`;

/** What a signature on the chain of the node at `uri` covers. */
async function chainOf(uri) {
	const [genesis, { specVersion, transactionVersion }] = await Promise.all([
		ask(uri, "chain_getBlockHash", 0), ask(uri, "state_getRuntimeVersion"),
	]);
	return { genesis: Buffer.from(genesis.slice(2), "hex"), specVersion, transactionVersion };
}

/** The compact integer of SCALE at `at`, and where the next thing begins. */
function compactAt(bytes, at) {
	const kind = bytes[at] & 3;
	if (kind < 3) return [bytes.readUIntLE(at, [1, 2, 4][kind]) >>> 2, at + [1, 2, 4][kind]];
	const length = (bytes[at] >> 2) + 4;
	let value = 0n;
	for (let byte = length; byte > 0; byte--) value = (value << 8n) | BigInt(bytes[at + byte]);
	return [Number(value), at + 1 + length];
}

/** What block `number` holds: transactions beside the clock, the slot, and the weight of the ordinary ones. */
async function blockAt(uri, number) {
	const { hash, ...header } = await headerAt((...args) => ask(uri, ...args), number);
	const [{ block }, weight] = await Promise.all([
		ask(uri, "chain_getBlock", hash), ask(uri, "state_getStorage", BLOCK_WEIGHT, hash),
	]);
	const [normal] = compactAt(Buffer.from(weight.slice(2), "hex"), 0);
	const { slot, authority } = authorship(header);
	return {
		number, hash, parent: header.parentHash, slot, authority, count: block.extrinsics.length - 1,
		bytes: block.extrinsics.reduce((sum, text) => sum + text.length / 2 - 1, 0), fill: normal / NORMAL_LIMIT,
	};
}

/** Follows the best chain of a node, block by block, until it is stopped. */
class Follower {
	constructor(uri, from) {
		Object.assign(this, { uri, next: from, blocks: [], included: 0, stopped: false });
	}

	async run() {
		while (!this.stopped) {
			const best = Number((await ask(this.uri, "chain_getHeader")).number);
			while (this.next <= best) await this.#step();
			await pause(300);
		}
	}

	/** Counts the next block; or takes back the last one, if another has taken its place. */
	async #step() {
		const block = await blockAt(this.uri, this.next);
		const last = this.blocks.at(-1);
		if (last && last.hash !== block.parent) {
			this.blocks.pop();
			this.included -= last.count;
			this.next -= 1;
			return;
		}
		this.blocks.push(block);
		this.included += block.count;
		this.next += 1;
	}
}

/** Has `watcher` run while `use(watcher)` does, and no longer, whatever comes of that. */
async function alongside(watcher, use) {
	const running = watcher.run();
	try {
		return await use(watcher);
	} finally {
		watcher.stopped = true;
		await running;
	}
}

/** Has the best chain of the node at `uri` followed from block `from` on, while `use(follower)` runs. */
const followed = (uri, from, use) => alongside(new Follower(uri, from), use);

/**
 * Sends `queues` (for each node the transactions in their order, `{ text, sender, of }`): those of one sender go
 * one after the other, through one lane. Options:
 *
 * `included()`: how many are in blocks;
 * `window`: the most that is accepted and not included at a time;
 * `pace`: the most that is sent in a second, all nodes together;
 * `until()`: answers true when nothing more is to be sent.
 */
class Load {
	constructor(uris, queues, options) {
		Object.assign(this, { uris, window: Infinity, pace: Infinity, until: () => false, ...options });
		this.accepted = 0;
		this.refused = 0;
		this.refusals = new Map();
		/** How many of each sender were accepted. */
		this.bySender = new Map();
		this.lanes = queues.flatMap((queue, node) => {
			const lanes = Array.from({ length: LANES }, () => []);
			for (const entry of queue) lanes[entry.sender % LANES].push(entry);
			return lanes.map((lane) => ({ node, waiting: lane, at: 0 }));
		});
	}

	async run() {
		this.started = Date.now();
		this.sent = 0;
		await Promise.all(this.lanes.map((lane) => this.#lane(lane)));
	}

	/** Goes on with what is left, in another way. */
	more(options) {
		Object.assign(this, options);
		return this.run();
	}

	/** Whether one more batch may go now. */
	#allowed() {
		const seconds = (Date.now() - this.started) / 1000;
		return this.accepted - this.included() < this.window && this.sent < this.pace * seconds;
	}

	/**
	 * What is refused is sent again before anything else, also when nothing new is sent any more: the next one of its
	 * sender may only come after it.
	 */
	async #lane(lane) {
		let again = [];
		for (;;) {
			const fresh = this.until() ? 0 : Math.min(BATCH - again.length, lane.waiting.length - lane.at);
			if (again.length === 0 && fresh === 0) return;
			if (fresh > 0 && !this.#allowed()) {
				await pause(20);
				continue;
			}
			const more = lane.waiting.slice(lane.at, lane.at + fresh);
			lane.at += fresh;
			this.sent += fresh;
			again = await this.#batch(this.uris[lane.node], [...again, ...more]);
			if (again.length > 0) await pause(PAUSE);
		}
	}

	/** Sends some; answers those that were refused. */
	async #batch(uri, entries) {
		const body = entries.map(({ text }, id) => ({ id, jsonrpc: "2.0", method: "author_submitExtrinsic", params: [text] }));
		const response = await fetch(uri.replace(/^ws:/, "http:"), {
			method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
			signal: AbortSignal.timeout(120_000),
		});
		const refused = [];
		for (const { id, error } of await response.json()) {
			const entry = entries[id];
			if (!error || error.code === KNOWN) {
				this.accepted += 1;
				this.bySender.set(entry.of, (this.bySender.get(entry.of) ?? 0) + 1);
			} else if (REFUSALS.has(error.code)) {
				this.refused += 1;
				const words = `${error.code}: ${error.message}`;
				this.refusals.set(words, (this.refusals.get(words) ?? 0) + 1);
				refused.push([id, entry]);
			} else {
				throw new Error(`a transaction was not accepted: ${error.code} ${error.message} ${error.data ?? ""}`);
			}
		}
		return refused.sort(([one], [other]) => one - other).map(([, entry]) => entry);
	}
}

/** Where the state has the account with this public key. */
function accountKey(blake2, publicKey) {
	return `${ACCOUNT}${Buffer.from(blake2(publicKey, 128)).toString("hex")}${Buffer.from(publicKey).toString("hex")}`;
}

/** The nonces of accounts at block `hash`: what they have had included. */
async function nonces(uri, keys, hash) {
	const found = new Map();
	for (let at = 0; at < keys.length; at += 1_000) {
		const [{ changes }] = await ask(uri, "state_queryStorageAt", keys.slice(at, at + 1_000), hash);
		for (const [key, value] of changes) {
			found.set(key, value ? Buffer.from(value.slice(2), "hex").readUInt32LE(0) : 0);
		}
	}
	return keys.map((key) => found.get(key) ?? 0);
}

/** The page of a node's metrics. */
const page = async (prometheusUri) => (await fetch(prometheusUri, { signal: AbortSignal.timeout(30_000) })).text();

/** What may have taken transactions out of the pool of a node, but blocks, and what came back: figures that are not 0, by its metrics. */
async function losses(prometheusUri) {
	const found = (await page(prometheusUri)).matchAll(
		/^(?:substrate_sub_tx|strata_)(pool_(?:\w*(?:invalid|dropped)\w*(?:_total|_count)|unwatched_txs|recovered_total))(?:\{[^}]*\})? ([0-9.e+]+)$/gm,
	);
	return [...found].filter(([, , value]) => Number(value) > 0).map(([, name, value]) => `${name} ${value}`).join(", ");
}

/** How many transactions are ready in the pool of a node, how many it had lost and took again, and how many peers it has, by its metrics. */
async function pooled(prometheusUri) {
	const text = await page(prometheusUri);
	const value = (name) => {
		const found = new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, "m").exec(text);
		if (!found) throw new Error(`${prometheusUri} has no ${name}`);
		return Number(found[1]);
	};
	return {
		count: value("substrate_ready_transactions_number"),
		recovered: value("strata_pool_recovered_total"),
		peers: value("substrate_sub_libp2p_peers_count"),
	};
}

/** Of consecutive blocks: transactions a second by the slots that they took, and how full they were. */
function rate(blocks) {
	const slots = blocks.at(-1).slot - blocks[0].slot + 1;
	const sum = (key) => blocks.reduce((total, block) => total + block[key], 0);
	return {
		blocks: blocks.length, slots, transactions: sum("count"), tps: sum("count") / (slots * 6),
		fill: sum("fill") / blocks.length, bytes: sum("bytes") / blocks.length,
	};
}

/** Of consecutive blocks: the most slots from one to the next, 1 if none was empty. */
const gap = (blocks) => Math.max(...blocks.slice(1).map(({ slot }, at) => slot - blocks[at].slot));

module.exports = { chainOf, blockAt, alongside, followed, Load, accountKey, nonces, pooled, losses, rate, gap, NORMAL_LIMIT };
