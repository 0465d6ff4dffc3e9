// What the court's job is about: two deals, the people, and how jurors vote.

import { units } from "../lib/amounts.mjs";
import { ratio, SLOT } from "../deal.mjs";

export { SLOT };

const percent = (text) => ratio(text) / 100n;
const perbill = (whole) => whole * 10_000_000;

/** Names of the classes by rank, their faces and yearly coupons (a hundred times real ones). */
export const CLASSES = ["senior", "mezzanine", "residual"];
const FACES = ["4000000", "1000000", "500000"];
const COUPONS = ["300", "600", "0"];

const HOUR = 600;
/** Dates in slots from the moment of creation. A period of the first deal is five minutes. */
const DATES = {
	defaults: {
		offeringEnd: 8, firstPayment: 40, period: 50, rampUpEnd: 300, revolvingEnd: 400, finalDate: 900,
	},
	// Its first date is after all that the court does: nothing but rulings pays its notes.
	judged: {
		offeringEnd: 8, firstPayment: 20 * HOUR, period: HOUR, rampUpEnd: 22 * HOUR,
		revolvingEnd: 24 * HOUR, finalDate: 40 * HOUR,
	},
};

/** A deal is in default so many slots after the date that left the senior coupon unpaid. */
const GRACE = 20;

/** The originator's bond in each deal: what a false report is paid from. */
export const BONDS = { defaults: "110000", judged: "400000" };

/** Put aside for the senior coupon of one period. */
const RESERVES = { defaults: "115", judged: "1370" };

const EVERY = { revolving: true, amortising: true, accelerated: true };
const always = (step) => ({ step, modes: EVERY, when: "Always" });
const RESERVE_ONLY = { reserve: true, principal: false };
const set = (...ranks) => ranks.reduce((bits, rank) => bits | (1 << rank), 0);
const interest = (rank) =>
	always({ PayInterest: { classes: set(rank), part: "All", support: RESERVE_ONLY } });

/** As plain as a program can be: coupons by rank, principal by rank, the reserve, the residual. */
export const program = (name, usdx) => ({
	funds: "Separate",
	classes: CLASSES.map(() => ({ coupon: "Fixed", schedule: [], lockedUntil: 0 })),
	fees: [],
	tests: [],
	triggers: [],
	reserve: { least: units(RESERVES[name], usdx.decimals), ofBalances: 0n },
	lines: [
		interest(0),
		always({ CreditPdl: { rank: 0 } }),
		interest(1),
		always({ CreditPdl: { rank: 1 } }),
		always({ CreditPdl: { rank: 2 } }),
		always("TopUpReserve"),
		always({ PayPrincipal: { classes: set(0, 1, 2), share: "Sequential" } }),
		always({ PayResidual: { rank: 2 } }),
	],
});

/** The terms of the deal of this name, from `now` on. */
export function terms(name, now, usdx, assets, { servicer, trustee }) {
	const usd = (text) => units(text, usdx.decimals);
	const at = (slots) => now + slots * SLOT;
	const dates = DATES[name];
	const tranche = (face, rank) => ({
		kind: rank === CLASSES.length - 1 ? "Residual" : "Note",
		face: usd(face),
		minimum: usd(face),
		coupon: percent(COUPONS[rank]),
		minimumSubordination: 0,
		minimumOrder: usd("1"),
		maximumOrder: usd(face),
		restricted: false,
	});
	const book = (collateral) => ({
		collateral: { WithId: assets[collateral].id },
		rate: { Fixed: percent("900") },
		debtCeiling: usd("4000000"),
		drawFuse: usd("4000000"),
		maturity: at(dates.finalDate - HOUR / 2),
		closeOut: 10 * SLOT,
		callNotice: 2 * SLOT,
		callBonus: percent("5"),
		follows: false,
	});
	return {
		settlement: { WithId: usdx.id },
		books: ["WTI", "EURX"].map(book),
		tranches: FACES.map(tranche),
		dayCount: "Act365Fixed",
		reservePeriods: 1,
		schedule: {
			offeringEnd: at(dates.offeringEnd),
			quietPeriod: SLOT,
			firstPayment: at(dates.firstPayment),
			period: dates.period * SLOT,
			rampUpEnd: at(dates.rampUpEnd),
			revolvingEnd: at(dates.revolvingEnd),
			finalDate: at(dates.finalDate),
		},
		servicer,
		trustee,
		bond: usd(BONDS[name]),
		payees: [],
		index: null,
		cleanUp: perbill(10),
		defaults: { grace: GRACE * SLOT, cure: 0, attestation: null },
		consents: {
			replaceParties: true, accelerate: true, extendRevolving: false, waiveTriggers: false,
		},
	};
}

/** Who buys what of each deal; amounts that do not divide, so that shares are rounded. */
export const ORDERS = [
	{ investor: 0, rank: 0, amount: "1333333.333333" },
	{ investor: 1, rank: 0, amount: "1666666.666667" },
	{ investor: 2, rank: 0, amount: "1000000" },
	{ investor: 3, rank: 1, amount: "700000.000007" },
	{ investor: 4, rank: 1, amount: "299999.999993" },
];

/** Who borrows in the first deal, and then pays nothing. */
export const LOAN = { borrower: 0, book: 0, collateral: "60000", draw: "2000000" };

/** What the feeders say, in USD; every so many blocks. */
export const PRICES = { 1: "1", 10: "90", 11: "1.4", 12: "2" };
export const REPORTED_EVERY = 30;

/** How many jurors stake. */
export const JURORS = 40;

/** What is claimed in each case, USDX: no more than a panel of five secures. */
export const CLAIMS = { first: "750.000001", second: "700.000007" };
export const PANEL = 5;

/** How the jurors of each panel vote, by seat: an award in ten-thousandths; `null` is silent. */
export const VOTES = {
	// The fifth copies the first.
	first: [10_000, 9_500, 10_000, 0],
	refused: [0, 0, 0, 10_000, 0],
	granted: [7_500, 7_000, 7_500, 8_000, 0, 7_500, 7_800, 10_000, 7_500, null, 7_500],
	// Tells somebody how he votes.
	talker: 4,
	// Reveals when it is over.
	late: 10,
};
