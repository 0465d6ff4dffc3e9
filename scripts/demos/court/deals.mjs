// The two deals: one whose borrower pays nothing, and one whose originator lies.

import { brief, units } from "../lib/amounts.mjs";
import { Chain } from "../lib/chain.mjs";
import { print } from "../lib/table.mjs";
import * as plan from "./plan.mjs";

export class Deals {
	constructor(blocks, parties, found) {
		Object.assign(this, { blocks, api: blocks.api, parties, found });
		this.usdx = found.get("USDX");
		/** Id of each deal by its name in the plan. */
		this.ids = new Map();
		/** For the books: `{ settlement, account }` by id; accounts of lending books by theirs. */
		this.known = new Map();
		this.bookAccounts = new Map();
	}

	usd(amount) {
		return `${brief(amount, this.usdx.decimals)} USDX`;
	}

	/** Creates and launches a deal, sells it, and waits until the chain has closed the offering. */
	async sell(name) {
		const { blocks, api, parties, usdx } = this;
		const { originator, servicer, trustee, investors } = parties;
		const offices = { servicer: servicer.address, trustee: trustee.address };
		const terms = plan.terms(name, blocks.now, usdx, Object.fromEntries(this.found), offices);
		const create = api.tx.tranches.create(terms, plan.program(name, usdx));
		const created = await blocks.send(create, originator);
		const deal = Chain.event(created.events, "tranches", "Created").deal.toNumber();
		await blocks.send(api.tx.tranches.launch(deal), originator);
		const account = (await api.call.tranchesApi.deal(deal)).unwrap().account.toString();
		parties.call(account, `deal ${deal}`);
		this.ids.set(name, deal);
		this.known.set(deal, { settlement: "USDX", account });

		const face = (amount) => units(amount, usdx.decimals);
		await blocks.sendAll(
			plan.ORDERS.map(({ investor, rank, amount }) => [
				api.tx.tranches.order(deal, rank, face(amount)), investors[investor],
			]),
		);
		const books = await this.#closed(deal);
		await blocks.sendAll(
			plan.ORDERS.map(({ investor, rank }) => {
				const who = investors[investor];
				return [api.tx.tranches.collect(deal, rank, who.address), who];
			}),
		);
		for (const book of books) {
			const account = (await api.call.vaultsApi.book(book)).unwrap().account.toString();
			this.bookAccounts.set(book, account);
			parties.call(account, `book ${book}`);
		}
		print(
			`Deal ${deal}, with a bond of ${this.usd(face(plan.BONDS[name]))} of its originator`,
			["class", "face", "yearly coupon"],
			terms.tranches.map(({ face, coupon }, rank) => [
				plan.CLASSES[rank],
				brief(face, usdx.decimals, 0),
				coupon ? `${brief(coupon * 100n, 18, 0)} %` : "-",
			]),
		);
		return { deal, books, terms };
	}

	/** Waits for the end of the offering; the books that the chain has opened. */
	async #closed(deal) {
		let books;
		this.blocks.listen(({ section, method, data }) => {
			if (section !== "tranches" || data.deal?.toNumber() !== deal) return;
			if (method === "OfferingClosed") books = data.books.map((book) => book.toNumber());
			if (method === "OfferingFailed") throw new Error(`offering of deal ${deal} failed`);
		});
		await this.blocks.until(() => books, "end of the offering", 30);
		return books;
	}

	/** A borrower draws on the first book of `books`. */
	async lend(books) {
		const { borrower: at, book, collateral, draw } = plan.LOAN;
		const borrower = this.parties.borrowers[at];
		const locked = units(collateral, this.found.get("WTI").decimals);
		const drawn = units(draw, this.usdx.decimals);
		await this.blocks.send(this.api.tx.vaults.open(books[book], locked, drawn), borrower);
		return drawn;
	}
}
