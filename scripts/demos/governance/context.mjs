// What every part of the job of governance needs: the chain, the people, and what was found to be wrong.

import { plain } from "../lib/plain.mjs";

export class Context {
	/** What was found to be wrong. */
	wrong = [];
	/** Calls that had to be refused, and were. */
	refused = 0;

	constructor(blocks, keys, parties, opening) {
		Object.assign(this, { blocks, api: blocks.api, keys, parties });
		this.usdx = opening.get("USDX");
		this.alice = keys.addFromUri("//Alice");
		/** Fails if something that must go on beside the chain does not. */
		this.alive = () => {};
	}

	say(text) {
		console.log(`  block ${String(this.blocks.head.number).padStart(4)}  ${text}`);
	}

	/** As [`Blocks.until`], while all that must go on does. */
	until(holds, what, most) {
		const held = (head) => {
			this.alive();
			return holds(head);
		};
		return this.blocks.until(held, what, most);
	}

	/** The parameters that `asset` is listed with now. */
	async listing(id) {
		const found = await this.blocks.head.at.call.riskApi.collateralListing({ WithId: id });
		if (found.isNone) throw new Error(`asset ${id} is not listed`);
		return plain(found);
	}

	/** Sends what must be refused with an error whose name begins with one of `wanted`. */
	async refusal(what, [call, signer], ...wanted) {
		const [{ error }] = await this.blocks.tryAll([[call, signer]]);
		if (!error) throw new Error(`${what}: was not refused`);
		this.refusedAs(what, error.error ?? error.message, wanted);
	}

	/** `what` must have been refused with an error whose name begins with one of `wanted`. */
	refusedAs(what, error, wanted) {
		if (!error) throw new Error(`${what}: was not refused`);
		if (!wanted.some((name) => error.startsWith(name))) throw new Error(`${what}: ${error}`);
		this.refused += 1;
		this.say(`refused: ${what}: ${error}`);
	}
}
