import assert from "node:assert/strict";
import { test } from "node:test";
import { TypeRegistry } from "@polkadot/types";
import { fields, plain } from "../lib/plain.mjs";

const registry = new TypeRegistry();
registry.register({
	Coupon: { _enum: { Fixed: "Null", Resets: "Vec<Reset>", Floating: "Floating" } },
	Reset: { date: "u64", rate: "u128" },
	Floating: { margin: "u128", cap: "Option<u128>" },
	Mode: { _enum: ["Revolving", "Amortising"] },
});
const of = (type, value) => plain(registry.createType(type, value));

test("numbers are bigints, options null or their value", () => {
	assert.equal(of("u128", 7), 7n);
	assert.equal(of("u8", 7), 7n);
	assert.equal(of("Option<u64>", null), null);
	assert.equal(of("Option<u64>", 3), 3n);
	assert.deepEqual(of("(u8, Vec<u32>)", [1, [2, 3]]), [1n, [2n, 3n]]);
	assert.equal(of("bool", true), true);
	assert.equal(of("Text", "x"), "x");
});

test("enum values have the form that calls take", () => {
	assert.equal(of("Mode", "Amortising"), "Amortising");
	assert.equal(of("Coupon", "Fixed"), "Fixed");
	const resets = { Resets: [{ date: 5, rate: 6 }] };
	assert.deepEqual(of("Coupon", resets), { Resets: [{ date: 5n, rate: 6n }] });
	const floating = { Floating: { margin: 1, cap: null } };
	assert.deepEqual(of("Coupon", floating), { Floating: { margin: 1n, cap: null } });
});

test("fields of an event by name", () => {
	const data = [registry.createType("u32", 4), registry.createType("Mode", "Revolving")];
	data.names = ["deal", "mode"];
	assert.deepEqual(fields(data), { deal: 4n, mode: "Revolving" });
});
