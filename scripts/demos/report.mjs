// What the main job prints: genesis, payment dates, and the reconciliation.

import { brief, shown, sum } from "./lib/amounts.mjs";
import { ratioOf } from "./lib/audit.mjs";
import { heading, print } from "./lib/table.mjs";
import { inside, kind, ranks } from "./lib/waterfall.mjs";
import { FEES, TESTS, TRANCHES, TRIGGERS } from "./deal.mjs";

const fixed = (codec, places = 4) => brief(codec.toBigInt(), 18, places);
const minutes = (millis) => `${Number(millis) / 60_000} min`;
const utf8 = (bytes) => Buffer.from(bytes.toU8a(true)).toString("utf8");

/** Balances of `groups` (name → accounts) in `assets`, as rows. */
function groupRows(found, groups, keys) {
	return Object.entries(groups).map(([name, accounts]) => [
		name,
		String(accounts.length),
		...keys.map((key) => {
			const { balances, decimals } = found.get(key);
			const total = sum(accounts.map((account) => balances.get(account) ?? 0n));
			return total === 0n ? "-" : brief(total, decimals);
		}),
	]);
}

export async function genesis(chain, parties, found) {
	const { api } = chain;
	const at = chain.head.at;
	heading("What the chain holds");
	const { specName, specVersion } = api.runtimeVersion;
	const tempo = await at.call.tempoApi.tempo();
	console.log(`\n${specName}/${specVersion} at block ${chain.head.number}, tempo ${JSON.stringify(tempo.toHuman())}`);

	print(
		"Assets",
		["asset", "id", "name", "decimals", "in existence"],
		[...found].map(([key, { id, name, decimals, issuance }]) => [
			key, id === undefined ? "" : String(id), name, String(decimals), brief(issuance, decimals),
		]),
	);
	const keys = [...found].filter(([, { kind }]) => kind !== "note").map(([key]) => key);
	const addresses = (pairs) => pairs.map(({ address }) => address);
	const groups = {
		originator: addresses([parties.originator]),
		investors: addresses(parties.investors),
		borrowers: addresses(parties.borrowers),
		feeders: addresses(parties.feeders),
	};
	const named = new Set(Object.values(groups).flat());
	const others = new Set([...found.values()].flatMap(({ balances }) => [...balances.keys()]));
	groups.others = [...others].filter((account) => !named.has(account));
	print("Holdings", ["who", "accounts", ...keys], groupRows(found, groups, keys));

	const feeds = await at.query.oracle.feeds.entries();
	print(
		"Price feeds",
		["feed", "what", "feeders", "quorum", "from", "to", "holds for"],
		feeds
			.map(([key, config]) => [key.args[0].toNumber(), config.unwrap()])
			.sort(([a], [b]) => a - b)
			.map(([feed, c]) => [
				String(feed), utf8(c.description), String(c.members.length), c.quorum.toString(),
				fixed(c.minimum, 2), fixed(c.maximum, 2), minutes(c.timeToLive),
			]),
	);
	const assetName = (asset) => {
		if (asset.isNative) return "STRA";
		const id = asset.asWithId.toNumber();
		return [...found].find(([, held]) => held.kind === "asset" && held.id === id)?.[0] ?? `${id}`;
	};
	const { collateral } = await at.call.riskApi.listings();
	print(
		"Listed as collateral",
		["asset", "feed", "liquidated below", "drawn down to", "least debt", "ceiling", "yearly rate"],
		collateral.map(([asset, { feed, parameters: p }]) => [
			assetName(asset), feed.toString(), fixed(p.liquidationRatio, 3), fixed(p.initialRatio, 3),
			fixed(p.minimumDebt, 0), fixed(p.debtCeiling, 0),
			`${fixed(p.minimumRate, 2)} to ${fixed(p.maximumRate, 2)}`,
		]),
	);
}

const factorOf = (balance, units) =>
	units === 0n ? "-" : brief((balance * 10n ** 8n) / units, 8, 8);

const percent = (value, places = 2) => `${brief(BigInt(value) * 100n, 18, places)} %`;
const classes = (bits) => ranks(bits).map((rank) => TRANCHES[rank]).join(", ");

/** What a line of a program does, in words. */
const STEPS = {
	PayFee: ({ fee, subordinate }) => `${FEES[fee]} fee${subordinate ? ", unless the residual must wait" : ""}`,
	PayInterest: ({ classes: set }) => `interest of ${classes(set)}`,
	TestCoverage: ({ test }) =>
		`${TESTS[test].name}, at least ${TESTS[test].percent} %; where it fails, notes are redeemed until it passes`,
	CreditPdl: ({ rank }) => `losses charged to ${TRANCHES[rank]}, made good`,
	TopUpReserve: () => "the reserve, up to its target",
	ReleaseReserve: () => "what the reserve has above its target",
	PayPrincipal: ({ classes: set, share }) => `principal of ${classes(set)}, ${share.toLowerCase()}`,
	Turbo: ({ classes: set }) => `what is left of income redeems ${classes(set)}`,
	Sweep: ({ to }) => `what is left becomes ${to.toLowerCase()}`,
	PayResidual: ({ rank }) => `the rest to ${TRANCHES[rank]}`,
};

/** The order of payment, line by line. */
export function program({ lines }) {
	print(
		"The program",
		["line", "what it pays", "when"],
		lines.map(({ step, when }, at) => [
			String(at),
			STEPS[kind(step)](inside(step) ?? {}),
			kind(when) === "Always" ? "always" : `once tripped: ${TRIGGERS[inside(when)]}`,
		]),
	);
}

/** The ledgers that a deal's cash is divided by, from storage: what, and how much. */
export function ledgersOf(ledgers, deal) {
	const { available, later, distributable } = ledgers.cash;
	const cash = ({ losses, ...parts }) => sum(Object.values(parts));
	return [
		["usable on the next date", cash(available)],
		["came in too late for it", cash(later)],
		["paid to classes, not claimed", distributable],
		["paid for fees, not claimed", sum(ledgers.feesPayable)],
		["reserve", ledgers.waterfall.reserve],
		["bond", deal.bond],
		["kept for the court", keptForCourt(ledgers.court)],
		["float", deal.float],
	];
}

/** Payments set aside for cases, bonds of servicers, and awards that are not claimed. */
function keptForCourt({ freezes, bonds, awards }) {
	return sum(freezes.map(({ income, principal }) => income + sum(principal))) + bonds + awards;
}

/** When a payment date was run, what had come in, and what of that could be used. */
function paymentHead(number, event, { money, price, block, deal }) {
	const { date, collected, funds, charged, mode } = event;
	console.log(
		`\nPayment date ${number}, ${new Date(Number(date)).toISOString()}, run in block ${block}; ` +
			`the market is at ${price}; ${mode.toLowerCase()}`,
	);
	console.log(
		`  collected   interest ${money(collected.interest)}   principal ${money(collected.principal)}`,
	);
	console.log(
		`  usable      interest ${money(funds.interest)}   principal ${money(funds.principal)}`,
	);
	const lots = ["penalties", "surplus", "recoveries", "losses"].filter((name) => funds[name] > 0n);
	const seized = sum(deal.workouts.map(({ principal }) => principal.toBigInt()));
	if (lots.length > 0 || seized > 0n) {
		const parts = lots.map((name) => `${name} ${money(funds[name])}`);
		parts.push(`charged to classes ${money(charged)}`, `in liquidation ${money(seized)}`);
		console.log(`  lots        ${parts.join("   ")}`);
	}
}

/** What the classes were paid, and what they have left. */
function paidClasses({ payments }, { money, units, tranches }) {
	print(
		"",
		["tranche", "interest due", "interest paid", "interest owed", "principal paid", "principal owed",
			"PDL", "factor", "coverage"],
		payments.map((paid, rank) => {
			const residual = rank === payments.length - 1;
			return [
				TRANCHES[rank],
				residual ? "-" : money(paid.due),
				money(paid.interest),
				residual ? "-" : money(paid.due - paid.interest),
				money(paid.principal),
				money(paid.balance),
				money(tranches[rank].pdl.toBigInt()),
				factorOf(paid.balance, units[rank]),
				tranches[rank].coverage.isSome ? fixed(tranches[rank].coverage.unwrap()) : "-",
			];
		}),
	);
}

/** What the coverage tests found, and diverted. */
function foundTests({ tests }, { money }) {
	print(
		"",
		["test", "has", "against", "ratio", "threshold", "", "diverted", "principal used"],
		tests.map((found, at) => {
			const ratio = ratioOf(found);
			return [
				TESTS[at].name, money(found.numerator), money(found.denominator),
				ratio === null ? "-" : percent(ratio), `${TESTS[at].percent} %`,
				found.passed ? "pass" : "FAIL", money(found.diverted), money(found.principal),
			];
		}),
	);
}

/** Fees, what is kept, what was written off, and whether all of it is as it should be. */
function paymentFoot(event, { money, deal, state, wrong }) {
	const { left, reserve, held } = event;
	const fees = event.fees.map((paid, at) => {
		const due = state?.fees[at].due ?? 0n;
		return `${FEES[at]} ${money(paid)}${due > 0n ? ` (still due ${money(due)})` : ""}`;
	});
	console.log(`\n  fees        ${fees.join("   ")}`);
	console.log(
		`  kept        interest ${money(left.interest)}   principal ${money(left.principal)}   ` +
			`reserve ${money(reserve)}   net asset value ${deal.nav.isSome ? money(deal.nav.unwrap().toBigInt()) : "-"}` +
			(held ? "   the residual waits for lots" : ""),
	);
	if (event.writtenOff > 0n || event.writtenUp > 0n) {
		console.log(`  written     off ${money(event.writtenOff)}   up ${money(event.writtenUp)}`);
	}
	if (wrong.length === 0) {
		console.log("  checked     the program, run again from its documentation, pays the same to the unit");
	}
	for (const what of wrong) console.log(`  WRONG       ${what}`);
}

/** The tables of one payment date. `about`: { units, decimals, price, block, deal, tranches, state, wrong }. */
export function payment(number, event, about) {
	const all = { ...about, money: (amount) => brief(amount, about.decimals) };
	paymentHead(number, event, all);
	paidClasses(event, all);
	foundTests(event, all);
	paymentFoot(event, all);
}

/** Accounts that moved, one row each, and the others in one. */
function accountRows(ledger, key, { balances, decimals }, parties) {
	const accounts = new Set([...balances.keys()]);
	for (const { from, to } of ledger.entries(key)) accounts.add(from).add(to);
	for (const account of ledger.opened(key)) accounts.add(account);
	accounts.delete("outside");
	const rows = [];
	const still = [];
	for (const account of accounts) {
		const found = balances.get(account) ?? 0n;
		const opening = ledger.opening(key, account);
		const flows = [...ledger.flows(key, account).values()];
		if (flows.length === 0 && found === opening) {
			still.push(found);
			continue;
		}
		// In and out by reason, netted: what a claim brings in is not what an order took out.
		const into = sum(flows.filter((change) => change > 0n));
		const out = sum(flows.filter((change) => change < 0n));
		rows.push([
			parties.name(account), shown(opening, decimals), shown(into, decimals),
			shown(-out, decimals), shown(found, decimals),
			shown(found - (opening + into + out), decimals),
		]);
	}
	rows.sort(([a], [b]) => a.localeCompare(b));
	if (still.length > 0) {
		const total = shown(sum(still), decimals);
		const zero = shown(0n, decimals);
		rows.push([`${still.length} that did not move`, total, zero, zero, total, zero]);
	}
	return rows;
}

/**
 * Compares the books with the balances, asset by asset, and prints both sides.
 *
 * @returns how many units of how many assets were found, and what is missing or too many
 */
export function reconciliation(ledger, closing, opening, parties) {
	heading("Reconciliation: every unit of every asset");
	const missing = [];
	let units = 0n;
	const keys = [...new Set([...ledger.assets(), ...closing.keys()])];
	for (const key of keys) {
		const about = closing.get(key) ?? opening.get(key) ?? { decimals: notes(closing) };
		const { decimals } = about;
		const found = closing.get(key) ?? { balances: new Map(), issuance: 0n };
		if (!ledger.assets().includes(key)) ledger.open(key, new Map(), 0n);
		const result = ledger.compare(key, found.balances, found.issuance);
		units += result.found + result.retired;

		const amount = (value) => shown(value, decimals);
		console.log(`\n${about.name ? `${key} (${about.name})` : key}`);
		print(
			"what moved, and why",
			["why", "amount"],
			[...ledger.totals(key)].map(([why, total]) => [why, amount(total)]),
		);
		print(
			"where it is",
			["who", "before", "in", "out", "now", "unexplained"],
			accountRows(ledger, key, { ...found, decimals }, parties),
		);
		console.log(
			`  before ${amount(result.booked - result.issued + result.retired)} + issued ` +
				`${amount(result.issued)} - burned ${amount(result.retired)} = ${amount(result.booked)}; ` +
				`found ${amount(result.found)}`,
		);
		if (found.deposits !== undefined) {
			const before = opening.get(key).deposits;
			console.log(`  on deposit, and among these: before ${amount(before)}, now ${amount(found.deposits)}`);
		}
		for (const { what, booked, found: there } of result.differences) {
			missing.push(
				`${key}, ${parties.name(what)}: the books say ${amount(booked)}, the chain says ` +
					`${amount(there)}: ${counted(there - booked)}`,
			);
		}
	}
	return { units, assets: keys.length, missing };
}

const counted = (n) => (n === 1n || n === -1n ? `${n} unit` : `${n} units`);

/** Notes have the decimals of the settlement asset; those of a removed deal are read there. */
const notes = (closing) => closing.get("USDX")?.decimals ?? 0;
