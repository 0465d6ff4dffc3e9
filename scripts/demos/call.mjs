#!/usr/bin/env node
// One transaction, or one question, on the command line.
//
//   node call.mjs [--ws URL] --key FILE PALLET.CALL [ARGUMENT…]     sends it, and says what happened
//   node call.mjs [--ws URL] --ask API.METHOD [ARGUMENT…]           asks a runtime API
//   node call.mjs [--ws URL] --get PALLET.ITEM [KEY…]               reads storage
//   node call.mjs --key FILE --account                              the account of the key, and as hexadecimal
//
// FILE holds the phrase of the account, or a development seed such as //Eve//stash; it never goes anywhere. URL
// is ws://127.0.0.1:9944 unless it is given. Amounts are in the smallest unit, in decimal; what is not a number or a
// word is JSON, or @ and a file whose bytes are meant. It exits with 0 when the transaction is in a block and has succeeded, with 2 if the chain
// refused it, in the chain's words, and with 1 otherwise.

import { readFileSync } from "node:fs";
import { cryptoWaitReady } from "@polkadot/util-crypto";
import { u8aToHex } from "@polkadot/util";
import { argument, described, looked, parsed } from "./lib/command.mjs";
import { Chain, keyring, leave, Refused } from "./lib/chain.mjs";
import { fields, plain } from "./lib/plain.mjs";

const show = (value) => console.log(described(value));

async function run({ ws, key, how, what, given }) {
	await cryptoWaitReady();
	const signer = key && keyring(42).addFromUri(readFileSync(key, "utf8").trim());
	if (how === "account") return console.log(`${signer.address} ${u8aToHex(signer.publicKey)}`);
	const chain = await Chain.connect(ws);
	try {
		const { api } = chain;
		const args = given.map(argument);
		if (how === "ask") return show(plain(await looked(api.call, what)(...args)));
		if (how === "get") return show(plain(await looked(api.query, what)(...args)));
		const { number, hash, events } = await chain.send(looked(api.tx, what)(...args), signer, what);
		console.log(`${what}: block ${number}, ${hash}`);
		for (const event of events) {
			console.log(`  ${event.section}.${event.method} ${described(fields(event.data))}`);
		}
	} finally {
		await chain.close();
	}
}

try {
	await run(parsed(process.argv.slice(2)));
	leave(0);
} catch (error) {
	console.error(error.message);
	leave(error instanceof Refused ? 2 : 1);
}
