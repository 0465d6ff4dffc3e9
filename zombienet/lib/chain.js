// What a network's chain must come to, within a number of blocks.
const { withNode, authorship, headerAt, heights, pause } = require("./rpc.js");

/** Length of a slot, milliseconds. */
const SLOT = 6_000;

/**
 * Waits until `is(heights)` holds. Fails when more than `blocks` blocks came after block `from` (the best one now, if
 * not given), or when they did not come in `slots` slots: every slot has a block while all validators are there, every
 * other one while half of them are. Answers the heights, and `took`: how many blocks it were.
 */
async function within(call, { blocks, slots = 3 * blocks + 20, from }, what, is) {
	const first = await heights(call);
	const end = Date.now() + slots * SLOT;
	for (let now = first; ; now = await heights(call)) {
		const took = now.best - (from ?? first.best);
		if (await is(now)) return { ...now, took };
		const at = `best ${now.best}, final ${now.finalized}`;
		if (took > blocks) throw new Error(`${what}: not within ${blocks} blocks (${at})`);
		if (Date.now() > end) throw new Error(`${what}: ${took} blocks in ${slots} slots, and not yet (${at})`);
		await pause(500);
	}
}

/** Waits until block `number` is final. */
const finalized = (call, number, bound) =>
	within(call, bound, `block ${number} final`, (now) => now.finalized >= number);

/** Waits until there are `blocks` blocks more than now; finality is not asked for. */
async function more(call, blocks, slots) {
	const { best } = await heights(call);
	return within(call, { blocks, slots }, `block ${best + blocks}`, (now) => now.best >= best + blocks);
}

/** The blocks from `first` to `last`: `{ number, hash, authority, slot }`. */
async function blocks(call, first, last) {
	const found = [];
	for (let number = first; number <= last; number++) {
		const header = await headerAt(call, number);
		found.push({ number, hash: header.hash, ...authorship(header) });
	}
	return found;
}

/** The key of a plain value in state. */
const stateKey = (pallet, item) =>
	`0x${[pallet, item].map((word) => zombie.util.xxhashAsHex(word, 128).slice(2)).join("")}`;

/** The public key of a phrase such as //Dave//stash, which is what zombienet calls Dave's account; in hexadecimal. */
async function accountOf(phrase) {
	await zombie.util.cryptoWaitReady();
	const { publicKey } = new zombie.Keyring({ type: "sr25519" }).addFromUri(phrase);
	return Buffer.from(publicKey).toString("hex");
}

/** How many of the blocks from `first` to `last` the validator with this account wrote. */
async function written(call, who, first, last) {
	let count = 0;
	for (let number = first; number <= last; number++) {
		const header = await headerAt(call, number);
		const stored = await call("state_getStorage", stateKey("Session", "Validators"), header.hash);
		// A count of fewer than 64 takes one byte; accounts of 32 bytes follow.
		const at = 4 + 64 * authorship(header).authority;
		if (stored.slice(at, at + 64) === who) count += 1;
	}
	return count;
}

/** Whether a validator is disabled, as one is that signs two blocks or votes that exclude each other. */
async function someDisabled(call) {
	const stored = await call("state_getStorage", stateKey("Session", "DisabledValidators"));
	// An empty list is one zero byte.
	return stored !== null && stored !== "0x00";
}

/**
 * Waits until all `nodes` (`[{ name, wsUri }]`) have made final, within `bound`, what is now the best block of the one
 * with most of them. Fails unless it is the same block for all: then no fork is left. Answers the block, its state
 * root, and how many blocks it took the slowest.
 */
async function oneChain(nodes, bound) {
	const each = (use) => Promise.all(nodes.map(({ name, wsUri }) => withNode(wsUri, (call) => use(call, name))));
	const number = Math.max(...(await each(heights)).map(({ best }) => best));
	const ends = await each(async (call, name) => {
		const { took } = await within(call, bound, `${name}: block ${number} final`, (now) => now.finalized >= number);
		const { hash, stateRoot } = await headerAt(call, number);
		return { name, took, hash, stateRoot };
	});
	const [{ hash, stateRoot }] = ends;
	if (ends.some((end) => end.hash !== hash)) {
		const all = ends.map((end) => `${end.name} ${end.hash}`).join(", ");
		throw new Error(`block ${number} is final, and not the same: ${all}`);
	}
	return { number, hash, stateRoot, took: Math.max(...ends.map(({ took }) => took)) };
}

module.exports = { SLOT, within, finalized, more, blocks, accountOf, written, someDisabled, oneChain };
