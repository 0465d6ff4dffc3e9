// A deal for the vaults of a load, and the vaults themselves: by the programs of the demonstrations.
import { Chain, keyring } from "../../scripts/demos/lib/chain.mjs";
import { Parties } from "../../scripts/demos/lib/parties.mjs";
import { units } from "../../scripts/demos/lib/amounts.mjs";
import * as plan from "../../scripts/demos/deal.mjs";
import { PLANS } from "../../scripts/demos/plans.mjs";

/** The assets of the market that every preset has. */
const ASSETS = {
	USDX: { id: 1, decimals: 6 },
	WTI: { id: 10, decimals: 6 },
	EURX: { id: 11, decimals: 6 },
};
/** In how many blocks the offering is over. */
const OFFERING = 30;

/** Sells the deal of the main job on the chain at `url`; answers the book that lends against barrels. */
export async function sell(url) {
	return withChain(url, async (chain) => {
		const { api } = chain;
		const { originator, servicer, trustee, investors } = new Parties(keyring(42));
		const offices = { servicer: servicer.address, trustee: trustee.address };
		const { now } = chain.head;
		const { dates } = PLANS.whole;
		const terms = plan.terms(now, ASSETS.USDX, ASSETS, offices, dates);
		const create = api.tx.tranches.create(terms, plan.program(now, ASSETS.USDX, dates));
		const deal = Chain.event((await chain.send(create, originator)).events, "tranches", "Created").deal.toNumber();
		const closed = closing(chain, deal);
		await chain.send(api.tx.tranches.launch(deal), originator);
		await Promise.all(plan.ORDERS.map(({ investor, rank, amount }) =>
			chain.send(api.tx.tranches.order(deal, rank, units(amount, ASSETS.USDX.decimals)), investors[investor])));
		return (await closed)[plan.BOOKS.findIndex(({ collateral }) => collateral === "WTI")];
	});
}

/** The books that the chain opens when the offering of `deal` ends. */
async function closing(chain, deal) {
	let books;
	await chain.until(async ({ at }) => {
		for (const { event } of await at.query.system.events()) {
			if (event.section !== "tranches" || event.data.deal?.toNumber() !== deal) continue;
			if (event.method === "OfferingFailed") throw new Error(`the offering of deal ${deal} failed`);
			if (event.method === "OfferingClosed") books = event.data.books.map((book) => book.toNumber());
		}
		return books !== undefined;
	}, `the offering of deal ${deal} closes`, OFFERING);
	return books;
}

/** The vault of each account (public keys), by the chain at `url`. */
export async function vaultsOf(url, keys) {
	return withChain(url, async ({ api }) => {
		const lists = await api.query.vaults.vaultsOf.multi(keys);
		return lists.map((list, at) => {
			if (list.length !== 1) throw new Error(`sender ${at} has ${list.length} vaults, not one`);
			return list[0].toNumber();
		});
	});
}

async function withChain(url, use) {
	const chain = await Chain.connect(url);
	try {
		return await use(chain);
	} finally {
		await chain.close();
	}
}
