// The feeders of a network: processes of strata-feeder, each with a node and a source of its own. The history of
// prices is what the sources show; one of them lies.

import { units } from "./amounts.mjs";
import { Feeder } from "./feeders.mjs";
import { PRICE_DECIMALS, silent } from "./prices.mjs";
import { Prices } from "./readings.mjs";
import { Sources } from "./sources.mjs";

/** How feeders report: whenever a price moves, and every two minutes. Milliseconds, and basis points. */
const RHYTHM = { tick: 500, heartbeat: 120_000, interval: 4_000, refresh: 6_000, deviation: 1 };
const PAR = 10n ** BigInt(PRICE_DECIMALS);
const SLOT = 6_000;

export class News {
	#sources;
	#feeders = [];
	#began;
	failure = undefined;

	/**
	 * @param days the history, a row a day
	 * @param outage as of [`silent`]: the sources have no price then
	 * @param feeds ids of the oracle's feeds by series; `par` is the one of what is worth one
	 * @param market `{ slots, liar, lie }`: how long the history takes once the loans are out, and who lies
	 * @param binary the program of a feeder
	 * @param folder where feeders keep configurations and logs
	 */
	constructor(chain, journal, parties, { days, outage, feeds, market, binary, folder }) {
		Object.assign(this, { chain, journal, days, outage, feeds, market });
		const names = parties.feeders.map(({ address }) => parties.name(address));
		const worth = Object.fromEntries(Object.keys(feeds).map((name) => [name, () => this.#shown(name)]));
		this.#sources = new Sources(names, worth, () => chain.now);
		this.#feeders = parties.feeders.map(({ address }, at) => new Feeder(binary, folder, names[at], address));
		this.done = new Promise((resolve) => (this.resolve = resolve));
	}

	get day() {
		return this.days[this.#sources.steps];
	}

	worth(series) {
		return series === "par" ? PAR : this.day[series];
	}

	/** What honest sources show of it, if anything. */
	#shown(series) {
		return silent(this.outage, series, this.day) ? undefined : this.worth(series);
	}

	/** Whether all prices are there. */
	get priced() {
		return Object.keys(this.feeds).every((name) => this.prices.status(name) === "Fresh");
	}

	get wrong() {
		return this.prices.wrong;
	}

	/** Starts sources and feeders: each has the node of its place first, and the others for when that is dead. */
	async start() {
		const { chain } = this;
		await this.#sources.open();
		this.prices = new Prices(this.journal, new Map(Object.entries(this.feeds)));
		for (const [at, feeder] of this.#feeders.entries()) {
			const { urls } = chain;
			const endpoints = urls.map((_, next) => urls[(at + next) % urls.length]);
			const feeds = Object.entries(this.feeds).map(([name, id]) => ({
				id, name, url: this.#sources.url(feeder.name, name),
			}));
			await feeder.start({ endpoints, clock: "system", uri: `//${feeder.name}`, feeds, rhythm: RHYTHM });
		}
		// All feeders see another day at the same time: when there is another block.
		this.stop = chain.best.watch((head) => this.#moves(head), (error) => (this.failure ??= error));
	}

	/** The loans are out: from now on the market moves, and one source lies. */
	loansAreOut() {
		const { liar, lie } = this.market;
		this.#began = this.chain.now;
		const feeder = this.#feeders[liar];
		const told = units(lie.price, PRICE_DECIMALS);
		this.prices.liars.add(feeder.address);
		this.#sources.says(feeder.name, lie.series, () => told);
		return `from now on the source of ${feeder.name} says that a barrel is worth ${lie.price} USD`;
	}

	#moves({ now }) {
		const dead = this.#feeders.find((feeder) => !feeder.running);
		if (dead) {
			this.failure ??= new Error(`${dead.name} has ended with ${dead.ended}:\n${dead.tail().join("\n")}`);
		}
		if (this.#began === undefined) return;
		const last = this.days.length - 1;
		const at = Math.floor(((now - this.#began) * last) / (this.market.slots * SLOT));
		// The clock of a block that replaces another may be earlier.
		this.#sources.steps = Math.max(this.#sources.steps, Math.min(last, at));
		if (this.#sources.steps === last) this.resolve();
	}

	summary() {
		const { compared, resisted } = this.prices;
		return (
			`${compared} prices were recalculated and are within what honest feeders say, ` +
			`${resisted} of them with a lie among the reports`
		);
	}

	/** Ends the feeders; what they have sent is in a block then. */
	async halt() {
		this.stop?.();
		if (this.failure) throw this.failure;
		const ends = await Promise.all(this.#feeders.map((feeder) => feeder.end("SIGTERM", 90)));
		const odd = ends.findIndex((status) => status !== 0);
		if (odd >= 0) throw new Error(`${this.#feeders[odd].name} ended with ${ends[odd]} when asked to end`);
		if (this.#began !== undefined && this.prices.resisted === 0) throw new Error("nobody lied");
	}

	/** The ends of the feeders' logs. */
	logs() {
		return this.#feeders.flatMap((feeder) => ["", `${feeder.name}, the end of its log:`, ...feeder.tail()]);
	}

	/** Ends what is left of the processes, and the sources. */
	async close() {
		this.stop?.();
		await Promise.all(this.#feeders.map((feeder) => feeder.end("SIGKILL")));
		await this.#sources.close();
	}
}
