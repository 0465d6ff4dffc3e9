// The jurors: many, with different stakes, and with stakes in the tree before anything is claimed.

import { brief, sum } from "../lib/amounts.mjs";
import { fields, plain } from "../lib/plain.mjs";

/** Stakes are the court's least one times these, in turn. */
const SIZES = [1n, 2n, 3n, 5n];
/** For the fees of transactions, in whole STRA. */
const POCKET = 50n;

export class Jurors {
	constructor(blocks, keys, parties, count) {
		Object.assign(this, { blocks, api: blocks.api });
		/** Key pairs by address. */
		this.pairs = new Map();
		/** What they were given: `[from, to, amount]`. */
		this.gifts = [];
		for (let at = 1; at <= count; at++) {
			const pair = keys.addFromUri(`//Juror${at}`);
			parties.call(pair.address, `Juror${at}`);
			this.pairs.set(pair.address, pair);
		}
	}

	/** The court's terms now, amounts as bigints. */
	async terms(court) {
		const { version } = plain(await this.blocks.head.at.query.disputes.courts(court));
		return plain(await this.blocks.head.at.query.disputes.courtTerms(court, version)).terms;
	}

	/** `funder` gives each what he needs; each stakes; anybody activates what is old enough. */
	async stake(court, funder) {
		const { blocks, api } = this;
		const { stake, deposit } = await this.terms(court);
		const whole = 10n ** BigInt(api.registry.chainDecimals[0]);
		const stakes = [...this.pairs.values()].map((pair, at) => ({ pair, amount: stake * SIZES[at % SIZES.length] }));
		this.gifts = stakes.map(({ pair, amount }) => [funder.address, pair.address, amount + POCKET * whole]);
		await blocks.sendAll(this.gifts.map(([, to, amount]) => [api.tx.balances.transferKeepAlive(to, amount), funder]));
		const sent = await blocks.sendAll(stakes.map(({ pair, amount }) => [api.tx.disputes.stake(court, amount), pair]));
		const from = sent
			.flatMap(({ events }) => events.filter(({ section, method }) => section === "disputes" && method === "Staked"))
			.map(({ data }) => fields(data).from)
			.reduce((latest, from) => (from > latest ? from : latest), 0n);
		this.staked = sum(stakes.map(({ amount }) => amount));
		console.log(
			`\n  block ${blocks.head.number}  ${stakes.length} jurors stake ${brief(this.staked, 12)} STRA in court ${court}, ` +
				`in the draw from epoch ${from} on; a seat puts ${brief(deposit, 12)} at risk`,
		);
		await blocks.until(async ({ at }) => plain(await at.query.babe.epochIndex()) >= from, "activation", 200);
		await blocks.sendAll(stakes.map(({ pair }) => [api.tx.disputes.activate(pair.address, court), funder]));
	}

	/** All that is on hold for stakes. */
	async onHold() {
		const entries = await this.blocks.head.at.query.balances.holds.entries();
		return new Map(
			entries
				.map(([key, holds]) => [
					key.args[0].toString(),
					sum(plain(holds).filter(({ id }) => "Disputes" in id).map(({ amount }) => amount)),
				])
				.filter(([, amount]) => amount > 0n),
		);
	}
}
