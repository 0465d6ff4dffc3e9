// Passes lines of JSON through. To those of the case "op" it adds what the weight of the call counts:
// "weight_reads" and "weight_writes", with each component at the line's own size: hops for `h`, one rung
// for `r`. Passed on as they are: calls whose weight has another component, and lines with hops of calls
// whose weight has none for them, because the pallet adds the hops itself.
//
//   node with-weights.mjs PALLETS-FOLDER
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { functionsOf, sumOf } from "./weights.mjs";

const folder = process.argv[2];
const weightOf = (pallet, name) => {
	const file = join(folder, pallet, "src", "weights.rs");
	return existsSync(file) ? functionsOf(file).find((call) => call.name === name) : undefined;
};

for await (const text of createInterface({ input: process.stdin })) {
	const line = JSON.parse(text);
	const call = line.call ? weightOf(...line.call.split(".")) : undefined;
	const values = { h: line.hops, r: 1 };
	const components = new Set(call?.terms.map(({ component }) => component).filter(Boolean));
	const known = [...components].every((component) => component in values);
	if (call && known && (line.hops === 0 || components.has("h"))) {
		const { reads, writes } = sumOf(call, values);
		Object.assign(line, { weight_reads: reads, weight_writes: writes });
	}
	console.log(JSON.stringify(line));
}
