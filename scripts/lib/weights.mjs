// Reads generated weight files: what each function of `SubstrateWeight` is made of.
import { readFileSync } from "node:fs";

// Of ParityDB, picoseconds.
export const READ = 8_000_000;
export const WRITE = 50_000_000;

// The functions of a file: {name, largest, terms}. `largest` is the upper end of each component's range;
// a term is {component, reads, writes, time} and counts once, or once for each of its component.
export function functionsOf(file) {
	const text = readFileSync(file, "utf8").split(/^impl WeightInfo for \(\)/m)[0].split(/^pub struct SubstrateWeight/m)[1];
	if (text === undefined) throw new Error(`${file}: no SubstrateWeight`);
	const functions = [];
	// Each function with the comments above it, which give the components' ranges.
	let largest = {};
	let call;
	for (const line of text.split("\n")) {
		const range = /range of component `(\w+)` is `\[\d+, (\d+)\]`/.exec(line);
		const head = /^\tfn (\w+)\(/.exec(line);
		if (range) largest[range[1]] = Number(range[2]);
		if (head) {
			call = { name: head[1], largest, terms: [] };
			largest = {};
		}
		if (!call) continue;
		const number = (digits) => Number(digits.replaceAll("_", ""));
		const component = /saturating_mul\((\w+)\.into\(\)\)/.exec(line)?.[1];
		const time = /Weight::from_parts\(([\d_]+),/.exec(line);
		const access = /\.(reads|writes)\(+([\d_]+?)(?:_u64)?\)/.exec(line);
		if (time) call.terms.push({ component, reads: 0, writes: 0, time: number(time[1]) });
		if (access) call.terms.push({ component, reads: 0, writes: 0, time: 0, [access[1]]: number(access[2]) });
		if (line === "\t}") {
			functions.push(call);
			call = undefined;
		}
	}
	return functions;
}

// What a function comes to with these values of its components: {reads, writes, time} without database.
export function sumOf(call, values) {
	const sum = { reads: 0, writes: 0, time: 0 };
	for (const { component, ...term } of call.terms) {
		const times = component === undefined ? 1 : values[component];
		if (times === undefined) throw new Error(`${call.name}: no value for ${component}`);
		for (const key of Object.keys(sum)) sum[key] += term[key] * times;
	}
	return sum;
}
