import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { configuration, Feeder } from "../lib/feeders.mjs";
import { aggregate, faults, honestRange, parts } from "../lib/medians.mjs";
import { liesEachTime, step } from "../governance/plan.mjs";
import { counted, due, Rewards } from "../governance/rewards.mjs";
import { Sources, walked } from "../lib/sources.mjs";

const terms = { members: 4n, quorum: 3n, timeToLive: 100n };
const report = (feeder, value, observedAt = 1_000n) => ({ feeder, value, observedAt });
const four = [report("a", 10n), report("b", 40n), report("c", 20n), report("d", 31n)];
const nobody = () => false;

/** All orders of `items`. */
const orders = (items) => {
	if (items.length < 2) return [items];
	return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
};

test("medians, quartiles and times of an even and an odd number of reports, in any order", () => {
	const times = [1_003n, 1_001n, 1_000n, 1_002n];
	const reports = four.map((held, at) => ({ ...held, observedAt: times[at] }));
	for (const order of orders(reports)) {
		assert.deepEqual(aggregate(order, terms, 1_050n), {
			lower: 20n, mid: 25n, upper: 31n, confidence: 15n, fresh: 4, observedAt: 1_001n, validUntil: 1_101n,
		});
	}
	const { lower, mid, upper, confidence } = aggregate(four.slice(0, 3), terms, 1_050n);
	assert.deepEqual([lower, mid, upper, confidence], [20n, 20n, 20n, 20n]);
});

test("a quorum holds until the millisecond at which the report that it needs expires", () => {
	const reports = ["a", "b", "c", "d"].map((who, at) => report(who, 1n, 1_000n + BigInt(at)));
	assert.equal(aggregate(reports, terms, 1_099n).fresh, 4);
	// The oldest of four may go; the second oldest may not.
	assert.equal(aggregate(reports, terms, 1_100n).fresh, 3);
	assert.equal(aggregate(reports, terms, 1_100n).validUntil, 1_101n);
	assert.equal(aggregate(reports, terms, 1_101n), null);
	assert.equal(aggregate([], { ...terms, quorum: 0n }, 0n), null);
});

test("the honest range is that of fresh reports by those who do not lie", () => {
	const reports = [report("a", 10n), report("b", 500n), report("c", 12n), report("d", 1n, 900n)];
	assert.deepEqual(honestRange(reports, terms, 1_050n, (who) => who === "b"), { least: 10n, most: 12n });
	assert.equal(honestRange([report("b", 1n)], terms, 1_050n, (who) => who === "b"), null);
});

const quoteOf = (reports, now) => {
	const { fresh, ...quote } = aggregate(reports, terms, now);
	return quote;
};

test("a reading that is what the reports make of it has no faults", () => {
	const quote = quoteOf(four, 1_050n);
	assert.deepEqual(faults({ Fresh: quote }, four, terms, 1_050n, nobody), []);
	const three = four.slice(1);
	assert.deepEqual(faults({ Degraded: quoteOf(three, 1_050n) }, three, terms, 1_050n, nobody), []);
	const pending = { Pending: { confirmed: { ...quote, lower: 1n }, current: quote } };
	assert.deepEqual(faults(pending, four, terms, 1_050n, nobody), []);
	assert.deepEqual(faults({ Stale: quote }, four, terms, 1_100n, nobody), []);
	assert.deepEqual(faults("Unknown", [], terms, 1_050n, nobody), []);
});

test("a status, a figure and a lie that do not fit are told", () => {
	const quote = quoteOf(four, 1_050n);
	const told = (reading, reports = four, now = 1_050n, lies = nobody) =>
		faults(reading, reports, terms, now, lies).join("; ");
	assert.match(told({ Degraded: quote }), /Degraded with 4 of 4/);
	assert.match(told({ Stale: quote }), /although a quorum/);
	assert.match(told({ Fresh: quote }, four, 1_100n), /without a quorum/);
	for (const key of ["lower", "mid", "upper", "confidence", "observedAt", "validUntil"]) {
		assert.match(told({ Fresh: { ...quote, [key]: quote[key] + 1n } }), new RegExp(`${key} is`));
	}
	// Two of four say what is not so: more than may.
	const bought = [report("a", 10n), report("b", 11n), report("c", 90n), report("d", 91n)];
	const lies = (who) => who === "c" || who === "d";
	assert.match(told({ Fresh: quoteOf(bought, 1_050n) }, bought, 1_050n, lies), /leaves the honest range/);
	assert.match(told({ Fresh: quote }, four, 1_050n, () => true), /liars alone/);
});

test("one liar of four, with one silent or not, never leaves the honest range", () => {
	const lies = (who) => who === "d";
	for (const lie of [0n, 9n, 10n, 11n, 12n, 13n, 1_000_000n]) {
		for (const silent of [undefined, "a", "b", "c"]) {
			const all = [report("a", 10n), report("b", 11n), report("c", 12n), report("d", lie)];
			const reports = all.filter(({ feeder }) => feeder !== silent);
			const reading = { [silent ? "Degraded" : "Fresh"]: quoteOf(reports, 1_050n) };
			assert.deepEqual(faults(reading, reports, terms, 1_050n, lies), []);
		}
	}
});

test("a reading is a name and a quote", () => {
	assert.deepEqual(parts("Unknown"), { status: "Unknown", quote: null });
	assert.deepEqual(parts({ Fresh: 1 }), { status: "Fresh", quote: 1 });
	const both = { Pending: { confirmed: 1, current: 2 } };
	assert.deepEqual(parts(both), { status: "Pending", quote: 2, confirmed: 1 });
});

test("a market walks up and down again, and a source shows what it is worth", () => {
	assert.equal(walked(10_000n, 0), 10_000n);
	assert.equal(walked(10_000n, 20), 10_300n);
	assert.equal(walked(10_000n, 40), 10_000n);
	assert.equal(walked(10_000n, 39), walked(10_000n, 1));
	const sources = new Sources(["A"], { USDX: () => 10n ** 18n }, () => 7);
	sources.steps = 13;
	assert.deepEqual(sources.page("A", "USDX"), {
		symbol: "USDX", quote: { price: "1.000000000000000000", time: 7 },
	});
});

test("a source answers over HTTP, lies to one only, and knows no other pages", async () => {
	const sources = new Sources(["A", "B"], { WTI: () => 90_000n * 10n ** 18n }, () => 5);
	await sources.open();
	const page = sources.url("A", "WTI");
	try {
		const ask = async (url) => (await fetch(url)).json();
		sources.says("B", "WTI", (honest) => honest * 2n);
		const [honest, lie] = [await ask(sources.url("A", "WTI")), await ask(sources.url("B", "WTI"))];
		// A basis point lies between the two; prices have no thousands apart.
		assert.equal(honest.quote.price, "89995.500000000000000000");
		assert.equal(lie.quote.price, "180009.000000000000000000");
		sources.says("B", "WTI", null);
		assert.equal((await ask(sources.url("B", "WTI"))).quote.price, "90004.500000000000000000");
		sources.markets.WTI = () => undefined;
		assert.equal((await fetch(page)).status, 503);
		for (const other of ["C/WTI", "A/GOLD", "", "A/constructor"]) {
			const { status } = await fetch(page.replace("A/WTI", other));
			assert.equal(status, 404, other);
		}
	} finally {
		await sources.close();
	}
	await assert.rejects(fetch(page));
});

test("a liar says something else each time, far off", () => {
	const lie = liesEachTime();
	const told = [1, 2, 3].map(() => lie(100n));
	assert.equal(new Set(told).size, 3);
	assert.ok(told.every((value) => value >= 150n));
});

test("a step of the stewards moves one parameter", () => {
	assert.deepEqual(step({ debtCeiling: 100n, drawFuse: 7n }), { debtCeiling: 105n, drawFuse: 7n });
});

test("a report earns in proportion to the time since the last, and never more than the reward", () => {
	assert.equal(due(1_000n, 100n, 50n), 500n);
	assert.equal(due(1_000n, 100n, 100n), 1_000n);
	assert.equal(due(1_000n, 100n, 101n), 1_000n);
	assert.equal(due(1_000n, 3n, 1n), 333n);
});

test("rewards are for new reports of the honest that found a quorum", () => {
	const rewards = new Rewards({ afterEach() {} }, new Map(), new Set(["d"]));
	const received = (...at) => at.map((receivedAt, place) => ({ feeder: "abcd"[place], receivedAt }));
	const note = (feed, took, ...at) => {
		const keys = new Set([...took].map((feeder) => `${feed}/${feeder}`));
		rewards.note(feed, 1_000n, { reports: received(...at), terms }, keys);
	};
	note(20, "", 1_000n, 1_000n);
	// Still no quorum.
	note(20, "", 1_010n, 1_000n);
	assert.equal(rewards.earned.size, 0);
	// The second makes it, so that the first of the block earns nothing.
	note(20, "bcd", 1_020n, 1_020n, 1_020n, 1_020n);
	assert.deepEqual([...rewards.earned], [["b", 200n]]);
	note(20, "ad", 1_060n, 1_020n, 1_020n, 1_050n);
	// The same reports again earn nothing.
	note(20, "", 1_060n, 1_020n, 1_020n, 1_050n);
	assert.deepEqual([...rewards.earned], [["b", 200n], ["a", 400n]]);
	// Each feed for itself.
	note(21, "abc", 1_000n, 1_000n, 1_000n);
	note(21, "a", 1_060n, 1_000n, 1_000n);
	assert.equal(rewards.earned.get("a"), 1_000n);
});

test("a report counts that found a quorum when it came", () => {
	const event = (name, values) => {
		const [section, method] = name.split(".");
		const data = Object.assign(Object.values(values), { names: Object.keys(values) });
		return { section, method, data };
	};
	const price = (feed, kind = "Updated") => event(`oracle.Price${kind}`, { feed });
	const reported = (feeder) => event("oracle.Reported", { feeder });
	const done = event("system.ExtrinsicSuccess", {});
	const events = [
		// Nobody else is there yet.
		reported("a"), done,
		price(10), price(11, "Held"), reported("b"), done,
		// A feed that was set has a price without a report.
		price(12), done,
		price(10), reported("c"), done,
	];
	assert.deepEqual([...counted(events)], ["10/b", "11/b", "10/c"]);
});

const settings = {
	endpoints: ["ws://127.0.0.1:1", "ws://127.0.0.1:2"], clock: "chain", uri: '//"Feeder"1',
	feeds: [
		{ id: 10, name: "WTI", url: "http://127.0.0.1:2/A/WTI" },
		{ id: 11, name: "EURX", url: "http://127.0.0.1:2/A/EURX" },
	],
	rhythm: { tick: 150, heartbeat: 60_000, deviation: 10, interval: 6_000, refresh: 1_000 },
};

test("a configuration has a table for each feed, and quotes what it is given", () => {
	const lines = configuration(settings).split("\n");
	assert.equal(lines.filter((line) => line === "[[feed]]").length, 2);
	assert.equal(lines.filter((line) => line === "[feed.source.http]").length, 2);
	const wanted = [
		'uri = "//\\"Feeder\\"1"', 'endpoints = ["ws://127.0.0.1:1", "ws://127.0.0.1:2"]', 'clock = "chain"', "id = 11",
		'url = "http://127.0.0.1:2/A/EURX"', 'heartbeat = "60000ms"',
	];
	for (const line of wanted) assert.ok(lines.includes(line), line);
});

test("a feeder's process is started, its end is known, and it can be killed and started again", async () => {
	const folder = mkdtempSync(join(tmpdir(), "strata-test."));
	try {
		const program = join(folder, "feeder");
		writeFileSync(program, '#!/bin/sh\necho "reads $3"\ntrap "exit 0" TERM\nwhile :; do sleep 0.05; done\n');
		chmodSync(program, 0o755);
		const feeder = new Feeder(program, folder, "Feeder9", "address");
		assert.equal(feeder.running, false);
		await feeder.start(settings);
		await assert.rejects(feeder.start(settings), /runs already/);
		while (feeder.tail().length === 0) await new Promise((done) => setTimeout(done, 10));
		assert.match(feeder.tail()[0], /^reads .*Feeder9\.toml$/);
		assert.match(readFileSync(feeder.file, "utf8"), /\[account\]/);
		assert.equal(await feeder.end("SIGKILL"), "SIGKILL");
		assert.equal(feeder.running, false);
		await feeder.start(settings);
		while (feeder.tail().length < 2) await new Promise((done) => setTimeout(done, 10));
		assert.equal(await feeder.end(), 0);
		const missing = new Feeder(join(folder, "none"), folder, "Feeder8", "address");
		await assert.rejects(missing.start(settings), /ENOENT/);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
