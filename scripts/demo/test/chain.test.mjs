import assert from "node:assert/strict";
import { test } from "node:test";
import { options, within } from "../lib/chain.mjs";
import { NAMES } from "../lib/parties.mjs";
import * as plan from "../deal.mjs";
import { sum, units } from "../lib/amounts.mjs";

test("options are read and unknown ones are refused", () => {
	const known = { ws: String, dates: String, sabotage: Boolean };
	assert.deepEqual(options(["--ws", "x", "--sabotage"], known), { ws: "x", sabotage: true });
	assert.deepEqual(options([], known), {});
	assert.throws(() => options(["--nonsense"], known), /unknown argument --nonsense/);
	assert.throws(() => options(["ws"], known), /unknown argument ws/);
	assert.throws(() => options(["--ws"], known), /needs a value/);
});

test("waiting has an end", async () => {
	await assert.rejects(within(new Promise(() => {}), 5, "it"), /it: nothing within 5 ms/);
	assert.equal(await within(Promise.resolve(1), 1000, "it"), 1);
	await assert.rejects(within(Promise.reject(new Error("no")), 1000, "it"), /no/);
});

test("the plan is of a piece", () => {
	const assets = { WTI: { id: 10 }, EURX: { id: 11 } };
	const terms = plan.terms(0, { id: 1, decimals: 6 }, assets);
	const { schedule, tranches } = terms;
	const last = schedule.firstPayment + (plan.PAYMENT_DATES - 1) * schedule.period;
	assert.equal(plan.PAYMENTS.length, plan.PAYMENT_DATES);
	assert.ok(last < 10 * 60_000, "ten minutes of chain time");
	// Nobody is closed out before the last date, and the legal final date leaves time to do it.
	for (const { maturity, closeOut } of terms.books) {
		assert.ok(maturity > last && maturity + closeOut < schedule.finalDate);
	}
	assert.equal(tranches.length, plan.TRANCHES.length);

	// One tranche is over-subscribed, the other exactly filled, by all five investors.
	const ordered = tranches.map((_, rank) =>
		sum(plan.ORDERS.filter((order) => order.rank === rank).map(({ amount }) => units(amount, 6))),
	);
	assert.ok(ordered[0] > tranches[0].face);
	assert.equal(ordered[1], tranches[1].face);
	assert.equal(new Set(plan.ORDERS.map(({ investor }) => investor)).size, NAMES.investors.length);
	assert.equal(plan.LOANS.length, NAMES.borrowers.length);

	// Everybody who looks after his vault repays everything in the end; the other one's collateral
	// does.
	for (const { borrower, keep } of plan.LOANS) {
		const wishes = plan.PAYMENTS.map((wishes) => wishes[borrower]);
		if (keep === undefined) {
			assert.equal(borrower, plan.PROFIT_TAKER.borrower);
			assert.ok(!wishes.includes("all"));
			continue;
		}
		assert.equal(wishes.filter((wish) => wish === "all").length, 1, `borrower ${borrower}`);
		assert.ok(wishes.slice(wishes.indexOf("all") + 1).every((wish) => wish === undefined));
	}
});
