// Everybody in the market of a development chain; their keys come from their names.

const many = (name, count) => Array.from({ length: count }, (_, at) => `${name}${at + 1}`);

export const NAMES = {
	originator: ["Originator"],
	investors: many("Investor", 5),
	borrowers: many("Borrower", 4),
	feeders: many("Feeder", 4),
	guardians: many("Guardian", 3),
};

export class Parties {
	#names = new Map();

	constructor(keys) {
		const pairs = (names) => names.map((name) => this.#add(keys, name));
		[this.originator] = pairs(NAMES.originator);
		this.investors = pairs(NAMES.investors);
		this.borrowers = pairs(NAMES.borrowers);
		this.feeders = pairs(NAMES.feeders);
		this.guardians = pairs(NAMES.guardians);
		this.stranger = this.#add(keys, "Ferdie");
		const known = ["Alice", "Bob", "Charlie", "Dave", "Eve"].map((name) => {
			this.#add(keys, `${name}//stash`);
			return this.#add(keys, name);
		});
		[, , , this.servicer, this.trustee] = known;
	}

	#add(keys, name) {
		const pair = keys.addFromUri(`//${name}`);
		this.#names.set(pair.address, name);
		return pair;
	}

	/** Gives `address` a name, e.g. the account of a deal. */
	call(address, name) {
		this.#names.set(address.toString(), name);
	}

	/** The name of `address`, or its beginning and end. What is no address is returned as it is. */
	name(address) {
		const text = address.toString();
		const known = this.#names.get(text);
		if (known || !/^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(text)) return known ?? text;
		return `${text.slice(0, 6)}…${text.slice(-6)}`;
	}

	/** Everybody who signs something in the main job. */
	signers() {
		const offices = [this.servicer, this.trustee];
		return [this.originator, ...offices, ...this.investors, ...this.borrowers, ...this.feeders];
	}
}
