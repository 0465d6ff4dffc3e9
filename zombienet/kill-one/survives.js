// One validator of four is killed: three are enough for finality. Arguments: who; for how many blocks; most blocks
// that finality may trail meanwhile; within how many blocks of its return it has caught up and all have one chain,
// and within how many it has written one (slots are drawn by lot).
const { accountOf, finalized, oneChain, someDisabled, within, written } = require("../lib/chain.js");
const { revive, strike } = require("../lib/outage.js");
const { figures } = require("../lib/report.js");
const { withNode, heights } = require("../lib/rpc.js");

/** Waits for `away` blocks without the dead; answers by how much finality trailed at worst. */
async function goesOn(call, away, trail) {
	const { best } = await heights(call);
	let worst = 0;
	const now = await within(call, { blocks: away }, `${away} blocks`, (at) => {
		worst = Math.max(worst, at.best - at.finalized);
		return at.best >= best + away;
	});
	if (worst > trail) throw new Error(`finality trailed by ${worst} blocks, over ${trail}`);
	if (now.finalized <= best) throw new Error(`finality stopped at block ${now.finalized}`);
	return worst;
}

/** Waits until `node` has what the others have. */
const caughtUp = (call, node, bound) =>
	within(call, bound, `${node.name} caught up`, async (now) => {
		const theirs = await withNode(node.wsUri, heights);
		return theirs.best >= now.best - 1 && theirs.finalized >= now.finalized - 1;
	});

async function run(nodeName, networkInfo, args) {
	const [who] = args;
	const [away, trail, back, draws] = args.slice(1).map(Number);
	return withNode(networkInfo.nodesByName[nodeName].wsUri, async (call) => {
		await finalized(call, 2, { blocks: 12 });
		const killed = await strike(networkInfo, [who]);
		const worst = await goesOn(call, away, trail);
		const { best: from } = await heights(call);
		const [node] = await revive(killed);
		const { took } = await caughtUp(call, node, { blocks: back, from });
		const { took: one } = await oneChain(Object.values(networkInfo.nodesByName), { blocks: back, from });
		const account = await accountOf(`//${who[0].toUpperCase()}${who.slice(1)}//stash`);
		const { took: wrote } = await within(call, { blocks: draws, from }, `a block of ${who}`, async ({ best }) =>
			(await written(call, account, from + 1, best)) > 0);
		if (await someDisabled(call)) throw new Error(`${who} is disabled: it was taken for a cheat after its death`);
		figures(
			`${who} away for ${away} blocks, finality ${worst} behind at worst; back with its database, ` +
				`caught up after ${took} blocks, one chain after ${one}, wrote one within ${wrote}`,
		);
	});
}

module.exports = { run };
