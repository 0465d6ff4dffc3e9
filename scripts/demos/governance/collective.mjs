// A collective of accounts: stewards, or guardians.

import { explained } from "../lib/chain.mjs";

/** More than any call that a collective makes here weighs. */
const BOUND = { refTime: 20_000_000_000n, proofSize: 500_000n };

export class Collective {
	/**
	 * @param section the pallet's name, e.g. `council`
	 * @param members key pairs of its members
	 */
	constructor(blocks, section, members) {
		Object.assign(this, { blocks, section, members, tx: blocks.api.tx[section] });
	}

	/**
	 * `threshold` members want `call`: the first proposes it, the others agree, and it is carried out.
	 *
	 * @returns `{ events, error }`: what the call did, or the name of the error that it was refused with
	 */
	async want(call, threshold) {
		const { blocks, tx } = this;
		const length = call.method.encodedLength;
		const [first, ...others] = this.members.slice(0, threshold);
		const proposed = await blocks.send(tx.propose(threshold, call, length), first);
		if (threshold < 2) return this.#outcome(proposed.events);
		const { proposalIndex, proposalHash } = this.#event(proposed.events, "Proposed");
		const ayes = [first, ...others].map((who) => [tx.vote(proposalHash, proposalIndex, true), who]);
		await blocks.sendAll(ayes);
		const close = tx.close(proposalHash, proposalIndex, BOUND, length);
		return this.#outcome((await blocks.send(close, first)).events);
	}

	#event(events, method) {
		const found = events.find((event) => event.section === this.section && event.method === method);
		if (!found) throw new Error(`${this.section}: no event ${method}`);
		return found.data;
	}

	#outcome(events) {
		const { result } = this.#event(events, "Executed");
		const error = result.isErr ? explained(this.blocks.api, result.asErr).name : undefined;
		return { events, error };
	}
}
