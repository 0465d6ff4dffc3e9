// A chain that makes a block whenever it is asked to (`--sealing manual`): what happens when is then
// up to the job, and an hour of the chain takes seconds.

import { ApiPromise, WsProvider } from "@polkadot/api";
import { cryptoWaitReady } from "@polkadot/util-crypto";
import { explained, Refused, within } from "./chain.mjs";

/** In how many blocks a transaction must be. */
const PATIENCE = 5;

export class Blocks {
	#nonces = new Map();
	#waiting = new Map();
	#listeners = [];
	#before = [];
	#after = [];
	#failed;

	constructor(api, author) {
		Object.assign(this, { api, author });
		/** Every block that this job asked for: `{ number, hash, now, author, events }`. */
		this.made = [];
	}

	/** Connects to the node at `url`, which makes blocks on demand only, and has it make the first. */
	static async connect(url, seconds = 60) {
		await cryptoWaitReady();
		const provider = new WsProvider(url, 1000);
		try {
			const opening = ApiPromise.create({ provider, noInitWarn: true });
			const api = await within(opening, seconds * 1000, `connecting to ${url}`);
			const { methods } = await api.rpc.rpc.methods();
			if (!methods.some((name) => name.toString() === "engine_createBlock")) {
				throw new Error(`${url} does not make blocks on demand: start the node with --sealing manual`);
			}
			const authors = await api.query.session.validators();
			if (authors.length !== 1) throw new Error(`${authors.length} authorities, not 1`);
			const blocks = new Blocks(api, authors[0].toString());
			// The clock of an unsealed genesis is at zero.
			await blocks.step();
			blocks.made.length = 0;
			return blocks;
		} catch (error) {
			await provider.disconnect();
			throw error;
		}
	}

	close() {
		return this.api.disconnect();
	}

	get now() {
		return this.head.now;
	}

	/** Calls `heard(event, block)` on every event from now on, in order. */
	listen(heard) {
		this.#listeners.push(heard);
	}

	/** Calls `act()` before each block is made; it may [`post`]. */
	beforeEach(act) {
		this.#before.push(act);
	}

	/** Calls `see(head)` after each block, when its events have been heard. */
	afterEach(see) {
		this.#after.push(see);
	}

	/** Sends `calls` with the next block, and fails with the one after if one of them fails. */
	async post(calls) {
		for (const [call, signer, what] of calls) {
			const { included } = await this.#submit(call, signer, what);
			included.catch((error) => (this.#failed ??= error));
		}
	}

	/** Signs and submits `call`. `included` resolves when it is in a block, rejects if it failed. */
	async #submit(call, signer, what = `${call.method.section}.${call.method.method}`) {
		const { address } = signer;
		if (!this.#nonces.has(address)) {
			this.#nonces.set(address, (await this.api.rpc.system.accountNextIndex(address)).toNumber());
		}
		const nonce = this.#nonces.get(address);
		this.#nonces.set(address, nonce + 1);
		const signed = await call.signAsync(signer, { nonce, era: 0 });
		try {
			await this.api.rpc.author.submitExtrinsic(signed);
		} catch (error) {
			this.#nonces.delete(address);
			throw new Error(`${what}: ${error.message}`, { cause: error });
		}
		const included = new Promise((resolve, reject) => {
			this.#waiting.set(signed.hash.toHex(), { resolve, reject, what, since: this.made.length });
		});
		return { included };
	}

	/** The block after the last one, with everything that was submitted, and what it brought. */
	async step() {
		const { api } = this;
		if (this.#failed) throw this.#failed;
		for (const act of this.#before) await act();
		const sealing = api._rpcCore.provider.send("engine_createBlock", [true, true]);
		const { hash } = await within(sealing, 60_000, "a block");
		const at = await api.at(hash);
		const [number, now, records] = await Promise.all([
			at.query.system.number(), at.query.timestamp.now(), at.query.system.events(),
		]);
		const block = {
			number: number.toNumber(), hash, now: Number(now), author: this.author,
			events: records.map(({ event }) => event),
		};
		this.head = { ...block, at };
		this.made.push(block);
		await this.#answer(hash, records);
		for (const event of block.events) {
			for (const heard of this.#listeners) await heard(event, block);
		}
		for (const see of this.#after) await see(this.head);
		return this.head;
	}

	/** Tells whoever waits for a transaction of this block. */
	async #answer(hash, records) {
		if (this.#waiting.size === 0) return;
		const { block } = await this.api.rpc.chain.getBlock(hash);
		for (const [at, extrinsic] of block.extrinsics.entries()) {
			const key = extrinsic.hash.toHex();
			const waiting = this.#waiting.get(key);
			if (!waiting) continue;
			this.#waiting.delete(key);
			const events = records
				.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.eqn(at))
				.map(({ event }) => event);
			const failed = events.find((event) => this.api.events.system.ExtrinsicFailed.is(event));
			if (failed) waiting.reject(new Refused(waiting.what, explained(this.api, failed.data[0])));
			else waiting.resolve({ events, hash });
		}
		for (const { reject, what, since } of this.#waiting.values()) {
			if (this.made.length - since > PATIENCE) reject(new Error(`${what}: in no block`));
		}
	}

	/** Sends `call` and makes the block that holds it. */
	async send(call, signer, what) {
		return (await this.sendAll([[call, signer, what]]))[0];
	}

	/**
	 * Sends all of `calls`, each `[call, signer, what]`, and makes the blocks that hold them.
	 *
	 * @throws the first failure, when all are in blocks
	 */
	async sendAll(calls) {
		return (await this.tryAll(calls)).map(({ error, ...sent }) => {
			if (error) throw error;
			return sent;
		});
	}

	/** As [`sendAll`], with a failure as `{ error }` in its place. */
	async tryAll(calls) {
		const answers = new Array(calls.length);
		let left = calls.length;
		for (const [at, [call, signer, what]] of calls.entries()) {
			const done = (answer) => {
				answers[at] = answer;
				left -= 1;
			};
			const { included } = await this.#submit(call, signer, what);
			included.then(done, (error) => done({ error }));
		}
		while (left > 0) {
			await this.step();
			// What was answered is told first.
			await new Promise((told) => setImmediate(told));
		}
		return answers;
	}

	/** Makes blocks until `holds(head)`; the first for which it does, the present one included. */
	async until(holds, what, most = 1_000) {
		for (let count = 0; !(await holds(this.head)); count++) {
			if (count >= most) throw new Error(`${what}: not within ${most} blocks`);
			await this.step();
		}
		return this.head;
	}

	/** Makes blocks until the chain's clock is at or after `moment`. */
	reaches(moment, what = "time") {
		return this.until((head) => head.now >= moment, what);
	}
}
