// A fresh node joins by warp sync: it takes finality from proofs of how the authorities changed, and the state from its
// peers, instead of executing every block. Arguments, in blocks: until authorities have changed twice, until the node
// is at the head, how long it is watched then, until it has the history, and until it is at the head when started again.
const fs = require("node:fs");
const { alike } = require("../lib/answers.js");
const { more, within } = require("../lib/chain.js");
const { withClient, fund } = require("../lib/client.js");
const { address, extra, kill, memory, restart } = require("../lib/process.js");
const { figures } = require("../lib/report.js");
const { ask, headerAt, heights, withNode } = require("../lib/rpc.js");

/** What a node is asked, at a block that is final. */
const QUESTIONS = [
	"Core_version", "TempoApi_tempo", "OracleApi_feeds", "RiskApi_listings", "ValidatorSetApi_terms", "ValidatorSetApi_candidates",
	"GrandpaApi_grandpa_authorities", "GrandpaApi_current_set_id", "BabeApi_current_epoch",
];
/** Seconds until a node answers, on a machine that has much else to do. */
const START = 240;
/** A block that is long past when the fresh node comes. */
const EARLY = 2;

/** How often GRANDPA's authorities have changed. */
const sets = async (call, hash) =>
	Buffer.from((await call("state_call", "GrandpaApi_current_set_id", "0x", hash)).slice(2), "hex").readUInt32LE();

/** Gives the validator new session keys, as docs/validator.md says. */
async function rotate(chain, key, { name, wsUri }) {
	const stash = key(`//${name[0].toUpperCase()}${name.slice(1)}//stash`);
	await fund(chain, key, stash, 10);
	const owner = `0x${Buffer.from(stash.publicKey).toString("hex")}`;
	const { keys, proof } = await ask(wsUri, "author_rotateKeysWithOwner", owner);
	await chain.send(chain.api.tx.session.setKeys(keys, proof), stash);
}

/** Two validators get new keys, in sessions of their own, so that there are two new sets. */
async function change(chain, key, call, nodes, blocks) {
	const { best } = await heights(call);
	const session = async () => Number(await chain.api.query.session.currentIndex());
	await rotate(chain, key, nodes[2]);
	const first = await session();
	await within(call, { blocks }, "the next session", async () => (await session()) > first);
	await rotate(chain, key, nodes[3]);
	const changed = await within(call, { blocks }, "two new sets", async ({ finalizedHash }) => (await sets(call, finalizedHash)) >= 2);
	if (changed.best - best > blocks) throw new Error(`two new sets took ${changed.best - best} blocks, over ${blocks}`);
	return sets(call, changed.finalizedHash);
}

/** Blocks that are final behind the one with the last new set. */
const BEHIND = 3;

/** What a node has written into its log since it was `from` bytes long. */
const log = (node, from = 0) => fs.readFileSync(node.log, "utf8").slice(from);

/** Waits until `fresh` has as final what the others have now. Answers how many blocks it took. */
async function caughtUp(call, fresh, blocks, what) {
	const { finalized } = await heights(call);
	const { took } = await within(call, { blocks }, what, async () =>
		withNode(fresh.wsUri, async (theirs) => (await heights(theirs)).finalized >= finalized));
	return took;
}

/** That it did not execute the chain, though it has its blocks: it has no state of an early one, which the others have. */
async function warped(call, fresh) {
	if (!/Warp sync is complete/.test(log(fresh))) throw new Error(`${fresh.name} does not say that it warp-synced: see ${fresh.log}`);
	const { hash } = await headerAt(call, EARLY);
	await call("state_call", "Core_version", "0x", hash);
	const answer = await ask(fresh.wsUri, "state_call", "Core_version", "0x", hash).catch((error) => error.message);
	if (!/State already discarded/.test(answer)) throw new Error(`asked for the state of block ${EARLY}, ${fresh.name} says ${answer}`);
}

/** Asks all nodes at a block that all have as final. */
async function answered(call, nodes) {
	const { finalizedHash, finalized } = await heights(call);
	await within(call, { blocks: 5 }, "final on all", async () => {
		const all = await Promise.all(nodes.map(({ wsUri }) => withNode(wsUri, heights)));
		return all.every((node) => node.finalized >= finalized);
	});
	return Object.keys(await alike(nodes, QUESTIONS, finalizedHash)).length;
}

/** Waits until `fresh` has the body of every block up to `last`, as the others have it. */
async function history(call, fresh, last, blocks) {
	const { took } = await within(call, { blocks }, "history", async () =>
		withNode(fresh.wsUri, async (theirs) => {
			for (let number = last; number >= 1; number--) {
				const hash = await call("chain_getBlockHash", number);
				const [mine, other] = await Promise.all([call, theirs].map((node) => node("chain_getBlock", hash)));
				if (other === null) return false;
				if (JSON.stringify(mine.block) !== JSON.stringify(other.block)) throw new Error(`${fresh.name} has another block ${number}`);
			}
			return true;
		}));
	return took;
}

async function run(nodeName, networkInfo, args) {
	const [changes, head, follows, gap, again] = args.map(Number);
	const nodes = Object.entries(networkInfo.nodesByName).map(([name, { wsUri }]) => ({ name, wsUri }));
	const { wsUri } = networkInfo.nodesByName[nodeName];
	const call = (method, ...params) => ask(wsUri, method, ...params);

	const changed = await withClient(wsUri, (chain, key) => change(chain, key, call, nodes, changes));
	// Of a target right behind a block with a new set the SDK cannot import the state: it has that block's header from
	// the proof, and looks for the ones between (set_head_with_transaction of sc-client-db). docs/run-a-node.md.
	const settled = (await heights(call)).finalized + BEHIND;
	const { finalized } = await within(call, { blocks: 2 * BEHIND }, "blocks behind the new set", (now) => now.finalized >= settled);
	const peers = await Promise.all(nodes.map((node) => address(node.wsUri)));
	const started = Date.now();
	let fresh = await extra(networkInfo, "fresh", { peers, options: ["--sync", "warp"], seconds: START });
	const took = await caughtUp(call, fresh, head, "warp sync");
	const seconds = Math.ceil((Date.now() - started) / 1000);
	const all = [...nodes, fresh];
	figures(`warp-synced to block ${finalized} over ${changed} changes of authorities within ${took} blocks (${seconds} s)`);

	await more(call, follows);
	const behind = await caughtUp(call, fresh, follows, "following");
	const alikes = await answered(call, all);
	const bodies = await history(call, fresh, finalized, gap);
	await warped(call, fresh);
	figures(`${alikes} runtime APIs answered alike by ${all.length} nodes; follows within ${behind} blocks; bodies of all ${finalized} blocks are there ${bodies} blocks after that, and no state of block ${EARLY}`);

	const before = await withNode(fresh.wsUri, heights);
	const said = log(fresh).length;
	await kill(fresh, "SIGTERM");
	fresh = await restart(fresh, START);
	const kept = await withNode(fresh.wsUri, heights);
	if (kept.finalized < before.finalized) throw new Error(`started again with block ${kept.finalized} final, after ${before.finalized}`);
	const back = await caughtUp(call, fresh, again, "started again");
	if (/Warp sync is complete/.test(log(fresh, said))) throw new Error("started again, it warp-synced again");
	await answered(call, [...nodes, fresh]);
	figures(`started again at block ${kept.finalized}, at the head within ${back} blocks; ${Math.round(memory(fresh))} MiB`);
}

module.exports = { run };
