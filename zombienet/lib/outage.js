// Validators that die at once, and come back with the database that they had.
const fs = require("node:fs");
const { find, kill, restart } = require("./process.js");
const { blocks, oneChain, someDisabled, within } = require("./chain.js");
const { withNode, heights, pause } = require("./rpc.js");

/** Kills the nodes `names` with SIGKILL. Answers them, each with the block that was final for it. */
async function strike(networkInfo, names) {
	const nodes = names.map((name) => find(networkInfo, name));
	const before = await Promise.all(nodes.map(({ wsUri }) => withNode(wsUri, heights)));
	await Promise.all(nodes.map((node) => kill(node)));
	return nodes.map((node, i) => ({ ...node, final: before[i].finalized }));
}

/** Starts killed nodes again. Their databases must open and hold what was final: nobody begins anew. */
async function revive(nodes) {
	const ends = nodes.map(({ log }) => fs.statSync(log).size);
	const back = await Promise.all(nodes.map((node) => restart(node)));
	await Promise.all(back.map((node, i) => opened(node, ends[i])));
	return back;
}

/** What a node says of its database when it starts: its log from byte `start` on. */
async function opened({ name, log, final }, start) {
	let said = "";
	for (let tries = 0; tries < 50; tries++) {
		said = fs.readFileSync(log).subarray(start).toString();
		const known = /Highest known block at #(\d+)/.exec(said);
		if (known) {
			const best = Number(known[1]);
			if (best < final) throw new Error(`${name} came back with block ${best}, and ${final} was final`);
			if (/Initializing Genesis|panicked|corrupt/i.test(said)) throw new Error(`the database of ${name} is damaged: see ${log}`);
			return;
		}
		await pause(200);
	}
	throw new Error(`${name} does not say which block it knows: see ${log}`);
}

/** How full the slots are from block `first` to block `last`. */
async function pace(call, first, last) {
	const found = await blocks(call, first, last);
	return { blocks: last - first, slots: found.at(-1).slot - found[0].slot, found };
}

/** The highest block that is the same for both nodes. */
async function common(one, other) {
	const best = Math.min((await withNode(one.wsUri, heights)).best, (await withNode(other.wsUri, heights)).best);
	for (let number = best; ; number--) {
		const [hash, theirs] = await Promise.all(
			[one, other].map(({ wsUri }) => withNode(wsUri, (call) => call("chain_getBlockHash", number))),
		);
		if (hash === theirs) return { number, hash };
	}
}

/**
 * Brings `nodes` back after an outage that stopped finality. Within `bound` everything must be final that the
 * survivors made without them: that block `kept` is still in the chain, and no other fork is left anywhere. Answers
 * how many blocks came from the start of the dead until all was final, and until all nodes had one chain.
 */
async function recover(call, everybody, nodes, kept, bound) {
	const since = { ...bound, from: (await heights(call)).best };
	await revive(nodes);
	const { took: final } = await within(call, since, `block ${kept.number} final again`, (now) => now.finalized >= kept.number);
	const hash = await call("chain_getBlockHash", kept.number);
	if (hash !== kept.hash) throw new Error(`block ${kept.number} of the outage is gone: ${hash}, not ${kept.hash}`);
	const { took } = await oneChain(everybody, since);
	if (await someDisabled(call)) throw new Error("a validator is disabled: it was taken for a cheat after its death");
	return { final, took };
}

module.exports = { strike, revive, pace, common, recover };
