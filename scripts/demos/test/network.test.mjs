import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Refused } from "../lib/chain.mjs";
import { written } from "../lib/everywhere.mjs";
import { ask, Network } from "../lib/network.mjs";

/** A node that takes transactions, or answers with an error; what it was sent. It ends with the test. */
async function nodeThat(t, answer = () => ({ result: "0x00" })) {
	const taken = [];
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (part) => (body += part));
		request.on("end", () => {
			const { params } = JSON.parse(body);
			taken.push(params[0]);
			response.end(JSON.stringify({ id: 1, jsonrpc: "2.0", ...answer(params) }));
		});
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const url = `ws://127.0.0.1:${server.address().port}`;
	const close = () => {
		server.closeAllConnections();
		return new Promise((done) => server.close(done));
	};
	t.after(() => server.listening && close());
	/** Waits until it was sent so many. */
	const took = async (count) => {
		while (taken.length < count) await new Promise((done) => setTimeout(done, 5));
	};
	return { url, taken, took, close };
}

const number = (value) => ({ toNumber: () => value, eqn: (other) => other === value });
const text = (value) => ({ toHex: () => value, toString: () => value });

/** A chain of which a test makes the blocks: `{ api, block(extrinsics, failing) }`. */
function chainOf() {
	const blocks = [{ extrinsics: [], events: [] }];
	const heard = {};
	const follow = (kind) => async (hear) => {
		heard[kind] = hear;
		hear({ number: number(0), hash: 0 });
		return () => {};
	};
	const state = (at) => ({
		query: {
			timestamp: { now: async () => at * 6_000 },
			system: { events: async () => blocks[at].events },
		},
	});
	const failed = { is: ({ method }) => method === "ExtrinsicFailed" };
	const api = {
		at: async (hash) => state(hash),
		events: { system: { ExtrinsicFailed: failed } },
		disconnect: async () => {},
		rpc: {
			chain: {
				subscribeNewHeads: follow("best"),
				subscribeFinalizedHeads: follow("final"),
				getBlockHash: async (at) => at,
				getBlock: async (at) => ({ block: { extrinsics: blocks[at].extrinsics.map((hash) => ({ hash: text(hash) })) } }),
			},
			system: { accountNextIndex: async () => 7 },
		},
	};
	/** Makes a block, and all up to it final unless told otherwise. */
	const block = async (extrinsics = [], { events = [], final = true } = {}) => {
		const at = blocks.push({ extrinsics, events }) - 1;
		heard.best({ number: number(at), hash: at });
		if (final) heard.final({ number: number(at), hash: at });
		await new Promise((done) => setTimeout(done, 20));
	};
	return { api, block };
}

/** A call whose transaction has the nonce in its hash. */
const call = {
	method: { section: "assets", method: "transfer" },
	signAsync: async ({ address }, { nonce }) => ({ hash: text(`${address}${nonce}`), toHex: () => `0x${address}${nonce}` }),
};

/** Runs `use` with a network of these nodes. */
async function withNetwork(urls, use) {
	const { api, block } = chainOf();
	const network = new Network(api);
	network.urls = urls;
	await network.follow();
	await use(network, block);
	await network.close();
}

test("a node answers, refuses with a code, or is dead without one", async (t) => {
	const refusing = await nodeThat(t, () => ({ error: { code: 1010, message: "Invalid Transaction", data: "stale" } }));
	await assert.rejects(ask(refusing.url, "m"), { code: 1010, message: "Invalid Transaction: stale" });
	await refusing.close();
	await assert.rejects(ask(refusing.url, "m"), (error) => error.code === undefined);
	const taking = await nodeThat(t);
	assert.equal(await ask(taking.url, "m"), "0x00");
});

test("a transaction counts when it is final, and the next goes to the next node", async (t) => {
	const nodes = [await nodeThat(t), await nodeThat(t)];
	await withNetwork(nodes.map(({ url }) => url), async (network, block) => {
		let [one, other] = [undefined, undefined];
		network.send(call, { address: "a" }).then((sent) => (one = sent));
		network.send(call, { address: "b" }).then((sent) => (other = sent));
		await Promise.all(nodes.map(({ took }) => took(1)));
		await block();
		assert.deepEqual(nodes.map(({ taken }) => taken), [["0xa7"], ["0xb7"]]);
		await block(["a7"], { final: false });
		assert.equal(one, undefined);
		const event = { section: "assets", method: "Transferred" };
		const mine = { phase: { isApplyExtrinsic: true, asApplyExtrinsic: number(1) }, event };
		const his = { phase: { isApplyExtrinsic: true, asApplyExtrinsic: number(0) }, event: {} };
		await block(["x", "b7"], { events: [his, mine] });
		assert.equal(one.number, 2);
		assert.deepEqual([other.number, other.events, network.reached], [3, [event], 3]);
		assert.equal(network.now, 18_000);
	});
});

test("no sender depends on one node", async (t) => {
	const nodes = [await nodeThat(t), await nodeThat(t)];
	await withNetwork(nodes.map(({ url }) => url), async (network, block) => {
		for (const [at, hash] of ["a7", "a8", "a9"].entries()) {
			const sent = network.send(call, { address: "a" });
			await nodes[at % 2].took(Math.floor(at / 2) + 1);
			await block([hash]);
			assert.equal((await sent).number, at + 1);
		}
		assert.deepEqual(nodes.map(({ taken }) => taken), [["0xa7", "0xa9"], ["0xa8"]]);
	});
});

test("what a node took with it is sent again, to one that lives", async (t) => {
	const nodes = [await nodeThat(t), await nodeThat(t), await nodeThat(t)];
	await withNetwork(nodes.map(({ url }) => url), async (network, block) => {
		const sent = network.send(call, { address: "a" });
		await nodes[0].took(1);
		// What it answered to that has arrived when a later answer has, however busy the machine is.
		await ask(nodes[0].url, "m");
		await nodes[0].close();
		await nodes[1].close();
		for (let late = 0; late < 6; late++) await block();
		await nodes[2].took(1);
		assert.deepEqual(nodes[2].taken, ["0xa7"]);
		assert.deepEqual([network.resent, network.dead], [1, 1]);
		await block(["a7"]);
		assert.equal((await sent).number, 7);
	});
});

test("what the chain refuses is an error, and so is what no node takes", async (t) => {
	const node = await nodeThat(t, ([hex]) => (hex === "0xb7" ? { error: { code: 1014, message: "too low" } } : { result: "" }));
	await withNetwork([node.url], async (network, block) => {
		const wanted = (error) => error instanceof Refused && /BadOrigin/.test(error.message);
		const refused = assert.rejects(network.send(call, { address: "a" }), wanted);
		await node.took(1);
		const event = { method: "ExtrinsicFailed", data: { dispatchError: { isModule: false, toString: () => "BadOrigin" } } };
		await block(["a7"], { events: [{ phase: { isApplyExtrinsic: true, asApplyExtrinsic: number(0) }, event }] });
		await refused;
		await assert.rejects(network.send(call, { address: "b" }), /assets\.transfer: too low/);
	});
});

test("holdings of two nodes are alike in whatever order they come", () => {
	const found = (accounts) => new Map([["USDX", { issuance: 3n, balances: new Map(accounts) }]]);
	assert.equal(written(found([["a", 1n], ["b", 2n]])), written(found([["b", 2n], ["a", 1n]])));
	assert.notEqual(written(found([["a", 1n]])), written(found([["a", 2n]])));
});
