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
	/** What is not drawn by then redeems notes. */
	rampUpEnd: 19,
	/** After the second payment date and before the third. */
	revolvingEnd: 38,
	/** When borrowers are due: after the seventh payment date, on which the last of them pays. */
	maturity: 95,
	closeOut: 10,
	callNotice: 2,
	/** The legal final date leaves time to close out and sell whatever is left at maturity. */
	finalDate: 212,
};

/** The deal pays everything back on the seventh. */
export const PAYMENT_DATES = 7;

/** Names of the tranches by rank. */
export const TRANCHES = ["senior", "mezzanine", "residual"];

/**
 * The books, in the order of the terms: collateral asset, yearly rate, most that is lent, most that is
 * drawn within an hour.
 */
export const BOOKS = [
	{ collateral: "WTI", rate: "750", ceiling: "6000000", fuse: "6000000" },
	{ collateral: "EURX", rate: "650", ceiling: "6000000", fuse: "6000000" },
];

/** What the originator puts aside for senior coupons, beside the residual. */
const RESERVE = "500";

export function terms(now, usdx, collateral) {
	const usd = (text) => units(text, usdx.decimals);
	const note = (face, minimum, coupon, subordination) => ({
		kind: "Note",
		face: usd(face),
		minimum: usd(minimum),
		coupon: percent(coupon),
		minimumSubordination: perbill(subordination),
		minimumOrder: usd("10000"),
		maximumOrder: usd("5000000"),
	});
	const residual = {
		kind: "Residual",
		face: usd("1500000"),
		minimum: usd("1500000"),
		coupon: 0n,
		minimumSubordination: 0,
		minimumOrder: usd("1500000"),
		maximumOrder: usd("1500000"),
	};
	const at = (slots) => now + slots * SLOT;
	return {
		settlement: { WithId: usdx.id },
		books: BOOKS.map(({ collateral: symbol, rate, ceiling, fuse }) => ({
			collateral: { WithId: collateral[symbol].id },
			yearlyRate: percent(rate),
			debtCeiling: usd(ceiling),
			drawFuse: usd(fuse),
			maturity: at(DATES.maturity),
			closeOut: DATES.closeOut * SLOT,
			callNotice: DATES.callNotice * SLOT,
			callBonus: percent("5"),
		})),
		tranches: [
			note("6000000", "4000000", "450", 35),
			note("2500000", "1000000", "900", 10),
			residual,
		],
		dayCount: "Act365Fixed",
		reserveTarget: usd(RESERVE),
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
 * first borrower looks after nothing: the chain liquidates him, a part at a time, as oil falls.
 */
export const LOANS = [
	{ borrower: 0, book: 0, collateral: "30000", draw: "2500000" },
	{ borrower: 1, book: 0, collateral: "90000", draw: "2000000", keep: "1.65", restore: "1.9" },
	{ borrower: 2, book: 1, collateral: "3000000", draw: "2500000", keep: "1.36", restore: "1.45" },
	{ borrower: 3, book: 1, collateral: "1850000", draw: "2000000", keep: "1.36", restore: "1.45" },
];

/**
 * What borrowers pay before each payment date: `interest` pays what is due, a number pays so much
 * (interest first), `all` closes the vault. What is missing shows in the next table. The first
 * borrower pays interest as long as he owes anything; the rest of his debt his collateral pays.
 */
export const PAYMENTS = [
	// 1: everybody pays interest.
	["interest", "interest", "interest", "interest"],
	// 2: the two oil borrowers do not pay; the first of the others repays and the fourth draws it.
	[undefined, undefined, "500000", "interest"],
	// 3: the first date that redeems.
	["interest", "interest", "500000", "interest"],
	["interest", "all", "interest", "1200000"],
	["interest", undefined, "all", "interest"],
	[undefined, undefined, undefined, "interest"],
	// 7: nobody is left but the fourth.
	[undefined, undefined, undefined, "all"],
];

/**
 * The feeders of oil fall silent after the peak of 22 September 2008, while the first borrower takes
 * out what he may; when they are back, oil has lost more than a third: his collateral no longer covers
 * his debt, and the deal bears a loss.
 */
export const OUTAGE = { series: "wti", after: "2008-09-22", until: "2008-10-10" };
export const PROFIT_TAKER = { borrower: 0, share: 99n };

/** Who buys lots, at the market price or below; the first buys only a part. */
export const BUYERS = [
	{ investor: 3, share: 40n },
	{ investor: 4, share: 100n },
];

/** Who stands behind the oil book, with how much. */
export const BACKSTOP = { investor: 1, collateral: "WTI", amount: "400000" };

/** Drawn again during the revolving period, after the repayment that frees the cash. */
export const REDRAW = { date: 1, borrower: 3, amount: "300000", deposit: "500000" };

/** Sold between the third and the fourth payment date. */
export const SALE = { after: 2, from: 0, to: 4, rank: 0, amount: "750000.5" };

/** Payment dates after which holders claim; the others are claimed together with the next. */
export const CLAIMS = [0, 2, 4, 6];
