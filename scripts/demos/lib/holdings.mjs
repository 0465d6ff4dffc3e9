// Who holds what at a block, read from storage: every account of every asset, and the issuance that
// the chain states for it. What is on hold is the holder's.

const add = (balances, account, amount) => {
	if (amount !== 0n) balances.set(account, (balances.get(account) ?? 0n) + amount);
};

async function stra(at) {
	const balances = new Map();
	let deposits = 0n;
	for (const [key, { data }] of await at.query.system.account.entries()) {
		add(balances, key.args[0].toString(), data.free.toBigInt() + data.reserved.toBigInt());
		deposits += data.reserved.toBigInt();
	}
	return { balances, deposits, issuance: (await at.query.balances.totalIssuance()).toBigInt() };
}

/** All assets of one instance of pallet-assets, by id. */
async function instance(at, section, holder) {
	const found = new Map();
	for (const [key, details] of await at.query[section].asset.entries()) {
		const issuance = details.unwrap().supply.toBigInt();
		const minimum = details.unwrap().minBalance.toBigInt();
		found.set(key.args[0].toString(), { balances: new Map(), issuance, minimum });
	}
	const count = (key, amount) => {
		const [asset, account] = key.args.map(String);
		add(found.get(asset).balances, account, amount);
	};
	for (const [key, account] of await at.query[section].account.entries()) {
		count(key, account.unwrap().balance.toBigInt());
	}
	// A held amount is taken out of the account's balance and kept beside it.
	for (const [key, held] of await at.query[holder].balancesOnHold.entries()) {
		count(key, held.unwrap().toBigInt());
	}
	return found;
}

const text = (bytes) => Buffer.from(bytes.toU8a(true)).toString("utf8");

async function described(at, section, id, fallback) {
	const { symbol, name, decimals } = await at.query[section].metadata(id);
	return {
		symbol: text(symbol) || fallback,
		name: text(name) || fallback,
		decimals: decimals.toNumber(),
	};
}

/**
 * Every asset at the block of `at`, by its symbol or `note ID`:
 * `{ kind, id, symbol, name, decimals, balances, issuance, minimum }`, and of STRA the sum of all
 * `deposits`, which are among the balances.
 */
export async function holdings(at, properties = { symbol: "STRA", decimals: 12 }) {
	const found = new Map();
	const minimum = at.consts.balances.existentialDeposit.toBigInt();
	const words = { kind: "native", ...properties, name: "native token", minimum };
	found.set("STRA", { ...words, ...(await stra(at)) });
	const instances = [
		["asset", "assets", "assetsHolder"],
		["note", "notes", "notesHolder"],
	];
	for (const [kind, section, holder] of instances) {
		for (const [id, held] of await instance(at, section, holder)) {
			const words = await described(at, section, id, `${kind} ${id}`);
			// Symbols of assets are not unique, and a note is known by its id alone.
			const plain = kind === "asset" && words.symbol && !found.has(words.symbol);
			const key = plain ? words.symbol : `${kind} ${id}`;
			found.set(key, { kind, id: Number(id), ...words, ...held });
		}
	}
	return found;
}
