// Two validators of four are killed: the other two make blocks, and nothing is final until they are back. Arguments:
// the other survivor beside the node that is asked; the two; blocks of the outage; least and most of its slots that
// have a block, in percent; within how many blocks of the return all is final and all have one chain; in how many
// slots the next ten blocks come.
const { finalized, more } = require("../lib/chain.js");
const { common, pace, recover, strike } = require("../lib/outage.js");
const { figures } = require("../lib/report.js");
const { withNode, heights } = require("../lib/rpc.js");

/** Blocks in which votes that were under way may still make something final. */
const SETTLED = 3;

async function run(nodeName, networkInfo, args) {
	const [other, ...names] = args.slice(0, 3);
	const [away, least, most, back, slots] = args.slice(3).map(Number);
	const { nodesByName } = networkInfo;
	return withNode(nodesByName[nodeName].wsUri, async (call) => {
		await finalized(call, 2, { blocks: 12 });
		const killed = await strike(networkInfo, names);
		const from = (await heights(call)).best;
		const stopped = (await more(call, SETTLED)).finalized;
		const { best, finalized: final } = await more(call, away - SETTLED);
		if (final !== stopped) throw new Error(`block ${final} became final after ${stopped}, by two of four`);
		const outage = await pace(call, from, best);
		const full = Math.round((100 * outage.blocks) / outage.slots);
		if (full < least || full > most) throw new Error(`${full} % of the slots have a block, not ${least} to ${most}`);

		const kept = await common(nodesByName[nodeName], nodesByName[other]);
		const after = await recover(call, Object.values(nodesByName), killed, kept, { blocks: back });
		const { best: now } = await more(call, 10);
		const normal = await pace(call, now - 10, now);
		if (normal.slots > slots) throw new Error(`10 blocks took ${normal.slots} slots, over ${slots}`);
		figures(
			`${names.join(" and ")} away for ${outage.blocks} blocks in ${outage.slots} slots (${full} % full), none final; ` +
				`all ${kept.number - stopped} final ${after.final} blocks after their return, one chain after ${after.took}; ` +
				`then 10 blocks in ${normal.slots} slots`,
		);
	});
}

module.exports = { run };
