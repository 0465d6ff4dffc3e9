#!/usr/bin/env node
// The main job: an asset-backed security from its first draft to its last unit, against a real fall of prices, with
// everything that moved accounted for.
//
//   node main.mjs [--ws ws://127.0.0.1:9944] [--dates N] [--sabotage]
//   node main.mjs --network URL,URL… --feeder PROGRAM [--dates N] [--sabotage]
//
// The first is for a development chain that makes a block a second. The second is for a network that makes one in six
// seconds, by the machine's clock: the deal is shorter, only final blocks count, everybody sends to a node of his own,
// any of which but the first may be killed and started again meanwhile, prices come from processes of strata-feeder
// (PROGRAM), one of which is fed a lie, and in the end all nodes must have the same state.
//
// `--dates` stops after so many payment dates and reconciles the deal in the middle of its life.
// `--sabotage` moves one unit by a way that the books do not know: the job must then fail.
//
// Exit status: 0 when every unit is where the books say; 3 when one is not; 4 when a payment date is
// not what the program of the deal makes of it, a price not what the reports make of it, or nodes differ; 1 when the
// job could not be done.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { booksOf } from "./lib/books.mjs";
import { Chain, keyring, leave, options } from "./lib/chain.mjs";
import { everywhere } from "./lib/everywhere.mjs";
import { Feed } from "./lib/feed.mjs";
import { holdings } from "./lib/holdings.mjs";
import { Journal } from "./lib/journal.mjs";
import { Market } from "./lib/market.mjs";
import { Network } from "./lib/network.mjs";
import { News } from "./lib/news.mjs";
import { Parties } from "./lib/parties.mjs";
import { load } from "./lib/prices.mjs";
import { TESTS } from "./deal.mjs";
import { Job } from "./job.mjs";
import { PLANS } from "./plans.mjs";
import * as report from "./report.mjs";

/** Series of data/, and the feeds that report them. */
const SERIES = { wti: "wti-usd.csv", eur: "eur-usd.csv" };
const FEEDS = { wti: 10, eur: 11 };
const PAR_FEED = 1;
/** Payment dates after the last of the plan on which the deal may close, if a lot or a borrower was late. */
const LATE = 2;

/** The feeders: of this program, a day a block; or processes that look at sources of this program. */
function feedOf({ chain, parties, journal, plan, binary, folder }) {
	const days = load(SERIES).filter(({ date }) => !plan.market || date <= plan.market.last);
	const from = `${days.length} days of prices, ${days[0].date} to ${days.at(-1).date}`;
	console.log(`\n${from}, by ${parties.feeders.length} feeders`);
	if (!plan.market) return new Feed(chain, parties.feeders, days, FEEDS, PAR_FEED, plan.outage);
	const feeds = { par: PAR_FEED, ...FEEDS };
	return new News(chain, journal, parties, { days, outage: plan.outage, feeds, market: plan.market, binary, folder });
}

/** Everything that happens on chain. */
async function run(setting, dates, sabotage) {
	const { chain, parties, opening, journal, plan, feed } = setting;
	await feed.start();
	await chain.until(() => feed.failure || feed.priced, "first prices", 20);

	const job = new Job(chain, parties, opening, feed, journal, plan);
	await job.originate();
	const market = new Market(job);
	// What stands behind the oil book counts only after a while.
	await Promise.all([job.subscribe(), market.openBackstop()]);
	await Promise.all([job.collect(), job.borrow()]);
	const news = feed.loansAreOut();
	if (news) job.say(news);
	job.guard();
	job.watchPayments();
	market.open();
	const whole = dates === plan.paymentDates;
	for (let at = 0; at < dates || (whole && !job.closed && at < dates + LATE); at++) {
		await job.period(at);
		if (sabotage && at === 0) await job.sabotage();
	}
	await job.acted();
	await market.claimBackstop();
	job.pools = market.pools;
	if (whole) await end(job, market);
	await feed.halt();
	console.log(`\n  ${feed.summary()}`);
	return job;
}

/** The deal is paid: what must have happened, and what is left. */
async function end(job, market) {
	const { plan, feed } = job;
	if (!job.closed) throw new Error("the deal did not close on its last payment date, nor soon after");
	if (market.liquidations === 0) throw new Error("prices fell by half and nobody was liquidated");
	if (market.sales === 0) throw new Error("nobody bought a lot");
	if (plan.fails) fellAndCured(job);
	await job.settle(plan.loans.find(({ keep }) => keep === undefined).borrower);
	await job.remove();
	await feed.done;
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

/** The comparison of the books with the last block, and of the nodes with each other; the exit status. */
async function conclude({ chain, parties, opening, journal }, job) {
	// A call may be known to be in a block before the block itself is heard of.
	const last = Math.max(chain.head.number, chain.reached);
	const hash = await chain.finalized(last);
	await journal.settle(last);
	const ledger = booksOf(journal.blocks, opening, job.deals, job.bookAccounts, job.pools);
	const closing = await holdings(await chain.api.at(hash));
	const { units, assets, missing } = report.reconciliation(ledger, closing, opening, parties);
	const done = `${journal.blocks.length} blocks, ${job.payments.length} payment dates`;
	if (missing.length > 0) {
		console.log(`\nThe books and the chain differ after ${done}:`);
		for (const line of missing) console.log(`  ${line}`);
		console.log(`main job: FAILED: ${missing.length} places differ; ${missing[0]}`);
		return 3;
	}
	const nodes = chain.urls ? await everywhere(chain.urls, last, hash, closing) : { wrong: [] };
	const wrong = [...job.wrong, ...job.feed.wrong, ...nodes.wrong];
	if (wrong.length > 0) {
		console.log("");
		for (const line of wrong) console.log(`  ${line}`);
		console.log(`main job: FAILED: ${wrong.length} things differ; ${wrong[0]}`);
		return 4;
	}
	const alike = nodes.root
		? `, block ${last} with state root ${nodes.root} on ${chain.urls.length} nodes; ${job.feed.summary()}, ` +
			`${chain.dead} times a node was dead and the next took what was for it, ${chain.resent} times it was lost with it and sent again`
		: "";
	console.log(
		`\nmain job: ok: ${done} recalculated, ${units} units of ${assets} assets reconciled${alike}`,
	);
	return 0;
}

/** The command line, read. */
function commandLine() {
	const known = { ws: String, network: String, feeder: String, dates: String, sabotage: Boolean };
	const { ws, network, feeder, sabotage, ...given } = options(process.argv.slice(2), known);
	if (ws && network) throw new Error("--ws is for one node, --network for several");
	if (network && !(feeder && existsSync(feeder))) throw new Error(`no feeder: --feeder ${feeder ?? "is needed"}`);
	if (feeder && !network) throw new Error("--feeder needs --network");
	const urls = network?.split(",");
	const odd = urls?.find((url) => !/^wss?:\/\/./.test(url));
	if (odd !== undefined) throw new Error(`--network: "${odd}" is no address that begins with ws:// or wss://`);
	const plan = urls ? PLANS.short : PLANS.whole;
	const dates = Number(given.dates ?? plan.paymentDates);
	if (!(Number.isInteger(dates) && dates >= 1 && dates <= plan.paymentDates)) {
		throw new Error(`--dates ${given.dates}: not from 1 to ${plan.paymentDates}`);
	}
	return { ws: ws ?? "ws://127.0.0.1:9944", urls, binary: feeder, plan, dates, sabotage };
}

async function main() {
	const { ws, urls, binary, plan, dates, sabotage } = commandLine();
	const chain = await (urls ? Network.connect(urls) : Chain.connect(ws));
	const folder = mkdtempSync(join(tmpdir(), "strata-main."));
	let feed;
	try {
		const parties = new Parties(keyring(chain.api.registry.chainSS58));
		const journal = new Journal(chain);
		const begin = await chain.api.at(await chain.api.rpc.chain.getBlockHash(journal.start));
		const opening = await holdings(begin);
		await report.genesis(chain, parties, opening);
		feed = feedOf({ chain, parties, journal, plan, binary, folder });
		const setting = { chain, parties, opening, journal, plan, feed };
		return await conclude(setting, await run(setting, dates, sabotage));
	} catch (error) {
		for (const line of feed?.logs() ?? []) console.log(line);
		throw error;
	} finally {
		await feed?.close();
		await chain.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

const status = await main().catch((error) => {
	console.log(`\n${error.stack}`);
	console.log(`main job: FAILED: ${error.message.split("\n")[0]}`);
	return 1;
});
leave(status);
