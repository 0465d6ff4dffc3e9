// The court's job, step by step.

import { blake2AsHex } from "@polkadot/util-crypto";
import { brief, share, sum, units } from "../lib/amounts.mjs";
import { noteId } from "../lib/books.mjs";
import { Chain } from "../lib/chain.mjs";
import { fields, plain } from "../lib/plain.mjs";
import { heading, print } from "../lib/table.mjs";
import { Case } from "./case.mjs";
import { Deals } from "./deals.mjs";
import { Feed } from "./feed.mjs";
import { Jurors } from "./jurors.mjs";
import * as plan from "./plan.mjs";

/** The court that everything is brought to. */
const COURT = 0;
const stra = (amount) => `${brief(amount, 12)} STRA`;
const document = (name) => ({ hash: blake2AsHex(name, 256), uri: `ipfs://${name}` });

export class Job {
	/** What was found to be wrong. */
	wrong = [];
	/** Calls that had to be refused, and were. */
	refused = 0;
	cases = [];

	constructor(blocks, keys, parties, opening) {
		Object.assign(this, { blocks, api: blocks.api, keys, parties, opening });
		this.deals = new Deals(blocks, parties, opening);
		this.alice = keys.addFromUri("//Alice");
	}

	say(text) {
		console.log(`  block ${String(this.blocks.head.number).padStart(4)}  ${text}`);
	}

	usd(amount) {
		return this.deals.usd(amount);
	}

	/** Prices, jurors, and the two deals. */
	async prepare() {
		heading("Jurors and deals");
		this.feed = new Feed(this.blocks, this.parties.feeders);
		await this.blocks.sendAll(this.feed.calls());
		this.jurors = new Jurors(this.blocks, this.keys, this.parties, plan.JURORS);
		await this.jurors.stake(COURT, this.alice);
		this.terms = await this.jurors.terms(COURT);
		const { stake, deposit, fee, bond, evidence, panel, appeals, periods } = this.terms;
		print(
			`Court ${COURT}`,
			["stake at least", "a seat's deposit", "a seat's fee", "bond", "more evidence", "panel", "appeals"],
			[[stra(stake), stra(deposit), stra(fee), stra(bond), stra(evidence), String(panel), String(appeals)]],
		);
		print("Stages, in blocks", Object.keys(periods), [Object.values(periods).map(String)]);
		this.judged = await this.deals.sell("judged");
	}

	/** Nobody calls anything: the chain itself sees that the coupon stays unpaid, and accelerates the deal. */
	async missedCoupon() {
		heading("A senior coupon is missed, and nobody calls anything");
		const { deal, books, terms } = await this.deals.sell("defaults");
		const seen = {};
		this.blocks.listen(({ section, method, data }, block) => {
			if (data.deal?.toNumber?.() !== deal) return;
			if (section === "tranches" && method === "PaymentRun") this.#paymentRun(seen, fields(data), block);
			if (section === "tranches" && method === "Accelerated") seen.accelerated = block.number;
			if (section === "disputes" && method === "DefaultDeclared") {
				seen.declared = { ...fields(data), block: block.number, now: block.now };
			}
		});
		const drawn = await this.deals.lend(books);
		this.say(`${this.parties.name(this.parties.borrowers[0].address)} draws ${this.usd(drawn)} and pays nothing from now on`);
		await this.blocks.until(() => seen.declared, "the default", 400);
		const { declared, missed, accelerated } = seen;
		if (!missed || !accelerated) throw new Error("a default was declared, and no coupon missed or deal accelerated");
		const { grace } = terms.defaults;
		const late = declared.now - missed.date;
		if (late < grace || late > grace + 3 * plan.SLOT) this.wrong.push(`the default came ${late} ms after the date, grace is ${grace}`);
		this.say(`the chain declares deal ${deal} in default (${JSON.stringify(declared.default)}), ${late / 1000} s after the date that left the coupon unpaid; it is accelerated`);
		const { state } = plain(await this.blocks.head.at.query.tranches.deals(deal));
		console.log(`              its state is ${JSON.stringify(state, (_, value) => (typeof value === "bigint" ? Number(value) : value))}`);
		this.defaulted = deal;
	}

	#paymentRun(seen, { date, payments }, block) {
		const { interestDue, interestPaid } = payments[0];
		const paid = interestPaid >= interestDue;
		if (!paid) seen.missed ??= { date: Number(date) };
		console.log(
			`  block ${String(block.number).padStart(4)}  payment date: the senior class is due ` +
				`${this.usd(interestDue)} and paid ${this.usd(interestPaid)}${paid ? ", from the reserve" : ""}`,
		);
	}

	#claim(rank, amount, at) {
		return {
			subject: { Deal: this.judged.deal },
			ground: "FalseReport",
			at,
			remedy: { Compensate: { by: "Originator", rank, amount } },
		};
	}

	async #refusal(call, signer, wanted, what) {
		const [{ error }] = await this.blocks.tryAll([[call, signer]]);
		if (!error) throw new Error(`${what}: was not refused`);
		if (!wanted.some((name) => error.error?.startsWith(name))) throw new Error(`${what}: ${error.message}`, { cause: error });
		this.refused += 1;
		this.say(`refused: ${what}: ${error.error}`);
	}

	/** What nobody may claim. */
	async badClaims() {
		heading("Claims that are refused");
		const { disputes } = this.api.tx;
		const { investors, borrowers, stranger } = this.parties;
		const at = this.blocks.now;
		const one = units("1000", this.deals.usdx.decimals);
		const file = (claim) => disputes.file(claim, COURT, null);
		const claim = this.#claim(0, one, at);
		const not = { ...claim, subject: { Deal: 4_000 } };
		const refusals = [
			[file(claim), stranger, ["tranches."], "a claim by who holds no notes of the class"],
			[file(not), investors[0], ["tranches."], "a claim on a deal that there is not"],
			[file({ ...claim, ground: "Misstatement" }), investors[0], ["disputes.WrongRemedy"], "a remedy that does not fit the ground"],
			[file({ ...claim, at: at + 3_600_000 }), investors[0], ["disputes.InFuture"], "of what has not happened yet"],
			[file(this.#claim(0, units("9000000000", this.deals.usdx.decimals), at)), investors[0], ["tranches.", "disputes."], "for more than there is"],
			[disputes.file(claim, 99, null), investors[0], ["disputes.UnknownCourt"], "to a court that there is not"],
			[disputes.contest(77), borrowers[0], ["disputes.UnknownDispute"], "contesting a case that there is not"],
		];
		for (const [call, signer, wanted, what] of refusals) await this.#refusal(call, signer, wanted, what);
	}

	/** A class's originator reported what was not so: five jurors, and his bond pays the class. */
	async falseReport() {
		heading("A holder contests a false report");
		const { investors, originator } = this.parties;
		const { disputes } = this.api.tx;
		const [claimant, other] = investors;
		const amount = units(plan.CLAIMS.first, this.deals.usdx.decimals);
		const claim = this.#claim(0, amount, this.blocks.now - plan.SLOT);
		const found = this.#case();
		await found.file(claim, COURT, claimant, originator, `${this.usd(amount)} for the senior class`);
		await this.#refusal(disputes.file(claim, COURT, null), claimant, ["disputes.AlreadyClaimed"], "the same claim twice");
		await this.#refusal(disputes.contest(found.id), other, ["disputes.NotRespondent"], "contesting for somebody else");
		await found.contest();
		const [report, appraisal, reply] = ["warehouse-report", "appraisal", "reply"].map(document);
		await found.argue([
			[claimant, report.hash, report.uri], [claimant, appraisal.hash, appraisal.uri], [originator, reply.hash, reply.uri],
		]);
		const late = document("too-late");
		await this.#refusal(disputes.submitEvidence(found.id, late.hash, late.uri), claimant, ["disputes.WrongStage", "disputes.TooLate"], "evidence after it is closed");
		await this.#refusal(disputes.commit(found.id, late.hash), this.alice, ["disputes.NotAJuror"], "a commitment by no juror");

		// Four reveal: a quorum of five. One is against; one has committed to what another had.
		const { seats } = found.last;
		const [first, , , , copier] = seats;
		await found.commitCopied(plan.VOTES.first, copier, first);
		await this.#refusal(...found.revealing(first, { ...first.vote, award: 0 }), ["disputes.CommitmentMismatch"], "revealing another award than committed to");
		await this.#refusal(...found.revealing(copier, first.vote), ["disputes.CommitmentMismatch"], "revealing a commitment copied from another juror");
		await found.reveal([0, 1, 2, 3]);
		await this.#refusal(...found.revealing(first), ["disputes.SeatDone", "disputes.WrongStage"], "revealing twice");
		await found.ruled();
		await this.#refusal(...found.revealing(copier), ["disputes.WrongStage", "disputes.TooLate"], "revealing too late");
		await found.over();
		await this.#refusal(disputes.file(claim, COURT, null), other, ["disputes.AlreadyDecided"], "a claim on an event that is decided");
		this.#reckoned(found, found.last.ruling);
		await this.#claimed(found, 0);
	}

	/** The first panel refuses the claim; the appeal, funded by both sides, grants a part of it. */
	async reversal() {
		heading("An appeal reverses a ruling");
		const { investors, originator } = this.parties;
		const { disputes } = this.api.tx;
		const [, , third, claimant, other] = investors;
		const amount = units(plan.CLAIMS.second, this.deals.usdx.decimals);
		const found = this.#case();
		await found.file(
			this.#claim(1, amount, this.blocks.now - 2 * plan.SLOT), COURT, claimant, originator,
			`${this.usd(amount)} for the mezzanine class`,
		);
		await found.contest();
		const [audit, denial] = ["audit", "denial"].map(document);
		await found.argue([[claimant, audit.hash, audit.uri], [originator, denial.hash, denial.uri]]);
		await found.commitAll(plan.VOTES.refused);
		await found.reaches("Reveal");
		await found.reveal([0, 1, 2, 3, 4]);
		await found.ruled();

		const { panel, losing, prevailing } = found.appealCost();
		this.say(`an appeal draws ${panel} others; it costs the claimant's side ${stra(losing)}, the respondent's ${stra(prevailing)}`);
		const part = losing / 3n;
		await found.appeal([
			["Claimant", claimant, part + 1n], ["Claimant", other, part + 7n], ["Claimant", third, losing],
			["Respondent", originator, prevailing],
		]);
		await found.seated();
		await found.argue([[claimant, ...Object.values(document("second-audit"))]]);
		await found.commitAll(plan.VOTES.granted);
		const talker = found.last.seats[plan.VOTES.talker];
		const { award, salt } = talker.vote;
		const denounce = disputes.denounce(found.id, talker.juror, award, salt);
		await this.#refusal(denounce, this.jurors.pairs.get(talker.juror), ["disputes.SelfDenounced"], "a juror who denounces himself");
		await this.blocks.send(denounce, this.alice);
		this.say(`${this.parties.name(talker.juror)} has told Alice how he votes: she denounces him`);
		await found.reaches("Reveal");
		await found.reveal(plan.VOTES.granted.flatMap((award, at) => (award === null || at === plan.VOTES.talker ? [] : [at])));
		await found.ruled();
		await found.over();
		if (found.rounds[0].ruling === found.rounds[1].ruling) throw new Error("the appeal did not reverse");
		this.#reckoned(found, found.last.ruling);
		await this.#claimed(found, 1);
	}

	#case() {
		const found = new Case(this.blocks, this.parties, this.jurors, this.terms);
		this.cases.push(found);
		return found;
	}

	/** The money of a case, reckoned again from the votes and the terms. */
	#reckoned(found, award) {
		found.reckoned = found.reckon(award);
		print(
			`Case ${found.id}: the seats, reckoned again, in STRA`,
			["round", "juror", "vote", "", "lost", "paid"],
			found.rows(found.reckoned),
		);
		const totals = new Map();
		for (const { why, amount } of found.reckoned.moves) totals.set(why, (totals.get(why) ?? 0n) + amount);
		print(`Case ${found.id}: what moved`, ["why", "STRA"], [...totals].map(([why, amount]) => [why, brief(amount, 12, 6)]));
		this.wrong.push(...found.reckoned.wrong);
		const { amount } = found.claim.remedy.Compensate;
		const due = share(amount, BigInt(award), 10_000n);
		const { paid, short } = found.enforced;
		if (paid !== due || short !== 0n) this.wrong.push(`case ${found.id}: paid ${paid}, short ${short}; due is ${due}`);
		found.due = due;
		this.say(`the originator's bond pays the class ${this.usd(paid)}`);
	}

	/** Everybody who holds the class claims; each gets his share, rounded down. */
	async #claimed(found, rank) {
		const { deal } = this.judged;
		const { at } = this.blocks.head;
		const holders = plan.ORDERS.filter((order) => order.rank === rank).map(({ investor }) => this.parties.investors[investor]);
		const held = await Promise.all(holders.map(async ({ address }) => this.#held(at, deal, rank, address)));
		const all = sum(held);
		const sent = await this.blocks.sendAll(
			holders.map((holder) => [this.api.tx.tranches.claim(deal, rank, holder.address), holder]),
		);
		let paid = 0n;
		const rows = sent.map(({ events }, place) => {
			const claimed = fields(Chain.event(events, "tranches", "Claimed"));
			const got = claimed.compensation;
			const due = share(found.due, held[place], all);
			// A share is taken from an index, which is rounded down once more.
			if (got > due || due - got > 1n) this.wrong.push(`${this.parties.name(holders[place].address)} claims ${got}, due is ${due}`);
			paid += got;
			return [this.parties.name(holders[place].address), this.#notes(held[place]), this.usd(got)];
		});
		print(`Claimed by the ${plan.CLASSES[rank]} class of deal ${deal}`, ["holder", "notes", "compensation"], rows);
		if (paid > found.due) this.wrong.push(`case ${found.id}: ${paid} was claimed of ${found.due}`);
		console.log(`  ${found.due - paid} units are left to rounding, in the deal`);
		found.claimed = paid;
	}

	#notes(amount) {
		return brief(amount, this.deals.usdx.decimals, 6);
	}

	async #held(at, deal, rank, who) {
		const found = await at.query.notes.account(noteId(deal, rank), who);
		return found.isSome ? found.unwrap().balance.toBigInt() : 0n;
	}
}
