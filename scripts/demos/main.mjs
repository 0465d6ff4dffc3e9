#!/usr/bin/env node
// The main job of a development chain: an asset-backed security from its first draft to its last
// unit, against a real fall of prices, with everything that moved accounted for.
//
//   node main.mjs [--ws ws://127.0.0.1:9944] [--dates N] [--sabotage]
//
// `--dates` stops after so many payment dates and reconciles the deal in the middle of its life.
// `--sabotage` moves one unit by a way that the books do not know: the job must then fail.
//
// Exit status: 0 when every unit is where the books say; 3 when one is not; 4 when a payment date is
// not what the program of the deal makes of it; 1 when the job could not be done.

import { booksOf } from "./lib/books.mjs";
import { Chain, keyring, leave, options } from "./lib/chain.mjs";
import { Feed } from "./lib/feed.mjs";
import { holdings } from "./lib/holdings.mjs";
import { Journal } from "./lib/journal.mjs";
import { Parties } from "./lib/parties.mjs";
import { load } from "./lib/prices.mjs";
import { Market } from "./lib/market.mjs";
import { LOANS, OUTAGE, PAYMENT_DATES, TESTS } from "./deal.mjs";
import { Job } from "./job.mjs";
import * as report from "./report.mjs";

/** Series of data/, and the feeds that report them. */
const SERIES = { wti: "wti-usd.csv", eur: "eur-usd.csv" };
const FEEDS = { wti: 10, eur: 11 };
const PAR_FEED = 1;

/** Everything that happens on chain. */
async function run(chain, parties, opening, journal, dates, sabotage) {
	const days = load(SERIES);
	const feed = new Feed(chain, parties.feeders, days, FEEDS, PAR_FEED, OUTAGE);
	console.log(
		`\n${days.length} days of prices, ${days[0].date} to ${days.at(-1).date}, one day a block, ` +
			`by ${parties.feeders.length} feeders`,
	);
	feed.start();
	await chain.until(() => feed.failure || feed.landed.length > 0, "first prices", 5);

	const job = new Job(chain, parties, opening, feed, journal);
	await job.originate();
	await job.subscribe();
	const market = new Market(job);
	await Promise.all([job.borrow(), market.openBackstop()]);
	job.guard();
	job.watchPayments();
	market.open();
	for (let at = 0; at < dates; at++) {
		await job.period(at);
		if (sabotage && at === 0) await job.sabotage();
	}
	await market.claimBackstop();
	job.pools = market.pools;
	if (dates === PAYMENT_DATES) {
		if (market.liquidations === 0) throw new Error("prices fell by half and nobody was liquidated");
		fellAndCured(job);
		await job.settle(LOANS.find(({ keep }) => keep === undefined).borrower);
		await job.remove();
		await feed.done;
	} else {
		await feed.halt();
	}
	const [first, last] = [feed.landed[0], feed.landed.at(-1)];
	console.log(`\n  ${feed.landed.length} days were reported in blocks ${first} to ${last}`);
	return job;
}

/** The crash must have been seen by the tests and the trigger, and must have been cured. */
function fellAndCured({ payments, tripped, cured }) {
	for (const [at, { name }] of TESTS.entries()) {
		const failed = payments.findIndex(({ tests }) => !tests[at].passed);
		const again = payments.findIndex(({ tests }, date) => date > failed && tests[at].passed);
		if (failed < 0 || again < 0) throw new Error(`${name} did not fail and pass again`);
		console.log(`  ${name} failed on payment date ${failed + 1} and passed again on ${again + 1}`);
	}
	if (!(tripped.has(0) && cured.has(0))) throw new Error("the trigger of OC was not tripped and cured");
	if (!tripped.has(1) || cured.has(1)) throw new Error("the permanent trigger did not trip for good");
}

async function main() {
	const given = options(process.argv.slice(2), { ws: String, dates: String, sabotage: Boolean });
	const { ws = "ws://127.0.0.1:9944", sabotage } = given;
	const dates = Number(given.dates ?? PAYMENT_DATES);
	if (!(Number.isInteger(dates) && dates >= 1 && dates <= PAYMENT_DATES)) {
		throw new Error(`--dates ${given.dates}: not from 1 to ${PAYMENT_DATES}`);
	}
	const chain = await Chain.connect(ws);
	try {
		const parties = new Parties(keyring(chain.api.registry.chainSS58));
		const journal = new Journal(chain);
		const begin = await chain.api.at(await chain.api.rpc.chain.getBlockHash(journal.start));
		const opening = await holdings(begin);
		await report.genesis(chain, parties, opening);

		const job = await run(chain, parties, opening, journal, dates, sabotage);

		// A call may be known to be in a block before the block itself is heard of.
		const last = Math.max(chain.head.number, chain.reached);
		const end = await chain.api.at(await chain.finalized(last));
		await journal.settle(last);
		const ledger = booksOf(journal.blocks, opening, job.deals, job.bookAccounts, job.pools);
		const closing = await holdings(end);
		const { units, assets, missing } = report.reconciliation(ledger, closing, opening, parties);
		const done = `${journal.blocks.length} blocks, ${job.payments.length} payment dates`;
		if (missing.length > 0) {
			console.log(`\nThe books and the chain differ after ${done}:`);
			for (const line of missing) console.log(`  ${line}`);
			console.log(`main job: FAILED: ${missing.length} places differ; ${missing[0]}`);
			return 3;
		}
		if (job.wrong.length > 0) {
			console.log(`\nmain job: FAILED: ${job.wrong.length} things differ; ${job.wrong[0]}`);
			return 4;
		}
		console.log(
			`\nmain job: ok: ${done} recalculated, ${units} units of ${assets} assets reconciled`,
		);
		return 0;
	} finally {
		await chain.close();
	}
}

const status = await main().catch((error) => {
	console.log(`\n${error.stack}`);
	console.log(`main job: FAILED: ${error.message.split("\n")[0]}`);
	return 1;
});
leave(status);
