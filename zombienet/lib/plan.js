// What a load sends: jobs for lib/signer.js, in the order in which they go out. Every sender has one before any has
// its next, so that most of a block comes from different accounts.
const { keyless } = require("./signer.js");

/** What a transfer moves, what a vault starts with and is given: little, so that nobody runs out of it. */
const AMOUNT = 20_000_000_000n;
const COLLATERAL = 10_000_000n;
const MORE = 1_000n;

/** `count` jobs dealt out to the senders from `first` on, whose next nonces are `nonce`. */
const dealt = (count, first, senders, nonce, job) =>
	Array.from({ length: count }, (_, at) => {
		const place = at % senders;
		return { sender: first + place, nonce: nonce + Math.floor(at / senders), ...job(place, at) };
	});

/** Transfers, each sender's to an account of its own, which the first one makes. */
const transfers = (first, senders, count, nonce = 0) =>
	dealt(count, first, senders, nonce, (place) => ({ call: "transfer", to: keyless(first + place), amount: AMOUNT }));

/** Each sender opens a vault. */
const opens = (first, senders, book, nonce = 0) =>
	dealt(senders, first, senders, nonce, () => ({ call: "open", book, collateral: COLLATERAL, draw: 0n }));

/** Collateral for the vaults of the senders from `first` on. */
const deposits = (first, vaults, count, nonce) =>
	dealt(count, first, vaults.length, nonce, (place) => ({ call: "deposit", vault: vaults[place], amount: MORE }));

/** For each of `nodes` nodes what it is sent: all of a sender goes to one of them. */
function queues(nodes, jobs, texts) {
	const found = Array.from({ length: nodes }, () => []);
	jobs.forEach(({ sender }, at) => found[sender % nodes].push({ sender: Math.floor(sender / nodes), of: sender, text: texts[at] }));
	return found;
}

module.exports = { transfers, opens, deposits, queues };
