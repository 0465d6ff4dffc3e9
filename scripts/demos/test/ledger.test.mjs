import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger, OUTSIDE } from "../lib/ledger.mjs";

const opened = () => {
	const ledger = new Ledger();
	ledger.open("USDX", new Map([["ann", 100n], ["bob", 50n], ["nil", 0n]]), 150n);
	return ledger;
};
const balances = (object) => new Map(Object.entries(object));

test("books that agree have no difference", () => {
	const ledger = opened();
	ledger.move("USDX", "ann", "deal", 30n, "order");
	ledger.move("USDX", "deal", "ann", 10n, "refund");
	ledger.issue("USDX", "bob", 5n, "issue");
	ledger.retire("USDX", "bob", 1n, "fee");
	const result = ledger.compare("USDX", balances({ ann: 80n, bob: 54n, deal: 20n }), 154n);
	assert.deepEqual(result, { issued: 5n, retired: 1n, booked: 154n, found: 154n, differences: [] });
	assert.deepEqual(ledger.flows("USDX", "ann"), new Map([["order", -30n], ["refund", 10n]]));
	assert.deepEqual(ledger.totals("USDX").get("order"), 30n);
	assert.equal(ledger.opening("USDX", "ann"), 100n);
});

test("one unit moved without a record shows at both accounts", () => {
	const { differences } = opened().compare("USDX", balances({ ann: 99n, bob: 51n }), 150n);
	assert.deepEqual(differences, [
		{ what: "ann", booked: 100n, found: 99n },
		{ what: "bob", booked: 50n, found: 51n },
	]);
});

test("one unit moved to an account that the books do not know shows", () => {
	const { differences } = opened().compare("USDX", balances({ ann: 99n, bob: 50n, eve: 1n }), 150n);
	assert.deepEqual(differences.map(({ what }) => what), ["ann", "eve"]);
});

test("one unit burned without a record shows at the account and in the issuance", () => {
	const { differences } = opened().compare("USDX", balances({ ann: 99n, bob: 50n }), 149n);
	assert.deepEqual(differences.map(({ what }) => what), ["ann", "issuance"]);
});

test("one unit that no account holds shows", () => {
	const { differences } = opened().compare("USDX", balances({ ann: 99n, bob: 50n }), 150n);
	assert.deepEqual(differences.map(({ what }) => what), [
		"ann",
		"closing: issuance against all accounts",
	]);
});

test("a recorded movement that did not happen shows", () => {
	const ledger = opened();
	ledger.move("USDX", "ann", "bob", 1n, "claim");
	const { differences } = ledger.compare("USDX", balances({ ann: 100n, bob: 50n }), 150n);
	assert.equal(differences.length, 2);
});

test("an account of the books that is gone from the chain shows", () => {
	const { differences } = opened().compare("USDX", balances({ ann: 100n }), 100n);
	assert.deepEqual(differences.map(({ what }) => what), ["bob", "issuance"]);
});

test("opening balances that do not make up the issuance show", () => {
	const ledger = new Ledger();
	ledger.open("USDX", balances({ ann: 1n }), 2n);
	const { differences } = ledger.compare("USDX", balances({ ann: 1n }), 2n);
	assert.deepEqual(differences.map(({ what }) => what), [
		"opening: issuance against all accounts",
		"closing: issuance against all accounts",
	]);
});

test("mistakes in the books are refused", () => {
	const ledger = opened();
	assert.throws(() => ledger.move("EURX", "ann", "bob", 1n, "x"), /not open/);
	assert.throws(() => ledger.move("USDX", "ann", "bob", -1n, "x"), /amount/);
	assert.throws(() => ledger.move("USDX", "ann", "bob", 1, "x"), /amount/);
	assert.throws(() => ledger.open("USDX", new Map(), 0n), /already/);
	ledger.move("USDX", OUTSIDE, "ann", 0n, "nothing");
	assert.equal(ledger.entries("USDX").length, 0);
});
