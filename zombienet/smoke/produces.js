// Blocks come, in time, from every validator, and all nodes finalise the same ones.
// Arguments: blocks to see, slots they may take, most blocks that finality may trail, validators.
const { withNode, authorship, headerAt, heights, pause } = require("../lib/rpc.js");

async function run(nodeName, networkInfo, args) {
	const [blocks, slots, trail, validators] = args.map(Number);
	return withNode(networkInfo.nodesByName[nodeName].wsUri, async (call) => {
		let now = await heights(call);
		while (now.finalized < blocks + 1) {
			await pause(1000);
			now = await heights(call);
		}
		const trailed = now.best - now.finalized;
		if (trailed > trail) throw new Error(`finality trails by ${trailed} blocks, over ${trail}`);

		const written = [];
		for (let number = 1; number <= blocks + 1; number++) {
			written.push(authorship(await headerAt(call, number)));
		}
		const took = written[blocks].slot - written[0].slot;
		if (took > slots) throw new Error(`${blocks} blocks took ${took} slots, over ${slots}`);
		const authors = new Set(written.map(({ authority }) => authority));
		if (authors.size !== validators) {
			throw new Error(`${authors.size} of ${validators} validators wrote blocks`);
		}

		const number = blocks;
		const { hash } = await headerAt(call, number);
		for (const [name, { wsUri }] of Object.entries(networkInfo.nodesByName)) {
			const theirs = await withNode(wsUri, (other) => other("chain_getBlockHash", number));
			if (theirs !== hash) throw new Error(`${name} has ${theirs} as block ${number}, not ${hash}`);
		}
		console.log(
			`\t ${blocks} blocks in ${took} slots by ${authors.size} authors; ` +
				`finality ${trailed} behind; ${Object.keys(networkInfo.nodesByName).length} nodes agree`,
		);
	});
}

module.exports = { run };
