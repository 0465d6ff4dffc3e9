// A network of nodes whose blocks may be replaced until they are final, and any of which may die. A transaction
// counts when a final block holds it. Each is sent to the next node in turn; one that is not final in time is sent
// again, as it is, to the one after that.

import { Chain, explained, Heads, Refused, within } from "./chain.mjs";

/** After so many final blocks without it a transaction is sent again. */
const PATIENCE = 6;
/** Longest time until a transaction is final, milliseconds; it is valid for 64 blocks. */
const LONGEST = 300_000;
/** What a node answers of a transaction that it knows already: banned for a while, or imported. */
const KNOWN = [1012, 1013];
/** And of one that is invalid, or in its newest blocks already. */
const INVALID = 1010;

/** What the node at `url` answers to `method(...params)`; `error.code` if it refuses, none if it is dead. */
export async function ask(url, method, ...params) {
	const response = await fetch(url.replace(/^ws/, "http"), {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ id: 1, jsonrpc: "2.0", method, params }),
		signal: AbortSignal.timeout(10_000),
	});
	const { result, error } = await response.json();
	if (!error) return result;
	const said = error.data === undefined ? error.message : `${error.message}: ${error.data}`;
	throw Object.assign(new Error(said), { code: error.code });
}

export class Network extends Chain {
	/** Transactions under way, by hash. */
	#waiting = new Map();
	/** The place among the nodes to which the next one goes. */
	#next = 0;
	#scanned = 0;
	/** How often a transaction had been lost with its node and was taken by another, and how often a node was dead. */
	resent = 0;
	dead = 0;

	/** Connects to the first of `urls`, and follows its blocks; the first must live as long as this. */
	static async connect(urls, settings) {
		const network = await super.connect(urls[0], settings);
		network.urls = urls;
		return network;
	}

	async follow() {
		await super.follow();
		this.heads = new Heads(this.api);
		await this.heads.follow((heard) => this.api.rpc.chain.subscribeFinalizedHeads(heard));
		this.#scanned = this.head.number;
		this.watch((head) => this.#look(head.number), (error) => this.#fail(error));
	}

	/** The next node in turn: of as many transactions as there are nodes, each gets one, also one that is dead. */
	place() {
		const place = this.#next;
		this.#next = (place + 1) % this.urls.length;
		return place;
	}

	/** As [`Chain.send`], and waits until the block is final. */
	async send(call, signer, what = `${call.method.section}.${call.method.method}`) {
		const { address } = signer;
		const nonce = await this.nonce(address);
		try {
			const signed = await call.signAsync(signer, { nonce });
			return await within(this.#deliver(signed, what), LONGEST, what);
		} catch (error) {
			if (error instanceof Refused) throw error;
			this.forget(address);
			throw new Error(`${what}: ${error.message}`, { cause: error });
		}
	}

	async #deliver(signed, what) {
		const hash = signed.hash.toHex();
		const sent = { hex: signed.toHex(), place: this.place(), since: this.head.number, what };
		const included = new Promise((resolve, reject) => Object.assign(sent, { resolve, reject }));
		// It may fail while it is being submitted.
		included.catch(() => {});
		this.#waiting.set(hash, sent);
		try {
			await this.#submit(sent);
			return await included;
		} finally {
			this.#waiting.delete(hash);
		}
	}

	/** Gives it to its node, or to the next that lives; whether it was news there. */
	async #submit(sent) {
		for (let tried = 0; ; tried++) {
			try {
				await ask(this.urls[sent.place], "author_submitExtrinsic", sent.hex);
				return true;
			} catch (error) {
				if (KNOWN.includes(error.code)) return false;
				if (error.code !== undefined || tried === this.urls.length - 1) throw error;
				this.dead += 1;
				sent.place = (sent.place + 1) % this.urls.length;
			}
		}
	}

	/** Looks for ours in the blocks up to `number`, which are final; what is late is sent again. */
	async #look(number) {
		for (; this.#scanned < number; this.#scanned++) {
			if (this.#waiting.size > 0) await this.#scan(this.#scanned + 1);
		}
		for (const sent of this.#waiting.values()) {
			if (number < sent.since + PATIENCE) continue;
			Object.assign(sent, { since: number, place: (sent.place + 1) % this.urls.length });
			await this.#again(sent);
		}
	}

	/** Sends again what is late. */
	async #again(sent) {
		try {
			if (await this.#submit(sent)) this.resent += 1;
		} catch (error) {
			if (error.code !== INVALID) sent.reject(error);
		}
	}

	async #scan(number) {
		const { api } = this;
		const hash = await api.rpc.chain.getBlockHash(number);
		const { block } = await api.rpc.chain.getBlock(hash);
		const ours = [...block.extrinsics.entries()]
			.map(([at, extrinsic]) => [at, this.#waiting.get(extrinsic.hash.toHex())])
			.filter(([, sent]) => sent);
		if (ours.length === 0) return;
		const records = await (await api.at(hash)).query.system.events();
		for (const [at, sent] of ours) {
			const events = records
				.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.eqn(at))
				.map(({ event }) => event);
			this.reached = Math.max(this.reached, number);
			const failed = events.find((event) => api.events.system.ExtrinsicFailed.is(event));
			if (failed) sent.reject(new Refused(sent.what, explained(api, failed.data.dispatchError)));
			else sent.resolve({ number, hash, events });
		}
	}

	#fail(error) {
		for (const { reject } of this.#waiting.values()) reject(error);
	}
}
