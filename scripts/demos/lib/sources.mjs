// Where the feeders look: a server of this machine with a page for each feeder and market, which says
// what the market is worth, or something else.

import { createServer } from "node:http";
import { shown } from "./amounts.mjs";
import { PRICE_DECIMALS, seenBy } from "./prices.mjs";

/** A price goes up and down again by so many steps of so many basis points. */
const STEPS = 20n;
const STEP = 15n;
const BASIS_POINTS = 10_000n;

/** `base`, walked for `steps` steps: up to 3 % above it and back. */
export function walked(base, steps) {
	const place = BigInt(steps) % (2n * STEPS);
	const height = place < STEPS ? place : 2n * STEPS - place;
	return (base * (BASIS_POINTS + height * STEP)) / BASIS_POINTS;
}

export class Sources {
	#server;
	#lies = new Map();

	/**
	 * @param feeders names of feeders, each of whom sees the market a basis point apart
	 * @param markets what a whole unit is worth after so many steps, 18 decimals: `(steps) => value` by symbol;
	 * nothing while there is no price
	 * @param clock the time of observations: the chain's, if it runs faster than ours
	 */
	constructor(feeders, markets, clock) {
		Object.assign(this, { feeders, markets, clock });
		this.steps = 0;
	}

	/** Opens the server, at any free port. */
	async open() {
		this.#server = createServer((request, response) => this.#answer(request, response));
		await new Promise((done, failed) => {
			this.#server.once("error", failed);
			this.#server.listen(0, "127.0.0.1", done);
		});
	}

	async close() {
		if (!this.#server) return;
		this.#server.closeAllConnections();
		await new Promise((done) => this.#server.close(done));
	}

	url(feeder, symbol) {
		return `http://127.0.0.1:${this.#server.address().port}/${feeder}/${symbol}`;
	}

	/** From now on the source of `feeder` says `lie(value)` of `symbol`; `null` for the truth. */
	says(feeder, symbol, lie) {
		this.#lies.set(`${feeder}/${symbol}`, lie);
	}

	/** What the market is worth now. */
	worth(symbol) {
		return this.markets[symbol](this.steps);
	}

	/** What the page of `feeder` says of `symbol`; nothing while there is no price. */
	page(feeder, symbol) {
		const at = this.feeders.indexOf(feeder);
		const worth = this.worth(symbol);
		if (worth === undefined) return undefined;
		const honest = seenBy(at, this.feeders.length, worth);
		const lie = this.#lies.get(`${feeder}/${symbol}`);
		const value = lie ? lie(honest) : honest;
		// A plain decimal: no thousands apart.
		const price = shown(value, PRICE_DECIMALS).replaceAll(",", "");
		return { symbol, quote: { price, time: this.clock() } };
	}

	#answer({ url }, response) {
		const [, feeder, symbol] = url.split("/");
		if (!this.feeders.includes(feeder) || !Object.hasOwn(this.markets, symbol)) {
			response.writeHead(404).end();
			return;
		}
		const page = this.page(feeder, symbol);
		response.writeHead(page ? 200 : 503, { "content-type": "application/json" });
		response.end(page && JSON.stringify(page));
	}
}
