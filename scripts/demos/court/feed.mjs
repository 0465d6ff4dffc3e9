// The feeders: steady prices, often enough that none expires.

import { units } from "../lib/amounts.mjs";
import { PRICE_DECIMALS } from "../lib/prices.mjs";
import { PRICES, REPORTED_EVERY } from "./plan.mjs";

/** Each report is this share of the price wide. */
const WIDTH = 1_000n;

export class Feed {
	constructor(blocks, feeders) {
		Object.assign(this, { blocks, feeders });
		this.last = 0;
		blocks.beforeEach(() => this.#due());
	}

	/** The calls that report all prices now. */
	calls() {
		const observedAt = this.blocks.now;
		const reports = Object.entries(PRICES).map(([feed, price]) => {
			const value = units(price, PRICE_DECIMALS);
			return { feed: Number(feed), value, halfWidth: value / WIDTH, observedAt };
		});
		this.last = this.blocks.head.number;
		return this.feeders.map((feeder) => [this.blocks.api.tx.oracle.report(reports), feeder]);
	}

	/** Reports go into the next block when the last ones are old. */
	async #due() {
		if (this.blocks.head && this.blocks.head.number - this.last >= REPORTED_EVERY) {
			await this.blocks.post(this.calls());
		}
	}
}
