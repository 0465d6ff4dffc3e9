// Transfers and vault operations on four validators, as many as their machine executes in time, and then more than
// their pools hold: how many a second are included, whether the pools and the memory stay within bounds, and whether
// everything that was accepted is in a final block in the end.
// Arguments: minutes of load; least operations a second; blocks within which the pools must be empty afterwards; most
// transactions in a pool; most memory of a node, MiB; blocks that may be without finality at most; slots from a block
// to the next at most.
const path = require("node:path");
const { ask, withNode, heights, pause } = require("../lib/rpc.js");
const { within } = require("../lib/chain.js");
const { find, memory } = require("../lib/process.js");
const { figures } = require("../lib/report.js");
const { sign, senders } = require("../lib/signer.js");
const { chainOf, alongside, followed, Load, accountKey, nonces, pooled, losses, rate, gap } = require("../lib/load.js");
const { queues, transfers, deposits, opens } = require("../lib/plan.js");

const MODULES = path.resolve(__dirname, "../node_modules");
/** Accounts that send transfers, and those that have a vault each; lib/genesis.js funds them. */
const TRANSFERRING = 4_000;
const BORROWING = 400;
/** For every so many transfers there is an operation on a vault. */
const TRANSFERS_PER_OPERATION = 10;
/** Sent in a second: what four validators on two cores execute, and have time left for. */
const PACE = 560;
/** Accepted and not included at a time: a slot and a half of that. More would not be faster, but make larger blocks, which are late. */
const WINDOW = 5_000;
/** Signed beforehand for each second of load, and for the flood that no pool has room for. */
const PER_SECOND = 600;
const FLOOD = 60_000;
/** The flood is over when so many were refused. */
const REFUSED = 1_000;

/** Looks at every node once in a slot: pool, memory, peers; and how far finality is behind. */
class Sampler {
	constructor(nodes) {
		Object.assign(this, { nodes, samples: [], stopped: false });
	}

	async run() {
		while (!this.stopped) {
			const [chain, ...each] = await Promise.all([
				withNode(this.nodes[0].wsUri, heights),
				...this.nodes.map(async (node) => {
					const { count, peers } = await pooled(node.prometheusUri);
					return { name: node.name, pool: count, peers, rss: memory(node) };
				}),
			]);
			this.samples.push({ lag: chain.best - chain.finalized, each });
			await pause(3_000);
		}
	}

	/** The largest (or, with Math.min, the least) of a figure over all samples from the given one on. */
	extreme(of, key, from = 0) {
		return of(...this.samples.slice(from).flatMap(({ each }) => each.map((sample) => sample[key] ?? 0)));
	}
}

/** The vaults of the borrowing senders: a deal is sold for them, and each opens one. */
async function openVaults(uris, chain, keys) {
	// The packages of the demonstrations come beside those of zombienet: that is no error.
	process.env.POLKADOTJS_DISABLE_ESM_CJS_WARNING = "1";
	const { sell, vaultsOf } = await import("../lib/vaults.mjs");
	const book = await sell(uris[0]);
	const jobs = opens(TRANSFERRING, BORROWING, book);
	const call = (...args) => ask(uris[0], ...args);
	await followed(uris[0], (await heights(call)).best + 1, async (follower) => {
		const texts = await sign(MODULES, chain, jobs);
		const load = new Load(uris, queues(uris.length, jobs, texts), { included: () => 0 });
		await load.run();
		await within(call, { blocks: 10 }, `${BORROWING} vaults opened`, () => follower.included >= load.accepted);
	});
	return vaultsOf(uris[0], keys.slice(TRANSFERRING));
}

/** Everything of the load, in the order in which it goes out. */
async function prepare(uris, keys, minutes) {
	const chain = await chainOf(uris[0]);
	const vaults = await openVaults(uris, chain, keys);
	const count = minutes * 60 * PER_SECOND + FLOOD;
	const moved = transfers(0, TRANSFERRING, count);
	const locked = deposits(TRANSFERRING, vaults, Math.ceil(count / TRANSFERS_PER_OPERATION), 1);
	const jobs = moved.flatMap((job, at) => (
		at % TRANSFERS_PER_OPERATION === 0 ? [job, locked[at / TRANSFERS_PER_OPERATION]] : [job]
	));
	const started = Date.now();
	const texts = await sign(MODULES, chain, jobs);
	console.log(`\t ${jobs.length} transactions signed in ${Math.round((Date.now() - started) / 1000)} s`);
	return queues(uris.length, jobs, texts);
}

/**
 * How many transactions are missing at block `hash`, and of how many senders: each has had included what was accepted
 * of it, and one more if it opened a vault.
 */
async function stranded(uri, keys, accepted, hash) {
	const { blake2AsU8a } = require("@polkadot/util-crypto");
	const found = await nonces(uri, keys.map((key) => accountKey(blake2AsU8a, key)), hash);
	const missing = found.map((nonce, sender) =>
		Math.abs((accepted.get(sender) ?? 0) + (sender >= TRANSFERRING ? 1 : 0) - nonce));
	return { left: missing.reduce((sum, count) => sum + count, 0), senders: missing.filter((count) => count > 0).length };
}

/** Where what was accepted and is in no block may be: said when waiting for it was in vain. */
async function whereabouts(nodes, keys, load, follower) {
	const [{ wsUri }] = nodes;
	const { left, senders } = await stranded(wsUri, keys, load.bySender, await ask(wsUri, "chain_getBlockHash"));
	const pools = await Promise.all(nodes.map(({ prometheusUri }) => pooled(prometheusUri)));
	return `${follower.included} of ${load.accepted} are in blocks; by their nonces ${left} of ${senders} senders are missing; ` +
		`pools hold ${pools.map(({ count }) => count).join(", ")}; ` +
		(await Promise.all(nodes.map(async ({ name, prometheusUri }) => `${name}: ${await losses(prometheusUri)}`))).join("; ");
}

/** Loads the nodes, then floods them, and waits until everything that they accepted is final. */
async function strain(nodes, keys, queued, { minutes, drain }, follower, sampler) {
	const uris = nodes.map(({ wsUri }) => wsUri);
	const call = (...words) => ask(uris[0], ...words);
	const included = () => follower.included;
	// As much as the machine executes in time.
	const end = Date.now() + minutes * 60_000;
	const load = new Load(uris, queued, { window: WINDOW, pace: PACE, included, until: () => Date.now() >= end });
	await load.run();
	const limit = { blocks: [...follower.blocks], samples: sampler.samples.length };
	const before = sampler.extreme(Math.max, "pool");
	// Beyond it: everything that is left, at once, until a pool says no.
	const flooded = Date.now() + 60_000;
	await load.more({ window: Infinity, pace: Infinity, until: () => load.refused >= REFUSED || Date.now() >= flooded });
	const waiting = load.accepted - follower.included;
	try {
		await within(call, { blocks: drain }, "everything that was accepted is included", () => follower.included >= load.accepted);
	} catch (error) {
		throw new Error(`${error.message}; ${await whereabouts(nodes, keys, load, follower)}`);
	}
	const { best } = await heights(call);
	const { finalizedHash } = await within(call, { blocks: drain }, `block ${best} final`, (now) => now.finalized >= best);
	// From the first transaction to the block with which all is final: in the flood too.
	return { limit, load, before, waiting, longest: gap(follower.blocks), finalizedHash };
}

async function run(nodeName, networkInfo, args) {
	const [minutes, least, drain, poolLimit, most, lag, stall] = args.map(Number);
	const names = Object.keys(networkInfo.nodesByName);
	const nodes = names.map((name) => ({ ...networkInfo.nodesByName[name], ...find(networkInfo, name) }));
	const uris = nodes.map(({ wsUri }) => wsUri);
	const [uri] = uris;
	const keys = await senders(MODULES, 0, TRANSFERRING + BORROWING);
	const queued = await prepare(uris, keys, minutes);

	const sampler = new Sampler(nodes);
	const { best } = await heights((...words) => ask(uri, ...words));
	const { limit, load, before, waiting, longest, finalizedHash } = await followed(uri, best + 1, (follower) =>
		alongside(sampler, () => strain(nodes, keys, queued, { minutes, drain }, follower, sampler)));
	report(limit, sampler, load, { before, waiting, longest });

	const { left } = await stranded(uri, keys, load.bySender, finalizedHash);
	const pools = await Promise.all(nodes.map((node) => pooled(node.prometheusUri)));
	figures(`the pools had lost ${pools.reduce((sum, { recovered }) => sum + recovered, 0)} that they had accepted, and took them again`);
	const { tps } = rate(steady(limit.blocks));
	const wrong = [
		left > 0 && `${left} accepted transactions are in no final block`,
		pools.some(({ count }) => count > 0) && `pools still hold ${pools.map(({ count }) => count).join(", ")}`,
		tps < least && `${tps.toFixed(0)} operations a second, not ${least}`,
		sampler.extreme(Math.max, "pool") > poolLimit && `a pool held ${sampler.extreme(Math.max, "pool")} transactions`,
		load.refused === 0 && "no pool refused anything",
		sampler.extreme(Math.max, "rss") > most && `a node took ${sampler.extreme(Math.max, "rss").toFixed(0)} MiB`,
		Math.max(...sampler.samples.map((sample) => sample.lag)) > lag && `finality was ${Math.max(...sampler.samples.map((sample) => sample.lag))} blocks behind`,
		longest > stall && `${longest} slots from a block to the next`,
		sampler.extreme(Math.min, "peers") < nodes.length - 1 && "a node lost a peer",
	].filter(Boolean);
	if (wrong.length > 0) throw new Error(wrong.join("; "));
}

/** Without the blocks in which the load began. */
const steady = (blocks) => blocks.slice(Math.min(3, blocks.length - 1));

function report(limit, sampler, load, { before, waiting, longest }) {
	const { tps, fill, blocks, slots, transactions } = rate(steady(limit.blocks));
	const fullest = Math.max(...limit.blocks.map(({ count }) => count));
	const half = Math.floor(limit.samples / 2);
	const rss = (from, to) => Math.max(...sampler.samples.slice(from, to).flatMap(({ each }) => each.map((sample) => sample.rss)));
	figures(`${tps.toFixed(0)} operations a second: ${transactions} in ${blocks} blocks of ${slots} slots, ${(100 * fill).toFixed(0)} % full, at most ${fullest} in one`);
	figures(`${longest} slots from a block to the next at most, finality ${Math.max(...sampler.samples.map(({ lag }) => lag))} blocks behind, peers ${sampler.extreme(Math.min, "peers")} at least`);
	figures(`pool ${before} at most under load, ${sampler.extreme(Math.max, "pool")} in the flood (${waiting} waited, ${load.refused} refused: ${[...load.refusals.keys()].join(", ")})`);
	figures(`memory ${rss(0, half).toFixed(0)} MiB at most in the first half, ${rss(half).toFixed(0)} after`);
}

module.exports = { run };
