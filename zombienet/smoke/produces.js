// Blocks come, in time, from every validator, and all nodes finalise the same ones.
// Arguments: blocks to see, slots they may take, most blocks that finality may trail, validators,
// and within how many blocks each of these has written one (slots are drawn by lot).
const { figures } = require("../lib/report.js");
const { withNode, authorship, headerAt, heights, pause } = require("../lib/rpc.js");

async function run(nodeName, networkInfo, args) {
	const [blocks, slots, trail, validators, draws] = args.map(Number);
	return withNode(networkInfo.nodesByName[nodeName].wsUri, async (call) => {
		const finalized = async (number) => {
			for (;;) {
				const now = await heights(call);
				if (now.finalized >= number) return now;
				await pause(1000);
			}
		};
		const now = await finalized(blocks + 1);
		const trailed = now.best - now.finalized;
		if (trailed > trail) throw new Error(`finality trails by ${trailed} blocks, over ${trail}`);

		const written = [];
		for (let number = 1; number <= blocks + 1; number++) {
			written.push(authorship(await headerAt(call, number)));
		}
		const took = written[blocks].slot - written[0].slot;
		if (took > slots) throw new Error(`${blocks} blocks took ${took} slots, over ${slots}`);
		const authors = new Set(written.map(({ authority }) => authority));
		for (let number = blocks + 2; authors.size < validators && number <= draws; number++) {
			await finalized(number);
			authors.add(authorship(await headerAt(call, number)).authority);
		}
		if (authors.size !== validators) {
			throw new Error(`${authors.size} of ${validators} validators wrote blocks`);
		}

		const number = blocks;
		const { hash } = await headerAt(call, number);
		for (const [name, { wsUri }] of Object.entries(networkInfo.nodesByName)) {
			const theirs = await withNode(wsUri, (other) => other("chain_getBlockHash", number));
			if (theirs !== hash) throw new Error(`${name} has ${theirs} as block ${number}, not ${hash}`);
		}
		figures(
			`${blocks} blocks in ${took} slots by ${authors.size} authors; ` +
				`finality ${trailed} behind; ${Object.keys(networkInfo.nodesByName).length} nodes agree`,
		);
	});
}

module.exports = { run };
