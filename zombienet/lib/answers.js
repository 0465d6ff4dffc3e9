// What a runtime answers, and whether all nodes say the same.
const { ask } = require("./rpc.js");

/**
 * What the runtime APIs `methods` (of no argument) answer at block `hash`, by method, in hexadecimal SCALE. Fails unless
 * all `nodes`, `[{ name, wsUri }]`, say the same.
 */
async function alike(nodes, methods, hash) {
	const answers = {};
	for (const method of methods) {
		const said = await Promise.all(nodes.map(({ wsUri }) => ask(wsUri, "state_call", method, "0x", hash)));
		const other = said.findIndex((answer) => answer !== said[0]);
		if (other >= 0) throw new Error(`${nodes[other].name} and ${nodes[0].name} differ on ${method}`);
		answers[method] = said[0];
	}
	return answers;
}

module.exports = { alike };
