// The deal of the main job: what is sold, what is lent against, when it pays; and the people in it.
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

/** Dates in slots from the moment of creation. */
const DATES = {
	offeringEnd: 7,
	quietPeriod: 1,
	firstPayment: 20,
	period: 12,
	/** The deal is in default so long after a date that left the senior coupon unpaid. */
	grace: 24,
	/** What is not drawn by then redeems notes. */
	rampUpEnd: 19,
	/** The mezzanine coupon steps up here, in the middle of the fourth period. */
	stepUp: 50,
	/** After the eighth payment date and before the ninth. */
	revolvingEnd: 110,
	/** When borrowers are due: after the ninth payment date, on which the last of them pays. */
	maturity: 125,
	closeOut: 10,
	callNotice: 2,
	/** The legal final date leaves time to close out and sell whatever is left at maturity. */
	finalDate: 242,
};

/** The deal pays everything back on the ninth. */
export const PAYMENT_DATES = 9;

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
	{ name: "OC mezzanine", coverage: "Principal", rank: 1, percent: "115" },
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
export function program(now, usdx) {
	const at = (slots) => now + slots * SLOT;
	const fixed = { coupon: "Fixed", schedule: [], lockedUntil: 0 };
	const stepped = { Resets: [{ date: at(DATES.stepUp), rate: percent(STEPPED_COUPON) }] };
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

/** @param parties accounts of the servicer and the trustee */
export function terms(now, usdx, collateral, { servicer, trustee }) {
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
			maturity: at(DATES.maturity),
			closeOut: DATES.closeOut * SLOT,
			callNotice: DATES.callNotice * SLOT,
			callBonus: percent("5"),
			follows: false,
		})),
		tranches: [note(0, "4000000", 35), note(1, "1000000", 10), residual],
		dayCount: "Act365Fixed",
		reservePeriods: 1,
		schedule: {
			offeringEnd: at(DATES.offeringEnd),
			quietPeriod: DATES.quietPeriod * SLOT,
			firstPayment: at(DATES.firstPayment),
			period: DATES.period * SLOT,
			rampUpEnd: at(DATES.rampUpEnd),
			revolvingEnd: at(DATES.revolvingEnd),
			finalDate: at(DATES.finalDate),
		},
		servicer,
		trustee,
		bond: usd(BOND),
		payees: PAYEES,
		index: null,
		cleanUp: perbill(10),
		defaults: { grace: DATES.grace * SLOT, cure: 0, attestation: null },
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

/**
 * Who borrows what against what. `keep`: adds collateral below this ratio, back up to `restore`. The
 * first borrower looks after nothing: the chain liquidates him, a part at a time, as oil falls, and at
 * last as a whole.
 */
export const LOANS = [
	{ borrower: 0, book: 0, collateral: "30000", draw: "2500000" },
	{ borrower: 1, book: 0, collateral: "90000", draw: "2500000", keep: "1.65", restore: "1.9" },
	{ borrower: 2, book: 1, collateral: "3200000", draw: "2500000", keep: "1.36", restore: "1.45" },
	{ borrower: 3, book: 1, collateral: "2250000", draw: "2400000", keep: "1.36", restore: "1.45" },
];

/**
 * What borrowers pay before each payment date: `interest` pays what is due, a number pays so much
 * (interest first), `all` closes the vault. What is missing shows in the next table. The first
 * borrower pays interest as long as he owes anything; the rest of his debt his collateral pays.
 */
export const PAYMENTS = [
	// 1: everybody pays interest.
	["interest", "interest", "interest", "interest"],
	// 2: the third repays, and the fourth draws it.
	["interest", "interest", "500000", "interest"],
	["interest", "interest", "interest", "interest"],
	["interest", "interest", "interest", "interest"],
	// 5: oil has no price.
	["interest", "interest", "interest", "interest"],
	// 6: oil is back and has fallen; two borrowers wait.
	[undefined, undefined, undefined, "interest"],
	// 7: they pay for two periods, and what the first owed is sold.
	[undefined, "interest", "interest", "interest"],
	[undefined, "interest", "interest", "interest"],
	// 9: the first date that redeems by the calendar, and the last.
	[undefined, "all", "all", "all"],
];

/**
 * The feeders of oil fall silent after 9 September 2008, and nobody is liquidated meanwhile; when they are
 * back, oil has lost a third: what is left of the first borrower's collateral no longer covers his debt,
 * and the deal bears a loss.
 */
export const OUTAGE = { series: "wti", after: "2008-09-09", until: "2008-10-16" };

/** Who buys the lots that are left, below the market price; the first buys only a part. */
export const BUYERS = [
	{ investor: 3, share: 40n },
	{ investor: 4, share: 100n },
];

/** Who stands behind the oil book, with how much: enough for all that covers its debt. */
export const BACKSTOP = { investor: 1, collateral: "WTI", amount: "1800000" };

/**
 * Drawn again during the revolving period, of what was repaid: before the payment date of this place.
 * The last one is after coverage failed and was cured.
 */
export const REDRAWS = [
	{ date: 1, borrower: 3, amount: "300000", deposit: "600000" },
	{ date: 3, borrower: 2, amount: "800000", deposit: "900000" },
	{ date: 4, borrower: 3, amount: "400000", deposit: "700000" },
	{ date: 7, borrower: 3, amount: "200000", deposit: "400000" },
];

/**
 * Notes that change hands against cash, between the third and the fourth payment date: one investor
 * offers, at a price per unit of principal that is still owed, another takes a part, and then the rest.
 */
export const OFFER = {
	after: 2, from: 0, to: 4, rank: 0, amount: "750000.5", price: "0.9975", least: "100000",
	slots: 30, takes: ["250000.25", "500000.25"],
};

/** At the same time an investor lets another move some of his notes, who passes them on. */
export const ALLOWANCE = { after: 2, from: 1, by: 3, to: 4, rank: 0, amount: "100000" };

/** Payment dates after which holders claim; the others are claimed together with the next. */
export const CLAIMS = [0, 2, 3, 5, 8];
