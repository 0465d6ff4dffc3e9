import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { News } from "../lib/news.mjs";

const price = (whole) => BigInt(whole) * 10n ** 18n;
const days = [[1, 100], [2, 90], [3, 60], [4, 50]].map(([day, wti]) => ({ date: `2008-01-0${day}`, wti: price(wti) }));
const outage = { series: "wti", after: "2008-01-02", until: "2008-01-04" };
const market = { slots: 3, liar: 1, lie: { series: "wti", price: "40" } };

/** Runs `use` with news of these days, whose feeders only live; it says when a block comes, and reads pages. */
async function withNews(use) {
	const folder = mkdtempSync(join(tmpdir(), "strata-test."));
	const binary = join(folder, "feeder");
	writeFileSync(binary, '#!/bin/sh\ntrap "exit 0" TERM\nwhile [ ! -e "$(dirname "$3")/stop" ]; do sleep 0.05; done\nexit 7\n');
	chmodSync(binary, 0o755);
	const chain = { now: 0, urls: ["ws://one", "ws://two"], best: { watch: (see) => ((chain.see = see), () => {}) } };
	const parties = { feeders: [{ address: "A" }, { address: "B" }], name: (address) => `Feeder${address}` };
	const news = new News(chain, { afterEach() {} }, parties, { days, outage, feeds: { par: 1, wti: 10 }, market, binary, folder });
	try {
		await news.start();
		const config = (name) => readFileSync(join(folder, `${name}.toml`), "utf8");
		const page = (name, series) => fetch(new RegExp(`http://[^"]*/${name}/${series}`).exec(config(name))[0]);
		const block = (now) => chain.see(Object.assign(chain, { now }));
		await use({ news, config, page, block, folder });
	} finally {
		await news.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

test("the market waits for the loans, falls within its time, and one source lies from then on", async () => {
	await withNews(async ({ news, config, page, block }) => {
		// Each feeder has a node of its own, and the other for when that is dead.
		assert.match(config("FeederA"), /endpoints = \["ws:\/\/one", "ws:\/\/two"\]/);
		assert.match(config("FeederB"), /endpoints = \["ws:\/\/two", "ws:\/\/one"\]/);
		const said = async (name, series = "wti") => Number((await (await page(name, series)).json()).quote.price);
		block(60_000);
		assert.equal(news.day.date, "2008-01-01");
		assert.deepEqual([await said("FeederA"), await said("FeederB")], [99.995, 100.005]);
		assert.match(news.loansAreOut(), /FeederB says that a barrel is worth 40 USD/);
		block(66_000);
		assert.deepEqual([await said("FeederA"), await said("FeederB")], [89.9955, 40]);
		// Oil has no price, the rest has.
		block(72_000);
		assert.equal((await page("FeederA", "wti")).status, 503);
		assert.equal(await said("FeederA", "par"), 0.99995);
		block(78_000);
		await news.done;
		// A block that replaces another may be of an earlier slot.
		block(72_000);
		assert.deepEqual([news.day.date, await said("FeederA")], ["2008-01-04", 49.9975]);
		// No block has shown a price with the lie among the reports.
		await assert.rejects(news.halt(), /nobody lied/);
	});
});

test("a feeder that ends by itself is a failure", async () => {
	await withNews(async ({ news, block, folder }) => {
		writeFileSync(join(folder, "stop"), "");
		while (news.failure === undefined) {
			block(1);
			await new Promise((done) => setTimeout(done, 10));
		}
		assert.match(news.failure.message, /Feeder. has ended with 7/);
		await assert.rejects(news.halt(), /has ended with 7/);
	});
});
