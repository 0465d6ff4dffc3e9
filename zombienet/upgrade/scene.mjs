// What an upgrade finds on the chain: a deal that is left in peace, thousands of vaults, some of which were liquidated
// and not touched since, and feeders that go on.
import { Chain } from "../../scripts/demos/lib/chain.mjs";
import { Journal } from "../../scripts/demos/lib/journal.mjs";
import { units } from "../../scripts/demos/lib/amounts.mjs";
import { halfWidth, PRICE_DECIMALS, seenBy } from "../../scripts/demos/lib/prices.mjs";
import { Referenda } from "../../scripts/demos/governance/referenda.mjs";
import * as plan from "../../scripts/demos/governance/plan.mjs";

/** The assets of the market, and the feeds that price them. */
const USDX = { id: 1, decimals: 6 };
const WTI = { id: 10, decimals: 6 };
const EURX = { id: 11, decimals: 6 };
const FEEDS = { 1: "1", 10: "90", 11: "1.4", 12: "2" };

/** Most vaults of one owner, and how many an extrinsic opens. */
const PER_OWNER = 64;
/** Every so many vaults one draws. */
const DRAWN_IN = 8;
/** What an owner has for fees and deposits, STRA. */
const STRA = "200";

const stra = (text) => units(text, 12);
const usd = (text) => units(text, USDX.decimals);

/** The chain as the jobs of governance take it, on a network that makes its blocks by itself. */
export function live(chain) {
	const journal = new Journal(chain);
	return {
		journal,
		api: chain.api,
		get head() { return chain.head; },
		get now() { return chain.now; },
		send: (...words) => chain.send(...words),
		sendAll: (calls) => Promise.all(calls.map((call) => chain.send(...call))),
		until: (...words) => chain.until(...words),
		/** Waits for so many blocks more. */
		pass(count) {
			const last = chain.head.number + count;
			return chain.until(({ number }) => number >= last, `block ${last}`, count + 5);
		},
		listen: (heard) => journal.listen(heard),
	};
}

/** Accounts that zombienet leaves what they had: no validator among them. */
const voters = (key) => ["//Eve", "//Ferdie", "//Eve//stash", "//Ferdie//stash"].map(key);

/** A referendum of the root track on `call`, until `happens(event)`. */
export const root = (blocks, key, title, call, happens) =>
	new Referenda(blocks, voters(key), plan.VOTE).pass(title, { system: "Root" }, call, happens);

/** What the feeders say, again and again. A report that comes to nothing is no matter: another follows. */
export class Prices {
	#timer;
	#values = Object.fromEntries(Object.entries(FEEDS).map(([feed, text]) => [feed, units(text, PRICE_DECIMALS)]));

	constructor(chain, key) {
		Object.assign(this, { chain, feeders: [1, 2, 3, 4].map((at) => key(`//Feeder${at}`)) });
	}

	/** Reports now, and every so many seconds from now on. */
	async start(seconds = 60) {
		await this.#report();
		this.#timer = setInterval(() => this.#report().catch(() => {}), seconds * 1000).unref();
	}

	stop() {
		clearInterval(this.#timer);
	}

	/** From now on a barrel is worth so much. */
	barrel(price) {
		this.#values[WTI.id] = units(price, PRICE_DECIMALS);
		return this.#report();
	}

	#report() {
		const { api, now: observedAt } = this.chain;
		const reports = (at) => Object.entries(this.#values).map(([feed, value]) => {
			const seen = seenBy(at, this.feeders.length, value);
			return { feed: Number(feed), value: seen, halfWidth: halfWidth(seen), observedAt };
		});
		return Promise.all(this.feeders.map(async (who, at) => {
			// Whatever became of the last one, which a change of the code may have made void.
			const nonce = await api.rpc.system.accountNextIndex(who.address);
			const signed = await api.tx.oracle.report(reports(at)).signAsync(who, { nonce });
			return api.rpc.author.submitExtrinsic(signed);
		}));
	}
}

/** Sells a deal that lends against euros and barrels and pays nothing while the test looks. Answers its books. */
export async function sell(blocks, key) {
	const { api } = blocks;
	const [originator, servicer, trustee, investor] = ["//Originator", "//Eve", "//Ferdie", "//Investor1"].map(key);
	const offices = { servicer: servicer.address, trustee: trustee.address };
	const terms = plan.terms(blocks.now, USDX, EURX, offices);
	const [book] = terms.books;
	terms.books = [EURX, WTI].map(({ id }) => ({ ...book, collateral: { WithId: id }, follows: false }));
	const created = await blocks.send(api.tx.tranches.create(terms, plan.program(USDX)), originator);
	const deal = Chain.event(created.events, "tranches", "Created").deal.toNumber();
	let closed;
	blocks.listen(({ section, method, data }) => {
		if (section !== "tranches" || data.deal?.toNumber() !== deal) return;
		if (method === "OfferingClosed") closed = data.books.map((id) => id.toNumber());
		if (method === "OfferingFailed") throw new Error(`the offering of deal ${deal} failed`);
	});
	await blocks.send(api.tx.tranches.launch(deal), originator);
	await blocks.send(api.tx.tranches.order(deal, 0, terms.tranches[0].face), investor);
	await blocks.until(() => closed, "end of the offering", 30);
	const [euros, barrels] = closed;
	return { euros, barrels };
}

/** Gives each of `accounts` STRA, and euros to those of them who own vaults. */
export async function fund(blocks, key, accounts, owners) {
	const { api } = blocks;
	const euros = BigInt(PER_OWNER) * units("300", EURX.decimals);
	await blocks.sendAll([
		[api.tx.utility.batchAll(accounts.map(({ address }) => api.tx.balances.transferKeepAlive(address, stra(STRA)))), key("//Ferdie")],
		[api.tx.utility.batchAll(owners.map(({ address }) => api.tx.assets.transfer(EURX.id, address, euros))), key("//Borrower1")],
	]);
}

/** How many owners `many` vaults need. */
export const ownersOf = (many) => Math.ceil(many / PER_OWNER);

/** Opens `many` vaults of 250 euros, some with a debt of 100 to 225 dollars: no two of these have the same ratio. */
export async function openMany(blocks, book, owners, many) {
	const { api } = blocks;
	const opening = (at) => {
		const debt = at % DRAWN_IN === 0 ? usd("100") + (BigInt(at) * usd("125")) / BigInt(many) : 0n;
		return api.tx.vaults.open(book, units("250", EURX.decimals), debt);
	};
	const batches = owners.map((owner, place) => {
		const first = place * PER_OWNER;
		const count = Math.min(PER_OWNER, many - first);
		return [api.tx.utility.batchAll(Array.from({ length: count }, (_, i) => opening(first + i))), owner];
	});
	await blocks.sendAll(batches);
}

/** A vault of `owner` that has room for more debt than the load draws. */
export async function openLarge(blocks, book, owner) {
	const call = blocks.api.tx.vaults.open(book, units("5000", EURX.decimals), usd("1000"));
	return opened(await blocks.send(call, owner));
}

/** Vaults of barrels of which each is liquidated by a fall to 80 USD, and none is touched after it. */
export async function openFragile(blocks, key, book, count) {
	const call = (at) => blocks.api.tx.vaults.open(book, units("100", WTI.decimals), usd("5850") + BigInt(at) * usd("12"));
	const calls = Array.from({ length: count }, (_, at) => [call(at), key("//Borrower2")]);
	return (await blocks.sendAll(calls)).map(opened);
}

const opened = ({ events }) => Chain.event(events, "vaults", "VaultOpened").vault.toNumber();

/** Waits for a liquidation in `book` in a block after `after`. */
export async function liquidated(blocks, book, after, most = 15) {
	const found = () => blocks.journal.blocks.some(({ number, events }) => number > after && events.some(
		({ section, method, data }) => section === "vaults" && method === "RungLiquidated" && data.book.toNumber() === book,
	));
	const { number } = await blocks.until(found, `a liquidation in book ${book}`, most);
	return number;
}
