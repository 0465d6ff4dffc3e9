// One case, from its filing to its end. Nobody pokes it: every stage that time ends, the chain ends.

import { randomAsHex } from "@polkadot/util-crypto";
import { brief } from "../lib/amounts.mjs";
import { Chain } from "../lib/chain.mjs";
import { fields, plain } from "../lib/plain.mjs";
import { settlement } from "./money.mjs";
import { commitment, evidenceRoot, quorum, ruling } from "./votes.mjs";

const NOTHING = `0x${"00".repeat(32)}`;
const stra = (amount) => `${brief(amount, 12)} STRA`;
const percent = (award) => `${award / 100} %`;

export class Case {
	/** Rounds: seats by place, `{ juror, committed, award, salt, deposit }`. */
	rounds = [];
	/** Appeals that were funded, by round. */
	appeals = [];
	/** Who deposited for evidence after a party's first piece. */
	deposits = [];
	/** What was committed to, by juror. */
	sealed = new Map();
	/** What the chain says came of each seat, by juror. */
	settled = new Map();

	constructor(blocks, parties, jurors, terms) {
		Object.assign(this, { blocks, api: blocks.api, parties, jurors, terms });
		blocks.listen(({ section, method, data }) => {
			if (section !== "disputes" || data.dispute?.toNumber() !== this.id) return;
			HEARD[method]?.(this, fields(data));
		});
	}

	say(text) {
		console.log(`  block ${String(this.blocks.head.number).padStart(4)}  case ${this.id}: ${text}`);
	}

	name(address) {
		return this.parties.name(address);
	}

	/** Files `claim` for `claimant`, who has evidence. */
	async file(claim, court, claimant, respondent, what) {
		const { disputes } = this.api.tx;
		const sent = await this.blocks.send(disputes.file(claim, court, null), claimant);
		const filed = fields(Chain.event(sent.events, "disputes", "Filed"));
		Object.assign(this, { id: Number(filed.dispute), claimant, respondent, claim });
		if (filed.respondent !== respondent.address) {
			throw new Error(`the respondent is ${filed.respondent}`);
		}
		this.say(`${this.name(claimant.address)} claims ${what} from ${this.name(respondent.address)}`);
	}

	async state() {
		const found = plain(await this.blocks.head.at.query.disputes.disputes(this.id));
		if (found === null) throw new Error(`case ${this.id} is gone`);
		return found;
	}

	/** Makes blocks until the case is in the stage of this name. */
	async reaches(stage, most = 400) {
		let found;
		await this.blocks.until(
			async () => {
				found = await this.state();
				return stageOf(found) === stage;
			},
			`case ${this.id}: ${stage}`, most,
		);
		return found;
	}

	/** The respondent contests; a panel is drawn two changes of epoch later. */
	async contest(panel) {
		await this.blocks.send(this.api.tx.disputes.contest(this.id), this.respondent);
		const name = this.name(this.respondent.address);
		this.say(`${name} contests: the bond and the fees of the panel once more`);
		await this.seated(panel);
	}

	/** Waits for the panel of the round, which has so many seats. */
	async seated(panel) {
		const from = this.blocks.head.number;
		const { round } = await this.reaches("Evidence");
		const { seats } = this.round(Number(round));
		const names = seats.map(({ juror }) => this.name(juror)).join(", ");
		const waited = this.blocks.head.number - from;
		this.say(`${seats.length} jurors are drawn after ${waited} blocks: ${names}`);
		if (seats.length !== Number(panel)) throw new Error(`${seats.length} seats, not ${panel}`);
		const before = this.rounds.slice(0, -1).flatMap(({ seats }) => seats.map(({ juror }) => juror));
		const all = [...before, ...seats.map(({ juror }) => juror)];
		if (new Set(all).size !== all.length) throw new Error("a juror was drawn twice");
	}

	round(at) {
		return (this.rounds[at] ??= { seats: [] });
	}

	get last() {
		return this.rounds[this.rounds.length - 1];
	}

	seat(juror) {
		return this.last.seats.find((seat) => seat.juror === juror);
	}

	/** `pieces`, `[party, hash, uri]`; then both parties want no more time. */
	async argue(pieces) {
		const { disputes } = this.api.tx;
		this.root ??= NOTHING;
		this.seen ??= new Set();
		for (const [party, hash, uri] of pieces) {
			await this.blocks.send(disputes.submitEvidence(this.id, hash, uri), party);
			this.root = evidenceRoot(this.root, party.address, hash);
			if (this.seen.has(party.address)) this.deposits.push(party.address);
			this.seen.add(party.address);
			this.say(`${this.name(party.address)} submits ${uri}`);
		}
		const both = [this.claimant, this.respondent];
		await this.blocks.sendAll(both.map((party) => [disputes.ready(this.id), party]));
		const { evidence } = await this.reaches("Commit");
		if (evidence !== this.root) throw new Error(`the evidence is ${evidence}, not ${this.root}`);
		this.say(`the evidence is closed: ${this.root.slice(0, 18)}…`);
	}

	/** The call with which `juror` commits to `award`; the seat remembers what is needed to reveal. */
	committing(seat, award) {
		seat.vote = { award, salt: randomAsHex(32) };
		const sealed = commitment({
			dispute: this.id,
			round: this.rounds.length - 1,
			juror: seat.juror,
			evidence: this.root,
			...seat.vote,
		});
		this.sealed.set(seat.juror, sealed);
		return [this.api.tx.disputes.commit(this.id, sealed), this.jurors.pairs.get(seat.juror)];
	}

	revealing(seat, { award, salt } = seat.vote) {
		return [this.api.tx.disputes.reveal(this.id, award, salt), this.jurors.pairs.get(seat.juror)];
	}

	/** Every seat commits to the vote of its place; `null` does not. */
	async commitAll(votes) {
		const calls = this.last.seats.flatMap((seat, at) =>
			votes[at] === null ? [] : [this.committing(seat, votes[at])],
		);
		await this.blocks.sendAll(calls);
		this.say(`${calls.length} of ${this.last.seats.length} jurors commit`);
	}

	/** As [`commitAll`]; but `copier` commits to what `model` did, which nobody else can reveal. */
	async commitCopied(votes, copier, model) {
		const others = this.last.seats.filter((seat) => seat !== copier);
		const calls = others.map((seat, at) => this.committing(seat, votes[at]));
		await this.blocks.sendAll(calls);
		const copied = this.sealed.get(model.juror);
		const call = this.api.tx.disputes.commit(this.id, copied);
		await this.blocks.send(call, this.jurors.pairs.get(copier.juror));
		const names = `${this.name(copier.juror)} copies ${this.name(model.juror)}`;
		this.say(`${this.last.seats.length} jurors commit; ${names}`);
		await this.reaches("Reveal");
	}

	/** The seats at these places reveal. */
	async reveal(places) {
		await this.blocks.sendAll(places.map((at) => this.revealing(this.last.seats[at])));
	}

	/** Waits for the ruling of the round, and counts the votes again. */
	async ruled() {
		const { ruling: found } = await this.reaches("Appeal");
		const awards = this.last.seats.map(({ award }) => award).filter((award) => award !== undefined);
		if (awards.length < quorum(this.last.seats.length)) throw new Error("no quorum, and a ruling");
		const expected = ruling(awards);
		if (Number(found) !== expected) throw new Error(`ruled ${found}, counted ${expected}`);
		this.last.ruling = expected;
		const words = expected === 0 ? "for the respondent" : `${percent(expected)} of the claim`;
		this.say(`the panel rules ${words} (votes: ${awards.map(percent).join(", ")})`);
	}

	/** What an appeal from this round costs each side. */
	appealCost() {
		const panel = BigInt(2 * this.last.seats.length + 1);
		const cost = panel * this.terms.fee;
		return { panel, losing: 3n * cost, prevailing: 2n * cost };
	}

	/** Funds an appeal, `[side, who, amount]` in turn. */
	async appeal(funds) {
		for (const [side, who, amount] of funds) {
			await this.blocks.send(this.api.tx.disputes.fundAppeal(this.id, side, amount), who);
			const name = this.name(who.address);
			this.say(`${name} puts up to ${stra(amount)} on an appeal for the ${side.toLowerCase()}`);
		}
	}

	/** Waits until the case is over, and until nothing is held for it. */
	async over() {
		const { state } = await this.reaches("Closed");
		const { at } = this.blocks.head;
		for (const [what, left] of [
			["pot", await at.query.disputes.pots(this.id)],
			["seats", await at.query.disputes.seats.entries(this.id)],
			["rounds", await at.query.disputes.rounds.entries(this.id)],
			["evidence", await at.query.disputes.evidence.entries(this.id)],
			["appeals", await at.query.disputes.appeals.entries(this.id)],
		]) {
			const none = left.isNone ?? left.length === 0;
			if (!none) throw new Error(`case ${this.id} is closed and has ${what}`);
		}
		const [how, award] = Object.entries(state.Closed.outcome)[0];
		const outcome = `${how.toLowerCase()} ${percent(Number(award))}`;
		this.say(`closed, ${outcome}; nothing is held for it any more`);
	}

	/** What the case should have moved, reckoned again; and where the chain says other of seats. */
	reckon(award) {
		const found = settlement(this.terms, {
			claimant: this.claimant.address,
			respondent: this.respondent.address,
			award,
			rounds: this.rounds,
			appeals: this.appeals.map(({ cost, claimant, respondent }) => ({ cost, claimant, respondent })),
			evidence: this.deposits,
		});
		const wrong = found.rounds.flat().flatMap(({ juror, why, slashed, rewarded }) => {
			const said = this.settled.get(juror);
			if (said?.slashed === slashed && said?.rewarded === rewarded) return [];
			const there = said ? `${said.slashed}, ${said.rewarded}` : "nothing";
			const due = `${this.name(juror)} (${why}): ${slashed}, ${rewarded}`;
			return [`case ${this.id}: ${due}; the chain says ${there}`];
		});
		return { ...found, wrong };
	}

	/** Rows for a table of what came of the seats. */
	rows({ rounds }) {
		return rounds.flatMap((seats, at) =>
			seats.map(({ juror, award, why, slashed, rewarded }) => [
				String(at), this.name(juror), award === undefined ? "-" : percent(award), why,
				brief(slashed, 12, 6), brief(rewarded, 12, 6),
			]),
		);
	}

	contributed(round, side, who, amount) {
		const panel = BigInt(2 * this.rounds[round].seats.length + 1);
		const none = { cost: panel * this.terms.fee, claimant: [], respondent: [] };
		const appeal = (this.appeals[round] ??= none);
		const funders = appeal[side.toLowerCase()];
		const known = funders.find(([funder]) => funder === who);
		if (known) known[1] += amount;
		else funders.push([who, amount]);
	}
}

/** The name of the stage that a case is in. */
const stageOf = ({ state }) => (typeof state === "string" ? state : Object.keys(state)[0]);

const HEARD = {
	Drawn(found, { round, seat, juror }) {
		found.round(Number(round)).seats[Number(seat)] = { juror, committed: false, award: undefined };
	},
	Committed(found, { juror }) {
		found.seat(juror).committed = true;
	},
	Revealed(found, { juror, award }) {
		found.seat(juror).award = Number(award);
	},
	Denounced(found, { juror, by }) {
		found.seat(juror).denouncedBy = by;
	},
	AppealFunded(found, { round, side, who, amount }) {
		found.contributed(Number(round), side, who, amount);
	},
	SeatSettled(found, { juror, slashed, rewarded }) {
		const sum = found.settled.get(juror) ?? { slashed: 0n, rewarded: 0n };
		sum.slashed += slashed;
		sum.rewarded += rewarded;
		found.settled.set(juror, sum);
	},
	Enforced(found, { paid, short }) {
		found.enforced = { paid, short };
	},
};
