// A node that is not a validator answers the runtime's questions, and as the validators do.
const { withNode, heights } = require("../lib/rpc.js");

/** Slots in a session of the `local` chain: the first field of the tempo. */
const SESSION_SLOTS = 50;

/** What the runtime says at block `hash`, in hexadecimal SCALE. */
const ask = (call, method, hash) => call("state_call", method, "0x", hash);

async function run(nodeName, networkInfo) {
	const { wsUri } = networkInfo.nodesByName[nodeName];
	const { hash, answers } = await withNode(wsUri, async (call) => {
		const roles = await call("system_nodeRoles");
		if (!roles.includes("Full")) throw new Error(`${nodeName} is ${roles}, not a full node`);
		const { finalizedHash: hash } = await heights(call);
		const methods = ["TempoApi_tempo", "OracleApi_feeds", "RiskApi_listings"];
		const said = methods.map(async (method) => [method, await ask(call, method, hash)]);
		return { hash, answers: await Promise.all(said) };
	});

	const tempo = Buffer.from(answers[0][1].slice(2), "hex");
	const slots = tempo.readUInt32LE(0);
	if (slots !== SESSION_SLOTS) throw new Error(`a session of ${slots} slots, not ${SESSION_SLOTS}`);
	for (const [method, answer] of answers.slice(1)) {
		// An empty list is one zero byte.
		if (answer === "0x" || answer.startsWith("0x00")) throw new Error(`${method} lists nothing`);
	}

	for (const [name, { wsUri: other }] of Object.entries(networkInfo.nodesByName)) {
		if (name === nodeName) continue;
		await withNode(other, async (call) => {
			for (const [method, answer] of answers) {
				const theirs = await ask(call, method, hash);
				if (theirs !== answer) throw new Error(`${name} and ${nodeName} differ on ${method}`);
			}
		});
	}
	console.log(`\t ${answers.length} runtime APIs answered alike by all nodes`);
}

module.exports = { run };
