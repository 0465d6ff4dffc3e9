import assert from "node:assert/strict";
import { test } from "node:test";
import { halfWidth, load, parse, seenBy, together } from "../lib/prices.mjs";

const FILES = { wti: "wti-usd.csv", eur: "eur-usd.csv" };

test("prices are read exactly", () => {
	assert.deepEqual(parse("date,price\n2008-07-01,141.06\n"), [
		{ date: "2008-07-01", value: 141_060_000_000_000_000_000n },
	]);
});

test("a file that is not what it says is refused", () => {
	assert.throws(() => parse("day,price\n2008-07-01,1\n"), /heading/);
	assert.throws(() => parse("date,price\n2008-07-01,\n"), /line 2/);
	assert.throws(() => parse("date,price\n2008-07-01,-1\n"), /line 2/);
	assert.throws(() => parse("date,price\n2008-07-01,0\n"), /no price/);
	assert.throws(() => parse("date,price\n2008-07-02,1\n2008-07-01,1\n"), /does not follow/);
	assert.throws(() => parse("date,price\n2008-07-01,1\n2008-07-01,1\n"), /does not follow/);
});

test("series with different days are refused", () => {
	const day = (date) => ({ date, value: 1n });
	assert.throws(() => together({ a: [day("1")], b: [day("2")] }), /differ/);
	assert.throws(() => together({ a: [day("1")], b: [day("1"), day("2")] }), /differ/);
	assert.throws(() => together({ a: [day("1"), day("2")], b: [day("1")] }), /differ/);
});

test("the history is what the README says: 84 days around a fall of more than half", () => {
	const days = load(FILES);
	assert.equal(days.length, 84);
	assert.equal(days[0].date, "2008-07-01");
	assert.equal(days[83].date, "2008-10-28");
	const oil = days.map(({ wti }) => wti);
	const [top, bottom] = [oil, oil].map((all, at) =>
		all.reduce((a, b) => ((at === 0) === (a > b) ? a : b)),
	);
	assert.equal(top, 145_310_000_000_000_000_000n);
	assert.equal(bottom, 61_920_000_000_000_000_000n);
	assert.ok(bottom * 2n < top);
});

test("feeders lie around the published price and their medians contain it", () => {
	const value = 100_000_000_000_000_000_000n;
	const four = [0, 1, 2, 3].map((index) => seenBy(index, 4, value));
	assert.equal(new Set(four).size, 4);
	assert.ok(four[1] < value && value < four[2]);
	assert.equal(four.reduce((a, b) => a + b), 4n * value);
	assert.equal(seenBy(1, 3, value), value);
	assert.equal(halfWidth(value), value / 2000n);
	assert.equal(halfWidth(1n), 1n);
});
