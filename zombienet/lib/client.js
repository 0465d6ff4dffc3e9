// A client of the chain that reads its metadata, for tests that sign or read events: the one of scripts/demos.
const fs = require("node:fs");
const path = require("node:path");

const DEMOS = path.resolve(__dirname, "../../scripts/demos");

/**
 * The module `file`. zombienet has a client of its own, of another version. Packages list themselves under this global
 * name and warn of each other, many lines long: here they are two lists.
 */
async function imported(file) {
	const { __polkadotjs: listed } = globalThis;
	globalThis.__polkadotjs = {};
	try {
		return await import(file);
	} finally {
		globalThis.__polkadotjs = listed;
	}
}

/** Runs `use(chain, key)` with a connection to the node at `uri`; `key(seed)` is the key pair of a development seed. */
async function withClient(uri, use) {
	if (!fs.existsSync(path.join(DEMOS, "node_modules"))) throw new Error("the packages of scripts/demos are missing: run scripts/setup.sh");
	const { Chain, keyring } = await imported(path.join(DEMOS, "lib/chain.mjs"));
	const chain = await Chain.connect(uri);
	const keys = keyring(42);
	try {
		return await use(chain, (seed) => keys.addFromUri(seed));
	} finally {
		await chain.close();
	}
}

/** Gives `account` so much STRA of a development account that is no validator. */
const fund = (chain, key, account, stra) =>
	chain.send(chain.api.tx.balances.transferKeepAlive(account.address, BigInt(stra) * 10n ** 12n), key("//Ferdie"), "fund");

module.exports = { withClient, fund };
