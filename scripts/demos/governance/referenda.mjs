// Referenda: a proposal, the deposit for its decision, votes, and what comes of it.

import { explained } from "../lib/chain.mjs";

/** A call that is longer is noted first and referred to by its hash. */
const INLINE = 128;

export class Referenda {
	/** @param voters key pairs, of whom each votes with `balance` */
	constructor(blocks, voters, balance) {
		Object.assign(this, { blocks, api: blocks.api, voters, balance });
		/** `{ index, track, title, submitted, enacted }` of each that has passed. */
		this.passed = [];
	}

	/**
	 * Has `call` made by `origin`: submitted, voted for by everybody, confirmed and enacted.
	 *
	 * @param happens whether an event is the effect that is wanted
	 * @param most in how many blocks from its submission
	 */
	async pass(title, origin, call, happens, most = 20) {
		const { blocks, api, voters: [proposer] } = this;
		const proposal = await this.#proposal(call, proposer);
		const seen = this.#watch(happens);
		const submit = api.tx.referenda.submit(origin, proposal, { After: 1 });
		const { events } = await blocks.send(submit, proposer);
		const submitted = events.find((event) => api.events.referenda.Submitted.is(event));
		const [index, track] = [submitted.data.index.toNumber(), submitted.data.track.toNumber()];
		const start = blocks.head.number;
		const vote = { Standard: { vote: { aye: true, conviction: "None" }, balance: this.balance } };
		await blocks.sendAll([
			[api.tx.referenda.placeDecisionDeposit(index), proposer],
			...this.voters.map((who) => [api.tx.convictionVoting.vote(index, vote), who]),
		]);
		await blocks.until(() => seen.refused || seen.effect, `referendum ${index}`, 2 * most);
		if (seen.refused) throw new Error(`referendum ${index}, ${title}: ${seen.refused}`);
		const enacted = seen.effect.number;
		const found = { index, track, title, submitted: start, enacted, took: enacted - start };
		this.passed.push(found);
		return { ...found, event: seen.effect.event };
	}

	/** The call as referenda take it; a long one is noted by `who`. */
	async #proposal(call, who) {
		const bytes = call.method.toHex();
		const length = call.method.encodedLength;
		if (length <= INLINE) return { Inline: bytes };
		await this.blocks.send(this.api.tx.preimage.notePreimage(bytes), who);
		return { Lookup: { hash: call.method.hash.toHex(), len: length } };
	}

	/** Notes when the effect comes, or what the call was refused with. */
	#watch(happens) {
		const { api } = this;
		const seen = {};
		this.blocks.listen((event, block) => {
			if (seen.effect || seen.refused) return;
			if (api.events.referenda.Rejected.is(event) || api.events.referenda.TimedOut.is(event)) {
				seen.refused = `${event.method} with ${event.data.tally}`;
			}
			if (api.events.scheduler.Dispatched.is(event) && event.data.result.isErr) {
				seen.refused = explained(api, event.data.result.asErr).name;
			}
			if (happens(event)) seen.effect = { number: block.number, event };
		});
		return seen;
	}
}
