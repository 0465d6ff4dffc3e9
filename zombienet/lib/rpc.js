// JSON-RPC over HTTP: no metadata and no client library are involved, so that a test says what it says whatever
// zombienet carries, and a node that is dead is an error at once instead of a connection that waits for it.

/** Longest time for one answer, milliseconds. */
const PATIENCE = 60_000;

/** What the node at `uri` (ws:// or http://) answers to `method(...params)`. */
async function ask(uri, method, ...params) {
	const response = await fetch(uri.replace(/^ws:/, "http:"), {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ id: 1, jsonrpc: "2.0", method, params }),
		signal: AbortSignal.timeout(PATIENCE),
	});
	const { result, error } = await response.json();
	if (error) throw new Error(`${method}: ${error.message} ${error.data ?? ""}`);
	return result;
}

/** Runs `use(call)` with `call(method, ...params)` on the node at `uri`. */
const withNode = async (uri, use) => use((method, ...params) => ask(uri, method, ...params));

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
	const { number } = await call("chain_getHeader");
	const finalizedHash = await call("chain_getFinalizedHead");
	const finalized = Number((await call("chain_getHeader", finalizedHash)).number);
	return { best: Number(number), finalized, finalizedHash };
}

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

module.exports = { ask, withNode, authorship, headerAt, heights, pause };
