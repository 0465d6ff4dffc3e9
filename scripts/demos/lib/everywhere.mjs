// Whether all nodes of a network have the same state: one block, its state root, and what each of them says of every
// account of every asset out of a database of its own.

import { Chain } from "./chain.mjs";
import { holdings } from "./holdings.mjs";
import { print } from "./table.mjs";

/** Holdings as a text that two nodes say alike exactly if they agree. */
export function written(found) {
	const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
	const assets = sorted(found).map(([key, { balances, ...about }]) => [key, about, sorted(balances)]);
	return JSON.stringify(assets, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** What the node at `url` has as block `number`, which it must have made final. */
async function node(url, number) {
	const chain = await Chain.connect(url);
	try {
		const hash = await chain.finalized(number);
		const { stateRoot } = await chain.api.rpc.chain.getHeader(hash);
		return { url, hash: hash.toHex(), root: stateRoot.toHex(), found: await holdings(await chain.api.at(hash)) };
	} finally {
		await chain.close();
	}
}

/**
 * Compares block `number` of all nodes with what was reconciled: its `hash`, and the holdings `closing`.
 *
 * @returns the state root, and what is wrong, as sentences
 */
export async function everywhere(urls, number, hash, closing) {
	const nodes = [];
	for (const url of urls) nodes.push(await node(url, number));
	const [{ root }] = nodes;
	print(
		`Block ${number} on every node`,
		["node", "hash", "state root"],
		nodes.map((one) => [one.url, one.hash, one.root]),
	);
	const wrong = nodes.flatMap((one) => [
		...(one.hash === hash.toHex() ? [] : [`${one.url}: block ${number} is ${one.hash}, not ${hash.toHex()}`]),
		...(one.root === root ? [] : [`${one.url}: the state root is ${one.root}, not ${root}`]),
		...(written(one.found) === written(closing) ? [] : [`${one.url}: accounts differ from those reconciled`]),
	]);
	return { root, wrong };
}
