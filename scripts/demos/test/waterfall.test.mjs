import assert from "node:assert/strict";
import { test } from "node:test";
import { accrued, opening, proRata, run } from "../lib/waterfall.mjs";

const ONE = 10n ** 18n;
const percent = (n) => BigInt(Math.round(n * 100)) * 10n ** 14n;
const DAY = 86_400_000;
const FULL = { reserve: true, principal: true };
const NONE = { reserve: false, principal: false };
const ALL = { revolving: true, amortising: true, accelerated: true };
const always = (step) => ({ step, modes: ALL, when: "Always" });

const fee = (at, subordinate, support) =>
	always({ PayFee: { fee: at, cap: null, support, subordinate } });
const coupon = (rank) =>
	always({ PayInterest: { classes: 1 << rank, part: "All", support: FULL } });
const credit = (rank) => always({ CreditPdl: { rank } });
const covered = (at) => always({ TestCoverage: { test: at } });

/** The deal of the worked numbers: a million, 70/20/10, OC tests of both classes. */
const program = (share = "Sequential") => ({
	funds: "Separate",
	classes: ["A", "B", "C"].map(() => ({ coupon: "Fixed", schedule: [], lockedUntil: 0 })),
	fees: [
		{ amount: { OfPool: percent(0.5) }, carried: true },
		{ amount: { OfPool: percent(0.2) }, carried: true },
	],
	tests: [
		{ coverage: "Principal", rank: 0, threshold: percent(125) },
		{ coverage: "Principal", rank: 1, threshold: percent(108) },
	],
	triggers: [],
	reserve: { least: 10_000n, ofBalances: 0n },
	lines: [
		fee(0, false, FULL),
		coupon(0), covered(0), credit(0),
		coupon(1), covered(1), credit(1), credit(2),
		always("TopUpReserve"),
		fee(1, true, NONE),
		always({ PayPrincipal: { classes: 7, share } }),
		always({ PayResidual: { rank: 2 } }),
	],
});

const start = (of = program()) =>
	opening(of, [700_000n, 200_000n, 100_000n], [percent(5), percent(8), 0n], {
		dayCount: "Act365Fixed", date: 0, reserve: 10_000n,
	});

/** Collections of 30 days: interest, principal, defaulted principal. */
const month = (interest, principal, losses, more = {}) => {
	const lent = 1_000_000n - principal - losses;
	return {
		date: 30 * DAY,
		funds: { interest, principal },
		recoveries: 0n,
		losses,
		pool: { lent, adjusted: lent, delinquent: 0n },
		mode: "Amortising",
		setAside: 0n,
		holdResidual: false,
		servicerDefault: false,
		index: null,
		last: false,
		...more,
	};
};

const balances = ({ state }) => state.classes.map(({ balance }) => balance);
const deficiencies = ({ state }) => state.classes.map(({ pdl }) => pdl);

test("W1: a healthy month", () => {
	const done = run(start(), program(), month(9_000n, 40_000n, 0n));
	assert.deepEqual(done.fees, [410n, 164n]);
	assert.deepEqual(done.payments.map(({ interest }) => interest), [2_876n, 1_315n, 4_235n]);
	assert.deepEqual(balances(done), [660_000n, 200_000n, 100_000n]);
	assert.ok(done.tests.every(({ passed }) => passed));
	assert.deepEqual(done.left, { interest: 0n, principal: 0n });
});

test("W2: a breach of OC diverts all that is left of income", () => {
	const done = run(start(), program(), month(9_000n, 40_000n, 60_000n));
	assert.deepEqual(done.fees, [410n, 0n]);
	assert.equal(done.state.fees[1].due, 164n);
	assert.deepEqual(done.tests[1], {
		numerator: 940_000n, denominator: 900_000n, passed: false, diverted: 4_399n, principal: 40_000n,
	});
	assert.deepEqual(balances(done), [655_601n, 200_000n, 100_000n]);
	assert.deepEqual(deficiencies(done), [0n, 0n, 55_601n]);
	assert.equal(done.payments[2].interest, 0n);
	assert.equal(done.built, 0n);
});

test("W2 again, with income enough: the cure is exact", () => {
	const done = run(start(), program(), month(40_000n, 40_000n, 60_000n));
	// 900,000 − ⌊940,000/1.08⌋
	assert.equal(done.tests[1].diverted, 29_630n);
	assert.equal(done.tests[1].principal, 0n);
	const covers = 940_000n * 100n >= 108n * (900_000n - 29_630n);
	const barely = 940_000n * 100n < 108n * (900_000n - 29_629n);
	assert.ok(covers && barely);
});

test("W4: a default beyond the junior classes, and hardly any income", () => {
	const done = run(start(), program(), month(500n, 10_000n, 350_000n));
	assert.deepEqual(done.fees, [410n, 0n]);
	assert.deepEqual(done.payments.map(({ interest }) => interest), [2_876n, 0n, 0n]);
	assert.equal(done.state.reserve, 7_214n);
	assert.equal(done.state.classes[1].due, 1_315n);
	assert.deepEqual(deficiencies(done), [50_000n, 200_000n, 100_000n]);
	assert.deepEqual(balances(done), [690_000n, 200_000n, 100_000n]);
});

test("W5: pro rata, the odd unit to the senior-most", () => {
	const shared = program("ProRata");
	const done = run(start(shared), shared, month(9_000n, 33_333n, 0n));
	assert.deepEqual(done.payments.map(({ principal }) => principal), [23_334n, 6_666n, 3_333n]);
	assert.deepEqual(proRata(10n, [1n, 1n, 20n]), [1n, 0n, 9n]);
	assert.deepEqual(proRata(100n, [1n, 0n, 2n]), [1n, 0n, 2n]);
	assert.deepEqual(proRata(5n, [0n, 0n]), [0n, 0n]);
});

test("principal is kept while revolving, but for what is set aside", () => {
	const more = { mode: "Revolving", setAside: 1_000n };
	const done = run(start(), program(), month(9_000n, 40_000n, 0n, more));
	assert.deepEqual(done.left, { interest: 0n, principal: 39_000n });
	assert.equal(done.payments[0].principal, 1_000n);
});

test("a curable trigger amortises on the date itself and clears; a permanent one stays", () => {
	const guarded = {
		...program(),
		triggers: [
			{ condition: { CoverageBelow: { test: 1, level: percent(108) } }, effect: "Amortise", curable: true },
			{ condition: { CumulativeLoss: percent(1) }, effect: "Flag", curable: false },
		],
	};
	const begin = start(guarded);
	const revolving = { mode: "Revolving" };
	const bad = run(begin, guarded, month(9_000n, 40_000n, 60_000n, revolving));
	assert.equal(bad.mode, "Amortising");
	assert.deepEqual(bad.state.triggers, [BigInt(30 * DAY), BigInt(30 * DAY)]);
	assert.equal(bad.left.principal, 0n);

	// 900,000 were still lent; 40,000 of them come back, and 30,000 of what was lost.
	const next = month(9_000n, 40_000n, 0n, {
		...revolving, date: 60 * DAY, recoveries: 150_000n,
		pool: { lent: 860_000n, adjusted: 900_000n, delinquent: 0n },
	});
	const good = run(bad.state, guarded, next);
	assert.equal(good.mode, "Revolving");
	assert.deepEqual(good.state.triggers, [null, BigInt(30 * DAY)]);
	assert.ok(good.tests.every(({ passed }) => passed));
});

test("interest coverage is cured exactly", () => {
	const strict = program();
	strict.tests[1] = { coverage: "Interest", rank: 1, threshold: percent(110) };
	const done = run(start(strict), strict, month(4_900n, 100_000n, 0n));
	const [found] = done.tests.slice(1);
	assert.deepEqual([found.numerator, found.denominator, found.passed], [4_490n, 4_191n, false]);
	// What is left of income, 299, and then principal: the senior coupon must fall to 2,766.
	assert.equal(found.diverted, 299n);
	const kept = 700_000n - found.diverted - found.principal;
	const proForma = (balance) => (2_876n * balance + 699_999n) / 700_000n;
	assert.ok(4_490n * 10n >= 11n * (proForma(kept) + 1_315n));
	assert.ok(4_490n * 10n < 11n * (proForma(kept + 1n) + 1_315n));
});

test("a coupon that is reset inside a period accrues in two floored parts", () => {
	const stepped = program();
	stepped.classes[0].coupon = { Resets: [{ date: 10 * DAY, rate: percent(7) }] };
	const state = accrued(start(stepped), stepped, 30 * DAY);
	const part = (rate, days) => (700_000n * BigInt(rate) * BigInt(days)) / 36_500n;
	assert.equal(state.classes[0].due, part(5, 10) + part(7, 20));
	assert.equal(state.classes[0].rate, percent(7));
	// Interest on what was due before the second part.
	assert.equal(state.classes[0].interestOnInterest, (part(5, 10) * 7n * 20n) / 36_500n);
});

test("what the reserve pays to a coupon, the reserve lacks; principal that does is charged", () => {
	const poor = start();
	poor.reserve = 100n;
	const done = run(poor, program(), month(410n, 10_000n, 0n));
	assert.equal(done.payments[0].interest, 2_876n);
	assert.equal(done.state.reserve, 0n);
	assert.deepEqual(deficiencies(done), [0n, 0n, 2_776n]);
	assert.equal(balances(done)[0], 700_000n - (10_000n - 2_776n));
});

test("at the end the reserve and principal are the residual's, after fees and interest", () => {
	const state = start();
	state.classes[2].balance = 0n;
	const end = month(0n, 930_000n, 0n, { last: true, pool: { lent: 0n, adjusted: 0n, delinquent: 0n } });
	const done = run(state, program(), end);
	assert.deepEqual(balances(done), [0n, 0n, 0n]);
	const paid = done.payments.map(({ interest, principal }) => interest + principal);
	const out = [...paid, ...done.fees].reduce((sum, n) => sum + n, 0n);
	assert.equal(out, 940_000n);
	assert.equal(done.payments[2].interest, 940_000n - 900_000n - 2_876n - 1_315n - 410n - 164n);
	assert.equal(done.state.reserve, 0n);
	assert.equal(done.writtenOff, 0n);
});

test("a date before the last is refused", () => {
	const state = start();
	state.accruedTo = BigInt(31 * DAY);
	assert.throws(() => run(state, program(), month(0n, 0n, 0n)), /before/);
	assert.equal(ONE, 10n ** 18n);
});

test("a locked class waits, unless the deal is accelerated or ends", () => {
	const locked = program();
	locked.classes[0].lockedUntil = 31 * DAY;
	locked.tests = [];
	locked.lines = locked.lines.filter(({ step }) => step.TestCoverage === undefined);
	const paid = (more) => run(start(locked), locked, month(9_000n, 40_000n, 0n, more))
		.payments.map(({ principal }) => principal);
	assert.deepEqual(paid({}), [0n, 40_000n, 0n]);
	assert.deepEqual(paid({ mode: "Accelerated" }), [40_000n, 0n, 0n]);
	assert.deepEqual(paid({ last: true }), [40_000n, 0n, 0n]);
});

test("a residual that must wait has no share of principal", () => {
	const shared = program("ProRata");
	const paid = (principal) => run(start(shared), shared, month(9_000n, principal, 0n, { holdResidual: true }))
		.payments.map((payment) => payment.principal);
	assert.deepEqual(paid(33_333n), [25_926n, 7_407n, 0n]);
	assert.deepEqual(paid(1_000_000n), [700_000n, 200_000n, 100_000n]);
});
