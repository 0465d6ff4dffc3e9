// Two validators of four are killed, and stay away for so long that authors back off: with u blocks that are not final,
// a block comes at least (u - slack) / 2 + 1 slots after the last. Arguments: the other survivor beside the node that
// is asked; the two; how many blocks shall be without finality; the slack; within how many blocks of the return all is
// final and all have one chain; in how many slots the next ten blocks come.
const fs = require("node:fs");
const { finalized, more, within } = require("../lib/chain.js");
const { common, pace, recover, strike } = require("../lib/outage.js");
const { find } = require("../lib/process.js");
const { figures } = require("../lib/report.js");
const { withNode } = require("../lib/rpc.js");

/** The least number of slots between a block and the next when `lag` blocks up to it are not final. */
const interval = (lag, slack) => Math.max(0, Math.floor((lag - slack) / 2)) + 1;

/** Checks the slots between the blocks of an outage, of which `stopped` was the last final one. Answers the means. */
function backedOff(found, stopped, slack) {
	const gaps = found.slice(1).map(({ number, slot }, i) => ({ number, gap: slot - found[i].slot, lag: found[i].number - stopped }));
	for (const { number, gap, lag } of gaps) {
		if (gap < interval(lag, slack)) {
			throw new Error(`block ${number} came ${gap} slots after the last, with ${lag} blocks not final: no back-off`);
		}
	}
	const mean = (some) => some.reduce((sum, { gap }) => sum + gap, 0) / some.length;
	return [mean(gaps.filter(({ lag }) => lag < slack)), mean(gaps.filter(({ lag }) => lag >= slack + 4))];
}

async function run(nodeName, networkInfo, args) {
	const [other, ...names] = args.slice(0, 3);
	const [lag, slack, back, slots] = args.slice(3).map(Number);
	const { nodesByName } = networkInfo;
	return withNode(nodesByName[nodeName].wsUri, async (call) => {
		await finalized(call, 2, { blocks: 12 });
		const killed = await strike(networkInfo, names);
		const { best: from, finalized: stopped } = await more(call, 3);
		// Three times what is to be expected: the slots are drawn by lot.
		const end = await within(call, { blocks: lag, slots: 450 }, `${lag} blocks not final`, (now) => now.best - now.finalized >= lag);
		if (end.finalized !== stopped) throw new Error(`block ${end.finalized} became final after ${stopped}, by two of four`);
		const outage = await pace(call, from, end.best);
		const [before, after] = backedOff(outage.found, stopped, slack);
		if (after < 2 * before) throw new Error(`a block in ${after.toFixed(1)} slots after ${before.toFixed(1)}: not slower`);
		if (!fs.readFileSync(find(networkInfo, nodeName).log, "utf8").includes("Backing off claiming new slot")) {
			throw new Error(`${nodeName} does not say that it backs off`);
		}

		const kept = await common(nodesByName[nodeName], nodesByName[other]);
		// Until finality has caught up, authors still wait.
		const recovered = await recover(call, Object.values(nodesByName), killed, kept, { blocks: back, slots: 100 });
		const { best: now } = await more(call, 10);
		const normal = await pace(call, now - 10, now);
		if (normal.slots > slots) throw new Error(`10 blocks took ${normal.slots} slots, over ${slots}`);
		figures(
			`${lag} blocks not final after ${outage.slots} slots; one in ${before.toFixed(1)} slots up to ${slack}, ` +
				`one in ${after.toFixed(1)} from ${slack + 4} on; all final ${recovered.final} blocks after the return, ` +
				`one chain after ${recovered.took}; then 10 blocks in ${normal.slots} slots`,
		);
	});
}

module.exports = { run };
