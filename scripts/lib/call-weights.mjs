// Prints, for each function of `SubstrateWeight` in generated weight files, what it comes to with every
// component at its largest: {"name":"call-weights","pallet":…,"call":…,"reads":…,"writes":…,
// "ref_time_ps":…}. ref_time includes ParityDB's 8 µs a read and 50 µs a write, in picoseconds.
import { functionsOf, READ, sumOf, WRITE } from "./weights.mjs";

for (const file of process.argv.slice(2)) {
	const pallet = /pallets\/([^/]+)\//.exec(file)?.[1] ?? file;
	for (const call of functionsOf(file)) {
		const { reads, writes, time } = sumOf(call, call.largest);
		const ref_time_ps = time + reads * READ + writes * WRITE;
		console.log(JSON.stringify({ name: "call-weights", pallet, call: call.name, reads, writes, ref_time_ps }));
	}
}
