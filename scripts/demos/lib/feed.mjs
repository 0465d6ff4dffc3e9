// The feeders: one day of history a block, each feeder with its own view of the day.

import { halfWidth, seenBy, silent, PRICE_DECIMALS } from "./prices.mjs";

const PAR = 10n ** BigInt(PRICE_DECIMALS);

export class Feed {
	/**
	 * @param feeds which series goes to which feed of the oracle, e.g. `{ wti: 10 }`
	 * @param outage `{ series, after, until }`: between these days the feeders say nothing of the series
	 */
	constructor(chain, feeders, days, feeds, parFeed, outage) {
		Object.assign(this, { chain, feeders, days, feeds, parFeed, outage });
		/** The day that the next block is to bring. */
		this.next = 0;
		/** Blocks by day, for the days that are on chain. */
		this.landed = [];
		this.failure = undefined;
		this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
		// Looked at when the job ends; a failure must not end the process before it is reported.
		this.done.catch(() => {});
	}

	/** Whether there are prices on chain. */
	get priced() {
		return this.landed.length > 0;
	}

	get day() {
		return this.days[Math.max(0, this.landed.length - 1)];
	}

	/** What the last day with a price of `series` had, as far as the feeders have said. */
	worth(series) {
		for (let at = this.landed.length - 1; at >= 0; at--) {
			if (!silent(this.outage, series, this.days[at])) return this.days[at][series];
		}
		return undefined;
	}

	/** The loans are out. This market does not wait for them. */
	loansAreOut() {}

	/** What it came to, in words. */
	summary() {
		const [first, last] = [this.landed[0], this.landed.at(-1)];
		return `${this.landed.length} days were reported in blocks ${first} to ${last}`;
	}

	/** What was found to be wrong with prices: here nothing is looked for. */
	get wrong() {
		return [];
	}

	logs() {
		return [];
	}

	close() {}

	#reports(index, day, observedAt) {
		const count = this.feeders.length;
		const report = (feed, value) => {
			const seen = seenBy(index, count, value);
			return { feed, value: seen, halfWidth: halfWidth(seen), observedAt };
		};
		const dear = Object.entries(this.feeds)
			.filter(([name]) => !silent(this.outage, name, day))
			.map(([name, feed]) => report(feed, day[name]));
		// No history of a token that did not exist: it is worth its dollar.
		return [report(this.parFeed, PAR), ...dear];
	}

	/** Ends before the history does, when what is under way has landed. */
	async halt() {
		this.next = this.days.length;
		await this.pending;
		if (this.failure) throw this.failure;
		this.stop();
	}

	/** Begins: from now on every block brings a day, until there is none left. */
	start() {
		const tick = (head) => {
			// One day a block: the next one waits until the last is in.
			if (this.pending || this.next >= this.days.length) return;
			const at = this.next++;
			const send = (feeder, index) => {
				const reports = this.#reports(index, this.days[at], head.now);
				const call = this.chain.api.tx.oracle.report(reports);
				return this.chain.send(call, feeder, `oracle.report of ${this.days[at].date}`);
			};
			this.pending = Promise.all(this.feeders.map(send))
				.then((sent) => {
					this.landed[at] = Math.max(...sent.map(({ number }) => number));
					this.pending = undefined;
					if (this.landed.length === this.days.length) this.#finish();
					// In case this is heard of after the block itself, the next day goes out now.
					else if (this.chain.head.number > head.number) tick(this.chain.head);
				})
				.catch((error) => this.#fail(error));
		};
		this.stop = this.chain.watch(tick, (error) => this.#fail(error));
		tick(this.chain.head);
	}

	#finish() {
		this.stop();
		this.resolve();
	}

	#fail(error) {
		this.stop();
		this.failure = error;
		this.reject(error);
	}
}
