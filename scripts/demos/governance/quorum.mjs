// The feeders' part of the job: prices that hold while one source lies and one process dies, what becomes
// of both, and what an honest feeder is paid.

import { brief } from "../lib/amounts.mjs";
import { Chain, palletAccount } from "../lib/chain.mjs";
import { fields, plain } from "../lib/plain.mjs";
import { heading, print } from "../lib/table.mjs";
import { Feeder } from "../lib/feeders.mjs";
import * as plan from "./plan.mjs";
import { Prices } from "../lib/readings.mjs";
import { Rewards } from "./rewards.mjs";
import { Sources } from "../lib/sources.mjs";

const stra = (amount) => `${brief(amount, 12, 6)} STRA`;
const usd = (price) => `${brief(price, 18)} USD`;
/** What prices may be relied on are. */
const GOOD = ["Fresh", "Degraded"];

export class Quorum {
	/**
	 * @param ws the node's address, for the feeders
	 * @param binary the program of a feeder
	 * @param folder where feeders keep configurations and logs
	 */
	constructor(context, { ws, binary, folder }) {
		const { blocks, parties } = context;
		Object.assign(this, { context, blocks, api: blocks.api, parties, ws });
		const names = parties.feeders.map(({ address }) => parties.name(address));
		this.sources = new Sources(names, plan.MARKETS, () => blocks.now);
		this.feeders = parties.feeders.map(
			({ address }, at) => new Feeder(binary, folder, names[at], address),
		);
		[this.liar, this.dead] = [this.feeders[plan.LIAR], this.feeders[plan.DEAD]];
		/** Feeds that feeders report to; the new one comes later. */
		this.feeds = new Map(Object.entries(plan.FEEDS));
		/** What the chain holds against feeders, by address. */
		this.jailed = new Map();
		this.released = new Map();
		this.strikes = new Map();
		context.alive = () => this.#live();
	}

	/** Four processes, four sources: until every price is there. */
	async start() {
		heading("Four feeders, each with a source of its own");
		const { blocks, sources } = this;
		await sources.open();
		blocks.beforeEach(() => this.#pace());
		this.prices = new Prices(blocks, this.feeds);
		this.rewards = new Rewards(blocks, this.feeds, this.prices.liars);
		this.#watchConduct();
		for (const feeder of this.feeders) await this.#run(feeder);
		const names = [...this.feeds.keys()];
		const fresh = () => names.every((name) => this.prices.status(name) === "Fresh");
		await this.context.until(fresh, "prices of all feeds", 100);
		print(
			"Prices in USD",
			["feed", "status", "lower", "upper", "reports"],
			names.map((name) => {
				const { status, quote, found } = this.prices.last.get(name);
				const price = (value) => brief(value, 18, 4);
				return [name, status, price(quote.lower), price(quote.upper), String(found.fresh)];
			}),
		);
	}

	/** Notes what the chain holds against feeders: strikes, jail, release. */
	#watchConduct() {
		const { oracle } = this.api.events;
		this.blocks.listen((event, { number }) => {
			if (event.section !== "oracle" || !event.data.feeder) return;
			const who = event.data.feeder.toString();
			if (oracle.FeederJailed.is(event)) this.jailed.set(who, fields(event.data));
			if (oracle.FeederReleased.is(event)) this.released.set(who, number);
			if (!oracle.OutlierReported.is(event)) return;
			this.strikes.set(who, fields(event.data).strikes);
			if (who === this.liar.address) return;
			this.context.wrong.push(`a report of ${this.parties.name(who)} counts as an outlier`);
		});
	}

	#run(feeder) {
		const feeds = [...this.feeds].map(([name, id]) => ({
			id, name, url: this.sources.url(feeder.name, name),
		}));
		// This chain's clock runs as fast as it makes blocks.
		const settings = { endpoints: [this.ws], clock: "chain", rhythm: plan.RHYTHM };
		return feeder.start({ ...settings, uri: `//${feeder.name}`, feeds });
	}

	/** Asks a process to end. What it has sent is in a block first, so blocks go on. */
	async #stop(feeder) {
		const ending = feeder.end();
		while (feeder.running) await this.blocks.step();
		const status = await ending;
		if (status !== 0) this.context.wrong.push(`${feeder.name} ended with ${status} when asked to end`);
	}

	/** Feeders get time to act on each block; the market moves. */
	async #pace() {
		const left = plan.PACE - (Date.now() - (this.steppedAt ?? 0));
		if (left > 0) await new Promise((done) => setTimeout(done, left));
		this.steppedAt = Date.now();
		if (this.blocks.made.length % plan.MOVES_EVERY === 0) this.sources.steps += 1;
	}

	/** No price may be wrong, and no process may have ended by itself. */
	#live() {
		const [wrong] = this.prices.wrong;
		if (wrong) throw new Error(wrong);
		const asked = [undefined, "SIGKILL", 0];
		const gone = this.feeders.find(({ ended }) => !asked.includes(ended));
		if (gone) throw new Error(`${gone.name} has ended with ${gone.ended}`);
	}

	/** One source lies, one process is killed. */
	async lieAndDie() {
		heading("One source lies, one feeder is killed");
		const { context, blocks, sources, liar, dead, prices } = this;
		prices.liars.add(liar.address);
		const told = plan.lie(sources.worth(plan.LIED_ABOUT));
		sources.says(liar.name, plan.LIED_ABOUT, () => told);
		context.say(`the source of ${liar.name} says that a barrel is worth ${usd(told)}`);
		await context.until(() => prices.resisted > 0, "the lie on chain", 60);
		const { quote } = prices.last.get(plan.LIED_ABOUT);
		context.say(`it is on chain, and the price is ${usd(quote.lower)} to ${usd(quote.upper)}`);
		const signal = await dead.end("SIGKILL");
		this.killed = blocks.head.number;
		context.say(`${dead.name} is killed (${signal})`);
	}

	/** Those who live report to one more feed. */
	async add(name, feed) {
		this.feeds.set(name, feed);
		for (const feeder of this.feeders.filter(({ running }) => running)) {
			await this.#stop(feeder);
			await this.#run(feeder);
		}
		this.context.say(`${name} is in the configurations of the feeders that live`);
	}

	/** Until there is a price of `name` to rely on. */
	priced(name) {
		return this.context.until(() => GOOD.includes(this.prices.status(name)), `a price of ${name}`, 50);
	}

	/** The dead feeder's reports have expired: prices go on without it. Its silence is shown, it comes back. */
	async recover() {
		heading("Prices without the dead feeder");
		const { context, api, blocks, prices, dead } = this;
		const name = plan.LIED_ABOUT;
		const degraded = () => prices.status(name) === "Degraded";
		await context.until(degraded, "expiry of the dead feeder's reports", 150);
		const { found, quote } = prices.last.get(name);
		context.say(
			`${dead.name} has been dead for ${blocks.head.number - this.killed} blocks: ${name} is Degraded, ` +
				`${found.fresh} reports, one of them a lie, ${usd(quote.lower)} to ${usd(quote.upper)}`,
		);
		const { reports, terms } = plain(await blocks.head.at.query.oracle.live(plan.FEEDS[name]));
		const { observedAt } = reports.find(({ feeder }) => feeder === dead.address);
		const silent = Number(observedAt + terms.timeToLive) + plan.LONGEST_SILENCE + plan.SLOT;
		await context.until(({ now }) => now >= silent, "silence for too long", 50);
		await blocks.send(api.tx.oracle.reportSilence(plan.FEEDS[name], dead.address), context.alice);
		if (this.jailed.get(dead.address)?.offence !== "Silence") {
			context.wrong.push(`${dead.name} is not jailed for its silence`);
		}
		context.say(`Alice shows that ${dead.name} is silent: it is jailed`);
		await this.#run(dead);
		context.say(`${dead.name} is started again, and waits`);
	}

	/** Who lies again and again is jailed, and the others are a quorum without him. */
	async jail() {
		heading("Who lies again and again is jailed");
		const { context, blocks, liar, sources, prices } = this;
		sources.says(liar.name, plan.LIED_ABOUT, plan.liesEachTime());
		await context.until(() => this.jailed.has(liar.address), "the liar in jail", 100);
		const { offence, until } = this.jailed.get(liar.address);
		const strikes = this.strikes.get(liar.address);
		context.say(`${liar.name} is jailed for ${offence.toLowerCase()}, after ${strikes} strikes`);
		if (offence !== "Outliers") context.wrong.push(`${liar.name} is jailed for ${offence}`);
		const { amount, jailedUntil } = plain(await blocks.head.at.query.oracle.feeders(liar.address));
		if (amount !== plan.BOND) context.wrong.push(`jail took from a bond: ${amount} is left`);
		if (jailedUntil !== until) context.wrong.push(`the record says jailed until ${jailedUntil}`);
		const status = prices.status(plan.LIED_ABOUT);
		if (!GOOD.includes(status)) context.wrong.push(`without the liar ${plan.LIED_ABOUT} is ${status}`);
		sources.says(liar.name, plan.LIED_ABOUT, null);
		context.say(`its source tells the truth again; ${plan.LIED_ABOUT} is ${status} meanwhile`);
	}

	/** Both have served their time and take up work by themselves. */
	async release() {
		heading("Both are back");
		const { context, dead, liar, prices, released } = this;
		const back = ({ address }) => released.has(address);
		await context.until(() => back(dead) && back(liar), "the end of both jails", 100);
		for (const { name, address } of [dead, liar]) {
			context.say(`${name} has left jail by itself in block ${released.get(address)}`);
		}
		const all = () => prices.status(plan.LIED_ABOUT) === "Fresh" && !prices.lied(plan.LIED_ABOUT);
		await context.until(all, "four honest reports", 50);
		prices.liars.delete(liar.address);
		context.say(`${plan.LIED_ABOUT} is Fresh, by four feeders who say the same`);
	}

	/** What a feeder has earned is paid to the unit, out of the treasury. */
	async reward() {
		heading("The treasury pays a feeder");
		const { context, blocks, api } = this;
		const treasury = palletAccount(context.keys, "py/trsry");
		const [feeder] = this.feeders;
		// Its process must not pay or earn in between.
		await this.#stop(feeder);
		await blocks.step();
		const free = async (who) => plain(await blocks.head.at.query.system.account(who)).data.free;
		const [had, there] = [await free(feeder.address), await free(treasury)];
		const earned = this.rewards.earned.get(feeder.address) ?? 0n;
		const sent = await blocks.send(api.tx.oracle.claimRewards(feeder.address), context.alice);
		const { amount, owed } = fields(Chain.event(sent.events, "oracle", "RewardsPaid"));
		const [got, gone] = [(await free(feeder.address)) - had, there - (await free(treasury))];
		context.say(`${feeder.name} is paid ${stra(amount)}; by its reports it is due ${stra(earned)}`);
		if (earned === 0n) context.wrong.push(`${feeder.name} has earned nothing`);
		for (const [what, value] of Object.entries({ amount, got, gone })) {
			if (value !== earned) context.wrong.push(`reward: ${what} is ${value}, due is ${earned}`);
		}
		if (owed !== 0n) context.wrong.push(`reward: ${owed} is still owed`);
	}

	/** Every feeder ends in order when asked to. */
	async rest() {
		this.#live();
		for (const feeder of this.feeders.filter(({ running }) => running)) await this.#stop(feeder);
	}

	/** Ends what is left of the processes, and the sources. */
	async close() {
		for (const feeder of this.feeders) await feeder.end();
		await this.sources.close();
	}
}
