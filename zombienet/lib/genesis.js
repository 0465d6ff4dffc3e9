// Puts the senders of a load into a chain specification: STRA for fees and transfers, barrels for vaults. Reads the
// plain specification on the standard input and writes it to the standard output.
//
//   node genesis.js COUNT [MODULES]    MODULES: whose packages are used; those of this suite if not given
//
// As text: amounts may be more than a number that a JSON tool can hold.
const fs = require("node:fs");
const path = require("node:path");
const { senders } = require("./signer.js");

const MODULES = path.resolve(__dirname, "../node_modules");
/** 1,000 STRA, and a thousand barrels (asset 10 of the market). */
const STRA = "1000000000000000";
const BARREL = 10;
const BARRELS = "1000000000";

/** Puts `entries` first into the list that follows `head`. */
function inserted(text, head, entries) {
	const found = text.match(head);
	if (!found || found.length !== 1) throw new Error(`${found?.length ?? 0} lists are like ${head} in the specification, not one`);
	return text.replace(head, (begin) => `${begin}${entries.join(",")},`);
}

async function main([count, modules = MODULES]) {
	const keys = await senders(modules, 0, Number(count));
	const { encodeAddress } = require(require.resolve("@polkadot/util-crypto", { paths: [modules] }));
	const addresses = keys.map((key) => encodeAddress(key, 42));
	let text = fs.readFileSync(0, "utf8");
	text = inserted(text, /"balances":\s*\{\s*"balances":\s*\[/g, addresses.map((who) => `["${who}",${STRA}]`));
	text = inserted(text, /"assets":\s*\{\s*"accounts":\s*\[/g, addresses.map((who) => `[${BARREL},"${who}",${BARRELS}]`));
	process.stdout.write(text);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`genesis.js: ${error.message}`);
	process.exitCode = 1;
});
