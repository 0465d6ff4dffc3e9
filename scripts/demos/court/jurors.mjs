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
		/** What each staked. */
		this.stakes = new Map();
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
		const { disputes, balances } = api.tx;
		const size = (at) => stake * SIZES[at % SIZES.length];
		const stakes = [...this.pairs.values()].map((pair, at) => ({ pair, amount: size(at) }));
		this.gifts = stakes.map(({ pair, amount }) => [
			funder.address, pair.address, amount + POCKET * whole,
		]);
		await blocks.sendAll(
			this.gifts.map(([, to, amount]) => [balances.transferKeepAlive(to, amount), funder]),
		);
		const sent = await blocks.sendAll(
			stakes.map(({ pair, amount }) => [disputes.stake(court, amount), pair]),
		);
		const from = sent
			.flatMap(({ events }) => events.filter((event) => api.events.disputes.Staked.is(event)))
			.map(({ data }) => fields(data).from)
			.reduce((latest, from) => (from > latest ? from : latest), 0n);
		this.stakes = new Map(stakes.map(({ pair, amount }) => [pair.address, amount]));
		const all = brief(sum(this.stakes.values()), 12);
		console.log(
			`\n  block ${blocks.head.number}  ${stakes.length} jurors stake ${all} STRA in court ${court}, ` +
				`in the draw from epoch ${from} on; a seat puts ${brief(deposit, 12)} at risk`,
		);
		const comes = async ({ at }) => plain(await at.query.babe.epochIndex()) >= from;
		await blocks.until(comes, "activation", 200);
		await blocks.sendAll(
			stakes.map(({ pair }) => [disputes.activate(pair.address, court), funder]),
		);
	}

	/** What is on hold for stakes, by juror. */
	async held() {
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
