// The runtime is replaced by a referendum while vaults are open and transactions keep coming, and a migration takes
// several blocks. Arguments: how many vaults; in how many blocks they must be migrated, at least and at most; most
// blocks that finality may trail; within how many blocks everything that was sent must be final in the end.
//
// The next runtime is the file $STRATA_NEXT_RUNTIME; upgrade.sh builds it.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { promisify } = require("node:util");
const { withClient } = require("../lib/client.js");
const { blocks: read, finalized, oneChain, within } = require("../lib/chain.js");
const { figures } = require("../lib/report.js");
const { ask } = require("../lib/rpc.js");
const { snapshot, layout, metadata, differences } = require("./compare.js");
const { Traffic } = require("./traffic.js");
const { Watch } = require("./watch.js");

/** Accounts that send transfers, and those that have a vault each; a transaction of each in so many seconds. */
const TRANSFERRING = 10;
const BORROWING = 4;
const RHYTHM = 6;
/** A transfer makes the account of its receiver at first. */
const AMOUNT = 20_000_000_000n;
/** What is locked and drawn by a vault operation. */
const MORE = 1_000n;
/** Blocks of the load before the first referendum, and after the migration. */
const BEFORE = 3;
const AFTER = 10;
/** A fall that liquidates the fragile vaults in part, and one that does so again. */
const FALL = "80";
const FURTHER = "75";
const FRAGILE = 5;

const DEMOS = path.resolve(__dirname, "../../scripts/demos");

/** The code to upgrade to: its file, and in hexadecimal. */
function nextRuntime() {
	const file = process.env.STRATA_NEXT_RUNTIME;
	if (!file || !fs.existsSync(file)) throw new Error(`no next runtime at ${file}: set STRATA_NEXT_RUNTIME, or use upgrade.sh`);
	return { file, code: `0x${fs.readFileSync(file).toString("hex")}` };
}

/** The hashes of Substrate, from the client's packages. */
const cryptography = () => import(path.join(DEMOS, "node_modules/@polkadot/util-crypto/index.js"));

/** What the load consists of: transfers to accounts of their own; collateral added, and debt drawn. */
function senders(api, accounts, sinks, vaults) {
	const encoded = ({ method }) => Buffer.from(method.toU8a());
	return accounts.map((pair, at) => {
		if (at < TRANSFERRING) return { pair, sink: sinks[at].address, call: encoded(api.tx.balances.transferKeepAlive(sinks[at].address, AMOUNT)) };
		const { vault, collateral, principal } = vaults[at - TRANSFERRING];
		const act = at % 2 === 0 ? "deposit" : "draw";
		return { pair, vault, act, opening: { collateral, principal }, call: encoded(api.tx.vaults[act](vault, MORE)) };
	});
}

/** What a vault that was not liquidated holds and owes. */
async function position(at, vault) {
	const { collateral, principal } = (await at.query.vaults.vaults(vault)).unwrap().position;
	return { collateral: collateral.toBigInt(), principal: principal.toBigInt() };
}

/** A deal, its vaults, prices, and a first fall of them that liquidates some. */
async function prepare(scene, chain, key, many) {
	const blocks = scene.live(chain);
	const prices = new scene.Prices(chain, key);
	await prices.start();
	const books = await scene.sell(blocks, key);
	const owners = Array.from({ length: scene.ownersOf(many) }, (_, at) => key(`//Upgrade//owner//${at}`));
	const accounts = Array.from({ length: TRANSFERRING + BORROWING }, (_, at) => key(`//Upgrade//sender//${at}`));
	const borrowers = accounts.slice(TRANSFERRING);
	await scene.fund(blocks, key, [...owners, ...accounts], [...owners, ...borrowers]);
	await scene.openMany(blocks, books.euros, owners, many - BORROWING - FRAGILE);
	// One after the other: in another fork those of one block may get each other's numbers.
	const vaults = [];
	for (const owner of borrowers) {
		const vault = await scene.openLarge(blocks, books.euros, owner);
		vaults.push({ vault, ...(await position(chain.api, vault)) });
	}
	await scene.openFragile(blocks, key, books.barrels, FRAGILE);
	const before = chain.head.number;
	await prices.barrel(FALL);
	const fell = await scene.liquidated(blocks, books.barrels, before);
	console.log(`\t ${many} vaults are open; those of barrels were liquidated in block ${fell}`);
	return { blocks, prices, books, accounts, vaults };
}

/** Sends code that no node may take, because it is not what was authorised. */
async function refused(blocks, signer, code) {
	try {
		await blocks.send(blocks.api.tx.system.applyAuthorizedUpgrade(code), signer);
	} catch (error) {
		if (error.message.includes("Transaction call is not expected")) return console.log(`\t refused: ${error.message}`);
		throw error;
	}
	throw new Error("a block took code that had to be refused");
}

/** The runtime that is there already is authorised, and may not be applied. */
async function sameAgain(scene, blocks, key, stranger, present, hash) {
	const { api } = blocks;
	const authorised = (event) => api.events.system.UpgradeAuthorized.is(event);
	await scene.root(blocks, key, "the runtime that is there", api.tx.system.authorizeUpgrade(hash), authorised);
	const { events } = await blocks.send(api.tx.system.applyAuthorizedUpgrade(present), stranger);
	const event = events.find((one) => api.events.system.RejectedInvalidAuthorizedUpgrade.is(one));
	const reason = event && api.registry.findMetaError(event.data.error.asModule).name;
	if (reason !== "SpecVersionNeedsToIncrease") throw new Error(`the same runtime again: ${reason ?? "was not rejected"}`);
	console.log(`\t rejected although it was authorised: ${reason}`);
}

/** Brings code by the command of docs/upgrade.md, as an account that holds no office. */
async function apply(uri, folder, file) {
	const key = path.join(folder, "borrower.key");
	fs.writeFileSync(key, "//Borrower3\n", { mode: 0o600 });
	const words = ["call.mjs", "--ws", uri, "--key", key, "system.applyAuthorizedUpgrade", `@${file}`];
	const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: DEMOS, timeout: 180_000 });
	const [, number] = /^system.applyAuthorizedUpgrade: block (\d+)/m.exec(stdout) ?? [];
	if (!number || !stdout.includes("system.CodeUpdated")) throw new Error(`the code was not applied: ${stdout}`);
	return Number(number);
}

/** Has the next runtime authorised, with everything refused that must be. Answers how many blocks it took. */
async function authorise(scene, blocks, key, next) {
	const { api } = blocks;
	const stranger = key("//Borrower4");
	const { blake2AsHex } = await cryptography();
	const present = await api._rpcCore.provider.send("state_getStorage", ["0x3a636f6465"]);
	await refused(blocks, stranger, next);
	await sameAgain(scene, blocks, key, stranger, present, blake2AsHex(present));
	const authorised = (event) => api.events.system.UpgradeAuthorized.is(event);
	const call = api.tx.system.authorizeUpgrade(blake2AsHex(next));
	// As docs/upgrade.md writes it by hand.
	const written = `0x0009${blake2AsHex(next).slice(2)}`;
	if (call.method.toHex() !== written) throw new Error(`the call is ${call.method.toHex()}, not ${written}`);
	const { took } = await scene.root(blocks, key, "the next runtime", call, authorised);
	await refused(blocks, stranger, present);
	console.log(`\t authorised ${took} blocks after the referendum was submitted`);
	return took;
}

/**
 * Waits until a runtime above `spec` is there and no migration runs. Without a client: it would have to take on the
 * new metadata while it reads what the old code has written.
 */
async function migrated(call, spec, most) {
	const { xxhashAsHex } = await cryptography();
	const cursor = `0x${["MultiBlockMigrations", "Cursor"].map((word) => xxhashAsHex(word, 128).slice(2)).join("")}`;
	await within(call, { blocks: most + 6, slots: 100 }, "the end of the migration", async () => {
		const hash = await call("chain_getBlockHash");
		const { specVersion } = await call("state_getRuntimeVersion", await call("chain_getHeader", hash).then(({ parentHash }) => parentHash));
		return specVersion > spec && (await call("state_getStorage", cursor, hash)) === null;
	});
}

/** The blocks of the upgrade, now that they are final: the one that brought the code, and those that migrated. */
async function span(api, call, near, most) {
	const found = new Map();
	for (let number = near - 3; number <= near + most + 3; number++) {
		const at = await api.at(await call("chain_getBlockHash", number));
		for (const { event: { section, method } } of await at.query.system.events()) {
			const name = `${section}.${method}`;
			found.set(name, [...(found.get(name) ?? []), number]);
		}
	}
	const [applied] = found.get("system.CodeUpdated") ?? [];
	const [first] = found.get("multiBlockMigrations.UpgradeStarted") ?? [];
	const [last] = found.get("multiBlockMigrations.UpgradeCompleted") ?? [];
	const steps = (found.get("multiBlockMigrations.MigrationAdvanced") ?? []).length + 1;
	if (first !== applied + 1) throw new Error(`applied in block ${applied}, and the migration began in ${first}`);
	if (steps !== last - applied) throw new Error(`the migration made ${steps} steps in ${last - applied} blocks`);
	return { applied, first, last, blocks: steps };
}

/** Between the code and the end of the migration blocks hold the clock and nothing else. */
async function onlyInherents(call, { first, last }) {
	for (let number = first; number <= last; number++) {
		const { block } = await call("chain_getBlock", await call("chain_getBlockHash", number));
		if (block.extrinsics.length !== 1) throw new Error(`block ${number} of the migration holds ${block.extrinsics.length} transactions, not the clock alone`);
	}
}

/** What was sent has come to what it says, each once. */
async function exact(traffic, at) {
	const wrong = [];
	for (const [index, { next, first, sink, vault, act, opening }] of traffic.senders.entries()) {
		const count = BigInt(next - first);
		if (sink !== undefined) {
			const arrived = (await at.query.system.account(sink)).data.free.toBigInt();
			if (arrived !== count * AMOUNT) wrong.push(`sender ${index}: ${arrived} arrived of ${count} transfers`);
			continue;
		}
		const now = await position(at, vault);
		const field = act === "deposit" ? "collateral" : "principal";
		const more = now[field] - opening[field];
		if (more !== count * MORE) wrong.push(`vault ${vault}: ${field} rose by ${more} with ${count} times ${act}`);
	}
	if (wrong.length > 0) throw new Error(wrong.join("; "));
}

/** Compares the last block before the migration with its last one. */
async function compared(chain, call, { applied, last }, next) {
	const { api } = chain;
	const { xxhashAsHex } = await cryptography();
	const [before, after, older] = await Promise.all([applied, last, applied - 1].map((number) => call("chain_getBlockHash", number)));
	const [one, other] = [await snapshot(api, before), await snapshot(api, after)];
	const wrong = differences(one, other);
	if (one.edges === 0 || other.edges !== 0) wrong.push(`${one.edges} edges before, ${other.edges} after`);
	const versions = [await layout(api, xxhashAsHex, before), await layout(api, xxhashAsHex, after)];
	if (versions.join() !== "1,2") wrong.push(`layout ${versions.join(" before, ")} after`);
	const { specVersion } = await call("state_getRuntimeVersion", older);
	if (other.spec !== specVersion + 1) wrong.push(`spec_version ${specVersion} before, ${other.spec} after`);
	if ((await metadata(api, older)) === (await metadata(api, after))) wrong.push("the metadata is the same");
	if ((await call("state_getStorage", "0x3a636f6465", after)) !== next) wrong.push("the code is not what was authorised");
	if (wrong.length > 0) throw new Error(`${wrong.length} things differ: ${wrong.slice(0, 5).join("; ")}`);
	return { vaults: one.vaults.length, edges: one.edges, spec: [specVersion, other.spec] };
}

/** Until the next runtime is authorised: the scene, the load, and everything that must be refused. */
const before = (scene, uri, uris, many, next) =>
	withClient(uri, async (chain, key) => {
		const { blocks, prices, books, accounts, vaults } = await prepare(scene, chain, key, many);
		try {
			const sinks = accounts.map((_, at) => key(`//Upgrade//sink//${at}`));
			const traffic = new Traffic(await cryptography(), senders(chain.api, accounts, sinks, vaults), uris);
			await traffic.start(RHYTHM);
			await blocks.pass(BEFORE);
			const spec = chain.api.runtimeVersion.specVersion.toNumber();
			return { books, traffic, spec, took: await authorise(scene, blocks, key, next) };
		} finally {
			prices.stop();
		}
	});

/** What hooks do goes on: prices come again, and what has become unsafe is liquidated. Answers in which block. */
async function goesOn(scene, chain, key, { barrels }) {
	const blocks = scene.live(chain);
	const ended = chain.head.number;
	const prices = new scene.Prices(chain, key);
	await prices.barrel(FURTHER);
	const liquidated = await scene.liquidated(blocks, barrels, ended);
	await blocks.pass(AFTER);
	return liquidated;
}

/** Everything that must hold afterwards. Answers the figures of it. */
async function check(chain, call, { nodes, near, most, least, drain }, traffic, watch, next) {
	await watch.stop();
	const { took: agreed } = await oneChain(nodes, { blocks: drain });
	const upgraded = await span(chain.api, call, near, most);
	if (upgraded.blocks < least || upgraded.blocks > most) throw new Error(`the migration took ${upgraded.blocks} blocks, not ${least} to ${most}`);
	const waited = watch.waited(upgraded.applied, upgraded.last);
	if (waited === 0) throw new Error("nothing waited in the pools while the migration ran");
	await onlyInherents(call, upgraded);
	await exact(traffic, await chain.api.at(await call("chain_getFinalizedHead")));
	const found = await compared(chain, call, upgraded, next);
	const [one, ...others] = await read(call, upgraded.applied, upgraded.last);
	return { upgraded, found, waited, agreed, slots: others.at(-1).slot - one.slot };
}

async function run(nodeName, networkInfo, args) {
	const [many, least, most, trail, drain] = args.map(Number);
	const next = nextRuntime();
	const scene = await import("./scene.mjs");
	const nodes = Object.values(networkInfo.nodesByName);
	const uri = networkInfo.nodesByName[nodeName].wsUri;
	const call = (...words) => ask(uri, ...words);
	await finalized(call, 1, { blocks: 10 });
	const watch = new Watch(networkInfo);
	let traffic;
	try {
		const done = await before(scene, uri, nodes.map(({ wsUri }) => wsUri), many, next.code);
		({ traffic } = done);
		const near = await apply(uri, networkInfo.tmpDir, next.file);
		console.log(`\t applied in block ${near}`);
		await migrated(call, done.spec, most);
		await withClient(uri, async (chain, key) => {
			const liquidated = await goesOn(scene, chain, key, done.books);
			traffic.rest();
			const { took: emptied } = await within(call, { blocks: drain }, "everything that was sent is final",
				({ finalizedHash }) => traffic.done(finalizedHash));
			await traffic.stop();
			const found = await check(chain, call, { nodes, near, most, least, drain }, traffic, watch, next.code);
			if (watch.trailed > trail) throw new Error(`finality trailed by ${watch.trailed} blocks, over ${trail}`);
			report({ ...done, liquidated, emptied, ...found }, watch);
		});
	} finally {
		watch.stopped = true;
		await traffic?.stop();
	}
}

function report({ traffic, took, liquidated, emptied, upgraded, found, waited, agreed, slots }, watch) {
	figures(
		`spec_version ${found.spec.join(" to ")}, authorised in ${took} blocks, applied in block ${upgraded.applied}, migrated in ` +
			`${upgraded.blocks} blocks (${upgraded.first} to ${upgraded.last}, ${slots} slots) with nothing but the clock in them`,
	);
	figures(`${found.vaults} vaults are the same to the unit, ${found.edges} liquidations were passed on, the next one came in block ${liquidated}`);
	figures(
		`${traffic.sent} transactions of the load carried out once each, ${traffic.again} of them signed again, ` +
			`${waited} waited in every pool, all final ${emptied} blocks after the last`,
	);
	figures(`finality ${watch.trailed} blocks behind at worst; all nodes have one state within ${agreed} blocks`);
	for (const [words, count] of traffic.refusals) console.log(`\t a node said ${count} times: ${words}`);
}

module.exports = { run };
