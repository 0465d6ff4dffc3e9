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
const HOUR = 3_600_000;
/** Hash and address of a document. */
const document = (name) => [blake2AsHex(name, 256), `ipfs://${name}`];
/** An enum value in words. */
const words = (value) =>
	typeof value === "string" ? value : Object.entries(value).flat().map(String).join(": ");

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

	name({ address }) {
		return this.parties.name(address);
	}

	/** Prices, jurors, and the deal that is judged. */
	async prepare() {
		heading("Jurors and deals");
		this.feed = new Feed(this.blocks, this.parties.feeders);
		await this.blocks.sendAll(this.feed.calls());
		this.jurors = new Jurors(this.blocks, this.keys, this.parties, plan.JURORS);
		await this.jurors.stake(COURT, this.alice);
		this.terms = await this.jurors.terms(COURT);
		const { stake, deposit, fee, bond, evidence, panel, appeals, periods } = this.terms;
		const amounts = { "least stake": stake, "a seat's deposit": deposit, "a seat's fee": fee, bond };
		print(
			`Court ${COURT}`,
			[...Object.keys(amounts), "more evidence", "panel", "appeals"],
			[[...Object.values(amounts), evidence].map(stra).concat(String(panel), String(appeals))],
		);
		print("Stages, in blocks", Object.keys(periods), [Object.values(periods).map(String)]);
		this.judged = await this.deals.sell("judged");
		this.bond = this.judged.terms.bond;
	}

	/** Nobody calls anything: the chain itself sees that the coupon stays unpaid, and accelerates. */
	async missedCoupon() {
		heading("A senior coupon is missed, and nobody calls anything");
		const { deal, books, terms } = await this.deals.sell("defaults");
		const seen = this.#watchDefault(deal);
		const drawn = await this.deals.lend(books);
		const borrower = this.name(this.parties.borrowers[plan.LOAN.borrower]);
		this.say(`${borrower} draws ${this.usd(drawn)} and pays nothing from now on`);
		await this.blocks.until(() => seen.declared, "the default", 400);
		const { declared, missed, accelerated } = seen;
		if (!missed || !accelerated) throw new Error("no coupon was missed, or nothing accelerated");
		const { grace } = terms.defaults;
		const late = declared.now - missed.date;
		if (late < grace || late > grace + 3 * plan.SLOT) {
			this.wrong.push(`the default came ${late} ms after the date, grace is ${grace}`);
		}
		const { state } = plain(await this.blocks.head.at.query.tranches.deals(deal));
		if (state.Active !== "Accelerated") this.wrong.push(`deal ${deal} is ${words(state)}`);
		this.say(
			`the chain declares deal ${deal} in default (${declared.default}), ${late / 1000} s after the ` +
				`date that left the coupon unpaid; the deal is ${words(state)}`,
		);
	}

	/** Notes what happens to `deal` until it is in default. */
	#watchDefault(deal) {
		const seen = {};
		this.blocks.listen(({ section, method, data }, block) => {
			if (seen.declared || data.deal?.toNumber?.() !== deal) return;
			const event = `${section}.${method}`;
			if (event === "tranches.PaymentRun") this.#paymentRun(seen, fields(data), block);
			if (event === "tranches.Accelerated") seen.accelerated = block.number;
			if (event === "disputes.DefaultDeclared") {
				seen.declared = { ...fields(data), now: block.now };
			}
		});
		return seen;
	}

	#paymentRun(seen, { date, payments }, block) {
		const { due, interest } = payments[0];
		const paid = interest >= due;
		if (!paid) seen.missed ??= { date: Number(date) };
		console.log(
			`  block ${String(block.number).padStart(4)}  payment date: the senior class is due ` +
				`${this.usd(due)} and paid ${this.usd(interest)}${paid ? ", from the reserve" : ""}`,
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

	/** Sends what must be refused with an error whose name begins with one of `wanted`. */
	async #refusal(what, [call, signer], ...wanted) {
		const [{ error }] = await this.blocks.tryAll([[call, signer]]);
		if (!error) throw new Error(`${what}: was not refused`);
		if (!wanted.some((name) => error.error?.startsWith(name))) {
			throw new Error(`${what}: ${error.message}`, { cause: error });
		}
		this.refused += 1;
		this.say(`refused: ${what}: ${error.error}`);
	}

	/** What nobody may claim. */
	async badClaims() {
		heading("Claims that are refused");
		const { disputes } = this.api.tx;
		const { investors: [holder], stranger } = this.parties;
		const whole = (text) => units(text, this.deals.usdx.decimals);
		const now = this.blocks.now;
		const claim = this.#claim(0, whole("1000"), now);
		const file = (claim, by = holder, court = COURT) => [disputes.file(claim, court, null), by];
		const refusals = [
			["a claim by who holds no notes of the deal", file(claim, stranger), "tranches.MayNotClaim"],
			[
				"on a deal that there is not",
				file({ ...claim, subject: { Deal: 4_000 } }), "tranches.UnknownDeal",
			],
			[
				"a remedy that does not fit the ground",
				file({ ...claim, ground: "Misstatement" }), "disputes.WrongRemedy",
			],
			["what has not happened yet", file({ ...claim, at: now + HOUR }), "disputes.InFuture"],
			[
				"more than the class is owed",
				file(this.#claim(0, whole("9000000000"), now)), "tranches.AboveClaim",
			],
			["in a court that there is not", file(claim, holder, 99), "disputes.UnknownCourt"],
			["a case that there is not", [disputes.contest(77), holder], "disputes.UnknownDispute"],
		];
		for (const refusal of refusals) await this.#refusal(...refusal);
	}

	/** The originator reported what was not so: five jurors, and his bond pays the class. */
	async falseReport() {
		heading("A holder contests a false report");
		const { investors: [claimant, other], originator } = this.parties;
		const { disputes } = this.api.tx;
		const amount = units(plan.CLAIMS.first, this.deals.usdx.decimals);
		const claim = this.#claim(0, amount, this.blocks.now - plan.SLOT);
		const found = this.#case();
		const what = `${this.usd(amount)} for the senior class`;
		await found.file(claim, COURT, claimant, originator, what);
		const file = disputes.file(claim, COURT, null);
		await this.#refusal("the same claim twice", [file, claimant], "disputes.AlreadyClaimed");
		const contest = [disputes.contest(found.id), other];
		await this.#refusal("contesting for somebody else", contest, "disputes.NotRespondent");
		await found.contest(plan.PANEL);
		await this.#argueAndVote(found);
		await found.over();
		await this.#refusal("an event that is decided", [file, other], "disputes.AlreadyDecided");
		await this.#reckoned(found);
		await this.#claimed(found, 0);
	}

	/** Four reveal, a quorum of five; one is against, one has committed to what another had. */
	async #argueAndVote(found) {
		const { claimant, respondent } = found;
		const { disputes } = this.api.tx;
		await found.argue([
			[claimant, ...document("warehouse-report")],
			[claimant, ...document("appraisal")],
			[respondent, ...document("reply")],
		]);
		const late = [disputes.submitEvidence(found.id, ...document("too-late")), claimant];
		await this.#refusal("evidence after it is closed", late, "disputes.WrongStage");
		const sealed = [disputes.commit(found.id, document("nothing")[0]), this.alice];
		await this.#refusal("a commitment by no juror", sealed, "disputes.NotAJuror");

		const [first, , , , copier] = found.last.seats;
		await found.commitCopied(plan.VOTES.first, copier, first);
		const other = found.revealing(first, { ...first.vote, award: 0 });
		await this.#refusal("another award than committed to", other, "disputes.CommitmentMismatch");
		const copied = found.revealing(copier, first.vote);
		await this.#refusal("a copied commitment", copied, "disputes.CommitmentMismatch");
		await found.reveal([0, 1, 2, 3]);
		const again = found.revealing(first);
		await this.#refusal("revealing twice", again, "disputes.SeatDone", "disputes.WrongStage");
		await found.ruled();
	}

	/** The first panel refuses the claim; the appeal, funded by both sides, grants a part of it. */
	async reversal() {
		heading("An appeal reverses a ruling");
		const { investors: [, , third, claimant, other], originator } = this.parties;
		const amount = units(plan.CLAIMS.second, this.deals.usdx.decimals);
		const claim = this.#claim(1, amount, this.blocks.now - 2 * plan.SLOT);
		const found = this.#case();
		const what = `${this.usd(amount)} for the mezzanine class`;
		await found.file(claim, COURT, claimant, originator, what);
		await found.contest(plan.PANEL);
		await found.argue([[claimant, ...document("audit")], [originator, ...document("denial")]]);
		await found.commitAll(plan.VOTES.refused);
		await found.reaches("Reveal");
		await found.reveal([0, 1, 2, 3, 4]);
		await found.ruled();

		const { panel, losing, prevailing } = found.appealCost();
		this.say(
			`an appeal draws ${panel} others; it costs the claimant's side ${stra(losing)}, ` +
				`the respondent's ${stra(prevailing)}`,
		);
		const part = losing / 3n;
		await found.appeal([
			["Claimant", claimant, part + 1n], ["Claimant", other, part + 7n],
			["Claimant", third, losing], ["Respondent", originator, prevailing],
		]);
		await found.seated(panel);
		await this.#secondPanel(found);
		await found.over();
		const [before, after] = found.rounds;
		if (before.ruling === after.ruling) throw new Error("the appeal did not reverse");
		await this.#reckoned(found);
		await this.#claimed(found, 1);
	}

	/** One does not commit, one is denounced, one reveals too late; the others decide. */
	async #secondPanel(found) {
		const { granted, talker, late } = plan.VOTES;
		await found.argue([[found.claimant, ...document("second-audit")]]);
		await found.commitAll(granted);
		const seat = found.last.seats[talker];
		const { award, salt } = seat.vote;
		const denounce = this.api.tx.disputes.denounce(found.id, seat.juror, award, salt);
		const himself = [denounce, this.jurors.pairs.get(seat.juror)];
		await this.#refusal("who denounces himself", himself, "disputes.SelfDenounced");
		await this.blocks.send(denounce, this.alice);
		const name = this.parties.name(seat.juror);
		this.say(`${name} has told Alice how he votes: she denounces him`);
		await found.reaches("Reveal");
		const silent = (award, at) => award === null || at === talker || at === late;
		await found.reveal(granted.flatMap((award, at) => (silent(award, at) ? [] : [at])));
		await found.ruled();
		const revealing = found.revealing(found.last.seats[late]);
		await this.#refusal("revealing too late", revealing, "disputes.WrongStage");
	}

	/** A unit moves that no case and no deal knows of: the reconciliation must notice. */
	async sabotage() {
		const [from, to] = [this.parties.borrowers[1], this.parties.stranger];
		const transfer = this.api.tx.balances.transferKeepAlive(to.address, 1);
		await this.blocks.send(transfer, from);
		this.say("sabotage: one unit of STRA leaves by a way that the books do not know");
	}

	/** What is on hold for a juror is his stake less what he lost; no seat is locked for ever. */
	async stakes() {
		const held = await this.jurors.held();
		const lost = new Map();
		for (const { settled } of this.cases) {
			for (const [juror, { slashed }] of settled) {
				lost.set(juror, (lost.get(juror) ?? 0n) + slashed);
			}
		}
		const { query } = this.blocks.head.at;
		for (const [juror, stake] of this.jurors.stakes) {
			const [due, found] = [stake - (lost.get(juror) ?? 0n), held.get(juror) ?? 0n];
			const name = this.parties.name(juror);
			if (found !== due) this.wrong.push(`${name} has ${found} on hold, not ${due}`);
			const { locked, seats } = plain(await query.disputes.jurors(juror));
			if (locked !== 0n || seats !== 0n) this.wrong.push(`${name} has ${seats} seats, not 0`);
		}
	}

	#case() {
		const found = new Case(this.blocks, this.parties, this.jurors, this.terms);
		this.cases.push(found);
		return found;
	}

	/** The money of a case, reckoned again from the votes and the terms. */
	async #reckoned(found) {
		const award = found.last.ruling;
		found.reckoned = found.reckon(award);
		print(
			`Case ${found.id}: the seats, reckoned again, in STRA`,
			["round", "juror", "vote", "", "lost", "paid"],
			found.rows(found.reckoned),
		);
		const totals = new Map();
		for (const { why, amount } of found.reckoned.moves) {
			totals.set(why, (totals.get(why) ?? 0n) + amount);
		}
		const rows = [...totals].map(([why, amount]) => [why, brief(amount, 12, 6)]);
		print(`Case ${found.id}: what moved`, ["why", "STRA"], rows);
		this.wrong.push(...found.reckoned.wrong);

		found.due = share(found.claim.remedy.Compensate.amount, BigInt(award), 10_000n);
		const { paid, short } = found.enforced;
		if (paid !== found.due || short !== 0n) {
			this.wrong.push(`case ${found.id}: paid ${paid}, short ${short}; due is ${found.due}`);
		}
		this.bond -= found.due;
		const { bond } = plain(await this.blocks.head.at.query.tranches.deals(this.judged.deal));
		if (bond !== this.bond) this.wrong.push(`the bond is ${bond}, not ${this.bond}`);
		this.say(`the originator's bond pays the class ${this.usd(paid)}; ${this.usd(bond)} are left`);
	}

	/** Everybody who holds the class claims; each gets his share, rounded down. */
	async #claimed(found, rank) {
		const { deal } = this.judged;
		const { at } = this.blocks.head;
		const holders = plan.ORDERS.filter((order) => order.rank === rank).map(
			({ investor }) => this.parties.investors[investor],
		);
		const held = await Promise.all(
			holders.map(({ address }) => this.#held(at, deal, rank, address)),
		);
		const all = sum(held);
		const sent = await this.blocks.sendAll(
			holders.map((holder) => [this.api.tx.tranches.claim(deal, rank, holder.address), holder]),
		);
		const got = sent.map(
			({ events }) => fields(Chain.event(events, "tranches", "Claimed")).compensation,
		);
		for (const [place, holder] of holders.entries()) {
			const due = share(found.due, held[place], all);
			// A share is taken from an index, which is rounded down once more.
			if (got[place] > due || due - got[place] > 1n) {
				this.wrong.push(`${this.name(holder)} claims ${got[place]}, due is ${due}`);
			}
		}
		print(
			`Claimed by the ${plan.CLASSES[rank]} class of deal ${deal}`,
			["holder", "notes", "compensation"],
			holders.map((holder, place) => [
				this.name(holder), this.#notes(held[place]), this.usd(got[place]),
			]),
		);
		console.log(`  ${found.due - sum(got)} units are left to rounding, in the deal`);
	}

	#notes(amount) {
		return brief(amount, this.deals.usdx.decimals, 6);
	}

	async #held(at, deal, rank, who) {
		const found = await at.query.notes.account(noteId(deal, rank), who);
		return found.isSome ? found.unwrap().balance.toBigInt() : 0n;
	}
}
