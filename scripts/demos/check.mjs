#!/usr/bin/env node
// Shows that a client with no custom types understands the whole chain: every storage item, call,
// event, error, constant and runtime API decodes, the client has nothing to warn of, and a transfer
// is finalised. What this client sees is what Polkadot.js Apps sees.
//
//   node check.mjs --ws ws://127.0.0.1:9944

const WARNINGS_ALLOWED = [
	// The client's list of RPC methods is older than the node (chainHead_v1_*, transaction_v1_*, …).
	/RPC methods not decorated: /,
];
const heard = [];
for (const level of ["warn", "error"]) {
	console[level] = (...parts) => heard.push({ level, text: parts.map(String).join(" ") });
}
// After the console is watched: the client may warn when it is loaded.
const { Chain, keyring, leave, options } = await import("./lib/chain.mjs");
const { u8aEq, u8aToHex } = await import("@polkadot/util");

/** Methods that change what the node does, or that a client has no valid arguments for. */
const NOT_CALLED = new Set([
	"Core_execute_block", "Core_initialize_block",
	"BlockBuilder_apply_extrinsic", "BlockBuilder_finalize_block",
	"BlockBuilder_inherent_extrinsics", "BlockBuilder_check_inherents",
	"TaggedTransactionQueue_validate_transaction", "OffchainWorkerApi_offchain_worker",
	"SessionKeys_generate_session_keys", "SessionKeys_decode_session_keys",
	"BabeApi_submit_report_equivocation_unsigned_extrinsic", "BabeApi_generate_key_ownership_proof",
	"GrandpaApi_submit_report_equivocation_unsigned_extrinsic",
	"GrandpaApi_generate_key_ownership_proof",
	"TransactionPaymentApi_query_info", "TransactionPaymentApi_query_fee_details",
	"TransactionPaymentCallApi_query_call_info", "TransactionPaymentCallApi_query_call_fee_details",
	"GenesisBuilder_build_state",
]);

const failures = [];
const counts = {};
/** Runs one check; what it throws is collected, so that one run shows all that is wrong. */
async function check(kind, name, body) {
	counts[kind] = (counts[kind] ?? 0) + 1;
	try {
		await body();
	} catch (error) {
		failures.push(`${kind} ${name}: ${error.message}`);
	}
}

/** A value of the type with this lookup id, decoded from its own encoding again. */
function roundTrip(registry, type, value) {
	const made = value === undefined ? registry.createType(type) : registry.createType(type, value);
	const bytes = made.toU8a();
	const again = registry.createType(type, bytes);
	if (!u8aEq(again.toU8a(), bytes)) throw new Error(`${type} does not survive a round trip`);
	again.toHuman();
	return again;
}

const typeName = (registry, id) => registry.createLookupType(id);

async function storage(api) {
	for (const [section, items] of Object.entries(api.query)) {
		for (const [method, item] of Object.entries(items)) {
			const meta = item.creator?.meta;
			if (!meta || section === "substrate") continue;
			await check("storage items", `${section}.${method}`, async () => {
				const { registry } = api;
				if (meta.type.isMap) {
					roundTrip(registry, typeName(registry, meta.type.asMap.key));
					roundTrip(registry, typeName(registry, meta.type.asMap.value));
					const entries = await item.entriesPaged({ args: [], pageSize: 200 });
					for (const [key, value] of entries) {
						key.args.forEach((arg) => arg.toHuman());
						value.toHuman();
						counts["stored entries"] = (counts["stored entries"] ?? 0) + 1;
					}
				} else {
					roundTrip(registry, typeName(registry, meta.type.asPlain));
					(await item()).toHuman();
					counts["stored entries"] = (counts["stored entries"] ?? 0) + 1;
				}
			});
		}
	}
}

async function metadata(api) {
	const { registry } = api;
	for (const [section, calls] of Object.entries(api.tx)) {
		for (const [method, call] of Object.entries(calls)) {
			await check("calls", `${section}.${method}`, () => {
				const args = call.meta.args.map(({ type }) => registry.createType(type.toString()));
				const made = call(...args);
				const again = registry.createType("Call", made.method.toU8a());
				if (again.toHex() !== made.method.toHex()) throw new Error("does not survive a round trip");
				again.toHuman();
			});
		}
	}
	for (const [section, events] of Object.entries(api.events)) {
		for (const [method, event] of Object.entries(events)) {
			await check("events", `${section}.${method}`, () =>
				event.meta.fields.forEach(({ type }) => roundTrip(registry, typeName(registry, type))),
			);
		}
	}
	for (const [section, errors] of Object.entries(api.errors)) {
		for (const [method, error] of Object.entries(errors)) {
			await check("errors", `${section}.${method}`, () => {
				const pallet = registry.metadata.pallets.find(
					({ name }) => name.toString().toLowerCase() === section.toLowerCase(),
				);
				const bytes = new Uint8Array(4);
				bytes[0] = error.meta.index.toNumber();
				const found = registry.findMetaError({ index: pallet.index, error: bytes });
				if (found.method !== method) throw new Error(`is found as ${found.method}`);
				error.meta.fields.forEach(({ type }) => roundTrip(registry, typeName(registry, type)));
			});
		}
	}
	for (const pallet of registry.metadata.pallets) {
		for (const { name, type, value } of pallet.constants) {
			await check("constants", `${pallet.name}.${name}`, () => {
				const decoded = registry.createType(typeName(registry, type), value.toU8a(true));
				if (!u8aEq(decoded.toU8a(), value.toU8a(true))) {
					throw new Error(`${u8aToHex(value.toU8a(true))} does not survive a round trip`);
				}
				decoded.toHuman();
			});
		}
	}
}

/** An argument that is as likely as any to name something: the first of each kind. */
function sample(registry, type, someone) {
	const made = registry.createType(type);
	if (made.toRawType() === "AccountId") return someone;
	if (/^u(8|16|32|64|128)$/.test(made.toRawType())) return 1;
	return made;
}

async function runtimeApis(api, someone) {
	for (const methods of Object.values(api.call)) {
		for (const call of Object.values(methods)) {
			const { name, params, type } = call.meta;
			await check("runtime APIs", name, async () => {
				roundTrip(api.registry, type);
				params.forEach((param) => roundTrip(api.registry, param.type));
				if (NOT_CALLED.has(name)) return;
				const args = params.map((param) => sample(api.registry, param.type, someone));
				(await call(...args)).toHuman();
				counts["runtime API calls"] = (counts["runtime API calls"] ?? 0) + 1;
			});
		}
	}
}

/** Every event and call of the last blocks, decoded by the client. */
async function blocks(chain) {
	const { api } = chain;
	const last = chain.head.number;
	for (let number = Math.max(0, last - 20); number <= last; number++) {
		await check("blocks", `${number}`, async () => {
			const hash = await api.rpc.chain.getBlockHash(number);
			const { block } = await api.rpc.chain.getBlock(hash);
			block.extrinsics.forEach((extrinsic) => extrinsic.toHuman());
			const at = await api.at(hash);
			(await at.query.system.events()).forEach((record) => record.toHuman());
		});
	}
}

/** A transfer of `amount` to an account that did not exist, final. */
async function transfer(chain, keys) {
	const { api } = chain;
	const from = keys.addFromUri("//Alice");
	const to = keys.addFromUri(`//check-${Date.now()}`).address;
	const amount = BigInt(api.consts.balances.existentialDeposit) * 10n;
	await check("finalised transfers", "balances.transferKeepAlive", async () => {
		const { number } = await chain.send(api.tx.balances.transferKeepAlive(to, amount), from);
		const hash = await chain.finalized(number);
		const held = (await (await api.at(hash)).query.system.account(to)).data.free.toBigInt();
		if (held !== amount) throw new Error(`${to} has ${held}, not ${amount}`);
	});
}

async function main() {
	const { ws = "ws://127.0.0.1:9944" } = options(process.argv.slice(2), { ws: String });
	// The client's own start-up warnings are wanted here.
	const chain = await Chain.connect(ws, { options: { noInitWarn: false } });
	try {
		const { api } = chain;
		const { specName, specVersion } = api.runtimeVersion;
		console.log(`${specName}/${specVersion}, metadata V${api.runtimeMetadata.version}`);
		const keys = keyring(api.registry.chainSS58);
		const someone = keys.addFromUri("//Alice").address;
		await storage(api);
		await metadata(api);
		await runtimeApis(api, someone);
		await transfer(chain, keys);
		await blocks(chain);
	} finally {
		await chain.close();
	}

	for (const { level, text } of heard) {
		if (WARNINGS_ALLOWED.some((allowed) => allowed.test(text))) console.log(`allowed: ${text}`);
		else failures.push(`console.${level}: ${text}`);
	}
	for (const kind of ["storage items", "calls", "events", "errors", "constants", "runtime APIs"]) {
		if (!counts[kind]) failures.push(`no ${kind} seen`);
	}
	for (const [kind, count] of Object.entries(counts)) console.log(`${String(count).padStart(6)} ${kind}`);
	for (const failure of failures) console.log(`FAILED ${failure}`);
	console.log(failures.length === 0 ? "client check: ok" : `client check: ${failures.length} failed`);
	return failures.length === 0 ? 0 : 1;
}

const status = await main().catch((error) => {
	console.log(`client check: ${error.stack}`);
	return 1;
});
leave(status);
