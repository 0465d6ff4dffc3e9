// Looks at every price in every block: it must be what the reports make of it, and within what honest
// feeders say.

import { plain } from "./plain.mjs";
import { aggregate, faults, honestRange, parts } from "./medians.mjs";

/** How many faults are told; there may be one a block. */
const TOLD = 10;

export class Prices {
	/**
	 * @param blocks what calls `afterEach` with each block: its number, clock and state
	 * @param feeds ids of the feeds that are looked at, by name; more may be added
	 */
	constructor(blocks, feeds) {
		Object.assign(this, { blocks, feeds });
		/** Accounts that lie. */
		this.liars = new Set();
		/** Prices that were compared, and what was wrong with them. */
		this.compared = 0;
		this.wrong = [];
		/** Of each feed what it was in the last block: `{ status, quote, range, found, lied }`. */
		this.last = new Map();
		/** Blocks in which a liar's report was beyond the honest range and counted. */
		this.resisted = 0;
		blocks.afterEach((head) => this.#look(head));
	}

	async #look({ number, now, at }) {
		const names = [...this.feeds];
		const read = ([, id]) => Promise.all([at.query.oracle.live(id), at.call.oracleApi.reading(id)]);
		const found = await Promise.all(names.map(read));
		for (const [place, [name]] of names.entries()) {
			const [data, reading] = found[place].map(plain);
			if (data) this.#compare(name, reading, data, BigInt(now), number);
		}
	}

	#compare(name, reading, { reports, terms }, now, number) {
		const lies = (who) => this.liars.has(who);
		for (const fault of faults(reading, reports, terms, now, lies)) {
			if (this.wrong.length < TOLD) this.wrong.push(`block ${number}, ${name}: ${fault}`);
		}
		const found = aggregate(reports, terms, now);
		const range = honestRange(reports, terms, now, lies);
		const beyond = ({ feeder, value, observedAt }) =>
			lies(feeder) && observedAt + terms.timeToLive > now &&
			(value < range.least || value > range.most);
		const lied = found !== null && range !== null && reports.some(beyond);
		if (found) this.compared += 1;
		if (lied) this.resisted += 1;
		this.last.set(name, { ...parts(reading), range, found, lied });
	}

	/** Whether a lie was among the reports on `name` in the last block. */
	lied(name) {
		return this.last.get(name)?.lied;
	}

	/** What `name` was in the last block. */
	status(name) {
		return this.last.get(name)?.status;
	}
}
