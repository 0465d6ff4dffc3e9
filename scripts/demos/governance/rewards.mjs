// What feeders earn, a second time: from the reports that the chain holds after each block.

import { plain } from "../lib/plain.mjs";
import { aggregate } from "./medians.mjs";

/**
 * What a report earns: the reward of its feed in whole if the feeder's last one has stopped to count,
 * in proportion if it came sooner. The first report earns nothing.
 */
export function due(reward, timeToLive, since) {
	const time = since < timeToLive ? since : timeToLive;
	return (reward * time) / timeToLive;
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

	async #look({ at, now }) {
		const ids = [...this.feeds.values()];
		const read = (id) => Promise.all([at.query.oracle.feeds(id), at.query.oracle.live(id)]);
		for (const [place, [config, data]] of (await Promise.all(ids.map(read))).entries()) {
			if (config.isNone || data.isNone) continue;
			this.note(ids[place], plain(config).reward, plain(data), BigInt(now));
		}
	}

	/** Takes note of a feed after a block: reports that are new have earned something. */
	note(feed, reward, { reports, terms }, now) {
		const priced = aggregate(reports, terms, now) !== null;
		for (const { feeder, receivedAt } of reports) {
			const key = `${feed}/${feeder}`;
			const last = this.#received.get(key);
			if (last === receivedAt) continue;
			this.#received.set(key, receivedAt);
			if (last === undefined || !priced || this.liars.has(feeder)) continue;
			const more = due(reward, terms.timeToLive, receivedAt - last);
			this.earned.set(feeder, (this.earned.get(feeder) ?? 0n) + more);
		}
	}
}
