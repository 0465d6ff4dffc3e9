import assert from "node:assert/strict";
import { test } from "node:test";
import { opening, run } from "../lib/waterfall.mjs";
import { NAMES } from "../lib/parties.mjs";
import { sum, units } from "../lib/amounts.mjs";
import * as deal from "../deal.mjs";
import { PLANS } from "../plans.mjs";

const usdx = { id: 1, decimals: 6 };
const assets = { WTI: { id: 10 }, EURX: { id: 11 } };
const offices = { servicer: "ser", trustee: "tru" };

const termsOf = ({ dates }) => deal.terms(0, usdx, assets, offices, dates);

for (const [name, plan] of Object.entries(PLANS)) test(`the ${name} plan is of a piece`, () => {
	const terms = termsOf(plan);
	const { schedule, tranches } = terms;
	const last = schedule.firstPayment + (plan.paymentDates - 1) * schedule.period;
	assert.equal(plan.payments.length, plan.paymentDates);
	assert.ok(last < { whole: 12, short: 6 }[name] * 60_000, "minutes of chain time");
	// Only the last date redeems by the calendar.
	assert.ok(schedule.revolvingEnd <= last && schedule.revolvingEnd > last - schedule.period);
	assert.ok(schedule.rampUpEnd > schedule.offeringEnd && schedule.rampUpEnd < schedule.firstPayment);
	assert.ok(plan.claims.every((date) => date < plan.paymentDates));
	assert.ok(plan.claims.includes(plan.paymentDates - 1), "holders claim after the last date");
	for (const act of [plan.offer, plan.allowance]) assert.ok(!act || act.after < plan.paymentDates - 1);
	// Nobody is closed out before the last date, and the legal final date leaves time to do it.
	for (const { maturity, closeOut } of terms.books) {
		assert.ok(maturity > last && maturity + closeOut < schedule.finalDate);
	}
	assert.equal(tranches.length, deal.TRANCHES.length);

	// One tranche is over-subscribed, the other exactly filled, by all five investors.
	const ordered = tranches.map((_, rank) =>
		sum(deal.ORDERS.filter((order) => order.rank === rank).map(({ amount }) => units(amount, 6))),
	);
	assert.ok(ordered[0] > tranches[0].face);
	assert.equal(ordered[1], tranches[1].face);
	assert.equal(new Set(deal.ORDERS.map(({ investor }) => investor)).size, NAMES.investors.length);
	assert.equal(plan.loans.length, NAMES.borrowers.length);

	// Everybody who looks after his vault repays everything in the end; the other one's collateral
	// does.
	for (const { borrower, keep } of plan.loans) {
		const wishes = plan.payments.map((wishes) => wishes[borrower]);
		if (keep === undefined) assert.equal(borrower, 0);
		// Nothing is left of his vault.
		if (keep === undefined && plan.fails) {
			assert.ok(!wishes.includes("all"));
			continue;
		}
		assert.equal(wishes.filter((wish) => wish === "all").length, 1, `borrower ${borrower}`);
		assert.ok(wishes.slice(wishes.indexOf("all") + 1).every((wish) => wish === undefined));
	}
});

test("trades and redraws lie between the dates that they are said to", () => {
	const plan = PLANS.whole;
	const { schedule, tranches } = termsOf(plan);
	const { takes, amount, least, rank, slots } = plan.offer;
	const parts = takes.map((part) => units(part, 6));
	assert.equal(sum(parts), units(amount, 6));
	assert.ok(parts[0] >= units(least, 6) && tranches[rank].kind === "Note");
	assert.ok(slots * deal.SLOT > schedule.period);
	const step = deal.program(0, usdx, plan.dates).classes[1].coupon.Resets[0].date;
	const inside = (step - schedule.firstPayment) % schedule.period;
	assert.ok(inside > 0 && step < schedule.revolvingEnd);
	const dates = plan.redraws.map(({ date }) => schedule.firstPayment + date * schedule.period);
	assert.ok(dates.every((date) => date < schedule.revolvingEnd));
});

test("every line of the program names something that the deal has", () => {
	const { lines, fees, tests, triggers, classes } = deal.program(0, usdx, PLANS.whole.dates);
	const terms = termsOf(PLANS.whole);
	assert.equal(classes.length, terms.tranches.length);
	assert.equal(fees.length, terms.payees.length);
	assert.equal(fees.length, deal.FEES.length);
	assert.equal(tests.length, deal.TESTS.length);
	assert.equal(triggers.length, deal.TRIGGERS.length);
	const steps = lines.flatMap(({ step }) => (typeof step === "string" ? [] : [step]));
	const tested = steps.flatMap(({ TestCoverage: step }) => (step ? [step.test] : []));
	assert.deepEqual(tested, tests.map((_, at) => at));
	const paid = steps.flatMap(({ PayFee: step }) => (step ? [step.fee] : []));
	assert.deepEqual(paid, fees.map((_, at) => at));
});

/**
 * The nine dates as the chain should see them, in thousands: what performs, what is in liquidation and
 * what it counts for, losses, principal collected; and what borrowers pay, in whole units.
 */
const DATES = [
	{ performing: 9_900, principal: 100, setAside: 100, income: 130 },
	{ performing: 9_243, principal: 657, income: 195 },
	{ performing: 8_879, principal: 364, income: 190 },
	{ performing: 9_330, principal: -451, income: 180 },
	{ performing: 9_730, principal: -400, income: 185 },
	// Oil is back and has lost a third: a lot is open that counts for two thirds, and two borrowers wait.
	{ performing: 8_400, seized: 1_330, counts: 880, principal: 0, income: 52, hold: true },
	{ performing: 8_400, losses: 217, principal: 1_113, income: 270 },
	{ performing: 8_600, principal: -200, income: 175 },
	{ performing: 0, principal: 8_600, income: 185, last: true },
];

test("the tests of the plan fail after the crash and pass again", () => {
	const program = deal.program(0, usdx, PLANS.whole.dates);
	const { schedule, tranches } = termsOf(PLANS.whole);
	const thousands = (n) => BigInt(n) * 1_000n * 10n ** 6n;
	let state = opening(program, tranches.map(({ face }) => face), tranches.map(({ coupon }) => coupon), {
		dayCount: "Act365Fixed", date: schedule.offeringEnd, reserve: units("500", 6),
	});
	let left = { interest: 0n, principal: 0n };
	const dates = DATES.map((one, at) => {
		const { performing, seized = 0, counts = 0, losses = 0, principal, income } = one;
		const date = schedule.firstPayment + at * schedule.period;
		const outcome = run(state, program, {
			date,
			funds: {
				interest: left.interest + units(String(income), 6),
				principal: left.principal + thousands(principal),
			},
			recoveries: 0n,
			losses: thousands(losses),
			pool: {
				lent: thousands(performing + seized), adjusted: thousands(performing + counts),
				delinquent: thousands(seized),
			},
			mode: date >= schedule.revolvingEnd ? "Amortising" : "Revolving",
			setAside: thousands(one.setAside ?? 0),
			holdResidual: one.hold ?? false,
			servicerDefault: false, index: null, last: one.last ?? false,
		});
		({ state, left } = outcome);
		return outcome;
	});
	const passed = dates.map(({ tests }) => tests.map((found) => found.passed));
	for (const early of passed.slice(0, 5)) assert.deepEqual(early, [true, true, true, true]);
	assert.deepEqual(passed[5], [false, false, false, false]);
	for (const late of passed.slice(6)) assert.deepEqual(late, [true, true, true, true]);
	assert.deepEqual(
		dates.map(({ mode }) => mode),
		[..."RRRRRARRA"].map((letter) => (letter === "R" ? "Revolving" : "Amortising")),
	);
	assert.ok(dates.slice(0, 6).every(({ state: { triggers } }) => triggers[1] === null));
	assert.ok(dates.slice(6).every(({ state: { triggers } }) => triggers[1] !== null));
	assert.equal(dates[5].fees[2], 0n, "no subordinated fee while a lot is worth too little");
	assert.ok(state.classes.slice(0, 2).every(({ balance, due }) => balance === 0n && due === 0n));
});
