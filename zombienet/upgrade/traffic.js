// A modest constant load, each transaction of which must be carried out exactly once, whatever happens to the chain
// meanwhile. A signature covers the version of the runtime: what waits when the code changes is void then, and its
// sender signs it again, with the same nonce. That is what any client has to do. No metadata is involved: there is no
// moment at which the load has the wrong one.
const { ask } = require("../lib/rpc.js");
const { accountKey, chainOf, nonces } = require("../lib/load.js");
const { signed } = require("../lib/signer.js");

/** A transaction that is in no block after so many is sent again. */
const PATIENCE = 6;
/** How often it is looked at what became of them, milliseconds. */
const LOOK = 3_000;

class Traffic {
	#timers = [];
	#busy = Promise.resolve();

	/**
	 * @param hashes `blake2AsU8a` of the client's packages
	 * @param senders `[{ pair, call }]`: each sends the encoded `call`, again and again
	 * @param uris the nodes, of which each sender uses one
	 */
	constructor({ blake2AsU8a }, senders, uris) {
		this.library = { blake2AsU8a, sr25519Sign: (payload, pair) => pair.sign(payload) };
		this.keys = senders.map(({ pair }) => accountKey(blake2AsU8a, pair.publicKey));
		Object.assign(this, { uris, again: 0, refusals: new Map() });
		this.senders = senders.map((sender, at) => ({ ...sender, uri: uris[at % uris.length], waiting: [] }));
	}

	get sent() {
		return this.senders.reduce((sum, { next, first }) => sum + next - first, 0);
	}

	/** Begins: one of each sender every `seconds`. */
	async start(seconds) {
		const [uri] = this.uris;
		this.chain = await chainOf(uri);
		const found = await nonces(uri, this.keys, await ask(uri, "chain_getBlockHash"));
		this.senders.forEach((sender, at) => { sender.first = sender.next = found[at]; });
		const every = (millis, act) => this.#timers.push(setInterval(() => this.#queue(act), millis).unref());
		every(seconds * 1000, () => this.#round());
		every(LOOK, () => this.#look());
	}

	/** Nothing new from now on; what waits is looked after until it is in a block. */
	rest() {
		clearInterval(this.#timers[0]);
	}

	async stop() {
		for (const timer of this.#timers) clearInterval(timer);
		await this.#busy;
	}

	/** Whether all that was sent is in block `hash`, or before it. */
	async done(hash) {
		const found = await nonces(this.uris[0], this.keys, hash);
		return this.senders.every(({ next }, at) => found[at] === next);
	}

	/** One after the other. What cannot be done now is done the next time; what comes of all is seen in the end. */
	#queue(act) {
		this.#busy = this.#busy.then(act).catch((error) => this.#note(error));
	}

	#note(error) {
		const words = error.message.replace(/0x\w+/g, "…").trim();
		this.refusals.set(words, (this.refusals.get(words) ?? 0) + 1);
	}

	async #round() {
		await Promise.all(this.senders.map((sender) => {
			const one = { nonce: sender.next++ };
			sender.waiting.push(one);
			return this.#submit(sender, one);
		}));
	}

	async #submit(sender, one) {
		one.version = this.chain.specVersion;
		one.at = this.best;
		const text = signed(this.library, this.chain, sender.pair, one.nonce, sender.call);
		// It may be in the pool or in a block already, or void: the next blocks say.
		await ask(sender.uri, "author_submitExtrinsic", text).catch((error) => this.#note(error));
	}

	/** What is in a block is done; what is void, or waits for too long, goes out again. */
	async #look() {
		const [uri] = this.uris;
		const hash = await ask(uri, "chain_getBlockHash");
		this.best = Number((await ask(uri, "chain_getHeader", hash)).number);
		this.chain = await chainOf(uri);
		const found = await nonces(uri, this.keys, hash);
		for (const [at, sender] of this.senders.entries()) {
			sender.waiting = sender.waiting.filter(({ nonce }) => nonce >= found[at]);
			for (const one of sender.waiting) {
				one.at ??= this.best;
				if (one.version === this.chain.specVersion && this.best - one.at < PATIENCE) continue;
				this.again += 1;
				await this.#submit(sender, one);
			}
		}
	}
}

module.exports = { Traffic };
