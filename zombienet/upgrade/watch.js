// What must not happen while the runtime of a network is replaced, looked at all the time.
const fs = require("node:fs");
const { ask, withNode, heights, pause } = require("../lib/rpc.js");
const { find, isAlive } = require("../lib/process.js");

/** What a node says when a part of it has died. */
const DEATH = /panicked at|Essential task .* failed|Service failed|Runtime panicked/;

class Watch {
	/** @param networkInfo its nodes, all of them */
	constructor(networkInfo) {
		this.nodes = Object.keys(networkInfo.nodesByName).map((name) => find(networkInfo, name));
		/** Each look: heights of the first node, and what waits in the pool of each. */
		this.looks = [];
		this.stopped = false;
		this.looking = this.#run().catch((error) => { this.failure = error; });
	}

	async #run() {
		const [first] = this.nodes;
		while (!this.stopped) {
			const [{ best, finalized }, ...waiting] = await Promise.all([
				withNode(first.wsUri, heights),
				...this.nodes.map(async ({ wsUri }) => (await ask(wsUri, "author_pendingExtrinsics")).length),
			]);
			this.looks.push({ best, finalized, waiting: Math.min(...waiting) });
			await pause(1_000);
		}
	}

	/** Ends it. Fails if a node ended or said that a part of it did. */
	async stop() {
		this.stopped = true;
		await this.looking;
		if (this.failure) throw this.failure;
		for (const node of this.nodes) {
			if (!isAlive(node)) throw new Error(`${node.name} has ended: see ${node.log}`);
			const said = fs.readFileSync(node.log, "utf8").split("\n").find((line) => DEATH.test(line));
			if (said) throw new Error(`${node.name}: ${said}`);
		}
	}

	/** How many blocks finality was behind at worst. */
	get trailed() {
		return Math.max(...this.looks.map(({ best, finalized }) => best - finalized));
	}

	/** The most that waited in every pool at once while the best block was from `first` to `last`. */
	waited(first, last) {
		const there = this.looks.filter(({ best }) => best >= first && best <= last);
		return Math.max(0, ...there.map(({ waiting }) => waiting));
	}
}

module.exports = { Watch };
