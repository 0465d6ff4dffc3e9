// When what happens in the deal of the main job, and with how much: the whole of it, for a chain that makes a block a
// second, and a short one for a network, where a block takes six seconds and every act three more until it is final.
// Times are in slots, since the terms were written.

/** A real deal's year takes minutes here. */
const WHOLE = {
	dates: {
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
	},
	/** The deal pays everything back on the ninth. */
	paymentDates: 9,
	/** How long before a payment date borrowers pay: time for two blocks, in case one is missed. */
	before: 3,
	/**
	 * Who borrows what against what. `keep`: adds collateral below this ratio, back up to `restore`. The
	 * first borrower looks after nothing: the chain liquidates him, a part at a time, as oil falls, and at
	 * last as a whole.
	 */
	loans: [
		{ borrower: 0, book: 0, collateral: "30000", draw: "2500000" },
		{ borrower: 1, book: 0, collateral: "90000", draw: "2500000", keep: "1.65", restore: "1.9" },
		{ borrower: 2, book: 1, collateral: "3200000", draw: "2500000", keep: "1.36", restore: "1.45" },
		{ borrower: 3, book: 1, collateral: "2250000", draw: "2400000", keep: "1.36", restore: "1.45" },
	],
	/**
	 * What borrowers pay before each payment date: `interest` pays what is due, a number pays so much
	 * (interest first), `all` closes the vault. What is missing shows in the next table. The first
	 * borrower pays interest as long as he owes anything; the rest of his debt his collateral pays.
	 */
	payments: [
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
	],
	/**
	 * The feeders of oil fall silent after 9 September 2008, and nobody is liquidated meanwhile; when they are
	 * back, oil has lost a third: what is left of the first borrower's collateral no longer covers his debt,
	 * and the deal bears a loss.
	 */
	outage: { series: "wti", after: "2008-09-09", until: "2008-10-16" },
	/** Whether the fall is so deep that the tests and the triggers must have failed, and been cured. */
	fails: true,
	/** Who buys the lots that are left, below the market price; the first buys only a part. */
	buyers: [
		{ investor: 3, share: 40n },
		{ investor: 4, share: 100n },
	],
	/** Who stands behind the oil book, with how much: enough for all that covers its debt. */
	backstop: { investor: 1, collateral: "WTI", amount: "1800000" },
	/**
	 * Drawn again during the revolving period, of what was repaid: before the payment date of this place.
	 * The last one is after coverage failed and was cured.
	 */
	redraws: [
		{ date: 1, borrower: 3, amount: "300000", deposit: "600000" },
		{ date: 3, borrower: 2, amount: "800000", deposit: "900000" },
		{ date: 4, borrower: 3, amount: "400000", deposit: "700000" },
		{ date: 7, borrower: 3, amount: "200000", deposit: "400000" },
	],
	/**
	 * Notes that change hands against cash, between the third and the fourth payment date: one investor
	 * offers, at a price per unit of principal that is still owed, another takes a part, and then the rest.
	 */
	offer: {
		after: 2, from: 0, to: 4, rank: 0, amount: "750000.5", price: "0.9975", least: "100000",
		slots: 30, takes: ["250000.25", "500000.25"],
	},
	/** At the same time an investor lets another move some of his notes, who passes them on. */
	allowance: { after: 2, from: 1, by: 3, to: 4, rank: 0, amount: "100000" },
	/** Payment dates after which holders claim; the others are claimed together with the next. */
	claims: [0, 2, 3, 5, 8],
};

const SHORT = {
	...WHOLE,
	dates: {
		...WHOLE.dates,
		// Terms, launch and orders are final one after the other, and then collected while others borrow.
		offeringEnd: 17,
		rampUpEnd: 26,
		firstPayment: 27,
		period: 9,
		/** In the middle of the second period. */
		stepUp: 31,
		grace: 18,
		/** After the third payment date and before the fourth. */
		revolvingEnd: 50,
		maturity: 75,
		finalDate: 192,
	},
	paymentDates: 4,
	before: 4,
	/** The fourth adds collateral early: the market moves six days a slot here. */
	loans: WHOLE.loans.map((loan) => (loan.borrower === 3 ? { ...loan, keep: "1.42", restore: "1.6" } : loan)),
	payments: [
		["interest", "interest", "interest", "interest"],
		[undefined, "interest", "500000", "interest"],
		[undefined, "interest", "interest", "interest"],
		["all", "all", "all", "all"],
	],
	fails: false,
	/** He buys all of a lot: a second one would have to wait until his part is final. */
	buyers: [{ investor: 3, share: 100n }],
	redraws: [],
	offer: undefined,
	allowance: { after: 1, from: 1, by: 3, to: 4, rank: 0, amount: "100000" },
	claims: [0, 3],
	/**
	 * The market waits at its first day until the loans are out, and then falls within so many slots. It stops soon
	 * after oil is back, or lots of which a borrower owes nearly all they are worth would find no buyer. Meanwhile
	 * the second feeder's source says that a barrel is worth 40 dollars, which it never is.
	 */
	market: { slots: 12, last: "2008-10-20", liar: 1, lie: { series: "wti", price: "40" } },
};

export const PLANS = { whole: WHOLE, short: SHORT };
