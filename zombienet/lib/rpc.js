// Raw JSON-RPC over the provider that zombienet lends its scripts. No metadata is involved, so that
// a test says what it says whatever client library zombienet carries.

/** Runs `use(call)` with `call(method, ...params)` on the node at `uri`, and disconnects. */
async function withNode(uri, use) {
	const provider = new zombie.WsProvider(uri);
	await provider.isReady;
	try {
		return await use((method, ...params) => provider.send(method, params));
	} finally {
		await provider.disconnect();
	}
}

/** BABE's pre-digest of a header: who wrote the block, and in which slot. */
function authorship(header) {
	// A digest item is [kind, engine, compact length, payload]; kind 6 is a pre-runtime digest.
	const digest = header.digest.logs.map((log) => Buffer.from(log.slice(2), "hex"));
	const item = digest.find((log) => log[0] === 6 && log.toString("latin1", 1, 5) === "BABE");
	if (!item) throw new Error(`block ${Number(header.number)} has no BABE pre-digest`);
	// Length below 2^6 takes one byte of compact encoding, below 2^14 two; its low bits say which.
	const start = 5 + [1, 2, 4][item[5] & 3];
	return {
		authority: item.readUInt32LE(start + 1),
		slot: Number(item.readBigUInt64LE(start + 5)),
	};
}

async function headerAt(call, number) {
	const hash = await call("chain_getBlockHash", number);
	if (!hash) throw new Error(`no block ${number}`);
	return { hash, ...(await call("chain_getHeader", hash)) };
}

async function heights(call) {
	const best = Number((await call("chain_getHeader")).number);
	const finalizedHash = await call("chain_getFinalizedHead");
	const finalized = Number((await call("chain_getHeader", finalizedHash)).number);
	return { best, finalized, finalizedHash };
}

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

module.exports = { withNode, authorship, headerAt, heights, pause };
