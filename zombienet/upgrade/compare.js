// The chain before an upgrade and after it, compared to the last unit.
const { createHash } = require("node:crypto");

/** Decimals of a book's index. */
const ONE = 10n ** 27n;
/** Questions to the node at a time. */
const LANES = 16;

const ceil = (product, by) => (product + by - 1n) / by;
const big = (codec) => codec.toBigInt();

/** `of(item)` of all `items`, some at a time. */
async function each(items, of) {
	const answers = new Array(items.length);
	let next = 0;
	const lane = async () => {
		for (let at = next++; at < items.length; at = next++) answers[at] = await of(items[at]);
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	return answers;
}

/** Everything about vaults and books, and how much there is of each asset, at block `hash`. */
async function snapshot(api, hash) {
	const at = await api.at(hash);
	const { vaults, assets, notes, balances } = at.query;
	const stored = new Map((await vaults.vaults.entries()).map(([key, vault]) => [key.args[0].toNumber(), vault.unwrap()]));
	const ids = [...stored.keys()].sort((one, other) => one - other);
	const views = await each(ids, async (id) => (await at.call.vaultsApi.vault(id)).unwrap());
	const books = (await vaults.books.keys()).map((key) => key.args[0].toNumber()).sort();
	const states = await each(books, async (id) => (await at.call.vaultsApi.book(id)).unwrap());
	const supply = async (map) => (await map.entries()).map(([key, asset]) => [String(key.args[0]), big(asset.unwrap().supply)]);
	return {
		vaults: ids.map((id, index) => ({ id, stored: stored.get(id), view: views[index] })),
		books: new Map(books.map((id, index) => [id, states[index]])),
		edges: (await vaults.edges.keys()).length,
		issuance: [["STRA", big(await balances.totalIssuance())], ...(await supply(assets.asset)), ...(await supply(notes.asset))],
		spec: at.runtimeVersion.specVersion.toNumber(),
	};
}

/** Version of the layout of pallet `Vaults` at block `hash`, as the state has it. */
async function layout(api, xxhash, hash) {
	const key = ["Vaults", ":__STORAGE_VERSION__:"].map((word) => xxhash(word, 128).slice(2)).join("");
	const bytes = await api._rpcCore.provider.send("state_getStorage", [`0x${key}`, hash]);
	return Buffer.from(bytes.slice(2), "hex").readUInt16LE();
}

/** A hash of the metadata at block `hash`. */
async function metadata(api, hash) {
	const text = await api._rpcCore.provider.send("state_getMetadata", [hash]);
	return createHash("sha256").update(text).digest("hex");
}

/**
 * What differs between two snapshots of which only a migration lies between: a list of sentences. A debt grows with
 * time: it is compared by what it is made of, normalised debt and index.
 */
function differences(before, after) {
	const wrong = [];
	const same = (what, one, other) => {
		if (String(one) !== String(other)) wrong.push(`${what}: ${one} before, ${other} after`);
	};
	same("vaults", before.vaults.length, after.vaults.length);
	const moved = before.vaults.reduce((sum, { view }) => sum + view.hops.toBigInt(), 0n);
	for (const [index, { id, view }] of before.vaults.entries()) {
		const now = after.vaults[index];
		same("vault", id, now?.id);
		if (now?.id !== id) break;
		for (const field of ["owner", "book", "collateral", "principal", "rung"]) {
			same(`${field} of vault ${id}`, view[field], now.view[field]);
		}
		const rate = big(before.books.get(view.book.toNumber()).index);
		same(`debt of vault ${id}`, big(view.debt), ceil(big(now.stored.position.debt) * rate, ONE));
		same(`collateral of vault ${id} in storage`, big(view.collateral), big(now.stored.position.collateral));
		same(`hops of vault ${id}`, 0, now.view.hops.toNumber());
	}
	for (const [id, { book }] of before.books) {
		const now = after.books.get(id).book;
		// What rounding had left to nobody goes when the last vault is moved on: a unit for each at most.
		for (const field of ["collateral", "debt", "principal"]) {
			const lost = big(book.totals[field]) - big(now.totals[field]);
			if (lost < 0n || lost > moved) wrong.push(`${field} of book ${id}: ${lost} less than before`);
		}
		same(`vaults of book ${id}`, book.vaults, now.vaults);
	}
	same("issuance", before.issuance, after.issuance);
	return wrong;
}

module.exports = { snapshot, layout, metadata, differences };
