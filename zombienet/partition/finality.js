// What nodes have called final: a block stays so, and no other ever is at its height, on any of them.
const { heights, pause } = require("../lib/rpc.js");
const { SLOT } = require("../lib/chain.js");

/** The highest and the lowest block that `nodes` have, of `now` as `look` answers it. */
const highest = (nodes, now, which = "best") => Math.max(...nodes.map(({ name }) => now[name][which]));
const lowest = (nodes, now, which = "best") => Math.min(...nodes.map(({ name }) => now[name][which]));

class Finality {
	/** Of `nodes`, `{ name, call }`. `check` is called before each look, and throws if one of them has ended. */
	constructor(nodes, check) {
		Object.assign(this, { nodes, check, hashes: new Map(), latest: {} });
	}

	/** Heights of all nodes now, by name. */
	async look() {
		this.check();
		const all = await Promise.all(this.nodes.map(async ({ name, call }) => [name, await heights(call)]));
		for (const [name, { finalized, finalizedHash }] of all) {
			const latest = this.latest[name] ?? 0;
			if (finalized < latest) throw new Error(`${name} had finalised block ${latest} and now has ${finalized}`);
			this.latest[name] = finalized;
			const known = this.hashes.get(finalized) ?? finalizedHash;
			if (known !== finalizedHash) throw new Error(`block ${finalized} was final as ${known}; on ${name} it is ${finalizedHash}`);
			this.hashes.set(finalized, known);
		}
		return Object.fromEntries(all);
	}

	/** Looks again and again until `holds(heights)`. */
	async until(what, slots, holds) {
		for (const end = Date.now() + slots * SLOT; ; await pause(1000)) {
			const now = await this.look();
			if (await holds(now)) return;
			if (Date.now() > end) throw new Error(`${what}: not within ${slots} slots: ${JSON.stringify(now)}`);
		}
	}

	/** Looks again and again for so many slots. */
	async during(slots) {
		const end = Date.now() + slots * SLOT;
		await this.until("time", slots + 2, () => Date.now() >= end);
	}

	/** Fails unless all that was seen final on a node is part of every node's chain. Answers how many blocks. */
	async kept() {
		for (const { name, call } of this.nodes) {
			for (const [number, hash] of this.hashes) {
				const theirs = await call("chain_getBlockHash", number);
				if (theirs !== hash) throw new Error(`${name} has ${theirs} as block ${number}: ${hash} was final`);
			}
		}
		return this.hashes.size;
	}
}

module.exports = { Finality, SLOT, highest, lowest };
