// Every unit of every asset at the end: the books of the job against the chain.

import { shown } from "../lib/amounts.mjs";
import { booksOf } from "../lib/books.mjs";
import { palletAccount } from "../lib/chain.mjs";
import { heading, print } from "../lib/table.mjs";

/**
 * The books are those of the products' events, and of STRA also what the cases should have moved;
 * every account of every asset is compared with them.
 */
export async function reconcile(job, opening, closing) {
	heading("Reconciliation: every unit of every asset");
	const { blocks, deals, parties, keys } = job;
	const { palletId, treasury } = await accounts(job.api, keys);
	parties.call(palletId, "the court");
	parties.call(treasury, "treasury");
	const ledger = booksOf(blocks.made, opening, deals.known, deals.bookAccounts);
	for (const [from, to, amount] of job.jurors.gifts) {
		ledger.move("STRA", from, to, amount, "given to jurors");
	}
	const place = { court: palletId, treasury };
	for (const { reckoned } of job.cases) {
		for (const { from, to, amount, why } of reckoned.moves) {
			ledger.move("STRA", place[from] ?? from, place[to] ?? to, amount, why);
		}
	}

	const missing = [];
	let units = 0n;
	const rows = [];
	const keysOf = [...new Set([...ledger.assets(), ...closing.keys()])];
	for (const key of keysOf) {
		const { decimals } = closing.get(key) ?? opening.get(key);
		const found = closing.get(key) ?? { balances: new Map(), issuance: 0n };
		if (!ledger.assets().includes(key)) ledger.open(key, new Map(), 0n);
		const result = ledger.compare(key, found.balances, found.issuance);
		units += result.found + result.retired;
		const amount = (value) => shown(value, decimals);
		rows.push([
			key, String(found.balances.size), amount(result.booked), amount(result.found),
		]);
		for (const { what, booked, found: there } of result.differences) {
			const said = `the books say ${amount(booked)}, the chain says ${amount(there)}`;
			missing.push(`${key}, ${parties.name(what)}: ${said}`);
		}
	}
	print("", ["asset", "accounts", "by the books", "on chain"], rows);
	const totals = [...ledger.totals("STRA")].map(([why, total]) => [why, shown(total, 12)]);
	print("STRA: what moved, and why", ["why", "amount"], totals);
	return { units, assets: keysOf.length, missing };
}

async function accounts(api, keys) {
	const text = Buffer.from(api.consts.disputes.palletId.toU8a(true)).toString("utf8");
	return { palletId: palletAccount(keys, text), treasury: palletAccount(keys, "py/trsry") };
}
