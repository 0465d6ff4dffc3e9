// What happened, block by block: every event since a block, and who wrote each block.

const BABE = "BABE";

/** The validator that wrote the block with `header`; its stash is paid the fees. */
async function author(at, header) {
	const item = header.digest.logs.find((log) => log.isPreRuntime && log.asPreRuntime[0].toString() === BABE);
	if (!item) throw new Error(`block ${header.number} has no BABE pre-digest`);
	// One byte for the kind of slot, then the index of the authority.
	const index = Buffer.from(item.asPreRuntime[1].toU8a(true)).readUInt32LE(1);
	return (await at.query.session.validators())[index].toString();
}

export class Journal {
	#listeners = [];
	#after = [];
	#reading = Promise.resolve();

	/** Begins after the block that `chain` is at. */
	constructor(chain) {
		this.chain = chain;
		this.start = chain.head.number;
		this.blocks = [];
		this.stop = chain.watch((head) => this.#catchUp(head.number));
	}

	/** Calls `heard(event, block)` on every event from now on, in order. */
	listen(heard) {
		this.#listeners.push(heard);
	}

	/** Calls `see(block)` after each block, when its events have been heard; it has the state as `at`. */
	afterEach(see) {
		this.#after.push(see);
	}

	get last() {
		return this.start + this.blocks.length;
	}

	async #read(number) {
		const { api } = this.chain;
		const hash = await api.rpc.chain.getBlockHash(number);
		const header = await api.rpc.chain.getHeader(hash);
		const at = await api.at(hash);
		const [records, now] = await Promise.all([at.query.system.events(), at.query.timestamp.now()]);
		const block = {
			number,
			hash: hash.toHex(),
			now: Number(now),
			author: await author(at, header),
			events: records.map(({ event }) => event),
		};
		return { block, at };
	}

	/** Reads every block up to `number` that is not read yet. */
	async #catchUp(number) {
		const work = this.#reading.then(async () => {
			while (this.last < number) {
				const { block, at } = await this.#read(this.last + 1);
				this.blocks.push(block);
				for (const event of block.events) {
					for (const heard of this.#listeners) await heard(event, block);
				}
				for (const see of this.#after) await see({ ...block, at });
			}
		});
		// A failure is the caller's; the next block tries again.
		this.#reading = work.catch(() => {});
		return work;
	}

	/**
	 * Ends the journal at block `number`, which is final, and reads again what was replaced by
	 * another block in the meantime.
	 */
	async settle(number) {
		await this.#catchUp(number);
		this.stop();
		this.blocks.length = number - this.start;
		for (const [at, block] of this.blocks.entries()) {
			const hash = (await this.chain.api.rpc.chain.getBlockHash(block.number)).toHex();
			if (hash !== block.hash) this.blocks[at] = (await this.#read(block.number)).block;
		}
	}
}
