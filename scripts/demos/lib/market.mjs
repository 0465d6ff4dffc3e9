// What happens by itself when prices fall, and who is there for it: liquidations, lots and their
// buyers, the backstop pool.

import { brief, units } from "./amounts.mjs";
import { Chain } from "./chain.mjs";
import { BOOKS } from "../deal.mjs";

const percent = (value, part) => (value * part) / 100n;

export class Market {
	#busy = new Set();

	/** @param job the job whose deal is traded */
	constructor(job) {
		Object.assign(this, {
			job, api: job.api, chain: job.chain, parties: job.parties, feed: job.feed, found: job.found,
			plan: job.plan,
		});
		/** Lots of the deal by id: `{ book, sold, units }`. */
		this.lots = new Map();
		/** Accounts and assets of the pools, by their number. */
		this.pools = new Map();
		this.liquidations = 0;
		/** Sales of lots to those who bid. */
		this.sales = 0;
	}

	/** The decimals of a book's collateral, its symbol, and its series. */
	#book(id) {
		const { collateral } = BOOKS[this.job.books.indexOf(id)];
		return { collateral, ...this.found.get(collateral) };
	}

	/** Puts cash behind the oil book before anything falls. */
	async openBackstop() {
		const { investor, collateral, amount } = this.plan.backstop;
		const who = this.parties.investors[investor];
		const settlement = { WithId: this.found.get("USDX").id };
		this.pair = { collateral: { WithId: this.found.get(collateral).id }, settlement };
		const value = units(amount, this.found.get("USDX").decimals);
		const sent = await this.chain.send(this.api.tx.backstop.deposit(this.pair, value), who);
		const pool = Chain.event(sent.events, "backstop", "PoolOpened").pool.toNumber();
		const { activeFrom } = Chain.event(sent.events, "backstop", "Deposited");
		const account = (await this.api.call.backstopApi.pool(this.pair)).unwrap().account.toString();
		this.pools.set(pool, { account, settlement: "USDX", collateral });
		this.parties.call(account, `backstop ${collateral}`);
		const from = new Date(activeFrom.toNumber()).toISOString().slice(11, 19);
		this.job.say(
			`${this.parties.name(who.address)} puts ${this.job.usd(value)} behind ${collateral}, from ${from} on`,
		);
	}

	/** From now on liquidations are told, and lots are bought. */
	open() {
		this.job.journal.listen(({ section, method, data }) => {
			const told = TOLD[`${section}.${method}`];
			if (told) told(this, data);
		});
		this.chain.best.watch((head) => this.#buy(head), (error) => (this.job.failure ??= error));
	}

	/** What a whole unit of the collateral of `book` is worth, as far as the feeders have said. */
	#worth(book) {
		const series = Object.entries({ wti: "WTI", eur: "EURX" }).find(
			([, symbol]) => symbol === this.#book(book).collateral,
		)[0];
		return this.feed.worth(series);
	}

	/** Buyers take what is for sale at a hundredth below the market. */
	async #buy(head) {
		if (this.lots.size === 0) return;
		const views = await head.at.call.auctionsApi.lots(null, 100);
		for (const { id, lot, price } of views) {
			const known = this.lots.get(id.toNumber());
			if (!known || price.isNone || this.#busy.has(id.toNumber())) continue;
			const worth = this.#worth(known.book);
			if (worth === undefined || price.unwrap().toBigInt() * 100n > worth * 99n) continue;
			this.#busy.add(id.toNumber());
			this.#bid(id.toNumber(), known, lot.units.toBigInt(), price.unwrap())
				.catch((error) => (this.job.failure ??= error))
				.finally(() => this.#busy.delete(id.toNumber()));
		}
	}

	/** The first buyer takes a part, the second the rest: one after the other. */
	async #bid(id, known, left, price) {
		const { investor, share } = this.plan.buyers[Math.min(known.bids, this.plan.buyers.length - 1)];
		known.bids += 1;
		const call = this.api.tx.auctions.bid(id, price, percent(left, share));
		await this.chain.send(call, this.parties.investors[investor]);
	}

	told(text) {
		this.job.say(text);
	}

	rungLiquidated({ book, vaults, repaid, seized, solvent }) {
		if (!this.job.books?.includes(book.toNumber())) return;
		this.liquidations += vaults.toNumber();
		const { collateral, decimals } = this.#book(book.toNumber());
		this.told(
			`LIQUIDATED by the chain: ${vaults} vault of book ${book}, ${this.job.usd(repaid.toBigInt())} of ` +
				`debt for ${brief(seized.toBigInt(), decimals)} ${collateral}` +
				(solvent.isTrue ? "" : ", which does not cover it"),
		);
	}

	lotOpened({ lot, book, units: size, start, floor }) {
		if (!this.job.books?.includes(book.toNumber())) return;
		this.lots.set(lot.toNumber(), { book: book.toNumber(), bids: 0 });
		const { collateral, decimals } = this.#book(book.toNumber());
		this.told(
			`  lot ${lot}: ${brief(size.toBigInt(), decimals)} ${collateral}, from ` +
				`${brief(start.toBigInt(), 18)} down to ${brief(floor.toBigInt(), 18)}`,
		);
	}

	sold({ lot, buyer, units: size, price, cost, left }) {
		const known = this.lots.get(lot.toNumber());
		if (!known) return;
		this.sales += 1;
		const { collateral, decimals } = this.#book(known.book);
		this.told(
			`  lot ${lot}: ${this.parties.name(buyer)} buys ${brief(size.toBigInt(), decimals)} ${collateral} ` +
				`at ${brief(price.toBigInt(), 18)} for ${this.job.usd(cost.toBigInt())}` +
				(left.isZero() ? "; nothing is left" : ""),
		);
	}

	soldToBackstop({ book, units: size, cost }) {
		if (!this.job.books?.includes(book.toNumber())) return;
		const { collateral, decimals } = this.#book(book.toNumber());
		this.told(
			`  the backstop pool buys ${brief(size.toBigInt(), decimals)} ${collateral} for ` +
				this.job.usd(cost.toBigInt()),
		);
	}

	/** Depositors of the pool take the collateral that it bought. */
	async claimBackstop() {
		const who = this.parties.investors[this.plan.backstop.investor];
		const share = await this.api.call.backstopApi.share(this.pair, who.address);
		if (share.isNone || share.unwrap().gains.isZero()) return;
		const sent = await this.chain.send(this.api.tx.backstop.claim(this.pair), who);
		const { amount } = Chain.event(sent.events, "backstop", "Claimed");
		const { decimals } = this.found.get(this.plan.backstop.collateral);
		this.job.say(
			`${this.parties.name(who.address)} claims ${brief(amount.toBigInt(), decimals)} ` +
				`${this.plan.backstop.collateral} that the pool bought`,
		);
	}
}

const TOLD = {
	"vaults.RungLiquidated": (market, data) => market.rungLiquidated(data),
	"auctions.LotOpened": (market, data) => market.lotOpened(data),
	"auctions.Sold": (market, data) => market.sold(data),
	"auctions.SoldToBackstop": (market, data) => market.soldToBackstop(data),
	"auctions.LotClosed": (market, { lot }) => market.lots.delete(lot.toNumber()),
};
