// The words of a command line that names one call of the chain.

import { readFileSync } from "node:fs";

const USAGE =
	"usage: call.mjs [--ws URL] (--key FILE PALLET.CALL | --ask API.METHOD | --get PALLET.ITEM | " +
	"--key FILE --account) [ARGUMENT…]";

/** What a command line wants: where, as whom, how (`send`, `ask`, `get`, `account`), what, and with what. */
export function parsed(argv) {
	const found = { ws: "ws://127.0.0.1:9944", how: "send", given: [] };
	const rest = [...argv];
	while (rest[0]?.startsWith("--")) {
		const name = rest.shift().slice(2);
		if (name === "account") found.how = "account";
		else if (!["ws", "key", "ask", "get"].includes(name)) {
			throw new Error(`unknown argument --${name}\n${USAGE}`);
		}
		else if (rest.length === 0) throw new Error(`--${name} needs a value\n${USAGE}`);
		else if (name === "ws" || name === "key") found[name] = rest.shift();
		else {
			found.how = name;
			found.what = rest.shift();
		}
	}
	if (found.how === "send") found.what = rest.shift();
	found.given = rest;
	if (found.what === undefined && found.how !== "account") throw new Error(USAGE);
	if (found.key === undefined && ["send", "account"].includes(found.how)) {
		throw new Error(`--key is missing\n${USAGE}`);
	}
	return found;
}

/** One argument as the client takes it: JSON where it is that, the bytes of a file after `@`, text otherwise. Numbers stay exact. */
export function argument(text) {
	if (text.startsWith("@")) return `0x${readFileSync(text.slice(1)).toString("hex")}`;
	return /^[[{"]|^(null|true|false)$/.test(text) ? JSON.parse(text) : text;
}

/** The entry `section.method` of what the client offers. */
export function looked(offered, name) {
	const [section, method, ...more] = name.split(".");
	const entry = more.length === 0 ? offered[section]?.[method] : undefined;
	if (entry === undefined) throw new Error(`the chain has no ${name}`);
	return entry;
}

/** A plain value as JSON; integers of any size in full. */
export function described(value) {
	return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each));
}
