// Four validators are cut in two, twice. First two from two: each side goes on making blocks of its own and neither
// finalises any, as that takes three. Then one from three: the three finalise on, the one cannot. Each time the
// network heals: one chain, final on all, and nothing that was final on any node was ever taken back.
// The first cut ends before connections are given up, as after minutes; at the second they are, as after hours, and
// nodes have to find each other again.
//
// A bound is in slots, of which each brings a block at most. Runs inside the namespaces that partition.sh makes.
const path = require("node:path");
const network = require("./namespaces.js");
const { specification, start, running } = require("./nodes.js");
const { Finality, SLOT, highest, lowest } = require("./finality.js");
const { figures } = require("../lib/report.js");

const NAMES = ["alice", "bob", "charlie", "dave"];

/** From nodes that answer to blocks that all have as final. */
const START = 40;
/** Before a cut holds: what was on its way arrives, and votes that are there may make a block final. */
const SETTLE = 2;
/** How long a cut lasts after that. Epochs of ten slots end meanwhile. */
const CUT = 24;
/** Blocks that a side of so many makes in this time at least. Two of four have half of the slots or more, by lot: fewer
    come in one of ten thousand cuts. One alone makes none once it knows that it is alone. */
const MADE = { 1: 0, 2: 4, 3: 8 };
/** Blocks that three of four finalise in this time at least. */
const FINAL = 6;
/** From the end of a cut to one chain, and to all of it being final that was made in the cut. */
const ONE_CHAIN = 30;
const FINALITY = 40;

const name = (side) => side.map((node) => node.name).join("+");

const hashesAt = (nodes, number) =>
	Promise.all(nodes.map((node) => node.call("chain_getBlockHash", number)));

const same = (hashes) => hashes[0] !== null && hashes.every((hash) => hash === hashes[0]);

/** What a side has made and finalised between two looks; fails if it is not what its size allows. */
function progress(side, before, after) {
	const made = highest(side, after) - highest(side, before);
	if (made < MADE[side.length]) throw new Error(`${name(side)} made ${made} blocks in ${CUT} slots`);
	const majority = side.length === 3;
	const final = highest(side, after, "finalized") - lowest(side, before, "finalized");
	// Three of four are more than two thirds; two or one are not.
	if (!majority && final !== 0) throw new Error(`${name(side)} finalised ${final} blocks by themselves`);
	const all = lowest(side, after, "finalized") - highest(side, before, "finalized");
	if (majority && all < FINAL) throw new Error(`${name(side)} finalised ${all} blocks in ${CUT} slots`);
	return `${name(side)} made ${made} and finalised ${majority ? all : final}`;
}

/** The last block that both sides have, and of each side's chain after it the first block and the height. */
async function fork(sides, final, now) {
	let common = Math.min(...sides.map((side) => lowest(side, now)));
	while (!same(await hashesAt(sides.flat(), common))) {
		if (common === final) throw new Error(`block ${final} is final, and not all nodes have it`);
		common -= 1;
	}
	const chains = sides.map(async (side) => ({
		side, first: (await hashesAt(side.slice(0, 1), common + 1))[0], height: highest(side, now),
	}));
	return { common, chains: await Promise.all(chains) };
}

/** Cuts `sides` apart for the length of a cut. Answers how their chains fork at its end. */
async function cutOff(finality, sides) {
	network.cut(sides[1].map((node) => node.name));
	await finality.during(SETTLE);
	const before = await finality.look();
	await finality.during(CUT);
	const after = await finality.look();

	const peers = await Promise.all(sides.map(([{ call }]) => call("system_health").then((health) => health.peers)));
	const sayings = sides.map((side) => progress(side, before, after));
	const { common, chains } = await fork(sides, lowest(finality.nodes, before, "finalized"), after);
	const lengths = chains.map(({ height }) => height - common);
	// Sides that make blocks without knowing of each other have two chains.
	if (lengths.some((length, at) => length < MADE[sides[at].length])) throw new Error(`not two chains, but ${lengths} blocks since ${common}`);
	figures(`cut off for ${CUT} slots ${sayings.join(", ")} blocks; two chains of ${lengths.join(" and ")} blocks since block ${common}; ${peers.join(" and ")} peers left`);
	return { common, chains, peers };
}

/** Joins all again: one of the chains is that of all, and all of it is final that was made in the cut. */
async function heal(finality, apart, { common, chains }) {
	const { nodes } = finality;
	network.join(apart.map((node) => node.name));
	const joined = Date.now();
	const slots = () => Math.ceil((Date.now() - joined) / SLOT);
	await finality.until("one chain", ONE_CHAIN, async () => same(await hashesAt(nodes, common + 1)));
	const one = slots();
	const [first] = await hashesAt(nodes.slice(0, 1), common + 1);
	// The better chain is that with more primary blocks, which need not be the longer one.
	const won = chains.find((chain) => chain.first === first);
	if (!won) throw new Error(`block ${common + 1} is ${first}, which no side had`);
	await finality.until("finality", FINALITY - one, (now) => lowest(nodes, now, "finalized") >= won.height);
	const final = slots();
	if (!same(await hashesAt(nodes, won.height))) throw new Error(`block ${won.height} is final, and not the same on all nodes`);
	const now = await finality.look();
	const trail = highest(nodes, now) - lowest(nodes, now, "finalized");
	figures(`healed: the chain of ${name(won.side)} is that of all after ${one} slots, final to its block ${won.height} after ${final}, then ${trail} behind`);
}

/** Cuts `apart` off from the others, and heals. */
async function partition(finality, apart) {
	const together = finality.nodes.filter((node) => !apart.includes(node));
	const cut = await cutOff(finality, [together, apart]);
	await heal(finality, apart, cut);
	figures(`${await finality.kept()} blocks seen final, none taken back`);
	return cut.peers;
}

async function test(folder) {
	const spec = specification(folder, NAMES);
	network.build(NAMES);
	const nodes = await start(folder, spec, NAMES);
	const finality = new Finality(nodes, () => running(nodes));
	await finality.until("start", START, (now) => lowest(nodes, now, "finalized") >= 3);
	await partition(finality, nodes.slice(2));
	network.loseConnections(NAMES);
	const peers = await partition(finality, nodes.slice(3));
	if (peers.join() !== "2,0") throw new Error(`connections were not lost in ${CUT} slots: ${peers} peers were left`);
}

// This is the first process of its namespace: no signal ends it by default, and with it all others end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
test(path.resolve(process.argv[2])).then(
	() => process.exit(0),
	(error) => {
		console.error(`partition: ${error.message}`);
		process.exit(1);
	},
);
