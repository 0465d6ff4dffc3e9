import assert from "node:assert/strict";
import { test } from "node:test";
import { options, within } from "../lib/chain.mjs";

test("options are read and unknown ones are refused", () => {
	const known = { ws: String, dates: String, sabotage: Boolean };
	assert.deepEqual(options(["--ws", "x", "--sabotage"], known), { ws: "x", sabotage: true });
	assert.deepEqual(options([], known), {});
	assert.throws(() => options(["--nonsense"], known), /unknown argument --nonsense/);
	assert.throws(() => options(["ws"], known), /unknown argument ws/);
	assert.throws(() => options(["--ws"], known), /needs a value/);
});

test("waiting has an end", async () => {
	await assert.rejects(within(new Promise(() => {}), 5, "it"), /it: nothing within 5 ms/);
	assert.equal(await within(Promise.resolve(1), 1000, "it"), 1);
	await assert.rejects(within(Promise.reject(new Error("no")), 1000, "it"), /no/);
});
