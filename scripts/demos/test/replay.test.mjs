// The waterfall of the main job against the deals that come with the engine's replay, with their results.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { units } from "../lib/amounts.mjs";
import { opening, run } from "../lib/waterfall.mjs";

const FOLDER = new URL("../../../primitives/waterfall/examples/deals/", import.meta.url);
const read = (name) => readFileSync(new URL(name, FOLDER), "utf8");
const rows = (name) => {
	const [heads, ...lines] = read(name).trim().split("\n").map((line) => line.split(","));
	return lines.map((line) => Object.fromEntries(line.map((cell, at) => [heads[at], cell])));
};
const ratio = (text = "0") => units(text, 18);
const cents = (text = "0") => units(text, 2);
/** `pro_rata` is `ProRata`. */
const named = (word) => word.replace(/(^|_)(\w)/g, (_, __, letter) => letter.toUpperCase());
const position = (list, name) => list.findIndex((one) => one.name === name);

const AMOUNTS = {
	once: (n) => ({ Once: cents(n) }),
	periodic: (n) => ({ Periodic: cents(n) }),
	yearly: (n) => ({ Yearly: cents(n) }),
	of_pool: (n) => ({ OfPool: ratio(n) }),
};
const fee = ({ name, carried = true, ...amount }) => {
	const [[kind, n]] = Object.entries(amount);
	return { amount: AMOUNTS[kind](n), carried };
};
const coupon = ({ floating }) =>
	floating === undefined
		? "Fixed"
		: {
			Floating: {
				margin: ratio(floating.margin),
				floor: ratio(floating.floor),
				cap: ratio(floating.cap ?? "100"),
			},
		};

/** The steps of a deal file, by name, with what a line says of each. */
function steps({ classes, fees, tests }) {
	const set = (names) => names.reduce((bits, name) => bits | (1 << position(classes, name)), 0);
	const support = (names = []) => ({
		reserve: names.includes("reserve"), principal: names.includes("principal"),
	});
	return {
		pay_fee: ({ fee: name, cap, support: by, subordinate = false }) => ({
			PayFee: {
				fee: position(fees, name), cap: cap ? cents(cap) : null, support: support(by), subordinate,
			},
		}),
		pay_interest: ({ classes: names, part = "all", support: by }) => ({
			PayInterest: { classes: set(names), part: named(part), support: support(by) },
		}),
		test_coverage: (name) => ({ TestCoverage: { test: position(tests, name) } }),
		credit_pdl: (name) => ({ CreditPdl: { rank: position(classes, name) } }),
		top_up_reserve: () => "TopUpReserve",
		release_reserve: () => "ReleaseReserve",
		pay_principal: ({ classes: names, share = "sequential" }) => ({
			PayPrincipal: { classes: set(names), share: named(share) },
		}),
		turbo: (names) => ({ Turbo: { classes: set(names) } }),
		pay_residual: () => ({ PayResidual: { rank: classes.length - 1 } }),
	};
}

function program({ classes, fees, tests = [], triggers = [], reserve = {}, waterfall }) {
	const make = steps({ classes, fees, tests });
	const modes = { revolving: true, amortising: true, accelerated: true };
	return {
		funds: "Separate",
		classes: classes.map((one) => ({ coupon: coupon(one), schedule: [], lockedUntil: 0 })),
		fees: fees.map(fee),
		tests: tests.map(({ coverage, class: of, threshold }) => ({
			coverage: named(coverage), rank: position(classes, of), threshold: ratio(threshold),
		})),
		triggers: triggers.map(({ cumulative_loss: loss, coverage_below: below, effect, curable = false }) => ({
			condition: loss
				? { CumulativeLoss: ratio(loss) }
				: { CoverageBelow: { test: position(tests, below.test), level: ratio(below.level) } },
			effect: named(effect),
			curable,
		})),
		reserve: { least: cents(reserve.least), ofBalances: ratio(reserve.of_balances) },
		lines: waterfall.map(({ when, ...line }) => {
			const [[kind, terms]] = Object.entries(line);
			const tripped = when && { Tripped: position(triggers, when.tripped) };
			return { step: make[kind](terms), modes, when: tripped ?? "Always" };
		}),
	};
}

/** What came in between two dates, and the pool at the end of it. */
function collected(flows, from, to) {
	const now = flows.filter(({ date }) => date > from && date <= to);
	const sum = (...names) =>
		now.reduce((all, row) => names.reduce((some, name) => some + cents(row[name]), all), 0n);
	const last = flows.filter(({ date }) => date <= to).at(-1);
	const lent = cents(last.end_balance);
	return {
		interest: sum("interest"), principal: sum("principal", "prepayment"), recoveries: sum("recovery"),
		losses: sum("loss"),
		pool: { lent, adjusted: last.adjusted ? cents(last.adjusted) : lent, delinquent: 0n },
	};
}

function replayed(name) {
	const file = JSON.parse(read(`${name}.json`));
	const flows = rows(`${name}.csv`);
	const expected = rows(`${name}.paid.csv`);
	const deal = program(file);
	const original = cents(file.pool.original);
	let state = opening(
		deal,
		file.classes.map(({ balance }) => cents(balance)),
		file.classes.map(({ rate }) => ratio(rate)),
		{
			dayCount: file.day_count === "ACT/360" ? "Act360" : "Act365Fixed",
			date: Date.parse(file.dates.closing), reserve: cents(file.opening?.reserve), original, pool: original,
		},
	);
	let [left, before] = [{ interest: 0n, principal: 0n }, ""];
	for (const date of new Set(expected.map((row) => row.date))) {
		const { interest, principal, ...rest } = collected(flows, before, date);
		const revolving = file.revolving !== undefined && date < file.revolving.until;
		// What such a deal collects while it revolves is lent at once.
		const lent = revolving && file.revolving.principal === "lent";
		const fixing = (file.index ?? []).filter(([day]) => day <= date).at(-1);
		const outcome = run(state, deal, {
			date: Date.parse(date),
			funds: {
				interest: left.interest + interest,
				principal: left.principal + (lent ? 0n : principal),
			},
			...rest,
			mode: revolving ? "Revolving" : "Amortising",
			setAside: 0n, holdResidual: false, servicerDefault: false,
			index: fixing ? ratio(fixing[1]) : null,
			last: file.dates.maturity !== undefined && date >= file.dates.maturity,
		});
		state = outcome.state;
		left = { ...outcome.left, ...(lent ? { principal: 0n } : {}) };
		before = date;
		for (const row of expected.filter((row) => row.date === date)) {
			const rank = position(file.classes, row.tranche);
			const [one, paid] = [state.classes[rank], outcome.payments[rank]];
			assert.deepEqual(
				[one.balance, paid.interest, paid.principal, one.due, one.interestOnInterest],
				[row.end_balance, row.interest_paid, row.principal_paid, row.interest_due_unpaid,
					row.interest_on_interest_unpaid].map(cents),
				`${name}: ${row.tranche} on ${date}`,
			);
		}
	}
	return expected.length;
}

test("auto loans pay what the engine of the chain pays, in every row", () => {
	assert.ok(replayed("auto-loans") > 30);
});

test("a CLO pays what the engine of the chain pays, in every row", () => {
	assert.ok(replayed("clo") > 30);
});
