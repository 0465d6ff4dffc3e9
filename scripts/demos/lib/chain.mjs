// A connection to a chain, with no custom types: everything is read from its metadata.

import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import { blake2AsHex, cryptoWaitReady } from "@polkadot/util-crypto";

/** A call that the chain refused, in the chain's own words. */
export class Refused extends Error {
	constructor(what, error) {
		super(`${what}: ${error.name}${error.docs ? ` (${error.docs})` : ""}`);
		this.error = error.name;
	}
}

/** Name and documentation of a dispatch error, e.g. `vaults.BelowInitialRatio`. */
export function explained(api, error) {
	if (!error.isModule) return { name: error.toString(), docs: "" };
	const { section, name, docs, fields } = api.registry.findMetaError(error.asModule);
	// An error may say more: what it carries follows its index, one value after the other.
	let rest = error.asModule.error.slice(1);
	const inner = (fields ?? []).map(({ type }) => {
		const value = api.registry.createType(api.registry.createLookupType(type), rest);
		rest = rest.slice(value.encodedLength);
		return ` ${value}`;
	});
	return { name: `${section}.${name}${inner.join("")}`, docs: docs.join(" ").trim() };
}

/** Ends with an error if nothing of `promise` has been heard for `millis`. */
export function within(promise, millis, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what}: nothing within ${millis} ms`)), millis);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The newest of one kind of block, and who is told when there is another: `{ number, hash, now, at }`. */
export class Heads {
	#watchers = new Set();
	#stop;
	#looking = Promise.resolve();

	constructor(api) {
		this.api = api;
		this.head = undefined;
	}

	/** Follows the headers that `subscribe(heard)` brings; waits for the first. */
	async follow(subscribe) {
		// One header at a time, in order, so that a watcher sees each once.
		const first = new Promise((resolve, reject) => {
			subscribe((header) => {
				this.#looking = this.#looking
					.then(() => this.#arrived(header))
					.then(resolve, (error) => {
						reject(error);
						for (const watcher of this.#watchers) watcher.fail(error);
					});
			}).then((stop) => (this.#stop = stop), reject);
		});
		await first;
	}

	async #arrived(header) {
		const at = await this.api.at(header.hash);
		const now = Number(await at.query.timestamp.now());
		this.head = { number: header.number.toNumber(), hash: header.hash, now, at };
		for (const watcher of [...this.#watchers]) await watcher.see(this.head);
	}

	/** Calls `see(head)` on every new one until the returned function is called. */
	watch(see, fail = (error) => { throw error; }) {
		const watcher = { see, fail };
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}

	/** The first one, the present one included, for which `holds(head)`. */
	async until(holds, what, blocks = 50) {
		const start = this.head.number;
		if (await holds(this.head)) return this.head;
		return new Promise((resolve, reject) => {
			const stop = this.watch(async (head) => {
				try {
					if (await holds(head)) {
						stop();
						resolve(head);
					} else if (head.number >= start + blocks) {
						throw new Error(`${what}: not within ${blocks} blocks`);
					}
				} catch (error) {
					stop();
					reject(error);
				}
			}, reject);
		});
	}

	/** Follows no more, when what is being looked at has been looked at. */
	async close() {
		this.#stop?.();
		this.#watchers.clear();
		await this.#looking;
	}
}

export class Chain {
	#nonces = new Map();

	constructor(api) {
		this.api = api;
		/** The newest block: what time it is. */
		this.best = new Heads(api);
		/** Blocks that are relied on. */
		this.heads = this.best;
		/** The last block that is known to hold one of our calls; the head may be heard of later. */
		this.reached = 0;
	}

	/** Connects to the node at `url` and follows its blocks. */
	static async connect(url, { seconds = 60, options = {} } = {}) {
		await cryptoWaitReady();
		const provider = new WsProvider(url, 1000);
		const opening = ApiPromise.create({ provider, noInitWarn: true, ...options });
		try {
			const chain = new this(await within(opening, seconds * 1000, `connecting to ${url}`));
			chain.url = url;
			await chain.follow();
			return chain;
		} catch (error) {
			await provider.disconnect();
			throw error;
		}
	}

	follow() {
		return this.best.follow((heard) => this.api.rpc.chain.subscribeNewHeads(heard));
	}

	/** Disconnects, when the block that is being looked at has been looked at. */
	async close() {
		await this.heads.close();
		await this.best.close();
		await this.api.disconnect();
	}

	/** The last block that is relied on. */
	get head() {
		return this.heads.head;
	}

	/** The clock of the newest block, milliseconds since 1970. */
	get now() {
		return this.best.head.now;
	}

	/** As [`Heads.watch`] and [`Heads.until`], of blocks that are relied on. */
	watch(see, fail) {
		return this.heads.watch(see, fail);
	}

	until(holds, what, blocks) {
		return this.heads.until(holds, what, blocks);
	}

	/** The first block whose clock is at or after `moment`, milliseconds since 1970. */
	reaches(moment, what = "time") {
		return this.best.until((head) => head.now >= moment, what, 200);
	}

	/** Waits until block `number` is final, and returns its hash. */
	async finalized(number, seconds = 120) {
		const end = Date.now() + seconds * 1000;
		for (;;) {
			const hash = await this.api.rpc.chain.getFinalizedHead();
			const header = await this.api.rpc.chain.getHeader(hash);
			if (header.number.toNumber() >= number) return this.api.rpc.chain.getBlockHash(number);
			if (Date.now() > end) throw new Error(`block ${number} is not final after ${seconds} s`);
			await new Promise((done) => setTimeout(done, 500));
		}
	}

	/** The nonce of the next transaction of `address`, which is counted here. */
	async nonce(address) {
		const known = this.#nonces.get(address);
		const nonce = known ?? this.api.rpc.system.accountNextIndex(address).then(Number);
		this.#nonces.set(address, Promise.resolve(nonce).then((n) => n + 1));
		return nonce;
	}

	/** The counter and the chain may differ now: the chain is asked next time. */
	forget(address) {
		this.#nonces.delete(address);
	}

	/**
	 * Signs and submits `call`, and waits until a block holds it.
	 *
	 * @returns the block's number and hash, and the events of this extrinsic
	 * @throws [`Refused`] if the call failed
	 */
	async send(call, signer, what = `${call.method.section}.${call.method.method}`) {
		const nonce = await this.nonce(signer.address);
		const included = new Promise((resolve, reject) => {
			call
				.signAndSend(signer, { nonce }, (result) => {
					// A sealed chain finalises at once and says nothing in between.
					if (result.isInBlock || result.isFinalized) resolve(result);
					else if (result.isError) reject(new Error(`${what}: ${result.status.type}`));
				})
				.catch(reject);
		});
		let result;
		try {
			result = await within(included, 120_000, what);
		} catch (error) {
			this.forget(signer.address);
			throw new Error(`${what}: ${error.message}`, { cause: error });
		}
		const { status } = result;
		const hash = status.isInBlock ? status.asInBlock : status.asFinalized;
		// The client does not read the block that brings other code than its own; then it is read here.
		const found = result.blockNumber ? result : await this.#found(hash, result.txHash);
		const number = Number(found.blockNumber);
		this.reached = Math.max(this.reached, number);
		if (found.dispatchError) {
			throw new Refused(what, explained(this.api, found.dispatchError));
		}
		const events = found.events.map(({ event }) => event);
		return { number, hash, events };
	}

	/**
	 * What became of the transaction `sent` in block `hash`. By a client of its own: this one takes on the metadata of
	 * the code that the block brings while it reads what the code before has written.
	 */
	async #found(hash, sent) {
		const provider = new WsProvider(this.url, 1000);
		try {
			const api = await within(ApiPromise.create({ provider, noInitWarn: true }), 120_000, `connecting to ${this.url}`);
			const { block } = await provider.send("chain_getBlock", [hash.toHex()]);
			const place = block.extrinsics.findIndex((text) => blake2AsHex(text) === sent.toHex());
			const records = await (await api.at(hash)).query.system.events();
			const events = records.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.eqn(place));
			const failed = events.find(({ event }) => api.events.system.ExtrinsicFailed.is(event));
			return { blockNumber: Number(block.header.number), events, dispatchError: failed?.event.data.dispatchError };
		} finally {
			await provider.disconnect();
		}
	}

	/** The one event `section.method` among `events`. */
	static event(events, section, method) {
		const found = events.filter((event) => event.section === section && event.method === method);
		if (found.length !== 1) throw new Error(`${found.length} events ${section}.${method}, not 1`);
		return found[0].data;
	}
}

/** Ends the process when everything is written, whatever timers are left. */
export function leave(status) {
	process.stdout.write("", () => process.exit(status));
}

/** Accounts from development seeds, e.g. `//Alice`. */
export function keyring(ss58Format) {
	return new Keyring({ type: "sr25519", ss58Format });
}

/** The account that the chain derives for a pallet: `modl` and its id. */
export function palletAccount(keys, id) {
	const bytes = new Uint8Array(32);
	bytes.set(new TextEncoder().encode(`modl${id}`));
	return keys.encodeAddress(bytes);
}

/** `--name value` and `--flag` of a command line; anything not in `known` is an error. */
export function options(argv, known) {
	const found = {};
	for (let at = 0; at < argv.length; at++) {
		const name = argv[at].replace(/^--/, "");
		if (!argv[at].startsWith("--") || !(name in known)) {
			throw new Error(`unknown argument ${argv[at]}`);
		}
		if (known[name] === Boolean) found[name] = true;
		else if (argv[at + 1] === undefined) throw new Error(`${argv[at]} needs a value`);
		else found[name] = argv[++at];
	}
	return found;
}
