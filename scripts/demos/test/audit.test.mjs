import assert from "node:assert/strict";
import { test } from "node:test";
import { Audit, differences, netted, ratioOf } from "../lib/audit.mjs";
import { run } from "../lib/waterfall.mjs";

const ONE = 10n ** 18n;
const ALL = { revolving: true, amortising: true, accelerated: true };
const always = (step) => ({ step, modes: ALL, when: "Always" });
const FULL = { reserve: true, principal: true };
const coupon = (rank) =>
	always({ PayInterest: { classes: 1 << rank, part: "All", support: FULL } });

const program = {
	funds: "Separate",
	classes: [0, 1, 2].map(() => ({ coupon: "Fixed", schedule: [], lockedUntil: 0 })),
	fees: [{ amount: { Periodic: 7n }, carried: true }],
	tests: [{ coverage: "Principal", rank: 1, threshold: (ONE * 108n) / 100n }],
	triggers: [],
	reserve: { least: 1_000n, ofBalances: 0n },
	lines: [
		always({ PayFee: { fee: 0, cap: null, support: FULL, subordinate: false } }),
		coupon(0), always({ CreditPdl: { rank: 0 } }),
		coupon(1), always({ TestCoverage: { test: 0 } }), always({ CreditPdl: { rank: 1 } }),
		always({ CreditPdl: { rank: 2 } }),
		always("TopUpReserve"),
		always({ PayPrincipal: { classes: 7, share: "Sequential" } }),
		always({ PayResidual: { rank: 2 } }),
	],
};

const DAY = 86_400_000n;
const audit = () =>
	new Audit(program, {
		faces: [700_000n, 200_000n, 100_000n],
		coupons: [ONE / 20n, (ONE * 8n) / 100n, 0n],
		dayCount: "Act365Fixed",
		closing: 0n,
		revolvingEnd: 40n * DAY,
		reserve: 1_000n,
	});

/** What the chain would keep and say of a date on which `receipts` came in. */
function date(books, days, receipts, more = {}) {
	const all = {
		interest: 0n, principal: 0n, penalties: 0n, surplus: 0n, recoveries: 0n, losses: 0n, ...receipts,
	};
	const { toReserve, ...net } = netted(all, 1_000n - books.state.reserve);
	const state = { ...books.state, reserve: books.state.reserve + toReserve };
	const owedBy = state.classes.reduce((sum, { balance, pdl }) => sum + balance - pdl, 0n);
	const lent = owedBy + books.excess - state.uncovered - net.losses - net.funds.principal;
	const collections = {
		date: BigInt(days) * DAY, ...net, pool: { lent, adjusted: lent, delinquent: 0n },
		mode: BigInt(days) >= 40n ? "Amortising" : "Revolving", setAside: 0n, holdResidual: false,
		servicerDefault: false, index: null, last: false, ...more,
	};
	const { payments, fees, tests, mode, left, state: after, writtenOff, writtenUp } = run(state, program, collections);
	const event = {
		date: collections.date, collected: all, funds: all, charged: net.losses, mode, payments, fees,
		tests, writtenOff, writtenUp, left, reserve: after.reserve, held: collections.holdResidual,
	};
	return [event, { state: books.state, receipts: all, collections }];
}

test("dates that follow the program are found right, one after the other", () => {
	const books = audit();
	const dates = [
		[30, { interest: 9_000n, principal: 40_000n }],
		[60, { interest: 9_000n, principal: 20_000n, losses: 60_000n, penalties: 500n }],
		[90, { interest: 9_000n, principal: 20_000n, surplus: 12n, recoveries: 3_000n }],
	];
	const left = [0n, 0n];
	for (const [days, receipts] of dates) {
		// What stayed with the deal is usable on the next date.
		const carried = { ...receipts, principal: receipts.principal + left[1] };
		const { wrong, outcome } = books.check(...date(books, days, carried));
		assert.deepEqual(wrong, []);
		left[1] = outcome.left.principal;
	}
	assert.equal(books.dates, 3);
});

const bad = () => {
	const books = audit();
	const [event, input] = date(books, 60, { interest: 9_000n, principal: 40_000n, losses: 60_000n });
	return { books, event: structuredClone(event), input: structuredClone(input) };
};
const found = ({ books, event, input }, words) => {
	const { wrong } = books.check(event, input);
	assert.ok(wrong.some((what) => words.test(what)), `${words} is not in ${JSON.stringify(wrong)}`);
};

test("one unit too much for a class shows twice: the program and conservation", () => {
	const one = bad();
	one.event.payments[0].interest += 1n;
	const { wrong } = one.books.check(one.event, one.input);
	assert.ok(wrong.some((what) => what.startsWith("payments.0.interest")));
	assert.ok(wrong.some((what) => what.startsWith("conservation")));
});

test("a junior coupon before the senior one is whole", () => {
	const one = bad();
	one.event.payments[0].interest -= 1n;
	one.event.payments[1].interest += 1n;
	found(one, /^order: rank 1 is paid interest before rank 0/);
});

test("a junior redemption before the senior class is gone", () => {
	const one = bad();
	one.event.payments[0].principal -= 5n;
	one.event.payments[1].principal += 5n;
	found(one, /^order: rank 1 is redeemed before rank 0/);
});

test("a test that passes although it does not, and one that is cured too much", () => {
	const one = bad();
	one.event.tests[0].passed = true;
	found(one, /^test 0: said to have passed/);
	const two = bad();
	// With plenty of income the cure comes from it alone.
	[two.event, two.input] = date(two.books, 60, { interest: 90_000n, principal: 40_000n, losses: 60_000n });
	assert.equal(two.event.tests[0].principal, 0n);
	two.event.tests[0].diverted += 1n;
	found(two, /^test 0: more than its cure/);
});

test("a fee that nobody is owed, a loss that nobody bears, an opening of another deal", () => {
	const fee = bad();
	fee.event.fees[0] += 1n;
	found(fee, /^fees.0: 8, not 7/);
	const loss = bad();
	loss.input.collections.losses -= 1n;
	found(loss, /^netted.losses/);
	const lent = bad();
	lent.input.collections.pool.lent += 1n;
	found(lent, /^identity/);
	const other = bad();
	other.input.state.classes[1].balance += 1n;
	found(other, /^opening.classes.1.balance: 200001, not 200000/);
	const mode = bad();
	mode.input.collections.mode = "Revolving";
	found(mode, /^collections.mode/);
});

test("where values differ is said", () => {
	assert.deepEqual(differences("a", { b: [1n, null] }, { b: [1n, 2n] }), ["a.b.1: null, not 2"]);
	assert.deepEqual(differences("a", { b: 1n }, { b: 1n, c: 2n }), ["a.c: undefined, not 2"]);
	assert.equal(ratioOf({ numerator: 3n, denominator: 2n }), (ONE * 3n) / 2n);
	assert.equal(ratioOf({ numerator: 3n, denominator: 0n }), null);
});

test("penalties make losses good, then fill the reserve, then are income", () => {
	const of = (penalties, losses, room) => {
		const none = { interest: 0n, principal: 0n, surplus: 7n, recoveries: 0n };
		const { funds, losses: left, toReserve } = netted({ ...none, penalties, losses }, room);
		return [funds.principal, left, toReserve, funds.interest];
	};
	assert.deepEqual(of(30n, 31n, 10n), [30n, 1n, 7n, 0n]);
	assert.deepEqual(of(30n, 15n, 10n), [15n, 0n, 17n, 5n]);
});
