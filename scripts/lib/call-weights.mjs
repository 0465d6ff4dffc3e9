// Prints, for each function of `SubstrateWeight` in generated weight files, what it comes to with every
// component at its largest: {"name":"call-weights","pallet":…,"call":…,"reads":…,"writes":…,
// "ref_time_ps":…}. ref_time includes ParityDB's 8 µs a read and 50 µs a write, in picoseconds.
import { readFileSync } from "node:fs";

const READ = 8_000_000;
const WRITE = 50_000_000;

for (const file of process.argv.slice(2)) {
	const pallet = /pallets\/([^/]+)\//.exec(file)?.[1] ?? file;
	const text = readFileSync(file, "utf8").split(/^impl WeightInfo for \(\)/m)[0].split(/^pub struct SubstrateWeight/m)[1];
	if (text === undefined) throw new Error(`${file}: no SubstrateWeight`);
	// Each function with the comments above it, which give the components' ranges.
	let comments = "";
	let call;
	for (const line of text.split("\n")) {
		const range = /range of component `(\w+)` is `\[\d+, (\d+)\]`/.exec(line);
		const head = /^\tfn (\w+)\(/.exec(line);
		if (range) comments += ` ${range[1]}=${range[2]}`;
		if (head) {
			const largest = Object.fromEntries(comments.trim().split(" ").filter(Boolean).map((pair) => pair.split("=")));
			call = { name: head[1], largest, reads: 0, writes: 0, ref_time: 0 };
			comments = "";
		}
		if (!call) continue;
		const number = (digits) => Number(digits.replaceAll("_", ""));
		// How often a term counts: once, or once for each of a component.
		const component = /saturating_mul\((\w+)\.into\(\)\)/.exec(line)?.[1];
		if (component && call.largest[component] === undefined) {
			throw new Error(`${file}: ${call.name}: the range of ${component} is not given`);
		}
		const times = component ? Number(call.largest[component]) : 1;
		const time = /Weight::from_parts\(([\d_]+),/.exec(line);
		const access = /\.(reads|writes)\(+([\d_]+?)(?:_u64)?\)/.exec(line);
		if (time) call.ref_time += number(time[1]) * times;
		if (access) call[access[1]] += number(access[2]) * times;
		if (line === "\t}") {
			const { name, reads, writes } = call;
			const ref_time_ps = call.ref_time + reads * READ + writes * WRITE;
			console.log(JSON.stringify({ name: "call-weights", pallet, call: name, reads, writes, ref_time_ps }));
			call = undefined;
		}
	}
}
