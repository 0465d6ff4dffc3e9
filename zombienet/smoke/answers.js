// A node that is not a validator answers the runtime's questions, and as the validators do.
const { alike } = require("../lib/answers.js");
const { figures } = require("../lib/report.js");
const { withNode, heights } = require("../lib/rpc.js");

/** Slots in a session of the `local` chain: the first field of the tempo. */
const SESSION_SLOTS = 50;

const QUESTIONS = ["TempoApi_tempo", "OracleApi_feeds", "RiskApi_listings"];

async function run(nodeName, networkInfo) {
	const { wsUri } = networkInfo.nodesByName[nodeName];
	const hash = await withNode(wsUri, async (call) => {
		const roles = await call("system_nodeRoles");
		if (!roles.includes("Full")) throw new Error(`${nodeName} is ${roles}, not a full node`);
		return (await heights(call)).finalizedHash;
	});
	const nodes = Object.entries(networkInfo.nodesByName).map(([name, node]) => ({ name, wsUri: node.wsUri }));
	const answers = await alike(nodes, QUESTIONS, hash);

	const slots = Buffer.from(answers.TempoApi_tempo.slice(2), "hex").readUInt32LE(0);
	if (slots !== SESSION_SLOTS) throw new Error(`a session of ${slots} slots, not ${SESSION_SLOTS}`);
	for (const method of QUESTIONS.slice(1)) {
		// An empty list is one zero byte.
		if (answers[method] === "0x" || answers[method].startsWith("0x00")) throw new Error(`${method} lists nothing`);
	}
	figures(`${QUESTIONS.length} runtime APIs answered alike by all nodes`);
}

module.exports = { run };
