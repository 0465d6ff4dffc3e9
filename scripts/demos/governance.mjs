#!/usr/bin/env node
// Governance of a development chain, and its prices: four feeders, one of which is fed lies and one of
// which is killed; parameters that stewards move and guardians cannot loosen; a new collateral asset by
// referenda, from submission to a draw against it.
//
//   node governance.mjs --feeder PROGRAM [--ws ws://127.0.0.1:9944]
//
// PROGRAM is strata-feeder. The node must make blocks on demand only (--sealing manual).
//
// Exit status: 0 when all is as it should be; 3 when a price is not what the reports make of it, or left
// what honest feeders say; 4 when a change, a refusal or a payment is not what it should be; 1 when the
// job could not be done.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Blocks } from "./lib/blocks.mjs";
import { keyring, leave, options } from "./lib/chain.mjs";
import { holdings } from "./lib/holdings.mjs";
import { Parties } from "./lib/parties.mjs";
import { Changes } from "./governance/changes.mjs";
import { Context } from "./governance/context.mjs";
import { Quorum } from "./governance/quorum.mjs";

/** The steps, in order. */
async function run(quorum, changes) {
	await quorum.start();
	await quorum.lieAndDie();
	await changes.list();
	await changes.use();
	await changes.guard();
	await changes.steer();
	await quorum.recover();
	await quorum.jail();
	await changes.pauseEnds();
	await quorum.release();
	await quorum.reward();
	await quorum.rest();
}

/** The last line, and the exit status. */
function conclude({ blocks, wrong, refused }, { prices }, { referenda }, seconds) {
	const differ = [...prices.wrong, ...wrong];
	for (const line of differ) console.log(`  ${line}`);
	if (differ.length > 0) {
		console.log(`\ngovernance: FAILED: ${differ.length} things differ; ${differ[0]}`);
		return prices.wrong.length > 0 ? 3 : 4;
	}
	const slowest = Math.max(...referenda.passed.map(({ took }) => took));
	console.log(
		`\ngovernance: ok: ${prices.compared} prices recalculated and within the honest range, ` +
			`${prices.resisted} of them with a lie among the reports, ${referenda.passed.length} referenda in ` +
			`effect within ${slowest} blocks, ${refused} bad calls refused, in ${blocks.made.length} blocks, ` +
			`${seconds} s`,
	);
	return 0;
}

async function main() {
	const given = options(process.argv.slice(2), { ws: String, feeder: String });
	const { ws = "ws://127.0.0.1:9944", feeder } = given;
	if (!feeder || !existsSync(feeder)) throw new Error(`no feeder: --feeder ${feeder ?? "is needed"}`);
	const started = Date.now();
	const blocks = await Blocks.connect(ws);
	const folder = mkdtempSync(join(tmpdir(), "strata-governance."));
	let quorum;
	try {
		const keys = keyring(blocks.api.registry.chainSS58);
		const opening = await holdings(blocks.head.at);
		const context = new Context(blocks, keys, new Parties(keys), opening);
		quorum = new Quorum(context, { ws, binary: feeder, folder });
		const changes = new Changes(context, quorum);
		await run(quorum, changes);
		return conclude(context, quorum, changes, Math.round((Date.now() - started) / 1000));
	} catch (error) {
		for (const feeder of quorum?.feeders ?? []) {
			console.log(`\n${feeder.name}, the end of its log:`);
			for (const line of feeder.tail()) console.log(`  ${line}`);
		}
		// Whatever else could not be done then.
		const wrong = quorum?.prices?.wrong ?? [];
		if (wrong.length === 0) throw error;
		for (const line of wrong) console.log(`  ${line}`);
		console.log(`\ngovernance: FAILED: ${wrong.length} prices are wrong; ${wrong[0]}`);
		return 3;
	} finally {
		await quorum?.close();
		await blocks.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

const status = await main().catch((error) => {
	console.log(`\n${error.stack}`);
	console.log(`governance: FAILED: ${error.message.split("\n")[0]}`);
	return 1;
});
leave(status);
