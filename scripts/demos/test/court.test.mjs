import assert from "node:assert/strict";
import { test } from "node:test";
import { settlement } from "../court/money.mjs";
import { commitment, isCoherent, quorum, ruling } from "../court/votes.mjs";

const PERCENT = 10_000_000n;
const terms = {
	deposit: 1_001n, fee: 10n, bond: 100n, evidence: 7n,
	penalties: {
		least: 20n * PERCENT, most: 60n * PERCENT, noCommit: 30n * PERCENT, noReveal: 75n * PERCENT,
		denounced: 100n * PERCENT, bounty: 25n * PERCENT,
	},
};
const seat = (juror, award) => ({ juror, committed: true, award });
const net = (moves, who) =>
	moves.reduce((sum, { from, to, amount }) => sum + (to === who ? amount : 0n) - (from === who ? amount : 0n), 0n);
const case_ = (over) => ({ claimant: "C", respondent: "R", evidence: [], appeals: [], ...over });

test("ties and even panels favour the respondent", () => {
	assert.equal(ruling([0, 10_000]), 0);
	assert.equal(ruling([10_000, 0, 5_000]), 5_000);
	assert.equal(quorum(5), 4);
	assert.equal(quorum(11), 8);
});

test("coherence is a side and a distance", () => {
	assert.ok(isCoherent(0, 0) && !isCoherent(1, 0) && !isCoherent(0, 400));
	assert.ok(isCoherent(9_000, 10_000) && !isCoherent(8_999, 10_000));
	assert.ok(isCoherent(500, 1_000) && !isCoherent(499, 1_000));
});

test("a commitment binds all that it is made of", () => {
	const juror = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const zero = `0x${"00".repeat(32)}`;
	const base = { dispute: 1, round: 0, juror, award: 10_000, evidence: zero, salt: zero };
	const made = commitment(base);
	const others = [
		{ dispute: 2 }, { round: 1 }, { award: 9_999 }, { salt: `0x01${"00".repeat(31)}` },
		{ evidence: `0x01${"00".repeat(31)}` }, { juror: "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty" },
	];
	for (const other of others) assert.notEqual(commitment({ ...base, ...other }), made);
});

test("a panel of five: deposits and fees go to those who voted with the ruling, the rest to the treasury", () => {
	const seats = [
		seat("a", 10_000), seat("b", 10_000), seat("c", 9_500), seat("d", 0),
		{ juror: "e", committed: true, award: undefined },
	];
	const { moves, rounds } = settlement(terms, case_({ award: 10_000, rounds: [{ seats }], evidence: ["C"] }));
	// d: 20 % + 40 % · (3 − 1)/4 = 40 % of 1,001, up; e: 75 %, up.
	assert.equal(rounds[0][3].slashed, 401n);
	assert.equal(rounds[0][4].slashed, 751n);
	// 401 + 751 + 50 = 1,202, to three.
	for (const who of ["a", "b", "c"]) assert.equal(net(moves, who), 400n);
	assert.equal(net(moves, "treasury"), 2n);
	assert.equal(net(moves, "C"), 100n);
	assert.equal(net(moves, "R"), -150n);
	assert.equal(net(moves, "court"), 0n);
});

test("an appeal that reverses: the first panel pays, the funders who were right share", () => {
	const first = ["a", "b", "c", "d", "e"].map((who) => seat(who, 0));
	const second = "fghijklmnop".split("").map((who) => seat(who, 8_000));
	const appeals = [{ cost: 110n, claimant: [["C", 200n], ["x", 130n]], respondent: [["R", 220n]] }];
	const { moves } = settlement(terms, case_({ award: 8_000, rounds: [{ seats: first }, { seats: second }], appeals }));
	// Nobody of the first panel was with the ruling: 20 % each, up, to the treasury; its fees to the claimant.
	for (const who of ["a", "e"]) assert.equal(net(moves, who), -201n);
	for (const who of ["f", "p"]) assert.equal(net(moves, who), 10n);
	// 550 − 110 = 440 on 330: 266.67 and 173.33.
	assert.equal(net(moves, "x"), 173n - 130n);
	assert.equal(net(moves, "C"), 100n + 50n + 266n - 200n);
	assert.equal(net(moves, "R"), -100n - 50n - 220n);
	assert.equal(net(moves, "treasury"), 5n * 201n + 1n);
	assert.equal(net(moves, "court"), 0n);
});

test("if those who were right put nothing on the appeal, what is left is the prevailing party's", () => {
	const seats = ["a", "b", "c", "d", "e"].map((who) => seat(who, 0));
	const more = "fghijklmnop".split("").map((who) => seat(who, 0));
	const appeals = [{ cost: 110n, claimant: [["C", 330n]], respondent: [] }];
	const { moves } = settlement(terms, case_({ award: 0, rounds: [{ seats }, { seats: more }], appeals }));
	assert.equal(net(moves, "R"), 100n + 220n);
	assert.equal(net(moves, "C"), -100n - 50n - 330n);
});

test("who is denounced loses all, a part of it to the denouncer", () => {
	const seats = [
		...["a", "b", "c", "d"].map((who) => seat(who, 0)),
		{ juror: "e", committed: true, award: undefined, denouncedBy: "x" },
	];
	const { moves } = settlement(terms, case_({ award: 0, rounds: [{ seats }] }));
	assert.equal(net(moves, "e"), -1_001n);
	assert.equal(net(moves, "x"), 250n);
	// 751 + 50 = 801, to four.
	assert.equal(net(moves, "a"), 200n);
	assert.equal(net(moves, "treasury"), 1n);
});
