import assert from "node:assert/strict";
import { test } from "node:test";
import { booksOf, noteKey } from "../lib/books.mjs";

/** Something that answers as a value of the chain does. */
const codec = (value) => ({
	toBigInt: () => BigInt(value),
	toNumber: () => Number(value),
	toString: () => String(value),
});
const list = (...values) => values.map(codec);
const asset = (id) => ({ isNative: id === undefined, asWithId: codec(id) });
const event = (name, data) => {
	const [section, method] = name.split(".");
	const coded = Object.entries(data).map(([key, value]) => [
		key, ["string", "number", "bigint"].includes(typeof value) ? codec(value) : value,
	]);
	return { section, method, data: Object.fromEntries(coded) };
};
const block = (...events) => ({ author: "val", events });

const opening = () =>
	new Map([
		["STRA", { kind: "native", balances: new Map([["ann", 100n], ["val", 0n]]), issuance: 100n, minimum: 1n }],
		["USDX", { kind: "asset", id: 1, balances: new Map([["org", 500n], ["ann", 1000n], ["bor", 50n]]), issuance: 1550n, minimum: 1n }],
		["WTI", { kind: "asset", id: 10, balances: new Map([["bor", 70n]]), issuance: 70n, minimum: 1n }],
	]);
const deals = new Map([[0, { settlement: "USDX", account: "deal" }]]);
const bookAccounts = new Map([[4, "book"]]);

const life = [
	block(
		event("transactionPayment.TransactionFeePaid", { who: "ann", actualFee: 3, tip: 1 }),
		event("tranches.Created", { deal: 0, originator: "org" }),
		event("tranches.Launched", { deal: 0, residual: 100, reserve: 20, bond: 5 }),
		event("tranches.Ordered", { deal: 0, rank: 0, who: "ann", amount: 1000, total: 1000 }),
	),
	block(
		event("tranches.OfferingClosed", { deal: 0, filled: list(900, 100), books: list(4) }),
		event("tranches.Collected", { deal: 0, rank: 1, who: "org", notes: 100, refund: 0, pending: 0 }),
		event("tranches.Collected", { deal: 0, rank: 0, who: "ann", notes: 899, refund: 99, pending: 0 }),
		event("tranches.LeftoversAssigned", { deal: 0, rank: 0, notes: 1, cash: 1 }),
		event("vaults.BookOpened", { book: 4, deal: 0, collateral: asset(10) }),
		event("vaults.VaultOpened", { vault: 7, book: 4, owner: "bor" }),
		event("vaults.Deposited", { vault: 7, from: "bor", amount: 60, collateral: 60 }),
		event("tranches.Advanced", { deal: 0, to: "bor", amount: 800 }),
		event("vaults.Drawn", { vault: 7, to: "bor", amount: 800, debt: 800 }),
	),
	block(
		event("vaults.Repaid", { vault: 7, from: "bor", interest: 20, principal: 800, debt: 0 }),
		event("tranches.CashCollected", { deal: 0, interest: 20, principal: 800, date: 1 }),
		event("vaults.Withdrawn", { vault: 7, to: "bor", amount: 60, collateral: 0 }),
		event("tranches.Transferred", { deal: 0, rank: 0, from: "ann", to: "bor", amount: 9 }),
		event("tranches.Claimed", { deal: 0, rank: 0, who: "ann", interest: 15, principal: 890, compensation: 0, refund: 0, burned: 890 }),
	),
];

test("a deal's life is booked from what the products say", () => {
	const ledger = booksOf(life, opening(), deals, bookAccounts);
	const balances = (key, object) => {
		for (const [account, amount] of Object.entries(object)) {
			assert.equal(ledger.balance(key, account), amount, `${key} of ${account}`);
		}
	};
	balances("STRA", { ann: 97n, val: 3n });
	// org: 500 − float 1 − residual 100 − reserve 20 − bond 5; deal: what came in less what went out.
	balances("USDX", { org: 374n, ann: 1004n, bor: 30n, deal: 142n });
	balances("WTI", { bor: 70n, book: 0n });
	balances(noteKey(0, 0), { ann: 0n, org: 1n, bor: 9n, deal: 0n });
	balances(noteKey(0, 1), { org: 100n, deal: 0n });
	assert.equal(noteKey(2, 1), "note 17");

	const found = new Map([["org", 374n], ["ann", 1004n], ["bor", 30n], ["deal", 142n]]);
	assert.deepEqual(ledger.compare("USDX", found, 1550n).differences, []);
	const notes = ledger.compare(noteKey(0, 0), new Map([["org", 1n], ["bor", 9n]]), 10n);
	assert.deepEqual(notes, { issued: 900n, retired: 890n, booked: 10n, found: 10n, differences: [] });
});

test("the sweep empties the deal", () => {
	const swept = block(event("tranches.Removed", { deal: 0, swept: 142 }));
	const ledger = booksOf([...life, swept], opening(), deals, bookAccounts);
	assert.equal(ledger.balance("USDX", "deal"), 0n);
	assert.equal(ledger.balance("USDX", "org"), 516n);
	assert.equal(ledger.totals("USDX").get("bond returned"), 5n);
	assert.equal(ledger.totals("USDX").get("float and leftovers"), 137n);
});

test("notes that are sold move one way and their cash the other", () => {
	const sold = block(
		event("tranches.Offered", { deal: 0, offer: 9, rank: 0, seller: "bor" }),
		event("tranches.Transferred", { deal: 0, rank: 0, from: "bor", to: "ann", amount: 4 }),
		event("tranches.OfferTaken", { deal: 0, offer: 9, seller: "bor", buyer: "ann", amount: 4, cash: 3, left: 5 }),
	);
	const before = booksOf(life, opening(), deals, bookAccounts);
	const after = booksOf([...life, sold], opening(), deals, bookAccounts);
	const moved = (key, account) => after.balance(key, account) - before.balance(key, account);
	assert.deepEqual([moved("USDX", "ann"), moved("USDX", "bor"), moved("USDX", "deal")], [-3n, 3n, 0n]);
	assert.deepEqual([moved(noteKey(0, 0), "ann"), moved(noteKey(0, 0), "bor")], [4n, -4n]);
});

test("fees go to their payees", () => {
	const paid = block(event("tranches.FeeClaimed", { deal: 0, fee: 1, who: "eve", amount: 12 }));
	const ledger = booksOf([...life, paid], opening(), deals, bookAccounts);
	assert.equal(ledger.balance("USDX", "eve"), 12n);
	assert.equal(ledger.balance("USDX", "deal"), 130n);
	assert.equal(ledger.totals("USDX").get("fees of the deal claimed"), 12n);
});

test("seized collateral goes to buyers, to the pool and to holders, for what they pay", () => {
	const pair = { collateral: asset(10), settlement: asset(1) };
	const pools = new Map([[2, { account: "pool", settlement: "USDX", collateral: "WTI" }]]);
	const sold = [
		block(
			event("backstop.PoolOpened", { pool: 2, pair, float: 1 }),
			event("backstop.Deposited", { pool: 2, who: "ann", amount: 30, activeFrom: 5 }),
			event("backstop.Deposited", { pool: 2, who: "bor", amount: 2, activeFrom: 5 }),
			event("auctions.LotOpened", { lot: 3, deal: 0, book: 4, units: 40 }),
		),
		block(
			event("auctions.Sold", { lot: 3, buyer: "ann", units: 10, cost: 11, left: 30 }),
			event("auctions.SoldToBackstop", { book: 4, lot: undefined, units: 9, cost: 8 }),
			event("auctions.Exchanged", { lot: 3, who: "bor", units: 5, cost: 4, principal: 4, left: 25 }),
			event("tranches.Exchanged", { deal: 0, rank: 0, who: "bor", book: 4, units: 5, notes: 6 }),
			event("backstop.Claimed", { pool: 2, who: "ann", amount: 7 }),
			event("backstop.Withdrawn", { pool: 2, who: "bor", amount: 1 }),
		),
	];
	const before = booksOf(life, opening(), deals, bookAccounts);
	const after = booksOf([...life, ...sold], opening(), deals, bookAccounts, pools);
	const moved = (key, account) => after.balance(key, account) - before.balance(key, account);
	const usdx = { ann: -31n - 11n, bor: -2n + 1n, pool: 33n - 8n - 1n, deal: 11n + 8n };
	for (const [account, change] of Object.entries(usdx)) {
		assert.equal(moved("USDX", account), change, `USDX of ${account}`);
	}
	const wti = { book: -24n, ann: 17n, pool: 2n, bor: 5n };
	for (const [account, change] of Object.entries(wti)) {
		assert.equal(moved("WTI", account), change, `WTI of ${account}`);
	}
	assert.equal(moved(noteKey(0, 0), "bor"), -6n);
	// Without the pools that are followed, what they do is not booked.
	const blind = booksOf([...life, ...sold], opening(), deals, bookAccounts);
	assert.equal(blind.balance("WTI", "pool"), 0n);
});

test("what other deals do is not booked", () => {
	const ledger = booksOf(life, opening(), new Map(), bookAccounts);
	assert.equal(ledger.balance("USDX", "ann"), 1000n);
	assert.equal(ledger.balance("WTI", "bor"), 70n);
	assert.equal(ledger.balance("STRA", "ann"), 97n);
});

test("a movement of balances alone is not booked", () => {
	const moved = block(event("assets.Transferred", { assetId: 1, from: "ann", to: "bor", amount: 1 }));
	const ledger = booksOf([...life, moved], opening(), deals, bookAccounts);
	const found = new Map([["org", 374n], ["ann", 1003n], ["bor", 31n], ["deal", 142n]]);
	const { differences } = ledger.compare("USDX", found, 1550n);
	assert.deepEqual(differences.map(({ what }) => what).sort(), ["ann", "bor"]);
});

test("a draft that is withdrawn moves nothing", () => {
	const withdrawn = block(
		event("tranches.Created", { deal: 0, originator: "org" }),
		event("tranches.Removed", { deal: 0, swept: 0 }),
	);
	const ledger = booksOf([withdrawn], opening(), deals, bookAccounts);
	assert.equal(ledger.entries("USDX").length, 0);
});
