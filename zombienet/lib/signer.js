// Transactions in bulk, encoded by hand and signed beforehand on threads of their own, so that signing is not
// what limits a measurement. No metadata is involved: the few calls that are used are known here by their indices.
const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");
const { availableParallelism } = require("node:os");
const { createHash } = require("node:crypto");

/** Client libraries are those of whoever asks: the suite and the measurements have packages of their own. */
const crypto = (modules) => require(require.resolve("@polkadot/util-crypto", { paths: [modules] }));

/** Transactions that a worker sends back at a time. */
const CHUNK = 500;

/** The seed of sender `index`: nobody else's. */
const seed = (index) => createHash("sha256").update(`strata load sender ${index}`).digest();

/** An account that nobody has a key of. */
const keyless = (index) => createHash("sha256").update(`strata load receiver ${index}`).digest();

/** An integer in the compact encoding of SCALE. */
function compact(value) {
	const number = BigInt(value);
	if (number < 1n << 6n) return Buffer.from([Number(number << 2n)]);
	if (number < 1n << 14n) return word(Number((number << 2n) | 1n), 2);
	if (number < 1n << 30n) return word(Number((number << 2n) | 2n), 4);
	const bytes = Math.ceil(number.toString(16).length / 2);
	const out = Buffer.alloc(1 + bytes);
	out[0] = ((bytes - 4) << 2) | 3;
	for (let at = 0; at < bytes; at++) out[1 + at] = Number((number >> BigInt(8 * at)) & 255n);
	return out;
}
function word(value, bytes) {
	const out = Buffer.alloc(bytes);
	out.writeUIntLE(value, 0, bytes);
	return out;
}
function balance(value) {
	const out = Buffer.alloc(16);
	out.writeBigUInt64LE(BigInt(value) & ((1n << 64n) - 1n));
	out.writeBigUInt64LE(BigInt(value) >> 64n, 8);
	return out;
}

/** The calls of a load: pallet, call, arguments. */
const CALLS = {
	/** `balances.transfer_keep_alive`. */
	transfer: ({ to, amount }) =>
		Buffer.concat([Buffer.from([10, 3, 0]), Buffer.from(to), compact(amount)]),
	/** `vaults.open`. */
	open: ({ book, collateral, draw }) =>
		Buffer.concat([Buffer.from([52, 0]), word(book, 4), balance(collateral), balance(draw)]),
	/** `vaults.deposit`. */
	deposit: ({ vault, amount }) => Buffer.concat([Buffer.from([52, 1]), word(vault, 4), balance(amount)]),
};

/** A signed transaction of version 4, as hexadecimal text. It lives for ever. */
function signed(library, chain, pair, nonce, call) {
	// Era, nonce, tip, and no hash of the metadata.
	const extra = Buffer.concat([Buffer.from([0]), compact(nonce), Buffer.from([0, 0])]);
	const implicit = Buffer.concat([
		word(chain.specVersion, 4), word(chain.transactionVersion, 4), chain.genesis, chain.genesis,
		Buffer.from([0]),
	]);
	let payload = Buffer.concat([call, extra, implicit]);
	if (payload.length > 256) payload = Buffer.from(library.blake2AsU8a(payload));
	const signature = Buffer.from(library.sr25519Sign(payload, pair));
	const body = Buffer.concat([
		Buffer.from([0x84, 0]), Buffer.from(pair.publicKey), Buffer.from([1]), signature, extra, call,
	]);
	return `0x${Buffer.concat([compact(body.length), body]).toString("hex")}`;
}

/** Public keys of senders `first` to `last`, the latter excluded. */
async function senders(modules, first, last) {
	const library = crypto(modules);
	await library.cryptoWaitReady();
	return Array.from({ length: last - first }, (_, at) =>
		Buffer.from(library.sr25519PairFromSeed(seed(first + at)).publicKey));
}

/**
 * Signs `jobs`, each `{ sender, nonce, call, ...arguments }`, on all processors; in the order of the jobs.
 *
 * @param modules the folder whose packages are used
 * @param chain `{ genesis, specVersion, transactionVersion }`
 */
async function sign(modules, chain, jobs) {
	const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(jobs.length / CHUNK)));
	const out = new Array(jobs.length);
	const share = Math.ceil(jobs.length / threads);
	await Promise.all(Array.from({ length: threads }, (_, at) => new Promise((done, fail) => {
		const from = at * share;
		const part = jobs.slice(from, from + share);
		const worker = new Worker(__filename, { workerData: { modules, chain, part } });
		worker.on("message", ([offset, texts]) => texts.forEach((text, i) => { out[from + offset + i] = text; }));
		worker.on("error", fail);
		worker.on("exit", (code) => (code === 0 ? done() : fail(new Error(`a signer ended with ${code}`))));
	})));
	return out;
}

async function work({ modules, chain, part }) {
	const library = crypto(modules);
	await library.cryptoWaitReady();
	const known = { ...chain, genesis: Buffer.from(chain.genesis) };
	const pairs = new Map();
	for (let at = 0; at < part.length; at += CHUNK) {
		const texts = part.slice(at, at + CHUNK).map(({ sender, nonce, call, ...rest }) => {
			if (!pairs.has(sender)) pairs.set(sender, library.sr25519PairFromSeed(seed(sender)));
			return signed(library, known, pairs.get(sender), nonce, CALLS[call](rest));
		});
		parentPort.postMessage([at, texts]);
	}
}

if (isMainThread) module.exports = { sign, signed, senders, keyless };
else work(workerData);
