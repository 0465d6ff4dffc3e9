// The part of the job about parameters: what referenda list, stewards move, and guardians stop.

import { brief, units } from "../lib/amounts.mjs";
import { Chain } from "../lib/chain.mjs";
import { fields, plain } from "../lib/plain.mjs";
import { heading, print } from "../lib/table.mjs";
import { Collective } from "./collective.mjs";
import { draw, sell } from "./deal.mjs";
import * as plan from "./plan.mjs";
import { Referenda } from "./referenda.mjs";

const usd = (amount) => `${brief(amount, 18, 0)} USD`;
/** More rungs than any book of this job has. */
const RUNGS = 64;
const asset = { WithId: plan.NEW.id };
const barrel = { WithId: plan.BARREL };
const is = (section, method) => (event) => event.section === section && event.method === method;

export class Changes {
	/** @param quorum the feeders, who report to the new feed too */
	constructor(context, quorum) {
		const { blocks, parties } = context;
		Object.assign(this, { context, quorum, blocks, api: blocks.api, parties, usdx: context.usdx });
		const voters = plan.VOTERS.map((name) => context.keys.addFromUri(`//${name}`));
		this.referenda = new Referenda(blocks, voters, plan.VOTE);
	}

	/** The asset, its feed, its listing: one referendum each. */
	async list() {
		heading("Referenda list a new collateral asset");
		const { api, context, quorum } = this;
		const { symbol, feed } = plan.NEW;
		const creation = api.tx.utility.batchAll(await this.#creation());
		const root = { system: "Root" };
		await this.#referendum("a new asset", root, creation, is("assets", "Issued"));
		const setFeed = api.tx.oracle.setFeed(feed, await this.#feed());
		await this.#referendum("its feed", { Origins: "OracleAdmin" }, setFeed, is("oracle", "FeedSet"));
		await quorum.add(symbol, feed);
		const listing = api.tx.risk.listCollateral(asset, feed, await this.#parameters());
		const listed = is("risk", "CollateralListed");
		await this.#referendum("its listing", { Origins: "RiskAdmin" }, listing, listed);
		await quorum.priced(symbol);
		const { parameters, decimals } = await context.listing(plan.NEW.id);
		const voted = Object.entries(plan.TERMS).every(([key, value]) => parameters[key] === value);
		if (!voted || decimals !== BigInt(plan.NEW.decimals)) {
			context.wrong.push(`${symbol} is listed with other terms than were voted on`);
		}
		print(
			"Referenda",
			["on", "track", "submitted", "in effect", "blocks"],
			this.referenda.passed.map(({ title, track, submitted, enacted, took }) => [
				title, String(track), String(submitted), String(enacted), String(took),
			]),
		);
	}

	async #referendum(title, origin, call, happens) {
		const { context } = this;
		const most = plan.MOST_BLOCKS;
		const { took, enacted } = await this.referenda.pass(title, origin, call, happens, most);
		context.say(`in effect since block ${enacted}: ${title}, ${took} blocks after its submission`);
		if (took > most) context.wrong.push(`the referendum on ${title} took ${took} blocks, not ${most}`);
	}

	/** What creates the asset, in the hands of the account that issues what governance vouches for. */
	async #creation() {
		const { api, parties } = this;
		const { id, name, symbol, decimals } = plan.NEW;
		const { issuer } = plain(await this.blocks.head.at.query.assets.asset(plan.BARREL));
		const borrower = parties.borrowers[plan.LOAN.borrower];
		const issue = api.tx.assets.mint(id, borrower.address, plan.ISSUED);
		return [
			api.tx.assets.forceCreate(id, issuer, true, 1),
			api.tx.assets.forceSetMetadata(id, name, symbol, decimals, false),
			api.tx.utility.dispatchAs({ system: { Signed: issuer } }, issue),
		];
	}

	/** The barrel's feed, for the new asset. */
	async #feed() {
		const { description, minimum, maximum } = plan.NEW;
		const found = plain(await this.blocks.head.at.query.oracle.feeds(plan.FEEDS.WTI));
		return { ...found, description, minimum, maximum, reward: plan.REWARD };
	}

	/** The barrel's parameters, with terms of its own. */
	async #parameters() {
		const { parameters } = await this.context.listing(plan.BARREL);
		return { ...parameters, ...plan.TERMS };
	}

	/** The new asset is lent against. */
	async use() {
		heading("The new asset is used");
		const { blocks, context, parties, usdx } = this;
		const { deal, book } = await sell(blocks, parties, usdx, plan.NEW);
		const { borrower, vault, words } = await draw(blocks, parties, usdx, plan.NEW, book);
		Object.assign(this, { borrower, vault });
		const [locked, drawn] = words;
		context.say(`deal ${deal}: ${parties.name(borrower.address)} locks ${locked} and draws ${drawn}`);
	}

	/** A collective as it is on chain, of which `part` of `of` act. */
	async #collective(section, part, of) {
		const addresses = (await this.blocks.head.at.query[section].members()).map(String);
		const pairs = plan.KNOWN.map((name) => this.context.keys.addFromUri(`//${name}`));
		const members = addresses.map((address) => pairs.find((pair) => pair.address === address));
		if (members.includes(undefined)) throw new Error(`${section}: a member without a known key`);
		const collective = new Collective(this.blocks, section, members);
		const threshold = Math.ceil((members.length * part) / of);
		const words = `${threshold} of ${members.length}`;
		return { words, want: (call) => collective.want(call, threshold) };
	}

	/** Guardians stop what is new at once; nothing that they do loosens. */
	async guard() {
		heading("Guardians pause the new asset");
		const { api, blocks, context, usdx, vault, borrower } = this;
		const { symbol } = plan.NEW;
		const guardians = await this.#collective("guardians", 1, 2);
		const { error } = await guardians.want(api.tx.risk.pause(asset));
		if (error) throw new Error(`the pause: ${error}`);
		this.pausedAt = blocks.head.number;
		blocks.listen((event, { number }) => {
			if (is("risk", "Reverted")(event)) this.revertedAt ??= number;
		});
		context.say(`${guardians.words} guardians pause ${symbol}`);
		const more = units(plan.MORE, usdx.decimals);
		const drawing = [api.tx.vaults.draw(vault, more), borrower];
		await context.refusal("a draw while it is paused", drawing, "vaults.Paused");
		const undoing = [api.tx.risk.revert(asset), context.alice];
		await context.refusal("undoing the pause before its time", undoing, "risk.NotDue");
		await blocks.send(api.tx.vaults.repay(vault, more), borrower);
		context.say(`repaying goes on: ${brief(more, usdx.decimals)} USDX`);
		await this.#loosen(guardians);
	}

	/** Everything by which guardians might loosen is refused. */
	async #loosen(guardians) {
		const { risk, oracle } = this.api.tx;
		const { parameters } = await this.context.listing(plan.NEW.id);
		const looser = { ...parameters, debtCeiling: parameters.debtCeiling * 2n };
		const attempts = [
			["guardians end the pause", risk.unpause(asset), "BadOrigin"],
			["guardians ratify their own pause", risk.ratify(asset), "BadOrigin"],
			["guardians raise the ceiling", risk.tighten(asset, looser), "risk.NotAGuardians DebtCeiling"],
			["guardians propose parameters", risk.propose(asset, looser, 0, 0), "BadOrigin"],
			["guardians remove a feed", oracle.removeFeed(plan.FEEDS.WTI), "BadOrigin"],
		];
		for (const [what, call, wanted] of attempts) {
			this.context.refusedAs(what, (await guardians.want(call)).error, [wanted]);
		}
	}

	/** Stewards move one parameter by a step; a second one so soon is refused. */
	async steer() {
		heading("Stewards change a parameter");
		const { api, blocks, context } = this;
		const stewards = await this.#collective("council", 3, 5);
		const { parameters: before } = await context.listing(plan.BARREL);
		const next = plan.step(before);
		const wanted = await stewards.want(api.tx.risk.propose(barrel, next, 0, 0));
		if (wanted.error) throw new Error(`the stewards' proposal: ${wanted.error}`);
		const { id, direction, proposal } = fields(Chain.event(wanted.events, "risk", "Proposed"));
		const proposed = blocks.head.number;
		context.say(
			`${stewards.words} stewards propose a debt ceiling of ${usd(next.debtCeiling)} instead of ` +
				`${usd(before.debtCeiling)}: ${direction.toLowerCase()}`,
		);
		const execute = () => [api.tx.risk.execute(id, RUNGS), context.alice];
		await context.refusal("carrying it out too early", execute(), "risk.TooEarly");
		// The next block is a slot later.
		const due = ({ now }) => now + plan.SLOT >= Number(proposal.executableFrom);
		await context.until(due, "the delay of stewards", 200);
		await blocks.send(...execute());
		const { parameters: after } = await context.listing(plan.BARREL);
		if (after.debtCeiling !== next.debtCeiling) {
			context.wrong.push(`the debt ceiling is ${after.debtCeiling}, ${next.debtCeiling} was proposed`);
		}
		context.say(`anybody carries it out, ${blocks.head.number - proposed} blocks after it was proposed`);
		await this.#spent("DebtCeiling", next.debtCeiling - before.debtCeiling);
		const again = await stewards.want(api.tx.risk.propose(barrel, plan.step(after), 0, 0));
		context.refusedAs("a second step so soon", again.error, ["risk.Step DebtCeiling TooSoon"]);
		const leap = await stewards.want(api.tx.risk.propose(barrel, plan.leap(after), 0, 0));
		context.refusedAs("a step that is too wide", leap.error, ["risk.Step DrawFuse TooFar"]);
	}

	/** What stewards have spent of the budget for a value of the barrel. */
	async #spent(kind, due) {
		const { blocks, context } = this;
		const found = plain(await blocks.head.at.call.riskApi.allowances(barrel));
		const { spent, budget, from } = found.find((allowance) => allowance.kind === kind);
		if (spent !== due) context.wrong.push(`stewards have spent ${spent} of ${kind}, not ${due}`);
		const wait = (Number(from) - blocks.now) / plan.SLOT;
		context.say(`of their budget ${usd(spent)} of ${usd(budget)} are spent; the next step in ${wait} blocks`);
	}

	/** The pause ends by itself. */
	async pauseEnds() {
		heading("The pause ends by itself");
		const { api, blocks, context, usdx } = this;
		await context.until(() => this.revertedAt, "the end of the pause", 150);
		const { paused } = await context.listing(plan.NEW.id);
		if (paused) context.wrong.push("the pause was reverted, and is still there");
		const took = this.revertedAt - this.pausedAt;
		context.say(
			`nobody did anything: the pause has ended in block ${this.revertedAt}, ${took} blocks after it began`,
		);
		// Hooks do not run in the first block of a session.
		if (took < plan.PAUSE_HOURS || took > plan.PAUSE_HOURS + 1) {
			context.wrong.push(`the pause ended after ${took} blocks, not ${plan.PAUSE_HOURS}`);
		}
		const more = units(plan.MORE, usdx.decimals);
		await blocks.send(api.tx.vaults.draw(this.vault, more), this.borrower);
		context.say(`a draw of ${brief(more, usdx.decimals)} USDX goes through again`);
	}
}
