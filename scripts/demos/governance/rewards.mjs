// What feeders earn, a second time: from the reports that the chain holds after each block, and from what it
// said of each when it came.

import { fields, plain } from "../lib/plain.mjs";

/**
 * What a report earns: the reward of its feed in whole if the feeder's last one has stopped to count,
 * in proportion if it came sooner. The first report earns nothing.
 */
export function due(reward, timeToLive, since) {
	const time = since < timeToLive ? since : timeToLive;
	return (reward * time) / timeToLive;
}

/**
 * The reports of a block that counted, as `feed/feeder`: those that found a quorum when they came, be it by
 * themselves. The first reports after a pause find none, whatever is there when the block is full.
 *
 * @param events `{ section, method, data }` in the order of the block
 */
export function counted(events) {
	const found = new Set();
	let feeds = [];
	for (const { section, method, data } of events) {
		const name = `${section}.${method}`;
		if (name === "oracle.PriceUpdated" || name === "oracle.PriceHeld") {
			feeds.push(fields(data).feed);
		} else if (name === "oracle.Reported") {
			for (const feed of feeds) found.add(`${feed}/${fields(data).feeder}`);
			feeds = [];
		} else if (name === "system.ExtrinsicSuccess") {
			// What made a price was no report.
			feeds = [];
		}
	}
	return found;
}

export class Rewards {
	#received = new Map();

	/**
	 * @param feeds ids of the feeds that are looked at, by name
	 * @param liars accounts whose reports are outliers, which earn nothing
	 */
	constructor(blocks, feeds, liars) {
		Object.assign(this, { blocks, feeds, liars });
		/** What each account has earned so far, by address. */
		this.earned = new Map();
		blocks.afterEach((head) => this.#look(head));
	}

	async #look({ at, events }) {
		const took = counted(events);
		const ids = [...this.feeds.values()];
		const read = (id) => Promise.all([at.query.oracle.feeds(id), at.query.oracle.live(id)]);
		for (const [place, [config, data]] of (await Promise.all(ids.map(read))).entries()) {
			if (config.isNone || data.isNone) continue;
			this.note(ids[place], plain(config).reward, plain(data), took);
		}
	}

	/** Takes note of a feed after a block: reports that are new, and counted, have earned something. */
	note(feed, reward, { reports, terms }, took) {
		for (const { feeder, receivedAt } of reports) {
			const key = `${feed}/${feeder}`;
			const last = this.#received.get(key);
			if (last === receivedAt) continue;
			this.#received.set(key, receivedAt);
			if (last === undefined || !took.has(key) || this.liars.has(feeder)) continue;
			const more = due(reward, terms.timeToLive, receivedAt - last);
			this.earned.set(feeder, (this.earned.get(feeder) ?? 0n) + more);
		}
	}
}
