// Holds the lock files to one release of the SDK.
//
//   node scripts/lib/check-lock.mjs [--within LOCK] LOCK…
//
// Each LOCK: every crate that scripts/lib/sdk-versions.txt names has exactly the version named there, and no
// crate of the SDK's families is there twice. With `--within`, every package of LOCK must also be in
// that lock with the same version: so the wasm was built from what the checkout pins.
import { existsSync, readFileSync } from 'node:fs';

const pinned = new Map(
	readFileSync(new URL('sdk-versions.txt', import.meta.url), 'utf8')
		.split('\n')
		.map((line) => /^(\S+) = "(.+)"$/.exec(line))
		.filter(Boolean)
		.map(([, name, version]) => [name, version]),
);
// Families whose every crate comes from the SDK, except for those that share a prefix with it.
const family = /^(frame|pallet|sc|sp|substrate|cumulus|polkadot|staging)-/;
// Published apart from the SDK's releases.
const apart = new Set(['substrate-bip39', 'polkadot-ckb-merkle-mountain-range']);

function packages(lock) {
	const found = new Map();
	for (const block of readFileSync(lock, 'utf8').split('[[package]]').slice(1)) {
		const field = (name) => new RegExp(`^${name} = "(.+)"$`, 'm').exec(block)?.[1];
		const name = field('name');
		if (!found.has(name)) found.set(name, new Map());
		found.get(name).set(field('version'), field('source'));
	}
	return found;
}

const problems = [];
const locks = process.argv.slice(2);
const within = locks[0] === '--within' ? packages(locks.splice(0, 2)[1]) : undefined;
if (pinned.size === 0 || locks.length === 0) {
	console.error('usage: check-lock.mjs [--within LOCK] LOCK…');
	process.exit(2);
}
for (const lock of locks) {
	if (!existsSync(lock)) {
		problems.push(`${lock} is not there`);
		continue;
	}
	const all = packages(lock);
	let sdk = 0;
	for (const [name, versions] of all) {
		const numbers = [...versions.keys()];
		// A crate without a source is one of ours.
		if ([...versions.values()].every((source) => source === undefined)) continue;
		if (pinned.has(name)) {
			sdk += 1;
			const wrong = numbers.filter((version) => version !== pinned.get(name));
			if (wrong.length > 0) problems.push(`${lock}: ${name} is ${numbers.join(' and ')}, the release has ${pinned.get(name)}`);
		} else if (family.test(name) && !apart.has(name) && numbers.length > 1) {
			problems.push(`${lock}: ${name} is there ${numbers.length} times: ${numbers.join(', ')}`);
		}
		for (const version of within ? numbers : []) {
			if (!within.get(name)?.has(version)) problems.push(`${lock}: ${name} ${version} is not in the checkout's lock`);
		}
	}
	if (sdk === 0) problems.push(`${lock}: no crate of the SDK is in it`);
	console.log(`${lock}: ${all.size} packages, ${sdk} of the pinned SDK`);
}
for (const problem of problems) console.error(`error: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
