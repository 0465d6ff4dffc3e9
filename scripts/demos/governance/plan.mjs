// What the job of governance is about: who reports what, who lies, and the asset that is listed.

import { units } from "../lib/amounts.mjs";
import { NAMES } from "../lib/parties.mjs";
import { PRICE_DECIMALS } from "../lib/prices.mjs";
import { walked } from "../lib/sources.mjs";
import { ratio, SLOT } from "../deal.mjs";

export { SLOT };

const price = (text) => units(text, PRICE_DECIMALS);
const percent = (text) => ratio(text) / 100n;
const perbill = (whole) => whole * 10_000_000;

/** Milliseconds between two blocks at least: feeders look at their sources as often. */
export const PACE = 350;

/** The markets that feeders look at from the start: their feeds, and what a unit is worth after so many steps. */
export const FEEDS = { USDX: 1, WTI: 10, EURX: 11, STRA: 12 };
export const MARKETS = {
	USDX: () => price("1"),
	WTI: (steps) => walked(price("90"), steps),
	EURX: (steps) => walked(price("1.4"), steps),
	STRA: (steps) => walked(price("2"), steps),
	COCOA: (steps) => walked(price("8000"), steps),
};
/** How feeders report: every so often (of the chain's time), or when the price moved by so much. */
export const RHYTHM = { tick: 150, heartbeat: 40 * SLOT, deviation: 10, interval: SLOT, refresh: 1_000 };
/** The market moves every so many blocks. */
export const MOVES_EVERY = 4;

/** Who lies about what, and who dies; places among the feeders. */
export const LIAR = 1;
export const LIED_ABOUT = "WTI";
export const DEAD = 3;
/** What the liar says that a barrel is worth: far from the truth, and inside the feed's hard bounds. */
export const lie = (honest) => (honest * 3n) / 2n;
/** What each feeder has put up at genesis. */
export const BOND = units("1000", 12);
/** A feeder may be silent for three tenths of 24 hours of governance, milliseconds. */
export const LONGEST_SILENCE = (3 * 24 * SLOT) / 10;
/** Later it says something else each time it is asked. */
export const liesEachTime = () => {
	let times = 0n;
	return (honest) => (honest * (150n + (times++ % 7n) * 5n)) / 100n;
};

/** The accounts that vote in referenda, and what each votes with. */
export const VOTERS = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
export const VOTE = units("800000", 12);
/** Names whose keys everybody has: the members of both councils are among them. */
export const KNOWN = [...VOTERS, ...NAMES.guardians];
/** In how many blocks from its submission a referendum must have its effect. */
export const MOST_BLOCKS = 20;

/** The asset that is listed: a tonne of cocoa. */
export const NEW = {
	symbol: "COCOA", id: 20, decimals: 6, name: "Tonne of cocoa", feed: 20,
	description: "Cocoa, USD per tonne", minimum: price("100"), maximum: price("100000"),
};
/** What the borrower is given of it, and what a counted report to its feed earns. */
export const ISSUED = units("1000", NEW.decimals);
export const REWARD = units("0.01", 12);

/** A pause of guardians ends after so many hours of governance: blocks on a development chain. */
export const PAUSE_HOURS = 72;

/** The asset whose parameters stewards move: the barrel. */
export const BARREL = 10;
/** What stewards move: a twentieth more may be drawn. */
export const step = (parameters) => ({
	...parameters, debtCeiling: (parameters.debtCeiling * 21n) / 20n,
});

/** What they may not: three times as much within an hour. */
export const leap = (parameters) => ({ ...parameters, drawFuse: parameters.drawFuse * 3n });

/** What it is listed with, other than the barrel; a deal may lend against it alone. */
export const TERMS = {
	liquidationRatio: percent("160"), initialRatio: percent("170"), targetRatio: percent("166"),
	greatestInitialRatio: percent("180"), concentrationCap: percent("100"),
};

/** The deal: what is sold, and what is drawn. */
const FACES = ["900000", "100000"];
export const LOAN = { borrower: 0, collateral: "100", drawn: "200000" };
export const MORE = "1000";

/** In slots from the moment of creation. Nothing is paid while the job looks. */
const DATES = {
	offeringEnd: 6, firstPayment: 3_000, period: 600, rampUpEnd: 4_000, revolvingEnd: 5_000,
	finalDate: 9_000,
};

const EVERY = { revolving: true, amortising: true, accelerated: true };
const always = (step) => ({ step, modes: EVERY, when: "Always" });
const NOTHING = { reserve: false, principal: false };
const set = (...ranks) => ranks.reduce((bits, rank) => bits | (1 << rank), 0);

/** Two classes, one after the other. */
export const program = (usdx) => ({
	funds: "Separate",
	classes: FACES.map(() => ({ coupon: "Fixed", schedule: [], lockedUntil: 0 })),
	fees: [],
	tests: [],
	triggers: [],
	reserve: { least: units("1000", usdx.decimals), ofBalances: 0n },
	lines: [
		always({ PayInterest: { classes: set(0), part: "All", support: { ...NOTHING, reserve: true } } }),
		always({ CreditPdl: { rank: 0 } }),
		always({ CreditPdl: { rank: 1 } }),
		always("TopUpReserve"),
		always({ PayPrincipal: { classes: set(0, 1), share: "Sequential" } }),
		always({ PayResidual: { rank: 1 } }),
	],
});

/** Terms of a deal with one book, against `asset`. */
export function terms(now, usdx, asset, { servicer, trustee }) {
	const usd = (text) => units(text, usdx.decimals);
	const at = (slots) => now + slots * SLOT;
	const tranche = (face, rank) => ({
		kind: rank === FACES.length - 1 ? "Residual" : "Note",
		face: usd(face),
		minimum: usd(face),
		coupon: rank === 0 ? percent("5") : 0n,
		minimumSubordination: 0,
		minimumOrder: usd("1"),
		maximumOrder: usd(face),
		restricted: false,
	});
	return {
		settlement: { WithId: usdx.id },
		books: [{
			collateral: { WithId: asset.id },
			rate: { Fixed: percent("10") },
			follows: true,
			debtCeiling: usd("700000"),
			drawFuse: usd("700000"),
			maturity: at(DATES.finalDate - 600),
			closeOut: 10 * SLOT,
			callNotice: 2 * SLOT,
			callBonus: percent("5"),
		}],
		tranches: FACES.map(tranche),
		dayCount: "Act365Fixed",
		reservePeriods: 1,
		schedule: {
			offeringEnd: at(DATES.offeringEnd),
			quietPeriod: SLOT,
			firstPayment: at(DATES.firstPayment),
			period: DATES.period * SLOT,
			rampUpEnd: at(DATES.rampUpEnd),
			revolvingEnd: at(DATES.revolvingEnd),
			finalDate: at(DATES.finalDate),
		},
		servicer,
		trustee,
		bond: usd("10000"),
		payees: [],
		index: null,
		cleanUp: perbill(10),
		defaults: { grace: 20 * SLOT, cure: 0, attestation: null },
		consents: {
			replaceParties: true, accelerate: true, extendRevolving: false, waiveTriggers: false,
		},
	};
}
