// A small deal that lends against the new asset: proof that it may be used.

import { brief, units } from "../lib/amounts.mjs";
import { Chain } from "../lib/chain.mjs";
import * as plan from "./plan.mjs";

/** Sells a deal whose one book lends against `asset`; its id and its book's. */
export async function sell(blocks, parties, usdx, asset) {
	const { api } = blocks;
	const { originator, servicer, trustee, investors: [investor] } = parties;
	const offices = { servicer: servicer.address, trustee: trustee.address };
	const terms = plan.terms(blocks.now, usdx, asset, offices);
	const create = api.tx.tranches.create(terms, plan.program(usdx));
	const created = await blocks.send(create, originator);
	const deal = Chain.event(created.events, "tranches", "Created").deal.toNumber();
	const closed = offeringOf(blocks, deal);
	await blocks.send(api.tx.tranches.launch(deal), originator);
	await blocks.send(api.tx.tranches.order(deal, 0, terms.tranches[0].face), investor);
	await blocks.until(() => closed.books, "end of the offering", 30);
	return { deal, book: closed.books[0] };
}

/** Notes which books the chain opens when the offering of `deal` ends. */
function offeringOf(blocks, deal) {
	const closed = {};
	blocks.listen(({ section, method, data }) => {
		if (section !== "tranches" || data.deal?.toNumber() !== deal) return;
		if (method === "OfferingClosed") closed.books = data.books.map((book) => book.toNumber());
		if (method === "OfferingFailed") throw new Error(`offering of deal ${deal} failed`);
	});
	return closed;
}

/** A borrower locks the new asset and draws: his vault, and what was locked and drawn in words. */
export async function draw(blocks, parties, usdx, asset, book) {
	const { collateral, drawn } = plan.LOAN;
	const borrower = parties.borrowers[plan.LOAN.borrower];
	const [locked, cash] = [units(collateral, asset.decimals), units(drawn, usdx.decimals)];
	const sent = await blocks.send(blocks.api.tx.vaults.open(book, locked, cash), borrower);
	Chain.event(sent.events, "vaults", "Drawn");
	const vault = Chain.event(sent.events, "vaults", "VaultOpened").vault.toNumber();
	const words = [`${brief(locked, asset.decimals)} ${asset.symbol}`, `${brief(cash, usdx.decimals)} USDX`];
	return { borrower, vault, words };
}
