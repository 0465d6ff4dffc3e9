// Double-entry accounts of the main job.
//
// The books are written from what the products say they did (an order placed, a payment made, a
// fee charged) and never from the movements of balances. So the books and the balances are two
// accounts of the same events, and comparing them means something: a unit that moved without a
// product saying so, or that a product says it moved and did not, shows.

import { sum } from "./amounts.mjs";

/** What comes into being or ceases to be passes through this account. */
export const OUTSIDE = "outside";

export class Ledger {
	#opening = new Map();
	#balances = new Map();
	#issuance = new Map();
	#entries = [];

	/** Opens `asset` with every account's balance and the issuance that the chain states. */
	open(asset, balances, issuance) {
		if (this.#opening.has(asset)) throw new Error(`${asset} is open already`);
		const held = new Map([...balances].filter(([, amount]) => amount !== 0n));
		this.#opening.set(asset, new Map(held));
		this.#balances.set(asset, held);
		this.#issuance.set(asset, issuance);
	}

	/** Records that `amount` of `asset` went `from` one account `to` another, and why. */
	move(asset, from, to, amount, why) {
		const balances = this.#balances.get(asset);
		if (!balances) throw new Error(`${asset} is not open`);
		if (typeof amount !== "bigint" || amount < 0n) throw new Error(`${why}: amount ${amount}`);
		if (amount === 0n) return;
		for (const [account, change] of [[from, -amount], [to, amount]]) {
			if (account === OUTSIDE) continue;
			balances.set(account, (balances.get(account) ?? 0n) + change);
		}
		this.#entries.push({ asset, from, to, amount, why });
	}

	issue(asset, to, amount, why) {
		this.move(asset, OUTSIDE, to, amount, why);
	}

	retire(asset, from, amount, why) {
		this.move(asset, from, OUTSIDE, amount, why);
	}

	assets() {
		return [...this.#opening.keys()];
	}

	entries(asset) {
		return this.#entries.filter((entry) => entry.asset === asset);
	}

	/** The balance of `account` by the books. */
	balance(asset, account) {
		return this.#balances.get(asset)?.get(account) ?? 0n;
	}

	/** The accounts that held some of `asset` at the opening. */
	opened(asset) {
		return [...(this.#opening.get(asset)?.keys() ?? [])];
	}

	opening(asset, account) {
		return this.#opening.get(asset)?.get(account) ?? 0n;
	}

	/** What went in and out of `account`, by reason: positive came in, negative went out. */
	flows(asset, account) {
		const flows = new Map();
		for (const { from, to, amount, why } of this.entries(asset)) {
			if (from !== account && to !== account) continue;
			const change = (to === account ? amount : 0n) - (from === account ? amount : 0n);
			flows.set(why, (flows.get(why) ?? 0n) + change);
		}
		return flows;
	}

	/** Totals by reason over all accounts. */
	totals(asset) {
		const totals = new Map();
		for (const { amount, why } of this.entries(asset)) {
			totals.set(why, (totals.get(why) ?? 0n) + amount);
		}
		return totals;
	}

	/**
	 * Compares the books of `asset` with the balances and the issuance found on chain.
	 *
	 * @returns `{ issued, retired, booked, found, differences }`; each difference is
	 * `{ what, booked, found }`, and there is none exactly if every unit is where the books say.
	 */
	compare(asset, balances, issuance) {
		const differences = [];
		const check = (what, booked, found) => {
			if (booked !== found) differences.push({ what, booked, found });
		};
		const out = (side) =>
			sum(this.entries(asset).filter((e) => e[side] === OUTSIDE).map((e) => e.amount));
		const [issued, retired] = [out("from"), out("to")];
		const opened = this.#issuance.get(asset);
		check("opening: issuance against all accounts", opened, sum(this.#opening.get(asset).values()));

		const accounts = new Set([...this.#balances.get(asset).keys(), ...balances.keys()]);
		for (const account of accounts) {
			check(account, this.balance(asset, account), balances.get(account) ?? 0n);
		}
		const found = sum(balances.values());
		check("issuance", opened + issued - retired, issuance);
		check("closing: issuance against all accounts", issuance, found);
		return { issued, retired, booked: opened + issued - retired, found, differences };
	}
}
