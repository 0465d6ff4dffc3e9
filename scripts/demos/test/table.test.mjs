import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "../lib/table.mjs";

test("columns of numbers are set to the right, others to the left", () => {
	assert.deepEqual(table(["who", "paid"], [["a", "1.00"], ["bcde", "1,000.00"]]), [
		"who       paid",
		"────  ────────",
		"a         1.00",
		"bcde  1,000.00",
	]);
});

test("an empty cell does not turn a column of numbers", () => {
	assert.equal(table(["n"], [["10"], [""], ["2"]])[4], " 2");
});

test("a column of dashes and an empty table stand", () => {
	assert.deepEqual(table(["a"], [["-"]]), ["a", "─", "-"]);
	assert.deepEqual(table(["a"], []), ["a", "─"]);
});

test("a row with a missing cell is refused", () => {
	assert.throws(() => table(["a", "b"], [["1"]]), /1 cells, 2 heads/);
});
