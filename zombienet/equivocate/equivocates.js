// Dave, a founder with a bond, runs a second time with the same session keys, as after a failover gone wrong: the others
// see two blocks for a slot or two votes in a round, and report it with the proof that the keys are his.
// Arguments: `blocks` if the second process only makes blocks, `all` if it votes too; blocks until he is reported, blocks that are watched after that, most blocks that finality may trail then.
const fs = require("node:fs");
const path = require("node:path");
const { finalized } = require("../lib/chain.js");
const { withClient, fund } = require("../lib/client.js");
const { address, extra, find } = require("../lib/process.js");
const { figures } = require("../lib/report.js");
const { authorship, headerAt, heights, withNode } = require("../lib/rpc.js");

/** In units of STRA; above the least bond, and no multiple of ten: what is taken is rounded up. */
const BOND = 1_234_567_890_123_457n;

/** What an offence costs who is alone, of four. */
const tenth = (bond) => (bond + 9n) / 10n;

/** A second process with the keys of `node`. It has a database and an identity on the network of its own. */
async function twin(networkInfo, node, peers, does) {
	const chains = path.join(node.argv[node.argv.indexOf("--base-path") + 1], "chains");
	const [chain] = fs.readdirSync(chains);
	const keys = path.join(networkInfo.tmpDir, "twin", "keys");
	// The name of a key's file begins with what the key is for. Without the one for votes it only makes blocks.
	const filter = (file) => does !== "blocks" || !path.basename(file).startsWith(Buffer.from("gran").toString("hex"));
	fs.cpSync(path.join(chains, chain, "keystore"), keys, { recursive: true, filter });
	const options = ["--validator", "--keystore-path", keys, "--unsafe-force-node-key-generation"];
	return extra(networkInfo, "twin", { peers, options, seconds: 240 });
}

/** What final block `number` says of `who`: who wrote it, what was reported and taken, and who is disabled. */
async function seen(chain, call, number, who) {
	const header = await headerAt(call, number);
	const [{ block }, at] = await Promise.all([chain.api.rpc.chain.getBlock(header.hash), chain.api.at(header.hash)]);
	const validators = (await at.query.session.validators()).map(String);
	const records = await at.query.system.events();
	const his = records.filter(({ event }) => event.section === "validatorSet" && String(event.data.validator) === who);
	const named = (name) => his.filter(({ event }) => event.method === name);
	return {
		number,
		author: validators[authorship(header).authority],
		disabled: (await at.query.session.disabledValidators()).map(([index]) => validators[Number(index)]),
		session: Number(await at.query.session.currentIndex()),
		reports: named("OffenceReported").map((record) => report(block, records, record)),
		slashes: named("Slashed").map(({ event: { data } }) => ({ session: Number(data.session), amount: data.amount.toBigInt() })),
		jailed: named("Jailed").some(({ event }) => event.data.cause.isOffence),
	};
}

/** The report behind an event: a transaction that nobody signed, with the proof of whose the keys are. */
function report(block, records, { phase, event }) {
	if (!phase.isApplyExtrinsic) throw new Error("an offence was reported by no extrinsic");
	const { isSigned, method: { section, method, args } } = block.extrinsics[phase.asApplyExtrinsic.toNumber()];
	if (isSigned || method !== "reportEquivocationUnsigned") throw new Error(`an offence was reported by ${section}.${method}`);
	const kinds = records.filter((other) => other.event.section === "offences" && other.phase.eq(phase));
	if (kinds.length === 0) throw new Error("a report without an event of the offences pallet");
	const { session, disabled } = event.data;
	return { section, session: Number(session), owner: Number(args[1].session), disabled: disabled.isTrue };
}

/** Follows final blocks from `first` on, until `who` is reported. */
async function untilReported(chain, call, who, first, blocks) {
	for (let number = first; number <= first + blocks; number++) {
		await finalized(call, number, { blocks });
		const block = await seen(chain, call, number, who);
		if (block.reports.length > 0) return block;
		if (block.disabled.length > 0) throw new Error(`block ${number} has disabled ${block.disabled} without a report`);
	}
	throw new Error(`not reported within ${blocks} blocks`);
}

/** What must be in the block of the first report. */
function punished({ number, reports, slashes, jailed, disabled }, who) {
	const [{ section, owner, session, disabled: said }] = reports;
	// A block names its session. A vote names a set, and a proof of any session of the set will do.
	if (section === "babe" && owner !== session) throw new Error(`an offence of session ${session} was proven by the keys of ${owner}`);
	if (!said || disabled.join() !== who) throw new Error(`block ${number} disables ${disabled.join() || "nobody"}`);
	if (!jailed) throw new Error(`block ${number} jails nobody`);
	if (slashes.length === 0) throw new Error(`block ${number} slashes nobody`);
}

/** Follows the blocks after the report: he makes none, and stays disabled while sessions end. */
async function afterwards(chain, call, who, reported, blocks) {
	const watched = [];
	for (let number = reported.number + 1; number <= reported.number + blocks; number++) {
		await finalized(call, number, { blocks });
		const block = await seen(chain, call, number, who);
		if (block.author === who) throw new Error(`block ${number} is by the offender`);
		if (block.disabled.join() !== who) throw new Error(`block ${number} disables ${block.disabled.join() || "nobody"}`);
		watched.push(block);
	}
	return watched;
}

/** What is left of the bond after a tenth for each session with an offence; fails if something else was taken. */
function left(slashes) {
	const sessions = slashes.map(({ session }) => session);
	if (new Set(sessions).size !== sessions.length) throw new Error(`slashed more than once in a session: ${sessions}`);
	return slashes.reduce((bond, { amount }) => {
		if (amount !== tenth(bond)) throw new Error(`slashed by ${amount} of ${bond}, not by ${tenth(bond)}`);
		return bond - amount;
	}, BOND);
}

/** The chain's own books of him: his bond, what is on hold for it, what the treasury has. */
async function books(chain, who) {
	const { api } = chain;
	const candidate = (await api.call.validatorSetApi.candidate(who)).unwrap();
	const holds = (await api.query.balances.holds(who)).filter(({ id }) => id.isValidatorSet);
	return {
		bond: candidate.bond.toBigInt(), founder: candidate.founder.isTrue, standing: candidate.status.isStanding,
		held: holds.reduce((sum, { amount }) => sum + amount.toBigInt(), 0n),
	};
}

async function equivocates(chain, key, call, networkInfo, [does, ...bounds]) {
	const [reportIn, watch, trail] = bounds.map(Number);
	const stash = key("//Dave//stash");
	const who = stash.address;
	await fund(chain, key, stash, 2_000);
	const bonded = await chain.send(chain.api.tx.validatorSet.bond(BOND), stash);
	await finalized(call, bonded.number, { blocks: 10 });

	const peers = await Promise.all(Object.values(networkInfo.nodesByName).map(({ wsUri }) => address(wsUri)));
	await twin(networkInfo, find(networkInfo, "dave"), peers, does);
	const { best } = await heights(call);
	const reported = await untilReported(chain, call, who, best + 1, reportIn);
	punished(reported, who);
	const [{ section, session }] = reported.reports;
	if (does === "blocks" && section !== "babe") throw new Error(`two blocks for a slot were reported by ${section}`);
	figures(`reported by ${section} ${reported.number - best} blocks after the second process was there, for session ${session}`);

	const watched = await afterwards(chain, call, who, reported, watch);
	const bond = left([reported, ...watched].flatMap(({ slashes }) => slashes));
	const now = await books(chain, who);
	if (now.bond !== bond || now.held !== bond) throw new Error(`bond ${now.bond}, on hold ${now.held}, not ${bond}`);
	if (now.founder || now.standing) throw new Error("the offender is a founder still, or stands");
	figures(`bond ${BOND} slashed by ${BOND - bond} to ${bond}`);

	const sessions = watched.at(-1).session - reported.session;
	if (sessions < 2) throw new Error(`${sessions} sessions ended in ${watch} blocks`);
	const end = await heights(call);
	if (end.best - end.finalized > trail) throw new Error(`finality trails by ${end.best - end.finalized} blocks`);
	figures(`disabled, and without a block, in ${watched.length} blocks and ${sessions} ends of sessions; finality ${end.best - end.finalized} behind`);
}

async function run(nodeName, networkInfo, args) {
	const { wsUri } = networkInfo.nodesByName[nodeName];
	await withClient(wsUri, (chain, key) =>
		withNode(wsUri, (call) => equivocates(chain, key, call, networkInfo, args)));
}

module.exports = { run };
