#!/usr/bin/env node
// The court of a development chain: a missed coupon that nobody has to report; a false report, five
// jurors and the originator's bond; an appeal that reverses a ruling; and everything that moved
// accounted for.
//
//   node court.mjs [--ws ws://127.0.0.1:9944] [--sabotage]
//
// The node must make blocks on demand only (--sealing manual).
//
// `--sabotage` leaves the appeal out and moves one unit by a way that the books do not know: the job must then fail,
// over two accounts.
//
// Exit status: 0 when every unit is where it should be; 3 when one is not; 4 when a ruling or a
// payment is not what it should be; 1 when the job could not be done.

import { keyring, leave, options } from "./lib/chain.mjs";
import { holdings } from "./lib/holdings.mjs";
import { Parties } from "./lib/parties.mjs";
import { Blocks } from "./lib/blocks.mjs";
import { Job } from "./court/job.mjs";
import { reconcile } from "./court/reconcile.mjs";

async function main() {
	const given = options(process.argv.slice(2), { ws: String, sabotage: Boolean });
	const { ws = "ws://127.0.0.1:9944", sabotage } = given;
	const started = Date.now();
	const blocks = await Blocks.connect(ws);
	try {
		const keys = keyring(blocks.api.registry.chainSS58);
		const parties = new Parties(keys);
		const opening = await holdings(blocks.head.at);
		const job = new Job(blocks, keys, parties, opening);
		await job.prepare();
		await job.missedCoupon();
		await job.badClaims();
		await job.falseReport();
		await (sabotage ? job.sabotage() : job.reversal());
		await job.stakes();

		const closing = await holdings(blocks.head.at);
		const { units, assets, missing } = await reconcile(job, opening, closing);
		const differ = [...missing, ...job.wrong];
		for (const line of differ) console.log(`  ${line}`);
		const status = missing.length > 0 ? 3 : job.wrong.length > 0 ? 4 : 0;
		if (status > 0) {
			console.log(`\ncourt: FAILED: ${differ.length} things differ; ${differ[0]}`);
			return status;
		}
		const seats = job.cases.flatMap(({ rounds }) => rounds.flatMap(({ seats }) => seats)).length;
		const appeals = job.cases.filter(({ rounds }) => rounds.length > 1).length;
		const seconds = Math.round((Date.now() - started) / 1000);
		console.log(
			`\ncourt: ok: 1 default declared by the chain, ${job.cases.length} cases, ${seats} seats ` +
				`drawn, ${appeals} appeal, ${job.refused} bad calls refused, ${units} units of ${assets} ` +
				`assets reconciled in ${blocks.made.length} blocks, ${seconds} s`,
		);
		return 0;
	} finally {
		await blocks.close();
	}
}

const status = await main().catch((error) => {
	console.log(`\n${error.stack}`);
	console.log(`court: FAILED: ${error.message.split("\n")[0]}`);
	return 1;
});
leave(status);
