// The deal of the main job: what is sold, what is lent against, how it pays. When all that happens, and who borrows
// and pays, is in plans.mjs.
//
// A payment period is a minute instead of a month or a quarter, so yearly rates are a hundred times
// those of a real deal (4.5 % becomes 450 %): amounts then have digits that matter.

import { units } from "./lib/amounts.mjs";

/** Fixed-point numbers on chain have 18 decimals. */
export const ratio = (text) => units(text, 18);
const percent = (text) => units(text, 18) / 100n;
/** Parts in 10^9 of a whole, from percent. */
const perbill = (whole) => whole * 10_000_000;

export const SLOT = 6_000;

/** Names of the tranches by rank. */
export const TRANCHES = ["senior", "mezzanine", "residual"];

/**
 * The books, in the order of the terms: collateral asset, yearly rate, most that is lent, most that is
 * drawn within an hour.
 */
export const BOOKS = [
	{ collateral: "WTI", rate: "950", ceiling: "6000000", fuse: "7000000" },
	{ collateral: "EURX", rate: "850", ceiling: "7000000", fuse: "7000000" },
];

/** Faces and coupons by rank. */
const FACES = ["6000000", "2500000", "1500000"];
const COUPONS = ["300", "600", "0"];
const STEPPED_COUPON = "650";

/** What the originator puts aside for senior fees and coupons, and for his promises. */
const RESERVE = "500";
const BOND = "100000";

/** The fees in the order of the program, and who is paid them. */
export const FEES = ["trustee", "servicing", "subordinated"];
const PAYEES = ["Trustee", "Servicer", "Originator"];
/** A fixed amount on every date, and yearly rates on the pool. */
const TRUSTEE_FEE = "2";
const SERVICING_FEE = "50";
const SUBORDINATED_FEE = "20";

/** The coverage tests in the order of the program: adjusted collateral, and income. */
export const TESTS = [
	{ name: "OC senior", coverage: "Principal", rank: 0, percent: "164" },
	{ name: "IC senior", coverage: "Interest", rank: 0, percent: "150" },
	{ name: "OC mezzanine", coverage: "Principal", rank: 1, percent: "114" },
	{ name: "IC mezzanine", coverage: "Interest", rank: 1, percent: "110" },
];

/** The triggers in the order of the program. */
export const TRIGGERS = ["OC mezzanine below its threshold", "losses above 1 % of the original pool"];
const LOSS_TRIGGER = 1;

const EVERY = { revolving: true, amortising: true, accelerated: true };
const always = (step) => ({ step, modes: EVERY, when: "Always" });
const FULL = { reserve: true, principal: true };
const NONE = { reserve: false, principal: false };
/** A set of classes: bit k is the class of rank k. */
const set = (...ranks) => ranks.reduce((bits, rank) => bits | (1 << rank), 0);

const fee = (name, subordinate, support) => {
	const at = FEES.indexOf(name);
	return always({ PayFee: { fee: at, cap: null, support, subordinate } });
};
const interest = (rank) =>
	always({ PayInterest: { classes: set(rank), part: "All", support: FULL } });
const test = (name) =>
	always({ TestCoverage: { test: TESTS.findIndex((test) => test.name === name) } });
const makeGood = (rank) => always({ CreditPdl: { rank } });

/**
 * How the deal pays: a CLO. Fees of those who keep it going, senior interest and the senior tests,
 * mezzanine interest and its tests, deficiencies made good, the reserve; only then the subordinated fee
 * and, if nothing is missing anywhere, the residual. Principal is lent again until the revolving period
 * is over or coverage fails.
 */
export function program(now, usdx, dates) {
	const at = (slots) => now + slots * SLOT;
	const fixed = { coupon: "Fixed", schedule: [], lockedUntil: 0 };
	const stepped = { Resets: [{ date: at(dates.stepUp), rate: percent(STEPPED_COUPON) }] };
	return {
		funds: "Separate",
		classes: [fixed, { ...fixed, coupon: stepped }, fixed],
		fees: [
			{ amount: { Periodic: units(TRUSTEE_FEE, usdx.decimals) }, carried: true },
			{ amount: { OfPool: percent(SERVICING_FEE) }, carried: true },
			{ amount: { OfPool: percent(SUBORDINATED_FEE) }, carried: true },
		],
		tests: TESTS.map(({ coverage, rank, percent: threshold }) => ({
			coverage, rank, threshold: percent(threshold),
		})),
		triggers: [
			// Curable: while it is tripped principal redeems notes instead of being lent.
			{
				condition: {
					CoverageBelow: { test: 2, level: percent(TESTS[2].percent) },
				},
				effect: "Amortise",
				curable: true,
			},
			// Permanent: from then on what would be the residual's redeems the notes.
			{ condition: { CumulativeLoss: percent("1") }, effect: "Flag", curable: false },
		],
		reserve: { least: units(RESERVE, usdx.decimals), ofBalances: 0n },
		lines: [
			fee("trustee", false, FULL),
			fee("servicing", false, FULL),
			interest(0),
			test("OC senior"),
			test("IC senior"),
			makeGood(0),
			interest(1),
			test("OC mezzanine"),
			test("IC mezzanine"),
			makeGood(1),
			makeGood(2),
			always("TopUpReserve"),
			fee("subordinated", true, NONE),
			{ step: { Turbo: { classes: set(0, 1) } }, modes: EVERY, when: { Tripped: LOSS_TRIGGER } },
			always({ PayPrincipal: { classes: set(0, 1, 2), share: "Sequential" } }),
			always({ PayResidual: { rank: 2 } }),
		],
	};
}

/**
 * @param parties accounts of the servicer and the trustee
 * @param dates of a plan: in slots from `now`
 */
export function terms(now, usdx, collateral, { servicer, trustee }, dates) {
	const usd = (text) => units(text, usdx.decimals);
	const note = (rank, minimum, subordination) => ({
		kind: "Note",
		face: usd(FACES[rank]),
		minimum: usd(minimum),
		coupon: percent(COUPONS[rank]),
		minimumSubordination: perbill(subordination),
		minimumOrder: usd("10000"),
		maximumOrder: usd("5000000"),
		restricted: false,
	});
	const residual = {
		kind: "Residual",
		face: usd(FACES[2]),
		minimum: usd(FACES[2]),
		coupon: percent(COUPONS[2]),
		minimumSubordination: 0,
		minimumOrder: usd(FACES[2]),
		maximumOrder: usd(FACES[2]),
		restricted: false,
	};
	const at = (slots) => now + slots * SLOT;
	return {
		settlement: { WithId: usdx.id },
		books: BOOKS.map(({ collateral: symbol, rate, ceiling, fuse }) => ({
			collateral: { WithId: collateral[symbol].id },
			rate: { Fixed: percent(rate) },
			debtCeiling: usd(ceiling),
			drawFuse: usd(fuse),
			maturity: at(dates.maturity),
			closeOut: dates.closeOut * SLOT,
			callNotice: dates.callNotice * SLOT,
			callBonus: percent("5"),
			follows: false,
		})),
		tranches: [note(0, "4000000", 35), note(1, "1000000", 10), residual],
		dayCount: "Act365Fixed",
		reservePeriods: 1,
		schedule: {
			offeringEnd: at(dates.offeringEnd),
			quietPeriod: dates.quietPeriod * SLOT,
			firstPayment: at(dates.firstPayment),
			period: dates.period * SLOT,
			rampUpEnd: at(dates.rampUpEnd),
			revolvingEnd: at(dates.revolvingEnd),
			finalDate: at(dates.finalDate),
		},
		servicer,
		trustee,
		bond: usd(BOND),
		payees: PAYEES,
		index: null,
		cleanUp: perbill(10),
		defaults: { grace: dates.grace * SLOT, cure: 0, attestation: null },
		consents: {
			replaceParties: true, accelerate: true, extendRevolving: false, waiveTriggers: false,
		},
	};
}

/**
 * Who orders what. The senior tranche is over-subscribed, with amounts that do not divide, so that
 * allotments are rounded; the mezzanine tranche is filled exactly.
 */
export const ORDERS = [
	{ investor: 0, rank: 0, amount: "3000000.000001" },
	{ investor: 1, rank: 0, amount: "2500000" },
	{ investor: 2, rank: 0, amount: "1333333.333333" },
	{ investor: 3, rank: 0, amount: "700000.700007" },
	{ investor: 3, rank: 1, amount: "1500000" },
	{ investor: 4, rank: 1, amount: "1000000" },
];
